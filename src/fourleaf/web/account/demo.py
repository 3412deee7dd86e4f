"""Signing in as somebody of the sample organisation with one click. Only with FOURLEAF_DEMO, only to its accounts."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Prefetch

from fourleaf.kernel.models import Account, RoleGrant
from fourleaf.kernel.roles import ROLES
from fourleaf.kernel.rules import may_sign_in

__all__ = ["DEMO_DOMAIN", "DemoLogin", "DemoLogins", "demo_account", "demo_people"]

#: Accounts of the sample organisation are known by the domain of their e-mail, which nobody else can have.
DEMO_DOMAIN = "tarnbeck.example"


@dataclass(frozen=True)
class DemoLogin:
    """One person whom one can be."""

    name: str
    title: str
    email: str
    role: str
    sees: str


@dataclass(frozen=True)
class DemoLogins:
    """One person for each role first, then the others."""

    main: list[DemoLogin] = field(default_factory=list)
    others: list[DemoLogin] = field(default_factory=list)


def demo_people() -> DemoLogins:
    """Everybody of the sample who can sign in; two queries, and none without demo mode."""
    if not settings.DEMO:
        return DemoLogins()
    active = RoleGrant.objects.filter(ended_at__isnull=True, brand__isnull=True, region__isnull=True)
    accounts = (
        Account.objects.filter(email__endswith=f"@{DEMO_DOMAIN}", is_active=True)
        .select_related("person")
        .prefetch_related(Prefetch("person__grants", queryset=active, to_attr="active_grants"))
        .order_by("pk")
    )
    logins = DemoLogins()
    met: set[str] = set()
    for account in accounts:
        grants: list[RoleGrant] = account.person.active_grants  # type: ignore[attr-defined]  # prefetched above
        role = next((ROLES[grant.role] for grant in grants if grant.role in ROLES), ROLES["member"])
        login = DemoLogin(account.person.name, account.person.title, account.email, role.label, role.description)
        (logins.others if role.code in met else logins.main).append(login)
        met.add(role.code)
    order = list(ROLES)
    labels = {role.label: order.index(role.code) for role in ROLES.values()}
    logins.main.sort(key=lambda login: (login.role == ROLES["member"].label, labels[login.role]))
    return logins


def demo_account(email: str) -> Account | None:
    """The sample's account with this e-mail, in demo mode only."""
    if not settings.DEMO or not email.endswith(f"@{DEMO_DOMAIN}"):
        return None
    account = Account.objects.select_related("person").filter(email=email).first()
    return account if account is not None and may_sign_in(account) else None
