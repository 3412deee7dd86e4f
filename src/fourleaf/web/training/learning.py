"""Reading a module, taking a quiz, sorting samples, handing work in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fourleaf.engine.training.ladder import LADDER
from fourleaf.engine.training.quiz import KINDS, Drawn, drawn_from, mark, right_needed
from fourleaf.engine.training.reading import minutes_said
from fourleaf.kernel.errors import DomainError, InvalidError, NotFoundError
from fourleaf.training.errors import CooldownError
from fourleaf.training.models import Module, PracticalWork, QuizAttempt, Reading
from fourleaf.training.quiz_codes import codes_of, option_of
from fourleaf.training.samples import DESKS, SAMPLES, Sample, drawn_samples
from fourleaf.training.selectors.curriculum import get_image_for, get_module_for
from fourleaf.training.selectors.path import path_of
from fourleaf.training.selectors.standings import standings
from fourleaf.training.selectors.work import get_attempt_for, get_work_for, solutions_shown
from fourleaf.training.services.learning import (
    answer_question,
    begin_belt_quiz,
    begin_module_quiz,
    finish_quiz,
    mark_read,
    own_person,
)
from fourleaf.training.services.work import RUBRICS, hand_in, hand_in_again, sort_samples, triage_key, withdraw_work
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.forms import domain_errors
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page
from fourleaf.web.training.forms import WorkForm
from fourleaf.web.training.text import module_html

__all__ = ["begin", "hand_work_in", "image", "module", "quiz", "read", "samples", "withdraw", "work"]

_GET_POST: Final = ["GET", "HEAD", "POST"]


def _next_lesson(person: int, module: Module) -> Module | None:
    """The next unread lesson of the belt, after this one first."""
    lessons = path_of(person, module.belt).lessons
    places = [lesson.module.pk for lesson in lessons]
    at = places.index(module.pk) + 1 if module.pk in places else 0
    order = [*lessons[at:], *lessons[:at]]
    return next((one.module for one in order if one.read_on is None and one.module.pk != module.pk), None)


@require_safe
def module(request: PageRequest, module_id: int) -> HttpResponse:
    """One module, to be read."""
    person = own_person(request.actor)
    found = get_module_for(request.actor, module_id)
    if found.newest is None:
        raise NotFoundError
    mine = Reading.objects.filter(person_id=person, version=found.newest).first()
    return page(
        request,
        "web/training/module.html",
        {
            "module": found,
            "version": found.newest,
            "html": module_html(found.pk, found.newest.body),
            "minutes": minutes_said(found.newest.seconds),
            "reading": mine,
            "following": _next_lesson(person, found) if found.kind == "lesson" else None,
            "label": LADDER[found.belt].label,
        },
    )


@require_POST
def read(request: PageRequest, module_id: int) -> HttpResponse:
    """I have read it; on to the next, or back to the belt."""
    person = own_person(request.actor)
    found = get_module_for(request.actor, module_id)
    held = standings([person])[person].held
    mark_read(actor=request.actor, module_id=module_id)
    if found.kind != "lesson":
        return redirect("training:module", module_id)
    if standings([person])[person].held != held:
        flash(request, f"That was the last step: the {LADDER[found.belt].label} belt is yours.")
        return redirect("training:home")
    following = _next_lesson(person, found)
    if following is not None:
        return redirect("training:module", following.pk)
    flash(request, "All modules are read. The quiz is open.")
    return redirect("training:belt", found.belt)


@require_safe
def image(request: PageRequest, module_id: int, name: str) -> HttpResponse:
    """A picture of a module. Its type was read from its bytes; nothing in it may run."""
    picture = get_image_for(request.actor, module_id, name)
    response = HttpResponse(bytes(picture.content), content_type=picture.media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Content-Disposition"] = f'inline; filename="{picture.name}"'
    response["Cache-Control"] = "private, max-age=3600"
    return response


@require_POST
def begin(request: PageRequest, kind: str, what: str) -> HttpResponse:
    """Begin a quiz, or go on with the one that was begun."""
    try:
        if kind == "belt":
            attempt = begin_belt_quiz(actor=request.actor, belt=what)
        else:
            attempt = begin_module_quiz(actor=request.actor, module_id=int(what) if what.isdigit() else 0)
    except (CooldownError, InvalidError) as error:
        flash(request, error.message, "attention")
        return redirect("training:belt", what) if kind == "belt" else redirect("training:module", int(what))
    return redirect("training:quiz", attempt.pk)


@dataclass(frozen=True)
class Explained:
    """A question afterwards: what was chosen, what is right, why."""

    drawn: Drawn
    right: bool
    #: (text, chosen, right) for each answer; for "order" (text, place given, right place).
    answers: tuple[tuple[str, object, object], ...]
    module_url: str


def _explained(attempt: QuizAttempt, drawn: Sequence[Drawn]) -> list[Explained]:
    marked = mark(drawn, attempt.answers)
    urls = {
        code: reverse("training:module", args=[pk])
        for code, pk in Module.objects.filter(code__in={one.module for one in drawn}).values_list("code", "pk")
    }
    found = []
    for one in drawn:
        given = attempt.answers.get(one.id, [])
        if one.question.kind == "order":
            places = {option: number for number, option in enumerate(given, 1)}
            answers = tuple(
                (option.text, places.get(option.id), number) for number, option in enumerate(one.question.options, 1)
            )
        else:
            answers = tuple((option.text, option.id in given, option.right) for option in one.options)
        found.append(Explained(one, one.id in marked.right_ids, answers, urls.get(one.module, "")))
    return sorted(found, key=lambda item: item.right)


def _to_read_again(attempt: QuizAttempt, drawn: Sequence[Drawn]) -> list[Module]:
    """Modules in which something went wrong; not which question it was, nor what is right."""
    right = mark(drawn, attempt.answers).right_ids
    codes = {one.module for one in drawn if one.id not in right}
    found = Module.objects.filter(code__in=codes, newest__isnull=False).select_related("newest")
    return list(found.order_by("place", "pk"))


@never_cache
@require_http_methods(_GET_POST)
def quiz(request: PageRequest, attempt_id: int) -> HttpResponse:
    """One question at a time; afterwards the result with an explanation of each."""
    attempt = get_attempt_for(request.actor, attempt_id)
    drawn = [drawn_from(one) for one in attempt.questions]
    if attempt.state != "running":
        return _result(request, attempt, drawn)
    asked = request.GET.get("q", "")
    unanswered = [place for place, one in enumerate(drawn) if not attempt.answers.get(one.id)]
    if asked == "end" or (not asked.isdigit() and not unanswered):
        if request.method == "POST":
            return _finish(request, attempt)
        return page(request, "web/training/quiz_end.html", _common(attempt, drawn) | {"open": unanswered})
    place = min(len(drawn) - 1, max(0, int(asked[:4]) - 1)) if asked.isdigit() else unanswered[0]
    one = drawn[place]
    codes = codes_of(attempt, one)
    fault = ""
    given: list[str] = list(attempt.answers.get(one.id, []))
    if request.method == "POST":
        given = _given(request, one, codes)
        try:
            answer_question(actor=request.actor, attempt_id=attempt.pk, question_id=one.id, chosen=given)
        except InvalidError as error:
            fault = error.message
        else:
            following = place + 2 if place + 1 < len(drawn) else "end"
            return redirect(f"{request.path}?q={following}")
    places = {option: number for number, option in enumerate(given, 1)}
    context = _common(attempt, drawn) | {
        "question": one.question,
        "kind_said": KINDS[one.question.kind],
        "options": [
            (option.text, codes[option.id], option.id in given, places.get(option.id)) for option in one.options
        ],
        "numbers": range(1, len(one.options) + 1),
        "place": place + 1,
        "fault": fault,
    }
    return page(request, "web/training/quiz.html", context, status=422 if fault else 200)


def _common(attempt: QuizAttempt, drawn: Sequence[Drawn]) -> dict[str, object]:
    title = attempt.module.title if attempt.module else f"{LADDER[attempt.belt].label} quiz"
    return {
        "attempt": attempt,
        "title": title,
        "total": len(drawn),
        "answered": sum(bool(attempt.answers.get(one.id)) for one in drawn),
        "needed": right_needed(len(drawn)),
        "label": LADDER[attempt.belt].label,
    }


def _given(request: PageRequest, one: Drawn, codes: Mapping[str, str]) -> list[str]:
    """The chosen ids; for "order" by the places given, of which each must be there once.

    ``codes``: option id -> its value on this page. Any other value becomes an empty id, which the service refuses.
    """
    if one.question.kind != "order":
        return [option_of(codes, value) for value in request.POST.getlist("answer")]
    places = {option.id: request.POST.get(f"place_{codes[option.id]}", "") for option in one.options}
    if len(set(places.values())) < len(places) or not all(place.isdigit() for place in places.values()):
        return [""] if any(places.values()) else []
    return sorted(places, key=lambda option: int(places[option]))


def _finish(request: PageRequest, attempt: QuizAttempt) -> HttpResponse:
    person = own_person(request.actor)
    before = standings([person])[person].held
    try:
        finish_quiz(actor=request.actor, attempt_id=attempt.pk)
    except InvalidError as error:
        flash(request, error.message, "attention")
        return redirect("training:quiz", attempt.pk)
    if standings([person])[person].held != before:
        flash(request, f"The {LADDER[attempt.belt].label} belt is yours.")
    return redirect("training:quiz", attempt.pk)


def _result(request: PageRequest, attempt: QuizAttempt, drawn: Sequence[Drawn]) -> HttpResponse:
    path = path_of(own_person(request.actor), attempt.belt) if attempt.kind == "belt" else None
    shown = solutions_shown(attempt)
    return page(
        request,
        "web/training/quiz_result.html",
        _common(attempt, drawn)
        | {
            "path": path,
            "explained": _explained(attempt, drawn) if shown else [],
            "again": [] if shown else _to_read_again(attempt, drawn),
        },
    )


@require_http_methods(_GET_POST)
def samples(request: PageRequest) -> HttpResponse:
    """Five sample posts to be sorted, for the Yellow belt."""
    person = own_person(request.actor)
    drawn = drawn_samples(triage_key(person))
    fault, given = "", {}
    if request.method == "POST":
        given = {one.id: request.POST.get(one.id, "") for one in drawn}
        try:
            done = sort_samples(actor=request.actor, answers=given)
            return redirect("training:work", done.pk)
        except InvalidError:
            fault = "Choose a desk for each post; then they can be checked."
        except DomainError as error:
            flash(request, error.message, "attention")
            return redirect("training:belt", "yellow")
    rows = [(one, given.get(one.id, "")) for one in drawn]
    return page(
        request,
        "web/training/samples.html",
        {"rows": rows, "desks": DESKS.items(), "fault": fault},
        status=422 if fault else 200,
    )


@require_http_methods(_GET_POST)
def hand_work_in(request: PageRequest, belt: str, kind: str) -> HttpResponse:
    """Hand a piece of practical work in."""
    own_person(request.actor)
    step = LADDER.get(belt)
    wanted = next((one for one in step.work if one.kind == kind and one.checked), None) if step else None
    if wanted is None:
        raise NotFoundError
    form = WorkForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            done = hand_in(
                actor=request.actor, belt=belt, kind=kind, title=form.cleaned_data["title"],
                text=form.cleaned_data["text"], brand_id=form.cleaned_data["brand"],
            )  # fmt: skip
            flash(request, "It waits for a trainer now. You will see the decision here.")
            return redirect("training:work", done.pk)
    context = {"form": form, "work_kind": wanted, "step": step, "belt": belt, "rubric": RUBRICS.get(kind, {}).values()}
    return page(request, "web/training/hand_in.html", context)


def _sample_rows(done: PracticalWork) -> list[tuple[Sample, str, str, bool]]:
    """(sample, desk chosen, right desk, whether right) of a triage."""
    by_id = {sample.id: sample for sample in SAMPLES}
    answers = done.data.get("answers", {})
    return [
        (by_id[one], DESKS[answers[one]][0], DESKS[by_id[one].desk][0], answers[one] == by_id[one].desk)
        for one in done.data.get("samples", [])
        if one in by_id and answers.get(one) in DESKS
    ]


@require_http_methods(_GET_POST)
def work(request: PageRequest, work_id: int) -> HttpResponse:
    """A piece of one's own work and what became of it; returned work can be changed and handed in again."""
    person = own_person(request.actor)
    done = get_work_for(request.actor, work_id)
    if done.person_id != person:
        return redirect("training:check", work_id)
    form = None
    if done.state == "returned":
        initial = {"title": done.title, "text": done.text, "version": done.version}
        form = WorkForm(request.POST if request.method == "POST" else None, initial=initial, again=True)
        if request.method == "POST" and form.is_valid():
            with domain_errors(form):
                hand_in_again(
                    actor=request.actor, work_id=work_id, title=form.cleaned_data["title"],
                    text=form.cleaned_data["text"], version=form.cleaned_data["version"],
                )  # fmt: skip
                flash(request, "Handed in again.")
                return redirect("training:work", work_id)
    rubric = [(RUBRICS[done.kind][code], points) for code, points in done.rubric.items() if code in RUBRICS[done.kind]]
    return page(
        request,
        "web/training/work.html",
        {"work": done, "form": form, "rubric": rubric, "samples": _sample_rows(done), "label": LADDER[done.belt].label},
    )


@require_POST
def withdraw(request: PageRequest, work_id: int) -> HttpResponse:
    """Take undecided work back."""
    done = withdraw_work(actor=request.actor, work_id=work_id)
    flash(request, f"“{done.title}” was taken back.")
    return redirect("training:belt", done.belt)
