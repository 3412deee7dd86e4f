"""Registers: what personal data are processed and why, and what employee representatives were asked."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from fourleaf.kernel.models import Person, Region
from fourleaf.kernel.states import State, StateMachine

__all__ = ["ConsultationRecord", "ConsultationRecordState", "ImpactState", "ProcessingActivity"]


class ImpactState(models.TextChoices):
    """Where the assessment of the impact on data protection stands."""

    OPEN = "open", "Not decided"
    NOT_NEEDED = "not_needed", "Not needed"
    IN_WORK = "in_work", "In work"
    DONE = "done", "Done"


class ProcessingActivity(models.Model):
    """One entry of the register of processing."""

    name = models.CharField(max_length=150, unique=True)
    #: One of `starter_activities.PROCESSING_KINDS`.
    kind = models.CharField(max_length=20, default="other")
    purpose = models.TextField(blank=True)
    data_categories = models.TextField(blank=True)
    people_concerned = models.TextField(blank=True)
    recipients = models.TextField(blank=True)
    legal_basis = models.CharField(max_length=200, blank=True)
    retention = models.CharField(max_length=200, blank=True)
    safeguards = models.TextField(blank=True)
    #: No region: everywhere.
    regions = models.ManyToManyField(Region, blank=True, related_name="+")
    owner = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    live = models.BooleanField(default=False)
    since = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    impact_state = models.CharField(max_length=12, choices=ImpactState, default=ImpactState.OPEN)
    impact_note = models.TextField(blank=True)
    impact_on = models.DateField(null=True, blank=True)
    review_due = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=200)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("name",)
        constraints = [
            models.CheckConstraint(
                name="processing_ends_after_start",
                condition=Q(ended_on__isnull=True) | Q(since__isnull=True) | Q(ended_on__gte=F("since")),
            ),
            models.CheckConstraint(name="processing_live_since", condition=Q(live=False) | Q(since__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name


class ConsultationRecordState(StateMachine):
    """Representatives were asked; the answer may be taken up again."""

    pending = State("Pending", initial=True)
    agreed = State("Agreed")
    declined = State("Declined")

    transitions = {pending: {agreed, declined}, agreed: {pending}, declined: {pending}}


class ConsultationRecord(models.Model):
    """A consultation of employee representatives of a region on one or more subjects."""

    title = models.CharField(max_length=150)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    #: Of comments, author_logs, personal_metrics, survey, voice, other.
    subjects = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=ConsultationRecordState.choices(), default="pending")
    started_on = models.DateField(null=True, blank=True)
    recorded_on = models.DateField(null=True, blank=True)
    #: The agreement or minutes: a number or a file's name, and where it is kept.
    reference = models.CharField(max_length=200, blank=True)
    link = models.URLField(max_length=500, blank=True)
    note = models.TextField(blank=True)
    recorded_by = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("region__name", "title", "pk")
        constraints = [
            models.UniqueConstraint(name="consultation_title_once", fields=["region", "title"]),
            models.CheckConstraint(
                name="consultation_recorded_after_start",
                condition=Q(recorded_on__isnull=True)
                | Q(started_on__isnull=True)
                | Q(recorded_on__gte=F("started_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.title
