"""Zones of the page, and the passages into which it is cut."""

from __future__ import annotations

from collections import defaultdict

from corpus_pkg.agreement.comparison import Comparison
from corpus_pkg.agreement.counts import Counts, count_common
from corpus_pkg.agreement.measures import LABELLED, SHARED, Measure, each
from corpus_pkg.agreement.spans import overlap, span_of


def count_zones(comparison: Comparison) -> Counts:
    """Count characters by their zone in each pass, as far as they lie in a passage of both."""
    counts: dict[tuple[str, str], float] = defaultdict(float)
    a, b = comparison.a.layer("passages"), comparison.b.layer("passages")
    i = j = 0
    while i < len(a) and j < len(b):
        counts[a[i]["zone"], b[j]["zone"]] += overlap(span_of(a[i]), span_of(b[j]))
        if a[i]["end"] <= b[j]["end"]:
            i += 1
        else:
            j += 1
    return {zones: number for zones, number in counts.items() if number}


def count_passages(comparison: Comparison) -> Counts:
    """Count passages by their zone; those with the same bounds are shared."""
    sides = (comparison.a, comparison.b)
    a, b = ({span_of(passage): passage["zone"] for passage in side.layer("passages")} for side in sides)
    return count_common(a, b)


MEASURES = (
    Measure("zones", (), "characters", LABELLED, each(count_zones)),
    Measure("passages", (), "passages", SHARED, each(count_passages)),
)
