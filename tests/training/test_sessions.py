"""Sessions that move or are cancelled, and uses of a right that people tell of themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from smtplib import SMTPDataError
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives

from fourleaf.kernel import clock
from fourleaf.kernel.errors import TransitionError
from fourleaf.kernel.jobs import run_until_idle
from fourleaf.kernel.models import AuditEvent, Region
from fourleaf.training.jobs import remind
from fourleaf.training.models import BeltAward, Cohort, QuizAttempt, RightUse
from fourleaf.training.selectors.rollout import gate_facts, uses_to_tell
from fourleaf.training.services.rollout import add_people, add_wave
from fourleaf.training.services.sessions import add_session, cancel_session, change_session, give_seat_back, take_seat
from fourleaf.training.services.uses import say_used

pytestmark = pytest.mark.django_db


def test_who_has_a_seat_learns_of_another_time_and_of_the_end(
    strategist: Any, member: Any, other_unit: Any, noon: Any, mailoutbox: list[Any], client_for: Callable[..., Any]
) -> None:
    begin = clock.now() + timedelta(days=1)
    lunch = add_session(
        actor=strategist.actor, title="Show and tell", starts_at=begin, ends_at=begin + timedelta(hours=1)
    )
    take_seat(actor=member.actor, session_id=lunch.pk)
    take_seat(actor=member.actor, session_id=lunch.pk)
    run_until_idle()
    [invited] = mailoutbox
    first = _invitation(invited)
    assert invited.message()["Auto-Submitted"] == "auto-generated"
    assert 'text/calendar; method="REQUEST"' in invited.message().as_string()
    assert first["METHOD"] == "REQUEST"
    assert first["ORGANIZER"].startswith("mailto:")
    assert first["ATTENDEE"] == f"mailto:{member.person.email}"
    change_session(actor=strategist.actor, session_id=lunch.pk, about="Bring your lunch.")
    run_until_idle()
    assert mailoutbox == [invited]
    later = begin + timedelta(hours=1)
    change_session(actor=strategist.actor, session_id=lunch.pk, starts_at=later, ends_at=later + timedelta(hours=1))
    cancel_session(actor=strategist.actor, session_id=lunch.pk)
    run_until_idle()
    assert {mail.to[0] for mail in mailoutbox} == {member.person.email}
    assert mailoutbox[-1].subject == "Cancelled: Show and tell"
    last = _invitation(mailoutbox[-1])
    assert (last["METHOD"], last["UID"]) == ("CANCEL", first["UID"])
    assert int(last["SEQUENCE"]) > int(first["SEQUENCE"])
    assert AuditEvent.objects.filter(code="training.seat.taken", actor_person_id=member.person.pk).count() == 1
    path = f"/training/sessions/{lunch.pk}/"
    assert "does not take place" in client_for(member).get(path).content.decode()
    assert b"STATUS:CANCELLED" in client_for(member).get(f"{path}calendar.ics").content
    assert client_for(other_unit).get(path).status_code == 404


def test_a_seat_given_back_leaves_the_calendar_and_the_trail(
    strategist: Any, member: Any, noon: Any, mailoutbox: list[Any], client_for: Callable[..., Any]
) -> None:
    begin = clock.now() + timedelta(days=1)
    lunch = add_session(
        actor=strategist.actor, title="Show and tell", starts_at=begin, ends_at=begin + timedelta(hours=1)
    )
    file = f"/training/sessions/{lunch.pk}/calendar.ics"
    assert b"ATTENDEE" not in client_for(member).get(file).content
    take_seat(actor=member.actor, session_id=lunch.pk)
    assert b"METHOD:REQUEST" in client_for(member).get(file).content
    assert b"METHOD:PUBLISH" in client_for(strategist).get(file).content
    run_until_idle()
    give_seat_back(actor=member.actor, session_id=lunch.pk)
    run_until_idle()
    assert _invitation(mailoutbox[-1])["METHOD"] == "CANCEL"
    assert AuditEvent.objects.filter(code="training.seat.given_back").count() == 1


def _invitation(letter: Any) -> dict[str, str]:
    """The lines of the calendar's form of a mail, by name, unfolded (RFC 5545)."""
    [text] = [one.content for one in letter.alternatives]
    lines = text.replace("\r\n ", "").splitlines()
    return {line.partition(":")[0].partition(";")[0]: line.partition(":")[2] for line in lines}


def test_an_address_that_is_refused_keeps_no_mail_from_the_others(
    hire: Callable[..., Any], noon: Any, give: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = (hire(f"Reader {number}") for number in range(3))
    for one in (first, second, third):
        give(one, "white", begin=clock.today() - timedelta(days=600), until=clock.today() + timedelta(days=10))
    code, taken = 450, []

    def choosy(message: EmailMultiAlternatives, **_: Any) -> int:
        address = message.to[0]
        if address == first.person.email:
            raise SMTPDataError(code, b"no")
        if address == second.person.email:
            raise ValueError(address)
        taken.append(address)
        return 1

    monkeypatch.setattr(EmailMultiAlternatives, "send", choosy)
    assert remind() == 1
    assert taken == [third.person.email]
    # Refused for the time being: tried again, and not again once it is refused for good.
    assert set(BeltAward.objects.filter(reminded_on=None).values_list("person_id", flat=True)) == {first.person.pk}
    code = 550
    assert remind() == 0
    assert not BeltAward.objects.filter(reminded_on=None).exists()


def test_a_use_that_the_product_cannot_see_is_told_and_opens_the_gate(
    strategist: Any, member: Any, organisation: Any, noon: Any, give: Callable[..., Any], client_for: Callable[..., Any]
) -> None:
    Region.objects.filter(pk=organisation.north.pk).update(analytics_mode="individual")
    cohort = add_wave(actor=strategist.actor, name="Wave 0")
    add_people(actor=strategist.actor, cohort_id=cohort.pk, person_ids=[member.person.pk])
    Cohort.objects.filter(pk=cohort.pk).update(state="running")
    with pytest.raises(TransitionError, match="needs the White belt"):
        say_used(actor=member.actor, right="internal_post")
    give(member, "white", begin=clock.today())
    assert uses_to_tell(member.person.pk) == ["internal_post", "share_approved"]
    client = client_for(member)
    assert "Used already?" in client.get("/training/").content.decode()
    assert client.post("/training/used/internal_post/").status_code == 302
    assert client.post("/training/used/nothing/").status_code == 404
    assert RightUse.objects.get().right == "internal_post"
    assert AuditEvent.objects.filter(code="training.right.used").count() == 1
    for number, days in ((3, 0), (1, 600)):
        at = clock.now() + timedelta(days=days)
        QuizAttempt.objects.create(
            person=member.person, kind="belt", belt="white", number=number, key=str(number), questions=[], total=0,
            state="passed", started_at=at, finished_at=at,
        )  # fmt: skip
    # Passed at the third try; that the renewal went at once is no matter of this gate.
    assert (gate_facts([cohort])[cohort.pk].used, gate_facts([cohort])[cohort.pk].passed) == (1, 0)
    assert "Used already?" not in client.get("/training/").content.decode()
