"""Loading a dataset, built or pulled from a hub: as records, or as what `datasets` gives.

Only what is pulled for the first time needs a network.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
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

    from corpus_pkg.release.stream import GroupReader, Source

    Parts = Mapping[str, Source]


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


def load_documents(
    path: Path | str | None = None,
    *,
    split: str | None = None,
    repo: str | None = None,
    revision: str | None = None,
    streaming: bool = False,
) -> Documents:
    """Return the documents of a dataset as a sequence of records, read when they are asked for.

    `path` is the folder of the dataset, by default the one installed with the package; `split` picks one split, by
    default all. `repo` is a dataset on a hub instead, `OWNER/NAME`, at `revision`: a tag, a branch or a commit, by
    default the default branch. It is pulled into the cache and needs no network afterwards; with `streaming` nothing
    is pulled, and row groups are fetched when they are asked for. Raises DatasetMissingError, UnknownNameError for a
    split or revision that is not there, HubError.
    """
    parts = _parts("documents", path, repo, revision, streaming)
    return Documents(_Rows([*_chosen("documents", parts, split).values()]))


def load_dataset(
    name: str = "documents",
    path: Path | str | None = None,
    *,
    repo: str | None = None,
    revision: str | None = None,
    streaming: bool = False,
    **options: Any,
) -> Any:
    """Return a table of a dataset as `datasets.load_dataset` does; it gets the `options`.

    `path`, `repo`, `revision` and `streaming` are those of `load_documents`. What is streamed is read row group by
    row group, and of the options it has `split` and `columns`. Raises DatasetMissingError, UnknownNameError for a
    table, split or revision that is not there, HubError.
    """
    parts = _parts(name, path, repo, revision, streaming)
    split = options.get("split")
    if streaming:
        return _stream(name, parts, **options)
    _chosen(name, parts, split if isinstance(split, str) and split.isidentifier() else None)
    import datasets

    if repo is None:
        return datasets.load_dataset(str(dataset_path(path)), name, **options)
    # It would look for the files of the default table as well, which need not have been pulled.
    files = {key: str(part) for key, part in parts.items()}
    part = Path(next(iter(files.values())))
    return datasets.load_dataset(str(part.parent.parent), name, data_files=files, **options)


def _parts(name: str, path: Path | str | None, repo: str | None, revision: str | None, streaming: bool) -> Parts:
    """Return the files of a table by split, pulled if they are on a hub and not to be streamed."""
    if repo is None:
        if revision is not None:
            raise CorpusError("revision says which state of a repo is meant, and no repo is given")
        folder = dataset_path(path)
        # Absolute, since the files are opened later, perhaps from another working directory.
        return {split: (folder / file).absolute() for split, file in _files(_manifest(folder), name).items()}
    if path is not None:
        raise CorpusError("a dataset is in a folder or in a repo, and both are given")
    from corpus_pkg.release.pull import pin_release, pull_release

    if streaming:
        pinned = pin_release(repo, revision)
        return {split: pinned.source(file) for split, file in _files(pinned.manifest, name).items()}
    folder = pull_release(repo, revision, [name])
    return {split: folder / file for split, file in _files(_manifest(folder), name).items()}


def _manifest(folder: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_bytes())
    return manifest


def _files(manifest: dict[str, Any], name: str) -> dict[str, str]:
    """Return the files of a table by split, as the manifest lists them."""
    if name not in manifest["tables"]:
        raise UnknownNameError("table", name, manifest["tables"])
    return {split: part["file"] for split, part in manifest["tables"][name].items()}


def _chosen(name: str, parts: Parts, split: str | None) -> Parts:
    """Return the parts of one split, or all."""
    if split is not None and split not in parts:
        raise UnknownNameError(f"split of {name}", split, parts)
    return {key: part for key, part in parts.items() if split in (None, key)}


def _stream(name: str, parts: Parts, split: str | None = None, columns: Sequence[str] | None = None) -> Any:
    """Return what streams a split, or each of all splits."""
    import datasets

    streams = {key: _stream_part(part, key, columns) for key, part in _chosen(name, parts, split).items()}
    return datasets.IterableDatasetDict(streams) if split is None else streams[split]


def _stream_part(part: Source, split: str, columns: Sequence[str] | None) -> Any:
    import datasets

    from corpus_pkg.release.stream import GroupReader, iter_rows

    reader = GroupReader(part)
    schema = reader.file.schema_arrow
    for column in columns or ():
        if column not in schema.names:
            raise UnknownNameError("column", column, schema.names)
    features = datasets.Features.from_arrow_schema(schema)
    # A list is what `datasets` divides among workers; the columns are none.
    groups = {"groups": [(part, group) for group in reader.groups], "columns": columns and tuple(columns)}
    kept = datasets.Features({key: value for key, value in features.items() if columns is None or key in columns})
    return datasets.IterableDataset.from_generator(iter_rows, features=kept, gen_kwargs=groups, split=split)


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


def _open(source: Source) -> GroupReader:
    """Open a Parquet file of documents. Pages have checksums and footers have none, so the columns are looked at."""
    import pyarrow as pa

    from corpus_pkg.arrow import arrow_schema
    from corpus_pkg.release.stream import GroupReader

    place = source if isinstance(source, Path) else source.url
    try:
        reader = GroupReader(source)
        known = reader.file.schema_arrow.equals(arrow_schema("documents"))
    except (OSError, ValueError, pa.ArrowException) as error:
        raise CorpusError(f"{place} cannot be read: {error}") from error
    if not known:
        raise CorpusError(f"{place} has other columns than this version of corpus_pkg; build the dataset anew")
    return reader


class _Rows:
    """The rows of some Parquet files, opened when first asked for, and shared by all slices.

    A reader of pyarrow serves one thread at a time: what reads takes the lock; what iterates has readers of its own.
    """

    def __init__(self, files: Sequence[Source]) -> None:
        self._files = files
        self._lock = Lock()
        self._last: tuple[int, pa.Table] | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        return _Rows, (self._files,)

    @cached_property
    def _readers(self) -> list[GroupReader]:
        return [_open(file) for file in self._files]

    @cached_property
    def _groups(self) -> list[tuple[GroupReader, int]]:
        return [(reader, group) for reader in self._readers for group in reader.groups]

    @cached_property
    def _starts(self) -> list[int]:
        sizes = (reader.file.metadata.row_group(group).num_rows for reader, group in self._groups)
        return list(accumulate(sizes, initial=0))

    @cached_property
    def ids(self) -> list[str]:
        """The first column, which identifies the rows."""
        with self._lock:
            columns = [reader.read(group, ["doc_id"]).column(0) for reader, group in self._groups]
        return [str(doc_id) for column in columns for doc_id in column.to_pylist()]

    def __len__(self) -> int:
        return self._starts[-1]

    def __getitem__(self, index: int) -> dict[str, Any]:
        group = bisect_right(self._starts, index) - 1
        with self._lock:
            if self._last is None or self._last[0] != group:
                reader, number = self._groups[group]
                self._last = (group, reader.read(number))
            # Only the row asked for is made Python: all of a thousand take a second.
            row: dict[str, Any] = self._last[1].slice(index - self._starts[group], 1).to_pylist()[0]
            return row

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for file in self._files:
            reader = _open(file)
            for group in reader.groups:
                for batch in reader.batches(group):
                    yield from batch.to_pylist()
