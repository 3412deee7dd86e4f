"""The roadmap template: 38 activities in five phases, after S1's roadmap with S2's plan gate as phase 0 (domain §9.1).

The graph of dependencies is this project's own judgement. Hard dependencies must be done before an activity starts,
soft ones only ask for attention.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

__all__ = ["PHASES", "TEMPLATE", "TemplateActivity"]

Side = Literal["internal", "external", "both"]

#: Names of the phases, 0 to 4.
PHASES: Final = (
    "Plan gate",
    "Establish policy and process",
    "Shape capabilities",
    "Develop the ecosystem",
    "Innovate and integrate",
)


@dataclass(frozen=True, slots=True)
class TemplateActivity:
    """One activity of the template; weeks is None where it has no planned duration."""

    id: str
    title: str
    side: Side
    phase: int
    hard: tuple[str, ...]
    soft: tuple[str, ...]
    evidence: str
    weeks: float | None


def _made(id: str, title: str, side: Side, needs: str, evidence: str, weeks: float | None) -> TemplateActivity:
    """`needs` lists dependencies, soft ones in brackets."""
    listed = needs.split()
    return TemplateActivity(
        id=id,
        title=title,
        side=side,
        phase=int(id[0]),
        hard=tuple(name for name in listed if not name.startswith("(")),
        soft=tuple(name.strip("()") for name in listed if name.startswith("(")),
        evidence=evidence,
        weeks=weeks,
    )


_ALL: Final = (
    _made("0.O", "Objectives", "both", "", "One objective or more with a business goal, an owner and a measure", 2),
    _made("0.A", "Audiences", "both", "0.O", "Each objective has an audience, with where and how it talks, sourced", 3),
    _made("0.R", "Resources and slack", "internal", "0.O", "Customer-facing roles mapped, slack hours measured", 3),
    _made("0.C", "Clover baseline", "internal", "", "First wave published", 5),
    _made("1.I1", "Steering committee", "internal", "0.O", "Charter, sponsor, four functions, two sets of minutes", 4),
    _made(
        "1.I2",
        "Governance model",
        "internal",
        "1.I1 (0.C)",
        "Table of decision rights, declared organisation model, approver groups of two or more",
        6,
    ),
    _made(
        "1.I3",
        "Listening tools and process",
        "internal",
        "1.I1 (0.A)",
        "Lower bound of query precision at least 0.7, an owner of the inbox, routes",
        6,
    ),
    _made("1.I4", "KPIs and framework", "internal", "0.O 1.I1 (1.I3)", "KPI dictionary and baselines", 6),
    _made("1.I5", "Centre of excellence", "internal", "1.I2 0.R", "People, hours, list of services", 8),
    _made("1.E1", "Public moderation policy", "external", "1.I2", "In force and linked on the channels", 4),
    _made("1.E2", "Community coordination", "external", "1.I2 (1.E1)", "Register of communities, owner and deputy", 4),
    _made("1.E3", "Content development", "external", "0.O 0.A 0.R 1.I2", "Calendar, content classes, risk tiers", 6),
    _made("1.E4", "Paid media in social", "external", "1.E3 1.I4", "Rules, caps, disclosure", 4),
    _made(
        "2.I1",
        "Social enterprise architecture",
        "internal",
        "1.I3 1.I4 1.I5",
        "Map of systems and data, data protection assessment, consultation",
        10,
    ),
    _made("2.I2", "Rules of engagement communicated", "internal", "1.I2 1.E1", "Acknowledged by at least 80 %", 4),
    _made("2.I3", "Train early adopters", "internal", "2.I2 1.I5", "Gate of wave 0 met", 8),
    _made("2.I4", "Community management plan", "internal", "1.E1 1.E2 2.I3", "Staffed hours, targets, rota", 6),
    _made("2.E1", "Voice and tone", "external", "1.E3", "A guide for each brand", 4),
    _made("2.E2", "Identify influencers", "external", "1.I3 (1.I4)", "List with reasons, notice given", 4),
    _made("2.E3", "Test-and-learn pilots", "external", "1.I4 1.E1 2.I2 2.I3", "Two pilots decided or more", 12),
    _made(
        "2.E4",
        "Publish on several properties",
        "external",
        "2.E1 1.E3 2.I3 2.I4",
        "Two channels a brand or more, on plan",
        8,
    ),
    _made("3.I1", "Partners via internal lead", "internal", "1.I5 2.I1", "Each partner has lead, contract, access", 6),
    _made("3.I2", "Social content system formalised", "internal", "2.I1 (2.E4)", "At least 95 % of items pass it", 10),
    _made("3.I3", "Staffing formalised", "internal", "2.I3 1.I5 (2.E3)", "Job descriptions and hours", 8),
    _made("3.I4", "Committee extended to regions", "internal", "1.I2 (2.E3)", "A seat for each region", 4),
    _made("3.I5", "Training for all", "internal", "2.I3 (3.I3)", "Coverage gate met", 26),
    _made("3.E1", "Platform partnerships", "external", "3.I1", "Named contact, path of escalation", 8),
    _made("3.E2", "Influencer partnerships", "external", "2.E2 3.I1 (1.E4)", "Contracts and disclosure checks", 10),
    _made(
        "3.E3",
        "Scale engagements",
        "external",
        "2.E3 2.I4 3.I3",
        "One decision to scale or more, rolled out to two units or more",
        12,
    ),
    _made(
        "3.E4",
        "Mainstream, owned and hybrid together",
        "external",
        "3.I2 2.E4",
        "One calendar, fewer than 5 % conflicts",
        10,
    ),
    _made("3.E5", "Standardise measurement and KPIs", "external", "1.I4 2.E3 (3.I4)", "Same formulas in all units", 8),
    _made("4.I1", "Back-end integration", "internal", "2.I1 3.I2", "Cases, customer records and identity linked", 20),
    _made(
        "4.I2", "Connect customers, employees, partners", "internal", "3.I1 3.I5 4.I1", "Joint spaces are active", 16
    ),
    _made(
        "4.I3",
        "Maturity of people, process and platform",
        "internal",
        "3.I5 3.E5 4.I1 4.I2",
        "All pillars at level 4",
        None,
    ),
    _made("4.E1", "Global ambassadors", "external", "3.I5 3.E2 3.I4", "Five a region or more, disclosed", 16),
    _made("4.E2", "Front-end integration", "external", "4.I1 3.E4", "Login, service and shop joined", 16),
    _made("4.E3", "Social layer in all functions", "external", "4.I2 4.E2 3.I3", "Each function has a live use", 26),
    _made(
        "4.E4",
        "Steady product and service innovation",
        "external",
        "4.I2 3.E5 (4.E3)",
        "One shipped idea a quarter or more",
        26,
    ),
)

#: id -> activity, in the order of the source.
TEMPLATE: Final[dict[str, TemplateActivity]] = {activity.id: activity for activity in _ALL}
