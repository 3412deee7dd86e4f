"""Share of voice: the shares, their course, the three ways to count, and the posts behind each figure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.http.response import HttpResponseBase

from fourleaf.kernel import clock
from fourleaf.kernel.permissions import require
from fourleaf.listening.contracts import CountBy, MentionFilter
from fourleaf.listening.selectors.reports import (
    Contender,
    Mix,
    Population,
    Share,
    ShareBucket,
    ShareOfVoice,
    mix,
    population,
    share_of_voice,
)
from fourleaf.listening.store import store_is_empty
from fourleaf.web.kit import charts, numbers
from fourleaf.web.kit.charts import Bar, Chart, Point
from fourleaf.web.kit.export import csv_response, xlsx_response
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page
from fourleaf.web.listening.reports_filters import BASES, COUNTED, Asked, asked_of, language_name, mentions_url

__all__ = ["Footer", "footer_of", "voice"]


@dataclass(frozen=True)
class ContenderRow:
    """A line of the table below the picture."""

    contender: Contender
    share: numbers.Share | None
    count: int
    url: str


@dataclass(frozen=True)
class Footer:
    """What every report prints beside its figures, so that a reader can judge what they stand for."""

    population: Population
    platforms: list[tuple[str, str]]
    languages: list[tuple[str, str]]
    top_share: str


def shown(share: Share, of: str) -> numbers.Share | None:
    """A share for the page; None when there is nothing to share."""
    return None if share.value is None else numbers.Share(share.value, share.low, share.high, share.base, of)


def footer_of(request: PageRequest, asked: Asked, chosen: MentionFilter) -> Footer:
    """Platform mix, languages, authors and their concentration for the chosen posts."""
    found: Mix = mix(request.actor, asked.period, chosen)
    facts = population(request.actor, asked.period, chosen)

    def parts(items: list[tuple[str, int]]) -> list[tuple[str, str]]:
        return [(name, numbers.percent(count / found.total)) for name, count in items[:6] if found.total]

    # One per cent of fewer than a hundred authors is one person, about whom this would be said.
    top = "" if facts.top_author_share is None or facts.authors < 100 else numbers.percent(facts.top_author_share)
    languages = [(language_name(code), part) for code, part in parts(found.languages)]
    return Footer(facts, parts(found.platforms), languages, top)


def voice(request: PageRequest) -> HttpResponseBase:
    """K01 for one brand, or for all together."""
    require(request.actor, "listening.view_reports")
    asked = asked_of(request, one_brand=True, ways=True)
    if asked.refused:
        return page(
            request, "web/listening/reports/voice.html", {"asked": asked, "tabs": asked.tabs("listening:voice")}
        )
    found = share_of_voice(
        request.actor,
        asked.period,
        asked.chosen,
        brand_id=asked.brand.pk if asked.brand else None,
        brandless=asked.brandless,
        grain=asked.grain,
    )
    if request.GET.get("export") in ("csv", "xlsx"):
        return _export(request, asked, found)
    has_own = any(contender.own for contender in found.contenders)
    has_rivals = any(not contender.own for contender in found.contenders)
    course = _course(asked, found) if has_own and has_rivals else None
    sides = _sides(asked, found) if found.contenders else None
    if picture := charts.picture(request, *(chart for chart in (course, sides) if chart is not None)):
        return picture
    of = BASES[asked.count]
    own_counts = _own_counts(found)
    ways = [
        (COUNTED[way].capitalize(), shown(found.own[way], BASES[way]), _TERMS[way], own_counts[way])
        for way in COUNTED_WAYS
    ]
    context = {
        "asked": asked,
        "tabs": asked.tabs("listening:voice"),
        "found": found,
        "has_own": has_own,
        "has_rivals": has_rivals,
        "own_share": shown(found.own[asked.count], of),
        "ways": ways,
        "course": course,
        "sides": sides,
        "rows": _table(asked, found),
        "series": _series(asked, found),
        "counted": COUNTED[asked.count],
        "footer": footer_of(request, asked, found.chosen) if found.contenders else None,
        "nothing_stored": store_is_empty(),
        "nothing_found": all(share.base == 0 for share in found.own.values()),
        "all_time_url": asked.url("listening:voice", period="all", first=None, last=None),
        "csv_url": asked.url("listening:voice", export="csv"),
        "xlsx_url": asked.url("listening:voice", export="xlsx"),
    }
    return page(request, "web/listening/reports/voice.html", context)


COUNTED_WAYS: tuple[CountBy, ...] = ("raw", "clusters", "authors")
_TERMS: dict[str, str] = {
    "raw": "Every post that a query found, re-shares included. Says how much was said.",
    "clusters": "Posts that are nearly the same count once. Says how many different things were said.",
    "authors": "Each account counts once. Says how many people or accounts spoke.",
}


def _own_counts(found: ShareOfVoice) -> dict[str, int]:
    """The own side's part of each base."""
    return {way: round((found.own[way].value or 0) * found.own[way].base) for way in COUNTED_WAYS}


def _own_name(asked: Asked, found: ShareOfVoice) -> str:
    own = [contender.label for contender in found.contenders if contender.own]
    return asked.brand.name if asked.brand else own[0] if len(own) == 1 else "Own brands"


def _day(found: ShareOfVoice, number: int) -> date:
    return found.buckets[number].start.astimezone(ZoneInfo(found.period.zone)).date()


def _still_running(found: ShareOfVoice, bucket: ShareBucket) -> bool:
    """Whether this stretch of time, the last one, holds today."""
    return bucket is found.buckets[-1] and found.period.last >= clock.today()


def _last_day(found: ShareOfVoice, number: int) -> date:
    return _day(found, number + 1) - timedelta(days=1) if number + 1 < len(found.buckets) else found.period.last


def _course(asked: Asked, found: ShareOfVoice) -> Chart:
    """Own share over time, counted in posts, with its interval."""
    name = _own_name(asked, found)
    # The present day (or week, or month) is not over: its share would look like a fall.
    over = [bucket for bucket in found.buckets if not _still_running(found, bucket)]
    points = [
        Point(
            _day(found, number),
            bucket.own.value,
            bucket.own.low if bucket.own.value is not None else None,
            bucket.own.high if bucket.own.value is not None else None,
            series=name,
            base=bucket.own.base,
        )
        for number, bucket in enumerate(over)
    ]
    filled = [bucket.own.value for bucket in over if bucket.own.value is not None]
    said = (
        f"From {numbers.percent(min(filled))} to {numbers.percent(max(filled))} of the posts found, by {asked.grain}."
        if filled
        else "No post was found in this period."
    )
    return charts.line_over_time(
        id="course",
        title=f"{name}: share of voice by {asked.grain}",
        description=said + " The band is the 95 % interval: where it is wide, few posts were found.",
        points=points,
        share=True,
        of=BASES["raw"],
        colours={name: _colour(asked, found)},
        note="Share of voice is own mentions / (own + competitors' mentions)."
        + (f" The present {asked.grain} is not over and is left out." if len(over) < len(found.buckets) else ""),
        height=260,
    )


def _colour(asked: Asked, found: ShareOfVoice) -> int:
    """The place in the palette of the own side."""
    return asked.brand.colour if asked.brand else next((c.colour for c in found.contenders if c.own), 0)


def _sides(asked: Asked, found: ShareOfVoice) -> Chart:
    """Everybody side by side, in the way of counting that was chosen."""
    ordered = sorted(found.contenders, key=lambda contender: -contender.counts.by(asked.count))
    # Each bar has its name beside it; colour only tells own from others, so that twenty bars need no twenty colours.
    items = [
        Bar(
            contender.label,
            contender.shares[asked.count].value or 0.0,
            contender.shares[asked.count].low if contender.shares[asked.count].base else None,
            contender.shares[asked.count].high if contender.shares[asked.count].base else None,
            contender.shares[asked.count].base,
            "Own" if contender.own else "Competitors",
        )
        for contender in ordered
    ]
    colours: dict[str, int | str] = {"Own": _colour(asked, found), "Competitors": "line-strong"}
    base = found.own[asked.count].base
    return charts.bars(
        id="sides",
        title=f"Shares of {COUNTED[asked.count]}",
        description=f"Of {numbers.number(base)} {COUNTED[asked.count]} found; the line on a bar is its interval.",
        items=items,
        share=True,
        of=BASES[asked.count],
        colours=colours,
        first="Brand or competitor",
    )


def _table(asked: Asked, found: ShareOfVoice) -> list[ContenderRow]:
    of = BASES[asked.count]
    return [
        ContenderRow(
            contender,
            shown(contender.shares[asked.count], of),
            contender.counts.by(asked.count),
            mentions_url(asked.period, replace(found.chosen, queries=contender.query_ids)),
        )
        for contender in sorted(found.contenders, key=lambda c: (not c.own, -c.counts.by(asked.count)))
    ]


def _series(asked: Asked, found: ShareOfVoice) -> list[tuple[date, numbers.Share | None, str]]:
    """Per stretch of time: its first day, the own share, and the posts behind it; newest first."""
    own = tuple(query for contender in found.contenders if contender.own for query in contender.query_ids)
    rows = []
    for number, bucket in enumerate(found.buckets):
        first = _day(found, number)
        last = _last_day(found, number)
        url = mentions_url(asked.period, replace(found.chosen, queries=own), first=first, last=last)
        rows.append((first, shown(bucket.own, BASES["raw"]), url))
    return rows[::-1]


def _export(request: PageRequest, asked: Asked, found: ShareOfVoice) -> HttpResponseBase:
    """The table in the chosen way of counting, and its course in posts, each row with its own share and interval."""
    labels = ["From", "To", "Name", "Side", "Counted", "Number", "Share", "Low", "High", "Base"]
    counted = COUNTED[asked.count]

    def row(first: date, last: date, contender: Contender, counted: str, number: int, share: Share) -> list[object]:
        side = "own" if contender.own else "competitor"
        figures = [share.value, share.low, share.high] if share.base else [None, None, None]
        return [first, last, contender.label, side, counted, number, *figures, share.base]

    def rows() -> Iterator[list[object]]:
        for contender in found.contenders:
            first, last = found.period.first, found.period.last
            yield row(first, last, contender, counted, contender.counts.by(asked.count), contender.shares[asked.count])
        for at, bucket in enumerate(found.buckets):
            for contender, count, share in zip(found.contenders, bucket.counts, bucket.shares, strict=True):
                yield row(_day(found, at), _last_day(found, at), contender, COUNTED["raw"], count, share)

    make = csv_response if request.GET["export"] == "csv" else xlsx_response
    return make("Share of voice", labels, rows(), ZoneInfo(asked.period.zone))
