"""Belts, modules and coverage over the API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, Router, Schema

from fourleaf.api.authentication import actor_of
from fourleaf.api.pages import Page, cursor_page
from fourleaf.engine.training.ladder import as_belt
from fourleaf.engine.training.quiz import right_needed
from fourleaf.kernel.errors import InvalidError, NotFoundError
from fourleaf.kernel.models import Person
from fourleaf.training.contracts import BELTS, BeltStanding
from fourleaf.training.models import Module, QuizAttempt
from fourleaf.training.selectors.coverage import UnitCoverage, coverage
from fourleaf.training.selectors.curriculum import modules_visible_to
from fourleaf.training.selectors.path import path_of
from fourleaf.training.selectors.standings import standings
from fourleaf.training.selectors.work import get_named_person_for, named_people
from fourleaf.training.services.learning import own_person

__all__ = ["router"]

router = Router(tags=["training"])
Limit = Annotated[int, Field(ge=1, le=200)]


class BeltOut(Schema):
    """What somebody's belts are worth today."""

    person_id: int
    belt: str = Field(description="The highest belt that counts: valid, or within fourteen days of grace.")
    held: str = Field(description="The highest belt that was given and not taken away; its rights may be resting.")
    valid_until: date | None = Field(description="Last day without grace.")
    counts_until: date | None = Field(description="Last day with grace.")
    rights: list[str]
    suspended: list[str] = Field(description="Rights that rest, and come back when what `reasons` say is done.")
    reasons: list[str]
    brand_badges: list[int] = Field(description="Ids of brands whose voice was learned.")


class ModuleOut(Schema):
    """A published module."""

    id: int
    code: str
    title: str
    summary: str
    belt: str
    place: int
    kind: str
    version: int
    seconds: int = Field(description="Reading time.")
    body: str = Field(description="Markdown.")
    questions: int = Field(description="How many questions it has; they are asked in quizzes only.")


class TryOut(Schema):
    """One try at a quiz; its questions and answers stay on the pages."""

    id: int
    kind: str = Field(description="belt, or module for that of a single module.")
    belt: str
    module_id: int | None = Field(description="The module whose quiz it is; null for that of a belt.")
    number: int = Field(description="1 for the first try since the last pass.")
    state: str = Field(description="running, passed or failed.")
    answered: int = Field(description="Questions that have an answer so far.")
    total: int = Field(description="Questions asked.")
    needed: int = Field(description="Right answers that pass.")
    right: int | None = Field(description="Right answers; null while it runs.")
    started_at: datetime
    finished_at: datetime | None


class LessonOut(Schema):
    """A module of a belt, and whether I have read it."""

    module_id: int
    title: str
    read_on: date | None
    changed_since: bool = Field(description="Whether a newer version was published since.")


class WorkOut(Schema):
    """A kind of practical work that a belt asks for."""

    kind: str
    label: str
    done: int
    needed: int
    enough: bool


class PathOut(Schema):
    """How far I am with a belt."""

    belt: str
    purpose: str = Field(
        description="Why I would take it now: next, renew, retest, refresher; held: nothing to do; later: a belt below "
        "it is missing."
    )
    complete: bool
    minutes_left: int = Field(description="Reading time of the modules that I have not read.")
    modules: list[LessonOut]
    quiz_open: bool
    quiz_passed_on: date | None
    quiz_wait_until: datetime | None = Field(description="When the next try may begin; null: at once.")
    work: list[WorkOut]


class UnitOut(Schema):
    """A unit; null figures: too few to show."""

    id: int | None
    name: str
    people: int | None
    holding: int | None
    covered: bool | None = Field(description="Whether two or more hold the belt.")


class CoverageOut(Schema):
    """Who holds at least a belt, counted."""

    belt: str
    people: int
    holding: int | None
    regions: list[UnitOut]
    departments: list[UnitOut]


def _belt(standing: BeltStanding) -> BeltOut:
    return BeltOut(
        person_id=standing.person_id,
        belt=standing.belt,
        held=standing.held,
        valid_until=standing.valid_until,
        counts_until=standing.counts_until,
        rights=sorted(standing.rights),
        suspended=sorted(standing.suspended),
        reasons=list(standing.reasons),
        brand_badges=sorted(standing.brand_badges),
    )


@router.get("/training/my-belt", response=BeltOut, summary="Get my belt")
def my_belt(request: HttpRequest) -> BeltOut:
    """What the token's person may do."""
    person = own_person(actor_of(request))
    return _belt(standings([person])[person])


@router.get("/training/belts", response=Page[BeltOut], summary="List belts")
def belts(request: HttpRequest, cursor: str | None = None, limit: Limit = 50) -> Page[BeltOut]:
    """Belts by person, of regions that measure individuals, and one's own; all others are counted only."""

    def show(person: Person) -> Person:
        return person

    found = cursor_page(named_people(actor_of(request)), order=("pk",), cursor=cursor, limit=limit, show=show)
    worth = standings([person.pk for person in found.items])
    return Page[BeltOut](items=[_belt(worth[person.pk]) for person in found.items], next=found.next)


@router.get("/training/belts/{person_id}", response=BeltOut, summary="Get a belt")
def belt(request: HttpRequest, person_id: int) -> BeltOut:
    """One person's belt, where it may be seen by name."""
    person = get_named_person_for(actor_of(request), person_id)
    return _belt(standings([person.pk])[person.pk])


@router.get("/training/my-path/{belt}", response=PathOut, summary="Get my way to a belt")
def my_path(request: HttpRequest, belt: str) -> PathOut:
    """Modules, quiz and practical work of one belt, each with where the token's person is."""
    person = own_person(actor_of(request))
    if belt not in BELTS[1:]:
        raise NotFoundError
    path = path_of(person, belt)
    return PathOut(
        belt=path.belt,
        purpose=path.purpose,
        complete=path.complete,
        minutes_left=path.minutes_left,
        modules=[
            LessonOut(
                module_id=one.module.pk,
                title=one.module.newest.title if one.module.newest else one.module.title,
                read_on=one.read_on,
                changed_since=one.renewed,
            )
            for one in path.lessons
        ],
        quiz_open=path.quiz_open and path.quiz.wait_until is None,
        quiz_passed_on=path.quiz.passed_on,
        quiz_wait_until=path.quiz.wait_until,
        work=[
            WorkOut(kind=one.work.kind, label=one.work.label, done=one.done, needed=one.work.needed, enough=one.enough)
            for one in path.work
        ],
    )


@router.get("/training/my-quizzes", response=Page[TryOut], summary="List my tries at quizzes")
def my_quizzes(request: HttpRequest, cursor: str | None = None, limit: Limit = 50) -> Page[TryOut]:
    """Every try of the token's person, the first one first; nobody else's can be had."""
    tries = QuizAttempt.objects.filter(person_id=own_person(actor_of(request))).defer("questions")

    def show(one: QuizAttempt) -> TryOut:
        return TryOut(
            id=one.pk,
            kind=one.kind,
            belt=one.belt,
            module_id=one.module_id,
            number=one.number,
            state=one.state,
            answered=sum(bool(chosen) for chosen in one.answers.values()),
            total=one.total,
            needed=right_needed(one.total),
            right=one.right,
            started_at=one.started_at,
            finished_at=one.finished_at,
        )

    return cursor_page(tries, order=("pk",), cursor=cursor, limit=limit, show=show)


def _module(module: Module) -> ModuleOut:
    newest = module.newest
    if newest is None:
        raise NotFoundError
    return ModuleOut(
        id=module.pk,
        code=module.code,
        title=newest.title,
        summary=newest.summary,
        belt=module.belt,
        place=module.place,
        kind=module.kind,
        version=newest.number,
        seconds=newest.seconds,
        body=newest.body,
        questions=len(newest.questions),
    )


def _published(request: HttpRequest) -> QuerySet[Module]:
    rows = modules_visible_to(actor_of(request)).filter(state="published", newest__isnull=False)
    return rows.select_related("newest")


@router.get("/training/modules", response=Page[ModuleOut], summary="List modules")
def modules(request: HttpRequest, cursor: str | None = None, limit: Limit = 50) -> Page[ModuleOut]:
    """Published modules with their text."""
    return cursor_page(_published(request), order=("pk",), cursor=cursor, limit=limit, show=_module)


@router.get("/training/modules/{module_id}", response=ModuleOut, summary="Get a module")
def module(request: HttpRequest, module_id: int) -> ModuleOut:
    """One published module with its text."""
    found = _published(request).filter(pk=module_id).first()
    if found is None:
        raise NotFoundError
    return _module(found)


@router.get("/training/coverage", response=CoverageOut, summary="Get coverage")
def covered(request: HttpRequest, belt: str = "white") -> dict[str, Any]:
    """How many hold at least a belt, by region and department, with the same suppression as the pages."""
    if belt not in BELTS[1:]:
        raise InvalidError(fields={"belt": [f"“{belt}” is no belt: {', '.join(BELTS[1:])}."]})
    found = coverage(actor_of(request), belt=as_belt(belt))

    def unit(one: UnitCoverage) -> dict[str, Any]:
        holding = next((s.holding for s in one.shares if s.belt == belt), 0) if one.shares else None
        return {"id": one.id, "name": one.name, "people": one.people, "holding": holding, "covered": one.covered}

    return {
        "belt": belt,
        "people": found.people,
        "holding": next((s.holding for s in found.shares if s.belt == belt), None),
        "regions": [unit(one) for one in found.regions],
        "departments": [unit(one) for one in found.departments],
    }
