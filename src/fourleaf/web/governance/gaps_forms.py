"""Forms of the gap log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.urls import Resolver404, resolve

from fourleaf.engine.policies.force import IN_FORCE_STATES
from fourleaf.governance.models import Gap, GapSeverity, GapState, Policy, PolicyVersion
from fourleaf.governance.selectors.policies import visible_policies
from fourleaf.governance.services.gaps import CLOSING_STATES
from fourleaf.kernel.actors import Actor
from fourleaf.web.governance.fields import PersonForm, choose, long_text, policy_choices, version_field, written

__all__ = ["CloseForm", "DecideForm", "GapFilter", "ReportForm", "TriageForm", "page_of_ours"]


def page_of_ours(address: str) -> str:
    """The path of a page of this product; "" for anything else, such as another host or a page that does not exist."""
    try:
        parts = urlsplit(address)
        resolve(parts.path)
    except (ValueError, Resolver404):
        return ""
    return "" if parts.scheme or parts.netloc or len(parts.path) > 300 else parts.path


class GapFilter(forms.Form):
    """Filters of the list."""

    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[("", "All"), ("undecided", "Not decided"), *GapState.choices()],
    )
    severity = forms.ChoiceField(label="Severity", required=False, choices=[("", "All"), *GapSeverity.choices])
    policy = forms.ChoiceField(label="Policy", required=False)
    channel = forms.CharField(label="Channel", required=False, max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The list itself says which gaps somebody sees; here are policies that everybody knows.
        known = Policy.objects.filter(
            versions__state__in=IN_FORCE_STATES, versions__effective_on__isnull=False
        ).distinct()
        choose(self, "policy", policy_choices("All", known))


class ReportForm(forms.Form):
    """What somebody found that the rules do not say."""

    situation = long_text("What happened?", required=True, help_text="The situation, in one or two sentences.")
    what_was_done = long_text("What did you do?", rows=2)
    expected_rule = long_text("What should the rules say?", rows=2)
    proposal = long_text("Your proposal in words", rows=2)
    severity = forms.ChoiceField(
        label="How much did it matter?", choices=GapSeverity.choices, initial="medium", widget=forms.RadioSelect
    )
    channel = forms.CharField(
        label="Channel",
        required=False,
        max_length=40,
        help_text="Such as H2, if it came up in one.",
        widget=forms.TextInput(attrs={"list": "channel-codes", "autocomplete": "off"}),
    )
    policy_id = forms.TypedChoiceField(label="Policy", coerce=int, empty_value=None, required=False)
    section = forms.CharField(
        label="Section",
        required=False,
        max_length=150,
        widget=forms.TextInput(attrs={"list": "section-titles", "autocomplete": "off"}),
    )
    source = forms.CharField(widget=forms.HiddenInput, required=False, max_length=300)

    def __init__(self, *args: Any, actor: Actor, channels: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._channels = channels
        choose(self, "policy_id", policy_choices("I do not know", visible_policies(actor)))

    def clean_source(self) -> str:
        """Only a page of ours is noted; anything else is left out."""
        return page_of_ours(str(self.cleaned_data["source"]))

    def clean_channel(self) -> str:
        """A channel of the current plan, whatever its case; without a plan any code."""
        given = str(self.cleaned_data["channel"]).strip()
        known = {code.casefold(): code for code in self._channels}
        if given and known and given.casefold() not in known:
            raise forms.ValidationError(
                f"No channel of the plan is called {given}. Choose one from the list, or leave it empty."
            )
        return known.get(given.casefold(), given)


class TriageForm(PersonForm):
    """What somebody who looked at a gap says about it."""

    people = ("owner",)
    severity = forms.ChoiceField(label="Severity", choices=GapSeverity.choices, widget=forms.RadioSelect)
    owner = forms.CharField(label="Who deals with it", max_length=300, help_text="Name, e-mail or number.")
    policy_id = forms.TypedChoiceField(label="Policy", coerce=int, empty_value=None, required=False)
    section = forms.CharField(label="Section", required=False, max_length=150)
    version = version_field()

    def __init__(self, *args: Any, gap: Gap, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "severity": gap.severity,
            "owner": written(gap.owner),
            "policy_id": gap.policy_id,
            "section": gap.section,
            "version": gap.version,
        }
        super().__init__(*args, **kwargs)
        choose(self, "policy_id", policy_choices("None yet", visible_policies(self.actor)))


class DecideForm(forms.Form):
    """Accept or decline, with a reason."""

    outcome = forms.ChoiceField(
        label="Decision",
        choices=[("accept", "Accept: the rules will say something"), ("decline", "Decline: they say enough")],
        widget=forms.RadioSelect,
    )
    reason = long_text("Why", required=True, help_text="The one who reported it reads this.")
    version = version_field()


class CloseForm(forms.Form):
    """The version that says it."""

    version_id = forms.TypedChoiceField(label="Version of the policy", coerce=int)
    version = version_field()

    def __init__(self, *args: Any, gap: Gap, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = PolicyVersion.objects.filter(state__in=CLOSING_STATES).select_related("policy")
        versions = sorted(rows, key=lambda one: (one.policy_id != gap.policy_id, one.policy.title, -one.pk))
        choose(self, "version_id", [("", "Choose"), *((str(one.pk), str(one)) for one in versions[:200])])
        self.initial["version"] = gap.version
