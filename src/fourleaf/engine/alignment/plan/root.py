"""The plan as a whole: the root that a plan file loads into and that the database exports."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from fourleaf.engine.alignment.plan import crisis, governance, measurement, purpose, training
from fourleaf.engine.alignment.plan import organisation as who
from fourleaf.engine.alignment.plan import programmes as doing
from fourleaf.engine.alignment.plan import roadmap_items as way
from fourleaf.engine.alignment.plan.base import Named, Part

__all__ = ["Plan", "object_ref"]


class Plan(Part):
    """A snapshot of the organisation on one day: its purpose, its programmes outside, its infrastructure inside.

    Every list holds objects with an `id` unique in the list; `section/id` is their address. A section that is left out
    (an empty list, None) means "not there yet", never "in order": rules treat it so. References between objects are
    checked by loading and by `fourleaf.engine.alignment.loading.verify`, not by the model.
    """

    format: Literal[1] = Field(description="Version of this file format: 1.")
    as_of: date = Field(description="The day the plan describes; ages are counted to it.")
    currency: str = Field(default="EUR", pattern=r"^[A-Z]{3}$", description="Currency of all amounts of money.")
    started_on: date | None = Field(default=None, description="First day of the whole undertaking (month 1).")

    organisation: who.Organisation | None = Field(default=None, description="The organisation as a whole.")
    regions: tuple[who.Region, ...] = Field(default=(), description="Regions.")
    departments: tuple[who.Department, ...] = Field(default=(), description="Departments.")
    brands: tuple[who.Brand, ...] = Field(default=(), description="Brands.")
    people: tuple[who.Person, ...] = Field(default=(), description="People, or posts.")
    partners: tuple[who.Partner, ...] = Field(default=(), description="Partners outside.")
    stakeholder_groups: tuple[who.StakeholderGroup, ...] = Field(
        default=(), description="Stakeholder groups, each with an owner or a reason for not now."
    )
    leader_activity: tuple[who.LeaderActivity, ...] = Field(default=(), description="Leaders' visibility inside.")

    goals: tuple[purpose.Goal, ...] = Field(default=(), description="Goals of the business.")
    objectives: tuple[purpose.Objective, ...] = Field(default=(), description="Objectives.")
    audiences: tuple[purpose.Audience, ...] = Field(default=(), description="Audiences.")
    resources: tuple[purpose.Resource, ...] = Field(default=(), description="Resources and slack.")
    effort_lines: tuple[purpose.EffortLine, ...] = Field(default=(), description="Lines of the change budget.")
    purchases: tuple[purpose.Purchase, ...] = Field(default=(), description="Tools bought or to be bought.")

    programmes: tuple[doing.Programme, ...] = Field(default=(), description="Programmes, external and internal.")
    activities: tuple[doing.Activity, ...] = Field(default=(), description="Activities of programmes.")
    inventory: tuple[doing.InventoryItem, ...] = Field(default=(), description="What was found in the inventory.")
    channels: tuple[doing.Channel, ...] = Field(default=(), description="Channels.")
    contributions: tuple[doing.Contribution, ...] = Field(default=(), description="Who did what in public.")

    policies: tuple[governance.Policy, ...] = Field(default=(), description="Policies and guidelines.")
    acknowledgements: tuple[governance.Acknowledgement, ...] = Field(default=(), description="Acknowledgements.")
    gaps: tuple[governance.Gap, ...] = Field(default=(), description="The gap log.")
    routes: tuple[governance.Route, ...] = Field(default=(), description="Approval routes.")
    strata: tuple[governance.Stratum, ...] = Field(default=(), description="Trust states.")
    never_relax: tuple[governance.NeverRelax, ...] = Field(default=(), description="Classes always approved first.")
    committees: tuple[governance.Committee, ...] = Field(default=(), description="Committees.")
    organisation_model: governance.OrganisationModel | None = Field(
        default=None, description="Declared and observed organisation model."
    )
    centre_of_excellence: governance.CentreOfExcellence | None = Field(default=None, description="The core team.")
    consultations: tuple[governance.Consultation, ...] = Field(
        default=(), description="Consultations of employee representatives."
    )
    processing_activities: tuple[governance.ProcessingActivity, ...] = Field(
        default=(), description="Processing of personal data."
    )
    waivers: tuple[governance.Waiver, ...] = Field(default=(), description="Waivers of findings.")

    belt_requirements: tuple[training.BeltRequirement, ...] = Field(default=(), description="Belts that duties need.")
    training_waves: tuple[training.TrainingWave, ...] = Field(default=(), description="Waves of training.")
    first_teams: tuple[training.FirstTeam, ...] = Field(default=(), description="First internal teams.")
    early_voices: tuple[training.EarlyVoice, ...] = Field(default=(), description="Early voices.")
    roles: tuple[training.RoleAssignment, ...] = Field(default=(), description="Roles of the catalogue and holders.")

    roadmap: tuple[way.RoadmapItem, ...] = Field(default=(), description="Roadmap items, of the template and own.")
    experiments: tuple[way.Experiment, ...] = Field(default=(), description="Local experiments off the roadmap.")
    pilots: tuple[way.Pilot, ...] = Field(default=(), description="Pilots.")
    learnings: tuple[way.Learning, ...] = Field(default=(), description="Learnings.")

    kpis: tuple[measurement.Kpi, ...] = Field(default=(), description="KPI dictionary.")
    kpi_reviews: tuple[measurement.KpiReview, ...] = Field(default=(), description="Reviews of the KPIs.")
    listening_queries: tuple[measurement.ListeningQuery, ...] = Field(default=(), description="Listening queries.")
    ideas: measurement.Ideas | None = Field(default=None, description="Figures of the idea bench.")
    voice: measurement.Voice | None = Field(default=None, description="The anonymous voice.")

    crisis_playbooks: tuple[crisis.CrisisPlaybook, ...] = Field(default=(), description="Crisis playbooks.")
    crisis_scenarios: tuple[crisis.CrisisScenario, ...] = Field(default=(), description="Crisis scenarios.")
    holding_statements: tuple[crisis.HoldingStatement, ...] = Field(default=(), description="Holding statements.")
    drills: tuple[crisis.Drill, ...] = Field(default=(), description="Drills.")
    crisis_authorities: tuple[crisis.CrisisAuthority, ...] = Field(default=(), description="Who decides in a crisis.")
    rota_slots: tuple[crisis.RotaSlot, ...] = Field(default=(), description="The duty rota.")
    incidents: tuple[crisis.Incident, ...] = Field(default=(), description="Incidents.")

    def there(self, section: str) -> bool:
        """Whether a section is there at all: a list that is not empty, or a part that is given."""
        return bool(getattr(self, section))


def object_ref(section: str, thing: Named | str) -> str:
    """The address of an object: `section/id`."""
    return f"{section}/{thing if isinstance(thing, str) else thing.id}"
