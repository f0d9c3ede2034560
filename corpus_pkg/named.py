"""The schema of one corpus: that of canonical documents, with its own names and labels where names and labels stand.

A document that satisfies it satisfies the schema, and several rules about names besides; one look of the fast engine
then stands for all of them. Of one that does not, schema and rules say what is wrong. A test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from corpus_pkg.jsonfile import DIGITS
from corpus_pkg.schema import Roles, Schema, bundle
from corpus_pkg.vocabulary import LABELS, RESERVED_SOURCES, Vocabulary


class Deciders(NamedTuple):
    """Two questions to the fast engine.

    `is_named`: does a canonical document satisfy the schema, name only what is known, and hold no draft? `is_whole`:
    does it so, with every key spelt out and no number like 1.0?
    """

    is_named: Callable[[Any], bool]
    is_whole: Callable[[Any], bool]

    @classmethod
    def none(cls) -> Deciders:
        """Return those that know nothing, and always say no."""
        return cls(lambda value: False, lambda value: False)


class NamedSchemas(NamedTuple):
    """The deciders for documents that name actors of the inventory alone, and for those with actors of their own.

    No schema can say whether a name is one of these, so that the second leave the names of actors to the rules.
    """

    shared: Deciders
    own: Deciders

    @classmethod
    def none(cls) -> NamedSchemas:
        """Return those that know nothing."""
        return cls(Deciders.none(), Deciders.none())

    def of(self, document: Any) -> Deciders:
        """Return the deciders for what may be a document."""
        return self.own if isinstance(document, dict) and document.get("actors") else self.shared


def named_schemas(
    vocabulary: Vocabulary,
    roles: Roles,
    *,
    actors: Mapping[str, str],
    events: Collection[str],
    pages: Collection[str],
    cases: Collection[int],
) -> NamedSchemas:
    """Return the deciders of a corpus; `actors` is the type of each."""
    enums: dict[str, list[Any]] = {
        "event": sorted(events),
        "page": sorted(pages),
        "case": sorted(cases),
        **{table: list(vocabulary.labels(table)) for table in _TABLES},
    }
    bundled = bundle("canonical", roles)

    def own() -> Schema:
        return _named(bundled, enums, vocabulary)

    def shared() -> Schema:
        names = {"actor": sorted(actors), "source": sorted({*actors, *RESERVED_SOURCES})}
        named = _named(bundled, {**enums, **names}, vocabulary)
        named["$defs"]["event"] = _filled(named["$defs"]["event"], actors, vocabulary.fillers)
        named["properties"] |= {"actors": {"type": "array", "maxItems": 0}}
        return named

    return NamedSchemas(_deciders(shared), _deciders(own))


def _deciders(named: Callable[[], Schema]) -> Deciders:
    return Deciders(_decider(named), _decider(lambda: _whole_schema(named())))


def _decider(schema: Callable[[], Schema]) -> Callable[[Any], bool]:
    """Return a decider that is made when it is first asked: each takes some 5 ms, and few corpora ask all four."""

    @cache
    def made() -> Callable[[Any], bool]:
        from jsonschema_rs import Draft202012Validator

        return Draft202012Validator(schema()).is_valid

    return lambda value: made()(value)


def _whole_schema(named: Schema) -> Schema:
    whole: Schema = _whole(named)
    whole["$defs"]["integer"] = _INTEGER
    return whole


_INTEGER: Schema = {
    "$schema": "http://json-schema.org/draft-04/schema#",
    "$id": "urn:corpus-pkg:integer",
    "id": "urn:corpus-pkg:integer",
    "type": "integer",
    "maximum": 10**DIGITS - 1,
}
"""A number without a point. In this draft of JSON Schema 1.0 is no integer; in all later ones it is."""


def _whole(node: Any) -> Any:
    """Return a schema in which every property of every object is required, and 1.0 is no integer.

    The fast engine takes half as long for it when keys are counted, there being no others, than when each is asked for
    by name, and when its patterns do not look ahead: to that engine `$` is the very end.
    """
    if isinstance(node, list):
        return [_whole(inner) for inner in node]
    if not isinstance(node, dict):
        return node
    whole = {key: _whole(inner) for key, inner in node.items()}
    if isinstance(pattern := node.get("pattern"), str):
        whole["pattern"] = pattern.replace("$(?!\\n)", "$")
    if node.get("additionalProperties") is False:
        whole["minProperties"] = len(node["properties"])
        whole.pop("required", None)
    if node.get("type") == "integer" or isinstance([*node.get("enum", ()), None][0], int):
        whole["$ref"] = _INTEGER["id"]
    if node.get("type") == ["integer", "null"]:
        whole["anyOf"] = [{"type": "null"}, {"$ref": _INTEGER["id"]}]
    return whole


def _named(bundled: Schema, enums: Mapping[str, list[Any]], vocabulary: Vocabulary) -> Schema:
    """Return the schema with names and labels where they stand, of the kinds for which some are given."""
    definitions = dict(bundled["$defs"])
    for (holder, key), kind in _NAMES.items():
        if kind in enums:
            node = definitions[holder]
            shape = _narrowed(node["properties"][key], enums[kind])
            definitions[holder] = {**node, "properties": {**node["properties"], key: shape}}
    definitions["cite"] = _list_of(enums["page"])
    definitions["cases"] = _list_of(enums["case"])
    definitions["draft"] = {"const": False}
    for holder, table in (("event", "types"), ("relation", "relation_types")):
        definitions[holder] = {**definitions[holder], "anyOf": [*_types(vocabulary, table)]}
    return {**bundled, "properties": dict(bundled["properties"]), "$defs": definitions}


def _narrowed(node: Schema, names: list[Any]) -> Schema:
    """Return the shape of a name, a name or null, or a list of names, with just these names."""
    target = node["$ref"].rsplit("/", 1)[-1]
    if target in ("names", "labels"):
        return {**_list_of(names), **{key: value for key, value in node.items() if key == "minItems"}}
    return {"enum": [*names, None] if target.startswith("optional_") else names}


def _list_of(names: list[Any]) -> Schema:
    if not names:
        return {"type": "array", "maxItems": 0}
    return {"type": "array", "items": {"enum": names}, "uniqueItems": True}


def _filled(event: Schema, actors: Mapping[str, str], fillers: Mapping[str, Collection[str]]) -> Schema:
    """Return the shape of an event whose roles are filled by actors that can."""
    roles = [key for key, node in event["properties"].items() if node.get("$ref") == "#/$defs/role_fillers"]
    fitting = {
        role: _list_of(sorted(name for name, kind in actors.items() if kind in fillers.get(role, (kind,))))
        for role in roles
    }
    return {**event, "properties": {**event["properties"], **fitting}}


def _types(vocabulary: Vocabulary, table: str) -> Iterator[Schema]:
    for label in vocabulary.labels(table):
        modes = [*vocabulary.modes(table, label), None]
        yield {"properties": {"type": {"const": label}, "mode": {"enum": modes}}}


_NAMES = {
    ("mention", "actors"): "actor",
    ("commitment", "source"): "source",
    ("attribution", "sources"): "source",
    ("relation", "sources"): "source",
    ("claim", "sources"): "source",
    ("stated_party", "actor"): "actor",
    ("party", "actor"): "actor",
    ("party", "cite"): "page",
    ("source", "holder"): "actor",
    ("rights_statement", "holder"): "actor",
    ("event", "corpus_event"): "event",
    **LABELS,
}
"""Where names and labels stand: a definition and its key, with what may stand there."""
_TABLES = frozenset(LABELS.values())
