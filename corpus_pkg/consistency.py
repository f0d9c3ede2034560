"""The record of the passes in the dataset: what each has, and how consistent they are with one another.

Compared are the two passes of each round (a folder of `annotations/passes/` that holds just two), and those between
which decisions were taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from corpus_pkg.agreement.passes import agree_passes
from corpus_pkg.corpus import Corpus
from corpus_pkg.findings import Finding
from corpus_pkg.passes import Pass, pass_names, read_pass

Row = dict[str, Any]


class Passes:
    """The passes of a corpus, read once."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus, self._root = corpus, corpus.folder.root
        self._names = pass_names(self._root)

    @cached_property
    def _read(self) -> dict[str, Pass]:
        return {name: read_pass(self._root, name) for name in self._names}

    def findings(self) -> Iterator[Finding]:
        """Yield what is wrong in the passes themselves."""
        own = f"{self._root / 'annotations/passes'}"
        for each in self._read.values():
            yield from (f for f in each.findings if f.path.startswith("annotations/passes/") or f.path.startswith(own))

    def tables(self) -> dict[str, list[Row]]:
        """Return the rows of the tables about passes, in the order of their keys."""
        return {"passes": [*self._documents()], "agreement": [*self._agreement()]}

    def _documents(self) -> Iterator[Row]:
        import orjson

        for name, each in sorted(self._read.items()):
            for doc_id, document in sorted(each.documents.items()):
                yield {"pass": name, "doc_id": doc_id, "document": orjson.dumps(document).decode()}

    def _agreement(self) -> Iterator[Row]:
        for a, b in self.pairs():
            for record in agree_passes(self._pass(a), self._pass(b))["measures"]:
                yield _row(a, b, record)

    def pairs(self) -> list[tuple[str, str]]:
        """Return the passes that are compared."""
        rounds: dict[str, list[str]] = defaultdict(list)
        for name in self._names:
            rounds[name.rpartition("/")[0]].append(name)
        decided = {(d["pass_a"], d["pass_b"]) for d in self._corpus.decisions}
        pairs = {(names[0], names[1]) for names in rounds.values() if len(names) == 2}
        return sorted(pairs | {(a, b) for a, b in decided if a and b and {a, b} <= {*self._names, "."}})

    def _pass(self, name: str) -> Pass:
        return self._read[name] if name in self._read else read_pass(self._root, str(self._root))


def _row(a: str, b: str, record: Mapping[str, Any]) -> Row:
    keys = ("measure", "statistic", "unit", "n", "value", "reason")
    return {"pass_a": a, "pass_b": b, **{key: record[key] for key in keys}}
