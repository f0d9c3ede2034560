"""Parquet over HTTP, row group by row group: one request for the footer, one for each stretch of columns asked for.

`datasets` can abort or hang at the end of a process that stops reading early (its issues 7566 and 7879), and fetches
far ahead; here nothing is read before it is asked for, and nothing goes on behind the reader's back.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple, cast

from corpus_pkg.errors import CorpusError
from corpus_pkg.release.remote import ask

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

_BATCH = 64
"""Rows that are made Python at a time."""
_FOOTER = 1 << 16
"""Bytes that are fetched from the end of a file at first; a footer is seldom longer."""
_GAP = 1 << 16
"""Stretches that lie nearer together than this, in bytes, are fetched as one."""


class RemoteFile(NamedTuple):
    """A file on a hub at a commit, and how many bytes it has."""

    url: str
    size: int

    def open(self) -> RangeReader:
        """Return a reader that fetches what it is asked for."""
        return RangeReader(self)


Source = Path | RemoteFile


class RangeReader(io.RawIOBase):
    """The bytes of a remote file; what has been fetched ahead by `fetch` is served from memory, all else as asked."""

    def __init__(self, file: RemoteFile) -> None:
        super().__init__()
        self._file, self._at = file, 0
        self._held: list[tuple[int, bytes]] = []

    def readable(self) -> bool:
        """Return true."""
        return True

    def seekable(self) -> bool:
        """Return true."""
        return True

    def tell(self) -> int:
        """Return the offset, in bytes."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to an offset, in bytes; return it."""
        self._at = offset + (0, self._at, self._file.size)[whence]
        return self._at

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes: as many, or fewer at the end."""
        end = self._file.size if size < 0 else min(self._file.size, self._at + size)
        data = self._bytes(self._at, end) if end > self._at else b""
        self._at += len(data)
        return data

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer; return how many bytes were there."""
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def fetch(self, stretches: Sequence[tuple[int, int]]) -> None:
        """Hold these stretches, and nothing else, in memory."""
        self._held = [(start, fetch_range(self._file, start, end)) for start, end in joined(stretches)]

    def fetch_footer(self) -> None:
        """Hold the end of the file in memory."""
        self.fetch([(max(0, self._file.size - _FOOTER), self._file.size)])

    def _bytes(self, start: int, end: int) -> bytes:
        for first, data in self._held:
            if first <= start and end <= first + len(data):
                return data[start - first : end - first]
        return fetch_range(self._file, start, end)


def joined(stretches: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return stretches (start, end) in order, those that touch or lie near each other as one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(stretches):
        if found and start <= found[-1][1] + _GAP:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def fetch_range(file: RemoteFile, start: int, end: int) -> bytes:
    """Return bytes `start` to `end` of a file. Raises HubError, and CorpusError when there are fewer."""
    from huggingface_hub.constants import HF_HUB_DOWNLOAD_TIMEOUT
    from huggingface_hub.utils import build_hf_headers, get_session, hf_raise_for_status

    headers = {**build_hf_headers(), "Range": f"bytes={start}-{end - 1}"}

    def get() -> Any:
        answer = get_session().get(file.url, headers=headers, timeout=HF_HUB_DOWNLOAD_TIMEOUT)
        hf_raise_for_status(answer)
        return answer

    answer = ask("reading the dataset", get)
    # A server or proxy that knows no ranges sends all of it.
    data: bytes = answer.content if answer.status_code == 206 else answer.content[start:end]
    if len(data) != end - start:
        raise CorpusError(f"{file.url} has fewer bytes than its manifest says")
    return data


class GroupReader:
    """A Parquet file, here or on a hub, read by row groups. Pages are checked against their checksums."""

    def __init__(self, source: Source) -> None:
        self._source = source

    @cached_property
    def _remote(self) -> RangeReader | None:
        return None if isinstance(self._source, Path) else self._source.open()

    @cached_property
    def file(self) -> pq.ParquetFile:
        """The file as pyarrow gives it; of a remote one, its footer is fetched."""
        import pyarrow.parquet as pq

        if isinstance(self._source, Path):
            return pq.ParquetFile(self._source, memory_map=True, page_checksum_verification=True)
        remote, metadata = cast(IO[bytes], self._remote), _metadata(self._source)
        return pq.ParquetFile(remote, metadata=metadata, page_checksum_verification=True)

    def read(self, group: int, columns: Sequence[str] | None = None) -> pa.Table:
        """Return a row group; a remote one is fetched first, as far as it is asked for.

        A remote one is decoded in this thread: a thread of pyarrow that still lets go of the reader, which is a Python
        object, when the interpreter ends, aborts the process (1 of 100 times).
        """
        if self._remote is not None:
            self._remote.fetch([*_stretches(self.file.metadata.row_group(group), columns)])
        names = None if columns is None else [*columns]
        return self.file.read_row_group(group, columns=names, use_threads=self._remote is None)

    def batches(self, group: int, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """Yield a row group in pieces."""
        if self._remote is not None:
            return iter(self.read(group, columns).to_batches(max_chunksize=_BATCH))
        names = None if columns is None else [*columns]
        return iter(self.file.iter_batches(_BATCH, row_groups=[group], columns=names))

    @property
    def groups(self) -> range:
        """The numbers of the row groups."""
        return range(self.file.num_row_groups)


@lru_cache(maxsize=64)
def _metadata(file: RemoteFile) -> pq.FileMetaData:
    """Return what the footer says; it is fetched once, since a file at a commit never changes."""
    import pyarrow.parquet as pq

    reader = file.open()
    reader.fetch_footer()
    return pq.read_metadata(cast(IO[bytes], reader))


def _stretches(group: pq.RowGroupMetaData, columns: Sequence[str] | None) -> Iterator[tuple[int, int]]:
    for number in range(group.num_columns):
        column = group.column(number)
        if columns is None or _is_among(column.path_in_schema, columns):
            offsets = (column.dictionary_page_offset, column.data_page_offset)
            start = min(offset for offset in offsets if offset is not None)
            yield start, start + column.total_compressed_size


def _is_among(path: str, columns: Sequence[str]) -> bool:
    """Return whether a leaf column is one of these, or lies in one of them."""
    return any(path == column or path.startswith(f"{column}.") for column in columns)


def iter_rows(groups: Sequence[tuple[Source, int]], columns: Sequence[str] | None = None) -> Iterator[dict[str, Any]]:
    """Yield the rows of row groups, (file, number of the group) each, read one after the other."""
    for source, numbers in groupby(groups, key=itemgetter(0)):
        reader = GroupReader(source)
        for _, number in numbers:
            for batch in reader.batches(number, columns):
                yield from batch.to_pylist()
