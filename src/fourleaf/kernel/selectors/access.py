"""Reads of role grants and API tokens."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Q, QuerySet

from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import NotFoundError
from fourleaf.kernel.models import ApiToken, Person, RoleGrant
from fourleaf.kernel.roles import ROLES

__all__ = [
    "get_token_for",
    "grants_by_role",
    "list_grants",
    "past_grants_of",
    "tokens_of",
    "visible_grants",
    "visible_tokens",
]


def visible_grants(actor: Actor) -> QuerySet[RoleGrant]:
    """Twin of `may_see_grants`: one's own; everybody's for those who grant or read the audit trail."""
    if actor.may("kernel.grant_roles") or actor.may("kernel.view_audit"):
        return RoleGrant.objects.all()
    return RoleGrant.objects.filter(person_id=actor.person_id or 0)


def list_grants(actor: Actor, *, role: str = "", search: str = "") -> QuerySet[RoleGrant]:
    """Active grants with person, brand and region, ordered by role and name."""
    grants = visible_grants(actor).filter(ended_at__isnull=True)
    if role:
        grants = grants.filter(role=role)
    for word in search.casefold().split():
        grants = grants.filter(person__search__contains=word)
    return grants.select_related("person", "person__department", "brand", "region").order_by("role", "person__name")


def grants_by_role(actor: Actor) -> dict[str, list[RoleGrant]]:
    """Active grants of every role in the order of `ROLES`, also of those that nobody holds."""
    found: dict[str, list[RoleGrant]] = defaultdict(list)
    for grant in list_grants(actor):
        found[grant.role].append(grant)
    return {code: found[code] for code in ROLES if code != "member"}


def past_grants_of(actor: Actor, person: Person) -> QuerySet[RoleGrant]:
    """Grants that ended, newest first."""
    return visible_grants(actor).filter(person=person, ended_at__isnull=False).order_by("-ended_at", "-pk")


def visible_tokens(actor: Actor) -> QuerySet[ApiToken]:
    """Twin of `may_see_token`: one's own; everybody's for those who look after tokens."""
    if actor.may("kernel.manage_tokens"):
        return ApiToken.objects.select_related("person")
    return ApiToken.objects.select_related("person").filter(person_id=actor.person_id or 0)


def tokens_of(actor: Actor) -> QuerySet[ApiToken]:
    """The actor's own tokens that still work, newest first."""
    live = Q(expires_at__isnull=True) | Q(expires_at__gt=clock.now())
    return ApiToken.objects.filter(live, person_id=actor.person_id or 0, revoked_at__isnull=True)


def get_token_for(actor: Actor, token_id: int) -> ApiToken:
    """One token; `NotFoundError` if absent or not visible."""
    token = visible_tokens(actor).filter(pk=token_id).first()
    if token is None:
        raise NotFoundError
    return token
