"""That a list was taken away as a file."""

from __future__ import annotations

from django.db import transaction

from fourleaf.kernel import audit
from fourleaf.kernel.actors import Actor

__all__ = ["note_export"]


def note_export(actor: Actor, table: str, kind: str) -> None:
    """Record it in the audit trail."""
    with transaction.atomic():
        audit.record(actor, "training.list.exported", ("training.list", table), data={"format": kind})
