"""The life cycle of a version: legal review, consultation, approval, its day, its end.

From the hand-over to legal review on the text is frozen; its hash binds every decision to it. A version that is
returned becomes a draft again, and decisions of that round no longer count.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import QuerySet

from fourleaf.engine.policies.sections import open_places
from fourleaf.governance.contracts import (
    CONSULTED_KINDS,
    PolicyCameIntoForce,
    PolicyEnded,
    PolicyHandedOver,
    PolicyLeftLegalReview,
)
from fourleaf.governance.errors import OpenPlacesError
from fourleaf.governance.models import (
    ConsultationState,
    PolicyConsultation,
    PolicyDecision,
    PolicyText,
    PolicyVersion,
    PolicyVersionState,
)
from fourleaf.governance.selectors.policies import IN_WORK, other_approvers
from fourleaf.governance.selectors.policies_force import first_day_anywhere
from fourleaf.governance.services.policies_writing import held, months_later
from fourleaf.kernel import audit, clock, events
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError, TransitionError
from fourleaf.kernel.models import Region

__all__ = [
    "approve_version",
    "begin",
    "confirm_review",
    "consult_region",
    "decide_legal",
    "has_begun",
    "record_consultation",
    "regions_to_consult",
    "restore_version",
    "return_version",
    "schedule_version",
    "submit_version",
    "text_hash",
    "unschedule_version",
    "withdraw_version",
]

_REVIEW, _APPROVE = "governance.review_policies", "governance.approve_policies"
_REASON: Final = 2_000


def text_hash(text: PolicyText) -> str:
    """SHA-256 of what a reader sees: language, title, body. Evidence of acknowledgements names it."""
    return hashlib.sha256(f"{text.language}\n{text.title}\n{text.body}".encode()).hexdigest()


def _content_hash(row: PolicyVersion, texts: Sequence[PolicyText]) -> str:
    content: dict[str, Any] = {
        name: getattr(row, name)
        for name in (
            "major", "minor", "patch", "channels", "except_channels", "region_ids", "brand_ids", "groups",
            "acknowledged", "rights",
        )
    }  # fmt: skip
    content["policy"] = row.policy_id
    content["texts"] = [[text.language, text.title, text.body, text.quiz] for text in texts]
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _reason(reason: str, *, needed: str = "") -> str:
    reason = reason.strip()
    if needed and not reason:
        raise InvalidError(fields={"reason": [needed]})
    if len(reason) > _REASON:
        raise InvalidError(fields={"reason": [f"This has {len(reason):,} characters; {_REASON:,} fit."]})
    return reason


# --- legal review ---------------------------------------------------------------------------------------------------


def submit_version(
    *, actor: Actor, version_id: int, open_places_named: Collection[str] = (), version: int | None = None
) -> PolicyVersion:
    """Hand a draft over to legal review; its text is frozen from now on.

    Places in brackets must be filled in; those in ``open_places_named`` may stay open (`OpenPlacesError` names the
    others). A major version of a policy that was in force before needs its questions on what changed.
    """
    with held(actor, version_id, version) as row:
        PolicyVersionState.check(row.state, "legal_review")
        texts = list(row.texts.order_by("pk"))
        if not texts:
            raise InvalidError("This version has no text yet. Write it in at least one language.")
        places = list(dict.fromkeys(place for text in texts for place in open_places(text.body)))
        named = {place.strip().strip("[]") for place in open_places_named}
        if unnamed := [place for place in places if place not in named]:
            raise OpenPlacesError(unnamed)
        _check_changes_told(row, texts)
        for text in texts:
            text.content_hash = text_hash(text)
        PolicyText.objects.bulk_update(texts, ["content_hash"])
        row.open_places = places
        row.content_hash = _content_hash(row, texts)
        row.round += 1
        row.legal_agreed = False
        _to(row, "legal_review")
        audit.record(actor, "governance.policy.submitted", row, data={"hash": row.content_hash, "open": places})
    return row


def _check_changes_told(row: PolicyVersion, texts: Sequence[PolicyText]) -> None:
    earlier = row.policy.versions.filter(effective_on__isnull=False, major__lt=row.major).exists()
    if not earlier:
        return
    if not row.note:
        raise InvalidError(fields={"note": ["Say what changed and why; readers see it beside the comparison."]})
    if row.change == "major" and row.acknowledged and not any(text.quiz for text in texts):
        raise InvalidError(
            fields={"quiz": ["A new major version needs two to five questions on what changed, with their answers."]}
        )


def _to(row: PolicyVersion, state: str) -> None:
    """One step of the state machine, written with everything else that was set on the row."""
    PolicyVersionState.check(row.state, state)
    before, row.state = row.state, state
    row.save()
    # The review queue follows: it asks for the legal view, or asks no more. What is lost here its due work finds.
    if state == "legal_review":
        events.publish(PolicyHandedOver(row.policy_id, row.pk))
    elif before == "legal_review" or state in ("draft", "withdrawn"):
        events.publish(PolicyLeftLegalReview(row.policy_id, row.pk, state))


def _decide(actor: Actor, row: PolicyVersion, step: str, agreed: bool, reason: str) -> None:
    PolicyDecision.objects.create(
        version=row,
        step=step,
        agreed=agreed,
        reason=reason,
        person_id=actor.person_id,
        person_name=actor.label[:200],
        at=clock.now(),
        round=row.round,
        content_hash=row.content_hash,
    )


def decide_legal(
    *, actor: Actor, version_id: int, agreed: bool, reason: str = "", version: int | None = None
) -> PolicyVersion:
    """The legal view: agreed (then regions with a works council are consulted where the kind concerns them), or
    returned to draft with a reason.

    Pages and the API do not call this: people decide in the review queue, which knows who stands in for whom and that
    nobody decides what they wrote, and which calls this with the right lent to who decided.
    """
    reason = _reason(reason, needed="" if agreed else "Say what has to change before it can be agreed.")
    with held(actor, version_id, version, code=_REVIEW) as row:
        if row.state != "legal_review" or row.legal_agreed:
            raise TransitionError(f"{row} does not wait for the legal view.")
        _decide(actor, row, "legal", agreed, reason)
        if not agreed:
            _back_to_draft(row)
        else:
            row.legal_agreed = True
            must = regions_to_consult(row)
            for region in must:
                PolicyConsultation.objects.get_or_create(
                    version=row, region=region, defaults={"required": True, "asked_at": clock.now()}
                )
            # Answers of an earlier round were about another text.
            row.consultations.update(state="pending", answered_at=None)
            if row.consultations.exists():
                _to(row, "consultation")
            else:
                row.save()
                events.publish(PolicyLeftLegalReview(row.policy_id, row.pk, row.state))
        code = "governance.policy.legal_agreed" if agreed else "governance.policy.returned"
        audit.record(actor, code, row, data={"hash": row.content_hash, "round": row.round, "reason": reason})
    return row


def _back_to_draft(row: PolicyVersion) -> None:
    row.legal_agreed = False
    row.content_hash = ""
    _to(row, "draft")


def return_version(*, actor: Actor, version_id: int, reason: str, version: int | None = None) -> PolicyVersion:
    """Take a version that is under review back to draft; what was decided on it no longer counts."""
    reason = _reason(reason, needed="Say why it goes back.")
    with held(actor, version_id, version) as row:
        if row.state not in ("legal_review", "consultation"):
            raise TransitionError(f"{row} is {row.get_state_display().lower()}: there is nothing to take back.")
        _back_to_draft(row)
        audit.record(actor, "governance.policy.returned", row, data={"reason": reason})
    return row


# --- consultation ---------------------------------------------------------------------------------------------------


def regions_to_consult(row: PolicyVersion) -> QuerySet[Region]:
    """Regions in scope whose works council must be consulted on this kind of document."""
    if row.policy.kind not in CONSULTED_KINDS:
        return Region.objects.none()
    regions = Region.objects.filter(works_council=True, archived_at__isnull=True)
    return regions.filter(pk__in=row.region_ids) if row.region_ids else regions


def consult_region(*, actor: Actor, version_id: int, region_id: int, version: int | None = None) -> PolicyConsultation:
    """Ask a region's representatives although the rules do not demand it; approval does not wait for the answer."""
    with held(actor, version_id, version) as row:
        if row.state not in ("draft", "legal_review", "consultation"):
            raise TransitionError(f"{row} is {row.get_state_display().lower()}: the time for consultation is over.")
        if not Region.objects.filter(pk=region_id).exists():
            raise InvalidError(fields={"region_id": ["This region does not exist any more."]})
        found, made = PolicyConsultation.objects.get_or_create(
            version=row, region_id=region_id, defaults={"asked_at": clock.now()}
        )
        if made:
            if row.state == "legal_review" and row.legal_agreed:
                _to(row, "consultation")
            audit.record(actor, "governance.policy.consulted", row, data={"region": found.region.code})
    return found


def record_consultation(
    *, actor: Actor, version_id: int, region_id: int, agreed: bool, note: str, version: int | None = None
) -> PolicyConsultation:
    """Note what a region's representatives answered; ``note`` names the minutes or the agreement."""
    note = _reason(note, needed="Name the minutes, letter or agreement that holds the answer.")
    with held(actor, version_id, version) as row:
        found = row.consultations.select_related("region").filter(region_id=region_id).first()
        if found is None:
            raise NotFoundError
        if row.state != "consultation":
            raise TransitionError(f"{row} is {row.get_state_display().lower()}, not in consultation.")
        state = "agreed" if agreed else "declined"
        if found.state != "pending":
            ConsultationState.check(found.state, "pending")
        found.state, found.note, found.answered_at = state, note, clock.now()
        found.recorded_by = actor.label[:200]
        found.save()
        audit.record(
            actor, "governance.policy.consultation_recorded", row, data={"region": found.region.code, "state": state}
        )
    return found


# --- approval -------------------------------------------------------------------------------------------------------


def approve_version(
    *, actor: Actor, version_id: int, agreed: bool = True, reason: str = "", version: int | None = None
) -> PolicyVersion:
    """Approve, or return with a reason. It is approved when all who were named as approvers have agreed; without
    names, one person with the right is enough. Who wrote it approves it only where nobody else has the right."""
    reason = _reason(reason, needed="" if agreed else "Say what has to change before you can approve it.")
    with held(actor, version_id, version, code=_APPROVE) as row:
        _check_may_be_approved(row)
        another = bool(other_approvers(row.author_id))
        if another and agreed and actor.kind == "person" and actor.person_id == row.author_id:
            raise NotAllowedError("You wrote this version, so somebody else approves it.")
        named = set(row.approvers.values_list("pk", flat=True)) - ({row.author_id} if another else set())
        if named and actor.person_id not in named and actor.kind == "person":
            raise NotAllowedError("Others were named as approvers of this version. Ask its author to add you.")
        _decide(actor, row, "approval", agreed, reason)
        if not agreed:
            _back_to_draft(row)
            audit.record(actor, "governance.policy.returned", row, data={"reason": reason})
            return row
        decided = row.decisions.filter(step="approval", agreed=True, round=row.round)
        missing = named - set(decided.values_list("person_id", flat=True)) if actor.kind == "person" else set()
        if not missing:
            row.approved_at = clock.now()
            _to(row, "approved")
        audit.record(
            actor,
            "governance.policy.approved" if not missing else "governance.policy.approval_given",
            row,
            data={"hash": row.content_hash, "missing": len(missing), "own": actor.person_id == row.author_id},
        )
    return row


def _check_may_be_approved(row: PolicyVersion) -> None:
    if row.state not in ("legal_review", "consultation"):
        raise TransitionError(f"{row} is {row.get_state_display().lower()}: there is nothing to approve.")
    if not row.legal_agreed:
        raise TransitionError(f"{row} still waits for the legal view.")
    waiting = row.consultations.filter(required=True).exclude(state="agreed").select_related("region")
    if names := [f"{one.region.name} ({one.get_state_display().lower()})" for one in waiting]:
        raise TransitionError(f"Employee representatives have not agreed yet: {', '.join(names)}.")
    if row.open_places:
        raise TransitionError(
            f"Places are still open: [{'], ['.join(row.open_places[:5])}]. Return it to draft and fill them in."
        )


# --- its day --------------------------------------------------------------------------------------------------------


def schedule_version(
    *, actor: Actor, version_id: int, effective_on: date | None = None, version: int | None = None
) -> PolicyVersion:
    """Put an approved version in force on a day; without a day, or with the present one, at once.

    The day begins in each region at its own midnight. The version is *in force* from the first midnight among the
    regions in scope; `in_force` answers each region by its own date.
    """
    with held(actor, version_id, version, code=_APPROVE) as row:
        if row.state not in ("approved", "scheduled"):
            PolicyVersionState.check(row.state, "scheduled")
        _check_day_ahead(row)
        today = first_day_anywhere(row.region_ids)
        day = effective_on or today
        if day < clock.today() - timedelta(days=1):
            raise InvalidError(fields={"effective_on": ["This day is over. Choose today or a later day."]})
        row.effective_on = day
        row.review_due = months_later(day, row.policy.review_months)
        if day <= today:
            begin(actor, row)
            return row
        if row.state == "scheduled":
            row.save()
        else:
            _to(row, "scheduled")
        audit.record(actor, "governance.policy.scheduled", row, data={"effective_on": day.isoformat()})
    return row


def has_begun(row: PolicyVersion) -> bool:
    """Whether the day of a scheduled version has come, so that it counts although no work has noted it yet."""
    return bool(
        row.state == "scheduled" and row.effective_on and row.effective_on <= first_day_anywhere(row.region_ids)
    )


def _check_day_ahead(row: PolicyVersion) -> None:
    if has_begun(row):
        raise TransitionError(f"The day of {row} has begun, so it is in force. Withdraw it to end it.")


def unschedule_version(*, actor: Actor, version_id: int, version: int | None = None) -> PolicyVersion:
    """Take a day back that has not come yet; the version is approved as before."""
    with held(actor, version_id, version, code=_APPROVE) as row:
        if row.state != "scheduled":
            raise TransitionError(f"{row} is {row.get_state_display().lower()}; no day waits for it.")
        _check_day_ahead(row)
        row.effective_on = row.review_due = None
        _to(row, "approved")
        audit.record(actor, "governance.policy.unscheduled", row)
    return row


def begin(actor: Actor, row: PolicyVersion) -> None:
    """The version comes into force; versions whose whole scope it covers are superseded. Within `held`."""
    if row.effective_on is None:
        raise TransitionError(f"{row} has no day on which it begins.")
    _to(row, "in_force")
    for old in row.policy.versions.filter(state="in_force").exclude(pk=row.pk):
        if old.effective_on is not None and old.effective_on <= row.effective_on and row.scope.includes(old.scope):
            PolicyVersionState.check(old.state, "superseded")
            old.state, old.ended_on = "superseded", row.effective_on
            old.version += 1
            old.save()
            audit.record(actor, "governance.policy.superseded", old, data={"by": row.number})
            events.publish(PolicyEnded(row.policy_id, old.pk, row.policy.kind, "superseded"))
    audit.record(
        actor,
        "governance.policy.came_into_force",
        row,
        data={"effective_on": row.effective_on.isoformat(), "hash": row.content_hash},
    )
    events.publish(
        PolicyCameIntoForce(
            policy_id=row.policy_id,
            version_id=row.pk,
            kind=row.policy.kind,
            major=row.change == "major",
            region_ids=tuple(row.region_ids),
            brand_ids=tuple(row.brand_ids),
            channels=tuple(row.channels),
        )
    )


def confirm_review(*, actor: Actor, version_id: int, note: str = "", version: int | None = None) -> PolicyVersion:
    """Note that a version in force was read again and stays as it is; the next review is due an interval from now."""
    note = _reason(note)
    with held(actor, version_id, version) as row:
        if row.state != "in_force":
            raise TransitionError(f"{row} is {row.get_state_display().lower()}; only what is in force is reviewed.")
        before, row.review_due = row.review_due, months_later(clock.today(), row.policy.review_months)
        row.save()
        audit.record(
            actor,
            "governance.policy.reviewed",
            row,
            data={"was_due": before.isoformat() if before else None, "note": note},
        )
    return row


# --- its end --------------------------------------------------------------------------------------------------------


def withdraw_version(*, actor: Actor, version_id: int, reason: str, version: int | None = None) -> PolicyVersion:
    """Give a draft up, or end a version in force from today on. The reason is shown."""
    reason = _reason(reason, needed="Say why; readers see it.")
    seen = PolicyVersion.objects.filter(pk=version_id).values_list("state", flat=True).first() or ""
    # Giving up what is not decided yet is the author's matter; ending what was decided is the approvers'.
    code = "governance.edit_policies" if seen in IN_WORK else _APPROVE
    with held(actor, version_id, version, code=code) as found:
        if (found.state in IN_WORK) != (seen in IN_WORK):
            raise ConflictError(f"“{found}” has moved on meanwhile. Load it again to see what is there now.")
        if has_begun(found):
            begin(actor, found)
        was = found.state
        if was == "in_force":
            found.ended_on = max(clock.today(), found.effective_on or clock.today())
        elif was in ("approved", "scheduled"):
            found.effective_on = found.review_due = None
        found.ended_reason = reason
        _to(found, "withdrawn")
        audit.record(actor, "governance.policy.withdrawn", found, data={"was": was, "reason": reason})
        if was == "in_force":
            events.publish(PolicyEnded(found.policy_id, found.pk, found.policy.kind, "withdrawn"))
    return found


def restore_version(*, actor: Actor, version_id: int) -> PolicyVersion:
    """Undo of `withdraw_version`, on the same day only: what was in force is so again, anything else is a draft."""
    was_in_force = PolicyVersion.objects.filter(pk=version_id, effective_on__isnull=False).exists()
    with held(actor, version_id, None, code=_APPROVE if was_in_force else "governance.edit_policies") as row:
        if row.state != "withdrawn":
            raise TransitionError(f"{row} is {row.get_state_display().lower()}; there is nothing to undo.")
        others = row.policy.versions.exclude(pk=row.pk)
        if row.effective_on is not None:
            if row.ended_on is None or row.ended_on < clock.today():
                raise TransitionError("It was withdrawn on an earlier day. Start a new version instead.")
            if others.filter(state="in_force", effective_on__gte=row.effective_on).exists():
                raise TransitionError("Another version came into force meanwhile, so this one stays withdrawn.")
            row.ended_on, row.ended_reason = None, ""
            _to(row, "in_force")
        else:
            same = others.filter(major=row.major, minor=row.minor, patch=row.patch).exclude(state="withdrawn")
            if same.exists() or others.filter(state__in=IN_WORK).exists():
                raise TransitionError("Another version is in work meanwhile, so this one stays withdrawn.")
            row.ended_reason, row.legal_agreed, row.content_hash, row.approved_at = "", False, "", None
            _to(row, "draft")
        audit.record(actor, "governance.policy.restored", row, data={"state": row.state})
    return row
