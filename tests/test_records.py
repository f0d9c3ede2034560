"""Records and tables are held together: the fields of a record are the columns of its table."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_type_hints

import pytest

from corpus_pkg import document as records
from corpus_pkg import load_documents
from corpus_pkg.document import Document, Record
from corpus_pkg.tables import Column, all_tables

KINDS = {
    "zones": records.Zone,
    "date_candidates": records.DateCandidate,
    "time_expressions": records.TimeExpression,
    "publication_roles": records.PublicationRole,
    "attributions": records.Attribution,
    "actors": records.Actor,
    "actor_mentions": records.ActorMention,
    "event_mentions": records.EventMention,
    "document_events": records.Event,
    "event_arguments": records.EventArgument,
    "factuality": records.Factuality,
    "claims": records.Claim,
    "event_relations": records.EventRelation,
}
STRUCTS = {
    "because": records.Span,
    "roles": records.Role,
    "counts": records.Count,
    "date": records.Date,
    "source": records.Source,
    "statements": records.RightsStatement,
}
PLAIN: dict[str, Any] = {
    "string": str,
    "integer": int,
    "boolean": bool,
    "strings": tuple[str, ...],
    "integers": tuple[int, ...],
}


def own_fields(kind: type) -> dict[str, Any]:
    """Return the fields of a record with their types, by the name of their column."""
    hints = get_type_hints(kind, vars(records))
    names = [field.name for field in fields(kind) if field.name not in ("document", "row")]
    return {name.removesuffix("_"): hints[name] for name in names}


def wanted(column: Column) -> Any:
    """Return the type that a field has for a column."""
    if isinstance(column.type, str):
        kind = PLAIN[column.type]
        return kind | None if column.null else kind
    struct = STRUCTS.get(column.name, records.Span)
    assert own_fields(struct) == {inner.name: wanted(inner) for inner in column.type}
    return tuple[struct, ...] if column.many else struct


def test_every_nested_table_has_a_kind_of_record():
    """Which knows its document."""
    assert set(KINDS) == {name for name, table in all_tables().items() if table.nested}
    assert all(issubclass(kind, Record) for kind in KINDS.values())


@pytest.mark.parametrize("name", KINDS)
def test_fields_are_columns(name):
    """The same names in the same order, with the types that the columns have."""
    columns = [column for column in all_tables()[name].columns if column.name != "doc_id" or name == "actors"]
    found = own_fields(KINDS[name])
    assert list(found) == [column.name for column in columns]
    assert found == {column.name: wanted(column) for column in columns}


def test_a_document_has_the_columns_of_documents():
    """As fields, or as properties where its records are made when they are asked for."""
    nested = {table.nested for table in all_tables().values()}
    columns = all_tables()["documents"].columns
    assert own_fields(Document) == {c.name: wanted(c) for c in columns if c.name not in nested}
    for name, kind in KINDS.items():
        returned = get_type_hints(vars(Document)[all_tables()[name].nested].func, vars(records))["return"]
        assert get_args(returned) == (kind, ...), name


def plain(value: Any) -> Any:
    """Return a record as plain data again."""
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if is_dataclass(value):
        known = [field.name for field in fields(value) if field.name not in ("document", "row")]
        return {name.removesuffix("_"): plain(getattr(value, name)) for name in known}
    return value


def test_records_hold_what_the_row_holds(full_dataset, toy_dataset):
    """Nothing is lost or changed on the way, and each knows its document."""
    for dataset in (full_dataset, toy_dataset):
        for document in load_documents(dataset):
            columns = all_tables()["documents"].columns
            rebuilt = {column.name: plain(getattr(document, column.name)) for column in columns}
            assert rebuilt == document.as_dict()
            for name in KINDS:
                assert all(record.document is document for record in getattr(document, all_tables()[name].nested or ""))


def test_every_record_has_a_docstring_that_says_its_row():
    """So that an editor shows it."""
    for kind in (*KINDS.values(), *STRUCTS.values(), Document):
        assert kind.__doc__
        assert kind.__doc__.endswith(".")
