"""Building: from a corpus to its folder of Parquet files, card and manifest; all of it or nothing."""

from __future__ import annotations

import ctypes
import fcntl
import glob
import json
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from corpus_pkg.card import TOLD, Parts, Work, make_card
from corpus_pkg.changelog import read_changelog
from corpus_pkg.citation import canary_line
from corpus_pkg.companions import iter_companions
from corpus_pkg.consistency import Passes
from corpus_pkg.corpus import Corpus, read_corpus
from corpus_pkg.errors import CorpusError, InvalidCorpusError, refuse_unnamed
from corpus_pkg.findings import Finding, has_errors, sort_findings
from corpus_pkg.labels import all_labels
from corpus_pkg.manifest import CARD, FULL, SUMS, file_record, make_manifest, make_sums, manifest_text
from corpus_pkg.manifest import NAME as MANIFEST
from corpus_pkg.release.editions import Edition, check_edition, refuse_quotes, withhold
from corpus_pkg.rows import Row, document_row
from corpus_pkg.spool import Spool
from corpus_pkg.stats import Counting
from corpus_pkg.tablefiles import TableFiles
from corpus_pkg.validate import Validation
from corpus_pkg.world import Gathering, read_world

_SPOOL = ".spool"
_ASIDE = "-old"
"""Ends the name of the folder in which the old dataset is for the moment in which the new one takes its place."""


def build_dataset(
    root: Path | str,
    out: Path | str | None = None,
    *,
    edition: str = FULL,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """Build the dataset of the corpus in `root` into the folder `out` (default: `root`/dataset); return its manifest.

    The `edition` is `full`, or `standoff`, in which every text that is not cleared for redistribution is withheld.
    What stood in `out` is replaced when all is done, and left as it was when anything fails. `progress` is called with
    the number of documents done and of all. Raises InvalidCorpusError, with all findings, when there is an error or a
    draft; CorpusError when `root` is no folder, `out` cannot be written or holds something else than a dataset, or what
    describes the edition `standoff` quotes a withheld text; UnknownNameError for another edition.
    """
    check_edition(edition)
    root = Path(root)
    # Resolved, so that a link to a folder stays one.
    out = (Path(out) if out is not None else root / "dataset").resolve()
    refuse_unnamed(out)
    corpus = read_corpus(root)
    try:
        _check_place(root, out)
        with ExitStack() as stack:
            folder = stack.enter_context(workplace(out))
            aside = None if edition == FULL else stack.enter_context(workplace(out))
            manifest = _Build(corpus, folder, progress).run(aside)
            _replace(folder, out)
    except OSError as error:
        raise CorpusError(f"{out} cannot be written: {error.strerror or error}") from error
    return manifest


def default_out(root: Path) -> Path:
    """Return where the dataset of a corpus is built: in the package when the corpus is that of its own checkout."""
    package = Path(__file__).resolve().parent
    return package / "dataset" if root.resolve() == package.parent else root / "dataset"


def check_dataset(
    root: Path | str,
    out: Path | str | None = None,
    *,
    edition: str = FULL,
    progress: Callable[[int, int], None] | None = None,
) -> list[str]:
    """Return what of the dataset in `out` is not as a build would write it, a line a file; nothing is changed.

    Raises what `build_dataset` raises.
    """
    out = Path(out) if out is not None else Path(root) / "dataset"
    with tempfile.TemporaryDirectory(prefix="corpus-check-") as place:
        fresh = Path(place) / "dataset"
        build_dataset(root, fresh, edition=edition, progress=progress)
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
def workplace(out: Path) -> Iterator[Path]:
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
        own = {MANIFEST, SUMS, *json.loads((out / MANIFEST).read_bytes())["files"]}
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
        self._splits = {doc_id: name for name, doc_ids in corpus.settings["splits"].items() for doc_id in doc_ids}
        self._languages: set[str] = set()
        self._finished: Counter[str] = Counter()
        self._counting = Counting(self._world.groups, corpus.vocabulary)
        self._told: dict[str, list[Row]] = {}
        self._changelog = ""

    def run(self, aside: Path | None = None) -> dict[str, Any]:
        """Write the whole dataset; return its manifest. Raises InvalidCorpusError.

        With a folder `aside` that is the edition `standoff`, made of a full one that is written there.
        """
        settings = self._corpus.settings
        place = aside or self._folder
        with TableFiles(place, settings["split"], canary_line(settings)) as tables, Spool(place / _SPOOL) as spool:
            self._write_tables(tables, Gathering(self._corpus, self._world, spool))
        if aside is None:
            return self._describe(tables)
        edition = withhold(tables, self._folder)
        manifest = self._describe(edition.tables, edition)
        refuse_quotes(self._folder, edition)
        return manifest

    def _write_tables(self, tables: TableFiles, gathering: Gathering) -> None:
        check = Validation(self._corpus)
        self._changelog, wrong = read_changelog(self._corpus)
        findings = [*check.settings(), *wrong]
        passes = Passes(self._corpus)
        self._write_documents(tables, gathering, check, findings)
        findings += (*check.whole(), *passes.findings())
        refuse(findings, self._corpus)
        rows_of = {**gathering.tables(), **passes.tables()}
        self._told = {name: [*rows_of[name]] for name in TOLD}
        for name, rows in (rows_of | self._told).items():
            tables.add_rows(name, rows)

    def _write_documents(
        self, tables: TableFiles, gathering: Gathering, check: Validation, findings: list[Finding]
    ) -> None:
        total = len(self._corpus.entries)
        sound = not has_errors(findings)
        for done, checked in enumerate(check.documents(), 1):
            findings += checked.findings
            sound = sound and checked.document is not None
            if sound and checked.document is not None:
                gathering.add(self._take(tables, checked.document), checked.document)
            self._progress(done, total)
        if sound:
            tables.end_documents()

    def _take(self, tables: TableFiles, document: Mapping[str, Any]) -> Row:
        """Write a document; return its row."""
        row = document_row(document, self._world)
        self._counting.add(document)
        self._languages.add(row["language"])
        self._finished.update(row["annotated"])
        tables.add_document(row, str(self._splits.get(row["doc_id"]) or self._corpus.settings["split"]))
        return row

    def _describe(self, tables: TableFiles, edition: Edition | None = None) -> dict[str, Any]:
        """Write card, companions, manifest and checksums."""
        files, parts = tables.files(), tables.parts()
        data = {f.path: {**file_record(self._folder / f.path), "rows": f.digest.rows} for f in files}
        texts = self._texts(parts, data, edition)
        for name, text in texts.items():
            write_file(self._folder / name, text)
        records = {name: file_record(self._folder / name) for name in texts} | data
        of_edition = edition.record() if edition else {"edition": FULL}
        labels = all_labels(self._corpus.vocabulary)
        manifest = make_manifest(self._corpus.settings, parts, records, tables.documents, labels, of_edition)
        write_file(self._folder / MANIFEST, manifest_text(manifest))
        write_file(self._folder / SUMS, make_sums(manifest))  # last, since it covers all else
        return manifest

    def _texts(self, parts: Parts, data: dict[str, Any], edition: Edition | None) -> dict[str, str]:
        """Return the card and its companions by name; of the edition `standoff` they tell what its own tables hold."""
        rows = {name: edition.rows(name) for name in TOLD} if edition else self._told
        work = Work(self._finished, self._counting.as_dict(), rows)
        withheld = edition.statement() if edition else None
        card = make_card(self._corpus, parts, self._languages, work, withheld)
        companions = iter_companions(self._corpus, parts, data, self._languages, self._changelog)
        return {CARD: card, **dict(companions)}


def write_file(path: Path, text: str) -> None:
    """Write a text in UTF-8 as it is, in a folder that is made where it lacks."""
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode())


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
