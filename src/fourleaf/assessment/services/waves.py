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
from fourleaf.assessment.mail_texts import DEFAULT_TEXTS, MAIL_PARTS, check_text, default_texts
from fourleaf.assessment.mixing import shuffle_all
from fourleaf.assessment.models import Draft, Invitation, Remark, Sheet, Wave, WaveResult, WaveState
from fourleaf.assessment.reach import compared_with
from fourleaf.assessment.readiness import lacks, older_translations
from fourleaf.assessment.selectors.waves import TAKE_BACK, get_wave_for, population, today_in
from fourleaf.kernel import audit, clock, jobs
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import ConflictError, InvalidError, TransitionError
from fourleaf.kernel.permissions import require
from fourleaf.kernel.public import people_now

__all__ = ["COMPUTE", "RUN", "SEAL", "SEE", "WaveFields", "add_wave", "change_wave", "close_wave", "copy_wave",
           "extend_wave", "hold", "open_wave", "publish_wave", "remove_wave", "seal_wave", "step"]  # fmt: skip

RUN: Final = "assessment.run_waves"
SEE: Final = "assessment.view_results"
#: The job that makes the report of a closed wave.
COMPUTE: Final = "assessment.results_computed"
#: The job that forgets who answered, once a closed wave cannot be opened again.
SEAL: Final = "assessment.waves_sealed"


class WaveFields(TypedDict, total=False):
    """What can be said about a wave in preparation."""

    name: str
    zone: str
    last_day: date | None
    instrument: Mapping[str, Any]
    department_ids: Sequence[int]
    region_ids: Sequence[int]
    declared_whole: bool
    k_scores: int
    k_verbatim: int
    asks_remark: bool
    invitation_subject: str
    invitation_text: str
    reminder_subject: str
    reminder_text: str
    mail_texts: Mapping[str, Mapping[str, str]]
    reminders_allowed: int


def add_wave(*, actor: Actor, **fields: Unpack[WaveFields]) -> Wave:
    """Prepare a wave; ``name`` is required, everything else has a sensible start."""
    require(actor, RUN)
    last = Wave.objects.filter(state="published").order_by("-closed_on", "-pk").first()
    wave = Wave(
        zone=settings.TIME_ZONE,
        instrument=questionnaire.standard(),
        created_on=clock.today(),
        created_by=actor.label[:200],
        previous=last,
        mail_texts={"de": dict(default_texts("de"))},
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
        declared_whole=source.declared_whole,
        k_scores=source.k_scores,
        k_verbatim=source.k_verbatim,
        asks_remark=source.asks_remark,
        invitation_subject=source.invitation_subject,
        invitation_text=source.invitation_text,
        reminder_subject=source.reminder_subject,
        reminder_text=source.reminder_text,
        mail_texts=source.mail_texts,
        reminders_allowed=source.reminders_allowed,
    )


def change_wave(*, actor: Actor, wave_id: int, version: int | None = None, **fields: Unpack[WaveFields]) -> Wave:
    """Change a wave in preparation; once it is open nothing of it changes but its last day."""
    wave = get_wave_for(actor, wave_id)
    require(actor, RUN, wave, seen_by=SEE)
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
    require(actor, RUN, wave, seen_by=SEE)
    if wave.state != "draft":
        raise TransitionError("Only a wave in preparation can be thrown away.")
    with transaction.atomic():
        audit.record(actor, "assessment.wave.removed", wave)
        wave.delete()


def open_wave(*, actor: Actor, wave_id: int, version: int | None = None, older_translations_fit: bool = False) -> Wave:
    """Fix the questionnaire and the people: everybody chosen who works here now gets an invitation, not yet sent.

    Every offered language must be whole: statements and mails. Translations that are older than their statements need
    somebody's word (``older_translations_fit``) that they still say the same.
    """
    wave = get_wave_for(actor, wave_id)
    require(actor, RUN, wave, seen_by=SEE)
    if wave.state != "draft":
        raise TransitionError("Only a wave in preparation can be opened.")
    if version is not None and wave.version != version:
        raise _moved_on(wave)
    questionnaire.from_json(wave.instrument)
    asked = population(wave)
    if missing := lacks(wave, people=len(asked)):
        raise InvalidError(fields=missing)
    if not older_translations_fit and (older := older_translations(wave)):
        raise InvalidError(
            f"Translations are older than their statements. {'; '.join(older)}. Mend them, or confirm that they fit."
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
        wave.asked, wave.staff = len(asked), len(people_now())
        alike = compared_with(wave)
        step(wave, "open", opened_on=today_in(wave), asked=wave.asked, staff=wave.staff, previous=alike)
        Invitation.objects.bulk_create(invitations, batch_size=1000)
        data: dict[str, Any] = {"people": len(asked), "last_day": wave.last_day}
        audit.record(actor, "assessment.wave.opened", wave, data=data)
    return wave


def extend_wave(*, actor: Actor, wave_id: int, last_day: date) -> Wave:
    """Move the last day of a running wave."""
    wave = get_wave_for(actor, wave_id)
    require(actor, RUN, wave, seen_by=SEE)
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


def close_wave(*, actor: Actor, wave_id: int, reopenable: bool = False) -> Wave:
    """End a wave: no more answers are taken.

    Then drafts and links are removed, it is forgotten who answered, and the report is made: at once, or with
    ``reopenable`` after half an hour in which the wave can be opened again (see `services.steps_back`).
    """
    wave = get_wave_for(actor, wave_id)
    require(actor, RUN, wave, seen_by=SEE)
    if wave.state != "open":
        raise TransitionError(f"“{wave.name}” does not run, so it cannot be closed.")
    with transaction.atomic():
        step(wave, "closed", closed_on=today_in(wave), reopen_until=clock.now() + TAKE_BACK)
        answered = Sheet.objects.filter(wave=wave).count()
        audit.record(actor, "assessment.wave.closed", wave, data={"answers": answered})
        if reopenable:
            arguments = {"wave": wave.pk, "version": wave.version}
            jobs.enqueue(SEAL, arguments, actor=actor, at=wave.reopen_until, key=f"{SEAL}:{wave.pk}:{wave.version}")
        else:
            _forget(actor, wave)
    return wave


def seal_wave(*, actor: Actor, wave_id: int) -> Wave:
    """Forget who answered in a closed wave and have its report made; from then on it cannot be opened again."""
    wave = get_wave_for(actor, wave_id)
    require(actor, RUN, wave, seen_by=SEE)
    if wave.state != "closed" or wave.reopen_until is None:
        raise TransitionError("There is nothing to conclude: the wave runs, or its report is on its way.")
    with transaction.atomic():
        _forget(actor, wave)
    return wave


def _forget(actor: Actor, wave: Wave) -> None:
    """Within a transaction: remove what leads from people to answers, and queue the report."""
    step(wave, "closed", origin="closed", reopen_until=None)
    # Those who left without an answer drop out; for the others it is forgotten who answered.
    Invitation.objects.filter(wave=wave, used=False, person__left_on__lt=clock.today()).delete()
    Invitation.objects.filter(wave=wave).update(used=False)
    shuffle_all(wave, Sheet)
    shuffle_all(wave, Remark)
    Draft.objects.filter(wave=wave).delete()
    jobs.enqueue(COMPUTE, {"wave": wave.pk}, actor=actor, key=f"{COMPUTE}:{wave.pk}")


def publish_wave(*, actor: Actor, wave_id: int, for_everybody: bool = True) -> Wave:
    """Show the report to all who may see results; with ``for_everybody`` all who work here see its clover and who
    took part, without departments' scores, statements and remarks."""
    wave = get_wave_for(actor, wave_id)
    require(actor, RUN, wave, seen_by=SEE)
    WaveState.check(wave.state, "published")
    if not WaveResult.objects.filter(wave=wave).exists():
        raise TransitionError("The report of this wave is still being computed. Publish it when it is there.")
    with transaction.atomic():
        step(wave, "published", published_on=today_in(wave), published_at=clock.now(), for_everybody=for_everybody)
        audit.record(actor, "assessment.wave.published", wave, data={"for_everybody": for_everybody})
    return wave


def step(wave: Wave, target: str, *, origin: str | None = None, **values: Any) -> None:
    """Compare-and-set to the next state; ``origin`` allows a change within one."""
    sources = [origin] if origin else WaveState.sources(target)
    moved = Wave.objects.filter(pk=wave.pk, state__in=sources, version=wave.version).update(
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
    if "mail_texts" in values:
        faults |= _mail_faults(values["mail_texts"])
    if "instrument" in values:
        questionnaire.from_json(values["instrument"])
    for name in ("department_ids", "region_ids"):
        if name in values:
            values[name] = sorted({int(one) for one in values[name]})
    if faults:
        raise InvalidError(fields=faults)
    return values


def _mail_faults(texts: Mapping[str, Mapping[str, str]]) -> dict[str, list[str]]:
    """Faults of mails in other languages by field (text and language); a language that is left empty has none."""
    faults: dict[str, list[str]] = {}
    for language, parts in texts.items():
        if language == "en" or language not in questionnaire.LANGUAGES:
            faults["mail_texts"] = [f"“{language}” is not one of the other languages of a questionnaire."]
        for name in MAIL_PARTS:
            text = parts.get(name, "")
            if any(parts.values()) and (fault := check_text(name.rpartition("_")[2], text)):
                faults[f"{name}_{language}"] = [fault]
    return faults
