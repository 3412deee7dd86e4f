"""Waves, ties between people, and sessions such as show-and-tell lunches."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from fourleaf.kernel.models import Person, Region
from fourleaf.training.models.belts import BELT_CHOICES
from fourleaf.training.states import CohortState, SeatState

__all__ = ["Cohort", "CohortMember", "LearningSession", "Seat", "Tie"]


class Tie(models.Model):
    """Two people who work together, as a file says; ``low`` is the smaller id, so that a pair is there once."""

    low = models.ForeignKey(Person, models.CASCADE, related_name="+")
    high = models.ForeignKey(Person, models.CASCADE, related_name="+")
    source = models.CharField(max_length=80, blank=True)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="tie_once", fields=["low", "high"]),
            models.CheckConstraint(name="tie_in_order", condition=Q(low__lt=F("high"))),
        ]

    def __str__(self) -> str:
        return f"{self.low_id} and {self.high_id}"


class Cohort(models.Model):
    """A wave: a group that learns together towards a belt."""

    number = models.PositiveSmallIntegerField(unique=True)
    name = models.CharField(max_length=120)
    belt = models.CharField(max_length=10, choices=BELT_CHOICES)
    state = models.CharField(max_length=10, choices=CohortState.choices(), default="planned")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    #: Why it was started although the gate before it was not met; empty where it was.
    gate_waived = models.CharField(max_length=300, blank=True)
    #: What held when it was started: size, departments, density, share with a tie to somebody certified.
    facts = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("number",)

    def __str__(self) -> str:
        return self.name


class CohortMember(models.Model):
    """Somebody in a wave."""

    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(name="member_once", fields=["cohort", "person"])]

    def __str__(self) -> str:
        return f"member {self.person_id}"


class LearningSession(models.Model):
    """A show-and-tell lunch, a drill, a course day: something with a time, a place and seats."""

    title = models.CharField(max_length=150)
    about = models.TextField(blank=True)
    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=200, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+")
    cohort = models.ForeignKey(Cohort, models.SET_NULL, null=True, blank=True, related_name="sessions")
    host = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    #: Seats; None: as many as come.
    seats = models.PositiveIntegerField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("starts_at", "pk")
        constraints = [models.CheckConstraint(name="session_ends_after_start", condition=Q(ends_at__gt=F("starts_at")))]

    def __str__(self) -> str:
        return self.title


class Seat(models.Model):
    """Somebody's seat in a session, and whether they were there."""

    session = models.ForeignKey(LearningSession, models.CASCADE, related_name="taken")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=SeatState.choices(), default="taken")
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(name="seat_once", fields=["session", "person"])]

    def __str__(self) -> str:
        return f"seat of {self.person_id}"
