"""The adjudication of two passes over a corpus: its state, and the files that it comes to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from corpus_pkg.adjudication.differences import FREE, Compared, compare_documents, with_free
from corpus_pkg.adjudication.inventories import (
    Key,
    compare_inventories,
    inventory_entry,
    settle_inventories,
    with_standing,
)
from corpus_pkg.adjudication.names import CommonNames, shared_documents
from corpus_pkg.adjudication.register import Version, entries, is_open, with_given, write_decisions
from corpus_pkg.adjudication.settle import Home, UnsettledError, settle_document, told_problems, words_of
from corpus_pkg.adjudication.standing import in_force, stale_decisions
from corpus_pkg.anchors import Folded, Span
from corpus_pkg.checks import references, text, work
from corpus_pkg.corpus import Corpus, read_file
from corpus_pkg.defaults import fill
from corpus_pkg.derive import join_mode, name_forms
from corpus_pkg.errors import CorpusError
from corpus_pkg.findings import Finding, Problem, clip
from corpus_pkg.locate import Reporter
from corpus_pkg.passes import ITSELF, Pass, shown_name
from corpus_pkg.paths import Indexed, values_at
from corpus_pkg.pointers import OFFICES
from corpus_pkg.project import project_layers
from corpus_pkg.resolve import PASSAGE_LAYERS, Document
from corpus_pkg.schema import Roles
from corpus_pkg.validate import Validation, document_problems, known_names
from corpus_pkg.write import place_of, without_derived, write_mapping

Data = dict[str, Any]
HOME = "annotations/decisions"
INVENTORY = "inventory"
PUT_TOGETHER = (*references.RULES, *text.RULES)
"""The rules that parts, each of them sound, can break when they are put together."""


class Register(NamedTuple):
    """A file of decisions as it is, as if it were empty when there is none, and what makes findings about it."""

    data: Data
    reporter: Reporter


class Sides(NamedTuple):
    """One document in both passes, without derived values and under common names."""

    a: Data
    b: Data
    taken: Sequence[Span]


@dataclass
class Adjudication:
    """Where the adjudication of two passes stands.

    By the path of the file of decisions on each document, and of that on the inventory: the `decisions`, and `files`,
    the text of the annotations once none is open. `findings` are decisions that no longer fit or say too little, and
    files that have errors or are not of this adjudication: while there are any, nothing is put together or written.
    """

    passes: dict[str, str]
    name: str = ""
    decisions: dict[str, list[Data]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    agreed: int = 0
    files: dict[str, str] = field(default_factory=dict)
    settled: dict[str, str | None] = field(default_factory=dict)
    """The digest of what was written before, by the path of the decisions."""
    written: dict[str, Data] = field(default_factory=dict)
    """The files of decisions as they are."""

    @property
    def open(self) -> list[Data]:
        """Return the decisions that are still to be taken."""
        return [each for found in self.decisions.values() for each in found if is_open(each)]

    def registers(self) -> Iterator[tuple[str, str]]:
        """Yield the files of decisions that are to be written, since there is something new in them: path and text."""
        for path, found in self.decisions.items():
            settled = self.settled.get(path)
            known = self.written[path]
            is_known = _filled(found) == _filled(known["decisions"]) and settled == known["settled"]
            if (found or settled) and not is_known and not self.findings:
                yield path, write_decisions(self.passes, found, settled)


def adjudicate_passes(corpus: Corpus, a: Pass, b: Pass, name: str = "") -> Adjudication:
    """Return the state of the adjudication of two passes, with the decisions that the corpus has already.

    `name` tells several adjudications of one corpus apart. Raises UnsettledError when all is decided and does not fit
    together, CorpusError when a pass has errors or both have no document in common.
    """
    _check(a, b)
    adjudicating = _Adjudicating(corpus, a, b, name)
    state = adjudicating.state
    for doc_id in adjudicating.originals_first():
        adjudicating.compare(doc_id)
    adjudicating.compare_inventories()
    state.findings.sort(key=lambda each: (each.path, each.line or 0))
    if not state.open and not state.findings:
        adjudicating.settle()
    return state


def _filled(decisions: Sequence[Data]) -> list[Data]:
    """Return decisions without what is empty in them, by their names."""
    filled = [{key: value for key, value in each.items() if value not in (None, [])} for each in decisions]
    return sorted(filled, key=lambda each: str(each["id"]))


def _check(a: Pass, b: Pass) -> None:
    if a.name == b.name:
        raise CorpusError(f"both sides are {shown_name(a.name)}: with itself a pass has nothing to settle")
    for each in (a, b):
        if each.unsound:
            unsound = ", ".join(sorted(each.unsound))
            raise CorpusError(f"{shown_name(each.name)} has errors in {unsound}; `corpus agree` shows them")
    shared = shared_documents(a, b)
    if not shared:
        raise CorpusError(f"{a.name} and {b.name} have no document in common")
    for doc_id in shared:
        if a.documents[doc_id]["text"] != b.documents[doc_id]["text"]:
            raise CorpusError(f"{a.name} and {b.name} have different texts of {doc_id}; both must be of one raw text")


class _Adjudicating:
    def __init__(self, corpus: Corpus, a: Pass, b: Pass, name: str) -> None:
        self._corpus, self._a, self._b, self._name = corpus, a, b, name
        self._names = CommonNames(a, b)
        self._inventories = dict(a.inventory), self._names.inventory()
        self._compared: dict[str, Compared] = {}
        self._sides: dict[str, Sides] = {}
        self._roles: Roles = corpus.roles
        self._registers: dict[str, Register] = {}
        self._in_force: dict[str, list[Data]] = {}
        self.state = Adjudication({"a": a.name, "b": b.name}, name)
        self._check_name()
        self._check_homes()

    def _check_name(self) -> None:
        """Refuse a name with which one file would hold the decisions on two documents."""
        known = {*self._corpus.homes, *self._corpus.folder.raw, *self._a.documents, *self._b.documents}
        homes = {doc_id.casefold(): doc_id for doc_id in known}
        for stem in (*shared_documents(self._a, self._b), INVENTORY) if self._name else ():
            if other := homes.get(f"{stem}.{self._name}".casefold()):
                file = f"{HOME}/{other}.yaml"
                raise CorpusError(
                    f"{file} is for the decisions on {other}, not for those on {stem}; take another --name"
                )

    def _check_homes(self) -> None:
        """Refuse documents whose annotations are canonical JSON: what is written is YAML, and would stand beside it."""
        for doc_id in shared_documents(self._a, self._b):
            entry = self._corpus.homes.get(doc_id)
            if entry and entry.stretch:
                raise CorpusError(
                    f"{entry.place} holds {doc_id}, and annotations/{doc_id}.yaml would be written beside it; "
                    "adjudicate in a corpus without it, or with annotations in YAML"
                )

    def originals_first(self) -> list[str]:
        """Return the documents that both passes have, copies after what they are copies of."""
        return sorted(
            shared_documents(self._a, self._b), key=lambda doc_id: (self._original(doc_id) is not None, doc_id)
        )

    def _versions(self, doc_id: str) -> tuple[Document, Document]:
        return self._a.documents[doc_id], self._b.documents[doc_id]

    def _original(self, doc_id: str) -> str | None:
        """Return the document of which one is taken for a copy: by both passes, or by decision."""
        a, b = (version["copy_of"] for version in self._versions(doc_id))
        kept = {each["kind"]: each for each in self._kept(self._path(doc_id))}
        chosen = kept.get("copy_of", {}).get("choose")
        original: str | None = a if a == b or chosen == "a" else b if chosen == "b" else None
        return original

    def _is_undecided(self, doc_id: str) -> bool:
        """Return whether it is still to be decided of which document one is a copy: all else waits for that."""
        a, b = (version["copy_of"] for version in self._versions(doc_id))
        return bool(a != b and not any(d["kind"] == "copy_of" and d["choose"] for d in self._kept(self._path(doc_id))))

    def compare(self, doc_id: str) -> None:
        """Compare a document in both passes, and take up what was decided on it."""
        sides = self._sides[doc_id] = self._both(doc_id)
        done = self._is_done(self._path(doc_id), doc_id)
        compared = self._compared[doc_id] = compare_documents(sides.a, sides.a if done else sides.b)
        if self._is_undecided(doc_id):
            compared.differences = [each for each in compared.differences if each.kind == "copy_of"]
        self.state.agreed += sum(map(len, compared.agreed.values()))
        a, b = (Version(side, sides.taken, self._roles) for side in (sides.a, sides.b))
        self._take_up(doc_id, entries(doc_id, compared.differences, a, b, sides.a["text"], self._name))

    def _path(self, doc_id: str) -> str:
        return f"{HOME}/{doc_id}{'.' if self._name else ''}{self._name}.yaml"

    def _take_up(self, doc_id: str, found: Sequence[Data]) -> None:
        path = self._path(doc_id)
        register = self._register(path)
        foreign = [*self._of_others(doc_id, register.data)]
        kept = [] if foreign else register.data["decisions"]
        given = self.state.decisions[path] = with_given(found, kept)
        self._in_force[path] = [*in_force(found, kept, given)]
        self.state.settled[path], self.state.written[path] = register.data["settled"], register.data
        wrong = foreign or (
            *stale_decisions(found, kept, self.state.passes),
            *work.decision_unfounded(register.data, known_names(self._corpus)),
        )
        self.state.findings += [register.reporter.problem(each, "corpus") for each in wrong]

    def _of_others(self, doc_id: str, register: Data) -> Iterator[Problem]:
        """Yield what tells that a file of decisions is of another adjudication, or on another document."""
        hint = "give this adjudication a --name of its own"
        passes, mine = (" and ".join(each.values()) for each in (register.get("passes", {}), self.state.passes))
        if passes != mine and (register["decisions"] or register["settled"]):
            between = f"are between {clip(passes)}" if passes else "do not say between which passes they are"
            yield Problem("decision-of-others", ("passes",), f"these decisions {between}", passes or None, mine, hint)
        wanted = None if doc_id == INVENTORY else doc_id
        for index, decision in enumerate(register["decisions"]):
            if decision["document"] != wanted:
                message = f"this decision is on {clip(decision['document'] or INVENTORY)}, not on {clip(doc_id)}"
                yield Problem("decision-of-others", ("decisions", index, "document"), message, None, doc_id, hint)
                return

    def _is_done(self, path: str, stem: str) -> bool:
        """Return whether the annotations, as one side, are what the decisions made of them: nothing is left to do."""
        settled = self._register(path).data["settled"]
        home = self._corpus.folder.root / f"annotations/{stem}.yaml"
        return bool(
            settled
            and self._a.name == ITSELF
            and home.is_file()
            and hashlib.sha256(home.read_bytes()).hexdigest() == settled
        )

    def _kept(self, path: str) -> list[Data]:
        kept: list[Data] = self._register(path).data["decisions"]
        return kept

    def _register(self, path: str) -> Register:
        if path not in self._registers:
            self._registers[path] = self._read_register(path)
        return self._registers[path]

    def _read_register(self, path: str) -> Register:
        if path not in self._corpus.folder.collections.get("decisions", ()):
            return Register(fill("decisions", {}), Reporter(path))
        data, findings, reporter = read_file(self._corpus.folder, path, "decisions")
        if data is None or findings:
            self.state.findings += findings
            return Register(fill("decisions", {}), reporter)
        return Register(fill("decisions", data), reporter)

    def _both(self, doc_id: str) -> Sides:
        """Return both versions without derived values and, of a copy, without what it takes from its original."""
        original, folded = self._original(doc_id), Folded(self._a.documents[doc_id]["text"])
        taken = project_layers(self._a.documents[original], folded).spans if original else []
        a, b = (
            _outside(_underived(side, document), _underived(side, side.documents[original]) if original else {}, taken)
            for side, document in zip((self._a, self._b), self._versions(doc_id), strict=True)
        )
        b = self._names.document(b)
        return Sides({**a, **with_free(_remarks(a), b)}, b, taken)

    def compare_inventories(self) -> None:
        """Compare what both inventories say of the same actors, events and pages, and of their relations."""
        if self._is_done(self._path(INVENTORY), INVENTORY):
            self._inventories = self._inventories[0], self._inventories[0]
        self._take_up(INVENTORY, [*self._inventory_entries().values()])

    def _inventory_entries(self) -> dict[tuple[str, Key], Data]:
        differences = compare_inventories(*self._inventories, self._corpus.vocabulary)
        return {(each.kind, each.key): inventory_entry(each, self._name) for each in differences}

    def _settled_inventory(self) -> Data:
        decisions = {each["id"]: each for each in self._in_force[self._path(INVENTORY)]}
        decided = {place: decisions[entry["id"]] for place, entry in self._inventory_entries().items()}
        texts = [document["text"] for document in self._a.documents.values()]
        inventory = settle_inventories(*self._inventories, self._corpus.vocabulary, decided, texts)
        return with_standing(inventory, self._corpus.inventory, self._used_elsewhere(), self._corpus.vocabulary)

    def _used_elsewhere(self) -> set[str]:
        """Return the words of the annotated documents that were not compared, or all names when one has errors."""
        if self._a.name == ITSELF or self._compared.keys() >= self._corpus.homes.keys():
            return set()
        checked = [each for each in Validation(self._corpus).documents() if each.entry.doc_id not in self._compared]
        documents = [{**each.document, "text": ""} for each in checked if each.document is not None]
        unread = [self._corpus.inventory] if len(documents) < len(checked) else []
        return {*words_of([*documents, *unread])}

    def settle(self) -> None:
        """Put together what was decided."""
        inventory = self._settled_inventory()
        names = name_forms(inventory["actors"])
        settled: dict[str, Document] = {}
        for doc_id, compared in self._compared.items():
            sides = self._sides[doc_id]
            path = self._path(doc_id)
            original = self._original(doc_id)
            home = Home(Folded(sides.a["text"]), names, sides.taken, settled.get(original or ""), self._roles)
            written, settled[doc_id] = settle_document(sides.a, compared, self._in_force[path], home)
            self._check_names(settled[doc_id], inventory)
            self.state.files[path] = written
        others = [document for doc_id, document in self._a.documents.items() if doc_id not in settled]
        used = {word for document in (*settled.values(), *others) for word in words_of({**document, "text": ""})}
        used |= self._used_elsewhere()
        kept = [actor for actor in inventory["actors"] if actor["id"] in used | _bodies(inventory)]
        self.state.files[self._path(INVENTORY)] = write_mapping("inventory", _joined({**inventory, "actors": kept}))

    def _check_names(self, document: Document, inventory: Data) -> None:
        """Refuse a document in which a name leads nowhere or to two things, or spans stand twice or cross."""
        known = known_names(replace(self._corpus, inventory=inventory))
        problems = [problem for _, problem in document_problems(Indexed(document), known, PUT_TOGETHER)]
        if errors := [problem for problem in problems if problem.severity == "error"]:
            raise UnsettledError(f"{document['document']}: as decided it is not sound: {told_problems(errors)}")


def _underived(side: Pass, document: Document) -> Data:
    return without_derived(document, document, name_forms(side.inventory["actors"]))


def _remarks(document: Data) -> Data:
    """Return what a document says of itself in the keys that are not compared."""
    return {key: document[key] for key in FREE if key in document}


def _outside(document: Data, original: Data, taken: Sequence[Span]) -> Data:
    """Return what a document has outside the stretches it takes over: only there has a copy anything of its own."""
    if not taken:
        return document

    def is_own(layer: str, item: Data) -> bool:
        span = place_of(item) or item
        if "start" not in span:
            return item not in original[layer]
        return not any(low <= span["start"] < high for low, high in taken)

    layers = {layer: [i for i in document[layer] if is_own(layer, i)] for layer in ("passages", *PASSAGE_LAYERS)}
    known = {kind: {item["id"] for item in original[kind]} for kind in ("events", "actors")}
    layers |= {kind: [item for item in document[kind] if item["id"] not in ids] for kind, ids in known.items()}
    return {**document, **layers}


def _bodies(inventory: Data) -> set[str]:
    return {*values_at(inventory, OFFICES[0])}


def _joined(inventory: Data) -> Data:
    """Return the inventory with type and mode of its events and relations in one, as people write them."""
    joined = {kind: [join_mode(item) for item in inventory[kind]] for kind in ("events", "relations")}
    return {**inventory, **joined}
