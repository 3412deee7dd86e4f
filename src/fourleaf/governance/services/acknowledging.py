"""Acknowledging, and the evidence of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any, Final

from django.db import transaction

from fourleaf.engine.files.export import safe_cell
from fourleaf.governance.analytics import person_level_regions
from fourleaf.governance.contracts import Obligation, PolicyAcknowledged
from fourleaf.governance.errors import UnansweredError, WrongAnswersError
from fourleaf.governance.models import Acknowledgement, PolicyText, PolicyVersion
from fourleaf.governance.selectors.acknowledgements import obligations
from fourleaf.governance.services.policies_life import text_hash
from fourleaf.kernel import audit, clock, events
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from fourleaf.kernel.permissions import require

__all__ = ["EVIDENCE_COLUMNS", "acknowledge", "evidence", "questions_of"]

EVIDENCE_COLUMNS: Final = (
    "person",
    "personnel number",
    "policy",
    "kind",
    "version",
    "acknowledged at",
    "language",
    "text sha256",
)


def questions_of(version: PolicyVersion, language: str) -> tuple[Sequence[Mapping[str, Any]], str]:
    """The questions on what changed and the language they are in: the reader's, else the first that has any."""
    texts = list(version.texts.order_by("pk"))
    own = next((text for text in texts if text.language == language and text.quiz), None)
    chosen = own or next((text for text in texts if text.quiz), None)
    return (chosen.quiz, chosen.language) if chosen else ((), language)


def acknowledge(
    *,
    actor: Actor,
    policy_id: int,
    version_id: int,
    language: str,
    answers: Sequence[int | None] = (),
) -> Acknowledgement:
    """Note that the actor received the version that was shown, in this language. Doing it twice changes nothing.

    Raises `UnansweredError` while a question has no answer, and `WrongAnswersError` with the section of each wrong
    one, as often as somebody tries; `ConflictError` when
    another version is in force by now; `NotFoundError` when nothing is to be acknowledged.
    """
    if actor.person_id is None:
        raise NotAllowedError("Only a person can acknowledge a policy.")
    require(actor, "governance.view_policies")
    mine = obligations([actor.person_id]).get(actor.person_id, [])
    duty = next((one for one in mine if one.policy_id == policy_id), None)
    if duty is None:
        raise NotFoundError
    _check_shown(duty, version_id)
    text = PolicyText.objects.select_related("version").filter(version_id=version_id, language=language).first()
    if text is None:
        raise NotFoundError
    present = Acknowledgement.objects.filter(person_id=actor.person_id, policy_id=policy_id, major=duty.major).first()
    if present is not None:
        return present
    _check_answers(text.version, language, answers)
    with transaction.atomic():
        row, made = Acknowledgement.objects.get_or_create(
            person_id=actor.person_id,
            policy_id=policy_id,
            major=duty.major,
            defaults={
                "version_id": version_id,
                "language": language,
                "text_hash": text.content_hash or text_hash(text),
                "at": clock.now(),
            },
        )
        if made:
            audit.record(
                actor,
                "governance.policy.acknowledged",
                text.version,
                label=str(text),
                data={"language": language, "hash": row.text_hash},
            )
            events.publish(PolicyAcknowledged(actor.person_id, policy_id, duty.major))
    return row


def _check_shown(duty: Obligation, version_id: int) -> None:
    if duty.version_id != version_id:
        raise ConflictError(
            "Another version came into force while you were reading. Load the page again and read that."
        )


def _check_answers(version: PolicyVersion, language: str, answers: Sequence[int | None]) -> None:
    questions, _ = questions_of(version, language)
    missing = [place for place in range(len(questions)) if place >= len(answers) or answers[place] is None]
    if missing:
        raise UnansweredError(missing, len(questions))
    wrong = {place: str(one["section"]) for place, one in enumerate(questions) if answers[place] != one["answer"]}
    if wrong:
        raise WrongAnswersError(wrong)


# --- evidence -------------------------------------------------------------------------------------------------------


def evidence(
    *,
    actor: Actor,
    policy_id: int | None = None,
    since: date | None = None,
    person_id: int | None = None,
    reason: str = "",
) -> Iterator[str]:
    """A CSV file, piece by piece: who acknowledged which version when, in which language, with the hash of that text.

    It needs the right to give the legal view, and is noted in the audit trail. People are named where their region
    allows figures about individuals; elsewhere a line has no name and no time of day. For one person with a
    ``reason`` (a case, a request for information) everything is given, whatever the region.
    """
    require(actor, "governance.review_policies")
    if person_id is not None and not reason.strip():
        raise InvalidError(fields={"reason": ["Say for which case this person's evidence is needed."]})
    rows = Acknowledgement.objects.order_by("policy_id", "major", "at", "pk")
    if policy_id is not None:
        rows = rows.filter(policy_id=policy_id)
    if since is not None:
        rows = rows.filter(at__date__gte=since)
    if person_id is not None:
        rows = rows.filter(person_id=person_id)
    data = {"policy": policy_id, "since": since and since.isoformat(), "person": person_id, "reason": reason.strip()}
    with transaction.atomic():
        audit.record(
            actor,
            "governance.evidence.exported",
            ("governance.acknowledgements", str(policy_id or "all")),
            label="Acknowledgements",
            data={**data, "rows": rows.count()},
        )
    return _evidence_lines(
        rows.values_list(
            "person__name", "person__external_id", "person__region_id", "policy__title", "policy__kind",
            "version__major", "version__minor", "version__patch", "at", "language", "text_hash",
        ).iterator(chunk_size=2_000),
        None if person_id is not None else person_level_regions(),
    )  # fmt: skip


def _evidence_lines(rows: Iterator[tuple[Any, ...]], named: frozenset[int] | None) -> Iterator[str]:
    """Some hundred lines at a time: a piece for each line would cost more than the line."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(EVIDENCE_COLUMNS)
    while piece := list(islice(rows, 500)):
        writer.writerows(_evidence_cells(row, named) for row in piece)
        yield out.getvalue()
        out.seek(0)
        out.truncate()
    yield out.getvalue()


def _evidence_cells(row: tuple[Any, ...], named: frozenset[int] | None) -> list[object]:
    name, number, region, title, kind, major, minor, patch, at, language, digest = row
    if named is None or region in named:
        who, when = [safe_cell(name), safe_cell(number or "")], at.isoformat()
    else:
        who, when = ["not named: figures about teams only", ""], at.date().isoformat()
    # The rest is written by the product: no cell of it can be a formula.
    return [*who, safe_cell(title), kind, f"{major}.{minor}.{patch}", when, safe_cell(language), digest]
