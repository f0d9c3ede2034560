"""Whether data conform to a schema, and if not, where and why.

`jsonschema-rs` decides, being some 150 times faster; `jsonschema` explains what the other has refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from corpus_pkg.errors import closest
from corpus_pkg.findings import Path, Problem, clip
from corpus_pkg.schema import Roles, Schema, bundle


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
    errors = list(reference_validator(root, roles).iter_errors(data))
    mistyped = {tuple(error.absolute_path) for error in errors if error.validator == "type"}
    for error in errors:
        # What is of another type has not the wanted form either, which nobody needs to be told.
        if error.validator == "type" or tuple(error.absolute_path) not in mistyped:
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
    for key, near in _misspelt_keys(error).items():
        yield Problem(
            "unknown-key",
            (*where, key),
            f"no key is called {clip(key)!r} here",
            found=clip(key),
            expected="one of " + ", ".join(known),
            suggestion=f"write {near}" if near else _ADVICE.get(key),
            on_key=True,
        )


def _misspelt_keys(error: Any) -> dict[str, str | None]:
    """Return the keys that the schema does not know, each with the one that may have been meant."""
    known = list(error.schema.get("properties", {}))
    return {key: next(iter(closest(key, known)), None) for key in error.instance if key not in known}


def _missing_key(where: Path, error: Any) -> Iterator[Problem]:
    # One error a key; which one is told by its message alone, so it is looked up in the data.
    misspelt = _misspelt_keys(error).values() if error.schema.get("additionalProperties") is False else ()
    for key in error.validator_value:
        if key not in error.instance and repr(key) in error.message and key not in misspelt:
            about = error.schema.get("properties", {}).get(key, {})
            yield Problem("missing-key", where, f"the key {key!r} is missing", expected=_about(about, key))


def _wrong_type(where: Path, error: Any) -> Iterator[Problem]:
    types = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
    wanted = " or ".join(_TYPE_NAMES[name] for name in types)
    message = f"expected {wanted}, found {_type_name(error.instance)}"
    hint = "write a value, or leave the key out" if where and error.instance is None else None
    if "boolean" in types and isinstance(error.instance, str):
        hint = _BOOLEANS.get(error.instance.casefold())
    yield Problem("wrong-type", where, message, clip(error.instance), _about(error.schema, wanted), hint)


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
    message = f"{clip(error.instance)!r} has not the form wanted here"
    yield Problem("bad-form", where, message, clip(error.instance), about)


def _too_short(where: Path, error: Any) -> Iterator[Problem]:
    if error.instance:
        yield from _bad_form(where, error)
    else:
        yield Problem("bad-form", where, "this is empty", "", _about(error.schema, "some words"))


def _too_long(where: Path, error: Any) -> Iterator[Problem]:
    message = f"this has {len(error.instance):,} characters; expected at most {error.validator_value:,}"
    yield Problem("bad-form", where, message, clip(error.instance), _about(error.schema, "fewer characters"))


def _bad_number(where: Path, error: Any) -> Iterator[Problem]:
    limit = f"{'at least' if error.validator == 'minimum' else 'at most'} {error.validator_value}"
    yield Problem("bad-number", where, f"{clip(error.instance)} is not {limit}", clip(error.instance), limit)


def _bad_size(where: Path, error: Any) -> Iterator[Problem]:
    least = error.validator in ("minItems", "minProperties")
    limit = f"{'at least' if least else 'at most'} {error.validator_value}"
    message = f"this has {len(error.instance)} entries; expected {limit}"
    yield Problem("bad-size", where, message, None, _about(error.schema, limit))


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
    "null": "nothing (null)",
}
_ADVICE = {"mode": "write it behind the type: `type: TYPE/mode`"}
"""What to do with keys of the canonical form that people do not write."""
_BOOLEANS = {
    **dict.fromkeys(("true", "yes", "on", "y"), "write true, without quotes"),
    **dict.fromkeys(("false", "no", "off", "n"), "write false, without quotes"),
}
_EXPLANATIONS: dict[str, Callable[[Path, Any], Iterator[Problem]]] = {
    "additionalProperties": _unknown_key,
    "required": _missing_key,
    "type": _wrong_type,
    "enum": _unknown_value,
    "pattern": _bad_form,
    "not": _bad_form,
    "minLength": _too_short,
    "maxLength": _too_long,
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
