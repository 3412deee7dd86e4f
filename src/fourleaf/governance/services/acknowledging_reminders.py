"""Reminders of what is not acknowledged yet: one mail for all of a person's open policies, at most one a week."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import IntegrityError, transaction
from django.db.models import Count, Max

from fourleaf.governance.contracts import Obligation
from fourleaf.governance.models import PolicyReminder
from fourleaf.governance.selectors.acknowledgements import PEOPLE_AT_ONCE, obligations
from fourleaf.governance.selectors.acknowledgements_coverage import working
from fourleaf.governance.selectors.acknowledgements_notices import Notice, notices
from fourleaf.kernel import audit, clock
from fourleaf.kernel import public as organisation
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.contracts import PersonFacts

__all__ = ["BETWEEN", "MOST", "letter", "mail_is_set_up", "send_reminders", "to_remind"]

#: Days between two mails to a person, and how many they get at most in a row about the same silence.
BETWEEN: Final = timedelta(days=7)
MOST: Final = 6
#: A first mail comes at once; after it, nothing until so close to the due day.
CLOSE: Final = timedelta(days=10)


def mail_is_set_up() -> bool:
    """Whether mail leaves the house; without a mail server it would only be printed to the log."""
    return not settings.EMAIL_BACKEND.endswith(("console.EmailBackend", "dummy.EmailBackend"))


def to_remind(*, on: date | None = None) -> dict[int, list[Obligation]]:
    """Who is mailed on a day, and about what: people who work here and have something open, each once a week at most.

    Nobody gets more than six mails within ninety days. Somebody who acknowledged everything is not in it.
    """
    day = on or clock.today()
    ids = list(working(day).exclude(email__isnull=True).exclude(email="").order_by("pk").values_list("pk", flat=True))
    found: dict[int, list[Obligation]] = {}
    for start in range(0, len(ids), PEOPLE_AT_ONCE):
        part = ids[start : start + PEOPLE_AT_ONCE]
        sent = PolicyReminder.objects.filter(person_id__in=part, sent_on__gt=day - timedelta(days=90))
        before = {
            row[0]: (row[1], row[2])
            for row in sent.order_by().values_list("person_id").annotate(last=Max("sent_on"), n=Count("pk"))
        }
        for person, owed in obligations(part, on=on).items():
            waiting = [one for one in owed if one.state != "done"]
            last, n = before.get(person, (None, 0))
            if waiting and _is_time(waiting, last, n, day):
                found[person] = waiting
    return found


def _is_time(waiting: Sequence[Obligation], last: date | None, sent: int, day: date) -> bool:
    if last is None:
        return True
    if sent >= MOST or day - last < BETWEEN:
        return False
    return min(one.due_on for one in waiting) - CLOSE <= day


def letter(person: PersonFacts, waiting: Sequence[Obligation], clearer: Sequence[Notice] = ()) -> tuple[str, str]:
    """Subject and text of the mail; ``clearer`` are minor versions, which need no acknowledgement."""
    soonest = min(one.due_on for one in waiting)
    what = "One policy waits" if len(waiting) == 1 else f"{len(waiting)} policies wait"
    lines = "\n".join(_line(one) for one in waiting)
    told = "".join(f"- {one.title}, version {one.number}\n" for one in clearer)
    also = f"Only the wording changed in these, there is nothing to acknowledge:\n\n{told}\n" if told else ""
    link = f"{settings.BASE_URL.rstrip('/')}/policies/mine/"
    text = (
        f"Hello {person.name},\n\n"
        f"please read and acknowledge:\n\n{lines}\n\n{link}\n\n{also}"
        "To acknowledge says that you received and read it; it is no consent. "
        "If something in it is unclear or does not fit your work, say so on the same page.\n\nThank you."
    )
    return f"{what} for you until {soonest.day} {soonest:%B %Y}", text


def _line(one: Obligation) -> str:
    by = f"by {one.due_on.day} {one.due_on:%B %Y}"
    if one.state == "suspended":
        by = "overdue; some of your rights rest until then, and come back at once afterwards"
    elif one.state == "overdue":
        by = f"overdue; from {one.grace_until + timedelta(days=1)} on some of your rights rest"
    return f"- {one.title} (version {one.major}), {by}"


def send_reminders(*, actor: Actor, alive: Callable[[], None] = lambda: None, stop: Any = None) -> dict[str, int]:
    """Mail everybody in `to_remind`; gives counts. Without a mail server nothing is sent and nothing is noted."""
    if not mail_is_set_up():
        return {"mails": 0, "not_sent_without_mail_server": 1}
    chosen = to_remind()
    people = organisation.people_by_id(list(chosen))
    clearer = notices(list(chosen))
    sent = refused = 0
    connection = get_connection()
    for person_id, waiting in chosen.items():
        if stop is not None and stop.is_set():
            break
        alive()
        if not _noted(person_id, len(waiting)):
            continue
        if _mailed(people[person_id], waiting, connection, clearer.get(person_id, ())):
            sent += 1
        else:
            refused += 1
    if sent:
        with transaction.atomic():
            audit.record(
                actor,
                "governance.policy.reminders_sent",
                ("governance.reminders", clock.today().isoformat()),
                data={"mails": sent},
            )
    return {"mails": sent, "refused": refused}


def _noted(person_id: int, policies: int) -> bool:
    """Note the mail before it is sent, once a day: a crash may cost a mail, never sends two."""
    try:
        with transaction.atomic():
            PolicyReminder.objects.create(person_id=person_id, sent_on=clock.today(), policies=policies)
    except IntegrityError:
        return False
    return True


def _mailed(
    person: PersonFacts, waiting: Iterable[Obligation], connection: Any, clearer: Sequence[Notice] = ()
) -> bool:
    subject, text = letter(person, list(waiting), clearer)
    try:
        EmailMessage(subject, text, settings.DEFAULT_FROM_EMAIL, [person.email or ""], connection=connection).send()
    except smtplib.SMTPRecipientsRefused:
        # One address that does not exist must not keep the mail from everybody else.
        return False
    return True
