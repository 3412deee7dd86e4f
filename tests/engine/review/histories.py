"""Short histories of a stratum, written as text."""

from __future__ import annotations

from datetime import date, timedelta

from fourleaf.engine.review import DEFAULT, Outcome, TrustParameters, TrustState, step

__all__ = ["MARKS", "START", "at", "outcome", "run"]

START = date(2026, 1, 1)
MARKS = {".": "clean", "m": "minor", "M": "major", "C": "critical"}


def outcome(severity: str = "clean", day: int = 0, by: str = "ann", **more: str) -> Outcome:
    return Outcome(severity, by, START + timedelta(days=day), **more)


def run(state: TrustState, marks: str, day: int = 0, parameters: TrustParameters = DEFAULT) -> TrustState:
    """A history written as ``..M.m``; two reviewers take turns."""
    for place, mark in enumerate(marks):
        state = step(state, outcome(MARKS[mark], day, "ann" if place % 2 else "bob"), parameters)
    return state


def at(level: str, **more: object) -> TrustState:
    return TrustState(level=level, since=START, **more)
