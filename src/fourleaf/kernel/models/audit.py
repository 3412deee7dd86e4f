"""The audit trail: append-only rows, each sealed with a hash over itself and the row before it."""

from __future__ import annotations

from typing import Any

from django.db import models

__all__ = ["AuditEvent", "AuditHead"]


class AuditEvent(models.Model):
    """One change, who made it, and to what. Rows are written by `fourleaf.kernel.audit.record` and never changed."""

    sequence = models.BigIntegerField(unique=True)
    at = models.DateTimeField(db_index=True)
    code = models.CharField(max_length=80, db_index=True)
    actor_kind = models.CharField(max_length=10)
    actor_label = models.CharField(max_length=200)
    actor_person_id = models.BigIntegerField(null=True, db_index=True)
    via = models.CharField(max_length=10)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=100)
    subject_label = models.CharField(max_length=200)
    data = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ("-sequence",)
        indexes = [models.Index(fields=["subject_kind", "subject_id", "-sequence"])]

    def __str__(self) -> str:
        return f"{self.sequence} {self.code}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("An audit event is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("An audit event is never deleted.")


class AuditHead(models.Model):
    """The last link of the chain, one row. Updating it first puts writers in a queue on every database."""

    sequence = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    def __str__(self) -> str:
        return f"head at {self.sequence}"
