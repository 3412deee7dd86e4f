"""The mails of a wave: what they say unless somebody writes otherwise, and how names and links are put in.

Which language somebody reads is not known, so a mail holds its text in every language of the questionnaire, one after
the other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from django.conf import settings

from fourleaf.assessment.models import Wave
from fourleaf.assessment.questionnaire import languages_of

__all__ = ["DEFAULT_TEXTS", "MAIL_PARTS", "MONTHS_DE", "PLACES", "check_text", "default_texts", "filled", "letter",
           "link_of", "texts_in", "without_mails"]  # fmt: skip

#: What stands for something in a text, and what it becomes.
PLACES: Final = {
    "{name}": "the person's name",
    "{link}": "the person's own link",
    "{last_day}": "the last day for answers",
    "{wave}": "the name of the wave",
}
#: The texts that each language needs.
MAIL_PARTS: Final = ("invitation_subject", "invitation_text", "reminder_subject", "reminder_text")
_PLACE = re.compile("|".join(re.escape(place) for place in PLACES))
#: Between the languages of one mail.
_RULE: Final = "\n\n----------------------------------------\n\n"
_LONGEST_SUBJECT: Final = 250
DEFAULT_TEXTS: Final = {
    "invitation_subject": "How do we work together? Eight minutes of your view",
    "invitation_text": (
        "Hello {name},\n\n"
        "we are asking how open, led, governed and equipped our company is for talking with people, inside and out. "
        "It takes about eight minutes:\n\n{link}\n\n"
        "The link is yours and works once. Nobody can find out what you answered: your answer is stored apart from "
        "this invitation, and results are shown for groups of five or more only. You can stop and go on later with "
        "the same link, on any device, until {last_day}.\n\n"
        "Who will see what: the overall result and how many took part can be published for everybody who works here. "
        "Results of departments and statements, and remarks without names, are seen by those who lead this work.\n\n"
        "Thank you."
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
_GERMAN: Final = {
    "invitation_subject": "Wie arbeiten wir zusammen? Acht Minuten für Ihre Sicht",
    "invitation_text": (
        "Guten Tag, {name},\n\n"
        "wir fragen, wie offen, geführt, geregelt und ausgestattet unser Unternehmen ist, um mit Menschen zu sprechen, "
        "innen wie außen. Es dauert etwa acht Minuten:\n\n{link}\n\n"
        "Der Link ist Ihrer und gilt einmal. Niemand kann herausfinden, was Sie geantwortet haben: Ihre Antwort wird "
        "getrennt von dieser Einladung gespeichert, und Ergebnisse gibt es nur für Gruppen ab fünf Personen. Sie "
        "können aufhören und später mit demselben Link auf jedem Gerät weitermachen, bis {last_day}.\n\n"
        "Wer was sieht: Das Gesamtergebnis und die Beteiligung können für alle veröffentlicht werden, die hier "
        "arbeiten. Ergebnisse von Abteilungen und Aussagen sowie Bemerkungen ohne Namen sehen jene, die diese Arbeit "
        "leiten.\n\nVielen Dank."
    ),
    "reminder_subject": "Noch offen bis {last_day}: Wie arbeiten wir zusammen?",
    "reminder_text": (
        "Guten Tag, {name},\n\n"
        "diese Mail geht an alle, die gefragt wurden und deren Antwort noch fehlt; wer das ist, sieht niemand. "
        "Wenn Sie teilnehmen möchten, ist hier ein neuer Link:\n\n{link}\n\n"
        "Wenn Sie mit dem ersten Link begonnen haben, machen Sie mit jenem weiter: Was Sie eingegeben haben, öffnet "
        "nur er. Nicht teilzunehmen ist auch in Ordnung.\n\nVielen Dank."
    ),
}
_DAYS_DE: Final = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
MONTHS_DE: Final = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
    "Dezember",
)  # fmt: skip


def default_texts(language: str) -> Mapping[str, str]:
    """The proposed texts of a language; empty where there are none."""
    return {"en": DEFAULT_TEXTS, "de": _GERMAN}.get(language, {})


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


def texts_in(wave: Wave, language: str) -> Mapping[str, str]:
    """The four texts of a language as they stand; English is in the wave's own fields."""
    if language == "en":
        return {part: getattr(wave, part) for part in MAIL_PARTS}
    found: Mapping[str, str] = wave.mail_texts.get(language, {})
    return found


def without_mails(wave: Wave) -> list[tuple[str, str]]:
    """Languages of the questionnaire, by code and own name, in which a mail text is missing."""
    return [
        (code, name)
        for code, name in languages_of(wave.instrument)
        if any(not texts_in(wave, code).get(part, "").strip() for part in MAIL_PARTS)
    ]


def letter(wave: Wave, kind: str, *, name: str, link: str) -> tuple[str, str]:
    """Subject and text of an "invitation" or a "reminder", in all languages of the wave that have one."""
    there = [(code, texts_in(wave, code)) for code, _ in languages_of(wave.instrument)]
    there = [(code, texts) for code, texts in there if texts.get(f"{kind}_text", "").strip()]
    subjects = [
        filled(texts[f"{kind}_subject"], wave=wave, name=name, link="", language=code).replace("\n", " ")
        for code, texts in there
    ]
    bodies = [filled(texts[f"{kind}_text"], wave=wave, name=name, link=link, language=code) for code, texts in there]
    subject = " / ".join(subjects)
    # A subject that mail programs would cut off says it in the first language only.
    return subject if len(subject) <= _LONGEST_SUBJECT else subjects[0], _RULE.join(bodies)


def _written(day: date | None, language: str) -> str:
    if day is None:
        return {"en": "the last day", "de": "zum letzten Tag"}.get(language, "…")
    if language == "en":
        return f"{day:%A}, {day.day} {day:%B %Y}"
    if language == "de":
        return f"{_DAYS_DE[day.weekday()]}, {day.day}. {MONTHS_DE[day.month - 1]} {day.year}"
    return day.isoformat()


def filled(text: str, *, wave: Wave, name: str, link: str, last_day: date | None = None, language: str = "en") -> str:
    """The text with its places filled. Only the four known places are; other braces stay as they are."""
    values = {
        "{name}": name,
        "{link}": link,
        "{last_day}": _written(last_day or wave.last_day, language),
        "{wave}": wave.name,
    }
    # In one go, so that a name that looks like a place is not filled in its turn.
    return _PLACE.sub(lambda found: values[found[0]], text)
