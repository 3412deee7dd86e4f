"""What other contexts, pages and the command line may ask alignment."""

from __future__ import annotations

from fourleaf.alignment.guard import errors_in_the_way, obstacles, sentence_of
from fourleaf.alignment.providers import Facts, Provider, register_provider
from fourleaf.alignment.snapshot import organisation_snapshot
from fourleaf.alignment.trying import Change, Outcome, what_if

__all__ = [
    "Change",
    "Facts",
    "Outcome",
    "Provider",
    "errors_in_the_way",
    "obstacles",
    "organisation_snapshot",
    "register_provider",
    "sentence_of",
    "what_if",
]
