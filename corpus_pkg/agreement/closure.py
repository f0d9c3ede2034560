"""What follows from the relations that are written: order is carried on, and a part keeps the order of its whole."""

from __future__ import annotations

from collections.abc import Callable, Collection

Relation = tuple[str, str, str]
"""The event it runs from, its type, the event it runs to."""
Ends = set[tuple[str, str]]
ORDER, PART = "BEFORE", "SUBEVENT_OF"
"""Types that are carried on. Causes, conditions and responses are not: that a thing led to what led to another is no
claim that it led to the other."""


def close_relations(relations: Collection[Relation], is_symmetric: Callable[[str], bool]) -> set[Relation]:
    """Return the relations with all that follow from them; symmetric ones run from the lesser name to the greater.

    What is before something is before all that it is before; a part of a part is a part; and of two things in order, so
    are their parts. Nothing is related to itself.
    """
    closed = {
        (min(start, end), kind, max(start, end)) if is_symmetric(kind) else (start, kind, end)
        for start, kind, end in relations
    }
    parts = _transitive({(start, end) for start, kind, end in closed if kind == PART})
    order = _carried({(start, end) for start, kind, end in closed if kind == ORDER}, parts)
    closed |= {(start, PART, end) for start, end in parts} | {(start, ORDER, end) for start, end in order}
    return {(start, kind, end) for start, kind, end in closed if start != end}


def _joined(first: Ends, second: Ends) -> Ends:
    """Return from where to where one gets by a step of the first and a step of the second."""
    steps: dict[str, list[str]] = {}
    for start, end in second:
        steps.setdefault(start, []).append(end)
    return {(start, end) for start, middle in first for end in steps.get(middle, ())}


def _transitive(ends: Ends) -> Ends:
    while new := _joined(ends, ends) - ends:
        ends = ends | new
    return ends


def _carried(order: Ends, parts: Ends) -> Ends:
    wholes = {(whole, part) for part, whole in parts}
    order = order | _joined(parts, order)
    return _transitive(order | _joined(order, wholes))
