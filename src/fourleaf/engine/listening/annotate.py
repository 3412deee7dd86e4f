"""Annotations of posts: language, sentiment, near-duplicate cluster, and whether the author looks automated.

Equal texts are judged once: within a batch always, across batches as long as a bounded memory of recent texts holds
them. An `Annotator` carries what must be remembered between batches (clusters, authors, recent texts).

Automated accounts. Classifiers of "bots" err, more so outside English and over time, so nothing here is a verdict: an
author is *suspected*, with the reason in words, and nothing is removed. Two signs are looked at, per author and among
the posts that were annotated:

- rate: at least `HOURLY_POSTS` posts in one hour of the clock;
- repetition: at least `LEAST_REPEATS` posts, of which at least `REPEATED_SHARE` are near-duplicates of one another.

Evidence gathers as posts arrive: a post is marked by what was known when its batch was read, so early posts of such an
author stay unmarked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Protocol, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute

from fourleaf.engine.listening.analysis.hashing import hash_strings
from fourleaf.engine.posts import ANNOTATION_FIELDS, SENTIMENTS

__all__ = [
    "ANNOTATION_SCHEMA",
    "HOURLY_POSTS",
    "LEAST_REPEATS",
    "REPEATED_SHARE",
    "Annotator",
    "AuthorWatch",
    "annotate",
]

ANNOTATION_SCHEMA: Final = pa.schema(cast("list[pa.Field[Any]]", [*ANNOTATION_FIELDS]))

HOURLY_POSTS: Final = 30
LEAST_REPEATS: Final = 10
REPEATED_SHARE: Final = 0.8

_REMEMBERED: Final = 1 << 16
_HOUR: Final = 3_600_000_000

# The published stubs of Arrow refuse plain Python values as arguments of compute functions.
pc: Any = pyarrow.compute

_Hashes = npt.NDArray[np.uint64]
_Ints = npt.NDArray[np.int64]
Labels = tuple[Any, npt.NDArray[np.float32]]


class Clusters(Protocol):
    """What the annotator needs of `duplicates.ClusterIndex`."""

    def add(self, ids: npt.NDArray[np.int64] | None, texts: Any) -> npt.NDArray[np.int64]: ...


class AuthorWatch:
    """Counts per author in a table of fixed size.

    An author has one slot, by hash. Of two authors with the same slot the one with more posts stays: each batch of the
    other costs it that many of its lead (the idea of Misra and Gries, 1982). So an author with few posts may be
    forgotten, one with many is not. Memory: 48 bytes a slot.
    """

    def __init__(self, slots: int = 1 << 18) -> None:
        self._mask = np.uint64(slots - 1)
        if slots & (slots - 1):
            raise ValueError(f"The number of slots is a power of two, not {slots}.")
        self._who = np.zeros(slots, np.uint64)
        self._lead = np.zeros(slots, np.int32)
        self._posts = np.zeros(slots, np.int32)
        self._hour = np.full(slots, np.iinfo(np.int64).min)
        self._in_hour = np.zeros(slots, np.int32)
        self._peak = np.zeros(slots, np.int32)
        self._cluster = np.zeros(slots, np.int64)
        self._alike = np.zeros(slots, np.int32)

    def see(self, authors: _Hashes, hours: _Ints, clusters: _Ints) -> tuple[_Ints, _Ints, _Ints, _Ints]:
        """Take in some posts (hour < 0: time unknown) and tell what is known of the author of each.

        Gives, for each post, (posts of its author, most of them in one hour, most of them alike, 0 or 1 whether
        anything is known).
        """
        different, place, posts = np.unique(authors, return_inverse=True, return_counts=True)
        slot = (different & self._mask).astype(np.int64)
        self._admit(different, slot, posts)
        mine = self._who[slot] == different
        self._posts[slot[mine]] += posts[mine].astype(np.int32)
        self._see_hours(place, hours, slot, mine)
        self._see_clusters(place, clusters, slot, mine)
        at = slot[place]
        known = mine[place]
        return (
            np.where(known, self._posts[at], 0).astype(np.int64),
            np.where(known, self._peak[at], 0).astype(np.int64),
            np.where(known, self._alike[at], 0).astype(np.int64),
            known.astype(np.int64),
        )

    def _admit(self, different: _Hashes, slot: _Ints, posts: _Ints) -> None:
        """Settle who has each slot."""
        here = self._who[slot] == different
        self._lead[slot[here]] += posts[here].astype(np.int32)
        new = np.flatnonzero(~here)
        # Of several newcomers to one slot the busiest speaks for them all.
        new = new[np.argsort(posts[new], kind="stable")]
        self._lead[slot[new]] -= posts[new].astype(np.int32)
        wins = new[self._lead[slot[new]] < 0]
        taken = slot[wins]
        self._who[taken] = different[wins]
        self._lead[taken] = posts[wins]
        for counts in (self._posts, self._in_hour, self._peak, self._alike):
            counts[taken] = 0
        self._hour[taken] = np.iinfo(np.int64).min
        self._lead[slot[new]] = np.maximum(self._lead[slot[new]], 0)

    def _see_hours(self, place: _Ints, hours: _Ints, slot: _Ints, mine: npt.NDArray[np.bool_]) -> None:
        """Most posts in one hour; only the latest hour of an author is carried from batch to batch."""
        timed = mine[place] & (hours >= 0)
        who, hour, count = _grouped(place[timed], hours[timed])
        at = slot[who]
        carried = np.where(self._hour[at] == hour, self._in_hour[at], 0)
        total = (count + carried).astype(np.int32)
        np.maximum.at(self._peak, at, total)
        # Sorted by hour within each author: the last assignment is the latest hour.
        later = hour >= self._hour[at]
        self._hour[at[later]] = hour[later]
        self._in_hour[at[later]] = total[later]

    def _see_clusters(self, place: _Ints, clusters: _Ints, slot: _Ints, mine: npt.NDArray[np.bool_]) -> None:
        """Posts in the author's commonest cluster: each batch's commonest against the one carried so far."""
        who, cluster, count = _grouped(place[mine[place]], clusters[mine[place]])
        order = np.lexsort((count, who))
        who, cluster, count = who[order], cluster[order], count[order].astype(np.int32)
        carried = self._cluster[slot[who]] == cluster
        self._alike[slot[who[carried]]] += count[carried]
        last = np.flatnonzero(np.append(who[1:] != who[:-1], True)) if len(who) else np.empty(0, np.int64)
        at = slot[who[last]]
        better = (self._cluster[at] != cluster[last]) & (count[last] > self._alike[at])
        self._cluster[at[better]] = cluster[last][better]
        self._alike[at[better]] = count[last][better]


def _grouped(who: _Ints, what: _Ints) -> tuple[_Ints, _Ints, _Ints]:
    """(who, what, count) of the different pairs, sorted by who, then what."""
    order = np.lexsort((what, who))
    who, what = who[order], what[order]
    first = np.flatnonzero(np.concatenate(([True], (who[1:] != who[:-1]) | (what[1:] != what[:-1])))[: len(who)])
    return who[first], what[first], np.diff(np.append(first, len(who)))


class _Recent:
    """Judgements of recent texts by hash, in two generations; when the younger is full, the older goes."""

    def __init__(self, most: int = _REMEMBERED) -> None:
        self._most = most
        self._hashes: list[_Hashes] = [np.empty(0, np.uint64), np.empty(0, np.uint64)]
        self._rows: list[pa.RecordBatch | None] = [None, None]

    def find(self, hashes: _Hashes) -> list[tuple[_Ints, pa.RecordBatch]]:
        """For each generation: (places in `hashes`, their judgements)."""
        found = []
        left = np.arange(len(hashes))
        for known, rows in zip(self._hashes, self._rows, strict=True):
            if rows is None or not len(left):
                continue
            at = np.minimum(np.searchsorted(known, hashes[left]), len(known) - 1)
            hit = known[at] == hashes[left]
            if hit.any():
                found.append((left[hit], rows.take(at[hit])))
                left = left[~hit]
        return found

    def put(self, hashes: _Hashes, rows: pa.RecordBatch) -> None:
        """Remember judgements of texts that were not known."""
        if not len(hashes):
            return
        if len(self._hashes[0]) + len(hashes) > self._most and self._rows[0] is not None:
            self._hashes[1], self._rows[1] = self._hashes[0], self._rows[0]
            self._hashes[0], self._rows[0] = np.empty(0, np.uint64), None
        if self._rows[0] is not None:
            hashes = np.concatenate((self._hashes[0], hashes))
            rows = pa.Table.from_batches([self._rows[0], rows]).combine_chunks().to_batches()[0]
        order = np.argsort(hashes)[: self._most]
        self._hashes[0], self._rows[0] = hashes[order], rows.take(order)


class Annotator:
    """Annotates batch after batch. `clusters` can be an index that is kept between imports."""

    def __init__(
        self,
        clusters: Clusters | None = None,
        *,
        classify: Callable[[Any], Labels] | None = None,
        detect: Callable[[Any], Labels] | None = None,
        model_name: str | None = None,
        watch: AuthorWatch | None = None,
    ) -> None:
        if clusters is None:
            from fourleaf.engine.listening.duplicates import ClusterIndex

            clusters = ClusterIndex()
        if classify is None:
            from fourleaf.engine.listening import sentiment

            classify, model_name = sentiment.classify, model_name or sentiment.MODEL_NAME
        if detect is None:
            from fourleaf.engine.listening import language

            detect = language.detect
        self.clusters = clusters
        self._classify = classify
        self._detect = detect
        self._model = model_name
        self._watch = watch or AuthorWatch()
        self._recent = _Recent()

    def annotate(self, batch: pa.RecordBatch, matched: npt.NDArray[np.bool_] | None = None) -> pa.RecordBatch:
        """`ANNOTATION_FIELDS` for each row of a batch; rows where `matched` is False are null throughout.

        Needs the column `text`; uses `author`, `created_at` and `lang` where present (a known language is kept).
        """
        if matched is not None:
            rows = np.flatnonzero(matched)
            part = self.annotate(batch.take(rows))
            back = np.full(batch.num_rows, -1)
            back[rows] = np.arange(len(rows))
            places: Any = pa.array(back, mask=back < 0)
            return part.take(places)
        judged = self._judge(batch.column("text"))
        columns = {name: judged.column(name) for name in judged.schema.names}
        if "lang" in batch.schema.names:
            given = batch.column("lang")
            columns["lang"] = pc.coalesce(given, columns["lang"])
            columns["lang_p"] = pc.if_else(given.is_valid(), pa.scalar(1.0, pa.float32()), columns["lang_p"])
        columns["sentiment_model"] = pa.array([self._model]).cast(pa.string()).take(np.zeros(batch.num_rows, np.int8))
        columns["suspected"] = self._suspect(batch, columns["cluster"])
        return pa.RecordBatch.from_arrays([columns[name] for name in ANNOTATION_SCHEMA.names], schema=ANNOTATION_SCHEMA)

    def _judge(self, texts: Any) -> pa.RecordBatch:
        """Language, sentiment and cluster of each text; every different text is judged once."""
        coded = texts.dictionary_encode()
        different, codes = coded.dictionary, coded.indices
        hashes = hash_strings(different)
        known = self._recent.find(hashes)
        fresh = np.ones(len(different), bool)
        for places, _ in known:
            fresh[places] = False
        new = np.flatnonzero(fresh)
        judged = self._judge_new(different.take(new) if len(new) < len(different) else different)
        parts = [(new, judged), *known]
        self._recent.put(hashes[new], judged)
        if len(parts) > 1:
            order = np.argsort(np.concatenate([places for places, _ in parts]))
            table = pa.Table.from_batches([rows for _, rows in parts]).combine_chunks()
            judged = table.to_batches()[0].take(order) if table.num_rows else judged
        if len(different) == len(texts):
            return judged
        return judged.take(codes)

    def _judge_new(self, texts: Any) -> pa.RecordBatch:
        languages, sure = self._detect(texts)
        labels, p = self._classify(texts)
        clusters = self.clusters.add(None, texts)
        probabilities = [pa.array(np.ascontiguousarray(p[:, at]), pa.float32()) for at in range(len(SENTIMENTS))]
        return pa.RecordBatch.from_arrays(
            [
                _strings(languages),
                pa.array(sure, pa.float32()),
                _strings(labels),
                *probabilities,
                pa.array(clusters, pa.int64()),
            ],
            names=["lang", "lang_p", "sentiment", "p_negative", "p_neutral", "p_positive", "cluster"],
        )

    def _suspect(self, batch: pa.RecordBatch, clusters: Any) -> Any:
        """Why each row's author looks automated, or null."""
        n = batch.num_rows
        if "author" not in batch.schema.names or not n:
            return pa.nulls(n, pa.string())
        authors = batch.column("author")
        named = np.flatnonzero(authors.is_valid().to_numpy(zero_copy_only=False))
        hours = np.full(n, -1, np.int64)
        if "created_at" in batch.schema.names:
            micros = batch.column("created_at").cast(pa.int64()).fill_null(-1).to_numpy(zero_copy_only=False)
            hours = np.where(micros >= 0, micros // _HOUR, -1)
        numbers = clusters.to_numpy(zero_copy_only=False)
        posts, peak, alike, _ = self._watch.see(hash_strings(authors)[named], hours[named], numbers[named])
        fast = peak >= HOURLY_POSTS
        same = (posts >= LEAST_REPEATS) & (alike >= REPEATED_SHARE * posts)
        marked = np.flatnonzero(fast | same)
        if not len(marked):
            return pa.nulls(n, pa.string())
        reasons: list[str | None] = [None] * n
        for at in marked.tolist():
            reasons[int(named[at])] = _reason(
                int(posts[at]), int(peak[at]) if fast[at] else 0, int(alike[at]) if same[at] else 0
            )
        return pa.array(reasons, pa.string())


def _reason(posts: int, peak: int, alike: int) -> str:
    parts = []
    if peak:
        parts.append(f"{peak:,} posts within one hour")
    if alike:
        parts.append(f"{alike:,} of {posts:,} posts nearly the same")
    return "; ".join(parts)


def _strings(values: Any) -> Any:
    """Labels as a plain string array."""
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    return values if pa.types.is_string(values.type) else values.cast(pa.string())


def annotate(batch: pa.RecordBatch, matched: npt.NDArray[np.bool_] | None = None) -> pa.RecordBatch:
    """Annotate one batch on its own, see `Annotator.annotate`."""
    return Annotator().annotate(batch, matched)
