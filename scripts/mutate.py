"""Do the tests notice? Change one small thing at a time in a package and run its tests on a copy.

    python scripts/mutate.py src/fourleaf/engine/review tests/engine/review               # everything; takes long
    python scripts/mutate.py src/fourleaf/engine/review tests/engine/review --minutes 10   # what ten minutes allow

For the engine: its tests need no database, so they run without the suite's settings, which is much quicker.

Comparisons are turned at their edge, + and - and * and / exchanged, numbers raised by one, truth values and `and`/`or`
exchanged, `not` left out. A change that no test notices is printed with its place: either a test is missing, or the
change makes no difference. The working tree is never touched: the tests run on a copy with the change in it.
"""

from __future__ import annotations

import argparse
import ast
import copy
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import hypothesis
import pytest
import scipy.special
import scipy.stats  # noqa: F401  # loaded once here, so that no fork has to
from hypothesis import Phase

ROOT = Path(__file__).resolve().parent.parent
#: Settings of the copy: as in the project, without Django; what the fork has loaded before is no fault.
SETTINGS = """[pytest]
addopts = --import-mode=importlib
pythonpath = tests
filterwarnings =
    error
    ignore:Module already imported
markers =
    data: real data
    slow: slow
"""
COMPARED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
REVERSED = {ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE}
COUNTED = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.BitAnd: ast.BitOr}


@dataclass(frozen=True)
class Mutant:
    """One change: the number of the node in the walk of its module, and which of its changes."""

    path: Path
    line: int
    node: int
    choice: int
    said: str


def changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """What may be changed about one node: words and the node that takes its place."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        for table in (COMPARED, REVERSED):
            if (other := table.get(type(node.ops[0]))) is not None:
                changed = copy.deepcopy(node)
                changed.ops = [other()]
                yield f"{ast.unparse(node)} -> {ast.unparse(changed)}", changed
    elif isinstance(node, ast.BoolOp):
        changed = copy.deepcopy(node)
        changed.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield f"{ast.unparse(node)} -> {ast.unparse(changed)}", changed
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield f"{ast.unparse(node)} -> {ast.unparse(node.operand)}", node.operand
    elif isinstance(node, ast.BinOp | ast.AugAssign) and (other := COUNTED.get(type(node.op))) is not None:
        changed = copy.deepcopy(node)
        changed.op = other()
        yield f"{ast.unparse(node)} -> {ast.unparse(changed)}", changed
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield f"{node.value} -> {not node.value}", ast.Constant(not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        yield f"{node.value} -> {node.value + 1}", ast.Constant(node.value + 1)


def skipped(tree: ast.Module) -> set[int]:
    """Nodes that are no behaviour: annotations, and the names a module shows."""
    out: set[int] = set()
    for node in ast.walk(tree):
        parts: list[ast.AST | None] = []
        if isinstance(node, ast.AnnAssign | ast.arg):
            parts.append(node.annotation)
        if isinstance(node, ast.FunctionDef):
            parts += [node.returns, *node.decorator_list]
        if isinstance(node, ast.ClassDef):
            parts += node.decorator_list
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            parts.append(node)
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in ("__all__", "_HOMES", "Need"):
            parts.append(node)
        for part in parts:
            out |= {id(inner) for inner in ast.walk(part)} if part is not None else set()
    return out


def mutants(path: Path) -> list[Mutant]:
    """Every change of one module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    left_out = skipped(tree)
    return [
        Mutant(path, getattr(node, "lineno", 0), number, choice, said)
        for number, node in enumerate(ast.walk(tree))
        if id(node) not in left_out
        for choice, (said, _) in enumerate(changes(node))
    ]


def written(mutant: Mutant) -> str:
    """The source of the module with the change in it."""
    tree = ast.parse(mutant.path.read_text(encoding="utf-8"))
    target = list(ast.walk(tree))[mutant.node]
    _, changed = list(changes(target))[mutant.choice]

    class Swap(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            return ast.copy_location(changed, node) if node is target else super().generic_visit(node)

    return ast.unparse(ast.fix_missing_locations(Swap().visit(tree)))


def notices(folder: Path, tests: list[str], limit: int, first: str = "") -> bool:
    """Whether the tests fail on the copy, those named like `first` before the others.

    They run in a fork, which has loaded all libraries but nothing of ours. Running for far longer than usual counts as
    failing.
    """
    near = [str(path) for test in tests for path in (folder / test).rglob(f"test_{first}.py")] if first else []
    process = os.fork()
    if process == 0:
        run_tests([*near, *tests], folder, limit)
    _, status = os.waitpid(process, 0)
    code = os.waitstatus_to_exitcode(status)
    if code in (4, 5):
        sys.exit("The tests cannot be run, or there are none.")
    return code != 0


def run_tests(tests: list[str], folder: Path, limit: int) -> NoReturn:
    """Run the tests in this process, silently, and end it."""
    signal.alarm(limit)
    os.chdir(folder)
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    sys.path.insert(0, str(folder / "src"))
    sys.dont_write_bytecode = True
    # Finding one example that fails is enough; making it small takes long.
    hypothesis.settings.register_profile("find", phases=[Phase.explicit, Phase.generate], database=None, deadline=None)
    hypothesis.settings.load_profile("find")
    options = ["-q", "-x", "-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:django", "-p", "no:xdist"]
    os._exit(int(pytest.main([*options, *tests])))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=Path, help="Folder or file below src to change.")
    parser.add_argument("tests", nargs="+", help="Folders of tests to run.")
    parser.add_argument("--sample", type=int, help="Only so many changes, chosen at random.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=int, default=240, help="Longest run of the tests.")
    parser.add_argument("--minutes", type=float, help="Stop after so many minutes and report what was tried.")
    given = parser.parse_args()
    package = (ROOT / given.package).resolve()
    files = [package] if package.is_file() else sorted(package.rglob("*.py"))
    found = [mutant for path in files for mutant in mutants(path)]
    total = len(found)
    random.Random(given.seed).shuffle(found)
    found = found[: given.sample]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "pytest.ini").write_text(SETTINGS, encoding="utf-8")
        for part in ["src", *given.tests]:
            shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        if notices(folder, given.tests, given.seconds):
            sys.exit("The tests fail without any change; mend that first.")
        tried, missed = try_all(found, folder, given.tests, given.seconds, given.minutes)
    print(f"{tried} of {total} changes tried; {tried - len(missed)} noticed ({1 - len(missed) / max(tried, 1):.0%}).")


def try_all(
    found: list[Mutant], folder: Path, tests: list[str], seconds: int, minutes: float | None
) -> tuple[int, list[Mutant]]:
    """How many changes were tried, and those that no test noticed."""
    until = None if minutes is None else time.monotonic() + 60 * minutes
    missed: list[Mutant] = []
    for number, mutant in enumerate(found):
        if until is not None and time.monotonic() > until:
            return number, missed
        target = folder / mutant.path.relative_to(ROOT)
        kept = target.read_text(encoding="utf-8")
        target.write_text(written(mutant), encoding="utf-8")
        if not notices(folder, tests, seconds, mutant.path.stem):
            missed.append(mutant)
            print(f"not noticed  {mutant.path.relative_to(ROOT)}:{mutant.line}  {mutant.said}", flush=True)
        target.write_text(kept, encoding="utf-8")
    return len(found), missed


if __name__ == "__main__":
    main()
