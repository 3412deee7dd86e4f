"""Queries that say what to listen for, and every version of their text."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from fourleaf.kernel.models import Brand, Person, Region
from fourleaf.kernel.states import State, StateMachine

__all__ = ["ListeningQuery", "QueryState", "QueryVersion"]


class QueryState(StateMachine):
    """An archived query no longer collects; it can be brought back."""

    active = State("Active", initial=True)
    archived = State("Archived")

    transitions = {active: {archived}, archived: {active}}


class ListeningQuery(models.Model):
    """What to listen for. ``version`` counts every change (for locking), ``text_version`` changes of the text alone."""

    class Role(models.TextChoices):
        """On whose side a mention counts in share of voice."""

        OWN = "own", "Own brand"
        COMPETITOR = "competitor", "Competitor"
        TOPIC = "topic", "Topic"

    name = models.CharField(max_length=120)
    role = models.CharField(max_length=12, choices=Role, default=Role.TOPIC)
    text = models.TextField()
    brand = models.ForeignKey(Brand, models.PROTECT, null=True, blank=True, related_name="+")
    regions = models.ManyToManyField(Region, blank=True, related_name="+")
    #: ISO 639-1 codes that the query was written for; a note for readers, ``lang:`` in the text is what filters.
    languages = models.JSONField(default=list, blank=True)
    notes = models.TextField(blank=True)
    owner = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=QueryState.choices(), default="active")
    version = models.PositiveIntegerField(default=1, validators=[MinValueValidator(1)])
    text_version = models.PositiveIntegerField(default=1, validators=[MinValueValidator(1)])
    #: The text version that the stored matches follow; null until the first matching has finished.
    matched_version = models.PositiveIntegerField(null=True, blank=True)
    matched_at = models.DateTimeField(null=True, blank=True)
    #: Matches that the last re-matching found; imports since then add to them. Count mentions for the present number.
    matched_count = models.PositiveBigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("name", "pk")
        constraints = [
            models.UniqueConstraint(Lower("name"), name="query_name_once", condition=Q(state="active")),
        ]
        indexes = [models.Index(fields=["state", "role"])]

    def __str__(self) -> str:
        return self.name

    @property
    def colour(self) -> int:
        """Index into the chart palette: the brand's, so that a brand has the same colour everywhere."""
        return self.brand.colour if self.brand is not None else self.pk

    @property
    def is_fresh(self) -> bool:
        """Whether the stored matches follow the present text."""
        return self.matched_version == self.text_version


class QueryVersion(models.Model):
    """One text that a query had, since when and by whom, and how precise it was found to be."""

    query = models.ForeignKey(ListeningQuery, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    at = models.DateTimeField()
    by = models.CharField(max_length=200)
    #: Of the last finished precision sample: relevant ones, labelled ones, and the bounds of the Wilson interval.
    precision_relevant = models.PositiveIntegerField(null=True, blank=True)
    precision_labelled = models.PositiveIntegerField(null=True, blank=True)
    precision_low = models.FloatField(null=True, blank=True)
    precision_high = models.FloatField(null=True, blank=True)

    class Meta:
        ordering = ("-number",)
        constraints = [models.UniqueConstraint(name="query_version_once", fields=["query", "number"])]

    def __str__(self) -> str:
        return f"{self.query_id} version {self.number}"
