"""State machines, declared once and checked when the class is made.

class ImportState(StateMachine):
    uploaded = State("Uploaded", initial=True)
    running = State("Running")
    done = State("Done", final=True)

    transitions = {uploaded: {running}, running: {done}}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from fourleaf.kernel.errors import TransitionError

__all__ = ["State", "StateMachine"]


@dataclass(eq=False)
class State:
    """One state; its ``name`` is the attribute that it is bound to."""

    label: str
    initial: bool = False
    final: bool = False
    name: str = field(default="", init=False)

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"<State {self.name}>"


class StateMachine:
    """Base of all machines. A wrong declaration raises ``TypeError`` at import, never at run time."""

    transitions: ClassVar[Mapping[State, set[State]]] = {}
    states: ClassVar[dict[str, State]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.states = {name: value for name, value in vars(cls).items() if isinstance(value, State)}
        known = set(cls.states.values())
        initial = [state for state in known if state.initial]
        if len(initial) != 1:
            raise TypeError(f"{cls.__name__} must have exactly one initial state, it has {len(initial)}.")
        for origin, targets in cls.transitions.items():
            if origin not in known or not targets <= known:
                raise TypeError(f"{cls.__name__}.transitions names a state that is not declared.")
            if origin.final:
                raise TypeError(f"{cls.__name__}: the final state {origin.name} must not lead anywhere.")
        for state in known:
            if not state.final and not cls.transitions.get(state):
                raise TypeError(f"{cls.__name__}: {state.name} leads nowhere and is not marked final.")
        reached, fresh = {initial[0]}, {initial[0]}
        while fresh:
            fresh = {target for state in fresh for target in cls.transitions.get(state, set())} - reached
            reached |= fresh
        if reached != known:
            lost = ", ".join(sorted(state.name for state in known - reached))
            raise TypeError(f"{cls.__name__}: no path leads to {lost}.")

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """Pairs (name, label) for a model field."""
        return [(state.name, state.label) for state in cls.states.values()]

    @classmethod
    def allows(cls, origin: str, target: str) -> bool:
        """Whether one step leads from ``origin`` to ``target``."""
        return cls.states[target] in cls.transitions.get(cls.states[origin], set())

    @classmethod
    def check(cls, origin: str, target: str) -> None:
        """Raise `TransitionError` unless the step is declared."""
        if not cls.allows(origin, target):
            raise TransitionError(
                f"This is {cls.states[origin].label.lower()}, so it cannot become {cls.states[target].label.lower()}."
            )

    @classmethod
    def sources(cls, target: str) -> list[str]:
        """The states from which ``target`` is one step away, for compare-and-set updates."""
        return [state.name for state, targets in cls.transitions.items() if cls.states[target] in targets]
