"""Two at once on one policy in the queue: one outcome, in both places. On SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from at_once import at_once
from fourleaf.governance.models import PolicyDecision, PolicyVersion
from fourleaf.governance.services import policies_life as life
from fourleaf.governance.services import policies_writing as writing
from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import system_actor
from fourleaf.kernel.models import AuditEvent
from fourleaf.review import services, standing
from fourleaf.review.models import Decision, ReviewItem
from fourleaf.review.services import Verdict

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def waiting(hire: Any, belts: Any, time: Any) -> tuple[ReviewItem, Any, Any, Any, Callable[[], Any]]:
    """The item of a policy, its writer, two who may decide, and what a thread has to enter."""
    writer, first, second = (hire(name, role=role) for name, role in
                             (("Wim Writer", "strategist"), ("Lea Law", "legal"), ("Leo Law", "legal")))  # fmt: skip
    row = writing.add_policy(actor=writer.actor, kind="P-LIS", title="Listening", body="## A\n\nText.")
    life.submit_version(actor=writer.actor, version_id=row.pk)
    now = clock.now()

    @contextmanager
    def here() -> Iterator[None]:
        with standing.provided(belts), clock.frozen(now):
            yield

    return ReviewItem.objects.get(), writer, first, second, here


def sound() -> None:
    """The trail holds, and the view is in it once for each decision."""
    assert [one for one in audit.verify() if isinstance(one, audit.Break)] == []
    assert AuditEvent.objects.filter(code="review.item.decided").count() == Decision.objects.count()
    assert Decision.objects.count() == PolicyDecision.objects.count()


def test_two_who_agree_and_return_at_once_have_one_outcome(waiting: Any) -> None:
    item, _, first, second, here = waiting
    raised = at_once(
        lambda: services.decide(actor=first.actor, item_id=item.pk, verdict=Verdict(True)),
        lambda: services.decide(actor=second.actor, item_id=item.pk, verdict=Verdict(False, note="Shorter.")),
        within=here,
    )
    assert sum(error is None for error in raised) == 1
    state, version = ReviewItem.objects.get().state, PolicyVersion.objects.get()
    assert (state, version.state, version.legal_agreed) in [
        ("approved", "legal_review", True), ("returned", "draft", False),
    ]  # fmt: skip
    sound()


def test_a_verdict_and_a_taking_back_at_once_leave_both_places_in_one_state(waiting: Any) -> None:
    """The verdict takes the version's row first, as the services of governance do: neither waits in vain."""
    item, writer, first, _, here = waiting
    version_id = int(item.subject_id)
    raised = at_once(
        lambda: services.decide(actor=first.actor, item_id=item.pk, verdict=Verdict(True)),
        lambda: life.return_version(actor=writer.actor, version_id=version_id, reason="Wait."),
        lambda: services.follow_policies(actor=system_actor("test")),
        within=here,
    )
    assert raised[1] is None
    services.follow_policies(actor=system_actor("test"))
    assert (PolicyVersion.objects.get().state, ReviewItem.objects.get().state) == ("draft", "withdrawn")
    assert [one for one in audit.verify() if isinstance(one, audit.Break)] == []
    assert (raised[0] is None) == (Decision.objects.count() == 1)
