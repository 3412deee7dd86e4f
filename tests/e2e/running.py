"""A running installation, a browser window on it, and what its pages complain about."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Page, Response

CHROMIUM = os.environ.get("FOURLEAF_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZES = {"wide": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
#: Nothing is asked of the server any more, and every chart in sight or soon below is drawn.
SETTLED = """() => document.readyState === "complete"
  && !document.querySelector(".htmx-request")
  && [...document.querySelectorAll("[data-chart]")].every((place) => {
       const box = place.getBoundingClientRect();
       const near = box.width > 0 && box.top < innerHeight + 900 && box.bottom > -900;
       return !near || place.querySelector("svg, .chart-failed");
     })"""


@dataclass
class Product:
    """A running installation."""

    address: str
    folder: Path
    environ: dict[str, str]

    def run(self, *arguments: str, stdin: str = "", timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """A command of the product on the same data."""
        return subprocess.run(
            [sys.executable, "-m", "fourleaf", *arguments],
            env=self.environ,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def python(self, code: str, *arguments: str, timeout: float = 120) -> str:
        """What a piece of Python prints that runs with the product's settings on the same data."""
        begin = "import django, sys\ndjango.setup()\nexec(compile(sys.argv.pop(1), 'code', 'exec'))\n"
        done = subprocess.run(
            [sys.executable, "-c", begin, code, *arguments],
            env=self.environ | {"DJANGO_SETTINGS_MODULE": "fourleaf.config.settings"},
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def free_address() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://localhost:{probe.getsockname()[1]}"


def environ_of(data: Path, address: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("FOURLEAF_", "DJANGO_")) and k != "DATABASE_URL"}
    return kept | {
        "FOURLEAF_DATA_DIR": str(data),
        "FOURLEAF_PORT": str(urlsplit(address).port),
        "FOURLEAF_BASE_URL": address,
        "FOURLEAF_TIME_ZONE": "Europe/Berlin",
        "PYTHONUNBUFFERED": "1",
    }


@contextmanager
def served(command: list[str], product: Product) -> Iterator[Product]:
    """The product, from when it answers until it was asked to stop."""
    log_path = product.folder / "log"
    with log_path.open("w+", encoding="utf-8") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "fourleaf", *command], env=product.environ, stdout=log, stderr=log
        )
        try:
            deadline = time.monotonic() + 300
            while True:
                code = process.poll()
                assert code is None, f"It ended with code {code}:\n{log_path.read_text(encoding='utf-8')}"
                assert time.monotonic() < deadline, log_path.read_text(encoding="utf-8")
                try:
                    with urllib.request.urlopen(f"{product.address}/health", timeout=1):
                        break
                except OSError:
                    time.sleep(0.3)
            yield product
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(40)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


OWNER = ("owner@example.org", "a quiet meadow in june")


@dataclass
class Visit:
    """A browser window of one person, and everything that its pages complained about."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)
    refusals: set[str] = field(default_factory=set)

    def go(self, path: str, status: int = 200) -> Page:
        """Open a path, expect the status of the page that is reached, and wait until nothing more is loaded."""
        if status >= 400:
            self.expect_refusal(path)
        answer = self.page.goto(self.address + path)
        assert answer is not None
        assert answer.status == status, f"{path} answered {answer.status}"
        return self.settle()

    def settle(self) -> Page:
        """Wait until nothing more is loaded."""
        self.page.wait_for_function(SETTLED)
        return self.page

    def expect_refusal(self, path: str) -> None:
        """The browser itself notes an answer of 400 and above in its console; for this path it is meant."""
        self.refusals.add(self.address + path)

    def hear(self, message: Any) -> None:
        """Note what the console says."""
        if message.type not in ("error", "warning"):
            return
        if message.text.startswith("Failed to load resource") and message.location["url"] in self.refusals:
            return
        if message.text.startswith(("htmx:afterRequest", "htmx:sendAbort")):
            # A newer choice, or another page, took the place of a request. One that fails is told as htmx:sendError.
            return
        self.complaints.append(f"{self.page.url}: {message.text}")

    def watch(self, answer: Response) -> None:
        """Note what is asked of anybody else, and what breaks."""
        if urlsplit(answer.url).scheme in ("http", "https") and not answer.url.startswith(self.address + "/"):
            self.complaints.append(f"{self.page.url} asks another server: {answer.url}")
        if answer.status >= 500:
            self.complaints.append(f"{self.page.url}: {answer.url} answered {answer.status}")

    def axe(self) -> list[str]:
        """Serious and critical accessibility findings on the present page.

        The policy of the pages forbids scripts from elsewhere, as it should; evaluating through the debugger is not
        a script of the page, so axe runs all the same.
        """
        from axe_playwright_python.base import AXE_SCRIPT

        if not self.page.evaluate("typeof axe === 'object'"):
            self.page.evaluate(AXE_SCRIPT)
        # The rows of a list come from one template, so the first ones stand for all.
        context = {"exclude": [["tbody > tr:nth-child(n+5)"], [".mentions > li:nth-child(n+5)"]]}
        options = {"resultTypes": ["violations"], "elementRef": False}
        run = "async ([context, options]) => (await axe.run(context, options)).violations"
        found = self.page.evaluate(run, [context, options])
        return [
            f"{item['impact']}: {item['id']} at {[node['target'][0] for node in item['nodes'][:3]]} - {item['help']}"
            f" ({item['nodes'][0]['failureSummary'].splitlines()[-1].strip()})"
            for item in found
            if item["impact"] in ("serious", "critical")
        ]

    def overflow(self) -> int:
        """By how many pixels the page is wider than the window; 0 when nothing is cut off."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    @property
    def path(self) -> str:
        """Path and query of the present address."""
        parts = urlsplit(self.page.url)
        return parts.path + (f"?{parts.query}" if parts.query else "")


def credentials(who: str) -> tuple[str, str]:
    """E-mail and password of the sample's first holder of a product role, or of the person with that e-mail."""
    from fourleaf.demo.organisation import ROLES
    from fourleaf.demo.seed import DEMO_PASSWORD

    return next(person.email for person in ROLES if who in (person.product_role, person.email)), DEMO_PASSWORD


def sign_in(visit: Visit, email: str, password: str) -> None:
    """Sign in as a person would."""
    page = visit.go("/account/login/") if visit.page.url == "about:blank" else visit.page
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/account/login" not in url)
