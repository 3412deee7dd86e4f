"""People to ask, and a wave that asks them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from fourleaf.assessment.models import Invitation, Wave
    from fourleaf.kernel.models import Person

NOON = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
LAST_DAY = date(2026, 6, 30)


@pytest.fixture
def noon() -> Any:
    """The clock stands at noon of a Monday in June."""
    from fourleaf.kernel import clock

    with clock.frozen(NOON) as frozen:
        yield frozen


@pytest.fixture
def staff(organisation: Any) -> Callable[[int], list[Person]]:
    """``staff(40)`` hires so many people in two departments and two regions, four of five in the first of each."""
    from fourleaf.kernel.models import Person

    def make(count: int, *, mail: bool = True) -> list[Person]:
        departments = [organisation.marketing, organisation.service]
        regions = [organisation.north, organisation.south]
        people = []
        for number in range(count):
            people.append(
                Person.objects.create(
                    name=f"Person {number:03}",
                    email=f"person{number:03}@example.org" if mail else None,
                    department=departments[number % 5 == 0],
                    region=regions[number % 4 == 0],
                    started_on=date(2020, 1, 1),
                    created_at=NOON,
                    changed_at=NOON,
                )
            )
        return people

    return make


@dataclass
class Running:
    """A running wave with a link for each invitation, in the order of the people."""

    wave: Wave
    tokens: list[str]
    invitations: list[Invitation]


@pytest.fixture
def running(noon: Any, strategist: Any, staff: Any) -> Callable[..., Running]:
    """``running(40)`` opens a wave that asks so many people (and the one who runs it) and makes their links."""
    from fourleaf.assessment.models import Invitation
    from fourleaf.assessment.services.invitations import new_link
    from fourleaf.assessment.services.waves import add_wave, open_wave

    def make(count: int = 12, **fields: Any) -> Running:
        staff(count)
        wave = add_wave(actor=strategist.actor, **{"name": "June", "last_day": LAST_DAY, **fields})
        wave = open_wave(actor=strategist.actor, wave_id=wave.pk)
        invitations = list(Invitation.objects.filter(wave=wave).order_by("person__name"))[:count]
        return Running(wave, [new_link(one) for one in invitations], invitations)

    return make


@pytest.fixture
def full_answers() -> Callable[..., dict[str, int]]:
    """``full_answers(4)`` agrees to everything; ``full_answers(4, C1=2)`` but for one."""
    from fourleaf.engine.survey.instrument import STANDARD

    def make(value: int = 4, **other: int) -> dict[str, int]:
        return {**dict.fromkeys(STANDARD.ids, value), **other}

    return make


@pytest.fixture
def published(running: Any, strategist: Any) -> Callable[..., Wave]:
    """``published(60)`` asks so many people, takes their answers, closes and publishes; leadership is the lowest."""
    import random

    from fourleaf.assessment.services.bulk import BulkAnswer, add_answers
    from fourleaf.assessment.services.waves import close_wave, publish_wave
    from fourleaf.engine.survey.instrument import STANDARD
    from fourleaf.kernel import jobs

    def make(count: int = 60, *, publish: bool = True, **fields: Any) -> Wave:
        wave = running(count, **fields)
        chance = random.Random(5)
        turned = {item.id for item in STANDARD.scored if item.reverse}
        rows = []
        for invitation in wave.invitations:
            lean = chance.choice((-1, 0, 0, 1))
            answers = {}
            for item in STANDARD.ids:
                value = min(5, max(1, (2 if item.startswith("L") else 4) + lean * chance.choice((0, 1, 1))))
                answers[item] = 6 - value if item in turned else value
            remark = f"remark {invitation.pk}" if chance.random() < 0.5 else ""
            rows.append(BulkAnswer(invitation.pk, answers, chance.random() < 0.4, remark))
        add_answers(actor=strategist.actor, wave_id=wave.wave.pk, rows=rows)
        close_wave(actor=strategist.actor, wave_id=wave.wave.pk)
        jobs.run_until_idle()
        if publish:
            publish_wave(actor=strategist.actor, wave_id=wave.wave.pk)
        wave.wave.refresh_from_db()
        return wave.wave

    return make
