"""Who has acknowledged which major version, and who was reminded when."""

from __future__ import annotations

from django.db import models

from fourleaf.governance.models.policies import Policy, PolicyVersion
from fourleaf.kernel.models import Person

__all__ = ["Acknowledgement", "PolicyReminder"]


class Acknowledgement(models.Model):
    """A person received a major version of a policy: that, and no consent. It is never changed."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="acknowledgements")
    major = models.PositiveSmallIntegerField()
    #: The very version whose text was shown, and the hash of that text.
    version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="+")
    language = models.CharField(max_length=10)
    text_hash = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at", "pk")
        constraints = [models.UniqueConstraint(name="acknowledged_once", fields=["person", "policy", "major"])]
        indexes = [models.Index(fields=["policy", "major", "person"])]

    def __str__(self) -> str:
        return f"{self.policy_id} {self.major} by {self.person_id}"


class PolicyReminder(models.Model):
    """A mail about open acknowledgements went to a person; one a day at most."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    sent_on = models.DateField()
    policies = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ("-sent_on", "pk")
        constraints = [models.UniqueConstraint(name="policy_reminder_once_a_day", fields=["person", "sent_on"])]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.sent_on}"
