"""Pages for those who keep review: routes, deputies, thresholds, defects that came to light, many at once."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from fourleaf.review import services
from fourleaf.review.models import Deputy, ReviewItem, Route, Stratum
from fourleaf.review.services import RouteFields, StepFields, Verdict
from fourleaf.review.strata import state_of

YES = Verdict(True)


def fields_of(page: str) -> dict[str, str]:
    """What the first form of a page would send back unchanged: its text fields, chosen options and ticks."""
    form = page[page.index('name="name"') - 2000 :]
    found = dict(re.findall(r'<input type="(?:text|number|hidden)" name="([^"]+)" value="([^"]*)"', form))
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    found |= dict.fromkeys(re.findall(r'<input type="checkbox" name="([^"]+)"[^>]* checked', form), "on")
    return found


def test_a_route_kept_unchanged_in_the_browser_is_unchanged(house: Any, client_for: Any) -> None:
    groups = [
        services.save_group(
            actor=house.keeper.actor,
            fields=services.GroupFields(f"Group {n}", [house.lead.person.pk, house.second.person.pk]),
        ).pk
        for n in range(5)
    ]
    made = services.save_route(
        actor=house.keeper.actor,
        fields=RouteFields(
            "Quorum",
            [StepFields(group, m=2, fields=("text",), distinct_departments=True) for group in groups],
            about="Two of different departments.",
            tier="R4",
        ),
    )
    keeper = client_for(house.keeper)
    address = reverse("review:route", args=[made.pk])
    before = list(made.steps.values_list("pk", "group_id", "m", "distinct_departments", "position"))
    assert keeper.post(address, fields_of(keeper.get(address).content.decode())).status_code == 302
    after = Route.objects.get(pk=made.pk)
    assert (after.about, after.tier, after.version) == ("Two of different departments.", "R4", made.version + 1)
    assert list(after.steps.values_list("pk", "group_id", "m", "distinct_departments", "position")) == before


def test_a_route_is_put_aside_and_taken_up_again(house: Any, client_for: Any) -> None:
    keeper, route = client_for(house.keeper), house.routes["claims"]
    keeper.post(reverse("review:route_archive", args=[route.pk]))
    page = keeper.get(reverse("review:routes")).content.decode()
    assert "Put aside" in page[page.index('id="aside"') :]
    assert reverse("review:route_restore", args=[route.pk]) in page
    assert client_for(house.author).post(reverse("review:route_restore", args=[route.pk])).status_code in (403, 404)
    keeper.post(reverse("review:route_restore", args=[route.pk]))
    assert Route.objects.get(pk=route.pk).archived_at is None
    assert 'id="aside"' not in keeper.get(reverse("review:routes")).content.decode()


def test_one_names_ones_own_deputies(house: Any, client_for: Any) -> None:
    lead, address = client_for(house.lead), reverse("review:away")
    wrong = lead.post(address, {"what": "deputies", "s-people": "Nobody Known"})
    assert wrong.status_code == 422
    assert "Nobody here is called" in wrong.content.decode()
    assert lead.post(address, {"what": "deputies", "s-people": "Olga Other\nSam Second"}).status_code == 302
    assert list(Deputy.objects.values_list("deputy__name", flat=True)) == ["Olga Other", "Sam Second"]
    assert "Olga Other &lt;" in lead.get(address).content.decode()
    assert lead.post(address, {"what": "deputies", "s-people": ""}).status_code == 302
    assert not Deputy.objects.exists()
    for number in ("", "x", "-1", "9" * 30):
        assert lead.post(address, {"what": "remove", "id": number}).status_code == 404


def test_other_thresholds_and_a_cap_are_set_on_the_page(house: Any, client_for: Any) -> None:
    for number in range(3):
        services.decide(actor=house.lead.actor, item_id=house.submit(title=f"{number}").pk, verdict=YES)
    row = Stratum.objects.get()
    keeper, address = client_for(house.keeper), reverse("review:stratum_rules", args=[row.pk])
    given = {"preset": "fast", "tier": "R2", "version": str(row.version)}
    assert "Change the thresholds" in keeper.get(reverse("review:stratum", args=[row.pk])).content.decode()
    assert keeper.post(address, {**given, "preset": "faster"}).status_code == 422
    assert client_for(house.author).post(address, given).status_code in (403, 404)
    assert keeper.post(address, given).status_code == 302
    row = Stratum.objects.get()
    # What was gathered by the old thresholds does not count for the new ones.
    assert (row.preset, row.tier, state_of(row).cap, state_of(row).reviewed) == ("fast", "R2", "Q2", 0)
    assert keeper.post(address, given).status_code == 422
    services.decide(actor=house.lead.actor, item_id=house.submit(title="More").pk, verdict=YES)
    row = Stratum.objects.get()
    assert keeper.post(address, {**given, "tier": "", "version": str(row.version)}).status_code == 302
    assert (state_of(Stratum.objects.get()).cap, state_of(Stratum.objects.get()).reviewed) == ("Q3", 1)


def test_a_defect_that_came_to_light_is_reported_on_the_page(house: Any, client_for: Any) -> None:
    item = house.submit()
    keeper, page = client_for(house.keeper), reverse("review:item", args=[item.pk])
    assert "Report a defect" not in keeper.get(page).content.decode()
    services.decide(actor=house.lead.actor, item_id=item.pk, verdict=YES)
    assert "Report a defect" in keeper.get(page).content.decode()
    assert "Report a defect" not in client_for(house.lead).get(page).content.decode()
    address = reverse("review:defect", args=[item.pk])
    given = {"source": "complaint", "severity": "major", "defects": ["fact"], "note": "The date is wrong."}
    wrong = keeper.post(address, {**given, "note": "", "severity": ""})
    assert wrong.status_code == 422
    assert "Say how grave the defect is." in wrong.content.decode()
    assert client_for(house.lead).post(address, given).status_code in (403, 404)
    assert keeper.post(address, given).status_code == 302
    assert ReviewItem.objects.get().state == "returned"
    shown = client_for(house.author).get(page).content.decode()
    assert "The date is wrong." in shown
    assert "after an upheld complaint" in shown


def test_many_at_once_say_which_were_left_out_and_why_and_are_taken_back_together(house: Any, client_for: Any) -> None:
    items = [house.submit(title=f"Item {number}") for number in range(7)]
    chosen = ",".join(f"{item.pk}:{item.content_hash}" for item in items)
    for item in items[3:]:
        services.decide(actor=house.second.actor, item_id=item.pk, verdict=YES)
    lead = client_for(house.lead)
    page = lead.post(reverse("review:bulk"), {"chosen": chosen}).content.decode()
    assert "3 items approved" in page
    for number in range(3, 7):
        assert f"“Item {number}”" in page
    assert "nothing left to decide" in page
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token is not None
    seen = state_of(Stratum.objects.get()).seen
    services.withdraw(actor=house.author.actor, item_id=items[0].pk)
    lead.post("/undo/", {"token": token[1]})
    said = lead.get(reverse("review:queue")).content.decode()
    assert "2 verdicts were taken back." in said
    assert "“Item 0”: Something has happened to the item since, so the decision stands." in said
    assert [ReviewItem.objects.get(pk=item.pk).state for item in items[:3]] == ["withdrawn", "submitted", "submitted"]
    assert state_of(Stratum.objects.get()).seen == seen - 2


@pytest.mark.parametrize("name", ["away", "routes"])
def test_pages_that_grew_stay_within_their_budget(house: Any, client_for: Any, query_budget: Any, name: str) -> None:
    services.set_deputies(actor=house.keeper.actor, person_id=house.keeper.person.pk, deputy_ids=[house.lead.person.pk])
    for number in range(3):
        step = StepFields(house.groups["legal"].pk)
        made = services.save_route(actor=house.keeper.actor, fields=RouteFields(f"Old {number}", [step], tier="R4"))
        services.archive_route(actor=house.keeper.actor, route_id=made.pk)
    keeper = client_for(house.keeper)
    keeper.get(reverse(f"review:{name}"))
    with query_budget(28 if name == "routes" else 12):
        assert keeper.get(reverse(f"review:{name}")).status_code == 200
