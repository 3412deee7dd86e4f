"""Items that somebody brought through review without a defect: review counts them, the Blue belt asks for 27."""

from __future__ import annotations

from collections.abc import Callable, Collection

__all__ = ["clean_items", "register_clean_items"]

CleanItems = Callable[[Collection[int]], dict[int, int]]
_counters: list[CleanItems] = []


def register_clean_items(counter: CleanItems) -> CleanItems:
    """Say who counts: person ids -> clean reviewed items of each. Called once at start by the context above."""
    if counter not in _counters:
        _counters.append(counter)
    return counter


def clean_items(person_ids: Collection[int]) -> dict[int, int]:
    """Person -> clean reviewed items; all 0 while nobody counts."""
    found = dict.fromkeys(person_ids, 0)
    for counter in _counters:
        for person, number in counter(person_ids).items():
            found[person] = found.get(person, 0) + number
    return found
