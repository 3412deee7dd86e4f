"""What people choose for themselves alone: theme and saved views. No audit: nobody else's matters are touched."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import InvalidError, NotFoundError
from fourleaf.kernel.models import Account, SavedView

__all__ = ["choose_theme", "delete_view", "rename_view", "restore_view", "save_view", "share_view"]

THEMES = ("", "light", "dark")


def choose_theme(*, actor: Actor, theme: str) -> None:
    """Keep the theme on the actor's account: "light", "dark", or "" for the device's."""
    if theme not in THEMES:
        raise InvalidError(fields={"theme": ["Choose light, dark or the device's setting."]})
    Account.objects.filter(pk=actor.account_id or 0).update(theme=theme)


def _own(actor: Actor, view_id: int) -> SavedView:
    view = SavedView.objects.filter(pk=view_id, person_id=actor.person_id or 0).first()
    if view is None:
        raise NotFoundError
    return view


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise InvalidError(fields={"name": ["Give the view a name."]})
    if len(name) > 80:
        raise InvalidError(fields={"name": [f"A name may have 80 characters; this one has {len(name)}."]})
    return name


def save_view(*, actor: Actor, page: str, name: str, query: str, shared: bool = False) -> SavedView:
    """Keep a list page's query string under a name; the same name again replaces what it held."""
    if actor.person_id is None:
        raise InvalidError("Only a person can save views.")
    if len(query) > 2000:
        raise InvalidError("These filters are too long to be saved: 2,000 characters at most.")
    view, _ = SavedView.objects.update_or_create(
        person_id=actor.person_id,
        page=page[:60],
        name=_named(name),
        defaults={"query": query, "shared": shared},
        create_defaults={"query": query, "shared": shared, "created_at": clock.now()},
    )
    return view


def rename_view(*, actor: Actor, view_id: int, name: str) -> SavedView:
    """Give one's own view another name."""
    view = _own(actor, view_id)
    view.name = _named(name)
    try:
        with transaction.atomic():
            view.save(update_fields=["name"])
    except IntegrityError:
        raise InvalidError(fields={"name": ["You have a view of this name already."]}) from None
    return view


def share_view(*, actor: Actor, view_id: int, shared: bool) -> SavedView:
    """Show one's own view to everybody who sees the page, or to nobody else."""
    view = _own(actor, view_id)
    view.shared = shared
    view.save(update_fields=["shared"])
    return view


def delete_view(*, actor: Actor, view_id: int) -> SavedView:
    """Delete one's own view; gives what it held, so that it can be restored."""
    view = _own(actor, view_id)
    SavedView.objects.filter(pk=view.pk).delete()
    return view


def restore_view(*, actor: Actor, page: str, name: str, query: str, shared: bool) -> SavedView:
    """Bring a deleted view back, unless a view of that name was made meanwhile."""
    if SavedView.objects.filter(person_id=actor.person_id or 0, page=page, name=name).exists():
        raise InvalidError(f"There is a view called “{name}” again, so the old one was not brought back.")
    return save_view(actor=actor, page=page, name=name, query=query, shared=shared)
