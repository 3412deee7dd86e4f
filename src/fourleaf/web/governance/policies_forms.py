"""Forms about policies. They parse; rules are the services' matter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from fourleaf.governance.contracts import ALL_RIGHTS, KINDS
from fourleaf.governance.models import Policy, PolicyVersion, PolicyVersionState
from fourleaf.governance.policy_texts import starting_languages
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.models import Person, RoleGrant
from fourleaf.kernel.roles import ROLES
from fourleaf.kernel.selectors import find_named, unit_choices
from fourleaf.web.governance.policies_shown import LANGUAGE_NAMES

__all__ = [
    "QUESTIONS", "AppliesForm", "ConsultationForm", "DetailsForm", "EvidenceForm", "NewPolicyForm", "NewVersionForm",
    "PoliciesFilter", "QuizForm", "ReasonForm", "ScheduleForm", "ScopeForm", "SubmitForm", "TextForm", "quiz_initial",
]  # fmt: skip

#: Questions in the form; a version asks two to five.
QUESTIONS = 5
_RIGHTS = [(code, code.replace("_", " ").capitalize()) for code in (*ALL_RIGHTS, "engage_influencers")]
LANGUAGES: list[tuple[str, str]] = [
    ("en", "English"), ("de", "Deutsch"), ("es", "Español"), ("fr", "Français"), ("it", "Italiano"),
    ("nl", "Nederlands"), ("pl", "Polski"), ("pt", "Português"), ("sv", "Svenska"), ("da", "Dansk"), ("nb", "Norsk"),
    ("fi", "Suomi"), ("cs", "Čeština"), ("ja", "日本語"), ("zh", "中文"),
]  # fmt: skip


def _day(label: str, help_text: str = "", *, required: bool = False) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


def _area(rows: int, **attrs: str) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, **attrs})


def _hidden() -> forms.IntegerField:
    return forms.IntegerField(widget=forms.HiddenInput, required=False)


def _set(form: forms.Form, name: str, choices: Iterable[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
    field.choices = list(choices)


def _units(name: str, empty: str = "") -> list[tuple[str, str]]:
    return [*([("", empty)] if empty else []), *((str(pk), label) for pk, label in unit_choices()[name])]


class PersonField(forms.CharField):
    """Somebody by e-mail, number or whole name; cleaned to their id."""

    def __init__(self, actor: Actor, **kwargs: Any) -> None:
        self.actor = actor
        super().__init__(widget=forms.TextInput(attrs={"autocomplete": "off"}), **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = find_named(self.actor, text)
        if len(found) != 1:
            raise forms.ValidationError(
                "Nobody is called that. Write the e-mail, the number or the whole name."
                if not found
                else "Several people are called that. Write the e-mail."
            )
        return found[0].pk


class PoliciesFilter(forms.Form):
    """What the list is narrowed to."""

    kind = forms.ChoiceField(label="Document", required=False, choices=[("", "All"), *KINDS.items()])
    state = forms.ChoiceField(label="State", required=False, choices=[("", "All"), *PolicyVersionState.choices()])
    region = forms.ChoiceField(label="In force in", required=False)
    review = forms.ChoiceField(
        label="Review", required=False, choices=[("", "All"), ("overdue", "Overdue"), ("soon", "Due within 60 days")]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _set(self, "region", _units("regions", "Anywhere"))


class AppliesForm(forms.Form):
    """The question “what applies?”."""

    channel = forms.CharField(label="Channel", required=False, max_length=40, help_text="Its code, such as H8.")
    region = forms.ChoiceField(label="Region", required=False)
    brand = forms.ChoiceField(label="Brand", required=False)
    language = forms.ChoiceField(label="Reader’s language", required=False, choices=[("", "Any language"), *LANGUAGES])
    on = _day("Day")

    def __init__(self, *args: Any, channels: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _set(self, "region", _units("regions", "Any region"))
        _set(self, "brand", _units("brands", "Any brand"))
        if known := list(channels):
            self.fields["channel"].widget.attrs["list"] = "known-channels"
            self.fields["channel"].help_text = f"Its code, such as {known[0]}."


class NewPolicyForm(forms.Form):
    """A document of the set; the template of its kind is the first draft."""

    kind = forms.ChoiceField(label="Document", choices=list(KINDS.items()))
    title = forms.CharField(label="Title", max_length=150, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    language = forms.ChoiceField(label="Language of the first text", choices=LANGUAGES, initial="en")
    begin = forms.ChoiceField(
        label="Begin with",
        widget=forms.RadioSelect,
        choices=[
            ("template", "The template: sections, examples, places to fill in"),
            ("translate", "The English template, to be translated: it cannot be approved before that"),
            ("empty", "An empty text"),
        ],
        initial="template",
    )

    def clean(self) -> dict[str, Any]:
        """The template is offered only in languages that have it."""
        data = dict(super().clean() or {})
        kind, language = str(data.get("kind", "")), str(data.get("language", ""))
        if kind and language and data.get("begin") in ("template", "translate"):
            there = starting_languages(kind)
            names = " and ".join(LANGUAGE_NAMES.get(code, code) for code in there)
            if not there:
                self.add_error("begin", "This document has no template. Begin with an empty text.")
            elif data["begin"] == "template" and language not in there:
                name = LANGUAGE_NAMES.get(language, language)
                self.add_error(
                    "begin",
                    f"There is no template in {name}, only in {names}. Begin with the English one, to be translated, "
                    "or with an empty text.",
                )
        return data


class DetailsForm(forms.Form):
    """Name, owner, how often it is reviewed."""

    title = forms.CharField(label="Title", max_length=150)
    review_months = forms.IntegerField(label="Reviewed every … months", min_value=1, max_value=36)
    version = _hidden()

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner_id"] = PersonField(
            actor, label="Owner", required=False, help_text="Who answers for it: e-mail, number or whole name."
        )
        self.order_fields(["title", "owner_id", "review_months"])


class NewVersionForm(forms.Form):
    """Which number moves, and why."""

    change = forms.ChoiceField(
        label="What changes",
        widget=forms.RadioSelect,
        choices=[
            ("major", "Duties or rights: everybody acknowledges again (major)"),
            ("minor", "It becomes clearer: readers get a notice (minor)"),
            ("patch", "Typing errors only (patch)"),
        ],
    )
    note = forms.CharField(label="What and why", widget=_area(3), help_text="Readers see it beside the comparison.")


class TextForm(forms.Form):
    """The text of a draft in one language."""

    title = forms.CharField(label="Title", max_length=150)
    body = forms.CharField(
        label="Text",
        strip=False,
        widget=_area(28, spellcheck="true"),
        help_text="Markdown. A line that begins with ## begins a section; [brackets] mark a place to fill in.",
    )
    version = _hidden()


def _candidates() -> list[tuple[str, str]]:
    """Those whose role lets them approve."""
    roles = [code for code, role in ROLES.items() if "governance.approve_policies" in role.permissions]
    holders = RoleGrant.objects.filter(role__in=roles, ended_at__isnull=True).values("person_id")
    people = Person.objects.filter(pk__in=holders).order_by("name", "pk").values_list("pk", "name", "title")
    return [(str(pk), f"{name}, {title}" if title else name) for pk, name, title in people[:100]]


def _codes(text: str) -> list[str]:
    return [code for code in re.split(r"[\s,;]+", text) if code]


def unknown_channels(codes: list[str], *, taken_out: bool = False) -> str:
    """The sentence on channels that the plan does not have."""
    if len(codes) == 1:
        what = f"{codes[0]} is not a channel of the plan"
        return f"{what}: it will {'take nothing out' if taken_out else 'cover nothing'} until it is one."
    what = f"{', '.join(codes[:-1])} and {codes[-1]} are not channels of the plan"
    return f"{what}: they will {'take nothing out' if taken_out else 'cover nothing'} until they are."


class ScopeForm(forms.Form):
    """Note, scope, approvers, acknowledgement. Nothing chosen means “all”."""

    note = forms.CharField(label="What changed and why", required=False, widget=_area(3))
    region_ids = forms.MultipleChoiceField(
        label="Regions", required=False, widget=forms.CheckboxSelectMultiple, help_text="None chosen: all."
    )
    brand_ids = forms.MultipleChoiceField(
        label="Brands", required=False, widget=forms.CheckboxSelectMultiple, help_text="None chosen: all."
    )
    channels = forms.CharField(label="Channels", required=False, help_text="Codes with commas. Empty: all.")
    except_channels = forms.CharField(label="But not these channels", required=False)
    groups = forms.CharField(
        label="Groups",
        required=False,
        help_text="Such as department:MKT, or belt:green for Green and higher, with commas. Empty: everybody.",
    )
    acknowledged = forms.BooleanField(label="People in scope acknowledge it", required=False)
    rights = forms.MultipleChoiceField(
        label="Rights that rest while it is overdue",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=_RIGHTS,
    )
    approver_ids = forms.MultipleChoiceField(
        label="Approvers",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="All of them must agree. None chosen: one person with the right is enough.",
    )
    version = _hidden()
    #: The unknown channels that were confirmed; shown only once there is something to confirm.
    confirmed = forms.BooleanField(label="Save it all the same", required=False)

    def __init__(self, *args: Any, channels: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _set(self, "region_ids", _units("regions"))
        _set(self, "brand_ids", _units("brands"))
        _set(self, "approver_ids", _candidates())
        self.known = list(channels)
        if self.known:
            shown = ", ".join(self.known[:20]) + (" …" if len(self.known) > 20 else "")
            self.fields["channels"].help_text = f"Codes with commas. Empty: all. The plan has {shown}."
            for name in ("channels", "except_channels"):
                self.fields[name].widget.attrs |= {"list": "known-channels", "autocomplete": "off"}
        self.order_fields(["note", "region_ids", "brand_ids", "channels", "except_channels", "confirmed"])
        if not self._unknown():
            del self.fields["confirmed"]

    def _unknown(self) -> dict[str, list[str]]:
        """Field -> channels written in it that the plan does not have; nothing without a plan's channels.

        What the draft has already was confirmed when it was saved.
        """
        if not self.known or not self.is_bound:
            return {}
        found = {}
        for name in ("channels", "except_channels"):
            stored = _codes(self.initial.get(name, ""))
            codes = [one for one in _codes(str(self.data.get(name, ""))) if one not in (*self.known, *stored)]
            if codes:
                found[name] = list(dict.fromkeys(codes))
        return found

    def clean(self) -> dict[str, Any]:
        """Channels that the plan does not have are asked about once."""
        data = dict(super().clean() or {})
        if not data.get("confirmed"):
            for name, codes in self._unknown().items():
                self.add_error(name, unknown_channels(codes, taken_out=name == "except_channels"))
        return data

    @staticmethod
    def initial_of(row: PolicyVersion) -> dict[str, Any]:
        """What is there now."""
        return {
            "note": row.note,
            "region_ids": [str(key) for key in row.region_ids],
            "brand_ids": [str(key) for key in row.brand_ids],
            "channels": ", ".join(row.channels),
            "except_channels": ", ".join(row.except_channels),
            "groups": ", ".join(row.groups),
            "acknowledged": row.acknowledged,
            "rights": row.rights,
            "approver_ids": [str(key) for key in row.approvers.values_list("pk", flat=True)],
            "version": row.version,
        }

    def fields_given(self) -> dict[str, Any]:
        """The keywords of the service."""
        data = dict(self.cleaned_data)
        data.pop("version")
        data.pop("confirmed", None)
        for name in ("channels", "except_channels", "groups"):
            data[name] = _codes(data[name])
        for name in ("region_ids", "brand_ids", "approver_ids"):
            data[name] = [int(key) for key in data[name]]
        return data


class QuizForm(forms.Form):
    """Two to five questions on what changed; the right answer has an asterisk."""

    version = _hidden()

    def __init__(self, *args: Any, anchors: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Choose a section"), *anchors]
        for place in range(1, QUESTIONS + 1):
            self.fields[f"question_{place}"] = forms.CharField(
                label=f"Question {place}", required=False, max_length=300
            )
            self.fields[f"options_{place}"] = forms.CharField(
                label="Answers",
                required=False,
                widget=_area(4),
                help_text="One a line; begin the right one with *.",
            )
            self.fields[f"section_{place}"] = forms.ChoiceField(
                label="The answer is in", required=False, choices=choices
            )

    def quiz(self) -> list[dict[str, Any]]:
        """The questions as the service takes them; fields left empty are no question."""
        found = []
        for place in range(1, QUESTIONS + 1):
            question = self.cleaned_data.get(f"question_{place}", "").strip()
            lines = [
                line.strip() for line in self.cleaned_data.get(f"options_{place}", "").splitlines() if line.strip()
            ]
            if not question and not lines:
                continue
            right = [at for at, line in enumerate(lines) if line.startswith("*")]
            found.append(
                {
                    "question": question,
                    "options": [line.lstrip("* ").strip() for line in lines],
                    "answer": right[0] if len(right) == 1 else None,
                    "section": self.cleaned_data.get(f"section_{place}", ""),
                }
            )
        return found


def quiz_initial(quiz: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Stored questions as the form shows them."""
    found: dict[str, Any] = {}
    for place, one in enumerate(quiz, 1):
        found[f"question_{place}"] = one["question"]
        found[f"options_{place}"] = "\n".join(
            f"{'* ' if at == one['answer'] else ''}{option}" for at, option in enumerate(one["options"])
        )
        found[f"section_{place}"] = one["section"]
    return found


class SubmitForm(forms.Form):
    """Hand over to legal review; places that stay open must be named."""

    open_places = forms.MultipleChoiceField(
        label="These may stay open during legal review", required=False, widget=forms.CheckboxSelectMultiple
    )
    version = _hidden()

    def __init__(self, *args: Any, places: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _set(self, "open_places", [(place, f"[{place}]") for place in places])


class ReasonForm(forms.Form):
    """A reason, where one is needed."""

    reason = forms.CharField(label="Reason", required=False, widget=_area(2), max_length=2000)
    version = _hidden()


class ScheduleForm(forms.Form):
    """The day on which a version begins."""

    effective_on = _day("First day", "In each region from its own midnight. Left empty: today.")
    version = _hidden()


class ConsultationForm(forms.Form):
    """What a region's representatives answered."""

    region_id = forms.IntegerField(widget=forms.HiddenInput)
    answer = forms.ChoiceField(
        label="They", widget=forms.RadioSelect, choices=[("agreed", "agreed"), ("declined", "declined")]
    )
    note = forms.CharField(label="Minutes, letter or agreement", max_length=2000)
    version = _hidden()


class EvidenceForm(forms.Form):
    """Evidence of acknowledgements, for legal matters."""

    policy = forms.ChoiceField(label="Policy", required=False)
    since = _day("Acknowledged since")
    reason = forms.CharField(
        label="Case", required=False, max_length=500, help_text="Needed with a person; noted in the audit trail."
    )

    def __init__(self, *args: Any, actor: Actor, policies: Iterable[Policy] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _set(self, "policy", [("", "All"), *((str(one.pk), one.title) for one in policies)])
        self.fields["person"] = PersonField(
            actor, label="One person", required=False, help_text="E-mail, number or whole name."
        )
        self.order_fields(["policy", "since", "person", "reason"])
