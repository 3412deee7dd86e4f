"""Templates to begin from, as the first page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import cast, get_args

from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import NotFoundError
from fourleaf.planning.models import Plan
from fourleaf.planning.services import start_from_template
from fourleaf.planning.templates import SIZES, Size

__all__ = ["Start", "begin_from", "start_named", "starts"]


@dataclass(frozen=True, slots=True)
class Start:
    """A template. ``brings`` says in a few words what is in it."""

    code: str
    title: str
    about: str
    brings: str


def starts() -> list[Start]:
    """The templates, the smallest first."""
    return [start_named(code) for code in get_args(Size)]


def start_named(code: str) -> Start:
    """One template. Raises `NotFoundError`."""
    if code not in SIZES:
        raise NotFoundError
    template, count = SIZES[cast(Size, code)], len(SIZES[cast(Size, code)].objectives)
    brings = f"{count} example goals with objectives and KPIs, stakeholder groups, roles, and a dated roadmap"
    return Start(code, template.label, template.description, brings)


def begin_from(
    actor: Actor,
    code: str,
    name: str,
    starts_on: date | None = None,
    organisation: str = "",
    employees: int | None = None,
) -> Plan:
    """A draft with what the template brings."""
    size = cast(Size, start_named(code).code)
    return start_from_template(
        actor=actor, size=size, name=name, starts_on=starts_on, organisation=organisation, employees=employees
    )
