"""A completeness audit that a reader can repeat: what lies under no annotation, and is not explained.

What is looked for is said in `uncovered`; what is explained stands in `annotations/explained.yaml`. A copy is looked at
through its original, but for what the original lacks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from corpus_pkg.anchors import fold_space
from corpus_pkg.corpus import Corpus
from corpus_pkg.findings import Finding, sort_findings
from corpus_pkg.read import Lines
from corpus_pkg.uncovered import Uncovered
from corpus_pkg.validate import Explanations

Data = dict[str, Any]
_CONTEXT = 45
"""So many characters are shown on either side of a word."""


class Audit:
    """The audit of one corpus, document by document."""

    def __init__(self, corpus: Corpus) -> None:
        self._explanations = Explanations(corpus)

    def document(self, document: Mapping[str, Any]) -> Data:
        """Return what was found in a document in canonical form, as plain data."""
        search = self._explanations.search(document)
        left = self._explanations.left(document, search.uncovered)
        return {
            "document": document["document"],
            "copy_of": document["copy_of"],
            "unexplained": [*_described(document["text"], left)],
            "explained": len(search.uncovered) - len(left),
            "not_looked_for": search.omitted,
        }

    def unfit(self) -> list[Finding]:
        """Return the findings on explanations that do not fit; asked when the documents have passed."""
        return sort_findings(self._explanations.findings())


def _described(text: str, uncovered: Iterable[Uncovered]) -> Iterator[Data]:
    lines = Lines(text)
    for kind, start, end, word in uncovered:
        line, column = lines.place(start)
        yield {
            "line": line,
            "column": column,
            "start": start,
            "end": end,
            "kind": kind,
            "word": word,
            "context": context_of(text, start, end, _CONTEXT),
        }


def context_of(text: str, start: int, end: int, width: int, marks: tuple[str, str] = ("[", "]")) -> str:
    """Return a stretch of the text in marks, with up to `width` characters on either side, white space folded."""
    low, high = max(0, start - width), min(len(text), end + width)
    before, after = text[low:start], text[end:high]
    # Half a word at an end says nothing.
    before = before.split(" ", 1)[-1] if low and " " in before else before
    after = after.rsplit(" ", 1)[0] if high < len(text) and " " in after else after
    parts = "…" if low else "", before, marks[0], text[start:end], marks[1], after, "…" if high < len(text) else ""
    return fold_space("".join(parts))


def audit_lines(audits: Iterable[Data]) -> Iterator[str]:
    """Yield what was found, for people: a line on each word, below its document."""
    for audit in audits:
        counts = f"{len(audit['unexplained'])} unexplained, {audit['explained']} explained"
        copy = f" (copy of {audit['copy_of']}: only what that lacks)" if audit["copy_of"] else ""
        yield f"{audit['document']}{copy}: {counts}"
        yield from (f"  not looked for: {what}" for what in audit["not_looked_for"])
        for each in audit["unexplained"]:
            place = f"{each['line']}:{each['column']}"
            yield f"  {place:>8}  {each['kind']:<9}  {each['word']:<20}  {each['context']}"
