"""Reminders of what is not acknowledged yet: one mail for all of a person's open policies, at most one a week."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.conf import settings
from django.core.mail import get_connection
from django.db import IntegrityError, transaction

from fourleaf.governance.contracts import DUE_DAYS, Obligation
from fourleaf.governance.languages import OWN_NAMES
from fourleaf.governance.models import PolicyReminder, PolicyText, PolicyVersion
from fourleaf.governance.selectors.acknowledgements import obligations
from fourleaf.governance.selectors.acknowledgements_coverage import working
from fourleaf.governance.selectors.acknowledgements_notices import Notice, notices
from fourleaf.governance.selectors.acknowledgements_people import PEOPLE_AT_ONCE
from fourleaf.kernel import audit, clock, mail
from fourleaf.kernel import public as organisation
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.contracts import PersonFacts

__all__ = ["BETWEEN", "MOST", "letter", "mail_is_set_up", "send_reminders", "to_remind"]

#: Days between two mails to a person, and how many they get at most within `REMEMBERED` about the same policies.
BETWEEN: Final = timedelta(days=7)
MOST: Final = 6
REMEMBERED: Final = timedelta(days=90)
#: A first mail about a policy comes at once; after it, nothing until so close to the due day.
CLOSE: Final = timedelta(days=10)
#: Mails over one connection; servers end a connection that carries too many.
_OVER_ONE_CONNECTION: Final = 100


@dataclass(frozen=True)
class Told:
    """What a mail says of a version: the languages of its text, where there are several; whether rights rest."""

    languages: tuple[str, ...] = ()
    rights: bool = False


def mail_is_set_up() -> bool:
    """Whether mail leaves the house; without a mail server it would only be printed to the log."""
    return not settings.EMAIL_BACKEND.endswith(("console.EmailBackend", "dummy.EmailBackend"))


def to_remind(*, on: date | None = None) -> dict[int, list[Obligation]]:
    """Who is mailed on a day, and about what: people who work here and have something open, each once a week at most.

    Nobody gets more than six mails within ninety days about the same policies; one that came into force since the last
    mail is told at once. Somebody who acknowledged everything is not in it.
    """
    day = on or clock.today()
    ids = list(working(day).exclude(email__isnull=True).exclude(email="").order_by("pk").values_list("pk", flat=True))
    found: dict[int, list[Obligation]] = {}
    for start in range(0, len(ids), PEOPLE_AT_ONCE):
        part = ids[start : start + PEOPLE_AT_ONCE]
        sent: dict[int, list[date]] = {}
        lately = PolicyReminder.objects.filter(person_id__in=part, sent_on__gt=day - REMEMBERED).order_by()
        for person, sent_on in lately.values_list("person_id", "sent_on"):
            sent.setdefault(person, []).append(sent_on)
        for person, owed in obligations(part, on=on).items():
            waiting = [one for one in owed if one.state != "done"]
            if waiting and _is_time(waiting, sent.get(person, ()), day):
                found[person] = waiting
    return found


def _is_time(waiting: Sequence[Obligation], sent: Sequence[date], day: date) -> bool:
    """``sent``: the days of the mails that this person got lately."""
    if not sent:
        return True
    last = max(sent)
    if day - last < BETWEEN:
        return False
    newest = max(one.due_on for one in waiting) - timedelta(days=DUE_DAYS)
    if last < newest:
        return True
    return sum(one >= newest for one in sent) < MOST and min(one.due_on for one in waiting) - CLOSE <= day


def letter(
    person: PersonFacts,
    waiting: Sequence[Obligation],
    clearer: Sequence[Notice] = (),
    versions: Mapping[int, Told] | None = None,
) -> tuple[str, str]:
    """Subject and text of the mail; ``clearer`` are minor versions, which need no acknowledgement.

    ``versions``: by id, what is said of each besides its title.
    """
    soonest = min(one.due_on for one in waiting)
    what = "One policy waits" if len(waiting) == 1 else f"{len(waiting)} policies wait"
    lines = "\n".join(_line(one, (versions or {}).get(one.version_id, Told())) for one in waiting)
    told = "".join(f"- {one.title}, version {one.number}\n" for one in clearer)
    also = f"Only the wording changed in these, there is nothing to acknowledge:\n\n{told}\n" if told else ""
    link = f"{settings.BASE_URL.rstrip('/')}/policies/mine/"
    text = (
        f"Hello {person.name},\n\n"
        f"please read and acknowledge:\n\n{lines}\n\n{link}\n\n{also}"
        "To acknowledge says that you received and read it; it is no consent. "
        "If something in it is unclear or does not fit your work, say so on the same page.\n\nThank you."
    )
    return f"{what} for you until {_day(soonest)}", text


def _line(one: Obligation, told: Told) -> str:
    by = f"by {_day(one.due_on)}"
    if one.state != "open":
        by = f"overdue since {_day(one.due_on)}"
    if one.state == "suspended" and told.rights:
        by += "; some of your rights rest until then, and come back at once afterwards"
    elif one.state == "overdue" and told.rights:
        by += f"; from {_day(one.grace_until + timedelta(days=1))} on some of your rights rest"
    choice = f"; {', '.join(OWN_NAMES.get(code, code) for code in told.languages)}" if len(told.languages) > 1 else ""
    return f"- {one.title} (version {one.major}{choice}), {by}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _told(waiting: Iterable[Sequence[Obligation]]) -> dict[int, Told]:
    """Two queries."""
    ids = {one.version_id for owed in waiting for one in owed}
    languages: dict[int, list[str]] = {}
    texts = PolicyText.objects.filter(version_id__in=ids).order_by("pk")
    for version_id, language in texts.values_list("version_id", "language"):
        languages.setdefault(version_id, []).append(language)
    rows = PolicyVersion.objects.filter(pk__in=ids).values_list("pk", "rights")
    return {key: Told(tuple(languages.get(key, ())), bool(rights)) for key, rights in rows}


def send_reminders(*, actor: Actor, alive: Callable[[], None] = lambda: None, stop: Any = None) -> dict[str, int]:
    """Mail everybody in `to_remind`; gives counts. Without a mail server nothing is sent and nothing is noted.

    A server that cannot be reached raises `OSError` before anything is noted, so that the next run mails all of them.
    """
    if not mail_is_set_up():
        return {"mails": 0, "not_sent_without_mail_server": 1}
    chosen = to_remind()
    if not chosen:
        return {"mails": 0, "refused": 0}
    people = organisation.people_by_id(list(chosen))
    clearer, versions = notices(list(chosen)), _told(chosen.values())
    sent = refused = 0
    try:
        with get_connection() as connection:
            for number, (person_id, waiting) in enumerate(chosen.items(), 1):
                if stop is not None and stop.is_set():
                    break
                alive()
                note = _noted(person_id, len(waiting))
                if note is None:
                    continue
                subject, text = letter(people[person_id], waiting, clearer.get(person_id, ()), versions)
                taken = _mailed(note, people[person_id].email or "", subject, text, connection)
                sent, refused = sent + taken, refused + (not taken)
                if number % _OVER_ONE_CONNECTION == 0:
                    connection.close()
                    connection.open()
    finally:
        if sent:
            with transaction.atomic():
                audit.record(
                    actor,
                    "governance.policy.reminders_sent",
                    ("governance.reminders", clock.today().isoformat()),
                    data={"mails": sent},
                )
    return {"mails": sent, "refused": refused}


def _noted(person_id: int, policies: int) -> PolicyReminder | None:
    """Note the mail before it is sent, once a day: a crash may cost a mail, never sends two. None: there is one."""
    try:
        with transaction.atomic():
            return PolicyReminder.objects.create(person_id=person_id, sent_on=clock.today(), policies=policies)
    except IntegrityError:
        return None


def _mailed(note: PolicyReminder, address: str, subject: str, text: str, connection: Any) -> bool:
    """Whether the server took it. One address that it refuses must not keep the mail from everybody else.

    Refused for the time being (a code of 4…): the note goes, so that the next run tries again.
    """
    handed = mail.hand_over(mail.letter(address, subject, text, language="en", connection=connection))
    if handed == "later":
        note.delete()
    return handed == "taken"
