// Lists with a field that adds to them: what is chosen there becomes a line of the list. Without this script the
// server reads the field as one more line.
(() => {
  "use strict";
  function add(input) {
    const text = input.value.trim();
    const list = document.getElementById(input.dataset.pickAdd);
    if (!text || !list) return;
    const lines = list.value.split("\n").map((line) => line.trim()).filter(Boolean);
    if (!lines.includes(text)) lines.push(text);
    list.value = lines.join("\n");
    input.value = "";
    list.dispatchEvent(new Event("change", { bubbles: true }));
  }
  addEventListener("keydown", (event) => {
    const input = event.target instanceof Element ? event.target.closest("[data-pick-add]") : null;
    if (!input || event.key !== "Enter" || !input.value.trim()) return;
    event.preventDefault();
    add(input);
  });
  addEventListener("input", (event) => {
    const input = event.target instanceof Element ? event.target.closest("[data-pick-add]") : null;
    // A suggestion that was chosen comes at once; typing comes letter by letter.
    if (input && event.inputType !== "insertText" && [...(input.list?.options ?? [])].some((option) => option.value === input.value)) add(input);
  });
})();
