"""An analysis for people: a line per query and table, what the shares are shares of, and what they cannot say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from rich.text import Text

from fourleaf.cli.listen_days import print_days
from fourleaf.cli.output import console, new_table
from fourleaf.engine.files.errors import shorten

if TYPE_CHECKING:
    from rich.table import Table

    from fourleaf.engine.listening.analysis import Analysis, QueryResult, Share

__all__ = ["CSV_HEADER", "csv_rows", "percent", "print_analysis"]

#: What a code of a language is called where it is not one.
_LANGUAGES: Final = {"und": "not recognised"}

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
            f"{100 * analysis.level:.0f} % intervals (Wilson). A post that names two brands counts for both."
        )
        _print_other_shares(analysis, compared)
    if topics:
        out.print(_table(topics, voiced=False))
    _print_sentiment(analysis)
    out.print(_languages(analysis))
    out.print(f"Platforms: {_mix(analysis.platforms, analysis.matched)}")
    print_days(analysis)
    for line in _remarks(analysis):
        out.print(Text(line))
    out.print("All figures are of posts found, never of customers: people who post are not a sample of those who buy.")


def _name(query: QueryResult) -> str:
    return shorten(query.name, 40) + (" (own)" if query.role == "own" else "")


def _table(queries: list[QueryResult], *, voiced: bool) -> Table:
    columns = [("Query", False) if voiced else ("Topic", False), ("Posts", True)]
    columns += [("Share of voice, %", True)] if voiced else []
    columns += [("No copies", True), ("Authors", True)]
    table = new_table(columns)
    digits = _digits(query.share_of_voice for query in queries)
    for query in queries:
        cells = [_name(query), f"{query.raw:,}"] + ([_share(query.share_of_voice, digits)] if voiced else [])
        cells += [f"{query.clusters:,}", f"{query.authors:,}"]
        table.add_row(*(Text(cell) for cell in cells))
    return table


def _print_sentiment(analysis: Analysis) -> None:
    """Counts of each query by sentiment with their shares, and both ways to take the net."""
    out = console()
    columns = [("Sentiment", False), ("Negative", True), ("Neutral", True), ("Positive", True)]
    table = new_table([*columns, ("Net sentiment", True), ("Net of all", True)])
    for query in analysis.queries:
        judged = sum(query.sentiment.values())
        split = [f"{count:,} ({percent(count, judged)})" if judged else "-" for count in query.sentiment.values()]
        nets = ["-" if net is None else f"{net:+.2f}" for net in (query.net_sentiment, query.net_sentiment_all)]
        table.add_row(*(Text(cell) for cell in (_name(query), *split, *nets)))
    out.print(table)
    by = f"Sentiment by the model {analysis.sentiment_model}, with its errors. " if analysis.sentiment_model else ""
    out.print(
        f"{by}Net sentiment is (positive - negative) / (positive + negative), net_sentiment in JSON and CSV; "
        "net of all is (positive - negative) / all, net_sentiment_all there."
    )


def _languages(analysis: Analysis) -> Table:
    """Posts of each query by language, the commonest first."""
    table = new_table([("Languages", False), ("Posts (share)", False)])
    rows = [(_name(query), query.languages, query.raw) for query in analysis.queries]
    for name, languages, total in [*rows, ("All posts found", analysis.languages, analysis.matched)]:
        named = {_LANGUAGES.get(code, code): count for code, count in languages.items()}
        table.add_row(Text(name), Text(_mix(named, total, counted=True)))
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


def percent(part: int, whole: int) -> str:
    """A share in whole per cent; what is there is never said to be 0, nor all while something else is there."""
    if not whole:
        return "-"
    if 0 < part < 0.01 * whole:
        return "<1 %"
    return f"{min(round(100 * part / whole), 99) if part < whole else 100} %"


def _mix(counts: dict[str, int], total: int, most: int = 6, *, counted: bool = False) -> str:
    """The commonest names with their shares, and the counts where asked."""
    if not total:
        return "-"
    shares = [(shorten(name, 24), count, percent(count, total)) for name, count in list(counts.items())[:most]]
    shown = [f"{name} {count:,} ({share})" if counted else f"{name} {share}" for name, count, share in shares]
    rest = len(counts) - most
    return ", ".join(shown) + (f", {rest} more" if rest > 0 else "")


def _remarks(analysis: Analysis) -> Iterator[str]:
    """What a reader should know of these posts before using the figures."""
    if analysis.repeated_ids:
        rows = "row repeats" if analysis.repeated_ids == 1 else "rows repeat"
        yield (
            f"{analysis.repeated_ids:,} {rows} a post (platform and id) of an earlier row: counted here as read; an "
            "import into the product stores a post once."
        )
    for query in analysis.queries:
        name = shorten(query.name, 40)
        if query.top_author_share is not None and query.authors >= 100 and query.top_author_share > 0.1:
            yield f"{name}: the most active 1 % of the authors wrote {100 * query.top_author_share:.0f} % of the posts."
        if query.suspected and query.suspected > 0.02 * query.raw:
            yield (
                f"{name}: {query.suspected:,} posts by authors that look automated "
                f"({percent(query.suspected, query.raw)}); without them {query.raw - query.suspected:,}."
            )
