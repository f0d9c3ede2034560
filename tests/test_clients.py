"""Every way to read a dataset gives the same rows, nested values included. Nothing here has a network."""

from __future__ import annotations

import json
import math
import os
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import datasets
import duckdb
import numpy
import pandas
import polars
import pyarrow.parquet as pq
import pytest
from conftest import TOP, Data, build_in

import corpus_pkg
from corpus_pkg.manifest import NAME as MANIFEST
from corpus_pkg.manifest import table_digest
from corpus_pkg.tables import all_tables

FEW = ("documents", "event_mentions", "event_table")
OLDEST = os.environ.get("CORPUS_PKG_DATASETS_36")
"""The Python of an environment with the oldest `datasets` that we promise to load with; `scripts/test` makes it."""


@pytest.fixture(scope="module")
def own_dataset(tmp_path_factory):
    """The corpus of this checkout, built."""
    return build_in(TOP, tmp_path_factory)


@pytest.fixture(params=["full", "toy"])
def dataset(request):
    """Two datasets: one with rows in every table and two splits, and the toy corpus."""
    return request.getfixturevalue(f"{request.param}_dataset")


def parts(dataset: Path) -> Iterator[tuple[str, str, Data]]:
    """Yield every table and split with what the manifest says of it."""
    for table, splits in json.loads((dataset / MANIFEST).read_bytes())["tables"].items():
        for split, part in splits.items():
            yield table, split, part


def expected(dataset: Path, part: Data) -> list[Data]:
    """Return the rows of a file, after making sure that they are what was built."""
    rows: list[Data] = pq.ParquetFile(dataset / part["file"]).read().to_pylist()
    assert table_digest(rows) == part["digest"]
    return rows


def by_records(dataset: Path, table: str, split: str) -> list[Data] | None:
    if table != "documents":
        return None
    return [document.as_dict() for document in corpus_pkg.load_documents(dataset, split=split)]


def by_our_load_dataset(dataset: Path, table: str, split: str) -> list[Data] | None:
    # It hands over to `datasets`.
    return list(corpus_pkg.load_dataset(table, dataset, split=split)) if table in FEW else None


@cache
def all_splits(dataset: Path, table: str, streaming: bool) -> Data:
    return {s: list(rows) for s, rows in datasets.load_dataset(str(dataset), table, streaming=streaming).items()}


def by_datasets(dataset: Path, table: str, split: str) -> list[Data] | None:
    return all_splits(dataset, table, streaming=False)[split] if table in slow_tables(dataset) else None


def by_datasets_streaming(dataset: Path, table: str, split: str) -> list[Data] | None:
    return all_splits(dataset, table, streaming=True)[split] if table in slow_tables(dataset) else None


def slow_tables(dataset: Path) -> list[str]:
    """Return the tables to be read by readers that take their time: all where all have rows, else a few."""
    found = list(dict.fromkeys(table for table, _, _ in parts(dataset)))
    return found if len(found) == len(all_tables()) else [table for table in found if table in FEW]


def by_pandas(dataset: Path, table: str, split: str) -> list[Data]:
    frame = pandas.read_parquet(next((dataset / table).glob(f"{split}-*")), engine="pyarrow")
    return [plain(row) for row in frame.to_dict(orient="records")]


def by_polars(dataset: Path, table: str, split: str) -> list[Data]:
    return polars.read_parquet(dataset / table / f"{split}-*.parquet").to_dicts()


def by_duckdb(dataset: Path, table: str, split: str) -> list[Data]:
    with duckdb.connect() as connection:
        found = connection.execute(f"select * from '{dataset}/{table}/{split}-*.parquet'")
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def by_pyarrow_dataset(dataset: Path, table: str, split: str) -> list[Data]:
    import pyarrow.dataset

    rows: list[Data] = pyarrow.dataset.dataset(sorted((dataset / table).glob(f"{split}-*"))).to_table().to_pylist()
    return rows


def plain(value: Any) -> Any:
    """Return a value of pandas as plain data: arrays as lists, NaN as null."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, numpy.ndarray)):
        return [plain(item) for item in value]
    return None if isinstance(value, float) and math.isnan(value) else value


READERS: list[Callable[[Path, str, str], list[Data] | None]] = [
    by_records,
    by_our_load_dataset,
    by_datasets,
    by_datasets_streaming,
    by_pandas,
    by_polars,
    by_duckdb,
    by_pyarrow_dataset,
]


@pytest.mark.parametrize("read", [by_records, by_datasets, by_pandas, by_polars, by_duckdb])
def test_our_own_corpus_is_read_the_same_by_all(read, own_dataset):
    """The one that the package holds."""
    compare(read, own_dataset)


@pytest.mark.parametrize("read", READERS)
def test_every_reader_gives_the_same_rows(read, dataset):
    """Of every table and split, in the same order, with the same columns in the same order."""
    compare(read, dataset)


def compare(read: Callable[[Path, str, str], list[Data] | None], dataset: Path) -> None:
    for table, split, part in parts(dataset):
        found, wanted = read(dataset, table, split), expected(dataset, part)
        assert found in (None, wanted), (table, split)
        assert not found or list(found[0]) == list(wanted[0])


READ_ALL = """
import json, sys, datasets
folder, tables = sys.argv[1], json.loads(sys.argv[2])
datasets.disable_progress_bars()
for streaming in (False, True):
    for table in tables:
        found = datasets.load_dataset(folder, table, streaming=streaming)
        print(json.dumps([table, {split: list(rows) for split, rows in found.items()}]))
print(json.dumps(datasets.__version__))
"""


@pytest.mark.skipif(OLDEST is None, reason="CORPUS_PKG_DATASETS_36 names no Python with datasets 3.6; use scripts/test")
def test_the_oldest_datasets_gives_the_same_rows(dataset, tmp_path):
    """Plain and streaming."""
    wanted: dict[str, dict[str, list[Data]]] = {table: {} for table in slow_tables(dataset)}
    for table, split, part in parts(dataset):
        if table in wanted:
            wanted[table][split] = expected(dataset, part)
    settings = {**os.environ, "HF_HOME": str(tmp_path), "PYTHONWARNINGS": "default"}
    settings.pop("PYTHONPATH", None)
    command = [str(OLDEST), "-c", READ_ALL, str(dataset), json.dumps(list(wanted))]
    run = subprocess.run(command, env=settings, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    *found, version = map(json.loads, run.stdout.splitlines())
    assert version.startswith("3.6.")
    assert found == [[table, rows] for _ in range(2) for table, rows in wanted.items()]


def test_without_a_name_the_documents_are_loaded(full_dataset):
    """With every split."""
    found = datasets.load_dataset(str(full_dataset))
    assert {split: rows["doc_id"][:] for split, rows in found.items()} == {"test": ["a1", "a2"], "train": ["b1", "c1"]}


def test_every_table_is_a_config(full_dataset):
    """In the order of the manifest."""
    assert datasets.get_dataset_config_names(str(full_dataset)) == list(
        dict.fromkeys(t for t, _, _ in parts(full_dataset))
    )


def test_flat_tables_hold_what_is_nested(dataset):
    """Row by row, with the document before it."""
    rows: dict[str, list[Data]] = {}
    for table, _, part in parts(dataset):
        rows.setdefault(table, []).extend(expected(dataset, part))
    for name, table in all_tables().items():
        if table.nested and name != "actors":
            nested = [{"doc_id": d["doc_id"], **row} for d in rows["documents"] for row in d[table.nested]]
            assert rows.get(name, []) == nested
    named = {actor["actor_id"]: actor for document in rows["documents"] for actor in document["actors"]}
    everyone = {actor["actor_id"]: actor for actor in rows.get("actors", ())}
    assert named.items() <= everyone.items()
