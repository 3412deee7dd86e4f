"""A fault in a query text: its place shown, and ways to mend it that can be taken with one click.

The engine says what is wrong and where. Here candidates are made from the sign that stands at the place, and only those
are offered with which the text can be read, or at least read further.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count

from fourleaf.listening.errors import QueryTextError
from fourleaf.listening.query_text import check_text

__all__ = ["Fault", "Mend", "Place", "faults_of", "mends_of", "numbered", "place_of", "remark_of"]

#: Characters of a line that are shown on each side of a fault: what fits beside the form.
_AROUND = 22
_MOST = 3
_QUOTES = '"“”„‟«»＂〝〞〟'
#: Names of languages that people write in place of the code.
_LANGUAGES = {
    "english": "en",
    "german": "de",
    "deutsch": "de",
    "french": "fr",
    "français": "fr",
    "spanish": "es",
    "español": "es",
    "italian": "it",
    "portuguese": "pt",
    "dutch": "nl",
    "swedish": "sv",
    "danish": "da",
    "norwegian": "no",
    "finnish": "fi",
    "polish": "pl",
}


@dataclass(frozen=True)
class Mend:
    """One way to mend: ``length`` characters from ``start`` are replaced; ``label`` says what the button does.

    ``number`` is its place among all buttons of a page, see `numbered`.
    """

    label: str
    start: int
    length: int
    replacement: str
    number: int = 0

    def applied(self, text: str) -> str:
        """The mended text."""
        return text[: self.start] + self.replacement + text[self.start + self.length :]


@dataclass(frozen=True)
class Place:
    """The line that holds a place, cut to what is around it; ``caret`` is a line of signs that point at it."""

    number: int
    before: str
    here: str
    after: str
    caret: str


@dataclass(frozen=True)
class Fault:
    """Something wrong, or a remark, with its place in characters of the text."""

    position: int
    length: int
    message: str
    suggestion: str
    place: Place
    mends: tuple[Mend, ...]


def place_of(text: str, position: int, length: int) -> Place:
    """Where in the text a place is."""
    position = min(position, len(text))
    start = text.rfind("\n", 0, position) + 1
    stop = text.find("\n", position)
    stop = len(text) if stop < 0 else stop
    end = min(max(position + length, position + 1), stop)
    left, right = max(start, position - _AROUND), min(stop, end + _AROUND)
    before = ("…" if left > start else "") + text[left:position].replace("\t", " ")
    here = text[position:end].replace("\t", " ")
    after = text[end:right] + ("…" if right < stop else "")
    caret = " " * len(before) + "^" * max(1, min(len(here), _AROUND))
    return Place(text.count("\n", 0, position) + 1, before, here[: 2 * _AROUND], after, caret)


def _candidates(text: str, position: int, length: int, suggestion: str) -> Iterator[Mend]:
    """Ways that might help, the likeliest first."""
    here = text[position : position + length]
    sign = here[:1]
    if found := re.match(r"Did you mean (\w+:)\?", suggestion):
        yield Mend(f"Did you mean {found[1]}", position, length, found[1])
    if sign and sign in "(（":
        yield Mend("Close it at the end", len(text.rstrip()), 0, ")")
    if sign and sign in _QUOTES and length == 1:
        word = re.match(r"\s*\S+", text[position + 1 :])
        end = position + 1 + (word.end() if word else 0)
        yield Mend("Close it at the end", len(text.rstrip()), 0, '"')
        yield Mend("Close it after the next word", end, 0, '"')
    if sign and sign in ")）":
        yield Mend("Open one at the beginning", 0, 0, "(")
    if here == "NEAR":
        yield Mend("Did you mean NEAR/5", position, length, "NEAR/5")
    if field := re.match(r"lang[:：](\w+)$", here, re.IGNORECASE):
        code = _LANGUAGES.get(field[1].lower())
        if code:
            yield Mend(f"Did you mean lang:{code}", position, length, f"lang:{code}")
    if here.endswith((":", "：")) and " " not in here:
        word_end = re.compile(r"\S*").match(text, position)
        raw = word_end.group() if word_end else here
        yield Mend(f'Search the words "{raw[:40]}"', position, len(raw), f'"{raw}"')
    if sign == "#" and (tag := re.match(r"#(\w+)", here)):
        yield Mend(f"Did you mean #{tag[1][:40]}", position, length, f"#{tag[1]}")
        yield Mend("Search it as a phrase", position, length, f'"{here[1:]}"')
    if 0 < length < 60:
        yield Mend(f"Remove {here.strip()[:30] or 'it'}", position, length, "")


def _position_of_fault(text: str) -> int | None:
    """Where the first fault is; None when the text can be read."""
    try:
        check_text(text)
    except QueryTextError as error:
        return int(error.faults[0][0]) if error.faults else 0
    return None


def mends_of(text: str, position: int, length: int, suggestion: str) -> tuple[Mend, ...]:
    """The ways that truly help, at most three. Those after which nothing is wrong come first."""
    whole: list[Mend] = []
    further: list[Mend] = []
    seen: set[str] = set()
    for mend in _candidates(text, position, length, suggestion):
        mended = mend.applied(text)
        if mended in seen or mended == text or not mended.strip():
            continue
        seen.add(mended)
        left = _position_of_fault(mended)
        if left is None:
            whole.append(mend)
        elif left != position:
            # This fault is gone; another one, which it hid, is shown next.
            further.append(mend)
    return tuple((whole + further)[:_MOST])


def faults_of(text: str, error: QueryTextError) -> list[Fault]:
    """The faults of an unreadable text, ready to be shown."""
    return [
        Fault(position, length, message, suggestion, place_of(text, position, length),
              mends_of(text, position, length, suggestion))
        for position, length, message, suggestion in error.faults
    ]  # fmt: skip


def numbered(faults: Sequence[Fault]) -> list[Fault]:
    """The same with their ways to mend counted through, so that a form can send a number."""
    counter = count()
    return [
        replace(fault, mends=tuple(replace(mend, number=next(counter)) for mend in fault.mends)) for fault in faults
    ]


def remark_of(text: str, position: int, length: int, message: str, suggestion: str) -> Fault:
    """A remark on a readable text. Small operators and stray commas can be mended with one click."""
    here = text[position : position + length]
    ways: Sequence[Mend] = ()
    if here != here.upper() and re.fullmatch(r"and|or|not|near/\d+", here, re.IGNORECASE):
        ways = [Mend(f"Did you mean {here.upper()}", position, length, here.upper())]
    elif here in tuple(",;、，；"):
        ways = [Mend("Did you mean OR", position, length, " OR"), Mend(f"Remove {here}", position, length, "")]
    useful = tuple(mend for mend in ways if _position_of_fault(mend.applied(text)) is None)
    return Fault(position, length, message, suggestion, place_of(text, position, length), useful)
