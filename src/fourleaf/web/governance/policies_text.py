"""A policy's Markdown as HTML: what people write is hostile until it has been cleaned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import nh3
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.token import Token

from fourleaf.engine.policies.sections import sections

__all__ = ["ShownSection", "html_of", "shown_sections"]

_TAGS: Final = {
    "p", "h3", "h4", "h5", "h6", "ul", "ol", "li", "em", "strong", "del", "code", "pre", "blockquote", "a", "hr", "br",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_MARKDOWN: Final = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
#: A table of its own width scrolls in its frame, which the keyboard can reach.
_BEFORE: Final = '<div class="table-scroll" role="region" aria-label="Table" tabindex="0"><table class="table">'


@dataclass(frozen=True)
class ShownSection:
    """A section ready for a page."""

    anchor: str
    title: str
    html: SafeString


def _lowered(tokens: list[Token]) -> list[Token]:
    """Headings within a section begin at h3: the page has its h1, sections have theirs as h2."""
    for token in tokens:
        if token.type in ("heading_open", "heading_close") and token.tag in ("h1", "h2"):
            token.tag = "h3"
    return tokens


def html_of(text: str) -> SafeString:
    """Clean HTML of a piece of Markdown: no HTML of its own, no pictures, no addresses but web and mail."""
    raw = _MARKDOWN.renderer.render(_lowered(_MARKDOWN.parse(text)), _MARKDOWN.options, {})
    clean = nh3.clean(
        raw,
        tags=_TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
    return SafeString(clean.replace("<table>", _BEFORE).replace("</table>", "</table></div>"))


def shown_sections(body: str) -> list[ShownSection]:
    """The sections of a text, each with its anchor."""
    return [ShownSection(one.anchor, one.title, html_of(one.text)) for one in sections(body)]
