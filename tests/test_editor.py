"""Schemas for editors: right files pass, what is wrong is refused, and labels are those of the corpus."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from test_schema import nodes

from corpus_pkg import CorpusError, validate_corpus
from corpus_pkg.corpus import read_corpus
from corpus_pkg.editor import FOLDER, editor_schema, modeline, schema_files, write_schemas
from corpus_pkg.folder import COLLECTIONS, SETTINGS
from corpus_pkg.init import init_corpus
from corpus_pkg.schema import ROOTS, read_schema
from corpus_pkg.vocabulary import LABELS, default_vocabulary

HERE = Path(__file__).resolve().parent
TOP = HERE.parent
VOCABULARY = default_vocabulary()


class Loader(yaml.CSafeLoader):
    """Reads as editors do, by the core schema of YAML 1.2: an unquoted 2021 is a number, `yes` and a date are words."""


Loader.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", [*"tTfF"]),
    ("int", r"[-+]?[0-9]+", [*"-+0123456789"]),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", [*"-+.0123456789"]),
):
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(rf"(?:{pattern})\Z"), first)


def read(text: str) -> Any:
    return yaml.load(text, Loader)


def root_of(path: Path) -> str:
    """Return which schema is for a file of `annotations/`."""
    if path.parent.name in COLLECTIONS:
        return path.parent.name
    return path.stem if path.stem in SETTINGS else "source"


def faults(corpus: Path) -> Iterator[tuple[str, str, str]]:
    """Yield path, JSON pointer and message of what an editor would mark in the YAML files of a corpus."""
    vocabulary = read_corpus(corpus).vocabulary
    for path in sorted((corpus / "annotations").rglob("*.yaml")):
        schema = editor_schema(root_of(path), vocabulary)
        for error in jsonschema.Draft202012Validator(schema).iter_errors(read(path.read_text("utf-8"))):
            where = "".join(f"/{step}" for step in error.absolute_path)
            yield path.relative_to(corpus).as_posix(), where, error.message


@pytest.mark.parametrize(
    "corpus", [TOP, HERE / "toy", HERE / "invalid/unknown-key-own-vocabulary"], ids=["own", "toy", "x"]
)
def test_right_files_have_no_fault(corpus, tmp_path):
    """Of the corpora of this checkout, and of one with labels of its own, but for what is broken in it."""
    assert [fault for fault in faults(corpus) if not fault[0].endswith("broken.yaml")] == []


def test_what_only_looks_wrong_is_no_fault():
    """Of all corpora that only look broken, but for three that have no quotes where an editor would want some."""
    odd = {corpus.name for corpus in (HERE / "valid").iterdir() if corpus.is_dir() for _ in faults(corpus)}
    # 1 beside "1"; `true` for a word; 2021 for a label.
    assert odd == {"repeated-value", "wrong-type", "yaml-key"}


def test_what_init_makes_has_no_fault_and_says_where_its_schema_is(tmp_path):
    """Every file begins with a comment that leads to a schema, and the schemas are those of the package."""
    init_corpus(tmp_path / "corpus")
    assert [*faults(tmp_path / "corpus")] == []
    files = sorted((tmp_path / "corpus/annotations").glob("*.yaml"))
    assert len(files) == 3
    for path in files:
        first = path.read_text("utf-8").splitlines()[0]
        assert first + "\n" == modeline(root_of(path))
        schema = json.loads((path.parent / first.split("$schema=")[1]).read_text("utf-8"))
        assert schema == editor_schema(root_of(path), VOCABULARY)


WORDS = """\
document: 2021
language: en
annotated: []
passages:
- {at: 12, zone: body, note: 1.5, mentions: [{q: 3, actors: [a1], note: null}]}
date: {text: 2021, known: 2021-05, because: [2021]}
"""


def test_numbers_may_stand_for_words(tmp_path):
    """To our reader they are words; to an editor they are numbers, and no fault for that."""
    (tmp_path / "annotations").mkdir()
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw/2021.txt").write_text("12 3 2021")
    (tmp_path / "annotations/2021.yaml").write_text(WORDS)
    assert [*faults(tmp_path)] == []
    assert [finding for finding in validate_corpus(tmp_path) if finding.level == "schema"] == []


@pytest.mark.parametrize(
    ("right", "wrong", "where"),
    [
        ("document: 2021", "documnt: 2021", ""),
        ("language: en", "language: 5", "/language"),
        ("annotated: []", "annotated: [actor]", "/annotated/0"),
        ("annotated: []", "annotated:", "/annotated"),
        ("zone: body", "zone: bodi", "/passages/0/zone"),
        ("zone: body", "zon: body", "/passages/0"),
        ("zone: body", "zone: [body]", "/passages/0/zone"),
        ("at: 12", "at: [12]", "/passages/0/at"),
        ("at: 12", "at: true", "/passages/0/at"),
        ("actors: [a1]", "actors: [1]", "/passages/0/mentions/0/actors/0"),
        ("actors: [a1]", "actors: a1", "/passages/0/mentions/0/actors"),
        ("actors: [a1]", "actors: []", "/passages/0/mentions/0/actors"),
        ("date: {", "date: {day: 1, ", "/date"),
        ("date: {", "events: [{id: e, type: CONSULT/fone}]\ndate: {", "/events/0/type"),
        ("date: {", "events: [{id: e, type: AGREE/visit}]\ndate: {", "/events/0/type"),
        ("date: {", "events: [{id: e, type: CONSULT, contexts: [legl]}]\ndate: {", "/events/0/contexts/0"),
        ("date: {", "events: [{id: e, type: CONSULT, agent: [a]}]\ndate: {", "/events/0"),
        ("date: {", "relations: [{from: a, to: b, type: CAUSE}]\ndate: {", "/relations/0/type"),
        ("date: {", "source: {parties: [{role: publishr, actor: a, cite: [p]}]}\ndate: {", "/source/parties/0/role"),
        ("date: {", "actors: [{id: a, name: A, type: PERS}]\ndate: {", "/actors/0/type"),
        ("date: {", "actors: [{id: a, name: A, type: PER, sectors: [JNR]}]\ndate: {", "/actors/0/sectors/0"),
    ],
)
def test_what_is_wrong_is_refused_at_its_place(right, wrong, where):
    """A key, a label, a type, a form."""
    assert right in WORDS
    validator = jsonschema.Draft202012Validator(editor_schema("source", VOCABULARY))
    errors = [*validator.iter_errors(read(WORDS.replace(right, wrong, 1)))]
    assert {"".join(f"/{step}" for step in error.absolute_path) for error in errors} == {where}


def test_the_labels_are_those_of_the_corpus():
    """In a vocabulary of one's own, with what each means; roles too."""
    corpus = read_corpus(HERE / "invalid/unknown-key-own-vocabulary")
    schema = editor_schema("source", corpus.vocabulary)
    event = schema["$defs"]["event"]["properties"]
    assert "agent" in event
    assert "actor" not in event
    for table, node in (
        ("zones", schema["$defs"]["passage"]["properties"]["zone"]),
        ("contexts", event["contexts"]["items"]),
    ):
        assert node["enum"] == [*corpus.vocabulary.labels(table)]
        assert len(node["enumDescriptions"]) == len(node["enum"])
    types = editor_schema("source", VOCABULARY)["$defs"]["event_type"]
    meaning = dict(zip(types["enum"], types["enumDescriptions"], strict=True))
    assert meaning["CONSULT"] == VOCABULARY.labels("types")["CONSULT"]["description"]
    assert meaning["CONSULT/phone"] == VOCABULARY.modes("types", "CONSULT")["phone"]


def test_the_canonical_form_has_types_and_modes_apart():
    """And there a number is no word, as in JSON it is none for our reader either."""
    definitions = editor_schema("canonical", VOCABULARY)["$defs"]
    assert definitions["event_type"]["enum"] == [*VOCABULARY.labels("types")]
    assert {"visit", "retaliation"} & {*definitions["event_mode"]["enum"]} == {"visit"}
    assert {"visit", "retaliation"} & {*definitions["relation_mode"]["enum"]} == {"retaliation"}
    assert None in definitions["event_mode"]["enum"]
    assert "number" not in json.dumps(definitions["name"]) + json.dumps(definitions["text"])


def test_every_place_of_a_label_is_known():
    """Where the schema wants a label of the vocabulary, the schema of editors lists them."""
    definitions = {**read_schema("definitions")["$defs"], **read_schema("source")["$defs"]}
    places = {
        (holder, key)
        for holder, definition in definitions.items()
        for key, node in definition.get("properties", {}).items()
        if node.get("$ref", "").endswith(("/label", "/labels"))
    }
    assert set(LABELS) == places
    tables = set(read_schema("vocabulary")["properties"]) - {"name", "fillers", "traits", "words"}
    assert {*LABELS.values(), "types", "relation_types", "roles"} == tables


@pytest.mark.parametrize("root", ROOTS)
def test_every_schema_is_one_that_editors_read(root):
    """In one file, nothing dynamic, no name that two corpora would share, no default, patterns explained."""
    schema = editor_schema(root, VOCABULARY)
    jsonschema.Draft202012Validator.check_schema(schema)
    for where, node in nodes(schema):
        if where.endswith(("/properties", "/$defs", "/not")):
            continue
        assert {"$dynamicRef", "$dynamicAnchor", "$id", "default"}.isdisjoint(node)
        assert node.get("$ref", "#/$defs/").startswith("#/$defs/")
        assert "pattern" not in node or "patternErrorMessage" in node
        assert "enum" not in node or "type" in node or None in node["enum"] or "integer" in node["enum"]


def test_the_files_are_written_and_written_anew(tmp_path):
    """What was a schema is replaced; what is none stays, and nothing is written then."""
    folder = tmp_path / "a/b"
    written = write_schemas(folder, VOCABULARY)
    assert [path.name for path in written] == [f"{root}.json" for root in ROOTS]
    assert {path.name: path.read_text("utf-8") for path in folder.iterdir()} == dict(schema_files(VOCABULARY))
    (folder / "source.json").write_text('{"$schema": "older"}')
    write_schemas(folder, VOCABULARY)
    assert json.loads((folder / "source.json").read_text("utf-8")) == editor_schema("source", VOCABULARY)
    for text in ("{}", "[]", "1", "no JSON"):
        (folder / "inventory.json").write_text(text)
        (folder / "source.json").unlink()
        with pytest.raises(
            CorpusError, match=r"inventory\.json is there already and is no schema, so nothing is written"
        ):
            write_schemas(folder, VOCABULARY)
        assert (folder / "inventory.json").read_text() == text
        assert not (folder / "source.json").exists()
        (folder / "source.json").write_text("{}")


def make_link(path: Path) -> None:
    path.symlink_to(path.parent / "gone.json")


def make_huge(path: Path) -> None:
    path.write_text('{"$schema": ""}')
    os.truncate(path, 10**12)


ODD_FILES: dict[str, Callable[[Path], Any]] = {
    "a folder": Path.mkdir,
    "a named pipe": os.mkfifo,
    "a link to nothing": make_link,
    "a terabyte": make_huge,
    "bytes that are no text": lambda path: path.write_bytes(b'{"$schema": "\xff"}'),
    "nesting": lambda path: path.write_text("[" * 100_000),
    "nothing": Path.touch,
}


@pytest.mark.parametrize("kind", ODD_FILES)
def test_what_cannot_be_read_is_no_schema(tmp_path, kind):
    """It is neither read to its end nor written over, and nothing waits for it."""
    ODD_FILES[kind](tmp_path / "source.json")
    with pytest.raises(CorpusError, match=r"source\.json is there already and is no schema"):
        write_schemas(tmp_path, VOCABULARY)
    assert [path.name for path in tmp_path.iterdir()] == ["source.json"]


def test_the_folder_of_schemas_is_no_annotation(tmp_path):
    """The reader passes over it, whatever it holds."""
    init_corpus(tmp_path / "corpus")
    shutil.copy(tmp_path / "corpus/annotations/example.yaml", tmp_path / "corpus/annotations" / FOLDER / "more.yaml")
    assert validate_corpus(tmp_path / "corpus") == []
