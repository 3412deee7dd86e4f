"""Links that let somebody decide without signing in: one's own by mail, and a guest's for one step of one item."""

from __future__ import annotations

from django.db import models

from fourleaf.kernel.models import Person
from fourleaf.review.models.items import ReviewItem

__all__ = ["DecisionLink", "Guest"]


class DecisionLink(models.Model):
    """A link to one decision, mailed to one person. Only a keyed hash of its secret is kept."""

    item = models.ForeignKey(ReviewItem, models.CASCADE, related_name="links")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    content_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["item", "person"])]

    def __str__(self) -> str:
        return f"link to {self.item_id} for {self.person_id}"


class Guest(models.Model):
    """Somebody from outside (an agency, a lawyer) who may decide one step of one item, without an account."""

    item = models.ForeignKey(ReviewItem, models.CASCADE, related_name="guest_links")
    step = models.CharField(max_length=40)
    label = models.CharField(max_length=150)
    digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    name = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ("invited_at", "pk")

    def __str__(self) -> str:
        return self.label
