"""Rows that wait on the disk come back sorted by key, in their order, and leave nothing behind."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from generated import write_generated_corpus

from corpus_pkg.build import build_dataset
from corpus_pkg.errors import CorpusError
from corpus_pkg.spool import Spool


def test_rows_come_back_by_key(tmp_path):
    """Keys in the order of their code points, as `sorted` has them; the rows of a key as they came."""
    keys = ["b", "ə", "a", "\N{HANDSHAKE}", "\uffee", "a#x", "B"]
    with Spool(tmp_path / "spool") as spool:
        for n, key in enumerate([*keys, *keys]):
            spool.add("one", key, {"n": n, "words": f"“{key}”\n", "none": None})
        spool.add("two", "z", {})
        found = dict(spool.by_key("one"))
        assert spool.first("one", "a") == {"n": 2, "words": "“a”\n", "none": None}
        assert (spool.first("two", "a"), spool.first("three", "a")) == (None, None)
        assert [*spool.by_key("two")] == [("z", [{}])]
    assert [*found] == sorted(keys)
    assert {key: [row["n"] for row in rows] for key, rows in found.items()} == {
        key: [n, n + len(keys)] for n, key in enumerate(keys)
    }
    assert [*tmp_path.iterdir()] == []


def test_a_key_may_be_looked_up_while_others_are_read(tmp_path):
    with Spool(tmp_path / "spool") as spool:
        for n in range(2_000):
            spool.add("one", f"k{n:04}", {"n": n})
        assert [rows == [spool.first("one", key)] for key, rows in spool.by_key("one")] == [True] * 2_000


def fill(spool: Spool) -> None:
    for n in range(1_000):
        spool.add("one", str(n), {"words": "x" * 1_000})


def test_what_the_disk_refuses_is_an_error_of_the_system(tmp_path):
    """It is told as such, as every other file that cannot be written is."""
    with Spool(tmp_path / "spool") as spool:
        spool._database.execute("PRAGMA max_page_count=8")
        with pytest.raises(OSError, match="the rows that wait there: database or disk is full"):
            fill(spool)
    with pytest.raises(OSError, match="unable to open database file"):
        Spool(tmp_path / "none/spool")
    assert [*tmp_path.iterdir()] == []


def test_a_build_tells_of_a_full_disk_and_leaves_nothing(tmp_path, monkeypatch):
    def small(path: Path) -> Spool:
        spool = Spool(path)
        spool._database.execute("PRAGMA max_page_count=8")
        return spool

    root = write_generated_corpus(tmp_path, 40)
    monkeypatch.setattr("corpus_pkg.build.Spool", small)
    with pytest.raises(CorpusError, match=r"dataset cannot be written: .*database or disk is full") as caught:
        build_dataset(root)
    assert isinstance(caught.value.__cause__, OSError)
    assert isinstance(caught.value.__cause__.__cause__, sqlite3.Error)
    assert [path.name for path in root.iterdir()] == ["annotations"]
