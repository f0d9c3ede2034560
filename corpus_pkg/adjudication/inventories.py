"""What two passes say of the actors, events and pages of the corpus: their differences, and one inventory of both."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from typing import Any, NamedTuple

from corpus_pkg.adjudication.differences import said
from corpus_pkg.adjudication.settle import UnsettledError
from corpus_pkg.vocabulary import Vocabulary
from corpus_pkg.write import flow

Data = dict[str, Any]
Key = tuple[str, ...]
Decided = Mapping[tuple[str, Key], Data]
"""Decisions by kind and key of the records that they are on."""
COMPARED = {
    "actors": ("type", "country", "sectors", "wikidata", "geonames", "offices"),
    "events": ("type", "mode"),
    "relations": ("mode",),
    "pages": ("url", "title", "date"),
}
"""What two records of one thing must have alike, by kind."""
FREE = {
    "actors": {
        "name": "the common name, of the first pass; that of the second becomes an alias when a text spells it so",
        "aliases": "names of both passes together",
        "adjectives": "names of both passes together",
        "cite": "pointers: of both passes together",
    },
    "events": {
        "name": "words of one's own, of the first pass",
        "cite": "pointers: of both passes together",
    },
    "relations": {"cite": "pointers: of both passes together"},
    "pages": {"says": "words of one's own: of the first pass, of the second where the first has none"},
}
"""In what else they may differ, and what then stands; note, cases and draft are as in documents."""
_LISTS = ("aliases", "adjectives", "cite", "cases")
_SHOWN_WHEN_APART = ("offices",)


class InventoryDifference(NamedTuple):
    """One record in which two inventories differ, or a relation that one of them lacks; null is none."""

    kind: str
    key: Key
    a: Data | None
    b: Data | None


def compare_inventories(a: Data, b: Data, vocabulary: Vocabulary) -> Iterator[InventoryDifference]:
    """Yield where two inventories under common names differ."""
    shared = {item["id"] for item in a["events"]} & {item["id"] for item in b["events"]}
    for kind, keys in COMPARED.items():
        one, other = (_by_key(kind, each, vocabulary) for each in (a, b))
        for key in {**one, **other}:
            pair = one.get(key), other.get(key)
            lone = kind == "relations" and None in pair and {*key[1:]} <= shared
            if lone or (None not in pair and _said(pair[0], keys) != _said(pair[1], keys)):
                yield InventoryDifference(kind, key, *pair)


def _by_key(kind: str, inventory: Data, vocabulary: Vocabulary) -> dict[Key, Data]:
    key: Callable[[Data], Key] = (lambda item: _ends(item, vocabulary)) if kind == "relations" else _id
    return {key(item): item for item in inventory[kind]}


def _id(item: Data) -> Key:
    return (str(item["id"]),)


def _ends(relation: Data, vocabulary: Vocabulary) -> Key:
    """Return type and ends of a relation, in one order when it holds both ways."""
    ends = [relation["from"], relation["to"]]
    return (relation["type"], *(sorted(ends) if vocabulary.is_symmetric(relation["type"]) else ends))


def _said(item: Data | None, keys: Sequence[str]) -> Any:
    return said("inventory", {key: item[key] for key in keys} if item else None)


def inventory_entry(difference: InventoryDifference, name: str) -> Data:
    """Return an open decision on a difference of two inventories."""
    decision_id = "_".join((name or "d", "inventory", difference.kind, *difference.key))
    known = {
        "id": decision_id,
        "document": None,
        "layer": "actors" if difference.kind == "actors" else "events",
        "kind": difference.kind,
        "a": _written(difference, difference.a),
        "b": _written(difference, difference.b),
    }
    return {**known, "choose": None, "why": None}


def _written(difference: InventoryDifference, item: Data | None) -> str | None:
    if item is None:
        return None
    head = ("from", "type", "to") if difference.kind == "relations" else ("id",)
    keys = [*head, *(key for key in COMPARED[difference.kind] if key not in _SHOWN_WHEN_APART)]
    keys += [key for key in _SHOWN_WHEN_APART if key in item and _is_apart(difference, key)]
    return f"{difference.kind}: {flow({key: _shown(item[key]) for key in keys}, inside=True)}"


def _shown(value: Any) -> Any:
    """Return a value, its records without what is empty in them."""
    if isinstance(value, list):
        return [_shown(each) for each in value]
    return {key: inner for key, inner in value.items() if inner} if isinstance(value, dict) else value


def _is_apart(difference: InventoryDifference, key: str) -> bool:
    return bool(_said(difference.a, [key]) != _said(difference.b, [key]))


def settle_inventories(a: Data, b: Data, vocabulary: Vocabulary, decided: Decided, texts: Sequence[str]) -> Data:
    """Return one inventory out of two: what was decided, what either alone has, and the names of both.

    A name of the second becomes an alias where one of the `texts` spells it so. Raises UnsettledError when of two
    records neither was chosen.
    """
    settled: Data = {}
    for kind in COMPARED:
        one, other = (_by_key(kind, each, vocabulary) for each in (a, b))
        pairs = {key: (one.get(key), other.get(key), decided.get((kind, key))) for key in {**one, **other}}
        settled[kind] = [_merged(kind, *pair, texts) for pair in pairs.values() if _stands(*pair)]
    return settled


def _stands(one: Data | None, other: Data | None, decision: Data | None) -> bool:
    """Return whether a record stands: a relation that one pass alone has, when that pass or both were chosen."""
    if decision is None or (one and other):
        return True
    return decision["choose"] in ("both", "a" if one else "b")


def _merged(kind: str, one: Data | None, other: Data | None, decision: Data | None, texts: Sequence[str]) -> Data:
    """Return one record out of two."""
    if one is None or other is None:
        return one or other or {}
    if decision and decision["choose"] not in ("a", "b"):
        raise UnsettledError(f"{decision['id']}: of two records of the inventory choose a or b, and edit it afterwards")
    chosen = other if decision and decision["choose"] == "b" else one
    merged = {key: other.get(key) if value is None else value for key, value in one.items()}
    merged |= {key: chosen[key] for key in COMPARED[kind]}
    merged |= {key: [*dict.fromkeys([*one[key], *other[key]])] for key in _LISTS if key in one}
    if "draft" in one:
        merged["draft"] = one["draft"] or other["draft"]
    return _with_name(merged, other["name"], texts) if kind == "actors" else merged


def _with_name(actor: Data, name: str, texts: Sequence[str]) -> Data:
    """Return an actor with one more alias, where a text spells it so."""
    names = [*actor["aliases"], *([name] if any(name in text for text in texts) else [])]
    return {**actor, "aliases": [*dict.fromkeys(each for each in names if each != actor["name"])]}


def with_standing(settled: Data, existing: Data, used: Set[str], vocabulary: Vocabulary) -> Data:
    """Return an inventory in which the records that other documents of the corpus use stand as they were.

    `existing` is the inventory of the corpus, `used` the names in documents that were not compared. Names of actors are
    put together all the same.
    """
    if not used:
        return settled
    used = {*used, *(office["body"] for each in existing["actors"] if each["id"] in used for office in each["offices"])}
    joined: Data = {}
    for kind in COMPARED:
        new, old = (_by_key(kind, each, vocabulary) for each in (settled, existing))
        old = {key: item for key, item in old.items() if not used.isdisjoint(_names(kind, item))}
        joined[kind] = [_standing(kind, old.get(key), new.get(key)) for key in {**new, **old}]
    return joined


def _names(kind: str, item: Data) -> Sequence[str]:
    return (item["from"], item["to"]) if kind == "relations" else (item["id"],)


def _standing(kind: str, old: Data | None, new: Data | None) -> Data:
    if old is None or new is None or kind != "actors":
        return old or new or {}
    return {**old, "aliases": [*dict.fromkeys([*old["aliases"], *(n for n in new["aliases"] if n != old["name"])])]}
