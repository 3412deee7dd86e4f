"""Preparing and running waves."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fourleaf.assessment import questionnaire
from fourleaf.assessment.mail_server import has_mail_server
from fourleaf.assessment.mail_texts import letter, without_mails
from fourleaf.assessment.models import Wave
from fourleaf.assessment.reach import part_label, part_labels
from fourleaf.assessment.readiness import lacks, older_translations
from fourleaf.assessment.selectors import get_wave_for, waves_visible_to
from fourleaf.assessment.selectors.waves import (
    TAKE_BACK,
    is_over,
    mailing_of,
    may_be_taken_back,
    population,
    response_of,
)
from fourleaf.assessment.services.bulk import import_answers, preview_answers, sample_file
from fourleaf.assessment.services.invitations import hand_out
from fourleaf.assessment.services.waves import add_wave, change_wave, copy_wave
from fourleaf.engine.survey.instrument import LEAVES
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import DomainError
from fourleaf.kernel.permissions import require
from fourleaf.kernel.selectors import unit_choices
from fourleaf.web.assessment.forms import ImportForm, ItemForm, LastDayForm, MailForm, NameForm, WaveForm
from fourleaf.web.assessment.kept_file import keep_file, kept_file
from fourleaf.web.assessment.shown import LEAF_WORDS
from fourleaf.web.kit.export import csv_response
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.forms import domain_errors
from fourleaf.web.kit.numbers import count
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page

__all__ = ["add", "change", "handed_out", "imported", "item", "mails", "statements", "wave", "waves"]

_RUN: Final = "assessment.run_waves"
_GET_POST: Final = ["GET", "HEAD", "POST"]


def _mine(request: PageRequest, wave_id: int) -> Wave:
    require(request.actor, _RUN)
    return get_wave_for(request.actor, wave_id)


def _listed(actor: Actor) -> dict[str, Any]:
    """All waves, and of those that asked a part which."""
    rows = list(waves_visible_to(actor))
    return {"waves": rows, "parts": part_labels(one for one in rows if one.state != "draft")}


@require_safe
def waves(request: PageRequest) -> HttpResponse:
    """All waves, newest first."""
    require(request.actor, _RUN)
    return page(request, "web/assessment/waves/list.html", _listed(request.actor))


@require_http_methods(_GET_POST)
def add(request: PageRequest) -> HttpResponse:
    """Prepare a wave, fresh or like an earlier one."""
    require(request.actor, _RUN)
    form = NameForm(request.POST if request.method == "POST" else None)
    source = request.POST.get("like") or request.GET.get("like", "")
    like = get_wave_for(request.actor, int(source)) if source.isdigit() else None
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            name = form.cleaned_data["name"]
            made = (
                copy_wave(actor=request.actor, wave_id=like.pk, name=name)
                if like
                else add_wave(actor=request.actor, name=name)
            )
            flash(request, f"{made.name} is in preparation.")
            return redirect("assessment:wave", made.pk)
    return page(request, "web/assessment/waves/add.html", {"form": form, "like": like})


@require_safe
def wave(request: PageRequest, wave_id: int) -> HttpResponse:
    """One wave: what is left to do, or how the response stands."""
    found = _mine(request, wave_id)
    items = found.instrument["items"]
    context: dict[str, Any] = {
        "wave": found,
        "items": len(items),
        "languages": questionnaire.languages_of(found.instrument),
        "over": found.state == "open" and is_over(found),
    }
    if found.state != "draft":
        context["part"] = part_label(found)
    if found.state == "draft":
        people = len(population(found))
        context |= {"people": people, "lacks": lacks(found, people=people), "older": older_translations(found)}
    if found.state == "open":
        response = response_of(request.actor, found)
        context |= {
            "response": response,
            "form": LastDayForm(initial={"last_day": found.last_day}),
            "departments": unit_choices()["departments"],
            "mailing": mailing_of(request.actor, found),
            "mail_server": has_mail_server(),
            "untouched": not response.invited.sent and not response.invited.answered,
        }
    if found.state == "closed":
        context["reopenable"] = may_be_taken_back(found.reopen_until)
    if found.state == "published" and found.published_at:
        context["retractable"] = may_be_taken_back(found.published_at + TAKE_BACK)
    return page(request, "web/assessment/waves/wave.html", context)


@require_http_methods(_GET_POST)
def change(request: PageRequest, wave_id: int) -> HttpResponse:
    """People, days and rules of a wave in preparation."""
    found = _mine(request, wave_id)
    form = WaveForm(request.POST if request.method == "POST" else None, wave=found)
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            values = {name: value for name, value in form.cleaned_data.items() if name != "version"}
            change_wave(actor=request.actor, wave_id=wave_id, version=form.cleaned_data["version"], **values)
            flash(request, "The wave was changed.")
            return redirect("assessment:wave", wave_id)
    return page(request, "web/assessment/waves/change.html", {"wave": found, "form": form})


@require_http_methods(_GET_POST)
def mails(request: PageRequest, wave_id: int) -> HttpResponse:
    """What the mails say in each language, and how they look when filled in."""
    found = _mine(request, wave_id)
    editable = found.state == "draft"
    form = MailForm(request.POST if request.method == "POST" else None, wave=found)
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            version = form.cleaned_data["version"]
            change_wave(actor=request.actor, wave_id=wave_id, version=version, **form.texts())
            flash(request, "The mails were changed.")
            return redirect("assessment:mails", wave_id)
    link = "https://…/s/ABCDE…/"
    shown = [
        (label, *letter(found, kind, name="Robin Example", link=link))
        for kind, label in (("invitation", "Invitation"), ("reminder", "Reminder"))
    ]
    context = {
        "wave": found,
        "form": form,
        "editable": editable,
        "previews": shown,
        "missing": [name for _, name in without_mails(found)],
        "many": len(questionnaire.languages_of(found.instrument)) > 1,
    }
    return page(request, "web/assessment/waves/mails.html", context, status=422 if form.errors else None)


def _texts(request: PageRequest) -> dict[str, str]:
    return {key.removeprefix("text_"): str(value) for key, value in request.POST.items() if key.startswith("text_")}


@require_http_methods(_GET_POST)
def statements(request: PageRequest, wave_id: int) -> HttpResponse:
    """The questionnaire, language by language."""
    found = _mine(request, wave_id)
    stored = found.instrument
    language = request.GET.get("language", "en")
    language = language if language in questionnaire.LANGUAGES else "en"
    error = ""
    if request.method == "POST":
        texts = {
            key.removeprefix("text_"): value
            for key, value in request.POST.items()
            if isinstance(value, str) and key.startswith("text_")
        }
        try:
            fits = [key.removeprefix("fits_") for key in request.POST if key.startswith("fits_")]
            changed = questionnaire.translate(stored, language, texts, still_right=fits)
            codes = request.POST.getlist("languages")
            changed = questionnaire.with_languages(changed, codes) if "with_languages" in request.POST else changed
            change_wave(
                actor=request.actor, wave_id=wave_id, version=int(request.POST.get("version") or 0), instrument=changed
            )
            flash(request, "The statements were saved.")
            return redirect(f"{request.path}?language={language}")
        except DomainError as fault:
            error = fault.message
            for row in stored["items"]:
                row["texts"] = {**row["texts"], language: texts.get(row["id"], "")}
    groups = [
        (
            LEAF_WORDS[leaf][0] if leaf else "Reported on their own",
            [row for row in stored["items"] if row["leaf"] == leaf],
        )
        for leaf in (*LEAVES, None)
    ]
    offered = stored.get("languages", ["en"])
    context = {
        "wave": found,
        "editable": found.state == "draft",
        "language": language,
        "language_name": questionnaire.LANGUAGES[language],
        "languages": [(code, name, code in offered) for code, name in questionnaire.LANGUAGES.items()],
        "groups": [
            (
                label,
                [
                    (row, row["texts"].get(language, ""), row["texts"].get("en", ""), language in row.get("older", ()))
                    for row in rows
                ],
            )
            for label, rows in groups
        ],
        "form": ItemForm(),
        "error": error,
        "lacking": [(questionnaire.LANGUAGES[code], ids) for code, ids in questionnaire.untranslated(stored).items()],
        "older": [(questionnaire.LANGUAGES[code], ids) for code, ids in questionnaire.older_texts(stored).items()],
    }
    return page(request, "web/assessment/waves/statements.html", context, status=422 if error else None)


@require_POST
def item(request: PageRequest, wave_id: int) -> HttpResponse:
    """Add a statement of one's own, or leave one out."""
    found = _mine(request, wave_id)
    form = ItemForm(request.POST)
    try:
        if code := request.POST.get("remove"):
            # What was typed on the page before the button was pressed is kept.
            changed = questionnaire.translate(found.instrument, request.POST.get("language", "en"), _texts(request))
            changed = questionnaire.remove_item(changed, code)
        elif form.is_valid():
            changed = questionnaire.add_item(found.instrument, **form.cleaned_data)
        else:
            flash(request, " ".join(str(one) for errors in form.errors.values() for one in errors), "attention")
            return redirect("assessment:statements", wave_id)
        change_wave(actor=request.actor, wave_id=wave_id, instrument=changed)
        flash(request, "The statements were changed.")
    except DomainError as error:
        flash(request, error.message, "attention")
    return redirect("assessment:statements", wave_id)


@never_cache
@require_POST
def handed_out(request: PageRequest, wave_id: int) -> HttpResponseBase:
    """Links to hand out, as slips to print or as CSV. They are shown in this answer and never again."""
    found = _mine(request, wave_id)
    department = request.POST.get("department", "")
    try:
        rows = hand_out(
            actor=request.actor,
            wave_id=wave_id,
            department_id=int(department) if department.isdigit() else None,
            without_mail=request.POST.get("who") != "all",
        )
    except DomainError as error:
        flash(request, error.message, "attention")
        return redirect("assessment:wave", wave_id)
    if request.POST.get("form") == "csv":
        head = ["name", "department", "region", "link", "code"]
        lines = [[row.name, row.department, row.region, row.link, row.code] for row in rows]
        return csv_response(f"{found.name} links", head, lines, timezone.get_current_timezone())
    return page(request, "web/assessment/waves/slips.html", {"wave": found, "rows": rows})


@never_cache
@require_http_methods(_GET_POST)
def imported(request: PageRequest, wave_id: int) -> HttpResponseBase:
    """Answers collected elsewhere, from a file: first what would be stored and what would be lost, then the import."""
    found = _mine(request, wave_id)
    if "sample" in request.GET:
        response = HttpResponse(sample_file(found), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="answers.csv"'
        return response
    if request.method == "POST" and "kept" in request.POST:
        return _import_kept(request, found)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        content, name = upload.read(), upload.name or ""
        with domain_errors(form):
            preview = preview_answers(actor=request.actor, wave_id=wave_id, content=content)
            context = {"wave": found, "preview": preview, "name": name, "kept": keep_file(wave_id, name, content)}
            return page(request, "web/assessment/waves/import_preview.html", context)
    return page(request, "web/assessment/waves/import.html", {"wave": found, "form": form})


def _import_kept(request: PageRequest, found: Wave) -> HttpResponse:
    """Import the file whose preview was shown."""
    try:
        name, content = kept_file(found.pk, request.POST["kept"], request.FILES.get("file"))
        number = import_answers(actor=request.actor, wave_id=found.pk, content=content, file_name=name)
    except DomainError as error:
        flash(request, error.message, "attention")
        return redirect("assessment:import", found.pk)
    flash(request, f"{count(number, 'answer')} came in.")
    return redirect("assessment:wave", found.pk)
