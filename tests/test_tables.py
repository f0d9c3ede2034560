"""The published tables: names, keys, columns, and that what is built keeps what they promise."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import TOP, Data, build_in

from corpus_pkg.arrow import arrow_schema
from corpus_pkg.manifest import NAME as MANIFEST
from corpus_pkg.tables import Column, all_tables
from corpus_pkg.vocabulary import RESERVED_SOURCES

KEYS = """
    documents doc_id
    zones doc_id start
    date_candidates doc_id start end
    time_expressions doc_id start end
    publication_roles doc_id role actor_id
    attributions doc_id content_start content_end n
    actors actor_id
    offices actor_id n
    actor_mentions doc_id start end
    event_mentions doc_id start end event_id
    document_events doc_id event_id
    event_arguments doc_id event_id role filler_kind filler
    factuality doc_id event_id start end source
    claims doc_id event_id attribute source n
    event_relations doc_id from_id type to_id
    corpus_events corpus_event_id
    corpus_event_relations from_id type to_id
    document_relations doc_id other
    pages page_id
    hard_cases case_id
    annotators annotator_id
    reviews doc_id layer reviewer date digest
    passes pass doc_id
    agreement pass_a pass_b measure statistic
    decisions decision_id
    event_table corpus_event_id actor recipient
    withheld doc_id start end kind
    withdrawn doc_id
"""

Rows = dict[str, list[Data]]


@pytest.fixture(scope="module")
def own_dataset(tmp_path_factory):
    return build_in(TOP, tmp_path_factory)


@pytest.fixture(params=["full", "toy", "own"])
def dataset(request):
    """Three datasets: one with rows in every table, the toy corpus, and our own."""
    return request.getfixturevalue(f"{request.param}_dataset")


@pytest.fixture
def rows(dataset: Path) -> Rows:
    """The rows of every table, over all splits."""
    every: Rows = {name: [] for name in all_tables()}
    for name, splits in json.loads((dataset / MANIFEST).read_bytes())["tables"].items():
        for part in splits.values():
            every[name] += pq.ParquetFile(dataset / part["file"]).read().to_pylist()
    return every


def columns(found: tuple[Column, ...], prefix: str = "") -> Iterator[tuple[str, Column]]:
    """Yield every column, those of structs too, by its path."""
    for column in found:
        yield prefix + column.name, column
        if not isinstance(column.type, str):
            yield from columns(column.type, f"{prefix}{column.name}.")


def test_tables_have_their_names_and_keys():
    """Others join by them: a change is a change of the published form."""
    wanted = {name: tuple(key) for name, *key in (line.split() for line in KEYS.strip().splitlines())}
    assert {name: table.key for name, table in all_tables().items()} == wanted
    for table in all_tables().values():
        assert {*table.key} <= {column.name for column in table.columns}


def test_every_table_and_column_is_described():
    """In sentences, which stand in cards and docs, and so hold no bar."""
    for table in all_tables().values():
        assert table.row[0] in "aot", table.name
        for path, column in columns(table.columns):
            assert column.description.endswith("."), (table.name, path)
            assert not {*"|\n"} & {*column.description}, (table.name, path)


def test_columns_are_as_published(data_regression):
    """Names, types and order; a snapshot that shows every change."""

    def shown(column: Column) -> Any:
        if isinstance(column.type, str):
            return f"{column.name}: {column.type}{' or null' if column.null else ''}"
        return {f"{column.name}: {'list' if column.many else 'struct'}": [shown(inner) for inner in column.type]}

    def unnested(name: str, column: Column) -> Any:
        nested = next((table for table in all_tables().values() if table.nested == column.name), None)
        return f"{column.name}: list of {nested.name}" if name == "documents" and nested else shown(column)

    data_regression.check(
        {name: [unnested(name, column) for column in table.columns] for name, table in all_tables().items()}
    )


def test_every_table_has_an_example(full_dataset):
    """But those of withheld texts and of tombstones, which have tests of their own."""
    elsewhere = ("withheld", "withdrawn")
    expected = [name for name in all_tables() if name not in elsewhere]
    assert [*json.loads((full_dataset / MANIFEST).read_bytes())["tables"]] == expected


# --- what is built ---


def test_keys_are_unique(rows):
    """And rows stand in the order of documents, and in a document in that of the text."""
    for name, table in all_tables().items():
        keys = [tuple(row[column] for column in table.key) for row in rows[name]]
        assert len({*keys}) == len(keys), name
        assert None not in {value for key in keys for value in key}


def test_columns_that_cannot_be_null_are_not(rows):
    """Nor those of structs."""
    for name, table in all_tables().items():
        for row in rows[name]:
            assert [*nulls(row, table.columns)] == [], name


def nulls(row: Data, found: tuple[Column, ...]) -> Iterator[str]:
    for column in found:
        value = row[column.name]
        if value is None and not column.null:
            yield column.name
        elif not isinstance(column.type, str) and value is not None:
            for inner in value if column.many else [value]:
                yield from nulls(inner, column.type)


SOURCES = {"attributions": "source_ids", "factuality": "source", "claims": "source", "event_relations": "sources"}


def used(rows: Rows, path: str) -> set[Any]:
    """Return the values of `table.column`, of lists and structs the inner ones."""
    table, *steps = path.split(".")
    values: list[Any] = rows[table]
    for step in steps:
        values = [value[step] for value in values if value is not None]
        values = [item for value in values for item in (value if isinstance(value, list) else [value])]
    return {*values} - {None}


def mentioned(value: Any, key: str) -> Iterator[Any]:
    """Yield the entries of every list that is called `key`, at any depth."""
    for name, inner in value.items() if isinstance(value, dict) else ():
        yield from inner if name == key else mentioned(inner, key)
    for inner in value if isinstance(value, list) else ():
        yield from mentioned(inner, key)


REFERENCES = {
    "documents.doc_id": [
        "documents.copy_of",
        "corpus_events.doc_ids",
        "event_table.doc_ids",
        "document_relations.doc_id",
        "document_relations.other",
        "reviews.doc_id",
        "decisions.doc_id",
        "hard_cases.documents",
        *(f"{name}.doc_id" for name, table in all_tables().items() if table.nested and name != "actors"),
    ],
    "document_events.event_id": [
        "event_mentions.event_id",
        "event_arguments.event_id",
        "factuality.event_id",
        "claims.event_id",
        "event_relations.from_id",
        "event_relations.to_id",
        "time_expressions.event_id",
    ],
    "corpus_events.corpus_event_id": [
        "document_events.corpus_event_id",
        "event_table.corpus_event_id",
        "corpus_event_relations.from_id",
        "corpus_event_relations.to_id",
    ],
    "actors.actor_id": [
        "actor_mentions.actor_ids",
        "publication_roles.actor_id",
        "document_events.roles.actor_id",
        "offices.actor_id",
        "offices.body_id",
        "documents.source.holder",
        "documents.source.statements.holder",
        "event_table.actor",
        "event_table.recipient",
        *(f"{table}.{column}" for table, column in SOURCES.items()),
    ],
    "annotators.annotator_id": ["reviews.reviewer"],
}


def test_references_lead_somewhere(rows):
    """From every table to documents, events, actors, annotators, cited pages and hard cases."""
    for target, paths in REFERENCES.items():
        known = used(rows, target) | ({*RESERVED_SOURCES, ""} if target.startswith("actors") else set())
        for path in paths:
            assert used(rows, path) <= known, path
    fillers = {row["filler"] for row in rows["event_arguments"] if row["filler_kind"] == "actor"}
    assert fillers <= used(rows, "actors.actor_id")
    assert {*mentioned([*rows.values()], "cite")} <= used(rows, "pages.page_id")
    assert {*mentioned([*rows.values()], "cases")} <= used(rows, "hard_cases.case_id")


def test_every_reference_is_tried(full_dataset):
    """The corpus of these tests has a value for nearly each, so the test above can fail."""
    every: Rows = {}
    for name, splits in json.loads((full_dataset / MANIFEST).read_bytes())["tables"].items():
        every[name] = [r for p in splits.values() for r in pq.ParquetFile(full_dataset / p["file"]).read().to_pylist()]
    assert [path for paths in REFERENCES.values() for path in paths if not used(every, path) - {""}] == []


def test_spans_quote_the_text(rows):
    """In every table, at any depth: what stands between the offsets is the text beside them."""
    texts = {row["doc_id"]: row["text"] for row in rows["documents"]}
    for name, found in rows.items():
        for row in found if name != "documents" else ():
            for span in spans(row):
                assert texts[row["doc_id"]][span["start"] : span["end"]] == span["text"], name
    for row in rows["attributions"]:
        for part in ("cue", "medium", "when"):
            bounds = slice(row[f"{part}_start"], row[f"{part}_end"])
            assert row[f"{part}_start"] is None or texts[row["doc_id"]][bounds] == row[f"{part}_text"]


def spans(value: Any) -> Iterator[Data]:
    if isinstance(value, dict) and {"start", "end", "text"} <= {*value} and value["start"] is not None:
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from spans(inner)


def test_zones_are_the_document(rows):
    """Nothing stands outside them but white space and a byte-order mark."""
    for document in rows["documents"]:
        outside, behind = "", 0
        for zone in document["zones"]:
            outside += document["text"][behind : zone["start"]]
            behind = zone["end"]
        assert (outside + document["text"][behind:]).lstrip("\ufeff").strip() == ""


# --- the files ---


def parquet_files(dataset: Path) -> list[tuple[str, pq.FileMetaData, pa.Schema]]:
    files = [(path.parent.name, pq.ParquetFile(path)) for path in sorted(dataset.glob("*/*.parquet"))]
    return [(name, file.metadata, file.schema_arrow) for name, file in files]


def column_chunks(metadata: pq.FileMetaData) -> Iterator[pq.ColumnChunkMetaData]:
    for group in range(metadata.num_row_groups):
        for number in range(metadata.num_columns):
            yield metadata.row_group(group).column(number)


def test_files_have_the_columns_of_their_table(dataset):
    """And no key of `datasets`, which would bind them to one of its versions."""
    for name, metadata, schema in parquet_files(dataset):
        assert schema.equals(arrow_schema(name)), name
        assert {*metadata.metadata} <= {b"ARROW:schema", b"content_defined_chunking", b"canary"}


def test_files_are_compressed_and_indexed(dataset):
    """zstd, and a page index for every column."""
    for name, metadata, _ in parquet_files(dataset):
        for chunk in column_chunks(metadata):
            assert chunk.compression == "ZSTD"
            assert chunk.has_offset_index, (name, chunk.path_in_schema)


def test_statistics_are_kept_of_ids_and_not_of_long_text(dataset):
    """They would fill the footer."""
    for name, metadata, _ in parquet_files(dataset):
        for chunk in column_chunks(metadata):
            leaf = chunk.path_in_schema.split(".")[-1]
            if leaf in ("text", "quote", "note", "reason", "description"):
                assert chunk.statistics is None, (name, chunk.path_in_schema)
            elif leaf.endswith("_id"):
                assert chunk.statistics is not None or chunk.num_values == 0, (name, chunk.path_in_schema)
