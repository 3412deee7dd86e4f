"""The state of the installation, as ``fourleaf doctor`` sees it."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse

from fourleaf.kernel.examination import examine
from fourleaf.kernel.permissions import require
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page

__all__ = ["system"]

_STATES = {"ok": ("good", "In order"), "warning": ("attention", "Look at it"), "error": ("blocking", "Mend it")}


def system(request: PageRequest) -> HttpResponse:
    """Every check with what was found and how to mend it, worst first."""
    require(request.actor, "kernel.manage_jobs")
    order = ("error", "warning", "ok")
    findings = sorted(examine(), key=lambda finding: order.index(finding.state))
    shown = [(finding, *_STATES[finding.state]) for finding in findings]
    return page(request, "web/administration/system.html", {"findings": shown, "version": settings.VERSION})
