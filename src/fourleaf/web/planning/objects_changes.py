"""Changes of objects as they are read: who, when, and each field before and after, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fourleaf.engine.alignment.plan import Part
from fourleaf.planning.differences import differences
from fourleaf.planning.models import PlanChange
from fourleaf.planning.sections import SECTIONS, fields_of_section
from fourleaf.web.planning.objects_names import Names, title_of
from fourleaf.web.planning.objects_shown import address_of, plain_value
from fourleaf.web.planning.objects_words import field_label, shown

__all__ = ["FieldChange", "ShownChange", "field_changes", "shown_changes"]

_WORDS = {
    "added": "added",
    "changed": "changed",
    "removed": "removed",
    "restored": "brought back",
    "imported": "brought in from a file",
}


@dataclass(frozen=True)
class FieldChange:
    """A field before and after, in words; "" where there was nothing."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class ShownChange:
    """One change."""

    id: int
    what: str
    kind: str
    who: str
    at: datetime
    note: str
    section: str
    section_title: str
    title: str
    url: str
    fields: list[FieldChange]
    can_return: bool


def _begun(part: type[Part], name: str, value: Any) -> Any:
    """The value, or the choice that stands where none is stored."""
    info = part.model_fields.get(name)
    return info.default if value is None and info is not None and isinstance(info.default, str) else value


def field_changes(section: str, before: Any, after: Any, names: Names) -> list[FieldChange]:
    """What differs, field by field, in words."""
    if section not in SECTIONS:
        return []
    part, fields = SECTIONS[section].part, fields_of_section(SECTIONS[section]).fields

    def said(name: str, value: Any) -> str:
        return plain_value(part, fields[name], value, names) if name in fields else str(value or "")

    return [
        FieldChange(
            field_label(section, d.field),
            said(d.field, _begun(part, d.field, d.before) if before else d.before),
            said(d.field, _begun(part, d.field, d.after) if after else d.after),
        )
        for d in differences(section, before, after)
        if d.field != "id"
    ]


def _tells(change: PlanChange) -> bool:
    """Whether the note says where it came from: a template or another plan."""
    return change.kind == "imported" and bool(change.note)


def shown_changes(changes: Iterable[PlanChange], names: Names) -> list[ShownChange]:
    """Changes for a page. What was removed shows no fields: all of them went."""
    found = []
    for change in changes:
        data = change.after or change.before or {}
        fields = field_changes(change.section, change.before, change.after, names)
        found.append(
            ShownChange(
                id=change.pk,
                what=change.note if _tells(change) else _WORDS.get(change.kind, change.kind),
                kind=change.kind,
                who=change.by,
                at=change.at,
                note="" if _tells(change) else change.note,
                section=change.section,
                section_title=shown(change.section).title,
                title=title_of(change.section, data, names) if change.key else shown(change.section).title,
                url=address_of(change.plan_id, change.section, change.key) if change.section in SECTIONS else "",
                fields=[] if change.after is None else fields,
                can_return=change.before is not None,
            )
        )
    return found
