"""Rows that lie on the disk until all documents have passed, so that they take no memory meanwhile."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from types import TracebackType

from corpus_pkg.rows import Row

_FAST = ("journal_mode=OFF", "synchronous=OFF", "locking_mode=EXCLUSIVE")
"""The file goes with the build, so nothing in it needs to outlive a crash."""


class Spool:
    """Rows by table and key, in a file that is taken away at the end of the context.

    Keys come back sorted by code points, the rows of a key in the order in which they came. OSError when the disk
    refuses.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with _as_system_error():
            self._database = sqlite3.connect(path, isolation_level=None)
            for setting in _FAST:
                self._database.execute(f"PRAGMA {setting}")
            self._database.execute("BEGIN")  # never ended: rows reach the disk when they are more than a few MB
            columns = '"table" TEXT, "key" TEXT, n INTEGER, row BLOB, PRIMARY KEY ("table", "key", n)'
            self._database.execute(f"CREATE TABLE rows ({columns}) WITHOUT ROWID")
        self._count = 0

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._database.close()
        self._path.unlink(missing_ok=True)

    def add(self, table: str, key: str, row: Row) -> None:
        """Put a row aside."""
        import orjson

        self._count += 1
        with _as_system_error():
            self._database.execute("INSERT INTO rows VALUES (?, ?, ?, ?)", (table, key, self._count, orjson.dumps(row)))

    def first(self, table: str, key: str) -> Row | None:
        """Return the first row of a key; null when there is none."""
        return next(self._rows('"table" = ? AND "key" = ? ORDER BY n LIMIT 1', table, key), (key, None))[1]

    def by_key(self, table: str) -> Iterator[tuple[str, list[Row]]]:
        """Yield each key of a table with its rows."""
        for key, rows in groupby(self._rows('"table" = ? ORDER BY "key", n', table), key=itemgetter(0)):
            yield key, [row for _, row in rows]

    def _rows(self, which: str, *values: str) -> Iterator[tuple[str, Row]]:
        import orjson

        with _as_system_error():
            for key, row in self._database.execute(f'SELECT "key", row FROM rows WHERE {which}', values):
                yield key, orjson.loads(row)


@contextmanager
def _as_system_error() -> Iterator[None]:
    """Raise what the database says of the disk as the OSError that it is."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise OSError(f"the rows that wait there: {error}") from error
