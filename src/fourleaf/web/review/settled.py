"""What somebody reads who decides an item that was decided a moment before."""

from __future__ import annotations

from django.http import HttpResponse

from fourleaf.kernel.actors import Actor
from fourleaf.review.models import ReviewItem
from fourleaf.review.selectors import queue_of
from fourleaf.review.selectors.items import IN_TURN, may_see_verdicts
from fourleaf.web.kit import times
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page

__all__ = ["settled_page", "what_became"]

_DID = {"approved": "approved this", "returned": "asked for changes", "audited": "looked at this"}


def what_became(actor: Actor, item: ReviewItem) -> str:
    """What happened to an item that somebody had before them, in a sentence."""
    last = item.decisions.filter(undone_at__isnull=True).order_by("-at", "-pk").first()
    if item.is_open and not may_see_verdicts(actor, item):
        return "It no longer waits for you: others decide it."
    if last is None or item.state in ("withdrawn", "expired", "draft") or last.submission != item.submission:
        more = "others decide it" if item.is_open else "there is nothing left to decide"
        return f"It is {item.get_state_display().lower()} now; {more}."
    who = "You" if last.person_id == actor.person_id else last.name
    said = f"{who} {_DID[last.verdict]} {times.relative(last.at)}."
    return f"{said} It waits for others now." if item.is_open else said


def settled_page(request: PageRequest, item: ReviewItem) -> HttpResponse:
    """No form, what became of the item, and the way to the next."""
    mine = queue_of(request.actor, "mine").exclude(pk=item.pk).order_by(*IN_TURN)
    context = {"item": item, "said": what_became(request.actor, item), "following": mine.first()}
    return page(request, "web/review/settled.html", context, status=409)
