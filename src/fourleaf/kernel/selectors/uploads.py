"""Reads of uploaded lists of people."""

from __future__ import annotations

from django.db.models import QuerySet

from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import NotFoundError
from fourleaf.kernel.models import PeopleImport
from fourleaf.kernel.rules import somewhere

__all__ = ["get_people_import_for", "visible_people_imports"]


def visible_people_imports(actor: Actor) -> QuerySet[PeopleImport]:
    """Twin of `may_use_import`, newest first, without their content."""
    uploads = PeopleImport.objects.defer("content")
    if actor.may("kernel.edit_people"):
        return uploads
    if somewhere(actor, "kernel.edit_people"):
        return uploads.filter(created_by_person_id=actor.person_id)
    return uploads.none()


def get_people_import_for(actor: Actor, import_id: int) -> PeopleImport:
    """One uploaded list; `NotFoundError` if absent or not visible."""
    upload = visible_people_imports(actor).filter(pk=import_id).first()
    if upload is None:
        raise NotFoundError
    return upload
