"""Writing: documents, drafts of versions, their texts in each language, their scope, the questions on what changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, Final, TypedDict, Unpack

from django.db import IntegrityError, transaction
from django.db.models import F

from fourleaf.engine.policies.sections import sections
from fourleaf.governance.contracts import ACKNOWLEDGED_KINDS, KINDS, RIGHTS_BY_KIND
from fourleaf.governance.groups import CODES, RESOLVERS
from fourleaf.governance.models import Policy, PolicyText, PolicyVersion
from fourleaf.governance.policy_texts import starting_text, to_translate
from fourleaf.governance.selectors.policies import get_policy_for, get_version_for, other_approvers
from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import ConflictError, InvalidError, NotFoundError, TransitionError
from fourleaf.kernel.models import Brand, Department, Person, Region
from fourleaf.kernel.permissions import require
from fourleaf.kernel.versions import save_at_version

__all__ = [
    "VersionFields",
    "add_policy",
    "change_draft",
    "change_policy",
    "held",
    "remove_text",
    "start_version",
    "write_text",
]

_EDIT, _SEE = "governance.edit_policies", "governance.view_policies"
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
_NUMBER = re.compile(r"(\d{1,3})\.(\d{1,3})(?:\.(\d{1,3}))?")
_GROUP = re.compile(r"[a-z_]{2,20}:[A-Za-z0-9_-]{1,40}")
_CHANNEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
_LONGEST: Final = 200_000
_EMPTY: Final = "## Purpose\n\n[why there is this policy]\n"
#: P-SM and P-CRI are read again every half year while new channels appear (domain §4.2).
_MONTHS: Final = {"P-SM": 6, "P-CRI": 6}


class VersionFields(TypedDict, total=False):
    """What can be said about a draft besides its texts."""

    note: str
    channels: Sequence[str]
    except_channels: Sequence[str]
    region_ids: Sequence[int]
    brand_ids: Sequence[int]
    groups: Sequence[str]
    acknowledged: bool
    rights: Sequence[str]
    approver_ids: Sequence[int]


@contextmanager
def held(actor: Actor, version_id: int, seen: int | None, *, code: str = _EDIT) -> Iterator[PolicyVersion]:
    """A version, to be changed within the block: its row is taken first, so that whoever else acts waits or is told.

    ``seen`` is the ``version`` counter that the actor saw; None for whatever is there now. Raises `NotFoundError`,
    `NotAllowedError`, `ConflictError`.
    """
    row = get_version_for(actor, version_id)
    require(actor, code, row, seen_by=_SEE)
    with transaction.atomic():
        if not PolicyVersion.objects.filter(pk=version_id).update(version=F("version") + 1, changed_at=clock.now()):
            raise NotFoundError
        row = PolicyVersion.objects.select_related("policy").get(pk=version_id)
        if seen is not None and row.version != seen + 1:
            raise ConflictError(
                f"Somebody else changed “{row}” while you were working on it. "
                "Load it again to see what is there now, then make your change once more."
            )
        yield row


def _draft_only(row: PolicyVersion) -> None:
    if row.state != "draft":
        raise TransitionError(
            f"{row} is {row.get_state_display().lower()}, so its text and scope no longer change. "
            "Take it back to draft, or start a new version."
        )


# --- documents ----------------------------------------------------------------------------------------------------


def add_policy(
    *,
    actor: Actor,
    kind: str,
    title: str,
    language: str = "en",
    body: str | None = None,
    owner_id: int | None = None,
    number: str = "1.0.0",
    **fields: Unpack[VersionFields],
) -> PolicyVersion:
    """Add a document with its first draft, and give that.

    Without ``body`` it starts from the template of its kind, if there is one; in a language without it, from the
    English one as something to translate. An empty ``body`` starts with a purpose to fill in.
    """
    require(actor, _EDIT, seen_by=_SEE)
    faults: dict[str, list[str]] = {}
    if kind not in KINDS:
        faults["kind"] = [f"“{kind}” is none of the documents: {', '.join(KINDS)}."]
    title = _title(None, title, faults)
    numbers = _NUMBER.fullmatch(number)
    if numbers is None:
        faults["number"] = ["Write a version such as 1.0 or 2.1.3."]
    _language(language, faults)
    _owner(owner_id, faults)
    if faults or numbers is None:
        raise InvalidError(fields=faults)
    if body is None:
        english = starting_text(kind, "en")
        body = starting_text(kind, language) or (to_translate(english, "English") if english else "")
    now = clock.now()
    try:
        with transaction.atomic():
            policy = Policy.objects.create(
                kind=kind,
                title=title,
                owner_id=owner_id,
                review_months=_MONTHS.get(kind, 12),
                created_at=now,
                created_by=actor.label[:200],
            )
            row = PolicyVersion.objects.create(
                policy=policy,
                major=int(numbers[1]),
                minor=int(numbers[2]),
                patch=int(numbers[3] or 0),
                author_id=actor.person_id,
                acknowledged=kind in ACKNOWLEDGED_KINDS,
                rights=list(RIGHTS_BY_KIND.get(kind, ())),
                created_at=now,
                changed_at=now,
            )
            PolicyText.objects.create(
                version=row, language=language, title=title, body=_body(body if body.strip() else _EMPTY)
            )
            _apply(row, fields)
            row.save()
            audit.record(actor, "governance.policy.added", policy, data={"kind": kind, "version": row.number})
    except IntegrityError as error:
        raise InvalidError(fields={"title": [f"Another policy is called “{title}”."]}) from error
    return row


def change_policy(
    *,
    actor: Actor,
    policy_id: int,
    title: str,
    owner_id: int | None,
    review_months: int,
    version: int | None = None,
) -> Policy:
    """Change a document's name, owner and how often it is reviewed."""
    policy = get_policy_for(actor, policy_id)
    require(actor, _EDIT, policy, seen_by=_SEE)
    faults: dict[str, list[str]] = {}
    title = _title(policy, title, faults)
    _owner(owner_id, faults)
    if not 1 <= review_months <= 36:
        faults["review_months"] = ["Review it every 1 to 36 months."]
    if faults:
        raise InvalidError(fields=faults)
    values = {"title": title, "owner_id": owner_id, "review_months": review_months}
    changes = audit.changes_between({name: getattr(policy, name) for name in values}, values)
    with transaction.atomic():
        for name, value in values.items():
            setattr(policy, name, value)
        save_at_version(policy, values, version=version)
        if changes:
            audit.record(actor, "governance.policy.changed", policy, data=changes)
    policy.refresh_from_db()
    return policy


def _title(policy: Policy | None, title: str, faults: dict[str, list[str]]) -> str:
    title = " ".join(title.split())
    if not 1 <= len(title) <= 150:
        faults["title"] = ["Write a title of 1 to 150 characters."]
    elif Policy.objects.filter(title=title).exclude(pk__in=[policy.pk] if policy else []).exists():
        faults["title"] = [f"Another policy is called “{title}”."]
    return title


def _owner(owner_id: int | None, faults: dict[str, list[str]]) -> None:
    if owner_id is not None and not Person.objects.filter(pk=owner_id).exists():
        faults["owner_id"] = ["This person is not on the list of people."]


def _language(language: str, faults: dict[str, list[str]]) -> None:
    if not _LANGUAGE.fullmatch(language):
        faults["language"] = ["Write the code of a language, such as en, de or pt-BR."]


# --- versions -----------------------------------------------------------------------------------------------------


def start_version(
    *, actor: Actor, policy_id: int, change: str, note: str = "", based_on_id: int | None = None
) -> PolicyVersion:
    """Start the next draft from the newest version that was approved (or ``based_on_id``), with its texts and scope.

    ``change`` is "major" (duties or rights change: everybody acknowledges again), "minor" (clearer) or "patch" (typing
    errors). `ConflictError` while another version is in work.
    """
    policy = get_policy_for(actor, policy_id)
    require(actor, _EDIT, policy, seen_by=_SEE)
    if change not in ("major", "minor", "patch"):
        raise InvalidError(fields={"change": ["Choose major, minor or patch."]})
    numbered = policy.versions.exclude(state="withdrawn", effective_on__isnull=True)
    newest = numbered.order_by("-major", "-minor", "-patch").first()
    if newest is None:
        newest = policy.versions.order_by("-pk").first()
    base = newest if based_on_id is None else policy.versions.filter(pk=based_on_id).first()
    if base is None or newest is None:
        raise NotFoundError
    following = {
        "major": (newest.major + 1, 0, 0),
        "minor": (newest.major, newest.minor + 1, 0),
        "patch": (newest.major, newest.minor, newest.patch + 1),
    }[change]
    now = clock.now()
    try:
        with transaction.atomic():
            row = PolicyVersion.objects.create(
                policy=policy,
                major=following[0],
                minor=following[1],
                patch=following[2],
                note=note.strip(),
                based_on=base,
                author_id=actor.person_id,
                created_at=now,
                changed_at=now,
                **{name: getattr(base, name) for name in _COPIED},
            )
            row.approvers.set(base.approvers.exclude(pk=actor.person_id or 0))
            PolicyText.objects.bulk_create(
                PolicyText(
                    version=row,
                    language=text.language,
                    title=text.title,
                    body=text.body,
                    # Questions are about what a major version changed, so they stay with that one.
                    quiz=[] if change == "major" else text.quiz,
                )
                for text in base.texts.order_by("pk")
            )
            audit.record(actor, "governance.policy.version_started", row, data={"change": change})
    except IntegrityError as error:
        raise ConflictError(
            f"Another version of “{policy}” is in work. Finish it, or give it up, before you start the next one."
        ) from error
    return row


_COPIED: Final = (
    "channels", "except_channels", "region_ids", "brand_ids", "groups", "acknowledged", "rights",
)  # fmt: skip


def change_draft(
    *, actor: Actor, version_id: int, version: int | None = None, **fields: Unpack[VersionFields]
) -> PolicyVersion:
    """Change a draft's note, scope, approvers, and whether and for which rights it is acknowledged."""
    with held(actor, version_id, version) as row:
        _draft_only(row)
        before = {name: getattr(row, name) for name in fields if hasattr(row, name)}
        _apply(row, fields)
        row.save()
        changes = audit.changes_between(before, {name: getattr(row, name) for name in before})
        audit.record(actor, "governance.policy.draft_changed", row, data=changes)
    return row


def _apply(row: PolicyVersion, fields: VersionFields) -> None:
    """Check and set fields; raises `InvalidError` with a sentence for each field that cannot be."""
    given: dict[str, Any] = dict(fields)
    faults: dict[str, list[str]] = {}
    for name in ("channels", "except_channels"):
        if name in given:
            given[name] = _codes(given[name], _CHANNEL, name, "a channel such as H8", faults)
    if "groups" in given:
        given["groups"] = _codes(given["groups"], _GROUP, "groups", "a group such as department:MKT", faults)
        _known_groups(given["groups"], faults)
    if "rights" in given:
        given["rights"] = sorted({str(code).strip() for code in given["rights"]} - {""})
    _ids(given, "region_ids", Region, "region", faults)
    _ids(given, "brand_ids", Brand, "brand", faults)
    _ids(given, "approver_ids", Person, "person", faults)
    if row.author_id in given.get("approver_ids", ()) and other_approvers(row.author_id):
        faults["approver_ids"] = ["Whoever wrote this version does not approve it. Name somebody else."]
    both = set(given.get("channels", row.channels)) & set(given.get("except_channels", row.except_channels))
    if both:
        faults["except_channels"] = [f"{min(both)} cannot be in scope and taken out of it at the same time."]
    if faults:
        raise InvalidError(fields=faults)
    if "approver_ids" in given:
        row.approvers.set(given.pop("approver_ids"))
    for name, value in given.items():
        setattr(row, name, value.strip() if isinstance(value, str) else value)


def _codes(
    values: Iterable[str], pattern: re.Pattern[str], name: str, example: str, faults: dict[str, list[str]]
) -> list[str]:
    codes = list(dict.fromkeys(code.strip() for code in values if code.strip()))
    if wrong := [code for code in codes if not pattern.fullmatch(code)]:
        faults[name] = [f"“{code}” is not {example}." for code in wrong]
    # What is wrong in itself need not be looked up.
    return [code for code in codes if code not in wrong]


def _known_groups(groups: Sequence[str], faults: dict[str, list[str]]) -> None:
    """A sentence for each group that there is not."""
    asked = {code.split(":", 1)[1] for code in groups if code.startswith("department:")}
    unknown = asked - set(Department.objects.values_list("code", flat=True)) if asked else set()
    wrong = [f"No department has the code {code}." for code in sorted(unknown)]
    for code in groups:
        kind = code.split(":", 1)[0]
        if kind != "department" and kind not in RESOLVERS:
            kinds = ", ".join(f"{name}:…" for name in ("department", *sorted(RESOLVERS)))
            wrong.append(f"There is no group {code}; groups are called {kinds}.")
        elif code not in (known := CODES.get(kind, (code,))):
            wrong.append(f"There is no group {code}; these are known: {', '.join(known)}.")
    if wrong:
        faults["groups"] = [*faults.get("groups", ()), *wrong]


def _ids(given: dict[str, Any], name: str, model: type[Any], word: str, faults: dict[str, list[str]]) -> None:
    if name not in given:
        return
    given[name] = sorted({int(one) for one in given[name]})
    if len(given[name]) != model.objects.filter(pk__in=given[name]).count():
        faults[name] = [f"A {word} that was chosen does not exist any more."]


# --- texts --------------------------------------------------------------------------------------------------------


def write_text(
    *,
    actor: Actor,
    version_id: int,
    language: str,
    title: str,
    body: str,
    quiz: Sequence[Mapping[str, Any]] | None = None,
    version: int | None = None,
) -> PolicyText:
    """Write the text of a draft in a language; without ``quiz`` the questions stay as they are."""
    faults: dict[str, list[str]] = {}
    _language(language, faults)
    title = " ".join(title.split())
    if not 1 <= len(title) <= 150:
        faults["title"] = ["Write a title of 1 to 150 characters."]
    body = _body(body)
    if not body.strip():
        faults["body"] = ["Write the text."]
    elif len(body) > _LONGEST:
        faults["body"] = [f"The text has {len(body):,} characters; {_LONGEST:,} fit."]
    if faults:
        raise InvalidError(fields=faults)
    with held(actor, version_id, version) as row:
        _draft_only(row)
        values: dict[str, Any] = {"title": title, "body": body}
        if quiz is not None:
            values["quiz"] = checked_quiz(quiz, body)
        text, made = PolicyText.objects.update_or_create(version=row, language=language, defaults=values)
        audit.record(
            actor,
            "governance.policy.text_written",
            row,
            data={"language": language, "characters": len(body), "new": made},
        )
    return text


def remove_text(*, actor: Actor, version_id: int, language: str, version: int | None = None) -> None:
    """Take a language out of a draft; the last one stays."""
    with held(actor, version_id, version) as row:
        _draft_only(row)
        if row.texts.count() < 2:
            raise InvalidError("This is the only text. A policy needs at least one language.")
        if not row.texts.filter(language=language).delete()[0]:
            raise NotFoundError
        audit.record(actor, "governance.policy.text_removed", row, data={"language": language})


def _body(body: str) -> str:
    return body.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").rstrip() + "\n"


def checked_quiz(quiz: Sequence[Mapping[str, Any]], body: str) -> list[dict[str, Any]]:
    """Questions as they are stored; `InvalidError` on ``quiz`` says which one is wrong and how to mend it."""
    anchors = {section.anchor for section in sections(body)}
    found: list[dict[str, Any]] = []
    for place, one in enumerate(quiz, 1):
        question = " ".join(str(one.get("question", "")).split())
        options = [" ".join(str(option).split()) for option in one.get("options", ()) if str(option).strip()]
        answer, section = one.get("answer"), str(one.get("section", ""))
        fault = ""
        if not question:
            fault = "has no words"
        elif not 2 <= len(options) <= 6 or len(set(options)) != len(options):
            fault = "needs two to six different answers"
        elif not isinstance(answer, int) or not 0 <= answer < len(options):
            fault = "does not say which answer is right"
        elif section not in anchors:
            fault = "does not name a section of the text that holds the answer"
        if fault:
            raise InvalidError(fields={"quiz": [f"Question {place} {fault}."]})
        found.append({"question": question, "options": options, "answer": answer, "section": section})
    if found and not 2 <= len(found) <= 5:
        raise InvalidError(fields={"quiz": [f"Ask two to five questions; these are {len(found)}."]})
    return found


def months_later(day: date, months: int) -> date:
    """The same day some months later, or the last day of that month."""
    years, month = divmod(day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(day.year + years, month + 1, last)
        except ValueError:
            continue
    raise ValueError(day)
