"""The running counts of an analysis. Tallies of parts of the data can be merged."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute

from fourleaf.engine.listening.analysis.hashing import hash_strings, mix
from fourleaf.engine.listening.analysis.pairs import PairCounts
from fourleaf.engine.listening.analysis.result import Analysis, QueryResult, Share
from fourleaf.engine.listening.analysis.symmetry import asymmetries
from fourleaf.engine.metrics.intervals import wilson_array
from fourleaf.engine.posts import SENTIMENTS

if TYPE_CHECKING:
    from fourleaf.engine.listening import QuerySpec

__all__ = ["LEVEL", "Tally"]

LEVEL: Final = 0.95
_TOP_AUTHORS: Final = 0.01
_MOST_NAMES: Final = 200
_OTHER: Final = "(other)"
_EPOCH: Final = date(1970, 1, 1)

# The published stubs of Arrow refuse plain Python values as arguments of compute functions.
pc: Any = pyarrow.compute

_Ints = npt.NDArray[np.int64]


def _identities(posts: pa.RecordBatch) -> npt.NDArray[np.uint64]:
    """A hash for each post of what tells it from others: its platform, and its id there."""
    return hash_strings(pc.binary_join_element_wise(posts.column("platform"), posts.column("id"), "\x1f"))


class _Names:
    """Counts by (query, name) for a small set of names that grows while reading, such as languages."""

    def __init__(self, queries: int, most: int = _MOST_NAMES) -> None:
        self.names: list[str] = []
        self.counts: _Ints = np.zeros((queries, 0), np.int64)
        self.totals: _Ints = np.zeros(0, np.int64)
        self._place: dict[str, int] = {}
        self._most = most

    def _places(self, names: Sequence[str | None]) -> _Ints:
        """Column of each name; beyond the most names that are told apart, all others share one."""
        places = []
        for name in names:
            key = name or "und"
            if key not in self._place:
                if len(self.names) >= self._most:
                    key = _OTHER
                if key not in self._place:
                    self._place[key] = len(self.names)
                    self.names.append(key)
            places.append(self._place[key])
        missing = len(self.names) - self.counts.shape[1]
        if missing:
            self.counts = np.pad(self.counts, ((0, 0), (0, missing)))
            self.totals = np.pad(self.totals, (0, missing))
        return np.array(places, np.int64)

    def add(self, column: Any, rows: _Ints, queries: _Ints) -> None:
        """Count the values of a column at `rows` for `queries` (pairs), and each row once in the totals."""
        if not len(column):
            return
        coded = column.dictionary_encode() if not pa.types.is_dictionary(column.type) else column
        places = self._places(
            [*coded.dictionary.to_pylist(), None] if coded.null_count else coded.dictionary.to_pylist()
        )
        codes = coded.indices.fill_null(len(places) - 1).to_numpy(zero_copy_only=False)
        of_row = places[codes]
        width = self.counts.shape[1]
        self.totals += np.bincount(of_row, minlength=width)
        flat = np.bincount(queries * width + of_row[rows], minlength=self.counts.size)
        self.counts += flat.reshape(self.counts.shape)

    def merge(self, other: _Names) -> None:
        places = self._places(other.names)
        np.add.at(self.totals, places, other.totals)
        for column, place in enumerate(places):
            self.counts[:, place] += other.counts[:, column]

    def of(self, query: int) -> dict[str, int]:
        return self._dict(self.counts[query])

    def all(self) -> dict[str, int]:
        return self._dict(self.totals)

    def _dict(self, counts: _Ints) -> dict[str, int]:
        found = [(name, int(count)) for name, count in zip(self.names, counts, strict=True) if count]
        return dict(sorted(found, key=lambda item: (-item[1], item[0])))


class Tally:
    """Counts for a list of queries. `add` takes batches in any number; `result` can be called at any time.

    Memory grows only with the number of different (query, author), (query, cluster) and (query, id) pairs, and of
    ids: 8 to 12 bytes each, see `PairCounts`.
    """

    def __init__(self, specs: Sequence[QuerySpec], *, zone: str = "UTC") -> None:
        self.specs = list(specs)
        self.zone = zone
        n = len(self.specs)
        ids = np.array([spec.id for spec in self.specs], np.int64)
        self._order = np.argsort(ids)
        self._sorted_ids = ids[self._order]
        self.posts = 0
        self.matched = 0
        self.raw = np.zeros(n, np.int64)
        self.without_author = np.zeros(n, np.int64)
        self.without_time = np.zeros(n, np.int64)
        self.timed_posts = 0
        self.sentiment = np.zeros((n, len(SENTIMENTS)), np.int64)
        self.model: str | None = None
        self._ids = PairCounts(1, counted=False)
        self._query_ids = PairCounts(n, counted=False)
        self._clusters = PairCounts(n, counted=False)
        self._authors = PairCounts(n)
        self._suspects: set[int] = set()
        self._languages = _Names(n)
        self._platforms = _Names(n)
        self._kinds = _Names(n)
        self._days: dict[int, _Ints] = {}

    # --- adding ---------------------------------------------------------------------------------------------

    def add(
        self, posts: pa.RecordBatch, matches: pa.RecordBatch, kept: pa.RecordBatch, notes: pa.RecordBatch | None
    ) -> None:
        """Count a batch.

        posts     the batch as read
        matches   what `Matcher.match` said of it
        kept      the rows of `posts` that at least one query found, in order
        notes     their annotations (`ANNOTATION_FIELDS`), row for row; None when there are no such rows
        """
        self.posts += posts.num_rows
        self.timed_posts += posts.num_rows - posts.column("created_at").null_count
        self._ids.add(np.zeros(posts.num_rows, np.uint8), _identities(posts))
        rows, queries = self._pairs(matches)
        n = len(self.specs)
        self.matched += kept.num_rows
        if notes is None or not kept.num_rows:
            return
        self.raw += np.bincount(queries, minlength=n)
        self._query_ids.add(queries, _identities(kept)[rows])
        clusters = notes.column("cluster").to_numpy(zero_copy_only=False).astype(np.int64)
        self._clusters.add(queries, mix(clusters.view(np.uint64))[rows])
        self._add_authors(kept.column("author"), notes.column("suspected"), rows, queries)
        self._add_sentiment(notes, rows, queries)
        self._languages.add(notes.column("lang"), rows, queries)
        self._platforms.add(kept.column("platform"), rows, queries)
        self._kinds.add(kept.column("kind"), rows, queries)
        self._add_days(kept.column("created_at"), rows, queries)

    def _pairs(self, matches: pa.RecordBatch) -> tuple[_Ints, _Ints]:
        """(place of the row among the matched ones, place of the query) for each match."""
        found: Any = matches.column("queries")
        offsets = np.asarray(found.offsets)
        size = np.diff(offsets)
        values = np.asarray(found.values)[offsets[0] : offsets[-1]]
        rows = np.repeat(np.arange(np.count_nonzero(size)), size[size > 0])
        return rows, self._order[np.searchsorted(self._sorted_ids, values)]

    def _add_authors(self, authors: Any, suspected: Any, rows: _Ints, queries: _Ints) -> None:
        hashes = hash_strings(authors)
        known = authors.is_valid().to_numpy(zero_copy_only=False)
        pair_known = known[rows]
        self._authors.add(queries[pair_known], hashes[rows[pair_known]])
        self.without_author += np.bincount(queries[~pair_known], minlength=len(self.specs))
        marked = suspected.is_valid().to_numpy(zero_copy_only=False)
        if marked.any():
            self._suspects.update(np.unique(hashes[marked & known]).tolist())

    def _add_sentiment(self, notes: pa.RecordBatch, rows: _Ints, queries: _Ints) -> None:
        codes = (
            pc.index_in(notes.column("sentiment"), pa.array(SENTIMENTS)).fill_null(-1).to_numpy(zero_copy_only=False)
        )
        of_pair = codes[rows]
        judged = of_pair >= 0
        flat = np.bincount(queries[judged] * len(SENTIMENTS) + of_pair[judged], minlength=self.sentiment.size)
        self.sentiment += flat.reshape(self.sentiment.shape)
        if self.model is None:
            self.model = next((name for name in notes.column("sentiment_model").to_pylist() if name), None)

    def _add_days(self, instants: Any, rows: _Ints, queries: _Ints) -> None:
        """Count by the day on the calendar of the zone."""
        local = pc.local_timestamp(pc.cast(instants, pa.timestamp("us", tz=self.zone)))
        days = pc.floor_temporal(local, unit="day").cast(pa.date32()).cast(pa.int32())
        timed = days.is_valid().to_numpy(zero_copy_only=False)[rows]
        self.without_time += np.bincount(queries[~timed], minlength=len(self.specs))
        of_pair = days.fill_null(0).to_numpy(zero_copy_only=False)[rows[timed]]
        queries = queries[timed]
        different, place = np.unique(of_pair, return_inverse=True)
        n = len(self.specs)
        counts = np.bincount(place * n + queries, minlength=len(different) * n).reshape(-1, n)
        for day, row in zip(different.tolist(), counts, strict=True):
            if day in self._days:
                self._days[day] += row
            else:
                self._days[day] = row.astype(np.int64)

    def merge(self, other: Tally) -> None:
        """Add the counts of another part of the data, tallied for the same queries and zone.

        Ids and authors that occur in both parts are recognised. Clusters are recognised only if both parts were
        annotated with one cluster index, or with indexes that number alike.
        """
        if self.specs != other.specs or self.zone != other.zone:
            raise ValueError("Only tallies of the same queries and zone can be merged.")
        self.posts += other.posts
        self.matched += other.matched
        self.timed_posts += other.timed_posts
        for name in ("raw", "without_author", "without_time", "sentiment"):
            getattr(self, name)[...] += getattr(other, name)
        for name in ("_ids", "_query_ids", "_clusters", "_authors", "_languages", "_platforms", "_kinds"):
            getattr(self, name).merge(getattr(other, name))
        self._suspects |= other._suspects
        self.model = self.model or other.model
        for day, row in other._days.items():
            self._days[day] = self._days.get(day, np.zeros_like(row)) + row

    # --- result ---------------------------------------------------------------------------------------------

    def result(self, warnings: Sequence[str] = ()) -> Analysis:
        """What the counts say."""
        distinct_ids = int(self._ids.distinct()[0])
        clusters, authors = self._clusters.distinct(), self._authors.distinct()
        repeated = self.raw - self._query_ids.distinct()
        top = self._authors.top_share(_TOP_AUTHORS)
        suspected = self._authors.count_of(np.array(sorted(self._suspects), np.uint64))
        days = [((_EPOCH + timedelta(days=day)).isoformat(), row) for day, row in sorted(self._days.items())]
        voices = [self._shares(counts) for counts in (self.raw, clusters, authors)]
        queries = [
            self._query(at, repeated, clusters, authors, top, suspected, voices, days) for at in range(len(self.specs))
        ]
        return Analysis(
            posts=self.posts,
            matched=self.matched,
            repeated_ids=self.posts - distinct_ids,
            zone=self.zone,
            level=LEVEL,
            sentiment_model=self.model,
            queries=queries,
            languages=self._languages.all(),
            platforms=self._platforms.all(),
            warnings=[*warnings, *self._own_warnings()],
        )

    def _shares(self, counts: _Ints) -> list[Share | None]:
        """Share of each own and competitor query in the sum of them all."""
        compared = np.array([spec.role != "topic" for spec in self.specs], bool)
        base = int(counts[compared].sum())
        if not base:
            return [None] * len(self.specs)
        hits = np.where(compared, counts, 0)
        low, high = wilson_array(hits, np.full(len(hits), base), LEVEL)
        return [
            Share(int(hits[at]) / base, float(low[at]), float(high[at]), base) if compared[at] else None
            for at in range(len(hits))
        ]

    def _query(
        self,
        at: int,
        repeated: _Ints,
        clusters: _Ints,
        authors: _Ints,
        top: npt.NDArray[np.float64],
        suspected: _Ints,
        voices: list[list[Share | None]],
        days: list[tuple[str, _Ints]],
    ) -> QueryResult:
        spec = self.specs[at]
        negative, neutral, positive = (int(count) for count in self.sentiment[at])
        judged = negative + neutral + positive
        return QueryResult(
            name=spec.name,
            role=spec.role,
            query=spec.query,
            raw=int(self.raw[at]),
            repeated_ids=int(repeated[at]),
            clusters=int(clusters[at]),
            authors=int(authors[at]),
            without_author=int(self.without_author[at]),
            share_of_voice=voices[0][at],
            share_of_clusters=voices[1][at],
            share_of_authors=voices[2][at],
            sentiment={"negative": negative, "neutral": neutral, "positive": positive},
            net_sentiment=(positive - negative) / (positive + negative) if positive + negative else None,
            net_sentiment_all=(positive - negative) / judged if judged else None,
            languages=self._languages.of(at),
            platforms=self._platforms.of(at),
            kinds=self._kinds.of(at),
            per_day=self._per_day(at, days),
            without_time=int(self.without_time[at]),
            top_author_share=None if math.isnan(top[at]) else float(top[at]),
            suspected=int(suspected[at]),
        )

    def _per_day(self, at: int, days: list[tuple[str, _Ints]]) -> dict[str, int] | None:
        if not self.timed_posts:
            return None
        found = ((name, int(row[at])) for name, row in days)
        return {name: count for name, count in found if count}

    def _own_warnings(self) -> list[str]:
        found: list[str] = []
        if self.posts and not self.timed_posts:
            found.append("The posts have no times, so there are no counts by day.")
        elif self.timed_posts < self.posts:
            untimed = self.posts - self.timed_posts
            found.append(
                f"{untimed:,} row{'s' * (untimed != 1)} without a time: counted here, but in no day; an import into "
                "the product leaves such rows out."
            )
        roles = {spec.role for spec in self.specs}
        if roles & {"own", "competitor"} and not {"own", "competitor"} <= roles:
            found.append("Share of voice needs both own and competitor queries; it is now taken over what there is.")
        found += asymmetries(self.specs)
        total = sum(self._languages.all().values())
        foreign = total - sum(self._languages.all().get(code, 0) for code in ("en", "und"))
        if total and foreign > 0.1 * total:
            found.append(
                f"{foreign / total:.0%} of the posts found are not in English; the sentiment model learned from "
                "English posts, so read their sentiment with care."
            )
        return found
