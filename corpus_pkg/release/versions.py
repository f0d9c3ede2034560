"""Versions of the data: patch is the same data, minor has additions, major has changed or removed something.

There is no exception for versions below 1.0.0: whoever has cited one must see from the number alone what to expect.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus_pkg.errors import CorpusError
from corpus_pkg.findings import clip
from corpus_pkg.release.changes import Difference
from corpus_pkg.release.diff import diff_releases
from corpus_pkg.release.opening import Release

_VERSION = re.compile("[.]".join(["(0|[1-9][0-9]{0,8})"] * 3))
_SHOWN = 5


class VersionRefusedError(CorpusError):
    """A release that must not be made as it is. `problems` says why, `difference` is that to the release before."""

    def __init__(self, problems: list[str], difference: Difference) -> None:
        self.problems, self.difference = problems, difference
        super().__init__("; ".join(problems))


def parse_version(version: str) -> tuple[int, int, int]:
    """Return the three numbers of a version. Raises CorpusError when it is none."""
    match = _VERSION.fullmatch(version)
    if not match:
        raise CorpusError(f"{clip(version)!r} is no version of data: that is three numbers, as 1.2.3")
    major, minor, patch = map(int, match.groups())
    return major, minor, patch


def smallest_version(difference: Difference) -> str:
    """Return the smallest version that the later release may have; that of the earlier when nothing differs."""
    major, minor, patch = parse_version(difference.before.version)
    following = {"none": (major, minor, patch), "patch": (major, minor, patch + 1), "minor": (major, minor + 1, 0)}
    return ".".join(map(str, following.get(difference.level, (major + 1, 0, 0))))


def version_problems(difference: Difference) -> list[str]:
    """Return why the later release must not follow the earlier: documents that move, too low a version."""
    return [*_problems(difference)]


def _problems(difference: Difference) -> Iterator[str]:
    before, after = difference.before, difference.after
    if before.name != after.name:
        yield f"these are two datasets, {before.name} and {after.name}, and neither is a version of the other"
        return
    if before.edition != after.edition:
        yield f"these are two editions, {before.edition} and {after.edition}: compare releases of one"
        return
    moved = [change for change in difference.changes if change.level == "error"]
    for change in moved[:_SHOWN]:
        yield f"document {change.document} moves from split {change.old} to {change.new}, which no version allows"
    if len(moved) > _SHOWN:
        yield f"so do {len(moved) - _SHOWN} more documents"
    smallest = smallest_version(difference)
    if parse_version(after.version) < parse_version(smallest):
        why = REASONS[difference.level]
        yield f"version {after.version} is declared, and the smallest legal one is {smallest}: {why}"


REASONS = {
    "none": "nothing differs",
    "patch": "the data are the same, and their files are not",
    "minor": "there are additions, and nothing is changed or removed",
    "major": "something is changed or removed",
    "error": "something is changed or removed",
}


def refuse_release(before: Release, after: Release) -> Difference:
    """Return what differs. Raises VersionRefusedError when the later release declares too low a version, or worse."""
    difference = diff_releases(before, after)
    if problems := version_problems(difference):
        raise VersionRefusedError(problems, difference)
    return difference
