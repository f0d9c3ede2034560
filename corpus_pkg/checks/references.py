"""Rules about names and labels: each must be known, and known once.

Every rule takes a document in canonical form, or the inventory, with the names of the corpus (`Known`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from corpus_pkg.errors import closest
from corpus_pkg.findings import Path, Problem, clip
from corpus_pkg.vocabulary import RESERVED_SOURCES, Vocabulary

Data = Mapping[str, Any]
Use = tuple[Path, str]
"""A name that is used, and where."""


@dataclass(frozen=True)
class Known:
    """The names that documents may use."""

    vocabulary: Vocabulary
    actors: Collection[str]
    events: Collection[str]
    pages: Collection[str]
    cases: Collection[int]


Rule = Callable[[Data, Known], Iterator[Problem]]


def actor_unknown(document: Data, known: Known) -> Iterator[Problem]:
    """Every actor that is named is in the inventory or among the document's own."""
    names = {*known.actors, *(actor["id"] for actor in document["actors"])}
    home = "an actor of annotations/inventory.yaml, or one of `actors` of this document"
    yield from _unknown("actor-unknown", "actor", _actor_uses(document, known), names, home)
    sources = {*names, *RESERVED_SOURCES}
    yield from _unknown("actor-unknown", "source", _source_uses(document), sources, f"{home}; or AUTHOR, ANONYMOUS")


def event_unknown(document: Data, known: Known) -> Iterator[Problem]:
    """Every event that is named is among the document's events."""
    names = {event["id"] for event in document["events"]}
    yield from _unknown("event-unknown", "event of this document", _event_uses(document), names, "one of its `events`")


def corpus_event_unknown(document: Data, known: Known) -> Iterator[Problem]:
    """Every event of the world that is named is in the inventory."""
    uses = [(("events", i, "corpus_event"), event["corpus_event"]) for i, event in enumerate(document["events"])]
    yield from _unknown("corpus-event-unknown", "event of the inventory", _given(uses), known.events, _INVENTORY)


def page_unknown(document: Data, known: Known) -> Iterator[Problem]:
    """Every page that is cited is in the inventory."""
    yield from _unknown("page-unknown", "page of the inventory", _list_uses(document, "cite"), known.pages, _INVENTORY)


def case_unknown(document: Data, known: Known) -> Iterator[Problem]:
    """Every hard case that is pointed to is in the register."""
    for where, case in _list_uses(document, "cases"):
        if case not in known.cases:
            message, home = f"no hard case has the number {case}", "a case of annotations/hardcases.yaml"
            yield Problem("case-unknown", where, message, str(case), home)


def event_repeated(document: Data, known: Known) -> Iterator[Problem]:
    """Two events of a document do not share a name."""
    yield from _repeated("event-repeated", document, "events")


def actor_repeated(document: Data, known: Known) -> Iterator[Problem]:
    """Two actors of a document do not share a name."""
    yield from _repeated("actor-repeated", document, "actors")


def actor_clash(document: Data, known: Known) -> Iterator[Problem]:
    """An actor of a document does not have the name of one of the inventory, or a reserved one."""
    for index, actor in enumerate(document["actors"]):
        if actor["id"] in known.actors:
            hint = "call it otherwise, or take it away when it is the same actor"
            message = f"{actor['id']!r} is an actor of the inventory already"
            yield Problem("actor-clash", ("actors", index, "id"), message, actor["id"], "a name of its own", hint)
    yield from _reserved(document)


def label_unknown(document: Data, known: Known) -> Iterator[Problem]:
    """Every label belongs to the vocabulary, and every mode to its type."""
    yield from _labels_unknown(_label_uses(document), known)
    yield from _typed("types", document, "events", known)
    yield from _typed("relation_types", document, "relations", known)


def _labels_unknown(uses: Iterable[tuple[str, Path, str]], known: Known) -> Iterator[Problem]:
    for table, where, label in uses:
        yield from _unknown("label-unknown", _NOUNS[table], [(where, label)], known.vocabulary.labels(table))


def _typed(table: str, document: Data, layer: str, known: Known) -> Iterator[Problem]:
    labels = known.vocabulary.labels(table)
    for index, item in enumerate(document[layer]):
        where: Path = (layer, index, "type")
        label, mode = item["type"], item["mode"]
        if label not in labels:
            yield from _labels_unknown([(table, where, label)], known)
        elif mode is not None:
            # In the source form the mode stands behind its type, so that is where it is shown.
            modes = known.vocabulary.modes(table, label)
            for problem in _unknown("label-unknown", f"mode of {label}", [((layer, index, "mode"), mode)], modes):
                hint = problem.suggestion
                yield problem._replace(suggestion=hint and hint.replace("write ", "write the mode ", 1))


RULES: Mapping[Rule, Collection[str]] = {
    actor_unknown: ("inventory",),
    event_unknown: (),
    corpus_event_unknown: ("inventory",),
    page_unknown: ("inventory",),
    case_unknown: ("hardcases",),
    event_repeated: (),
    actor_repeated: (),
    actor_clash: ("inventory",),
    label_unknown: ("vocabulary",),
}
"""The rules for documents, each with the settings that it relies on: where these have errors, it is not run."""


def inventory_repeated(inventory: Data, known: Known) -> Iterator[Problem]:
    """Two actors, two events or two pages of the inventory do not share a name."""
    for layer in ("actors", "events", "pages"):
        yield from _repeated("inventory-repeated", inventory, layer)


def inventory_reserved(inventory: Data, known: Known) -> Iterator[Problem]:
    """No actor of the inventory has the name of a reserved source."""
    yield from _reserved(inventory)


def inventory_unknown(inventory: Data, known: Known) -> Iterator[Problem]:
    """Every name in the inventory is known."""
    bodies = [(where, office["body"]) for where, office in _offices(inventory)]
    yield from _unknown("actor-unknown", "actor of the inventory", _given(bodies), known.actors)
    yield from _unknown("page-unknown", "page of the inventory", _list_uses(inventory, "cite"), known.pages)
    ends = [(("relations", i, key), r[key]) for i, r in enumerate(inventory["relations"]) for key in ("from", "to")]
    yield from _unknown("corpus-event-unknown", "event of the inventory", ends, known.events)


def inventory_label_unknown(inventory: Data, known: Known) -> Iterator[Problem]:
    """Every label in the inventory belongs to the vocabulary, and every mode to its type."""
    yield from _labels_unknown(_actor_labels(inventory), known)
    yield from _typed("types", inventory, "events", known)
    yield from _typed("relation_types", inventory, "relations", known)


def register_repeated(register: Data, layer: str) -> Iterator[Problem]:
    """Two hard cases do not share a number, nor two annotators a name."""
    yield from _repeated("register-repeated", register, layer)


INVENTORY_RULES: Mapping[Rule, Collection[str]] = {
    inventory_repeated: (),
    inventory_reserved: (),
    inventory_unknown: (),
    inventory_label_unknown: ("vocabulary",),
    case_unknown: ("hardcases",),
}
"""The rules for the inventory, each with the settings that it relies on."""


def commitment_repeated(written: Data) -> Iterator[Problem]:
    """A trigger has one commitment of a source. Takes a document as it is written, in either form."""
    seen = set()
    for where, commitment in _list_uses(written, "factuality"):
        use = (where[:-1], commitment["source"])
        if use in seen:
            message = f"{commitment['source']!r} is given a second time"
            yield Problem("commitment-repeated", (*where, "source"), message, commitment["source"], "each source once")
        seen.add(use)


def _unknown(
    code: str, kind: str, uses: Iterable[Use], known: Collection[str], home: str = "a name that is there"
) -> Iterator[Problem]:
    for where, name in uses:
        if name not in known:
            near = closest(name, known)
            expected = f"one of {', '.join(sorted(known))}" if 0 < len(known) <= _FEW else home
            hint = f"write {near[0]}" if near else None
            yield Problem(code, where, f"no {kind} is called {clip(name)!r}", clip(name), clip(expected, 1000), hint)


def _reserved(holder: Data) -> Iterator[Problem]:
    for index, actor in enumerate(holder["actors"]):
        if actor["id"] in RESERVED_SOURCES:
            message = f"{actor['id']!r} is a reserved name, of a source that is no actor"
            yield Problem("actor-reserved", ("actors", index, "id"), message, actor["id"], "a name of its own")


def _repeated(code: str, holder: Data, layer: str) -> Iterator[Problem]:
    seen: set[str | int] = set()
    for index, item in enumerate(holder[layer]):
        if item["id"] in seen:
            message = f"{item['id']!r} is given a second time"
            yield Problem(code, (layer, index, "id"), message, str(item["id"]), "each once")
        seen.add(item["id"])


def _given(uses: Iterable[tuple[Path, str | None]]) -> Iterator[Use]:
    return ((where, name) for where, name in uses if name is not None)


def _actor_uses(document: Data, known: Known) -> Iterator[Use]:
    for index, mention in enumerate(document["mentions"]):
        yield from _each(("mentions", index, "actors"), mention["actors"])
    for index, event in enumerate(document["events"]):
        for role in known.vocabulary.labels("roles"):
            yield from _each(("events", index, role), event.get(role, ()))
    yield from _given((("parties", i, "actor"), party["actor"]) for i, party in enumerate(document["parties"]))
    parties = document["source"]["parties"]
    yield from _given((("source", "parties", i, "actor"), party["actor"]) for i, party in enumerate(parties))
    yield from _given([(("source", "holder"), document["source"]["holder"])])
    yield from _given((("rights", i, "holder"), item["holder"]) for i, item in enumerate(document["rights"]))
    yield from _given((where, office["body"]) for where, office in _offices(document))


def _source_uses(document: Data) -> Iterator[Use]:
    for layer in ("attributions", "relations", "claims"):
        for index, item in enumerate(document[layer]):
            yield from _each((layer, index, "sources"), item["sources"])
    for index, trigger in enumerate(document["triggers"]):
        for place, commitment in enumerate(trigger["factuality"]):
            yield ("triggers", index, "factuality", place, "source"), commitment["source"]


def _event_uses(document: Data) -> Iterator[Use]:
    for layer, keys in (
        ("triggers", ("event",)),
        ("times", ("event",)),
        ("claims", ("event",)),
        ("relations", ("from", "to")),
    ):
        for index, item in enumerate(document[layer]):
            yield from _given(((layer, index, key), item[key]) for key in keys)


def _list_uses(value: Any, key: str, where: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield the entries of every list under this key, at any depth."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name == key:
                yield from _each((*where, name), inner)
            elif isinstance(inner, (dict, list)):
                yield from _list_uses(inner, key, (*where, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            if isinstance(inner, (dict, list)):
                yield from _list_uses(inner, key, (*where, index))


def _each(where: Path, names: Iterable[Any]) -> Iterator[tuple[Path, Any]]:
    return (((*where, index), name) for index, name in enumerate(names))


def _offices(holder: Data) -> Iterator[tuple[Path, Data]]:
    for index, actor in enumerate(holder["actors"]):
        for place, office in enumerate(actor["offices"]):
            yield ("actors", index, "offices", place, "body"), office


def _label_uses(document: Data) -> Iterator[tuple[str, Path, str]]:
    for table, layer, key in _LABELS:
        for index, item in enumerate(document[layer]):
            yield table, (layer, index, key), item[key]
    for index, party in enumerate(document["source"]["parties"]):
        yield "publication_roles", ("source", "parties", index, "role"), party["role"]
    for index, event in enumerate(document["events"]):
        for where, context in _each(("events", index, "contexts"), event["contexts"]):
            yield "contexts", where, context
    yield from _actor_labels(document)


_INVENTORY = "one of annotations/inventory.yaml"
_FEW = 30
"""So many names are told where one of them is expected."""
_NOUNS = {
    "types": "type of event",
    "contexts": "context",
    "sectors": "sector",
    "actor_types": "type of actor",
    "zones": "zone",
    "publication_roles": "role in publishing",
    "date_kinds": "kind of date",
    "relation_types": "type of relation",
    "claim_attributes": "attribute of a claim",
}
"""What a label of each table of the vocabulary is called."""
_LABELS = (
    ("zones", "passages", "zone"),
    ("publication_roles", "parties", "role"),
    ("date_kinds", "date_candidates", "kind"),
    ("claim_attributes", "claims", "attribute"),
)


def _actor_labels(holder: Data) -> Iterator[tuple[str, Path, str]]:
    for index, actor in enumerate(holder["actors"]):
        yield "actor_types", ("actors", index, "type"), actor["type"]
        for where, sector in _each(("actors", index, "sectors"), actor["sectors"]):
            yield "sectors", where, sector
