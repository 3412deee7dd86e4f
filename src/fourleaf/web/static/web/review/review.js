// Keys of review: a approves, r asks for changes; on an item's page, or on the chosen row of the queue.
(() => {
  const typing = (target) => target.closest("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]");
  const choose = (letter) => {
    const form = document.querySelector("form[data-review-decide]");
    if (!form) return false;
    const wanted = letter === "a" ? "approved" : "returned";
    const radio = form.querySelector(`input[name=verdict][value=${wanted}]`);
    if (radio) radio.checked = true;
    const place = letter === "a" ? form.querySelector(".form-end button") : form.querySelector("textarea[name=note]");
    if (place) place.focus();
    form.scrollIntoView({ block: "nearest" });
    return true;
  };
  if (location.hash === "#a" || location.hash === "#r") choose(location.hash.slice(1));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || (event.key !== "a" && event.key !== "r")) return;
    if (typing(event.target)) return;
    if (choose(event.key)) { event.preventDefault(); return; }
    const row = document.activeElement && document.activeElement.closest("[data-review-queue] tr");
    const link = row && row.querySelector("a[href]");
    if (link) { event.preventDefault(); location.assign(`${link.getAttribute("href")}#${event.key}`); }
  });
})();
