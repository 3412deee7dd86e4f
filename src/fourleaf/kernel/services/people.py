"""People: added and changed. For the end of employment see `leaving`, for lists `people_import`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import InvalidError, NotAllowedError
from fourleaf.kernel.models import Account, Brand, Department, Person, Region, RoleGrant
from fourleaf.kernel.models.organisation import search_key
from fourleaf.kernel.permissions import allowed, require
from fourleaf.kernel.rules import may_edit_person
from fourleaf.kernel.selectors import get_person_for
from fourleaf.kernel.versions import save_at_version

__all__ = ["PersonFields", "add_person", "change_person", "follow_email"]

_EDIT, _SEE = "kernel.edit_people", "kernel.view_people"
_LIMITS = {"name": 150, "title": 150, "external_id": 64, "email": 254}


class PersonFields(TypedDict, total=False):
    """What can be said about a person."""

    name: str
    email: str | None
    external_id: str | None
    title: str
    department_id: int | None
    region_id: int | None
    manager_id: int | None
    brand_ids: Collection[int]
    started_on: date | None


def add_person(*, actor: Actor, **fields: Unpack[PersonFields]) -> Person:
    """Add a person; ``name`` is required. Without a region, only for those who may edit everybody."""
    require(actor, _EDIT)
    values = _cleaned(None, fields)
    _require_region(actor, values.get("region_id"))
    brands = values.pop("brand_ids", None)
    now = clock.now()
    person = Person(created_at=now, changed_at=now, **values)
    try:
        with transaction.atomic():
            person.save()
            if brands:
                person.brands.set(brands)
            audit.record(actor, "kernel.person.added", person)
    except IntegrityError as error:
        raise _taken(person) from error
    return person


def change_person(
    *, actor: Actor, person_id: int, version: int | None = None, **fields: Unpack[PersonFields]
) -> Person:
    """Change the given fields of a person.

    The e-mail of somebody who holds roles can be changed by administrators only, since it may decide who signs in;
    the sign-in e-mail follows when an administrator changes it and it was the same before.
    """
    person = get_person_for(actor, person_id)
    require(actor, _EDIT, person, seen_by=_SEE)
    values = _cleaned(person, fields)
    if "region_id" in values and values["region_id"] != person.region_id:
        _require_region(actor, values["region_id"])
    brands = values.pop("brand_ids", None)
    changes = audit.changes_between({name: getattr(person, name) for name in values}, values)
    if "email" in changes:
        _check_email_right(actor, person)
    try:
        with transaction.atomic():
            if brands is not None:
                before = sorted(person.brands.values_list("pk", flat=True))
                if sorted(brands) != before:
                    changes["brand_ids"] = [before, sorted(brands)]
            if not changes:
                return person
            for name in changes.keys() - {"brand_ids"}:
                setattr(person, name, values[name])
            person.changed_at = clock.now()
            person.search = search_key(person.name, person.email or "", person.title, person.external_id or "")
            save_at_version(person, [*(changes.keys() - {"brand_ids"}), "changed_at", "search"], version=version)
            if "brand_ids" in changes:
                person.brands.set(brands or ())
            audit.record(actor, "kernel.person.changed", person, data=changes)
            if "email" in changes:
                follow_email(actor, person, changes["email"][0])
    except IntegrityError as error:
        raise _taken(person) from error
    return get_person_for(actor, person_id)


def follow_email(actor: Actor, person: Person, before: str | None) -> bool:
    """Let the sign-in e-mail follow the person's, if it was the same and the actor may decide on accounts.

    Within the caller's transaction; gives whether it changed.
    """
    if not before or not person.email or not actor.may("kernel.grant_roles"):
        return False
    account = Account.objects.filter(person=person, email__iexact=before).first()
    if account is None or Account.objects.filter(email__iexact=person.email).exclude(pk=account.pk).exists():
        return False
    Account.objects.filter(pk=account.pk).update(email=person.email)
    audit.record(actor, "kernel.account.email_changed", person)
    return True


def _require_region(actor: Actor, region_id: int | None) -> None:
    region = Region.objects.filter(pk=region_id).first() if region_id else None
    inside = may_edit_person(actor, region) if region is not None else actor.may(_EDIT)
    if not inside:
        raise InvalidError(fields={"region_id": ["You keep the list of certain regions only. Choose one of them."]})


def _check_email_right(actor: Actor, person: Person) -> None:
    if allowed(actor, "kernel.grant_roles"):
        return
    if RoleGrant.objects.filter(person=person, ended_at__isnull=True).exists():
        raise NotAllowedError(
            f"{person.name} holds roles, and the e-mail may decide who signs in with them. "
            "Ask an administrator to change it."
        )


def _cleaned(person: Person | None, fields: PersonFields) -> dict[str, Any]:
    values: dict[str, Any] = dict(fields)
    faults: dict[str, list[str]] = {}
    for name, limit in _LIMITS.items():
        if name not in values:
            continue
        text = " ".join(str(values[name] or "").split())
        if len(text) > limit:
            faults[name] = [f"This has {len(text)} characters; {limit} fit."]
        values[name] = text if name in ("name", "title") else text or None
    if not values.get("name", "" if person is None else person.name):
        faults["name"] = ["A name is needed."]
    if values.get("email") and "email" not in faults:
        values["email"] = values["email"].lower()
        try:
            validate_email(values["email"])
        except ValidationError:
            faults["email"] = ["This is not an e-mail address. Write it like ann@example.org."]
    _unique_faults(person, values, faults)
    _reference_faults(person, values, faults)
    started = values.get("started_on")
    if started and person is not None and person.left_on and person.left_on < started:
        faults["started_on"] = [f"The first day cannot lie after the last, {person.left_on}."]
    if faults:
        raise InvalidError(fields=faults)
    return values


def _unique_faults(person: Person | None, values: dict[str, Any], faults: dict[str, list[str]]) -> None:
    for name, sentence in (
        ("email", "This e-mail already belongs to {other}."),
        ("external_id", "This number already belongs to {other}."),
    ):
        if values.get(name) and name not in faults:
            same = Person.objects.filter(**{f"{name}__iexact" if name == "email" else name: values[name]})
            if person is not None:
                same = same.exclude(pk=person.pk)
            if other := same.first():
                faults[name] = [sentence.format(other=other.name)]


def _reference_faults(person: Person | None, values: dict[str, Any], faults: dict[str, list[str]]) -> None:
    for name, model in (("department_id", Department), ("region_id", Region)):
        wanted = values.get(name)
        if wanted is None or (person is not None and wanted == getattr(person, name)):
            continue
        if not model._default_manager.filter(pk=wanted, archived_at__isnull=True).exists():
            faults[name] = ["This no longer exists or is archived. Choose another one."]
    if values.get("brand_ids"):
        known = set(Brand.objects.filter(pk__in=values["brand_ids"]).values_list("pk", flat=True))
        if set(values["brand_ids"]) - known:
            faults["brand_ids"] = ["One of these brands no longer exists. Choose again."]
    manager_id = values.get("manager_id")
    if manager_id is None or (person is not None and manager_id == person.manager_id):
        return
    manager = Person.objects.filter(pk=manager_id).first()
    if manager is None:
        faults["manager_id"] = ["This person no longer exists. Choose another manager."]
    elif person is not None and _leads_up_to(manager_id, person.pk):
        faults["manager_id"] = [f"{manager.name} reports to {person.name}, so it cannot be the other way round too."]
        if manager_id == person.pk:
            faults["manager_id"] = ["Nobody is their own manager."]


def _leads_up_to(person_id: int, searched: int) -> bool:
    """Whether ``searched`` is the person or stands above them; one query a level."""
    seen: set[int] = set()
    above: int | None = person_id
    while above is not None and above not in seen:
        if above == searched:
            return True
        seen.add(above)
        above = Person.objects.filter(pk=above).values_list("manager_id", flat=True).first()
    return False


def _taken(person: Person) -> InvalidError:
    """Somebody else took the e-mail or number between our look and our write."""
    if person.email and Person.objects.filter(email=person.email).exclude(pk=person.pk).exists():
        return InvalidError(fields={"email": ["This e-mail was taken by somebody else a moment ago."]})
    return InvalidError(fields={"external_id": ["This number was taken by somebody else a moment ago."]})
