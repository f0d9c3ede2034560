"""The codebook: every column of the tables and every label, with what it means, as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from corpus_pkg.tables import Column, all_tables
from corpus_pkg.vocabulary import Vocabulary

NAME = "codebook.csv"
HEAD = ("kind", "of", "name", "type", "null", "key", "description")
BOM = "\ufeff"
"""Begins a CSV, so that spreadsheets take it for UTF-8."""
_LABELS = (
    "types",
    "relation_types",
    "roles",
    "contexts",
    "sectors",
    "actor_types",
    "zones",
    "publication_roles",
    "date_kinds",
    "claim_attributes",
)
"""The tables of a vocabulary whose labels stand in the data."""


def make_codebook(tables: Collection[str], vocabulary: Vocabulary, canary: str | None) -> str:
    """Return the codebook of these tables as CSV with a byte-order mark, lines ended as RFC 4180 has it."""
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(HEAD)
    writer.writerows(_columns(tables))
    writer.writerows(_labels(vocabulary))
    if canary:
        writer.writerow(("canary", "", "", "", "", "", canary))
    return BOM + target.getvalue()


def column_type(column: Column) -> str:
    """Return the type of a column in words."""
    if isinstance(column.type, str):
        return column.type
    return "list of structs" if column.many else "struct"


def _columns(tables: Collection[str]) -> Iterator[tuple[str, ...]]:
    for name in tables:
        table = all_tables()[name]
        for path, column in walk_columns(table.columns):
            null, key = ("yes" if each else "no" for each in (column.null, path in table.key))
            yield "column", name, path, column_type(column), null, key, column.description


def walk_columns(columns: tuple[Column, ...], prefix: str = "") -> Iterator[tuple[str, Column]]:
    """Yield each column with its path, those of structs behind their own; nested tables are described as tables."""
    nested = {table.nested for table in all_tables().values()}
    for column in columns:
        yield prefix + column.name, column
        if not isinstance(column.type, str) and (prefix or column.name not in nested):
            yield from walk_columns(column.type, f"{prefix}{column.name}.")


def _labels(vocabulary: Vocabulary) -> Iterator[tuple[str, ...]]:
    for table in _LABELS:
        for label, about in vocabulary.labels(table).items():
            yield "label", table, label, "", "", "", _meaning(about)
            for mode, meaning in vocabulary.modes(table, label).items() if isinstance(about, Mapping) else ():
                yield "label", table, f"{label}/{mode}", "", "", "", meaning


def _meaning(about: Any) -> str:
    return str(about.get("description", "")) if isinstance(about, Mapping) else str(about)
