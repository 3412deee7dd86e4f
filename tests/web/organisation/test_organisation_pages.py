"""The pages about regions, departments and brands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from fourleaf.kernel.models import Brand, Department, Region

Signed = Callable[[Any], Client]


@pytest.mark.parametrize(("kind", "name"), [("regions", "North"), ("departments", "Legal"), ("brands", "Ember")])
def test_members_see_every_kind_and_no_forms(
    client_for: Signed, member: Any, organisation: Any, kind: str, name: str, query_budget: Callable[[int], Any]
) -> None:
    client = client_for(member)
    client.get(f"/organisation/{kind}/")
    with query_budget(6):
        page = client.get(f"/organisation/{kind}/").content.decode()
    assert name in page
    assert "Add a" not in page
    unit = {"regions": organisation.north, "departments": organisation.legal, "brands": organisation.ember}[kind]
    shown = client.get(f"/organisation/{kind}/{unit.pk}/").content.decode()
    assert "Save the changes" not in shown
    assert client.post(f"/organisation/{kind}/{unit.pk}/", {"name": "X", "code": "X"}).status_code == 403
    assert client.get(f"/organisation/{kind}/add/").status_code == 403
    assert client.post(f"/organisation/{kind}/{unit.pk}/archive/").status_code == 403


def test_other_kinds_do_not_exist(client_for: Signed, member: Any) -> None:
    assert client_for(member).get("/organisation/planets/").status_code == 404


def region_data(**changes: Any) -> dict[str, Any]:
    days = {f"hours_{index}": "09:00-17:00" if index < 5 else "" for index in range(7)}
    return {"name": "Iberia", "code": "IB", "time_zone": "Europe/Madrid", "analytics_mode": "", **days, **changes}


def test_a_region_is_added_with_its_week(client_for: Signed, admin: Any) -> None:
    response = client_for(admin).post("/organisation/regions/add/", region_data(hours_5="10-14", works_council="on"))
    assert response.status_code == 302
    region = Region.objects.get(code="IB")
    assert region.working_hours[5] == [["10:00", "14:00"]]
    assert region.works_council


def test_wrong_hours_stand_beside_their_day(client_for: Signed, admin: Any) -> None:
    response = client_for(admin).post("/organisation/regions/add/", region_data(hours_2="late"))
    assert response.status_code == 422
    assert "Wednesday: “late” cannot be read" in response.content.decode()


def test_an_old_version_is_refused(client_for: Signed, admin: Any, organisation: Any) -> None:
    client = client_for(admin)
    url = f"/organisation/brands/{organisation.ember.pk}/"
    data = {"name": "Ember", "code": "EM", "colour": 3, "version": 1}
    assert client.post(url, data).status_code == 302
    response = client.post(url, {**data, "colour": 4})
    assert response.status_code == 422
    assert "Somebody else changed" in response.content.decode()
    assert Brand.objects.get(pk=organisation.ember.pk).colour == 3


def test_departments_are_shown_as_a_tree(client_for: Signed, admin: Any, organisation: Any) -> None:
    Department.objects.create(code="AAA", name="Alpha team", parent=organisation.legal)
    page = client_for(admin).get("/organisation/departments/").content.decode()
    assert page.index("Customer Service") < page.index("Legal") < page.index("Alpha team") < page.index("Marketing")
    assert 'class="depth-1"' in page


def test_archiving_says_why_not_and_can_be_undone(client_for: Signed, admin: Any, organisation: Any) -> None:
    client = client_for(admin)
    page = client.post(f"/organisation/regions/{organisation.north.pk}/archive/", follow=True).content.decode()
    assert "1 person still belongs to North" in page
    page = client.post(f"/organisation/regions/{organisation.south.pk}/archive/", follow=True).content.decode()
    assert "South was archived." in page
    assert "Show 1 archived" in page
    token = page.split('name="token" value="')[1].split('"')[0]
    client.post("/undo/", {"token": token})
    assert Region.objects.get(pk=organisation.south.pk).archived_at is None


def test_empty_lists_help(client_for: Signed, admin: Any) -> None:
    Brand.objects.all().delete()
    page = client_for(admin).get("/organisation/brands/").content.decode()
    assert "No brands yet" in page
    assert "Add a brand" in page
