"""Words for drafts: a sentence or two with an opener, a closer, emoji and hashtags, and the slips people make."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa

from fourleaf.demo.mentions.accounts import ORDINARY_GROUPS
from fourleaf.demo.mentions.chance import Chance, Floats, Integers, Keys
from fourleaf.demo.mentions.columns import Flags, capital, choose, filled, lower, put, replace, take, upper, where
from fourleaf.demo.mentions.drafts import INCIDENT, ORGANIC, PRESS, Drafts
from fourleaf.demo.mentions.entities import ENTITIES, LANGUAGES, PLATFORMS, SECTORS
from fourleaf.demo.mentions.wording import Wording, wording

__all__ = ["choose_sentences", "render"]

# Chances by platform, in the order of PLATFORMS.
_OPENER: Final = (0.14, 0.16, 0.20, 0.24, 0.12, 0.46, 0.20)
_SECOND: Final = (0.22, 0.18, 0.24, 0.46, 0.08, 0.78, 0.82)
_THIRD: Final = (0.0, 0.0, 0.0, 0.20, 0.0, 0.34, 0.36)
_CLOSER: Final = (0.24, 0.26, 0.26, 0.26, 0.22, 0.44, 0.40)
_EMOJI: Final = (0.20, 0.34, 0.16, 0.03, 0.40, 0.05, 0.02)
_TAGS: Final = (0.06, 0.66, 0.24, 0.34, 0.58, 0.0, 0.0)

_FACES: Final[tuple[tuple[str, ...], ...]] = (
    ("😡", "😤", "😠", "🤦", "👎", "😞", "🙄", "😬", "💔", "😢", "🤬", "😡😡"),
    ("🤔", "👀", "📷", "🔧", "📦", "🙋", "📍", "🗓️", "💡", "🧐"),
    ("😍", "🔥", "😋", "🙌", "👍", "❤️", "🎉", "😊", "👌", "🤩", "🔥🔥", "😍🙌", "☀️"),
)
_SECTOR_FACES: Final = (("🍖", "🥩", "🌽", "🍔"), ("👩‍🍳", "👨‍🍳", "🍽️"), ("⛺", "🥾", "🏔️", "🌧️"))


def choose_sentences(drafts: Drafts, month: Integers, chance: Chance) -> None:
    """Draw the main sentence of every row whose sentence is still open; ``month`` is 1-12."""
    open_rows = drafts.sentence < 0
    drawn = wording().draw(drafts.cell, month, chance, drafts.key, "sentence")
    drafts.sentence[open_rows] = drawn[open_rows]


def render(drafts: Drafts, month: Integers, addressee: pa.StringArray, chance: Chance) -> pa.StringArray:
    """The text of each row, in one piece. ``addressee`` is the handle that a reply names first, or "".

    Rows of origin bot and press keep their text but for codes and an outlet's small edits.
    """
    texts, keys = wording(), drafts.key
    rival = _rivals(drafts, chance)
    # Of the incident, what people wrote: not the house's statements, nor the agency text of the press.
    public = (drafts.group < ORDINARY_GROUPS) & (drafts.origin == INCIDENT)
    plain = (drafts.origin == ORGANIC) | public
    decorated = np.where(plain, 1.0, 0.0)
    mood = np.array([texts.cells([f"closer {m}"])[0] for m in ("negative", "neutral", "positive")])
    closer = mood[drafts.sentiment, drafts.language]
    opener = texts.cells(["opener any"])[0][drafts.language]
    sector = np.array([SECTORS.index(e.sector) for e in ENTITIES], dtype=np.int64)[drafts.entity]
    tags = np.array([texts.cells([f"tags {s}"])[0] for s in SECTORS])[sector, drafts.language]

    def chosen(name: str, odds: tuple[float, ...], scale: Floats) -> Flags:
        return chance.uniform(keys, f"has {name}") < np.array(odds)[drafts.platform] * scale

    def part(name: str, cell: Integers, rows: Flags) -> pa.StringArray:
        sentence = texts.draw(np.where(rows, cell, -1), month, chance, keys, name)
        return _filled(texts, sentence, drafts, rival, chance, chance.bits(keys, f"salt {name}"))

    organic = np.where(drafts.origin == ORGANIC, 1.0, 0.0)
    second = chosen("second", _SECOND, organic)
    third = second & chosen("third", _THIRD, organic)
    pieces = [
        addressee,
        part("opener", opener, chosen("opener", _OPENER, organic)),
        _filled(texts, drafts.sentence, drafts, rival, chance, drafts.salt),
        _others(texts, drafts, second, 1, month, rival, chance),
        _others(texts, drafts, third, 2, month, rival, chance),
        part("closer", closer, chosen("closer", _CLOSER, organic)),
    ]
    body = _slips(_with_articles(filled(*pieces), drafts), drafts, np.asarray(plain), chance)
    ends = [
        _faces(drafts, sector, chosen("emoji", _EMOJI, decorated), chance),
        part("tags", tags, chosen("tags", _TAGS, organic)),
        part("more tags", tags, chosen("more tags", _TAGS, organic * 0.4)),
    ]
    return _outlet_edits(filled(body, *ends), drafts, texts, chance)


def _filled(
    texts: Wording, sentence: Integers, drafts: Drafts, rival: Integers, chance: Chance, salt: Keys
) -> pa.StringArray:
    return capital(texts.fill(sentence, drafts.entity, rival, chance, salt, drafts.key))


def _others(
    texts: Wording, drafts: Drafts, rows: Flags, step: int, month: Integers, rival: Integers, chance: Chance
) -> pa.StringArray:
    """Another sentence of the same cell, never the one that is already there."""
    low, count = texts.cell_first[drafts.cell], texts.cell_count[drafts.cell]
    shift = 1 + chance.below(drafts.key, "other sentence", np.maximum(count // 2 - 1, 1)) + (step - 1) * (count // 2)
    other = low + (drafts.sentence - low + np.minimum(shift, count - 1)) % count
    sentence = np.where(rows & (count > 3), other, texts.empty)
    return _filled(texts, sentence, drafts, rival, chance, chance.bits(drafts.key, f"salt other {step}"))


def _rivals(drafts: Drafts, chance: Chance) -> Integers:
    """For each row another entity of the same sector."""
    sectors = [e.sector for e in ENTITIES]
    table = [[j for j, s in enumerate(sectors) if s == sectors[i] and j != i] for i in range(len(ENTITIES))]
    count = np.array([len(row) for row in table])
    padded = np.array([(row * 4)[:4] for row in table], dtype=np.int64)
    return padded[drafts.entity, chance.below(drafts.salt, "rival", count[drafts.entity])]


def _faces(drafts: Drafts, sector: Integers, rows: Flags, chance: Chance) -> pa.StringArray:
    flat: list[str] = [""]
    first, count = [], []
    for group in (*_FACES, *_SECTOR_FACES):
        first.append(len(flat))
        count.append(len(group))
        flat += group
    kind = np.where(chance.uniform(drafts.key, "sector face") < 0.25, 3 + sector, drafts.sentiment)
    at = np.array(first)[kind] + chance.below(drafts.key, "face", np.array(count)[kind])
    return take(flat, np.where(rows, at, 0))


def _with_articles(text: pa.StringArray, drafts: Drafts) -> pa.StringArray:
    """English "a" before a brand that begins with a vowel becomes "an"."""
    vowel = np.array([e.name[0] in "AEIOU" for e in ENTITIES])[drafts.entity]
    rows = vowel & (drafts.language == LANGUAGES.index("en"))
    if not rows.any():
        return text
    part = replace(choose(text, rows), r"\b([Aa]) (Em|em|Ov|ov)", r"\1n \2", most=None)
    return put(text, rows, part)


def _slips(text: pa.StringArray, drafts: Drafts, plain: Flags, chance: Chance) -> pa.StringArray:
    """Small letters, dropped full stops, dropped double letters, drawn-out endings, exclamation marks, shouting."""
    casual = np.isin(drafts.platform, [PLATFORMS.index(p) for p in ("video", "microblog", "shortvideo", "photo")])
    german = drafts.language == LANGUAGES.index("de")

    def rows(name: str, odds: float, among: Flags) -> Flags:
        return plain & among & (chance.uniform(drafts.key, f"slip {name}") < odds)

    everyone = np.ones(len(drafts), dtype=bool)
    for name, chosen, pattern, new in (
        ("typo", rows("typo", 0.035, everyone), r"([a-zäöü])(ll|tt|ss|mm|pp|ff)([a-z])", r"\1=\2\3"),
        ("stretch", rows("stretch", 0.045, casual), r"([aeiouyåøæö])([a-z]?)([.]?)$", r"\1\1\1\1\2\3"),
        ("bang", rows("bang", 0.09, everyone), r"\.$", "!"),
        ("bangs", rows("bangs", 0.03, casual), r"\.$", "!!!"),
        ("stop", rows("stop", 0.22, casual), r"\.$", ""),
    ):
        if chosen.any():
            part = replace(choose(text, chosen), pattern, new)
            if name == "typo":
                part = replace(part, r"=([a-z])[a-z]", r"\1")
            text = put(text, chosen, part)
    for chosen, change in (
        (rows("small", 0.10, casual & ~german), lower),
        (rows("small german", 0.04, casual & german), lower),
        (rows("shout", 0.012, drafts.sentiment == 0), upper),
    ):
        if chosen.any():
            text = put(text, chosen, change(choose(text, chosen)))
    return text


def _outlet_edits(text: pa.StringArray, drafts: Drafts, texts: Wording, chance: Chance) -> pa.StringArray:
    """What an outlet does to a release: its name before it, a line after it, sometimes the last sentence cut."""
    press = (drafts.origin == PRESS) | (
        (drafts.origin == INCIDENT) & (drafts.cell == texts.cell("incident press", "en"))
    )
    if not press.any():
        return text
    rows = np.flatnonzero(press)
    some = drafts.take(rows)
    part = take(text, rows)
    # Not every outlet cuts: near-duplicates should stay near.
    cut = chance.uniform(some.key, "cut") < 0.12
    part = where(cut, replace(part, r"\. [^.]*\.$", "."), part)
    sides = []
    for section, odds in (("outlet any", 0.62), ("outlet end", 0.55)):
        cell = np.full(len(rows), texts.cell(section, "en"))
        has = chance.uniform(some.key, section) < odds
        sentence = np.where(
            has,
            texts.cell_first[cell] + chance.below(some.key, f"{section} which", texts.cell_count[cell]),
            texts.empty,
        )
        salt = chance.bits(some.key, section)
        sides.append(texts.fill(sentence, some.entity, some.entity, chance, salt, some.key))
    return put(text, press, filled(sides[0], part, sides[1]))
