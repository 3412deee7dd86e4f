"""A Black belt trains by its own right: queue, decision, rail; never their own work, never with a resting right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from fourleaf.kernel.actors import Actor, system_actor
from fourleaf.kernel.errors import InvalidError, NotAllowedError
from fourleaf.kernel.permissions import allowed
from fourleaf.training import public
from fourleaf.training.models import PracticalWork
from fourleaf.training.selectors.trainers import may_train, require_trainer
from fourleaf.training.selectors.work import waiting_work, work_visible_to
from fourleaf.training.services.work import decide_work, hand_in
from fourleaf.web.needs import needs_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(member: Any, noon: Any, give: Callable[..., Any]) -> PracticalWork:
    give(member, "yellow")
    return hand_in(actor=member.actor, belt="orange", kind="draft", title="Drying a tent", text="Hang it up.")


def test_a_black_belt_opens_the_queue_and_decides(
    draft: PracticalWork, other_unit: Any, give: Callable[..., Any], client_for: Callable[..., Any]
) -> None:
    client = client_for(other_unit)
    assert client.get("/training/queue/").status_code == 403
    assert "/training/queue/" not in client.get("/training/").content.decode()
    give(other_unit, "black")
    assert 'href="/training/queue/"' in client.get("/training/").content.decode()
    assert "Drying a tent" in client.get("/training/queue/").content.decode()
    assert [need.url for need in needs_of(other_unit.actor) if "check" in need.label] == ["/training/queue/"]
    address = f"/training/queue/{draft.pk}/"
    assert client.get(address).status_code == 200
    assert client.post(address, {"decision": "accepted", "worst": "none", "comment": ""}).status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.decided_by_person_id) == ("accepted", other_unit.person.pk)


def test_never_their_own_and_never_with_a_resting_right(
    draft: PracticalWork, member: Any, other_unit: Any, give: Callable[..., Any]
) -> None:
    give(member, "black")
    assert may_train(member.actor)
    assert not waiting_work(member.actor).exists()
    with pytest.raises(InvalidError, match="Nobody checks their own"):
        decide_work(actor=member.actor, work_id=draft.pk, decision="accepted")
    give(other_unit, "black")
    public.note_defect(
        actor=system_actor("the test"), person_id=other_unit.person.pk, severity="critical", right="reply", note="Rude."
    )
    # The tabs still lead there, and the door says why it is shut.
    with pytest.raises(NotAllowedError, match="A critical defect was noted"):
        require_trainer(other_unit.actor)
    assert allowed(other_unit.actor, "training.assess")
    with pytest.raises(NotAllowedError):
        decide_work(actor=other_unit.actor, work_id=draft.pk, decision="accepted")
    assert not work_visible_to(other_unit.actor).exists()


@pytest.mark.parametrize("change", [{"via": "api"}, {"person_id": None}])
def test_a_key_or_a_machine_has_no_belt(other_unit: Any, give: Callable[..., Any], change: dict[str, Any]) -> None:
    give(other_unit, "black", begin=date(2026, 1, 1), until=date(2099, 1, 1))
    actor: Actor = other_unit.actor
    assert may_train(actor)
    assert not may_train(replace(actor, **change))
