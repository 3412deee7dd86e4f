"""Pages of mentions: the list, one mention, and what people say about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fourleaf.engine.posts import SENTIMENTS
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import ConflictError, DomainError, NotFoundError
from fourleaf.kernel.permissions import require
from fourleaf.listening.contracts import MentionFilter
from fourleaf.listening.models import ListeningQuery, MentionCorrection
from fourleaf.listening.selectors import visible_to
from fourleaf.listening.selectors.mentions import MentionDetail, facets, get_mention_for, list_mentions
from fourleaf.listening.services.judgements import (
    add_note,
    correct_sentiment,
    mark_irrelevant,
    mark_relevant,
    remove_note,
    undo_correction,
)
from fourleaf.listening.services.privacy import erase_author, erase_mentions
from fourleaf.web.kit import undo
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.forms import domain_errors
from fourleaf.web.kit.numbers import count
from fourleaf.web.kit.requests import PageRequest, in_panel, safe_next
from fourleaf.web.kit.respond import page
from fourleaf.web.listening.mentions_filter import SENTIMENT_WORDS
from fourleaf.web.listening.mentions_list import KEY, MentionList
from fourleaf.web.listening.mentions_shown import (
    SENTIMENTS_SHOWN,
    link_of,
    odds_of,
    reasons_found,
    reasons_of,
    row_id,
    shown_mention,
)
from fourleaf.web.listening.texts import DETAIL, excerpt
from fourleaf.web.navigation import carried

__all__ = ["erase", "mark_several", "mention", "mentions", "note", "relevance", "sentiment", "unnote"]

_VIEW, _CORRECT, _ERASE = "listening.view_mentions", "listening.correct_mentions", "listening.erase_mentions"
_DIR = "web/listening/mentions"
_MOST_AT_ONCE = 200
#: Everything that is stored, whatever people said of it and whoever wrote it.
_ALL = MentionFilter(relevance="all", own="include")
#: Kinds of posts that say something of their own to another one; re-shares only repeat it.
_SPOKEN = {"reply", "quote"}
_SHOWN = 5


@require_GET
def mentions(request: PageRequest) -> HttpResponseBase:
    """The list; a file when one is exported; the rows alone when htmx asks for them."""
    require(request.actor, _VIEW, seen_by=_VIEW)
    found = MentionList(request)
    if (file := found.export()) is not None:
        return file
    context = {"list": found, "form": found.asked.form, "key": KEY, "sentiments": SENTIMENT_WORDS}
    if request.headers.get("HX-Target") == found.id:
        response = render(request, f"{_DIR}/list.html#part", context)
        kept = {name: request.GET[name] for name in ("after", "before") if request.GET.get(name)}
        response["HX-Push-Url"] = found.address(**kept)
        return response
    return page(request, f"{_DIR}/list.html", context)


# --- one mention ---------------------------------------------------------------------------------------------------


class NoteForm(forms.Form):
    """A remark for colleagues."""

    text = forms.CharField(
        label="A note for colleagues", max_length=4000, widget=forms.Textarea(attrs={"rows": 2}), strip=True
    )


class EraseForm(forms.Form):
    """What to erase, and under which reference it was asked for."""

    what = forms.ChoiceField(
        label="What to erase",
        choices=[("post", "This post"), ("author", "Everything by this author")],
        initial="post",
        widget=forms.RadioSelect,
    )
    reference = forms.CharField(
        label="Reference",
        max_length=100,
        required=False,
        help_text="Under which the request is filed, for the audit trail. Do not write the person's name.",
    )


def _queries(actor: Actor) -> dict[int, ListeningQuery]:
    return {query.pk: query for query in visible_to(actor)[:500]}


def _related(actor: Actor, detail: MentionDetail) -> dict[str, Any]:
    """Near-duplicates, the post that this one answers and those that answer it, as far as they are stored."""
    found = detail.mention
    siblings, parent = [], None
    kinds = dict(facets(actor, None, replace(_ALL, answers=found.id)).kinds)
    spoken = replace(_ALL, answers=found.id, kinds=("reply", "quote"))
    answers = list_mentions(actor, None, spoken, sort="oldest", size=_SHOWN).mentions if kinds.keys() & _SPOKEN else []
    if detail.cluster_size > 1 and found.cluster is not None:
        near = replace(_ALL, cluster=found.cluster)
        siblings = [one for one in list_mentions(actor, None, near, size=6).mentions if one.id != found.id][:5]
    if found.parent_id:
        try:
            parent = get_mention_for(actor, found.parent_id).mention
        except NotFoundError:
            parent = None
    return {"siblings": siblings, "parent": parent, "answers": answers, "kinds": kinds}


def _answers(related: Mapping[str, Any], mention_id: str) -> dict[str, Any]:
    """What the page says about posts that answer this one: the first of them, how many, and where they all are."""
    kinds: Mapping[str, int] = related["kinds"]
    address = {"answers": mention_id, "period": "all", "relevance": "all", "own": "include", "sort": "oldest"}
    spoken, repeated = ({**address, "kind": listed} for listed in (sorted(_SPOKEN), ["reshare"]))
    where = reverse("listening:mentions")
    return {
        "answers": [shown_mention(one, {}, excerpt(one.text, one.spans, 280)) for one in related["answers"]],
        "answers_count": sum(kinds.get(kind, 0) for kind in _SPOKEN),
        "answers_url": f"{where}?{urlencode(spoken, doseq=True)}",
        "reshares_count": kinds.get("reshare", 0),
        "reshares_url": f"{where}?{urlencode(repeated, doseq=True)}",
    }


def _detail(request: PageRequest, detail: MentionDetail, **extra: Any) -> dict[str, Any]:
    """Everything that the page of a mention shows."""
    actor, found = request.actor, detail.mention
    whole = bool(request.GET.get("whole"))
    queries = {query.pk: query for query, _ in detail.explanations}
    text = excerpt(found.text, found.spans, len(found.text) if whole else DETAIL)
    related = _related(actor, detail)
    author = urlencode({"period": "all", "author": found.author or ""})
    near = f"?cluster={found.cluster}&period=all&relevance=all&own=include" if found.cluster is not None else ""
    return {
        "shown": shown_mention(found, queries, text),
        "detail": detail,
        "whole": whole,
        "link": link_of(found),
        "why": [(query, reasons_found(query, why, found.text)) for query, why in detail.explanations],
        "reasons": reasons_of(detail),
        "odds": odds_of(found),
        "model_said": SENTIMENTS_SHOWN.get(detail.model_sentiment or ""),
        "others": [(code, state) for code, state in SENTIMENTS_SHOWN.items() if code != found.sentiment],
        "may_correct": carried(actor, _CORRECT),
        "may_erase": actor.may(_ERASE),
        "may_erase_author": actor.may(_ERASE) and bool(found.author),
        "form": NoteForm(),
        "erase_form": EraseForm(),
        "siblings": [shown_mention(one, {}, excerpt(one.text, one.spans, 160)) for one in related["siblings"]],
        "parent": shown_mention(related["parent"], {}) if related["parent"] else None,
        **_answers(related, found.id),
        "near_url": reverse("listening:mentions") + near if near else "",
        "author_url": f"{reverse('listening:mentions')}?{author}" if found.author else "",
        **extra,
    }


@require_GET
def mention(request: PageRequest, mention_id: str) -> HttpResponse:
    """One mention: the whole text, why it was found, why its mood, what people said about it."""
    detail = get_mention_for(request.actor, mention_id)
    return page(request, f"{_DIR}/mention.html", _detail(request, detail))


def _again(request: PageRequest, detail: MentionDetail, *, status: int = 200, **extra: Any) -> HttpResponse:
    """The mention's page as the answer to an act; in the side panel the address and its history stay as they are."""
    # "Open as a page" in the panel leads to where the answer came from, which for an act is no page.
    request.path = reverse("listening:mention", args=[detail.mention.id])
    request.META["QUERY_STRING"] = ""
    response = page(request, f"{_DIR}/mention.html", _detail(request, detail, **extra), status=status)
    if in_panel(request):
        response["HX-Push-Url"] = "false"
    return response


def _answer(request: PageRequest, mention_id: str, status: int = 200) -> HttpResponse:
    """After an act: the row again in the list, the page again in the side panel (with its row), else back."""
    target = request.headers.get("HX-Target", "")
    row = row_id(mention_id)
    if target not in ("side", row) or not request.htmx:
        return redirect(safe_next(request, reverse("listening:mention", args=[mention_id])))
    detail = get_mention_for(request.actor, mention_id)
    context = {"shown": shown_mention(detail.mention, _queries(request.actor)), "may_correct": True}
    if target == row:
        return render(request, f"{_DIR}/row.html", {**context, "sentiments": SENTIMENT_WORDS}, status=status)
    response = _again(request, detail, status=status)
    beside = {**context, "sentiments": SENTIMENT_WORDS, "swapped": True}
    response.write(render_to_string(f"{_DIR}/row.html", beside, request=request))
    return response


def _version(request: PageRequest) -> int | None:
    given = request.GET.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None


def _corrected(
    request: PageRequest, mention_id: str, act: Callable[[], MentionCorrection], sentence: Callable[[], str]
) -> HttpResponse:
    """Do one correction and offer to take it back; a conflict is told as a message beside the present state."""
    try:
        done = act()
    except ConflictError as error:
        flash(request, error.message, "attention")
        return _answer(request, mention_id)
    link = undo.link(request.actor, _UNDO, {"marks": [[mention_id, done.version]]})
    flash(request, sentence(), undo=link)
    return _answer(request, mention_id)


@require_POST
def sentiment(request: PageRequest, mention_id: str) -> HttpResponse:
    """Say how a mention feels, or leave it to the model again."""
    chosen = request.POST.get("sentiment", "")
    if chosen not in (*SENTIMENTS, "model"):
        raise NotFoundError
    value = None if chosen == "model" else chosen
    sentence = f"Marked as {chosen}." if value else "The model's own word counts again."
    return _corrected(
        request,
        mention_id,
        lambda: correct_sentiment(
            actor=request.actor, mention_id=mention_id, sentiment=value, version=_version(request)
        ),
        lambda: sentence,
    )


@require_POST
def relevance(request: PageRequest, mention_id: str) -> HttpResponse:
    """Say whether a mention is about us at all."""
    chosen = request.POST.get("relevant", "")
    if chosen not in ("yes", "no"):
        raise NotFoundError
    act = mark_relevant if chosen == "yes" else mark_irrelevant
    sentence = "Marked as about us." if chosen == "yes" else "Marked as not about us: it no longer counts anywhere."
    return _corrected(
        request,
        mention_id,
        lambda: act(actor=request.actor, mention_id=mention_id, version=_version(request)),
        lambda: sentence,
    )


def _taken_back(actor: Actor, data: Mapping[str, Any]) -> str:
    left = 0
    for mention_id, version in data["marks"]:
        try:
            undo_correction(actor=actor, mention_id=mention_id, version=version)
        except (ConflictError, NotFoundError):
            # Somebody has said something else since; their word stays.
            left += 1
    done = len(data["marks"]) - left
    also = f" {count(left, 'mention')} changed since and stayed as they are." if left else ""
    return f"{count(done, 'correction')} taken back.{also}"


_UNDO = undo.register("listening.mention.corrected", _taken_back)


@require_POST
def mark_several(request: PageRequest) -> HttpResponse:
    """Mark the selected mentions as not about us."""
    require(request.actor, _CORRECT, seen_by=_VIEW)
    ids = list(dict.fromkeys(request.POST.getlist("selected")))[:_MOST_AT_ONCE]
    marks: list[list[Any]] = []
    left: list[str] = []
    with transaction.atomic():
        for mention_id in ids:
            try:
                done = mark_irrelevant(actor=request.actor, mention_id=mention_id)
            except DomainError as error:
                left.append(error.message)
            else:
                marks.append([mention_id, done.version])
    if marks:
        sentence = f"{count(len(marks), 'mention')} marked as not about us."
        flash(request, sentence, undo=undo.link(request.actor, _UNDO, {"marks": marks}))
    if left:
        flash(request, f"{count(len(left), 'mention')} not marked. {left[0]}", "attention")
    if not ids:
        flash(request, "Nothing was selected.", "information")
    return redirect(safe_next(request, reverse("listening:mentions")))


# --- notes ---------------------------------------------------------------------------------------------------------


@require_POST
def note(request: PageRequest, mention_id: str) -> HttpResponse:
    """Write a note for colleagues."""
    form = NoteForm(request.POST)
    if form.is_valid():
        with domain_errors(form):
            add_note(actor=request.actor, mention_id=mention_id, text=form.cleaned_data["text"])
            flash(request, "The note was kept.")
            return _answer(request, mention_id)
    detail = get_mention_for(request.actor, mention_id)
    return _again(request, detail, status=422, form=form)


def _note_back(actor: Actor, data: Mapping[str, Any]) -> str:
    add_note(actor=actor, mention_id=data["mention"], text=data["text"])
    return "The note is back."


_NOTE_BACK = undo.register("listening.mention.note_removed", _note_back)


@require_POST
def unnote(request: PageRequest, mention_id: str, note_id: int) -> HttpResponse:
    """Take a note away."""
    removed = remove_note(actor=request.actor, note_id=note_id)
    link = undo.link(request.actor, _NOTE_BACK, {"mention": removed.mention_id, "text": removed.text})
    flash(request, "The note was removed.", undo=link)
    return _answer(request, removed.mention_id)


# --- erasure -------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def erase(request: PageRequest, mention_id: str) -> HttpResponse:
    """Erase a post, or everything by its author. This cannot be undone, and the page says so."""
    detail = get_mention_for(request.actor, mention_id)
    require(request.actor, _ERASE, seen_by=_VIEW)
    form = EraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            return _erased(request, detail, form.cleaned_data)
    context = _detail(request, detail, erase_form=form)
    response = page(request, f"{_DIR}/erase.html", context, status=422 if form.is_bound else 200)
    if in_panel(request):
        response["HX-Push-Url"] = "false"
    return response


def _erased(request: PageRequest, detail: MentionDetail, values: Mapping[str, Any]) -> HttpResponse:
    found = detail.mention
    if values["what"] == "author":
        if not found.author:
            raise NotFoundError
        done = erase_author(actor=request.actor, handle=found.author, reference=values["reference"])
        sentence = f"{count(done.mentions, 'post')} erased, and the author will not be collected again."
    else:
        done = erase_mentions(actor=request.actor, mention_ids=[found.id], reference=values["reference"])
        sentence = "The post was erased, and it will not be collected again."
    flash(request, sentence, "information")
    target = reverse("listening:mentions")
    if in_panel(request):
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    return redirect(target)
