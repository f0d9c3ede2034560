"""One document in two passes: which spans of one are which of the other. Needs no knowledge of who is who."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from corpus_pkg.agreement.assignment import best_matching
from corpus_pkg.agreement.spans import ALIGNED, FINE, Item, SpanPair, characters, pair_equal, pair_overlapping, span_of

Annotation = Mapping[str, Any]


class Side:
    """A document as one pass has it, in canonical form."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.events: dict[str, Annotation] = {event["id"]: event for event in document["events"]}
        self._local = {actor["id"] for actor in document["actors"]}

    def layer(self, name: str) -> Sequence[Annotation]:
        """Return the items of a layer."""
        items: Sequence[Annotation] = self.document[name]
        return items

    def actor(self, name: str) -> str:
        """Return the name under which an actor is published: one of the document's own is `doc_id#name`."""
        return f"{self.document['document']}#{name}" if name in self._local else name


class Extents:
    """The items of one layer in both passes, with their pairs."""

    def __init__(self, a: Side, b: Side, layer: str, item: Callable[[Annotation, Side], Item]) -> None:
        self.a, self.b = a.layer(layer), b.layer(layer)
        self._items = [item(each, a) for each in self.a], [item(each, b) for each in self.b]

    @cached_property
    def overlapping(self) -> list[SpanPair]:
        """Return the pairs that overlap."""
        return pair_overlapping(*self._items)

    @cached_property
    def equal(self) -> list[SpanPair]:
        """Return the pairs of equal spans."""
        return pair_equal(*self._items)

    @cached_property
    def aligned(self) -> list[SpanPair]:
        """Return the overlapping pairs that are alike enough to be the same item."""
        return [pair for pair in self.overlapping if pair.dice >= ALIGNED]

    @property
    def items(self) -> list[tuple[Annotation, Annotation]]:
        """Return the aligned items of both passes."""
        return [(self.a[pair.a], self.b[pair.b]) for pair in self.aligned]


class Pairing:
    """A document as two passes annotate it."""

    def __init__(self, a: Mapping[str, Any], b: Mapping[str, Any]) -> None:
        self.a, self.b = Side(a), Side(b)

    @property
    def doc_id(self) -> str:
        """Return the name of the document."""
        return str(self.a.document["document"])

    @cached_property
    def mentions(self) -> Extents:
        """Return the mentions of actors."""
        return Extents(self.a, self.b, "mentions", _plain)

    @cached_property
    def times(self) -> Extents:
        """Return the expressions of time."""
        return Extents(self.a, self.b, "times", _plain)

    @cached_property
    def date_candidates(self) -> Extents:
        """Return the stamps that could date the document."""
        return Extents(self.a, self.b, "date_candidates", _plain)

    @cached_property
    def parties(self) -> Extents:
        """Return the words that name a party in the publication."""
        return Extents(self.a, self.b, "parties", _party)

    @cached_property
    def triggers(self) -> Extents:
        """Return the triggers of events."""
        return Extents(self.a, self.b, "triggers", _trigger)

    @cached_property
    def attributions(self) -> list[SpanPair]:
        """Return the pairs of attributions whose contents have most characters in common.

        Of equal content, cue and sources say which is which.
        """
        a, b = self.a.layer("attributions"), self.b.layer("attributions")
        contents = [[characters(item["content"]) for item in items] for items in (a, b)]
        alike: dict[tuple[int, int], float] = {}
        for i, one in enumerate(contents[0]):
            for j, other in enumerate(contents[1]):
                if one & other:
                    alike[i, j] = 2 * len(one & other) / (len(one) + len(other))
        # The ties weigh 3 at most, in as many pairs as the smaller side has members.
        scale = 3 * len(a) + 1
        weights = {(i, j): round(like * FINE) * scale + _ties(a[i], b[j]) for (i, j), like in alike.items()}
        return [SpanPair(i, j, alike[i, j]) for i, j in best_matching(weights)]


def _ties(one: Annotation, other: Annotation) -> int:
    return 2 * int(one["cue"] == other["cue"]) + int(one["sources"] == other["sources"])


def _plain(annotation: Annotation, _: Side) -> Item:
    return Item(span_of(annotation["q"]))


def _party(party: Annotation, _: Side) -> Item:
    """Return the words of a party; where one name has two parts, the part says which is which."""
    return Item(span_of(party["q"]), (party["role"],))


def _trigger(trigger: Annotation, side: Side) -> Item:
    """Return a trigger; where one word reports two events, type, mode and name say which is which."""
    event = side.events[trigger["event"]]
    return Item(span_of(trigger["q"]), (event["type"], event["mode"] or "", event["id"]))
