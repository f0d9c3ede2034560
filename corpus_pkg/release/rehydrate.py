"""Restoring the texts of the edition `standoff` from copies of them, zone by zone.

A paragraph is looked up in a copy by its characters without white space, and set as it was; its hash then says that it
is the very text. So a copy may lack zones or hold more, and its white space may be another. What is restored fills
the columns of characters and the pointers of notes; where no text is lacking, the result has the rows of the edition
`full`, which its content digest tells.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

from corpus_pkg.arrow import arrow_schema
from corpus_pkg.build import workplace, write_file
from corpus_pkg.card import Parts, restored_card
from corpus_pkg.croissant import NAME as CROISSANT
from corpus_pkg.croissant import restored_croissant
from corpus_pkg.errors import CorpusError
from corpus_pkg.manifest import CARD, FULL, STANDOFF, SUMS, file_record, make_sums, manifest_text, release_digest
from corpus_pkg.manifest import NAME as MANIFEST
from corpus_pkg.read import TEXT_LIMIT, FaultError, decode, read_bytes
from corpus_pkg.release.editions import changed, characters_key, closed, opened
from corpus_pkg.release.opening import Release, open_release
from corpus_pkg.release.quotes import unmask
from corpus_pkg.release.units import Layout, dense, set_text, sha256
from corpus_pkg.release.verify import verify_release
from corpus_pkg.rows import Row
from corpus_pkg.tablefiles import TableFiles, flat_tables

EXACT, SPACED, LACKING = "exact", "white space differs", "lacking"
_SAID = (EXACT, SPACED, LACKING)
_BATCH = 64


@dataclass
class Restored:
    """A document as far as its copies gave it back. `zones` are (start, end, how), in the order of the text."""

    doc_id: str
    zones: list[tuple[int, int, str]] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    """The pages that the corpus cites for who published the text, or others of its group."""
    length: int = 0
    _pieces: list[tuple[int, str]] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Return whether nothing is lacking."""
        return all(how != LACKING for _, _, how in self.zones)

    def as_dict(self) -> Row:
        """Return the record as plain data."""
        zones = [{"start": start, "end": end, "restored": how} for start, end, how in self.zones]
        return {"doc_id": self.doc_id, "complete": self.is_whole, "zones": zones, "addresses": self.addresses}

    def lines(self) -> Iterator[str]:
        """Yield how its zones were restored, and where to find what is lacking."""
        count = Counter(how for _, _, how in self.zones)
        yield f"{self.doc_id}: " + ", ".join(f"{count[how]} zones {how}" for how in _SAID if count[how])
        if not self.is_whole:
            stretches = [f"{start}-{end}" for start, end, how in self.zones if how == LACKING]
            yield f"  lacking: {', '.join(stretches)}"
            yield from (f"  look at {address}" for address in self.addresses or ["(no page is known)"])

    def put(self, start: int, text: str) -> None:
        """Take in a stretch of the text."""
        self._pieces.append((start, text))

    def piece(self, start: int, end: int) -> str | None:
        """Return the characters from `start` to `end`; null when some of them are lacking."""
        found = self._found[start:end]
        return None if "\0" in found or end > len(self._found) else found

    @property
    def _found(self) -> str:
        if self._pieces:
            letters = [*self.__dict__.get("_text", "\0" * self.length)]
            for start, text in self._pieces:
                letters[start : start + len(text)] = text
            self.__dict__["_text"] = "".join(letters)
            self._pieces = []
        return str(self.__dict__.get("_text", "\0" * self.length))


class Copy:
    """A copy of a text, in which stretches are found by their characters without white space."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._places = [place for place, letter in enumerate(text) if not letter.isspace()]
        self._dense = dense(text)
        self._cursor = 0

    def find(self, length: int, digest: str) -> tuple[str, str] | None:
        """Return the stretch of so many characters with this hash: without white space, and as it stands here.

        It is looked for behind the one found before, then everywhere.
        """
        last = len(self._dense) - length
        for start in (self._cursor, *range(last + 1)):
            letters = self._dense[start : start + length]
            if start <= last and sha256(letters) == digest:
                self._cursor = start + length
                return letters, self.text[self._places[start] : self._places[start + length - 1] + 1]
        return None


def restore_text(doc_id: str, units: Iterable[Mapping[str, Any]], copies: Iterable[str]) -> Restored:
    """Return a document as far as the copies give it back; `units` are its rows of the table `withheld`.

    Of several copies each paragraph is taken from the first that has it.
    """
    units = [*units]
    whole = next(unit for unit in units if unit["kind"] == "document")
    restored = Restored(doc_id, length=whole["end"])
    restored.put(0, whole["before"])
    looked = [Copy(text) for text in copies]
    paragraphs = [unit for unit in units if unit["kind"] == "paragraph"]
    found = {unit["start"]: _restore_paragraph(restored, unit, looked) for unit in paragraphs}
    for zone in (unit for unit in units if unit["kind"] == "zone"):
        hows = [how for start, how in found.items() if zone["start"] <= start < zone["end"]]
        how = next((each for each in (LACKING, SPACED) if each in hows), EXACT)
        if how == EXACT and not any((restored.piece(zone["start"], zone["end"]) or "") in copy.text for copy in looked):
            how = SPACED
        restored.zones.append((zone["start"], zone["end"], how))
    return restored


def _restore_paragraph(restored: Restored, unit: Mapping[str, Any], copies: Iterable[Copy]) -> str:
    restored.put(unit["end"], unit["after"])
    for copy in copies:
        found = copy.find(sum(unit["word_lengths"]), unit["dense_sha256"])
        text = set_text(found[0], Layout(unit["word_lengths"], unit["spaces"])) if found else ""
        if found and sha256(text) == unit["sha256"]:
            restored.put(unit["start"], text)
            return EXACT if found[1] == text else SPACED
    return LACKING


@dataclass(frozen=True)
class Rehydration:
    """What became of a release: the withheld documents, what could not be read, and whether all is as in `full`."""

    documents: list[Restored]
    unread: dict[str, str]
    """Copies that cannot be read, by their names, with the reason."""
    manifest: dict[str, Any]
    differing: list[str]
    """Tables whose rows are not those of the full edition, though no text is lacking."""

    @property
    def is_complete(self) -> bool:
        """Return whether the result has the rows of the full edition."""
        return all(document.is_whole for document in self.documents) and not self.differing

    def as_dict(self) -> Row:
        """Return the record as plain data."""
        documents = [document.as_dict() for document in self.documents]
        about = {"complete": self.is_complete, "documents": documents, "unread": self.unread}
        return {**about, "differing": self.differing}

    def lines(self, *, whole: bool) -> Iterator[str]:
        """Yield what became of it, for people: what is lacking and unlike, and with `whole` the rest too."""
        for document in self.documents:
            yield from document.lines() if whole or not document.is_whole else ()
        yield from (f"{name} cannot be read: {reason}" for name, reason in self.unread.items())
        yield from (f"the rows of {name} are not those of the edition full" for name in self.differing)
        lacking = sum(not document.is_whole for document in self.documents)
        if lacking:
            yield f"{lacking} of {len(self.documents)} texts are incomplete"
        elif whole and not self.differing:
            yield f"every text restored ({len(self.documents)}); every row is that of the edition full"


def rehydrate_release(where: Path | str, texts: Path | str, out: Path | str) -> Rehydration:
    """Restore the texts of a release from copies `<doc_id>.txt` in the folder `texts`; write the result to `out`.

    `where` is the release as `open_release` takes it: a folder, a wheel, the name of an installed corpus, a revision on
    a hub. A text may also stand in the copy of another document of its group. Raises CorpusError when the release
    withholds nothing, or a folder is missing, or `out` is not empty.
    """
    with open_release(where) as release:
        return _rehydrate(release, Path(texts), Path(out))


def _rehydrate(release: Release, texts: Path, out: Path) -> Rehydration:
    edition = release.manifest["edition"]
    if edition != STANDOFF:
        raise CorpusError(f"{release.name} is the edition {edition}, which withholds no text")
    _check_sound(release)
    if not release.manifest["withheld"]:
        raise CorpusError(f"{release.name} withholds no text, since all are cleared: there is nothing to restore")
    if not texts.is_dir():
        raise CorpusError(f"{texts} is no folder; give one with copies of the texts, <doc_id>.txt each")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise CorpusError(f"{out} is not empty, so nothing is written there; name a new folder")
    out.parent.mkdir(parents=True, exist_ok=True)
    with workplace(out.resolve()) as place:
        result = _Rehydration(release.folder, release.manifest, texts, place).run()
        place.rename(out.resolve())
    return result


def _check_sound(release: Release) -> None:
    """Raise CorpusError when a file of the release is not what its manifest says: nothing true can be made of it."""
    for each in verify_release(release.folder).discrepancies[:1]:
        told = f"{each.path}: {each.kind}: {each.message}"
        raise CorpusError(f"{release.name} is damaged ({told}); `corpus verify` names every file: fetch it anew")


class _Rehydration:
    """One run over a release."""

    def __init__(self, folder: Path, manifest: Mapping[str, Any], texts: Path, place: Path) -> None:
        self._folder, self._manifest, self._texts, self._place = folder, manifest, texts, place
        self._unread: dict[str, str] = {}
        self._documents: dict[str, Restored] = {}
        self._pages = {page["page_id"]: page["url"] for page in self._rows("pages")}

    def run(self) -> Rehydration:
        """Write the result; return what became of it."""
        self._restore()
        split = next(iter(self._manifest["tables"]["withheld"]))
        nested = {"documents", *(table.name for table in flat_tables())}
        complete = all(document.is_whole for document in self._documents.values())
        with TableFiles(self._place, split, self._canary()) as tables:
            for name, row in self._split_rows("documents"):
                tables.add_document(self._filled_document(row), name)
            tables.end_documents()
            for name in self._manifest["tables"]:
                if name not in nested and not (complete and name == "withheld"):
                    tables.add_rows(name, map(self._filled, self._rows(name)))
        differing = [*self._differing(tables)] if complete else []
        manifest = self._describe(tables, FULL if complete and not differing else STANDOFF)
        return Rehydration([*self._documents.values()], self._unread, manifest, differing)

    def _restore(self) -> None:
        groups, addresses = self._groups()
        for doc_id, units in groupby(self._rows("withheld"), key=lambda row: str(row["doc_id"])):
            restored = restore_text(doc_id, units, self._copies([doc_id, *groups[doc_id]]))
            pages = (page for member in (doc_id, *groups[doc_id]) for page in addresses[member])
            restored.addresses = [*dict.fromkeys(pages)]
            self._documents[doc_id] = restored

    def _groups(self) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
        """Return the other documents of the group of each document, and the pages that bear its text."""
        members: dict[str, list[str]] = defaultdict(list)
        home: dict[str, str] = {}
        pages: dict[str, list[str]] = {}
        for _, row in self._split_rows("documents", ["doc_id", "group", "source", "publication_roles"]):
            home[row["doc_id"]] = row["group"]
            members[row["group"]].append(row["doc_id"])
            cited = [*row["source"]["cite"], *(page for role in row["publication_roles"] for page in role["cite"])]
            pages[row["doc_id"]] = [self._pages[page] for page in dict.fromkeys(cited) if page in self._pages]
        return {doc_id: [o for o in members[group] if o != doc_id] for doc_id, group in home.items()}, pages

    def _copies(self, doc_ids: Iterable[str]) -> list[str]:
        found = []
        for doc_id in doc_ids:
            path = self._texts / f"{doc_id}.txt"
            try:
                found += [decode(read_bytes(path, TEXT_LIMIT))] if path.is_file() else []
            except FaultError as error:
                self._unread[path.name] = error.fault.message
        return found

    def _filled_document(self, row: Row) -> Row:
        restored = self._documents.get(row["doc_id"])
        row = self._filled(row)
        if restored is None:
            return row
        title = next((zone["text"] for zone in row["zones"] if zone["zone"] == "title"), None)
        end = max(zone["end"] for zone in row["zones"])
        return {**row, "text": restored.piece(0, max(end, restored.length)), "title": title}

    def _filled(self, row: Row) -> Row:
        restored = self._documents.get(row.get("doc_id") or "")
        row = opened(row)
        if restored:
            row = filled(row, restored)
        return closed(changed(row, partial(unmask, piece=self._piece)))

    def _piece(self, doc_id: str, start: int, end: int) -> str | None:
        restored = self._documents.get(doc_id)
        return restored.piece(start, end) if restored else None

    def _differing(self, tables: TableFiles) -> Iterator[str]:
        full = self._manifest["full"]["tables"]
        for name, splits in tables.parts().items():
            if any(part["digest"] != full.get(name, {}).get(split) for split, part in splits.items()):
                yield name

    def _describe(self, tables: TableFiles, edition: str) -> dict[str, Any]:
        parts = tables.parts()
        data = {f.path: {**file_record(self._place / f.path), "rows": f.digest.rows} for f in tables.files()}
        texts = dict(self._told(parts, data, edition))
        for name, text in texts.items():
            write_file(self._place / name, text)
        files = {name: file_record(self._place / name) for name in texts} | data
        lines = [(table, split, part["digest"]) for table, splits in parts.items() for split, part in splits.items()]
        lacking = [doc_id for doc_id, document in self._documents.items() if not document.is_whole]
        kept = {"withheld": lacking, "full": self._manifest["full"]} if edition == STANDOFF else {}
        about = {key: value for key, value in self._manifest.items() if key not in ("withheld", "full")}
        new = {"edition": edition, "digest": release_digest(lines), "tables": parts, "files": files}
        manifest = {**about, **new, "documents": tables.documents, **kept}
        write_file(self._place / MANIFEST, manifest_text(manifest))
        write_file(self._place / SUMS, make_sums(manifest))
        return manifest

    def _told(self, parts: Parts, data: dict[str, Any], edition: str) -> Iterator[tuple[str, str]]:
        """Yield what describes the result: what the release says of itself, with the new tables."""
        # What lies there, as far as the manifest knows it: a name in it may lead anywhere.
        for path in sorted(self._folder.rglob("*")):
            name = path.relative_to(self._folder).as_posix()
            if name.endswith(".parquet") or name not in self._manifest["files"]:
                continue
            text = path.read_bytes().decode()
            if name == CARD:
                text = restored_card(text, parts, edition)
            elif name == CROISSANT:
                text = restored_croissant(text, parts, data)
            yield name, text

    def _canary(self) -> str | None:
        """Return the line that the files of the release keep among their metadata."""
        import pyarrow.parquet as pq

        path = next(part["file"] for part in self._manifest["tables"]["documents"].values())
        found = (pq.read_metadata(self._folder / path).metadata or {}).get(b"canary")
        return found.decode() if found else None

    def _rows(self, name: str) -> Iterator[Row]:
        return (row for _, row in self._split_rows(name))

    def _split_rows(self, name: str, columns: list[str] | None = None) -> Iterator[tuple[str, Row]]:
        import pyarrow.parquet as pq

        for split, part in self._manifest["tables"].get(name, {}).items():
            with pq.ParquetFile(self._folder / part["file"], page_checksum_verification=True) as reader:
                if reader.schema_arrow.names != arrow_schema(name).names:
                    raise CorpusError(f"{part['file']} has other columns than the table {name}")
                for batch in reader.iter_batches(batch_size=_BATCH, columns=columns):
                    yield from ((split, row) for row in batch.to_pylist())


def filled(value: Any, restored: Restored) -> Any:
    """Return a row with the characters in their columns that stand between the offsets beside them."""
    if isinstance(value, list):
        return [filled(inner, restored) for inner in value]
    if not isinstance(value, dict):
        return value
    new = {key: filled(inner, restored) for key, inner in value.items()}
    for key in value:
        prefix = characters_key(value, key)
        if prefix is not None and value[key] is None and value[f"{prefix}start"] is not None:
            new[key] = restored.piece(value[f"{prefix}start"], value[f"{prefix}end"])
    if {"text", "passages"} <= value.keys():
        new["text"] = restored.piece(0, restored.length)
    return new
