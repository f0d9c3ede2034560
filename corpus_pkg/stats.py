"""Counts of a corpus: over all its documents, and with each text counted once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

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

    `all` counts every document; `once` counts one of each group of `groups` (the first that is no copy), so that a text
    that stands in the corpus twice is not counted twice.
    """
    every, once = Counter[str](), Counter[str]()
    seen: set[str] = set()
    annotated = Counter[str]()
    for document in sorted(documents, key=lambda document: document["copy_of"] is not None):
        counts = _counts(document)
        group = groups.get(document["document"], document["document"])
        every += counts
        once += counts if group not in seen else Counter()
        annotated.update(document["annotated"])
        seen.add(group)
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
