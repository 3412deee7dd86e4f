"""Forms of training. They parse; rules are the services' matter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django import forms
from django.db.models import Model, QuerySet

from fourleaf.engine.training.ladder import BELTS, LADDER
from fourleaf.kernel.models import Brand, Region
from fourleaf.training.models import Module, PracticalWork
from fourleaf.training.services.work import RUBRICS
from fourleaf.training.standing import policies_to_teach

__all__ = [
    "AbsenceForm", "BeltForm", "DecisionForm", "ImageForm", "ImportForm", "ModuleForm", "NoteForm", "PeopleFilter",
    "RecordForm", "SessionForm", "TiesForm", "WaveForm", "WishesForm", "WorkFilter", "WorkForm", "by_kind_and_belt",
]  # fmt: skip

M = TypeVar("M", bound=Model)
_BELTS = [(belt, f"{LADDER[belt].label} · {LADDER[belt].name}") for belt in BELTS[1:]]


def _day(label: str, help_text: str = "", *, required: bool = True) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=help_text, widget=widget, required=required)


def _moment(label: str, help_text: str = "") -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, help_text=help_text, widget=widget)


class WishesForm(forms.Form):
    """One's own wishes."""

    willingness = forms.TypedChoiceField(
        label="Would you like to learn more?", required=False, coerce=int, empty_value=None,
        choices=[("", "No answer"), (5, "Gladly"), (4, "Rather yes"), (3, "Undecided"), (2, "Rather not"), (1, "No")],
        help_text="Those who plan the next group see only that it counts, beside ties and need.",
    )  # fmt: skip
    opted_out = forms.BooleanField(
        label="Keep my job free of public communication", required=False, help_text="Nobody will ask you why."
    )


class AbsenceForm(forms.Form):
    """A leave."""

    begins_on = _day("First day away")
    ends_on = _day("Last day away", "Leave it out while it is not known.", required=False)


class WorkForm(forms.Form):
    """A piece of practical work."""

    title = forms.CharField(label="Title", max_length=150)
    text = forms.CharField(label="The work", widget=forms.Textarea(attrs={"rows": 12}))
    brand = forms.TypedChoiceField(label="Brand", required=False, coerce=int, empty_value=None)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, again: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if again:
            del self.fields["brand"]
        else:
            field = self.fields["brand"]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
            brands = Brand.objects.filter(archived_at__isnull=True).order_by("name")
            field.choices = [("", "None in particular"), *brands.values_list("pk", "name")]


_POINTS = [("", "Not looked at"), (2, "There"), (1, "Nearly"), (0, "Not yet")]


class DecisionForm(forms.Form):
    """What a trainer decides, with a question of the rubric for each line."""

    decision = forms.ChoiceField(
        label="Decision", widget=forms.RadioSelect,
        choices=[("accepted", "Accept"), ("returned", "Return to be mended"), ("failed", "Not accepted")],
    )  # fmt: skip
    worst = forms.ChoiceField(label="Worst defect", choices=PracticalWork.Worst.choices, initial="none")
    comment = forms.CharField(
        label="Comment", required=False, widget=forms.Textarea(attrs={"rows": 5}),
        help_text="The person reads it. What is good, what is missing, how to mend it.",
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes = list(RUBRICS.get(kind, {}))
        for code, question in RUBRICS.get(kind, {}).items():
            self.fields[f"rubric_{code}"] = forms.TypedChoiceField(
                label=question, choices=_POINTS, required=False, coerce=int, empty_value=None
            )

    @property
    def rubric(self) -> dict[str, int]:
        """The points that were given."""
        given = {code: self.cleaned_data.get(f"rubric_{code}") for code in self.codes}
        return {code: points for code, points in given.items() if points is not None}

    @property
    def rubric_fields(self) -> list[Any]:
        """The bound fields of the rubric."""
        return [self[f"rubric_{code}"] for code in self.codes]


class RecordForm(forms.Form):
    """What a trainer saw."""

    who = forms.CharField(label="Who", help_text="Name, e-mail or personnel number.")
    what = forms.ChoiceField(
        label="What",
        choices=[
            ("green:role_play", "A case played (Green)"),
            ("green:reply", "A supervised reply (Green)"),
            ("blue:drill", "A drill taken part in (Blue, to renew)"),
            ("black:drill", "A drill led (Black)"),
            ("black:panel", "A talk with the panel (Black)"),
        ],
    )
    title = forms.CharField(label="Title", max_length=150)
    text = forms.CharField(label="What happened", widget=forms.Textarea(attrs={"rows": 6}))
    worst = forms.ChoiceField(label="Worst defect", choices=PracticalWork.Worst.choices, initial="none")
    out_of_hours = forms.BooleanField(label="Out of hours (drills)", required=False)


class NoteForm(forms.Form):
    """A trainer's note that a re-test or refresher was passed."""

    note = forms.CharField(label="What was done", max_length=300)


class BeltForm(forms.Form):
    """A belt set by hand."""

    who = forms.CharField(label="Who", help_text="Name, e-mail or personnel number.")
    belt = forms.ChoiceField(label="Belt", choices=[*_BELTS, ("none", "None: take all belts away")])
    valid_from = _day("First day")
    valid_until = _day("Last day", "Left out: as long as the ladder says.", required=False)
    reason = forms.CharField(label="Why", max_length=300, help_text="It stays in the history.")


class ModuleForm(forms.Form):
    """A module as it is written. A ``fresh`` one has no questions yet: they are written one by one once it is kept."""

    title = forms.CharField(label="Title", max_length=120)
    code = forms.SlugField(label="Code", max_length=60, help_text="Such as white-why; files name the module by it.")
    kind = forms.ChoiceField(label="What it is", choices=Module.Kind.choices)
    belt = forms.ChoiceField(label="Belt", choices=_BELTS)
    place = forms.IntegerField(
        label="Place in the belt", min_value=1, max_value=999, initial=1,
        error_messages=dict.fromkeys(("min_value", "max_value", "invalid"), "Give a whole number from 1 to 999."),
    )  # fmt: skip
    brand_id = forms.TypedChoiceField(
        label="Brand", required=False, coerce=int, empty_value=None, help_text="For the voice of a brand."
    )
    policy = forms.ChoiceField(
        label="Policy", required=False,
        help_text="For what a new version changed: whoever must acknowledge it is led to this module first.",
    )  # fmt: skip
    summary = forms.CharField(label="In a sentence", max_length=300, required=False)
    body = forms.CharField(
        label="Text", widget=forms.Textarea(attrs={"rows": 18}), required=False, strip=False,
        help_text="Markdown. At most five minutes, about 1,180 words. A picture: ![what it shows](image:name.png)",
    )  # fmt: skip
    questions_text = forms.CharField(
        label="Questions", widget=forms.Textarea(attrs={"rows": 14}), required=False, strip=False,
        help_text="All as text, as a file holds them; further down they stand one by one. "
        "Each begins with “? one q1: text”; answers “[x] a: right”, “[ ] b: wrong”; then “> explanation”. "
        "Kinds: one, many, true_false, order (answers “- a: first”).",
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, fresh: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if fresh:
            del self.fields["questions_text"]
        field = self.fields["brand_id"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
        brands = Brand.objects.filter(archived_at__isnull=True).order_by("name")
        field.choices = [("", "None"), *brands.values_list("pk", "name")]
        policies: Any = self.fields["policy"]
        known = [(f"{one.policy_id}:{one.major}", f"{one.title}, version {one.major}") for one in policies_to_teach()]
        present = str(self.initial.get("policy") or "")
        if present and present not in dict(known):
            # A version that is over stays chosen until somebody chooses another.
            known.append((present, "As before"))
        policies.choices = [("", "None"), *known]

    def unjudged(self) -> ModuleForm:
        """The form again with all that was typed, and nothing said of what is still missing."""
        typed = {name: self.data.get(name, "") for name in self.fields}
        return ModuleForm(initial=typed, fresh="questions_text" not in self.fields)

    @property
    def policy_named(self) -> tuple[int | None, int | None]:
        """The chosen policy and its major version."""
        policy, _, major = self.cleaned_data["policy"].partition(":")
        return (int(policy) if policy else None, int(major) if major else None)


class ImageForm(forms.Form):
    """A picture."""

    image = forms.FileField(label="Picture", help_text="PNG, JPEG, GIF or WebP, still, at most 600 kB.")


class ImportForm(forms.Form):
    """A curriculum from a file."""

    file = forms.FileField(label="File", help_text="A Markdown file, or a zip of curriculum.md and its pictures.")
    publish = forms.BooleanField(label="Publish what is new or changed at once", required=False)


class TiesForm(forms.Form):
    """Ties from a file."""

    file = forms.FileField(label="File", help_text="CSV with two columns: e-mail or personnel number of each.")


class WaveForm(forms.Form):
    """A wave."""

    name = forms.CharField(label="Name", max_length=120)
    belt = forms.ChoiceField(label="Learns for", choices=_BELTS)
    starts_on = _day("First day", required=False)
    ends_on = _day("Last day", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class SessionForm(forms.Form):
    """A session."""

    title = forms.CharField(label="Title", max_length=150, help_text="Such as “What the forum taught us”.")
    about = forms.CharField(label="What it is about", required=False, widget=forms.Textarea(attrs={"rows": 4}))
    starts_at = _moment("Begins", "In your own zone.")
    ends_at = _moment("Ends")
    place = forms.CharField(label="Place", max_length=200, required=False, help_text="A room, or a link.")
    region_id = forms.TypedChoiceField(label="Region", required=False, coerce=int, empty_value=None)
    seats = forms.IntegerField(
        label="Seats", required=False, min_value=1, max_value=5000, help_text="Empty: all come.",
        error_messages=dict.fromkeys(("min_value", "max_value", "invalid"), "Give a whole number from 1 to 5,000."),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["region_id"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
        regions = Region.objects.filter(archived_at__isnull=True).order_by("name")
        field.choices = [("", "All"), *regions.values_list("pk", "name")]


class PeopleFilter(forms.Form):
    """What the list of belts is narrowed to."""

    belt = forms.ChoiceField(label="At least", required=False, choices=[("", "Any belt"), *_BELTS])
    standing = forms.ChoiceField(
        label="Standing", required=False,
        choices=[("", "Any"), ("resting", "Rights resting"), ("ending", "Ends within 30 days"), ("none", "No belt")],
    )  # fmt: skip


class WorkFilter(forms.Form):
    """What the trainer's queue is narrowed to, and the list of modules."""

    kind = forms.ChoiceField(label="Kind", required=False, choices=[("", "All"), *PracticalWork.Kind.choices])
    belt = forms.ChoiceField(label="Belt", required=False, choices=[("", "All"), *_BELTS])


def by_kind_and_belt(rows: QuerySet[M], values: Mapping[str, Any]) -> QuerySet[M]:
    """Rows narrowed by what was chosen in a `WorkFilter`."""
    chosen = {name: values[name] for name in ("kind", "belt") if values.get(name)}
    return rows.filter(**chosen)
