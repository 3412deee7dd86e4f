"""An attacker who knows nothing of how suppression works: exact fractions, every subset, no short cuts."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction


def reduced(rows: Sequence[Sequence[int]]) -> list[tuple[int, list[Fraction]]]:
    """Row echelon form as (place of the leading entry, row)."""
    echelon: list[tuple[int, list[Fraction]]] = []
    for row in rows:
        left = remainder([Fraction(entry) for entry in row], echelon)
        lead = next((place for place, entry in enumerate(left) if entry), None)
        if lead is not None:
            echelon.append((lead, [entry / left[lead] for entry in left]))
    return echelon


def remainder(row: list[Fraction], echelon: Sequence[tuple[int, list[Fraction]]]) -> list[Fraction]:
    """What is left of a row after the echelon's rows are taken off, in their order."""
    for lead, other in echelon:
        if row[lead]:
            factor = row[lead]
            row = [mine - factor * theirs for mine, theirs in zip(row, other, strict=True)]
    return row


def disclosed(published: Sequence[Sequence[int]], counts: Sequence[int], k: int) -> list[tuple[int, ...]]:
    """Sets of atoms with 1 to k - 1 people whose sum follows from the published sums.

    `published` holds for each published cell the atoms in it. Empty atoms are known to be empty.
    """
    atoms = [atom for atom, n in enumerate(counts) if n]
    echelon = reduced([[int(atom in set(cell)) for atom in atoms] for cell in published])
    small = [atom for atom in atoms if counts[atom] < k]
    found = []
    for size in range(1, k):
        for chosen in itertools.combinations(small, size):
            if sum(counts[atom] for atom in chosen) >= k:
                continue
            vector = [Fraction(int(atom in chosen)) for atom in atoms]
            if not any(remainder(vector, echelon)):
                found.append(chosen)
    return found
