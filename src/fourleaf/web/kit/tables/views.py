"""Saved views of lists: reading them for the menu."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from fourleaf.kernel.actors import Actor
from fourleaf.kernel.models import SavedView

__all__ = ["ShownView", "views_for"]


@dataclass(frozen=True)
class ShownView:
    """A saved view as the menu shows it."""

    id: int
    name: str
    url: str
    mine: bool
    shared: bool
    current: bool


def views_for(actor: Actor, page: str, path: str, query: str) -> list[ShownView]:
    """The actor's own views of a page and the shared ones, by name; one query."""
    found = SavedView.objects.filter(Q(person_id=actor.person_id) | Q(shared=True), page=page).order_by("name", "pk")
    return [
        ShownView(
            id=view.pk,
            name=view.name,
            url=f"{path}?{view.query}" if view.query else path,
            mine=view.person_id == actor.person_id,
            shared=view.shared,
            current=view.query == query,
        )
        for view in found[:100]
    ]
