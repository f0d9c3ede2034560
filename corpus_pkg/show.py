"""A document in the terminal: its passages, with marks around what is annotated and a line for each annotation."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from corpus_pkg.anchors import JOINERS, fold_space
from corpus_pkg.findings import clip

Document = Mapping[str, Any]

_MARKS = {"mentions": ("[", "]", "36"), "triggers": ("{", "}", "1;33"), "times": ("‹", "›", "32")}
"""Marks around the words of a layer, and their colour (SGR)."""
_QUOTE = 40


def show_document(document: Document, *, width: int = 100, colour: bool = False) -> Iterator[str]:
    """Yield the lines that show a document in canonical form."""
    yield from _head(document)
    for passage in document["passages"]:
        yield ""
        language = f" ({passage['language']})" if passage["language"] else ""
        yield f"{passage['zone']}{language}  {passage['start']}-{passage['end']}"
        text = _marked(document, passage, colour)
        yield from textwrap.wrap(text, width, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)
        yield from (f"    {line}" for line in _annotations(document, passage))


def _head(document: Document) -> Iterator[str]:
    annotated = ", ".join(document["annotated"]) or "nothing yet"
    yield clip(document["document"], 200)
    if document["copy_of"]:
        yield f"copy of    {document['copy_of']}"
    yield f"language   {document['language']}"
    yield f"annotated  {annotated}"
    yield f"date       {dated(document['date'])}"
    yield f"rights     {document['source']['licence']}, redistribution {document['source']['redistribution']}"
    for party in document["source"]["parties"]:
        yield f"source     {party['role']}: {party['actor']}"
    for event in document["events"]:
        yield f"event      {_event(event)}"


def _event(event: Mapping[str, Any]) -> str:
    label = label_of(event)
    modality = "" if event["modality"] == "actual" else f", {event['modality']}"
    return f"{event['id']}: {label}{modality}, {dated(event['time'])}"


def label_of(item: Mapping[str, Any]) -> str:
    """Return the type of an event or relation, with its mode if it has one."""
    return f"{item['type']}/{item['mode']}" if item["mode"] else str(item["type"])


def dated(value: Mapping[str, Any]) -> str:
    """Return a date on its bases, those that add nothing left out."""
    bases = [("text", value["text"])]
    bases += [("known", value["known"])] if value["known"] != value["text"] else []
    bases += [("external", value["external"])] if value["external"] != value["known"] else []
    return ", ".join(f"{name} {date}" for name, date in bases if date) or "undated"


def _marked(document: Document, passage: Mapping[str, Any], colour: bool) -> str:
    """Return the text of a passage with marks at the ends of spans, the inner ones inside."""
    start, end = passage["start"], passage["end"]
    marks: list[tuple[int, int, int, int, str]] = []
    for place, (layer, (opening, closing, sgr)) in enumerate(_MARKS.items()):
        for item in document[layer]:
            low, high = item["q"]["start"], min(item["q"]["end"], end)
            if start <= low < end:
                on, off = (f"\x1b[{sgr}m", "\x1b[0m") if colour else ("", "")
                # At one place: what ends comes first, the inner before the outer; then what begins, the outer first.
                marks.append((high, 0, -low, -place, closing + off))
                marks.append((low, 1, -high, place, on + opening))
    pieces, behind = [], start
    for offset, *_, mark in sorted(marks):
        pieces += [_plain(document["text"][behind:offset]), mark]
        behind = offset
    return "".join(pieces) + _plain(document["text"][behind:end])


def _plain(text: str) -> str:
    # White space is kept as blanks, at the ends too; what could steer a terminal is shown instead.
    return "".join(
        char if char.isprintable() or char in JOINERS else " " if char.isspace() else clip(char) for char in text
    )


def _clipped(text: str, limit: int) -> str:
    plain = _plain(fold_space(text))
    return plain if len(plain) <= limit else plain[: limit - 1] + "…"


def _annotations(document: Document, passage: Mapping[str, Any]) -> Iterator[str]:
    for layer, describe in _LINES.items():
        for item in document[layer]:
            span = item.get("q") or next(iter(item.get("content", ())), None)
            if span and passage["start"] <= span["start"] < passage["end"]:
                quote = _clipped(span["text"], _QUOTE)
                yield f"{_LABELS.get(layer, layer.removesuffix('s')):<14} {quote:<{_QUOTE}} {describe(item)}".rstrip()


def _mention(item: Mapping[str, Any]) -> str:
    metonymy = ", metonymy" if item["metonymy"] else ""
    return f"{', '.join(item['actors'])} ({item['level']}{metonymy})"


def _trigger(item: Mapping[str, Any]) -> str:
    values = ", ".join(f"{each['source']} {each['value']}" for each in item["factuality"])
    return f"{item['event']} ({values})"


def _attribution(item: Mapping[str, Any]) -> str:
    cue = f' "{_clipped(item["cue"]["text"], 30)}"' if item["cue"] else ""
    return f"{', '.join(item['sources']) or 'nobody'}{cue} ({item['form']})"


_LABELS = {"parties": "party", "date_candidates": "date candidate", "rights": "rights"}
_LINES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "mentions": _mention,
    "triggers": _trigger,
    "times": dated,
    "attributions": _attribution,
    "parties": lambda item: f"{item['role']}: {item['actor']}",
    "date_candidates": lambda item: f"{item['kind']} {item['value'] or 'no date'}, {item['verdict']}",
    "rights": lambda item: item["licence"] or "no licence",
    "relations": lambda item: f"{item['from']} {label_of(item)} {item['to']}",
    "claims": lambda item: (
        f"{item['event']}: {item['attribute']} is {clip(item['value'], 30)} ({', '.join(item['sources'])})"
    ),
}
