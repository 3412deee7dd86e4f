"""What changed between two texts of a query, word by word."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import Literal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

__all__ = ["Piece", "diff_html", "word_diff"]

_PIECE = re.compile(r"\s+|[()（）\"“”]|[^\s()（）\"“”]+")
#: Beyond this many comparisons the texts are shown one after the other; finding the shortest change would take long.
_MOST = 6_000_000


@dataclass(frozen=True)
class Piece:
    """A stretch of text that stayed, was added or was taken out."""

    kind: Literal["same", "added", "removed"]
    text: str


def word_diff(before: str, after: str) -> list[Piece]:
    """From the older text to the newer one. Joined without the removed pieces it is the newer text."""
    old, new = _PIECE.findall(before), _PIECE.findall(after)
    if before == after:
        return [Piece("same", after)] if after else []
    if len(old) * len(new) > _MOST:
        return [Piece("removed", before), Piece("added", after)]
    pieces: list[Piece] = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for _, first, last, start, stop in matcher.get_opcodes():
        left, right = "".join(old[first:last]), "".join(new[start:stop])
        if left == right:
            pieces.append(Piece("same", right))
            continue
        if left:
            pieces.append(Piece("removed", left))
        if right:
            pieces.append(Piece("added", right))
    return pieces


def diff_html(before: str, after: str) -> SafeString:
    """The change as HTML: ``<ins>`` and ``<del>``, each said to screen readers as well."""
    tags = {"same": ("", ""), "added": ("ins", " added: "), "removed": ("del", " taken out: ")}
    parts = []
    for piece in word_diff(before, after):
        tag, said = tags[piece.kind]
        if not tag:
            parts.append(format_html("{}", piece.text))
        else:
            name = SafeString(tag)
            parts.append(format_html('<{}><span class="vh">{}</span>{}</{}>', name, said, piece.text, name))
    return format_html_join("", "{}", ((part,) for part in parts))
