"""The three kinds of units, so that one set of views serves them all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fourleaf.kernel import selectors
from fourleaf.kernel.errors import NotFoundError
from fourleaf.kernel.services import organisation as services
from fourleaf.web.organisation.forms import BrandForm, DepartmentForm, RegionForm, UnitForm

__all__ = ["KINDS", "Kind", "kind_named"]


@dataclass(frozen=True)
class Kind:
    """One kind: its words, selectors and services."""

    code: str
    one: str
    label: str
    lead: str
    icon: str
    example: str
    form: type[UnitForm]
    visible: Callable[..., Any]
    get: Callable[..., Any]
    add: Callable[..., Any]
    change: Callable[..., Any]
    archive: Callable[..., Any]
    restore: Callable[..., Any]

    @property
    def id_name(self) -> str:
        """The keyword under which services take the id."""
        return f"{self.one}_id"


KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind(
            "regions",
            "region",
            "Regions",
            "Parts of the world with a clock, working hours and rules of their own.",
            "globe-europe-africa",
            "Germany works by Berlin time, 08:00 to 17:00; figures about single people are off by works agreement.",
            RegionForm,
            selectors.visible_regions,
            selectors.get_region_for,
            services.add_region,
            services.change_region,
            services.archive_region,
            services.restore_region,
        ),
        Kind(
            "departments",
            "department",
            "Departments",
            "The units that people work in. They may nest.",
            "building-office",
            "Marketing, and within it Campaigns and Brand design.",
            DepartmentForm,
            selectors.visible_departments,
            selectors.get_department_for,
            services.add_department,
            services.change_department,
            services.archive_department,
            services.restore_department,
        ),
        Kind(
            "brands",
            "brand",
            "Brands",
            "The names under which the organisation speaks outside.",
            "swatch",
            "Each brand has one colour on every chart.",
            BrandForm,
            selectors.visible_brands,
            selectors.get_brand_for,
            services.add_brand,
            services.change_brand,
            services.archive_brand,
            services.restore_brand,
        ),
    )
}


def kind_named(code: str) -> Kind:
    """The kind of an address; `NotFoundError` for anything else."""
    if code not in KINDS:
        raise NotFoundError
    return KINDS[code]
