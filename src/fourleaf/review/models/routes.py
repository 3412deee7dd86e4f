"""Who decides: groups with their places, absences, delegations, and the routes that lead through groups."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from fourleaf.engine.review import TIERS
from fourleaf.engine.review.routes import BELTS
from fourleaf.kernel.models import Brand, Person, Region

__all__ = ["Absence", "Delegation", "Deputy", "GroupSeat", "ReviewGroup", "Route", "RouteStep"]

_BELTS = [(belt, belt.capitalize() if belt != "none" else "No belt") for belt in BELTS]


class ReviewGroup(models.Model):
    """People of whom some decide a step of a route. ``belt`` is the least that a member must hold to act."""

    name = models.CharField(max_length=100, unique=True)
    about = models.CharField(max_length=300, blank=True)
    belt = models.CharField(max_length=10, choices=_BELTS, default="blue")
    brand = models.ForeignKey(Brand, models.PROTECT, null=True, blank=True, related_name="+")
    archived_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class GroupSeat(models.Model):
    """A member of a group; who has the lowest position is asked first and leads the group."""

    group = models.ForeignKey(ReviewGroup, models.CASCADE, related_name="seats")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "pk")
        constraints = [models.UniqueConstraint(name="review_seat_once", fields=["group", "person"])]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.group_id}"


class Deputy(models.Model):
    """Who stands in for somebody while they are absent."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    deputy = models.ForeignKey(Person, models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "pk")
        constraints = [
            models.UniqueConstraint(name="review_deputy_once", fields=["person", "deputy"]),
            models.CheckConstraint(name="review_deputy_other", condition=~Q(person=F("deputy"))),
        ]

    def __str__(self) -> str:
        return f"{self.deputy_id} for {self.person_id}"


class Absence(models.Model):
    """Days on which somebody does not decide, both included. Why is nobody's business here."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    first = models.DateField()
    last = models.DateField()

    class Meta:
        ordering = ("first", "pk")
        indexes = [models.Index(fields=["person", "last"])]
        constraints = [models.CheckConstraint(name="review_absence_in_order", condition=Q(last__gte=F("first")))]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.first} to {self.last}"


class Delegation(models.Model):
    """Somebody lets another decide in their place; it always has an end."""

    giver = models.ForeignKey(Person, models.CASCADE, related_name="+")
    to = models.ForeignKey(Person, models.CASCADE, related_name="+")
    first = models.DateField()
    last = models.DateField()
    given_at = models.DateTimeField()

    class Meta:
        ordering = ("first", "pk")
        indexes = [models.Index(fields=["giver", "last"])]
        constraints = [
            models.CheckConstraint(name="review_delegation_in_order", condition=Q(last__gte=F("first"))),
            models.CheckConstraint(name="review_delegation_other", condition=~Q(giver=F("to"))),
        ]

    def __str__(self) -> str:
        return f"{self.giver_id} to {self.to_id}"


class Route(models.Model):
    """Where items of a scope go. An empty field of the scope means all.

    Of the ``base`` routes the one with the narrowest scope is taken; ``added`` ones come on top, which is how the rules
    of a region are written. With ``always`` an added route holds also for items that are not drawn for review.
    """

    class Role(models.TextChoices):
        """How it combines with others."""

        BASE = "base", "The route"
        ADDED = "added", "In addition"

    class Mode(models.TextChoices):
        """How its steps combine."""

        ALL = "all_of", "Every step is needed"
        ANY = "any_of", "One of the steps is enough"

    name = models.CharField(max_length=100, unique=True)
    about = models.CharField(max_length=300, blank=True)
    role = models.CharField(max_length=10, choices=Role, default=Role.BASE)
    mode = models.CharField(max_length=10, choices=Mode, default=Mode.ALL)
    brand = models.ForeignKey(Brand, models.PROTECT, null=True, blank=True, related_name="+")
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+")
    channel = models.CharField(max_length=40, blank=True)
    content_class = models.CharField(max_length=60, blank=True)
    tier = models.CharField(max_length=2, choices=[(tier, tier) for tier in TIERS], blank=True)
    #: Only for items with one of these flags; empty: all.
    flags = models.JSONField(default=list, blank=True)
    always = models.BooleanField(default=False)
    guests = models.BooleanField(default=False)
    #: Business minutes in which a step should be decided; empty: the target of the tier.
    answer_minutes = models.PositiveIntegerField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("role", "name")

    def __str__(self) -> str:
        return self.name


class RouteStep(models.Model):
    """One step: ``m`` approvals out of a group. ``fields`` of the content that it judges; empty: everything."""

    route = models.ForeignKey(Route, models.CASCADE, related_name="steps")
    group = models.ForeignKey(ReviewGroup, models.PROTECT, related_name="steps")
    position = models.PositiveSmallIntegerField(default=0)
    m = models.PositiveSmallIntegerField(default=1)
    fields = models.JSONField(default=list, blank=True)
    distinct_departments = models.BooleanField(default=False)
    #: An outside guest may be invited to fill a place of this step.
    guest = models.BooleanField(default=False)

    class Meta:
        ordering = ("position", "pk")
        constraints = [models.CheckConstraint(name="review_step_needs_one", condition=Q(m__gte=1))]

    def __str__(self) -> str:
        return f"{self.m} of {self.group_id}"
