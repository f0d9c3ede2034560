"""Mentions, triggers, time expressions and stamps: whether both passes mark the same words, and label them alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from corpus_pkg.agreement.comparison import Comparison
from corpus_pkg.agreement.counts import Counts, count_labels, count_shared, count_values
from corpus_pkg.agreement.measures import LABELLED, SAME, SHARED, Measure, each
from corpus_pkg.agreement.pairing import Annotation, Extents, Side
from corpus_pkg.agreement.spans import SpanPair

BASES = ("text", "known", "external")
"""On what a date can rest."""
Extent = Callable[[Comparison], Extents]
Label = Callable[[Annotation, Side], str]


def count_extents(comparison: Comparison, extents: Extents, pairs: list[SpanPair], label: Label) -> Counts:
    """Count items by their label, and those of the pairs by their Dice coefficient."""
    a = [label(item, comparison.a) for item in extents.a]
    b = [label(item, comparison.b) for item in extents.b]
    return count_shared(a, b, ((a[pair.a], b[pair.b], pair.dice) for pair in pairs))


def _extents(name: str, layers: tuple[str, ...], extent: Extent, label: Label) -> Iterator[Measure]:
    """Yield the measures of the extents of a layer: the same span, and the overlap of spans."""
    unit = name.replace("_", " ")

    def exact(comparison: Comparison) -> Counts:
        return count_extents(comparison, extent(comparison), extent(comparison).equal, label)

    def overlapping(comparison: Comparison) -> Counts:
        return count_extents(comparison, extent(comparison), extent(comparison).overlapping, label)

    yield Measure(f"{name}.exact", layers, unit, SHARED, each(exact))
    yield Measure(f"{name}.overlap", layers, unit, SHARED, each(overlapping))


def _labelled(name: str, layer: str, extent: Extent, key: str) -> Measure:
    """Return the measure of a closed label of aligned items."""

    def count(comparison: Comparison) -> Counts:
        return count_labels((one[key], other[key]) for one, other in extent(comparison).items)

    return Measure(f"{name}.{key}", (layer,), f"aligned {name.replace('_', ' ')}", LABELLED, each(count))


def _valued(name: str, layer: str, extent: Extent, key: str) -> Measure:
    """Return the measure of an open value of aligned items."""

    def count(comparison: Comparison) -> Counts:
        return count_values((one[key], other[key]) for one, other in extent(comparison).items)

    return Measure(f"{name}.{key}", (layer,), f"aligned {name.replace('_', ' ')}", SAME, each(count))


def count_types(comparison: Comparison) -> Counts:
    """Count aligned triggers by the type of their event."""
    return count_labels((one["type"], other["type"]) for one, other in _events(comparison))


def count_modes(comparison: Comparison) -> Counts:
    """Count aligned triggers whose events have the same type by its mode, where the type has modes."""
    alike = ((one, other) for one, other in _events(comparison) if one["type"] == other["type"])
    return count_labels(
        (f"{one['type']}/{one['mode'] or 'none'}", f"{other['type']}/{other['mode'] or 'none'}")
        for one, other in alike
        if comparison.vocabulary.modes("types", one["type"])
    )


def _events(comparison: Comparison) -> Iterator[tuple[Annotation, Annotation]]:
    for one, other in comparison.pairing.triggers.items:
        yield comparison.a.events[one["event"]], comparison.b.events[other["event"]]


def _mentions(comparison: Comparison) -> Extents:
    return comparison.pairing.mentions


def _triggers(comparison: Comparison) -> Extents:
    return comparison.pairing.triggers


def _times(comparison: Comparison) -> Extents:
    return comparison.pairing.times


def _candidates(comparison: Comparison) -> Extents:
    return comparison.pairing.date_candidates


MEASURES = (
    *_extents("mentions", ("actors",), _mentions, lambda item, side: str(item["level"])),
    _labelled("mentions", "actors", _mentions, "level"),
    _labelled("mentions", "actors", _mentions, "metonymy"),
    *_extents("triggers", ("events",), _triggers, lambda item, side: str(side.events[item["event"]]["type"])),
    Measure("triggers.type", ("events",), "aligned triggers", LABELLED, each(count_types)),
    Measure("triggers.mode", ("events",), "aligned triggers of one type", LABELLED, each(count_modes)),
    *_extents("times", ("events",), _times, lambda item, side: str(item["anchored"])),
    *(_valued("times", "events", _times, basis) for basis in BASES),
    _labelled("times", "events", _times, "anchored"),
    *_extents("date_candidates", ("date",), _candidates, lambda item, side: str(item["kind"])),
    _labelled("date_candidates", "date", _candidates, "kind"),
    _labelled("date_candidates", "date", _candidates, "verdict"),
    _valued("date_candidates", "date", _candidates, "value"),
)
