"""Relations between the events of a document, after closure, and claims about them."""

from __future__ import annotations

from collections.abc import Hashable

from corpus_pkg.agreement.closure import close_relations
from corpus_pkg.agreement.comparison import Comparison, Names
from corpus_pkg.agreement.counts import Counts, count_common
from corpus_pkg.agreement.measures import SHARED, Measure, each
from corpus_pkg.agreement.pairing import Side


def count_relations(comparison: Comparison) -> Counts:
    """Count relations, with what follows from them, by their type; those between aligned events are shared."""
    a = _relations(comparison, comparison.a, comparison.event_a)
    return count_common(a, _relations(comparison, comparison.b, comparison.event_b))


def _relations(comparison: Comparison, side: Side, name: Names) -> dict[Hashable, str]:
    written = {(name(item["from"]), item["type"], name(item["to"])) for item in side.layer("relations")}
    return {item: item[1] for item in close_relations(written, comparison.vocabulary.is_symmetric)}


def count_modes(comparison: Comparison) -> Counts:
    """Count relations that have a type with modes by type and mode; what follows from others has none."""
    a = _modes(comparison, comparison.a, comparison.event_a)
    return count_common(a, _modes(comparison, comparison.b, comparison.event_b))


def _modes(comparison: Comparison, side: Side, name: Names) -> dict[Hashable, str]:
    return {
        (name(item["from"]), item["type"], item["mode"], name(item["to"])): f"{item['type']}/{item['mode'] or 'none'}"
        for item in side.layer("relations")
        if comparison.vocabulary.modes("relation_types", item["type"])
    }


def count_claims(comparison: Comparison) -> Counts:
    """Count claims by what they are about; the same attribute of aligned events, with the same source, is shared."""
    a = _claims(comparison.a, comparison.actor_a, comparison.event_a)
    return count_common(a, _claims(comparison.b, comparison.actor_b, comparison.event_b))


def _claims(side: Side, actor: Names, event: Names) -> dict[Hashable, str]:
    return {
        (event(item["event"]), item["attribute"], actor(source)): item["attribute"]
        for item in side.layer("claims")
        for source in item["sources"]
    }


MEASURES = (
    Measure("relations", ("events",), "relations", SHARED, each(count_relations)),
    Measure("relations.mode", ("events",), "relations with modes", SHARED, each(count_modes)),
    Measure("claims", ("actors", "events"), "claims of a source", SHARED, each(count_claims)),
)
