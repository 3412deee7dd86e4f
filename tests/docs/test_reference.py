"""The reference is written from the code; a page that is out of date, or a link that leads nowhere, fails here."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(p for p in [*ROOT.glob("*.md"), *ROOT.joinpath("docs").rglob("*.md")])


def test_the_reference_is_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/write_reference.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr + "\nRun: make docs"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_inside_the_project_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    broken = []
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
        if "://" in target or target.startswith("mailto:"):
            continue
        if not (page.parent / target).resolve().exists():
            broken.append(target)
    assert broken == []


def test_the_project_speaks_of_itself_alone() -> None:
    """No path of a developer's machine, no registry's address in what is committed."""
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    # Split, so that this file does not find itself; "/work/" and "/home/tiles/" are pages of the product.
    parts = ["/ro" + "ot/", "/ho" + "me/(?!tiles/)[a-z]+/", "/wo" + "rk/(main|shared|[.]library)"]
    parts += ["python" + "hosted", "py" + "pi[.]org", "registry[.]npm" + "js"]
    bad = re.compile("|".join(parts))
    found = []
    for name in filter(None, tracked):
        path = ROOT / name
        if path.suffix in {".png", ".npz", ".bin", ".gz", ".xlsx", ".parquet", ".ico"} or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        if hit := bad.search(text):
            found.append(f"{name}: {hit.group()}")
    assert found == []
