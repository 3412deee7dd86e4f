"""How two texts of a policy differ: section by section, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

from fourleaf.engine.policies.sections import Section, sections

__all__ = ["Piece", "SectionChange", "as_text", "compare", "word_changes"]

_WORD = re.compile(r"\s+|\w+(?:[’'-]\w+)*|[^\w\s]")
#: Above this many words in a section lines are compared instead: matching is quadratic at worst.
_MOST_WORDS: Final = 4_000


@dataclass(frozen=True)
class Piece:
    """A stretch of text that is in both versions, only in the new one, or only in the old one."""

    kind: Literal["same", "added", "removed"]
    text: str


@dataclass(frozen=True)
class SectionChange:
    """A section of either version; ``old_title`` differs where the heading's words changed but not its anchor."""

    anchor: str
    title: str
    old_title: str
    kind: Literal["same", "changed", "added", "removed"]
    pieces: tuple[Piece, ...]


def word_changes(old: str, new: str) -> list[Piece]:
    """The stretches from which both texts can be read: without "added" the old one, without "removed" the new one."""
    if old == new:
        return [Piece("same", old)] if old else []
    before, after = _WORD.findall(old), _WORD.findall(new)
    if max(len(before), len(after)) > _MOST_WORDS:
        before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    pieces: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(before[a:b])))
            continue
        if b > a:
            pieces.append(Piece("removed", "".join(before[a:b])))
        if d > c:
            pieces.append(Piece("added", "".join(after[c:d])))
    return _joined(pieces)


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Changes with nothing but space between them become one, which reads better than a change for each word."""
    found: list[Piece] = []
    at = 0
    while at < len(pieces):
        if pieces[at].kind == "same":
            found.append(pieces[at])
            at += 1
            continue
        removed, added = "", ""
        while at < len(pieces):
            piece = pieces[at]
            gap = piece.kind == "same" and not piece.text.strip() and "\n" not in piece.text and at + 1 < len(pieces)
            if piece.kind == "same" and not gap:
                break
            removed += piece.text if piece.kind != "added" else ""
            added += piece.text if piece.kind != "removed" else ""
            at += 1
        found += [Piece("removed", removed)] if removed else []
        found += [Piece("added", added)] if added else []
    return found


def compare(old: str, new: str) -> list[SectionChange]:
    """All sections, in the order of the new text; removed ones stand where they stood. Matched by their anchors."""
    before = {one.anchor: one for one in sections(old)}
    after = {one.anchor: one for one in sections(new)}
    return [_change(before.get(anchor), after.get(anchor)) for anchor in _order(list(before), list(after))]


def _order(old: list[str], new: list[str]) -> list[str]:
    order = list(new)
    for place, anchor in enumerate(old):
        if anchor not in order:
            earlier = [order.index(one) for one in old[:place] if one in order]
            order.insert(max(earlier) + 1 if earlier else 0, anchor)
    return order


def _change(old: Section | None, new: Section | None) -> SectionChange:
    if old is not None and new is not None:
        same = old.text == new.text and old.title == new.title
        pieces = tuple(word_changes(old.text, new.text))
        return SectionChange(new.anchor, new.title, old.title, "same" if same else "changed", pieces)
    if new is not None:
        return SectionChange(new.anchor, new.title, "", "added", (Piece("added", new.text),))
    if old is None:
        raise ValueError("A section must be in one of the two texts.")
    return SectionChange(old.anchor, old.title, old.title, "removed", (Piece("removed", old.text),))


def as_text(changes: Iterable[SectionChange]) -> str:
    """The comparison as plain text: ``[-removed-]`` and ``{+added+}`` as wdiff writes them; same sections in a line."""
    marks = {"same": "{}", "added": "{{+{}+}}", "removed": "[-{}-]"}
    parts = []
    for change in changes:
        title = change.title or "(before the first section)"
        if change.kind == "same":
            parts.append(f"== {title}: unchanged")
            continue
        if change.kind == "changed" and change.old_title != change.title:
            title = f"[-{change.old_title}-] {{+{change.title}+}}"
        body = "".join(marks[piece.kind].format(piece.text) for piece in change.pieces)
        parts.append(f"== {title}: {change.kind}\n{body}")
    return "\n\n".join(parts) + "\n"
