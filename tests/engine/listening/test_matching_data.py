"""Counts of brands in real tweets against plain Python."""

from __future__ import annotations

import csv
import gzip
import os
import re
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pytest

from fourleaf.engine.listening import QuerySpec, compile_queries

pytestmark = pytest.mark.data

BRANDS = ["united", "usairways", "americanair", "southwestair", "jetblue", "virginamerica", "delta", "american"]


@pytest.fixture(scope="module")
def tweets() -> list[str]:
    root = Path(os.environ.get("FOURLEAF_TEST_DATA", Path(__file__).parents[3] / "../shared/data"))
    path = root / "us_airline_sentiment" / "tweets.csv.gz"
    if not path.exists():
        pytest.skip(f"The airline tweets are not at {path}; set FOURLEAF_TEST_DATA to the folder of the real data.")
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return [row["text"] for row in csv.DictReader(file)]


def test_brands_are_counted_as_plain_python_counts_them(tweets: list[str]) -> None:
    forms = {brand: [brand, f"@{brand}", f"#{brand}", f"{brand}*"] for brand in BRANDS}
    typed = [form for brand in BRANDS for form in forms[brand]]
    matcher = compile_queries([QuerySpec(number, form, form) for number, form in enumerate(typed)])
    matched = matcher.match(pa.RecordBatch.from_pydict({"text": tweets}))
    counted = Counter(number for row in matched.column("queries").to_pylist() for number in row)
    for number, form in enumerate(typed):
        sign = form[0] if form[0] in "@#" else ""
        end = "" if form.endswith("*") else r"(?!\w)"
        pattern = re.compile(rf"(?<!\w){sign}{form.strip('@#*')}{end}", re.IGNORECASE)
        assert counted[number] == sum(bool(pattern.search(text)) for text in tweets), form


def test_places_are_those_of_plain_python(tweets: list[str]) -> None:
    pattern = re.compile(r"(?<!\w)(?:customer\W+service|flight)(?!\w)", re.IGNORECASE)
    matcher = compile_queries([QuerySpec(1, "q", '"customer service" OR flight')])
    spans = matcher.match(pa.RecordBatch.from_pydict({"text": tweets})).column("spans").to_pylist()
    expected = [[found.span() for found in pattern.finditer(text)] for text in tweets]
    assert [[(span["start"], span["end"]) for span in row] for row in spans] == expected
    assert sum(map(len, expected)) > 1_000
