"""The product as a stranger meets it: seeded, served by its own supervisor, looked at with a real browser.

To save the seeding while writing tests, start ``fourleaf demo`` by hand and name it with FOURLEAF_TEST_PRODUCT (its
address) and FOURLEAF_TEST_PRODUCT_DATA (its data folder); every test leaves a demo behind that the next run can use.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from e2e.running import (
    CHROMIUM,
    FLAGS,
    OWNER,
    SIZES,
    Product,
    Visit,
    credentials,
    environ_of,
    free_address,
    served,
    sign_in,
)
from prepared import prepared_data

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

_POSTS = 6000
FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let the windows of a test know that it failed, so that they leave a picture."""
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The demo with a few thousand posts, served."""
    if address := os.environ.get("FOURLEAF_TEST_PRODUCT"):
        data = Path(os.environ["FOURLEAF_TEST_PRODUCT_DATA"])
        yield Product(address, data.parent, environ_of(data, address) | {"FOURLEAF_DEMO": "true"})
        return
    folder = tmp_path_factory.mktemp("demo")
    address = free_address()
    made = Product(address, folder, environ_of(folder / "data", address) | {"FOURLEAF_DEMO": "true"})
    prepared_data(tmp_path_factory, folder / "data")
    with served(["demo", "--mentions", str(_POSTS)], made) as running:
        yield running


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A new installation, as its first administrator meets it: no posts, no queries, nobody else."""
    folder = tmp_path_factory.mktemp("bare")
    address = free_address()
    made = Product(address, folder, environ_of(folder / "data", address))
    prepared_data(tmp_path_factory, folder / "data")
    email, password = OWNER
    added = made.run(
        "user", "add", "--name", "Olga Owner", "--email", email, "--role", "admin", "--password-stdin",
        stdin=f"{password}\n",
    )  # fmt: skip
    assert added.returncode == 0, added.stderr
    with served(["up"], made) as running:
        yield running


# Module, not session: while Playwright runs, this thread has a running event loop, and Django refuses its database
# there. Tests of one file run one after the other, so other folders never meet it.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed; `make machine` installs it on Debian")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def signed_in() -> dict[tuple[str, str], Any]:
    """Cookies of those who signed in before, so that each signs in through the form only once."""
    return {}


@pytest.fixture
def visit(
    browser: Browser,
    signed_in: dict[tuple[str, str], Any],
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> Iterator[Callable[..., Visit]]:
    """``visit("admin", size="phone", theme="dark")`` opens a window, signed in as the demo's holder of that role.

    ``who`` may also be an e-mail address of the sample. ``fresh`` signs in through the form even if the same person
    did before. ``at`` is another installation than the demo; there, anybody but None is its owner.
    """
    contexts: list[BrowserContext] = []
    visits: list[Visit] = []

    def make(
        who: str | None = None,
        *,
        size: str = "wide",
        theme: str = "light",
        script: bool = True,
        fresh: bool = False,
        at: Product | None = None,
        **options: Any,
    ) -> Visit:
        place: Product = at or request.getfixturevalue("product")
        known = None if fresh else signed_in.get((place.address, who or ""))
        context = browser.new_context(
            viewport=SIZES[size],  # type: ignore[arg-type]  # width and height
            color_scheme=theme,  # type: ignore[arg-type]  # light or dark
            java_script_enabled=script,
            storage_state=known,
            **({"reduced_motion": "reduce", "locale": "en-GB", "timezone_id": "Europe/Berlin"} | options),
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        opened = Visit(page, place.address)
        visits.append(opened)
        page.on("console", opened.hear)
        page.on("response", opened.watch)
        page.on("pageerror", lambda error: opened.complaints.append(f"{page.url}: {error}"))
        if who is not None and known is None:
            sign_in(opened, *(credentials(who) if at is None else OWNER))
            if not fresh:
                signed_in[place.address, who] = context.storage_state()
        return opened

    yield make
    if request.node.stash.get(FAILED, False):
        folder = Path(os.environ.get("FOURLEAF_TEST_SHOTS") or tmp_path)
        for turn, opened in enumerate(visits):
            picture = folder / f"failed-{request.node.name}-{turn}.png".replace("/", "_")
            opened.page.screenshot(path=picture, full_page=True)
            sys.stdout.write(f"At {opened.page.url}, kept as {picture}\n")
    for context in contexts:
        context.close()
    assert [line for opened in visits for line in opened.complaints] == []
