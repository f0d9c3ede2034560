"""From a document in canonical form to its row of `documents`: the flat tables of one document, nested in it.

Names become those that are published: events and local actors as `doc_id#name`.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpus_pkg.vocabulary import RESERVED_SOURCES, Vocabulary

Row = dict[str, Any]
Document = Mapping[str, Any]

_STRENGTH = {"CT": 3, "PR": 2, "PS": 1, "U": 0}


@dataclass(frozen=True)
class World:
    """What a row needs to know beyond its document."""

    vocabulary: Vocabulary
    actors: Mapping[str, Row]
    """Rows of the inventory's actors, by name."""
    groups: Mapping[str, str]
    """The group of each document that is in one."""


def document_row(document: Document, world: World) -> Row:
    """Return the row of a document."""
    maker = _Rows(document, world)
    return {
        "doc_id": document["document"],
        "text": document["text"],
        "title": next((zone["text"] for zone in maker.zones() if zone["zone"] == "title"), None),
        "language": document["language"],
        "group": group_of(document, world.groups),
        "copy_of": document["copy_of"],
        "annotated": document["annotated"],
        "sha256": hashlib.sha256(document["text"].encode()).hexdigest(),
        "date": _only(document["date"], ("text", "known", "external", "because", "cite", "note")),
        "source": maker.source(),
        **{name: list(make(maker)) for name, make in _LAYERS.items()},
        "cases": document["cases"],
        "note": document["note"],
    }


def group_of(document: Document, groups: Mapping[str, str]) -> str:
    """Return the group of a document: the one it is in, or that of its original, or its own name."""
    home = document["copy_of"] or document["document"]
    return groups.get(document["document"]) or groups.get(home, home)


def _only(item: Mapping[str, Any], keys: Collection[str]) -> Row:
    return {key: item[key] for key in keys}


def _place(prefix: str, span: Mapping[str, Any] | None) -> Row:
    return {f"{prefix}{key}": span[key] if span else None for key in ("start", "end", "text")}


def _dated(value: Mapping[str, Any]) -> Row:
    return {
        "date_text": value["text"],
        "date_known": value["known"],
        "date_external": value["external"],
        "because": value["because"],
        "cite": value["cite"],
    }


def _remarks(item: Mapping[str, Any]) -> Row:
    return {"cases": item["cases"], "note": item["note"]}


class _Rows:
    """Makes the rows of each table for one document."""

    def __init__(self, document: Document, world: World) -> None:
        self._document, self._world = document, world
        self._local = {actor["id"] for actor in document["actors"]}
        self._events = {event["id"]: event for event in document["events"]}
        self._triggers: dict[str, list[Row]] = defaultdict(list)
        for trigger in document["triggers"]:
            self._triggers[trigger["event"]].append(trigger)

    def _actor(self, name: str) -> str:
        return f"{self._document['document']}#{name}" if name in self._local else name

    def _actors(self, names: Sequence[str]) -> list[str]:
        return [self._actor(name) for name in names]

    def _event(self, name: str) -> str:
        return f"{self._document['document']}#{name}"

    def _zone(self, span: Mapping[str, Any]) -> str | None:
        for passage in self._document["passages"]:
            if passage["start"] <= span["start"] < passage["end"]:
                return str(passage["zone"])
        return None

    def source(self) -> Row:
        """Return the rights in the text."""
        source = self._document["source"]
        row = _only(source, ("licence", "holder", "redistribution", "basis", "cite", "note"))
        row["holder"] = row["holder"] and self._actor(row["holder"])
        return row | {"statements": [self._statement(item) for item in self._document["rights"]]}

    def _statement(self, item: Mapping[str, Any]) -> Row:
        holder = item["holder"] and self._actor(item["holder"])
        return {**item["q"], "licence": item["licence"], "holder": holder, "note": item["note"]}

    def zones(self) -> Iterator[Row]:
        """Yield a row a passage."""
        for passage in self._document["passages"]:
            text = self._document["text"][passage["start"] : passage["end"]]
            row = _only(passage, ("zone", "language", "duplicate_of"))
            yield {"start": passage["start"], "end": passage["end"], "text": text, **row, **_remarks(passage)}

    def date_candidates(self) -> Iterator[Row]:
        """Yield a row a stamp."""
        for item in self._document["date_candidates"]:
            yield {**item["q"], **_only(item, ("kind", "value", "verdict", "reason")), **_remarks(item)}

    def time_expressions(self) -> Iterator[Row]:
        """Yield a row an expression of time."""
        for item in self._document["times"]:
            event = item["event"] and self._event(item["event"])
            yield {**item["q"], **_dated(item), "anchored": item["anchored"], "event_id": event, **_remarks(item)}

    def publication_roles(self) -> Iterator[Row]:
        """Yield a row a role and actor, with all the words that state it."""
        parties: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for party in (*self._document["parties"], *self._document["source"]["parties"]):
            parties[party["role"], self._actor(party["actor"])].append(party)
        for (role, actor), items in parties.items():
            notes = [item["note"] for item in items if item["note"]]
            yield {
                "role": role,
                "actor_id": actor,
                "spans": [item["q"] for item in items if "q" in item],
                "cite": _union(items, "cite"),
                "cases": _union(items, "cases"),
                "note": " ".join(notes) or None,
            }

    def attributions(self) -> Iterator[Row]:
        """Yield a row an attribution."""
        numbers: dict[tuple[int, int], int] = defaultdict(int)
        for item in self._document["attributions"]:
            bounds = _bounds(item)
            yield {
                "content_start": bounds[0],
                "content_end": bounds[1],
                "n": numbers[bounds],
                "content": item["content"],
                "source_ids": self._actors(item["sources"]),
                **_place("cue_", item["cue"]),
                "form": item["form"],
                **_place("medium_", item["medium"]),
                **_place("when_", item["when"]),
                "depth": sum(_lies_in(bounds, _bounds(other)) for other in self._document["attributions"]),
                **_remarks(item),
            }
            numbers[bounds] += 1

    def actors(self) -> Iterator[Row]:
        """Yield the row of every actor that the document names, in the order of their ids."""
        own = {
            self._actor(actor["id"]): actor_row(actor, self._actor(actor["id"])) for actor in self._document["actors"]
        }
        rows = {**self._world.actors, **own}
        for actor in sorted({*own, *self._named()}):
            yield rows[actor]

    def _named(self) -> Iterator[str]:
        for mention in self._document["mentions"]:
            yield from self._actors(mention["actors"])
        for event in self._document["events"]:
            for role in self._world.vocabulary.labels("roles"):
                yield from self._actors(event.get(role, ()))
        for layer in ("attributions", "relations", "claims"):
            for item in self._document[layer]:
                yield from (self._actor(name) for name in item["sources"] if name not in RESERVED_SOURCES)
        for trigger in self._document["triggers"]:
            sources = (item["source"] for item in trigger["factuality"])
            yield from (self._actor(name) for name in sources if name not in RESERVED_SOURCES)
        yield from (row["actor_id"] for row in self.publication_roles())

    def actor_mentions(self) -> Iterator[Row]:
        """Yield a row a mention."""
        for item in self._document["mentions"]:
            row = {"actor_ids": self._actors(item["actors"]), "level": item["level"], "metonymy": item["metonymy"]}
            yield {**item["q"], **row, "zone": self._zone(item["q"]), **_remarks(item)}

    def event_mentions(self) -> Iterator[Row]:
        """Yield a row a trigger."""
        for item in self._document["triggers"]:
            event = self._events[item["event"]]
            row = {"event_id": self._event(item["event"]), "type": event["type"], "mode": event["mode"]}
            row |= _only(item, ("topic", "object", "instrument", "when"))
            yield {**item["q"], **row, "zone": self._zone(item["q"]), **_remarks(item)}

    def events(self) -> Iterator[Row]:
        """Yield a row an event."""
        for event in self._document["events"]:
            values = [(i["source"], i["value"]) for t in self._triggers[event["id"]] for i in t["factuality"]]
            yield {
                "event_id": self._event(event["id"]),
                "corpus_event_id": self._corpus_event(event),
                "type": event["type"],
                "mode": event["mode"],
                "class": self._world.vocabulary.event_class(event["type"]),
                "contexts": event["contexts"],
                "roles": [{"role": role, "actor_id": actor} for role, actor in self._roles(event)],
                **_dated(event["time"]),
                "date_note": event["time"]["note"],
                "counts": [{"what": what, "number": number} for what, number in sorted(event["counts"].items())],
                "modality": event["modality"],
                "factuality": strongest(value for source, value in values if source == "AUTHOR"),
                "contested": is_contested(value for _, value in values),
                **_remarks(event),
            }

    def _corpus_event(self, event: Mapping[str, Any]) -> str:
        """Return the event of the world; of a copy, when it names none, that of its original."""
        home = self._document["copy_of"] or self._document["document"]
        return event["corpus_event"] or f"{home}#{event['id']}"

    def _roles(self, event: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        for role in self._world.vocabulary.labels("roles"):
            for actor in self._actors(event.get(role, ())):
                yield role, actor

    def event_arguments(self) -> Iterator[Row]:
        """Yield a row a filler of a role: actors from the event, spans from its triggers."""
        for event in self._document["events"]:
            for role, actor in self._roles(event):
                filler = {"role": role, "filler_kind": "actor", "filler": actor}
                yield {"event_id": self._event(event["id"]), **filler, **_place("", None), "triggers": []}
            yield from self._span_arguments(event["id"])

    def _span_arguments(self, event: str) -> Iterator[Row]:
        found: dict[tuple[str, int, int], tuple[Row, list[Row]]] = {}
        for trigger in self._triggers[event]:
            for role in ("topic", "object", "instrument", "when"):
                for span in trigger[role]:
                    found.setdefault((role, span["start"], span["end"]), (span, []))[1].append(trigger["q"])
        for (role, start, end), (span, triggers) in found.items():
            filler = {"role": role, "filler_kind": "span", "filler": f"{start}-{end}"}
            yield {"event_id": self._event(event), **filler, **span, "triggers": triggers}

    def factuality(self) -> Iterator[Row]:
        """Yield a row a source and trigger."""
        for item in self._document["triggers"]:
            for commitment in item["factuality"]:
                yield {
                    "event_id": self._event(item["event"]),
                    "start": item["q"]["start"],
                    "end": item["q"]["end"],
                    "source": self._actor(commitment["source"]),
                    "value": commitment["value"],
                }

    def claims(self) -> Iterator[Row]:
        """Yield a row a claim and source."""
        numbers: dict[tuple[str, str, str], int] = defaultdict(int)
        for item in self._document["claims"]:
            for source in self._actors(item["sources"]):
                key = (item["event"], item["attribute"], source)
                row = {"event_id": self._event(item["event"]), "attribute": item["attribute"], "source": source}
                yield {**row, "n": numbers[key], "value": item["value"], **_place("", item["q"]), **_remarks(item)}
                numbers[key] += 1

    def event_relations(self) -> Iterator[Row]:
        """Yield a row a relation."""
        for item in self._document["relations"]:
            yield {
                "from_id": self._event(item["from"]),
                "type": item["type"],
                "to_id": self._event(item["to"]),
                "mode": item["mode"],
                "sources": self._actors(item["sources"]),
                **_place("", item["q"]),
                **_remarks(item),
            }


_LAYERS: dict[str, Callable[[_Rows], Iterator[Row]]] = {
    "zones": _Rows.zones,
    "date_candidates": _Rows.date_candidates,
    "time_expressions": _Rows.time_expressions,
    "publication_roles": _Rows.publication_roles,
    "attributions": _Rows.attributions,
    "actors": _Rows.actors,
    "actor_mentions": _Rows.actor_mentions,
    "event_mentions": _Rows.event_mentions,
    "events": _Rows.events,
    "event_arguments": _Rows.event_arguments,
    "factuality": _Rows.factuality,
    "claims": _Rows.claims,
    "event_relations": _Rows.event_relations,
}


def actor_row(actor: Mapping[str, Any], actor_id: str) -> Row:
    """Return the row of an actor under the name by which it is published."""
    keys = ("type", "name", "aliases", "adjectives", "country", "sectors", "wikidata", "geonames", "cite")
    return {"actor_id": actor_id, **_only(actor, keys), **_remarks(actor)}


def _union(items: Sequence[Mapping[str, Any]], key: str) -> list[Any]:
    return list(dict.fromkeys(value for item in items for value in item[key]))


def _bounds(attribution: Mapping[str, Any]) -> tuple[int, int]:
    return attribution["content"][0]["start"], attribution["content"][-1]["end"]


def _lies_in(inner: tuple[int, int], outer: tuple[int, int]) -> bool:
    return inner != outer and outer[0] <= inner[0] and inner[1] <= outer[1]


def strongest(values: Iterator[str]) -> str:
    """Return the strongest commitment, a positive one before a negative one as strong; Uu when there is none."""
    return max(values, key=lambda value: (_STRENGTH[value.rstrip("+-u")], value.endswith("+")), default="Uu")


def is_contested(values: Iterator[str]) -> bool:
    """Return whether some commit themselves to it and some to its contrary."""
    return {"+", "-"} <= {value[-1] for value in values}
