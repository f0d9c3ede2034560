"""The tables of the whole corpus, in small cases made by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from conftest import SETTINGS, TOP, Data, build_in, plain_document, span, write_corpus

from corpus_pkg.build import build_dataset
from corpus_pkg.stats import count_documents
from corpus_pkg.world import MEASURE

ACTORS = [
    {"id": "arden", "type": "GPE", "name": "Arden", "country": "AZE", "sectors": ["GOV"], "wikidata": "Q1"},
    {"id": "belmar", "type": "GPE", "name": "Belmar", "country": "IRN"},
    {"id": "corvia", "type": "GPE", "name": "Corvia"},
    {"id": "herald", "type": "ORG", "name": "Herald", "sectors": ["JRN"]},
    {"id": "wire", "type": "ORG", "name": "Wire", "sectors": ["JRN"]},
]
TEXT = "Talks were held. Nothing else is known."


def report(doc_id: str, text: str = TEXT, factuality: list[Data] | None = None, **event: Any) -> Data:
    """Return a document with one trigger of one event, which is the corpus event `talks`."""
    trigger = {"q": span(text, text.split()[0]), "event": "own", "factuality": factuality or []}
    whole = {"id": "own", "type": "CONSULT", "corpus_event": "talks", **event}
    return plain_document(doc_id, text, triggers=[trigger], events=[whole])


def world(root: Path, documents: list[Data], inventory: Data | None = None, **settings: Any) -> dict[str, list[Data]]:
    """Build a corpus of these documents; return the rows of its tables."""
    events = [{"id": "talks", "type": documents[0]["events"][0]["type"], "name": "The talks"}]
    pages = [{"id": "page", "url": "https://example.org/page"}]
    files = {"inventory": {"actors": ACTORS, "events": events, "pages": pages, **(inventory or {})}}
    files |= {"hardcases": settings.pop("hardcases")} if "hardcases" in settings else {}
    build_dataset(write_corpus(root, documents, SETTINGS | settings, **files))
    tables = (root / "dataset").glob("*/test-*.parquet")
    return {path.parent.name: pq.ParquetFile(path).read().to_pylist() for path in tables}


def parties(rows: dict[str, list[Data]]) -> list[tuple[str, str, bool]]:
    return [(row["actor"], row["recipient"], row["symmetric"]) for row in rows.get("event_table", ())]


# --- who did what to whom ---


@pytest.mark.parametrize(
    ("roles", "pairs"),
    [
        ([{"actor": ["belmar", "arden"]}], [("arden", "belmar", True)]),
        (
            [{"actor": ["corvia", "arden", "belmar"]}],
            [("arden", "belmar", True), ("arden", "corvia", True), ("belmar", "corvia", True)],
        ),
        ([{"actor": ["belmar"], "recipient": ["arden"]}], [("belmar", "arden", False)]),
        ([{"actor": ["belmar"]}], [("belmar", "", False)]),
        ([{"recipient": ["belmar"]}], [("", "belmar", False)]),
        ([{}], [("", "", False)]),
        (
            [{"actor": ["belmar", "arden"], "recipient": ["corvia"]}],
            [("arden", "corvia", False), ("belmar", "corvia", False)],
        ),
        ([{"actor": ["arden"]}, {"actor": ["arden", "belmar"]}], [("arden", "belmar", True)]),
        ([{"recipient": ["arden"]}, {"actor": ["belmar"], "recipient": ["arden"]}], [("belmar", "arden", False)]),
        ([{}, {"actor": ["arden"]}], [("arden", "", False)]),
        ([{"actor": ["arden", "belmar"]}, {"actor": ["belmar"], "recipient": ["arden"]}], [("belmar", "arden", False)]),
        (
            [{"actor": ["arden"], "recipient": ["belmar"]}, {"actor": ["belmar"], "recipient": ["arden"]}],
            [("arden", "belmar", False), ("belmar", "arden", False)],
        ),
        ([{"recipient": ["arden"]}, {"actor": ["arden"]}], [("", "arden", False), ("arden", "", False)]),
        ([{"actor": ["corvia"]}, {"actor": ["arden", "belmar"]}], [("arden", "belmar", True), ("corvia", "", False)]),
    ],
)
def test_parties(roles, pairs, tmp_path):
    """A joint act stands once a pair, in the order of ids; what one report leaves out, another may tell."""
    rows = world(tmp_path, [report(f"d{number}", **filled) for number, filled in enumerate(roles)])
    assert parties(rows) == pairs
    assert len({row["corpus_event_id"] for row in rows["event_table"]}) == 1


def test_parties_are_described(tmp_path):
    """By name, country, sectors and Wikidata; a party that is not there is empty."""
    (row,) = world(tmp_path, [report("a", actor=["arden"])])["event_table"]
    described = {key: row[f"actor{key}"] for key in ("", "_name", "_country", "_sectors", "_wikidata")}
    assert described == {"": "arden", "_name": "Arden", "_country": "AZE", "_sectors": ["GOV"], "_wikidata": "Q1"}
    absent = {key: row[f"recipient{key}"] for key in ("", "_name", "_country", "_sectors", "_wikidata")}
    assert absent == {"": "", "_name": None, "_country": None, "_sectors": [], "_wikidata": None}


def test_types_outside_plover_are_left_out(tmp_path):
    """Of the event table; they are corpus events all the same."""
    rows = world(tmp_path, [report("a", type="x:COMPLEX", mode="war", actor=["arden", "belmar"])])
    assert "event_table" not in rows
    assert [row["type"] for row in rows["corpus_events"]] == ["x:COMPLEX"]


def test_events_that_no_document_reports_are_left_out(tmp_path):
    """They stand in the inventory because others look like them."""
    events = [{"id": name, "type": "CONSULT", "name": name} for name in ("talks", "others")]
    rows = world(tmp_path, [report("a")], {"events": events})
    assert [(row["corpus_event_id"], row["n_reports"]) for row in rows["corpus_events"]] == [
        ("others", 0),
        ("talks", 1),
    ]
    assert [row["corpus_event_id"] for row in rows["event_table"]] == ["talks"]


def test_an_event_that_only_one_document_reports_has_its_own_name(tmp_path):
    """And stands in both tables."""
    document = report("a", corpus_event=None)
    rows = world(tmp_path, [document])
    assert rows["document_events"][0]["corpus_event_id"] == "a#own"
    assert [row["name"] for row in rows["corpus_events"]] == [None, "The talks"]
    assert rows["event_table"][0]["corpus_event_id"] == "a#own"


# --- how often, where, when, how many ---


def independent(tmp_path: Path, documents: list[Data], **settings: Any) -> tuple[int, int]:
    rows = world(tmp_path, documents, **settings)
    (event,) = (row for row in rows["corpus_events"] if row["corpus_event_id"] == "talks")
    (row,) = rows["event_table"]
    assert row["n_reports"] == event["n_reports"]
    assert row["doc_ids"] == event["doc_ids"] == sorted(document["document"] for document in documents)
    return event["n_reports"], len(event["doc_ids"])


def test_documents_of_one_group_are_one_report(tmp_path):
    """They share a text; others count each."""
    documents = [report("c"), report("a"), report("b")]
    assert independent(tmp_path / "one", documents) == (3, 3)
    assert independent(tmp_path / "two", documents, groups={"same": ["a", "c"]}) == (2, 3)


def test_a_copy_is_of_the_group_of_its_original(tmp_path):
    """Also where nobody wrote a group down."""
    documents = [report("a"), {**report("b"), "copy_of": "a"}]
    assert independent(tmp_path / "one", documents) == (1, 2)
    assert [row["group"] for row in world(tmp_path / "two", documents)["documents"]] == ["a", "a"]
    third = report("c", text="Talks, says another.")
    grouped = world(tmp_path / "three", [*documents, third], groups={"same": ["a", "c"]})
    assert [row["group"] for row in grouped["documents"]] == ["same"] * 3


def test_each_text_is_counted_once():
    """In the statistics too: a copy, or all but one of a group."""
    layers = ("passages", "mentions", "triggers", "times", "attributions", "events", "relations", "claims")
    empty = {"text": "Text.", "annotated": [], **{layer: [] for layer in (*layers, "date_candidates", "actors")}}
    documents = [{"document": name, "copy_of": copy, **empty} for name, copy in (("a", "b"), ("b", None), ("c", None))]
    documents[0]["text"] = "The copy has a footer."
    counts = count_documents(documents, {})
    assert (counts["all"]["documents"], counts["once"]["documents"]) == (3, 2)
    assert counts["once"]["characters"] == 10
    assert count_documents(documents, {"b": "same", "c": "same"})["once"]["documents"] == 1


def merged(tmp_path: Path, *events: Data) -> tuple[Data, list[str]]:
    """Return the row and the conflicts of one event as several documents report it."""
    rows = world(tmp_path, [report(f"d{number}", **event) for number, event in enumerate(events)])
    (conflicts,) = (row["conflicts"] for row in rows["corpus_events"] if row["corpus_event_id"] == "talks")
    return rows["event_table"][0], conflicts


@pytest.mark.parametrize(
    ("times", "start", "end", "precision", "contested"),
    [
        (["2021-10-13"], "2021-10-13", "2021-10-13", "day", False),
        (["2021-10-13", "2021-10"], "2021-10-01", "2021-10-31", "month", False),
        (["2021-10-13", None], "2021-10-13", "2021-10-13", "day", False),
        (["2021-10-13", "2021-10-14"], "2021-10-13", "2021-10-14", "day", True),
        (["[..2021-10-13]", "2021-10-12"], None, "2021-10-13", "day", False),
        (["[2021-10-13..]", "2021-10-12"], "2021-10-12", None, "day", True),
        (["2020-09/2020-11", "2020-10-01"], "2020-09-01", "2020-11-30", "month", False),
        (["2020~", "[2019..2021]"], "2019-01-01", "2021-12-31", "year", False),
        ([None, None], None, None, None, False),
    ],
)
def test_the_widest_date_stands(times, start, end, precision, contested, tmp_path):
    """Over the reports that give one; it is contested where two of them cannot both be so."""
    row, conflicts = merged(tmp_path, *({"time": {"text": time, "because": [span(TEXT, TEXT[:3])]}} for time in times))
    assert (row["date_start"], row["date_end"], row["date_precision"]) == (start, end, precision)
    assert (conflicts, row["contested"]) == (["time"] if contested else [], contested)


def test_the_best_informed_date_stands(tmp_path):
    """That of the cited pages, where there is one."""
    time = {"text": "2021", "known": "2021-06", "external": "2021-06-08", "note": "Known.", "cite": ["page"]}
    time["because"] = [span(TEXT, "Talks")]
    assert merged(tmp_path, {"time": time})[0]["date_start"] == "2021-06-08"


@pytest.mark.parametrize(
    ("counts", "ranges", "contested"),
    [
        ([{"killed": 1}, {"killed": 1}], [("killed", 1, 1)], False),
        ([{"killed": 1}, {"injured": 2}], [("injured", 2, 2), ("killed", 1, 1)], False),
        ([{"killed": 1}, {"killed": 3}, {}], [("killed", 1, 3)], True),
    ],
)
def test_counts_are_ranges(counts, ranges, contested, tmp_path):
    """From the smallest to the largest that is reported; contested where they differ."""
    row, conflicts = merged(tmp_path, *({"counts": count} for count in counts))
    assert [(count["what"], count["least"], count["most"]) for count in row["counts"]] == ranges
    assert (conflicts, row["contested"]) == (["counts"] if contested else [], contested)


@pytest.mark.parametrize(
    ("places", "names", "contested"),
    [
        ([["arden"], ["arden"]], ["Arden"], False),
        ([["arden"], []], ["Arden"], False),
        ([["arden", "belmar"], ["belmar"]], ["Arden", "Belmar"], False),
        ([["arden"], ["belmar"]], ["Arden", "Belmar"], True),
    ],
)
def test_places_are_all_that_are_reported(places, names, contested, tmp_path):
    """Contested where two reports have none in common."""
    row, conflicts = merged(tmp_path, *({"place": place} for place in places))
    assert row["places"] == names
    assert (conflicts, row["contested"]) == (["place"] if contested else [], contested)


def test_contexts_and_modality_are_gathered(tmp_path):
    """Every context; actual when one report presents it as having happened."""
    row, _ = merged(tmp_path, {"contexts": ["military"], "modality": "future"}, {"contexts": ["diplomatic"]})
    assert (row["contexts"], row["actual"]) == (["diplomatic", "military"], True)


def test_an_event_to_come_is_not_actual(tmp_path):
    """And nobody is committed to it."""
    row, _ = merged(tmp_path, {"modality": "future"})
    assert (row["actual"], row["factuality"], row["asserted_by"]) == (False, "Uu", [])


# --- who says so ---


def test_who_denies_does_not_assert(tmp_path):
    """Sources that say that it is so stand in `asserted_by`; that others deny it makes it contested."""
    values = {"AUTHOR": "Uu", "arden": "CT+", "belmar": "CT-", "corvia": "CTu", "herald": "PS+"}
    said = [{"source": source, "value": value} for source, value in values.items()]
    (row,) = world(tmp_path, [report("a", factuality=said)])["event_table"]
    assert (row["asserted_by"], row["factuality"], row["contested"]) == (["arden", "herald"], "Uu", True)


def test_the_strongest_commitment_of_an_author_stands(tmp_path):
    """One who denies what another asserts makes it contested."""
    documents = [report("a"), report("b", factuality=[{"source": "AUTHOR", "value": "PR-"}])]
    rows = world(tmp_path, documents)
    row = rows["event_table"][0]
    assert (row["factuality"], row["contested"], row["asserted_by"]) == ("CT+", True, ["AUTHOR"])
    assert rows["corpus_events"][0]["conflicts"] == ["factuality"]


def test_outlets_and_quote(tmp_path):
    """Who brought out the reports; the passage of the first trigger, white space folded."""
    text = "\nTalks\u00a0were\theld .\nMore."
    first = report("a", text=text.strip())
    first["parties"] = [{"q": span(first["text"], "More"), "role": "publisher", "actor": "wire"}]
    second = report("b")
    second["source"] = {"parties": [{"role": "republisher", "actor": "herald", "cite": ["page"]}]}
    page = {"id": "page", "url": "https://example.org"}
    (row,) = world(tmp_path, [first, second], {"pages": [page]})["event_table"]
    assert (row["outlets"], row["quote"]) == (["Herald", "Wire"], "Talks were held .")


# --- documents, offices, hard cases ---


def test_related_documents(tmp_path):
    """Each pair once, in the order of ids; the direction says which was made from which."""
    documents = [report("a"), {**report("b"), "copy_of": "a"}, report("c", text="Talks failed."), report("d")]
    relations = [
        {"documents": ["c", "a"], "type": "rewrite", "directed": True},
        {"documents": ["d", "c"], "type": "revision"},
        {"documents": ["a", "d"], "type": "revision", "directed": True, "note": "A note."},
    ]
    rows = world(tmp_path, documents, relations=relations)["document_relations"]
    assert [(row["doc_id"], row["other"], row["type"], row["direction"]) for row in rows] == [
        ("a", "b", "same_text", "backward"),
        ("a", "c", "rewrite", "backward"),
        ("a", "d", "revision", "forward"),
        ("c", "d", "revision", None),
    ]
    assert [row["similarity"] for row in rows] == [1.0, 0.0, 1.0, 0.0]
    assert {row["measure"] for row in rows} == {MEASURE}


def test_a_text_with_another_white_space_is_as_good_as_equal(tmp_path):
    """And one word in ten costs as much as three triples."""
    text = " ".join(f"w{number}" for number in range(10))
    documents = [report("a", text=text), {**report("b", text=text.replace(" ", "\u00a0", 3)), "copy_of": "a"}]
    relation = [{"documents": ["a", "c"], "type": "revision"}]
    third = report("c", text=text.replace("w5", "other"))
    rows = world(tmp_path, [*documents, third], relations=relation)["document_relations"]
    assert [row["similarity"] for row in rows] == [1.0, round(5 / 11, 4)]


def test_our_own_copy_is_nearly_equal(tmp_path_factory):
    """000 and 001 of our corpus: 001 adds a title, 000 a footer."""
    path = build_in(TOP, tmp_path_factory) / "document_relations/test-00000-of-00001.parquet"
    (row,) = (r for r in pq.ParquetFile(path).read().to_pylist() if (r["doc_id"][:3], r["other"][:3]) == ("000", "001"))
    assert row["type"] == "same_text"
    assert row["similarity"] > 0.9


def test_offices_of_local_actors(tmp_path):
    """Their bodies are named as they are published."""
    document = report("a")
    document["actors"] = [
        {"id": "body", "type": "ORG", "name": "Body"},
        {"id": "head", "type": "PER", "name": "Head", "offices": [{"title": "head", "body": "body"}]},
        {
            "id": "guest",
            "type": "PER",
            "name": "Guest",
            "offices": [{"title": "envoy", "body": "wire"}, {"title": "x"}],
        },
    ]
    rows = world(tmp_path, [document])["offices"]
    assert [(row["actor_id"], row["n"], row["body_id"]) for row in rows] == [
        ("a#guest", 0, "wire"),
        ("a#guest", 1, None),
        ("a#head", 0, "a#body"),
    ]


def test_hard_cases_know_their_places(tmp_path):
    """Every item that points to a case, of documents, inventory and settings, whatever in it does."""
    because = [span(TEXT, "Talks")]
    document = report("a", time={"text": "2021", "because": because, "cases": [1]}, cases=[1])
    document["events"].append({"id": "end", "type": "CONSULT"})
    document["triggers"].append({"q": span(TEXT, "known"), "event": "end"})
    document |= {
        "cases": [1],
        "date": {"text": "2021", "cases": [1]},
        "source": {"parties": [{"role": "publisher", "actor": "wire", "cite": ["page"], "cases": [2]}]},
        "mentions": [{"q": span(TEXT, "Nothing"), "actors": ["arden"], "cases": [2]}],
        "attributions": [{"content": [span(TEXT, "held")], "form": "scare_quote", "cases": [2]}],
        "relations": [{"from": "own", "type": "CAUSES", "to": "end", "cases": [2]}],
        "passages": [{"start": 0, "end": len(TEXT), "zone": "body", "cases": [3]}],
        "actors": [{"id": "local", "type": "PER", "name": "Local", "cases": [3]}],
    }
    rows = world(
        tmp_path,
        [document, report("b")],
        {
            "actors": [*ACTORS[:-1], ACTORS[-1] | {"cases": [3]}],
            "pages": [{"id": "page", "url": "https://example.org"}],
            "relations": [{"from": "other", "type": "LOOKS_LIKE", "to": "talks", "cases": [3]}],
            "events": [
                {"id": "talks", "type": "CONSULT", "name": "The talks"},
                {"id": "other", "type": "CONSULT", "name": "Others"},
            ],
        },
        relations=[{"documents": ["a", "b"], "type": "revision", "cases": [3]}],
        hardcases={"cases": [{"id": n, "title": "t", "options": ["o"], "decision": "d"} for n in (4, 3, 2, 1)]},
    )
    places = {row["case_id"]: row["places"] for row in rows["hard_cases"]}
    assert list(places) == [1, 2, 3, 4]
    assert places[1] == ["a", "a/date", "a/events/own"]
    assert places[2] == ["a/source", "a/mentions/17-24", "a/attributions/11-15", "a/relations/own-end"]
    inventory = ["inventory/actors/wire", "inventory/relations/other-talks", "corpus/relations/a-b"]
    assert places[3] == [*inventory, "a/passages/0-39", "a/actors/local"]
    assert places[4] == []
