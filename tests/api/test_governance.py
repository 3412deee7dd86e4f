"""Policies over the API: what is in force, one's own acknowledgements, coverage."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fourleaf.governance.models import Acknowledgement, Policy, PolicyText, PolicyVersion
from fourleaf.kernel import clock

pytestmark = pytest.mark.django_db
JSON = {"content_type": "application/json"}
QUIZ = [{"question": "Q?", "options": ["a", "b"], "answer": 1, "section": "a"}] * 2


@pytest.fixture
def version(organisation: Any) -> PolicyVersion:
    """In force in the south since yesterday, with questions."""
    now = clock.now()
    policy = Policy.objects.create(kind="P-SM", title="Social media", created_at=now, created_by="test")
    row = PolicyVersion.objects.create(
        policy=policy, state="in_force", effective_on=clock.today() - timedelta(days=1), created_at=now, changed_at=now,
        region_ids=[organisation.south.pk],
    )  # fmt: skip
    PolicyText.objects.create(version=row, language="en", title="Social media", body="## A\n\nText.", quiz=QUIZ)
    PolicyVersion.objects.create(policy=policy, major=2, created_at=now, changed_at=now)
    return row


def test_what_is_in_force_and_for_whom(api_for: Any, member: Any, version: PolicyVersion, organisation: Any) -> None:
    client = api_for(member)
    asked = f"/api/v1/policies/in-force?region_id={organisation.south.pk}"
    assert [one["version"] for one in client.get(asked).json()] == ["1.0.0"]
    assert client.get(f"{asked}&language=es").json() == []
    assert client.get(f"/api/v1/policies/in-force?region_id={organisation.north.pk}").json() == []
    found = client.get("/api/v1/policies").json()["items"][0]
    # The draft of version 2 does not exist for a member.
    shown = client.get(f"/api/v1/policies/{found['id']}").json()
    assert [one["number"] for one in shown["versions"]] == ["1.0.0"]
    draft = PolicyVersion.objects.get(state="draft")
    assert client.get(f"/api/v1/policies/versions/{draft.pk}/texts").status_code == 404
    assert client.get("/api/v1/policies/999999").status_code == 404


def test_one_acknowledges_for_oneself(api_for: Any, other_unit: Any, member: Any, version: PolicyVersion) -> None:
    client = api_for(other_unit)
    assert [one["state"] for one in client.get("/api/v1/policies/mine").json()] == ["open"]
    url = f"/api/v1/policies/{version.policy_id}/acknowledge"
    wrong = client.post(url, {"version_id": version.pk, "language": "en", "answers": [1, 0]}, **JSON)
    assert wrong.status_code == 422
    assert "answer_1" in wrong.content.decode()
    done = client.post(url, {"version_id": version.pk, "language": "en", "answers": [1, 1]}, **JSON)
    assert (done.status_code, done.json()["major"]) == (200, 1)
    assert Acknowledgement.objects.get().person_id == other_unit.person.pk
    # Somebody from the north owes nothing, so there is nothing to acknowledge.
    refused = api_for(member).post(url, {"version_id": version.pk, "language": "en", "answers": [1, 1]}, **JSON)
    assert refused.status_code == 404


def test_questions_verdicts_and_consultation(
    api_for: Any, admin: Any, other_unit: Any, version: PolicyVersion, organisation: Any
) -> None:
    texts = api_for(other_unit).get(f"/api/v1/policies/versions/{version.pk}/texts").json()
    assert texts[0]["questions"] == [{"question": "Q?", "options": ["a", "b"], "section": "a"}] * 2
    draft = PolicyVersion.objects.get(state="draft")
    draft.state, draft.note, draft.author = "legal_review", "New.", other_unit.person
    draft.save()
    organisation.north.works_council = True
    organisation.north.save()
    client, url = api_for(admin), f"/api/v1/policies/versions/{draft.pk}"
    assert api_for(other_unit).post(f"{url}/legal", {"agreed": True}, **JSON).status_code == 404
    assert client.post(f"{url}/legal", {"agreed": False}, **JSON).status_code == 422  # a reason is needed
    north = {"region_id": organisation.north.pk}
    assert client.post(f"{url}/legal", {"agreed": True}, **JSON).json()["state"] == "consultation"
    assert client.post(f"{url}/approval", {"agreed": True}, **JSON).status_code == 409
    assert client.post(f"{url}/consultation", {**north, "agreed": True, "note": "BV 7"}, **JSON).status_code == 200
    assert client.post(f"{url}/approval", {"agreed": True}, **JSON).json()["state"] == "approved"


def test_coverage_hides_small_groups(api_for: Any, strategist: Any, other_unit: Any, version: PolicyVersion) -> None:
    url = f"/api/v1/policies/{version.policy_id}/coverage"
    assert api_for(other_unit).get(url).status_code == 403
    shown = api_for(strategist).get(url).json()
    assert (shown["version_id"], shown["in_scope"], shown["current"]) == (version.pk, None, None)
    assert all(cell["in_scope"] in (None, 0) for cell in shown["cells"])


def test_a_comparison_comes_as_plain_text(api_for: Any, strategist: Any, version: PolicyVersion) -> None:
    draft = PolicyVersion.objects.get(state="draft")
    PolicyText.objects.create(version=draft, language="en", title="Social media", body="## A\n\nWords.")
    answer = api_for(strategist).get(f"/api/v1/policies/versions/{draft.pk}/changes?since={version.pk}")
    assert answer.content.decode() == "== A: changed\n[-Text-]{+Words+}.\n"
