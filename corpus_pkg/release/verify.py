"""Verifying a release: every byte against the manifest and the checksums, and these against each other."""

from __future__ import annotations

import base64
import csv
import re
import stat
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import Distribution
from pathlib import Path
from typing import IO, Any, NamedTuple

from corpus_pkg.errors import CorpusError, refuse_unnamed
from corpus_pkg.manifest import NAME as MANIFEST
from corpus_pkg.manifest import (
    SUMS,
    ContentDigest,
    file_record,
    is_inside,
    manifest_text,
    parse_manifest,
    release_digest,
    sha256_of,
    sums_text,
)
from corpus_pkg.release.opening import ARCHIVE_ERRORS, Place, open_place, reason_of, release_prefix

_OF_THE_HUB = {".gitattributes": False, ".cache": True, ".huggingface": True, ".git": True}
"""What a hub, its client or git puts beside the files of a release, at its top; and whether it is a folder."""
_SUM = re.compile(r"([0-9a-f]{64})  (.+)", re.DOTALL)
_UNHASHED = re.compile(r"[^/]+\.dist-info/RECORD(\.jws|\.p7s)?")


class Discrepancy(NamedTuple):
    """One thing in which a release is not what it says it is.

    `kind` is `missing`, `altered`, `extra`, `unreadable` or `digest` (the manifest is not the one asked for); `path` is
    that in the release, or in the wheel.
    """

    kind: str
    path: str
    message: str


@dataclass(frozen=True)
class Verification:
    """What was found of a release. `manifest_sha256` names its bytes, `archive_sha256` those of the file it came in."""

    where: str
    name: str | None
    version: str | None
    edition: str | None
    manifest_sha256: str | None
    archive_sha256: str | None
    files: int
    discrepancies: tuple[Discrepancy, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the record as plain data."""
        return {**vars(self), "discrepancies": [each._asdict() for each in self.discrepancies]}


def verify_release(
    where: str | Path, *, root: Path | str = ".", digest: str | None = None, content: bool = False
) -> Verification:
    """Compare every file of a release with its manifest and its checksums; `where` and `root` as in `open_release`.

    `digest` is the SHA-256 that the manifest must have, or the archive in which the release came; with `content` the
    rows of every table are read too and their digests computed again. What is wrong is told and not raised. Raises
    CorpusError when there is no release, or `digest` is no SHA-256.
    """
    wanted = _sha256(digest) if digest is not None else None
    with open_place(where, root) as place:
        found = _verify_place(place, wanted)
        if content and not found.discrepancies:
            refuse_unnamed(place.folder)
            found = replace(found, discrepancies=tuple(content_discrepancies(place.folder)))
    return found


def refuse_altered(folder: Path) -> None:
    """Raise CorpusError when a built dataset is not as its manifest and its checksums say."""
    for each in _verify_place(Place(folder, str(folder)), None).discrepancies:
        raise CorpusError(f"{folder / each.path}: {each.kind}: {each.message}; build the dataset anew")


def verified_lines(found: Verification) -> Iterator[str]:
    """Yield what was found, for people."""
    for each in found.discrepancies:
        yield f"{each.path}: {each.kind}: {each.message}"
    wrong = len(found.discrepancies)
    name = f"{found.name} {found.version}, edition {found.edition}" if found.name else found.where
    counted = f"{wrong} discrepanc{'y' if wrong == 1 else 'ies'} in" if wrong else "all is as it should be in"
    yield f"{name}: {counted} {found.files} files"
    yield f"manifest sha256 {found.manifest_sha256 or '-'}"
    if found.archive_sha256:
        yield f"archive sha256  {found.archive_sha256}"


def _sha256(digest: str) -> str:
    digest = digest.strip().lower().removeprefix("sha256:")
    if not re.fullmatch("[0-9a-f]{64}", digest):
        raise CorpusError("a digest is a SHA-256: 64 hexadecimal digits")
    return digest


def _verify_place(place: Place, wanted: str | None) -> Verification:
    archive = str(file_record(place.archive)["sha256"]) if place.archive else None
    if place.archive and place.archive.name in place.unreadable:
        found = Discrepancy("unreadable", place.archive.name, place.unreadable[place.archive.name])
        return Verification(place.name, None, None, None, None, archive, 0, (found,))
    check = _Check(place, wanted if wanted != archive else None)
    discrepancies = sorted({*check.discrepancies(), *_package_discrepancies(place)})
    name, version, edition = ((check.manifest or {}).get(key) for key in ("name", "version", "edition"))
    files = len(check.files)
    return Verification(place.name, name, version, edition, check.digest, archive, files, tuple(discrepancies))


class _Check:
    """One look at the folder of a release: what is there, and what manifest and checksums say should be."""

    def __init__(self, place: Place, wanted: str | None) -> None:
        self._folder, self._wanted = place.folder, wanted
        self._faults = [Discrepancy("unreadable", path, why) for path, why in place.unreadable.items()]
        self.files: dict[str, str] = {}
        for path, entry in _entries(place.folder):
            self._look_at(path, entry)
        self.digest = self.files.get(MANIFEST)
        self.manifest = self._read_manifest()

    def _look_at(self, path: str, entry: Path) -> None:
        try:
            if not stat.S_ISREG(entry.stat().st_mode):
                self._faults.append(Discrepancy("extra", path, "it is no file, and no folder of the release"))
            else:
                self.files[path] = file_record(entry)["sha256"]
        except OSError as error:
            self._faults.append(Discrepancy("unreadable", path, reason_of(error)))

    def _read_manifest(self) -> dict[str, Any] | None:
        if MANIFEST not in self.files:
            return None
        data = (self._folder / MANIFEST).read_bytes()
        try:
            manifest = parse_manifest(data)
        except CorpusError as error:
            self._faults.append(Discrepancy("altered", MANIFEST, f"it is no manifest: {error}"))
            return None
        self._faults += _faults_within(manifest, data)
        return manifest

    def discrepancies(self) -> Iterator[Discrepancy]:
        """Yield all that is wrong."""
        said = self._said()
        yield from (*self._faults, *said.faults)
        known = {*said.digests, MANIFEST, SUMS}
        told = {fault.path for fault in self._faults}
        for path in sorted({*said.required, MANIFEST, SUMS} - {*self.files} - told):
            yield Discrepancy("missing", path, "it is not there")
        for path in sorted({*self.files} - known) if said.digests else ():
            yield Discrepancy("extra", path, "it is no part of the release")
        for path, digests in said.digests.items():
            if path in self.files and self.files[path] not in digests:
                message = f"its sha256 is {self.files[path]}, and should be {' or '.join(sorted(digests))}"
                yield Discrepancy("altered", path, message)
        if self._wanted is not None and self.digest not in (None, self._wanted):
            yield Discrepancy("digest", MANIFEST, f"its sha256 is {self.digest}, and {self._wanted} is asked for")

    def _said(self) -> _Said:
        sums = (self._folder / SUMS).read_bytes() if SUMS in self.files else None
        if self.manifest is not None and self.digest is not None:
            own = {path: record["sha256"] for path, record in self.manifest["files"].items()}
            return _said_by_both(own, self.digest, sums, vouched=self.digest == self._wanted)
        return _said_by_sums(sums or b"")


class _Said(NamedTuple):
    """What a release says of itself: SHA-256 by path, more than one where manifest and checksums differ.

    `required` are the files that must be there; `faults` is what is wrong in manifest and checksums themselves.
    """

    digests: Mapping[str, set[str]]
    required: Iterable[str]
    faults: tuple[Discrepancy, ...] = ()


_SUMS_ALTERED = Discrepancy("altered", SUMS, f"it is not what is made anew from {MANIFEST}")


def _said_by_both(own: Mapping[str, str], digest: str, sums: bytes | None, *, vouched: bool) -> _Said:
    """Return what manifest and checksums say together; `own` are the digests in the manifest, `digest` is its own."""
    alone = _Said({path: {value} for path, value in own.items()}, own)
    if sums is None or sums == sums_text({**own, MANIFEST: digest}).encode():
        return alone
    listed = _parse_sums(sums)
    if vouched or listed.get(MANIFEST) in (None, digest) or sums != sums_text(listed).encode():
        return alone._replace(faults=(_SUMS_ALTERED,))
    # Either may be the one that is altered: a file that bears out one of them is sound.
    message = f"its sha256 is {digest}, and {SUMS} says {listed.pop(MANIFEST)}: one of the two is altered"
    either = {path: {said[path] for said in (own, listed) if path in said} for path in (*own, *listed)}
    return _Said(either, {*own} & {*listed}, (Discrepancy("altered", MANIFEST, message),))


def _said_by_sums(sums: bytes) -> _Said:
    """Return what the checksums say, for want of a manifest."""
    listed = _parse_sums(sums)
    faults = (_SUMS_ALTERED,) if sums and sums != sums_text(listed).encode() else ()
    listed.pop(MANIFEST, None)
    digests = {path: {digest} for path, digest in listed.items() if is_inside(path)}
    return _Said(digests, digests, faults)


def _parse_sums(sums: bytes) -> dict[str, str]:
    """Return SHA-256 by path; lines that say nothing of the kind are passed over, and show when made anew."""
    found = (_SUM.fullmatch(line) for line in sums.decode("utf-8", "replace").split("\n"))
    return {match[2]: match[1] for match in found if match}


def _entries(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield all in a folder and its folders that is no folder, with its path there; not what a hub puts at the top."""
    pending = [folder]
    while pending:
        for entry in sorted(pending.pop().iterdir()):
            path = entry.relative_to(folder).as_posix()
            is_folder = entry.is_dir() and not entry.is_symlink()
            if _OF_THE_HUB.get(path) is is_folder:
                continue
            if is_folder:
                pending.append(entry)
            else:
                yield path, entry


def _faults_within(manifest: Mapping[str, Any], data: bytes) -> Iterator[Discrepancy]:
    """Yield in what a manifest contradicts itself or its form."""
    if manifest_text(manifest).encode("utf-8", "surrogatepass") != data:
        yield Discrepancy("altered", MANIFEST, "it is not written as a build writes it")
    tables = manifest["tables"].items()
    parts = ((table, split, part["digest"]) for table, splits in tables for split, part in splits.items())
    if release_digest(parts) != manifest["digest"]:
        yield Discrepancy("altered", MANIFEST, "its digest of the content is not that of its tables")


# --- the rows ---


def content_discrepancies(folder: Path) -> Iterator[Discrepancy]:
    """Read the rows of every table and yield where their number or digests are not those of the manifest."""
    import pyarrow as pa

    manifest = parse_manifest((folder / MANIFEST).read_bytes())
    documents: dict[str, str] = {}
    for table, splits in manifest["tables"].items():
        for part in splits.values():
            try:
                digest = _digest_rows(folder / part["file"], documents if table == "documents" else None)
            except (OSError, pa.ArrowException, ValueError) as error:
                yield Discrepancy("unreadable", part["file"], reason_of(error))
                continue
            if (digest.rows, digest.hexdigest()) != (part["rows"], part["digest"]):
                yield Discrepancy("altered", part["file"], f"its rows are not those of which {MANIFEST} has the digest")
    if documents != manifest["documents"]:
        yield Discrepancy("altered", MANIFEST, "its digests of documents are not those of the rows")


def _digest_rows(file: Path, documents: dict[str, str] | None) -> ContentDigest:
    """Return the digest of a file's rows; note that of each in `documents`, by its id."""
    import pyarrow.parquet as pq

    digest = ContentDigest()
    for batch in pq.ParquetFile(file, page_checksum_verification=True).iter_batches(batch_size=250):
        for row in batch.to_pylist():
            own = digest.add(row)
            if documents is not None:
                documents[row["doc_id"]] = own
    return digest


# --- wheels ---


def _package_discrepancies(place: Place) -> list[Discrepancy]:
    """Return where the files of a wheel, or of what was installed from it, are not as its RECORD says."""
    if place.archive is not None:
        return [*_archive_discrepancies(place.archive)]
    return [*_installed_discrepancies(place.distribution)] if place.distribution else []


def _archive_discrepancies(archive: Path) -> Iterator[Discrepancy]:
    with zipfile.ZipFile(archive) as file:
        names = file.namelist()
        yield from (Discrepancy("extra", name, "it is there twice") for name in {*names} if names.count(name) > 1)
        held = {name for name in names if not name.endswith("/")}
        if archive.suffix == ".whl":
            yield from _wheel_discrepancies(file, held)
        else:
            prefix = release_prefix(archive, names)
            stray = (n for n in held if not n.startswith(prefix) or not is_inside(n.removeprefix(prefix)))
            yield from (Discrepancy("extra", name, "it is no part of the release") for name in stray)


def _wheel_discrepancies(file: zipfile.ZipFile, held: set[str]) -> Iterator[Discrepancy]:
    records = [name for name in held if _UNHASHED.fullmatch(name) and name.endswith("RECORD")]
    if len(records) != 1:
        yield Discrepancy("missing", "RECORD", "the wheel does not list its files")
        return
    try:
        text = file.read(records[0]).decode("utf-8", "replace")
    except ARCHIVE_ERRORS as error:
        yield Discrepancy("unreadable", records[0], reason_of(error))
        return
    yield from _record_discrepancies(_parse_record(text), held, file.open)


def _installed_discrepancies(distribution: Distribution) -> Iterator[Discrepancy]:
    base = Path(str(distribution.locate_file("")))
    listed = _parse_record(distribution.read_text("RECORD") or "")
    # Commands lie outside, and pip moves them away for `--target`: they count where they are.
    listed = {name: said for name, said in listed.items() if not name.startswith("..") or (base / name).is_file()}
    tops = {name.split("/")[0] for name in listed} - {".."}
    found = {f"{top}/{path}" for top in tops if (base / top).is_dir() for path, _ in _entries(base / top)}
    found = {name for name in found if "/__pycache__/" not in name}
    yield from _record_discrepancies(
        listed,
        found | {name for name in listed if (base / name).is_file()},
        lambda name: (base / name).open("rb"),
    )


def _record_discrepancies(
    listed: Mapping[str, str], found: set[str], open_file: Callable[[str], IO[bytes]]
) -> Iterator[Discrepancy]:
    """Yield where files are not as a RECORD says (the binary distribution format of Python: name, hash, size)."""
    for name in sorted({*listed} - found):
        yield Discrepancy("missing", name, "RECORD lists it, and it is not there")
    for name in sorted(found - {*listed}):
        yield Discrepancy("extra", name, "RECORD does not list it")
    for name in sorted(found & {*listed}):
        is_unhashed = _UNHASHED.fullmatch(name) and not listed[name]
        if not is_unhashed and (reason := _unlike_record(name, listed[name], open_file)):
            yield Discrepancy("altered", name, reason)


def _parse_record(text: str) -> dict[str, str]:
    """Return the hash of each file by its name, but of compiled ones; a line that is damaged spoils no other."""
    rows = (row for line in text.splitlines() for row in csv.reader([line[:10_000]]))
    return {row[0]: row[1] for row in rows if len(row) == 3 and "/__pycache__/" not in row[0]}


def _unlike_record(name: str, said: str, open_file: Callable[[str], IO[bytes]]) -> str | None:
    try:
        with open_file(name) as file:
            digest = sha256_of(file)
    except ARCHIVE_ERRORS as error:
        return reason_of(error)
    actual = "sha256=" + base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return f"its hash is {actual}, and RECORD says {said or 'nothing'}" if actual != said else None
