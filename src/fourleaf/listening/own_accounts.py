"""A view of the store keeps the own accounts that it has read; it looks again when one of them changes."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from fourleaf.listening import store
from fourleaf.listening.models import OwnAccount

__all__: list[str] = []


@receiver((post_save, post_delete), sender=OwnAccount, dispatch_uid="listening.own_accounts")
def _changed(**_: Any) -> None:
    store.changed()
    transaction.on_commit(store.changed)  # for readers that look between now and the commit
