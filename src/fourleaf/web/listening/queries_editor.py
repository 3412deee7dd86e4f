"""The editor of a query: its form, the preview on stored mentions, and what to do when two people edit at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString

from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import InvalidError
from fourleaf.kernel.selectors import visible_brands, visible_people, visible_regions
from fourleaf.listening.errors import QueryTextError
from fourleaf.listening.models import ListeningQuery, QueryVersion
from fourleaf.listening.rules import asymmetries
from fourleaf.listening.selectors import active_queries
from fourleaf.listening.selectors.preview import Preview, PreviewSample, preview_query
from fourleaf.listening.services.queries import QueryFields
from fourleaf.web.kit.charts import Chart
from fourleaf.web.listening.queries_charts import preview_chart
from fourleaf.web.listening.queries_diff import diff_html
from fourleaf.web.listening.queries_mending import Fault, Mend, faults_of, numbered, remark_of
from fourleaf.web.listening.queries_reading import reading
from fourleaf.web.listening.texts import NOTHING, Excerpt, excerpt

__all__ = ["Difference", "QueryForm", "ShownPreview", "differences", "form_for", "preview_of", "symmetry_hints"]

_SAMPLES = 15
_ROLES = [("own", "Own brand"), ("competitor", "Competitor"), ("topic", "Topic")]


class QueryForm(forms.Form):
    """What a person says about a query. ``version`` and ``text_version`` are those that the form was made from."""

    name = forms.CharField(label="Name", max_length=120)
    text = forms.CharField(
        label="What to look for",
        max_length=20_000,
        strip=False,
        help_text="Words, “phrases”, #tags and @handles, joined by AND, OR and NOT.",
        widget=forms.Textarea(attrs={"rows": 7, "class": "query-text", "spellcheck": "false", "autocapitalize": "off"}),
    )
    role = forms.ChoiceField(
        label="Role",
        choices=_ROLES,
        help_text="Own brand: its posts count as ours in share of voice.<br>"
        "Competitor: its posts count as theirs, in what ours is a share of.<br>"
        "Topic: counted and shown by itself, never in share of voice.",
        error_messages={"required": "Choose what the query stands for: own brand, competitor or topic."},
        widget=forms.RadioSelect,
    )
    brand: Any = forms.ModelChoiceField(
        label="Brand",
        queryset=None,
        required=False,
        empty_label="No brand",
        help_text="For a competitor, the own brand that it is compared with.",
    )
    regions: Any = forms.ModelMultipleChoiceField(
        label="Regions", queryset=None, required=False, widget=forms.CheckboxSelectMultiple
    )
    languages = forms.CharField(
        label="Languages",
        max_length=200,
        required=False,
        help_text="Codes such as en, de: what the query was written for, as a note. lang: in the text filters.",
    )
    owner = forms.EmailField(label="Owner", required=False, help_text="E-mail address of who looks after the query.")
    notes = forms.CharField(label="Notes", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    text_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        brands: Any = self.fields["brand"]
        brands.queryset = visible_brands(actor)
        regions: Any = self.fields["regions"]
        regions.queryset = visible_regions(actor)
        self.fields["text"].widget.attrs |= {
            "hx-post": reverse("listening:preview_query"),
            # Not only when changed: a preview that was marked as out of date must come anew, even for the same text.
            "hx-trigger": "input delay:400ms, change from:input[name=role]",
            "hx-target": "#preview",
            "hx-swap": "outerHTML",
            "hx-include": "closest form",
            "hx-sync": "this:replace",
        }

    def chosen(self) -> QueryFields:
        """The cleaned values as the service takes them; an owner that nobody knows is an `InvalidError`."""
        values = self.cleaned_data
        owner_id = None
        if values["owner"]:
            found = (
                visible_people(self.actor).filter(email__iexact=values["owner"]).values_list("pk", flat=True).first()
            )
            if found is None:
                raise InvalidError(fields={"owner": ["Nobody with this e-mail address works here."]})
            owner_id = found
        return QueryFields(
            name=values["name"],
            text=values["text"].replace("\r\n", "\n"),
            role=values["role"],
            brand_id=values["brand"].pk if values["brand"] else None,
            region_ids=[region.pk for region in values["regions"]],
            languages=[code for code in re.split(r"[\s,;]+", values["languages"].lower()) if code],
            notes=values["notes"],
            owner_id=owner_id,
        )


def form_for(actor: Actor, query: ListeningQuery | None = None, *, text: str | None = None) -> QueryForm:
    """An unbound form for a new query or an existing one; ``text`` takes the place of the query's own."""
    if query is None:
        form = QueryForm(actor, initial={"text": text or ""})
        form.fields["owner"].help_text = "E-mail address of who looks after the query; by default you."
        return form
    return QueryForm(
        actor,
        initial={
            "name": query.name,
            "text": query.text if text is None else text,
            "role": query.role,
            "brand": query.brand_id,
            "regions": [region.pk for region in query.regions.all()],
            "languages": ", ".join(query.languages),
            "owner": query.owner.email if query.owner else "",
            "notes": query.notes,
            "version": query.version,
            "text_version": query.text_version,
        },
    )


# --- preview -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ShownSample:
    """A post that the text finds."""

    sample: PreviewSample
    text: Excerpt


@dataclass(frozen=True)
class ShownPreview:
    """What the preview shows: either faults, or what was found."""

    text: str
    #: What the text asks for, in plain words.
    meaning: str
    faults: list[Fault]
    remarks: list[Fault]
    found: Preview | None = None
    samples: Sequence[ShownSample] = ()
    chart: Chart | None = None
    hints: Sequence[str] = ()
    diff: SafeString = NOTHING

    @property
    def mends(self) -> list[Mend]:
        """All ways to mend, in the order of their buttons."""
        return [mend for fault in [*self.faults, *self.remarks] for mend in fault.mends]


def preview_of(actor: Actor, text: str, *, role: str = "", query: ListeningQuery | None = None) -> ShownPreview | None:
    """Try a text. None while there is no text."""
    text = text.replace("\r\n", "\n")
    if not text.strip():
        return None
    diff = diff_html(query.text, text.strip()) if query is not None and query.text != text.strip() else NOTHING
    try:
        found = preview_query(actor, text, samples=_SAMPLES, zone=settings.TIME_ZONE)
    except QueryTextError as error:
        return ShownPreview(text, "", numbered(faults_of(text, error)), [], diff=diff)
    remarks = numbered(
        [remark_of(text, one.position, one.length, one.message, one.suggestion) for one in found.remarks]
    )
    samples = [ShownSample(sample, excerpt(sample.text, sample.spans, 280)) for sample in found.samples]
    hints = symmetry_hints(actor, text, role, query)
    return ShownPreview(text, reading(text), [], remarks, found, samples, preview_chart(found), hints, diff)


def symmetry_hints(actor: Actor, text: str, role: str, query: ListeningQuery | None) -> list[str]:
    """How the own and the competitors' queries would differ in structure with this text."""
    if role not in ("own", "competitor"):
        return []
    others = [one for one in active_queries(actor) if query is None or one.pk != query.pk]
    return asymmetries([*others, ListeningQuery(text=text, role=role)])


# --- two people at once --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """A field that stands differently now than in the form that was sent."""

    label: str
    theirs: str | SafeString


def differences(form: QueryForm, query: ListeningQuery) -> list[Difference]:
    """What the other person changed, as far as it differs from what was sent."""
    found: list[Difference] = []
    sent = form.data.get("text_version", "")
    before = QueryVersion.objects.filter(query=query, number=int(sent)).first() if sent.isdigit() else None
    if before is not None and before.text != query.text:
        found.append(Difference("What to look for", diff_html(before.text, query.text)))
    now = form_for(form.actor, query)
    for name in ("name", "role", "brand", "regions", "languages", "owner", "notes"):
        theirs = now.initial[name]
        given: Any = form.data.getlist(name) if name == "regions" else form.data.get(name, "")  # type: ignore[attr-defined]  # a QueryDict
        if name == "regions":
            if sorted(str(one) for one in theirs) != sorted(given):
                found.append(Difference("Regions", ", ".join(r.name for r in query.regions.all()) or "none"))
        elif str(theirs or "").replace("\r\n", "\n") != str(given).replace("\r\n", "\n"):
            shown = query.brand.name if name == "brand" and query.brand else str(theirs or "nothing")
            found.append(Difference(str(now.fields[name].label), dict(_ROLES).get(shown, shown)))
    return found
