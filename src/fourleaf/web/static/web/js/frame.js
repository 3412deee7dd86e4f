// The frame: rail, theme, side panel, menus, messages, keyboard. Every page works without it.
(() => {
  "use strict";
  const root = document.documentElement;
  const one = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const typing = (node) => node instanceof Element && node.closest("input, select, textarea, [contenteditable]") !== null;

  // --- rail -----------------------------------------------------------------------------------------------------
  function toggleRail(button) {
    const narrow = root.dataset.rail !== "narrow";
    root.dataset.rail = narrow ? "narrow" : "";
    button.setAttribute("aria-expanded", String(!narrow));
    document.cookie = `rail=${narrow ? "narrow" : "wide"}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
  }

  // --- theme ----------------------------------------------------------------------------------------------------
  function chooseTheme(form, button) {
    root.dataset.theme = button.value;
    for (const other of all("button", form)) other.setAttribute("aria-pressed", String(other === button));
    document.dispatchEvent(new CustomEvent("fourleaf:theme"));
    const body = new FormData(form);
    body.set("theme", button.value);
    fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" } }).catch(() => {});
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => document.dispatchEvent(new CustomEvent("fourleaf:theme")));

  // --- messages -------------------------------------------------------------------------------------------------
  function say(text, kind = "blocking") {
    const list = one("#flashes");
    if (!list) return;
    const flash = document.createElement("div");
    flash.className = `flash ${kind}`;
    flash.dataset.flash = kind;
    const words = document.createElement("div");
    words.className = "flash-text";
    words.textContent = text;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "icon-button";
    close.dataset.closeFlash = "";
    close.textContent = "Close";
    flash.append(words, close);
    list.append(flash);
    settleFlashes();
  }
  // Good news leaves by itself after a while, unless it is being read or offers to undo; faults stay.
  function settleFlashes() {
    for (const flash of all("#flashes > [data-flash]:not([data-seen])")) {
      flash.dataset.seen = "";
      const kind = flash.dataset.flash;
      if (kind !== "good" && kind !== "information") continue;
      const leave = () => (flash.matches(":hover, :focus-within") ? setTimeout(leave, 4000) : flash.remove());
      setTimeout(leave, one("form", flash) ? 20000 : 8000);
    }
  }

  // --- side panel -----------------------------------------------------------------------------------------------
  const side = () => one("#side");
  let opener = null;
  let leaving = false;
  let titleBefore = document.title;
  function loadSide(url) {
    return window.htmx.ajax("GET", url, { target: "#side", swap: "innerHTML" }).then(() => {
      const body = one("#side > .side-body");
      if (!body) return false;
      if (body.dataset.title) document.title = `${body.dataset.title} · Fourleaf`;
      side().focus();
      return true;
    });
  }
  function openSide(link) {
    opener = link;
    const url = link.href;
    const already = history.state && history.state.fourleafSide;
    if (!already) {
      titleBefore = document.title;
      // htmx must not answer "back" for this entry: the list is still there behind the panel.
      history.replaceState({ fourleafList: true }, "", location.href);
    }
    // The address first: what is loaded resolves its own addresses against it.
    history[already ? "replaceState" : "pushState"]({ fourleafSide: url }, "", url);
    loadSide(url).then((shown) => {
      // Going back would call off the way to the sign-in page.
      if (!shown && !leaving && !side().firstElementChild) history.back();
    });
  }
  function emptySide() {
    const panel = side();
    if (!panel || !panel.firstElementChild) return false;
    panel.replaceChildren();
    document.title = titleBefore;
    if (opener && opener.isConnected) opener.focus();
    return true;
  }
  function closeSide() {
    if (history.state && history.state.fourleafSide) history.back();
    else emptySide();
  }
  addEventListener("popstate", (event) => {
    const state = event.state || {};
    if (state.fourleafSide) loadSide(state.fourleafSide);
    else emptySide();
  });

  // --- lists: j, k, Enter, x ------------------------------------------------------------------------------------
  function moveRow(step) {
    const links = all("#main [data-rows] .row-link, #main [data-queue] .row-link");
    if (!links.length) return false;
    const now = links.findIndex((link) => link.closest("tr, li")?.contains(document.activeElement));
    const from = now >= 0 ? now : links.indexOf(opener);
    const next = links[Math.min(links.length - 1, Math.max(0, from < 0 ? 0 : from + step))];
    next.focus();
    next.closest("tr, li")?.scrollIntoView({ block: "nearest" });
    return true;
  }
  function selectRow() {
    const box = document.activeElement?.closest("tr, li")?.querySelector("[data-select]");
    if (box) box.click();
    return Boolean(box);
  }
  function markSelection(part) {
    const boxes = all("[data-select]", part);
    const chosen = boxes.filter((box) => box.checked);
    for (const box of boxes) box.closest("tr, li")?.classList.toggle("selected", box.checked);
    const every = one("[data-select-all]", part);
    if (every) {
      every.checked = chosen.length === boxes.length && boxes.length > 0;
      every.indeterminate = chosen.length > 0 && chosen.length < boxes.length;
    }
    const number = one("[data-selected-count]", part);
    if (number) number.textContent = String(chosen.length);
    one(".bulk", part)?.classList.toggle("active", chosen.length > 0);
  }

  // --- keyboard -------------------------------------------------------------------------------------------------
  let afterG = 0;
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      const menu = one("details.menu[open]");
      const term = document.activeElement?.closest(".term") || one(".term:hover");
      if (term) term.classList.add("dismissed");
      if (menu) {
        menu.open = false;
        one("summary", menu).focus();
      } else if (document.activeElement?.id === "search") {
        one("#search-results").replaceChildren();
        document.activeElement.blur();
      } else if (!term && !one("dialog[open]")) closeSide();
      return;
    }
    if (typing(event.target) || one("dialog[open]")) return;
    const letter = event.key;
    if (Date.now() - afterG < 1200) {
      afterG = 0;
      const link = all("#rail [data-key]").find((entry) => entry.dataset.key === letter);
      if (link) {
        event.preventDefault();
        link.click();
      }
      return;
    }
    let done = true;
    if (letter === "/") one("#search")?.focus();
    else if (letter === "?") openDialog("shortcuts");
    else if (letter === "g") afterG = Date.now();
    else if (letter === "j") done = moveRow(1);
    else if (letter === "k") done = moveRow(-1);
    else if (letter === "x") done = selectRow();
    else done = false;
    if (done) event.preventDefault();
  });

  function openDialog(id) {
    const dialog = document.getElementById(id);
    if (!(dialog instanceof HTMLDialogElement)) return false;
    if (!dialog.open) dialog.showModal();
    return true;
  }

  // --- search: arrow keys in the short list ---------------------------------------------------------------------
  addEventListener("keydown", (event) => {
    if (event.target.id !== "search" || !["ArrowDown", "ArrowUp", "Enter"].includes(event.key)) return;
    const options = all("#search-results a[role=option]");
    const now = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "Enter") {
      if (now >= 0) {
        event.preventDefault();
        options[now].click();
      }
      return;
    }
    event.preventDefault();
    const next = event.key === "ArrowDown" ? Math.min(now + 1, options.length - 1) : Math.max(now - 1, -1);
    options.forEach((option, index) => option.setAttribute("aria-selected", String(index === next)));
    if (next >= 0) {
      event.target.setAttribute("aria-activedescendant", options[next].id);
      options[next].scrollIntoView({ block: "nearest" });
    } else event.target.removeAttribute("aria-activedescendant");
  });

  // --- one listener for clicks ----------------------------------------------------------------------------------
  addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target) return;
    for (const menu of all("details.menu[open]")) if (!menu.contains(target)) menu.open = false;
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;

    const control = target.closest("[data-rail-toggle], [data-close-flash], [data-close-side], [data-close-dialog], [data-dialog], [data-print]");
    if (control) {
      if (control.matches("[data-rail-toggle]")) toggleRail(control);
      else if (control.matches("[data-close-flash]")) control.closest("[data-flash]").remove();
      else if (control.matches("[data-close-side]")) closeSide();
      else if (control.matches("[data-close-dialog]")) control.closest("dialog").close();
      else if (control.matches("[data-print]")) print();
      else if (openDialog(control.dataset.dialog)) event.preventDefault();
      return;
    }
    const themeButton = target.closest("[data-theme-form] button");
    if (themeButton) {
      event.preventDefault();
      chooseTheme(themeButton.form, themeButton);
      return;
    }
    if (target.matches("dialog")) target.close();
    const link = target.closest("a[data-side]");
    if (link && plain && side() && window.htmx) {
      event.preventDefault();
      const menu = link.closest("details.menu");
      if (menu) menu.open = false;
      openSide(link);
      return;
    }
    // A click anywhere on a row follows its link, unless text was being selected or another control was meant.
    const row = target.closest("tr[data-href]");
    if (row && plain && !target.closest("a, button, input, label, summary, select, .moment") && !String(getSelection())) {
      one(".row-link", row)?.click();
    }
  });

  addEventListener("change", (event) => {
    const target = event.target;
    if (!(target instanceof Element)) return;
    const part = target.closest("[data-rows]");
    if (part && target.matches("[data-select-all]")) for (const box of all("[data-select]", part)) box.checked = target.checked;
    if (part && target.matches("[data-select], [data-select-all]")) markSelection(part);
  });

  // A menu that would leave the window is moved back into it.
  addEventListener("toggle", (event) => {
    const body = event.target instanceof Element && event.target.matches("details.menu[open]") ? one(".menu-body", event.target) : null;
    if (!body) return;
    body.style.translate = "";
    const box = body.getBoundingClientRect();
    const beyond = Math.max(0, box.right - (innerWidth - 8));
    const before = Math.max(0, 8 - box.left);
    if (beyond || before) body.style.translate = `${before || -beyond}px 0`;
  }, true);

  // An explanation near the right edge opens to the left.
  const flip = (event) => {
    const term = event.target instanceof Element ? event.target.closest(".term") : null;
    if (!term) return;
    term.classList.remove("dismissed");
    term.classList.toggle("flip", term.getBoundingClientRect().left > innerWidth - 340);
  };
  addEventListener("mouseover", flip);
  addEventListener("focusin", flip);

  // --- htmx -----------------------------------------------------------------------------------------------------
  addEventListener("htmx:beforeOnLoad", (event) => {
    if (event.detail.xhr.getResponseHeader("HX-Redirect")) leaving = true;
  });
  addEventListener("htmx:afterSwap", (event) => {
    const target = event.detail.target;
    if (target.id === "search-results") one("#search").setAttribute("aria-expanded", String(Boolean(target.firstElementChild)));
    one("[data-error-summary]", target)?.focus();
  });
  addEventListener("htmx:afterSettle", (event) => {
    settleFlashes();
    findCharts();
    const part = event.target instanceof Element ? event.target.closest("[data-announce]") : null;
    if (part && one("#live")) one("#live").textContent = part.dataset.announce;
    if (part) markSelection(part);
  });
  addEventListener("htmx:sendError", () => say("The server could not be reached. Check the connection and try again."));
  addEventListener("htmx:timeout", () => say("The server took too long to answer. Try again, or narrow what you asked for."));
  addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status >= 500) say("Something broke on the server. Nothing was changed on this page; try again in a minute.");
    else if (!event.detail.xhr.getResponseHeader("HX-Retarget")) say("The server did not accept this. Load the page again and repeat it.");
  });

  // --- charts: the drawing library comes only to pages that have one --------------------------------------------
  let charts = null;
  function loadScript(src) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = src;
      script.onload = resolve;
      script.onerror = reject;
      document.head.append(script);
    });
  }
  function findCharts() {
    const first = one("[data-chart]");
    if (!first) return;
    charts ??= loadScript(first.dataset.bundle).then(() => loadScript(first.dataset.runner));
    charts.then(() => window.fourleafCharts.find(), () => say("The pictures could not be loaded; their figures are in the tables.", "attention"));
  }

  addEventListener("DOMContentLoaded", () => {
    findCharts();
    settleFlashes();
    one("[data-error-summary]")?.focus();
    for (const part of all("[data-rows]")) markSelection(part);
  });
})();
