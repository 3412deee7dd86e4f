"""What follows from something finished: a belt when everything is there, and what was due is done."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from fourleaf.engine.training.ladder import rank
from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor, system_actor
from fourleaf.kernel.errors import InvalidError, NotFoundError
from fourleaf.training.models import BeltAward, Defect, TrainingDue
from fourleaf.training.selectors.path import path_of
from fourleaf.training.selectors.trainers import require_trainer
from fourleaf.training.services.belts import grant_earned
from fourleaf.training.states import DueState

__all__ = ["close_due", "finish_dues", "settle", "sign_off_due", "void_dues"]


def settle(*, person_id: int, belt: str) -> BeltAward | None:
    """Grant or renew a belt if nothing is missing any more; gives the award, None where something is."""
    path = path_of(person_id, belt)
    if not path.complete or path.purpose not in ("next", "renew"):
        return None
    return grant_earned(actor=system_actor("belts"), person_id=person_id, belt=belt)


def finish_dues(*, actor: Actor, person_id: int, belt: str) -> int:
    """After a passed quiz of a belt: re-tests and refreshers for that belt or a lower one are done. Gives how many."""
    waiting = TrainingDue.objects.filter(person_id=person_id, state="waiting", kind__in=("retest", "refresher"))
    done = 0
    for due in waiting.select_related("person"):
        if rank(due.belt) <= rank(belt):
            done += close_due(actor=actor, due=due)
    return done


def close_due(*, actor: Actor, due: TrainingDue, note: str = "") -> bool:
    """What was due is done; False where it was closed already."""
    DueState.check(due.state, "done")
    with transaction.atomic():
        today = clock.today()
        if not TrainingDue.objects.filter(pk=due.pk, state="waiting").update(state="done", closed_on=today):
            return False
        if due.kind == "retest":
            defect = due.about.partition(":")[2]
            Defect.objects.filter(pk=defect, person_id=due.person_id).update(mended_on=today)
            audit.record(actor, "training.defect.mended", due.person, data={"defect": int(defect)})
        audit.record(
            actor, "training.due.done", due.person, data={"kind": due.kind, "about": due.about, "note": note[:300]}
        )
    return True


def void_dues(*, actor: Actor, dues: Collection[TrainingDue]) -> None:
    """What is due is no longer needed: a policy is over, a leave was shorter, a defect was noted by mistake."""
    for due in dues:
        DueState.check(due.state, "void")
    if not dues:
        return
    with transaction.atomic():
        mine = TrainingDue.objects.filter(pk__in=[due.pk for due in dues], state="waiting")
        mine.update(state="void", closed_on=clock.today())
        audit.record_many(
            actor,
            [
                audit.Entry(
                    "training.due.void", "kernel.person", str(due.person_id), due.person.name,
                    {"kind": due.kind, "about": due.about},
                )
                for due in dues
            ],
        )  # fmt: skip


def sign_off_due(*, actor: Actor, due_id: int, note: str) -> TrainingDue:
    """A trainer says that a re-test or refresher was passed in person; never their own, and with a note."""
    require_trainer(actor)
    due = TrainingDue.objects.select_related("person").filter(pk=due_id, state="waiting").first()
    if due is None or due.person_id == actor.person_id:
        raise NotFoundError
    if due.kind == "delta":
        raise InvalidError("What a policy changed is acknowledged by the person; nobody can do it for them.")
    if not note.strip():
        raise InvalidError(fields={"note": ["Write what was done, so that it can be understood later."]})
    close_due(actor=actor, due=due, note=note.strip())
    due.refresh_from_db()
    return due
