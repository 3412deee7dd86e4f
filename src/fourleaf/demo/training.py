"""Training of the sample: belts of the sixty roles, White for part of the rest, curricula, wave 0, work to check."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from fourleaf.demo.roles import ROLES
from fourleaf.demo.seed import demo_actor
from fourleaf.engine.training.ladder import LADDER
from fourleaf.engine.training.quiz import draw, question_from
from fourleaf.engine.training.rollout import density
from fourleaf.kernel import clock
from fourleaf.kernel.models import Brand, Person
from fourleaf.training.models import (
    BeltAward,
    BrandBadge,
    Cohort,
    CohortMember,
    LearningSession,
    PracticalWork,
    QuizAttempt,
    RightUse,
    Seat,
    Tie,
)
from fourleaf.training.selectors.path import lessons_of
from fourleaf.training.services.belts import BeltToSet, set_belts
from fourleaf.training.services.rollout import add_wave
from fourleaf.training.services.sessions import add_session
from fourleaf.training.services.transfer import STARTERS, add_starter

__all__ = ["seed_training"]

#: Share of employees with a valid belt (K26).
COVERAGE: Final = 0.54
#: Wave 0: eleven people of five departments who worked together before.
WAVE: Final = ("R05", "R06", "R10", "R11", "R14", "R17", "R19", "R26", "R27", "R41", "R53")
#: Pairs of wave 0 who work together; 24 of 55 possible ones, density .44.
TIES: Final = (
    "R05-R06 R05-R11 R05-R10 R06-R10 R06-R11 R06-R14 R06-R17 R06-R26 R10-R14 R10-R17 R10-R19 R11-R26 R11-R53 R14-R17 "
    "R14-R27 R17-R19 R17-R26 R17-R27 R19-R26 R19-R41 R26-R27 R26-R41 R11-R17 R41-R10 R17-R18 R26-R28 R26-R29 R19-R20 "
    "R06-R07 R14-R15 R10-R21 R06-R35 R26-R33 R53-R52 R17-R46 R41-R47"
)
_TENT: Final = (
    "You packed it wet, and it has been in the boot since Sunday. Take it out today.\n\n"
    "Hang it over a door, inside out, with the poles removed. Two hours are enough for the fly, a night for the floor. "
    "Marks that look like pepper are mould: brush them off dry, outdoors, then wash with lukewarm water and nothing "
    "else.\n\n"
    "Disclosure: I answer questions at Loomvale. Source: care sheet 4, tested in our workshop in spring."
)
_HOOD: Final = (
    "An extractor that trips the fuse at service time is planned badly, not built badly. It draws most when it starts. "
    "Give it a circuit of its own and the problem is gone.\n\nDisclosure: I work for Quillstone."
)
_IDEA: Final = (
    "141 ideas came in. Six were built. Here is what happened to the other 135, and why yours is worth writing."
)
#: (role, kind, belt, title, text) of work that waits for a trainer.
_WORK: Final = (
    ("R29", "draft", "orange", "Drying a tent that was packed wet", _TENT),
    ("R30", "draft", "orange", "Why the hood needs its own circuit", _HOOD),
    ("R51", "draft", "orange", "What becomes of an idea", _IDEA),
    ("R39", "role_play", "green", "A chef whose oven failed on Saturday", "Played with the trainer; notes attached."),
)


def seed_training(say: Callable[[str], None], *, as_of: date) -> None:
    """Belts, curricula, the first wave, a lunch and some work to check. What is there already is left alone."""
    if BeltAward.objects.exists():
        return
    say("Handing out belts …")
    people = dict(Person.objects.values_list("external_id", "pk"))
    if not people:
        return
    for belt in STARTERS:
        add_starter(actor=demo_actor(), belt=belt)
    _belts(people, as_of)
    _badges(people, as_of)
    _wave(people, as_of)
    _work(people, as_of)
    _lunch(people, as_of)


def _begin(number: int, belt: str, as_of: date) -> date:
    """A first day that leaves between two and about ten months of validity, spread by number."""
    left = 60 + (number * 37) % 230
    months = LADDER[belt].months
    return as_of - timedelta(days=max(1, months * 30 - left))


def _belts(people: dict[str | None, int], as_of: date) -> None:
    wishes = [
        BeltToSet(people[role.id], role.belt, _begin(number, role.belt, as_of), None, "Certified before this year.")
        for number, role in enumerate(ROLES)
        if role.belt != "none" and role.id in people
    ]
    here = Person.objects.filter(left_on__isnull=True) | Person.objects.filter(left_on__gte=as_of)
    total = here.count()
    named = {role.id for role in ROLES}
    rest = [
        (pk, number) for pk, number in here.order_by("external_id").values_list("pk", "external_id")
        if number not in named
    ]  # fmt: skip
    missing = max(0, round(COVERAGE * total) - len(wishes))
    # Every n-th person, so that all departments and regions have their part.
    chosen = [rest[int(place * len(rest) / missing)][0] for place in range(missing)] if missing else []
    for number, person in enumerate(chosen):
        belt = "yellow" if number % 9 == 0 else "white"
        wishes.append(BeltToSet(person, belt, _begin(number, belt, as_of), None, "Certified before this year."))
    set_belts(actor=demo_actor(), wishes=wishes)


def _badges(people: dict[str | None, int], as_of: date) -> None:
    brands = dict(Brand.objects.values_list("code", "pk"))
    BrandBadge.objects.bulk_create(
        [
            BrandBadge(
                person_id=people[role.id], brand_id=brands[role.brand], granted_on=as_of - timedelta(days=150),
                granted_by=demo_actor().label,
            )
            for role in ROLES
            if role.brand in brands and role.id in people and role.belt in ("orange", "green", "blue", "black")
        ]
    )  # fmt: skip


def _at(day: date, hour: int = 11) -> datetime:
    return datetime.combine(day, time(hour), UTC)


def _wave(people: dict[str | None, int], as_of: date) -> None:
    pairs = {tuple(sorted((people[a], people[b]))) for a, b in (pair.split("-") for pair in TIES.split())}
    now = clock.now()
    Tie.objects.bulk_create([Tie(low_id=a, high_id=b, source="sample", added_at=now) for a, b in sorted(pairs)])
    members = [people[one] for one in WAVE]
    cohort = add_wave(
        actor=demo_actor(), name="Wave 0", belt="white", starts_on=as_of - timedelta(days=240),
        ends_on=as_of - timedelta(days=200),
    )  # fmt: skip
    CohortMember.objects.bulk_create([CohortMember(cohort=cohort, person_id=one, added_at=now) for one in members])
    near: dict[int, set[int]] = {}
    for a, b in pairs:
        near.setdefault(a, set()).add(b)
        near.setdefault(b, set()).add(a)
    units = list(Person.objects.filter(pk__in=members).values_list("department_id", "region_id"))
    Cohort.objects.filter(pk=cohort.pk).update(
        state="done",
        facts={
            "size": len(members),
            "people": sorted(members),
            "departments": sorted({unit for unit, _ in units if unit}),
            "regions": sorted({region for _, region in units if region}),
            "density": density(members, near),
            "adjacent_share": None,
        },
    )
    bank = {m.code: [question_from(q) for q in m.newest.questions] for m in lessons_of(["white"])["white"] if m.newest}
    attempts, uses = [], []
    for number, person in enumerate(members):
        drawn = draw(bank, key=f"sample-{number}", each=2)
        passed = _at(as_of - timedelta(days=205 + number))
        attempts.append(
            QuizAttempt(
                person_id=person, kind="belt", belt="white", number=1 + (number % 4 == 3), key=f"sample-{number}",
                questions=[one.data() for one in drawn], state="passed", total=len(drawn),
                right=len(drawn) - number % 3,
                answers={one.id: [o.id for o in one.question.options if o.right] for one in drawn},
                started_at=passed - timedelta(minutes=9), finished_at=passed,
            )
        )  # fmt: skip
        day = BeltAward.objects.filter(person_id=person).values_list("valid_from", flat=True).first()
        if number % 5 != 4 and day:
            first = day + timedelta(days=3 + number)
            uses.append(RightUse(person_id=person, right="internal_post", first_on=first, last_on=as_of))
    QuizAttempt.objects.bulk_create(attempts)
    RightUse.objects.bulk_create(uses)


def _work(people: dict[str | None, int], as_of: date) -> None:
    PracticalWork.objects.bulk_create(
        [
            PracticalWork(
                person_id=people[role], kind=kind, belt=belt, title=title, text=text,
                handed_in_at=_at(as_of - timedelta(days=number + 1), 9),
            )
            for number, (role, kind, belt, title, text) in enumerate(_WORK)
            if role in people
        ]
    )  # fmt: skip
    # Care role-plays of those who reply.
    PracticalWork.objects.bulk_create(
        [
            PracticalWork(
                person_id=people[role.id], kind="role_play", belt="green", state="accepted", worst="none",
                title="Case played before the first reply", text="Played with the trainer.",
                handed_in_at=_at(as_of - timedelta(days=160)), decided_at=_at(as_of - timedelta(days=160), 12),
                decided_by="Matthis Overdiek", decided_by_person_id=people["R11"],
            )
            for role in ROLES
            if role.belt in ("green", "blue", "black") and role.id in people
        ]
    )  # fmt: skip


def _lunch(people: dict[str | None, int], as_of: date) -> None:
    # A lunch for colleagues is on a working day.
    day = next(one for ahead in range(6, 9) if (one := as_of + timedelta(days=ahead)).weekday() < 5)
    session: LearningSession = add_session(
        actor=demo_actor(),
        title="Show and tell: what the hiking forum taught us",
        about="Bronwen shows three threads and what product made of them. Bring your lunch.",
        starts_at=_at(day, 11),
        ends_at=_at(day, 12),
        place="Canteen Ravenau, and on Hearth",
        host_id=people.get("R19"),
        seats=30,
    )
    Seat.objects.bulk_create(
        [Seat(session=session, person_id=people[one], changed_at=clock.now()) for one in WAVE[:7] if one in people]
    )
