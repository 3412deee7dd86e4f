"""What the register of consultation and the form for gaps take from elsewhere: policies, pages, channels."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.urls import reverse

from fourleaf.governance.models import Gap, Policy, PolicyVersion
from fourleaf.kernel import clock
from fourleaf.web.governance.gaps_forms import ReportForm, page_of_ours

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy() -> Policy:
    made: Policy = Policy.objects.create(kind="P-MOD", title="Moderation", created_at=clock.now())
    return made


def test_a_consultation_on_a_policy_stands_in_the_register(
    client_for: Any, admin: Any, organisation: Any, policy: Policy
) -> None:
    version = PolicyVersion.objects.create(
        policy=policy, state="consultation", major=1, created_at=clock.now(), changed_at=clock.now()
    )
    version.consultations.create(
        region=organisation.north, state="agreed", note="Minutes 12", required=True, recorded_by="Lena",
        asked_at=datetime(2026, 6, 1, 9, tzinfo=UTC), answered_at=datetime(2026, 6, 9, 9, tzinfo=UTC),
    )  # fmt: skip
    client, url = client_for(admin), reverse("governance:consultations")
    shown = client.get(url, {"subject": "policy", "state": "agreed", "q": "minutes"}).content.decode()
    assert f'href="{reverse("governance:policy", args=[policy.pk])}"' in shown
    assert "A policy" in shown
    for other in ({"state": "pending"}, {"subject": "survey"}, {"q": "Letter"}, {"region": organisation.south.pk}):
        assert "Minutes 12" not in client.get(url, other).content.decode()
    file = b"".join(client.get(url, {"export": "csv"})).decode("utf-8-sig")
    assert "2026-06-01,2026-06-09,Minutes 12" in file
    assert "Minutes 12" in client.get(reverse("governance:registers_printed")).content.decode()


def test_what_is_only_approved_is_named_neither_in_the_filter_nor_in_the_report(
    client_for: Any, member: Any, policy: Policy
) -> None:
    version = PolicyVersion.objects.create(
        policy=policy, state="approved", major=1, created_at=clock.now(), changed_at=clock.now(),
        effective_on=datetime(2030, 1, 1, tzinfo=UTC).date(),
    )  # fmt: skip
    client, pages = client_for(member), ("governance:gaps", "governance:report_gap")
    assert not any("Moderation" in client.get(reverse(name)).content.decode() for name in pages)
    PolicyVersion.objects.filter(pk=version.pk).update(state="in_force")
    assert all("Moderation" in client.get(reverse(name)).content.decode() for name in pages)


@pytest.mark.parametrize(
    "hostile",
    ["https://evil.example/policies/", "//evil.example/policies/", "javascript:alert(1)", "/no/such/page/", "//[", ""],
)
def test_only_a_page_of_ours_is_noted_with_a_gap(client_for: Any, member: Any, hostile: str) -> None:
    client, url = client_for(member), reverse("governance:report_gap")
    assert "Noted with it" not in client.get(url, {"from": hostile}).content.decode()
    client.post(url, {"situation": "?", "severity": "low", "source": hostile})
    assert Gap.objects.get().source_id == ""
    assert page_of_ours("/policies/?x=1") == "/policies/"


def test_a_page_is_called_a_page_and_no_address(client_for: Any, member: Any) -> None:
    shown = client_for(member).get(reverse("governance:report_gap"), {"from": "/policies/"}).content.decode()
    assert '<a href="/policies/">page that you came from</a>' in shown


def test_a_channel_that_the_plan_does_not_know_is_refused(member: Any) -> None:
    def form(channel: str, known: dict[str, str]) -> ReportForm:
        data = {"situation": "?", "severity": "low", "channel": channel}
        return ReportForm(data, actor=member.actor, channels=known)

    refused = form("H999", {"H2": "Blog"})
    assert "No channel of the plan is called H999" in str(refused.errors["channel"])
    known = form("h2", {"H2": "Blog"})
    assert known.is_valid()
    assert known.cleaned_data["channel"] == "H2"
    assert form("H999", {}).is_valid()
