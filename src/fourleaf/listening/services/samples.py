"""How precise a query is: a random sample of what it found, labelled by a person, with an honest interval.

Precision is the share of matches that are meant. The wanted lower bound of its 95 % Wilson interval is .70.
"""

from __future__ import annotations

import secrets

from django.db import IntegrityError, transaction

from fourleaf.engine.metrics.intervals import wilson
from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import ConflictError, DomainError, InvalidError, NotFoundError
from fourleaf.kernel.permissions import require
from fourleaf.listening import selectors, store
from fourleaf.listening.models import PrecisionSample, QueryVersion, SampleState

__all__ = ["SAMPLE_SIZE", "WANTED_LOWER_BOUND", "draw_sample", "get_sample_for", "give_up_sample", "label_mention"]

SAMPLE_SIZE = 100
WANTED_LOWER_BOUND = 0.70
_CODE = "listening.edit_queries"
_CHANGED = "Somebody else has labelled a mention of this sample in the meantime. Reload it."


def get_sample_for(actor: Actor, sample_id: int) -> PrecisionSample:
    """One sample of a query that the actor may see; `NotFoundError` for absent and forbidden alike."""
    sample = PrecisionSample.objects.select_related("query").filter(pk=sample_id).first()
    if sample is None or not selectors.visible_to(actor).filter(pk=sample.query_id).exists():
        raise NotFoundError
    return sample


def draw_sample(*, actor: Actor, query_id: int, seed: int | None = None, size: int = SAMPLE_SIZE) -> PrecisionSample:
    """Draw a random sample of what the query has found. Gives the open sample if there is one for this text.

    An open sample of an older text is given up, since its labels say nothing about the present one.
    """
    query = selectors.get_query_for(actor, query_id)
    require(actor, _CODE, query, seen_by="listening.view_queries")
    if not 1 <= size <= 1000:
        raise InvalidError(fields={"size": ["Draw between 1 and 1,000 mentions."]})
    if not query.is_fresh:
        raise ConflictError("The stored mentions are still being matched with this text. Try again in a moment.")
    waiting = PrecisionSample.objects.filter(query=query, state="labelling").first()
    if waiting is not None and waiting.query_version == query.text_version:
        return waiting
    seed = secrets.randbelow(2**31) if seed is None else seed
    with store.reading() as view:
        rows = view.cursor().execute(
            "SELECT mention_id FROM stored_matches WHERE query_id = ? "
            "ORDER BY md5(concat(?, ':', mention_id)), mention_id LIMIT ?",
            [query.pk, str(seed), size],
        ).fetchall()  # fmt: skip
    if not rows:
        raise DomainError("The query has found nothing yet, so there is nothing to label.")
    try:
        with transaction.atomic():
            if waiting is not None:
                PrecisionSample.objects.filter(pk=waiting.pk, state="labelling").update(state="given_up")
            sample = PrecisionSample.objects.create(
                query=query,
                query_version=query.text_version,
                seed=seed,
                mention_ids=[row[0] for row in rows],
                at=clock.now(),
                by=actor.label[:200],
            )
            audit.record(actor, "listening.sample.drawn", sample, data={"seed": seed, "size": len(rows)})
    except IntegrityError:
        return PrecisionSample.objects.get(query=query, state="labelling")
    return sample


def label_mention(
    *, actor: Actor, sample_id: int, mention_id: str, relevant: bool | None, version: int | None = None
) -> PrecisionSample:
    """Say whether a mention of the sample is meant; None takes the label back. The last label finishes the sample."""
    sample = get_sample_for(actor, sample_id)
    require(actor, _CODE, sample.query, seen_by="listening.view_queries")
    if mention_id not in sample.mention_ids:
        raise NotFoundError("This mention is not part of the sample.")
    if sample.state == "given_up":
        raise ConflictError("This sample was given up. Draw a new one.")
    if version is not None and version != sample.version:
        raise ConflictError(_CHANGED)
    labels = {one: label for one, label in sample.labels.items() if one != mention_id}
    if relevant is not None:
        labels[mention_id] = relevant
    finished = all(one in labels for one in sample.mention_ids)
    values = {"labels": labels, "version": sample.version + 1, "state": "finished" if finished else "labelling"}
    if sample.state != values["state"]:
        SampleState.check(sample.state, str(values["state"]))
    hits = sum(labels.values())
    low, high = wilson(hits, len(labels)) if labels else (None, None)
    values |= {"low": low, "high": high, "finished_at": clock.now() if finished else None}
    try:
        with transaction.atomic():
            if not PrecisionSample.objects.filter(pk=sample.pk, version=sample.version).update(**values):
                raise ConflictError(_CHANGED)
            sample.refresh_from_db()
            known = QueryVersion.objects.filter(query=sample.query, number=sample.query_version)
            if finished:
                known.update(
                    precision_relevant=hits, precision_labelled=len(labels), precision_low=low, precision_high=high
                )
                audit.record(
                    actor, "listening.sample.finished", sample, data={"relevant": hits, "labelled": len(labels)}
                )
    except IntegrityError as error:
        raise ConflictError("Another sample of this query is being labelled. Finish that one first.") from error
    return sample


def give_up_sample(*, actor: Actor, sample_id: int) -> PrecisionSample:
    """Leave a sample unfinished, so that a new one can be drawn."""
    sample = get_sample_for(actor, sample_id)
    require(actor, _CODE, sample.query, seen_by="listening.view_queries")
    SampleState.check(sample.state, "given_up")
    with transaction.atomic():
        if not PrecisionSample.objects.filter(pk=sample.pk, version=sample.version, state="labelling").update(
            state="given_up", version=sample.version + 1
        ):
            raise ConflictError(_CHANGED)
        sample.refresh_from_db()
        audit.record(actor, "listening.sample.given_up", sample, data={"labelled": len(sample.labels)})
    return sample
