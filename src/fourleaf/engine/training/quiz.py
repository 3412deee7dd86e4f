"""Questions, drawing them by a key, marking answers.

The same key gives the same questions in the same order with the same order of options, on every machine: order comes
from SHA-256 over key and id, never from a random generator's state.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

__all__ = [
    "COOLDOWN",
    "FREE_TRIES",
    "KINDS",
    "PASS_MARK",
    "Drawn",
    "Marked",
    "Option",
    "Question",
    "as_data",
    "draw",
    "drawn_from",
    "mark",
    "next_try_at",
    "option_codes",
    "passes",
    "question_from",
    "right_needed",
    "shuffled",
    "solutions_after",
]

Kind = Literal["one", "many", "true_false", "order"]
KINDS: Final[dict[str, str]] = {
    "one": "One answer is right",
    "many": "Several answers are right",
    "true_false": "True or false",
    "order": "Put in order",
}
#: The share of right answers that passes (domain 03).
PASS_MARK: Final = 0.8
#: After so many tries in a row the next waits for `COOLDOWN`.
FREE_TRIES: Final = 3
COOLDOWN: Final = timedelta(hours=24)


@dataclass(frozen=True)
class Option:
    """One answer to choose. For "order", the options of a question stand in their right order."""

    id: str
    text: str
    right: bool = False


@dataclass(frozen=True)
class Question:
    """A question of a module. ``explanation`` is shown afterwards, whatever was answered."""

    id: str
    kind: Kind
    text: str
    options: tuple[Option, ...]
    explanation: str = ""

    @property
    def faults(self) -> list[str]:
        """What keeps it from being asked, as sentences."""
        found = []
        if self.kind not in KINDS:
            found.append(f"“{self.kind}” is not a kind of question: {', '.join(KINDS)}.")
        if not self.text.strip():
            found.append("The question has no text.")
        texts = [option.text.strip() for option in self.options]
        if len(self.options) < 2:
            found.append("Give at least two answers to choose from.")
        if any(not text for text in texts):
            found.append("One of the answers is empty.")
        if len(set(texts)) < len(texts):
            found.append("Two answers are the same.")
        if len({option.id for option in self.options}) < len(self.options):
            found.append("Two answers have the same id.")
        right = sum(option.right for option in self.options)
        if self.kind in ("one", "true_false") and right != 1:
            found.append(f"Exactly one answer must be right; {right} are marked.")
        if self.kind == "many" and right < 1:
            found.append("Mark at least one answer as right.")
        if self.kind == "true_false" and len(self.options) != 2:
            found.append("True or false has two answers.")
        if not self.explanation.strip():
            found.append("Write an explanation: it is what people learn from.")
        return found


def question_from(data: Mapping[str, Any]) -> Question:
    """A question from its stored form; `as_data` is the way back. ``KeyError`` or ``TypeError`` for what is none."""
    return Question(
        id=str(data["id"]),
        kind=data["kind"],
        text=str(data["text"]),
        options=tuple(Option(str(o["id"]), str(o["text"]), bool(o.get("right"))) for o in data["options"]),
        explanation=str(data.get("explanation", "")),
    )


def as_data(question: Question) -> dict[str, Any]:
    """The stored form of a question."""
    return {
        "id": question.id,
        "kind": question.kind,
        "text": question.text,
        "options": [{"id": o.id, "text": o.text, "right": o.right} for o in question.options],
        "explanation": question.explanation,
    }


def _place(key: str, *parts: str) -> bytes:
    return hashlib.sha256("\x1f".join((key, *parts)).encode()).digest()


def shuffled(key: str, ids: Iterable[str]) -> list[str]:
    """Ids in an order that only the key decides."""
    return sorted(ids, key=lambda one: (_place(key, one), one))


@dataclass(frozen=True)
class Drawn:
    """A question as it is asked: where it comes from (a module's code) and its options in the order shown."""

    module: str
    question: Question
    order: tuple[str, ...]

    @property
    def id(self) -> str:
        """Unique in a quiz."""
        return f"{self.module}:{self.question.id}"

    @property
    def options(self) -> tuple[Option, ...]:
        """The options in the order shown."""
        by_id = {option.id: option for option in self.question.options}
        return tuple(by_id[one] for one in self.order)

    def data(self) -> dict[str, Any]:
        """The stored form; `drawn_from` is the way back."""
        return {"module": self.module, "question": as_data(self.question), "order": list(self.order)}


def option_codes(drawn: Drawn, key: bytes) -> dict[str, str]:
    """Option id -> the value that stands for it on a page.

    Authors write right answers first, so that an id such as ``a`` would give them away. A code says nothing without the
    key (HMAC-SHA-256, RFC 2104, 64 bits of it), and another key gives other codes.
    """
    return {
        option.id: hmac.new(key, f"{drawn.id}\x1f{option.id}".encode(), "sha256").hexdigest()[:16]
        for option in drawn.question.options
    }


def drawn_from(data: Mapping[str, Any]) -> Drawn:
    """A drawn question from its stored form."""
    return Drawn(str(data["module"]), question_from(data["question"]), tuple(data["order"]))


def draw(bank: Mapping[str, Sequence[Question]], *, key: str, each: int) -> list[Drawn]:
    """At most ``each`` questions of every module (code -> its questions), chosen and ordered by the key.

    Every module is asked about, so that nobody passes on half of the belt. True or false keeps its order, which
    people expect; an "order" question is never shown in its right order.
    """
    chosen = []
    for code in sorted(bank):
        by_id = {question.id: question for question in bank[code]}
        for one in shuffled(f"{key}:{code}", by_id)[:each]:
            question = by_id[one]
            ids = [option.id for option in question.options]
            order = ids if question.kind == "true_false" else shuffled(f"{key}:{code}:{one}", ids)
            if question.kind == "order" and order == ids:
                order = [*ids[1:], ids[0]]
            chosen.append(Drawn(code, question, tuple(order)))
    places = shuffled(f"{key}:asked", [one.id for one in chosen])
    by_drawn = {one.id: one for one in chosen}
    return [by_drawn[one] for one in places]


@dataclass(frozen=True)
class Marked:
    """A marked quiz: ids of the questions answered rightly, of how many."""

    right_ids: frozenset[str]
    total: int

    @property
    def right(self) -> int:
        """How many were right."""
        return len(self.right_ids)

    @property
    def passed(self) -> bool:
        """Whether that is enough."""
        return passes(self.right, self.total)


def right_needed(total: int) -> int:
    """How many right answers pass: 80 %, rounded up."""
    # In whole numbers, since 0.8 has no exact binary form and 0.8 x 15 must not need 13.
    return math.ceil(total * round(PASS_MARK * 100) / 100 - 1e-9)


def passes(right: int, total: int) -> bool:
    """Whether so many right answers pass; a quiz without questions never does."""
    return total > 0 and right >= right_needed(total)


def is_right(question: Question, chosen: Sequence[str]) -> bool:
    """Whether exactly the right answers were chosen; for "order", in the right order."""
    if question.kind == "order":
        return list(chosen) == [option.id for option in question.options]
    return len(set(chosen)) == len(chosen) and set(chosen) == {o.id for o in question.options if o.right}


def mark(questions: Sequence[Drawn], answers: Mapping[str, Sequence[str]]) -> Marked:
    """Mark a quiz. A question without an answer is wrong; answers to other questions count for nothing."""
    right = {one.id for one in questions if is_right(one.question, answers.get(one.id, ()))}
    return Marked(frozenset(right), len(questions))


def solutions_after(state: str, number: int) -> bool:
    """Whether the right answers of a finished try may be shown: after a pass, or when a pause begins.

    Otherwise the next try, which may begin at once, would only ask who can copy. ``number``: of the try since the last
    pass, from 1.
    """
    return state == "passed" or (state == "failed" and number % FREE_TRIES == 0)


def next_try_at(failed: Sequence[datetime]) -> datetime | None:
    """When the next try may begin, given when earlier ones failed since the last pass (any order); None: at once.

    After every third failure there is a pause of 24 hours.
    """
    if not failed or len(failed) % FREE_TRIES:
        return None
    return max(failed) + COOLDOWN
