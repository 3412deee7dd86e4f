"""Files of posts that were handed in, and how far their import has come."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from fourleaf.kernel.states import State, StateMachine

__all__ = ["ImportState", "MentionImport"]


class ImportState(StateMachine):
    """The way of a file into the mention store. What failed or was stopped can be continued where it was."""

    uploaded = State("Uploaded", initial=True)
    mapped = State("Ready to import")
    running = State("Running")
    done = State("Done", final=True)
    failed = State("Failed")
    cancelled = State("Stopped")

    transitions = {
        uploaded: {mapped, cancelled},
        mapped: {running, cancelled},
        running: {done, failed, cancelled},
        failed: {running, mapped, cancelled},
        cancelled: {running, mapped},
    }


class MentionImport(models.Model):
    """One file. ``batches_done`` and the counts move together in one transaction after each stored batch."""

    file_name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    #: Below the uploads folder; empty once the import is done and the file has been removed.
    path = models.CharField(max_length=300, blank=True)
    #: SHA-256 of the content, so that the same file is recognised when it comes again.
    digest = models.CharField(max_length=64, db_index=True)
    #: Column of the file -> field of a post, as the person asked; other columns are matched by their names.
    mapping = models.JSONField(default=dict, blank=True)
    zone = models.CharField(max_length=64, default="UTC")
    day_first = models.BooleanField(null=True, blank=True)
    platform = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=10, choices=ImportState.choices(), default="uploaded")
    job_id = models.BigIntegerField(null=True, blank=True)
    batches_done = models.PositiveIntegerField(default=0)
    rows_read = models.PositiveBigIntegerField(default=0)
    rows_stored = models.PositiveBigIntegerField(default=0)
    rows_repeated = models.PositiveBigIntegerField(default=0)
    rows_suppressed = models.PositiveBigIntegerField(default=0)
    rows_skipped = models.PositiveBigIntegerField(default=0)
    #: The first of the rows that could not be used: [{line, column, message, value, hint}].
    errors = models.JSONField(default=list, blank=True)
    #: All of them up to a bound, as a CSV file below the uploads folder.
    errors_path = models.CharField(max_length=300, blank=True)
    problem = models.TextField(blank=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200)
    created_by_person_id = models.BigIntegerField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-pk")
        indexes = [models.Index(fields=["state", "-created_at"])]
        constraints = [
            # The same content is in work or stored only once.
            models.UniqueConstraint(name="import_content_once", fields=["digest"], condition=~Q(state="cancelled")),
        ]

    def __str__(self) -> str:
        return self.file_name
