"""Saved views of list pages: a name for a set of filters, a sort order and columns."""

from __future__ import annotations

from django.db import models

from fourleaf.kernel.models.organisation import Person

__all__ = ["SavedView"]


class SavedView(models.Model):
    """A query string of one list page, kept under a name; shared views are seen by everybody who sees the page."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="saved_views")
    page = models.CharField(max_length=60)
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=2000)
    shared = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("name", "pk")
        constraints = [models.UniqueConstraint(name="view_name_once", fields=["person", "page", "name"])]

    def __str__(self) -> str:
        return self.name
