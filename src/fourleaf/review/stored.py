"""A trust state as JSON and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from fourleaf.engine.review import Change, Proposal, TrustState

__all__ = ["state_from_json", "state_to_json"]

_SETS = ("reviewers", "halted_authors", "incidents")


def state_to_json(state: TrustState) -> dict[str, Any]:
    """Plain values: days as ISO text, sets as sorted lists."""
    return {name: _plain(value) for name, value in asdict(state).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return value


def state_from_json(data: Mapping[str, Any]) -> TrustState:
    """The state again; raises ValueError or TypeError where the data are none."""
    values = dict(data)
    for name in _SETS:
        values[name] = frozenset(values.get(name, ()))
    values["minors"] = tuple(values.get("minors", ()))
    values["since"] = date.fromisoformat(values["since"])
    if values.get("idle_on"):
        values["idle_on"] = date.fromisoformat(values["idle_on"])
    if proposal := values.get("proposal"):
        values["proposal"] = Proposal(**{**proposal, "on": date.fromisoformat(proposal["on"])})
    if change := values.get("change"):
        values["change"] = Change(**{**change, "on": date.fromisoformat(change["on"])})
    return TrustState(**values)
