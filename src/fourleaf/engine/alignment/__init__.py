"""Alignment: the plan of a whole organisation as data, its roadmap, and the rules that keep outside and inside in step.

Names are looked up when first used, so importing this package is cheap.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from fourleaf.engine.alignment.findings import Finding
    from fourleaf.engine.alignment.plan import Plan, object_ref

__all__ = ["Finding", "Plan", "object_ref"]

_WHERE: Final = {
    "Finding": "findings",
    "Plan": "plan",
    "object_ref": "plan",
}


def __getattr__(name: str) -> object:
    if name in _WHERE:
        return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
    if name.startswith("_"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return import_module(f"{__name__}.{name}")
    except ModuleNotFoundError as error:
        if error.name != f"{__name__}.{name}":
            raise
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None


def __dir__() -> list[str]:
    return sorted(__all__)
