"""What moves a stratum to another level beside the walk: QT, QH, confirming, and news from outside."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.review.histories import START, at, outcome, run
from fourleaf.engine.review import (
    DEFAULT,
    LADDER,
    NotConfirmedError,
    author_cleared,
    capped,
    clean_missing,
    confirm,
    guards,
    halt_lifted,
    idle,
    incident,
    incident_over,
    lead_changed,
    new_state,
    policy_major,
    replanned,
    step,
)

# QT, QH, critical -----------------------------------------------------------------------------------------------------


def test_five_clean_in_a_row_lead_back_to_full_review() -> None:
    assert run(at("QT"), "....").level == "QT"
    assert run(at("QT"), "....M....").level == "QT"
    assert run(at("QT"), "....m....").level == "QT"
    back = run(at("QT"), "..M.....", day=3)
    assert (back.level, back.s, back.c, back.majors, back.since) == ("Q0", 0.0, 0.0, 0, START + timedelta(days=3))
    assert back.change is not None
    assert back.change.cause == "clean_run"


def test_five_majors_in_tightened_review_halt() -> None:
    assert run(at("QT"), "MM.M.M").level == "QT"
    halted = run(at("QT"), "MM.M.MM")
    assert halted.level == "QH"
    assert halted.change is not None
    assert halted.change.cause == "halt"
    still = run(halted, "." * 50)
    assert still.level == "QH"
    assert still.proposal is None


@pytest.mark.parametrize("level", LADDER)
def test_a_critical_defect_tightens_and_halts_its_author(level: str) -> None:
    state = step(at(level), outcome("critical", author="kim"))
    assert (state.level, state.halted_authors) == ("QT", {"kim"})
    assert state.change is not None
    assert state.change.cause == "critical"
    assert author_cleared(state, "kim").halted_authors == frozenset()
    with pytest.raises(NotConfirmedError, match="lee is not halted"):
        author_cleared(state, "lee")


def test_a_critical_defect_without_a_known_author() -> None:
    assert step(at("Q1"), outcome("critical")).halted_authors == frozenset()


def test_critical_defects_while_tightened_count_toward_the_halt() -> None:
    state = at("QT")
    for number in range(4):
        state = step(state, outcome("critical", author=f"a{number}"))
        assert state.level == "QT"
    state = step(state, outcome("critical", author="a4"))
    assert state.level == "QH"
    assert len(state.halted_authors) == 5
    assert step(state, outcome("critical")).level == "QH"


def test_a_halt_is_lifted_by_somebody_for_a_remedy() -> None:
    state = halt_lifted(at("QH", majors=5), "lead", "two-hour workshop", START + timedelta(days=2))
    assert (state.level, state.majors) == ("QT", 0)
    assert state.change is not None
    assert (state.change.cause, state.change.by, state.change.reason) == ("halt_lifted", "lead", "two-hour workshop")
    with pytest.raises(NotConfirmedError) as refused:
        halt_lifted(at("Q0"), " ", "", START)
    assert len(refused.value.reasons) == 3


# Confirming -----------------------------------------------------------------------------------------------------------


def test_relaxing_needs_days_reviewers_a_person_and_a_reason() -> None:
    ready = run(new_state(START), "." * 30)
    day = START + timedelta(days=21)
    relaxed = confirm(ready, "lead", "clean quarter", day)
    assert (relaxed.level, relaxed.since, relaxed.s, relaxed.c, relaxed.proposal) == ("Q1", day, 0.0, 0.0, None)
    assert (relaxed.reviewed, relaxed.reviewers) == (0, frozenset())
    assert relaxed.change is not None
    assert (relaxed.change.by, relaxed.change.reason, relaxed.change.cause) == ("lead", "clean quarter", "confirmed")
    assert (relaxed.change.before, relaxed.change.after, relaxed.change.on) == ("Q0", "Q1", day)
    for state, by, reason, on, said in [
        (ready, "lead", "x", day - timedelta(days=1), "20 of 21 days"),
        (replace(ready, reviewers=frozenset({"ann"})), "lead", "x", day, "1 of 2 different reviewers"),
        (ready, " ", "x", day, "who confirms"),
        (ready, "lead", " ", day, "reason is needed"),
        (replace(ready, proposal=None), "lead", "x", day, "Nothing is proposed"),
        (incident(ready, "i1", 2), "lead", "x", day, "incident is running"),
    ]:
        with pytest.raises(NotConfirmedError) as refused:
            confirm(state, by, reason, on)
        assert len(refused.value.reasons) == 1
        assert said in str(refused.value)


def test_guards() -> None:
    state = replace(new_state(START), reviewers=frozenset({"ann"}))
    days, reviewers = guards(state, START + timedelta(days=21))
    assert (days.name, days.met, days.have, days.need) == ("days", True, 21, 21)
    assert (reviewers.name, reviewers.met, reviewers.have, reviewers.need) == ("reviewers", False, 1, 2)


def test_no_proposal_beyond_the_cap_and_none_above_q3() -> None:
    assert run(at("Q1", cap="Q1"), "." * 300).proposal is None
    top = run(at("Q3"), "." * 300)
    assert top.proposal is None
    assert top.s == -DEFAULT.plan("Q3").h_a
    assert clean_missing(top) is None


# Other events ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("event", [policy_major, lead_changed], ids=["policy", "lead"])
def test_what_was_learned_before_counts_less(event: object) -> None:
    day = START + timedelta(days=30)
    for level, lower in [("Q1", "Q0"), ("Q2", "Q1"), ("Q3", "Q2")]:
        state = event(run(at(level), "."), day)
        assert (state.level, state.since, state.s, state.c) == (lower, day, 0.0, 0.0)
        assert state.change.cause == event.__name__
    for level in ("QT", "QH"):
        assert event(at(level), day) == at(level)
    restarted = event(run(new_state(START), "." * 27), day)
    assert (restarted.level, restarted.proposal, restarted.s, restarted.since) == ("Q0", None, 0.0, day)


def test_other_thresholds_begin_the_evidence_anew() -> None:
    day = START + timedelta(days=30)
    ready = run(at("Q1"), "." * 55 + "m")
    fresh = replanned(ready, day)
    assert (fresh.level, fresh.since, fresh.s, fresh.c, fresh.reviewed, fresh.proposal) == (
        "Q1",
        day,
        0.0,
        0.0,
        0,
        None,
    )
    assert (fresh.minors, fresh.seen, fresh.change) == (ready.minors, 56, ready.change)
    assert replanned(at("QT", clean_run=3), day) == at("QT", clean_run=3)


def test_ninety_idle_days() -> None:
    state = at("Q2")
    assert idle(state, START + timedelta(days=89), last_item_on=START) == state
    first = idle(state, START + timedelta(days=90), last_item_on=START)
    assert first.level == "Q1"
    assert first.change is not None
    assert first.change.cause == "idle"
    assert idle(first, START + timedelta(days=179), last_item_on=START) == first
    assert idle(first, START + timedelta(days=180), last_item_on=START).level == "Q0"
    assert idle(at("QT"), START + timedelta(days=400), last_item_on=START) == at("QT")


def test_during_an_incident_everything_is_reviewed() -> None:
    state = incident(at("Q2"), "i1", 2)
    assert (state.level, state.review_level) == ("Q2", "Q0")
    both = incident(state, "i2", 4)
    assert incident_over(both, "i1").review_level == "Q0"
    assert incident_over(incident_over(both, "i1"), "i2").review_level == "Q2"
    assert incident(state, "i1", 1).review_level == "Q2"
    assert incident(at("Q2"), "i3", 1).incidents == frozenset()
    assert incident(at("QT"), "i1", 3).review_level == "QT"
    assert incident(at("QH"), "i1", 3).review_level == "QH"


def test_a_stricter_cap_takes_the_level_along() -> None:
    day = START + timedelta(days=5)
    lowered = capped(at("Q3"), "Q1", day)
    assert (lowered.level, lowered.cap, lowered.since) == ("Q1", "Q1", day)
    assert lowered.change is not None
    assert lowered.change.cause == "cap"
    ready = run(at("Q1"), "." * 55)
    assert capped(ready, "Q1", day) == replace(ready, cap="Q1", proposal=None)
    assert capped(ready, "Q2", day).proposal == ready.proposal
    assert capped(at("QT"), "Q1", day).level == "QT"
