"""Saved views: saving, renaming, sharing, deleting with undo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import InvalidError
from fourleaf.kernel.models import SavedView
from fourleaf.kernel.services.preferences import delete_view, rename_view, restore_view, save_view, share_view
from fourleaf.web.kit import undo
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.forms import domain_errors
from fourleaf.web.kit.requests import PageRequest, safe_next
from fourleaf.web.kit.respond import page

__all__ = ["delete", "manage", "rename", "save", "share"]


class SaveForm(forms.Form):
    """What is kept."""

    page = forms.CharField(max_length=60)
    name = forms.CharField(max_length=80)
    query = forms.CharField(max_length=2000, required=False)
    shared = forms.BooleanField(required=False)


def _restored(actor: Actor, data: Mapping[str, Any]) -> str:
    view = restore_view(
        actor=actor, page=data["page"], name=data["name"], query=data["query"], shared=bool(data["shared"])
    )
    return f"The view “{view.name}” is back."


_RESTORE = undo.register("kit.view.deleted", _restored)


@require_POST
def save(request: PageRequest) -> HttpResponse:
    """Save the present filters, order and columns under a name."""
    form = SaveForm(request.POST)
    if form.is_valid():
        with domain_errors(form):
            view = save_view(actor=request.actor, **form.cleaned_data)
            flash(request, f"Saved as “{view.name}”.")
            return redirect(safe_next(request))
    sentences = [sentence for errors in form.errors.values() for sentence in errors]
    flash(request, f"The view was not saved. {' '.join(str(sentence) for sentence in sentences)}", "attention")
    return redirect(safe_next(request))


@require_GET
def manage(request: PageRequest, key: str) -> HttpResponse:
    """One's own views of one list."""
    found = SavedView.objects.filter(Q(person_id=request.actor.person_id), page=key).order_by("name")
    back = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    return page(request, "web/kit/views.html", {"views": found, "back": back, "key": key})


def _again(request: PageRequest) -> HttpResponse:
    return redirect(safe_next(request))


@require_POST
def rename(request: PageRequest, view_id: int) -> HttpResponse:
    """Give a view another name."""
    try:
        view = rename_view(actor=request.actor, view_id=view_id, name=request.POST.get("name", ""))
    except InvalidError as error:
        flash(request, error.message, "attention")
    else:
        flash(request, f"The view is now called “{view.name}”.")
    return _again(request)


@require_POST
def share(request: PageRequest, view_id: int) -> HttpResponse:
    """Show a view to everybody, or to nobody else."""
    view = share_view(actor=request.actor, view_id=view_id, shared=bool(request.POST.get("shared")))
    seen = "Everybody who sees the list sees" if view.shared else "Only you see"
    flash(request, f"{seen} the view “{view.name}”.")
    return _again(request)


@require_POST
def delete(request: PageRequest, view_id: int) -> HttpResponse:
    """Delete a view; the message offers to bring it back."""
    view = delete_view(actor=request.actor, view_id=view_id)
    held = {"page": view.page, "name": view.name, "query": view.query, "shared": view.shared}
    flash(request, f"The view “{view.name}” was deleted.", undo=undo.link(request.actor, _RESTORE, held))
    return _again(request)
