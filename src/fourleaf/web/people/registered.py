"""What the pages about people add to the frame."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.urls import reverse

from fourleaf.kernel.actors import Actor
from fourleaf.kernel.models import Person
from fourleaf.kernel.selectors import PeopleFilter, list_people, visible_people_imports
from fourleaf.kernel.services.people_import.stored import QUEUE_NAME
from fourleaf.web import navigation, search
from fourleaf.web.administration import concerns
from fourleaf.web.home import tiles
from fourleaf.web.people import undo  # noqa: F401 - registers what can be undone

navigation.register(
    "organisation",
    navigation.Entry(
        "People",
        "people:people",
        "user-group",
        permission="kernel.view_people",
        order=10,
        key="p",
        about="Everybody who works here.",
    ),
)
navigation.register(
    "administration",
    navigation.Entry(
        "Roles",
        "people:roles",
        "key",
        permission="kernel.grant_roles",
        order=10,
        about="Who may do what: roles and who holds them.",
    ),
)


def find_people(actor: Actor, text: str, limit: int) -> Iterable[search.Result]:
    """People by name, e-mail, title or number."""
    for person in list_people(actor, PeopleFilter(search=text, status="all"))[:limit]:
        about = " · ".join(part for part in (person.title, person.department.name if person.department else "") if part)
        yield search.Result(person.name, reverse("people:person", args=[person.pk]), about, "user")


def _lists(actor: Actor, ids: Sequence[Any]) -> Mapping[Any, concerns.Concern]:
    rows = visible_people_imports(actor).filter(pk__in=ids).values_list("pk", "file_name")
    return {pk: concerns.Concern(name, reverse("people:import", args=[pk])) for pk, name in rows}


concerns.register(QUEUE_NAME, "import", _lists)
search.register("people", "People", find_people, permission="kernel.view_people", order=20)

tiles.register_start(
    tiles.Start(
        "people",
        "Bring in your people",
        "A list from your personnel system, with departments, regions and managers.",
        "people:imports",
        "user-group",
        "kernel.edit_people",
        lambda actor: Person.objects.all()[:3].count() >= 3,
        order=20,
    )
)
