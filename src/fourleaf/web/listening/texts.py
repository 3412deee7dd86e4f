"""How texts of strangers are shown: escaped, with marked places, cut where they are long, and unable to turn the page.

Nothing here trusts a text. Marks are put between escaped pieces; signs that change the direction of writing are taken
out where a text stands inside our own sentences, and fenced in by the element around it (``dir="auto"``) elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

__all__ = ["DETAIL", "EXCERPT", "NOTHING", "Excerpt", "excerpt", "marked", "plain"]

#: Characters of a text in lists, and on its own page before somebody asks for the whole.
EXCERPT, DETAIL = 420, 5_000
NOTHING = SafeString("")
_BEFORE = 80
#: Signs that change the direction of what follows, and those that only mark it (Unicode, UAX 9).
_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C])


def plain(text: str | None, longest: int = 200) -> str:
    """One line without signs that turn the direction of writing, for titles, labels and sentences of ours."""
    line = " ".join((text or "")[: 4 * longest].translate(_TURNING).split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def marked(text: str, spans: Sequence[tuple[int, int]], start: int = 0, stop: int | None = None) -> SafeString:
    """``text[start:stop]`` escaped, the spans (characters of the whole text, in order, apart) in ``<mark>``."""
    stop = len(text) if stop is None else min(stop, len(text))
    parts: list[SafeString] = []
    here = start
    for first, last in spans:
        first, last = max(first, here), min(last, stop)
        if first >= last:
            continue
        parts.append(conditional_escape(text[here:first]))
        parts.append(format_html("<mark>{}</mark>", text[first:last]))
        here = last
    parts.append(conditional_escape(text[here:stop]))
    return format_html_join("", "{}", ((part,) for part in parts))


@dataclass(frozen=True)
class Excerpt:
    """A part of a text as HTML; ``left`` is how many characters are not shown."""

    html: SafeString
    left: int


def excerpt(text: str, spans: Sequence[tuple[int, int]] = (), longest: int = EXCERPT) -> Excerpt:
    """At most about ``longest`` characters, chosen so that the first marked place is among them."""
    if len(text) <= longest:
        return Excerpt(marked(text, spans), 0)
    start = 0
    if spans and spans[0][1] > longest:
        start = max(0, spans[0][0] - _BEFORE)
        # Begin at a word, if one begins nearby.
        space = text.find(" ", start, spans[0][0])
        start = space + 1 if space >= 0 else start
    stop = min(len(text), start + longest)
    space = text.rfind(" ", stop - 40, stop) if stop < len(text) else -1
    stop = space if space > start else stop
    html = format_html(
        "{}{}{}", "… " if start else "", marked(text, spans, start, stop), " …" if stop < len(text) else ""
    )
    return Excerpt(html, len(text) - (stop - start))
