"""Forms of committees, decisions, roles and the centre."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from fourleaf.governance.models import Centre, CentreService, Committee, Decision
from fourleaf.governance.role_catalogue import CATALOGUE
from fourleaf.kernel import clock
from fourleaf.web.governance.fields import (
    PersonForm,
    choose,
    day,
    long_text,
    unit_choice,
    version_field,
    written,
)

__all__ = [
    "AskForm",
    "CentreForm",
    "CommitteeForm",
    "DecisionFilter",
    "DecisionForm",
    "MeetingForm",
    "MemberForm",
    "ReplyForm",
    "RequestFilter",
    "RoleForm",
    "SeatForm",
    "ServiceForm",
]


class CommitteeForm(PersonForm):
    """A committee."""

    people = ("chair", "sponsor")
    name = forms.CharField(label="Name", max_length=150)
    kind = forms.ChoiceField(label="Kind", choices=Committee.Kind.choices)
    charter = long_text("What it is for", rows=4, help_text="What it decides, and what it leaves to others.")
    chair = forms.CharField(label="Chair", max_length=300, required=False, help_text="Name, e-mail or number.")
    sponsor = forms.CharField(label="Sponsor", max_length=300, required=False)
    version = version_field()

    def __init__(self, *args: Any, committee: Committee | None = None, **kwargs: Any) -> None:
        if committee is not None:
            kwargs["initial"] = {
                "name": committee.name,
                "kind": committee.kind,
                "charter": committee.charter,
                "chair": written(committee.chair),
                "sponsor": written(committee.sponsor),
                "version": committee.version,
            }
        super().__init__(*args, **kwargs)

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes."""
        data = {name: self.cleaned_data[name] for name in ("name", "kind", "charter")}
        return {**data, "chair_id": self.id_of("chair"), "sponsor_id": self.id_of("sponsor")}


class SeatForm(PersonForm):
    """A seat in a committee."""

    people = ("person",)
    person = forms.CharField(label="Who", max_length=300, help_text="Name, e-mail or number.")
    region_id = forms.TypedChoiceField(label="Speaks for a region", coerce=int, empty_value=None, required=False)
    function = forms.CharField(
        label="Function", max_length=60, required=False, help_text="Left empty: that of the person's department."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "region_id", unit_choice("regions", "None in particular"))


class MeetingForm(forms.Form):
    """A meeting, or its minutes later on."""

    held_on = day("Day of the meeting", required=True, help_text="For a day that is there already: changes that one.")
    topics = long_text("Topics", rows=2)
    minutes_on = day("Minutes written on")
    minutes_link = forms.URLField(label="Address of the minutes", required=False, max_length=500, assume_scheme="https")


class DecisionFilter(forms.Form):
    """Filters of the decision log."""

    committee = forms.ChoiceField(label="Committee", required=False)
    standing = forms.ChoiceField(
        label="Standing",
        required=False,
        choices=[("", "All"), ("holds", "Holds"), ("due", "Review is due"), ("replaced", "Replaced")],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "committee", _committees("All"))


def _committees(empty: str) -> list[tuple[str, str]]:
    rows = Committee.objects.filter(archived_at__isnull=True).values_list("pk", "name")
    return [("", empty), *((str(pk), name) for pk, name in rows)]


class DecisionForm(forms.Form):
    """A decision."""

    title = forms.CharField(label="What was decided", max_length=200)
    text = long_text("In full")
    reason = long_text("Why", required=True, help_text="The one who asks in a year reads this.")
    decided_on = day("Day", required=True)
    committee_id = forms.TypedChoiceField(label="By", coerce=int, empty_value=None, required=False)
    review_on = day("Look at it again on")
    links = forms.CharField(
        label="What it concerns",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Addresses, one in a line, each after what it is: Hearth pilot /plan/1/pilots/T4/",
    )
    replaces_id = forms.TypedChoiceField(label="Replaces", coerce=int, empty_value=None, required=False)
    version = version_field()

    def __init__(self, *args: Any, decision: Decision | None = None, **kwargs: Any) -> None:
        if decision is not None:
            kwargs["initial"] = {name: getattr(decision, name, None) for name in self.base_fields}
            kwargs["initial"]["links"] = "\n".join(f"{one['label']} {one['url']}".strip() for one in decision.links)
        else:
            kwargs.setdefault("initial", {"decided_on": clock.today()})
        super().__init__(*args, **kwargs)
        choose(self, "committee_id", _committees("No committee"))
        if decision is not None:
            del self.fields["replaces_id"]
            return
        held = Decision.objects.filter(replaced_by__isnull=True).values_list("pk", "title")[:200]
        choose(self, "replaces_id", [("", "None"), *((str(pk), title) for pk, title in held)])

    def clean_links(self) -> list[dict[str, str]]:
        """Lines to labels and addresses."""
        found = []
        for line in self.cleaned_data["links"].splitlines():
            if line.strip():
                label, _, url = line.strip().rpartition(" ")
                found.append({"label": label or url, "url": url})
        return found


class RoleForm(PersonForm):
    """Somebody takes a role of the catalogue."""

    people = ("person",)
    role = forms.ChoiceField(label="Role", choices=[(role.code, role.label) for role in CATALOGUE.values()])
    person = forms.CharField(label="Who", max_length=300, help_text="Name, e-mail or number.")
    brand_id = forms.TypedChoiceField(label="For a brand", coerce=int, empty_value=None, required=False)
    region_id = forms.TypedChoiceField(label="For a region", coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "brand_id", unit_choice("brands", "All brands"))
        choose(self, "region_id", unit_choice("regions", "All regions"))


class CentreForm(PersonForm):
    """Charter, lead and hours of the centre."""

    people = ("lead",)
    charter = forms.CharField(
        label="Charter",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="What the centre is for, what it may decide, and what it does for others.",
    )
    lead = forms.CharField(label="Lead", max_length=300, required=False, help_text="Name, e-mail or number.")
    hours = forms.CharField(label="Hours", max_length=300, required=False, help_text="When and where it is reached.")
    version = version_field()

    def __init__(self, *args: Any, centre: Centre | None = None, **kwargs: Any) -> None:
        if centre is not None:
            kwargs["initial"] = {
                "charter": centre.charter,
                "lead": written(centre.lead),
                "hours": centre.hours,
                "version": centre.version,
            }
        super().__init__(*args, **kwargs)


class MemberForm(PersonForm):
    """A member of the centre."""

    people = ("person",)
    person = forms.CharField(label="Who", max_length=300, help_text="Name, e-mail or number.")
    share = forms.DecimalField(
        label="Share of a full week", max_digits=3, decimal_places=2, min_value=Decimal("0.01"), max_value=Decimal(1),
        initial=Decimal(1), help_text="1 is full time, 0.5 half.",
    )  # fmt: skip
    task = forms.CharField(label="Task", max_length=150, required=False)


class ServiceForm(forms.Form):
    """A service of the centre."""

    name = forms.CharField(label="Name", max_length=100)
    about = long_text("What one gets")
    answer_days = forms.IntegerField(
        label="First answer within", min_value=1, max_value=60, initial=3, help_text="Working days."
    )
    offered = forms.BooleanField(label="It is offered", required=False, initial=True)
    version = version_field()

    def __init__(self, *args: Any, service: CentreService | None = None, **kwargs: Any) -> None:
        if service is not None:
            kwargs["initial"] = {name: getattr(service, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)


class RequestFilter(forms.Form):
    """Filters of the requests."""

    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[
            ("", "All"),
            ("asked", "No answer yet"),
            ("answered", "In work"),
            ("done", "Done"),
            ("declined", "Declined"),
            ("withdrawn", "Taken back"),
        ],
    )
    service = forms.ChoiceField(label="Service", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = CentreService.objects.values_list("pk", "name")
        choose(self, "service", [("", "All"), *((str(pk), name) for pk, name in rows)])


class AskForm(forms.Form):
    """Somebody asks for a service."""

    service_id = forms.TypedChoiceField(label="Service", coerce=int)
    subject = forms.CharField(label="In a few words", max_length=150)
    text = long_text("What do you need?", rows=4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = CentreService.objects.filter(offered=True).values_list("pk", "name", "answer_days")
        choices = [(str(pk), f"{name} (answer within {days} working days)") for pk, name, days in rows]
        choose(self, "service_id", [("", "Choose"), *choices])


class ReplyForm(forms.Form):
    """The centre answers."""

    state = forms.ChoiceField(
        label="It is",
        choices=[("answered", "In work"), ("done", "Done"), ("declined", "Declined")],
        widget=forms.RadioSelect,
    )
    answer = long_text("Answer", required=True, help_text="The one who asked reads this.")
    version = version_field()
