"""Belts for the cast, and the way through a curriculum."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from fourleaf.kernel import clock

if TYPE_CHECKING:
    from fourleaf.kernel.actors import Actor
    from fourleaf.training.models import Module, QuizAttempt

NOON = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)


@pytest.fixture
def noon() -> Iterator[Any]:
    """The clock held at noon of 15 June 2026; move it with ``noon.move(days=3)``."""
    with clock.frozen(NOON) as held:
        yield held


@pytest.fixture
def give(db: None) -> Callable[..., Any]:
    """``give(member, "green")`` sets a belt that began on 1 January 2026."""
    from fourleaf.kernel.actors import system_actor
    from fourleaf.training.services.belts import set_belt

    def make(who: Any, belt: str, *, begin: date = date(2026, 1, 1), until: date | None = None) -> Any:
        return set_belt(
            actor=system_actor("the test"),
            person_id=who.person.pk,
            belt=belt,
            valid_from=begin,
            valid_until=until,
            reason="The test needs it.",
        )

    return make


@pytest.fixture
def white(noon: Any, db: None) -> list[Module]:
    """The modules of the White belt, published."""
    from fourleaf.kernel.actors import system_actor
    from fourleaf.training.models import Module
    from fourleaf.training.services.transfer import add_starter

    add_starter(actor=system_actor("the test"), belt="white")
    return list(Module.objects.filter(belt="white").order_by("place"))


def read_all(actor: Actor, modules: Iterable[Module]) -> None:
    from fourleaf.training.services.learning import mark_read

    for module in modules:
        mark_read(actor=actor, module_id=module.pk)


def take_quiz(actor: Actor, belt: str, *, wrong: int = 0) -> QuizAttempt:
    """A try at a belt's quiz, with so many wrong answers."""
    from fourleaf.training.services.learning import begin_belt_quiz

    return answer_all(actor, begin_belt_quiz(actor=actor, belt=belt), wrong=wrong)


def answer_all(actor: Actor, attempt: QuizAttempt, *, wrong: int = 0) -> QuizAttempt:
    """Answer the questions of a try, the first ones wrongly if asked, and hand it in."""
    from fourleaf.engine.training.quiz import drawn_from
    from fourleaf.training.services.learning import answer_question, finish_quiz

    for number, one in enumerate(map(drawn_from, attempt.questions)):
        question = one.question
        if question.kind == "order":
            chosen = [option.id for option in question.options]
        else:
            chosen = [option.id for option in question.options if option.right]
        if number < wrong:
            others = [option.id for option in question.options if not option.right]
            chosen = [*chosen[1:], chosen[0]] if question.kind == "order" else others[:1]
        answer_question(actor=actor, attempt_id=attempt.pk, question_id=one.id, chosen=chosen)
    return finish_quiz(actor=actor, attempt_id=attempt.pk)
