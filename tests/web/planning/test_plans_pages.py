"""Plans in the browser: from nothing to an open gate, copied, made current, brought in from a file, and out."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from fourleaf.engine.alignment.loading import load_plan
from fourleaf.engine.alignment.plan import Plan as PlanModel
from fourleaf.planning.models import Plan, PlanObject
from fourleaf.planning.selectors import gate, model_of
from fourleaf.planning.services import copy_plan, create_plan, import_plan, put_object
from fourleaf.web.planning.objects_changes import field_changes
from fourleaf.web.planning.objects_names import Names
from fourleaf.web.planning.objects_shown import address_of
from fourleaf.web.planning.plans_path import functions_of, steps_of

Signed = Callable[[Any], Client]
SAMPLE = Path(__file__).parents[3] / "examples" / "tarnbeck.yaml"


@pytest.fixture
def sample(strategist: Any) -> Plan:
    """The sample organisation's plan."""
    return import_plan(actor=strategist.actor, loaded=load_plan(SAMPLE), name="Sample")[0]


def test_without_a_plan_there_are_ways_to_begin(client_for: Signed, strategist: Any, analyst: Any) -> None:
    page = client_for(strategist).get("/plan/").content.decode()
    for way in ("/plans/template/small/", "/plans/template/large/", "/plans/import/", "/plans/new/"):
        assert way in page
    other = client_for(analyst).get("/plan/").content.decode()
    assert "/plans/new/" not in other
    assert "There is no plan yet" in other


def test_a_small_plan_opens_its_gate_with_a_dozen_forms(client_for: Signed, strategist: Any) -> None:
    """The way that the pages lead, from an empty database to a live programme; each form as the browser sends it."""
    client = client_for(strategist)
    begun = client.post("/plans/template/small/", {"name": "Bakery", "organisation": "Bakery", "employees": "12"})
    plan = Plan.objects.get(name="Bakery")
    assert begun["Location"] == f"/plan/{plan.pk}/"
    base = f"/plan/{plan.pk}/in"
    steps = [
        (f"{base}/departments/lines/", {"lines": "Service\nSales"}),
        (f"{base}/regions/lines/", {"lines": "Town | Europe/Berlin"}),
        (f"{base}/people/lines/", {"lines": "Owner\nHead of service | Service"}),
        (f"{base}/audiences/lines/", {"lines": "Guests | town group, review portal | asked thirty guests"}),
        (f"{base}/resources/lines/", {"lines": "Service | 6"}),
        (f"{base}/channels/lines/", {"lines": "Town group | town network"}),
        (
            f"{base}/objectives/of/O1/change/",
            {"text": "Answer guests the same day", "goal": "G1", "owner": "Owner", "kpis": ["contacts"], "seen": 1},
        ),
        (f"{base}/programmes/lines/", {"side": "internal", "lines": "Who answers what"}),
        (
            f"{base}/programmes/add/",
            {
                "name": "Answers", "side": "external", "state": "planned", "scope": "full", "owner": "Head of service",
                "objectives": ["O1"], "audiences": ["A1"], "resources": ["T1"], "channels": ["H1"],
                "counterparts": ["N1"], "responders-rows": 1, "responders-0-person": "Head of", "share_kits-rows": 0,
                "seen": 0,
            },
        ),
    ]  # fmt: skip
    for url, data in steps:
        response = client.post(url, data)
        assert response.status_code == 302, (url, response.content.decode())
    assert gate(strategist.actor, plan.pk) == []
    programme = client.get(f"/plan/{plan.pk}/programmes/P01/").content.decode()
    assert "before it goes live" not in programme
    assert "What is missing" not in programme
    # Now only the rules of alignment stand before it (no policy is in force yet), and they say so.
    refused = client.post(f"/plan/{plan.pk}/programmes/P01/state/", {"state": "live"})
    assert refused.status_code == 422
    assert '/alignment/rules/A08/">A08</a>: No policy in force' in refused.content.decode()
    page = client.get("/plan/").content.decode()
    assert "The gate is open" in page
    assert "1 of 8 business functions" not in page  # no sponsoring department yet: nothing is counted that was not said
    assert "0 of 8 business functions" in page


def test_each_step_says_what_is_missing(client_for: Signed, strategist: Any) -> None:
    plan = create_plan(actor=strategist.actor, name="Empty")
    page = client_for(strategist).get(f"/plan/{plan.pk}/").content.decode()
    assert "What does the business itself want?" in page
    assert "There is no objective yet." in page
    put_object(actor=strategist.actor, plan_id=plan.pk, section="objectives", data={"id": "O1", "text": "x"})
    kinds = {step.section: (step.kind, step.sentence) for step in steps_of(model_of(strategist.actor, plan.pk))}
    assert kinds["objectives"] == ("begun", "O1 lacks a business goal, an owner and a KPI that shows it.")
    assert kinds["goals"][0] == "empty"


def test_hours_beyond_slack_and_gaps_of_programmes_leave_a_step_open() -> None:
    def kinds(**fields: Any) -> dict[str, tuple[str, str]]:
        hours = {"id": "T1", "department": "SER", "slack_hours": 10, **fields}
        model = PlanModel.model_validate(
            {
                "format": 1,
                "as_of": "2026-06-01",
                "departments": [{"id": "SER", "name": "Service", "function": "service"}],
                "resources": [hours],
                "programmes": [{"id": "N1", "name": "Who answers what", "side": "internal"}],
            }
        )
        return {step.section: (step.kind, step.sentence) for step in steps_of(model)}

    assert kinds(planned_hours=7)["resources"][0] == "done"
    over = kinds(planned_hours=7.5)["resources"]
    assert over == ("begun", "T1 plans more hours than assigned time and 70 % of the measured slack allow.")
    assert kinds(planned_hours=27, assigned_hours=20)["resources"][0] == "done"
    assert kinds()["programmes"] == ("begun", "N1 lacks an owner, an objective and an audience.")


def test_going_live_too_early_says_why(client_for: Signed, strategist: Any) -> None:
    plan = create_plan(actor=strategist.actor, name="Early")
    put_object(
        actor=strategist.actor,
        plan_id=plan.pk,
        section="programmes",
        data={"id": "P01", "name": "P", "side": "external"},
    )
    client = client_for(strategist)
    refused = client.post(f"/plan/{plan.pk}/programmes/P01/state/", {"state": "live"})
    assert refused.status_code == 422
    assert "There is no audience yet." in refused.content.decode()
    assert "Nothing inside carries it yet." in refused.content.decode()


def test_plans_are_copied_made_current_and_archived(client_for: Signed, strategist: Any, sample: Plan) -> None:
    client = client_for(strategist)
    client.post(f"/plan/{sample.pk}/state/", {"act": "current"})
    client.post(f"/plan/{sample.pk}/copy/", {"name": "Next year", "reset_states": "on"})
    copy = Plan.objects.get(name="Next year")
    assert copy.copied_from_id == sample.pk
    made = client.post(f"/plan/{copy.pk}/state/", {"act": "current"})
    assert made.headers["Location"] == f"/plan/{copy.pk}/"
    assert set(Plan.objects.values_list("name", "state")) == {("Sample", "archived"), ("Next year", "current")}
    page = client.get(f"/plan/{sample.pk}/").content.decode()
    assert "it can be read, not changed" in page
    assert "Name and days" not in page
    assert client.get(f"/plan/{sample.pk}/in/goals/add/").status_code == 409
    assert client.get(f"/plan/{sample.pk}/copy/").status_code == 200


def test_the_organisation_comes_in_with_its_functions(client_for: Signed, strategist: Any) -> None:
    plan = create_plan(actor=strategist.actor, name="Units")
    client = client_for(strategist)
    page = client.get(f"/plan/{plan.pk}/organisation/").content.decode()
    assert "Customer Service" in page
    response = client.post(
        f"/plan/{plan.pk}/organisation/", {"function_0": "service", "function_1": "", "function_2": ""}
    )
    assert response.status_code == 302
    rows = PlanObject.objects.filter(plan=plan, section="departments")
    assert "service" in {row.data["function"] for row in rows}


def test_business_functions_count_who_serves_them(strategist: Any, sample: Plan) -> None:
    covers = {c.code: [p.id for p in c.programmes] for c in functions_of(model_of(strategist.actor, sample.pk))}
    assert len(covers) == 8
    assert covers["insights"] == []
    assert covers["legal_risk_it"] == []
    assert covers["marketing"]


def test_a_file_is_looked_at_first_and_then_brought_in(client_for: Signed, strategist: Any) -> None:
    client = client_for(strategist)
    text = SAMPLE.read_text(encoding="utf-8")
    looked = client.post(
        "/plans/import/", {"file": SimpleUploadedFile("plan.yaml", text.encode()), "name": "From a file"}
    )
    assert looked.status_code == 200
    assert "Nothing has changed yet" in looked.content.decode()
    assert not Plan.objects.exists()
    stored = client.post("/plans/import/", {"text": text, "name": "From a file", "act": "store"})
    assert stored.status_code == 302
    plan = Plan.objects.get(name="From a file")
    exported = client.get(f"/plan/{plan.pk}/export.yaml")
    assert exported["Content-Disposition"] == 'attachment; filename="from-a-file.yaml"'
    again = load_plan(exported.content)
    assert again.plan == load_plan(SAMPLE).plan
    same = client.post(f"/plan/{plan.pk}/import/", {"text": text, "mode": "merge"})
    assert "The plan has all of this already" in same.content.decode()


def test_problems_of_a_file_are_shown_in_place(client_for: Signed, strategist: Any) -> None:
    client = client_for(strategist)
    text = "format: 1\nas_of: 2026-06-01\ngoals:\n  - id: G1\n    text: ''\nobjectives:\n  - id: O1\n    goal: G9\n"
    page = client.post("/plans/import/", {"file": SimpleUploadedFile("p.yaml", text.encode())}).content.decode()
    assert "Line 8, column" in page
    assert "G9" in page
    sheet = client.post("/plans/import/", {"text": text, "act": "problems"})
    assert sheet["Content-Type"].startswith("text/csv")
    assert "objectives/O1/goal" in sheet.content.decode()
    assert not Plan.objects.exists()
    empty = client.post("/plans/import/", {"file": SimpleUploadedFile("p.yaml", b"")})
    assert empty.status_code == 422
    broken = client.post("/plans/import/", {"file": SimpleUploadedFile("p.yaml", b"\xff\xfe\x00")})
    assert "is not UTF-8" in broken.content.decode()


def test_the_inventory_is_filled_from_a_list_and_decided(client_for: Signed, strategist: Any, sample: Plan) -> None:
    client = client_for(strategist)
    url = f"/plan/{sample.pk}/inventory/"
    content = b"kind,name,official\naccount,Fan page of the Leeds shop,no\nspaceship,Enterprise,no\n"
    looked = client.post(url + "import/", {"file": SimpleUploadedFile("list.csv", content)})
    shown = looked.content.decode()
    assert "spaceship" in shown
    assert "leave out the rest" in shown
    before = PlanObject.objects.filter(plan=sample, section="inventory").count()
    client.post(url + "import/", {"text": content.decode(), "act": "store"})
    assert PlanObject.objects.filter(plan=sample, section="inventory").count() == before + 1
    row = PlanObject.objects.get(plan=sample, section="inventory", data__name="Fan page of the Leeds shop")
    refused = client.post(f"{url}{row.key}/decide/", {"decision": "keep"}, follow=True).content.decode()
    assert "is not decided yet" in refused
    client.post(f"{url}{row.key}/decide/", {"decision": "keep", "objective": "O1"})
    row.refresh_from_db()
    assert (row.data["decision"], row.data["objective"]) == ("keep", "O1")
    wrong = client.post(url + "import/", {"file": SimpleUploadedFile("list.csv", b"colour\nred\n")})
    assert wrong.status_code == 422


def test_owners_of_a_list_are_found_as_in_forms(client_for: Signed, strategist: Any, sample: Plan) -> None:
    client, url = client_for(strategist), f"/plan/{sample.pk}/inventory/import/"
    put_object(
        actor=strategist.actor,
        plan_id=sample.pk,
        section="people",
        data={
            "id": "R77",
            "role": "Marketing lead of the lakes",
            "region": model_of(strategist.actor, sample.pk).regions[0].id,
        },
    )
    content = (
        "kind,name,owner,url\naccount,Lake page,marketing lead of the lakes,https://example.org/lake\n"
        "account,Sea page,Nobody known,\n"
    )
    looked = client.post(url, {"file": SimpleUploadedFile("list.csv", content.encode())}).content.decode()
    assert "Owner: “Nobody known” is not clear" in looked
    client.post(url, {"text": content, "act": "store"})
    row = PlanObject.objects.get(plan=sample, section="inventory", data__name="Lake page")
    assert (row.data["owner"], row.data["url"]) == ("R77", "https://example.org/lake")
    assert 'href="https://example.org/lake"' in client.get(address_of(sample.pk, "inventory", row.key)).content.decode()


def test_the_history_shows_before_and_after(client_for: Signed, strategist: Any, sample: Plan) -> None:
    row = PlanObject.objects.filter(plan=sample, section="objectives").order_by("position").first()
    assert row is not None
    put_object(
        actor=strategist.actor, plan_id=sample.pk, section="objectives", data={**row.data, "text": "Something else now"}
    )
    page = client_for(strategist).get(f"/plan/{sample.pk}/history/?section=objectives").content.decode()
    assert "<ins>Something else now</ins>" in page
    assert f"<del>{row.data['text'][:30]}" in page
    assert "No change fits" in client_for(strategist).get(f"/plan/{sample.pk}/history/?q=nobody").content.decode()


def test_the_history_says_where_things_came_from(client_for: Signed, strategist: Any, sample: Plan) -> None:
    copy = copy_plan(actor=strategist.actor, plan_id=sample.pk, name="Again")
    page = client_for(strategist).get(f"/plan/{copy.pk}/history/").content.decode()
    assert "copied from Sample" in page
    assert "from a file" not in page
    changed = field_changes("programmes", {"id": "P1"}, {"id": "P1", "state": "live"}, Names(strategist.actor, copy.pk))
    assert [(c.before, c.after) for c in changed] == [("Planned", "Live")]


def test_members_see_no_plan(client_for: Signed, member: Any, stranger: Client, sample: Plan) -> None:
    client = client_for(member)
    assert client.get("/plan/").status_code == 403
    assert client.get(f"/plan/{sample.pk}/").status_code in (403, 404)
    assert client.get(f"/plan/{sample.pk}/export.yaml").status_code == 404
    assert stranger.get("/plan/").status_code == 302


def test_search_and_home_know_the_plan(client_for: Signed, strategist: Any, sample: Plan) -> None:
    client = client_for(strategist)
    assert "trail community" in client.get("/search?q=trail").content.decode()
    assert "business functions have a programme" in client.get("/").content.decode()


def test_a_large_file_is_looked_at_and_chosen_once_more(client_for: Any, strategist: Any, settings: Any) -> None:
    client = client_for(strategist)
    many = "".join(f'  - {{id: G{n}, text: "Fewer contacts in the shop number {n}"}}\n' for n in range(22_000))
    text = f"format: 1\nas_of: 2026-09-30\ngoals:\n{many}"
    assert len(text) > 1_000_000

    def file(content: str) -> Any:
        return SimpleUploadedFile("plan.yaml", content.encode())

    looked = client.post("/plans/import/", {"file": file(text), "name": "Large"})
    said = looked.content.decode()
    assert "The same file once more" in said
    assert "Fewer contacts in the shop number 21999" not in said
    digest = re.search(r'name="digest" value="([0-9a-f]{64})"', said)
    assert digest is not None
    small = "format: 1\nas_of: 2026-09-30\ngoals:\n  - {id: G1, text: One}\n"
    other = {"file": file(small), "name": "Large", "act": "store", "digest": digest[1]}
    client.post("/plans/import/", other)
    assert not Plan.objects.filter(name="Large").exists()
    settings.PLAN_UPLOAD_LIMIT_MB = 1
    refused = client.post("/plans/import/", {"file": file(text), "name": "Large"})
    assert refused.status_code == 422
    assert "fourleaf plan import FILE" in refused.content.decode()
