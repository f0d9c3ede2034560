"""From the canonical form back to the source form: shortest anchors, defaults left out, one item a line.

Reading what is written gives the same canonical form again.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from corpus_pkg.anchors import AnchorError, Folded, Span, escape, first_match, shortest_anchor
from corpus_pkg.derive import Names, commitments, form, join_mode, level, name_forms
from corpus_pkg.errors import CorpusError
from corpus_pkg.project import project_layers
from corpus_pkg.resolve import PASSAGE_LAYERS, Document, Zones, complete
from corpus_pkg.schema import Roles, Schema, property_shape, shape

Data = dict[str, Any]
_FEW_WORDS = 60
"""So many words are tried one by one as the beginning of a passage; in a text that repeats itself all take hours."""
_MANY_LINES = ("source", "actors", "events", "relations", "claims")


class UnwritableError(CorpusError):
    """A document that the source form cannot express; the message names the item."""


def write_source(document: Document, names: Names, *, original: Document | None = None, roles: Roles = ()) -> str:
    """Return the source form of a document in canonical form, as YAML.

    Of a copy, what is projected from its `original` is left out. Raises UnwritableError where an item has no home in
    the passages: its spans lie in different ones, or begin or end on white space.
    """
    folded = Folded(document["text"])
    own, taken = document, list[Span]()
    if original is not None:
        own, taken = _without_projected(document, original, folded, names, roles)
    plain = Unresolver(without_derived(own, document, names), folded, taken, roles).source()
    return "\n".join(lines(plain)) + "\n"


def _without_projected(
    document: Document, original: Document, folded: Folded, names: Names, roles: Roles
) -> tuple[Document, list[Span]]:
    projection = project_layers(original, folded)
    projected, _ = complete({**document, **projection.layers}, names, roles)
    own = dict(document)
    for layer in projection.layers:
        own[layer] = [item for item in document[layer] if item not in projected[layer]]
    return own, projection.spans


def without_derived(document: Document, whole: Document, names: Names) -> Data:
    """Return the document without the values that follow from others, which may stand in the whole of it alone."""
    names = {**names, **name_forms(whole["actors"])}
    plain = {**document, "date": _bases(document["date"])}
    plain["mentions"] = [_less(m, "level", level(m, names)) for m in document["mentions"]]
    plain["attributions"] = [_less(a, "form", form(a, document["text"])) for a in document["attributions"]]
    modality = {event["id"]: event["modality"] for event in whole["events"]}
    plain["triggers"] = [_exceptions(t, whole, modality.get(t["event"], "actual")) for t in document["triggers"]]
    plain["times"] = [_bases(time) for time in document["times"]]
    plain["events"] = [{**join_mode(event), "time": _bases(event["time"])} for event in document["events"]]
    plain["relations"] = [join_mode(relation) for relation in document["relations"]]
    return plain


def _less(item: Data, key: str, derived: Any) -> Data:
    return {name: value for name, value in item.items() if name != key or value != derived}


def _bases(value: Data) -> Data:
    return _less(_less(value, "external", value["known"]), "known", value["text"])


def _exceptions(trigger: Data, document: Document, modality: str) -> Data:
    derived = commitments(trigger, document["attributions"], modality)
    return {**trigger, "factuality": [item for item in trigger["factuality"] if item not in derived]}


def write_mapping(root: str, plain: Data) -> str:
    """Return a settings file as YAML: one item a line, defaults left out."""
    kept = {key: _without_defaults(value, property_shape(shape(root), key)) for key, value in plain.items()}
    return "\n".join(_block(kept, "")) + "\n"


class Unresolver:
    """Puts anchors in the place of spans, and items into their passages."""

    def __init__(self, document: Data, folded: Folded, taken: Sequence[Span], roles: Roles) -> None:
        self._document, self._folded, self._taken = document, folded, taken
        self._shape = shape("source", roles)
        self._passages: list[Data] = document["passages"]
        self._offsets = [passage["start"] for passage in self._passages]
        self._zones = Zones((passage["zone"], (passage["start"], passage["end"])) for passage in self._passages)
        self._whole = [(0, len(folded.raw))]

    def item(self, layer: str, item: Data) -> Data:
        """Return one item, other than a passage, as plain data of the source form."""
        wanted = self._item_shape(layer)
        span = place_of(item) if layer in PASSAGE_LAYERS else None
        scopes = self._whole if span is None else self._scopes(self.passage_of(span))
        name = f"{layer} at {span['start']}-{span['end']}" if span else layer
        anchored: Data = _without_defaults(self._anchored_in(scopes, name, item, wanted), wanted)
        return anchored

    def _item_shape(self, layer: str) -> Schema:
        home = self._shape["properties"]["passages"]["items"] if layer in PASSAGE_LAYERS else self._shape
        wanted = property_shape(home, layer)
        items: Schema = wanted.get("items", wanted)
        return items

    def source(self) -> Data:
        """Return the document as plain data of the source form."""
        plain: Data = {}
        entries = self._entries()
        document = {**self._document, "passages": entries}
        for layer in PASSAGE_LAYERS:
            document[layer] = [*self._placed(layer, entries)]
        for key in self._shape["properties"]:
            if key == "passages":
                plain[key] = entries
            elif key in document:
                wanted = property_shape(self._shape, key)
                value = document[key]
                if key not in PASSAGE_LAYERS:
                    value = self._anchored_in(self._whole, key, value, wanted)
                plain[key] = _without_defaults(value, wanted)
        return {key: value for key, value in plain.items() if not _is_default(value, property_shape(self._shape, key))}

    def _entries(self) -> list[Data]:
        wanted = self._shape["properties"]["passages"]["items"]
        entries: list[Data] = []
        for passage, at in zip(self._passages, self._starts(), strict=True):
            kept = {key: value for key, value in passage.items() if key not in ("start", "end")}
            entry = {"at": escape(at), **_without_defaults(kept, wanted)}
            if passage["duplicate_of"] is not None:
                entry["duplicate_of"] = self._at_of(passage["duplicate_of"], entries)
            entries.append(entry)
        return entries

    def _at_of(self, start: int, entries: Sequence[Data]) -> str:
        known = [str(entry["at"]) for entry in entries]
        for index, at in enumerate(known):
            if self._offsets[index] == start and known.index(at) == index:
                return at
        raise UnwritableError(f"no words tell the earlier passage at {start}, or no earlier passage begins there")

    def _starts(self) -> list[str]:
        """Return the first words of each passage: as few as will do, three at least where there are three."""
        starts: list[str] = []
        behind = 0
        repeated = {passage["duplicate_of"] for passage in self._passages}
        for index, offset in enumerate(self._offsets):
            found = self._first_words(index, behind, [*starts] if offset in repeated else [])
            if found is None and starts:
                # The words stand in the passage before as well: that one is told by all of its words.
                low, high = self._bounds(index - 1)
                starts[-1] = self._folded.text[low:high]
                found = self._first_words(index, high, [])
            if found is None:
                raise UnwritableError(
                    f"no words tell the passage at {self._passages[index]['start']} from the text before"
                )
            starts.append(found)
            behind = self._bounds(index)[0] + len(found)
        return starts

    def _bounds(self, index: int) -> Span:
        passage = self._passages[index]
        return self._folded.to_folded((passage["start"], passage["end"]))

    def _first_words(self, index: int, behind: int, used: Collection[str]) -> str | None:
        """Return the fewest first words that tell the passage; of very many, as few as a search by halves finds."""
        low, high = self._bounds(index)
        words = self._folded.text[low:high]
        ends = [match.end() for match in re.finditer(r"\S+", words)]
        ends = ends[min(2, len(ends) - 1) :]

        def tells(end: int) -> bool:
            found = self._find(words[:end], behind) if words[:end] not in used else None
            return found == low and first_match(self._folded.text, words[:end], low + end, high) is None

        end = next(filter(tells, ends[:_FEW_WORDS]), None)
        if end is None and len(ends) > _FEW_WORDS and tells(ends[-1]):
            end = ends[bisect_left(ends, True, _FEW_WORDS, len(ends) - 1, key=tells)]
        return None if end is None else words[:end]

    def _find(self, words: str, behind: int) -> int | None:
        edges = sorted(self._folded.to_folded(span) for span in self._taken)
        for low, high in [*edges, (len(self._folded.text), 0)]:
            if behind < low:
                found = first_match(self._folded.text, words, behind, low)
                if found is not None:
                    return found
            behind = max(behind, high)
        return None

    def _placed(self, layer: str, entries: Sequence[Data]) -> Iterator[Data]:
        """Put the items of a layer into their passages; yield those that no words say."""
        for item in self._document[layer]:
            span, plain = place_of(item), self.item(layer, item)
            if span is None:
                yield plain
            else:
                entries[self.passage_of(span)].setdefault(layer, []).append(plain)

    def passage_of(self, span: Mapping[str, Any]) -> int:
        """Return the index of the passage in which a span begins."""
        index = bisect_right(self._offsets, span["start"]) - 1
        if index >= 0 and span["start"] < self._passages[index]["end"]:
            return index
        raise UnwritableError(f"{span['start']}-{span['end']} lies in no passage")

    def _scopes(self, index: int) -> Sequence[Span]:
        passage = self._passages[index]
        return self._zones.scopes(passage["zone"], (passage["start"], passage["end"]))

    def _anchored_in(self, scopes: Sequence[Span], name: str, value: Any, wanted: Schema) -> Any:
        try:
            return self._anchored(value, wanted, scopes)
        except AnchorError as error:
            raise UnwritableError(f"{name}: {error.reason}") from error

    def _anchored(self, value: Any, wanted: Schema, scopes: Sequence[Span]) -> Any:
        if wanted.get("span"):
            return shortest_anchor(self._folded, scopes, (value["start"], value["end"])) if value else None
        if isinstance(value, list):
            return [self._anchored(item, wanted.get("items", {}), scopes) for item in value]
        if isinstance(value, dict):
            reach = {key: self._whole if key == "because" else scopes for key in value}
            return {key: self._anchored(inner, property_shape(wanted, key), reach[key]) for key, inner in value.items()}
        return value


def place_of(item: Mapping[str, Any]) -> Data | None:
    """Return the span that says in which passage an item stands; null for one that no words say."""
    return item.get("q") or next(iter(item.get("content", ())), None)


def _without_defaults(value: Any, wanted: Schema) -> Any:
    if isinstance(value, list):
        return [_without_defaults(item, wanted.get("items", {})) for item in value]
    if not isinstance(value, dict):
        return value
    inner = {key: _without_defaults(item, property_shape(wanted, key)) for key, item in value.items()}
    required = wanted.get("required", ())
    return {key: v for key, v in inner.items() if key in required or not _is_default(v, property_shape(wanted, key))}


def _is_default(value: Any, wanted: Schema) -> bool:
    return "default" in wanted and bool(value == wanted["default"])


def lines(plain: Data) -> Iterator[str]:
    """Yield the lines of the YAML: one item a line."""
    for key, value in plain.items():
        if key == "passages":
            yield "passages:"
            for passage in value:
                yield from _passage_lines(passage)
        elif key == "source":
            yield "source:"
            yield from _block(value, "  ")
        elif key in _MANY_LINES:
            yield from _block({key: value}, "")
        else:
            yield f"{key}: {flow(value, inside=isinstance(value, (list, dict)))}"


def _passage_lines(passage: Data) -> Iterator[str]:
    lead = "- "
    for line in _block(passage, ""):
        yield lead + line
        lead = "  "


def _block(mapping: Data, indent: str) -> Iterator[str]:
    for key, value in mapping.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            yield f"{indent}{key}:"
            for item in value:
                yield f"{indent}- {flow(item, inside=True)}"
        else:
            yield f"{indent}{key}: {flow(value, inside=isinstance(value, (list, dict)))}"


def flow(value: Any, *, inside: bool) -> str:
    """Return a value on one line; `inside` brackets more must be quoted."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_scalar(str(k), True)}: {flow(v, inside=True)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(item, inside=True) for item in value) + "]"
    return _scalar(str(value), inside)


_PLAIN = re.compile(r"[^\W_](?:[\w \-.’'/+()]*[\w.’')+])?")
_RESERVED = re.compile(r"null|true|false|yes|no|on|off|y|n", re.IGNORECASE)
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def _scalar(text: str, inside: bool) -> str:
    """Return a string as YAML: plain where nobody could misread it, else in quotes: double for odd characters."""
    if _UNPRINTABLE.search(text):
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        return '"' + _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", escaped) + '"'
    if _PLAIN.fullmatch(text) and not _RESERVED.fullmatch(text):
        return text
    return "'" + text.replace("'", "''") + "'"
