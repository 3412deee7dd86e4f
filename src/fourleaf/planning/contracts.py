"""What planning says to contexts above it, and what they may say to it; no framework in here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Protocol

from fourleaf.kernel.actors import Actor

if TYPE_CHECKING:
    from fourleaf.engine.alignment.plan import Plan as PlanModel

__all__ = [
    "Guard",
    "ObjectInfo",
    "PlanChanged",
    "PlanInfo",
    "WaiverJudge",
    "idle_waivers",
    "objections",
    "register_guard",
    "register_waiver_judge",
    "waiver_objection",
]

#: guard(actor, plan id, section, key, new state) -> sentences that speak against the step; none lets it pass.
Guard = Callable[[Actor, int, str, str, str], Iterable[str]]

_guards: Final[list[Guard]] = []


@dataclass(frozen=True)
class PlanChanged:
    """The content of a plan changed. Published after commit."""

    plan_id: int
    content_version: int


@dataclass(frozen=True)
class PlanInfo:
    """A plan as other contexts see it. ``content_key`` is another one after every change of what is in it."""

    id: int
    name: str
    state: str
    starts_on: date
    ends_on: date
    as_of: date
    content_version: int
    content_key: Any


@dataclass(frozen=True)
class ObjectInfo:
    """One object of a plan: its data as in a plan file, and the version to write on."""

    section: str
    key: str
    version: int
    data: Mapping[str, Any]


def register_guard(guard: Guard) -> Guard:
    """Have the guard asked before something becomes live, in progress or running. Gives it, so it may decorate.

    Guards see the plan as it is before the step. One that raises stops the step: what cannot be checked does not pass.
    """
    if guard not in _guards:
        _guards.append(guard)
    return guard


def objections(actor: Actor, plan_id: int, section: str, key: str, new_state: str) -> list[str]:
    """What all guards say against the step, each sentence once."""
    said = (sentence for guard in _guards for sentence in guard(actor, plan_id, section, key, new_state))
    return list(dict.fromkeys(said))


class WaiverJudge(Protocol):
    """Knows what the rules find, and so which waivers would hold for nothing. There is one, or none."""

    def objection(self, plan_id: int, rule: str, at: str) -> str:
        """Why a waiver of a rule at an address would hold for nothing, in a sentence; "" where it would hold."""

    def idle(self, model: PlanModel) -> Iterable[str]:
        """A sentence for each waiver of a whole plan that runs today and holds for nothing."""


_judges: Final[list[WaiverJudge]] = []


def register_waiver_judge(judge: WaiverJudge) -> None:
    """Have waivers judged before they are stored, in the place of an earlier judge."""
    _judges[:] = [judge]


def waiver_objection(plan_id: int, rule: str, at: str) -> str:
    """What speaks against a waiver; "" while nobody judges."""
    return next((judge.objection(plan_id, rule, at) for judge in _judges), "")


def idle_waivers(model: PlanModel) -> list[str]:
    """What is to be said of the waivers of a plan that is brought in."""
    return [sentence for judge in _judges for sentence in judge.idle(model)]
