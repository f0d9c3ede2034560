"""Documents as typed, frozen records: what `load_documents` gives.

The fields of a record are the columns of its table (`tables`), lists as tuples; a test holds the two together. Records
know their document, so that names lead to what they name: `mention.actors`, `event.mentions`, `mention.event`.
Offsets are Unicode code points of `Document.text`, from 0, half-open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from corpus_pkg.errors import UnknownNameError

Row = Mapping[str, Any]
_NO_ACTORS = ("AUTHOR", "ANONYMOUS")
R = TypeVar("R", bound="Record")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the text."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Role:
    """An actor in a role."""

    role: str
    actor_id: str


@dataclass(frozen=True, slots=True)
class Count:
    """A number that the text gives."""

    what: str
    number: int


@dataclass(frozen=True, slots=True)
class RightsStatement:
    """A stretch of the page that states rights in the text."""

    start: int
    end: int
    text: str
    licence: str | None
    holder: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Date:
    """When the document was published, on three bases that never mix; dates are EDTF."""

    text: str | None
    known: str | None
    external: str | None
    because: tuple[Span, ...]
    cite: tuple[str, ...]
    note: str | None


@dataclass(frozen=True, slots=True)
class Source:
    """Rights in the text."""

    licence: str
    holder: str | None
    redistribution: str
    basis: str | None
    cite: tuple[str, ...]
    note: str | None
    statements: tuple[RightsStatement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A row of a document, which it knows."""

    document: Document = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone(Record):
    """A stretch of the document."""

    start: int
    end: int
    text: str
    zone: str
    language: str | None
    duplicate_of: int | None
    cases: tuple[int, ...]
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DateCandidate(Record):
    """A stamp or bound that could date the document."""

    start: int
    end: int
    text: str
    kind: str
    value: str | None
    verdict: str
    reason: str | None
    cases: tuple[int, ...]
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeExpression(Record):
    """An expression of time in the text."""

    start: int
    end: int
    text: str
    date_text: str | None
    date_known: str | None
    date_external: str | None
    because: tuple[Span, ...]
    cite: tuple[str, ...]
    anchored: str
    event_id: str | None
    cases: tuple[int, ...]
    note: str | None

    @property
    def event(self) -> Event | None:
        """The event it counts from."""
        return self.document.event(self.event_id) if self.event_id else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationRole(Record):
    """One party's part in publishing the text."""

    role: str
    actor_id: str
    spans: tuple[Span, ...]
    cite: tuple[str, ...]
    cases: tuple[int, ...]
    note: str | None

    @property
    def actor(self) -> Actor:
        """Who has it."""
        return self.document.actor(self.actor_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution(Record):
    """A stretch of content with the sources it is ascribed to."""

    content_start: int
    content_end: int
    n: int
    content: tuple[Span, ...]
    source_ids: tuple[str, ...]
    cue_start: int | None
    cue_end: int | None
    cue_text: str | None
    form: str
    medium_start: int | None
    medium_end: int | None
    medium_text: str | None
    when_start: int | None
    when_end: int | None
    when_text: str | None
    depth: int
    cases: tuple[int, ...]
    note: str | None

    @property
    def sources(self) -> tuple[Actor, ...]:
        """The actors to whom it is ascribed; AUTHOR and ANONYMOUS are none."""
        return tuple(self.document.actor(name) for name in self.source_ids if name not in _NO_ACTORS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor(Record):
    """An actor that the document names."""

    actor_id: str
    type: str
    name: str
    aliases: tuple[str, ...]
    adjectives: tuple[str, ...]
    country: str | None
    sectors: tuple[str, ...]
    wikidata: str | None
    geonames: int | None
    cite: tuple[str, ...]
    cases: tuple[int, ...]
    note: str | None

    @property
    def mentions(self) -> tuple[ActorMention, ...]:
        """Where this document names it."""
        return tuple(mention for mention in self.document.actor_mentions if self.actor_id in mention.actor_ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorMention(Record):
    """A span that names one or more actors."""

    start: int
    end: int
    text: str
    actor_ids: tuple[str, ...]
    level: str
    metonymy: bool
    zone: str | None
    cases: tuple[int, ...]
    note: str | None

    @property
    def actors(self) -> tuple[Actor, ...]:
        """The actors it names."""
        return tuple(self.document.actor(name) for name in self.actor_ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventMention(Record):
    """A trigger in the text."""

    start: int
    end: int
    text: str
    event_id: str
    type: str
    mode: str | None
    topic: tuple[Span, ...]
    object: tuple[Span, ...]
    instrument: tuple[Span, ...]
    when: tuple[Span, ...]
    zone: str | None
    cases: tuple[int, ...]
    note: str | None

    @property
    def event(self) -> Event:
        """The event it reports."""
        return self.document.event(self.event_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Record):
    """An event as the document reports it."""

    event_id: str
    corpus_event_id: str
    type: str
    mode: str | None
    class_: str | None
    contexts: tuple[str, ...]
    roles: tuple[Role, ...]
    date_text: str | None
    date_known: str | None
    date_external: str | None
    because: tuple[Span, ...]
    cite: tuple[str, ...]
    date_note: str | None
    counts: tuple[Count, ...]
    modality: str
    factuality: str
    contested: bool
    cases: tuple[int, ...]
    note: str | None

    @property
    def mentions(self) -> tuple[EventMention, ...]:
        """Its triggers, in the order of the text."""
        return tuple(mention for mention in self.document.event_mentions if mention.event_id == self.event_id)

    def actors(self, role: str) -> tuple[Actor, ...]:
        """Return the actors in a role."""
        return tuple(self.document.actor(filler.actor_id) for filler in self.roles if filler.role == role)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventArgument(Record):
    """One filler of one role of an event."""

    event_id: str
    role: str
    filler_kind: str
    filler: str
    start: int | None
    end: int | None
    text: str | None
    triggers: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Factuality(Record):
    """A source's commitment to an event at a trigger."""

    event_id: str
    start: int
    end: int
    source: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(Record):
    """A contested attribute of an event, with who claims it."""

    event_id: str
    attribute: str
    source: str
    n: int
    value: str
    start: int | None
    end: int | None
    text: str | None
    cases: tuple[int, ...]
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRelation(Record):
    """A relation between two events of the document."""

    from_id: str
    type: str
    to_id: str
    mode: str | None
    sources: tuple[str, ...]
    start: int | None
    end: int | None
    text: str | None
    cases: tuple[int, ...]
    note: str | None


@dataclass(frozen=True)
class Document:
    """A document with its text, zones, date, source, actors, mentions and events."""

    doc_id: str
    text: str = field(repr=False)
    title: str | None
    language: str
    group: str
    copy_of: str | None
    annotated: tuple[str, ...]
    sha256: str = field(repr=False)
    date: Date
    source: Source
    cases: tuple[int, ...]
    note: str | None
    row: Row = field(repr=False, hash=False)

    @classmethod
    def from_row(cls, row: Row) -> Document:
        """Return the record of a row of the table `documents`."""
        plain = ("doc_id", "text", "title", "language", "group", "copy_of", "annotated", "sha256", "cases", "note")
        values: dict[str, Any] = {key: _value(row[key]) for key in plain}
        return cls(**values, date=Date(**_values(row["date"])), source=Source(**_values(row["source"])), row=row)

    @property
    def is_withheld(self) -> bool:
        """Whether the edition withholds the text.

        Then it, the title and the characters of every span are null, whatever their types say; all offsets are there,
        and `corpus rehydrate` restores what is withheld from a copy of the text.
        """
        return self.row["text"] is None

    def as_dict(self) -> dict[str, Any]:
        """Return the row as plain data, as every other reader gives it: a copy, which may be changed."""
        return {key: _copied(value) for key, value in self.row.items()}

    def _records(self, name: str, kind: type[R]) -> tuple[R, ...]:
        return tuple(kind(document=self, **_values(row)) for row in self.row[name])

    @cached_property
    def zones(self) -> tuple[Zone, ...]:
        """Its passages, with the part of the page that each is."""
        return self._records("zones", Zone)

    @cached_property
    def date_candidates(self) -> tuple[DateCandidate, ...]:
        """Stamps and bounds that could date it."""
        return self._records("date_candidates", DateCandidate)

    @cached_property
    def time_expressions(self) -> tuple[TimeExpression, ...]:
        """Expressions of time in it."""
        return self._records("time_expressions", TimeExpression)

    @cached_property
    def publication_roles(self) -> tuple[PublicationRole, ...]:
        """Who had which part in publishing it."""
        return self._records("publication_roles", PublicationRole)

    @cached_property
    def attributions(self) -> tuple[Attribution, ...]:
        """What it ascribes to sources."""
        return self._records("attributions", Attribution)

    @cached_property
    def actors(self) -> tuple[Actor, ...]:
        """The actors that it names."""
        return self._records("actors", Actor)

    @cached_property
    def actor_mentions(self) -> tuple[ActorMention, ...]:
        """Where it names them."""
        return self._records("actor_mentions", ActorMention)

    @cached_property
    def event_mentions(self) -> tuple[EventMention, ...]:
        """Its triggers of events."""
        return self._records("event_mentions", EventMention)

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """The events that it reports."""
        return self._records("events", Event)

    @cached_property
    def event_arguments(self) -> tuple[EventArgument, ...]:
        """Who and what fills the roles of its events."""
        return self._records("event_arguments", EventArgument)

    @cached_property
    def factuality(self) -> tuple[Factuality, ...]:
        """How far sources commit themselves to its events."""
        return self._records("factuality", Factuality)

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """Contested attributes of its events."""
        return self._records("claims", Claim)

    @cached_property
    def event_relations(self) -> tuple[EventRelation, ...]:
        """Relations between its events."""
        return self._records("event_relations", EventRelation)

    @cached_property
    def _actors_by_id(self) -> dict[str, Actor]:
        return {actor.actor_id: actor for actor in self.actors}

    @cached_property
    def _events_by_id(self) -> dict[str, Event]:
        return {event.event_id: event for event in self.events}

    def actor(self, actor_id: str) -> Actor:
        """Return an actor of the document. Raises UnknownNameError."""
        if actor_id not in self._actors_by_id:
            raise UnknownNameError(f"actor of {self.doc_id}", actor_id, self._actors_by_id)
        return self._actors_by_id[actor_id]

    def event(self, event_id: str) -> Event:
        """Return an event by its id, whole or without `doc_id#`. Raises UnknownNameError."""
        whole = event_id if "#" in event_id else f"{self.doc_id}#{event_id}"
        if whole not in self._events_by_id:
            raise UnknownNameError(f"event of {self.doc_id}", event_id, self._events_by_id)
        return self._events_by_id[whole]


_STRUCTS = {frozenset(kind.__dataclass_fields__): kind for kind in (Span, Role, Count, RightsStatement)}
_NAMES = {"class": "class_"}  # words that Python keeps for itself


def _values(row: Row) -> dict[str, Any]:
    """Return the fields of a record: lists as tuples, structs as records."""
    return {_NAMES.get(key, key): _value(value) for key, value in row.items()}


def _copied(value: Any) -> Any:
    if isinstance(value, list):
        return [_copied(item) for item in value]
    return {key: _copied(inner) for key, inner in value.items()} if isinstance(value, Mapping) else value


def _value(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_value(item) for item in value)
    if isinstance(value, Mapping):
        return _STRUCTS[frozenset(value)](**value)
    return value
