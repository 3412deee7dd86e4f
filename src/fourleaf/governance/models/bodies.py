"""Committees with their seats, meetings and decisions; the centre of excellence; who holds which role."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from fourleaf.kernel.models import Brand, Person, Region
from fourleaf.kernel.states import State, StateMachine

__all__ = [
    "Centre",
    "CentreMember",
    "CentreService",
    "Committee",
    "Decision",
    "Meeting",
    "RequestState",
    "RoleHolding",
    "Seat",
    "ServiceRequest",
]


class Committee(models.Model):
    """A group that decides."""

    class Kind(models.TextChoices):
        STEERING = "steering", "Steering"
        BRAND = "brand", "Brand"
        REGIONAL = "regional", "Regional"
        OTHER = "other", "Other"

    name = models.CharField(max_length=150, unique=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.STEERING)
    charter = models.TextField(blank=True)
    chair = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    sponsor = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    archived_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Seat(models.Model):
    """Somebody sits in a committee, for a region or a function."""

    committee = models.ForeignKey(Committee, models.CASCADE, related_name="seats")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+")
    #: "" is the function of the person's department.
    function = models.CharField(max_length=60, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("person__name", "pk")
        constraints = [
            models.UniqueConstraint(
                name="seat_held_once", fields=["committee", "person"], condition=Q(until__isnull=True)
            ),
            models.CheckConstraint(
                name="seat_ends_after_start", condition=Q(until__isnull=True) | Q(until__gte=F("since"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.committee}"


class Meeting(models.Model):
    """A meeting, with its minutes once they are written."""

    committee = models.ForeignKey(Committee, models.CASCADE, related_name="meetings")
    held_on = models.DateField()
    topics = models.TextField(blank=True)
    minutes_on = models.DateField(null=True, blank=True)
    minutes_link = models.URLField(max_length=500, blank=True)

    class Meta:
        ordering = ("-held_on", "-pk")
        constraints = [
            models.UniqueConstraint(name="meeting_once_a_day", fields=["committee", "held_on"]),
            models.CheckConstraint(
                name="minutes_after_meeting", condition=Q(minutes_on__isnull=True) | Q(minutes_on__gte=F("held_on"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.committee}, {self.held_on}"


class Decision(models.Model):
    """What was decided, by whom and why, and when it is looked at again."""

    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    reason = models.TextField()
    decided_on = models.DateField()
    committee = models.ForeignKey(Committee, models.PROTECT, null=True, blank=True, related_name="decisions")
    review_on = models.DateField(null=True, blank=True)
    #: What it concerns: [{"label", "url"}], addresses within the product or outside.
    links = models.JSONField(default=list, blank=True)
    replaced_by = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="replaces")
    recorded_by = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-decided_on", "-pk")
        indexes = [models.Index(fields=["review_on"])]
        constraints = [
            models.CheckConstraint(
                name="decision_reviewed_later", condition=Q(review_on__isnull=True) | Q(review_on__gte=F("decided_on"))
            )
        ]

    def __str__(self) -> str:
        return self.title


class Centre(models.Model):
    """The centre of excellence: one row, its charter and lead."""

    charter = models.TextField(blank=True)
    lead = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    #: When and where it can be reached.
    hours = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return "Centre of excellence"


class CentreMember(models.Model):
    """Somebody works in the centre, with a part of their time."""

    person = models.OneToOneField(Person, models.PROTECT, related_name="+")
    #: Of a full working week, 0 to 1.
    share = models.DecimalField(max_digits=3, decimal_places=2)
    task = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ("person__name",)
        constraints = [
            models.CheckConstraint(name="centre_share_within_one", condition=Q(share__gt=0) & Q(share__lte=1))
        ]

    def __str__(self) -> str:
        return str(self.person)


class CentreService(models.Model):
    """Something that the centre does for others, with the days in which it answers."""

    name = models.CharField(max_length=100, unique=True)
    about = models.TextField(blank=True)
    #: Working days until the first answer.
    answer_days = models.PositiveSmallIntegerField(default=3)
    offered = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class RequestState(StateMachine):
    """A request to the centre."""

    asked = State("Asked", initial=True)
    answered = State("In work")
    done = State("Done")
    declined = State("Declined")
    withdrawn = State("Taken back", final=True)

    transitions = {
        asked: {answered, done, declined, withdrawn},
        answered: {done, declined, withdrawn},
        # The one who asked says that it is not settled.
        done: {answered},
        declined: {answered},
    }


class ServiceRequest(models.Model):
    """Somebody asks the centre for a service."""

    service = models.ForeignKey(CentreService, models.PROTECT, related_name="requests")
    subject = models.CharField(max_length=150)
    text = models.TextField(blank=True)
    asked_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    asked_by_name = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    #: The day by which the first answer is due.
    due_on = models.DateField()
    state = models.CharField(max_length=12, choices=RequestState.choices(), default="asked")
    owner = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    #: The newest answer of the centre.
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-asked_at", "-pk")
        indexes = [models.Index(fields=["state", "due_on"])]

    def __str__(self) -> str:
        return self.subject


class RoleHolding(models.Model):
    """Somebody holds a role of the catalogue, everywhere or for a brand or region."""

    #: A code of `governance.role_catalogue`.
    role = models.CharField(max_length=40)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    brand = models.ForeignKey(Brand, models.PROTECT, null=True, blank=True, related_name="+")
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("role", "person__name", "pk")
        indexes = [models.Index(fields=["role", "until"])]
        constraints = [
            models.CheckConstraint(
                name="role_holding_ends_after_start", condition=Q(until__isnull=True) | Q(until__gte=F("since"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.person}"
