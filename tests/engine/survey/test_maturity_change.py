"""Maturity from evidence, and change between waves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourleaf.engine.survey import GATES, change, maturity_of
from fourleaf.engine.survey.maturity import FACTS, PILLARS
from fourleaf.engine.survey.scoring import Estimate


def passing(level: int) -> dict[str, bool | float]:
    """Evidence that opens every gate up to a level."""
    found: dict[str, bool | float] = {}
    for gate in GATES:
        if gate.level <= level:
            bound = gate.at_least if gate.at_least is not None else gate.at_most
            found[gate.fact] = True if bound is None else bound
    return found


@pytest.mark.parametrize("level", range(5))
def test_each_level_needs_all_gates_up_to_it(level: int) -> None:
    found = maturity_of(passing(level))
    assert (found.level, [pillar.level for pillar in found.pillars]) == (level, [level] * 3)


def test_every_level_of_every_pillar_has_gates() -> None:
    assert {(gate.pillar, gate.level) for gate in GATES} == {(name, step) for name in PILLARS for step in range(1, 5)}
    assert len({gate.id for gate in GATES}) == len(GATES)


def test_nothing_is_averaged() -> None:
    """A gate that fails at the bottom holds everything above it back, and the lowest pillar is the whole."""
    found = maturity_of({**passing(4), "owner_named": False})
    assert [pillar.level for pillar in found.pillars] == [0, 4, 4]
    assert (found.level, found.name) == (0, "dormant")
    assert [(one.gate.fact, one.state) for one in found.pillars[0].open] == [("owner_named", "failed")]


def test_missing_evidence_is_named() -> None:
    evidence = passing(2)
    del evidence["case_log"]
    found = maturity_of(evidence)
    assert found.level == 1
    assert "case_log" in found.missing
    assert "owner_named" not in found.missing


def test_the_survey_caps_and_never_raises() -> None:
    low = {"culture": 39.9, "leadership": 80.0}
    found = maturity_of(passing(4), low)
    assert (found.level, found.evidence_level, found.capped_by) == (2, 4, ("culture",))
    assert maturity_of(passing(1), low).capped_by == ()
    assert maturity_of(passing(1), {"culture": 100.0}).level == 1
    assert maturity_of(passing(4), {"culture": 40.0}).level == 4


def test_wrong_evidence_is_refused() -> None:
    with pytest.raises(ValueError, match="No gate asks"):
        maturity_of({"weather": True})
    with pytest.raises(ValueError, match="yes or no"):
        maturity_of({"owner_named": 1})
    with pytest.raises(ValueError, match="a number"):
        maturity_of({"committee_functions": True})


@given(
    st.dictionaries(
        st.sampled_from([gate.fact for gate in GATES if gate.at_least is None and gate.at_most is None]), st.booleans()
    )
)
def test_more_evidence_never_lowers_a_level(evidence) -> None:
    before = maturity_of(evidence)
    for fact in FACTS:
        if evidence.get(fact) is False:
            after = maturity_of({**evidence, fact: True})
            assert all(b.level <= a.level for b, a in zip(before.pillars, after.pillars, strict=True))


BEFORE, AFTER = Estimate(30, 3.0, 0.5, None, None), Estimate(32, 3.5, 0.6, None, None)


@pytest.mark.parametrize(
    ("joined", "left", "shown"), [(0, 0, True), (1, 0, False), (2, 2, False), (5, 0, True), (3, 2, True)]
)
def test_change_only_where_membership_hides_newcomers(joined: int, left: int, shown: bool) -> None:
    found = change(BEFORE, AFTER, joined=joined, left=left)
    assert (found.difference is not None) == shown
    assert bool(found.reason) != shown
    if found.difference is not None:
        assert found.difference.delta == 0.5
        assert found.difference.low is not None
        assert found.difference.low > 0


def test_no_change_of_a_small_cell() -> None:
    assert change(Estimate(4, 3.0, 0.5, None, None), AFTER, joined=0, left=0).difference is None
