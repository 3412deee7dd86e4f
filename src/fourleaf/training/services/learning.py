"""Reading modules and taking quizzes: begun, continued on any device, marked, explained."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import F

from fourleaf.engine.training.ladder import LADDER
from fourleaf.engine.training.quiz import draw, drawn_from, mark, next_try_at, question_from
from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor, system_actor
from fourleaf.kernel.errors import InvalidError, NotFoundError, TransitionError
from fourleaf.kernel.permissions import require
from fourleaf.training.errors import CooldownError
from fourleaf.training.models import Module, QuizAttempt, Reading, TrainingDue
from fourleaf.training.selectors.path import BeltPath, lessons_of, path_of
from fourleaf.training.services.belts import grant_badge
from fourleaf.training.services.completion import close_due, finish_dues, settle
from fourleaf.training.states import AttemptState

__all__ = ["answer_question", "begin_belt_quiz", "begin_module_quiz", "finish_quiz", "mark_read", "own_person"]

_LEARN: Final = "training.learn"
#: Questions that a belt's quiz takes from each module.
EACH: Final = 2


def own_person(actor: Actor) -> int:
    """The person who learns; `NotFoundError` for a system actor."""
    require(actor, _LEARN)
    if actor.person_id is None:
        raise NotFoundError
    return actor.person_id


def mark_read(*, actor: Actor, module_id: int) -> Reading:
    """The actor has read the newest version of a module. Reading it again changes nothing."""
    person = own_person(actor)
    module = Module.objects.select_related("newest").filter(pk=module_id, state="published").first()
    if module is None or module.newest is None:
        raise NotFoundError
    with transaction.atomic():
        reading, fresh = Reading.objects.get_or_create(
            person_id=person, version=module.newest, defaults={"module": module, "read_at": clock.now()}
        )
        if fresh and module.kind == "lesson":
            settle(person_id=person, belt=module.belt)
    return reading


def _refuse(path: BeltPath) -> None:
    label = LADDER[path.belt].label
    if path.purpose == "later":
        raise TransitionError(f"The {label} belt comes after the one below it. Take that one first.")
    if path.quiz.questions == 0:
        raise TransitionError(f"Nothing has been published for the {label} belt yet.")
    if path.unread:
        raise TransitionError(f"Read the {path.unread} modules that are left; then the quiz opens.")
    if path.purpose == "held":
        raise TransitionError(f"You hold the {label} belt. The quiz opens again three months before it ends.")


def begin_belt_quiz(*, actor: Actor, belt: str) -> QuizAttempt:
    """Begin the quiz of a belt, or continue the one that was begun.

    Two questions of every module, chosen and ordered by a fresh key. After three failures there is a day's pause.
    """
    person = own_person(actor)
    if belt not in LADDER or belt == "none":
        raise NotFoundError
    path = path_of(person, belt)
    if path.quiz.running is not None:
        return QuizAttempt.objects.get(pk=path.quiz.running.pk)
    _refuse(path)
    if path.quiz.wait_until is not None:
        local = path.quiz.wait_until.astimezone(clock.local_zone())
        raise CooldownError(
            f"That was three tries. Read once more what went wrong, and try again from {local:%H:%M} on "
            f"{local.day} {local:%B}."
        )
    bank = {
        module.code: [question_from(one) for one in module.newest.questions]
        for module in lessons_of([belt])[belt]
        if module.newest
    }
    key = secrets.token_hex(8)
    drawn = draw(bank, key=key, each=EACH)
    try:
        with transaction.atomic():
            return QuizAttempt.objects.create(
                person_id=person,
                kind="belt",
                belt=belt,
                number=path.quiz.tries + 1,
                key=key,
                questions=[one.data() for one in drawn],
                total=len(drawn),
                started_at=clock.now(),
            )
    except IntegrityError:
        # Begun in another tab at the same moment: that one is continued.
        return QuizAttempt.objects.get(person_id=person, kind="belt", belt=belt, state="running")


def begin_module_quiz(*, actor: Actor, module_id: int) -> QuizAttempt:
    """Begin the quiz of one module (the voice of a brand, what a policy changed), or continue it; all questions."""
    person = own_person(actor)
    module = Module.objects.select_related("newest").filter(pk=module_id, state="published").first()
    if module is None or module.newest is None or module.kind == "lesson":
        raise NotFoundError
    if not module.newest.questions:
        raise TransitionError("This module has no questions.")
    mine = QuizAttempt.objects.filter(person_id=person, module=module)
    if running := mine.filter(state="running").first():
        return running
    passed = mine.filter(state="passed").order_by("-finished_at").values_list("finished_at", flat=True).first()
    failed = mine.filter(state="failed", finished_at__isnull=False)
    if passed is not None:
        failed = failed.filter(finished_at__gt=passed)
    times = [at for at in failed.values_list("finished_at", flat=True) if at is not None]
    wait = next_try_at(times)
    if wait is not None and wait > clock.now():
        local = wait.astimezone(clock.local_zone())
        raise CooldownError(f"That was three tries. Try again from {local:%H:%M} on {local.day} {local:%B}.")
    key = secrets.token_hex(8)
    questions = [question_from(one) for one in module.newest.questions]
    drawn = draw({module.code: questions}, key=key, each=len(questions))
    try:
        with transaction.atomic():
            return QuizAttempt.objects.create(
                person_id=person,
                kind="module",
                belt=module.belt,
                module=module,
                number=len(times) + 1,
                key=key,
                questions=[one.data() for one in drawn],
                total=len(drawn),
                started_at=clock.now(),
            )
    except IntegrityError:
        return QuizAttempt.objects.get(person_id=person, module=module, state="running")


def _own_attempt(actor: Actor, attempt_id: int) -> QuizAttempt:
    """One's own try, its row held until the transaction ends: an answer and the end must see one another."""
    QuizAttempt.objects.filter(pk=attempt_id, person_id=own_person(actor)).update(state=F("state"))
    attempt = QuizAttempt.objects.filter(pk=attempt_id, person_id=own_person(actor)).first()
    if attempt is None:
        raise NotFoundError
    return attempt


def answer_question(*, actor: Actor, attempt_id: int, question_id: str, chosen: Sequence[str]) -> QuizAttempt:
    """Keep the answer to one question; it can be changed until the quiz is finished. ``chosen``: ids of options."""
    with transaction.atomic():
        attempt = _own_attempt(actor, attempt_id)
        if attempt.state != "running":
            raise TransitionError("This quiz is finished; its answers stand.")
        drawn = {one.id: one for one in map(drawn_from, attempt.questions)}
        if question_id not in drawn:
            raise NotFoundError
        question = drawn[question_id].question
        options = {option.id for option in question.options}
        if not chosen:
            raise InvalidError(fields={"answer": ["Choose an answer first."]})
        if question.kind == "order" and (set(chosen) != options or len(chosen) != len(options)):
            raise InvalidError(fields={"answer": ["Give every answer a place of its own."]})
        if not set(chosen) <= options or len(set(chosen)) < len(chosen):
            raise InvalidError(fields={"answer": ["This is not one of the answers. Load the page again."]})
        if question.kind in ("one", "true_false") and len(chosen) != 1:
            raise InvalidError(fields={"answer": ["Choose one answer."]})
        attempt.answers = {**attempt.answers, question_id: list(chosen)}
        QuizAttempt.objects.filter(pk=attempt.pk, state="running").update(answers=attempt.answers)
    return attempt


def finish_quiz(*, actor: Actor, attempt_id: int) -> QuizAttempt:
    """Mark a quiz. Passing it may grant a belt or a badge and close what was due; finishing twice changes nothing."""
    with transaction.atomic():
        attempt = _own_attempt(actor, attempt_id)
        if attempt.state != "running":
            return attempt
        drawn = [drawn_from(one) for one in attempt.questions]
        open_ones = [one for one in drawn if not attempt.answers.get(one.id)]
        if open_ones:
            raise InvalidError(f"{len(open_ones)} questions have no answer yet.")
        marked = mark(drawn, attempt.answers)
        state = "passed" if marked.passed else "failed"
        AttemptState.check(attempt.state, state)
        mine = QuizAttempt.objects.filter(pk=attempt.pk, state="running")
        if not mine.update(state=state, right=marked.right, finished_at=clock.now()):
            return _own_attempt(actor, attempt_id)
        attempt.refresh_from_db()
        _note(actor, attempt)
        if attempt.state == "passed":
            _passed(actor, attempt)
    return attempt


def _note(actor: Actor, attempt: QuizAttempt) -> None:
    """Who passed is noted; that somebody did not is noted of nobody, and which try it was of neither."""
    label = f"{attempt.get_belt_display()} quiz"
    data = {"belt": attempt.belt, "module": attempt.module_id}
    if attempt.state == "passed":
        audit.record(actor, "training.quiz.passed", attempt, label=label, data=data)
    else:
        about = ("training.quiz", attempt.belt or "module")
        audit.record(system_actor("quizzes"), "training.quiz.failed", about, label=label, data=data)


def _passed(actor: Actor, attempt: QuizAttempt) -> None:
    if attempt.kind == "belt":
        finish_dues(actor=actor, person_id=attempt.person_id, belt=attempt.belt)
        settle(person_id=attempt.person_id, belt=attempt.belt)
        return
    module = attempt.module
    if module is None:
        return
    if module.kind == "voice" and module.brand_id is not None:
        grant_badge(actor=actor, person_id=attempt.person_id, brand_id=module.brand_id)
    waiting = TrainingDue.objects.filter(person_id=attempt.person_id, module=module, state="waiting")
    for due in waiting.select_related("person"):
        close_due(actor=actor, due=due)
