"""Pages of who has acknowledged a policy and who has not, and the evidence of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from fourleaf.governance.models import Acknowledgement
from fourleaf.kernel import clock
from fourleaf.kernel.models import AuditEvent, Person

pytestmark = pytest.mark.django_db
Signed = Callable[[Any], Client]


def test_coverage_names_people_only_where_it_is_allowed(
    client_for: Signed, strategist: Any, member: Any, hire: Any, put: Any, organisation: Any, query_budget: Any
) -> None:
    version = put()
    for number in range(6):
        hire(f"North {number}", region=organisation.north)
        hire(f"South {number}", region=organisation.south, department=organisation.service)
    url = reverse("governance:policy_coverage", args=[version.policy_id])
    client = client_for(strategist)
    with query_budget(23):
        shown = client.get(url).content.decode()
    assert "South 3" in shown
    assert "North 3" not in shown
    assert "of 6" in shown
    assert client_for(member).get(url).status_code == 403
    export = b"".join(client_for(strategist).get(url, {"export": "csv"})).decode()  # type: ignore[call-overload]  # streamed
    assert "South 3" in export
    assert "North 3" not in export
    # Two hundred people more cost no query more.
    now = clock.now()
    Person.objects.bulk_create(
        Person(name=f"South {n}", region=organisation.south, created_at=now, changed_at=now) for n in range(100, 300)
    )
    with query_budget(23):
        assert "South 100" in client.get(url).content.decode()


def test_names_are_filtered_and_searched_and_it_says_where_there_are_none(
    client_for: Signed, strategist: Any, hire: Any, put: Any, organisation: Any
) -> None:
    hire("South Sal", region=organisation.south, department=organisation.service)
    hire("South Moe", region=organisation.south, department=organisation.marketing)
    client = client_for(strategist)
    url = reverse("governance:policy_coverage", args=[put().policy_id])
    for asked in ({"q": "sal"}, {"department_id": organisation.service.pk, "region_id": organisation.south.pk}):
        export = b"".join(client.get(url, {**asked, "export": "csv"})).decode()  # type: ignore[call-overload]  # streamed
        assert "South Sal,South,Customer Service,Open" in export
        assert "South Moe" not in export
    north = put("North only", kind="P-ACC", region_ids=[organisation.north.pk])
    shown = client.get(reverse("governance:policy_coverage", args=[north.policy_id])).content.decode()
    assert "Names are not shown: no region in scope (North) has decided" in shown
    assert "Rows appear" not in shown


def test_evidence_is_for_counsel(client_for: Signed, strategist: Any, hire: Any, member: Any, put: Any) -> None:
    version = put()
    Acknowledgement.objects.create(
        person=member.person, policy=version.policy, major=1, version=version, language="en", text_hash="x",
        at=clock.now(),
    )  # fmt: skip
    url = reverse("governance:evidence")
    assert client_for(strategist).get(url).status_code == 403
    counsel = client_for(hire("Lea Law", role="legal"))
    refused = counsel.post(url, {"person": member.person.email})
    assert refused.status_code == 422
    file = counsel.post(url, {"person": member.person.email, "reason": "Case 7"})
    assert "Mia Member" in b"".join(file.streaming_content).decode()  # type: ignore[attr-defined]  # streamed
    assert AuditEvent.objects.filter(code="governance.evidence.exported").count() == 1
