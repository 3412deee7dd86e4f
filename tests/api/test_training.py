"""Modules, one's own way to a belt and one's own tries over the API; never anybody else's, never solutions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fourleaf.kernel.actors import system_actor
from fourleaf.training.models import Module
from fourleaf.training.services.learning import begin_belt_quiz, mark_read
from fourleaf.training.services.transfer import add_starter

pytestmark = pytest.mark.django_db


def test_a_learner_reads_modules_and_finds_their_own_way_and_tries(
    api_for: Any, member: Any, other_unit: Any, query_budget: Any
) -> None:
    add_starter(actor=system_actor("the test"), belt="white")
    mine, other = api_for(member), api_for(other_unit)
    first = Module.objects.filter(belt="white").order_by("place")[0]
    for module in Module.objects.filter(belt="white"):
        mark_read(actor=member.actor, module_id=module.pk)
    attempt = begin_belt_quiz(actor=member.actor, belt="white")
    with query_budget(16):
        path = mine.get("/api/v1/training/my-path/white").json()
    assert (path["purpose"], path["quiz_open"], path["minutes_left"], len(path["modules"])) == ("next", True, 0, 6)
    assert other.get("/api/v1/training/my-path/white").json()["minutes_left"] > 0
    assert mine.get("/api/v1/training/my-path/purple").status_code == 404
    tries = mine.get("/api/v1/training/my-quizzes")
    assert [(one["id"], one["state"], one["total"], one["needed"]) for one in tries.json()["items"]] == [
        (attempt.pk, "running", 12, 10)
    ]
    assert other.get("/api/v1/training/my-quizzes").json()["items"] == []
    read = mine.get(f"/api/v1/training/modules/{first.pk}").json()
    assert (read["code"], read["questions"]) == (first.code, len(first.questions))
    for answer in (tries.json(), read):
        assert first.questions[0]["explanation"] not in json.dumps(answer, ensure_ascii=False)
    Module.objects.filter(pk=first.pk).update(state="draft")
    assert mine.get(f"/api/v1/training/modules/{first.pk}").status_code == 404


def test_a_key_without_the_scope_reads_nothing(api_for: Any, member: Any) -> None:
    narrow = api_for(member, ["kernel.view_people"])
    for path in ("my-path/white", "my-quizzes", "my-belt"):
        assert narrow.get(f"/api/v1/training/{path}").status_code == 403, path
    assert narrow.get("/api/v1/training/modules").json()["items"] == []
