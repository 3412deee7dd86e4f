// The query editor: ways to mend are taken in the text itself, so that undo keeps working; "go to the place" selects it.
(() => {
  "use strict";
  const area = () => document.querySelector("textarea.query-text");
  // Places come as characters; the field counts UTF-16 units.
  const units = (text, characters) => Array.from(text).slice(0, characters).join("").length;

  function choose(button) {
    const field = area();
    const start = Number(button.dataset.start);
    const from = units(field.value, start);
    const to = units(field.value, start + Number(button.dataset.length));
    field.focus();
    field.setSelectionRange(from, to);
    return field;
  }

  // What was wrong with the text before is not said of the text that stands there now.
  addEventListener("input", (event) => {
    if (event.target !== area()) return;
    for (const fault of document.querySelectorAll("#preview .fault")) fault.remove();
    const field = event.target.closest(".field");
    field?.classList.remove("wrong");
    field?.querySelector(".field-errors")?.remove();
    event.target.removeAttribute("aria-invalid");
  });

  addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-mend], [data-place]") : null;
    if (!button || !area()) return;
    event.preventDefault();
    const field = choose(button);
    if (!button.matches("[data-mend]")) return;
    const text = button.dataset.replacement;
    // The only way to change a field that the browser's own undo can take back.
    const done = text ? document.execCommand("insertText", false, text) : document.execCommand("delete");
    if (!done) {
      field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });
})();

// Reading a sample: r, i and u label; j and k go on where one post is shown. In a list they act on the post in focus.
(() => {
  "use strict";
  const typing = (node) => node instanceof Element && node.closest("input, select, textarea, [contenteditable]") !== null;
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
    if (!/^[riujk]$/.test(event.key)) return;
    const near = document.activeElement?.closest("li.item");
    const place = document.querySelector("#labelling") || near;
    const control = place?.querySelector(`[data-hotkey="${event.key}"]`);
    if (!control) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const id = near?.id;
    if (id) addEventListener("htmx:afterSettle", () => document.querySelector(`#${CSS.escape(id)} .row-link`)?.focus(), { once: true });
    control.click();
  }, true);
})();
