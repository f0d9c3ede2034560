"""Documents of a corpus, read one by one.

File, schema, anchors, canonical form: each step is taken when the one before found no error.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, suppress
from functools import partial
from itertools import zip_longest
from typing import Any, BinaryIO, NamedTuple

from corpus_pkg.checks.corpus import copy_incomplete, copy_unlike
from corpus_pkg.checks.references import WRITTEN_RULES
from corpus_pkg.checks.rule import Known, Rule
from corpus_pkg.checks.text import PASSAGE_RULES, SPAN_RULES, is_anchored, is_divided
from corpus_pkg.conform import check_schema
from corpus_pkg.corpus import Corpus, Entry, file_finding, read_file
from corpus_pkg.errors import closest
from corpus_pkg.findings import Finding, Problem, clip, has_errors
from corpus_pkg.folder import SUMS, Folder
from corpus_pkg.jsonfile import JsonPlaces, LazyJsonPlaces, Stretch, parse_json, read_value, refuse_odd_numbers
from corpus_pkg.locate import Reporter, complete_origins
from corpus_pkg.paths import Indexed
from corpus_pkg.read import TEXT_LIMIT, YAML_LIMIT, Fault, FaultError, Tree, decode, open_file, read_part
from corpus_pkg.resolve import Document, complete, complete_whole, origins_before, resolve_document
from corpus_pkg.schema import shape
from corpus_pkg.vocabulary import default_vocabulary


class Checked(NamedTuple):
    """A document as far as it could be read: its canonical form, or null, and what is wrong with it.

    `reporter` makes findings of problems whose paths are those of the canonical form. A document that is `named` names
    only what is known, and is no draft: rules need not ask again.
    """

    entry: Entry
    document: Document | None
    findings: list[Finding]
    reporter: Reporter
    named: bool = False


def iter_documents(corpus: Corpus) -> Iterator[Checked]:
    """Yield every document, in the order of the ids, with its findings up to the canonical schema."""
    with _Opened(corpus.folder) as opened:
        for entry in corpus.entries:
            checked = corpus.originals.get(entry.doc_id)
            if checked is None:
                checked = _read_canonical(corpus, entry, opened) if entry.stretch else _read_source(corpus, entry)
            corpus.passed = checked
            yield checked


def read_document(corpus: Corpus, entry: Entry) -> Checked:
    """Read one document as far as it is sound."""
    if entry.stretch is None:
        return _read_source(corpus, entry)
    with _Opened(corpus.folder) as opened:
        return _read_canonical(corpus, entry, opened)


class _Opened(ExitStack):
    """A canonical file that stays open while its documents are read: one after another, as they mostly stand."""

    def __init__(self, folder: Folder) -> None:
        super().__init__()
        self._folder = folder
        self._path: str | None = None
        self._file: BinaryIO

    def bytes_of(self, path: str, stretch: Stretch) -> bytes:
        """Return the bytes of one document. Raises FaultError when its file cannot be read."""
        if path != self._path:
            self.close()
            self._path = None
            self._file = self.enter_context(open_file(self._folder.place(path)))
            self._path = path
        return read_part(self._file, stretch.start, stretch.end)


def read_original(corpus: Corpus, doc_id: str) -> Document | None:
    """Return the canonical form of a document that another copies; null when it has errors."""
    if corpus.passed and corpus.passed.entry.doc_id == doc_id:
        checked: Checked = corpus.passed
        return checked.document
    if doc_id not in corpus.originals:
        entry = corpus.homes.get(doc_id)
        corpus.originals[doc_id] = read_document(corpus, entry) if entry else None
        for old in [*corpus.originals][:-_ORIGINALS]:
            del corpus.originals[old]
    found = corpus.originals[doc_id]
    return found.document if found else None


_ORIGINALS = 64
"""So many originals are held in memory; one that is asked for later is read again."""


def _check_original(corpus: Corpus, value: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield a problem when a document says that it copies what cannot be copied; errors of the original are its own."""
    name = value.get("copy_of")
    if name is None or (name != value["document"] and "documents" in corpus.broken):
        return
    entry = corpus.homes.get(name)
    wanted = "another document, that is no copy itself"
    if name == value["document"]:
        message = "a document cannot be a copy of itself"
        yield Problem("original-unknown", ("copy_of",), message, clip(name), wanted, "name the original")
    elif entry is None:
        near = closest(name, corpus.homes)
        message, hint = f"no document is called {clip(name)!r}", f"write {near[0]}" if near else None
        yield Problem("original-unknown", ("copy_of",), message, clip(name), wanted, hint)
    elif first := copied(corpus, entry):
        message = f"{clip(name)!r} is itself a copy, of {clip(first)!r}"
        yield Problem("original-is-copy", ("copy_of",), message, clip(name), wanted, "name the original of both")


def _unsound_original(name: str) -> Problem:
    message = f"{clip(name)!r}, of which this is a copy, has errors, so this document is not checked further"
    return Problem(
        "original-unsound", ("copy_of",), message, clip(name), suggestion="mend that one first", severity="warning"
    )


def copied(corpus: Corpus, entry: Entry) -> Any:
    """Return the document of which one says that it is a copy; null also when it cannot be read."""
    known = corpus.passed if corpus.passed and corpus.passed.entry is entry else corpus.originals.get(entry.doc_id)
    if known and known.document:
        return known.document["copy_of"]
    if entry.stretch:
        with suppress(FaultError, AttributeError):
            return read_value(stretch_bytes(corpus.folder, entry.path, entry.stretch)).get("copy_of")
        return None
    if not _may_copy(corpus.folder, entry.path):
        return None
    value, _, _ = read_file(corpus.folder, entry.path, "source", entry.doc_id, corpus.roles)
    return value.get("copy_of") if isinstance(value, dict) else None


def _may_copy(folder: Folder, path: str) -> bool:
    """Return whether a file of YAML may have the key `copy_of`: only an escape can hide it."""
    with suppress(FaultError):
        data = folder.read(path, YAML_LIMIT)
        return b"copy_of" in data or b"\\" in data
    return False


def _read_source(corpus: Corpus, entry: Entry) -> Checked:
    """Read a document in the source form, with its raw text."""
    text, findings = _read_raw(corpus.folder, entry)
    value, found, reporter = read_file(corpus.folder, entry.path, "source", entry.doc_id, corpus.roles)
    findings += found
    if value is None or has_errors(found):
        return Checked(entry, None, findings, reporter)
    problems = [*_wrong_name(value, entry), *_check_original(corpus, value), *_broken(WRITTEN_RULES, value)]
    findings += [reporter.problem(problem, "references") for problem in problems]
    if text is None or problems:
        return Checked(entry, None, findings, reporter)
    copied = value.get("copy_of")
    original = read_original(corpus, copied) if copied else None
    if copied and original is None:
        unsound = reporter.problem(_unsound_original(copied), "references")
        return Checked(entry, None, [*findings, unsound], reporter)
    assert isinstance(reporter.places, Tree)
    comments = reporter.places.comments(shape("source", corpus.roles))
    resolved = resolve_document(value, text, corpus.names, original=original, comments=comments, roles=corpus.roles)
    findings += [reporter.problem(problem, "anchors") for problem in resolved.problems]
    document = resolved.document
    if document is not None:
        reporter.trace = partial(complete_origins, resolved.origins, document, value)
        findings += [reporter.problem(problem, "anchors") for problem in _broken(SPAN_RULES, document)]
        unlike = copy_unlike(document, original) if original else ()
        findings += [reporter.problem(problem, "corpus") for problem in unlike]
        found = [reporter.problem(problem, "schema") for problem in check_schema("canonical", document, corpus.roles)]
        findings += found
        document = None if has_errors(findings) else document
    return Checked(entry, document, findings, reporter)


def _broken(rules: Iterable[Rule], value: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what is wrong by rules that ask nothing of the corpus."""
    for rule in rules:
        yield from rule.check(value, _NOTHING)


_NOTHING = Known(default_vocabulary(), {}, {})


def _wrong_name(value: Mapping[str, Any], entry: Entry) -> Iterator[Problem]:
    if value["document"] != entry.doc_id:
        message = f"the file is that of {clip(entry.doc_id)!r}, but says {clip(value['document'])!r}"
        hint = f"write {entry.doc_id}"
        yield Problem("document-misnamed", ("document",), message, clip(value["document"]), entry.doc_id, hint)


def _read_raw(folder: Folder, entry: Entry) -> tuple[str | None, list[Finding]]:
    """Return the raw text of a document and what is wrong with its file."""
    if entry.raw is None:
        wanted = f"raw/{entry.doc_id}.txt"
        message = f"its text {wanted} is missing"
        missing = file_finding(entry, "annotation-without-raw", message, wanted, f"add {wanted}, or rename this file")
        return None, [missing] if folder.has_raw else []
    reporter = Reporter(entry.raw, entry.doc_id)
    try:
        data = folder.read(entry.raw, TEXT_LIMIT)
        text = decode(data)
    except FaultError as error:
        return None, [reporter.fault(error.fault, JsonPlaces(error.text))]
    faults = [*_changed(folder, entry.raw, data), *odd_bytes(text)]
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


def odd_bytes(text: str) -> Iterator[Fault]:
    """Yield what is odd about a raw text and kept as it is: a byte-order mark, carriage returns."""
    if text.startswith("\ufeff"):
        yield Fault("raw-bom", None, "this text begins with a byte-order mark, which is kept and counts as a character")
    if "\r" in text:
        count = text.count("\r")
        message = f"this text has carriage returns ({count:,}); each is kept and counts as a character"
        yield Fault("raw-line-ends", None, message)


def _read_canonical(corpus: Corpus, entry: Entry, opened: _Opened) -> Checked:
    """Read a document in the canonical form."""
    assert entry.stretch is not None
    reporter = Reporter(entry.path, entry.doc_id)
    try:
        data = opened.bytes_of(entry.path, entry.stretch)
        value = parse_json(data)
        whole = corpus.named.of(value).is_whole(value)
        if not whole:
            refuse_odd_numbers(data, value)
    except FaultError as error:
        places = JsonPlaces(error.text, entry.stretch.line)
        return Checked(entry, None, [reporter.fault(error.fault, places)], reporter)
    reporter.places = LazyJsonPlaces(data, entry.stretch.line)
    return check_canonical(corpus, entry, value, reporter, whole=whole)


def check_canonical(corpus: Corpus, entry: Entry, value: Any, reporter: Reporter, *, whole: bool = False) -> Checked:
    """Return what is found about a value that may be a document in the canonical form, as far as it is sound.

    `entry` says where the document stands, or would stand: its raw text is looked up there. `whole` is what the
    named schemas of the corpus say of it, when they have been asked.
    """
    named = whole or corpus.named.of(value).is_named(value)
    broken = () if named else check_schema("canonical", value, corpus.roles)
    findings = [reporter.problem(problem, "schema") for problem in broken]
    if findings:
        return Checked(entry, None, findings, reporter)
    text, findings = _read_raw(corpus.folder, entry) if entry.raw else (value["text"], [])
    problems = [*_stem_differs(value, entry), *_check_original(corpus, value), *_broken(WRITTEN_RULES, value)]
    if text is not None and text != value["text"]:
        problems.append(_raw_differs(entry, value["text"], text))
    findings += [reporter.problem(problem, "references") for problem in problems]
    if problems:
        return Checked(entry, None, findings, reporter)
    rules = [*(() if is_divided(value) else PASSAGE_RULES), *(() if is_anchored(value) else SPAN_RULES)]
    unsound = [*_broken(rules, Indexed(value) if rules else value)]
    findings += [reporter.problem(problem, "anchors") for problem in unsound]
    if unsound:
        return Checked(entry, None, findings, reporter)
    # The schema has been asked already: what follows from a sound document, and its defaults, are sound.
    document, order = complete_whole(value) if whole else complete(value, corpus.names, corpus.roles)
    reporter.trace = lambda: complete_origins(origins_before(document, order), document, value)
    original = read_original(corpus, document["copy_of"]) if document["copy_of"] else None
    # A copy that has nothing of its original lacks all its annotations, which need not be told besides.
    faults = [*copy_unlike(document, original)] or [*copy_incomplete(document, original)] if original else []
    lost = [reporter.problem(problem, "corpus") for problem in faults]
    return Checked(entry, None if lost else document, findings + lost, reporter, named)


def text_of(corpus: Corpus, doc_id: str) -> str | None:
    """Return the text of a document, read again; null when it cannot be read."""
    entry = corpus.homes.get(doc_id)
    document = read_document(corpus, entry).document if entry else None
    return document["text"] if document else None


def text_again(corpus: Corpus, doc_id: str) -> str | None:
    """Return the text of a document that was found sound, without checking it again."""
    entry = corpus.homes[doc_id]
    if entry.stretch is None:
        return _read_raw(corpus.folder, entry)[0]
    text: str = parse_json(stretch_bytes(corpus.folder, entry.path, entry.stretch))["text"]
    return text


def stretch_bytes(folder: Folder, path: str, stretch: Stretch) -> bytes:
    """Return the bytes of one document of a canonical file."""
    with _Opened(folder) as opened:
        return opened.bytes_of(path, stretch)


def _stem_differs(value: Mapping[str, Any], entry: Entry) -> Iterator[Problem]:
    stem = entry.path.rsplit("/", 1)[-1].removesuffix(".json")
    if entry.path.endswith(".json") and stem != value["document"]:
        message = f"the file is that of {clip(stem)!r}, but says {clip(value['document'])!r}"
        yield Problem("document-misnamed", ("document",), message, clip(value["document"]), stem, "rename one of them")


def _raw_differs(entry: Entry, text: str, raw: str) -> Problem:
    offset = next(i for i, (one, other) in enumerate(zip_longest(text, raw)) if one != other)
    here, there = clip(text[offset : offset + 20]), clip(raw[offset : offset + 20])
    message = f"the text is not that of {entry.raw}: from character {offset:,} on it is {here!r}, there {there!r}"
    hint = "put in the text of that file, letter by letter, or take the file away"
    return Problem("raw-differs", ("text",), message, here, there, hint)
