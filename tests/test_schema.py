"""The schemas: whole, closed, portable, and the same to both engines in both of their forms."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
from referencing import Registry, Resource

from corpus_pkg.conform import check_schema, is_valid
from corpus_pkg.corpus import read_corpus
from corpus_pkg.documents import iter_documents
from corpus_pkg.init import init_corpus
from corpus_pkg.read import read_yaml
from corpus_pkg.schema import (
    ANY_ROLE,
    ROOTS,
    bundle,
    property_shape,
    read_schema,
    shape,
    walk_properties,
)
from corpus_pkg.vocabulary import default_vocabulary

NAMES = (*ROOTS, "definitions")


def nodes(value: Any, where: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every object of a schema file with its place, but not what stands in a default or an enumeration."""
    if isinstance(value, dict):
        yield where, value
        for key, inner in value.items():
            if key not in ("default", "enum"):
                yield from nodes(inner, f"{where}/{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from nodes(inner, f"{where}/{index}")


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


def test_every_file_is_a_schema(name):
    """Both engines say so, and it bears the address that others call it by."""
    schema = read_schema(name)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert jsonschema_rs.meta.is_valid(schema)
    assert schema["$id"].endswith(f":{name}")
    assert schema["title"]
    assert schema["description"]


@pytest.mark.parametrize("root", ROOTS)
def test_every_bundle_is_a_schema_without_other_files(root):
    """Nothing in it points out of it, and nothing is dynamic."""
    bundled = bundle(root)
    jsonschema.Draft202012Validator.check_schema(bundled)
    references = [node["$ref"] for _, node in nodes(bundled) if isinstance(node.get("$ref"), str)]
    assert all(reference.startswith("#/$defs/") for reference in references)
    assert {reference.removeprefix("#/$defs/") for reference in references} == set(bundled["$defs"])
    assert not any("$dynamicRef" in node or "$dynamicAnchor" in node for _, node in nodes(bundled))


@pytest.mark.parametrize("root", ROOTS)
def test_every_property_has_a_description(root):
    """In the form that people read: references resolved."""
    bare = [key for key, node in walk_properties(root) if not node.get("description", "").strip()]
    assert bare == []


def test_every_object_is_closed(name):
    """An object says which keys it has, or what its values are."""
    for where, node in nodes(read_schema(name)):
        if isinstance(node.get("properties"), dict) and "type" in node:
            assert node.get("additionalProperties") is False, where
        elif node.get("type") == "object":
            assert isinstance(node.get("additionalProperties"), dict), where
            assert "description" in node.get("propertyNames", {}), where


def test_what_is_required_is_a_property(name):
    for where, node in nodes(read_schema(name)):
        if isinstance(node.get("required"), list):
            assert set(node["required"]) <= set(node["properties"]), where


def test_patterns_are_portable(name):
    """ECMA and Python read them alike: no classes that differ, no `$` that lets a line end follow."""
    for where, node in nodes(read_schema(name)):
        pattern = node.get("pattern")
        if isinstance(pattern, str):
            assert not re.search(r"\\[dDwWsSbB]", pattern), where
            assert not re.search(r"\$(?!\(\?!\\n\))", pattern), where
            re.compile(pattern)


PATTERNS = sorted(
    {node["pattern"] for name in NAMES for _, node in nodes(read_schema(name)) if isinstance(node.get("pattern"), str)}
)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_patterns_mean_the_same_to_both_engines(pattern):
    """Line ends, digits of other scripts, blanks and control characters are where engines differ."""
    schema = {"pattern": pattern}
    one, other = jsonschema.Draft202012Validator(schema), jsonschema_rs.Draft202012Validator(schema)
    words = ["e1", "a", "Q12", "AZE", "1.2.3", "en", "az-Latn", "https://example.org", "CONSULT/phone", "train", "a_b"]
    spoilt = ["", "\n", "\u2028", "\u0661", " ", "\x00", "\x85", "é", "/", "ſ", "K", "İ"]
    for word in words:
        for extra in spoilt:
            for string in (word + extra, extra + word, word[:1] + extra + word[1:]):
                assert one.is_valid(string) == other.is_valid(string), ascii(string)


def test_defaults_satisfy_their_own_schema():
    """What is filled in is sound itself."""
    for root in ROOTS:
        for key, node in walk_properties(root):
            if "default" in node:
                plain = {word: value for word, value in node.items() if word != "span"}
                assert jsonschema.Draft202012Validator(plain).is_valid(node["default"]), f"{root}: {key}"


@pytest.mark.parametrize("root", ROOTS)
def test_the_properties_are_these(root, data_regression):
    """A change of the shape shows here: type, default, and whether a key must be there."""
    lines = {}
    for key, node in walk_properties(root):
        kind = node.get("type") or ("one of " + ", ".join(map(str, node["enum"])) if "enum" in node else "anything")
        words = [" or ".join(kind) if isinstance(kind, list) else kind]
        words += ["a span"] if node.get("span") else []
        words += [f"default {json.dumps(node['default'])}"] if "default" in node else []
        lines[key] = ", ".join(words)
    required = {where or "/": node["required"] for where, node in nodes(shape(root)) if node.get("required")}
    data_regression.check({"properties": lines, "required": required})


def test_the_canonical_form_has_a_default_for_all_that_may_be_left_out():
    """So that every document in normal form has the same keys, but for roles and derived values."""
    derived = {"known", "external", "level", "form", "type", "mode"}
    for where, node in nodes(shape("canonical")):
        for key, inner in node.get("properties", {}).items() if isinstance(node.get("properties"), dict) else ():
            optional = key not in node.get("required", ())
            assert not optional or "default" in inner or key in derived, f"{where}: {key}"


# Both engines, both forms.


@cache
def registry() -> Registry[Any]:
    """Return every file under its address."""
    resources = [(read_schema(name)["$id"], Resource.from_contents(read_schema(name))) for name in NAMES]
    return Registry().with_resources(resources)


@cache
def engines(root: str) -> dict[str, Any]:
    """Return what decides on a document: two engines with two forms of the schema each."""
    files = {read_schema(name)["$id"]: read_schema(name) for name in NAMES}
    rust = jsonschema_rs.Registry(list(files.items()))
    return {
        "jsonschema, bundled": jsonschema.Draft202012Validator(bundle(root)).is_valid,
        "jsonschema, files": jsonschema.Draft202012Validator(read_schema(root), registry=registry()).is_valid,
        "jsonschema_rs, bundled": jsonschema_rs.Draft202012Validator(bundle(root)).is_valid,
        "jsonschema_rs, files": jsonschema_rs.Draft202012Validator(read_schema(root), registry=rust).is_valid,
    }


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A sound document or settings file for each root."""
    root = tmp_path_factory.mktemp("samples") / "corpus"
    init_corpus(root)

    def read(name: str, path: Path) -> Any:
        return read_yaml(path.read_text("utf-8")).plain(shape(name))[0]

    case = {"id": 1, "title": "T", "options": ["a"], "decision": "d"}
    review = {"document": "example", "layer": "events", "reviewer": "a", "date": "2021", "items": 4}
    return {
        "source": read("source", root / "annotations/example.yaml"),
        "canonical": next(iter_documents(read_corpus(root))).document,
        "inventory": read("inventory", root / "annotations/inventory.yaml")
        | {
            "events": [{"id": "e", "type": "CONSULT/visit", "name": "E"}],
            "relations": [{"from": "e", "type": "LOOKS_LIKE", "to": "e"}],
            "pages": [{"id": "p", "url": "https://example.org", "date": "2020"}],
        },
        "corpus": read("corpus", root / "annotations/corpus.yaml")
        | {"splits": {"train": ["example"]}, "groups": {"g": ["a", "b"]}},
        "vocabulary": dict(default_vocabulary().tables),
        "annotators": {"annotators": [{"id": "a", "kind": "human", "name": "A"}], "statement": "So."},
        "hardcases": {"cases": [case | {"documents": ["example"]}]},
        "explained": {
            "explained": [{"document": "example", "q": "<A> b", "kind": "name", "times": 2, "reason": "So."}]
        },
        "reviews": {
            "reviews": [
                review
                | {"verdict": "disputed", "digest": "0" * 64, "total": 5}
                | {"disputed": [{"item": "mentions/1-2", "quote": "a", "why": "So."}]}
            ]
        },
        "decisions": {
            "decisions": [{"id": "d", "document": "example", "layer": "events", "choose": "a", "why": "So."}]
        },
    }


ODD = [None, True, 0, 1, -1, 2.0, 1.5, 10**20, "", "x", "a\n", "\u0661", "é\u2028", "CONSULT/", "/x", "x" * 300, "2021"]
ODD += [[], {}, [[]], [{}], [None], {"": 1}, ["x", "x"], [1, 1.0], {"start": 0, "end": 1, "text": "M"}, {"q": "x"}]


def steps(value: Any, where: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, part in inner:
        yield (*where, step)
        yield from steps(part, (*where, step))


def mutated(value: Any, rng: random.Random) -> Any:
    value = json.loads(json.dumps(value))
    *above, last = rng.choice(list(steps(value)))
    parent = value
    for step in above:
        parent = parent[step]
    change = rng.randrange(4)
    if change == 0:
        del parent[last]
    elif change == 1 and isinstance(parent, dict):
        parent[rng.choice(["mode", "type", "note", "x", "", "a b", "q", "at", "start"])] = rng.choice(ODD)
    else:
        parent[last] = rng.choice(ODD)
    return value


@pytest.mark.parametrize("root", ROOTS)
def test_engines_and_forms_agree(root, samples):
    """On a sound document and on 40 that are spoilt in one place each."""
    rng = random.Random(root)
    verdicts = []
    for number in range(41):
        data = mutated(samples[root], rng) if number else samples[root]
        said = {name: decide(data) for name, decide in engines(root).items()}
        assert len(set(said.values())) == 1, (said, data)
        verdicts.append(is_valid(root, data))
        assert verdicts[-1] is said["jsonschema, bundled"]
        assert (next(check_schema(root, data), None) is None) is verdicts[-1]
    assert verdicts[0]
    assert verdicts.count(False) > 3


def test_a_document_of_the_other_form_is_refused(samples):
    """Source and canonical form differ in what a span is."""
    assert not is_valid("canonical", samples["source"])
    assert not is_valid("source", samples["canonical"])


@pytest.mark.parametrize(
    ("layer", "item", "leaf", "code"),
    [
        ("attributions", {"cue": {"start": -1, "end": 5, "text": "Minis"}}, ("cue", "start"), "bad-number"),
        ("attributions", {"medium": {"start": 0, "end": 5}}, ("medium",), "missing-key"),
        ("attributions", {"when": {"start": 0, "end": "5", "text": "M"}}, ("when", "end"), "wrong-type"),
        ("attributions", {"cue": "said"}, ("cue",), "wrong-type"),
        ("passages", {"language": "x_y"}, ("language",), "bad-form"),
        ("passages", {"duplicate_of": -3}, ("duplicate_of",), "bad-number"),
        ("events", {"corpus_event": "1st"}, ("corpus_event",), "bad-form"),
        ("events", {"mode": ""}, ("mode",), "bad-form"),
        ("times", {"text": "202"}, ("text",), "bad-form"),
    ],
)
def test_what_may_be_null_names_the_leaf(samples, layer, item, leaf, code):
    """A value that may be null and is wrong is told where it is wrong, not as none of two."""
    document = json.loads(json.dumps(samples["canonical"]))
    document[layer][0].update(item)
    (problem,) = check_schema("canonical", document)
    assert (problem.code, problem.where) == (code, (layer, 0, *leaf))


def test_each_fault_is_told_once(samples):
    """A misspelt key that must be there is not missing as well; a value of another type has no form to be wrong."""
    document = json.loads(json.dumps(samples["canonical"]))
    document["doc"] = document.pop("document")
    document["langage"] = document.pop("language")
    assert [(problem.code, problem.where) for problem in check_schema("canonical", document)] == [
        ("unknown-key", ("doc",)),
        ("unknown-key", ("langage",)),
    ]
    document = json.loads(json.dumps(samples["canonical"])) | {"document": 7, "language": ["en"]}
    assert [problem.code for problem in check_schema("canonical", document)] == ["wrong-type", "wrong-type"]


# Roles of a vocabulary.


def test_roles_stand_in_place_of_the_default_ones():
    """A corpus with roles of its own has those alone."""
    event = {"id": "e", "type": "MOVE", "agent": ["a"]}
    document = {"document": "d", "language": "en", "annotated": [], "events": [event]}
    roles = (("agent", "Who does it."),)
    assert is_valid("source", document, roles)
    assert not is_valid("source", document)
    assert not is_valid("source", {**document, "events": [{**event, "actor": ["a"]}]}, roles)
    described = property_shape(shape("source", roles)["properties"]["events"]["items"], "agent")
    assert described["description"] == "Role: Who does it."


def test_any_role_will_do_where_they_cannot_be_known():
    """A vocabulary that cannot be read makes no role unknown, but a role is a list of names all the same."""
    document = {"document": "d", "language": "en", "annotated": []}
    assert is_valid("source", {**document, "events": [{"id": "e", "type": "T", "agent": ["a"]}]}, ANY_ROLE)
    assert not is_valid("source", {**document, "events": [{"id": "e", "type": "T", "agent": "a"}]}, ANY_ROLE)


def test_no_role_can_take_the_place_of_another_key():
    """The names that a role may not have are the keys of events, and those by which a span is told."""
    event = read_schema("definitions")["$defs"]["event"]["properties"]
    keys = {key for key, node in event.items() if node.get("$ref") != "#/$defs/role_fillers"}
    taken = read_schema("vocabulary")["properties"]["roles"]["propertyNames"]["not"]["enum"]
    assert set(taken) == keys | {"start", "end", "q", "content"}


def test_the_roles_of_the_schema_are_those_of_the_default_vocabulary():
    event = read_schema("definitions")["$defs"]["event"]["properties"]
    roles = [key for key, node in event.items() if node.get("$ref") == "#/$defs/role_fillers"]
    assert roles == [name for name, _ in default_vocabulary().roles]
