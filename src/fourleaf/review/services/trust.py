"""What people decide about trust: less review, an accepted remedy, an author who may write again; and news of it."""

from __future__ import annotations

from collections.abc import Callable, Collection

from fourleaf.engine.review import (
    CAPS,
    PRESETS,
    NotConfirmedError,
    Outcome,
    TrustState,
    author_cleared,
    capped,
    confirm,
    halt_lifted,
    incident,
    incident_over,
    lead_changed,
    policy_major,
    step,
)
from fourleaf.engine.review.states import Severity, Source
from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import ConflictError, InvalidError
from fourleaf.kernel.permissions import require
from fourleaf.review.models import ReviewItem, Stratum
from fourleaf.review.practice import critical_noted
from fourleaf.review.selectors.items import get_item_for
from fourleaf.review.selectors.trust import get_stratum_for
from fourleaf.review.store import again_on_race, save_item, save_stratum
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
    "report_defect",
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
    """Which thresholds hold for a stratum, and the risk tier that caps it ("" for none)."""
    stratum = _mine(actor, stratum_id, version)
    require(actor, "review.configure")
    if preset not in PRESETS or (tier and tier not in CAPS):
        raise InvalidError(fields={"preset": [f"Thresholds are one of {', '.join(PRESETS)}."]})
    stratum.preset, stratum.tier = preset, tier
    save_stratum(stratum, "preset", "tier")
    today = clock.today()
    move_stratum(actor, stratum, lambda state: capped(state, CAPS[tier] if tier else "Q3", today), "cap")  # type: ignore[index]  # asked for above
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


@again_on_race
def report_defect(*, actor: Actor, item_id: int, source: Source, severity: Severity, note: str) -> ReviewItem:
    """An upheld complaint, a correction or a take-down: counts as one reviewed item with a major defect."""
    item = get_item_for(actor, item_id)
    require(actor, "review.confirm_trust")
    if source not in ("complaint", "correction", "takedown") or severity == "clean":
        raise InvalidError(fields={"source": ["Say whether it was a complaint, a correction or a take-down."]})
    if not note.strip():
        raise InvalidError(fields={"note": ["Say what came to light."]})
    if item.stratum is None:
        raise InvalidError("This item was never handed in.")
    outcome = Outcome(severity, str(actor.person_id or ""), clock.today(), author=str(item.author_id), source=source)
    row = Stratum.objects.select_related("brand").get(pk=item.stratum.pk)
    move_stratum(actor, row, lambda state: step(state, outcome, PRESETS[row.preset]), source, item=item, used=True)
    item.counted = max(item.counted, "major", key=("", "clean", "minor", "major", "critical").index)
    save_item(item, "counted")
    if severity == "critical":
        critical_noted(item)
    audit.record(actor, "review.item.defect_reported", item, data={"source": source, "severity": severity})
    return item
