"""From a template to a reviewed post: a rule in force for one region, read on a phone; a verdict by keyboard."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from e2e.running import Product, Visit
from fourleaf.demo.roles import ROLES

pytestmark = pytest.mark.browser

PLACE = re.compile(r"\[([^\[\]\n]{1,160})\](?![(\[:])")
#: Tilman Roggenkamp, Henrike Tannhof, Eckart von Lauenfels, Gonçalo Ferraria, Nele Drosterkamp, Jannik Rodenbusch.
STRATEGIST, CHAIR, COUNSEL, IN_IBERIA, AUTHOR, LEAD = (
    next(role.email for role in ROLES if role.id == wanted) for wanted in ("R06", "R01", "R56", "R42", "R17", "R14")
)


def _press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).first.click()


def _open_findings(product: Product) -> set[str]:
    """Rule and object of all open findings of the current plan, as stored by the last check."""
    code = (
        "from fourleaf.alignment.models import FindingRecord\n"
        "rows = FindingRecord.objects.filter(plan__state='current', state='open')\n"
        "print('\\n'.join(f'{row.rule} {row.object}' for row in rows))"
    )
    return set(product.python(code).splitlines())


def test_a_policy_comes_into_force_and_the_findings_follow(visit: Callable[..., Visit], product: Product) -> None:
    before = _open_findings(product)
    assert "A13 channels/H8" in before

    strategist = visit(STRATEGIST)
    page = strategist.go("/policies/add/?kind=P-MOD")
    page.get_by_label("Title").fill("Moderation of short videos in Iberia")
    _press(page, "Begin the draft")
    page.wait_for_url("**/text/en/")
    text = page.locator("textarea[name=body]")
    text.fill(PLACE.sub(r"\1", text.input_value()))
    _press(page, "Save the text")
    page.wait_for_url(re.compile(r"/policies/\d+/$"))
    address = strategist.path
    page.get_by_role("link", name="Scope and approvers").click()
    page.get_by_label("Iberia").check()
    page.locator("input[name=channels]").fill("H8")
    page.locator("main form").first.get_by_role("button", name=re.compile("^(Save|Keep)")).click()
    page.wait_for_url(f"**{address}")
    _press(page, "over to legal review")

    counsel = visit(COUNSEL).go(address)
    counsel.get_by_role("link", name="Review it in the queue").click()
    # What counsel reads is the text with its marks set, and nothing is graded.
    expect(counsel.locator("[data-review-text]")).to_contain_text("Channels: H8")
    assert counsel.locator("input[name=severity]:visible").count() == 0
    counsel.get_by_label("Approve", exact=True).check()
    _press(counsel, "Give the verdict")
    expect(counsel.get_by_text("“Moderation of short videos in Iberia 1.0.0” is approved by you.")).to_be_visible()
    # Who wrote it does not approve it; whoever does may put it in force, and so may its author then.
    strategist.go(address)
    expect(page.get_by_text("Nothing else is missing: it waits for approval")).to_be_visible()
    expect(page.get_by_role("button", name="Approve 1.0.0")).to_have_count(0)
    _press(visit(CHAIR).go(address), "Approve 1.0.0")
    strategist.go(address)
    _press(page, "Put version 1.0.0 in force")
    expect(page.locator("#shown")).to_contain_text("Iberia")
    page.get_by_role("link", name="Who has acknowledged").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Moderation of short videos")

    reader = visit(IN_IBERIA, size="phone")
    phone = reader.go("/policies/mine/")
    phone.get_by_role("link", name="Moderation of short videos in Iberia").first.click()
    assert reader.overflow() == 0
    _press(phone, "Acknowledge version 1.0.0")
    reader.go(f"{address}read/")
    expect(phone.get_by_text("You acknowledged this on")).to_be_visible()

    deadline = time.monotonic() + 60
    while "A13 channels/H8" in (after := _open_findings(product)) and time.monotonic() < deadline:
        time.sleep(1)
    assert "A13 channels/H8" not in after
    assert not strategist.complaints
    assert not reader.complaints


def test_an_item_finds_its_route_and_is_decided_by_keyboard(visit: Callable[..., Visit]) -> None:
    author = visit(AUTHOR)
    page = author.go("/review/drafts/add/")
    page.get_by_label("Title", exact=True).fill("Lid on, fire out")
    page.locator("textarea[name=text]").fill("Close the lid and the vents, and the grill goes out by itself.")
    page.get_by_label("Brand").select_option(label="Emberlyn")
    page.get_by_label("Region").select_option(label="Germany")
    _press(page, "Keep the draft")
    _press(page, "Hand it in")
    expect(page.get_by_role("heading", name="Lid on, fire out")).to_be_visible()
    main = page.locator("main")
    expect(main).to_contain_text("Route: EM")
    expect(main).to_contain_text("Jannik Rodenbusch")

    lead = visit(LEAD)
    queue = lead.go("/review/?q=Lid+on")
    lead.press("j", "a")
    queue.wait_for_url(re.compile(r"/review/items/\d+/#a$"))
    lead.settle()
    # The text stays in view, nothing is chosen beforehand, and Enter alone decides nothing.
    expect(queue.locator("[data-review-text]")).to_be_in_viewport(ratio=1)
    assert queue.locator("input[name=severity]:checked").count() == 0
    lead.press("Enter")
    expect(queue.locator("[data-review-keys] [role=status]")).to_contain_text("Press 1, 2, 3 or 4")
    lead.press("1", "Enter")
    expect(queue.get_by_text("“Lid on, fire out” is approved by you (clean).")).to_be_visible()
    expect(queue.get_by_role("button", name="Undo")).to_be_visible()
    author.go(author.path)
    expect(main).to_contain_text("Approved")
    assert not lead.complaints
