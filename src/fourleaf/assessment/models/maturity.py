"""Evidence for the gates of the maturity ladder, and the organisation model that is declared and observed."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models

from fourleaf.kernel.models import Person

__all__ = ["DeclaredModel", "GateEvidence", "ModelMeasures"]


class GateEvidence(models.Model):
    """What is known of a fact that gates of the ladder ask for, by whose word, since when, and where to check it."""

    #: One of `fourleaf.engine.survey.maturity.FACTS`.
    fact = models.CharField(max_length=60, unique=True)
    #: Yes or no, or a number; None takes the evidence back.
    value = models.JSONField(null=True)
    note = models.CharField(max_length=500, blank=True)
    link = models.URLField(max_length=500, blank=True)
    said_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    said_by_name = models.CharField(max_length=200)
    said_on = models.DateField()
    version = models.PositiveIntegerField(default=1, validators=[MinValueValidator(1)])

    def __str__(self) -> str:
        return self.fact


class DeclaredModel(models.Model):
    """The organisation model that the organisation says it follows, from a day on. The newest counts."""

    model = models.CharField(max_length=20)
    reason = models.CharField(max_length=500, blank=True)
    declared_on = models.DateField()
    declared_by = models.CharField(max_length=200)

    class Meta:
        ordering = ("-declared_on", "-pk")

    def __str__(self) -> str:
        return self.model


class ModelMeasures(models.Model):
    """What was measured over a window that ends on a day: shares 0 to 1 by the codes of the engine's classifier."""

    window_end = models.DateField()
    days = models.PositiveSmallIntegerField(default=90)
    #: Measure -> share, or None where it is not known.
    values = models.JSONField(default=dict)
    source = models.CharField(max_length=300, blank=True)
    noted_by = models.CharField(max_length=200)
    noted_on = models.DateField()

    class Meta:
        ordering = ("-window_end", "-pk")

    def __str__(self) -> str:
        return f"measures until {self.window_end}"
