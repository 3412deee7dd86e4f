"""Due work of assessment: mails go out, waves end after their last day, reports are made."""

from __future__ import annotations

import secrets
import smtplib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.core.mail import get_connection

from fourleaf.assessment.mail_server import NO_SERVER, has_mail_server
from fourleaf.assessment.mail_texts import letter, link_of
from fourleaf.assessment.models import Invitation, Wave
from fourleaf.assessment.selectors.waves import is_over, today_in
from fourleaf.assessment.services.invitations import INVITE, REMIND, forget_link, new_link, to_invite, to_remind
from fourleaf.assessment.services.results import compute_result
from fourleaf.assessment.services.waves import COMPUTE, SEAL, close_wave, seal_wave
from fourleaf.kernel import clock, mail
from fourleaf.kernel.errors import DomainError
from fourleaf.kernel.jobs import Run, job

__all__: list[str] = []

#: Seconds between two mails, so that a mail server with a limit does not refuse the rest: 300 a minute.
PAUSE = 0.2


def _send(run: Run, *, reminder: bool) -> dict[str, Any]:
    if not has_mail_server():
        # The setting may have changed since the mails were queued.
        raise DomainError(NO_SERVER)
    wave = Wave.objects.get(pk=run.arguments["wave"])
    chosen = to_remind(wave) if reminder else to_invite(wave)
    keys = list(chosen.values_list("pk", flat=True))
    secrets.SystemRandom().shuffle(keys)
    sent = refused = 0
    connection = get_connection()
    for number, key in enumerate(keys, 1):
        wave.refresh_from_db(fields=["state", "last_day"])
        if is_over(wave) or run.stop.is_set():
            break
        # Asked again one by one: an answer may have come, or somebody may have left, since the list was made.
        invitation = chosen.select_related("person", "wave").filter(pk=key).first()
        if invitation is None:
            continue
        run.check_lease()
        if _mail_one(wave, invitation, connection, reminder=reminder):
            sent += 1
        else:
            refused += 1
        run.progress(number, len(keys))
        run.stop.wait(PAUSE)
    return {"mails": sent, "refused": refused}


def _mail_one(wave: Wave, invitation: Invitation, connection: Any, *, reminder: bool) -> bool:
    """One mail; whether the mail server took it.

    The mark comes after it: a crash between the two costs a second mail, never somebody's link. A link that went
    nowhere is removed. One address that is refused must not keep the mail from everybody else; a server that is gone
    ends the run, which is tried again later.
    """
    token, taken, fault = new_link(invitation), False, ""
    subject, text = letter(
        wave, "reminder" if reminder else "invitation", name=invitation.person.name, link=link_of(token)
    )
    message = mail.letter(invitation.person.email or "", subject, text, connection=connection)
    try:
        taken = message.send() == 1
        fault = "" if taken else "The mail server did not take it."
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
        fault = _said(error)
    finally:
        if not taken:
            forget_link(token)
    if not reminder:
        marks = {"sent_on": today_in(wave)} if taken else {}
        Invitation.objects.filter(pk=invitation.pk).update(**marks, mail_fault=fault)
    elif taken:
        # A fault of a reminder is counted but not noted: it would say who has not answered.
        Invitation.objects.filter(pk=invitation.pk).update(reminded_on=today_in(wave))
    return taken


def _said(error: smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError) -> str:
    """What the mail server said, in one line."""
    words: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()), (0, b""))
    else:
        code, words = error.smtp_code, error.smtp_error
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return " ".join(f"{code} {said}".split())[:200]


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
    for wave in Wave.objects.filter(state="closed", reopen_until__lte=clock.now()).order_by("pk"):
        seal_wave(actor=run.actor, wave_id=wave.pk)
    return {"waves": len(over)}


@job(SEAL, label="Surveys concluded")
def waves_sealed(run: Run) -> Mapping[str, Any]:
    """Forget who answered once a closed wave cannot be opened again; nothing to do if it was opened meanwhile."""
    wave = Wave.objects.filter(pk=run.arguments["wave"], version=run.arguments["version"], state="closed").first()
    if wave is None or wave.reopen_until is None:
        return {"waves": 0}
    seal_wave(actor=run.actor, wave_id=wave.pk)
    return {"waves": 1}


@job(COMPUTE, label="Survey results computed")
def results_computed(run: Run) -> Mapping[str, Any]:
    """Make the report of a closed wave."""
    return compute_result(actor=run.actor, wave_id=run.arguments["wave"], alive=run.check_lease)
