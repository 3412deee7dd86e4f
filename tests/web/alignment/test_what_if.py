"""What if, on the page: the list of changes, what comes and goes, saving and throwing away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fourleaf.planning.selectors import get_object_for

pytestmark = pytest.mark.django_db
URL = "/alignment/what-if/"


@pytest.fixture
def client(sample: Any, strategist: Any, client_for: Callable[..., Any]) -> Any:
    return client_for(strategist)


def tried(client: Any, at: str, fields: dict[str, Any], **more: Any) -> Any:
    """Send the object's form as it was shown, with these fields changed."""
    form = client.get(f"{URL}?at={at}").context["form"]
    data: dict[str, Any] = {"at": at}
    for field in form:
        value = field.value()
        if value not in (None, ""):
            data[field.name] = value
    return client.post(URL, {**data, **fields}, **more)


def test_a_form_that_nobody_changed_changes_nothing(client: Any) -> None:
    for at in (
        "programmes/P07",
        "policies/P-CRI",
        "channels/H8",
        "roadmap/3.E2",
        "pilots/T5",
        "people/R32",
        "routes/QS",
    ):
        assert tried(client, at, {}).status_code == 302
        assert client.session["alignment.what_if"]["changes"] == [], at


def test_changes_of_several_objects_are_tried_and_saved_together(
    client: Any, sample: Any, strategist: Any, finding: Callable[..., Any]
) -> None:
    tried(client, "programmes/P07", {"counterparts": ["N2"]})
    tried(client, "policies/P-CRI", {"review_due": "2027-06-01"})
    text = client.get(URL).content.decode()
    assert "<del>Short videos Iberia (P07) has no internal counterpart.</del>" in text
    assert "Save 2 changes" in text
    assert finding("A30", "programmes/P07").state == "open"
    assert client.post(f"{URL}save/").status_code == 302
    assert finding("A30", "programmes/P07").state == "gone"
    assert get_object_for(strategist.actor, sample.pk, "policies", "P-CRI").data["review_due"] == "2027-06-01"
    assert client.session["alignment.what_if"]["changes"] == []


def test_a_change_is_taken_back_out_and_the_list_thrown_away(client: Any) -> None:
    tried(client, "programmes/P07", {"counterparts": ["N2"], "name": "Another"})
    assert len(client.session["alignment.what_if"]["changes"]) == 2
    client.post(f"{URL}0/out/")
    assert len(client.session["alignment.what_if"]["changes"]) == 1
    client.post(f"{URL}clear/")
    assert client.session["alignment.what_if"]["changes"] == []


def test_htmx_gets_the_outcome_only(client: Any) -> None:
    answer = tried(client, "programmes/P07", {"counterparts": ["N2"]}, headers={"HX-Request": "true"})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert text.strip().startswith("<section")
    assert "goes" in text
    wrong = tried(client, "programmes/P07", {"share_kits": "{"}, headers={"HX-Request": "true"})
    assert "not JSON" in wrong.content.decode()


def test_what_cannot_be_is_said_beside_its_field(client: Any) -> None:
    answer = tried(client, "programmes/P07", {"starts_on": "2026-05-01", "ends_on": "2026-01-01"})
    assert answer.status_code == 422
    assert "lies after" in answer.content.decode()
    assert "There is no programmes/P99" in client.get(f"{URL}?at=programmes/P99").content.decode()


def test_a_conflict_saves_nothing(client: Any, put: Callable[..., Any], sample: Any, strategist: Any) -> None:
    tried(client, "programmes/P07", {"counterparts": ["N2"]})
    put("programmes", "P07", name="Renamed meanwhile")
    answer = client.post(f"{URL}save/", follow=True)
    assert "Nothing was saved" in answer.content.decode()
    assert "counterparts" not in get_object_for(strategist.actor, sample.pk, "programmes", "P07").data


def test_who_may_not_change_the_plan_may_try(
    sample: Any, analyst: Any, client_for: Callable[..., Any], finding: Callable[..., Any]
) -> None:
    client = client_for(analyst)
    tried(client, "programmes/P07", {"counterparts": ["N2"]})
    assert "Saving needs the right" in client.get(URL).content.decode()
    assert client.post(f"{URL}save/").status_code == 403
    assert finding("A30", "programmes/P07").state == "open"


def test_programmes_that_could_go_live_come_first(client: Any, put: Callable[..., Any]) -> None:
    put("programmes", "P07", state="paused")
    tried(client, "programmes/P07", {"counterparts": ["N2"]})
    text = client.get(URL).content.decode()
    assert text.index("Programmes <span") < text.index("Goes <span")
    assert "would still be refused going live, by" in text


@pytest.mark.parametrize("kind", ["programme", "policy", "date", "owner", "acknowledged", "belt"])
def test_each_kind_of_trial_asks_for_its_fields_first(client: Any, kind: str) -> None:
    from fourleaf.web.alignment.what_if_fields import KINDS

    choices = client.get(f"{URL}?kind={kind}").context["choices"]
    assert choices
    form = client.get(f"{URL}?kind={kind}&at={choices[0][0]}").context["form"]
    assert form.first
    assert {field.name for field in form.first} <= KINDS[kind].fields


def test_acknowledgements_and_a_belt_are_tried(client: Any, finding: Callable[..., Any]) -> None:
    low = finding("A10", "regions/NA").evidence
    at = next("/".join(at.split("/")[:2]) for at in low if at.startswith("acknowledgements/"))
    assert at in dict(client.get(f"{URL}?kind=acknowledged").context["choices"])
    tried(client, at, {"share": "0.1"})
    tried(client, "people/R32", {"belt": "green"})
    outcome = client.get(URL).context["outcome"]
    assert any(f.rule == "A14" and f.object == "people/R32" for f in outcome.goes)
    assert [m.after.object for m in outcome.moved if m.after.rule == "A10"] == ["regions/NA"]
