"""Results of a wave: the clover, departments and regions, statements, those who lead, and how far it can be trusted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from fourleaf.assessment.models import Wave, WaveResult
from fourleaf.assessment.reach import part_label, part_labels
from fourleaf.assessment.selectors.results import get_result_for, latest_result, results_visible_to, shared_result
from fourleaf.assessment.services.results import note_export
from fourleaf.engine.survey.distribution import parts_shown
from fourleaf.engine.survey.instrument import LEAVES
from fourleaf.kernel.permissions import allowed, require
from fourleaf.web.assessment import shown
from fourleaf.web.kit.export import csv_response
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page

__all__ = ["answers", "export", "home", "leaf", "overview", "statements", "units"]

_TABLES: Final = ("leaves", "units", "statements")


@require_safe
def home(request: PageRequest) -> HttpResponse:
    """``/assess/``: the newest clover of the organisation, else that of a part, or what this place is for."""
    if not allowed(request.actor, "assessment.view_results"):
        if (open_to_all := shared_result(request.actor)) is not None:
            return redirect("assessment:overview", open_to_all.wave_id)
        require(request.actor, "assessment.view_results")
    published = results_visible_to(request.actor).filter(wave__state="published")
    result = latest_result(request.actor) or published.first()
    if result is not None:
        return redirect("assessment:overview", result.wave_id)
    return page(request, "web/assessment/results/none.html", {"may_run": request.actor.may("assessment.run_waves")})


def _tabs(wave_id: int, path: str) -> list[tuple[str, str, bool]]:
    names = (("Clover", "overview"), ("Departments and regions", "units"), ("Statements", "statements_shown"),
             ("Who answered", "answers"))  # fmt: skip
    urls = [(label, reverse(f"assessment:{name}", args=[wave_id])) for label, name in names]
    return [(label, url, url == path) for label, url in urls]


def _found(request: PageRequest, wave_id: int) -> tuple[Wave, WaveResult | None, dict[str, Any]]:
    require(request.actor, "assessment.view_results")
    wave, result = get_result_for(request.actor, wave_id)
    history = list(results_visible_to(request.actor)[:12])
    context: dict[str, Any] = {
        "wave": wave,
        "result": result,
        "report": result.report if result else None,
        "waves": [one.wave for one in history],
        "history": history,
        "part": part_label(wave),
        "parts": part_labels(one.wave for one in history),
        "may_run": request.actor.may("assessment.run_waves"),
        "tabs": _tabs(wave.pk, request.path),
    }
    return wave, result, context


def _missing(request: PageRequest, context: dict[str, Any]) -> HttpResponse:
    """No report (yet), or one that must not be shown."""
    return page(request, "web/assessment/results/not_yet.html", context)


@require_safe
def overview(request: PageRequest, wave_id: int) -> HttpResponse:
    """The clover with its figures, what limits it, what changed; for most who work here the clover alone."""
    if not allowed(request.actor, "assessment.view_results"):
        return _shared(request, wave_id)
    wave, result, context = _found(request, wave_id)
    if result is None or not result.report["response"]["published"]:
        return _missing(request, context)
    report = result.report
    context |= {
        "clover": shown.clover_of(wave, report),
        "rows": shown.leaf_rows(wave, report),
        "gaps": shown.gap_rows(report),
        "gaps_before": shown.gaps_before(wave, report, context["history"]),
        "trend": shown.trend(wave, context["history"]),
        "changed": any(one["delta"] is not None for one in report.get("changes", {}).get("", {}).values()),
        "willingness": shown.distribution(report["willingness"]),
        "limit": shown.limit_words(report),
        "not_compared": _not_compared(report),
    }
    return page(request, "web/assessment/results/overview.html", context)


def _shared(request: PageRequest, wave_id: int) -> HttpResponse:
    """A clover that was published for everybody, and who took part: nothing to drill into."""
    result = shared_result(request.actor, wave_id)
    if result is None:
        require(request.actor, "assessment.view_results")
        raise Http404
    wave, report = result.wave, result.report
    departments, regions = shown.names()
    context = {
        "wave": wave,
        "report": report,
        "part": part_label(wave),
        "clover": shown.clover_of(wave, report, links=False),
        "rows": shown.leaf_rows(wave, report),
        "limit": shown.limit_words(report),
        "composition": [
            (title, [(names.get(row["value"], row["value"]), row) for row in rows])
            for kind, title, names in (("department", "Departments", departments), ("region", "Regions", regions))
            if (rows := [row for row in report["composition"] if row["dimension"] == kind])
        ],
    }
    return page(request, "web/assessment/results/shared.html", context)


def _not_compared(report: Mapping[str, Any]) -> str:
    """Why nothing is compared with the wave before; "" where something is, or there is none."""
    changes = list(report.get("changes", {}).get("", {}).values())
    if not changes or any(one["delta"] is not None for one in changes):
        return ""
    return str(changes[0]["reason"])


def _spread(row: Mapping[str, Any], k: int) -> list[int]:
    """Parts below, between and above the middle in per cent; empty where one of them is fewer than k people."""
    parts = row["spread"]
    if parts is None or not parts_shown(parts, row["estimate"]["n"], k):
        return []
    return [round(100 * part) for part in parts]


@require_safe
def leaf(request: PageRequest, wave_id: int, leaf: str) -> HttpResponse:
    """One leaf: its veins, statements, agreement, reliability."""
    wave, result, context = _found(request, wave_id)
    if leaf not in LEAVES:
        raise Http404
    row = next((one for one in result.report["leaves"] if one["leaf"] == leaf), None) if result else None
    if result is None or row is None:
        return _missing(request, context)
    report = result.report
    context |= {
        "leaf": row,
        "words": shown.LEAF_WORDS[leaf],
        "items": shown.distribution([item for item in report["items"] if item["leaf"] == leaf]),
        "spread": _spread(row, report["k"]),
        "row": next(one for one in shown.leaf_rows(wave, report) if one.leaf == leaf),
        "gap": next((one for one in shown.gap_rows(report) if one.label == shown.LEAF_WORDS[leaf][0]), None),
    }
    return page(request, "web/assessment/results/leaf.html", context)


@require_safe
def units(request: PageRequest, wave_id: int) -> HttpResponse:
    """The heat map of departments and regions, leaf by leaf."""
    _, result, context = _found(request, wave_id)
    if result is None or not result.report["response"]["published"]:
        return _missing(request, context)
    chosen = request.GET.get("leaf", "")
    chosen = chosen if chosen in LEAVES else LEAVES[0]
    regions, rows, totals = shown.heat_map(result.report, chosen)
    changes = result.report.get("changes", {})
    departments, _ = shown.names()
    context |= {
        "chosen": chosen,
        "leaves": [(one, shown.LEAF_WORDS[one][0], one == chosen) for one in LEAVES],
        "words": shown.LEAF_WORDS[chosen],
        "regions": regions,
        "rows": rows,
        "totals": totals,
        "hidden": sum(cell.kind == "hidden" for row in rows for cell in row.cells),
        "changes": [
            (departments.get(code, code), leaves[chosen])
            for code, leaves in sorted(changes.items())
            if code and chosen in leaves
        ],
    }
    return page(request, "web/assessment/results/units.html", context)


@require_safe
def statements(request: PageRequest, wave_id: int) -> HttpResponse:
    """Every statement with its distribution, by leaf, and the remarks."""
    _, result, context = _found(request, wave_id)
    if result is None or not result.report["response"]["published"]:
        return _missing(request, context)
    report = result.report
    departments, _ = shown.names()
    context |= {
        "groups": [
            (shown.LEAF_WORDS[one][0], shown.distribution([item for item in report["items"] if item["leaf"] == one]))
            for one in LEAVES
        ],
        "willingness": shown.distribution(report["willingness"]),
        "remarks": [
            (departments.get(code, code) if code else "From anywhere", texts)
            for code, texts in sorted(report.get("verbatims", {}).items(), key=lambda pair: (not pair[0], pair[0]))
        ],
    }
    return page(request, "web/assessment/results/statements.html", context)


@require_safe
def answers(request: PageRequest, wave_id: int) -> HttpResponse:
    """Who answered, whom the result may not represent, how reliable the leaves are."""
    _, result, context = _found(request, wave_id)
    if result is None or not result.report["response"]["published"]:
        return _missing(request, context)
    report = result.report
    departments, regions = shown.names()
    labels = {"department": departments, "region": regions}
    context |= {
        "composition": [
            (
                title,
                kind,
                any(row.get("asked", row["invited"]) != row["invited"] for row in rows),
                [(labels.get(kind, {}).get(row["value"], row["value"]), row) for row in rows],
            )
            for kind, title in (("department", "Departments"), ("region", "Regions"), ("level", "Level"))
            if (rows := [row for row in report["composition"] if row["dimension"] == kind])
        ],
        "late": shown.gap_rows(report, "early_late"),
        "reliability": [(shown.LEAF_WORDS[row["leaf"]][0], row["reliability"], row["icc"]) for row in report["leaves"]],
        "parameters": result.parameters,
    }
    return page(request, "web/assessment/results/answers.html", context)


@require_safe
def export(request: PageRequest, wave_id: int, table: str) -> HttpResponseBase:
    """A published table as CSV; noted in the audit trail."""
    wave, result, _ = _found(request, wave_id)
    if table not in _TABLES or result is None:
        raise Http404
    note_export(actor=request.actor, wave_id=wave_id, what=table)
    head, rows = shown.report_rows(result, table)
    return csv_response(f"{wave.name} {table}", head, rows, timezone.get_current_timezone())
