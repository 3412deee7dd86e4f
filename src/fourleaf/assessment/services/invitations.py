"""Sending links: by mail through a job, or as a list to hand out. Of a link only its hash is kept."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet

from fourleaf.assessment.mail_server import NO_SERVER, has_mail_server
from fourleaf.assessment.mail_texts import link_of
from fourleaf.assessment.models import Invitation, InvitationToken, Wave
from fourleaf.assessment.selectors.waves import get_wave_for, is_over, today_in
from fourleaf.assessment.services.waves import hold
from fourleaf.assessment.tokens import digest_of, new_token, written
from fourleaf.kernel import audit, clock, jobs
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import InvalidError, TransitionError
from fourleaf.kernel.permissions import require

__all__ = ["INVITE", "REMIND", "HandOut", "forget_link", "hand_out", "new_link", "remind", "send_invitations",
           "to_invite", "to_remind"]  # fmt: skip

_RUN, _SEE = "assessment.run_waves", "assessment.view_results"
INVITE: Final = "assessment.invitations_sent"
REMIND: Final = "assessment.reminders_sent"
#: Days between two reminders.
_PAUSE_DAYS: Final = 2


@dataclass(frozen=True)
class HandOut:
    """One line of a list to hand out. ``link`` and ``code`` are shown this once and can never be shown again."""

    name: str
    department: str
    region: str
    link: str
    code: str


def _sendable(actor: Actor, wave_id: int) -> Wave:
    """A running wave whose mails can leave the house."""
    wave = _open(actor, wave_id)
    if not has_mail_server():
        raise TransitionError(NO_SERVER)
    return wave


def _open(actor: Actor, wave_id: int) -> Wave:
    wave = get_wave_for(actor, wave_id)
    require(actor, _RUN, wave, seen_by=_SEE)
    if is_over(wave):
        raise TransitionError("Links can be sent while a wave runs only.")
    return wave


def _here(wave: Wave) -> QuerySet[Invitation]:
    """Invitations of people who still work here."""
    return Invitation.objects.filter(wave=wave).exclude(person__left_on__lt=clock.today())


def to_invite(wave: Wave) -> QuerySet[Invitation]:
    """Those with an e-mail address to whom nothing has been sent."""
    return _here(wave).filter(sent_on__isnull=True, used=False, person__email__isnull=False).exclude(person__email="")


def to_remind(wave: Wave) -> QuerySet[Invitation]:
    """Those with an address who got a link before today's reminder and have not answered."""
    due = Q(reminded_on__isnull=True) | Q(reminded_on__lt=wave.last_reminder_on or today_in(wave))
    return (
        _here(wave)
        .filter(due, used=False, sent_on__isnull=False, person__email__isnull=False)
        .exclude(person__email="")
    )


def send_invitations(*, actor: Actor, wave_id: int) -> int:
    """Queue a mail for everybody who has an address and no link yet; gives how many."""
    wave = _sendable(actor, wave_id)
    count = to_invite(wave).count()
    if not count:
        raise InvalidError("Everybody with an e-mail address has an invitation already.")
    with transaction.atomic():
        jobs.enqueue(INVITE, {"wave": wave.pk}, actor=actor, key=f"{INVITE}:{wave.pk}")
        audit.record(actor, "assessment.invitations.queued", wave, data={"people": count})
    return count


def remind(*, actor: Actor, wave_id: int) -> int:
    """Queue a reminder for everybody whose answer has not come; gives how many. The number of reminders is limited."""
    wave = _sendable(actor, wave_id)
    if wave.reminders_sent >= wave.reminders_allowed:
        raise TransitionError(
            f"{wave.reminders_sent} reminders were sent, which is the most for this wave. More of them is pressure."
        )
    today = today_in(wave)
    last = wave.last_reminder_on or wave.opened_on
    if last is not None and (today - last).days < _PAUSE_DAYS:
        raise TransitionError(f"Wait {_PAUSE_DAYS} days after the last mail: people need time to answer.")
    count = (
        _here(wave)
        .filter(used=False, sent_on__isnull=False, person__email__isnull=False)
        .exclude(person__email="")
        .count()
    )
    if not count:
        raise InvalidError("There is nobody to remind: everybody with an address has answered or got no link yet.")
    with transaction.atomic():
        moved = Wave.objects.filter(pk=wave.pk, state="open", reminders_sent=wave.reminders_sent).update(
            reminders_sent=wave.reminders_sent + 1, last_reminder_on=today
        )
        if not moved:
            raise TransitionError("Somebody else sent a reminder a moment ago.")
        jobs.enqueue(REMIND, {"wave": wave.pk}, actor=actor, key=f"{REMIND}:{wave.pk}")
        # The number alone: how many have not answered, of the whole wave.
        audit.record(actor, "assessment.reminders.queued", wave, data={"people": count})
    return count


def new_link(invitation: Invitation) -> str:
    """A fresh token for the invitation. Only its hash is stored, so this is the one moment in which it is known."""
    token = new_token()
    with transaction.atomic():
        if not hold(invitation.wave):
            raise TransitionError("Links can be made while a wave runs only.")
        InvitationToken.objects.create(digest=digest_of(token), invitation=invitation)
    return token


def forget_link(token: str) -> None:
    """Remove a link that reached nobody."""
    InvitationToken.objects.filter(digest=digest_of(token)).delete()


def hand_out(
    *, actor: Actor, wave_id: int, department_id: int | None = None, without_mail: bool = True
) -> list[HandOut]:
    """Links to print and hand out: for people without an address, or for a department; who has a link is left out."""
    wave = _open(actor, wave_id)
    chosen = _here(wave).filter(sent_on__isnull=True)
    if department_id is not None:
        chosen = chosen.filter(department_id=department_id)
    if without_mail:
        chosen = chosen.filter(Q(person__email__isnull=True) | Q(person__email=""))
    rows = list(chosen.select_related("person", "department", "region").order_by("department__name", "person__name"))
    if not rows:
        raise InvalidError("Nobody is waiting for a link here: all have got one by mail or on an earlier list.")
    tokens = [new_token() for _ in rows]
    kept = [InvitationToken(digest=digest_of(token), invitation=row) for token, row in zip(tokens, rows, strict=True)]
    with transaction.atomic():
        if not hold(wave):
            raise TransitionError("The wave was closed a moment ago.")
        secrets.SystemRandom().shuffle(kept)
        InvitationToken.objects.bulk_create(kept, batch_size=500)
        for start in range(0, len(rows), 500):
            Invitation.objects.filter(pk__in=[row.pk for row in rows[start : start + 500]]).update(
                sent_on=today_in(wave), mail_fault=""
            )
        audit.record(actor, "assessment.links.handed_out", wave, data={"people": len(rows)})
    return [
        HandOut(
            row.person.name,
            row.department.name if row.department else "",
            row.region.name if row.region else "",
            link_of(token),
            written(token),
        )
        for token, row in zip(tokens, rows, strict=True)
    ]
