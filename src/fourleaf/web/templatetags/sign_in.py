"""Tags of the sign-in page."""

from __future__ import annotations

from django import template
from django.conf import settings

from fourleaf.demo.seed import DEMO_PASSWORD
from fourleaf.kernel.models import Account
from fourleaf.web.account.demo import DEMO_DOMAIN, DemoLogins, demo_people

register = template.Library()


@register.simple_tag
def first_run() -> bool:
    """Whether nobody has an account yet."""
    return not Account.objects.exists()


@register.simple_tag
def demo_logins() -> DemoLogins:
    """Whom one can be in demo mode; empty otherwise."""
    return demo_people()


@register.simple_tag
def demo_password(email: str) -> str:
    """The password of the sample's people, in demo mode and for its own accounts only; "" otherwise."""
    return DEMO_PASSWORD if settings.DEMO and email.endswith(f"@{DEMO_DOMAIN}") else ""
