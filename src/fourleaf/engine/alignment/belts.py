"""Belts in their order (domain §3)."""

from __future__ import annotations

from typing import Final, get_args

from fourleaf.engine.alignment.plan.base import Belt

__all__ = ["BELTS", "at_least", "rank"]

#: From the lowest to the highest.
BELTS: Final[tuple[Belt, ...]] = get_args(Belt)


def rank(belt: Belt) -> int:
    """0 for none, 1 for white, up to 6 for black."""
    return BELTS.index(belt)


def at_least(held: Belt, needed: Belt) -> bool:
    """Whether a belt that is held is as high as the one that is needed."""
    return rank(held) >= rank(needed)
