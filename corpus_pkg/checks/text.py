"""Rules that hold the canonical form to its text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from corpus_pkg.findings import Path, Problem, clip

Data = dict[str, Any]


def check_spans(document: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield a problem for each span whose text does not stand at its offsets, and where passages are no division."""
    text = document["text"]
    for where, span in iter_spans(document, ()):
        actual = text[span["start"] : span["end"]]
        if actual != span["text"]:
            yield _drifted(document, where, span, actual)
    yield from _check_passages(document)


def iter_spans(value: Any, where: Path) -> Iterator[tuple[Path, Data]]:
    """Yield every span of a document in canonical form, with its path."""
    if isinstance(value, dict):
        if len(value) == 3 and "start" in value and "text" in value:
            yield where, value
        else:
            for key, inner in value.items():
                if isinstance(inner, (dict, list)):
                    yield from iter_spans(inner, (*where, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            if isinstance(inner, (dict, list)):
                yield from iter_spans(inner, (*where, index))


def _drifted(document: Mapping[str, Any], where: Path, span: Data, actual: str) -> Problem:
    start, end, words = span["start"], span["end"], span["text"]
    message = f"{clip(words)!r} does not stand at {start}-{end}, but {clip(actual)!r}"
    near = _nearest(document["text"], words, start)
    hint = "it stands nowhere in the text" if near is None else f"write start {near}, end {near + len(words)}"
    return Problem("span-text-mismatch", where, message, clip(actual), clip(words), hint)


def _nearest(text: str, words: str, start: int) -> int | None:
    """Return the offset nearest to another at which the words stand."""
    found = (text.rfind(words, 0, start + len(words)), text.find(words, start))
    return min((place for place in found if place >= 0), key=lambda place: abs(place - start), default=None)


def _check_passages(document: Mapping[str, Any]) -> Iterator[Problem]:
    text, passages = document["text"], document["passages"]
    behind = 0
    for index, passage in enumerate(passages):
        start, end = passage["start"], passage["end"]
        where: Path = ("passages", index, "start")
        if fault := _misplaced(start, end, behind, len(text)):
            wanted = f"{behind} <= start < end <= {len(text)}"
            yield Problem("passage-order", where, fault, f"{start}-{end}", wanted)
            return
        words = text[start:end]
        # A byte-order mark at the beginning counts as white space, here as in anchors.
        bare = (words if start else words.removeprefix("\ufeff")).strip()
        if words != bare:
            first = start + words.index(bare)
            hint = f"write start {first}, end {first + len(bare)}" if bare else "take it away"
            message = f"the passage {start}-{end} begins or ends on white space"
            yield Problem("passage-space", where, message, clip(words), "a passage without white space around it", hint)
        yield from _gap(text, behind, start, where)
        behind = end
    yield from _gap(text, behind, len(text), ("passages",))
    yield from _check_duplicates(passages)


def _misplaced(start: int, end: int, behind: int, length: int) -> str | None:
    """Return what is wrong with the bounds of a passage, if anything is."""
    if start >= end:
        return f"the passage {start}-{end} ends before it begins"
    if start < behind:
        return f"the passage {start}-{end} begins before the one before it has ended, at {behind}"
    return f"the passage {start}-{end} ends behind the text, which has {length:,} characters" if end > length else None


def _gap(text: str, low: int, high: int, where: Path) -> Iterator[Problem]:
    if words := (text[low:high] if low else text[:high].removeprefix("\ufeff")).strip():
        start = text.index(words, low)
        message = f"{clip(words)!r} ({start}-{start + len(words)}) stands in no passage"
        yield Problem("passage-gap", where, message, clip(words), "passages that cover the text")


def _check_duplicates(passages: Sequence[Data]) -> Iterator[Problem]:
    starts: set[int] = set()
    for index, passage in enumerate(passages):
        earlier = passage.get("duplicate_of")
        if earlier is not None and earlier not in starts:
            message = f"no earlier passage starts at {earlier}"
            wanted = "the `start` of an earlier passage"
            yield Problem("duplicate-of-unknown", ("passages", index, "duplicate_of"), message, str(earlier), wanted)
        starts.add(passage["start"])


def item_repeated(document: Mapping[str, Any]) -> Iterator[Problem]:
    """Nothing is annotated twice: what names an item in the published tables names one.

    A mention, time or stamp is named by its span, a trigger by its span and event, a relation by its ends and type.
    """
    for layer, keys in _NAMED_BY.items():
        seen = set()
        for index, item in enumerate(document[layer]):
            span = item["q"] if "span" in keys else None
            name = (*(item[key] for key in keys if key != "span"), *((span["start"], span["end"]) if span else ()))
            if name in seen:
                what = clip(span["text"]) if span else " ".join(map(str, name))
                where: Path = (layer, index, "q") if span else (layer, index)
                hint = "take one away" + ("; several actors go into its `actors`" if layer == "mentions" else "")
                yield Problem("item-repeated", where, f"{what!r} is annotated here twice", what, "each once", hint)
            seen.add(name)


_NAMED_BY = {
    "mentions": ("span",),
    "triggers": ("span", "event"),
    "times": ("span",),
    "date_candidates": ("span",),
    "relations": ("from", "type", "to"),
}
