"""Rules that hold the canonical form to its text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
    found = f"{span['start']}-{span['end']} is {clip(actual)!r}"
    places = [m for m in range(len(document["text"])) if document["text"].startswith(span["text"], m)][:1000]
    near = min(places, key=lambda place: abs(place - span["start"]), default=None)
    hint = f"the nearest is {near}-{near + len(span['text'])}" if near is not None else "it stands nowhere in the text"
    message = f"{clip(span['text'])!r} does not stand at {span['start']}-{span['end']}"
    return Problem("span-text-mismatch", where, message, found, clip(span["text"]), hint)


def _check_passages(document: Mapping[str, Any]) -> Iterator[Problem]:
    text = document["text"]
    behind = 0
    for index, passage in enumerate(document["passages"]):
        start, end = passage["start"], passage["end"]
        where: Path = ("passages", index, "start")
        words = text[start:end]
        if not behind <= start < end <= len(text):
            yield Problem("passage-order", where, f"{start}-{end} is not behind the passage before, or not in the text")
            return
        if words != words.strip():
            yield Problem("passage-space", where, f"{start}-{end} begins or ends on white space", clip(words))
        if gap := text[behind:start].strip():
            yield Problem(
                "passage-gap", where, f"{clip(gap)!r} stands in no passage", clip(gap), "passages that cover the text"
            )
        behind = end
    if gap := text[behind:].strip():
        yield Problem(
            "passage-gap",
            ("passages",),
            f"{clip(gap)!r} stands in no passage",
            clip(gap),
            "passages that cover the text",
        )
