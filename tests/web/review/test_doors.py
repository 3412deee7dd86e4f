"""The doors through which verdicts come: what each asks, and what it says to who comes too late."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from fourleaf.review import services
from fourleaf.review.models import Decision, ReviewItem
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
