"""Files of posts that were handed in, and how far their import has come."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from fourleaf.kernel.states import State, StateMachine

__all__ = ["ImportFault", "ImportState", "MentionImport"]


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
    """One file of posts. Every post in it is stored, whether a query finds it or not, so that later queries can."""

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
    rows_stored = models.PositiveBigIntegerField(default=0)
    rows_repeated = models.PositiveBigIntegerField(default=0)
    rows_suppressed = models.PositiveBigIntegerField(default=0)
    rows_skipped = models.PositiveBigIntegerField(default=0)
    #: Data rows of the file behind which the next batch begins; moves together with the counts.
    resume_after = models.PositiveBigIntegerField(default=0)
    warnings = models.JSONField(default=list, blank=True)
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

    @property
    def rows_read(self) -> int:
        """Data rows looked at so far: each was stored, known already, suppressed, or could not be used."""
        return self.rows_stored + self.rows_repeated + self.rows_suppressed + self.rows_skipped


class ImportFault(models.Model):
    """A row of a file that could not be used, and why. Only the first ones of a file are kept."""

    upload = models.ForeignKey(MentionImport, models.CASCADE, related_name="faults")
    line = models.PositiveBigIntegerField()
    column = models.CharField(max_length=200, blank=True)
    message = models.CharField(max_length=500)
    value = models.CharField(max_length=200, blank=True)
    hint = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("line", "pk")

    def __str__(self) -> str:
        return f"line {self.line}"
