"""What other contexts, pages and the command line may ask alignment."""

from __future__ import annotations

from fourleaf.alignment.guard import errors_in_the_way, obstacles, sentence_of
from fourleaf.alignment.providers import Facts, Provider, register_provider
from fourleaf.alignment.shown import without_figures_of_people
from fourleaf.alignment.snapshot import organisation_snapshot
from fourleaf.alignment.trying import Change, Outcome, what_if
from fourleaf.engine.alignment.loading import dump_plan
from fourleaf.kernel.actors import Actor

__all__ = [
    "Change",
    "Facts",
    "Outcome",
    "Provider",
    "errors_in_the_way",
    "live_export",
    "obstacles",
    "organisation_snapshot",
    "register_provider",
    "sentence_of",
    "what_if",
]


def live_export(actor: Actor, plan_id: int) -> str:
    """The plan as a file (YAML) as the check reads it today, with what other contexts keep in its stead.

    To look at and for `fourleaf plan check`; belts of single people are left out where their region shows teams only,
    so that the check of the file may find more there. To bring a file back in unchanged there is
    `planning.services.export_plan`.
    """
    return dump_plan(without_figures_of_people(organisation_snapshot(actor, plan_id).plan))
