"""Alignment: the plan of a whole organisation as data, its roadmap, and the rules that keep outside and inside in step.

Names are looked up when first used, so importing this package is cheap.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from fourleaf.engine.alignment.checking import check
    from fourleaf.engine.alignment.findings import Finding
    from fourleaf.engine.alignment.loading import LoadedPlan, Problem, dump_plan, json_schema, load_plan, verify
    from fourleaf.engine.alignment.plan import Plan, object_ref
    from fourleaf.engine.alignment.snapshot import Snapshot

__all__ = [
    "Finding",
    "LoadedPlan",
    "Plan",
    "Problem",
    "Snapshot",
    "check",
    "dump_plan",
    "json_schema",
    "load_plan",
    "object_ref",
    "verify",
]

_WHERE: Final = {
    "Finding": "findings",
    "LoadedPlan": "loading",
    "Plan": "plan",
    "Problem": "loading",
    "Snapshot": "snapshot",
    "check": "checking",
    "dump_plan": "loading",
    "json_schema": "loading",
    "load_plan": "loading",
    "object_ref": "plan",
    "verify": "loading",
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
