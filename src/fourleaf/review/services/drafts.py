"""Drafts: the product's own kind of subject, so that review is of use before publishing exists."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection
from dataclasses import astuple, dataclass, field

from django.urls import NoReverseMatch, reverse

from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import ConflictError, InvalidError, NotAllowedError
from fourleaf.kernel.permissions import require
from fourleaf.kernel.public import brands, regions
from fourleaf.review.contracts import FLAGS, SubjectFacts
from fourleaf.review.kinds import SubjectKind, register_kind
from fourleaf.review.models import Draft
from fourleaf.review.selectors.items import get_draft_for
from fourleaf.review.services.submitting import edited, item_of
from fourleaf.review.store import again_on_race

__all__ = ["DraftFields", "add_draft", "change_draft"]

_LONGEST = 20_000
_CODE = re.compile(r"[A-Za-z0-9][\w .-]*", re.UNICODE)


@dataclass(frozen=True)
class DraftFields:
    """What an author writes. ``flags`` are those of `contracts.FLAGS` that hold for the text."""

    title: str
    text: str
    link: str = ""
    disclosure: str = ""
    channel: str = ""
    brand_id: int | None = None
    region_id: int | None = None
    language: str = "en"
    content_class: str = "post"
    flags: Collection[str] = field(default=())


def _checked(fields: DraftFields) -> DraftFields:
    wrong: dict[str, list[str]] = {}
    title = " ".join(fields.title.split())
    if not title:
        wrong["title"] = ["Give it a title, by which reviewers find it."]
    elif len(title) > 150:
        wrong["title"] = ["A title has at most 150 characters."]
    text = fields.text.replace("\r\n", "\n").strip()
    if not text:
        wrong["text"] = ["Write the text that is to be published."]
    elif len(text) > _LONGEST:
        wrong["text"] = [f"A text has at most {_LONGEST:,} characters; this has {len(text):,}."]
    if any("\0" in value for value in (fields.title, fields.text, fields.link, fields.disclosure)):
        wrong["text"] = ["The text holds a NUL character; remove it."]
    if fields.link and not re.match(r"https?://\S+$", fields.link.strip()):
        wrong["link"] = ["A link begins with http:// or https:// and has no spaces."]
    content_class = fields.content_class.strip().lower().replace(" ", "_")
    if not _CODE.fullmatch(content_class) or len(content_class) > 60:
        wrong["content_class"] = ["Say in a word or two what kind of content it is, such as post or reply."]
    if len(fields.channel) > 40:
        wrong["channel"] = ["A channel is a short code, such as H1."]
    if unknown := sorted(set(fields.flags) - set(FLAGS)):
        wrong["flags"] = [f"“{unknown[0]}” is nothing that is asked about items."]
    if fields.brand_id is not None and fields.brand_id not in brands():
        wrong["brand_id"] = ["There is no such brand."]
    if fields.region_id is not None and fields.region_id not in regions():
        wrong["region_id"] = ["There is no such region."]
    if wrong:
        raise InvalidError(fields=wrong)
    return DraftFields(
        title, text, fields.link.strip()[:500], fields.disclosure.strip()[:300], fields.channel.strip(),
        fields.brand_id, fields.region_id, fields.language.strip()[:16] or "en", content_class,
        sorted(set(fields.flags)),
    )  # fmt: skip


def _put(draft: Draft, fields: DraftFields) -> None:
    draft.title, draft.text, draft.link, draft.disclosure = fields.title, fields.text, fields.link, fields.disclosure
    draft.channel, draft.brand_id, draft.region_id = fields.channel, fields.brand_id, fields.region_id
    draft.language, draft.content_class, draft.flags = fields.language, fields.content_class, list(fields.flags)
    draft.changed_at = clock.now()


def _once(author_id: int, form: str, fields: DraftFields) -> str:
    """Stands for a form and what was written in it."""
    said = json.dumps([author_id, form, *astuple(fields)], ensure_ascii=False)
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


@again_on_race
def add_draft(*, actor: Actor, fields: DraftFields, form: str = "") -> Draft:
    """Begin a draft. Nothing is reviewed before it is handed in.

    ``form``: a word that the form had of its own. The same fields by the same form are one draft, also when they come
    twice at once; with something changed, or by another form, they are another.
    """
    require(actor, "review.submit")
    if actor.person_id is None:
        raise NotAllowedError("Only a person writes a draft.")
    checked = _checked(fields)
    once = _once(actor.person_id, form, checked) if form else ""
    if once and (known := Draft.objects.filter(once=once).first()) is not None:
        return known
    draft = Draft(author_id=actor.person_id, created_at=clock.now(), once=once)
    _put(draft, checked)
    draft.save()
    item = item_of("draft", str(draft.pk), facts_of(draft))
    audit.record(actor, "review.draft.added", draft, data={"item": item.pk})
    return draft


@again_on_race
def change_draft(*, actor: Actor, draft_id: int, fields: DraftFields, version: int | None = None) -> Draft:
    """Change a draft; where it was handed in, exactly the steps that the change concerns are opened again."""
    draft = get_draft_for(actor, draft_id)
    if actor.person_id != draft.author_id:
        raise NotAllowedError("Only its author changes a draft. Ask for changes with a note instead.")
    require(actor, "review.submit")
    checked = _checked(fields)
    expected = draft.version if version is None else version
    _put(draft, checked)
    names = ("title", "text", "link", "disclosure", "channel", "brand_id", "region_id", "language", "content_class",
             "flags", "changed_at")  # fmt: skip
    values = {name: getattr(draft, name) for name in names}
    if not Draft.objects.filter(pk=draft.pk, version=expected).update(**values, version=expected + 1):
        raise ConflictError(
            "This draft was changed in another window while you were writing. Load it again to see what is there now."
        )
    draft.version = expected + 1
    # The item first, then the trail, as verdicts do: two in opposite order would wait for each other.
    edited(actor=actor, kind="draft", subject_id=str(draft.pk))
    audit.record(actor, "review.draft.changed", draft)
    return draft


def facts_of(draft: Draft) -> SubjectFacts:
    """A draft as review sees it."""
    content = {"title": draft.title, "text": draft.text}
    if draft.link:
        content["link"] = draft.link
    if draft.disclosure:
        content["disclosure"] = draft.disclosure
    return SubjectFacts(
        title=draft.title,
        content=content,
        author_person_id=draft.author_id,
        channel=draft.channel,
        brand_id=draft.brand_id,
        region_id=draft.region_id,
        language=draft.language,
        content_class=draft.content_class,
        flags=frozenset(draft.flags),
    )


def _snapshot(actor: Actor, subject_id: str) -> SubjectFacts:
    return facts_of(get_draft_for(actor, subject_id))


def _address(subject_id: str) -> str:
    try:
        return reverse("review:draft", args=[subject_id])
    except NoReverseMatch:
        return ""


def register() -> None:
    """Make drafts a kind of subject; called once when the application starts."""
    register_kind(SubjectKind("draft", "Draft", _snapshot, url=_address))
