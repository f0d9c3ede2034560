"""One document out of two: what both passes agree on, and what was decided on the rest."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from corpus_pkg.adjudication.differences import WHOLE, Compared, Difference
from corpus_pkg.anchors import AnchorError, Folded, Span, find_anchor, parse_anchor
from corpus_pkg.conform import check_schema
from corpus_pkg.derive import Names
from corpus_pkg.errors import CorpusError
from corpus_pkg.findings import Problem
from corpus_pkg.read import FaultError, read_yaml
from corpus_pkg.resolve import PASSAGE_LAYERS, Document, resolve_document
from corpus_pkg.schema import Roles, Schema, property_shape, shape
from corpus_pkg.write import Unresolver, UnwritableError, lines, write_source

Data = dict[str, Any]
_SIDES = {"a": "a", "b": "b", "both": "ab"}


class UnsettledError(CorpusError):
    """What was decided does not make a sound document; the message says what is wrong."""


class Home(NamedTuple):
    """What a document is read with: its text, the names of the inventory, and what it takes from its original."""

    folded: Folded
    names: Names
    taken: Sequence[Span] = ()
    original: Document | None = None
    roles: Roles = ()


def settle_document(a: Data, compared: Compared, decisions: Sequence[Data], home: Home) -> tuple[str, Document]:
    """Return the document that was decided on, as YAML and in canonical form.

    `a` is the version of the first pass, which gives the text and the remarks on the whole. Raises UnsettledError when
    the parts do not fit together.
    """
    document = _merged(a, compared, decisions)
    try:
        plain = Unresolver(document, home.folded, home.taken, home.roles).source()
    except UnwritableError as error:
        raise UnsettledError(f"{a['document']}: {error}") from error
    placing = _Placing(plain, document, home)
    for difference, decision in zip(compared.differences, decisions, strict=False):  # then those of earlier differences
        if decision["choose"] == "other":
            placing.insert(difference, decision)
    settled = _resolved(_without_unused(plain, home.names), home)
    return write_source(settled, home.names, original=home.original, roles=home.roles), settled


def _merged(a: Data, compared: Compared, decisions: Sequence[Data]) -> Data:
    """Return the first version with the items agreed on and those chosen."""
    chosen = {kind: [*items] for kind, items in compared.agreed.items()}
    for difference, decision in zip(compared.differences, decisions, strict=False):
        for side in _SIDES.get(decision["choose"], ""):
            for kind, item in getattr(difference, side):
                chosen[kind].append(item)
    single = {kind: chosen.pop(kind) or [a[kind]] for kind in WHOLE}
    merged = {**a, **chosen, **{kind: items[0] for kind, items in single.items()}}
    return {**merged, "passages": _bounded(merged)}


def _bounded(document: Data) -> list[Data]:
    """Return passages in the order of the text, each running to the next; those of a copy keep their ends."""
    text, ordered = document["text"], sorted(document["passages"], key=lambda passage: passage["start"])
    limits = [*(passage["start"] for passage in ordered[1:]), len(text)]
    if document["copy_of"]:
        limits = [min(passage["end"], limit) for passage, limit in zip(ordered, limits, strict=False)]
    lengths = [len(text[p["start"] : limit].rstrip()) for p, limit in zip(ordered, limits, strict=False)]
    return [{**p, "end": p["start"] + length} for p, length in zip(ordered, lengths, strict=True)]


class _Placing:
    """Puts values of the source form where they belong in a document of the source form."""

    def __init__(self, plain: Data, document: Data, home: Home) -> None:
        self._plain, self._home = plain, home
        self._bounds = [(passage["start"], passage["end"]) for passage in document["passages"]]
        self._shape = shape("source", home.roles)

    def insert(self, difference: Difference, decision: Data) -> None:
        """Put the value of a decision into the document."""
        for kind, item in self._items(decision):
            if kind in WHOLE:
                self._plain[kind] = item
            elif kind == "passages":
                self._add_passage(item, decision)
            elif kind in PASSAGE_LAYERS and (anchor := item.get("q") or next(iter(item.get("content", ())), None)):
                self._plain["passages"][self._passage(anchor, difference)].setdefault(kind, []).append(item)
            else:
                self._plain.setdefault(kind, []).append(item)

    def _items(self, decision: Data) -> Iterator[tuple[str, Any]]:
        for line in (decision["value"] or "").splitlines():
            try:
                tree = read_yaml(line)
                if tree.faults or tree.root is None:
                    raise FaultError(tree.faults[0], line) if tree.faults else UnsettledError(line)
                kind = line.partition(":")[0].strip()
                value, _ = tree.plain({"properties": {kind: self._item_shape(kind, decision)}})
                yield kind, value[kind]
            except FaultError as error:
                raise UnsettledError(f"the value of {decision['id']}: {error.fault.message}: {line}") from error

    def _item_shape(self, kind: str, decision: Data) -> Schema:
        home: Schema = self._shape["properties"]["passages"]["items"] if kind in PASSAGE_LAYERS else self._shape
        if kind not in home["properties"]:
            raise UnsettledError(f"the value of {decision['id']}: no part of a document is called {kind!r}")
        wanted: Schema = property_shape(home, kind)
        items: Schema = wanted if kind in WHOLE else wanted["items"]
        return items

    def _add_passage(self, item: Data, decision: Data) -> None:
        for entry in self._plain["passages"]:
            if entry["at"].startswith(item["at"]) or item["at"].startswith(entry["at"]):
                entry.update({key: value for key, value in item.items() if key != "at"})
                return
        raise UnsettledError(f"the value of {decision['id']}: no passage begins with {item['at']!r}; choose a or b")

    def _passage(self, anchor: str, difference: Difference) -> int:
        """Return the first passage, of those in which the difference lies and then of all, where the anchor matches."""
        starts = [bound[0] for bound in self._bounds]
        spans = [item.get("q") for _, item in (*difference.a, *difference.b) if isinstance(item, Mapping)]
        offsets = [difference.start or 0, *(span["start"] for span in spans if span)]
        near = [max(bisect_right(starts, offset) - 1, 0) for offset in offsets]
        matching = (index for index in (*near, *range(len(starts))) if self._matches(anchor, self._bounds[index]))
        return next(matching, near[0])

    def _matches(self, anchor: str, bounds: Span) -> bool:
        try:
            find_anchor(parse_anchor(anchor), self._home.folded, [bounds, (bounds[0], len(self._home.folded.raw))])
        except AnchorError:
            return False
        return True


def _without_unused(plain: Data, names: Names) -> Data:
    """Return the document without actors of its own that nothing uses, or that the inventory has."""
    used = {*words_of({key: value for key, value in plain.items() if key != "actors"})}
    kept = [actor for actor in plain.get("actors", ()) if actor["id"] in used and actor["id"] not in names]
    return {key: value for key, value in {**plain, "actors": kept}.items() if value != [] or key == "annotated"}


def words_of(value: Any) -> Iterator[str]:
    """Yield every string in plain data."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from words_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from words_of(inner)


def _resolved(plain: Data, home: Home) -> Document:
    """Return the canonical form, read as a person's file is read."""
    text = "\n".join(lines(plain)) + "\n"
    tree = read_yaml(text)
    if tree.root is None:
        told = "; ".join(fault.message for fault in tree.faults)
        raise UnsettledError(f"{plain['document']}: as decided it cannot be read again: {told}")
    source, comments = tree.plain(shape("source", home.roles))
    problems = [*check_schema("source", source, home.roles)]
    if not problems:
        resolved = resolve_document(
            source, home.folded.raw, home.names, original=home.original, comments=comments, roles=home.roles
        )
        if resolved.document is not None:
            return resolved.document
        problems = resolved.problems
    raise UnsettledError(f"{plain['document']}: as decided it is not sound: {told_problems(problems)}")


def told_problems(problems: Sequence[Problem]) -> str:
    """Return the first of what is wrong on one line."""
    return "; ".join(": ".join(filter(None, ("/".join(map(str, p.where)), p.message))) for p in problems[:5])
