"""Events as their document reports them: which both passes have, and what they say of them."""

from __future__ import annotations

from collections.abc import Iterator

from corpus_pkg.agreement.comparison import Comparison, Names
from corpus_pkg.agreement.counts import Counts, add_counts, count_common, count_labels, count_shared, count_values
from corpus_pkg.agreement.extents import BASES
from corpus_pkg.agreement.measures import LABELLED, SAME, SHARED, Measure, each
from corpus_pkg.agreement.pairing import Annotation
from corpus_pkg.agreement.spans import Item, pair_overlapping, span_of

SPAN_ROLES = ("topic", "object", "instrument", "when")
"""Roles that words of the text fill, at each trigger."""


def count_events(comparison: Comparison) -> Counts:
    """Count events by their type; those that are aligned are shared."""
    a, b = comparison.a.events.values(), comparison.b.events.values()
    shared = ((one["type"], other["type"], 1) for one, other in comparison.event_pairs)
    return count_shared((event["type"] for event in a), (event["type"] for event in b), shared)


def count_modality(comparison: Comparison) -> Counts:
    """Count aligned events by their modality."""
    return count_labels((one["modality"], other["modality"]) for one, other in comparison.event_pairs)


def count_contexts(comparison: Comparison) -> Counts:
    """Count the contexts of aligned events."""
    pairs = [[{label: label for label in event["contexts"]} for event in pair] for pair in comparison.event_pairs]
    return add_counts(count_common(one, other) for one, other in pairs)


def count_numbers(comparison: Comparison) -> Counts:
    """Count the numbers that aligned events have, by what they count."""
    pairs = [[{item: item[0] for item in event["counts"].items()} for event in pair] for pair in comparison.event_pairs]
    return add_counts(count_common(one, other) for one, other in pairs)


def _times(basis: str) -> Measure:
    def count(comparison: Comparison) -> Counts:
        return count_values((one["time"][basis], other["time"][basis]) for one, other in comparison.event_pairs)

    return Measure(f"events.{basis}", ("events",), "aligned events", SAME, each(count))


def count_roles(comparison: Comparison) -> Counts:
    """Count the fillers of the roles of aligned events; the same aligned actor in the same role is shared."""
    return add_counts(
        count_common(_roles(comparison, one, comparison.actor_a), _roles(comparison, other, comparison.actor_b))
        for one, other in comparison.event_pairs
    )


def _roles(comparison: Comparison, event: Annotation, name: Names) -> dict[tuple[str, str], str]:
    return {(role, filler): role for role, filler in comparison.fillers(event, name)}


def count_words(comparison: Comparison) -> Counts:
    """Count the words that fill roles at aligned triggers, the shared ones by the Dice coefficient of their span."""
    return add_counts(
        _words(one[role], other[role], role) for one, other in comparison.pairing.triggers.items for role in SPAN_ROLES
    )


def _words(a: list[Annotation], b: list[Annotation], role: str) -> Counts:
    pairs = pair_overlapping([Item(span_of(span)) for span in a], [Item(span_of(span)) for span in b])
    return count_shared([role] * len(a), [role] * len(b), ((role, role, pair.dice) for pair in pairs))


def _measures() -> Iterator[Measure]:
    yield Measure("events", ("events",), "events", SHARED, each(count_events))
    yield Measure("events.modality", ("events",), "aligned events", LABELLED, each(count_modality))
    yield Measure("events.contexts", ("events",), "contexts of aligned events", SHARED, each(count_contexts))
    yield Measure("events.counts", ("events",), "numbers of aligned events", SHARED, each(count_numbers))
    yield from (_times(basis) for basis in BASES)
    yield Measure("arguments.actors", ("actors", "events"), "fillers in aligned events", SHARED, each(count_roles))
    yield Measure("arguments.words", ("events",), "words at aligned triggers", SHARED, each(count_words))


MEASURES = tuple(_measures())
