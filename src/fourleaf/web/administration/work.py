"""Background work: the list, one job with its progress, retry and stop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from fourleaf.kernel import clock
from fourleaf.kernel.errors import ConflictError, TransitionError
from fourleaf.kernel.jobs import KINDS
from fourleaf.kernel.models import Job
from fourleaf.kernel.permissions import allowed
from fourleaf.kernel.selectors.work import get_job_for, job_counts, list_jobs
from fourleaf.kernel.services.work import cancel_job, retry_job
from fourleaf.web.administration.concerns import JobRows, attach
from fourleaf.web.kit import numbers
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.requests import PageRequest, safe_next
from fourleaf.web.kit.respond import page
from fourleaf.web.kit.tables import Bulk, Column, Empty, State, Table

__all__ = ["cancel", "job", "jobs", "retry", "retry_selected"]

STATES = {
    "due": State("information", "Due", "clock"),
    "running": State("information", "Running", "arrow-path"),
    "done": State("good", "Done"),
    "failed": State("blocking", "Failed"),
    "cancelled": State("neutral", "Stopped"),
}


_ERROR_SHOWN = 160


class WorkFilters(forms.Form):
    """What the list can be narrowed to."""

    state = forms.ChoiceField(
        label="State", required=False, choices=[("", "Any"), *((code, state.label) for code, state in STATES.items())]
    )
    kind = forms.ChoiceField(label="Kind", required=False)
    routine = forms.ChoiceField(
        label="Routine",
        required=False,
        choices=[("", "Hidden once it is done"), ("shown", "Shown")],
        help_text="Work that recurs by itself.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = sorted(((kind.name, kind.label) for kind in KINDS.values()), key=lambda item: item[1])
        self.fields["kind"].choices = [("", "Any"), *known]  # type: ignore[attr-defined]  # a ChoiceField


def _label(row: Job) -> str:
    return KINDS[row.kind].label if row.kind in KINDS else row.kind


def _narrow(rows: JobRows, values: Mapping[str, Any]) -> JobRows:
    asked = {name: values[name] for name in ("state", "kind") if values.get(name)}
    return replace(rows, queryset=rows.queryset.filter(**asked))


def _search(rows: JobRows, text: str) -> JobRows:
    named = [kind.name for kind in KINDS.values() if text.casefold() in kind.label.casefold()]
    found = Q(created_by__icontains=text) | Q(last_error__icontains=text) | Q(kind__in=named)
    return replace(rows, queryset=rows.queryset.filter(found))


def _about(row: Job) -> SafeString:
    """What the job is about, and below it what went wrong."""
    concern = getattr(row, "concern", None)
    parts = []
    if concern is not None:
        parts.append(format_html('<a href="{}">{}</a>', concern.url, concern.label))
    if row.last_error and row.state in ("failed", "due", "running"):
        parts.append(format_html('<div class="small muted">{}</div>', _shortened(row.last_error)))
    return format_html_join("", "{}", ((part,) for part in parts))


def _shortened(text: str) -> str:
    return text if len(text) <= _ERROR_SHOWN else f"{text[: _ERROR_SHOWN - 1]}…"


def _about_plain(row: Job) -> str:
    concern = getattr(row, "concern", None)
    return concern.label if concern is not None else ""


def _progress(row: Job) -> str:
    if row.progress_total:
        return f"{min(100, round(100 * row.progress_done / row.progress_total))} %"
    return numbers.number(row.progress_done) if row.progress_done else ""


WORK = Table(
    key="jobs",
    name="Background work",
    one="job",
    many="jobs",
    columns=(
        Column(
            "kind",
            "What",
            kind="link",
            value=_label,
            href=lambda row: reverse("administration:job", args=[row.pk]),
            side=True,
            main=True,
            sort="kind",
        ),
        Column(
            "concern", "Concerns", show=_about, export=_about_plain, help="The query, file or list, if there is one."
        ),
        Column("state", "State", kind="state", states=STATES, sort="state"),
        Column("progress", "Progress", value=_progress),
        Column(
            "next_attempt_at",
            "Due",
            kind="time",
            value=lambda row: row.next_attempt_at if row.state == "due" else None,
            sort="next_attempt_at",
            help="When a waiting job will be tried; recurring work waits for its time.",
        ),
        Column("created_at", "Queued", kind="time", sort="created_at"),
        Column("created_by", "By", sort="created_by", priority=3, shown=False),
        Column("finished_at", "Ended", kind="time", sort="finished_at", priority=3),
        Column("attempts", "Attempts", kind="number", sort="attempts", priority=3, shown=False),
        Column("last_error", "What went wrong", value=lambda row: _shortened(row.last_error), priority=3, shown=False),
    ),
    sort="-created_at",
    filters=WorkFilters,
    filter=_narrow,
    search=_search,
    empty=Empty("No work yet", "Imports, counts and clean-ups that run by themselves appear here.", icon="queue-list"),
    bulk=(Bulk("Try again", "administration:retry-selected", "arrow-path", permission="kernel.manage_jobs"),),
)


def jobs(request: PageRequest) -> HttpResponseBase:
    """All visible jobs, newest first; routine work that is done only when it is asked for."""
    counts = job_counts(request.actor)
    found = list_jobs(request.actor)
    if not any(request.GET.get(name) for name in ("routine", "kind", "state", "q")):
        found = found.exclude(state="done", key__startswith="every:")
    table = WORK.bind(request, JobRows(found, actor=request.actor))
    return table.respond(
        "web/administration/work.html", {"counts": [(STATES[code], counts.get(code, 0), code) for code in STATES]}
    )


def job(request: PageRequest, job_id: int) -> HttpResponse:
    """One job; the progress part keeps itself up to date."""
    found = get_job_for(request.actor, job_id)
    manages = allowed(request.actor, "kernel.manage_jobs")
    own = found.created_by_person_id is not None and found.created_by_person_id == request.actor.person_id
    rate, left = _pace(found)
    attach(request.actor, [found])
    context = {
        "job": found,
        "label": _label(found),
        "state": STATES[found.state],
        "live": found.state in ("due", "running"),
        "rate": rate,
        "left": left,
        "result": sorted((found.result or {}).items()),
        "may_retry": manages and found.state in ("failed", "cancelled"),
        "may_cancel": (manages or own) and found.state in ("due", "running") and not found.cancel_requested,
    }
    template = "web/administration/job.html"
    return page(request, f"{template}#live" if request.GET.get("part") == "live" else template, context)


def _pace(found: Job) -> tuple[str, str]:
    """How fast and how long still, in words; empty while that cannot be said."""
    if found.state != "running" or found.started_at is None or not found.progress_done:
        return "", ""
    seconds = (clock.now() - found.started_at).total_seconds()
    if seconds < 2:
        return "", ""
    speed = found.progress_done / seconds
    rate = f"{numbers.number(round(speed))} a second"
    if not found.progress_total:
        return rate, ""
    still = (found.progress_total - found.progress_done) / speed
    return rate, f"about {round(still / 60)} min left" if still > 90 else f"about {max(1, round(still))} s left"


@require_POST
def retry(request: PageRequest, job_id: int) -> HttpResponse:
    """Try a failed or stopped job again."""
    found = retry_job(actor=request.actor, job_id=job_id)
    flash(request, f"“{_label(found)}” will be tried again.")
    return redirect(safe_next(request, reverse("administration:job", args=[job_id])))


@require_POST
def cancel(request: PageRequest, job_id: int) -> HttpResponse:
    """Stop a job."""
    found = cancel_job(actor=request.actor, job_id=job_id)
    said = "was stopped" if found.state == "cancelled" else "stops at its next step"
    flash(request, f"“{_label(found)}” {said}.")
    return redirect(safe_next(request, reverse("administration:job", args=[job_id])))


@require_POST
def retry_selected(request: PageRequest) -> HttpResponse:
    """Try the selected jobs again; those that cannot be are counted."""
    done, left = 0, 0
    for found in WORK.selection(request, list_jobs(request.actor)).rows([], 0, 500):
        try:
            retry_job(actor=request.actor, job_id=found.pk)
            done += 1
        except (ConflictError, TransitionError):
            left += 1
    text = f"{numbers.count(done, 'job', 'jobs')} will be tried again."
    if left:
        text += f" {numbers.count(left, 'job', 'jobs')} had not failed or run already, and were left alone."
    flash(request, text, "good" if done else "attention")
    return redirect(safe_next(request, reverse("administration:work")))
