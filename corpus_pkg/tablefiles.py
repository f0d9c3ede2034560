"""The files of a dataset while they are written: rows come in, Parquet and content digests come out."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any

from corpus_pkg.arrow import arrow_schema, flatten, open_writer
from corpus_pkg.manifest import ContentDigest
from corpus_pkg.rows import Row
from corpus_pkg.tables import Table, all_tables

BATCH = 250
"""Documents that are made Arrow at a time: fewer cost calls, more cost memory."""
_GROUP, _GROUP_LIMIT = 1_000, 4_000
"""Documents in a row group: about, and at most."""


class TableFiles:
    """All tables of a dataset in the folder `folder`; used as a context, at the end of which the files are whole.

    `split` is that of the tables of the whole corpus, `canary` the line that every file keeps among its metadata.
    `documents` holds the content digest of each document.
    """

    def __init__(self, folder: Path, split: str, canary: str | None = None) -> None:
        self.folder = folder
        self.split, self.canary = split, canary
        self._files: dict[tuple[str, str], TableFile] = {}
        self._open = ExitStack()
        self._pending: dict[str, RowGroup] = {}
        self.documents: dict[str, str] = {}

    def __enter__(self) -> TableFiles:
        self._open.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._open.__exit__(*error)

    def add_document(self, row: Row, split: str) -> None:
        """Take in the row of the next document, with the rows of the flat tables that are nested in it."""
        self._digest(row, split)
        pending = self._pending.setdefault(split, RowGroup())
        pending.add(row)
        # Cut where the id says so, not by counting, so that a new document changes one row group and not all behind it.
        cut = zlib.crc32(row["doc_id"].encode()) % _GROUP == 0 and len(pending) >= BATCH
        if cut or len(pending) >= _GROUP_LIMIT:
            self._flush(split)

    def end_documents(self) -> None:
        """Write what is left of the documents."""
        for split in [*self._pending]:
            self._flush(split)

    def _digest(self, row: Row, split: str) -> None:
        doc_id = row["doc_id"]
        self.documents[doc_id] = self._file("documents", split).digest.add(row)
        for table in flat_tables():
            for nested in row[table.nested or ""]:
                self._file(table.name, split).digest.add({"doc_id": doc_id, **nested})

    def _flush(self, split: str) -> None:
        group = self._pending.pop(split).table()
        self._file("documents", split).write(group)
        for table in flat_tables():
            if (table.name, split) in self._files:
                self._file(table.name, split).write(flatten(group, table))

    def add_rows(self, name: str, rows: Iterable[Row]) -> None:
        """Write rows of a table of the whole corpus, which stands in the corpus's own split; none make no file."""
        import pyarrow as pa

        for batch in batched(rows, _GROUP_LIMIT):
            file = self._file(name, self.split)
            for row in batch:
                file.digest.add(row)
            file.write(pa.Table.from_pylist(batch, schema=arrow_schema(name)))

    def _file(self, name: str, split: str) -> TableFile:
        if (name, split) not in self._files:
            self._files[name, split] = TableFile(self.folder, name, split, self.canary)
            self._open.callback(self._files[name, split].close)
        return self._files[name, split]

    def files(self) -> list[TableFile]:
        """Return the files, in the order of the tables."""
        order = [*all_tables()]
        return sorted(self._files.values(), key=lambda file: (order.index(file.name), file.split))

    def parts(self) -> dict[str, dict[str, Row]]:
        """Return rows, bytes, digest and file, by table and split."""
        parts: dict[str, dict[str, Row]] = {}
        for file in self.files():
            counts = {"rows": file.digest.rows, "bytes": file.bytes, "digest": file.digest.hexdigest()}
            parts.setdefault(file.name, {})[file.split] = {**counts, "file": file.path}
        return parts


def batched(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    """Yield the rows in lists of so many."""
    rows = iter(rows)
    while batch := [*islice(rows, size)]:
        yield batch


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

    def __init__(self, folder: Path, name: str, split: str, canary: str | None) -> None:
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
