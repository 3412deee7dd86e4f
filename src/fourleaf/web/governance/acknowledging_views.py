"""Reading and acknowledging, and the evidence of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.http import require_http_methods

from fourleaf.engine.policies.differences import compare
from fourleaf.engine.policies.sections import plain
from fourleaf.governance.contracts import Obligation
from fourleaf.governance.errors import UnansweredError, WrongAnswersError
from fourleaf.governance.languages import NAMES
from fourleaf.governance.models import Acknowledgement, Policy, PolicyVersion
from fourleaf.governance.selectors.acknowledgements import obligations
from fourleaf.governance.selectors.acknowledgements_notices import Notice, notices
from fourleaf.governance.selectors.policies import get_policy_for, visible_policies, visible_versions
from fourleaf.governance.selectors.policies_force import in_force_by_region
from fourleaf.governance.services.acknowledging import acknowledge, evidence, questions_of
from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import ConflictError, NotFoundError
from fourleaf.kernel.permissions import require
from fourleaf.training.models import Module
from fourleaf.training.selectors.curriculum import delta_modules, teaching
from fourleaf.web.governance.policies_forms import EvidenceForm
from fourleaf.web.governance.policies_shown import (
    actor_words,
    language_names,
    reasons_between,
    rights_words,
    scope_words,
)
from fourleaf.web.governance.policies_text import shown_sections
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.forms import domain_errors
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page

__all__ = ["evidence_page", "mine", "read"]

_ORDER = {"suspended": 0, "overdue": 1, "open": 2, "done": 3}


def owed_by(actor: Actor) -> list[Obligation]:
    """What the reader has to acknowledge or has acknowledged, most urgent first."""
    if actor.person_id is None:
        return []
    found = obligations([actor.person_id]).get(actor.person_id, [])
    return sorted(found, key=lambda one: (_ORDER[one.state], one.due_on, one.title))


def mine(request: PageRequest) -> HttpResponse:
    """What waits for the reader, and what they have acknowledged."""
    require(request.actor, "governance.view_policies")
    found = owed_by(request.actor)
    waiting = [one for one in found if one.state != "done"]
    versions = PolicyVersion.objects.filter(pk__in=[one.version_id for one in waiting])
    rights = dict(versions.values_list("pk", "rights"))
    context = {
        "waiting": [(one, rights_words(rights.get(one.version_id, ()))) for one in waiting],
        "done": [one for one in found if one.state == "done"],
        "clearer": _clearer(request.actor),
        "language_names": NAMES,
    }
    return page(request, "web/governance/policies/mine.html", context)


def _clearer(actor: Actor) -> list[tuple[Notice, int]]:
    """Notices of minor versions, each with the version that the reader acknowledged, to compare with."""
    if actor.person_id is None:
        return []
    found = notices([actor.person_id]).get(actor.person_id, [])
    given = Acknowledgement.objects.filter(person_id=actor.person_id, policy_id__in=[one.policy_id for one in found])
    before = dict(given.order_by("at").values_list("policy_id", "version_id"))
    return [(one, before[one.policy_id]) for one in found if one.policy_id in before]


@require_http_methods(["GET", "HEAD", "POST"])
def read(request: PageRequest, policy_id: int) -> HttpResponse:
    """A version to read, in a language; with the questions and the button, where it is to be acknowledged."""
    actor = request.actor
    row = get_policy_for(actor, policy_id)
    duty = next((one for one in owed_by(actor) if one.policy_id == policy_id), None)
    version = _version(actor, policy_id, request.GET.get("version") or request.POST.get("version"), duty)
    texts = {text.language: text for text in version.texts.order_by("pk")}
    wanted = request.GET.get("language") or request.POST.get("language")
    if not wanted and duty is not None and duty.version_id == version.pk and duty.state == "done":
        wanted = duty.language
    text = texts.get(wanted or _spoken(request, texts)) or next(iter(texts.values()), None)
    if text is None:
        raise NotFoundError
    asked = duty is not None and duty.version_id == version.pk and duty.state != "done"
    questions, quiz_language = questions_of(version, text.language) if asked else ((), "")
    answers = [_number(request.POST.get(f"answer_{place}")) for place in range(len(questions))]
    wrong: dict[int, str] = {}
    unanswered: list[int] = []
    problem = ""
    if request.method == "POST":
        try:
            acknowledge(
                actor=actor, policy_id=policy_id, version_id=version.pk, language=text.language, answers=answers
            )
        except UnansweredError as error:
            problem, unanswered = error.message, error.places
        except WrongAnswersError as error:
            wrong = error.sections
        except ConflictError as error:
            problem = error.message
        else:
            flash(request, f"You acknowledged “{text.title}”, version {version.number}.")
            return redirect("governance:policies_mine")
    shown = shown_sections(text.body)
    titles = {one.anchor: one.title for one in shown}
    context = {
        "policy": row,
        "version": version,
        "text": text,
        "sections": shown,
        "facts": _facts(row, version, texts),
        "module": _module(duty) if asked else None,
        "languages": [(code, NAMES.get(code, code), code == text.language) for code in texts],
        "duty": duty if duty and duty.version_id == version.pk else None,
        "asked": asked,
        "rights": rights_words(version.rights),
        "questions": [_question(place, one, answers[place], wrong, titles) for place, one in enumerate(questions)],
        "quiz_language": quiz_language,
        "wrong": [(place + 1, anchor, titles.get(anchor, anchor)) for place, anchor in wrong.items()],
        "problem": problem,
        "unanswered": [(place + 1, f"answer_{place}") for place in unanswered],
        "changes": _changes(actor, policy_id, version, text.language, text.body) if asked else None,
        "gap_url": f"{reverse('governance:report_gap')}?policy={policy_id}",
    }
    return page(request, "web/governance/policies/read.html", context, status=422 if wrong or problem else None)


def _version(actor: Actor, policy_id: int, key: str | None, duty: Obligation | None) -> PolicyVersion:
    rows = visible_versions(actor).filter(policy_id=policy_id).select_related("policy")
    if key:
        found = rows.filter(pk=int(key)).first() if key.isdigit() else None
    elif duty is not None:
        found = rows.filter(pk=duty.version_id).first()
    else:
        here = in_force_by_region(policy_id).get(actor.region_id or 0)
        own = rows.filter(pk=here.version_id).first() if here is not None else None
        found = own or rows.filter(state="in_force").first() or rows.first()
    if found is None:
        raise NotFoundError
    return found


def _facts(policy: Policy, version: PolicyVersion, languages: Iterable[str]) -> list[tuple[str, str]]:
    """What a document says of itself (domain §4.1) beside its text: for whom, who answers for it, until when."""
    agreed = version.decisions.filter(step="approval", agreed=True, round=version.round)
    names = dict.fromkeys(agreed.order_by("at", "pk").values_list("person_name", flat=True))
    review = version.review_due if version.state == "in_force" else None
    facts = [
        *scope_words(version),
        ("Answers for it", policy.owner.name if policy.owner else ""),
        ("Approved by", ", ".join(map(actor_words, names))),
        ("Read again by", f"{review.day} {review:%B %Y}" if review else ""),
        ("Languages", language_names(languages)),
    ]
    return [(label, words) for label, words in facts if words]


def _module(duty: Obligation | None) -> Module | None:
    """The short module that teaches what this version changed, if training has one."""
    if duty is None:
        return None
    return teaching(delta_modules(), duty.policy_id, duty.major)


def _spoken(request: PageRequest, languages: Iterable[str]) -> str:
    """The language among these that the reader's browser asks for first; "" for none."""
    by_part = {code.partition("-")[0].lower(): code for code in languages}
    for asked, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()):
        if (found := by_part.get(asked.partition("-")[0])) is not None:
            return found
    return ""


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() else None


def _question(place: int, one: Any, given: int | None, wrong: dict[int, str], titles: dict[str, str]) -> dict[str, Any]:
    section = str(one["section"])
    return {
        "name": f"answer_{place}",
        "words": one["question"],
        "options": [(number, option, number == given) for number, option in enumerate(one["options"])],
        "wrong": place in wrong,
        "anchor": section,
        "section": titles.get(section, section),
    }


def _changes(actor: Actor, policy_id: int, version: PolicyVersion, language: str, body: str) -> Any:
    """What changed since the version that the reader acknowledged last; None for somebody to whom all is new."""
    last = (
        Acknowledgement.objects.filter(person_id=actor.person_id or 0, policy_id=policy_id, major__lt=version.major)
        .select_related("version")
        .order_by("-major")
        .first()
    )
    if last is None:
        return None
    old = last.version.texts.filter(language=language).first()
    if old is None:
        return None
    found = [one for one in compare(plain(old.body), plain(body)) if one.kind != "same"]
    # Whoever skipped versions reads the reasons of all of them.
    versions = visible_versions(actor).filter(policy_id=policy_id)
    return {"old": last.version, "sections": found, "notes": reasons_between(versions, last.version, version)}


def evidence_page(request: PageRequest) -> HttpResponseBase:
    """Choose what evidence is needed; the file is made when a policy or person was chosen and the button pressed."""
    require(request.actor, "governance.review_policies")
    form = EvidenceForm(
        request.POST if request.method == "POST" else None,
        actor=request.actor,
        policies=visible_policies(request.actor).order_by("title"),
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with domain_errors(form):
            lines = evidence(
                actor=request.actor,
                policy_id=int(data["policy"]) if data["policy"] else None,
                since=data["since"],
                person_id=form.id_of("person"),
                reason=data["reason"],
            )
            response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
            name = f"acknowledgements-{clock.today().isoformat()}.csv"
            response["Content-Disposition"] = f'attachment; filename="{name}"'
            return response
    return page(request, "web/governance/policies/evidence.html", {"form": form})
