"""The product as a stranger meets it: seeded, served by its own supervisor, looked at with a real browser."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

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


@dataclass
class Product:
    """A running installation."""

    address: str
    folder: Path
    environ: dict[str, str]

    def run(self, *arguments: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """A command of the product on the same data."""
        return subprocess.run(
            [sys.executable, "-m", "fourleaf", *arguments],
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The demo with a few thousand posts, served."""
    folder = tmp_path_factory.mktemp("demo")
    port = _free_port()
    environ = {
        k: v for k, v in os.environ.items() if not k.startswith(("FOURLEAF_", "DJANGO_")) and k != "DATABASE_URL"
    }
    environ |= {"FOURLEAF_DATA_DIR": str(folder / "data"), "FOURLEAF_PORT": str(port), "PYTHONUNBUFFERED": "1"}
    with (folder / "log").open("w+", encoding="utf-8") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "fourleaf", "demo", "--mentions", "6000"], env=environ, stdout=log, stderr=log
        )
        address = f"http://localhost:{port}"
        deadline = time.monotonic() + 240
        while True:
            assert process.poll() is None and time.monotonic() < deadline, (folder / "log").read_text(encoding="utf-8")
            try:
                with urllib.request.urlopen(f"{address}/health", timeout=1):
                    break
            except OSError:
                time.sleep(0.3)
        environ |= {"FOURLEAF_DEMO": "true", "FOURLEAF_TIME_ZONE": "Europe/Berlin", "FOURLEAF_BASE_URL": address}
        yield Product(address, folder, environ)
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            process.kill()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed; `make machine` installs it on Debian")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@dataclass
class Visit:
    """A browser window of one person, and everything that its pages complained about."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        """Open a path and wait until nothing more is loaded."""
        answer = self.page.goto(self.address + path, wait_until="networkidle")
        assert answer is not None
        assert answer.status < 400, f"{path} answered {answer.status}"
        return self.page

    def axe(self) -> list[str]:
        """Serious and critical accessibility findings on the present page."""
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.page).response["violations"]
        return [
            f"{item['impact']}: {item['id']} at {item['nodes'][0]['target']} - {item['help']}"
            for item in found
            if item["impact"] in ("serious", "critical")
        ]

    def overflow(self) -> int:
        """By how many pixels the page is wider than the window; 0 when nothing is cut off."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


@pytest.fixture
def visit(product: Product, browser: Browser) -> Iterator[Callable[..., Visit]]:
    """``visit("admin", size="phone", theme="dark")`` opens a window, signed in as the demo's holder of that role."""
    contexts: list[BrowserContext] = []
    visits: list[Visit] = []

    def make(role: str | None = None, *, size: str = "wide", theme: str = "light", script: bool = True) -> Visit:
        context = browser.new_context(
            viewport=SIZES[size],  # type: ignore[arg-type]  # width and height
            color_scheme=theme,  # type: ignore[arg-type]  # light or dark
            java_script_enabled=script,
            reduced_motion="reduce",
            # axe is put into the page as a script of its own, which the policy rightly forbids to pages.
            bypass_csp=False,
        )
        contexts.append(context)
        page = context.new_page()
        opened = Visit(page, product.address)
        visits.append(opened)

        def complain(message: Any) -> None:
            if message.type in ("error", "warning"):
                opened.complaints.append(f"{page.url}: {message.text}")

        page.on("console", complain)
        page.on("pageerror", lambda error: opened.complaints.append(f"{page.url}: {error}"))
        if role is not None:
            sign_in(opened, role)
        return opened

    yield make
    for context in contexts:
        context.close()
    assert [line for opened in visits for line in opened.complaints] == []


def sign_in(visit: Visit, role: str) -> None:
    """Sign in as the sample's first holder of a product role, as a person would."""
    from fourleaf.demo.organisation import ROLES
    from fourleaf.demo.seed import DEMO_PASSWORD

    holder = next(person for person in ROLES if person.product_role == role)
    page = visit.go("/account/login/")
    page.get_by_label("E-mail").fill(holder.email)
    page.get_by_label("Password", exact=True).fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_load_state("networkidle")
    assert "/account/login" not in page.url
