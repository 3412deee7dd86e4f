"""What the settings of listening can undo; each calls a service, which checks the right again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import InvalidError
from fourleaf.listening.services.privacy import add_own_account, change_settings, remove_own_account, suppress_again
from fourleaf.web.kit.undo import register

__all__ = ["UNDO_ADDED", "UNDO_KEEPING", "UNDO_RELEASED", "UNDO_REMOVED"]


def _added(actor: Actor, data: Mapping[str, Any]) -> str:
    account = remove_own_account(actor=actor, account_id=data["id"])
    return f"@{account.handle} is off the list again; its posts count."


def _removed(actor: Actor, data: Mapping[str, Any]) -> str:
    back = 0
    for account in data["accounts"]:
        try:
            add_own_account(actor=actor, **account)
            back += 1
        except InvalidError:
            continue  # Somebody has added it again in the meantime.
    return "The account is on the list again." if back == 1 else f"{back} accounts are on the list again."


def _keeping(actor: Actor, data: Mapping[str, Any]) -> str:
    change_settings(actor=actor, keep_days=data["days"], version=data["version"])
    return "Posts are kept as before."


def _released(actor: Actor, data: Mapping[str, Any]) -> str:
    suppress_again(actor=actor, digest=data["digest"], reference=data["reference"])
    return "The author is not collected again."


UNDO_ADDED = register("listening.own_account.added", _added)
UNDO_REMOVED = register("listening.own_account.removed", _removed)
UNDO_KEEPING = register("listening.settings.changed", _keeping)
UNDO_RELEASED = register("listening.author.released", _released)
