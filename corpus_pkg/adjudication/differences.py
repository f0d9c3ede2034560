"""What two passes have in common of one document, and where they differ.

Both documents are without derived values (`write.without_derived`) and under common names. Two items are one when
they have the same place: spans that overlap by half and more (Dice), one to one; contents of attributions with most
characters in common; the same name of an event or actor; the same ends and type of a relation. An item that both
passes have alike is agreed on; `FREE` and `FREE_OF` say in what two items may differ and still be alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from corpus_pkg.agreement.pairing import Pairing
from corpus_pkg.agreement.spans import ALIGNED, Item, SpanPair, pair_overlapping, span_of
from corpus_pkg.write import place_of

Data = dict[str, Any]
Pairs = Iterable[tuple[int, int]]
LAYER = {
    "passages": "passages",
    "language": "passages",
    "copy_of": "passages",
    "annotated": "passages",
    "date": "date",
    "date_candidates": "date",
    "source": "source",
    "parties": "source",
    "rights": "source",
    "actors": "actors",
    "mentions": "actors",
    "times": "events",
    "attributions": "events",
    "events": "events",
    "triggers": "events",
    "relations": "events",
    "claims": "events",
}
"""The layer to which each kind of item belongs, in the order of the work."""
WHOLE = ("language", "copy_of", "annotated", "date", "source")
"""Kinds of which a document has one."""
FREE = {
    "note": "words of one's own: of the first pass, of the second where the first has none",
    "reason": "words of one's own: of the first pass, of the second where the first has none",
    "basis": "words of one's own: of the first pass, of the second where the first has none",
    "cases": "pointers: of both passes together",
    "draft": "true when it is so in either pass",
}
"""Keys in which two passes may differ and still say the same, and what then stands."""
FREE_OF = {
    "passages": {"end": "follows from where the next passage begins"},
    "actors": {"name": "of an actor of one document: a description in words of one's own, of the first pass"},
}
"""The same, of some kinds of items alone."""
_FOLLOWERS = ("triggers", "relations", "claims", "times")


@dataclass(frozen=True)
class Difference:
    """One difference: what each pass has, as kinds and items, with all that stands or falls with it."""

    kind: str
    start: int | None
    a: tuple[tuple[str, Any], ...]
    b: tuple[tuple[str, Any], ...]


@dataclass
class Compared:
    """A document in two passes: what both have alike, by kind, and their differences in the order of the text."""

    agreed: dict[str, list[Any]] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)


def compare_documents(a: Data, b: Data) -> Compared:
    """Return what two versions of a document have in common, and where they differ."""
    compared = Compared()
    single: list[Difference] = []
    for kind in LAYER:
        items_a, items_b = ([doc[kind]] if kind in WHOLE else doc[kind] for doc in (a, b))
        agreed = compared.agreed.setdefault(kind, [])
        for one, other in _paired(kind, a, b, items_a, items_b):
            if _is_lone_actor(kind, one, other):
                agreed.append(one or other)
            elif said(kind, one) == said(kind, other):
                agreed.append(with_free(one, other))
            else:
                single.append(_difference(kind, one, other))
    compared.differences = sorted(_gathered(single), key=lambda each: (each.start is None, each.start or 0))
    return compared


def _is_lone_actor(kind: str, one: Any, other: Any) -> bool:
    """Return whether one pass alone describes an actor: that is of use only if what is decided uses it."""
    return kind == "actors" and (one is None or other is None)


def said(kind: str, item: Any) -> Any:
    """Return an item without what two passes may put differently, its lists without order."""
    return _plain(item, {*FREE, *FREE_OF.get(kind, ())})


def _plain(value: Any, free: Iterable[str]) -> Any:
    if isinstance(value, dict):
        return tuple(sorted((key, _plain(inner, free)) for key, inner in value.items() if key not in free))
    if isinstance(value, list):
        return tuple(sorted((_plain(each, free) for each in value), key=repr))
    return repr(value)


def with_free(one: Any, other: Any) -> Any:
    """Return an item of the first pass with what the second alone has of the keys that are not compared."""
    if not isinstance(one, dict):
        return one
    return {key: _joined_value(key, value, other.get(key)) for key, value in one.items()}


def _joined_value(key: str, one: Any, other: Any) -> Any:
    if key == "cases":
        return [*dict.fromkeys([*one, *other])]
    if key == "draft":
        return one or other
    if key in FREE and one is None:
        return other
    if isinstance(one, list):
        return [with_free(each, _alike(each, other)) for each in one]
    return with_free(one, other)


def _alike(item: Any, others: Sequence[Any]) -> Any:
    return next((other for other in others if _plain(other, FREE) == _plain(item, FREE)), item)


def _difference(kind: str, one: Any, other: Any) -> Difference:
    starts = [start for item in (one, other) if (start := _start(kind, item)) is not None]
    a, b = (((kind, item),) if item is not None or kind in WHOLE else () for item in (one, other))
    return Difference(kind, min(starts, default=None), a, b)


def _start(kind: str, item: Any) -> int | None:
    if kind == "passages" and item is not None:
        return int(item["start"])
    span = place_of(item) if isinstance(item, Mapping) else None
    return int(span["start"]) if span else None


def _paired(kind: str, a: Data, b: Data, items_a: Sequence[Any], items_b: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    """Yield the items of a kind in pairs, with null for what the other pass lacks."""
    pairs = [*_PAIRINGS.get(kind, _by_span)(a, b, items_a, items_b)]
    yield from ((items_a[i], items_b[j]) for i, j in pairs)
    ones, others = {i for i, _ in pairs}, {j for _, j in pairs}
    yield from ((item, None) for i, item in enumerate(items_a) if i not in ones)
    yield from ((None, item) for j, item in enumerate(items_b) if j not in others)


def _by_span(a: Data, b: Data, items_a: Sequence[Data], items_b: Sequence[Data]) -> Pairs:
    pairs: Sequence[SpanPair] = pair_overlapping([*map(_item, items_a)], [*map(_item, items_b)])
    return [(pair.a, pair.b) for pair in pairs if pair.dice >= ALIGNED]


def _item(item: Data) -> Item:
    return Item(span_of(item["q"]), (str(item.get("event") or item.get("role")), str(item.get("actors"))))


def _by_content(a: Data, b: Data, items_a: Sequence[Data], items_b: Sequence[Data]) -> Pairs:
    return [(pair.a, pair.b) for pair in Pairing(a, b).attributions]


def _by(*keys: str) -> Callable[[Data, Data, Sequence[Any], Sequence[Any]], Pairs]:
    """Return what pairs the items that have the same values at these keys."""

    def paired(a: Data, b: Data, items_a: Sequence[Any], items_b: Sequence[Any]) -> Pairs:
        places: dict[Any, list[int]] = {}
        for j, item in enumerate(items_b):
            places.setdefault(repr([item[key] for key in keys] if keys else None), []).append(j)
        for i, item in enumerate(items_a):
            if found := places.get(repr([item[key] for key in keys] if keys else None)):
                yield i, found.pop(0)

    return paired


def _by_ends(a: Data, b: Data, items_a: Sequence[Data], items_b: Sequence[Data]) -> Pairs:
    bare_a, bare_b = (
        [{**item, "type": item["type"].partition("/")[0]} for item in items] for items in (items_a, items_b)
    )
    return _by("from", "type", "to")(a, b, bare_a, bare_b)


_PAIRINGS: Mapping[str, Callable[[Data, Data, Sequence[Any], Sequence[Any]], Pairs]] = {
    **{kind: _by() for kind in WHOLE},
    "passages": _by("start"),
    "attributions": _by_content,
    "relations": _by_ends,
    "claims": _by("event", "attribute"),
    "events": _by("id"),
    "actors": _by("id"),
}


def _gathered(single: Sequence[Difference]) -> Iterator[Difference]:
    """Yield the differences, those of an event that one pass lacks together with all that hangs on it."""
    heads = {_name(each): each for each in single if each.kind == "events" and not (each.a and each.b)}
    followers: dict[str, list[Difference]] = {name: [] for name in heads}
    for each in single:
        owner = _owner(each, heads) if each.kind in _FOLLOWERS and not (each.a and each.b) else None
        if owner is not None:
            followers[owner].append(each)
        elif each.kind != "events" or (each.a and each.b):
            yield each
    for name, head in heads.items():
        yield _joined(head, followers[name])


def _name(difference: Difference) -> str:
    return str((difference.a or difference.b)[0][1]["id"])


def _owner(difference: Difference, heads: Mapping[str, Difference]) -> str | None:
    """Return the event that only the same pass has, and to which the item belongs."""
    item = (difference.a or difference.b)[0][1]
    for name in (item.get("event"), item.get("from"), item.get("to")):
        if name in heads and bool(heads[name].a) == bool(difference.a):
            return str(name)
    return None


def _joined(head: Difference, followers: Sequence[Difference]) -> Difference:
    starts = [each.start for each in followers if each.start is not None]
    a = (*head.a, *(item for each in followers for item in each.a))
    b = (*head.b, *(item for each in followers for item in each.b))
    return Difference(head.kind, min(starts, default=None), a, b)
