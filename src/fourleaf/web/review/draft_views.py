"""Writing drafts, and asking what would happen to a post."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from secrets import token_urlsafe
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from fourleaf.engine.review import CAPS, RULES
from fourleaf.engine.review.tiers import TIERS
from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor, system_actor
from fourleaf.kernel.permissions import require
from fourleaf.planning.selectors import current_plan, objects
from fourleaf.review import services
from fourleaf.review.models import ReviewItem
from fourleaf.review.routing import Scope
from fourleaf.review.selectors import get_draft_for
from fourleaf.review.standing import ruling_on
from fourleaf.review.terms import EXPIRY
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.forms import domain_errors
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page
from fourleaf.web.review.ahead import ahead, hints_on
from fourleaf.web.review.forms import DraftForm, PreviewForm
from fourleaf.web.review.words import target_of

__all__ = ["add", "draft", "rules", "what_if"]

#: What an address says of a question about a post; not its text.
_FACTS: Final = ("content_class", "brand_id", "region_id", "channel", "language", "flags")


def _item(draft_id: int) -> ReviewItem | None:
    return ReviewItem.objects.filter(kind="draft", subject_id=str(draft_id)).first()


def _channels(actor: Actor) -> dict[str, Any]:
    """The channels of the current plan for the forms; empty without a plan.

    Codes are checked for everybody who writes; listed with their names they are for those who may see the plan.
    """
    product = system_actor("review")
    plan = current_plan(product)
    if plan is None:
        return {}
    rows = objects(product, plan.pk, "channels").values_list("key", "data")
    return {
        "channels": {key: str(data.get("name") or "") for key, data in rows},
        "listed": current_plan(actor) is not None,
    }


def _ruling(request: PageRequest) -> dict[str, Any]:
    """What the author of something new is told before writing: why they could not hand it in, for their region."""
    actor = request.actor
    if actor.person_id is None:
        return {}
    ruling = ruling_on(actor.person_id, "submit_draft", region_id=actor.region_id, on=clock.today())
    return {"obstacles": ruling.reasons, "missing": ruling.reasons}


def _scope(data: Mapping[str, Any]) -> Scope:
    return Scope(
        data["content_class"], frozenset(data["flags"]), data["brand_id"], data["region_id"], data["channel"].strip()
    )


def _answer(request: PageRequest, data: Mapping[str, Any], texts: Iterable[str]) -> dict[str, Any]:
    """Hints, obstacles and what would happen, by the facts of a form."""
    found = ahead(_scope(data), author_id=request.actor.person_id, language=data["language"])
    seen = found["found"]
    return {
        **found,
        "hints": hints_on(texts, data["flags"]),
        "obstacles": seen.obstacles,
        "missing": seen.missing,
        "looked": True,
    }


def _looked_at(request: PageRequest, form: DraftForm) -> dict[str, Any] | None:
    """The answer for a draft as it stands in the form; None where that was not asked."""
    if "look" not in request.POST or not form.is_valid():
        return None
    data = form.cleaned_data
    return _answer(request, data, [data["title"], data["text"], data["disclosure"]])


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: PageRequest) -> HttpResponse:
    """Begin a draft."""
    require(request.actor, "review.submit")
    initial = {"region_id": request.actor.region_id}
    data = request.POST if request.method == "POST" else None
    form = DraftForm(data, initial=initial, **_channels(request.actor))
    # By this word a form that is sent twice is known as one.
    word = request.POST.get("form", "")[:64] if request.method == "POST" else token_urlsafe(16)
    looked = _looked_at(request, form)
    if request.method == "POST" and looked is None and form.is_valid():
        with domain_errors(form):
            made = services.add_draft(actor=request.actor, fields=form.draft_fields, form=word)
            flash(request, f"“{made.title}” is kept as a draft. Nobody reviews it before you hand it in.")
            item = _item(made.pk)
            return redirect("review:item", item.pk if item else 0)
    return page(request, "web/review/draft.html", {"form": form, "word": word, **(looked or _ruling(request))})


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: PageRequest, draft_id: int) -> HttpResponse:
    """Change a draft, also one that was handed in."""
    row = get_draft_for(request.actor, draft_id)
    item = _item(row.pk)
    if row.author_id != request.actor.person_id and item is not None:
        return redirect("review:item", item.pk)
    form = DraftForm(request.POST or None, draft=row, **_channels(request.actor))
    looked = _looked_at(request, form)
    if request.method == "POST" and looked is None and form.is_valid():
        with domain_errors(form):
            services.change_draft(
                actor=request.actor, draft_id=row.pk, fields=form.draft_fields, version=form.cleaned_data["version"]
            )
            after = _item(row.pk)
            was_open = item is not None and item.state in ("submitted", "in_review", "approved")
            more = " The steps that judge what changed are open again." if was_open else ""
            flash(request, f"“{row.title}” was changed.{more}")
            return redirect("review:item", after.pk if after else 0)
    more_context = looked or {"hints": hints_on([row.title, row.text, row.disclosure], row.flags)}
    return page(request, "web/review/draft.html", {"form": form, "draft": row, "item": item, **more_context})


@require_http_methods(["GET", "HEAD", "POST"])
def what_if(request: PageRequest) -> HttpResponse:
    """What would happen to this post? Nothing is written and nothing is drawn.

    The form is posted, so that the text stands in no address; an address that somebody passes on has the facts only.
    """
    require(request.actor, "review.submit")
    asked = request.POST if request.method == "POST" else request.GET
    initial = {"region_id": request.actor.region_id}
    form = PreviewForm(asked or None, initial=initial, **_channels(request.actor))
    context: dict[str, Any] = {"form": form}
    if asked and form.is_valid():
        data = form.cleaned_data
        context |= _answer(request, data, [data["text"]])
        facts = [(name, value) for name, values in asked.lists() for value in values if value and name in _FACTS]
        context["passed_on"] = f"?{urlencode(facts)}"
    return page(request, "web/review/what_if.html", context, status=422 if asked and form.errors else 200)


@require_safe
def rules(request: PageRequest) -> HttpResponse:
    """The rules of the tiers, as people read them."""
    require(request.actor, "review.submit")
    rows = [
        (
            tier,
            [rule for rule in RULES if rule.tier == tier],
            "never" if tier == "R4" else f"up to {CAPS[tier]}",
            target_of(tier),
            EXPIRY[tier].days,
        )
        for tier in reversed(TIERS)
    ]
    return page(request, "web/review/rules.html", {"rows": rows})
