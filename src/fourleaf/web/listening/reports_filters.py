"""What a report is about: period, brand, platforms, languages, and how posts are counted. Read from the address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.conf import settings
from django.conf.locale import LANG_INFO
from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode

from fourleaf.engine.posts import KINDS
from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.models import Brand
from fourleaf.kernel.selectors import visible_brands
from fourleaf.listening.contracts import CountBy, Grain, MentionFilter, Period
from fourleaf.listening.models import ListeningQuery
from fourleaf.listening.selectors import visible_to
from fourleaf.listening.selectors.mentions import facets
from fourleaf.listening.selectors.reports import mention_counts
from fourleaf.listening.store import reading
from fourleaf.web.kit.charts import SERIES
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.times import day as day_words

__all__ = [
    "BASES",
    "BRANDLESS",
    "COUNTED",
    "EVERY_BRAND",
    "LONGEST",
    "Asked",
    "ReportFilters",
    "asked_of",
    "distinct_colours",
    "language_name",
    "mentions_url",
]

PERIODS = [
    ("7", "Last 7 days"),
    ("28", "Last 28 days"),
    ("91", "Last 13 weeks"),
    ("365", "Last 12 months"),
    ("all", "All time"),
    ("own", "From … to …"),
]
COUNTED: dict[str, str] = {"raw": "posts", "clusters": "groups of near-duplicates", "authors": "authors"}
#: What a share of voice is a share of: a post that names two brands is a mention of each.
BASES: dict[str, str] = {
    "raw": "brand mentions found",
    "clusters": "groups of near-duplicates found",
    "authors": "authors found",
}
_REPORTS = {
    "listening:voice": "Share of voice",
    "listening:sentiment": "Sentiment",
    "listening:overview": "Platforms, words, authors",
}
_OPINIONS = ("post", "reply", "quote")
#: Days of the longest period that can be given by its ends.
LONGEST = 1100
#: The choice of queries that are of no brand, and that of all brands together; the API has the same two.
BRANDLESS, EVERY_BRAND = "none", "all"
#: Filters that are in sight; the others are folded away, so that a phone shows figures and not only filters.
_ALWAYS = ("period", "first", "last", "brand")
#: Languages that the framework has no name for, and codes that name no single language.
_FURTHER = {
    "am": "Amharic",
    "gu": "Gujarati",
    "ku": "Kurdish",
    "lo": "Lao",
    "no": "Norwegian",
    "mt": "Maltese",
    "or": "Odia",
    "pa": "Punjabi",
    "ps": "Pashto",
    "sd": "Sindhi",
    "si": "Sinhala",
    "tl": "Tagalog",
    "yi": "Yiddish",
    "zh": "Chinese",
}
_NO_LANGUAGE = {"und": "not determined", "": "not known"}


def language_name(code: str) -> str:
    """A language's English name, or its code where nobody has a name for it."""
    known: Mapping[str, Any] = LANG_INFO.get(code.lower()) or LANG_INFO.get(code.lower().partition("-")[0]) or {}
    return _NO_LANGUAGE.get(code) or str(known.get("name") or _FURTHER.get(code, code))


def distinct_colours(queries: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Name -> place in the palette, for (name, place): who comes first keeps it, and no place is used twice."""
    places: dict[str, int] = {}
    for name, place in queries:
        if place % SERIES not in places.values():
            places[name] = place % SERIES
    return places


class ReportFilters(forms.Form):
    """The filter bar of every report."""

    period = forms.ChoiceField(label="Period", choices=PERIODS, required=False)
    first = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label="To", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    brand = forms.ChoiceField(label="Brand", required=False)
    platform = forms.ChoiceField(label="Platform", required=False)
    language = forms.ChoiceField(label="Language", required=False)
    count = forms.ChoiceField(
        label="Count",
        required=False,
        choices=[("raw", "Posts"), ("clusters", "Without near-duplicates"), ("authors", "Authors")],
    )
    reshares = forms.ChoiceField(
        label="Re-shares", required=False, choices=[("with", "With re-shares"), ("without", "Without re-shares")]
    )
    suspected = forms.ChoiceField(
        label="Automation", required=False, choices=[("", "With suspected automation"), ("exclude", "Without it")]
    )

    def __init__(
        self,
        *args: Any,
        brands: Sequence[Brand],
        brandless: bool,
        platforms: Sequence[str],
        languages: Sequence[str],
        **kw: Any,
    ):
        super().__init__(*args, **kw)
        without = [(BRANDLESS, "Without a brand")] if brandless else []
        self._choose(
            "brand", [(EVERY_BRAND, "All brands"), *((str(brand.pk), brand.name) for brand in brands), *without]
        )
        self._choose("platform", [("", "All platforms"), *((name, name) for name in platforms)])
        named = sorted(((code, language_name(code)) for code in languages if code), key=lambda item: item[1])
        self._choose("language", [("", "All languages"), *named])

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = choices

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        first, last = values.get("first"), values.get("last")
        if values.get("period") == "own":
            if not (first and last):
                self.add_error("first", "Choose both days.")
            elif last < first:
                self.add_error("last", "This lies before the first day.")
            elif (last - first).days > LONGEST:
                self.add_error("last", "Three years are the longest period.")
        return values


@dataclass(frozen=True)
class Asked:
    """What somebody asked for, with sensible values where they said nothing or something wrong."""

    form: ReportFilters
    period: Period
    chosen: MentionFilter
    brand: Brand | None
    count: CountBy
    grain: Grain
    brands: list[Brand]
    #: "with" or "without": what this report does with re-shares when nobody says anything.
    reshares: str = "with"
    #: Only queries without a brand.
    brandless: bool = False

    def narrowed(self, queries: QuerySet[ListeningQuery]) -> QuerySet[ListeningQuery]:
        """The queries of the chosen brand, of none, or all."""
        if self.brandless:
            return queries.filter(brand=None)
        return queries if self.brand is None else queries.filter(brand_id=self.brand.pk)

    @property
    def refused(self) -> bool:
        """Whether the days asked for make no period: the field says so, and figures of other days would mislead."""
        return any(name in self.form.errors for name in ("first", "last"))

    @property
    def with_reshares(self) -> bool:
        """Whether re-shares are counted."""
        return (self.form.cleaned_data.get("reshares") or self.reshares) == "with"

    @property
    def always(self) -> list[forms.BoundField]:
        """The filters that are always in sight."""
        return [field for field in self.form if field.name in _ALWAYS]

    @property
    def folded(self) -> list[forms.BoundField]:
        """Those behind "More filters"."""
        return [field for field in self.form if field.name not in _ALWAYS]

    @property
    def more_in_use(self) -> bool:
        """Whether one of the folded filters that this report follows is in use."""
        usual = {"count": "raw", "reshares": self.reshares}
        values = {field.name: field.value() or "" for field in self.folded if not field.is_hidden}
        return any(value != usual.get(name, "") for name, value in values.items())

    @property
    def words(self) -> str:
        """The period in words, with its zone."""
        return f"{day_words(self.period.first)} to {day_words(self.period.last)}, days of {self.period.zone}"

    def tabs(self, here: str) -> list[tuple[str, str, bool]]:
        """The reports as tabs, all with these filters: (label, address, present)."""
        return [(label, self.url(name), name == here) for name, label in _REPORTS.items()]

    def url(self, name: str, **changes: str | int | None) -> str:
        """Another report with the same filters, some changed."""
        values = {key: value for key, value in self.form.data.items() if key in self.form.fields and value}
        if values.get("reshares") == self.reshares:
            del values["reshares"]  # each report has a default of its own
        values.update({key: str(value) for key, value in changes.items() if value is not None})
        for key in [key for key, value in changes.items() if value is None]:
            values.pop(key, None)
        query = urlencode(values)
        return reverse(name) + (f"?{query}" if query else "")


def _grain(period: Period) -> Grain:
    return "day" if period.days <= 31 else "week" if period.days <= 200 else "month"


def _period(form: ReportFilters) -> Period:
    today, values = clock.today(), form.cleaned_data
    if values.get("period") == "own" and not form.errors:
        return Period(values["first"], values["last"], settings.TIME_ZONE)
    if values.get("period") == "all" and (stored := stored_days()) is not None:
        return Period(*stored, settings.TIME_ZONE)
    days = int(values["period"]) if values.get("period", "").isdigit() else 28
    return Period(today - timedelta(days=days - 1), today, settings.TIME_ZONE)


def stored_days() -> tuple[date, date] | None:
    """The first and the last day (of the reporting zone) of which posts are stored; None while there are none."""
    with reading() as view:
        bounds = view.snapshot.bounds()
    if bounds is None:
        return None
    first, last = (moment.astimezone(clock.local_zone()).date() for moment in bounds)
    return first, last


def _first_market(actor: Actor, period: Period, brands: Sequence[Brand], own: Mapping[int, int | None]) -> str:
    """The market to begin with: the first whose own queries found posts; without any, the first that has an own query.

    ``own`` is query id -> brand id of the active own queries.
    """
    markets = [str(brand.pk) for brand in brands if brand.pk in own.values()] + [BRANDLESS] * (None in own.values())
    if len(markets) < 2:
        return markets[0] if markets else str(brands[0].pk)
    counts = mention_counts(actor, period, MentionFilter(queries=tuple(own)), grain="month")
    spoken_of = {
        BRANDLESS if own[query] is None else str(own[query])
        for query, buckets in counts.items()
        if any(count for _, count in buckets)
    }
    return next((market for market in markets if market in spoken_of), markets[0])


def asked_of(request: PageRequest, *, one_brand: bool = False, reshares: str = "with", ways: bool = False) -> Asked:
    """Read the filters of a report. With ``one_brand`` the first market with posts is taken where none was chosen.

    ``reshares`` is what the report does with them unless somebody chooses: count them "with" the rest, or "without".
    ``ways`` says that the report knows several ways to count; others only hand the choice on to their neighbours.
    Choices of platforms and languages are those that occur in the last 12 months.
    """
    actor: Actor = request.actor
    today = clock.today()
    there = facets(actor, Period(today - timedelta(days=364), today, settings.TIME_ZONE), MentionFilter())
    brands = list(visible_brands(actor).filter(archived_at__isnull=True))
    data = request.GET.copy()
    data.setdefault("period", "28")
    data.setdefault("count", "raw")
    data["reshares"] = data.get("reshares") or reshares
    own = dict(visible_to(actor).filter(state="active", role="own").order_by().values_list("pk", "brand_id"))
    brandless = bool(brands) and None in own.values()

    def read() -> ReportFilters:
        form = ReportFilters(
            data,
            brands=brands,
            brandless=brandless,
            platforms=[name for name, _ in there.platforms],
            languages=[code for code, _ in there.languages],
            auto_id="report-%s",
        )
        if not ways:
            form.fields["count"].widget = forms.HiddenInput()
        form.is_valid()
        return form

    form = read()
    period = _period(form)
    if not data.get("brand"):
        chosen_first = one_brand and "brand" not in data and brands
        data["brand"] = _first_market(actor, period, brands, own) if chosen_first else EVERY_BRAND
        form = read()
    values = form.cleaned_data
    counts_reshares = (values.get("reshares") or reshares) == "with"
    chosen = MentionFilter(
        platforms=(values["platform"],) if values.get("platform") else (),
        languages=(values["language"],) if values.get("language") else (),
        # Named where a report leaves them out by itself.
        kinds=_OPINIONS if not counts_reshares else KINDS if reshares == "without" else (),
        suspected="exclude" if values.get("suspected") == "exclude" else "include",
    )
    brand = next((brand for brand in brands if str(brand.pk) == values.get("brand")), None)
    count = cast("CountBy", values.get("count") or "raw")
    without = values.get("brand") == BRANDLESS
    return Asked(form, period, chosen, brand, count, _grain(period), brands, reshares, without)


def mentions_url(period: Period, chosen: MentionFilter, *, first: date | None = None, last: date | None = None) -> str:
    """The list of the posts behind a figure; "" where that page does not exist."""
    period = replace(period, first=first or period.first, last=min(last or period.last, period.last))
    values: list[tuple[str, str]] = [
        ("period", "own"),
        ("first", period.first.isoformat()),
        ("last", period.last.isoformat()),
    ]
    for name, items in (
        ("query", chosen.queries),
        ("platform", chosen.platforms),
        ("language", chosen.languages),
        ("sentiment", chosen.sentiments),
        ("kind", chosen.kinds),
    ):
        values += [(name, str(item)) for item in items]
    if chosen.suspected != "include":
        values.append(("suspected", chosen.suspected))
    if chosen.author:
        values.append(("author", chosen.author))
    if chosen.search:
        values.append(("q", chosen.search))
    try:
        return f"{reverse('listening:mentions')}?{urlencode(values)}"
    except NoReverseMatch:
        return ""
