"""The import wizard: upload, columns, preview, progress, result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from fourleaf.kernel import clock
from fourleaf.kernel.errors import DomainError, InvalidError
from fourleaf.kernel.models import Brand, Job
from fourleaf.kernel.permissions import allowed, require
from fourleaf.listening.contracts import MentionFilter, Period
from fourleaf.listening.models import ListeningQuery, MentionImport
from fourleaf.listening.selectors.imports import (
    brought_by,
    fault_rows,
    file_preview,
    get_import_for,
    imports_visible_to,
    progress_of,
    waiting_job,
    with_jobs,
)
from fourleaf.listening.selectors.trial import trial_fault_lines, trial_of
from fourleaf.listening.services.imports import cancel_import, map_columns, start_import, upload_file
from fourleaf.web.kit import numbers
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.forms import domain_errors
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page
from fourleaf.web.kit.tables import Column, Empty, State, Table
from fourleaf.web.listening.imports_forms import ColumnsForm, UploadForm
from fourleaf.web.listening.queries_charts import span_words
from fourleaf.web.listening.reports_filters import BRANDLESS, EVERY_BRAND, LONGEST, mentions_url

__all__ = ["cancel", "columns", "faults", "imports", "one", "start", "trial_faults", "upload"]

_CODE = "listening.import_mentions"
STATES = {
    "uploaded": State("information", "Uploaded", "inbox-arrow-down"),
    "mapped": State("information", "Ready to import", "check"),
    "running": State("information", "Running", "arrow-path"),
    "done": State("good", "Done"),
    "failed": State("blocking", "Failed"),
    "cancelled": State("attention", "Stopped"),
}
#: Handed over, but nothing is at it yet: no worker is free, or another import holds the store.
_WAITING = State("information", "Waiting", "clock")


_SHOWN = {**STATES, "waiting": _WAITING}


def _shown_state(row: MentionImport) -> str:
    """The state of an import; "waiting" while nobody is at it. Rows of the list carry what their job says."""
    waits = row.state == "running" and waiting_job(getattr(row, "job_state", None), getattr(row, "job_note", ""))
    return "waiting" if waits else row.state


class ImportFilters(forms.Form):
    """What the list can be narrowed to."""

    state = forms.ChoiceField(
        label="State", required=False, choices=[("", "Any"), *((code, state.label) for code, state in STATES.items())]
    )


def _narrow(rows: QuerySet[MentionImport], values: Mapping[str, Any]) -> QuerySet[MentionImport]:
    return rows.filter(state=values["state"]) if values.get("state") else rows


IMPORTS = Table(
    key="imports",
    name="Imports",
    one="file",
    many="files",
    columns=(
        Column(
            "file_name",
            "File",
            kind="link",
            href=lambda row: reverse("listening:import", args=[row.pk]),
            main=True,
            sort="file_name",
        ),
        Column("state", "State", kind="state", value=_shown_state, states=_SHOWN, sort="state"),
        Column("rows_stored", "Stored", kind="number", sort="rows_stored", help="Posts that this file brought."),
        Column(
            "rows_repeated",
            "Known already",
            kind="number",
            help="Rows whose post, by its platform and id, was stored before; stored once.",
        ),
        Column("rows_skipped", "Left out", kind="number", sort="rows_skipped", help="Rows that could not be used."),
        Column("created_at", "Uploaded", kind="time", sort="created_at"),
        Column("created_by", "By", sort="created_by", priority=3),
    ),
    sort="-created_at",
    filters=ImportFilters,
    filter=_narrow,
    search=lambda rows, text: rows.filter(file_name__icontains=text),
    search_label="Search file names",
    empty=Empty(
        "No file yet",
        "Posts come in as files that a network or a listening tool exported: CSV, JSON or Parquet, one row a post. "
        "Columns are recognised by their names, and nothing is stored before you have seen a preview.",
        icon="inbox-arrow-down",
        action="Import a file",
        url_name="listening:import-new",
        permission=_CODE,
    ),
)


def imports(request: PageRequest) -> HttpResponseBase:
    """All files, newest first."""
    require(request.actor, _CODE)
    rows = with_jobs(imports_visible_to(request.actor))
    return IMPORTS.bind(request, rows).respond("web/listening/imports/list.html")


def upload(request: PageRequest) -> HttpResponse:
    """Step 1: the file."""
    require(request.actor, _CODE)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["file"]
        with domain_errors(form):
            taken = upload_file(actor=request.actor, name=sent.name, pieces=sent.chunks())
            if taken.again:
                flash(request, f"This file was uploaded before, as {taken.import_.file_name}.", "information")
            return redirect("listening:import", taken.import_.pk)
    return page(request, "web/listening/imports/upload.html", {"form": form, "step": 1})


def one(request: PageRequest, import_id: int) -> HttpResponse:
    """Wherever this file is on its way: the step that comes next, its progress, or its result."""
    found = get_import_for(request.actor, import_id)
    if found.state == "uploaded":
        return redirect("listening:import-columns", found.pk)
    if found.state == "mapped":
        return _preview(request, found)
    pace = _pace(found)
    context = {
        "upload": found,
        "state": _WAITING if pace["waiting"] else STATES[found.state],
        "live": found.state == "running",
        **pace,
    }
    template = "web/listening/imports/progress.html"
    if found.state == "done":
        context["brought"] = _brought(request, found)
    if request.GET.get("part") == "live":
        return page(request, f"{template}#live", context)
    context["some_faults"] = list(found.faults.order_by("line", "pk")[:20])
    return page(request, template, context)


@dataclass(frozen=True)
class _Brought:
    """What an import brought, and where one reads it: its own days, and a query that found posts of it."""

    days: str
    mentions_url: str
    report_url: str
    report: str
    found: list[tuple[str, int, str]]
    more: int


def _brought(request: PageRequest, found: MentionImport) -> _Brought | None:
    """None where the file brought no post that was not stored before."""
    brought = brought_by(request.actor, found.pk)
    if brought is None:
        return None
    period = Period(brought.first, brought.last, settings.TIME_ZONE)
    hits = [
        (query.name, count, mentions_url(period, MentionFilter(queries=(query.pk,)))) for query, count in brought.found
    ]
    url, words = _report(request, period, [query for query, _ in brought.found])
    days = span_words(brought.first, brought.last)
    return _Brought(days, mentions_url(period, MentionFilter()), url, words, hits[:8], len(hits[8:]))


def _report(request: PageRequest, period: Period, queries: list[ListeningQuery]) -> tuple[str, str]:
    """The report to read these days in, for the query that found most: share of voice where it is an own brand's."""
    query = next((query for query in queries if query.role == "own"), queries[0] if queries else None)
    if query is None or not allowed(request.actor, "listening.view_reports"):
        return "", ""
    days = {"period": "own", "first": period.first.isoformat(), "last": period.last.isoformat()}
    if period.days > LONGEST:
        days = {"period": "all"}
    brand = str(query.brand_id) if query.brand_id is not None else EVERY_BRAND
    if query.role == "own" and query.brand_id is None and Brand.objects.filter(archived_at__isnull=True).exists():
        brand = BRANDLESS
    if query.role == "own":
        return f"{reverse('listening:voice')}?{urlencode({**days, 'brand': brand})}", f"Share of voice, {query.name}"
    asked = {**days, "brand": brand, "query": str(query.pk)}
    return f"{reverse('listening:sentiment')}?{urlencode(asked)}", f"Sentiment, {query.name}"


def _pace(found: MentionImport) -> dict[str, Any]:
    """Count, rate and time left, as far as they can be said honestly."""
    progress = progress_of(found)
    job = Job.objects.filter(pk=found.job_id).first() if found.job_id is not None else None
    rate, left = "", ""
    if job is not None and job.started_at is not None and found.state == "running" and progress.done:
        seconds = max(0.5, (clock.now() - job.started_at).total_seconds())
        rows = found.rows_read / seconds
        rate = f"{numbers.number(round(rows))} rows a second" if rows >= 1 else ""
        if progress.total:
            still = (progress.total - progress.done) * seconds / progress.done
            left = f"about {round(still / 60)} min left" if still > 90 else f"about {max(1, round(still))} s left"
    part = 100 * progress.done // progress.total if progress.total else None
    fault = job.last_error if job is not None and found.state == "running" and job.state == "due" else ""
    waiting = found.state == "running" and progress.waiting
    return {
        "progress": progress, "rate": rate, "left": left, "part": part, "fault": fault, "waiting": waiting,
    }  # fmt: skip


def columns(request: PageRequest, import_id: int) -> HttpResponse:
    """Step 2: which column holds what."""
    found = get_import_for(request.actor, import_id)
    if found.state not in ("uploaded", "mapped") and (found.resume_after or found.state == "done"):
        return redirect("listening:import", found.pk)
    try:
        preview = file_preview(request.actor, found.pk)
    except InvalidError as error:
        return page(request, "web/listening/imports/broken.html", {"upload": found, "error": error.message}, status=422)
    initial: dict[str, Any] = {
        "zone": found.zone if found.state != "uploaded" else settings.TIME_ZONE,
        "day_first": {True: "yes", False: "no", None: ""}[found.day_first],
        "platform": found.platform,
    }
    form = ColumnsForm(request.POST or None, preview=preview, initial=initial)
    if found.mapping and not form.is_bound:
        for name, column in form.columns:
            form.initial[name] = found.mapping.get(column, "")
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            map_columns(
                actor=request.actor,
                import_id=found.pk,
                mapping=form.mapping,
                zone=form.cleaned_data["zone"],
                day_first=form.day_first_value,
                platform=form.cleaned_data["platform"],
            )
            return redirect("listening:import", found.pk)
    context = {"upload": found, "form": form, "preview": preview, "step": 2}
    return page(request, "web/listening/imports/columns.html", context)


def _preview(request: PageRequest, found: MentionImport) -> HttpResponse:
    """Step 3: the first posts as they will be stored, and what could not be read."""
    try:
        trial = trial_of(request.actor, found.pk)
    except DomainError as error:
        return page(request, "web/listening/imports/broken.html", {"upload": found, "error": error.message}, status=422)
    nowhere = not found.platform and bool(trial.posts) and all(post["platform"] == "file" for post in trial.posts)
    context = {"upload": found, "trial": trial, "some_faults": trial.faults[:20], "nowhere": nowhere, "step": 3}
    return page(request, "web/listening/imports/preview.html", context)


@require_POST
def start(request: PageRequest, import_id: int) -> HttpResponse:
    """Step 4: import in the background; also continues one that stopped."""
    start_import(actor=request.actor, import_id=import_id)
    return redirect("listening:import", import_id)


@require_POST
def cancel(request: PageRequest, import_id: int) -> HttpResponse:
    """Stop; what is stored stays."""
    found = cancel_import(actor=request.actor, import_id=import_id)
    said = "was stopped" if found.state == "cancelled" else "stops after the present batch"
    flash(request, f"The import of {found.file_name} {said}. What was stored stays, and it can be continued.")
    return redirect("listening:import", import_id)


def _download(lines: Iterator[str], name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def faults(request: PageRequest, import_id: int) -> HttpResponseBase:
    """The rows that an import left out, as a file."""
    get_import_for(request.actor, import_id)
    return _download(fault_rows(request.actor, import_id), f"left-out-of-import-{import_id}.csv")


def trial_faults(request: PageRequest, import_id: int) -> HttpResponseBase:
    """The rows that the preview could not use, as a file."""
    return _download(
        trial_fault_lines(trial_of(request.actor, import_id, compare=False)), f"faults-of-import-{import_id}.csv"
    )
