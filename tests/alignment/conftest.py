"""The sample plan as the current one, and a small one."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fourleaf.alignment.models import FindingRecord
    from fourleaf.planning.models import Plan

SAMPLE = Path(__file__).resolve().parents[2] / "examples" / "tarnbeck.yaml"


@cache
def loaded() -> Any:
    """The example file, read once."""
    from fourleaf.engine.alignment.loading import load_plan

    return load_plan(SAMPLE)


@pytest.fixture
def clock() -> Iterator[Any]:
    """The clock at noon of the sample's day."""
    from fourleaf.kernel import clock

    day = loaded().plan.as_of
    with clock.frozen(datetime(day.year, day.month, day.day, 12, 0, tzinfo=UTC)) as held:
        yield held


@pytest.fixture
def sample(clock: Any, strategist: Any) -> Plan:
    """The sample organisation's plan, current and checked."""
    from fourleaf.alignment.services import check_plan
    from fourleaf.planning.services import import_plan, set_current

    plan, _ = import_plan(actor=strategist.actor, loaded=loaded(), name="Sample")
    plan = set_current(actor=strategist.actor, plan_id=plan.pk)
    check_plan(actor=strategist.actor, plan_id=plan.pk)
    return plan


@pytest.fixture
def finding(sample: Plan) -> Callable[[str, str], FindingRecord]:
    """``finding("A30", "programmes/P07")`` reads a record."""
    from fourleaf.alignment.models import FindingRecord

    return lambda rule, at: FindingRecord.objects.get(plan=sample, rule=rule, object=at)


@pytest.fixture
def put(sample: Plan, strategist: Any) -> Callable[..., Any]:
    """``put("programmes", "P07", counterparts=["N2"])`` changes fields of an object of the sample."""
    from fourleaf.planning.selectors import get_object_for
    from fourleaf.planning.services import put_object

    def put(section: str, key: str, **fields: Any) -> Any:
        row = get_object_for(strategist.actor, sample.pk, section, key)
        return put_object(
            actor=strategist.actor, plan_id=sample.pk, section=section, data={**row.data, **fields}, version=row.version
        )

    return put
