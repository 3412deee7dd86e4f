"""Pages of queries: the list, one query, adding, changing, archiving, history, the language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import ConflictError, DomainError, InvalidError
from fourleaf.kernel.permissions import allowed, require
from fourleaf.listening.models import ListeningQuery
from fourleaf.listening.selectors import get_query_for
from fourleaf.listening.selectors.queries import samples_of, versions_of
from fourleaf.listening.services.queries import (
    QueryFields,
    add_query,
    archive_query,
    change_query,
    may_edit_somewhere,
    restore_query,
)
from fourleaf.web.kit import undo
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.forms import add_error, domain_errors
from fourleaf.web.kit.numbers import Share, count, number
from fourleaf.web.kit.requests import PageRequest, safe_next
from fourleaf.web.kit.respond import page
from fourleaf.web.listening.queries_charts import found_of
from fourleaf.web.listening.queries_diff import diff_html
from fourleaf.web.listening.queries_editor import QueryForm, differences, form_for, preview_of
from fourleaf.web.listening.queries_help import RULES, lessons
from fourleaf.web.listening.queries_list import QUERIES, ROLES, query_rows
from fourleaf.web.listening.queries_reading import reading
from fourleaf.web.navigation import carried

__all__ = [
    "add",
    "archive",
    "archive_several",
    "edit",
    "history",
    "language",
    "preview",
    "queries",
    "query",
    "restore",
    "restore_version",
    "status",
]

_VIEW, _EDIT = "listening.view_queries", "listening.edit_queries"
_DIR = "web/listening/queries"


@require_GET
def queries(request: PageRequest) -> HttpResponseBase:
    """The list."""
    require(request.actor, _VIEW, seen_by=_VIEW)
    table = QUERIES.bind(request, query_rows(request.actor, request.GET.get("state", "")))
    return table.respond(f"{_DIR}/list.html", {"may_add": may_edit_somewhere(request.actor)})


def _tabs(actor: Actor, query: ListeningQuery) -> dict[str, Any]:
    """What every page of one query shows around its content."""
    return {
        "query": query,
        "role": ROLES[query.role],
        "may_edit": allowed(actor, _EDIT, query),
        "mentions_url": f"{reverse('listening:mentions')}?query={query.pk}",
        "may_see_mentions": carried(actor, "listening.view_mentions"),
    }


@require_GET
def query(request: PageRequest, query_id: int) -> HttpResponse:
    """One query: what it says, what it found lately, how precise it is."""
    found = get_query_for(request.actor, query_id)
    version = versions_of(request.actor, query_id).filter(number=found.text_version).first()
    precision = None
    if version is not None and version.precision_labelled:
        share = (version.precision_relevant or 0) / version.precision_labelled
        low, high = version.precision_low or 0.0, version.precision_high or 1.0
        precision = Share(share, low, high, version.precision_labelled, "posts read")
    context = {
        **_tabs(request.actor, found),
        "tab": "overview",
        "meaning": reading(found.text),
        "version": version,
        "precision": precision,
        "found": found_of(request.actor, found) if carried(request.actor, "listening.view_reports") else None,
        "regions": list(found.regions.all()),
        "samples": samples_of(request.actor, query_id)[:1],
    }
    return page(request, f"{_DIR}/query.html", context)


@require_GET
def status(request: PageRequest, query_id: int) -> HttpResponse:
    """Whether the stored mentions follow the present text; asked for again until they do."""
    found = get_query_for(request.actor, query_id)
    context = {**_tabs(request.actor, found), "query": found}
    if found.is_fresh and carried(request.actor, "listening.view_reports"):
        context["found"] = found_of(request.actor, found)
    return page(request, f"{_DIR}/status.html", context)


@require_GET
def language(request: PageRequest) -> HttpResponse:
    """The query language by examples."""
    require(request.actor, _VIEW, seen_by=_VIEW)
    return page(request, f"{_DIR}/language.html", {"lessons": lessons(), "rules": RULES})


# --- editor --------------------------------------------------------------------------------------------------------


def _mended(text: str, actor: Actor, number_given: str) -> str:
    """The text with one of the offered ways to mend it applied; for pages without JavaScript."""
    shown = preview_of(actor, text)
    ways = shown.mends if shown else []
    return ways[int(number_given)].applied(text) if number_given.isdigit() and int(number_given) < len(ways) else text


def _editor(
    request: PageRequest, form: QueryForm, query: ListeningQuery | None, extra: Mapping[str, Any] | None = None
) -> HttpResponse:
    text = form["text"].value() or ""
    role = form["role"].value() or ""
    context: dict[str, Any] = {
        "form": form,
        "shown": preview_of(request.actor, text, role=role, query=query),
        "lessons": lessons(),
        "rules": RULES,
        "unchanged": query is not None and text.strip().replace("\r\n", "\n") == query.text,
        "next_version": query.text_version + 1 if query is not None else 1,
        **(_tabs(request.actor, query) if query is not None else {}),
        "tab": "edit",
        **(extra or {}),
    }
    return page(request, f"{_DIR}/editor.html", context)


def _asks_for_preview(request: PageRequest) -> bool:
    return "preview" in request.POST or "mend" in request.POST


def _previewed(request: PageRequest, query: ListeningQuery | None) -> HttpResponse:
    """The same form again with its preview: nothing is saved, and nothing is complained about but the text."""
    data = request.POST.copy()
    if "mend" in data:
        data["text"] = _mended(str(data.get("text", "")), request.actor, str(data["mend"]))
    form = form_for(request.actor, query)
    form.initial.update({name: data.get(name) for name in form.fields if name != "regions" and name in data})
    form.initial["regions"] = data.getlist("regions")
    return _editor(request, form, query)


@require_http_methods(["GET", "POST"])
def add(request: PageRequest) -> HttpResponse:
    """Add a query."""
    require(request.actor, _EDIT, seen_by=_VIEW)
    if request.method != "POST":
        return _editor(request, form_for(request.actor, text=request.GET.get("text", "")[:20_000]), None)
    if _asks_for_preview(request):
        return _previewed(request, None)
    form = QueryForm(request.actor, request.POST)
    if form.is_valid():
        with domain_errors(form):
            made = add_query(actor=request.actor, fields=form.chosen())
            flash(request, f"“{made.name}” listens now. Stored posts are being matched with it.")
            return redirect("listening:query", made.pk)
    return _editor(request, form, None)


@require_http_methods(["GET", "POST"])
def edit(request: PageRequest, query_id: int) -> HttpResponse:
    """Change a query; a new text becomes its next version."""
    found = get_query_for(request.actor, query_id)
    require(request.actor, _EDIT, found, seen_by=_VIEW)
    if found.state != "active":
        raise ConflictError("This query is archived. Bring it back before you change it.")
    if request.method != "POST":
        return _editor(request, form_for(request.actor, found), found)
    if _asks_for_preview(request):
        return _previewed(request, found)
    form = QueryForm(request.actor, request.POST)
    if form.is_valid():
        try:
            return _changed(request, form, found)
        except ConflictError:
            return _conflict(request, form, query_id)
        except InvalidError as error:
            add_error(form, error)
    return _editor(request, form, found)


def _changed(request: PageRequest, form: QueryForm, before: ListeningQuery) -> HttpResponse:
    fields = form.chosen()
    expected = form.cleaned_data["version"]
    after = change_query(actor=request.actor, query_id=before.pk, fields=fields, version=expected)
    if after.version == before.version:
        flash(request, "Nothing was different, so nothing was changed.", "information")
    elif after.text_version == before.text_version:
        flash(request, f"The details of “{after.name}” were saved; version {after.text_version} stays.")
    else:
        sentence = f"Version {after.text_version} of “{after.name}” is at work. Stored posts are being matched with it."
        link = undo.link(request.actor, _TEXT_BACK, {"query": after.pk, "to": before.text_version, "is": after.version})
        flash(request, sentence, undo=link)
    return redirect("listening:query", after.pk)


def _conflict(request: PageRequest, form: QueryForm, query_id: int) -> HttpResponse:
    """Somebody was faster: their change is shown, and the form goes on from it with what was typed."""
    now = get_query_for(request.actor, query_id)
    latest = versions_of(request.actor, query_id).first()
    extra = {
        "differences": differences(form, now),
        "changed_by": latest.by if latest else "",
        "changed_at": now.changed_at,
    }
    data = request.POST.copy()
    data["version"], data["text_version"] = str(now.version), str(now.text_version)
    again = QueryForm(request.actor, data)
    again.is_valid()
    again.add_error(None, "Somebody else changed this query while you were editing. Nothing was saved yet.")
    return _editor(request, again, now, extra)


@require_POST
def preview(request: PageRequest) -> HttpResponse:
    """The preview alone, a moment after typing stops."""
    require(request.actor, _EDIT, seen_by=_VIEW)
    asked = request.POST.get("query", "")
    found = get_query_for(request.actor, int(asked)) if asked.isdigit() else None
    text = request.POST.get("text", "")[:20_001]
    shown = preview_of(request.actor, text, role=request.POST.get("role", ""), query=found)
    context = {
        "shown": shown,
        "query": found,
        "unchanged": found is not None and text.strip().replace("\r\n", "\n") == found.text,
        "next_version": found.text_version + 1 if found is not None else 1,
        "alone": True,
    }
    # A text that is half typed is no failed request: 200 also with faults, so that the browser's console stays clean.
    return render(request, f"{_DIR}/preview.html", context)


@require_GET
def preview_stale(request: PageRequest) -> HttpResponse:
    """What stands over a preview from the first change of the text until the next preview is there.

    Browsers keep it, so that it is there at once.
    """
    require(request.actor, _EDIT, seen_by=_VIEW)
    response = render(request, f"{_DIR}/_stale.html")
    response["Cache-Control"] = "private, max-age=86400"
    return response


# --- archive and bring back ----------------------------------------------------------------------------------------


def _brought_back(actor: Actor, data: Mapping[str, Any]) -> str:
    for one in data["queries"]:
        restore_query(actor=actor, query_id=one)
    return "Back at work." if len(data["queries"]) == 1 else f"{len(data['queries'])} queries are back at work."


def _archived_again(actor: Actor, data: Mapping[str, Any]) -> str:
    archived = archive_query(actor=actor, query_id=data["query"])
    return f"“{archived.name}” is archived again."


def _text_taken_back(actor: Actor, data: Mapping[str, Any]) -> str:
    found = get_query_for(actor, data["query"])
    old = versions_of(actor, found.pk).get(number=data["to"])
    after = change_query(actor=actor, query_id=found.pk, fields=_with_text(found, old.text), version=data["is"])
    return f"Version {after.text_version} has the text of version {old.number}."


_BACK = undo.register("listening.query.archived", _brought_back)
_AGAIN = undo.register("listening.query.restored", _archived_again)
_TEXT_BACK = undo.register("listening.query.text", _text_taken_back)


@require_POST
def archive(request: PageRequest, query_id: int) -> HttpResponse:
    """Stop collecting for a query."""
    found = archive_query(actor=request.actor, query_id=query_id)
    sentence = f"“{found.name}” is archived. What it found so far stays."
    flash(request, sentence, undo=undo.link(request.actor, _BACK, {"queries": [found.pk]}))
    return redirect("listening:queries")


@require_POST
def archive_several(request: PageRequest) -> HttpResponse:
    """Archive the selected queries."""
    rows = query_rows(request.actor)
    done, left = [], []
    for one in QUERIES.selection(request, rows).stream([]):
        try:
            done.append(archive_query(actor=request.actor, query_id=one.pk).pk)
        except DomainError as error:
            left.append(f"{one.name}: {error.message}")
    if done:
        sentence = f"{count(len(done), 'query', 'queries')} archived. What they found so far stays."
        flash(request, sentence, undo=undo.link(request.actor, _BACK, {"queries": done[:200]}))
    for sentence in left[:5]:
        flash(request, sentence, "attention")
    return redirect(safe_next(request, reverse("listening:queries")))


@require_POST
def restore(request: PageRequest, query_id: int) -> HttpResponse:
    """Let an archived query collect again."""
    found = restore_query(actor=request.actor, query_id=query_id)
    sentence = f"“{found.name}” is at work again. Posts that came in between are being matched."
    flash(request, sentence, undo=undo.link(request.actor, _AGAIN, {"query": found.pk}))
    return redirect("listening:query", found.pk)


# --- history -------------------------------------------------------------------------------------------------------


@require_GET
def history(request: PageRequest, query_id: int) -> HttpResponse:
    """Every text that the query had, each with what changed."""
    found = get_query_for(request.actor, query_id)
    versions = list(versions_of(request.actor, query_id)[:200])
    shown = []
    for place, version in enumerate(versions):
        older = versions[place + 1] if place + 1 < len(versions) else None
        share = None
        if version.precision_labelled:
            value = (version.precision_relevant or 0) / version.precision_labelled
            low, high = version.precision_low or 0.0, version.precision_high or 1.0
            share = Share(value, low, high, version.precision_labelled, "posts read")
        text = diff_html(older.text, version.text) if older is not None else version.text
        shown.append({"version": version, "text": text, "precision": share, "first": older is None})
    return page(request, f"{_DIR}/history.html", {**_tabs(request.actor, found), "tab": "history", "versions": shown})


def _with_text(query: ListeningQuery, text: str) -> QueryFields:
    """The query as it stands, but with another text."""
    return QueryFields(
        name=query.name,
        text=text,
        role=query.role,
        brand_id=query.brand_id,
        region_ids=list(query.regions.values_list("pk", flat=True)),
        languages=query.languages,
        notes=query.notes,
        owner_id=query.owner_id,
    )


@require_POST
def restore_version(request: PageRequest, query_id: int, number_wanted: int) -> HttpResponse:
    """Put an old text to work again, as a new version."""
    found = get_query_for(request.actor, query_id)
    old = versions_of(request.actor, query_id).filter(number=number_wanted).first()
    if old is None:
        raise ConflictError(f"The query has no version {number(number_wanted)}.")
    before = found.text_version
    after = change_query(
        actor=request.actor, query_id=found.pk, fields=_with_text(found, old.text), version=found.version
    )
    if after.text_version == before:
        flash(request, f"Version {before} has this text already.", "information")
    else:
        link = undo.link(request.actor, _TEXT_BACK, {"query": after.pk, "to": before, "is": after.version})
        flash(request, f"Version {after.text_version} is at work with the text of version {old.number}.", undo=link)
    return redirect("listening:query_history", found.pk)
