"""How much of its origin an answer may keep: cells in which at least k people were asked.

Pure. Somebody who knows where a colleague works must not find that colleague's row by it. So each combination of
department, region and level that is kept belongs to at least k people who were asked; what is smaller is kept coarser:

1. A department with fewer than k people loses its name, together with as many of the smallest others as it takes.
2. In a department the level (leads others or not) is kept only where both sides have at least k people.
3. Within department and level, regions with fewer than k people lose their name, again with the smallest others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

__all__ = ["Cell", "coarse_cells"]


@dataclass(frozen=True, slots=True)
class Cell:
    """What is kept; None stands for "not kept"."""

    department: int | None
    region: int | None
    leads: bool | None


def _too_small(sizes: Mapping[int | None, int], k: int) -> set[int | None]:
    """Which parts lose their name: those under k, and the smallest others until all that lost it are k or more.

    None is the part that has no name to begin with.
    """
    lost = {name for name, size in sizes.items() if name is None or size < k}
    rest = sorted((size, -1 if name is None else name) for name, size in sizes.items() if name not in lost)
    while lost and rest and sum(sizes[name] for name in lost) < k:
        lost.add(rest.pop(0)[1])
    return lost


def coarse_cells(people: Sequence[Cell], k: int) -> list[Cell]:
    """The cell to keep for each person, in the same order. With fewer than k people in all nothing is kept."""
    if len(people) < k:
        return [Cell(None, None, None)] * len(people)
    hidden = _too_small(Counter(one.department for one in people), k)
    departments = [None if one.department in hidden else one.department for one in people]
    levels = Counter((department, one.leads) for department, one in zip(departments, people, strict=True))
    kept = {name for name in set(departments) if min(levels[name, True], levels[name, False]) >= k}
    groups: list[tuple[int | None, bool | None]] = [
        (department, one.leads if department in kept else None)
        for department, one in zip(departments, people, strict=True)
    ]
    sizes: dict[Hashable, Counter[int | None]] = {}
    for group, one in zip(groups, people, strict=True):
        sizes.setdefault(group, Counter())[one.region] += 1
    lost = {group: _too_small(counts, k) for group, counts in sizes.items()}
    return [
        Cell(department, None if one.region in lost[department, leads] else one.region, leads)
        for (department, leads), one in zip(groups, people, strict=True)
    ]
