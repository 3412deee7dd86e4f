"""A finding: what a rule has to say about one object of the plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["SEVERITIES", "Finding", "Severity"]

Severity = Literal["error", "warning", "hint"]
#: From the gravest: an error blocks "ready", a warning needs a comment, a hint is a suggestion.
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "hint")


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule found at one object.

    object: address `section/id` (such as `programmes/P07`), or a bare section such as `effort_lines` or `organisation`
    where the finding concerns all of it.
    message: a sentence that says what is wrong. hint: a sentence that says how to mend it.
    evidence: addresses of the objects that show it. The line in a plan file is not part of a finding; who prints it
    takes it from the places of the loaded plan.
    """

    rule: str
    severity: Severity
    object: str
    message: str
    evidence: tuple[str, ...] = ()
    hint: str = ""
