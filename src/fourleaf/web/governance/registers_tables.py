"""The registers as lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from fourleaf.governance.models import ConsultationRecord, ProcessingActivity
from fourleaf.governance.selectors.registers import PolicyAsked
from fourleaf.governance.services.gaps import note_export
from fourleaf.governance.starter_activities import PROCESSING_KINDS, SUBJECTS
from fourleaf.kernel.actors import Actor
from fourleaf.web.governance.columns import opening
from fourleaf.web.governance.registers_forms import ConsultationFilter, ProcessingFilter
from fourleaf.web.kit.tables import Column, Empty, State, Table

__all__ = ["CONSULTATIONS", "CONSULTATION_STATES", "CONSULTED_ON", "IMPACT_STATES", "PROCESSING"]

IMPACT_STATES = {
    "open": State("attention", "Not decided"),
    "not_needed": State("neutral", "Not needed"),
    "in_work": State("information", "In work"),
    "done": State("good", "Done"),
}
CONSULTATION_STATES = {
    "pending": State("attention", "Pending"),
    "agreed": State("good", "Agreed"),
    "declined": State("blocking", "Declined"),
}


def exported(actor: Actor, table: str, file_format: str) -> None:
    """Into the trail."""
    note_export(actor=actor, what="register", file_format=f"{table}.{file_format}")


def narrow_processing(rows: QuerySet[ProcessingActivity], values: Mapping[str, Any]) -> QuerySet[ProcessingActivity]:
    """By the values of `ProcessingFilter`. An entry without regions is everywhere."""
    if kind := values.get("kind"):
        rows = rows.filter(kind=kind)
    if region := values.get("region"):
        rows = rows.filter(Q(regions=region) | Q(regions__isnull=True)).distinct()
    if live := values.get("live"):
        rows = rows.filter(live=live == "yes")
    if impact := values.get("impact"):
        rows = rows.filter(impact_state=impact)
    return rows


def search_processing(rows: QuerySet[ProcessingActivity], text: str) -> QuerySet[ProcessingActivity]:
    """In names, purposes and legal bases."""
    return rows.filter(
        Q(name__icontains=text)
        | Q(purpose__icontains=text)
        | Q(data_categories__icontains=text)
        | Q(legal_basis__icontains=text)
    )


def regions_of(entry: ProcessingActivity) -> str:
    """Names of its regions."""
    return ", ".join(region.name for region in entry.regions.all()) or "Everywhere"


def _text(key: str, label: str) -> Column:
    return Column(key, label, shown=False, priority=3)


PROCESSING = Table(
    key="processing",
    name="Register of processing",
    one="activity",
    many="activities",
    columns=(
        opening("name", "Processing", "governance:processing_entry"),
        Column("kind", "Kind", value=lambda one: PROCESSING_KINDS.get(one.kind, one.kind), sort="kind", priority=3),
        Column("legal_basis", "Legal basis", sort="legal_basis"),
        Column("retention", "Kept for"),
        Column("regions", "Regions", value=regions_of),
        Column(
            "live",
            "Runs",
            kind="state",
            sort="live",
            states={True: State("information", "Runs", "play"), False: State("neutral", "Does not run")},
        ),
        Column("since", "Since", kind="date", sort="since", priority=3),
        Column("impact_state", "Impact assessment", kind="state", states=IMPACT_STATES, sort="impact_state"),
        _text("purpose", "Purpose"),
        _text("data_categories", "Data"),
        _text("people_concerned", "People concerned"),
        _text("recipients", "Recipients"),
        _text("safeguards", "Safeguards"),
        _text("impact_note", "Notes of the assessment"),
        Column("owner", "Owner", value="owner.name", sort="owner__name", shown=False, priority=3),
        Column("ended_on", "Ended", kind="date", sort="ended_on", shown=False, priority=3),
        Column("review_due", "Look again by", kind="date", sort="review_due", shown=False, priority=3),
    ),
    sort="name",
    filters=ProcessingFilter,
    filter=narrow_processing,
    search=search_processing,
    empty=Empty(
        "The register of processing is empty",
        "It says which data of people are processed, why, on which ground and for how long. Begin with the eight "
        "activities of this product and adapt them with your data protection officer.",
        icon="clipboard-document-list",
    ),
    exported=exported,
)


Entry = ConsultationRecord | PolicyAsked
#: Subjects of an entry, with that of entries which are kept with a policy.
CONSULTED_ON = {**SUBJECTS, "policy": "A policy"}


def narrow_consultations(rows: list[Entry], values: Mapping[str, Any]) -> list[Entry]:
    """By the values of `ConsultationFilter`."""
    region, state, subject = (values.get(name) for name in ("region", "state", "subject"))
    return [
        one
        for one in rows
        if (not region or str(one.region_id) == str(region))
        and (not state or one.state == state)
        and (not subject or subject in one.subjects)
    ]


def search_consultations(rows: list[Entry], text: str) -> list[Entry]:
    """In titles, documents and notes."""
    wanted = text.casefold()
    return [one for one in rows if any(wanted in part.casefold() for part in (one.title, one.reference, one.note))]


def _address(one: Entry) -> str:
    """An entry's own page; of one that is kept with a policy the policy's."""
    if isinstance(one, PolicyAsked):
        return reverse("governance:policy", args=[one.policy_id])
    return reverse("governance:consultation", args=[one.pk])


CONSULTATIONS = Table(
    key="consultations",
    name="Register of consultation",
    one="consultation",
    many="consultations",
    columns=(
        Column("title", "Consultation", kind="link", sort="title", href=_address, main=True, side=True),
        Column("region", "Region", value="region.name", sort="region__name"),
        Column("subjects", "Subjects", value=lambda one: ", ".join(CONSULTED_ON.get(s, s) for s in one.subjects)),
        Column("state", "Outcome", kind="state", states=CONSULTATION_STATES, sort="state"),
        Column("started_on", "Asked", kind="date", sort="started_on", priority=3),
        Column("recorded_on", "Outcome on", kind="date", sort="recorded_on"),
        Column("reference", "Document", sort="reference", priority=3),
        Column("recorded_by", "Recorded by", sort="recorded_by", shown=False, priority=3),
        Column("link", "Address", shown=False, priority=3),
        Column("note", "Notes", shown=False, priority=3),
    ),
    sort="title",
    filters=ConsultationFilter,
    filter=narrow_consultations,
    search=search_consultations,
    empty=Empty(
        "No consultation yet",
        "Where employees have representatives, pages with comments, records of who wrote what, and figures of single "
        "people are their business before they go live. Record here who was asked about what, and the outcome.",
        icon="chat-bubble-left-right",
        action="Record a consultation",
        url_name="governance:add_consultation",
        permission="governance.edit_registers",
    ),
    exported=exported,
)
