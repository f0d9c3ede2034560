"""The JSON Schemas: loading, bundling, and checking data against them (JSON Schema 2020-12).

`jsonschema-rs` decides, being some 150 times faster; `jsonschema` explains what the other has refused.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from corpus_pkg.errors import closest
from corpus_pkg.findings import Path, Problem, clip

VERSION = "0.9"
URN = f"urn:corpus-pkg:schema:{VERSION}:"
ROOTS = (
    "source",
    "canonical",
    "inventory",
    "corpus",
    "vocabulary",
    "annotators",
    "hardcases",
    "reviews",
    "decisions",
)

Schema = dict[str, Any]
Roles = tuple[tuple[str, str], ...]
"""Roles of a vocabulary with their descriptions; empty for those that the schema itself has."""


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


@cache
def _decide(root: str, roles: Roles) -> Callable[[Any], bool]:
    import jsonschema_rs

    validator = jsonschema_rs.Draft202012Validator(bundle(root, roles))
    return validator.is_valid


@cache
def reference_validator(root: str, roles: Roles = ()) -> Any:
    """Return the `jsonschema` validator of a root: slow, and able to say why."""
    from jsonschema import Draft202012Validator

    return Draft202012Validator(bundle(root, roles))


def is_valid(root: str, data: Any, roles: Roles = ()) -> bool:
    """Return whether the data satisfies the schema."""
    return _decide(root, roles)(data)


def check_schema(root: str, data: Any, roles: Roles = ()) -> Iterator[Problem]:
    """Yield one problem for each place where the data breaks the schema."""
    if is_valid(root, data, roles):
        return
    for error in reference_validator(root, roles).iter_errors(data):
        yield from _explain(error)


def _explain(error: Any) -> Iterator[Problem]:
    where: Path = tuple(error.absolute_path)
    explain = _EXPLANATIONS.get(error.validator, _other)
    if "propertyNames" in error.absolute_schema_path:
        yield _bad_key(where, error)
    else:
        yield from explain(where, error)


def _unknown_key(where: Path, error: Any) -> Iterator[Problem]:
    known = list(error.schema.get("properties", {}))
    for key in error.instance:
        if key not in known:
            near = closest(key, known)
            yield Problem(
                "unknown-key",
                (*where, key),
                f"no key is called {clip(key)!r} here",
                found=clip(key),
                expected="one of " + ", ".join(known),
                suggestion=f"write {near[0]}" if near else None,
                on_key=True,
            )


def _missing_key(where: Path, error: Any) -> Iterator[Problem]:
    # One error a key; which one is told by its message alone, so it is looked up in the data.
    for key in error.validator_value:
        if key not in error.instance and repr(key) in error.message:
            about = error.schema.get("properties", {}).get(key, {})
            yield Problem("missing-key", where, f"the key {key!r} is missing", expected=_about(about, key))


def _wrong_type(where: Path, error: Any) -> Iterator[Problem]:
    types = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
    wanted = " or ".join(_TYPE_NAMES[name] for name in types)
    found = _type_name(error.instance)
    yield Problem(
        "wrong-type", where, f"expected {wanted}, found {found}", clip(error.instance), _about(error.schema, wanted)
    )


def _unknown_value(where: Path, error: Any) -> Iterator[Problem]:
    known = [str(value) for value in error.validator_value]
    near = closest(str(error.instance), known)
    yield Problem(
        "unknown-value",
        where,
        f"{clip(error.instance)!r} is not one of {', '.join(known)}",
        found=clip(error.instance),
        expected="one of " + ", ".join(known),
        suggestion=f"write {near[0]}" if near else None,
    )


def _bad_form(where: Path, error: Any) -> Iterator[Problem]:
    about = _about(error.schema, "another form")
    yield Problem(
        "bad-form", where, f"{clip(error.instance)!r} has not the form wanted here", clip(error.instance), about
    )


def _bad_number(where: Path, error: Any) -> Iterator[Problem]:
    limit = f"{'at least' if error.validator == 'minimum' else 'at most'} {error.validator_value}"
    yield Problem("bad-number", where, f"{clip(error.instance)} is not {limit}", clip(error.instance), limit)


def _bad_size(where: Path, error: Any) -> Iterator[Problem]:
    least = error.validator in ("minItems", "minProperties")
    limit = f"{'at least' if least else 'at most'} {error.validator_value}"
    yield Problem(
        "bad-size", where, f"{len(error.instance)} entries; expected {limit}", None, _about(error.schema, limit)
    )


def _repeated_value(where: Path, error: Any) -> Iterator[Problem]:
    seen: list[Any] = []
    for index, value in enumerate(error.instance):
        if value in seen:
            yield Problem(
                "repeated-value", (*where, index), f"{clip(value)!r} stands here twice", clip(value), "each once"
            )
        seen.append(value)


def _bad_key(where: Path, error: Any) -> Problem:
    about = _about(error.schema, "another form of key")
    message = f"the key {clip(error.instance)!r} has not the form wanted here"
    return Problem("bad-form", (*where, error.instance), message, clip(error.instance), about, on_key=True)


def _other(where: Path, error: Any) -> Iterator[Problem]:
    yield Problem(
        "bad-form", where, clip(error.message, 200), clip(error.instance), _about(error.schema, "another form")
    )


def _about(node: Schema, otherwise: str) -> str:
    return str(node.get("description", otherwise))


_TYPE_NAMES = {
    "object": "keys and values",
    "array": "a list",
    "string": "words",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}
_EXPLANATIONS: dict[str, Callable[[Path, Any], Iterator[Problem]]] = {
    "additionalProperties": _unknown_key,
    "required": _missing_key,
    "type": _wrong_type,
    "enum": _unknown_value,
    "pattern": _bad_form,
    "not": _bad_form,
    "minLength": _bad_form,
    "maxLength": _bad_form,
    "minimum": _bad_number,
    "maximum": _bad_number,
    "minItems": _bad_size,
    "maxItems": _bad_size,
    "minProperties": _bad_size,
    "uniqueItems": _repeated_value,
}


def _type_name(value: Any) -> str:
    names = {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer", float: "number"}
    return _TYPE_NAMES[names.get(type(value), "null")]
