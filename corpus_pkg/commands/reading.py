"""Documents, as commands that look at them read them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from corpus_pkg.commands.output import print_text
from corpus_pkg.errors import UnknownNameError


def one_document(options: argparse.Namespace) -> Any:
    """Return the document asked for, in canonical form; null, with its findings shown, when it has errors."""
    from corpus_pkg.corpus import read_corpus

    corpus = read_corpus(options.root)
    found = [*resolved_documents(corpus, [options.id], options)]
    return found[0] if found else None


def resolved_documents(corpus: Any, ids: Sequence[str] | None, options: argparse.Namespace) -> Iterator[Any]:
    """Yield documents in canonical form; of those with errors the findings are shown instead."""
    from corpus_pkg.documents import read_document
    from corpus_pkg.findings import has_errors, sort_findings

    entries = {entry.doc_id: entry for entry in corpus.entries}
    for doc_id in ids or ():
        if doc_id not in entries:
            raise UnknownNameError("document", doc_id, entries)
    settings = [finding for finding in corpus.findings if finding.severity == "error" and finding.document is None]
    print_text(sort_findings(settings), options.root, sys.stderr)
    for doc_id in ids or entries:
        checked = read_document(corpus, entries[doc_id])
        if checked.document is not None and not has_errors(checked.findings):
            yield checked.document
        else:
            print_text(sort_findings(checked.findings), options.root, sys.stderr)


def counted(documents: Iterator[Any], progress: Callable[[int, int], None], total: int) -> Iterator[Any]:
    """Yield the documents, and tell the progress of each."""
    for done, document in enumerate(documents, 1):
        yield document
        progress(done, total)


def ids_and_root(words: Sequence[str]) -> tuple[list[str], Path]:
    """Return the documents asked for and the corpus: the last word is the corpus when it is a folder, or looks so."""
    if words and (Path(words[-1]).is_dir() or "/" in words[-1]):
        return [*words[:-1]], Path(words[-1])
    return [*words], Path(".")
