"""Items that somebody brought through review without a defect: review counts them, the Blue belt asks for 27."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date

__all__ = ["clean_items", "register_clean_items"]

CleanItems = Callable[[Collection[int], date | None], dict[int, int]]
_counters: list[CleanItems] = []


def register_clean_items(counter: CleanItems) -> CleanItems:
    """Say who counts: (person ids, first day that counts or None) -> clean reviewed items of each. Called once at
    start by the context above; the number is for the person's own belt and for nothing else."""
    if counter not in _counters:
        _counters.append(counter)
    return counter


def clean_items(person_ids: Collection[int], since: date | None = None) -> dict[int, int]:
    """Person -> clean reviewed items decided on or after a day; all 0 while nobody counts."""
    found = dict.fromkeys(person_ids, 0)
    for counter in _counters:
        for person, number in counter(person_ids, since).items():
            found[person] = found.get(person, 0) + number
    return found
