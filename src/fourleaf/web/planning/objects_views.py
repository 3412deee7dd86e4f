"""Reading a plan's objects: the list of a section, one object with what refers to it, its comments and history."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from fourleaf.engine.alignment.plan import Programme, Resource
from fourleaf.kernel.errors import NotFoundError
from fourleaf.kernel.permissions import allowed
from fourleaf.planning import gate
from fourleaf.planning.models import Plan, PlanObject
from fourleaf.planning.sections import section_named
from fourleaf.planning.selectors import comments, get_plan_for, history, objects
from fourleaf.planning.services.objects import users_of
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page
from fourleaf.web.planning.objects_changes import shown_changes
from fourleaf.web.planning.objects_kept import Kept
from fourleaf.web.planning.objects_names import Names, title_of
from fourleaf.web.planning.objects_quick import QuickForm
from fourleaf.web.planning.objects_shown import address_of, facts_of, lines_of, table_for
from fourleaf.web.planning.objects_words import shown

__all__ = ["known_section", "may_edit", "object_context", "object_page", "remark_on", "section"]

_OWN_PAGES = {"roadmap": "planning:roadmap_of"}
_MOST = 20


def may_edit(request: PageRequest, plan: Plan) -> bool:
    """Whether the reader may change this plan, and the plan can be changed."""
    return plan.state != "archived" and allowed(request.actor, "planning.edit_plan", plan)


def known_section(name: str) -> str:
    """The name of a section; `NotFoundError` for others."""
    return section_named(name).name


@require_safe
def section(request: PageRequest, plan_id: int, name: str) -> HttpResponseBase:
    """The list of a section, or the page of the one object that it is."""
    plan = get_plan_for(request.actor, plan_id)
    if name in _OWN_PAGES:
        return redirect(_OWN_PAGES[name], plan_id)
    if not section_named(name).many:
        return single(request, plan, name)
    kept = Kept(request.actor, plan_id)
    if kept.section(name):
        return _kept_section(request, plan, name, kept)
    names = Names(request.actor, plan_id)
    rows = list(objects(request.actor, plan_id, name))
    better = [row.key for row in rows if kept.fields(name, row.key)]
    for row in rows:
        row.data = kept.data(name, row.key, row.data)
    lines = lines_of(rows, names, lambda row: remark_on(name, row, names))
    words, editable = shown(name), may_edit(request, plan)
    context = {
        "plan": plan,
        "words": words,
        "may_edit": editable,
        "quick": QuickForm(name, names) if editable and words.lines else None,
        "any": bool(rows),
        "incomplete": sum(bool(line.remark) for line in lines),
        "discussed": comments(request.actor, plan_id, name).aggregate(n=Count("pk"))["n"],
        "effort": _effort(rows) if name == "effort_lines" and rows else None,
        "currency": names.model.currency if name == "effort_lines" else "",
        "better": kept.keepers_of_fields(name, *better) if better else [],
    }
    return table_for(name).bind(request, lines).respond("web/planning/objects/section.html", context)


def _kept_section(request: PageRequest, plan: Plan, name: str, kept: Kept) -> HttpResponseBase:
    """The list of a section that another context keeps: what the check reads, and what stands in the plan unread."""
    own = list(objects(request.actor, plan.pk, name))
    own_names = Names(request.actor, plan.pk)
    context = {
        "plan": plan,
        "words": shown(name),
        "keeper": kept.section(name),
        "hidden": not kept.may_read,
        "any": True,
        "own": [
            {"title": title_of(name, row.data, own_names), "url": address_of(plan.pk, name, row.key)} for row in own
        ],
    }
    lines = lines_of(kept.rows(name), Names(request.actor, plan.pk, kept.seen.snapshot.plan))
    return table_for(name).bind(request, lines).respond("web/planning/objects/section.html", context)


def remark_on(section: str, row: PlanObject, names: Names) -> str:
    """What an object lacks to be complete, in a few words."""
    checks = {"objectives": gate.objective_gaps, "audiences": gate.audience_gaps, "resources": gate.resource_gaps}
    if section in checks:
        thing = section_named(section).part.model_validate(row.data)
        lacks = list(checks[section](thing))  # type: ignore[operator]  # each check takes the part of its section
        if isinstance(thing, Resource) and gate.too_much_planned(thing):
            lacks.append("hours for what is planned")
        return ", ".join(lacks)
    if section == "programmes" and row.data.get("state") != "ended":
        return ", ".join(what for _, what in gate.programme_gaps(Programme.model_validate(row.data)))
    return ""


def _effort(rows: list[PlanObject]) -> dict[str, Any]:
    """How much of money and days is technology, in words and as widths of 100."""
    found = []
    for field, unit in (("money", "money"), ("days", "days")):
        total = sum(row.data.get(field) or 0 for row in rows)
        technology = sum(row.data.get(field) or 0 for row in rows if row.data["category"] == "technology")
        if total:
            found.append(
                {"unit": unit, "total": total, "technology": technology, "percent": round(100 * technology / total, 1)}
            )
    return {"parts": found}


def single(request: PageRequest, plan: Plan, name: str) -> HttpResponse:
    """A section that is one object."""
    row = objects(request.actor, plan.pk, name).first()
    if row is not None or Kept(request.actor, plan.pk).section(name):
        return object_page(request, plan.pk, name)
    context = {"plan": plan, "words": shown(name), "may_edit": may_edit(request, plan)}
    return page(request, "web/planning/objects/none.html", context)


@require_safe
def object_page(request: PageRequest, plan_id: int, name: str, key: str = "") -> HttpResponse:
    """One object: what it says, what it refers to and what refers to it, comments and history."""
    return page(request, "web/planning/objects/object.html", object_context(request, plan_id, name, key))


def object_context(request: PageRequest, plan_id: int, name: str, key: str = "") -> dict[str, Any]:
    """What the page of an object shows; one that was removed has its history and can be brought back."""
    plan, words = get_plan_for(request.actor, plan_id), shown(known_section(name))
    names = Names(request.actor, plan_id)
    row = PlanObject.objects.filter(plan=plan, section=name, key=key).first()
    kept = Kept(request.actor, plan_id)
    live = kept.row(name, key)
    changes = list(history(request.actor, plan_id, name, key)[: _MOST + 1])
    if row is None and not changes and live is None and (words.many or not kept.section(name)):
        raise NotFoundError
    stored = row.data if row is not None else next((c.before for c in changes if c.before), {})
    data = kept.data(name, key, stored) if live is None else live.data
    if live is not None:
        names = Names(request.actor, plan_id, kept.seen.snapshot.plan)
    address = (
        reverse("planning:object", args=[plan_id, name, key])
        if key
        else reverse("planning:section", args=[plan_id, name])
    )
    return {
        "plan": plan,
        "row": row,
        "data": data,
        "key": key,
        "words": words,
        "title": title_of(name, data, names) if words.many else words.title,
        "may_edit": may_edit(request, plan),
        "may_comment": allowed(request.actor, "planning.comment_plan", plan),
        "facts": facts_of(name, data, names, plan_id),
        "live": live,
        "hidden": not kept.may_read,
        "keeper": kept.section(name),
        "kept_at": kept.url_of(name, key),
        "better": kept.keepers_of_fields(name, key) if live is None else [],
        "unread": facts_of(name, stored, names, plan_id) if row is not None and kept.section(name) else [],
        "users": _users(plan, name, key, names, kept) if row is not None and key else [],
        "comments": list(comments(request.actor, plan_id, name, key)),
        "changes": shown_changes(changes[:_MOST], names),
        "more_changes": len(changes) > _MOST,
        "remark": remark_on(name, row, names) if row is not None and live is None else "",
        "address": address,
        "account_id": request.actor.account_id,
        "alignment_url": alignment_url(plan_id, name, key),
    }


def alignment_url(plan_id: int, section: str, key: str) -> str:
    """The address of this plan's findings about an object, while alignment serves it; "" otherwise."""
    from django.urls import Resolver404, resolve

    address = f"/alignment/for/{section}/{key}/"
    try:
        resolve(address)
    except Resolver404:
        return ""
    return f"{address}?plan={plan_id}" if key else ""


def _users(plan: Plan, section: str, key: str, names: Names, kept: Kept) -> list[dict[str, str]]:
    """Objects that refer to this one, each once; those that the check no longer reads are left out."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for path in users_of(plan, section, key):
        where, _, rest = path.partition("/")
        if where in kept.seen.kept:
            continue
        other = rest.partition("/")[0] if section_named(where).many else ""
        title = names.title(where, other) if other else shown(where).title
        found.setdefault(
            (where, other), {"kind": shown(where).one, "title": title, "url": address_of(plan.pk, where, other)}
        )
    return list(found.values())
