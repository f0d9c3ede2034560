"""Showing findings as text, with the line and a caret."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from corpus_pkg.findings import Finding, clip
from corpus_pkg.read import FaultError, Lines, decode, read_bytes

_WIDTH = 100


def as_text(findings: Sequence[Finding], root: Path) -> Iterator[str]:
    """Yield the findings as lines for people, each with the line of its file and a caret under the place."""
    read = lru_cache(maxsize=4)(_lines)  # of this call alone: a file may have been mended before the next
    for finding in findings:
        yield _plain(str(finding))
        if finding.line is not None and finding.column is not None:
            lines = read(root / finding.path)
            line = lines[finding.line - 1] if finding.line <= len(lines) else ""
            yield from (f"    {shown}" for shown in _pointed(line, finding.column))
        if finding.suggestion:
            yield f"    {_plain(finding.suggestion)}"
        elif finding.expected and finding.expected not in finding.message:
            yield f"    expected: {_plain(finding.expected)}"


def summary(findings: Sequence[Finding], documents: int) -> str:
    """Return one line that counts the findings."""
    errors = sum(finding.severity == "error" for finding in findings)
    counted = f"{_number(errors, 'error')}, {_number(len(findings) - errors, 'warning')}"
    return f"{counted} in {_number(documents, 'document')}"


def _number(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _pointed(line: str, column: int) -> Iterator[str]:
    """Yield the line, cut to fit, and a caret under the column."""
    start = max(0, column - 1 - _WIDTH // 2)
    shown = _plain(line[start : start + _WIDTH])
    if shown.strip():
        lead = _plain(line[start : column - 1])
        yield shown
        yield " " * sum(map(_columns, lead)) + "^"


def _lines(path: Path) -> list[str]:
    try:
        text = decode(read_bytes(path)).removeprefix("\ufeff")
    except FaultError as error:
        text = error.text
    return Lines(text).split()


def _columns(char: str) -> int:
    """Return how many columns of a terminal a character takes."""
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _plain(text: str) -> str:
    """Return text that cannot steer a terminal."""
    return clip(text, len(text) * 10)
