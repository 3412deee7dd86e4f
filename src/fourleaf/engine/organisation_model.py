"""Which organisation model the data show: organic, centralised, hub and spoke, dandelion or honeycomb.

Models are checked from the most to the least demanding; the first whose conditions all hold is the observed one, and
organic is what is left. A condition on a measure that is not known is open: a model with an open condition and none
that fails is possible, and then nothing below it is certain. Thresholds are this product's own choice; the models go
back to J. Owyang's five forms (Altimeter, 2010).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

__all__ = [
    "LABELS", "MEASURES", "MODELS", "Comparison", "Condition", "Measure", "Move", "Observation", "compare", "observe",
    "steps_between",
]  # fmt: skip

#: From the edges to everybody, along the path that organisations usually take.
MODELS: Final = ("organic", "centralised", "hub_and_spoke", "dandelion", "honeycomb")
LABELS: Final[Mapping[str, str]] = {
    "organic": "Organic",
    "centralised": "Centralised",
    "hub_and_spoke": "Hub and spoke",
    "dandelion": "Dandelion",
    "honeycomb": "Honeycomb",
}


@dataclass(frozen=True)
class Measure:
    """A measure over ninety days; values lie between ``low`` and ``high``."""

    code: str
    label: str
    about: str
    low: float = 0.0
    high: float = 1.0


MEASURES: Final[Mapping[str, Measure]] = {
    one.code: one
    for one in (
        Measure("cr", "Published by the hub", "Items that the central team published, of all items."),
        Measure("ap", "Approved by the hub", "Approvals that the central team gave, of all approvals."),
        Measure("act", "Units that publish", "Units with at least one active publisher, of all units."),
        Measure("part", "People who take part", "People with at least one business post or reply, of all employees."),
        Measure("h", "Evenness of publishing", "How evenly units publish: 0 all from one, 1 all alike (entropy)."),
        Measure(
            "std",
            "By the rules",
            "Items through a registered account, under a policy in force, by somebody with the needed belt, of all.",
        ),
        Measure("ht", "Ties through the hub", "Ties between units that touch the central team, of all ties."),
        Measure("sub", "Sub-hubs", "Units other than the hub on which three or more depend.", 0, 20),
        Measure("ei_norm", "Ties across departments", "E-I index of ties less that of chance; 0 is as open.", -2, 2),
    )
}


@dataclass(frozen=True)
class Condition:
    """``measure`` is at least ``bound``, or with ``below`` less than it."""

    measure: str
    bound: float
    below: bool = False

    def margin(self, value: float) -> float:
        """How far the value lies on the right side, 0 to 1 of the room there; negative on the wrong side."""
        measure = MEASURES[self.measure]
        right = self.bound - measure.low if self.below else measure.high - self.bound
        wrong = measure.high - self.bound if self.below else self.bound - measure.low
        distance = self.bound - value if self.below else value - self.bound
        room = right if distance >= 0 else wrong
        if self.measure == "sub":
            room = 2.0  # counts: two sub-hubs more or fewer are plain
        return max(-1.0, min(1.0, distance / room)) if room else 0.0

    def holds(self, value: float) -> bool:
        """Whether the value passes."""
        return value < self.bound if self.below else value >= self.bound


#: Model -> ways in which it holds; each way is a list of conditions that hold together. In order of checking.
RULES: Final[Mapping[str, tuple[tuple[Condition, ...], ...]]] = {
    "honeycomb": (
        (Condition("part", 0.40), Condition("std", 0.80), Condition("h", 0.85), Condition("ei_norm", -0.25)),
    ),
    "centralised": (
        (Condition("cr", 0.75),),
        (Condition("ap", 0.90), Condition("act", 0.30, below=True)),
    ),
    "dandelion": (
        (
            Condition("sub", 2),
            Condition("act", 0.60),
            Condition("cr", 0.40, below=True),
            Condition("ap", 0.40, below=True),
            Condition("std", 0.60),
        ),
    ),
    "hub_and_spoke": ((Condition("act", 0.50), Condition("ht", 0.50), Condition("std", 0.60)),),
}
_TIES: Final = (
    ("organic", "centralised"),
    ("centralised", "hub_and_spoke"),
    ("hub_and_spoke", "dandelion"),
    ("hub_and_spoke", "honeycomb"),
    ("dandelion", "honeycomb"),
)


@dataclass(frozen=True)
class Observation:
    """What the data show. ``model`` is None when a measure that decides is not known.

    ``confidence`` (0 to 1) is the smallest distance of a deciding measure to its threshold, as a part of the room that
    it has; ``word`` says it. ``possible`` are models that missing measures leave open.
    """

    model: str | None
    confidence: float
    word: str
    deciding: tuple[str, ...]
    possible: tuple[str, ...]
    missing: tuple[str, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class Move:
    """A measure that would have to move: from ``now`` to at least (or below) ``needed``."""

    measure: str
    now: float | None
    needed: float
    below: bool


@dataclass(frozen=True)
class Comparison:
    """Declared against observed. One step apart is information, two or more a warning."""

    declared: str
    observed: Observation
    steps: int | None
    kind: str
    moves: tuple[Move, ...]


def _known(values: Mapping[str, float | None]) -> dict[str, float]:
    unknown = set(values) - set(MEASURES)
    if unknown:
        raise ValueError(f"There is no measure {min(unknown)!r}; there are {', '.join(MEASURES)}.")
    for code, value in values.items():
        measure = MEASURES[code]
        if value is not None and not measure.low <= value <= measure.high:
            raise ValueError(f"{measure.label} lies between {measure.low:g} and {measure.high:g}, not at {value:g}.")
    return {code: float(value) for code, value in values.items() if value is not None}


def _state(way: tuple[Condition, ...], known: Mapping[str, float]) -> bool | None:
    """Whether all conditions hold; None when it depends on what is not known."""
    if any(not one.holds(known[one.measure]) for one in way if one.measure in known):
        return False
    return None if any(one.measure not in known for one in way) else True


def _against(way: tuple[Condition, ...], known: Mapping[str, float]) -> float:
    """How plainly a way that fails does so: its clearest failing condition."""
    return max(-one.margin(known[one.measure]) for one in way if one.measure in known)


def observe(values: Mapping[str, float | None]) -> Observation:
    """The model that the measures show; ValueError for a measure that does not exist or lies outside its range."""
    known = _known(values)
    certainty = 1.0
    possible: list[str] = []
    for model, ways in RULES.items():
        states = [_state(way, known) for way in ways]
        if True in states:
            way = ways[states.index(True)]
            certainty = min(certainty, *(one.margin(known[one.measure]) for one in way))
            return _found(model, certainty, tuple(one.measure for one in way), possible, known)
        if None in states:
            possible.append(model)
        else:
            certainty = min(certainty, *(_against(way, known) for way in ways))
    return _found("organic", certainty, (), possible, known)


def _found(
    model: str, certainty: float, deciding: tuple[str, ...], possible: list[str], known: Mapping[str, float]
) -> Observation:
    certainty = max(0.0, certainty)
    remarks = []
    if model not in ("centralised", "honeycomb") and known.get("ap", 0) >= 0.75:
        remarks.append("Most approvals are given by the hub: on the way to centralised.")
    if model == "hub_and_spoke" and known.get("cr", 1) < 0.40 and known.get("sub", 0) == 1:
        remarks.append("One unit has become a hub of its own: on the way to a dandelion.")
    missing = tuple(code for code in MEASURES if code not in known)
    word = "high" if certainty >= 0.4 else "medium" if certainty >= 0.15 else "low"
    if possible:
        # Something more demanding could hold as well, so nothing is certain yet.
        return Observation(None, 0.0, "none", deciding, (*possible, model), missing, tuple(remarks))
    return Observation(model, round(certainty, 3), word, deciding, (), missing, tuple(remarks))


def steps_between(first: str, second: str) -> int:
    """How many steps of the usual path lie between two models."""
    reached, steps = {first}, 0
    while second not in reached:
        reached |= {b for a, b in _TIES if a in reached} | {a for a, b in _TIES if b in reached}
        steps += 1
    return steps


def compare(declared: str, values: Mapping[str, float | None]) -> Comparison:
    """Declared against observed, with the two measures that would have to move most for the declared model to show."""
    if declared not in MODELS:
        raise ValueError(f"There is no model {declared!r}; there are {', '.join(MODELS)}.")
    observation = observe(values)
    if observation.model is None:
        return Comparison(declared, observation, None, "unknown", _moves(declared, values)[:2])
    steps = steps_between(declared, observation.model)
    kind = "same" if steps == 0 else "information" if steps == 1 else "warning"
    return Comparison(declared, observation, steps, kind, _moves(declared, values)[:2] if steps else ())


def _moves(declared: str, values: Mapping[str, float | None]) -> tuple[Move, ...]:
    """What has to move for the declared model to show: first what it lacks, then what makes another one go before it.

    Organic has no conditions of its own: all that go before it would have to fall.
    """
    known = _known(values)

    def lacking(way: tuple[Condition, ...]) -> list[tuple[float, Condition]]:
        failing = [(-one.margin(known[one.measure]), one) for one in way
                   if one.measure in known and not one.holds(known[one.measure])]  # fmt: skip
        return sorted(failing, key=lambda pair: -pair[0])

    best = min(RULES.get(declared, ((),)), key=lambda way: sum(size for size, _ in lacking(way)))
    moves = {one.measure: Move(one.measure, known[one.measure], one.bound, one.below) for _, one in lacking(best)}
    for model, ways in RULES.items():
        if model == declared:
            break
        for way in ways:
            if _state(way, known):
                for one in sorted(way, key=lambda one: one.margin(known[one.measure])):
                    if not any(_keeps(own, one) for own in best):
                        moves.setdefault(one.measure, Move(one.measure, known[one.measure], one.bound, not one.below))
    return tuple(moves.values())


def _keeps(own: Condition, other: Condition) -> bool:
    """Whether a model with the condition ``own`` needs what would have to fall for ``other`` not to hold."""
    if own.measure != other.measure or own.below != other.below:
        return False
    return own.bound <= other.bound if own.below else own.bound >= other.bound
