"""What a measure is: what it counts of a document, and the statistics that are made of the counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from corpus_pkg.agreement.clusters import CONLL, METRICS
from corpus_pkg.agreement.coefficients import (
    alpha_of_label,
    gwet_ac1,
    krippendorff_alpha,
    raw_agreement,
    specific_agreement,
)
from corpus_pkg.agreement.comparison import Comparison
from corpus_pkg.agreement.counts import WHOLE, Counts, Figure, add_counts, f1, in_other, undefined
from corpus_pkg.schema import read_schema


class Statistic(NamedTuple):
    """What is made of counts: the value, that of one label, and how much of one pass (`a`, `b`) is in the other."""

    value: Callable[[Counts], Figure]
    of_label: Callable[[Counts, str], Figure] | None = None
    in_other: Callable[[Counts, str], Figure] | None = None


class Kind(NamedTuple):
    """A form of counts: its statistics, how many units were counted (`n`; by pass where they differ), its labels."""

    statistics: Mapping[str, Statistic]
    sizes: Callable[[Counts], dict[str, float]]
    labels: Callable[[Counts], dict[str, float]]


class Measure(NamedTuple):
    """What two passes are compared in.

    `layers` must be finished in both; `unit` is what is counted; `across` says that documents are counted together,
    since what is counted runs across them.
    """

    name: str
    layers: tuple[str, ...]
    unit: str
    kind: Kind
    counts: Callable[[Sequence[Comparison]], Counts]
    across: bool = False


def each(count: Callable[[Comparison], Counts]) -> Callable[[Sequence[Comparison]], Counts]:
    """Return what counts several documents, from what counts one."""
    return lambda comparisons: count(*comparisons) if len(comparisons) == 1 else add_counts(map(count, comparisons))


def _shared_sizes(counts: Counts) -> dict[str, float]:
    a, b = counts.get(("a", WHOLE), 0), counts.get(("b", WHOLE), 0)
    return {"n": a + b, "n_a": a, "n_b": b}


def _shared_labels(counts: Counts) -> dict[str, float]:
    labels = sorted({label for side, label in counts if side in ("a", "b") and label != WHOLE})
    return {label: counts.get(("a", label), 0) + counts.get(("b", label), 0) for label in labels}


def _unit_labels(counts: Counts) -> dict[str, float]:
    return {label: number for (side, label), number in sorted(counts.items()) if side == "units"}


def _unit_sizes(counts: Counts) -> dict[str, float]:
    return {"n": counts.get(("a", WHOLE), 0)}


def _label_sizes(counts: Counts) -> dict[str, float]:
    return {"n": sum(counts.values())}


def _labels(counts: Counts) -> dict[str, float]:
    labels = sorted({label for pair in counts for label in pair})
    return {label: sum(number for pair, number in counts.items() if label in pair) for label in labels}


def _cluster_figure(counts: Counts, metric: str) -> Figure:
    shares = [counts[metric, side] for side in ("a_part", "a_whole", "b_part", "b_whole")]
    if not shares[1] and not shares[3]:
        return undefined("neither pass has two mentions of one entity" if metric == "muc" else "neither pass has any")
    first, second = (part / whole if whole else 0 for part, whole in (shares[:2], shares[2:]))
    return Figure(2 * first * second / (first + second) if first + second else 0.0)


def _cluster_direction(counts: Counts, side: str, metric: str) -> Figure:
    whole = counts[metric, f"{side}_whole"]
    return Figure(counts[metric, f"{side}_part"] / whole) if whole else undefined("this pass has none")


def _conll(counts: Counts) -> Figure:
    values = []
    for metric in CONLL:
        value, reason = _cluster_figure(counts, metric)
        if value is None:
            return undefined(f"{metric} is not defined: {reason}")
        values.append(value)
    return Figure(sum(values) / len(values))


def _cluster_sizes(counts: Counts) -> dict[str, float]:
    a, b = counts["mentions", "a"], counts["mentions", "b"]
    return {"n": a + b, "n_a": a, "n_b": b}


def _cluster_statistics() -> dict[str, Statistic]:
    of_metric = {
        metric: Statistic(partial(_cluster_figure, metric=metric), in_other=partial(_cluster_direction, metric=metric))
        for metric in METRICS
    }
    return of_metric | {"conll": Statistic(_conll)}


COMMITMENTS: int = len(read_schema("definitions")["$defs"]["commitment"]["properties"]["value"]["enum"])
"""How many labels the scale of factuality has."""
_CHANCE = {
    "agreement": Statistic(raw_agreement, specific_agreement),
    "alpha": Statistic(krippendorff_alpha, alpha_of_label),
}
SHARED = Kind({"f1": Statistic(f1, f1, in_other)}, _shared_sizes, _shared_labels)
"""Items that are in both passes or in one."""
SAME = Kind({"agreement": Statistic(f1, f1)}, _unit_sizes, _unit_labels)
"""Units with a value in each pass that is the same or not, where there are too many values to be labels."""
LABELLED = Kind(_CHANCE, _label_sizes, _labels)
"""Units with a label in each pass."""
COMMITTED = Kind(_CHANCE | {"ac1": Statistic(partial(gwet_ac1, labels=COMMITMENTS))}, _label_sizes, _labels)
"""Units with a degree of factuality in each pass."""
CLUSTERED = Kind(_cluster_statistics(), _cluster_sizes, lambda counts: {})
"""Mentions that are clustered in each pass."""
