"""Reads of committees, decisions and roles."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Max, Prefetch, Q, QuerySet

from fourleaf.governance.contracts import BodyFacts, CommitteeFacts, SeatFacts
from fourleaf.governance.models import Committee, Decision, Meeting, RoleHolding, Seat
from fourleaf.governance.role_catalogue import CATALOGUE, CatalogueRole
from fourleaf.governance.selectors.centre import centre_facts
from fourleaf.kernel import clock, public
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import NotFoundError

__all__ = [
    "RoleHeld",
    "body_facts",
    "catalogue_held",
    "decisions_to_review",
    "get_committee_for",
    "get_decision_for",
    "seats_of",
    "visible_committees",
    "visible_decisions",
]

_SEE = "governance.view_bodies"
_WITH_MINUTES = Q(meetings__minutes_on__isnull=False)


def visible_committees(actor: Actor, *, archived: bool = False) -> QuerySet[Committee]:
    """Committees with the number of present seats and the day of the last meeting with minutes."""
    rows = Committee.objects.all() if actor.may(_SEE) else Committee.objects.none()
    if not archived:
        rows = rows.filter(archived_at__isnull=True)
    seats = Count("seats", filter=Q(seats__until__isnull=True), distinct=True)
    counted = rows.annotate(seat_count=seats, last_met=Max("meetings__held_on", filter=_WITH_MINUTES))
    return counted.select_related("chair", "sponsor").order_by("name", "pk")


def get_committee_for(actor: Actor, committee_id: int) -> Committee:
    """One committee, archived or not; `NotFoundError` if absent or not visible."""
    found = visible_committees(actor, archived=True).filter(pk=committee_id).first()
    if found is None:
        raise NotFoundError
    return found


def seats_of(committee: Committee) -> list[Seat]:
    """The present seats with person, department and region. One query."""
    rows = committee.seats.filter(until__isnull=True)
    return list(rows.select_related("person__department", "person__region", "region"))


def visible_decisions(actor: Actor) -> QuerySet[Decision]:
    """The decision log, newest first."""
    rows = Decision.objects.select_related("committee", "replaced_by")
    return rows if actor.may(_SEE) else rows.none()


def get_decision_for(actor: Actor, decision_id: int) -> Decision:
    """One decision; `NotFoundError` if absent or not visible."""
    found = visible_decisions(actor).filter(pk=decision_id).first()
    if found is None:
        raise NotFoundError
    return found


def decisions_to_review(actor: Actor) -> int:
    """Decisions whose day of review has come, for those who keep the log. One query."""
    if not actor.may("governance.edit_bodies"):
        return 0
    return Decision.objects.filter(review_on__lte=clock.today(), replaced_by__isnull=True).count()


@dataclass(frozen=True)
class RoleHeld:
    """A role of the catalogue, who holds it, and where it is missing."""

    role: CatalogueRole
    holdings: tuple[RoleHolding, ...]
    #: "" where it is missing altogether, or names of brands or regions without it.
    missing: tuple[str, ...]

    @property
    def lacks(self) -> bool:
        """Whether a role that a company cannot do without is not held."""
        return self.role.needed and bool(self.missing)


def catalogue_held(actor: Actor) -> list[RoleHeld]:
    """The catalogue with its present holders; those who left hold nothing. Three queries."""
    if not actor.may(_SEE):
        raise NotFoundError
    today = clock.today()
    present = RoleHolding.objects.filter(
        Q(until__isnull=True) | Q(until__gt=today), Q(person__left_on__isnull=True) | Q(person__left_on__gte=today)
    ).select_related("person__department", "person__region", "brand", "region")
    by_role: dict[str, list[RoleHolding]] = defaultdict(list)
    for holding in present:
        by_role[holding.role].append(holding)
    names = {
        "brand": {brand.id: brand.name for brand in public.brands().values()},
        "region": {region.id: region.name for region in public.regions().values()},
    }
    return [
        RoleHeld(role, tuple(by_role[code]), _missing(role, by_role[code], names)) for code, role in CATALOGUE.items()
    ]


def _missing(role: CatalogueRole, holdings: list[RoleHolding], names: dict[str, dict[int, str]]) -> tuple[str, ...]:
    """A holding without brand or region is for all of them."""
    if not role.per:
        return () if holdings else ("",)
    held = [getattr(one, f"{role.per}_id") for one in holdings]
    if not holdings or None in held:
        return () if None in held else ("",)
    return tuple(name for key, name in names[role.per].items() if key not in held)


def body_facts() -> BodyFacts:
    """Committees, the centre and roles, for a snapshot. Six queries."""
    seats = Seat.objects.filter(until__isnull=True).order_by("pk")
    minuted = Meeting.objects.filter(minutes_on__isnull=False)
    rows = Committee.objects.filter(archived_at__isnull=True).prefetch_related(
        Prefetch("seats", seats, to_attr="present"), Prefetch("meetings", minuted, to_attr="minuted")
    )
    committees = tuple(
        CommitteeFacts(
            id=one.pk,
            name=one.name,
            kind=one.kind,  # type: ignore[arg-type]  # one of the choices
            chair_id=one.chair_id,
            sponsor_id=one.sponsor_id,
            seats=tuple(SeatFacts(seat.person_id, seat.region_id, seat.function) for seat in one.present),
            last_met_on=max((meeting.held_on for meeting in one.minuted), default=None),
        )
        for one in rows
    )
    today = clock.today()
    roles: dict[str, list[int]] = defaultdict(list)
    held = RoleHolding.objects.filter(Q(until__isnull=True) | Q(until__gt=today)).order_by("role", "person_id")
    for role, person_id in held.values_list("role", "person_id"):
        if person_id not in roles[role]:
            roles[role].append(person_id)
    return BodyFacts(committees, centre_facts(), {role: tuple(people) for role, people in roles.items()})
