"""What becomes due by itself: new versions of policies, refreshers after a long leave; and what people say of
themselves."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Final

from django.db import transaction

from fourleaf.engine.training.ladder import LADDER, RIGHTS, at_least, rank
from fourleaf.engine.training.validity import DELTA_DAYS, GRACE_DAYS, needs_refresher
from fourleaf.governance import public as governance
from fourleaf.governance.contracts import RIGHTS_BY_KIND, Obligation
from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor, system_actor
from fourleaf.kernel.errors import InvalidError, NotAllowedError, NotFoundError
from fourleaf.kernel.models import Person
from fourleaf.kernel.permissions import require
from fourleaf.training.contracts import BeltStanding
from fourleaf.training.models import Absence, BeltAward, LearnerProfile, Module, TrainingDue
from fourleaf.training.selectors.curriculum import delta_modules, teaching
from fourleaf.training.selectors.standings import standings
from fourleaf.training.services.completion import void_dues

__all__ = ["change_absence", "change_profile", "note_absence", "open_deltas", "open_refreshers"]

_SET: Final = "training.set_belts"


def open_deltas(*, actor: Actor, policy_id: int | None = None) -> int:
    """Open, for everybody with a belt, the modules that teach what new major versions changed; gives how many are new.

    Due in thirty days, with fourteen of grace, for who has not acknowledged the version yet; then the rights that the
    policy carries wait. A version without a module is learned by acknowledging it, of which governance keeps count.
    What is open already stays as it is, unless it no longer applies: see `_still_owed`.
    """
    today = clock.today()
    modules = delta_modules()
    there = TrainingDue.objects.filter(kind="delta").select_related("person")
    if policy_id is not None:
        there = there.filter(policy_id=policy_id)
    known = {(due.person_id, due.about): due for due in there}
    waiting = [due for due in known.values() if due.state == "waiting"]
    held = BeltAward.objects.filter(ended_on__isnull=True, valid_from__lte=today).order_by() if modules else None
    people = set(held.values_list("person_id", flat=True)) if held is not None else set()
    if not people and not waiting:
        return 0
    owed = governance.obligations(people | {due.person_id for due in waiting}, on=today)
    void_dues(actor=actor, dues=[due for due in waiting if not _still_owed(due, owed.get(due.person_id, ()), modules)])
    worth = standings(people, on=today)
    fresh = []
    for person, about, due in _wanted(people, owed, worth, modules, today):
        old = known.get((person, about))
        if (policy_id is None or due.policy_id == policy_id) and (old is None or old.state == "void"):
            due.pk = old.pk if old is not None else None
            fresh.append(due)
    with transaction.atomic():
        # One that was void comes back under its old number.
        again = [due for due in fresh if due.pk is not None]
        TrainingDue.objects.bulk_update(
            again, ["state", "belt", "rights", "module", "opened_on", "due_on", "grace_until", "closed_on"]
        )
        TrainingDue.objects.bulk_create([due for due in fresh if due.pk is None], batch_size=500, ignore_conflicts=True)
        if fresh:
            number = len(fresh)
            audit.record(
                actor, "training.due.opened", ("training.due", "delta"), label="New versions of policies",
                data={"kind": "delta", "people": number},
            )  # fmt: skip
    return len(fresh)


Modules = Mapping[tuple[int, int | None], Module]


def _still_owed(due: TrainingDue, owed: Collection[Obligation], modules: Modules) -> bool:
    """Whether somebody has still to learn it: the version applies to them, and a published module teaches it.

    Otherwise nobody could ever close it: a policy was withdrawn, a module retired, somebody works elsewhere now.
    """
    if due.policy_id is None or due.policy_major is None:
        return False
    module = teaching(modules, due.policy_id, due.policy_major)
    applies = any((one.policy_id, one.major) == (due.policy_id, due.policy_major) for one in owed)
    if module is not None and applies and module.pk != due.module_id:
        TrainingDue.objects.filter(pk=due.pk, state="waiting").update(module=module)
    return module is not None and applies


def _wanted(
    people: Collection[int],
    owed: Mapping[int, Collection[Obligation]],
    worth: Mapping[int, BeltStanding],
    modules: Modules,
    today: date,
) -> Iterator[tuple[int, str, TrainingDue]]:
    """(person, what it is about, the due) of everything that has a module and was not acknowledged."""
    for person in people:
        for one in owed.get(person, ()):
            module = teaching(modules, one.policy_id, one.major)
            rights = [right for right in RIGHTS_BY_KIND.get(one.kind, ()) if right in RIGHTS]
            if one.state == "done" or module is None or not rights:
                continue
            belt = min((RIGHTS[right] for right in rights), key=rank)
            if not at_least(worth[person].held, belt):
                continue
            due = max(one.due_on, today) if one.state == "open" else today + timedelta(days=DELTA_DAYS)
            reason = (
                f"{one.title} has a new version; the rights that it carries wait until you have learned what changed."
            )
            about = f"policy:{one.policy_id}:{one.major}"
            yield (
                person,
                about,
                TrainingDue(
                    person_id=person,
                    kind="delta",
                    belt=belt,
                    rights=rights,
                    about=about,
                    title=f"What changed in {one.title}"[:200],
                    reason=reason[:300],
                    module=module,
                    policy_id=one.policy_id,
                    policy_major=one.major,
                    opened_on=today,
                    due_on=due,
                    grace_until=due + timedelta(days=GRACE_DAYS),
                ),
            )


def open_refreshers(*, actor: Actor, person_ids: Collection[int] | None = None) -> int:
    """Open a refresher for everybody with a belt who is back from more than six months away; gives how many.

    Leaves that follow each other without a day between count as one. One that turns out shorter, or to go on, makes
    its refresher void.
    """
    today = clock.today()
    noted = Absence.objects.select_related("person").order_by("person_id", "begins_on")
    if person_ids is not None:
        noted = noted.filter(person_id__in=list(person_ids))
    long = {
        last.pk: last
        for begins, last in _joined(noted)
        if last.ends_on and last.ends_on < today and needs_refresher(begins, last.ends_on)
    }
    known = TrainingDue.objects.filter(kind="refresher").select_related("person")
    if person_ids is not None:
        known = known.filter(person_id__in=list(person_ids))
    by_absence = {int(due.about.partition(":")[2]): due for due in known}
    stale = [due for key, due in by_absence.items() if due.state == "waiting" and key not in long]
    void_dues(actor=actor, dues=stale)
    back = [away for key, away in long.items() if key not in by_absence or by_absence[key].state == "void"]
    worth = standings([away.person_id for away in back], on=today)
    return sum(_refresh(actor, away, worth[away.person_id].held, today) for away in back)


def _joined(noted: Iterable[Absence]) -> Iterator[tuple[date, Absence]]:
    """(first day away, the last leave) of leaves without a day between; ``noted`` by person and first day."""
    begins: date | None = None
    before: Absence | None = None
    for away in noted:
        follows = (
            before is not None
            and before.person_id == away.person_id
            and before.ends_on is not None
            and away.begins_on <= before.ends_on + timedelta(days=1)
        )
        if before is not None and begins is not None and not follows:
            yield begins, before
        if not follows:
            begins = away.begins_on
        before = away
    if before is not None and begins is not None:
        yield begins, before


def _refresh(actor: Actor, away: Absence, held: str, today: date) -> bool:
    if held == "none":
        return False
    due = today + timedelta(days=DELTA_DAYS)
    with transaction.atomic():
        made, fresh = TrainingDue.objects.get_or_create(
            person=away.person,
            about=f"absence:{away.pk}",
            defaults={
                "kind": "refresher",
                "belt": held,
                "title": f"Refresher for the {LADDER[held].label} belt",
                "reason": "After more than six months away, the rights of the highest belt wait for a refresher.",
                "opened_on": today,
                "due_on": due,
                "grace_until": due + timedelta(days=GRACE_DAYS),
            },
        )
        if not fresh:
            again = TrainingDue.objects.filter(pk=made.pk, state="void")
            fresh = bool(
                again.update(
                    state="waiting", belt=held, opened_on=today, due_on=due,
                    grace_until=due + timedelta(days=GRACE_DAYS), closed_on=None,
                )
            )  # fmt: skip
        if fresh:
            audit.record(actor, "training.due.opened", away.person, data={"kind": "refresher", "belt": held})
    return fresh


def _faults_of(begins_on: date | None, ends_on: date | None) -> dict[str, list[str]]:
    if begins_on is None:
        return {"begins_on": ["Say from which day."]}
    if ends_on is not None and ends_on < begins_on:
        return {"ends_on": ["The last day away lies before the first."]}
    return {}


def _overlaps(others: Iterable[Absence], begins_on: date, ends_on: date | None) -> bool:
    return any(
        begins_on <= (other.ends_on or date.max) and other.begins_on <= (ends_on or date.max) for other in others
    )


def note_absence(*, actor: Actor, person_id: int, begins_on: date, ends_on: date | None = None) -> Absence:
    """Note a leave, one's own or (with the right to set belts) somebody else's. The reason is not asked for."""
    if person_id != actor.person_id:
        require(actor, _SET)
    person = Person.objects.filter(pk=person_id).first()
    if person is None:
        raise NotFoundError
    if faults := _faults_of(begins_on, ends_on):
        raise InvalidError(fields=faults)
    if _overlaps(Absence.objects.filter(person=person), begins_on, ends_on):
        raise InvalidError(fields={"begins_on": ["Another leave is noted for these days; change that one."]})
    with transaction.atomic():
        absence = Absence.objects.create(
            person=person, begins_on=begins_on, ends_on=ends_on, noted_by=actor.label[:200]
        )
        audit.record(actor, "training.absence.noted", person, data={"from": begins_on, "to": ends_on})
        open_refreshers(actor=system_actor("belts"), person_ids=[person.pk])
    return absence


def change_absence(*, actor: Actor, absence_id: int, ends_on: date | None) -> Absence:
    """Say, or correct, the last day of a leave."""
    absence = Absence.objects.select_related("person").filter(pk=absence_id).first()
    if absence is None or (absence.person_id != actor.person_id and not actor.may(_SET)):
        raise NotFoundError
    if faults := _faults_of(absence.begins_on, ends_on):
        raise InvalidError(fields=faults)
    others = Absence.objects.filter(person_id=absence.person_id).exclude(pk=absence.pk)
    if _overlaps(others, absence.begins_on, ends_on):
        raise InvalidError(fields={"ends_on": ["Another leave is noted for these days; change that one."]})
    with transaction.atomic():
        Absence.objects.filter(pk=absence.pk).update(ends_on=ends_on)
        absence.refresh_from_db()
        audit.record(actor, "training.absence.changed", absence.person, data={"from": absence.begins_on, "to": ends_on})
        open_refreshers(actor=system_actor("belts"), person_ids=[absence.person_id])
    return absence


def change_profile(*, actor: Actor, opted_out: bool, willingness: int | None) -> LearnerProfile:
    """The person's own wishes: keep my job free of public communication; how gladly I would learn (1 to 5)."""
    require(actor, "training.learn")
    if actor.person_id is None:
        raise NotAllowedError("Only a person has wishes.")
    if willingness is not None and willingness not in range(1, 6):
        raise InvalidError(fields={"willingness": ["Choose from 1 to 5, or nothing."]})
    with transaction.atomic():
        profile, _ = LearnerProfile.objects.get_or_create(person_id=actor.person_id)
        profile.opted_out, profile.willingness = opted_out, willingness
        profile.save(update_fields=["opted_out", "willingness"])
        # What was answered is the person's own matter; that something was answered is enough for the trail.
        audit.record(actor, "training.profile.changed", ("training.profile", str(actor.person_id)), label=actor.label)
    return profile
