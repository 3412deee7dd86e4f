"""The observed organisation model of a plan: its measures, handed to the classifier of domain §2."""

from __future__ import annotations

from fourleaf.engine.alignment.plan import ObservedModel
from fourleaf.engine.organisation_model import observe, steps_between

__all__ = ["observed_model", "steps_between"]


def observed_model(seen: ObservedModel) -> str | None:
    """The model that the measures show; None when a measure that decides is not known."""
    return observe(
        {
            "cr": seen.centre_share,
            "ap": seen.approval_share,
            "act": seen.active_units,
            "part": seen.participation,
            "h": seen.evenness,
            "std": seen.standard,
            "ht": seen.hub_ties,
            "sub": seen.sub_hubs,
            "ei_norm": seen.ei_norm,
        }
    ).model
