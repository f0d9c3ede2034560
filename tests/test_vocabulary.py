"""The labels: those of the package, and those that a corpus brings."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from corpus_pkg import build_dataset, load_documents, validate_corpus
from corpus_pkg.cli import main
from corpus_pkg.conform import is_valid
from corpus_pkg.schema import read_schema
from corpus_pkg.vocabulary import RESERVED_SOURCES, default_vocabulary, merge_vocabulary

SETTINGS = {
    "name": "small",
    "title": "Small",
    "version": "0.1.0",
    "description": "Invented.",
    "licences": {"annotations": "CC0-1.0", "texts": "CC0-1.0"},
    "authors": [{"name": "Nobody"}],
}
OWN: dict[str, Any] = {
    "name": "Movements",
    "types": {
        "MOVE": {"description": "Somebody goes.", "modes": {"far": "A long way."}},
        "STAY": {"description": "Not."},
    },
    "contexts": {"weather": "Rain and sun."},
    "roles": {"agent": "Who does it.", "goal": "Where to."},
    "sectors": {"A": "The first."},
    "actor_types": {"THING": "Anything."},
    "zones": {"para": {"description": "Words.", "annotatable": True}},
    "publication_roles": {"printer": "Who printed it."},
    "date_kinds": {"stamp": "A stamp."},
    "relation_types": {"AFTER": {"description": "Later.", "modes": {"long": "Much later."}}},
    "claim_attributes": {"truth": "Whether it is so."},
}
SOURCE = """document: one
language: en
annotated: [date, source, actors, events]
passages:
- at: Hello there
  zone: para
  mentions: [{q: Hello, actors: [hello]}]
  triggers: [{q: there, event: going}, {q: says, event: staying}]
  date_candidates: [{q: May, kind: stamp, value: 2021-05, verdict: accepted}]
  parties: [{q: Press, role: printer, actor: press}]
date: {text: 2021-05, because: [May 2021]}
actors:
- {id: hello, type: THING, name: Hello, sectors: [A]}
- {id: press, type: THING, name: Press}
events:
- {id: going, type: MOVE/far, contexts: [weather], agent: [hello], goal: [press], counts: {steps: 3}}
- {id: staying, type: STAY, agent: [press]}
relations: [{from: staying, type: AFTER/long, to: going}]
claims: [{event: going, attribute: truth, value: so, sources: [AUTHOR]}]
"""


def make(root: Path, vocabulary: Any, source: str = SOURCE) -> Path:
    """Write a corpus of one text with a vocabulary of its own."""
    for name, text in {
        "raw/one.txt": "Hello there, in May 2021, says the Press.\n",
        "annotations/corpus.yaml": json.dumps(SETTINGS),
        "annotations/vocabulary.yaml": json.dumps(vocabulary),
        "annotations/one.yaml": source,
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    digest = hashlib.sha256((root / "raw/one.txt").read_bytes()).hexdigest()
    (root / "raw/SHA256SUMS").write_text(f"{digest}  one.txt\n")
    return root


def test_the_default_vocabulary_is_what_its_schema_describes():
    """Every table is there, and keeps to the rules for those that a corpus brings."""
    tables = default_vocabulary().tables
    assert set(tables) == set(read_schema("vocabulary")["properties"])
    assert is_valid("vocabulary", dict(tables))


def test_plover_is_whole():
    """16 types, 67 modes and 37 contexts, and the additions that are marked as such."""
    tables = default_vocabulary().tables
    plover = {label: entry for label, entry in tables["types"].items() if not label.startswith("x:")}
    assert len(plover) == 16
    assert sum(len(entry.get("modes", ())) for entry in plover.values()) == 67
    assert len(tables["contexts"]) == 37
    assert set(tables["types"]) - set(plover) == {"x:STATE", "x:TERRITORY", "x:COMPLEX"}
    assert {entry["class"] for entry in plover.values()} == {
        *("verbal_cooperation", "material_cooperation", "verbal_conflict", "material_conflict"),
    }
    needs = {label for label, entry in plover.items() if entry.get("recipient") == "required"}
    assert needs == {"COOPERATE", "AID", "SANCTION"}
    assert "JRN" in tables["sectors"]


def test_what_is_annotated_stands_in_title_body_and_caption():
    zones = default_vocabulary().labels("zones")
    assert [label for label, zone in zones.items() if zone.get("annotatable")] == ["title", "body", "caption"]


def test_every_label_has_a_meaning():
    """In one sentence."""
    for name, table in default_vocabulary().tables.items():
        for label, entry in table.items() if name not in ("name", "fillers", "traits", "words") else ():
            meanings = [entry] if isinstance(entry, str) else [entry["description"], *entry.get("modes", {}).values()]
            for meaning in meanings:
                assert meaning[0].isupper(), (name, label)
                assert meaning.endswith("."), (name, label)


def test_rules_ask_for_labels_that_are_there():
    """A trait or filler that no table has would do nothing."""
    vocabulary = default_vocabulary()
    tables = ("actor_types", "publication_roles", "sectors", "date_kinds", "types", "relation_types")
    known = {label for table in tables for label in vocabulary.labels(table)}
    known |= {f"{label}/{mode}" for label in vocabulary.labels("types") for mode in vocabulary.modes("types", label)}
    assert set().union(*vocabulary.traits.values(), *vocabulary.fillers.values()) <= known
    assert set(vocabulary.fillers) <= set(vocabulary.labels("roles"))
    wanted = read_schema("vocabulary")["$defs"]["traits"]["properties"]
    assert list(vocabulary.traits) == list(wanted)


def test_a_table_of_a_corpus_stands_in_place_of_the_default_one():
    """Whole tables, the others stay."""
    merged = merge_vocabulary({"zones": {"para": {"description": "Words."}}})
    assert list(merged.labels("zones")) == ["para"]
    assert merged.labels("types") == default_vocabulary().labels("types")
    assert merge_vocabulary({}).tables == default_vocabulary().tables


def test_what_is_asked_of_an_unknown_label_is_nothing():
    vocabulary = default_vocabulary()
    assert vocabulary.modes("types", "NOTHING") == {}
    assert vocabulary.event_class("NOTHING") is None
    assert not vocabulary.is_symmetric("NOTHING")
    assert vocabulary.is_symmetric("LOOKS_LIKE")
    assert vocabulary.event_class("CONSULT") == "verbal_cooperation"
    assert vocabulary.modes("relation_types", "RESPONDS_TO")
    assert {"AUTHOR", "ANONYMOUS"} == RESERVED_SOURCES


def test_a_corpus_with_labels_all_its_own(tmp_path, capsys):
    """It validates, builds, shows, and its roles are in the tables."""
    root = make(tmp_path / "corpus", OWN)
    assert validate_corpus(root) == []
    build_dataset(root, tmp_path / "out")
    (document,) = load_documents(tmp_path / "out")
    assert [(role.role, role.actor_id) for role in document.events[0].roles] == [
        ("agent", "one#hello"),
        ("goal", "one#press"),
    ]
    assert (document.events[0].type, document.events[0].mode) == ("MOVE", "far")
    assert document.title is None
    for command in (["show", "one", root], ["stats", root], ["resolve", root], ["validate", root]):
        assert main([*map(str, command)]) == 0
    assert "event      going: MOVE/far" in capsys.readouterr().out


@pytest.mark.parametrize("table", sorted(set(OWN) - {"name"}))
def test_a_table_that_lacks_what_is_used(tmp_path, table):
    """Every use is found fault with where it stands, and nothing else breaks."""
    root = make(tmp_path, OWN | {table: {"other": default_entry(table)}})
    findings = validate_corpus(root)
    assert findings
    assert {finding.code for finding in findings} == {"unknown-key" if table == "roles" else "label-unknown"}
    assert all(finding.path == "annotations/one.yaml" and finding.line for finding in findings)


def default_entry(table: str) -> Any:
    entry = next(iter(default_vocabulary().tables[table].values()))
    return entry if isinstance(entry, str) else {"description": "Another."}


@pytest.mark.parametrize("table", sorted(set(OWN) - {"name"}))
def test_the_default_table_for_a_corpus_of_other_labels(tmp_path, table):
    """A table that is left out is the default one."""
    root = make(tmp_path, {name: entry for name, entry in OWN.items() if name != table})
    assert {finding.code for finding in validate_corpus(root)} == {
        "unknown-key" if table == "roles" else "label-unknown"
    }


def test_a_vocabulary_of_its_own_name_alone(tmp_path):
    """All tables may be left out."""
    root = make(
        tmp_path, {"name": "Mine"}, "document: one\nlanguage: en\nannotated: []\npassages: [{at: Hello, zone: body}]\n"
    )
    assert validate_corpus(root) == []
