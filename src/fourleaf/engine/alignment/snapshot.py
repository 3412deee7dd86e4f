"""The plan on one day, with the indexes that rules ask for. Each index is built when it is first used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from itertools import product
from typing import Final, TypeVar

from fourleaf.engine.alignment.belts import at_least, rank
from fourleaf.engine.alignment.plan import (
    Activity,
    Audience,
    Brand,
    Channel,
    Department,
    Goal,
    Kpi,
    Named,
    Objective,
    Person,
    Pilot,
    Plan,
    Policy,
    Programme,
    Region,
    Resource,
    RotaSlot,
    Waiver,
)
from fourleaf.engine.alignment.plan.base import Belt, Duty
from fourleaf.engine.alignment.roadmap import Roadmap, RoadmapCycleError

__all__ = ["HOURS_OF_WEEK", "Snapshot"]

HOURS_OF_WEEK: Final = 168
_N = TypeVar("_N", bound=Named)


def _by_id(things: Iterable[_N]) -> dict[str, _N]:
    return {thing.id: thing for thing in things}


def _week(slots: Sequence[RotaSlot]) -> tuple[frozenset[str], ...]:
    """Who is on duty in each hour. Hours with the same slots share one set, for a plan with many regions."""
    on = [0] * HOURS_OF_WEEK
    for number, slot in enumerate(slots):
        for hour in slot.hours_of_week:
            on[hour] |= 1 << number
    people = {
        mask: frozenset(who for number, slot in enumerate(slots) if mask >> number & 1 for who in slot.people)
        for mask in set(on)
    }
    return tuple(people[mask] for mask in on)


class Snapshot:
    """A plan seen on a day. Ids that do not exist give None or nothing, never an error: "not there yet".

    as_of: the day ages are counted to; left out, the day of the plan.
    """

    def __init__(self, plan: Plan, as_of: date | None = None) -> None:
        self.plan: Final = plan
        self.as_of: Final = as_of or plan.as_of

    # --- by id ----------------------------------------------------------------------------------------------

    @cached_property
    def people(self) -> Mapping[str, Person]:
        return _by_id(self.plan.people)

    @cached_property
    def departments(self) -> Mapping[str, Department]:
        return _by_id(self.plan.departments)

    @cached_property
    def regions(self) -> Mapping[str, Region]:
        return _by_id(self.plan.regions)

    @cached_property
    def brands(self) -> Mapping[str, Brand]:
        return _by_id(self.plan.brands)

    @cached_property
    def goals(self) -> Mapping[str, Goal]:
        return _by_id(self.plan.goals)

    @cached_property
    def objectives(self) -> Mapping[str, Objective]:
        return _by_id(self.plan.objectives)

    @cached_property
    def audiences(self) -> Mapping[str, Audience]:
        return _by_id(self.plan.audiences)

    @cached_property
    def resources(self) -> Mapping[str, Resource]:
        return _by_id(self.plan.resources)

    @cached_property
    def programmes(self) -> Mapping[str, Programme]:
        return _by_id(self.plan.programmes)

    @cached_property
    def channels(self) -> Mapping[str, Channel]:
        return _by_id(self.plan.channels)

    @cached_property
    def kpis(self) -> Mapping[str, Kpi]:
        return _by_id(self.plan.kpis)

    @cached_property
    def pilots(self) -> Mapping[str, Pilot]:
        return _by_id(self.plan.pilots)

    @cached_property
    def policies(self) -> Mapping[str, Policy]:
        return _by_id(self.plan.policies)

    @cached_property
    def _sections(self) -> dict[str, dict[str, Named]]:
        return {}

    def find(self, ref: str) -> Named | None:
        """The object at an address `section/id`; None when there is none."""
        section, _, key = ref.partition("/")
        if section not in self._sections:
            things = getattr(self.plan, section, None) if section in Plan.model_fields else None
            self._sections[section] = _by_id(things) if isinstance(things, tuple) else {}
        return self._sections[section].get(key)

    # --- programmes -----------------------------------------------------------------------------------------

    @cached_property
    def external(self) -> tuple[Programme, ...]:
        """External programmes that are not ended."""
        return tuple(p for p in self.plan.programmes if p.side == "external" and p.state != "ended")

    @cached_property
    def live(self) -> tuple[Programme, ...]:
        """Live external programmes."""
        return tuple(p for p in self.external if p.state == "live")

    @cached_property
    def live_regions(self) -> tuple[str, ...]:
        """Regions with a live external programme, in the order of the plan."""
        found = {region for programme in self.live for region in programme.regions}
        return tuple(region.id for region in self.plan.regions if region.id in found)

    @cached_property
    def live_in_region(self) -> Mapping[str, tuple[Programme, ...]]:
        """Region id -> live external programmes there."""
        found: dict[str, dict[str, Programme]] = {}
        for programme in self.live:
            for region in programme.regions:
                found.setdefault(region, {})[programme.id] = programme
        return {region: tuple(programmes.values()) for region, programmes in found.items()}

    @cached_property
    def live_on_channel(self) -> Mapping[str, tuple[Programme, ...]]:
        """Channel id -> live external programmes on it."""
        found: dict[str, list[Programme]] = {}
        for programme in self.live:
            for channel in programme.channels:
                found.setdefault(channel, []).append(programme)
        return {channel: tuple(programmes) for channel, programmes in found.items()}

    @cached_property
    def external_on_channel(self) -> Mapping[str, tuple[Programme, ...]]:
        """Channel id -> external programmes on it that are not ended."""
        found: dict[str, list[Programme]] = {}
        for programme in self.external:
            for channel in programme.channels:
                found.setdefault(channel, []).append(programme)
        return {channel: tuple(programmes) for channel, programmes in found.items()}

    @cached_property
    def activities_of(self) -> Mapping[str, tuple[Activity, ...]]:
        """Programme id -> its activities that are not dropped."""
        found: dict[str, list[Activity]] = {}
        for activity in self.plan.activities:
            if activity.state != "dropped":
                found.setdefault(activity.programme, []).append(activity)
        return {programme: tuple(activities) for programme, activities in found.items()}

    @cached_property
    def public_duties(self) -> Mapping[str, tuple[Programme, ...]]:
        """Person id -> external programmes (not ended) for which the person answers or writes."""
        found: dict[str, dict[str, Programme]] = {}
        for programme in self.external:
            for person in (*(responder.person for responder in programme.responders), *programme.authors):
                found.setdefault(person, {})[programme.id] = programme
        return {person: tuple(programmes.values()) for person, programmes in found.items()}

    def staffed_regions(self, programme: Programme) -> tuple[str, ...]:
        """Regions in which the programme needs responders."""
        return programme.regions if programme.staffed_regions is None else programme.staffed_regions

    def responders(self, programme: Programme, region: str) -> tuple[Person, ...]:
        """Who answers for the programme in a region, whatever their belts."""
        named = (r.person for r in programme.responders if not r.regions or region in r.regions)
        return tuple(self.people[key] for key in dict.fromkeys(named) if key in self.people)

    # --- belts ----------------------------------------------------------------------------------------------

    def belt_held(self, person: Person, on: date | None = None) -> Belt:
        """The belt that is valid on a day (today); "none" once it has run out."""
        day = on or self.as_of
        return person.belt if person.belt_valid_until is None or day <= person.belt_valid_until else "none"

    @cached_property
    def _belts_needed(self) -> dict[Duty, dict[tuple[str | None, str | None, str | None], Belt]]:
        """Duty -> (content class, channel, region) -> the highest belt asked for exactly these."""
        found: dict[Duty, dict[tuple[str | None, str | None, str | None], Belt]] = {}
        for entry in self.plan.belt_requirements:
            wanted = (entry.content_class, entry.channel, entry.region)
            known = found.setdefault(entry.duty, {})
            known[wanted] = max(known.get(wanted, entry.belt), entry.belt, key=rank)
        return found

    def belt_needed(
        self, duty: Duty, *, content_class: str | None = None, channel: str | None = None, region: str | None = None
    ) -> Belt | None:
        """The belt a duty needs by the most specific entry that fits; None when no entry does."""
        known = self._belts_needed.get(duty, {})
        classes, channels, regions = ((None,) if w is None else (w, None) for w in (content_class, channel, region))
        fitting = [w for w in product(classes, channels, regions) if w in known]
        if not fitting:
            return None
        most = max(sum(part is not None for part in wanted) for wanted in fitting)
        best = (known[wanted] for wanted in fitting if sum(part is not None for part in wanted) == most)
        return max(best, key=rank)

    def holds(self, person: Person, belt: Belt, on: date | None = None) -> bool:
        """Whether the person holds the belt, or a higher one, on a day (today)."""
        return at_least(self.belt_held(person, on), belt)

    # --- policies -------------------------------------------------------------------------------------------

    def in_force(self, policy: Policy, on: date | None = None) -> bool:
        """Whether the version is in force on a day (domain §4.2): effective and not yet superseded."""
        day = on or self.as_of
        if policy.state not in ("in_force", "scheduled", "superseded") or policy.effective_on is None:
            return False
        if policy.state == "superseded" and policy.superseded_on is None:
            return False
        return policy.effective_on <= day and (policy.superseded_on is None or day < policy.superseded_on)

    def covers(
        self,
        policy: Policy,
        *,
        channel: str | None = None,
        region: str | None = None,
        brand: str | None = None,
        language: str | None = None,
    ) -> bool:
        """Whether the scope of a policy takes in what is asked for; what is None is not asked.

        A language is covered by the same language of any country: pt covers pt-BR and the other way round.
        """
        if channel is not None and (
            channel in policy.except_channels or (policy.channels and channel not in policy.channels)
        ):
            return False
        if region is not None and policy.regions and region not in policy.regions:
            return False
        if brand is not None and policy.brands and brand not in policy.brands:
            return False
        return language is None or language.partition("-")[0].lower() in {
            known.partition("-")[0].lower() for known in policy.languages
        }

    @cached_property
    def policies_in_force(self) -> Mapping[str, tuple[Policy, ...]]:
        """Kind -> versions in force today."""
        found: dict[str, list[Policy]] = {}
        for policy in self.plan.policies:
            if self.in_force(policy):
                found.setdefault(policy.kind, []).append(policy)
        return {kind: tuple(policies) for kind, policies in found.items()}

    @cached_property
    def _policies_by_region(self) -> Mapping[tuple[str, str | None], tuple[Policy, ...]]:
        """(kind, region) -> versions in force that name the region; region None: those for all regions."""
        found: dict[tuple[str, str | None], list[Policy]] = {}
        for policies in self.policies_in_force.values():
            for policy in policies:
                for region in dict.fromkeys(policy.regions) or (None,):
                    found.setdefault((policy.kind, region), []).append(policy)
        return {key: tuple(policies) for key, policies in found.items()}

    def policies_for(self, kind: str, region: str | None) -> tuple[Policy, ...]:
        """Versions of a kind in force whose scope may take in a region; region None: all versions in force."""
        if region is None:
            return self.policies_in_force.get(kind, ())
        known = self._policies_by_region
        return known.get((kind, region), ()) + known.get((kind, None), ())

    # --- crisis ---------------------------------------------------------------------------------------------

    @cached_property
    def rota(self) -> Mapping[str, tuple[frozenset[str], ...]]:
        """Region id -> 168 sets of person ids, one for each hour of the week (0: Monday 00:00, local)."""
        by_region: dict[str, list[RotaSlot]] = {}
        for slot in self.plan.rota_slots:
            by_region.setdefault(slot.region, []).append(slot)
        return {region: _week(slots) for region, slots in by_region.items()}

    # --- the rest -------------------------------------------------------------------------------------------

    @cached_property
    def roadmap(self) -> Roadmap:
        """The roadmap with its template. Raises RoadmapCycleError, which loading would have named."""
        return Roadmap(self.plan.roadmap)

    @cached_property
    def sound_roadmap(self) -> Roadmap | None:
        """The roadmap; None when its dependencies go round in a circle."""
        try:
            return self.roadmap
        except RoadmapCycleError:
            return None

    @cached_property
    def waivers(self) -> Mapping[tuple[str, str], Waiver]:
        """(rule, object) -> waiver that holds today."""
        return {(w.rule, w.object): w for w in self.plan.waivers if w.granted_on <= self.as_of <= w.until}
