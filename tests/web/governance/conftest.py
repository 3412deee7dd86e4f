"""A policy version that is in force, for the tests of its pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from fourleaf.governance.models import Policy, PolicyText, PolicyVersion
from fourleaf.kernel import clock

_BODY = "## Purpose\n\nTalk with people.\n\n## Disclosure\n\nSay that you work here.\n"


@pytest.fixture
def put() -> Callable[..., PolicyVersion]:
    """A version in force since ten days, written straight into the tables."""

    def make(title: str = "Social media", *, kind: str = "P-SM", policy: Policy | None = None, **fields: Any) -> Any:
        now = clock.now()
        policy = policy or Policy.objects.create(kind=kind, title=title, created_at=now, created_by="test")
        body, quiz = fields.pop("body", _BODY), fields.pop("quiz", [])
        languages = fields.pop("languages", ("en",))
        values = {"state": "in_force", "effective_on": clock.today() - timedelta(days=10), **fields}
        row = PolicyVersion.objects.create(policy=policy, created_at=now, changed_at=now, **values)
        for language in languages:
            PolicyText.objects.create(version=row, language=language, title=title, body=body, quiz=quiz)
        return row

    return make
