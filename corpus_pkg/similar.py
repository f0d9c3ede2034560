"""How alike two texts are, and which of many are near-duplicates.

The measure is the Jaccard index of the sets of three successive words (shingles), case folded: 1 for the same words in
the same order, whatever the white space. Candidates are found by the smallest hashes of each text's shingles (bottom-k
sketches: A. Broder, "On the resemblance and containment of documents", 1997), and each is then measured exactly.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import lru_cache
from zlib import crc32

MEASURE = "Jaccard index of the sets of three successive words, case folded"
NEAR = 0.8
"""From this similarity on two texts are near-duplicates."""
_SKETCH = 8
"""So many hashes of a text are kept."""
_SHARED = 4
"""So many of them two texts must share to be compared; texts of similarity 0.8 share fewer once in a thousand cases."""
_COMPARED = 4
"""With so many earlier texts of one hash a text is compared: what a thousand texts share is boilerplate."""
LEAST = 30
"""Texts of fewer shingles are not compared: short ones are alike by chance."""
_LONG = (8, 7, 6, 5)
"""What is hashed: shingles of which the first word is so long, some 20 of a text of 250 words. Where there are few, it
need not be that long."""


def similarity(one: str, other: str) -> float:
    """Return how alike two texts are, from 0 to 1."""
    return _jaccard(_shingles(one), _shingles(other))


def _jaccard(one: set[tuple[str, ...]], other: set[tuple[str, ...]]) -> float:
    shared = len(one & other)
    return round(shared / (len(one) + len(other) - shared), 4) if one or other else 1.0


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = text.casefold().split()
    return set(zip(words, words[1:], words[2:], strict=False)) if len(words) > 2 else {tuple(words)}


class Sketches:
    """Sketches of texts, by which near-duplicates find each other; takes some 100 bytes a hash and no text."""

    def __init__(self) -> None:
        self._homes: dict[int, list[str]] = defaultdict(list)
        self._candidates: list[tuple[str, str]] = []

    def add(self, name: str, text: str) -> None:
        """Take in a text under its name."""
        numbers = _sketch(text)
        self._candidates += [(other, name) for other in self._sharing(numbers)]
        for number in numbers:
            home = self._homes[number]
            if len(home) < _COMPARED:
                home.append(name)

    def _sharing(self, numbers: list[int]) -> list[str]:
        """Return the texts taken in that share enough hashes to be compared."""
        shared = [other for number in numbers for other in self._homes.get(number, ())]
        wanted = min(_SHARED, len(numbers))
        if len(shared) < wanted:
            return []
        return [other for other in set(shared) if shared.count(other) >= wanted]  # of 32 at most

    def near(self, text: str, text_of: Callable[[str], str | None]) -> Iterator[tuple[str, float]]:
        """Yield the texts taken in of which another, not taken in, is a near-duplicate, with their similarity."""
        for name in sorted(self._sharing(_sketch(text))):
            alike = _alike(text, text_of(name))
            if alike is not None:
                yield name, alike

    def pairs(
        self, text_of: Callable[[str], str | None], is_asked: Callable[[str, str], bool] = lambda one, other: True
    ) -> Iterator[tuple[str, str, float]]:
        """Yield the pairs of near-duplicates that are asked for, with their similarity.

        `text_of` gives a text again, null if it cannot.
        """
        read = lru_cache(maxsize=64)(text_of)
        for one, other in sorted(pair for pair in self._candidates if is_asked(*pair)):
            alike = _alike(read(one), read(other))
            if alike is not None:
                yield one, other, alike


def _alike(first: str | None, second: str | None) -> float | None:
    """Return the similarity of near-duplicates; null for all other texts, and where one cannot be read."""
    if first is None or second is None:
        return None
    one, other = _shingles(first), _shingles(second)
    alike = _jaccard(one, other) if min(len(one), len(other)) >= LEAST else 0
    return alike if alike >= NEAR else None


def _sketch(text: str) -> list[int]:
    words = text.split()  # to fold the case of all takes as long as all else
    lengths = [*map(len, words)]
    places: list[int] = []
    for least in _LONG:
        places = [place for place, length in enumerate(lengths) if length >= least]
        if len(places) >= _SKETCH:
            break
    shingles = "\n".join([" ".join(words[place : place + 3]) for place in places or [0]])
    return sorted(set(map(crc32, shingles.casefold().encode().split(b"\n"))))[:_SKETCH]
