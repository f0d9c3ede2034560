"""The record of the passes in the dataset: what each has, and how consistent they are with one another.

Compared are the two passes of each round (a folder of `annotations/passes/` that holds just two), and those between
which decisions were taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from corpus_pkg.agreement.passes import agree_passes
from corpus_pkg.corpus import Corpus
from corpus_pkg.findings import Finding
from corpus_pkg.passes import ITSELF, Pass, pass_names, read_pass, shown_name

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
        return sorted(pairs | {(a, b) for a, b in decided if a and b and {a, b} <= {*self._names, ITSELF}})

    def _pass(self, name: str) -> Pass:
        return self._read[name] if name in self._read else read_pass(self._root, ITSELF)


def _row(a: str, b: str, record: Mapping[str, Any]) -> Row:
    keys = ("measure", "statistic", "unit", "n", "value", "reason")
    return {"pass_a": a, "pass_b": b, **{key: record[key] for key in keys}}


def agreement_table(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the lines of a Markdown table of rows of the table `agreement`: a line a measure, a column a pair."""
    pairs = [*dict.fromkeys((row["pass_a"], row["pass_b"]) for row in rows)]
    lines: dict[tuple[str, str], dict[tuple[str, str], Row]] = defaultdict(dict)
    for row in rows:
        lines[row["measure"], row["statistic"]][row["pass_a"], row["pass_b"]] = row
    yield f"| measure | {' | '.join(' : '.join(map(shown_name, pair)) for pair in pairs)} |"
    yield f"|---|{'---:|' * len(pairs)}"
    for (measure, statistic), found in lines.items():
        if statistic in _SHOWN.get(measure, ()):
            cells = " | ".join(_cell(found.get(pair)) for pair in pairs)
            yield f"| {measure} {_STATISTIC.get(statistic, statistic)} | {cells} |"


def _cell(row: Row | None) -> str:
    if row is None or row["value"] is None:
        return "–"
    return f"{row['value']:.2f} ({row['n']:,})"


_STATISTIC = {"f1": "F1", "alpha": "α", "ac1": "AC1", "conll": "CoNLL", "lea": "LEA"}
_SHOWN = {
    "zones": ("alpha",),
    "mentions.exact": ("f1",),
    "mentions.overlap": ("f1",),
    "triggers.exact": ("f1",),
    "triggers.overlap": ("f1",),
    "triggers.type": ("alpha",),
    "arguments.actors": ("f1",),
    "coreference.actors.document.exact": ("conll", "lea"),
    "coreference.events.document.exact": ("conll", "lea"),
    "coreference.events.corpus.aligned": ("conll",),
    "factuality.values": ("agreement", "alpha", "ac1"),
    "factuality.exceptions": ("agreement",),
    "attributions": ("f1",),
    "times.exact": ("f1",),
    "times.text": ("agreement",),
    "relations": ("f1",),
    "claims": ("f1",),
    "date_candidates.exact": ("f1",),
}
"""The measures that a reader looks for first; the table `agreement` has them all."""
