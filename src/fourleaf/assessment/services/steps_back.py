"""Taking back a step of a wave, where that can be done without anybody having been misled.

Opening can be taken back until somebody has a link. A wave closed by hand can be opened again for half an hour: so long
it is kept who answered, and no report is made, since two reports side by side would show the answers between them.
Publishing can be taken back for half an hour, unless a table was downloaded meanwhile. A mail that is out stays out.
"""

from __future__ import annotations

from django.db import transaction

from fourleaf.assessment.models import Invitation, InvitationToken, Sheet, Wave, WaveResult, WaveState
from fourleaf.assessment.selectors.waves import TAKE_BACK, get_wave_for, is_past, may_be_taken_back
from fourleaf.assessment.services.waves import RUN, SEE, step
from fourleaf.kernel import audit
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import TransitionError
from fourleaf.kernel.models import AuditEvent
from fourleaf.kernel.permissions import require

__all__ = ["reopen_wave", "take_back_opening", "take_back_publication"]


def take_back_opening(*, actor: Actor, wave_id: int) -> Wave:
    """Make a running wave one in preparation again, while nobody has got a link and no answer has come."""
    wave = get_wave_for(actor, wave_id)
    require(actor, RUN, wave, seen_by=SEE)
    WaveState.check(wave.state, "draft")
    with transaction.atomic():
        step(wave, "draft", opened_on=None, asked=None, staff=None)
        # Looked at after the state has changed: from then on nobody can make a link.
        if (
            InvitationToken.objects.filter(invitation__wave=wave).exists()
            or Invitation.objects.filter(wave=wave, sent_on__isnull=False).exists()
            or Sheet.objects.filter(wave=wave).exists()
        ):
            raise TransitionError("Links have gone out already, so the wave cannot become one in preparation again.")
        Invitation.objects.filter(wave=wave).delete()
        audit.record(actor, "assessment.wave.opening_taken_back", wave)
    return wave


def reopen_wave(*, actor: Actor, wave_id: int) -> Wave:
    """Go on taking answers in a wave that was closed by hand less than half an hour ago."""
    wave = get_wave_for(actor, wave_id)
    require(actor, RUN, wave, seen_by=SEE)
    WaveState.check(wave.state, "open")
    if wave.state != "closed" or not may_be_taken_back(wave.reopen_until):
        raise TransitionError("It is forgotten who answered, so this wave cannot be opened again.")
    if is_past(wave):
        raise TransitionError("The last day of this wave is over, so it cannot be opened again.")
    with transaction.atomic():
        step(wave, "open", closed_on=None, reopen_until=None)
        if WaveResult.objects.filter(wave=wave).exists():
            raise TransitionError("The report of this wave is made, so it cannot be opened again.")
        audit.record(actor, "assessment.wave.reopened", wave)
    return wave


def take_back_publication(*, actor: Actor, wave_id: int) -> Wave:
    """Hide a report that was published less than half an hour ago, unless one of its tables was downloaded."""
    wave = get_wave_for(actor, wave_id)
    require(actor, RUN, wave, seen_by=SEE)
    if wave.state != "published":
        raise TransitionError("The results of this wave are not published.")
    if wave.published_at is None or not may_be_taken_back(wave.published_at + TAKE_BACK):
        raise TransitionError("The results have been public for more than half an hour: people have seen them.")
    downloaded = AuditEvent.objects.filter(
        code="assessment.results.exported", subject_id=str(wave.pk), at__gte=wave.published_at
    )
    if downloaded.exists():
        raise TransitionError("Somebody has downloaded these results already, so they cannot be taken back.")
    with transaction.atomic():
        step(wave, "closed", published_on=None, published_at=None, for_everybody=False)
        audit.record(actor, "assessment.wave.publication_taken_back", wave)
    return wave
