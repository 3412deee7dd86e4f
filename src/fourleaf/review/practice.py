"""What training learns from review: rights that were used, critical defects, items that came through clean."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final

from django.db.models import Count

from fourleaf.kernel.actors import system_actor
from fourleaf.review.kinds import KINDS
from fourleaf.review.models import Decision, ReviewItem
from fourleaf.review.standing import Held
from fourleaf.training import public as training

__all__ = ["clean_items_of", "critical_noted", "critical_taken_back", "decided_with_right", "handed_in_with_right"]

_SOURCE: Final = "review.item"


def handed_in_with_right(person_id: int, right: str) -> None:
    """Somebody handed an item in; ``right`` is what its kind asks of authors, "" for none."""
    if right:
        training.note_use(person_id=person_id, right=right)


def decided_with_right(person_id: int | None, held: Held | None) -> None:
    """Somebody gave a verdict; it is a use of the right to review only for who holds it. Some groups ask for none."""
    if person_id is not None and held is not None and "review" in held.rights:
        training.note_use(person_id=person_id, right="review")


def _source(item: ReviewItem) -> tuple[str, str]:
    """One submission counts once, however many reviewers name the defect."""
    return _SOURCE, f"{item.pk}:{item.submission}"


def critical_noted(item: ReviewItem) -> None:
    """A verdict, or what came to light later, says critical: the right that the author used rests until a re-test.

    Kinds that ask no right of their authors, such as policies, leave their belts alone.
    """
    right = KINDS[item.kind].asks_right if item.kind in KINDS else ""
    if right:
        training.note_defect(
            actor=system_actor("review"),
            person_id=item.author_id,
            severity="critical",
            right=right,
            note=f"Found in review: {item.title}",
            source=_source(item),
        )


def critical_taken_back(item: ReviewItem, decision: Decision) -> None:
    """A verdict is undone: its defect goes with it, unless another verdict on this submission says the same."""
    if decision.severity != "critical":
        return
    others = Decision.objects.filter(
        item=item, submission=decision.submission, severity="critical", undone_at__isnull=True
    ).exclude(pk=decision.pk)
    if not others.exists():
        training.withdraw_defect(
            actor=system_actor("review"), person_id=item.author_id, source=(_SOURCE, f"{item.pk}:{decision.submission}")
        )


@training.register_clean_items
def clean_items_of(person_ids: Collection[int], since: date | None) -> dict[int, int]:
    """Person -> items of theirs that somebody looked at and found nothing in, and that were approved. One query.

    ``counted`` is the gravest that was ever found, so that an item mended after a defect is none of them.
    """
    asked = [code for code, kind in KINDS.items() if kind.asks_right]
    rows = ReviewItem.objects.filter(
        author_id__in=list(person_ids), kind__in=asked, counted="clean", state__in=("approved", "expired")
    )
    if since is not None:
        rows = rows.filter(decided_at__date__gte=since)
    return dict(rows.order_by().values_list("author_id").annotate(number=Count("pk")))
