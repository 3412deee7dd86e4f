"""Maturity by evidence: a level is reached when its gates and all gates below it hold. Nothing is averaged.

The overall level is the lowest of the pillars. The survey never raises a level; a leaf below 40 points caps the overall
level at 2. Gates are data (`GATES`); evidence is a mapping of facts to values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from fourleaf.engine.survey.instrument import SurveyDefaults

__all__ = ["FACTS", "GATES", "LEVELS", "PILLARS", "Gate", "GateResult", "Maturity", "PillarLevel", "maturity_of"]

PILLARS: Final = ("people", "process", "platform")
LEVELS: Final = ("dormant", "trying", "coordinated", "scaled", "integrated")
SURVEY_CAP: Final = 2

Value = bool | int | float


@dataclass(frozen=True)
class Gate:
    """A condition on one fact: true, or a number that is `at_least` or `at_most` a bound."""

    id: str
    pillar: str
    level: int
    fact: str
    text: str
    at_least: float | None = None
    at_most: float | None = None

    def holds(self, value: Value | None) -> bool:
        """Whether the fact's value passes; an unknown one does not. ValueError for a value of the wrong kind."""
        if value is None:
            return False
        if self.at_least is None and self.at_most is None:
            if isinstance(value, bool):
                return value
            raise ValueError(f"The fact {self.fact!r} is yes or no, not {value!r}.")
        if value is True or value is False:
            raise ValueError(f"The fact {self.fact!r} is a number, not {value!r}.")
        return (self.at_least is None or value >= self.at_least) and (self.at_most is None or value <= self.at_most)


GATES: Final[tuple[Gate, ...]] = (
    Gate("people-1a", "people", 1, "owner_named", "Somebody is named as owner."),
    Gate("people-1b", "people", 1, "enthusiast_groups", "There is at least one group of enthusiasts.", at_least=1),
    Gate("people-2a", "people", 2, "sponsor_named", "An executive sponsor is named."),
    Gate("people-2b", "people", 2, "strategist_named", "A strategist is named."),
    Gate(
        "people-2c",
        "people",
        2,
        "committee_functions",
        "The committee has members of four functions or more.",
        at_least=4,
    ),
    Gate("people-2d", "people", 2, "early_adopters_certified", "The early adopters hold their belts."),
    Gate(
        "people-3a",
        "people",
        3,
        "belts_held_share",
        "Four of five roles are held by people with the belt they require.",
        at_least=0.80,
    ),
    Gate("people-3b", "people", 3, "regional_seats", "Regions have seats in the committee."),
    Gate(
        "people-3c",
        "people",
        3,
        "leaders_active_share",
        "Half of the leaders post or reply every month.",
        at_least=0.50,
    ),
    Gate("people-4a", "people", 4, "willing_trained_share", "Four of five of the willing are trained.", at_least=0.80),
    Gate("people-4b", "people", 4, "ambassadors_in_every_region", "Every region has ambassadors."),
    Gate(
        "people-4c", "people", 4, "ei_norm", "Ties across departments: normalised E-I of -.25 or more.", at_least=-0.25
    ),
    Gate("people-4d", "people", 4, "ei_rising", "Ties across departments are becoming more."),
    Gate("process-1a", "process", 1, "guideline_drafted", "A guideline is drafted."),
    Gate("process-1b", "process", 1, "pilots_with_hypothesis", "At least one pilot has a hypothesis.", at_least=1),
    Gate("process-2a", "process", 2, "policies_in_force", "The set of policies is in force."),
    Gate(
        "process-2b",
        "process",
        2,
        "acknowledged_share",
        "Four of five people have acknowledged the policies.",
        at_least=0.80,
    ),
    Gate("process-2c", "process", 2, "kpi_dictionary", "There is a dictionary of key figures."),
    Gate("process-2d", "process", 2, "moderation_policy", "A moderation policy is in force."),
    Gate("process-2e", "process", 2, "crisis_playbook", "There is a crisis playbook."),
    Gate(
        "process-3a",
        "process",
        3,
        "strata_relaxed",
        "Review was relaxed by evidence for at least one kind of content.",
        at_least=1,
    ),
    Gate(
        "process-3b", "process", 3, "months_since_drill", "A crisis drill was passed in the last six months.", at_most=6
    ),
    Gate("process-3c", "process", 3, "pilots_decided_by_rule", "Pilots are decided by the rule set before."),
    Gate("process-4a", "process", 4, "decisions_use_social_data", "Decisions use social data every quarter."),
    Gate("process-4b", "process", 4, "ideas_traced_to_release", "Ideas are traced to their release."),
    Gate("platform-1a", "platform", 1, "listening_queries", "At least one listening query runs.", at_least=1),
    Gate("platform-1b", "platform", 1, "channel_list", "There is a list of channels."),
    Gate(
        "platform-2a",
        "platform",
        2,
        "channels_owned_share",
        "Of channels and accounts, 95 % have an owner.",
        at_least=0.95,
    ),
    Gate("platform-2b", "platform", 2, "shared_calendar", "There is one shared calendar."),
    Gate("platform-2c", "platform", 2, "case_log", "Cases are logged."),
    Gate("platform-3a", "platform", 3, "shared_cms", "Content is kept in one shared system."),
    Gate("platform-3b", "platform", 3, "cases_linked_to_crm", "Cases are linked to customer records."),
    Gate("platform-3c", "platform", 3, "one_identity", "People sign in with one identity."),
    Gate(
        "platform-4a",
        "platform",
        4,
        "front_and_back_integrated",
        "Systems in front of customers and behind are integrated.",
    ),
    Gate("platform-4b", "platform", 4, "erasure_propagates", "Deletion and erasure reach every system."),
)

#: Every fact that a gate asks for, in order.
FACTS: Final = tuple(dict.fromkeys(gate.fact for gate in GATES))


@dataclass(frozen=True)
class GateResult:
    """A gate with the value of its fact. `state`: held, failed, or missing when there is no evidence."""

    gate: Gate
    value: Value | None
    state: Literal["held", "failed", "missing"]


@dataclass(frozen=True)
class PillarLevel:
    """The level of a pillar; `open` are the gates between it and the next level."""

    pillar: str
    level: int
    name: str
    open: tuple[GateResult, ...]


@dataclass(frozen=True)
class Maturity:
    """`level` is the lowest pillar, or the survey's cap when `capped_by` names leaves below 40 points."""

    level: int
    name: str
    evidence_level: int
    capped_by: tuple[str, ...]
    pillars: tuple[PillarLevel, ...]
    gates: tuple[GateResult, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Facts without evidence that stand before the next level of a pillar."""
        return tuple(one.gate.fact for pillar in self.pillars for one in pillar.open if one.state == "missing")


def maturity_of(
    evidence: Mapping[str, Value | None],
    leaf_points: Mapping[str, float] | None = None,
    *,
    gates: Sequence[Gate] = GATES,
    defaults: SurveyDefaults | None = None,
) -> Maturity:
    """Levels out of evidence, capped by the survey. ValueError for a fact that no gate asks for."""
    defaults = defaults or SurveyDefaults()
    known = {gate.fact for gate in gates}
    for fact in evidence:
        if fact not in known:
            raise ValueError(f"No gate asks for the fact {fact!r}.")
    results = tuple(_judge(gate, evidence.get(gate.fact)) for gate in gates)
    pillars = tuple(_pillar(name, [one for one in results if one.gate.pillar == name]) for name in PILLARS)
    level = min(pillar.level for pillar in pillars)
    low = tuple(leaf for leaf, value in (leaf_points or {}).items() if value < defaults.leaf_cap)
    final = min(level, SURVEY_CAP) if low else level
    return Maturity(final, LEVELS[final], level, low if final < level else (), pillars, results)


def _judge(gate: Gate, value: Value | None) -> GateResult:
    return GateResult(gate, value, "missing" if value is None else "held" if gate.holds(value) else "failed")


def _pillar(name: str, results: Sequence[GateResult]) -> PillarLevel:
    level = 0
    for step in range(1, len(LEVELS)):
        of_step = [one for one in results if one.gate.level == step]
        if not of_step or any(one.state != "held" for one in of_step):
            return PillarLevel(name, level, LEVELS[level], tuple(one for one in of_step if one.state != "held"))
        level = step
    return PillarLevel(name, level, LEVELS[level], ())
