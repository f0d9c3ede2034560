"""The decisions on the differences between two passes, in `annotations/decisions/`, one file for each document.

A decision is open until it has `choose` and `why`. `choose` is `a`, `b`, `both`, `neither`, or `other` with a `value`
of its own in the form in which `a` and `b` stand: a line for each item, `kind: {...}`, as in a document.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from corpus_pkg.adjudication.differences import LAYER, WHOLE, Difference
from corpus_pkg.anchors import Folded, Span
from corpus_pkg.schema import Roles
from corpus_pkg.write import Unresolver, flow

Data = dict[str, Any]
_GIVEN = ("choose", "value", "why", "cases", "note")
"""What a person writes into a decision."""
_AROUND = 60
"""So many characters before and after the place of a difference are shown."""
_FIRST_WORDS = 6


class Version:
    """One pass of a document, and how its items are written."""

    def __init__(self, document: Data, taken: Sequence[Span], roles: Roles) -> None:
        self._document = document
        self._unresolver = Unresolver(document, Folded(document["text"]), taken, roles)

    def written(self, items: Iterable[tuple[str, Any]]) -> str | None:
        """Return items in the source form, a line for each; null for none."""
        return "\n".join(f"{kind}: {flow(self._plain(kind, item), inside=True)}" for kind, item in items) or None

    def first_told(self, name: str) -> int | None:
        """Return where an event has its first trigger, or an actor its first mention; null where it has none."""
        triggers = [item["q"]["start"] for item in self._document["triggers"] if item["event"] == name]
        mentions = [item["q"]["start"] for item in self._document["mentions"] if name in item["actors"]]
        return min(triggers or mentions, default=None)

    def _plain(self, kind: str, item: Any) -> Any:
        if kind == "passages":
            return {key: value for key, value in self._passage(item).items() if value is not None}
        return item if kind in WHOLE and not isinstance(item, dict) else self._unresolver.item(kind, item)

    def _passage(self, item: Data) -> Data:
        again = item["duplicate_of"]
        again = None if again is None else _first_words(self._document["text"], again)
        at = _first_words(self._document["text"], item["start"])
        return {"at": at, "zone": item["zone"], "language": item["language"], "duplicate_of": again}


def _first_words(text: str, start: int) -> str:
    return " ".join(text[start : start + 200].split()[:_FIRST_WORDS])


def entries(doc_id: str, differences: Sequence[Difference], a: Version, b: Version, text: str, name: str) -> list[Data]:
    """Return an open decision on each difference of a document."""
    found = []
    seen: Counter[str] = Counter()
    for each in differences:
        place = each.start if each.start is not None else _own_name(each)
        decision_id = "_".join((name or "d", _as_name(doc_id), each.kind, _as_name(str(place))))
        seen[decision_id] += 1
        number = f"_{seen[decision_id]}" if seen[decision_id] > 1 else ""
        found.append(
            {
                "id": decision_id + number,
                "document": doc_id,
                "layer": LAYER[each.kind],
                "kind": each.kind,
                "at": None if (start := _place(each, a, b)) is None else around(text, start),
                "a": a.written(each.a),
                "b": b.written(each.b),
                "choose": None,
                "why": None,
            }
        )
    return found


def _place(difference: Difference, a: Version, b: Version) -> int | None:
    """Return where a reader looks: the difference itself, else where that of which it is one is first told."""
    if difference.start is not None:
        return difference.start
    name = _own_name(difference)
    return next((place for side in (a, b) if (place := side.first_told(name)) is not None), None)


def _own_name(difference: Difference) -> str:
    item = (difference.a or difference.b)[0][1]
    return str(item.get("id") or item.get("from") or "") if isinstance(item, Mapping) else ""


def _as_name(word: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", "_", word)


def around(text: str, start: int) -> str:
    """Return the text around an offset, with a mark at it, on one line."""
    before, behind = text[max(0, start - _AROUND) : start], text[start : start + _AROUND]
    return " ".join(f"{before}▸{behind}".split())


def with_given(found: Sequence[Data], kept: Sequence[Data]) -> list[Data]:
    """Return the decisions with what was written into those of the same name before.

    A decision that was taken stays as it was written, with the versions on which it was taken. What was decided on a
    difference that is no more, since the annotations were mended, is kept at the end.
    """
    known = {each["id"]: each for each in kept}
    names = {each["id"] for each in found}
    given = [_given(each, known.get(each["id"], {})) for each in found]
    return [*given, *(each for each in kept if each["id"] not in names and not is_open(each))]


def _given(found: Data, kept: Data) -> Data:
    return kept if kept.get("choose") else {**found, **{key: kept.get(key) for key in _GIVEN}}


def is_open(decision: Mapping[str, Any]) -> bool:
    """Return whether a decision has not been taken, or not been given its reason."""
    return not decision["choose"] or not decision["why"]


def write_decisions(names: Mapping[str, str], decisions: Sequence[Data], settled: str | None = None) -> str:
    """Return the file of the decisions of one document: each key on its own line, so that people can fill them in.

    `settled` is the SHA-256 of the annotations that they came to, if they have been written.
    """
    head = [f"passes: {flow(dict(names), inside=True)}", *([f"settled: {settled}"] if settled else [])]
    return "\n".join([*head, "decisions:" if decisions else "decisions: []", *_lines(decisions)]) + "\n"


def _lines(decisions: Sequence[Data]) -> Iterator[str]:
    for decision in decisions:
        lead = "- "
        for key, value in decision.items():
            if value in (None, []) and key not in ("document", "a", "b", "choose", "why"):
                continue
            yield from (f"{mark}{line}" for mark, line in zip(_leads(lead), _value(key, value), strict=False))
            lead = "  "


def _leads(first: str) -> Iterator[str]:
    yield first
    while True:
        yield "  "


def _value(key: str, value: Any) -> Iterator[str]:
    if isinstance(value, str) and ("\n" in value or key in ("a", "b", "value")):
        yield f"{key}: |-"
        yield from (f"  {line}" for line in value.split("\n"))
    else:
        yield f"{key}: {flow(value, inside=isinstance(value, (list, dict)))}"
