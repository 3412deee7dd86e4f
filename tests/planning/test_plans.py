"""Plans as rows: one current, names once, dates in order."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from fourleaf.kernel.errors import ConflictError, InvalidError, NotAllowedError
from fourleaf.planning import selectors, services
from fourleaf.planning.models import Plan


def test_one_plan_is_current_at_a_time(strategist: Any) -> None:
    first = services.create_plan(actor=strategist.actor, name="2026")
    second = services.create_plan(actor=strategist.actor, name="2027")
    services.set_current(actor=strategist.actor, plan_id=first.pk)
    services.set_current(actor=strategist.actor, plan_id=second.pk)
    assert dict(Plan.objects.values_list("name", "state")) == {"2026": "archived", "2027": "current"}
    assert selectors.current_plan(strategist.actor) == second
    with pytest.raises(IntegrityError), transaction.atomic():
        Plan.objects.filter(pk=first.pk).update(state="current")


def test_names_and_dates_are_checked(strategist: Any) -> None:
    services.create_plan(actor=strategist.actor, name="2026")
    with pytest.raises(InvalidError) as caught:
        services.create_plan(
            actor=strategist.actor, name=" 2026 ", starts_on=date(2026, 5, 1), ends_on=date(2026, 4, 1)
        )
    assert set(caught.value.fields) == {"name", "ends_on"}


def test_a_plan_changed_in_the_meantime_is_a_conflict(strategist: Any) -> None:
    plan = services.create_plan(actor=strategist.actor, name="2026")
    services.change_plan(actor=strategist.actor, plan_id=plan.pk, name="Twenty-six", version=1)
    with pytest.raises(ConflictError):
        services.change_plan(actor=strategist.actor, plan_id=plan.pk, name="Other", version=1)


def test_a_member_makes_no_plan(analyst: Any) -> None:
    with pytest.raises(NotAllowedError):
        services.create_plan(actor=analyst.actor, name="Mine")
    assert not Plan.objects.exists()
