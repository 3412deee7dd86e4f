"""A small plan and short ways to change it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from fourleaf.planning.models import Plan, PlanObject


@pytest.fixture(autouse=True)
def _only_own_guards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planning by itself: the guards of contexts above it have tests of their own."""
    from fourleaf.planning import contracts

    monkeypatch.setattr(contracts, "_guards", [])


@pytest.fixture
def plan(strategist: Any) -> Plan:
    """An empty draft."""
    from fourleaf.planning import services

    return services.create_plan(actor=strategist.actor, name="This year")


@pytest.fixture
def put(strategist: Any, plan: Plan) -> Callable[..., PlanObject]:
    """``put("goals", id="G1", text="…")`` stores an object as the strategist."""
    from fourleaf.planning import services

    def put(section: str, version: int | None = None, **data: Any) -> PlanObject:
        return services.put_object(actor=strategist.actor, plan_id=plan.pk, section=section, data=data, version=version)

    return put
