"""The labels that annotations may use: PLOVER's by default, or tables that a corpus brings (`vocabulary.yaml`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

from corpus_pkg.read import read_yaml
from corpus_pkg.schema import Roles, shape

RESERVED_SOURCES = frozenset(("AUTHOR", "ANONYMOUS"))
"""Sources that are no actors: the text's own voice, and one whom the text hides."""

LABELS = {
    ("passage", "zone"): "zones",
    ("stated_party", "role"): "publication_roles",
    ("party", "role"): "publication_roles",
    ("date_candidate", "kind"): "date_kinds",
    ("claim", "attribute"): "claim_attributes",
    ("actor", "type"): "actor_types",
    ("actor", "sectors"): "sectors",
    ("event", "contexts"): "contexts",
}
"""Where labels stand: the definition of the schema and its key, with the table of the vocabulary that has them."""


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Tables of labels, each a mapping from label to what it means."""

    tables: Mapping[str, Any]

    def labels(self, table: str) -> Mapping[str, Any]:
        """Return one table."""
        found: Mapping[str, Any] = self.tables[table]
        return found

    def modes(self, table: str, label: str) -> Mapping[str, str]:
        """Return the modes of a type of event (`types`) or relation (`relation_types`)."""
        found: Mapping[str, str] = self.tables[table].get(label, {}).get("modes", {})
        return found

    def event_class(self, label: str) -> str | None:
        """Return the class of a type of event; null when it has none."""
        found: str | None = self.tables["types"].get(label, {}).get("class")
        return found

    def needs_recipient(self, label: str) -> bool:
        """Return whether an event of this type needs a recipient."""
        return bool(self.tables["types"].get(label, {}).get("recipient") == "required")

    @cached_property
    def traits(self) -> Mapping[str, frozenset[str]]:
        """The labels by what the rules need to know of them."""
        return {name: frozenset(labels) for name, labels in self.tables["traits"].items()}

    def event_has(self, trait: str, event: Mapping[str, Any]) -> bool:
        """Return whether an event's type, or its type with its mode, shares a trait."""
        labels = self.traits[trait]
        return event["type"] in labels or f"{event['type']}/{event['mode']}" in labels

    @cached_property
    def shut_zones(self) -> frozenset[str]:
        """The zones in which nothing is annotated but what dates the text and tells its sources."""
        return frozenset(zone for zone, about in self.tables["zones"].items() if not about.get("annotatable", False))

    @cached_property
    def fillers(self) -> Mapping[str, frozenset[str]]:
        """The types of actors that may fill a role, by the role; one that is not here takes any."""
        return {role: frozenset(types) for role, types in self.tables["fillers"].items()}

    def is_symmetric(self, relation_type: str) -> bool:
        """Return whether a type of relation holds both ways."""
        return bool(self.tables["relation_types"].get(relation_type, {}).get("symmetric", False))

    def words(self, language: str) -> Mapping[str, list[str]] | None:
        """Return what an audit looks for in a language, given as a BCP 47 tag; null when nobody has listed it."""
        found: Mapping[str, list[str]] | None = self.tables["words"].get(language.partition("-")[0].lower())
        return found

    @property
    def roles(self) -> Roles:
        """Return the roles in the form that `schema` takes."""
        return tuple(self.tables["roles"].items())


@cache
def default_vocabulary() -> Vocabulary:
    """Return the vocabulary that the package ships: PLOVER's labels, and lists of words for audits."""
    tables: dict[str, Any] = {}
    for name in ("plover.yaml", "words.yaml"):
        tree = read_yaml(files("corpus_pkg").joinpath(name).read_text(encoding="utf-8"))
        tables |= tree.plain(shape("vocabulary"))[0]
    return Vocabulary(tables)


def merge_vocabulary(own: Mapping[str, Any]) -> Vocabulary:
    """Return the default vocabulary with each table that a corpus gives in place of the default one.

    Of `words` each language stands for itself.
    """
    default = default_vocabulary().tables
    return Vocabulary({**default, **own, "words": {**default["words"], **own.get("words", {})}})
