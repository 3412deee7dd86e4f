"""Objects of a plan in the browser: written, many at once, changed by two, removed, brought back, commented."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.forms import MultipleChoiceField
from django.http import QueryDict
from django.test import Client

from fourleaf.engine.alignment.loading import load_plan
from fourleaf.engine.alignment.plan import Plan as PlanModel
from fourleaf.planning.models import Plan, PlanComment, PlanObject
from fourleaf.planning.sections import HEAD, SECTIONS
from fourleaf.planning.services import create_plan, import_plan, put_object, remove_object
from fourleaf.web.planning.objects_form import ObjectForm
from fourleaf.web.planning.objects_ids import next_id
from fourleaf.web.planning.objects_names import Names
from fourleaf.web.planning.objects_shown import address_of, decimal
from fourleaf.web.planning.objects_words import GROUPS, in_words

Signed = Callable[[Any], Client]


SMALL: dict[str, list[dict[str, Any]]] = {
    "regions": [{"id": "HOME", "name": "Home", "time_zone": "Europe/Berlin"}],
    "departments": [
        {"id": "SER", "name": "Customer service", "function": "service"},
        {"id": "SAL", "name": "Sales", "function": "sales"},
        {"id": "PRD", "name": "Product", "function": "product"},
    ],
    "people": [
        {"id": "R02", "role": "Head of service", "department": "SER", "region": "HOME"},
        {"id": "R05", "role": "Product expert", "department": "PRD", "region": "HOME"},
    ],
    "goals": [{"id": "G1", "text": "Customers stay"}],
    "kpis": [{"id": "M01", "name": "Time to the first answer", "level": "outcome"}],
    "objectives": [{"id": "O1", "text": "Answers within a day", "goal": "G1", "owner": "R02", "kpis": ["M01"]}],
    "audiences": [{"id": "A1", "name": "Customers with a question"}],
    "resources": [{"id": "T1", "department": "SER"}],
    "programmes": [
        {"id": "N1", "name": "Who answers what", "side": "internal"},
        {"id": "P01", "name": "Answers", "side": "external", "objectives": ["O1"], "counterparts": ["N1"]},
    ],
    "stakeholder_groups": [{"id": "SG1", "name": "Customers"}, {"id": "SG2", "name": "Suppliers"}],
}


@pytest.fixture
def plan(strategist: Any) -> Plan:
    """A draft with a little of everything that the way through a plan asks for."""
    made = create_plan(actor=strategist.actor, name="This year", starts_on=date(2026, 6, 1))
    import_plan(
        actor=strategist.actor,
        loaded=PlanModel.model_validate({"format": 1, "as_of": date(2026, 6, 1), **SMALL}),
        plan_id=made.pk,
    )
    made.refresh_from_db()
    return made


def at(plan: Plan, rest: str) -> str:
    return f"/plan/{plan.pk}/in/{rest}"


def stored(plan: Plan, section: str, key: str) -> dict[str, Any]:
    return dict(PlanObject.objects.get(plan=plan, section=section, key=key).data)


def test_every_section_has_its_list_and_its_form(client_for: Signed, strategist: Any, plan: Plan) -> None:
    client = client_for(strategist)
    sections = {name for group in GROUPS for name in group.sections}
    assert sections | {HEAD, "roadmap", "pilots"} == set(SECTIONS)
    for name in sections:
        assert client.get(at(plan, f"{name}/")).status_code == 200, name
        form = client.get(at(plan, f"{name}/add/" if SECTIONS[name].many else f"{name}/change/"))
        assert form.status_code == 200, name
        assert form.content.count(b"<form") >= 1


def test_an_objective_gets_its_id_made(client_for: Signed, strategist: Any, plan: Plan) -> None:
    client = client_for(strategist)
    response = client.post(
        at(plan, "objectives/add/"),
        {
            "text": "Answer on Sundays",
            "goal": "G1",
            "owner": "head of serv",
            "kpis": ["M01"],
            "due": "2027-03-01",
            "seen": 0,
        },
    )
    assert response.status_code == 302, response.content.decode()
    assert response["Location"] == at(plan, "objectives/of/O2/")
    assert stored(plan, "objectives", "O2") == {
        "id": "O2", "text": "Answer on Sundays", "goal": "G1", "owner": "R02", "kpis": ["M01"], "due": "2027-03-01",
    }  # fmt: skip


def test_what_is_wrong_stands_beside_its_field(client_for: Signed, strategist: Any, plan: Plan) -> None:
    client = client_for(strategist)
    response = client.post(
        at(plan, "objectives/add/"),
        {"text": "", "owner": "nobody at all", "agreed_on": "2027-01-02", "due": "2027-01-01", "seen": 0},
    )
    assert response.status_code == 422
    shown = response.content.decode()
    assert 'href="#f_text"' in shown
    assert "nobody at all" in shown
    assert "is not clear" in shown
    late = client.post(
        at(plan, "objectives/add/"), {"text": "x", "agreed_on": "2027-01-02", "due": "2027-01-01", "seen": 0}
    )
    assert late.status_code == 422
    assert 'id="f_agreed_on_error"' in late.content.decode() or 'id="f_due_error"' in late.content.decode()


def test_rows_are_added_and_taken_out_without_a_script(client_for: Signed, strategist: Any, plan: Plan) -> None:
    client = client_for(strategist)
    url = at(plan, "programmes/of/P01/change/")
    typed = {
        "name": "Answers", "side": "external", "seen": 1, "responders-rows": 1, "share_kits-rows": 0,
        "responders-0-person": "R02",
    }  # fmt: skip
    more = client.post(url, {**typed, "rows": "add:responders"})
    assert more.status_code == 200
    assert "responders-1-person" in more.content.decode()
    assert "error-summary" not in more.content.decode()
    less = client.post(
        url, {**typed, "responders-rows": 2, "responders-1-person": "Product expert", "rows": "remove:responders:0"}
    )
    assert "responders-1-person" not in less.content.decode()
    assert "Product expert" in less.content.decode()
    saved = client.post(url, {**typed, "responders-rows": 2, "responders-1-person": "Product expert"})
    assert saved.status_code == 302
    assert stored(plan, "programmes", "P01")["responders"] == [{"person": "R02"}, {"person": "R05"}]


def test_an_error_in_a_row_stands_in_that_row(client_for: Signed, strategist: Any, plan: Plan) -> None:
    response = client_for(strategist).post(
        at(plan, "kpis/of/M01/change/"),
        {"name": "Time", "level": "outcome", "seen": 1, "baselines-rows": 2, "formulas-rows": 0,
         "baselines-0-value": "3", "baselines-1-note": "no value"},
    )  # fmt: skip
    assert response.status_code == 422
    assert 'id="f_baselines-1-value_error"' in response.content.decode()


def test_a_change_that_comes_second_shows_both(client_for: Signed, strategist: Any, plan: Plan) -> None:
    client = client_for(strategist)
    data = stored(plan, "audiences", "A1")
    put_object(
        actor=strategist.actor,
        plan_id=plan.pk,
        section="audiences",
        data={**data, "source": "Ten interviews"},
        version=1,
    )
    url = at(plan, "audiences/of/A1/change/")
    response = client.post(url, {"name": "Those who ask", "venues": "the forum", "seen": 1})
    assert response.status_code == 409
    shown = response.content.decode()
    assert "Ten interviews" in shown
    assert "Those who ask" in shown
    assert 'name="seen" value="2"' in shown
    assert stored(plan, "audiences", "A1")["name"] == data["name"]
    joined = client.post(url, {"name": "Those who ask", "venues": "the forum", "source": "Ten interviews", "seen": 2})
    assert joined.status_code == 302
    assert stored(plan, "audiences", "A1") == {
        "id": "A1", "name": "Those who ask", "venues": ["the forum"], "source": "Ten interviews",
    }  # fmt: skip


def test_saving_what_the_form_shows_changes_nothing(strategist: Any) -> None:
    """Every object of the sample survives its own form: what is read from the page is what was stored."""
    loaded = load_plan(Path(__file__).parents[3] / "examples" / "tarnbeck.yaml")
    plan, _ = import_plan(actor=strategist.actor, loaded=loaded, name="Sample")
    names = Names(strategist.actor, plan.pk)
    rows = PlanObject.objects.filter(plan=plan)
    assert rows.count() > 200
    for row in rows:
        form = ObjectForm(row.section, names, row.data, new=False, version=row.version)
        post = QueryDict(mutable=True)
        for name in form.fields:
            value = form[name].value()
            if isinstance(value, list | tuple) and isinstance(form.fields[name], MultipleChoiceField):
                post.setlist(name, list(value))
            elif value is not None and value is not False:
                shown = form[name].field.widget.format_value(form[name].field.prepare_value(value))
                post[name] = shown[0] if isinstance(shown, list) else str(shown)
        for name, count in form.counts.items():
            post[f"{name}-rows"] = str(count)
        again = ObjectForm(row.section, names, row.data, post, new=False, version=row.version)
        assert again.is_valid(), (str(row), again.errors)
        assert again.values == row.data, str(row)


def test_several_lines_at_once_or_none(client_for: Signed, strategist: Any, plan: Plan) -> None:
    client = client_for(strategist)
    url = at(plan, "audiences/lines/")
    good = client.post(url, {"lines": "Dealers | trade fair, dealer forum\n\n- Neighbours | town paper | town survey"})
    assert good.status_code == 302
    assert stored(plan, "audiences", "A2") == {"id": "A2", "name": "Dealers", "venues": ["trade fair", "dealer forum"]}
    assert stored(plan, "audiences", "A3")["source"] == "town survey"
    wrong = client.post(at(plan, "resources/lines/"), {"lines": "Sales | 4\nMoonshine | 3\nProduct | many"})
    assert wrong.status_code == 422
    shown = wrong.content.decode()
    assert "Line 2: “Moonshine” is not clear" in shown
    assert "Line 3: “many” is no number" in shown
    assert PlanObject.objects.filter(plan=plan, section="resources").count() == 1


def test_channels_in_lines_are_planned_and_say_their_network(client_for: Signed, strategist: Any, plan: Plan) -> None:
    client, url = client_for(strategist), at(plan, "channels/lines/")
    wrong = client.post(url, {"lines": "Our pictures | photo network\nOur films"})
    assert wrong.status_code == 422
    assert "Line 2: Say the network" in wrong.content.decode()
    client.post(url, {"lines": "Our pictures | photo network"})
    made = PlanObject.objects.get(plan=plan, section="channels").data
    assert (made["state"], made["network"]) == ("planned", "photo network")


def test_figures_keep_their_decimals(client_for: Signed, strategist: Any, plan: Plan) -> None:
    client = client_for(strategist)
    client.post(at(plan, "resources/lines/"), {"kind": "people", "lines": "Sales | 4,5"})
    key = PlanObject.objects.get(plan=plan, section="resources", data__department="SAL").key
    assert stored(plan, "resources", key)["slack_hours"] == 4.5
    listed = client.get(at(plan, "resources/")).content.decode()
    assert ">4.5<" in listed
    assert ">4.5<" in client.get(address_of(plan.pk, "resources", key)).content.decode()
    assert [decimal(value) for value in (4, 4.0, 4.505, 1204.5, 0.0, -0.001)] == ["4", "4", "4.5", "1,204.5", "0", "0"]


def test_departments_by_name_know_their_function(client_for: Signed, strategist: Any, plan: Plan) -> None:
    client = client_for(strategist)
    response = client.post(at(plan, "departments/lines/"), {"lines": "Warehouse | legal\nAfter-sales support"})
    assert response.status_code == 302, response.content.decode()
    assert {d["function"] for k in ("WAR", "ASS") if (d := stored(plan, "departments", k))} == {
        "legal_risk_it",
        "service",
    }
    assert "Which business function" in client.post(at(plan, "departments/lines/"), {"lines": "Attic"}).content.decode()


def test_removing_is_undone_and_refused_while_used(client_for: Signed, strategist: Any, plan: Plan) -> None:
    client = client_for(strategist)
    client.post(at(plan, "objectives/of/O1/remove/"))
    assert stored(plan, "objectives", "O1")["owner"] == "R02"
    page = client.get(at(plan, "objectives/of/O1/")).content.decode()
    assert "Answers (P01) names it under “Objectives”." in page
    assert "listed below with links" in page
    assert "programmes/P01/objectives" not in page
    gone = client.post(at(plan, "stakeholder_groups/of/SG2/remove/"), follow=True)
    assert "Suppliers was removed." in gone.content.decode()
    removed = client.get(at(plan, "stakeholder_groups/of/SG2/")).content.decode()
    assert "Bring it back" in removed
    change = plan.changes.filter(section="stakeholder_groups", key="SG2", kind="removed").get()
    client.post(f"/plan/{plan.pk}/back/{change.pk}/")
    assert stored(plan, "stakeholder_groups", "SG2") == {"id": "SG2", "name": "Suppliers"}


def test_comments_are_read_answered_and_dealt_with(
    client_for: Signed, strategist: Any, analyst: Any, plan: Plan
) -> None:
    client = client_for(analyst)
    url = at(plan, "objectives/of/O1/")
    client.post(url + "comment/", {"text": "Do we mean <b>weekends</b>?"})
    shown = client.get(url).content.decode()
    assert "Do we mean &lt;b&gt;weekends&lt;/b&gt;?" in shown
    comment = PlanComment.objects.get()
    client_for(strategist).post(f"/plan/{plan.pk}/resolve/{comment.pk}/")
    assert "Nothing is open" in client.get(f"/plan/{plan.pk}/comments/").content.decode()
    assert "dealt with by" in client.get(f"/plan/{plan.pk}/comments/?all=1").content.decode()


def test_who_may_only_read_changes_nothing(
    client_for: Signed, analyst: Any, member: Any, stranger: Client, plan: Plan
) -> None:
    client = client_for(analyst)
    for rest in ("objectives/add/", "objectives/lines/", "objectives/of/O1/change/"):
        assert client.get(at(plan, rest)).status_code == 403, rest
    assert client.post(at(plan, "objectives/of/O1/remove/")).status_code == 403
    assert "Add an objective" not in client.get(at(plan, "objectives/")).content.decode()
    assert stranger.get(at(plan, "objectives/")).status_code == 302
    assert client_for(member).get(at(plan, "objectives/")).status_code == 404
    assert client.get(at(plan, "nonsense/")).status_code == 404
    assert client.get(at(plan, "goals/of/nobody/")).status_code == 404


def test_somebody_of_the_organisation_comes_into_the_plan(
    client_for: Signed, strategist: Any, other_unit: Any, plan: Plan
) -> None:
    client = client_for(strategist)
    assert "Otto Other" in client.get(f"/plan/{plan.pk}/suggest/?owner=otto").content.decode()
    response = client.post(
        at(plan, "goals/of/G1/change/"), {"text": "Customers stay", "owner": "Otto Other", "seen": 1}
    )
    assert response.status_code == 302
    key = f"person-{other_unit.person.pk}"
    assert stored(plan, "goals", "G1")["owner"] == key
    assert stored(plan, "people", key)["region"] == "SO"
    assert "Otto Other" in client.get(at(plan, "goals/of/G1/")).content.decode()


def test_pages_keep_to_their_queries(
    client_for: Signed, strategist: Any, plan: Plan, query_budget: Callable[[int], Any]
) -> None:
    client = client_for(strategist)
    client.get(f"/plan/{plan.pk}/")
    client.get(at(plan, "objectives/"))  # what other contexts keep is read once after each change
    for url, most in ((f"/plan/{plan.pk}/", 22), (at(plan, "objectives/"), 28), (at(plan, "objectives/of/O1/"), 34)):
        with query_budget(most):
            assert client.get(url).status_code == 200


@pytest.mark.parametrize(
    ("section", "data", "taken", "made"),
    [
        ("objectives", {}, {"O1", "O2", "O9"}, "O10"),
        ("programmes", {"side": "external"}, {"P01", "N1"}, "P02"),
        ("programmes", {"side": "internal"}, {"P01", "N1"}, "N2"),
        ("departments", {"name": "Customer Service"}, set(), "CUS"),
        ("departments", {"name": "Legal, Risk and IT"}, {"LRI"}, "LRI2"),
        ("brands", {"name": "Ödland"}, set(), "OD"),
        ("regions", {"name": "北"}, set(), "R1"),
    ],
)
def test_ids_are_made(section: str, data: dict[str, str], taken: set[str], made: str) -> None:
    assert next_id(section, data, taken) == made


def test_a_removed_object_of_another_plan_is_not_found(client_for: Signed, strategist: Any, plan: Plan) -> None:
    other = create_plan(actor=strategist.actor, name="Other")
    put_object(actor=strategist.actor, plan_id=other.pk, section="goals", data={"id": "G9", "text": "x"})
    remove_object(actor=strategist.actor, plan_id=other.pk, section="goals", key="G9")
    client = client_for(strategist)
    assert client.get(f"/plan/{other.pk}/in/goals/of/G9/").status_code == 200
    assert client.get(at(plan, "goals/of/G9/")).status_code == 404


def test_a_programme_inside_is_tied_to_the_one_it_was_made_for(client_for: Signed, strategist: Any, plan: Plan) -> None:
    data = {"name": "Training", "side": "internal", "state": "planned", "scope": "full", "seen": 0}
    response = client_for(strategist).post(at(plan, "programmes/add/?side=internal&carries=P01"), data)
    assert response["Location"] == f"/plan/{plan.pk}/programmes/P01/"
    assert stored(plan, "programmes", "P01")["counterparts"] == ["N1", "N2"]
    page = client_for(strategist).get(f"/plan/{plan.pk}/programmes/N2/").content.decode()
    assert "Answers" in page


def test_several_people_by_parts_of_their_names_and_who_is_not_clear(
    client_for: Signed, strategist: Any, plan: Plan
) -> None:
    client, url = client_for(strategist), at(plan, "programmes/of/P01/change/")
    page = client.get(url).content.decode()
    assert 'data-pick-add="f_authors"' in page
    assert 'list="f_authors_add_list"' in page
    base = {"name": "Answers", "side": "external", "seen": 1}
    unclear = client.post(url, {**base, "authors": "expert\nR0\nnobody at all"})
    said = unclear.content.decode()
    assert unclear.status_code == 422
    assert "“R0” is not clear: it may be R02 · Head of service; R05 · Product expert." in said
    assert "“nobody at all” is not clear: nothing among the people is called so." in said
    assert client.post(url, {**base, "authors": "product exp", "authors-add": "R02"}).status_code == 302
    assert stored(plan, "programmes", "P01")["authors"] == ["R05", "R02"]


def test_sentences_speak_of_labels_not_of_fields() -> None:
    order = "policies/P1: effective_on (2026-05-01) lies after superseded_on (2026-04-01). Check both."
    assert in_words("policies", order) == ("“Effective” (2026-05-01) lies after “Superseded” (2026-04-01). Check both.")
    assert in_words("people", "people/R7 has no region. Add it. Where the person works.") == (
        "Missing: region. Where the person works."
    )
    assert in_words("pilots", "pilots/T1: state is 'nope', one of: planned, in_progress.") == (
        "“State” is 'nope', one of: planned, in progress."
    )


def test_shares_are_bounded_in_per_cent(client_for: Signed, strategist: Any, plan: Plan) -> None:
    answer = client_for(strategist).post(
        at(plan, "pilots/add/"), {"id": "T1", "name": "Try", "operations_share": "400", "seen": 0}
    )
    assert answer.status_code == 422
    assert "400 % is too much: 100 % at most." in answer.content.decode()
