"""Spans of two passes, paired one to one by how far they overlap.

Offsets are Unicode code points, half-open.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from corpus_pkg.agreement.assignment import best_matching

Span = tuple[int, int]
ALIGNED = 0.5
"""Dice coefficient from which on two spans count as the same item in measures of labels, clusters and arguments."""
FINE = 10**12
"""Dice coefficients as whole numbers, so that what breaks ties cannot outweigh them."""


class Item(NamedTuple):
    """A span, with what breaks ties between items that overlap alike, the weightiest first."""

    span: Span
    traits: tuple[str, ...] = ()


class SpanPair(NamedTuple):
    """Two spans, by their places in the lists of their passes, and the Dice coefficient of their characters."""

    a: int
    b: int
    dice: float


def span_of(span: Mapping[str, Any]) -> Span:
    """Return the offsets of a span of the canonical form."""
    return span["start"], span["end"]


def characters(spans: Iterable[Mapping[str, Any]]) -> set[int]:
    """Return the offsets of all characters in spans of the canonical form."""
    return {offset for span in spans for offset in range(span["start"], span["end"])}


def overlap(one: Span, other: Span) -> int:
    """Return the number of characters in both spans."""
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))


def dice(one: Span, other: Span) -> float:
    """Return the Dice coefficient of the characters of two spans: 1 when they are equal, 0 when they are apart."""
    return 2 * overlap(one, other) / (one[1] - one[0] + other[1] - other[0])


def pair_overlapping(a: Sequence[Item], b: Sequence[Item]) -> list[SpanPair]:
    """Return pairs of spans that overlap, each span in one at most, so that the sum of their Dice is the greatest."""
    return _paired(a, b, [SpanPair(i, j, dice(a[i].span, b[j].span)) for i, j in _overlapping(a, b)])


def pair_equal(a: Sequence[Item], b: Sequence[Item]) -> list[SpanPair]:
    """Return pairs of equal spans, each span in one at most."""
    places: dict[Span, list[int]] = defaultdict(list)
    for j, item in enumerate(b):
        places[item.span].append(j)
    return _paired(a, b, [SpanPair(i, j, 1.0) for i, item in enumerate(a) for j in places.get(item.span, ())])


def _paired(a: Sequence[Item], b: Sequence[Item], pairs: Sequence[SpanPair]) -> list[SpanPair]:
    scale = 2 ** (len(a[0].traits) + 1) * (min(len(a), len(b)) + 1) if pairs else 1
    weights = {
        ((a[pair.a], pair.a), (b[pair.b], pair.b)): round(pair.dice * FINE) * scale + _ties(a[pair.a], b[pair.b])
        for pair in pairs
    }
    known = {(pair.a, pair.b): pair for pair in pairs}
    return sorted(known[one[1], other[1]] for one, other in best_matching(weights))


def _ties(one: Item, other: Item) -> int:
    """Return a number that is greater the more, and the weightier, traits are the same."""
    number = 0
    for first, second in zip(one.traits, other.traits, strict=True):
        number = 2 * number + (first == second)
    return number


def _overlapping(a: Sequence[Item], b: Sequence[Item]) -> Iterator[tuple[int, int]]:
    """Yield the places of spans that overlap."""
    order = sorted(range(len(b)), key=lambda j: b[j].span)
    starts = [b[j].span[0] for j in order]
    longest = max((item.span[1] - item.span[0] for item in b), default=0)
    for i, item in enumerate(a):
        first = bisect_left(starts, item.span[0] - longest)
        for j in order[first : bisect_left(starts, item.span[1])]:
            if overlap(item.span, b[j].span):
                yield i, j
