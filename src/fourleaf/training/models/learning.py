"""What people read, the quizzes they took and the work they handed in."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from fourleaf.kernel.models import Brand, Person
from fourleaf.training.models.belts import BELT_CHOICES
from fourleaf.training.models.curriculum import Module, ModuleVersion
from fourleaf.training.states import AttemptState, WorkState

__all__ = ["PracticalWork", "QuizAttempt", "Reading"]


class Reading(models.Model):
    """Somebody says they have read a version of a module."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    module = models.ForeignKey(Module, models.CASCADE, related_name="+")
    version = models.ForeignKey(ModuleVersion, models.CASCADE, related_name="+")
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="read_once", fields=["person", "version"])]

    def __str__(self) -> str:
        return f"reading {self.pk}"


class QuizAttempt(models.Model):
    """One try at a quiz: the questions drawn by its key, the answers given so far, the result."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    #: "belt" for a belt's quiz, "module" for that of one module (voice of a brand, changes of a policy).
    kind = models.CharField(max_length=6)
    belt = models.CharField(max_length=10, choices=BELT_CHOICES)
    module = models.ForeignKey(Module, models.CASCADE, null=True, blank=True, related_name="+")
    #: Tries of the same quiz since the last pass: 1, 2, 3 …
    number = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=32)
    #: Drawn questions with their options in the order shown: see `engine.training.quiz.Drawn`.
    questions = models.JSONField()
    #: Question id -> chosen option ids, in order.
    answers = models.JSONField(default=dict)
    state = models.CharField(max_length=7, choices=AttemptState.choices(), default="running")
    right = models.PositiveSmallIntegerField(null=True, blank=True)
    total = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-started_at", "-pk")
        indexes = [models.Index(fields=["person", "kind", "belt"])]
        constraints = [
            # A quiz that was begun is continued; a second tab finds the same one.
            models.UniqueConstraint(
                name="one_running_quiz_per_belt",
                fields=["person", "belt"],
                condition=Q(state="running", kind="belt"),
            ),
            models.UniqueConstraint(
                name="one_running_quiz_per_module",
                fields=["person", "module"],
                condition=Q(state="running", kind="module"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_belt_display()} quiz, try {self.number}"


class PracticalWork(models.Model):
    """A piece of practical work: triaged samples, a draft, a case played, a supervised reply, a project, a drill."""

    class Kind(models.TextChoices):
        TRIAGE = "triage", "Sample posts sorted"
        DRAFT = "draft", "Draft"
        ROLE_PLAY = "role_play", "Case played"
        REPLY = "reply", "Supervised reply"
        PROJECT = "project", "Project"
        DRILL = "drill", "Drill"
        PANEL = "panel", "Talk with the panel"

    class Worst(models.TextChoices):
        NONE = "none", "No defect"
        MINOR = "minor", "Minor"
        MAJOR = "major", "Major"
        CRITICAL = "critical", "Critical"

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    belt = models.CharField(max_length=10, choices=BELT_CHOICES)
    kind = models.CharField(max_length=10, choices=Kind)
    brand = models.ForeignKey(Brand, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=WorkState.choices(), default="submitted")
    title = models.CharField(max_length=150)
    #: The work itself in plain text; for triage empty.
    text = models.TextField(blank=True)
    #: Facts of the kind: the situation of a case, the samples and the answers of a triage, out_of_hours of a drill.
    data = models.JSONField(default=dict)
    handed_in_at = models.DateTimeField()
    #: The worst defect that the trainer found.
    worst = models.CharField(max_length=10, choices=Worst, blank=True)
    #: Rubric code -> 0, 1 or 2.
    rubric = models.JSONField(default=dict)
    comment = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=200, blank=True)
    decided_by_person_id = models.BigIntegerField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("handed_in_at", "pk")
        indexes = [models.Index(fields=["state", "handed_in_at"]), models.Index(fields=["person", "belt", "kind"])]

    def __str__(self) -> str:
        return self.title
