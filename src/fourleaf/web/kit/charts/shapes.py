"""The usual pictures: lines over time with their interval, stacked bars, bars with their interval, small multiples.

Altair takes tens of milliseconds to build a spec, so each shape is built once per process and gets its rows afterwards
as the data set "rows". All labels are finished text from here; the browser only draws.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from fourleaf.web.kit import numbers, times
from fourleaf.web.kit.charts.chart import Chart, Panel
from fourleaf.web.kit.charts.theme import series_colours

__all__ = ["Bar", "Point", "bars", "line_over_time", "small_multiples", "stacked_bars"]


@dataclass(frozen=True)
class Point:
    """A value of a series on a day, with its interval and base where it is an estimate; None leaves a gap."""

    day: date
    value: float | None
    low: float | None = None
    high: float | None = None
    series: str = ""
    base: int | None = None


@dataclass(frozen=True)
class Bar:
    """A value of a thing, with its interval and base where it is an estimate."""

    label: str
    value: float
    low: float | None = None
    high: float | None = None
    base: int | None = None
    series: str = ""


def _said(value: float | None, low: float | None, high: float | None, base: int | None, share: bool, of: str) -> str:
    if value is None:
        return "too few to show"
    if share:
        if low is None or high is None:
            return numbers.percent(value)
        whole = numbers.Share(value, low, high, base or 0, of)
        return f"{numbers.percent(value)} ({whole.interval})" + (f", of {numbers.number(base)}" if base else "")
    places = 0 if float(value).is_integer() else 1
    text = numbers.number(value, places)
    if low is not None and high is not None:
        text += f" ({numbers.number(low, places)}-{numbers.number(high, places)})"
    return text


def _at_days(shape: Mapping[str, Any], points: Sequence[Point], most: int) -> dict[str, Any]:
    """A copy of a line shape whose marks on the time axis stand at days that have values, at most ``most`` of them."""
    days = sorted({point.day for point in points})
    step = max(1, -(-len(days) // most))
    # Milliseconds of midnight in UTC, the scale's own numbers. As an expression, since plain numbers become calls of
    # ``datetime(number)``, which the library's interpreter (used instead of eval) reads as a year.
    values = {"expr": str([_stamp(day) for day in days[::step]])}
    found = copy.deepcopy(dict(shape))
    for layer in found["layer"]:
        layer["encoding"]["x"]["axis"]["values"] = values
    return found


def _filled(shape: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], **more: Any) -> dict[str, Any]:
    """A copy of the shape with its rows, and with further data sets by name."""
    return {**shape, "datasets": {"rows": list(rows), **more}}


def _named(names: tuple[str, ...], colours: tuple[str, ...]) -> Any:
    import altair as alt

    legend = alt.Legend() if len(names) > 1 else None
    scale = alt.Scale(domain=list(names), range=list(colours))
    return alt.Color("series:N", scale=scale, legend=legend)


@lru_cache(maxsize=256)
def _line_shape(
    names: tuple[str, ...],
    colours: tuple[str, ...],
    share: bool,
    tick: str,
    height: int,
    band: bool,
    bottom: float,
    top: float,
    lone: bool,
) -> dict[str, Any]:
    import altair as alt

    number_format = ".0%" if share else ",~f"
    x = alt.X("day:T", scale=alt.Scale(type="utc"), axis=alt.Axis(format=tick, title=None))
    y_scale = alt.Scale(domain=[bottom, top]) if top else alt.Scale(zero=True, nice=True)
    y = alt.Y("value:Q", scale=y_scale, axis=alt.Axis(format=number_format, title=None))
    colour = _named(names, colours)
    base = alt.Chart(alt.NamedData("rows")).encode(x=x, color=colour)
    layers = []
    if band:
        area = base.mark_area(opacity=0.16, line=False).encode(y=alt.Y("low:Q", scale=y_scale), y2="high:Q")
        layers.append(area)
    layers.append(base.mark_line().encode(y=y))
    # A value between two gaps is no line: it stands as a dot, with its interval as a stroke.
    # Only where there are any: the library warns of a layer without rows.
    if lone:
        dots = base.transform_filter("datum.lone")
        if band:
            layers.append(dots.mark_rule(strokeWidth=1.5).encode(y=alt.Y("low:Q", scale=y_scale), y2="high:Q"))
        layers.append(dots.mark_point(filled=True, size=40, opacity=1).encode(y=y))
    # A strip over the whole height for each day catches the pointer and says every series' value. (The usual nearest
    # point is no use: its cells ask for the tooltip's fields where they are not.)
    hover = alt.selection_point(name="hover", fields=["key"], on="pointerover", clear="pointerout", empty=False)
    layers.append(
        base.mark_point(filled=True, size=50).encode(y=y, opacity=alt.condition(hover, alt.value(1), alt.value(0)))
    )
    titles = [name or "Value" for name in names]
    layers.append(
        alt.Chart(alt.NamedData("days"))
        .mark_rect(fill="token:ink")
        .encode(
            x=alt.X("from:T", scale=alt.Scale(type="utc"), axis=alt.Axis(format=tick, title=None)),
            x2="to:T",
            opacity=alt.condition(hover, alt.value(0.06), alt.value(0)),
            tooltip=[
                alt.Tooltip("when:N", title="Day"),
                *(alt.Tooltip(f"said{place}:N", title=title) for place, title in enumerate(titles)),
            ],
        )
        .add_params(hover)
    )
    spec: dict[str, Any] = alt.layer(*layers).properties(width="container", height=height).to_dict()
    spec.pop("config", None)
    return spec


def _lone(points: Sequence[Point]) -> set[tuple[str, date]]:
    """(series, day) of the values that have none beside them, so that no line reaches them."""
    found = set()
    by_series: dict[str, list[Point]] = {}
    for point in points:
        by_series.setdefault(point.series, []).append(point)
    for series, members in by_series.items():
        there = [None, *(point.value for point in sorted(members, key=lambda point: point.day)), None]
        days = sorted(point.day for point in members)
        for place, day in enumerate(days, 1):
            if there[place] is not None and there[place - 1] is None and there[place + 1] is None:
                found.add((series, day))
    return found


def _time_rows(points: Sequence[Point], share: bool, of: str) -> list[dict[str, Any]]:
    lone = _lone(points)
    return [
        {
            "day": point.day.isoformat(),
            "key": point.day.isoformat(),
            "when": times.day(point.day),
            "series": point.series,
            "value": point.value,
            "low": point.low,
            "high": point.high,
            "lone": (point.series, point.day) in lone,
            "said": _said(point.value, point.low, point.high, point.base, share, of),
        }
        for point in points
    ]


def _day_rows(points: Sequence[Point], names: Sequence[str], share: bool, of: str) -> list[dict[str, Any]]:
    """One strip a day, from the middle between it and the day before to the middle towards the day after."""
    cells = {
        (point.day, point.series): _said(point.value, point.low, point.high, point.base, share, of) for point in points
    }
    days = sorted({point.day for point in points})
    stamps = [_stamp(day) for day in days]
    half = 43_200_000
    rows = []
    for place, (day, stamp) in enumerate(zip(days, stamps, strict=True)):
        lone = len(days) == 1
        begin = (stamps[place - 1] + stamp) // 2 if place else stamp - half * lone
        end = (stamps[place + 1] + stamp) // 2 if place + 1 < len(days) else stamp + half * lone
        said = {f"said{number}": cells.get((day, name), "–") for number, name in enumerate(names)}
        rows.append({"key": day.isoformat(), "from": begin, "to": end, "when": times.day(day), **said})
    return rows


def _stamp(day: date) -> int:
    """Midnight in UTC as the scale counts it, in milliseconds."""
    return (day - date(1970, 1, 1)).days * 86_400_000


def _wide(
    points: Sequence[Point], names: Sequence[str], share: bool, of: str, first: str
) -> tuple[tuple[str, ...], list[list[str]]]:
    """The data table: one row a day, one column a series."""
    cells = {
        (point.day, point.series): _said(point.value, point.low, point.high, point.base, share, of) for point in points
    }
    days = sorted({point.day for point in points})
    rows = [[times.day(day), *(cells.get((day, name), "–") for name in names)] for day in days]
    return (first, *(name or "Value" for name in names)), rows


def _tick(points: Sequence[Point]) -> str:
    if not points:
        return "%-d %b"
    days = [point.day for point in points]
    return "%b %Y" if (max(days) - min(days)).days > 200 else "%-d %b"


def line_over_time(
    *,
    id: str,
    title: str,
    description: str,
    points: Sequence[Point],
    share: bool = False,
    of: str = "",
    unit: str = "",
    note: str = "",
    colours: Mapping[str, int | str] | None = None,
    height: int = 240,
) -> Chart:
    """One line a series, with its interval as a band. ``colours`` gives brands their place in the palette."""
    names = list(dict.fromkeys(point.series for point in points)) or [""]
    tokens = series_colours(names, colours)
    band = any(point.low is not None for point in points)
    top = 0.0 if any(point.value is not None for point in points) else 1.0
    shape = _line_shape(
        tuple(names), tuple(tokens.values()), share, _tick(points), height, band, 0.0, top, bool(_lone(points))
    )
    head, rows = _wide(points, names, share, of, "Day")
    days = _day_rows(points, names, share, of)
    spec = _filled(_at_days(shape, points, 8), _time_rows(points, share, of), days=days)
    return Chart(id, title, description, (Panel(spec),), head, rows, unit, note, height)


def small_multiples(
    *,
    id: str,
    title: str,
    description: str,
    points: Sequence[Point],
    share: bool = False,
    of: str = "",
    unit: str = "",
    note: str = "",
    colours: Mapping[str, int | str] | None = None,
    height: int = 110,
) -> Chart:
    """One small picture a series, all on the same scale, so that shapes can be compared."""
    names = list(dict.fromkeys(point.series for point in points)) or [""]
    tokens = series_colours(names, colours)
    band = any(point.low is not None for point in points)
    tops = [value for point in points for value in (point.value, point.high) if value is not None]
    top = round(max(tops, default=1.0) * 1.05, 4) or 1.0
    lows = [value for point in points for value in (point.value, point.low) if value is not None]
    bottom = round(min(0.0, min(lows, default=0.0)) * 1.05, 4)
    panels = []
    for name in names:
        mine = [point for point in points if point.series == name]
        lone = bool(_lone(mine))
        shape = _line_shape((name,), (tokens[name],), share, _tick(points), height, band, bottom, top, lone)
        days = _day_rows(mine, [name], share, of)
        panels.append(Panel(_filled(_at_days(shape, points, 3), _time_rows(mine, share, of), days=days), name))
    head, rows = _wide(points, names, share, of, "Day")
    return Chart(id, title, description, tuple(panels), head, rows, unit, note, height)


@lru_cache(maxsize=256)
def _stack_shape(names: tuple[str, ...], colours: tuple[str, ...], height: int, normalise: bool) -> dict[str, Any]:
    import altair as alt

    stack: Any = "normalize" if normalise else "zero"
    axis = alt.Axis(format=".0%" if normalise else ",~f", title=None)
    spec: dict[str, Any] = (
        alt.Chart(alt.NamedData("rows"))
        .mark_bar(cornerRadiusEnd=0, stroke="token:raised", strokeWidth=0.75)
        .encode(
            x=alt.X("when:O", sort=None, axis=alt.Axis(title=None, labelAngle=0), scale=alt.Scale(paddingInner=0.15)),
            y=alt.Y("value:Q", stack=stack, axis=axis),
            color=_named(names, colours),
            order=alt.Order("place:Q"),
            tooltip=[
                alt.Tooltip("long:N", title="Day"),
                alt.Tooltip("series:N", title="Series"),
                alt.Tooltip("said:N", title="Value"),
            ],
        )
        .properties(width="container", height=height)
        .to_dict()
    )
    spec.pop("config", None)
    return spec


def stacked_bars(
    *,
    id: str,
    title: str,
    description: str,
    points: Sequence[Point],
    unit: str = "",
    note: str = "",
    colours: Mapping[str, int | str] | None = None,
    height: int = 240,
    normalise: bool = False,
) -> Chart:
    """Counts a day (or week), one part a series. ``normalise`` draws shares of each bar."""
    names = list(dict.fromkeys(point.series for point in points)) or [""]
    tokens = series_colours(names, colours)
    years = len({point.day.year for point in points}) > 1
    ordered = sorted(points, key=lambda point: point.day)
    rows = [
        {
            "when": f"{point.day.day} {point.day:%b}" + (f" {point.day:%y}" if years else ""),
            "long": times.day(point.day),
            "series": point.series,
            "place": names.index(point.series),
            "value": point.value or 0,
            "said": _said(point.value, None, None, None, False, ""),
        }
        for point in ordered
    ]
    shape = _stack_shape(tuple(names), tuple(tokens.values()), height, normalise)
    head, table = _wide(points, names, False, "", "Day")
    return Chart(id, title, description, (Panel(_filled(shape, rows)),), head, table, unit, note, height)


@lru_cache(maxsize=256)
def _bar_shape(
    names: tuple[str, ...], colours: tuple[str, ...], share: bool, height: int, interval: bool
) -> dict[str, Any]:
    import altair as alt

    y = alt.Y("label:N", sort=None, axis=alt.Axis(title=None))
    axis = alt.Axis(format=".0%" if share else ",~f", title=None, grid=True, tickCount=5)
    base = alt.Chart(alt.NamedData("rows")).encode(
        y=y, tooltip=[alt.Tooltip("label:N", title="What"), alt.Tooltip("said:N", title="Value")]
    )
    bar = base.mark_bar(height={"band": 0.62}).encode(
        x=alt.X("value:Q", axis=axis, scale=alt.Scale(zero=True)), color=_named(names, colours)
    )
    layers = [bar]
    if interval:
        # A pale line under the dark one keeps the interval visible on the bar and beside it.
        for colour, width in (("token:raised", 5), ("token:ink", 1.75)):
            layers.append(base.mark_rule(color=colour, strokeWidth=width).encode(x=alt.X("low:Q"), x2="high:Q"))
    spec: dict[str, Any] = alt.layer(*layers).properties(width="container", height=height).to_dict()
    spec.pop("config", None)
    return spec


def bars(
    *,
    id: str,
    title: str,
    description: str,
    items: Sequence[Bar],
    share: bool = False,
    of: str = "",
    unit: str = "",
    note: str = "",
    colours: Mapping[str, int | str] | None = None,
    first: str = "What",
) -> Chart:
    """Horizontal bars in the given order, each with its interval as a line."""
    names = list(dict.fromkeys(item.series for item in items)) or [""]
    tokens = series_colours(names, colours)
    interval = any(item.low is not None for item in items)
    height = max(60, 32 * len(items))
    rows = [
        {
            "label": item.label,
            "value": item.value,
            "low": item.low,
            "high": item.high,
            "series": item.series,
            "said": _said(item.value, item.low, item.high, item.base, share, of),
        }
        for item in items
    ]
    shape = _bar_shape(tuple(names), tuple(tokens.values()), share, height, interval)
    table = [[item.label, str(row["said"])] for item, row in zip(items, rows, strict=True)]
    return Chart(id, title, description, (Panel(_filled(shape, rows)),), (first, "Value"), table, unit, note, height)
