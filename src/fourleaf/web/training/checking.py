"""The trainer's queue: what waits, one piece of work with its rubric, notes of what was seen, re-tests."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from fourleaf.engine.training.ladder import LADDER
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.selectors.people import find_named
from fourleaf.training.models import PracticalWork
from fourleaf.training.selectors.path import path_of
from fourleaf.training.selectors.trainers import require_trainer
from fourleaf.training.selectors.work import dues_to_sign_off, get_work_for, waiting_work
from fourleaf.training.services.completion import sign_off_due
from fourleaf.training.services.exports import note_export
from fourleaf.training.services.work import RUBRICS, decide_work, record_work
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.forms import domain_errors
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page
from fourleaf.web.kit.tables import Column, Empty, Table
from fourleaf.web.training.forms import DecisionForm, NoteForm, RecordForm, WorkFilter, by_kind_and_belt
from fourleaf.web.training.shown import belt_mark

__all__ = ["check", "queue", "record", "sign_off"]

_ASSESS: Final = "training.assess"
_GET_POST: Final = ["GET", "HEAD", "POST"]


def _search(rows: QuerySet[PracticalWork], text: str) -> QuerySet[PracticalWork]:
    for word in text.split():
        rows = rows.filter(title__icontains=word) | rows.filter(person__name__icontains=word)
    return rows


QUEUE = Table(
    key="training-queue",
    name="Work to check",
    one="piece of work",
    many="pieces of work",
    columns=(
        Column("title", "Work", kind="link", href=lambda w: reverse("training:check", args=[w.pk]), sort="title",
               main=True),
        Column("person", "By", value="person.name", sort=("person__name", "handed_in_at")),
        Column("kind", "Kind", value=lambda w: w.get_kind_display(), sort=("kind", "handed_in_at")),
        Column("belt", "For", kind="custom", value="belt", show=lambda w: belt_mark(w.belt),
               export=lambda w: LADDER[w.belt].label, sort=("belt", "handed_in_at")),
        Column("handed_in_at", "Handed in", kind="time", sort="handed_in_at"),
    ),
    sort="handed_in_at",
    filters=WorkFilter,
    filter=by_kind_and_belt,
    search=_search,
    search_label="Search title or person",
    empty=Empty(
        "Nothing waits",
        "Drafts, projects and replies that people hand in for a belt wait here, the oldest first. Your own never do: "
        "another trainer looks at those.",
        icon="check-badge",
    ),
    export_permission=_ASSESS,
    exported=note_export,
)  # fmt: skip


@require_safe
def queue(request: PageRequest) -> HttpResponseBase:
    """What waits for a trainer."""
    require_trainer(request.actor)
    rows = waiting_work(request.actor).select_related("person")
    dues = list(dues_to_sign_off(request.actor).select_related("person")[:50])
    return QUEUE.bind(request, rows).respond("web/training/queue.html", {"dues": dues})


@require_http_methods(_GET_POST)
def check(request: PageRequest, work_id: int) -> HttpResponse:
    """One piece of work beside its rubric."""
    require_trainer(request.actor)
    work = get_work_for(request.actor, work_id)
    if work.person_id == request.actor.person_id:
        return redirect("training:work", work_id)
    form = DecisionForm(
        request.POST if request.method == "POST" else None, kind=work.kind, initial={"version": work.version}
    )
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            decided = decide_work(
                actor=request.actor, work_id=work_id, decision=form.cleaned_data["decision"],
                worst=form.cleaned_data["worst"], rubric=form.rubric, comment=form.cleaned_data["comment"],
                version=form.cleaned_data["version"],
            )  # fmt: skip
            path = path_of(work.person_id, work.belt)
            got = (
                f" The {LADDER[work.belt].label} belt was granted."
                if path.award and decided.state == "accepted"
                else ""
            )
            flash(request, f"“{work.title}”: {decided.get_state_display().lower()}.{got}")
            following = waiting_work(request.actor).order_by("handed_in_at", "pk").values_list("pk", flat=True).first()
            return redirect("training:check", following) if following else redirect("training:queue")
    rubric = [(RUBRICS[work.kind][code], points) for code, points in work.rubric.items() if code in RUBRICS[work.kind]]
    context = {"work": work, "form": form, "label": LADDER[work.belt].label, "rubric": rubric}
    return page(request, "web/training/check.html", context)


@require_http_methods(_GET_POST)
def record(request: PageRequest) -> HttpResponse:
    """Note what was seen: a case played, a drill, a talk."""
    require_trainer(request.actor)
    form = RecordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        person = person_meant(request.actor, form)
        if person is not None:
            belt, _, kind = form.cleaned_data["what"].partition(":")
            with domain_errors(form):
                values = {name: form.cleaned_data[name] for name in ("title", "text", "worst", "out_of_hours")}
                record_work(actor=request.actor, person_id=person, belt=belt, kind=kind, **values)
                flash(request, "Noted.")
                return redirect("training:queue")
    return page(request, "web/training/record.html", {"form": form})


def person_meant(actor: Actor, form: Any) -> int | None:
    """The person that the field "who" means; otherwise a sentence beside the field."""
    found = find_named(actor, form.cleaned_data["who"])
    if len(found) == 1:
        return found[0].pk
    form.add_error(
        "who",
        "Several people have this name: write the e-mail." if found else "Nobody is known by this. Check the spelling.",
    )
    return None


@require_http_methods(_GET_POST)
def sign_off(request: PageRequest, due_id: int) -> HttpResponse:
    """Say that a re-test or refresher was passed in person."""
    require_trainer(request.actor)
    due = dues_to_sign_off(request.actor).select_related("person").filter(pk=due_id).first()
    if due is None:
        return redirect("training:queue")
    form = NoteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            sign_off_due(actor=request.actor, due_id=due_id, note=form.cleaned_data["note"])
            flash(request, f"{due.title}: done. The rights are back.")
            return redirect("training:queue")
    return page(request, "web/training/sign_off.html", {"form": form, "due": due})
