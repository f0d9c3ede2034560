"""A finding is data: what is wrong, where, and what to do. Showing it is another matter (`report`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple

Severity = Literal["error", "warning"]

LEVELS = ("file", "schema", "anchors", "references", "layers", "corpus", "release")
"""The levels of checking, in the order in which they are run."""

Path = tuple[str | int, ...]
"""The way to a value within a document: keys and indices."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong.

    `line` and `column` count from 1, in Unicode code points, of the value or key meant; both are null for a whole file.
    `pointer` is the JSON pointer of the value in its file. `path` is relative to the corpus, with `/`.
    """

    code: str
    severity: Severity
    level: str
    path: str
    line: int | None
    column: int | None
    pointer: str
    document: str | None
    message: str
    found: str | None = None
    expected: str | None = None
    suggestion: str | None = None

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)
        return f"{place}: {self.severity} {self.code}: {self.message}"

    def as_dict(self) -> dict[str, Any]:
        """Return the record as plain data."""
        return asdict(self)


class Problem(NamedTuple):
    """What a check says; where it stands in a file is found out afterwards.

    `where` is the path of the value in the form that was checked; with `on_key` the last key itself is meant.
    """

    code: str
    where: Path
    message: str
    found: str | None = None
    expected: str | None = None
    suggestion: str | None = None
    on_key: bool = False
    severity: Severity = "error"


def sort_findings(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings by file, place and code, each once: the same order in every run."""
    return sorted(set(findings), key=_order)


def _order(finding: Finding) -> tuple[Any, ...]:
    # Whatever two findings differ in, so that no two change places from run to run.
    rest = (finding.document, finding.found, finding.expected, finding.suggestion)
    place = (finding.path, finding.line or 0, finding.column or 0)
    words = (finding.code, finding.message, finding.pointer, finding.severity, finding.level)
    return (*place, *words, *(word or "" for word in rest))


def has_errors(findings: Iterable[Finding]) -> bool:
    """Return whether any of the findings is an error."""
    return any(finding.severity == "error" for finding in findings)


def pointer(path: Path) -> str:
    """Return the path as a JSON pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def clip(value: object, limit: int = 80) -> str:
    """Return the value as one line of at most `limit` characters, of which none can steer a terminal."""
    cut = str(value)[: limit + 1]  # what is behind is not looked at, however much it is
    text = "".join(char if char.isprintable() or char in _JOINERS else _escaped(char) for char in cut)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode()


_JOINERS = "\u200c\u200d"  # cannot be seen and do no harm; Persian is not to be read without them
