"""Deciding without signing in: by one's own mailed link, and as a guest. Everything is checked again at use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor, system_actor
from fourleaf.kernel.errors import InvalidError, NotFoundError
from fourleaf.kernel.models import Account
from fourleaf.kernel.permissions import require
from fourleaf.kernel.rules import may_sign_in
from fourleaf.kernel.selectors import actor_for
from fourleaf.review.asking import ask_anew
from fourleaf.review.errors import LinkError
from fourleaf.review.keys import digest_of, new_secret
from fourleaf.review.models import Decision, DecisionLink, Guest, ReviewItem, Waiting
from fourleaf.review.needs import steps_in
from fourleaf.review.selectors.items import get_item_for
from fourleaf.review.services.deciding import Verdict, decide, decide_as_guest
from fourleaf.review.services.invitations import too_late
from fourleaf.review.store import again_on_race
from fourleaf.review.terms import GUEST_LIFE, LINK_LIFE

__all__ = [
    "Followed", "decide_by_guest_link", "decide_by_link", "follow_guest_link", "follow_link", "invite_guest",
    "new_link", "revoke_guest",
]  # fmt: skip


@dataclass(frozen=True)
class Followed:
    """A link that leads somewhere: the item, and who decides."""

    item: ReviewItem
    actor: Actor
    link: DecisionLink


def new_link(*, item: ReviewItem, person_id: int) -> str:
    """A fresh link for one person to one decision on the text as it is; gives its secret."""
    secret = new_secret()
    DecisionLink.objects.create(
        item=item,
        person_id=person_id,
        digest=digest_of(secret),
        content_hash=item.content_hash,
        made_at=clock.now(),
        expires_at=clock.now() + LINK_LIFE,
    )
    return secret


def follow_link(secret: str) -> Followed:
    """Who a mailed link belongs to, and what it may decide; LinkError with a sentence if nothing."""
    digest = digest_of(secret)
    link = DecisionLink.objects.select_related("item__author", "item__brand", "person").filter(digest=digest).first()
    if not digest or link is None:
        raise LinkError("unknown", "This link is not known here. Open the item from the newest mail, or sign in.")
    if link.used_at is not None:
        raise LinkError("used", "This link was used already; each works once. Sign in to see what became of the item.")
    if clock.now() >= link.expires_at:
        raise LinkError("expired", "This link worked for two days and is over. Sign in to decide.")
    item = link.item
    if not (item.is_open or item.awaits_audit):
        raise LinkError("decided", f"This item is {item.get_state_display().lower()} already. Nothing is left to do.")
    if item.content_hash != link.content_hash:
        raise LinkError("changed", "The text was changed after this mail was sent. Sign in to see what it says now.")
    account = Account.objects.select_related("person__region").filter(person_id=link.person_id).first()
    if account is None or not may_sign_in(account):
        raise LinkError("refused", "Your account is closed, so you cannot decide this.")
    actor = actor_for(account)
    if not Waiting.objects.filter(item=item, person_id=link.person_id).exists():
        raise LinkError("refused", "This item no longer waits for you: others decide it.")
    return Followed(item, actor, link)


@again_on_race
def decide_by_link(*, secret: str, verdict: Verdict, content: str) -> Decision:
    """Decide once by a mailed link: rights, belt, text and state are checked now, as if signed in.

    ``content``: the hash of the text that was shown.
    """
    found = follow_link(secret)
    decision = decide(actor=found.actor, item_id=found.item.pk, verdict=verdict, content=content, via="mail")
    if not DecisionLink.objects.filter(pk=found.link.pk, used_at=None).update(used_at=clock.now()):
        raise LinkError("used", "This link was used already; each works once.")
    return decision


# --- guests ----------------------------------------------------------------------------------------------------------


def invite_guest(
    *, actor: Actor, item_id: int, step: str, label: str, days: int = GUEST_LIFE.days
) -> tuple[Guest, str]:
    """Invite an agency or lawyer to decide one step of one item; gives the guest and the secret of the link.

    The route must allow it for that step. Whoever may decide or keep the routes invites; the author does not.
    """
    item = get_item_for(actor, item_id)
    if not actor.may("review.configure"):
        require(actor, "review.decide")
        if actor.person_id == item.author_id or not Waiting.objects.filter(item=item, person=actor.person_id).exists():
            raise InvalidError("A guest is invited by somebody who decides this item.")
    named = " ".join(label.split())[:150]
    if not named:
        raise InvalidError(fields={"label": ["Say who is invited: the agency's or lawyer's name."]})
    if not 1 <= days <= 30:
        raise InvalidError(fields={"days": ["A guest's link works for 1 to 30 days."]})
    if not item.is_open:
        raise InvalidError("This item is decided already.")
    if step not in {one["id"] for one in steps_in(item.need) if one.get("guest")}:
        raise InvalidError(fields={"step": ["The route does not allow a guest at this step."]})
    secret = new_secret()
    with transaction.atomic():
        guest = Guest.objects.create(
            item=item,
            step=step,
            label=named,
            digest=digest_of(secret),
            invited_by_id=actor.person_id,
            invited_at=clock.now(),
            expires_at=clock.now() + timedelta(days=days),
        )
        audit.record(actor, "review.guest.invited", item, data={"guest": named, "until": guest.expires_at})
    return guest, secret


def revoke_guest(*, actor: Actor, guest_id: int) -> Guest:
    """Take an invitation back. What the guest had decided no longer counts while the item is open."""
    guest = Guest.objects.select_related("item").filter(pk=guest_id).first()
    if guest is None:
        raise NotFoundError
    get_item_for(actor, guest.item_id)
    if actor.person_id != guest.invited_by_id and not actor.may("review.configure"):
        raise NotFoundError
    with transaction.atomic():
        if guest.revoked_at is None:
            guest.revoked_at = clock.now()
            guest.save(update_fields=["revoked_at"])
            audit.record(actor, "review.guest.revoked", guest.item, data={"guest": guest.label})
            ask_anew([guest.item])
    return guest


def follow_guest_link(secret: str) -> Guest:
    """The guest that a link belongs to; LinkError with a sentence if it leads nowhere. The first opening is noted."""
    digest = digest_of(secret)
    guest = Guest.objects.select_related("item__brand", "item__region").filter(digest=digest).first()
    if not digest or guest is None:
        raise LinkError("unknown", "This link is not known here. Ask whoever invited you for a new one.")
    if guest.revoked_at is not None:
        if guest.item.state == "withdrawn":
            raise LinkError("withdrawn", too_late(guest.item))
        raise LinkError(
            "revoked",
            "This invitation no longer holds: it was taken back, or the item was and now begins anew. Ask "
            "whoever invited you for a new one.",
        )
    if guest.used_at is not None:
        raise LinkError("used", "You have given your verdict with this link. Thank you.")
    if clock.now() >= guest.expires_at:
        raise LinkError("expired", "This invitation is over. Ask whoever invited you for a new one.")
    if not guest.item.is_open:
        raise LinkError("decided", too_late(guest.item))
    if guest.opened_at is None:
        with transaction.atomic():
            guest.opened_at = clock.now()
            guest.save(update_fields=["opened_at"])
            actor = system_actor(f"guest {guest.label}")
            audit.record(actor, "review.guest.opened", guest.item, data={"guest": guest.label})
    return guest


def decide_by_guest_link(*, secret: str, name: str, verdict: Verdict, content: str) -> Decision:
    """A guest's verdict; the link works once."""
    guest = follow_guest_link(secret)
    return decide_as_guest(guest_id=guest.pk, name=name, verdict=verdict, content=content)
