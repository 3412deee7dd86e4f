"""Light, dark, or as the device: chosen once, kept, and never shown for a moment in the other."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from e2e.running import Visit

pytestmark = pytest.mark.browser

LIGHT, DARK = "rgb(251, 250, 246)", "rgb(18, 23, 21)"
#: Somebody whose theme no other test relies on.
WHO = "jannik.rodenbusch@tarnbeck.example"
#: Notes the ground at every frame that the browser draws, from before the page's first line.
WATCH = """
  const grounds = (window.grounds = new Set());
  const look = () => {
    const style = getComputedStyle(document.documentElement);
    if (document.body && style.getPropertyValue("--paper")) grounds.add(style.backgroundColor);
    if (performance.now() < 3000) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
"""


def ground(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))


def choose(page: Page, name: str) -> None:
    summary = page.locator(".topbar details.menu > summary")
    summary.click()
    button = page.locator("[data-theme-form]").get_by_role("button", name=name, exact=True)
    with page.expect_response("**/theme/"):
        button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    summary.click()


def test_a_choice_is_kept_without_a_flash(visit: Callable[..., Visit]) -> None:
    here = visit(WHO, theme="light")
    page = here.page
    page.add_init_script(WATCH)
    here.go("/queries/")
    assert ground(page) == LIGHT
    choose(page, "Dark")
    assert ground(page) == DARK
    try:
        for path in ("/queries/", "/people/", "/voice/"):
            here.go(path)
            page.wait_for_function("window.grounds.size > 0")
            assert page.evaluate("[...window.grounds]") == [DARK], path
            # It is in the first bytes of the page, so nothing has to run before the first drawing.
            assert 'data-theme="dark"' in page.request.get(here.address + path).text()[:300]

        # It goes with the person to another browser; on this one, the door looks the same.
        elsewhere = visit(WHO, theme="light", fresh=True)
        elsewhere.go("/people/")
        assert ground(elsewhere.page) == DARK
        page.context.clear_cookies(name="fourleaf_session")
        page.context.clear_cookies(name="sessionid")
        here.go("/account/login/")
        assert ground(page) == DARK
    finally:
        tidy = visit(WHO, fresh=True)
        tidy.go("/queries/")
        choose(tidy.page, "Device")
    assert ground(tidy.page) == LIGHT


def test_without_a_choice_the_device_decides(visit: Callable[..., Visit]) -> None:
    here = visit("analyst", theme="dark")
    page = here.go("/voice/?period=365")
    assert ground(page) == DARK
    drawn = page.locator("[data-chart] svg").first
    expect(drawn).to_be_visible()
    inks = """() => [...document.querySelectorAll("[data-chart] svg text")]
                      .map((one) => getComputedStyle(one).fill).join()"""
    dark = page.evaluate(inks)
    assert dark
    # The device changes its mind at sunrise: page and pictures follow without being loaded again.
    page.emulate_media(color_scheme="light")
    assert ground(page) == LIGHT
    page.wait_for_function(f"(dark) => {{ const now = ({inks})(); return now && now !== dark; }}", arg=dark)


@pytest.mark.parametrize("wish", ["reduce", "no-preference"])
def test_motion_is_short_and_none_where_less_is_wished(visit: Callable[..., Visit], wish: str) -> None:
    here = visit("analyst", reduced_motion=wish)
    page = here.go("/mentions/?period=all&size=25")
    page.locator("#mentions-part .row-link").first.click()
    expect(page.locator("#side .side-body")).to_be_visible()
    longest = page.evaluate(
        """() => {
             const milliseconds = (one) => parseFloat(one) * (one.trim().endsWith("ms") ? 1 : 1000);
             return Math.max(...[...document.querySelectorAll("*")].flatMap((node) => {
               const style = getComputedStyle(node);
               return [style.transitionDuration, style.animationDuration].join().split(",").map(milliseconds);
             }));
           }"""
    )
    assert longest <= (0.02 if wish == "reduce" else 150)
    if wish == "no-preference":
        assert longest > 0
