"""Plans: what is in them, object by object, and whole plans in and out."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from ninja import Field, File, Query, Router, Schema, Status, UploadedFile

from fourleaf.alignment.public import live_export
from fourleaf.api.authentication import actor_of
from fourleaf.api.pages import Page, cursor_page
from fourleaf.engine.alignment.loading import load_plan
from fourleaf.kernel.errors import InvalidError
from fourleaf.planning.models import Plan, PlanObject
from fourleaf.planning.sections import SECTIONS, section_named
from fourleaf.planning.selectors import get_object_for, get_plan_for, objects, visible_plans
from fourleaf.planning.services import (
    ImportPreview,
    export_plan,
    import_plan,
    preview_import,
    put_object,
    remove_object,
)

__all__ = ["router"]

router = Router(tags=["Plans"])
Limit = Annotated[int, Field(ge=1, le=200)]
#: Stands for the key of a section that is one object.
WHOLE = "-"
LARGEST = 64 << 20


class PlanOut(Schema):
    """A plan. ``content_version`` grows with every change of what is in it."""

    id: int
    name: str
    state: Literal["draft", "current", "archived"]
    starts_on: date
    ends_on: date
    as_of: date = Field(description="The day that the content describes.")
    content_version: int
    changed_at: datetime


class SectionOut(Schema):
    """A section of the plan model; ``many`` is false where it is one object, whose key is `-` in addresses."""

    name: str
    many: bool
    description: str
    objects: int


class ObjectOut(Schema):
    """An object as in a plan file: what equals its default is left out."""

    section: str
    key: str
    version: int = Field(description="Send it back with a change; a change by somebody else in between answers 409.")
    changed_at: datetime
    changed_by: str
    data: dict[str, Any]


class ObjectIn(Schema):
    """The whole object, as in a plan file (docs/reference/plan.schema.json)."""

    data: dict[str, Any]
    version: int | None = Field(
        None, description="Of the object this was made from; 0 when it must be new; null takes whatever is there."
    )


class ImportOut(Schema):
    """What an import did, or with ``dry_run`` would do, as addresses; ``refused`` says why it will not.

    ``warnings`` name waivers that come in and hold for nothing.
    """

    plan: PlanOut | None
    added: list[str]
    changed: list[str]
    removed: list[str]
    unchanged: int
    refused: list[str]
    warnings: list[str]


class ImportQuery(Schema):
    """How a file is brought in."""

    mode: Literal["merge", "replace"] = Field("merge", description="`replace` also removes what the file lacks.")
    dry_run: bool = Field(False, description="Only say what would change.")


def _plan(plan: Plan) -> PlanOut:
    return PlanOut(id=plan.pk, **{name: getattr(plan, name) for name in PlanOut.model_fields if name != "id"})


def _object(row: PlanObject) -> ObjectOut:
    return ObjectOut(**{name: getattr(row, name) for name in ObjectOut.model_fields})


def _import(plan: Plan | None, preview: ImportPreview) -> ImportOut:
    found = {name: getattr(preview, name) for name in ImportOut.model_fields if name != "plan"}
    return ImportOut(plan=_plan(plan) if plan is not None else None, **found)


def _key(key: str) -> str:
    return "" if key == WHOLE else key


@router.get("/plans", response=Page[PlanOut], summary="List plans")
def plans(request: HttpRequest, cursor: str | None = None, limit: Limit = 50) -> Page[PlanOut]:
    """Plans, archived ones included, in the order in which they were made."""
    rows = visible_plans(actor_of(request))
    return cursor_page(rows, order=("pk",), cursor=cursor, limit=limit, show=_plan)


@router.post("/plans/import", response={200: ImportOut, 201: ImportOut}, summary="Import a file as a new plan")
def import_new(
    request: HttpRequest, file: Annotated[UploadedFile, File()], name: str = "", dry_run: bool = False
) -> Status[ImportOut]:
    """A plan file (YAML or JSON) becomes a new draft, all of it or nothing."""
    actor, loaded = actor_of(request), load_plan(_bytes(file))
    if dry_run:
        return Status(200, _import(None, preview_import(actor=actor, loaded=loaded)))
    return Status(201, _import(*import_plan(actor=actor, loaded=loaded, name=name)))


@router.get("/plans/{plan_id}", response=PlanOut, summary="One plan")
def plan(request: HttpRequest, plan_id: int) -> PlanOut:
    """One plan by id."""
    return _plan(get_plan_for(actor_of(request), plan_id))


@router.get("/plans/{plan_id}/export", summary="A plan as a file")
def export(request: HttpRequest, plan_id: int, live: bool = False) -> HttpResponse:
    """The plan as YAML; importing it gives the same plan. ``live``: as the check reads it, with what others keep."""
    actor = actor_of(request)
    text = live_export(actor, plan_id) if live else export_plan(actor=actor, plan_id=plan_id)
    headers = {"Content-Disposition": f'attachment; filename="plan-{plan_id}.yaml"'}
    return HttpResponse(text, content_type="application/yaml; charset=utf-8", headers=headers)


@router.post("/plans/{plan_id}/import", response=ImportOut, summary="Import a file into a plan")
def import_into(
    request: HttpRequest, plan_id: int, file: Annotated[UploadedFile, File()], how: Annotated[ImportQuery, Query()]
) -> ImportOut:
    """A plan file (YAML or JSON) changes a plan, all of it or nothing."""
    actor, loaded = actor_of(request), load_plan(_bytes(file))
    if how.dry_run:
        return _import(None, preview_import(actor=actor, loaded=loaded, plan_id=plan_id, mode=how.mode))
    return _import(*import_plan(actor=actor, loaded=loaded, plan_id=plan_id, mode=how.mode))


@router.get("/plans/{plan_id}/sections", response=list[SectionOut], summary="Sections of a plan")
def sections(request: HttpRequest, plan_id: int) -> list[SectionOut]:
    """All sections that the plan model has, with the number of objects in each."""
    rows = objects(actor_of(request), plan_id).order_by().values_list("section").annotate(count=Count("pk"))
    counts = dict(rows.values_list("section", "count"))
    return [
        SectionOut(name=s.name, many=s.many, description=s.description, objects=counts.get(s.name, 0))
        for s in SECTIONS.values()
    ]


@router.get("/plans/{plan_id}/sections/{section}", response=Page[ObjectOut], summary="Objects of a section")
def section_objects(
    request: HttpRequest, plan_id: int, section: str, cursor: str | None = None, limit: Limit = 50
) -> Page[ObjectOut]:
    """The objects of a section in their order."""
    rows = objects(actor_of(request), plan_id, section)
    return cursor_page(rows, order=("position", "pk"), cursor=cursor, limit=limit, show=_object)


@router.get("/plans/{plan_id}/sections/{section}/{key}", response=ObjectOut, summary="One object")
def one_object(request: HttpRequest, plan_id: int, section: str, key: str) -> ObjectOut:
    """One object by its key; `-` for a section that is one object."""
    return _object(get_object_for(actor_of(request), plan_id, section, _key(key)))


@router.put("/plans/{plan_id}/sections/{section}/{key}", response=ObjectOut, summary="Add or change an object")
def put(request: HttpRequest, plan_id: int, section: str, key: str, given: ObjectIn) -> ObjectOut:
    """Store the whole object; what the plan model refuses is said by field."""
    data = dict(given.data)
    get_plan_for(actor_of(request), plan_id)
    if section_named(section).many:
        if data.setdefault("id", key) != key:
            raise InvalidError(fields={"id": [f"The id in the data is not the one in the address, {key}."]})
    elif key != WHOLE:
        raise InvalidError(fields={"key": [f"“{section}” is one object; its key in addresses is “{WHOLE}”."]})
    actor = actor_of(request)
    return _object(put_object(actor=actor, plan_id=plan_id, section=section, data=data, version=given.version))


@router.delete("/plans/{plan_id}/sections/{section}/{key}", response={204: None}, summary="Remove an object")
def remove(request: HttpRequest, plan_id: int, section: str, key: str, version: int | None = None) -> Status[None]:
    """Take an object out; refused while others refer to it. It can be brought back from the history."""
    remove_object(actor=actor_of(request), plan_id=plan_id, section=section, key=_key(key), version=version)
    return Status(204, None)


def _bytes(file: UploadedFile) -> bytes:
    if file.size is not None and file.size > LARGEST:
        raise InvalidError(fields={"file": [f"The file is larger than {LARGEST >> 20} MiB."]})
    content: bytes = file.read()
    return content
