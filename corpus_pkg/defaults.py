"""Spelling out the defaults of a schema.

Each shape of a schema is made a function once: a document has some thousand values, and walking the schema beside them
took more time than reading and checking them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from corpus_pkg.schema import Roles, Schema, shape

Filler = Callable[[Any], Any]
FOLLOWS: Any = ...
"""Stands in a filled document where a value follows from others; `derive` puts it there."""


def fill(root: str, value: Mapping[str, Any], roles: Roles = ()) -> dict[str, Any]:
    """Return the value with every default of a root of the schemas spelt out, keys in the order of the schema.

    The value must satisfy the schema. Of a document, what follows from other values is FOLLOWS where it is left out; of
    other files it stays left out. Lists may be shared with the value, and between items: nobody may change the result.
    """
    filled: dict[str, Any] = _filler(root, roles)(value)
    return filled


@cache
def _filler(root: str, roles: Roles) -> Filler:
    return _compiled(shape(root, roles), follows=root == "canonical") or dict


def _compiled(wanted: Schema, follows: bool) -> Filler | None:
    """Return what fills a value of this shape; null for one in which nothing can be missing."""
    if wanted.get("span"):
        return _filled_span
    if "items" in wanted:
        inner = _compiled(wanted["items"], follows)
        return (lambda value: [inner(item) for item in value]) if inner else None
    if "properties" in wanted:
        return _object_filler(wanted, follows)
    if isinstance(wanted.get("additionalProperties"), dict):
        other = _compiled(wanted["additionalProperties"], follows)
        return (lambda value: {key: other(item) for key, item in value.items()}) if other else None
    return None


def _filled_span(span: Mapping[str, Any]) -> dict[str, Any]:
    return {"start": span["start"], "end": span["end"], "text": span["text"]}


def _object_filler(wanted: Schema, follows: bool) -> Filler:
    properties, required = wanted["properties"], wanted.get("required", ())
    inner = {key: filler for key, sub in properties.items() if (filler := _compiled(sub, follows))}
    template = {key: _default(sub, inner.get(key)) for key, sub in properties.items()}
    lacking = [key for key, sub in properties.items() if "default" not in sub and key not in required]

    def filled(value: Mapping[str, Any]) -> dict[str, Any]:
        whole = {**template, **value}
        for key, part in value.items():
            if part is not None and key in inner:
                whole[key] = inner[key](part)
        if not follows:
            for key in lacking:
                if key not in value:
                    del whole[key]
        return whole

    return filled


def _default(sub: Schema, filler: Filler | None) -> Any:
    """Return the default of a property, filled itself."""
    default = sub.get("default", FOLLOWS)
    return filler(default) if filler and default is not FOLLOWS and default is not None else default
