"""Whether data conform to a schema, and if not, where and why.

`jsonschema-rs` decides, being some 150 times faster; `jsonschema` explains what the other has refused. It passes over
what the other finds sound, so that one fault in ten megabytes is explained as fast as one in ten lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import groupby, islice
from typing import Any

from corpus_pkg.errors import closest
from corpus_pkg.findings import Path, Problem, clip
from corpus_pkg.schema import Roles, Schema, bundle

PROBLEM_LIMIT = 1_000
"""So many problems of one document are told, then one that says that there are more."""
_HINTS = 100
"""So many unknown keys of one object are compared with those that may have been meant."""


@cache
def _decide(root: str, roles: Roles) -> Callable[[Any], bool]:
    import jsonschema_rs

    validator = jsonschema_rs.Draft202012Validator(bundle(root, roles))
    return validator.is_valid


def is_valid(root: str, data: Any, roles: Roles = ()) -> bool:
    """Return whether the data satisfies the schema."""
    return _decide(root, roles)(data)


def check_schema(root: str, data: Any, roles: Roles = ()) -> Iterator[Problem]:
    """Yield one problem for each place where the data breaks the schema, `PROBLEM_LIMIT` at most and one that says so.

    Raises AssertionError when the engines differ, which is a fault of the schema.
    """
    if is_valid(root, data, roles):
        return
    problems = _problems(explain_errors(root, data, roles))
    first = next(problems, None)
    if first is None:
        raise AssertionError(f"jsonschema-rs refuses by the schema of {root!r} what jsonschema accepts")
    yield first
    yield from islice(problems, PROBLEM_LIMIT - 1)
    if next(problems, None):
        message = f"there are more faults than the {PROBLEM_LIMIT:,} that are told"
        yield Problem("faults-untold", (), message, suggestion="mend those first")


def explain_errors(root: str, data: Any, roles: Roles = ()) -> Iterator[Any]:
    """Yield the errors of `jsonschema`, in the order of the schema and the data."""
    errors: Iterator[Any] = _explainer(root, roles).iter_errors(data)
    return errors


@cache
def _explainer(root: str, roles: Roles) -> Any:
    """Return a validator of `jsonschema` that goes into what is broken only, and takes linear time for any list."""
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend

    bundled = bundle(root, roles)
    inside = _Inside(bundled["$defs"], Draft202012Validator.VALIDATORS["additionalProperties"])
    own = {
        "items": inside.items,
        "properties": inside.properties,
        "additionalProperties": inside.other_properties,
        "uniqueItems": _unique_items,
    }
    return extend(Draft202012Validator, own)(bundled)  # type: ignore[no-untyped-call]  # of jsonschema, untyped


class _Inside:
    """Keywords that lead to inner values: each is gone into only when the fast engine finds it broken."""

    def __init__(self, definitions: Schema, unknown: Callable[..., Iterator[Any]]) -> None:
        self._definitions, self._unknown = definitions, unknown
        self._decide: dict[int, Callable[[Any], bool]] = {}

    def _is_sound(self, value: Any, wanted: Schema) -> bool:
        decide = self._decide.get(id(wanted))  # of a part of the bundled schema, which is kept
        if decide is None:
            import jsonschema_rs

            whole = {**wanted, "$defs": self._definitions}
            decide = self._decide[id(wanted)] = jsonschema_rs.Draft202012Validator(whole).is_valid
        return decide(value)

    def items(self, validator: Any, wanted: Schema, instance: Any, schema: Schema) -> Iterator[Any]:
        """Yield the errors in the entries of a list."""
        for index, item in enumerate(instance) if isinstance(instance, list) else ():
            if not self._is_sound(item, wanted):
                yield from validator.descend(item, wanted, path=index)

    def properties(self, validator: Any, wanted: Schema, instance: Any, schema: Schema) -> Iterator[Any]:
        """Yield the errors in the properties that the schema names."""
        for key, inner in wanted.items() if isinstance(instance, dict) else ():
            if key in instance and not self._is_sound(instance[key], inner):
                yield from validator.descend(instance[key], inner, path=key, schema_path=key)

    def other_properties(self, validator: Any, wanted: Any, instance: Any, schema: Schema) -> Iterator[Any]:
        """Yield the errors in properties that the schema does not name, or one when there may be none."""
        if wanted is False:
            yield from self._unknown(validator, wanted, instance, schema)
            return
        known = schema.get("properties", {})
        for key, value in instance.items() if isinstance(instance, dict) else ():
            if key not in known and not self._is_sound(value, wanted):
                yield from validator.descend(value, wanted, path=key)


def _unique_items(validator: Any, wanted: bool, instance: Any, schema: Schema) -> Iterator[Any]:
    """Yield an error for a list with equal entries; `jsonschema` compares each with each when types are mixed."""
    from jsonschema import ValidationError

    if wanted and isinstance(instance, list) and next(_repeated(instance), None):
        yield ValidationError("the list has equal entries")


def _repeated(values: Iterable[Any]) -> Iterator[tuple[int, Any]]:
    """Yield place and value of each entry that equals an earlier one."""
    seen = set()
    for index, value in enumerate(values):
        name = _frozen(value)
        if name in seen:
            yield index, value
        seen.add(name)


def _frozen(value: Any) -> Any:
    """Return what is equal for values that are equal in JSON: 1 and 1.0 are, 1 and true are not."""
    if isinstance(value, dict):
        return dict, frozenset((key, _frozen(inner)) for key, inner in value.items())
    if isinstance(value, list):
        return list, tuple(map(_frozen, value))
    return (bool, value) if isinstance(value, bool) else value


_FORM = ("type", "maxLength", "minLength", "pattern", "not", "enum")
"""Keywords that ask for the form of a value: of those that it fails, only the first is told."""


def _problems(errors: Iterable[Any]) -> Iterator[Problem]:
    """Yield the problems that errors tell."""
    for _, group in groupby(errors, key=_value_meant):
        failed = [*group]
        first = min((_FORM.index(error.validator) for error in failed if error.validator in _FORM), default=None)
        for error in failed:
            if error.validator not in _FORM or _FORM.index(error.validator) == first:
                yield from _explain(error)


def _value_meant(error: Any) -> tuple[Path, str | None]:
    """Return the path of the value that an error is about; for a key that of its object, and the key."""
    key = error.instance if "propertyNames" in error.absolute_schema_path else None
    return tuple(error.absolute_path), key


def _explain(error: Any) -> Iterator[Problem]:
    where: Path = tuple(error.absolute_path)
    explain = _EXPLANATIONS.get(error.validator, _other)
    if "propertyNames" in error.absolute_schema_path:
        yield _bad_key(where, error)
    else:
        yield from explain(where, error)


def _unknown_key(where: Path, error: Any) -> Iterator[Problem]:
    known = "one of " + ", ".join(error.schema.get("properties", {}))
    for key, near in _misspelt_keys(error):
        yield Problem(
            "unknown-key",
            (*where, key),
            f"no key is called {clip(key)!r} here",
            found=clip(key),
            expected=known,
            suggestion=f"write {near}" if near else _ADVICE.get(key),
            on_key=True,
        )


def _misspelt_keys(error: Any) -> Iterator[tuple[str, str | None]]:
    """Yield the keys that the schema does not know, each with the one that may have been meant."""
    known = error.schema.get("properties", {})
    unknown = (key for key in error.instance if key not in known)
    for number, key in enumerate(unknown):
        yield key, next(iter(closest(key, known)), None) if number < _HINTS else None


def _missing_key(where: Path, error: Any) -> Iterator[Problem]:
    # One error a key; which one is told by its message alone, so it is looked up in the data.
    closed = error.schema.get("additionalProperties") is False
    misspelt = {near for _, near in islice(_misspelt_keys(error), _HINTS)} if closed else ()
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
    for index, value in _repeated(error.instance):
        yield Problem("repeated-value", (*where, index), f"{clip(value)!r} stands here twice", clip(value), "each once")


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
