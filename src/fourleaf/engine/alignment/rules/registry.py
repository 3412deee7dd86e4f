"""What a rule is, how it is registered, and the thresholds all rules share.

A rule is a generator over a snapshot. It yields `at(...)`, short notes on objects; the registry makes findings of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, get_args

from fourleaf.engine.alignment.findings import Finding, Severity
from fourleaf.engine.alignment.plan import Function, Named
from fourleaf.engine.alignment.snapshot import Snapshot

__all__ = [
    "FUNCTIONS",
    "RULES",
    "Blocks",
    "LintDefaults",
    "Note",
    "Rule",
    "at",
    "listed",
    "named",
    "refs",
    "rule",
    "rule_document",
]

#: What a finding holds up: the programmes that its object touches, an item of the roadmap, or the plan as a whole.
Blocks = Literal["programme", "roadmap", "plan"]
FUNCTIONS: Final[tuple[Function, ...]] = get_args(Function)


@dataclass(frozen=True, slots=True)
class LintDefaults:
    """Thresholds. Shares from 0 to 1; days, weeks and hours as the names say. Domain B where it names one."""

    source_days: int = 366
    slack_max: float = 0.70
    technology_max: float = 0.20
    technology_error: float = 0.35
    overdue_error_days: int = 60
    acknowledged_warn: float = 0.80
    acknowledged_error: float = 0.50
    quarter_days: int = 92
    gap_open_days: int = 60
    responders_min: int = 2
    first_wave_max: int = 12
    first_wave_density: float = 0.40
    later_wave_adjacent: float = 0.50
    approvers_min: int = 2
    on_duty_min: int = 2
    pool_min: int = 2
    pool_min_severe: int = 3
    scenarios: int = 5
    drill_days: int = 184
    pause_test_days: int = 90
    clean_to_relax: int = 60
    model_steps: int = 1
    committee_functions: int = 4
    formal_phase: int = 3
    internal_use_weeks: float = 4
    leaders_active: float = 0.50
    leadership_min: float = 50
    smallest_cell: int = 5
    team_min: int = 6
    team_max: int = 12
    voice_sum: int = 10
    voice_gate: int = 2
    voice_hours: float = 2
    baseline_weeks: float = 4
    lag_warn: int = 1
    lag_error: int = 2
    ideas_days: float = 14
    voice_answer_days: int = 10
    functions_covered: int = 5
    learning_units: int = 2
    incident_review_days: int = 7
    promotional_max: float = 0.30
    dialogue_min: float = 0.40
    mix_days: int = 30
    waiver_days: int = 90


@dataclass(frozen=True, slots=True)
class Note:
    """What a rule yields: where, what is wrong, what shows it, and what to fill in."""

    object: str
    message: str
    evidence: tuple[str, ...]
    what: str
    severity: Severity | None


def at(object: str, message: str, evidence: Iterable[str] = (), *, what: str, severity: Severity | None = None) -> Note:
    """A note. evidence: addresses, without repeats; the object itself where nothing else is named.

    what: what to fill in or do, put into the hint of the rule. severity: where it differs from the rule's own.
    """
    return Note(object, message, tuple(dict.fromkeys(evidence)) or (object,), what, severity)


Check = Callable[[Snapshot, LintDefaults], Iterator[Note]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A registered rule. severity is its usual one; satisfied says what evidence it wants; reads names sections."""

    id: str
    severity: Severity
    title: str
    rationale: str
    source: str
    satisfied: str
    reads: tuple[str, ...]
    blocks: Blocks
    milestone: str | None
    hint: str
    check: Check

    def findings(self, snapshot: Snapshot, defaults: LintDefaults) -> Iterator[Finding]:
        """What the rule has to say, in its own order."""
        for note in self.check(snapshot, defaults):
            hint = self.hint.format(object=note.object, what=note.what)
            yield Finding(self.id, note.severity or self.severity, note.object, note.message, note.evidence, hint)


#: Id -> rule, in the order of the ids once all modules are imported (`fourleaf.engine.alignment.rules` does).
RULES: Final[dict[str, Rule]] = {}


def rule(
    id: str,
    *,
    severity: Severity,
    title: str,
    rationale: str,
    source: str,
    satisfied: str,
    reads: tuple[str, ...],
    blocks: Blocks,
    hint: str,
    milestone: str | None = None,
) -> Callable[[Check], Check]:
    """Register a rule. hint is a format of `{object}` and `{what}`; milestone is the roadmap item it belongs to."""

    def register(check: Check) -> Check:
        if id in RULES:
            raise ValueError(f"There are two rules {id}.")
        RULES[id] = Rule(id, severity, title, rationale, source, satisfied, reads, blocks, milestone, hint, check)
        return check

    return register


def refs(section: str, ids: Iterable[str], field: str = "") -> tuple[str, ...]:
    """Addresses of objects of a section, with a field where one is named."""
    tail = f"/{field}" if field else ""
    return tuple(f"{section}/{key}{tail}" for key in ids)


def listed(words: Iterable[str], most: int = 8) -> str:
    """ "a, b and c"; beyond the most that are shown, how many more there are."""
    shown = list(dict.fromkeys(words))
    if len(shown) > most:
        return f"{', '.join(shown[:most])} and {len(shown) - most} more"
    return " and ".join(part for part in (", ".join(shown[:-1]), shown[-1] if shown else "") if part)


def named(thing: Named) -> str:
    """An object in a sentence: its name with its id."""
    name = getattr(thing, "name", None) or getattr(thing, "role", None) or getattr(thing, "title", None)
    return f"{name} ({thing.id})" if name else thing.id


def rule_document(rule: Rule) -> tuple[tuple[str, str], ...]:
    """(heading, text) of what a reader wants to know of a rule, besides its title and its reason."""
    holds = {"programme": "the programmes that its object touches", "plan": "the plan as a whole"}
    held = holds.get(rule.blocks, f"roadmap item {rule.milestone}" if rule.milestone else "the roadmap item itself")
    if rule.blocks == "programme" and rule.milestone:
        held += f", or roadmap item {rule.milestone} where there are none"
    return (
        ("Satisfied by", rule.satisfied),
        ("Looks at", " ".join((rule.check.__doc__ or "").split())),
        ("Source", rule.source),
        ("Reads", ", ".join(f"`{section}`" for section in rule.reads)),
        ("To mend", rule.hint.format(object="the object", what="what is missing")),
        ("Holds up", held),
    )
