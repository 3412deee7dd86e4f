"""Maturity by evidence, and the organisation model, through their services."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from fourleaf.assessment import public
from fourleaf.assessment.models import GateEvidence
from fourleaf.assessment.selectors.maturity import model_of, standing_of
from fourleaf.assessment.services.maturity import assess_fact, declare_model, note_measures
from fourleaf.engine.survey.maturity import GATES
from fourleaf.kernel.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from fourleaf.kernel.models import AuditEvent


def hold_all(actor: Any, level: int) -> None:
    for gate in GATES:
        if gate.level <= level:
            bound = gate.at_least if gate.at_least is not None else gate.at_most
            assess_fact(actor=actor, fact=gate.fact, value=True if bound is None else bound, note="Seen.")


@pytest.mark.django_db
class TestMaturity:
    def test_levels_come_from_gates_and_never_from_averages(self, strategist: Any, analyst: Any) -> None:
        hold_all(strategist.actor, 2)
        assert standing_of(analyst.actor).maturity.level == 2
        assess_fact(actor=strategist.actor, fact="kpi_dictionary", value=False, note="It was taken out of use.")
        found = standing_of(analyst.actor).maturity
        assert (found.level, found.name) == (1, "trying")
        assert {one.pillar: one.level for one in found.pillars} == {"people": 2, "process": 1, "platform": 2}

    def test_a_low_leaf_caps_the_level_and_a_high_one_raises_nothing(
        self, strategist: Any, analyst: Any, published: Any
    ) -> None:
        hold_all(strategist.actor, 3)
        assert standing_of(analyst.actor).maturity.level == 3
        published(60)
        found = standing_of(analyst.actor)
        assert found.maturity.level == 2
        assert found.maturity.capped_by == ("leadership",)
        assert found.maturity.evidence_level == 3

    def test_evidence_says_who_and_when_and_is_audited(self, strategist: Any, analyst: Any, noon: Any) -> None:
        kept = assess_fact(
            actor=strategist.actor, fact="owner_named", value=True, note="Stella.", link="https://example.org/x"
        )
        assert (kept.said_by, kept.said_on) == (strategist.person, date(2026, 6, 15))
        assess_fact(actor=strategist.actor, fact="owner_named", value=None, version=1)
        assert [event.data["value"] for event in AuditEvent.objects.order_by("sequence")] == [
            [None, True],
            [True, None],
        ]
        assert standing_of(analyst.actor).maturity.level == 0
        with pytest.raises(ConflictError):
            assess_fact(actor=strategist.actor, fact="owner_named", value=True, note="Late.", version=1)
        with pytest.raises(NotAllowedError):
            assess_fact(actor=analyst.actor, fact="owner_named", value=True, note="I say so.")

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"fact": "owner_named", "value": True}, "note"),
            ({"fact": "owner_named", "value": 3.0, "note": "x"}, "value"),
            ({"fact": "committee_functions", "value": True, "note": "x"}, "value"),
            ({"fact": "owner_named", "value": True, "link": "javascript:alert(1)"}, "link"),
            ({"fact": "owner_named", "value": True, "note": "x" * 501}, "note"),
        ],
    )
    def test_evidence_that_nobody_can_check_is_none(self, strategist: Any, fields: dict[str, Any], field: str) -> None:
        with pytest.raises(InvalidError) as caught:
            assess_fact(actor=strategist.actor, **fields)
        assert list(caught.value.fields) == [field]
        assert not GateEvidence.objects.exists()
        with pytest.raises(NotFoundError):
            assess_fact(actor=strategist.actor, fact="moon_phase", value=True, note="x")


@pytest.mark.django_db
class TestModel:
    def test_declared_against_observed(self, strategist: Any, analyst: Any) -> None:
        assert model_of(analyst.actor).observation is None
        declare_model(actor=strategist.actor, model="dandelion")
        note_measures(
            actor=strategist.actor,
            values={"cr": 0.48, "ap": 0.81, "act": 0.55, "ht": 0.57, "std": 0.71},
            window_end=date(2026, 6, 1),
        )
        facts = public.organisation_model(analyst.actor)
        assert (facts.declared, facts.observed, facts.steps_apart) == ("dandelion", "hub_and_spoke", 1)
        moves = model_of(analyst.actor).comparison.moves  # type: ignore[union-attr]  # both were noted
        assert [one.measure for one in moves] == ["ap", "cr"]

    def test_bad_measures_are_refused(self, strategist: Any) -> None:
        for values in ({"cr": 2.0}, {"cr": None}, {"nothing": 0.5}):
            with pytest.raises(InvalidError):
                note_measures(actor=strategist.actor, values=values, window_end=date(2026, 6, 1))
        with pytest.raises(InvalidError):
            note_measures(actor=strategist.actor, values={"cr": 0.5}, window_end=date(2099, 1, 1))
        with pytest.raises(InvalidError):
            declare_model(actor=strategist.actor, model="pyramid")
