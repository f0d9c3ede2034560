"""Rules about names and labels: each must be known, and known once.

The rules for documents take one in canonical form; those of the inventory and of registers take the file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from corpus_pkg.checks.rule import Data, Known, Rule, actors_of, fillers_of
from corpus_pkg.errors import closest
from corpus_pkg.findings import Path, Problem, clip
from corpus_pkg.paths import gathered, iter_at, key_patterns, strays, values_at, values_at_all
from corpus_pkg.pointers import ACTORS, CORPUS_EVENTS, ENDS, EVENTS, OFFICES, SOURCES, fillers
from corpus_pkg.vocabulary import RESERVED_SOURCES


def actor_unknown(holder: Data, known: Known) -> Iterator[Problem]:
    """Every actor that is named is in the inventory or among the document's own.

    A name that leads nowhere is a misprint, or an actor that nobody has described.

    Write the name of an actor that is there, or add the actor to `annotations/inventory.yaml` or to `actors`.
    """
    used = _actors_used(holder, known) | _sources_used(holder) if "document" in holder else {None}
    if not used.difference(known.actors, values_at(holder, "actors.*.id")):
        return
    names = actors_of(holder, known).keys()
    for pattern in (*ACTORS, *fillers(known.vocabulary)) if "document" in holder else OFFICES:
        kind, home = _ACTOR_HOMES["document" in holder]
        yield from _unknown("actor-unknown", kind, strays(holder, pattern, names), names, home)
    sources = names | RESERVED_SOURCES
    for pattern in SOURCES if "document" in holder else ():
        uses = strays(holder, pattern, sources)
        yield from _unknown("actor-unknown", "source", uses, sources, f"{_ACTOR_HOMES[True][1]}; or AUTHOR, ANONYMOUS")


def event_unknown(document: Data, known: Known) -> Iterator[Problem]:
    """Every event that is named is among the document's events.

    Triggers, times, claims and relations of a document are about events of that document.

    Write the name of one of its `events`, or add the event.
    """
    names = {event["id"] for event in document["events"]}
    for pattern in EVENTS if not names.issuperset(values_at_all(document, EVENTS)) else ():
        uses = strays(document, pattern, names)
        yield from _unknown("event-unknown", "event of this document", uses, names, "one of its `events`")


def corpus_event_unknown(holder: Data, known: Known) -> Iterator[Problem]:
    """Every event of the world that is named is in the inventory.

    It is what ties the reports of several documents together.

    Write the name of one of the inventory's `events`, or add it there.
    """
    for pattern in CORPUS_EVENTS if "document" in holder else ENDS:
        uses = strays(holder, pattern, known.events.keys())
        yield from _unknown("corpus-event-unknown", "event of the inventory", uses, known.events, _INVENTORY)


def page_unknown(holder: Data, known: Known) -> Iterator[Problem]:
    """Every page that is cited is in the inventory.

    What comes from outside the text can only be checked by who knows where it was seen.

    Write the name of one of the inventory's `pages`, or add the page with its address.
    """
    for pattern in key_patterns("cite", _root_of(holder)):
        uses = strays(holder, pattern, known.pages)
        yield from _unknown("page-unknown", "page of the inventory", uses, known.pages, _INVENTORY)


def case_unknown(holder: Data, known: Known) -> Iterator[Problem]:
    """Every hard case that is pointed to is in the register.

    The register says which readings there were, and which was taken.

    Write the number of a case of `annotations/hardcases.yaml`, or add the case.
    """
    for pattern in key_patterns("cases", _root_of(holder)):
        for where, case in strays(holder, pattern, known.cases):
            message, home = f"no hard case has the number {case}", "a case of annotations/hardcases.yaml"
            yield Problem("case-unknown", where, message, str(case), home)


def document_unknown(register: Data, known: Known) -> Iterator[Problem]:
    """Every document that a split, a group, a relation, a hard case, a review or a decision names is in the corpus.

    A misprint would leave the right one in the wrong split, or a review without what it reviewed.

    Write the name of a document, the stem of its file.
    """
    for where, name in _document_uses(register):
        if name not in known.documents:
            near = closest(name, known.documents)
            hint = f"write {near[0]}" if near else None
            message = f"no document is called {clip(name)!r}"
            yield Problem("document-unknown", where, message, clip(name), "a document of the corpus", hint)


def actor_unused(document: Data, known: Known) -> Iterator[Problem]:
    """Every actor of a document is used in it: in a mention, a role, an attribution, a party, or as body of an office.

    What nobody names does not belong to the document; often its mentions were given to another.

    Use it, or take it away.
    """
    if document["actors"] and set(document["annotated"]) >= _ACTING:
        used = _actors_used(document, known) | _sources_used(document)
        for where, name in iter_at(document, "actors.*.id"):
            if name not in used:
                message = f"nothing in this document uses its actor {clip(name)!r}"
                yield Problem("actor-unused", where, message, clip(name), "a use of it", "use it, or take it away")


def event_repeated(document: Data, known: Known) -> Iterator[Problem]:
    """Two events of a document do not share a name.

    Nobody could tell which of them a trigger means.

    Put both together when they are one event; else rename one, with its triggers.
    """
    yield from _repeated("event-repeated", document, "events")


def actor_repeated(document: Data, known: Known) -> Iterator[Problem]:
    """Two actors of a document do not share a name.

    Nobody could tell which of them a mention means.

    Put both together when they are one actor; else rename one, with its mentions.
    """
    yield from _repeated("actor-repeated", document, "actors")


def actor_clash(document: Data, known: Known) -> Iterator[Problem]:
    """An actor of a document does not have the name of one of the inventory.

    The same name would mean one actor here and another elsewhere.

    Rename it, or take it away when it is the same actor.
    """
    for index, name in enumerate(values_at(document, "actors.*.id")):
        if name in known.actors:
            where = ("actors", index, "id")
            hint = "call it otherwise, or take it away when it is the same actor"
            message = f"{name!r} is an actor of the inventory already"
            yield Problem("actor-clash", where, message, name, "a name of its own", hint)


def actor_reserved(holder: Data, known: Known) -> Iterator[Problem]:
    """No actor has the name of a source that is none: AUTHOR, ANONYMOUS.

    These two stand for the text's own voice, and for one whom the text hides.

    Give the actor another name.
    """
    for index, name in enumerate(values_at(holder, "actors.*.id")):
        if name in RESERVED_SOURCES:
            where = ("actors", index, "id")
            message = f"{name!r} is a reserved name, of a source that is no actor"
            yield Problem("actor-reserved", where, message, name, "a name of its own")


def label_unknown(holder: Data, known: Known) -> Iterator[Problem]:
    """Every label belongs to the vocabulary, and every mode to its type.

    Labels are counted and compared, and a misprint is counted as something of its own.

    Write a label of the vocabulary; a corpus may bring its own in `annotations/vocabulary.yaml`.
    """
    for table, pattern in _LABELS if "document" in holder else _INVENTORY_LABELS:
        labels = known.vocabulary.labels(table)
        yield from _unknown("label-unknown", _NOUNS[table], strays(holder, pattern, labels.keys()), labels)
    yield from _typed("types", holder, "events", known)
    yield from _typed("relation_types", holder, "relations", known)


def inventory_repeated(inventory: Data, known: Known) -> Iterator[Problem]:
    """Two actors, two events or two pages of the inventory do not share a name.

    Nobody could tell which of them is meant where the name is used.

    Put both together when they are one; else rename one, wherever it is used.
    """
    for layer in ("actors", "events", "pages"):
        yield from _repeated("inventory-repeated", inventory, layer)


def register_repeated(register: Data, known: Known) -> Iterator[Problem]:
    """Two hard cases do not share a number, nor two annotators a name.

    Items of the data point to a case, and reviews to an annotator, by it.

    Give one of the two another.
    """
    for layer in ("cases", "annotators"):
        if layer in register:
            yield from _repeated("register-repeated", register, layer)


def commitment_repeated(written: Data, known: Known) -> Iterator[Problem]:
    """A trigger has one commitment of a source. Looked at as it is written, in either form.

    A source cannot be certain of something and deny it in the same word.

    Keep the one that the text says.
    """
    pattern = _COMMITMENTS["passages" in written and "text" not in written]
    if any(len({item["source"] for item in given}) < len(given) for given in values_at(written, pattern) if given[1:]):
        for where, commitments in iter_at(written, pattern):
            seen = set()
            for index, source in enumerate(commitment["source"] for commitment in commitments):
                if source in seen:
                    message = f"{source!r} is given a second time"
                    yield Problem("commitment-repeated", (*where, index, "source"), message, source, "each source once")
                seen.add(source)


RULES = (
    Rule(actor_unknown, "references", needs=("inventory", "vocabulary")),
    Rule(event_unknown, "references"),
    Rule(corpus_event_unknown, "references", needs=("inventory",)),
    Rule(page_unknown, "references", needs=("inventory",)),
    Rule(case_unknown, "references", needs=("hardcases",)),
    Rule(event_repeated, "references"),
    Rule(actor_repeated, "references"),
    Rule(actor_clash, "references", needs=("inventory",)),
    Rule(actor_reserved, "references"),
    Rule(label_unknown, "references", needs=("vocabulary",)),
    Rule(actor_unused, "layers", needs=("vocabulary",), severity="warning"),
)
WRITTEN_RULES = (Rule(commitment_repeated, "references"),)
"""The rules for a document as it is written, before what follows from it is spelt out."""
INVENTORY_RULES = (
    Rule(inventory_repeated, "references", home="inventory"),
    Rule(actor_reserved, "references", home="inventory"),
    Rule(actor_unknown, "references", home="inventory"),
    Rule(page_unknown, "references", home="inventory"),
    Rule(corpus_event_unknown, "references", home="inventory"),
    Rule(label_unknown, "references", needs=("vocabulary",), home="inventory"),
    Rule(case_unknown, "references", needs=("hardcases",), home="inventory"),
)
REGISTER_RULES = (
    Rule(document_unknown, "corpus", needs=("documents",), home="corpus"),
    Rule(document_unknown, "corpus", needs=("documents",), home="hardcases"),
    Rule(document_unknown, "corpus", needs=("documents",), home="explained"),
    Rule(register_repeated, "references", home="hardcases"),
    Rule(register_repeated, "references", home="annotators"),
)


_INVENTORY = "one of annotations/inventory.yaml"
_FEW = 20
"""So many known names are told where one of them is expected."""
_ACTOR_HOMES = (
    ("actor of the inventory", "an actor of annotations/inventory.yaml"),
    ("actor", "an actor of annotations/inventory.yaml, or one of `actors` of this document"),
)
"""What an actor is called, and where it stands: for the inventory, and for a document."""
_DOCUMENTS = (
    *("relations.*.documents.*", "cases.*.documents.*"),
    *("reviews.*.document", "decisions.*.document", "explained.*.document"),
)
_ACTING = frozenset(("source", "actors", "events"))
"""The layers that use actors."""
_COMMITMENTS = ("triggers.*.factuality", "passages.*.triggers.*.factuality")
"""Where commitments stand in the canonical form, and where in the source form."""
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
_INVENTORY_LABELS = (("actor_types", "actors.*.type"), ("sectors", "actors.*.sectors.*"))
_LABELS = (
    ("zones", "passages.*.zone"),
    ("publication_roles", "parties.*.role"),
    ("date_kinds", "date_candidates.*.kind"),
    ("claim_attributes", "claims.*.attribute"),
    ("publication_roles", "source.parties.*.role"),
    ("contexts", "events.*.contexts.*"),
    *_INVENTORY_LABELS,
)


@gathered
def _actors_used(document: Data, known: Known) -> set[str | None]:
    """Return what stands in a document where only an actor may."""
    return set(values_at_all(document, ACTORS)).union(*fillers_of(document, known).values())


@gathered
def _sources_used(document: Data) -> set[str | None]:
    """Return the sources of a document that should be actors."""
    return set(values_at_all(document, SOURCES)) - RESERVED_SOURCES


def _document_uses(register: Data) -> Iterator[tuple[Path, str]]:
    for key in ("splits", "groups"):
        for home, names in register.get(key, {}).items():
            yield from (((key, home, place), name) for place, name in enumerate(names))
    for pattern in _DOCUMENTS:
        if pattern.partition(".")[0] in register:
            yield from iter_at(register, pattern)


def _root_of(holder: Data) -> str:
    return "canonical" if "document" in holder else "inventory"


def _typed(table: str, holder: Data, layer: str, known: Known) -> Iterator[Problem]:
    labels = known.vocabulary.labels(table)
    for index, item in enumerate(holder[layer]):
        label, mode = item["type"], item["mode"]
        if label not in labels:
            yield from _unknown("label-unknown", _NOUNS[table], [((layer, index, "type"), label)], labels)
        elif mode is not None and mode not in known.vocabulary.modes(table, label):
            yield from _mode_unknown((layer, index, "mode"), label, mode, known.vocabulary.modes(table, label))


def _mode_unknown(where: Path, label: str, mode: str, modes: Collection[str]) -> Iterator[Problem]:
    # In the source form the mode stands behind its type, so that is where it is shown.
    for problem in _unknown("label-unknown", f"mode of {label}", [(where, mode)], modes):
        hint = problem.suggestion
        yield problem._replace(suggestion=hint and hint.replace("write ", "write the mode ", 1))


def _unknown(
    code: str, kind: str, uses: Iterable[tuple[Path, Any]], known: Collection[str], home: str = "a name that is there"
) -> Iterator[Problem]:
    for where, name in uses:
        near = closest(name, known)
        expected = f"one of {', '.join(sorted(known))}" if 0 < len(known) <= _FEW else home
        hint = f"write {near[0]}" if near else None
        yield Problem(code, where, f"no {kind} is called {clip(name)!r}", clip(name), clip(expected, 1000), hint)


def _repeated(code: str, holder: Data, layer: str) -> Iterator[Problem]:
    names = values_at(holder, f"{layer}.*.id")
    if len(set(names)) < len(names):
        for index, name in enumerate(names):
            if name in names[:index]:
                yield Problem(code, (layer, index, "id"), f"{name!r} is given a second time", str(name), "each once")
