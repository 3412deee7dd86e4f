"""What is reviewed: drafts, items with their versions, decisions and comments, and whom they wait for."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from fourleaf.engine.review import LEVELS, TIERS
from fourleaf.kernel.models import Brand, Person, Region
from fourleaf.kernel.states import State, StateMachine
from fourleaf.review.models.trust import Stratum

__all__ = ["Decision", "Draft", "ItemComment", "ItemState", "ItemVersion", "ReviewItem", "Waiting"]


class ItemState(StateMachine):
    """The life of an item. Going back from a decision is what undo, edits and new submissions do."""

    draft = State("Draft", initial=True)
    submitted = State("Submitted")
    in_review = State("In review")
    approved = State("Approved")
    returned = State("Returned")
    withdrawn = State("Withdrawn")
    expired = State("Expired")

    transitions = {
        draft: {submitted, withdrawn},
        submitted: {in_review, approved, returned, withdrawn, submitted},
        in_review: {approved, returned, withdrawn, submitted},
        approved: {submitted, in_review, returned, expired, withdrawn, approved},
        returned: {submitted, in_review, approved, withdrawn},
        withdrawn: {submitted, approved},
        expired: {submitted, approved, withdrawn},
    }


OPEN = ("submitted", "in_review")


class Draft(models.Model):
    """A text that somebody wants to publish; the product's own kind of subject."""

    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    title = models.CharField(max_length=150)
    text = models.TextField()
    link = models.CharField(max_length=500, blank=True)
    disclosure = models.CharField(max_length=300, blank=True)
    channel = models.CharField(max_length=40, blank=True)
    brand = models.ForeignKey(Brand, models.PROTECT, null=True, blank=True, related_name="+")
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+")
    language = models.CharField(max_length=16, default="en")
    content_class = models.CharField(max_length=60, default="post")
    flags = models.JSONField(default=list, blank=True)
    #: Of the form that made it, so that a form sent twice makes one draft; "" where no form did.
    once = models.CharField(max_length=64, blank=True, default="")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-changed_at",)
        constraints = [models.UniqueConstraint(name="review_draft_once", fields=["once"], condition=~Q(once=""))]

    def __str__(self) -> str:
        return self.title


class ReviewItem(models.Model):
    """A subject (kind, id) under review. ``version`` counts every change: decisions are made by compare-and-set on it.

    ``need`` is the route as it was found at submission (see `needs`); ``submission`` counts how often it was handed in.
    """

    kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=60)
    title = models.CharField(max_length=150)
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    brand = models.ForeignKey(Brand, models.PROTECT, null=True, blank=True, related_name="+")
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+")
    author_group = models.CharField(max_length=40, blank=True)
    channel = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=16, blank=True)
    content_class = models.CharField(max_length=60)
    flags = models.JSONField(default=list)
    #: What somebody who decides corrected of the author's ticks; empty if nothing. "on" and "off" are flags that hold
    #: and do not hold whatever the author says, "log" says who did it, when and why.
    corrections = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=ItemState.choices(), default="draft")
    tier = models.CharField(max_length=2, choices=[(tier, tier) for tier in TIERS], blank=True)
    level = models.CharField(max_length=2, choices=[(level, level) for level in LEVELS], blank=True)
    stratum = models.ForeignKey(Stratum, models.PROTECT, null=True, blank=True, related_name="items")
    route = models.CharField(max_length=300, blank=True)
    need = models.JSONField(default=dict)
    content = models.JSONField(default=dict)
    content_hash = models.CharField(max_length=64, blank=True)
    submission = models.PositiveIntegerField(default=0)
    #: Approvals count from this submission on: what expired or was taken back begins anew.
    counts_from = models.PositiveIntegerField(default=1)
    #: What the draw said: reviewed before publishing, audited afterwards, judged by two who do not know of each other.
    before = models.BooleanField(default=True)
    audit = models.BooleanField(default=False)
    blind = models.BooleanField(default=False)
    guests = models.BooleanField(default=False)
    answer_minutes = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    #: When the next of the group is asked.
    next_ask_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    audited_at = models.DateTimeField(null=True)
    #: The gravest verdict that has moved the stratum; "" while none has.
    counted = models.CharField(max_length=10, blank=True)
    reasons = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("due_at", "pk")
        constraints = [models.UniqueConstraint(name="review_item_once", fields=["kind", "subject_id"])]
        indexes = [
            models.Index(fields=["state", "due_at", "id"]),
            models.Index(fields=["author", "-id"]),
            models.Index(fields=["brand", "content_class", "author_group", "submitted_at"]),
            models.Index(fields=["-decided_at", "id"]),
            models.Index(
                name="review_item_next_ask", fields=["next_ask_at"], condition=Q(state__in=("submitted", "in_review"))
            ),
            models.Index(name="review_item_expiry", fields=["expires_at"], condition=Q(state="approved")),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Whether somebody has yet to decide before it goes out."""
        return self.state in OPEN

    @property
    def awaits_audit(self) -> bool:
        """Whether it went out unseen and is yet to be looked at."""
        return self.audit and self.audited_at is None and self.state == "approved"

    @property
    def unseen(self) -> bool:
        """Whether it goes out before anybody looks, and is audited afterwards."""
        return self.audit and "then" not in self.need

    @property
    def need_now(self) -> dict[str, Any]:
        """What is asked at this moment: in an audit the whole route, before it only what always has to be decided."""
        need: dict[str, Any] = self.need
        return need.get("then", need) if self.awaits_audit else need


class ItemVersion(models.Model):
    """The content as it was handed in or edited; never changed."""

    item = models.ForeignKey(ReviewItem, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = models.CharField(max_length=200)

    class Meta:
        ordering = ("number",)
        constraints = [models.UniqueConstraint(name="review_version_once", fields=["item", "number"])]

    def __str__(self) -> str:
        return f"{self.item_id} version {self.number}"


class Decision(models.Model):
    """A verdict of one person, or one guest, on an item as it was.

    ``hashes`` maps each step that it decides to the hash of the fields that the step judges. ``undo`` holds what was
    there before, for the minute in which it can be taken back.
    """

    class Verdict(models.TextChoices):
        """What was decided."""

        APPROVED = "approved", "Approved"
        RETURNED = "returned", "Changes asked for"
        AUDITED = "audited", "Looked at afterwards"

    item = models.ForeignKey(ReviewItem, models.CASCADE, related_name="decisions")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    guest_id = models.PositiveBigIntegerField(null=True, blank=True)
    name = models.CharField(max_length=150)
    verdict = models.CharField(max_length=10, choices=Verdict)
    severity = models.CharField(max_length=10, default="clean")
    defects = models.JSONField(default=list)
    note = models.TextField(blank=True)
    hashes = models.JSONField(default=dict)
    content_hash = models.CharField(max_length=64)
    submission = models.PositiveIntegerField()
    at = models.DateTimeField()
    via = models.CharField(max_length=10, default="web")
    undo = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("at", "pk")
        indexes = [models.Index(fields=["person", "-at"]), models.Index(fields=["item", "submission"])]

    def __str__(self) -> str:
        return f"{self.verdict} by {self.name}"


class Waiting(models.Model):
    """Somebody who may decide an open item. ``asked``: it is their turn, or everybody's."""

    item = models.ForeignKey(ReviewItem, models.CASCADE, related_name="waiting")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    asked = models.BooleanField(default=False)
    because = models.CharField(max_length=10, default="member")
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="review_waiting_once", fields=["item", "person"])]
        indexes = [models.Index(fields=["person", "asked"])]

    def __str__(self) -> str:
        return f"{self.item_id} waits for {self.person_id}"


class ItemComment(models.Model):
    """A remark; internal ones are for those who decide, others also for the author."""

    item = models.ForeignKey(ReviewItem, models.CASCADE, related_name="comments")
    name = models.CharField(max_length=200)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    internal = models.BooleanField(default=False)
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return self.text[:60]
