"""Writing drafts, and asking what would happen to a post."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from fourleaf.engine.review import CAPS, RULES, TARGETS
from fourleaf.engine.review.tiers import TIERS, Tier
from fourleaf.kernel.actors import Actor, system_actor
from fourleaf.kernel.permissions import require
from fourleaf.planning.selectors import current_plan, objects
from fourleaf.review import services
from fourleaf.review.models import ReviewItem
from fourleaf.review.routing import Scope
from fourleaf.review.selectors import get_draft_for, preview
from fourleaf.review.terms import EXPIRY
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.forms import domain_errors
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page
from fourleaf.web.review.forms import DraftForm, PreviewForm
from fourleaf.web.review.tables import LEVELS

__all__ = ["add", "draft", "rules", "what_if"]


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


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: PageRequest) -> HttpResponse:
    """Begin a draft."""
    require(request.actor, "review.submit")
    initial = {"region_id": request.actor.region_id}
    data = request.POST if request.method == "POST" else None
    form = DraftForm(data, initial=initial, **_channels(request.actor))
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            made = services.add_draft(actor=request.actor, fields=form.draft_fields)
            flash(request, f"“{made.title}” is kept as a draft. Nobody reviews it before you hand it in.")
            item = _item(made.pk)
            return redirect("review:item", item.pk if item else 0)
    return page(request, "web/review/draft.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: PageRequest, draft_id: int) -> HttpResponse:
    """Change a draft, also one that was handed in."""
    row = get_draft_for(request.actor, draft_id)
    item = _item(row.pk)
    if row.author_id != request.actor.person_id and item is not None:
        return redirect("review:item", item.pk)
    form = DraftForm(request.POST or None, draft=row, **_channels(request.actor))
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            services.change_draft(
                actor=request.actor, draft_id=row.pk, fields=form.draft_fields, version=form.cleaned_data["version"]
            )
            after = _item(row.pk)
            was_open = item is not None and item.state in ("submitted", "in_review", "approved")
            more = " The steps that judge what changed are open again." if was_open else ""
            flash(request, f"“{row.title}” was changed.{more}")
            return redirect("review:item", after.pk if after else 0)
    return page(request, "web/review/draft.html", {"form": form, "draft": row, "item": item})


@require_safe
def what_if(request: PageRequest) -> HttpResponse:
    """What would happen to this post? Nothing is written and nothing is drawn."""
    require(request.actor, "review.submit")
    asked = bool(request.GET)
    initial = {"region_id": request.actor.region_id}
    form = PreviewForm(request.GET if asked else None, initial=initial, **_channels(request.actor))
    found = None
    if asked and form.is_valid():
        data = form.cleaned_data
        scope = Scope(
            data["content_class"],
            frozenset(data["flags"]),
            data["brand_id"],
            data["region_id"],
            data["channel"].strip(),
        )
        found = preview(scope, author_id=request.actor.person_id, language=data["language"])
    context = {"form": form, "found": found, "level": LEVELS[found.level] if found else None}
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
            _target(tier),
            EXPIRY[tier].days,
        )
        for tier in reversed(TIERS)
    ]
    return page(request, "web/review/rules.html", {"rows": rows})


def _target(tier: Tier) -> str:
    target = TARGETS.get(tier)
    if target is None:
        return "as the crisis plan says"
    if target.days:
        return "one working day" if target.days == 1 else f"{target.days} working days"
    return (
        f"{target.minutes} staffed minutes"
        if target.calendar == "staffed"
        else f"{target.minutes // 60} business hours"
    )
