"""Taking texts into a corpus: each with its bytes as they are, its sum, and annotations to begin with.

A text is refused when it cannot be read or is no UTF-8, when its id is no name or is taken (also but for capitals, or
for how accents are coded: some disks cannot tell such names apart), or when the corpus has the same bytes already. What
is odd about it (control characters, a byte-order mark, carriage returns, odd spaces) and what is nearly the same is
told, and nothing is ever changed.

Of a text that is refused nothing is written; the others are taken in. The order is: text, sum, annotations, each file
all at once. When it is broken off between them, `corpus validate` finds the text without annotations, and adding the
same file again does what is left.
"""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path as FilePath
from typing import Any, NamedTuple

from corpus_pkg.anchors import fold_space
from corpus_pkg.corpus import Corpus, Entry
from corpus_pkg.documents import odd_bytes, stretch_bytes
from corpus_pkg.editor import FOLDER, modeline
from corpus_pkg.errors import CorpusError
from corpus_pkg.findings import Finding, clip, has_errors
from corpus_pkg.fix import put_file
from corpus_pkg.folder import SETTINGS, SUMS, is_document_id
from corpus_pkg.jsonfile import JsonPlaces, read_value
from corpus_pkg.locate import Reporter
from corpus_pkg.prefill import skeleton
from corpus_pkg.read import TEXT_LIMIT, YAML_LIMIT, Fault, FaultError, decode, read_bytes
from corpus_pkg.schema import read_schema
from corpus_pkg.similar import Sketches
from corpus_pkg.write import UnwritableError

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_ODD_SPACE = re.compile("[\u00a0\u00ad\u1680\u180e\u2000-\u200b\u200e\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]")
"""Spaces other than the blank, and what takes no room; not the joiners of Persian and of emoji."""
_RENAME = "give it another with --id"
_SUM_LINE = re.compile(rb"[0-9a-fA-F]{64} ([ *])([^\r\n]+)")


class Added(NamedTuple):
    """What became of one file: the id it has or would have had, what was found about it, and the files written.

    `written` are relative to the corpus; none when there is an error. `split` is that of the document in the corpus.
    """

    path: str
    doc_id: str
    findings: tuple[Finding, ...]
    written: tuple[str, ...] = ()
    split: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the record as plain data."""
        findings = [finding.as_dict() for finding in self.findings]
        about = {"path": self.path, "document": self.doc_id, "split": self.split}
        return {**about, "written": [*self.written], "findings": findings}


def add_texts(
    corpus: Corpus, files: Sequence[FilePath], *, doc_id: str | None = None, language: str = "en"
) -> Iterator[Added]:
    """Take texts into a corpus, one by one, and yield what became of each; paths in findings are those given.

    The id is the stem of the file unless one is given, which is for one file alone. Raises CorpusError for what is no
    language tag, several files with one id, a corpus that has no annotations or whose vocabulary has errors, and when
    the disk refuses.
    """
    if doc_id is not None and len(files) > 1:
        raise CorpusError("an id is for one file, and there are several")
    if not re.search(read_schema("definitions")["$defs"]["language"]["pattern"], language):
        raise CorpusError(f"{clip(language)!r} is no language tag; write `en`, `fa`, `az-Latn`")
    if not (corpus.folder.root / "annotations").is_dir():
        raise CorpusError(f"{corpus.folder.root} is no corpus; make one with `corpus init`")
    if "vocabulary" in corpus.broken:
        raise CorpusError("the vocabulary of this corpus has errors; `corpus validate` shows them")
    shelf = _Shelf(corpus)
    for path in files:
        yield _add_text(shelf, path, doc_id if doc_id is not None else path.stem, language)


def _add_text(shelf: _Shelf, path: FilePath, doc_id: str, language: str) -> Added:
    reporter = Reporter(str(path))
    try:
        data = read_bytes(path, TEXT_LIMIT)
        text = decode(data)
        if not text.strip().strip("\ufeff").strip():
            raise FaultError(Fault("file-empty", None, "this file holds no letter", expected="some text"), text)
        reporter.places = JsonPlaces(text)
        faults = [*_misnamed(doc_id)] or [*shelf.clashes(doc_id, data)]
        faults += [*odd_bytes(text), *_odd_characters(text.removeprefix("\ufeff"))]
        findings = [reporter.fault(fault) for fault in faults]
        if has_errors(findings):
            return Added(str(path), doc_id, tuple(findings))
        findings += [reporter.fault(fault) for fault in shelf.near(doc_id, text)]
        written = shelf.put(doc_id, data, text, language)
        return Added(str(path), doc_id, tuple(findings), written, shelf.split_of(doc_id))
    except FaultError as error:
        places = JsonPlaces(error.text) if error.text else None
        return Added(str(path), doc_id, (reporter.fault(error.fault, places),))


def _name_taken(doc_id: str, taken: str | None, path: str | None) -> Fault:
    message = f"the corpus has another document by the name {clip(doc_id)!r}"
    if taken is None:
        message = f"{path} is there already, and is no text that can be read"
    elif taken != doc_id:
        message = f"the corpus has {clip(taken)!r}, which some disks cannot tell from {clip(doc_id)!r}"
    return Fault("name-taken", None, message, taken or path, "a name that is new", _RENAME)


def _misnamed(doc_id: str) -> Iterator[Fault]:
    """Yield a fault when no document may have this id."""
    if doc_id.casefold() in SETTINGS:
        message = f"a text cannot be called {doc_id!r}: annotations/{doc_id.casefold()}.yaml describes the corpus"
        yield Fault("name-reserved", None, message, doc_id, "another name", _RENAME)
    elif not is_document_id(doc_id):
        expected = str(read_schema("definitions")["$defs"]["document_id"]["description"])
        message = f"{clip(doc_id)!r} cannot be the name of a document"
        yield Fault("name-unsound", None, message, clip(doc_id), expected, f"{_RENAME}. {expected.partition('. ')[2]}")
    elif len(f".{doc_id}.yaml".encode()) > _LONGEST_NAME:
        message = f"{clip(doc_id)!r} is too long for a file's name: {len(doc_id.encode())} bytes"
        yield Fault("name-unsound", None, message, clip(doc_id), f"at most {_LONGEST_NAME - 6} bytes", _RENAME)


_LONGEST_NAME = 255
"""Longest name of a file, in bytes, that all common systems allow."""


def _odd_characters(text: str) -> Iterator[Fault]:
    """Yield what is odd among the characters of a text, at the first of each kind."""
    if controls := [*_CONTROL.finditer(text)]:
        place, message, kinds = _told(controls, "control characters")
        yield Fault("raw-control", place, message, kinds)
    if spaces := [*_ODD_SPACE.finditer(text)]:
        place, message, kinds = _told(spaces, "odd spaces or characters without width")
        yield Fault("raw-odd-space", place, message, kinds)


def _told(found: Sequence[re.Match[str]], what: str) -> tuple[int, str, str]:
    """Return where the first of some characters stands, a message, and which there are."""
    kinds = sorted({f"U+{ord(match[0]):04X}" for match in found})
    shown = ", ".join(kinds[:5]) + (" and others" if len(kinds) > 5 else "")
    message = f"this text has {what} ({len(found):,}: {shown}); each is kept and counts as a character"
    return found[0].start(), message, shown


class _Shelf:
    """The texts of a corpus: by their bytes, by their names, and by what they are like."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus, self._root = corpus, corpus.folder.root
        self._entries: dict[str, Entry] = dict(corpus.homes)
        self._sums: dict[str, str] = {}
        self._folded: dict[str, str] = {}
        self._raw = dict(corpus.folder.raw)
        self._sketches = Sketches()
        for doc_id in sorted({*self._raw, *self._entries, *corpus.folder.source}):
            self._folded[_fold_name(doc_id)] = doc_id
            if (data := self._bytes(doc_id)) is not None:
                self._take(doc_id, data)

    def _take(self, doc_id: str, data: bytes) -> None:
        self._sums.setdefault(_digest(data), doc_id)
        with suppress(FaultError):
            self._sketches.add(doc_id, decode(data))

    def _bytes(self, doc_id: str) -> bytes | None:
        """Return the bytes of a text of the corpus; null when they cannot be read, which `corpus validate` tells."""
        with suppress(FaultError, OSError):
            if path := self._raw.get(doc_id):
                return self._corpus.folder.read(path, TEXT_LIMIT)
            entry = self._entries.get(doc_id)
            if entry and entry.stretch:
                value = read_value(stretch_bytes(self._corpus.folder, entry.path, entry.stretch))
                text = value.get("text") if isinstance(value, dict) else None
                return text.encode() if isinstance(text, str) else None
        return None

    def _text(self, doc_id: str) -> str | None:
        with suppress(FaultError):
            return decode(self._bytes(doc_id) or b"")
        return None

    def clashes(self, doc_id: str, data: bytes) -> Iterator[Fault]:
        """Yield a fault when the corpus has the text, or the name, unless an earlier adding was broken off."""
        digest = _digest(data)
        home, taken = self._sums.get(digest), self._folded.get(_fold_name(doc_id))
        path = self._in_the_way(doc_id)
        if home is not None and not (home == doc_id and self._is_unfinished(doc_id)):
            message = f"the corpus has this text already, as {clip(home)!r}: the bytes are the same"
            hint = f"finish that one with --id {home}" if self._is_unfinished(home) else "leave it out"
            yield Fault("text-known", None, message, home, "a text that is new", hint)
        elif home is None and (taken is not None or path is not None):
            yield _name_taken(doc_id, taken, path)
        if (listed := self._corpus.folder.sums.get(f"{doc_id}.txt")) not in (None, digest):
            message = f"{SUMS} lists another text by the name {clip(doc_id)!r}"
            yield Fault("name-taken", None, message, digest, listed, _RENAME)

    def _is_unfinished(self, doc_id: str) -> bool:
        return doc_id in self._raw and doc_id not in self._entries and doc_id not in self._corpus.folder.source

    def _in_the_way(self, doc_id: str) -> str | None:
        """Return what stands in the way though no document has the name: a folder, a link that leads nowhere."""
        paths = (f"raw/{doc_id}.txt", f"annotations/{doc_id}.yaml")
        return next((path for path in paths if os.path.lexists(self._root / path)), None)

    def near(self, doc_id: str, text: str) -> Iterator[Fault]:
        """Yield a fault for each text of the corpus of which this one is a near-duplicate."""
        for other, alike in self._sketches.near(text, self._text):
            if other != doc_id:
                message = f"this text is a near-duplicate of {clip(other)!r} (similarity {alike:.4f})"
                hint = f"write `copy_of: {other}` and no passages, or, in annotations/corpus.yaml"
                if fold_space(text) != fold_space(self._text(other) or ""):
                    hint = "write in annotations/corpus.yaml"
                hint = f"{hint} under `groups`:  a_name: [{other}, {doc_id}]"
                yield Fault("raw-near-duplicate", None, message, f"{alike:.4f}", "a text that is new", hint)

    def split_of(self, doc_id: str) -> str:
        """Return the split of a document: the one under which `splits` names it, or else that of the corpus."""
        settings: dict[str, Any] = self._corpus.settings
        return next((split for split, names in settings["splits"].items() if doc_id in names), str(settings["split"]))

    def put(self, doc_id: str, data: bytes, text: str, language: str) -> tuple[str, ...]:
        """Write the files of a text that are not there yet; return them. When one cannot be written, none is."""
        raw, annotations = f"raw/{doc_id}.txt", f"annotations/{doc_id}.yaml"
        body = self._skeleton(doc_id, text, language).encode()
        if len(body) > YAML_LIMIT:
            message = f"its annotations would have {len(body):,} bytes; the limit is {YAML_LIMIT:,}"
            hint = "write canonical JSON Lines instead, or cut the text into several"
            raise FaultError(Fault("file-too-large", None, message, None, f"at most {YAML_LIMIT} bytes", hint))
        sums = self._listed(doc_id, data)
        files = {} if doc_id in self._raw else {raw: data}
        files |= {} if sums is None else {SUMS: sums}
        files[annotations] = body
        self._write(files)
        self._know(doc_id, data)
        return tuple(files)

    def _skeleton(self, doc_id: str, text: str, language: str) -> str:
        has_schema = (self._root / "annotations" / FOLDER / "source.json").is_file()
        try:
            written = skeleton(doc_id, text, language, self._corpus.vocabulary)
        except UnwritableError as error:
            message, hint = (
                f"this text cannot be cut: {error}",
                "write it as canonical JSON, whose passages are numbers",
            )
            raise FaultError(Fault("text-uncut", None, message, None, "words that tell a passage", hint)) from error
        return (modeline("source") if has_schema else "") + written

    def _know(self, doc_id: str, data: bytes) -> None:
        self._raw[doc_id] = f"raw/{doc_id}.txt"
        self._entries[doc_id] = Entry(doc_id, f"annotations/{doc_id}.yaml", self._raw[doc_id])
        self._folded[_fold_name(doc_id)] = doc_id
        self._take(doc_id, data)

    def _listed(self, doc_id: str, data: bytes) -> bytes | None:
        """Return the list of sums with the text in it; null when it stands there."""
        path = self._root / SUMS
        if not os.path.lexists(path):
            others = {f"{name}.txt": self._bytes(name) for name in self._raw if name != doc_id}
            known = {name: _digest(other) for name, other in others.items() if other is not None}
            lines = {**known, f"{doc_id}.txt": _digest(data)}
            return "".join(f"{lines[name]}  {name}\n" for name in sorted(lines)).encode()
        try:
            return add_sum(read_bytes(path), f"{doc_id}.txt", _digest(data))
        except FaultError as error:
            raise CorpusError(f"{SUMS}: {error}") from error

    def _write(self, files: dict[str, bytes]) -> None:
        (self._root / "raw").mkdir(exist_ok=True)
        with ExitStack() as undo:
            for name, content in files.items():
                path = FilePath(os.path.realpath(self._root / name)) if name == SUMS else self._root / name
                before = path.read_bytes() if name == SUMS and path.exists() else None
                if before is None and os.path.lexists(path):
                    raise CorpusError(f"{name} has been written meanwhile, so it is left as it is")
                try:
                    put_file(path, content)
                except OSError as error:
                    raise CorpusError(f"{name} cannot be written: {error.strerror or error}") from error
                undo.callback(path.unlink if before is None else partial(put_file, path, before))
            undo.pop_all()


def add_sum(sums: bytes, name: str, digest: str) -> bytes | None:
    """Return a list of `sha256sum` with one more line, all others as they are; null when the name is listed.

    The line is written as the others are (` *` or two blanks, CR LF or LF) and stands in its place where they are
    sorted by name, else at the end.
    """
    matches = [*_SUM_LINE.finditer(sums)]
    names = [match[2] for match in matches]
    wanted = name.encode()
    if wanted in names:
        return None
    mark = matches[0][1] if matches else b" "
    end = b"\r\n" if b"\r\n" in sums else b"\n"
    line = digest.encode() + b" " + mark + wanted
    at = bisect_left(names, wanted) if names == sorted(names) else len(names)
    if at < len(names):
        start = matches[at].start()
        return sums[:start] + line + end + sums[start:]
    return sums + (end if sums.strip() and not sums.endswith((b"\n", b"\r")) else b"") + line + end


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _fold_name(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
