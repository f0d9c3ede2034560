"""JSON Schemas as editors want them: each in one file, with the roles and labels of a corpus where labels stand.

They help to write; what decides is `corpus validate`. So that a right file is not marked as wrong they take numbers
where words are wanted and nothing speaks against it: to editors an unquoted 2021 is a number, to our reader a word.
An unquoted `true` is marked all the same, or editors would offer it for every word.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

from corpus_pkg.errors import CorpusError
from corpus_pkg.jsonfile import read_json
from corpus_pkg.read import YAML_LIMIT, FaultError, read_bytes
from corpus_pkg.schema import ROOTS, Schema, bundle
from corpus_pkg.vocabulary import LABELS, Vocabulary

FOLDER = ".schema"
"""The folder of schemas in `annotations/`; what begins with a dot is no annotation."""
_TYPED = {"event": "types", "relation": "relation_types"}
_COMMENT = "Written by `corpus schema` for editors; `corpus validate` checks more. Not to be edited: write it anew."


def editor_schema(root: str, vocabulary: Vocabulary) -> Schema:
    """Return one root of `schema.ROOTS` for editors: no other file, no dynamic reference, labels as enumerations."""
    bundled = {key: value for key, value in bundle(root, vocabulary.roles).items() if key != "$id"}
    definitions = {name: _labelled(name, node, vocabulary) for name, node in bundled["$defs"].items()}
    definitions |= _typed(definitions, vocabulary)
    schema: Schema = _readable({**bundled, "$defs": definitions}, numbers=root != "canonical")
    return {"$comment": _COMMENT, **schema}


def schema_files(vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of the file of each root."""
    for root in ROOTS:
        yield f"{root}.json", json.dumps(editor_schema(root, vocabulary), ensure_ascii=False, indent=1) + "\n"


def write_schemas(folder: Path, vocabulary: Vocabulary) -> list[Path]:
    """Write all roots into a folder, in place of those written before; return the files.

    Raises CorpusError where a file of that name is no schema: `corpus.json` may be the settings of a corpus.
    """
    files = {folder / name: text for name, text in schema_files(vocabulary)}
    for path in files:
        if os.path.lexists(path) and not _is_schema(path):
            raise CorpusError(f"{path} is there already and is no schema, so nothing is written")
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in files.items():
        path.write_bytes(text.encode())
    return [*files]


def modeline(root: str) -> str:
    """Return the comment by which editors find the schema of a file of `annotations/`."""
    return f"# yaml-language-server: $schema={FOLDER}/{root}.json\n"


def _is_schema(path: Path) -> bool:
    """Return whether a file is a schema; what is no file, cannot be read or is too large is none."""
    try:
        value = read_json(read_bytes(path, YAML_LIMIT))
    except FaultError:
        return False
    return isinstance(value, dict) and "$schema" in value


def _labelled(name: str, definition: Schema, vocabulary: Vocabulary) -> Schema:
    """Return a definition with the labels of the vocabulary where it has some."""
    properties = dict(definition.get("properties", {}))
    for (holder, key), table in LABELS.items():
        if holder == name and key in properties:
            labels = _enumeration(dict(_labels(vocabulary, table, modes=False)))
            many = properties[key]["$ref"].endswith("/labels")
            kind = {"type": "array", "items": labels, "uniqueItems": True} if many else labels
            properties[key] = {**kind, "description": properties[key]["description"]}
    return {**definition, "properties": properties} if properties else definition


def _typed(definitions: Schema, vocabulary: Vocabulary) -> Iterator[tuple[str, Schema]]:
    """Yield types and modes: `TYPE/mode` where people write, two keys in the canonical form."""
    for kind, table in _TYPED.items():
        types, modes = definitions.get(f"{kind}_type", {}), definitions.get(f"{kind}_mode")
        if types.get("type") == "string":  # in the vocabulary's own schema it is the table
            labels = dict(_labels(vocabulary, table, modes=modes is None))
            yield f"{kind}_type", {**_enumeration(labels), "description": types["description"]}
        if modes is not None:
            words = {word for label in vocabulary.labels(table) for word in vocabulary.modes(table, label)}
            yield f"{kind}_mode", {"enum": [*sorted(words), None], "description": modes["description"]}


def _labels(vocabulary: Vocabulary, table: str, *, modes: bool) -> Iterator[tuple[str, str]]:
    """Yield the labels of a table with what they mean, each type followed by its modes where these are wanted."""
    for label, about in vocabulary.labels(table).items():
        yield label, about["description"] if isinstance(about, dict) else about
        for mode, meaning in vocabulary.modes(table, label).items() if modes else ():
            yield f"{label}/{mode}", meaning


def _enumeration(labels: dict[str, str]) -> Schema:
    # `enumDescriptions` is no keyword of JSON Schema, which ignores it; the editors show it beside each label.
    return {"enum": [*labels], "enumDescriptions": [*labels.values()]}


def _readable(node: Schema, *, numbers: bool) -> Schema:
    """Return a schema in a form that yaml-language-server does well with; with `numbers` these may stand for words.

    At a default of null it stops offering keys, and of the keys that must be there it writes only those with a type.
    What a pattern wants is told in the words of the description.
    """
    readable: Schema = {}
    for key, value in node.items():
        if key in ("properties", "$defs"):
            readable[key] = {name: _readable(inner, numbers=numbers) for name, inner in value.items()}
        elif key == "not":
            readable[key] = {"type": "string", **value}  # a number would satisfy any pattern, and so be refused
        elif key != "default":
            readable[key] = _readable(value, numbers=numbers) if isinstance(value, dict) else value
    if "pattern" in node and "description" in node:
        readable["patternErrorMessage"] = node["description"]
    if all(isinstance(value, str) for value in node.get("enum", [None])):
        return {"type": "string", **readable}
    types = [node["type"]] if isinstance(node.get("type"), str) else node.get("type", [])
    if numbers and "string" in types and _may_be_number(node):
        readable["type"] = ["string", "number", *(kind for kind in types if kind != "string")]
    return readable


def _may_be_number(node: Schema) -> bool:
    return "pattern" not in node or any(re.search(node["pattern"], word) for word in ("1", "2021", "1.5"))
