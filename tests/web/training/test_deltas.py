"""What a new version of a policy changed: the module is tied to it on its page, and met before acknowledging."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from fourleaf.governance.services import policies_life as life
from fourleaf.governance.services import policies_writing as writing
from fourleaf.kernel.actors import system_actor
from fourleaf.training.models import Module, TrainingDue
from fourleaf.training.public import set_belt
from fourleaf.training.services.curriculum import publish_module
from fourleaf.training.services.dues import open_deltas
from fourleaf.training.services.transfer import add_starter
from fourleaf.training.standing import policies_to_teach

pytestmark = pytest.mark.django_db
MACHINE = system_actor("the test")


def test_a_module_is_tied_to_a_version_and_shown_before_acknowledging(
    strategist: Any, member: Any, client_for: Callable[..., Any]
) -> None:
    row = writing.add_policy(actor=MACHINE, kind="P-SM", title="Social media policy", body="## A\n\nText.")
    assert "Social media policy" not in str([one.title for one in policies_to_teach()])
    life.submit_version(actor=MACHINE, version_id=row.pk)
    life.decide_legal(actor=MACHINE, version_id=row.pk, agreed=True)
    life.approve_version(actor=MACHINE, version_id=row.pk)
    life.schedule_version(actor=MACHINE, version_id=row.pk)
    add_starter(actor=MACHINE, belt="white")
    module = Module.objects.filter(belt="white").order_by("place")[0]
    client, address = client_for(strategist), f"/training/curriculum/{module.pk}/"
    form = client.get(address).context["form"]
    choice = f"{row.policy_id}:1"
    assert (choice, "Social media policy, version 1") in form.fields["policy"].choices
    values = {name: "" if form.initial.get(name) is None else form.initial[name] for name in form.fields}
    refused = client.post(address, {**values, "kind": "delta", "policy": "999:1", "do": "save"})
    assert refused.status_code == 422
    assert client.post(address, {**values, "kind": "delta", "policy": choice, "do": "save"}).status_code == 302
    module.refresh_from_db()
    assert (module.kind, module.policy_id, module.policy_major) == ("delta", row.policy_id, 1)
    publish_module(actor=MACHINE, module_id=module.pk)
    shown = client_for(member).get("/training/").content.decode()
    assert f'<a href="/training/modules/{module.pk}/">First, what changed</a>' in shown
    set_belt(
        actor=MACHINE, person_id=member.person.pk, belt="white", valid_from=date(2026, 1, 1), reason="Test."
    )  # fmt: skip
    open_deltas(actor=MACHINE)
    assert TrainingDue.objects.get(person=member.person).module == module
    Module.objects.filter(pk=module.pk).update(policy_major=2)
    assert "First, what changed" not in client_for(member).get("/training/").content.decode()
