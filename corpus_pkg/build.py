"""Building: from a corpus to its folder of Parquet files, card and manifest; all of it or nothing."""

from __future__ import annotations

import ctypes
import fcntl
import glob
import json
import os
import shutil
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from corpus_pkg.arrow import arrow_schema, flatten, open_writer
from corpus_pkg.card import Work, make_card
from corpus_pkg.changelog import read_changelog
from corpus_pkg.citation import canary_line
from corpus_pkg.companions import iter_companions
from corpus_pkg.consistency import Passes
from corpus_pkg.corpus import Corpus, read_corpus
from corpus_pkg.errors import CorpusError, InvalidCorpusError
from corpus_pkg.findings import Finding, has_errors, sort_findings
from corpus_pkg.manifest import NAME as MANIFEST
from corpus_pkg.manifest import ContentDigest, file_record, make_manifest
from corpus_pkg.rows import Row, document_row
from corpus_pkg.stats import Counting
from corpus_pkg.tables import Table, all_tables
from corpus_pkg.validate import Validation
from corpus_pkg.world import Gathering, read_world

BATCH = 250
"""Documents that are made Arrow at a time: fewer cost calls, more cost memory."""
_GROUP, _GROUP_LIMIT = 1_000, 4_000
"""Documents in a row group: about, and at most."""
_ASIDE = "-old"
"""Ends the name of the folder in which the old dataset is for the moment in which the new one takes its place."""


def build_dataset(
    root: Path | str, out: Path | str | None = None, *, progress: Callable[[int, int], None] | None = None
) -> dict[str, Any]:
    """Build the dataset of the corpus in `root` into the folder `out` (default: `root`/dataset); return its manifest.

    What stood in `out` is replaced when all is done, and left as it was when anything fails. `progress` is called with
    the number of documents done and of all. Raises InvalidCorpusError, with all findings, when there is an error or a
    draft; CorpusError when `root` is no folder, or `out` cannot be written or holds something else than a dataset.
    """
    root = Path(root)
    # Resolved, so that a link to a folder stays one.
    out = (Path(out) if out is not None else root / "dataset").resolve()
    corpus = read_corpus(root)
    try:
        _check_place(root, out)
        with _workplace(out) as folder:
            manifest = _Build(corpus, folder, progress).run()
            _replace(folder, out)
    except OSError as error:
        raise CorpusError(f"{out} cannot be written: {error.strerror or error}") from error
    return manifest


def check_dataset(
    root: Path | str, out: Path | str | None = None, *, progress: Callable[[int, int], None] | None = None
) -> list[str]:
    """Return what of the dataset in `out` is not as a build would write it, a line a file; nothing is changed.

    Raises what `build_dataset` raises.
    """
    out = Path(out) if out is not None else Path(root) / "dataset"
    with tempfile.TemporaryDirectory(prefix="corpus-check-") as place:
        fresh = Path(place) / "dataset"
        build_dataset(root, fresh, progress=progress)
        wanted, found = _digests(fresh), _digests(out)
    lines = dict.fromkeys(wanted.keys() - found.keys(), "is missing")
    lines |= dict.fromkeys(found.keys() - wanted.keys(), "is no part of it")
    differing = (name for name in wanted.keys() & found.keys() if wanted[name] != found[name])
    lines |= dict.fromkeys(differing, "is not as it would be built")
    return [f"{name} {word}" for name, word in sorted(lines.items())]


def _digests(folder: Path) -> dict[str, str]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): file_record(path)["sha256"] for path in paths}


@contextmanager
def _workplace(out: Path) -> Iterator[Path]:
    """Give an empty folder beside `out`, and take away what is left of it at the end."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        with _held(out.parent, wait=True):
            _clear_remains(out)
            folder = Path(tempfile.mkdtemp(prefix=f".{out.name}.building-", dir=out.parent))
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            stack.enter_context(_held(folder))
        folder.chmod(0o755)
        yield folder


@contextmanager
def _held(folder: Path, *, wait: bool = False) -> Iterator[bool]:
    """Hold a lock on a folder, which ends with the process at the latest; give whether it could be had.

    A process id would not do: it is used again, and means nothing to another machine or container with the same disk.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        held = True
    except OSError:  # somebody else has it, or this file system has no locks
        held = False
    try:
        yield held
    finally:
        os.close(handle)


def _clear_remains(out: Path) -> None:
    """Take away the workplaces of builds that were killed; put back a dataset that one of them had moved aside."""
    for path in out.parent.glob(f".{glob.escape(out.name)}.building-*"):
        with _held(path) as abandoned:
            if abandoned and path.name.endswith(_ASIDE) and not out.exists():
                path.rename(out)
            elif abandoned:
                shutil.rmtree(path, ignore_errors=True)


def _check_place(root: Path, out: Path) -> None:
    """Raise CorpusError when `out` is among what the corpus is made of, or holds something else than a dataset."""
    for name in ("raw", "annotations"):
        if out.is_relative_to((root / name).resolve()):
            raise CorpusError(f"{out} lies in {name}/ of the corpus, so nothing is written there")
    others = _others(out)
    if others and not (out / MANIFEST).is_file():
        raise CorpusError(f"{out} is not empty and is no built dataset, so nothing is written there")
    if others:
        raise CorpusError(f"{out} holds {others[0]}, which is no part of a dataset, so nothing is written there")


def _others(out: Path) -> list[str]:
    """Return the files in a folder that are not those of a built dataset."""
    if not out.is_dir():
        return [out.name] if out.exists() else []
    try:
        own = {MANIFEST, *json.loads((out / MANIFEST).read_bytes())["files"]}
    except (OSError, ValueError, LookupError, TypeError):
        own = set()
    found = (path for path in out.rglob("*") if path.is_symlink() or not path.is_dir())
    return sorted({path.relative_to(out).as_posix() for path in found} - own)


def _replace(folder: Path, out: Path) -> None:
    """Put the new folder in the place of the old one, which is then where the new one was."""
    try:
        folder.rename(out)  # onto nothing, or an empty folder
    except OSError:
        if not _exchange(folder, out):
            _swap(folder, out)


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders change places in one step, so that neither is ever missing; return whether that was possible."""
    renameat2: Any = getattr(ctypes.CDLL(None), "renameat2", None)
    here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE of Linux
    return bool(renameat2 and renameat2(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0)


def _swap(folder: Path, out: Path) -> None:
    """Let two folders change places in three steps; a build that is killed between them is mended by the next."""
    aside = folder.with_name(folder.name + _ASIDE)
    out.rename(aside)
    try:
        folder.rename(out)
    except OSError:
        with suppress(OSError):
            aside.rename(out)
        raise
    aside.rename(folder)


class _Build:
    """One run over the documents: checks each, and writes it as long as nothing is wrong."""

    def __init__(self, corpus: Corpus, folder: Path, progress: Callable[[int, int], None] | None) -> None:
        self._corpus, self._folder = corpus, folder
        self._progress = progress or (lambda done, total: None)
        self._world = read_world(corpus)
        self._gathering = Gathering(corpus, self._world)
        self._splits = {doc_id: name for name, doc_ids in corpus.settings["splits"].items() for doc_id in doc_ids}
        self._files: dict[tuple[str, str], TableFile] = {}
        self._open = ExitStack()
        self._pending: dict[str, RowGroup] = {}
        self._documents: dict[str, str] = {}
        self._languages: set[str] = set()
        self._finished: Counter[str] = Counter()
        self._counting = Counting(self._world.groups, corpus.vocabulary)
        self._tables: dict[str, list[Row]] = {}
        self._changelog = ""

    def run(self) -> dict[str, Any]:
        """Write the whole dataset; return its manifest. Raises InvalidCorpusError."""
        check = Validation(self._corpus)
        self._changelog, wrong = read_changelog(self._corpus)
        findings = [*check.settings(), *wrong]
        passes = Passes(self._corpus)
        with self._open:
            self._write_documents(check, findings)
            findings += (*check.whole(), *passes.findings())
            refuse(findings, self._corpus)
            self._tables = {**self._gathering.tables(), **passes.tables()}
            for name, rows in self._tables.items():
                self._write_rows(name, rows)
        return self._describe()

    def _write_documents(self, check: Validation, findings: list[Finding]) -> None:
        total = len(self._corpus.entries)
        sound = not has_errors(findings)
        for done, checked in enumerate(check.documents(), 1):
            findings += checked.findings
            sound = sound and checked.document is not None
            if sound and checked.document is not None:
                self._take(checked.document)
            self._progress(done, total)
        for split in [*self._pending] if sound else ():
            self._flush(split)

    def _take(self, document: Mapping[str, Any]) -> None:
        row = document_row(document, self._world)
        self._gathering.add(row, document)
        self._counting.add(document)
        self._languages.add(row["language"])
        self._finished.update(row["annotated"])
        split = str(self._splits.get(row["doc_id"]) or self._corpus.settings["split"])
        self._digest(row, split)
        pending = self._pending.setdefault(split, RowGroup())
        pending.add(row)
        # Cut where the id says so, not by counting, so that a new document changes one row group and not all behind it.
        cut = zlib.crc32(row["doc_id"].encode()) % _GROUP == 0 and len(pending) >= BATCH
        if cut or len(pending) >= _GROUP_LIMIT:
            self._flush(split)

    def _digest(self, row: Row, split: str) -> None:
        doc_id = row["doc_id"]
        self._documents[doc_id] = self._file("documents", split).digest.add(row)
        for table in flat_tables():
            for nested in row[table.nested or ""]:
                self._file(table.name, split).digest.add({"doc_id": doc_id, **nested})

    def _flush(self, split: str) -> None:
        group = self._pending.pop(split).table()
        self._file("documents", split).write(group)
        for table in flat_tables():
            if (table.name, split) in self._files:
                self._file(table.name, split).write(flatten(group, table))

    def _write_rows(self, name: str, rows: list[Row]) -> None:
        """Write a table of the whole corpus, which stands in the corpus's own split; not when it has no rows."""
        import pyarrow as pa

        if rows:
            file = self._file(name, self._corpus.settings["split"])
            for row in rows:
                file.digest.add(row)
            file.write(pa.Table.from_pylist(rows, schema=arrow_schema(name)))

    def _file(self, name: str, split: str) -> TableFile:
        if (name, split) not in self._files:
            canary = canary_line(self._corpus.settings)
            self._files[name, split] = TableFile(self._folder, name, split, canary)
            self._open.callback(self._files[name, split].close)
        return self._files[name, split]

    def _describe(self) -> dict[str, Any]:
        """Write card, companions and manifest."""
        order = [*all_tables()]
        files = sorted(self._files.values(), key=lambda file: (order.index(file.name), file.split))
        parts: dict[str, dict[str, Any]] = {}
        for file in files:
            record = {
                "rows": file.digest.rows,
                "bytes": file.bytes,
                "digest": file.digest.hexdigest(),
                "file": file.path,
            }
            parts.setdefault(file.name, {})[file.split] = record
        data = {f.path: {**file_record(self._folder / f.path), "rows": f.digest.rows} for f in files}
        work = Work(self._finished, self._counting.as_dict(), self._tables)
        texts = {"README.md": make_card(self._corpus, parts, self._languages, work)}
        texts |= iter_companions(self._corpus, parts, data, self._languages, self._changelog)
        for name, text in texts.items():
            self._write_text(name, text)
        records = {name: file_record(self._folder / name) for name in texts} | data
        manifest = make_manifest(self._corpus.settings, parts, records, self._documents)
        self._write_text(MANIFEST, manifest_text(manifest))
        return manifest

    def _write_text(self, name: str, text: str) -> None:
        (self._folder / name).parent.mkdir(exist_ok=True)
        (self._folder / name).write_bytes(text.encode())


class RowGroup:
    """Documents that will be one row group: rows are made Arrow as they come, which takes less memory."""

    def __init__(self) -> None:
        self._rows: list[Row] = []
        self._tables: list[Any] = []
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, row: Row) -> None:
        """Take in the next row."""
        self._rows.append(row)
        self._count += 1
        if len(self._rows) == BATCH:
            self._pack()

    def table(self) -> Any:
        """Return all rows as Arrow."""
        import pyarrow as pa

        if self._rows:
            self._pack()
        return pa.concat_tables(self._tables)

    def _pack(self) -> None:
        import pyarrow as pa

        self._tables.append(pa.Table.from_pylist(self._rows, schema=arrow_schema("documents")))
        self._rows = []


class TableFile:
    """The Parquet file of a table and split, with the digest of its content; opened when the first rows come."""

    def __init__(self, folder: Path, name: str, split: str, canary: str | None = None) -> None:
        self.name, self.split = name, split
        self._canary = canary
        self.path = f"{name}/{split}-00000-of-00001.parquet"
        self.digest = ContentDigest()
        self.bytes = 0
        self._target = folder / self.path
        self._writer: Any = None

    def write(self, table: Any) -> None:
        """Write rows as row groups of their own."""
        if self._writer is None:
            self._target.parent.mkdir(exist_ok=True)
            self._writer = open_writer(self._target, self.name)
        if table.num_rows:
            self.bytes += table.nbytes
            self._writer.write_table(table, row_group_size=_GROUP_LIMIT)

    def close(self) -> None:
        """End the file."""
        if self._writer is not None:
            if self._canary:
                self._writer.add_key_value_metadata({"canary": self._canary})
            self._writer.close()


def flat_tables() -> list[Table]:
    """Return the tables whose rows stand nested in `documents`; actors are gathered over all documents instead."""
    return [table for table in all_tables().values() if table.nested and table.name != "actors"]


def refuse(findings: list[Finding], corpus: Corpus) -> None:
    """Raise InvalidCorpusError when a corpus must not be built: for an error, a draft, or for want of documents."""
    findings = [_as_error(finding) if finding.code == "draft" else finding for finding in findings]
    if not corpus.entries and not has_errors(findings):
        message = "there is no document to build"
        findings.append(
            Finding("corpus-empty", "error", "corpus", "annotations", None, None, "", None, message, None, "a document")
        )
    if has_errors(findings):
        raise InvalidCorpusError(sort_findings(findings))


def _as_error(finding: Finding) -> Finding:
    from dataclasses import replace

    return replace(finding, severity="error")


def manifest_text(manifest: Mapping[str, Any]) -> str:
    """Return the manifest as it is written: one entry a line, keys in their order."""
    return json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
