"""A withheld text as units: the whole, its zones, their paragraphs, each with what tells whether a copy is the same.

A paragraph is a stretch of a zone without a line break. `sha256` is that of its characters in UTF-8, `dense_sha256`
that of the characters without white space. The lengths of its words, and where the white space between them is not
one blank, let a paragraph be set as it was from any copy that differs in white space only.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

Row = dict[str, Any]
Bounds = tuple[int, int]
_LINE = re.compile(r"[^\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
"""What stands between the line breaks that `str.splitlines` knows."""


class Layout(NamedTuple):
    """How a stretch of text is set: the lengths of its words, and what stands between them if it is not one blank."""

    words: list[int]
    spaces: list[Row]


def sha256(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def dense(text: str) -> str:
    """Return a text without white space."""
    return "".join(text.split())


def units_of(text: str, zones: Sequence[Bounds]) -> Iterator[Row]:
    """Yield the units of a text, `zones` being the bounds of its passages: rows of `withheld` but for the document."""
    paragraphs = [bounds for zone in zones for bounds in _paragraphs(text, *zone)]
    starts = [start for start, _ in paragraphs[1:]] + [len(text)]
    first = paragraphs[0][0] if paragraphs else len(text)
    yield {**_unit("document", text, (0, len(text))), "before": text[:first]}
    behind = {bounds: text[bounds[1] : start] for bounds, start in zip(paragraphs, starts, strict=True)}
    for zone in zones:
        yield _unit("zone", text, zone)
        for bounds in _paragraphs(text, *zone):
            layout = layout_of(text[slice(*bounds)])
            yield {
                **_unit("paragraph", text, bounds),
                "word_lengths": layout.words,
                "spaces": layout.spaces,
                "after": behind[bounds],
            }


def _paragraphs(text: str, start: int, end: int) -> Iterator[Bounds]:
    for line in _LINE.finditer(text, start, end):
        words = line[0].strip()
        if words:
            begin = line.start() + line[0].index(words)
            yield begin, begin + len(words)


def _unit(kind: str, text: str, bounds: Bounds) -> Row:
    piece = text[slice(*bounds)]
    hashes = {"sha256": sha256(piece), "dense_sha256": sha256(dense(piece))}
    place = {"start": bounds[0], "end": bounds[1], "kind": kind}
    return {**place, **hashes, "word_lengths": [], "spaces": [], "before": "", "after": ""}


def layout_of(text: str) -> Layout:
    """Return how a paragraph is set."""
    words = text.split()
    spaces = [match[0] for match in re.finditer(r"\s+", text)]
    odd = [{"word": number, "space": space} for number, space in enumerate(spaces, 1) if space != " "]
    return Layout([len(word) for word in words], odd)


def set_text(letters: str, layout: Layout) -> str:
    """Return characters without white space, set as the layout says: the inverse of `dense` and `layout_of`."""
    spaces = {space["word"]: space["space"] for space in layout.spaces}
    parts, at = [], 0
    for number, length in enumerate(layout.words):
        parts += [spaces.get(number, " ") if number else "", letters[at : at + length]]
        at += length
    return "".join(parts)
