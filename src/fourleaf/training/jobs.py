"""Due work of training: what was suspended or came back is noted, new things become due, people are reminded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction

from fourleaf.engine.training.ladder import LADDER
from fourleaf.engine.training.validity import day_said
from fourleaf.kernel import audit, clock, events, mail
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.jobs import Run, job
from fourleaf.kernel.models import Person
from fourleaf.training.contracts import BeltRestored, BeltSuspended
from fourleaf.training.models import BeltAward, LearnerProfile, LearningSession, QuizAttempt, Seat, TrainingDue
from fourleaf.training.selectors.standings import away_on, ending_awards, standings
from fourleaf.training.services.completion import settle
from fourleaf.training.services.dues import open_deltas, open_refreshers
from fourleaf.training.services.sessions import SEAT_CHANGED, SESSION_CHANGED, invitation, method_of

__all__ = ["grant_counted", "look_at_standings", "remind"]

#: So many days before a belt ends, or before something is due, people are reminded once.
AHEAD: Final = 30


@job("training.standings_kept", label="Suspended and restored rights noted", every=timedelta(hours=6))
def standings_kept(run: Run) -> Mapping[str, Any]:
    """Open what has become due, then tell what was suspended and what came back since the last look."""
    deltas = open_deltas(actor=run.actor)
    refreshers = open_refreshers(actor=run.actor)
    counted = grant_counted()
    suspended, restored = look_at_standings(actor=run.actor)
    return {
        "deltas": deltas,
        "refreshers": refreshers,
        "granted": counted,
        "suspended": suspended,
        "restored": restored,
    }


def grant_counted() -> int:
    """Give Blue belts for which only the clean items were missing; gives how many.

    Items come to be clean in review, which may still take a verdict back for a minute, so this looks now and then.
    """
    ready = BeltAward.objects.filter(belt="green", ended_on__isnull=True).filter(
        person__in=QuizAttempt.objects.filter(kind="belt", belt="blue", state="passed").values("person_id")
    )
    blue = BeltAward.objects.filter(belt__in=("blue", "black"), ended_on__isnull=True).values("person_id")
    people = ready.exclude(person__in=blue).order_by().values_list("person_id", flat=True)
    return sum(settle(person_id=person, belt="blue") is not None for person in list(people))


def look_at_standings(*, actor: Actor) -> tuple[int, int]:
    """Compare everybody's rights with the last look; audit and publish what changed by itself. Gives (suspended,
    restored) people."""
    today = clock.today()
    people = set(BeltAward.objects.filter(ended_on__isnull=True).order_by().values_list("person_id", flat=True))
    profiles = {one.person_id: one for one in LearnerProfile.objects.all() if one.person_id in people}
    worth = standings(people, on=today)
    names = dict(Person.objects.values_list("pk", "name")) if people else {}
    suspended = restored = 0
    entries, changed, new = [], [], []
    for person, standing in worth.items():
        profile = profiles.get(person)
        # ``last_rights`` holds what was suspended, so that a look after a new belt says nothing about it.
        before = frozenset(profile.last_rights) if profile else frozenset()
        lost, back = standing.suspended - before, before & standing.rights
        if lost:
            suspended += 1
            data = {"rights": sorted(lost), "reasons": list(standing.reasons)}
            entries.append(audit.Entry("training.rights.suspended", "kernel.person", str(person), names[person], data))
            events.publish(BeltSuspended(person, frozenset(lost), standing.reasons))
        if back:
            restored += 1
            back_data = {"rights": sorted(back)}
            entries.append(
                audit.Entry("training.rights.restored", "kernel.person", str(person), names[person], back_data)
            )
            events.publish(BeltRestored(person, frozenset(back)))
        if profile is None:
            if standing.suspended:
                new.append(LearnerProfile(person_id=person, last_rights=sorted(standing.suspended), looked_on=today))
        elif before != standing.suspended:
            profile.last_rights, profile.looked_on = sorted(standing.suspended), today
            changed.append(profile)
    with transaction.atomic():
        LearnerProfile.objects.bulk_create(new, batch_size=500)
        LearnerProfile.objects.bulk_update(changed, ["last_rights", "looked_on"], batch_size=500)
        audit.record_many(actor, entries)
    return suspended, restored


@job("training.reminders_sent", label="Reminders about belts sent", every=timedelta(hours=12))
def reminders_sent(run: Run) -> Mapping[str, Any]:
    """Remind once of a belt that ends within thirty days and of what is due within a week."""
    return {"mails": remind(run)}


def remind(run: Run | None = None) -> int:
    """Send what is to be sent, one mail a person and matter; gives how many. A crash costs at most a second mail.

    Who is on leave is left in peace, and reminded when back.
    """
    today = clock.today()
    away = away_on(today)
    sent = 0
    ahead = ending_awards(today + timedelta(days=AHEAD))
    ending = [
        award
        for award in ahead
        if award.reminded_on is None and award.valid_until >= today and award.person_id not in away
    ]
    for award in ending:
        handed = _mail(
            award.person,
            f"Your {LADDER[award.belt].label} belt ends on {day_said(award.valid_until)}",
            f"Renew it with its quiz: {settings.BASE_URL}/training/\n\n"
            "After that day its rights go on for fourteen days; then they rest until it is renewed. The belt itself is "
            "not lost.",
            run,
        )
        sent += handed == "taken"
        if handed != "later":
            BeltAward.objects.filter(pk=award.pk).update(reminded_on=today)
    due = TrainingDue.objects.filter(state="waiting", reminded_on__isnull=True, due_on__lte=today + timedelta(days=7))
    for one in due.exclude(person_id__in=away).select_related("person"):
        handed = _mail(
            one.person,
            f"{one.title}: due by {day_said(one.due_on)}",
            f"{one.reason}\n\nDo it here: {settings.BASE_URL}/training/",
            run,
        )
        sent += handed == "taken"
        if handed != "later":
            TrainingDue.objects.filter(pk=one.pk).update(reminded_on=today)
    return sent


def _mail(
    person: Person, subject: str, text: str, run: Run | None, entry: tuple[str, str] | None = None
) -> mail.Handed:
    """What became of a mail; "refused" also for who has no address, or has left. ``entry``: a calendar's method and
    text, which goes as another form of the mail, so that calendars offer it by themselves."""
    if not person.email or person.has_left(clock.today()):
        return "refused"
    if run is not None:
        run.check_lease()
    message = mail.letter(person.email, subject, f"{person.name},\n\n{text}\n", language="en")
    if entry is not None:
        method, lines = entry
        message.attach_alternative(lines, f"text/calendar; method={method}")
    return mail.hand_over(message)


@job(SESSION_CHANGED, label="People told of a changed session")
def session_told(run: Run) -> Mapping[str, Any]:
    """Mail those with a seat that their session is at another time or place, or cancelled, with its calendar entry."""
    session = LearningSession.objects.filter(pk=run.arguments["session"]).first()
    if session is None:
        return {"mails": 0}
    begins = session.starts_at.astimezone(clock.local_zone())
    when = f"{day_said(begins.date())}, {begins:%H:%M} {begins.tzname()}"
    if session.cancelled_at is not None:
        subject, text = f"Cancelled: {session.title}", f"“{session.title}” on {when} does not take place."
    else:
        place = f"\nPlace: {session.place}" if session.place else ""
        subject, text = f"Changed: {session.title}", f"“{session.title}” is now on {when}.{place}"
    text += f"\n\n{settings.BASE_URL}/training/sessions/{session.pk}/"
    seats = session.taken.exclude(state="given_back").select_related("person")
    method = method_of(session)
    handed = [
        _mail(seat.person, subject, text, run, (method, invitation(session, seat.person).decode())) for seat in seats
    ]
    return {"mails": handed.count("taken")}


@job(SEAT_CHANGED, label="Invitations to sessions sent")
def seat_told(run: Run) -> Mapping[str, Any]:
    """Mail somebody the invitation to the session that they have a seat in; where they gave it back, its end."""
    seat = Seat.objects.select_related("session__host", "person").filter(pk=run.arguments["seat"]).first()
    if seat is None or seat.session.ends_at <= clock.now():
        return {"mails": 0}
    session = seat.session
    back = seat.state == "given_back"
    begins = session.starts_at.astimezone(clock.local_zone())
    when = f"{day_said(begins.date())}, {begins:%H:%M} {begins.tzname()}"
    said = f"You gave back your seat in “{session.title}” on {when}." if back else f"“{session.title}”: {when}."
    if session.place and not back:
        said += f"\nPlace: {session.place}"
    text = f"{said}\n\n{settings.BASE_URL}/training/sessions/{session.pk}/"
    entry = (method_of(session, back=back), invitation(session, seat.person, back=back).decode())
    subject = f"Seat given back: {session.title}" if back else f"Your seat: {session.title}"
    return {"mails": int(_mail(seat.person, subject, text, run, entry) == "taken")}
