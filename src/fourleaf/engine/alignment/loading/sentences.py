"""What the model itself refuses (ranges, patterns, missing fields), said in sentences with places."""

from __future__ import annotations

from typing import Any, Final

from pydantic import ValidationError

from fourleaf.engine.alignment.loading.reading import Loc, Reading
from fourleaf.engine.alignment.loading.shapes import FieldShape, PartShape, shape_of
from fourleaf.engine.alignment.loading.tree import Node
from fourleaf.engine.alignment.loading.values import shown
from fourleaf.engine.alignment.plan import Plan

__all__ = ["say_model_errors"]

_PATTERNS: Final = {
    "id": "letters, digits and . _ : + - and begins with a letter or digit",
    "version": "the form 1.0 or 1.0.2",
    "catalogue": "the form K01",
    "rule": "the form A01",
    "languages": "a language tag such as en or pt-BR",
    "language": "a language tag such as en or pt-BR",
    "currency": "three capital letters such as EUR",
}


def say_model_errors(error: ValidationError, reading: Reading, root: Node) -> None:
    """Note each error of the model, except where something was said already."""
    for found in error.errors(include_url=False, include_context=True):
        loc: Loc = found["loc"]
        if any(loc[:length] in reading.spoiled for length in range(len(loc) + 1)):
            continue
        node, path, field = _followed(loc, root)
        if found["type"] == "missing":
            owner = path or "The file"
            what = f" {field.description}" if field and field.description else ""
            choices = f" One of: {', '.join(field.choices)}." if field and field.choices else ""
            reading.problems.add(
                node.place, _joined(path, loc[-1]), "missing", f"{owner} has no {loc[-1]}.", f"Add it.{what}{choices}"
            )
            continue
        message, hint = _sentence(found, path, loc)
        reading.problems.add(node.place, path, "value", message, hint)


def _joined(path: str, name: str | int) -> str:
    return f"{path}/{name}" if path else str(name)


def _followed(loc: Loc, root: Node) -> tuple[Node, str, FieldShape | None]:
    """(node, path, shape of the last field) at a place in the data; the holder's where the last step is missing."""
    node, path = root, ""
    shape: PartShape | None = shape_of(Plan)
    field: FieldShape | None = None
    for step in loc:
        if isinstance(step, int):
            if node.kind != "list" or step >= len(node.value):
                break
            node = node.value[step]
            name = node.text("id") if field and field.part and shape and shape.named else None
            path = f"{path}/{name.strip()}" if name else f"{path}[{step}]"
            continue
        field = shape.fields.get(step) if shape else None
        shape = shape_of(field.part) if field and field.part else None
        child = node.child(step)
        if child is None:
            break
        node, path = child, _joined(path, step)
    return node, path, field


def _sentence(found: Any, path: str, loc: Loc) -> tuple[str, str]:
    context = found.get("ctx", {})
    value = shown(str(found["input"]))
    name = next((str(step) for step in reversed(loc) if isinstance(step, str)), "")
    match found["type"]:
        case "greater_than_equal":
            return f"{path} is {value}, but must be at least {context['ge']}.", "Correct the number."
        case "less_than_equal":
            hint = "Write a share from 0 to 1: 80 % is 0.8." if context["le"] == 1 else "Correct the number."
            return f"{path} is {value}, but must be at most {context['le']}.", hint
        case "string_pattern_mismatch":
            form = _PATTERNS.get(name, f"the pattern {context['pattern']}")
            return f"{path} is {value}, but needs {form}.", "Correct it."
        case "string_too_short":
            return f"{path} is empty.", "Write something, or leave the key out."
        case "string_too_long":
            return f"{path} is longer than {context['max_length']} characters.", "Shorten it."
        case "too_long":
            return f"{path} has more than {context['max_length']} entries.", "Keep the most important."
        case "value_error":
            return f"{path} is {value}: {context['error']}.", "Correct it."
        case _:
            return f"{path} is {value}: {str(found['msg']).lower()}.", "Correct it."
