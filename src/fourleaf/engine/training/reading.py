"""How long a text takes to read, by its words and pictures."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Final

__all__ = [
    "LONGEST",
    "PER_IMAGE",
    "WORDS_A_MINUTE",
    "minutes_said",
    "minutes_to_read",
    "seconds_to_read",
    "too_long",
    "words_in",
]

#: Silent reading of English non-fiction by adults, mean over 190 studies: Brysbaert (2019), "How many words do we read
#: per minute?", Journal of Memory and Language 109.
WORDS_A_MINUTE: Final = 238
#: Seconds for looking at a picture.
PER_IMAGE: Final = 12
#: A module takes at most five minutes (domain 03).
LONGEST: Final = 300

_IMAGE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_WORD = re.compile(r"[^\W_]+(?:['’\-.,][^\W_]+)*")


def words_in(markdown: str) -> int:
    """Words that are read: link addresses and marks do not count."""
    text = _LINK.sub(r"\1", _IMAGE.sub(" ", markdown))
    return sum(1 for _ in _WORD.finditer(text))


def seconds_to_read(markdown: str) -> int:
    """Seconds for reading a Markdown text, pictures included; 0 for an empty one."""
    pictures = len(_IMAGE.findall(markdown))
    return math.ceil(words_in(markdown) * 60 / WORDS_A_MINUTE) + pictures * PER_IMAGE


def minutes_to_read(seconds: Iterable[int]) -> int:
    """Whole minutes for texts of so many seconds each: each rounded up by itself, then added.

    So that a sum is always that of the minutes which stand beside the single texts.
    """
    return sum(math.ceil(one / 60) for one in seconds)


def minutes_said(*seconds: int) -> str:
    """``3 minutes``, ``1 minute``: of one text, or of several together; see `minutes_to_read`."""
    minutes = minutes_to_read(seconds)
    return "1 minute" if minutes == 1 else f"{minutes} minutes"


def too_long(markdown: str) -> str:
    """A sentence saying by how much a text is too long for a module; empty where it is not."""
    over = seconds_to_read(markdown) - LONGEST
    if over <= 0:
        return ""
    words = math.ceil(over * WORDS_A_MINUTE / 60)
    return (
        f"This takes {(LONGEST + over) / 60:.1f} minutes to read, and a module takes at most five. "
        f"Shorten it by about {words} words, or split it into two modules."
    )
