"""The rows of a release, read as they are asked for; of any version of the tables, not only of this one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from corpus_pkg.errors import CorpusError
from corpus_pkg.release.opening import Release

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

Row = dict[str, Any]


class _Place(NamedTuple):
    """Where a document stands: split, row group, and row in the group."""

    split: str
    group: int
    row: int


class Contents:
    """The tables of a release. Raises CorpusError for what cannot be read or is not what the manifest says."""

    def __init__(self, release: Release) -> None:
        self.manifest, self.name, self._folder = release.manifest, release.name, release.folder
        self._groups: dict[str, tuple[int, pa.Table]] = {}

    @property
    def tables(self) -> dict[str, dict[str, Any]]:
        """Return the tables and their parts, as the manifest has them."""
        tables: dict[str, dict[str, Any]] = self.manifest["tables"]
        return tables

    def digests(self, table: str) -> list[str]:
        """Return the content digests of a table, which are equal where its rows are."""
        return sorted(part["digest"] for part in self.tables.get(table, {}).values())

    def schema(self, table: str) -> pa.Schema:
        """Return the columns of a table; it must be there."""
        return self._open(next(iter(self.tables[table].values()))["file"]).schema_arrow

    def files(self, table: str) -> list[pq.ParquetFile]:
        """Return the files of a table, those of the first split first; none when it is not there."""
        return [self._open(part["file"]) for _, part in sorted(self.tables.get(table, {}).items())]

    def _open(self, file: str) -> pq.ParquetFile:
        import pyarrow as pa
        import pyarrow.parquet as pq

        path = self._folder / file
        try:
            return pq.ParquetFile(path, memory_map=True, page_checksum_verification=True)
        except (OSError, ValueError, pa.ArrowException) as error:
            raise CorpusError(f"{self.name}: {file} cannot be read: {error}") from error

    @cached_property
    def _documents(self) -> dict[str, pq.ParquetFile]:
        return {split: self._open(part["file"]) for split, part in self.tables.get("documents", {}).items()}

    @cached_property
    def _places(self) -> dict[str, _Place]:
        """Find every document; only the ids are read."""
        places: dict[str, _Place] = {}
        for split, file in self._documents.items():
            for group in range(file.num_row_groups):
                ids = read_columns(file, group, ["doc_id"]).column(0).to_pylist()
                places |= {str(doc_id): _Place(split, group, row) for row, doc_id in enumerate(ids)}
        if places.keys() != self.manifest["documents"].keys():
            raise CorpusError(f"{self.name}: the manifest lists other documents than there are; see `corpus verify`")
        return places

    @cached_property
    def splits(self) -> dict[str, str]:
        """Return the split of each document."""
        return {doc_id: place.split for doc_id, place in self._places.items()}

    def document(self, doc_id: str) -> Row:
        """Return the row of a document; quick when asked for in the order of ids."""
        place = self._places[doc_id]
        kept = self._groups.get(place.split)
        if kept is None or kept[0] != place.group:
            kept = self._groups[place.split] = (place.group, read_columns(self._documents[place.split], place.group))
        row: Row = kept[1].slice(place.row, 1).to_pylist()[0]
        return row


def read_columns(file: pq.ParquetFile, group: int, columns: Sequence[str] | None = None) -> pa.Table:
    """Return a row group. Raises CorpusError when it is damaged."""
    import pyarrow as pa

    try:
        return file.read_row_group(group, columns=[*columns] if columns is not None else None)
    except (OSError, ValueError, pa.ArrowException) as error:
        raise CorpusError(f"a row group cannot be read ({error}); see `corpus verify`") from error


class Cursor:
    """A place in the rows of some files, which moves forward; only a batch of them is kept."""

    def __init__(self, files: Sequence[pq.ParquetFile], columns: Sequence[str]) -> None:
        self._groups = ((file, group) for file in files for group in range(file.num_row_groups))
        self._columns = columns
        self._table: pa.Table | None = None
        self._at = 0

    def left(self) -> int:
        """Return how many rows can be looked at from here; 0 at the end."""
        while self._table is None or self._at >= self._table.num_rows:
            following = next(self._groups, None)
            if following is None:
                return 0
            self._table, self._at = read_columns(*following, self._columns).select(self._columns), 0
        return self._table.num_rows - self._at

    def is_like(self, other: Cursor, number: int) -> bool:
        """Return whether the next rows of both are equal; as many must be left."""
        return bool(self._next(number).equals(other._next(number)))

    def _next(self, number: int) -> pa.Table:
        assert self._table is not None
        return self._table.slice(self._at, number)

    def row(self) -> Row:
        """Return the row here."""
        row: Row = self._next(1).to_pylist()[0]
        return row

    def move(self, number: int = 1) -> None:
        """Move forward."""
        self._at += number


def iter_unlike(one: Cursor, other: Cursor, key: Any) -> Iterator[tuple[Row | None, Row | None]]:
    """Yield the rows that are not in both, in pairs of equal `key`; both must be in its order.

    Equal stretches are passed over in steps that double, without becoming Python: a few changes among many rows cost
    little.
    """
    step = 1
    while one.left() and other.left():
        step = min(step, one.left(), other.left())
        if one.is_like(other, step):
            one.move(step)
            other.move(step)
            step *= 2
        elif step > 1:
            step //= 2
        else:
            yield from _next_pair(one, other, key)
    while one.left():
        yield one.row(), None
        one.move()
    while other.left():
        yield None, other.row()
        other.move()


def _next_pair(one: Cursor, other: Cursor, key: Any) -> Iterator[tuple[Row | None, Row | None]]:
    old, new = one.row(), other.row()
    first, second = key(old), key(new)
    if first <= second:
        one.move()
    if second <= first:
        other.move()
    yield (old if first <= second else None), (new if second <= first else None)


def iter_rows(files: Sequence[pq.ParquetFile], columns: Sequence[str]) -> Iterator[Row]:
    """Yield all rows of some files."""
    for file in files:
        for group in range(file.num_row_groups):
            yield from read_columns(file, group, columns).to_pylist()


def leaf_types(schema: pa.Schema) -> dict[str, str]:
    """Return the type of each leaf column by its path, `actor_mentions.start`; lists are marked with `[]`."""
    return dict(_leaves(schema, ""))


def _leaves(fields: Any, prefix: str) -> Iterator[tuple[str, str]]:
    import pyarrow as pa

    for field in fields:
        path, type_ = f"{prefix}{field.name}", field.type
        while pa.types.is_list(type_) or pa.types.is_large_list(type_):
            path, type_ = f"{path}[]", type_.value_type
        if pa.types.is_struct(type_):
            yield from _leaves(list(type_), f"{path}.")
        else:
            yield path, str(type_)
