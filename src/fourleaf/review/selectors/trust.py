"""Strata: how far they have come, in words and as the points of the walk. Never about a person."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import QuerySet

from fourleaf.engine.review import (
    PRESETS,
    TrustState,
    clean_missing,
    compare_reviewers,
    explain,
    guards,
    upper_bounds,
)
from fourleaf.engine.review.agreement import Agreement
from fourleaf.engine.review.explaining import UpperBounds
from fourleaf.engine.review.trust import Guard
from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import NotFoundError
from fourleaf.review.models import Decision, Stratum, TrustStep
from fourleaf.review.needs import SECOND
from fourleaf.review.stored import state_from_json

__all__ = ["StratumShown", "agreement_of", "get_stratum_for", "shown", "steps_of", "visible_strata"]

#: Fewer doubly reviewed items than this say something about two people rather than about a stratum.
LEAST_PAIRS = 5


@dataclass(frozen=True)
class StratumShown:
    """A stratum with what its state means. ``missing``: clean items in a row until less review is proposed."""

    stratum: Stratum
    state: TrustState
    sentences: tuple[str, ...]
    bounds: UpperBounds
    guards: tuple[Guard, ...]
    missing: int | None
    share: float


def visible_strata(actor: Actor) -> QuerySet[Stratum]:
    """All strata, for who may see how much is reviewed."""
    rows = Stratum.objects.select_related("brand")
    return rows if actor.may("review.view_trust") else rows.none()


def get_stratum_for(actor: Actor, stratum_id: int) -> Stratum:
    """One stratum; `NotFoundError` for absent and forbidden alike."""
    found = visible_strata(actor).filter(pk=stratum_id).first()
    if found is None:
        raise NotFoundError
    return found


def shown(stratum: Stratum) -> StratumShown:
    """A stratum with its words and figures, as of today."""
    state, parameters, today = state_from_json(stratum.state), PRESETS[stratum.preset], clock.today()
    return StratumShown(
        stratum=stratum,
        state=state,
        sentences=explain(state, today, parameters),
        bounds=upper_bounds(state.majors, state.reviewed),
        guards=guards(state, today, parameters),
        missing=clean_missing(state, parameters),
        share=parameters.fraction(state.review_level),
    )


def steps_of(stratum: Stratum, limit: int = 400) -> list[TrustStep]:
    """The latest steps of the walk, oldest first."""
    return list(reversed(stratum.steps.order_by("-pk")[:limit]))


def agreement_of(stratum: Stratum | None = None, actor: Actor | None = None) -> Agreement | None:
    """How well reviewers see, from blind double reviews; None where there are too few to be about a stratum.

    Of one stratum, or of all that the actor may see. Never by reviewer.
    """
    # By the step that was decided, since the item may have been handed in again at another level.
    rows = Decision.objects.filter(hashes__has_key=SECOND, undone_at__isnull=True, verdict__in=("approved", "returned"))
    if stratum is not None:
        rows = rows.filter(item__stratum=stratum)
    elif actor is None or not actor.may("review.view_trust"):
        return None
    pairs: dict[tuple[int, int], list[str]] = defaultdict(list)
    for item, submission, severity in rows.order_by("at", "pk").values_list("item_id", "submission", "severity"):
        pairs[item, submission].append(severity)
    both = [(many[0], many[1]) for many in pairs.values() if len(many) >= 2]
    return compare_reviewers(both) if len(both) >= LEAST_PAIRS else None  # type: ignore[arg-type]  # severities
