"""Whether a subject may go out: the one question that publishing asks."""

from __future__ import annotations

from typing import cast

from fourleaf.engine.review import content_hash, steps
from fourleaf.kernel import clock
from fourleaf.review.contracts import Clearance, StepStanding
from fourleaf.review.kinds import KINDS
from fourleaf.review.models import Decision, Guest, ReviewItem
from fourleaf.review.routing import crew_for, guests_by_step, open_steps
from fourleaf.review.standing import ruling_on
from fourleaf.review.strata import halts

__all__ = ["clearance", "standing_of"]


def standing_of(item: ReviewItem) -> tuple[StepStanding, ...]:
    """Each step of an item with the approvals of its present content."""
    decisions = list(Decision.objects.filter(item=item, undone_at__isnull=True))
    guests = list(Guest.objects.filter(item=item, revoked_at__isnull=True))
    crew = crew_for([item.need_now], guests=guests)
    left = {one.step.id: one.lacking for one in open_steps(item, crew, decisions, guests, advice=True)}
    found = []
    for one in steps(crew.need(item.need_now, guests_by_step(guests))):
        wanted = content_hash(item.content, one.fields)
        latest = {each.name: each for each in decisions if each.submission >= item.counts_from and
                  each.hashes.get(one.id) == wanted}  # fmt: skip
        names = tuple(name for name, each in latest.items() if each.verdict == "approved")
        given = one.m - left[one.id] if one.id in left else one.m
        found.append(StepStanding(one.id, one.label, one.m, given, names))
    return tuple(found)


def _lapsed(item: ReviewItem) -> list[str]:
    """What the author had when the item was handed in and has no more; empty if nothing."""
    right = KINDS[item.kind].asks_right if item.kind in KINDS else ""
    if not right:
        return []
    ruling = ruling_on(
        item.author_id, right, channel=item.channel, region_id=item.region_id, brand_id=item.brand_id,
        language=item.language, on=clock.today(),
    )  # fmt: skip
    if ruling.allowed:
        return []
    return ["Its author no longer has what publishing asks for.", *ruling.reasons]


def clearance(kind: str, subject_id: str) -> Clearance:
    """The state of a subject; ``cleared`` only while it is approved, not expired, nothing halts its stratum, and its
    author still has what handing it in asked for: the right, a policy in force, its acknowledgement.
    """
    item = ReviewItem.objects.select_related("stratum__brand").filter(kind=kind, subject_id=subject_id).first()
    if item is None:
        return Clearance("none", reasons=("It was not handed in for review yet.",))
    state, reasons = item.state, []
    # What goes a way of its own has no tier, and its approval no end: the subject's life cycle says what becomes of it.
    if state == "approved" and item.tier and (item.expires_at is None or item.expires_at <= clock.now()):
        state = "expired"
        reasons.append("The approval is over; hand it in again.")
    if state == "approved" and item.stratum is not None:
        reasons += halts(item.stratum, item.author_id)
    if state == "approved":
        reasons += _lapsed(item)
    cleared = state == "approved" and not reasons
    said = {
        "draft": "It is a draft and was not handed in yet.",
        "submitted": "It waits for its first reviewer.",
        "in_review": "It is being reviewed; not every step is done.",
        "returned": "Changes were asked for.",
        "withdrawn": "It was taken back.",
        "expired": "The approval is over; hand it in again.",
    }
    if not cleared and not reasons:
        reasons.append(said.get(state, "It may not go out."))
    return Clearance(
        state=cast("object", state),  # type: ignore[arg-type]  # a state of the machine
        cleared=cleared,
        item_id=item.pk,
        content_hash=item.content_hash,
        tier=item.tier,
        level=item.level,
        steps=standing_of(item),
        reasons=tuple(reasons),
        expires_at=item.expires_at,
        audit=item.awaits_audit,
    )
