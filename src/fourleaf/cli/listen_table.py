"""An analysis for people: one line per query, what the shares are shares of, and what they cannot say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from rich.text import Text

from fourleaf.cli.output import console, new_table
from fourleaf.engine.files.errors import shorten

if TYPE_CHECKING:
    from fourleaf.engine.listening.analysis import Analysis, QueryResult, Share

__all__ = ["CSV_HEADER", "csv_rows", "print_analysis"]

CSV_HEADER: Final = (
    "name", "role", "raw", "clusters", "authors", "share_of_voice", "interval_low", "interval_high", "base",
    "negative", "neutral", "positive", "net_sentiment", "net_sentiment_all", "repeated_ids", "suspected",
)  # fmt: skip


def csv_rows(analysis: Analysis) -> Iterator[list[object]]:
    """A row for each query, in the order of `CSV_HEADER`."""
    for query in analysis.queries:
        voice = query.share_of_voice
        yield [
            query.name,
            query.role,
            query.raw,
            query.clusters,
            query.authors,
            *((voice.value, voice.low, voice.high, voice.base) if voice else (None,) * 4),
            *query.sentiment.values(),
            query.net_sentiment,
            query.net_sentiment_all,
            query.repeated_ids,
            query.suspected,
        ]


def print_analysis(analysis: Analysis) -> None:
    """Tables on stdout."""
    out = console()
    compared = [query for query in analysis.queries if query.role != "topic"]
    topics = [query for query in analysis.queries if query.role == "topic"]
    out.print(f"{analysis.posts:,} posts read, {analysis.matched:,} of them found by a query.")
    if compared:
        out.print(_table(compared, voiced=True))
        base = next((query.share_of_voice.base for query in compared if query.share_of_voice), 0)
        out.print(
            f"Share of voice: of {base:,} brand mentions found (by own and competitor queries), with "
            f"{analysis.level:.0%} intervals (Wilson). A post that names two brands counts for both."
        )
        _print_other_shares(analysis, compared)
    if topics:
        out.print(_table(topics, voiced=False))
    out.print(f"Platforms: {_mix(analysis.platforms, analysis.matched)}")
    out.print(f"Languages: {_mix(analysis.languages, analysis.matched)}")
    for line in _remarks(analysis):
        out.print(line)
    out.print("All figures are of posts found, never of customers: people who post are not a sample of those who buy.")


def _table(queries: list[QueryResult], *, voiced: bool) -> object:
    columns = [("Query", False) if voiced else ("Topic", False), ("Posts", True)]
    columns += [("Share of voice, %", True)] if voiced else []
    columns += [("No copies", True), ("Authors", True), ("neg/neu/pos, %", True), ("Net", True)]
    table = new_table(columns)
    digits = _digits(query.share_of_voice for query in queries)
    for query in queries:
        counts = query.sentiment
        judged = sum(counts.values())
        split = "/".join(f"{100 * count / judged:.0f}" for count in counts.values()) if judged else "-"
        net = "-" if query.net_sentiment_all is None else f"{query.net_sentiment_all:+.2f}"
        name = shorten(query.name, 40) + (" (own)" if query.role == "own" else "")
        cells = [name, f"{query.raw:,}"] + ([_share(query.share_of_voice, digits)] if voiced else [])
        cells += [f"{query.clusters:,}", f"{query.authors:,}", split, net]
        table.add_row(*(Text(cell) for cell in cells))
    return table


def _digits(shares: Iterable[Share | None]) -> int:
    """Decimals of percentages: one when whole numbers would hide an interval."""
    return int(any(share is not None and share.high - share.low < 0.02 for share in shares))


def _share(share: Share | None, digits: int, sign: str = "") -> str:
    """A share and its interval in per cent: "31 (27-35)"."""
    if share is None:
        return "-"
    value, low, high = (f"{100 * number:.{digits}f}" for number in (share.value, share.low, share.high))
    return f"{value}{sign} ({low}-{high})"


def _print_other_shares(analysis: Analysis, compared: list[QueryResult]) -> None:
    """The same share counted without copies and by authors, when it tells something else."""
    out = console()
    digits = _digits(query.share_of_voice for query in compared)
    for query in compared:
        voices = (query.share_of_voice, query.share_of_clusters, query.share_of_authors)
        if any(voice is None for voice in voices):
            continue
        raw, clusters, authors = (voice for voice in voices if voice is not None)
        apart = [
            f"{_share(other, digits, ' %')} {word}"
            for other, word in ((clusters, "without copies"), (authors, "of authors"))
            if other.high < raw.low or other.low > raw.high
        ]
        if apart:
            out.print(
                Text(f"  {shorten(query.name, 40)}: {_share(raw, digits, ' %')} of posts, but {' and '.join(apart)}.")
            )


def _mix(counts: dict[str, int], total: int, most: int = 6) -> str:
    """The commonest names with their shares."""
    if not total:
        return "-"
    shown = [f"{shorten(name, 24)} {count / total:.0%}" for name, count in list(counts.items())[:most]]
    rest = len(counts) - most
    return ", ".join(shown) + (f", {rest} more" if rest > 0 else "")


def _remarks(analysis: Analysis) -> Iterator[str]:
    """What a reader should know of these posts before using the figures."""
    if analysis.repeated_ids:
        yield f"{analysis.repeated_ids:,} rows repeat the id of an earlier row; they are counted as read."
    for query in analysis.queries:
        name = shorten(query.name, 40)
        if query.top_author_share is not None and query.authors >= 100 and query.top_author_share > 0.1:
            yield f"{name}: the most active 1 % of the authors wrote {query.top_author_share:.0%} of the posts."
        if query.suspected and query.suspected > 0.02 * query.raw:
            yield (
                f"{name}: {query.suspected:,} posts by authors that look automated "
                f"({query.suspected / query.raw:.0%}); without them {query.raw - query.suspected:,}."
            )
    if analysis.sentiment_model:
        yield (
            f"Sentiment by the model {analysis.sentiment_model}, with its errors; Net is (positive - negative) / all."
        )
