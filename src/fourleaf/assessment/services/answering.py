"""Answering: finding the sheet that a link leads to, saving on the way, handing in.

These functions take no actor and write nothing to the audit trail, on purpose: nobody acts by name here, and the trail
has times and an order. What they write is the draft (which only the link opens), the mark on the invitation, and the
answer, which goes among the others (see `fourleaf.assessment.mixing`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import transaction

from fourleaf.assessment.errors import LinkError
from fourleaf.assessment.mixing import mark_used, put_among
from fourleaf.assessment.models import Draft, Invitation, InvitationToken, Remark, Sheet, Wave
from fourleaf.assessment.selectors.waves import is_over
from fourleaf.assessment.services.waves import hold
from fourleaf.assessment.tokens import digest_of, draft_id, open_draft, read_token, seal_draft
from fourleaf.kernel import clock

__all__ = ["LONGEST_REMARK", "Link", "clean_answers", "follow", "hand_in", "load_draft", "save_draft"]

LONGEST_REMARK: Final = 2000


@dataclass(frozen=True)
class Link:
    """A link that leads to a sheet which can be filled in."""

    token: str
    wave: Wave
    invitation: Invitation


def follow(text: str) -> Link:
    """The sheet behind a link or typed code; `LinkError` with one calm sentence when there is none to fill in."""
    token = read_token(text)
    found = (
        InvitationToken.objects.select_related("invitation__wave", "invitation__person")
        .filter(digest=digest_of(token))
        .first()
        if token
        else None
    )
    if token is None or found is None:
        raise LinkError(
            "unknown", "This link is not complete, or not known here. Copy it whole from the mail or the list."
        )
    invitation = found.invitation
    wave, person = invitation.wave, invitation.person
    if is_over(wave):
        raise LinkError("ended", f"This survey ended on {_day(wave)}. Thank you for wanting to take part.")
    if person.has_left(clock.today()):
        raise LinkError("left", "This link is no longer valid.")
    if invitation.used:
        raise LinkError(
            "used",
            "This link has been used. An answer that was handed in cannot be found again, so it cannot be changed.",
        )
    return Link(token, wave, invitation)


def _day(wave: Wave) -> str:
    ends: list[date] = [day for day in (wave.last_day, wave.closed_on) if day is not None]
    if not ends:
        return "an earlier day"
    last = min(ends)
    return f"{last.day} {last:%B %Y}"


def load_draft(link: Link) -> dict[str, Any]:
    """What was entered with this link: ``{"answers": {...}, "remark": "...", "seen": [...]}``; empty at first."""
    draft = Draft.objects.filter(pk=draft_id(link.token)).first()
    return open_draft(link.token, bytes(draft.sealed)) if draft else {}


def save_draft(link: Link, content: Mapping[str, Any]) -> None:
    """Keep what was entered, sealed with the link."""
    with transaction.atomic():
        if not hold(link.wave):
            raise LinkError("ended", "This survey has ended. Thank you for wanting to take part.")
        Draft.objects.update_or_create(
            pk=draft_id(link.token), defaults={"wave": link.wave, "sealed": seal_draft(link.token, content)}
        )


def clean_answers(wave: Wave, answers: Mapping[str, Any]) -> dict[str, int]:
    """The answers that are answers to this wave's questions: item id -> 1 to 5, in the order of the questionnaire."""
    found: dict[str, int] = {}
    for row in wave.instrument["items"]:
        value = answers.get(row["id"])
        if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 5:
            found[row["id"]] = value
    return found


def hand_in(link: Link, answers: Mapping[str, Any], remark: str = "") -> None:
    """Take the answer: once for each person, whatever the device, and never after the end.

    The mark on the invitation and the answer are written in one transaction, among others, so that no row remembers
    with which it came. Of two devices that hand in at the same moment one gets `LinkError` ("used").
    """
    with transaction.atomic():
        # Only one answer of a wave is written at a time: whoever holds the wave's row goes first.
        if not hold(link.wave):
            raise LinkError("ended", "This survey has ended. Thank you for wanting to take part.")
        fresh = follow(link.token)
        if not mark_used(fresh.invitation):
            raise LinkError("used", "This link has been used, on another device perhaps. Thank you.")
        invitation, wave = fresh.invitation, fresh.wave
        sheet = Sheet(
            wave=wave,
            department_id=invitation.cell_department_id,
            region_id=invitation.cell_region_id,
            leads=invitation.cell_leads,
            late=wave.reminders_sent > 0,
            answers=clean_answers(wave, answers),
        )
        put_among(wave, [sheet])
        words = remark.replace("\0", "").strip()[:LONGEST_REMARK]
        if words and wave.asks_remark:
            put_among(wave, [Remark(wave=wave, department_id=invitation.cell_department_id, text=words)])
        Draft.objects.filter(pk=draft_id(link.token)).delete()
