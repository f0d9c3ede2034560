"""The JSON Schemas (2020-12): loading them, bundling a root into one file, and shapes for code that walks data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

VERSION = "1.0"
"""Frozen: what is valid by 1.0 is valid by every 1.x and means the same; only keys with defaults may be added."""
URN = f"urn:corpus-pkg:schema:{VERSION}:"
ROOTS = (
    "source",
    "canonical",
    "inventory",
    "corpus",
    "vocabulary",
    "annotators",
    "hardcases",
    "explained",
    "reviews",
    "decisions",
)

Schema = dict[str, Any]
Roles = tuple[tuple[str, str], ...]
"""Roles of a vocabulary with their descriptions; empty for those that the schema itself has."""
ANY_ROLE: Roles = (("*", "any"),)
"""Stands for roles that cannot be known, so that none is found fault with."""


@cache
def read_schema(name: str) -> Schema:
    """Return one schema file as it is shipped: a root of `ROOTS`, or `definitions`."""
    loaded: Schema = json.loads(files("corpus_pkg").joinpath("schema", f"{name}.json").read_text(encoding="utf-8"))
    return loaded


@cache
def bundle(root: str, roles: Roles = ()) -> Schema:
    """Return one root as a schema that needs no other file and no dynamic reference.

    Editors and both engines read this form. A test holds it to the same verdicts as the files themselves.
    """
    schema = read_schema(root)
    definitions = {**read_schema("definitions")["$defs"], **schema.get("$defs", {})}
    if roles:
        definitions["event"] = _with_roles(definitions["event"], roles)
    absent = {name for name, definition in definitions.items() if definition.get("not") == {}}
    bundled = _localised({key: value for key, value in schema.items() if key != "$defs"}, absent)
    used: Schema = {}
    _collect(bundled, definitions, absent, used)
    return {**bundled, "$id": f"{URN}{root}:bundle", "$defs": {name: used[name] for name in sorted(used)}}


def _with_roles(event: Schema, roles: Roles) -> Schema:
    role = {"$ref": "#/$defs/role_fillers"}
    if roles == ANY_ROLE:
        return {**event, "additionalProperties": role}
    kept = {key: value for key, value in event["properties"].items() if value.get("$ref") != role["$ref"]}
    added = {name: {**role, "description": f"Role: {description}"} for name, description in roles}
    return {**event, "properties": {**kept, **added}}


def _localised(node: Any, absent: set[str]) -> Any:
    """Return the node with every reference local, and without properties that this root does not have."""
    if isinstance(node, list):
        return [_localised(item, absent) for item in node]
    if not isinstance(node, dict):
        return node
    local: Schema = {}
    for key, value in node.items():
        if key in ("$ref", "$dynamicRef"):
            local["$ref"] = f"#/$defs/{_target(value)}"
        elif key == "properties":
            local[key] = {name: _localised(p, absent) for name, p in value.items() if _target(p) not in absent}
        elif key != "$dynamicAnchor":
            local[key] = _localised(value, absent)
    return local


def _target(reference: Any) -> str:
    if isinstance(reference, dict):
        reference = reference.get("$ref") or reference.get("$dynamicRef") or ""
    return str(reference).rsplit("#", 1)[-1].rsplit("/", 1)[-1]


def _collect(node: Any, definitions: Schema, absent: set[str], used: Schema) -> None:
    if isinstance(node, dict):
        name = _target(node) if "$ref" in node else None
        if name and name not in used:
            used[name] = _localised(definitions[name], absent)
            _collect(used[name], definitions, absent, used)
        for value in node.values():
            _collect(value, definitions, absent, used)
    elif isinstance(node, list):
        for value in node:
            _collect(value, definitions, absent, used)


@cache
def shape(root: str, roles: Roles = ()) -> Schema:
    """Return the root with every reference put in place of itself, for code that walks data by its schema.

    What is written as a span has `"span": true` in it.
    """
    bundled = bundle(root, roles)
    inlined: Schema = _inlined(bundled, bundled["$defs"])
    return inlined


def _inlined(node: Any, definitions: Schema) -> Any:
    if isinstance(node, list):
        return [_inlined(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    own = {key: _inlined(value, definitions) for key, value in node.items() if key not in ("$ref", "$defs")}
    if "$ref" not in node:
        return own
    name = _target(node)
    marked = {"span": True} if name in ("span", "optional_span") else {}
    return {**_inlined(definitions[name], definitions), **marked, **own}


def property_shape(node: Schema, key: str) -> Schema:
    """Return the shape of a property; empty when the schema does not know it."""
    known = node.get("properties", {}).get(key)
    other = node.get("additionalProperties")
    return known if known is not None else other if isinstance(other, dict) else {}


def walk_properties(root: str) -> Iterator[tuple[str, Schema]]:
    """Yield every property of a root, nested ones too, as `a.b.c` with its shape."""
    yield from _walk(shape(root), "")


def _walk(node: Schema, prefix: str) -> Iterator[tuple[str, Schema]]:
    for name, sub in node.get("properties", {}).items():
        yield prefix + name, sub
        yield from _walk(sub, f"{prefix}{name}.")
    for inner in (node.get("items"), node.get("additionalProperties")):
        if isinstance(inner, dict):
            yield from _walk(inner, prefix)
