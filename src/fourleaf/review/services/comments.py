"""Remarks on items: to the author, or among those who decide."""

from __future__ import annotations

from django.db import transaction

from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import InvalidError
from fourleaf.review.asking import tell_author
from fourleaf.review.models import ItemComment, ReviewItem
from fourleaf.review.selectors.items import get_item_for
from fourleaf.review.terms import LONGEST

__all__ = ["add_comment", "checked_reason", "note_to_author"]

#: Longest reason, in characters.
_LONGEST_REASON = 500


def add_comment(*, actor: Actor, item_id: int, text: str, internal: bool = False) -> ItemComment:
    """Write a remark; ``internal`` ones are not shown to the author. An author's own are for everybody."""
    item = get_item_for(actor, item_id)
    text = text.strip()
    if not text:
        raise InvalidError(fields={"text": ["Write something first."]})
    if len(text) > LONGEST or "\0" in text:
        raise InvalidError(fields={"text": [f"A comment has {LONGEST:,} characters at most, and no NUL among them."]})
    with transaction.atomic():
        comment = ItemComment.objects.create(
            item=item,
            name=actor.label[:200],
            person_id=actor.person_id,
            internal=internal and actor.person_id != item.author_id,
            text=text,
            at=clock.now(),
        )
        audit.record(actor, "review.item.commented", item, data={"internal": comment.internal})
    return comment


def checked_reason(reason: str) -> str:
    """A reason that somebody must give; raises `InvalidError` on the field ``reason``."""
    said = " ".join(reason.split())
    if not said:
        raise InvalidError(fields={"reason": ["Say why; the author reads it."]})
    if len(said) > _LONGEST_REASON or "\0" in said:
        raise InvalidError(fields={"reason": [f"Write at most {_LONGEST_REASON} characters, and no NUL among them."]})
    return said


def note_to_author(actor: Actor, item: ReviewItem, text: str) -> None:
    """Leave word of what somebody did with an author's item, and mail it to them. In the caller's transaction."""
    remark = ItemComment.objects.create(
        item=item, name=actor.label[:200], person_id=actor.person_id, text=text[:LONGEST], at=clock.now()
    )
    tell_author(remark.pk)
