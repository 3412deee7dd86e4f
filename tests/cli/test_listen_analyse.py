"""`fourleaf listen analyse`: what it prints, how it ends, and that its counts are right."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner, Result

from fourleaf.cli import main
from fourleaf.cli.listen_days import MOST_ROWS, periods_of
from fourleaf.cli.listen_table import percent

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "docs/reference/listen-analyse.schema.json").read_text(encoding="utf-8"))
QUERIES = """
- name: Ours [red]
  role: own
  query: tarnbeck
- name: Theirs
  role: competitor
  query: dunlow
- name: rain
  query: rain*
"""
POSTS = """id,created_at,author,text
1,2024-05-01T23:30:00Z,ann,I love Tarnbeck so much
2,2024-05-02T10:00:00Z,ben,Tarnbeck in the rain
3,2024-05-02T11:00:00Z,ann,Dunlow is terrible and I hate it
3,2024-05-02T11:00:00Z,ann,Dunlow is terrible and I hate it
4,2024-05-02T12:00:00Z,cem,nothing to see here
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "q.yaml").write_text(QUERIES, encoding="utf-8")
    (tmp_path / "p.csv").write_text(POSTS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["listen", "analyse", *arguments])


def document(*arguments: str) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    jsonschema.validate(found, SCHEMA)
    return found


@pytest.fixture(autouse=True)
def _wide_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table is as wide as the terminal; without one, what the test runner's environment says must not matter."""
    monkeypatch.setenv("COLUMNS", "120")


@pytest.mark.usefixtures("folder")
def test_json_output() -> None:
    found = document("p.csv", "-q", "q.yaml", "--zone", "Europe/Berlin")
    assert (found["posts"], found["matched"], found["repeated_ids"], found["rows_skipped"]) == (5, 4, 1, 0)
    ours, theirs, rain = found["queries"]
    assert (ours["name"], ours["raw"], ours["clusters"], ours["authors"]) == ("Ours [red]", 2, 2, 2)
    assert (theirs["raw"], theirs["clusters"], theirs["authors"], theirs["repeated_ids"]) == (2, 1, 1, 1)
    assert (ours["share_of_voice"], ours["base"]) == (0.5, 4)
    assert ours["interval"][0] < 0.5 < ours["interval"][1]
    assert (rain["raw"], rain["share_of_voice"], rain["interval"]) == (1, None, None)
    assert theirs["sentiment"] == {"negative": 2, "neutral": 0, "positive": 0}
    assert ours["per_day"] == {"2024-05-02": 2}
    assert document("p.csv", "-q", "q.yaml")["queries"][0]["per_day"] == {"2024-05-01": 1, "2024-05-02": 1}


@pytest.mark.usefixtures("folder")
def test_table_output_names_base_interval_and_population() -> None:
    result = run("p.csv", "-q", "q.yaml")
    assert result.exit_code == 0
    assert "Ours [red] (own)" in result.stdout
    assert "50 (15-85)" in result.stdout
    assert "of 4 brand mentions found (by own and competitor queries)" in result.stdout
    assert "never of customers" in result.stdout
    assert "Platforms: file 100 %" in result.stdout


def _cells(printed: str, first: str) -> list[list[str]]:
    """The cells of the lines that begin with a text, cut at two blanks."""
    lines = [line.strip() for line in printed.splitlines()]
    return [re.split(r"\s{2,}", line) for line in lines if line.startswith(first)]


@pytest.mark.usefixtures("folder")
def test_what_is_printed_agrees_with_the_json_document() -> None:
    found = document("p.csv", "-q", "q.yaml", "--zone", "Europe/Berlin")
    printed = run("p.csv", "-q", "q.yaml", "--zone", "Europe/Berlin").stdout
    ours, theirs, rain = found["queries"]
    figures, sentiment, languages = _cells(printed, "Ours [red] (own)")
    assert figures[1] == str(ours["raw"])
    assert [cell.split()[0] for cell in sentiment[1:4]] == [str(many) for many in ours["sentiment"].values()]
    assert [language.split()[:2] for language in languages[1].split(", ")] == [
        ["not" if code == "und" else code, "recognised" if code == "und" else str(many)]
        for code, many in ours["languages"].items()
    ]
    _, of_theirs, _ = _cells(printed, "Theirs")
    assert of_theirs[1:4] == ["2 (100 %)", "0 (0 %)", "0 (0 %)"]
    assert of_theirs[4:] == [f"{theirs['net_sentiment']:+.2f}", f"{theirs['net_sentiment_all']:+.2f}"]
    assert "net_sentiment in JSON and CSV; net of all is (positive - negative) / all" in " ".join(printed.split())
    assert "Posts by day, days as in Europe/Berlin:" in printed
    days = {cells[0]: [int(cell) for cell in cells[1:]] for cells in _cells(printed, "2024-")}
    assert days == {"2024-05-02": [query["per_day"].get("2024-05-02", 0) for query in (ours, theirs, rain)]}


def test_many_days_are_printed_by_a_longer_period_with_breaks(folder: Path) -> None:
    days = [f"2024-{month:02}-{day:02}" for month in (1, 3) for day in range(1, 29)] + ["2013-07-02"]
    (folder / "p.csv").write_text("created_at,text\n" + "".join(f"{day},tarnbeck\n" for day in days), encoding="utf-8")
    printed = run("p.csv", "-q", "q.yaml").stdout
    assert "Posts by week (of its Monday), days as in UTC; --json has every day:" in printed
    lines = [re.split(r"\s{2,}", line.strip()) for line in printed.splitlines() if re.match(r" ?(\d{4}-|…)", line)]
    assert [line[0] for line in lines[:3]] == ["2013-07-01", "…", "2024-01-01"]
    assert [line[0] for line in lines].count("…") == 2
    assert sum(int(line[1]) for line in lines if line[0] != "…") == 57


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(0, 0, "-"), (0, 300, "0 %"), (1, 300, "<1 %"), (3, 300, "1 %"), (299, 300, "99 %"), (300, 300, "100 %")],
)
def test_a_share_is_never_rounded_away(part: int, whole: int, said: str) -> None:
    assert percent(part, whole) == said


@pytest.mark.parametrize("most_apart", [1, 20, 3_000])
def test_periods_hold_every_day_and_stay_few(most_apart: int) -> None:
    days = [date(2010, 1, 1) + timedelta(days=number * most_apart // 7) for number in range(60)]
    grain, periods = periods_of(days)
    starts = [period for period in periods if period is not None]
    assert starts == sorted(set(starts))
    assert len(starts) <= MOST_ROWS or grain == "year"
    assert starts[0] <= days[0]
    assert all(any(start <= day for start in starts) for day in days)
    assert None not in periods[:1] + periods[-1:]


def test_csv_output_is_safe_for_spreadsheets(folder: Path) -> None:
    (folder / "q.yaml").write_text("- {name: '=1+1', role: own, query: tarnbeck}\n", encoding="utf-8")
    result = run("p.csv", "-q", "q.yaml", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert rows[0]["name"] == "'=1+1"
    assert (rows[0]["raw"], rows[0]["share_of_voice"]) == ("2", "1.0")


def test_skipped_rows_are_counted_named_and_strictly_an_error(folder: Path) -> None:
    (folder / "p.csv").write_text(POSTS + "5,2024-02-31,x,Tarnbeck\n6,x\n", encoding="utf-8")
    found = document("p.csv", "-q", "q.yaml", "--quiet")
    assert (found["posts"], found["rows_skipped"]) == (5, 2)
    assert [error["line"] for error in found["files"][0]["errors"]] == [7, 8]
    result = run("p.csv", "-q", "q.yaml", "--strict")
    assert result.exit_code == 1
    assert "never of customers" in result.stdout
    assert "line 7, column 'created_at': There is no such day or time." in result.stderr


@pytest.mark.usefixtures("folder")
def test_columns_can_be_mapped_and_several_files_counted_together(folder: Path) -> None:
    (folder / "odd.csv").write_text("what,who\ntarnbeck,zoe\n", encoding="utf-8")
    assert run("odd.csv", "-q", "q.yaml").exit_code == 2
    found = document("odd.csv", "-q", "q.yaml", "--map", "what=text", "--map", "who=author")
    assert (found["posts"], found["queries"][0]["authors"], found["queries"][0]["per_day"]) == (1, 1, None)
    assert any("no times" in sentence for sentence in found["warnings"])
    (folder / "odd.csv").write_text("text,author\ntarnbeck,ann\n", encoding="utf-8")
    both = document("p.csv", "odd.csv", "-q", "q.yaml")
    assert [file["posts"] for file in both["files"]] == [5, 1]
    assert (both["queries"][0]["raw"], both["queries"][0]["authors"]) == (3, 2)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["absent.csv", "-q", "q.yaml"], "absent.csv: There is no such file."),
        (["p.csv", "-q", "absent.yaml"], "absent.yaml: There is no such file."),
        (["p.csv"], "Missing option '--queries'"),
        (["-q", "q.yaml"], "Missing argument"),
        (["p.csv", "-q", "bad.yaml"], "bad.yaml, line 1, column 3: There is no key 'nme'. Did you mean name?"),
        (["p.csv", "-q", "q.yaml", "--zone", "Europe/Berln"], "Did you mean Europe/Berlin?"),
        (["p.csv", "-q", "q.yaml", "--zone", "../etc/passwd"], "no time zone"),
        (["p.csv", "-q", "q.yaml", "--map", "text"], "not of the form COLUMN=FIELD"),
        (["p.csv", "-q", "q.yaml", "--map", "txt=text"], "Did you mean 'text'?"),
        (["empty.csv", "-q", "q.yaml"], "The file is empty"),
        (["broken.csv", "-q", "q.yaml"], "No row of the files could be read"),
    ],
)
def test_bad_input_ends_with_2_and_a_sentence(folder: Path, arguments: list[str], says: str) -> None:
    (folder / "bad.yaml").write_text("- nme: a\n  query: b\n", encoding="utf-8")
    (folder / "empty.csv").write_bytes(b"")
    (folder / "broken.csv").write_text("id,text\n1\n2\n", encoding="utf-8")
    result = run(*arguments, "--json")
    assert result.exit_code == 2
    assert says in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.stderr


def test_help_starts_quickly_and_without_heavy_imports() -> None:
    program = (
        "import sys; from fourleaf.cli import main\n"
        "try: main(['listen', 'analyse', '-h'])\n"
        "finally:\n"
        "    heavy = ('django', 'pyarrow', 'numpy', 'rich', 'yaml')\n"
        "    print([name for name in heavy if name in sys.modules], file=sys.stderr)"
    )
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True)
    assert "Exit codes: 0 done" in done.stdout
    assert done.stderr.strip() == "[]"
    assert time.perf_counter() - start < 5  # far more than it takes; a busy machine is not the subject


def test_an_analysis_does_without_django(folder: Path) -> None:
    program = (
        "import sys; from fourleaf.cli import main\n"
        "try: main(['listen', 'analyse', 'p.csv', '-q', 'q.yaml', '--json'])\n"
        "finally: print('django' in sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["posts"] == 5
    assert done.stderr.strip() == "False"


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="looks into /proc for the open file")
def test_an_interrupted_analysis_ends_with_130(folder: Path) -> None:
    big = folder / "big.csv"
    with big.open("w", encoding="utf-8") as handle:
        handle.write("text\n")
        handle.writelines(f"tarnbeck number {number} and some other words\n" for number in range(600_000))
    command = [sys.executable, "-c", "from fourleaf.cli import main; main()"]
    process = subprocess.Popen(
        [*command, "listen", "analyse", str(big), "-q", "q.yaml", "--json"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell in the background has its children ignore the signal; a person's terminal does not.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    handles = Path(f"/proc/{process.pid}/fd")
    for _ in range(1_500):  # until it reads the file
        if any(os.path.realpath(handle) == str(big.resolve()) for handle in handles.glob("*")):
            break
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == ""
    assert "Interrupted" in err


BRANDS = {
    "United": ("united", r"(?<!\w)united(?!\w)"),
    "US Airways": ('usairways OR "us airways"', r"(?<!\w)(usairways|us airways)(?!\w)"),
    "American": ('americanair OR "american airlines"', r"(?<!\w)(americanair|american airlines)(?!\w)"),
    "Southwest": ("southwestair", r"(?<!\w)southwestair(?!\w)"),
    "JetBlue": ("jetblue", r"(?<!\w)jetblue(?!\w)"),
    "Virgin America": ("virginamerica", r"(?<!\w)virginamerica(?!\w)"),
}


@pytest.mark.data
def test_counts_of_real_posts_equal_a_plain_count(folder: Path, real_data: Callable[[str], Path]) -> None:
    path = real_data("us_airline_sentiment/tweets.csv.gz")
    entries = [
        {"name": name, "role": "own" if name == "United" else "competitor", "query": query}
        for name, (query, _) in BRANDS.items()
    ]
    (folder / "brands.yaml").write_text(json.dumps(entries), encoding="utf-8")
    found = document(str(path), "-q", "brands.yaml", "--zone", "UTC")
    with gzip.open(path, "rt", encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert (found["posts"], found["rows_skipped"]) == (len(rows), 0)
    assert found["repeated_ids"] == len(rows) - len({row["tweet_id"] for row in rows})
    by_hand = {}
    for name, (_, pattern) in BRANDS.items():
        mine = [row for row in rows if re.search(pattern, row["text"], re.IGNORECASE)]
        by_hand[name] = mine
    base = sum(map(len, by_hand.values()))
    for query in found["queries"]:
        mine = by_hand[query["name"]]
        assert query["raw"] == len(mine) > 0
        assert query["authors"] == len({row["author"] for row in mine})
        assert query["repeated_ids"] == len(mine) - len({row["tweet_id"] for row in mine})
        assert sum(query["sentiment"].values()) == len(mine)
        assert query["share_of_voice"] == pytest.approx(len(mine) / base)
        days: dict[str, int] = {}
        for row in mine:
            days[row["created_at_utc"][:10]] = days.get(row["created_at_utc"][:10], 0) + 1
        assert query["per_day"] == dict(sorted(days.items()))
        assert query["clusters"] <= len({row["text"] for row in mine})


def test_everything_wrong_with_the_queries_is_said_at_once(folder: Path) -> None:
    (folder / "wrong.yaml").write_text(
        "- name: A\n  role: owm\n  query: 'foo AND ('\n"
        "- nme: B\n  query: '\"open'\n"
        "- name: C\n  colour: red\n  query: AND x\n"
        "- name: C\n  query: fine\n",
        encoding="utf-8",
    )
    result = run("p.csv", "-q", "wrong.yaml")
    code, said = result.exit_code, result.stderr
    lines = [line.partition("wrong.yaml, ")[2] for line in said.splitlines() if "wrong.yaml" in line]
    assert code == 2
    places = [line.partition(",")[0] for line in lines]
    assert places == ["line 2", "line 3", "line 4", "line 5", "line 7", "line 8", "line 10"]
    assert [line for line in lines if "In the query 'A'" in line or "In this entry's query" in line]


def test_a_text_that_never_ends_says_where_it_began(folder: Path) -> None:
    (folder / "open.yaml").write_text('- name: A\n  query: "foo\n- name: B\n  query: x\n', encoding="utf-8")
    assert "(it began in line 2)" in run("p.csv", "-q", "open.yaml").stderr
