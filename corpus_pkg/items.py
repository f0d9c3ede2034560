"""The items of a layer: what a reviewer judges one by one, and the digest of a layer that a review is of.

Works on documents in canonical form. An item is named by its place, as the places of hard cases are: `mentions/12-20`,
`events/call`; `date` and `source` have one each of that name.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

Data = Mapping[str, Any]
LAYERS: Mapping[str, tuple[str, ...]] = {
    "date": ("date", "date_candidates"),
    "source": ("source", "parties", "rights"),
    "actors": ("mentions", "actors"),
    "events": ("triggers", "times", "attributions", "events", "relations", "claims"),
}
"""The keys of the canonical form by the layer that they belong to, in the order in which they are reviewed."""


class Item(NamedTuple):
    """An annotation: `kind` is its key in the canonical form, `span` the first words that tell of it, or null."""

    key: str
    layer: str
    kind: str
    data: Data
    span: Data | None

    @property
    def digest(self) -> str:
        """SHA-256 of the item alone, in hexadecimal digits."""
        return _sha256([self.kind, self.data])


def layer_items(document: Data, layer: str) -> list[Item]:
    """Return the items of a layer, kind by kind, in the order of the text."""
    found: list[Item] = []
    for kind in LAYERS[layer]:
        found += _items(layer, kind, document[kind], _first_words(document, kind))
    return found


def _first_words(document: Data, kind: str) -> dict[str, Data]:
    """Return the first trigger of each event, or the first mention of each actor, by its name in the document."""
    first: dict[str, Data] = {}
    for trigger in document["triggers"] if kind == "events" else ():
        first.setdefault(trigger["event"], trigger["q"])
    for mention in document["mentions"] if kind == "actors" else ():
        for name in mention["actors"]:
            first.setdefault(name, mention["q"])
    return first


def _items(layer: str, kind: str, value: Any, first: Mapping[str, Data]) -> Iterator[Item]:
    if isinstance(value, Mapping):
        yield Item(kind, layer, kind, value, next(iter(value.get("because", ())), None))
        return
    taken: Counter[str] = Counter()
    for data in value:
        key = f"{kind}/{item_name(data)}"
        taken[key] += 1
        span = item_span(data) or first.get(data.get("id", ""))
        yield Item(key if taken[key] == 1 else f"{key}/{taken[key]}", layer, kind, data, span)


def item_name(item: Data) -> str:
    """Return the name of an item of a list: its place, its id, or what it lies between."""
    span = item if "start" in item else item_span(item)
    ends = item.get("documents") or (item.get("from"), item.get("to"))
    return f"{span['start']}-{span['end']}" if span else str(item.get("id") or f"{ends[0]}-{ends[1]}")


def item_span(item: Data) -> Data | None:
    """Return the words that an item stands on, its first content where it has no other; null when it has none."""
    span: Data | None = item.get("q") or next(iter(item.get("content", ())), None)
    return span


def layer_digest(document: Data, layer: str) -> str:
    """Return the SHA-256 of a layer, in hexadecimal digits: of all that a reviewer of it was shown.

    It is taken over UTF-8 JSON, keys sorted and without blanks, of the text and of the keys that `LAYERS` gives the
    layer, as they stand in the canonical form. What is null, false or an empty list is left out, so that a new key of
    the schema voids nothing. The inventory and the other layers do not count, but what follows from them does: an alias
    that makes a mention a name changes its level.
    """
    return _sha256({"text": document["text"], **{kind: document[kind] for kind in LAYERS[layer]}})


def _sha256(value: Any) -> str:
    text = json.dumps(_without_empty(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _without_empty(value: Any) -> Any:
    if isinstance(value, Mapping):
        inner = {key: _without_empty(each) for key, each in value.items()}
        return {key: each for key, each in inner.items() if not _is_empty(each)}
    return [_without_empty(each) for each in value] if isinstance(value, list) else value


def _is_empty(value: Any) -> bool:
    return value is None or value is False or value in ([], {})


class Reviewed:
    """Which reviews still hold; asked when the documents that they are of have passed."""

    def __init__(self, reviews: Iterable[Data]) -> None:
        self._layers: dict[str, set[str]] = {}
        self._digests: dict[tuple[str, str], str] = {}
        for review in reviews:
            self._layers.setdefault(review["document"], set()).add(review["layer"])

    def add(self, document: Data) -> None:
        """Take in a document as it is now."""
        doc_id = document["document"]
        for layer in self._layers.get(doc_id, ()):
            self._digests[doc_id, layer] = layer_digest(document, layer)

    def holds(self, review: Data) -> bool | None:
        """Return whether a review is of the layer as it is now; null when its document has not passed."""
        now = self._digests.get((review["document"], review["layer"]))
        return None if now is None else now == review["digest"]
