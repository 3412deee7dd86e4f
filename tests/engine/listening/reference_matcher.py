"""A second matcher, slow and plain: one text and one query at a time, character by character, no tables and no Arrow.

It shares the parser with the product and nothing else, so that the two can be compared. The rules it follows are those
of the query language's documentation.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from fourleaf.engine.listening.query import And, Field, Near, Node, Not, Or, Term

__all__ = ["Post", "reference_matches", "reference_spans"]

Span = tuple[int, int]
_DENSE_NAMES = (
    "CJK UNIFIED",
    "CJK COMPATIBILITY IDEOGRAPH",
    "HIRAGANA",
    "KATAKANA",
    "HALFWIDTH KATAKANA",
    "THAI",
    "LAO",
    "KHMER",
    "MYANMAR",
    "IDEOGRAPHIC ITERATION",
)
_DIACRITIC_NAMES = ("COMBINING", "ARABIC", "HEBREW", "VARIATION SELECTOR")
_LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ı": "i", "ø": "o", "ł": "l", "đ": "d", "ħ": "h"}
# Voicing marks of kana have "COMBINING" in their names but are no diacritics.
_KEPT = {"\u3099", "\u309a"}


@dataclass(frozen=True)
class Post:
    """What a query can look at."""

    text: str
    author: str | None = None
    platform: str | None = None
    lang: str | None = None


@dataclass(frozen=True)
class _Unit:
    char: str
    kind: str  # "word", "gap", "symbol", "@", "#"
    dense: bool
    mark: bool
    start: int
    end: int


def _dropped(char: str) -> bool:
    category, name = unicodedata.category(char), unicodedata.name(char, "")
    if category == "Cf":
        return char != "\u200b"
    if category in ("Mn", "Me"):
        return name.startswith(_DIACRITIC_NAMES) and char not in _KEPT
    return char == "\u0640" or "MODIFIER FITZPATRICK" in name


def _is_word(char: str) -> bool:
    return char != "\u02bc" and (unicodedata.category(char)[0] in "LMN" or char == "_")


def _joins(char: str) -> bool:
    """Whether a character may merge with what stands before it."""
    jamo = 0x1161 <= ord(char) <= 0x11FF
    return jamo or char in "\uff9e\uff9f" or unicodedata.category(char)[0] == "M"


def _folded(char: str) -> str:
    text = char
    for _ in range(2):
        text = unicodedata.normalize("NFKD", text).casefold()
    text = "".join(_LETTERS.get(part, part) for part in unicodedata.normalize("NFD", text) if not _dropped(part))
    return unicodedata.normalize("NFC", text)


def _clusters(text: str) -> list[tuple[str, int, int]]:
    kept: list[tuple[str, int, int]] = []
    for position, char in enumerate(text):
        if not _dropped(char):
            kept.append((char, position, position + 1))
        elif kept:
            kept[-1] = (kept[-1][0], kept[-1][1], position + 1)
    clusters: list[tuple[str, int, int]] = []
    for char, start, end in kept:
        if clusters and _joins(char):
            clusters[-1] = (clusters[-1][0] + char, clusters[-1][1], end)
        else:
            clusters.append((char, start, end))
    composed: list[tuple[str, int, int]] = []
    for cluster, start, end in clusters:
        form = "NFKC" if {"\uff9e", "\uff9f"} & set(cluster) else "NFC"
        normal = unicodedata.normalize(form, cluster)  # type: ignore[arg-type] # one of two literals
        if normal == cluster:
            at = [place for place in kept if start <= place[1] and place[2] <= end]
            composed += at
        else:
            composed += [(char, start, end) for char in normal]
    return composed


def _units(text: str) -> list[_Unit]:
    units: list[_Unit] = []
    for char, start, end in _clusters(text):
        category = unicodedata.category(char)
        if char in "@＠#＃":
            units.append(_Unit(char, "@" if char in "@＠" else "#", False, False, start, end))
        elif char == "＿":
            units.append(_Unit("_", "word", False, False, start, end))
        elif _is_word(char):
            dense = unicodedata.name(char, "").startswith(_DENSE_NAMES) or char in _KEPT or char == "ー"
            for part in _folded(char):
                kind = "word" if _is_word(part) else "gap"
                units.append(_Unit(part, kind, dense, unicodedata.category(part)[0] == "M", start, end))
        elif char > "\x7f" and category[0] == "S":
            units.append(_Unit(char, "symbol", False, False, start, end))
        else:
            units.append(_Unit(char, "gap", False, False, start, end))
    return units


def _seam(units: list[_Unit], at: int) -> bool:
    """Whether two words of different kinds of script touch at a position."""
    return (
        0 < at < len(units)
        and units[at - 1].kind == units[at].kind == "word"
        and units[at - 1].dense != units[at].dense
    )


def _edge(units: list[_Unit], at: int) -> bool:
    """Whether a word may begin or end at a position."""
    if at in (0, len(units)):
        return True
    return not (units[at - 1].kind == units[at].kind == "word") or _seam(units, at)


@dataclass(frozen=True)
class _Piece:
    units: tuple[_Unit, ...]
    glued: bool


def _pieces(text: str) -> list[_Piece]:
    units = _units(text)
    pieces: list[_Piece] = []
    at = 0
    while at < len(units):
        if units[at].kind not in ("word", "symbol"):
            at += 1
            continue
        end = at + 1
        while units[at].kind == "word" and end < len(units) and units[end].kind == "word" and not _seam(units, end):
            end += 1
        glued = at > 0 and bool(pieces) and units[at - 1].kind in ("word", "symbol")
        pieces.append(_Piece(tuple(units[at:end]), glued))
        at = end
    return pieces


def _here(units: list[_Unit], at: int, piece: _Piece) -> bool:
    window = units[at : at + len(piece.units)]
    return [(unit.char, unit.kind) for unit in window] == [(unit.char, unit.kind) for unit in piece.units]


def _piece_ends(units: list[_Unit], starts: set[int], pieces: list[_Piece], wildcard: bool) -> set[int]:
    """Where the rest of a term ends, given where its first piece may begin."""
    piece, rest = pieces[0], pieces[1:]
    symbol, first, last = piece.units[0].kind == "symbol", piece.units[0], piece.units[-1]
    ends = set()
    for at in starts:
        if not _here(units, at, piece) or not (symbol or first.dense or _edge(units, at)):
            continue
        end = at + len(piece.units)
        if not rest and wildcard:
            while not last.dense and not _edge(units, end):
                end += 1
        elif not symbol:
            following = units[end] if end < len(units) else None
            broken = following is not None and following.mark and following.dense and last.dense
            if not (last.dense or _edge(units, end)) or (broken and not rest):
                continue
        ends.add(end)
    if not rest:
        return ends
    following = rest[0]
    next_symbol = following.units[0].kind == "symbol"
    nexts = set()
    for end in ends:
        if symbol and next_symbol and following.glued:
            nexts.add(end)
            continue
        free = symbol or next_symbol or (last.dense and following.units[0].dense) or _seam(units, end)
        reach = end
        if free:
            nexts.add(reach)
        while reach < len(units) and units[reach].kind != "word":
            reach += 1
            nexts.add(reach)
    return _piece_ends(units, nexts, rest, wildcard)


def _term_places(units: list[_Unit], term: Term) -> list[Span]:
    """Where a term stands, as positions of units."""
    if term.kind in ("tag", "handle"):
        return _sigil_places(units, term)
    pieces = _pieces(term.text)
    found = set()
    for start in range(len(units)):
        if pieces[0].units[0].kind == "symbol" and "\U0001f1e6" <= pieces[0].units[0].char <= "\U0001f1ff":
            before = start
            while before and "\U0001f1e6" <= units[before - 1].char <= "\U0001f1ff":
                before -= 1
            if (start - before) % 2:
                continue
        ends = _piece_ends(units, {start}, pieces, term.wildcard)
        found |= {(start, min(ends))} if ends else set()
    return sorted(found)


def _sigil_places(units: list[_Unit], term: Term) -> list[Span]:
    sign = "@" if term.kind == "handle" else "#"
    body = _units(term.text)
    found = []
    for start, unit in enumerate(units):
        if unit.kind != sign or (start and units[start - 1].kind == "word"):
            continue
        end = start + 1 + len(body)
        window = units[start + 1 : end]
        if [(one.char, one.kind) for one in window] != [(one.char, one.kind) for one in body]:
            continue
        if term.wildcard:
            while not units[end - 1].dense and not _edge(units, end):
                end += 1
        elif end < len(units) and units[end].kind == "word":
            continue
        found.append((start, end))
    return found


def _word_starts(units: list[_Unit]) -> list[int]:
    return [
        at
        for at, unit in enumerate(units)
        if unit.kind == "word"
        and (at == 0 or units[at - 1].kind != "word" or _seam(units, at) or (unit.dense and not unit.mark))
    ]


def _near_places(units: list[_Unit], near: Near) -> list[Span]:
    starts = _word_starts(units)

    def numbered(terms: tuple[Term, ...]) -> list[tuple[Span, int, int]]:
        places = sorted({place for term in terms for place in _term_places(units, term)})
        return [
            (place, sum(start < place[0] for start in starts), sum(start < place[1] for start in starts) - 1)
            for place in places
        ]

    found = set()
    for one, first, last in numbered(near.left):
        for other, begins, finishes in numbered(near.right):
            if 1 <= begins - last <= near.distance or 1 <= first - finishes <= near.distance:
                found |= {one, other}
    return sorted(found)


def _label(text: str) -> str:
    return "".join(
        _folded(char) if _is_word(char) else char for char in text.strip() if not _dropped(char)
    ).removeprefix("@")


def _evaluate(node: Node, post: Post, units: list[_Unit], wanted: bool) -> tuple[bool, set[Span]]:
    """Whether a part of a query is as wanted (False under a NOT), and the places that show it."""
    match node:
        case Not():
            return _evaluate(node.child, post, units, not wanted)
        case And() | Or():
            parts = [_evaluate(child, post, units, wanted) for child in node.children]
            every = isinstance(node, And) == wanted
            holds = all(part[0] for part in parts) if every else any(part[0] for part in parts)
            return holds, set().union(*(part[1] for part in parts if part[0])) if holds else set()
        case Field():
            value = {"lang": post.lang, "author": post.author, "source": post.platform}[node.name]
            holds = value is not None and _label(value) in {_label(one) for one in node.values}
            return holds == wanted, set()
        case Term():
            places = _term_places(units, node)
        case Near():
            places = _near_places(units, node)
    if not wanted:
        return not places, set()
    return bool(places), {(units[start].start, units[end - 1].end) for start, end in places}


def reference_matches(root: Node, post: Post) -> bool:
    """Whether a query matches a post."""
    return _evaluate(root, post, _units(post.text), True)[0]


def reference_spans(root: Node, post: Post) -> list[Span]:
    """Where the terms that make it match stand; empty when it does not match."""
    holds, spans = _evaluate(root, post, _units(post.text), True)
    return sorted(spans) if holds else []
