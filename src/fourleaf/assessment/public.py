"""What other contexts may use of assessment: figures that its own pages show, with the same suppression."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fourleaf.assessment.contracts import CloverFacts, DepartmentScore, LeafScore, ModelFacts
from fourleaf.assessment.models import WaveResult
from fourleaf.assessment.reach import is_whole
from fourleaf.assessment.selectors.results import latest_result, limit_in, results_of_units
from fourleaf.engine.survey.instrument import LEAVES
from fourleaf.kernel import public as organisation
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.permissions import require

__all__ = ["clover", "department_scores", "organisation_model"]


def _cell(leaf: str, cell: Mapping[str, Any] | None) -> LeafScore:
    if cell is None:
        return LeafScore(leaf, None, None, None, "hidden")
    if cell["divided"] or cell["points"] is None:
        return LeafScore(leaf, None, None, None, cell.get("views", "mixed"))
    low, high = cell["interval"]
    return LeafScore(leaf, cell["points"], low, high, "shown")


def department_scores(actor: Actor) -> list[DepartmentScore]:
    """Published scores by department, by code; none without a published wave. Three queries.

    Those of the newest wave that asked the whole organisation; a later wave that asked only a part takes the place of
    it for the departments that it asked in all regions and shows. Each says from which wave it is.
    """
    require(actor, "assessment.view_results")
    results = results_of_units(actor)
    if not results:
        return []
    ids = {one.code: one.id for one in organisation.departments().values()}
    codes = {number: code for code, number in ids.items()}
    found: dict[str, DepartmentScore] = {}
    for result in results:
        asked = None if is_whole(result.wave) else {codes.get(number) for number in result.wave.department_ids}
        for code, score in _departments(result, ids).items():
            if (asked is None or code in asked) and (score.n_band is not None or code not in found):
                found[code] = score
    return [found[code] for code in sorted(found)]


def _departments(result: WaveResult, ids: Mapping[str, int]) -> dict[str, DepartmentScore]:
    return {
        (code := row["key"]["department"]): DepartmentScore(
            ids.get(code),
            code,
            row["n_band"],
            tuple(_cell(leaf, row["leaves"].get(leaf)) for leaf in LEAVES),
            result.wave.name,
            result.wave.closed_on,
        )
        for row in result.report["breakdown"]
        if list(row["key"]) == ["department"]
    }


def clover(actor: Actor) -> CloverFacts | None:
    """The organisation's clover: of the newest published wave that asked (nearly) everybody; None without one, or where
    too few answered. A wave that asked a part never takes its place. Two queries."""
    require(actor, "assessment.view_results")
    result = latest_result(actor)
    if result is None or not result.report["leaves"]:
        return None
    report, whole = result.report, result.report["clover"]
    leaves = []
    for row in report["leaves"]:
        low, high = row["interval"] or (None, None)
        # The company's points are shown even where views differ, beside the distribution.
        views = row.get("views", "mixed")
        state = views if row["agreement"] and row["agreement"]["divided"] else "shown"
        leaves.append(LeafScore(row["leaf"], row["points"], low, high, state))
    limit = limit_in(report)
    return CloverFacts(
        wave=result.wave.name,
        closed_on=result.wave.closed_on,
        n=report["response"]["n"],
        invited=report["response"]["invited"],
        index=whole["index"] if whole else None,
        limiting=whole["limiting"] if whole else None,
        three_leaf=bool(whole and whole["badge"]),
        leaves=tuple(leaves),
        limiting_certain=bool(whole and limit and limit.certain),
        limiting_with=limit.tied if whole and limit else (),
        three_leaf_certain=bool(whole and whole["badge"] and limit and limit.below_certain),
    )


def organisation_model(actor: Actor) -> ModelFacts:
    """Declared and observed organisation model. Two queries."""
    from fourleaf.assessment.selectors.maturity import model_of

    state = model_of(actor)
    seen = state.observation
    return ModelFacts(
        declared=state.declared.model if state.declared else None,
        observed=seen.model if seen else None,
        confidence=seen.confidence if seen and seen.model else None,
        steps_apart=state.comparison.steps if state.comparison else None,
    )
