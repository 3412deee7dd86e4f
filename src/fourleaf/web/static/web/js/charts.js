// Draws charts from the specs in the page. Loaded by frame.js on pages that have one, together with the drawing library.
(() => {
  "use strict";
  if (window.fourleafCharts) return;
  const shown = new Map();

  // Colours are names of tokens in the spec; the page's style sheet says what they are in the present theme.
  function palette() {
    const probe = document.createElement("span");
    probe.hidden = true;
    document.body.append(probe);
    const known = new Map();
    return {
      colour(name) {
        if (!known.has(name)) {
          probe.style.color = `var(--${name})`;
          known.set(name, getComputedStyle(probe).color);
        }
        return known.get(name);
      },
      done: () => probe.remove(),
    };
  }
  function resolve(value, colours) {
    if (typeof value === "string") return value.startsWith("token:") ? colours.colour(value.slice(6)) : value;
    if (Array.isArray(value)) return value.map((item) => resolve(item, colours));
    if (value && typeof value === "object") {
      const found = {};
      for (const key of Object.keys(value)) found[key] = key === "datasets" ? value[key] : resolve(value[key], colours);
      return found;
    }
    return value;
  }

  // The longest name in the legend, in letters, at most what the legend shows of it.
  function longest(spec) {
    const marks = spec.layer ?? [spec];
    const names = marks.flatMap((mark) => mark.encoding?.color?.scale?.domain ?? []);
    return Math.min(22, Math.max(4, ...names.map((name) => String(name).length)));
  }

  async function draw(place) {
    const source = place.parentElement.querySelector("template[data-spec]");
    if (!source || !window.vegaEmbed) return;
    shown.get(place)?.finalize();
    const colours = palette();
    const spec = resolve(JSON.parse(source.content.textContent), colours);
    colours.done();
    const width = place.clientWidth;
    spec.config.legend.columns = Math.max(1, Math.floor(width / (44 + 7.5 * longest(spec))));
    if (width < 420) {
      spec.config.axisY.labelLimit = 96;
    }
    // Shadow text of the data would be read twice: the figure has a name, a description and a table.
    try {
      const result = await window.vegaEmbed(place, spec, {
        ast: true,
        actions: false,
        renderer: "svg",
        defaultStyle: false,
        mode: "vega-lite",
        tooltip: { disableDefaultStyle: true },
      });
      place.querySelector("svg")?.setAttribute("aria-hidden", "true");
      shown.set(place, result);
    } catch (error) {
      console.error(error);
      const words = document.createElement("p");
      words.className = "chart-failed";
      words.textContent = "The picture could not be drawn. The figures are in the table below.";
      place.style.minHeight = "0";
      place.replaceChildren(words);
    }
  }

  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      seen.unobserve(entry.target);
      draw(entry.target);
    }
    // Early enough that what lies below has its place before somebody aims at it.
  }, { rootMargin: "1000px" });

  function find(from = document) {
    for (const place of from.querySelectorAll("[data-chart]:not([data-found])")) {
      place.dataset.found = "";
      // The drawing area and its axis; only a legend comes on top.
      place.style.minHeight = `${Number(place.dataset.height) + 24}px`;
      seen.observe(place);
    }
    for (const [place, result] of shown) {
      if (place.isConnected) continue;
      result.finalize();
      shown.delete(place);
    }
  }

  document.addEventListener("fourleaf:theme", () => {
    for (const place of [...shown.keys()]) draw(place);
  });
  let narrowed = 0;
  let width = innerWidth;
  addEventListener("resize", () => {
    // Phones send a resize whenever the address bar moves; only another width needs another picture.
    if (innerWidth === width) return;
    width = innerWidth;
    clearTimeout(narrowed);
    narrowed = setTimeout(() => { for (const place of [...shown.keys()]) draw(place); }, 200);
  });
  window.fourleafCharts = { find };
  find();
})();
