"""The parallel path's facts and geometry: nothing overlaps, what runs ahead is said, windows leave out."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourleaf.engine.alignment.loading import load_plan
from fourleaf.engine.alignment.plan import Plan, RoadmapItem
from fourleaf.engine.alignment.snapshot import Snapshot
from fourleaf.web.planning.roadmap_facts import Facts, facts_of
from fourleaf.web.planning.roadmap_layout import Lanes, Scale, place_label, text_width, ticks
from fourleaf.web.planning.roadmap_picture import draw
from fourleaf.web.planning.roadmap_shapes import Window

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "tarnbeck.yaml"
DAY = date(2026, 9, 30)


@pytest.fixture(scope="module")
def sample() -> Facts:
    loaded = load_plan(EXAMPLE)
    assert loaded.plan is not None
    return facts_of(Snapshot(loaded.plan), baseline={"2.I4": (date(2026, 8, 1), date(2026, 9, 30))})


def plain(*items: RoadmapItem, as_of: date = DAY) -> Facts:
    return facts_of(Snapshot(Plan(format=1, as_of=as_of, roadmap=items)))


def test_the_template_alone_is_a_whole_picture() -> None:
    facts = plain()
    picture = draw(facts)
    assert len(picture.bars) == len(facts.items) == 38
    assert [phase.number for phase in facts.phases] == [0, 1, 2, 3, 4]
    assert all(item.guessed for item in facts.items)
    assert not picture.gaps
    assert "Nothing outside runs ahead" in picture.description


def test_the_sample_says_who_runs_ahead(sample: Facts) -> None:
    assert [(item.id, item.ahead) for item in sample.ahead] == [
        ("4.E1", "runs 2 phases ahead of 2.I1"),
        ("3.E2", "runs 1 phase ahead of 2.I1"),
    ]
    picture = draw(sample)
    assert [(gap.text, gap.css) for gap in picture.gaps] == [
        ("4.E1 runs 2 phases ahead of 2.I1", "far"),
        ("3.E2 runs 1 phase ahead of 2.I1", "near"),
    ]


def test_outside_lies_above_the_axis_and_inside_below(sample: Facts) -> None:
    picture = draw(sample)
    top, bottom = float(picture.axis_top), float(picture.axis_bottom)
    for bar in picture.bars:
        y = float(bar.box.y)
        if bar.fact.side == "external":
            assert y + float(bar.box.height) < top
        elif bar.fact.side == "internal":
            assert y > bottom
        else:
            assert top < y < bottom


def test_no_label_or_bar_touches_another(sample: Facts) -> None:
    picture = draw(sample)
    rows: dict[str, list[tuple[float, float, str]]] = {}
    for bar in picture.bars:
        low, width = float(bar.box.x), float(bar.box.width)
        label = float(bar.icon_x), float(bar.text_x) + text_width(f"{bar.fact.id} {bar.label}")
        rows.setdefault(bar.box.y, []).append((min(low, label[0]), max(low + width, label[1]), bar.fact.id))
    assert len(rows) > 8
    for taken in rows.values():
        taken.sort()
        for (_, end, first), (start, _, second) in pairwise(taken):
            assert end <= start + 1, (first, second)


def test_an_item_shows_its_baseline_and_how_far_it_moved(sample: Facts) -> None:
    item = sample.item("2.I4")
    assert item is not None
    assert item.shift == 16
    bar = next(bar for bar in draw(sample).bars if bar.fact.id == "2.I4")
    assert bar.ghost is not None
    assert float(bar.ghost.width) < float(bar.box.width)
    assert next(bar for bar in draw(sample, baseline=False).bars if bar.fact.id == "2.I4").ghost is None


def test_a_window_leaves_out_and_counts(sample: Facts) -> None:
    picture = draw(sample, Window(date(2026, 1, 1), date(2026, 3, 1), "the beginning"))
    assert picture.left_out > 20
    assert {bar.fact.id for bar in picture.bars} >= {"0.O", "0.A"}
    assert picture.today_x == ""
    assert not picture.gaps
    assert picture.title == "The parallel path: the beginning"


def test_each_bar_knows_its_own_ties(sample: Facts) -> None:
    bar = next(bar for bar in draw(sample).bars if bar.fact.id == "2.I4")
    assert len(bar.own_edges) == len(bar.tied) == len(bar.fact.hard) + len(bar.fact.followers)
    assert any("across" in edge.css for edge in bar.own_edges)
    assert draw(sample, dependencies=False).edges == ()


def test_slack_is_nothing_on_the_way_to_the_last_end() -> None:
    facts = plain()
    assert facts.critical_path
    assert {one.id for one in facts.items if one.critical} == set(facts.critical_path)
    assert {one.id for one in facts.items if one.slack == 0} == set(facts.critical_path)
    spare = facts.item("1.E4")
    assert spare is not None
    assert spare.slack is not None
    assert spare.slack > 0


def test_a_late_item_runs_over_its_planned_end() -> None:
    item = RoadmapItem(
        id="0.C", state="in_progress", started_on=DAY - timedelta(weeks=9), planned_end=DAY - timedelta(weeks=4)
    )
    facts = plain(item)
    found = facts.item("0.C")
    assert found is not None
    assert (found.late_days, found.end, found.finish) == (28, DAY - timedelta(weeks=4), DAY)
    bar = next(bar for bar in draw(facts).bars if bar.fact.id == "0.C")
    assert bar.overrun
    assert "28 days over its planned end" in bar.sentence


def test_an_own_activity_takes_its_place() -> None:
    own = RoadmapItem(id="2.X1", title="Duty rota for the fair", side="internal", phase=2, weeks=3, hard=("1.I2",))
    facts = plain(own)
    found = facts.item("2.X1")
    assert found is not None
    assert (found.own, found.unmet_hard, len(facts.items)) == (True, ("1.I2",), 39)


@given(st.lists(st.tuples(st.floats(0, 900), st.floats(1, 300)), max_size=30))
@settings(max_examples=40, deadline=None)
def test_lanes_never_hold_two_that_touch(stretches: list[tuple[float, float]]) -> None:
    lanes = Lanes(gap=4)
    for low, length in stretches:
        lanes.put(low, low + length)
    for taken in lanes.taken:
        taken.sort()
        assert all(first[1] + 4 <= second[0] for first, second in pairwise(taken))
    assert sum(len(taken) for taken in lanes.taken) == len(stretches)


@given(st.floats(20, 900), st.floats(1, 400), st.floats(10, 300))
@settings(max_examples=60, deadline=None)
def test_a_label_stays_on_the_picture(x0: float, length: float, width: float) -> None:
    placed = place_label(x0, min(x0 + length, 1000), width, (14, 1000))
    assert placed.x >= 14
    assert placed.x + width <= 1000 + 1 or placed.anchor == "left"
    assert placed.low <= placed.x <= placed.high


def test_the_calendar_fits_the_stretch() -> None:
    def labels(first: date, last: date) -> list[str]:
        return [tick.label for tick in ticks(first, last)]

    assert labels(date(2026, 1, 1), date(2027, 12, 31))[:5] == ["2026", "Q2", "Q3", "Q4", "2027"]
    assert labels(date(2026, 11, 20), date(2027, 4, 1)) == ["Dec", "Jan 2027", "Feb", "Mar", "Apr"]
    assert labels(date(2026, 11, 20), date(2026, 12, 8)) == ["23 Nov", "30 Nov", "7 Dec"]


def test_days_outside_are_held_at_the_edge() -> None:
    scale = Scale(date(2026, 1, 1), date(2026, 1, 11), 0, 100)
    assert scale.x(date(2026, 1, 6)) == 50
    assert scale.clamp(date(2025, 1, 1), 8) == -8
    assert scale.shows(date(2025, 1, 1), date(2026, 1, 1))
    assert not scale.shows(date(2025, 1, 1), date(2025, 12, 31))
