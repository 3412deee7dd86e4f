"""The classifier of organisation models: the worked example, every rule, and what missing measures leave open."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourleaf.engine.organisation_model import MEASURES, MODELS, compare, observe, steps_between

FULL = {"cr": 0.3, "ap": 0.3, "act": 0.7, "part": 0.2, "h": 0.7, "std": 0.7, "ht": 0.6, "sub": 0, "ei_norm": -0.4}


def test_the_worked_example() -> None:
    found = observe({"cr": 0.48, "ap": 0.81, "act": 0.55, "ht": 0.57, "std": 0.71})
    assert found.model == "hub_and_spoke"
    assert found.word == "low"
    assert found.confidence == pytest.approx(0.10)
    assert found.remarks == ("Most approvals are given by the hub: on the way to centralised.",)
    same = compare("hub_and_spoke", {"cr": 0.48, "ap": 0.81, "act": 0.55, "ht": 0.57, "std": 0.71})
    assert (same.steps, same.kind, same.moves) == (0, "same", ())


@pytest.mark.parametrize(
    ("changes", "model"),
    [
        ({}, "hub_and_spoke"),
        ({"part": 0.4, "std": 0.8, "h": 0.85, "ei_norm": -0.25}, "honeycomb"),
        ({"part": 0.4, "std": 0.8, "h": 0.84, "ei_norm": -0.25}, "hub_and_spoke"),
        ({"cr": 0.75}, "centralised"),
        ({"ap": 0.9, "act": 0.29}, "centralised"),
        ({"ap": 0.9, "act": 0.3}, "organic"),
        ({"sub": 2, "act": 0.6, "cr": 0.39, "ap": 0.39, "std": 0.6}, "dandelion"),
        ({"sub": 1}, "hub_and_spoke"),
        ({"act": 0.49}, "organic"),
        ({"ht": 0.49}, "organic"),
        ({"std": 0.59}, "organic"),
    ],
)
def test_rules_at_their_thresholds(changes: dict[str, float], model: str) -> None:
    found = observe({**FULL, **changes})
    assert found.model == model
    assert 0 <= found.confidence <= 1


def test_missing_measures_leave_models_open() -> None:
    found = observe({"cr": 0.3, "act": 0.7, "std": 0.7, "ht": 0.6})
    assert found.model is None
    assert found.possible == ("centralised", "dandelion", "hub_and_spoke") or "dandelion" in found.possible
    assert "ap" in found.missing
    assert observe({}).model is None
    assert compare("organic", {}).kind == "unknown"


def test_the_two_measures_that_would_have_to_move() -> None:
    found = compare("honeycomb", {**FULL, "part": 0.05, "std": 0.75, "h": 0.6})
    assert found.kind == "information"
    assert [one.measure for one in found.moves] == ["part", "h"]
    assert (found.moves[0].now, found.moves[0].needed, found.moves[0].below) == (0.05, 0.40, False)
    centralised = compare("centralised", {**FULL, "cr": 0.7})
    assert [one.measure for one in centralised.moves] == ["cr"]
    assert compare("organic", FULL).moves[0].below


@pytest.mark.parametrize(
    ("declared", "changes", "observed", "moves"),
    [
        # The declared model's own conditions hold, but another one goes before it: that one has to fall.
        ("hub_and_spoke", {"cr": 0.8}, "centralised", [("cr", 0.75, True)]),
        ("hub_and_spoke", {"sub": 3}, "dandelion", [("act", 0.60, True), ("cr", 0.40, False)]),
        ("dandelion", {"sub": 3, "part": 0.5, "h": 0.9, "std": 0.85, "ei_norm": 0}, "honeycomb",
         [("ei_norm", -0.25, True), ("part", 0.40, True)]),
        # Centralised by its approvals: what it publishes itself is far from that already.
        ("organic", {"ap": 0.95, "act": 0.2}, "centralised", [("act", 0.30, False), ("ap", 0.90, True)]),
    ],
)  # fmt: skip
def test_what_makes_another_model_go_before_the_declared_one(
    declared: str, changes: dict[str, float], observed: str, moves: list[tuple[str, float, bool]]
) -> None:
    found = compare(declared, {**FULL, **changes})
    assert found.observed.model == observed
    assert [(one.measure, one.needed, one.below) for one in found.moves] == moves


@pytest.mark.parametrize(
    ("first", "second", "steps"),
    [
        ("organic", "organic", 0),
        ("organic", "centralised", 1),
        ("organic", "honeycomb", 3),
        ("honeycomb", "dandelion", 1),
        ("centralised", "dandelion", 2),
    ],
)
def test_steps(first: str, second: str, steps: int) -> None:
    assert steps_between(first, second) == steps_between(second, first) == steps


@pytest.mark.parametrize("values", [{"x": 0.1}, {"cr": 1.1}, {"ei_norm": -3.0}])
def test_impossible_measures_are_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"There is no measure|lies between"):
        observe(values)
    with pytest.raises(ValueError, match="no model"):
        compare("pyramid", {})


@given(st.fixed_dictionaries({code: st.none() | st.floats(one.low, one.high) for code, one in MEASURES.items()}))
def test_it_always_answers(values: dict[str, float | None]) -> None:
    found = observe(values)
    assert found.model in (*MODELS, None)
    assert (found.model is None) == bool(found.possible)
    for model in MODELS:
        assert len(compare(model, values).moves) <= 2
