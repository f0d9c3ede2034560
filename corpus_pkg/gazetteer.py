"""Names in a text: where the names of known actors stand in it, as whole words, the longest first.

Letters must be the same, capitals too; white space is folded. What a whole word is: between two letters, digits, marks
or joiners there is no end of a word, so that `Bakı` does not stand in `Bakıda`. Scripts without spaces between words
(Chinese, Japanese, Thai, Lao, Khmer, Burmese, Tibetan) show no ends of words: there every character can begin or end a
name, and a name is found wherever it stands. Nothing begins or ends inside a character as readers see it.

The names are a tree of tokens, so that finding takes time in proportion to the text, however many names there are.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from corpus_pkg.anchors import JOINERS, Span
from corpus_pkg.derive import Names

_UNSPACED = ("Han", "Hiragana", "Katakana", "Thai", "Lao", "Khmer", "Myanmar", "Tibetan")
"""Scripts that do not part their words."""
_END = ""  # no token is empty: under it stand the actors of a name


class Named(NamedTuple):
    """A stretch of the text, half-open, with the actors that have these words as a name or adjective."""

    start: int
    end: int
    actors: tuple[str, ...]


class Gazetteer:
    """The names of an inventory, to be found in texts whose white space is folded."""

    def __init__(self, names: Names) -> None:
        self._root: dict[str, Any] = {}
        for form, actors in sorted(_actors_of(names).items()):
            node = self._root
            for token in _tokens().findall(form):
                node = node.setdefault(token, {})
            if node is not self._root:
                node[_END] = tuple(sorted(actors))

    def find(self, text: str, low: int, high: int) -> list[Named]:
        """Return the names between two offsets, in their order; of those that overlap the longest, then the first."""
        found = sorted(self._matches(text, low, high), key=lambda named: (named.start - named.end, named.start))
        taken: list[Span] = []
        kept = []
        for named in found:
            if is_free(taken, named.start, named.end):
                insort(taken, (named.start, named.end))
                kept.append(named)
        return sorted(kept)

    def _matches(self, text: str, low: int, high: int) -> Iterator[Named]:
        tokens = [*_tokens().finditer(text, low, high)]
        for first, token in enumerate(tokens):
            node, last = self._root, first
            while last < len(tokens) and (inner := node.get(tokens[last][0])) is not None:
                node, last = inner, last + 1
                if _END in node:
                    yield Named(token.start(), tokens[last - 1].end(), node[_END])


def is_free(taken: list[Span], start: int, end: int) -> bool:
    """Return whether a stretch has no character in common with those taken, which are sorted and do not overlap."""
    at = bisect_left(taken, (end, -1))
    return at == 0 or taken[at - 1][1] <= start


def merge_spans(spans: Iterable[Span]) -> list[Span]:
    """Return what stretches cover together, as sorted stretches that do not overlap."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _actors_of(names: Names) -> Mapping[str, set[str]]:
    actors: dict[str, set[str]] = {}
    for actor, forms in names.items():
        for form in (*forms.names, *forms.adjectives):
            actors.setdefault(form, set()).add(actor)
    return actors


@cache
def _tokens() -> Any:
    """Return the pattern of a token: a run of the letters of a word, a letter of an unspaced script, or what else."""
    import regex

    unspaced = "[" + "".join(rf"\p{{Script={name}}}" for name in _UNSPACED) + "]"
    letter = rf"(?!{unspaced})[\w\p{{M}}{JOINERS}]"
    return regex.compile(rf"(?:(?={letter})\X)+|\X")
