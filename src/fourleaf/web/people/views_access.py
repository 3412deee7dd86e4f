"""Accounts and roles of people, for administrators."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fourleaf.kernel.errors import DomainError, InvalidError
from fourleaf.kernel.permissions import PERMISSIONS, require
from fourleaf.kernel.roles import ROLES
from fourleaf.kernel.selectors import get_person_for, grants_by_role
from fourleaf.kernel.services import access, accounts, sessions
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.forms import domain_errors
from fourleaf.web.kit.requests import PageRequest, safe_next
from fourleaf.web.kit.respond import page
from fourleaf.web.kit.undo import link
from fourleaf.web.people.forms import GrantForm, SignInEmailForm
from fourleaf.web.people.undo import UNDO_CLOSING, UNDO_END_OF_ROLE, UNDO_GRANT

__all__ = ["account", "end", "grant", "roles", "sign_in_email"]

_GRANT, _SEE = "kernel.grant_roles", "kernel.view_people"


@require_POST
def account(request: PageRequest, person_id: int) -> HttpResponse:
    """One act on somebody's account; the button says which."""
    actor, act = request.actor, request.POST.get("act", "")
    person = get_person_for(actor, person_id)
    require(actor, _GRANT, person, seen_by=_SEE)
    try:
        if act in ("make", "link"):
            make = accounts.make_account if act == "make" else accounts.send_password_link
            made = make(actor=actor, person_id=person_id)
            return page(request, "web/people/password_link.html", {"person": person, "made": made, "act": act})
        if act == "close":
            accounts.close_account(actor=actor, person_id=person_id)
            undo = link(actor, UNDO_CLOSING, {"id": person_id})
            flash(request, f"{person.name}'s account is closed; every session has ended.", undo=undo)
        elif act == "open":
            accounts.open_account(actor=actor, person_id=person_id)
            flash(request, f"{person.name}'s account is open.")
        elif act == "sessions":
            count = sessions.end_sessions_of(actor=actor, person_id=person_id)
            flash(request, f"{count} sessions of {person.name} have ended." if count != 1 else "One session has ended.")
        elif act == "unlink":
            count = accounts.unlink_company_sign_in(actor=actor, person_id=person_id)
            flash(
                request, "Company sign-in is unlinked." if count else "Company sign-in was not linked.", "information"
            )
        else:
            raise InvalidError("This act is not known.")
    except DomainError as error:
        flash(request, error.message, "attention")
    return redirect("people:person", person_id)


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_email(request: PageRequest, person_id: int) -> HttpResponse:
    """Change the e-mail that somebody signs in with."""
    person = get_person_for(request.actor, person_id)
    require(request.actor, _GRANT, person, seen_by=_SEE)
    form = SignInEmailForm(request.POST if request.method == "POST" else None, initial={"email": person.email})
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            changed = accounts.change_sign_in_email(
                actor=request.actor, person_id=person_id, email=form.cleaned_data["email"]
            )
            flash(request, f"{person.name} signs in with {changed.email} now.")
            return redirect("people:person", person_id)
    return page(request, "web/people/sign_in_email.html", {"form": form, "person": person})


@require_http_methods(["GET", "HEAD", "POST"])
def grant(request: PageRequest, person_id: int) -> HttpResponse:
    """Grant a role."""
    person = get_person_for(request.actor, person_id)
    require(request.actor, _GRANT, person, seen_by=_SEE)
    form = GrantForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            role = form.cleaned_data["role"]
            made = access.grant_role(actor=request.actor, person_id=person_id, role=role, **form.limits)
            where = made.brand or made.region
            sentence = f"{person.name} is {ROLES[role].label} now{f', for {where}' if where else ''}."
            flash(request, sentence, undo=link(request.actor, UNDO_GRANT, {"id": made.pk}))
            return redirect("people:person", person_id)
    return page(request, "web/people/grant.html", {"form": form, "person": person})


@require_POST
def end(request: PageRequest, grant_id: int) -> HttpResponse:
    """End a role."""
    try:
        ended = access.end_role(actor=request.actor, grant_id=grant_id)
    except InvalidError:
        raise
    except DomainError as error:
        if type(error) is not DomainError:
            raise
        flash(request, error.message, "attention")
    else:
        label = ROLES[ended.role].label if ended.role in ROLES else ended.role
        undo = link(request.actor, UNDO_END_OF_ROLE, {"id": ended.pk})
        flash(request, f"{ended.person.name} is no longer {label}.", undo=undo)
    return redirect(safe_next(request, "/roles/"))


def _labels(role: str) -> list[str]:
    """What a role permits beyond what everybody may, in words."""
    beyond = ROLES[role].permissions - ROLES["member"].permissions
    return sorted(PERMISSIONS[code].label for code in beyond if code in PERMISSIONS)


@require_safe
def roles(request: PageRequest) -> HttpResponse:
    """Every role, what it may do, and who holds it."""
    if not request.actor.may("kernel.view_audit"):
        require(request.actor, _GRANT)
    held = grants_by_role(request.actor)
    return page(
        request,
        "web/people/roles.html",
        {
            "roles": [(ROLES[code], _labels(code), grants) for code, grants in held.items()],
            "may_grant": request.actor.may(_GRANT),
        },
    )
