"""Preparing, opening, extending, closing and publishing waves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, TypedDict, Unpack
from zoneinfo import available_timezones

from django.conf import settings
from django.db import transaction

from fourleaf.assessment import questionnaire
from fourleaf.assessment.cells import Cell, coarse_cells
from fourleaf.assessment.mail_texts import DEFAULT_TEXTS, check_text
from fourleaf.assessment.mixing import shuffle_all
from fourleaf.assessment.models import Draft, Invitation, Remark, Sheet, Wave, WaveResult, WaveState
from fourleaf.assessment.selectors.waves import get_wave_for, population, today_in
from fourleaf.kernel import audit, clock, jobs
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import ConflictError, InvalidError, TransitionError
from fourleaf.kernel.permissions import require

__all__ = ["COMPUTE", "WaveFields", "add_wave", "change_wave", "close_wave", "copy_wave", "extend_wave", "hold",
           "open_wave", "publish_wave", "remove_wave"]  # fmt: skip

_RUN, _SEE = "assessment.run_waves", "assessment.view_results"
#: The job that makes the report of a closed wave.
COMPUTE: Final = "assessment.results_computed"
_FEWEST_ASKED: Final = 5


class WaveFields(TypedDict, total=False):
    """What can be said about a wave in preparation."""

    name: str
    zone: str
    last_day: date | None
    instrument: Mapping[str, Any]
    department_ids: Sequence[int]
    region_ids: Sequence[int]
    k_scores: int
    k_verbatim: int
    asks_remark: bool
    invitation_subject: str
    invitation_text: str
    reminder_subject: str
    reminder_text: str
    reminders_allowed: int


def add_wave(*, actor: Actor, **fields: Unpack[WaveFields]) -> Wave:
    """Prepare a wave; ``name`` is required, everything else has a sensible start."""
    require(actor, _RUN)
    last = Wave.objects.filter(state="published").order_by("-closed_on", "-pk").first()
    wave = Wave(
        zone=settings.TIME_ZONE,
        instrument=questionnaire.standard(),
        created_on=clock.today(),
        created_by=actor.label[:200],
        previous=last,
        **DEFAULT_TEXTS,
    )
    for name, value in _checked(wave, fields, new=True).items():
        setattr(wave, name, value)
    with transaction.atomic():
        wave.save()
        audit.record(actor, "assessment.wave.added", wave)
    return wave


def copy_wave(*, actor: Actor, wave_id: int, name: str) -> Wave:
    """Prepare the next wave like this one: same questionnaire, people, rules and mails, without a last day."""
    source = get_wave_for(actor, wave_id)
    return add_wave(
        actor=actor,
        name=name,
        zone=source.zone,
        instrument=source.instrument,
        department_ids=source.department_ids,
        region_ids=source.region_ids,
        k_scores=source.k_scores,
        k_verbatim=source.k_verbatim,
        asks_remark=source.asks_remark,
        invitation_subject=source.invitation_subject,
        invitation_text=source.invitation_text,
        reminder_subject=source.reminder_subject,
        reminder_text=source.reminder_text,
        reminders_allowed=source.reminders_allowed,
    )


def change_wave(*, actor: Actor, wave_id: int, version: int | None = None, **fields: Unpack[WaveFields]) -> Wave:
    """Change a wave in preparation; once it is open nothing of it changes but its last day."""
    wave = get_wave_for(actor, wave_id)
    require(actor, _RUN, wave, seen_by=_SEE)
    if wave.state != "draft":
        raise TransitionError("The questionnaire and the rules of a wave are fixed once it is open.")
    values = _checked(wave, fields)
    before = {name: getattr(wave, name) for name in values}
    changes = audit.changes_between(before, values)
    if not changes:
        return wave
    with transaction.atomic():
        _save_at(wave, values, version)
        # Long texts and whole questionnaires would swell the trail; it says which parts changed.
        audit.record(actor, "assessment.wave.changed", wave, data={"changed": sorted(changes)})
    return wave


def remove_wave(*, actor: Actor, wave_id: int) -> None:
    """Throw a wave in preparation away."""
    wave = get_wave_for(actor, wave_id)
    require(actor, _RUN, wave, seen_by=_SEE)
    if wave.state != "draft":
        raise TransitionError("Only a wave in preparation can be thrown away.")
    with transaction.atomic():
        audit.record(actor, "assessment.wave.removed", wave)
        wave.delete()


def open_wave(*, actor: Actor, wave_id: int, version: int | None = None) -> Wave:
    """Fix the questionnaire and the people: everybody chosen who works here now gets an invitation, not yet sent."""
    wave = get_wave_for(actor, wave_id)
    require(actor, _RUN, wave, seen_by=_SEE)
    WaveState.check(wave.state, "open")
    if version is not None and wave.version != version:
        raise _moved_on(wave)
    questionnaire.from_json(wave.instrument)
    if wave.last_day is None or wave.last_day < today_in(wave):
        raise InvalidError(fields={"last_day": ["Choose the last day for answers; it must not be over."]})
    asked = population(wave)
    if len(asked) < max(_FEWEST_ASKED, wave.k_scores):
        raise InvalidError(
            f"Only {len(asked)} people are chosen. Nothing could be shown of so few: choose at least "
            f"{max(_FEWEST_ASKED, wave.k_scores)}."
        )
    cells = coarse_cells([Cell(p.department_id, p.region_id, leads) for p, leads in asked], wave.k_scores)
    invitations = [
        Invitation(
            wave=wave,
            person_id=person.id,
            department_id=person.department_id,
            region_id=person.region_id,
            leads=leads,
            cell_department_id=cell.department,
            cell_region_id=cell.region,
            cell_leads=cell.leads,
        )
        for (person, leads), cell in zip(asked, cells, strict=True)
    ]
    with transaction.atomic():
        _step(wave, "open", opened_on=today_in(wave))
        Invitation.objects.bulk_create(invitations, batch_size=1000)
        audit.record(actor, "assessment.wave.opened", wave, data={"people": len(asked), "last_day": wave.last_day})
    return wave


def extend_wave(*, actor: Actor, wave_id: int, last_day: date) -> Wave:
    """Move the last day of a running wave."""
    wave = get_wave_for(actor, wave_id)
    require(actor, _RUN, wave, seen_by=_SEE)
    if wave.state != "open":
        raise TransitionError("Only the last day of a running wave can be moved.")
    if last_day < today_in(wave):
        raise InvalidError(fields={"last_day": ["The last day must not be over."]})
    before = wave.last_day
    with transaction.atomic():
        if not Wave.objects.filter(pk=wave.pk, state="open").update(last_day=last_day, version=wave.version + 1):
            raise _moved_on(wave)
        audit.record(actor, "assessment.wave.extended", wave, data={"last_day": [before, last_day]})
    wave.last_day, wave.version = last_day, wave.version + 1
    return wave


def hold(wave: Wave) -> bool:
    """Within a transaction, make all others that write answers of this wave wait; False if it is no longer open."""
    return bool(Wave.objects.filter(pk=wave.pk, state="open").update(state="open"))


def close_wave(*, actor: Actor, wave_id: int) -> Wave:
    """End a wave: no more answers, drafts and links are removed, who answered is forgotten, the report is queued."""
    wave = get_wave_for(actor, wave_id)
    require(actor, _RUN, wave, seen_by=_SEE)
    WaveState.check(wave.state, "closed")
    with transaction.atomic():
        _step(wave, "closed", closed_on=today_in(wave))
        # Those who left without an answer drop out; for the others it is forgotten who answered.
        Invitation.objects.filter(wave=wave, used=False, person__left_on__lt=clock.today()).delete()
        Invitation.objects.filter(wave=wave).update(used=False)
        shuffle_all(wave, Sheet)
        shuffle_all(wave, Remark)
        Draft.objects.filter(wave=wave).delete()
        answered = Sheet.objects.filter(wave=wave).count()
        job = jobs.enqueue(COMPUTE, {"wave": wave.pk}, actor=actor, key=f"{COMPUTE}:{wave.pk}")
        audit.record(actor, "assessment.wave.closed", wave, data={"answers": answered, "job": job.pk})
    return wave


def publish_wave(*, actor: Actor, wave_id: int) -> Wave:
    """Show the report to everybody who may see results."""
    wave = get_wave_for(actor, wave_id)
    require(actor, _RUN, wave, seen_by=_SEE)
    WaveState.check(wave.state, "published")
    if not WaveResult.objects.filter(wave=wave).exists():
        raise TransitionError("The report of this wave is still being computed. Publish it when it is there.")
    with transaction.atomic():
        _step(wave, "published", published_on=today_in(wave))
        audit.record(actor, "assessment.wave.published", wave)
    return wave


def _step(wave: Wave, target: str, **values: Any) -> None:
    """Compare-and-set to the next state."""
    moved = Wave.objects.filter(pk=wave.pk, state__in=WaveState.sources(target), version=wave.version).update(
        state=target, version=wave.version + 1, **values
    )
    if not moved:
        raise _moved_on(wave)
    wave.refresh_from_db()


def _save_at(wave: Wave, values: Mapping[str, Any], version: int | None) -> None:
    expected = wave.version if version is None else version
    if not Wave.objects.filter(pk=wave.pk, version=expected, state="draft").update(**values, version=expected + 1):
        raise _moved_on(wave)
    wave.refresh_from_db()


def _moved_on(wave: Wave) -> ConflictError:
    return ConflictError(
        f"Somebody else changed “{wave.name}” while you were working on it. Load it again, then make your change."
    )


def _checked(wave: Wave, fields: WaveFields, *, new: bool = False) -> dict[str, Any]:
    values: dict[str, Any] = dict(fields)
    faults: dict[str, list[str]] = {}
    if new or "name" in values:
        values["name"] = " ".join(str(values.get("name", "")).split())
        if not values["name"] or len(values["name"]) > 120:
            faults["name"] = ["Give the wave a name of at most 120 characters, such as “Spring 2027”."]
    if "zone" in values and values["zone"] not in available_timezones():
        faults["zone"] = [f"“{values['zone']}” is not a time zone. Write an IANA name such as Europe/Berlin."]
    if values.get("last_day") is not None and values["last_day"] < clock.today():
        faults["last_day"] = ["The last day for answers must not be over."]
    if values.get("k_scores", 5) < 5:
        faults["k_scores"] = ["Scores of fewer than five people are never shown; choose 5 or more."]
    if values.get("k_verbatim", 10) < 10:
        faults["k_verbatim"] = ["Remarks of fewer than ten people are never shown; choose 10 or more."]
    if not 0 <= values.get("reminders_allowed", 2) <= 3:
        faults["reminders_allowed"] = ["Between none and three reminders; more than that is pressure."]
    for kind in ("invitation", "reminder"):
        for part in ("subject", "text"):
            if (name := f"{kind}_{part}") in values and (fault := check_text(part, values[name])):
                faults[name] = [fault]
    if "instrument" in values:
        questionnaire.from_json(values["instrument"])
    for name in ("department_ids", "region_ids"):
        if name in values:
            values[name] = sorted({int(one) for one in values[name]})
    if faults:
        raise InvalidError(fields=faults)
    return values
