"""From what is wrong to a finding: the place in the file is found out here, and only when there is something to say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Protocol

from corpus_pkg.findings import Finding, Path, Problem, Severity, pointer
from corpus_pkg.read import Fault, Tree
from corpus_pkg.resolve import Origins


class Places(Protocol):
    """What knows line and column of the values of a file."""

    def place(self, where: Path, on_key: bool = False) -> tuple[int, int]:
        """Return line and column of the value, or key, at a path."""

    def line(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset."""


class Reporter:
    """Makes findings about one file: from faults, which know offsets, and problems, which know paths."""

    def __init__(self, path: str, document: str | None = None, places: Places | None = None) -> None:
        self.path, self.document, self.places = path, document, places
        self.trace: Callable[[], Origins] = dict
        """Tells where the items of the canonical form come from; asked only when there is something to say."""

    @cached_property
    def origins(self) -> Origins:
        """Return where the items of the canonical form come from."""
        return self.trace()

    def fault(self, fault: Fault, places: Places | None = None) -> Finding:
        """Return the finding of a fault."""
        places = places or self.places
        line, column = places.line(fault.offset) if places and fault.offset is not None else (None, None)
        severity = WARNINGS.get(fault.code, "error")
        return Finding(fault.code, severity, "file", self.path, line, column, "", self.document, *fault[2:])

    def problem(self, problem: Problem, level: str) -> Finding:
        """Return the finding of a problem."""
        where = self._origin(problem.where, problem.on_key)
        line, column = self.places.place(where, problem.on_key) if self.places else (None, None)
        about = (problem.message, problem.found, problem.expected, problem.suggestion)
        return Finding(
            problem.code, problem.severity, level, self.path, line, column, pointer(where), self.document, *about
        )

    def _origin(self, where: Path, on_key: bool) -> Path:
        """Return the path in the file for a path of the canonical form."""
        if where[2:] == ("mode",) and not on_key and (isinstance(self.places, Tree) or self.document is None):
            where = (*where[:2], "type")  # in YAML and in the inventory, which have `TYPE/mode`
        for length in (4, 2):  # a commitment of a trigger, or an item of a layer
            if origin := self.origins.get(where[:length]):
                return (*origin, *where[length:])
        return where

    def is_written(self, where: Path) -> bool:
        """Return whether the file itself holds the item at a path of the canonical form.

        What a copy takes over from its original, and what is derived, is found fault with where it is written.
        """
        if len(where) > 3 and where[2] == "factuality":
            return where[:4] in self.origins
        in_layer = len(where) > 1 and isinstance(where[1], int) and where[0] != "cases"
        return not in_layer or where[:2] in self.origins


def complete_origins(origins: Origins, document: Mapping[str, Any], written: Mapping[str, Any]) -> Origins:
    """Return the origins with those of items that keep their place, and of the commitments of triggers.

    `document` is in canonical form, `written` is what the file holds.
    """
    kept = [(layer, index) for layer in ("actors", "events") for index, _ in enumerate(written.get(layer, ()))]
    whole: Origins = {**{item: item for item in kept}, **origins}
    for index, trigger in enumerate(document["triggers"]):
        if home := whole.get(("triggers", index)):
            # In the canonical form they are sorted by their source, and the derived ones are among them.
            places = {item["source"]: place for place, item in enumerate(_at(written, home).get("factuality", ()))}
            for place, item in enumerate(trigger["factuality"]):
                if item["source"] in places:
                    whole["triggers", index, "factuality", place] = (*home, "factuality", places[item["source"]])
    return whole


def _at(value: Any, where: Path) -> Any:
    for step in where:
        value = value[step]
    return value


WARNINGS: Mapping[str, Severity] = dict.fromkeys(
    ("raw-bom", "raw-line-ends", "raw-control", "raw-odd-space", "raw-near-duplicate", "file-ignored"), "warning"
)
"""Faults that do not stop a build."""
