"""One page of the list of mentions: rows by key, an honest count, saved views, and the list as a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.http.response import HttpResponseBase
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from fourleaf.kernel.errors import InvalidError
from fourleaf.kernel.permissions import require
from fourleaf.listening.contracts import MentionFilter
from fourleaf.listening.errors import QueryTextError
from fourleaf.listening.query_text import check_text
from fourleaf.listening.selectors.mentions import Mention, MentionPage, count_mentions, list_mentions
from fourleaf.listening.services.exports import note_export
from fourleaf.web.kit import numbers
from fourleaf.web.kit.export import csv_response, xlsx_response
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.tables.views import ShownView, views_for
from fourleaf.web.listening.mentions_filter import KIND_WORDS, Asked, asked_of, within_export
from fourleaf.web.listening.mentions_shown import ShownMention, shown_mention
from fourleaf.web.listening.queries_mending import Fault, faults_of, numbered
from fourleaf.web.listening.reports_filters import language_name
from fourleaf.web.navigation import carried

__all__ = ["CHEAP", "KEY", "MentionList", "SearchMend"]

KEY = "listening-mentions"
SIZES = (25, 50, 100)
#: Up to so many stored posts every list is counted to the end; beyond, when somebody asks for it.
CHEAP = 2_000_000
_EXPORT_CHUNK = 2_000


@dataclass(frozen=True)
class SearchMend:
    """A way to mend the search, as a link."""

    label: str
    url: str


class MentionList:
    """The list that a request asks for."""

    id = "mentions-part"

    def __init__(self, request: PageRequest) -> None:
        self.request = request
        self.actor = request.actor
        self.asked: Asked = asked_of(request.actor, request.GET, request.path)

    @cached_property
    def size(self) -> int:
        """Rows on a page."""
        asked = self.request.GET.get("size", "")
        return int(asked) if asked in {str(size) for size in SIZES} else 50

    def address(self, **changes: object) -> str:
        """The address of this list with some parameters changed; the size is kept."""
        return self.asked.address(**{"size": self.size if self.size != 50 else None, **changes})

    @cached_property
    def page(self) -> MentionPage:
        """The mentions of this page. A link that does not fit the order leads to the first page."""
        after, before = self.request.GET.get("after") or None, self.request.GET.get("before") or None
        ask: dict[str, Any] = {"sort": self.asked.sort, "size": self.size, "known": self.asked.all_queries}
        try:
            return list_mentions(self.actor, self.asked.period, self.asked.chosen, after=after, before=before, **ask)
        except InvalidError:
            return list_mentions(self.actor, self.asked.period, self.asked.chosen, **ask)

    @cached_property
    def rows(self) -> list[ShownMention]:
        """The rows of this page."""
        return [shown_mention(mention, self.asked.queries) for mention in self.page.mentions]

    @property
    def next_url(self) -> str:
        """The page behind this one."""
        return self.address(after=self.page.after) if self.page.after else ""

    @property
    def previous_url(self) -> str:
        """The page before this one."""
        return self.address(before=self.page.before) if self.page.before else ""

    @property
    def next_label(self) -> str:
        """What lies behind, in the words of the order."""
        return {"newest": "Older", "oldest": "Newer", "reach": "Fewer followers"}[self.asked.sort]

    @property
    def previous_label(self) -> str:
        """What lies before."""
        return {"newest": "Newer", "oldest": "Older", "reach": "More followers"}[self.asked.sort]

    # --- how many --------------------------------------------------------------------------------------------------

    @cached_property
    def stored(self) -> int:
        """All mentions that the actor may see, whatever the filters."""
        return count_mentions(self.actor, None, MentionFilter(relevance="all", own="include"))

    @cached_property
    def count(self) -> int | None:
        """The number of mentions that fit; None where counting would take long and nobody asked for it."""
        on_one_page = not self.page.after and not self.page.before
        if on_one_page:
            return len(self.page.mentions)
        if self.stored > CHEAP and not self.request.GET.get("count"):
            return None
        return count_mentions(self.actor, self.asked.period, self.asked.chosen)

    @property
    def counted(self) -> str:
        """``1,204 mentions``, or ``more than 50 mentions``."""
        if self.count is None:
            return f"more than {numbers.number(self.size)} mentions"
        what = "groups of near-duplicates" if self.asked.chosen.collapse and self.count != 1 else ""
        return f"{numbers.number(self.count)} {what}" if what else numbers.count(self.count, "mention")

    @property
    def count_url(self) -> str:
        """Where the whole number is counted, when it is not shown."""
        return self.address(count=1) if self.count is None else ""

    # --- what else the page says ---------------------------------------------------------------------------------

    @property
    def wider_url(self) -> str:
        """Where an empty list leads: all time first, then no filters at all."""
        return (
            self.asked.clear_url
            if self.asked.period is None
            else self.asked.address(period="all", first=None, last=None)
        )

    @property
    def wider_label(self) -> str:
        """What that link says."""
        return "Remove the filters" if self.asked.period is None else "Look at all time"

    @property
    def import_url(self) -> str:
        """Where files of posts come in, for those who may and where that page exists."""
        if not carried(self.actor, "listening.import_mentions"):
            return ""
        try:
            return reverse("listening:imports")
        except NoReverseMatch:
            return ""

    # --- the search ------------------------------------------------------------------------------------------------

    @cached_property
    def faults(self) -> list[tuple[Fault, list[SearchMend]]]:
        """Why the search is not a query, with links that mend it; it is then taken as words that stand side by side."""
        text = self.asked.chosen.search.strip()
        if not text:
            return []
        try:
            check_text(text)
        except QueryTextError as error:
            found = numbered(faults_of(text, error))
            return [
                (fault, [SearchMend(mend.label, self.address(q=mend.applied(text))) for mend in fault.mends])
                for fault in found
            ]
        return []

    # --- tools -----------------------------------------------------------------------------------------------------

    @cached_property
    def views(self) -> list[ShownView]:
        """Saved views: one's own and shared ones."""
        return views_for(self.actor, KEY, self.request.path, self.asked.canonical())

    @property
    def has_own_views(self) -> bool:
        """Whether there are views to rename, share or delete."""
        return any(view.mine for view in self.views)

    @property
    def csv_url(self) -> str:
        """The list as CSV."""
        return self.asked.address(export="csv")

    @property
    def xlsx_url(self) -> str:
        """The list as a workbook."""
        return self.asked.address(export="xlsx")

    @property
    def whole(self) -> str:
        """What a file would hold."""
        return f"all {self.counted}" if self.count is not None else "all mentions"

    @property
    def may_export(self) -> bool:
        """Whether this actor may take the list away."""
        return carried(self.actor, "listening.export_mentions")

    @property
    def may_correct(self) -> bool:
        """Whether this actor may correct mentions at all."""
        return carried(self.actor, "listening.correct_mentions")

    def export(self) -> HttpResponseBase | None:
        """The file that ``?export=csv`` or ``xlsx`` asks for: all mentions of these filters, in this order."""
        kind = self.request.GET.get("export", "")
        if kind not in ("csv", "xlsx"):
            return None
        require(self.actor, "listening.export_mentions")
        chosen = replace(self.asked.chosen, queries=within_export(self.actor, self.asked.chosen))
        note_export(actor=self.actor, format=kind, period=self.asked.period, chosen=chosen)
        make = csv_response if kind == "csv" else xlsx_response
        return make("Mentions", self._labels(), self._lines(chosen), timezone.get_current_timezone())

    def _labels(self) -> list[str]:
        authors = ["Author", "Author's name"] if self.actor.may("listening.view_authors") else []
        return [
            "Id",
            "Time",
            "Platform",
            *authors,
            "Followers",
            "Text",
            "Kind",
            "Language",
            "Sentiment",
            "Corrected",
            "About us",
            "Queries",
            "Likes",
            "Shares",
            "Replies",
            "Views",
            "Link",
            "Group",
            "Suspected automation",
        ]

    def _lines(self, chosen: MentionFilter) -> Iterator[list[object]]:
        """Rows in constant memory. The store may change meanwhile; pages by key never double or skip what stays."""
        after: str | None = None
        while True:
            part = list_mentions(
                self.actor, self.asked.period, chosen, sort=self.asked.sort, size=_EXPORT_CHUNK, after=after
            )
            yield from (self._line(mention) for mention in part.mentions)
            after = part.after
            if after is None:
                return

    def _line(self, mention: Mention) -> list[object]:
        authors = [mention.author, mention.author_name] if self.actor.may("listening.view_authors") else []
        names = [self.asked.queries[pk].name for pk in mention.queries if pk in self.asked.queries]
        verdict = {True: "yes", False: "no", None: ""}[mention.relevant]
        return [
            mention.id,
            mention.created_at,
            mention.platform,
            *authors,
            mention.author_followers,
            mention.text,
            KIND_WORDS.get(mention.kind, mention.kind),
            language_name(mention.lang or ""),
            mention.sentiment,
            mention.corrected,
            verdict,
            "; ".join(names),
            mention.likes,
            mention.shares,
            mention.replies,
            mention.views,
            mention.url,
            # A name, not a number: tables keep fifteen digits of a number, and this has up to nineteen.
            "" if mention.cluster is None else f"g{mention.cluster}",
            mention.suspected,
        ]
