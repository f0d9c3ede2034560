"""The files of an adjudication on disk: the decisions, and the annotations that they come to."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from corpus_pkg.adjudication.adjudicate import HOME, Adjudication
from corpus_pkg.errors import CorpusError
from corpus_pkg.fix import Fix, replace_file


def write_registers(root: Path, state: Adjudication) -> list[str]:
    """Write the decisions that are not there yet or whose versions have changed; return the paths written."""
    changes = [fix for fix in _changes(root, state.registers()) if fix.changed]
    if changes:
        (root / HOME).mkdir(parents=True, exist_ok=True)
    return _written(root, changes)


def write_settled(root: Path, state: Adjudication, *, write: bool) -> list[Fix]:
    """Return what becomes of the annotations, those files that change; `write` them, or only tell."""
    changes = [fix for fix in _changes(root, state.files.items()) if fix.changed]
    if write:
        _written(root, changes)
    return changes


def _changes(root: Path, files: Iterable[tuple[str, str]]) -> list[Fix]:
    return [Fix(path, _before(root / path), text.encode()) for path, text in files]


def _before(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def _written(root: Path, changes: Iterable[Fix]) -> list[str]:
    paths = []
    for fix in changes:
        try:
            replace_file(root / fix.path, fix.after)
        except OSError as error:
            raise CorpusError(f"{fix.path} cannot be written: {error.strerror or error}") from error
        paths.append(fix.path)
    return paths
