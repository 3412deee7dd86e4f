"""From an item to its route, and from its route to the people it waits for.

Pure reasoning is the engine's; here the facts are fetched: routes and groups, deputies, absences, delegations, belts,
working hours. Everything for many items at once costs the same few queries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Any, cast, get_args
from zoneinfo import ZoneInfo

from fourleaf.engine.businesstime import BusinessCalendar
from fourleaf.engine.review import Approval, Facts, Item, Need, Person, candidates, due_at, missing, tier_of
from fourleaf.engine.review import Delegation as Handover
from fourleaf.engine.review.deadlines import Escalation, Target, escalation
from fourleaf.engine.review.routes import Belt, Missing
from fourleaf.engine.review.tiers import Flag, Kind, Tier, Tiering
from fourleaf.kernel import clock
from fourleaf.kernel.models import Person as PersonRow
from fourleaf.kernel.public import people_who_may, regions
from fourleaf.review import standing
from fourleaf.review.models import (
    Absence,
    Decision,
    Delegation,
    Deputy,
    GroupSeat,
    Guest,
    ReviewGroup,
    ReviewItem,
    Route,
)
from fourleaf.review.needs import NeedJson, advice_in, groups_in, need_of, rights_in

__all__ = [
    "Crew", "FoundRoute", "Scope", "approvals_of", "calendar_of", "calendars", "crew_for", "deadline_of",
    "engine_item", "find_route", "guests_by_step", "need_json",
    "open_steps", "routes_now", "tiering_of", "turn_of",
]  # fmt: skip

_KINDS = frozenset(get_args(Kind))
_FLAGS = frozenset(get_args(Flag))


@dataclass(frozen=True)
class Scope:
    """What routes ask of an item."""

    content_class: str
    flags: frozenset[str]
    brand_id: int | None = None
    region_id: int | None = None
    channel: str = ""


@dataclass(frozen=True)
class FoundRoute:
    """The route of an item: its need, its name in words, and whether outside guests may be asked.

    ``always``: the part that holds also when the item is not drawn; None if there is none.
    """

    need: NeedJson
    name: str
    guests: bool
    answer_minutes: int | None
    always: NeedJson | None = None


def engine_item(scope: Scope) -> Item:
    """The item as the rules of the tiers see it; an unknown class is a post, unknown flags say nothing."""
    kind = scope.content_class.strip().lower().replace(" ", "_")
    flags = cast("frozenset[Flag]", scope.flags & _FLAGS)
    return Item(kind=cast("Kind", kind) if kind in _KINDS else "post", flags=flags)


def tiering_of(scope: Scope) -> Tiering:
    """The tier, and the rules that spoke."""
    return tier_of(engine_item(scope))


def routes_now() -> list[Route]:
    """All routes that are in use, with their steps and groups. Two queries."""
    return list(
        Route.objects.filter(archived_at__isnull=True)
        .select_related("brand", "region")
        .prefetch_related("steps__group")
        .order_by("name", "pk")
    )


def _narrowness(route: Route) -> int:
    """A tier outweighs a brand, that a class, that a channel, that a region."""
    return sum(
        weight
        for weight, value in (
            (16, route.tier), (8, route.brand_id), (4, route.content_class), (2, route.channel), (1, route.region_id),
        )
        if value
    )  # fmt: skip


def _concerns(route: Route, scope: Scope, tier: str) -> bool:
    return (
        route.brand_id in (None, scope.brand_id)
        and route.region_id in (None, scope.region_id)
        and route.channel in ("", scope.channel)
        and route.content_class in ("", scope.content_class)
        and route.tier in ("", tier)
        and (not route.flags or bool(set(route.flags) & scope.flags))
    )


def need_json(route: Route) -> NeedJson:
    """The need of one route as it is stored with an item."""
    return {
        route.mode: [
            {
                "id": f"r{route.pk}s{step.pk}",
                "label": step.group.name,
                "group": [step.group_id],
                "m": step.m,
                "fields": list(step.fields),
                "departments": step.distinct_departments,
                "guest": step.guest,
            }
            for step in route.steps.all()
        ]
    }


def find_route(scope: Scope, tier: str, known: Sequence[Route] | None = None) -> FoundRoute | None:
    """The narrowest base route for the tier and all that come in addition; None where nobody would look."""
    fitting = [route for route in (routes_now() if known is None else known) if _concerns(route, scope, tier)]
    base = [route for route in fitting if route.role == Route.Role.BASE and list(route.steps.all())]
    if not base:
        return None
    main = max(base, key=lambda route: (_narrowness(route), -route.pk))
    added = [route for route in fitting if route.role == Route.Role.ADDED and list(route.steps.all())]
    parts = [need_json(main), *(need_json(route) for route in added)]
    always = [need_json(route) for route in added if route.always]
    every = [main, *added]
    minutes = [route.answer_minutes for route in every if route.answer_minutes]
    return FoundRoute(
        need={"all_of": parts} if len(parts) > 1 else parts[0],
        name=", and ".join(route.name for route in every),
        guests=any(route.guests for route in every),
        answer_minutes=min(minutes) if minutes else None,
        always={"all_of": always} if always else None,
    )


# --- people ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Crew:
    """Everybody who may play a part for some items, with the facts of a day."""

    facts: Facts
    members: Mapping[int, list[str]]
    belts: Mapping[int, str]
    names: Mapping[str, str]
    held: Mapping[int, standing.Held]
    holders: Mapping[str, list[str]] = field(default_factory=dict)

    def need(self, need: NeedJson, guests: Mapping[str, list[str]] | None = None) -> Need:
        """A stored need with the people of today."""
        return need_of(need, self.members, self.belts, guests, self.holders)


def crew_for(needs: Iterable[NeedJson], *, guests: Iterable[Guest] = (), on: date | None = None) -> Crew:
    """The people of all groups and rights that these needs name, their deputies and delegates. Few queries, however
    many."""
    day, needs = on or clock.today(), list(needs)
    group_ids = groups_in(needs)
    holders = {right: [str(person) for person in people_who_may(right)] for right in rights_in(needs)}
    seats = list(
        GroupSeat.objects.filter(group_id__in=group_ids).order_by("position", "pk").values_list("group_id", "person_id")
    )
    belts = dict(ReviewGroup.objects.filter(pk__in=group_ids).values_list("pk", "belt"))
    members: dict[int, list[str]] = defaultdict(list)
    for group, person in seats:
        members[group].append(str(person))
    people = {person for _, person in seats} | {int(one) for many in holders.values() for one in many}
    deputies: dict[int, list[int]] = defaultdict(list)
    for person, deputy in Deputy.objects.filter(person_id__in=people).values_list("person_id", "deputy_id"):
        deputies[person].append(deputy)
    handovers = list(Delegation.objects.filter(giver_id__in=people).values_list("giver_id", "to_id", "first", "last"))
    everybody = people | {one for many in deputies.values() for one in many} | {to for _, to, _, _ in handovers}
    absent: dict[int, list[tuple[date, date]]] = defaultdict(list)
    for person, first, last in Absence.objects.filter(person_id__in=everybody).values_list(
        "person_id", "first", "last"
    ):
        absent[person].append((first, last))
    held = standing.held_by(everybody, day)
    rows = PersonRow.objects.filter(pk__in=everybody).values_list("pk", "name", "department_id", "left_on")
    found: dict[str, Person] = {}
    names: dict[str, str] = {}
    for pk, name, department, left_on in rows:
        names[str(pk)] = name
        one = held.get(pk, standing.Held())
        # Who has left, or may not review just now, takes no part; deputies act for them as for anybody absent.
        gone = (left_on is not None and left_on < day) or "review" in one.resting
        away = [*absent[pk], (date.min, date.max)] if gone else absent[pk]
        found[str(pk)] = Person(
            id=str(pk),
            department=str(department or ""),
            belt=cast("Belt", one.belt),
            belt_until=one.until,
            absent=tuple(away),
            deputies=tuple(str(deputy) for deputy in deputies[pk]),
        )
    for guest in guests:
        key = f"guest:{guest.pk}"
        names[key] = f"{guest.name or guest.label} (guest)"
        found[key] = Person(id=key, department=key, belt="black")
    return Crew(
        Facts(found, tuple(Handover(str(giver), str(to), first, last) for giver, to, first, last in handovers)),
        members,
        belts,
        names,
        held,
        holders,
    )


def guests_by_step(guests: Iterable[Guest]) -> dict[str, list[str]]:
    """Guests that were not revoked, as people of the step they were invited for."""
    found: dict[str, list[str]] = defaultdict(list)
    for guest in guests:
        if guest.revoked_at is None:
            found[guest.step].append(f"guest:{guest.pk}")
    return found


def approvals_of(decisions: Iterable[Decision], zone: tzinfo) -> list[Approval]:
    """The engine's approvals: one for each step that a decision covers. Undone ones and audits are left out."""
    return [
        Approval(
            step=step,
            by=str(one.person_id) if one.guest_id is None else f"guest:{one.guest_id}",
            at=one.at.astimezone(zone),
            content=digest,
            verdict="approved" if one.verdict == "approved" else "returned",
        )
        for one in decisions
        if one.undone_at is None and one.verdict in ("approved", "returned")
        for step, digest in one.hashes.items()
    ]


def open_steps(
    item: ReviewItem,
    crew: Crew,
    decisions: Collection[Decision],
    guests: Collection[Guest] = (),
    *,
    advice: bool = False,
) -> tuple[Missing, ...]:
    """The steps of an item that still lack approvals of its present content; with ``advice`` also those for which
    nothing waits."""
    zone = clock.local_zone()
    unasked = set() if advice else advice_in(item.need)
    asked = {step: people for step, people in guests_by_step(guests).items() if step not in unasked}
    return missing(
        crew.need(item.need_now, asked),
        approvals_of((one for one in decisions if one.submission >= item.counts_from), zone),
        crew.facts,
        author=str(item.author_id),
        content=item.content,
        day=clock.today(),
    )


# --- times -----------------------------------------------------------------------------------------------------------


def calendar_of(region_id: int | None) -> BusinessCalendar:
    """The working hours of a region; Monday to Friday from nine to five where nobody stated any. One query."""
    region = regions().get(region_id or 0)
    if region is None:
        return BusinessCalendar.of(clock.local_zone(), [])
    return BusinessCalendar.of(ZoneInfo(region.time_zone), region.working_hours)


def _targets(answer_minutes: int | None) -> dict[Tier, Target] | None:
    if not answer_minutes:
        return None
    target = Target("business", minutes=answer_minutes)
    return {"R0": target, "R1": target, "R2": target, "R3": target}


def deadline_of(tier: str, start: datetime, calendar: BusinessCalendar, answer_minutes: int | None) -> datetime | None:
    """By when an item should be decided; None for R4."""
    return due_at(
        cast("Tier", tier), start, staffed=calendar, business=calendar, targets=_targets(answer_minutes)
    )  # fmt: skip


def turn_of(item: ReviewItem, step: Missing, crew: Crew, calendar: BusinessCalendar, at: datetime) -> Escalation | None:
    """Whose turn it is at a step; None where nobody waits for a turn."""
    able = candidates(step.step, crew.facts, clock.today(), str(item.author_id))
    open_ones = {one.person for one in step.candidates}
    return escalation(
        cast("Tier", item.tier),
        [one for one in able if one.person in open_ones],
        item.submitted_at or item.created_at,
        at,
        staffed=calendar,
        business=calendar,
        targets=_targets(item.answer_minutes),
    )


Calendars = Callable[[int | None], BusinessCalendar]


def calendars() -> Calendars:
    """`calendar_of` for many items with one query in all."""
    known: dict[int | None, BusinessCalendar] = {}
    rows: dict[int, Any] | None = None

    def find(region_id: int | None) -> BusinessCalendar:
        nonlocal rows
        if region_id not in known:
            rows = regions() if rows is None else rows
            region = rows.get(region_id or 0)
            zone = ZoneInfo(region.time_zone) if region else clock.local_zone()
            known[region_id] = BusinessCalendar.of(zone, region.working_hours if region else [])
        return known[region_id]

    return find
