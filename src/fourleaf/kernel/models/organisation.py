"""Regions, departments, brands and people."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Any

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q

__all__ = ["Brand", "Department", "Person", "Region", "search_key"]

_CODE = RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9_-]*$", "Use letters, digits, hyphen and underscore.")


def search_key(*parts: str) -> str:
    """Texts folded for search: lower case, without diacritics, separated by spaces."""
    text = " ".join(part for part in parts if part)
    if text.isascii():  # most names, and much quicker
        return text.casefold()[:500]
    joined = unicodedata.normalize("NFKD", text).casefold()
    return "".join(ch for ch in joined if not unicodedata.combining(ch))[:500]


class Region(models.Model):
    """A part of the world with its own clock, working hours and rules on measuring people."""

    class AnalyticsMode(models.TextChoices):
        """How far figures about people may go; works agreements decide it."""

        UNDECIDED = "", "Not decided"
        TEAM_ONLY = "team_only", "Teams only"
        ROLE = "role", "Roles"
        INDIVIDUAL = "individual", "Individuals"

    code = models.CharField(max_length=20, unique=True, validators=[_CODE])
    name = models.CharField(max_length=100)
    time_zone = models.CharField(max_length=64, default="UTC")
    #: Seven lists (Monday first) of ["09:00", "17:00"] pairs in local time.
    working_hours = models.JSONField(default=list, blank=True)
    analytics_mode = models.CharField(max_length=20, choices=AnalyticsMode, default=AnalyticsMode.UNDECIDED, blank=True)
    #: Why it was decided so, in the organisation's own words.
    analytics_reason = models.CharField(max_length=300, blank=True)
    works_council = models.BooleanField(default=False)
    archived_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Department(models.Model):
    """A unit of the organisation; units may nest."""

    code = models.CharField(max_length=20, unique=True, validators=[_CODE])
    name = models.CharField(max_length=100)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    archived_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Brand(models.Model):
    """A name under which the organisation speaks outside."""

    code = models.CharField(max_length=20, unique=True, validators=[_CODE])
    name = models.CharField(max_length=100)
    description = models.CharField(max_length=300, blank=True)
    #: Index into the chart palette, so that a brand has the same colour everywhere.
    colour = models.PositiveSmallIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    """Somebody who works or worked here, with or without an account. Leavers stay, so that history keeps its names."""

    #: The number that the personnel system knows them by; re-imports match on it.
    external_id = models.CharField(max_length=64, unique=True, null=True, blank=True)
    name = models.CharField(max_length=150)
    email = models.EmailField(unique=True, null=True, blank=True)
    title = models.CharField(max_length=150, blank=True)
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="people")
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="people")
    manager = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="reports")
    brands = models.ManyToManyField(Brand, blank=True, related_name="people")
    started_on = models.DateField(null=True, blank=True)
    #: The last day at work; from the day after, access is gone.
    left_on = models.DateField(null=True, blank=True)
    search = models.CharField(max_length=500, editable=False, db_index=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1, validators=[MinValueValidator(1)])

    class Meta:
        ordering = ("name", "pk")
        indexes = [models.Index(fields=["name", "id"]), models.Index(fields=["left_on"])]
        constraints = [
            models.CheckConstraint(
                name="person_leaves_after_start",
                condition=Q(left_on__isnull=True) | Q(started_on__isnull=True) | Q(left_on__gte=F("started_on")),
            ),
            models.CheckConstraint(
                name="person_not_own_manager", condition=~Q(manager=F("pk")) | Q(manager__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search = search_key(self.name, self.email or "", self.title, self.external_id or "")
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "search"}
        super().save(*args, **kwargs)

    def has_left(self, on: date) -> bool:
        """Whether the last day at work lies before ``on``."""
        return self.left_on is not None and self.left_on < on
