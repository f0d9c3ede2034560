"""The tables as Arrow and Parquet: types, flattening, and how files are written."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from corpus_pkg.tables import Column, Table, all_tables

_TYPES: dict[str, pa.DataType] = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "strings": pa.list_(pa.string()),
    "integers": pa.list_(pa.int64()),
}
_LONG = {"text", "quote", "note", "reason", "description", "instructions", "decision", "why", "a", "b", "document"}
"""Columns of long text: their smallest and largest values would fill the footer and help nobody."""


@cache
def arrow_schema(name: str) -> pa.Schema:
    """Return the Arrow schema of a table."""
    return pa.schema([(column.name, _arrow_type(column)) for column in all_tables()[name].columns])


def _arrow_type(column: Column) -> pa.DataType:
    if isinstance(column.type, str):
        return _TYPES[column.type]
    struct = pa.struct([(inner.name, _arrow_type(inner)) for inner in column.type])
    return pa.list_(struct) if column.many else struct


def flatten(documents: pa.Table, table: Table) -> pa.Table:
    """Return the rows of a nested table as a table of their own, with the `doc_id` of their documents."""
    import pyarrow.compute as pc  # here, since loading imports this module too

    nested = documents.column(table.nested or "").combine_chunks()
    parents = pc.list_parent_indices(nested)
    rows = pc.list_flatten(nested)
    doc_ids = documents.column("doc_id").combine_chunks().take(parents)
    return pa.Table.from_arrays([doc_ids, *rows.flatten()], schema=arrow_schema(table.name))


def open_writer(path: Path, name: str) -> pq.ParquetWriter:
    """Return a writer of Parquet whose files differ, after a change, only about where the data do.

    zstd 3 (a quarter smaller than snappy), content-defined chunks, a page index, and a checksum on every page: without
    checksums one flipped bit in three goes unnoticed.
    """
    schema = arrow_schema(name)
    return pq.ParquetWriter(
        path,
        schema,
        compression="zstd",
        compression_level=3,
        use_content_defined_chunking=True,
        write_page_index=True,
        write_page_checksum=True,
        write_statistics=[leaf for leaf in _leaves(schema) if leaf.rsplit(".", 1)[-1] not in _LONG],
    )


def _leaves(fields: Any, prefix: str = "") -> list[str]:
    """Return the paths of the leaf columns as Parquet names them."""
    paths: list[str] = []
    for field in fields:
        path, type_ = prefix + field.name, field.type
        if pa.types.is_list(type_):
            path, type_ = f"{path}.list.element", type_.value_type
        paths += _leaves(list(type_), f"{path}.") if pa.types.is_struct(type_) else [path]
    return paths
