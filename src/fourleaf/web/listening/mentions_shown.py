"""Mentions as pages show them: safe texts, words for codes, addresses, and the reasons behind a match and a mood."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from fourleaf.engine.listening import ExplainedNode, Explanation, parse_query
from fourleaf.engine.listening.query.ast import And, Near, Node, Not, Or, children
from fourleaf.engine.posts import SENTIMENTS
from fourleaf.listening.models import ListeningQuery
from fourleaf.listening.selectors.mentions import Mention, MentionDetail
from fourleaf.web.kit.tables import State
from fourleaf.web.kit.tables.columns import state_html
from fourleaf.web.listening.mentions_filter import KIND_WORDS, SENTIMENT_WORDS
from fourleaf.web.listening.reports_filters import language_name
from fourleaf.web.listening.texts import NOTHING, Excerpt, excerpt, plain

__all__ = [
    "SENTIMENTS_SHOWN",
    "MentionId",
    "Reason",
    "ShownMention",
    "Why",
    "link_of",
    "odds_of",
    "reasons_found",
    "reasons_of",
    "row_id",
    "shown_mention",
]

SENTIMENTS_SHOWN = {
    "negative": State("blocking", "Negative", "face-frown"),
    "neutral": State("neutral", "Neutral", "minus-circle"),
    "positive": State("good", "Positive", "face-smile"),
}
_PLATFORM_ICONS = {
    "microblog": "chat-bubble-bottom-center-text",
    "network": "user-group",
    "professional": "briefcase",
    "forum": "chat-bubble-left-right",
    "video": "video-camera",
    "shortvideo": "device-phone-mobile",
    "photo": "camera",
    "review": "star",
    "news": "newspaper",
    "blog": "pencil",
    "messaging": "chat-bubble-oval-left",
}
_PLAIN_ID = re.compile(r"[A-Za-z0-9_:@-][A-Za-z0-9_.:@-]{0,199}")
_MOST_REASONS = 14


class MentionId:
    """A part of an address that holds a mention's id: plain ids as they are, others encoded."""

    regex = r"[^/]+"

    def to_python(self, value: str) -> str:
        if not value.startswith("~"):
            return value
        try:
            return base64.urlsafe_b64decode(value[1:] + "=" * (-len(value[1:]) % 4)).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise ValueError(value) from error

    def to_url(self, value: str) -> str:
        if _PLAIN_ID.fullmatch(value):
            return value
        return "~" + base64.urlsafe_b64encode(value.encode("utf-8", "replace")).decode().rstrip("=")


def row_id(mention_id: str) -> str:
    """The id of a mention's element in a list."""
    return "m-" + hashlib.sha256(mention_id.encode("utf-8", "replace")).hexdigest()[:16]


def link_of(mention: Mention) -> str:
    """Where the post was published, if that is a web address that can be linked to."""
    url = mention.url or ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.hostname and len(url) < 2000 else ""


@dataclass(frozen=True)
class ShownMention:
    """A mention as a row of the list."""

    mention: Mention
    row: str
    url: str
    text: Excerpt
    name: str
    platform_icon: str
    kind: str
    language: str
    sentiment: State | None
    sentiment_html: SafeString
    queries: tuple[tuple[str, str], ...]
    counts: tuple[tuple[str, str, int], ...]
    #: Where corrections go; they name the correction that they were made from, so that nobody's is overwritten unseen.
    correct_url: str
    mark_url: str


def _name(mention: Mention) -> str:
    if mention.author:
        return f"@{plain(mention.author, 60)}"
    return plain(mention.author_name, 60) if mention.author_name else ""


def shown_mention(mention: Mention, queries: Mapping[int, ListeningQuery], text: Excerpt | None = None) -> ShownMention:
    """A mention with everything that a row needs; ``queries`` are those that the actor may see."""
    found = tuple((queries[pk].name, reverse("listening:query", args=[pk])) for pk in mention.queries if pk in queries)
    counted = (
        ("Likes", "heart", mention.likes),
        ("Shares", "arrow-path-rounded-square", mention.shares),
        ("Replies", "chat-bubble-left", mention.replies),
        ("Views", "eye", mention.views),
    )
    version = f"?version={mention.correction_version}"
    return ShownMention(
        mention=mention,
        row=row_id(mention.id),
        url=reverse("listening:mention", args=[mention.id]),
        text=text or excerpt(mention.text, mention.spans),
        name=_name(mention),
        platform_icon=_PLATFORM_ICONS.get(mention.platform.casefold(), "globe-alt"),
        kind=KIND_WORDS.get(mention.kind, mention.kind),
        language=language_name(mention.lang or ""),
        sentiment=(state := SENTIMENTS_SHOWN.get(mention.sentiment or "")),
        sentiment_html=state_html(state) if state else NOTHING,
        queries=found,
        counts=tuple((label, icon, value) for label, icon, value in counted if value),
        correct_url=f"{reverse('listening:correct_mention', args=[mention.id])}{version}",
        mark_url=f"{reverse('listening:mark_mention', args=[mention.id])}{version}",
    )


# --- why it was found ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Why:
    """A part of a query: what it says, whether it holds, and the words of the post that make it hold.

    ``kind`` is all, one, not, near, or "" for a single term.
    """

    text: str
    matched: bool
    kind: str
    words: tuple[str, ...]
    children: tuple[Why, ...]
    #: Alternatives that do not hold, where another one does.
    others: tuple[Why, ...]


_JOINED: dict[type, str] = {And: "all", Or: "one", Not: "not", Near: "near"}


def why_of(node: Node, explained: ExplainedNode, text: str) -> Why:
    """The tree of reasons. ``node`` is the parsed query that ``explained`` was made from: both have the same shape."""
    kind = _JOINED.get(type(node), "")
    parts = tuple(why_of(child, below, text) for child, below in zip(children(node), explained.children, strict=True))
    others: tuple[Why, ...] = ()
    if explained.matched and kind == "one":
        others = tuple(part for part in parts if not part.matched)
        parts = tuple(part for part in parts if part.matched)
    leaf = kind in ("", "near")
    words = tuple(dict.fromkeys(plain(text[start:end], 80) for start, end in explained.spans[:6])) if leaf else ()
    parts = () if kind == "near" else parts
    said = explained.children[0].text if kind == "not" else explained.text
    return Why(plain(said, 300), explained.matched, kind, words, parts, others)


def reasons_found(query: ListeningQuery, explanation: Explanation, text: str) -> Why:
    """Why a query found a text."""
    return why_of(parse_query(query.text).root, explanation.root, text)


# --- why this mood -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reason:
    """A word's pull towards the sentiment (positive) or away from it; ``bar`` is an SVG."""

    word: str
    pull: float
    bar: SafeString


def _bar(share: float) -> SafeString:
    width = round(50 * min(1.0, abs(share)), 2)
    return format_html(
        '<svg class="pull {}" viewBox="0 0 100 8" width="100" height="8" preserveAspectRatio="none" aria-hidden="true"'
        ' focusable="false"><path class="axis" d="M50 0v8" /><rect x="{}" y="1" width="{}" height="6" /></svg>',
        "for" if share >= 0 else "against",
        50 if share >= 0 else 50 - width,
        width,
    )


def reasons_of(detail: MentionDetail) -> list[Reason]:
    """The words that weigh most in what the model said: their pull towards its label, beside the mean of all three."""
    if detail.model_sentiment not in SENTIMENTS:
        return []
    place = SENTIMENTS.index(detail.model_sentiment)
    pulls = [(plain(token, 40), parts[place] - sum(parts) / 3) for token, parts in detail.sentiment_reasons]
    pulls = sorted((one for one in pulls if one[0] and one[1]), key=lambda one: -abs(one[1]))[:_MOST_REASONS]
    top = max((abs(pull) for _, pull in pulls), default=1.0) or 1.0
    return [Reason(word, pull, _bar(pull / top)) for word, pull in sorted(pulls, key=lambda one: -one[1])]


def odds_of(mention: Mention) -> Sequence[tuple[str, float, SafeString]]:
    """The model's probabilities: (word, share, bar)."""
    found = []
    for code, value in zip(SENTIMENTS, (mention.p_negative, mention.p_neutral, mention.p_positive), strict=True):
        if value is None:
            return ()
        bar = format_html(
            '<svg class="pull odds" viewBox="0 0 100 8" width="100" height="8" preserveAspectRatio="none"'
            ' aria-hidden="true" focusable="false"><rect class="track" y="3" width="100" height="2" />'
            '<rect y="1" width="{}" height="6" /></svg>',
            round(100 * value, 2),
        )
        found.append((SENTIMENT_WORDS[code], float(value), bar))
    return found
