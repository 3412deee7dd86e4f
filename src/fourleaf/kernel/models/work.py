"""Due work: one row a job."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from fourleaf.kernel.states import State, StateMachine

__all__ = ["Job", "JobState"]


class JobState(StateMachine):
    """What can become of a job."""

    due = State("Due", initial=True)
    running = State("Running")
    done = State("Done", final=True)
    failed = State("Failed")
    cancelled = State("Cancelled")

    transitions = {
        due: {running, cancelled},
        running: {done, due, failed, cancelled},
        failed: {due},
        cancelled: {due},
    }


class Job(models.Model):
    """A piece of work that a worker claims by compare-and-set. ``attempts`` is the fence and the idempotency key."""

    kind = models.CharField(max_length=60)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=JobState.choices(), default="due")
    #: While a job with this key is due or running, the same work is not queued twice.
    key = models.CharField(max_length=150, null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    max_attempts = models.PositiveIntegerField(default=5)
    next_attempt_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)
    cancel_requested = models.BooleanField(default=False)
    progress_done = models.BigIntegerField(default=0)
    progress_total = models.BigIntegerField(null=True, blank=True)
    progress_note = models.CharField(max_length=200, blank=True)
    result = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    created_by = models.CharField(max_length=200)
    created_by_person_id = models.BigIntegerField(null=True)

    class Meta:
        ordering = ("-created_at", "-pk")
        indexes = [
            models.Index(fields=["state", "next_attempt_at"]),
            models.Index(fields=["kind", "-created_at"]),
        ]
        constraints = [
            models.UniqueConstraint(
                name="job_key_once", fields=["key"], condition=Q(key__isnull=False, state__in=["due", "running"])
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk} ({self.state})"
