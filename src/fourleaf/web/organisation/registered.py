"""What the pages about the organisation add to the frame."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from fourleaf.kernel.actors import Actor
from fourleaf.kernel.models import Department
from fourleaf.kernel.selectors import visible_departments
from fourleaf.web import navigation, search
from fourleaf.web.home import tiles
from fourleaf.web.organisation import views  # noqa: F401 - registers what can be undone

navigation.register(
    "organisation",
    navigation.Entry(
        "Organisation",
        "organisation:overview",
        "building-office-2",
        permission="kernel.view_organisation",
        order=20,
        key="o",
        about="Departments, regions and brands.",
    ),
)


def find_departments(actor: Actor, text: str, limit: int) -> Iterable[search.Result]:
    """Departments by name or code; there are few, so they are looked through here."""
    words = text.casefold().split()
    found = 0
    for department in visible_departments(actor):
        name = f"{department.name} {department.code}".casefold()
        if all(word in name for word in words) and found < limit:
            found += 1
            address = reverse("organisation:unit", args=["departments", department.pk])
            people = f"{department.people_count:,} people"  # type: ignore[attr-defined]  # annotated by the selector
            yield search.Result(department.name, address, people, "building-office")


search.register("departments", "Departments", find_departments, permission="kernel.view_organisation", order=30)

tiles.register_start(
    tiles.Start(
        "organisation",
        "Lay out the organisation",
        "Regions with their clocks, departments and brands.",
        "organisation:overview",
        "building-office-2",
        "kernel.edit_organisation",
        lambda actor: Department.objects.exists(),
        order=10,
    )
)
