"""Reads of maturity and of the organisation model."""

from __future__ import annotations

from dataclasses import dataclass

from fourleaf.assessment.contracts import CloverFacts
from fourleaf.assessment.models import DeclaredModel, GateEvidence, ModelMeasures
from fourleaf.assessment.public import clover
from fourleaf.engine.organisation_model import Comparison, Observation, compare, observe
from fourleaf.engine.survey.maturity import Maturity, maturity_of
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.permissions import require

__all__ = ["ModelState", "Standing", "evidence_of", "model_of", "standing_of"]


@dataclass(frozen=True)
class Standing:
    """The ladder with the evidence behind it, and the clover that may cap it."""

    maturity: Maturity
    evidence: dict[str, GateEvidence]
    clover: CloverFacts | None


def evidence_of(actor: Actor, fact: str) -> GateEvidence | None:
    """What is known of a fact, if anything."""
    require(actor, "assessment.view_results")
    return GateEvidence.objects.filter(fact=fact).select_related("said_by").first()


def standing_of(actor: Actor) -> Standing:
    """Levels out of the noted evidence, capped by the newest published clover. Two queries."""
    require(actor, "assessment.view_results")
    evidence = {one.fact: one for one in GateEvidence.objects.select_related("said_by")}
    found = clover(actor)
    points = {one.leaf: one.points for one in found.leaves if one.points is not None} if found else {}
    return Standing(maturity_of({fact: one.value for fact, one in evidence.items()}, points), evidence, found)


@dataclass(frozen=True)
class ModelState:
    """The declared model and the newest measures, with what they show; None where nothing was noted."""

    declared: DeclaredModel | None
    measures: ModelMeasures | None
    observation: Observation | None
    comparison: Comparison | None


def model_of(actor: Actor) -> ModelState:
    """Declared against observed. Two queries."""
    require(actor, "assessment.view_results")
    declared, measures = DeclaredModel.objects.first(), ModelMeasures.objects.first()
    if measures is None:
        return ModelState(declared, None, None, None)
    comparison = compare(declared.model, measures.values) if declared else None
    return ModelState(declared, measures, observe(measures.values), comparison)
