"""On what terms a release may be used: how it is cited, and the rights in its annotations and in each text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from corpus_pkg.citation import cite_bibtex, cite_text
from corpus_pkg.errors import CorpusError
from corpus_pkg.installed import find_installed
from corpus_pkg.load import dataset_path, load_documents
from corpus_pkg.manifest import ABOUT, read_manifest
from corpus_pkg.manifest import NAME as MANIFEST

_KEYS = ("licence", "redistribution", "holder", "basis")
"""What is told of the rights in a text."""


class Terms(NamedTuple):
    """A release, its folder and its manifest."""

    folder: Path
    manifest: Mapping[str, Any]

    @property
    def about(self) -> Mapping[str, Any]:
        """Title, authors, licences and the like."""
        found: Mapping[str, Any] = self.manifest["about"]
        return found

    @property
    def settings(self) -> dict[str, Any]:
        """What the manifest keeps of the corpus's settings."""
        return {**self.about, **{key: self.manifest[key] for key in ("name", "version")}}

    def documents(self) -> Iterator[dict[str, str | None]]:
        """Yield the rights in the text of each document: `doc_id`, licence, redistribution, holder, basis."""
        rows = load_documents(self.folder).rows
        columns = ["doc_id", *(f"source.{key}" for key in _KEYS)]
        for group in rows.groups:
            for row in rows.read(group, columns).to_pylist():
                yield {"doc_id": row["doc_id"], **{key: row["source"][key] for key in _KEYS}}


def find_dataset(which: str | None) -> Path:
    """Return the folder of a dataset: of a folder, built dataset or corpus, or of an installed corpus, by its name.

    Null is the one in this package. Raises DatasetMissingError, UnknownNameError.
    """
    if which is None:
        return dataset_path()
    folder = Path(which)
    if not folder.is_dir():
        return find_installed(which).folder
    return dataset_path(folder / "dataset" if (folder / "dataset" / MANIFEST).is_file() else folder)


def read_terms(folder: Path) -> Terms:
    """Return the terms of a built dataset. Raises CorpusError when it does not say them, as older ones do not."""
    manifest = read_manifest(folder)
    about = manifest.get("about")
    if not isinstance(about, dict) or not {*ABOUT} <= about.keys():
        raise CorpusError(f"{folder} was built by an older version of corpus_pkg, or is damaged; build it anew")
    return Terms(folder, manifest)


# --- citing ---


def citing_lines(terms: Terms) -> Iterator[str]:
    """Yield the citation that the corpus asks for, or one made of its title and authors, and what tells the bytes."""
    yield cite_text(terms.settings)
    if terms.about["homepage"]:
        yield terms.about["homepage"]
    yield _bytes_of(terms.manifest)


def bibtex_entry(terms: Terms) -> str:
    """Return an entry for BibTeX."""
    return cite_bibtex(terms.settings, _bytes_of(terms.manifest))


def _bytes_of(manifest: Mapping[str, Any]) -> str:
    return f"Edition: {manifest['edition']}. Content digest: {manifest['digest']}."


# --- rights ---


def licence_lines(terms: Terms) -> Iterator[str]:
    """Yield the licences of a release and of each text, as lines for people."""
    manifest, licences = terms.manifest, terms.about["licences"]
    yield f"{manifest['name']} {manifest['version']}, {manifest['edition']} edition"
    yield f"annotations: {licences['annotations']}"
    yield f"texts: {licences['texts']}"
    rows = [("document", *_KEYS[:3]), *(_plain(row)[:4] for row in terms.documents())]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    yield ""
    for row in rows:
        yield "  ".join(f"{value:<{width}}" for value, width in zip(row, widths, strict=True)).rstrip()


def rights_page(terms: Terms) -> Iterator[str]:
    """Yield a page in Markdown on the rights in a release."""
    licences = terms.about["licences"]
    yield f"# Rights in {terms.manifest['name']} {terms.manifest['version']}\n"
    yield f"Edition: {terms.manifest['edition']}."
    yield f"Annotations: {licences['annotations']}.\nTexts: {licences['texts']}.\n"
    yield "The texts belong to their holders; here is what is known of each.\n"
    yield f"| document | {' | '.join(_KEYS)} |\n|{'---|' * 5}"
    for row in terms.documents():
        yield f"| {' | '.join(value.replace('|', chr(92) + '|') for value in _plain(row))} |"


def _plain(row: Mapping[str, str | None]) -> tuple[str, ...]:
    return tuple(" ".join((value or "-").split()) for value in row.values())
