"""The settings of listening: which accounts are ours, how long posts are kept, who is not collected."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from fourleaf.kernel.errors import NotFoundError
from fourleaf.kernel.permissions import require
from fourleaf.listening.models import OwnAccount, SuppressedAuthor
from fourleaf.listening.selectors.privacy import (
    listening_settings_for,
    own_accounts_visible_to,
    posts_of_author,
    posts_older_than,
    suppressed_visible_to,
)
from fourleaf.listening.services.privacy import (
    add_own_account,
    change_settings,
    erase_author,
    release_author,
    release_suppression,
    remove_own_account,
)
from fourleaf.web.kit import undo
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.forms import domain_errors
from fourleaf.web.kit.numbers import count, number
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page
from fourleaf.web.kit.tables import Bulk, Column, Empty, Table
from fourleaf.web.listening.settings_forms import AccountForm, EraseAuthorForm, KeepingForm, ReleaseForm
from fourleaf.web.listening.settings_undo import UNDO_ADDED, UNDO_KEEPING, UNDO_RELEASED, UNDO_REMOVED

__all__ = [
    "account_add",
    "accounts",
    "accounts_remove",
    "erase",
    "keeping",
    "overview",
    "release",
    "release_one",
    "suppressed",
]

_EDIT, _ERASE = "listening.edit_queries", "listening.erase_mentions"
_DIR = "web/listening/settings"
_FORM = require_http_methods(["GET", "HEAD", "POST"])
#: An undo link carries the accounts themselves, so it must stay short.
_UNDONE_AT_ONCE = 20

ACCOUNTS: Table = Table(
    key="own-accounts",
    name="Own accounts",
    one="account",
    many="accounts",
    columns=(
        Column("handle", "Handle", value=lambda row: f"@{row.handle}", sort="handle", main=True),
        Column("platform", "Platform", value=lambda row: row.platform or "every platform", sort="platform"),
        Column("kind", "Whose", value=lambda row: OwnAccount.Kind(row.kind).label, sort="kind"),
        Column("brand", "Brand", value="brand.name", sort="brand__name"),
        Column("added_at", "Added", kind="time", sort="added_at", priority=3),
        Column("added_by", "By", sort="added_by", priority=3),
    ),
    sort="handle",
    search=lambda rows, text: rows.filter(handle__icontains=text.strip().removeprefix("@")),
    search_label="Search handles",
    empty=Empty(
        "No own accounts yet",
        "What a brand or a colleague posts is not what others say about it. Add the handles that your brands and "
        "people post with, and reports leave their posts out.",
        icon="identification",
        action="Add an account",
        url_name="listening:account-add",
        permission=_EDIT,
    ),
    bulk=(Bulk("Take off the list", "listening:accounts-remove", "minus-circle", permission=_EDIT),),
)

SUPPRESSED: Table = Table(
    key="suppressed-authors",
    name="Authors not collected",
    one="author",
    many="authors",
    columns=(
        Column(
            "reference", "Reference", value=lambda row: row.reference or "no reference", sort="reference", main=True
        ),
        Column("at", "Since", kind="time", sort="at"),
        Column("by", "By", sort="by"),
    ),
    sort="-at",
    search=lambda rows, text: rows.filter(reference__icontains=text),
    search_label="Search references",
    empty=Empty(
        "Nobody is left out",
        "When somebody asks not to be collected, erase their posts here: they are gone for good, and later files "
        "bring nothing by them. Only a keyed fingerprint of the handle is kept.",
        icon="shield-check",
        action="Erase an author",
        url_name="listening:author-erase",
        permission=_ERASE,
    ),
    bulk=(Bulk("Collect again", "listening:authors-release", "arrow-uturn-left", permission=_ERASE),),
)


def _parts(request: PageRequest, current: str) -> dict[str, Any]:
    """What every page of the set shows: its tabs."""
    return {"part_is": {current: True}, "may_edit": request.actor.may(_EDIT)}


def overview(request: PageRequest) -> HttpResponse:
    """All decisions on one page, each with the way to change it."""
    row = listening_settings_for(request.actor)
    mine = own_accounts_visible_to(request.actor)
    context = {
        "row": row,
        "own": mine[:6],
        "own_count": mine.count(),
        "suppressed_count": suppressed_visible_to(request.actor).count(),
        **_parts(request, "overview"),
    }
    return page(request, f"{_DIR}/overview.html", context)


# --- own accounts --------------------------------------------------------------------------------------------------


def accounts(request: PageRequest) -> HttpResponseBase:
    """Accounts whose posts reports leave out."""
    require(request.actor, _EDIT)
    table = ACCOUNTS.bind(request, own_accounts_visible_to(request.actor))
    return table.respond(f"{_DIR}/accounts.html", _parts(request, "accounts"))


@_FORM
def account_add(request: PageRequest) -> HttpResponse:
    """Add an account of ours."""
    require(request.actor, _EDIT)
    form = AccountForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            added = add_own_account(actor=request.actor, **form.cleaned_data)
            where = f" on {added.platform}" if added.platform else ""
            flash(
                request,
                f"Reports leave out posts by @{added.handle}{where} from now on.",
                undo=undo.link(request.actor, UNDO_ADDED, {"id": added.pk}),
            )
            return redirect("listening:accounts")
    return page(request, f"{_DIR}/account_add.html", {"form": form})


@require_POST
def accounts_remove(request: PageRequest) -> HttpResponse:
    """Take the chosen accounts off the list."""
    require(request.actor, _EDIT)
    gone: list[dict[str, Any]] = []
    for row in ACCOUNTS.selection(request, own_accounts_visible_to(request.actor)).rows([], 0, 500):
        try:
            remove_own_account(actor=request.actor, account_id=row.pk)
        except NotFoundError:
            continue  # Somebody else was quicker.
        gone.append({"handle": row.handle, "platform": row.platform, "kind": row.kind, "brand_id": row.brand_id})
    if not gone:
        flash(request, "Nothing was taken off the list.", "information")
        return redirect("listening:accounts")
    link = undo.link(request.actor, UNDO_REMOVED, {"accounts": gone}) if len(gone) <= _UNDONE_AT_ONCE else None
    said = f"@{gone[0]['handle']} is" if len(gone) == 1 else f"{number(len(gone))} accounts are"
    flash(request, f"{said} off the list; posts count again.", undo=link)
    return redirect("listening:accounts")


# --- how long posts are kept ---------------------------------------------------------------------------------------


@_FORM
def keeping(request: PageRequest) -> HttpResponse:
    """How long posts are kept; a decision that erases stored posts is asked for twice."""
    row = listening_settings_for(request.actor)
    form = KeepingForm(request.POST if request.method == "POST" else None, row=row)
    context: dict[str, Any] = {"form": form, "row": row, "expiring": 0, **_parts(request, "keeping")}
    if request.method == "POST" and form.is_valid():
        context["expiring"] = posts_older_than(request.actor, form.keep_days) if form.keep_days != row.keep_days else 0
        if context["expiring"] and not form.cleaned_data["confirmed"]:
            posts = count(context["expiring"], "stored post is", "stored posts are")
            form.add_error("confirmed", f"{posts} older than that. Tick this to have them erased for good.")
            return page(request, f"{_DIR}/keeping.html", context)
        with domain_errors(form):
            changed = change_settings(
                actor=request.actor, keep_days=form.keep_days, version=form.cleaned_data["version"]
            )
            flash(
                request,
                f"Posts are erased when they are older than {count(form.keep_days, 'day', 'days')}."
                if form.keep_days
                else "Posts are kept until somebody erases them.",
                undo=undo.link(request.actor, UNDO_KEEPING, {"days": row.keep_days, "version": changed.version}),
            )
            return redirect("listening:settings")
    return page(request, f"{_DIR}/keeping.html", context)


# --- erasure -------------------------------------------------------------------------------------------------------


def suppressed(request: PageRequest) -> HttpResponseBase:
    """Authors who are not collected."""
    require(request.actor, _ERASE)
    table = SUPPRESSED.bind(request, suppressed_visible_to(request.actor))
    return table.respond(f"{_DIR}/suppressed.html", _parts(request, "suppressed"))


@_FORM
def erase(request: PageRequest) -> HttpResponse:
    """Erase an author: first what it would take, then for good."""
    require(request.actor, _ERASE)
    form = EraseAuthorForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and not request.POST.get("change"):
        handle, reference = form.cleaned_data["handle"], form.cleaned_data["reference"]
        if not request.POST.get("confirmed"):
            found = posts_of_author(request.actor, handle)
            shown = {"form": form, "found": found, "handle": handle.strip().removeprefix("@")}
            return page(request, f"{_DIR}/erase_confirm.html", shown)
        with domain_errors(form):
            done = erase_author(actor=request.actor, handle=handle, reference=reference)
            flash(
                request,
                f"{count(done.mentions, 'post was', 'posts were')} erased, and the author is not collected any more.",
                "information",
            )
            return redirect("listening:suppressed")
    return page(request, f"{_DIR}/erase.html", {"form": form})


@_FORM
def release(request: PageRequest) -> HttpResponse:
    """Collect an author again, found by the handle."""
    require(request.actor, _ERASE)
    form = ReleaseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            try:
                row = release_author(actor=request.actor, handle=form.cleaned_data["handle"])
            except NotFoundError as error:
                form.add_error("handle", f"{error.message} Check the spelling.")
                return page(request, f"{_DIR}/release.html", {"form": form})
            return _released(request, [row])
    return page(request, f"{_DIR}/release.html", {"form": form})


@require_POST
def release_one(request: PageRequest) -> HttpResponse:
    """Collect the chosen authors again, found by their references."""
    require(request.actor, _ERASE)
    gone: list[SuppressedAuthor] = []
    for row in SUPPRESSED.selection(request, suppressed_visible_to(request.actor)).rows([], 0, 500):
        try:
            gone.append(release_suppression(actor=request.actor, suppression_id=row.pk))
        except NotFoundError:
            continue  # Somebody else was quicker.
    return _released(request, gone)


def _released(request: PageRequest, rows: list[SuppressedAuthor]) -> HttpResponse:
    if not rows:
        flash(request, "Nobody was chosen, so nothing was changed.", "information")
    else:
        data = {"digest": rows[0].digest, "reference": rows[0].reference}
        link = undo.link(request.actor, UNDO_RELEASED, data) if len(rows) == 1 else None
        text = f"{count(len(rows), 'author is', 'authors are')} collected again from the next import on. "
        flash(request, text + "What was erased does not come back.", undo=link)
    return redirect(reverse("listening:suppressed"))
