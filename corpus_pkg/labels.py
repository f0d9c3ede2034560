"""The labels that columns of a release may hold, in a fixed order: those of the vocabulary, and those of the schema."""

from __future__ import annotations

from collections.abc import Iterable

from corpus_pkg.schema import Schema, property_shape, shape
from corpus_pkg.vocabulary import Vocabulary

_TABLES = {
    "event_type": "types",
    "relation_type": "relation_types",
    "context": "contexts",
    "actor_type": "actor_types",
    "sector": "sectors",
    "zone": "zones",
    "publication_role": "publication_roles",
    "date_kind": "date_kinds",
    "claim_attribute": "claim_attributes",
}
"""What labels are for, with the table of the vocabulary that has them."""
_ENUMS = {
    "mention_level": "mentions.level",
    "factuality": "triggers.factuality.value",
    "modality": "events.modality",
    "attribution_form": "attributions.form",
    "anchored": "times.anchored",
    "verdict": "date_candidates.verdict",
    "redistribution": "source.redistribution",
}
"""What labels are for, with the property of a document in canonical form that lists them."""
_SPAN_ROLES = ("topic", "object", "instrument", "when")
"""Roles whose fillers are stretches of text, which triggers have and no vocabulary lists."""


def all_labels(vocabulary: Vocabulary) -> dict[str, list[str]]:
    """Return the labels by what they are for: those of a vocabulary in its order, those of the schema in its own."""
    tables = {name: [*vocabulary.labels(table)] for name, table in _TABLES.items()}
    types = vocabulary.labels("types")
    return {
        **tables,
        "event_mode": _modes(vocabulary, "types"),
        "event_class": _each(about["class"] for about in types.values() if about.get("class")),
        "relation_mode": _modes(vocabulary, "relation_types"),
        "role": _each((*vocabulary.labels("roles"), *_SPAN_ROLES)),
        **{name: _enum(path) for name, path in _ENUMS.items()},
    }


def _modes(vocabulary: Vocabulary, table: str) -> list[str]:
    return _each(mode for label in vocabulary.labels(table) for mode in vocabulary.modes(table, label))


def _each(labels: Iterable[str]) -> list[str]:
    return [*dict.fromkeys(labels)]


def _enum(path: str) -> list[str]:
    found: Schema = shape("canonical")
    for step in path.split("."):
        found = property_shape(found.get("items", found), step)
    return [*found["enum"]]
