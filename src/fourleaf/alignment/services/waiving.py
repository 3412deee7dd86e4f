"""Waivers: leave to let a finding stand for a while. They are objects of the plan, so plan files keep them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from django.db import transaction

from fourleaf.alignment.guard import obstacles
from fourleaf.alignment.models import FindingEvent, FindingRecord
from fourleaf.alignment.selectors import findings_visible_to, get_finding_for
from fourleaf.alignment.services.checking import check_plan
from fourleaf.alignment.snapshot import checked
from fourleaf.engine.alignment.checking import RULES, nothing_to_waive
from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor, system_actor
from fourleaf.kernel.errors import ConflictError, InvalidError
from fourleaf.kernel.permissions import require
from fourleaf.planning.errors import PlanContentError
from fourleaf.planning.public import object_keys, plan_info, put_object, remove_object

__all__ = ["LONGEST", "grant_waiver", "waive_finding", "waive_findings", "waive_obstacle", "withdraw_waiver"]

#: A waiver ends by itself after at most so many days.
LONGEST: Final = timedelta(days=90)
#: Findings that are waived in one go; each is an object of the plan.
MOST_AT_ONCE: Final = 200


def _writer(actor: Actor) -> Actor:
    """The right to waive takes in the one change of the plan that a waiver is; the trail still names the person."""
    return replace(actor, permissions=actor.permissions | {"planning.edit_plan", "planning.view_plan"})


def waive_finding(*, actor: Actor, finding_id: int, reason: str, owner: str, until: date) -> FindingRecord:
    """Waive an open finding until a day, at most 90 days ahead.

    owner: id of a person of the plan who answers for it.
    """
    record = get_finding_for(actor, finding_id)
    require(actor, "alignment.waive_findings", record, seen_by="alignment.view_findings")
    if record.state != "open":
        raise ConflictError(f"This finding is not open: it is {record.get_state_display().lower()}.")
    if record.rule not in RULES:
        raise InvalidError(f"There is no rule {record.rule} any more, so nothing is to be waived.")
    with transaction.atomic():
        key = _put(actor, record.plan_id, record.rule, record.object, reason=reason, owner=owner, until=until)
        record.refresh_from_db()
        said = {"rule": record.rule, "until": until.isoformat(), "waiver": key}
        audit.record(actor, "alignment.finding.waived", record, data=said)
        _by(actor, record, "waived")
    return record


def waive_findings(*, actor: Actor, finding_ids: Collection[int], reason: str, owner: str, until: date) -> int:
    """Waive several open findings of one plan alike; those that are not open stay as they are. Gives how many."""
    require(actor, "alignment.waive_findings", seen_by="alignment.view_findings")
    rows = findings_visible_to(actor).filter(pk__in=list(finding_ids), state="open", rule__in=list(RULES))
    records = list(rows[: MOST_AT_ONCE + 1])
    if not records:
        raise InvalidError("None of these findings is open, so there is nothing to waive.")
    if len(records) > MOST_AT_ONCE:
        raise InvalidError(f"At most {MOST_AT_ONCE} findings can be waived at once. Narrow them first.")
    if len({record.plan_id for record in records}) > 1:
        raise InvalidError("These findings are of several plans. Waive those of one plan at a time.")
    plan_id = records[0].plan_id
    with transaction.atomic():
        taken = set(object_keys(system_actor("alignment"), plan_id, "waivers"))
        entries = []
        for record in records:
            key = _write(
                actor, plan_id, record.rule, record.object, reason=reason, owner=owner, until=until, taken=taken
            )
            taken.add(key)
            said = {"rule": record.rule, "until": until.isoformat(), "waiver": key}
            subject = "alignment.findingrecord", str(record.pk), str(record)
            entries.append(audit.Entry("alignment.finding.waived", *subject, said))
        check_plan(actor=actor, plan_id=plan_id)
        audit.record_many(actor, entries)
        for record in records:
            _by(actor, record, "waived")
    return len(records)


def grant_waiver(
    *, actor: Actor, plan_id: int, rule: str, object: str, reason: str, owner: str, until: date
) -> FindingRecord:
    """Waive what a rule finds at an address now.

    Raises `InvalidError` with a sentence where the rule or the object is not there, or where nothing is found.
    """
    plan_info(actor, plan_id)
    require(actor, "alignment.waive_findings", seen_by="alignment.view_findings")
    check_plan(actor=actor, plan_id=plan_id)
    seen = checked(actor, plan_id)
    if sentence := nothing_to_waive(rule, object, seen.findings, seen.snapshot):
        raise InvalidError(fields={"rule" if rule not in RULES else "object": [sentence]})
    record = FindingRecord.objects.get(plan_id=plan_id, rule=rule, object=object)
    return waive_finding(actor=actor, finding_id=record.pk, reason=reason, owner=owner, until=until)


def waive_obstacle(
    *, actor: Actor, plan_id: int, programme: str, rule: str, object: str, reason: str, owner: str, until: date
) -> str:
    """Waive an error that would hold a programme back once it is live; gives the id of the waiver in the plan.

    Rules that speak of live programmes have no open finding before, so there is no record to waive. Raises
    `ConflictError` when this error does not stand in the programme's way (any more).
    """
    plan_info(actor, plan_id)
    require(actor, "alignment.waive_findings", seen_by="alignment.view_findings")
    if not any((f.rule, f.object) == (rule, object) for f in obstacles(plan_id, "programmes", programme, "live")):
        raise ConflictError(f"{rule} at {object} does not stand in the way of {programme}, or is waived already.")
    with transaction.atomic():
        key = _put(actor, plan_id, rule, object, reason=reason, owner=owner, until=until)
        said = {"rule": rule, "object": object, "until": until.isoformat(), "waiver": key}
        audit.record(actor, "alignment.finding.waived", ("planning.plan", str(plan_id)), data=said)
        record = FindingRecord.objects.filter(plan_id=plan_id, rule=rule, object=object, state="waived").first()
        if record is not None:
            _by(actor, record, "waived")
    return key


def _put(actor: Actor, plan_id: int, rule: str, at: str, *, reason: str, owner: str, until: date) -> str:
    """Write the waiver into the plan and check it again; gives the waiver's id."""
    taken = object_keys(system_actor("alignment"), plan_id, "waivers")
    key = _write(actor, plan_id, rule, at, reason=reason, owner=owner, until=until, taken=taken)
    check_plan(actor=actor, plan_id=plan_id)
    return key


def _write(
    actor: Actor, plan_id: int, rule: str, at: str, *, reason: str, owner: str, until: date, taken: Collection[str]
) -> str:
    today, faults = clock.today(), {}
    if not reason.strip():
        faults["reason"] = ["Say why it may stand for now. Everybody who sees the finding reads it."]
    if not owner:
        faults["owner"] = ["Say who answers for it."]
    if not today <= until <= today + LONGEST:
        faults["until"] = [f"Choose a day from today to {today + LONGEST}: a waiver lasts 90 days at most."]
    if faults:
        raise InvalidError(fields=faults)
    key = _free_key(rule, at, taken)
    data = {
        "id": key,
        "rule": rule,
        "object": at,
        "reason": reason.strip(),
        "owner": owner,
        "granted_on": today.isoformat(),
        "until": until.isoformat(),
    }
    try:
        put_object(actor=_writer(actor), plan_id=plan_id, section="waivers", data=data, version=0)
    except PlanContentError as error:
        raise InvalidError(fields=error.fields) from error
    return key


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


def _free_key(rule: str, at: str, taken: Collection[str]) -> str:
    """An id in the plan that tells what is waived: W-A31-P07, with a number where that is taken."""
    stem = f"W-{rule}-{at.rpartition('/')[2]}"[:70]
    return next(key for key in (stem, *(f"{stem}-{n}" for n in range(2, 10_000))) if key not in taken)


def _by(actor: Actor, record: FindingRecord, kind: str) -> None:
    """The check wrote the event; name who brought it about."""
    last = FindingEvent.objects.filter(finding=record, kind=kind).first()
    if last is not None:
        FindingEvent.objects.filter(pk=last.pk).update(by=actor.label[:200])
