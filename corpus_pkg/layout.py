"""How a text is probably laid out: its passages, and by simple rules the zone of each. A person looks at it afterwards.

A line is a passage. Lines of 50 to 100 characters that were wrapped make one together: in a block without blank lines a
line goes on the one before when its first word would not have fitted there. It takes a block in which each line is so
full or ends with a stop. A passage of more than 1,000 characters is
cut at ends of sentences.

The zones, the first rule that holds: `Last update`, `Updated`, `Modified` with a date or a colon is an `update_stamp`;
`Published`, `Posted` so, or a line that is nothing but a date, a `publication_date`; `Source:` begins a `source_line`;
`By` and a capital a `byline`, in which a date is a passage of its own; `©`, `Creative Commons` and the like make a
`licence_notice`. The first of the other passages is the `title` when it is short and has no full stop, and so is what
repeats it; all else is `body`. The words of these rules are English or the same everywhere, those of months and
weekdays the document's. A zone that the vocabulary does not have is not given.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from operator import or_
from typing import Any

from corpus_pkg.calendar_words import find_dates

Data = dict[str, Any]
Span = tuple[int, int]

_WRAPPED = range(50, 101)
"""So long is the longest line, in characters, of a block that may be wrapped."""
_LONG = 1_000
"""A longer passage, in characters, is cut at ends of sentences."""
_LEAST = 200
"""Shorter parts of it are not made."""
_TITLE = 200
"""A longer line is no title."""
_LINE = re.compile(r"[^\r\n]+|\r\n|\r|\n")
_SENTENCE_END = re.compile(r"""[.!?…؟۔][”"»’')\]]*\s+|[。！？][」』”]*\s*""")
_ENDS = '.!?:;…؟۔。！？”"»'
_STOPS = (".", "…", "。", "۔", ";", ",")
_STAMP = r"(?:\s+(?:on|at))?\s*(?::|$|(?=[^.]*[0-9]{4}))"
_RULES = (
    (
        "update_stamp",
        100,
        re.compile(rf"(?:last |page )?(?:updated?|modified|changed|edited){_STAMP}", re.I),
    ),
    ("publication_date", 100, re.compile(rf"(?:published|posted|publication date|date){_STAMP}", re.I)),
    ("source_line", 200, re.compile(r"sources?\s?:", re.I)),
    ("byline", 120, re.compile(r"[Bb][Yy]:? (?=[^\W\d_])(?![a-z])")),
    (
        "licence_notice",
        400,
        re.compile(r".*(?:©|\(c\) [0-9]{4}|all rights reserved|creative commons|\bCC BY\b|licen[sc]ed under)", re.I),
    ),
)
"""Zones with the longest line, in characters, that may be one, and how it begins."""


def guess_passages(text: str, language: str, zones: Collection[str]) -> list[Data]:
    """Return passages that cover a text: start and end in code points, and a zone, one of those there are.

    Their ends are no white space; a text of white space has none.
    """
    bare = f" {text[1:]}" if text.startswith("\ufeff") else text
    spans = [piece for part in _paragraphs(bare) for piece in _pieces(bare, part)]
    passages = [piece for span in spans for piece in _zoned(bare, span, language)]
    _name_title(bare, passages)
    other = next((zone for zone in ("body", *zones) if zone in zones), "body")
    return [{**passage, "zone": passage["zone"] if passage["zone"] in zones else other} for passage in passages]


def _paragraphs(text: str) -> Iterator[Span]:
    block: list[Span] = []
    after_end = True
    for match in _LINE.finditer(text):
        is_end = match[0][0] in "\r\n"
        if line := None if is_end else _trimmed(text, match.span()):
            block.append(line)
        elif not is_end or after_end:
            yield from _unwrapped(text, block)
            block = []
        after_end = is_end
    yield from _unwrapped(text, block)


def _trimmed(text: str, span: Span) -> Span | None:
    words = text[span[0] : span[1]]
    start = span[0] + len(words) - len(words.lstrip())
    return (start, start + len(words.strip())) if words.strip() else None


def _unwrapped(text: str, lines: Sequence[Span]) -> Iterator[Span]:
    """Yield the paragraphs of a block: its lines, put together where they were wrapped."""
    joined = _joined(text, lines)
    first = 0
    for index, _ in enumerate(lines, 1):
        if index == len(lines) or not joined[index - 1]:
            yield lines[first][0], lines[index - 1][1]
            first = index


def _joined(text: str, lines: Sequence[Span]) -> list[bool]:
    """Return for each line but the last whether the next one goes on with it.

    It takes two lines that the next word would have made too long, or a second line with a small letter: the longest
    of any lines is followed by a word that would not have fitted.
    """
    width = max((end - start for start, end in lines), default=0)
    joined = [
        end - start + 1 + len(text[behind[0] : behind[1]].split(maxsplit=1)[0]) > width
        for (start, end), behind in pairwise(lines)
    ]
    ended = [text[end - 1] in _ENDS for _, end in lines[:-1]]
    is_sure = sum(joined) > 1 or (len(lines) > 1 and text[lines[1][0]].islower())
    is_wrapped = width in _WRAPPED and is_sure and all(map(or_, joined, ended))
    return joined if is_wrapped else [False] * len(joined)


def _pieces(text: str, span: Span) -> Iterator[Span]:
    start, end = span
    if end - start > _LONG:
        for match in _SENTENCE_END.finditer(text, start, end):
            behind = match.end()
            if behind - start >= _LEAST and end - behind >= _LEAST and not text[behind].islower():
                yield start, match.start() + len(match[0].rstrip())
                start = behind
    yield start, end


def _zoned(text: str, span: Span, language: str) -> Iterator[Data]:
    start, end = span
    line = re.sub(r"\s", " ", text[start:end])
    zone = next((zone for zone, longest, rule in _RULES if len(line) <= longest and rule.match(line)), None)
    dates = [*find_dates(line, language)] if len(line) <= _TITLE else []
    if dates and zone is None and _is_nothing_else(line, dates[0]):
        zone = "publication_date"
    if zone in ("byline", "publication_date", "update_stamp") and line.endswith(_STOPS[0]) and not dates:
        zone = None
    cut = start + dates[0][0] if dates and zone == "byline" else start
    if cut > start:
        yield _passage(*(_trimmed(text, (start, cut)) or (start, cut)), "byline")
        zone = "publication_date"
    yield _passage(cut, end, zone)


def _passage(start: int, end: int, zone: str | None) -> Data:
    return {"start": start, "end": end, "zone": zone}


def _is_nothing_else(line: str, found: tuple[int, int, str]) -> bool:
    """Return whether a line is nothing but a date, with a time zone at most."""
    rest = line[: found[0]] + line[found[1] :]
    return re.fullmatch(r"[^\w]*(?:[A-Z]{2,4}|GMT[+-][0-9]{1,2})?[^\w]*", rest) is not None


def _name_title(text: str, passages: list[Data]) -> None:
    """Find the title among passages that have no zone yet, and what repeats it."""
    first = next((passage for passage in passages if passage["zone"] is None), None)
    if first is None or first is passages[-1] or not _is_title(text[first["start"] : first["end"]]):
        return
    first["zone"] = "title"
    words = text[first["start"] : first["end"]].split()
    for passage in passages:
        is_new = passage["start"] > first["start"] and passage["end"] - passage["start"] <= 2 * _TITLE
        if is_new and text[passage["start"] : passage["end"]].split() == words:
            passage |= {"zone": "title", "duplicate_of": first["start"]}


def _is_title(line: str) -> bool:
    return len(line) <= _TITLE and not line.endswith(_STOPS)
