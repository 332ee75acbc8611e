"""The house keeps its shape: imports point down, modules are small, one module reads the time."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from operator import attrgetter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted((ROOT / "touchpoints").rglob("*.py"))
LONGEST_MODULE = 260
LONGEST_FUNCTION = 60


def test_imports_point_down_only() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    if not linter.exists():
        pytest.skip("import-linter is not installed beside this Python")
    done = subprocess.run([linter], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_a_module_is_short_enough_to_read_in_one_go() -> None:
    lengths = {name(each): len(each.read_text(encoding="utf-8").splitlines()) for each in MODULES}
    assert {each: lines for each, lines in lengths.items() if lines > LONGEST_MODULE} == {}


def test_only_the_clock_reads_the_time() -> None:
    reading = re.compile(r"datetime\.now\(|date\.today\(|time\.time\(|utcnow\(")
    readers = [name(each) for each in MODULES if reading.search(each.read_text(encoding="utf-8"))]
    assert readers == ["touchpoints/clock.py"]


def test_everything_public_says_what_it_is() -> None:
    silent = [
        f"{where} {node.name}"
        for where, node in definitions()
        if not node.name.startswith(("_", "visit_")) and ast.get_docstring(node) is None
    ]
    mute = [name(each) for each in MODULES if ast.get_docstring(tree(each)) is None]
    assert silent + mute == []


def test_a_function_fits_on_a_screen() -> None:
    lengths = {
        f"{where} {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for where, node in definitions()
        if isinstance(node, ast.FunctionDef)
    }
    assert {each: lines for each, lines in lengths.items() if lines > LONGEST_FUNCTION} == {}


@pytest.mark.parametrize(
    "script", sorted((ROOT / "benchmarks").glob("*.py")), ids=attrgetter("stem")
)
def test_what_a_benchmark_takes_from_the_package_is_there(script: Path) -> None:
    """Benchmarks import within functions, and no test runs them."""
    missing = [
        f"{node.module}.{each.name}"
        for node in ast.walk(tree(script))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("touchpoints")
        for each in node.names
        if not hasattr(import_module(str(node.module)), each.name)
        and find_spec(f"{node.module}.{each.name}") is None
    ]
    assert missing == []


def definitions() -> Iterator[tuple[str, ast.FunctionDef | ast.ClassDef]]:
    """The classes and functions of every module, and the methods of the classes."""
    for module in MODULES:
        for node in tree(module).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                yield f"{name(module)}:{node.lineno}", node
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                for inner in node.body:
                    if isinstance(inner, ast.FunctionDef):
                        yield f"{name(module)}:{inner.lineno}", inner


def tree(module: Path) -> ast.Module:
    """A module, parsed."""
    return ast.parse(module.read_text(encoding="utf-8"))


def name(module: Path) -> str:
    """A module's path as people write it."""
    return module.relative_to(ROOT).as_posix()
