"""Defects in supervised or reviewed work: a critical one suspends until a re-test, two in a year cost a belt."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.db import IntegrityError, transaction

from fourleaf.engine.training.ladder import RIGHTS
from fourleaf.engine.training.validity import add_months, day_said, steps_down
from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor, system_actor
from fourleaf.kernel.errors import InvalidError, NotFoundError
from fourleaf.kernel.models import Person
from fourleaf.training.models import BeltAward, Defect, TrainingDue
from fourleaf.training.selectors.trainers import require_trainer
from fourleaf.training.services.belts import take_belt_down
from fourleaf.training.services.completion import void_dues

__all__ = ["note_defect", "withdraw_defect"]

_TWICE: Final = "Two critical defects within twelve months."


def note_defect(
    *,
    actor: Actor,
    person_id: int,
    severity: str,
    right: str,
    note: str,
    source: tuple[str, str] = ("", ""),
    happened_on: date | None = None,
) -> Defect:
    """Note a defect. The same subject (kind, id) counts once: noting it again changes nothing.

    A critical one opens a re-test: the rights from the belt of ``right`` upward are suspended at once. Two critical
    ones in twelve months take one belt away; those two have then done their work and don't count again.
    """
    require_trainer(actor)
    faults: dict[str, list[str]] = {}
    if severity not in Defect.Severity.values:
        faults["severity"] = [f"“{severity}” is not a choice: {', '.join(Defect.Severity.values)}."]
    if right not in RIGHTS:
        faults["right"] = [f"“{right}” is not a right of a belt."]
    if not note.strip():
        faults["note"] = ["Write in a sentence what went wrong."]
    if faults:
        raise InvalidError(fields=faults)
    person = Person.objects.filter(pk=person_id).first()
    if person is None:
        raise NotFoundError
    today = clock.today()
    kind, subject = source
    with transaction.atomic():
        known = Defect.objects.filter(person=person, source_kind=kind, source_id=subject).exclude(source_id="").first()
        if known is not None:
            return known
        try:
            with transaction.atomic():
                defect = Defect.objects.create(
                    person=person,
                    severity=severity,
                    right=right,
                    happened_on=happened_on or today,
                    source_kind=kind,
                    source_id=subject,
                    note=note.strip()[:500],
                    noted_at=clock.now(),
                    noted_by=actor.label[:200],
                )
        except IntegrityError:
            return Defect.objects.get(person=person, source_kind=kind, source_id=subject)
        audit.record(
            actor, "training.defect.noted", person, data={"severity": severity, "right": right, "defect": defect.pk}
        )
        if severity == "critical":
            _suspend(actor, defect)
            _step_down(person, today)
    return defect


def _suspend(actor: Actor, defect: Defect) -> None:
    today = clock.today()
    TrainingDue.objects.create(
        person=defect.person,
        kind="retest",
        belt=RIGHTS[defect.right],
        about=f"defect:{defect.pk}",
        title="Re-test after a critical defect",
        reason=(
            f"A critical defect was noted on {day_said(defect.happened_on)}. "
            f"The rights of the {RIGHTS[defect.right].capitalize()} belt come back with a passed re-test."
        ),
        opened_on=today,
        due_on=today,
        # The day before: suspended at once, there is no grace for this.
        grace_until=date.fromordinal(today.toordinal() - 1),
    )
    audit.record(actor, "training.due.opened", defect.person, data={"kind": "retest", "defect": defect.pk})


def _step_down(person: Person, today: date) -> None:
    fresh = Defect.objects.filter(
        person=person, severity="critical", counted=False, happened_on__gt=add_months(today, -12)
    )
    if steps_down(list(fresh.values_list("happened_on", flat=True)), today):
        fresh.update(counted=True)
        take_belt_down(actor=system_actor("belts"), person_id=person.pk, reason=_TWICE)


def withdraw_defect(*, actor: Actor, person_id: int, source: tuple[str, str]) -> bool:
    """Take a defect back that was noted by mistake: its re-test is void, and a belt that it cost is back.

    False where none is noted of this subject, or where its re-test was taken already.
    """
    require_trainer(actor)
    kind, subject = source
    with transaction.atomic():
        defect = Defect.objects.select_related("person").filter(
            person_id=person_id, source_kind=kind, source_id=subject, mended_on__isnull=True
        ).exclude(source_id="").first()  # fmt: skip
        if defect is None:
            return False
        retests = TrainingDue.objects.filter(person_id=person_id, about=f"defect:{defect.pk}", state="waiting")
        void_dues(actor=actor, dues=list(retests.select_related("person")))
        if defect.counted:
            _give_belt_back(defect)
        audit.record(
            actor, "training.defect.withdrawn", defect.person, data={"defect": defect.pk, "severity": defect.severity}
        )
        defect.delete()
    return True


def _give_belt_back(defect: Defect) -> None:
    """The belt that two defects cost, as it was; the one below that took its place ends."""
    awards = BeltAward.objects.filter(person_id=defect.person_id)
    lost = awards.filter(end_reason=_TWICE, ended_on__gte=defect.happened_on).order_by("-ended_on", "-pk").first()
    Defect.objects.filter(
        person_id=defect.person_id, severity="critical", counted=True,
        happened_on__gt=add_months(defect.happened_on, -12),
    ).update(counted=False)  # fmt: skip
    if lost is None or awards.filter(belt=lost.belt, ended_on__isnull=True).exists():
        return
    awards.filter(reason=_TWICE, ended_on__isnull=True).update(
        ended_on=clock.today(), end_reason="The defect was noted by mistake."
    )
    BeltAward.objects.filter(pk=lost.pk).update(ended_on=None, end_reason="")
