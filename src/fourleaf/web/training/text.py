"""A module's Markdown as HTML: what people write is hostile until cleaned, and pictures are the module's own."""

from __future__ import annotations

from typing import Final

import nh3
from django.urls import reverse
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.token import Token

__all__ = ["module_html"]

_TAGS: Final = {
    "p", "h2", "h3", "h4", "ul", "ol", "li", "em", "strong", "del", "code", "pre", "blockquote", "a", "hr", "br", "img",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_TABLE: Final = '<div class="table-scroll" role="region" aria-label="Table" tabindex="0"><table class="table">'


def _with_pictures(tokens: list[Token], module_id: int) -> None:
    """Pictures named ``image:NAME`` lead to the module's own; all others lose their address, and are dropped later."""
    for token in tokens:
        if token.type in ("heading_open", "heading_close") and token.tag == "h1":
            token.tag = "h2"
        for child in token.children or []:
            if child.type == "image":
                source = str(child.attrs.get("src", ""))
                name = source.removeprefix("image:")
                own = source.startswith("image:") and "/" not in name and name
                child.attrs["src"] = reverse("training:image", args=[module_id, name]) if own else ""


def module_html(module_id: int, text: str) -> SafeString:
    """Clean HTML: no HTML of its own, no pictures but the module's, no addresses but web, mail and paths here."""
    # The addresses of pictures have a scheme of our own, which the parser would refuse.
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.validateLink = lambda url: url.startswith(("http://", "https://", "mailto:", "image:", "/", "#"))  # type: ignore[method-assign]  # the library's own way to say which addresses count
    tokens = parser.parse(text)
    _with_pictures(tokens, module_id)
    raw = parser.renderer.render(tokens, parser.options, {})
    clean = nh3.clean(
        raw,
        tags=_TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}, "img": {"src", "alt"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
        attribute_filter=_own_pictures,
    )
    return SafeString(clean.replace("<table>", _TABLE).replace("</table>", "</table></div>"))


def _own_pictures(tag: str, name: str, value: str) -> str | None:
    if tag == "img" and name == "src":
        return value if value.startswith("/training/") else None
    return value
