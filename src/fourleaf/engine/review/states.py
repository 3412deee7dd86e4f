"""What is known of a stratum: the level of review, the walk, and the evidence behind them. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, cast, get_args

from fourleaf.engine.review.parameters import LADDER, LEVELS, Level, Relaxable

__all__ = [
    "Cause", "Change", "NotConfirmedError", "Outcome", "Proposal", "Severity", "Source", "TrustState", "new_state",
]  # fmt: skip

Severity = Literal["clean", "minor", "major", "critical"]
#: The last three concern items that nobody had reviewed.
Source = Literal["review", "audit", "complaint", "correction", "takedown"]
Cause = Literal[
    "confirmed", "alarm", "major", "critical", "clean_run", "halt", "halt_lifted", "policy_major", "lead_changed",
    "idle", "cap",
]  # fmt: skip


class NotConfirmedError(ValueError):
    """Review cannot be relaxed, or a halt not be lifted; `reasons` are the sentences that say why."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True)
class Outcome:
    """What was found on one item.

    `by` is the reviewer, or whoever upheld the complaint; `others` reviewed the same item and found nothing graver.
    `author` is halted by a critical defect. Sources: review before publishing, audit afterwards, and what came in on
    items that nobody had reviewed.
    """

    severity: Severity
    by: str
    on: date
    author: str = ""
    source: Source = "review"
    others: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.severity not in get_args(Severity):
            raise ValueError(f"A severity is one of {', '.join(get_args(Severity))}, not {self.severity!r}.")
        if self.source not in get_args(Source):
            raise ValueError(f"A source is one of {', '.join(get_args(Source))}, not {self.source!r}.")
        if self.unreviewed and self.severity == "clean":
            raise ValueError(f"An upheld {self.source} stands for a defect: minor, major or critical, not clean.")

    @property
    def unreviewed(self) -> bool:
        """Whether the defect came to light without a review. It counts as one major, also when it is minor."""
        return self.source not in ("review", "audit")


@dataclass(frozen=True)
class Change:
    """The latest change of level, for the record. `by` and `reason` are filled where somebody decided it."""

    on: date
    before: Level
    after: Level
    cause: Cause
    by: str = ""
    reason: str = ""
    reviewed: int = 0
    majors: int = 0
    reviewers: int = 0


@dataclass(frozen=True)
class Proposal:
    """The walk says that less review is enough: from one level to the next. Nothing changes until it is confirmed."""

    before: Relaxable
    after: Relaxable
    on: date


@dataclass(frozen=True)
class TrustState:
    """The trust state of one stratum (brand, content class, author group). Counts are those at the present level.

    `s` is the walk, `c` the cumulative sum that forgets at zero. `cap` is the furthest level that the risk tier
    allows. `minors` are the places, in `seen`, of minor defects that may yet add up to a major one. `clean_run` is the
    number of clean items in a row at the present level. `incidents` are those that ask for full review just now.
    """

    level: Level
    since: date
    cap: Relaxable = "Q3"
    s: float = 0.0
    c: float = 0.0
    reviewed: int = 0
    clean: int = 0
    majors: int = 0
    clean_run: int = 0
    reviewers: frozenset[str] = frozenset()
    seen: int = 0
    minors: tuple[int, ...] = ()
    proposal: Proposal | None = None
    halted_authors: frozenset[str] = frozenset()
    incidents: frozenset[str] = frozenset()
    idle_on: date | None = None
    change: Change | None = None

    def __post_init__(self) -> None:
        if self.level not in LEVELS:
            raise ValueError(f"A level is one of {', '.join(LEVELS)}, not {self.level!r}.")
        if self.cap not in LADDER:
            raise ValueError(f"The furthest level is one of {', '.join(LADDER)}, not {self.cap!r}.")
        if self.rung is not None and LADDER.index(self.rung) > LADDER.index(self.cap):
            raise ValueError(f"The level {self.level} lies beyond {self.cap}, the furthest that the risk tier allows.")

    @property
    def rung(self) -> Relaxable | None:
        """The level where it is one of Q0 to Q3; None at QT and QH."""
        return cast("Relaxable", self.level) if self.level in LADDER else None

    @property
    def review_level(self) -> Level:
        """The level by which items are reviewed today: Q0 during an incident, else the level itself."""
        return "Q0" if self.incidents and self.rung is not None else self.level


def new_state(on: date, *, cap: Relaxable = "Q3") -> TrustState:
    """A stratum without history: full review."""
    return TrustState(level="Q0", since=on, cap=cap)
