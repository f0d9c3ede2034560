"""Showing findings: as text, with the line and a caret, and as workflow commands of GitHub."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from io import TextIOWrapper
from itertools import groupby, islice
from pathlib import Path

from corpus_pkg.findings import Finding, clip
from corpus_pkg.read import FaultError, open_file, place_inside

WIDTH = 104
"""So many columns are used where nothing says how wide the terminal is."""
_INDENT = "    "
_MARKS = 8
"""So many characters a column are shown at most: marks take no column, and a text may hold any number of them."""


def as_text(findings: Iterable[Finding], root: Path, width: int = WIDTH) -> Iterator[str]:
    """Yield the findings as lines for people, each with the line of its file and a caret under the place.

    Of long lines what stands around the place is shown, indented by four and within `width` columns.
    """
    for path, group in groupby(findings, key=lambda finding: finding.path):
        of_file = [*group]
        lines = _lines(root, path, {finding.line for finding in of_file if finding.line and finding.column})
        for finding in of_file:
            yield _plain(str(finding))
            if finding.line is not None and finding.column is not None:
                line = lines.get(finding.line, "")
                yield from (_INDENT + shown for shown in _pointed(line, finding.column, width - len(_INDENT)))
            if advice := _advice(finding):
                yield _INDENT + advice


def as_github(findings: Iterable[Finding], root: Path, top: Path) -> Iterator[str]:
    """Yield the findings as workflow commands, which GitHub shows beside the lines of a change.

    Paths are relative to `top`, the checkout of the repository; a corpus outside it has its own. The escapes are those
    of "Workflow commands for GitHub Actions": `%`, CR and LF everywhere, in properties `:` and `,` as well.
    """
    folder, top = root.resolve(), top.resolve()
    home = folder.relative_to(top) if folder.is_relative_to(top) else folder
    for finding in findings:
        place = {"file": _harmless((home / finding.path).as_posix()), "line": finding.line, "col": finding.column}
        about = {**place, "title": finding.code}
        properties = ",".join(f"{key}={str(value).translate(_PROPERTY)}" for key, value in about.items() if value)
        message = "\n".join(filter(None, (_plain(finding.message), _advice(finding))))
        yield f"::{finding.severity} {properties}::{message.translate(_DATA)}"


def _harmless(path: str) -> str:
    """Return a path in which nothing but line ends, which are escaped later, could steer a terminal."""
    return "".join(char if char in "\r\n" else _plain(char) for char in path)


def cap_findings(findings: Iterable[Finding], limit: int) -> tuple[list[Finding], Mapping[str, int]]:
    """Return the first `limit` findings of each code (all, where it is 0), and how many more there are, by code."""
    seen: Counter[str] = Counter()
    shown = []
    for finding in findings:
        seen[finding.code] += 1
        if not limit or seen[finding.code] <= limit:
            shown.append(finding)
    return shown, {code: seen[code] - limit for code in sorted(seen) if limit and seen[code] > limit}


def summary(findings: Sequence[Finding], documents: int, unselected: int = 0) -> str:
    """Return one line that counts the findings, and those besides them that were not asked for."""
    errors = sum(finding.severity == "error" for finding in findings)
    counted = f"{_number(errors, 'error')}, {_number(len(findings) - errors, 'warning')}"
    more = f"; {_number(unselected, 'finding')} not selected" if unselected else ""
    return f"{counted} in {_number(documents, 'document')}{more}"


def _number(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _advice(finding: Finding) -> str:
    """Return what to do, or else what was expected where the message does not say it."""
    if finding.suggestion or not finding.expected or finding.expected in finding.message:
        return _plain(finding.suggestion or "")
    return f"expected: {_plain(finding.expected)}"


_NOT_UTF8 = re.compile("[\udc80-\udcff]")
"""What stands for a byte that is not UTF-8."""
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = _DATA | str.maketrans({":": "%3A", ",": "%2C"})


def _pointed(line: str, column: int, width: int) -> Iterator[str]:
    """Yield the line, cut to fit, and a caret under the column; nothing where the line is blank."""
    if not line.strip():
        return
    before, behind = line[: column - 1], line[column - 1 :]
    # Half of the width goes to what stands before, and what the rest does not need.
    lead = _cut(before[::-1], max(width // 2, width - _columns(_cut(behind, width))))[::-1]
    yield _plain(lead + _cut(behind, width - _columns(lead)))
    yield " " * _columns(lead) + "^"


def _cut(text: str, room: int) -> str:
    """Return the text, or as much of its beginning as fits into so many columns, with dots for the rest."""
    fitting = _fitting(text, room)
    return fitting if len(fitting) == len(text) else _fitting(text, room - 1) + "…"


def _fitting(text: str, room: int) -> str:
    """Return as much of the beginning of a text as fits into so many columns."""
    fitting = []
    for char in islice(text, _MARKS * room):
        room -= _columns(char)
        if room < 0:
            break
        fitting.append(char)
    return "".join(fitting)


def _columns(text: str) -> int:
    """Return how many columns of a terminal a text takes, as it is shown."""
    return sum(map(_column, _plain(text)))


def _column(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _lines(root: Path, path: str, wanted: Collection[int]) -> Mapping[int, str]:
    """Return these lines of a file, by number, as far as it can be read; it is never held in memory whole."""
    found: dict[int, str] = {}
    with suppress(FaultError), open_file(place_inside(root, path)) as file:
        # Lines end as an editor's do: with LF, CR LF or CR.
        text = TextIOWrapper(file, "utf-8-sig", "surrogateescape", newline=None)
        for number, line in enumerate(islice(text, max(wanted, default=0)), 1):
            if number in wanted:
                found[number] = _NOT_UTF8.split(line.removesuffix("\n"), 1)[0]
    return found


def _plain(text: str) -> str:
    """Return text that cannot steer a terminal."""
    return clip(text, len(text) * 10)
