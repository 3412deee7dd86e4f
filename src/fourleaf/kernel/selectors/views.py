"""Reads of saved views."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import NotFoundError
from fourleaf.kernel.models import SavedView

__all__ = ["get_view_for", "visible_views"]


def visible_views(actor: Actor, page: str) -> QuerySet[SavedView]:
    """One's own views of a list page and those that others share, by name."""
    if actor.person_id is None:
        return SavedView.objects.none()
    return SavedView.objects.filter(Q(person_id=actor.person_id) | Q(shared=True), page=page).select_related("person")


def get_view_for(actor: Actor, view_id: int) -> SavedView:
    """One of the actor's own views; `NotFoundError` otherwise."""
    view = SavedView.objects.filter(pk=view_id).first()
    if view is None or view.person_id != actor.person_id:
        raise NotFoundError
    return view
