"""The kit page: every component in its states, with the code to copy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import NotAllowedError
from fourleaf.web.kit import charts, undo
from fourleaf.web.kit.demo import DEMO_TABLE, EMPTY_TABLE, demo_charts, demo_rows
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.numbers import Share
from fourleaf.web.kit.requests import PageRequest, safe_next
from fourleaf.web.kit.respond import page

__all__ = ["demo", "kit", "side"]

_CONTENTS = (
    ("colours", "Colours"),
    ("buttons", "Buttons"),
    ("states", "States"),
    ("forms", "Forms"),
    ("numbers", "Numbers"),
    ("menus", "Menus"),
    ("empty", "Empty"),
    ("tables", "Tables"),
    ("charts", "Charts"),
)
_SWATCHES = (
    "paper", "raised", "sunken", "ink", "ink-muted", "line", "leaf", "good", "attention", "blocking", "information",
    *(f"series-{place}" for place in range(1, charts.SERIES + 1)),
)  # fmt: skip


class ExampleForm(forms.Form):
    """A form with one field of each kind."""

    name = forms.CharField(label="Name", max_length=80, help_text="As it is written outside.")
    about = forms.CharField(label="What it is about", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    region = forms.ChoiceField(label="Region", choices=[("", "Choose"), ("no", "North"), ("so", "South")])
    begins = forms.DateField(label="Begins on", widget=forms.DateInput(attrs={"type": "date"}), required=False)
    pace = forms.ChoiceField(
        label="Pace", choices=[("calm", "Calm"), ("brisk", "Brisk")], widget=forms.RadioSelect, initial="calm"
    )
    announce = forms.BooleanField(label="Tell everybody", required=False, help_text="They get one message.")


def _back(actor: Actor, data: Mapping[str, Any]) -> str:
    return "It is as it was."


_UNDO = undo.register("kit.demo", _back)


def _for_developers(request: PageRequest) -> None:
    if not settings.DEBUG and "admin" not in request.actor.roles:
        raise NotAllowedError("The kit page is for administrators; for everybody only while FOURLEAF_DEBUG is on.")


@require_GET
def kit(request: PageRequest) -> HttpResponseBase:
    """For developers and administrators."""
    _for_developers(request)
    drawn = demo_charts()
    if (picture := charts.picture(request, *drawn.values())) is not None:
        return picture
    wrong = ExampleForm({"name": "", "pace": "calm"}, auto_id="wrong_%s")
    wrong.is_valid()
    context = {
        **drawn,
        "contents": _CONTENTS,
        "swatches": _SWATCHES,
        "form": ExampleForm(auto_id="example_%s"),
        "wrong": wrong,
        "share": Share(0.314, 0.272, 0.352, 1204, "posts found"),
        "few": Share(0.5, 0.1, 0.9, 3, "posts found"),
        "at": clock.now() - timedelta(hours=3),
        "undo_link": undo.link(request.actor, _UNDO, {}),
        "empty_table": EMPTY_TABLE.bind(request, []),
    }
    return DEMO_TABLE.bind(request, demo_rows()).respond("web/kit/kit.html", context)


@require_GET
def side(request: PageRequest) -> HttpResponse:
    """A page to open in the side panel."""
    _for_developers(request)
    return page(request, "web/kit/side.html", {"form": ExampleForm(auto_id="side_%s")})


@require_POST
def demo(request: PageRequest) -> HttpResponse:
    """Where the examples post to: says so, and offers to undo."""
    _for_developers(request)
    flash(request, "This is an example; nothing was changed.", undo=undo.link(request.actor, _UNDO, {}))
    return redirect(safe_next(request, "/kit/"))
