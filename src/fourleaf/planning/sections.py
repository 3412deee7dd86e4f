"""The sections of the plan model as the database knows them, made from the model's own annotations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from fourleaf.engine.alignment.loading.shapes import PartShape, shape_of
from fourleaf.engine.alignment.plan import Part
from fourleaf.engine.alignment.plan import Plan as PlanModel
from fourleaf.kernel.errors import NotFoundError

__all__ = ["HEAD", "SECTIONS", "Section", "fields_of_section", "pointers", "referring_sections", "section_named"]

#: The pseudo-section that holds the facts of the plan as a whole (currency, first day).
HEAD: Final = "plan"
_IN_THE_ROW: Final = frozenset({"format", "as_of"})


@dataclass(frozen=True, slots=True)
class Section:
    """A section: a list of objects with ids (``many``), one object, or the head. ``description`` is the model's."""

    name: str
    many: bool
    part: type[Part]
    description: str


@cache
def _all() -> dict[str, Section]:
    found = {HEAD: Section(HEAD, False, PlanModel, "Facts of the plan as a whole.")}
    for field in shape_of(PlanModel).fields.values():
        if field.part is not None:
            found[field.name] = Section(field.name, field.many, field.part, field.description)
    return found


SECTIONS: Final[Mapping[str, Section]] = _all()


def section_named(name: str) -> Section:
    """The section. Raises `NotFoundError` with the names that there are."""
    try:
        return SECTIONS[name]
    except KeyError:
        raise NotFoundError(f"A plan has no section “{name}”. Sections: {', '.join(SECTIONS)}.") from None


def fields_of_section(section: Section) -> PartShape:
    """The shape of its objects; of the head, the fields that are kept in it."""
    shape = shape_of(section.part)
    if section.name != HEAD:
        return shape
    kept = {name: field for name, field in shape.fields.items() if field.part is None and name not in _IN_THE_ROW}
    return PartShape(shape.part, kept, False)


@cache
def _referred_from(part: type[Part]) -> frozenset[str]:
    """Sections that objects of this kind can point into; "*" for an address to anywhere."""
    found: set[str] = set()
    for field in shape_of(part).fields.values():
        if field.ref is not None:
            found.update(field.ref.sections or ("*",))
        if field.part is not None:
            found |= _referred_from(field.part)
    return frozenset(found)


def referring_sections(target: str) -> list[str]:
    """Sections whose objects can point at objects of ``target``."""
    return [s.name for s in SECTIONS.values() if s.name != HEAD and _referred_from(s.part) & {target, "*"}]


def pointers(part: type[Part], data: Mapping[str, Any], path: str) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """(path of the field, sections it may point into - none for an address -, value) of each reference in the data."""
    for name, field in shape_of(part).fields.items():
        value = data.get(name)
        if value is None or (field.ref is None and field.part is None):
            continue
        for item in value if field.many else [value]:
            if field.part is not None:
                inner = f"{path}/{name}/{item['id']}" if "id" in item else f"{path}/{name}"
                yield from pointers(field.part, item, inner)
            elif field.ref is not None:
                yield f"{path}/{name}", field.ref.sections, item
