"""The list of people as a table: for everybody, and with accounts and roles for those who may see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from fourleaf.kernel.models import Person
from fourleaf.kernel.roles import ROLES
from fourleaf.kernel.selectors import PeopleFilter, narrow_people
from fourleaf.web.kit.tables import Column, Empty, State, Table
from fourleaf.web.people.forms import InsightFilter, PeopleFilterForm

__all__ = ["PEOPLE", "PEOPLE_WITH_ACCESS", "account_state"]

ACCOUNT_STATES = {
    "open": State("good", "Open", "check-circle"),
    "closed": State("neutral", "Closed", "lock-closed"),
}


def account_state(person: Person) -> str:
    """ "open", "closed", or "" for none; the row must carry its account."""
    account = getattr(person, "account", None)
    if account is None:
        return ""
    return "open" if account.is_active else "closed"


def _filter(rows: QuerySet[Person], values: Mapping[str, Any]) -> QuerySet[Person]:
    return narrow_people(
        rows,
        PeopleFilter(
            department_id=_number(values.get("department")),
            region_id=_number(values.get("region")),
            brand_id=_number(values.get("brand")),
            role=values.get("role", ""),
            account=values.get("account", ""),
            status="all",  # the view has narrowed the rows to the status already, which has a default
        ),
    )


def _number(value: object) -> int | None:
    return int(str(value)) if value else None


def _search(rows: QuerySet[Person], text: str) -> QuerySet[Person]:
    return narrow_people(rows, PeopleFilter(search=text, status="all"))


def _page(person: Person) -> str:
    return reverse("people:person", args=[person.pk])


def _manager(person: Person) -> str:
    return reverse("people:person", args=[person.manager_id]) if person.manager_id else ""


def _roles(person: Person) -> SafeString:
    grants = getattr(person, "active_grants", [])
    tags = (
        (ROLES[g.role].label if g.role in ROLES else g.role, f" · {g.brand or g.region}" if g.brand or g.region else "")
        for g in grants
    )
    return format_html_join(" ", '<span class="tag">{}{}</span>', tags)


def _roles_text(person: Person) -> str:
    return ", ".join(ROLES[g.role].label if g.role in ROLES else g.role for g in getattr(person, "active_grants", []))


def _email(person: Person) -> SafeString:
    return format_html('<a href="mailto:{0}">{0}</a>', person.email) if person.email else SafeString("")


_COLUMNS = (
    Column("name", "Name", kind="link", href=_page, sort="name", main=True, side=True),
    Column("title", "Title", sort=("title", "name")),
    Column("department", "Department", value="department.name", sort=("department__name", "name")),
    Column("region", "Region", value="region.name", sort=("region__name", "name"), priority=3),
    Column(
        "manager", "Manager", kind="person", value="manager.name", href=_manager, sort=("manager__name", "name"),
        priority=3, side=True,
    ),
    Column("email", "E-mail", show=_email, value="email", sort="email", shown=False, priority=3),
    Column("external_id", "Number", sort="external_id", shown=False, priority=3,
           help="The number that the personnel system knows the person by."),
    Column("started_on", "First day", kind="date", sort=("started_on", "name"), shown=False, priority=3),
    Column("left_on", "Last day", kind="date", sort=("left_on", "name"), shown=False, priority=3),
)  # fmt: skip
_ACCESS = (
    Column("account", "Account", kind="state", value=account_state, states=ACCOUNT_STATES, priority=3),
    Column("roles", "Roles", show=_roles, export=_roles_text),
)

PEOPLE = Table(
    key="people",
    name="People",
    one="person",
    many="people",
    columns=_COLUMNS,
    sort="name",
    filters=PeopleFilterForm,
    filter=_filter,
    search=_search,
    search_label="Search name, e-mail, title, number",
    empty=Empty(
        "No people yet",
        "People are everybody who works here, with or without an account: who reports to whom, in which department, "
        "region and for which brand. Bring them in as a list from your personnel system, or add them one by one.",
        icon="user-group",
        action="Import a list",
        url_name="people:imports",
        permission="kernel.edit_people",
    ),
)
PEOPLE_WITH_ACCESS = replace(PEOPLE, columns=(*_COLUMNS, *_ACCESS), filters=InsightFilter)
