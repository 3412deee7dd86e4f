"""Wording of policies that counsel should look at: phrases that reach further than they need to, with their places.

`lint` gives hints, never verdicts. The families follow the standard of the NLRB's decision Stericycle (372 NLRB
No. 113, 2 August 2023): a rule is presumed unlawful if an employee could reasonably read it as limiting talk about
wages, hours and conditions, unless a substantial interest needs it and nothing narrower would do. The standard has been
contested since 2025, so each hint asks to verify the status.
"""

from __future__ import annotations

from fourleaf.engine.wording.families import LANGUAGES, RULES, STATUS, Rule
from fourleaf.engine.wording.linting import Hint, around, is_read, lint

__all__ = ["LANGUAGES", "RULES", "STATUS", "Hint", "Rule", "around", "is_read", "lint"]
