"""Erasing posts, keeping people out who asked for it, own accounts, and how long posts are kept.

The audit trail names how many posts were erased and under which reference, never their text or author.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction

from fourleaf.engine.lake import LakeError
from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import ConflictError, DomainError, InvalidError, NotFoundError
from fourleaf.kernel.models import Brand
from fourleaf.kernel.permissions import require
from fourleaf.listening import store
from fourleaf.listening.models import (
    ListeningSettings,
    MentionCorrection,
    MentionNote,
    OwnAccount,
    PrecisionSample,
    SuppressedAuthor,
    SuppressedMention,
)
from fourleaf.listening.suppression import author_digest, folded_handle, mention_digest, settings_row

__all__ = [
    "Erased",
    "add_own_account",
    "change_settings",
    "erase_author",
    "erase_expired",
    "erase_mentions",
    "release_author",
    "release_suppression",
    "remove_own_account",
    "suppress_again",
]

_CODE = "listening.erase_mentions"
_CHUNK = 500


@dataclass(frozen=True)
class Erased:
    """How much was erased: posts, and what people had written about them."""

    mentions: int
    corrections: int
    notes: int


def erase_mentions(*, actor: Actor, mention_ids: Sequence[str], reference: str = "") -> Erased:
    """Erase posts by id, with everything known about them, and keep them from coming back with another import."""
    require(actor, _CODE)
    ids = sorted(set(mention_ids))
    if not ids:
        raise InvalidError(fields={"mention_ids": ["Name at least one post."]})
    with transaction.atomic():
        now, key = clock.now(), settings_row().suppression_key
        digests = [mention_digest(mention_id, key) for mention_id in ids]
        SuppressedMention.objects.bulk_create(
            [SuppressedMention(digest=digest, at=now) for digest in digests], ignore_conflicts=True
        )
    # The store comes after the suppression has been committed: an import that runs meanwhile must already know.
    return _erase(actor, "listening.mentions.erased", ids, reference)


def erase_author(*, actor: Actor, handle: str, reference: str = "") -> Erased:
    """Erase all posts of an author, on every platform, and never collect them again.

    Spellings of the handle that differ in case or by an @ are the same author.
    """
    require(actor, _CODE)
    folded = folded_handle(handle)
    if not folded:
        raise InvalidError(fields={"handle": ["Write the handle, with or without @."]})
    with transaction.atomic():
        SuppressedAuthor.objects.get_or_create(
            digest=author_digest(folded),
            defaults={"reference": reference[:100], "at": clock.now(), "by": actor.label[:200]},
        )
    with store.reading() as view:
        cursor = view.cursor()
        written = cursor.execute("SELECT DISTINCT author FROM mentions WHERE author IS NOT NULL").fetchall()
        spellings = [author for (author,) in written if folded_handle(author) == folded]
        found = cursor.execute("SELECT id FROM mentions WHERE list_contains(?, author)", [spellings]).fetchall()
    ids = sorted(mention_id for (mention_id,) in found)
    return _erase(actor, "listening.author.erased", ids, reference)


def release_author(*, actor: Actor, handle: str) -> SuppressedAuthor:
    """Lift the suppression of an author, for example when they asked for it. Erased posts do not come back.

    Gives the row as it was, with which `suppress_again` takes this back.
    """
    require(actor, _CODE)
    if not folded_handle(handle):
        raise InvalidError(fields={"handle": ["Write the handle, with or without @."]})
    return _release(actor, SuppressedAuthor.objects.filter(digest=author_digest(handle)).first())


def release_suppression(*, actor: Actor, suppression_id: int) -> SuppressedAuthor:
    """Lift a suppression that is known by its reference; the handle cannot be read back and need not be known."""
    require(actor, _CODE)
    return _release(actor, SuppressedAuthor.objects.filter(pk=suppression_id).first())


def _release(actor: Actor, row: SuppressedAuthor | None) -> SuppressedAuthor:
    if row is None:
        raise NotFoundError("Nobody with this handle is suppressed.")
    with transaction.atomic():
        audit.record(actor, "listening.author.released", row)
        SuppressedAuthor.objects.filter(pk=row.pk).delete()
    return row


def suppress_again(*, actor: Actor, digest: str, reference: str = "") -> SuppressedAuthor:
    """Take back that a suppression was lifted; posts that came in meanwhile stay until they are erased."""
    require(actor, _CODE)
    with transaction.atomic():
        row, made = SuppressedAuthor.objects.get_or_create(
            digest=digest, defaults={"reference": reference[:100], "at": clock.now(), "by": actor.label[:200]}
        )
        if made:
            audit.record(actor, "listening.author.suppressed_again", row)
    return row


def _erase(actor: Actor, code: str, ids: Sequence[str], reference: str) -> Erased:
    """Erase from the store first: if that fails, nothing else has happened and the call can be repeated."""
    erased = 0
    if ids:
        try:
            erased = store.lake().erase(ids=list(ids)).mentions
        except LakeError as error:
            raise DomainError(str(error)) from error
        finally:
            store.changed()
    with transaction.atomic():
        corrections, notes = _forget(ids)
        audit.record(
            actor,
            code,
            ("mentions", reference or "erasure"),
            label=reference or f"{erased} posts",
            data={"mentions": erased, "corrections": corrections, "notes": notes, "reference": reference},
        )
    return Erased(erased, corrections, notes)


def _forget(ids: Sequence[str]) -> tuple[int, int]:
    corrections = notes = 0
    for start in range(0, len(ids), _CHUNK):
        part = ids[start : start + _CHUNK]
        corrections += MentionCorrection.objects.filter(mention_id__in=part).delete()[0]
        notes += MentionNote.objects.filter(mention_id__in=part).delete()[0]
    gone = set(ids)
    for sample in PrecisionSample.objects.filter(state="labelling").iterator():
        if gone.intersection(sample.mention_ids):
            kept = [one for one in sample.mention_ids if one not in gone]
            labels = {one: label for one, label in sample.labels.items() if one not in gone}
            PrecisionSample.objects.filter(pk=sample.pk).update(
                mention_ids=kept, labels=labels, version=sample.version + 1
            )
    return corrections, notes


def erase_expired(*, actor: Actor) -> int:
    """Erase posts that are older than the settings allow; gives how many. With 0 days nothing expires."""
    require(actor, _CODE)
    days = settings_row().keep_days
    if days == 0:
        return 0
    limit = clock.now() - timedelta(days=days)
    with store.reading() as view:
        cursor = view.cursor()
        rows = cursor.execute("SELECT id FROM mentions WHERE created_at < ?", [limit]).fetchall()
    ids = sorted(row[0] for row in rows)
    if not ids:
        return 0
    return _erase(actor, "listening.mentions.expired", ids, f"older than {days} days").mentions


def change_settings(*, actor: Actor, keep_days: int, version: int | None = None) -> ListeningSettings:
    """Decide how many days posts are kept; 0 keeps them for ever."""
    require(actor, _CODE)
    if not 0 <= keep_days <= 36_500:
        raise InvalidError(fields={"keep_days": ["Write a number of days from 1 to 36,500, or 0 to keep everything."]})
    with transaction.atomic():
        row = settings_row()
        seen = row.version if version is None else version
        before = {"keep_days": row.keep_days}
        changed = ListeningSettings.objects.filter(pk=row.pk, version=seen).update(
            keep_days=keep_days, version=seen + 1, changed_at=clock.now(), changed_by_id=actor.person_id
        )
        if not changed:
            raise ConflictError("Somebody else has changed the settings in the meantime. Reload them.")
        row.refresh_from_db()
        audit.record(
            actor, "listening.settings.changed", row, data=audit.changes_between(before, {"keep_days": keep_days})
        )
    return row


def add_own_account(
    *, actor: Actor, handle: str, platform: str = "", kind: str = "brand", brand_id: int | None = None
) -> OwnAccount:
    """Leave the posts of an account of ours, or of a colleague, out of reports."""
    require(actor, "listening.edit_queries")
    folded = folded_handle(handle)
    wrong: dict[str, list[str]] = {}
    if not folded:
        wrong["handle"] = ["Write the handle, with or without @."]
    if kind not in OwnAccount.Kind.values:
        wrong["kind"] = ["Choose whose account it is."]
    if brand_id is not None and not Brand.objects.filter(pk=brand_id).exists():
        wrong["brand"] = ["This brand does not exist."]
    if wrong:
        raise InvalidError(fields=wrong)
    try:
        with transaction.atomic():
            account = OwnAccount.objects.create(
                handle=folded,
                platform=platform.strip().casefold(),
                kind=kind,
                brand_id=brand_id,
                added_at=clock.now(),
                added_by=actor.label[:200],
            )
            audit.record(actor, "listening.own_account.added", account, label="own account", data={"kind": kind})
    except IntegrityError as error:
        raise InvalidError(fields={"handle": ["This account is in the list already."]}) from error
    return account


def remove_own_account(*, actor: Actor, account_id: int) -> OwnAccount:
    """Take an account off the list; its posts count again."""
    require(actor, "listening.edit_queries")
    account = OwnAccount.objects.filter(pk=account_id).first()
    if account is None:
        raise NotFoundError
    with transaction.atomic():
        audit.record(actor, "listening.own_account.removed", account, label="own account", data={"kind": account.kind})
        OwnAccount.objects.filter(pk=account_id).delete()
    return account
