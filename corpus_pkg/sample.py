"""A sample of decisions for a first review by people: reproducible, and spread over what was annotated.

The sample is stratified twice. The strata are the kinds of annotation (mentions, triggers, times, ...), and within a
kind the documents. Each kind gets a share in proportion to the number of its items, and one item at the least as long
as there are enough to draw; the share of a kind is divided among its documents in the same way, without the least; what
is left over by rounding goes to the largest remainders. Within a stratum each item is as likely as any other: those
come first whose SHA-256 of seed and name is smallest, so that every machine draws the same, and an item that is added
to the corpus moves few others.

Only finished layers are drawn from. A copy is counted once, through its original; its own date and source, which it
does not take over, are its own decisions.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from corpus_pkg.anchors import fold_space
from corpus_pkg.corpus import Corpus
from corpus_pkg.describe import Description
from corpus_pkg.items import LAYERS, Item, layer_items

Data = Mapping[str, Any]
COLUMNS = ("id", "document", "line", "quote", "context", "question", "value", "verdict", "comment")
"""The columns of a sheet; `verdict` and `comment` are empty, for the reader to fill in."""
_OWN = ("date", "source")
"""The layers that a copy has of its own."""


class Candidate(NamedTuple):
    """An item that may be drawn, with the document that it is of."""

    doc_id: str
    item: Item

    @property
    def id(self) -> str:
        """The name of the item in the corpus."""
        return f"{self.doc_id}/{self.item.key}"


def candidates(document: Data) -> Iterator[Candidate]:
    """Yield the items of a document in canonical form that may be drawn."""
    for layer in LAYERS:
        if layer in document["annotated"] and (document["copy_of"] is None or layer in _OWN):
            yield from (Candidate(document["document"], item) for item in layer_items(document, layer))


def draw_sample(found: Iterable[Candidate], n: int, seed: str) -> list[Candidate]:
    """Return `n` of the candidates, or all where there are fewer, by kind and document, in the order of the text."""
    by_kind = _divided(found, lambda candidate: candidate.item.kind)
    order = [kind for kinds in LAYERS.values() for kind in kinds]
    drawn: list[Candidate] = []
    for kind, share in _shares({kind: len(each) for kind, each in by_kind.items()}, n, least=1).items():
        by_document = _divided(by_kind[kind], lambda candidate: candidate.doc_id)
        for doc_id, number in _shares({name: len(each) for name, each in by_document.items()}, share).items():
            drawn += sorted(by_document[doc_id], key=lambda candidate: _lot(seed, candidate.id))[:number]
    return sorted(drawn, key=lambda each: (each.doc_id, order.index(each.item.kind), _start(each.item), each.id))


def _divided(found: Iterable[Candidate], key: Any) -> dict[str, list[Candidate]]:
    divided: dict[str, list[Candidate]] = {}
    for candidate in found:
        divided.setdefault(key(candidate), []).append(candidate)
    return {name: divided[name] for name in sorted(divided)}


def _shares(sizes: Mapping[str, int], n: int, least: int = 0) -> dict[str, int]:
    """Divide `n` among strata in proportion to their sizes, none getting more than it has; largest remainders first."""
    total = sum(sizes.values())
    if n >= total:
        return dict(sizes)
    least = least if n >= least * len(sizes) else 0
    shares = {name: max(least, n * size // total) for name, size in sizes.items()}
    remainders = sorted(sizes, key=lambda name: (-(n * sizes[name] % total), name))
    while (left := n - sum(shares.values())) > 0:
        for name in [name for name in remainders if shares[name] < sizes[name]][:left]:
            shares[name] += 1
    while sum(shares.values()) > n:  # the least has taken more than there was
        shares[max(shares, key=lambda name: (shares[name], name))] -= 1
    return shares


def _lot(seed: str, name: str) -> bytes:
    return hashlib.sha256(f"{seed}\n{name}".encode("utf-8", "surrogatepass")).digest()


def _start(item: Item) -> int:
    return item.span["start"] if item.span else -1


def sheet(corpus: Corpus, drawn: Sequence[Candidate], documents: Mapping[str, Data]) -> Iterator[dict[str, Any]]:
    """Yield a row of `COLUMNS` for each item; `documents` in canonical form, by id."""
    descriptions: dict[str, Description] = {}
    for doc_id, item in drawn:
        if doc_id not in descriptions:
            descriptions[doc_id] = Description(corpus, documents[doc_id])
        about = descriptions[doc_id].as_dict(item)
        told = {key: about[key] for key in ("line", "quote", "context", "question", "value")}
        told["quote"] = fold_space(told["quote"]) if told["quote"] else None
        yield {"id": f"{doc_id}/{item.key}", "document": doc_id, **told, "verdict": "", "comment": ""}


def as_csv(rows: Iterable[Data]) -> str:
    """Return a sheet as CSV (RFC 4180, but lines end with LF).

    A cell that a spreadsheet would take for a formula begins with an apostrophe.
    """
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: inert(value) for key, value in row.items()} for row in rows)
    return out.getvalue()


def inert(value: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


def as_markdown(rows: Iterable[Data]) -> Iterator[str]:
    """Yield the lines of a sheet as a table of Markdown."""
    yield f"| {' | '.join(COLUMNS)} |"
    yield f"|{'---|' * len(COLUMNS)}"
    for row in rows:
        yield f"| {' | '.join(_cell(row[column]) for column in COLUMNS)} |"


def _cell(value: Any) -> str:
    text = "" if value is None else fold_space(str(value))
    for mark in ("\\", "|", "`", "*", "_", "<", "["):
        text = text.replace(mark, f"\\{mark}")
    return text
