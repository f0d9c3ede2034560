"""Picking documents, and their tables for other libraries, without reading all."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import datasets
import pandas
import polars
import pyarrow.parquet as pq
import pytest
from conftest import plain_document, write_corpus

from corpus_pkg import CorpusError, UnknownNameError, build_dataset, class_label, load_dataset, load_documents
from corpus_pkg.edtf import read_edtf
from corpus_pkg.load import _Rows
from corpus_pkg.manifest import NAME as MANIFEST
from corpus_pkg.tables import all_tables

TYPES = [("CONSULT", "visit"), ("CONSULT", None), ("AGREE", None), ("ACCUSE", "disapprove")]


def write_many(root: Path) -> Path:
    """Write 60 documents with actors, events and dates by turns, in row groups of seven; every 13th has none."""
    documents = []
    for number in range(60):
        text = "Arden met Belmar."
        layers: dict[str, Any] = {"date": {"text": f"20{10 + number % 12}-0{1 + number % 9}"}} if number % 5 else {}
        type_, mode = TYPES[number // 10 % 4]
        event = {"id": "e", "type": type_, "mode": mode, "actor": ["arden"], "recipient": ["belmar"]}
        if number % 13:
            name = "belmar" if number % 3 else "arden"
            layers["mentions"] = [{"q": {"start": 0, "end": 5, "text": "Arden"}, "actors": [name]}]
            layers["triggers"] = [{"q": {"start": 6, "end": 9, "text": "met"}, "event": "e"}]
            layers["events"] = [event]
        documents.append(plain_document(f"d{number:02}", text, annotated=[], **layers))
    actors = [{"id": name, "type": "GPE", "name": name.title()} for name in ("arden", "belmar", "corvia")]
    write_corpus(root, documents, inventory={"actors": actors})
    build_dataset(root)
    for name in ("documents", "event_mentions"):
        file = next((root / "dataset" / name).iterdir())
        pq.write_table(pq.ParquetFile(file).read(), file, row_group_size=7)
    return root / "dataset"


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    return write_many(tmp_path_factory.mktemp("many"))


@pytest.fixture
def read_groups(monkeypatch):
    """What is read of row groups: the number and the columns (null: all)."""
    found: list[tuple[int, Any]] = []
    read = _Rows.read

    def spy(self: _Rows, group: int, columns: Any = None) -> Any:
        found.append((group, columns))
        return read(self, group, columns)

    monkeypatch.setattr(_Rows, "read", spy)
    return found


def has_type(document: Any, wanted: str) -> bool:
    return any(wanted in (event.type, f"{event.type}/{event.mode}") for event in document.events)


def lies_in(document: Any, first: date, last: date) -> bool:
    found = read_edtf(document.date.external or document.date.known or document.date.text)
    return bool(found and found.first and found.last and found.first <= last and first <= found.last)


@pytest.mark.parametrize(
    ("where", "holds"),
    [
        ({"doc_id": "d07"}, lambda d: d.doc_id == "d07"),
        ({"doc_id": ["d31", "d02", "d59"]}, lambda d: d.doc_id in ("d02", "d31", "d59")),
        ({"doc_id": []}, lambda d: False),
        ({"actor": "belmar"}, lambda d: "belmar" in [actor.actor_id for actor in d.actors]),
        ({"actor": "corvia"}, lambda d: False),
        ({"event_type": "CONSULT"}, lambda d: has_type(d, "CONSULT")),
        ({"event_type": "CONSULT/visit"}, lambda d: has_type(d, "CONSULT/visit")),
        ({"event_type": ("AGREE", "ACCUSE/disapprove")}, lambda d: has_type(d, "AGREE") or has_type(d, "ACCUSE")),
        ({"event_type": "ACCUSE/allege"}, lambda d: False),
        ({"date": "2014"}, lambda d: lies_in(d, date(2014, 1, 1), date(2014, 12, 31))),
        ({"date": "2013-05/.."}, lambda d: lies_in(d, date(2013, 5, 1), date.max)),
        ({"date_text": "../2012-03-31"}, lambda d: lies_in(d, date.min, date(2012, 3, 31))),
        (
            {"date": "2012/2018", "actor": "arden", "event_type": "AGREE"},
            lambda d: lies_in(d, date(2012, 1, 1), date(2018, 12, 31)) and has_type(d, "AGREE"),
        ),
        ({}, lambda d: True),
    ],
)
def test_where_gives_what_a_search_of_all_gives(where, holds, many):
    """In order; `arden` takes part in every event here."""
    documents = load_documents(many)
    expected = [document.doc_id for document in documents if holds(document)]
    found = load_documents(many, where=where)
    assert [*found.ids] == expected
    assert [document.doc_id for document in found] == expected
    assert [*found] == [documents[doc_id] for doc_id in expected]
    assert found[1:].ids == tuple(expected[1:])


def test_conditions_hold_with_a_split(full_dataset):
    """Of the documents of the split."""
    assert load_documents(full_dataset, where={"actor": "hasanov"}).ids == ("a1", "a2", "b1")
    assert load_documents(full_dataset, split="train", where={"actor": "hasanov"}).ids == ("b1",)
    assert load_documents(full_dataset, split="train", where={"doc_id": "a1"}).ids == ()
    assert load_documents(full_dataset, where={"date_text": "2021-05-03"}).ids == ("a1",)


def test_only_what_is_asked_about_is_read(many, read_groups):
    """By id one column of one row group, then that row group; by type its columns where it may be."""
    found = load_documents(many, where={"doc_id": "d30"})
    assert read_groups == [(4, ["doc_id"])]
    assert found[0].doc_id == "d30"
    assert read_groups == [(4, ["doc_id"]), (4, None)]
    read_groups.clear()
    load_documents(many, where={"event_type": "AGREE"})
    assert 3 < len(read_groups) < 9
    assert {tuple(columns) for _, columns in read_groups} == {("events.list.element.type", "events.list.element.mode")}
    read_groups.clear()
    load_documents(many, where={"date": "2014"})
    assert {tuple(columns) for _, columns in read_groups} == {("date.external", "date.known", "date.text")}


def test_tables_of_few_documents_are_read_where_they_stand(many, read_groups):
    """By the bounds of the ids of row groups."""
    found = load_documents(many, where={"doc_id": ["d30", "d31"]})
    read_groups.clear()
    assert found.to_arrow("event_mentions")["doc_id"].to_pylist() == ["d30", "d31"]
    assert len([columns for _, columns in read_groups if columns is None]) <= 2


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ({"doc_id": "d7"}, "no document is called 'd7'; did you mean"),
        ({"actor": "Arden"}, "no actor is called 'Arden'; did you mean arden?"),
        ({"event_type": "CONSLUT"}, "no type of event is called 'CONSLUT'; did you mean CONSULT?"),
        ({"type": "CONSULT"}, "no condition of where is called 'type'; there are actor, date"),
        ({"date": "last year"}, "'last year' is none"),
        ({"date": 2021}, "2021 is none"),
        ({"actor": 3}, "where 'actor' takes a name or a list of names, and 3 is neither"),
        ({"doc_id": ["d07", 8]}, "is neither"),
    ],
)
def test_what_cannot_be_is_told(where, said, many):
    """Instead of no documents."""
    with pytest.raises(CorpusError, match=said.replace("?", r"\?")):
        load_documents(many, where=where)


# --- other libraries ---


def tables_of(dataset: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((dataset / MANIFEST).read_bytes())["tables"]
    return found


@pytest.mark.parametrize("table", ["documents", "event_mentions", "actors", "corpus_events", "zones", "pages"])
def test_tables_are_those_of_other_readers(table, full_dataset):
    """The same rows in the same order, of all splits."""
    documents = load_documents(full_dataset)
    parts = [full_dataset / part["file"] for part in tables_of(full_dataset)[table].values()]
    rows = [row for part in parts for row in pq.ParquetFile(part).read().to_pylist()]
    assert documents.to_arrow(table).to_pylist() == rows
    assert documents.to_polars(table).equals(polars.concat([polars.read_parquet(part) for part in parts]))
    frame = pandas.concat([pandas.read_parquet(part) for part in parts], ignore_index=True)
    pandas.testing.assert_frame_equal(documents.to_pandas(table), frame)
    assert documents.to_hf(table).to_list() == rows


def test_a_table_is_as_load_dataset_gives_it(full_dataset):
    """With the same features, for which `datasets` 3 has two forms: what is in Arrow is compared there."""
    found = load_documents(full_dataset, split="train").to_hf()
    loaded = load_dataset("documents", full_dataset, split="train")
    assert found.to_list() == loaded.to_list()
    assert found.features.arrow_schema == loaded.features.arrow_schema
    assert found.features == loaded.features or datasets.__version__.startswith("3.")


def test_a_selection_has_its_own_rows(full_dataset):
    """In its own order; tables of no document are whole, those without rows empty."""
    documents = load_documents(full_dataset)
    assert documents[::-1].to_arrow()["doc_id"].to_pylist() == ["c1", "b1", "a2", "a1"]
    assert {*documents[2:].to_arrow("event_mentions")["doc_id"].to_pylist()} == {"b1"}
    assert documents[3:].to_arrow("event_mentions").num_rows == 0
    assert documents[4:].to_arrow("event_mentions").num_rows == 0
    assert documents[3:].to_arrow("actors").num_rows == documents.to_arrow("actors").num_rows > 0


def test_every_table_can_be_asked_for(toy_dataset, full_dataset):
    """Those that the dataset has no rows for too, with their columns."""
    for dataset in (toy_dataset, full_dataset):
        documents = load_documents(dataset)
        for name, table in all_tables().items():
            expected = sum(part["rows"] for part in tables_of(dataset).get(name, {}).values())
            found = documents.to_arrow(name)
            assert found.num_rows == expected or "doc_id" in found.column_names
            assert found.column_names[-1] == table.columns[-1].name
    with pytest.raises(UnknownNameError, match="did you mean event_mentions"):
        load_documents(toy_dataset).to_pandas("event_mention")


def test_a_library_that_is_missing_is_told(full_dataset, monkeypatch):
    """With the command that installs it."""
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(CorpusError, match="polars is needed for this and not installed; pip install polars"):
        load_documents(full_dataset).to_polars()


# --- labels ---

COLUMNS = [
    ("event_type", "document_events", "type"),
    ("event_mode", "document_events", "mode"),
    ("event_class", "document_events", "class"),
    ("context", "document_events", "contexts"),
    ("modality", "document_events", "modality"),
    ("factuality", "document_events", "factuality"),
    ("factuality", "factuality", "value"),
    ("event_type", "event_mentions", "type"),
    ("role", "event_arguments", "role"),
    ("actor_type", "actors", "type"),
    ("sector", "actors", "sectors"),
    ("mention_level", "actor_mentions", "level"),
    ("zone", "zones", "zone"),
    ("publication_role", "publication_roles", "role"),
    ("date_kind", "date_candidates", "kind"),
    ("verdict", "date_candidates", "verdict"),
    ("anchored", "time_expressions", "anchored"),
    ("attribution_form", "attributions", "form"),
    ("claim_attribute", "claims", "attribute"),
    ("relation_type", "event_relations", "type"),
    ("relation_mode", "event_relations", "mode"),
]


@pytest.mark.parametrize(("name", "table", "column"), COLUMNS)
def test_labels_cover_their_column(name, table, column, full_dataset):
    """Every value has a number, and comes back from it."""
    label = class_label(name, full_dataset)
    assert isinstance(label, datasets.ClassLabel)
    values = load_documents(full_dataset).to_arrow(table)[column].to_pylist()
    flat = [item for value in values for item in (value if isinstance(value, list) else [value]) if item is not None]
    assert flat
    assert label.int2str(label.str2int(flat)) == flat


def test_a_column_can_be_cast_to_its_labels(full_dataset):
    """So that a trainer gets numbers."""
    rows = (
        load_documents(full_dataset)
        .to_hf("event_mentions")
        .cast_column("type", class_label("event_type", full_dataset))
    )
    assert rows.features["type"].int2str(rows[0]["type"]) == "CONSULT"


def test_labels_that_there_are_not_are_told(full_dataset):
    with pytest.raises(UnknownNameError, match="no kind of label is called 'event'; did you mean event_class"):
        class_label("event", full_dataset)


def test_labels_are_those_of_the_corpus(tmp_path):
    """Where it brings its own vocabulary, in its order."""
    write_corpus(tmp_path, [plain_document("a", "Text.")], vocabulary={"contexts": {"z": "Last.", "a": "First."}})
    build_dataset(tmp_path)
    assert class_label("context", tmp_path / "dataset").names == ["z", "a"]
