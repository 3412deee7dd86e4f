"""The gap log: situations on which the rules are silent, and what became of them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from fourleaf.governance.models.policies import Policy, PolicyVersion
from fourleaf.kernel.models import Person
from fourleaf.kernel.states import State, StateMachine

__all__ = ["Gap", "GapSeverity", "GapState"]


class GapState(StateMachine):
    """A gap is looked at before it is decided, and an accepted one ends in a version of a policy."""

    open = State("Open", initial=True)
    triaged = State("Looked at")
    accepted = State("Accepted")
    declined = State("Declined")
    in_version = State("In a version", final=True)

    transitions = {
        open: {triaged},  # noqa: A003 - the state above is meant
        triaged: {accepted, declined},
        # Somebody found another argument: it is looked at again.
        accepted: {in_version, triaged},
        declined: {triaged},
    }


class GapSeverity(models.TextChoices):
    """How much it mattered."""

    LOW = "low", "Low"
    MEDIUM = "medium", "Medium"
    HIGH = "high", "High"


class Gap(models.Model):
    """One situation. Its state moves by `services.gaps` alone."""

    situation = models.TextField()
    expected_rule = models.TextField(blank=True)
    what_was_done = models.TextField(blank=True)
    proposal = models.TextField(blank=True)
    severity = models.CharField(max_length=10, choices=GapSeverity, default=GapSeverity.MEDIUM)
    #: A channel's code, such as H8; "" is none in particular.
    channel = models.CharField(max_length=40, blank=True)
    policy = models.ForeignKey(Policy, models.SET_NULL, null=True, blank=True, related_name="gaps")
    section = models.CharField(max_length=150, blank=True)
    #: Where it was noticed: a kind and an id ("page", "/listen/mentions/").
    source_kind = models.CharField(max_length=60, blank=True)
    source_id = models.CharField(max_length=300, blank=True)
    found_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    found_by_name = models.CharField(max_length=200)
    found_on = models.DateField()
    created_at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=GapState.choices(), default="open")
    owner = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    triaged_on = models.DateField(null=True, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    #: Why it was accepted or declined; shown to the one who reported it.
    reason = models.TextField(blank=True)
    closed_on = models.DateField(null=True, blank=True)
    closing_version = models.ForeignKey(
        PolicyVersion, models.SET_NULL, null=True, blank=True, related_name="closed_gaps"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("found_on", "pk")
        indexes = [models.Index(fields=["state", "found_on"]), models.Index(fields=["policy", "section", "found_on"])]
        constraints = [
            models.CheckConstraint(
                name="gap_decided_with_reason", condition=~Q(state__in=["accepted", "declined"]) | ~Q(reason="")
            )
        ]

    def __str__(self) -> str:
        return self.situation[:80]
