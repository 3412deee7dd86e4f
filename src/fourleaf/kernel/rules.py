"""Who may do what to which row of the kernel. Each predicate has a twin ``visible_*`` in the selectors."""

from __future__ import annotations

from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.models import Account, ApiToken, PeopleImport, Person, Region, RoleGrant

__all__ = [
    "may_edit_person",
    "may_see_grants",
    "may_see_person",
    "may_see_token",
    "may_sign_in",
    "may_use_import",
    "somewhere",
]


def somewhere(actor: Actor, code: str) -> bool:
    """Whether the actor carries the permission at all, be it for one brand or region only."""
    return actor.may(code) or any(item[0] == code for item in actor.scoped)


def may_edit_person(actor: Actor, subject: object = None) -> bool:
    """The people team everywhere; a region's people team for that region's people.

    ``subject`` is the `Person`, or the `Region` somebody is to be put in; None asks "anybody at all?".
    """
    code = "kernel.edit_people"
    if actor.may(code):
        return True
    if subject is None:
        return somewhere(actor, code)
    region_id = subject.pk if isinstance(subject, Region) else getattr(subject, "region_id", None)
    return actor.may_for(code, "region", region_id)


def may_see_person(actor: Actor, person: object = None) -> bool:
    """Everybody sees those who work here; leavers are seen by those who keep the list or grant roles."""
    if not actor.may("kernel.view_people"):
        return False
    if not isinstance(person, Person) or not person.has_left(clock.today()):
        return True
    return may_edit_person(actor, person) or actor.may("kernel.grant_roles")


def may_see_grants(actor: Actor, person: object = None) -> bool:
    """A person's roles: the person, those who grant, those who read the audit trail."""
    if actor.may("kernel.grant_roles") or actor.may("kernel.view_audit"):
        return True
    if isinstance(person, RoleGrant):
        return person.person_id == actor.person_id
    return isinstance(person, Person) and person.pk == actor.person_id


def may_see_token(actor: Actor, token: object = None) -> bool:
    """A token: its owner, and those who look after all tokens."""
    if actor.may("kernel.manage_tokens"):
        return True
    return isinstance(token, ApiToken) and token.person_id == actor.person_id


def may_use_import(actor: Actor, upload: object = None) -> bool:
    """An uploaded list: whoever may edit everybody, and the one who uploaded it while they may edit somebody."""
    if actor.may("kernel.edit_people"):
        return True
    mine = isinstance(upload, PeopleImport) and upload.created_by_person_id == actor.person_id
    return mine and somewhere(actor, "kernel.edit_people")


def may_sign_in(account: Account) -> bool:
    """Active, and its person has not left. Asked on every request, so that leavers lose access at once."""
    return account.is_active and not account.person.has_left(clock.today())
