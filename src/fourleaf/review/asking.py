"""Whom an open item waits for, kept as rows so that queues are one query; and who is told by mail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from fourleaf.kernel import clock, jobs
from fourleaf.kernel.actors import system_actor
from fourleaf.review.models import Decision, Guest, ReviewItem, Waiting
from fourleaf.review.needs import rights_in
from fourleaf.review.routing import Crew, calendars, crew_for, open_steps, turn_of

__all__ = ["ASK", "TELL", "ask_anew", "quietly", "tell_author"]

ASK = "review.asked"
TELL = "review.author_told"
_quiet: ContextVar[bool] = ContextVar("review_quiet", default=False)


@contextmanager
def quietly() -> Iterator[None]:
    """Within the block nobody is mailed: for the sample's made-up past."""
    token = _quiet.set(True)
    try:
        yield
    finally:
        _quiet.reset(token)


def ask_anew(items: Sequence[ReviewItem], crew: Crew | None = None) -> int:
    """Work out for items whom they wait for and whose turn it is; gives how many changed.

    Reading costs the same few queries for one item and for many.

    Items that wait for nobody any more lose their rows.
    """
    if not items:
        return 0
    keys = [item.pk for item in items]
    decisions: dict[int, list[Decision]] = defaultdict(list)
    for one in Decision.objects.filter(item_id__in=keys, undone_at__isnull=True):
        decisions[one.item_id].append(one)
    guests: dict[int, list[Guest]] = defaultdict(list)
    for guest in Guest.objects.filter(item_id__in=keys, revoked_at__isnull=True):
        guests[guest.item_id].append(guest)
    waits = [item for item in items if item.is_open or item.awaits_audit]
    if crew is None:
        crew = crew_for([item.need_now for item in waits], guests=[one for many in guests.values() for one in many])
    known: dict[int, dict[int, Waiting]] = defaultdict(dict)
    for row in Waiting.objects.filter(item_id__in=keys):
        known[row.item_id][row.person_id] = row
    calendar, now, changed = calendars(), clock.now(), 0
    for item in items:
        wanted: dict[int, tuple[bool, str]] = {}
        following: datetime | None = None
        if item.is_open or item.awaits_audit:
            wanted, following = _wanted(item, crew, decisions[item.pk], guests[item.pk], calendar(item.region_id), now)
        changed += _write(item, known[item.pk], wanted, now)
        if item.next_ask_at != following:
            ReviewItem.objects.filter(pk=item.pk).update(next_ask_at=following)
            item.next_ask_at = following
    return changed


def _wanted(
    item: ReviewItem, crew: Crew, decisions: list[Decision], guests: list[Guest], calendar: object, now: datetime
) -> tuple[dict[int, tuple[bool, str]], datetime | None]:
    """person -> (is it their turn, why they may), and when the next is asked."""
    from fourleaf.engine.businesstime import BusinessCalendar

    assert isinstance(calendar, BusinessCalendar)  # noqa: S101 - tells the type checker
    spoken = {
        one.person_id
        for one in decisions
        if one.submission == item.submission and one.content_hash == item.content_hash and one.person_id
    }
    wanted: dict[int, tuple[bool, str]] = {}
    dues: list[datetime] = []
    for step in open_steps(item, crew, [] if item.awaits_audit else decisions, guests):
        turn = turn_of(item, step, crew, calendar, now) if not item.awaits_audit else None
        # Those who hold a step by a right stand in no order, so all of them are asked.
        if rights_in([item.need]):
            turn = None
        asked = {one.person for one in turn.asked} if turn is not None else None
        # Where several approvals are needed at once, so many are asked at once.
        if asked is not None and step.lacking > 1:
            asked = None
        if turn is not None and not turn.everybody:
            dues.append(turn.due)
        for one in step.candidates:
            if one.person.startswith("guest:") or int(one.person) in spoken:
                continue
            before = wanted.get(int(one.person), (False, one.because))
            wanted[int(one.person)] = (before[0] or asked is None or one.person in asked, before[1])
    if wanted and not any(turn for turn, _ in wanted.values()):
        # Whoever was asked has spoken; the others are all there is.
        wanted = {person: (True, because) for person, (_, because) in wanted.items()}
    return wanted, min(dues, default=None)


def _write(item: ReviewItem, known: dict[int, Waiting], wanted: dict[int, tuple[bool, str]], now: datetime) -> int:
    gone = [row.pk for person, row in known.items() if person not in wanted]
    if gone:
        Waiting.objects.filter(pk__in=gone).delete()
    fresh, told = [], []
    for person, (asked, because) in wanted.items():
        row = known.get(person)
        if row is None:
            fresh.append(Waiting(item=item, person_id=person, asked=asked, because=because, since=now))
        elif (row.asked, row.because) != (asked, because):
            Waiting.objects.filter(pk=row.pk).update(asked=asked, because=because, since=now)
        else:
            continue
        if asked:
            told.append(person)
    Waiting.objects.bulk_create(fresh, ignore_conflicts=True)
    _tell(item, told)
    return len(gone) + len(fresh) + len(told)


def _tell(item: ReviewItem, people: Iterable[int]) -> None:
    if _quiet.get():
        return
    for person in people:
        jobs.enqueue(
            ASK,
            {"item": item.pk, "person": person},
            actor=system_actor("review"),
            key=f"{ASK}:{item.pk}:{person}:{item.submission}",
        )


def tell_author(comment_id: int) -> None:
    """Mail a remark to the author of its item."""
    if not _quiet.get():
        jobs.enqueue(TELL, {"comment": comment_id}, actor=system_actor("review"), key=f"{TELL}:{comment_id}")
