"""Who has acknowledged a policy: by region and department, and by name where that is allowed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.http.response import HttpResponseBase

from fourleaf.governance.analytics import person_level_regions
from fourleaf.governance.models import PolicyVersion
from fourleaf.governance.rules_policies import works_on_policies
from fourleaf.governance.selectors.acknowledgements import still_open
from fourleaf.governance.selectors.acknowledgements_coverage import CoverageTable, cells, coverage_of, working
from fourleaf.governance.selectors.policies import get_policy_for
from fourleaf.kernel import clock
from fourleaf.kernel.permissions import require
from fourleaf.web.governance.policies_forms import WaitingFilter
from fourleaf.web.governance.policies_shown import beside_words
from fourleaf.web.governance.policies_views import chosen_version
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.tables import Column, Empty, State, Table

__all__ = ["coverage"]

_OWED = {
    "open": State("information", "Open"),
    "overdue": State("attention", "Overdue"),
    "suspended": State("blocking", "Rights rest"),
}


def _waiting_filtered(rows: list[dict[str, Any]], values: Mapping[str, Any]) -> list[dict[str, Any]]:
    wanted = {name: values[name] for name in ("region_id", "department_id", "state") if values.get(name)}
    return [row for row in rows if all(str(row[name] or "") == value for name, value in wanted.items())]


WAITING = Table(
    key="policy-waiting",
    name="Not acknowledged yet",
    one="person",
    many="people",
    columns=(
        Column("name", "Name", value="name", main=True),
        Column("region", "Region", value="region"),
        Column("department", "Department", value="department"),
        Column("state", "State", kind="state", value="state", states=_OWED),
        Column("due_on", "Due", kind="date", value="due_on"),
    ),
    filters=WaitingFilter,
    filter=_waiting_filtered,
    search=lambda rows, text: [row for row in rows if text.casefold() in row["name"].casefold()],
    search_label="Search names",
    empty=Empty(
        "Everybody who may be named has acknowledged",
        "Of people in other regions only the table above says how many have.",
        icon="document-check",
    ),
    row_id=lambda row: row["id"],
    export_permission="governance.view_coverage",
)


def coverage(request: PageRequest, policy_id: int) -> HttpResponseBase:
    """Coverage by region and department; names only of people whose region allows figures about individuals."""
    actor = request.actor
    row = get_policy_for(actor, policy_id)
    require(actor, "governance.view_coverage", row, seen_by="governance.view_policies")
    found = cells(policy_ids=[policy_id])
    versions = {one.pk: one for one in row.versions.filter(pk__in={cell.version_id for cell in found})}
    chosen = chosen_version(list(versions.values()), request.GET.get("version")) if request.GET.get("version") else None
    chosen = chosen or max(versions.values(), key=lambda one: (one.major, one.minor, one.patch), default=None)
    named = person_level_regions()
    table = coverage_of(actor, chosen.pk, found=found, named=named) if chosen else None
    waiting = _waiting(chosen, table, named) if chosen and table else []
    regions = table.regions if table else ()
    context = {
        "policy": row,
        "beside": beside_words(chosen) if chosen and works_on_policies(actor) else [],
        "version": chosen,
        "versions": sorted(versions.values(), key=lambda one: (one.major, one.minor, one.patch), reverse=True),
        "coverage": table,
        "lines": [
            {
                "name": name,
                "all": table.by_region[key],
                "cells": [(label, table.inner[key, column]) for column, label in table.departments],
            }
            for key, name in table.regions
        ]
        if table
        else [],
        "totals": [(label, table.by_department[column]) for column, label in table.departments] if table else [],
        "named": [name for key, name in regions if key in named],
        "unnamed": [name for key, name in regions if key not in named],
    }
    return WAITING.bind(request, waiting).respond("web/governance/policies/coverage.html", context)


def _waiting(version: PolicyVersion, table: CoverageTable, named: Collection[int]) -> list[dict[str, Any]]:
    """Those who owe it an acknowledgement, in regions where people may be named; by name."""
    regions, departments = dict(table.regions), dict(table.departments)
    at_work = working(clock.today()).filter(region_id__in=list(named)).order_by("name", "pk")
    people = {row["id"]: row for row in at_work.values("id", "name", "region_id", "department_id")}
    rows = [
        {
            **people[person],
            "region": regions.get(people[person]["region_id"], ""),
            "department": departments.get(people[person]["department_id"], "")
            if people[person]["department_id"]
            else "",
            "state": one.state,
            "due_on": one.due_on,
        }
        for person, items in still_open(list(people), policy_id=version.policy_id).items()
        for one in items
        if one.version_id == version.pk
    ]
    return sorted(rows, key=lambda item: item["name"])
