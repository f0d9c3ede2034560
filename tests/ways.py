"""Ways to break a sound document, or what belongs to it, in one place each: `WAYS`. `mutants.py` tries them out.

A way is a generator of edits and says in its docstring what it does. An edit changes one decision, or one slip of a
program; what follows from the decision by the scheme follows here too, since the documents are held as people write
them, without what is derived. Of a way that no rule can see the docstring says why.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import accumulate, pairwise, permutations
from typing import Any, Literal, NamedTuple

from corpus_pkg.anchors import has_match
from corpus_pkg.checks.rule import Known, actors_of
from corpus_pkg.paths import iter_at, key_patterns, span_patterns
from corpus_pkg.resolve import Document

Data = dict[str, Any]
Where = tuple[str | int, ...]
Edit = Mapping[Where, Any]
"""What stands where after a change. DROP takes a value away; an index behind the last of a list adds an item."""
DROP: Any = object()


@dataclass(frozen=True)
class Base:
    """A sound document: as it is written, and in the canonical form, item for item the same."""

    document: Data
    canonical: Document
    known: Known
    has_raw: bool
    originals: Sequence[str] = ()
    """Other documents of the corpus that are no copies."""

    @property
    def text(self) -> str:
        """The text."""
        return str(self.document["text"])

    @cached_property
    def actors(self) -> Mapping[str, Data]:
        """The actors that the document may name."""
        return actors_of(self.document, self.known)

    @cached_property
    def fillers(self) -> tuple[str, ...]:
        """The patterns of the actors in the roles of events."""
        return tuple(f"events.*.{role}.*" for role in self.known.vocabulary.labels("roles"))

    def at(self, *patterns: str) -> Iterator[tuple[Where, Any]]:
        """Yield path and value of the places that some patterns mean."""
        for pattern in patterns:
            yield from iter_at(self.document, pattern)

    def spans(self) -> Iterator[tuple[Where, Data]]:
        """Yield all spans."""
        yield from self.at(*span_patterns())

    def span(self, start: int, end: int) -> Data:
        """Return the span between two offsets."""
        return {"start": start, "end": end, "text": self.text[start:end]}

    def behind(self, layer: str) -> Where:
        """Return the place behind the last item of a layer."""
        return layer, len(self.document[layer])

    def passages(self, *, shut: bool) -> Iterator[tuple[int, Data]]:
        """Yield the passages in which mentions and the like may stand, or those in which they may not."""
        zones = self.known.vocabulary.tables["zones"]
        for index, passage in enumerate(self.document["passages"]):
            is_open = zones[passage["zone"]].get("annotatable", False) and passage["duplicate_of"] is None
            if is_open != shut:
                yield index, passage

    def triggers_of(self, event: str) -> list[int]:
        """Return the indices of the triggers of an event."""
        return [index for index, trigger in enumerate(self.document["triggers"]) if trigger["event"] == event]

    def others(self, name: str, *, alike: bool) -> list[str]:
        """Return the actors of the type of an actor, itself left out, or those of all other types."""
        kind = self.actors[name]["type"]
        return [key for key, actor in self.actors.items() if (actor["type"] == kind) == alike and key != name]

    def labels(self, event: Data, *, same_class: bool) -> Iterator[Edit]:
        """Yield other types for an event, of its class or of others."""
        vocabulary = self.known.vocabulary
        for label in vocabulary.labels("types"):
            alike = vocabulary.event_class(label) == vocabulary.event_class(event["type"])
            if label != event["type"] and alike == same_class:
                yield {("type",): label, ("mode",): None}


class Settings(NamedTuple):
    """The settings of a sound corpus by their names, as they are written, and its documents."""

    files: Mapping[str, Data]
    documents: Mapping[str, Document]

    def at(self, name: str, pattern: str) -> Iterator[tuple[Where, Any]]:
        """Yield path and value of the places that a pattern means in one file; the path begins with its name."""
        for where, value in iter_at(self.files.get(name, {}), pattern):
            yield (name, *where), value

    def behind(self, name: str, layer: str) -> Where:
        """Return the place behind the last item of a layer of a file."""
        return name, layer, len(self.files[name][layer])

    def mentioned(self) -> set[str]:
        """Return the actors that mentions name."""
        return {actor for d in self.documents.values() for mention in d["mentions"] for actor in mention["actors"]}

    def reported(self) -> set[str]:
        """Return the events of the world that documents report."""
        return {event["corpus_event"] for d in self.documents.values() for event in d["events"]} - {None}


class Source(NamedTuple):
    """A document in the source form: its YAML, what that says, its canonical form, and where each value begins."""

    yaml: str
    value: Data
    document: Document
    begins: Callable[[Where], int]

    def quotes(self) -> Iterator[tuple[Where, str, int]]:
        """Yield path, words and offset of the quotes that have neither quote marks nor signs in them."""
        for layer in ("mentions", "triggers", "times", "parties"):
            for where, words in iter_at(self.value, f"passages.*.{layer}.*.q"):
                offset = self.begins(where)
                if self.yaml.startswith(f"{words},", offset):
                    yield where, words, offset

    def put(self, offset: int, old: str, new: str) -> str:
        """Return the YAML with other words at an offset."""
        return self.yaml[:offset] + new + self.yaml[offset + len(old) :]

    def passage(self, where: Where) -> str:
        """Return the text of the passage in which a value stands."""
        passage = self.document["passages"][where[1]]
        return " ".join(self.document["text"][passage["start"] : passage["end"]].split())


class Texts(NamedTuple):
    """The raw texts of a corpus by their paths, and the checksums."""

    raw: Mapping[str, str]
    sums: str


# --- Form, references, anchors --------------------------------------------------------------------------------------


def span_starts_late(base: Base) -> Iterator[Edit]:
    """A span begins a character later, and its words stay."""
    for where, span in base.spans():
        yield {(*where, "start"): span["start"] + 1}


def span_ends_late(base: Base) -> Iterator[Edit]:
    """A span ends a character later, and its words stay."""
    for where, span in base.spans():
        yield {(*where, "end"): span["end"] + 1}


def span_slips(base: Base) -> Iterator[Edit]:
    """A span lies a character further on, and its words stay."""
    for where, span in base.spans():
        if base.text[span["start"] + 1 : span["end"] + 1] != span["text"]:
            yield {(*where, "start"): span["start"] + 1, (*where, "end"): span["end"] + 1}


def span_has_other_words(base: Base) -> Iterator[Edit]:
    """The words of a span end in another letter than the text."""
    for where, span in base.spans():
        yield {(*where, "text"): span["text"][:-1] + ("x" if span["text"][-1] != "x" else "y")}


def span_takes_in_a_space(base: Base) -> Iterator[Edit]:
    """A span begins with the white space before it, and its words agree."""
    for where, span in base.spans():
        if base.text[span["start"] - 1 : span["start"]].isspace():
            yield {where: base.span(span["start"] - 1, span["end"])}


def span_loses_a_mark(base: Base) -> Iterator[Edit]:
    """A span ends before the combining mark of its letter, and its words agree."""
    for where, span in base.spans():
        for offset in range(span["start"] + 1, span["end"]):
            if unicodedata.combining(base.text[offset]):
                yield {where: base.span(span["start"], offset)}


def offsets_count_bytes(base: Base) -> Iterator[Edit]:
    """All offsets count bytes of UTF-8."""
    yield _recounted(base, lambda char: len(char.encode()))


def offsets_count_utf16(base: Base) -> Iterator[Edit]:
    """All offsets count units of UTF-16."""
    yield _recounted(base, lambda char: len(char.encode("utf-16-le")) // 2)


def _recounted(base: Base, width: Callable[[str], int]) -> Edit:
    counted = [0, *accumulate(map(width, base.text))]
    places = [*base.spans(), *base.at("passages.*")]
    return {(*where, key): counted[value[key]] for where, value in places for key in ("start", "end")}


def passage_is_missing(base: Base) -> Iterator[Edit]:
    """A passage is left out."""
    for where, passage in base.at("passages.*"):
        if len(base.document["passages"]) > 1:
            later = [w for w, other in base.at("passages.*.duplicate_of") if other == passage["start"]]
            yield {where: DROP, **dict.fromkeys(later)}


def passage_ends_early(base: Base) -> Iterator[Edit]:
    """A passage ends before its last character."""
    for where, passage in base.at("passages.*"):
        yield {(*where, "end"): passage["end"] - 1}


def passages_overlap(base: Base) -> Iterator[Edit]:
    """A passage ends behind the first character of the next."""
    for index, (_, after) in enumerate(pairwise(base.document["passages"])):
        yield {("passages", index, "end"): after["start"] + 1}


def passages_change_places(base: Base) -> Iterator[Edit]:
    """Two neighbouring passages stand in the list the wrong way round."""
    for index, (one, other) in enumerate(pairwise(base.document["passages"])):
        yield {("passages", index): other, ("passages", index + 1): one}


def repeated_passage_is_none(base: Base) -> Iterator[Edit]:
    """A passage is called the repetition of one that is not there."""
    for index, (before, _) in enumerate(pairwise(base.document["passages"])):
        yield {("passages", index + 1, "duplicate_of"): before["start"] + 1}


def key_is_misspelt(base: Base) -> Iterator[Edit]:
    """Two letters of a key change places."""
    for where, value in _nodes(base.document):
        key = where[-1]
        if isinstance(key, str) and "counts" not in where[:-1]:
            yield {where: DROP, (*where[:-1], _misspelt(key)): value}


def key_is_missing(base: Base) -> Iterator[Edit]:
    """A key that must be there is left out."""
    for pattern, keys in REQUIRED.items():
        for where, _ in base.at(pattern) if pattern else [((), None)]:
            yield from ({(*where, key): DROP} for key in keys)


REQUIRED = {
    "": ("document", "language", "annotated", "text", "passages"),
    "passages.*": ("start", "end", "zone"),
    "mentions.*": ("q", "actors"),
    "triggers.*": ("q", "event"),
    "times.*": ("q",),
    "attributions.*": ("content",),
    "date_candidates.*": ("q", "kind", "verdict"),
    "parties.*": ("q", "role", "actor"),
    "events.*": ("id", "type"),
    "relations.*": ("from", "type", "to"),
    "claims.*": ("event", "attribute", "value", "sources"),
}


def value_has_another_type(base: Base) -> Iterator[Edit]:
    """A number is written as words, words as a number, a list or an object as words."""
    for where, value in _nodes(base.document):
        if value is not None:
            yield {where: 7 if isinstance(value, (str, bool)) else "7"}


def label_is_misspelt(base: Base) -> Iterator[Edit]:
    """The last letter of a label stands twice."""
    for where, label in base.at(*LABELS):
        yield {where: label + label[-1]}


LABELS = (
    *("passages.*.zone", "parties.*.role", "source.parties.*.role", "source.redistribution", "annotated.*"),
    *("date_candidates.*.kind", "date_candidates.*.verdict", "times.*.anchored", "triggers.*.factuality.*.value"),
    *("events.*.type", "events.*.mode", "events.*.contexts.*", "events.*.modality", "relations.*.type"),
    *("relations.*.mode", "claims.*.attribute", "actors.*.type", "actors.*.sectors.*"),
)


def name_is_misspelt(base: Base) -> Iterator[Edit]:
    """The last letter of the name of an actor, event or page stands twice, where it is used."""
    for where, name in base.at(
        *ACTORS, *SOURCES, *base.fillers, *EVENTS, "events.*.corpus_event", *key_patterns("cite")
    ):
        if name not in ("AUTHOR", "ANONYMOUS"):
            yield {where: name + name[-1]}


ACTORS = ("mentions.*.actors.*", "parties.*.actor", "source.parties.*.actor", "source.holder", "rights.*.holder")
SOURCES = ("attributions.*.sources.*", "relations.*.sources.*", "claims.*.sources.*", "triggers.*.factuality.*.source")
EVENTS = ("triggers.*.event", "times.*.event", "claims.*.event", "relations.*.from", "relations.*.to")


def case_is_unknown(base: Base) -> Iterator[Edit]:
    """An item points to a hard case that is not there."""
    for where, value in _nodes(base.document):
        if where[-1] == "cases":
            yield {where: [*value, 999]}


def event_is_missing(base: Base) -> Iterator[Edit]:
    """An event is left out, and its triggers stay."""
    for where, event in base.at("events.*"):
        if base.triggers_of(event["id"]):
            yield {where: DROP}


def actor_is_missing(base: Base) -> Iterator[Edit]:
    """An actor of the document is left out, and its uses stay."""
    used = {name for _, name in base.at(*ACTORS, *SOURCES, *base.fillers)}
    for where, actor in base.at("actors.*"):
        if actor["id"] in used:
            yield {where: DROP}


def events_share_a_name(base: Base) -> Iterator[Edit]:
    """An event has the name of another, which tells of the triggers of both."""
    for (one, event), (_, other) in permutations(base.at("events.*"), 2):
        yield {(*one, "id"): other["id"], **_to_event(base, event["id"], other["id"])}


def actors_share_a_name(base: Base) -> Iterator[Edit]:
    """An actor of the document stands there twice."""
    for _, actor in base.at("actors.*"):
        yield {base.behind("actors"): {**actor, "name": "Somebody else"}}


def actor_has_a_name_of_the_inventory(base: Base) -> Iterator[Edit]:
    """An actor of the document has the name of one of the inventory, everywhere."""
    for where, actor in base.at("actors.*"):
        for other in sorted(base.known.actors):
            yield {(*where, "id"): other, **_to_actor(base, actor["id"], other)}


def actor_has_a_reserved_name(base: Base) -> Iterator[Edit]:
    """An actor of the document is called AUTHOR, everywhere."""
    for where, actor in base.at("actors.*"):
        yield {(*where, "id"): "AUTHOR", **_to_actor(base, actor["id"], "AUTHOR")}


def item_stands_twice(base: Base) -> Iterator[Edit]:
    """A mention, trigger, time, stamp, attribution or relation stands there twice."""
    for layer in ("mentions", "triggers", "times", "date_candidates", "attributions", "relations"):
        for _, item in base.at(f"{layer}.*"):
            yield {base.behind(layer): item}


def commitment_stands_twice(base: Base) -> Iterator[Edit]:
    """A source is certain of an event, and denies it in the same word."""
    for where, _ in base.at("triggers.*"):
        yield {(*where, "factuality"): [{"source": "AUTHOR", "value": value} for value in ("CT+", "CT-")]}


def name_is_badly_formed(base: Base) -> Iterator[Edit]:
    """The name of an event begins with a digit, everywhere."""
    for where, event in base.at("events.*"):
        name = f"2nd_{event['id']}"
        yield {(*where, "id"): name, **_to_event(base, event["id"], name)}


def document_has_another_name(base: Base) -> Iterator[Edit]:
    """A document does not have the name of its file."""
    yield {("document",): base.document["document"] + "_new"}


def date_is_not_in_the_calendar(base: Base) -> Iterator[Edit]:
    """A date has a thirteenth month."""
    for where, value in base.at(*DATES):
        yield {where: re.sub(r"([0-9]{4})(-[0-9]{2})*", r"\1-13", value, count=1)}


def date_runs_backwards(base: Base) -> Iterator[Edit]:
    """The ends of a stretch of time change places."""
    for where, value in base.at(*DATES):
        if match := re.fullmatch(r"(\[?)([0-9-]+)(\.\.|/)([0-9-]+)(\]?)", value):
            yield {where: "".join(match.group(1, 4, 3, 2, 5))}


BASES = ("text", "known", "external")
DATES = (
    "date_candidates.*.value",
    *(f"{home}.{basis}" for home in ("date", "times.*", "events.*.time") for basis in BASES),
)


def country_is_unknown(base: Base) -> Iterator[Edit]:
    """An actor of the document has a country that is none."""
    for where, _ in base.at("actors.*"):
        yield {(*where, "country"): "XQX"}


def text_changes_by_a_letter(base: Base) -> Iterator[Edit]:
    """A letter of the text is another, and the raw text is as it was."""
    if base.has_raw:
        yield from _other_letters(base, range(0, len(base.text), 7))


def text_loses_its_carriage_returns(base: Base) -> Iterator[Edit]:
    """The text has other line ends, and the offsets are as they were."""
    if "\r\n" in base.text:
        yield {("text",): base.text.replace("\r\n", "\n")}


def text_has_a_word_before_it(base: Base) -> Iterator[Edit]:
    """The text begins with another word, and the offsets are as they were."""
    yield {("text",): f"Exclusive: {base.text}"}


def copy_is_of_nothing(base: Base) -> Iterator[Edit]:
    """A copy names a document that is not there, or itself, as its original."""
    yield {("copy_of",): base.document["copy_of"] + "x"}
    yield {("copy_of",): base.document["document"]}


# --- What rules guard: layers, dates, relations ---------------------------------------------------------------------


def because_is_dropped(base: Base) -> Iterator[Edit]:
    """The date of a document or event rests on no words."""
    for where, value in base.at("date", "events.*.time"):
        if value["text"] and value["because"]:
            yield {(*where, "because"): []}


def fact_behind_a_known_date_is_dropped(base: Base) -> Iterator[Edit]:
    """A date that is known, and that the text does not give, has no note."""
    for where, value in base.at(*HOLDERS):
        if value.get("known") and value["note"]:
            yield {(*where, "note"): None}


def page_behind_an_external_date_is_dropped(base: Base) -> Iterator[Edit]:
    """A date from outside cites no page."""
    for where, value in base.at(*HOLDERS):
        if value.get("external") and value["cite"]:
            yield {(*where, "cite"): []}


HOLDERS = ("date", "times.*", "events.*.time")


def known_date_leaves_the_text(base: Base) -> Iterator[Edit]:
    """A known date lies three years before what the text says, or behind it."""
    for where, value in base.at(*HOLDERS):
        if value["text"] and value.get("known"):
            yield from ({(*where, "known"): _moved(value["known"], "year", by)} for by in (-3, 3))


def external_date_leaves_the_text(base: Base) -> Iterator[Edit]:
    """A date from outside lies three years before what the text says, or behind it."""
    for where, value in base.at(*HOLDERS):
        if value["text"] and value.get("external"):
            yield from ({(*where, "external"): _moved(value["external"], "year", by)} for by in (-3, 3))


def text_date_leaves_the_known_one(base: Base) -> Iterator[Edit]:
    """What the text says moves by a year, and what is known stays."""
    for where, value in base.at(*HOLDERS):
        if value["text"] and value.get("known"):
            yield from ({(*where, "text"): _moved(value["text"], "year", by)} for by in (-1, 1))


def date_loses_precision(base: Base) -> Iterator[Edit]:
    """A day is given as its month, a month as its year."""
    for where, value in base.at("date", "times.*", "events.*.time"):
        if value["text"] and re.fullmatch(r"[0-9]{4}(-[0-9]{2}){1,2}", value["text"]):
            yield {(*where, "text"): value["text"][:-3]}


def once_becomes_lasting(base: Base) -> Iterator[Edit]:
    """What happened once, within a stretch of time, is said to have lasted all through it."""
    for where, value in base.at(*(f"events.*.time.{basis}" for basis in BASES)):
        if match := re.fullmatch(r"\[([0-9-]*)\.\.([0-9-]*)\]", value):
            yield {where: f"{match[1] or '..'}/{match[2] or '..'}"}


def day_becomes_lasting(base: Base) -> Iterator[Edit]:
    """The date of an event is a stretch of time that lasts from it on."""
    for where, value in base.at("events.*.time.text"):
        if re.fullmatch(r"[0-9-]+", value):
            yield {where: f"{value}/{_moved(value, 'year', 1)}"}


def verdicts_change_places(base: Base) -> Iterator[Edit]:
    """The accepted stamp and another exchange their verdicts."""
    stamps = [*base.at("date_candidates.*")]
    for (one, accepted), (other, stamp) in permutations(stamps, 2):
        if accepted["verdict"] == "accepted" and stamp["verdict"] != "accepted":
            yield {(*one, "verdict"): stamp["verdict"], (*other, "verdict"): "accepted"}


def second_stamp_is_accepted(base: Base) -> Iterator[Edit]:
    """A second stamp is accepted."""
    for where, stamp in base.at("date_candidates.*"):
        if stamp["verdict"] != "accepted" and stamp["value"]:
            yield {(*where, "verdict"): "accepted"}


def stamp_is_accepted_no_more(base: Base) -> Iterator[Edit]:
    """The accepted stamp is rejected, and the date of the document stays."""
    for where, stamp in base.at("date_candidates.*"):
        if stamp["verdict"] == "accepted":
            yield {(*where, "verdict"): "rejected"}


def expression_counts_from_nothing(base: Base) -> Iterator[Edit]:
    """An expression of time counts from an event, and names none."""
    for where, time in base.at("times.*"):
        if time["event"] is None:
            yield {(*where, "anchored"): "event"}


def required_recipient_is_dropped(base: Base) -> Iterator[Edit]:
    """An event of one actor, whose type asks for a recipient, has none any more."""
    for where, event in base.at("events.*"):
        if base.known.vocabulary.needs_recipient(event["type"]) and len(event["actor"]) < 2:
            yield {(*where, "recipient"): []}


def call_has_a_place(base: Base) -> Iterator[Edit]:
    """A talk over a distance has a place."""
    places = base.known.vocabulary.traits["place"]
    for where, event in base.at("events.*"):
        if base.known.vocabulary.event_has("placeless", event):
            yield from ({(*where, "place"): [name]} for name, a in base.actors.items() if a["type"] in places)


def person_is_a_place(base: Base) -> Iterator[Edit]:
    """An event takes place in a person."""
    people = [name for name, actor in base.actors.items() if actor["type"] in base.known.vocabulary.traits["person"]]
    for where, event in base.at("events.*"):
        if not base.known.vocabulary.event_has("placeless", event):
            yield from ({(*where, "place"): [name]} for name in people)


def place_is_an_actor(base: Base) -> Iterator[Edit]:
    """A building or a stretch of land does something."""
    things = [name for name, actor in base.actors.items() if actor["type"] in ("FAC", "LOC")]
    for where, _ in base.at("events.*"):
        yield from ({(*where, "actor"): [name]} for name in things)


def cue_is_dropped(base: Base) -> Iterator[Edit]:
    """No words ascribe what somebody says."""
    for where, attribution in base.at("attributions.*"):
        if attribution["cue"]:
            yield {(*where, "cue"): None}


def sources_are_dropped(base: Base) -> Iterator[Edit]:
    """Nobody is said to have said it."""
    for where, attribution in base.at("attributions.*"):
        if attribution["sources"]:
            yield {(*where, "sources"): []}


def cue_goes_into_the_content(base: Base) -> Iterator[Edit]:
    """What somebody says takes in the words that ascribe it."""
    for where, attribution in base.at("attributions.*"):
        cue = attribution["cue"]
        for place, span in enumerate(attribution["content"] if cue else ()):
            ends = min(span["start"], cue["start"]), max(span["end"], cue["end"])
            yield {(*where, "content", place): base.span(*ends)}


def indirect_becomes_direct(base: Base) -> Iterator[Edit]:
    """What stands between no quote marks is called direct speech."""
    for index, attribution in enumerate(base.canonical["attributions"]):
        if attribution["form"] in ("indirect", "mixed"):
            yield {("attributions", index, "form"): "direct"}


def relation_runs_in_a_circle(base: Base) -> Iterator[Edit]:
    """The same relation stands there in the other direction too."""
    for _, relation in base.at("relations.*"):
        if not base.known.vocabulary.is_symmetric(relation["type"]):
            yield {base.behind("relations"): {**relation, "from": relation["to"], "to": relation["from"]}}


def event_is_related_to_itself(base: Base) -> Iterator[Edit]:
    """A relation runs from an event to itself."""
    for where, relation in base.at("relations.*"):
        yield {(*where, "to"): relation["from"]}


def mention_stands_in_a_zone_apart(base: Base) -> Iterator[Edit]:
    """The first word of a zone that is not annotated is a mention."""
    for _, passage in base.passages(shut=True):
        first = _words(base.text[passage["start"] : passage["end"]])[0]
        span = base.span(passage["start"] + first[0], passage["start"] + first[1])
        for name in base.actors:
            yield {base.behind("mentions"): {"q": span, "actors": [name]}}


def trigger_stands_in_a_zone_apart(base: Base) -> Iterator[Edit]:
    """The first word of a zone that is not annotated tells of an event."""
    for _, passage in base.passages(shut=True):
        first = _words(base.text[passage["start"] : passage["end"]])[0]
        span = base.span(passage["start"] + first[0], passage["start"] + first[1])
        for _, event in base.at("events.*"):
            yield {base.behind("triggers"): {"q": span, "event": event["id"]}}


def body_becomes_related_links(base: Base) -> Iterator[Edit]:
    """A passage with mentions is taken for headlines of other texts."""
    for index, passage in base.passages(shut=False):
        if any(passage["start"] <= q["start"] < passage["end"] for _, q in base.at("mentions.*.q")):
            yield {("passages", index, "zone"): "related_links"}


def item_becomes_a_draft(base: Base) -> Iterator[Edit]:
    """An item is a draft."""
    for where, value in _nodes(base.document):
        if where[-1] == "draft" and value is False:
            yield {where: True}


def redistribution_has_no_basis(base: Base) -> Iterator[Edit]:
    """A text may be passed on, and nothing says why."""
    if "source" in base.document["annotated"]:
        yield {("source", "redistribution"): "yes", ("source", "licence"): "unknown", ("source", "basis"): None}


def redistribution_of_a_copy_changes(base: Base) -> Iterator[Edit]:
    """A copy may be passed on, and its original not, or the other way round."""
    other = {"yes": "no", "no": "yes", "unknown": "no"}[base.document["source"]["redistribution"]]
    yield {("source", "redistribution"): other, ("source", "basis"): "So it was decided."}


def document_is_called_a_copy(base: Base) -> Iterator[Edit]:
    """A document is called a copy of one with another text."""
    yield from ({("copy_of",): name} for name in base.originals)


def copy_lacks_an_item(base: Base) -> Iterator[Edit]:
    """A copy lacks a mention, trigger, time or attribution of its original."""
    for where, _ in base.at("mentions.*", "triggers.*", "times.*", "attributions.*"):
        yield {where: DROP}


def copy_differs_from_its_original(base: Base) -> Iterator[Edit]:
    """A mention of a copy names another actor than that of its original."""
    yield from _replaced(base, "mentions.*.actors.*", alike=True)


def copy_is_called_none(base: Base) -> Iterator[Edit]:
    """A copy does not say that it is one. Where a group holds the two together, no rule asks for more."""
    yield {("copy_of",): None}


# --- What rules may see or not: dates moved -------------------------------------------------------------------------


def moving(what: str, pattern: str, unit: str) -> Callable[[Base], Iterator[Edit]]:
    """Return the way that moves all dates at some places by a unit of time, to and fro."""

    def make(base: Base) -> Iterator[Edit]:
        for where, holder in base.at(pattern):
            for by in (-1, 1):
                values = {key: holder[key] for key in (*BASES, "value") if holder.get(key)}
                moved = {(*where, key): _moved(value, unit, by) for key, value in values.items()}
                if moved and any(moved[*where, key] != value for key, value in values.items()):
                    yield moved

    make.__name__ = f"{what}_moves_by_a_{unit}"
    make.__doc__ = f"The {what.replace('_', ' ')} moves by a {unit}, on all its bases; the words it rests on stay."
    return make


def _moved(value: str, unit: str, by: int) -> str:
    """Return a date with all days, months and years in it moved that are precise enough."""
    return re.sub(r"[0-9]{4}(?:-[0-9]{2}){0,2}", lambda match: _moved_part(match[0], unit, by), value)


def _moved_part(part: str, unit: str, by: int) -> str:
    year, month, day = [*map(int, part.split("-")), 0, 0][:3]
    if unit in ("day", "week"):
        days = timedelta(by * (7 if unit == "week" else 1))
        return str(date(year, month, day) + days) if day else part
    if unit == "month" and not month:
        return part
    months = year * 12 + month - 1 + by * (12 if unit == "year" else 1)
    moved = (f"{months // 12:04}", f"{months % 12 + 1:02}", f"{min(day, 28):02}") if month else (f"{year + by:04}",)
    return "-".join(moved[: 1 + bool(month) + bool(day)])


# --- What rules may see or not: events ------------------------------------------------------------------------------


def type_is_of_another_class(base: Base) -> Iterator[Edit]:
    """An event has a type of another class, and no mode."""
    for where, event in base.at("events.*"):
        yield from (_below(where, edit) for edit in base.labels(event, same_class=False))


def type_is_another_of_its_class(base: Base) -> Iterator[Edit]:
    """An event has another type of its class, and no mode."""
    for where, event in base.at("events.*"):
        yield from (_below(where, edit) for edit in base.labels(event, same_class=True))


def type_changes_and_the_mode_stays(base: Base) -> Iterator[Edit]:
    """An event has another type, and the mode of its old one."""
    for where, event in base.at("events.*"):
        for label in base.known.vocabulary.labels("types"):
            if event["mode"] and event["mode"] not in base.known.vocabulary.modes("types", label):
                yield {(*where, "type"): label}


def mode_is_another_of_its_type(base: Base) -> Iterator[Edit]:
    """An event has another mode of its type."""
    for where, event in base.at("events.*"):
        for mode in base.known.vocabulary.modes("types", event["type"]):
            if event["mode"] not in (None, mode):
                yield {(*where, "mode"): mode}


def corpus_event_is_of_another_type(base: Base) -> Iterator[Edit]:
    """An event is taken for one of the world that is of another type."""
    for where, event in base.at("events.*"):
        for name, whole in base.known.events.items():
            if whole["type"] != event["type"]:
                yield {(*where, "corpus_event"): name}


def actor_and_recipient_change_places(base: Base) -> Iterator[Edit]:
    """Who did it and to whom it was done change places."""
    for where, event in base.at("events.*"):
        if event["actor"] != event["recipient"]:
            yield {(*where, "actor"): event["recipient"], (*where, "recipient"): event["actor"]}


def recipient_becomes_beneficiary(base: Base) -> Iterator[Edit]:
    """Whom it was done to is said to have gained by it."""
    for where, event in base.at("events.*"):
        if event["recipient"]:
            yield {(*where, "beneficiary"): event["recipient"], (*where, "recipient"): []}


def filler_is_of_another_type(base: Base) -> Iterator[Edit]:
    """An actor of another type fills a role."""
    yield from _replaced(base, *base.fillers, alike=False)


def filler_is_another_of_its_type(base: Base) -> Iterator[Edit]:
    """Another actor of the same type fills a role. A rule sees no more than that the first one is used nowhere else."""
    yield from _replaced(base, *base.fillers, alike=True)


def filler_is_left_out(base: Base) -> Iterator[Edit]:
    """One of the actors in a role is left out."""
    for where, _ in base.at(*base.fillers):
        yield {where: DROP}


def future_becomes_actual(base: Base) -> Iterator[Edit]:
    """What is to come, is wished for or is thought of is said to have happened."""
    for where, modality in base.at("events.*.modality"):
        if modality != "actual":
            yield {where: "actual"}


def events_are_merged(base: Base) -> Iterator[Edit]:
    """An event takes over all that is said of another. Only a relation between the two shows it."""
    for (one, event), (_, other) in permutations(base.at("events.*"), 2):
        yield {one: DROP, **_to_event(base, event["id"], other["id"])}


def trigger_tells_of_another_event(base: Base) -> Iterator[Edit]:
    """A trigger is given to another event. When it was the only one of the first, that is told by no word."""
    for where, trigger in base.at("triggers.*"):
        yield from ({(*where, "event"): e["id"]} for _, e in base.at("events.*") if e["id"] != trigger["event"])


def trigger_is_dropped(base: Base) -> Iterator[Edit]:
    """A trigger is left out. When it was the only one of its event, that is told by no word."""
    for where, _ in base.at("triggers.*"):
        yield {where: DROP}


def event_is_dropped(base: Base) -> Iterator[Edit]:
    """An event is left out with all that is said of it. Seen when it was the only report of an event of the world."""
    for where, event in base.at("events.*"):
        uses = [*base.at("triggers.*", "claims.*", "relations.*")]
        lost = {place: DROP for place, item in uses if event["id"] in map(item.get, ("event", "from", "to"))}
        freed = {place: None for place, name in base.at("times.*.event") if name == event["id"]}
        yield {where: DROP, **lost, **freed, **{(*place[:-1], "anchored"): "none" for place in freed}}


def corpus_event_is_dropped(base: Base) -> Iterator[Edit]:
    """An event is not tied to that of the world. Seen when it was the only report of it."""
    for where, _ in base.at("events.*.corpus_event"):
        yield {where: None}


def relation_is_reversed(base: Base) -> Iterator[Edit]:
    """A relation runs the other way. Seen where dates, or other relations, order the two."""
    for where, relation in base.at("relations.*"):
        if not base.known.vocabulary.is_symmetric(relation["type"]):
            yield {(*where, "from"): relation["to"], (*where, "to"): relation["from"]}


def relation_is_of_another_type(base: Base) -> Iterator[Edit]:
    """A relation has another type, and no mode. Seen where dates, or other relations, order the two."""
    for where, relation in base.at("relations.*"):
        for label in base.known.vocabulary.labels("relation_types"):
            if label != relation["type"]:
                yield {(*where, "type"): label, (*where, "mode"): None}


def relation_leads_to_another_event(base: Base) -> Iterator[Edit]:
    """A relation leads to another event. Seen where dates, or other relations, order the two."""
    for where, relation in base.at("relations.*"):
        for _, event in base.at("events.*"):
            if event["id"] not in (relation["from"], relation["to"]):
                yield {(*where, "to"): event["id"]}


# --- What rules may see or not: spans and zones ---------------------------------------------------------------------


def span_loses_its_last_word(base: Base) -> Iterator[Edit]:
    """A span ends a word early, and its words agree."""
    for where, span in base.spans():
        if len(words := _words(span["text"])) > 1:
            yield {where: base.span(span["start"], span["start"] + words[-2][1])}


def span_takes_in_a_word(base: Base) -> Iterator[Edit]:
    """A span ends a word late, and its words agree."""
    for where, span in base.spans():
        if following := _words(base.text[span["end"] : span["end"] + 40]):
            yield {where: base.span(span["start"], span["end"] + following[0][1])}


def span_moves_by_a_word(base: Base) -> Iterator[Edit]:
    """A span lies a word further on, and its words agree."""
    for where, span in base.spans():
        words, following = _words(span["text"]), _words(base.text[span["end"] : span["end"] + 40])
        if following:
            start = words[1][0] if len(words) > 1 else len(span["text"]) + following[0][0]
            yield {where: base.span(span["start"] + start, span["end"] + following[0][1])}


def span_moves_by_a_letter(base: Base) -> Iterator[Edit]:
    """A span lies a character further on, and its words agree. Seen where it then begins or ends on white space."""
    for where, span in base.spans():
        yield {where: base.span(span["start"] + 1, span["end"] + 1)}


def span_loses_its_first_letter(base: Base) -> Iterator[Edit]:
    """A span begins a character later, and its words agree. Seen where it then begins on white space."""
    for where, span in base.spans():
        if len(span["text"]) > 1:
            yield {where: base.span(span["start"] + 1, span["end"])}


def mention_runs_into_the_next_passage(base: Base) -> Iterator[Edit]:
    """The last mention of a passage ends behind the first word of the next. Seen where it crosses another."""
    for one, other in pairwise(base.document["passages"]):
        inside = [(w, q) for w, q in base.at("mentions.*.q") if one["start"] <= q["start"] < one["end"]]
        first = _words(base.text[other["start"] : other["end"]])[0]
        for where, span in inside[-1:]:
            yield {where: base.span(span["start"], other["start"] + first[1])}


def content_moves_by_a_word(base: Base) -> Iterator[Edit]:
    """What somebody says begins and ends a word later. Seen where it crosses another, or takes in its cue."""
    for edit in span_moves_by_a_word(base):
        if all(where[0] == "attributions" and "content" in where for where in edit):
            yield edit


def when_is_another_expression(base: Base) -> Iterator[Edit]:
    """A trigger is dated by another expression of time."""
    for where, span in base.at("triggers.*.when.*"):
        yield from ({where: time["q"]} for _, time in base.at("times.*") if time["q"] != span)


def zones_are_merged(base: Base) -> Iterator[Edit]:
    """A passage takes in the next one. Seen where the one is annotated and the other not."""
    for index, (one, other) in enumerate(pairwise(base.document["passages"])):
        if other["start"] not in (p["duplicate_of"] for p in base.document["passages"]):
            yield {("passages", index): {**one, "end": other["end"]}, ("passages", index + 1): DROP}


def language_is_another(base: Base) -> Iterator[Edit]:
    """The document is in another language. Seen where a word of its calendar means another day there."""
    yield from ({("language",): tag} for tag in ("az", "de", "tr", "fa", "en") if tag != base.document["language"][:2])


# --- What rules may see or not: actors ------------------------------------------------------------------------------


def mention_names_another_of_its_type(base: Base) -> Iterator[Edit]:
    """A mention names another actor of the same type. Seen where its words are the title of an office out of its days.

    Or when nothing else uses the first one.
    """
    yield from _replaced(base, "mentions.*.actors.*", alike=True)


def mention_names_one_of_another_type(base: Base) -> Iterator[Edit]:
    """A mention names an actor of another type. Seen where nothing else uses the first one, or by an office."""
    yield from _replaced(base, "mentions.*.actors.*", alike=False)


def mention_is_dropped(base: Base) -> Iterator[Edit]:
    """A mention is left out. Seen where nothing else uses its actor."""
    for where, _ in base.at("mentions.*"):
        yield {where: DROP}


def actors_are_exchanged(base: Base) -> Iterator[Edit]:
    """Two actors of one type change places in the whole document. Seen by the days of an office."""
    used = sorted({name for _, name in base.at("mentions.*.actors.*")})
    for one, other in permutations(used, 2):
        if one < other and base.actors[one]["type"] == base.actors[other]["type"]:
            yield {**_to_actor(base, one, other), **_to_actor(base, other, one)}


def actor_changes_its_type(base: Base) -> Iterator[Edit]:
    """An actor of the document is of another type. Seen where it cannot fill its role, or hold its office."""
    for where, actor in base.at("actors.*"):
        for label in base.known.vocabulary.labels("actor_types"):
            if label != actor["type"]:
                yield {(*where, "type"): label}


def party_has_another_role(base: Base) -> Iterator[Edit]:
    """A party has another part in publishing. Seen where its sector says that it is no press."""
    for where, role in base.at("parties.*.role", "source.parties.*.role"):
        for other in base.known.vocabulary.labels("publication_roles"):
            if other != role:
                yield {where: other}


def party_is_health_and_no_press(base: Base) -> Iterator[Edit]:
    """An actor of the document that publishes has the sector of health, as in an old table."""
    for index, (where, party) in enumerate(base.at("parties.*", "source.parties.*")):
        actor = {"id": f"press_{index}", "type": "ORG", "name": "Press", "sectors": ["MED"]}
        if party["role"] in base.known.vocabulary.traits["press_role"]:
            yield {(*where, "actor"): actor["id"], base.behind("actors"): actor}


# --- What no rule can see -------------------------------------------------------------------------------------------


def text_without_raw_changes_by_a_letter(base: Base) -> Iterator[Edit]:
    """A letter of a text that is kept with its annotations is another. No rule sees it where no span holds the letter.

    Only the digest of a release, or the raw text beside it, could show it.
    """
    held = {offset for _, span in base.spans() for offset in range(span["start"], span["end"])}
    if not base.has_raw:
        yield from _other_letters(base, (offset for offset in range(0, len(base.text), 7) if offset not in held))


def commitment_is_flipped(base: Base) -> Iterator[Edit]:
    """A source denies what it says. No rule sees it: the words alone tell."""
    for where, item in iter_at(base.canonical, "triggers.*.factuality.*"):
        if item["value"][-1] in "+-":
            flipped = item["value"][:-1] + ("-" if item["value"][-1] == "+" else "+")
            yield _committed(base, where[1], item["source"], flipped)


def commitment_weakens(base: Base) -> Iterator[Edit]:
    """A source holds possible what it is certain of. No rule sees it: the words alone tell."""
    for where, item in iter_at(base.canonical, "triggers.*.factuality.*"):
        if item["value"][:2] == "CT" and item["value"] != "CTu":
            yield _committed(base, where[1], item["source"], "PS" + item["value"][-1])


def commitment_is_dropped(base: Base) -> Iterator[Edit]:
    """A commitment that is written is left out. No rule sees it: the one that follows takes its place."""
    for where, _ in base.at("triggers.*.factuality.*"):
        yield {where: DROP}


def recipient_is_dropped(base: Base) -> Iterator[Edit]:
    """An event whose type does not ask for a recipient has none any more. No rule sees it: the words alone tell."""
    for where, event in base.at("events.*"):
        if event["recipient"] and not base.known.vocabulary.needs_recipient(event["type"]):
            yield {(*where, "recipient"): []}


def actor_of_an_event_is_dropped(base: Base) -> Iterator[Edit]:
    """An event with a recipient has no actor any more. No rule asks who did it."""
    for where, event in base.at("events.*"):
        if event["recipient"] and event["actor"]:
            yield {(*where, "actor"): []}


def mode_is_dropped(base: Base) -> Iterator[Edit]:
    """An event has no mode any more. No rule asks for one, not even where the event of the world has one."""
    for where, _ in base.at("events.*.mode"):
        yield {where: None}


def context_is_another(base: Base) -> Iterator[Edit]:
    """An event is about something else. No rule sees it: the words alone tell."""
    for where, label in base.at("events.*.contexts.*"):
        for other in base.known.vocabulary.labels("contexts"):
            if other not in base.document["events"][where[1]]["contexts"] and other != label:
                yield {where: other}


def count_is_another(base: Base) -> Iterator[Edit]:
    """A number is one higher. No rule reads the numbers of the text."""
    for where, counts in base.at("events.*.counts"):
        yield from ({(*where, key): number + 1} for key, number in counts.items())


def actual_becomes_future(base: Base) -> Iterator[Edit]:
    """What happened is said to be still to come. No rule sees it, not even by a date before that of the document."""
    for where, modality in base.at("events.*.modality"):
        if modality == "actual":
            yield {where: "future"}


def event_is_cut_in_two(base: Base) -> Iterator[Edit]:
    """Half of the triggers of an event are given to a second event like it. No rule asks why two are so alike.

    Where the event is one of the world, both are said to be that.
    """
    for _, event in base.at("events.*"):
        if len(triggers := base.triggers_of(event["id"])) > 1:
            name = f"{event['id']}_too"
            later = {("triggers", index, "event"): name for index in triggers[len(triggers) // 2 :]}
            yield {base.behind("events"): {**event, "id": name}, **later}


def actor_is_cut_in_two(base: Base) -> Iterator[Edit]:
    """Half of the mentions of an actor are given to a second actor like it. No rule compares the actors of documents.

    Identifiers are left out, since two actors with one are found.
    """
    for name in sorted({name for _, name in base.at("mentions.*.actors.*")}):
        places = [where for where, other in base.at("mentions.*.actors.*") if other == name]
        if len(places) > 1:
            kept = {key: base.actors[name][key] for key in ("type", "name", "country", "sectors")}
            later = dict.fromkeys(places[len(places) // 2 :], f"{name}_too")
            yield {base.behind("actors"): {"id": f"{name}_too", **kept}, **later}


def event_of_the_world_is_another_of_its_type(base: Base) -> Iterator[Edit]:
    """An event is taken for another of the world, of its type and mode. Seen where that leaves one unreported."""
    for where, name in base.at("events.*.corpus_event"):
        whole = base.known.events[name]
        for other, event in base.known.events.items():
            if other != name and (event["type"], event["mode"]) == (whole["type"], whole["mode"]):
                yield {where: other}


def relation_is_dropped(base: Base) -> Iterator[Edit]:
    """A relation is left out. No rule sees it: the words alone tell."""
    for where, _ in base.at("relations.*"):
        yield {where: DROP}


def response_is_of_another_mode(base: Base) -> Iterator[Edit]:
    """A retaliation is called a friendly return, or an answer. No rule compares the classes of the two events."""
    for where, relation in base.at("relations.*"):
        for mode in base.known.vocabulary.modes("relation_types", relation["type"]):
            if mode != relation["mode"]:
                yield {(*where, "mode"): mode}


def claim_is_of_another_attribute(base: Base) -> Iterator[Edit]:
    """What is claimed of an event is claimed of another side of it. No rule sees it: the words alone tell."""
    for where, label in base.at("claims.*.attribute"):
        yield from ({where: other} for other in base.known.vocabulary.labels("claim_attributes") if other != label)


def claim_is_of_another_source(base: Base) -> Iterator[Edit]:
    """Somebody else claims it. No rule asks whether the source has a commitment to the event."""
    for where, name in base.at("claims.*.sources.*"):
        yield from ({where: other} for other in base.actors if other != name)


def claim_is_dropped(base: Base) -> Iterator[Edit]:
    """A claim is left out. No rule sees it: the words alone tell."""
    for where, _ in base.at("claims.*"):
        yield {where: DROP}


def source_is_another_actor(base: Base) -> Iterator[Edit]:
    """Somebody else of the same type is said to have said it. No rule sees it: the words alone tell."""
    yield from _replaced(base, "attributions.*.sources.*", alike=True)


def source_is_hidden(base: Base) -> Iterator[Edit]:
    """The text is said to hide who said it. No rule sees it: the words alone tell."""
    for where, name in base.at("attributions.*.sources.*"):
        if name != "ANONYMOUS":
            yield {where: "ANONYMOUS"}


def attribution_is_dropped(base: Base) -> Iterator[Edit]:
    """What somebody says becomes the author's own. Seen only where nothing else points to its hard case."""
    for where, _ in base.at("attributions.*"):
        yield {where: DROP}


def indirect_becomes_scare_quote(base: Base) -> Iterator[Edit]:
    """What somebody says is called a scare quote. No rule asks for marks around those."""
    for index, attribution in enumerate(base.canonical["attributions"]):
        if attribution["form"] != "scare_quote":
            yield {("attributions", index, "form"): "scare_quote"}


def level_is_another(base: Base) -> Iterator[Edit]:
    """A name is called a pronoun, a pronoun a name. No rule compares the words with the names."""
    for index, mention in enumerate(base.canonical["mentions"]):
        yield {("mentions", index, "level"): "NAM" if mention["level"] == "PRO" else "PRO"}


def metonymy_is_flipped(base: Base) -> Iterator[Edit]:
    """A place stands for its government, or not. No rule sees it: the words alone tell."""
    for where, value in base.at("mentions.*.metonymy"):
        yield {where: not value}


def body_becomes_caption(base: Base) -> Iterator[Edit]:
    """A passage of the body is taken for words below a picture. No rule sees it: both are annotated."""
    for index, passage in base.passages(shut=False):
        if passage["zone"] == "body":
            yield {("passages", index, "zone"): "caption"}


def zone_apart_is_another(base: Base) -> Iterator[Edit]:
    """A zone that is not annotated is another such one. No rule reads what stands in it."""
    zones = base.known.vocabulary.tables["zones"]
    for index, passage in base.passages(shut=True):
        for label, zone in zones.items():
            if label != passage["zone"] and not zone.get("annotatable") and passage["duplicate_of"] is None:
                yield {("passages", index, "zone"): label}


def passage_is_called_a_repetition(base: Base) -> Iterator[Edit]:
    """A passage in which nothing stands is called the repetition of an earlier one. No rule compares their words."""
    for index, passage in base.passages(shut=True):
        if index and passage["duplicate_of"] is None:
            yield {("passages", index, "duplicate_of"): base.document["passages"][index - 1]["start"]}


def passage_is_cut_in_two(base: Base) -> Iterator[Edit]:
    """A passage ends behind its first word, and another begins there. Seen only by an explanation that fits no more."""
    for index, passage in base.passages(shut=False):
        words = _words(base.text[passage["start"] : passage["end"]])
        if len(words) > 1:
            ends = [passage["start"] + words[0][1], passage["start"] + words[1][0]]
            halves = [{**passage, "end": ends[0]}, {**passage, "start": ends[1]}]
            yield {("passages",): [*_without(base.document["passages"], index, halves)]}


def date_becomes_uncertain(base: Base) -> Iterator[Edit]:
    """The date of an event is called uncertain. No rule sees it: the words alone tell."""
    for where, value in base.at("events.*.time.text"):
        if value[-1] not in "?~%":
            yield {where: value + "?"}


def time_of_an_event_is_dropped(base: Base) -> Iterator[Edit]:
    """An event that words date has no time. Seen only where nothing else cites its page."""
    for where, value in base.at("events.*.time"):
        if value["text"]:
            yield {where: {}}


def expression_is_dropped(base: Base) -> Iterator[Edit]:
    """An expression of time is left out. It is seen where a date rests on it, not as the `when` of a trigger."""
    for where, _ in base.at("times.*"):
        yield {where: DROP}


def when_is_dropped(base: Base) -> Iterator[Edit]:
    """A trigger has no words any more that say when. No rule sees it: the words alone tell."""
    for where, _ in base.at("triggers.*.when.*"):
        yield {where: DROP}


def reason_is_of_other_words(base: Base) -> Iterator[Edit]:
    """A date rests on another mention's words. It is seen where no note reckons, and no other words name the date."""
    for where, _ in base.at("events.*.time.because.*"):
        yield from ({where: q} for _, q in base.at("mentions.*.q"))


def licence_is_another(base: Base) -> Iterator[Edit]:
    """The text is under another licence. No rule compares it with the words that state one."""
    yield {("source", "licence"): "CC-BY-NC-ND-4.0"}


def holder_is_another(base: Base) -> Iterator[Edit]:
    """Somebody else holds the rights. No rule sees it: the words alone tell."""
    yield from _replaced(base, "source.holder", "rights.*.holder", alike=True)


def layer_is_called_unfinished(base: Base) -> Iterator[Edit]:
    """A layer that is finished is not said to be. No rule sees it, and its rules are not run."""
    for where, _ in base.at("annotated.*"):
        yield {where: DROP}


def country_is_another(base: Base) -> Iterator[Edit]:
    """An actor of the document is of another country. No rule sees it: the world alone tells."""
    for where, actor in base.at("actors.*"):
        yield {(*where, "country"): "NZL" if actor["country"] != "NZL" else "PER"}


def sector_is_another(base: Base) -> Iterator[Edit]:
    """An actor of the document has another sector. No rule sees it, but for the press."""
    for where, label in base.at("actors.*.sectors.*"):
        used = base.document["actors"][where[1]]["sectors"]
        for other in base.known.vocabulary.labels("sectors"):
            if other not in used and other not in base.known.vocabulary.traits["never_press"] and other != label:
                yield {where: other}


# --- Settings -------------------------------------------------------------------------------------------------------


def actor_leaves_the_inventory(settings: Settings) -> Iterator[Edit]:
    """An actor that mentions name is not in the inventory."""
    used = settings.mentioned()
    for where, actor in settings.at("inventory", "actors.*"):
        if actor["id"] in used:
            yield {where: DROP}


def event_leaves_the_inventory(settings: Settings) -> Iterator[Edit]:
    """An event of the world that documents report is not in the inventory."""
    used = settings.reported()
    for where, event in settings.at("inventory", "events.*"):
        if event["id"] in used:
            yield {where: DROP}


def page_leaves_the_inventory(settings: Settings) -> Iterator[Edit]:
    """A page that is cited is not in the inventory."""
    for where, _ in settings.at("inventory", "pages.*"):
        yield {where: DROP}


def case_leaves_the_register(settings: Settings) -> Iterator[Edit]:
    """A hard case that items point to is not in the register."""
    for where, _ in settings.at("hardcases", "cases.*"):
        yield {where: DROP}


def inventory_has_one_twice(settings: Settings) -> Iterator[Edit]:
    """An actor, an event or a page stands in the inventory twice."""
    for layer in ("actors", "events", "pages"):
        for _, item in settings.at("inventory", f"{layer}.*"):
            yield {settings.behind("inventory", layer): item}


def register_has_one_twice(settings: Settings) -> Iterator[Edit]:
    """A hard case or an annotator stands in its register twice."""
    for name, layer in (("hardcases", "cases"), ("annotators", "annotators")):
        for _, item in settings.at(name, f"{layer}.*"):
            yield {settings.behind(name, layer): item}


def setting_has_a_key_misspelt(settings: Settings) -> Iterator[Edit]:
    """Two letters of a key of the inventory or the settings change places."""
    for name in ("inventory", "corpus"):
        for where, value in _nodes(settings.files.get(name, {})):
            key = where[-1]
            free = where[:-1] in (("splits",), ("groups",))
            if isinstance(key, str) and not free:
                yield {(name, *where): DROP, (name, *where[:-1], _misspelt(key)): value}


def setting_has_a_label_misspelt(settings: Settings) -> Iterator[Edit]:
    """The last letter of a label of the inventory stands twice."""
    for pattern in ("actors.*.type", "actors.*.sectors.*", "events.*.type", "relations.*.type"):
        for where, label in settings.at("inventory", pattern):
            yield {where: label + label[-1]}


def setting_has_a_country_unknown(settings: Settings) -> Iterator[Edit]:
    """An actor of the inventory has a country that is none."""
    for where, _ in settings.at("inventory", "actors.*"):
        yield {(*where, "country"): "XQX"}


def split_names_no_document(settings: Settings) -> Iterator[Edit]:
    """A split or a group names a document that is not there."""
    for pattern in ("splits.test", "splits.dev", *(f"groups.{name}" for name in settings.files["corpus"]["groups"])):
        for where, names in settings.at("corpus", pattern):
            yield {(*where, len(names)): "nothing"}


def document_is_in_two_splits(settings: Settings) -> Iterator[Edit]:
    """A document is in two splits."""
    for _, names in settings.at("corpus", "splits.test"):
        yield from ({("corpus", "splits", "dev"): [name]} for name in names)


def group_is_divided(settings: Settings) -> Iterator[Edit]:
    """A document of a group is in another split than the others."""
    splits = settings.files["corpus"].get("splits", {})
    for group in settings.files["corpus"]["groups"]:
        for _, names in settings.at("corpus", f"groups.{group}"):
            for name in names:
                rest = {split: [other for other in others if other != name] for split, others in splits.items()}
                yield {("corpus", "splits"): {**rest, "elsewhere": [name]}}


def copy_is_in_another_split(settings: Settings) -> Iterator[Edit]:
    """A copy that no group names is in another split than its original."""
    grouped = {n for g in settings.files["corpus"]["groups"].values() for n in g}
    splits = settings.files["corpus"].get("splits", {})
    for name, document in settings.documents.items():
        if document["copy_of"] and name not in grouped:
            rest = {split: [other for other in others if other != name] for split, others in splits.items()}
            yield {("corpus", "splits"): {**rest, "elsewhere": [name]}}


def group_is_dropped(settings: Settings) -> Iterator[Edit]:
    """Near-duplicates are in no group; those of which one is a copy are together without."""
    copies = {name for name, document in settings.documents.items() if document["copy_of"]}
    for group, names in settings.files["corpus"]["groups"].items():
        if copies.isdisjoint(names):
            yield {("corpus", "groups", group): DROP}


def group_has_the_name_of_another(settings: Settings) -> Iterator[Edit]:
    """A group has the name of a document that is not in it."""
    for group, names in settings.files["corpus"]["groups"].items():
        for name in settings.documents:
            if name not in names:
                yield {("corpus", "groups", group): DROP, ("corpus", "groups", name): names}


def unlike_documents_are_one_text(settings: Settings) -> Iterator[Edit]:
    """Two documents are called one text and are not."""
    copies = {name: document["copy_of"] or name for name, document in settings.documents.items()}
    grouped = {n for g in settings.files["corpus"]["groups"].values() for n in g}
    for one, other in pairwise(name for name in settings.documents if name not in grouped and copies[name] == name):
        relation = {"documents": [one, other], "type": "same_text"}
        yield {("corpus", "relations"): [*settings.files["corpus"].get("relations", ()), relation]}


def documents_are_related_twice(settings: Settings) -> Iterator[Edit]:
    """Two documents are related twice."""
    for _, relations in settings.at("corpus", "relations"):
        yield from ({("corpus", "relations", len(relations)): {**r, "type": "rewrite"}} for r in relations)


def actor_is_used_by_nothing(settings: Settings) -> Iterator[Edit]:
    """An actor of the inventory is named nowhere. Seen where all layers of all documents are finished."""
    yield {settings.behind("inventory", "actors"): {"id": "nobody", "type": "PER", "name": "Nobody"}}


def event_is_used_by_nothing(settings: Settings) -> Iterator[Edit]:
    """An event of the inventory is reported nowhere. Seen where all layers of all documents are finished."""
    yield {settings.behind("inventory", "events"): {"id": "nothing", "type": "CONSULT", "name": "Nothing"}}


def page_is_used_by_nothing(settings: Settings) -> Iterator[Edit]:
    """A page of the inventory is cited nowhere. Seen where all layers of all documents are finished."""
    yield {settings.behind("inventory", "pages"): {"id": "nowhere", "url": "https://example.org/nowhere"}}


def case_is_used_by_nothing(settings: Settings) -> Iterator[Edit]:
    """No item points to a hard case. Seen where all layers of all documents are finished."""
    if "hardcases" in settings.files:
        case = {"id": 99, "title": "Why?", "options": ["So."], "decision": "So."}
        yield {settings.behind("hardcases", "cases"): case}


def press_gets_the_sector_of_health(settings: Settings) -> Iterator[Edit]:
    """A press body of the inventory has the sector of health. Seen where it publishes a text."""
    for where, sector in settings.at("inventory", "actors.*.sectors.*"):
        if sector == "JRN":
            yield {where: "MED"}


def identifier_is_given_twice(settings: Settings) -> Iterator[Edit]:
    """An actor of the inventory has the Wikidata identifier of another."""
    for where, _ in settings.at("inventory", "actors.*"):
        for other, number in settings.at("inventory", "actors.*.wikidata"):
            if other[:-1] != where:
                yield {(*where, "wikidata"): number}


def identifier_of_a_place_is_given_to_others(settings: Settings) -> Iterator[Edit]:
    """A person or a body of the inventory has a GeoNames identifier."""
    for where, actor in settings.at("inventory", "actors.*"):
        if actor["type"] in ("PER", "ORG", "NORP"):
            yield {(*where, "geonames"): 1}


def office_is_held_by_a_body(settings: Settings) -> Iterator[Edit]:
    """A body or a place of the inventory holds an office."""
    for where, actor in settings.at("inventory", "actors.*"):
        if actor["type"] != "PER":
            yield {(*where, "offices"): [{"title": "President"}]}


def office_moves_by_forty_years(settings: Settings) -> Iterator[Edit]:
    """An office was held forty years before. Seen where a text calls its holder by the title."""
    for where, office in settings.at("inventory", "actors.*.offices.*"):
        days = {key: _moved(office[key], "year", -40) for key in ("from", "to") if office.get(key)}
        if office.get("from"):
            yield {**{(*where, key): value for key, value in days.items()}, (*where, "to"): days.get("to", "1990")}


def event_of_the_world_changes_its_type(settings: Settings) -> Iterator[Edit]:
    """An event of the inventory is of another type than its reports."""
    used = settings.reported()
    for where, event in settings.at("inventory", "events.*"):
        if event["id"] in used:
            yield from ({(*where, "type"): label} for label in ("PROTEST", "AID", "REJECT"))


def world_runs_in_a_circle(settings: Settings) -> Iterator[Edit]:
    """Two events of the inventory cause one another."""
    names = [event["id"] for event in settings.files["inventory"].get("events", ())]
    for one, other in pairwise(names):
        relations = [{"from": a, "type": "CAUSES", "to": b} for a, b in ((one, other), (other, one))]
        yield {("inventory", "relations"): [*settings.files["inventory"].get("relations", ()), *relations]}


def office_ends_before_it_begins(settings: Settings) -> Iterator[Edit]:
    """The first and the last day of an office change places. Seen where a text calls its holder by the title."""
    for where, office in settings.at("inventory", "actors.*.offices.*"):
        if office.get("from"):
            yield {(*where, "from"): office.get("to") or "2030", (*where, "to"): office["from"]}


def identifiers_change_places(settings: Settings) -> Iterator[Edit]:
    """Two actors of the inventory exchange their Wikidata identifiers. No rule asks Wikidata."""
    for (one, number), (other, second) in permutations(settings.at("inventory", "actors.*.wikidata"), 2):
        if one < other:
            yield {one: second, other: number}


def country_of_the_inventory_is_another(settings: Settings) -> Iterator[Edit]:
    """An actor of the inventory is of another country. No rule sees it: the world alone tells."""
    for where, actor in settings.at("inventory", "actors.*"):
        yield {(*where, "country"): "NZL" if actor.get("country") != "NZL" else "PER"}


def alias_is_dropped(settings: Settings) -> Iterator[Edit]:
    """An actor of the inventory has a name less. No rule sees it: mentions by that name become nominals."""
    for where, _ in settings.at("inventory", "actors.*.aliases.*"):
        yield {where: DROP}


def actors_exchange_their_names(settings: Settings) -> Iterator[Edit]:
    """Two actors of the inventory, of one type, exchange their names. No rule compares names with mentions."""
    for (one, actor), (other, second) in permutations(settings.at("inventory", "actors.*"), 2):
        if one < other and actor["type"] == second["type"]:
            yield {(*one, "name"): second["name"], (*other, "name"): actor["name"]}


def page_has_another_date(settings: Settings) -> Iterator[Edit]:
    """A page bears another date. No rule compares it with the dates that cite it."""
    for where, value in settings.at("inventory", "pages.*.date"):
        yield from ({where: _moved(value, "year", by)} for by in (-1, 1))


# --- The source form, and the raw text ------------------------------------------------------------------------------


def quote_is_not_in_its_passage(source: Source) -> Iterator[str]:
    """A quote is a word of another passage."""
    everywhere = dict.fromkeys(re.findall(r"\w{5,}", source.document["text"]))
    for where, words, offset in source.quotes():
        passage = source.passage(where)
        for other in [word for word in everywhere if not has_match(passage, word, 0, len(passage))][:20]:
            yield source.put(offset, words, other)


def quote_is_ambiguous(source: Source) -> Iterator[str]:
    """A quote is a word that stands twice in its passage."""
    for where, words, offset in source.quotes():
        found = re.findall(r"\w{2,}", source.passage(where))
        for other in dict.fromkeys(word for word in found if found.count(word) == 2):
            yield source.put(offset, words, other)


def quote_is_another_word(source: Source) -> Iterator[str]:
    """A quote is another word of its passage, which stands there once. Seen where it crosses or repeats another."""
    for where, words, offset in source.quotes():
        found = re.findall(r"\w{3,}", source.passage(where))
        for other in (word for word in found if found.count(word) == 1 and word not in words):
            yield source.put(offset, words, other)


def passage_begins_later(source: Source) -> Iterator[str]:
    """A passage begins with its second word, and the first falls to the passage before. Seen where a quote holds it."""
    for where, at in iter_at(source.value, "passages.*.at"):
        words = source.passage(where).split()
        offset = source.begins(where)
        if source.yaml.startswith(at, offset) and len(words) > 4:
            yield source.put(offset, at, "'" + " ".join(words[1:5]).replace("'", "''") + "'")


def passages_stand_in_another_order(source: Source) -> Iterator[str]:
    """Two neighbouring passages are written the wrong way round."""
    blocks = re.split(r"^(?=- (?:at:|\{at:))", _passages(source.yaml), flags=re.MULTILINE)
    for before, after in pairwise(blocks[1:]):
        yield source.yaml.replace(before + after, after + before)


def source_key_is_misspelt(source: Source) -> Iterator[str]:
    """Two letters of a key change places."""
    for match in re.finditer(r"(?<=[{ ])([a-z_]{3,})(?=: )", _passages(source.yaml)):
        start = source.yaml.index("passages:") + match.start()
        yield source.put(start, match[1], _misspelt(match[1]))


def source_key_stands_twice(source: Source) -> Iterator[str]:
    """A key stands twice in one item."""
    for match in re.finditer(r"\{q: ", source.yaml):
        yield source.put(match.start(), "{q: ", "{q: again, q: ")


def raw_text_changes_by_a_letter(texts: Texts) -> Iterator[tuple[str, str]]:
    """A letter of a raw text is another."""
    for path, text in texts.raw.items():
        for offset in range(0, len(text), 50):
            if text[offset].isalpha():
                yield path, text[:offset] + ("x" if text[offset] != "x" else "y") + text[offset + 1 :]


def raw_text_has_a_word_before_it(texts: Texts) -> Iterator[tuple[str, str]]:
    """A word is put before a raw text."""
    for path, text in texts.raw.items():
        yield path, f"Exclusive: {text}"


def checksum_is_dropped(texts: Texts) -> Iterator[tuple[str, str]]:
    """The checksum of a text is left out."""
    lines = texts.sums.splitlines(keepends=True)
    for index in range(len(lines)):
        yield "raw/SHA256SUMS", "".join(_without(lines, index))


def checksum_is_another(texts: Texts) -> Iterator[tuple[str, str]]:
    """The first digit of a checksum is another."""
    lines = texts.sums.splitlines(keepends=True)
    for index, line in enumerate(lines):
        yield "raw/SHA256SUMS", "".join(_without(lines, index, ["0" if line[0] != "0" else "1", line[1:]]))


# --- Helpers --------------------------------------------------------------------------------------------------------


def _nodes(value: Any, where: Where = ()) -> Iterator[tuple[Where, Any]]:
    """Yield path and value of all that stands in a value, itself left out."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, each in inner:
        yield (*where, step), each
        yield from _nodes(each, (*where, step))


def _misspelt(key: str) -> str:
    """Return a key with its last two letters the other way round, or the last one twice where that is no other key."""
    return key[:-2] + key[-1] + key[-2] if len(key) > 1 and key[-1] != key[-2] else key + key[-1]


def _below(where: Where, edit: Edit) -> Edit:
    return {(*where, *path): value for path, value in edit.items()}


def _words(text: str) -> list[tuple[int, int]]:
    """Return the bounds of the words of a text."""
    return [match.span() for match in re.finditer(r"\S+", text)]


def _without(items: Sequence[Any], index: int, instead: Sequence[Any] = ()) -> list[Any]:
    return [*items[:index], *instead, *items[index + 1 :]]


def _replaced(base: Base, *patterns: str, alike: bool) -> Iterator[Edit]:
    """Yield the edits that put another actor, of the same type or of another, in the place of one."""
    for where, name in base.at(*patterns):
        beside = [other for place, other in base.at(*patterns) if place[:-1] == where[:-1]]
        for other in base.others(name, alike=alike) if name in base.actors else ():
            if other not in beside:
                yield {where: other}


def _to_event(base: Base, name: str, other: str) -> Edit:
    """Return the edit that gives all that is said of an event to another."""
    return {where: other for where, used in base.at(*EVENTS) if used == name}


def _to_actor(base: Base, name: str, other: str) -> Edit:
    """Return the edit that puts another actor in the place of one, wherever the document names it."""
    return {where: other for where, used in base.at(*ACTORS, *SOURCES, *base.fillers) if used == name}


def _committed(base: Base, trigger: int, source: str, value: str) -> Edit:
    """Return the edit that gives a source a commitment at a trigger, beside those that are written."""
    kept = [item for item in base.document["triggers"][trigger]["factuality"] if item["source"] != source]
    return {("triggers", trigger, "factuality"): [*kept, {"source": source, "value": value}]}


def _other_letters(base: Base, offsets: Any) -> Iterator[Edit]:
    for offset in offsets:
        if base.text[offset].isalpha():
            letter = "x" if base.text[offset] != "x" else "y"
            yield {("text",): base.text[:offset] + letter + base.text[offset + 1 :]}


def _passages(yaml: str) -> str:
    """Return the part of a document in the source form that holds its passages."""
    found = re.search(r"^passages:.*?(?=^[a-z_]+:)", yaml, flags=re.MULTILINE | re.DOTALL)
    return found[0] if found else ""


# --- The table ------------------------------------------------------------------------------------------------------

Kind = Literal["structural", "seen", "unseen"]
"""Form, references, anchors: all are caught. Meaning that rules can see, all or some of it. Meaning that none can."""
On = Literal["document", "copy", "settings", "source", "texts"]
"""What is broken: a document that is no copy, one that is, the settings, the source form, a raw text or its sums."""


class Way(NamedTuple):
    """A way to break something sound: what makes its edits, and the least percentage of them that is caught.

    Where it is less than 100 the floor is what was measured, less some points: a change of the texts moves the share, a
    rule that is lost goes below. What was looked at of what is missed is of five sorts, none of which a rule can see: a
    date that is still compatible, since the other is open, approximate or null (`[2020-09..]` holds all later days); an
    event of a type that may last, or may have any party; an item that nothing else in the document hangs on; words that
    another expression of the same value could be; a name whose type, and so whose role, stays the same.
    """

    make: Callable[[Any], Iterator[Any]]
    kind: Kind
    on: On = "document"
    floor: int = 100

    @property
    def name(self) -> str:
        """Its name, in words."""
        return self.make.__name__.replace("_", " ")

    @property
    def says(self) -> str:
        """What it does, and of a way that no rule sees, why."""
        return " ".join(str(self.make.__doc__).split())


UNITS = ("day", "week", "month", "year")
MOVES = {
    "document_date": ("date", (75, 75, 75, 75)),
    "event_time": ("events.*.time", (55, 55, 55, 70)),
    "time_expression": ("times.*", (55, 55, 70, 70)),
    "stamp": ("date_candidates.*", (100, 100, 85, 90)),
}
"""What moves by each unit of time: where it stands, and the least percentages that are caught."""
WAYS: tuple[Way, ...] = (
    Way(span_starts_late, "structural"),
    Way(span_ends_late, "structural"),
    Way(span_slips, "structural"),
    Way(span_has_other_words, "structural"),
    Way(span_takes_in_a_space, "structural"),
    Way(span_loses_a_mark, "structural"),
    Way(offsets_count_bytes, "structural"),
    Way(offsets_count_utf16, "structural"),
    Way(passage_is_missing, "structural"),
    Way(passage_ends_early, "structural"),
    Way(passages_overlap, "structural"),
    Way(passages_change_places, "structural"),
    Way(repeated_passage_is_none, "structural"),
    Way(key_is_misspelt, "structural"),
    Way(key_is_missing, "structural"),
    Way(value_has_another_type, "structural"),
    Way(label_is_misspelt, "structural"),
    Way(name_is_misspelt, "structural"),
    Way(case_is_unknown, "structural"),
    Way(event_is_missing, "structural"),
    Way(actor_is_missing, "structural"),
    Way(events_share_a_name, "structural"),
    Way(actors_share_a_name, "structural"),
    Way(actor_has_a_name_of_the_inventory, "structural"),
    Way(actor_has_a_reserved_name, "structural"),
    Way(item_stands_twice, "structural"),
    Way(commitment_stands_twice, "structural"),
    Way(name_is_badly_formed, "structural"),
    Way(document_has_another_name, "structural"),
    Way(date_is_not_in_the_calendar, "structural"),
    Way(date_runs_backwards, "structural"),
    Way(country_is_unknown, "structural"),
    Way(text_changes_by_a_letter, "structural"),
    Way(text_loses_its_carriage_returns, "structural"),
    Way(text_has_a_word_before_it, "structural"),
    Way(copy_is_of_nothing, "structural", "copy"),
    Way(actor_leaves_the_inventory, "structural", "settings"),
    Way(event_leaves_the_inventory, "structural", "settings"),
    Way(page_leaves_the_inventory, "structural", "settings"),
    Way(case_leaves_the_register, "structural", "settings"),
    Way(inventory_has_one_twice, "structural", "settings"),
    Way(register_has_one_twice, "structural", "settings"),
    Way(setting_has_a_key_misspelt, "structural", "settings"),
    Way(setting_has_a_label_misspelt, "structural", "settings"),
    Way(setting_has_a_country_unknown, "structural", "settings"),
    Way(split_names_no_document, "structural", "settings"),
    Way(quote_is_not_in_its_passage, "structural", "source"),
    Way(quote_is_ambiguous, "structural", "source"),
    Way(passages_stand_in_another_order, "structural", "source"),
    Way(source_key_is_misspelt, "structural", "source"),
    Way(source_key_stands_twice, "structural", "source"),
    Way(raw_text_changes_by_a_letter, "structural", "texts"),
    Way(raw_text_has_a_word_before_it, "structural", "texts"),
    Way(checksum_is_dropped, "structural", "texts"),
    Way(checksum_is_another, "structural", "texts"),
    Way(because_is_dropped, "seen"),
    Way(fact_behind_a_known_date_is_dropped, "seen"),
    Way(page_behind_an_external_date_is_dropped, "seen"),
    Way(known_date_leaves_the_text, "seen", floor=95),
    Way(external_date_leaves_the_text, "seen", floor=80),
    Way(text_date_leaves_the_known_one, "seen", floor=95),
    Way(date_loses_precision, "seen", floor=10),
    Way(once_becomes_lasting, "seen", floor=60),
    Way(day_becomes_lasting, "seen", floor=50),
    Way(verdicts_change_places, "seen"),
    Way(second_stamp_is_accepted, "seen"),
    Way(stamp_is_accepted_no_more, "seen"),
    Way(expression_counts_from_nothing, "seen"),
    Way(required_recipient_is_dropped, "seen"),
    Way(call_has_a_place, "seen"),
    Way(person_is_a_place, "seen"),
    Way(place_is_an_actor, "seen"),
    Way(cue_is_dropped, "seen"),
    Way(sources_are_dropped, "seen"),
    Way(cue_goes_into_the_content, "seen"),
    Way(indirect_becomes_direct, "seen"),
    Way(relation_runs_in_a_circle, "seen"),
    Way(event_is_related_to_itself, "seen"),
    Way(mention_stands_in_a_zone_apart, "seen"),
    Way(trigger_stands_in_a_zone_apart, "seen"),
    Way(body_becomes_related_links, "seen"),
    Way(item_becomes_a_draft, "seen"),
    Way(redistribution_has_no_basis, "seen"),
    Way(document_is_called_a_copy, "seen"),
    Way(type_is_of_another_class, "seen", floor=25),
    Way(type_is_another_of_its_class, "seen", floor=20),
    Way(type_changes_and_the_mode_stays, "seen"),
    Way(mode_is_another_of_its_type, "seen", floor=30),
    Way(corpus_event_is_of_another_type, "seen"),
    Way(actor_and_recipient_change_places, "seen", floor=0),
    Way(recipient_becomes_beneficiary, "seen", floor=25),
    Way(filler_is_of_another_type, "seen", floor=15),
    Way(filler_is_another_of_its_type, "seen", floor=0),
    Way(filler_is_left_out, "seen", floor=5),
    Way(future_becomes_actual, "seen", floor=35),
    Way(events_are_merged, "seen", floor=60),
    Way(trigger_tells_of_another_event, "seen", floor=65),
    Way(trigger_is_dropped, "seen", floor=70),
    Way(event_is_dropped, "seen", floor=0),
    Way(corpus_event_is_dropped, "seen", floor=0),
    Way(relation_is_reversed, "seen", floor=60),
    Way(relation_is_of_another_type, "seen", floor=20),
    Way(relation_leads_to_another_event, "seen", floor=45),
    Way(span_loses_its_last_word, "seen", floor=0),
    Way(span_takes_in_a_word, "seen", floor=0),
    Way(span_moves_by_a_word, "seen", floor=0),
    Way(span_moves_by_a_letter, "seen", floor=80),
    Way(span_loses_its_first_letter, "seen", floor=5),
    Way(mention_runs_into_the_next_passage, "seen", floor=25),
    Way(content_moves_by_a_word, "seen", floor=20),
    Way(when_is_another_expression, "seen", floor=65),
    Way(zones_are_merged, "seen", floor=0),
    Way(language_is_another, "seen", floor=0),
    Way(mention_names_another_of_its_type, "seen", floor=0),
    Way(mention_names_one_of_another_type, "seen", floor=0),
    Way(mention_is_dropped, "seen", floor=0),
    Way(actors_are_exchanged, "seen", floor=0),
    Way(actor_changes_its_type, "seen", floor=10),
    Way(party_has_another_role, "seen", floor=0),
    Way(party_is_health_and_no_press, "seen"),
    *(
        Way(moving(what, pattern, unit), "seen", floor=floor)
        for what, (pattern, floors) in MOVES.items()
        for unit, floor in zip(UNITS, floors, strict=True)
    ),
    Way(redistribution_of_a_copy_changes, "seen", "copy"),
    Way(copy_lacks_an_item, "seen", "copy"),
    Way(copy_differs_from_its_original, "seen", "copy"),
    Way(copy_is_called_none, "seen", "copy", floor=30),
    Way(document_is_in_two_splits, "seen", "settings"),
    Way(group_is_divided, "seen", "settings"),
    Way(group_is_dropped, "seen", "settings"),
    Way(group_has_the_name_of_another, "seen", "settings"),
    Way(unlike_documents_are_one_text, "seen", "settings"),
    Way(documents_are_related_twice, "seen", "settings"),
    Way(actor_is_used_by_nothing, "seen", "settings", floor=60),
    Way(event_is_used_by_nothing, "seen", "settings", floor=60),
    Way(page_is_used_by_nothing, "seen", "settings", floor=60),
    Way(case_is_used_by_nothing, "seen", "settings", floor=60),
    Way(press_gets_the_sector_of_health, "seen", "settings", floor=80),
    Way(identifier_is_given_twice, "seen", "settings"),
    Way(identifier_of_a_place_is_given_to_others, "seen", "settings"),
    Way(office_is_held_by_a_body, "seen", "settings"),
    Way(office_moves_by_forty_years, "seen", "settings", floor=80),
    Way(office_ends_before_it_begins, "seen", "settings", floor=80),
    Way(event_of_the_world_changes_its_type, "seen", "settings"),
    Way(quote_is_another_word, "seen", "source", floor=5),
    Way(passage_begins_later, "seen", "source", floor=55),
    Way(text_without_raw_changes_by_a_letter, "unseen"),
    Way(commitment_is_flipped, "unseen"),
    Way(commitment_weakens, "unseen"),
    Way(commitment_is_dropped, "unseen"),
    Way(recipient_is_dropped, "unseen"),
    Way(actor_of_an_event_is_dropped, "unseen"),
    Way(mode_is_dropped, "unseen"),
    Way(context_is_another, "unseen"),
    Way(count_is_another, "unseen"),
    Way(actual_becomes_future, "unseen"),
    Way(event_is_cut_in_two, "unseen"),
    Way(actor_is_cut_in_two, "unseen"),
    Way(event_of_the_world_is_another_of_its_type, "seen", floor=50),
    Way(relation_is_dropped, "unseen"),
    Way(response_is_of_another_mode, "unseen"),
    Way(claim_is_of_another_attribute, "unseen"),
    Way(claim_is_of_another_source, "unseen"),
    Way(claim_is_dropped, "unseen"),
    Way(source_is_another_actor, "unseen"),
    Way(source_is_hidden, "unseen"),
    Way(attribution_is_dropped, "seen", floor=0),
    Way(indirect_becomes_scare_quote, "unseen"),
    Way(level_is_another, "unseen"),
    Way(metonymy_is_flipped, "unseen"),
    Way(body_becomes_caption, "unseen"),
    Way(zone_apart_is_another, "unseen"),
    Way(passage_is_called_a_repetition, "unseen"),
    Way(passage_is_cut_in_two, "seen", floor=0),
    Way(date_becomes_uncertain, "unseen"),
    Way(time_of_an_event_is_dropped, "seen", floor=0),
    Way(expression_is_dropped, "seen", floor=5),
    Way(when_is_dropped, "unseen"),
    Way(reason_is_of_other_words, "seen", floor=60),
    Way(licence_is_another, "unseen"),
    Way(holder_is_another, "unseen"),
    Way(layer_is_called_unfinished, "unseen"),
    Way(country_is_another, "unseen"),
    Way(sector_is_another, "unseen"),
    Way(copy_is_in_another_split, "seen", "settings"),
    Way(world_runs_in_a_circle, "seen", "settings"),
    Way(identifiers_change_places, "unseen", "settings"),
    Way(country_of_the_inventory_is_another, "unseen", "settings"),
    Way(alias_is_dropped, "unseen", "settings"),
    Way(actors_exchange_their_names, "unseen", "settings"),
    Way(page_has_another_date, "unseen", "settings"),
)
