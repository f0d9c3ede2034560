"""The history of the data, as a release tells it: the part of the corpus's CHANGELOG.md that is about data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from corpus_pkg.corpus import Corpus
from corpus_pkg.findings import Finding
from corpus_pkg.jsonfile import JsonPlaces
from corpus_pkg.locate import Reporter
from corpus_pkg.read import YAML_LIMIT, FaultError, decode

NAME = "CHANGELOG.md"


def read_changelog(corpus: Corpus) -> tuple[str, list[Finding]]:
    """Return the history of the data in Markdown, with what is wrong with its file, which a corpus need not have."""
    if not (corpus.folder.root / NAME).exists():
        return _nothing(corpus.settings), []
    try:
        text = decode(corpus.folder.read(NAME, YAML_LIMIT)).removeprefix("\ufeff").replace("\r\n", "\n")
    except FaultError as error:
        return "", [Reporter(NAME).fault(error.fault, JsonPlaces(error.text))]
    return data_part(text), []


def data_part(text: str) -> str:
    """Return the section `## Data` of a changelog as a changelog of its own; the whole where it has no such section."""
    found = re.search(r"^## Data[ \t]*\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    if not found:
        return text
    return "# Changelog\n\n" + re.sub(r"^###", "##", found[1].strip("\n"), flags=re.MULTILINE) + "\n"


def _nothing(settings: Mapping[str, Any]) -> str:
    return f"# Changelog\n\n## {settings['version']}\n\nThe corpus tells nothing of its history.\n"
