"""How far sources commit themselves to events: all that follows by default too, and what was written as an exception.

A unit is an aligned trigger with a source that both passes have there.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpus_pkg.agreement.comparison import Commitment, Commitments, Comparison
from corpus_pkg.agreement.counts import Counts, add_counts, count_common, count_labels
from corpus_pkg.agreement.measures import COMMITTED, SHARED, Measure, each

LAYERS = ("actors", "events")


def _triggers(comparison: Comparison) -> Iterator[tuple[Commitments, Commitments]]:
    a, b = comparison.commitments
    return ((a[pair.a], b[pair.b]) for pair in comparison.pairing.triggers.aligned)


def _units(comparison: Comparison) -> Iterator[tuple[Commitment, Commitment]]:
    for a, b in _triggers(comparison):
        yield from ((a[source], b[source]) for source in a if source in b)


def count_sources(comparison: Comparison) -> Counts:
    """Count the sources that have a commitment at aligned triggers, whichever it is."""
    return add_counts(
        count_common(*({source: _kind(source) for source in side} for side in sides)) for sides in _triggers(comparison)
    )


def _kind(source: str) -> str:
    return "actor" if ":" in source else source


def count_values(comparison: Comparison) -> Counts:
    """Count units by the degree in each pass."""
    return count_labels((one.value, other.value) for one, other in _units(comparison))


def count_exceptions(comparison: Comparison) -> Counts:
    """Count units by the degree in each pass, those alone that are an exception in either."""
    units = ((one, other) for one, other in _units(comparison) if one.is_exception or other.is_exception)
    return count_labels((one.value, other.value) for one, other in units)


def count_marked(comparison: Comparison) -> Counts:
    """Count the exceptions of each pass at aligned triggers; the same degree of the same source is shared."""
    return add_counts(
        count_common(*({(s, c.value): c.value for s, c in side.items() if c.is_exception} for side in sides))
        for sides in _triggers(comparison)
    )


MEASURES = (
    Measure("factuality.sources", LAYERS, "sources at aligned triggers", SHARED, each(count_sources)),
    Measure("factuality.values", LAYERS, "sources at aligned triggers", COMMITTED, each(count_values)),
    Measure("factuality.exceptions", LAYERS, "exceptions of either pass", COMMITTED, each(count_exceptions)),
    Measure("factuality.marked", LAYERS, "exceptions", SHARED, each(count_marked)),
)
