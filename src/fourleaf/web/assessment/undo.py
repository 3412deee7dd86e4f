"""What the pages of waves can undo; each calls a service, which checks right and state again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fourleaf.assessment.services.steps_back import reopen_wave, take_back_opening, take_back_publication
from fourleaf.kernel.actors import Actor
from fourleaf.web.kit.undo import register

__all__ = ["UNDO_CLOSING", "UNDO_OPENING", "UNDO_PUBLISHING"]


def _opening(actor: Actor, data: Mapping[str, Any]) -> str:
    return f"{take_back_opening(actor=actor, wave_id=data['id']).name} is in preparation again."


def _closing(actor: Actor, data: Mapping[str, Any]) -> str:
    return f"{reopen_wave(actor=actor, wave_id=data['id']).name} is running again."


def _publishing(actor: Actor, data: Mapping[str, Any]) -> str:
    wave = take_back_publication(actor=actor, wave_id=data["id"])
    return f"The results of {wave.name} are no longer shown to others."


UNDO_OPENING = register("assessment.wave.opened", _opening)
UNDO_CLOSING = register("assessment.wave.closed", _closing)
UNDO_PUBLISHING = register("assessment.wave.published", _publishing)
