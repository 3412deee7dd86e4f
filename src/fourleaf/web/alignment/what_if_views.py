"""What if: changes in a list of one's own, and at once the findings that come and go; then saved, or thrown away."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from fourleaf.alignment.changes import Change, Outcome, object_at, tried
from fourleaf.alignment.services import save_changes
from fourleaf.alignment.snapshot import Checked, checked
from fourleaf.alignment.trying import what_if
from fourleaf.engine.alignment.plan import Part
from fourleaf.engine.alignment.plan import Plan as PlanModel
from fourleaf.kernel.errors import ConflictError, InvalidError, NotFoundError
from fourleaf.kernel.permissions import allowed
from fourleaf.planning.contracts import PlanInfo
from fourleaf.planning.selectors import objects
from fourleaf.web.alignment.choosing import choice_of, chosen_plan
from fourleaf.web.alignment.places import SEVERITY, Places
from fourleaf.web.alignment.what_if_fields import KINDS, TryForm
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.forms import add_error
from fourleaf.web.kit.requests import PageRequest, is_fragment
from fourleaf.web.kit.respond import page

__all__ = ["clear", "save", "take_out", "what_if_page"]

_KEY: Final = "alignment.what_if"
#: Titles longer than this stand without their id in a choice.
_WIDE: Final = 60
#: Sections that findings speak of and that people change by hand; the others are still found by their address.
_OFFERED: Final = (
    *("programmes", "policies", "channels", "roadmap", "pilots", "objectives", "audiences", "resources", "people"),
    *("brands", "regions", "routes", "kpis", "committees", "listening_queries", "rota_slots", "acknowledgements"),
)


def _basket(request: PageRequest, plan_id: int) -> list[Change]:
    held = request.session.get(_KEY) or {}
    if held.get("plan") != plan_id:
        return []
    return [Change(*item) for item in held.get("changes", [])]


def _keep(request: PageRequest, plan_id: int, changes: Sequence[Change]) -> None:
    kept = [[c.section, c.key, c.field, c.value, c.version] for c in changes]
    request.session[_KEY] = {"plan": plan_id, "changes": kept}


@require_http_methods(["GET", "HEAD", "POST"])
def what_if_page(request: PageRequest) -> HttpResponse:
    """Choose an object, change its fields, see what comes and goes. ``?at=section/key`` is the chosen object."""
    plan = chosen_plan(request)
    if plan is None:
        return page(request, "web/alignment/what_if.html", {"plan": None})
    changes = _basket(request, plan.id)
    chosen_kind = request.POST.get("kind") or request.GET.get("kind", "")
    kind = KINDS.get(chosen_kind)
    at = (request.POST.get("at") or request.GET.get("at") or "").strip()
    section, _, key = at.partition("/")
    seen = checked(request.actor, plan.id)
    thing, unknown = _chosen(seen.snapshot.plan, section, key.partition(" ")[0]) if at else (None, "")
    key = key.partition(" ")[0]
    places = Places(request.actor, plan.id)
    form = None
    if thing is not None:
        mine = {c.field: c.value for c in changes if (c.section, c.key) == (section, key)}
        form = TryForm(
            request.POST if request.method == "POST" else None, thing=thing, tried=mine, places=places, kind=kind
        )
        if request.method == "POST" and form.is_valid():
            others = [c for c in changes if (c.section, c.key) != (section, key)]
            version = _version(request, plan, section, key)
            mine_now = [Change(section, key, name, value, version) for name, value in form.changed.items()]
            try:
                tried(seen.snapshot, [*others, *mine_now])
            except InvalidError as error:
                add_error(form, error)
            else:
                changes = [*others, *mine_now]
                _keep(request, plan.id, changes)
                if not is_fragment(request):
                    return redirect(f"{request.path}?{urlencode({'kind': chosen_kind, 'at': f'{section}/{key}'})}")
    context = {
        **choice_of(request, plan),
        "kind": chosen_kind if kind else "",
        "kinds": KINDS.items(),
        "at": f"{section}/{key}" if thing is not None else "",
        "title": places.title(f"{section}/{key}") if thing is not None else "",
        "unknown": unknown,
        "form": form,
        **_said(request, plan, changes, places, seen),
    }
    if is_fragment(request) and request.method == "POST":
        wrong = form is not None and bool(form.errors)
        return page(request, "web/alignment/what_if.html#outcome", {**context, "wrong": wrong}, status=200)
    context["choices"] = _choices(places, kind.sections if kind else _OFFERED)
    return page(request, "web/alignment/what_if.html", context)


def _said(request: PageRequest, plan: PlanInfo, changes: list[Change], places: Places, seen: Checked) -> dict[str, Any]:
    """The list of changes with what they bring about, and how long the server took."""
    began = perf_counter()
    outcome: Outcome | None = None
    problem = ""
    if changes:
        try:
            outcome = what_if(request.actor, plan.id, changes, seen)
        except InvalidError as error:
            problem = str(error)
    took = (perf_counter() - began) * 1000
    model = seen.snapshot.plan
    listed = [
        {
            "place": number,
            "title": places.title(change.address),
            "address": change.address,
            "field": change.field.replace("_", " "),
            "before": _words(_before(model, change)),
            "after": _words(change.value),
        }
        for number, change in enumerate(changes)
    ]
    parts: list[tuple[str, str, list[Any]]] = []
    if outcome is not None:
        parts = [
            ("Goes", "good", [(f, SEVERITY[f.severity], places.title(f.object)) for f in outcome.goes]),
            ("Comes", "blocking", [(f, SEVERITY[f.severity], places.title(f.object)) for f in outcome.comes]),
            (
                "Changes",
                "attention",
                [(m.after, SEVERITY[m.after.severity], places.title(m.after.object)) for m in outcome.moved],
            ),
        ]
    named = [(one, places.url(f"programmes/{one.key}")) for one in outcome.programmes] if outcome else []
    return {
        "basket": listed,
        "outcome": outcome,
        "programmes": named,
        "decided": [pair for pair in named if not (pair[0].before and pair[0].after)],
        "undecided": [pair for pair in named if pair[0].before and pair[0].after],
        "parts": parts,
        "problem": problem,
        "took": took,
        "may_save": allowed(request.actor, "planning.edit_plan"),
    }


def _chosen(model: PlanModel, section: str, key: str) -> tuple[Part | None, str]:
    try:
        return object_at(model, section, key), ""
    except InvalidError as error:
        return None, str(error)


def _version(request: PageRequest, plan: PlanInfo, section: str, key: str) -> int | None:
    return objects(request.actor, plan.id, section).filter(key=key).values_list("version", flat=True).first()


def _before(model: PlanModel, change: Change) -> Any:
    try:
        return object_at(model, change.section, change.key).model_dump(mode="json").get(change.field)
    except InvalidError:
        return None


def _words(value: Any) -> str:
    if value in (None, "", []):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_words(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')} {_words(item)}" for name, item in value.items() if item is not None)
    return str(value)


def _choices(places: Places, sections: Sequence[str]) -> list[tuple[str, str]]:
    return [
        (f"{section}/{key}", title if title == key or len(title) > _WIDE else f"{title} ({key})")
        for section in sections
        for key, title in places.titles(section).items()
    ]


@require_POST
def save(request: PageRequest) -> HttpResponse:
    """Make all changes of the list in the plan; all or none."""
    plan = _there(request)
    changes = _basket(request, plan.id)
    try:
        count = save_changes(actor=request.actor, plan_id=plan.id, changes=changes)
    except (InvalidError, ConflictError) as error:
        flash(request, f"Nothing was saved. {error}", "blocking")
        return redirect("alignment:what_if")
    _keep(request, plan.id, [])
    flash(request, f"{count} {'object was' if count == 1 else 'objects were'} changed, and the plan was checked again.")
    return redirect("alignment:glance")


@require_POST
def clear(request: PageRequest) -> HttpResponse:
    """Throw the list away."""
    plan = _there(request)
    _keep(request, plan.id, [])
    flash(request, "The list is empty. Nothing in the plan was changed.", "information")
    return redirect("alignment:what_if")


@require_POST
def take_out(request: PageRequest, place: int) -> HttpResponse:
    """Take one change out of the list."""
    plan = _there(request)
    changes = _basket(request, plan.id)
    _keep(request, plan.id, [change for number, change in enumerate(changes) if number != place])
    return redirect("alignment:what_if")


def _there(request: PageRequest) -> PlanInfo:
    plan = chosen_plan(request)
    if plan is None:
        raise NotFoundError("There is no current plan.")
    return plan
