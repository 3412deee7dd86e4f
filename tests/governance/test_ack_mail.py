"""Reminders over a real mail server: what arrives, where its link leads, and what happens when a server refuses."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import pairwise
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.core import mail
from django.urls import resolve

from fourleaf.governance.models import Acknowledgement, Policy, PolicyReminder, PolicyText, PolicyVersion
from fourleaf.governance.services.acknowledging_reminders import send_reminders
from fourleaf.kernel import clock
from fourleaf.kernel.actors import system_actor
from fourleaf.kernel.models import AuditEvent

pytestmark = pytest.mark.django_db
BEGINS = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MACHINE = system_actor("test")


class Postbox:
    """Keeps what arrives; ``refusals``: address -> what the server says to it."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.refusals: dict[str, str] = {}

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def postbox(settings: Any) -> Iterator[Postbox]:
    """A mail server of the test's own, set as the one to send through."""
    box, port = Postbox(), free_port()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 5
    settings.DEFAULT_FROM_EMAIL = "Fourleaf <rules@example.org>"
    settings.BASE_URL = "https://social.example.org"
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    yield box
    server.stop()


@pytest.fixture
def put() -> Callable[..., PolicyVersion]:
    """A version in force, in English and German."""

    def make(title: str = "Talking in public", begins: date = BEGINS) -> PolicyVersion:
        made = Policy.objects.create(kind="P-SM", title=title, created_at=NOON, created_by="test")
        row = PolicyVersion.objects.create(
            policy=made, major=1, state="in_force", effective_on=begins, created_at=NOON, changed_at=NOON
        )
        PolicyText.objects.create(version=row, language="en", title=title, body="## Why\n\nSo that we can.")
        PolicyText.objects.create(
            version=row, language="de", title="Öffentlich reden", body="## Wozu\n\nDamit es geht."
        )
        return row

    return make


def test_a_reminder_arrives_and_its_link_leads_to_the_text(
    postbox: Postbox, put: Any, member: Any, client_for: Any
) -> None:
    version = put("Talking in public – für alle")
    with clock.frozen(NOON):
        assert send_reminders(actor=MACHINE) == {"mails": 1, "refused": 0}
    (letter,) = postbox.letters
    assert (letter["To"], letter["From"]) == (member.person.email, "Fourleaf <rules@example.org>")
    assert letter["Subject"] == "One policy waits for you until 1 April 2026"
    # A machine wrote it in English; it asks for no automatic answer, and can be told from others of its kind.
    assert (letter["Auto-Submitted"], letter["Content-Language"]) == ("auto-generated", "en")
    assert letter["Message-ID"]
    assert letter["Date"].datetime
    assert letter.get_content_type() == "text/plain"
    text = letter.get_content()
    assert "- Talking in public – für alle (version 1; English, Deutsch), by 1 April 2026" in text
    (link,) = re.findall(r"https?://\S+", text)
    assert link.startswith("https://social.example.org/")
    path = link.removeprefix("https://social.example.org")
    assert resolve(path).view_name == "governance:policies_mine"
    client = client_for(member)
    with clock.frozen(NOON):
        shown = client.get(path).content.decode()
        read = f"/policies/{version.policy_id}/read/"
        assert f'href="{read}"' in shown
        # The text comes in the language that the reader's browser asks for, unless another is chosen.
        german = client.get(read, headers={"accept-language": "de-AT,de;q=0.9,en;q=0.8"}).content.decode()
        assert "Damit es geht." in german
        assert "So that we can." in client.get(read, headers={"accept-language": "fi"}).content.decode()


def test_a_mail_threatens_only_with_what_happens(put: Any, member: Any) -> None:
    put("Plain")
    PolicyVersion.objects.filter(pk=put("Grave").pk).update(rights=["moderate"])
    with clock.frozen(NOON + timedelta(days=50)):
        assert send_reminders(actor=MACHINE)["mails"] == 1
    lines = [line for line in mail.outbox[0].body.splitlines() if line.startswith("- ")]
    assert [(line.split(" (")[0], "rights rest" in line) for line in sorted(lines)] == [
        ("- Grave", True),
        ("- Plain", False),
    ]
    assert all("overdue since 1 April 2026" in line for line in lines)


def test_what_a_server_refuses_for_now_is_tried_again_and_nobody_else_waits(
    postbox: Postbox, put: Any, hire: Any
) -> None:
    put()
    later, never, fine = hire("Gerda Grey"), hire("Nils Never"), hire("Frida Fine")
    postbox.refusals = {
        later.person.email: "450 4.2.0 Greylisted, come back in five minutes",
        never.person.email: "550 5.1.1 No such user",
    }
    with clock.frozen(NOON) as time:
        assert send_reminders(actor=MACHINE) == {"mails": 1, "refused": 2}
        assert [one["To"] for one in postbox.letters] == [fine.person.email]
        postbox.refusals.pop(later.person.email)
        time.move(hours=6)
        assert send_reminders(actor=MACHINE) == {"mails": 1, "refused": 0}
    assert [one["To"] for one in postbox.letters] == [fine.person.email, later.person.email]
    assert AuditEvent.objects.filter(code="governance.policy.reminders_sent").count() == 2


def test_a_server_that_is_away_costs_nobody_their_mail(put: Any, member: Any, settings: Any) -> None:
    put()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", free_port(), 2
    with clock.frozen(NOON), pytest.raises(ConnectionRefusedError):
        send_reminders(actor=MACHINE)
    assert not PolicyReminder.objects.exists()


def test_a_new_policy_is_told_at_once_also_to_those_who_were_reminded_before(put: Any, member: Any) -> None:
    first = put("First")
    with clock.frozen(NOON) as time:
        assert send_reminders(actor=MACHINE)["mails"] == 1
        Acknowledgement.objects.create(
            person=member.person, policy=first.policy, major=1, version=first, language="en", text_hash="x", at=NOON
        )
        put("Second", begins=BEGINS + timedelta(days=20))
        time.move(days=20)
        assert send_reminders(actor=MACHINE)["mails"] == 1
        assert "- Second" in mail.outbox[1].body
        for _ in range(28):  # silence: close to the due day once a week, and six times at most
            time.move(days=3)
            send_reminders(actor=MACHINE)
        days = list(PolicyReminder.objects.order_by("sent_on").values_list("sent_on", flat=True))[1:]
        assert len(days) == 6
        assert all((b - a).days >= 7 for a, b in pairwise(days))
        put("Third", begins=BEGINS + timedelta(days=104))
        assert send_reminders(actor=MACHINE)["mails"] == 1
