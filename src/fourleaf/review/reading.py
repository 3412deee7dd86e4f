"""A content in the order in which it is read: databases keep no order of the fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from fourleaf.review.contracts import ORDER

__all__ = ["in_order", "label_of", "ordered"]


def ordered(content: Mapping[str, str]) -> dict[str, str]:
    """The content with a field that keeps its order."""
    return {**content, ORDER: "\n".join(content)}


def in_order(content: Mapping[str, str]) -> dict[str, str]:
    """The fields that are read, in their order; without the one that keeps it."""
    names: Iterable[str] = content.get(ORDER, "").split("\n")
    known = dict.fromkeys(name for name in names if name in content)
    return {name: content[name] for name in [*known, *content] if name != ORDER}


def label_of(name: str) -> str:
    """A field's name for people: codes such as ``alt_text`` become words, other names stay as they are."""
    return name.replace("_", " ").capitalize() if name.isidentifier() and name.islower() else name
