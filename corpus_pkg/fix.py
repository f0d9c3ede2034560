"""Bringing the files of documents into canonical order and form, without changing what they say.

Of the source form that is what `write` writes, with the comments of the author where they stood; of canonical JSON its
normal form, as one document with two blanks a level in `.json`, and compact in `.jsonl`, one a line. Lines end with LF,
and there is no byte-order mark. Settings stay as people wrote them.

Nothing is taken on trust: a new text is read and resolved again, and must give the same canonical document, key for key
and letter for letter, and the same comments; else the file is left as it is. So is every document with errors.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from difflib import unified_diff
from io import BytesIO, StringIO
from pathlib import Path as FilePath
from typing import Any, NamedTuple

from corpus_pkg.comments import Comment, put_comments, read_comments
from corpus_pkg.conform import is_valid
from corpus_pkg.corpus import Corpus
from corpus_pkg.derive import Names
from corpus_pkg.documents import Checked, read_original
from corpus_pkg.errors import CorpusError, UnknownNameError
from corpus_pkg.findings import Finding, Path, has_errors
from corpus_pkg.folder import COLLECTIONS, SETTINGS
from corpus_pkg.jsonfile import Stretch, read_json, stretches
from corpus_pkg.read import VALUE_LIMIT, YAML_LIMIT, FaultError, decode, read_bytes, read_yaml
from corpus_pkg.resolve import PASSAGE_LAYERS, Document, Origins, complete, resolve_document
from corpus_pkg.schema import Roles, shape
from corpus_pkg.validate import Validation
from corpus_pkg.write import UnwritableError, write_source

_ERRORS = "it has errors"
_COPY = "the document that it copies has errors, or is repeated in it"
_SOME = "documents in it have errors, or would not stay the same"
_SETTINGS = "it has errors, and every document is read with it, so none is touched"
_LINK = "it is a symbolic link; fix the file to which it leads"
_OTHER = "written anew, it would not be the same document"
_COMMENTS = "written anew, it would lose or repeat a comment"
_LARGE = f"written anew, it would be larger than {YAML_LIMIT:,} bytes, or of more than {VALUE_LIMIT:,} values"


class Fix(NamedTuple):
    """What becomes of one file: its bytes before and after, which are equal when nothing is to be done.

    `path` is relative to the corpus. `reason` says why the file, or a part of it, is left as it is though it may not be
    in canonical form; `findings` are those of its documents with errors.
    """

    path: str
    before: bytes
    after: bytes
    reason: str | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def changed(self) -> bool:
        """Return whether the file is not yet in canonical form."""
        return self.before != self.after

    def as_dict(self) -> dict[str, Any]:
        """Return the record as plain data, with the diff."""
        findings = [finding.as_dict() for finding in self.findings]
        about = {"path": self.path, "changed": self.changed, "reason": self.reason}
        return {**about, "findings": findings, "diff": self.diff()}

    def diff(self) -> str:
        """Return the change as a unified diff, which `patch -p0` takes in the folder of the corpus."""
        texts = (data.decode("utf-8", "backslashreplace") for data in (self.before, self.after))
        before, after = (StringIO(text, newline="\n") for text in texts)
        lines = unified_diff([*before], [*after], self.path, self.path)
        return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def fix_corpus(corpus: Corpus, ids: Iterable[str] | None = None) -> Iterator[Fix]:
    """Yield what becomes of each file with documents, or with some of them; nothing is written.

    Raises UnknownNameError for an id that no document has.
    """
    if broken := [*broken_settings(corpus)]:
        yield from broken
        return
    files = {path: _Canonical(corpus, path, told) for path, told in _told(corpus) if ids is None}
    of_document: defaultdict[str | None, list[Finding]] = defaultdict(list)
    for finding in corpus.findings:
        of_document[finding.document].append(finding)
    part = corpus if ids is None else _part(corpus, ids)
    # Each file is read before it is checked: what is saved between the two is noticed before anything is written.
    read = ((entry, b"" if entry.stretch else source_bytes(corpus, entry.path)) for entry in part.entries)
    for (entry, before), checked in zip(read, Validation(part).documents(), strict=True):
        known = checked._replace(findings=checked.findings + of_document[entry.doc_id])
        if entry.stretch is None:
            yield fix_document(corpus, known, before)
            continue
        if entry.path not in files:
            files[entry.path] = _Canonical(corpus, entry.path)
        files[entry.path].add(known, entry.stretch)
    for path in sorted(files):
        yield files[path].result()


def broken_settings(corpus: Corpus) -> Iterator[Fix]:
    """Yield the files with errors on which the meaning of every document depends."""
    findings = [finding for finding in Validation(corpus).settings() if finding.severity == "error"]
    for name in ("inventory", "vocabulary"):
        path = corpus.folder.settings.get(name)
        if path and (found := tuple(finding for finding in findings if finding.path == path)):
            yield Fix(path, b"", b"", _SETTINGS, found)


def _told(corpus: Corpus) -> Iterator[tuple[str, list[Finding]]]:
    """Yield the files of documents of which some could not be told, with their errors."""
    told: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in corpus.findings:
        folder, _, name = finding.path.partition("/")
        stem = name.rpartition(".")[0] or name
        of_documents = folder == "annotations" and "/" not in name and stem not in (*SETTINGS, *COLLECTIONS)
        if finding.severity == "error" and of_documents:
            told[finding.path].append(finding)
    yield from told.items()


def _part(corpus: Corpus, ids: Iterable[str]) -> Corpus:
    """Return the corpus cut down to some documents, whose originals are still found."""
    for doc_id in (ids := set(ids)):
        if doc_id not in corpus.homes:
            raise UnknownNameError("document", doc_id, corpus.homes)
    part = replace(corpus, entries=[entry for entry in corpus.entries if entry.doc_id in ids])
    part.homes = corpus.homes
    return part


def fix_document(corpus: Corpus, checked: Checked, before: bytes) -> Fix:
    """Return what becomes of a document in the source form.

    `before` is what its file held before it was checked, `checked` what `check_documents` says of it.
    """
    path, document = checked.entry.path, checked.document
    if document is None or has_errors(checked.findings):
        return Fix(path, before, before, _unsound(checked), tuple(checked.findings))
    original = read_original(corpus, document["copy_of"]) if document["copy_of"] else None
    names, roles, origins = corpus.names, corpus.roles, checked.reporter.origins
    try:
        after = rewrite_source(decode(before), document, origins, names, original=original, roles=roles)
    except (FaultError, UnwritableError) as error:
        return Fix(path, before, before, str(error))
    return unless_linked(corpus, Fix(path, before, after.encode()))


def source_bytes(corpus: Corpus, path: str) -> bytes:
    """Return the bytes of a file; none when it cannot be read, which its findings say."""
    with suppress(FaultError):
        return read_bytes(corpus.folder.place(path))
    return b""


def _unsound(checked: Checked) -> str:
    """Return why an unsound document may not be touched."""
    return _ERRORS if has_errors(checked.findings) else _COPY


def unless_linked(corpus: Corpus, fix: Fix) -> Fix:
    """Return the fix; of a symbolic link, which a new file would replace, nothing but the reason."""
    if fix.changed and (corpus.folder.root / fix.path).is_symlink():
        return fix._replace(after=fix.before, reason=_LINK)
    return fix


def rewrite_source(
    text: str,
    document: Document,
    origins: Origins,
    names: Names,
    *,
    original: Document | None = None,
    roles: Roles = (),
) -> str:
    """Return a text of the source form in canonical form, with its comments.

    `document` is what the text says, in canonical form, and `origins` where its items stand in it; the others are those
    of `write_source`. Raises UnwritableError when the new text would not say the same, or have the same comments.
    """
    body = write_source(document, names, original=original, roles=roles)
    if body == text:
        return text
    comments = read_comments(text)
    tree = read_yaml(body)
    if tree.root is None:
        raise UnwritableError(_LARGE)
    homes = _homes(origins, tree.plain(shape("source", roles))[0]) if comments else {}
    moved = [comment._replace(where=_moved(comment.where, homes)) for comment in comments]
    # Beside unquoted words of the text, a comment can look like more of them, which the reader refuses.
    alone = [comment._replace(side="above") if comment.side == "beside" else comment for comment in moved]
    for placed in (moved, alone):
        after = put_comments(body, placed)
        if is_said(document, after, names, original, roles):
            break
    else:
        raise UnwritableError(_OTHER)
    if _words(read_comments(after)) != _words(comments):
        raise UnwritableError(_COMMENTS)
    if len(after.encode()) > YAML_LIMIT:
        raise UnwritableError(_LARGE)
    return after


def _homes(origins: Origins, source: Mapping[str, Any]) -> dict[Path, Path]:
    """Return where the items of the old text stand in the new, in which those of each layer are in canonical order."""
    homes: dict[Path, Path] = {}
    old: defaultdict[str | int, list[Path]] = defaultdict(list)
    for item in sorted(item for item in origins if len(item) == 2):
        old[item[0]].append(origins[item])
    for layer in ("passages", "actors", "events", *PASSAGE_LAYERS):
        homes |= zip(old[layer], _places(layer, source), strict=False)  # the writer may leave out what a copy repeats
    return homes


def _places(layer: str, source: Mapping[str, Any]) -> Iterator[Path]:
    """Yield where the items of a layer stand in the source form, in the order of the text."""
    for number, passage in enumerate(source.get("passages", ()) if layer in PASSAGE_LAYERS else ()):
        yield from (("passages", number, layer, index) for index, _ in enumerate(passage.get(layer, ())))
    yield from ((layer, index) for index, _ in enumerate(source.get(layer, ())))


def _moved(where: Path, homes: Mapping[Path, Path]) -> Path:
    """Return where what stood at a path of the old text stands in the new."""
    for length in range(len(where), 0, -1):
        if where[:length] in homes:
            return (*homes[where[:length]], *where[length:])
    return where


def is_said(document: Document, text: str, names: Names, original: Document | None, roles: Roles) -> bool:
    """Return whether a text of the source form says just this document."""
    tree = read_yaml(text)
    wanted = shape("source", roles)
    if tree.faults or any(tree.cut_values(wanted)):
        return False
    source, comments = tree.plain(wanted)
    if not is_valid("source", source, roles):
        return False
    raw = document["text"]
    resolved = resolve_document(source, raw, names, original=original, comments=comments, roles=roles)
    return resolved.document is not None and _dumped(resolved.document) == _dumped(document)


def _words(comments: Iterable[Comment]) -> Counter[str]:
    return Counter(comment.text for comment in comments if comment.text)


class _Canonical:
    """A file of canonical JSON, put together again document by document."""

    def __init__(self, corpus: Corpus, path: str, told: Sequence[Finding] = ()) -> None:
        self._corpus, self._path, self._findings = corpus, path, [*told]
        self._before = source_bytes(corpus, path)
        self._reasons = [_ERRORS] if told else []
        self._pieces: dict[int, bytes] = {}

    def add(self, checked: Checked, stretch: Stretch) -> None:
        """Put a document into normal form, if it is sound and the file says just that."""
        document = checked.document
        if document is None or has_errors(checked.findings):
            self._reasons.append(_unsound(checked))
            self._findings += checked.findings
            return
        old = self._before[stretch.start : stretch.end]
        new = _dumped(document, self._path)
        if all(_says(self._corpus, data, document) for data in (old, new)):
            self._pieces[stretch.start] = new
        else:
            self._reasons.append(_OTHER)

    def result(self) -> Fix:
        """Return what becomes of the file."""
        reason = self._reasons[0] if self._reasons else None
        if not self._pieces:
            return Fix(self._path, self._before, self._before, reason, tuple(self._findings))
        bounds = stretches(BytesIO(self._before), lines=self._path.endswith(".jsonl"))
        pieces = (self._pieces.get(start, data) for (start, _, _), data in bounds)
        after = b"".join(piece + b"\n" for piece in pieces)
        fix = Fix(self._path, self._before, after, reason and _SOME, tuple(self._findings))
        return unless_linked(self._corpus, fix)


def _says(corpus: Corpus, data: bytes, document: Document) -> bool:
    """Return whether canonical JSON says just this document."""
    try:
        value = read_json(data)
    except FaultError:
        return False
    known = is_valid("canonical", value, corpus.roles)
    return known and _dumped(complete(value, corpus.names, corpus.roles)[0]) == _dumped(document)


def _dumped(document: Document, path: str = "") -> bytes:
    """Return a document as JSON: in lines for a file of its own, else in one."""
    import orjson

    return orjson.dumps(document, option=orjson.OPT_INDENT_2 if path.endswith(".json") else 0)


def write_fix(root: FilePath, fix: Fix) -> None:
    """Put the new file in the place of the old, all of it or nothing, with its permissions and, if possible, its owner.

    Raises CorpusError when the old one has changed meanwhile, or the disk refuses.
    """
    path = root / fix.path
    try:
        with path.open("r+b") as file:  # also for writing: who protects a file wants it to stay as it is
            if file.read() != fix.before:
                raise CorpusError(f"{fix.path} has changed meanwhile, so it is left as it is")
        put_file(path, fix.after)
    except OSError as error:
        raise CorpusError(f"{fix.path} cannot be written: {error.strerror or error}") from error


def put_file(path: FilePath, data: bytes) -> None:
    """Put a file in its place, all of it or nothing; one that was there gives it its permissions and owner.

    Raises OSError when the disk refuses. A process that is killed may leave a hidden file beside it, which no command
    reads.
    """
    handle, name = tempfile.mkstemp(prefix=".new-", dir=path.parent)
    try:
        with open(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            with suppress(OSError):  # only root may give a file to somebody else
                shutil.chown(name, path.stat().st_uid, path.stat().st_gid)
            shutil.copymode(path, name)
        else:
            os.chmod(name, 0o666 & ~_umask())
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def _umask() -> int:
    """Return the permissions that new files of this process do not get; the system tells them only while setting."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
