"""Corpora that are installed: the one in this package, and those that come in wheels of their own (`corpus wheel`).

A wheel names its corpora in the entry points of the group `corpus_pkg.corpora`: the name of the corpus, and the package
whose folder `dataset` holds it. No code of that package is run.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from corpus_pkg.errors import CorpusError, DatasetMissingError, UnknownNameError
from corpus_pkg.manifest import NAME as MANIFEST
from corpus_pkg.manifest import read_manifest

GROUP = "corpus_pkg.corpora"
FOLDER = "dataset"
"""The folder of the dataset in a package that holds a corpus."""


class Installed(NamedTuple):
    """A corpus that is installed: its name, the folder of its dataset, and the distribution that brought it."""

    name: str
    folder: Path
    distribution: str

    def as_dict(self) -> dict[str, str]:
        """Return it as plain data."""
        return {"name": self.name, "folder": str(self.folder), "distribution": self.distribution}

    def manifest(self) -> dict[str, Any]:
        """Return its manifest. Raises CorpusError when it is damaged."""
        return read_manifest(self.folder)


def built_in_path() -> Path:
    """Return the folder of the dataset in this package. Raises DatasetMissingError where it has not been built."""
    folder = Path(__file__).parent / FOLDER
    if not (folder / MANIFEST).is_file():
        raise DatasetMissingError("this checkout holds no built dataset; run scripts/build first")
    return folder


def list_installed() -> list[Installed]:
    """Return all corpora that are installed, that of this package first, the others by name."""
    found = {(corpus.name, corpus.folder): corpus for corpus in _brought()}
    return [*_built_in(), *(found[key] for key in sorted(found))]


def find_installed(name: str) -> Installed:
    """Return the corpus of a name.

    Raises UnknownNameError, with the near matches, and CorpusError when several packages bring one of this name.
    """
    corpora = list_installed()
    found = [corpus for corpus in corpora if corpus.name == name]
    if not found:
        raise UnknownNameError("installed corpus", name, {corpus.name for corpus in corpora})
    if len(found) > 1:
        brought = " and ".join(corpus.distribution for corpus in found)
        raise CorpusError(f"{brought} both bring a corpus called {name!r}; uninstall one, or give the folder as path")
    return found[0]


def _built_in() -> Iterator[Installed]:
    folder = Path(__file__).parent / FOLDER
    if (folder / MANIFEST).is_file():
        yield Installed(read_manifest(folder)["name"], folder, "corpus-pkg")


def _brought() -> Iterator[Installed]:
    """Yield the corpora of other distributions; one whose files are gone, or lie in an archive, is left out."""
    for point in entry_points(group=GROUP):
        folder = _folder(point)
        if folder is not None:
            yield Installed(point.name, folder, point.dist.name if point.dist else point.value)


def _folder(point: EntryPoint) -> Path | None:
    try:
        spec = find_spec(point.module)
    except (ImportError, ValueError):
        return None
    places = (Path(place) / FOLDER for place in (spec and spec.submodule_search_locations) or ())
    return next((place for place in places if (place / MANIFEST).is_file()), None)
