"""Waves with their gates and candidates, and sessions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fourleaf.engine.training.rollout import gate_missing
from fourleaf.kernel import clock
from fourleaf.kernel.errors import DomainError
from fourleaf.kernel.permissions import require
from fourleaf.kernel.selectors.people import find_named
from fourleaf.training.models import Cohort, LearningSession, Tie
from fourleaf.training.selectors.candidates import candidates, first_proposal, units_to_ask
from fourleaf.training.selectors.coverage import FEWEST
from fourleaf.training.selectors.rollout import cohorts_visible_to, gate_facts, get_cohort_for
from fourleaf.training.selectors.trainers import wears_black
from fourleaf.training.selectors.work import get_session_for, sessions_visible_to
from fourleaf.training.services.rollout import (
    add_people,
    add_wave,
    change_wave,
    import_ties,
    move_wave,
    remove_person,
    start_missing,
)
from fourleaf.training.services.sessions import (
    add_session,
    calendar_entry,
    cancel_session,
    change_session,
    give_seat_back,
    invitation,
    note_attendance,
    take_seat,
)
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.forms import domain_errors
from fourleaf.web.kit.numbers import count
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page
from fourleaf.web.kit.tables import Column, Empty, Table
from fourleaf.web.training.forms import SessionForm, TiesForm, WaveForm

__all__ = ["session", "session_act", "session_add", "session_calendar", "session_change", "sessions", "ties", "wave",
           "wave_act", "wave_add", "wave_people", "waves"]  # fmt: skip

_RUN: Final = "training.run_waves"
_GET_POST: Final = ["GET", "HEAD", "POST"]


@require_safe
def waves(request: PageRequest) -> HttpResponse:
    """All waves with what their gates count."""
    require(request.actor, _RUN)
    found = list(cohorts_visible_to(request.actor).annotate(people=Count("members")))
    gates = gate_facts(found)
    rows = [(one, gates[one.pk], gate_missing(gates[one.pk]) if one.state != "planned" else []) for one in found]
    return page(request, "web/training/waves.html", {"rows": rows, "ties": Tie.objects.count()})


@require_http_methods(_GET_POST)
def wave_add(request: PageRequest) -> HttpResponse:
    """Plan the next wave."""
    require(request.actor, _RUN)
    number = Cohort.objects.count()
    form = WaveForm(
        request.POST if request.method == "POST" else None, initial={"name": f"Wave {number}", "belt": "white"}
    )
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            values = {name: value for name, value in form.cleaned_data.items() if name != "version"}
            made = add_wave(actor=request.actor, **values)
            flash(request, f"{made.name} is planned. Choose its people.")
            return redirect("training:wave", made.pk)
    return page(request, "web/training/wave_form.html", {"form": form})


@require_http_methods(_GET_POST)
def wave(request: PageRequest, cohort_id: int) -> HttpResponse:
    """One wave: people, gate, who could be in it; its name and days."""
    require(request.actor, _RUN)
    found = get_cohort_for(request.actor, cohort_id)
    initial = {name: getattr(found, name) for name in ("name", "belt", "starts_on", "ends_on", "version")}
    form = WaveForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            change_wave(actor=request.actor, cohort_id=cohort_id, **form.cleaned_data)
            flash(request, "The wave was changed.")
            return redirect("training:wave", cohort_id)
    gate = gate_facts([found])[found.pk]
    members = list(found.members.select_related("person__department", "person__region").order_by("person__name"))
    first = found.state == "planned" and found.number == 0
    open_wave = found.state in ("planned", "running")
    context = {
        "cohort": found,
        "form": form,
        "gate": gate,
        "fewest": FEWEST,
        "missing": start_missing(found) if found.state == "planned" else gate_missing(gate),
        "members": members,
        "candidates": candidates(request.actor, found, limit=15) if open_wave else [],
        "units": units_to_ask(found, limit=8) if open_wave else [],
        "proposal": first_proposal(request.actor) if first and not members else [],
        "open": open_wave,
    }
    return page(request, "web/training/wave.html", context)


@require_POST
def wave_people(request: PageRequest, cohort_id: int) -> HttpResponse:
    """Add chosen people to a wave, or take one out."""
    require(request.actor, _RUN)
    try:
        if request.POST.get("remove", "").isdigit():
            remove_person(actor=request.actor, cohort_id=cohort_id, person_id=int(request.POST["remove"]))
            flash(request, "Taken out of the wave.")
        else:
            chosen = [int(one) for one in request.POST.getlist("person") if one.isdigit()]
            if who := request.POST.get("who", "").strip():
                named = find_named(request.actor, who)
                if len(named) != 1:
                    flash(request, "Nobody, or more than one, is known by this: write the e-mail.", "attention")
                    return redirect("training:wave", cohort_id)
                chosen = [named[0].pk]
            number = add_people(actor=request.actor, cohort_id=cohort_id, person_ids=chosen)
            flash(request, f"{count(number, 'person', 'people')} added.")
    except DomainError as error:
        flash(request, error.message, "attention")
    return redirect("training:wave", cohort_id)


@require_POST
def wave_act(request: PageRequest, cohort_id: int, state: str) -> HttpResponse:
    """Start, finish or drop a wave."""
    require(request.actor, _RUN)
    try:
        if state not in ("running", "done", "dropped"):
            return redirect("training:wave", cohort_id)
        moved = move_wave(actor=request.actor, cohort_id=cohort_id, state=state, reason=request.POST.get("reason", ""))
        flash(request, f"{moved.name}: {moved.get_state_display().lower()}.")
    except DomainError as error:
        flash(request, error.message, "attention")
    return redirect("training:wave", cohort_id)


@require_http_methods(_GET_POST)
def ties(request: PageRequest) -> HttpResponse:
    """Ties from a file."""
    require(request.actor, _RUN)
    form = TiesForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        with domain_errors(form):
            new, known = import_ties(actor=request.actor, content=upload.read(), name=upload.name or "ties.csv")
            flash(request, f"{count(new, 'tie')} new, {known} known already.")
            return redirect("training:waves")
    return page(request, "web/training/ties.html", {"form": form, "number": Tie.objects.count()})


# --- sessions --------------------------------------------------------------------------------------------------------


def _search(rows: QuerySet[LearningSession], text: str) -> QuerySet[LearningSession]:
    for word in text.split():
        rows = rows.filter(Q(title__icontains=word) | Q(place__icontains=word))
    return rows


def _seats(row: Any) -> str:
    return f"{row.seats_taken} of {row.seats}" if row.seats else str(row.seats_taken)


SESSIONS = Table(
    key="training-sessions",
    name="Sessions",
    one="session",
    many="sessions",
    columns=(
        Column("title", "Session", kind="link", href=lambda s: reverse("training:session", args=[s.pk]), sort="title",
               main=True),
        Column("starts_at", "Begins", kind="time", sort="starts_at"),
        Column("place", "Place", sort="place"),
        Column("region", "Region", value="region.name", sort="region__name", priority=3),
        Column("seats", "Signed up", value=_seats),
    ),
    sort="starts_at",
    search=_search,
    search_label="Search title or place",
    empty=Empty(
        "No sessions planned",
        "A show-and-tell lunch is forty minutes in which somebody shows what they tried and what came of it. "
        "Plan one, and people sign up here.",
        icon="calendar-days",
        action="Plan a session",
        url_name="training:session_add",
        permission=_RUN,
    ),
)  # fmt: skip


@require_safe
def sessions(request: PageRequest) -> HttpResponseBase:
    """Sessions ahead; past ones when asked for."""
    require(request.actor, "training.learn")
    wears_black(request.actor)
    past = request.GET.get("past") == "1"
    rows = sessions_visible_to(request.actor).select_related("region")
    rows = rows.filter(ends_at__lt=clock.now()) if past else rows.filter(ends_at__gte=clock.now())
    rows = rows.annotate(seats_taken=Count("taken", filter=~Q(taken__state="given_back")))
    context = {"past": past, "ahead": not past, "may_run": request.actor.may(_RUN)}
    return SESSIONS.bind(request, rows).respond("web/training/sessions.html", context)


def _session_values(form: SessionForm) -> Mapping[str, Any]:
    return {name: value for name, value in form.cleaned_data.items() if name != "version"}


@require_http_methods(_GET_POST)
def session_add(request: PageRequest) -> HttpResponse:
    """Plan a session."""
    require(request.actor, _RUN)
    form = SessionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            made = add_session(actor=request.actor, host_id=request.actor.person_id, **_session_values(form))
            flash(request, f"“{made.title}” is planned.")
            return redirect("training:session", made.pk)
    return page(request, "web/training/session_form.html", {"form": form})


@require_http_methods(_GET_POST)
def session_change(request: PageRequest, session_id: int) -> HttpResponse:
    """Change a session."""
    require(request.actor, _RUN)
    found = get_session_for(request.actor, session_id)
    names = ("title", "about", "starts_at", "ends_at", "place", "region_id", "seats", "version")
    form = SessionForm(
        request.POST if request.method == "POST" else None, initial={name: getattr(found, name) for name in names}
    )
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            change_session(
                actor=request.actor,
                session_id=session_id,
                version=form.cleaned_data["version"],
                **_session_values(form),
            )
            flash(request, "The session was changed. Those with a seat are told of another time or place.")
            return redirect("training:session", session_id)
    return page(request, "web/training/session_form.html", {"form": form, "session": found})


@require_safe
def session(request: PageRequest, session_id: int) -> HttpResponse:
    """One session: sign up, calendar, attendance."""
    require(request.actor, "training.learn")
    found = get_session_for(request.actor, session_id)
    mine = found.taken.filter(person_id=request.actor.person_id or 0).exclude(state="given_back").first()
    may_run = request.actor.may(_RUN)
    taken = found.taken.exclude(state="given_back").count()
    context = {
        "session": found,
        "mine": mine,
        "taken": taken,
        "full": found.seats is not None and taken >= found.seats,
        "over": found.ends_at <= clock.now(),
        "begun": found.starts_at <= clock.now(),
        "may_run": may_run,
        # Whoever runs a session has its list, as at any door.
        "seats": list(found.taken.exclude(state="given_back").select_related("person").order_by("person__name"))
        if may_run
        else [],
    }
    return page(request, "web/training/session.html", context)


@require_POST
def session_act(request: PageRequest, session_id: int, what: str) -> HttpResponse:
    """Sign up, sign off, cancel, or note who was there."""
    found = get_session_for(request.actor, session_id)
    try:
        if what == "take":
            take_seat(actor=request.actor, session_id=found.pk)
            flash(request, "You have a seat. An invitation comes by mail; here it is for your calendar, too.")
        elif what == "back":
            give_seat_back(actor=request.actor, session_id=found.pk)
            flash(request, "Your seat is free for somebody else.")
        elif what == "cancel":
            cancel_session(actor=request.actor, session_id=found.pk)
            flash(request, f"“{found.title}” is cancelled. Those with a seat are told.")
        elif what == "present":
            there = {int(one) for one in request.POST.getlist("present") if one.isdigit()}
            everybody = found.taken.exclude(state="given_back").values_list("person_id", flat=True)
            number = note_attendance(
                actor=request.actor, session_id=found.pk, present={person: person in there for person in everybody}
            )
            flash(request, f"{count(number, 'person', 'people')} noted as there.")
    except DomainError as error:
        flash(request, error.message, "attention")
    return redirect("training:session", session_id)


@require_safe
def session_calendar(request: PageRequest, session_id: int) -> HttpResponse:
    """The session for one's calendar."""
    require(request.actor, "training.learn")
    found = get_session_for(request.actor, session_id)
    seat = found.taken.select_related("person").filter(person_id=request.actor.person_id or 0).first()
    mine = seat is not None and seat.state != "given_back"
    entry = invitation(found, seat.person) if seat is not None and mine else calendar_entry(found)
    response = HttpResponse(entry, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="session-{found.pk}.ics"'
    return response
