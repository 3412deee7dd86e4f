"""Before anybody decides: what a text reads like, what would happen, and why it could not be handed in yet."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.urls import reverse

from fourleaf.review.models import Draft, ReviewItem
from fourleaf.web.review.words import there, working_time

BOAST = "It heals back pain, for only 49 Euro."
FACTS = {"content_class": "post", "language": "en"}


def test_a_question_is_posted_and_its_text_goes_into_no_address(house: Any, client_for: Any) -> None:
    client = client_for(house.author)
    address = reverse("review:what_if")
    asked = {**FACTS, "brand_id": house.organisation.ember.pk, "text": BOAST, "flags": ["price"]}
    page = client.post(address, asked).content.decode()
    assert "“heals back pain”: this reads like a health claim. Tick “Makes a health claim” if it is." in page
    assert "this reads like a price" not in page
    assert "R3: " not in page
    assert "flags=price" in page
    assert "heals" not in page.split('href="?')[1].split('"')[0]
    assert 'method="post"' in page.split("rv-what")[1]
    long = client.post(address, {**asked, "text": "x" * 20_001})
    assert long.status_code == 422
    assert b"20000 characters" in long.content


def test_a_draft_is_looked_at_before_it_is_kept_and_handed_in(house: Any, client_for: Any) -> None:
    author, lead = client_for(house.author), client_for(house.lead)
    fields = {**FACTS, "title": "Lamp", "text": BOAST, "brand_id": house.organisation.ember.pk}
    looked = author.post(reverse("review:add"), {**fields, "look": "1"})
    assert looked.status_code == 200
    assert not Draft.objects.exists()
    for part in ("Tick “States a price” if it is.", "Lea Lead", "Decided by", "It heals back pain"):
        assert part in looked.content.decode()
    author.post(reverse("review:add"), fields)
    item = ReviewItem.objects.get()
    address = reverse("review:item", args=[item.pk])
    own = author.get(address).content.decode()
    assert (
        own.index("“heals back pain”") < own.index("What would happen") < own.index("R1</strong> This item is routine")
    )
    assert "You cannot hand it in yet" not in own
    author.post(reverse("review:submit", args=[item.pk]))
    item.refresh_from_db()
    # A hint changes no tier; the reviewer sees it, too.
    assert item.tier == "R1"
    assert "“States a price” is not ticked." in lead.get(address).content.decode()


def test_what_is_missing_is_said_before_anybody_writes(house: Any, client_for: Any) -> None:
    house.belts.belts[house.author.person.pk] = "none"
    page = client_for(house.author).get(reverse("review:add")).content.decode()
    assert "You cannot hand it in yet" in page
    assert page.index(reverse("training:home") + '"') < page.index(reverse("governance:policies_mine"))
    assert page.index("You cannot hand it in yet") < page.index('name="title"')


def test_the_page_of_routes_warns_of_an_easier_gravest_tier_and_says_times_in_hours(
    house: Any, client_for: Any
) -> None:
    from fourleaf.review import services

    people = [house.second.person.pk, house.lead.person.pk]
    crisis = services.save_group(actor=house.keeper.actor, fields=services.GroupFields("Quorum", people, "orange"))
    fields = services.RouteFields("Grave", [services.StepFields(crisis.pk)], tier="R4", answer_minutes=960)
    services.save_route(actor=house.keeper.actor, fields=fields)
    page = client_for(house.keeper).get(reverse("review:routes")).content.decode()
    assert "Items of tier R3 need Legal, items of tier R4 do not" in page
    assert "Answer within 16 business hours (two working days of eight)." in page


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(1, "1 business minute"), (60, "1 business hour"), (90, "1.5 business hours"), (240, "4 business hours"),
     (480, "8 business hours (one working day of eight)")],
)  # fmt: skip
def test_minutes_are_said_as_hours_and_days(minutes: int, said: str) -> None:
    assert working_time(minutes) == said


def test_a_time_abroad_is_said_on_its_own_clocks_too() -> None:
    due = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)
    assert there(due, "America/Toronto", "North America") == "Tue 17:00 EST in North America"
    assert there(due, "UTC", "Home") == there(None, "America/Toronto", "North America") == ""
