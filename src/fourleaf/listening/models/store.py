"""Leases that make writers of the mention store take turns, on one machine or several."""

from __future__ import annotations

from django.db import models

__all__ = ["StoreLease"]


class StoreLease(models.Model):
    """Who may write at present. ``token`` rises with every taking and is the fence of its holder."""

    name = models.CharField(max_length=40, primary_key=True)
    token = models.PositiveBigIntegerField(default=0)
    holder = models.CharField(max_length=200, blank=True)
    until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name
