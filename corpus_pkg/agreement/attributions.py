"""What is ascribed to whom, in both directions: how much of one pass is in the other, and the reverse.

The directed agreement of Wiebe, Wilson and Cardie (2005), of attributions, of the characters of contents and cues, and
of sources. Attributions are paired by their contents; one that has no partner shares nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set

from corpus_pkg.agreement.comparison import Comparison
from corpus_pkg.agreement.counts import WHOLE, Counts, count_labels, count_shared
from corpus_pkg.agreement.measures import LABELLED, SHARED, Measure, each
from corpus_pkg.agreement.pairing import Annotation
from corpus_pkg.agreement.spans import ALIGNED, characters

Parts = Callable[[Annotation], Set[object]]


def count_attributions(comparison: Comparison) -> Counts:
    """Count attributions by their form; the aligned ones, with most of their content in common, are shared."""
    a, b = ([item["form"] for item in side.layer("attributions")] for side in (comparison.a, comparison.b))
    return count_shared(a, b, ((one["form"], other["form"], 1) for one, other in _aligned(comparison)))


def count_forms(comparison: Comparison) -> Counts:
    """Count aligned attributions by their form."""
    return count_labels((one["form"], other["form"]) for one, other in _aligned(comparison))


def count_contents(comparison: Comparison) -> Counts:
    """Count the characters of contents."""
    return _count_parts(comparison, _content, _content)


def count_cues(comparison: Comparison) -> Counts:
    """Count the characters of cues."""
    return _count_parts(comparison, _cue, _cue)


def count_sources(comparison: Comparison) -> Counts:
    """Count sources, by their common names."""
    return _count_parts(
        comparison,
        lambda item: {comparison.actor_a(source) for source in item["sources"]},
        lambda item: {comparison.actor_b(source) for source in item["sources"]},
    )


def _count_parts(comparison: Comparison, parts_a: Parts, parts_b: Parts) -> Counts:
    a = [parts_a(item) for item in comparison.a.layer("attributions")]
    b = [parts_b(item) for item in comparison.b.layer("attributions")]
    shared = sum(len(a[pair.a] & b[pair.b]) for pair in comparison.pairing.attributions)
    return {("a", WHOLE): sum(map(len, a)), ("b", WHOLE): sum(map(len, b)), ("both", WHOLE): shared}


def _content(item: Annotation) -> Set[object]:
    return characters(item["content"])


def _cue(item: Annotation) -> Set[object]:
    return characters([item["cue"]] if item["cue"] else [])


def _aligned(comparison: Comparison) -> Iterator[tuple[Annotation, Annotation]]:
    a, b = comparison.a.layer("attributions"), comparison.b.layer("attributions")
    return ((a[pair.a], b[pair.b]) for pair in comparison.pairing.attributions if pair.dice >= ALIGNED)


MEASURES = (
    Measure("attributions", ("events",), "attributions", SHARED, each(count_attributions)),
    Measure("attributions.content", ("events",), "characters", SHARED, each(count_contents)),
    Measure("attributions.cue", ("events",), "characters", SHARED, each(count_cues)),
    Measure("attributions.sources", ("actors", "events"), "sources", SHARED, each(count_sources)),
    Measure("attributions.form", ("events",), "aligned attributions", LABELLED, each(count_forms)),
)
