"""A plan is a row; what is in it are objects: validated documents of the one plan model (see ADR 7)."""

from __future__ import annotations

import uuid

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from fourleaf.kernel.models import Account
from fourleaf.kernel.states import State, StateMachine
from fourleaf.planning.contracts import PlanInfo

__all__ = ["CalendarToken", "Plan", "PlanChange", "PlanComment", "PlanObject", "PlanState", "RoadmapBaseline"]


class PlanState(StateMachine):
    """One plan is current; drafts become it, and what was current before is kept in the archive."""

    draft = State("Draft", initial=True)
    current = State("Current")
    archived = State("Archived")

    transitions = {draft: {current, archived}, current: {archived, draft}, archived: {draft, current}}


class Plan(models.Model):
    """A plan. ``content_version`` counts changes of what is in it; ``version`` counts changes of this row."""

    name = models.CharField(max_length=120)
    starts_on = models.DateField()
    ends_on = models.DateField()
    state = models.CharField(max_length=10, choices=PlanState.choices(), default="draft")
    #: The day that the content describes: that of the imported file, or of the last change.
    as_of = models.DateField()
    content_version = models.PositiveBigIntegerField(default=1)
    #: New at random with each version: a version that was rolled back and one made later must not look alike.
    content_key = models.UUIDField(default=uuid.uuid4, editable=False)
    copied_from = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="copies")
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200)
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-starts_on", "name", "pk")
        constraints = [
            models.UniqueConstraint(name="plan_one_current", fields=["state"], condition=Q(state="current")),
            models.UniqueConstraint(name="plan_name_once", fields=["name"]),
            models.CheckConstraint(name="plan_ends_after_start", condition=Q(ends_on__gte=F("starts_on"))),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def info(self) -> PlanInfo:
        """The plan as other contexts see it."""
        return PlanInfo(
            id=self.pk,
            name=self.name,
            state=self.state,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            as_of=self.as_of,
            content_version=self.content_version,
            content_key=self.content_key,
        )


class RoadmapBaseline(models.Model):
    """The planned dates of the roadmap as they were on a day, to see how they move. The newest one counts."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="baselines")
    name = models.CharField(max_length=120)
    at = models.DateTimeField()
    by = models.CharField(max_length=200)
    #: id -> [planned first day, planned last day], each an ISO date or null.
    dates = models.JSONField(default=dict)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.name


class PhaseTick(models.Model):
    """Somebody's word that a criterion of a phase holds, where the plan has no facts about it."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="phase_ticks")
    code = models.CharField(max_length=20)
    at = models.DateTimeField()
    by = models.CharField(max_length=200)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("code",)
        constraints = [models.UniqueConstraint(name="phase_ticked_once", fields=["plan", "code"])]

    def __str__(self) -> str:
        return self.code


class CalendarToken(models.Model):
    """An address of the roadmap's calendar; what is kept is the number that its signature covers."""

    account = models.OneToOneField(Account, models.CASCADE, related_name="+")
    nonce = models.UUIDField(default=uuid.uuid4)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"calendar of account {self.account_id}"


class PlanObject(models.Model):
    """An object of a plan. ``data`` is what the plan model's JSON says, without what equals its default."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="objects_in_it")
    section = models.CharField(max_length=40)
    #: The object's id in its section; "" for a section that is one object, and for the facts of the plan as a whole.
    key = models.CharField(max_length=80, blank=True)
    position = models.PositiveIntegerField(default=0)
    data = models.JSONField(encoder=DjangoJSONEncoder)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=200)
    changed_by_account = models.ForeignKey(Account, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("section", "position", "pk")
        constraints = [models.UniqueConstraint(name="plan_object_once", fields=["plan", "section", "key"])]

    def __str__(self) -> str:
        return f"{self.section}/{self.key}" if self.key else self.section


class PlanChange(models.Model):
    """One change of one object, never changed itself. ``before`` and ``after`` are its data, null where it was not."""

    class Kind(models.TextChoices):
        """What was done."""

        ADDED = "added", "Added"
        CHANGED = "changed", "Changed"
        REMOVED = "removed", "Removed"
        RESTORED = "restored", "Brought back"
        IMPORTED = "imported", "Imported"

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="changes")
    section = models.CharField(max_length=40)
    key = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField()
    by = models.CharField(max_length=200)
    by_account = models.ForeignKey(Account, models.SET_NULL, null=True, blank=True, related_name="+")
    #: The plan's ``content_version`` after the change; several changes share it when they were made together.
    content_version = models.PositiveBigIntegerField()
    before = models.JSONField(null=True, blank=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(null=True, blank=True, encoder=DjangoJSONEncoder)
    position = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("-pk",)
        indexes = [models.Index(fields=["plan", "section", "key"]), models.Index(fields=["plan", "content_version"])]

    def __str__(self) -> str:
        return f"{self.section}/{self.key} {self.kind}"


class PlanComment(models.Model):
    """A remark on an object, or with an empty key on its section."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="comments")
    section = models.CharField(max_length=40)
    key = models.CharField(max_length=80, blank=True)
    author = models.CharField(max_length=200)
    author_account = models.ForeignKey(Account, models.SET_NULL, null=True, blank=True, related_name="+")
    text = models.TextField()
    at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("at", "pk")
        indexes = [models.Index(fields=["plan", "section", "key"])]

    def __str__(self) -> str:
        return self.text[:60]
