"""Modules: what is being written, what was published, and their pictures."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from fourleaf.kernel.models import Brand
from fourleaf.training.models.belts import BELT_CHOICES
from fourleaf.training.states import ModuleState

__all__ = ["Module", "ModuleImage", "ModuleVersion"]


class Module(models.Model):
    """A lesson of at most five minutes with its questions. ``body`` and ``questions`` are what is being written;
    readers get the newest `ModuleVersion`."""

    class Kind(models.TextChoices):
        LESSON = "lesson", "Lesson of a belt"
        VOICE = "voice", "Voice of a brand"
        DELTA = "delta", "What a new version of a policy changed"

    code = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.LESSON)
    belt = models.CharField(max_length=10, choices=BELT_CHOICES)
    place = models.PositiveSmallIntegerField(default=1)
    brand = models.ForeignKey(Brand, models.PROTECT, null=True, blank=True, related_name="+")
    policy_id = models.BigIntegerField(null=True, blank=True)
    #: The major version whose changes it teaches; None: whichever is the newest.
    policy_major = models.PositiveIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=ModuleState.choices(), default="draft")
    title = models.CharField(max_length=120)
    summary = models.CharField(max_length=300, blank=True)
    body = models.TextField(blank=True)
    #: As `engine.training.quiz.question_from` reads them.
    questions = models.JSONField(default=list)
    newest = models.ForeignKey("training.ModuleVersion", models.SET_NULL, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=200)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("belt", "place", "pk")
        constraints = [
            models.CheckConstraint(name="voice_names_a_brand", condition=~Q(kind="voice") | Q(brand__isnull=False))
        ]

    def __str__(self) -> str:
        return self.title


class ModuleVersion(models.Model):
    """A module as it was published; never changed."""

    module = models.ForeignKey(Module, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    summary = models.CharField(max_length=300, blank=True)
    body = models.TextField()
    questions = models.JSONField()
    seconds = models.PositiveIntegerField()
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=200)

    class Meta:
        ordering = ("-number",)
        constraints = [models.UniqueConstraint(name="module_version_once", fields=["module", "number"])]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"


class ModuleImage(models.Model):
    """A picture of a module; its type was read from its bytes."""

    module = models.ForeignKey(Module, models.CASCADE, related_name="images")
    name = models.CharField(max_length=80)
    media_type = models.CharField(max_length=20)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=200)

    class Meta:
        ordering = ("name",)
        constraints = [models.UniqueConstraint(name="image_name_once", fields=["module", "name"])]

    def __str__(self) -> str:
        return self.name
