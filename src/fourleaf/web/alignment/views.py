"""Alignment at a glance, the trend, the rules, and the fragment for pages of single objects."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from fourleaf.alignment.live import findings_now
from fourleaf.alignment.models import CheckDay
from fourleaf.alignment.selectors import COLUMNS, glance, trend
from fourleaf.alignment.selectors.glance import GlanceCell, GlanceRow
from fourleaf.alignment.services import check_plan
from fourleaf.engine.alignment.checking import RULES
from fourleaf.engine.alignment.roadmap_template import TEMPLATE
from fourleaf.kernel import clock
from fourleaf.kernel.errors import NotFoundError
from fourleaf.kernel.permissions import allowed, require
from fourleaf.planning.public import current_plan, plan_info
from fourleaf.web.alignment.choosing import choice_of, chosen_plan, shown_findings
from fourleaf.web.alignment.places import SEVERITY, Places
from fourleaf.web.alignment.sparks import spark
from fourleaf.web.kit import charts
from fourleaf.web.kit.charts import Chart, Point, line_over_time
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.requests import PageRequest, safe_next
from fourleaf.web.kit.respond import page

__all__ = ["about", "at_a_glance", "check", "rule", "rules", "trend_page"]

#: Days that the small trend and the chart show.
_SMALL, _LONG = 92, 366
_STATES = {
    "missing": ("blocking", "x-circle"),
    "ahead": ("attention", "lock-closed"),
    "weak": ("attention", "exclamation-triangle"),
    "common": ("blocking", "arrow-up"),
    "waived": ("information", "pause-circle"),
    "met": ("good", "check-circle"),
    "not_needed": ("neutral", "minus-circle"),
}


@require_safe
def at_a_glance(request: PageRequest) -> HttpResponse:
    """Programmes in rows, what each needs inside in columns, the worst row first."""
    plan = chosen_plan(request)
    if plan is None:
        return page(request, "web/alignment/glance.html", {"plan": None})
    shown = shown_findings(request, plan)
    last, picture = shown.last, glance(request.actor, plan.id, None if shown.stored else shown.there)
    days = trend(request.actor, plan.id, clock.today() - timedelta(days=_SMALL))
    organisation = Places(request.actor, plan.id).model.organisation
    context = {
        **choice_of(request, plan, stored=shown.stored),
        "organisation": organisation.name if organisation else "",
        "today": clock.today(),
        "glance": picture,
        "columns": COLUMNS,
        "last": last,
        "lag_title": TEMPLATE[last.lag_item].title if last and last.lag_item in TEMPLATE else "",
        "spark": spark([(day.day, day.errors) for day in days]),
        "days": days,
        "states": _STATES,
        "rows": [
            (row, [(cell, *_STATES[cell.state], _counted(row, cell)) for cell in row.cells], _counted(row))
            for row in ([picture.common] if picture.common else []) + list(picture.rows)
        ],
        "legend": [(kind, icon, word) for (kind, icon), word in zip(_STATES.values(), _WORDS, strict=True)],
    }
    return page(request, "web/alignment/glance.html", context)


def _counted(row: GlanceRow, cell: GlanceCell | None = None) -> str:
    """The list with exactly those findings that a cell counts (of a row: its errors and warnings)."""
    kinds = {"missing": ("error", "open"), "ahead": ("error", "open"), "weak": ("warning", "open"),
             "waived": ("grave", "waived")}  # fmt: skip
    severity, state = kinds.get(cell.state, ("grave", "open")) if cell else ("grave", "open")
    asked = {"shared": "own", "holds": row.address} if row.programme else {"shared": "only"}
    if cell:
        asked["about"] = cell.column.code
    return f"{reverse('alignment:list')}?{urlencode({**asked, 'severity': severity, 'state': state})}"


_WORDS = (
    "Missing: an error, mend it before going on",
    "Before live: an error as soon as it goes live",
    "Weak: a warning, may go on for now",
    "Shared: held back by the errors in the first row",
    "Waived: allowed for a time",
    "Met",
    "Not needed",
)


@require_POST
def check(request: PageRequest) -> HttpResponse:
    """Check the current plan now."""
    plan = chosen_plan(request)
    if plan is None:
        raise NotFoundError("There is no current plan to check.")
    result = check_plan(actor=request.actor, plan_id=plan.id, force=True)
    if result is not None:
        counts = result.counts
        said = f"Checked: {counts.errors} errors, {counts.warnings} warnings and {counts.hints} hints are open"
        news = f"; {result.found + result.returned} new, {result.gone} gone since the last check."
        flash(request, said + news)
    return redirect(safe_next(request, "/alignment/"))


# --- trend ---------------------------------------------------------------------------------------------------------


@require_safe
def trend_page(request: PageRequest) -> HttpResponseBase:
    """Open findings by day, and what they hold back now and at first."""
    plan = chosen_plan(request)
    if plan is None:
        return page(request, "web/alignment/trend.html", {"plan": None})
    days = trend(request.actor, plan.id, clock.today() - timedelta(days=_LONG))
    chart = _chart(days)
    if picture := charts.picture(request, chart):
        return picture
    places = Places(request.actor, plan.id)
    context = {
        **choice_of(request, plan),
        "chart": chart,
        "days": days,
        "blocks": _blocks(days, places),
        "looked_back": any(day.looked_back for day in days),
    }
    return page(request, "web/alignment/trend.html", context)


def _chart(days: list[CheckDay]) -> Chart:
    series = (
        ("Errors", "errors"),
        ("Warnings", "warnings"),
        ("Waived", "waived"),
        ("Programmes held back", "held_back"),
    )
    points = [Point(day.day, getattr(day, name), series=label) for label, name in series for day in days]
    past = [day.day for day in days if day.looked_back]
    note = "The last check of each day."
    if past:
        note += (
            f" Days up to {max(past):%d %B %Y} were computed afterwards: dates, reviews and waivers as of the day, the "
            "rest of the plan as it is now."
        )
    return line_over_time(
        id="alignment-trend",
        title="Open findings by day",
        description=_told(days),
        points=points,
        note=note,
        colours={"Errors": 4, "Warnings": 2, "Waived": 6, "Programmes held back": 0},
    )


def _told(days: list[CheckDay]) -> str:
    if not days:
        return "The plan was not checked yet."
    first, last = days[0], days[-1]
    if first is last:
        return f"On {last.day:%d %B %Y} there were {last.errors} errors and {last.warnings} warnings."
    way = "fell" if last.errors < first.errors else "rose" if last.errors > first.errors else "stayed"
    to = f"from {first.errors} to {last.errors}" if way != "stayed" else f"at {last.errors}"
    return f"Errors {way} {to} between {first.day:%d %B %Y} and {last.day:%d %B %Y}; warnings are {last.warnings} now."


def _blocks(days: list[CheckDay], places: Places) -> list[dict[str, Any]]:
    """Errors by what they hold back: on the first day shown, and now."""
    if not days:
        return []
    first, last = days[0].by_block, days[-1].by_block
    addresses = sorted(first.keys() | last.keys(), key=lambda at: (-last.get(at, 0), -first.get(at, 0), at))
    return [
        {
            "title": places.title(at) if at else "The plan as a whole",
            "address": at or "plan",
            "first": first.get(at, 0),
            "now": last.get(at, 0),
        }
        for at in addresses
    ]


# --- rules ---------------------------------------------------------------------------------------------------------


@require_safe
def rules(request: PageRequest) -> HttpResponse:
    """All rules with why, and how many findings each has now."""
    plan = chosen_plan(request)
    shown = shown_findings(request, plan) if plan else None
    counts: Counter[str] = Counter()
    waived: Counter[str] = Counter()
    if shown is not None:
        pairs = (
            [(row.rule, row.state) for row in shown.rows]
            if isinstance(shown.rows, list)
            else shown.rows.exclude(state="gone").order_by().values_list("rule", "state")
        )
        for key, state in pairs:
            (counts if state == "open" else waived)[key] += 1
    groups = [
        (
            column,
            [(RULES[key], SEVERITY[RULES[key].severity], counts[key], waived[key]) for key in sorted(column.rules)],
        )
        for column in COLUMNS
    ]
    choice = choice_of(request, plan, stored=shown is None or shown.stored)
    return page(request, "web/alignment/rules.html", {"groups": groups, "total": len(RULES), **choice})


@require_safe
def rule(request: PageRequest, rule: str) -> HttpResponse:
    """One rule: why, from where, what satisfies it, and its findings."""
    require(request.actor, "alignment.view_findings")
    if rule not in RULES:
        raise NotFoundError(f"There is no rule {rule}. Rules are called A01 to A{len(RULES)}.")
    plan = chosen_plan(request)
    findings = [row for row in shown_findings(request, plan).there if row.rule == rule] if plan else []
    found = RULES[rule]
    context = {
        "rule": found,
        "severity": SEVERITY[found.severity],
        "findings": [(f, SEVERITY[f.severity]) for f in findings],
        "column": next(column for column in COLUMNS if rule in column.rules),
        "milestone": TEMPLATE[found.milestone].title if found.milestone in TEMPLATE else "",
        "reads": ", ".join(section.replace("_", " ") for section in found.reads),
    }
    return page(request, "web/alignment/rule.html", context)


# --- other pages ---------------------------------------------------------------------------------------------------


@require_safe
def about(request: PageRequest, section: str, key: str) -> HttpResponse:
    """A fragment for the page of an object: findings about it or holding it up. ``?plan=`` names another plan."""
    require(request.actor, "alignment.view_findings")
    number = request.GET.get("plan", "")
    plan = plan_info(request.actor, int(number)) if number.isdigit() else current_plan(request.actor)
    findings = findings_now(request.actor, plan.id, section, key) if plan else []
    open_errors = sum(f.state == "open" and f.gravity == 0 for f in findings)
    context = {
        "address": f"{section}/{key}",
        "findings": [(f, SEVERITY[f.severity]) for f in findings],
        "errors": open_errors,
        "plan": plan,
        "present": plan is not None and plan.state == "current",
        "may_change": allowed(request.actor, "planning.edit_plan"),
    }
    return render(request, "web/alignment/about.html", context)
