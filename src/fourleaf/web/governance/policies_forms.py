"""Forms about policies. They parse; rules are the services' matter."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.html import escape

from fourleaf.governance.contracts import KINDS, RIGHTS_BY_KIND
from fourleaf.governance.languages import NAMES, OWN_NAMES
from fourleaf.governance.models import Policy, PolicyVersion, PolicyVersionState
from fourleaf.governance.policy_texts import starting_languages
from fourleaf.kernel.models import Person, RoleGrant
from fourleaf.kernel.roles import ROLES
from fourleaf.kernel.selectors import unit_choices
from fourleaf.web.governance.fields import PersonForm, choose, day, unit_choice, version_field
from fourleaf.web.governance.policies_shown import RIGHTS, rights_words

__all__ = [
    "QUESTIONS", "AppliesForm", "AskRegionForm", "ConsultationForm", "DetailsForm", "EvidenceForm", "NewPolicyForm",
    "NewVersionForm", "PoliciesFilter", "QuizForm", "ReasonForm", "ScheduleForm", "ScopeForm", "SubmitForm", "TextForm",
    "WaitingFilter",
    "quiz_initial",
]  # fmt: skip

#: Questions in the form; a version asks two to five.
QUESTIONS = 5
LANGUAGES: list[tuple[str, str]] = list(OWN_NAMES.items())


def _area(rows: int, **attrs: str) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, **attrs})


_STATES = [("", "All"), *PolicyVersionState.choices()]
_STATES.insert(4, ("approval", "Waits for approval"))


class PoliciesFilter(forms.Form):
    """What the list is narrowed to."""

    kind = forms.ChoiceField(label="Document", required=False, choices=[("", "All"), *KINDS.items()])
    state = forms.ChoiceField(label="State", required=False, choices=_STATES)
    region = forms.ChoiceField(label="In force in", required=False)
    review = forms.ChoiceField(
        label="Review", required=False, choices=[("", "All"), ("overdue", "Overdue"), ("soon", "Due within 60 days")]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "region", unit_choice("regions", "Anywhere"))


class WaitingFilter(forms.Form):
    """Whom the list of those who have not acknowledged yet is narrowed to."""

    region_id = forms.ChoiceField(label="Region", required=False)
    department_id = forms.ChoiceField(label="Department", required=False)
    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[("", "All"), ("open", "Open"), ("overdue", "Overdue"), ("suspended", "Rights rest")],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = unit_choices()
        for name in ("region", "department"):
            choose(self, f"{name}_id", [("", "All"), *((str(pk), label) for pk, label in units[f"{name}s"])])


class AppliesForm(forms.Form):
    """The question “what applies?”."""

    channel = forms.CharField(label="Channel", required=False, max_length=40, help_text="Its code, such as H8.")
    region = forms.ChoiceField(label="Region", required=False)
    brand = forms.ChoiceField(label="Brand", required=False)
    language = forms.ChoiceField(label="Reader’s language", required=False, choices=[("", "Any language"), *LANGUAGES])
    on = day("Day")

    def __init__(self, *args: Any, channels: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "region", unit_choice("regions", "Any region"))
        choose(self, "brand", unit_choice("brands", "Any brand"))
        if known := list(channels):
            self.fields["channel"].widget.attrs["list"] = "known-channels"
            self.fields["channel"].help_text = f"Its code, such as {known[0]}."


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _templates_there() -> str:
    """In which languages there are templates, before anybody chooses one."""
    by_kind = {kind: starting_languages(kind) for kind in KINDS if starting_languages(kind)}
    everywhere = [code for code in NAMES if all(code in there for there in by_kind.values())]
    said = f"There is a template of each document in {_listed([NAMES[code] for code in everywhere])}"
    more: dict[str, list[str]] = {}
    for kind, there in by_kind.items():
        for code in there:
            if code not in everywhere:
                more.setdefault(code, []).append(KINDS[kind].lower())
    return f"{said}{''.join(f', of the {_listed(kinds)} in {NAMES[code]} too' for code, kinds in more.items())}."


_EMPTY = ("empty", "An empty text")
_TRANSLATED = ("translate", "The English template, to be translated: it cannot be approved before that")


class NewPolicyForm(forms.Form):
    """A document of the set; the template of its kind is the first draft.

    What it can begin with follows the document and the language; where scripts run, at once.
    """

    kind = forms.ChoiceField(label="Document", choices=list(KINDS.items()))
    title = forms.CharField(label="Title", max_length=150, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    language = forms.ChoiceField(
        label="Language of the first text", choices=LANGUAGES, initial="en", help_text=_templates_there()
    )
    begin = forms.ChoiceField(label="Begin with", widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind, language = str(self["kind"].value() or ""), str(self["language"].value() or "")
        there = starting_languages(kind) if kind in KINDS else []
        own = ("template", f"The {NAMES.get(language, language)} template: sections, examples, places to fill in")
        shown = [*([own] if language in there else [_TRANSLATED] if there else []), _EMPTY]
        # All are valid as answers: without scripts the choice may be older than the document that it goes with.
        choose(self, "begin", [own, _TRANSLATED, _EMPTY])
        self.fields["begin"].widget.choices = shown
        self.initial["begin"] = shown[0][0]
        for name in ("kind", "language"):
            self.fields[name].widget.attrs |= {
                "hx-get": reverse_lazy("governance:policy_add"),
                "hx-include": "#id_kind, #id_language",
                "hx-target": "#begin",
                "hx-select": "#begin",
                "hx-swap": "outerHTML",
            }

    def clean(self) -> dict[str, Any]:
        """The template is offered only in languages that have it."""
        data = dict(super().clean() or {})
        kind, language = str(data.get("kind", "")), str(data.get("language", ""))
        if kind and language and data.get("begin") in ("template", "translate"):
            there = starting_languages(kind)
            if not there:
                self.add_error("begin", "This document has no template. Begin with an empty text.")
            elif data["begin"] == "template" and language not in there:
                self.add_error(
                    "begin",
                    f"There is no template in {NAMES[language]}, only in {_listed([NAMES[code] for code in there])}. "
                    "Begin with the English one, to be translated, or with an empty text.",
                )
        return data


class DetailsForm(PersonForm):
    """Name, owner, how often it is reviewed."""

    people = ("owner",)
    title = forms.CharField(label="Title", max_length=150)
    owner = forms.CharField(
        label="Owner", max_length=300, required=False, help_text="Who answers for it: name, e-mail or number."
    )
    review_months = forms.IntegerField(label="Reviewed every … months", min_value=1, max_value=36)
    version = version_field()


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
    version = version_field()


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
    rest = forms.ChoiceField(
        label="What rests while it is overdue", required=False, widget=forms.RadioSelect, initial="chosen"
    )
    rights = forms.MultipleChoiceField(
        label="These rights",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=list(RIGHTS.items()),
        help_text="Only for “the rights ticked below”.",
    )
    approver_ids = forms.MultipleChoiceField(
        label="Approvers",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="All of them must agree. None chosen: one person with the right, other than its author, is enough.",
    )
    version = version_field()
    #: The unknown channels that were confirmed; shown only once there is something to confirm.
    confirmed = forms.BooleanField(label="Save it all the same", required=False)

    def __init__(
        self, *args: Any, kind: str = "", channels: Mapping[str, str] = MappingProxyType({}), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.usual = list(RIGHTS_BY_KIND.get(kind, ()))
        usual = "everything that a belt allows" if len(self.usual) > 1 else rights_words(self.usual)
        choose(
            self,
            "rest",
            [
                *([("usual", f"What is usual for this document: {usual}")] if usual else []),
                ("none", "Nothing"),
                ("chosen", "The rights ticked below"),
            ],
        )
        choose(self, "region_ids", unit_choice("regions"))
        choose(self, "brand_ids", unit_choice("brands"))
        choose(self, "approver_ids", _candidates())
        self.known = list(channels)
        if self.known:
            pairs = [f"{code} {name}".strip() for code, name in channels.items()]
            shown = ", ".join(pairs[:20]) + (" …" if len(pairs) > 20 else "")
            self.fields["channels"].help_text = f"Codes with commas. Empty: all. The plan has {escape(shown)}."
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
        if data.get("rest") in ("usual", "none") and data.get("rights"):
            self.add_error("rest", "Rights are ticked below. Choose them here too, or take the ticks away.")
        if not data.get("confirmed"):
            for name, codes in self._unknown().items():
                self.add_error(name, unknown_channels(codes, taken_out=name == "except_channels"))
        return data

    @staticmethod
    def initial_of(row: PolicyVersion) -> dict[str, Any]:
        """What is there now."""
        usual = RIGHTS_BY_KIND.get(row.policy.kind, ())
        rest = "none" if not row.rights else "usual" if set(row.rights) == set(usual) else "chosen"
        return {
            "note": row.note,
            "region_ids": [str(key) for key in row.region_ids],
            "brand_ids": [str(key) for key in row.brand_ids],
            "channels": ", ".join(row.channels),
            "except_channels": ", ".join(row.except_channels),
            "groups": ", ".join(row.groups),
            "acknowledged": row.acknowledged,
            # Nothing is ticked where it is the usual: what follows from the kind of document need not be chosen.
            "rest": rest,
            "rights": row.rights if rest == "chosen" else [],
            "approver_ids": [str(key) for key in row.approvers.values_list("pk", flat=True)],
            "version": row.version,
        }

    def fields_given(self) -> dict[str, Any]:
        """The keywords of the service."""
        data = dict(self.cleaned_data)
        data.pop("version")
        data.pop("confirmed", None)
        rest = data.pop("rest")
        if rest in ("usual", "none"):
            data["rights"] = self.usual if rest == "usual" else []
        for name in ("channels", "except_channels", "groups"):
            data[name] = _codes(data[name])
        for name in ("region_ids", "brand_ids", "approver_ids"):
            data[name] = [int(key) for key in data[name]]
        return data


class QuizForm(forms.Form):
    """Two to five questions on what changed; the right answer has an asterisk."""

    version = version_field()

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
    version = version_field()

    def __init__(self, *args: Any, places: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "open_places", [(place, f"[{place}]") for place in places])


class ReasonForm(forms.Form):
    """A reason, where one is needed."""

    reason = forms.CharField(label="Reason", required=False, widget=_area(2), max_length=2000)
    version = version_field()


class ScheduleForm(forms.Form):
    """The day on which a version begins."""

    effective_on = day("First day", help_text="In each region from its own midnight. Left empty: today.")
    version = version_field()


class ConsultationForm(forms.Form):
    """What a region's representatives answered."""

    region_id = forms.IntegerField(widget=forms.HiddenInput)
    answer = forms.ChoiceField(
        label="They", widget=forms.RadioSelect, choices=[("agreed", "agreed"), ("declined", "declined")]
    )
    note = forms.CharField(label="Minutes, letter or agreement", max_length=2000)
    version = version_field()


class AskRegionForm(forms.Form):
    """A region whose representatives are asked although the rules do not demand it."""

    region_id = forms.TypedChoiceField(label="Region", coerce=int)
    version = version_field()

    def __init__(self, *args: Any, asked: Collection[int] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "region_id", [pair for pair in unit_choice("regions") if int(pair[0]) not in asked])


class EvidenceForm(PersonForm):
    """Evidence of acknowledgements, for legal matters."""

    people = ("person",)
    policy = forms.ChoiceField(label="Policy", required=False)
    since = day("Acknowledged since")
    person = forms.CharField(label="One person", max_length=300, required=False, help_text="Name, e-mail or number.")
    reason = forms.CharField(
        label="Case", required=False, max_length=500, help_text="Needed with a person; noted in the audit trail."
    )

    def __init__(self, *args: Any, policies: Iterable[Policy] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "policy", [("", "All"), *((str(one.pk), one.title) for one in policies)])
