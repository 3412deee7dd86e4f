"""Uploaded lists of people, from the upload until they are put in place or thrown away."""

from __future__ import annotations

from django.db import models

from fourleaf.kernel.states import State, StateMachine

__all__ = ["PeopleImport", "PeopleImportState"]


class PeopleImportState(StateMachine):
    """What can become of an uploaded list of people."""

    uploaded = State("Waiting for your decision", initial=True)
    queued = State("Being put in place")
    done = State("Done", final=True)
    failed = State("Failed")
    discarded = State("Thrown away", final=True)

    transitions = {
        uploaded: {queued, done, discarded},
        queued: {done, failed},
        failed: {queued, done, discarded},
    }


class PeopleImport(models.Model):
    """One uploaded list. Its content is kept compressed, in the database so that every machine sees it, and is
    removed as soon as the import is done, thrown away, or a day old."""

    file_name = models.CharField(max_length=200)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField(null=True)
    #: Kinds of missing units that are to be added: "departments", "regions", "brands".
    add_missing = models.JSONField(default=list)
    skip_errors = models.BooleanField(default=False)
    #: What the person saw: counts, findings and samples, see ``people_import.stored``.
    preview = models.JSONField(default=dict)
    fingerprint = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=12, choices=PeopleImportState.choices(), default="uploaded")
    #: Unique while somebody puts a list in place: on PostgreSQL the second one waits here until the first commits.
    lock = models.CharField(max_length=10, unique=True, null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200)
    created_by_person_id = models.BigIntegerField(null=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(default=dict)
    audit_sequence = models.BigIntegerField(null=True, blank=True)
    job_id = models.BigIntegerField(null=True, blank=True)
    last_error = models.TextField(blank=True)

    class Meta:
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return self.file_name
