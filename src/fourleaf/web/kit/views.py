"""The kit page: every component in its states, with the code to copy."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.conf import settings
from django.http import HttpResponse

from fourleaf.kernel import clock
from fourleaf.kernel.errors import NotFoundError
from fourleaf.web.kit.numbers import Share
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page

__all__ = ["kit"]


class ExampleForm(forms.Form):
    """A form with one field of each kind."""

    name = forms.CharField(label="Name", max_length=80, help_text="As it is written outside.")
    about = forms.CharField(label="What it is about", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    region = forms.ChoiceField(label="Region", choices=[("", "Choose"), ("no", "North"), ("so", "South")])
    pace = forms.ChoiceField(
        label="Pace", choices=[("calm", "Calm"), ("brisk", "Brisk")], widget=forms.RadioSelect, initial="calm"
    )
    announce = forms.BooleanField(label="Tell everybody", required=False, help_text="They get one message.")


def kit(request: PageRequest) -> HttpResponse:
    """For developers and administrators."""
    if not settings.DEBUG and "admin" not in request.actor.roles:
        raise NotFoundError
    wrong = ExampleForm({"name": "", "pace": "calm"})
    wrong.is_valid()
    return page(
        request,
        "web/kit/kit.html",
        {
            "form": ExampleForm(auto_id="ex_%s"),
            "wrong": wrong,
            "share": Share(0.314, 0.272, 0.352, 1204, "posts found"),
            "few": Share(0.5, 0.1, 0.9, 3, "posts found"),
            "at": clock.now() - timedelta(hours=3),
        },
        status=200,
    )
