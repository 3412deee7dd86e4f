"""The parallel path: work outside above the axis, work inside below, dependencies across, and where one is ahead.

`draw` is pure: facts and a window in, shapes out; the template writes them as SVG, with classes for every colour. All
coordinates are texts with one decimal, in units of the view box.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from fourleaf.web.kit import times
from fourleaf.web.planning.roadmap_facts import Facts, ItemFacts, Launch
from fourleaf.web.planning.roadmap_layout import Lanes, Scale, Tick, place_label, text_width, ticks
from fourleaf.web.planning.roadmap_shapes import Bar, Box, Column, Edge, Gap, Mark, Picture, Window

__all__ = ["draw"]

_WIDTH: Final = 1010.0
_LEFT: Final = 14.0
_RIGHT: Final = _WIDTH - 14.0
_LANE: Final = 25.0
_BAR: Final = 16.0
_HEAD: Final = 46.0
#: Between the axis and the nearest lane; the words “Outside” and “Inside” stand there.
_SHORE: Final = 18.0
_MARK: Final = 20.0
_ICON: Final = 14.0
_MARK_ROWS: Final = 3


@dataclass(frozen=True, slots=True)
class _Spot:
    """An item with its stretch and its label before it has a height."""

    fact: ItemFacts
    x0: float
    x1: float
    low: float
    high: float
    anchor: str
    text: float
    label: str


@dataclass(frozen=True, slots=True)
class _MarkRow:
    """Marks with their rows; ``named`` says whether the labels hold more than the id."""

    placed: tuple[tuple[Launch, int], ...]
    lanes: Lanes
    named: bool


def draw(facts: Facts, window: Window | None = None, *, baseline: bool = True, dependencies: bool = True) -> Picture:
    """The picture of the window (the whole by default). Items and marks outside the window are left out and counted."""
    scale = _scale(facts, window)
    shown = [item for item in facts.items if scale.shows(item.start, max(item.end, _late_end(item)))]
    marks = [mark for mark in facts.launches if scale.start <= mark.on <= scale.end]
    above, below = Lanes(), Lanes()
    spots = {item.id: _spot(item, scale) for item in shown}
    lanes = {key: _lane(spot, above, below, spots) for key, spot in _in_order(spots) if spot.fact.side != "both"}
    middle, gap_rows = _middle(facts, spots, scale)
    launches, experiments = _mark_rows(marks, scale)
    y_above = _HEAD + len(launches.lanes) * _MARK + (6 if launches.placed else 0)
    axis_top = y_above + max(1, len(above)) * _LANE + _SHORE
    axis_bottom = axis_top + max(1, len(middle)) * _LANE + 6
    y_ends = axis_bottom + _SHORE + max(1, len(below)) * _LANE
    foot = y_ends + (len(experiments.lanes) * _MARK + 4 if experiments.placed else 0) + 6

    def row(key: str) -> float:
        side = spots[key].fact.side
        if side == "external":
            return axis_top - _SHORE - (lanes[key] + 1) * _LANE + 3
        if side == "internal":
            return axis_bottom + _SHORE + lanes[key] * _LANE + 3
        return axis_top + 3 + gap_rows[key] * _LANE + 4

    rows = {key: row(key) for key in spots}
    edges = _edges(spots, rows) if dependencies else {}
    bars = tuple(_bar(spot, rows, spots, edges, facts, scale, baseline) for spot in spots.values())
    gaps = tuple(_gap(item, spots, rows, gap_rows, axis_top, facts, scale) for item in _gapped(facts, spots, scale))
    today = scale.x(facts.as_of)
    return Picture(
        width=_n(_WIDTH),
        height=_n(foot + 22),
        left=_n(_LEFT),
        right=_n(_RIGHT),
        span=_n(_RIGHT - _LEFT),
        head=_n(_HEAD),
        phases=_phases(facts, scale),
        ticks=_ticks(scale),
        edges=tuple(edge for key, edge in edges.items()),
        bars=bars,
        gaps=gaps,
        marks=(
            *_marks(launches, scale, _HEAD + 4, axis_top, up=True),
            *_marks(experiments, scale, y_ends + 2, axis_bottom, up=False),
        ),
        axis_top=_n(axis_top),
        axis_bottom=_n(axis_bottom),
        axis_height=_n(axis_bottom - axis_top),
        axis_captions=(("Outside", _n(axis_top - 5), "up"), ("Inside", _n(axis_bottom + 13), "down")),
        foot=_n(foot),
        today_x=_n(today) if _LEFT <= today <= _RIGHT else "",
        today_anchor="end" if today > _RIGHT - 60 else "start" if today < _LEFT + 60 else "middle",
        today_label=f"Today, {facts.as_of.day} {facts.as_of:%b}",
        days_per_unit=f"{1 / scale.per_day:.6f}",
        first_day=scale.start,
        left_out=len(facts.items) - len(shown),
        title=f"The parallel path{': ' + window.name if window and window.name else ''}",
        description=_described(facts, shown),
    )


def _n(value: float) -> str:
    return f"{value:.1f}"


def _scale(facts: Facts, window: Window | None) -> Scale:
    if window is not None:
        return Scale(window.start, max(window.end, window.start + timedelta(days=14)), _LEFT, _RIGHT)
    spare = max(7, (facts.ends - facts.starts).days // 40)
    return Scale(facts.starts - timedelta(days=3), facts.ends + timedelta(days=spare), _LEFT, _RIGHT)


def _late_end(item: ItemFacts) -> date:
    """The day up to which the bar and what it runs over reach."""
    return max(item.finish, item.end) if item.state == "in_progress" or item.late_days else item.end


def _spot(item: ItemFacts, scale: Scale) -> _Spot:
    x0, x1 = scale.clamp(item.start, 8), max(scale.clamp(item.end, 8), scale.clamp(item.start, 8) + 4)
    width = _ICON + text_width(item.id, strong=True) + 5 + text_width(item.title)
    # Labels beside a bar begin behind what the bar runs over.
    over = max(x1, scale.clamp(_late_end(item), 8))
    placed = place_label(x0, x1, width, (_LEFT, _RIGHT))
    if placed.anchor == "right":
        placed = place_label(x0, over, width, (_LEFT, _RIGHT), pad=6) if over > x1 else placed
        if placed.anchor == "inside":
            placed = place_label(x0, x1, width, (_LEFT, _RIGHT))
    return _Spot(item, x0, x1, placed.low, max(placed.high, over), placed.anchor, placed.x, item.title)


def _in_order(spots: dict[str, _Spot]) -> list[tuple[str, _Spot]]:
    """Earlier phases lie nearer to the axis, where inside and outside meet."""
    return sorted(spots.items(), key=lambda pair: (pair[1].fact.phase, pair[1].x0, pair[0]))


def _lane(spot: _Spot, above: Lanes, below: Lanes, spots: dict[str, _Spot]) -> int:
    return (above if spot.fact.side == "external" else below).put(spot.low, spot.high)


def _gapped(facts: Facts, spots: dict[str, _Spot], scale: Scale) -> list[ItemFacts]:
    behind = ((item, facts.item(item.behind)) for item in facts.ahead if item.id in spots)
    return [item for item, other in behind if other and scale.shows(item.start, max(facts.as_of, other.finish))]


def _gap_text(item: ItemFacts) -> str:
    return f"{item.id} {item.ahead}"


def _gap_span(item: ItemFacts, facts: Facts, scale: Scale) -> tuple[float, float]:
    behind = facts.item(item.behind)
    until = max(facts.as_of, behind.finish, behind.end) if behind else facts.as_of
    low = scale.clamp(item.start, 8)
    return low, max(scale.clamp(until, 8), low + 12)


def _middle(facts: Facts, spots: dict[str, _Spot], scale: Scale) -> tuple[Lanes, dict[str, int]]:
    """Rows of the axis: items of both sides, and gaps (under ``gap <id>``)."""
    lanes = Lanes(gap=12)
    rows = {key: lanes.put(spot.low, spot.high) for key, spot in spots.items() if spot.fact.side == "both"}
    for item in _gapped(facts, spots, scale):
        low, high = _gap_span(item, facts, scale)
        width = text_width(_gap_text(item), strong=True) + 8
        if high - low < width + 12:
            low, high = (low, high + width) if high + width < _RIGHT else (low - width, high)
        rows[f"gap {item.id}"] = lanes.put(low, high)
    return lanes, rows


# --- dependencies --------------------------------------------------------------------------------------------------


def _edges(spots: dict[str, _Spot], rows: dict[str, float]) -> dict[tuple[str, str], Edge]:
    """(needed, needing) -> curve, for every dependency between two items that are shown."""
    found = {}
    for key, spot in spots.items():
        for kind, names in (("hard", spot.fact.hard), ("soft", spot.fact.soft)):
            for name in names:
                if name in spots:
                    found[(name, key)] = _edge(spots[name], spot, rows[name], rows[key], kind)
    return found


def _edge(needed: _Spot, needing: _Spot, y_from: float, y_to: float, kind: str) -> Edge:
    x0, y0 = needed.x1, y_from + _BAR / 2
    x1, y1 = needing.x0, y_to + _BAR / 2
    early = x1 < x0 - 2 and not needed.fact.finished
    bend = min(max(18.0, abs(x1 - x0) / 2), 90.0)
    css = [kind]
    if {needed.fact.side, needing.fact.side} == {"internal", "external"}:
        css.append("across")
    if needed.fact.critical and needing.fact.critical and kind == "hard":
        css.append("critical")
    if early and needing.fact.state == "in_progress" and kind == "hard":
        css.append("early")
    path = f"M{_n(x0)} {_n(y0)}C{_n(x0 + bend)} {_n(y0)} {_n(x1 - bend)} {_n(y1)} {_n(x1)} {_n(y1)}"
    return Edge(path, " ".join(css))


# --- bars ----------------------------------------------------------------------------------------------------------


def _box(spot: _Spot, y: float) -> Box:
    return Box(_n(spot.x0), _n(y), _n(spot.x1 - spot.x0), _n(_BAR))


def _bar(
    spot: _Spot,
    rows: dict[str, float],
    spots: dict[str, _Spot],
    edges: dict[tuple[str, str], Edge],
    facts: Facts,
    scale: Scale,
    baseline: bool,
) -> Bar:
    item, y = spot.fact, rows[spot.fact.id]
    own = [(pair, edge) for pair, edge in edges.items() if item.id in pair]
    others = [name for pair, _ in own for name in pair if name != item.id]
    done_part = 0.0
    if item.state == "in_progress":
        done_part = max(0.0, min(scale.clamp(facts.as_of), spot.x1) - spot.x0)
    over = scale.clamp(_late_end(item), 8)
    ghost = None
    if baseline and item.baseline and scale.shows(*item.baseline):
        g0, g1 = (scale.clamp(day, 8) for day in item.baseline)
        ghost = Box(_n(g0), _n(y + _BAR + 1.5), _n(max(3.0, g1 - g0)), "3")
    css = [item.side, item.state.replace("_", "-")]
    css += [name for name, holds in (
        ("critical", item.critical), ("late", item.late_days > 0), ("guessed", item.guessed), ("own", item.own),
        ("ahead", item.lag > 0)) if holds]  # fmt: skip
    return Bar(
        fact=item,
        box=_box(spot, y),
        css=" ".join(css),
        icon=item.state.replace("_", "-"),
        icon_x=_n(spot.text),
        icon_y=_n(y + 3),
        text_x=_n(spot.text + _ICON),
        text_y=_n(y + _BAR - 4),
        label=spot.label,
        outside=spot.anchor != "inside",
        progress=_n(done_part) if done_part > 0.5 else "",
        spine_y=_n(y + _BAR),
        ghost=ghost,
        overrun=_n(over) if over > spot.x1 + 2 else "",
        mid_y=_n(y + _BAR / 2),
        own_edges=tuple(edge for _, edge in own),
        tied=tuple(_box(spots[name], rows[name]) for name in others),
        sentence=_sentence(item),
    )


def _sentence(item: ItemFacts) -> str:
    """What a bar says when it is pointed at."""
    parts = [
        f"{item.id} {item.title}: {item.state_word.lower()}, {item.side_word.lower()}, phase {item.phase}.",
        f"{times.day(item.start)} to {times.day(item.end)}{' (worked out)' if item.guessed else ''}.",
    ]
    if item.unmet_hard:
        parts.append(f"Waits for {_listed(item.unmet_hard)}.")
    if item.lag:
        parts.append(f"It {item.ahead}.")
    if item.late_days:
        parts.append(f"{item.late_days} days over its planned end; {times.day(item.finish)} at the earliest.")
    if item.critical:
        parts.append("Critical: no slack.")
    if item.shift:
        parts.append(f"{abs(item.shift)} days {'later' if item.shift > 0 else 'earlier'} than the baseline.")
    return " ".join(parts)


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


# --- gaps ----------------------------------------------------------------------------------------------------------


def _gap(
    item: ItemFacts,
    spots: dict[str, _Spot],
    rows: dict[str, float],
    gap_rows: dict[str, int],
    axis_top: float,
    facts: Facts,
    scale: Scale,
) -> Gap:
    """A lens on the axis, opening from the day the outside began to the day the inside can be done."""
    low, high = _gap_span(item, facts, scale)
    middle = axis_top + 3 + gap_rows[f"gap {item.id}"] * _LANE + _LANE / 2
    half = 9.0 if item.lag == 1 else 11.0
    ease = min(18.0, (high - low) / 3)
    path = (
        f"M{_n(low)} {_n(middle)}C{_n(low + ease / 2)} {_n(middle - half)} {_n(low + ease)} {_n(middle - half)} "
        f"{_n(low + 1.4 * ease)} {_n(middle - half)}H{_n(high - 1.4 * ease)}"
        f"C{_n(high - ease)} {_n(middle - half)} {_n(high - ease / 2)} {_n(middle - half)} {_n(high)} {_n(middle)}"
        f"C{_n(high - ease / 2)} {_n(middle + half)} {_n(high - ease)} {_n(middle + half)} "
        f"{_n(high - 1.4 * ease)} {_n(middle + half)}H{_n(low + 1.4 * ease)}"
        f"C{_n(low + ease)} {_n(middle + half)} {_n(low + ease / 2)} {_n(middle + half)} {_n(low)} {_n(middle)}Z"
    )
    text = _gap_text(item)
    width = text_width(text, strong=True)
    inside = high - low >= width + 34
    right = high + 6 + width < _RIGHT
    links = [f"M{_n(low)} {_n(rows[item.id] + _BAR)}V{_n(middle)}"]
    if item.behind in spots:
        behind = spots[item.behind]
        links.append(f"M{_n(high)} {_n(middle)}V{_n(rows[item.behind])}" if behind.x1 >= high - 1 else
                     f"M{_n(high)} {_n(middle)}V{_n(rows[item.behind] + _BAR / 2)}H{_n(behind.x1)}")  # fmt: skip
    return Gap(
        fact=item,
        path=path,
        css="far" if item.lag > 1 else "near",
        text=text,
        text_x=_n((low + high - width) / 2 if inside else high + 6 if right else low - 6 - width),
        text_y=_n(middle + 4),
        inside=inside,
        links=tuple(links),
    )


# --- calendar, phases, marks ---------------------------------------------------------------------------------------


def _phases(facts: Facts, scale: Scale) -> tuple[Column, ...]:
    columns = []
    for phase in facts.phases:
        x0, x1 = scale.clamp(phase.start), scale.clamp(phase.end)
        if phase is facts.phases[-1]:
            x1 = max(x1, _RIGHT) if phase.end >= facts.ends else x1
        if x1 - x0 < 0.5:
            continue
        long, short = f"{phase.number} {phase.name}", f"{phase.number}"
        label = long if text_width(long, strong=True) + 10 <= x1 - x0 else short if x1 - x0 >= 14 else ""
        css = "odd" if phase.number % 2 else "even"
        css += " active" if phase.number == facts.active_phase else ""
        columns.append(Column(_n(x0), _n(x1 - x0), label, css, _n(x0 + 6 if label == long else (x0 + x1) / 2 - 3)))
    return tuple(columns)


def _ticks(scale: Scale) -> tuple[Column, ...]:
    found, last = [], -1e9
    strokes = ticks(scale.start, scale.end)
    if (scale.end - scale.start).days > 120 and (not strokes or scale.x(strokes[0].on) - _LEFT > 40):
        strokes.insert(0, Tick(scale.start, str(scale.start.year), False))
    for tick in strokes:
        x = scale.x(tick.on)
        room = text_width(tick.label, size=10) + 6
        label = tick.label if x - last >= 0 and x + room <= _RIGHT else ""
        last = x + room if label else last
        found.append(Column(_n(x), "", label, "year" if tick.strong else "", _n(x + 3)))
    return tuple(found)


def _mark_rows(marks: Iterable[Launch], scale: Scale) -> tuple[_MarkRow, ...]:
    """Launches outside above, everything else below, each with its row."""
    rows: list[_MarkRow] = []
    marks = list(marks)
    for outside in (True, False):
        chosen = sorted((m for m in marks if (m.kind == "external") == outside), key=lambda m: (m.on, m.id))
        row = _packed(chosen, scale, named=True)
        # A crowd of launches is told by their ids; names are a pointer, a zoom or the list away.
        rows.append(row if len(row.lanes) <= _MARK_ROWS else _packed(chosen, scale, named=False))
    return tuple(rows)


def _packed(marks: Sequence[Launch], scale: Scale, *, named: bool) -> _MarkRow:
    lanes = Lanes(gap=4)
    placed = tuple((mark, lanes.put(*_mark_span(mark, scale, named)[:2])) for mark in marks)
    return _MarkRow(placed, lanes, named)


def _mark_span(mark: Launch, scale: Scale, named: bool) -> tuple[float, float, bool]:
    """The units that mark and label take, and whether the label is on the right."""
    x, width = scale.x(mark.on), text_width(_mark_label(mark, named), size=10)
    return (x - 6, x + 9 + width, True) if x + 9 + width < _RIGHT else (x - 9 - width, x + 6, False)


def _mark_label(mark: Launch, named: bool) -> str:
    words = mark.title if len(mark.title) <= 26 else mark.title[:25].rstrip() + "…"
    return f"{mark.id} {words}" if named else mark.id


def _marks(row_of_marks: _MarkRow, scale: Scale, top: float, axis: float, *, up: bool) -> Iterable[Mark]:
    said = {"external": "outside, begins", "internal": "inside, begins", "experiment": "local experiment, ends"}
    for mark, row in row_of_marks.placed:
        low, _, right = _mark_span(mark, scale, row_of_marks.named)
        x, y = scale.x(mark.on), top + row * _MARK + _MARK / 2
        yield Mark(
            launch=mark,
            x=_n(x),
            y=_n(y),
            text_x=_n(x + 9 if right else low),
            text_y=_n(y + 3.5),
            label=_mark_label(mark, row_of_marks.named),
            sentence=f"{mark.id} {mark.title}: {said[mark.kind]} {times.day(mark.on)}, {mark.state.replace('_', ' ')}.",
            stem=f"M{_n(x)} {_n(y + 5 if up else y - 5)}V{_n(axis)}",
        )


def _described(facts: Facts, shown: Sequence[ItemFacts]) -> str:
    """The picture in words, for who does not see it."""
    by_state = {
        word: sum(item.state_word == word for item in shown) for word in ("Done", "In progress", "Ready to start")
    }
    counts = ", ".join(f"{number} {word.lower()}" for word, number in by_state.items() if number)
    outside = sum(item.side == "external" for item in shown)
    inside = sum(item.side == "internal" for item in shown)
    ahead = "; ".join(f"{item.id} {item.ahead}" for item in facts.ahead)
    return (
        f"{len(shown)} activities, {outside} outside above the axis and {inside} inside below it; "
        f"{counts}. Phase {facts.active_phase} is active. "
        f"{f'The outside is ahead: {ahead}.' if ahead else 'Nothing outside runs ahead of the inside.'}"
    )
