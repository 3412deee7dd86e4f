"""Ids that are made for people, so that nobody has to think of one: O3, P04, N2; CUS for a department."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Any

from fourleaf.web.planning.objects_words import shown

__all__ = ["next_id"]

_SHORT_NAMES = {"departments": 3, "brands": 2, "regions": 2}
_WIDE = {"programmes": 2, "people": 2, "kpis": 2}
_INSIDE = {"programmes": "N", "channels": "I"}


def next_id(section: str, data: Mapping[str, Any], taken: Collection[str]) -> str:
    """An id that is free; of units a short name of theirs, of others a letter and the next number."""
    if section in _SHORT_NAMES and (short := _initials(str(data.get("name", "")), _SHORT_NAMES[section])):
        return _free(short, taken)
    prefix = shown(section).prefix or section[:1].upper()
    if data.get("side") == "internal":
        prefix = _INSIDE.get(section, prefix)
    numbers = [int(m[1]) for key in taken if (m := re.fullmatch(re.escape(prefix) + r"(\d{1,6})", key))]
    width = 0 if prefix in _INSIDE.values() else _WIDE.get(section, 0)
    return _free(f"{prefix}{str(max(numbers, default=0) + 1).zfill(width)}", taken)


def _initials(name: str, length: int) -> str:
    """Capitals of a name: the initials of several words, else its beginning."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = [word for word in re.findall(r"[A-Za-z0-9]+", plain) if word.lower() not in ("and", "of", "the", "for")]
    if len(words) >= length:
        return "".join(word[0] for word in words[:length]).upper()
    return "".join(words)[:length].upper()


def _free(wanted: str, taken: Collection[str]) -> str:
    if wanted not in taken:
        return wanted
    number = 2
    while f"{wanted}{number}" in taken:
        number += 1
    return f"{wanted}{number}"
