"""A survey wave: whom it asks, what it asks, until when, and where it stands."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models

from fourleaf.kernel.states import State, StateMachine

__all__ = ["Wave", "WaveState"]


class WaveState(StateMachine):
    """A wave is prepared, runs, ends, and is shown.

    Each step back has its own condition (`services.steps_back`): opening while nobody has a link, closing while it is
    not yet forgotten who answered and no report was made, publishing for half an hour.
    """

    draft = State("In preparation", initial=True)
    open = State("Running")
    closed = State("Closed")
    published = State("Published")

    transitions = {draft: {open}, open: {closed, draft}, closed: {published, open}, published: {closed}}  # noqa: A003 - the state above is meant


class Wave(models.Model):
    """One round of the survey. Its questionnaire is a copy of its own, which nobody can change once it is open."""

    name = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=WaveState.choices(), default="draft")
    #: The zone in which the last day ends.
    zone = models.CharField(max_length=64)
    last_day = models.DateField(null=True, blank=True)
    #: See `fourleaf.assessment.questionnaire`: items with their texts by language.
    instrument = models.JSONField()
    #: Whom the wave asks: nobody chosen means everybody.
    department_ids = models.JSONField(default=list, blank=True)
    region_ids = models.JSONField(default=list, blank=True)
    #: Said when the wave is prepared: it stands for the organisation, whatever share of the people it asks.
    declared_whole = models.BooleanField(default=False)
    #: People asked, and people who worked here, when the wave was opened.
    asked = models.PositiveIntegerField(null=True, blank=True)
    staff = models.PositiveIntegerField(null=True, blank=True)
    k_scores = models.PositiveSmallIntegerField(default=5)
    k_verbatim = models.PositiveSmallIntegerField(default=10)
    asks_remark = models.BooleanField(default=True)
    invitation_subject = models.CharField(max_length=200)
    invitation_text = models.TextField()
    reminder_subject = models.CharField(max_length=200)
    reminder_text = models.TextField()
    #: The same four texts in the other languages of the questionnaire: language -> name of the text -> text.
    mail_texts = models.JSONField(default=dict, blank=True)
    reminders_allowed = models.PositiveSmallIntegerField(default=2)
    reminders_sent = models.PositiveSmallIntegerField(default=0)
    last_reminder_on = models.DateField(null=True, blank=True)
    previous = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    #: Until then a closed wave can be opened again; None once it is forgotten who answered.
    reopen_until = models.DateTimeField(null=True, blank=True)
    published_on = models.DateField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    #: Whether everybody who works here sees the published clover, or only those who may see results.
    for_everybody = models.BooleanField(default=False)
    created_on = models.DateField()
    created_by = models.CharField(max_length=200)
    version = models.PositiveIntegerField(default=1, validators=[MinValueValidator(1)])

    class Meta:
        ordering = ("-created_on", "-pk")
        indexes = [models.Index(fields=["state", "last_day"])]

    def __str__(self) -> str:
        return self.name
