"""Roles: granted and ended, by administrators only. The last administrator cannot be removed."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import ConflictError, DomainError, InvalidError, NotFoundError
from fourleaf.kernel.models import Brand, Region, RoleGrant
from fourleaf.kernel.permissions import require
from fourleaf.kernel.roles import ROLES
from fourleaf.kernel.selectors import get_person_for, visible_grants
from fourleaf.kernel.services.administrators import ensure_administrator_remains

__all__ = ["end_role", "grant_role", "restore_role"]

_GRANT = "kernel.grant_roles"


def grant_role(
    *, actor: Actor, person_id: int, role: str, brand_id: int | None = None, region_id: int | None = None
) -> RoleGrant:
    """Grant a role everywhere, or for one brand or one region. Granting what is held already changes nothing."""
    person = get_person_for(actor, person_id)
    require(actor, _GRANT, person, seen_by="kernel.view_people")
    brand, region = _limits(role, brand_id, region_id)
    if person.has_left(clock.today()):
        raise DomainError(f"{person.name} has left. Note the return first, then grant roles.")
    with transaction.atomic():
        held = RoleGrant.objects.filter(
            person=person, role=role, brand=brand, region=region, ended_at__isnull=True
        ).first()
        if held is not None:
            return held
        try:
            with transaction.atomic():
                grant = RoleGrant.objects.create(
                    person=person,
                    role=role,
                    brand=brand,
                    region=region,
                    granted_at=clock.now(),
                    granted_by=actor.label[:150],
                )
        except IntegrityError as error:
            raise ConflictError(f"{person.name} was granted this role a moment ago.") from error
        audit.record(actor, "kernel.role.granted", person, data=_facts(grant))
    return grant


def _limits(role: str, brand_id: int | None, region_id: int | None) -> tuple[Brand | None, Region | None]:
    if role not in ROLES or role == "member":
        raise InvalidError(fields={"role": ["Choose a role from the list. Everybody is a member without a grant."]})
    if brand_id is not None and region_id is not None:
        raise InvalidError(fields={"limit": ["A role is granted everywhere, for one brand or for one region."]})
    if role == "admin" and (brand_id is not None or region_id is not None):
        raise InvalidError(fields={"limit": ["Administrators run the whole installation: grant this role everywhere."]})
    brand = Brand.objects.filter(pk=brand_id, archived_at__isnull=True).first() if brand_id is not None else None
    region = Region.objects.filter(pk=region_id, archived_at__isnull=True).first() if region_id is not None else None
    if (brand_id is not None and brand is None) or (region_id is not None and region is None):
        raise InvalidError(fields={"limit": ["This brand or region no longer exists or is archived."]})
    return brand, region


def end_role(*, actor: Actor, grant_id: int) -> RoleGrant:
    """End a grant; it stays as history. Refused for the last administrator."""
    grant = _grant_for(actor, grant_id)
    if grant.ended_at is not None:
        return grant
    with transaction.atomic():
        grant.ended_at = clock.now()
        grant.save(update_fields=["ended_at"])
        audit.record(actor, "kernel.role.ended", grant.person, data=_facts(grant))
        if grant.role == "admin":
            ensure_administrator_remains()
    return grant


def restore_role(*, actor: Actor, grant_id: int) -> RoleGrant:
    """Undo of `end_role`. If the same was granted anew in the meantime, that grant is given instead."""
    grant = _grant_for(actor, grant_id)
    if grant.ended_at is None:
        return grant
    if grant.person.has_left(clock.today()):
        raise DomainError(f"{grant.person.name} has left. Note the return first, then grant roles.")
    with transaction.atomic():
        newer = RoleGrant.objects.filter(
            person=grant.person, role=grant.role, brand=grant.brand, region=grant.region, ended_at__isnull=True
        ).first()
        if newer is not None:
            return newer
        grant.ended_at = None
        grant.save(update_fields=["ended_at"])
        audit.record(actor, "kernel.role.restored", grant.person, data=_facts(grant))
    return grant


def _grant_for(actor: Actor, grant_id: int) -> RoleGrant:
    grant = visible_grants(actor).select_related("person", "brand", "region").filter(pk=grant_id).first()
    if grant is None:
        raise NotFoundError
    require(actor, _GRANT, grant, seen_by="kernel.view_grants")
    return grant


def _facts(grant: RoleGrant) -> dict[str, object]:
    limit = grant.brand or grant.region
    return {"grant": grant.pk, "role": grant.role, "limited_to": limit.code if limit is not None else None}
