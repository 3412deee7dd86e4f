"""What the check of a plan found, kept from one check to the next, and how many findings there were on each day."""

from __future__ import annotations

from django.db import models

from fourleaf.kernel.models import Person

__all__ = ["CheckDay", "FindingEvent", "FindingRecord", "PlanCheck"]


class Severity(models.TextChoices):
    """As rules say it; `gravity` gives the order."""

    ERROR = "error", "Error"
    WARNING = "warning", "Warning"
    HINT = "hint", "Hint"


class PlanCheck(models.Model):
    """The newest check of a plan; its row is also what two checks of the same plan wait for."""

    plan = models.OneToOneField("planning.Plan", models.CASCADE, related_name="+", primary_key=True)
    checked_at = models.DateTimeField()
    as_of = models.DateField()
    #: Content and parts that were checked; another one means that the records may be out of date.
    stamp = models.CharField(max_length=64, blank=True)
    content_version = models.PositiveBigIntegerField(default=0)
    #: Largest number of phases by which external work is ahead of the inside, and the item that is.
    lag = models.PositiveSmallIntegerField(default=0)
    lag_item = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return f"check of plan {self.pk}"


class FindingRecord(models.Model):
    """What one rule has to say about one object of a plan, from when it was first seen on."""

    class State(models.TextChoices):
        """Waived findings are still there: they stand for a while, with a reason."""

        OPEN = "open", "Open"
        WAIVED = "waived", "Waived"
        GONE = "gone", "Gone"

    plan = models.ForeignKey("planning.Plan", models.CASCADE, related_name="+")
    rule = models.CharField(max_length=8)
    #: Address `section/id`, or a bare section.
    object = models.CharField(max_length=200)
    severity = models.CharField(max_length=8, choices=Severity)
    #: 0 error, 1 warning, 2 hint: to sort by.
    gravity = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=State)
    message = models.TextField()
    hint = models.TextField(blank=True)
    evidence = models.JSONField(default=list)
    #: Addresses of what it holds up, each between line ends, so that one can be looked for in any database.
    held_up = models.TextField(blank=True)
    first_seen = models.DateTimeField()
    #: Since when it is there without a break.
    since = models.DateTimeField()
    last_seen = models.DateTimeField()
    gone_at = models.DateTimeField(null=True, blank=True)
    waived_until = models.DateField(null=True, blank=True)
    #: Key of the waiver in the plan that holds for it.
    waiver = models.CharField(max_length=80, blank=True)
    owner = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    due_on = models.DateField(null=True, blank=True)
    explanation = models.TextField(blank=True)
    note = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("gravity", "rule", "object")
        constraints = [models.UniqueConstraint(name="finding_once", fields=["plan", "rule", "object"])]
        indexes = [
            models.Index(fields=["plan", "state", "gravity"]),
            models.Index(fields=["owner", "state", "due_on"]),
        ]

    def __str__(self) -> str:
        return f"{self.rule} at {self.object}"

    @property
    def blocks(self) -> tuple[str, ...]:
        """Addresses of what it holds up; none where it is the plan as a whole."""
        return tuple(self.held_up.split("\n")[1:-1])


class FindingEvent(models.Model):
    """One thing that happened to a finding. Never changed."""

    class Kind(models.TextChoices):
        """What happened."""

        FOUND = "found", "Found"
        CHANGED = "changed", "Changed"
        GONE = "gone", "Gone"
        RETURNED = "returned", "Came back"
        WAIVED = "waived", "Waived"
        UNWAIVED = "unwaived", "Waiver ended"
        HANDLED = "handled", "Handled"

    finding = models.ForeignKey(FindingRecord, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField()
    by = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.kind}: {self.text[:60]}"


class CheckDay(models.Model):
    """What the last check of a day counted. ``looked_back``: computed later, with the plan as it was then known."""

    plan = models.ForeignKey("planning.Plan", models.CASCADE, related_name="+")
    day = models.DateField()
    errors = models.PositiveIntegerField()
    warnings = models.PositiveIntegerField()
    hints = models.PositiveIntegerField()
    waived = models.PositiveIntegerField()
    held_back = models.PositiveIntegerField()
    programmes = models.PositiveIntegerField()
    lag = models.PositiveSmallIntegerField(default=0)
    #: address of what is held up -> number of open errors; "" for the plan as a whole.
    by_block = models.JSONField(default=dict)
    looked_back = models.BooleanField(default=False)

    class Meta:
        ordering = ("day",)
        constraints = [models.UniqueConstraint(name="check_day_once", fields=["plan", "day"])]

    def __str__(self) -> str:
        return f"{self.day}: {self.errors} errors"
