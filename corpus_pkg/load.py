"""Loading a built dataset: as records, or as what `datasets` gives. Nothing here needs a network."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from corpus_pkg.document import Document
from corpus_pkg.errors import DatasetMissingError, UnknownNameError
from corpus_pkg.manifest import NAME as MANIFEST

if TYPE_CHECKING:
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
    return Documents([folder / file for file in _files(folder, "documents", split)])


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

    def __init__(self, files: Sequence[Path], indices: range | None = None) -> None:
        self._files = list(files)
        self._indices = indices
        self._group: tuple[int, list[dict[str, Any]]] | None = None

    @cached_property
    def _readers(self) -> list[pq.ParquetFile]:
        import pyarrow.parquet as pq

        return [pq.ParquetFile(file, memory_map=True, page_checksum_verification=True) for file in self._files]

    @cached_property
    def _groups(self) -> list[tuple[pq.ParquetFile, int]]:
        return [(reader, group) for reader in self._readers for group in range(reader.num_row_groups)]

    @cached_property
    def _starts(self) -> list[int]:
        sizes = (reader.metadata.row_group(group).num_rows for reader, group in self._groups)
        return list(accumulate(sizes, initial=0))

    @cached_property
    def _all(self) -> range:
        return self._indices if self._indices is not None else range(self._starts[-1])

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The ids of the documents, in their order."""
        every = [str(id_) for reader in self._readers for id_ in reader.read(columns=["doc_id"]).column(0).to_pylist()]
        return tuple(every[index] for index in self._all)

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
            return Documents(self._files, self._all[key])
        if isinstance(key, str):
            if key not in self._places:
                raise UnknownNameError("document", key, self.ids)
            key = self._places[key]
        return self._read(self._all[key])

    def _read(self, index: int) -> Document:
        group = bisect_right(self._starts, index) - 1
        if self._group is None or self._group[0] != group:
            reader, number = self._groups[group]
            self._group = (group, reader.read_row_group(number).to_pylist())
        return Document.from_row(self._group[1][index - self._starts[group]])

    def __iter__(self) -> Iterator[Document]:
        if self._indices is not None:
            yield from (self._read(index) for index in self._indices)
            return
        for reader in self._readers:
            for batch in reader.iter_batches(batch_size=_BATCH):
                yield from map(Document.from_row, batch.to_pylist())

    def __repr__(self) -> str:
        return f"<Documents: {len(self)}>"
