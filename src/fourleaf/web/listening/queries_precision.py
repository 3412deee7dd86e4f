"""The precision check: a random sample of what a query found, read and labelled by a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import ConflictError, DomainError, NotAllowedError, NotFoundError
from fourleaf.kernel.permissions import allowed, require
from fourleaf.listening.models import ListeningQuery, PrecisionSample
from fourleaf.listening.selectors import get_query_for
from fourleaf.listening.selectors.mentions import Mention, get_mention_for
from fourleaf.listening.selectors.queries import samples_of
from fourleaf.listening.services.samples import (
    SAMPLE_SIZE,
    WANTED_LOWER_BOUND,
    draw_sample,
    get_sample_for,
    give_up_sample,
    label_mention,
)
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.numbers import Share
from fourleaf.web.kit.requests import PageRequest, is_fragment
from fourleaf.web.kit.respond import page
from fourleaf.web.listening.queries_list import ROLES
from fourleaf.web.listening.texts import DETAIL, NOTHING, excerpt

__all__ = ["Result", "give_up", "label", "precision", "result_of", "sample"]

_VIEW, _EDIT = "listening.view_queries", "listening.edit_queries"
_DIR = "web/listening/queries"
_WANTED = round(100 * WANTED_LOWER_BOUND)
_ANSWERS = {"yes": True, "no": False, "": None}


@dataclass(frozen=True)
class Result:
    """What a sample says: the share with its interval, a state, and a sentence on what it means."""

    share: Share
    kind: str
    word: str
    sentence: str


def result_of(sample: PrecisionSample) -> Result | None:
    """The result so far; None before the first label."""
    read = len(sample.labels)
    if not read or sample.low is None or sample.high is None:
        return None
    share = Share(sum(sample.labels.values()) / read, sample.low, sample.high, read, "posts read")
    if share.too_few:
        return Result(share, "neutral", "Too early", "Too few posts have been read to say anything.")
    if sample.low >= WANTED_LOWER_BOUND:
        sentence = f"Even at the lower end of the interval at least {_WANTED} of 100 posts found are meant."
        return Result(share, "good", "Precise enough", sentence)
    if sample.high < WANTED_LOWER_BOUND:
        sentence = (
            f"Even at the upper end fewer than {_WANTED} of 100 posts found are meant. Look at those that are not, and "
            "exclude what they have in common."
        )
        return Result(share, "blocking", "Not precise enough", sentence)
    sentence = (
        f"The interval reaches below {_WANTED} %, so it cannot be said yet that the query is precise enough. Sharpen "
        "it and draw again."
    )
    return Result(share, "attention", "Not certain", sentence)


def _around(actor: Actor, query: ListeningQuery) -> dict[str, Any]:
    return {
        "query": query,
        "role": ROLES[query.role],
        "tab": "precision",
        "may_edit": allowed(actor, _EDIT, query),
        "wanted": _WANTED,
        "size": SAMPLE_SIZE,
    }


@require_http_methods(["GET", "POST"])
def precision(request: PageRequest, query_id: int) -> HttpResponse:
    """What the check is for, the one that is open, and earlier ones; a POST draws a sample."""
    query = get_query_for(request.actor, query_id)
    if request.method == "POST":
        try:
            drawn = draw_sample(actor=request.actor, query_id=query.pk)
        except NotAllowedError:
            raise
        except DomainError as error:
            flash(request, error.message, "attention")
            return redirect("listening:query_precision", query.pk)
        return redirect("listening:precision_sample", query.pk, drawn.pk)
    found = list(samples_of(request.actor, query_id)[:100])
    waiting = next((one for one in found if one.state == "labelling"), None)
    context = {
        **_around(request.actor, query),
        "waiting": waiting,
        "waiting_read": len(waiting.labels) if waiting else 0,
        "samples": [(one, result_of(one)) for one in found],
    }
    return page(request, f"{_DIR}/precision.html", context)


@dataclass(frozen=True)
class Item:
    """One post of a sample; ``mention`` is None where it was erased since, or has not been asked for."""

    number: int
    mention_id: str
    label: bool | None
    mention: Mention | None = None
    text: SafeString = NOTHING
    left: int = 0


def _sample_of(actor: Actor, query_id: int, sample_id: int) -> PrecisionSample:
    sample = get_sample_for(actor, sample_id)
    if sample.query_id != query_id:
        raise NotFoundError
    return sample


def _item(actor: Actor, sample: PrecisionSample, number: int) -> Item:
    """The post with this number, from 1; its text with the places that made this query find it."""
    mention_id = sample.mention_ids[number - 1]
    label = sample.labels.get(mention_id)
    try:
        detail = get_mention_for(actor, mention_id)
    except NotFoundError:
        return Item(number, mention_id, label)
    own = [why.root.spans for query, why in detail.explanations if query.pk == sample.query_id]
    shown = excerpt(detail.mention.text, own[0] if own else detail.mention.spans, DETAIL)
    return Item(number, mention_id, label, detail.mention, shown.html, shown.left)


def _first_open(sample: PrecisionSample, after: int = 0) -> int:
    """The number of the first post without a label behind ``after``, or from the beginning; 0 when all have one."""
    order = [*range(after, len(sample.mention_ids)), *range(after)]
    return next((place + 1 for place in order if sample.mention_ids[place] not in sample.labels), 0)


def _asked(request: PageRequest, sample: PrecisionSample) -> int:
    asked = request.GET.get("at", "")
    wanted = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 0
    return wanted if 1 <= wanted <= len(sample.mention_ids) else _first_open(sample)


def _shown(request: PageRequest, sample: PrecisionSample, number: int, last: str = "") -> dict[str, Any]:
    total = len(sample.mention_ids)
    return {
        **_around(request.actor, sample.query),
        "sample": sample,
        "item": _item(request.actor, sample, number) if number else None,
        "read": len(sample.labels),
        "total": total,
        "result": result_of(sample),
        "open": sample.state == "labelling",
        "next_number": number + 1 if 0 < number < total else 0,
        "previous_number": number - 1 if number > 1 else 0,
        "last": last,
        "address": reverse("listening:precision_sample", args=[sample.query_id, sample.pk]),
    }


@require_GET
def sample(request: PageRequest, query_id: int, sample_id: int) -> HttpResponse:
    """A sample, one post at a time (``?at=``) or as a list (``?view=list``, ``&show=irrelevant``)."""
    found = _sample_of(request.actor, query_id, sample_id)
    require(request.actor, "listening.view_mentions", seen_by="listening.view_mentions")
    if request.GET.get("view") == "list":
        return _list(request, found)
    number = _asked(request, found)
    if number and is_fragment(request) and request.headers.get("HX-Target") == f"item-{number}":
        return render(request, f"{_DIR}/sample_item.html", _shown(request, found, number))
    part = "#card" if is_fragment(request) else ""
    return page(request, f"{_DIR}/sample.html{part}", _shown(request, found, number))


def _list(request: PageRequest, found: PrecisionSample) -> HttpResponse:
    """All posts of the sample; their texts come as they are scrolled to."""
    only = {"irrelevant": False, "relevant": True}.get(request.GET.get("show", ""))
    items = [
        Item(place + 1, mention_id, found.labels.get(mention_id))
        for place, mention_id in enumerate(found.mention_ids)
        if only is None or found.labels.get(mention_id) is only
    ]
    return page(request, f"{_DIR}/sample_list.html", {**_shown(request, found, 0), "items": items, "only": only})


@require_POST
def label(request: PageRequest, query_id: int, sample_id: int) -> HttpResponse:
    """Label one post, and go on to the next without a label."""
    found = _sample_of(request.actor, query_id, sample_id)
    mention_id = request.POST.get("mention", "")
    answer = request.POST.get("relevant", "")
    if answer not in _ANSWERS:
        raise NotFoundError
    try:
        found = label_mention(actor=request.actor, sample_id=found.pk, mention_id=mention_id, relevant=_ANSWERS[answer])
    except ConflictError as error:
        flash(request, error.message, "attention")
    number = found.mention_ids.index(mention_id) + 1
    if request.headers.get("HX-Target") == f"item-{number}":
        return render(request, f"{_DIR}/sample_item.html", _shown(request, found, number))
    # A label that was taken back is looked at again; otherwise on to the next.
    following = number if answer == "" else _first_open(found, number)
    last = mention_id if answer else ""
    if is_fragment(request):
        return render(request, f"{_DIR}/sample.html#card", _shown(request, found, following, last))
    at = f"?at={following}" if following else ""
    return redirect(reverse("listening:precision_sample", args=[query_id, found.pk]) + at)


@require_POST
def give_up(request: PageRequest, query_id: int, sample_id: int) -> HttpResponse:
    """Leave a sample unfinished."""
    found = _sample_of(request.actor, query_id, sample_id)
    give_up_sample(actor=request.actor, sample_id=found.pk)
    flash(request, "The sample was given up. Its labels stay in the list, but they do not count.", "information")
    return redirect("listening:query_precision", query_id)
