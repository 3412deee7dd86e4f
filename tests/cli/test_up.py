"""`fourleaf up` as an operator meets it: it starts, refuses a second instance, stops clean, leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from prepared import prepared_data

pytestmark = pytest.mark.slow


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(folder: Path, port: int) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("FOURLEAF_", "DJANGO_")) and k != "DATABASE_URL"}
    return kept | {"FOURLEAF_DATA_DIR": str(folder), "FOURLEAF_PORT": str(port), "PYTHONUNBUFFERED": "1"}


def wait_for(true: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.1)
    return False


def children(pid: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text(encoding="utf-8", errors="replace")
            except OSError:
                continue
            if int(stat.rsplit(")", 1)[1].split()[1]) == pid:
                found.append(int(entry.name))
    return [*found, *(grandchild for child in found for grandchild in children(child))]


def workers(pid: int) -> list[int]:
    """The worker processes below this one."""
    found = []
    for child in children(pid):
        try:
            if b"work" in (Path("/proc") / str(child) / "cmdline").read_bytes().split(b"\0"):
                found.append(child)
        except OSError:
            continue  # ended between the two looks
    return found


def alive(pid: int) -> bool:
    try:
        return (Path("/proc") / str(pid) / "stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def running(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[subprocess.Popen[str], dict[str, str], int]]:
    port = free_port()
    prepared_data(tmp_path_factory, tmp_path)
    environ = environment(tmp_path, port)
    log = (tmp_path / "log").open("w+", encoding="utf-8")
    process = subprocess.Popen([sys.executable, "-m", "fourleaf", "up"], env=environ, stdout=log, stderr=log, text=True)

    def answers() -> bool:
        assert process.poll() is None, (tmp_path / "log").read_text(encoding="utf-8")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=1) as response:
                return bool(response.status == 200)
        except OSError:
            return False

    assert wait_for(answers, 180), (tmp_path / "log").read_text(encoding="utf-8")
    yield process, environ, port
    if process.poll() is None:
        process.kill()
        process.wait()
    log.close()


def test_a_second_instance_is_refused_and_sigterm_stops_everything(
    running: tuple[subprocess.Popen[str], dict[str, str], int],
) -> None:
    process, environ, port = running
    second = subprocess.run(
        [sys.executable, "-m", "fourleaf", "up"], env=environ, capture_output=True, text=True, check=False, timeout=60
    )
    assert second.returncode == 3
    assert f"already running on {environ['FOURLEAF_DATA_DIR']} (process {process.pid})" in second.stderr

    family = children(process.pid)
    assert len(family) >= 2
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 0
    assert wait_for(lambda: not any(alive(pid) for pid in family), 5)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_a_killed_supervisor_leaves_no_process_and_a_killed_child_is_started_again(
    running: tuple[subprocess.Popen[str], dict[str, str], int],
) -> None:
    process, _, _ = running
    worker = workers(process.pid)[0]
    os.kill(worker, signal.SIGKILL)
    assert wait_for(lambda: not alive(worker), 10)
    assert wait_for(lambda: bool(workers(process.pid)), 20)
    family = children(process.pid)
    process.kill()
    process.wait()
    assert wait_for(lambda: not any(alive(pid) for pid in family), 15)


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "fourleaf", "up"],
            env=environment(tmp_path, port),
            capture_output=True,
            text=True,
            check=False,
            timeout=90,
        )
    assert done.returncode == 1
    assert f"Port {port} on 127.0.0.1 is in use" in done.stderr
