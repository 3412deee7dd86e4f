"""What somebody has done for a belt and what is left: modules, quiz, practical work. Facts of one person."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from fourleaf.engine.training.ladder import BELTS, Belt, above, as_belt, rank
from fourleaf.engine.training.practice import Piece, Progress, progress, renewal_progress
from fourleaf.engine.training.quiz import next_try_at
from fourleaf.engine.training.reading import minutes_said, minutes_to_read
from fourleaf.engine.training.validity import add_months
from fourleaf.kernel import clock
from fourleaf.training.clean_items import clean_items
from fourleaf.training.models import BeltAward, Module, PracticalWork, QuizAttempt, Reading, TrainingDue

__all__ = ["BeltPath", "LessonOnPath", "QuizOnPath", "lessons_of", "path_of", "paths_for"]


@dataclass(frozen=True)
class LessonOnPath:
    """A published module and whether its newest version, or an earlier one, was read."""

    module: Module
    read_on: date | None
    renewed: bool

    @property
    def seconds(self) -> int:
        """Reading time of the newest version."""
        return self.module.newest.seconds if self.module.newest else 0

    @property
    def said(self) -> str:
        """Reading time in words."""
        return minutes_said(self.seconds)


@dataclass(frozen=True)
class QuizOnPath:
    """How a belt's quiz stands: the running try, the last one, tries since the last pass, when the next may begin."""

    running: QuizAttempt | None
    last: QuizAttempt | None
    passed_on: date | None
    tries: int
    wait_until: datetime | None
    questions: int


@dataclass(frozen=True)
class BeltPath:
    """Everything that a belt asks of somebody. ``complete``: it can be granted, or renewed.

    ``purpose`` is why they would take it now: "next", "renew", "held" (nothing to do), "later" (a belt below is
    missing), "retest" or "refresher".
    """

    belt: Belt
    purpose: str
    lessons: tuple[LessonOnPath, ...]
    quiz: QuizOnPath
    work: tuple[Progress, ...]
    award: BeltAward | None
    dues: tuple[TrainingDue, ...] = field(default=())

    @property
    def unread(self) -> int:
        """Modules that were never read."""
        return sum(lesson.read_on is None for lesson in self.lessons)

    @property
    def minutes_left(self) -> int:
        """Reading time left: the minutes of the modules that were never read, added."""
        return minutes_to_read(lesson.seconds for lesson in self.lessons if lesson.read_on is None)

    @property
    def quiz_open(self) -> bool:
        """Whether the quiz may be begun: there are questions, all is read, and there is a reason to take it."""
        return self.quiz.questions > 0 and self.unread == 0 and self.purpose not in ("later", "held")

    @property
    def work_enough(self) -> bool:
        """Whether all practical work is there."""
        return all(one.enough for one in self.work)

    @property
    def complete(self) -> bool:
        """Whether nothing is missing any more."""
        if not self.lessons or self.quiz.questions == 0 or self.quiz.passed_on is None:
            return False
        return self.unread == 0 and self.work_enough

    @property
    def steps_done(self) -> tuple[int, int]:
        """Steps done, of all: one for each module, one for the quiz, one for each kind of work."""
        done = len(self.lessons) - self.unread + (self.quiz.passed_on is not None) + sum(w.enough for w in self.work)
        return done, len(self.lessons) + 1 + len(self.work)


def lessons_of(belts: Collection[str]) -> dict[str, list[Module]]:
    """Belt -> its published lessons in their order, with their newest version. One query."""
    found: dict[str, list[Module]] = {belt: [] for belt in belts}
    rows = Module.objects.filter(belt__in=list(belts), kind="lesson", state="published", newest__isnull=False)
    for module in rows.select_related("newest").order_by("place", "pk"):
        found[module.belt].append(module)
    return found


def _work_since(award: BeltAward | None, lost: list[BeltAward]) -> date | None:
    """The day from which practical work counts: after a loss, or since the belt began. None: all of it counts."""
    if award is not None:
        # Never what first earned the belt.
        return award.valid_from + timedelta(days=1)
    return max((one.ended_on for one in lost if one.ended_on is not None), default=None)


def _passes_since(award: BeltAward | None, lost: list[BeltAward], dues: list[TrainingDue]) -> date | None:
    """The day from which passes of the quiz count: a renewal asks for one in the last three months of the belt, a
    re-test or refresher for one after it was opened. None: all of them count."""
    begin = _work_since(award, lost)
    # A pass on the day itself closes what is due; one that is still waiting was opened after it.
    days = [due.opened_on + timedelta(days=1) for due in dues]
    if award is not None:
        days.append(add_months(award.valid_until, -3))
    return max([*days, *([begin] if begin else [])], default=None)


def _local(at: datetime) -> date:
    return at.astimezone(clock.local_zone()).date()


def _quiz(attempts: list[QuizAttempt], since: date | None, questions: int) -> QuizOnPath:
    """``attempts`` newest first; passes before ``since`` don't count."""
    ended = [one for one in attempts if one.finished_at is not None]
    passes = [one for one in ended if one.state == "passed"]
    counting = [
        one for one in passes if since is None or (one.finished_at is not None and _local(one.finished_at) >= since)
    ]
    last_pass = passes[0].finished_at if passes else None
    failed = [
        one.finished_at
        for one in ended
        if one.state == "failed" and one.finished_at and (last_pass is None or one.finished_at > last_pass)
    ]
    wait = next_try_at(failed)
    return QuizOnPath(
        running=next((one for one in attempts if one.state == "running"), None),
        last=ended[0] if ended else None,
        passed_on=_local(counting[0].finished_at) if counting and counting[0].finished_at else None,
        tries=len(failed),
        wait_until=wait if wait and wait > clock.now() else None,
        questions=questions,
    )


def _purpose(belt: str, held: str, award: BeltAward | None, dues: list[TrainingDue], today: date) -> str:
    if dues and rank(belt) <= rank(held):
        # Also without an award of its own, as who was given a higher belt by hand has none below it.
        return dues[0].kind
    if award is not None:
        soon = today >= add_months(award.valid_until, -3)
        return "renew" if soon else "held"
    if rank(belt) <= rank(held):
        return "held"
    return "next" if above(held) == belt else "later"


def paths_for(person_id: int, belts: Collection[str]) -> dict[str, BeltPath]:
    """How far somebody is with these belts. Seven queries for all of them."""
    today = clock.today()
    lessons = lessons_of(belts)
    read: dict[int, tuple[date, set[int]]] = {}
    rows = Reading.objects.filter(person_id=person_id).order_by("read_at")
    for module, version, at in rows.values_list("module_id", "version_id", "read_at"):
        first, versions = read.get(module, (_local(at), set()))
        read[module] = (first, versions | {version})
    awards = list(BeltAward.objects.filter(person_id=person_id).order_by("-granted_at", "-pk"))
    active = {a.belt: a for a in awards if a.ended_on is None}
    held = max(active, key=rank, default="none")
    attempts = list(QuizAttempt.objects.filter(person_id=person_id, kind="belt").defer("questions", "answers"))
    pieces = list(
        PracticalWork.objects.filter(person_id=person_id, state__in=("accepted", "failed")).order_by("decided_at", "pk")
    )
    dues = list(TrainingDue.objects.filter(person_id=person_id, state="waiting").exclude(kind="delta"))
    found = {}
    for code in belts:
        belt = as_belt(code)
        award = active.get(code)
        own_dues = [due for due in dues if due.belt == code]
        lost = [a for a in awards if a.belt == code and a.ended_on is not None]
        since = _work_since(award, lost)
        usable = [
            Piece(p.kind, p.state == "accepted", p.worst or "none", bool(p.data.get("out_of_hours")))
            for p in pieces
            if p.belt == code and p.decided_at is not None and (since is None or _local(p.decided_at) >= since)
        ]
        clean = clean_items([person_id], since)[person_id] if code == "blue" and award is None else 0
        if award is not None:
            work = renewal_progress(belt, usable)
        else:
            # A higher belt that was given by hand includes this one.
            work = [] if rank(code) <= rank(held) else progress(belt, usable, clean_items=clean)
        own = [
            LessonOnPath(
                module,
                read[module.pk][0] if module.pk in read else None,
                renewed=module.pk in read and module.newest_id not in read[module.pk][1],
            )
            for module in lessons[code]
        ]
        questions = sum(len(m.newest.questions) for m in lessons[code] if m.newest)
        found[code] = BeltPath(
            belt=belt,
            purpose=_purpose(code, held, award, own_dues, today),
            lessons=tuple(own),
            quiz=_quiz([a for a in attempts if a.belt == code], _passes_since(award, lost, own_dues), questions),
            work=tuple(work),
            award=award,
            dues=tuple(own_dues),
        )
    return found


def path_of(person_id: int, belt: str) -> BeltPath:
    """How far somebody is with one belt."""
    return paths_for(person_id, [BELTS[rank(belt)]])[belt]
