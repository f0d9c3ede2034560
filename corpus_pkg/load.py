"""Loading a dataset, built or pulled from a hub: as records, or as what `datasets` gives.

Only what is pulled for the first time needs a network.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from itertools import accumulate, groupby
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple, overload

from corpus_pkg.convert import as_hf, as_pandas, as_polars
from corpus_pkg.document import Document
from corpus_pkg.errors import CorpusError, DatasetMissingError, UnknownNameError, refuse_unnamed
from corpus_pkg.installed import built_in_path, find_installed
from corpus_pkg.manifest import NAME as MANIFEST
from corpus_pkg.manifest import read_manifest
from corpus_pkg.where import Where, find_places, names_of

if TYPE_CHECKING:
    import pyarrow as pa

    from corpus_pkg.release.pull import Pinned
    from corpus_pkg.release.stream import GroupReader, Source

    Parts = Mapping[str, Source]


def dataset_path(path: Path | str | None = None, *, corpus: str | None = None) -> Path:
    """Return the folder of a built dataset: the one given, or that of an installed corpus.

    `corpus` is its name; without it, it is the one that this package holds. Raises DatasetMissingError when there is
    none, and UnknownNameError when no corpus of that name is installed.
    """
    if path is None:
        return find_installed(corpus).folder if corpus is not None else built_in_path()
    if corpus is not None:
        raise CorpusError("a dataset is in a folder or an installed corpus, and both are given")
    folder = Path(path)
    if (folder / MANIFEST).is_file():
        return folder
    if (folder / "dataset" / MANIFEST).is_file():
        raise DatasetMissingError(f"{folder} holds no built dataset, but {folder / 'dataset'} does")
    raise DatasetMissingError(f"{folder} holds no built dataset (there is no {MANIFEST})")


def load_documents(
    path: Path | str | None = None,
    *,
    corpus: str | None = None,
    split: str | None = None,
    where: Where | None = None,
    repo: str | None = None,
    revision: str | None = None,
    streaming: bool = False,
) -> Documents:
    """Return the documents of a dataset as a sequence of records, read when they are asked for.

    `path` is the folder of the dataset, `corpus` the name of an installed corpus instead; by default it is the one that
    this package holds. `repo` is a dataset on a hub instead, `OWNER/NAME`, at `revision`: a tag, a branch or a commit,
    by default the default branch. It is pulled into the cache and needs no network afterwards; with `streaming` nothing
    is pulled, and row groups are fetched when they are asked for. `split` picks one split, by default all. `where`
    picks documents, as `Where` says; only the columns that it asks about are read. Raises DatasetMissingError,
    HubError, and UnknownNameError for a corpus, a split, a revision, or a name in `where` that is not there.
    """
    home = _home(path, corpus, repo, revision, streaming)
    parts = [*_chosen("documents", home.parts("documents"), split).values()]
    documents = Documents(_Rows(parts), tables=home)
    if not where:
        return documents
    _check_names(home, where)
    return documents.at(find_places(documents.rows, where))


def load_dataset(
    name: str = "documents",
    path: Path | str | None = None,
    *,
    corpus: str | None = None,
    repo: str | None = None,
    revision: str | None = None,
    streaming: bool = False,
    **options: Any,
) -> Any:
    """Return a table of a dataset as `datasets.load_dataset` does; it gets the `options`.

    `path`, `corpus`, `repo`, `revision` and `streaming` are those of `load_documents`. What is streamed is read row
    group by row group, and of the options it has `split` and `columns`. Raises DatasetMissingError, HubError, and
    UnknownNameError for a corpus, table, split or revision that is not there.
    """
    parts = _home(path, corpus, repo, revision, streaming).parts(name)
    split = options.get("split")
    if streaming:
        return _stream(name, parts, **options)
    _chosen(name, parts, split if isinstance(split, str) and split.isidentifier() else None)
    import datasets

    if repo is None:
        folder = dataset_path(path, corpus=corpus)
        refuse_unnamed(folder)
        return datasets.load_dataset(str(folder), name, **options)
    # It would look for the files of the default table as well, which need not have been pulled.
    files = {key: str(part) for key, part in parts.items()}
    part = Path(next(iter(files.values())))
    return datasets.load_dataset(str(part.parent.parent), name, data_files=files, **options)


class _Home(NamedTuple):
    """Where a dataset is: in a folder, or on a hub, from which tables are pulled or streamed."""

    folder: Path | None = None
    pinned: Pinned | None = None
    streaming: bool = False

    @property
    def manifest(self) -> dict[str, Any]:
        """The manifest of the dataset."""
        return self.pinned.manifest if self.folder is None and self.pinned else read_manifest(self.folder or Path())

    def parts(self, name: str) -> Parts:
        """Return the files of a table by split, pulled if they are on a hub and not to be streamed."""
        if self.folder is not None:
            return {split: self.folder / file for split, file in _files(self.manifest, name).items()}
        from corpus_pkg.release.pull import pull_pinned

        assert self.pinned is not None
        files = _files(self.manifest, name)
        if self.streaming:
            return {split: self.pinned.source(file) for split, file in files.items()}
        folder = pull_pinned(self.pinned, [name])
        return {split: folder / file for split, file in files.items()}


def _home(
    path: Path | str | None, corpus: str | None, repo: str | None, revision: str | None, streaming: bool
) -> _Home:
    if repo is None:
        if revision is not None:
            raise CorpusError("revision says which state of a repo is meant, and no repo is given")
        # Absolute, since the files are opened later, perhaps from another working directory.
        return _Home(dataset_path(path, corpus=corpus).absolute())
    if path is not None or corpus is not None:
        raise CorpusError("a dataset is in a folder, an installed corpus or a repo, and two of them are given")
    from corpus_pkg.release.pull import pin_release

    return _Home(pinned=pin_release(repo, revision), streaming=streaming)


def class_label(name: str, path: Path | str | None = None, *, corpus: str | None = None) -> Any:
    """Return the labels of a column as the feature `datasets.ClassLabel`, for who trains on them.

    `name` says what the labels are for: `event_type`, `zone`, `factuality`; the manifest lists all under `labels`. They
    are those that the corpus may use, in the order of its vocabulary, used or not: their numbers hold for all splits.
    `path` and `corpus` are those of `load_documents`. Raises DatasetMissingError, UnknownNameError.
    """
    labels = read_manifest(dataset_path(path, corpus=corpus)).get("labels", {})
    if name not in labels:
        raise UnknownNameError("kind of label", name, labels)
    import datasets

    return datasets.ClassLabel(names=labels[name])


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


def _check_names(home: _Home, where: Where) -> None:
    """Raise UnknownNameError for a document, an actor or a type of event that the dataset does not know at all."""
    manifest = home.manifest
    _check("document", names_of(where, "doc_id"), manifest["documents"])
    types = manifest.get("labels", {}).get("event_type")
    if types is not None:
        _check("type of event", [name.partition("/")[0] for name in names_of(where, "event_type")], types)
    if actors := names_of(where, "actor"):
        _check("actor", actors, _actors(home) if "actors" in manifest["tables"] else ())


def _check(kind: str, names: Iterable[str], known: Collection[str]) -> None:
    for name in names:
        if name not in known:
            raise UnknownNameError(kind, name, known)


def _actors(home: _Home) -> set[str]:
    rows = _Rows([*home.parts("actors").values()], "actors")
    return {str(actor) for group in rows.groups for actor in rows.read(group, ["actor_id"]).column(0).to_pylist()}


class Documents(Sequence[Document]):
    """Documents of a dataset: `documents[0]`, `documents["its-id"]`, `documents[10:20]`, or one after the other.

    Parquet is read row group by row group; only the ids are kept. A slice reads nothing. What `to_arrow` and the like
    give is what other readers give of the files: the table `documents`, nested, or one that is named, of which they
    have the rows of these documents; a table that belongs to no document is whole.
    """

    def __init__(self, rows: _Rows, indices: Sequence[int] | None = None, *, tables: _Home) -> None:
        self.rows, self._indices, self._tables = rows, indices, tables

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(Documents, tables=self._tables), (self.rows, self._indices)

    def at(self, places: Sequence[int]) -> Documents:
        """Return those at these places of the dataset, in their order."""
        return Documents(self.rows, places, tables=self._tables)

    @cached_property
    def _all(self) -> Sequence[int]:
        return self._indices if self._indices is not None else range(len(self.rows))

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The ids of the documents, in their order."""
        return tuple(map(self.rows.id_at, self._all))

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
            return self.at(self._all[key])
        if isinstance(key, str):
            if key not in self._places:
                raise UnknownNameError("document", key, self.ids)
            key = self._places[key]
        return Document.from_row(self.rows[self._all[key]])

    def __iter__(self) -> Iterator[Document]:
        every = self.rows if self._indices is None else (self.rows[index] for index in self._indices)
        return map(Document.from_row, every)

    def __repr__(self) -> str:
        return f"<Documents: {len(self)}>"

    def to_arrow(self, table: str = "documents") -> pa.Table:
        """Return a table as `pyarrow.Table`; only the row groups that hold these documents are read.

        Raises UnknownNameError for a table that there is not.
        """
        return self.rows.take(self._all) if table == "documents" else self._flat(table)

    def to_pandas(self, table: str = "documents") -> Any:
        """Return a table as `pandas.DataFrame`; raises as `to_arrow`, and CorpusError when pandas is not installed."""
        return as_pandas(self.to_arrow(table))

    def to_polars(self, table: str = "documents") -> Any:
        """Return a table as `polars.DataFrame`; raises as `to_arrow`, and CorpusError when polars is not installed."""
        return as_polars(self.to_arrow(table))

    def to_hf(self, table: str = "documents") -> Any:
        """Return a table as `datasets.Dataset`; raises as `to_arrow`."""
        return as_hf(self.to_arrow(table))

    def _flat(self, name: str) -> pa.Table:
        """Return the rows of another table; one that the dataset has no rows for is empty."""
        from corpus_pkg.arrow import arrow_schema
        from corpus_pkg.tables import all_tables

        if name not in all_tables():
            raise UnknownNameError("table", name, all_tables())
        try:
            rows = _Rows([*self._tables.parts(name).values()], name)
        except UnknownNameError:
            return arrow_schema(name).empty_table()
        return rows.of_documents(sorted(self.ids)) if "doc_id" in arrow_schema(name).names else rows.take_all()


def _open(source: Source, table: str) -> GroupReader:
    """Open the Parquet file of a table. Pages have checksums and footers have none, so the columns are looked at."""
    import pyarrow as pa

    from corpus_pkg.arrow import arrow_schema
    from corpus_pkg.release.stream import GroupReader

    place = source if isinstance(source, Path) else source.url
    refuse_unnamed(Path(place))
    try:
        reader = GroupReader(source)
        known = reader.file.schema_arrow.equals(arrow_schema(table))
    except (OSError, ValueError, pa.ArrowException) as error:
        raise CorpusError(f"{place} cannot be read: {error}") from error
    if not known:
        raise CorpusError(f"{place} has other columns than this version of corpus_pkg; build the dataset anew")
    return reader


class _Rows:
    """The rows of the Parquet files of a table, opened when first asked for, and shared by all slices.

    Row groups are numbered through all files. A reader of pyarrow serves one thread at a time: what reads takes the
    lock; what iterates has readers of its own.
    """

    def __init__(self, files: Sequence[Source], table: str = "documents") -> None:
        self._files, self._table = files, table
        self._lock = Lock()
        self._last: tuple[int, pa.Table] | None = None
        self._ids: dict[int, list[str]] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        return _Rows, (self._files, self._table)

    @cached_property
    def _readers(self) -> list[GroupReader]:
        return [_open(file, self._table) for file in self._files]

    @cached_property
    def _groups(self) -> list[tuple[GroupReader, int]]:
        return [(reader, group) for reader in self._readers for group in reader.groups]

    @property
    def groups(self) -> range:
        """The numbers of the row groups."""
        return range(len(self._groups))

    @cached_property
    def starts(self) -> list[int]:
        """The place of the first row of each row group, and at the end the number of rows."""
        sizes = (reader.file.metadata.row_group(group).num_rows for reader, group in self._groups)
        return list(accumulate(sizes, initial=0))

    def bounds(self, group: int) -> dict[str, tuple[Any, Any]]:
        """Return the least and the greatest value of the leaf columns of a row group, where its footer tells them."""
        reader, number = self._groups[group]
        metadata = reader.file.metadata.row_group(number)
        columns = (metadata.column(index) for index in range(metadata.num_columns))
        told = ((column.path_in_schema, column.statistics) for column in columns)
        return {path: (found.min, found.max) for path, found in told if found and found.has_min_max}

    def read(self, group: int, columns: Sequence[str] | None = None) -> pa.Table:
        """Return a row group: some leaf columns, by default all."""
        reader, number = self._groups[group]
        with self._lock:
            return reader.read(number, columns)

    def id_at(self, index: int) -> str:
        """Return the first column of a row, which identifies it; that of its row group is read once."""
        group = self._group_of(index)
        if group not in self._ids:
            self._ids[group] = [str(doc_id) for doc_id in self.read(group, ["doc_id"]).column(0).to_pylist()]
        return self._ids[group][index - self.starts[group]]

    def take(self, places: Iterable[int]) -> pa.Table:
        """Return rows in the order of their places; each row group is read once, where they are in order."""
        import pyarrow as pa

        from corpus_pkg.arrow import arrow_schema

        parts = [arrow_schema(self._table).empty_table()]
        for group, found in groupby(places, self._group_of):
            parts.append(self.read(group).take([place - self.starts[group] for place in found]))
        return pa.concat_tables(parts)

    def take_all(self) -> pa.Table:
        """Return all rows."""
        return self.take(range(len(self)))

    def of_documents(self, ids: Sequence[str]) -> pa.Table:
        """Return the rows of documents, whose ids are sorted; row groups whose bounds exclude them are not read."""
        import pyarrow as pa
        import pyarrow.compute as pc

        from corpus_pkg.arrow import arrow_schema

        parts, wanted = [arrow_schema(self._table).empty_table()], pa.array(ids, pa.string())
        for group in self.groups:
            least, greatest = self.bounds(group).get("doc_id", ("", ids[-1] if ids else ""))
            if bisect_left(ids, least) < bisect_right(ids, greatest):
                table = self.read(group)
                parts.append(table.filter(pc.is_in(table["doc_id"], value_set=wanted)))
        return pa.concat_tables(parts)

    def __len__(self) -> int:
        return self.starts[-1]

    def _group_of(self, index: int) -> int:
        return bisect_right(self.starts, index) - 1

    def __getitem__(self, index: int) -> dict[str, Any]:
        group = self._group_of(index)
        last = self._last
        if last is None or last[0] != group:
            last = self._last = (group, self.read(group))
        # Only the row asked for is made Python: all of a thousand take a second.
        row: dict[str, Any] = last[1].slice(index - self.starts[group], 1).to_pylist()[0]
        return row

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for file in self._files:
            reader = _open(file, self._table)
            for group in reader.groups:
                for batch in reader.batches(group):
                    yield from batch.to_pylist()
