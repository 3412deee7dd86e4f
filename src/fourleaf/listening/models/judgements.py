"""What people said about mentions: corrections, notes, and labels of precision samples.

They are kept here and laid over the mention store whenever it is read, so that they survive a re-import.
"""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from fourleaf.kernel.models import Person
from fourleaf.kernel.states import State, StateMachine
from fourleaf.listening.models.queries import ListeningQuery

__all__ = ["MentionCorrection", "MentionNote", "PrecisionSample", "SampleState"]


class MentionCorrection(models.Model):
    """A person's verdict on one mention; null means that nobody has said anything on this point."""

    mention_id = models.CharField(max_length=255, unique=True)
    sentiment = models.CharField(max_length=10, null=True, blank=True)
    relevant = models.BooleanField(null=True, blank=True)
    #: What stood here before the last change, so that it can be undone.
    sentiment_before = models.CharField(max_length=10, null=True, blank=True)
    relevant_before = models.BooleanField(null=True, blank=True)
    by = models.CharField(max_length=200)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(db_index=True)
    version = models.PositiveIntegerField(default=1, validators=[MinValueValidator(1)])

    class Meta:
        ordering = ("-at", "pk")
        constraints = [
            models.CheckConstraint(
                name="correction_sentiment_known",
                condition=Q(sentiment__isnull=True) | Q(sentiment__in=["negative", "neutral", "positive"]),
            ),
        ]

    def __str__(self) -> str:
        return self.mention_id


class MentionNote(models.Model):
    """A remark on a mention, for colleagues."""

    mention_id = models.CharField(max_length=255, db_index=True)
    text = models.TextField(max_length=4000)
    by = models.CharField(max_length=200)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"note on {self.mention_id}"


class SampleState(StateMachine):
    """A sample is labelled at leisure; it is finished when every mention in it has a label."""

    labelling = State("Being labelled", initial=True)
    finished = State("Finished")
    given_up = State("Given up", final=True)

    transitions = {labelling: {finished, given_up}, finished: {labelling}}


class PrecisionSample(models.Model):
    """A random sample of one query's matches, to find out how many of them are meant."""

    query = models.ForeignKey(ListeningQuery, models.CASCADE, related_name="samples")
    query_version = models.PositiveIntegerField()
    #: With it the same draw from the same matches gives the same sample.
    seed = models.BigIntegerField()
    mention_ids = models.JSONField(default=list)
    #: mention id -> true (relevant) or false.
    labels = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=SampleState.choices(), default="labelling")
    low = models.FloatField(null=True, blank=True)
    high = models.FloatField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, validators=[MinValueValidator(1)])
    at = models.DateTimeField()
    by = models.CharField(max_length=200)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-at", "-pk")
        constraints = [
            models.UniqueConstraint(name="sample_open_once", fields=["query"], condition=Q(state="labelling")),
        ]

    def __str__(self) -> str:
        return f"sample of {self.query_id} version {self.query_version}"
