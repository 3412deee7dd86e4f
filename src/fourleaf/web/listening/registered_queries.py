"""What the pages of queries add to the frame."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse

from fourleaf.kernel.actors import Actor
from fourleaf.listening.models import ListeningQuery
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
    first, whole = text.split()[0].casefold(), text.strip().casefold()

    def distance(query: ListeningQuery) -> tuple[bool, bool, str]:
        name = query.name.casefold()
        return name != whole, first not in name, query.name

    # A query called exactly so must not fall behind the many that only name it in their text.
    named = list(visible_to(actor).filter(name__iexact=text.strip())[:limit])
    others = rows.exclude(pk__in=[query.pk for query in named])[: 4 * limit]
    for query in sorted([*named, *others], key=distance)[:limit]:
        about = "Archived query" if query.state == "archived" else f"Query, {query.get_role_display().lower()}"
        yield Result(plain(query.name), reverse("listening:query", args=[query.pk]), about, "magnifying-glass")


search.register("listening-queries", "Queries", find_queries, permission="listening.view_queries", order=50)
