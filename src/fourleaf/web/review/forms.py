"""Forms of review. They parse; rules are the services' matter."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms

from fourleaf.engine.review.routes import BELTS
from fourleaf.engine.review.tiers import CAPS, TIERS
from fourleaf.kernel.public import brands, people_by_id, people_now, regions
from fourleaf.review.contracts import CONTENT_CLASSES, DEFECTS, FLAGS
from fourleaf.review.models import Draft, ReviewGroup, Route
from fourleaf.review.services import FOUND_BY, DraftFields, StepFields, Verdict
from fourleaf.web.review.flags import FLAG_GROUPS, GroupedBoxes

__all__ = [
    "AwayForm", "CommentForm", "DecideForm", "DefectForm", "DelegateForm", "DeputiesForm", "DraftForm", "GroupForm",
    "GuestDecideForm", "GuestForm", "PreviewForm", "ReasonForm", "RouteForm", "RulesForm",
]  # fmt: skip

_LANGUAGES = [("en", "English"), ("de", "German"), ("es", "Spanish"), ("pt", "Portuguese"), ("sv", "Swedish"),
              ("da", "Danish"), ("no", "Norwegian"), ("fi", "Finnish"), ("fr", "French")]  # fmt: skip
_SEVERITIES = [
    ("clean", "Clean: nothing to mend"),
    ("minor", "Minor: wording, format, accessibility"),
    ("major", "Major: fact, disclosure, policy, rights, confidential"),
    ("critical", "Critical: law, safety, personal data, discrimination"),
]


def _choices(units: dict[int, Any], empty: str) -> list[tuple[str, str]]:
    return [("", empty), *((str(one.id), one.name) for one in units.values())]


def _day(label: str, help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label, help_text=help_text, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


def person_text(name: str, email: str | None) -> str:
    """How a person is written in a field."""
    return f"{name} <{email}>" if email else name


def named_people(text: str) -> tuple[list[int], list[str]]:
    """People by name or address, one a line or separated by semicolons; ids, and sentences for those not found."""
    everybody = people_now()
    by_mail = {one.email.lower(): one.id for one in everybody if one.email}
    by_name: dict[str, list[int]] = {}
    for one in everybody:
        by_name.setdefault(one.name.lower(), []).append(one.id)
    found, wrong = [], []
    for line in text.replace(";", "\n").splitlines():
        words = " ".join(line.split())
        if not words:
            continue
        mail = words.partition("<")[2].rstrip(">").strip().lower() or words.lower()
        name = words.partition("<")[0].strip().lower()
        alike = by_name.get(name, [])
        if mail in by_mail:
            found.append(by_mail[mail])
        elif len(alike) == 1:
            found.append(alike[0])
        elif alike:
            wrong.append(f"Several people are called {words}. Write the e-mail address instead.")
        else:
            wrong.append(f"Nobody here is called “{words}”. Write the name as on the people page, or the e-mail.")
    return found, wrong


class ScopeForm(forms.Form):
    """The facts that tier and route depend on."""

    brand_id = forms.TypedChoiceField(label="Brand", coerce=int, empty_value=None, required=False)
    region_id = forms.TypedChoiceField(label="Region", coerce=int, empty_value=None, required=False)
    channel = forms.CharField(
        label="Channel", max_length=40, required=False, help_text="Its code in the plan, such as H1."
    )
    content_class = forms.ChoiceField(label="Kind of content", choices=list(CONTENT_CLASSES.items()))
    language = forms.ChoiceField(label="Language", choices=_LANGUAGES, required=False)
    flags = forms.MultipleChoiceField(
        label="What holds for it",
        choices=FLAG_GROUPS,
        required=False,
        widget=GroupedBoxes,
        help_text="Tick what is true; each raises or lowers the care that is taken.",
    )

    def __init__(
        self, *args: Any, channels: Mapping[str, str] | None = None, listed: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.channels = dict(channels or {})
        #: Whether the channels are offered to choose from.
        self.listed = listed
        if listed:
            self.fields["channel"].widget.attrs["list"] = "channels"
        for name, units in (("brand_id", brands()), ("region_id", regions())):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
            field.choices = _choices(units, "None" if name == "brand_id" else "Not said")

    def clean_channel(self) -> str:
        """The channel as the plan writes it, where the plan has it."""
        said = " ".join(str(self.cleaned_data["channel"]).split())
        return next((code for code in self.channels if code.lower() == said.lower()), said)

    @property
    def channel_warning(self) -> str:
        """A sentence where the plan has channels and this is none of them; "" otherwise."""
        said = self.cleaned_data.get("channel", "")
        return f"{said} is not a channel of the plan." if said and self.channels and said not in self.channels else ""


class DraftForm(ScopeForm):
    """A draft."""

    title = forms.CharField(label="Title", max_length=150, help_text="For the queue; it is not published.")
    text = forms.CharField(label="Text", widget=forms.Textarea(attrs={"rows": 8}))
    link = forms.CharField(label="Link", max_length=500, required=False)
    disclosure = forms.CharField(
        label="Disclosure",
        max_length=300,
        required=False,
        help_text="Such as “I work for Emberlyn” or “advertisement”.",
    )
    channel_anyway = forms.BooleanField(label="Keep this channel all the same", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    field_order = ("title", "text", "link", "disclosure", "content_class", "brand_id", "region_id", "channel",
                   "channel_anyway", "language", "flags")  # fmt: skip

    def __init__(self, *args: Any, draft: Draft | None = None, **kwargs: Any) -> None:
        self._kept = draft.channel if draft is not None else ""
        if draft is not None:
            names = ("title", "text", "link", "disclosure", "brand_id", "region_id", "channel", "content_class",
                     "language", "flags", "version")  # fmt: skip
            kwargs["initial"] = {name: getattr(draft, name) for name in names}
        super().__init__(*args, **kwargs)

    @property
    def draft_fields(self) -> DraftFields:
        """The fields for the service."""
        values = dict(self.cleaned_data)
        values.pop("version", None)
        values.pop("channel_anyway", None)
        return DraftFields(**values)

    def clean(self) -> dict[str, Any]:
        """A channel that the plan does not have is kept when its author says so once."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.channel_warning and not data.get("channel_anyway") and data["channel"] != self._kept:
            instead = "Choose one of the list" if self.listed else "Mend the code"
            warning = f"{self.channel_warning} {instead}, or tick “Keep this channel all the same”."
            self.add_error("channel", warning)
        return data

    @property
    def asks_to_keep(self) -> bool:
        """Whether the box that keeps an unknown channel is to be shown."""
        return self.is_bound and ("channel" in self.errors or bool(self.cleaned_data.get("channel_anyway")))


class PreviewForm(ScopeForm):
    """The facts of an item that nobody has written yet, and a text that nobody keeps."""

    text = forms.CharField(
        label="Text", widget=forms.Textarea(attrs={"rows": 3}), required=False, max_length=20_000,
        help_text="Read for hints and not kept; the rules go by what is ticked.",
    )  # fmt: skip
    field_order = ("text", "content_class", "brand_id", "region_id", "channel", "language", "flags")


class DecideForm(forms.Form):
    """A verdict."""

    verdict = forms.ChoiceField(
        label="Your verdict",
        choices=[("approved", "Approve"), ("returned", "Ask for changes")],
        widget=forms.RadioSelect,
        error_messages={"required": "Approve it, or ask for changes."},
    )
    # Nothing is chosen beforehand: who approves has looked and says so.
    severity = forms.ChoiceField(
        label="What did you find?",
        choices=_SEVERITIES,
        widget=forms.RadioSelect,
        error_messages={"required": "Say what you found: clean, or how grave the defect is."},
    )
    defects = forms.MultipleChoiceField(
        label="Which kind of defect",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(code, label) for code, (_, label) in DEFECTS.items()],
    )
    note = forms.CharField(
        label="Note to the author", required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What should change, or what was good.",
    )  # fmt: skip
    content = forms.CharField(widget=forms.HiddenInput, required=False)

    @property
    def as_verdict(self) -> Verdict:
        """The verdict for the service."""
        data = self.cleaned_data
        return Verdict(data["verdict"] == "approved", data["severity"], tuple(data["defects"]), data["note"])


class AuditForm(DecideForm):
    """A verdict on what went out unseen."""

    field_order = ("severity", "defects", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["verdict"].required = False
        self.fields["verdict"].widget = forms.HiddenInput()
        self.fields["verdict"].initial = "approved"

    def clean_verdict(self) -> str:
        """An audit has no verdict of its own: its severity says everything."""
        return "approved"


class GuestDecideForm(DecideForm):
    """A guest's verdict, with the name that they type."""

    name = forms.CharField(label="Your name", max_length=150)
    field_order = ("name", "verdict", "severity", "defects", "note")


class DefectForm(forms.Form):
    """What came to light after an item went out."""

    source = forms.ChoiceField(
        label="How it came to light",
        choices=list(FOUND_BY.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Say how it came to light."},
    )
    severity = forms.ChoiceField(
        label="How grave is it?",
        choices=[one for one in _SEVERITIES if one[0] != "clean"],
        widget=forms.RadioSelect,
        error_messages={"required": "Say how grave the defect is."},
    )
    defects = forms.MultipleChoiceField(
        label="Which kind of defect",
        widget=forms.CheckboxSelectMultiple,
        choices=[(code, label) for code, (_, label) in DEFECTS.items()],
        error_messages={"required": "Say which kind of defect it is."},
    )
    note = forms.CharField(
        label="Note to the author", widget=forms.Textarea(attrs={"rows": 3}), help_text="What came to light, and where."
    )


class CommentForm(forms.Form):
    """A remark."""

    text = forms.CharField(label="Comment", widget=forms.Textarea(attrs={"rows": 3}))
    internal = forms.BooleanField(label="Only for those who decide", required=False)


class GuestForm(forms.Form):
    """An invitation to somebody from outside."""

    step = forms.ChoiceField(label="Step")
    label = forms.CharField(label="Who", max_length=150, help_text="Agency or law firm, and the person if you know.")
    days = forms.IntegerField(label="Days that the link works", min_value=1, max_value=30, initial=7)

    def __init__(self, *args: Any, steps: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["step"].choices = list(steps)  # type: ignore[attr-defined]  # a choice field


class ReasonForm(forms.Form):
    """Why something about trust is decided."""

    reason = forms.CharField(
        label="Reason",
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=500,
        help_text="It is stored with the change.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class RulesForm(forms.Form):
    """The thresholds of a stratum, and the tier that caps it."""

    preset = forms.ChoiceField(
        label="Thresholds",
        choices=[("default", "Usual"), ("fast", "Fast: relaxes sooner, lets more through")],
        help_text="Other thresholds begin the evidence for the next level anew.",
    )
    tier = forms.ChoiceField(
        label="Gravest tier",
        required=False,
        choices=[("", "None said"), *((tier, f"{tier}: up to {CAPS[tier]}") for tier in reversed(TIERS))],
        help_text="How far review of this kind of content may be relaxed. Graver items are held back in any case.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class AwayForm(forms.Form):
    """Days on which one does not decide."""

    first = _day("First day")
    last = _day("Last day")


class DelegateForm(AwayForm):
    """Somebody decides in one's place."""

    to = forms.CharField(label="Who decides for you", max_length=300, help_text="Name or e-mail.")
    field_order = ("to", "first", "last")


class DeputiesForm(forms.Form):
    """Who stands in during any absence."""

    people = forms.CharField(
        label="Who stands in for you",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One a line, by name or e-mail, in the order in which they are asked. Empty: nobody.",
    )


class GroupForm(forms.Form):
    """A group of reviewers."""

    name = forms.CharField(label="Name", max_length=100)
    people = forms.CharField(
        label="Members",
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="One a line, by name or e-mail, in the order in which they are asked. The first leads the group.",
    )
    belt = forms.ChoiceField(
        label="Least belt",
        choices=[
            (belt, belt.capitalize() if belt != "none" else "None: specialists such as counsel") for belt in BELTS
        ],
        initial="blue",
    )
    brand_id = forms.TypedChoiceField(label="Brand", coerce=int, empty_value=None, required=False)
    about = forms.CharField(label="What it is for", max_length=300, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, group: ReviewGroup | None = None, **kwargs: Any) -> None:
        if group is not None:
            seats = [seat.person_id for seat in group.seats.all()]
            people = people_by_id(seats)
            kwargs["initial"] = {
                "name": group.name, "belt": group.belt, "brand_id": group.brand_id, "about": group.about,
                "version": group.version,
                "people": "\n".join(person_text(people[one].name, people[one].email) for one in seats if one in people),
            }  # fmt: skip
        super().__init__(*args, **kwargs)
        self.fields["brand_id"].choices = _choices(brands(), "All brands")  # type: ignore[attr-defined]
        self.person_ids: list[int] = []

    def clean_people(self) -> str:
        """Names become people."""
        text: str = self.cleaned_data["people"]
        self.person_ids, wrong = named_people(text)
        if wrong:
            raise forms.ValidationError(wrong)
        return text


_STEPS = 4


class RouteForm(forms.Form):
    """A route with its steps: four, or one more than it has."""

    name = forms.CharField(label="Name", max_length=100)
    role = forms.ChoiceField(
        label="How it combines", choices=Route.Role.choices, initial="base",
        help_text="Of the routes, the one with the narrowest scope is taken; additional ones come on top.",
    )  # fmt: skip
    mode = forms.ChoiceField(label="Steps", choices=Route.Mode.choices, initial="all_of")
    brand_id = forms.TypedChoiceField(label="Brand", coerce=int, empty_value=None, required=False)
    region_id = forms.TypedChoiceField(label="Region", coerce=int, empty_value=None, required=False)
    channel = forms.CharField(label="Channel", max_length=40, required=False)
    content_class = forms.ChoiceField(
        label="Kind of content", choices=[("", "All"), *CONTENT_CLASSES.items()], required=False
    )
    tier = forms.ChoiceField(label="Tier", choices=[("", "All"), *((tier, tier) for tier in TIERS)], required=False)
    flags = forms.MultipleChoiceField(
        label="Only if one of these holds", choices=list(FLAGS.items()), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    always = forms.BooleanField(
        label="Also for items that are not drawn for review (additional routes)", required=False
    )
    about = forms.CharField(label="What it is for", max_length=300, required=False)
    answer_minutes = forms.IntegerField(
        label="Business minutes for an answer", required=False, min_value=1,
        help_text="240 are four hours, 960 two working days of eight. Empty: by tier, 15 minutes (R0), four hours "
        "(R1), one day (R2), two days (R3).",
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, route: Route | None = None, groups: Collection[ReviewGroup] = (), **kwargs: Any
    ) -> None:
        steps = list(route.steps.all()) if route is not None else []
        #: The numbers of the steps that the form has fields for.
        self.places = range(1, max(_STEPS, len(steps) + 1) + 1)
        if route is not None:
            names = ("name", "about", "role", "mode", "brand_id", "region_id", "channel", "content_class", "tier",
                     "flags", "always", "answer_minutes", "version")  # fmt: skip
            initial = {name: getattr(route, name) for name in names}
            for place, step in enumerate(steps, 1):
                initial |= {f"group_{place}": step.group_id, f"m_{place}": step.m, f"guest_{place}": step.guest}
                initial[f"departments_{place}"] = step.distinct_departments
                initial[f"fields_{place}"] = ", ".join(step.fields)
            kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self.fields["brand_id"].choices = _choices(brands(), "All")  # type: ignore[attr-defined]
        self.fields["region_id"].choices = _choices(regions(), "All")  # type: ignore[attr-defined]
        choices = [("", "No step"), *((str(group.pk), group.name) for group in groups)]
        for place in self.places:
            self.fields[f"group_{place}"] = forms.TypedChoiceField(
                label=f"Step {place}: group", coerce=int, empty_value=None, required=False, choices=choices
            )
            self.fields[f"m_{place}"] = forms.IntegerField(
                label=f"Step {place}: approvals", min_value=1, max_value=20, initial=1, required=False
            )
            self.fields[f"fields_{place}"] = forms.CharField(
                label=f"Step {place}: judges", required=False, max_length=200,
                help_text="Fields such as text, link; empty: everything.",
            )  # fmt: skip
            self.fields[f"departments_{place}"] = forms.BooleanField(
                label=f"Step {place}: no two of one department", required=False
            )
            self.fields[f"guest_{place}"] = forms.BooleanField(
                label=f"Step {place}: an outside guest may take a place", required=False
            )

    @property
    def steps(self) -> list[StepFields]:
        """The steps for the service, those without a group left out."""
        data = self.cleaned_data
        return [
            StepFields(
                group_id=data[f"group_{place}"],
                m=data[f"m_{place}"] or 1,
                fields=[name.strip().lower() for name in data[f"fields_{place}"].split(",") if name.strip()],
                distinct_departments=data[f"departments_{place}"],
                guest=data[f"guest_{place}"],
            )
            for place in self.places
            if data[f"group_{place}"]
        ]
