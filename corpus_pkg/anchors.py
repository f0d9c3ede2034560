"""Anchors: one string that says which stretch of a text is meant.

An anchor must match exactly once where it is looked for; whole words win over parts of words; white space matches any
white space; `<...>` marks the span inside a longer quote; `A ... B` runs from A to B. Nothing else is ever guessed.
All offsets of this module's callers are Unicode code points of the raw text, half-open.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from difflib import SequenceMatcher
from itertools import islice, repeat
from typing import NamedTuple

from corpus_pkg.occurrences import Occurrences, iter_matches

_SPACE = re.compile(r"\s(?:(?<! )|(?=\s))\s*")
"""Runs of white space but for one blank alone, which most are and which need not be made one."""
_RAW_SPACE = re.compile(r"[\s\ufeff](?:(?<=\A\ufeff)|(?<![ \ufeff])|(?<= )(?=\s))\s*")
"""The same in a raw text. There a byte-order mark is no word, so that no passage has to begin with it."""
_MARKED = re.compile(r"[\\<>]|\.\.\.")
"""What an anchor has that is more than its words."""
_TOKEN = re.compile(r"\\(\.\.\.|[<>\\])|(?<=\s)\.\.\.(?=\s)|[<>]")
"""What is escaped, ` ... `, and the marks."""

LONG_SPAN = 60
"""From this many characters on, the writer prefers `A ... B` to the whole quote."""
LIMIT = 5_000
"""Longest anchor, in characters."""
MANY = 1_000
"""So many matches are not looked at one by one: the anchor is refused."""
_WORTH = 20_000_000
"""From so many literals times characters on, some passes over the text are faster than one for each literal."""
SHOWN = 4
"""So many stretches that an anchor could mean are told."""
JOINERS = "\u200c\u200d"
"""ZWNJ and ZWJ, which stand inside words, of Persian above all, and inside emoji."""
END_MISSING = "its end does not stand behind its beginning"

Span = tuple[int, int]


class AnchorError(Exception):
    """An anchor that does not mean exactly one stretch.

    `candidates` are the first stretches it could mean, none when it matches nothing; `many` says that there are so many
    of them that no longer anchor is looked for.
    """

    def __init__(self, reason: str, candidates: Sequence[Span] = (), *, many: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.candidates, self.many = reason, list(candidates), many


class Folded:
    """A text with each run of white space made one blank, and the way back to the offsets of the text.

    A byte-order mark at the beginning counts as white space.
    """

    def __init__(self, text: str, space: re.Pattern[str] = _RAW_SPACE) -> None:
        self.raw = text
        self.text = space.sub(" ", text)
        self._starts, self._raw_starts = _pieces(text, space)
        self._ends = [*self._starts[1:], len(self.text)]
        self._occurrences: Occurrences | None = None

    def expect(self, literals: Collection[str]) -> None:
        """Prepare for a search for many literals, where that is worth it: each takes a pass over the text otherwise."""
        if len(literals) * len(self.text) > _WORTH:
            self._occurrences = Occurrences(self.text, literals)

    def matches(self, literal: str, low: int, high: int) -> list[int]:
        """Return where the literal stands between two offsets of the folded text, overlapping ones too: the first."""
        known = self._occurrences.within(literal, low, high) if self._occurrences else None
        return list(islice(iter_matches(self.text, literal, low, high), MANY)) if known is None else known[:MANY]

    def first(self, literal: str, low: int) -> int:
        """Return where the literal stands first from an offset of the folded text on; -1 where it does not."""
        known = self._occurrences.within(literal, low, len(self.text)) if self._occurrences else None
        return self.text.find(literal, low) if known is None else [*known[:1], -1][0]

    def to_raw(self, span: Span) -> Span:
        """Return the span of the raw text for a span of the folded text that ends on no white space."""
        return self._raw_offset(span[0]), self._raw_offset(span[1] - 1) + 1

    def to_folded(self, span: Span) -> Span:
        """Return the span of the folded text for a span of the raw text, without white space at its ends."""
        start, end = map(self._folded_offset, span)
        while start < end and self.text[start] == " ":
            start += 1
        while end > start and self.text[end - 1] == " ":
            end -= 1
        return start, end

    def _raw_offset(self, offset: int) -> int:
        piece = bisect_right(self._starts, offset) - 1
        return self._raw_starts[piece] + offset - self._starts[piece]

    def _folded_offset(self, offset: int) -> int:
        """Return where what stands in the raw text from an offset on begins; white space that was left out is none."""
        piece = bisect_right(self._raw_starts, offset) - 1
        return min(self._starts[piece] + offset - self._raw_starts[piece], self._ends[piece])


def _pieces(text: str, space: re.Pattern[str]) -> tuple[list[int], list[int]]:
    """Return where the pieces begin between which characters are left out: in the folded text, and in the raw one."""
    starts, raw_starts = [0], [0]
    for match in space.finditer(text):
        if match.end() - match.start() > 1:
            starts.append(starts[-1] + match.start() + 1 - raw_starts[-1])
            raw_starts.append(match.end())
    return starts, raw_starts


def fold_space(text: str) -> str:
    """Return the text with each run of white space made one blank, and none at its ends."""
    return " ".join(text.split())


class Anchor(NamedTuple):
    """An anchor, parsed: what to find first, what last (null unless far), and where the marks stand in them.

    `start` is an offset in `head`; `end` one in `tail`, or in `head` when there is no tail.
    """

    head: str
    tail: str | None
    start: int
    end: int


def parse_anchor(string: str) -> Anchor:
    """Return the anchor that a string writes. Raises AnchorError when its marks do not pair."""
    if not _MARKED.search(string) and (words := _SPACE.sub(" ", string).strip(" ")):
        return Anchor(words, None, 0, len(words))  # as nearly all are
    parts, marks = _tokens(string)
    head, head_marks = _tidy(parts[0], marks[0])
    tail, tail_marks = _tidy(parts[1], marks[1]) if len(parts) == 2 else (None, [])
    written = [mark for mark, _ in (*head_marks, *tail_marks)]
    if not head or tail == "":
        raise AnchorError("it has no words")
    if not written:
        return Anchor(head, tail, 0, len(head if tail is None else tail))
    closing = tail_marks if tail is not None else head_marks[1:]
    if written != ["<", ">"] or len(head_marks) == 0 or len(closing) != 1:
        raise AnchorError("its marks `<` and `>` do not pair; write `\\<` and `\\>` for those of the text")
    start, end = head_marks[0][1], closing[0][1]
    if tail is None and start >= end:
        raise AnchorError("nothing stands between its marks")
    if tail is not None and (start == len(head) or end == 0):
        raise AnchorError("no words stand beside one of its marks")
    return Anchor(head, tail, start, end)


def _tokens(string: str) -> tuple[list[str], list[list[tuple[str, int]]]]:
    """Return the literal parts around ` ... `, and for each the marks with their offsets in it."""
    parts = [""]
    marks: list[list[tuple[str, int]]] = [[]]
    position = 0
    for token in _TOKEN.finditer(string):
        parts[-1] += string[position : token.start()]
        position = token.end()
        if token[0] in ("<", ">"):
            marks[-1].append((token[0], len(parts[-1])))
        elif token[1] or not string[: token.start()].strip() or not string[position:].strip():
            parts[-1] += token[1] or token[0]
        elif len(parts) == 2:
            raise AnchorError("it has ` ... ` more than once; write `\\...` for dots of the text")
        else:
            parts.append("")
            marks.append([])
    parts[-1] += string[position:]
    return parts, marks


def _tidy(literal: str, marks: list[tuple[str, int]]) -> tuple[str, list[tuple[str, int]]]:
    """Fold the white space of a literal and move its marks along, off the white space beside them."""
    if not marks:
        return _SPACE.sub(" ", literal).strip(" "), []
    folded = Folded(literal, _SPACE)
    lead = len(folded.text) - len(folded.text.lstrip(" "))
    text = folded.text.strip(" ")
    moved = []
    for mark, offset in marks:
        inner = folded.to_folded((offset, len(literal)))[0] if mark == "<" else folded.to_folded((0, offset))[1]
        moved.append((mark, min(max(inner - lead, 0), len(text))))
    return text, moved


def find_anchor(anchor: Anchor, folded: Folded, scopes: Sequence[Span]) -> Span:
    """Return the span that an anchor means, in offsets of the raw text.

    `scopes` are spans of the raw text: the first is where the anchor is looked for; `B` of `A ... B` is looked for
    behind A, there and then in the others, the nearest that has it. Raises AnchorError when it
    matches nowhere or twice.
    """
    heads = _matches(folded, anchor.head, *folded.to_folded(scopes[0]))
    if len(heads) == 1:
        return _span_from(heads[0], anchor, folded, scopes)
    candidates: list[Span] = []
    for head in heads[:SHOWN] if len(heads) < MANY else ():
        with suppress(AnchorError):
            candidates.append(_span_from(head, anchor, folded, scopes))
    if heads and not candidates:
        candidates = [folded.to_raw((head + anchor.start, head + len(anchor.head))) for head in heads[:SHOWN]]
    reason = f"it stands {_times(heads)}" if heads else "it does not stand"
    raise AnchorError(reason, candidates, many=len(heads) == MANY)


def _span_from(head: int, anchor: Anchor, folded: Folded, scopes: Sequence[Span]) -> Span:
    """Return the span of an anchor whose first words stand at an offset of the folded text."""
    start, behind = head + anchor.start, head + len(anchor.head)
    if anchor.tail is None:
        return folded.to_raw((start, head + anchor.end))
    for low, high in scopes_with(folded, anchor.tail, behind, scopes):
        matches = _matches(folded, anchor.tail, max(low, behind), high)
        if len(matches) > 1:
            spans = [folded.to_raw((start, match + anchor.end)) for match in matches[:SHOWN]]
            reason = f"its end stands {_times(matches)} behind its beginning"
            raise AnchorError(reason, spans, many=len(matches) == MANY)
        if matches:
            return folded.to_raw((start, matches[0] + anchor.end))
    raise AnchorError(END_MISSING)


def scopes_with(folded: Folded, literal: str, behind: int, scopes: Sequence[Span]) -> Iterator[Span]:
    """Yield, in folded offsets, the scopes in which a literal stands at or behind an offset, the nearest first.

    The text is searched, not the scopes one by one: a page may have thousands of passages of one zone.
    """
    index = 0
    while index < len(scopes):
        low, high = folded.to_folded(scopes[index])
        match = folded.first(literal, max(low, behind))
        if match < 0:
            return
        if match + len(literal) <= high:
            yield low, high
            index += 1
        else:
            # On to the scope in which it may stand: the last that begins before it, or else the next.
            begin = folded.to_raw((match, match + 1))[0]
            index = max(index + 1, bisect_right(scopes, (begin, len(folded.raw))) - 1)


def _times(matches: Sequence[int]) -> str:
    return f"{len(matches)} times" + (" or more" if len(matches) == MANY else "")


def _matches(folded: Folded, literal: str, low: int, high: int) -> list[int]:
    """Return where the literal stands between two offsets: as whole words, or else inside words."""
    found = folded.matches(literal, low, high)
    if len(found) == MANY:
        return found
    return [match for match in found if is_whole(folded.text, match, match + len(literal))] or found


def first_match(text: str, literal: str, low: int, high: int) -> int | None:
    """Return the nearest offset at which the literal stands as whole words, or else at all."""
    first = None
    for match in islice(iter_matches(text, literal, low, high), MANY):
        if is_whole(text, match, match + len(literal)):
            return match
        first = match if first is None else first
    return first


def has_match(text: str, literal: str, low: int, high: int) -> bool:
    """Return whether the literal stands between two offsets."""
    return text.find(literal, low, high) >= 0


def is_whole(text: str, start: int, end: int) -> bool:
    """Return whether what stands between two offsets begins and ends no word in its middle."""
    return not _inside_word(text, start) and not _inside_word(text, end)


def _inside_word(text: str, offset: int) -> bool:
    return 0 < offset < len(text) and _is_word(text[offset - 1]) and _is_word(text[offset])


def _is_word(char: str) -> bool:
    # Combining marks belong to the word they stand in; `\w` of `re` leaves them out.
    return char.isalnum() or char == "_" or char in JOINERS or unicodedata.category(char)[0] == "M"


def escape(literal: str) -> str:
    """Return the literal as an anchor writes it."""
    escaped = re.sub(r"[\\<>]", r"\\\g<0>", literal)
    return re.sub(r"(?<!\S)\.\.\.(?!\S)", r"\\...", escaped)


def shortest_anchor(folded: Folded, scopes: Sequence[Span], span: Span, tries: Iterable[object] = repeat(None)) -> str:
    """Return the shortest anchor that `find_anchor` takes for this span, in the same scopes.

    Each of the `tries` is a search, of which some sixty may be needed; several calls can share an iterator of them.
    Raises AnchorError when there is none: the span then begins or ends on white space, or ends in no scope, or the text
    repeats itself over more characters than an anchor may have.
    """
    for candidate, _ in zip(_candidates(folded, scopes, span), tries, strict=False):
        try:
            if len(candidate) <= LIMIT and find_anchor(parse_anchor(candidate), folded, scopes) == span:
                return candidate
        except AnchorError:
            continue
    where = f"{span[0]}-{span[1]}"
    raise AnchorError(f"no anchor can mean {where}: does it begin or end on white space, or outside its passage?")


def _candidates(folded: Folded, scopes: Sequence[Span], span: Span) -> Iterator[str]:
    start, end = folded.to_folded(span)
    low, high = folded.to_folded(scopes[0])
    text = folded.text
    quote = text[start:end]
    far = end > high or len(quote) >= LONG_SPAN
    if far:
        yield from _far_candidates(text, start, end, low, high)
    if end <= high:
        yield escape(quote)
        yield from _contexts(text, start, end, low, high)
    elif far:
        yield from _far_contexts(folded, scopes, start, end)


def _contexts(text: str, start: int, end: int, low: int, high: int) -> Iterator[str]:
    """Yield the quote within more and more words of its passage, at last within the whole of it."""
    low, high = max(low, end - LIMIT), min(high, start + LIMIT)
    before, after = _starts_before(text, start, low), _ends_after(text, end, high)
    for words in range(1, 9):
        for left in range(words + 1):
            if left < len(before) and words - left < len(after):
                yield _marked(text, before[left], start, end, after[words - left])
    size = 16
    while size < max(len(before), len(after)):
        yield _marked(text, before[min(size, len(before) - 1)], start, end, after[min(size, len(after) - 1)])
        size *= 2
    yield _marked(text, low, start, end, high)


def _marked(text: str, left: int, start: int, end: int, right: int) -> str:
    return f"{escape(text[left:start])}<{escape(text[start:end])}>{escape(text[end:right])}"


def _far_candidates(text: str, start: int, end: int, low: int, high: int) -> Iterator[str]:
    heads = _ends_after(text, start, min(end, high, start + LIMIT))[1:]
    tails = _starts_before(text, end, max(start, end - LIMIT))[1:]
    for words in range(2, 13):
        for first in range(1, words):
            last = words - first
            if first <= len(heads) and last <= len(tails) and heads[first - 1] < tails[last - 1]:
                yield f"{escape(text[start : heads[first - 1]])} ... {escape(text[tails[last - 1] : end])}"


def _far_contexts(folded: Folded, scopes: Sequence[Span], start: int, end: int) -> Iterator[str]:
    """Yield far anchors within the whole of the two passages in which the span begins and ends."""
    text = folded.text
    low, high = folded.to_folded(scopes[0])
    for left, right in ((low, high), (start, high)):
        for first, last in (folded.to_folded(scope) for scope in scopes[1:]):
            if first < end <= last:
                for until in (end, last):
                    lead, trail = escape(text[left:start]), escape(text[end:until])
                    yield f"{lead}<{escape(text[start:right])} ... {escape(text[first:end])}>{trail}"


def _starts_before(text: str, offset: int, low: int) -> list[int]:
    """Return the offset itself, then the beginnings of the words before it, the nearest first."""
    return [offset, *(low + m.start() for m in reversed(list(re.finditer(r"\S+", text[low:offset]))))]


def _ends_after(text: str, offset: int, high: int) -> list[int]:
    """Return the offset itself, then the ends of the words behind it, the nearest first."""
    return [offset, *(offset + m.end() for m in re.finditer(r"\S+", text[offset:high]))]


def nearest_text(text: str, literal: str) -> str | None:
    """Return the words of a text, white space folded, that are most like a quote that does not stand in it.

    For a person to look at, never used. Looks at 6,000 characters of text and 120 of the quote: some 10 ms.
    """
    text, quote = text[:6000], literal[:120]
    block = SequenceMatcher(None, _caseless(text), _caseless(quote), autojunk=False).find_longest_match()
    if block.size < 3:
        return None
    start = max(block.a - block.b, 0)
    left, right = _word_edges(text, start, min(start + len(quote), len(text)))
    return _without_edges(text[left:right].strip(), quote)


def _without_edges(words: str, quote: str) -> str:
    """Return the words without the stops and quote marks around them, where the quote has none there."""
    while len(words) > 1 and _is_mark(words[-1]) and not _is_mark(quote[-1]):
        words = words[:-1]
    while len(words) > 1 and _is_mark(words[0]) and not _is_mark(quote[0]):
        words = words[1:]
    return words


def _is_mark(char: str) -> bool:
    return unicodedata.category(char).startswith("P")


def _caseless(text: str) -> str:
    """Return the text without case, and as long as before: some capitals, `İ` among them, have small letters of two."""
    small = text.lower()
    return small if len(small) == len(text) else "".join(char.lower()[0] for char in text)


def _word_edges(text: str, start: int, end: int) -> Span:
    while start > 0 and text[start - 1] != " ":
        start -= 1
    while end < len(text) and text[end] != " ":
        end += 1
    return start, end
