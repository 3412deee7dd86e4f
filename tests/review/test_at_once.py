"""Two at once on one item: one outcome, audited. On SQLite and on PostgreSQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

from at_once import at_once
from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import system_actor
from fourleaf.kernel.models import AuditEvent
from fourleaf.review import services, standing
from fourleaf.review.models import Decision, Draft, ReviewItem, Stratum
from fourleaf.review.public import clearance
from fourleaf.review.services import DraftFields, Verdict
from fourleaf.review.strata import state_of

pytestmark = pytest.mark.django_db(transaction=True)
YES = Verdict(True)


def together(house: Any, *work: Callable[[], Any], at: datetime | None = None) -> list[BaseException | None]:
    now = at or clock.now()

    @contextmanager
    def as_here() -> Iterator[None]:
        """The belts and the clock of the test, in another thread."""
        with standing.provided(house.belts), clock.frozen(now):
            yield

    return at_once(*work, within=as_here)


def noted() -> Counter[str]:
    return Counter(AuditEvent.objects.filter(subject_kind="review.reviewitem").values_list("code", flat=True))


def sound(item: ReviewItem) -> None:
    """The trail holds, and each verdict and approval is in it exactly once."""
    assert [one for one in audit.verify() if isinstance(one, audit.Break)] == []
    codes = noted()
    assert codes["review.item.decided"] == Decision.objects.filter(item=item).count()
    assert codes["review.item.approved"] <= 1
    stratum = Stratum.objects.get()
    assert state_of(stratum).reviewed == codes["review.item.approved"] + codes["review.item.returned"]


def test_two_approvers_at_once_give_one_approval(house: Any) -> None:
    item = house.submit()
    raised = together(
        house,
        *(
            lambda who=who: services.decide(actor=who.actor, item_id=item.pk, verdict=YES)
            for who in (house.lead, house.second)
        ),
    )
    assert sum(error is None for error in raised) == 1
    assert clearance("draft", item.subject_id).cleared
    assert noted()["review.item.approved"] == 1
    sound(item)


def test_approve_and_return_at_once_have_one_outcome(house: Any) -> None:
    item = house.submit()
    no = Verdict(False, "minor", ("wording",), "Softer.")
    together(
        house,
        lambda: services.decide(actor=house.lead.actor, item_id=item.pk, verdict=YES),
        lambda: services.decide(actor=house.second.actor, item_id=item.pk, verdict=no),
    )
    after = ReviewItem.objects.get(pk=item.pk)
    assert after.state in ("approved", "returned")
    assert Decision.objects.count() == 1
    sound(item)


def test_an_approval_never_covers_an_edit_made_at_the_same_moment(house: Any) -> None:
    item = house.submit()
    draft = Draft.objects.get()
    fields = DraftFields(title=draft.title, text="Another text.", brand_id=draft.brand_id, region_id=draft.region_id)
    together(
        house,
        lambda: services.decide(actor=house.lead.actor, item_id=item.pk, verdict=YES, content=item.content_hash),
        lambda: services.change_draft(actor=house.author.actor, draft_id=draft.pk, fields=fields),
    )
    after = ReviewItem.objects.get(pk=item.pk)
    # Whoever came first: the new text has no approval.
    assert after.content["text"] == "Another text."
    assert not clearance("draft", item.subject_id).cleared
    assert [one for one in audit.verify() if isinstance(one, audit.Break)] == []


def test_expiry_against_a_new_submission_has_one_outcome(house: Any, time: Any) -> None:
    item = house.submit()
    services.decide(actor=house.lead.actor, item_id=item.pk, verdict=YES)
    at = clock.now() + timedelta(days=31)
    time.move(days=31)
    draft = Draft.objects.get()
    fields = DraftFields(title=draft.title, text="Newer.", brand_id=draft.brand_id, region_id=draft.region_id)
    together(
        house,
        lambda: services.expire_approvals(actor=system_actor("test")),
        lambda: services.expire_approvals(actor=system_actor("test")),
        lambda: services.change_draft(actor=house.author.actor, draft_id=draft.pk, fields=fields),
        at=at,
    )
    assert noted()["review.item.expired"] <= 1
    assert not clearance("draft", item.subject_id).cleared
    assert ReviewItem.objects.get(pk=item.pk).state in ("expired", "in_review", "submitted")


def test_a_form_that_is_sent_twice_at_once_makes_one_draft(house: Any) -> None:
    fields = DraftFields("Grill season", "Light the coals early.")

    def send(fields: DraftFields = fields, form: str = "a") -> None:
        services.add_draft(actor=house.author.actor, fields=fields, form=form)

    assert together(house, send, send, send) == [None, None, None]
    assert (Draft.objects.count(), ReviewItem.objects.count()) == (1, 1)
    # Another text, another form, or no form at all: another draft.
    send(DraftFields("Grill season", "Light them late."))
    send(form="b")
    send(form="")
    send(form="")
    assert Draft.objects.count() == 5
