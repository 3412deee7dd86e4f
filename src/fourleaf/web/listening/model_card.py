"""The card of the sentiment model as a page; its text is that of the reference, which the package does not hold."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.http import HttpResponse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET
from markdown_it import MarkdownIt

from fourleaf.engine.listening import sentiment
from fourleaf.kernel.permissions import require
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page

__all__ = ["CARD", "card_html", "model_card"]

#: The same text as docs/reference/model-card-sentiment.md; a test holds them together.
CARD = Path(__file__).with_name("model-card-sentiment.md")


@cache
def card_html() -> SafeString:
    """The card without its title, as HTML. Tables can be scrolled, since they are wider than a phone."""
    _, _, text = CARD.read_text("utf-8").partition("\n")
    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    frame = (
        '<div class="table-part"><div class="table-scroll" role="region" aria-label="Table of the card" tabindex="0">'
    )
    html = html.replace("<table>", f'{frame}<table class="table">').replace("</table>", "</table></div></div>")
    return SafeString(html)  # our own text, shipped with the package


@require_GET
def model_card(request: PageRequest) -> HttpResponse:
    """What the sentiment model is for, how often it errs, and what it must not be used for."""
    require(request.actor, "listening.view_mentions", seen_by="listening.view_mentions")
    context = {"card": card_html(), "model": sentiment.MODEL_NAME}
    return page(request, "web/listening/reports/model_card.html", context)
