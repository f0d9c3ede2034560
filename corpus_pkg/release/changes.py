"""What differs between two releases, as data: changes, each with the level of version that it asks for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

SECTIONS = ("documents", "spans", "labels", "arguments", "clusters", "splits", "groups", "schema", "rows")
"""Of what a change may be; `rows` are those of tables that hold neither spans nor arguments nor clusters."""
LEVELS = ("none", "patch", "minor", "major", "error")
"""What a change asks for, from nothing to what no version allows."""
FOLLOWS = "follows"
"""The level of what is computed from other data: that of these, while they change."""


class Change(NamedTuple):
    """One change. `kind` is `added`, `removed`, `changed`, `moved` or `renamed`; `level` one of `LEVELS`.

    `item` is what it is of within document and table: the key of a row such as `31-38`, in code points of the earlier
    text where there is one, or the name of a cluster, split or column. Of a cluster, `old` are the members it has lost
    and `new` those it has gained.
    """

    section: str
    kind: str
    level: str
    document: str | None
    table: str | None
    item: str
    column: str | None = None
    old: Any = None
    new: Any = None


class Head(NamedTuple):
    """What a release says of itself."""

    name: str
    version: str
    edition: str
    schema: str
    digest: str
    documents: int

    @classmethod
    def of(cls, manifest: Mapping[str, Any]) -> Head:
        """Return the head of a manifest."""
        name, version, edition, schema, digest = (str(manifest[key]) for key in cls._fields[:5])
        return cls(name, version, edition, schema, digest, len(manifest["documents"]))


@dataclass(frozen=True)
class Difference:
    """All changes from one release to another, in the order of `SECTIONS`, and the level that they ask for together.

    The level is `none` when the two are the same in every byte, and `patch` when only bytes differ and no data.
    """

    before: Head
    after: Head
    level: str
    changes: tuple[Change, ...]

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """Return how many changes there are, by section and kind; every section is there."""
        found = Counter((change.section, change.kind) for change in self.changes)
        return {
            section: {kind: number for (of, kind), number in sorted(found.items()) if of == section}
            for section in SECTIONS
        }

    def as_dict(self) -> dict[str, Any]:
        """Return the record as plain data."""
        return {
            "before": self.before._asdict(),
            "after": self.after._asdict(),
            "level": self.level,
            "counts": self.counts,
            "changes": [change._asdict() for change in self.changes],
        }


def make_difference(before: Mapping[str, Any], after: Mapping[str, Any], changes: Iterable[Change]) -> Difference:
    """Return the difference between the releases of two manifests from its changes."""
    found = [*changes]
    levels = [change.level for change in found if change.level != FOLLOWS]
    base = max(levels, key=LEVELS.index, default="none")
    # Where nothing has changed from which it is computed, it is computed in another way: that is a change of its own.
    follower = "minor" if base in ("minor", "major", "error") else "major"
    resolved = [change._replace(level=follower) if change.level == FOLLOWS else change for change in found]
    resolved.sort(key=lambda change: (SECTIONS.index(change.section), change.document or "", change.table or ""))
    least = "none" if before == after else "patch"
    level = max((least, *(change.level for change in resolved)), key=LEVELS.index)
    return Difference(Head.of(before), Head.of(after), level, tuple(resolved))
