"""Agreement as a table for people: a line a measure, with its statistics side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from corpus_pkg.passes import shown_name

Record = Mapping[str, Any]
_FEW = 5
"""So many documents are named."""


def as_table(agreement: Record, *, labels: bool = False) -> Iterator[str]:
    """Yield the lines that show an agreement (`agree.agree_documents`); with `labels` those of single labels too."""
    yield from _head(agreement)
    yield ""
    yield f"{'measure':<35}{'n':>10}  values"
    for measure, group in groupby(agreement["measures"], key=lambda record: record["measure"]):
        records = [*group]
        yield _line(measure, records)
        yield from _label_lines(records) if labels else ()
    yield ""
    yield from _foot(agreement)


def _line(name: str, records: Sequence[Record]) -> str:
    cells = "   ".join(filter(None, (*map(_cell, records), _directions(records[0]))))
    reasons = "; ".join(dict.fromkeys(record["reason"] for record in records if record["reason"]))
    return f"{name:<35}{records[0]['n']:>10,}  {cells}{f'   ({reasons})' if reasons else ''}"


def _cell(record: Record) -> str:
    """Return a statistic with its value, or a dash, and its interval."""
    interval = " ({:.3f} to {:.3f})".format(*record["interval"]) if record.get("interval") else ""
    return f"{record['statistic']} {_value(record['value'])}{interval}"


def _value(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _directions(record: Record) -> str:
    """Return how much of each pass is in the other; of clusters not, whose metrics have each their own."""
    if record["statistic"] != "f1" or record.get("a_in_b") is None:
        return ""
    return f"A in B {_value(record['a_in_b'])}   B in A {_value(record['b_in_a'])}"


def _label_lines(records: Sequence[Record]) -> Iterator[str]:
    for label in records[0]["labels"]:
        figures = [{**r["labels"][label], "statistic": r["statistic"]} for r in records if label in r["labels"]]
        yield _line(f"  {label}", figures)


def _head(agreement: Record) -> Iterator[str]:
    first, second = map(shown_name, agreement["passes"])
    documents = agreement["documents"]
    yield f"A is {first}, B is {second}"
    yield f"compared: {_several(documents['compared'])}"
    for doc_id, others in agreement["groups"].items():
        yield f"{doc_id} stands for its group; not counted: {', '.join(others)}"
    for key, said in (("only_a", "only in A"), ("only_b", "only in B"), ("texts_differ", "left out, texts differ")):
        if documents[key]:
            yield f"{said}: {_several(documents[key])}"
    for passes, doc_ids in _by_passes(documents["with_errors"]):
        yield f"left out: {_several(doc_ids)}, with errors in {passes}"
    for layer, missing in agreement["left_out"].items():
        for passes, doc_ids in _by_passes(missing):
            yield f"left out: {layer} of {_several(doc_ids)}, not finished in {passes}"


def _by_passes(missing: Mapping[str, Sequence[str]]) -> list[tuple[str, list[str]]]:
    """Return the documents that lack something in the same passes, with the names of these."""
    by_passes: dict[str, list[str]] = defaultdict(list)
    for doc_id, passes in missing.items():
        by_passes[" and ".join(map(shown_name, passes))].append(doc_id)
    return sorted(by_passes.items())


def _several(doc_ids: Sequence[str]) -> str:
    noun = "document" if len(doc_ids) == 1 else "documents"
    return f"{len(doc_ids):,} {noun} ({_first(doc_ids)})" if doc_ids else "no documents"


def _first(names: Iterable[str]) -> str:
    names = [*names]
    return ", ".join(names[:_FEW]) + (", ..." if len(names) > _FEW else "")


def _foot(agreement: Record) -> Iterator[str]:
    """Yield why there are no intervals, once for each reason, and how all was computed."""
    measures: dict[str, dict[str, None]] = defaultdict(dict)
    for record in agreement["measures"]:
        if record["value"] is not None and record["interval_reason"]:
            measures[record["interval_reason"]][record["measure"]] = None
    for reason, names in measures.items():
        yield f"no interval: {reason} ({_first(names)})"
    yield f"signature: {agreement['signature']}"
