"""Findings in groups, and in each group those of one rule in a bundle, so that dozens of one kind are one line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.http import urlencode

from fourleaf.alignment.models import FindingRecord
from fourleaf.engine.alignment.checking import RULES
from fourleaf.web.alignment.places import SEVERITY, Places
from fourleaf.web.kit.tables import State

__all__ = ["GROUPS", "Bundle", "Group", "Lines", "grouped"]

GROUPS: Final = {"held-up": "What they hold up", "rule": "Rule", "owner": "Owner", "severity": "Severity"}
#: From so many findings of one rule on, they are one line that unfolds.
_BUNDLE: Final = 3
#: Lines of a bundle or group that are shown; the list has the others.
_MOST: Final = 50


@dataclass(frozen=True)
class Lines:
    """Findings line by line. ``query`` narrows the list to them; ``more`` are those that are not shown here."""

    rows: tuple[FindingRecord, ...]
    query: str

    @property
    def open(self) -> int:
        """How many are open."""
        return sum(row.state == "open" for row in self.rows)

    @property
    def waived(self) -> int:
        """How many are waived."""
        return len(self.rows) - self.open

    def of(self, gravity: int) -> int:
        """How many are open and of this gravity: 0 errors, 1 warnings, 2 hints."""
        return sum(row.state == "open" and row.gravity == gravity for row in self.rows)

    @property
    def findings(self) -> list[tuple[FindingRecord, State]]:
        """The lines to show."""
        return [(row, SEVERITY[row.severity]) for row in self.rows[:_MOST]]

    @property
    def more(self) -> int:
        """How many are left out."""
        return max(0, len(self.rows) - _MOST)


@dataclass(frozen=True)
class Bundle(Lines):
    """Findings of one rule in a group; with fewer than three of them, or grouped by rule, they are not folded."""

    rule: str
    folded: bool

    @property
    def title(self) -> str:
        """The rule with its title."""
        return f"{self.rule} {RULES[self.rule].title}" if self.rule in RULES else self.rule

    @property
    def severity(self) -> State:
        """The gravest of what is open, or else of what is waived."""
        worst = min(self.rows, key=lambda row: (row.state != "open", row.gravity))
        return SEVERITY[worst.severity]


@dataclass(frozen=True)
class Group(Lines):
    """A group: what it is called, where its name leads, and its bundles. Groups of the first ``rank`` come first."""

    title: str
    url: str
    rank: int
    bundles: tuple[Bundle, ...]

    @property
    def counts(self) -> list[tuple[str, str, int, str]]:
        """(kind, icon, number, word) of each kind of open findings that there are."""
        words = ("error", "warning", "hint")
        states = [SEVERITY[word] for word in words]
        return [
            (state.kind, state.icon, self.of(gravity), word)
            for gravity, (state, word) in enumerate(zip(states, words, strict=True))
            if self.of(gravity)
        ]


def grouped(by: str, rows: Iterable[FindingRecord], places: Places) -> list[Group]:
    """The groups of findings: blocked programmes, then the roadmap, then the rest; in each the gravest first."""
    keys: dict[str, Callable[[FindingRecord], Iterable[str]]] = {
        "held-up": lambda f: f.blocks or ("",),
        "rule": lambda f: (f.rule,),
        "owner": lambda f: (str(f.owner_id or ""),),
        "severity": lambda f: (f.severity,),
    }
    held: dict[str, list[FindingRecord]] = {}
    for row in rows:
        for key in keys[by](row):
            held.setdefault(key, []).append(row)
    groups = [_group(by, key, found, places) for key, found in held.items()]
    return sorted(groups, key=lambda g: (g.rank, -g.of(0), -g.of(1), -g.of(2), g.title))


def _group(by: str, key: str, rows: Sequence[FindingRecord], places: Places) -> Group:
    title, url, rank, narrow = key, "", 0, {"rule": key}
    if by == "held-up":
        title, url = (places.title(key), places.url(key)) if key else ("The plan as a whole", "")
        rank = 0 if key.startswith("programmes/") else 1 if key else 2
        narrow = {"holds": key or "plan"}
    elif by == "rule":
        title = f"{key} {RULES[key].title}" if key in RULES else key
    elif by == "owner":
        owner = rows[0].owner
        title, rank, narrow = (owner.name, 1, {"owner": key}) if owner else ("Nobody yet", 0, {"owner": "nobody"})
    else:
        title, rank = {"error": ("Errors", 0), "warning": ("Warnings", 1)}.get(key, ("Hints", 2))
        narrow = {"severity": key}
    of_rule: dict[str, list[FindingRecord]] = {}
    for row in sorted(rows, key=lambda f: (f.state != "open", f.gravity, f.rule, f.object)):
        of_rule.setdefault(row.rule, []).append(row)
    bundles = tuple(
        Bundle(tuple(found), urlencode({**narrow, "rule": rule}), rule, len(found) >= _BUNDLE and by != "rule")
        for rule, found in of_rule.items()
    )
    return Group(tuple(rows), urlencode(narrow), title, url, rank, bundles)
