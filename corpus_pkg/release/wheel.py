"""A wheel of a corpus: its dataset, found by its name wherever it is installed (`installed`).

The bytes depend on the dataset alone: no time, no right of a file, and no compression, of which each zlib has its own;
Parquet is compressed already.
"""

from __future__ import annotations

import base64
import hashlib
import re
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from corpus_pkg.build import build_dataset
from corpus_pkg.errors import CorpusError
from corpus_pkg.installed import FOLDER, GROUP
from corpus_pkg.licences import STATEMENTS, UNKNOWN
from corpus_pkg.manifest import CARD, FULL, SUMS, file_record
from corpus_pkg.manifest import NAME as MANIFEST
from corpus_pkg.release.verify import refuse_altered
from corpus_pkg.terms import Terms, read_terms, rights_page

_PREFIX = "corpus-data-"
"""Begins the name of the distribution, so that a corpus called as some library does not take its place."""
_PRIVATE = "Private :: Do Not Upload"
"""A classifier for which package indexes refuse an upload."""
_TIME = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644 << 16
_BLOCK = 1 << 20
_LARGE = 1 << 31
"""From this size on, in bytes, a file needs the large form of zip."""


class Names(NamedTuple):
    """What the wheel of a corpus calls itself: the distribution, its package, and the beginning of its file names."""

    distribution: str
    package: str
    version: str

    @property
    def stem(self) -> str:
        """The beginning of the wheel's name, and of its folder of metadata."""
        return f"{self.package}-{self.version}"


def make_wheel(root: Path | str, out: Path | str, *, edition: str | None = None) -> tuple[Path, str]:
    """Make the wheel of a corpus in the folder `out`; return its path and its SHA-256.

    `root` is a corpus, of which the edition (default: `full`) is built for it, or a built dataset, which is taken as it
    is. A wheel that holds a text which is not cleared says that package indexes must refuse it. Raises
    InvalidCorpusError as `build_dataset`, and CorpusError when `root` is neither, is not as its manifest says, or is
    built of another edition.
    """
    with _dataset(Path(root), edition) as folder:
        terms = read_terms(folder)
        names = names_of(terms.manifest)
        target = Path(out) / f"{names.stem}-py3-none-any.whl"
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f".{target.name}.part")
        try:
            with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as archive:
                _write(archive, names, terms)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    return target, str(file_record(target)["sha256"])


def names_of(manifest: Mapping[str, Any]) -> Names:
    """Return what the wheel of a release calls itself."""
    plain = re.sub("-+", "-", f"{_PREFIX}{manifest['name']}").strip("-")
    return Names(plain, plain.replace("-", "_"), str(manifest["version"]))


@contextmanager
def _dataset(root: Path, edition: str | None) -> Iterator[Path]:
    """Give the folder of a dataset: `root` itself, or one that is built of it for the time being."""
    if (root / MANIFEST).is_file():
        held = read_terms(root).manifest["edition"]
        if edition not in (None, held):
            raise CorpusError(f"{root} is the edition {held}, and {edition} is asked for; name the corpus itself")
        refuse_altered(root)
        yield root
        return
    with tempfile.TemporaryDirectory(prefix="corpus-wheel-") as folder:
        build_dataset(root, Path(folder) / FOLDER, edition=edition or FULL)
        yield Path(folder) / FOLDER


def _write(archive: zipfile.ZipFile, names: Names, terms: Terms) -> None:
    record = [
        _put(archive, f"{names.package}/{FOLDER}/{path}", _blocks(file), large=file.stat().st_size >= _LARGE)
        for path, file in _files(terms.folder, terms.manifest)
    ]
    record += [_put(archive, name, iter([text.encode()])) for name, text in _texts(names, terms).items()]
    listed = "".join(f"{line}\n" for line in [*record, f"{names.stem}.dist-info/RECORD,,"])
    _put(archive, f"{names.stem}.dist-info/RECORD", iter([listed.encode()]))


def _texts(names: Names, terms: Terms) -> dict[str, str]:
    """Return what the wheel holds besides the dataset, by its path."""
    info, name = f"{names.stem}.dist-info", terms.manifest["name"]
    return {
        f"{names.package}/__init__.py": f'"""The corpus {name}, for `corpus_pkg`: data, and no code."""\n',
        f"{info}/METADATA": _metadata(names, terms),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: corpus_pkg\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": f"[{GROUP}]\n{name} = {names.package}\n",
        f"{info}/licenses/RIGHTS.md": "\n".join(rights_page(terms)) + "\n",
    }


def _files(folder: Path, manifest: Mapping[str, Any]) -> list[tuple[str, Path]]:
    """Return the files of a release, those that are listed and those that list them: the path in it, and the place."""
    return [(path, folder / path) for path in sorted([*manifest["files"], MANIFEST, SUMS])]


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def _put(archive: zipfile.ZipFile, name: str, blocks: Iterator[bytes], *, large: bool = False) -> str:
    """Write a file, which is `large` from 2 GB on; return its line of RECORD."""
    info = zipfile.ZipInfo(name, _TIME)
    info.external_attr, info.create_system = _MODE, 3
    digest, size = hashlib.sha256(), 0
    with archive.open(info, "w", force_zip64=large) as file:
        for block in blocks:
            file.write(block)
            digest.update(block)
            size += len(block)
    return f"{name},sha256={base64.urlsafe_b64encode(digest.digest()).rstrip(b'=').decode()},{size}"


def _metadata(names: Names, terms: Terms) -> str:
    """Return the metadata (version 2.4), with the card as description."""
    about, card = terms.about, (terms.folder / CARD).read_text("utf-8")
    lines = [
        "Metadata-Version: 2.4",
        f"Name: {names.distribution}",
        f"Version: {names.version}",
        f"Summary: {_line(about['title'])} ({terms.manifest['edition']} edition)",
        f"Author: {', '.join(_line(author['name']) for author in about['authors'])}",
        f"License-Expression: {_expression(about['licences'])}",
        "License-File: RIGHTS.md",
        *([f"Classifier: {_PRIVATE}"] if _holds_uncleared(terms) else []),
        *([f"Project-URL: Homepage, {about['homepage']}"] if about["homepage"] else []),
        "Requires-Python: >=3.11",
        "Requires-Dist: corpus-pkg",
        "Description-Content-Type: text/markdown; charset=UTF-8; variant=GFM",
    ]
    return "\n".join([*lines, "", card])


def _holds_uncleared(terms: Terms) -> bool:
    """Return whether a text is in the release that is not cleared for redistribution."""
    withheld = terms.manifest.get("withheld", ())
    return any(row["redistribution"] != "yes" and row["doc_id"] not in withheld for row in terms.documents())


def _line(text: str) -> str:
    return " ".join(text.split())


def _expression(licences: Mapping[str, str]) -> str:
    """Return the licences of annotations and texts as an SPDX expression."""
    named = {"LicenseRef-Annotations": licences["annotations"], "LicenseRef-Texts": licences["texts"]}
    parts = [_identifier(licence, otherwise) for otherwise, licence in named.items() if licence != "none"]
    return " AND ".join(dict.fromkeys(parts))


def _identifier(licence: str, otherwise: str) -> str:
    if licence in (UNKNOWN, "mixed", *STATEMENTS):
        return otherwise
    return f"({licence})" if " " in licence else licence
