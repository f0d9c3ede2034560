"""The schema of one corpus: that of canonical documents, with its own names and labels where names and labels stand.

A document that satisfies it satisfies the schema, and several rules about names besides; one look of the fast engine
then stands for all of them. Of one that does not, schema and rules say what is wrong. A test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from corpus_pkg.schema import Roles, Schema, bundle
from corpus_pkg.vocabulary import RESERVED_SOURCES, Vocabulary

Decide = Callable[[Any], bool]


def named_decider(
    vocabulary: Vocabulary,
    roles: Roles,
    *,
    actors: Collection[str],
    events: Collection[str],
    pages: Collection[str],
    cases: Collection[int],
) -> Decide:
    """Return what tells whether a canonical document satisfies the schema, names only what is known, and is no draft.

    A document with actors of its own may name these too, which no schema can say: it is never decided here.
    """
    import jsonschema_rs

    enums: dict[str, list[Any]] = {
        "actor": sorted(actors),
        "source": sorted({*actors, *RESERVED_SOURCES}),
        "event": sorted(events),
        "page": sorted(pages),
        "case": sorted(cases),
        **{table: list(vocabulary.labels(table)) for table in _TABLES},
    }
    validator = jsonschema_rs.Draft202012Validator(_named(bundle("canonical", roles), enums, vocabulary))
    return validator.is_valid


def _named(bundled: Schema, enums: Mapping[str, list[Any]], vocabulary: Vocabulary) -> Schema:
    definitions = dict(bundled["$defs"])
    for (holder, key), kind in _NAMES.items():
        node = definitions[holder]
        shape = _narrowed(node["properties"][key], enums[kind])
        definitions[holder] = {**node, "properties": {**node["properties"], key: shape}}
    definitions["cite"] = _list_of(enums["page"])
    definitions["cases"] = _list_of(enums["case"])
    definitions["role_fillers"] = _list_of(enums["actor"])
    definitions["draft"] = {"const": False}
    for holder, table in (("event", "types"), ("relation", "relation_types")):
        definitions[holder] = {**definitions[holder], "anyOf": [*_types(vocabulary, table)]}
    properties = {**bundled["properties"], "actors": {"type": "array", "maxItems": 0}}
    return {**bundled, "properties": properties, "$defs": definitions}


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
    ("passage", "zone"): "zones",
    ("stated_party", "role"): "publication_roles",
    ("party", "role"): "publication_roles",
    ("date_candidate", "kind"): "date_kinds",
    ("claim", "attribute"): "claim_attributes",
    ("event", "contexts"): "contexts",
}
"""Where names and labels stand: a definition and its key, with what may stand there."""
_TABLES = ("zones", "publication_roles", "date_kinds", "claim_attributes", "contexts")
