"""The sample's sentences, read from the text files beside this module and filled for many rows at once.

A file has sections: ``[grill negative]`` with lines "topic| sentence", ``[opener any]``, ``[closer negative]``,
``[tags grill]`` and ``[slot day]`` with values, one a line. In a sentence ``{p}`` is a product of the brand, ``{b}``
the brand as people call it, ``{name}`` its proper name, ``{r}`` a rival's name, ``{tag}`` the hashtag, ``{code}`` a
running code; other slots come from ``[slot ...]`` of the language, where ``[slot part grill]`` goes before
``[slot part]``. Lines that begin with "%" are remarks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

import numpy as np
import pyarrow as pa

from fourleaf.demo.mentions.chance import Chance, Integers, Keys
from fourleaf.demo.mentions.columns import join, take
from fourleaf.demo.mentions.entities import ENTITIES, INDEX, LANGUAGES, SECTORS

__all__ = ["Wording", "wording"]

_SLOT: Final = re.compile(r"\{(\w+)\}")
_CODE, _BRAND_SLOTS = "code", ("p", "b", "r", "tag", "name")
# Months in which a topic is talked about more than usual (January is 1), and how much more.
_SEASONS: Final[dict[str, tuple[tuple[int, ...], float]]] = {
    "ignition": ((3, 4, 5), 2.2),
    "assembly": ((4, 5), 2.0),
    "delivery": ((4, 5, 11, 12), 2.2),
    "recipe": ((5, 6, 7, 8), 1.7),
    "spare parts": ((6, 7, 8), 1.8),
    "warranty": ((8, 9, 10), 1.8),
    "tent leak": ((8, 9, 10), 2.4),
    "trip": ((6, 7, 8), 2.0),
    "price": ((1, 2, 11), 2.0),
    "energy": ((1, 2, 10, 11), 1.6),
}


@dataclass(frozen=True, slots=True)
class Wording:
    """All sentences as columns. A *cell* is a group of sentences that may stand for one another.

    ``pieces[k]`` is the text before slot k of each sentence, ``kinds[:, k]`` the kind of slot k (0: none); kind k has
    the values ``values[first[k] : first[k] + count[k]]``. Brand slots have one kind for each entity.
    """

    cell_of: dict[tuple[str, str], int]  # (section, language) to cell
    cell_first: Integers
    cell_count: Integers
    topics: tuple[str, ...]
    topic: Integers  # of each sentence, index into topics
    pieces: tuple[pa.StringArray, ...]
    kinds: Integers
    brand_kind: Integers  # (brand slot, entity) to kind; kinds -1, -2 ... name brand slots, in order of _BRAND_SLOTS
    code_kind: int
    values: pa.StringArray
    first: Integers
    count: Integers
    season: np.ndarray[tuple[int, int], np.dtype[np.float64]]  # (month, sentence) running sum of weights
    empty: int  # the number of a sentence without text

    def cell(self, section: str, language: str) -> int:
        """The cell of a section, in English where the language has none."""
        found = self.cell_of.get((section, language))
        return self.cell_of[section, "en"] if found is None else found

    def cells(self, sections: list[str]) -> Integers:
        """Cell numbers, one row for each section and one column for each of LANGUAGES; -1 where there is none."""
        return np.array(
            [[self.cell_of.get((section, lang), -1) for lang in LANGUAGES] for section in sections],
            dtype=np.int64,
        )

    def draw(self, cell: Integers, month: Integers, chance: Chance, keys: Keys, purpose: str) -> Integers:
        """One sentence for each row out of its cell (-1: the empty one); topics have their months (1-12)."""
        safe = np.maximum(cell, 0)
        low = self.cell_first[safe]
        running = self.season[month - 1, low]
        width = self.season[month - 1, low + self.cell_count[safe]] - running
        target = running + chance.uniform(keys, purpose) * width
        sentence = np.empty(len(cell), dtype=np.int64)
        for m in np.unique(month):
            here = month == m
            sentence[here] = np.searchsorted(self.season[m - 1], target[here], side="right") - 1
        sentence = np.clip(sentence, low, low + self.cell_count[safe] - 1)
        return np.where(cell < 0, self.empty, sentence)

    def fill(
        self, sentence: Integers, entity: Integers, rival: Integers, chance: Chance, salt: Keys, codes: Keys
    ) -> pa.StringArray:
        """The sentences with their slots filled. Rows with equal ``salt`` get equal values, codes follow ``codes``."""
        parts = [take(self.pieces[0], sentence)]
        for k in range(self.kinds.shape[1]):
            kind = self.kinds[sentence, k]
            if not kind.any():
                break
            about = np.where(kind == -3, rival, entity)
            kind = np.where(kind < 0, self.brand_kind[np.clip(-kind - 1, 0, len(_BRAND_SLOTS) - 1), about], kind)
            u = chance.uniform(salt, f"slot {k}")
            coded = kind == self.code_kind
            if coded.any():
                u = np.where(coded, chance.uniform(codes, "code"), u)
            at = self.first[kind] + (u * self.count[kind]).astype(np.int64)
            parts += [take(self.values, at), take(self.pieces[k + 1], sentence)]
        return join(*parts)


def _sections(name: str) -> Iterator[tuple[str, str]]:
    """(section, line) pairs of one file."""
    section = ""
    text = resources.files("fourleaf.demo.mentions").joinpath("sentences", f"{name}.txt").read_text("utf-8")
    for line in text.splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("%"):
            yield section, line


def _read() -> tuple[dict[tuple[str, str], list[str]], dict[tuple[str, str], list[str]]]:
    """Sentences by (section, language), and slot values by (slot, language)."""
    sentences: dict[tuple[str, str], list[str]] = {}
    slots: dict[tuple[str, str], list[str]] = {}
    for language in LANGUAGES:
        for section, line in _sections(language):
            into = slots if section.startswith("slot ") else sentences
            into.setdefault((section.removeprefix("slot "), language), []).append(line)
    for section, line in _sections("scripted"):
        head, _, last = section.rpartition(" ")
        key = (head, last) if last in LANGUAGES else (section, "en")
        sentences.setdefault(key, []).append(line)
    return sentences, slots


def _brand_values() -> dict[str, list[list[str]]]:
    """Values of the brand slots for each entity; repeated values are the more frequent ones."""
    return {
        "p": [
            [f"{e.name} {m}" for m in e.models for _ in range(8)]
            + [f"{e.misspelling} {e.models[0]}", f"{e.name.lower()} {e.models[-1].lower()}"]
            for e in ENTITIES
        ],
        "b": [[e.name] * 24 + [f"@{e.handle}"] * 3 + [f"#{e.tag}", e.misspelling] for e in ENTITIES],
        "r": [[e.name] for e in ENTITIES],
        "tag": [[f"#{e.tag}"] for e in ENTITIES],
        "name": [[e.name] for e in ENTITIES],
    }


def _sector_of(section: str) -> str:
    words = section.split()
    found = next((w for w in words if w in SECTORS), None)
    if found is None:
        found = next((ENTITIES[INDEX[w]].sector for w in words if w in INDEX), "grill")
    return found


@cache
def wording() -> Wording:
    """Read and prepare every sentence, once."""
    sentences, slots = _read()
    values, first, count = [""], [0], [1]
    numbers: dict[tuple[str, str], int] = {}

    def number(key: tuple[str, str], found: list[str]) -> int:
        if key not in numbers:
            numbers[key] = len(first)
            first.append(len(values))
            count.append(len(found))
            values.extend(found)
        return numbers[key]

    brand_kind = [
        [number((slot, e.code), v) for e, v in zip(ENTITIES, _brand_values()[slot], strict=True)]
        for slot in _BRAND_SLOTS
    ]
    alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    code_kind = number(
        (_CODE, ""), ["".join(alphabet[(i * 7919 >> s) & 31] for s in (0, 5, 10, 15)) for i in range(9999)]
    )
    rows: list[tuple[str, list[str], list[int]]] = []
    cell_of: dict[tuple[str, str], int] = {}
    cell_first: list[int] = []
    cell_count: list[int] = []
    for (section, language), lines in sentences.items():
        cell_of[section, language] = len(cell_first)
        cell_first.append(len(rows))
        cell_count.append(len(lines))
        for line in lines:
            topic, bar, text = line.partition("| ")
            parts = _SLOT.split(text if bar else line)
            kinds = []
            for slot in parts[1::2]:
                if slot in _BRAND_SLOTS:
                    kinds.append(-1 - _BRAND_SLOTS.index(slot))
                elif slot == _CODE:
                    kinds.append(code_kind)
                else:
                    name = f"{slot} {_sector_of(section)}"
                    key = (name if (name, language) in slots else slot, language)
                    kinds.append(number(key, slots[key]))
            rows.append((topic if bar else "", parts[0::2], kinds))
    rows.append(("", [""], []))
    return _columns(rows, cell_of, (cell_first, cell_count), brand_kind, code_kind, (values, first, count))


def _columns(
    rows: list[tuple[str, list[str], list[int]]],
    cell_of: dict[tuple[str, str], int],
    cell: tuple[list[int], list[int]],
    brand_kind: list[list[int]],
    code_kind: int,
    slots: tuple[list[str], list[int], list[int]],
) -> Wording:
    width = max(len(kinds) for _, _, kinds in rows)
    topics = tuple(sorted({topic for topic, _, _ in rows}))
    weights = np.ones((12, len(rows)))
    for i, (topic, _, _) in enumerate(rows):
        months, factor = _SEASONS.get(topic, ((), 1.0))
        for month in months:
            weights[month - 1, i] = factor
    return Wording(
        cell_of=cell_of,
        cell_first=np.array(cell[0], dtype=np.int64),
        cell_count=np.array(cell[1], dtype=np.int64),
        topics=topics,
        topic=np.array([topics.index(topic) for topic, _, _ in rows], dtype=np.int64),
        pieces=tuple(
            pa.array([parts[k] if k < len(parts) else "" for _, parts, _ in rows], pa.string())
            for k in range(width + 1)
        ),
        kinds=np.array([kinds + [0] * (width - len(kinds)) for _, _, kinds in rows], dtype=np.int64),
        brand_kind=np.array(brand_kind, dtype=np.int64),
        code_kind=code_kind,
        values=pa.array(slots[0], pa.string()),
        first=np.array(slots[1], dtype=np.int64),
        count=np.array(slots[2], dtype=np.int64),
        season=np.concatenate([np.zeros((12, 1)), np.cumsum(weights, axis=1)], axis=1),
        empty=len(rows) - 1,
    )
