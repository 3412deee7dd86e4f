// Hints beside a text lead to their words in the field: selected, and scrolled into view. Without this script the
// links lead to the field, and hints name their line and section.
(() => {
  "use strict";
  addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("[data-mark-from]") : null;
    const field = link ? document.querySelector(link.hash) : null;
    if (!(field instanceof HTMLTextAreaElement)) return;
    event.preventDefault();
    const from = Number(link.dataset.markFrom);
    const text = field.value;
    // A browser scrolls to the caret when it comes after a change, so the text is cut there for a moment.
    field.value = text.slice(0, from);
    field.scrollTop = field.scrollHeight;
    const top = field.scrollTop;
    field.value = text;
    field.scrollTop = top ? top + field.clientHeight / 2 : 0;
    field.focus({ preventScroll: true });
    field.setSelectionRange(from, Number(link.dataset.markTo));
    field.scrollIntoView({ block: "nearest" });
  });
})();
