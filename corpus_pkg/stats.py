"""Counts of a corpus: over all its documents, and with each text counted once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from corpus_pkg.rows import group_of

TOKEN = re.compile(r"\w+|[^\w\s]")
"""A token, for counting: a run of letters and digits, or one other character that is no white space."""
_LAYERS = (
    "passages",
    "mentions",
    "triggers",
    "times",
    "attributions",
    "events",
    "relations",
    "claims",
    "date_candidates",
)


def count_documents(documents: Iterable[Mapping[str, Any]], groups: Mapping[str, str]) -> dict[str, Any]:
    """Return the counts over documents in canonical form.

    `all` counts every document; `once` counts one of each group (`groups` by document; the first that is no copy), so
    that a text that stands in the corpus twice is not counted twice.
    """
    every, once = Counter[str](), Counter[str]()
    annotated = Counter[str]()
    firsts: dict[str, tuple[bool, Counter[str]]] = {}
    for document in documents:
        counts, is_copy, group = _counts(document), document["copy_of"] is not None, group_of(document, groups)
        every += counts
        annotated.update(document["annotated"])
        if group not in firsts or (firsts[group][0] and not is_copy):
            firsts[group] = is_copy, counts
    for _, counts in firsts.values():
        once += counts
    names = ("documents", "characters", "tokens", *_LAYERS)
    return {
        "all": {name: every[name] for name in names},
        "once": {name: once[name] for name in names},
        "annotated": dict(sorted(annotated.items())),
    }


def _counts(document: Mapping[str, Any]) -> Counter[str]:
    text = document["text"]
    sizes = {layer: len(document[layer]) for layer in _LAYERS}
    return Counter(sizes) + Counter(documents=1, characters=len(text), tokens=sum(1 for _ in TOKEN.finditer(text)))
