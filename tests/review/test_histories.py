"""Random histories: nobody without the belt, an acknowledged policy and a finished route gets an item through."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fourleaf.engine.review import content_hash
from fourleaf.kernel.errors import DomainError
from fourleaf.review import services
from fourleaf.review.models import Decision, Draft, ReviewItem, Stratum
from fourleaf.review.public import clearance
from fourleaf.review.services import DraftFields, Verdict

BELTS = ("none", "yellow", "green", "blue")
PEOPLE = ("author", "lead", "second", "counsel", "keeper", "outsider")
STEPS = st.one_of(
    st.tuples(st.just("belt"), st.sampled_from(PEOPLE), st.sampled_from(BELTS)),
    st.tuples(st.just("acknowledge"), st.booleans()),
    st.tuples(st.just("force"), st.booleans()),
    st.tuples(st.just("submit")),
    st.tuples(st.just("decide"), st.sampled_from(PEOPLE), st.sampled_from(("yes", "yes", "yes", "no", "critical"))),
    st.tuples(st.just("decide"), st.sampled_from(("lead", "counsel")), st.just("yes")),
    st.tuples(st.just("edit"), st.sampled_from(("text", "link")), st.integers(0, 3)),
    st.tuples(st.just("undo"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("withdraw")),
    st.tuples(st.just("wait"), st.integers(1, 20)),
    st.tuples(st.just("clear")),
)
VERDICTS = {
    "yes": Verdict(True),
    "no": Verdict(False, "minor", ("wording",), "Softer."),
    "critical": Verdict(False, "critical", ("law",), "Against the law."),
}


@dataclass
class World:
    """A draft and what the model remembers about it, independent of the product's own reckoning."""

    house: Any
    time: Any
    draft: Draft
    #: Texts for which the author had everything when they handed them in or edited them.
    sound: set[str] = field(default_factory=set)
    #: Approvals as they were given: (person, hash of the text alone, hash of all), all by able people.
    given: set[tuple[str, str, str]] = field(default_factory=set)

    def content(self) -> dict[str, Any]:
        return dict(ReviewItem.objects.get(subject_id=str(self.draft.pk)).content)

    def able(self) -> bool:
        belts, author = self.house.belts, self.house.author.person.pk
        return belts.belts.get(author) != "none" and author not in belts.unacknowledged and belts.in_force

    def run(self, step: tuple[Any, ...]) -> None:
        house, draft = self.house, Draft.objects.get(pk=self.draft.pk)
        item = ReviewItem.objects.get(subject_id=str(draft.pk))
        if step[0] == "belt":
            house.belts.belts[getattr(house, step[1]).person.pk] = step[2]
        elif step[0] == "acknowledge":
            (house.belts.unacknowledged.discard if step[1] else house.belts.unacknowledged.add)(house.author.person.pk)
        elif step[0] == "force":
            house.belts.in_force = step[1]
        elif step[0] == "submit":
            services.submit(actor=house.author.actor, kind="draft", subject_id=str(draft.pk))
            assert self.able(), "handed in without a belt, a policy in force or its acknowledgement"
            self.sound.add(str(draft.pk))
        elif step[0] == "decide":
            who = getattr(house, step[1])
            services.decide(actor=who.actor, item_id=item.pk, verdict=VERDICTS[step[2]])
            self._judged(step[1], step[2], item)
        elif step[0] == "edit":
            fields = {"title": draft.title, "text": draft.text, "link": draft.link, "flags": draft.flags}
            fields[step[1]] = f"https://example.org/{step[2]}" if step[1] == "link" else f"Text {step[2]}"
            fields |= {"brand_id": draft.brand_id, "region_id": draft.region_id}
            services.change_draft(actor=house.author.actor, draft_id=draft.pk, fields=DraftFields(**fields))
        elif step[0] == "undo":
            who = getattr(house, step[1])
            last = Decision.objects.filter(item=item, person=who.person).order_by("-pk").first()
            if last is not None:
                services.undo_decision(actor=who.actor, decision_id=last.pk)
                self.given = {one for one in self.given if one[0] != step[1]}
        elif step[0] == "withdraw":
            services.withdraw(actor=house.author.actor, item_id=item.pk)
            self.given.clear()
        elif step[0] == "wait":
            self.time.move(days=step[1])
        else:
            services.clear_author(
                actor=house.keeper.actor, stratum_id=Stratum.objects.get().pk, author_id=house.author.person.pk
            )

    def _judged(self, who: str, verdict: str, item: ReviewItem) -> None:
        assert who != "author", "decided their own item"
        belt = self.house.belts.belts[getattr(self.house, who).person.pk]
        assert who in ("lead", "second", "counsel", "keeper")
        if who in ("lead", "second"):
            assert belt == "blue", "decided without the belt"
        text = content_hash(item.content, frozenset({"text"}))
        if verdict == "yes":
            self.given.add((who, text, item.content_hash))
        else:
            self.given.discard((who, text, item.content_hash))

    def check(self) -> None:
        found = clearance("draft", str(self.draft.pk))
        if not found.cleared:
            return
        content = self.content()
        text, whole = content_hash(content, frozenset({"text"})), content_hash(content)
        assert str(self.draft.pk) in self.sound
        assert self.able(), "cleared although the author's belt, policy or acknowledgement has lapsed"
        assert found.content_hash == whole
        assert any(who in ("lead", "second") and all_ == whole for who, _, all_ in self.given), "no brand approver"
        assert any(who in ("counsel", "keeper") and seen == text for who, seen, _ in self.given), "no counsel"


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEPS, min_size=4, max_size=22))
@pytest.mark.django_db
def test_nothing_gets_through_that_should_not(house: Any, time: Any, steps: list[tuple[Any, ...]]) -> None:
    from django.db import transaction

    from fourleaf.kernel import clock

    belts = dict(house.belts.belts)
    began = clock.now()
    with transaction.atomic():
        fields = DraftFields(
            title="T", text="Text", flags=["health_claim"], brand_id=house.organisation.ember.pk,
            region_id=house.organisation.north.pk,
        )  # fmt: skip
        world = World(house, time, services.add_draft(actor=house.author.actor, fields=fields))
        # Most histories should get somewhere, or nothing is proven about the end.
        for step in [("submit",), *steps]:
            with suppress(DomainError):
                world.run(step)
            world.check()
        transaction.set_rollback(True)
    house.belts.belts = belts
    house.belts.unacknowledged.clear()
    house.belts.in_force = True
    time.move(seconds=(began - clock.now()).total_seconds())


def test_the_model_lets_a_finished_item_through(house: Any, time: Any) -> None:
    fields = DraftFields(title="T", text="Text", flags=["price"], brand_id=house.organisation.ember.pk)
    world = World(house, time, services.add_draft(actor=house.author.actor, fields=fields))
    for step in (("submit",), ("decide", "lead", "yes"), ("decide", "counsel", "yes")):
        world.run(step)
    world.check()
    assert clearance("draft", str(world.draft.pk)).cleared
