"""Short messages after an act, with undo."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

from django.contrib import messages
from django.http import HttpRequest

from fourleaf.web.kit.undo import UndoLink

__all__ = ["Flash", "Kind", "flash", "flashes"]

Kind = Literal["good", "attention", "blocking", "information"]
_LEVELS: dict[str, int] = {
    "information": messages.INFO,
    "good": messages.SUCCESS,
    "attention": messages.WARNING,
    "blocking": messages.ERROR,
}


@dataclass(frozen=True)
class Flash:
    """A message as the template shows it."""

    text: str
    kind: str
    undo: UndoLink | None


def flash(request: HttpRequest, text: str, kind: Kind = "good", *, undo: UndoLink | None = None) -> None:
    """Show a sentence on the next page (or with the answer to an htmx request)."""
    extra = json.dumps({"kind": kind, "undo": undo.token if undo else "", "label": undo.label if undo else ""})
    messages.add_message(request, _LEVELS[kind], text, extra_tags=extra, fail_silently=True)


def flashes(request: HttpRequest) -> list[Flash]:
    """Take the waiting messages. Messages of libraries get their kind from their level."""
    taken: list[Flash] = []
    for message in messages.get_messages(request):
        try:
            extra = json.loads(message.extra_tags or "")
            undo = UndoLink(extra["undo"], extra["label"]) if extra["undo"] else None
            taken.append(Flash(str(message.message), extra["kind"], undo))
        except (ValueError, KeyError, TypeError):
            kind = next((name for name, level in _LEVELS.items() if level == message.level), "information")
            taken.append(Flash(str(message.message), kind, None))
    return taken
