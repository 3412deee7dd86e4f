"""The life of a pilot (domain §9.2): what each step needs, and what is locked once it is approved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from fourleaf.engine.alignment.plan import Kpi, Pilot
from fourleaf.engine.alignment.plan import Plan as PlanModel
from fourleaf.engine.alignment.roadmap import Roadmap
from fourleaf.engine.pilots import MOST_ITERATIONS, Verdict, decide, rounded_effect, shows
from fourleaf.kernel.states import State, StateMachine
from fourleaf.planning.errors import LockedError

__all__ = ["LOCKED_FIELDS", "PilotState", "check_lock", "check_peek", "check_pilot", "is_locked", "verdict_of"]

LEAST_BASELINE_WEEKS: Final = 4
MOST_BETA_STAFF: Final = 8
MOST_OPERATIONS_SHARE: Final = 0.05
LOCKED_FIELDS: Final = ("hypothesis", "metric", "metric_text", "threshold")
_NAMES: Final = {"hypothesis": "hypothesis", "metric": "metric", "metric_text": "metric", "threshold": "threshold"}
#: What else was agreed: once given, it stays, since moving it after the start makes any result come true.
_AGREED: Final = {
    "baseline": "baseline",
    "baseline_weeks": "baseline",
    "comparison": "comparison",
    "n": "number of cases",
    "decision_rule": "rule of the decision",
    "decision_on": "day of the decision",
    "decider": "decider",
}
#: A further round may be longer or larger, and is decided on a day of its own.
_OF_A_ROUND: Final = frozenset({"decision_on", "n"})


class PilotState(StateMachine):
    """From approval on, hypothesis, metric and threshold are locked."""

    draft = State("Draft", initial=True)
    baseline = State("Measuring the baseline")
    approved = State("Approved")
    running = State("Running")
    evaluating = State("Being evaluated")
    scale = State("Scale")
    iterate = State("Try again")
    stop = State("Stop")
    archived = State("Archived", final=True)

    transitions = {
        draft: {baseline, stop},
        baseline: {approved, draft, stop},
        approved: {running, stop},
        running: {evaluating, stop},
        evaluating: {scale, iterate, stop},
        iterate: {running, stop},
        scale: {archived},
        stop: {archived},
    }


def is_locked(data: Mapping[str, Any]) -> bool:
    """Whether the design may no longer change."""
    return bool(data.get("locked_on")) or data.get("state", "draft") not in ("draft", "baseline", "stop")


def check_lock(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> None:
    """Raise `LockedError` when a locked field changes."""
    if before is None or not is_locked(before):
        return
    moved = dict.fromkeys(_NAMES[name] for name in LOCKED_FIELDS if before.get(name) != after.get(name))
    for name, words in _AGREED.items():
        again = before.get("state") == "iterate" and name in _OF_A_ROUND
        if before.get(name) not in (None, "") and before[name] != after.get(name) and not again:
            moved[words] = None
    if before.get("locked_on") and before.get("locked_on") != after.get("locked_on"):
        moved["day of the lock"] = None
    if moved:
        raise LockedError(
            f"The {' and the '.join(moved)} of pilot {before['id']} cannot change any more: it was approved. "
            "Another design means a new pilot; copy this one and change the copy."
        )


def check_peek(before: Mapping[str, Any] | None, after: Mapping[str, Any], today: date) -> None:
    """Raise `LockedError` when an effect is written down before the day of the decision, or with no rule for it."""
    if after.get("effect") is None or after["effect"] == (before or {}).get("effect"):
        return
    pilot = Pilot.model_validate(dict(after))
    if early := _evaluable(pilot, today):
        raise LockedError(early[0])
    if missing := _ruled(pilot):
        raise LockedError(" ".join(["An effect decides nothing yet.", *missing]))


def check_pilot(model: PlanModel, before: Mapping[str, Any] | None, after: Mapping[str, Any], today: date) -> list[str]:
    """What stands before the step to the state that ``after`` has."""
    pilot = Pilot.model_validate(dict(after))
    previous = Pilot.model_validate(dict(before)) if before else None
    match pilot.state:
        case "baseline":
            return _needs(pilot, hypothesis="a hypothesis") + _metric(pilot)
        case "approved":
            return _approvable(pilot)
        case "running":
            return _startable(model, pilot)
        case "evaluating":
            return _ruled(pilot) + _evaluable(pilot, today)
        case "scale" | "iterate":
            return _decidable(model, pilot, previous, today)
        case "archived":
            source = f"pilots/{pilot.id}"
            learned = any(learning.source == source for learning in model.learnings)
            return [] if learned else ["What was learned from it is not written down: add a learning first."]
        case _:
            return []


def _needs(pilot: Pilot, **fields: str) -> list[str]:
    return [f"It has no {words.partition(' ')[2]}." for name, words in fields.items() if getattr(pilot, name) is None]


def _metric(pilot: Pilot) -> list[str]:
    return (
        [] if pilot.metric or pilot.metric_text else ["It has no metric: name a KPI, or say in words what is counted."]
    )


def _approvable(pilot: Pilot) -> list[str]:
    missing = _needs(pilot, hypothesis="a hypothesis") + _metric(pilot)
    missing += _needs(
        pilot,
        baseline="a baseline value",
        threshold="a threshold (the smallest effect worth having)",
        comparison="a comparison",
        decision_rule="a decision rule",
        decision_on="a decision date",
        decider="a decider",
    )
    if (pilot.baseline_weeks or 0) < LEAST_BASELINE_WEEKS:
        weeks = f"{pilot.baseline_weeks or 0:g}"
        missing.append(f"The baseline covers {weeks} weeks; {LEAST_BASELINE_WEEKS} at least are needed.")
    smallest = pilot.minimum_detectable_effect
    if smallest is None and not pilot.learning_only:
        missing.append("The smallest effect that the numbers can show is not worked out; or mark it as learning only.")
    elif smallest is not None and pilot.threshold and not pilot.learning_only and not shows(smallest, pilot.threshold):
        missing.append(
            f"The numbers show effects from {rounded_effect(smallest):g}, the threshold is {abs(pilot.threshold):g}: "
            "it can run as learning, not as proof. Mark it so, or reach more cases."
        )
    return missing + _narrow(pilot)


def _narrow(pilot: Pilot) -> list[str]:
    """Limits of a narrow-focus beta (S2)."""
    if not pilot.narrow_beta:
        return []
    missing = []
    if pilot.staff is None or pilot.staff > MOST_BETA_STAFF:
        missing.append(f"A narrow beta has a staff of {MOST_BETA_STAFF} at most, and says how many.")
    if pilot.operations_share is None or pilot.operations_share > MOST_OPERATIONS_SHARE:
        missing.append(f"A narrow beta touches {MOST_OPERATIONS_SHARE:.0%} of operations at most, and says how much.")
    if pilot.immersion is None:
        missing.append("A narrow beta runs with the immersion of a leader: name who takes part.")
    return missing


def _startable(model: PlanModel, pilot: Pilot) -> list[str]:
    """Prerequisites that are on the roadmap, programmes or activities must stand."""
    roadmap = Roadmap(model.roadmap)
    finished = {key for key, step in roadmap.steps.items() if step.finished}
    finished |= {p.id for p in model.programmes if p.state in ("live", "ended")}
    finished |= {a.id for a in model.activities if a.state == "done"}
    missing = [f"{key} must stand first." for key in pilot.prerequisites if key not in finished]
    if pilot.iterations > MOST_ITERATIONS:  # the model holds it too
        missing.append("It was repeated twice already.")
    return missing


def _ruled(pilot: Pilot) -> list[str]:
    """What must have been said before the start for an evaluation to mean anything."""
    missing = _needs(pilot, hypothesis="a hypothesis") + _metric(pilot)
    missing += _needs(
        pilot,
        threshold="a threshold (the smallest effect worth having)",
        decision_rule="a decision rule",
        decision_on="a decision date",
    )
    if missing:
        missing.append("Said afterwards, any result would do: add what is not locked yet, or stop it and begin anew.")
    return missing


def _evaluable(pilot: Pilot, today: date) -> list[str]:
    if pilot.decision_on is not None and today < pilot.decision_on:
        return [
            f"The day of the decision is {pilot.decision_on}; looking earlier would find effects that are not there."
        ]
    return []


def _decidable(model: PlanModel, pilot: Pilot, previous: Pilot | None, today: date) -> list[str]:
    missing = _ruled(pilot) + _evaluable(pilot, today)
    verdict = verdict_of(model, pilot, repeated=previous.iterations if previous else 0)
    if verdict is None:
        return [*missing, "No effect with its interval is recorded."]
    if verdict.outcome != pilot.state and not (pilot.learning_only and pilot.state == "iterate"):
        missing.append(f"The rule says {verdict.outcome}, not {pilot.state}: {verdict.sentence}")
    if pilot.state == "scale" and pilot.learning_only:
        missing.append("It ran as learning, not as proof, so it is no reason to scale.")
    return missing


def verdict_of(model: PlanModel, pilot: Pilot, *, repeated: int | None = None) -> Verdict | None:
    """What the rule decides on the recorded effect; None while effect or threshold is missing.

    The effect has the sign that was measured: a share that falls from 34 to 20 has the effect -14. Whether that is
    good, the direction of the KPI says, or a threshold below 0 where the metric is no KPI.
    """
    if pilot.effect is None or pilot.threshold is None:
        return None
    kpi: Kpi | None = next((kpi for kpi in model.kpis if kpi.id == pilot.metric), None)
    return decide(
        pilot.effect.point,
        pilot.effect.low,
        pilot.effect.high,
        threshold=pilot.threshold,
        guardrail_breached=any(guardrail.breached for guardrail in pilot.guardrails),
        iterations=pilot.iterations if repeated is None else repeated,
        direction="down" if pilot.threshold < 0 or (kpi is not None and kpi.direction == "down") else "up",
    )
