"""A policy for a belt obliges those who hold it or a higher one, and nobody else."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from fourleaf.governance.models import Policy, PolicyText, PolicyVersion
from fourleaf.governance.public import obligations, suspended_rights
from fourleaf.governance.services.policies_writing import add_policy
from fourleaf.kernel import clock
from fourleaf.kernel.errors import InvalidError
from fourleaf.training.public import belts_of

pytestmark = pytest.mark.django_db


def test_a_policy_for_green_obliges_green_and_higher(noon: Any, hire: Any, give: Any) -> None:
    people = {}
    for belt in ("none", "orange", "green", "blue", "black"):
        people[belt] = hire(f"Person {belt.title()}")
        if belt != "none":
            give(people[belt], belt)
    ended = hire("Person Ended")
    give(ended, "green", begin=date(2024, 1, 1), until=date(2025, 1, 1))
    now = clock.now()
    policy = Policy.objects.create(kind="P-MOD", title="Moderation", created_at=now, created_by="test")
    version = PolicyVersion.objects.create(
        policy=policy, major=1, state="in_force", effective_on=date(2026, 1, 1), groups=["belt:green"],
        rights=["moderate"], acknowledged=True, created_at=now, changed_at=now,
    )  # fmt: skip
    PolicyText.objects.create(version=version, language="en", title="Moderation", body="## A\n\nText.")
    ids = [one.person.pk for one in (*people.values(), ended)]
    obliged = {person for person, owed in obligations(ids).items() if owed}
    assert obliged == {people[belt].person.pk for belt in ("green", "blue", "black")}
    # Long overdue by now: the right rests, and the belt with which it was found out stays what it is.
    assert set(suspended_rights(ids)) == obliged
    worth = belts_of(ids)[people["blue"].person.pk]
    assert worth.belt == "blue"
    assert "moderate" not in worth.rights


def test_a_belt_that_does_not_exist_is_no_group(strategist: Any) -> None:
    with pytest.raises(InvalidError, match="belt:gren") as error:
        add_policy(actor=strategist.actor, kind="P-MOD", title="Moderation", groups=["belt:gren"])
    assert "belt:green" in error.value.fields["groups"][0]
