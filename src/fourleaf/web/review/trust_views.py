"""Trust: the strata, the walk of one, and what people decide about it."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from fourleaf.engine.review.explaining import FEWEST_FOR_BOUND
from fourleaf.kernel.permissions import allowed, require
from fourleaf.kernel.public import people_by_id, regions
from fourleaf.review import services
from fourleaf.review.models import Stratum
from fourleaf.review.selectors import agreement_of, get_stratum_for, shown, steps_of, visible_strata
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.forms import domain_errors
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page
from fourleaf.web.review.forms import ReasonForm, RulesForm
from fourleaf.web.review.tables import LEVELS, STRATA
from fourleaf.web.review.walk import walk_of

__all__ = ["clear", "decide_trust", "rules", "strata", "stratum"]

#: The page has another form, which has a version, too.
_RULES_ID: Final = "rules_%s"


@require_safe
def strata(request: PageRequest) -> HttpResponseBase:
    """How much of what is reviewed, by stratum."""
    require(request.actor, "review.view_trust")
    context = {
        "waiting": list(visible_strata(request.actor).filter(proposed=True)),
        "halted": list(visible_strata(request.actor).filter(level="QH")),
        "agreement": agreement_of(actor=request.actor),
    }
    return STRATA.bind(request, visible_strata(request.actor)).respond("web/review/strata.html", context)


def _shown(
    request: PageRequest, row: Stratum, form: ReasonForm | None = None, rules_form: RulesForm | None = None
) -> HttpResponse:
    facts = shown(row)
    may_confirm = allowed(request.actor, "review.confirm_trust")
    steps = steps_of(row)
    context = {
        "stratum": row,
        "facts": facts,
        "fewest": FEWEST_FOR_BOUND,
        "level": LEVELS[row.level],
        "walk": walk_of(steps),
        "changes": [one for one in reversed(steps) if one.cause],
        "agreement": agreement_of(row),
        "may_confirm": may_confirm,
        "ready": facts.state.proposal is not None and all(guard.met for guard in facts.guards),
        "form": form or ReasonForm(initial={"version": row.version}),
        "rules_form": rules_form or _rules_form(request, row, may_confirm),
        "halted": _halted(facts.state.halted_authors) if may_confirm else [],
    }
    return page(request, "web/review/stratum.html", context)


def _rules_form(request: PageRequest, row: Stratum, may_confirm: bool) -> RulesForm | None:
    """The form of the thresholds, for whoever may set them."""
    if not may_confirm or not allowed(request.actor, "review.configure"):
        return None
    return RulesForm(initial={"preset": row.preset, "tier": row.tier, "version": row.version}, auto_id=_RULES_ID)


def _halted(ids: frozenset[str]) -> list[tuple[str, str]]:
    """Halted authors for whoever clears them; by name only where the region's rules allow figures about individuals."""
    people = people_by_id([int(one) for one in ids if one.isdigit()])
    modes = {region.id: region.analytics_mode for region in regions().values()}
    return [
        (str(one.id), one.name if modes.get(one.region_id or 0) == "individual" else "An author")
        for one in people.values()
    ]


@require_safe
def stratum(request: PageRequest, stratum_id: int) -> HttpResponse:
    """One stratum: its walk, what it means, what would change it."""
    return _shown(request, get_stratum_for(request.actor, stratum_id))


@require_POST
def decide_trust(request: PageRequest, stratum_id: int, what: str) -> HttpResponse:
    """Less review as proposed, or an accepted remedy."""
    row = get_stratum_for(request.actor, stratum_id)
    form = ReasonForm(request.POST)
    if form.is_valid():
        with domain_errors(form):
            reason, version = form.cleaned_data["reason"], form.cleaned_data["version"]
            if what == "lift":
                row = services.lift_halt(actor=request.actor, stratum_id=stratum_id, remedy=reason, version=version)
                flash(request, f"{row}: publishing goes on, with two reviewers for everything.")
            else:
                row = services.confirm_relaxation(
                    actor=request.actor, stratum_id=stratum_id, reason=reason, version=version
                )
                flash(request, f"{row}: from now on {LEVELS[row.level].label}. A defect brings more review by itself.")
            return redirect("review:stratum", stratum_id)
    return _shown(request, row, form)


@require_POST
def rules(request: PageRequest, stratum_id: int) -> HttpResponse:
    """Other thresholds, or another cap."""
    row = get_stratum_for(request.actor, stratum_id)
    form = RulesForm(request.POST, auto_id=_RULES_ID)
    if form.is_valid():
        with domain_errors(form):
            row = services.set_stratum_rules(actor=request.actor, stratum_id=stratum_id, **form.cleaned_data)
            flash(request, f"{row}: the rules are kept.")
            return redirect("review:stratum", stratum_id)
    return _shown(request, row, rules_form=form)


@require_POST
def clear(request: PageRequest, stratum_id: int, author_id: int) -> HttpResponse:
    """Let a halted author write again."""
    services.clear_author(actor=request.actor, stratum_id=stratum_id, author_id=author_id)
    flash(request, "The author may hand in items again.")
    return redirect("review:stratum", stratum_id)
