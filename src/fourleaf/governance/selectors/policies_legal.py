"""What those read who give the legal view: a version part by part, and the one in force. For the review queue."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import F

from fourleaf.engine.policies.sections import sections
from fourleaf.engine.wording import STATUS, around, is_read, lint
from fourleaf.governance.contracts import LegalReview
from fourleaf.governance.languages import NAMES
from fourleaf.governance.models import PolicyText, PolicyVersion
from fourleaf.kernel.public import brands, regions

__all__ = [
    "LegalWording",
    "WordingHint",
    "hold_version",
    "legal_review",
    "legal_reviews_open",
    "text_in_force",
    "wording_in",
]


def legal_review(version_id: int) -> LegalReview | None:
    """A version as it is read in legal review; None where there is none. No permission is asked: the queue does."""
    row = PolicyVersion.objects.select_related("policy").filter(pk=version_id).first()
    if row is None:
        return None
    texts = list(row.texts.order_by("pk"))
    languages = [text.language for text in texts]
    return LegalReview(
        policy_id=row.policy_id,
        version_id=row.pk,
        title=row.policy.title,
        number=row.number,
        state=row.state,
        waits=row.state == "legal_review" and not row.legal_agreed,
        author_id=row.author_id or row.policy.owner_id,
        region_id=row.region_ids[0] if len(row.region_ids) == 1 else None,
        brand_id=row.brand_ids[0] if len(row.brand_ids) == 1 else None,
        language=languages[0] if len(languages) == 1 else "",
        content=_content(row, texts),
    )


def legal_reviews_open() -> set[int]:
    """Ids of all versions that wait for the legal view: the state behind `PolicyHandedOver`. One query."""
    return set(PolicyVersion.objects.filter(state="legal_review", legal_agreed=False).values_list("pk", flat=True))


def text_in_force(version_id: int) -> tuple[str, dict[str, str]] | None:
    """The number and the content of the version in force that a version would follow; None where there is none."""
    row = PolicyVersion.objects.filter(pk=version_id).first()
    if row is None:
        return None
    now = PolicyVersion.objects.filter(policy_id=row.policy_id, state="in_force").select_related("policy")
    found = now.filter(pk=row.based_on_id or 0).first() or now.order_by("-major", "-minor", "-patch", "-pk").first()
    if found is None:
        return None
    return found.number, _content(found, list(found.texts.order_by("pk")))


def hold_version(version_id: int) -> None:
    """Take a version's row until the transaction ends; its services begin with it too, so both go in one order."""
    PolicyVersion.objects.filter(pk=version_id).update(changed_at=F("changed_at"))


def _content(row: PolicyVersion, texts: Iterable[PolicyText]) -> dict[str, str]:
    """Everything that the legal view is about, by part: languages stand in brackets behind the names of sections."""
    found: dict[str, str] = {}
    if row.note:
        found["What changed, and why"] = row.note
    found["Scope"] = _scope(row)
    if row.open_places:
        found["Places that stay open"] = "\n".join(f"- {place}" for place in row.open_places)
    for text in texts:
        found[_free(found, "Title", text.language)] = text.title
        for section in sections(text.body):
            found[_free(found, section.title or "Before the first section", text.language)] = section.text
        if text.quiz:
            found[_free(found, "Questions on what changed", text.language)] = _questions(text)
    return found


def _free(taken: dict[str, str], title: str, language: str) -> str:
    """A name that is not taken yet: two sections may have the same heading."""
    spoken = NAMES.get(language, language)
    name, number = f"{title} ({spoken})", 1
    while name in taken:
        number += 1
        name = f"{title}, {number} ({spoken})"
    return name


def _scope(row: PolicyVersion) -> str:
    places, houses = regions(), brands()
    channels = ", ".join(row.channels) or "all"
    if row.except_channels:
        channels += f", but not {', '.join(row.except_channels)}"
    lines = [
        f"Channels: {channels}",
        f"Regions: {', '.join(places[key].name for key in row.region_ids if key in places) or 'all'}",
        f"Brands: {', '.join(houses[key].name for key in row.brand_ids if key in houses) or 'all'}",
        f"Groups: {', '.join(row.groups) or 'everybody'}",
        f"Acknowledged: {'yes' if row.acknowledged else 'no'}",
        f"Rights that rest while it is overdue: {', '.join(row.rights) or 'none'}",
    ]
    return "\n".join(f"- {line}" for line in lines)


def _questions(text: PolicyText) -> str:
    lines = []
    for one in text.quiz:
        lines.append(f"{one['question']}\n")
        lines += [
            f"- {option}{' (right)' if place == one['answer'] else ''}" for place, option in enumerate(one["options"])
        ]
        lines.append("")
    return "\n".join(lines).strip()


# --- hints on wording -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class WordingHint:
    """A hint for counsel with its place: the part of the content, and what stands around the words."""

    part: str
    before: str
    words: str
    after: str
    why: str
    suggestion: str


@dataclass(frozen=True)
class LegalWording:
    """Hints on all texts that are read; ``read`` and ``unread`` are names of languages."""

    hints: tuple[WordingHint, ...]
    read: tuple[str, ...]
    unread: tuple[str, ...]
    status: str = STATUS


def wording_in(content: Mapping[str, str]) -> LegalWording:
    """Hints on the wording of a version as `legal_review` gives it, language by language. No query."""
    codes = {name: code for code, name in NAMES.items()}
    parts: dict[str, list[str]] = {}
    for name in content:
        spoken = name.rpartition(" (")[2].removesuffix(")")
        if name.endswith(")") and spoken in codes:
            parts.setdefault(spoken, []).append(name)
    read = tuple(spoken for spoken in parts if is_read(codes[spoken]))
    hints = [hint for spoken in read for hint in _wording_of(parts[spoken], content, codes[spoken])]
    return LegalWording(tuple(hints), read, tuple(spoken for spoken in parts if spoken not in read))


def _wording_of(names: list[str], content: Mapping[str, str], language: str) -> Iterable[WordingHint]:
    """Read as one text, since one section may define what another one forbids."""
    text, begins = "", list[int]()
    for name in names:
        begins.append(len(text))
        text += f"## {name}\n\n{content[name]}\n\n"
    for hint in lint(text, language):
        part = names[bisect_right(begins, hint.start) - 1]
        before, after = around(text, hint)
        yield WordingHint(part, before, hint.excerpt, after, hint.why, hint.suggestion)
