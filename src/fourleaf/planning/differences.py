"""What a change changed, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fourleaf.planning.sections import SECTIONS, fields_of_section

__all__ = ["Difference", "differences"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A field with its value before and after; None where there was none. ``description`` is the plan model's."""

    field: str
    description: str
    before: Any
    after: Any


def differences(section: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> list[Difference]:
    """The fields that differ, in the order of the model; fields that it no longer has come last."""
    old, new = before or {}, after or {}
    fields = fields_of_section(SECTIONS[section]).fields if section in SECTIONS else {}
    names = [*fields, *sorted((old.keys() | new.keys()) - fields.keys())]
    return [
        Difference(name, fields[name].description if name in fields else "", old.get(name), new.get(name))
        for name in names
        if old.get(name) != new.get(name)
    ]
