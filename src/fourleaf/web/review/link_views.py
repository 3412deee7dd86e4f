"""Deciding by a link, without signing in: reviewers from their mail, and guests. GET shows, POST decides."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from fourleaf.kernel.errors import ConflictError, NotAllowedError, NotFoundError
from fourleaf.review import services
from fourleaf.review.contracts import FLAGS
from fourleaf.review.errors import LinkError
from fourleaf.web.kit.forms import domain_errors
from fourleaf.web.review.ahead import hints_for_item
from fourleaf.web.review.reading import content_of, form_for

__all__ = ["by_guest", "by_link"]

_STATUS: Final = {"unknown": 404, "refused": 403}
_GONE: Final = 410


def _page(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    response = render(request, "web/review/link.html", context, status=status)
    # The address holds a secret, which no other origin may learn. Our own has to: with "no-referrer" browsers send
    # the form with "Origin: null", and the check against forged forms refuses it.
    response["Referrer-Policy"] = "same-origin"
    patch_cache_control(response, private=True, no_store=True)
    return response


def _away(request: HttpRequest, error: LinkError) -> HttpResponse:
    return _page(request, {"problem": error.message}, _STATUS.get(error.kind, _GONE))


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, secret: str) -> HttpResponse:
    """A reviewer's own link: one item, one verdict."""
    try:
        found = services.follow_link(secret)
        make = form_for(found.item)
        form = make(request.POST if request.method == "POST" else None, initial={"content": found.item.content_hash})
        if request.method == "POST" and form.is_valid():
            with domain_errors(form):
                decision = services.decide_by_link(
                    secret=secret, verdict=form.as_verdict, content=form.cleaned_data["content"]
                )
                return _page(request, {"done": decision, "item": found.item})
    except LinkError as error:
        return _away(request, error)
    except (NotAllowedError, NotFoundError, ConflictError) as error:
        return _page(request, {"problem": error.message}, 403)
    context = {
        "item": found.item,
        "who": found.actor.label,
        "form": form,
        "content": content_of(found.item),
        "reasons": found.item.reasons,
        "hints": hints_for_item(found.item),
        "flags": [FLAGS.get(flag, flag) for flag in found.item.flags],
    }
    return _page(request, context, 422 if request.method == "POST" else 200)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_guest(request: HttpRequest, secret: str) -> HttpResponse:
    """A guest's link: the text, what holds for it, the rules that spoke and the form; nothing else of the house."""
    try:
        guest = services.follow_guest_link(secret)
        initial = {"content": guest.item.content_hash}
        form = form_for(guest.item, guest=True)(request.POST if request.method == "POST" else None, initial=initial)
        if request.method == "POST" and form.is_valid():
            with domain_errors(form):
                decision = services.decide_by_guest_link(
                    secret=secret,
                    name=form.cleaned_data["name"],
                    verdict=form.as_verdict,
                    content=form.cleaned_data["content"],
                )
                return _page(request, {"done": decision, "item": guest.item, "guest": guest})
    except LinkError as error:
        return _away(request, error)
    except (NotAllowedError, NotFoundError, ConflictError) as error:
        return _page(request, {"problem": error.message}, 403)
    context = {
        "item": guest.item,
        "who": guest.label,
        "guest": guest,
        "form": form,
        "content": content_of(guest.item),
        # Where a kind goes a way of its own, the reasons are about the house.
        "reasons": guest.item.reasons if guest.item.tier else (),
        "flags": [FLAGS.get(flag, flag) for flag in guest.item.flags],
    }
    return _page(request, context, 422 if request.method == "POST" else 200)
