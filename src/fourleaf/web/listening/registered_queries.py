"""What the pages of queries add to the frame."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse

from fourleaf.kernel.actors import Actor
from fourleaf.listening.selectors import visible_to
from fourleaf.web import navigation, search
from fourleaf.web.listening.texts import plain
from fourleaf.web.navigation import Entry
from fourleaf.web.search import Result

navigation.register(
    "listen",
    Entry(
        "Queries",
        "listening:queries",
        "magnifying-glass",
        permission="listening.view_queries",
        order=30,
        key="q",
        about="What to listen for: words, phrases, tags and handles.",
    ),
)


def find_queries(actor: Actor, text: str, limit: int) -> Iterator[Result]:
    """Queries whose name or text holds every word; names first."""
    rows = visible_to(actor)
    for word in text.split()[:8]:
        rows = rows.filter(Q(name__icontains=word) | Q(text__icontains=word))
    first = text.split()[0].casefold()
    for query in sorted(rows[: 4 * limit], key=lambda row: (first not in row.name.casefold(), row.name)):
        about = "Archived query" if query.state == "archived" else f"Query, {query.get_role_display().lower()}"
        yield Result(plain(query.name), reverse("listening:query", args=[query.pk]), about, "magnifying-glass")


search.register("listening-queries", "Queries", find_queries, permission="listening.view_queries", order=50)
