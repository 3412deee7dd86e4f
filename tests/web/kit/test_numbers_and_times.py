"""How figures and times are written."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from fourleaf.kernel import clock
from fourleaf.web.kit import numbers, times
from fourleaf.web.kit.numbers import Share

NOON = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)


def test_a_share_says_interval_and_base() -> None:
    assert str(Share(0.314, 0.272, 0.352, 1204, "posts found")) == "31\u00a0% (27-35), of 1,204 posts found"


def test_a_share_of_few_is_not_shown() -> None:
    few = Share(0.0, 0.0, 0.6, 4, "posts")
    assert str(few) == "too few to show"
    assert "too few" in numbers.share_html(few)
    assert "0" not in str(few)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.004, "0.4"), (0, "0"), (1, "100"), (0.996, "99.6"), (0.01, "1.0"), (0.073, "7.3"), (0.0996, "10"), (0.5, "50")],
)
def test_small_shares_keep_a_decimal(value, text) -> None:
    assert numbers.percent(value) == f"{text}\u00a0%"


@given(st.integers(-(10**12), 10**12))
def test_grouped_digits_read_back(value) -> None:
    assert int(numbers.number(value).replace(",", "")) == value


def test_counts_know_one() -> None:
    assert numbers.count(1, "person", "people") == "1 person"
    assert numbers.count(1204, "person", "people") == "1,204 people"
    assert numbers.count(0, "row") == "0 rows"


@pytest.mark.parametrize(
    ("gap", "text"),
    [
        (timedelta(seconds=3), "just now"),
        (timedelta(seconds=-3), "in a moment"),
        (timedelta(seconds=50), "1 minute ago"),
        (timedelta(minutes=44), "44 minutes ago"),
        (timedelta(minutes=50), "1 hour ago"),
        (timedelta(hours=-3), "in 3 hours"),
        (timedelta(hours=23), "1 day ago"),
        (timedelta(days=29), "29 days ago"),
        (timedelta(days=31), "15 May 2026"),
    ],
)
def test_relative_times(gap, text) -> None:
    assert times.relative(NOON - gap, NOON) == text


def test_exact_times_say_their_zone() -> None:
    with timezone.override("Europe/Berlin"):
        assert times.exact(NOON) == "Mon 15 June 2026, 14:00 CEST"
    with timezone.override("Asia/Dubai"):
        assert times.exact(NOON).endswith("16:00 UTC+04")


def test_a_moment_is_relative_with_the_exact_one_at_hand() -> None:
    with clock.frozen(NOON), timezone.override("UTC"):
        html = times.moment_html(NOON - timedelta(hours=2))
    assert "2 hours ago" in html
    assert 'data-exact="Mon 15 June 2026, 10:00 UTC"' in html
    assert 'tabindex="0"' in html
    assert "tabindex" not in times.moment_html(NOON, focusable=False)
    assert times.moment_html(None) == ""
    assert "4 March 2026" in times.moment_html(date(2026, 3, 4))
