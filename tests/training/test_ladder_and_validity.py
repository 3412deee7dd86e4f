"""Belts as permissions and their dates: leap days, grace, renewal, suspension, one belt down."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourleaf.engine.alignment.belts import BELTS as PLAN_BELTS
from fourleaf.engine.training.ladder import BELTS, LADDER, RIGHTS, at_least, below, belt_of_right, rights_of
from fourleaf.engine.training.validity import (
    Award,
    Due,
    add_months,
    grace_until,
    needs_refresher,
    renewed_until,
    standing,
    state_on,
    steps_down,
    valid_until,
)
from fourleaf.governance.contracts import ALL_RIGHTS


def test_plan_governance_and_training_know_the_same_belts_and_rights() -> None:
    assert BELTS == PLAN_BELTS
    assert tuple(RIGHTS) == ALL_RIGHTS
    assert {belt: LADDER[belt].months for belt in BELTS} == {
        "none": 0, "white": 24, "yellow": 24, "orange": 12, "green": 12, "blue": 12, "black": 12,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("begin", "belt", "end"),
    [
        (date(2024, 2, 29), "orange", date(2025, 2, 27)),
        (date(2024, 2, 29), "white", date(2026, 2, 27)),
        (date(2023, 3, 1), "orange", date(2024, 2, 29)),
        (date(2026, 1, 31), "green", date(2027, 1, 30)),
        (date(2026, 1, 1), "yellow", date(2027, 12, 31)),
    ],
)
def test_a_belt_ends_the_day_before_its_day_comes_round(begin: date, belt: str, end: date) -> None:
    assert valid_until(belt, begin) == end


def test_months_clip_at_the_end_of_short_months() -> None:
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2026, 3, 31), -1) == date(2026, 2, 28)
    assert add_months(date(2026, 12, 15), 1) == date(2027, 1, 15)


def test_grace_is_fourteen_days_and_counts() -> None:
    begin, end = date(2026, 1, 1), date(2026, 12, 31)
    assert state_on(begin, end, begin - timedelta(days=1)) == "ahead"
    assert state_on(begin, end, end) == "valid"
    assert state_on(begin, end, date(2027, 1, 14)) == "grace"
    assert state_on(begin, end, date(2027, 1, 15)) == "lapsed"


def test_renewing_early_loses_nothing_and_late_begins_anew() -> None:
    until = date(2026, 12, 31)
    assert renewed_until("orange", until, date(2026, 11, 1)) == date(2027, 12, 31)
    assert renewed_until("orange", until, date(2026, 3, 1)) == date(2027, 2, 28)
    assert renewed_until("orange", until, date(2027, 2, 10)) == date(2028, 2, 9)


def test_a_lapsed_belt_is_not_lost_and_leaves_the_one_below() -> None:
    awards = [
        Award("orange", date(2025, 1, 1), date(2025, 12, 31)),
        Award("yellow", date(2025, 1, 1), date(2026, 12, 31)),
    ]
    in_grace = standing(awards, on=date(2026, 1, 10))
    assert (in_grace.belt, in_grace.counts_until) == ("orange", date(2026, 1, 14))
    assert "author_official" in in_grace.rights
    after = standing(awards, on=date(2026, 1, 15))
    assert (after.belt, after.held) == ("yellow", "orange")
    assert after.rights == rights_of("yellow")
    assert after.suspended == {"author_official", "byline"}
    assert "ran out on 31 December 2025" in after.reasons[0]


def test_what_is_due_suspends_from_its_belt_upward_only_after_grace() -> None:
    awards = [Award("green", date(2026, 1, 1), date(2026, 12, 31))]
    due = Due("orange", date(2026, 6, 14), "Take the refresher.")
    assert standing(awards, [due], on=date(2026, 6, 14)).rights == rights_of("green")
    later = standing(awards, [due], on=date(2026, 6, 15))
    assert later.rights == rights_of("yellow")
    assert later.belt == "green"
    assert later.reasons == ("Take the refresher.",)


def test_a_leave_of_more_than_six_months_asks_for_a_refresher() -> None:
    assert not needs_refresher(date(2026, 1, 1), date(2026, 6, 30))
    assert needs_refresher(date(2026, 1, 1), date(2026, 7, 1))
    assert not needs_refresher(date(2025, 8, 31), date(2026, 2, 27))
    assert needs_refresher(date(2025, 8, 31), date(2026, 2, 28))


def test_two_critical_defects_within_twelve_months_take_a_belt() -> None:
    today = date(2026, 6, 15)
    assert steps_down([today, date(2025, 6, 16)], today)
    assert not steps_down([today, date(2025, 6, 15)], today)
    assert not steps_down([today], today)
    assert (below("green"), below("white"), below("none")) == ("orange", "none", "none")


DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))
AWARDS = st.lists(
    st.builds(
        lambda belt, begin, days: Award(belt, begin, begin + timedelta(days=days)),
        st.sampled_from(BELTS[1:]),
        DAYS,
        st.integers(0, 800),
    ),
    max_size=4,
)
DUES = st.lists(st.builds(Due, st.sampled_from(BELTS[1:]), DAYS, st.just("due")), max_size=2)


@given(AWARDS, DUES, st.sets(st.sampled_from(sorted(RIGHTS)), max_size=5), DAYS)
def test_no_right_without_a_belt_that_counts(
    awards: list[Award], dues: list[Due], withheld: set[str], day: date
) -> None:
    worth = standing(awards, dues, on=day, suspended=withheld, reason="withheld")
    for right in worth.rights:
        assert right not in withheld
        assert any(
            at_least(award.belt, belt_of_right(right)) and award.valid_from <= day <= grace_until(award.valid_until)
            for award in awards
        )
        assert not any(day > due.grace_until and at_least(belt_of_right(right), due.belt) for due in dues)
    assert worth.rights | worth.suspended == rights_of(worth.held)
    assert not worth.rights & worth.suspended
    assert bool(worth.suspended) <= bool(worth.reasons)
