"""Coverage by unit, belts by name where a region allows it, and belts set by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from fourleaf.engine.training.ladder import BELTS, LADDER, as_belt, at_least
from fourleaf.governance.role_catalogue import CATALOGUE
from fourleaf.kernel import clock, public
from fourleaf.kernel.models.organisation import search_key
from fourleaf.kernel.permissions import require
from fourleaf.training.contracts import Belt, BeltStanding
from fourleaf.training.models import BeltAward
from fourleaf.training.selectors.coverage import FEWEST, coverage
from fourleaf.training.selectors.presence import coverage_by_hour, coverage_by_role
from fourleaf.training.selectors.standings import standings
from fourleaf.training.selectors.trainers import wears_black
from fourleaf.training.selectors.work import get_named_person_for, named_people
from fourleaf.training.services.belts import set_belt
from fourleaf.training.services.exports import note_export
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.forms import domain_errors
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page
from fourleaf.web.kit.tables import Column, Empty, State, Table
from fourleaf.web.training.checking import person_meant
from fourleaf.web.training.forms import BeltForm, PeopleFilter
from fourleaf.web.training.shown import belt_mark, ladder_of, rights_shown

__all__ = ["covered", "people", "person", "set_by_hand"]

_VIEW, _SET = "training.view_coverage", "training.set_belts"
_GET_POST: Final = ["GET", "HEAD", "POST"]


_WAYS: Final = (("unit", "By region and unit"), ("role", "By role"), ("hour", "By hour of the week"))
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_STEPS: Final = ("fewer than two", "2 to 4", "5 to 9", "10 or more")


@require_safe
def covered(request: PageRequest) -> HttpResponse:
    """How many people hold at least a belt: by region and department, by role, by hour of the week."""
    require(request.actor, _VIEW)
    wears_black(request.actor)
    asked, way = request.GET.get("belt", ""), request.GET.get("by", "unit")
    belt = as_belt(asked) if asked in BELTS[1:] else "white"
    way = way if way in dict(_WAYS) else "unit"
    context: dict[str, Any] = {
        "belt": belt,
        "by": way,
        "belts": [(one, LADDER[one].label, one == belt) for one in BELTS[1:]],
        "ways": [(code, label, code == way) for code, label in _WAYS],
        "step": LADDER[belt],
        "fewest": FEWEST,
    }
    context |= {"unit": _units, "role": _roles, "hour": _hours}[way](request, belt)
    return page(request, f"web/training/coverage_{way}.html", context)


def _units(request: PageRequest, belt: Belt) -> dict[str, Any]:
    found = coverage(request.actor, belt=belt)

    def bars(units: Any) -> list[tuple[Any, int | None, int | None]]:
        rows = []
        for unit in units:
            holding = next((s.holding for s in unit.shares if s.belt == belt), 0) if unit.shares else None
            share = round(100 * holding / unit.people) if holding is not None and unit.people else None
            rows.append((unit, holding, share))
        return rows

    share = next((one.holding for one in found.shares if one.belt == belt), None)
    return {
        "coverage": found,
        "holding": share,
        "percent": round(100 * share / found.people) if share is not None and found.people else None,
        "units": [("Regions", bars(found.regions)), ("Departments", bars(found.departments))],
    }


def _roles(request: PageRequest, belt: Belt) -> dict[str, Any]:
    by_code = {one.code: one for one in coverage_by_role(request.actor, belt=belt)}
    rows = [
        (role.label, by_code[code], round(100 * (by_code[code].holding or 0) / (by_code[code].people or 1)))
        for code, role in CATALOGUE.items()
        if code in by_code
    ]
    return {"rows": rows, "vacant": [role.label for code, role in CATALOGUE.items() if code not in by_code]}


def _hours(request: PageRequest, belt: Belt) -> dict[str, Any]:
    zones = sorted({"UTC", request.actor.time_zone, *(one.time_zone for one in public.regions().values())})
    zone = request.GET.get("zone", "")
    found = coverage_by_hour(request.actor, belt=belt, zone=zone if zone in zones else request.actor.time_zone)
    gap = found.longest_gap
    return {
        "hours": found,
        "days": [(name, [(step, _STEPS[step]) for step in row]) for name, row in zip(_DAYS, found.steps, strict=True)],
        "clock": range(24),
        "gap": (gap[0], _DAYS[gap[1]], f"{gap[2]:02}:00") if gap else None,
        "zones": [(one, one.replace("_", " "), one == found.zone) for one in zones],
        "legend": list(enumerate(_STEPS)),
    }


@dataclass(frozen=True)
class PersonRow:
    """A person with their belt, for the list."""

    pk: int
    name: str
    search: str
    department: str
    region: str
    standing: BeltStanding

    @property
    def rank(self) -> int:
        """The belt's place, for sorting."""
        return BELTS.index(self.standing.belt)

    @property
    def valid_until(self) -> date | None:
        """The last day of the belt."""
        return self.standing.valid_until

    @property
    def state(self) -> str:
        """How it stands."""
        if self.standing.suspended:
            return "resting"
        if self.standing.belt == "none":
            return "none"
        soon = clock.today() + timedelta(days=30)
        return "ending" if self.standing.valid_until and self.standing.valid_until <= soon else "valid"


_STATES: Final = {
    "valid": State("good", "Valid"),
    "ending": State("attention", "Ends soon"),
    "resting": State("attention", "Rights resting", "pause-circle"),
    "none": State("neutral", "No belt"),
}


def _filter(rows: list[PersonRow], values: Mapping[str, Any]) -> list[PersonRow]:
    if belt := values.get("belt"):
        rows = [row for row in rows if at_least(row.standing.belt, belt)]
    if state := values.get("standing"):
        rows = [row for row in rows if row.state == state]
    return rows


def _search(rows: list[PersonRow], text: str) -> list[PersonRow]:
    words = search_key(text).split()
    return [row for row in rows if all(word in row.search for word in words)]


PEOPLE = Table(
    key="training-people",
    name="Belts",
    one="person",
    many="people",
    columns=(
        Column("name", "Name", kind="link", href=lambda r: reverse("training:person", args=[r.pk]), sort="name",
               main=True, side=True),
        Column("belt", "Belt", kind="custom", value="standing.belt", show=lambda r: belt_mark(r.standing.belt),
               export=lambda r: LADDER[r.standing.belt].label, sort=("rank", "name")),
        Column("state", "Standing", kind="state", states=_STATES, sort=("state", "name")),
        Column("valid_until", "Until", kind="date", sort=("valid_until", "name")),
        Column("department", "Department", sort=("department", "name"), priority=3),
        Column("region", "Region", sort=("region", "name"), priority=3),
    ),
    sort="name",
    filters=PeopleFilter,
    filter=_filter,
    search=_search,
    search_label="Search name",
    row_id=lambda row: row.pk,
    empty=Empty(
        "Nobody to name",
        "People are listed by name only where their region has decided that individuals may be measured. Coverage by "
        "region and department shows the rest, without names.",
        icon="user-group",
    ),
    export_permission=_VIEW,
    exported=note_export,
)  # fmt: skip


@require_safe
def people(request: PageRequest) -> HttpResponseBase:
    """Belts by name, of regions that measure individuals."""
    require(request.actor, _VIEW)
    found = list(named_people(request.actor).values_list("pk", "name", "search", "department__name", "region__name"))
    worth = standings([row[0] for row in found])
    rows = [PersonRow(pk, name, key, unit or "", region or "", worth[pk]) for pk, name, key, unit, region in found]
    return PEOPLE.bind(request, rows).respond("web/training/people.html", {"may_set": request.actor.may(_SET)})


@require_safe
def person(request: PageRequest, person_id: int) -> HttpResponse:
    """One person's belt, where it may be seen by name."""
    who = get_named_person_for(request.actor, person_id)
    worth = standings([who.pk])[who.pk]
    context = {
        "person": who,
        "standing": worth,
        "ladder": ladder_of(worth, {}, links=False),
        "rights": rights_shown(worth),
        "history": list(BeltAward.objects.filter(person=who)[:20]),
        "held": LADDER[worth.held],
        "may_set": request.actor.may(_SET),
    }
    return page(request, "web/training/person.html", context)


@require_http_methods(_GET_POST)
def set_by_hand(request: PageRequest) -> HttpResponse:
    """Set, correct or take away a belt, with a reason."""
    require(request.actor, _SET)
    initial = {"valid_from": clock.today(), "who": request.GET.get("who", "")}
    form = BeltForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        who = person_meant(request.actor, form)
        if who is not None:
            with domain_errors(form):
                values = {name: form.cleaned_data[name] for name in ("belt", "valid_from", "valid_until", "reason")}
                set_belt(actor=request.actor, person_id=who, **values)
                flash(request, "The belt was set; it stands in the audit trail with your reason.")
                return redirect("training:coverage")
    return page(request, "web/training/set_belt.html", {"form": form})
