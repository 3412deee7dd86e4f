"""Who is asked. Nothing in here leads to an answer: see `fourleaf.assessment.models.answers`."""

from __future__ import annotations

from django.db import models

from fourleaf.assessment.models.waves import Wave
from fourleaf.kernel.models import Department, Person, Region

__all__ = ["Invitation", "InvitationToken"]


class Invitation(models.Model):
    """A person who is asked in a wave, with where they belonged on the day that it opened.

    ``used`` says that an answer came; no day, and it is forgotten when the wave closes. The ``cell_`` columns are what
    an answer may keep of its origin: each combination of them is shared by at least k people who were asked.
    """

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="invitations")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")
    leads = models.BooleanField(default=False)
    cell_department_id = models.BigIntegerField(null=True)
    cell_region_id = models.BigIntegerField(null=True)
    cell_leads = models.BooleanField(null=True)
    sent_on = models.DateField(null=True, blank=True)
    reminded_on = models.DateField(null=True, blank=True)
    #: Why the mail server did not take the invitation, in its own words; empty once it did.
    mail_fault = models.CharField(max_length=200, blank=True, default="")
    used = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(name="invited_once", fields=["wave", "person"])]
        indexes = [models.Index(fields=["wave", "used"])]

    def __str__(self) -> str:
        return f"invitation {self.pk}"


class InvitationToken(models.Model):
    """A keyed hash of a link that was sent. A reminder brings a second link, since the first is not stored anywhere."""

    digest = models.CharField(max_length=64, primary_key=True)
    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="tokens")

    def __str__(self) -> str:
        return self.digest[:8]
