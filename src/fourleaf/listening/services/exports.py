"""Noting in the audit trail that mentions left the product as a file."""

from __future__ import annotations

from dataclasses import asdict

from django.db import transaction

from fourleaf.kernel import audit
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.permissions import require
from fourleaf.listening.contracts import MentionFilter, Period

__all__ = ["note_export"]


def note_export(*, actor: Actor, format: str, period: Period | None, chosen: MentionFilter) -> None:
    """Record who took which mentions away; call it before the first row is sent.

    What was searched for is noted by its length only: a search may hold a person's name.
    """
    require(actor, "listening.export_mentions")
    filters = {name: value for name, value in asdict(chosen).items() if value not in ("", (), None, False)}
    for private in ("search", "author"):
        if private in filters:
            filters[private] = f"{len(filters[private])} characters"
    span = [period.first, period.last, period.zone] if period is not None else "all time"
    with transaction.atomic():
        audit.record(
            actor,
            "listening.mentions.exported",
            ("listening.mentions", "export"),
            label="mentions",
            data={"format": format, "period": span, "filters": filters},
        )
