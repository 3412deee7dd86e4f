"""What somebody may not do, they do not see; by the address they get a sentence; and who leaves, leaves at once."""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from e2e.running import Product, Visit

pytestmark = pytest.mark.browser

ANALYSTS = (
    "/mentions/",
    "/queries/",
    "/queries/add",
    "/imports/",
    "/imports/new/",
    "/voice/",
    "/sentiment/",
    "/overview/",
)
#: /work/ is not among them: everybody may look at the work that they themselves set going.
ADMINS = ("/audit/", "/system/", "/roles/", "/people/add/", "/people/import/", "/organisation/brands/add/")
PASSWORD = "a quiet meadow in june"
END_EMPLOYMENT = """
from fourleaf.kernel import clock
from fourleaf.kernel.actors import system_actor
from fourleaf.kernel.models import Person
from fourleaf.kernel.services.leaving import end_employment
person = Person.objects.get(email=sys.argv[1])
end_employment(actor=system_actor("test"), person_id=person.pk, left_on=clock.today())
"""
GIVE_UP_ROLE = """
from fourleaf.kernel.actors import system_actor
from fourleaf.kernel.models import RoleGrant
from fourleaf.kernel.services.access import end_role
for grant in RoleGrant.objects.filter(person__email=sys.argv[1], role="analyst", ended_at__isnull=True):
    end_role(actor=system_actor("test"), grant_id=grant.pk)
"""


def refused(visit: Visit, path: str) -> None:
    """The address answers with a page that says so in a sentence, inside the frame."""
    visit.expect_refusal(path)
    answer = visit.page.goto(visit.address + path)
    assert answer is not None
    assert answer.status in (403, 404), f"{path} answered {answer.status}"
    title = visit.page.locator("main h1")
    expect(title).to_have_text("Not allowed" if answer.status == 403 else "Nothing here")
    sentence = visit.page.locator("main").inner_text().replace(title.inner_text(), "", 1).strip()
    assert len(sentence.split()) >= 6, f"{path} says only: {sentence}"
    assert sentence.rstrip("\n ").count(".") >= 1
    assert visit.page.locator("#rail").count() == 1


def test_a_member_sees_people_and_nothing_to_listen_with(visit: Callable[..., Visit]) -> None:
    here = visit("member")
    page = here.go("/")
    groups = page.locator("#rail .rail-group h2").all_inner_texts()
    assert [group.casefold() for group in groups] == ["prepare", "organisation"]
    assert page.locator("main").get_by_text("Share of voice").count() == 0
    for path in (*ANALYSTS, *ADMINS):
        refused(here, path)
    # The search keeps silent about it, too.
    here.go("/search?q=emberlyn")
    found = page.locator("main a.search-option").evaluate_all("(all) => all.map((one) => one.getAttribute('href'))")
    assert [path for path in found if path.startswith(("/mentions", "/queries", "/voice", "/imports"))] == []
    here.go("/people/")
    assert page.get_by_role("link", name="Add a person").count() == 0


def test_an_analyst_listens_and_administers_nothing(visit: Callable[..., Visit]) -> None:
    here = visit("analyst")
    page = here.go("/")
    groups = [group.casefold() for group in page.locator("#rail .rail-group h2").all_inner_texts()]
    assert "listen" in groups
    assert "administration" not in groups
    for path in ADMINS:
        refused(here, path)


def test_nobody_gets_to_the_door_and_then_where_they_wanted(visit: Callable[..., Visit]) -> None:
    here = visit(None)
    page = here.page
    page.goto(f"{here.address}/queries/?q=emberlyn")
    assert here.path.startswith("/account/login/?next=")
    page.get_by_role("button", name="Piet Garbers").click()
    page.wait_for_url("**/queries/?q=emberlyn")


@pytest.fixture
def newcomer(product: Product) -> Iterator[str]:
    """An analyst whom no other test knows; gives the e-mail."""
    email = "".join(random.SystemRandom().choices(string.ascii_lowercase, k=10)) + "@tarnbeck.example"
    added = product.run(
        "user", "add", "--name", "Nele Newcomer", "--email", email, "--role", "analyst", "--password-stdin",
        stdin=f"{PASSWORD}\n",
    )  # fmt: skip
    assert added.returncode == 0, added.stderr
    yield email
    product.python(END_EMPLOYMENT, email)


def enter(visit: Visit, email: str) -> None:
    page = visit.go("/account/login/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_role_that_ends_closes_its_pages_at_once(
    visit: Callable[..., Visit], product: Product, newcomer: str
) -> None:
    here = visit(None)
    enter(here, newcomer)
    page = here.page
    page.locator("#rail").get_by_role("link", name="Queries").click()
    expect(page.get_by_role("heading", name="Queries", exact=True)).to_be_visible()
    product.python(GIVE_UP_ROLE, newcomer)
    here.expect_refusal("/mentions/")
    page.locator("#rail").get_by_role("link", name="Mentions").click()
    expect(page.locator("main h1")).to_have_text("Not allowed")
    assert page.locator("#rail").get_by_role("link", name="Mentions").count() == 0


def test_who_has_left_is_out_on_the_next_click(visit: Callable[..., Visit], product: Product, newcomer: str) -> None:
    here = visit(None)
    enter(here, newcomer)
    page = here.page
    page.locator("#rail").get_by_role("link", name="Mentions").click()
    expect(page.locator("#mentions-part .mention").first).to_be_visible()
    product.python(END_EMPLOYMENT, newcomer)
    # A click that only loads a part of the page leads out as well.
    page.locator("#mentions-part .row-link").first.click()
    page.wait_for_url("**/account/login/**")
    here.go("/people/")
    assert here.path.startswith("/account/login/")
    enter(here, newcomer)
    expect(page.get_by_role("heading", name="This account is closed")).to_be_visible()
    assert page.locator("#rail").count() == 0
