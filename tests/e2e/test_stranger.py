"""A stranger's first half hour: sign in, bring in a file, say what to listen for, read the share of voice, act on it.

Every figure that the pages show is counted a second time here, from the same file, with nothing but ``csv`` and ``re``.
"""

from __future__ import annotations

import csv
import gzip
import io
import math
import random
import re
import string
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from e2e.running import Product, Visit

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Side:
    """A brand or competitor: its query, and what a post must and must not say, as plain expressions."""

    name: str
    query: str
    wanted: str
    unwanted: str = r"(?!)"

    def found_in(self, text: str) -> bool:
        return bool(re.search(self.wanted, text, re.I)) and not re.search(self.unwanted, text, re.I)


def wilson(part: int, whole: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927), written out once more."""
    z = 1.959963984540054
    share, square = part / whole, z * z / whole
    middle = (share + square / 2) / (1 + square)
    reach = z / (1 + square) * math.sqrt(share * (1 - share) / whole + square / (4 * whole))
    return middle - reach, middle + reach


def in_words(part: int, whole: int) -> str:
    """A share as the pages write it."""
    low, high = wilson(part, whole)
    return f"{100 * part / whole:.0f} % ({100 * low:.0f}-{100 * high:.0f})"


def number(text: str) -> int:
    """The first number in a text, without its grouping."""
    found = re.search(r"\d[\d,]*", text)
    assert found, text
    return int(found[0].replace(",", ""))


def plain(text: str) -> str:
    """With single ordinary spaces, however the page sets them."""
    return " ".join(text.split())


def invented_file(path: Path, own: str, rival: str) -> list[dict[str, str]]:
    """Sixty posts of the last ten days about two invented brands, with what makes counting hard."""
    dice = random.Random(7)
    noon = datetime.combine(datetime.now(UTC).date(), time(12), UTC)
    said = [
        ("{own} makes a fine kettle, it boils before I have found a cup", 9),
        ("My #{own} kettle arrived with a dent in the lid", 6),
        ("Is the {OWN} worth its price? Asking before the holidays", 5),
        ("{rival} again: the handle came off while pouring", 8),
        ("The new {Rival}, quieter than the old one, looks well on the shelf", 6),
        ("Tried {own} and {rival} side by side, and cannot tell the tea apart", 4),
        ("{own} spare parts, a whole box of them, to give away", 3),
        ("Looking for {rival} spare parts for my aunt", 3),
        ("{own}esque is a word that nobody needs", 3),
        ("A grey morning, and the kettle sings all the same", 13),
    ]
    words = {"own": own, "OWN": own.upper(), "rival": rival, "Rival": rival.capitalize()}
    rows = []
    for text, times in said:
        for turn in range(times):
            rows.append(
                {
                    "ref": f"{own}-{len(rows)}",
                    "posted": (noon - timedelta(days=dice.randrange(1, 10), minutes=dice.randrange(600))).isoformat(),
                    "user": f"{own}_reader_{dice.randrange(25)}",
                    "network": dice.choice(["forum", "microblog"]),
                    "message": f"{text.format(**words)} ({own[-4:]} {turn})",
                }
            )
    dice.shuffle(rows)
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    assert len(rows) == 60
    return rows


def bring_in(visit: Visit, file: Path, columns: dict[str, str]) -> None:
    """Lead a file through the wizard until it is done."""
    page = visit.page
    page.locator("#rail").get_by_role("link", name="Imports").click()
    page.get_by_role("link", name="Import a file", exact=True).click()
    page.get_by_label("File of posts").set_input_files(file)
    page.get_by_role("button", name="Upload the file").click()
    page.get_by_role("heading", name="What the columns hold").wait_for()
    for column, holds in columns.items():
        page.get_by_label(column, exact=True).select_option(label=holds)
    page.get_by_role("button", name="Go on to the preview").click()
    page.get_by_role("heading", name="Preview", exact=True).wait_for()
    assert page.get_by_role("region", name="First posts").locator("tbody tr").count() > 0
    page.get_by_role("button", name=re.compile("^Import ")).click()
    page.get_by_text(re.compile("See (the|its|all) mentions")).first.wait_for(timeout=120_000)
    assert page.locator("#import-live .state").first.inner_text() == "Done"


def stat(visit: Visit, label: str) -> str:
    """What a figure with that label says."""
    return plain(visit.page.locator(".stat", has_text=label).first.locator(".stat-value").inner_text())


def add_brand(visit: Visit, name: str, code: str) -> None:
    page = visit.go("/organisation/brands/add/")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Add the brand").click()
    page.get_by_role("status").get_by_text(name).first.wait_for()


def listen_for(visit: Visit, side: Side, *, role: str, brand: str, texts: Iterable[str]) -> None:
    """Write a query with the live preview, put it to work, wait until the stored posts have been held against it."""
    texts = list(texts)
    page = visit.page
    page.locator("#rail").get_by_role("link", name="Queries").click()
    page.get_by_role("link", name="Add a query").click()
    page.get_by_label("Name").fill(side.name)
    page.get_by_label(role, exact=True).check()
    page.locator("select[name=brand]").select_option(label=brand)
    visit.expect_refusal("/queries/preview")
    area = page.get_by_label("What to look for")
    area.press_sequentially("(", delay=5)
    page.locator("#preview .fault").first.wait_for()
    area.fill(side.query)
    counted = page.locator(".preview-count")
    counted.wait_for()
    hits = sum(side.found_in(text) for text in texts)
    assert number(counted.locator("strong").inner_text()) == hits
    for shown in page.locator("#preview .samples .post-text").all_inner_texts():
        assert side.found_in(shown)
    page.get_by_role("button", name="Put version 1 to work").click()
    page.get_by_role("heading", name=side.name, exact=True).wait_for()
    page.get_by_text("At work", exact=True).first.wait_for(timeout=120_000)


def contender(visit: Visit, name: str) -> dict[str, str]:
    """A line of the table of brands and competitors, by heading."""
    row = visit.page.locator("#contenders tbody tr").filter(has=visit.page.get_by_role("rowheader", name=name))
    return {str(cell.get_attribute("data-label")): plain(cell.inner_text()) for cell in row.locator("td").all()}


@pytest.fixture
def token() -> str:
    """A word that no other run has used, so that a demo can be used again."""
    return "".join(random.SystemRandom().choices(string.ascii_lowercase, k=7))


def test_from_nothing_to_a_share_of_voice(
    visit: Callable[..., Visit], product: Product, tmp_path: Path, token: str
) -> None:
    own = Side(f"zu{token}", f'(zu{token} OR #zu{token}) AND NOT "spare parts"', rf"\b#?zu{token}\b", "spare parts")
    rival = Side(f"qo{token}", f'(qo{token} OR #qo{token}) AND NOT "spare parts"', rf"\b#?qo{token}\b", "spare parts")
    rows = invented_file(tmp_path / f"{token}.csv", own.name, rival.name)
    texts = [row["message"] for row in rows]
    mine = [row for row in rows if own.found_in(row["message"])]
    theirs = [row for row in rows if rival.found_in(row["message"])]
    assert (len(mine), len(theirs)) == (24, 18)

    here = visit("strategist", fresh=True)
    page = here.page
    add_brand(here, own.name, token.upper())

    columns = {
        "ref": "Id of the post",
        "posted": "When it was published",
        "user": "Author (handle)",
        "network": "Platform",
        "message": "Text of the post",
    }
    bring_in(here, tmp_path / f"{token}.csv", columns)
    assert [stat(here, label) for label in ("Stored", "Known already", "Left out")] == ["60", "0", "0"]

    listen_for(here, own, role="Own brand", brand=own.name, texts=texts)
    listen_for(here, rival, role="Competitor", brand=own.name, texts=texts)

    page.locator("#rail").get_by_role("link", name="Share of voice").click()
    page.locator("select[name=brand]").select_option(label=own.name)
    page.locator("#contenders").get_by_role("rowheader", name=rival.name).wait_for()
    here.settle()
    assert stat(here, "Of posts") == in_words(24, 42)
    # An account is one of a platform: the same handle elsewhere may be somebody else.
    authors = [len({(row["network"], row["user"]) for row in side}) for side in (mine, theirs)]
    assert stat(here, "Of authors") == in_words(authors[0], sum(authors))
    for side, found, people in ((own, mine, authors[0]), (rival, theirs, authors[1])):
        line = contender(here, side.name)
        assert line["Posts"] == str(len(found))
        assert line["Share"].startswith(in_words(len(found), 42))
        assert line["Authors"] == str(people)
    assert page.locator("#course-title").count() == 1
    assert page.locator("figure svg").count() >= 1
    assert page.get_by_text("Read with care").count() == 0

    # The posts behind the figure are the same set.
    page.get_by_role("link", name=f"Show the posts of {own.name}").click()
    page.locator("#mentions-part .mention").first.wait_for()
    assert number(page.locator(".table-count").inner_text()) == 24
    shown = [plain(text) for text in page.locator("#mentions-part .post-text").all_inner_texts()]
    assert sorted(shown) == sorted(row["message"] for row in mine)

    # A correction counts, and can be taken back.
    row = page.locator("#mentions-part .mention").first
    before = row.locator(".mention-foot .state").first.inner_text()
    word = next(word for word in ("Negative", "Positive", "Neutral") if word != before)
    row.get_by_text("Correct the sentiment").locator("xpath=ancestor::summary").click()
    row.get_by_role("button", name=f"It is {word.lower()}").click()
    expect(row.locator(".mention-foot .state").first).to_have_text(word)
    expect(row.locator(".mention-foot")).to_contain_text("corrected")
    flash = page.locator("#flashes .flash").last
    flash.get_by_role("button", name="Undo").click()
    expect(page.locator("#mentions-part .mention").first.locator(".mention-foot .state").first).to_have_text(before)

    # The list as a file.
    page.locator("summary", has_text="Export").click()
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("^CSV")).click()
    content = Path(download.value.path()).read_text(encoding="utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(content)))
    assert sorted(line["Text"] for line in lines) == sorted(row["message"] for row in mine)
    assert {line["Queries"] for line in lines} >= {own.name}
    assert {line["Id"] for line in lines} == {row["ref"] for row in mine}


@pytest.mark.data
@pytest.mark.slow
def test_a_real_file(
    visit: Callable[..., Visit], product: Product, real_data: Callable[[str], Path], token: str
) -> None:
    """Two airlines in fourteen thousand posts of February 2015, counted by the product and by hand."""
    file = real_data("us_airline_sentiment/tweets.csv.gz")
    with gzip.open(file, "rt", encoding="utf-8", newline="") as handle:
        by_id: dict[str, str] = {}
        for row in csv.DictReader(handle):
            by_id.setdefault(row["tweet_id"], row["text"])
    own = Side(f"United {token}", "@united OR united", r"(?<![^\W_])@?united(?![^\W_])")
    rival = Side(f"Southwest {token}", "@southwestair OR southwest", r"(?<![^\W_])(@southwestair|southwest)(?![^\W_])")

    here = visit("strategist")
    page = here.go("/")
    add_brand(here, own.name, token.upper())
    imported = page.request.get(f"{here.address}/imports/?q={file.name}").text()
    if f">{file.name}<" not in imported:
        bring_in(
            here,
            file,
            {
                "tweet_id": "Id of the post",
                "created_at_utc": "When it was published",
                "author": "Author (handle)",
                "text": "Text of the post",
            },
        )
        assert number(stat(here, "Stored")) == len(by_id)
    for side, role in ((own, "Own brand"), (rival, "Competitor")):
        page = here.go("/queries/add")
        page.get_by_label("Name").fill(side.name)
        page.get_by_label(role, exact=True).check()
        page.locator("select[name=brand]").select_option(label=own.name)
        page.get_by_label("What to look for").fill(side.query)
        page.locator(".preview-count").wait_for(timeout=60_000)
        page.get_by_role("button", name="Put version 1 to work").click()
        page.get_by_text("At work", exact=True).first.wait_for(timeout=120_000)

    counts = [sum(side.found_in(text) for text in by_id.values()) for side in (own, rival)]
    page.locator("#rail").get_by_role("link", name="Share of voice").click()
    page.locator("select[name=brand]").select_option(label=own.name)
    page.get_by_label("Period", exact=True).select_option(label="From … to …")
    page.get_by_label("From", exact=True).fill("2015-02-01")
    page.get_by_label("To", exact=True).fill("2015-03-01")
    page.get_by_label("To", exact=True).press("Tab")
    page.get_by_text("1 February 2015").first.wait_for()
    page.locator("#contenders").get_by_role("rowheader", name=rival.name).wait_for()
    assert [number(contender(here, side.name)["Posts"]) for side in (own, rival)] == counts
    assert stat(here, "Of posts") == in_words(counts[0], sum(counts))
