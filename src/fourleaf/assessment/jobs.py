"""Due work of assessment: mails go out, waves end after their last day, reports are made."""

from __future__ import annotations

import secrets
import smtplib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction

from fourleaf.assessment.mail_texts import filled, link_of
from fourleaf.assessment.models import Invitation, Wave
from fourleaf.assessment.selectors.waves import is_over, today_in
from fourleaf.assessment.services.invitations import INVITE, REMIND, new_link, to_invite, to_remind
from fourleaf.assessment.services.results import compute_result
from fourleaf.assessment.services.waves import COMPUTE, close_wave
from fourleaf.kernel.jobs import Run, job

__all__: list[str] = []

#: Seconds between two mails, so that a mail server with a limit does not refuse the rest: 300 a minute.
PAUSE = 0.2


def _send(run: Run, *, reminder: bool) -> dict[str, Any]:
    wave = Wave.objects.get(pk=run.arguments["wave"])
    chosen = to_remind(wave) if reminder else to_invite(wave)
    keys = list(chosen.values_list("pk", flat=True))
    secrets.SystemRandom().shuffle(keys)
    subject = wave.reminder_subject if reminder else wave.invitation_subject
    text = wave.reminder_text if reminder else wave.invitation_text
    sent = refused = 0
    connection = get_connection()
    for number, key in enumerate(keys, 1):
        wave.refresh_from_db(fields=["state", "last_day"])
        if is_over(wave) or run.stop.is_set():
            break
        # Asked again one by one: an answer may have come, or somebody may have left, since the list was made.
        invitation = chosen.select_related("person").filter(pk=key).first()
        if invitation is None:
            continue
        run.check_lease()
        try:
            _mail_one(wave, invitation, subject, text, connection, reminder=reminder)
            sent += 1
        except smtplib.SMTPRecipientsRefused:
            # One address that does not exist must not keep the mail from everybody else.
            refused += 1
        run.progress(number, len(keys))
        run.stop.wait(PAUSE)
    return {"mails": sent, "refused": refused}


def _mail_one(wave: Wave, invitation: Invitation, subject: str, text: str, connection: Any, *, reminder: bool) -> None:
    """One mail. The mark comes after it: a crash between the two costs a second mail, never somebody's link."""
    with transaction.atomic():
        token = new_link(invitation)
    name = invitation.person.name
    EmailMessage(
        filled(subject, wave=wave, name=name, link="").replace("\n", " "),
        filled(text, wave=wave, name=name, link=link_of(token)),
        settings.DEFAULT_FROM_EMAIL,
        [invitation.person.email or ""],
        connection=connection,
    ).send()
    today = today_in(wave)
    marks = {"reminded_on": today} if reminder else {"sent_on": today}
    Invitation.objects.filter(pk=invitation.pk).update(**marks)


@job(INVITE, label="Survey invitations sent")
def invitations_sent(run: Run) -> Mapping[str, Any]:
    """Mail a link to everybody who has none; goes on where it was cut off."""
    return _send(run, reminder=False)


@job(REMIND, label="Survey reminders sent")
def reminders_sent(run: Run) -> Mapping[str, Any]:
    """Mail a fresh link to everybody whose answer has not come."""
    return _send(run, reminder=True)


@job("assessment.waves_ended", label="Surveys end after their last day", every=timedelta(minutes=30))
def waves_ended(run: Run) -> Mapping[str, Any]:
    """Close waves whose last day is over in their zone."""
    over = [wave for wave in Wave.objects.filter(state="open").order_by("pk") if is_over(wave)]
    for wave in over:
        close_wave(actor=run.actor, wave_id=wave.pk)
    return {"waves": len(over)}


@job(COMPUTE, label="Survey results computed")
def results_computed(run: Run) -> Mapping[str, Any]:
    """Make the report of a closed wave."""
    return compute_result(actor=run.actor, wave_id=run.arguments["wave"], alive=run.check_lease)
