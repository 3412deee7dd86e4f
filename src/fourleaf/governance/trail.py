"""The audit trail as it leaves the product: who did what stays in the trail, but no file makes figures of people of it.

The trail keeps names, since law asks who did what, and whoever may read it can look at each event. A list that is taken
away can be counted by name, which makes a figure of a single person. So a file, or an answer of the API, withholds of
events about people's work the names of those whose region permits no such figures (`governance.analytics`), the time of
day and the data; unless a case is stated, which is audited. Acts of administration (roles, people, settings of the
organisation, exports) keep their names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Q, QuerySet

from fourleaf.governance.analytics import person_level_condition
from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import InvalidError
from fourleaf.kernel.models import AuditEvent, Person
from fourleaf.kernel.permissions import require

__all__ = ["NOTE", "WITHHELD", "Given", "Taken", "about_work", "take_trail"]

WITHHELD: Final = "withheld"
NOTE: Final = (
    "Of events about people's work, the names of people whose region permits no figures of single people are "
    "withheld, as are times of day and data, and all seals; a search finds such events by their meaning only. State "
    "a case to have them; that is audited."
)
#: Sign-ins say when somebody works; all else that the kernel records is administration.
_SIGN_INS: Final = ("kernel.account.signed_", "kernel.account.sign_in_")
#: Subjects that are one person: kind -> whether the id is that of the person.
_PERSONS: Final[Mapping[str, bool]] = {
    "kernel.person": True,
    "training.profile": True,
    "kernel.account": False,
    "training.learnerprofile": False,
    "training.absence": False,
    "review.absence": False,
    "review.delegation": False,
}
_LONGEST_CASE: Final = 500


def about_work(code: str) -> bool:
    """Whether an event tells of somebody's work; whatever is not known to be administration does."""
    if code.startswith("kernel."):
        return code.startswith(_SIGN_INS)
    return not code.endswith(".exported")


def _administration() -> Q:
    """`about_work` turned round, for a queryset."""
    sign_ins = Q(code__startswith=_SIGN_INS[0]) | Q(code__startswith=_SIGN_INS[1])
    return (Q(code__startswith="kernel.") & ~sign_ins) | (
        ~Q(code__startswith="kernel.") & Q(code__endswith=".exported")
    )


@dataclass(frozen=True)
class Given:
    """What is given of an event; ``at`` is a day where the time is withheld."""

    at: datetime | date
    actor: str
    subject: str
    subject_id: str
    data: Mapping[str, Any]
    withheld: bool


@dataclass(frozen=True)
class Taken:
    """The rules of one file or answer: with a ``case`` everything is given, else ``permitted`` people are named."""

    case: str
    permitted: frozenset[int]

    def narrowed(self, rows: QuerySet[AuditEvent], *, search: str, subject_kind: str) -> QuerySet[AuditEvent]:
        """Further conditions on rows that were searched, so that a search for one name counts nobody's work."""
        if self.case:
            return rows
        if search:
            folded = search.casefold()
            meant = [code for code, label in audit.CODES.items() if folded in label.casefold()]
            rows = rows.filter(_administration() | Q(code__in=meant))
        return rows.filter(_administration()) if subject_kind in _PERSONS else rows

    def given(self, event: AuditEvent) -> Given:
        """What of this event is given."""
        if self.case or not about_work(event.code):
            return Given(event.at, event.actor_label, event.subject_label, event.subject_id, event.data, False)
        hides_actor = event.actor_kind == "person" and event.actor_person_id not in self.permitted
        hides_subject = event.subject_kind in _PERSONS and not self._named(event)
        hides = hides_actor or hides_subject
        return Given(
            event.at.astimezone(clock.local_zone()).date() if hides else event.at,
            WITHHELD if hides_actor else event.actor_label,
            WITHHELD if hides_subject else event.subject_label,
            "" if hides_subject else event.subject_id,
            {},
            hides,
        )

    def _named(self, event: AuditEvent) -> bool:
        by_person = _PERSONS[event.subject_kind] and event.subject_id.isdecimal()
        return by_person and int(event.subject_id) in self.permitted

    def seal(self, text: str) -> str:
        """A seal of the chain. Over known fields it could be tried out which name fits, so none goes without a case."""
        return text if self.case else ""


def take_trail(*, actor: Actor, format: str, case: str = "", asked: Mapping[str, object] | None = None) -> Taken:
    """Note that the trail is taken away, and give the rules for it. Two queries and the audit event.

    A ``case`` needs the right to export the trail; what was ``asked`` for (search, filters) is noted beside it.
    Without one, reading by API is noted no more than reading the page.
    """
    case = case.strip()
    if len(case) > _LONGEST_CASE:
        raise InvalidError(fields={"case": [f"Write at most {_LONGEST_CASE} characters."]})
    if case or format != "api":
        require(actor, "kernel.export_audit")
        data = {"format": format, **({"case": case, "asked": dict(asked or {})} if case else {})}
        with transaction.atomic():
            audit.record(actor, "kernel.audit.exported", ("kernel.audit", "trail"), data=data)
    people = Person.objects.filter(person_level_condition()).values_list("pk", flat=True) if not case else ()
    return Taken(case, frozenset(people))
