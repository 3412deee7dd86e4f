"""Reads of the registers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from fourleaf.governance.analytics import person_level_regions
from fourleaf.governance.contracts import ConsultationFacts, ProcessingFacts, RegisterFacts
from fourleaf.governance.models import ConsultationRecord, PolicyConsultation, ProcessingActivity
from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import NotFoundError
from fourleaf.kernel.models import AuditEvent, Region

__all__ = [
    "PolicyAsked",
    "all_consultations",
    "get_consultation_for",
    "get_processing_for",
    "register_facts",
    "register_history",
    "visible_consultations",
    "visible_processing",
]

_SEE = "governance.view_registers"


def visible_processing(actor: Actor) -> QuerySet[ProcessingActivity]:
    """The register of processing, for those who may read the registers; regions are fetched along."""
    rows = ProcessingActivity.objects.select_related("owner").prefetch_related("regions")
    return rows if actor.may(_SEE) else rows.none()


def visible_consultations(actor: Actor) -> QuerySet[ConsultationRecord]:
    """The register of consultation, for those who may read the registers."""
    rows = ConsultationRecord.objects.select_related("region")
    return rows if actor.may(_SEE) else rows.none()


@dataclass(frozen=True)
class PolicyAsked:
    """A consultation on a policy, told as an entry of the register: kept with the version, so entered once."""

    pk: str
    policy_id: int
    title: str
    region: Region
    state: str
    started_on: date
    recorded_on: date | None
    reference: str
    recorded_by: str
    subjects: tuple[str, ...] = ("policy",)
    link: str = ""
    note: str = ""

    @property
    def region_id(self) -> int:
        """The region's id."""
        return self.region.pk


def all_consultations(actor: Actor) -> list[ConsultationRecord | PolicyAsked]:
    """The register of consultation with what was asked about policies, by title. Two queries."""
    if not actor.may(_SEE):
        return []
    asked = PolicyConsultation.objects.select_related("version__policy", "region")
    zone = clock.local_zone()
    rows = [
        PolicyAsked(
            pk=f"policy-{one.pk}",
            policy_id=one.version.policy_id,
            title=str(one.version),
            region=one.region,
            state=one.state,
            started_on=one.asked_at.astimezone(zone).date(),
            recorded_on=one.answered_at.astimezone(zone).date() if one.answered_at else None,
            reference=one.note,
            recorded_by=one.recorded_by,
        )
        for one in asked
    ]
    return sorted([*visible_consultations(actor), *rows], key=lambda one: (one.region.name, one.title, str(one.pk)))


def get_processing_for(actor: Actor, processing_id: int) -> ProcessingActivity:
    """One entry; `NotFoundError` if absent or not visible."""
    found = visible_processing(actor).filter(pk=processing_id).first()
    if found is None:
        raise NotFoundError
    return found


def get_consultation_for(actor: Actor, consultation_id: int) -> ConsultationRecord:
    """One consultation; `NotFoundError` if absent or not visible."""
    found = visible_consultations(actor).filter(pk=consultation_id).first()
    if found is None:
        raise NotFoundError
    return found


def register_history(entry: ProcessingActivity | ConsultationRecord) -> QuerySet[AuditEvent]:
    """What happened to an entry, newest first."""
    kind = f"governance.{entry._meta.model_name}"
    return AuditEvent.objects.filter(subject_kind=kind, subject_id=str(entry.pk))[:50]


def register_facts() -> RegisterFacts:
    """Both registers and where figures of single people are allowed, for a snapshot. Four queries."""
    consultations = tuple(
        ConsultationFacts(
            id=one.pk,
            region_id=one.region_id,
            subjects=tuple(one.subjects),
            state=one.state,  # type: ignore[arg-type]  # one of the machine's states
            started_on=one.started_on,
            recorded_on=one.recorded_on,
        )
        for one in ConsultationRecord.objects.all()
    )
    processing = tuple(
        ProcessingFacts(
            id=one.pk,
            name=one.name,
            kind=one.kind,
            legal_basis=one.legal_basis,
            retention=one.retention,
            region_ids=tuple(sorted(region.pk for region in one.regions.all())),
            live=one.live,
            since=one.since,
        )
        for one in ProcessingActivity.objects.prefetch_related("regions")
    )
    return RegisterFacts(consultations, processing, person_level_regions())
