"""Reads of the kernel."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from fourleaf.kernel.actors import Actor
from fourleaf.kernel.models import Account, Person, RoleGrant
from fourleaf.kernel.roles import role_permissions

__all__ = ["actor_for"]


def actor_for(account: Account, *, via: str = "web", scopes: frozenset[str] | None = None) -> Actor:
    """The actor behind an account, with the rights of this moment; one query for the grants.

    ``scopes`` (of an API token) narrow the rights further.
    """
    person: Person = account.person
    grants: Iterable[tuple[str, int | None, int | None]] = RoleGrant.objects.filter(
        Q(person=person), ended_at__isnull=True
    ).values_list("role", "brand_id", "region_id")
    everywhere: set[str] = set(role_permissions("member"))
    scoped: set[tuple[str, str, int]] = set()
    roles: set[str] = {"member"}
    for role, brand_id, region_id in grants:
        roles.add(role)
        codes = role_permissions(role)
        if brand_id is not None:
            scoped.update((code, "brand", brand_id) for code in codes)
        elif region_id is not None:
            scoped.update((code, "region", region_id) for code in codes)
        else:
            everywhere |= codes
    if scopes is not None:
        everywhere &= scopes
        scoped = {item for item in scoped if item[0] in scopes}
    zone = account.time_zone or (person.region.time_zone if person.region is not None else "UTC")
    return Actor(
        kind="person",
        label=person.name,
        permissions=frozenset(everywhere),
        scoped=frozenset(scoped),
        account_id=account.pk,
        person_id=person.pk,
        region_id=person.region_id,
        department_id=person.department_id,
        roles=frozenset(roles),
        time_zone=zone,
        via=via,  # type: ignore[arg-type]  # one of the literals by construction
    )
