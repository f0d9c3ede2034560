"""A difference in words: for people, and for a changelog."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from corpus_pkg.release.changes import SECTIONS, Change, Difference
from corpus_pkg.release.versions import REASONS, smallest_version

_SIGNS = {"added": "+", "removed": "-", "changed": "~", "moved": ">", "renamed": "="}
_LIMIT = 20
"""Items of a section that people are shown."""
_NAMED = 5
"""Documents that a line of a changelog names."""


def difference_lines(difference: Difference) -> Iterator[str]:
    """Yield the difference for people: counts, then the items of each section, then the version."""
    before, after = difference.before, difference.after
    yield f"{before.name} {before.version} ({before.edition}) -> {after.name} {after.version} ({after.edition})"
    yield f"documents: {before.documents} -> {after.documents}"
    yield ""
    for section, counts in difference.counts.items():
        yield f"{section:<10} {_counted(counts) or 'the same'}"
    for section in SECTIONS:
        yield from _section_lines(section, [change for change in difference.changes if change.section == section])
    yield ""
    yield f"smallest legal version: {smallest_version(difference)} ({REASONS[difference.level]})"


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{number} {kind}" for kind, number in counts.items())


def _section_lines(section: str, changes: Sequence[Change]) -> Iterator[str]:
    if changes:
        yield ""
        yield section
        yield from (f"  {_change_line(change)}" for change in changes[:_LIMIT])
    if len(changes) > _LIMIT:
        yield f"  ... {len(changes) - _LIMIT} more; --format json has all"


def _change_line(change: Change) -> str:
    document = change.document if change.document != change.item else None
    place = " ".join(filter(None, (document, change.table, change.item, change.column)))
    return f"{_SIGNS[change.kind]} {place}{_values(change)}"


def _values(change: Change) -> str:
    if change.section == "clusters" and change.kind != "renamed":
        lost, gained = (f" {sign}{len(part)}" if part else "" for sign, part in (("-", change.old), ("+", change.new)))
        return f":{lost}{gained} members" if lost or gained else ""
    if change.kind in ("changed", "moved", "renamed") and (change.old is not None or change.new is not None):
        return f": {_short(change.old)} -> {_short(change.new)}"
    value = change.new if change.kind == "added" else change.old
    return f": {_short(value)}" if isinstance(value, str) else ""


def _short(value: Any) -> str:
    text = "-" if value is None else str(value)
    return text if len(text) <= 60 else text[:59] + "…"


def changelog_lines(difference: Difference) -> Iterator[str]:
    """Yield the lines of the later release in a changelog, in Markdown."""
    yield f"### {difference.after.version}"
    yield ""
    counts = difference.counts
    for section in SECTIONS:
        if counts[section]:
            named = _named(difference) if section == "documents" else ""
            yield f"- {section.capitalize()}: {_counted(counts[section])}{named}."
    if not difference.changes:
        yield "- The data are the same." if difference.level == "patch" else "- Nothing differs."


def _named(difference: Difference) -> str:
    """Return the documents that have come and gone, by name while they are few."""
    found = [change for change in difference.changes if change.section == "documents" and change.kind != "changed"]
    if not 0 < len(found) <= _NAMED:
        return ""
    return " (" + ", ".join(f"{_SIGNS[change.kind]}`{change.document}`" for change in found) + ")"
