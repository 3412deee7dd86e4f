"""Gaps, registers, committees, decisions and the centre of excellence over the API."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from fourleaf.api.authentication import actor_of
from fourleaf.api.pages import Page, cursor_page
from fourleaf.governance.models import Committee, ConsultationRecord, Decision, Gap, ProcessingActivity
from fourleaf.governance.selectors.bodies import visible_committees, visible_decisions
from fourleaf.governance.selectors.centre import answer_times, centre_state
from fourleaf.governance.selectors.gaps import get_gap_for, visible_gaps
from fourleaf.governance.selectors.registers import visible_consultations, visible_processing
from fourleaf.governance.services.bodies import record_decision
from fourleaf.governance.services.gaps import report_gap
from fourleaf.governance.services.registers import add_consultation, answer_consultation
from fourleaf.kernel import clock
from fourleaf.kernel.permissions import require

__all__ = ["router"]

router = Router(tags=["Governance"])
Limit = Annotated[int, Field(ge=1, le=200)]
GapStateCode = Literal["open", "triaged", "accepted", "declined", "in_version"]
_REGISTERS, _BODIES = "governance.view_registers", "governance.view_bodies"


class GapOut(Schema):
    """A situation on which the rules are silent."""

    id: int
    situation: str
    expected_rule: str
    what_was_done: str
    proposal: str
    severity: Literal["low", "medium", "high"]
    channel: str
    policy_id: int | None
    section: str
    state: GapStateCode
    found_on: date
    owner_id: int | None
    reason: str = Field(description="Why it was accepted or declined.")
    closing_version_id: int | None
    closed_on: date | None


class GapIn(Schema):
    """A report."""

    situation: str
    expected_rule: str = ""
    what_was_done: str = ""
    proposal: str = ""
    severity: Literal["low", "medium", "high"] = "medium"
    channel: str = ""
    policy_id: int | None = None
    section: str = ""


class ProcessingOut(Schema):
    """An entry of the register of processing; no regions: everywhere."""

    id: int
    name: str
    kind: str
    purpose: str
    data_categories: str
    people_concerned: str
    recipients: str
    legal_basis: str
    retention: str
    safeguards: str
    region_ids: list[int]
    live: bool
    since: date | None
    ended_on: date | None
    impact_state: Literal["open", "not_needed", "in_work", "done"]


class ConsultationOut(Schema):
    """A consultation of employee representatives."""

    id: int
    title: str
    region_id: int
    subjects: list[str]
    state: Literal["pending", "agreed", "declined"]
    started_on: date | None
    recorded_on: date | None
    reference: str


class ConsultationIn(Schema):
    """A consultation to enter."""

    title: str
    region_id: int
    subjects: list[str]
    started_on: date | None = None
    reference: str = ""
    note: str = ""


class OutcomeIn(Schema):
    """What representatives said; ``reference`` names the document."""

    agreed: bool
    recorded_on: date
    reference: str
    note: str = ""


class DecisionIn(Schema):
    """A decision to write into the log."""

    title: str
    reason: str
    text: str = ""
    decided_on: date = Field(default_factory=clock.today)
    committee_id: int | None = None
    review_on: date | None = None
    replaces_id: int | None = None


class CommitteeOut(Schema):
    """A committee with its present seats."""

    id: int
    name: str
    kind: Literal["steering", "brand", "regional", "other"]
    chair_id: int | None
    sponsor_id: int | None
    seats: int
    last_met_on: date | None = Field(description="The last meeting with minutes.")


class DecisionOut(Schema):
    """A decision."""

    id: int
    title: str
    text: str
    reason: str
    decided_on: date
    committee_id: int | None
    review_on: date | None
    replaced_by_id: int | None


class CentreOut(Schema):
    """The centre of excellence. Times are those of the centre as a whole, never of single people."""

    charter: str
    lead_id: int | None
    member_ids: list[int]
    full_time_equivalents: float
    services: list[str]
    answered: int = Field(description="First answers of the last 90 days.")
    answered_in_time: int
    median_hours: float | None = Field(description="From question to first answer, clock hours.")
    waiting: int = Field(description="Questions of the last 90 days without an answer.")


def _gap(gap: Gap) -> GapOut:
    return GapOut(**{name: getattr(gap, "pk" if name == "id" else name) for name in GapOut.model_fields})


def _processing(entry: ProcessingActivity) -> ProcessingOut:
    plain = {name: getattr(entry, name) for name in ProcessingOut.model_fields if name not in ("id", "region_ids")}
    return ProcessingOut(id=entry.pk, region_ids=sorted(region.pk for region in entry.regions.all()), **plain)


def _consultation(entry: ConsultationRecord) -> ConsultationOut:
    return ConsultationOut(id=entry.pk, **{n: getattr(entry, n) for n in ConsultationOut.model_fields if n != "id"})


def _committee(one: Committee) -> CommitteeOut:
    return CommitteeOut(
        id=one.pk,
        name=one.name,
        kind=one.kind,  # type: ignore[arg-type]  # one of the choices
        chair_id=one.chair_id,
        sponsor_id=one.sponsor_id,
        seats=one.seat_count,  # type: ignore[attr-defined]  # counted by the selector
        last_met_on=one.last_met,  # type: ignore[attr-defined]  # found by the selector
    )


def _decision(one: Decision) -> DecisionOut:
    return DecisionOut(id=one.pk, **{name: getattr(one, name) for name in DecisionOut.model_fields if name != "id"})


@router.get("/gaps", response=Page[GapOut], summary="List gaps")
def gaps(
    request: HttpRequest, state: GapStateCode | None = None, cursor: str | None = None, limit: Limit = 50
) -> Page[GapOut]:
    """Gaps that you may see: all of them if you handle them, else those that you reported or deal with."""
    rows = visible_gaps(actor_of(request))
    rows = rows.filter(state=state) if state else rows
    return cursor_page(rows, order=("pk",), cursor=cursor, limit=limit, show=_gap)


@router.post("/gaps", response={201: GapOut}, summary="Report a gap")
def report(request: HttpRequest, gap: GapIn) -> Status[GapOut]:
    """Report a situation on which the rules are silent."""
    actor = actor_of(request)
    gap_id = report_gap(actor=actor, source=("api", ""), **gap.model_dump())
    return Status(201, _gap(get_gap_for(actor, gap_id)))


@router.get("/gaps/{gap_id}", response=GapOut, summary="One gap")
def one_gap(request: HttpRequest, gap_id: int) -> GapOut:
    """One gap, with what became of it."""
    return _gap(get_gap_for(actor_of(request), gap_id))


@router.get("/registers/processing", response=Page[ProcessingOut], summary="List processing activities")
def processing(request: HttpRequest, cursor: str | None = None, limit: Limit = 50) -> Page[ProcessingOut]:
    """The register of processing."""
    actor = actor_of(request)
    require(actor, _REGISTERS)
    return cursor_page(visible_processing(actor), order=("pk",), cursor=cursor, limit=limit, show=_processing)


@router.get("/registers/consultations", response=Page[ConsultationOut], summary="List consultations")
def consultations(request: HttpRequest, cursor: str | None = None, limit: Limit = 50) -> Page[ConsultationOut]:
    """The register of consultation."""
    actor = actor_of(request)
    require(actor, _REGISTERS)
    return cursor_page(visible_consultations(actor), order=("pk",), cursor=cursor, limit=limit, show=_consultation)


@router.post("/registers/consultations", response={201: ConsultationOut}, summary="Enter a consultation")
def consultation_add(request: HttpRequest, entry: ConsultationIn) -> Status[ConsultationOut]:
    """Record that representatives of a region are asked."""
    return Status(201, _consultation(add_consultation(actor=actor_of(request), **entry.model_dump())))


@router.post("/registers/consultations/{consultation_id}/answer", response=ConsultationOut, summary="Record an outcome")
def consultation_answer(request: HttpRequest, consultation_id: int, given: OutcomeIn) -> ConsultationOut:
    """Record the outcome with its day and the document that proves it."""
    made = answer_consultation(actor=actor_of(request), consultation_id=consultation_id, **given.model_dump())
    return _consultation(made)


@router.post("/decisions", response={201: DecisionOut}, summary="Record a decision")
def decision_add(request: HttpRequest, entry: DecisionIn) -> Status[DecisionOut]:
    """Write a decision into the log."""
    return Status(201, _decision(record_decision(actor=actor_of(request), **entry.model_dump(exclude_unset=True))))


@router.get("/committees", response=Page[CommitteeOut], summary="List committees")
def committees(request: HttpRequest, cursor: str | None = None, limit: Limit = 50) -> Page[CommitteeOut]:
    """Committees that were not archived."""
    actor = actor_of(request)
    require(actor, _BODIES)
    return cursor_page(visible_committees(actor), order=("pk",), cursor=cursor, limit=limit, show=_committee)


@router.get("/decisions", response=Page[DecisionOut], summary="List decisions")
def decisions(request: HttpRequest, cursor: str | None = None, limit: Limit = 50) -> Page[DecisionOut]:
    """The decision log, in the order in which decisions were recorded."""
    actor = actor_of(request)
    require(actor, _BODIES)
    return cursor_page(visible_decisions(actor), order=("pk",), cursor=cursor, limit=limit, show=_decision)


@router.get("/centre", response=CentreOut, summary="Get the centre of excellence")
def centre(request: HttpRequest) -> CentreOut:
    """Charter, members, services, and how quickly the centre answers."""
    actor = actor_of(request)
    require(actor, _BODIES)
    state, times = centre_state(actor), answer_times(actor)
    return CentreOut(
        charter=state.centre.charter if state.centre else "",
        lead_id=state.centre.lead_id if state.centre else None,
        member_ids=[member.person_id for member in state.members],
        full_time_equivalents=state.full_time_equivalents,
        services=[service.name for service in state.services],
        answered=times.answered,
        answered_in_time=times.in_time,
        median_hours=times.median_hours,
        waiting=times.waiting,
    )
