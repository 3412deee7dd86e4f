"""What would happen to an item: its tier, every rule that spoke, its route with people, times, and chance of review."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from fourleaf.engine.review import CAPS, PRESETS, TrustState, candidates, level_for, new_state, steps
from fourleaf.engine.review.parameters import Level, TrustParameters
from fourleaf.engine.review.tiers import Tier, TierRule
from fourleaf.kernel import clock
from fourleaf.kernel.public import people_by_id, regions
from fourleaf.review.models import Stratum
from fourleaf.review.needs import steps_in, with_second
from fourleaf.review.routing import Scope, calendar_of, crew_for, deadline_of, find_route, tiering_of
from fourleaf.review.standing import ruling_on
from fourleaf.review.stored import state_from_json
from fourleaf.review.terms import EXPIRY

__all__ = ["Preview", "PreviewStep", "preview"]


@dataclass(frozen=True)
class PreviewStep:
    """A step with those who may decide it today, in the order in which they are asked; and why not the others."""

    label: str
    needed: int
    belt: str
    people: tuple[tuple[str, str], ...]
    stuck: bool
    guest: bool


@dataclass(frozen=True)
class Preview:
    """What would happen. ``share``: chance of review before publishing, ``audit``: of being looked at after."""

    tier: Tier
    deciding: tuple[TierRule, ...]
    spoke: tuple[TierRule, ...]
    cap: str
    stratum: str
    stratum_level: Level
    level: Level
    share: float
    audit: float
    double: float
    route: str
    mode: str
    steps: tuple[PreviewStep, ...]
    due_at: datetime | None
    holds_days: int
    obstacles: tuple[str, ...]
    #: Business minutes that the route gives instead of the tier's usual time; None where it says nothing.
    answer_minutes: int | None = None
    #: Those of the obstacles that the author can take away: a belt, a policy to acknowledge.
    missing: tuple[str, ...] = ()


def preview(
    scope: Scope,
    *,
    author_id: int | None = None,
    language: str = "",
    right: str = "submit_draft",
    on: date | None = None,
) -> Preview:
    """Settle everything as at submission, but write nothing and draw nothing."""
    today = on or clock.today()
    tiering = tiering_of(scope)
    stratum, state, parameters = _stratum(scope, author_id)
    level = level_for(tiering.tier, state.review_level)
    fraction = parameters.fraction(level)
    found = find_route(scope, tiering.tier)
    obstacles: list[str] = []
    missing: tuple[str, ...] = ()
    if author_id is not None:
        ruling = ruling_on(
            author_id, right, channel=scope.channel, region_id=scope.region_id, brand_id=scope.brand_id,
            language=language, on=today,
        )  # fmt: skip
        missing = tuple(ruling.reasons)
        obstacles += missing
    if found is None:
        obstacles.append(f"There is no route for {tiering.tier} items of this scope, so it could not be handed in.")
    if level == "QH":
        obstacles.append("Publishing is halted for this stratum until the centre of excellence accepts a remedy.")
    shown: list[PreviewStep] = []
    if found is not None:
        need = with_second(found.need) if level == "QT" else found.need
        crew = crew_for([need])
        guests = {one["id"] for one in steps_in(need) if one.get("guest")}
        for one in steps(crew.need(need)):
            able = candidates(one, crew.facts, today, str(author_id or ""))
            people = tuple(dict.fromkeys((crew.names.get(each.person, each.person), each.because) for each in able))
            stuck = len({each.person for each in able}) < one.m
            shown.append(PreviewStep(one.label, one.m, one.belt, people, stuck, one.id in guests))
    after = level == "Q3"
    return Preview(
        tier=tiering.tier,
        deciding=tiering.deciding,
        spoke=tiering.spoke,
        cap=CAPS[tiering.tier],
        stratum=stratum,
        stratum_level=state.level,
        level=level,
        share=0.0 if after else fraction,
        audit=fraction if after else 0.0,
        double=1.0 if level == "QT" else 0.0 if after else parameters.double_review,
        route=found.name if found else "",
        mode="any_of" if found and "any_of" in found.need else "all_of",
        steps=tuple(shown),
        due_at=deadline_of(
            tiering.tier, clock.now(), calendar_of(scope.region_id), found.answer_minutes if found else None
        ),
        holds_days=EXPIRY[tiering.tier].days,
        obstacles=tuple(obstacles),
        answer_minutes=found.answer_minutes if found and tiering.tier != "R4" else None,
        missing=missing,
    )


def _stratum(scope: Scope, author_id: int | None) -> tuple[str, TrustState, TrustParameters]:
    """The stratum that the item would fall into, without making it: the author group's if there is one."""
    group = ""
    if author_id is not None:
        person = people_by_id([author_id]).get(author_id)
        region = regions().get(person.region_id or 0) if person else None
        group = region.code if region else ""
    rows = Stratum.objects.select_related("brand").filter(
        Q(author_group=group) | Q(author_group=""), content_class=scope.content_class
    )
    rows = rows.filter(brand=None) if scope.brand_id is None else rows.filter(brand_id=scope.brand_id)
    found = {row.author_group: row for row in rows}
    # An author group that has a stratum has handed in ten a month; which one counts is settled at submission.
    row = found.get(group) or found.get("")
    if row is None:
        return "", new_state(clock.today()), PRESETS["default"]
    return str(row), state_from_json(row.state), PRESETS[row.preset]
