"""Quotes of withheld texts: finding them in any string, and putting pointers in their place.

A pointer says where the words stand: `⟦doc_id:start-end⟧`. ` folded` at its end says that each run of white space
between them was one blank in the quote, ` about` that the quote had other capitals or marks, so that the words
themselves cannot be had back from the text to the letter.

Words are compared without regard to capitals and to the marks around them. Letters of scripts that are written
without blanks count as a word each; an address is one word, so that one which spells a title is no quote.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from corpus_pkg.anchors import fold_space

LIMIT = 6
"""So many successive words of a withheld text are a quote, wherever they stand; fewer may stay."""
SHORT = 2
"""The same where a field is known to quote its document."""

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}](?:[^\s{_UNSPACED}]*[^\W{_UNSPACED}])?")
POINTER = re.compile(r"⟦([^\s⟦⟧:]+):([0-9]{1,18})-([0-9]{1,18})( folded| about)?⟧")

Shingle = tuple[str, ...]
Find = Callable[[Shingle], tuple[str, int] | None]
"""Gives the document in which some words stand, and the number of the first of them; null for none."""
TextOf = Callable[[str], str]


class Word(NamedTuple):
    """A word, folded, and where it stands, in code points."""

    folded: str
    start: int
    end: int


def split_words(text: str) -> list[Word]:
    """Return the words of a text."""
    return [Word(found[0].casefold(), *found.span()) for found in _WORD.finditer(text)]


def shingles(words: Sequence[Word], size: int = LIMIT) -> Iterator[Shingle]:
    """Yield each stretch of so many successive words."""
    folded = [word.folded for word in words]
    return (tuple(folded[start : start + size]) for start in range(len(folded) - size + 1))


def may_quote(string: str) -> bool:
    """Return whether a string is long enough to quote: asked of all, so that few are taken apart."""
    return len(string) >= LIMIT and not (string.isascii() and len(string.split(None, LIMIT - 1)) < LIMIT)


def index_quotes(candidates: set[Shingle], withheld: Iterable[tuple[str, str]]) -> dict[Shingle, tuple[str, int]]:
    """Return where those of the candidates stand that stand in withheld texts (id and text); the first place counts."""
    index: dict[Shingle, tuple[str, int]] = {}
    for doc_id, text in withheld:
        for number, each in enumerate(shingles(split_words(text))):
            if each in candidates:
                index.setdefault(each, (doc_id, number))
    return index


class Masker:
    """Puts pointers in the place of quotes. `text_of` gives the text of a withheld document by its id."""

    def __init__(self, index: Mapping[Shingle, tuple[str, int]], text_of: TextOf) -> None:
        self._index = index
        self._text_of = lru_cache(64)(text_of)
        self._words = lru_cache(64)(lambda doc_id: split_words(self._text_of(doc_id)))
        self._pairs = lru_cache(64)(self._find_pairs)

    def masked(self, string: str) -> str:
        """Return a string of any kind without its quotes of withheld texts."""
        return self._without(string, self._index.get, LIMIT) if may_quote(string) else string

    def masked_quote(self, string: str, doc_id: str) -> str:
        """Return a string that is known to quote a withheld document: only single words of it stay."""
        if whole := self.find_whole(string, doc_id):
            return whole
        # Names such as `iran` must stay, so that here capitals count.
        return self.masked(self._pass(string, self._pairs(doc_id).get, SHORT, exact=True))

    def find_whole(self, string: str, doc_id: str) -> str | None:
        """Return the pointer to a string that stands in a document as a whole, up to white space; null when not."""
        text = self._text_of(doc_id)
        words = string.split()
        found = re.search(r"\s+".join(map(re.escape, words)), text) if words else None
        return found and _pointer(doc_id, found.start(), found.end(), folded=found[0] != string)

    def _find_pairs(self, doc_id: str) -> dict[Shingle, tuple[str, int]]:
        found: dict[Shingle, tuple[str, int]] = {}
        for number, each in enumerate(shingles(self._words(doc_id), SHORT)):
            found.setdefault(each, (doc_id, number))
        return found

    def _without(self, string: str, find: Find, least: int) -> str:
        once = self._pass(string, find, least, exact=True)
        # What stands there in other capitals or with other marks is left by the first pass.
        return self._pass(once, find, least, exact=False)

    def _pass(self, string: str, find: Find, least: int, *, exact: bool) -> str:
        words = split_words(POINTER.sub(lambda found: "\n" * len(found[0]), string))
        keys = [*shingles(words, least)]
        parts, behind, number = [], 0, 0
        while number < len(keys):
            place = find(keys[number]) if not _is_cut(string, words[number : number + least]) else None
            if place is None:
                number += 1
                continue
            run = self._run(words[number:], *place)
            for start, end, pointer in self._pieces(string, run, place[0], exact=exact):
                parts += [string[behind:start], pointer]
                behind = end
            number += len(run)
        return "".join((*parts, string[behind:]))

    def _run(self, words: Sequence[Word], doc_id: str, number: int) -> list[tuple[Word, Word]]:
        """Return the words that go on as the text does, each with its counterpart there."""
        run = []
        for here, there in zip(words, self._words(doc_id)[number:], strict=False):
            if here.folded != there.folded:
                break
            run.append((here, there))
        return run

    def _pieces(
        self, string: str, run: Sequence[tuple[Word, Word]], doc_id: str, *, exact: bool
    ) -> Iterator[tuple[int, int, str]]:
        """Yield the stretches of a string that a pointer replaces, with the pointer."""
        text = self._text_of(doc_id)
        if not exact:
            yield run[0][0].start, run[-1][0].end, f"⟦{doc_id}:{run[0][1].start}-{run[-1][1].end} about⟧"
            return
        for here, there in _same_stretches(string, text, run):
            yield *here, _pointer(doc_id, *there, folded=string[slice(*here)] != text[slice(*there)])


def _pointer(doc_id: str, start: int, end: int, *, folded: bool) -> str:
    return f"⟦{doc_id}:{start}-{end}{' folded' if folded else ''}⟧"


def _is_cut(string: str, words: Sequence[Word]) -> bool:
    """Return whether a pointer stands between words: then they are no stretch any more."""
    return "⟧" in string[words[0].end : words[-1].start]


def _same_stretches(
    string: str, text: str, run: Sequence[tuple[Word, Word]]
) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Yield the longest stretches of a run that are the same up to white space, as offsets here and there."""
    first: tuple[Word, Word] | None = None
    last: tuple[Word, Word] | None = None
    for here, there in run:
        same = string[here.start : here.end] == text[there.start : there.end]
        joined = last is not None and _gap(string, last[0], here) == _gap(text, last[1], there)
        if first and last and not (same and joined):
            yield (first[0].start, last[0].end), (first[1].start, last[1].end)
            first = last = None
        if same:
            first, last = first or (here, there), (here, there)
    if first and last:
        yield (first[0].start, last[0].end), (first[1].start, last[1].end)


def _gap(text: str, one: Word, other: Word) -> str:
    return fold_space(f"x{text[one.end : other.start]}x")


def unmask(string: str, piece: Callable[[str, int, int], str | None]) -> str:
    """Return a string with the words in the place of its pointers, where `piece` has them."""

    def words(found: re.Match[str]) -> str:
        text = piece(found[1], int(found[2]), int(found[3]))
        if text is None:
            return found[0]
        return fold_space(text) if found[4] == " folded" else text

    return POINTER.sub(words, string) if "⟦" in string else string
