"""Words of a document that look as if they should be annotated, and lie under no annotation of the fitting kind.

Only zones that are annotated are looked at, passages that repeat others are not, and of a copy only what its original
lacks. What is asked for:

- `name`, where the layer `actors` is finished: every name, alias and adjective of an actor that lies in no mention; and
  every word in capitals, or with a capital inside a sentence, that no mention, trigger, time expression or cue touches.
- `reporting`, where `events` is finished: a reporting word that neither a cue nor a trigger touches, and that lies in
  no mention by name.
- `time`, where `events` is finished: a word of time that no time expression touches, nor a `when`, and that lies in no
  mention and no trigger.

A name at the beginning of a sentence that the inventory does not have is not seen. Offsets are code points.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from itertools import accumulate, chain
from typing import Any, NamedTuple

from corpus_pkg.anchors import AnchorError, Folded, fold_space, is_whole, parse_anchor
from corpus_pkg.calendar_words import MONTHS, WEEKDAYS
from corpus_pkg.derive import Names, name_forms
from corpus_pkg.occurrences import iter_matches
from corpus_pkg.paths import values_at
from corpus_pkg.vocabulary import Vocabulary

Data = Mapping[str, Any]
Span = tuple[int, int]
KINDS = ("name", "reporting", "time")
_WORD = re.compile("(?:[^\\W_]|[\u0300-\u036f])+")
_YEAR = re.compile(r"(?<!\w)\d{4}(?!\w)")
_CAPITALISED = ("en", "de")
"""Languages that write the names of days and months with a capital: `may` is no month there."""
_OPENING = "\"'“„‟«‹‘「『([{-–—•*"
_CLOSING = "\"'”“»›’」』)]}"
_LOOK = 50
"""So many characters before a word tell whether it begins a sentence; more would make long passages slow."""
_STOPS = ".!?…؟:|"


class Uncovered(NamedTuple):
    """Words without an annotation; `kind` is one of `KINDS`."""

    kind: str
    start: int
    end: int
    word: str


class Search(NamedTuple):
    """What was found in a document, in the order of the text, and what was not looked for and why."""

    uncovered: list[Uncovered]
    omitted: list[str]


def find_uncovered(
    document: Data,
    names: Names,
    vocabulary: Vocabulary,
    original: Data | None = None,
    *,
    near: Sequence[Span] | None = None,
) -> Search:
    """Return the words of a document that no fitting annotation covers; `names` are those of the inventory.

    With `near`, only passages that share a character with one of these spans are looked at.
    """
    return _Looking(document, names, vocabulary, original).search(None if near is None else _cover(near))


class _Phrases:
    """Words and groups of words, found in one pass over the words of a text, the longest first."""

    def __init__(self, phrases: Iterable[str], *, caseless: bool) -> None:
        self._caseless = caseless
        self._known = {self._form(fold_space(phrase)) for phrase in phrases}
        # Thousands of names may begin with one word; of their lengths there are few.
        self._by_first: dict[str, dict[tuple[int, int], None]] = {}
        for phrase in sorted(self._known, key=len, reverse=True):
            if first := _WORD.search(phrase):
                self._by_first.setdefault(first[0], {})[first.start(), len(phrase)] = None

    def _form(self, words: str) -> str:
        return words.casefold() if self._caseless else words

    def find(self, text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
        """Yield where a phrase stands as whole words, none within another."""
        behind = low
        for word in _WORD.finditer(text, low, high) if self._by_first else ():
            if word.start() >= behind and (end := self._end(text, word, low, high)):
                behind = end
                yield word.start(), end

    def _end(self, text: str, word: re.Match[str], low: int, high: int) -> int | None:
        for lead, length in self._by_first.get(self._form(word[0]), ()):
            start = word.start() - lead
            end = start + length
            found = low <= start and end <= high and self._form(text[start:end]) in self._known
            if found and is_whole(text, start, end):
                return end
        return None


@lru_cache(maxsize=64)
def _phrases(phrases: tuple[str, ...], *, caseless: bool) -> _Phrases:
    """Return the phrases, made once: most documents of a corpus ask for the same."""
    return _Phrases(phrases, caseless=caseless)


class _Cover:
    """Spans, asked whether one of them holds or touches another."""

    def __init__(self, spans: Iterable[Data]) -> None:
        pairs = sorted((span["start"], span["end"]) for span in spans)
        self._starts = [start for start, _ in pairs]
        self._reach: list[int] = [0, *accumulate((end for _, end in pairs), max)]

    def holds(self, start: int, end: int) -> bool:
        """Return whether one span holds this one."""
        return self._reach[bisect_right(self._starts, start)] >= end

    def touches(self, start: int, end: int) -> bool:
        """Return whether one span has a character in common with this one."""
        return self._reach[bisect_left(self._starts, end)] > start


class _Looking:
    """The search through one document, in its folded text."""

    def __init__(self, document: Data, names: Names, vocabulary: Vocabulary, original: Data | None) -> None:
        self._document, self._vocabulary = document, vocabulary
        self._folded = Folded(document["text"])
        self._original = fold_space(original["text"]) if original else None
        self._omitted: dict[str, None] = {}
        forms = {**names, **name_forms(document["actors"])}.values()
        self._names = _phrases(tuple([name for form in forms for name in chain(*form)]), caseless=False)
        self._mentions = _Cover(values_at(document, "mentions.*.q"))
        self._proper = _Cover(mention["q"] for mention in document["mentions"] if mention["level"] == "NAM")
        self._triggers = _Cover(values_at(document, "triggers.*.q"))
        self._cues = _Cover(values_at(document, "attributions.*.cue"))
        whens = (*values_at(document, "triggers.*.when.*"), *values_at(document, "attributions.*.when"))
        self._times = _Cover((*values_at(document, "times.*.q"), *whens))
        self._phrases: dict[str, dict[str, list[_Phrases]]] = {}

    def search(self, near: _Cover | None) -> Search:
        """Return what is found, in the passages that touch what is `near`, or in all."""
        found: set[Uncovered] = set()
        for layer, what in (("actors", "names"), ("events", "reporting verbs and time words")):
            if layer not in self._document["annotated"]:
                self._omit(f"{what}: the layer {layer} is not finished")
        for passage in self._passages(near):
            low, high = self._folded.to_folded((passage["start"], passage["end"]))
            language = passage["language"] or self._document["language"]
            if "actors" in self._document["annotated"]:
                found.update(self._found_names(low, high, language))
            if "events" in self._document["annotated"]:
                found.update(self._found_words(low, high, language))
        return Search(sorted(found, key=lambda each: (each.start, each.end, each.kind)), [*self._omitted])

    def _omit(self, what: str) -> None:
        self._omitted[what] = None

    def _passages(self, near: _Cover | None) -> Iterator[Data]:
        zones = self._vocabulary.labels("zones")
        for passage in self._document["passages"]:
            is_open = zones.get(passage["zone"], {}).get("annotatable") and passage["duplicate_of"] is None
            if near and not near.touches(passage["start"], passage["end"]):
                continue
            words = fold_space(self._document["text"][passage["start"] : passage["end"]]) if self._original else ""
            if is_open and not (self._original and words in self._original):
                yield passage

    def _found_names(self, low: int, high: int, language: str) -> Iterator[Uncovered]:
        text = self._folded.text
        names = list(self._names.find(text, low, high))
        for start, end in names:
            if not self._mentions.holds(*self._raw(start, end)):
                yield self._uncovered("name", start, end)
        taken = _cover(names)
        if not any(char.isupper() or char.islower() for char in text[low:high]):
            self._omit(f"words with a capital: the script of {language} has no case")
            return
        words = self._words(language)
        no_names = {*words.get("capitals", ()), *_calendar_names(language)}
        for word in _WORD.finditer(text, low, high):
            if not word[0][0].isupper() or word[0] in no_names or taken.touches(*word.span()):
                continue
            shouted = word[0].isupper() and len(word[0]) > 1
            if shouted or not _begins(text, low, word.start(), words.get("titles", ())):
                yield from self._capital(*word.span())

    def _capital(self, start: int, end: int) -> Iterator[Uncovered]:
        span = self._raw(start, end)
        if not any(cover.touches(*span) for cover in (self._mentions, self._triggers, self._times, self._cues)):
            yield self._uncovered("name", start, end)

    def _found_words(self, low: int, high: int, language: str) -> Iterator[Uncovered]:
        lists = self._lists(language)
        text = self._folded.text
        for start, end in chain.from_iterable(each.find(text, low, high) for each in lists["reporting"]):
            span = self._raw(start, end)
            in_name = self._proper.holds(*span)  # "State" in the name of a commission
            if not in_name and not self._cues.touches(*span) and not self._triggers.touches(*span):
                yield self._uncovered("reporting", start, end)
        years = (m.span() for m in _YEAR.finditer(text, low, high) if 1000 <= int(m[0]) < 3000)
        for start, end in _outermost(chain(years, *(each.find(text, low, high) for each in lists["time"]))):
            span = self._raw(start, end)
            if not (self._mentions.holds(*span) or self._triggers.holds(*span) or self._times.touches(*span)):
                yield self._uncovered("time", start, end)

    def _lists(self, language: str) -> dict[str, list[_Phrases]]:
        if language not in self._phrases:
            self._phrases[language] = self._make_lists(language)
        return self._phrases[language]

    def _make_lists(self, language: str) -> dict[str, list[_Phrases]]:
        words, tongue = self._words(language), language.partition("-")[0].lower()
        names = _calendar_names(language)
        if not words:
            known = "but for years and the names of days and months" if names else "but for years"
            self._omit(f"reporting verbs: there is no list of them for {tongue}")
            self._omit(f"time words, {known}: there is no list of them for {tongue}")
        pairs = (f"{pointer} {unit}" for pointer in words.get("pointers", ()) for unit in words.get("units", ()))
        return {
            "reporting": [_phrases((*words.get("reporting", ()),), caseless=True)],
            "time": [
                _phrases((*pairs, *words.get("time", ())), caseless=True),
                _phrases((*names,), caseless=tongue not in _CAPITALISED),
            ],
        }

    def _words(self, language: str) -> Mapping[str, Sequence[str]]:
        return self._vocabulary.words(language) or {}

    def _raw(self, start: int, end: int) -> tuple[int, int]:
        return self._folded.to_raw((start, end))

    def _uncovered(self, kind: str, start: int, end: int) -> Uncovered:
        return Uncovered(kind, *self._raw(start, end), self._folded.text[start:end])


def _outermost(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the spans in their order, without those that lie in another."""
    reach = -1
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if end > reach:
            yield start, end
            reach = end


def _calendar_names(language: str) -> list[str]:
    """Return the names of days and months of a language, as it writes them and in capitals."""
    tongue = language.partition("-")[0].lower()
    names = (*WEEKDAYS.get(tongue, ()), *MONTHS.get(tongue, ()))
    if tongue not in _CAPITALISED:
        return [*names]
    return [form for name in names for form in (name.capitalize(), name.upper())]


def _begins(text: str, low: int, start: int, titles: Sequence[str]) -> bool:
    """Return whether a word begins a sentence, or a quotation that is one."""
    before = text[max(low, start - _LOOK) : start].rstrip(" ")
    bare = before.rstrip(_OPENING + " ")
    if not bare:
        return True
    if bare != before and bare[-1] in ",،":
        return True
    bare = bare.rstrip(_CLOSING)
    if bare[-1:] == "." and _is_shortened(bare, titles):
        return False
    return bool(bare) and (bare[-1] in _STOPS or unicodedata.category(bare[-1]) == "So")


def _is_shortened(before: str, titles: Sequence[str]) -> bool:
    """Return whether a full stop is that of an initial or of a shortened word."""
    word = re.split(r"[\s.]", before[:-1])[-1]
    return (len(word) == 1 and word.isupper()) or word in titles


def explain_uncovered(
    document: Data, uncovered: Sequence[Uncovered], explanations: Sequence[Data]
) -> tuple[list[Uncovered], list[int | str]]:
    """Return what none of the explanations of a document covers, and of each on how many places it fits.

    A quote that cannot be read fits nowhere: then the reason stands in the place of the number.
    """
    folded = Folded(document["text"])
    left, fits = [*uncovered], list[int | str]()
    for explanation in explanations:
        try:
            spans = list(_quoted(folded, explanation["q"]))
        except AnchorError as error:
            fits.append(error.reason)
            continue
        kind, quoted = explanation["kind"], _cover(spans)
        meant = _cover((each.start, each.end) for each in uncovered if each.kind == kind)
        fits.append(sum(meant.touches(*span) for span in spans))
        left = [each for each in left if each.kind != kind or not quoted.touches(each.start, each.end)]
    return left, fits


def quoted_spans(document: Data, explanations: Iterable[Data]) -> list[Span]:
    """Return every stretch that the quotes of explanations may mean; none for one that cannot be read."""
    folded = Folded(document["text"])
    spans: list[Span] = []
    for explanation in explanations:
        with suppress(AnchorError):
            spans += _quoted(folded, explanation["q"])
    return spans


def _cover(spans: Iterable[tuple[int, int]]) -> _Cover:
    return _Cover({"start": start, "end": end} for start, end in spans)


def _quoted(folded: Folded, quote: str) -> Iterator[tuple[int, int]]:
    """Yield every stretch that a quote may mean, in offsets of the text."""
    anchor = parse_anchor(quote)
    if anchor.tail is not None:
        raise AnchorError("it has ` ... `, and runs over more than the words meant")
    for start in iter_matches(folded.text, anchor.head, 0, len(folded.text)):
        if is_whole(folded.text, start, start + len(anchor.head)):
            yield folded.to_raw((start + anchor.start, start + anchor.end))
