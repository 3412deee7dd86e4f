"""Pages of the plan whose content another context keeps, waivers for nothing, and the two exports."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from fourleaf.planning.models import Plan

Signed = Callable[[Any], "Client"]


@pytest.fixture
def kept(sample: Plan, admin: Any) -> Plan:
    """The sample, with a committee that governance keeps."""
    from fourleaf.governance.services.bodies import add_committee

    add_committee(actor=admin.actor, name="Round of the regions", kind="steering")
    return sample


def _stored(plan: Plan, section: str, key: str) -> dict[str, Any]:
    from fourleaf.planning.models import PlanObject

    data: dict[str, Any] = PlanObject.objects.get(plan=plan, section=section, key=key).data
    return data


def test_a_section_that_is_kept_elsewhere_says_so_and_shows_it(kept: Plan, client_for: Signed, strategist: Any) -> None:
    client = client_for(strategist)
    listed = client.get(f"/plan/{kept.pk}/in/committees/").content.decode()
    assert "Committees are kept in Governance; the check reads them there." in listed
    assert "Round of the regions" in listed
    assert "not read by the check" in listed
    one = client.get(f"/plan/{kept.pk}/in/committees/of/steering/").content.decode()
    assert "Open in Governance" in one
    assert "Round of the regions" in one
    # What nobody keeps elsewhere is as it was.
    assert "kept in" not in client.get(f"/plan/{kept.pk}/in/goals/").content.decode()


def test_its_forms_lead_to_where_it_is_kept(kept: Plan, client_for: Signed, strategist: Any) -> None:
    client, before = client_for(strategist), _stored(kept, "committees", "steering")
    answer = client.post(
        f"/plan/{kept.pk}/in/committees/of/steering/change/", {"name": "Other", "seen": 1}, follow=True
    )
    assert "Change it there" in answer.content.decode()
    assert _stored(kept, "committees", "steering") == before
    assert client.get(f"/plan/{kept.pk}/in/committees/add/").status_code == 302


def test_a_form_leaves_out_fields_that_are_known_better(
    sample: Plan, client_for: Signed, strategist: Any, admin: Any, hire: Callable[..., Any]
) -> None:
    from fourleaf.training.public import set_belt

    agent = hire("Ines Iberia", external_id="R32")
    first = sample.as_of - timedelta(days=200)
    set_belt(actor=admin.actor, person_id=agent.person.pk, belt="green", valid_from=first, reason="From the old list")
    client, stored = client_for(strategist), _stored(sample, "people", "R32")
    page = client.get(f"/plan/{sample.pk}/in/people/of/R32/change/")
    assert "are kept in Training" in page.content.decode()
    assert "belt" not in page.context["form"].fields
    values = {name: page.context["form"][name].value() for name in page.context["form"].fields}
    posted = {name: value for name, value in values.items() if value not in (None, "", [], False)}
    answer = client.post(f"/plan/{sample.pk}/in/people/of/R32/change/", {**posted, "role": "Agent", "belt": "black"})
    assert answer.status_code == 302
    after = _stored(sample, "people", "R32")
    assert after["role"] == "Agent"
    assert after.get("belt") == stored.get("belt")
    # Iberia shows teams only, so that nobody's belt stands on a page of the plan.
    shown = client.get(f"/plan/{sample.pk}/in/people/of/R32/").content.decode()
    assert "only where their region allows it" in shown
    assert "Green" not in shown
    trial = client.get("/alignment/what-if/?at=people/R32").content.decode()
    assert 'value="green" selected' not in trial


def test_no_waiver_for_nothing_is_stored_and_an_import_warns(sample: Plan, strategist: Any) -> None:
    from fourleaf.engine.alignment.loading import load_plan
    from fourleaf.kernel.errors import InvalidError
    from fourleaf.planning.services import export_plan, preview_import, put_object

    day = sample.as_of.isoformat()
    waiver = {"id": "W1", "rule": "A08", "object": "channels/H1", "reason": "For now", "owner": "R02",
              "granted_on": day, "until": (sample.as_of + timedelta(days=30)).isoformat()}  # fmt: skip
    with pytest.raises(InvalidError) as refused:
        put_object(actor=strategist.actor, plan_id=sample.pk, section="waivers", data=waiver)
    assert "A08 finds nothing at channels/H1 now" in refused.value.fields["object"][0]
    put_object(actor=strategist.actor, plan_id=sample.pk, section="waivers", data={**waiver, "object": "channels/H8"})
    text = export_plan(actor=strategist.actor, plan_id=sample.pk).replace("object: channels/H8", "object: channels/H1")
    preview = preview_import(actor=strategist.actor, loaded=load_plan(text), plan_id=sample.pk)
    assert preview.refused == []
    assert [said for said in preview.warnings if said.startswith("Waiver W1 holds for nothing.")]


def test_the_plan_comes_back_unchanged_and_the_live_one_is_what_the_check_reads(
    kept: Plan, client_for: Signed, strategist: Any
) -> None:
    from fourleaf.alignment.shown import without_figures_of_people
    from fourleaf.alignment.snapshot import organisation_snapshot
    from fourleaf.engine.alignment.loading import load_plan
    from fourleaf.planning.services import preview_import

    client = client_for(strategist)
    plain = load_plan(client.get(f"/plan/{kept.pk}/export.yaml").content.decode())
    same = preview_import(actor=strategist.actor, loaded=plain, plan_id=kept.pk, mode="replace")
    assert (same.added, same.changed, same.removed) == ([], [], [])
    live = load_plan(client.get(f"/plan/{kept.pk}/export.yaml?live=1").content.decode())
    assert live.plan is not None
    seen = organisation_snapshot(strategist.actor, kept.pk).plan
    assert live.plan == without_figures_of_people(seen)
    assert {person.belt for person in live.plan.people} == {"none"} != {person.belt for person in seen.people}
    assert [one.name for one in live.plan.committees] == ["Round of the regions"]
