"""The constants of the levels: published vectors, and parameters that make no sense."""

from __future__ import annotations

import pytest

from fourleaf.engine.review import DEFAULT, FAST, LADDER, LEVELS, Plan, TrustParameters
from fourleaf.engine.review.parameters import one_down, one_up, stricter


@pytest.mark.parametrize(
    ("level", "s", "h_a", "h_r", "clean", "one_major", "two_in", "three_in"),
    [
        ("Q0", 0.0503, 1.3285, 1.7056, 27, 47, 5, 25),
        ("Q1", 0.0250, 1.3639, 1.7510, 55, 95, 9, 49),
        ("Q2", 0.0125, 1.3814, 1.7735, 111, 192, 18, 98),
        ("Q3", 0.0125, 1.3814, 1.7735, 111, 192, 18, 98),
    ],
)
def test_constants_of_the_levels(
    level: str, s: float, h_a: float, h_r: float, clean: int, one_major: int, two_in: int, three_in: int
) -> None:
    plan = DEFAULT.plan(level)
    assert (round(plan.s, 4), round(plan.h_a, 4), round(plan.h_r, 4)) == (s, h_a, h_r)
    assert (plan.items_to_relax(), plan.items_to_relax(1)) == (clean, one_major)
    assert (plan.tightens_within(2), plan.tightens_within(3)) == (two_in, three_in)
    assert plan.tightens_within(1) == 0


def test_clean_runs_of_the_fast_preset() -> None:
    assert [FAST.plan(level).items_to_relax() for level in LADDER] == [18, 27, 55, 55]


def test_fractions() -> None:
    assert [DEFAULT.fraction(level) for level in LEVELS] == [1.0, 1.0, 1.0, 0.5, 0.25, 0.1]


def test_defaults() -> None:
    assert (DEFAULT.min_days, DEFAULT.min_reviewers, DEFAULT.idle_days) == (21, 2, 90)
    assert (DEFAULT.double_review, DEFAULT.minor_per_major, DEFAULT.minor_window) == (0.05, 3, 20)
    assert (DEFAULT.clean_to_normal, DEFAULT.majors_to_halt, DEFAULT.incident_severity) == (5, 5, 2)
    assert (DEFAULT.audit_hours, DEFAULT.kappa_wanted, DEFAULT.alpha, DEFAULT.beta) == (24, 0.6, 0.05, 0.1)


@pytest.mark.parametrize(
    ("p0", "p1", "alpha", "beta"),
    [
        (0.1, 0.1, 0.05, 0.1),
        (0.0, 0.1, 0.05, 0.1),
        (0.1, 1.0, 0.05, 0.1),
        (0.1, 0.2, 0.0, 0.1),
        (0.1, 0.2, 0.1, 0.0),
        (0.1, 0.2, 0.5, 0.5),
    ],
)
def test_a_plan_that_tests_nothing_is_refused(p0: float, p1: float, alpha: float, beta: float) -> None:
    with pytest.raises(ValueError, match="got"):
        Plan(p0, p1, alpha, beta)


@pytest.mark.parametrize(
    "wrong",
    [
        {"fractions": (1.0, 0.5, 0.6, 0.1)},
        {"fractions": (1.0, 0.5, 0.25, 0.0)},
        {"fractions": (1.1, 0.5, 0.25, 0.1)},
        {"rates": ((0.02, 0.1), (0.01, 0.05))},
        {"rates": ((0.02, 0.1), (0.01, 0.05), (0.1, 0.05))},
        {"minor_per_major": 0},
        {"minor_window": 0},
        {"clean_to_normal": 0},
        {"majors_to_halt": 0},
    ],
    ids=lambda wrong: str(wrong),
)
def test_parameters_that_make_no_sense_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\w+ .+\."):
        TrustParameters(**wrong)


def test_the_ladder() -> None:
    assert [one_down(level) for level in LADDER] == ["Q0", "Q0", "Q1", "Q2"]
    assert [one_up(level) for level in LADDER] == ["Q1", "Q2", "Q3", None]
    assert stricter("Q2", "QT") == "QT"
    assert stricter("Q1", "Q3") == "Q1"
