"""The product without a mouse: search, shortcuts, lists, the side panel, and a focus that can always be seen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from e2e.running import Visit

pytestmark = pytest.mark.browser

#: What has the focus, and whether anything shows it: an outline, a ring, another border or ground than without focus.
FOCUS = """() => {
  const node = document.activeElement;
  if (!node || node === document.body) return null;
  const shown = (one) => {
    const style = getComputedStyle(one);
    return [style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth), style.boxShadow, style.borderColor,
            style.backgroundColor].join("|");
  };
  const box = node.getBoundingClientRect();
  const with_focus = shown(node);
  node.blur();
  const without = shown(node);
  node.focus({ focusVisible: true, preventScroll: true });
  return { name: (node.innerText || node.getAttribute("aria-label") || node.name || node.tagName).trim().slice(0, 60),
           html: node.outerHTML.slice(0, 160), seen: with_focus !== without,
           inside: box.width > 0 && box.right > 0 && box.left < innerWidth && box.bottom > 0 && box.top < innerHeight };
}"""


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.className"))


def test_the_slash_searches_and_arrows_choose(visit: Callable[..., Visit]) -> None:
    here = visit("analyst")
    page = here.go("/people/")
    here.press("/")
    search = page.locator("#search")
    expect(search).to_be_focused()
    page.keyboard.type("voice")
    option = page.locator("#search-results a[role=option]", has_text="Share of voice").first
    expect(option).to_be_visible()
    expect(search).to_have_attribute("aria-expanded", "true")
    number = page.locator("#search-results a[role=option]").evaluate_all(
        "(all) => all.findIndex((one) => one.innerText.includes('Share of voice'))"
    )
    for _ in range(number + 1):
        here.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    expect(search).to_have_attribute("aria-activedescendant", str(option.get_attribute("id")))
    here.press("ArrowDown", "ArrowUp")
    here.press("Enter")
    page.wait_for_url("**/voice/*")

    # Esc leaves the list, Enter without a choice searches everywhere.
    here.press("/")
    page.keyboard.type("ann")
    expect(page.locator("#search-results a[role=option]").first).to_be_visible()
    here.press("Escape")
    expect(page.locator("#search-results a[role=option]")).to_have_count(0)
    expect(search).not_to_be_focused()
    here.press("/")
    page.keyboard.type("emberlyn")
    here.press("Enter")
    page.wait_for_url("**/search?q=*emberlyn")
    expect(page.get_by_role("heading", name="Search: ")).to_be_visible()


def test_the_list_of_shortcuts(visit: Callable[..., Visit]) -> None:
    here = visit("analyst")
    page = here.go("/queries/")
    here.press("?")
    dialog = page.locator("#shortcuts")
    expect(dialog).to_be_visible()
    assert dialog.evaluate("(node) => node.contains(document.activeElement)")
    # Behind an open dialog nothing else listens.
    here.press("j", "/")
    assert dialog.evaluate("(node) => node.contains(document.activeElement)")
    here.press("Escape")
    expect(dialog).to_be_hidden()
    # What the list promises is so.
    here.press("g", "m")
    page.wait_for_url("**/mentions/")
    here.press("g", "h")
    page.wait_for_url(here.address + "/")


def test_a_list_by_j_k_enter_and_a_panel_by_esc(visit: Callable[..., Visit]) -> None:
    here = visit("analyst")
    page = here.go("/mentions/?period=all&size=25")
    rows = page.locator("#mentions-part .row-link")
    here.press("j")
    expect(rows.nth(0)).to_be_focused()
    here.press("j", "j", "k")
    expect(rows.nth(1)).to_be_focused()
    here.press("x")
    expect(page.locator("#mentions-part [data-select]").nth(1)).to_be_checked()
    expect(page.locator("[data-selected-count]")).to_have_text("1")
    here.press("x")
    expect(page.locator("[data-selected-count]")).to_have_text("0")

    address = str(rows.nth(1).get_attribute("href"))
    rows.nth(1).focus()
    here.press("Enter")
    expect(page.locator("#side .side-body")).to_be_visible()
    assert here.path == address
    expect(page.locator("#side")).to_be_focused()
    here.press("Escape")
    expect(page.locator("#side .side-body")).to_have_count(0)
    expect(rows.nth(1)).to_be_focused()
    assert here.path == "/mentions/?period=all&size=25"

    # Back and forward do what Esc and Enter do; the address alone shows the whole page.
    here.press("Enter")
    expect(page.locator("#side .side-body")).to_be_visible()
    page.go_back()
    expect(page.locator("#side .side-body")).to_have_count(0)
    expect(rows).to_have_count(25)
    here.go(address)
    expect(page.locator("main h1")).to_be_visible()
    assert page.locator("#side .side-body").count() == 0


def test_the_first_stop_leads_to_the_content(visit: Callable[..., Visit]) -> None:
    for here, path in ((visit("analyst"), "/queries/"), (visit(None), "/account/login/")):
        page = here.go(path)
        page.evaluate("document.activeElement.blur()")
        here.press("Tab")
        skip = page.get_by_role("link", name="Skip to the content")
        expect(skip).to_be_focused()
        expect(skip).to_be_in_viewport()
        here.press("Enter")
        expect(page.locator("#main")).to_be_focused()


@pytest.mark.parametrize(("path", "stops"), [("/queries/", 45), ("/mentions/?period=all&size=25", 50), ("/voice/", 40)])
def test_every_stop_can_be_seen(visit: Callable[..., Visit], path: str, stops: int) -> None:
    here = visit("analyst")
    page = here.go(path)
    page.evaluate("document.activeElement.blur()")
    wrong: list[str] = []
    names: list[str] = []
    for _ in range(stops):
        here.press("Tab")
        found = page.evaluate(FOCUS)
        if found is None:
            break
        names.append(found["name"])
        if not (found["seen"] and found["inside"]):
            wrong.append(f"{path}: {found}")
    assert len(set(names)) > 20
    assert not wrong, "\n".join(wrong)
    # The instrument itself: without any sign of focus it says so.
    page.evaluate(
        """async () => { document.adoptedStyleSheets = [await new CSSStyleSheet().replace(
             ":focus, :focus-visible { outline: none !important; box-shadow: none !important }")]; }"""
    )
    page.locator("#main a").first.focus()
    assert not page.evaluate(FOCUS)["seen"]


def test_menus_close_by_esc_and_give_the_focus_back(visit: Callable[..., Visit]) -> None:
    here = visit("analyst")
    page = here.go("/queries/")
    summary = page.locator(".topbar details.menu > summary")
    summary.focus()
    here.press("Enter")
    expect(page.get_by_role("link", name="Your account")).to_be_visible()
    here.press("Tab", "Escape")
    expect(page.get_by_role("link", name="Your account")).to_be_hidden()
    expect(summary).to_be_focused()
