"""Whole plans in and out: a file is looked at, with its problems in place, before anything changes."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_safe

from fourleaf.alignment.public import live_export
from fourleaf.engine.alignment.loading import LoadedPlan, Problem, json_schema, load_plan
from fourleaf.kernel.errors import InvalidError
from fourleaf.kernel.permissions import require
from fourleaf.planning.errors import LockedError, PlanContentError
from fourleaf.planning.models import Plan
from fourleaf.planning.selectors import get_plan_for
from fourleaf.planning.services.transfer import ImportPreview, export_plan, import_plan, preview_import
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page
from fourleaf.web.planning.objects_acts import editable
from fourleaf.web.planning.objects_words import shown
from fourleaf.web.planning.plans_forms import UploadForm

__all__ = ["export", "schema", "upload"]

#: The text of a file comes back with the page that was looked at, up to so many characters; a larger file is chosen
#: once more, and its digest shows that it is the same.
_CARRIED = 1_000_000
_SHOWN = 200
_AROUND = 1


@dataclass(frozen=True)
class Place:
    """A problem with the lines around it: (number, text, whether it is the one)."""

    problem: Problem
    lines: list[tuple[int, str, bool]]


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: PageRequest, plan_id: int | None = None) -> HttpResponse:
    """Read a plan file; show what it would add, change and remove, or all its problems; then bring it in."""
    plan = editable(request, plan_id) if plan_id is not None else None
    if plan is None:
        require(request.actor, "planning.edit_plan")
    posted = request.method == "POST"
    form = UploadForm(request.POST if posted else None, request.FILES if posted else None, into=plan is not None)
    context: dict[str, Any] = {"plan": plan, "form": form}
    if posted and form.is_valid():
        text = _text(request, form)
        if text:
            loaded = load_plan(text)
            act = request.POST.get("act", "")
            if act == "problems":
                return _problems_file(loaded)
            digest = sha256(text.encode()).hexdigest()
            same = not form.cleaned_data.get("file") or request.POST.get("digest") == digest
            answer = _looked_at(request, form, plan, loaded, context, store=act == "store" and same)
            if answer is not None:
                return answer
            if len(text) <= _CARRIED:
                context["text"] = text
            else:
                context |= {"digest": digest, "other": not same and act == "store"}
            context["places"] = _places(loaded, text)
            context["problem_count"] = len(loaded.problems)
    return page(request, "web/planning/transfer/import.html", context)


def _text(request: PageRequest, form: UploadForm) -> str:
    """The file's text; that of the preview when it was looked at before. "" with a sentence on the form."""
    file = form.cleaned_data.get("file")
    if file is None:
        text = request.POST.get("text", "")
        if not text.strip():
            form.add_error("file", "Choose a plan file.")
        return text if text.strip() else ""
    if file.size > settings.PLAN_UPLOAD_LIMIT_MB * 1_000_000:
        form.add_error(
            "file",
            f"The file has {file.size / 1_000_000:,.1f} MB; up to {settings.PLAN_UPLOAD_LIMIT_MB} MB can be brought in "
            "here. On the server, “fourleaf plan import FILE” takes up to 64 MB.",
        )
        return ""
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        form.add_error("file", f"The file is not UTF-8 (byte {error.start + 1:,}). Save it as UTF-8.")
        return ""
    if not text.strip():
        form.add_error("file", "The file is empty.")
        return ""
    return str(text)


def _looked_at(
    request: PageRequest,
    form: UploadForm,
    plan: Plan | None,
    loaded: LoadedPlan,
    context: dict[str, Any],
    *,
    store: bool,
) -> HttpResponse | None:
    if loaded.plan is None:
        return None
    target = plan.pk if plan is not None else None
    mode: Any = form.cleaned_data.get("mode") or "merge"
    try:
        preview = preview_import(actor=request.actor, loaded=loaded, plan_id=target, mode=mode)
        context |= {
            "preview": preview,
            "groups": _grouped(preview),
            "mode": mode,
            "name": form.cleaned_data.get("name", ""),
        }
        if store and not preview.refused:
            made, done = import_plan(
                actor=request.actor, loaded=loaded, plan_id=target, mode=mode, name=form.cleaned_data.get("name", "")
            )
            said = " ".join(done.warnings[:3])
            flash(request, f"{made.name}: {done.sentence} {said}".strip(), "attention" if said else "good")
            return redirect("planning:plan_of", made.pk)
    except PlanContentError as error:
        for _, sentence in error.problems:
            form.add_error(None, sentence)
    except LockedError as error:
        form.add_error(None, error.message)
    except InvalidError as error:
        for field, sentences in error.fields.items():
            for sentence in sentences:
                form.add_error(field if field in form.fields else None, sentence)
    return None


def _grouped(preview: ImportPreview) -> list[dict[str, Any]]:
    """What would be added, changed and removed, by section."""
    found: dict[str, dict[str, Any]] = {}
    for kind in ("added", "changed", "removed"):
        for address in getattr(preview, kind):
            section, _, key = address.partition("/")
            entry = found.setdefault(
                section, {"title": shown(section).title, "added": [], "changed": [], "removed": []}
            )
            entry[kind].append(key or "all of it")
    return list(found.values())


def _places(loaded: LoadedPlan, text: str) -> list[Place]:
    lines = text.splitlines()
    places = []
    for problem in loaded.problems[:_SHOWN]:
        first = max(1, problem.line - _AROUND)
        last = min(len(lines), problem.line + _AROUND) if problem.line else 0
        around = [(n, lines[n - 1][:160], n == problem.line) for n in range(first, last + 1)]
        places.append(Place(problem, around))
    return places


def _problems_file(loaded: LoadedPlan) -> HttpResponse:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["line", "column", "where", "what is wrong", "how to mend it"])
    for problem in loaded.problems:
        cells = [problem.line, problem.column, problem.path, problem.message, problem.hint]
        # What begins like a formula is no formula for a spreadsheet.
        writer.writerow([f"'{c}" if isinstance(c, str) and c[:1] in "=+-@\t\r" and c else c for c in cells])
    response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="plan-problems.csv"'
    return response


@require_safe
def export(request: PageRequest, plan_id: int) -> HttpResponse:
    """The plan as a file, which imported gives the same plan; with ``?live=1`` as the check reads it."""
    plan, live = get_plan_for(request.actor, plan_id), request.GET.get("live") == "1"
    text = live_export(request.actor, plan_id) if live else export_plan(actor=request.actor, plan_id=plan_id)
    response = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    name = f"{slugify(plan.name) or 'plan'}{'-as-checked' if live else ''}"
    response["Content-Disposition"] = f'attachment; filename="{name}.yaml"'
    return response


@require_safe
def schema(request: PageRequest) -> HttpResponse:
    """The JSON Schema of plan files, for editors."""
    require(request.actor, "planning.view_plan")
    return HttpResponse(json.dumps(json_schema(), indent=2), content_type="application/schema+json")
