"""What a release is made of: the bytes of its files, and digests of its content that no writer can change.

The content digest of a row is the SHA-256 of the row as JSON: keys sorted, no white space, UTF-8. That of a table is
the SHA-256 of these lines, each ended by a line feed, in the order of the rows; that of the release is the SHA-256
of one line `table split digest` a table and split, sorted. Anyone can compute them again from any format.

`SHA256SUMS` stands beside the manifest and covers it too, so that `sha256sum -c` serves where this package is not.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import IO, Any

from corpus_pkg import __version__
from corpus_pkg.errors import CorpusError
from corpus_pkg.findings import clip
from corpus_pkg.schema import VERSION as SCHEMA_VERSION
from corpus_pkg.schema import read_schema

FULL, STANDOFF = "full", "standoff"
EDITIONS = (FULL, STANDOFF)
NAME = "MANIFEST.json"
SUMS = "SHA256SUMS"
CARD = "README.md"
ABOUT = (
    *("title", "description", "authors", "date", "licences", "citation", "doi", "doi_state", "homepage", "contact"),
)
"""Settings that say what a release is, who made it, how it is cited and what may be done with it."""
_SHAPE = {
    **dict.fromkeys(("name", "version", "edition", "schema", "digest"), str),
    **dict.fromkeys(("tables", "files", "documents"), dict),
}
"""What every manifest has, and of which type."""
_TOOLS = ("pyarrow", "orjson", "jsonschema-rs", "PyYAML")


class ContentDigest:
    """The running content digest of a table."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self.rows = 0

    def add(self, row: Mapping[str, Any]) -> str:
        """Take in the next row; return its own digest."""
        import orjson

        line = orjson.dumps(row, option=orjson.OPT_SORT_KEYS)
        self._hash.update(line + b"\n")
        self.rows += 1
        return hashlib.sha256(line).hexdigest()

    def hexdigest(self) -> str:
        """Return the digest of the rows so far."""
        return self._hash.hexdigest()


def table_digest(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return the content digest of rows."""
    digest = ContentDigest()
    for row in rows:
        digest.add(row)
    return digest.hexdigest()


def release_digest(parts: Iterable[tuple[str, str, str]]) -> str:
    """Return the content digest of a release from (table, split, digest) of its parts."""
    lines = sorted(f"{table} {split} {digest}\n" for table, split, digest in parts)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def file_record(path: Path) -> dict[str, Any]:
    """Return sha256 and size of a file."""
    with path.open("rb") as file:
        return {"sha256": sha256_of(file).hex(), "size": path.stat().st_size}


def sha256_of(file: IO[bytes]) -> bytes:
    """Return the SHA-256 of what is left to read of a file."""
    digest = hashlib.sha256()
    while block := file.read(1 << 20):
        digest.update(block)
    return digest.digest()


def manifest_text(manifest: Mapping[str, Any]) -> str:
    """Return the manifest as it is written: one entry a line, keys in their order."""
    return json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"


def manifest_digest(text: str) -> str:
    """Return the SHA-256 of a manifest as it is written, which names the whole release."""
    return hashlib.sha256(text.encode()).hexdigest()


def sums_text(digests: Mapping[str, str]) -> str:
    """Return the text of `SHA256SUMS`, from SHA-256 by path: a line a file, in the order of paths."""
    return "".join(f"{digest}  {path}\n" for path, digest in sorted(digests.items()))


def make_sums(manifest: Mapping[str, Any]) -> str:
    """Return the text of `SHA256SUMS` of a release: its files and the manifest itself."""
    files = {path: str(record["sha256"]) for path, record in manifest["files"].items()}
    return sums_text({**files, NAME: manifest_digest(manifest_text(manifest))})


def toolchain() -> dict[str, str]:
    """Return the versions of what the bytes of the files depend on."""
    from importlib.metadata import version  # here, since loading imports this module too

    return {"corpus_pkg": __version__, **{tool: version(tool) for tool in _TOOLS}}


def make_manifest(
    settings: Mapping[str, Any],
    tables: Mapping[str, Mapping[str, Mapping[str, Any]]],
    files: Mapping[str, Mapping[str, Any]],
    documents: Mapping[str, str],
    labels: Mapping[str, Iterable[str]],
    edition: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the manifest of a release.

    `tables` holds rows and digest by table and split, `labels` is `all_labels`, `edition` the name of the edition, and
    what else is to be said of it.
    """
    parts = [(table, split, part["digest"]) for table, splits in tables.items() for split, part in splits.items()]
    return {
        "name": settings["name"],
        "version": settings["version"],
        **edition,
        "schema": SCHEMA_VERSION,
        "digest": release_digest(parts),
        "toolchain": toolchain(),
        "about": {key: settings[key] for key in ABOUT},
        "labels": labels,
        "tables": tables,
        "files": files,
        "documents": documents,
    }


# --- read again ---


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a release. Raises CorpusError when it is missing or is no manifest."""
    path = folder / NAME
    try:
        return parse_manifest(path.read_bytes())
    except OSError as error:
        raise CorpusError(f"{path} cannot be read: {error.strerror or error}") from error
    except CorpusError as error:
        raise CorpusError(f"{path} is no manifest: {error}") from error


def parse_manifest(data: bytes) -> dict[str, Any]:
    """Return a manifest. Raises CorpusError, with the reason, when it is none."""
    try:
        manifest: dict[str, Any] = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise CorpusError(f"it is no JSON: {error}") from error
    _expect(isinstance(manifest, dict), "it is no JSON object")
    for key, type_ in _SHAPE.items():
        _expect(isinstance(manifest.get(key), type_), f"{key!r} is missing or no {_WORDS[type_]}")
    for key in ("name", "version"):
        _expect(bool(re.search(_setting(key)["pattern"], manifest[key])), f"{clip(manifest[key])!r} is no {key}")
    _expect(manifest["edition"] in EDITIONS, f"{clip(manifest['edition'])!r} is no edition")
    for path, record in manifest["files"].items():
        _expect(is_inside(path), f"{clip(path)!r} is no path in the release")
        _expect(_has(record, sha256=str, size=int), f"the record of {clip(path)!r} lacks `sha256` or `size`")
    _expect(all(isinstance(digest, str) for digest in manifest["documents"].values()), "a document has no digest")
    for table, splits in manifest["tables"].items():
        _expect(isinstance(splits, dict), f"table {clip(table)!r} has no splits")
        for part in splits.values():
            sound = _has(part, rows=int, digest=str, file=str) and part["file"] in manifest["files"]
            _expect(sound, f"table {clip(table)!r} lacks `rows`, `digest` or `file`")
    if manifest["edition"] == STANDOFF:
        _expect_standoff(manifest)
    return manifest


def _setting(key: str) -> dict[str, Any]:
    """Return the schema of a setting of the corpus that the manifest repeats."""
    found: dict[str, Any] = read_schema("corpus")["properties"][key]
    return found


def _expect_standoff(manifest: Mapping[str, Any]) -> None:
    """Expect what an edition says of the full one: what is withheld, and the digests with which that is told again."""
    withheld, known = manifest.get("withheld"), manifest["documents"]
    sound = isinstance(withheld, list) and all(isinstance(each, str) and each in known for each in withheld)
    _expect(sound, "`withheld` is no list of its documents")
    _expect(bool(withheld) is ("withheld" in manifest["tables"]), "`withheld` and the table of that name do not agree")
    _expect(_has(manifest.get("full"), digest=str, tables=dict, documents=dict), "`full` lacks digests of that edition")
    _expect(
        all(isinstance(each, dict) for each in manifest["full"]["tables"].values()), "a table of `full` has no splits"
    )


_WORDS = {str: "string", dict: "object"}


def _expect(holds: bool, otherwise: str) -> None:
    if not holds:
        raise CorpusError(otherwise)


def _has(record: Any, **types: type) -> bool:
    return isinstance(record, dict) and all(isinstance(record.get(key), type_) for key, type_ in types.items())


def is_inside(path: str) -> bool:
    """Return whether a path leads to a file within the folder to which it is relative."""
    parts = PurePosixPath(path).parts
    return path == "/".join(parts) != "" and ".." not in parts and not re.search(r"^/|\\|\0", path)
