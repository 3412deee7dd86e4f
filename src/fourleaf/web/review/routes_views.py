"""Groups, routes, and who is away."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import InvalidError, NotFoundError
from fourleaf.kernel.permissions import allowed, require
from fourleaf.review import services
from fourleaf.review.contracts import CONTENT_CLASSES, FLAGS
from fourleaf.review.models import Route
from fourleaf.review.selectors import (
    absences_of,
    delegations_of,
    deputies_of,
    findings_of,
    get_group_for,
    get_route_for,
    visible_groups,
    visible_routes,
)
from fourleaf.review.selectors.pace import PACE_DAYS, pace
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.forms import add_error, domain_errors
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page
from fourleaf.web.review.forms import (
    AwayForm,
    DelegateForm,
    DeputiesForm,
    GroupForm,
    RouteForm,
    named_people,
    person_text,
)
from fourleaf.web.review.words import working_time

__all__ = ["archive", "away", "group", "route", "routes"]


def _scope(route: Route) -> str:
    """The scope of a route in words."""
    parts = [
        route.tier and f"tier {route.tier}",
        route.brand.name if route.brand else "",
        route.region.name if route.region else "",
        route.channel and f"channel {route.channel}",
        CONTENT_CLASSES.get(route.content_class, route.content_class),
    ]
    said = ", ".join(part for part in parts if part) or "everything"
    if route.flags:
        said += "; where it " + " or ".join(FLAGS.get(flag, flag).lower() for flag in route.flags)
    return said


def _time(minutes: float | None) -> str:
    """Working time in words."""
    if minutes is None:
        return ""
    return f"{minutes:.0f} min" if minutes < 90 else f"{minutes / 60:.1f} h"


@require_safe
def routes(request: PageRequest) -> HttpResponse:
    """All routes with their steps, what is wrong with them, and the groups."""
    require(request.actor, "review.submit")
    everything = list(visible_routes(request.actor, archived=True))
    rows = [row for row in everything if row.archived_at is None]
    context = {
        "aside": [(row, _scope(row)) for row in everything if row.archived_at is not None],
        "routes": [
            (row, _scope(row), list(row.steps.all()), working_time(row.answer_minutes) if row.answer_minutes else "")
            for row in rows
        ],
        "findings": findings_of(rows) if rows else [],
        "groups": list(visible_groups(request.actor)),
        "pace": [(one, _time(one.median_minutes), _time(one.oldest_minutes)) for one in pace()],
        "pace_days": PACE_DAYS,
        "absences": list(absences_of()[:100]),
        "may_edit": allowed(request.actor, "review.configure"),
    }
    return page(request, "web/review/routes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def group(request: PageRequest, group_id: int | None = None) -> HttpResponse:
    """Add or change a group."""
    require(request.actor, "review.configure", seen_by="review.submit")
    row = get_group_for(request.actor, group_id) if group_id else None
    form = GroupForm(request.POST or None, group=row)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with domain_errors(form):
            saved = services.save_group(
                actor=request.actor,
                group_id=group_id,
                version=data["version"],
                fields=services.GroupFields(
                    data["name"], form.person_ids, data["belt"], data["brand_id"], data["about"]
                ),
            )
            flash(request, f"The group {saved.name} is kept.")
            return redirect("review:routes")
    return page(request, "web/review/group.html", {"form": form, "group": row})


@require_http_methods(["GET", "HEAD", "POST"])
def route(request: PageRequest, route_id: int | None = None) -> HttpResponse:
    """Add or change a route."""
    require(request.actor, "review.configure", seen_by="review.submit")
    row = get_route_for(request.actor, route_id) if route_id else None
    form = RouteForm(request.POST or None, route=row, groups=list(visible_groups(request.actor)))
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.save_route(
                actor=request.actor,
                route_id=route_id,
                version=form.cleaned_data["version"],
                fields=_fields(form),
            )
            flash(request, f"The route {saved.name} is kept. Items on the way keep the steps they were handed in with.")
            return redirect("review:routes")
        except InvalidError as error:
            if "steps" in error.fields:
                error.fields["group_1"] = error.fields.pop("steps")
            add_error(form, error)
    return page(request, "web/review/route.html", {"form": form, "route": row})


def _fields(form: RouteForm) -> services.RouteFields:
    names = ("name", "about", "role", "mode", "brand_id", "region_id", "channel", "content_class", "tier", "flags",
             "always", "answer_minutes")  # fmt: skip
    return services.RouteFields(steps=form.steps, **{name: form.cleaned_data[name] for name in names})


@require_POST
def archive(request: PageRequest, route_id: int, restore: bool = False) -> HttpResponse:
    """Put a route aside, or take it up again."""
    row = services.archive_route(actor=request.actor, route_id=route_id, restore=restore)
    flash(request, f"The route {row.name} is {'in use again' if restore else 'put aside'}.")
    return redirect("review:routes")


def _take_away(actor: Actor, what: str, number: str) -> None:
    """Remove an absence, or end a delegation; `NotFoundError` for what is no number of one."""
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise NotFoundError
    if what == "remove":
        services.remove_absence(actor=actor, absence_id=int(number))
    else:
        services.end_delegation(actor=actor, delegation_id=int(number))


@require_http_methods(["GET", "HEAD", "POST"])
def away(request: PageRequest) -> HttpResponse:
    """One's own absence, delegation and deputies."""
    actor = request.actor
    require(actor, "review.decide")
    me = actor.person_id
    if me is None:
        raise NotFoundError
    what = request.POST.get("what", "")
    deputies = list(deputies_of(me))
    said = "\n".join(person_text(one.deputy.name, one.deputy.email) for one in deputies)
    forms = {
        "away": AwayForm(request.POST if what == "away" else None, prefix="a"),
        "delegate": DelegateForm(request.POST if what == "delegate" else None, prefix="d"),
        "deputies": DeputiesForm(request.POST if what == "deputies" else None, prefix="s", initial={"people": said}),
    }
    if what in ("remove", "end"):
        _take_away(actor, what, request.POST.get("id", ""))
        flash(request, "The absence was removed." if what == "remove" else "The delegation is over.")
        return redirect("review:away")
    form = forms.get(what)
    if form is not None and form.is_valid():
        with domain_errors(form):
            if what == "deputies":
                found, wrong = named_people(form.cleaned_data["people"])
                if wrong:
                    raise InvalidError(fields={"people": wrong})
                services.set_deputies(actor=actor, person_id=me, deputy_ids=found)
                flash(request, "Kept: they stand in while you are away." if found else "Nobody stands in for you now.")
                return redirect("review:away")
            days = {"first": form.cleaned_data["first"], "last": form.cleaned_data["last"]}
            if what == "away":
                services.note_absence(actor=actor, person_id=me, **days)
                flash(request, "Noted: nobody waits for you on these days.")
            else:
                found, wrong = named_people(form.cleaned_data["to"])
                if wrong or len(found) != 1:
                    raise InvalidError(fields={"to": wrong or ["Name one person."]})
                services.delegate(actor=actor, giver_id=me, to_id=found[0], **days)
                flash(request, "Delegated. It ends by itself.")
            return redirect("review:away")
    context = {
        "away_form": forms["away"],
        "delegate_form": forms["delegate"],
        "deputies_form": forms["deputies"],
        "absences": list(absences_of([me])),
        "delegations": list(delegations_of(me)),
        "deputies": deputies,
        "me": me,
    }
    return page(request, "web/review/away.html", context)
