"""Every block of the README and of the pages listed is run, and prints what stands there."""

from __future__ import annotations

import doctest
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import corpus_pkg

TOP = Path(__file__).resolve().parent.parent
README = (TOP / "README.md").read_text("utf-8")
DESCRIBING = (TOP / "docs/describing.md").read_text("utf-8")
ANNOTATING = (TOP / "docs/annotating.md").read_text("utf-8")
RIGHTS = (TOP / "docs/rights.md").read_text("utf-8")
LOADING = (TOP / "docs/loading.md").read_text("utf-8")


def blocks(language: str, page: str = README) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("text", [README, LOADING], ids=["README", "loading"])
def test_python_blocks(tmp_path, text):
    """The Python blocks of a page are one session, offline."""
    code = (
        "import datasets, doctest, sys\n"
        "datasets.disable_progress_bars()\n"
        "sys.exit(doctest.testfile(sys.argv[1], module_relative=False, encoding='utf-8').failed)"
    )
    page = tmp_path / "README.txt"
    page.write_text("\n".join(blocks("python", text)), "utf-8")
    settings = {"HF_HOME": str(tmp_path / "home"), "HF_HUB_OFFLINE": "1", "PYTHONPATH": str(TOP)}
    run = subprocess.run(
        [sys.executable, "-c", code, page], capture_output=True, text=True, env={**os.environ, **settings}, cwd=tmp_path
    )
    assert (run.stdout, run.returncode) == ("", 0)
    assert len(doctest.DocTestParser().get_examples(page.read_text("utf-8"))) > 10


PAGES = {"README": README, "annotating": ANNOTATING, "describing": DESCRIBING, "loading": LOADING, "rights": RIGHTS}


@pytest.fixture
def beside_dataset(tmp_path, monkeypatch):
    """A folder with the dataset in it, to work in."""
    (tmp_path / "dataset").symlink_to(corpus_pkg.dataset_path())
    monkeypatch.chdir(tmp_path)


def test_sql_blocks(beside_dataset):
    """They run in DuckDB and find something."""
    import duckdb

    assert [bool(duckdb.sql(block).fetchall()) for block in blocks("sql", LOADING)] == [True]


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="there is no R here")
def test_r_blocks(beside_dataset):
    """They run in R, where it is."""
    run = subprocess.run(["Rscript", "-e", "\n".join(blocks("r", LOADING))], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_console_blocks(tmp_path, page):
    """The console blocks of a page are one session in a folder that holds its text, if there is one."""
    for text in blocks("text", page) if page == ANNOTATING else ():
        (tmp_path / "texts").mkdir()
        (tmp_path / "texts/harbour.txt").write_text(text, "utf-8")
    steps = re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", "".join(blocks("console", page)), re.MULTILINE)
    assert len(steps) > 4
    for command, expected in steps:
        words = shlex.split(command)
        if words[0] == "corpus":
            words = [sys.executable, "-m", "corpus_pkg", *words[1:]]
        run = subprocess.run(
            words, cwd=tmp_path, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(TOP)}
        )
        assert run.stdout + run.stderr == expected, command


def test_the_yaml_block_is_what_init_writes(tmp_path):
    """The example of the source form is a part of the corpus that `corpus init` makes."""
    from corpus_pkg.init import init_corpus

    init_corpus(tmp_path / "harbour")
    assert blocks("yaml")[0] in (tmp_path / "harbour/annotations/example.yaml").read_text("utf-8")


@pytest.mark.parametrize("command", ["scripts/build", "scripts/test"])
def test_the_two_commands_are_what_ci_runs(command):
    """The set-up that the README promises is the one that is tested."""
    assert command in blocks("sh")[0]
    assert command in (TOP / ".ci/run").read_text("utf-8")
    assert os.access(TOP / command, os.X_OK)


def test_who_reviewed_is_as_the_card_counts_it():
    """The README says that no human has reviewed the annotations as long as the card does, and no longer."""
    card = (corpus_pkg.dataset_path() / "README.md").read_text("utf-8")
    sentence = "No human has reviewed the annotations"
    assert (sentence in README) == (sentence in card)


def test_links_lead_somewhere():
    """Every relative link is a file."""
    for page, home in ((README, TOP), *((page, TOP / "docs") for name, page in PAGES.items() if name != "README")):
        links = [link for link in re.findall(r"\]\(([^)#]+)\)", page) if "://" not in link]
        assert len(links) > (5 if page == README else 0)
        assert [link for link in links if not (home / link).exists()] == []


def test_the_table_of_commands_is_complete():
    """Every command stands in the README, and no other."""
    from corpus_pkg.cli import _subparsers, make_parser

    assert set(re.findall(r"^\| `corpus (\w+)", README, re.MULTILINE)) == set(_subparsers(make_parser()))
    assert corpus_pkg.__version__
