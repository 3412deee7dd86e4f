"""What changed between two versions of a text, word by word."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

__all__ = ["Piece", "changed_fields", "word_diff"]

_WORDS: Final = re.compile(r"\s+|\w+|[^\w\s]")
#: Beyond so many words in either text the whole counts as replaced: comparing is quadratic.
_MOST: Final = 5000


@dataclass(frozen=True)
class Piece:
    """A stretch of text that stayed, was added or was removed."""

    op: Literal["same", "added", "removed"]
    text: str


def word_diff(before: str, after: str) -> tuple[Piece, ...]:
    """The pieces in reading order; those that are not "added" give `before`, those not "removed" give `after`."""
    if before == after:
        return (Piece("same", before),) if before else ()
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if len(old) > _MOST or len(new) > _MOST:
        found = [Piece("removed", before), Piece("added", after)]
        return tuple(piece for piece in found if piece.text)
    pieces: list[Piece] = []
    for tag, i, j, k, n in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(old[i:j])))
            continue
        if j > i:
            pieces.append(Piece("removed", "".join(old[i:j])))
        if n > k:
            pieces.append(Piece("added", "".join(new[k:n])))
    return tuple(pieces)


def changed_fields(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, tuple[Piece, ...]]:
    """The fields that differ, each with its pieces; in the order of `after`, then those that are gone."""
    names = [*after, *(name for name in before if name not in after)]
    return {
        name: word_diff(before.get(name, ""), after.get(name, ""))
        for name in names
        if before.get(name) != after.get(name)
    }
