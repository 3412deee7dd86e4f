"""Hold a snapshot against the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from fourleaf.engine.alignment.findings import SEVERITIES, Finding
from fourleaf.engine.alignment.snapshot import Snapshot

__all__ = ["RULES", "check"]

#: Rule id -> function that finds.
RULES: Final[dict[str, Callable[[Snapshot], Iterable[Finding]]]] = {}


def check(snapshot: Snapshot, rules: Sequence[str] | None = None) -> list[Finding]:
    """Findings of all rules, or of those named; errors first, then by rule and object. Waived findings are left out.

    Raises KeyError with the name of a rule that does not exist.
    """
    chosen = RULES if rules is None else {name: RULES[name] for name in rules}
    found = [finding for find in chosen.values() for finding in find(snapshot)]
    kept = [finding for finding in found if (finding.rule, finding.object) not in snapshot.waivers]
    return sorted(kept, key=lambda finding: (SEVERITIES.index(finding.severity), finding.rule, finding.object))
