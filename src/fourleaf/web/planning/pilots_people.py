"""The first people: the first team with its five tests, and early voices with their score (domain §9.3, §9.4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from fourleaf.engine.alignment.plan import EarlyVoice, FirstTeam
from fourleaf.engine.alignment.plan import Plan as PlanModel
from fourleaf.engine.pilots import Member, TestResult, early_voice, first_team
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import NotFoundError
from fourleaf.kernel.permissions import require
from fourleaf.planning.models import Plan
from fourleaf.planning.selectors import get_plan_for, model_of, objects
from fourleaf.planning.services.objects import put_object
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.forms import domain_errors
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page
from fourleaf.web.planning.pilots_views import may_edit

__all__ = ["people", "team", "voice"]

_SEE, _EDIT = "planning.view_plan", "planning.edit_plan"
_SHORT: Final = {
    "writes": "Writes",
    "expertise": "Expertise",
    "judgement": "Judgement",
    "time": "Time",
    "listens": "Listens",
}
_POINTS: Final = (
    ("writes", "Writes easily and well"),
    ("expertise", "Has opinions and details, as a hands-on expert"),
    ("judgement", "Judgement, by the track record inside"),
    ("time", "An agreed time block, two hours a week or more"),
    ("listens", "Listens: answers at least as much as posts"),
)
_TESTS: Final = {
    "size": "Six to twelve members",
    "F1": "Three departments or more, none with more than half",
    "F2": "Two sites or more, 40 % outside the main one",
    "F3": "Everybody brings a skill that nobody else has",
    "F4": "A leader who volunteered and is keen",
    "F5": "A benefit with a measure, clear to the members",
}


@dataclass(frozen=True, slots=True)
class Tested:
    """A test with its words and its result."""

    label: str
    result: TestResult


@dataclass(frozen=True, slots=True)
class ShownTeam:
    """A first team with its tests."""

    team: FirstTeam
    leader: str
    tests: list[Tested]
    passed: bool


@dataclass(frozen=True, slots=True)
class ShownVoice:
    """An early voice with the score."""

    voice: EarlyVoice
    role: str
    total: int
    points: list[tuple[str, str, int | None]]
    result: TestResult


def _teams(model: PlanModel) -> list[ShownTeam]:
    people = {person.id: person for person in model.people}
    shown = []
    for team in model.first_teams:
        members = [
            Member(people[one.person].department, people[one.person].region, frozenset(one.skills))
            for one in team.members
            if one.person in people
        ]
        results = first_team(
            members,
            main_region=team.main_region,
            leader_volunteered=team.leader_volunteered,
            leader_enthusiasm=team.leader_enthusiasm,
            members_enthusiasm=team.members_enthusiasm,
            benefit=team.benefit,
            benefit_measure=team.benefit_measure,
            benefit_clear_share=team.benefit_clear_share,
        )
        leader = people[team.leader].role if team.leader in people else ""
        tests = [Tested(_TESTS[result.name], result) for result in results]
        shown.append(ShownTeam(team, leader, tests, all(result.passed for result in results)))
    return shown


def _voices(model: PlanModel) -> list[ShownVoice]:
    roles = {person.id: person.role for person in model.people}
    shown = []
    for one in model.early_voices:
        points = {name: getattr(one, name) for name, _ in _POINTS}
        result = early_voice(**points, time_confirmed=one.time_confirmed, hours_a_week=one.hours_a_week)
        total = sum(point for point in points.values() if point is not None)
        listed = [(_SHORT[name], label, points[name]) for name, label in _POINTS]
        shown.append(ShownVoice(one, roles.get(one.person, one.person), total, listed, result))
    return sorted(shown, key=lambda one: (not one.result.passed, -one.total, one.voice.id))


@require_safe
def people(request: PageRequest, plan_id: int) -> HttpResponse:
    """Teams and voices with what the tests say."""
    require(request.actor, _SEE)
    plan = get_plan_for(request.actor, plan_id)
    model = model_of(request.actor, plan_id)
    context = {
        "plan": plan,
        "teams": _teams(model),
        "voices": _voices(model),
        "may_edit": may_edit(request.actor, plan),
    }
    return page(request, "web/planning/pilots/people.html", context)


def _people(model: PlanModel) -> list[tuple[str, str]]:
    return [(person.id, f"{person.role} ({person.id})") for person in model.people]


def _choose(form: forms.Form, name: str, choices: Iterable[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
    field.choices = list(choices)


class VoiceForm(forms.Form):
    """Five points of 0 to 3. A title counts for nothing."""

    person = forms.ChoiceField(label="Who")
    hours_a_week = forms.FloatField(label="Agreed hours a week", required=False, min_value=0, max_value=168)
    time_confirmed = forms.BooleanField(label="The manager confirmed the time", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, model: PlanModel, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "person", [("", "Choose"), *_people(model)])
        for name, label in _POINTS:
            self.fields[name] = forms.TypedChoiceField(
                label=label,
                coerce=int,
                required=False,
                choices=[("", "Not scored yet"), ("0", "0 not at all"), ("1", "1"), ("2", "2"), ("3", "3 very much")],
            )
        self.order_fields(["person", *(name for name, _ in _POINTS), "hours_a_week", "time_confirmed"])


class TeamForm(forms.Form):
    """The first team; department and region of members are those of the people."""

    name = forms.CharField(label="Name", max_length=200)
    leader = forms.ChoiceField(label="Leader", required=False)
    members = forms.CharField(
        label="Members and their skills",
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="One a line: the short id of the person, a colon, the skills with commas: R43: ovens, training.",
    )
    main_region = forms.ChoiceField(label="Main site", required=False)
    leader_volunteered = forms.NullBooleanField(label="The leader volunteered", required=False)
    leader_enthusiasm = forms.FloatField(
        label="How keen the leader is, 1 to 5", required=False, min_value=1, max_value=5
    )
    members_enthusiasm = forms.FloatField(
        label="How keen the members are (median), 1 to 5", required=False, min_value=1, max_value=5
    )
    benefit = forms.CharField(label="The benefit, in a sentence", max_length=500, required=False)
    benefit_measure = forms.CharField(label="How it is measured", max_length=500, required=False)
    benefit_clear = forms.FloatField(
        label="Members who find it clear, in per cent", required=False, min_value=0, max_value=100
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, model: PlanModel, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._known = {person.id for person in model.people}
        _choose(self, "leader", [("", "Nobody yet"), *_people(model)])
        _choose(self, "main_region", [("", "The largest"), *((one.id, one.name) for one in model.regions)])

    def clean_members(self) -> list[dict[str, Any]]:
        """Lines as members; a line that names nobody is said with its number."""
        found = []
        for number, line in enumerate(str(self.cleaned_data["members"]).splitlines(), start=1):
            key, _, skills = line.partition(":")
            if not key.strip():
                continue
            if key.strip() not in self._known:
                raise forms.ValidationError(f"Line {number}: nobody in the plan has the id “{key.strip()}”.")
            found.append({"person": key.strip(), "skills": [s.strip() for s in skills.split(",") if s.strip()]})
        return found


def _row(actor: Actor, plan: Plan, section: str, key: str) -> tuple[dict[str, Any], int | None]:
    if not key:
        return {}, None
    row = objects(actor, plan.pk, section).filter(key=key).first()
    if row is None:
        raise NotFoundError
    return dict(row.data), row.version


@require_http_methods(["GET", "HEAD", "POST"])
def voice(request: PageRequest, plan_id: int, key: str = "") -> HttpResponse:
    """Score somebody."""
    plan = get_plan_for(request.actor, plan_id)
    require(request.actor, _EDIT, plan, seen_by=_SEE)
    model = model_of(request.actor, plan_id)
    data, version = _row(request.actor, plan, "early_voices", key)
    form = VoiceForm(
        request.POST if request.method == "POST" else None, initial={**data, "version": version}, model=model
    )
    if request.method == "POST" and form.is_valid():
        values = {name: value for name, value in form.cleaned_data.items() if name != "version"}
        after = {name: value for name, value in data.items() if name not in values}
        after |= {name: value for name, value in values.items() if value not in (None, "", False)}
        after.setdefault("id", key or f"EV-{values['person']}")
        with domain_errors(form):
            put_object(
                actor=request.actor,
                plan_id=plan_id,
                section="early_voices",
                data=after,
                version=form.cleaned_data["version"] or (None if key else 0),
            )
            flash(request, "The score is kept.")
            return redirect("planning:pilot_people", plan_id)
    return page(request, "web/planning/pilots/voice.html", {"form": form, "plan": plan, "key": key})


@require_http_methods(["GET", "HEAD", "POST"])
def team(request: PageRequest, plan_id: int, key: str = "") -> HttpResponse:
    """Put a first team together."""
    plan = get_plan_for(request.actor, plan_id)
    require(request.actor, _EDIT, plan, seen_by=_SEE)
    model = model_of(request.actor, plan_id)
    data, version = _row(request.actor, plan, "first_teams", key)
    lines = [f"{one['person']}: {', '.join(one.get('skills', ()))}" for one in data.get("members", ())]
    clear = data.get("benefit_clear_share")
    initial = {
        **data,
        "members": "\n".join(lines),
        "benefit_clear": None if clear is None else 100 * clear,
        "version": version,
    }
    form = TeamForm(request.POST if request.method == "POST" else None, initial=initial, model=model)
    if request.method == "POST" and form.is_valid():
        values = {name: value for name, value in form.cleaned_data.items() if name != "version"}
        share = values.pop("benefit_clear")
        values["benefit_clear_share"] = None if share is None else share / 100
        after = {name: value for name, value in data.items() if name not in values}
        after |= {name: value for name, value in values.items() if value not in (None, "", [])}
        after.setdefault("id", f"team-{len(model.first_teams) + 1}")
        with domain_errors(form):
            put_object(
                actor=request.actor,
                plan_id=plan_id,
                section="first_teams",
                data=after,
                version=form.cleaned_data["version"] or (None if key else 0),
            )
            flash(request, f"The team “{values['name']}” is kept.")
            return redirect("planning:pilot_people", plan_id)
    return page(request, "web/planning/pilots/team.html", {"form": form, "plan": plan, "key": key})
