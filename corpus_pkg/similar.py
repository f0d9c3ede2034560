"""How alike two texts are, and which of many are near-duplicates.

The measure is the Jaccard index of the sets of three successive words (shingles), case folded: 1 for the same words in
the same order, whatever the white space. Candidates are found by the smallest hashes of each text's shingles (bottom-k
sketches: A. Broder, "On the resemblance and containment of documents", 1997), and each is then measured exactly.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
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
_SEED, _SHORT = (re.compile(rf"\b\w{{{n},40}}+\W{{1,10}}+\w{{1,40}}+\W{{1,10}}+\w{{1,40}}+") for n in (8, 5))
"""What is hashed: three words of which the first is long. Some 20 of a text of 250 words, found without splitting it;
possessive and bounded, so that no text makes it slow. Where there are few, the first need not be that long."""


def similarity(one: str, other: str) -> float:
    """Return how alike two texts are, from 0 to 1."""
    first, second = _shingles(one), _shingles(other)
    return round(len(first & second) / len(first | second), 4) if first | second else 1.0


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
        shared = Counter(other for number in numbers for other in self._homes.get(number, ()))
        wanted = min(_SHARED, len(numbers))
        self._candidates += [(other, name) for other, times in shared.items() if times >= wanted]
        for number in numbers:
            home = self._homes[number]
            if len(home) < _COMPARED:
                home.append(name)

    def pairs(self, text_of: Callable[[str], str | None]) -> Iterator[tuple[str, str, float]]:
        """Yield the pairs of near-duplicates with their similarity; `text_of` gives a text again, null if it cannot."""
        read = lru_cache(maxsize=64)(text_of)
        for one, other in sorted(self._candidates):
            first, second = read(one), read(other)
            if first is None or second is None or min(len(_shingles(first)), len(_shingles(second))) < LEAST:
                continue
            if (alike := similarity(first, second)) >= NEAR:
                yield one, other, alike


def _sketch(text: str) -> list[int]:
    folded = " ".join(text.casefold().split())
    seeds = _SEED.findall(folded)
    if len(seeds) < _SKETCH:
        seeds = _SHORT.findall(folded) or [folded]
    return sorted({crc32(seed.encode()) for seed in seeds})[:_SKETCH]
