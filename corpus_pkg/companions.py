"""The files beside the tables of a release by which it describes itself, but for the card and the manifest."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from corpus_pkg.changelog import NAME as CHANGELOG
from corpus_pkg.citation import CFF, DATACITE, canary_line, make_cff, make_datacite
from corpus_pkg.codebook import NAME as CODEBOOK
from corpus_pkg.codebook import make_codebook
from corpus_pkg.corpus import Corpus
from corpus_pkg.croissant import NAME as CROISSANT
from corpus_pkg.croissant import make_croissant
from corpus_pkg.licences import licence_files


def iter_companions(
    corpus: Corpus,
    parts: Mapping[str, Mapping[str, Mapping[str, Any]]],
    files: Mapping[str, Mapping[str, Any]],
    languages: Collection[str],
    changelog: str,
) -> Iterator[tuple[str, str]]:
    """Yield name and text of each file; `parts` are the tables as the card has them, `files` the Parquet files.

    What DataCite takes is left out while the corpus does not say its `date`, since it must not lack a year.
    """
    settings, annotators = corpus.settings, corpus.annotators["annotators"]
    yield CHANGELOG, changelog
    yield CFF, make_cff(settings)
    yield CODEBOOK, make_codebook(parts, corpus.vocabulary, canary_line(settings))
    yield CROISSANT, make_croissant(corpus, parts, files, languages)
    if settings["date"]:
        yield DATACITE, make_datacite(settings, languages, annotators)
    yield from licence_files(settings["licences"])
