"""What planning says to contexts above it, and what they may say to it; no framework in here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from fourleaf.kernel.actors import Actor

__all__ = ["Guard", "ObjectInfo", "PlanChanged", "PlanInfo", "objections", "register_guard"]

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
