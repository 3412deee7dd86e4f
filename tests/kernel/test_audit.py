"""The audit trail: what is written, that it cannot be changed quietly, and that verify names the place."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import connection, transaction

from fourleaf.kernel import audit
from fourleaf.kernel.actors import system_actor
from fourleaf.kernel.models import AuditEvent, AuditHead

ACTOR = system_actor("test")
pytestmark = pytest.mark.django_db


@pytest.fixture
def trail(db: None) -> list[AuditEvent]:
    with transaction.atomic():
        return [
            audit.record(ACTOR, "kernel.brand.added", ("kernel.brand", n), data={"name": f"Brand {n} ü", "share": 0.25})
            for n in range(1, 6)
        ]


def breaks() -> list[audit.Break]:
    return [item for item in audit.verify() if isinstance(item, audit.Break)]


def test_an_untouched_chain_holds(trail: list[AuditEvent]) -> None:
    assert breaks() == []
    assert [event.sequence for event in trail] == [1, 2, 3, 4, 5]
    assert trail[0].previous == audit.GENESIS
    assert all(later.previous == earlier.hash for earlier, later in pairwise(trail))


@pytest.mark.parametrize(
    ("column", "value"),
    [("subject_label", "another"), ("actor_label", "somebody else"), ("code", "kernel.brand.changed"), ("via", "web")],
)
def test_a_changed_field_is_named(trail: list[AuditEvent], column: str, value: str) -> None:
    AuditEvent.objects.filter(sequence=3).update(**{column: value})
    assert [(b.sequence, b.reason) for b in breaks()] == [(3, "The content was changed after it was written.")]


def test_changed_data_is_named(trail: list[AuditEvent]) -> None:
    AuditEvent.objects.filter(sequence=2).update(data={"name": "Brand 2 ü", "share": 0.26})
    assert [b.sequence for b in breaks()] == [2]


def test_a_row_resealed_after_tampering_breaks_the_next_link(trail: list[AuditEvent]) -> None:
    event = AuditEvent.objects.get(sequence=3)
    event.subject_label = "another"
    AuditEvent.objects.filter(sequence=3).update(subject_label="another", hash=audit._digest(event))
    assert [(b.sequence, b.reason) for b in breaks()] == [(4, "The link to the event before it does not fit.")]


def test_a_removed_row_is_named(trail: list[AuditEvent]) -> None:
    AuditEvent.objects.filter(sequence=3).delete()
    assert breaks()[0].reason == "Event 3 is missing before this one."


def test_a_cut_tail_is_found(trail: list[AuditEvent]) -> None:
    AuditEvent.objects.filter(sequence__gte=4).delete()
    assert [b.reason for b in breaks()] == ["Events at the end are missing, or the head was changed."]


def test_events_cannot_be_changed_or_deleted_through_the_model(trail: list[AuditEvent]) -> None:
    with pytest.raises(TypeError, match="never changed"):
        trail[0].save()
    with pytest.raises(TypeError, match="never deleted"):
        trail[0].delete()


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(KeyError), transaction.atomic():
        audit.record(ACTOR, "kernel.nothing.known", ("kernel.brand", 1))


@pytest.mark.django_db(transaction=True)
def test_recording_outside_a_transaction_is_refused() -> None:
    assert not connection.in_atomic_block
    with pytest.raises(RuntimeError, match="transaction of its change"):
        audit.record(ACTOR, "kernel.brand.added", ("kernel.brand", 1))


def test_a_rolled_back_change_leaves_no_event(trail: list[AuditEvent]) -> None:
    with transaction.atomic():
        audit.record(ACTOR, "kernel.brand.added", ("kernel.brand", 6))
        transaction.set_rollback(True)
    assert AuditHead.objects.get(pk=1).sequence == 5
    assert breaks() == []


class TestCommand:
    @pytest.fixture
    def run(self, monkeypatch: pytest.MonkeyPatch) -> Any:
        from fourleaf.cli import audit as command

        monkeypatch.setattr(command, "start_django", lambda: None)
        return lambda *arguments: CliRunner().invoke(command.audit, ["verify", *arguments])

    def test_says_that_the_chain_holds(self, trail: list[AuditEvent], run: Any) -> None:
        result = run()
        assert result.exit_code == 0
        assert "5 events read: the chain holds" in result.output
        assert trail[-1].hash in result.output

    def test_names_a_tampered_row_and_exits_1(self, trail: list[AuditEvent], run: Any) -> None:
        AuditEvent.objects.filter(sequence=4).update(actor_label="nobody")
        result = run("--json")
        assert result.exit_code == 1
        assert '"sequence": 4' in result.output

    def test_finds_a_chain_that_was_rewritten_whole(self, trail: list[AuditEvent], run: Any) -> None:
        noted = trail[-1].hash
        AuditEvent.objects.all().delete()
        AuditHead.objects.all().delete()
        with transaction.atomic():
            audit.record(ACTOR, "kernel.brand.added", ("kernel.brand", 1))
        assert run().exit_code == 0
        result = run("--expect-head", noted)
        assert result.exit_code == 1
        assert "no longer in the chain" in result.output
