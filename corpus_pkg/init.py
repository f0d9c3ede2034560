"""A new corpus: a folder with one invented text, which validates and builds at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from corpus_pkg.corpus import Corpus, read_corpus
from corpus_pkg.documents import iter_documents
from corpus_pkg.editor import FOLDER, modeline, schema_files
from corpus_pkg.errors import CorpusError, UnknownNameError
from corpus_pkg.resolve import Document, complete
from corpus_pkg.write import write_mapping, write_source

LAYERS = {
    "date": ("date", "date_candidates", "times"),
    "source": ("source", "parties", "rights"),
    "actors": ("mentions",),
    "events": ("triggers", "attributions", "events", "relations", "claims"),
}
"""The layers that a corpus can have, and what belongs to each in the canonical form."""


def init_corpus(folder: Path, layers: Sequence[str] = tuple(LAYERS)) -> list[str]:
    """Make a corpus with these finished layers in a folder; return the files written, relative to it.

    Raises CorpusError when there is a corpus already or nothing can be written, UnknownNameError for an unknown layer.
    """
    for layer in layers:
        if layer not in LAYERS:
            raise UnknownNameError("layer", layer, LAYERS)
    for name in ("raw", "annotations"):
        if (folder / name).exists():
            raise CorpusError(f"{folder / name} is there already, so nothing is written")
    with as_file(files("corpus_pkg").joinpath("template")) as template:
        texts = dict(_texts(template, folder, layers))
    try:
        for name, text in texts.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(text.encode())
    except OSError as error:
        raise CorpusError(f"{folder} cannot be written: {error.strerror or error}") from error
    return [*texts]


def _texts(template: Path, folder: Path, layers: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the files of the new corpus: the template's, cut down to the layers and renamed."""
    corpus = read_corpus(template)
    checked = next(iter_documents(corpus))
    assert checked.document is not None
    document = _cut_down(checked.document, corpus, layers)
    for name in ("raw/example.txt", "raw/SHA256SUMS"):
        yield name, (template / name).read_bytes().decode()
    settings = _renamed((template / "annotations/corpus.yaml").read_bytes().decode(), folder.resolve().name)
    inventory = write_mapping("inventory", {"actors": [*_used_actors(corpus, document)]})
    yield "annotations/corpus.yaml", modeline("corpus") + settings
    yield "annotations/inventory.yaml", modeline("inventory") + inventory
    yield "annotations/example.yaml", modeline("source") + write_source(document, corpus.names)
    for name, text in schema_files(corpus.vocabulary):
        yield f"annotations/{FOLDER}/{name}", text


def _cut_down(document: Document, corpus: Corpus, layers: Sequence[str]) -> Document:
    """Return the document as if only these layers had been annotated."""
    cut = {**document, "annotated": [layer for layer in LAYERS if layer in layers]}
    for layer in LAYERS.keys() - {*layers}:
        cut |= {key: type(document[key])() for key in LAYERS[layer]}
    return complete(cut, corpus.names)[0]


def _used_actors(corpus: Corpus, document: Document) -> Iterator[dict[str, Any]]:
    words = set(re.findall(r"[a-z]+", write_source(document, corpus.names)))
    return (actor for actor in corpus.inventory["actors"] if actor["id"] in words)


def _renamed(settings: str, title: str) -> str:
    name = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "corpus"
    printable = "".join(char for char in title if char.isprintable()).replace("'", "''") or name
    return settings.replace("name: example", f"name: {name}").replace("title: example", f"title: '{printable}'")
