"""The pages of review: each opens, within its budget, and does what its button says."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from fourleaf.review.models import Decision, Draft, ReviewItem, Stratum
from fourleaf.review.public import clearance

YES = {"verdict": "approved", "severity": "clean"}


def row(item: ReviewItem) -> ReviewItem:
    return ReviewItem.objects.get(pk=item.pk)


def test_from_the_draft_to_the_verdict(house: Any, client_for: Any) -> None:
    author, lead = client_for(house.author), client_for(house.lead)
    fields = {"title": "Grill season", "text": "Light the coals early.", "content_class": "post", "language": "en"}
    wrong = author.post(reverse("review:add"), {**fields, "link": "nowhere"})
    assert wrong.status_code == 422
    assert b"begins with http" in wrong.content
    assert b"Light the coals early." in wrong.content
    brand = house.organisation.ember.pk
    made = author.post(reverse("review:add"), {**fields, "brand_id": brand})
    item = ReviewItem.objects.get()
    assert made.url == reverse("review:item", args=[item.pk])
    author.post(reverse("review:submit", args=[item.pk]))
    page = lead.get(reverse("review:queue")).content.decode()
    assert "Grill season" in page
    shown = lead.get(reverse("review:item", args=[item.pk])).content.decode()
    assert "R1: this item is routine content." in shown
    assert "Lea Lead" in shown
    wish = {"verdict": "returned", "severity": "minor", "content": row(item).content_hash}
    bad = lead.post(reverse("review:decide", args=[item.pk]), wish)
    assert bad.status_code == 422
    assert b"Say what should change" in bad.content
    assert 'name="severity"' in shown
    assert "checked" not in shown
    unread = lead.post(reverse("review:decide", args=[item.pk]), {"verdict": "approved"})
    assert unread.status_code == 422
    assert b"Say what you found" in unread.content
    done = lead.post(reverse("review:decide", args=[item.pk]), {**YES, "content": row(item).content_hash})
    assert done.status_code == 302
    flash = lead.get(reverse("review:queue")).content.decode()
    assert "“Grill season” is approved by you (clean). You can undo your verdict for 60 seconds." in flash
    assert clearance("draft", item.subject_id).cleared
    token = re.search(r'name="token" value="([^"]+)"', flash)
    assert token is not None


def test_forbidden_and_absent_look_alike(house: Any, client_for: Any) -> None:
    item = house.submit()
    client = client_for(house.outsider)
    for address in (
        reverse("review:item", args=[item.pk]),
        reverse("review:item", args=[item.pk + 99]),
        reverse("review:draft", args=[int(item.subject_id)]),
        reverse("review:draft", args=[int(item.subject_id) + 99]),
    ):
        assert client.get(address).status_code == 404
    assert client.get(reverse("review:strata")).status_code in (403, 404)
    assert client.get(reverse("review:group_add")).status_code in (403, 404)


@pytest.mark.parametrize(
    ("name", "budget"),
    [("queue", 14), ("what_if", 10), ("rules", 8), ("routes", 28), ("away", 12), ("strata", 16), ("route_add", 14)],
)
def test_every_page_opens_within_its_budget(
    house: Any, client_for: Any, query_budget: Any, name: str, budget: int
) -> None:
    for number in range(4):
        house.submit(title=f"Item {number}")
    client = client_for(house.keeper)
    client.get(reverse(f"review:{name}"))
    with query_budget(budget):
        assert client.get(reverse(f"review:{name}")).status_code == 200


def test_the_queue_costs_the_same_for_many(house: Any, client_for: Any, query_budget: Any) -> None:
    for number in range(8):
        house.submit(title=f"Item {number}")
    client = client_for(house.lead)
    for queue in ("mine", "others", "own", "done", "all"):
        client.get(reverse("review:queue"), {"queue": queue})
        with query_budget(14):
            page = client.get(reverse("review:queue"), {"queue": queue, "tier": "R1", "q": "item", "due": "today"})
        assert ("Item 3" in page.content.decode()) == (queue in ("mine", "all"))
    item = ReviewItem.objects.order_by("pk")[0]
    with query_budget(48):
        assert client.get(reverse("review:item", args=[item.pk])).status_code == 200


def test_a_crisis_statement_is_due_now_and_comes_first(house: Any, client_for: Any, time: Any) -> None:
    from fourleaf.web.review.tables import due_state

    house.submit(title="Overdue since yesterday")
    time.move(days=1)
    grave = house.submit(["safety_recall"], title="Recall of the lid")
    assert (row(grave).tier, row(grave).due_at) == ("R4", None)
    lead = client_for(house.lead)
    for asked in ({}, {"queue": "all"}, {"due": "over"}):
        page = lead.get(reverse("review:queue"), asked).content.decode()
        assert 0 < page.index("Recall of the lid") < page.index("Overdue since yesterday"), asked
    state = due_state(row(grave))
    assert state is not None
    assert state.label == "Now"
    # The exact time is in the product's format, also in what is copied.
    assert "+00:00)" not in page
    assert "Mon 15 June 2026" in page
    assert "One is overdue." in lead.get("/").content.decode()
    first = ReviewItem.objects.exclude(pk=grave.pk).get()
    done = lead.post(reverse("review:decide", args=[first.pk]), {**YES, "content": first.content_hash})
    assert done.url == reverse("review:item", args=[grave.pk])
    assert "One is due now." in lead.get("/").content.decode()


def test_a_channel_that_the_plan_does_not_have_is_asked_about(house: Any, client_for: Any) -> None:
    from fourleaf.kernel import clock
    from fourleaf.planning.models import PlanObject
    from fourleaf.planning.services import create_plan, set_current

    # Without a plan every channel is taken.
    strategist = client_for(house.keeper)
    fields = {"title": "T", "text": "x", "content_class": "post", "language": "en", "channel": "H99"}
    address = reverse("review:add")
    assert strategist.post(address, fields).status_code == 302
    plan = create_plan(actor=house.keeper.actor, name="Plan")
    set_current(actor=house.keeper.actor, plan_id=plan.pk)
    data = {"id": "H1", "name": "Ember on short video"}
    PlanObject.objects.create(plan=plan, section="channels", key="H1", data=data, changed_at=clock.now())
    asked = strategist.post(address, fields)
    assert asked.status_code == 422
    page = asked.content.decode()
    assert "H99 is not a channel of the plan." in page
    assert '<option value="H1">Ember on short video' in page
    # An author without a look at the plan is asked, too, but not shown its channels.
    author = client_for(house.author).post(address, fields)
    assert author.status_code == 422
    assert "Ember on short video" not in author.content.decode()
    assert 'name="channel_anyway"' in page
    assert strategist.post(address, fields | {"channel_anyway": "on"}).status_code == 302
    assert strategist.post(address, fields | {"channel": "h1"}).status_code == 302
    assert list(Draft.objects.order_by("pk").values_list("channel", flat=True)) == ["H99", "H99", "H1"]
    kept = Draft.objects.filter(channel="H99").last()
    assert kept is not None
    changed = strategist.post(reverse("review:draft", args=[kept.pk]), fields | {"text": "y", "version": kept.version})
    assert changed.status_code == 302
    answer = strategist.get(reverse("review:what_if"), fields)
    assert answer.status_code == 200
    assert "H99 is not a channel of the plan." in answer.content.decode()


def test_what_holds_for_a_post_is_asked_in_groups(house: Any, client_for: Any) -> None:
    from fourleaf.review.contracts import FLAGS

    page = client_for(house.author).get(reverse("review:what_if")).content.decode()
    assert re.findall(r'rv-boxes-name" id="[^"]+">([^<]+)<', page) == [
        "Known already", "New", "Claims and terms", "People", "Grave matters",
    ]  # fmt: skip
    assert sorted(re.findall(r'name="flags" value="([^"]+)"', page)) == sorted(FLAGS)


def test_what_would_happen_names_rules_people_and_chance(house: Any, client_for: Any) -> None:
    client = client_for(house.author)
    before = ReviewItem.objects.count()
    address = reverse("review:what_if")
    page = client.get(
        address,
        {"content_class": "post", "brand_id": house.organisation.ember.pk, "flags": ["health_claim", "campaign_new"]},
    ).content.decode()
    for part in ("R3", "makes a claim on health", "opens a new campaign", "Lea Lead", "Cora Counsel", "Claims"):
        assert part in page
    assert "You could not hand it in" not in page
    assert ReviewItem.objects.count() == before
    nobody = client.get(address, {"content_class": "post"}).content.decode()
    assert "There is no route for R1" in nobody


def test_many_are_approved_after_a_look_at_the_list(house: Any, client_for: Any) -> None:
    items = [house.submit(title=f"Item {number}") for number in range(3)]
    grave = house.submit(["price"], title="With a price")
    client = client_for(house.lead)
    chosen = [str(item.pk) for item in [*items, grave]]
    page = client.post(reverse("review:bulk"), {"selected": chosen}).content.decode()
    assert "Approve 3 items" in page
    assert "With a price: tier R3" in page
    found = re.search(r'name="chosen" value="([^"]+)"', page)
    assert found is not None
    client.post(reverse("review:bulk"), {"chosen": found[1]})
    assert {row(item).state for item in items} == {"approved"}
    assert row(grave).state == "submitted"


def test_a_mailed_link_decides_once_and_only_by_post(house: Any) -> None:
    from fourleaf.kernel import jobs

    item = house.submit()
    jobs.run_until_idle()
    body = str(mail.outbox[0].body)
    assert mail.outbox[0].to == [house.lead.account.email]
    found = re.search(r"(/r/\S+/)", body)
    assert found is not None
    client = Client()
    page = client.get(found[1])
    assert page.status_code == 200
    assert page["Referrer-Policy"] == "same-origin"
    assert not Decision.objects.exists()
    assert client.post(found[1], {"verdict": "returned", "severity": "clean"}).status_code == 422
    done = client.post(found[1], {**YES, "content": item.content_hash})
    assert b"Thank you" in done.content
    assert clearance("draft", item.subject_id).cleared
    assert client.get(found[1]).status_code == 410
    assert client.get("/r/" + "x" * 32 + "/").status_code == 404


@pytest.mark.parametrize("spoil", ["belt", "edit", "time", "left"])
def test_a_mailed_link_is_checked_again_at_use(house: Any, time: Any, spoil: str) -> None:
    from fourleaf.review import services
    from fourleaf.review.services import DraftFields
    from fourleaf.review.services.links import new_link

    item = house.submit()
    secret = new_link(item=item, person_id=house.lead.person.pk)
    if spoil == "belt":
        house.belts.belts[house.lead.person.pk] = "white"
    elif spoil == "edit":
        draft = Draft.objects.get()
        fields = DraftFields(title=draft.title, text="Another", brand_id=draft.brand_id, region_id=draft.region_id)
        services.change_draft(actor=house.author.actor, draft_id=draft.pk, fields=fields)
    elif spoil == "time":
        time.move(hours=49)
    else:
        house.lead.account.is_active = False
        house.lead.account.save()
    answer = Client().post(reverse("review:by_link", args=[secret]), {**YES, "content": item.content_hash})
    assert answer.status_code in (403, 410)
    assert not Decision.objects.exists()


def test_a_guest_decides_one_step_with_a_name(house: Any, client_for: Any) -> None:
    item = house.submit(["health_claim"])
    lead = client_for(house.lead)
    step = next(one["id"] for one in row(item).need["all_of"] if one["guest"])
    page = lead.post(
        reverse("review:invite", args=[item.pk]), {"step": step, "label": "Birch & Partners", "days": "3"}
    ).content.decode()
    found = re.search(r"(/g/[\w-]+/)", page)
    assert found is not None
    guest = Client()
    shown = guest.get(found[1]).content.decode()
    assert "Light the coals early." in shown
    assert "Lea Lead" not in shown
    assert guest.post(found[1], {**YES, "content": item.content_hash}).status_code == 422
    done = guest.post(found[1], {**YES, "name": "Bea Birch", "content": item.content_hash})
    assert done.status_code == 200
    assert not clearance("draft", item.subject_id).cleared
    lead.post(reverse("review:decide", args=[item.pk]), {**YES, "content": item.content_hash})
    assert clearance("draft", item.subject_id).cleared
    assert Decision.objects.get(via="guest").name == "Bea Birch"
    assert guest.get(found[1]).status_code == 410


@pytest.mark.parametrize("whose", ["guest", "reviewer"])
def test_a_form_behind_a_link_passes_the_check_against_forgery(house: Any, whose: str) -> None:
    from fourleaf.review import services
    from fourleaf.review.services.links import new_link

    item = house.submit(["health_claim"])
    if whose == "guest":
        step = next(one["id"] for one in row(item).need["all_of"] if one["guest"])
        invited = services.invite_guest(actor=house.lead.actor, item_id=item.pk, step=step, label="Birch", days=3)
        address = reverse("review:by_guest", args=[invited[1]])
    else:
        address = reverse("review:by_link", args=[new_link(item=item, person_id=house.lead.person.pk)])
    browser = Client(enforce_csrf_checks=True)
    page = browser.get(address)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())
    assert token is not None
    data = {**YES, "name": "Bea Birch", "content": item.content_hash, "csrfmiddlewaretoken": token[1]}
    # What browsers make of the policy of the page that holds the form (Fetch standard, "append a request Origin").
    own = "http://testserver"
    origin = {"no-referrer": "null"}.get(page["Referrer-Policy"], own)
    assert browser.post(address, data, headers={"origin": "https://elsewhere.example"}).status_code == 403
    done = browser.post(address, data, headers={"origin": origin, "referer": own + address})
    assert done.status_code == 200
    assert b"Thank you" in done.content
    assert Decision.objects.count() == 1


def test_groups_routes_and_absences_are_kept_by_hand(house: Any, client_for: Any) -> None:
    keeper = client_for(house.keeper)
    bad = keeper.post(reverse("review:group_add"), {"name": "Nordic", "people": "Nobody Known", "belt": "blue"})
    assert bad.status_code == 422
    assert "Nobody here is called" in bad.content.decode()
    people = "Lea Lead\nsam.second@example.org"
    assert keeper.post(reverse("review:group_add"), {"name": "N", "people": people, "belt": "blue"}).status_code == 302
    group = house.groups["legal"].pk
    data = {"name": "Everything", "role": "base", "mode": "all_of", "group_1": group, "m_1": "1"}
    assert keeper.post(reverse("review:route_add"), {**data, "group_1": ""}).status_code == 422
    assert keeper.post(reverse("review:route_add"), data).status_code == 302
    lead = client_for(house.lead)
    answer = lead.post(reverse("review:away"), {"what": "away", "a-first": "2026-06-15", "a-last": "2026-06-12"})
    assert answer.status_code == 422
    answer = lead.post(reverse("review:away"), {"what": "away", "a-first": "2026-06-15", "a-last": "2026-06-19"})
    assert answer.status_code == 302
    assert "Lea Lead" in keeper.get(reverse("review:routes")).content.decode()


def test_trust_is_shown_with_its_walk_and_confirmed_with_a_reason(house: Any, client_for: Any, time: Any) -> None:
    from fourleaf.review import services

    for number in range(27):
        who = house.lead if number % 2 else house.second
        services.decide(actor=who.actor, item_id=house.submit(title=f"{number}").pk, verdict=services.Verdict(True))
    time.move(days=25)
    stratum = Stratum.objects.get()
    keeper = client_for(house.keeper)
    assert '<time datetime="2026-06-15">15 June 2026</time>' in keeper.get(reverse("review:strata")).content.decode()
    address = reverse("review:stratum", args=[stratum.pk])
    page = keeper.get(address).content.decode()
    assert "The walk of trust" in page
    assert "speak for Q1" in page
    assert "Ann Author" not in page
    assert keeper.post(reverse("review:confirm", args=[stratum.pk]), {"reason": ""}).status_code == 422
    keeper.post(reverse("review:confirm", args=[stratum.pk]), {"reason": "27 clean", "version": stratum.version})
    assert Stratum.objects.get().level == "Q1"
    assert "27 clean" in keeper.get(address).content.decode()
    assert keeper.get("/").status_code == 200
