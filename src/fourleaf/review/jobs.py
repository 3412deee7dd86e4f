"""Due work of review: mails to whom an item waits for, escalation, expiry, idleness."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from fourleaf.kernel import audit, clock, mail
from fourleaf.kernel.jobs import Run, job
from fourleaf.kernel.models import Account, Person
from fourleaf.kernel.rules import may_sign_in
from fourleaf.review.asking import ASK, TELL, ask_anew
from fourleaf.review.models import OPEN, ItemComment, ReviewItem, Waiting
from fourleaf.review.services.links import new_link
from fourleaf.review.services.policies import follow_policies
from fourleaf.review.services.submitting import expire_approvals
from fourleaf.review.services.trust import grow_all_idle

__all__: list[str] = []

_BATCH = 200


@job(ASK, label="Reviewers asked by mail")
def reviewers_asked(run: Run) -> Mapping[str, Any]:
    """Mail somebody the item that waits for them, with a link to decide it. Nothing where it no longer waits."""
    item_id, person_id = run.arguments["item"], run.arguments["person"]
    row = Waiting.objects.select_related("item__author", "item__brand", "person__region").filter(
        item_id=item_id, person_id=person_id, asked=True
    )
    waiting = row.first()
    account = Account.objects.select_related("person").filter(person_id=person_id).first()
    if waiting is None or account is None or not may_sign_in(account) or not account.email:
        return {"mails": 0}
    item = waiting.item
    run.check_lease()
    with transaction.atomic():
        secret = new_link(item=item, person_id=person_id)
        audit.record(run.actor, "review.link.sent", item)
    base = settings.BASE_URL.rstrip("/")
    due = f"Please decide by {_moment(item.due_at, waiting.person)}.\n\n" if item.due_at else ""
    if item.tier == "R4" and item.is_open:
        due = "It cannot wait: please decide now.\n\n"
    # The gravest rule that spoke stands first; a kind that goes its own way says that it does.
    why = f"Why: {item.reasons[0]}\n" if item.reasons else ""
    text = (
        f"Hello {waiting.person.name},\n\n“{item.title}” by {item.author.name} waits for you.\n{why}{due}"
        f"Decide on your phone, without signing in: {base}{reverse('review:by_link', args=[secret])}\n"
        "The link works once, for two days, and for you alone: do not pass it on.\n\n"
        f"Or open it in Fourleaf: {base}{reverse('review:item', args=[item.pk])}\n"
    )
    subject = f"To decide: {item.title}".replace("\n", " ")
    taken = mail.hand_over(mail.letter(account.email, subject, text, language="en")) == "taken"
    return {"mails": 1} if taken else {"mails": 0, "refused": 1}


def _moment(at: datetime, person: Person) -> str:
    """A time as the reader's region writes it, with the zone; where they have no region, as the organisation does."""
    zone = ZoneInfo(person.region.time_zone) if person.region else clock.local_zone()
    local = at.astimezone(zone)
    return f"{local:%A}, {local.day} {local:%B %Y, %H:%M} ({zone.key})"


@job(TELL, label="Authors told what was done with their items")
def author_told(run: Run) -> Mapping[str, Any]:
    """Mail the author of an item a remark that says what somebody did with it."""
    remark = ItemComment.objects.select_related("item__author").filter(pk=run.arguments["comment"]).first()
    account = Account.objects.filter(person_id=remark.item.author_id).first() if remark is not None else None
    if remark is None or account is None or not may_sign_in(account) or not account.email:
        return {"mails": 0}
    item = remark.item
    run.check_lease()
    address = f"{settings.BASE_URL.rstrip('/')}{reverse('review:item', args=[item.pk])}"
    text = f"Hello {item.author.name},\n\n{remark.name} on your item “{item.title}”:\n\n{remark.text}\n\n{address}\n"
    subject = f"About your item: {item.title}".replace("\n", " ")
    taken = mail.hand_over(mail.letter(account.email, subject, text, language="en")) == "taken"
    return {"mails": 1} if taken else {"mails": 0, "refused": 1}


@job("review.escalated", label="Overdue items are passed on to the next", every=timedelta(minutes=1))
def items_escalated(run: Run) -> Mapping[str, Any]:
    """Ask the next of a group where a target was missed."""
    due = ReviewItem.objects.filter(state__in=OPEN, next_ask_at__lte=clock.now()).order_by("next_ask_at")
    changed = 0
    rows = list(due[:_BATCH])
    if rows:
        with transaction.atomic():
            changed = ask_anew(rows)
            for item in rows:
                audit.record(run.actor, "review.item.escalated", item)
    return {"items": len(rows), "changed": changed}


@job("review.asked_anew", label="Review queues follow belts and absences", every=timedelta(minutes=15))
def queues_fresh(run: Run) -> Mapping[str, Any]:
    """Work out anew whom open items wait for: belts run out, absences begin, delegations end without anybody acting."""
    changed = count = 0
    keys = list(
        ReviewItem.objects.filter(Q(state__in=OPEN) | Q(audit=True, audited_at__isnull=True, state="approved"))
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    for start in range(0, len(keys), _BATCH):
        with transaction.atomic():
            changed += ask_anew(list(ReviewItem.objects.filter(pk__in=keys[start : start + _BATCH])))
        count += len(keys[start : start + _BATCH])
        run.progress(count, len(keys))
    return {"items": count, "changed": changed}


@job("review.policies_followed", label="Policies in legal review are in the queue", every=timedelta(minutes=5))
def policies_followed(run: Run) -> Mapping[str, Any]:
    """Open and close items of policies where the news of it was lost."""
    return {"items": follow_policies(actor=run.actor)}


@job("review.approvals_expired", label="Approvals end that were not used", every=timedelta(minutes=5))
def approvals_expired(run: Run) -> Mapping[str, Any]:
    """Approvals past their end no longer let anything out."""
    return {"items": expire_approvals(actor=run.actor)}


@job("review.strata_idle", label="Strata without items go back a level", every=timedelta(hours=12))
def strata_idle(run: Run) -> Mapping[str, Any]:
    """One level back for every ninety days without an item."""
    return {"strata": grow_all_idle(actor=run.actor)}
