"""The twenty roles that a social business needs, in plain words. Who holds them is in the table `RoleHolding`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["CATALOGUE", "CatalogueRole"]


@dataclass(frozen=True)
class CatalogueRole:
    """A role: what it is for, what it does, and whether a company can do without it (``needed``).

    ``per`` says whether one is wanted for each brand or region; "" is one for the whole.
    """

    code: str
    label: str
    about: str
    duties: tuple[str, ...]
    needed: bool = True
    per: str = ""


_ROLES: Final = (
    CatalogueRole(
        "sponsor",
        "Executive sponsor",
        "The member of the board who answers for the whole and takes part in it.",
        ("Clears the way when departments disagree", "Takes part with a voice of their own", "Defends time and money"),
    ),
    CatalogueRole(
        "chair",
        "Committee chair",
        "Leads the steering committee and sees that decisions are made and kept.",
        ("Sets the agenda from findings and gaps", "Gets decisions written down with reason and review day"),
    ),
    CatalogueRole(
        "digital_officer",
        "Chief digital officer",
        "Ties the programme to the digital plans of the company.",
        ("Keeps tools and data in one plan", "Speaks for the programme where budgets are made"),
        needed=False,
    ),
    CatalogueRole(
        "strategist",
        "Social strategist",
        "Leads the centre of excellence and keeps outside and inside in step.",
        ("Owns the plan and its findings", "Decides on standards", "Serves the units and wins them over"),
    ),
    CatalogueRole(
        "governance_lead",
        "Governance lead",
        "Keeps policies, gaps and decisions current and readable.",
        ("Brings policies through their life cycle", "Looks at new gaps within a week", "Keeps the registers"),
    ),
    CatalogueRole(
        "content_strategist",
        "Content strategist",
        "Says what is worth telling, to whom, and where.",
        ("Plans themes with brands and experts", "Watches the mix of dialogue and promotion"),
    ),
    CatalogueRole(
        "community_manager",
        "Community manager",
        "Is at home in a channel: listens, answers, connects people.",
        ("Answers within the promised time", "Moderates by the public rules", "Carries what is heard inside"),
        per="brand",
    ),
    CatalogueRole(
        "analyst",
        "Listening and data analyst",
        "Turns what people say into figures that can be trusted.",
        ("Keeps queries and checks samples", "Says base and bias with each figure"),
    ),
    CatalogueRole(
        "trainer",
        "Trainer",
        "Teaches the belts and checks practical tasks.",
        ("Runs cohorts and lunches", "Gives feedback on drafts and role-plays"),
    ),
    CatalogueRole(
        "brand_lead",
        "Brand lead",
        "Speaks for a brand: voice, priorities, approval.",
        ("Owns the brand's voice and tone", "Approves, and names a deputy"),
        per="brand",
    ),
    CatalogueRole(
        "regional_lead",
        "Regional lead",
        "Brings the programme into a region and the region into the programme.",
        ("Fits rules to local law and language", "Finds people for rota and training"),
        per="region",
    ),
    CatalogueRole(
        "care_lead",
        "Social care lead",
        "Answers for service in public channels.",
        ("Sets service targets and staffs them", "Sends cases to where they can be solved"),
    ),
    CatalogueRole(
        "duty_officer",
        "Duty officer",
        "Is awake while others are not.",
        ("Acknowledges alerts", "Acts up to the severity that their belt allows"),
    ),
    CatalogueRole(
        "incident_lead",
        "Incident lead",
        "Leads when something has gone wrong, from the first alert to the review.",
        ("Decides what is paused", "Keeps facts and statements together", "Leads the review afterwards"),
    ),
    CatalogueRole(
        "legal_partner",
        "Legal partner",
        "Gives the legal view early, in plain words.",
        ("Reviews policies and sensitive items in time", "Watches labour, consumer and media law"),
    ),
    CatalogueRole(
        "data_protection",
        "Data protection officer",
        "Sees that people's data are handled lawfully and sparingly.",
        ("Checks the register of processing", "Advises on impact assessments", "Is independent"),
    ),
    CatalogueRole(
        "council_liaison",
        "Works-council liaison",
        "Keeps employee representatives informed before and not after.",
        ("Prepares consultations", "Records what was agreed, with reference"),
        needed=False,
    ),
    CatalogueRole(
        "ambassador",
        "Ambassador",
        "Speaks about their own work, by their own will.",
        ("Shares and writes under their own name", "Says who employs them"),
        needed=False,
    ),
    CatalogueRole(
        "agency",
        "Agency partner",
        "Works outside on the company's behalf, by the company's rules.",
        ("Acts only through registered accounts", "Is part of rota, review and pause"),
        needed=False,
    ),
    CatalogueRole(
        "technology",
        "Technology partner",
        "Runs and connects the tools.",
        ("Keeps access and leavers in order", "Tells early of changes at the networks"),
        needed=False,
    ),
)
CATALOGUE: Final[dict[str, CatalogueRole]] = {role.code: role for role in _ROLES}
