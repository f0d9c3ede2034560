"""All measures of two passes: who is compared, and a record for each measure and statistic."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from corpus_pkg import __version__
from corpus_pkg.agreement import (
    attributions,
    coreference,
    events,
    extents,
    factuality,
    relations,
    source,
    zones,
)
from corpus_pkg.agreement.actors import Inventory, align_actors
from corpus_pkg.agreement.closure import ORDER, PART
from corpus_pkg.agreement.comparison import Comparison
from corpus_pkg.agreement.counts import Counts, Figure, add_counts, undefined
from corpus_pkg.agreement.interval import GROUPS, LEVEL, SAMPLES, SEED, Interval, bootstrap
from corpus_pkg.agreement.measures import COMMITMENTS, Measure, Statistic
from corpus_pkg.agreement.pairing import Pairing
from corpus_pkg.agreement.spans import ALIGNED
from corpus_pkg.rows import group_of
from corpus_pkg.vocabulary import Vocabulary, default_vocabulary

Document = Mapping[str, Any]
Record = dict[str, Any]

LAYERS = ("date", "source", "actors", "events")
MEASURES: tuple[Measure, ...] = (
    *zones.MEASURES,
    *source.MEASURES,
    *extents.MEASURES,
    *coreference.MEASURES,
    *events.MEASURES,
    *factuality.MEASURES,
    *attributions.MEASURES,
    *relations.MEASURES,
)
SIGNATURE = " | ".join(
    (
        f"corpus_pkg {__version__}",
        "offsets:code-points",
        f"spans:dice,one-to-one,greatest-sum,aligned>={ALIGNED}",
        "actors:aligned-by-mentions,identifiers,names",
        "events:aligned-by-triggers",
        "alpha:krippendorff,nominal",
        f"ac1:gwet,labels={COMMITMENTS}",
        "coreference:singletons-kept,groups-are-entities",
        f"closure:{ORDER},{PART}",
        "sums:micro,each-text-once",
        f"interval:bootstrap,percentile,level={LEVEL},samples={SAMPLES},seed={SEED},groups>={GROUPS}",
    )
)
"""How every value is computed; two values can be compared when their signatures are the same."""
_DIGITS = 6


def agree_documents(
    a: Mapping[str, Document],
    b: Mapping[str, Document],
    inventory_a: Inventory,
    inventory_b: Inventory,
    *,
    groups: Mapping[str, str] | None = None,
    vocabulary: Vocabulary | None = None,
    names: tuple[str, str] = ("A", "B"),
) -> Record:
    """Return how far two passes agree: plain data, with a record for each measure and statistic.

    `a` and `b` give the documents of the passes by their id, in canonical form (`resolve.complete`). `groups` gives the
    group of documents that share a text; one document stands for each group. A layer is compared where both passes have
    finished it. What is not defined is null with a reason, never 0 or 1.
    """
    same = {doc_id: (a[doc_id], b[doc_id]) for doc_id in sorted({*a} & {*b}) if a[doc_id]["text"] == b[doc_id]["text"]}
    members: dict[str, list[str]] = defaultdict(list)
    for doc_id, (document, _) in same.items():
        members[group_of(document, groups or {})].append(doc_id)
    standing = {min(doc_ids, key=lambda doc_id: _rank(*same[doc_id])): doc_ids for doc_ids in members.values()}
    pairings = [Pairing(*same[doc_id]) for doc_id in sorted(standing)]
    actors = align_actors(pairings, inventory_a, inventory_b)
    vocabulary = vocabulary or default_vocabulary()
    comparisons = [Comparison(pairing, actors, vocabulary) for pairing in pairings]
    return {
        "signature": SIGNATURE,
        "passes": list(names),
        "documents": _documents(a, b, sorted(standing), same),
        "groups": {doc_id: sorted({*rest} - {doc_id}) for doc_id, rest in standing.items() if len(rest) > 1},
        "left_out": {layer: dict(_unfinished(layer, comparisons, names)) for layer in LAYERS},
        "actors": dict(sorted(actors.items())),
        "measures": [record for measure in MEASURES for record in _records(measure, comparisons)],
    }


def _rank(one: Document, other: Document) -> tuple[int, bool, str]:
    """Return what makes a document stand for its group: the most layers finished in both passes; no copies."""
    finished = {*one["annotated"]} & {*other["annotated"]}
    return -len(finished), bool(one["copy_of"] or other["copy_of"]), one["document"]


def _documents(
    a: Mapping[str, Document], b: Mapping[str, Document], compared: list[str], same: Mapping[str, Any]
) -> Record:
    return {
        "compared": compared,
        "only_a": sorted({*a} - {*b}),
        "only_b": sorted({*b} - {*a}),
        "texts_differ": sorted({*a} & {*b} - {*same}),
        "with_errors": {},
    }


def _unfinished(
    layer: str, comparisons: Sequence[Comparison], names: tuple[str, str]
) -> Iterator[tuple[str, list[str]]]:
    """Yield each document in which a layer is not compared, with the passes that have not finished it."""
    for comparison in comparisons:
        sides = zip(names, (comparison.a, comparison.b), strict=True)
        missing = [name for name, side in sides if layer not in side.document["annotated"]]
        if missing:
            yield comparison.doc_id, missing


def _records(measure: Measure, comparisons: Sequence[Comparison]) -> Iterator[Record]:
    """Yield the record of each statistic of a measure."""
    finished = [c for c in comparisons if all(_is_finished(layer, c) for layer in measure.layers)]
    of_document = {} if measure.across else {c.doc_id: measure.counts([c]) for c in finished}
    whole = measure.counts(finished) if measure.across else add_counts(of_document.values())
    for name, statistic in measure.kind.statistics.items():
        figure = statistic.value(whole) if finished else _nothing_finished(measure)
        yield {
            "measure": measure.name,
            "statistic": name,
            **_figure(figure),
            **({key: round(size) for key, size in measure.kind.sizes(whole).items()} if finished else {"n": 0}),
            "unit": measure.unit,
            "layers": list(measure.layers),
            "groups": len(finished),
            **_directions(statistic, whole, figure),
            **_interval(measure, statistic, figure, list(of_document.values())),
            "labels": _labels(measure, statistic, whole),
            "by_document": {
                doc_id: _figure(statistic.value(counts)) | {"n": round(measure.kind.sizes(counts)["n"])}
                for doc_id, counts in of_document.items()
            },
        }


def _is_finished(layer: str, comparison: Comparison) -> bool:
    return all(layer in side.document["annotated"] for side in (comparison.a, comparison.b))


def _nothing_finished(measure: Measure) -> Figure:
    layers = " and ".join(measure.layers)
    return undefined(f"no document has {layers} finished in both passes" if layers else "no document is in both passes")


def _figure(figure: Figure) -> Record:
    return {"value": _rounded(figure.value), "reason": figure.reason}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS) + 0.0  # which makes -0.0 plain


def _directions(statistic: Statistic, whole: Counts, figure: Figure) -> Record:
    """Return how much of each pass is in the other, where the measure has directions."""
    if statistic.in_other is None:
        return {}
    known = figure.value is not None
    sides = {"a_in_b": "a", "b_in_a": "b"}
    return {key: _rounded(statistic.in_other(whole, side).value) if known else None for key, side in sides.items()}


def _interval(measure: Measure, statistic: Statistic, figure: Figure, groups: Sequence[Counts]) -> Record:
    if figure.value is None:
        interval = Interval(None, None, "the value is not defined")
    elif measure.across:
        interval = Interval(None, None, "what is counted runs across documents, so they cannot be drawn one by one")
    else:
        interval = bootstrap(groups, statistic.value)
    ends = None if interval.reason else [_rounded(interval.low), _rounded(interval.high)]
    return {"interval": ends, "interval_reason": interval.reason}


def _labels(measure: Measure, statistic: Statistic, whole: Counts) -> Record:
    if statistic.of_label is None:
        return {}
    return {
        label: _figure(statistic.of_label(whole, label)) | {"n": round(n)}
        for label, n in measure.kind.labels(whole).items()
    }
