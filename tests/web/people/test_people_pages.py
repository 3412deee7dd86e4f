"""The pages about people: what each of the cast sees, does and is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from fourleaf.kernel import clock
from fourleaf.kernel.models import Account, Person, RoleGrant
from fourleaf.kernel.services.people import change_person

Signed = Callable[[Any], Client]


def test_a_stranger_is_sent_to_sign_in(stranger: Client, member: Any) -> None:
    for url in ("/people/", f"/people/{member.person.pk}/", "/people/import/", "/roles/", "/account/settings/"):
        response = stranger.get(url)
        assert response.status_code == 302
        assert response["Location"].startswith("/account/login/")


def test_a_member_sees_people_and_no_edit(client_for: Signed, member: Any, other_unit: Any) -> None:
    client = client_for(member)
    listed = client.get("/people/").content.decode()
    assert "Otto Other" in listed
    assert "Import a list" not in listed
    shown = client.get(f"/people/{other_unit.person.pk}/").content.decode()
    assert "Otto Other" in shown
    for absent in ('id="history"', "Send a password link", "End employment", "Grant a role"):
        assert absent not in shown
    for url in ("change/", "leave/", "roles/", "account/email/"):
        assert client.get(f"/people/{other_unit.person.pk}/{url}").status_code == 403
    assert client.post(f"/people/{other_unit.person.pk}/account/", {"act": "make"}).status_code == 403
    assert client.get("/people/import/").status_code == 403
    assert client.get("/roles/").status_code == 403


def test_absent_and_forbidden_look_alike(client_for: Signed, member: Any, other_unit: Any) -> None:
    Person.objects.filter(pk=other_unit.person.pk).update(left_on=clock.today() - timedelta(days=1))
    client = client_for(member)
    forbidden = client.get(f"/people/{other_unit.person.pk}/")
    absent = client.get("/people/999999/")
    assert forbidden.status_code == absent.status_code == 404

    def sentence(response: Any) -> str:
        return response.content.decode().split("<main")[1].split("</main>")[0]

    assert sentence(forbidden) == sentence(absent)


def test_members_cannot_narrow_by_role(client_for: Signed, member: Any, analyst: Any) -> None:
    listed = client_for(member).get("/people/?role=analyst").content.decode()
    assert "Mia Member" in listed


@pytest.mark.parametrize(
    ("query", "seen", "unseen"),
    [
        ("q=mia", "Mia Member", "Otto Other"),
        ("role=analyst", "Anton Analyst", "Mia Member"),
        ("account=no", "Nothing fits", "Mia Member"),
        ("status=left", "Gerd Gone", "Mia Member"),
        ("status=all", "Gerd Gone", "Nothing fits"),
        ("sort=-name", "Otto Other", "Gerd Gone"),
    ],
)
def test_the_list_is_narrowed(
    client_for: Signed, hire: Callable[..., Any], admin: Any, member: Any, other_unit: Any, analyst: Any,
    query: str, seen: str, unseen: str,
) -> None:  # fmt: skip
    gone = hire("Gerd Gone").person
    Person.objects.filter(pk=gone.pk).update(left_on=clock.today() - timedelta(days=9))
    table = client_for(admin).get(f"/people/?{query}").content.decode().split('class="table-part"')[1]
    assert seen in table
    assert unseen not in table


def test_two_thousand_people_take_few_queries(
    client_for: Signed, admin: Any, organisation: Any, query_budget: Callable[[int], Any]
) -> None:
    now = clock.now()
    people = (
        Person(
            name=f"Zed {n:04d}", department=organisation.service, search=f"zed {n:04d}", created_at=now, changed_at=now
        )
        for n in range(2000)
    )
    Person.objects.bulk_create(people)
    client = client_for(admin)
    client.get("/people/")
    with query_budget(8):
        response = client.get("/people/?q=zed&page=3")
    assert "101-150 of 2,000 people" in response.content.decode()


def test_the_list_is_exported(client_for: Signed, member: Any, other_unit: Any) -> None:
    response = client_for(member).get("/people/?export=csv&sort=-name")
    rows = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert rows[0].startswith("Name,Title,Department")
    assert rows[1].startswith("Otto Other")


def test_a_person_is_added_and_errors_stand_beside_the_field(
    client_for: Signed, admin: Any, member: Any, organisation: Any
) -> None:
    client = client_for(admin)
    data = {
        "name": "Ines Berg",
        "email": "mia.member@example.org",
        "manager": "mia member",
        "department_id": organisation.legal.pk,
        "brand_ids": [organisation.ember.pk],
        "started_on": "2026-02-01",
    }
    refused = client.post("/people/add/", data)
    assert refused.status_code == 422
    assert "already belongs to Mia Member" in refused.content.decode()
    assert client.post("/people/add/", {**data, "email": "ines@example.org"}).status_code == 302
    person = Person.objects.get(email="ines@example.org")
    assert (person.manager, person.department) == (member.person, organisation.legal)


def test_a_manager_who_is_not_known_is_named(client_for: Signed, admin: Any) -> None:
    response = client_for(admin).post("/people/add/", {"name": "X", "manager": "Nobody Here"})
    assert response.status_code == 422
    assert "Nobody is called Nobody Here" in response.content.decode()


def test_suggestions_of_managers(client_for: Signed, admin: Any, member: Any) -> None:
    html = client_for(admin).get("/people/suggest/?manager=mia").content.decode()
    assert 'value="Mia Member &lt;mia.member@example.org&gt;"' in html


def change_data(person: Person, **changes: Any) -> dict[str, Any]:
    return {
        "name": person.name,
        "email": person.email,
        "department_id": person.department_id,
        "region_id": person.region_id,
        "started_on": "2020-01-01",
        "version": person.version,
        **changes,
    }


def test_a_change_can_be_undone(client_for: Signed, admin: Any, member: Any) -> None:
    client = client_for(admin)
    url = f"/people/{member.person.pk}/change/"
    page = client.post(url, change_data(member.person, title="Poet"), follow=True).content.decode()
    assert Person.objects.get(pk=member.person.pk).title == "Poet"
    token = page.split('name="token" value="')[1].split('"')[0]
    client.post("/undo/", {"token": token})
    assert Person.objects.get(pk=member.person.pk).title == ""


def test_a_change_on_an_old_version_is_refused_with_the_input_kept(client_for: Signed, admin: Any, member: Any) -> None:
    data = change_data(member.person, title="Poet")
    change_person(actor=admin.actor, person_id=member.person.pk, title="Painter")
    response = client_for(admin).post(f"/people/{member.person.pk}/change/", data)
    assert response.status_code == 422
    html = response.content.decode()
    assert "Somebody else changed" in html
    assert "Poet" in html


def test_employment_ends_and_the_end_is_undone(client_for: Signed, admin: Any, analyst: Any) -> None:
    client, leaver = client_for(admin), client_for(analyst)
    assert leaver.get("/people/").status_code == 200
    url = f"/people/{analyst.person.pk}/leave/"
    page = client.post(url, {"left_on": clock.today().isoformat(), "version": 1}, follow=True).content.decode()
    assert "Access is closed." in page
    assert leaver.get("/people/").status_code == 302
    token = page.split('name="token" value="')[1].split('"')[0]
    client.post("/undo/", {"token": token})
    assert Account.objects.get(pk=analyst.account.pk).is_active
    assert RoleGrant.objects.get(person=analyst.person).ended_at is None


def test_the_last_administrator_is_told_why_not(client_for: Signed, admin: Any) -> None:
    client = client_for(admin)
    page = client.post(f"/people/{admin.person.pk}/account/", {"act": "close"}, follow=True).content.decode()
    assert "without an administrator" in page
    grant = RoleGrant.objects.get(person=admin.person)
    page = client.post(f"/roles/{grant.pk}/end/", follow=True).content.decode()
    assert "without an administrator" in page
    leave = client.post(f"/people/{admin.person.pk}/leave/", {"left_on": clock.today().isoformat()})
    assert leave.status_code in (409, 422)
    assert "without an administrator" in leave.content.decode()


def test_a_role_is_granted_for_a_brand_and_ended(
    client_for: Signed, admin: Any, member: Any, organisation: Any
) -> None:
    client = client_for(admin)
    url = f"/people/{member.person.pk}/roles/"
    data = {"role": "editor", "limit": f"brand:{organisation.ember.pk}"}
    page = client.post(url, data, follow=True).content.decode()
    assert "Community manager now, for Ember." in page
    grant = RoleGrant.objects.get(person=member.person)
    assert grant.brand == organisation.ember
    assert "Ember only" in client.get("/roles/").content.decode()
    page = client.post(f"/roles/{grant.pk}/end/", follow=True).content.decode()
    token = page.split('name="token" value="')[1].split('"')[0]
    client.post("/undo/", {"token": token})
    grant.refresh_from_db()
    assert grant.ended_at is None


def test_an_account_is_made_and_its_link_opens(client_for: Signed, admin: Any, stranger: Client) -> None:
    now = clock.now()
    person = Person.objects.create(name="Nina New", email="nina@example.org", created_at=now, changed_at=now)
    page = client_for(admin).post(f"/people/{person.pk}/account/", {"act": "make"}).content.decode()
    path = page.split('class="copy-text">')[1].split("<")[0].split("localhost:8000")[1]
    opened = stranger.get(path, follow=True)
    assert "Choose your password" in opened.content.decode()
    chosen = stranger.post(
        opened.request["PATH_INFO"],
        {"password1": "four quiet meadows in june", "password2": "four quiet meadows in june"},
    )
    assert chosen.status_code == 302
    assert Account.objects.get(person=person).check_password("four quiet meadows in june")


def test_a_person_opens_in_the_side_panel(client_for: Signed, member: Any, other_unit: Any) -> None:
    url = f"/people/{other_unit.person.pk}/"
    panel = client_for(member).get(url, headers={"HX-Request": "true", "HX-Target": "side"}).content.decode()
    assert "side-body" in panel
    assert "<html" not in panel


def test_search_finds_people_and_departments(client_for: Signed, member: Any, other_unit: Any) -> None:
    html = client_for(member).get("/search?q=otto").content.decode()
    assert f"/people/{other_unit.person.pk}/" in html
    assert "/organisation/departments/" in client_for(member).get("/search?q=customer").content.decode()
