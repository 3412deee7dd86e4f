"""Which organisation model the measures of domain §2 point at, and how far apart two models are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from fourleaf.engine.alignment.plan import ObservedModel

__all__ = ["Model", "observed_model", "steps_between"]

Model = Literal["organic", "centralised", "hub_and_spoke", "dandelion", "honeycomb"]

#: The usual path; honeycomb is reached from the last two.
_NEXT: Final[Mapping[Model, tuple[Model, ...]]] = {
    "organic": ("centralised",),
    "centralised": ("organic", "hub_and_spoke"),
    "hub_and_spoke": ("centralised", "dandelion", "honeycomb"),
    "dandelion": ("hub_and_spoke", "honeycomb"),
    "honeycomb": ("hub_and_spoke", "dandelion"),
}


def observed_model(seen: ObservedModel) -> Model | None:
    """The model, by thresholds that are this project's own judgement; None when a measure all need is missing."""
    cr, ap, act = seen.centre_share, seen.approval_share, seen.active_units
    std, ht = seen.standard, seen.hub_ties
    if cr is None or ap is None or act is None or std is None or ht is None:
        return None
    wide = (seen.participation or 0) >= 0.40 and (seen.evenness or 0) >= 0.85
    if wide and std >= 0.80 and seen.ei_norm is not None and seen.ei_norm >= -0.25:
        return "honeycomb"
    if cr >= 0.75 or (ap >= 0.90 and act < 0.3):
        return "centralised"
    if (seen.sub_hubs or 0) >= 2 and act >= 0.6 and cr < 0.40 and ap < 0.40 and std >= 0.6:
        return "dandelion"
    return "hub_and_spoke" if act >= 0.5 and ht >= 0.5 and std >= 0.6 else "organic"


def steps_between(one: Model, other: Model) -> int:
    """Steps on the usual path from one model to the other."""
    seen, edge, steps = {one}, [one], 0
    while other not in seen:
        edge = [model for known in edge for model in _NEXT[known] if model not in seen]
        seen.update(edge)
        steps += 1
    return steps
