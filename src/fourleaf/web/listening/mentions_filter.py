"""What a list of mentions is narrowed to, read from the address. The names are those that reports link with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, cast

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.http import urlencode

from fourleaf.engine.posts import KINDS, SENTIMENTS
from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.listening.contracts import MentionFilter, Period
from fourleaf.listening.models import ListeningQuery
from fourleaf.listening.selectors import mention_scope, visible_to
from fourleaf.listening.selectors.mentions import Sort, facets
from fourleaf.web.kit.times import day
from fourleaf.web.listening.reports_filters import language_name
from fourleaf.web.listening.texts import plain

__all__ = ["KIND_WORDS", "NOTHING_FITS", "SENTIMENT_WORDS", "Asked", "Chip", "MentionForm", "asked_of", "within_export"]

PERIODS = [
    ("1", "Today"),
    ("7", "Last 7 days"),
    ("28", "Last 28 days"),
    ("91", "Last 13 weeks"),
    ("365", "Last 12 months"),
    ("all", "All time"),
    ("own", "From … to …"),
]
SORTS = [("newest", "Newest first"), ("oldest", "Oldest first"), ("reach", "Most followers first")]
SENTIMENT_WORDS = {"negative": "Negative", "neutral": "Neutral", "positive": "Positive"}
KIND_WORDS = {"post": "Post", "reply": "Reply", "reshare": "Re-share", "quote": "Quote"}
#: A query that does not exist, so that a role without queries means no mentions rather than all.
NOTHING_FITS = (0,)
_DEFAULTS = {"period": "28", "sort": "newest", "relevance": "kept", "suspected": "include", "own": "exclude"}
#: Queries that the filter bar lists at most.
_MOST_QUERIES = 500
_MULTIPLE = ("query", "platform", "language", "sentiment", "kind")


class MentionForm(forms.Form):
    """The filter bar. Several of a kind may be ticked; nothing ticked means all."""

    q = forms.CharField(label="Search the texts", required=False, max_length=500)
    period = forms.ChoiceField(label="Period", required=False, choices=PERIODS)
    first = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label="To", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    query = forms.MultipleChoiceField(label="Queries", required=False, widget=forms.CheckboxSelectMultiple)
    role = forms.ChoiceField(
        label="Role",
        required=False,
        choices=[("", "All"), ("own", "Own brands"), ("competitor", "Competitors"), ("topic", "Topics")],
    )
    sentiment = forms.MultipleChoiceField(
        label="Sentiment",
        required=False,
        choices=[(code, SENTIMENT_WORDS[code]) for code in SENTIMENTS],
        widget=forms.CheckboxSelectMultiple,
    )
    platform = forms.MultipleChoiceField(label="Platforms", required=False, widget=forms.CheckboxSelectMultiple)
    language = forms.MultipleChoiceField(label="Languages", required=False, widget=forms.CheckboxSelectMultiple)
    kind = forms.MultipleChoiceField(
        label="Kinds",
        required=False,
        choices=[(code, KIND_WORDS[code]) for code in KINDS],
        widget=forms.CheckboxSelectMultiple,
    )
    author = forms.CharField(label="Author", required=False, max_length=100)
    relevance = forms.ChoiceField(
        label="About us",
        required=False,
        choices=[
            ("kept", "All but those marked as not about us"),
            ("relevant", "Marked as about us"),
            ("irrelevant", "Marked as not about us"),
            ("all", "All"),
        ],
    )
    review = forms.ChoiceField(
        label="Review",
        required=False,
        choices=[
            ("", "All"),
            ("none", "Not yet reviewed"),
            ("sentiment", "Sentiment corrected"),
            ("some", "Corrected or marked, also as not about us"),
        ],
    )
    suspected = forms.ChoiceField(
        label="Automation",
        required=False,
        choices=[("include", "With suspected"), ("exclude", "Without suspected"), ("only", "Only suspected")],
    )
    own = forms.ChoiceField(
        label="Own accounts",
        required=False,
        choices=[("exclude", "Without them"), ("include", "With them"), ("only", "Only them")],
    )
    collapse = forms.BooleanField(label="Near-duplicates once", required=False)
    sort = forms.ChoiceField(label="Order", required=False, choices=SORTS)
    cluster = forms.IntegerField(label="Near-duplicates of one post", required=False, widget=forms.HiddenInput)
    answers = forms.CharField(label="Answers to", required=False, max_length=255, widget=forms.HiddenInput)

    def __init__(
        self,
        data: QueryDict,
        *,
        queries: Sequence[ListeningQuery],
        platforms: Sequence[str],
        languages: Sequence[str],
        may_see_authors: bool,
    ) -> None:
        shown = data.copy()
        for name, value in _DEFAULTS.items():
            shown.setdefault(name, value)
        super().__init__(shown, auto_id="mentions-%s")
        self._choose("query", [(str(query.pk), query.name) for query in queries])
        self._choose("platform", [(name, name or "not known") for name in platforms])
        self._choose("language", [(code, language_name(code)) for code in languages if code])
        if not may_see_authors:
            del self.fields["author"]

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        """The choices that exist; what the address names beyond them stays, so that a link never widens a list."""
        known = {code for code, _ in choices}
        data = cast(QueryDict, self.data)
        if name != "query":
            choices += [(code, plain(code, 40)) for code in data.getlist(name)[:50] if code and code not in known]
        cast(forms.MultipleChoiceField, self.fields[name]).choices = choices

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        first, last = values.get("first"), values.get("last")
        if values.get("period") == "own":
            if not (first and last):
                self.add_error("first", "Choose both days.")
            elif last < first:
                self.add_error("last", "This lies before the first day.")
        return values


@dataclass(frozen=True)
class Chip:
    """A filter in use, and the address without it."""

    label: str
    value: str
    url: str


@dataclass(frozen=True)
class Asked:
    """What somebody asked for; where they asked for something impossible, the form says so and the default holds."""

    form: MentionForm
    path: str
    period: Period | None
    chosen: MentionFilter
    sort: Sort
    queries: dict[int, ListeningQuery]

    @property
    def all_queries(self) -> dict[int, ListeningQuery] | None:
        """Every query that the actor may see; None where there are more than the filter lists."""
        return self.queries if len(self.queries) < _MOST_QUERIES else None

    @property
    def values(self) -> dict[str, Any]:
        """The filters in use: cleaned values that differ from the default."""
        given = {
            name: value
            for name, value in self.form.cleaned_data.items()
            if value not in (None, "", False, []) and value != _DEFAULTS.get(name)
        }
        if given.get("period") != "own":
            given.pop("first", None)
            given.pop("last", None)
        return given

    def canonical(self, **changes: object) -> str:
        """The query string in its shortest form; None takes a parameter away."""
        asked: dict[str, Any] = {
            name: value.isoformat() if name in ("first", "last") else "1" if value is True else value
            for name, value in self.values.items()
        }
        asked.update(changes)
        return urlencode({name: value for name, value in asked.items() if value not in (None, "", [])}, doseq=True)

    def address(self, **changes: object) -> str:
        """The address of this list with some parameters changed."""
        query = self.canonical(**changes)
        return f"{self.path}?{query}" if query else self.path

    @property
    def narrowed(self) -> bool:
        """Whether anything but the order is asked for."""
        return bool(self.values.keys() - {"sort"})

    @property
    def clear_url(self) -> str:
        """The address without filters, in the same order."""
        return self.address(**dict.fromkeys(self.values.keys() - {"sort"}))

    @property
    def period_words(self) -> str:
        """The period in words, with the zone in which its days begin."""
        if self.period is None:
            return "all time"
        if self.period.first == self.period.last:
            return f"{day(self.period.first)}, day of {self.period.zone}"
        return f"{day(self.period.first)} to {day(self.period.last)}, days of {self.period.zone}"

    @property
    def chips(self) -> list[Chip]:
        """One chip for each filter in use."""
        found: list[Chip] = []
        for name, value in self.values.items():
            if name in ("sort", "first", "last"):
                continue
            field = self.form.fields[name]
            gone: dict[str, object] = {name: None}
            if name == "period":
                gone |= {"first": None, "last": None}
            words = self.period_words if value == "own" else _said(field, value)
            found.append(Chip(str(field.label), plain(words, 120), self.address(**gone)))
        return found


def _said(field: forms.Field, value: Any) -> str:
    labels = {str(code): str(label) for code, label in getattr(field, "choices", ())}
    items = value if isinstance(value, list) else [value]
    return "yes" if value is True else ", ".join(labels.get(str(item), str(item)) for item in items)


def _period(values: Mapping[str, Any], wrong: bool) -> Period | None:
    asked, today, zone = values.get("period") or _DEFAULTS["period"], clock.today(), settings.TIME_ZONE
    if asked == "all":
        return None
    if asked == "own" and not wrong:
        return Period(values["first"], values["last"], zone)
    days = int(asked) if asked.isdigit() else 28
    return Period(today - timedelta(days=days - 1), today, zone)


def _queries(values: Mapping[str, Any], queries: dict[int, ListeningQuery]) -> tuple[int, ...]:
    """The chosen queries; with a role, those of them that have it."""
    chosen = [int(one) for one in values.get("query") or ()]
    role = values.get("role")
    if role:
        of_role = [query.pk for query in queries.values() if query.role == role and query.state == "active"]
        chosen = [one for one in of_role if not chosen or one in chosen]
        return tuple(chosen) or NOTHING_FITS
    return tuple(chosen)


def asked_of(actor: Actor, data: QueryDict, path: str) -> Asked:
    """Read the filters of a list of mentions."""
    queries = {query.pk: query for query in visible_to(actor).order_by("state", "name", "pk")[:_MOST_QUERIES]}
    there = facets(actor, None, MentionFilter(relevance="all", own="include"))
    form = MentionForm(
        data,
        queries=list(queries.values()),
        platforms=[name for name, _ in there.platforms],
        languages=[code for code, _ in there.languages],
        may_see_authors=actor.may("listening.view_authors"),
    )
    form.is_valid()
    values = form.cleaned_data
    wrong_query = "query" in form.errors
    review, relevance = values.get("review") or "", values.get("relevance") or "kept"
    if review == "some" and relevance == "kept":
        relevance = "all"  # what people marked as not about us is what they said, too
    chosen = MentionFilter(
        queries=NOTHING_FITS if wrong_query else _queries(values, queries),
        platforms=tuple(values.get("platform") or ()),
        languages=tuple(values.get("language") or ()),
        sentiments=tuple(values.get("sentiment") or ()),
        kinds=tuple(values.get("kind") or ()),
        search=values.get("q") or "",
        author=values.get("author") or "",
        relevance=cast(Any, relevance),
        review=cast(Any, review),
        suspected=cast(Any, values.get("suspected") or "include"),
        own=cast(Any, values.get("own") or "exclude"),
        cluster=values.get("cluster"),
        answers=values.get("answers") or "",
        collapse=bool(values.get("collapse")),
    )
    sort = cast(Literal["newest", "oldest", "reach"], values.get("sort") or "newest")
    period = _period(values, bool({"first", "last"} & form.errors.keys()))
    return Asked(form, path, period, chosen, sort, queries)


def within_export(actor: Actor, chosen: MentionFilter) -> tuple[int, ...]:
    """The queries to export: the chosen ones within what this actor may take away."""
    scope = mention_scope(actor, "listening.export_mentions")
    if scope is None:
        return chosen.queries
    wanted = set(chosen.queries)
    return tuple(one for one in scope if not wanted or one in wanted) or NOTHING_FITS
