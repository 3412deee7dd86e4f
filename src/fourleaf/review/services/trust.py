"""What people decide about trust: less review, an accepted remedy, an author who may write again; and news of it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import cast

from fourleaf.engine.review import (
    CAPS,
    PRESETS,
    NotConfirmedError,
    TrustState,
    author_cleared,
    capped,
    confirm,
    halt_lifted,
    incident,
    incident_over,
    lead_changed,
    policy_major,
    replanned,
)
from fourleaf.engine.review.tiers import Tier
from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import ConflictError, InvalidError
from fourleaf.kernel.permissions import require
from fourleaf.review.models import Stratum
from fourleaf.review.selectors.trust import get_stratum_for
from fourleaf.review.store import again_on_race, save_stratum
from fourleaf.review.strata import grow_idle, move_stratum

__all__ = [
    "clear_author",
    "confirm_relaxation",
    "declare_incident",
    "end_incident",
    "grow_all_idle",
    "lift_halt",
    "lower_for_lead",
    "lower_for_policy",
    "set_stratum_rules",
]


def _refusing(change: Callable[[TrustState], TrustState], field: str) -> Callable[[TrustState], TrustState]:
    """The step, with the engine's refusal as sentences beside a field."""

    def inner(state: TrustState) -> TrustState:
        try:
            return change(state)
        except NotConfirmedError as error:
            raise InvalidError(fields={field: list(error.reasons)}) from error

    return inner


def _mine(actor: Actor, stratum_id: int, version: int | None) -> Stratum:
    stratum = get_stratum_for(actor, stratum_id)
    require(actor, "review.confirm_trust")
    if version is not None and version != stratum.version:
        raise ConflictError(
            "Another item was judged since you opened this page. See what the walk says now, then decide."
        )
    return stratum


@again_on_race
def confirm_relaxation(*, actor: Actor, stratum_id: int, reason: str, version: int | None = None) -> Stratum:
    """Less review, as the walk proposes: after 21 days, two reviewers and with a reason."""
    stratum = _mine(actor, stratum_id, version)
    today = clock.today()

    def change(state: TrustState) -> TrustState:
        return confirm(state, actor.label, reason.strip()[:500], today, PRESETS[stratum.preset])

    move_stratum(actor, stratum, _refusing(change, "reason"), "confirmed")
    return stratum


@again_on_race
def lift_halt(*, actor: Actor, stratum_id: int, remedy: str, version: int | None = None) -> Stratum:
    """Accept a remedy: publishing goes on, with two reviewers for everything."""
    stratum = _mine(actor, stratum_id, version)
    today = clock.today()
    move_stratum(
        actor,
        stratum,
        _refusing(lambda state: halt_lifted(state, actor.label, remedy.strip()[:500], today), "reason"),
        "halt_lifted",
    )
    return stratum


@again_on_race
def clear_author(*, actor: Actor, stratum_id: int, author_id: int) -> Stratum:
    """Let an author write again who was halted by a critical defect."""
    stratum = _mine(actor, stratum_id, None)
    move_stratum(
        actor, stratum, _refusing(lambda state: author_cleared(state, str(author_id)), "author"), "author_cleared"
    )
    audit.record(actor, "review.trust.author_cleared", stratum)
    return stratum


@again_on_race
def set_stratum_rules(*, actor: Actor, stratum_id: int, preset: str, tier: str, version: int | None = None) -> Stratum:
    """Which thresholds hold for a stratum, and the risk tier that caps it ("" for none).

    Other thresholds are another test, so the evidence for the next level begins anew.
    """
    stratum = _mine(actor, stratum_id, version)
    require(actor, "review.configure")
    wrong: dict[str, list[str]] = {}
    if preset not in PRESETS:
        wrong["preset"] = [f"Thresholds are one of {', '.join(PRESETS)}."]
    if tier and tier not in CAPS:
        wrong["tier"] = [f"A tier is one of {', '.join(CAPS)}."]
    if wrong:
        raise InvalidError(fields=wrong)
    other, today = preset != stratum.preset, clock.today()
    cap = CAPS[cast("Tier", tier)] if tier else "Q3"
    stratum.preset, stratum.tier = preset, tier
    save_stratum(stratum, "preset", "tier")
    move_stratum(actor, stratum, lambda state: capped(replanned(state, today) if other else state, cap, today), "rules")
    audit.record(actor, "review.trust.rules_set", stratum, data={"preset": preset, "tier": tier})
    return stratum


def _each(actor: Actor, strata: Collection[int], change: Callable[[TrustState], TrustState], what: str) -> int:
    @again_on_race
    def one(pk: int) -> None:
        move_stratum(actor, Stratum.objects.select_related("brand").get(pk=pk), change, what)

    for pk in strata:
        one(pk)
    return len(strata)


def _of_brands(brand_ids: Collection[int]) -> list[int]:
    rows = Stratum.objects.order_by("pk")
    if brand_ids:
        rows = rows.filter(brand_id__in=brand_ids)
    return list(rows.values_list("pk", flat=True))


def lower_for_policy(*, actor: Actor, brand_ids: Collection[int], author_groups: Collection[str] = ()) -> int:
    """A major version of a policy came into force: one level back where it applies. Empty: everywhere."""
    rows = Stratum.objects.filter(pk__in=_of_brands(brand_ids))
    if author_groups:
        rows = rows.filter(author_group__in=[*author_groups, ""])
    today = clock.today()
    return _each(
        actor, list(rows.values_list("pk", flat=True)), lambda state: policy_major(state, today), "policy_major"
    )


def lower_for_lead(*, actor: Actor, brand_id: int | None) -> int:
    """Another person leads the approvals of a brand: one level back."""
    today = clock.today()
    brands = [brand_id] if brand_id is not None else []
    return _each(actor, _of_brands(brands), lambda state: lead_changed(state, today), "lead_changed")


def declare_incident(*, actor: Actor, number: str, severity: int, brand_ids: Collection[int]) -> int:
    """An incident runs: from SEV 2 on everything of the brands is reviewed. For whoever keeps incidents."""
    require(actor, "review.confirm_trust")
    return _each(actor, _of_brands(brand_ids), lambda state: incident(state, number, severity), "incident")


def end_incident(*, actor: Actor, number: str) -> int:
    """The incident is over; levels count again."""
    require(actor, "review.confirm_trust")
    return _each(actor, _of_brands([]), lambda state: incident_over(state, number), "incident_over")


def grow_all_idle(*, actor: Actor) -> int:
    """One level back for strata without an item in ninety days; gives how many were looked at."""

    @again_on_race
    def one(pk: int) -> None:
        grow_idle(actor, Stratum.objects.select_related("brand").get(pk=pk))

    keys = list(Stratum.objects.values_list("pk", flat=True))
    for pk in keys:
        one(pk)
    return len(keys)
