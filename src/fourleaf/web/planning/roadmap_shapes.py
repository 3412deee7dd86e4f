"""The shapes of the roadmap's picture; coordinates are texts with one decimal, in units of the view box."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fourleaf.web.planning.roadmap_facts import ItemFacts, Launch

__all__ = ["Bar", "Box", "Column", "Edge", "Gap", "Mark", "Picture", "Window"]


@dataclass(frozen=True, slots=True)
class Window:
    """The days that are shown, and how they are called (``Phase 2``); the whole when the name is empty."""

    start: date
    end: date
    name: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A phase, or a stroke of the calendar, from x over its width."""

    x: str
    width: str
    label: str
    css: str
    middle: str


@dataclass(frozen=True, slots=True)
class Edge:
    """A dependency as a curve from the end of what is needed to the start of what needs it."""

    path: str
    css: str


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle."""

    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True)
class Bar:
    """An item's bar with its label, its ghost of the baseline, and what it is tied to."""

    fact: ItemFacts
    box: Box
    css: str
    icon: str
    icon_x: str
    icon_y: str
    text_x: str
    text_y: str
    label: str
    outside: bool
    progress: str
    spine_y: str
    ghost: Box | None
    overrun: str
    mid_y: str
    own_edges: tuple[Edge, ...]
    tied: tuple[Box, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Gap:
    """The stretch in which an item outside runs ahead of unfinished work inside."""

    fact: ItemFacts
    path: str
    css: str
    text: str
    text_x: str
    text_y: str
    inside: bool
    links: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A launch, or the end of an experiment."""

    launch: Launch
    x: str
    y: str
    text_x: str
    text_y: str
    label: str
    sentence: str
    stem: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything the template draws."""

    width: str
    height: str
    left: str
    right: str
    span: str
    head: str
    phases: tuple[Column, ...]
    ticks: tuple[Column, ...]
    edges: tuple[Edge, ...]
    bars: tuple[Bar, ...]
    gaps: tuple[Gap, ...]
    marks: tuple[Mark, ...]
    axis_top: str
    axis_bottom: str
    axis_height: str
    axis_captions: tuple[tuple[str, str, str], ...]
    foot: str
    today_x: str
    today_anchor: str
    today_label: str
    days_per_unit: str
    first_day: date
    left_out: int
    title: str
    description: str
