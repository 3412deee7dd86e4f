"""How far a stratum has come, and every step of its walk."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from fourleaf.engine.review import LEVELS, TIERS
from fourleaf.kernel.models import Brand, Person

__all__ = ["Stratum", "TrustStep"]


class Stratum(models.Model):
    """(brand, content class, author group), with its trust state as `stored.state_to_json` writes it.

    ``author_group`` is the code of the authors' region, or "" for all authors of the brand and class.
    """

    brand = models.ForeignKey(Brand, models.PROTECT, null=True, blank=True, related_name="+")
    content_class = models.CharField(max_length=60)
    author_group = models.CharField(max_length=40, blank=True)
    preset = models.CharField(max_length=10, default="default")
    tier = models.CharField(max_length=2, choices=[(tier, tier) for tier in TIERS], blank=True)
    level = models.CharField(max_length=2, choices=[(level, level) for level in LEVELS], default="Q0")
    proposed = models.BooleanField(default=False)
    state = models.JSONField()
    last_item_on = models.DateField()
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("brand__name", "content_class", "author_group")
        constraints = [
            models.UniqueConstraint(name="review_stratum_once", fields=["brand", "content_class", "author_group"]),
            # Two nulls are different to a database, so strata without a brand need a rule of their own.
            models.UniqueConstraint(
                name="review_stratum_once_for_all",
                fields=["content_class", "author_group"],
                condition=Q(brand__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        group = f", {self.author_group}" if self.author_group else ""
        brand = self.brand.code if self.brand is not None else "All brands"
        return f"{brand}: {self.content_class.replace('_', ' ')}{group}"


class TrustStep(models.Model):
    """One step of the walk, never changed. Who reviewed is not kept here: the walk is about strata, not people."""

    stratum = models.ForeignKey(Stratum, models.CASCADE, related_name="steps")
    at = models.DateTimeField()
    #: A severity, or the cause of a change without an item.
    what = models.CharField(max_length=20)
    #: The item, by number; "" where the step had none.
    item_id_text = models.CharField(max_length=20, blank=True)
    level = models.CharField(max_length=2)
    seen = models.PositiveIntegerField()
    reviewed = models.PositiveIntegerField()
    s = models.FloatField()
    c = models.FloatField()
    lower = models.FloatField(null=True)
    upper = models.FloatField(null=True)
    #: Set where the level changed with this step: level before, and who decided it and why.
    before = models.CharField(max_length=2, blank=True)
    cause = models.CharField(max_length=20, blank=True)
    by = models.CharField(max_length=200, blank=True)
    #: The person behind ``by``, where somebody confirmed the change.
    confirmed_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    majors = models.PositiveIntegerField(default=0)
    reviewers = models.PositiveIntegerField(default=0)
    evidence = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("pk",)
        indexes = [models.Index(fields=["stratum", "id"])]

    def __str__(self) -> str:
        return f"{self.stratum_id}: {self.what}"
