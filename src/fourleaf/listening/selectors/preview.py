"""What a query text would find, before it is saved: counted over the newest stored mentions, and saying how many."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from django.conf import settings

from fourleaf.engine.lake.days import local_day_sql
from fourleaf.engine.listening import QuerySpec, compile_queries, describe, parse_query
from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.permissions import require
from fourleaf.listening.query_text import check_text
from fourleaf.listening.selectors.filtering import instant
from fourleaf.listening.selectors.mentions import merged
from fourleaf.listening.store import View, reading

__all__ = ["Preview", "PreviewRemark", "PreviewSample", "preview_query"]

_MOST_ROWS = 100_000
_ROWS = 20_000


@dataclass(frozen=True)
class PreviewSample:
    """A mention that the text finds, with the places (start, end) of its terms."""

    id: str
    created_at: datetime
    platform: str
    text: str
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class PreviewRemark:
    """Something in the text that is legal but probably not meant, with its place in characters."""

    position: int
    length: int
    message: str
    suggestion: str


@dataclass(frozen=True)
class Preview:
    """What was found among ``scanned`` of ``stored`` mentions, namely those between ``since`` and ``until``."""

    meaning: str
    remarks: list[PreviewRemark]
    matches: int
    scanned: int
    stored: int
    since: datetime | None
    until: datetime | None
    #: (local day, matches, mentions looked at), for every day of the scanned stretch that has mentions.
    per_day: list[tuple[date, int, int]]
    samples: list[PreviewSample]

    @property
    def complete(self) -> bool:
        """Whether every stored mention was looked at."""
        return self.scanned == self.stored


def preview_query(
    actor: Actor, text: str, *, days: int | None = None, samples: int = 20, zone: str | None = None
) -> Preview:
    """Try a text on the newest stored mentions: of the last ``days``, and at most about a hundred thousand.

    Raises `QueryTextError` when the text is not a query.
    """
    require(actor, "listening.edit_queries")
    check_text(text)
    parsed = parse_query(text)
    remarks = [PreviewRemark(w.position, w.length, w.message, w.suggestion) for w in parsed.warnings]
    with reading() as view:
        stored = view.snapshot.rows("mentions")
        since, until = _stretch(view, days)
        if since is None or until is None:
            return Preview(describe(parsed), remarks, 0, 0, stored, None, None, [], [])
        # The samples may be of any stored post, so they are for those who may see every mention.
        shown_at_most = samples if actor.may("listening.view_mentions") else 0
        found = _scan(view, text, since, until, zone or settings.TIME_ZONE, shown_at_most)
    per_day, shown = found
    return Preview(
        describe(parsed),
        remarks,
        sum(hits for _, hits, _ in per_day),
        sum(seen for _, _, seen in per_day),
        stored,
        since,
        until,
        per_day,
        shown,
    )


def _stretch(view: View, days: int | None) -> tuple[datetime | None, datetime | None]:
    """The newest whole hours that hold at most `_MOST_ROWS` mentions (at least one hour), as [since, until)."""
    limit = f"WHERE created_at >= {instant(clock.now() - timedelta(days=days))}" if days else ""
    key = ("hours", days)
    if key not in view.kept:
        view.kept[key] = view.cursor().execute(
            f"SELECT epoch_us(created_at) // 3600000000 AS hour, count(*) FROM stored_mentions {limit} "
            "GROUP BY hour ORDER BY hour DESC"
        ).fetchall()  # fmt: skip
    rows: list[tuple[int, int]] = view.kept[key]
    if not rows:
        return None, None
    total = np.cumsum([count for _, count in rows])
    within = max(1, int(np.searchsorted(total, _MOST_ROWS, side="right")))
    first, last = rows[within - 1][0], rows[0][0]
    return datetime.fromtimestamp(first * 3600, UTC), datetime.fromtimestamp((last + 1) * 3600, UTC)


def _scan(
    view: View, text: str, since: datetime, until: datetime, zone: str, samples: int
) -> tuple[list[tuple[date, int, int]], list[PreviewSample]]:
    matcher = compile_queries([QuerySpec(id=1, name="preview", query=text)])
    day = local_day_sql("created_at", since, until, zone)
    reader = view.cursor().sql(
        f"SELECT id, text, author, platform, lang, created_at, datediff('day', DATE '1970-01-01', {day}) AS day "
        f"FROM stored_mentions WHERE created_at >= {instant(since)} AND created_at < {instant(until)}"
    ).to_arrow_reader(_ROWS)  # fmt: skip
    seen: dict[int, int] = {}
    hits: dict[int, int] = {}
    newest: list[dict[str, Any]] = []
    for batch in reader:
        lists: Any = matcher.match(batch, spans=False).column("queries")
        hit = np.asarray(lists.value_lengths()) > 0
        numbers = batch.column("day").to_numpy(zero_copy_only=False)
        for counts, part in ((seen, numbers), (hits, numbers[hit])):
            for number, count in zip(*np.unique(part, return_counts=True), strict=True):
                counts[int(number)] = counts.get(int(number), 0) + int(count)
        newest += _newest(batch, hit, matcher, samples)
        newest = sorted(newest, key=lambda row: (row["created_at"], row["id"]), reverse=True)[:samples]
    per_day = [(date(1970, 1, 1) + timedelta(days=n), hits.get(n, 0), seen[n]) for n in sorted(seen)]
    return per_day, [PreviewSample(**row) for row in newest]


def _newest(batch: Any, hit: Any, matcher: Any, samples: int) -> list[dict[str, Any]]:
    """The newest of the hits of one batch, with the places of their terms."""
    rows = np.flatnonzero(hit)
    if not len(rows) or not samples:
        return []
    times = batch.column("created_at").cast("int64").to_numpy(zero_copy_only=False)[rows]
    part = batch.take(rows[np.argsort(times)[::-1][:samples]])
    spans = matcher.match(part).column("spans").to_pylist()
    shown = part.select(["id", "created_at", "platform", "text"]).to_pylist()
    return [
        {
            **row,
            "created_at": row["created_at"].astimezone(UTC),
            "spans": merged([(place["start"], place["end"]) for place in found]),
        }
        for row, found in zip(shown, spans, strict=True)
    ]
