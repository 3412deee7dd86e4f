"""Two at once on one piece of work, one quiz, one belt: one outcome, audited. On SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

import pytest

from at_once import at_once
from fourleaf.engine.training.quiz import drawn_from
from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor, system_actor
from fourleaf.kernel.models import AuditEvent, Person
from fourleaf.training.models import (
    BeltAward,
    Defect,
    Module,
    ModuleVersion,
    PracticalWork,
    QuizAttempt,
    Reading,
    TrainingDue,
)
from fourleaf.training.services.belts import grant_earned, set_belt
from fourleaf.training.services.defects import note_defect
from fourleaf.training.services.learning import answer_question, begin_belt_quiz, finish_quiz, mark_read
from fourleaf.training.services.transfer import add_starter
from fourleaf.training.services.work import decide_work, hand_in, hand_in_again

MACHINE = system_actor("test")
pytestmark = pytest.mark.django_db(transaction=True)


def person(name: str, *codes: str) -> Actor:
    now = clock.now()
    row = Person.objects.create(name=name, created_at=now, changed_at=now)
    return Actor("person", name, frozenset(f"training.{code}" for code in ("learn", *codes)), person_id=row.pk)


def events(code: str) -> int:
    return AuditEvent.objects.filter(code=code).count()


def belt(who: Actor, code: str) -> None:
    today = clock.today() - timedelta(days=1)
    set_belt(actor=MACHINE, person_id=who.person_id or 0, belt=code, valid_from=today, reason="Test.")


def ready_quiz(who: Actor) -> QuizAttempt:
    """The White quiz of somebody who has read everything and answered everything rightly."""
    add_starter(actor=MACHINE, belt="white")
    for module in Module.objects.filter(belt="white"):
        mark_read(actor=who, module_id=module.pk)
    attempt = begin_belt_quiz(actor=who, belt="white")
    for one in map(drawn_from, attempt.questions):
        options = one.question.options
        chosen = [o.id for o in options if o.right or one.question.kind == "order"]
        answer_question(actor=who, attempt_id=attempt.pk, question_id=one.id, chosen=chosen)
    return attempt


def test_two_trainers_decide_one_work_at_once() -> None:
    ann, first, second = person("Ann"), person("Tia", "assess"), person("Tom", "assess")
    belt(ann, "yellow")
    work = hand_in(actor=ann, belt="orange", kind="draft", title="Tent", text="Dry it.")
    raised = at_once(
        lambda: decide_work(actor=first, work_id=work.pk, decision="accepted"),
        lambda: decide_work(actor=second, work_id=work.pk, decision="failed", comment="The claim has no source."),
    )
    work.refresh_from_db()
    assert sum(error is None for error in raised) == 1
    assert work.state == ("accepted" if raised[0] is None else "failed")
    assert work.decided_by == ("Tia" if raised[0] is None else "Tom")
    assert events("training.work.decided") == 1
    assert list(audit.verify())[-1] == AuditEvent.objects.count()


def test_decided_and_taken_back_at_once_has_one_outcome() -> None:
    from fourleaf.training.services.work import withdraw_work

    ann, trainer = person("Ann"), person("Tia", "assess")
    belt(ann, "yellow")
    work = hand_in(actor=ann, belt="orange", kind="draft", title="Tent", text="Dry it.")
    decide_work(actor=trainer, work_id=work.pk, decision="returned", comment="Name the source.")
    raised = at_once(
        lambda: hand_in_again(actor=ann, work_id=work.pk, title="Tent", text="Dry it. Source: sheet 4."),
        lambda: withdraw_work(actor=ann, work_id=work.pk),
    )
    work.refresh_from_db()
    # Handing in again and then taking back is a possible order; both at once on one version is not.
    assert raised[1] is not None or work.state == "withdrawn"
    assert raised[0] is not None or raised[1] is None or work.state == "submitted"
    assert work.version == 2 + sum(error is None for error in raised)


def test_a_quiz_finished_twice_at_once_is_marked_once_and_gives_one_belt() -> None:
    ann = person("Ann")
    attempt = ready_quiz(ann)

    def finish() -> None:
        assert finish_quiz(actor=ann, attempt_id=attempt.pk).state == "passed"

    assert at_once(finish, finish, finish) == [None] * 3
    assert events("training.quiz.passed") == 1
    assert BeltAward.objects.filter(person_id=ann.person_id, belt="white", ended_on=None).count() == 1
    assert events("training.belt.granted") == 1


def test_a_quiz_begun_in_two_tabs_is_one_quiz() -> None:
    ann = person("Ann")
    add_starter(actor=MACHINE, belt="white")
    for module in Module.objects.filter(belt="white"):
        mark_read(actor=ann, module_id=module.pk)
    got: list[int] = []

    def begin() -> None:
        got.append(begin_belt_quiz(actor=ann, belt="white").pk)

    assert at_once(begin, begin) == [None, None]
    assert (QuizAttempt.objects.count(), len(set(got))) == (1, 1)


def test_an_answer_and_the_end_at_once_keep_the_marks_true() -> None:
    ann = person("Ann")
    attempt = ready_quiz(ann)
    first = drawn_from(attempt.questions[0])
    wrong = [o.id for o in first.question.options if not o.right][:1] or [o.id for o in first.question.options][::-1]
    at_once(
        lambda: finish_quiz(actor=ann, attempt_id=attempt.pk),
        lambda: answer_question(actor=ann, attempt_id=attempt.pk, question_id=first.id, chosen=wrong),
    )
    attempt.refresh_from_db()
    from fourleaf.engine.training.quiz import mark

    assert attempt.state == "passed"
    assert attempt.right == mark([drawn_from(one) for one in attempt.questions], attempt.answers).right


def test_the_last_two_drafts_accepted_at_once_give_the_belt_once() -> None:
    ann, first, second = person("Ann"), person("Tia", "assess"), person("Tom", "assess")
    belt(ann, "yellow")
    now = clock.now()
    module = Module.objects.create(
        code="orange-one", belt="orange", state="published", title="One", changed_at=now, changed_by="test"
    )
    version = ModuleVersion.objects.create(
        module=module, number=1, title="One", body="Text.", questions=[{}], seconds=60, published_at=now,
        published_by="test",
    )  # fmt: skip
    Module.objects.filter(pk=module.pk).update(newest=version)
    Reading.objects.create(person_id=ann.person_id, module=module, version=version, read_at=now)
    QuizAttempt.objects.create(
        person_id=ann.person_id, kind="belt", belt="orange", number=1, key="k", questions=[], state="passed", right=2,
        total=2, started_at=now, finished_at=now,
    )  # fmt: skip
    works = [hand_in(actor=ann, belt="orange", kind="draft", title=f"Draft {n}", text="Text.") for n in range(3)]
    decide_work(actor=first, work_id=works[0].pk, decision="accepted")
    raised = at_once(
        lambda: decide_work(actor=first, work_id=works[1].pk, decision="accepted"),
        lambda: decide_work(actor=second, work_id=works[2].pk, decision="accepted"),
    )
    assert raised == [None, None]
    assert PracticalWork.objects.filter(state="accepted").count() == 3
    # Whoever comes last sees the other's decision, so the belt is neither missed nor given twice.
    assert BeltAward.objects.filter(person_id=ann.person_id, belt="orange", ended_on=None).count() == 1
    assert events("training.belt.granted") == 1


def test_a_belt_granted_or_renewed_at_once_is_granted_once() -> None:
    ann = person("Ann")

    def grant() -> None:
        grant_earned(actor=MACHINE, person_id=ann.person_id or 0, belt="white")

    assert at_once(grant, grant, grant) == [None] * 3
    assert events("training.belt.granted") == 1
    BeltAward.objects.update(valid_until=clock.today() + timedelta(days=10))
    assert at_once(grant, grant) == [None, None]
    assert BeltAward.objects.filter(person_id=ann.person_id, ended_on=None).count() == 1
    assert events("training.belt.renewed") == 1


def test_one_defect_noted_by_two_at_once_counts_once() -> None:
    ann = person("Ann")
    belt(ann, "green")

    def note() -> None:
        note_defect(
            actor=MACHINE, person_id=ann.person_id or 0, severity="critical", right="reply", note="An address.",
            source=("reply", "7"),
        )  # fmt: skip

    assert at_once(note, note) == [None, None]
    assert (Defect.objects.count(), TrainingDue.objects.count()) == (1, 1)
    assert BeltAward.objects.filter(person_id=ann.person_id, belt="green", ended_on=None).exists()
