"""Looking at policies: the list, one policy, a comparison, what applies, coverage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from fourleaf.engine.policies.differences import SectionChange, compare
from fourleaf.engine.policies.sections import open_places, plain
from fourleaf.governance.languages import NAMES
from fourleaf.governance.models import PolicyVersion
from fourleaf.governance.rules_policies import works_on_policies
from fourleaf.governance.selectors.gaps import REVISE_DAYS, gaps_on, sections_to_revise
from fourleaf.governance.selectors.policies import (
    IN_WORK,
    get_policy_for,
    listed_policies,
    other_approvers,
    visible_versions,
)
from fourleaf.governance.selectors.policies_force import Answer, Loaded, answers, in_force, in_force_by_region
from fourleaf.kernel import clock
from fourleaf.kernel import public as organisation
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.audit import CODES
from fourleaf.kernel.errors import NotFoundError
from fourleaf.kernel.models import AuditEvent, Person
from fourleaf.kernel.permissions import allowed, require
from fourleaf.web.governance.gaps_tables import STATES as GAP_STATES
from fourleaf.web.governance.policies_forms import (
    LANGUAGES,
    AppliesForm,
    AskRegionForm,
    ConsultationForm,
    PoliciesFilter,
    ReasonForm,
    ScheduleForm,
    SubmitForm,
)
from fourleaf.web.governance.policies_shown import (
    RIGHTS,
    STATES,
    UNDO_FITS,
    actor_words,
    beside_words,
    channels_known,
    language_names,
    reasons,
    reasons_between,
    review_of,
    scope_words,
    turn,
    way,
)
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page
from fourleaf.web.kit.tables import Column, Empty, State, Table
from fourleaf.web.kit.tables.columns import state_html
from fourleaf.web.review.reading import item_address

__all__ = ["POLICIES", "applies", "chosen_version", "compared", "policies", "policy", "policy_page"]


# --- the list --------------------------------------------------------------------------------------------------------


def _version(row: Any) -> str:
    return f"{row.shown_major}.{row.shown_minor}.{row.shown_patch}" if row.shown_major is not None else ""


def _review_cell(row: Any) -> SafeString:
    review = review_of(row.next_review) if row.shown_state == "in_force" else None
    if review is None:
        return SafeString("")
    shown = state_html_of(review.kind, review.words) if review.kind != "neutral" else SafeString("")
    day = f"{review.due.day} {review.due:%b %Y}"
    return format_html('<span class="gv-day">{}</span> {}', day, shown)


def state_html_of(kind: str, words: str) -> SafeString:
    """A state with words of its own."""
    return state_html(State(kind, words))


def _work_cell(row: Any) -> SafeString:
    state = getattr(row, "in_work_state", None)
    if not state or getattr(row, "in_work_id", None) == row.shown_id:
        return SafeString("")
    return state_html(STATES[state])


def _filtered(rows: QuerySet[Any], values: Mapping[str, Any]) -> QuerySet[Any]:
    if values.get("kind"):
        rows = rows.filter(kind=values["kind"])
    if values.get("state"):
        wanted = Q(shown_state=values["state"])
        if "in_work_state" in rows.query.annotations:
            wanted |= Q(in_work_state=values["state"])
        rows = rows.filter(wanted)
    if values.get("region"):
        key = int(values["region"])
        rows = rows.filter(pk__in={one.policy_id for one in in_force(region_id=key)})
    if values.get("review"):
        today = clock.today()
        until = today if values["review"] == "overdue" else date.fromordinal(today.toordinal() + 60)
        rows = rows.filter(shown_state="in_force", next_review__lt=until)
        if values["review"] == "soon":
            rows = rows.filter(next_review__gte=today)
    return rows


POLICIES = Table(
    key="policies",
    name="Policies",
    one="policy",
    many="policies",
    columns=(
        Column("title", "Policy", kind="link", href=lambda row: reverse("governance:policy", args=[row.pk]),
               sort="title", main=True),
        Column("kind", "Document", value="kind", sort="kind", priority=3),
        Column("shown", "Version", value=_version),
        Column("shown_state", "State", kind="state", states=STATES, sort="shown_state"),
        Column("in_work", "On its way", show=_work_cell, export=lambda row: getattr(row, "in_work_state", "") or ""),
        Column("effective_on", "In force since", kind="date", sort="effective_on", priority=3),
        Column("next_review", "Next review", show=_review_cell, sort="next_review",
               export=lambda row: row.next_review),
        Column("owner", "Owner", value=lambda row: row.owner.name if row.owner else "", sort="owner__name", priority=3),
    ),
    sort="title",
    filters=PoliciesFilter,
    filter=_filtered,
    search=lambda rows, text: rows.filter(Q(title__icontains=text) | Q(kind__icontains=text)),
    search_label="Search policies",
    empty=Empty(
        "No policies yet",
        "A policy says who may speak where, and what holds for everybody. Begin with the social media policy: the "
        "template has its twenty sections.",
        icon="document-text",
        action="Write the first policy",
        url_name="governance:policy_add",
        permission="governance.edit_policies",
    ),
)  # fmt: skip


def policies(request: PageRequest) -> HttpResponseBase:
    """All policies that the reader may see."""
    require(request.actor, "governance.view_policies")
    return POLICIES.bind(request, listed_policies(request.actor)).respond(
        "web/governance/policies/list.html",
        {
            "may_edit": allowed(request.actor, "governance.edit_policies"),
        },
    )


# --- one policy ------------------------------------------------------------------------------------------------------


def policy(request: PageRequest, policy_id: int) -> HttpResponse:
    """A policy: what is in force where, what is on its way, all versions, coverage, history."""
    return policy_page(request, policy_id)


def policy_page(
    request: PageRequest, policy_id: int, *, problems: Iterable[str] = (), forms: Mapping[str, Any] | None = None
) -> HttpResponse:
    """The page, also after an act that could not be done: with the sentences, and 422."""
    actor = request.actor
    row = get_policy_for(actor, policy_id)
    versions = list(visible_versions(actor).filter(policy=row).order_by("-major", "-minor", "-patch", "-pk"))
    for one in versions:
        one.policy = row
    work = next((one for one in versions if one.state in (*IN_WORK, "approved", "scheduled")), None)
    current = [one for one in versions if one.state == "in_force"]
    shown = current[0] if current else work or versions[0]
    regions = organisation.regions()
    by_region = in_force_by_region(policy_id)
    context = {
        "policy": row,
        "shown": shown,
        "review": review_of(shown.review_due) if shown.state == "in_force" else None,
        "state": STATES[shown.state],
        "versions": [(one, STATES[one.state], _earlier(one, versions)) for one in versions],
        "regions": [(regions[key].name, loaded) for key, loaded in by_region.items()],
        "scope": scope_words(shown),
        "beside": beside_words(work or shown)
        if works_on_policies(actor) and (work or shown.state == "in_force")
        else [],
        "rights": [label for code, label in RIGHTS.items() if code in shown.rights],
        "work": _work(request, work, dict(forms or {})) if work else None,
        "problems": list(problems),
        "may_edit": allowed(actor, "governance.edit_policies"),
        "may_approve": allowed(actor, "governance.approve_policies"),
        "may_cover": allowed(actor, "governance.view_coverage") and shown.acknowledged and bool(current),
        "under_revision": bool(current and work),
        "history": _history(versions) if works_on_policies(actor) else [],
        **_gaps(actor, policy_id),
        "languages": language_names(
            dict.fromkeys(shown.texts.order_by("pk").values_list("language", flat=True)) if shown else ()
        ),
        "withdraw_form": ReasonForm(initial={"version": shown.version}),
    }
    return page(request, "web/governance/policies/policy.html", context, status=422 if context["problems"] else None)


_GAPS_SHOWN = 5


def _gaps(actor: Actor, policy_id: int) -> dict[str, Any]:
    """Open gaps on a policy, and sections on which they pile up. Two queries."""
    rows = list(gaps_on(actor, policy_id)[: _GAPS_SHOWN + 1])
    return {
        "gaps": [(row, GAP_STATES[row.state]) for row in rows[:_GAPS_SHOWN]],
        "more_gaps": len(rows) > _GAPS_SHOWN,
        "revise": sections_to_revise(actor, policy_id=policy_id),
        "revise_days": REVISE_DAYS,
    }


def _earlier(row: PolicyVersion, versions: list[PolicyVersion]) -> PolicyVersion | None:
    """The version to compare with: the one it was made from, else the next lower number."""
    based = next((one for one in versions if one.pk == row.based_on_id), None)
    lower = [one for one in versions if (one.major, one.minor, one.patch) < (row.major, row.minor, row.patch)]
    return based or (lower[0] if lower else None)


def _history(versions: list[PolicyVersion]) -> list[tuple[AuditEvent, str, str]]:
    ids = [str(one.pk) for one in versions]
    codes = Q(subject_kind="governance.policyversion", subject_id__in=ids) & ~Q(code="governance.policy.acknowledged")
    rows = AuditEvent.objects.filter(codes).order_by("-sequence")[:20]
    return [(one, CODES.get(one.code, one.code), actor_words(one.actor_label)) for one in rows]


def _work(request: PageRequest, row: PolicyVersion, forms: dict[str, Any]) -> dict[str, Any]:
    """The version on its way, with the steps that this person may take now."""
    actor = request.actor
    texts = list(row.texts.order_by("pk"))
    places = list(dict.fromkeys(place for text in texts for place in open_places(text.body)))
    approvers = list(row.approvers.order_by("name").values_list("pk", "name"))
    decisions = [one for one in row.decisions.all() if one.round == row.round]
    agreed = {one.person_id for one in decisions if one.step == "approval" and one.agreed}
    consultations = list(row.consultations.select_related("region"))
    waits = [one.region.name for one in consultations if one.required and one.state != "agreed"]
    initial = {"version": row.version}
    may_edit = allowed(actor, "governance.edit_policies")
    may_approve = allowed(actor, "governance.approve_policies")
    ready = row.state in ("legal_review", "consultation") and row.legal_agreed and not waits
    others = other_approvers(row.author_id) if row.state in IN_WORK else []
    own = row.author_id is not None and row.author_id == actor.person_id
    # Who wrote it does not approve it, unless nobody else could.
    approvers = [pair for pair in approvers if not others or pair[0] != row.author_id]
    station = "approval" if ready else row.state
    return {
        "row": row,
        "state": STATES[station],
        "way": way(station, bool(consultations)),
        "turn": turn(row, station, waits, [name for key, name in approvers if key not in agreed] or _names(others)),
        "other_languages": [pair for pair in LANGUAGES if pair[0] not in {text.language for text in texts}],
        "texts": [(text, NAMES.get(text.language, text.language), len(text.body) < UNDO_FITS) for text in texts],
        "places": places,
        "approvers": [(name, key in agreed) for key, name in approvers],
        "decisions": decisions,
        "consultations": [
            (
                one,
                forms.get(f"consult_{one.region_id}")
                or ConsultationForm(initial={**initial, "region_id": one.region_id}),
            )
            for one in consultations
        ],
        "waits": waits,
        "rights": [label for code, label in RIGHTS.items() if code in row.rights],
        "can": {
            "edit": may_edit and row.state == "draft",
            "submit": may_edit and row.state == "draft",
            "consult": may_edit and row.state == "consultation",
            "ask": may_edit and row.state in IN_WORK,
            "approve": may_approve
            and ready
            and (not approvers or actor.person_id in {key for key, _ in approvers})
            and actor.person_id not in agreed
            and not (own and others),
            "return": may_edit and row.state in ("legal_review", "consultation"),
            "schedule": may_approve and row.state in ("approved", "scheduled"),
            "give_up": may_edit if row.state in IN_WORK else may_approve,
        },
        "submit_form": forms.get("submit") or SubmitForm(places=places, initial=initial),
        "reason_form": forms.get("reason") or ReasonForm(initial=initial),
        "ask_form": forms.get("ask") or AskRegionForm(asked=[one.region_id for one in consultations], initial=initial),
        "schedule_form": forms.get("schedule") or ScheduleForm(initial=initial),
        "own": own,
        # The legal view is given in the review queue, and nowhere else.
        "legal": _legal(actor, row) if row.state == "legal_review" and not row.legal_agreed else None,
    }


def _names(people: Iterable[int]) -> list[str]:
    return list(Person.objects.filter(pk__in=people).order_by("name", "pk").values_list("name", flat=True))


def _legal(actor: Actor, row: PolicyVersion) -> dict[str, Any]:
    """Where the legal view is given: the item in the queue, whether it waits for this person, and what is missing."""
    author = row.author_id or row.policy.owner_id
    return {
        "address": item_address(actor, "policy", row.pk),
        "mine": allowed(actor, "governance.review_policies") and author != actor.person_id,
        "unowned": author is None,
    }


# --- a comparison ----------------------------------------------------------------------------------------------------


def compared(request: PageRequest, policy_id: int) -> HttpResponse:
    """Two versions, section by section; sections that are the same are folded."""
    row = get_policy_for(request.actor, policy_id)
    versions = list(visible_versions(request.actor).filter(policy=row).order_by("-major", "-minor", "-patch", "-pk"))
    new = chosen_version(versions, request.GET.get("new")) or versions[0]
    old = chosen_version(versions, request.GET.get("old")) or _earlier(new, versions) or new
    old_texts = {text.language: text for text in old.texts.order_by("pk")}
    new_texts = {text.language: text for text in new.texts.order_by("pk")}
    both = [code for code in new_texts if code in old_texts]
    language = request.GET.get("language", "")
    language = language if language in both else (both[0] if both else "")
    changes: list[SectionChange] = []
    if language:
        bodies = [old_texts[language].body, new_texts[language].body]
        # Whoever writes policies sees the marks too, since a change of them is a change.
        changes = compare(*(bodies if works_on_policies(request.actor) else map(plain, bodies)))
    context = {
        "policy": row,
        "versions": versions,
        "old": old,
        "new": new,
        "language": language,
        "languages": [(code, NAMES.get(code, code)) for code in both],
        "changes": changes,
        "notes": reasons_between(versions, old, new),
        "same": sum(one.kind == "same" for one in changes),
        "changed": sum(one.kind != "same" for one in changes),
    }
    return page(request, "web/governance/policies/compare.html", context)


def chosen_version(versions: list[PolicyVersion], key: str | None) -> PolicyVersion | None:
    """The version that an address names, among these; None where it names none, `NotFoundError` for any other."""
    if not key:
        return None
    found = next((one for one in versions if str(one.pk) == key), None)
    if found is None:
        raise NotFoundError
    return found


# --- what applies ----------------------------------------------------------------------------------------------------


def applies(request: PageRequest) -> HttpResponse:
    """Which policies are in force for a channel, region, brand, language and day, and why others are not."""
    actor = request.actor
    require(actor, "governance.view_policies")
    channels = channels_known(actor)
    # Whoever works on policies begins with all of them, others with what holds where they work.
    region = "" if works_on_policies(actor) else actor.region_id or ""
    data = request.GET if request.GET else {"region": region, "on": clock.today().isoformat()}
    form = AppliesForm(data, channels=channels)
    found: list[Any] = []
    others: list[Any] = []
    if form.is_valid():
        values = form.cleaned_data
        names = {
            "channel": values["channel"],
            "region": dict(form.fields["region"].choices).get(values["region"], ""),  # type: ignore[attr-defined]  # a choice field
            "brand": dict(form.fields["brand"].choices).get(values["brand"], ""),  # type: ignore[attr-defined]  # as above
            "language": NAMES.get(values["language"], values["language"]),
        }
        visible = set(visible_versions(actor).values_list("pk", flat=True))
        for answer in answers(
            channel=values["channel"].strip(),
            region_id=int(values["region"]) if values["region"] else None,
            brand_id=int(values["brand"]) if values["brand"] else None,
            language=values["language"],
            on=values["on"],
        ):
            if answer.loaded.version_id not in visible:
                continue
            if not answer.against:
                where = "" if values["region"] else _regions(answer.loaded)
                found.append((answer.loaded.fact(values["language"]), where))
            else:
                others.append(answer)
        others = [
            (one.loaded, STATES[one.loaded.standing.state], reasons(one, names)) for one in _worth_saying(found, others)
        ]
    context = {"form": form, "found": found, "others": others, "channels": channels, "language_names": NAMES}
    return page(request, "web/governance/policies/applies.html", context)


def _regions(loaded: Loaded) -> str:
    """The regions to which a version is limited, by name."""
    known = organisation.regions()
    return ", ".join(sorted(known[key].name for key in loaded.standing.scope.regions if key in known))


def _worth_saying(found: list[Any], others: list[Answer]) -> list[Answer]:
    """Versions that are not over; and of policies of which nothing else is shown, the newest."""
    shown = {fact.policy_id for fact, _ in found}
    living = [one for one in others if one.loaded.standing.state not in ("superseded", "withdrawn")]
    shown |= {one.loaded.policy_id for one in living}
    kept = {one.loaded.version_id for one in living}
    for one in others:  # by policy, newest first
        if one.loaded.policy_id not in shown:
            shown.add(one.loaded.policy_id)
            kept.add(one.loaded.version_id)
    return [one for one in others if one.loaded.version_id in kept]
