"""The mails of a wave: what they say unless somebody writes otherwise, and how names and links are put in."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from django.conf import settings

from fourleaf.assessment.models import Wave

__all__ = ["DEFAULT_TEXTS", "PLACES", "check_text", "filled", "link_of"]

#: What stands for something in a text, and what it becomes.
PLACES: Final = {
    "{name}": "the person's name",
    "{link}": "the person's own link",
    "{last_day}": "the last day for answers",
    "{wave}": "the name of the wave",
}
_PLACE = re.compile("|".join(re.escape(place) for place in PLACES))
DEFAULT_TEXTS: Final = {
    "invitation_subject": "How do we work together? Eight minutes of your view",
    "invitation_text": (
        "Hello {name},\n\n"
        "we are asking how open, led, governed and equipped our company is for talking with people, inside and out. "
        "It takes about eight minutes:\n\n{link}\n\n"
        "The link is yours and works once. Nobody can find out what you answered: your answer is stored apart from "
        "this invitation, and results are shown for groups of five or more only. You can stop and go on later with "
        "the same link, on any device, until {last_day}.\n\nThank you."
    ),
    "reminder_subject": "Still open until {last_day}: how do we work together?",
    "reminder_text": (
        "Hello {name},\n\n"
        "this goes to everybody who was asked and whose answer has not come yet; who that is, is shown to nobody. "
        "If you would like to take part, here is a fresh link:\n\n{link}\n\n"
        "If you have begun with the first link, go on with that one: what you entered can be opened with it alone. "
        "Not taking part is fine too.\n\nThank you."
    ),
}


def check_text(part: str, text: str) -> str | None:
    """What is wrong with a subject or a text, as a sentence; None if nothing is."""
    if not text.strip():
        return "Write something, or take the proposed text."
    if part == "subject":
        if len(text) > 200 or "\n" in text or "\r" in text:
            return "A subject is one line of at most 200 characters."
    elif "{link}" not in text:
        return "The text must hold {link}: without it nobody can answer."
    elif len(text) > 5000:
        return "Write at most 5,000 characters."
    return None


def link_of(token: str) -> str:
    """The address that leads to the sheet."""
    return f"{settings.BASE_URL.rstrip('/')}/s/{token}/"


def filled(text: str, *, wave: Wave, name: str, link: str, last_day: date | None = None) -> str:
    """The text with its places filled. Only the four known places are; other braces stay as they are."""
    day = last_day or wave.last_day
    written = f"{day:%A}, {day.day} {day:%B %Y}" if day else "the last day"
    values = {"{name}": name, "{link}": link, "{last_day}": written, "{wave}": wave.name}
    # In one go, so that a name that looks like a place is not filled in its turn.
    return _PLACE.sub(lambda found: values[found[0]], text)
