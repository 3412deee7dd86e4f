"""``fourleaf up`` and ``fourleaf work``: the processes that serve.

`up` is a small supervisor. It holds a lock on the data folder, so that a second instance is refused; prepares the
database; starts one web process and the workers; starts a child that died again, with a growing pause; and on SIGTERM
or SIGINT stops them in order. Children ask the kernel to be told when the supervisor dies, so none is left behind.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import click

from fourleaf.cli.database import prepare
from fourleaf.cli.django_setup import start_django

__all__ = ["TOLD", "AlreadyRunning", "data_lock", "refuse_taken_port", "told_to_the_product", "up", "work"]

_STOP_SECONDS = 25
_PR_SET_PDEATHSIG = 1


class AlreadyRunning(click.ClickException):
    """Another instance uses the same data folder."""

    exit_code = 3


#: Settings that a command such as `demo` gives to what it starts, and that decide what an examination finds.
TOLD = ("FOURLEAF_TIME_ZONE", "FOURLEAF_DEMO")


@contextlib.contextmanager
def data_lock(data_dir: Path) -> Iterator[None]:
    """Hold the data folder for this process; raises `AlreadyRunning` with the other's process number."""
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "fourleaf.lock").open("a+", encoding="ascii") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            pid = handle.readline().strip() or "unknown"
            raise AlreadyRunning(
                f"Fourleaf is already running on {data_dir} (process {pid}). "
                "Stop that one first, or set FOURLEAF_DATA_DIR to another folder."
            ) from None
        handle.truncate(0)
        # Below the number, what this process was told of itself: `fourleaf doctor` speaks of the same product.
        told = [f"{name}={os.environ[name]}" for name in TOLD if name in os.environ]
        handle.write("\n".join([str(os.getpid()), *told]))
        handle.flush()
        yield


def told_to_the_product(data_dir: Path) -> dict[str, str]:
    """What the product that runs (or ran last) on this folder was told, by the names of `TOLD`."""
    try:
        lines = (data_dir / "fourleaf.lock").read_text("utf-8").splitlines()[1:]
    except (OSError, UnicodeDecodeError):
        return {}
    pairs = (line.partition("=") for line in lines)
    return {name: value for name, _, value in pairs if name in TOLD and value}


def _die_with_parent() -> None:
    """In the child: be ended by the kernel when the supervisor dies without a word (Linux only)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class _Child:
    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 1.0
    not_before: float = 0.0
    failures: int = field(default=0)

    def start(self) -> None:
        self.process = subprocess.Popen(self.command, preexec_fn=_die_with_parent)  # noqa: S603 - no threads yet
        self.started = time.monotonic()

    def look_after(self) -> None:
        """Start it again if it died; quick deaths make the pause grow to a minute."""
        now = time.monotonic()
        if self.process is not None and (code := self.process.poll()) is not None:
            lived = now - self.started
            self.pause = 1.0 if lived > 60 else min(self.pause * 2, 60)
            self.failures = 0 if lived > 60 else self.failures + 1
            self.not_before = now + self.pause
            self.process = None
            click.echo(
                f"The {self.name} process ended (code {code}); starting it again in {self.pause:.0f} s.", err=True
            )
        if self.process is None and now >= self.not_before:
            self.start()


def _children() -> list[_Child]:
    from django.conf import settings

    web = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        settings.HOST,
        "--port",
        str(settings.PORT),
        "--workers",
        "1",
        "--blocking-threads",
        str(settings.WEB_THREADS),
        "--no-ws",
        "--log-level",
        "warning",
        "fourleaf.config.wsgi:application",
    ]
    worker = [sys.executable, "-m", "fourleaf", "work"]
    return [_Child("web", web), *(_Child(f"worker {i + 1}", worker) for i in range(settings.WORKERS))]


def refuse_taken_port() -> None:
    """Raise a sentence when another program has the port; asked before minutes are spent on the data, and after."""
    import socket

    from django.conf import settings

    family = socket.AF_INET6 if ":" in settings.HOST else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.HOST, settings.PORT))
        except OSError:
            raise click.ClickException(
                f"Port {settings.PORT} on {settings.HOST} is in use by another program. "
                "Set FOURLEAF_PORT to a free one."
            ) from None


def _answers() -> bool:
    from django.conf import settings

    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.HOST, settings.HOST)  # noqa: S104 - compared only
    request = urllib.request.Request(f"http://{host}:{settings.PORT}/health", headers={"Host": "localhost"})
    try:
        with urllib.request.urlopen(request, timeout=1) as response:  # noqa: S310 - our own address
            return bool(response.status == 200)
    except OSError:
        return False


def _stop_all(children: list[_Child]) -> None:
    running = [(c.name, c.process) for c in children if c.process is not None and c.process.poll() is None]
    for _, process in running:
        process.terminate()
    deadline = time.monotonic() + _STOP_SECONDS
    for name, process in running:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            click.echo(f"The {name} process did not stop in {_STOP_SECONDS} s and is ended.", err=True)
            process.kill()
            process.wait()


def supervise(*, ready_text: str = "") -> None:
    """Run web and workers until a signal comes. The data folder must be locked and prepared."""
    from django.conf import settings

    for sentence in settings.UNKNOWN_SETTINGS:
        click.echo(f"Note: {sentence}", err=True)
    stop = threading.Event()

    def ask_to_stop(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    refuse_taken_port()
    children = _children()
    ready = False
    try:
        while not stop.is_set():
            for child in children:
                child.look_after()
            if not ready and _answers():
                ready = True
                click.echo(f"Fourleaf answers at {settings.BASE_URL} - stop it with Ctrl+C. {ready_text}".rstrip())
            stop.wait(0.2 if not ready else 1)
    finally:
        click.echo("Stopping …", err=True)
        _stop_all(children)
        click.echo("Stopped.", err=True)


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on; otherwise FOURLEAF_PORT.")
def up(port: int | None) -> None:
    """Run the product: web and worker processes as one tree.

    Exit codes: 0 stopped on request; 1 cannot run; 2 wrong setting; 3 already running on the same data.
    """
    if port is not None:
        os.environ["FOURLEAF_PORT"] = str(port)
        os.environ.setdefault("FOURLEAF_BASE_URL", f"http://localhost:{port}")
    start_django()
    from django.conf import settings
    from django.db import connections

    with data_lock(settings.DATA_DIR):
        refuse_taken_port()
        prepare(click.echo)
        connections.close_all()
        supervise()


@click.command()
@click.option("--until-idle", is_flag=True, help="Do what is due now, then stop.")
def work(until_idle: bool) -> None:
    """Run one worker: it does due work until it is stopped.

    `fourleaf up` starts workers by itself; run more of them on other machines against the same PostgreSQL.
    """
    start_django()
    from fourleaf.kernel import jobs

    if until_idle:
        click.echo(f"{jobs.run_until_idle()} jobs done.")
        return
    stop = threading.Event()

    def ask_to_stop(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    jobs.work(stop)
