"""Two people act on the same policy at once: one outcome, audited, and nothing lost."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from at_once import at_once
from fourleaf.governance.models import Acknowledgement, PolicyVersion
from fourleaf.governance.services import policies_life as life
from fourleaf.governance.services import policies_writing as writing
from fourleaf.governance.services.acknowledging import acknowledge
from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor, system_actor
from fourleaf.kernel.models import AuditEvent, Person

ACTOR = system_actor("test")
pytestmark = pytest.mark.django_db(transaction=True)


def person(name: str) -> Actor:
    now = clock.now()
    row = Person.objects.create(name=name, started_on=date(2020, 1, 1), created_at=now, changed_at=now)
    codes = ("view_policies", "edit_policies", "review_policies", "approve_policies")
    return Actor("person", name, frozenset(f"governance.{code}" for code in codes), person_id=row.pk)


def in_review(**fields: Any) -> PolicyVersion:
    row = writing.add_policy(actor=ACTOR, kind="P-SM", title="Rules", body="## A\n\nText.", **fields)
    life.submit_version(actor=ACTOR, version_id=row.pk)
    return life.decide_legal(actor=ACTOR, version_id=row.pk, agreed=True)


def test_two_approvers_at_once_both_count() -> None:
    """Each alone is not enough; together they are, whichever comes last."""
    first, second = person("Ann"), person("Bo")
    row = in_review(approver_ids=[first.person_id or 0, second.person_id or 0])
    raised = at_once(
        lambda: life.approve_version(actor=first, version_id=row.pk),
        lambda: life.approve_version(actor=second, version_id=row.pk),
    )
    assert raised == [None, None]
    row.refresh_from_db()
    assert row.state == "approved"
    assert AuditEvent.objects.filter(code="governance.policy.approved").count() == 1
    assert list(audit.verify())[-1] == AuditEvent.objects.count()


def test_an_approval_and_a_return_at_once_have_one_outcome() -> None:
    row = in_review()
    raised = at_once(
        lambda: life.approve_version(actor=ACTOR, version_id=row.pk),
        lambda: life.return_version(actor=ACTOR, version_id=row.pk, reason="Wait."),
    )
    row.refresh_from_db()
    assert sum(error is None for error in raised) == 1
    assert row.state == ("approved" if raised[0] is None else "draft")


def test_acknowledging_twice_at_once_is_one_acknowledgement() -> None:
    row = in_review()
    life.approve_version(actor=ACTOR, version_id=row.pk)
    life.schedule_version(actor=ACTOR, version_id=row.pk)
    reader = person("Cy")

    def work() -> None:
        acknowledge(actor=reader, policy_id=row.policy_id, version_id=row.pk, language="en")

    assert at_once(work, work, work) == [None, None, None]
    assert Acknowledgement.objects.count() == 1
    assert AuditEvent.objects.filter(code="governance.policy.acknowledged").count() == 1
