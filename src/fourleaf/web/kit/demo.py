"""Small made-up data for the kit page: the brands Ember, Loom and Fern in a spring that never was."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django import forms

from fourleaf.web.kit.charts import Bar, Chart, Point, bars, line_over_time, small_multiples, stacked_bars
from fourleaf.web.kit.numbers import Share
from fourleaf.web.kit.tables import Bulk, Column, Empty, State, Table

__all__ = ["DEMO_TABLE", "EMPTY_TABLE", "demo_charts", "demo_rows"]

_BRANDS = ("Ember", "Loom", "Fern")
_START = date(2026, 3, 2)


@dataclass(frozen=True)
class DemoRow:
    """A programme that does not exist."""

    pk: int
    name: str
    owner: str
    region: str
    state: str
    posts: int
    share: Share
    begins: date
    changed: datetime


STATES = {
    "running": State("good", "Running"),
    "waiting": State("attention", "Waits for review"),
    "blocked": State("blocking", "Blocked"),
    "draft": State("information", "Draft"),
}


def demo_rows() -> list[DemoRow]:
    """Sixty rows."""
    words = ("Open kitchen", "Repair café", "Field notes", "Night shift", "Slow letters", "Good neighbours")
    owners = ("Ines Brandt", "Tomás Ferreira", "Aiko Mori", "Grace Obi", "Lars Ek")
    rows = []
    for number in range(60):
        base = 3 if number % 17 == 5 else 120 + number * 37
        value = 0.12 + 0.3 * abs(math.sin(number))
        rows.append(
            DemoRow(
                pk=number + 1,
                name=f"{words[number % 6]} {2021 + number // 6}",
                owner=owners[number % 5],
                region=("North", "South")[number % 2],
                state=("running", "waiting", "draft", "running", "blocked")[number % 5],
                posts=base * 3,
                share=Share(value, value - 0.04, value + 0.045, base, "posts found"),
                begins=_START + timedelta(days=number * 3),
                changed=datetime(2026, 5, 1, 9, tzinfo=UTC) + timedelta(hours=7 * number),
            )
        )
    return rows


class DemoFilter(forms.Form):
    """The filters of the example."""

    region = forms.ChoiceField(
        label="Region", required=False, choices=[("", "All"), ("North", "North"), ("South", "South")]
    )
    state = forms.ChoiceField(
        label="State", required=False, choices=[("", "All"), *((code, state.label) for code, state in STATES.items())]
    )


def _filter(rows: list[DemoRow], values: Mapping[str, Any]) -> list[DemoRow]:
    return [row for row in rows if all(getattr(row, name) == value for name, value in values.items())]


def _search(rows: list[DemoRow], text: str) -> list[DemoRow]:
    return [row for row in rows if text.casefold() in f"{row.name} {row.owner}".casefold()]


_COLUMNS = (
    Column("name", "Programme", kind="link", href=lambda row: "/kit/side/", sort="name", main=True, side=True),
    Column("owner", "Owner", kind="person", sort="owner"),
    Column("region", "Region", sort="region", priority=3),
    Column("state", "State", kind="state", states=STATES, sort="state", priority=1),
    Column("posts", "Posts", kind="number", sort="posts"),
    Column("share", "Share", kind="share", sort="posts", help="The share of all posts found, with its interval."),
    Column("begins", "Begins", kind="date", sort="begins", shown=False),
    Column("changed", "Changed", kind="time", sort="changed", priority=3),
)

DEMO_TABLE = Table(
    key="kit-demo",
    name="Programmes",
    one="programme",
    many="programmes",
    columns=_COLUMNS,
    sort="name",
    size=25,
    filters=DemoFilter,
    filter=_filter,
    search=_search,
    search_label="Search name and owner",
    bulk=(Bulk("Archive", "kit:demo", icon="archive-box"),),
)
EMPTY_TABLE = Table(
    key="kit-empty",
    name="No programmes",
    one="programme",
    many="programmes",
    columns=_COLUMNS,
    empty=Empty(
        "No programmes yet",
        "A programme is what the organisation does outside, and what it needs inside for it.",
        icon="map",
        action="Plan a programme",
        url_name="kit:kit",
    ),
)


def _points() -> list[Point]:
    points = []
    for place, brand in enumerate(_BRANDS):
        for week in range(13):
            value = 0.3 + 0.09 * math.sin(week / 2 + place * 2) - 0.06 * place
            half = 0.03 + 0.01 * place
            day = _START + timedelta(weeks=week)
            if brand == "Fern" and week == 6:
                points.append(Point(day, None, series=brand, base=3))
                continue
            points.append(Point(day, value, value - half, value + half, brand, 900 + 40 * week))
    return points


def demo_charts() -> dict[str, Chart]:
    """One chart of each kind."""
    colours = {"Ember": 0, "Loom": 1, "Fern": 2}
    counts = [
        Point(_START + timedelta(weeks=week), float(200 + 60 * place + 35 * ((week * (place + 3)) % 7)), series=kind)
        for week in range(10)
        for place, kind in enumerate(("Negative", "Neutral", "Positive"))
    ]
    return {
        "line": line_over_time(
            id="kit-line",
            title="Share of voice, by week",
            description="Ember and Loom take turns in front; Fern catches up, with one week too thin to show.",
            points=_points(),
            share=True,
            of="posts found",
            note="Made-up data. Bands are 95 % intervals; public posts only, so people who post rarely are missing.",
            colours=colours,
        ),
        "stack": stacked_bars(
            id="kit-stack",
            title="Posts by sentiment, by week",
            description="Neutral posts make up the middle of every week.",
            points=counts,
            unit="posts",
            note="Made-up data.",
            colours={"Negative": 4, "Neutral": 2, "Positive": 0},
        ),
        "bar": bars(
            id="kit-bars",
            title="Answered within the promise, by region",
            description="South answers in time more often than North; the intervals do not touch.",
            items=[
                Bar("South", 0.82, 0.78, 0.86, 410),
                Bar("North", 0.66, 0.61, 0.71, 380),
                Bar("Islands and overseas", 0.58, 0.41, 0.73, 31),
            ],
            share=True,
            of="cases",
            note="Made-up data. Business hours; open cases count as not answered.",
            first="Region",
        ),
        "small": small_multiples(
            id="kit-small",
            title="Share of voice, brand by brand",
            description="The same weeks on the same scale.",
            points=_points(),
            share=True,
            of="posts found",
            note="Made-up data.",
            colours=colours,
        ),
    }
