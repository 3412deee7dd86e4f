"""The words around the statements on the sheet, by language. Where a language has none, they are English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fourleaf.assessment.mail_texts import MONTHS_DE
from fourleaf.engine.survey.instrument import CANNOT_SAY, SCALE

__all__ = ["WORDED", "preferred", "words_in"]

_EN: Final = {
    "title": "How do we work together?",
    "about": "{count} statements, about eight minutes. There are no right answers; say how it is for you.",
    "unlinked": "Nobody can find out what you answered",
    "unlinked_how": (
        "Your invitation and your answer are stored apart and share no number, no name and no time. Of where you work, "
        "your answer keeps only what you share with at least {k} people who were asked. Results are shown for groups "
        "of {k} or more. The overall result can be published for everybody who works here; results of departments and "
        "statements are seen by those who lead this work."
    ),
    "resume": "You can stop at any time and go on with the same link, on any device, until {last_day}.",
    "resume_how": "What you have entered so far is locked with your link; without it nobody can open it.",
    "voluntary": "Taking part is your choice, for the whole and for every statement.",
    "begin": "Begin",
    "go_on": "Go on",
    "page": "Page {page} of {pages}",
    "answered": "{done} of {count} answered",
    "culture": "How we work with one another",
    "leadership": "How we are led",
    "governance": "How we decide and learn",
    "technology": "What we work with",
    "end": "And you yourself",
    "end_lead": "These are reported on their own and say nothing about how good a colleague is.",
    "remark": "Is there something you would like to add?",
    "remark_help": (
        "Shown without your name, in random order, and only where at least {k} people have answered. "
        "Leave out what would give you away."
    ),
    "next": "Save and go on",
    "back": "Back",
    "later": "Stop here, go on later",
    "hand_in": "Hand in my answer",
    "hand_in_note": "After that nobody can find it again, so it cannot be changed.",
    "open": "{count} statements are still open. You may leave them so, or go back:",
    "thanks": "Thank you, your answer is in",
    "thanks_how": "It now lies among the others, and nobody can tell which one it is. The link has done its work.",
    "later_title": "Saved",
    "later_how": "Go on with the same link, on this or another device, until {last_day}.",
    "code_title": "Go to your survey",
    "code_lead": "Type the code from your letter, or follow the link in your mail.",
    "code": "Your code",
    "code_help": "Twenty letters and digits. Hyphens and spaces do not matter.",
    "open_sheet": "Open my survey",
    "language": "Language",
    "sorry": "This link",
    "unknown": "This link is not complete, or not known here. Copy it whole from the mail or the list.",
    "used": "This link has been used. An answer that was handed in cannot be found again, so it cannot be changed.",
    "ended": "This survey has ended. Thank you for wanting to take part.",
    "left": "This link is no longer valid.",
}
_DE: Final = {
    "title": "Wie arbeiten wir zusammen?",
    "about": (
        "{count} Aussagen, etwa acht Minuten. Richtige Antworten gibt es nicht; sagen Sie, wie es bei Ihnen ist."
    ),
    "unlinked": "Niemand kann herausfinden, was Sie geantwortet haben",
    "unlinked_how": (
        "Ihre Einladung und Ihre Antwort werden getrennt gespeichert und haben weder Nummer noch Namen noch Zeit "
        "gemeinsam. Von Ihrem Arbeitsplatz behält die Antwort nur, was Sie mit mindestens {k} Befragten teilen. "
        "Ergebnisse gibt es nur für Gruppen ab {k} Personen. Das Gesamtergebnis kann für alle veröffentlicht werden, "
        "die hier arbeiten; Ergebnisse von Abteilungen und Aussagen sehen jene, die diese Arbeit leiten."
    ),
    "resume": "Sie können jederzeit aufhören und mit demselben Link auf jedem Gerät weitermachen, bis {last_day}.",
    "resume_how": "Was Sie bisher eingegeben haben, ist mit Ihrem Link verschlossen; ohne ihn kann es niemand öffnen.",
    "voluntary": "Die Teilnahme ist freiwillig, im Ganzen und bei jeder einzelnen Aussage.",
    "begin": "Beginnen",
    "go_on": "Weitermachen",
    "page": "Seite {page} von {pages}",
    "answered": "{done} von {count} beantwortet",
    "culture": "Wie wir miteinander arbeiten",
    "leadership": "Wie wir geführt werden",
    "governance": "Wie wir entscheiden und lernen",
    "technology": "Womit wir arbeiten",
    "end": "Und Sie selbst",
    "end_lead": "Diese Angaben werden für sich berichtet und sagen nichts darüber, wie gut jemand mitarbeitet.",
    "remark": "Möchten Sie etwas hinzufügen?",
    "remark_help": (
        "Wird ohne Namen und in zufälliger Reihenfolge gezeigt, und nur, wo mindestens {k} Personen geantwortet haben. "
        "Lassen Sie weg, was Sie verraten würde."
    ),
    "next": "Speichern und weiter",
    "back": "Zurück",
    "later": "Hier aufhören, später weitermachen",
    "hand_in": "Meine Antwort abgeben",
    "hand_in_note": "Danach kann niemand sie wiederfinden, also lässt sie sich nicht mehr ändern.",
    "open": "{count} Aussagen sind noch offen. Sie können sie so lassen oder zurückgehen:",
    "thanks": "Vielen Dank, Ihre Antwort ist da",
    "thanks_how": "Sie liegt nun unter den anderen, und niemand kann sagen, welche es ist. Der Link hat ausgedient.",
    "later_title": "Gespeichert",
    "later_how": "Machen Sie mit demselben Link weiter, auf diesem oder einem anderen Gerät, bis {last_day}.",
    "code_title": "Zu Ihrer Umfrage",
    "code_lead": "Tippen Sie den Code aus Ihrem Brief ein, oder folgen Sie dem Link in der Mail.",
    "code": "Ihr Code",
    "code_help": "Zwanzig Buchstaben und Ziffern. Bindestriche und Leerzeichen spielen keine Rolle.",
    "open_sheet": "Meine Umfrage öffnen",
    "language": "Sprache",
    "sorry": "Dieser Link",
    "unknown": "Dieser Link ist unvollständig oder hier nicht bekannt. Übernehmen Sie ihn ganz aus Mail oder Liste.",
    "used": (
        "Dieser Link wurde schon benutzt. Eine abgegebene Antwort lässt sich nicht wiederfinden und also nicht ändern."
    ),
    "ended": "Diese Umfrage ist zu Ende. Vielen Dank, dass Sie teilnehmen wollten.",
    "left": "Dieser Link gilt nicht mehr.",
}
_WORDS: Final[Mapping[str, Mapping[str, str]]] = {"en": _EN, "de": _DE}
#: Languages that have these words.
WORDED: Final = frozenset(_WORDS)


def words_in(language: str) -> dict[str, object]:
    """The words of the sheet: texts by key, ``scale`` (five words), ``cannot_say``, and the language they are in."""
    words = _WORDS.get(language, _EN)
    return {
        **_EN,
        **words,
        "scale": SCALE.get(language, SCALE["en"]),
        "cannot_say": CANNOT_SAY.get(language, CANNOT_SAY["en"]),
        "months": MONTHS_DE if language == "de" else None,
    }


def preferred(header: str, offered: list[str]) -> str:
    """The first language of an Accept-Language header that is offered; the first offered one otherwise."""
    wanted = [part.split(";")[0].strip().lower()[:2] for part in header.split(",")]
    return next((code for code in wanted if code in offered), offered[0])
