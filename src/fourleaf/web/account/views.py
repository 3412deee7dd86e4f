"""One's own account: settings, factors, sessions, tokens."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from allauth.account.utils import perform_login
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from fourleaf.kernel.errors import DomainError, NotFoundError
from fourleaf.kernel.models import Account
from fourleaf.kernel.permissions import PERMISSIONS
from fourleaf.kernel.roles import ROLES
from fourleaf.kernel.selectors import tokens_of
from fourleaf.kernel.services.accounts import change_settings
from fourleaf.kernel.services.sessions import end_other_sessions
from fourleaf.kernel.services.tokens import make_token, revoke_token
from fourleaf.web.account.demo import demo_account
from fourleaf.web.account.devices import device
from fourleaf.web.account.forms import SettingsForm, TokenForm
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.forms import domain_errors
from fourleaf.web.kit.requests import PageRequest, safe_next
from fourleaf.web.kit.respond import page

__all__ = ["add_token", "demo_sign_in", "end_sessions", "own_settings", "revoke"]


@require_http_methods(["GET", "HEAD", "POST"])
def own_settings(request: PageRequest) -> HttpResponse:
    """Everything about one's own account on one page."""
    account = Account.objects.select_related("person").get(pk=request.actor.account_id or 0)
    initial = {"time_zone": account.time_zone, "theme": account.theme}
    form = SettingsForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            change_settings(
                actor=request.actor, time_zone=form.cleaned_data["time_zone"], theme=form.cleaned_data["theme"]
            )
            flash(request, "Your settings are saved.")
            response = redirect("me:settings")
            response.set_cookie(
                "theme", form.cleaned_data["theme"], max_age=365 * 86400, samesite="Lax",
                secure=request.is_secure(), httponly=True,
            )  # fmt: skip
            return response
    factors = list(Authenticator.objects.filter(user_id=account.pk))
    codes = next((factor for factor in factors if factor.type == Authenticator.Type.RECOVERY_CODES), None)
    sessions = UserSession.objects.filter(user_id=account.pk).order_by("-last_seen_at")
    return page(
        request,
        "web/account/settings.html",
        {
            "form": form,
            "account": account,
            "roles": [ROLES[role] for role in sorted(request.actor.roles) if role in ROLES],
            "totp": next((factor for factor in factors if factor.type == Authenticator.Type.TOTP), None),
            "passkeys": [factor for factor in factors if factor.type == Authenticator.Type.WEBAUTHN],
            "codes_left": len(codes.wrap().get_unused_codes()) if codes is not None else None,
            "linked": SocialAccount.objects.filter(user_id=account.pk).exists(),
            "sessions": [
                (session, device(session.user_agent), session.session_key == request.session.session_key)
                for session in sessions
            ],
            "tokens": [
                (token, [PERMISSIONS[code].label for code in token.scopes if code in PERMISSIONS])
                for token in tokens_of(request.actor)
            ],
        },
    )


@require_POST
def end_sessions(request: PageRequest) -> HttpResponse:
    """End one other session, or all others."""
    only = request.POST.get("session", "")
    count = end_other_sessions(
        actor=request.actor, keep=request.session.session_key, only=int(only) if only.isdigit() else None
    )
    flash(
        request,
        "There was no other session."
        if not count
        else f"{count} other sessions ended."
        if count > 1
        else "The session ended.",
    )
    return redirect("me:settings")


@never_cache
@reauthentication_required  # type: ignore[untyped-decorator]  # the library ships no types
@require_http_methods(["GET", "HEAD", "POST"])
def add_token(request: PageRequest) -> HttpResponse:
    """Make a key for the API; it is shown on the answer, once. Asks for the password again, as factors do."""
    form = TokenForm(request.POST if request.method == "POST" else None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        try:
            with domain_errors(form):
                made = make_token(
                    actor=request.actor,
                    name=form.cleaned_data["name"],
                    scopes=form.cleaned_data["scopes"],
                    expires_at=form.expires_at,
                )
                return page(request, "web/account/token.html", {"made": made})
        except DomainError as error:
            form.add_error(None, error.message)
    return page(request, "web/account/add_token.html", {"form": form})


@require_POST
def revoke(request: PageRequest, token_id: int) -> HttpResponse:
    """Revoke a key."""
    token = revoke_token(actor=request.actor, token_id=token_id)
    flash(request, f"The token “{token.name}” no longer works.")
    return redirect("me:settings")


@login_not_required
@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as somebody of the sample organisation, in demo mode only."""
    account = demo_account(request.POST.get("email", ""))
    if account is None:
        raise NotFoundError
    answer: HttpResponse = perform_login(
        request, account, email_verification="none", redirect_url=safe_next(request, "/")
    )
    return answer
