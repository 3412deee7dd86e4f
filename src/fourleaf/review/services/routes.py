"""Keeping groups and routes, absences, delegations and deputies."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from fourleaf.engine.review import TIERS
from fourleaf.engine.review.routes import BELTS
from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import InvalidError, NotAllowedError, NotFoundError
from fourleaf.kernel.permissions import allowed, require
from fourleaf.kernel.public import brands, people_by_id, regions
from fourleaf.kernel.versions import save_at_version
from fourleaf.review.asking import ask_anew
from fourleaf.review.contracts import FLAGS
from fourleaf.review.models import (
    OPEN,
    Absence,
    Delegation,
    Deputy,
    GroupSeat,
    ReviewGroup,
    ReviewItem,
    Route,
    RouteStep,
)
from fourleaf.review.needs import groups_in, rights_in
from fourleaf.review.selectors.routes import get_group_for, get_route_for
from fourleaf.review.services.trust import lower_for_lead
from fourleaf.review.store import again_on_race

__all__ = [
    "GroupFields", "RouteFields", "StepFields", "archive_route", "delegate", "end_delegation", "note_absence",
    "remove_absence", "save_group", "save_route", "set_deputies",
]  # fmt: skip


@dataclass(frozen=True)
class GroupFields:
    """A group; ``person_ids`` in the order in which they are asked, the first leads."""

    name: str
    person_ids: Sequence[int]
    belt: str = "blue"
    brand_id: int | None = None
    about: str = ""


@dataclass(frozen=True)
class StepFields:
    """A step of a route; see `models.RouteStep`."""

    group_id: int
    m: int = 1
    fields: Collection[str] = ()
    distinct_departments: bool = False
    guest: bool = False


@dataclass(frozen=True)
class RouteFields:
    """A route; see `models.Route`. Empty values of the scope mean all."""

    name: str
    steps: Sequence[StepFields]
    role: str = "base"
    mode: str = "all_of"
    brand_id: int | None = None
    region_id: int | None = None
    channel: str = ""
    content_class: str = ""
    tier: str = ""
    flags: Collection[str] = field(default=())
    always: bool = False
    guests: bool = False
    answer_minutes: int | None = None
    about: str = ""


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > 100:
        raise InvalidError(fields={"name": ["A name has 1 to 100 characters."]})
    return name


@again_on_race
def save_group(
    *, actor: Actor, fields: GroupFields, group_id: int | None = None, version: int | None = None
) -> ReviewGroup:
    """Add or change a group. Open items ask its people at once; another first member lowers the brand's trust."""
    group = get_group_for(actor, group_id) if group_id is not None else ReviewGroup()
    require(actor, "review.configure")
    name = _name(fields.name)
    if ReviewGroup.objects.filter(name=name).exclude(pk=group.pk).exists():
        raise InvalidError(fields={"name": [f"Another group is called “{name}”."]})
    if fields.belt not in BELTS:
        raise InvalidError(fields={"belt": [f"A belt is one of {', '.join(BELTS)}."]})
    if fields.brand_id is not None and fields.brand_id not in brands():
        raise InvalidError(fields={"brand_id": ["There is no such brand."]})
    people = list(dict.fromkeys(fields.person_ids))
    if not people:
        raise InvalidError(fields={"people": ["A group needs members; with two or more, one absence stops nothing."]})
    if len(people_by_id(people)) != len(people):
        raise InvalidError(fields={"people": ["One of these people does not exist."]})
    with transaction.atomic():
        before = list(group.seats.values_list("person_id", flat=True)) if group.pk else []
        group.name, group.about, group.belt, group.brand_id = name, fields.about[:300], fields.belt, fields.brand_id
        if group.pk:
            save_at_version(group, ("name", "about", "belt", "brand_id"), version=version)
        else:
            group.save()
        GroupSeat.objects.filter(group=group).delete()
        GroupSeat.objects.bulk_create(
            [GroupSeat(group=group, person_id=person, position=place) for place, person in enumerate(people)]
        )
        code = "review.group.changed" if before else "review.group.added"
        audit.record(actor, code, group, data={"people": people, "belt": group.belt})
        if before and before[0] != people[0] and RouteStep.objects.filter(group=group).exists():
            lower_for_lead(actor=actor, brand_id=group.brand_id)
        _ask_those_of({group.pk})
    return group


def _ask_those_of(groups: set[int]) -> None:
    """Open items that these groups decide work out anew whom they wait for."""
    waiting = [item for item in ReviewItem.objects.filter(state__in=OPEN) if groups & groups_in([item.need])]
    ask_anew(waiting)


def _ask_those_with(people: set[int]) -> None:
    """Open items that these people may have to decide, by a seat or by a right, work out anew whom they wait for."""
    groups = set(GroupSeat.objects.filter(person_id__in=people).values_list("group_id", flat=True))
    rows = [(item, item.need) for item in ReviewItem.objects.filter(state__in=OPEN)]
    ask_anew([item for item, need in rows if groups & groups_in([need]) or rights_in([need])])


def save_route(*, actor: Actor, fields: RouteFields, route_id: int | None = None, version: int | None = None) -> Route:
    """Add or change a route. Items on the way keep the steps they were handed in with."""
    route = get_route_for(actor, route_id) if route_id is not None else Route()
    require(actor, "review.configure")
    name = _name(fields.name)
    wrong: dict[str, list[str]] = {}
    if Route.objects.filter(name=name).exclude(pk=route.pk).exists():
        wrong["name"] = [f"Another route is called “{name}”."]
    if fields.role not in Route.Role.values or fields.mode not in Route.Mode.values:
        wrong["role"] = ["A route is the base or comes in addition, and needs all of its steps or any of them."]
    if fields.tier and fields.tier not in TIERS:
        wrong["tier"] = [f"A tier is one of {', '.join(TIERS)}."]
    if fields.brand_id is not None and fields.brand_id not in brands():
        wrong["brand_id"] = ["There is no such brand."]
    if fields.region_id is not None and fields.region_id not in regions():
        wrong["region_id"] = ["There is no such region."]
    if set(fields.flags) - set(FLAGS):
        wrong["flags"] = ["One of these is nothing that is asked about items."]
    if fields.answer_minutes is not None and not 1 <= fields.answer_minutes <= 100_000:
        wrong["answer_minutes"] = ["Give the time for an answer in business minutes, at least one."]
    wrong.update(_wrong_steps(fields))
    if wrong:
        raise InvalidError(fields=wrong)
    route.name, route.about, route.role, route.mode = name, fields.about[:300], fields.role, fields.mode
    route.brand_id, route.region_id = fields.brand_id, fields.region_id
    route.channel, route.content_class, route.tier = fields.channel.strip()[:40], fields.content_class, fields.tier
    route.flags, route.always = sorted(set(fields.flags)), fields.always and fields.role == "added"
    route.guests = fields.guests or any(step.guest for step in fields.steps)
    route.answer_minutes = fields.answer_minutes
    with transaction.atomic():
        fresh = route.pk is None
        if fresh:
            route.save()
        else:
            save_at_version(
                route,
                ("name", "about", "role", "mode", "brand_id", "region_id", "channel", "content_class", "tier", "flags",
                 "always", "guests", "answer_minutes"),
                version=version,
            )  # fmt: skip
        _put_steps(route, fields.steps)
        audit.record(actor, "review.route.added" if fresh else "review.route.changed", route)
    return route


def _wrong_steps(fields: RouteFields) -> dict[str, list[str]]:
    if not fields.steps:
        return {"steps": ["A route needs a step, or nobody looks at what goes along it."]}
    known = set(ReviewGroup.objects.filter(archived_at__isnull=True).values_list("pk", flat=True))
    if any(step.group_id not in known for step in fields.steps):
        return {"steps": ["One of the groups does not exist."]}
    if any(step.m < 1 for step in fields.steps):
        return {"steps": ["A step needs at least one approval."]}
    guests = [step for step in fields.steps if step.guest]
    if guests and (fields.mode == "any_of" or len(guests) == len(fields.steps)):
        return {"steps": ["A guest never decides alone: another step must be needed that own people decide."]}
    return {}


def _put_steps(route: Route, steps: Sequence[StepFields]) -> None:
    """Steps keep their number where their group stays, so that approvals on the way still fit."""
    known = {step.group_id: step for step in route.steps.all()} if route.pk else {}
    kept = []
    for place, one in enumerate(steps):
        row = known.pop(one.group_id, None) or RouteStep(route=route, group_id=one.group_id)
        row.position, row.m, row.fields = place, one.m, sorted(one.fields)
        row.distinct_departments, row.guest = one.distinct_departments, one.guest
        row.save()
        kept.append(row.pk)
    RouteStep.objects.filter(route=route).exclude(pk__in=kept).delete()


def archive_route(*, actor: Actor, route_id: int, restore: bool = False) -> Route:
    """Put a route aside, or take it up again."""
    route = get_route_for(actor, route_id)
    require(actor, "review.configure")
    with transaction.atomic():
        route.archived_at = None if restore else clock.now()
        save_at_version(route, ("archived_at",), version=None)
        audit.record(actor, "review.route.restored" if restore else "review.route.archived", route)
    return route


# --- who is away, and who stands in -----------------------------------------------------------------------------------


def _may_act_for(actor: Actor, person_id: int) -> None:
    """Oneself, or for others whoever keeps the routes."""
    if person_id not in people_by_id([person_id]):
        raise NotFoundError
    if actor.person_id != person_id and not allowed(actor, "review.configure"):
        raise NotAllowedError("You note this for yourself; for others, whoever keeps the routes of review does.")


def _days(first: date, last: date) -> None:
    if last < first:
        raise InvalidError(fields={"last": ["The last day lies before the first."]})
    if last < clock.today():
        raise InvalidError(fields={"last": ["These days are over."]})


def note_absence(*, actor: Actor, person_id: int, first: date, last: date) -> Absence:
    """Days on which somebody does not decide; deputies do, and nobody waits for them."""
    _may_act_for(actor, person_id)
    _days(first, last)
    with transaction.atomic():
        row = Absence.objects.create(person_id=person_id, first=first, last=last)
        audit.record(actor, "review.absence.noted", row)
        _ask_those_with({person_id})
    return row


def remove_absence(*, actor: Actor, absence_id: int) -> None:
    """Somebody is back, or was never away."""
    row = Absence.objects.filter(pk=absence_id).first()
    if row is None or (actor.person_id != row.person_id and not allowed(actor, "review.configure")):
        raise NotFoundError
    with transaction.atomic():
        audit.record(actor, "review.absence.removed", row)
        row.delete()
        _ask_those_with({row.person_id})


def delegate(*, actor: Actor, giver_id: int, to_id: int, first: date, last: date) -> Delegation:
    """Let somebody decide in one's place; it ends by itself. The delegate needs the belt of the step."""
    _may_act_for(actor, giver_id)
    if to_id == giver_id or to_id not in people_by_id([to_id]):
        raise InvalidError(fields={"to": ["Name somebody else who works here."]})
    _days(first, last)
    if (last - first).days > 366:
        raise InvalidError(fields={"last": ["A delegation lasts a year at most; change the group instead."]})
    with transaction.atomic():
        row = Delegation.objects.create(giver_id=giver_id, to_id=to_id, first=first, last=last, given_at=clock.now())
        audit.record(actor, "review.delegation.given", row)
        _ask_those_with({giver_id})
    return row


def end_delegation(*, actor: Actor, delegation_id: int) -> Delegation:
    """End a delegation yesterday; what was decided under it stands."""
    row = Delegation.objects.filter(pk=delegation_id).first()
    if row is None or (actor.person_id != row.giver_id and not allowed(actor, "review.configure")):
        raise NotFoundError
    with transaction.atomic():
        today = clock.today()
        if row.first >= today:
            audit.record(actor, "review.delegation.ended", row)
            row.delete()
        else:
            row.last = min(row.last, date.fromordinal(today.toordinal() - 1))
            row.save(update_fields=["last"])
            audit.record(actor, "review.delegation.ended", row)
        _ask_those_with({row.giver_id})
    return row


def set_deputies(*, actor: Actor, person_id: int, deputy_ids: Sequence[int]) -> list[Deputy]:
    """Who stands in for somebody while they are absent, in this order."""
    _may_act_for(actor, person_id)
    wanted = [one for one in dict.fromkeys(deputy_ids) if one != person_id]
    if len(people_by_id(wanted)) != len(wanted):
        raise InvalidError(fields={"deputies": ["One of these people does not exist."]})
    with transaction.atomic():
        Deputy.objects.filter(person_id=person_id).delete()
        rows = Deputy.objects.bulk_create(
            [Deputy(person_id=person_id, deputy_id=one, position=place) for place, one in enumerate(wanted)]
        )
        audit.record(actor, "review.deputies.set", ("kernel.person", person_id), data={"deputies": wanted})
        _ask_those_with({person_id})
    return rows
