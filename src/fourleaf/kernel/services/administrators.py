"""The rule that an installation never loses its last administrator."""

from __future__ import annotations

from django.db.models import QuerySet

from fourleaf.kernel.errors import DomainError
from fourleaf.kernel.models import RoleGrant

__all__ = ["administrators", "ensure_administrator_remains", "holds_administration"]


def administrators() -> QuerySet[RoleGrant]:
    """Grants that count: everywhere, not ended, with an open account, and no end of employment planned."""
    return RoleGrant.objects.filter(
        role="admin",
        ended_at__isnull=True,
        brand__isnull=True,
        region__isnull=True,
        person__account__is_active=True,
        person__left_on__isnull=True,
    )


def holds_administration(person_id: int) -> bool:
    """Whether the person is one of those who count."""
    return administrators().filter(person_id=person_id).exists()


def ensure_administrator_remains() -> None:
    """Raise after a change, within its transaction, if it took away the last administrator.

    Ask after the audit event was recorded: recording takes the head of the chain, so that whoever takes away another
    administrator at the same moment waits for this transaction, and then sees what it did.
    """
    if not administrators().exists():
        raise DomainError(
            "This would leave the installation without an administrator. "
            "Grant the role Administrator to somebody else with an account first."
        )
