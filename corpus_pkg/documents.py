"""Documents of a corpus, read one by one.

File, schema, anchors, canonical form: each step is taken when the one before found no error.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path as FilePath
from typing import Any, NamedTuple

from corpus_pkg.checks.text import check_spans
from corpus_pkg.conform import check_schema
from corpus_pkg.corpus import Corpus, Entry, file_finding, read_file
from corpus_pkg.findings import Finding, Problem, clip, has_errors
from corpus_pkg.folder import SUMS, Folder
from corpus_pkg.jsonfile import JsonPlaces, LazyJsonPlaces, Stretch, read_json
from corpus_pkg.locate import Reporter
from corpus_pkg.read import Fault, FaultError, Tree, decode, read_bytes
from corpus_pkg.resolve import Document, complete, resolve
from corpus_pkg.schema import shape


class Checked(NamedTuple):
    """A document as far as it could be read: its canonical form, or null, and what is wrong with it.

    `locate` makes findings of problems whose paths are those of the canonical form.
    """

    entry: Entry
    document: Document | None
    findings: list[Finding]
    reporter: Reporter


def iter_documents(corpus: Corpus) -> Iterator[Checked]:
    """Yield every document, in the order of the ids, with its findings up to the canonical schema."""
    for entry in corpus.entries:
        yield read_document(corpus, entry)


def read_document(corpus: Corpus, entry: Entry) -> Checked:
    """Read one document as far as it is sound."""
    return _read_canonical(corpus, entry) if entry.stretch else _read_source(corpus, entry)


def _original(corpus: Corpus, doc_id: str) -> Document | None:
    """Return the canonical form of a document that another copies; null when it has errors or copies in a circle."""
    if doc_id not in corpus.originals:
        corpus.originals[doc_id] = None  # while it is being read, so that a circle of copies ends
        entry = next((entry for entry in corpus.entries if entry.doc_id == doc_id), None)
        corpus.originals[doc_id] = read_document(corpus, entry).document if entry else None
    return corpus.originals[doc_id]


def _read_source(corpus: Corpus, entry: Entry) -> Checked:
    """Read a document in the source form, with its raw text."""
    text, findings = _read_raw(corpus.folder, entry)
    value, found, reporter = read_file(corpus.folder, entry.path, "source", entry.doc_id, corpus.roles)
    findings += found
    if value is None or has_errors(found):
        return Checked(entry, None, findings, reporter)
    problems = list(_wrong_name(value, entry))
    original = _original(corpus, value["copy_of"]) if value.get("copy_of") else None
    if value.get("copy_of") and original is None:
        problems.append(_no_original(value["copy_of"]))
    findings += [reporter.problem(problem, "references") for problem in problems]
    if text is None or problems:
        return Checked(entry, None, findings, reporter)
    assert isinstance(reporter.places, Tree)
    _, comments = reporter.places.plain(shape("source", corpus.roles))
    resolved = resolve(value, text, corpus.names, original=original, comments=comments, roles=corpus.roles)
    findings += [reporter.problem(problem, "anchors") for problem in resolved.problems]
    reporter.origins = resolved.origins
    return _checked(corpus, entry, resolved.document, findings, reporter)


def _checked(
    corpus: Corpus, entry: Entry, document: Document | None, findings: list[Finding], reporter: Reporter
) -> Checked:
    """Return the document when its canonical form satisfies the schema."""
    if document is not None:
        found = [reporter.problem(problem, "schema") for problem in check_schema("canonical", document, corpus.roles)]
        findings += found
        document = None if found else document
    return Checked(entry, document, findings, reporter)


def _wrong_name(value: Mapping[str, Any], entry: Entry) -> Iterator[Problem]:
    if value["document"] != entry.doc_id:
        message = f"the file is that of {clip(entry.doc_id)!r}, but says {clip(value['document'])!r}"
        hint = f"write {entry.doc_id}"
        yield Problem("document-misnamed", ("document",), message, clip(value["document"]), entry.doc_id, hint)


def _no_original(doc_id: str) -> Problem:
    message = f"there is no sound document {clip(doc_id)!r} of which this could be a copy"
    return Problem(
        "original-unknown", ("copy_of",), message, clip(doc_id), "a document without errors that is no copy itself"
    )


def _read_raw(folder: Folder, entry: Entry) -> tuple[str | None, list[Finding]]:
    """Return the raw text of a document and what is wrong with its file."""
    if entry.raw is None:
        message = f"its text raw/{entry.doc_id}.txt is missing"
        return None, [file_finding(entry, "annotation-without-raw", message, f"raw/{entry.doc_id}.txt")]
    reporter = Reporter(entry.raw, entry.doc_id)
    try:
        data = read_bytes(folder.root / entry.raw)
        text = decode(data)
    except FaultError as error:
        return None, [reporter.fault(error.fault, JsonPlaces(error.text))]
    faults = [*_changed(folder, entry.raw, data), *_odd_bytes(text)]
    return text, [reporter.fault(fault) for fault in faults]


def _changed(folder: Folder, path: str, data: bytes) -> Iterator[Fault]:
    name = path.removeprefix("raw/")
    digest = hashlib.sha256(data).hexdigest()
    listed = folder.sums.get(name)
    if listed is None and folder.sums:
        hint = f"add the line  {digest}  {name}"
        yield Fault("raw-unlisted", None, f"this text is not listed in {SUMS}", digest, "a line for it", hint)
    elif listed is not None and listed != digest:
        message = f"this text has changed: its sha256 is not that of {SUMS}"
        yield Fault(
            "raw-changed", None, message, digest, listed, "put back the text as it was; raw texts are never edited"
        )


def _odd_bytes(text: str) -> Iterator[Fault]:
    if text.startswith("\ufeff"):
        yield Fault("raw-bom", 0, "this text begins with a byte-order mark, which is kept and counts as a character")
    if "\r" in text:
        count = text.count("\r")
        message = f"{count} carriage returns stand in this text; they are kept and count as characters"
        yield Fault("raw-line-ends", None, message)


def _read_canonical(corpus: Corpus, entry: Entry) -> Checked:
    """Read a document in the canonical form."""
    assert entry.stretch is not None
    reporter = Reporter(entry.path, entry.doc_id)
    data = _stretch_bytes(corpus.folder.root / entry.path, entry.stretch)
    value = read_json(data)
    reporter.places = LazyJsonPlaces(data, entry.stretch.line)
    findings = [reporter.problem(problem, "schema") for problem in check_schema("canonical", value, corpus.roles)]
    if findings:
        return Checked(entry, None, findings, reporter)
    problems = [*_stem_differs(value, entry), *_raw_differs(corpus.folder, value, entry)]
    findings += [reporter.problem(problem, "references") for problem in problems]
    if problems:
        return Checked(entry, None, findings, reporter)
    unsound = [*check_spans(value)]
    findings += [reporter.problem(problem, "anchors") for problem in unsound]
    if unsound:
        return Checked(entry, None, findings, reporter)
    document, reporter.origins = complete(value, corpus.names, corpus.roles)
    return _checked(corpus, entry, document, findings, reporter)


def _stretch_bytes(path: FilePath, stretch: Stretch) -> bytes:
    with path.open("rb") as file:
        file.seek(stretch.start)
        return file.read(stretch.end - stretch.start)


def _stem_differs(value: Mapping[str, Any], entry: Entry) -> Iterator[Problem]:
    stem = entry.path.rsplit("/", 1)[-1].removesuffix(".json")
    if entry.path.endswith(".json") and stem != value["document"]:
        message = f"the file is that of {clip(stem)!r}, but says {clip(value['document'])!r}"
        yield Problem("document-misnamed", ("document",), message, clip(value["document"]), stem, "rename one of them")


def _raw_differs(folder: Folder, value: Mapping[str, Any], entry: Entry) -> Iterator[Problem]:
    if entry.raw is None:
        return
    text, _ = _read_raw(folder, entry)
    if text is not None and text != value["text"]:
        message = f"the text is not that of {entry.raw}"
        yield Problem("raw-differs", ("text",), message, None, "the raw text, letter by letter")
