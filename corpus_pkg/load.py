"""Loading a built dataset: as records, or as what `datasets` gives. Nothing here needs a network."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, overload

from corpus_pkg.document import Document
from corpus_pkg.errors import CorpusError, DatasetMissingError, UnknownNameError
from corpus_pkg.manifest import NAME as MANIFEST

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

_BATCH = 64


def dataset_path(path: Path | str | None = None) -> Path:
    """Return the folder of a built dataset: the one given, or the one that is installed with the package.

    Raises DatasetMissingError when there is none.
    """
    folder = Path(path) if path is not None else Path(__file__).parent / "dataset"
    if (folder / MANIFEST).is_file():
        return folder
    if path is None:
        raise DatasetMissingError("this checkout holds no built dataset; run scripts/build first")
    if (folder / "dataset" / MANIFEST).is_file():
        raise DatasetMissingError(f"{folder} holds no built dataset, but {folder / 'dataset'} does")
    raise DatasetMissingError(f"{folder} holds no built dataset (there is no {MANIFEST})")


def load_documents(path: Path | str | None = None, *, split: str | None = None) -> Documents:
    """Return the documents of a built dataset as a sequence of records, read when they are asked for.

    `path` is the folder of the dataset, by default the one installed with the package; `split` picks one split, by
    default all. Raises DatasetMissingError, and UnknownNameError for a split that is not there.
    """
    folder = dataset_path(path)
    # Absolute, since the files are opened later, perhaps from another working directory.
    return Documents(_Rows([(folder / file).absolute() for file in _files(folder, "documents", split)]))


def load_dataset(name: str = "documents", path: Path | str | None = None, **options: Any) -> Any:
    """Return a table of a built dataset as `datasets.load_dataset` does; it gets the `options`.

    Raises DatasetMissingError, and UnknownNameError for a table or split that is not there.
    """
    folder = dataset_path(path)
    split = options.get("split")
    _files(folder, name, split if isinstance(split, str) and split.isidentifier() else None)
    import datasets

    return datasets.load_dataset(str(folder), name, **options)


def _files(folder: Path, name: str, split: str | None) -> list[str]:
    """Return the files of a table, as the manifest lists them."""
    manifest = json.loads((folder / MANIFEST).read_bytes())
    if name not in manifest["tables"]:
        raise UnknownNameError("table", name, manifest["tables"])
    parts = manifest["tables"][name]
    if split is not None and split not in parts:
        raise UnknownNameError(f"split of {name}", split, parts)
    return [part["file"] for key, part in parts.items() if split in (None, key)]


class Documents(Sequence[Document]):
    """Documents of a dataset: `documents[0]`, `documents["its-id"]`, `documents[10:20]`, or one after the other.

    Parquet is read row group by row group; only the ids are kept. A slice reads nothing.
    """

    def __init__(self, rows: _Rows, indices: range | None = None) -> None:
        self._rows, self._indices = rows, indices

    def __reduce__(self) -> tuple[Any, ...]:
        return Documents, (self._rows, self._indices)

    @cached_property
    def _all(self) -> range:
        return self._indices if self._indices is not None else range(len(self._rows))

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The ids of the documents, in their order."""
        return tuple(self._rows.ids[index] for index in self._all)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {doc_id: place for place, doc_id in enumerate(self.ids)}

    def __len__(self) -> int:
        return len(self._all)

    def __contains__(self, value: object) -> bool:
        return value in self._places if isinstance(value, str) else super().__contains__(value)

    @overload
    def __getitem__(self, key: int | str) -> Document: ...
    @overload
    def __getitem__(self, key: slice) -> Documents: ...
    def __getitem__(self, key: int | str | slice) -> Document | Documents:
        """Return a document by place or id (UnknownNameError with near matches), or several by a slice."""
        if isinstance(key, slice):
            return Documents(self._rows, self._all[key])
        if isinstance(key, str):
            if key not in self._places:
                raise UnknownNameError("document", key, self.ids)
            key = self._places[key]
        return Document.from_row(self._rows[self._all[key]])

    def __iter__(self) -> Iterator[Document]:
        every = self._rows if self._indices is None else (self._rows[index] for index in self._indices)
        return map(Document.from_row, every)

    def __repr__(self) -> str:
        return f"<Documents: {len(self)}>"


def _open(file: Path) -> pq.ParquetFile:
    """Open a Parquet file of documents. Pages have checksums and footers have none, so the columns are looked at."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from corpus_pkg.arrow import arrow_schema

    try:
        reader = pq.ParquetFile(file, memory_map=True, page_checksum_verification=True)
        known = reader.schema_arrow.equals(arrow_schema("documents"))
    except (OSError, ValueError, pa.ArrowException) as error:
        raise CorpusError(f"{file} cannot be read: {error}") from error
    if not known:
        raise CorpusError(f"{file} has other columns than this version of corpus_pkg; build the dataset anew")
    return reader


class _Rows:
    """The rows of some Parquet files, opened when first asked for, and shared by all slices.

    A reader of pyarrow serves one thread at a time: what reads takes the lock; what iterates has readers of its own.
    """

    def __init__(self, files: Sequence[Path]) -> None:
        self._files = files
        self._lock = Lock()
        self._last: tuple[int, pa.Table] | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        return _Rows, (self._files,)

    @cached_property
    def _readers(self) -> list[pq.ParquetFile]:
        return [_open(file) for file in self._files]

    @cached_property
    def _groups(self) -> list[tuple[pq.ParquetFile, int]]:
        return [(reader, group) for reader in self._readers for group in range(reader.num_row_groups)]

    @cached_property
    def _starts(self) -> list[int]:
        sizes = (reader.metadata.row_group(group).num_rows for reader, group in self._groups)
        return list(accumulate(sizes, initial=0))

    @cached_property
    def ids(self) -> list[str]:
        """The first column, which identifies the rows."""
        with self._lock:
            columns = [reader.read(columns=["doc_id"]).column(0) for reader in self._readers]
        return [str(doc_id) for column in columns for doc_id in column.to_pylist()]

    def __len__(self) -> int:
        return self._starts[-1]

    def __getitem__(self, index: int) -> dict[str, Any]:
        group = bisect_right(self._starts, index) - 1
        with self._lock:
            if self._last is None or self._last[0] != group:
                reader, number = self._groups[group]
                self._last = (group, reader.read_row_group(number))
            # Only the row asked for is made Python: all of a thousand take a second.
            row: dict[str, Any] = self._last[1].slice(index - self._starts[group], 1).to_pylist()[0]
            return row

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for file in self._files:
            for batch in _open(file).iter_batches(batch_size=_BATCH):
                yield from batch.to_pylist()
