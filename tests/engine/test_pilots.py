"""Pilots: the table and vectors of the domain reference, intervals that cover, a rule without holes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourleaf.engine import pilots


@pytest.mark.parametrize(
    ("before", "n", "points"),
    [
        (0.05, 100, 12.4),
        (0.05, 400, 5.2),
        (0.05, 1000, 3.1),
        (0.2, 100, 17.9),
        (0.2, 400, 8.5),
        (0.2, 1000, 5.2),
        (0.4, 100, 19.7),
        (0.4, 400, 9.8),
        (0.4, 1000, 6.2),
        (0.6, 100, 18.2),
        (0.6, 400, 9.5),
        (0.6, 1000, 6.0),
    ],
)
def test_the_table_of_detectable_effects(before: float, n: int, points: float) -> None:
    found = pilots.detectable_share(before, n)
    assert found is not None
    assert round(100 * found, 1) == points


@given(before=st.floats(0.02, 0.98), n=st.integers(5, 20_000), direction=st.sampled_from(["up", "down"]))
@settings(max_examples=60, deadline=None)
def test_what_is_detectable_needs_just_the_cases_there_are(before: float, n: int, direction: str) -> None:
    found = pilots.detectable_share(before, n, direction=direction)  # type: ignore[arg-type]  # one of the two
    if found is None:
        return
    after = before + found if direction == "up" else before - found
    assert 0 <= after <= 1
    assert pilots.needed_for_share(before, after) in (n, n + 1)


def test_too_few_cases_detect_nothing() -> None:
    assert pilots.detectable_share(0.5, 2) is None
    assert pilots.detectable_share(1.0, 100) is None


def test_means() -> None:
    assert pilots.detectable_difference(10, 50) == pytest.approx(2.8 * 10 * (2 / 50) ** 0.5, rel=1e-3)
    assert pilots.needed_for_difference(10, pilots.detectable_difference(10, 50)) == 50


def test_the_effect_of_the_sample_pilot() -> None:
    """41 and 54.1 % of 400 each; the sample organisation states +13.1 [6.2; 20.0]."""
    effect = pilots.difference_of_shares((164, 400), (216.4, 400), method="unpooled")
    assert [round(100 * value, 1) for value in (effect.point, effect.low, effect.high)] == [13.1, 6.2, 20.0]


def test_newcombes_interval_against_his_paper() -> None:
    """Newcombe 1998, table II, case 56/70 against 48/80: 0.2000, method 10 gives 0.0524 to 0.3339."""
    effect = pilots.difference_of_shares((48, 80), (56, 70))
    assert [round(value, 4) for value in (effect.point, effect.low, effect.high)] == [0.2, 0.0524, 0.3339]


@given(st.integers(0, 40), st.integers(0, 40), st.integers(40, 60), st.integers(40, 60))
@settings(max_examples=60, deadline=None)
def test_newcombe_stays_within_bounds_and_around_the_point(x1: int, x2: int, n1: int, n2: int) -> None:
    effect = pilots.difference_of_shares((x1, n1), (x2, n2))
    assert -1 <= effect.low <= effect.point <= effect.high <= 1


def test_what_struck_both_units_is_not_in_the_difference() -> None:
    rng = np.random.default_rng(7)
    shock_before, shock_after = rng.normal(0, 50, 12), rng.normal(30, 50, 12)
    effect = pilots.difference_in_differences(
        100 + shock_before + rng.normal(0, 1, 12),
        110 + shock_after + rng.normal(0, 1, 12),
        80 + shock_before + rng.normal(0, 1, 12),
        80 + shock_after + rng.normal(0, 1, 12),
    )
    assert abs(effect.point - 10) < 2  # the noise of a single week is about 2
    assert effect.high - effect.low < 4
    alone = pilots.own_history(100 + shock_before, 110 + shock_after)
    assert alone.high - alone.low > 40


def test_intervals_of_weeks_cover_as_they_say() -> None:
    rng = np.random.default_rng(11)
    hits = 0
    for _ in range(400):
        effect = pilots.own_history(rng.normal(10, 2, 8), rng.normal(13, 4, 6))
        hits += effect.low <= 3 <= effect.high
    assert 0.92 <= hits / 400 <= 0.985


@pytest.mark.parametrize(
    ("before", "after"), [([1.0], [1.0, 2.0]), ([1.0, float("nan")], [1.0, 2.0]), ([[1.0, 2.0]], [1.0, 2.0])]
)
def test_weeks_that_cannot_be_used(before: list[float], after: list[float]) -> None:
    with pytest.raises(ValueError, match="two weeks"):
        pilots.own_history(before, after)


def test_weeks_of_both_units_must_be_the_same() -> None:
    with pytest.raises(ValueError, match="same weeks"):
        pilots.difference_in_differences([1, 2, 3], [1, 2], [1, 2], [1, 2])


def test_weeks_without_any_spread_have_an_interval_of_no_width() -> None:
    effect = pilots.own_history([5, 5], [7, 7])
    assert (effect.point, effect.low, effect.high) == (2, 2, 2)


@pytest.mark.parametrize(
    ("effect", "more", "outcome"),
    [
        ((13.1, 6.2, 20.0), {}, "scale"),
        ((13.1, 6.2, 20.0), {"guardrail_breached": True}, "stop"),
        ((9.0, 2.0, 16.0), {}, "iterate"),
        ((11.0, -1.0, 23.0), {}, "iterate"),
        ((11.0, -1.0, 23.0), {"iterations": 2}, "stop"),
        ((3.0, 1.0, 9.9), {}, "stop"),
        ((10.0, 0.1, 20.0), {}, "scale"),
        ((-14.0, -20.0, -8.0), {"direction": "down"}, "scale"),
        ((14.0, 8.0, 20.0), {"direction": "down"}, "stop"),
    ],
)
def test_the_rule(effect: tuple[float, float, float], more: dict[str, object], outcome: str) -> None:
    assert pilots.decide(*effect, threshold=10, **more).outcome == outcome  # type: ignore[arg-type]  # see the list


@given(st.floats(-50, 50), st.floats(0, 50), st.floats(0, 50), st.floats(0.1, 50))
@settings(max_examples=60, deadline=None)
def test_nothing_scales_that_might_be_worth_nothing(point: float, below: float, above: float, threshold: float) -> None:
    verdict = pilots.decide(point, point - below, point + above, threshold=threshold)
    assert (verdict.outcome == "scale") == (point - below > 0 and point >= threshold)
    assert verdict.sentence


def _team(size: int) -> list[pilots.Member]:
    places = [("A", "X"), ("B", "Y"), ("C", "Y"), ("A", "X"), ("B", "X"), ("C", "Y"), ("A", "X"), ("D", "Y")]
    return [pilots.Member(*place, frozenset({f"skill{i}"})) for i, place in enumerate(places[:size])]


_KEEN = {"leader_volunteered": True, "leader_enthusiasm": 4, "members_enthusiasm": 4.5}
_CLEAR = {"benefit": "Half the questions", "benefit_measure": "questions a week", "benefit_clear_share": 0.8}


def test_a_first_team_that_meets_all() -> None:
    results = pilots.first_team(_team(8), **_KEEN, **_CLEAR)  # type: ignore[arg-type]  # mixed values by name
    assert [result.name for result in results] == ["size", "F1", "F2", "F3", "F4", "F5"]
    assert all(result.passed for result in results)


def test_each_characteristic_can_fail() -> None:
    def failing(members: list[pilots.Member], **more: object) -> list[str]:
        results = pilots.first_team(members, **{**_KEEN, **_CLEAR, **more})  # type: ignore[arg-type]  # as above
        return [result.name for result in results if result.passed is False]

    member = pilots.Member
    same = frozenset({"writes"})
    assert failing(_team(4)) == ["size"]
    assert failing([member("A", f"X{i % 2}", frozenset({str(i)})) for i in range(6)]) == ["F1"]
    assert failing([member("ABC"[i % 3], "X", frozenset({str(i)})) for i in range(6)]) == ["F2"]
    assert failing([member("ABC"[i % 3], "XY"[i % 2], same) for i in range(6)]) == ["F3"]
    assert failing(_team(8), leader_volunteered=False) == ["F4"]
    assert failing(_team(8), benefit_clear_share=0.79) == ["F5"]
    assert failing([]) == ["size", "F1", "F2", "F3"]


def test_what_is_not_known_neither_passes_nor_fails() -> None:
    results = {result.name: result.passed for result in pilots.first_team(_team(8), benefit="b", benefit_measure="m")}
    assert (results["F4"], results["F5"]) == (None, None)


@pytest.mark.parametrize(
    ("points", "confirmed", "passed", "words"),
    [
        ((2, 2, 2, 2, 2), True, True, "10 of 15"),
        ((3, 3, 1, 3, 3), True, False, "judgement"),
        ((3, 3, 3, 1, 3), True, False, "time"),
        ((2, 2, 2, 2, 1), True, False, "9 points"),
        ((3, 3, 3, 3, 3), False, False, "manager"),
        ((3, None, 3, 3, 3), True, None, "4 of 5"),
    ],
)
def test_early_voices(points: tuple[int | None, ...], confirmed: bool, passed: bool | None, words: str) -> None:
    names = ("writes", "expertise", "judgement", "time", "listens")
    result = pilots.early_voice(**dict(zip(names, points, strict=True)), time_confirmed=confirmed)
    assert result.passed is passed
    assert words in result.sentence


def test_immersion_is_six_of_six() -> None:
    assert len(pilots.IMMERSION_STEPS) == 6
    assert pilots.immersion_done(6).passed
    assert not pilots.immersion_done(5).passed
    with pytest.raises(ValueError, match="none and six"):
        pilots.immersion_done(7)
