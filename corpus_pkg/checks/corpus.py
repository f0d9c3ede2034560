"""Rules about a corpus as a whole: what its settings say of its documents."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from corpus_pkg.errors import closest
from corpus_pkg.findings import Path, Problem, clip


def document_unknown(settings: Mapping[str, Any], documents: Collection[str]) -> Iterator[Problem]:
    """Every document that a split, a group or a relation names is in the corpus."""
    for where, name in _documents(settings):
        if name not in documents:
            near = closest(name, documents)
            message = f"no document is called {clip(name)!r}"
            hint = f"write {near[0]}" if near else None
            yield Problem("document-unknown", where, message, clip(name), "a document of the corpus", hint)


def document_divided(settings: Mapping[str, Any], documents: Collection[str]) -> Iterator[Problem]:
    """A document is in one split and in one group."""
    for key in ("splits", "groups"):
        homes: dict[str, str] = {}
        for where, name in _members(settings, key):
            home = homes.setdefault(name, str(where[1]))
            if home != where[1]:
                message = f"{clip(name)!r} is in {home!r} too"
                yield Problem("document-divided", where, message, clip(name), f"each document once in `{key}`")


def group_divided(settings: Mapping[str, Any], documents: Collection[str]) -> Iterator[Problem]:
    """The documents of a group are in one split."""
    splits = dict.fromkeys(documents, settings["split"])
    splits |= {name: str(where[1]) for where, name in reversed([*_members(settings, "splits")]) if name in splits}
    for group, names in settings["groups"].items():
        for place, name in enumerate(names):
            split, first = splits.get(name), splits.get(names[0])
            if split and first and split != first:
                message = f"{clip(name)!r} is in the split {split!r}, and {clip(names[0])!r} of its group in {first!r}"
                yield Problem("group-divided", ("groups", group, place), message, split, first)


def group_misnamed(settings: Mapping[str, Any], documents: Collection[str]) -> Iterator[Problem]:
    """A group does not have the name of a document outside it, which is a group of its own under that name."""
    for group, names in settings["groups"].items():
        if group in documents and group not in names:
            message = f"{clip(group)!r} is the name of a document that is not in this group"
            yield Problem("group-misnamed", ("groups", group), message, clip(group), "another name", on_key=True)


def relation_repeated(settings: Mapping[str, Any], documents: Collection[str]) -> Iterator[Problem]:
    """Two documents are related once."""
    seen: set[frozenset[str]] = set()
    for index, relation in enumerate(settings["relations"]):
        pair = frozenset(relation["documents"])
        if pair in seen:
            message = f"{' and '.join(map(clip, relation['documents']))} are related above already"
            yield Problem("relation-repeated", ("relations", index), message, None, "each pair once")
        seen.add(pair)


RULES: Mapping[Callable[[Mapping[str, Any], Collection[str]], Iterator[Problem]], Collection[str]] = {
    document_unknown: ("documents",),
    document_divided: (),
    group_divided: (),
    group_misnamed: ("documents",),
    relation_repeated: (),
}
"""The rules for the settings, each with what it relies on."""


def _documents(settings: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    yield from _members(settings, "splits")
    yield from _members(settings, "groups")
    for index, relation in enumerate(settings["relations"]):
        for place, name in enumerate(relation["documents"]):
            yield ("relations", index, "documents", place), name


def _members(settings: Mapping[str, Any], key: str) -> Iterator[tuple[Path, str]]:
    for home, names in settings[key].items():
        for place, name in enumerate(names):
            yield (key, home, place), name
