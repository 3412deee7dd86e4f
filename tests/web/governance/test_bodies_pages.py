"""Pages of gaps, registers, committees, decisions, roles and the centre."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from fourleaf.governance.models import (
    CentreService,
    ConsultationRecord,
    Decision,
    Gap,
    Policy,
    PolicyVersion,
    ServiceRequest,
)
from fourleaf.governance.services.bodies import add_committee, give_role, record_decision
from fourleaf.governance.services.centre import ask_centre, change_centre, offer_service
from fourleaf.governance.services.gaps import report_gap, triage_gap
from fourleaf.governance.services.registers import add_consultation, add_starter_processing
from fourleaf.kernel.models import AuditEvent
from fourleaf.web.needs import needs_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def legal(hire: Any) -> Any:
    return hire("Lena Legal", role="legal")


@pytest.fixture
def filled(strategist: Any, member: Any, legal: Any, organisation: Any) -> None:
    """A little of everything."""
    for number in range(3):
        report_gap(actor=member.actor, situation=f"Case {number}", channel="H2")
    add_starter_processing(actor=legal.actor)
    for title in ("Logs", "Survey"):
        add_consultation(actor=legal.actor, title=title, region_id=organisation.north.pk, subjects=["survey"])
    made = add_committee(actor=strategist.actor, name="Steering", chair_id=strategist.person.pk)
    for title in ("First", "Second"):
        record_decision(actor=strategist.actor, title=title, reason="Because.", committee_id=made.pk)
    give_role(actor=strategist.actor, role="strategist", person_id=strategist.person.pk)
    change_centre(actor=strategist.actor, charter="We serve.", lead_id=strategist.person.pk)
    service = offer_service(actor=strategist.actor, name="Coaching")
    for subject in ("Help", "More help"):
        ask_centre(actor=member.actor, service_id=service.pk, subject=subject)


#: Page -> queries allowed, sign-in included.
BUDGETS = {
    "gaps": 10,
    "processing": 9,
    "consultations": 8,
    "figures": 5,
    "registers_printed": 7,
    "committees": 9,
    "decisions": 8,
    "roles": 8,
    "centre": 9,
    "requests": 8,
}


@pytest.mark.parametrize("name", BUDGETS)
def test_every_page_keeps_its_budget(
    name: str, client_for: Any, strategist: Any, filled: None, query_budget: Any
) -> None:
    client = client_for(strategist)
    with query_budget(BUDGETS[name]):
        response = client.get(reverse(f"governance:{name}"))
    assert response.status_code == 200
    assert "fault" not in response.content.decode()[:50]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("gaps", "The rules have said everything so far"),
        ("processing", "Begin with the eight activities"),
        ("consultations", "No consultation yet"),
        ("committees", "No committee yet"),
        ("decisions", "No decision yet"),
        ("requests", "Nothing was asked yet"),
    ],
)
def test_an_empty_list_says_what_it_is_for(name: str, words: str, client_for: Any, admin: Any) -> None:
    assert words in client_for(admin).get(reverse(f"governance:{name}")).content.decode()


@pytest.mark.parametrize("name", ["gaps", "processing", "consultations", "decisions", "requests", "committees"])
def test_lists_are_searched_and_taken_away(name: str, client_for: Any, admin: Any, filled: None) -> None:
    client = client_for(admin)
    url = reverse(f"governance:{name}")
    csv = b"".join(client.get(url, {"export": "csv"})).decode("utf-8-sig").splitlines()
    assert len(csv) > 1
    assert (
        "Nothing" in client.get(url, {"q": "zzzz"}).content.decode()
        or "No " in client.get(url, {"q": "zzzz"}).content.decode()
    )
    if name in ("gaps", "processing", "decisions"):
        assert AuditEvent.objects.filter(code__endswith=".exported").exists()


def test_the_rules_dont_say_from_any_page(client_for: Any, member: Any, strategist: Any, other_unit: Any) -> None:
    client = client_for(member)
    form = client.get(reverse("governance:report_gap"), {"from": "/plan/1/in/channels/of/H8/"}).content.decode()
    assert 'value="H8"' in form
    assert 'value="/plan/1/in/channels/of/H8/"' in form
    elsewhere = client.get(reverse("governance:report_gap"), {"from": "//evil.example/x"}).content.decode()
    assert 'value="//evil' not in elsewhere
    bad = client.post(
        reverse("governance:report_gap"), {"situation": "", "what_was_done": "I waited.", "severity": "low"}
    )
    assert bad.status_code == 422
    assert "I waited." in bad.content.decode()
    sent = {"situation": "May I answer?", "severity": "high", "channel": "H8", "source": "/plan/1/in/channels/of/H8/"}
    done = client.post(reverse("governance:report_gap"), sent)
    gap = Gap.objects.get()
    assert (done.status_code, gap.source_id, gap.channel) == (302, "/plan/1/in/channels/of/H8/", "H8")
    url = reverse("governance:gap", args=[gap.pk])
    assert client.get(url).status_code == 200
    assert client_for(other_unit).get(url).status_code == 404
    assert "May I answer?" not in client_for(other_unit).get(reverse("governance:gaps")).content.decode()
    assert [need.count for need in needs_of(strategist.actor) if "look at" in need.label] == [1]


def test_a_gap_is_brought_to_its_version_by_forms(client_for: Any, member: Any, strategist: Any) -> None:
    from fourleaf.kernel import clock

    gap_id = report_gap(actor=member.actor, situation="May I answer?")
    policy = Policy.objects.create(kind="P-SM", title="Policy", created_at=clock.now(), created_by="x")
    version = PolicyVersion.objects.create(
        policy=policy, state="in_force", created_at=clock.now(), changed_at=clock.now()
    )
    client = client_for(strategist)

    def act(what: str, **data: object) -> Any:
        return client.post(reverse("governance:gap_act", args=[gap_id, what]), data)

    assert act("triage", severity="low", owner="Nobody Known").status_code == 422
    triage = {"severity": "low", "owner": "Stella Strategist", "policy_id": policy.pk, "section": "Replies"}
    assert act("triage", **triage).status_code == 302
    refused = act("decide", outcome="accept", reason="")
    assert refused.status_code == 422
    assert act("decide", outcome="accept", reason="True.", version=2).status_code == 302
    assert act("close", version_id=version.pk, version=2).status_code == 422
    assert act("close", version_id=version.pk, version=3).status_code == 302
    assert Gap.objects.get().state == "in_version"
    assert act("dance").status_code == 404
    shown = client_for(member).get(reverse("governance:gap", args=[gap_id])).content.decode()
    assert "True." in shown
    assert "Policy 1.0.0 says it now" in shown


def test_registers_are_kept_and_closed_to_others(
    client_for: Any, legal: Any, member: Any, analyst: Any, organisation: Any
) -> None:
    client = client_for(legal)
    assert client.post(reverse("governance:starters")).status_code == 302
    wrong = client.post(reverse("governance:add_processing"), {"name": "Log", "kind": "other", "live": "on"})
    assert wrong.status_code == 422
    assert (
        "Say since when it runs"
        in client.post(
            reverse("governance:add_processing"),
            {"name": "Log", "kind": "other", "live": "on", "impact_state": "open"},
        ).content.decode()
    )
    asked = client.post(
        reverse("governance:add_consultation"),
        {"title": "Logs", "region_id": organisation.north.pk, "subjects": ["author_logs", "survey"]},
    )
    assert asked.status_code == 302
    record = ConsultationRecord.objects.get()
    answer = reverse("governance:answer_consultation", args=[record.pk])
    assert client.post(answer, {"outcome": "agreed", "recorded_on": "2026-01-01"}).status_code == 422
    assert client.post(answer, {"outcome": "agreed", "recorded_on": "2026-01-01", "reference": "BV"}).status_code == 302
    found = client.get(reverse("governance:consultations"), {"subject": "survey"}).content.decode()
    assert "Logs" in found
    assert "Teams only" in client.get(reverse("governance:figures")).content.decode()
    assert "Log of approval" in client.get(reverse("governance:registers_printed")).content.decode()
    assert client_for(analyst).get(reverse("governance:processing")).status_code == 403
    assert client_for(member).get(reverse("governance:consultation", args=[record.pk])).status_code == 404
    assert client_for(member).post(answer, {}).status_code == 404


def test_committees_decisions_roles_and_the_centre_by_forms(
    client_for: Any, strategist: Any, member: Any, other_unit: Any
) -> None:
    from fourleaf.governance.models import Committee

    client = client_for(strategist)
    client.post(reverse("governance:add_committee"), {"name": "Board", "kind": "steering", "chair": "Mia Member"})
    page = client.get(reverse("governance:committees")).content.decode()
    assert "Board" in page
    number = Committee.objects.get(name="Board").pk
    committee = reverse("governance:committee", args=[number])
    seat = reverse("governance:give_seat", args=[number])
    assert client.post(seat, {"person": "Nobody"}).status_code == 422
    assert client.post(seat, {"person": "Mia Member"}).status_code == 422
    assert client.post(seat, {"person": "Otto Other"}).status_code == 302
    met = reverse("governance:note_meeting", args=[number])
    assert client.post(met, {"held_on": "2026-06-01", "minutes_on": "2026-05-01"}).status_code == 422
    assert client.post(met, {"held_on": "2026-06-01", "minutes_on": "2026-06-02"}).status_code == 302
    shown = client.get(committee).content.decode()
    assert "Otto Other" in shown
    assert "Minutes of 2 June 2026" in shown
    decided = {"title": "Go", "reason": "Time.", "decided_on": "2026-06-01", "links": "The plan /plan/1/"}
    assert client.post(reverse("governance:add_decision"), decided).status_code == 302
    assert Decision.objects.get().links == [{"label": "The plan", "url": "/plan/1/"}]
    assert client.post(reverse("governance:give_role"), {"role": "sponsor", "person": "Mia Member"}).status_code == 302
    assert "since" in client.get(reverse("governance:roles")).content.decode()
    assert client.post(reverse("governance:add_service"), {"name": "", "answer_days": "3"}).status_code == 422
    client.post(reverse("governance:add_service"), {"name": "Coaching", "answer_days": "3", "offered": "on"})
    assert client.post(reverse("governance:put_member"), {"person": "Mia Member", "share": "2"}).status_code == 422
    assert client.post(reverse("governance:put_member"), {"person": "Mia Member", "share": "0.5"}).status_code == 302
    asker = client_for(member)
    coaching = CentreService.objects.get(name="Coaching")
    asker.post(reverse("governance:ask_centre"), {"service_id": coaching.pk, "subject": "Help"})
    asked = ServiceRequest.objects.get()
    url = reverse("governance:request", args=[asked.pk])
    assert client_for(other_unit).get(url).status_code == 404
    reply = reverse("governance:request_act", args=[asked.pk, "answer"])
    assert asker.post(reply, {"state": "done", "answer": "x"}).status_code == 403
    assert client.post(reply, {"state": "done", "answer": ""}).status_code == 422
    assert client.post(reply, {"state": "done", "answer": "Done.", "version": "1"}).status_code == 302
    assert "Done." in asker.get(url).content.decode()
    for name in ("add_committee", "add_decision", "add_service", "put_member", "change_centre"):
        assert asker.get(reverse(f"governance:{name}")).status_code == 403
    assert asker.post(seat, {"person": "Otto Other"}).status_code == 403


def test_ten_thousand_gaps_cost_no_more(client_for: Any, strategist: Any, query_budget: Any) -> None:
    from fourleaf.kernel import clock

    now = clock.now()
    Gap.objects.bulk_create(
        [
            Gap(situation=f"Case {n}", found_by_name="x", found_on=date(2026, 1, 1), created_at=now)
            for n in range(10_000)
        ],
        batch_size=1000,
    )
    client = client_for(strategist)
    with query_budget(10):
        assert client.get(reverse("governance:gaps"), {"page": "3"}).status_code == 200


def test_handled_by_another_first_is_said(client_for: Any, strategist: Any, member: Any) -> None:
    gap_id = report_gap(actor=member.actor, situation="?")
    triage_gap(actor=strategist.actor, gap_id=gap_id, severity="low", owner_id=strategist.person.pk)
    late = {"severity": "high", "owner": "Stella Strategist", "version": "1"}
    response = client_for(strategist).post(reverse("governance:gap_act", args=[gap_id, "triage"]), late)
    assert response.status_code == 422
    assert "Somebody else changed" in response.content.decode()
