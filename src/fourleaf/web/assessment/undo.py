"""What the pages of waves can undo; each calls a service, which checks right and state again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fourleaf.assessment.services.steps_back import reopen_wave, take_back_opening, take_back_publication
from fourleaf.kernel.actors import Actor
from fourleaf.web.kit.undo import register

__all__ = ["UNDO_CLOSING", "UNDO_OPENING", "UNDO_PUBLISHING", "undo_closing", "undo_opening", "undo_publishing"]


def undo_opening(actor: Actor, data: Mapping[str, Any]) -> str:
    """Back to preparation; gives what to say of it."""
    return f"{take_back_opening(actor=actor, wave_id=data['id']).name} is in preparation again."


def undo_closing(actor: Actor, data: Mapping[str, Any]) -> str:
    """Open it again; gives what to say of it."""
    return f"{reopen_wave(actor=actor, wave_id=data['id']).name} is running again."


def undo_publishing(actor: Actor, data: Mapping[str, Any]) -> str:
    """Hide the results again; gives what to say of it."""
    wave = take_back_publication(actor=actor, wave_id=data["id"])
    return f"The results of {wave.name} are no longer shown to others."


UNDO_OPENING = register("assessment.wave.opened", undo_opening)
UNDO_CLOSING = register("assessment.wave.closed", undo_closing)
UNDO_PUBLISHING = register("assessment.wave.published", undo_publishing)
