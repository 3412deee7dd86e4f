"""How long the invitation of a guest holds, and what a guest is told who comes too late."""

from __future__ import annotations

from typing import Final

from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor
from fourleaf.review.models import Guest, ReviewItem

__all__ = ["end_invitations", "too_late"]

_BECAME: Final = {
    "approved": "This item was approved in the meantime. Nothing is left to do; thank you.",
    "returned": "Changes to this item were asked for in the meantime. Nothing is left to do for now; thank you.",
    "withdrawn": "This item was taken back before it was decided. Nothing is left to do; thank you.",
    "expired": "This item was approved in the meantime, and the approval is over. Nothing is left to do; thank you.",
}


def end_invitations(actor: Actor, item: ReviewItem) -> None:
    """An item that is taken back, or begins anew, has no guests: whoever decides it then invites them again."""
    open_ones = list(Guest.objects.filter(item=item, used_at=None, revoked_at=None))
    now = clock.now()
    for guest in open_ones:
        if Guest.objects.filter(pk=guest.pk, used_at=None, revoked_at=None).update(revoked_at=now):
            audit.record(actor, "review.guest.revoked", item, data={"guest": guest.label})


def too_late(item: ReviewItem) -> str:
    """What became of an item that waits for nobody any more, in a sentence for a guest."""
    return _BECAME.get(item.state, "This item is not under review any more. Nothing is left to do; thank you.")
