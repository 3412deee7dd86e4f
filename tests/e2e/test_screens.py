"""Every page at the two widths in both themes: no complaint of the browser, nothing cut off, usable for everybody.

Each page is seen wide and light, then narrow and dark: themes change colours, which axe looks at, and no widths. One
test walks many pages and collects what it finds, so that its message is complete. With FOURLEAF_TEST_SHOTS set to a
folder, each page is also kept there as a picture, in all four ways.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Literal

import pytest

from e2e.running import Product, Visit

pytestmark = pytest.mark.browser
Scenes = dict[str, str]

#: Pages that are reached by a click from a page of the rail, and hold something of their own.
FURTHER = (
    "/mentions/?period=all&sentiment=negative&q=(emberlyn",
    "/mentions/?period=all&q=zzzznothing",
    "/voice/?period=365",
    "/sentiment/?period=365&language=de",
    "/overview/?period=91",
    "/queries/add",
    "/queries/language",
    "/imports/new/",
    "/people/add/",
    "/people/import/",
    "/people/?q=anna&status=all",
    "/organisation/regions/",
    "/organisation/brands/add/",
    "/organisation/regions/add/",
    "/account/settings/",
    "/account/settings/tokens/add/",
    "/account/password/change/",
    "/account/2fa/",
    "/account/2fa/totp/activate/",
    "/account/2fa/webauthn/",
    "/account/2fa/webauthn/add/",
    "/account/sessions/",
    "/search?q=emberlyn",
    "/kit/",
)

#: The same of the survey, the plan and its check; the first wave of the sample is an old one.
OF_THE_PLAN = (
    "/assess/2/units/",
    "/assess/2/statements/",
    "/assess/2/leaf/leadership/",
    "/waves/1/",
    "/roadmap/?show=phase-2",
    "/roadmap/1/items/2.I4/",
    "/roadmap/1/phases/",
    "/pilots/1/pilot/T1/",
    "/plans/begin/",
    "/plans/import/",
    "/plan/1/in/objectives/",
    "/plan/1/in/policies/",
    "/plan/1/in/programmes/of/P07/change/",
    "/plan/1/programmes/P07/",
    "/plan/1/inventory/",
    "/plan/1/history/",
    "/alignment/findings/by/held-up/",
    "/alignment/findings/1/",
    "/alignment/findings/list/",
    "/alignment/waivers/",
    "/alignment/what-if/?at=programmes/P07",
    "/alignment/rules/A45/",
)

#: Policies, gaps, registers, bodies, training and review: what the tabs and lists of the rail's pages lead to.
OF_PREPARE = (
    "/policies/1/",
    "/policies/1/read/",
    "/policies/1/coverage/",
    "/policies/applies/",
    "/policies/mine/",
    "/policies/evidence/",
    "/policies/add/",
    "/gaps/report/",
    "/gaps/1/",
    "/registers/consultations/",
    "/registers/figures/",
    "/committees/1/",
    "/decisions/",
    "/role-catalogue/",
    "/centre/",
    "/centre/requests/",
    "/training/belts/white/",
    "/training/modules/1/",
    "/training/coverage/",
    "/training/curriculum/",
    "/training/queue/",
    "/training/waves/",
    "/training/sessions/",
    "/review/what-if/",
    "/review/rules/",
    "/review/routes/",
    "/review/routes/1/",
    "/review/trust/",
    "/review/trust/1/",
    "/review/drafts/add/",
    "/review/items/1/",
    "/review/away/",
)


@pytest.fixture(scope="module")
def scenes(product: Product) -> Scenes:
    """Addresses of states that are hard to reach by clicking, by what they show."""
    made: Scenes = json.loads(product.python((Path(__file__).parent / "scenes.py").read_text(encoding="utf-8")))
    return made


THEME: dict[str, Literal["light", "dark"]] = {"wide": "light", "phone": "dark"}


SHOTS = os.environ.get("FOURLEAF_TEST_SHOTS")


def look(visit: Visit, path: str, *, status: int = 200, act: Callable[[], None] | None = None) -> list[str]:
    """What is wrong with a page as it stands: wider than its window, or with findings of axe in either theme."""
    found: list[str] = []
    size = "phone" if (visit.page.viewport_size or {"width": 0})["width"] < 500 else "wide"
    heard = len(visit.complaints)
    try:
        visit.go(path, status)
        if act:
            act()
            visit.settle()
    except AssertionError as error:
        return [f"{path}: {error}"]
    name = path.strip("/").replace("/", "_").replace("?", "-") or "home"
    themes: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")
    for theme in themes if SHOTS else (THEME[size],):
        visit.page.emulate_media(color_scheme=theme)
        visit.settle()
        if (wider := visit.overflow()) > 0:
            found.append(f"{path} ({size}, {theme}): {wider} px wider than the window, by {_wide_things(visit)}")
        if theme == THEME[size]:
            found += [f"{path} ({size}, {theme}): {line}" for line in visit.axe()]
        if SHOTS:
            visit.page.screenshot(path=f"{SHOTS}/{name}-{size}-{theme}.png", full_page=True)
    visit.page.emulate_media(color_scheme="light")
    found += visit.complaints[heard:]
    del visit.complaints[heard:]
    return found


def _wide_things(visit: Visit) -> list[str]:
    return list(
        visit.page.evaluate(
            """() => [...document.querySelectorAll("body *")]
                 .filter((node) => node.getBoundingClientRect().right > innerWidth + 1 && node.checkVisibility())
                 .slice(-3).map((node) => node.outerHTML.slice(0, 120))"""
        )
    )


def listed(found: list[str]) -> str:
    """A message with a line for each finding."""
    return f"{len(found)} findings:\n" + "\n".join(found)


def rail(visit: Visit) -> list[str]:
    """Addresses of the pages that the rail leads to."""
    visit.go("/")
    links = visit.page.locator("#rail a.rail-link")
    return [str(link.get_attribute("href")) for link in links.all()]


def walk(visit: Visit, paths: Iterable[str]) -> list[str]:
    """Everything that is wrong with these pages."""
    return [line for path in dict.fromkeys(paths) for line in look(visit, path)]


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_the_pages_of_the_rail(visit: Callable[..., Visit], size: str) -> None:
    here = visit("admin", size=size)
    paths = rail(here)
    assert len(paths) >= 13
    found = walk(here, paths)
    assert not found, listed(found)


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_the_pages_behind_them(visit: Callable[..., Visit], size: str) -> None:
    here = visit("admin", size=size)
    # Pages about sign-in ask for the password again, unless it was just typed.
    found = walk(here, FURTHER)
    assert not found, listed(found)


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_the_pages_of_the_plan(visit: Callable[..., Visit], size: str) -> None:
    found = walk(visit("admin", size=size), OF_THE_PLAN)
    assert not found, listed(found)


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_the_pages_of_preparing(visit: Callable[..., Visit], size: str) -> None:
    found = walk(visit("admin", size=size), OF_PREPARE)
    assert not found, listed(found)


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_details_and_states(visit: Callable[..., Visit], scenes: Scenes, size: str) -> None:
    here = visit("admin", size=size)
    mention = here.go("/mentions/?period=all").locator("#mentions-part .row-link").first.get_attribute("href")
    assert mention
    found = walk(here, [*scenes.values(), mention])
    assert not found, listed(found)


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_what_opens_on_a_page(visit: Callable[..., Visit], size: str) -> None:
    """The side panel, a menu, the shortcuts, the search's short list, and a query with an error in it."""
    here = visit("analyst", size=size)
    page = here.page

    def panel() -> None:
        page.locator("#mentions-part .row-link").first.click()
        page.locator("#side .side-body").wait_for()

    def error() -> None:
        here.expect_refusal("/queries/preview")
        page.get_by_label("What to look for").fill('(tents OR "sleeping bags AND')
        page.locator("#preview .fault").first.wait_for()

    def search() -> None:
        page.keyboard.press("/")
        page.keyboard.type("em", delay=10)
        page.locator("#search-results [role=option]").first.wait_for()

    found = look(here, "/mentions/?period=all&size=25", act=panel)
    found += look(here, "/queries/add", act=error)
    found += look(here, "/queries/", act=search)
    found += look(here, "/people/", act=lambda: page.keyboard.press("?"))
    found += look(here, "/people/", act=lambda: page.get_by_text("Your account").first.click(force=True))
    assert not found, listed(found)


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_the_doors_and_the_errors(visit: Callable[..., Visit], size: str) -> None:
    outside = visit(None, size=size)

    def wrong() -> None:
        outside.page.get_by_label("E-mail").fill("nobody@tarnbeck.example")
        outside.page.get_by_label("Password", exact=True).fill("not the password")
        outside.page.get_by_role("button", name="Sign in", exact=True).click()
        outside.page.locator(".error-summary").wait_for()

    found = look(outside, "/account/login/")
    found += look(outside, "/account/login/", act=wrong)
    found += look(outside, "/account/password/reset/")
    found += look(outside, "/account/signup/", status=403)
    here = visit("analyst", size=size)
    found += look(here, "/no/such/page", status=404)
    found += look(here, "/audit/", status=403)
    found += look(here, "/mentions/one/does-not-exist/", status=404)
    assert not found, listed(found)


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_an_empty_installation(visit: Callable[..., Visit], bare: Product, size: str) -> None:
    here = visit("owner", size=size, at=bare)
    found = walk(here, rail(here))
    found += walk(here, ["/queries/add", "/imports/new/", "/people/import/", "/organisation/brands/", "/search?q=none"])
    assert not found, listed(found)


def test_axe_finds_what_is_wrong(visit: Callable[..., Visit]) -> None:
    """The instrument itself: a page spoilt on purpose has findings under the strict policy."""
    here = visit("analyst")
    here.go("/queries/")
    spoil: Any = (
        "document.querySelector('#search').labels[0].remove(); document.querySelector('#search').placeholder = ''"
    )
    here.page.evaluate(spoil)
    assert any("label" in line for line in here.axe())
    here.page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<hr class=wide-thing>')")
    here.page.evaluate("document.querySelector('.wide-thing').style.width = '3000px'")
    assert here.overflow() > 1000
