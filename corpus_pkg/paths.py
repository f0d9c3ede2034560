"""Places within plain data, written as patterns: `mentions.*.actors.*` is every actor of every mention.

A `*` stands for every entry of a list. What is missing or null on the way is passed over. `values_at` is for the many
documents that are sound, `iter_at` for the few that are not: it knows the path of each value and costs five times more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Any

from corpus_pkg.findings import Path
from corpus_pkg.schema import Schema, shape


@cache
def _steps(pattern: str) -> tuple[str, ...]:
    return tuple(pattern.split("."))


def values_at(value: Any, pattern: str) -> list[Any]:
    """Return the values at the places that a pattern means."""
    found = [value]
    for step in _steps(pattern):
        if step == "*":
            found = [inner for each in found for inner in each]
        else:
            found = [inner for each in found if (inner := each.get(step)) is not None]
    return found


def iter_at(value: Any, pattern: str) -> Iterator[tuple[Path, Any]]:
    """Yield the values at the places that a pattern means, each with its path."""
    found: list[tuple[Path, Any]] = [((), value)]
    for step in _steps(pattern):
        if step == "*":
            found = [((*where, index), inner) for where, each in found for index, inner in enumerate(each)]
        else:
            found = [((*where, step), inner) for where, each in found if (inner := each.get(step)) is not None]
    yield from found


def strays(value: Any, pattern: str, known: AbstractSet[Any]) -> Iterator[tuple[Path, Any]]:
    """Yield the values at the places that a pattern means which are not among the known ones."""
    if not set(values_at(value, pattern)) <= known:
        yield from ((where, each) for where, each in iter_at(value, pattern) if each not in known)


@cache
def span_patterns() -> tuple[str, ...]:
    """Return the patterns of all places of a canonical document where a span may stand."""
    return tuple(_patterns(shape("canonical"), "", lambda key, sub: bool(sub.get("span"))))


def all_spans(document: Mapping[str, Any]) -> list[Any]:
    """Return every span of a document."""
    spans: list[Any] = []
    for layer, patterns in _span_layers().items():
        if value := document.get(layer):
            for pattern in patterns:
                spans += values_at(value, pattern)
    return spans


@cache
def _span_layers() -> Mapping[str, list[str]]:
    """Return the patterns of spans within each layer."""
    layers: dict[str, list[str]] = {}
    for pattern in span_patterns():
        layer, _, inner = pattern.partition(".")
        layers.setdefault(layer, []).append(inner)
    return layers


@cache
def key_patterns(name: str, root: str = "canonical") -> tuple[str, ...]:
    """Return the patterns of all places where a key of this name may stand, in a document or a file of settings.

    Where the key holds a list, its entries are meant.
    """
    return tuple(_patterns(shape(root), "", lambda key, sub: key == name))


def _patterns(node: Schema, prefix: str, wanted: Any) -> Iterator[str]:
    """Yield the patterns below a node of a schema, in the order of the schema; none within what is wanted."""
    inner: Mapping[str, Schema] = node.get("properties", {})
    if "items" in node:
        inner = {"*": node["items"]}
    for key, sub in inner.items():
        if wanted(key, sub):
            yield prefix + key + (".*" if "items" in sub else "")
        else:
            yield from _patterns(sub, f"{prefix}{key}.", wanted)
