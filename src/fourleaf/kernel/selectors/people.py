"""Reads of people."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from django.db.models import Prefetch, Q, QuerySet

from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import NotFoundError
from fourleaf.kernel.models import Account, AuditEvent, Person, RoleGrant
from fourleaf.kernel.models.organisation import search_key
from fourleaf.kernel.rules import may_edit_person, somewhere
from fourleaf.kernel.selectors.organisation import descendants

__all__ = [
    "PEOPLE_SORTS",
    "PeopleFilter",
    "account_of",
    "find_named",
    "get_person_for",
    "history_of",
    "list_people",
    "narrow_people",
    "reports_of",
    "visible_people",
]

#: Sort keys of the list; a leading "-" turns each round. The primary key makes the order total.
PEOPLE_SORTS: dict[str, tuple[str, ...]] = {
    "name": ("name", "pk"),
    "title": ("title", "name", "pk"),
    "department": ("department__name", "name", "pk"),
    "region": ("region__name", "name", "pk"),
    "manager": ("manager__name", "name", "pk"),
    "started": ("started_on", "name", "pk"),
    "left": ("left_on", "name", "pk"),
}


@dataclass(frozen=True)
class PeopleFilter:
    """What the list of people is narrowed to. A department includes all below it."""

    search: str = ""
    department_id: int | None = None
    region_id: int | None = None
    brand_id: int | None = None
    role: str = ""
    account: Literal["", "yes", "no"] = ""
    status: Literal["current", "left", "all"] = "current"


def visible_people(actor: Actor) -> QuerySet[Person]:
    """Twin of `may_see_person`: those who work here; leavers too for those who keep the list."""
    if not actor.may("kernel.view_people"):
        return Person.objects.none()
    if actor.may("kernel.edit_people") or actor.may("kernel.grant_roles"):
        return Person.objects.all()
    seen = Q(left_on__isnull=True) | Q(left_on__gte=clock.today())
    regions = [item[2] for item in actor.scoped if item[:2] == ("kernel.edit_people", "region")]
    if regions:
        seen |= Q(region_id__in=regions)
    return Person.objects.filter(seen)


def get_person_for(actor: Actor, person_id: int) -> Person:
    """One person with department, region and manager; `NotFoundError` if absent or not visible."""
    person = visible_people(actor).select_related("department", "region", "manager").filter(pk=person_id).first()
    if person is None:
        raise NotFoundError
    return person


def list_people(actor: Actor, wanted: PeopleFilter | None = None, sort: str = "name") -> QuerySet[Person]:
    """The list, narrowed and sorted; rows carry department, region, manager and account without further queries.

    An unknown sort key falls back to the name. Each word of the search must occur in name, e-mail, title or number.
    Active grants are prefetched as ``active_grants`` for actors who may see them.
    """
    wanted = wanted or PeopleFilter()
    see_roles = actor.may("kernel.grant_roles") or actor.may("kernel.view_audit")
    if wanted.role and not see_roles:
        wanted = replace(wanted, role="")
    people = narrow_people(visible_people(actor), wanted)
    people = people.select_related("department", "region", "manager", "account").order_by(*_order(sort))
    if see_roles:
        active = RoleGrant.objects.filter(ended_at__isnull=True).select_related("brand", "region")
        people = people.prefetch_related(Prefetch("grants", queryset=active, to_attr="active_grants"))
    return people


def narrow_people(people: QuerySet[Person], wanted: PeopleFilter) -> QuerySet[Person]:
    """Those among these people who fit. Who may ask for a role is the caller's matter."""
    today = clock.today()
    if wanted.status == "current":
        people = people.filter(Q(left_on__isnull=True) | Q(left_on__gte=today))
    elif wanted.status == "left":
        people = people.filter(left_on__lt=today)
    for word in search_key(wanted.search).split():
        people = people.filter(search__contains=word)
    if wanted.department_id is not None:
        people = people.filter(department_id__in=descendants(wanted.department_id))
    if wanted.region_id is not None:
        people = people.filter(region_id=wanted.region_id)
    if wanted.brand_id is not None:
        people = people.filter(brands=wanted.brand_id)
    if wanted.account:
        has = Q(account__isnull=False, account__is_active=True)
        people = people.filter(has if wanted.account == "yes" else ~has)
    if wanted.role:
        holders = RoleGrant.objects.filter(role=wanted.role, ended_at__isnull=True).values("person_id")
        people = people.filter(pk__in=holders)
    return people


def find_named(actor: Actor, text: str) -> list[Person]:
    """Who is meant by "Ann Lee <ann@example.org>", an e-mail, a number or a whole name; at most ten people."""
    text = " ".join(text.split())
    inside = re.search(r"<([^<>]+)>\s*$", text)
    exact = (inside[1] if inside else text).lower()
    people = visible_people(actor)
    sure = people.filter(Q(email__iexact=exact) | Q(external_id__iexact=exact))
    return list(sure[:10]) or list(people.filter(name__iexact=text)[:10])


def _order(sort: str) -> tuple[str, ...]:
    keys = PEOPLE_SORTS.get(sort.removeprefix("-"), PEOPLE_SORTS["name"])
    if not sort.startswith("-"):
        return keys
    return tuple(f"-{key}" for key in keys)


def reports_of(actor: Actor, person: Person) -> QuerySet[Person]:
    """Those whom the person leads and who work here today, by name."""
    today = clock.today()
    current = Q(left_on__isnull=True) | Q(left_on__gte=today)
    return visible_people(actor).filter(current, manager=person).select_related("department").order_by("name", "pk")


def account_of(person: Person) -> Account | None:
    """The person's account, if there is one."""
    return Account.objects.filter(person=person).first()


def history_of(actor: Actor, person: Person, limit: int = 50) -> list[AuditEvent]:
    """What the audit trail says about the person, newest first; empty for those who may not know.

    Sign-ins are left out: when somebody works is nobody's business here; the audit trail itself has them.
    """
    if not (may_edit_person(actor, person) or somewhere(actor, "kernel.view_audit")):
        return []
    about = AuditEvent.objects.filter(subject_kind="kernel.person", subject_id=str(person.pk))
    return list(about.exclude(code__startswith="kernel.account.sign").order_by("-sequence")[:limit])
