"""Reads of waves: which exist for an actor, whom they ask, how the response stands."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet

from fourleaf.assessment.models import Invitation, Sheet, Wave
from fourleaf.kernel import clock, public
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.contracts import PersonFacts
from fourleaf.kernel.errors import NotFoundError
from fourleaf.kernel.models import Job
from fourleaf.kernel.permissions import require

__all__ = ["TAKE_BACK", "Invited", "Mailing", "Response", "UnitResponse", "as_parts", "get_wave_for", "invited_of",
           "is_over", "is_past", "mailing_of", "may_be_taken_back", "population", "response_of", "today_in",
           "waves_visible_to"]  # fmt: skip

#: So long closing and publishing can be taken back.
TAKE_BACK: Final = timedelta(minutes=30)
#: While a wave runs, units with fewer people than this are shown together.
SMALLEST_SHOWN = 10


def waves_visible_to(actor: Actor) -> QuerySet[Wave]:
    """Twin of `rules.may_see_results`, newest first."""
    if actor.may("assessment.run_waves"):
        return Wave.objects.all()
    if actor.may("assessment.view_results"):
        return Wave.objects.filter(state="published")
    return Wave.objects.none()


def get_wave_for(actor: Actor, wave_id: int) -> Wave:
    """One wave; `NotFoundError` if absent or not visible."""
    wave = waves_visible_to(actor).filter(pk=wave_id).first()
    if wave is None:
        raise NotFoundError
    return wave


def today_in(wave: Wave) -> date:
    """The present date in the wave's zone."""
    return clock.today(ZoneInfo(wave.zone))


def is_over(wave: Wave) -> bool:
    """Whether no answer is taken any more: closed, or past the end of its last day in its zone."""
    return wave.state != "open" or is_past(wave)


def is_past(wave: Wave) -> bool:
    """Whether the last day for answers is over."""
    return wave.last_day is not None and today_in(wave) > wave.last_day


def may_be_taken_back(until: datetime | None) -> bool:
    """Whether there is time left."""
    return until is not None and clock.now() < until


def population(wave: Wave) -> list[tuple[PersonFacts, bool]]:
    """Those whom a wave in preparation would ask today, with whether they lead others. Two queries."""
    everybody = public.people_now()
    leading = {person.manager_id for person in everybody}
    wanted_departments, wanted_regions = set(wave.department_ids), set(wave.region_ids)
    return [
        (person, person.id in leading)
        for person in everybody
        if (not wanted_departments or person.department_id in wanted_departments)
        and (not wanted_regions or person.region_id in wanted_regions)
    ]


@dataclass(frozen=True)
class Invited:
    """Numbers of an open wave: people asked, of them reachable by mail, sent, without a link yet, left since."""

    people: int
    with_mail: int
    sent: int
    waiting_mail: int
    waiting_list: int
    left: int
    answered: int
    remindable: int

    @property
    def eligible(self) -> int:
        """Those whose answer can come or has come: leavers drop out."""
        return self.people - self.left


@dataclass(frozen=True)
class UnitResponse:
    """How a unit responds, in coarse steps while the wave runs: ``share`` is rounded to tenths, ``words`` says it."""

    name: str
    invited: int
    share: float
    words: str


@dataclass(frozen=True)
class Response:
    """The response to a running wave."""

    invited: Invited
    departments: list[UnitResponse]
    regions: list[UnitResponse]


def invited_of(wave: Wave) -> Invited:
    """Counts over the invitations. One query, and one for the answers."""
    gone = Q(person__left_on__lt=clock.today()) & Q(used=False)
    mail = Q(person__email__isnull=False) & ~Q(person__email="")
    counts = Invitation.objects.filter(wave=wave).aggregate(
        people=Count("pk"),
        with_mail=Count("pk", filter=mail),
        sent=Count("pk", filter=Q(sent_on__isnull=False)),
        waiting_mail=Count("pk", filter=mail & Q(sent_on__isnull=True) & ~gone),
        waiting_list=Count("pk", filter=~mail & Q(sent_on__isnull=True) & ~gone),
        left=Count("pk", filter=gone),
        remindable=Count("pk", filter=mail & Q(sent_on__isnull=False, used=False) & ~gone),
    )
    return Invited(**counts, answered=Sheet.objects.filter(wave=wave).count())


@dataclass(frozen=True)
class Mailing:
    """How the last sending of mails went: the job's state and counts, and whose invitation was refused, and why.

    Nobody is named whose reminder was refused: that would say who has not answered.
    """

    state: str
    sent: int
    refused: int
    waits: bool
    people: list[tuple[str, str, str]]


def mailing_of(actor: Actor, wave: Wave) -> Mailing | None:
    """The last sending of this wave; None before the first. Two queries."""
    require(actor, "assessment.run_waves")
    job = Job.objects.filter(
        kind__in=("assessment.invitations_sent", "assessment.reminders_sent"), arguments={"wave": wave.pk}
    ).first()
    if job is None:
        return None
    people = Invitation.objects.filter(wave=wave, sent_on__isnull=True).exclude(mail_fault="").select_related("person")
    rows = [(one.person.name, one.person.email or "", one.mail_fault) for one in people.order_by("person__name")[:50]]
    result = job.result or {}
    waits = job.state == "due" and job.attempts > 0
    return Mailing(job.state, result.get("mails", 0), result.get("refused", 0), waits, rows)


def response_of(actor: Actor, wave: Wave) -> Response:
    """How many have answered, by department and region; small units together, shares in steps.

    Exact counts of small units would tell a manager who has answered and who has not.
    """
    require(actor, "assessment.run_waves")
    gone = Q(person__left_on__lt=clock.today()) & Q(used=False)
    rows = (
        Invitation.objects.filter(wave=wave)
        .exclude(gone)
        .order_by()
        .values_list("department_id", "region_id", "used")
        .annotate(n=Count("pk"))
    )
    by_department: dict[int | None, Counter[bool]] = {}
    by_region: dict[int | None, Counter[bool]] = {}
    for department, region, used, count in rows:
        by_department.setdefault(department, Counter())[used] += count
        by_region.setdefault(region, Counter())[used] += count
    departments = {one.id: one.name for one in public.departments().values()}
    regions = {one.id: one.name for one in public.regions().values()}
    return Response(invited_of(wave), as_parts(by_department, departments), as_parts(by_region, regions))


def as_parts(counts: dict[int | None, Counter[bool]], names: dict[int, str]) -> list[UnitResponse]:
    """Units by name, those under `SMALLEST_SHOWN` people merged; the merged rest joins the smallest if it is small."""
    parts: list[tuple[str, int, int]] = []
    rest, rest_used = 0, 0
    for unit, counter in counts.items():
        total, used = counter.total(), counter[True]
        if total < SMALLEST_SHOWN or unit is None:
            rest, rest_used = rest + total, rest_used + used
        else:
            parts.append((names.get(unit, "A unit that is gone"), total, used))
    parts.sort(key=lambda part: (-part[1], part[0]))
    while rest and rest < SMALLEST_SHOWN and parts:
        _, total, used = parts.pop()
        rest, rest_used = rest + total, rest_used + used
    found = [_unit(*part) for part in sorted(parts)]
    if rest >= SMALLEST_SHOWN:
        found.append(_unit("Small units together", rest, rest_used))
    return found


def _unit(name: str, invited: int, used: int) -> UnitResponse:
    share = used / invited
    if share < 0.1:
        return UnitResponse(name, invited, 0.05, "under 10 %")
    if share > 0.9:
        return UnitResponse(name, invited, 0.95, "over 90 %")
    step = round(share, 1)
    return UnitResponse(name, invited, step, f"about {round(step * 100)} %")
