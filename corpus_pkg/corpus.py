"""A corpus, read: its settings, inventory and vocabulary, and where its documents are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path as FilePath
from typing import Any, NamedTuple

from corpus_pkg.conform import check_schema
from corpus_pkg.defaults import fill
from corpus_pkg.derive import Names, name_forms, split_mode
from corpus_pkg.errors import CorpusError
from corpus_pkg.findings import Finding, clip, has_errors
from corpus_pkg.folder import SETTINGS, Folder, is_document_id, scan_folder
from corpus_pkg.jsonfile import JsonPlaces, Stretch, read_json, read_value, stretches
from corpus_pkg.locate import Reporter
from corpus_pkg.named import NamedSchemas, named_schemas
from corpus_pkg.read import DOCUMENT_LIMIT, YAML_LIMIT, Fault, FaultError, decode, open_file, read_yaml
from corpus_pkg.schema import ANY_ROLE, Roles, shape
from corpus_pkg.vocabulary import Vocabulary, default_vocabulary, merge_vocabulary

Data = dict[str, Any]


class Entry(NamedTuple):
    """A document of the corpus: where its annotations stand, and where its raw text does (null when with them)."""

    doc_id: str
    path: str
    raw: str | None
    stretch: Stretch | None = None

    @property
    def place(self) -> str:
        """Return the path, with the line where a file holds many documents."""
        return f"{self.path}:{self.stretch.line}" if self.stretch and self.path.endswith(".jsonl") else self.path


class Collection(NamedTuple):
    """A sound file of a sub-folder, such as `reviews/`, with what makes findings about it."""

    name: str
    data: Data
    reporter: Reporter


@dataclass
class Corpus:
    """A corpus: what its settings say, and where its documents are. `findings` are those met so far.

    `broken` are the settings with errors, which count as empty, and `documents` when some cannot be told from their
    files: rules that ask for these are not run, since they would find fault with all that is sound.
    """

    folder: Folder
    settings: Data
    inventory: Data
    vocabulary: Vocabulary
    annotators: Data
    hardcases: Data
    explained: Data
    collections: list[Collection]
    findings: list[Finding]
    entries: list[Entry] = field(default_factory=list)
    reporters: dict[str, Reporter] = field(default_factory=dict)
    originals: dict[str, Any] = field(default_factory=dict)
    """What was read of documents that others copy: `Checked`, or null where there is none."""
    passed: Any = None
    """The document that was read last in passing over all: that which the next one copies, as often as not."""
    broken: set[str] = field(default_factory=set)
    nameless: set[str] = field(default_factory=set)
    """Canonical files with a document whose id cannot be read."""

    @cached_property
    def named(self) -> NamedSchemas:
        """What the fast engine can tell of canonical documents, with the names of this corpus."""
        if self.broken.intersection(("inventory", "hardcases", "vocabulary")):
            return NamedSchemas.none()
        inventory = self.inventory
        return named_schemas(
            self.vocabulary,
            self.roles,
            actors={actor["id"]: actor["type"] for actor in inventory["actors"]},
            events=[event["id"] for event in inventory["events"]],
            pages=[page["id"] for page in inventory["pages"]],
            cases=[case["id"] for case in self.hardcases["cases"]],
        )

    @cached_property
    def homes(self) -> dict[str, Entry]:
        """Return where each document is, by its id."""
        return {entry.doc_id: entry for entry in self.entries}

    @property
    def reviews(self) -> list[Data]:
        """Return all reviews."""
        return [item for part in self.collections if part.name == "reviews" for item in part.data["reviews"]]

    @property
    def decisions(self) -> list[Data]:
        """Return all decisions, each with the passes between which it was taken."""
        return [
            {**item, **{f"pass_{side}": (part.data.get("passes") or {}).get(side) for side in "ab"}}
            for part in self.collections
            if part.name == "decisions"
            for item in part.data["decisions"]
        ]

    @cached_property
    def names(self) -> Names:
        """Return the forms of the names of the inventory's actors."""
        return name_forms(self.inventory["actors"])

    @cached_property
    def roles(self) -> Roles:
        """Return the vocabulary's roles where they are not the schema's own; any when it cannot be read."""
        own = self.vocabulary.roles
        return ANY_ROLE if "vocabulary" in self.broken else () if own == default_vocabulary().roles else own


def read_corpus(root: FilePath) -> Corpus:
    """Return the corpus in a folder. Raises CorpusError when `root` is no folder; all else is a finding."""
    if not root.is_dir():
        raise CorpusError(f"{root} is not a folder" if root.exists() else f"there is no folder {root}")
    folder = scan_folder(root)
    findings = [Reporter(path).fault(fault, JsonPlaces(text)) for path, fault, text in folder.faults]
    reporters: dict[str, Reporter] = {}
    loaded = {name: _read_settings(folder, name, findings, reporters) for name in SETTINGS}
    broken = {name for name, data in loaded.items() if data is None}
    known: dict[str, Data] = {name: data or fill(name, {}) for name, data in loaded.items()}
    corpus = Corpus(
        folder,
        settings=known["corpus"],
        inventory=known["inventory"],
        vocabulary=merge_vocabulary(known["vocabulary"]),
        annotators=known["annotators"],
        hardcases=known["hardcases"],
        explained=known["explained"],
        collections=[*_read_collections(folder, findings)],
        findings=findings,
        reporters=reporters,
        broken=broken,
    )
    corpus.entries = _find_entries(corpus)
    return corpus


def _read_settings(folder: Folder, name: str, findings: list[Finding], reporters: dict[str, Reporter]) -> Data | None:
    """Return one settings file, defaults spelt out; as if it were empty when it is missing, null when it has errors."""
    if name not in folder.settings:
        return _split_modes(fill(name, {}), name)
    data, found, reporter = read_file(folder, folder.settings[name], name)
    findings += found
    reporters[name] = reporter
    return None if data is None or has_errors(found) else _split_modes(fill(name, data), name)


def _split_modes(data: Data, name: str) -> Data:
    """Return the inventory with type and mode of its events and relations as two keys; all else as it is."""
    if name != "inventory":
        return data
    return {**data, **{layer: [split_mode(item) for item in data[layer]] for layer in ("events", "relations")}}


def _read_collections(folder: Folder, findings: list[Finding]) -> Iterator[Collection]:
    for name, paths in folder.collections.items():
        for path in paths:
            data, found, reporter = read_file(folder, path, name)
            findings += found
            if data is not None and not has_errors(found):
                yield Collection(name, fill(name, data), reporter)


def read_file(
    folder: Folder, path: str, root: str, document: str | None = None, roles: Roles = ()
) -> tuple[Any, list[Finding], Reporter]:
    """Return a YAML or JSON file as data (null when it cannot be read), with what its reading and its schema found."""
    reporter = Reporter(path, document)
    try:
        data = folder.read(path, YAML_LIMIT)
        text = decode(data)
        if path.endswith(".json"):
            reporter.places = JsonPlaces(text)
            value = read_json(data)
        else:
            tree = read_yaml(text)
            reporter.places = tree
            faults = tree.faults or [*tree.cut_values(shape(root, roles))]
            if faults or tree.root is None:
                return None, [reporter.fault(fault) for fault in faults or [_NOTHING]], reporter
            value, _ = tree.plain(shape(root, roles))
    except FaultError as error:
        return None, [reporter.fault(error.fault, JsonPlaces(error.text))], reporter
    return value, [reporter.problem(problem, "schema") for problem in check_schema(root, value, roles)], reporter


_NOTHING = Fault("file-empty", None, "this file holds nothing but comments", expected="keys and values")


def _find_entries(corpus: Corpus) -> list[Entry]:
    folder = corpus.folder
    entries = [Entry(doc_id, path, folder.raw.get(doc_id)) for doc_id, path in folder.source.items()]
    for path in folder.canonical:
        entries += _canonical_entries(corpus, path)
    unique: dict[str, Entry] = {}
    for entry in entries:
        if entry.doc_id in unique:
            message = f"{clip(entry.doc_id)!r} is annotated in {unique[entry.doc_id].place} too"
            wanted, hint = "one annotation of a document", "take one of them away"
            corpus.findings.append(file_finding(entry, "document-repeated", message, wanted, hint))
        else:
            unique[entry.doc_id] = entry
    for doc_id, path in folder.raw.items() if "annotations" in folder.listed else ():
        if doc_id not in unique and not _may_be_annotated(corpus, doc_id):
            wanted = f"annotations/{doc_id}.yaml"
            fault = Fault("raw-without-annotation", None, "this text has no annotations", None, wanted, f"add {wanted}")
            corpus.findings.append(Reporter(path, doc_id).fault(fault))
    if corpus.nameless:
        corpus.broken.add("documents")
    return [unique[doc_id] for doc_id in sorted(unique)]


def _may_be_annotated(corpus: Corpus, doc_id: str) -> bool:
    """Return whether annotations that could not be told to be of any document may be of this one."""
    return any(path.endswith(".jsonl") or path == f"annotations/{doc_id}.json" for path in corpus.nameless)


def file_finding(entry: Entry, code: str, message: str, expected: str, suggestion: str | None = None) -> Finding:
    """Return a finding about the whole file, or line, of a document."""
    line = entry.stretch.line if entry.stretch and entry.path.endswith(".jsonl") else None
    return Finding(code, "error", "file", entry.path, line, None, "", entry.doc_id, message, None, expected, suggestion)


def _canonical_entries(corpus: Corpus, path: str) -> Iterator[Entry]:
    """Yield the documents of a canonical file; one whose id cannot be read is a finding and nothing more."""
    found = False
    try:
        lines = path.endswith(".jsonl")
        with open_file(corpus.folder.place(path), None if lines else DOCUMENT_LIMIT) as file:
            for stretch, data in stretches(file, lines=lines):
                found = True
                if entry := _canonical_entry(corpus, path, data, stretch):
                    yield entry
                else:
                    corpus.nameless.add(path)
    except FaultError as error:
        corpus.findings.append(replace(Reporter(path).fault(error.fault), line=error.line))
        corpus.nameless.add(path)
        return
    if not found:
        corpus.findings.append(
            Reporter(path).fault(Fault("file-empty", None, "this file is empty", expected="canonical JSON"))
        )


_HEAD = re.compile(rb'\s*\{\s*"document"\s*:\s*"([^"\\]*)"')
"""How nearly all documents begin: their id can be told without reading them whole."""


def _canonical_entry(corpus: Corpus, path: str, data: bytes, stretch: Stretch) -> Entry | None:
    head = _HEAD.match(data)
    doc_id = head[1].decode("utf-8", "replace") if head else None
    if doc_id is None or not is_document_id(doc_id) or "\ufffd" in doc_id:
        doc_id = _told_id(corpus, path, data, stretch)
    return Entry(doc_id, path, corpus.folder.raw.get(doc_id), stretch) if doc_id is not None else None


def _told_id(corpus: Corpus, path: str, data: bytes, stretch: Stretch) -> str | None:
    """Return the id of a document that has to be read for it; null, with what is wrong told, when it has none."""
    try:
        value = read_value(data)
    except FaultError as error:
        corpus.findings.append(Reporter(path).fault(error.fault, JsonPlaces(error.text, stretch.line)))
        return None
    doc_id = value.get("document") if isinstance(value, dict) else None
    if isinstance(doc_id, str) and is_document_id(doc_id):
        return doc_id
    reporter = Reporter(path, None, JsonPlaces(decode(data), stretch.line))
    problems = check_schema("canonical", value, corpus.roles)
    corpus.findings += [reporter.problem(problem, "schema") for problem in problems]
    return None
