"""Noting evidence of maturity, the declared organisation model, and measures of the observed one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction

from fourleaf.assessment.models import DeclaredModel, GateEvidence, ModelMeasures
from fourleaf.engine.organisation_model import LABELS, MODELS, observe
from fourleaf.engine.survey.maturity import GATES
from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import ConflictError, InvalidError, NotFoundError
from fourleaf.kernel.permissions import require

__all__ = ["assess_fact", "declare_model", "note_measures"]

_RUN = "assessment.run_waves"
Value = bool | int | float


def assess_fact(
    *, actor: Actor, fact: str, value: Value | None, note: str = "", link: str = "", version: int | None = None
) -> GateEvidence:
    """Note what is known of a fact; None takes it back. ``version`` is the one that the author saw (0: none)."""
    require(actor, _RUN)
    gate = next((one for one in GATES if one.fact == fact), None)
    if gate is None:
        raise NotFoundError
    _check(value, note, link)
    if value is not None:
        try:
            gate.holds(value)
        except ValueError as error:
            raise InvalidError(fields={"value": [str(error)]}) from error
    known = GateEvidence.objects.filter(fact=fact).first()
    before = known.value if known else None
    if version is not None and version != (known.version if known else 0):
        raise ConflictError("Somebody else noted something here while you were writing. Load the page again.")
    fields = {
        "value": value,
        "note": note.strip(),
        "link": link.strip(),
        "said_by_id": actor.person_id,
        "said_by_name": actor.label[:200],
        "said_on": clock.today(),
    }
    with transaction.atomic():
        if known is None:
            try:
                with transaction.atomic():
                    known = GateEvidence.objects.create(fact=fact, **fields)
            except IntegrityError as error:
                raise ConflictError("Somebody else noted something here a moment ago. Load the page again.") from error
        else:
            rows = GateEvidence.objects.filter(pk=known.pk, version=known.version)
            if not rows.update(**fields, version=known.version + 1):
                raise ConflictError("Somebody else noted something here a moment ago. Load the page again.")
            known.refresh_from_db()
        audit.record(actor, "assessment.gate.assessed", known, label=gate.text, data={"value": [before, value]})
    return known


def _check(value: Value | None, note: str, link: str) -> None:
    faults: dict[str, list[str]] = {}
    if value is not None and not note.strip() and not link.strip():
        faults["note"] = ["Say how one can tell, or give a link: evidence that nobody can check is none."]
    if len(note) > 500:
        faults["note"] = ["Write at most 500 characters."]
    if link.strip() and (urlsplit(link.strip()).scheme not in ("http", "https") or len(link) > 500):
        faults["link"] = ["Give an address that begins with https:// or http://."]
    if faults:
        raise InvalidError(fields=faults)


def declare_model(*, actor: Actor, model: str, reason: str = "") -> DeclaredModel:
    """Say which organisation model is meant to be followed from today on."""
    require(actor, _RUN)
    if model not in MODELS:
        raise InvalidError(fields={"model": [f"Choose one of {', '.join(LABELS.values())}."]})
    if len(reason) > 500:
        raise InvalidError(fields={"reason": ["Write at most 500 characters."]})
    with transaction.atomic():
        declared = DeclaredModel.objects.create(
            model=model, reason=reason.strip(), declared_on=clock.today(), declared_by=actor.label[:200]
        )
        audit.record(actor, "assessment.model.declared", declared, label=LABELS[model])
    return declared


def note_measures(
    *, actor: Actor, values: Mapping[str, float | None], window_end: date, source: str = "", days: int = 90
) -> ModelMeasures:
    """Note what was measured over so many days that end on a day."""
    require(actor, _RUN)
    try:
        observe(values)
    except ValueError as error:
        raise InvalidError(str(error)) from error
    if not any(value is not None for value in values.values()):
        raise InvalidError("Give at least one measure.")
    if window_end > clock.today():
        raise InvalidError(fields={"window_end": ["The last day must not lie ahead."]})
    with transaction.atomic():
        noted = ModelMeasures.objects.create(
            window_end=window_end,
            days=days,
            values=dict(values),
            source=source.strip()[:300],
            noted_by=actor.label[:200],
            noted_on=clock.today(),
        )
        audit.record(actor, "assessment.model.measured", noted, data={"values": dict(values)})
    return noted
