"""Tags of the sign-in page."""

from __future__ import annotations

from django import template

from fourleaf.kernel.models import Account
from fourleaf.web.account.demo import DemoLogins, demo_people

register = template.Library()


@register.simple_tag
def first_run() -> bool:
    """Whether nobody has an account yet."""
    return not Account.objects.exists()


@register.simple_tag
def demo_logins() -> DemoLogins:
    """Whom one can be in demo mode; empty otherwise."""
    return demo_people()
