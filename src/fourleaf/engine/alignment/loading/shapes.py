"""What the model says about each field, in the form that reading a tree needs. Made once from the annotations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import AwareDatetime

from fourleaf.engine.alignment.plan import Named, Part, Ref

__all__ = ["FieldShape", "PartShape", "shape_of"]


@dataclass(frozen=True, slots=True)
class FieldShape:
    """A field: its kind (part, text, integer, number, truth, date, time, choice, code), whether it is a list."""

    name: str
    kind: str
    many: bool = False
    required: bool = False
    part: type[Part] | None = None
    ref: Ref | None = None
    choices: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class PartShape:
    """A part of the plan and its fields by name."""

    part: type[Part]
    fields: dict[str, FieldShape]
    named: bool


_KINDS: Final[dict[object, str]] = {
    str: "text",
    int: "integer",
    float: "number",
    bool: "truth",
    date: "date",
    datetime: "time",
    AwareDatetime: "time",
}


def _unwrapped(annotation: Any, metadata: tuple[object, ...]) -> tuple[Any, Ref | None, bool]:
    """(inner type, reference, many) of Annotated, optional and tuple types."""
    ref = next((mark for mark in metadata if isinstance(mark, Ref)), None)
    many = False
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation, *marks = get_args(annotation)
            ref = ref or next((mark for mark in marks if isinstance(mark, Ref)), None)
        elif origin is Union or origin is UnionType:
            inner = [choice for choice in get_args(annotation) if choice is not NoneType]
            if len(inner) != 1:
                raise TypeError(f"The plan model has no use for {annotation}.")
            annotation = inner[0]
        elif origin is tuple:
            annotation, many = get_args(annotation)[0], True
        else:
            return annotation, ref, many


@cache
def shape_of(part: type[Part]) -> PartShape:
    """The shape of a part."""
    fields = {}
    for name, info in part.model_fields.items():
        inner, ref, many = _unwrapped(info.annotation, tuple(info.metadata))
        choices: tuple[str, ...] = ()
        inner_part: type[Part] | None = None
        if get_origin(inner) is Literal:
            values = get_args(inner)
            choices = tuple(str(value) for value in values)
            kind = "code" if all(isinstance(value, int) for value in values) else "choice"
        elif isinstance(inner, type) and issubclass(inner, Part):
            kind, inner_part = "part", inner
        else:
            kind = _KINDS[inner]
        fields[name] = FieldShape(
            name, kind, many, info.is_required(), inner_part, ref, choices, info.description or ""
        )
    return PartShape(part, fields, issubclass(part, Named))
