"""The list of queries: columns, filters, search, and the figures that come from the mention store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.models import Brand
from fourleaf.listening.contracts import MentionFilter
from fourleaf.listening.models import ListeningQuery, QueryVersion
from fourleaf.listening.selectors import visible_to
from fourleaf.listening.selectors.reports import last_days, mention_counts
from fourleaf.listening.services.samples import WANTED_LOWER_BOUND
from fourleaf.web.kit import numbers
from fourleaf.web.kit.numbers import Share
from fourleaf.web.kit.tables import Bulk, Column, Empty, Order, QuerySource, State, Table
from fourleaf.web.kit.tables.columns import state_html
from fourleaf.web.navigation import carried

__all__ = ["DAYS", "QUERIES", "ROLES", "QueryRows", "precision_html", "precision_of", "query_rows", "spark_html"]

#: Days of the list's small pictures: the period that mentions and reports begin with.
DAYS = 28
_CHUNK = 500

ROLES = {
    "own": State("good", "Own brand", "flag"),
    "competitor": State("neutral", "Competitor", "scale"),
    "topic": State("information", "Topic", "hashtag"),
}
STATES = {"active": State("good", "Active"), "archived": State("neutral", "Archived", "archive-box")}


def precision_of(query: Any) -> Share | None:
    """The precision of the present text, as the last finished check found it."""
    labelled = query.precision_labelled
    if not labelled:
        return None
    return Share(query.precision_relevant / labelled, query.precision_low, query.precision_high, labelled, "posts read")


def precision_html(query: Any) -> SafeString:
    """The share with its interval, and a state that says whether it is enough."""
    share = precision_of(query)
    if share is None:
        return format_html('<span class="few">{}</span>', "not checked")
    enough = share.low >= WANTED_LOWER_BOUND
    return format_html(
        '<span class="nowrap">{} {}</span>',
        numbers.share_html(share, base=False),
        state_html(State("good", "enough") if enough else State("attention", "low")),
    )


def spark_html(counts: Sequence[int]) -> SafeString:
    """A row of bars, one a day, the tallest as high as the row; its count is said, since each row has its own scale."""
    if not counts:
        return SafeString("")
    top = max(*counts, 1)
    scale = (
        format_html('<small class="muted" aria-hidden="true">max {}</small>', numbers.number(top))
        if any(counts)
        else ""
    )
    said = f"One bar a day, {len(counts)} days; the tallest stands for {numbers.count(max(counts), 'post')}."
    width = 2 * len(counts)
    bars = "".join(f"M{2 * place} 16v{-max(0.5, 15 * count / top):.1f}h1.4V16z" for place, count in enumerate(counts))
    return format_html(
        '<svg class="spark" viewBox="0 0 {} 16" width="{}" height="16" role="img" aria-label="{}" focusable="false">'
        '<title>{}</title><path d="{}" /></svg>{}',
        width,
        width * 1.5,
        said,
        said,
        bars,
        scale,
    )


def _recent_html(query: Any) -> SafeString:
    if query.recent is None:
        return SafeString("")
    if not query.is_fresh and query.state == "active":
        return state_html(State("information", "being matched", "arrow-path"))
    return format_html(
        '<span class="spark-cell">{} {}</span>', numbers.number(sum(query.recent)), spark_html(query.recent)
    )


@dataclass(frozen=True)
class QueryRows(QuerySource):
    """Queries with their counts of the last days, one question to the store for each page of rows."""

    actor: Actor | None = None

    def rows(self, order: Sequence[Order], start: int, stop: int) -> Sequence[Any]:
        return self._counted(super().rows(order, start, stop))

    def stream(self, order: Sequence[Order]) -> Iterator[Any]:
        left = super().stream(order)
        while rows := list(islice(left, _CHUNK)):
            yield from self._counted(rows)

    def _counted(self, rows: Sequence[Any]) -> Sequence[Any]:
        counts: dict[int, list[Any]] = {}
        seen = self.actor is not None and carried(self.actor, "listening.view_reports")
        if rows and seen and self.actor is not None:
            period = last_days(DAYS, settings.TIME_ZONE, clock.today())
            counts = mention_counts(self.actor, period, MentionFilter(queries=tuple(row.pk for row in rows)))
        for row in rows:
            found = counts.get(row.pk)
            row.recent = [count for _, count in found] if found is not None else None
        return rows


def query_rows(actor: Actor, state: str = "") -> QueryRows:
    """The queries that the actor may see, with the precision of their present text; active ones by default."""
    now = QueryVersion.objects.filter(query=OuterRef("pk"), number=OuterRef("text_version"))
    names = ("precision_low", "precision_high", "precision_relevant", "precision_labelled")
    rows = visible_to(actor).annotate(
        **{name: Subquery(now.values(name)[:1]) for name in names},
        brand_name=F("brand__name"),
        owner_name=F("owner__name"),
    )
    if state != "all":
        rows = rows.filter(state="archived" if state == "archived" else "active")
    return QueryRows(rows, actor=actor)


class QueryListFilter(forms.Form):
    """What the list is narrowed to."""

    role = forms.ChoiceField(
        label="Role", required=False, choices=[("", "All"), *((code, role.label) for code, role in ROLES.items())]
    )
    brand = forms.ModelChoiceField(
        label="Brand", required=False, queryset=Brand.objects.filter(archived_at=None), empty_label="All"
    )
    precision = forms.ChoiceField(
        label="Precision",
        required=False,
        choices=[("", "All"), ("none", "Not checked"), ("low", "Low"), ("enough", "Enough")],
    )
    state = forms.ChoiceField(
        label="State", required=False, choices=[("", "Active"), ("archived", "Archived"), ("all", "All")]
    )


def _filtered(rows: QueryRows, values: Mapping[str, Any]) -> QueryRows:
    found = rows.queryset
    if role := values.get("role"):
        found = found.filter(role=role)
    if brand := values.get("brand"):
        found = found.filter(brand=brand)
    precision = values.get("precision")
    if precision == "none":
        found = found.filter(precision_low=None)
    elif precision == "low":
        found = found.filter(precision_low__lt=WANTED_LOWER_BOUND)
    elif precision == "enough":
        found = found.filter(precision_low__gte=WANTED_LOWER_BOUND)
    return replace(rows, queryset=found)


def _searched(rows: QueryRows, text: str) -> QueryRows:
    found: QuerySet[ListeningQuery] = rows.queryset
    for word in text.split()[:8]:
        found = found.filter(Q(name__icontains=word) | Q(text__icontains=word) | Q(notes__icontains=word))
    return replace(rows, queryset=found)


def _exported_precision(query: Any) -> object:
    share = precision_of(query)
    return None if share is None or share.too_few else round(share.value, 4)


QUERIES = Table(
    key="listening-queries",
    name="Queries",
    one="query",
    many="queries",
    sort="name",
    columns=(
        Column(
            "name",
            "Query",
            kind="link",
            href=lambda query: reverse("listening:query", args=[query.pk]),
            sort="name",
            main=True,
            side=True,
        ),
        Column("role", "Role", kind="state", states=ROLES, sort="role", priority=1),
        Column("brand_name", "Brand", sort="brand_name"),
        Column(
            "recent",
            f"Mentions, {DAYS} days",
            show=_recent_html,
            export=lambda query: sum(query.recent) if query.recent is not None else None,
            help=f"Posts that the query found in the last {DAYS} days, each day a bar. Own accounts and posts "
            "marked as not about us are left out.",
        ),
        Column(
            "precision",
            "Precision",
            show=precision_html,
            export=_exported_precision,
            sort="precision_low",
            help="The share of what the query finds that is meant, from a random sample read by a person, with its "
            "95 % interval. Enough: the interval begins at 70 % or higher. It holds for the present text only.",
        ),
        Column("owner_name", "Owner", sort="owner_name", priority=3),
        Column("text_version", "Version", kind="number", sort="text_version", priority=3),
        Column("changed_at", "Changed", kind="time", sort="changed_at", priority=3),
        Column("state", "State", kind="state", states=STATES, sort="state", shown=False),
        Column("text", "Text", shown=False, priority=3),
    ),
    filters=QueryListFilter,
    filter=_filtered,
    search=_searched,
    search_label="Search names, texts and notes",
    bulk=(Bulk("Archive", "listening:archive_queries", "archive-box", permission="listening.edit_queries"),),
    empty=Empty(
        "No queries yet",
        "A query says what to listen for: words, phrases, tags and handles, joined by AND, OR and NOT. "
        "For example: (emberlyn OR #emberlyn) NOT “baby name”. Every stored post is held against it.",
        icon="magnifying-glass",
        action="Add a query",
        url_name="listening:add_query",
        permission="listening.edit_queries",
    ),
)
