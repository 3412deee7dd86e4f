"""What people answered. These tables share no key, order or time with those who were asked.

Keys are random; rows are written anew in shuffled order with every answer (see `fourleaf.assessment.mixing`), so that
neither the order in the file nor the transaction that wrote a row says when it came. There is no day either: only
whether the answer came before or after the first reminder.
"""

from __future__ import annotations

import uuid

from django.db import models

from fourleaf.assessment.models.waves import Wave

__all__ = ["Draft", "Remark", "Sheet"]


class Sheet(models.Model):
    """One answer. Its origin is as coarse as the invitation's cell: None stands for "not kept"."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    wave = models.ForeignKey(Wave, models.CASCADE, related_name="+")
    department_id = models.BigIntegerField(null=True)
    region_id = models.BigIntegerField(null=True)
    leads = models.BooleanField(null=True)
    late = models.BooleanField(default=False)
    #: Item id -> 1 to 5; what somebody could not say is absent.
    answers = models.JSONField()

    def __str__(self) -> str:
        return "an answer"


class Remark(models.Model):
    """A sentence in somebody's own words, apart from the sheet that it came with."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    wave = models.ForeignKey(Wave, models.CASCADE, related_name="+")
    department_id = models.BigIntegerField(null=True)
    text = models.TextField()

    def __str__(self) -> str:
        return "a remark"


class Draft(models.Model):
    """An answer that is not finished. Found and opened only with the link itself: both the key of the row and the key
    of its content are derived from it, and the link is not stored."""

    id = models.CharField(max_length=64, primary_key=True)
    wave = models.ForeignKey(Wave, models.CASCADE, related_name="+")
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return "a draft"
