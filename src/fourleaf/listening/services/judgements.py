"""What people say about a mention: its sentiment, whether it is meant at all, and notes. One step can be undone."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from fourleaf.engine.posts import SENTIMENTS
from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from fourleaf.kernel.permissions import require
from fourleaf.listening import store
from fourleaf.listening.models import MentionCorrection, MentionNote
from fourleaf.listening.selectors.mentions import require_mention

__all__ = [
    "add_note",
    "correct_sentiment",
    "mark_irrelevant",
    "mark_relevant",
    "remove_note",
    "undo_correction",
]

_CODE = "listening.correct_mentions"
_CHANGED = "Somebody else has corrected this mention in the meantime. Reload it to see what they chose."


def correct_sentiment(
    *, actor: Actor, mention_id: str, sentiment: str | None, version: int | None = None
) -> MentionCorrection:
    """Say how the mention feels; None goes back to what the model said."""
    if sentiment is not None and sentiment not in SENTIMENTS:
        raise InvalidError(fields={"sentiment": ["Choose negative, neutral or positive."]})
    return _correct(actor, mention_id, version, sentiment=sentiment)


def mark_irrelevant(*, actor: Actor, mention_id: str, version: int | None = None) -> MentionCorrection:
    """Say that the mention is not about us; it no longer counts anywhere."""
    return _correct(actor, mention_id, version, relevant=False)


def mark_relevant(*, actor: Actor, mention_id: str, version: int | None = None) -> MentionCorrection:
    """Say that the mention is about us."""
    return _correct(actor, mention_id, version, relevant=True)


def undo_correction(*, actor: Actor, mention_id: str, version: int) -> MentionCorrection:
    """Take back the last correction of a mention, if it is still the one with this version."""
    correction = MentionCorrection.objects.filter(mention_id=mention_id).first()
    if correction is None:
        raise NotFoundError
    return _correct(
        actor,
        mention_id,
        version,
        sentiment=correction.sentiment_before,
        relevant=correction.relevant_before,
    )


def _correct(actor: Actor, mention_id: str, version: int | None, **values: str | bool | None) -> MentionCorrection:
    """Write the named fields; what stood there is kept for one step back. ``version`` 0 means "not corrected yet"."""
    require(actor, _CODE)
    require_mention(actor, mention_id, _CODE)
    with transaction.atomic():
        correction = _row(mention_id, actor)
        seen = correction.version if correction.pk is not None else 0
        if version is not None and version != seen:
            raise ConflictError(_CHANGED)
        before = {name: getattr(correction, name) for name in ("sentiment", "relevant")}
        after = {**before, **values}
        if after == before:
            return correction
        written = {
            **after,
            "sentiment_before": before["sentiment"],
            "relevant_before": before["relevant"],
            "by": actor.label[:200],
            "person_id": actor.person_id,
            "at": clock.now(),
            "version": seen + 1,
        }
        if seen == 0:
            try:
                with transaction.atomic():
                    correction = MentionCorrection.objects.create(mention_id=mention_id, **written)
            except IntegrityError as error:
                raise ConflictError(_CHANGED) from error
        elif not MentionCorrection.objects.filter(pk=correction.pk, version=seen).update(**written):
            raise ConflictError(_CHANGED)
        else:
            correction.refresh_from_db()
        audit.record(
            actor,
            "listening.mention.corrected",
            ("mention", mention_id),
            data=audit.changes_between(before, after),
        )
        transaction.on_commit(store.changed)  # for readers that look between now and the commit
    store.changed()
    return correction


def _row(mention_id: str, actor: Actor) -> MentionCorrection:
    found = MentionCorrection.objects.filter(mention_id=mention_id).first()
    return found or MentionCorrection(mention_id=mention_id, by=actor.label[:200], at=clock.now())


def add_note(*, actor: Actor, mention_id: str, text: str) -> MentionNote:
    """Write a remark for colleagues. Its words are not repeated in the audit trail."""
    require(actor, _CODE)
    require_mention(actor, mention_id, _CODE)
    text = text.strip()
    if not text:
        raise InvalidError(fields={"text": ["Write something first."]})
    if len(text) > 4000:
        raise InvalidError(fields={"text": [f"The note has {len(text):,} characters; 4,000 are possible."]})
    with transaction.atomic():
        note = MentionNote.objects.create(
            mention_id=mention_id, text=text, by=actor.label[:200], person_id=actor.person_id, at=clock.now()
        )
        audit.record(actor, "listening.mention.noted", ("mention", mention_id), data={"note": note.pk})
    return note


def remove_note(*, actor: Actor, note_id: int) -> MentionNote:
    """Take a note back: its author may, and whoever may erase mentions."""
    require(actor, _CODE)
    note = MentionNote.objects.filter(pk=note_id).first()
    if note is None:
        raise NotFoundError
    require_mention(actor, note.mention_id, _CODE)
    if note.person_id != actor.person_id and not actor.may("listening.erase_mentions"):
        raise NotAllowedError("Only the author of a note can remove it.")
    with transaction.atomic():
        pk = note.pk
        MentionNote.objects.filter(pk=pk).delete()
        audit.record(actor, "listening.mention.note_removed", ("mention", note.mention_id), data={"note": pk})
    return note
