"""Places within plain data, written as patterns: `mentions.*.actors.*` is every actor of every mention.

A `*` stands for every entry of a list. What is missing or null on the way is passed over. `values_at` is for the many
documents that are sound, `iter_at` for the few that are not: it knows the path of each value and costs five times more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cache, wraps
from itertools import pairwise
from typing import Any, TypeVar, TypeVarTuple

from corpus_pkg.findings import Path
from corpus_pkg.schema import Schema, shape

Rest = TypeVarTuple("Rest")
R = TypeVar("R")


class Indexed(dict[str, Any]):
    """A document with what has been gathered from it. It must not change as long as it is asked."""

    __slots__ = ("index",)

    def __init__(self, document: Mapping[str, Any]) -> None:
        super().__init__(document)
        self.index: dict[Any, Any] = {}


def gathered(gather: Callable[[Any, *Rest], R]) -> Callable[[Any, *Rest], R]:
    """Make a function gather once from each `Indexed` document what many rules ask; other values it looks at anew.

    What it returns is shared, and nobody may change it.
    """

    @wraps(gather)
    def ask(value: Any, /, *rest: *Rest) -> R:
        if type(value) is not Indexed:
            return gather(value, *rest)
        key = (gather, *rest) if rest else gather
        found: Any = value.index.get(key, value)  # the document itself is never what was gathered from it
        if found is value:
            found = value.index[key] = gather(value, *rest)
        return found  # type: ignore[no-any-return]

    return ask


@cache
def _steps(pattern: str) -> tuple[str, ...]:
    return tuple(pattern.split("."))


@cache
def _strides(pattern: str) -> tuple[tuple[str, bool], ...]:
    """Return the keys of a pattern, each with whether the entries of its list are meant: one loop for both."""
    steps = (*_steps(pattern), "")
    return tuple((step, behind == "*") for step, behind in pairwise(steps) if step != "*")


@gathered
def values_at(value: Any, pattern: str) -> list[Any]:
    """Return the values at the places that a pattern means."""
    return values_at_all(value, (pattern,))


def values_at_all(value: Any, patterns: tuple[str, ...]) -> list[Any]:
    """Return the values at the places that any of some patterns mean, pattern by pattern."""
    try:
        return _finder(patterns, "[{!r}]")(value)
    except KeyError:  # only where not every key is spelt out, as in few documents
        return _finder(patterns, ".get({!r})")(value)


@cache
def _finder(patterns: tuple[str, ...], access: str) -> Callable[[Any], list[Any]]:
    """Return the function that finds the values for some patterns: comprehensions, made as code, take half of the time.

    For `mentions.*.q` it is `lambda value: [*[v1 for v0 in value["mentions"] or () for v1 in [v0["q"]] if ...]]`.
    """
    parts = ", ".join(f"*{_comprehension(pattern, access)}" for pattern in patterns)
    found: Callable[[Any], list[Any]] = eval(f"lambda value: [{parts}]")
    return found


def _comprehension(pattern: str, access: str) -> str:
    """Return the code of the list of values for a pattern; `access` is how the value of a key is got."""
    loops, place = "", "value"
    for number, (key, is_list) in enumerate(_strides(pattern)):
        inner = place + access.format(key)
        place = f"v{number}"
        loops += f" for {place} in {inner} or ()" if is_list else f" for {place} in [{inner}] if {place} is not None"
    return f"[{place}{loops}]"


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


def changed_at(value: Any, pattern: str, change: Callable[[Any], Any]) -> Any:
    """Return a copy with what stands at the places that a pattern means changed; the rest is shared."""
    return _changed(value, _steps(pattern), change)


def _changed(value: Any, steps: tuple[str, ...], change: Callable[[Any], Any]) -> Any:
    if not steps:
        return change(value)
    step, rest = steps[0], steps[1:]
    if step == "*":
        return [_changed(each, rest, change) for each in value]
    if value.get(step) is None:
        return value
    return {**value, step: _changed(value[step], rest, change)}


@cache
def span_patterns() -> tuple[str, ...]:
    """Return the patterns of all places of a canonical document where a span may stand."""
    return tuple(_patterns(shape("canonical"), "", lambda key, sub: bool(sub.get("span"))))


def all_spans(document: Mapping[str, Any]) -> list[Any]:
    """Return every span of a document."""
    return values_at_all(document, span_patterns())


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
