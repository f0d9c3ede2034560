"""Rules that hold the canonical form to its text: offsets, passages, and how spans may lie to one another."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from operator import itemgetter, le, lt
from typing import Any

from corpus_pkg.checks.rule import Data, Known, Rule
from corpus_pkg.findings import Path, Problem, clip
from corpus_pkg.paths import all_spans, gathered, iter_at, span_patterns, values_at


def passage_order(document: Data, known: Known) -> Iterator[Problem]:
    """Passages follow one another, and each lies within the text.

    A text is divided by its passages; what overlaps would count twice, and what lies behind the end is nowhere.

    Mend the offsets, or the order of the list.
    """
    if (found := _first_misplaced(document)) is not None:
        index, fault, wanted = found
        passage = document["passages"][index]
        place = f"{passage['start']}-{passage['end']}"
        yield Problem("passage-order", ("passages", index, "start"), f"the passage {place} {fault}", place, wanted)


def passage_space(document: Data, known: Known) -> Iterator[Problem]:
    """A passage neither begins nor ends on white space.

    White space between passages belongs to none, so that equal texts have equal passages.

    Move its ends to the first and the last character that can be seen.
    """
    for index, start, end in _placed(document):
        words = document["text"][start:end]
        bare = (words if start else words.removeprefix(_MARK)).strip()
        if words != bare:
            first = start + words.index(bare)
            hint = f"write start {first}, end {first + len(bare)}" if bare else "take it away"
            message = f"the passage {start}-{end} begins or ends on white space"
            wanted = "a passage without white space around it"
            yield Problem("passage-space", ("passages", index, "start"), message, clip(words), wanted, hint)


def passage_gap(document: Data, known: Known) -> Iterator[Problem]:
    """Every character that is not white space lies in a passage.

    A text that is cut only in part is annotated only in part, and nobody would see it.

    Add a passage for the words, with the zone that they are.
    """
    text, behind = document["text"], 0
    for index, start, end in _placed(document):
        if behind < start and not text[behind:start].isspace():
            yield from _gap(text, behind, start, ("passages", index, "start"))
        behind = end
    if _first_misplaced(document) is None:
        yield from _gap(text, behind, len(text), ("passages",))


def duplicate_of_unknown(document: Data, known: Known) -> Iterator[Problem]:
    """A passage that repeats another names an earlier one.

    In the canonical form it names its `start`, in the source form its `at`, letter by letter.

    Name the first of the passages that are alike.
    """
    starts: set[int] = set()
    for index, passage in enumerate(document["passages"]):
        earlier = passage.get("duplicate_of")
        if earlier is not None and earlier not in starts:
            message, wanted = f"no earlier passage starts at {earlier}", "the `start` of an earlier passage"
            yield Problem("duplicate-of-unknown", ("passages", index, "duplicate_of"), message, str(earlier), wanted)
        starts.add(passage["start"])


def span_text_mismatch(document: Data, known: Known) -> Iterator[Problem]:
    """The text of a span is what stands at its offsets.

    Offsets count Unicode code points from 0, half-open; what counted bytes or UTF-16 units has drifted, and shows here.

    Write the offsets at which the words stand, or the words that stand there.
    """
    text = document["text"]
    for pattern in span_patterns():
        for where, span in iter_at(document, pattern):
            if not _stands(text, span):
                yield _drifted(text, where, span)


def span_space(document: Data, known: Known) -> Iterator[Problem]:
    """A span neither begins nor ends on white space.

    Two annotators who mean the same words must mean the same span.

    Move its ends to the first and the last character that can be seen.
    """
    for pattern in span_patterns():
        for where, span in iter_at(document, pattern):
            yield from _spaced(where, span)


def span_splits_grapheme(document: Data, known: Known) -> Iterator[Problem]:
    """A span does not begin or end inside a character as readers see it (a grapheme cluster, Unicode UAX #29).

    A letter without its combining mark, or half an emoji, is no word of the text.

    Take the whole character in, or leave it out.
    """
    text = document["text"]
    for pattern in span_patterns():
        for where, span in iter_at(document, pattern):
            # One that has drifted lies wherever it lies.
            for offset in (span["start"], span["end"]) if _stands(text, span) else ():
                if cuts_cluster(text, offset):
                    message = f"{clip(span['text'])!r} cuts the character {_around(text, offset)} at {offset}"
                    wanted = "a span that takes in whole characters"
                    yield Problem("span-splits-grapheme", where, message, clip(span["text"]), wanted)


def zone_not_annotatable(document: Data, known: Known) -> Iterator[Problem]:
    """Mentions, triggers, times and attributions stand in zones that are annotated, and in no repeated passage.

    Headlines of other articles look like events of this one, and a repeated title would count twice.

    Take the item away, or give its passage the zone that it is.
    """
    zones, passages = known.vocabulary.shut_zones, document["passages"]
    shut = {i for i, passage in enumerate(passages) if passage["zone"] in zones or passage["duplicate_of"] is not None}
    starts = sorted([span["start"] for pattern in _ANNOTATED for span in values_at(document, pattern)] if shut else ())
    if [i for i in shut if bisect_left(starts, passages[i]["start"]) < bisect_left(starts, passages[i]["end"])]:
        for pattern in _ANNOTATED:
            for where, span in iter_at(document, pattern):
                home = _home(passages, span)
                if home in shut:
                    yield _misplaced(where, span, passages[home])


def spans_cross(document: Data, known: Known) -> Iterator[Problem]:
    """Two mentions, two triggers or two attributions lie within or beside one another, and do not cross.

    Only what nests forms a tree; two that cross are two readings of the same words.

    Decide on one of the two, or shorten one.
    """
    for pattern in _NESTING:
        spans = values_at(document, pattern)
        pairs = [] if _lie_apart(document, pattern) else [*_crossings(spans)]
        where = [place for place, _ in iter_at(document, pattern)] if pairs else []
        for first, second in pairs:
            one, other = spans[first], spans[second]
            message = f"{clip(other['text'], 60)!r} crosses {clip(one['text'], 60)!r}"
            wanted = "one within the other, or beside it"
            yield Problem("spans-cross", where[second], message, clip(other["text"]), wanted)


def item_repeated(document: Data, known: Known) -> Iterator[Problem]:
    """Nothing is annotated twice: what names an item in the published tables names one.

    A mention, time or stamp is named by its span, a trigger by its span and event, an attribution by its content, a
    relation by its ends and type.

    Take one of the two away; several actors of one mention go into its `actors`.
    """
    for layer, names_of in _NAMED_BY.items():
        # What lies each behind the one before has names that differ.
        names = () if layer in _PLACED and _lie_apart(document, f"{layer}.*.q") else names_of(document[layer])
        if len(set(names)) < len(names):
            yield from _repeated(layer, document[layer], names)


def is_divided(document: Data) -> bool:
    """Return whether the rules for passages have nothing to say: the one question that nearly all documents need."""
    text, passages = document["text"], document["passages"]
    starts, ends = [passage["start"] for passage in passages], [passage["end"] for passage in passages]
    gaps = [text[end:start] for end, start in zip([0, *ends], [*starts, len(text)], strict=True)]
    return (
        all(map(lt, starts, ends))
        and all(map(le, ends, [*starts[1:], len(text)]))
        and not "".join(gaps).strip()
        and not any(map(str.isspace, {text[start] for start in starts} | {text[end - 1] for end in ends}))
        and not text.startswith(_MARK)
        and not [passage for passage in passages if passage.get("duplicate_of") is not None]
    )


def is_anchored(document: Data) -> bool:
    """Return whether the rules for spans have nothing to say, as `is_divided` does for passages."""
    text = document["text"]
    behind = text + "\r"  # no word ends on it, so that no span reaches beyond the text
    spans = [*map(_START_END_TEXT, all_spans(document))]
    if [start for start, end, words in spans if behind[start:end] != words]:
        return False
    each = {words for _, _, words in spans}
    first, last = {words[0] for words in each}, {words[-1] for words in each}
    if any(map(str.isspace, first | last)):
        return False
    places = [end for _, end, _ in spans if behind[end] not in _PLAIN]
    # Few letters begin many words: where none of them can go on a cluster, no start need be looked at.
    if not all(map(_begins_cluster, first)):
        places += [start for start, _, _ in spans]
    return not any(cuts_cluster(text, place) for place in places)


PASSAGE_RULES = (
    Rule(passage_order, "anchors"),
    Rule(passage_space, "anchors"),
    Rule(passage_gap, "anchors"),
    Rule(duplicate_of_unknown, "anchors"),
)
SPAN_RULES = (
    Rule(span_text_mismatch, "anchors"),
    Rule(span_space, "anchors"),
    Rule(span_splits_grapheme, "anchors"),
)
"""The rules for spans, on which all others rely; in the source form, anchors see to all but the last."""

RULES = (
    Rule(item_repeated, "layers"),
    Rule(spans_cross, "layers"),
    Rule(zone_not_annotatable, "layers", needs=("vocabulary",)),
)


_START_END_TEXT = itemgetter("start", "end", "text")
_PLAIN = frozenset(("", "\r", "\u00a0", *map(chr, range(0x20, 0x7F))))
"""Characters before which a grapheme cluster ends; the end of the text, too."""
_MARK = "\ufeff"  # at the beginning it counts as white space, here as in anchors
_ANNOTATED = ("mentions.*.q", "triggers.*.q", "times.*.q", "attributions.*.cue", "attributions.*.content.*")
_PLACED = ("mentions", "triggers", "times", "date_candidates")
"""The layers of which each item has a place in the text."""
_NESTING = ("mentions.*.q", "triggers.*.q", "attributions.*.content.*")


@gathered
def _placed(document: Data) -> list[tuple[int, int, int]]:
    """Return index, start and end of the passages before the first that is misplaced."""
    found = _first_misplaced(document)
    passages = document["passages"] if found is None else document["passages"][: found[0]]
    return [(index, passage["start"], passage["end"]) for index, passage in enumerate(passages)]


@gathered
def _first_misplaced(document: Data) -> tuple[int, str, str] | None:
    """Return the first passage that is misplaced: its index, what is wrong, and what was expected."""
    behind, length = 0, len(document["text"])
    for index, passage in enumerate(document["passages"]):
        start, end = passage["start"], passage["end"]
        if not behind <= start < end <= length:
            return index, _fault(start, end, behind, length), f"{behind} <= start < end <= {length}"
        behind = end
    return None


def _fault(start: int, end: int, behind: int, length: int) -> str:
    if start >= end:
        return "ends before it begins"
    if start < behind:
        return f"begins before the one before it has ended, at {behind}"
    return f"ends behind the text, which has {length:,} characters"


def _gap(text: str, low: int, high: int, where: Path) -> Iterator[Problem]:
    if words := (text[low:high] if low else text[:high].removeprefix(_MARK)).strip():
        start = text.index(words, low)
        message = f"{clip(words)!r} ({start}-{start + len(words)}) stands in no passage"
        yield Problem("passage-gap", where, message, clip(words), "passages that cover the text")


def _stands(text: str, span: Data) -> bool:
    """Return whether the text of a span is what stands at its offsets, and these do not lead beyond the text."""
    start, end, words = _START_END_TEXT(span)
    return end - start == len(words) and text.startswith(words, start)


def _drifted(text: str, where: Path, span: Data) -> Problem:
    start, end, words = _START_END_TEXT(span)
    actual = text[start:end]
    message = f"{clip(words)!r} does not stand at {start}-{end}, but {clip(actual)!r}"
    if end > len(text):
        message += f" and the end of the text, at {len(text):,}"
    near = _nearest(text, words, start)
    hint = "it stands nowhere in the text" if near is None else f"write start {near}, end {near + len(words)}"
    return Problem("span-text-mismatch", where, message, clip(actual), clip(words), hint)


def _nearest(text: str, words: str, start: int) -> int | None:
    """Return the offset nearest to another at which the words stand."""
    found = (text.rfind(words, 0, start + len(words)), text.find(words, start))
    return min((place for place in found if place >= 0), key=lambda place: abs(place - start), default=None)


def _spaced(where: Path, span: Data) -> Iterator[Problem]:
    words, bare = span["text"], span["text"].strip()
    if words != bare:
        start = span["start"] + (words.index(bare) if bare else 0)
        hint = f"write start {start}, end {start + len(bare)}" if bare else "take it away"
        message = f"{clip(words)!r} begins or ends on white space"
        yield Problem("span-space", where, message, clip(words), clip(bare), hint)


def cuts_cluster(text: str, offset: int) -> bool:
    """Return whether an offset lies inside a grapheme cluster, a character as readers see it."""
    char = text[offset : offset + 1]
    if offset == 0 or _begins_cluster(char):
        return False
    return text[offset - 1] == "\r" if char == "\n" else _inside_grapheme(text, offset)


def _inside_grapheme(text: str, offset: int) -> bool:
    start = max(offset - 32, 0)
    while start > max(offset - 64, 0) and not text[start].isspace():
        start -= 1
    return any(match.start() < offset < match.end() for match in _clusters().finditer(text, start, offset + 32))


def _begins_cluster(char: str) -> bool:
    """Return whether a cluster ends before this letter, whatever stands there but for rare signs of numbers.

    It does as far as the scripts go that do not join their letters, and before dashes and quote marks.
    """
    return char in _PLAIN or (char < "\u0900" and char.isalpha()) or "\u2010" <= char <= "\u2027"


def _around(text: str, offset: int) -> str:
    start = max(offset - 32, 0)
    found = (match[0] for match in _clusters().finditer(text, start) if match.start() < offset < match.end())
    return clip(next(found, ""))


@cache
def _clusters() -> Any:
    import regex

    return regex.compile(r"\X")


def _home(passages: Sequence[Data], span: Data) -> int:
    """Return the index of the passage in which a span begins."""
    return bisect_right([passage["start"] for passage in passages], span["start"]) - 1


def _misplaced(where: Path, span: Data, passage: Data) -> Problem:
    repeated = passage["duplicate_of"] is not None
    place = "a passage that repeats another" if repeated else f"the zone {passage['zone']!r}"
    message = f"{clip(span['text'], 60)!r} stands in {place}, where nothing of this kind is annotated"
    return Problem("zone-not-annotatable", where, message, clip(span["text"]), "a passage of a zone that is annotated")


@gathered
def _lie_apart(document: Data, pattern: str) -> bool:
    """Return whether of the spans at some places each lies behind the one before, as nearly always."""
    spans = values_at(document, pattern)
    return all(map(le, [span["end"] for span in spans], [span["start"] for span in spans[1:]]))


def _crossings(spans: Sequence[Data]) -> Iterator[tuple[int, int]]:
    """Yield the indices of spans that cross, the one that begins first before the other; each of the others once."""
    behind: list[tuple[int, int]] = []  # the ends of the spans around, and which they are
    for start, negated, index in sorted([(span["start"], -span["end"], i) for i, span in enumerate(spans)]):
        while behind and behind[-1][0] <= start:
            behind.pop()
        if behind and behind[-1][0] < -negated:
            yield behind[-1][1], index
        else:
            behind.append((-negated, index))


def _repeated(layer: str, items: Sequence[Data], names: Sequence[tuple[Any, ...]]) -> Iterator[Problem]:
    seen = set()
    for index, (item, name) in enumerate(zip(items, names, strict=True)):
        if name in seen:
            span = item.get("q") if layer != "relations" else None
            what = clip(span["text"] if span else _words(name))
            where: Path = (layer, index, "q") if span else (layer, index)
            hint = "take one away" + ("; several actors go into its `actors`" if layer == "mentions" else "")
            yield Problem("item-repeated", where, f"{what!r} is annotated here twice", what, "each once", hint)
        seen.add(name)


def _words(name: tuple[Any, ...]) -> str:
    return " ".join(map(str, name))


def _places(items: Sequence[Data]) -> list[tuple[Any, ...]]:
    return [((span := item["q"])["start"], span["end"]) for item in items]


_NAMED_BY: Mapping[str, Callable[[Sequence[Data]], list[tuple[Any, ...]]]] = {
    "mentions": _places,
    "triggers": lambda items: [((span := item["q"])["start"], span["end"], item["event"]) for item in items],
    "times": _places,
    "date_candidates": _places,
    "attributions": lambda items: [
        tuple([offset for span in item["content"] for offset in (span["start"], span["end"])]) for item in items
    ],
    "relations": lambda items: [(item["from"], item["type"], item["to"]) for item in items],
}
"""What names the items of each layer."""
