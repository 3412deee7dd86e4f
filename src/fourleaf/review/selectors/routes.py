"""Groups and routes, what is wrong with them, and who is away."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from django.db.models import Q, QuerySet

from fourleaf.engine.review import lint
from fourleaf.engine.review.routes import BELTS
from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import NotFoundError
from fourleaf.review import standing
from fourleaf.review.models import Absence, Delegation, Deputy, ReviewGroup, Route
from fourleaf.review.needs import NeedJson
from fourleaf.review.routing import Scope, crew_for, find_route, need_json

__all__ = [
    "RouteFinding",
    "absences_of",
    "delegations_of",
    "deputies_of",
    "findings_of",
    "get_group_for",
    "get_route_for",
    "visible_groups",
    "visible_routes",
]

#: Matters of R4 in which somebody who knows the law is wanted -> how they are called.
_GRAVE: Final = {
    "admission": "an admission",
    "legal_dispute": "a legal dispute",
    "personnel_case": "a personnel case",
}


@dataclass(frozen=True)
class RouteFinding:
    """What is wrong with a route or a group, in a sentence."""

    route: str
    severity: Literal["error", "warning"]
    sentence: str


def visible_groups(actor: Actor) -> QuerySet[ReviewGroup]:
    """All groups: everybody may know who decides what."""
    rows = ReviewGroup.objects.filter(archived_at__isnull=True).prefetch_related("seats__person")
    return rows.select_related("brand") if actor.may("review.submit") else rows.none()


def visible_routes(actor: Actor, *, archived: bool = False) -> QuerySet[Route]:
    """All routes, for everybody who may hand something in."""
    rows = Route.objects.select_related("brand", "region").prefetch_related("steps__group__seats__person")
    rows = rows if archived else rows.filter(archived_at__isnull=True)
    return rows if actor.may("review.submit") else rows.none()


def get_group_for(actor: Actor, group_id: int) -> ReviewGroup:
    """One group; `NotFoundError` for absent and forbidden alike."""
    found = visible_groups(actor).filter(pk=group_id).first()
    if found is None:
        raise NotFoundError
    return found


def get_route_for(actor: Actor, route_id: int) -> Route:
    """One route, archived ones too; `NotFoundError` for absent and forbidden alike."""
    found = visible_routes(actor, archived=True).filter(pk=route_id).first()
    if found is None:
        raise NotFoundError
    return found


def findings_of(routes: Sequence[Route]) -> list[RouteFinding]:
    """Groups of one, quorums too large, and steps for which too few hold the belt."""
    crew = crew_for([need_json(route) for route in routes])
    held = standing.held_by([int(one) for one in crew.facts.people if one.isdigit()], clock.today())
    found = []
    for route in routes:
        need = crew.need(need_json(route))
        found += [RouteFinding(route.name, one.severity, one.sentence) for one in lint(need)]
        for step in route.steps.all():
            members = [int(one) for one in crew.members.get(step.group_id, [])]
            asked = BELTS.index(step.group.belt)
            short = [
                one for one in members if BELTS.index(held.get(one, standing.Held()).belt) < asked
            ]  # fmt: skip
            able = len(members) - len(short)
            if short and able < step.m:
                found.append(
                    RouteFinding(
                        route.name,
                        "error",
                        f"{step.group.name} asks for {step.m} with {step.group.belt.capitalize()} belt, but {able} of "
                        f"its {len(members)} members hold one today. Nothing gets through until more are certified.",
                    )
                )
    return found + _graver_but_easier(routes)


def _graver_but_easier(routes: Sequence[Route]) -> list[RouteFinding]:
    """Specialists, such as counsel, whom items of R3 need and items of R4 do not.

    A crisis quorum may decide alone. Admissions, legal disputes and personnel cases are R4 as well, and there the
    house should know that nobody has to ask counsel.
    """
    groups = {step.group_id: step.group for route in routes for step in route.steps.all()}
    special = {pk for pk, group in groups.items() if group.belt == "none"}
    lacking: dict[str, tuple[set[str], set[int]]] = {}
    for route in routes:
        if route.role != Route.Role.BASE or route.tier not in ("", "R4"):
            continue
        # An item as this route is for, once with something of R3 and once with each grave matter.
        where = Scope(route.content_class or "post", frozenset(), route.brand_id, route.region_id, route.channel)
        usual = find_route(where, "R3", routes)
        for flag, matter in _GRAVE.items() if usual is not None else ():
            grave = find_route(replace(where, flags=frozenset({flag})), "R4", routes)
            if grave is None or usual is None:
                continue
            if left := (_needed(usual.need) - _needed(grave.need)) & special:
                matters, who = lacking.setdefault(grave.name, (set(), set()))
                matters.add(matter)
                who |= left
    return [
        RouteFinding(
            name,
            "warning",
            f"Items of tier R3 need {_names(groups, who)}, items of tier R4 do not: {_either(matters)} can go out "
            "without them. If that is not meant, add a route for R4 that comes in addition and asks for "
            f"{_names(groups, who)}.",
        )
        for name, (matters, who) in lacking.items()
    ]


def _needed(need: NeedJson) -> frozenset[int]:
    """The groups that cannot be left out."""
    if parts := need.get("all_of"):
        return frozenset().union(*map(_needed, parts))
    if parts := need.get("any_of"):
        return frozenset.intersection(*map(_needed, parts))
    return frozenset(need.get("group", ()))


def _names(groups: Mapping[int, ReviewGroup], chosen: Collection[int]) -> str:
    return ", ".join(sorted(groups[pk].name for pk in chosen))


def _either(matters: Collection[str]) -> str:
    said = [one for one in _GRAVE.values() if one in matters]
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} or {said[-1]}"


def absences_of(person_ids: Sequence[int] | None = None) -> QuerySet[Absence]:
    """Absences that are not over, of some people or of all."""
    rows = Absence.objects.filter(last__gte=clock.today()).select_related("person")
    return rows if person_ids is None else rows.filter(person_id__in=person_ids)


def delegations_of(person_id: int | None = None) -> QuerySet[Delegation]:
    """Delegations that are not over, given or taken by somebody, or all."""
    rows = Delegation.objects.filter(last__gte=clock.today()).select_related("giver", "to")
    return rows if person_id is None else rows.filter(Q(giver_id=person_id) | Q(to_id=person_id))


def deputies_of(person_id: int) -> QuerySet[Deputy]:
    """Who stands in for somebody, in order."""
    return Deputy.objects.filter(person_id=person_id).select_related("deputy")
