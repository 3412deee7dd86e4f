"""Writing policies and bringing them through their life."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from fourleaf.engine.policies.sections import open_places, sections
from fourleaf.engine.wording import STATUS, around, is_read, lint
from fourleaf.governance.errors import OpenPlacesError
from fourleaf.governance.languages import NAMES
from fourleaf.governance.models import PolicyVersion
from fourleaf.governance.policy_texts import starting_languages, starting_text, to_translate
from fourleaf.governance.selectors.policies import get_policy_for, get_version_for
from fourleaf.governance.services import policies_life as life
from fourleaf.governance.services import policies_writing as writing
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import ConflictError, InvalidError, NotFoundError, TransitionError
from fourleaf.kernel.permissions import require
from fourleaf.web.governance.fields import written
from fourleaf.web.governance.policies_forms import (
    LANGUAGES,
    AskRegionForm,
    ConsultationForm,
    DetailsForm,
    NewPolicyForm,
    NewVersionForm,
    QuizForm,
    ReasonForm,
    ScheduleForm,
    ScopeForm,
    SubmitForm,
    TextForm,
    quiz_initial,
)
from fourleaf.web.governance.policies_shown import UNDO_FITS, beside_words, channels_known
from fourleaf.web.governance.policies_text import shown_sections
from fourleaf.web.governance.policies_views import policy_page
from fourleaf.web.kit import undo
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.forms import domain_errors
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page

__all__ = ["add", "change", "quiz", "scope", "start", "step", "text", "text_add", "text_remove"]

_EDIT, _SEE = "governance.edit_policies", "governance.view_policies"
_BOTH = require_http_methods(["GET", "HEAD", "POST"])


@_BOTH
def add(request: PageRequest) -> HttpResponse:
    """Begin a document from its template."""
    require(request.actor, _EDIT)
    asked = {"kind": request.GET.get("kind", "P-SM"), "language": request.GET.get("language", "en")}
    form = NewPolicyForm(request.POST if request.method == "POST" else None, initial=asked)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        body = "" if data["begin"] == "empty" else None
        with domain_errors(form):
            row = writing.add_policy(
                actor=request.actor, kind=data["kind"], title=data["title"], language=data["language"], body=body
            )
            flash(request, f"The draft of “{row.policy.title}” is there. Fill in the places in brackets.")
            return redirect("governance:policy_text", row.pk, data["language"])
    return page(request, "web/governance/policies/add.html", {"form": form})


@_BOTH
def change(request: PageRequest, policy_id: int) -> HttpResponse:
    """Name, owner, interval of review."""
    row = get_policy_for(request.actor, policy_id)
    require(request.actor, _EDIT, row, seen_by=_SEE)
    initial = {
        "title": row.title,
        "owner": written(row.owner),
        "review_months": row.review_months,
        "version": row.version,
    }
    form = DetailsForm(request.POST or None, initial=initial, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with domain_errors(form):
            writing.change_policy(
                actor=request.actor,
                policy_id=policy_id,
                title=data["title"],
                owner_id=form.id_of("owner"),
                review_months=data["review_months"],
                version=data["version"],
            )
            flash(request, f"“{data['title']}” was changed.")
            return redirect("governance:policy", policy_id)
    return page(request, "web/governance/policies/change.html", {"form": form, "policy": row})


@_BOTH
def start(request: PageRequest, policy_id: int) -> HttpResponse:
    """The next version: which number moves, and why."""
    row = get_policy_for(request.actor, policy_id)
    require(request.actor, _EDIT, row, seen_by=_SEE)
    form = NewVersionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            made = writing.start_version(actor=request.actor, policy_id=policy_id, **form.cleaned_data)
            flash(request, f"Version {made.number} is a draft now, with the text of the one before.")
            return redirect("governance:policy", policy_id)
    return page(request, "web/governance/policies/start.html", {"form": form, "policy": row})


def _draft(actor: Actor, version_id: int) -> PolicyVersion:
    row = get_version_for(actor, version_id)
    require(actor, _EDIT, row, seen_by=_SEE)
    return row


@_BOTH
def scope(request: PageRequest, version_id: int) -> HttpResponse:
    """Scope, approvers, acknowledgement of a draft."""
    row = _draft(request.actor, version_id)
    channels = channels_known(request.actor)
    form = ScopeForm(request.POST or None, initial=ScopeForm.initial_of(row), kind=row.policy.kind, channels=channels)
    context = {"form": form, "row": row, "policy": row.policy, "channels": channels, "beside": beside_words(row)}
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            writing.change_draft(
                actor=request.actor,
                version_id=version_id,
                version=form.cleaned_data["version"],
                **form.fields_given(),
            )
            flash(request, f"Scope of {row} was changed.")
            return redirect("governance:policy", row.policy_id)
    return page(request, "web/governance/policies/scope.html", context)


@_BOTH
def text(request: PageRequest, version_id: int, language: str) -> HttpResponse:
    """The editor. “Preview” shows the text as readers see it, with hints on wording, and stores nothing."""
    row = _draft(request.actor, version_id)
    texts = {one.language: one for one in row.texts.order_by("pk")}
    if language not in texts:
        raise NotFoundError
    stored = texts[language]
    form = TextForm(request.POST or None, initial={"title": stored.title, "body": stored.body, "version": row.version})
    context: dict[str, Any] = {
        "form": form,
        "row": row,
        "policy": row.policy,
        "language": language,
        "language_name": NAMES.get(language, language),
        "texts": [(code, NAMES.get(code, code)) for code in texts],
        "others": [pair for pair in LANGUAGES if pair[0] not in texts],
        "draft": row.state == "draft",
    }
    if request.method == "POST" and form.is_valid():
        if request.POST.get("act") == "preview":
            return page(request, "web/governance/policies/text.html", {**context, **_preview(form, language)})
        with domain_errors(form):
            writing.write_text(
                actor=request.actor,
                version_id=version_id,
                language=language,
                title=form.cleaned_data["title"],
                body=form.cleaned_data["body"],
                version=form.cleaned_data["version"],
            )
            left = open_places(form.cleaned_data["body"])
            flash(request, f"The text was saved. {len(left)} places are open." if left else "The text was saved.")
            return redirect("governance:policy", row.policy_id)
    elif request.method != "POST":
        context |= {"places": open_places(stored.body), **_hints(stored.body, language)}
    return page(request, "web/governance/policies/text.html", context)


def _preview(form: TextForm, language: str) -> dict[str, Any]:
    body = form.cleaned_data["body"].replace("\r\n", "\n")
    return {
        "preview": shown_sections(body),
        "places": open_places(body),
        **_hints(body, language),
    }


_HINTS_SHOWN = 40


def _hints(body: str, language: str) -> dict[str, Any]:
    """Hints on wording by the line in which they are, each with a piece of it, how many more there are, and whether
    texts in this language are read at all."""
    hints = lint(body, language)
    lines: dict[int, list[dict[str, Any]]] = {}
    for hint in hints[:_HINTS_SHOWN]:
        before, after = around(body, hint)
        lines.setdefault(body.count("\n", 0, hint.start) + 1, []).append(
            {
                # As a browser counts in a field: in units of UTF-16.
                "from": _units(body[: hint.start]),
                "to": _units(body[: hint.end]),
                "before": before,
                "words": body[hint.start : hint.end],
                "after": after,
                "why": hint.why,
                "suggestion": hint.suggestion,
                "rule": hint.rule,
            }
        )
    headings = [(body.count("\n", 0, found.start()) + 1, found[1]) for found in _HEADING.finditer(body)]
    shown = [
        (line, next((title for at, title in reversed(headings) if at <= line), ""), found)
        for line, found in sorted(lines.items())
    ]
    return {
        "hints": shown,
        "more_hints": max(0, len(hints) - _HINTS_SHOWN),
        "wording_read": is_read(language),
        "wording_status": STATUS,
    }


_HEADING = re.compile(r"^##[ \t]+(.+?)[ \t]*$", re.MULTILINE)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@require_POST
def text_add(request: PageRequest, version_id: int) -> HttpResponse:
    """Add a language: the template in it, if there is one, else the first text as something to translate."""
    row = _draft(request.actor, version_id)
    language = request.POST.get("language", "")
    first = row.texts.order_by("pk").first()
    if first is None:
        raise NotFoundError
    known = language in starting_languages(row.policy.kind) and row.based_on_id is None
    body = (
        starting_text(row.policy.kind, language)
        if known
        else to_translate(first.body, NAMES.get(first.language, first.language))
    )
    try:
        writing.write_text(actor=request.actor, version_id=version_id, language=language, title=first.title, body=body)
    except (InvalidError, TransitionError) as error:
        return policy_page(request, row.policy_id, problems=[error.message])
    name = NAMES.get(language, language)
    flash(
        request,
        f"{name} was added. "
        + ("It begins with the template." if known else "Translate the text; it cannot be approved before."),
    )
    return redirect("governance:policy_text", version_id, language)


@require_POST
def text_remove(request: PageRequest, version_id: int, language: str) -> HttpResponse:
    """Take a language out of a draft."""
    row = _draft(request.actor, version_id)
    stored = row.texts.filter(language=language).first()
    try:
        writing.remove_text(actor=request.actor, version_id=version_id, language=language)
    except (InvalidError, TransitionError) as error:
        return policy_page(request, row.policy_id, problems=[error.message])
    name = NAMES.get(language, language)
    back = None
    if stored is not None and len(stored.body) < UNDO_FITS:
        data = {"id": version_id, "l": language, "t": stored.title, "b": stored.body}
        back = undo.link(request.actor, "governance.text_removed", data)
    flash(request, f"{name} was taken out of the draft.", undo=back)
    return redirect("governance:policy", row.policy_id)


@_BOTH
def quiz(request: PageRequest, version_id: int, language: str) -> HttpResponse:
    """The questions on what changed."""
    row = _draft(request.actor, version_id)
    stored = row.texts.filter(language=language).first()
    if stored is None:
        raise NotFoundError
    anchors = [(one.anchor, one.title) for one in sections(stored.body) if one.anchor]
    form = QuizForm(
        request.POST or None, initial={**quiz_initial(stored.quiz), "version": row.version}, anchors=anchors
    )
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            writing.write_text(
                actor=request.actor,
                version_id=version_id,
                language=language,
                title=stored.title,
                body=stored.body,
                quiz=form.quiz(),
                version=form.cleaned_data["version"],
            )
            flash(request, "The questions were saved.")
            return redirect("governance:policy", row.policy_id)
    context = {
        "form": form,
        "row": row,
        "policy": row.policy,
        "language_name": NAMES.get(language, language),
        "rows": [(form[f"question_{n}"], form[f"options_{n}"], form[f"section_{n}"]) for n in range(1, 6)],
    }
    return page(request, "web/governance/policies/quiz.html", context)


# --- steps of the life cycle -----------------------------------------------------------------------------------------

_Step = Callable[[HttpRequest, int, Mapping[str, Any]], PolicyVersion]


def _submit(request: HttpRequest, version_id: int, data: Mapping[str, Any]) -> PolicyVersion:
    return life.submit_version(
        actor=request.actor,  # type: ignore[attr-defined]  # put there by ActorMiddleware
        version_id=version_id,
        open_places_named=data["open_places"],
        version=data["version"],
    )


def _by(service: Callable[..., Any], **fixed: Any) -> _Step:
    """A step that needs no more than a reason and the version that was seen."""

    def act(request: HttpRequest, version_id: int, data: Mapping[str, Any]) -> PolicyVersion:
        given: dict[str, Any] = {**fixed, **data}
        result = service(actor=request.actor, version_id=version_id, **given)  # type: ignore[attr-defined]  # as above
        return result.version if not isinstance(result, PolicyVersion) else result

    return act


def _consult(request: HttpRequest, version_id: int, data: Mapping[str, Any]) -> PolicyVersion:
    return life.record_consultation(
        actor=request.actor,  # type: ignore[attr-defined]  # as above
        version_id=version_id,
        region_id=data["region_id"],
        agreed=data["answer"] == "agreed",
        note=data["note"],
        version=data["version"],
    ).version


#: What -> (form, service, the sentence afterwards).
_STEPS: dict[str, tuple[type[Any], _Step, str]] = {
    "submit": (SubmitForm, _submit, "{row} is in legal review now; its text is frozen, and it waits in the queue."),
    "ask": (AskRegionForm, _by(life.consult_region), "Its representatives are asked; approval does not wait for them."),
    "consult": (ConsultationForm, _consult, "The answer was noted."),
    "approve": (ReasonForm, _by(life.approve_version, agreed=True), "You approved {row}."),
    "approve_return": (ReasonForm, _by(life.approve_version, agreed=False), "{row} went back to its author."),
    "return": (ReasonForm, _by(life.return_version), "{row} is a draft again."),
    "schedule": (ScheduleForm, _by(life.schedule_version), "{row}: {state}."),
    "unschedule": (ReasonForm, _by(life.unschedule_version), "The day was taken back; {row} is approved."),
    "withdraw": (ReasonForm, _by(life.withdraw_version), "{row} was withdrawn."),
    "reviewed": (ReasonForm, _by(life.confirm_review), "Noted: {row} was read again and stays as it is."),
}


@require_POST
def step(request: PageRequest, version_id: int, what: str) -> HttpResponse:
    """One step of the life cycle; what stands in its way is shown on the policy's page."""
    row = get_version_for(request.actor, version_id)
    if what not in _STEPS:
        raise NotFoundError
    form_class, act, sentence = _STEPS[what]
    form = form_class(request.POST, **({"places": _places(row)} if form_class is SubmitForm else {}))
    if not form.is_valid():
        problems = [str(error) for errors in form.errors.values() for error in errors]
        return policy_page(request, row.policy_id, problems=problems, forms={_slot(what, request): form})
    data = dict(form.cleaned_data)
    if what == "reviewed":
        data["note"] = data.pop("reason")
    elif what == "unschedule":
        data.pop("reason")
    try:
        done = act(request, version_id, data)
    except OpenPlacesError as error:
        return policy_page(request, row.policy_id, problems=error.fields["open_places"], forms={"submit": form})
    except InvalidError as error:
        said = [sentence for sentences in error.fields.values() for sentence in sentences]
        return policy_page(request, row.policy_id, problems=said, forms={_slot(what, request): form})
    except (ConflictError, TransitionError) as error:
        return policy_page(request, row.policy_id, problems=[error.message])
    back = undo.link(request.actor, "governance.withdrawn", {"id": version_id}) if what == "withdraw" else None
    done.refresh_from_db()
    state = done.get_state_display().lower()
    if done.state == "scheduled" and done.effective_on:
        state = f"in force from {done.effective_on.day} {done.effective_on:%B %Y} on"
    flash(request, sentence.format(row=done, state=state), undo=back)
    return redirect("governance:policy", row.policy_id)


def _places(row: PolicyVersion) -> list[str]:
    bodies = row.texts.order_by("pk").values_list("body", flat=True)
    return list(dict.fromkeys(place for body in bodies for place in open_places(body)))


def _slot(what: str, request: HttpRequest) -> str:
    if what == "consult":
        return f"consult_{request.POST.get('region_id', '')}"
    return what if what in ("submit", "schedule", "ask") else "reason"
