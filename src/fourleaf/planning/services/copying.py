"""A plan out of another one, or out of a template."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import InvalidError
from fourleaf.kernel.permissions import require
from fourleaf.planning.models import Plan
from fourleaf.planning.selectors.content import stored_model
from fourleaf.planning.selectors.plans import get_plan_for
from fourleaf.planning.services.plans import YEAR, new_plan
from fourleaf.planning.services.transfer import import_plan
from fourleaf.planning.shifting import begun_anew
from fourleaf.planning.templates import SIZES, Size, plan_from_template

__all__ = ["copy_plan", "start_from_template"]


def copy_plan(
    *, actor: Actor, plan_id: int, name: str, starts_on: date | None = None, reset_states: bool = True
) -> Plan:
    """A draft from a plan that is there, for the time after it unless ``starts_on`` says otherwise.

    Dates that look ahead move with the start. States begin anew unless ``reset_states`` is false; records of the past
    (incidents, learnings, reviews, waivers), comments, the history and answers by hand to exit criteria, which somebody
    gave for that year, stay with the old plan.
    """
    source = get_plan_for(actor, plan_id)
    require(actor, "planning.edit_plan", source, seen_by="planning.view_plan")
    starts_on = starts_on or source.ends_on + timedelta(days=1)
    days = (starts_on - source.starts_on).days
    with transaction.atomic():
        model = begun_anew(stored_model(source), days, as_of=clock.today(), reset_states=reset_states)
        ends_on = _last_day(source, starts_on)
        plan = new_plan(actor, name, starts_on, ends_on, copied_from=source)
        plan, _ = import_plan(
            actor=actor, loaded=model, plan_id=plan.pk, mode="replace", origin=f"copied from {source.name}"
        )
        audit.record(actor, "planning.plan.copied", plan, data={"from": source.pk, "reset": reset_states})
    return plan


def start_from_template(
    *,
    actor: Actor,
    name: str,
    size: Size,
    starts_on: date | None = None,
    ends_on: date | None = None,
    organisation: str = "",
    employees: int | None = None,
) -> Plan:
    """A draft from the template of a size: small, medium or large. The gate stays closed until people own things."""
    require(actor, "planning.edit_plan")
    if size not in SIZES:
        raise InvalidError(fields={"size": [f"“{size}” is no size; there are: {', '.join(SIZES)}."]})
    starts_on = starts_on or clock.today()
    model = plan_from_template(size, starts_on, name=organisation, employees=employees)
    with transaction.atomic():
        plan = new_plan(actor, name, starts_on, ends_on or starts_on + YEAR)
        audit.record(actor, "planning.plan.created", plan, data={"template": size})
        plan, _ = import_plan(
            actor=actor, loaded=model, plan_id=plan.pk, mode="replace", origin=f"from the template {SIZES[size].label}"
        )
    return plan


def _last_day(source: Plan, starts_on: date) -> date:
    """A plan of whole years is one again, leap day or not; any other has as many days as before."""
    years = source.ends_on.year - source.starts_on.year
    if source.ends_on - source.starts_on == YEAR:
        return _years_on(starts_on, 1) - timedelta(days=1)
    for count in (years, years + 1):
        if count and _years_on(source.starts_on, count) - timedelta(days=1) == source.ends_on:
            return _years_on(starts_on, count) - timedelta(days=1)
    return starts_on + (source.ends_on - source.starts_on)


def _years_on(day: date, years: int) -> date:
    """The same day so many years later; 1 March for a leap day in a common year."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
