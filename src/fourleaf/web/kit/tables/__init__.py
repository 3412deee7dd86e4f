"""Lists, declared once.

    PEOPLE = Table(
        key="people", name="People", one="person", many="people",
        columns=(
            Column("name", "Name", kind="link", href=lambda person: reverse("people:person", args=[person.pk]),
                   sort="name", main=True, side=True),
            Column("department", "Department", value="department.name", sort="department__name"),
            Column("left_on", "Left", kind="date", sort="left_on", shown=False, priority=3),
        ),
        sort="name",
        filters=PeopleFilter, filter=filter_people, search=search_people,
        empty=Empty("No people yet", "People are …", action="Import people", url_name="people:import",
                    permission="kernel.edit_people"),
    )

    def people(request: PageRequest) -> HttpResponse:
        return PEOPLE.bind(request, people_visible_to(request.actor)).respond("web/people/list.html")

and in the template ``<c-filters :table="table" />`` (block filters) and ``<c-table :table="table" />`` (block content).
"""

from __future__ import annotations

from fourleaf.web.kit.tables.columns import Cell, Column, State
from fourleaf.web.kit.tables.sources import ListSource, Order, QuerySource, Source
from fourleaf.web.kit.tables.table import BoundTable, Bulk, Empty, Table

__all__ = [
    "BoundTable",
    "Bulk",
    "Cell",
    "Column",
    "Empty",
    "ListSource",
    "Order",
    "QuerySource",
    "Source",
    "State",
    "Table",
]
