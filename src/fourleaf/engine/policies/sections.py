"""A policy's Markdown as sections, and the places in it that are still to be filled in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Section", "anchor_of", "open_places", "plain", "sections"]

_HEADING = re.compile(r"^##[ \t]+(.+?)[ \t]*#*[ \t]*$")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
#: Words in square brackets that are neither a link, an image, a footnote, a link's definition nor a tick box.
_PLACE = re.compile(r"(?<![!\\\]])\[(?![ xX]\]|\^)([^\[\]\n]{1,160})\](?![(\[:])")
_ACCENTS = re.compile(r"([a-z])[\u0300-\u036f]+")
_CODE = re.compile(r"`[^`\n]*`")
#: Marks of emphasis and code around words, and links; what is within is kept.
_STRONG = re.compile(r"(?<!\\)(\*\*|__|~~)(?=\S)(.+?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![\w\\*_])([*_])(?=[^\s*_])([^*_\n]*?[^\s*_])\1(?![\w*_])")
_TICKS = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_LINK = re.compile(r"(?<!!)\[([^\[\]\n]+)\]\(([^()\s]+)\)")


@dataclass(frozen=True)
class Section:
    """A section: ``text`` is all that stands below its heading. The part before the first heading has no anchor."""

    anchor: str
    title: str
    text: str


def anchor_of(title: str) -> str:
    """The anchor of a section with this title; two spellings of a title that mean the same section share it."""
    folded = unicodedata.normalize("NFKD", title).casefold().replace("ß", "ss")
    # Accents go, letters of other scripts stay as they are.
    kept = unicodedata.normalize("NFC", _ACCENTS.sub(r"\1", folded))
    # Numbers in front ("3. Who may speak") are left out, so that an added section moves no anchor.
    return re.sub(r"[\W_]+", "-", re.sub(r"^\s*\d+(\.\d+)*[.)]?\s+", "", kept)).strip("-") or "section"


def _lines(body: str) -> Iterator[tuple[str, bool]]:
    """Each line, and whether it stands in a block of code."""
    fence = ""
    for line in body.splitlines():
        found = _FENCE.match(line)
        if fence:
            if found and found[1].startswith(fence):
                fence = ""
            yield line, True
        elif found:
            fence = found[1]
            yield line, True
        else:
            yield line, False


def sections(body: str) -> list[Section]:
    """The sections in their order, anchors made unique with -2, -3, …"""
    found: list[tuple[str, str, list[str]]] = [("", "", [])]
    taken: dict[str, int] = {}
    for line, code in _lines(body):
        heading = None if code else _HEADING.match(line)
        if heading is None:
            found[-1][2].append(line)
            continue
        anchor = anchor_of(heading[1])
        taken[anchor] = taken.get(anchor, 0) + 1
        found.append((anchor if taken[anchor] == 1 else f"{anchor}-{taken[anchor]}", heading[1], []))
    made = [Section(anchor, title, "\n".join(lines).strip("\n")) for anchor, title, lines in found]
    return made if made[0].text.strip() else made[1:]


def open_places(body: str) -> list[str]:
    """What stands in square brackets to be filled in, in the order of the text, each once."""
    found: dict[str, None] = {}
    for line, code in _lines(body):
        if not code:
            found.update((match[1].strip(), None) for match in _PLACE.finditer(_CODE.sub("", line)))
    return list(found)


def plain(body: str) -> str:
    """A text to be read as it stands: without marks of emphasis, a link with its address behind it."""
    lines = []
    for line, code in _lines(body):
        shown = line
        if not code:
            shown = _EMPHASIS.sub(r"\2", _STRONG.sub(r"\2", line))
            shown = _LINK.sub(r"\1 (\2)", _TICKS.sub(r"\1", shown))
        lines.append(shown)
    return "\n".join(lines)
