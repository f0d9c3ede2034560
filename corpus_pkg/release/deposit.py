"""The deposit: one zip for an archive, in formats that need no library, the same bytes whenever it is made.

JSON Lines hold every row exactly, in the form whose SHA-256 is the table's content digest. CSV is for reading: what
nests is JSON in its cell, and null and the empty string look alike. No cell is changed to please a spreadsheet.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, NamedTuple

from corpus_pkg.build import build_dataset
from corpus_pkg.citation import DATACITE
from corpus_pkg.codebook import BOM, walk_columns
from corpus_pkg.corpus import Corpus, read_corpus
from corpus_pkg.documents import text_again
from corpus_pkg.editor import schema_files
from corpus_pkg.errors import CorpusError
from corpus_pkg.manifest import FULL
from corpus_pkg.manifest import NAME as MANIFEST
from corpus_pkg.release.editions import ByDocument, file_words, is_cleared, quoted_in
from corpus_pkg.tables import Column, Table, all_tables

_SUMS = "SHA256SUMS"
_START = (1980, 1, 1, 0, 0, 0)
"""The time of every member: the first that a zip can tell."""
_ROWS = 500
Progress = Callable[[int, int], None]
Write = Callable[[bytes], None]


class Deposit(NamedTuple):
    """What was made: sha256 and size of the zip, its number of members, and of texts in it that are not cleared."""

    path: Path
    sha256: str
    size: int
    members: int
    documents: int
    uncleared: int


def make_deposit(root: Path, out: Path, *, edition: str = FULL, progress: Progress | None = None) -> Deposit:
    """Build an edition of the corpus in `root` and put it, with all that describes it, into the zip `out`.

    Raises InvalidCorpusError as a build does, and CorpusError when the corpus lacks what an archive asks for, or `out`
    lies among its sources or cannot be written.
    """
    _check_place(root, out)
    with tempfile.TemporaryDirectory(prefix="corpus-deposit-") as place:
        folder = Path(place) / "dataset"
        build_dataset(root, folder, edition=edition, progress=progress)
        if not (folder / DATACITE).is_file():
            raise CorpusError("annotations/corpus.yaml says no `date`, which an archive asks for")
        return write_deposit(folder, root, out)


def write_deposit(folder: Path, root: Path, out: Path) -> Deposit:
    """Put a release folder, built of the corpus in `root`, into the zip `out`. Raises CorpusError as `make_deposit`."""
    manifest = json.loads((folder / MANIFEST).read_bytes())
    _refuse_guidelines(root, manifest)
    sources = dict(_members(folder, root, manifest))
    try:
        with _whole(out) as file:
            sums = _write_zip(file, manifest, sources)
    except OSError as error:
        raise CorpusError(f"{out} cannot be written: {error.strerror or error}") from error
    with out.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    held = (row for row in _all_rows(folder, manifest, "documents") if row["text"] is not None)
    uncleared = sum(not is_cleared(row) for row in held)
    documents = len(manifest["documents"])
    return Deposit(out, sha256, out.stat().st_size, len(sums) + 1, documents, uncleared)


def _check_place(root: Path, out: Path) -> None:
    for name in ("raw", "annotations"):
        if out.resolve().is_relative_to((root / name).resolve()):
            raise CorpusError(f"{out} lies in {name}/ of the corpus, so nothing is written there")
    if out.is_dir():
        raise CorpusError(f"{out} is a folder; name a file, such as {out / 'deposit.zip'}")


def _refuse_guidelines(root: Path, manifest: Mapping[str, Any]) -> None:
    """Raise CorpusError when the guidelines quote a text that the edition withholds."""
    withheld = frozenset(manifest.get("withheld", ()))
    files = {path: file_words(path) for path in _guidelines(root)} if withheld else {}
    for path, (words, doc_id) in quoted_in(files, _Texts(read_corpus(root)), withheld).items():
        name = path.relative_to(root)
        raise CorpusError(f'{name} quotes {doc_id}, whose text is withheld: "{words}"; say it in other words')


class _Texts(ByDocument):
    """The texts of a corpus, each read when it is asked for."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    def __getitem__(self, doc_id: str) -> str:
        return text_again(self._corpus, doc_id) or ""

    def __iter__(self) -> Iterator[str]:
        return (entry.doc_id for entry in self._corpus.entries)

    def __len__(self) -> int:
        return len(self._corpus.entries)


def _guidelines(root: Path) -> list[Path]:
    return sorted((root / "annotations").glob("*.md"))


@contextmanager
def _whole(out: Path) -> Iterator[IO[bytes]]:
    """Give a file that takes the place of `out` when all is written, and goes when anything fails."""
    handle, name = tempfile.mkstemp(prefix=f".{out.name}.", dir=out.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        os.chmod(name, 0o644)
        os.replace(name, out)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(name)


def _write_zip(file: IO[bytes], manifest: Mapping[str, Any], sources: Mapping[str, Iterator[bytes]]) -> dict[str, str]:
    """Write the members in the order of their names, checksums last; return the checksums."""
    top = f"{manifest['name']}-{manifest['version']}-{manifest['edition']}"
    sums: dict[str, str] = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as target:
        for name in sorted(sources):
            sums[name] = _write_member(target, f"{top}/{name}", sources[name])
        lines = "".join(f"{sha256}  {name}\n" for name, sha256 in sums.items())
        _write_member(target, f"{top}/{_SUMS}", iter([lines.encode()]))
    return sums


def _write_member(target: zipfile.ZipFile, name: str, blocks: Iterator[bytes]) -> str:
    info = zipfile.ZipInfo(name, _START)
    info.compress_type, info.external_attr, info.create_system = zipfile.ZIP_DEFLATED, 0o100644 << 16, 3
    digest = hashlib.sha256()
    # Always with the longer sizes, since how long a member gets is known only at its end.
    with target.open(info, "w", force_zip64=True) as member:
        for block in blocks:
            digest.update(block)
            member.write(block)
    return digest.hexdigest()


def _members(folder: Path, root: Path, manifest: Mapping[str, Any]) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Yield name and content of every member but the checksums."""
    for name in manifest["files"]:
        if not name.endswith(".parquet") and name != "croissant.json":  # which describes the Parquet files
            yield name, _blocks(folder / name)
    yield "release-MANIFEST.json", _blocks(folder / MANIFEST)
    for table, splits in manifest["tables"].items():
        for split, part in splits.items():
            path = folder / part["file"]
            yield f"data/{table}/{split}.jsonl", _json_lines(path)
            yield f"data/{table}/{split}.csv", _csv(path, all_tables()[table])
    for path in _guidelines(root):
        yield f"guidelines/{path.name}", _blocks(path)
    for name, text in schema_files(read_corpus(root).vocabulary):
        yield f"schema/{name}", iter([text.encode()])


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            yield block


def _rows(path: Path) -> Iterator[list[dict[str, Any]]]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(_ROWS):
            yield batch.to_pylist()


def _all_rows(folder: Path, manifest: Mapping[str, Any], table: str) -> Iterator[dict[str, Any]]:
    for part in manifest["tables"][table].values():
        for rows in _rows(folder / part["file"]):
            yield from rows


def _json_lines(path: Path) -> Iterator[bytes]:
    import orjson

    for rows in _rows(path):
        yield b"".join(orjson.dumps(row, option=orjson.OPT_SORT_KEYS) + b"\n" for row in rows)


def _csv(path: Path, table: Table) -> Iterator[bytes]:
    paths = [column.split(".") for column in csv_columns(table)]
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(map(".".join, paths))
    yield (BOM + target.getvalue()).encode()
    for rows in _rows(path):
        target.seek(0)
        target.truncate()
        writer.writerows([_cell(_at(row, steps)) for steps in paths] for row in rows)
        yield target.getvalue().encode()


def csv_columns(table: Table) -> list[str]:
    """Return the columns of the CSV of a table: each of a struct by itself, and none that has a table of its own."""
    nested = {each.nested for each in all_tables().values()} if table.name == "documents" else set()
    return [path for path, column in walk_columns(table.columns) if _stands(path, column, table, nested)]


def _stands(path: str, column: Column, table: Table, nested: set[str | None]) -> bool:
    lists = {each.name for each in table.columns if each.many}
    inner = (path.count(".") and path.split(".")[0] in lists) or path.count(".") > 1
    is_struct = not isinstance(column.type, str) and not column.many
    return not inner and not is_struct and path not in nested


def _at(row: Any, steps: list[str]) -> Any:
    for step in steps:
        row = None if row is None else row[step]
    return row


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return value
