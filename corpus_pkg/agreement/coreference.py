"""Which mentions are of one actor, and which triggers of one event: in a document, and across documents.

A mention of several actors (`the two ministers`) is one of the group that they make, which is an entity of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence

from corpus_pkg.agreement.clusters import METRICS, Cluster, group_mentions
from corpus_pkg.agreement.comparison import Comparison
from corpus_pkg.agreement.counts import Counts
from corpus_pkg.agreement.measures import CLUSTERED, Measure
from corpus_pkg.agreement.pairing import Annotation, Extents, Side

Entity = Callable[[Annotation, Side], Hashable]


def count_clusters(comparisons: Sequence[Comparison], layer: str, entity: Entity, *, exact: bool) -> Counts:
    """Count what both passes cluster alike, over all the documents together.

    Mentions are the same when their spans are equal (`exact`), or else when they are aligned.
    """
    a, b = _clusters(comparisons, layer, entity, exact=exact)
    counts: dict[tuple[str, str], float] = {("mentions", "a"): sum(map(len, a)), ("mentions", "b"): sum(map(len, b))}
    for name, metric in METRICS.items():
        counts |= {(name, part): number for part, number in metric(a, b)._asdict().items()}
    return counts


def _clusters(
    comparisons: Sequence[Comparison], layer: str, entity: Entity, *, exact: bool
) -> tuple[list[Cluster], list[Cluster]]:
    a: list[tuple[Hashable, Hashable]] = []
    b: list[tuple[Hashable, Hashable]] = []
    for comparison in comparisons:
        extents: Extents = getattr(comparison.pairing, layer)
        same = {pair.b: pair.a for pair in (extents.equal if exact else extents.aligned)}
        doc_id = comparison.doc_id
        a += [((doc_id, "a", i), entity(item, comparison.a)) for i, item in enumerate(extents.a)]
        for j, item in enumerate(extents.b):
            mention = (doc_id, "a", same[j]) if j in same else (doc_id, "b", j)
            b.append((mention, entity(item, comparison.b)))
    return group_mentions(a), group_mentions(b)


def _actors(mention: Annotation, side: Side) -> Hashable:
    return tuple(sorted(map(side.actor, mention["actors"])))


def _event(trigger: Annotation, side: Side) -> Hashable:
    return str(trigger["event"])


def _corpus_event(trigger: Annotation, side: Side) -> Hashable:
    """Return the event of the world that a trigger reports, or that of the document alone."""
    name = side.events[trigger["event"]]["corpus_event"]
    return str(name or f"{side.document['document']}#{trigger['event']}")


def _measures() -> Iterator[Measure]:
    for name, layer, within, over in (
        ("actors", "mentions", _actors, _actors),
        ("events", "triggers", _event, _corpus_event),
    ):
        for exact in (True, False):
            for across, entity in ((False, within), (True, over)):
                place = "corpus" if across else "document"
                yield _measure(
                    f"coreference.{name}.{place}.{'exact' if exact else 'aligned'}", name, layer, entity, exact, across
                )


def _measure(name: str, finished: str, layer: str, entity: Entity, exact: bool, across: bool) -> Measure:
    def count(comparisons: Sequence[Comparison]) -> Counts:
        return count_clusters(comparisons, layer, entity, exact=exact)

    return Measure(name, (finished,), layer, CLUSTERED, count, across)


MEASURES = tuple(_measures())
