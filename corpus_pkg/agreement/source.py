"""Date, source and rights of whole documents."""

from __future__ import annotations

from corpus_pkg.agreement.comparison import Comparison, Names
from corpus_pkg.agreement.counts import Counts, count_common, count_labels, count_values
from corpus_pkg.agreement.extents import BASES
from corpus_pkg.agreement.measures import LABELLED, SAME, SHARED, Measure, each
from corpus_pkg.agreement.pairing import Side


def _date(basis: str) -> Measure:
    def count(comparison: Comparison) -> Counts:
        return count_values([(comparison.a.document["date"][basis], comparison.b.document["date"][basis])])

    return Measure(f"date.{basis}", ("date",), "documents", SAME, each(count))


def count_roles(comparison: Comparison) -> Counts:
    """Count the parts that actors have in the publication; the same aligned actor in the same part is shared."""
    return count_common(_roles(comparison.a, comparison.actor_a), _roles(comparison.b, comparison.actor_b))


def count_role_sets(comparison: Comparison) -> Counts:
    """Count documents; those that have just the same actors in the same parts are shared."""
    a, b = _roles(comparison.a, comparison.actor_a), _roles(comparison.b, comparison.actor_b)
    return count_values([(frozenset(a), frozenset(b))])


def _roles(side: Side, name: Names) -> dict[tuple[str, str], str]:
    parties = (*side.layer("parties"), *side.document["source"]["parties"])
    return {(party["role"], name(party["actor"])): party["role"] for party in parties}


def _rights(key: str) -> Measure:
    def count(comparison: Comparison) -> Counts:
        return count_labels([(comparison.a.document["source"][key], comparison.b.document["source"][key])])

    return Measure(f"source.{key}", ("source",), "documents", LABELLED, each(count))


def count_holders(comparison: Comparison) -> Counts:
    """Count documents; those with the same aligned actor as holder of the rights, or with none, are shared."""
    a, b = (side.document["source"]["holder"] for side in (comparison.a, comparison.b))
    return count_values([(a and comparison.actor_a(a), b and comparison.actor_b(b))])


MEASURES = (
    *(_date(basis) for basis in BASES),
    Measure("source.roles", ("source",), "parts in the publication", SHARED, each(count_roles)),
    Measure("source.all_roles", ("source",), "documents", SAME, each(count_role_sets)),
    _rights("licence"),
    _rights("redistribution"),
    Measure("source.holder", ("source",), "documents", SAME, each(count_holders)),
)
