"""To which groups people belong, for the scope of policies.

Departments are known here: ``department:MKT`` holds the people of MKT and of all departments below it. Other contexts
add kinds of groups of their own, such as ``belt:green``, with a function from ids of people and a day to codes. Such a
function must not ask which rights are suspended, since that is answered with its help. Belts are added by training.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date

from fourleaf.kernel import public as organisation

__all__ = ["CODES", "RESOLVERS", "department_groups", "register"]

Resolver = Callable[[Collection[int], date], Mapping[int, frozenset[str]]]
RESOLVERS: dict[str, Resolver] = {}
#: Kind -> all its codes, where they are known beforehand.
CODES: dict[str, tuple[str, ...]] = {}


def register(prefix: str, resolver: Resolver, *, codes: Sequence[str] = ()) -> None:
    """Add a kind of groups; the codes that the function gives begin with ``prefix`` and a colon.

    Where ``codes`` names all that there are, a scope with another one is refused.
    """
    if prefix == "department" or RESOLVERS.get(prefix, resolver) is not resolver:
        raise ValueError(f"Groups called {prefix}:… are registered already.")
    RESOLVERS[prefix] = resolver
    if codes:
        CODES[prefix] = tuple(codes)


def department_groups() -> dict[int, frozenset[str]]:
    """Department id -> its own group and those of the departments above it. One query."""
    known = organisation.departments()
    found: dict[int, frozenset[str]] = {}
    for start in known:
        codes: set[str] = set()
        at: int | None = start
        while at is not None and at in known and f"department:{known[at].code}" not in codes:
            codes.add(f"department:{known[at].code}")
            at = known[at].parent_id
        found[start] = frozenset(codes)
    return found
