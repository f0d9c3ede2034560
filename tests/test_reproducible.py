"""A build gives the same bytes wherever and whenever it is run: every file of it, checksums included."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from conftest import TOP

BUILD = """
import os, sys
os.umask(int(sys.argv[3], 8))
from corpus_pkg.build import build_dataset
build_dataset(sys.argv[1], sys.argv[2])
"""
PLACES: Mapping[str, Mapping[str, str]] = {
    "here": {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8"},
    "ə far 'place'": {"PYTHONHASHSEED": "1", "TZ": "Asia/Baku", "LC_ALL": "C"},
    "deep/" * 12 + "down": {"PYTHONHASHSEED": "4294967295", "TZ": "America/Lima", "LC_ALL": "POSIX", "PYTHONUTF8": "0"},
    "other": {"PYTHONHASHSEED": "random", "TZ": "Pacific/Kiritimati", "LANG": "tr_TR.UTF-8", "SOURCE_DATE_EPOCH": "1"},
}
"""Where the corpus is built, and with which settings: those in which machines differ."""


def files_of(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def copy_corpus(root: Path, target: Path) -> Path:
    """Copy a corpus, its files in another order and of another time."""
    for part in ("annotations", "raw"):
        for path in sorted((path for path in (root / part).rglob("*") if path.is_file()), reverse=True):
            copy = target / path.relative_to(root)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
            os.utime(copy, (0, 0))
    return target


@pytest.fixture(params=["full", "toy", "own"])
def root(request: pytest.FixtureRequest) -> Path:
    """A corpus: with rows in every table, in YAML, and that of this checkout."""
    return TOP if request.param == "own" else Path(request.getfixturevalue(request.param))


def test_every_place_gives_the_same_bytes(root, tmp_path):
    """In other folders, time zones, locales, working directories, with other hash seeds, rights and homes."""
    built = []
    for number, (place, settings) in enumerate(PLACES.items()):
        folder = tmp_path / place
        corpus, out = copy_corpus(root, folder / "corpus"), folder / f"out{number}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG"))}
        environment = {**kept, "PYTHONPATH": str(TOP), "HOME": str(folder), **settings}
        command = [sys.executable, "-c", BUILD, str(corpus), str(out), ("022", "077", "002", "027")[number]]
        run = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True)
        assert run.returncode == 0, run.stderr
        built.append(files_of(out))
    first, *others = built
    for other in others:
        assert other.keys() == first.keys()
        assert [name for name in first if first[name] != other[name]] == []
    assert {"MANIFEST.json", "SHA256SUMS", "README.md"} <= first.keys()


def test_no_file_knows_where_or_when_it_was_made(root, tmp_path):
    """No path of the machine and no name of its user stands in any file."""
    folder = tmp_path / "unmistakable-place"
    run = subprocess.run(
        [sys.executable, "-c", BUILD, str(copy_corpus(root, folder)), str(folder / "out"), "022"],
        env={**os.environ, "PYTHONPATH": str(TOP), "USER": "unmistakable-user", "HOSTNAME": "unmistakable-host"},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    assert [name for name, data in files_of(folder / "out").items() if b"unmistakable" in data] == []
