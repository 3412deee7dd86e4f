"""Who holds which belt and badge, what is due, what went wrong, who is away."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from fourleaf.engine.training.ladder import BELTS, LADDER
from fourleaf.kernel.models import Brand, Person
from fourleaf.training.states import DueState

__all__ = ["BELT_CHOICES", "Absence", "BeltAward", "BrandBadge", "Defect", "LearnerProfile", "RightUse", "TrainingDue"]

BELT_CHOICES = [(belt, LADDER[belt].label) for belt in BELTS]


class BeltAward(models.Model):
    """A belt that somebody was given. Ended ones (renewed, taken away) stay as history."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    belt = models.CharField(max_length=10, choices=BELT_CHOICES)
    valid_from = models.DateField()
    #: The last valid day, without grace.
    valid_until = models.DateField()
    #: "earned", "renewed" or "set" (by an administrator, with a reason).
    source = models.CharField(max_length=10)
    reason = models.CharField(max_length=300, blank=True)
    granted_at = models.DateTimeField()
    granted_by = models.CharField(max_length=200)
    #: The first day on which it no longer counts, because it was renewed or taken away.
    ended_on = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=300, blank=True)
    reminded_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("-granted_at", "-pk")
        indexes = [models.Index(fields=["belt", "valid_until"])]
        constraints = [
            # A belt is held once: two decisions at the same moment give one award.
            models.UniqueConstraint(name="belt_held_once", fields=["person", "belt"], condition=Q(ended_on=None)),
            models.CheckConstraint(name="belt_ends_after_start", condition=Q(valid_until__gte=F("valid_from"))),
        ]

    def __str__(self) -> str:
        return f"{self.get_belt_display()} belt"


class BrandBadge(models.Model):
    """The voice of a brand, learned."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+")
    granted_on = models.DateField()
    granted_by = models.CharField(max_length=200)
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("granted_on", "pk")
        constraints = [
            models.UniqueConstraint(name="badge_held_once", fields=["person", "brand"], condition=Q(ended_on=None))
        ]

    def __str__(self) -> str:
        return f"Voice of {self.brand}"


class TrainingDue(models.Model):
    """Something still to be learned: what a new version of a policy changed, a re-test, a refresher.

    From the day after ``grace_until`` rights wait for it: ``rights``; where none are named, all from ``belt`` upward.
    """

    class Kind(models.TextChoices):
        DELTA = "delta", "New version of a policy"
        RETEST = "retest", "Re-test after a critical defect"
        REFRESHER = "refresher", "Refresher after a long leave"

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    belt = models.CharField(max_length=10, choices=BELT_CHOICES)
    state = models.CharField(max_length=7, choices=DueState.choices(), default="waiting")
    #: What it is about: "policy:12:2", "defect:4", "absence:9"; the same thing is due once.
    about = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    reason = models.CharField(max_length=300)
    #: Rights that wait for it; empty: all from ``belt`` upward.
    rights = models.JSONField(default=list)
    #: For "delta" the module that teaches what changed; for the others the belt's quiz does.
    module = models.ForeignKey("training.Module", models.SET_NULL, null=True, blank=True, related_name="+")
    policy_id = models.BigIntegerField(null=True, blank=True)
    policy_major = models.PositiveIntegerField(null=True, blank=True)
    opened_on = models.DateField()
    due_on = models.DateField()
    grace_until = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    reminded_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("due_on", "pk")
        indexes = [models.Index(fields=["state", "grace_until"]), models.Index(fields=["policy_id", "state"])]
        constraints = [models.UniqueConstraint(name="due_once", fields=["person", "about"])]

    def __str__(self) -> str:
        return self.title


class Defect(models.Model):
    """Something that went wrong in supervised or reviewed work. Two critical ones in twelve months cost a belt."""

    class Severity(models.TextChoices):
        MINOR = "minor", "Minor"
        MAJOR = "major", "Major"
        CRITICAL = "critical", "Critical"

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    severity = models.CharField(max_length=10, choices=Severity)
    right = models.CharField(max_length=20)
    happened_on = models.DateField()
    #: Where it was seen, as (kind, id) of the subject.
    source_kind = models.CharField(max_length=40, blank=True)
    source_id = models.CharField(max_length=60, blank=True)
    note = models.CharField(max_length=500)
    noted_at = models.DateTimeField()
    noted_by = models.CharField(max_length=200)
    mended_on = models.DateField(null=True, blank=True)
    #: Whether it took part in taking a belt away; it counts for that once.
    counted = models.BooleanField(default=False)

    class Meta:
        ordering = ("-happened_on", "-pk")
        constraints = [
            models.UniqueConstraint(
                name="defect_once_per_subject",
                fields=["person", "source_kind", "source_id"],
                condition=~Q(source_id=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_severity_display()} defect"


class Absence(models.Model):
    """A leave; longer than six months, it asks for a refresher. Why somebody is away is nobody's business here."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    begins_on = models.DateField()
    #: The last day away; None while it is not known.
    ends_on = models.DateField(null=True, blank=True)
    noted_by = models.CharField(max_length=200)

    class Meta:
        ordering = ("-begins_on", "-pk")
        constraints = [
            models.CheckConstraint(
                name="absence_ends_after_start", condition=Q(ends_on=None) | Q(ends_on__gte=F("begins_on"))
            )
        ]

    def __str__(self) -> str:
        return f"Away from {self.begins_on}"


class LearnerProfile(models.Model):
    """What training knows about a person besides belts."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="+")
    #: The person's own entry: the job shall stay free of public communication.
    opted_out = models.BooleanField(default=False)
    #: The person's own answer, 1 (rather not) to 5 (gladly); None: not asked.
    willingness = models.PositiveSmallIntegerField(null=True, blank=True)
    #: Rights as of the last daily look, to tell what was suspended and what came back.
    last_rights = models.JSONField(default=list)
    looked_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="willingness_in_range",
                condition=Q(willingness=None) | (Q(willingness__gte=1) & Q(willingness__lte=5)),
            )
        ]

    def __str__(self) -> str:
        return f"profile of {self.person_id}"


class RightUse(models.Model):
    """The first and last day on which somebody used a right; the gates between waves ask for it."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    right = models.CharField(max_length=20)
    first_on = models.DateField()
    last_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(name="right_use_once", fields=["person", "right"])]

    def __str__(self) -> str:
        return f"{self.right} by {self.person_id}"
