"""What can be wrong with a plan file: one sentence each, with its place and how to mend it."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

__all__ = ["MOST_PROBLEMS", "Problem", "Problems", "close_to"]

#: Problems kept; a file with more is not a plan with mistakes but something else.
MOST_PROBLEMS: Final = 10_000
#: Suggestions cost a comparison with every candidate: so many are made, against so many candidates.
_MOST_SUGGESTIONS: Final = 200
_MOST_CANDIDATES: Final = 5_000


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong.

    line, column: from 1; 0 where the problem has no place (a file that cannot be opened, a plan made in code).
    path: address of the object or field, such as `programmes/P07/launch_at`.
    kind: unreadable, syntax, limit, duplicate_key, unknown_key, structure, value, missing, order, duplicate_id,
    unknown_reference, or cycle.
    """

    line: int
    column: int
    path: str
    kind: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        place = f"line {self.line}, column {self.column}: " if self.line else ""
        return f"{place}{self.message} {self.hint}".rstrip()


@dataclass(slots=True)
class Problems:
    """Collects problems up to a limit, and counts the rest."""

    found: list[Problem] = field(default_factory=list)
    beyond: int = 0
    _suggestions: int = 0

    def add(self, place: tuple[int, int], path: str, kind: str, message: str, hint: str = "") -> None:
        if len(self.found) >= MOST_PROBLEMS:
            self.beyond += 1
            return
        self.found.append(Problem(place[0], place[1], path, kind, message, hint))

    def suggestion(self, wrong: str, right: Collection[str]) -> str:
        """ "Did you mean …?" or nothing; after many suggestions only differences in case are looked for."""
        self._suggestions += 1
        if self._suggestions > _MOST_SUGGESTIONS or len(right) > _MOST_CANDIDATES:
            return ""
        return close_to(wrong, right)

    def in_order(self) -> tuple[Problem, ...]:
        """All problems by place, with a last one that counts those not kept."""
        listed = sorted(self.found)
        if self.beyond:
            listed.append(Problem(0, 0, "", "limit", f"{self.beyond:,} more problems are not listed."))
        return tuple(listed)


def close_to(wrong: str, right: Collection[str]) -> str:
    """ "Did you mean …?" for the closest of the right words; nothing when none is close."""
    folded = {word.casefold(): word for word in right}
    close = difflib.get_close_matches(wrong.casefold(), folded, 1, cutoff=0.6)
    return f"Did you mean {folded[close[0]]}?" if close else ""
