"""Reads of practical work, of somebody's own training, and of who holds what by name where that is allowed."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from fourleaf.engine.training.quiz import solutions_after
from fourleaf.governance import public as governance
from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import NotFoundError
from fourleaf.kernel.models import Person
from fourleaf.training.models import LearningSession, PracticalWork, QuizAttempt, Seat, TrainingDue
from fourleaf.training.selectors.trainers import may_train

__all__ = [
    "dues_to_sign_off",
    "get_attempt_for",
    "get_named_person_for",
    "get_session_for",
    "get_work_for",
    "named_people",
    "sessions_visible_to",
    "solutions_shown",
    "waiting_work",
    "work_visible_to",
]


def work_visible_to(actor: Actor) -> QuerySet[PracticalWork]:
    """One's own; for trainers everybody's, since checking it is their work, whatever the region's mode."""
    if may_train(actor):
        return PracticalWork.objects.all()
    if actor.person_id is not None and actor.may("training.learn"):
        return PracticalWork.objects.filter(person_id=actor.person_id)
    return PracticalWork.objects.none()


def get_work_for(actor: Actor, work_id: int) -> PracticalWork:
    """One piece of work; `NotFoundError` if absent or not visible."""
    work = work_visible_to(actor).select_related("person__department", "brand").filter(pk=work_id).first()
    if work is None:
        raise NotFoundError
    return work


def waiting_work(actor: Actor) -> QuerySet[PracticalWork]:
    """What waits for this trainer: everything handed in but their own; the oldest first."""
    if not may_train(actor):
        return PracticalWork.objects.none()
    return PracticalWork.objects.filter(state="submitted").exclude(person_id=actor.person_id or 0)


def dues_to_sign_off(actor: Actor) -> QuerySet[TrainingDue]:
    """Re-tests and refreshers that a trainer may sign off, but for their own."""
    if not may_train(actor):
        return TrainingDue.objects.none()
    open_ones = TrainingDue.objects.filter(state="waiting", kind__in=("retest", "refresher"))
    return open_ones.exclude(person_id=actor.person_id or 0)


def get_attempt_for(actor: Actor, attempt_id: int) -> QuizAttempt:
    """One's own try at a quiz; nobody sees another's answers."""
    attempt = None
    if actor.person_id is not None and actor.may("training.learn"):
        attempt = QuizAttempt.objects.select_related("module").filter(pk=attempt_id, person_id=actor.person_id).first()
    if attempt is None:
        raise NotFoundError
    return attempt


def solutions_shown(attempt: QuizAttempt) -> bool:
    """Whether the right answers of a try may be seen: by its result, and never while another try is running."""
    if not solutions_after(attempt.state, attempt.number):
        return False
    same = QuizAttempt.objects.filter(person_id=attempt.person_id, kind=attempt.kind, belt=attempt.belt)
    if attempt.module_id is not None:
        same = same.filter(module_id=attempt.module_id)
    return not same.filter(state="running").exists()


def named_people(actor: Actor) -> QuerySet[Person]:
    """People whose belts this actor may see by name: where the region measures individuals, and oneself.

    Regions that decided for teams only, or have not decided, are never listed by name; nor is who has no region.
    """
    today = clock.today()
    here = Person.objects.filter(Q(left_on__isnull=True) | Q(left_on__gte=today))
    if not actor.may("training.view_coverage"):
        return here.filter(pk=actor.person_id) if actor.person_id else here.none()
    return here.filter(governance.person_level_condition(viewer_person_id=actor.person_id))


def get_named_person_for(actor: Actor, person_id: int) -> Person:
    """One of them; `NotFoundError` for everybody else, so that a mode cannot be probed."""
    person = named_people(actor).select_related("department", "region").filter(pk=person_id).first()
    if person is None:
        raise NotFoundError
    return person


def sessions_visible_to(actor: Actor) -> QuerySet[LearningSession]:
    """Sessions for everybody who learns; cancelled ones for those who plan them, and those who had a seat."""
    if actor.may("training.run_waves"):
        return LearningSession.objects.all()
    if actor.may("training.learn"):
        mine = Seat.objects.filter(person_id=actor.person_id or 0).exclude(state="given_back")
        return LearningSession.objects.filter(Q(cancelled_at__isnull=True) | Q(pk__in=mine.values("session_id")))
    return LearningSession.objects.none()


def get_session_for(actor: Actor, session_id: int) -> LearningSession:
    """One session; `NotFoundError` if absent or not visible."""
    session = sessions_visible_to(actor).select_related("region", "cohort", "host").filter(pk=session_id).first()
    if session is None:
        raise NotFoundError
    return session
