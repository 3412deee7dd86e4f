"""Posts before they have words: numbers only, one array for each property."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from fourleaf.demo.mentions.chance import Integers, Keys

__all__ = [
    "BOT",
    "HOMONYM",
    "INCIDENT",
    "ORGANIC",
    "ORIGINS",
    "OWN_VOICE",
    "PARENT_CLIP",
    "PARENT_NONE",
    "PARENT_RECENT",
    "POST",
    "PRESS",
    "QUOTE",
    "REPLY",
    "RESHARE",
    "Drafts",
]

#: Where a post comes from, in the order of the numbers in ``Drafts.origin``.
ORIGINS: Final = ("organic", "own", "homonym", "bot", "press", "incident")
ORGANIC, OWN_VOICE, HOMONYM, BOT, PRESS, INCIDENT = range(6)
POST, REPLY, RESHARE, QUOTE = range(4)  # the order of fourleaf.engine.posts.KINDS
PARENT_NONE, PARENT_RECENT, PARENT_CLIP = range(3)


@dataclass(slots=True)
class Drafts:
    """Columns of equal length. ``at`` is microseconds since the epoch; ``sentence`` is -1 where it is still open.

    ``salt`` decides the slot values: copies of one text share it. ``entity``, ``language``, ``platform`` and so on
    are indices into the tuples of ``entities`` and ``wording``.
    """

    key: Keys
    salt: Keys
    at: Integers
    entity: Integers
    language: Integers
    region: Integers
    platform: Integers
    sentiment: Integers
    origin: Integers
    cell: Integers
    sentence: Integers
    group: Integers
    account: Integers
    kind: Integers
    parent: Integers

    def __len__(self) -> int:
        return len(self.at)

    def take(self, rows: Integers) -> Drafts:
        """The given rows, in that order."""
        return Drafts(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})

    def sorted(self) -> Drafts:
        """In order of time; equal times by key, so that the order never depends on batches."""
        return self.take(np.lexsort((self.key, self.at)))

    @staticmethod
    def join(*several: Drafts) -> Drafts:
        """All rows of all of them."""
        return Drafts(**{f.name: np.concatenate([getattr(d, f.name) for d in several]) for f in fields(Drafts)})

    @staticmethod
    def blank(key: Keys, at: Integers) -> Drafts:
        """Rows with everything at its plainest: a post, no parent, sentence open, salt equal to the key."""
        zero = np.zeros(len(key), dtype=np.int64)
        rest = {f.name: zero.copy() for f in fields(Drafts) if f.name not in ("key", "salt", "at")}
        drafts = Drafts(key, key.copy(), at, **rest)
        drafts.sentence -= 1
        drafts.sentiment += 1
        return drafts
