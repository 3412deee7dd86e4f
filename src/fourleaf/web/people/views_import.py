"""The import of lists: upload, preview, decision, progress, result."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from fourleaf.engine.files.export import safe_cell
from fourleaf.kernel.errors import ConflictError, DomainError
from fourleaf.kernel.models import Job
from fourleaf.kernel.permissions import allowed, require
from fourleaf.kernel.selectors import get_people_import_for, visible_people_imports
from fourleaf.kernel.services.people_import import MAX_BYTES, stored
from fourleaf.kernel.services.people_import.columns import COLUMNS
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.forms import domain_errors
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page
from fourleaf.web.people.forms import UploadForm

__all__ = ["decide", "discard", "findings", "missing", "sample", "upload", "uploads"]

_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
#: Lines named for one finding; the file to download has them all.
_LINES_SHOWN = 6
_KINDS = {"departments": "departments", "regions": "regions", "brands": "brands"}


@require_http_methods(["GET", "HEAD", "POST"])
def uploads(request: PageRequest) -> HttpResponse:
    """Upload a list; below, earlier imports."""
    require(request.actor, "kernel.edit_people")
    form = UploadForm(request.POST if request.method == "POST" else None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        if file.size > MAX_BYTES:
            form.add_error("file", f"The file is larger than {MAX_BYTES // 2**20} MB. Split it.")
        else:
            with domain_errors(form):
                kept = stored.upload_people_file(actor=request.actor, content=file.read(), file_name=file.name)
                return redirect("people:import", kept.pk)
    recent = visible_people_imports(request.actor)[:20]
    return page(request, "web/people/imports.html", {"form": form, "recent": recent, "columns": COLUMNS})


@require_safe
def upload(request: PageRequest, import_id: int) -> HttpResponse:
    """One list: its preview, its progress or its result, whichever it is at."""
    kept = get_people_import_for(request.actor, import_id)
    context: dict[str, object] = {"upload": kept, "preview": kept.preview}
    if kept.state == "queued":
        job = Job.objects.filter(pk=kept.job_id or 0).first()
        context["job"] = job
        if request.headers.get("HX-Request") == "true" and request.headers.get("HX-Target") == "import-progress":
            return page(request, "web/people/import.html#progress", context)
        return page(request, "web/people/import.html", context)
    if request.headers.get("HX-Target") == "import-progress":
        response = HttpResponse(status=204)
        response["HX-Refresh"] = "true"
        return response
    if kept.audit_sequence and request.actor.may("kernel.view_audit"):
        context["audit_url"] = reverse("administration:event", args=[kept.audit_sequence])
    if kept.state in ("uploaded", "failed"):
        missing = kept.preview.get("missing", {})
        context["missing"] = [(kind, missing[kind], kind in kept.add_missing) for kind in _KINDS if kind in missing]
        context["may_add_units"] = allowed(request.actor, "kernel.edit_organisation")
        good = kept.preview.get("new", 0) + kept.preview.get("changed", 0)
        context["good"] = good
        context["errors"] = _grouped(kept.preview.get("errors", []))
        context["remarks"] = _grouped(kept.preview.get("warnings", []))
        given = kept.preview.get("delimiter", "")
        context["delimiter"] = _DELIMITERS.get(given, f"“{given}”")
    return page(request, "web/people/import.html", context)


def _grouped(findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same finding on many lines as one row with its lines, in the order of the first ones."""
    groups: dict[tuple[object, ...], dict[str, Any]] = {}
    for found in findings:
        key = tuple(found.get(name) for name in ("column", "value", "message", "mend"))
        group = groups.setdefault(key, {**found, "lines": [], "count": 0})
        group["count"] += 1
        if found.get("line") is not None and len(group["lines"]) < _LINES_SHOWN:
            group["lines"].append(found["line"])
    for group in groups.values():
        group["more"] = group["count"] - len(group["lines"]) if group["lines"] else 0
    return list(groups.values())


@require_POST
def missing(request: PageRequest, import_id: int) -> HttpResponse:
    """Choose which missing units are added, and make the preview anew."""
    try:
        stored.choose_missing(actor=request.actor, import_id=import_id, add_missing=request.POST.getlist("add"))
    except ConflictError as error:
        flash(request, error.message, "attention")
    return redirect("people:import", import_id)


@require_POST
def decide(request: PageRequest, import_id: int) -> HttpResponse:
    """Put the list in place as it was shown."""
    try:
        kept = stored.decide(
            actor=request.actor,
            import_id=import_id,
            fingerprint=request.POST.get("fingerprint", ""),
            skip_errors=request.POST.get("skip_errors") == "1",
        )
    except DomainError as error:
        flash(request, error.message, "attention")
    else:
        if kept.state == "done":
            flash(request, "The list is in place.")
    return redirect("people:import", import_id)


@require_POST
def discard(request: PageRequest, import_id: int) -> HttpResponse:
    """Throw the upload away."""
    kept = stored.discard(actor=request.actor, import_id=import_id)
    flash(request, f"{kept.file_name} was thrown away. Nobody on the list has changed.", "information")
    return redirect("people:imports")


@require_GET
def findings(request: PageRequest, import_id: int) -> HttpResponse:
    """Everything that was found in the file, as CSV, for those who mend it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["line", "severity", "column", "value", "message", "how to mend it"])
    for found in stored.findings_of(actor=request.actor, import_id=import_id):
        cells = (found.line or "", found.severity, found.column, found.value, found.message, found.mend)
        writer.writerow([safe_cell(cell) for cell in cells])
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="findings.csv"'
    return response


@require_GET
def sample(request: PageRequest) -> HttpResponse:
    """A file with the headings and two invented people, to fill in."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerow(
        ["1001", "Ann Example", "ann@example.org", "MKT", "NO", "", "Head of Marketing", "", "2019-03-01", ""]
    )
    writer.writerow(["1002", "Bob Example", "bob@example.org", "MKT", "NO", "1001", "Writer", "", "2024-09-01", ""])
    response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="people.csv"'
    return response
