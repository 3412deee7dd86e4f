"""Waivers: leave to let a finding stand for a while. They are objects of the plan, so plan files keep them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from django.db import transaction

from fourleaf.alignment.models import FindingEvent, FindingRecord
from fourleaf.alignment.selectors import get_finding_for
from fourleaf.alignment.services.checking import check_plan
from fourleaf.engine.alignment.checking import RULES
from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor, system_actor
from fourleaf.kernel.errors import ConflictError, InvalidError
from fourleaf.kernel.permissions import require
from fourleaf.planning.errors import PlanContentError
from fourleaf.planning.selectors import objects
from fourleaf.planning.services import put_object, remove_object

__all__ = ["LONGEST", "waive_finding", "withdraw_waiver"]

#: A waiver ends by itself after at most so many days.
LONGEST: Final = timedelta(days=90)


def _writer(actor: Actor) -> Actor:
    """The right to waive takes in the one change of the plan that a waiver is; the trail still names the person."""
    return replace(actor, permissions=actor.permissions | {"planning.edit_plan", "planning.view_plan"})


def waive_finding(*, actor: Actor, finding_id: int, reason: str, owner: str, until: date) -> FindingRecord:
    """Waive an open finding until a day, at most 90 days ahead.

    owner: id of a person of the plan who answers for it.
    """
    record = get_finding_for(actor, finding_id)
    require(actor, "alignment.waive_findings", record, seen_by="alignment.view_findings")
    today, faults = clock.today(), {}
    if record.state != "open":
        raise ConflictError(f"This finding is not open: it is {record.get_state_display().lower()}.")
    if record.rule not in RULES:
        raise InvalidError(f"There is no rule {record.rule} any more, so nothing is to be waived.")
    if not reason.strip():
        faults["reason"] = ["Say why it may stand for now. Everybody who sees the finding reads it."]
    if not owner:
        faults["owner"] = ["Say who answers for it."]
    if not today <= until <= today + LONGEST:
        faults["until"] = [f"Choose a day from today to {today + LONGEST}: a waiver lasts 90 days at most."]
    if faults:
        raise InvalidError(fields=faults)
    with transaction.atomic():
        key = _free_key(record)
        data = {
            "id": key,
            "rule": record.rule,
            "object": record.object,
            "reason": reason.strip(),
            "owner": owner,
            "granted_on": today.isoformat(),
            "until": until.isoformat(),
        }
        try:
            put_object(actor=_writer(actor), plan_id=record.plan_id, section="waivers", data=data, version=0)
        except PlanContentError as error:
            raise InvalidError(fields=error.fields) from error
        check_plan(actor=actor, plan_id=record.plan_id)
        record.refresh_from_db()
        said = {"rule": record.rule, "until": until.isoformat(), "waiver": key}
        audit.record(actor, "alignment.finding.waived", record, data=said)
        _by(actor, record, "waived")
    return record


def withdraw_waiver(*, actor: Actor, finding_id: int) -> FindingRecord:
    """End the waiver that holds for a finding, today."""
    record = get_finding_for(actor, finding_id)
    require(actor, "alignment.waive_findings", record, seen_by="alignment.view_findings")
    if record.state != "waived":
        raise ConflictError("No waiver holds for this finding, so there is none to withdraw.")
    with transaction.atomic():
        key = record.waiver
        remove_object(actor=_writer(actor), plan_id=record.plan_id, section="waivers", key=key)
        check_plan(actor=actor, plan_id=record.plan_id)
        record.refresh_from_db()
        audit.record(actor, "alignment.waiver.withdrawn", record, data={"rule": record.rule, "waiver": key})
        _by(actor, record, "unwaived")
    return record


def _free_key(record: FindingRecord) -> str:
    """An id in the plan that tells what is waived: W-A31-P07, with a number where that is taken."""
    stem = f"W-{record.rule}-{record.object.rpartition('/')[2]}"[:70]
    taken = set(objects(system_actor("alignment"), record.plan_id, "waivers").values_list("key", flat=True))
    return next(key for key in (stem, *(f"{stem}-{n}" for n in range(2, 10_000))) if key not in taken)


def _by(actor: Actor, record: FindingRecord, kind: str) -> None:
    """The check wrote the event; name who brought it about."""
    last = FindingEvent.objects.filter(finding=record, kind=kind).first()
    if last is not None:
        FindingEvent.objects.filter(pk=last.pk).update(by=actor.label[:200])
