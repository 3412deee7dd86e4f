"""What becomes due by itself: new versions of policies, refreshers after a long leave; and what people say of
themselves."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Final

from django.db import transaction

from fourleaf.engine.training.ladder import LADDER, RIGHTS, at_least, rank
from fourleaf.engine.training.validity import DELTA_DAYS, GRACE_DAYS, needs_refresher
from fourleaf.governance import public as governance
from fourleaf.governance.contracts import RIGHTS_BY_KIND
from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor, system_actor
from fourleaf.kernel.errors import InvalidError, NotAllowedError, NotFoundError
from fourleaf.kernel.models import Person
from fourleaf.kernel.permissions import require
from fourleaf.training.models import Absence, BeltAward, LearnerProfile, TrainingDue
from fourleaf.training.selectors.curriculum import delta_modules
from fourleaf.training.selectors.standings import standings
from fourleaf.training.services.completion import close_due

__all__ = ["change_absence", "change_profile", "note_absence", "open_deltas", "open_refreshers", "policy_acknowledged"]

_SET: Final = "training.set_belts"


def _belt_of_policy(kind: str) -> str | None:
    """The lowest belt whose rights a policy of this kind carries; None where no right of a belt depends on it."""
    belts = [RIGHTS[right] for right in RIGHTS_BY_KIND.get(kind, ()) if right in RIGHTS]
    return min(belts, key=rank) if belts else None


def open_deltas(*, actor: Actor, policy_id: int | None = None) -> int:
    """Open, for everybody with a belt, what new major versions changed and what they have not acknowledged yet.

    Due in thirty days, with fourteen of grace. What is open already stays as it is; gives how many are new. A version
    with a module of its own is learned by that module; others by reading and acknowledging the policy.
    """
    today = clock.today()
    held = BeltAward.objects.filter(ended_on__isnull=True, valid_from__lte=today).order_by()
    people = set(held.values_list("person_id", flat=True))
    if not people:
        return 0
    worth = standings(people, on=today)
    modules = delta_modules()
    there = set(TrainingDue.objects.filter(kind="delta").values_list("person_id", "about"))
    fresh = []
    for person, owed in governance.obligations(people, on=today).items():
        for one in owed:
            belt = _belt_of_policy(one.kind)
            about = f"policy:{one.policy_id}:{one.major}"
            if one.state == "done" or belt is None or (policy_id is not None and one.policy_id != policy_id):
                continue
            if (person, about) in there or not at_least(worth[person].held, belt):
                continue
            due = max(one.due_on, today) if one.state == "open" else today + timedelta(days=DELTA_DAYS)
            fresh.append(
                TrainingDue(
                    person_id=person,
                    kind="delta",
                    belt=belt,
                    about=about,
                    title=f"What changed in {one.title}"[:200],
                    reason=f"{one.title} has a new version; these rights wait until you have learned what changed."[
                        :300
                    ],
                    module=modules.get((one.policy_id, one.major)) or modules.get((one.policy_id, None)),
                    policy_id=one.policy_id,
                    policy_major=one.major,
                    opened_on=today,
                    due_on=due,
                    grace_until=due + timedelta(days=GRACE_DAYS),
                )
            )
    with transaction.atomic():
        TrainingDue.objects.bulk_create(fresh, batch_size=500, ignore_conflicts=True)
        if fresh:
            number = len(fresh)
            audit.record(
                actor, "training.due.opened", ("training.due", "delta"), label="New versions of policies",
                data={"kind": "delta", "people": number},
            )  # fmt: skip
    return len(fresh)


def policy_acknowledged(*, person_id: int, policy_id: int, major: int) -> int:
    """Somebody has acknowledged a major version: what was due for it, or for an earlier one, is done.

    Where a module covers it, its questions are to be passed as well.
    """
    waiting = TrainingDue.objects.filter(
        person_id=person_id, policy_id=policy_id, policy_major__lte=major, state="waiting", module__isnull=True
    )
    actor = system_actor("belts")
    return sum(close_due(actor=actor, due=due) for due in waiting.select_related("person"))


def open_refreshers(*, actor: Actor, person_ids: Collection[int] | None = None) -> int:
    """Open a refresher for everybody with a belt who is back from more than six months away; gives how many."""
    today = clock.today()
    ended = Absence.objects.filter(ends_on__isnull=False, ends_on__lt=today).select_related("person")
    if person_ids is not None:
        ended = ended.filter(person_id__in=list(person_ids))
    there = set(TrainingDue.objects.filter(kind="refresher").values_list("about", flat=True))
    long = [
        away
        for away in ended
        if away.ends_on and f"absence:{away.pk}" not in there and needs_refresher(away.begins_on, away.ends_on)
    ]
    worth = standings([away.person_id for away in long], on=today)
    opened = 0
    for away in long:
        held = worth[away.person_id].held
        if held == "none":
            continue
        due = today + timedelta(days=DELTA_DAYS)
        with transaction.atomic():
            _, fresh = TrainingDue.objects.get_or_create(
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
            if fresh:
                audit.record(actor, "training.due.opened", away.person, data={"kind": "refresher", "belt": held})
                opened += 1
    return opened


def _faults_of(begins_on: date | None, ends_on: date | None) -> dict[str, list[str]]:
    if begins_on is None:
        return {"begins_on": ["Say from which day."]}
    if ends_on is not None and ends_on < begins_on:
        return {"ends_on": ["The last day away lies before the first."]}
    return {}


def note_absence(*, actor: Actor, person_id: int, begins_on: date, ends_on: date | None = None) -> Absence:
    """Note a leave, one's own or (with the right to set belts) somebody else's. The reason is not asked for."""
    if person_id != actor.person_id:
        require(actor, _SET)
    person = Person.objects.filter(pk=person_id).first()
    if person is None:
        raise NotFoundError
    if faults := _faults_of(begins_on, ends_on):
        raise InvalidError(fields=faults)
    mine = Absence.objects.filter(person=person)
    for other in mine:
        if begins_on <= (other.ends_on or date.max) and other.begins_on <= (ends_on or date.max):
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
