"""Frozen values that assessment hands to other contexts; no framework in here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

__all__ = ["CloverFacts", "DepartmentScore", "LeafScore", "ModelFacts"]


@dataclass(frozen=True)
class LeafScore:
    """A leaf's published score. ``points`` 0 to 100; None where it is hidden or views differ too much for a mean.

    ``low`` and ``high`` are the ends of the interval. ``state``: "shown", "hidden" (too few), or how views differ:
    "divided" (two camps), "scattered" (all over the scale), "mixed" (too few people to tell the two apart).
    """

    leaf: str
    points: float | None
    low: float | None
    high: float | None
    state: str


@dataclass(frozen=True)
class DepartmentScore:
    """A department's published scores; ``n_band`` is None where too few answered.

    ``wave`` is the wave they come from: the newest that asked the department and shows it.
    """

    department_id: int | None
    code: str
    n_band: str | None
    leaves: tuple[LeafScore, ...]
    wave: str = ""
    closed_on: date | None = None

    def leaf(self, name: str) -> LeafScore | None:
        """The score of one leaf."""
        return next((one for one in self.leaves if one.leaf == name), None)


@dataclass(frozen=True)
class CloverFacts:
    """The company's clover of the newest published wave that asked the whole organisation.

    ``index`` and ``limiting`` are None if a leaf is missing. ``limiting_with`` names leaves that cannot be told apart
    from the limiting one; ``three_leaf_certain`` is False where the interval of the leaf below 50 reaches 50.
    """

    wave: str
    closed_on: date | None
    n: int
    invited: int | None
    index: float | None
    limiting: str | None
    three_leaf: bool
    leaves: tuple[LeafScore, ...]
    limiting_certain: bool = False
    limiting_with: tuple[str, ...] = ()
    three_leaf_certain: bool = False


@dataclass(frozen=True)
class ModelFacts:
    """The organisation model: declared, observed, and how sure the observation is (0 to 1). None where not known."""

    declared: str | None
    observed: str | None
    confidence: float | None
    steps_apart: int | None
