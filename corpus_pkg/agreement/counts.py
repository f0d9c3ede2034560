"""What is counted of one document, so that documents can be added up, and what follows from the sums.

Two forms: how much is in both passes (F1 and its two directions), and which label of one pass meets which of the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from math import fsum
from typing import NamedTuple, TypeVar

K = TypeVar("K", bound=Hashable)
Counts = Mapping[tuple[str, str], float]
"""Numbers that may be added up over documents."""

WHOLE = ""
"""The label under which all items are counted, whatever their own."""


class Figure(NamedTuple):
    """A value; null, with the reason, where the measure has none."""

    value: float | None
    reason: str | None = None


def undefined(reason: str) -> Figure:
    """Return the figure of a measure that is not defined here."""
    return Figure(None, reason)


def add_counts(counts: Iterable[Counts]) -> dict[tuple[str, str], float]:
    """Return the sum of counts."""
    total: dict[tuple[str, str], float] = defaultdict(float)
    for each in counts:
        for key, number in each.items():
            total[key] += number
    return dict(total)


# How much is in both. The keys are (`a`, `b` or `both`, label).


def count_shared(
    a: Iterable[str], b: Iterable[str], shared: Iterable[tuple[str, str, float]]
) -> dict[tuple[str, str], float]:
    """Return the counts of items by their labels, and of what is shared: the label in each pass, and how much.

    Under a label only what has it in both passes is shared.
    """
    counts: dict[tuple[str, str], float] = defaultdict(float)
    for side, labels in (("a", a), ("b", b)):
        for label in labels:
            counts[side, WHOLE] += 1
            counts[side, label] += 1
    amounts: dict[str, list[float]] = defaultdict(list)
    for one, other, amount in shared:
        amounts[WHOLE].append(amount)
        if one == other:
            amounts[one].append(amount)
    # Exact sums do not depend on the order, which is another when the passes change places.
    return dict(counts) | {("both", label): fsum(numbers) for label, numbers in amounts.items()}


def count_common(a: Mapping[K, str], b: Mapping[K, str]) -> dict[tuple[str, str], float]:
    """Return the counts of items, by their labels, that are the same when they are equal."""
    return count_shared(a.values(), b.values(), ((a[item], b[item], 1) for item in a if item in b))


def f1(counts: Counts, label: str = WHOLE) -> Figure:
    """Return the F1 score of either pass against the other: the harmonic mean of both directions."""
    whole = counts.get(("a", label), 0) + counts.get(("b", label), 0)
    if not whole:
        return undefined("neither pass has any")
    return Figure(2 * counts.get(("both", label), 0) / whole)


def in_other(counts: Counts, side: str, label: str = WHOLE) -> Figure:
    """Return how much of one pass (`a` or `b`) is in the other."""
    whole = counts.get((side, label), 0)
    return Figure(counts.get(("both", label), 0) / whole) if whole else undefined("this pass has none")


# Which label meets which. The keys are (label in A, label in B).


def count_labels(pairs: Iterable[tuple[object, object]]) -> dict[tuple[str, str], float]:
    """Return the counts of units by the labels that both passes give them; null is the label `none`."""
    counts: dict[tuple[str, str], float] = defaultdict(float)
    for one, other in pairs:
        counts[_label(one), _label(other)] += 1
    return dict(counts)


def _label(value: object) -> str:
    return "none" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


# Which values are the same: counted as what is shared, since there are too many values for each to be a label.


def count_values(pairs: Iterable[tuple[object, object]]) -> dict[tuple[str, str], float]:
    """Return the counts of units, those that have the same value in both passes being shared.

    The labels are `given` and `none`; under `units` are those that have the label in either pass.
    """
    units = list(pairs)
    kinds = [(_kind(one), _kind(other)) for one, other in units]
    same = [(*kind, 1.0) for kind, (one, other) in zip(kinds, units, strict=True) if one == other]
    counts = count_shared((one for one, _ in kinds), (other for _, other in kinds), same)
    for label in {label for kind in kinds for label in kind}:
        counts["units", label] = sum(label in kind for kind in kinds)
    return counts


def _kind(value: object) -> str:
    return "none" if value in (None, frozenset()) else "given"
