"""The questionnaire of a wave as JSON, and what may be changed in it.

``{"items": [{"id", "leaf", "vein", "reverse", "texts": {"en": ...}}, ...], "languages": ["en", ...]}``. Items without
a leaf are reported on their own and never scored. An item's ``older`` names the languages whose text was written before
the English one was last changed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from fourleaf.engine.survey.instrument import LEAVES, STANDARD, Instrument, InstrumentError, Item
from fourleaf.kernel.errors import InvalidError

__all__ = ["LANGUAGES", "MOST_ITEMS", "add_item", "from_json", "languages_of", "older_texts", "remove_item", "standard",
           "to_json", "translate", "untranslated", "with_languages"]  # fmt: skip

#: Languages that a questionnaire may be offered in, by their own names.
LANGUAGES: Final[Mapping[str, str]] = {
    "en": "English",
    "de": "Deutsch",
    "da": "Dansk",
    "es": "Español",
    "fi": "Suomi",
    "fr": "Français",
    "it": "Italiano",
    "nl": "Nederlands",
    "no": "Norsk",
    "pl": "Polski",
    "pt": "Português",
    "sv": "Svenska",
    "tr": "Türkçe",
}
#: Beyond this nobody finishes in eight minutes.
MOST_ITEMS: Final = 48
_LONGEST: Final = 300
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9]{0,9}")


def standard() -> dict[str, Any]:
    """A copy of the standard questionnaire, in English and German."""
    return to_json(STANDARD, ("en", "de"))


def to_json(instrument: Instrument, languages: Iterable[str]) -> dict[str, Any]:
    """The stored form."""
    items = [
        {"id": item.id, "leaf": item.leaf, "vein": item.vein, "reverse": item.reverse, "texts": dict(item.texts)}
        for item in instrument.items
    ]
    return {"items": items, "languages": list(dict.fromkeys(languages))}


def from_json(stored: Mapping[str, Any]) -> Instrument:
    """The engine's questionnaire; `InvalidError` with its sentence when the parts do not fit together."""
    try:
        return Instrument(
            tuple(
                Item(row["id"], row["leaf"], row["vein"], bool(row["reverse"]), dict(row["texts"]))
                for row in stored["items"]
            )
        )
    except InstrumentError as error:
        raise InvalidError(str(error)) from error


def languages_of(stored: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Codes and own names of the languages that the sheet is offered in."""
    return [(code, LANGUAGES.get(code, code)) for code in stored.get("languages", ["en"])]


def with_languages(stored: Mapping[str, Any], codes: Iterable[str]) -> dict[str, Any]:
    """Offer these languages; English always stays, since every text has it."""
    wanted = ["en", *(code for code in codes if code != "en")]
    if unknown := [code for code in wanted if code not in LANGUAGES]:
        raise InvalidError(fields={"languages": [f"“{unknown[0]}” is not one of the languages offered here."]})
    return {**stored, "languages": list(dict.fromkeys(wanted))}


def untranslated(stored: Mapping[str, Any]) -> dict[str, list[str]]:
    """Offered language -> ids of statements that have no text in it; languages that are whole are left out."""
    missing = {
        code: [row["id"] for row in stored["items"] if not row["texts"].get(code, "").strip()]
        for code, _ in languages_of(stored)
    }
    return {code: ids for code, ids in missing.items() if ids}


def older_texts(stored: Mapping[str, Any]) -> dict[str, list[str]]:
    """Offered language -> ids of statements whose English text was changed after the translation was written."""
    older = {
        code: [row["id"] for row in stored["items"] if code in row.get("older", ()) and code in row["texts"]]
        for code, _ in languages_of(stored)
    }
    return {code: ids for code, ids in older.items() if ids}


def _older(row: Mapping[str, Any], language: str, new: Mapping[str, str], still_right: bool) -> list[str]:
    """The languages whose text is older than the English one after this change."""
    before = set(row.get("older", ()))
    if language == "en" and new.get("en") != row["texts"].get("en"):
        before |= set(new) - {"en"}
    elif language != "en" and (still_right or new.get(language) != row["texts"].get(language)):
        before -= {language}
    return sorted(before & set(new))


def translate(
    stored: Mapping[str, Any], language: str, texts: Mapping[str, str], *, still_right: Collection[str] = ()
) -> dict[str, Any]:
    """Set texts of one language; an empty text takes a translation away, English cannot be empty.

    A changed English text marks its translations as older. Writing a translation anew takes the mark off, and so does
    naming the statement in ``still_right``.
    """
    faults: dict[str, list[str]] = {}
    items = []
    for row in stored["items"]:
        text = " ".join(texts.get(row["id"], row["texts"].get(language, "")).split())
        new = {**row["texts"], language: text}
        if not text:
            del new[language]
            if language == "en":
                faults[f"text_{row['id']}"] = [f"Statement {row['id']} needs an English text. To drop it, remove it."]
        if len(text) > _LONGEST:
            faults[f"text_{row['id']}"] = [f"Statement {row['id']} is longer than {_LONGEST} characters. Shorten it."]
        changed = {name: value for name, value in row.items() if name != "older"} | {"texts": new}
        if older := _older(row, language, new, row["id"] in still_right):
            changed["older"] = older
        items.append(changed)
    if faults:
        raise InvalidError(fields=faults)
    return {**stored, "items": items}


def add_item(
    stored: Mapping[str, Any], *, code: str, text: str, leaf: str | None, reverse: bool = False
) -> dict[str, Any]:
    """Add a statement of one's own: scored with a leaf, or reported on its own."""
    faults: dict[str, list[str]] = {}
    code, text = code.strip(), " ".join(text.split())
    if not _CODE.fullmatch(code):
        faults["code"] = ["Write a letter, then at most nine letters or digits, such as X1."]
    elif code.casefold() in {row["id"].casefold() for row in stored["items"]}:
        faults["code"] = [f"There is a statement {code} already. Choose another code."]
    if not text or len(text) > _LONGEST:
        faults["text"] = [f"Write the statement, in at most {_LONGEST} characters."]
    if leaf and leaf not in LEAVES:
        faults["leaf"] = [f"“{leaf}” is not a leaf. Choose one of {', '.join(LEAVES)}, or none."]
    if not leaf and reverse:
        faults["reverse"] = ["A statement that is not scored cannot be turned around."]
    if len(stored["items"]) >= MOST_ITEMS:
        faults["code"] = [f"{MOST_ITEMS} statements are the most: beyond them nobody finishes in eight minutes."]
    if faults:
        raise InvalidError(fields=faults)
    item = {"id": code, "leaf": leaf or None, "vein": None, "reverse": reverse, "texts": {"en": text}}
    return {**stored, "items": [*stored["items"], item]}


def remove_item(stored: Mapping[str, Any], code: str) -> dict[str, Any]:
    """Leave a statement out; each leaf keeps at least two."""
    items = [row for row in stored["items"] if row["id"] != code]
    if len(items) == len(stored["items"]):
        raise InvalidError(f"There is no statement {code} in this questionnaire.")
    changed = {**stored, "items": items}
    from_json(changed)
    return changed
