"""From the source form to the canonical form: passages to bounds, anchors to offsets, what is left out spelt out.

The way of one document: `cut_passages` → every anchor by `anchors.find_anchor` → `project_layers` when it is a copy →
`complete` (derived values, defaults, order). The same `complete` brings canonical JSON from elsewhere to normal form.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import Any, NamedTuple, overload

from corpus_pkg.anchors import (
    END_MISSING,
    Anchor,
    AnchorError,
    Folded,
    Span,
    find_anchor,
    first_match,
    fold_space,
    has_match,
    is_whole,
    nearest_text,
    parse_anchor,
    scopes_with,
    shortest_anchor,
)
from corpus_pkg.defaults import fill
from corpus_pkg.derive import Names, add_derived, with_commitments
from corpus_pkg.findings import Path, Problem, clip
from corpus_pkg.project import Projection, project_layers
from corpus_pkg.read import looks_cut
from corpus_pkg.schema import Roles, Schema, property_shape, shape

Document = dict[str, Any]
"""A document in the canonical form, as plain data."""

PASSAGE_LAYERS = (
    "mentions",
    "triggers",
    "times",
    "attributions",
    "parties",
    "date_candidates",
    "rights",
    "relations",
    "claims",
)
"""What stands in the passages of the source form and in lists of its own in the canonical form."""
_PASSAGE_KEYS = ("zone", "language", "draft", "cases", "note")
_WHOLE_DOCUMENT = "because"  # the one key whose anchors are looked for in the whole document
NO_COMMENTS: Mapping[Path, str] = MappingProxyType({})
PROBLEM_LIMIT = 1_000
"""So many problems of one document are told, and one that says that there are more; each costs a search of the text."""
_LONG = 10_000
"""In a text of so many characters the anchors are gathered first: there may be thousands of them."""
_HINTS = 100
"""So many problems of one document come with a hint, which costs some 10 ms or more to find."""
_TRIES = 1_000
"""So many longer anchors are tried for the hints of one document; where a text repeats, each takes milliseconds."""
_PASTED = 200
"""Longest anchor that is offered to be pasted, in characters."""

Origins = dict[Path, Path]
"""Where an item of the canonical form comes from: the beginning of its path there to that in the source."""
Order = dict[str, list[int]]
"""The indices that the items of a layer had before, in the order in which they stand now; only where it is another."""


class Resolved(NamedTuple):
    """A document in canonical form, or null with the problems that prevent it (paths of the source form)."""

    document: Document | None
    origins: Origins
    problems: list[Problem]


def resolve_document(
    source: Mapping[str, Any],
    text: str,
    names: Names,
    *,
    original: Document | None = None,
    comments: Mapping[Path, str] | None = None,
    roles: Roles = (),
) -> Resolved:
    """Return the canonical form of a document that satisfies the source schema.

    `names` are those of the inventory, `original` the canonical form of the document it is a copy of, `comments` what
    follows unquoted anchors (`Tree.plain`). Nothing is raised for bad data: each anchor that fails is a problem.
    """
    folded = Folded(text)
    projection = project_layers(original, folded) if original else Projection.empty()
    comments = comments or {}
    passages, problems = cut_passages(source.get("passages", []), folded, projection.spans, comments)
    resolver = _Resolver(source, folded, passages, comments, roles)
    resolver.problems += problems
    document, origins = resolver.document()
    if resolver.problems:
        return Resolved(None, {}, [*_capped(resolver.problems)])
    _merge(document, projection)
    completed, order = complete(document, names, roles)
    before = origins_before(completed, order)
    return Resolved(completed, {new: origins[old] for new, old in before.items() if old in origins}, [])


def _capped(problems: list[Problem]) -> Iterator[Problem]:
    yield from problems[:PROBLEM_LIMIT]
    if len(problems) > PROBLEM_LIMIT:
        message = f"there are more faults than the {PROBLEM_LIMIT:,} that are told"
        yield Problem("anchors-untold", (), message, suggestion="mend those first")


def cut_passages(
    passages: Sequence[Mapping[str, Any]],
    folded: Folded,
    projected: Sequence[Span] = (),
    comments: Mapping[Path, str] = NO_COMMENTS,
) -> tuple[list[Span | None], list[Problem]]:
    """Return the bounds of each passage in the raw text, without white space at their ends.

    A passage begins at the nearest match of its `at` behind that of the passage before, outside what is `projected`,
    and runs to the next beginning. One whose bounds cannot be known is null.
    """
    taken = sorted(folded.to_folded(span) for span in projected)
    free = [*_free(0, len(folded.text), taken)]
    starts: list[int | None] = []
    problems: list[Problem] = []
    whole = [(0, len(folded.raw))]
    behind = 0
    for index, passage in enumerate(passages):
        if len(problems) > PROBLEM_LIMIT:
            return [None] * len(passages), problems
        where = ("passages", index, "at")
        literal = _literal(passage["at"], where, problems)
        if literal and (cut := _cut(literal, where, comments, folded, whole)):
            problems.append(cut)
            literal = None
        start = _passage_start(folded.text, literal, behind, free) if literal else None
        if literal and start is None:
            problems.append(_passage_missing(folded, literal, behind, taken, where, hint=len(problems) < _HINTS))
        starts.append(start)
        behind = start + len(literal) if start is not None and literal else behind
    bounds = _bounds(starts, taken, folded)
    problems += _repeated_starts(passages, bounds, folded)
    problems += _uncovered(starts, bounds, taken, folded)
    return [folded.to_raw(bound) if bound else None for bound in bounds], problems


def _literal(at: str, where: Path, problems: list[Problem]) -> str | None:
    try:
        anchor = parse_anchor(at)
    except AnchorError as error:
        problems.append(_marks_problem(where, at, error))
        return None
    if anchor.tail is not None or (anchor.start, anchor.end) != (0, len(anchor.head)):
        message = "`at` is the first words of a passage, without `<...>` and ` ... `"
        problems.append(Problem("anchor-marks", where, message, clip(at), "the first words of the passage"))
        return None
    return anchor.head


def _passage_start(text: str, literal: str, behind: int, free: Sequence[Span]) -> int | None:
    """Return where the literal stands first, at or behind an offset, in what is free."""
    first = text.find(literal, behind)
    if first < 0:
        return None
    for low, high in free[max(bisect_left(free, (first, len(text))) - 1, 0) :]:
        start = first_match(text, literal, max(low, behind), high)
        if start is not None:
            return start
    return None


def _free(low: int, high: int, taken: Sequence[Span]) -> Iterator[Span]:
    """Yield the stretches between two offsets that are not taken; what is taken comes in order."""
    for start, end in taken:
        if low < min(start, high):
            yield low, min(start, high)
        low = max(low, end)
    if low < high:
        yield low, high


def _passage_missing(
    folded: Folded, literal: str, behind: int, taken: Sequence[Span], where: Path, *, hint: bool
) -> Problem:
    quote = clip(literal)
    if any(has_match(folded.text, literal, max(low, behind), high) for low, high in taken):
        message = f"{quote!r} stands in what this copy takes over from its original"
        return Problem("passage-projected", where, message, quote, "only what the original lacks", "take it away")
    if has_match(folded.text, literal, 0, behind):
        message = f"{quote!r} stands before the passage that is written before it"
        return Problem("passage-order", where, message, quote, "passages in reading order", "move the passage up")
    message = f"no passage begins with {quote!r} behind the passage before"
    near = nearest_text(folded.text[behind:], literal) if hint else None
    return Problem("passage-not-found", where, message, quote, "words of the text", _nearest(near))


def _cut(
    literal: str, where: Path, comments: Mapping[Path, str], folded: Folded, scopes: Sequence[Span]
) -> Problem | None:
    """Return a problem when YAML has cut an anchor: what it took for a comment stands in the text, or looks so."""
    comment = comments.get(where)
    if comment is None:
        return None
    words = fold_space(comment)
    if looks_cut(comment) or any(scopes_with(folded, f"{literal} {words}", 0, scopes)):
        hint = "put the anchor in quotes, or write the comment as `  # comment`"
        message = f"YAML takes {clip(words)!r} for a comment"
        return Problem("anchor-cut", where, message, clip(words), "a quoted anchor", hint)
    return None


def _nearest(near: str | None) -> str | None:
    return f"the nearest words are {clip(near)!r}" if near else None


def _bounds(starts: list[int | None], taken: Sequence[Span], folded: Folded) -> list[Span | None]:
    """Return the bounds in folded offsets; null where a beginning, or that of the next passage, is not known."""
    bounds: list[Span | None] = []
    lows = [low for low, _ in taken]
    for index, start in enumerate(starts):
        following = starts[index + 1] if index + 1 < len(starts) else len(folded.text)
        if start is None or following is None:
            bounds.append(None)
            continue
        end = min([following, *lows[bisect_left(lows, start) :][:1]])
        bounds.append((start, end - (folded.text[end - 1 : end] == " ")))
    return bounds


def _repeated_starts(
    passages: Sequence[Mapping[str, Any]], bounds: Sequence[Span | None], folded: Folded
) -> Iterator[Problem]:
    hints = _HINTS
    for index, (passage, bound) in enumerate(zip(passages, bounds, strict=True)):
        if bound is None:
            continue
        literal = parse_anchor(passage["at"]).head
        if _stands_again(folded.text, literal, *bound):
            message = f"{clip(literal)!r} stands again before the next passage begins"
            words = _first_words(folded.text, *bound, len(literal)) if hints else ""
            hint = f"write more of its first words: {clip(words)!r}" if words else None
            hints -= bool(hints)
            yield Problem(
                "passage-ambiguous",
                ("passages", index, "at"),
                message,
                clip(literal),
                "words that stand there once",
                hint,
            )


def _first_words(text: str, start: int, end: int, least: int) -> str:
    """Return as many first words of a passage, and two more, as do not stand in it again: about."""
    longest = min(start + _PASTED, end)
    for match in re.finditer(r"(?: ?[^ ]+){2}", text[start + least : longest]):
        words = text[start : start + least + match.end()]
        if not _stands_again(text, words, start, end):
            return words
    return text[start:longest]


def _stands_again(text: str, words: str, start: int, end: int) -> bool:
    """Return whether the words with which a passage begins could mean a later place in it too.

    A match inside a word is none where they begin it as whole words: `Arden` is not disturbed by `Ardenian`.
    """
    again = first_match(text, words, start + len(words), end)
    if again is None:
        return False
    return is_whole(text, again, again + len(words)) or not is_whole(text, start, start + len(words))


def _uncovered(
    starts: list[int | None], bounds: Sequence[Span | None], taken: Sequence[Span], folded: Folded
) -> Iterator[Problem]:
    """Yield a problem where text stands in no passage: before the first, or behind a projected one."""
    if None in starts:
        return
    covered = sorted([*taken, *(bound for bound in bounds if bound)])
    for low, high in _free(0, len(folded.text), covered):
        words = folded.text[low:high].strip()
        if words:
            where: Path = ("passages", 0, "at") if starts else ("document",)
            message = f"{clip(words)!r} stands in no passage"
            hint = f"begin a passage with its first words: {' '.join(words[:_PASTED].split(' ')[:5])!r}"
            yield Problem("passage-gap", where, message, clip(words), "passages that cover the text", hint)


def _marks_problem(where: Path, string: str, error: AnchorError) -> Problem:
    reason, _, hint = error.reason.partition("; ")
    expected = "words of the passage; `<...>` marks the span in them, `A ... B` runs from A to B"
    return Problem("anchor-marks", where, f"this anchor cannot be read: {reason}", clip(string), expected, hint or None)


class Zones:
    """The bounds of passages, in reading order, by the label of their zone."""

    def __init__(self, passages: Iterable[tuple[str, Span]]) -> None:
        self._bounds: dict[str, list[Span]] = defaultdict(list)
        for label, bounds in passages:
            self._bounds[label].append(bounds)

    def scopes(self, label: str, bounds: Span) -> Sequence[Span]:
        """Return a passage and, for anchors that end later, the later ones with the same label."""
        return _Rest(self._bounds[label], bisect_left(self._bounds[label], bounds))


class _Rest(Sequence[Span]):
    """A list from an index on, without a copy: each passage has one, and together they would be quadratic."""

    def __init__(self, spans: list[Span], first: int) -> None:
        self._spans, self._first = spans, first

    def __len__(self) -> int:
        return len(self._spans) - self._first

    @overload
    def __getitem__(self, index: int) -> Span: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Span]: ...
    def __getitem__(self, index: int | slice) -> Span | Sequence[Span]:
        return self._spans[self._first :][index] if isinstance(index, slice) else self._spans[self._first + index]


class _Resolver:
    """Puts spans in the place of anchors, and collects what fails."""

    def __init__(
        self,
        source: Mapping[str, Any],
        folded: Folded,
        passages: list[Span | None],
        comments: Mapping[Path, str],
        roles: Roles,
    ) -> None:
        self.problems: list[Problem] = []
        self._source, self._folded, self._bounds = source, folded, passages
        self._comments, self._shape = comments, shape("source", roles)
        self._whole = [(0, len(folded.raw))]
        self._tries = iter(range(_TRIES))
        labels = [passage["zone"] for passage in source.get("passages", [])]
        self._zones = Zones((label, bounds) for label, bounds in zip(labels, passages, strict=True) if bounds)
        self._homes = {bounds: index for index, bounds in enumerate(passages) if bounds}
        self._parsed: dict[str, Anchor] = {}
        if len(folded.text) > _LONG:
            self._parsed = _parsed(_anchors(source, self._shape))
            folded.expect({part for each in self._parsed.values() for part in (each.head, each.tail) if part})
        starts = [passage["at"] for passage in source.get("passages", [])]
        self._firsts = {at: index for index, at in reversed([*enumerate(starts)])}

    def document(self) -> tuple[Document, Origins]:
        """Return the document with offsets, not yet completed, and where its items come from."""
        document: Document = {layer: [] for layer in PASSAGE_LAYERS}
        origins: Origins = {}
        for key, value in self._source.items():
            if key in document:
                self._take(document, origins, key, value, (key,), self._whole)
            elif key != "passages":
                document[key] = self._spans(value, property_shape(self._shape, key), (key,), self._whole)
        document |= {"text": self._folded.raw, "passages": []}
        for index, passage in enumerate(self._source.get("passages", [])):
            self._passage(document, origins, index, passage)
        return document, origins

    def _passage(self, document: Document, origins: Origins, index: int, passage: Mapping[str, Any]) -> None:
        bounds = self._bounds[index]
        if bounds is None:
            return
        where: Path = ("passages", index)
        entry = {"start": bounds[0], "end": bounds[1], **{k: passage[k] for k in _PASSAGE_KEYS if k in passage}}
        if passage.get("duplicate_of") is not None:
            entry["duplicate_of"] = self._earlier(passage["duplicate_of"], index)
        origins["passages", len(document["passages"])] = where
        document["passages"].append(entry)
        scopes = self._zones.scopes(passage["zone"], bounds)
        for layer in PASSAGE_LAYERS:
            if layer in passage:
                self._take(document, origins, layer, passage[layer], (*where, layer), scopes)

    def _take(
        self, document: Document, origins: Origins, layer: str, items: list[Any], where: Path, scopes: Sequence[Span]
    ) -> None:
        """Add the items of one place to their layer."""
        wanted = self._shape
        for step in where:
            wanted = property_shape(wanted, step) if isinstance(step, str) else wanted["items"]
        for index, item in enumerate(items):
            origins[layer, len(document[layer])] = (*where, index)
            document[layer].append(self._spans(item, wanted["items"], (*where, index), scopes))

    def _earlier(self, at: str, index: int) -> int | None:
        other = self._firsts.get(at, index)
        if other < index:
            bounds = self._bounds[other]
            return bounds[0] if bounds else None  # where it begins is not known, which has been told
        message = f"no earlier passage has the `at` {clip(at)!r}"
        known = "the `at` of an earlier passage, letter by letter"
        self.problems.append(
            Problem("duplicate-of-unknown", ("passages", index, "duplicate_of"), message, clip(at), known)
        )
        return None

    def _spans(self, value: Any, wanted: Schema, where: Path, scopes: Sequence[Span]) -> Any:
        """Return the value with a span for each anchor in it."""
        if wanted.get("span"):
            return self._span(value, where, scopes) if isinstance(value, str) else value
        if isinstance(value, list):
            return [self._spans(item, wanted.get("items", {}), (*where, i), scopes) for i, item in enumerate(value)]
        if isinstance(value, dict):
            return {
                k: self._spans(v, property_shape(wanted, k), (*where, k), self._reach(k, scopes))
                for k, v in value.items()
            }
        return value

    def _reach(self, key: str, scopes: Sequence[Span]) -> Sequence[Span]:
        return self._whole if key == _WHOLE_DOCUMENT else scopes

    def _span(self, string: str, where: Path, scopes: Sequence[Span]) -> dict[str, Any] | None:
        if len(self.problems) > PROBLEM_LIMIT:
            return None  # and nothing of this document is used
        try:
            anchor = self._parsed.get(string) or parse_anchor(string)
        except AnchorError as error:
            self.problems.append(_marks_problem(where, string, error))
            return None
        if where in self._comments and (cut := self._cut(anchor, where, scopes)):
            self.problems.append(cut)
            return None
        try:
            start, end = find_anchor(anchor, self._folded, scopes)
        except AnchorError as error:
            # Where the bounds of a passage are not known, that is the fault, not an end that may stand in it.
            if error.reason != END_MISSING or None not in self._bounds:
                self.problems.append(self._anchor_problem(string, anchor, error, where, scopes))
            return None
        return {"start": start, "end": end, "text": self._folded.raw[start:end]}

    def _anchor_problem(
        self, string: str, anchor: Anchor, error: AnchorError, where: Path, scopes: Sequence[Span]
    ) -> Problem:
        quote = clip(string)
        place = "text" if scopes is self._whole else "passage"
        if error.candidates:
            message = f'"{quote}" is ambiguous in this {place}: {error.reason}'
            hint = None if error.many else self._longer(error.candidates, scopes)
            return Problem("anchor-ambiguous", where, message, quote, f"words that stand once in this {place}", hint)
        if error.reason != END_MISSING and (home := self._other_passage(anchor)) is not None:
            message = f'"{quote}" does not stand in this {place}, but in the one that begins with {clip(home, 40)!r}'
            return Problem("anchor-elsewhere", where, message, quote, "words of this passage", "move the item there")
        why = f": {error.reason}" if error.reason == END_MISSING else ""
        message = f'"{quote}" is not found in this {place}{why}'
        hint = self._nearest(anchor, error, scopes)
        return Problem("anchor-not-found", where, message, quote, f"words of this {place}", hint)

    def _longer(self, candidates: Sequence[Span], scopes: Sequence[Span]) -> str | None:
        """Return longer anchors, one for each stretch that could be meant, ready to be pasted."""
        anchors = []
        for candidate in candidates if len(self.problems) < _HINTS else ():
            with suppress(AnchorError):
                anchors.append(shortest_anchor(self._folded, scopes, candidate, self._tries))
        short = [_double_quoted(anchor) for anchor in anchors if len(anchor) <= _PASTED]
        return "write  " + "   or   ".join(short) if short else None

    def _nearest(self, anchor: Anchor, error: AnchorError, scopes: Sequence[Span]) -> str | None:
        if len(self.problems) >= _HINTS:
            return None
        if error.reason == END_MISSING and anchor.tail is not None:
            if any(scopes_with(self._folded, anchor.tail, 0, scopes)):
                return f"{clip(anchor.tail)!r} stands before it"
            return _nearest(nearest_text(self._text(scopes[0]), anchor.tail))
        return _nearest(nearest_text(self._text(scopes[0]), anchor.head))

    def _text(self, scope: Span) -> str:
        low, high = self._folded.to_folded(scope)
        return self._folded.text[low:high]

    def _other_passage(self, anchor: Anchor) -> str | None:
        """Return with which words the first passage begins that has the first words of an anchor."""
        for low, high in scopes_with(self._folded, anchor.head, 0, [*self._homes]):
            return str(self._source["passages"][self._homes[self._folded.to_raw((low, high))]]["at"])
        return None

    def _cut(self, anchor: Anchor, where: Path, scopes: Sequence[Span]) -> Problem | None:
        if anchor.tail is None:
            return _cut(anchor.head, where, self._comments, self._folded, scopes[:1])
        return _cut(anchor.tail, where, self._comments, self._folded, scopes)


def _anchors(value: Any, wanted: Schema) -> Iterator[str]:
    """Yield every string that stands where an anchor should."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _anchors(inner, property_shape(wanted, key))
    elif isinstance(value, list):
        for inner in value:
            yield from _anchors(inner, wanted.get("items", {}))
    elif isinstance(value, str) and wanted.get("span"):
        yield value


def _parsed(strings: Iterable[str]) -> dict[str, Anchor]:
    """Return the anchors that strings write, but for those that cannot be read, which is told when their turn comes."""
    parsed: dict[str, Anchor] = {}
    for string in strings:
        with suppress(AnchorError):
            parsed[string] = parse_anchor(string)
    return parsed


def _double_quoted(anchor: str) -> str:
    """Return the anchor as a scalar of YAML between double quotes, invisible characters escaped."""
    escaped = anchor.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{clip(escaped, 10 * _PASTED)}"'


def _merge(document: Document, projection: Projection) -> None:
    for layer, items in projection.layers.items():
        document[layer] = [*document.get(layer, []), *items]


def complete(document: Mapping[str, Any], names: Names, roles: Roles = ()) -> tuple[Document, Order]:
    """Return the document in normal form, and the order of its items before.

    Normal form: types split into type and mode, derived values and defaults spelt out, keys in the order of the schema,
    items in the order of the text. Doing it twice changes nothing. Nobody may change the result: it shares its lists.
    """
    completed = fill("canonical", document, roles)
    add_derived(completed, names)
    return completed, _put_in_order(completed)


def complete_whole(document: Document) -> tuple[Document, Order]:
    """Return a document in which every key is spelt out in normal form, but for the order of its keys; see `complete`.

    Only the commitments that follow, and the order of items, can be missing; the document itself is not changed.
    """
    completed = dict(document)
    completed["triggers"] = with_commitments(document)
    return completed, _put_in_order(completed)


def _put_in_order(completed: Document) -> Order:
    """Put the items of a document into the order of its text; return the order before."""
    order: Order = {}
    for layer, places_of in _PLACES.items():
        if len(completed[layer]) > 1:
            places = places_of(completed[layer])
            if places != sorted(places):
                order[layer] = sorted(range(len(places)), key=places.__getitem__)
                completed[layer] = [completed[layer][index] for index in order[layer]]
    return order


def origins_before(document: Document, order: Order) -> Origins:
    """Return for each item of a completed document where it stood before."""
    origins: Origins = {("date",): ("date",), ("source",): ("source",)}
    for layer in (*_PLACES, "actors", "events"):
        for new, old in enumerate(order.get(layer, range(len(document[layer])))):
            origins[layer, new] = (layer, old)
    return origins


def _starts(passages: Sequence[Document]) -> list[Span]:
    return [(passage["start"], passage["end"]) for passage in passages]


def _quoted(items: Sequence[Document]) -> list[Span]:
    """Return where items stand in the text; those without a place keep their order, behind the others."""
    return [(quote["start"], quote["end"]) if (quote := item["q"]) else (1 << 62, 0) for item in items]


_PLACES: Mapping[str, Callable[[Sequence[Document]], list[Span]]] = {
    "passages": _starts,
    **dict.fromkeys(PASSAGE_LAYERS, _quoted),
    "attributions": lambda items: _starts([item["content"][0] for item in items]),
}
"""The layers that follow the text, with where the items of each stand."""
