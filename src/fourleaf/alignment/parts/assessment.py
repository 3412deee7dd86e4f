"""What assessment adds to the snapshot: the published leaf scores of departments."""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import Final

from fourleaf.alignment.providers import Facts, Provider, register_provider
from fourleaf.assessment.contracts import DepartmentScore
from fourleaf.assessment.public import department_scores
from fourleaf.engine.alignment.plan import LeafScores
from fourleaf.engine.alignment.plan import Plan as PlanModel
from fourleaf.kernel.actors import Actor

__all__ = ["assessment"]

_FIRST_NUMBER: Final = re.compile(r"^(\d+)")


def _leaves(score: DepartmentScore) -> LeafScores:
    """Points that may be shown. Of the number of answers only the lower end of its band is known."""
    band = _FIRST_NUMBER.match(score.n_band or "")
    points = {leaf.leaf: leaf.points for leaf in score.leaves if leaf.state == "shown"}
    return LeafScores(
        n=int(band[1]) if band else 0,
        culture=points.get("culture"),
        leadership=points.get("leadership"),
        governance=points.get("governance"),
        technology=points.get("technology"),
    )


def _facts(actor: Actor, model: PlanModel) -> Facts:
    """Departments by their code; one whose scores are hidden has none, whatever the plan says."""
    return Facts(fields={"departments": {score.code: {"leaves": _leaves(score)} for score in department_scores(actor)}})


def _stamp(actor: Actor) -> Hashable:
    return tuple(department_scores(actor))


assessment: Final = register_provider(Provider("assessment", _facts, _stamp))
