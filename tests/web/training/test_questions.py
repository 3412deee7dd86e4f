"""Questions field by field, without scripts: rows come and go by buttons, nothing typed is lost, faults are told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fourleaf.kernel.actors import system_actor
from fourleaf.training.models import Module
from fourleaf.training.services.transfer import add_starter

pytestmark = pytest.mark.django_db


@pytest.fixture
def module(db: None) -> Module:
    add_starter(actor=system_actor("the test"), belt="white")
    return Module.objects.filter(belt="white").order_by("place")[0]


def test_a_question_is_written_with_buttons_alone(
    strategist: Any, client_for: Callable[..., Any], module: Module
) -> None:
    client, address = client_for(strategist), f"/training/curriculum/{module.pk}/questions/add/"
    before = len(module.questions)
    assert client.get(address).status_code == 200
    typed = {
        "kind": "many", "text": "Which are ours?", "explanation": "Two brands.", "version": module.version,
        "order": "a,b,c,d", "text_a": "Ember", "right_a": "on", "text_b": "Another", "text_c": "Loom", "right_c": "on",
    }  # fmt: skip
    more = client.post(address, {**typed, "do": "more"})
    assert more.context["form"].ids == ["a", "b", "c", "d", "e"]
    assert 'value="Ember"' in more.content.decode()
    moved = client.post(address, {**typed, "do": "up:c"}).context["form"]
    assert [(one, text.value(), mark.value()) for one, text, mark in moved.rows][:3] == [
        ("a", "Ember", True), ("c", "Loom", True), ("b", "Another", False),
    ]  # fmt: skip
    assert client.post(address, {**typed, "do": "drop:b"}).context["form"].ids == ["a", "c", "d"]
    assert len(Module.objects.get(pk=module.pk).questions) == before
    unmarked = {name: value for name, value in typed.items() if not name.startswith("right_")}
    refused = client.post(address, {**unmarked, "do": "save"})
    assert refused.status_code == 422
    assert "Mark at least one answer as right." in refused.content.decode()
    assert 'value="Loom"' in refused.content.decode()
    assert client.post(address, {**typed, "do": "save"}).status_code == 302
    made = Module.objects.get(pk=module.pk).questions[-1]
    assert [(o["id"], o["text"], o["right"]) for o in made["options"]] == [
        ("a", "Ember", True), ("b", "Another", False), ("c", "Loom", True),
    ]  # fmt: skip
    stale = client.post(address, {**typed, "do": "save"})
    assert stale.status_code == 422
    assert "Load it again" in stale.content.decode()
    assert client.post(f"/training/curriculum/{module.pk}/questions/{made['id']}/remove/").status_code == 302
    assert len(Module.objects.get(pk=module.pk).questions) == before


def test_an_order_is_the_order_of_its_rows_and_others_see_no_editor(
    strategist: Any, member: Any, client_for: Callable[..., Any], query_budget: Any, module: Module
) -> None:
    client, one = client_for(strategist), module.questions[0]["id"]
    address = f"/training/curriculum/{module.pk}/questions/{one}/"
    client.get(address)
    with query_budget(12):
        assert client.get(address).status_code == 200
    typed = {"kind": "order", "text": "In which order?", "explanation": "So.", "version": module.version,
             "order": "b,a", "text_a": "Second", "text_b": "First", "right_a": "on"}  # fmt: skip
    assert client.post(address, {**typed, "do": "save"}).status_code == 302
    saved = Module.objects.get(pk=module.pk).questions[0]
    assert [(o["text"], o["right"]) for o in saved["options"]] == [("First", False), ("Second", False)]
    assert client.get(f"/training/curriculum/{module.pk}/questions/nothing/").status_code == 404
    assert client.get(f"/training/curriculum/999999/questions/{one}/").status_code == 404
    assert client_for(member).get(address).status_code == 403
