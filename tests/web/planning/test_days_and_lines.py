"""Last days are inclusive everywhere, templates begin on working days, and all mistakes are named in one go."""

from __future__ import annotations

from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.urls import reverse

from fourleaf.engine.alignment.plan import Plan as PlanModel
from fourleaf.engine.alignment.snapshot import Snapshot
from fourleaf.planning.scheduling import odd
from fourleaf.planning.services import import_plan
from fourleaf.planning.templates import plan_from_template
from fourleaf.web.planning.roadmap_facts import facts_of

SUNDAY = date(2027, 1, 3)


def test_a_template_from_a_sunday_begins_on_working_days() -> None:
    model = plan_from_template("small", SUNDAY)
    starts = [item.planned_start for item in model.roadmap if item.planned_start]
    assert min(starts) == SUNDAY + timedelta(days=1)
    assert all(day.weekday() < 5 for day in starts)
    assert all(item.planned_end >= item.planned_start for item in model.roadmap if item.planned_end)


def test_the_earliest_last_day_is_the_planned_one_where_nothing_stands_between() -> None:
    model = PlanModel.model_validate({
        "format": 1, "as_of": "2027-01-02",
        "roadmap": [{"id": "9.I1", "title": "Own", "side": "internal", "phase": 1, "weeks": 2,
                     "planned_start": "2027-01-04", "planned_end": "2027-01-17"}],
    })  # fmt: skip
    item = facts_of(Snapshot(model)).item("9.I1")
    assert item is not None
    assert (item.start, item.end, item.finish) == (date(2027, 1, 4), date(2027, 1, 17), date(2027, 1, 17))


def test_what_must_come_first_is_named_with_its_last_day() -> None:
    model = PlanModel.model_validate({
        "format": 1, "as_of": "2026-11-01",
        "roadmap": [
            {"id": "1.I2", "planned_start": "2026-11-02", "planned_end": "2026-11-28"},
            {"id": "1.I9", "title": "Own", "side": "internal", "phase": 1, "weeks": 1, "hard": ["1.I2"]},
        ],
    })  # fmt: skip
    said = odd(model, "1.I9", (date(2026, 11, 28), date(2026, 12, 4)), date(2026, 11, 1))
    assert "1.I2 ends on 28 November 2026." in said[0][1]
    assert odd(model, "1.I9", (date(2026, 11, 29), date(2026, 12, 4)), date(2026, 11, 1)) == []


@pytest.mark.django_db
def test_all_mistakes_of_all_lines_are_named_and_what_was_typed_stays(client_for: Any, strategist: Any) -> None:
    model = PlanModel.model_validate({"format": 1, "as_of": "2027-01-04"})
    plan, _ = import_plan(actor=strategist.actor, loaded=model, name="Lines")
    typed = "Moonshine | many\nSunshine | few"
    answer = client_for(strategist).post(reverse("planning:lines", args=[plan.pk, "resources"]), {"lines": typed})
    assert answer.status_code == 422
    said = unescape(answer.content.decode())
    for sentence in ("Line 1: “Moonshine” is not clear", "“many” is no number", "Line 2: “Sunshine” is not clear",
                     "“few” is no number", typed):  # fmt: skip
        assert sentence in said
