// The roadmap's picture: bars open in the side panel, and move by weeks with the pointer or the keyboard. What a drag
// does is a post of the same form that the activity's page has, so the server decides and undo is the usual one. What
// has begun keeps its first day: only its end moves.
(() => {
  "use strict";
  const WEEK = 7;
  const one = (selector, root = document) => root.querySelector(selector);
  let moving = null;
  let swallow = false;

  const day = (text, days) => {
    const at = new Date(`${text}T00:00:00Z`);
    at.setUTCDate(at.getUTCDate() + days);
    return at.toISOString().slice(0, 10);
  };
  const said = (text) => new Date(`${text}T00:00:00Z`).toLocaleDateString("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
  const form = () => one("[data-move-form]");
  const say = (words) => { const live = one("#live"); if (live) live.textContent = words; };

  const begun = (bar) => "begun" in bar.dataset;
  const first = (bar, weeks) => (begun(bar) ? bar.dataset.plannedStart : day(bar.dataset.start, weeks * WEEK));
  const last = (bar, weeks) => day(bar.dataset.end, weeks * WEEK);

  // Where a day lies on the picture. A bar that begins before the stretch is cut off at its edge, so what is drawn
  // follows from the days, never from where the bar was drawn before.
  const BEYOND = 8;
  const place = (picture, text) => {
    const { left, right, firstDay, daysPerUnit } = picture.dataset;
    const at = Number(left) + (Date.parse(text) - Date.parse(firstDay)) / 864e5 / Number(daysPerUnit);
    return Math.min(Math.max(at, Number(left) - BEYOND), Number(right) + BEYOND);
  };

  function begin(bar) {
    const rect = one(".rm-bar", bar);
    const [x, width] = ["x", "width"].map((name) => Number(rect.getAttribute(name)));
    moving = { bar, picture: bar.closest("[data-roadmap]"), weeks: 0, asked: 0, sentence: "", x, width };
    bar.classList.add("moving");
  }

  function draw(bar, x, width, aside) {
    const rect = one(".rm-bar", bar);
    rect.setAttribute("x", x);
    rect.setAttribute("width", width);
    for (const part of one(".rm-move", bar).children) {
      if (part === rect) continue;
      if (aside) part.setAttribute("transform", `translate(${aside} 0)`);
      else part.removeAttribute("transform");
    }
  }

  function show() {
    const { bar, picture, weeks } = moving;
    const low = place(picture, begun(bar) ? bar.dataset.start : first(bar, weeks));
    const high = Math.max(place(picture, last(bar, weeks)), low + 4);
    draw(bar, low, high - low, low - moving.x);
    const box = one(".rm-bar", bar).getBBox();
    const note = one("[data-drag-note]", picture);
    const width = picture.viewBox.baseVal.width;
    const days = begun(bar) ? `until ${said(last(bar, weeks))}` : `from ${said(first(bar, weeks))}`;
    note.textContent = `${bar.dataset.item} ${days}${moving.sentence ? ` · ${moving.sentence}` : ""}`;
    const x = Math.min(Math.max(box.x, 14), width - 14);
    note.setAttribute("text-anchor", x > width / 2 ? "end" : "start");
    note.setAttribute("x", x > width / 2 ? Math.min(x + box.width, width - 14) : x);
    note.setAttribute("y", box.y - 5);
  }

  // All that moves with it, old days and new, before anything is stored.
  function list(sentences) {
    const into = one("[data-move-list]");
    if (!into) return;
    into.replaceChildren(...sentences.map((words) => Object.assign(document.createElement("li"), { textContent: words })));
    into.hidden = !sentences.length;
  }

  function ask() {
    const { bar, weeks } = moving;
    const asked = ++moving.asked;
    const query = new URLSearchParams({ start: first(bar, weeks), end: last(bar, weeks) });
    setTimeout(async () => {
      if (!moving || moving.asked !== asked) return;
      try {
        const answer = await fetch(`${form().dataset.root}${encodeURIComponent(bar.dataset.item)}/moves/?${query}`, { headers: { Accept: "application/json" } });
        const found = answer.ok ? await answer.json() : null;
        if (!found || !moving || moving.asked !== asked) return;
        moving.sentence = found.sentence;
        const keys = new Set(found.moves.map((move) => move.key));
        list(found.moves.map((move) => move.sentence));
        for (const other of moving.picture.querySelectorAll(".rm-item")) other.classList.toggle("moves-too", keys.has(other.dataset.item));
        show();
        say(one("[data-drag-note]", moving.picture).textContent);
      } catch { /* the post says what is wrong */ }
    }, 120);
  }

  function to(weeks) {
    if (weeks === moving.weeks) return;
    moving.weeks = weeks;
    show();
    ask();
  }

  function end(keep) {
    if (!moving) return;
    const { bar, picture, weeks, x, width } = moving;
    moving = null;
    if (keep && weeks) {
      const post = form();
      post.action = `${post.dataset.root}${encodeURIComponent(bar.dataset.item)}/dates/`;
      post.elements.planned_start.value = first(bar, weeks);
      post.elements.planned_end.value = last(bar, weeks);
      post.submit();
      return;
    }
    bar.classList.remove("moving");
    draw(bar, x, width, 0);
    list([]);
    one("[data-drag-note]", picture).textContent = "";
    for (const other of picture.querySelectorAll(".moves-too")) other.classList.remove("moves-too");
  }

  const movable = (target) => (form() && target instanceof Element ? target.closest(".rm-item[data-movable]") : null);

  addEventListener("pointerdown", (event) => {
    const bar = movable(event.target);
    if (!bar || event.button !== 0 || event.ctrlKey || event.metaKey) return;
    const scale = bar.closest("[data-roadmap]").getScreenCTM().a;
    const from = event.clientX;
    const perUnit = Number(bar.closest("[data-roadmap]").dataset.daysPerUnit);
    const move = (later) => {
      if (!moving && Math.abs(later.clientX - from) < 5) return;
      if (!moving) begin(bar);
      to(Math.round((((later.clientX - from) / scale) * perUnit) / WEEK));
    };
    const up = () => {
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", up);
      removeEventListener("pointercancel", up);
      swallow = Boolean(moving);
      setTimeout(() => { swallow = false; }, 0);
      end(true);
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", up);
    addEventListener("pointercancel", up);
  });
  addEventListener("dragstart", (event) => {
    if (event.target instanceof Element && event.target.closest(".rm-item")) event.preventDefault();
  });

  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && moving) {
      end(false);
      event.stopImmediatePropagation();
      return;
    }
    const bar = movable(event.target);
    if (!bar) return;
    const step = event.shiftKey && { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step) {
      event.preventDefault();
      if (moving && moving.bar !== bar) end(false);
      if (!moving) begin(bar);
      to(moving.weeks + step);
    } else if (event.key === "Enter" && moving && moving.bar === bar) {
      event.preventDefault();
      end(true);
    }
  }, true);
  addEventListener("focusout", (event) => {
    if (moving && event.target === moving.bar && !event.relatedTarget) return;
    if (moving && event.target === moving.bar) end(false);
  });

  // An SVG link has no plain address for the frame: its twin in the list opens the side panel.
  addEventListener("click", (event) => {
    const bar = event.target instanceof Element ? event.target.closest(".rm-item") : null;
    if (!bar) return;
    if (swallow) { event.preventDefault(); event.stopImmediatePropagation(); return; }
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const twin = one(`[data-twin="${CSS.escape(bar.dataset.item)}"]`);
    if (!twin) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    twin.click();
  }, true);

  addEventListener("change", (event) => {
    const narrow = event.target instanceof Element ? event.target.closest("[data-narrow]") : null;
    if (narrow) narrow.requestSubmit();
  });
})();
