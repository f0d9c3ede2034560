"""Where many strings stand in one text, found in some passes over it instead of one pass for each string.

A string is looked up by a piece of it, of a length that is a power of two: its beginning, its middle or its end,
whichever stands least often. In one pass all places of all pieces of one length are noted. What has no rare piece is
left to `str.find`, which is as fast then. Offsets are code points.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator

_LONGEST = 64
"""Longest piece, in characters."""
_RARE = 100
"""A piece that stands once in so many characters is rare: to look at its places is no slower than to search."""


class Occurrences:
    """The places of strings in a text, each overlapping one too; of strings that were not expected it knows none."""

    def __init__(self, text: str, expected: Iterable[str]) -> None:
        self._text, self._expected = text, frozenset(expected)
        self._limit = _RARE + len(text) // _RARE
        self._places: dict[str, list[int]] = {}
        self._found: dict[str, list[int] | None] = {}
        by_size: dict[int, set[str]] = defaultdict(set)
        for string in self._expected:
            by_size[_size(string)].update(string[offset : offset + _size(string)] for offset in _offsets(string))
        for size, pieces in by_size.items():
            self._note(size, pieces)

    def _note(self, size: int, pieces: set[str]) -> None:
        """Take note of the places of pieces of one length, and drop a piece that turns out not to be rare."""
        text, places = self._text, self._places
        places.update((piece, []) for piece in pieces)
        for place in range(len(text) - size + 1):
            if (piece := text[place : place + size]) in pieces:
                places[piece].append(place)
                if len(places[piece]) > self._limit:
                    pieces.remove(piece)
                    del places[piece]

    def within(self, string: str, low: int, high: int) -> list[int] | None:
        """Return the offsets at which a string stands between two offsets, in order; null when that is not known."""
        if string not in self._found:
            self._found[string] = self._look_up(string) if string in self._expected else None
        found = self._found[string]
        if found is None:
            return None
        return found[bisect_left(found, low) : bisect_right(found, high - len(string))]

    def _look_up(self, string: str) -> list[int] | None:
        size = _size(string)
        pieces = ((string[offset : offset + size], offset) for offset in _offsets(string))
        rare = [(self._places[piece], offset) for piece, offset in pieces if piece in self._places]
        places, offset = min(rare, key=lambda each: len(each[0]), default=(None, 0))
        if places is None:
            return None
        begins = (place - offset for place in places if place >= offset)
        return [begin for begin in begins if self._text.startswith(string, begin)]


def _size(string: str) -> int:
    """Return the length of the pieces of a string: the greatest power of two that is not greater than its own."""
    return min(1 << (len(string).bit_length() - 1), _LONGEST)


def _offsets(string: str) -> tuple[int, int, int]:
    """Return where the pieces of a string begin in it."""
    rest = len(string) - _size(string)
    return 0, rest // 2, rest


def iter_matches(text: str, string: str, low: int, high: int) -> Iterator[int]:
    """Yield every offset at which a string stands between two offsets of a text, overlapping ones too.

    A string that stands over itself can do so only at a distance at which it is like itself. To look there first takes
    no time; to search for a string of a thousand characters takes as long as a thousand looks.
    """
    match, step = text.find(string, low, high), 0
    while match >= 0:
        yield match
        behind, match = match, match + step
        if not step or match + len(string) > high or not text.startswith(string, match):
            match = text.find(string, behind + 1, high)
        if not step and 0 < match - behind < len(string):
            step = _step(string, match - behind)


def _step(string: str, known: int) -> int:
    """Return the least distance at which a string can stand over itself; `known` is one."""
    least = string[: len(string) - known]
    step = string.find(least, 1)
    while not string.startswith(string[step:]):
        step = string.find(least, step + 1)
    return step
