"""A policy is a document of the set; its versions carry text, scope and a place in the life cycle."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from fourleaf.engine.policies.force import Scope
from fourleaf.governance.contracts import KINDS
from fourleaf.kernel.models import Person, Region
from fourleaf.kernel.states import State, StateMachine

__all__ = [
    "ConsultationState",
    "Policy",
    "PolicyConsultation",
    "PolicyDecision",
    "PolicyText",
    "PolicyVersion",
    "PolicyVersionState",
]


class PolicyVersionState(StateMachine):
    """The life cycle. ``under_revision`` is a side state: a version in force that has a newer one on its way."""

    draft = State("Draft", initial=True)
    legal_review = State("In legal review")
    consultation = State("In consultation")
    approved = State("Approved")
    scheduled = State("Scheduled")
    in_force = State("In force")
    superseded = State("Superseded", final=True)
    withdrawn = State("Withdrawn")

    transitions = {
        draft: {legal_review, withdrawn},
        # Back to draft: it was returned, or its author takes it back.
        legal_review: {consultation, approved, draft, withdrawn},
        consultation: {approved, draft, withdrawn},
        approved: {scheduled, in_force, withdrawn},
        scheduled: {in_force, approved, withdrawn},
        in_force: {superseded, withdrawn},
        # Only undoing leads out of here, and only on the day of the withdrawal.
        withdrawn: {in_force, draft},
    }


class ConsultationState(StateMachine):
    """Asked of a region's employee representatives."""

    pending = State("Waiting", initial=True)
    agreed = State("Agreed")
    declined = State("Declined")

    transitions = {pending: {agreed, declined}, agreed: {pending}, declined: {pending}}


class Policy(models.Model):
    """One document of the set; what it says is in its versions."""

    kind = models.CharField(max_length=10, choices=list(KINDS.items()))
    title = models.CharField(max_length=150)
    owner = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    #: Months after which a version must be reviewed.
    review_months = models.PositiveSmallIntegerField(default=12)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("kind", "title", "pk")
        constraints = [models.UniqueConstraint(name="policy_title_once", fields=["title"])]

    def __str__(self) -> str:
        return self.title


class PolicyVersion(models.Model):
    """A version: number, scope, life cycle. From approval on it never changes but for its dates and state."""

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="versions")
    major = models.PositiveSmallIntegerField(default=1)
    minor = models.PositiveSmallIntegerField(default=0)
    patch = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=20, choices=PolicyVersionState.choices(), default="draft")
    #: What changed and why, in the author's words.
    note = models.TextField(blank=True)
    based_on = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    author = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    # Scope; an empty list is "all". Ids of regions and brands, codes of channels and groups.
    channels = models.JSONField(default=list, blank=True)
    except_channels = models.JSONField(default=list, blank=True)
    region_ids = models.JSONField(default=list, blank=True)
    brand_ids = models.JSONField(default=list, blank=True)
    #: "department:MKT" or "belt:green".
    groups = models.JSONField(default=list, blank=True)
    acknowledged = models.BooleanField(default=True)
    #: Rights of the belts that rest while this is overdue.
    rights = models.JSONField(default=list, blank=True)
    approvers = models.ManyToManyField(Person, blank=True, related_name="+")
    effective_on = models.DateField(null=True, blank=True)
    #: The first day on which it is no longer in force.
    ended_on = models.DateField(null=True, blank=True)
    review_due = models.DateField(null=True, blank=True)
    #: Places to fill in that somebody said may stay open during legal review.
    open_places = models.JSONField(default=list, blank=True)
    #: Of texts and scope, from the hand-over to legal review on.
    content_hash = models.CharField(max_length=64, blank=True)
    #: How often it was handed over; decisions count for their own round only.
    round = models.PositiveSmallIntegerField(default=0)
    legal_agreed = models.BooleanField(default=False)
    ended_reason = models.TextField(blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("policy", "-major", "-minor", "-patch")
        indexes = [models.Index(fields=["state", "effective_on"])]
        constraints = [
            # A draft that was given up leaves its number free.
            models.UniqueConstraint(
                name="policy_version_once",
                fields=["policy", "major", "minor", "patch"],
                condition=~Q(state="withdrawn"),
            ),
            models.UniqueConstraint(
                name="policy_one_in_work",
                fields=["policy"],
                condition=Q(state__in=["draft", "legal_review", "consultation"]),
            ),
            models.CheckConstraint(
                name="policy_ends_after_start", condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("effective_on"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy} {self.number}"

    @property
    def number(self) -> str:
        """Such as 2.1.0."""
        return f"{self.major}.{self.minor}.{self.patch}"

    @property
    def change(self) -> str:
        """Which number moved: "major", "minor" or "patch"; a first version is a major one."""
        return "patch" if self.patch else "minor" if self.minor else "major"

    @property
    def scope(self) -> Scope:
        """What it covers."""
        return Scope(
            channels=frozenset(self.channels),
            except_channels=frozenset(self.except_channels),
            regions=frozenset(self.region_ids),
            brands=frozenset(self.brand_ids),
            groups=frozenset(self.groups),
        )


class PolicyText(models.Model):
    """The text of a version in one language; sections begin with ``##``."""

    version = models.ForeignKey(PolicyVersion, models.CASCADE, related_name="texts")
    language = models.CharField(max_length=10)
    title = models.CharField(max_length=150)
    body = models.TextField()
    #: Questions on what changed: [{"question", "options": [...], "answer": 0, "section": "anchor"}].
    quiz = models.JSONField(default=list, blank=True)
    content_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ("version", "pk")
        constraints = [models.UniqueConstraint(name="policy_text_once", fields=["version", "language"])]

    def __str__(self) -> str:
        return f"{self.title} ({self.language})"


class PolicyConsultation(models.Model):
    """A region's representatives were asked about a version."""

    version = models.ForeignKey(PolicyVersion, models.CASCADE, related_name="consultations")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    #: Approval waits for it.
    required = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=ConsultationState.choices(), default="pending")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    #: Minutes, agreement, reference.
    note = models.TextField(blank=True)
    recorded_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("version", "region__name")
        constraints = [models.UniqueConstraint(name="policy_consulted_once", fields=["version", "region"])]

    def __str__(self) -> str:
        return f"{self.region} on {self.version_id}"


class PolicyDecision(models.Model):
    """Who agreed to a version or returned it, and to which text."""

    class Step(models.TextChoices):
        LEGAL = "legal", "Legal review"
        APPROVAL = "approval", "Approval"

    version = models.ForeignKey(PolicyVersion, models.CASCADE, related_name="decisions")
    step = models.CharField(max_length=10, choices=Step)
    agreed = models.BooleanField()
    reason = models.TextField(blank=True)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    person_name = models.CharField(max_length=200)
    at = models.DateTimeField()
    round = models.PositiveSmallIntegerField()
    content_hash = models.CharField(max_length=64)

    class Meta:
        ordering = ("version", "at", "pk")

    def __str__(self) -> str:
        return f"{self.get_step_display()}: {self.person_name}"
