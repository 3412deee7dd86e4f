"""Which post a reply answers and a re-share repeats: a recent one on the same platform, about the same brand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from fourleaf.demo.mentions.chance import Chance, Floats, Integers, Keys
from fourleaf.demo.mentions.columns import Flags, chain, take
from fourleaf.demo.mentions.drafts import BOT, HOMONYM, INCIDENT, PARENT_CLIP, PARENT_RECENT, RESHARE, Drafts
from fourleaf.demo.mentions.entities import ENTITIES, LANGUAGES
from fourleaf.demo.mentions.rhythm import HOUR

__all__ = ["Recent", "find_parents"]

# A parent is sought among the posts of this long before the child, first in the short window, then in the long one.
_WINDOWS: Final = (36 * HOUR, 240 * HOUR)
_KEPT: Final = 60_000
_POPULARITY: Final = 1.25  # exponent of the Pareto law of how often a post is taken up
_ROOM: Final = 1 << 46  # more microseconds than the span has


@dataclass(frozen=True, slots=True)
class Recent:
    """Posts of earlier batches that can still be parents, oldest first, and the incident's clip wherever it is."""

    key: Keys
    at: Integers
    place: Integers  # platform, language and entity in one number
    incident: Integers
    sentiment: Integers
    topic: Integers
    ids: pa.StringArray
    handles: pa.StringArray
    texts: pa.StringArray

    def __len__(self) -> int:
        return len(self.at)

    @staticmethod
    def none() -> Recent:
        """No posts yet."""
        zero, empty = np.zeros(0, dtype=np.int64), pa.array([], pa.string())
        return Recent(zero.astype(np.uint64), zero, zero, zero, zero, zero, empty, empty, empty)

    def extended(
        self, drafts: Drafts, ids: pa.StringArray, handles: pa.StringArray, texts: pa.StringArray, topic: Integers
    ) -> Recent:
        """These and the new ones, without those that are too old or too many to matter."""
        new = np.flatnonzero(_eligible(drafts))
        at = np.concatenate([self.at, drafts.at[new]])
        clip = np.concatenate([self.incident, _is_clip(drafts)[new]])
        keep = at >= drafts.at[-1] - _WINDOWS[-1]
        if keep.sum() > _KEPT:
            keep &= np.arange(len(at)) >= len(at) - _KEPT
        rows = np.flatnonzero(keep | (clip > 0))

        def both(old: pa.StringArray, fresh: pa.StringArray) -> pa.StringArray:
            return take(chain(old, take(fresh, new)), rows)

        return Recent(
            key=np.concatenate([self.key, drafts.key[new]])[rows],
            at=at[rows],
            place=np.concatenate([self.place, _place(drafts)[new]])[rows],
            incident=clip[rows],
            sentiment=np.concatenate([self.sentiment, drafts.sentiment[new]])[rows],
            topic=np.concatenate([self.topic, topic[new]])[rows],
            ids=both(self.ids, ids),
            handles=both(self.handles, handles),
            texts=both(self.texts, texts),
        )


def _place(drafts: Drafts) -> Integers:
    # The incident talks to itself, and nobody who speaks of grills re-shares a post about a singer.
    about = (drafts.platform * len(LANGUAGES) + drafts.language) * len(ENTITIES) + drafts.entity
    return np.asarray(about * 3 + (drafts.origin == INCIDENT) + 2 * (drafts.origin == HOMONYM), dtype=np.int64)


def _eligible(drafts: Drafts) -> Flags:
    return np.asarray((drafts.kind != RESHARE) & (drafts.origin != BOT))


def _is_clip(drafts: Drafts) -> Integers:
    first = drafts.origin == INCIDENT
    return np.asarray(first & (drafts.key & np.uint64((1 << 40) - 1) == 0), dtype=np.int64)


def find_parents(drafts: Drafts, recent: Recent, chance: Chance) -> Integers:
    """For each row the position of its parent in (recent, then this batch), -1 where it has or finds none.

    A parent is strictly older than its child. Popular posts are found more often, by a Pareto law.
    """
    old = len(recent)
    new = np.flatnonzero(_eligible(drafts))
    position = np.concatenate([np.arange(old), old + new])
    key = np.concatenate([recent.key, drafts.key[new]])
    at = np.concatenate([recent.at, drafts.at[new]])
    place = np.concatenate([recent.place, _place(drafts)[new]])
    order = np.lexsort((at, place))
    running = np.concatenate([[0.0], np.cumsum(_popularity(key[order], chance))])
    base = int(at.min()) if len(at) else 0
    line = place[order] * _ROOM + (at[order] - base)
    found = np.full(len(drafts), -1, dtype=np.int64)
    for attempt, window in enumerate(_WINDOWS):
        rows = np.flatnonzero((drafts.parent == PARENT_RECENT) & (found < 0))
        start = _place(drafts)[rows] * _ROOM
        now = start + np.maximum(drafts.at[rows] - base, 0)
        low = np.searchsorted(line, np.maximum(now - window, start))
        high = np.searchsorted(line, now)
        u = chance.uniform(drafts.key[rows], f"parent {attempt}")
        target = running[low] + u * (running[high] - running[low])
        at_line = np.clip(np.searchsorted(running, target, side="right") - 1, low, np.maximum(high - 1, low))
        found[rows] = np.where(high > low, position[order[np.minimum(at_line, len(order) - 1)]], -1)
    _point_at_clip(drafts, recent, found)
    return found


def _popularity(keys: Keys, chance: Chance) -> Floats:
    return (1.0 - chance.uniform(keys, "popularity")) ** (-1.0 / _POPULARITY)


def _point_at_clip(drafts: Drafts, recent: Recent, found: Integers) -> None:
    rows = drafts.parent == PARENT_CLIP
    if not rows.any():
        return
    here, before = np.flatnonzero(_is_clip(drafts)), np.flatnonzero(recent.incident)
    clip = len(recent) + int(here[0]) if len(here) else int(before[0])
    found[rows] = clip
