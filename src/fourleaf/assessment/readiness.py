"""What a wave in preparation still lacks before people may be asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fourleaf.assessment import questionnaire
from fourleaf.assessment.mail_texts import without_mails
from fourleaf.assessment.models import Wave
from fourleaf.assessment.selectors.waves import population, today_in

__all__ = ["fewest_asked", "lacks", "older_translations"]

_FEWEST_ASKED: Final = 5


def fewest_asked(wave: Wave) -> int:
    """The fewest people whom a wave may ask: of fewer nothing could be shown."""
    return max(_FEWEST_ASKED, wave.k_scores)


def _names(ids: Sequence[str]) -> str:
    return ", ".join(ids)


def lacks(wave: Wave, *, people: int | None = None) -> dict[str, list[str]]:
    """Field -> sentences on what is missing; empty when the wave can be opened. ``people`` saves counting again."""
    found: dict[str, list[str]] = {}
    if wave.last_day is None or wave.last_day < today_in(wave):
        found["last_day"] = ["Choose the last day for answers; it must not be over."]
    count = len(population(wave)) if people is None else people
    if count < fewest_asked(wave):
        found["people"] = [
            f"Only {count} people are chosen. Nothing could be shown of so few: choose at least {fewest_asked(wave)}."
        ]
    languages = [
        f"{questionnaire.LANGUAGES[code]} lacks {_names(ids)}. Translate them, or do not offer the language."
        for code, ids in questionnaire.untranslated(wave.instrument).items()
    ]
    if languages:
        found["languages"] = languages
    mails = [
        f"The mails are not written in {name}. Write the invitation and the reminder, or do not offer the language."
        for _, name in without_mails(wave)
    ]
    if mails:
        found["mails"] = mails
    return found


def older_translations(wave: Wave) -> list[str]:
    """A sentence for each language with translations that are older than their statements."""
    return [
        f"{questionnaire.LANGUAGES[code]}: {_names(ids)}"
        for code, ids in questionnaire.older_texts(wave.instrument).items()
    ]
