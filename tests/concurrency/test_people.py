"""Two at once on the list of people: no doubles, no lost changes, always an administrator."""

from __future__ import annotations

from functools import partial

import pytest

from at_once import at_once
from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import system_actor
from fourleaf.kernel.errors import ConflictError, DomainError
from fourleaf.kernel.models import AuditEvent, Person, RoleGrant
from fourleaf.kernel.services.access import end_role
from fourleaf.kernel.services.accounts import add_user
from fourleaf.kernel.services.people import change_person
from fourleaf.kernel.services.people_import import import_people

ACTOR = system_actor("test")
pytestmark = pytest.mark.django_db(transaction=True)


def test_the_same_list_twice_at_once_gives_every_person_once() -> None:
    rows = "".join(f"{n},Person {n},p{n}@example.org,{n // 5 if n else ''},Kitchen\n" for n in range(200))
    content = f"external_id,name,email,manager,department\n{rows}".replace(",Kitchen\n", ",Kitchen\n").encode()

    def work(number: int) -> None:
        import_people(actor=ACTOR, content=content, file_name=f"{number}.csv", add_missing=["departments"])

    raised = at_once(*(partial(work, number) for number in range(3)))
    assert [error for error in raised if error is not None and not isinstance(error, ConflictError)] == []
    assert Person.objects.count() == 200
    assert AuditEvent.objects.filter(code="kernel.person.added").count() == 200
    assert list(audit.verify())[-1] == AuditEvent.objects.count()


def test_an_import_does_not_overwrite_a_change_made_meanwhile() -> None:
    content = b"external_id,name,email,title\n1,Ann Lee,ann@example.org,Cook\n"
    import_people(actor=ACTOR, content=content, file_name="first.csv")
    ann = Person.objects.get()

    def work(number: int) -> None:
        if number:
            import_people(actor=ACTOR, content=content.replace(b"Cook", b"Chef"), file_name="second.csv")
        else:
            change_person(actor=ACTOR, person_id=ann.pk, email="ann.lee@example.org")

    at_once(*(partial(work, number) for number in range(2)))
    ann.refresh_from_db()
    noted = AuditEvent.objects.filter(code="kernel.person.changed").count()
    assert ann.version == 1 + noted


def test_two_administrators_cannot_remove_each_other_at_once() -> None:
    for name in ("ada", "bo"):
        add_user(actor=ACTOR, name=name, email=f"{name}@example.org", role="admin", password="four quiet meadows")
    grants = list(RoleGrant.objects.order_by("pk").values_list("pk", flat=True))
    raised = at_once(*(partial(end_role, actor=ACTOR, grant_id=grant) for grant in grants))
    assert RoleGrant.objects.filter(ended_at__isnull=True).count() == 1
    assert sum(isinstance(error, DomainError) for error in raised) == 1
    assert clock.now()
