"""The product with JavaScript switched off: everything that matters can still be done."""

from __future__ import annotations

import random
import re
import string
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from e2e.running import Visit

pytestmark = pytest.mark.browser


@pytest.fixture
def here(visit: Callable[..., Visit]) -> Visit:
    """The analyst's window, without script, signed in through the form."""
    return visit("analyst", script=False, fresh=True)


@pytest.fixture
def token() -> str:
    """A word that no other run has used."""
    return "".join(random.SystemRandom().choices(string.ascii_lowercase, k=8))


def number(text: str) -> int:
    found = re.search(r"\d[\d,]*", text)
    assert found, text
    return int(found[0].replace(",", ""))


def test_mentions_are_filtered(here: Visit) -> None:
    page = here.page
    page.goto(f"{here.address}/mentions/?period=all")
    everything = number(page.locator(".table-count").inner_text())
    page.get_by_label("Search the texts").fill("tent")
    page.locator("summary", has_text="Sentiment").first.click()
    page.get_by_label("Negative", exact=True).check()
    page.get_by_role("button", name="Narrow", exact=True).click()
    page.wait_for_url("**q=tent**")
    narrowed = number(page.locator(".table-count").inner_text())
    assert 0 < narrowed < everything
    for state in page.locator("#mentions-part .mention-foot .state:first-child").all_inner_texts():
        assert state.startswith("Negative")
    for text in page.locator("#mentions-part .post-text").all_inner_texts():
        assert "tent" in text.lower()
    page.get_by_role("link", name="Remove all").click()
    assert number(page.locator(".table-count").inner_text()) != narrowed


def test_a_query_is_tried_mended_and_saved(here: Visit, token: str) -> None:
    page = here.page
    page.goto(f"{here.address}/queries/add")
    page.get_by_label("Name").fill(f"Without script {token}")
    area = page.get_by_label("What to look for")
    area.fill("(tent OR tarp")
    page.get_by_role("button", name="Preview").click()
    fault = page.locator("#preview .fault").first
    expect(fault).to_be_visible()
    assert page.locator(".needs-js:visible").count() == 0
    # The way to mend it is a button of the form.
    fault.locator("button[name=mend]").first.click()
    expect(page.locator("#preview .preview-count")).to_be_visible()
    assert page.get_by_label("What to look for").input_value() != "(tent OR tarp"
    assert page.get_by_label("Name").input_value() == f"Without script {token}"

    # Saved with a fault, it says where; saved mended, it is at work.
    page.get_by_label("What to look for").fill("tent AND (")
    page.get_by_label("Topic", exact=True).check()
    here.expect_refusal("/queries/add")
    page.get_by_role("button", name="Put version 1 to work").click()
    expect(page.locator(".error-summary")).to_be_visible()
    page.get_by_label("What to look for").fill(f"tent NOT {token}")
    page.get_by_role("button", name="Put version 1 to work").click()
    expect(page.get_by_role("heading", name=f"Without script {token}", exact=True)).to_be_visible()
    expect(page.locator("#flashes")).to_contain_text("listens now")


def test_a_sentiment_is_corrected_and_put_back(here: Visit) -> None:
    page = here.page
    page.goto(f"{here.address}/mentions/?period=all&sort=oldest&size=25")
    row = page.locator("#mentions-part .mention").filter(has_not_text="corrected").nth(3)
    row = page.locator(f"#mentions-part #{row.get_attribute('id')}")
    state = row.locator(".mention-foot .state").first
    before = state.inner_text()
    word = "positive" if before != "Positive" else "negative"
    row.locator("summary", has_text="Correct the sentiment").click()
    row.get_by_role("button", name=f"It is {word}").click()
    expect(state).to_have_text(word.capitalize())
    expect(row.locator(".mention-foot")).to_contain_text("corrected")
    page.locator("#flashes").get_by_role("button", name="Undo").click()
    expect(state).to_have_text(before)
    expect(row.locator(".mention-foot")).not_to_contain_text("corrected")

    # The same on the post's own page.
    row.locator(".row-link").click()
    state = page.locator("main .mention-foot .state").first
    page.get_by_role("button", name=f"It is {word}").click()
    expect(state).to_contain_text(word.capitalize())
    page.get_by_role("button", name="Back to what the model says").click()
    expect(state).to_have_text(before)


def test_a_file_is_imported(here: Visit, tmp_path: Path, token: str) -> None:
    file = tmp_path / f"{token}.csv"
    lines = [
        "when,what",
        f"2026-01-03T10:00:00Z,A first word about {token}",
        f"2026-01-04T10:00:00Z,A second word about {token}",
        f"no time at all,A third word about {token}",
    ]
    file.write_text("\n".join(lines), encoding="utf-8")
    page = here.page
    page.goto(f"{here.address}/imports/new/")
    here.expect_refusal("/imports/new/")
    page.get_by_role("button", name="Upload the file").click()
    expect(page.locator(".error-summary")).to_contain_text("Choose a file first.")
    page.get_by_label("File of posts").set_input_files(file)
    page.get_by_role("button", name="Upload the file").click()
    page.get_by_label("when", exact=True).select_option(label="When it was published")
    page.get_by_label("what", exact=True).select_option(label="Text of the post")
    page.get_by_role("button", name="Go on to the preview").click()
    expect(page.locator("main")).to_contain_text("2 can be stored, 1 cannot be used")
    expect(page.locator("#faults")).to_contain_text("no time at all")
    page.get_by_role("button", name="Import 2 posts").click()
    # Nothing moves by itself; while it runs, a link looks again.
    state = page.locator("#import-live .state").first
    again = page.get_by_role("link", name="Look again")
    deadline = time.monotonic() + 60
    while state.inner_text() != "Done":
        assert time.monotonic() < deadline
        if again.count():
            again.click()
    expect(page.locator("#import-live .stat").first).to_have_text(re.compile(r"Stored.*\b2\b", re.S))
    page.get_by_role("link", name=re.compile("See (the|its|all) mentions")).click()
    page.get_by_label("Search the texts").fill(token)
    page.get_by_role("button", name="Narrow", exact=True).click()
    assert number(page.locator(".table-count").inner_text()) == 2


def test_the_theme_and_the_menu(here: Visit) -> None:
    page = here.page
    page.goto(f"{here.address}/people/")
    page.locator(".topbar details.menu > summary").click()
    page.get_by_role("button", name="Dark", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert here.path == "/people/"
    page.locator(".topbar details.menu > summary").click()
    page.get_by_role("button", name="Device", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-theme", "")


def test_figures_stand_in_tables_where_pictures_need_script(here: Visit) -> None:
    page = here.page
    page.goto(f"{here.address}/voice/?period=365")
    assert page.locator("#contenders tbody tr").count() >= 2
    still = page.locator("img.chart-still").first
    expect(still).to_be_visible()
    assert still.evaluate("(image) => image.naturalWidth") > 300
    page.get_by_text("The figures as a table").first.click()
    expect(page.locator(".chart-data table").first).to_be_visible()
    # A filter is a form that sends.
    page.locator("select[name=period]").select_option("28")
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url("**period=28**")
