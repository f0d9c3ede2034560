"""One document in two passes, with actors and events of both under common names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from corpus_pkg.agreement.assignment import best_matching
from corpus_pkg.agreement.pairing import Annotation, Pairing, Side
from corpus_pkg.derive import commitments
from corpus_pkg.vocabulary import RESERVED_SOURCES, Vocabulary

Names = Callable[[str], str]
"""From a name of one pass to a name that both passes share; what the other pass lacks has a name of its own."""
_BY_TRIGGER = 10**9


class Commitment(NamedTuple):
    """A degree of factuality, and whether it is another than attribution and modality give."""

    value: str
    is_exception: bool


Commitments = Mapping[str, Commitment]
"""The commitment of each source to an event at a trigger."""


class Comparison:
    """A document in two passes, both in canonical form.

    `actors` gives the actor of B for each actor of A that has one (`actors.align_actors`).
    """

    def __init__(self, pairing: Pairing, actors: Mapping[str, str], vocabulary: Vocabulary) -> None:
        self.pairing, self.vocabulary = pairing, vocabulary
        self.a, self.b, self.doc_id = pairing.a, pairing.b, pairing.doc_id
        self._actors = actors

    def actor_a(self, name: str) -> str:
        """Return the common name of an actor of A, or of a source."""
        key = self.a.actor(name)
        return name if name in RESERVED_SOURCES else f"b:{self._actors[key]}" if key in self._actors else f"a:{key}"

    def actor_b(self, name: str) -> str:
        """Return the common name of an actor of B, or of a source."""
        return name if name in RESERVED_SOURCES else f"b:{self.b.actor(name)}"

    def event_a(self, name: str) -> str:
        """Return the common name of an event of A."""
        return f"b:{self.events[name]}" if name in self.events else f"a:{name}"

    def event_b(self, name: str) -> str:
        """Return the common name of an event of B."""
        return f"b:{name}"

    @cached_property
    def events(self) -> dict[str, str]:
        """Return the event of B for each event of A that has one, by the triggers that they share.

        Where those leave a choice, type, mode and shared parties decide; so they do for events without any trigger.
        """
        weights: dict[tuple[str, str], int] = defaultdict(int)
        for one, other in self.pairing.triggers.items:
            weights[one["event"], other["event"]] += _BY_TRIGGER
        for pair in self._told_by_no_word():
            weights[pair] += 1
        for first, second in weights:
            weights[first, second] += self._likeness(self.a.events[first], self.b.events[second])
        return dict(best_matching(weights))

    def _told_by_no_word(self) -> Iterator[tuple[str, str]]:
        """Yield pairs of one type of events that have no trigger."""
        bare = [
            set(side.events) - {trigger["event"] for trigger in side.layer("triggers")} for side in (self.a, self.b)
        ]
        for one in sorted(bare[0]):
            yield from ((one, other) for other in sorted(bare[1]) if self._of_one_type(one, other))

    def _of_one_type(self, one: str, other: str) -> bool:
        return bool(self.a.events[one]["type"] == self.b.events[other]["type"])

    def _likeness(self, one: Annotation, other: Annotation) -> int:
        """Return a number that is greater the more the events have in common, type and mode above all."""
        same_type, same_mode = one["type"] == other["type"], one["mode"] == other["mode"]
        shared = {*self.fillers(one, self.actor_a)} & {*self.fillers(other, self.actor_b)}
        labels = 400 * same_type + 200 * (same_type and same_mode)
        return int(labels + 2 * min(len(shared), 99) + (one["id"] == other["id"]))

    @property
    def event_pairs(self) -> list[tuple[Annotation, Annotation]]:
        """Return the aligned events of both passes."""
        return [(self.a.events[one], self.b.events[other]) for one, other in self.events.items()]

    def fillers(self, event: Annotation, name: Names) -> list[tuple[str, str]]:
        """Return each role of an event with the common name of each of its fillers."""
        return [(role, name(actor)) for role in self.vocabulary.labels("roles") for actor in event.get(role, ())]

    @cached_property
    def commitments(self) -> tuple[list[Commitments], list[Commitments]]:
        """Return the commitments at each trigger of both passes, by the common names of their sources."""
        a = [_commitments(trigger, self.a, self.actor_a) for trigger in self.a.layer("triggers")]
        return a, [_commitments(trigger, self.b, self.actor_b) for trigger in self.b.layer("triggers")]


def _commitments(trigger: Annotation, side: Side, name: Names) -> Commitments:
    modality = side.events[trigger["event"]]["modality"]
    derived = commitments(trigger, side.layer("attributions"), modality)
    defaults = {item["source"]: item["value"] for item in derived}
    return {
        name(item["source"]): Commitment(item["value"], item["value"] != defaults.get(item["source"]))
        for item in trigger["factuality"]
    }
