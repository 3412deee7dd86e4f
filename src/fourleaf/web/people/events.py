"""Audit events about a person as sentences that people can read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fourleaf.kernel.audit import CODES
from fourleaf.kernel.models import AuditEvent
from fourleaf.kernel.roles import ROLES

__all__ = ["Told", "told"]

_WORDS = {
    "name": "name",
    "email": "e-mail",
    "external_id": "number",
    "title": "title",
    "department_id": "department",
    "region_id": "region",
    "manager_id": "manager",
    "brand_ids": "brands",
    "brands": "brands",
    "started_on": "first day",
    "left_on": "last day",
}
#: Values of these are ids, which say nothing to a reader.
_REFERENCES = {"department_id", "region_id", "manager_id", "brand_ids", "brands"}


@dataclass(frozen=True)
class Told:
    """One line of a history."""

    at: datetime
    what: str
    details: str
    who: str


def told(event: AuditEvent) -> Told:
    """The event in words; ids are left out."""
    return Told(event.at, CODES.get(event.code, event.code), _details(event.code, event.data), event.actor_label)


def _details(code: str, data: Mapping[str, Any]) -> str:
    if code.startswith("kernel.role."):
        role = ROLES.get(str(data.get("role")))
        limit = data.get("limited_to")
        return (role.label if role else str(data.get("role"))) + (f", for {limit} only" if limit else "")
    if code == "kernel.person.left":
        return f"last day {data.get('left_on')}"
    if code == "kernel.account.signed_in":
        return ", ".join(str(method) for method in data.get("methods", []))
    if "factor" in data:
        return str(data["factor"])
    if code.startswith("kernel.token."):
        return str(data.get("name", ""))
    changes = []
    for name, word in _WORDS.items():
        pair = data.get(name)
        if not isinstance(pair, list) or len(pair) != 2:
            continue
        if name in _REFERENCES:
            changes.append(word)
        else:
            before, after = (value if value not in (None, "") else "empty" for value in pair)
            changes.append(f"{word}: {before} → {after}")
    source = " by import of a list" if "import" in data else ""
    return "; ".join(changes) + source if changes else source.strip()
