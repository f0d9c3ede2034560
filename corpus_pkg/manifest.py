"""What a release is made of: the bytes of its files, and digests of its content that no writer can change.

The content digest of a row is the SHA-256 of the row as JSON: keys sorted, no white space, UTF-8. That of a table is
the SHA-256 of these lines, each ended by a line feed, in the order of the rows; that of the release is the SHA-256
of one line `table split digest` a table and split, sorted. Anyone can compute them again from any format.

`SHA256SUMS` stands beside the manifest and covers it too, so that `sha256sum -c` serves where this package is not.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO, Any

from corpus_pkg import __version__
from corpus_pkg.schema import VERSION as SCHEMA_VERSION

NAME = "MANIFEST.json"
SUMS = "SHA256SUMS"
CARD = "README.md"
ABOUT = (
    *("title", "description", "authors", "date", "licences", "citation", "doi", "doi_state", "homepage", "contact"),
)
"""Settings that say what a release is, who made it, how it is cited and what may be done with it."""
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
