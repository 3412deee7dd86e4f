"""Policies, acknowledgements, gaps and registers over the API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema

from fourleaf.api.authentication import actor_of
from fourleaf.api.pages import Page, cursor_page
from fourleaf.engine.policies.differences import as_text, compare
from fourleaf.governance.models import Policy, PolicyVersion
from fourleaf.governance.selectors.acknowledgements import obligations
from fourleaf.governance.selectors.acknowledgements_coverage import cells, coverage_of
from fourleaf.governance.selectors.policies import get_policy_for, get_version_for, visible_policies, visible_versions
from fourleaf.governance.selectors.policies_force import in_force
from fourleaf.governance.services.acknowledging import acknowledge
from fourleaf.governance.services.policies_life import approve_version, consult_region, record_consultation
from fourleaf.kernel.actors import system_actor
from fourleaf.kernel.errors import ConflictError, NotFoundError, TransitionError
from fourleaf.kernel.permissions import require
from fourleaf.review.services import Verdict, decide, follow_policy

__all__ = ["router"]

router = Router(tags=["Governance"])
Limit = Annotated[int, Field(ge=1, le=200)]
State = Literal["draft", "legal_review", "consultation", "approved", "scheduled", "in_force", "superseded", "withdrawn"]


class PolicyOut(Schema):
    """A document of the set; what it says is in its versions."""

    id: int
    kind: str
    title: str
    owner_id: int | None
    review_months: int


class VersionOut(Schema):
    """A version with its scope; an empty list is "all"."""

    id: int
    policy_id: int
    number: str = Field(description="Such as 2.1.0: major, minor, patch.")
    state: State
    note: str
    channels: list[str]
    except_channels: list[str]
    region_ids: list[int]
    brand_ids: list[int]
    groups: list[str]
    acknowledged: bool
    rights: list[str] = Field(description="Rights of the belts that rest while it is overdue.")
    effective_on: date | None
    ended_on: date | None
    review_due: date | None
    content_hash: str


class QuestionOut(Schema):
    """A question on what changed; which answer is right is not said."""

    question: str
    options: list[str]
    section: str = Field(description="The section that holds the answer.")


class TextOut(Schema):
    """The text of a version in a language, with the questions that an acknowledgement answers."""

    language: str
    title: str
    body: str = Field(description="Markdown.")
    content_hash: str
    questions: list[QuestionOut]


class PolicyWithVersions(PolicyOut):
    """A policy with all versions that you may see, the newest first."""

    versions: list[VersionOut]


class InForceOut(Schema):
    """A version that is in force for what was asked."""

    policy_id: int
    version_id: int
    kind: str
    title: str
    version: str
    major: int
    effective_on: date
    language: str
    languages: list[str]


class InForceQuery(Schema):
    """The question; what is left out narrows nothing."""

    kind: str | None = None
    channel: str = ""
    region_id: int | None = None
    brand_id: int | None = None
    group: str = Field("", description="Such as department:MKT.")
    language: str = ""
    on: date | None = Field(None, description="A local day of the region; its present one if left out.")


class ObligationOut(Schema):
    """What you have to acknowledge, or have acknowledged."""

    policy_id: int
    version_id: int
    kind: str
    title: str
    major: int
    language: str
    due_on: date
    grace_until: date
    acknowledged_on: date | None
    state: Literal["done", "open", "overdue", "suspended"]


class AcknowledgeIn(Schema):
    """The version and language that were shown, and the answers to its questions by their place, from 0."""

    version_id: int
    language: str
    answers: list[int] = []


class VerdictIn(Schema):
    """A verdict on a version; a reason is needed to return it."""

    agreed: bool
    reason: str = ""
    version: int | None = Field(None, description="Its count of changes as you saw it; left out: as it is.")


class ConsultIn(Schema):
    """A region to ask (``agreed`` left out), or its answer; ``note`` names the minutes or letter that holds it."""

    region_id: int
    agreed: bool | None = None
    note: str = ""
    version: int | None = None


class AcknowledgementOut(Schema):
    """An acknowledgement: receipt, and no consent."""

    policy_id: int
    major: int
    version_id: int
    language: str
    text_hash: str
    at: datetime


class CoverageCell(Schema):
    """People in scope and those who acknowledged; both null where a group is too small to be shown.

    Where near to nobody or everybody has acknowledged and people may not be named, ``current`` is null, and ``band``
    is "low" or "high": at most, or all but, one person or 5 %. It is "hidden" where that cannot be said either.
    """

    region_id: int | None
    department_id: int | None
    in_scope: int | None
    current: int | None
    band: Literal["", "low", "high", "hidden"] = ""


class CoverageOut(Schema):
    """Coverage of the newest version in force, with its margins; small groups are hidden in all of it."""

    version_id: int
    in_scope: int | None
    current: int | None
    band: Literal["", "low", "high", "hidden"] = ""
    regions: list[CoverageCell]
    departments: list[CoverageCell]
    cells: list[CoverageCell]


def _policy(row: Policy) -> PolicyOut:
    return PolicyOut(id=row.pk, kind=row.kind, title=row.title, owner_id=row.owner_id, review_months=row.review_months)


def _version(row: PolicyVersion) -> VersionOut:
    return VersionOut(id=row.pk, **{name: getattr(row, name) for name in VersionOut.model_fields if name != "id"})


@router.get("/policies", response=Page[PolicyOut], summary="List policies")
def policies(
    request: HttpRequest, kind: str | None = None, cursor: str | None = None, limit: Limit = 50
) -> Page[PolicyOut]:
    """Policies with a version that you may see."""
    rows = visible_policies(actor_of(request))
    if kind:
        rows = rows.filter(kind=kind)
    return cursor_page(rows, order=("pk",), cursor=cursor, limit=limit, show=_policy)


@router.get("/policies/in-force", response=list[InForceOut], summary="What is in force")
def what_is_in_force(request: HttpRequest, asked: Annotated[InForceQuery, Query()]) -> list[InForceOut]:
    """The versions in force for a channel, region, brand, group, reader's language, on a day."""
    require(actor_of(request), "governance.view_policies")
    found = in_force(**asked.model_dump())
    return [InForceOut(**{name: getattr(one, name) for name in InForceOut.model_fields}) for one in found]


@router.get("/policies/mine", response=list[ObligationOut], summary="What you have to acknowledge")
def mine(request: HttpRequest) -> list[ObligationOut]:
    """Your own obligations, done ones too."""
    actor = actor_of(request)
    require(actor, "governance.view_policies")
    found = obligations([actor.person_id]).get(actor.person_id, []) if actor.person_id is not None else []
    return [ObligationOut(**{name: getattr(one, name) for name in ObligationOut.model_fields}) for one in found]


@router.get("/policies/{policy_id}", response=PolicyWithVersions, summary="One policy")
def policy(request: HttpRequest, policy_id: int) -> PolicyWithVersions:
    """One policy with its versions."""
    actor = actor_of(request)
    row = get_policy_for(actor, policy_id)
    versions = visible_versions(actor).filter(policy=row).order_by("-major", "-minor", "-patch", "-pk")
    return PolicyWithVersions(**_policy(row).model_dump(), versions=[_version(one) for one in versions])


@router.get("/policies/versions/{version_id}/texts", response=list[TextOut], summary="Texts of a version")
def texts(request: HttpRequest, version_id: int) -> list[TextOut]:
    """The text of a version in each of its languages."""
    row = get_version_for(actor_of(request), version_id)
    return [
        TextOut(
            language=text.language,
            title=text.title,
            body=text.body,
            content_hash=text.content_hash,
            questions=[
                QuestionOut(question=one["question"], options=one["options"], section=one["section"])
                for one in text.quiz
            ],
        )
        for text in row.texts.order_by("pk")
    ]


@router.post("/policies/versions/{version_id}/legal", response=VersionOut, summary="Give the legal view")
def legal(request: HttpRequest, version_id: int, given: VerdictIn) -> VersionOut:
    """Agree, or return the version to its draft with a reason: a verdict on its item in the review queue."""
    actor = actor_of(request)
    row = get_version_for(actor, version_id)
    if given.version is not None and given.version != row.version:
        raise ConflictError(f"Somebody else changed “{row}” meanwhile. Load it again to see what is there now.")
    item_id = follow_policy(actor=system_actor("legal review"), version_id=version_id)
    if item_id is None:
        raise TransitionError(f"{row} does not wait for the legal view.")
    decide(actor=actor, item_id=item_id, verdict=Verdict(given.agreed, note=given.reason), via="api")
    return _version(get_version_for(actor, version_id))


@router.post("/policies/versions/{version_id}/approval", response=VersionOut, summary="Approve a version")
def approval(request: HttpRequest, version_id: int, given: VerdictIn) -> VersionOut:
    """Approve, or return the version to its draft with a reason. Named approvers all have to agree."""
    return _version(approve_version(actor=actor_of(request), version_id=version_id, **given.model_dump()))


@router.post("/policies/versions/{version_id}/consultation", response=VersionOut, summary="Note a consultation")
def consultation(request: HttpRequest, version_id: int, given: ConsultIn) -> VersionOut:
    """Ask the representatives of a region, or note their answer with the document that holds it."""
    actor, data = actor_of(request), given.model_dump()
    if given.agreed is None:
        consult_region(actor=actor, version_id=version_id, region_id=given.region_id, version=given.version)
    else:
        record_consultation(actor=actor, version_id=version_id, **data)
    return _version(get_version_for(actor, version_id))


@router.get("/policies/versions/{version_id}/changes", summary="How a version differs from another")
def changes(request: HttpRequest, version_id: int, since: int, language: str = "en") -> HttpResponse:
    """The comparison with the version ``since`` as plain text: `[-removed-]` and `{+added+}`, section by section."""
    actor = actor_of(request)
    new = get_version_for(actor, version_id).texts.filter(language=language).first()
    old = get_version_for(actor, since).texts.filter(language=language).first()
    if new is None or old is None:
        raise NotFoundError
    return HttpResponse(as_text(compare(old.body, new.body)), content_type="text/plain; charset=utf-8")


@router.post("/policies/{policy_id}/acknowledge", response=AcknowledgementOut, summary="Acknowledge a policy")
def acknowledge_own(request: HttpRequest, policy_id: int, given: AcknowledgeIn) -> AcknowledgementOut:
    """For yourself only. Wrong answers are said by their place; doing it twice changes nothing."""
    row = acknowledge(actor=actor_of(request), policy_id=policy_id, **given.model_dump())
    return AcknowledgementOut(**{name: getattr(row, name) for name in AcknowledgementOut.model_fields})


@router.get("/policies/{policy_id}/coverage", response=CoverageOut, summary="Coverage of a policy")
def coverage(request: HttpRequest, policy_id: int) -> CoverageOut:
    """By region and department, with small groups hidden; never by person."""
    actor = actor_of(request)
    row = get_policy_for(actor, policy_id)
    require(actor, "governance.view_coverage", row, seen_by="governance.view_policies")
    found = cells(policy_ids=[policy_id])
    keys = {cell.version_id for cell in found}
    newest = row.versions.filter(pk__in=keys).order_by("-major", "-minor", "-patch").first()
    if newest is None:
        raise NotFoundError
    table = coverage_of(actor, newest.pk, found=found)
    return CoverageOut(
        version_id=newest.pk,
        in_scope=table.whole.in_scope,
        current=table.whole.current,
        band=table.whole.band,
        regions=[
            CoverageCell(region_id=key, department_id=None, in_scope=one.in_scope, current=one.current, band=one.band)
            for key, one in table.by_region.items()
        ],
        departments=[
            CoverageCell(region_id=None, department_id=key, in_scope=one.in_scope, current=one.current, band=one.band)
            for key, one in table.by_department.items()
        ],
        cells=[
            CoverageCell(
                region_id=region, department_id=department, in_scope=one.in_scope, current=one.current, band=one.band
            )
            for (region, department), one in table.inner.items()
        ],
    )
