"""Which items somebody may see, the queues, and whether a subject may go out."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from fourleaf.engine.review import content_hash
from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import NotFoundError
from fourleaf.review.models import OPEN, Decision, Draft, ItemComment, ReviewItem, Waiting

__all__ = [
    "IN_TURN", "QUEUES", "Queue", "comments_for", "get_draft_for", "get_item_for", "has_spoken", "open_item_for",
    "queue_counts", "queue_of", "visible_items", "waiting_soon",
]  # fmt: skip

Queue = Literal["mine", "others", "own", "done", "all"]
QUEUES: dict[Queue, str] = {
    "mine": "Mine to decide",
    "others": "Waiting for others",
    "own": "My own items",
    "done": "Decided",
    "all": "All",
}
#: The order in which items are to be decided: crisis statements (R4), which are due now, then by due time.
IN_TURN = ("turn", "due_at", "pk")


def visible_items(actor: Actor) -> QuerySet[ReviewItem]:
    """One's own items, those one may decide or has decided; all of them for who keeps the routes."""
    rows = ReviewItem.objects.select_related("author", "brand", "region")
    if actor.may("review.configure"):
        return rows
    if actor.person_id is None:
        return rows.none()
    me = actor.person_id
    return rows.filter(
        Q(author_id=me)
        # By lists of ids rather than a look at each item, so that a database can start from its indexes.
        | Q(pk__in=Waiting.objects.filter(person_id=me).values("item_id"))
        | Q(pk__in=Decision.objects.filter(person_id=me).values("item_id"))
    )


def queue_of(actor: Actor, queue: Queue) -> QuerySet[ReviewItem]:
    """One of the queues. Mine are those whose turn is mine, or everybody's in my group. To be ordered by `IN_TURN`."""
    return _by_turn(_queue(actor, queue))


def _by_turn(rows: QuerySet[ReviewItem]) -> QuerySet[ReviewItem]:
    """Items with ``turn``: 0 for open ones of R4, which are due now and come before all others, else 1."""
    urgent = When(tier="R4", state__in=OPEN, then=Value(0))
    return rows.annotate(turn=Case(urgent, default=Value(1), output_field=IntegerField()))


def _queue(actor: Actor, queue: Queue) -> QuerySet[ReviewItem]:
    me = actor.person_id or 0
    rows = ReviewItem.objects.select_related("author", "brand", "region")
    mine = Waiting.objects.filter(person_id=me, asked=True).values("item_id")
    if queue == "mine":
        # By a join, so that the database starts from the few rows that wait for this person.
        return rows.filter(waiting__person_id=me, waiting__asked=True)
    if queue == "own":
        return rows.filter(author_id=me)
    seen = visible_items(actor)
    if queue == "others":
        return seen.filter(state__in=OPEN).exclude(pk__in=mine)
    return seen.exclude(state__in=(*OPEN, "draft")) if queue == "done" else seen


def queue_counts(actor: Actor) -> dict[str, int]:
    """How many wait for the actor, and how many of their own items are open. Two queries."""
    me = actor.person_id or 0
    return {
        "mine": Waiting.objects.filter(person_id=me, asked=True).count(),
        "own": ReviewItem.objects.filter(author_id=me, state__in=(*OPEN, "returned", "draft")).count(),
    }


def waiting_soon(actor: Actor) -> tuple[int, timedelta | None]:
    """How many items wait for the actor, and how long until the first of them is due; R4 is due now. One query."""
    now = clock.now()
    found = list(_queue(actor, "mine").order_by().values_list("due_at", "tier", "state")[:1000])
    dues = [due or (now if tier == "R4" and state in OPEN else None) for due, tier, state in found]
    first = min((due for due in dues if due is not None), default=None)
    return len(dues), None if first is None else first - now


def get_item_for(actor: Actor, item_id: int) -> ReviewItem:
    """One item; `NotFoundError` for absent and forbidden alike."""
    try:
        found = visible_items(actor).filter(pk=item_id).first()
    except (ValueError, OverflowError) as error:
        raise NotFoundError from error
    if found is None:
        raise NotFoundError
    return found


def open_item_for(actor: Actor, kind: str, subject_id: str) -> int | None:
    """The number of the open item of a subject, where the actor may see it. One query."""
    rows = visible_items(actor).filter(kind=kind, subject_id=subject_id, state__in=OPEN)
    return rows.order_by().values_list("pk", flat=True).first()


def get_draft_for(actor: Actor, draft_id: int | str) -> Draft:
    """One draft: for its author, and for whoever may see its item."""
    try:
        draft = Draft.objects.select_related("author", "brand", "region").filter(pk=draft_id).first()
    except (ValueError, OverflowError) as error:
        raise NotFoundError from error
    if draft is None:
        raise NotFoundError
    if actor.person_id == draft.author_id or actor.kind == "system":
        return draft
    if visible_items(actor).filter(kind="draft", subject_id=str(draft.pk)).exists():
        return draft
    raise NotFoundError


def has_spoken(actor: Actor, item: ReviewItem) -> bool:
    """Whether the actor has given a verdict on the content as it stands."""
    return item.decisions.filter(
        person_id=actor.person_id or 0,
        submission=item.submission,
        content_hash=item.content_hash,
        undone_at__isnull=True,
    ).exists()


def may_see_verdicts(actor: Actor, item: ReviewItem) -> bool:
    """In a blind double review nobody sees the other's verdict before giving their own."""
    return not (item.blind and item.is_open) or has_spoken(actor, item) or actor.kind == "system"


def comments_for(actor: Actor, item: ReviewItem) -> list[ItemComment]:
    """The remarks that the actor may read: the author sees those that are not internal, blind reviewers their own."""
    rows = item.comments.all()
    if actor.person_id == item.author_id:
        rows = rows.filter(internal=False)
    elif not may_see_verdicts(actor, item):
        rows = rows.filter(Q(person_id=actor.person_id) | Q(person_id=item.author_id))
    return list(rows)


def same_content(item: ReviewItem, content: dict[str, str]) -> bool:
    """Whether a content is the one that the item stands for."""
    return content_hash(content) == item.content_hash
