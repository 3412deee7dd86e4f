"""A small house: two brands, groups, routes, and people whose belts and acknowledgements a test may set."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from fourleaf.kernel import clock

if TYPE_CHECKING:
    from fourleaf.review.models import ReviewItem

#: A Monday, eleven o'clock in Berlin.
MONDAY = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)


@dataclass
class Belts:
    """Stands in for training and governance: belts by person, who has acknowledged, whether a policy is in force."""

    belts: dict[int, str] = field(default_factory=dict)
    unacknowledged: set[int] = field(default_factory=set)
    resting: set[int] = field(default_factory=set)
    in_force: bool = True

    def held_by(self, person_ids: Collection[int], on: date) -> dict[int, Any]:
        from fourleaf.review.standing import Held

        return {
            one: Held(
                self.belts.get(one, "none"), None, frozenset(), frozenset({"review"} if one in self.resting else ())
            )
            for one in person_ids
        }

    def may(self, person_id: int, right: str, brand_id: int | None, on: date) -> Any:
        from fourleaf.review.standing import Ruling
        from fourleaf.training.contracts import rights_of

        belt = self.belts.get(person_id, "none")
        allowed = right in rights_of(belt) and person_id not in self.resting  # type: ignore[arg-type]
        return Ruling(allowed, () if allowed else (f"This needs a belt with the right {right}.",))

    def policies(self, person_id: int, *args: Any) -> Any:
        from fourleaf.review.standing import Policies

        named = ("Social media policy 2.0.0",) if self.in_force else ()
        return Policies(named, named if person_id in self.unacknowledged else ())


@pytest.fixture
def belts() -> Iterator[Belts]:
    from fourleaf.review.standing import provided

    given = Belts()
    with provided(given):
        yield given


@pytest.fixture(autouse=True)
def _no_double_review_by_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    """One item in twenty would go to two people, by its number; tests of that ask for it."""
    from fourleaf.engine import review
    from fourleaf.review.services import submitting

    def select(*args: Any, parameters: Any = review.DEFAULT, **more: Any) -> Any:
        return review.select(*args, parameters=replace(parameters, double_review=0.0), **more)

    monkeypatch.setattr(submitting, "select", select)


@pytest.fixture
def time() -> Iterator[Any]:
    with clock.frozen(MONDAY) as frozen:
        yield frozen


@dataclass
class House:
    """Who is who in these tests. `lead` and `second` approve Ember; `counsel` comes in for claims."""

    author: Any
    lead: Any
    second: Any
    counsel: Any
    keeper: Any
    outsider: Any
    belts: Belts
    organisation: Any
    groups: dict[str, Any]
    routes: dict[str, Any]
    submit: Callable[..., ReviewItem]


@pytest.fixture
def house(hire: Any, organisation: Any, belts: Belts, time: Any) -> House:
    from fourleaf.review import services
    from fourleaf.review.services import DraftFields, GroupFields, RouteFields, StepFields

    keeper = hire("Kim Keeper", role="strategist")
    author, lead, second = hire("Ann Author"), hire("Lea Lead"), hire("Sam Second")
    counsel, other = hire("Cora Counsel", department=organisation.legal), hire("Olga Other")
    for who, belt in ((author, "yellow"), (lead, "blue"), (second, "blue"), (counsel, "orange"), (keeper, "blue")):
        belts.belts[who.person.pk] = belt
    brand = organisation.ember.pk
    actor = keeper.actor
    groups = {
        "approvers": services.save_group(
            actor=actor,
            fields=GroupFields("Ember approvers", [lead.person.pk, second.person.pk, author.person.pk], "blue", brand),
        ),
        "legal": services.save_group(
            actor=actor, fields=GroupFields("Legal", [counsel.person.pk, keeper.person.pk], "none")
        ),
    }
    brand_step = StepFields(groups["approvers"].pk)
    routes = {
        "ember": services.save_route(actor=actor, fields=RouteFields("Ember", [brand_step], brand_id=brand)),
        "claims": services.save_route(
            actor=actor,
            fields=RouteFields(
                "Claims", [brand_step, StepFields(groups["legal"].pk, fields=["text"], guest=True)], tier="R3"
            ),
        ),
    }

    def submit(flags: Collection[str] = (), by: Any = author, **fields: Any) -> ReviewItem:
        given = {"title": "Grill season", "text": "Light the coals early.", "brand_id": brand, **fields}
        given.setdefault("region_id", organisation.north.pk)
        draft = services.add_draft(actor=by.actor, fields=DraftFields(flags=flags, **given))
        return services.submit(actor=by.actor, kind="draft", subject_id=str(draft.pk))

    return House(author, lead, second, counsel, keeper, other, belts, organisation, groups, routes, submit)
