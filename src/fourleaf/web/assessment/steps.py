"""The steps of a wave. Those that reach people or end something say first what will happen, and then ask."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from fourleaf.assessment import questionnaire
from fourleaf.assessment.mail_server import NO_SERVER, has_mail_server
from fourleaf.assessment.models import Wave
from fourleaf.assessment.reach import part_label
from fourleaf.assessment.readiness import lacks, older_translations
from fourleaf.assessment.selectors import get_wave_for
from fourleaf.assessment.selectors.results import get_result_for, latest_result
from fourleaf.assessment.selectors.waves import invited_of, population
from fourleaf.assessment.services.invitations import remind, send_invitations
from fourleaf.assessment.services.waves import (
    close_wave,
    extend_wave,
    open_wave,
    publish_wave,
    remove_wave,
    seal_wave,
)
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import DomainError
from fourleaf.kernel.permissions import require
from fourleaf.web.assessment.forms import LastDayForm
from fourleaf.web.assessment.undo import (
    UNDO_CLOSING,
    UNDO_OPENING,
    UNDO_PUBLISHING,
    undo_closing,
    undo_opening,
    undo_publishing,
)
from fourleaf.web.assessment.words import WORDED
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.numbers import count
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page
from fourleaf.web.kit.undo import link

__all__ = ["act"]

#: Mails a minute, see `fourleaf.assessment.jobs.PAUSE`.
_A_MINUTE: Final = 300


@dataclass(frozen=True)
class Step:
    """What the page before a step says. ``faults`` keep it from happening; ``asks`` must be ticked."""

    title: str
    submit: str
    icon: str
    says: list[str]
    kind: str = "primary"
    faults: list[str] = field(default_factory=list)
    asks: str = ""
    older: list[str] = field(default_factory=list)
    #: What is ticked beforehand and may be unticked.
    choice: str = ""


def _languages(wave: Wave) -> str:
    names = [name for _, name in questionnaire.languages_of(wave.instrument)]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _one_mail(wave: Wave) -> str:
    many = len(questionnaire.languages_of(wave.instrument)) > 1
    return f"in {_languages(wave)}" + (", all in one mail, since nobody's language is known" if many else "")


def _reached(people: int, mails: int) -> str:
    if mails == people:
        return "all of them have a mail address."
    return f"{mails:,} have a mail address, {people - mails:,} need a link on paper."


def _open(wave: Wave) -> Step:
    people = population(wave)
    mails = sum(bool(person.email) for person, _ in people)
    says = [
        f"{count(len(people), 'person', 'people')} will be asked; " + _reached(len(people), mails),
        f"The sheet is offered in {_languages(wave)}.",
        "Questionnaire, people and rules are fixed from then on; of the days only the last one can be moved.",
        "Nothing is sent yet. Until the first link goes out, opening can be taken back.",
    ]
    plain = [name for code, name in questionnaire.languages_of(wave.instrument) if code not in WORDED]
    if plain:
        says.insert(2, f"Statements and answers are translated into {', '.join(plain)}; the words around them are "
                       "English there.")  # fmt: skip
    faults = [one for group in lacks(wave, people=len(people)).values() for one in group]
    older = older_translations(wave)
    asks = "These translations still say the same as their statements" if older else ""
    return Step(f"Open {wave.name}?", "Open the wave", "play", says, faults=faults, asks=asks, older=older)


def _invite(wave: Wave) -> Step:
    there = invited_of(wave)
    minutes = math.ceil(there.waiting_mail / _A_MINUTE)
    says = [
        (
            f"{count(there.waiting_mail, 'mail')} will go out, to everybody who has an address and no link yet, "
            f"{_one_mail(wave)}."
        ),
        f"That takes about {count(minutes, 'minute')}. A mail that is out cannot be called back.",
    ]
    if there.waiting_list:
        says.append(f"{count(there.waiting_list, 'person has', 'people have')} no address: print their links.")
    faults = [] if has_mail_server() else [NO_SERVER]
    submit = f"Send {count(there.waiting_mail, 'mail')}"
    return Step(f"Send the invitations to {wave.name}?", submit, "paper-airplane", says, faults=faults)


def _remind(wave: Wave) -> Step:
    there = invited_of(wave)
    says = [
        (
            f"{count(there.remindable, 'mail')} will go out, to everybody who got a link by mail or list, has an "
            f"address and has not answered, {_one_mail(wave)}. Who that is, is shown to nobody."
        ),
        (
            f"It is reminder {wave.reminders_sent + 1} of {wave.reminders_allowed}. "
            "A mail that is out cannot be called back."
        ),
    ]
    faults = [] if has_mail_server() else [NO_SERVER]
    return Step("Send a reminder?", f"Send {count(there.remindable, 'mail')}", "bell", says, faults=faults)


def _close(wave: Wave) -> Step:
    there = invited_of(wave)
    says = [
        (
            f"{there.answered:,} of {there.eligible:,} people have answered. "
            "From then on every link says that the survey has ended."
        ),
        (
            "For half an hour the wave can be opened again. After that drafts are removed, it is forgotten who "
            "answered, and the report is made; then there is no way back."
        ),
        "No mail is sent.",
    ]
    return Step(f"Close {wave.name}?", f"Close {wave.name}", "lock-closed", says, kind="danger")


def _replaces(actor: Actor, wave: Wave) -> str:
    """What becomes of the organisation's clover when the wave is published."""
    label, now = part_label(wave), latest_result(actor)
    kept = f"“{now.wave.name}” stays the organisation's clover" if now else "The organisation has no clover yet"
    if not label:
        before = f" in place of “{now.wave.name}”" if now else ""
        return f"It asked the organisation: it becomes its clover on Home, in maturity and in the alignment{before}."
    if wave.department_ids and not wave.region_ids:
        also = "its departments' scores take the place of theirs before, in the alignment too"
    else:
        also = "no department's score is replaced, since only some regions were asked"
    return f"{label}. It is labelled so everywhere. {kept}; {also}."


def _publish(actor: Actor, wave: Wave, result: Mapping[str, Any] | None) -> Step:
    says = [
        "Everybody who may see results will see them at once, on the pages and by the programming interface.",
        _replaces(actor, wave),
    ]
    if result and not result["response"]["published"]:
        says.append("Too few answered for a result, so they will see that, and why.")
    says += [
        "No mail is sent.",
        "For half an hour this can be taken back, unless somebody has downloaded a table by then.",
    ]
    faults = [] if result else ["The report of this wave is still being made."]
    choice = (
        "For everybody: all who work here see the clover and who took part. Departments' scores, statements and "
        "remarks stay with those who may see results."
    )
    title = f"Publish the results of {wave.name}?"
    return Step(title, "Publish the results", "eye", says, faults=faults, choice=choice)


def _conclude(wave: Wave) -> Step:
    says = [
        "Drafts are removed, it is forgotten who answered, and the report is made.",
        "After that the wave cannot be opened again. Nothing is sent, and nobody else sees the report yet.",
    ]
    return Step(f"Make the report of {wave.name} now?", "Make the report", "clipboard-document-check", says)


def _remove(wave: Wave) -> Step:
    says = ["Its statements, translations and mails are gone then. Nobody has been asked, so no answer is lost."]
    return Step(f"Throw {wave.name} away?", "Throw it away", "trash", says, kind="danger")


#: Step -> the state in which it can be taken.
_ASKED: Final = {
    "open": "draft", "remove": "draft", "invite": "open", "remind": "open", "close": "open", "publish": "closed",
    "conclude": "closed",
}  # fmt: skip


def _described(request: PageRequest, wave: Wave, what: str) -> Step | None:
    """What to say before a step; None where nothing is asked, or the wave is not in the state for it."""
    if _ASKED.get(what) != wave.state or (what == "conclude" and wave.reopen_until is None):
        return None
    if what == "publish":
        result = get_result_for(request.actor, wave.pk)[1]
        return _publish(request.actor, wave, result.report if result else None)
    says: Mapping[str, Callable[[Wave], Step]] = {
        "open": _open, "remove": _remove, "invite": _invite, "remind": _remind, "close": _close,
        "conclude": _conclude,
    }  # fmt: skip
    return says[what](wave)


@require_http_methods(["GET", "HEAD", "POST"])
def act(request: PageRequest, wave_id: int, what: str) -> HttpResponse:
    """One step of a wave. GET says what will happen; POST does it."""
    require(request.actor, "assessment.run_waves")
    wave = get_wave_for(request.actor, wave_id)
    if what not in _DONE:
        raise Http404
    if request.method == "POST":
        try:
            return _DONE[what](request, request.actor, wave)
        except DomainError as error:
            said = error.message
            wave.refresh_from_db()
            if (described := _described(request, wave, what)) is None:
                flash(request, said, "attention")
                return redirect("assessment:wave", wave_id)
            return _ask(request, wave, what, described, said)
    described = _described(request, wave, what)
    return _ask(request, wave, what, described) if described else redirect("assessment:wave", wave_id)


def _ask(request: PageRequest, wave: Wave, what: str, step: Step, error: str = "") -> HttpResponse:
    # What keeps the step from happening is named anyway; saying it twice helps nobody.
    context = {"wave": wave, "what": what, "step": step, "error": "" if step.faults else error}
    return page(request, "web/assessment/waves/confirm.html", context, status=422 if error else None)


def _opened(request: PageRequest, actor: Actor, wave: Wave) -> HttpResponse:
    version = int(request.POST.get("version") or 0)
    open_wave(actor=actor, wave_id=wave.pk, version=version, older_translations_fit="sure" in request.POST)
    undo = link(actor, UNDO_OPENING, {"id": wave.pk}, label="Back to preparation")
    flash(
        request,
        "The wave is open. Nothing has been sent yet: send the invitations or hand the links out next.",
        undo=undo,
    )
    return redirect("assessment:wave", wave.pk)


def _invited(request: PageRequest, actor: Actor, wave: Wave) -> HttpResponse:
    number = send_invitations(actor=actor, wave_id=wave.pk)
    flash(request, f"{count(number, 'invitation')} will go out now, one after the other.")
    return redirect("assessment:wave", wave.pk)


def _reminded(request: PageRequest, actor: Actor, wave: Wave) -> HttpResponse:
    number = remind(actor=actor, wave_id=wave.pk)
    flash(request, f"{count(number, 'reminder')} will go out now, to those whose answer has not come.")
    return redirect("assessment:wave", wave.pk)


def _extended(request: PageRequest, actor: Actor, wave: Wave) -> HttpResponse:
    form = LastDayForm(request.POST)
    if form.is_valid():
        extend_wave(actor=actor, wave_id=wave.pk, last_day=form.cleaned_data["last_day"])
        flash(request, "The last day was moved.")
    else:
        flash(request, "Write the day as 2026-05-31.", "attention")
    return redirect("assessment:wave", wave.pk)


def _closed(request: PageRequest, actor: Actor, wave: Wave) -> HttpResponse:
    close_wave(actor=actor, wave_id=wave.pk, reopenable=True)
    undo = link(actor, UNDO_CLOSING, {"id": wave.pk}, label="Open it again")
    flash(request, "The wave is closed. Its report is made in half an hour, or when you say so.", undo=undo)
    return redirect("assessment:wave", wave.pk)


def _concluded(request: PageRequest, actor: Actor, wave: Wave) -> HttpResponse:
    seal_wave(actor=actor, wave_id=wave.pk)
    flash(request, "It is forgotten who answered. The report is being made; it takes a minute or two.")
    return redirect("assessment:wave", wave.pk)


def _published(request: PageRequest, actor: Actor, wave: Wave) -> HttpResponse:
    publish_wave(actor=actor, wave_id=wave.pk, for_everybody="for_everybody" in request.POST)
    undo = link(actor, UNDO_PUBLISHING, {"id": wave.pk}, label="Take back")
    flash(request, "The results are published.", undo=undo)
    return redirect("assessment:overview", wave.pk)


def _removed(request: PageRequest, actor: Actor, wave: Wave) -> HttpResponse:
    remove_wave(actor=actor, wave_id=wave.pk)
    flash(request, "The wave was thrown away.")
    return redirect("assessment:waves")


def _unopened(request: PageRequest, actor: Actor, wave: Wave) -> HttpResponse:
    flash(request, undo_opening(actor, {"id": wave.pk}))
    return redirect("assessment:wave", wave.pk)


def _reopened(request: PageRequest, actor: Actor, wave: Wave) -> HttpResponse:
    flash(request, undo_closing(actor, {"id": wave.pk}))
    return redirect("assessment:wave", wave.pk)


def _retracted(request: PageRequest, actor: Actor, wave: Wave) -> HttpResponse:
    flash(request, undo_publishing(actor, {"id": wave.pk}))
    return redirect("assessment:wave", wave.pk)


_DONE: Final[Mapping[str, Callable[[PageRequest, Actor, Wave], HttpResponse]]] = {
    "open": _opened,
    "unopen": _unopened,
    "invite": _invited,
    "remind": _reminded,
    "extend": _extended,
    "close": _closed,
    "reopen": _reopened,
    "conclude": _concluded,
    "publish": _published,
    "retract": _retracted,
    "remove": _removed,
}
