"""The names of the second of two passes, replaced by those that the first has for the same actors and events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from corpus_pkg.agreement.actors import align_actors
from corpus_pkg.agreement.assignment import best_matching
from corpus_pkg.agreement.comparison import Comparison
from corpus_pkg.agreement.pairing import Pairing
from corpus_pkg.passes import Pass
from corpus_pkg.paths import changed_at
from corpus_pkg.pointers import ACTORS, CORPUS_EVENTS, ENDS, EVENTS, OFFICES, SOURCES, fillers
from corpus_pkg.vocabulary import RESERVED_SOURCES

Data = dict[str, Any]
Change = Callable[[str], str]


class CommonNames:
    """Tells for each name of pass B the name under which pass A has the same actor or event.

    What A lacks keeps its name, with `_b` behind it where A calls something else so.
    """

    def __init__(self, a: Pass, b: Pass) -> None:
        self._a, self._b = a, b
        pairings = [Pairing(a.documents[doc_id], b.documents[doc_id]) for doc_id in shared_documents(a, b)]
        actors = align_actors(pairings, a.inventory, b.inventory)
        comparisons = [Comparison(pairing, actors, a.vocabulary) for pairing in pairings]
        self._actors = {match: name for name, match in actors.items()}
        self._events = {each.doc_id: {match: name for name, match in each.events.items()} for each in comparisons}
        self._world = _align_world(a, b, comparisons)
        self._taken = {actor["id"] for actor in a.inventory["actors"]}
        self._local = {doc_id: {actor["id"] for actor in a.documents[doc_id]["actors"]} for doc_id in self._events}

    def document(self, document: Data) -> Data:
        """Return a document of pass B, in canonical form or without what is derived, under the names of pass A."""
        doc_id = document["document"]
        own = {actor["id"] for actor in document["actors"]}
        events = _renaming(self._events[doc_id], {event["id"] for event in self._a.documents[doc_id]["events"]})

        def actor(name: str) -> str:
            return (
                name if name in RESERVED_SOURCES else self._actor(doc_id, f"{doc_id}#{name}" if name in own else name)
            )

        roles = fillers(self._a.vocabulary)
        document = _changed(document, (*ACTORS, *SOURCES, *roles, "actors.*.id"), actor)
        document = _changed(document, (*EVENTS, "events.*.id"), events)
        return _changed(document, CORPUS_EVENTS, self._corpus_event)

    def inventory(self) -> Data:
        """Return the inventory of pass B under the names of pass A."""
        inventory = _changed(dict(self._b.inventory), (*OFFICES, "actors.*.id"), lambda name: self._actor("", name))
        return _changed(inventory, (*ENDS, "events.*.id"), self._corpus_event)

    def _actor(self, doc_id: str, key: str) -> str:
        """Return the name of an actor of B, in a document or (without one) in the inventory."""
        name = key.rpartition("#")[2]
        home, _, match = self._actors.get(key, "").rpartition("#")
        if match and home in ("", doc_id):
            return match
        return f"{name}_b" if name in self._taken | self._local.get(doc_id, set()) else name

    def _corpus_event(self, name: str) -> str:
        return _renaming(self._world, {event["id"] for event in self._a.inventory["events"]})(name)


def shared_documents(a: Pass, b: Pass) -> list[str]:
    """Return the documents that both passes have."""
    return sorted(a.documents.keys() & b.documents.keys())


def _align_world(a: Pass, b: Pass, comparisons: Sequence[Comparison]) -> dict[str, str]:
    """Return the event of the world of A for each of B that has one: what the same reports point to.

    Where those leave a choice, or there are none, the same name or type and mode of both decide.
    """
    weights: Counter[tuple[str, str]] = Counter()
    for comparison in comparisons:
        for one, other in comparison.event_pairs:
            if one["corpus_event"] and other["corpus_event"]:
                weights[other["corpus_event"], one["corpus_event"]] += 1000
    names = {event["id"] for event in a.inventory["events"]}
    for event in b.inventory["events"]:
        if event["id"] in names:
            weights[event["id"], event["id"]] += 1
    return dict(best_matching(weights))


def _renaming(known: Mapping[str, str], taken: set[str]) -> Change:
    return lambda name: known.get(name) or (f"{name}_b" if name in taken else name)


def _changed(data: Data, patterns: Sequence[str], change: Change) -> Data:
    for pattern in patterns:
        data = changed_at(data, pattern, change)
    return data
