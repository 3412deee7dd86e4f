// Keys of review. On an item: a approves, r asks for changes, 1 to 4 say what was found, Enter gives the verdict once
// everything is answered. On the chosen row of the queue, a and r open the item with that verdict begun.
(() => {
  const SEVERITIES = { 1: "clean", 2: "minor", 3: "major", 4: "critical" };
  const typing = (target) => target.closest("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]");
  const theForm = () => document.querySelector("form[data-review-decide]");
  const chosen = (form, name) => form.querySelector(`input[name=${name}]:checked`);
  const say = (words) => {
    const place = document.querySelector("[data-review-keys] [role=status]");
    if (place) place.textContent = words;
  };

  // What is still to be answered: the field to go to, and what to say about it.
  const missing = (form) => {
    const verdicts = form.querySelectorAll("input[type=radio][name=verdict]");
    if (verdicts.length && !chosen(form, "verdict")) return [verdicts[0], "Press a to approve or r to ask for changes."];
    // Where nothing is graded, there is no severity to choose.
    const graded = form.querySelector("input[type=radio][name=severity]");
    const severity = chosen(form, "severity");
    if (graded && !severity) return [form.querySelector("input[name=severity]"), "What did you find? Press 1, 2, 3 or 4."];
    if (severity && severity.value !== "clean" && !chosen(form, "defects")) return [form.querySelector("input[name=defects]"), "Tick the kind of defect."];
    const note = form.querySelector("textarea[name=note]");
    const returns = verdicts.length && chosen(form, "verdict").value === "returned";
    if (returns && note && !note.value.trim()) return [note, "Write what should change."];
    return null;
  };
  const label = (radio) => radio.closest("label")?.textContent.trim().split(":")[0] ?? radio.value;
  const proceed = (form) => {
    const [place, words] = missing(form) ?? [chosen(form, "severity") ?? chosen(form, "verdict"), ""];
    const details = place.closest("details");
    if (details) details.open = true;
    // A note is written where it stands; everything else leaves the text of the item where the reader has it.
    place.focus({ preventScroll: place.type === "radio" });
    const given = ["verdict", "severity"].map((name) => chosen(form, name)).filter((radio) => radio && radio.type === "radio");
    const so = given.length ? `${given.map(label).join(", ")}. ` : "";
    say(so + (words || "Enter gives the verdict."));
  };
  const showText = () => {
    const text = document.querySelector("[data-review-text]");
    if (!text) return;
    const box = text.getBoundingClientRect();
    if (box.top < 0 || box.top > innerHeight / 2) text.scrollIntoView({ block: "start" });
  };
  // The labels say what the chosen verdict needs; without scripts they name the condition.
  const relabel = (form) => {
    const returns = chosen(form, "verdict")?.value;
    const note = form.querySelector("label[for=id_note] .field-optional");
    if (note && returns && form.querySelector("input[type=radio][name=verdict]")) note.textContent = returns === "returned" ? "(needed)" : "(optional)";
    const severity = chosen(form, "severity")?.value;
    const kinds = form.querySelector(".rv-defects .field-optional");
    if (!kinds || !severity) return;
    kinds.textContent = severity === "clean" ? "(none, as it is clean)" : "(needed)";
    if (severity !== "clean") form.querySelector(".rv-defects").open = true;
  };
  // The arrows lead through the kinds of defect; past the last one comes the note.
  const walkKinds = (event) => {
    const boxes = [...event.target.closest("form").querySelectorAll("input[name=defects]")];
    const next = boxes.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1);
    const place = next === boxes.length ? event.target.closest("form").querySelector("textarea[name=note]") : boxes[next];
    if (!place) return;
    event.preventDefault();
    place.focus();
  };
  const goTo = (name) => {
    const form = theForm();
    const place = form && form.querySelector(`[name=${name}]:not([type=hidden])`);
    if (!place) return false;
    const details = place.closest("details");
    if (details) details.open = true;
    place.focus();
    return true;
  };
  const choose = (name, value) => {
    const form = theForm();
    const radio = form && form.querySelector(`input[type=radio][name=${name}][value=${value}]`);
    if (!radio) return Boolean(form);
    radio.checked = true;
    relabel(form);
    if (name === "verdict" && value === "approved") showText();
    proceed(form);
    return true;
  };
  const verdictOf = (letter) => (letter === "a" ? "approved" : "returned");

  if (location.hash === "#a" || location.hash === "#r") choose("verdict", verdictOf(location.hash.slice(1)));
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-review-decide]");
    if (!form) return;
    relabel(form);
    if (event.target.name === "defects") say(missing(form)?.[1] ?? "Enter gives the verdict.");
  });
  if (theForm()) relabel(theForm());
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key.startsWith("Arrow") && event.target.matches("form[data-review-decide] input[name=defects]")) {
      walkKinds(event);
      return;
    }
    if ((event.key === "d" && goTo("defects")) || (event.key === "n" && goTo("note"))) {
      event.preventDefault();
      return;
    }
    if (event.key === "Enter") {
      // Enter on a choice would send the form; not before everything is answered.
      const form = event.target.closest("form[data-review-decide]");
      if (form && event.target.matches("input") && missing(form)) {
        event.preventDefault();
        proceed(form);
      }
      return;
    }
    if (SEVERITIES[event.key]) {
      if (choose("severity", SEVERITIES[event.key])) event.preventDefault();
      return;
    }
    if (event.key !== "a" && event.key !== "r") return;
    if (choose("verdict", verdictOf(event.key))) {
      event.preventDefault();
      return;
    }
    const row = document.activeElement && document.activeElement.closest("[data-review-queue] tr");
    const link = row && row.querySelector("a[href]");
    if (link) {
      event.preventDefault();
      location.assign(`${link.getAttribute("href")}#${event.key}`);
    }
  });
})();
