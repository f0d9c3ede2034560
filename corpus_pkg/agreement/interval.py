"""Confidence intervals by the bootstrap, over groups of documents that share a text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from random import Random
from statistics import quantiles
from typing import Any, NamedTuple

from corpus_pkg.agreement.counts import Counts, Figure

GROUPS = 20
"""Fewer independent groups than these give no interval: their spread says too little."""
SAMPLES, SEED, LEVEL = 1_000, 0, 0.95
DEFINED = 0.95
"""Share of the samples in which a measure must be defined."""


class Interval(NamedTuple):
    """The ends of a confidence interval; null, with the reason, where there is none."""

    low: float | None
    high: float | None
    reason: str | None = None


def bootstrap(groups: Sequence[Counts], value: Callable[[Counts], Figure]) -> Interval:
    """Return the percentile interval of a value over samples of the groups, drawn with replacement.

    The seed is fixed, so that the same counts give the same interval. What was paired stays paired in every sample.
    """
    if len(groups) < GROUPS:
        return Interval(None, None, f"an interval needs {GROUPS} independent groups, and there are {len(groups)}")
    figures = (value(counts) for counts in _samples(groups))
    values = [figure.value for figure in figures if figure.value is not None]
    if len(values) < DEFINED * SAMPLES:
        return Interval(None, None, f"not defined in {SAMPLES - len(values):,} of {SAMPLES:,} samples")
    ends = quantiles(values, n=round(2 / (1 - LEVEL)), method="inclusive")
    return Interval(ends[0], ends[-1])


def _samples(groups: Sequence[Counts]) -> Any:
    """Yield the counts of each sample."""
    import numpy

    keys = sorted({key for counts in groups for key in counts})
    table = numpy.array([[counts.get(key, 0) for key in keys] for counts in groups], dtype=float)
    for row in (_draws(len(groups)) @ table).tolist():
        yield dict(zip(keys, row, strict=True))


@cache
def _draws(groups: int) -> Any:
    """Return how often each group is in each sample."""
    import numpy

    # The one method that gives the same numbers for a seed in every version of Python, and numpy has none.
    random = Random(SEED).random
    drawn = [[int(random() * groups) for _ in range(groups)] for _ in range(SAMPLES)]
    return numpy.array([numpy.bincount(sample, minlength=groups) for sample in drawn], dtype=float)
