"""The two editions of a release: `full`, and `standoff`, in which every text that is not cleared is withheld.

A text is cleared when `redistribution` is `yes` in all documents of its group, since these share one text or nearly.
Of a text that is withheld, nothing stands in the release: the columns of its characters are null, and quotes of it in
notes and reasons are pointers (`quotes`). Offsets stay, and hashes of every zone and paragraph (table `withheld`),
with which `rehydrate` restores the texts from copies.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from corpus_pkg.errors import CorpusError, UnknownNameError
from corpus_pkg.manifest import EDITIONS, STANDOFF, release_digest
from corpus_pkg.release.quotes import Masker, Shingle, index_quotes, may_quote, shingles, split_words
from corpus_pkg.release.units import units_of
from corpus_pkg.rows import Row
from corpus_pkg.tablefiles import TableFiles, flat_tables
from corpus_pkg.tables import all_tables

_BATCH = 64
ByDocument = Mapping[str, str]
"""Texts by document."""
_ADDRESSES = ("url",)
"""Columns that lead to the texts, and so stay as they are."""
_QUOTING = ("at", "a", "b", "value")
"""What a decision shows of the text, and of what two passes made of it."""


def check_edition(name: str) -> None:
    """Raise UnknownNameError when there is no such edition."""
    if name not in EDITIONS:
        raise UnknownNameError("edition", name, EDITIONS)


class Texts(ByDocument):
    """The texts of a full edition, in a file that is looked into and not read as a whole."""

    def __init__(self, whole: TableFiles) -> None:
        import pyarrow as pa

        path = whole.folder / "texts.arrow"
        schema = pa.schema([("doc_id", pa.string()), ("text", pa.large_string())])
        with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, schema) as writer:
            for batch in _batches(whole, "documents", ["doc_id", "text"]):
                writer.write_batch(batch.cast(schema))
        self._table = pa.ipc.open_file(pa.memory_map(str(path))).read_all()
        self._places = {doc_id: number for number, doc_id in enumerate(self._table["doc_id"].to_pylist())}

    def __getitem__(self, doc_id: str) -> str:
        return str(self._table["text"][self._places[doc_id]].as_py())

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


@dataclass
class Edition:
    """The edition `standoff`: its tables, and what it withholds."""

    tables: TableFiles
    whole: TableFiles
    texts: Texts
    withheld: frozenset[str]
    """The documents whose texts are withheld."""

    def statement(self) -> str:
        """Return what the card says of it."""
        number, total = len(self.withheld), len(self.whole.documents)
        return (
            f"The texts of {number} of {total} documents are withheld, since they are not cleared for redistribution: "
            "`text`, `title` and every quote of them are null, and `⟦doc_id:start-end⟧` stands where a note quotes "
            "them. The table `withheld` has hashes of every zone and paragraph: they tell whether a copy is the same "
            "text, and hide nothing from whoever has one. `corpus rehydrate` restores the texts from copies of them."
        )

    def rows(self, name: str) -> list[Row]:
        """Return the rows of a table, none where it has no file."""
        return [*_rows(self.tables, name)]

    def record(self) -> Row:
        """Return what the manifest says of it: what is withheld, and the digests of the full edition."""
        parts = {
            table: {split: part["digest"] for split, part in splits.items()}
            for table, splits in self.whole.parts().items()
        }
        lines = [(table, split, digest) for table, splits in parts.items() for split, digest in splits.items()]
        full = {"digest": release_digest(lines), "tables": parts, "documents": self.whole.documents}
        return {"edition": STANDOFF, "withheld": sorted(self.withheld), "full": full}


def withhold(whole: TableFiles, folder: Path) -> Edition:
    """Return the edition `standoff` of a full one, its tables written into `folder`."""
    texts = Texts(whole)
    withheld = frozenset(_withheld(whole))
    index = _index(_candidates(whole, withheld), texts, withheld)
    hide = _Hiding(withheld, Masker(index, texts.__getitem__), texts)
    with TableFiles(folder, whole.split, whole.canary) as tables:
        for split, row in _documents(whole):
            tables.add_document(hide.document(row), split)
        tables.end_documents()
        for name in _whole_tables(whole):
            tables.add_rows(name, (hide.row(name, row) for row in _rows(whole, name)))
        tables.add_rows("withheld", _units(texts, withheld, whole))
    return Edition(tables, whole, texts, withheld)


def is_cleared(row: Mapping[str, Any]) -> bool:
    """Return whether the row of a document says that its text may be passed on."""
    return bool(row["source"]["redistribution"] == "yes")


def _withheld(whole: TableFiles) -> Iterator[str]:
    """Yield the documents that are not cleared, with all that are in a group with one of them."""
    columns = ["doc_id", "group", "source.redistribution"]
    rows = [row for batch in _batches(whole, "documents", columns) for row in batch.to_pylist()]
    closed = {row["group"] for row in rows if not is_cleared(row)}
    return (row["doc_id"] for row in rows if row["group"] in closed)


def _index(candidates: set[Shingle], texts: ByDocument, withheld: frozenset[str]) -> dict[Shingle, tuple[str, int]]:
    """Return where withheld texts have the words in question, but for those that a cleared text has too."""
    index = index_quotes(candidates, ((doc_id, texts[doc_id]) for doc_id in texts if doc_id in withheld))
    for doc_id in texts if index else ():
        if doc_id not in withheld:
            for each in shingles(split_words(texts[doc_id])):
                index.pop(each, None)
    return index


def _candidates(whole: TableFiles, withheld: frozenset[str]) -> set[Shingle]:
    """Return all stretches of words in the free text of a full edition."""
    found: set[Shingle] = set()

    def look(string: str) -> str:
        if may_quote(string):
            found.update(shingles(split_words(string)))
        return string

    for _, row in _documents(whole):
        changed(hidden(row), look)
    for name in _whole_tables(whole):
        for row in _rows(whole, name):
            shown = {**row, "quote": None} if name == "event_table" else row
            changed(hidden(opened(shown)), look)
    return found


def opened(row: Row) -> Row:
    """Return a row of `passes` with its document as data; any other as it is."""
    import orjson

    return {**row, "document": orjson.loads(row["document"])} if {"pass", "document"} <= row.keys() else row


def closed(row: Row) -> Row:
    """Return a row of `passes` with its document as JSON again; any other as it is."""
    import orjson

    return {**row, "document": orjson.dumps(row["document"]).decode()} if "pass" in row else row


def characters_key(value: Mapping[str, Any], key: str) -> str | None:
    """Return the prefix of the offsets that stand beside a column of characters; null when it is no such column.

    `text` has `start` and `end` beside it, `cue_text` has `cue_start` and `cue_end`.
    """
    prefix = key.removesuffix("text")
    return prefix if prefix != key and f"{prefix}start" in value else None


def hidden(value: Any) -> Any:
    """Return a row without characters of its text: spans keep their offsets."""
    if isinstance(value, dict):
        whole = value.keys() & {"text", "passages", "zones"} if "start" not in value else ()
        bare = {key for key in value if characters_key(value, key) is not None}
        bare |= {"text", "title"} if len(whole) == 2 else set()
        return {key: None if key in bare else hidden(inner) for key, inner in value.items()}
    return [hidden(inner) for inner in value] if isinstance(value, list) else value


def changed(value: Any, change: Callable[[str], str]) -> Any:
    """Return a row with every string changed, but for addresses and characters of the text."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [changed(inner, change) for inner in value]
    if not isinstance(value, dict):
        return value
    kept = {key for key in value if key in _ADDRESSES or characters_key(value, key) is not None}
    return {key: inner if key in kept else changed(inner, change) for key, inner in value.items()}


class _Hiding:
    """Makes the rows of the edition `standoff` from those of the full one."""

    def __init__(self, withheld: frozenset[str], masker: Masker, texts: Texts) -> None:
        self._withheld, self._masker, self._texts = withheld, masker, texts

    def document(self, row: Row) -> Row:
        """Return the row of a document."""
        if row["doc_id"] in self._withheld:
            return self._masked(hidden(row))
        # Its own words stand in a cleared text, so that only its notes can quote another.
        return {**self._masked(row), "text": row["text"], "title": row["title"]}

    def row(self, name: str, row: Row) -> Row:
        """Return a row of a table of the whole corpus."""
        if row.get("doc_id") in self._withheld:
            return closed(self._masked(hidden(self._unquoted(name, opened(row)))))
        if name == "event_table":
            row = {**row, "quote": row["quote"] and self._quote(row["quote"], row["doc_ids"])}
        return closed(self._masked(opened(row)))

    def _masked(self, row: Row) -> Row:
        masked: Row = changed(row, self._masker.masked)
        return masked

    def _unquoted(self, name: str, row: Row) -> Row:
        """Return a row without the quotes in fields that are there for them."""
        hide = partial(self._masker.masked_quote, doc_id=row["doc_id"])
        if name == "decisions":
            return {**row, **{key: row[key] and hide(row[key]) for key in _QUOTING}}
        if name == "reviews":
            disputed = [{**each, "quote": each["quote"] and hide(each["quote"])} for each in row["disputed"]]
            return {**row, "disputed": disputed}
        return row

    def _quote(self, quote: str, doc_ids: Iterable[str]) -> str:
        """Return a quote of one of several documents; that of a cleared one stays."""
        homes = [doc_id for doc_id in doc_ids if self._masker.find_whole(quote, doc_id)]
        if any(doc_id not in self._withheld for doc_id in homes):
            return quote
        return self._masker.masked_quote(quote, homes[0]) if homes else quote


def _units(texts: Texts, withheld: frozenset[str], whole: TableFiles) -> Iterator[Row]:
    for batch in _batches(whole, "documents", ["doc_id", "zones.list.element.start", "zones.list.element.end"]):
        for row in batch.to_pylist():
            if row["doc_id"] in withheld:
                bounds = [(zone["start"], zone["end"]) for zone in row["zones"]]
                yield from ({"doc_id": row["doc_id"], **unit} for unit in units_of(texts[row["doc_id"]], bounds))


def _whole_tables(whole: TableFiles) -> list[str]:
    """Return the tables that are not nested in `documents`, as far as they have rows."""
    nested = {"documents", *(table.name for table in flat_tables())}
    return [file.name for file in whole.files() if file.name in all_tables() and file.name not in nested]


def _documents(whole: TableFiles) -> Iterator[tuple[str, Row]]:
    """Yield the rows of all documents, in the order in which they were written, each with its split."""
    for file in whole.files():
        if file.name == "documents":
            for batch in _of_file(whole.folder / file.path):
                yield from ((file.split, row) for row in batch.to_pylist())


def _rows(whole: TableFiles, name: str) -> Iterator[Row]:
    return (row for batch in _batches(whole, name) for row in batch.to_pylist())


def _batches(whole: TableFiles, name: str, columns: list[str] | None = None) -> Iterator[Any]:
    for file in whole.files():
        if file.name == name:
            yield from _of_file(whole.folder / file.path, columns)


def _of_file(path: Path, columns: list[str] | None = None) -> Iterator[Any]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as reader:
        yield from reader.iter_batches(batch_size=_BATCH, columns=columns)


def refuse_quotes(folder: Path, edition: Edition) -> None:
    """Raise CorpusError when a file that describes the edition quotes a withheld text."""
    files = {
        path: file_words(path) for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".parquet"
    }
    found = quoted_in(files, edition.texts, edition.withheld)
    if found:
        path, (words, doc_id) = next(iter(found.items()))
        raise CorpusError(
            f"{path.relative_to(folder)} of the edition {STANDOFF} would quote {doc_id}, whose text is withheld: "
            f'"{words}"; say it in other words in annotations/corpus.yaml or annotations/annotators.yaml'
        )


def quoted_in(
    files: Mapping[Path, list[str]], texts: ByDocument, withheld: frozenset[str]
) -> dict[Path, tuple[str, str]]:
    """Return the files that quote withheld texts, each with the first words that do, and the document they are of."""
    keys = {
        path: [key for string in strings for key in shingles(split_words(string))] for path, strings in files.items()
    }
    index = _index({key for found in keys.values() for key in found}, texts, withheld)
    hits = {path: next((key for key in found if key in index), None) for path, found in keys.items()}
    return {path: (" ".join(key), index[key][0]) for path, key in hits.items() if key is not None}


def file_words(path: Path) -> list[str]:
    """Return the strings of a file: of JSON those in it, of any other text all of it."""
    text = path.read_text("utf-8", errors="replace")
    if path.suffix not in (".json", ".jsonl"):
        return [text]
    strings: list[str] = []

    def keep(string: str) -> str:
        strings.append(string)
        return string

    for line in text.splitlines() if path.suffix == ".jsonl" else [text]:
        changed(json.loads(line or "null"), keep)
    return strings
