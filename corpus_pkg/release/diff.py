"""Comparing two releases: first the digests, then only the rows that these say are not the same."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from corpus_pkg.release.changes import FOLLOWS, Change, Difference, make_difference
from corpus_pkg.release.contents import Contents, Cursor, Row, iter_rows, iter_unlike, leaf_types
from corpus_pkg.release.opening import Release
from corpus_pkg.tables import Table, all_tables

_SPANS = {"zones", "date_candidates", "time_expressions", "attributions", "actor_mentions", "event_mentions"}
"""Tables whose rows are stretches of text: a row more or less is a span, another value in it a label."""
_ALL = frozenset({"*"})
_COMPUTED: Mapping[str, frozenset[str]] = {
    "documents": frozenset({"title"}),
    "zones": frozenset({"text"}),
    "attributions": frozenset({"depth"}),
    "actor_mentions": frozenset({"zone"}),
    "event_mentions": frozenset({"zone"}),
    "document_events": frozenset({"class", "factuality", "contested"}),
    "corpus_events": frozenset({"class", "doc_ids", "n_reports", "date_start", "date_end", "conflicts"}),
    "hard_cases": frozenset({"places"}),
    "document_relations": frozenset({"similarity", "measure"}),
    "agreement": _ALL,
    "event_table": _ALL,
}
"""Columns that are computed from others: what changes in them follows these."""
_TOLD_ELSEWHERE: Mapping[str, frozenset[str]] = {
    "documents": frozenset({"text", "sha256", "group"}),
    "event_mentions": frozenset({"type", "mode"}),  # those of the event
    "document_events": frozenset({"roles", "corpus_event_id"}),  # arguments and clusters
}
_UNORDERED = {"agreement"}
"""Tables whose rows do not stand in the order of their keys; they are small."""
_OFFSETS = ("start", "end", "duplicate_of")


def diff_releases(before: Release, after: Release) -> Difference:
    """Return all changes from one release to another. Raises CorpusError when a file of theirs cannot be read."""
    comparison = _Comparison(Contents(before), Contents(after))
    return make_difference(before.manifest, after.manifest, comparison.changes())


class _Comparison:
    """One comparison, in an order in which each part knows what it needs of those before it."""

    def __init__(self, before: Contents, after: Contents) -> None:
        self._before, self._after = before, after
        self._lost: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._gained: dict[tuple[str, str], set[str]] = defaultdict(set)
        """Members of the clusters of the whole corpus, by kind and name."""
        self._ended: set[tuple[str, str]] = set()
        self._begun: set[tuple[str, str]] = set()

    def changes(self) -> Iterator[Change]:
        """Yield every change."""
        yield from self._schema()
        yield from self._splits()
        nested = {table.name for table in all_tables().values() if table.nested and table.name != "actors"}
        for name in dict.fromkeys((*self._before.tables, *self._after.tables)):
            if name != "documents" and name not in nested:
                yield from self._table(name)
        yield from self._documents()
        yield from self._clusters()

    # --- schema, splits ---

    def _schema(self) -> Iterator[Change]:
        old, new = (contents.manifest["schema"] for contents in (self._before, self._after))
        if old != new:
            yield Change("schema", "changed", "patch", None, None, "version", None, old, new)
        for table in dict.fromkeys((*self._before.tables, *self._after.tables)):
            if table not in self._after.tables:
                yield Change("schema", "removed", "major", None, table, table)
            elif table not in self._before.tables:
                yield Change("schema", "added", "minor", None, table, table)
            else:
                yield from _column_changes(table, self._types(self._before, table), self._types(self._after, table))

    def _types(self, contents: Contents, table: str) -> dict[str, str]:
        return leaf_types(contents.schema(table))

    @cached_property
    def _shared(self) -> dict[str, list[str]]:
        """Return the columns that both releases have, by table; nested ones of `documents` by the table they make."""
        found = {}
        for name in {*self._before.tables} & {*self._after.tables}:
            others = {*self._after.schema(name).names}
            found[name] = [column for column in self._before.schema(name).names if column in others]
        types = [self._types(contents, "documents") for contents in (self._before, self._after)]
        for name, table in _nested().items():
            own, other = (
                {path.split(".")[1].removesuffix("[]") for path in each if path.startswith(f"{name}[].")}
                for each in types
            )
            found[table.name] = sorted(own & other)
        return found

    def _splits(self) -> Iterator[Change]:
        old, new = self._before.splits, self._after.splits
        for split in sorted({*old.values()} ^ {*new.values()}):
            kind = "added" if split in {*new.values()} else "removed"
            yield Change("splits", kind, "minor" if kind == "added" else "none", None, None, split)
        for doc_id in sorted(old.keys() & new.keys()):
            if old[doc_id] != new[doc_id]:
                yield Change("splits", "moved", "error", doc_id, None, doc_id, None, old[doc_id], new[doc_id])

    # --- tables of the whole corpus ---

    def _table(self, name: str) -> Iterator[Change]:
        if self._before.digests(name) == self._after.digests(name):
            return
        table = all_tables().get(name)
        columns = self._shared.get(name) or [
            *(self._after if name in self._after.tables else self._before).schema(name).names
        ]
        key = table.key if table else tuple(columns[:1])
        for old, new in self._unlike(name, columns, key):
            self._note_cluster(name, key, old, new)
            yield from _row_change(name, key, old, new)

    def _unlike(self, name: str, columns: Sequence[str], key: Sequence[str]) -> Iterable[tuple[Row | None, Row | None]]:
        files = [contents.files(name) for contents in (self._before, self._after)]
        if name in _UNORDERED:
            old, new = (_by_key(iter_rows(each, columns), key) for each in files)
            return ((old.get(k), new.get(k)) for k in dict.fromkeys((*old, *new)) if old.get(k) != new.get(k))
        one, other = (Cursor(each, columns) for each in files)
        return iter_unlike(one, other, lambda row: tuple(row[part] or "" for part in key))

    def _note_cluster(self, name: str, key: Sequence[str], old: Row | None, new: Row | None) -> None:
        kind = {"actors": "actor", "corpus_events": "corpus_event"}.get(name)
        if kind and new is None and old is not None:
            self._ended.add((kind, old[key[0]]))
        elif kind and old is None and new is not None:
            self._begun.add((kind, new[key[0]]))

    # --- documents ---

    def _documents(self) -> Iterator[Change]:
        old, new = (contents.manifest["documents"] for contents in (self._before, self._after))
        for doc_id in sorted({*old, *new}):
            if doc_id not in new:
                yield Change("documents", "removed", "major", doc_id, None, doc_id)
                self._note_members(self._lost, self._before.document(doc_id))
            elif doc_id not in old:
                yield Change("documents", "added", "minor", doc_id, None, doc_id)
                self._note_members(self._gained, self._after.document(doc_id))
            elif old[doc_id] != new[doc_id]:
                yield from self._document(self._before.document(doc_id), self._after.document(doc_id))

    def _note_members(self, found: dict[tuple[str, str], set[str]], row: Row) -> None:
        for cluster, members in _clusters(row).items():
            if not _is_own(cluster):
                found[cluster] |= {_member(row, member) for member in members}

    def _document(self, old: Row, new: Row) -> Iterator[Change]:
        doc_id, columns = old["doc_id"], self._shared["documents"]
        shift = _shift(old["text"], new["text"])
        if shift:
            new = _translated(new, {}, shift)
        renames = [*_renames(old, new)]
        names = {change.new: change.old for change in renames}
        if names:
            new = _translated(new, names, lambda offset: offset)
        touched = [name for name in columns if self._is_unlike(name, old, new)]
        if not touched and not names:
            return
        level = "major" if "text" in touched else "none"
        yield Change("documents", "changed", level, doc_id, None, doc_id, ", ".join(touched))
        yield from renames
        yield from _document_labels(old, new, [name for name in touched if name not in _nested()])
        for name in touched:
            if name in _nested() and name != "actors":  # actors stand in a table of their own
                yield from self._nested_rows(doc_id, _nested()[name], old[name], new[name])
        yield from self._document_clusters(old, new)

    def _is_unlike(self, name: str, old: Row, new: Row) -> bool:
        if name not in _nested():
            return bool(old[name] != new[name])
        columns = self._shared[_nested()[name].name]
        one, other = ([{c: row[c] for c in columns} for row in rows] for rows in (old[name], new[name]))
        return one != other

    def _nested_rows(self, doc_id: str, table: Table, old: Sequence[Row], new: Sequence[Row]) -> Iterator[Change]:
        columns = [column for column in self._shared[table.name] if column not in _TOLD_ELSEWHERE.get(table.name, ())]
        key = [part for part in table.key if part != "doc_id"]
        one, other = _by_key(old, key), _by_key(new, key)
        for each in dict.fromkeys((*one, *other)):
            yield from _nested_change(doc_id, table.name, columns, _shown(each), one.get(each), other.get(each))

    def _document_clusters(self, old: Row, new: Row) -> Iterator[Change]:
        """Yield what has changed in the clusters of one document; note it for those of the whole corpus."""
        one, other = _clusters(old), _clusters(new)
        for cluster in sorted({*one, *other}):
            lost, gained = (
                one.get(cluster, set()) - other.get(cluster, set()),
                other.get(cluster, set()) - one.get(cluster, set()),
            )
            if not _is_own(cluster):
                self._lost[cluster] |= {_member(old, member) for member in lost}
                self._gained[cluster] |= {_member(new, member) for member in gained}
            elif lost or gained or (cluster in one) != (cluster in other):
                kind = "removed" if cluster not in other else "added" if cluster not in one else "changed"
                yield _cluster_change(kind, cluster, old["doc_id"], lost, gained)

    # --- clusters of the whole corpus ---

    def _clusters(self) -> Iterator[Change]:
        """Yield what has changed in the actors and events that many documents share."""
        found = {cluster for part in (self._lost, self._gained) for cluster, members in part.items() if members}
        ended = {(cluster[0], frozenset(self._lost[cluster])): cluster for cluster in found & self._ended}
        former = {
            new: ended[key] for new in found & self._begun if (key := (new[0], frozenset(self._gained[new]))) in ended
        }
        for cluster in sorted(found - {*former.values()}):
            if old := former.get(cluster):
                yield Change("clusters", "renamed", "major", None, old[0], old[1], None, old[1], cluster[1])
            else:
                kind = "removed" if cluster in self._ended else "added" if cluster in self._begun else "changed"
                yield _cluster_change(kind, cluster, None, self._lost[cluster], self._gained[cluster])


def _nested() -> dict[str, Table]:
    """Return the tables whose rows stand nested in `documents`, by the column in which they do."""
    return {table.nested: table for table in all_tables().values() if table.nested}


def _column_changes(table: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    for path in dict.fromkeys((*old, *new)):
        if path not in new:
            yield Change("schema", "removed", "major", None, table, path, None, old[path])
        elif path not in old:
            yield Change("schema", "added", "minor", None, table, path, None, None, new[path])
        elif old[path] != new[path]:
            yield Change("schema", "changed", "major", None, table, path, None, old[path], new[path])


def _by_key(rows: Iterable[Row], key: Sequence[str]) -> dict[tuple[Any, ...], Row]:
    """Return rows by key; should a key come again, with its number."""
    found: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        each = tuple(row[part] for part in key)
        while each in found:
            each = (*each, "again")
        found[each] = row
    return found


def _shown(key: Sequence[Any]) -> str:
    """Return a key as people write it: two offsets that follow one another as `31-38`."""
    return re.sub(r"(?<![^ ])([0-9]+) ([0-9]+)(?![^ ])", r"\1-\2", " ".join(map(str, key)), count=1)


# --- levels ---


def _is_computed(table: str, column: str) -> bool:
    return not _COMPUTED.get(table, frozenset()).isdisjoint((column, "*"))


def _level(table: str, column: str, old: Any, new: Any) -> str:
    """Return what another value asks for: an addition leaves all that was said still said."""
    if _is_computed(table, column):
        return FOLLOWS
    is_more = has_grown(old, new) or (column == "note" and old is None)
    return "minor" if is_more else "major"


def has_grown(old: Any, new: Any) -> bool:
    """Return whether a value still holds all that it held: a list with more entries, the same list among them."""
    if isinstance(old, list) and isinstance(new, list):
        rest = [*new]
        for each in old:
            if each not in rest:
                return False
            rest.remove(each)
        return True
    return bool(old == new)


def _row_change(table: str, key: Sequence[str], old: Row | None, new: Row | None) -> Iterator[Change]:
    """Yield what has become of a row of a table of the whole corpus."""
    item = _shown([row[part] for row in [old or new or {}] for part in key])
    if old is None or new is None:
        kind, level = ("added", "minor") if old is None else ("removed", "major")
        yield Change("rows", kind, FOLLOWS if _is_computed(table, "*") else level, None, table, item, None, old, new)
        return
    for column in old:
        if old[column] != new[column]:
            level = _level(table, column, old[column], new[column])
            yield Change("rows", "changed", level, None, table, item, column, old[column], new[column])


def _nested_change(
    doc_id: str, table: str, columns: Sequence[str], item: str, old: Row | None, new: Row | None
) -> Iterator[Change]:
    """Yield what has become of a row that belongs to one document."""
    section = "spans" if table in _SPANS else "arguments" if table == "event_arguments" else "rows"
    if old is None or new is None:
        kind, level, row = ("added", "minor", new) if old is None else ("removed", "major", old)
        if table != "document_events":  # an event is a cluster
            words = (row or {}).get("text")
            yield Change(
                section, kind, level, doc_id, table, item, None, *((None, words) if old is None else (words, None))
            )
        return
    if section == "spans" or table == "document_events":
        section = "labels"
    for column in columns:
        if old[column] != new[column]:
            level = _level(table, column, old[column], new[column])
            yield Change(section, "changed", level, doc_id, table, item, column, old[column], new[column])


def _document_labels(old: Row, new: Row, touched: Sequence[str]) -> Iterator[Change]:
    """Yield what has changed in what is said of a document as a whole."""
    doc_id = old["doc_id"]
    fresh = {*new.get("annotated", ())} - {*old.get("annotated", ())}
    if "group" in touched:
        yield Change("groups", "changed", "major", doc_id, None, doc_id, None, old["group"], new["group"])
    for name in touched:
        if name in _TOLD_ELSEWHERE["documents"]:
            continue
        parts = {f"{name}.{part}": part for part in old[name]} if isinstance(old[name], dict) else {name: None}
        for column, part in parts.items():
            one, other = (row[name][part] if part else row[name] for row in (old, new))
            if one != other:
                # A layer that was not finished has said nothing yet: no value of it is taken back.
                is_first = name in fresh and one in (None, [])
                level = "minor" if is_first else _level("documents", part or column, one, other)
                yield Change("labels", "changed", level, doc_id, "documents", doc_id, column, one, other)


# --- clusters ---


def _clusters(row: Row) -> dict[tuple[str, str], set[str]]:
    """Return the members of each cluster of a document, by kind and name: spans, and events of events of the world."""
    found: dict[tuple[str, str], set[str]] = {("event", event["event_id"]): set() for event in row.get("events", ())}
    for mention in row.get("event_mentions", ()):
        found.setdefault(("event", mention["event_id"]), set()).add(f"{mention['start']}-{mention['end']}")
    for mention in row.get("actor_mentions", ()):
        for actor in mention["actor_ids"]:
            found.setdefault(("actor", actor), set()).add(f"{mention['start']}-{mention['end']}")
    for event in row.get("events", ()):
        if event["corpus_event_id"] != event["event_id"]:
            found.setdefault(("corpus_event", event["corpus_event_id"]), set()).add(event["event_id"])
    return found


def _is_own(cluster: tuple[str, str]) -> bool:
    """Return whether a cluster belongs to one document, which its name says."""
    return "#" in cluster[1]


def _member(row: Row, member: str) -> str:
    return member if "#" in member else f"{row['doc_id']} {member}"


def _cluster_change(
    kind: str, cluster: tuple[str, str], document: str | None, lost: set[str], gained: set[str]
) -> Change:
    level = "major" if lost or kind == "removed" else "minor"
    return Change("clusters", kind, level, document, *cluster, None, sorted(lost), sorted(gained))


# --- documents whose text or names have changed ---


def _shift(old: str | None, new: str | None) -> Callable[[int], int] | None:
    """Return what leads from an offset of the new text to that of the old; null where the texts are equal, or withheld.

    What stands before and behind the stretch that differs is the same; within it, offsets are left as they are.
    """
    if old == new or not old or not new:
        return None
    short = min(len(old), len(new))
    head = next((at for at in range(short) if old[at] != new[at]), short)
    tail = next((at for at in range(short - head) if old[-1 - at] != new[-1 - at]), short - head)
    behind, by = len(new) - tail, len(old) - len(new)
    return lambda offset: offset + by if offset >= behind else offset


def _renames(old: Row, new: Row) -> Iterator[Change]:
    """Yield the clusters of one document that have the same members as before, and another name."""
    one, other = (
        {cluster: members for cluster, members in _clusters(row).items() if _is_own(cluster)} for row in (old, new)
    )
    former = {(c[0], frozenset(members)): c[1] for c, members in one.items() if c not in other and members}
    for (kind, name), members in other.items():
        known = former.pop((kind, frozenset(members)), None) if (kind, name) not in one else None
        if known is not None:
            yield Change("clusters", "renamed", "major", old["doc_id"], kind, known, None, known, name)


def _translated(value: Any, names: Mapping[str, str], shift: Callable[[int], int]) -> Any:
    """Return a copy in which clusters bear their former names and offsets are those of the former text."""
    if isinstance(value, dict):
        moved = {key: _moved(key, inner, names, shift) for key, inner in value.items()}
        if value.get("filler_kind") == "span":
            moved["filler"] = f"{moved['start']}-{moved['end']}"
        return moved
    if isinstance(value, list):
        return [_translated(inner, names, shift) for inner in value]
    return names.get(value, value) if isinstance(value, str) else value


def _moved(key: str, value: Any, names: Mapping[str, str], shift: Callable[[int], int]) -> Any:
    if isinstance(value, int) and not isinstance(value, bool) and key.endswith(_OFFSETS):
        return shift(value)
    return _translated(value, names, shift)
