"""My belt: the ladder, what I may do, what is next; a belt's path; wishes and leave."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fourleaf.engine.training.ladder import BELTS, LADDER, RIGHT_LABELS, above
from fourleaf.kernel import clock
from fourleaf.kernel.errors import NotFoundError
from fourleaf.training.models import Absence, BeltAward, BrandBadge, LearnerProfile, Module, PracticalWork, TrainingDue
from fourleaf.training.selectors.curriculum import delta_modules
from fourleaf.training.selectors.path import path_of, paths_for
from fourleaf.training.selectors.rollout import uses_to_tell
from fourleaf.training.selectors.standings import standings
from fourleaf.training.selectors.trainers import wears_black
from fourleaf.training.services.dues import change_absence, change_profile, note_absence
from fourleaf.training.services.learning import own_person
from fourleaf.training.services.uses import say_used
from fourleaf.training.standing import OpenAcknowledgement, open_acknowledgements
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.forms import domain_errors
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page
from fourleaf.web.training.forms import AbsenceForm, WishesForm
from fourleaf.web.training.shown import ladder_of, rights_shown, way_said

__all__ = ["absence", "absence_end", "belt", "home", "used", "wishes"]

_GET_POST: Final = ["GET", "HEAD", "POST"]


def _to_acknowledge(person: int, today: date) -> list[tuple[OpenAcknowledgement, Module | None]]:
    """Policies to be acknowledged, each with the module that teaches what changed."""
    found = open_acknowledgements(person, today)
    modules = delta_modules() if found else {}
    return [
        (one, modules.get((one.policy_id, one.major)) or modules.get((one.policy_id, None))) for one in found
    ]  # fmt: skip


@require_safe
def home(request: PageRequest) -> HttpResponse:
    """Where I stand, what I may do now, what is next and how long it takes."""
    person = own_person(request.actor)
    wears_black(request.actor)
    worth = standings([person])[person]
    following = above(worth.held)
    wanted = {one for one in (following, worth.held) if one and one != "none"}
    paths = paths_for(person, wanted)
    following_path = paths.get(following) if following else None
    held = paths.get(worth.held)
    today = clock.today()
    return page(
        request,
        "web/training/home.html",
        {
            "standing": worth,
            "ladder": ladder_of(worth, paths),
            "rights": rights_shown(worth),
            "next": following_path,
            "next_step": LADDER[following] if following else None,
            "way": way_said(following_path) if following_path else "",
            "renewal": held if held and held.purpose in ("renew", "retest", "refresher") else None,
            "held_step": LADDER[worth.held],
            "in_grace": bool(worth.valid_until and today > worth.valid_until),
            "acknowledgements": _to_acknowledge(person, today),
            "dues": list(TrainingDue.objects.filter(person_id=person, state="waiting").select_related("module")),
            "badges": list(BrandBadge.objects.filter(person_id=person, ended_on=None).select_related("brand")),
            "voices": list(
                Module.objects.filter(kind="voice", state="published")
                .exclude(brand_id__in=worth.brand_badges)
                .select_related("brand")
                .order_by("brand__name")
            ),
            "works": list(
                PracticalWork.objects.filter(person_id=person).exclude(state="withdrawn").order_by("-handed_in_at")[:12]
            ),
            "history": list(BeltAward.objects.filter(person_id=person)[:20]),
            "profile": LearnerProfile.objects.filter(person_id=person).first(),
            "to_tell": [(right, RIGHT_LABELS[right]) for right in uses_to_tell(person) if right in worth.rights],
            "absences": list(Absence.objects.filter(person_id=person)[:5]),
        },
    )


@require_safe
def belt(request: PageRequest, belt: str) -> HttpResponse:
    """One belt: its modules, quiz and practical work, each with where I am."""
    person = own_person(request.actor)
    if belt not in BELTS[1:]:
        raise NotFoundError
    path = path_of(person, belt)
    done, total = path.steps_done
    returned = {w.kind: w for w in PracticalWork.objects.filter(person_id=person, belt=belt, state="returned")}
    waiting = PracticalWork.objects.filter(person_id=person, belt=belt, state="submitted")
    waits: dict[str, int] = {}
    for kind in waiting.values_list("kind", flat=True):
        waits[kind] = waits.get(kind, 0) + 1
    works = []
    for one in path.work:
        url = ""
        if path.purpose == "next" and not one.enough:
            if one.work.kind == "triage":
                url = reverse("training:samples")
            elif one.work.kind in ("draft", "project", "reply"):
                url = reverse("training:hand_in", args=[belt, one.work.kind])
        works.append((one, url, waits.get(one.work.kind, 0), returned.get(one.work.kind)))
    return page(
        request,
        "web/training/belt.html",
        {"path": path, "step": LADDER[belt], "works": works, "done": done, "total": total, "belt": belt},
    )


@require_POST
def used(request: PageRequest, right: str) -> HttpResponse:
    """I have used a right where the product cannot see it."""
    say_used(actor=request.actor, right=right)
    flash(request, "Thank you, it is noted.")
    return redirect("training:home")


@require_http_methods(_GET_POST)
def wishes(request: PageRequest) -> HttpResponse:
    """What I want: learn more, or keep my job free of it."""
    person = own_person(request.actor)
    profile = LearnerProfile.objects.filter(person_id=person).first()
    initial = {"opted_out": profile.opted_out, "willingness": profile.willingness} if profile else {}
    form = WishesForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            change_profile(actor=request.actor, **form.cleaned_data)
            flash(request, "Your wishes are noted.")
            return redirect("training:home")
    return page(request, "web/training/wishes.html", {"form": form})


@require_http_methods(_GET_POST)
def absence(request: PageRequest) -> HttpResponse:
    """Note a leave of my own."""
    person = own_person(request.actor)
    form = AbsenceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            note_absence(actor=request.actor, person_id=person, **form.cleaned_data)
            flash(request, "Your leave is noted. Nobody is asked to approve it here.")
            return redirect("training:home")
    return page(request, "web/training/absence.html", {"form": form})


@require_POST
def absence_end(request: PageRequest, absence_id: int) -> HttpResponse:
    """I am back: the leave ended yesterday."""
    own_person(request.actor)
    change_absence(actor=request.actor, absence_id=absence_id, ends_on=clock.today() - timedelta(days=1))
    flash(request, "Welcome back.")
    return redirect("training:home")
