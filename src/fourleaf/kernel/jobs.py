"""Due work: queueing, claiming and running jobs.

How one job runs:

1. `enqueue` writes a row (state ``due``) in the caller's transaction; with a ``key``, the same work is queued once.
2. A worker picks a due row and claims it by compare-and-set: ``due`` and the attempt number it saw become ``running``
   and that number plus one, with a lease. Whoever changes no row has lost the race and looks further.
3. The function registered for the kind runs with a `Run`. It reports progress, which renews the lease; every write of
   the run carries its attempt number as a fence, so a worker whose lease ran out gets `LeaseLostError` and stops.
4. It ends as ``done``, or goes back to ``due`` with a growing pause, or to ``failed`` after the last attempt.
5. `recover_expired` returns jobs of killed workers to ``due``. Functions are therefore written to continue or to repeat
   without harm.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, close_old_connections, transaction
from django.db.models import Q

from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor, system_actor
from fourleaf.kernel.errors import DomainError, LeaseLostError
from fourleaf.kernel.models import Job

__all__ = [
    "KINDS",
    "Cancelled",
    "JobKind",
    "Run",
    "ended",
    "enqueue",
    "ensure_recurring",
    "job",
    "nobody_works",
    "recover_expired",
    "run_next",
    "run_until_idle",
    "work",
]

LEASE = timedelta(seconds=90)
#: Of work that recurs more often than this, one finished row is enough.
_OFTEN = timedelta(hours=1)
#: A worker at work begins a recurring job at least this often.
_SIGN_WITHIN = timedelta(minutes=2)
_log = logging.getLogger(__name__)


class Cancelled(Exception):  # noqa: N818 - not an error: somebody asked for it
    """Somebody asked that this run stops."""


@dataclass(frozen=True)
class JobKind:
    """A registered kind of work; ``name`` says what becomes true."""

    name: str
    label: str
    function: Callable[[Run], Mapping[str, Any] | None]
    max_attempts: int
    every: timedelta | None
    #: What is done when a job ends as failed or cancelled, so that its subject does not wait for ever.
    on_end: Callable[[Job], None] | None


KINDS: dict[str, JobKind] = {}


def job(
    name: str,
    *,
    label: str,
    max_attempts: int = 5,
    every: timedelta | None = None,
    on_end: Callable[[Job], None] | None = None,
) -> Callable[[Callable[[Run], Mapping[str, Any] | None]], Callable[[Run], Mapping[str, Any] | None]]:
    """Decorator: register the function that does this kind of work; ``every`` makes it recur."""

    def register(function: Callable[[Run], Mapping[str, Any] | None]) -> Callable[[Run], Mapping[str, Any] | None]:
        if name in KINDS:
            raise ValueError(f"The job {name} is registered twice.")
        KINDS[name] = JobKind(name, label, function, max_attempts, every, on_end)
        return function

    return register


@dataclass
class Run:
    """One attempt at one job, handed to its function."""

    job_id: int
    kind: str
    arguments: dict[str, Any]
    attempt: int
    actor: Actor
    _written: datetime | None = field(default=None, repr=False)
    stop: threading.Event = field(default_factory=threading.Event, repr=False)

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        """Report counted work and renew the lease; at most one write a second.

        Raises `LeaseLostError` when another worker has taken over, `Cancelled` when somebody asked to stop.
        """
        now = clock.now()
        if self._written is not None and now - self._written < timedelta(seconds=1) and done != total:
            return
        self._written = now
        values: dict[str, Any] = {"progress_done": done, "lease_until": now + LEASE}
        if total is not None:
            values["progress_total"] = total
        if note:
            values["progress_note"] = note[:200]
        self._fenced(**values)
        if Job.objects.filter(pk=self.job_id, cancel_requested=True).exists():
            raise Cancelled

    def check_lease(self) -> None:
        """Renew the lease, or raise `LeaseLostError`; call it right before a write that must happen once."""
        self._fenced(lease_until=clock.now() + LEASE)

    def _fenced(self, **values: Any) -> None:
        mine = Job.objects.filter(pk=self.job_id, state="running", attempts=self.attempt)
        if not mine.update(**values):
            raise LeaseLostError


def enqueue(
    name: str,
    arguments: Mapping[str, Any] | None = None,
    *,
    actor: Actor,
    key: str | None = None,
    at: datetime | None = None,
) -> Job:
    """Queue a job. With a ``key`` that is already due or running, gives that job instead of a second one."""
    kind = KINDS[name]
    now = clock.now()
    if key is not None and (waiting := Job.objects.filter(key=key, state__in=("due", "running")).first()):
        return waiting
    try:
        with transaction.atomic():
            return Job.objects.create(
                kind=name,
                arguments=dict(arguments or {}),
                key=key,
                max_attempts=kind.max_attempts,
                next_attempt_at=at or now,
                created_at=now,
                created_by=actor.label,
                created_by_person_id=actor.person_id,
            )
    except IntegrityError:
        # Two queued the same key at once; the other one's row serves both.
        return Job.objects.get(key=key, state__in=("due", "running"))


def recover_expired() -> int:
    """Give jobs whose lease ran out back to the queue; those without attempts left become failed."""
    now, recovered = clock.now(), 0
    for stale in Job.objects.filter(state="running", lease_until__lt=now):
        gone = stale.attempts >= stale.max_attempts
        note = "The worker stopped in the middle (killed, or the machine went away)."
        changed = Job.objects.filter(pk=stale.pk, state="running", attempts=stale.attempts, lease_until__lt=now).update(
            state="failed" if gone else "due",
            last_error=note,
            next_attempt_at=now,
            finished_at=now if gone else None,
            lease_until=None,
        )
        recovered += changed
        if changed and gone:
            ended(stale.pk)
    return recovered


def ensure_recurring() -> None:
    """Make sure that every recurring kind has its next row."""
    for kind in KINDS.values():
        if kind.every is None or Job.objects.filter(key=f"every:{kind.name}", state__in=("due", "running")).exists():
            continue
        last = (
            Job.objects.filter(key=f"every:{kind.name}").order_by("-finished_at").values_list("finished_at", flat=True)
        )
        at = (last[0] + kind.every) if last and last[0] else clock.now()
        if kind.every < _OFTEN:
            _forget_finished(kind.name)
        enqueue(kind.name, actor=system_actor("schedule"), key=f"every:{kind.name}", at=at)


def _forget_finished(name: str) -> None:
    """Keep only the newest finished row of work that recurs often; what failed or was stopped stays."""
    finished = Job.objects.filter(key=f"every:{name}", state="done")
    newest = finished.order_by("-finished_at", "-pk").values_list("pk", flat=True).first()
    if newest is not None:
        finished.exclude(pk=newest).delete()


def _claim() -> Job | None:
    now = clock.now()
    ready = Job.objects.filter(state="due", next_attempt_at__lte=now, kind__in=list(KINDS)).order_by(
        "next_attempt_at", "pk"
    )
    for candidate in ready[:10]:
        claimed = Job.objects.filter(pk=candidate.pk, state="due", attempts=candidate.attempts).update(
            state="running",
            attempts=candidate.attempts + 1,
            lease_until=now + LEASE,
            started_at=now,
            finished_at=None,
            last_error="",
        )
        if claimed:
            candidate.refresh_from_db()
            return candidate
    return None


def _finish(run: Run, **values: Any) -> bool:
    values.setdefault("lease_until", None)
    return bool(Job.objects.filter(pk=run.job_id, state="running", attempts=run.attempt).update(**values))


def ended(job_id: int) -> None:
    """Tell the subject of a job that it ended as failed or cancelled."""
    over = Job.objects.get(pk=job_id)
    on_end = KINDS[over.kind].on_end if over.kind in KINDS else None
    if on_end is not None:
        try:
            on_end(over)
        except Exception:
            _log.exception("the ending of job %s failed", job_id)


def run_next(stop: threading.Event | None = None) -> bool:
    """Claim and run one due job; gives whether there was one."""
    claimed = _claim()
    if claimed is None:
        return False
    kind = KINDS[claimed.kind]
    run = Run(
        job_id=claimed.pk,
        kind=claimed.kind,
        arguments=claimed.arguments,
        attempt=claimed.attempts,
        actor=system_actor(claimed.kind),
        stop=stop or threading.Event(),
    )
    try:
        result = kind.function(run)
    except LeaseLostError:
        _log.warning("job %s (%s) lost its lease and was left to its successor", claimed.pk, claimed.kind)
    except Cancelled:
        if _finish(run, state="cancelled", finished_at=clock.now(), progress_note="Stopped on request."):
            ended(claimed.pk)
    except Exception as error:
        _failed(run, claimed, error)
    else:
        _finish(run, state="done", finished_at=clock.now(), result=dict(result) if result else None, last_error="")
    return True


def _failed(run: Run, claimed: Job, error: Exception) -> None:
    expected = isinstance(error, DomainError)
    if expected:
        sentence = str(error)
    else:
        _log.exception("job %s (%s) failed", claimed.pk, claimed.kind)
        sentence = f"{type(error).__name__}: {error}"
    now = clock.now()
    # A broken rule does not heal by itself; anything else may, so it is tried again with a growing pause.
    if expected or claimed.attempts >= claimed.max_attempts:
        if _finish(run, state="failed", finished_at=now, last_error=sentence[:4000]):
            ended(claimed.pk)
    else:
        pause = timedelta(seconds=min(3600, 5 * 4 ** (claimed.attempts - 1)))
        _finish(run, state="due", next_attempt_at=now + pause, last_error=sentence[:4000])


def run_until_idle(limit: int = 1000) -> int:
    """Run due jobs until none is left; for tests and for commands that wait. Gives how many ran."""
    for count in range(limit):
        if not run_next():
            return count
    return limit


def work(stop: threading.Event, *, pause: float = 0.5) -> None:
    """The worker's loop: recover, keep recurring rows, run what is due, until ``stop`` is set."""
    housekeeping: datetime | None = None
    while not stop.is_set():
        try:
            close_old_connections()
            if housekeeping is None or clock.now() - housekeeping > timedelta(seconds=15):
                recover_expired()
                ensure_recurring()
                housekeeping = clock.now()
            if not run_next(stop):
                stop.wait(pause)
        except Exception:
            _log.exception("the worker will go on after a pause")
            stop.wait(5)


def nobody_works() -> bool:
    """Whether no worker has left a sign for a while: none holds a lease, and no job was begun or ended.

    Workers leave no other trace than their jobs; work that recurs every minute is begun even where nothing is asked.
    """
    now = clock.now()
    lately = now - _SIGN_WITHIN
    signs = Q(state="running", lease_until__gt=now) | Q(attempts__gt=0, started_at__gt=lately)
    return not Job.objects.filter(signs | Q(attempts__gt=0, finished_at__gt=lately)).exists()


def waiting_since(minutes: int) -> int:
    """How many jobs have been due for longer than this, for the health check."""
    return Job.objects.filter(Q(state="due"), next_attempt_at__lt=clock.now() - timedelta(minutes=minutes)).count()
