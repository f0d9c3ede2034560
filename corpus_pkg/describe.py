"""An annotation in plain words: its context, a question to the reader, what it says, what its labels mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

from corpus_pkg.anchors import fold_space
from corpus_pkg.audit import context_of
from corpus_pkg.corpus import Corpus
from corpus_pkg.items import Item
from corpus_pkg.read import Lines
from corpus_pkg.show import dated, label_of

Data = Mapping[str, Any]
Row = tuple[str, str]
"""What is told, and what is said of it."""

QUESTIONS = {
    "date": "Was the document published then: by its words, to an informed reader, by the pages cited?",
    "date_candidates": "Is this a stamp or bound of this sort, with this date, and is the verdict on it right?",
    "source": "Are licence, holder, and whether the text may be passed on, right?",
    "parties": "Do these words say that this actor has this part in publishing the text?",
    "rights": "Do these words state this licence, for this holder?",
    "mentions": "Do just these words name just these actors?",
    "actors": "Does the document mean this actor, and is it of this type?",
    "triggers": "Do just these words report this event, and is each source as sure of it as is said?",
    "times": "Do just these words say a time, and is it this one?",
    "attributions": "Does the text ascribe just this content to just these sources?",
    "events": "Does the document report this event, of this type, with these parties, this time and these numbers?",
    "relations": "Does the document say, or show, that the first event stands in this relation to the second?",
    "claims": "Do these sources claim just this of the event?",
}
"""What a reader is asked, by the kind of item."""
_WIDTH = 160
_APART = ("q", "note", "cases", "draft", "id", "text", "known", "external", "time", "mode", "factuality")
"""Keys that are not told as they are: told in another form, or by another part of the description."""
_ACTORS = ("actors", "sources", "actor", "holder", "body")
_EVENTS = ("event", "from", "to")
_TABLES = {
    "parties": (("role", "publication_roles"),),
    "date_candidates": (("kind", "date_kinds"),),
    "actors": (("type", "actor_types"), ("sectors", "sectors")),
    "events": (("type", "types"), ("contexts", "contexts")),
    "relations": (("type", "relation_types"),),
    "claims": (("attribute", "claim_attributes"),),
}
"""The labels whose meaning is told, by the kind of item: the key, and the table of the vocabulary that has them."""


class Description:
    """Describes the items of one document in canonical form."""

    def __init__(self, corpus: Corpus, document: Data) -> None:
        self._corpus, self._document = corpus, document
        self._lines = Lines(document["text"])
        own = (*corpus.inventory["actors"], *document["actors"])
        self._actors = {actor["id"]: f"{actor['id']} ({actor['name']}, {actor['type']})" for actor in own}
        self._events = {event["id"]: f"{event['id']} ({label_of(event)})" for event in document["events"]}

    def line(self, item: Item) -> int | None:
        """Return the line of the text where an item stands, from 1; null when no words say it."""
        return self._lines.place(item.span["start"])[0] if item.span else None

    def context(self, item: Item) -> str | None:
        """Return the words of an item in `[...]` with the text around them; null when no words say it."""
        span = item.span
        return context_of(self._document["text"], span["start"], span["end"], _WIDTH) if span else None

    def rows(self, item: Item) -> list[Row]:
        """Return what an item says, key by key; what is empty is left out."""
        return [(key, words) for key, words in self._told(item) if words]

    def value(self, item: Item) -> str:
        """Return what an item says in one line."""
        return "; ".join(f"{key}: {words}" for key, words in self.rows(item)) or "nothing is known"

    def remarks(self, item: Item) -> Iterator[Row]:
        """Yield what the labels of an item mean, its note, and the hard cases that it is an instance of."""
        for key, table in _TABLES.get(item.kind, ()):
            yield from self._meanings(item.data, key, table)
        if item.data.get("note"):
            yield "note", fold_space(item.data["note"])
        for number in item.data.get("cases", ()):
            if case := self._cases.get(number):
                yield f"hard case {number}", fold_space(f"{case['title']}: {case['decision']}")

    def as_dict(self, item: Item) -> dict[str, Any]:
        """Return an item for machines, with all that a person is shown."""
        return {
            "item": item.key,
            "layer": item.layer,
            "kind": item.kind,
            "line": self.line(item),
            "start": item.span["start"] if item.span else None,
            "end": item.span["end"] if item.span else None,
            "quote": item.span["text"] if item.span else None,
            "context": self.context(item),
            "question": QUESTIONS[item.kind],
            "value": self.value(item),
            "remarks": [{"of": key, "words": words} for key, words in self.remarks(item)],
            "data": item.data,
        }

    @cached_property
    def _cases(self) -> dict[int, Data]:
        return {case["id"]: case for case in self._corpus.hardcases["cases"]}

    def _told(self, item: Item) -> Iterator[Row]:
        data = item.data
        if "id" in data:
            yield "id", str(data["id"])
        if "anchored" in data or item.kind == "date":
            yield "date", dated(data)
        for key, value in data.items():
            if key == "type":
                yield "type", label_of(data) if "mode" in data else str(value)
            elif key not in _APART or (item.kind == "claims" and key == "text"):
                yield key, self._words(key, value)
        if "time" in data:
            yield "time", dated(data["time"])
            yield "time because", self._words("because", data["time"]["because"])
            yield "time cites", self._words("cite", data["time"]["cite"])
            yield "time note", fold_space(data["time"]["note"] or "")
        for each in data.get("factuality", ()):
            yield f"for {each['source']}", f"{each['value']} ({_COMMITMENTS[each['value']]})"

    def _words(self, key: str, value: Any) -> str:
        if isinstance(value, list):
            return ", ".join(self._words(key, each) for each in value)
        if isinstance(value, Mapping) and {"start", "end", "text"} <= value.keys():
            return f"“{fold_space(value['text'])}”"
        if isinstance(value, Mapping):
            pairs = ((inner, self._words(inner, each)) for inner, each in value.items() if inner not in _REMARKS)
            return ", ".join(f"{inner} {words}" for inner, words in pairs if words)
        if value is None or value is False:
            return ""
        return "yes" if value is True else self._named(key, fold_space(str(value)))

    def _named(self, key: str, word: str) -> str:
        is_actor = key in _ACTORS or key in self._corpus.vocabulary.labels("roles")
        known = self._actors if is_actor else self._events if key in _EVENTS else {}
        return known.get(word, word)

    def _meanings(self, data: Data, key: str, table: str) -> Iterator[Row]:
        vocabulary, value = self._corpus.vocabulary, data[key]
        for label in value if isinstance(value, list) else [value]:
            about = vocabulary.labels(table).get(label, "")
            yield label, about["description"] if isinstance(about, Mapping) else about
            if mode := data.get("mode") if key == "type" else None:
                yield f"{label}/{mode}", vocabulary.modes(table, label).get(mode, "")


_REMARKS = ("note", "cases", "draft")
_COMMITMENTS = {
    "CT+": "certain that it is so",
    "PR+": "probably so",
    "PS+": "possibly so",
    "CT-": "certain that it is not so",
    "PR-": "probably not so",
    "PS-": "possibly not so",
    "CTu": "certain, but it is not said which way",
    "Uu": "not committed",
}


def item_lines(description: Description, item: Item, head: str, wrap: Callable[[str], list[str]]) -> Iterator[str]:
    """Yield the block that shows an item to a person; `wrap` breaks a text into lines."""
    line = description.line(item)
    yield f"{head}  {item.key}" + (f"  line {line}" if line else "")
    if context := description.context(item):
        yield from (f"  {part}" for part in wrap(context))
    yield f"  {QUESTIONS[item.kind]}"
    for key, words in (*description.rows(item), *description.remarks(item)):
        first, *rest = wrap(words) or [""]
        yield f"    {key:<14} {first}".rstrip()
        yield from (f"    {'':<14} {part}" for part in rest)
