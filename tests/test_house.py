"""The house itself: imports point one way, functions are short, what is public is documented, docs are up to date."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

import pytest

import corpus_pkg

TOP = Path(__file__).resolve().parent.parent
PACKAGE = TOP / "corpus_pkg"
ROOMS = [
    "findings",
    "errors",
    "select",
    "licences",
    "schema",
    "paths",
    "defaults",
    "conform",
    "read",
    "edtf",
    "calendar_words",
    "layout",
    "countries",
    "similar",
    "vocabulary",
    "occurrences",
    "anchors",
    "derive",
    "gazetteer",
    "project",
    "resolve",
    "items",
    "uncovered",
    "jsonfile",
    "editor",
    "named",
    "locate",
    "folder",
    "pointers",
    "checks.rule",
    "checks.text",
    "checks.references",
    "checks.dates",
    "checks.actors",
    "checks.events",
    "checks.release",
    "checks.work",
    "checks.corpus",
    "corpus",
    "documents",
    "validate",
    "audit",
    "codes",
    "write",
    "comments",
    "fix",
    "prefill",
    "add",
    "init",
    "review",
    "tables",
    "rows",
    "agreement.assignment",
    "agreement.counts",
    "agreement.coefficients",
    "agreement.spans",
    "agreement.clusters",
    "agreement.closure",
    "agreement.pairing",
    "agreement.actors",
    "agreement.comparison",
    "agreement.measures",
    "agreement.interval",
    "agreement.zones",
    "agreement.extents",
    "agreement.source",
    "agreement.coreference",
    "agreement.events",
    "agreement.factuality",
    "agreement.attributions",
    "agreement.relations",
    "agreement.agree",
    "passes",
    "agreement.table",
    "agreement.passes",
    "consistency",
    "spool",
    "world",
    "arrow",
    "labels",
    "manifest",
    "stats",
    "licences",
    "citation",
    "codebook",
    "croissant",
    "datasheet",
    "card",
    "changelog",
    "companions",
    "tablefiles",
    "release.quotes",
    "release.units",
    "release.editions",
    "build",
    "release.deposit",
    "document",
    "where",
    "convert",
    "installed",
    "release.remote",
    "release.stream",
    "release.pull",
    "load",
    "terms",
    "release.opening",
    "release.verify",
    "release.changes",
    "release.contents",
    "release.diff",
    "release.versions",
    "release.summary",
    "release.hub",
    "release.wheel",
    "release.rehydrate",
    "release.withdraw",
    "report",
    "show",
    "describe",
    "sample",
    "sheet",
    "adjudication.names",
    "adjudication.differences",
    "adjudication.register",
    "adjudication.standing",
    "adjudication.settle",
    "adjudication.inventories",
    "adjudication.adjudicate",
    "adjudication.files",
    "commands.output",
    "commands.arguments",
    "commands.reading",
    "commands.editing",
    "commands.checking",
    "commands.looking",
    "commands.judging",
    "commands.building",
    "commands.sharing",
    "cli",
]
FLOORS = ("agreement", "checks", "adjudication", "release", "commands")
FREE = {
    "__init__",
    "__main__",
    *(f"{room}.__init__" for room in ("agreement", "checks", "adjudication", "release", "commands")),
}


def modules() -> dict[str, Path]:
    """Return the modules of the package by their name in it."""
    return {".".join(path.relative_to(PACKAGE).with_suffix("").parts): path for path in PACKAGE.rglob("*.py")}


def functions() -> Iterator[tuple[str, ast.FunctionDef]]:
    for name, path in modules().items():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef):
                yield name, node


def imported(path: Path) -> Iterator[str]:
    """Yield the modules of the package that a module imports, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("corpus_pkg"):
            inside = node.module.removeprefix("corpus_pkg").lstrip(".")
            for alias in node.names:
                whole = f"{inside}.{alias.name}".lstrip(".")
                yield whole if whole in modules() else inside


def test_every_module_is_a_room():
    """A new module has its place in the order."""
    assert set(ROOMS) == set(modules()) - FREE


@pytest.mark.parametrize("name", ROOMS)
def test_a_room_imports_only_from_rooms_before_it(name):
    """Imports point one way."""
    before = {*ROOMS[: ROOMS.index(name)], ""}
    assert set(imported(modules()[name])) <= before


def test_half_of_the_functions_are_within_eight_lines_and_nine_in_ten_within_26():
    """Measured with docstrings, as a reader meets them."""
    lengths = sorted((node.end_lineno or 0) - node.lineno + 1 for _, node in functions())
    assert median(lengths) <= 8
    assert quantiles(lengths, n=10)[-1] <= 26


def test_no_function_bears_the_name_of_its_module():
    """Exporting it would hide the module."""
    assert [name for name, node in functions() if node.name == name.rsplit(".", 1)[-1]] == []


def test_what_is_public_is_documented():
    """Every module, and every function and class without an underscore, has a docstring."""
    bare = []
    for name, path in modules().items():
        tree = ast.parse(path.read_text("utf-8"))
        nodes = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
        public = [node for node in nodes if not node.name.startswith("_")]
        bare += [f"{name}.{node.name}" for node in public if not ast.get_docstring(node) and not nested(node, tree)]
        bare += [] if ast.get_docstring(tree) else [name]
    assert bare == []


def nested(node: ast.AST, tree: ast.AST) -> bool:
    """Return whether a definition stands inside a function or a private class."""
    for outer in ast.walk(tree):
        private = isinstance(outer, ast.ClassDef) and outer.name.startswith("_")
        if (isinstance(outer, ast.FunctionDef) or private) and outer is not node and node in ast.walk(outer):
            return True
    return False


def test_what_is_exported_is_there():
    """Every name of `__all__` leads somewhere."""
    assert [name for name in corpus_pkg.__all__ if getattr(corpus_pkg, name, None) is None] == []


def test_importing_the_package_loads_nothing_heavy():
    """Heavy libraries come with the first use of what needs them."""
    heavy = [
        "pyarrow",
        "datasets",
        "pandas",
        "numpy",
        "yaml",
        "jsonschema",
        "jsonschema_rs",
        "orjson",
        "huggingface_hub",
        "tqdm",
        "argparse",
    ]
    code = f"import sys, corpus_pkg; print([name for name in {heavy} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


def test_generated_files_are_up_to_date():
    """`scripts/generate` would write what is there."""
    check = subprocess.run([sys.executable, TOP / "scripts/generate", "--check"], capture_output=True, text=True)
    assert (check.returncode, check.stdout) == (0, "")
