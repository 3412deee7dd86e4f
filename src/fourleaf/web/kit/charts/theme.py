"""Colours and the common look of charts. The values repeat ``tokens.css`` for pictures made on the server; a test
holds the two together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["CONFIG", "SERIES", "TOKENS", "resolve", "series_colours"]

#: How many colours there are before they repeat.
SERIES = 8

TOKENS: dict[str, dict[str, str]] = {
    "light": {
        "raised": "#ffffff",
        "ink": "#18211d",
        "ink-muted": "#5b665f",
        "line": "#dfe2da",
        "line-strong": "#c4c9bf",
        "leaf": "#1f7a4d",
        "good": "#1f7a4d",
        "attention": "#8f5600",
        "blocking": "#b3261e",
        "information": "#2d5f9a",
        "series-1": "#1f7a4d",
        "series-2": "#5a91ec",
        "series-3": "#ad8f2c",
        "series-4": "#8354ad",
        "series-5": "#703102",
        "series-6": "#d6699c",
        "series-7": "#245768",
        "series-8": "#29314b",
    },
    "dark": {
        "raised": "#1a211e",
        "ink": "#e8ece8",
        "ink-muted": "#9aa69f",
        "line": "#2c3531",
        "line-strong": "#43504a",
        "leaf": "#58b98a",
        "good": "#58b98a",
        "attention": "#e0a24a",
        "blocking": "#f1857c",
        "information": "#8ab4e8",
        "series-1": "#58b98a",
        "series-2": "#4a67bc",
        "series-3": "#fade74",
        "series-4": "#b085d7",
        "series-5": "#cc5f15",
        "series-6": "#a84e6b",
        "series-7": "#a9f5f9",
        "series-8": "#afbdde",
    },
}

_FONT = "system-ui, Segoe UI, Roboto, Noto Sans, Liberation Sans, sans-serif"
#: The look that every spec carries: no frame, hairlines, the legend above, small muted letters.
CONFIG: dict[str, Any] = {
    "font": _FONT,
    "background": "transparent",
    "padding": 2,
    "view": {"stroke": None},
    "axis": {
        "labelColor": "token:ink-muted",
        "titleColor": "token:ink-muted",
        "gridColor": "token:line",
        "domainColor": "token:line-strong",
        "tickColor": "token:line-strong",
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": 400,
        "labelPadding": 6,
        "tickSize": 4,
    },
    "axisX": {"grid": False, "labelFlush": True, "labelBound": False, "labelOverlap": "greedy", "labelSeparation": 8},
    "axisY": {"domain": False, "ticks": False, "tickCount": 4, "titleAnchor": "start", "labelLimit": 150},
    "legend": {
        "orient": "top",
        "direction": "horizontal",
        "title": None,
        "labelColor": "token:ink",
        "labelFontSize": 12,
        "labelLimit": 160,
        "symbolSize": 90,
        "symbolOpacity": 1,
        "symbolStrokeWidth": 2.5,
        "columnPadding": 16,
        "rowPadding": 4,
        "offset": 10,
    },
    "title": {"color": "token:ink", "fontSize": 13, "fontWeight": 600, "anchor": "start"},
    "line": {"strokeWidth": 2.25, "strokeCap": "round", "strokeJoin": "round"},
    "rule": {"color": "token:ink-muted"},
    "text": {"color": "token:ink", "fontSize": 12},
    "bar": {"cornerRadiusEnd": 2},
}


def resolve(value: Any, theme: str = "light") -> Any:
    """The spec with the colours of a theme in place of the tokens' names."""
    if isinstance(value, str):
        return TOKENS[theme][value[6:]] if value.startswith("token:") else value
    if isinstance(value, Mapping):
        return {key: resolve(item, theme) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [resolve(item, theme) for item in value]
    return value


def series_colours(names: Iterable[str], fixed: Mapping[str, int | str] | None = None) -> dict[str, str]:
    """A token for each series: fixed ones keep theirs, others take what is free.

    A fixed colour is a brand's place in the palette, or the name of a token ("attention") where colour has a meaning.
    """
    fixed = fixed or {}
    names = list(dict.fromkeys(names))
    taken = {place % SERIES for name in names if isinstance(place := fixed.get(name), int)}
    free = [place for place in range(SERIES) if place not in taken] or list(range(SERIES))
    colours: dict[str, str] = {}
    drawn = 0
    for name in names:
        chosen = fixed.get(name)
        if isinstance(chosen, str):
            colours[name] = f"token:{chosen}"
            continue
        if chosen is None:
            chosen = free[drawn % len(free)]
            drawn += 1
        colours[name] = f"token:series-{chosen % SERIES + 1}"
    return colours
