"""Sessions such as show-and-tell lunches: planned, seats taken and given back, attendance, a calendar entry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any, Final, TypedDict, Unpack

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from icalendar import Calendar, Event, vCalAddress

from fourleaf.kernel import audit, clock, jobs
from fourleaf.kernel.actors import Actor, system_actor
from fourleaf.kernel.errors import InvalidError, NotFoundError, TransitionError
from fourleaf.kernel.models import Person
from fourleaf.kernel.permissions import require
from fourleaf.kernel.versions import save_at_version
from fourleaf.training.models import LearningSession, Seat
from fourleaf.training.services.learning import own_person
from fourleaf.training.states import SeatState

__all__ = [
    "SEAT_CHANGED", "SESSION_CHANGED", "SessionFields", "add_session", "calendar_entry", "cancel_session",
    "change_session", "give_seat_back", "invitation", "method_of", "note_attendance", "take_seat",
]  # fmt: skip

_RUN: Final = "training.run_waves"
#: The job that tells those with a seat.
SESSION_CHANGED: Final = "training.session_changed"
#: The job that sends somebody the invitation to a session, or takes it back.
SEAT_CHANGED: Final = "training.seat_changed"
#: What people arrange their day by.
_TOLD: Final = ("starts_at", "ends_at", "place")


class SessionFields(TypedDict, total=False):
    """What can be said about a session."""

    title: str
    about: str
    starts_at: datetime
    ends_at: datetime
    place: str
    region_id: int | None
    cohort_id: int | None
    host_id: int | None
    seats: int | None


def _checked(session: LearningSession, fields: SessionFields) -> dict[str, Any]:
    values: dict[str, Any] = dict(fields)
    faults: dict[str, list[str]] = {}
    if not str(values.get("title", session.title)).strip():
        faults["title"] = ["Give the session a title."]
    starts, ends = values.get("starts_at", session.starts_at), values.get("ends_at", session.ends_at)
    if starts is None:
        faults["starts_at"] = ["Say when it begins."]
    elif ends is None or ends <= starts:
        faults["ends_at"] = ["It must end after it begins."]
    elif ends - starts > timedelta(hours=12):
        faults["ends_at"] = ["A session lasts twelve hours at most."]
    seats = values.get("seats", session.seats)
    if seats is not None and seats < 1:
        faults["seats"] = ["At least one seat, or leave it open."]
    if faults:
        raise InvalidError(fields=faults)
    return values


def add_session(*, actor: Actor, **fields: Unpack[SessionFields]) -> LearningSession:
    """Plan a session; title, begin and end are required."""
    require(actor, _RUN)
    session = LearningSession()
    for name, value in _checked(session, fields).items():
        setattr(session, name, value)
    with transaction.atomic():
        session.save()
        audit.record(actor, "training.session.added", session)
    return session


def _session(session_id: int) -> LearningSession:
    session = LearningSession.objects.filter(pk=session_id).first()
    if session is None:
        raise NotFoundError
    return session


def change_session(
    *, actor: Actor, session_id: int, version: int | None = None, **fields: Unpack[SessionFields]
) -> LearningSession:
    """Change a session that was not cancelled. Those with a seat are told of another time or place."""
    require(actor, _RUN)
    session = _session(session_id)
    if session.cancelled_at is not None:
        raise TransitionError("This session was cancelled.")
    values = _checked(session, fields)
    moved = any(name in values and values[name] != getattr(session, name) for name in _TOLD)
    with transaction.atomic():
        for name, value in values.items():
            setattr(session, name, value)
        save_at_version(session, values, version=version)
        audit.record(actor, "training.session.changed", session)
        if moved:
            _tell(session)
    return session


def cancel_session(*, actor: Actor, session_id: int) -> LearningSession:
    """Cancel a session. Those with a seat are told by mail, and still find its page, which says so."""
    require(actor, _RUN)
    session = _session(session_id)
    with transaction.atomic():
        mine = LearningSession.objects.filter(pk=session.pk, cancelled_at__isnull=True)
        if not mine.update(cancelled_at=clock.now(), version=session.version + 1):
            raise TransitionError("This session was cancelled already.")
        session.refresh_from_db()
        audit.record(actor, "training.session.cancelled", session)
        _tell(session)
    return session


def _tell(session: LearningSession) -> None:
    if session.ends_at > clock.now():
        jobs.enqueue(SESSION_CHANGED, {"session": session.pk}, actor=system_actor("sessions"))


def take_seat(*, actor: Actor, session_id: int) -> Seat:
    """Sign up. Of two who want the last seat at the same moment one gets it, the other a sentence."""
    person = own_person(actor)
    with transaction.atomic():
        # Writing the row first makes those who sign up at once wait for each other, on every database.
        LearningSession.objects.filter(pk=session_id).update(seats=F("seats"))
        session = _session(session_id)
        if session.cancelled_at is not None:
            raise TransitionError("This session was cancelled.")
        if session.ends_at <= clock.now():
            raise TransitionError("This session is over.")
        mine = Seat.objects.filter(session=session, person_id=person).first()
        if mine is not None and mine.state != "given_back":
            return mine
        taken = Seat.objects.filter(session=session).exclude(state="given_back").count()
        if session.seats is not None and taken >= session.seats:
            raise TransitionError("All seats are taken. Look again later: sometimes one is given back.")
        if mine is not None:
            SeatState.check(mine.state, "taken")
            mine.state, mine.changed_at = "taken", clock.now()
            mine.save(update_fields=["state", "changed_at"])
        else:
            try:
                with transaction.atomic():
                    mine = Seat.objects.create(session=session, person_id=person, changed_at=clock.now())
            except IntegrityError:
                return Seat.objects.get(session=session, person_id=person)
        audit.record(actor, "training.seat.taken", session)
        jobs.enqueue(SEAT_CHANGED, {"seat": mine.pk}, actor=system_actor("sessions"))
        return mine


def give_seat_back(*, actor: Actor, session_id: int) -> None:
    """Sign off, until it begins."""
    seat = Seat.objects.select_related("session").filter(session_id=session_id, person_id=own_person(actor)).first()
    if seat is None:
        raise NotFoundError
    if seat.session.starts_at <= clock.now():
        raise TransitionError("It has begun already.")
    SeatState.check(seat.state, "given_back")
    with transaction.atomic():
        mine = Seat.objects.filter(pk=seat.pk, state=seat.state)
        if mine.update(state="given_back", changed_at=clock.now()):
            audit.record(actor, "training.seat.given_back", seat.session)
            jobs.enqueue(SEAT_CHANGED, {"seat": seat.pk}, actor=system_actor("sessions"))


def note_attendance(*, actor: Actor, session_id: int, present: Mapping[int, bool]) -> int:
    """Note who of those who signed up was there (person -> yes or no); gives how many were."""
    require(actor, _RUN)
    session = _session(session_id)
    if session.starts_at > clock.now():
        raise TransitionError("It has not begun yet.")
    with transaction.atomic():
        there = 0
        for seat in session.taken.exclude(state="given_back"):
            if seat.person_id in present:
                state = "attended" if present[seat.person_id] else "missed"
                if seat.state != state:
                    SeatState.check(seat.state, state)
                    Seat.objects.filter(pk=seat.pk).update(state=state, changed_at=clock.now())
                there += state == "attended"
        audit.record(actor, "training.session.attended", session, data={"present": there})
    return there


def calendar_entry(session: LearningSession) -> bytes:
    """The session as an iCalendar file (RFC 5545) for anybody to read: nobody is invited by it."""
    return _calendar("CANCEL" if session.cancelled_at else "PUBLISH", _event(session))


def method_of(session: LearningSession, *, back: bool = False) -> str:
    """What an invitation asks of a calendar: "REQUEST", or "CANCEL" of a session, or of a seat that was given back."""
    return "CANCEL" if back or session.cancelled_at else "REQUEST"


def invitation(session: LearningSession, person: Person, *, back: bool = False) -> bytes:
    """The session as an invitation (RFC 5546) to one who has a seat, or its end; who else comes is not in it.

    They have said already that they come, so no answer is asked for.
    """
    event = _event(session)
    attendee = vCalAddress(f"mailto:{person.email or ''}")
    attendee.params["CN"] = person.name
    attendee.params["ROLE"] = "REQ-PARTICIPANT"
    attendee.params["PARTSTAT"] = "DECLINED" if back else "ACCEPTED"
    attendee.params["RSVP"] = "FALSE"
    event.add("attendee", attendee)
    if back and not session.cancelled_at:
        event.add("status", "CANCELLED")
    return _calendar(method_of(session, back=back), event)


def _calendar(method: str, event: Event) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Fourleaf//Training//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _event(session: LearningSession) -> Event:
    """The event; its number grows with each change, so that calendars follow. Whoever hosts it is the organiser."""
    event = Event()
    host = session.host
    address = host.email if host and host.email else parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    organiser = vCalAddress(f"mailto:{address}")
    organiser.params["CN"] = host.name if host else "Fourleaf"
    event.add("organizer", organiser)
    event.add("uid", f"training-session-{session.pk}@{settings.BASE_URL.split('://', 1)[-1]}")
    event.add("dtstamp", clock.now())
    event.add("dtstart", session.starts_at)
    event.add("dtend", session.ends_at)
    event.add("summary", session.title)
    event.add("sequence", session.version)
    event.add("url", f"{settings.BASE_URL.rstrip('/')}/training/sessions/{session.pk}/")
    if session.about:
        event.add("description", session.about)
    if session.place:
        event.add("location", session.place)
    if session.cancelled_at:
        event.add("status", "CANCELLED")
    return event
