"""How far two annotation passes on disk agree."""

from __future__ import annotations

from typing import Any

from corpus_pkg.agreement.agree import agree_documents
from corpus_pkg.errors import CorpusError
from corpus_pkg.passes import Pass


def agree_passes(a: Pass, b: Pass) -> dict[str, Any]:
    """Return how far two passes agree (`agree.agree_documents`), over the documents that have no errors in either.

    Raises CorpusError when they do not use the same vocabulary. Of groups, those of A count first.
    """
    if a.vocabulary.tables != b.vocabulary.tables:
        raise CorpusError(f"{a.name} and {b.name} have different vocabularies, so their labels cannot be compared")
    errors = {doc_id: [each.name for each in (a, b) if doc_id in each.unsound] for doc_id in a.unsound | b.unsound}
    agreement = agree_documents(
        {doc_id: document for doc_id, document in a.documents.items() if doc_id not in errors},
        {doc_id: document for doc_id, document in b.documents.items() if doc_id not in errors},
        a.inventory,
        b.inventory,
        groups={**b.groups, **a.groups},
        vocabulary=a.vocabulary,
        names=(a.name, b.name),
    )
    return {**agreement, "documents": {**agreement["documents"], "with_errors": dict(sorted(errors.items()))}}
