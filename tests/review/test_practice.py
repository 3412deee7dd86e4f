"""What review tells training: rights used, critical defects with their undo, clean items for the Blue belt."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from fourleaf.kernel import clock
from fourleaf.kernel.actors import system_actor
from fourleaf.review import services
from fourleaf.review.models import ReviewItem
from fourleaf.review.practice import clean_items_of
from fourleaf.review.services import Verdict
from fourleaf.review.standing import Held
from fourleaf.training import public as training
from fourleaf.training.clean_items import clean_items
from fourleaf.training.jobs import grant_counted
from fourleaf.training.models import (
    Module,
    ModuleVersion,
    PracticalWork,
    QuizAttempt,
    Reading,
    RightUse,
    TrainingDue,
)
from fourleaf.training.selectors.path import path_of

YES = Verdict(True)
CRITICAL = Verdict(False, "critical", ("personal_data",), "A customer's address stands in it.")


@pytest.fixture
def green(house: Any) -> Any:
    """The author with a true Green belt besides the one of the test double."""
    training.set_belt(
        actor=system_actor("the test"), person_id=house.author.person.pk, belt="green", valid_from=date(2026, 1, 1),
        reason="The test needs it.",
    )  # fmt: skip
    return house.author


def standing(who: Any) -> Any:
    return training.belts_of([who.person.pk])[who.person.pk]


def by(who: Any, item: ReviewItem, verdict: Verdict = YES) -> Any:
    return services.decide(actor=who.actor, item_id=item.pk, verdict=verdict)


def test_handing_in_and_deciding_are_uses_of_rights(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = house.belts.held_by

    def held_by(ids: Any, on: date) -> dict[int, Held]:
        return {
            one: replace(held, rights=frozenset({"review"}) if one == house.lead.person.pk else frozenset())
            for one, held in plain(ids, on).items()
        }

    monkeypatch.setattr(house.belts, "held_by", held_by)
    item = house.submit(["health_claim"])
    by(house.counsel, item)
    by(house.lead, item)
    used = set(RightUse.objects.values_list("person_id", "right"))
    # Counsel decides in a group that asks for no belt: that is no use of the right to review.
    assert used == {(house.author.person.pk, "submit_draft"), (house.lead.person.pk, "review")}


def test_a_critical_verdict_suspends_at_once_and_undo_gives_it_back(house: Any, green: Any) -> None:
    decision = by(house.lead, house.submit(), CRITICAL)
    worth = standing(green)
    assert (worth.belt, "submit_draft" in worth.rights, "reply" in worth.rights) == ("green", False, False)
    assert "internal_post" in worth.rights
    services.undo_decision(actor=house.lead.actor, decision_id=decision.pk)
    assert "reply" in standing(green).rights
    assert list(TrainingDue.objects.values_list("kind", "state")) == [("retest", "void")]


def test_the_second_critical_one_costs_a_belt_and_undo_brings_it_back(house: Any, green: Any) -> None:
    first, second = house.submit(), house.submit(title="Another")
    by(house.lead, first, CRITICAL)
    assert standing(green).held == "green"
    decision = by(house.lead, second, CRITICAL)
    assert standing(green).held == "orange"
    services.undo_decision(actor=house.lead.actor, decision_id=decision.pk)
    assert standing(green).held == "green"
    assert TrainingDue.objects.filter(state="waiting").count() == 1


def test_minor_and_major_findings_leave_rights_alone(house: Any, green: Any) -> None:
    by(house.lead, house.submit(), Verdict(False, "major", ("fact",), "The date is wrong."))
    assert not standing(green).suspended


def test_only_items_without_any_finding_are_clean(house: Any, green: Any) -> None:
    author = green.person.pk
    for number in range(3):
        by(house.lead, house.submit(title=f"Clean {number}"))
    mended = house.submit(title="Mended")
    by(house.lead, mended, Verdict(False, "minor", ("wording",), "Too loud."))
    services.submit(actor=house.author.actor, kind="draft", subject_id=mended.subject_id)
    by(house.lead, mended)
    house.submit(title="Still waiting")
    assert clean_items([author, house.lead.person.pk]) == {author: 3, house.lead.person.pk: 0}
    assert clean_items_of([author], date(2026, 6, 16)) == {}
    blue = {one.work.kind: (one.done, one.enough) for one in path_of(author, "blue").work}
    assert blue["clean_items"] == (3, False)


def test_the_twenty_seventh_clean_item_gives_the_blue_belt(house: Any, green: Any) -> None:
    author, now = green.person, clock.now()
    module = Module.objects.create(
        code="blue-one", belt="blue", state="published", title="One", changed_at=now, changed_by="the test"
    )
    version = ModuleVersion.objects.create(
        module=module, number=1, title="One", body="Text.", questions=[{}], seconds=60, published_at=now,
        published_by="the test",
    )  # fmt: skip
    Module.objects.filter(pk=module.pk).update(newest=version)
    Reading.objects.create(person=author, module=module, version=version, read_at=now)
    QuizAttempt.objects.create(
        person=author, kind="belt", belt="blue", number=1, key="k", questions=[], state="passed", right=2, total=2,
        started_at=now, finished_at=now,
    )  # fmt: skip
    PracticalWork.objects.create(
        person=author, kind="project", belt="blue", title="P", text="T", state="accepted", handed_in_at=now,
        decided_at=now,
    )  # fmt: skip
    rows = [
        ReviewItem(
            kind="draft", subject_id=f"x{number}", title="Item", author=author, content_class="post", state="approved",
            counted="clean", created_at=now, decided_at=now,
        )
        for number in range(27)
    ]  # fmt: skip
    ReviewItem.objects.bulk_create(rows[:26])
    assert grant_counted() == 0
    rows[26].save()
    assert (grant_counted(), grant_counted()) == (1, 0)
    assert standing(green).belt == "blue"
