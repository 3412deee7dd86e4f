"""The doors through which verdicts come: what each asks, and what it says to who comes too late."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client
from django.urls import reverse

from fourleaf.review import services
from fourleaf.review.models import Decision, Draft, ReviewItem
from fourleaf.review.services.links import new_link

YES = {"verdict": "approved", "severity": "clean"}


def guest_of(house: Any, item: ReviewItem) -> str:
    """The address of a guest's link to the step of the item that allows one."""
    step = next(one["id"] for one in item.need["all_of"] if one["guest"])
    _, secret = services.invite_guest(actor=house.lead.actor, item_id=item.pk, step=step, label="Birch", days=3)
    return reverse("review:by_guest", args=[secret])


def test_a_verdict_that_names_no_text_is_refused_at_every_door(house: Any, client_for: Any) -> None:
    lead, item = client_for(house.lead), house.submit(["health_claim"])
    routine = house.submit()
    link = reverse("review:by_link", args=[new_link(item=item, person_id=house.lead.person.pk)])
    for client, address in (
        (lead, reverse("review:decide", args=[item.pk])),
        (Client(), link),
        (Client(), guest_of(house, item)),
    ):
        for content in ({}, {"content": ""}, {"content": "x"}):
            answer = client.post(address, {**YES, "name": "Bea", **content})
            assert answer.status_code == 422, (address, content)
            said = answer.content.decode()
            assert ("was changed since" in said) == (content == {"content": "x"})
            assert ("on which text" in said) == (content != {"content": "x"})
    assert b"on which text" in lead.post(reverse("review:bulk"), {"chosen": f"{routine.pk}:"}).content
    assert not Decision.objects.exists()


def test_who_comes_second_reads_what_became_of_it(house: Any, client_for: Any) -> None:
    item, following = house.submit(), house.submit(title="The lid")
    lead, keeper = client_for(house.lead), client_for(house.keeper)
    verdict, address = {**YES, "content": item.content_hash}, reverse("review:decide", args=[item.pk])
    services.decide(actor=house.second.actor, item_id=item.pk, verdict=services.Verdict(True))
    late = lead.post(address, verdict)
    said = late.content.decode()
    assert late.status_code == 409
    assert "Sam Second approved this just now." in said
    assert "data-review-decide" not in said
    assert reverse("review:item", args=[following.pk]) in said
    # Who may see it anyway reads the same; who has not read the text learns nothing.
    assert "Sam Second approved this" in keeper.post(address, verdict).content.decode()
    assert client_for(house.outsider).post(address, {**YES, "content": "x"}).status_code == 404
    assert "You approved this" in client_for(house.second).post(address, verdict).content.decode()


def test_a_guest_reads_what_holds_for_the_item_and_why(house: Any) -> None:
    shown = Client().get(guest_of(house, house.submit(["health_claim"]))).content.decode()
    assert "Makes a health claim" in shown
    assert "R3: this item makes a claim on health" in shown
    assert "Lea Lead" not in shown


def test_ticks_are_corrected_and_items_withdrawn_on_their_page(house: Any, client_for: Any) -> None:
    item = house.submit()
    lead, keeper, author = client_for(house.lead), client_for(house.keeper), client_for(house.author)
    page, address = reverse("review:item", args=[item.pk]), reverse("review:correct", args=[item.pk])
    assert address in lead.get(page).content.decode()
    assert address not in author.get(page).content.decode()
    wrong = lead.post(address, {"flags": ["price"], "version": item.version})
    assert wrong.status_code == 422
    assert client_for(house.outsider).post(address, {"flags": ["price"], "reason": "x"}).status_code == 404
    fixed = lead.post(address, {"flags": ["price"], "reason": "For 49 Euro.", "version": item.version}, follow=True)
    assert "Corrected: R3, by the route Claims. Ann Author is told." in fixed.content.decode()
    assert "corrected by Lea Lead" in author.get(page).content.decode()
    # Nobody but the author takes an item back by one click.
    back = reverse("review:withdraw", args=[item.pk])
    assert "Take it back" in author.get(page).content.decode()
    seen = keeper.get(page).content.decode()
    assert "Take it back" not in seen
    assert "Withdraw it in place of its author" in seen
    assert keeper.post(back).status_code == 422
    services.decide(actor=house.lead.actor, item_id=item.pk, verdict=services.Verdict(True))
    assert keeper.post(back, {"reason": "Not now."}).status_code == 302
    assert "no longer counts: the item was taken back" in keeper.get(page).content.decode()
    services.submit(actor=house.author.actor, kind="draft", subject_id=item.subject_id)
    again = keeper.get(page).content.decode()
    assert "no longer counts: the item has begun anew since" in again
    assert "on an earlier text" not in again


def test_mails_say_the_time_of_the_reader_and_why(house: Any, mailoutbox: list[Any]) -> None:
    from fourleaf.kernel import jobs

    house.lead.person.region = house.organisation.north
    house.lead.person.save()
    house.organisation.north.time_zone = "America/Chicago"
    house.organisation.north.save()
    house.submit(["price"])
    jobs.run_until_idle()
    [body] = [str(one.body) for one in mailoutbox if one.to == [house.lead.account.email]]
    assert "Why: R3: this item states a price" in body
    assert "(America/Chicago)" in body
    assert "UTC" not in body


def test_the_form_of_a_draft_sent_twice_makes_one(house: Any, client_for: Any) -> None:
    author = client_for(house.author)
    shown = author.get(reverse("review:add")).content.decode()
    found = re.search(r'name="form" value="([^"]+)"', shown)
    assert found is not None
    fields = {"title": "T", "text": "x", "content_class": "post", "language": "en", "form": found[1]}
    first, second = (author.post(reverse("review:add"), fields) for _ in range(2))
    assert (first.status_code, first.url) == (302, second.url)
    # The word outlives a mistake, and a fresh form has another.
    assert f'value="{found[1]}"' in author.post(reverse("review:add"), {**fields, "text": ""}).content.decode()
    assert found[1] not in author.get(reverse("review:add")).content.decode()
    assert Draft.objects.count() == 1
