"""The files of an adjudication on disk: the decisions, and the annotations that they come to."""

from __future__ import annotations

import hashlib
from pathlib import Path

from corpus_pkg.adjudication.adjudicate import HOME, INVENTORY, Adjudication
from corpus_pkg.comments import keep_comments
from corpus_pkg.errors import CorpusError
from corpus_pkg.fix import Fix, put_file
from corpus_pkg.passes import ITSELF
from corpus_pkg.schema import shape


def write_registers(root: Path, state: Adjudication) -> list[str]:
    """Write the decisions that are not there yet or whose versions have changed; return the paths written."""
    changes = [_change(root, path, text) for path, text in state.registers()]
    return [_written(root, fix) for fix in changes if fix.changed]


def write_settled(root: Path, state: Adjudication, *, write: bool) -> list[Fix]:
    """Return what becomes of the annotations, those files that change; `write` them, or only tell.

    Raises CorpusError, before anything is written, when somebody has changed what an earlier adjudication wrote.
    """
    changes = {path: _settled(root, _annotations(path, state.name), text, state) for path, text in state.files.items()}
    changes = {path: fix for path, fix in changes.items() if fix.changed}
    for path, fix in changes.items():
        if (known := state.settled.get(path)) and known != _digest(fix.before):
            hint = f"change it by hand, or take `settled` out of {path} to have it written anew"
            raise CorpusError(f"{fix.path} has been changed since it was settled, and stays as it is; {hint}")
    for path, fix in changes.items() if write else ():
        _written(root, fix)
        state.settled[path] = _digest(fix.after)
    if write:
        write_registers(root, state)
    return [*changes.values()]


def _settled(root: Path, path: str, text: str, state: Adjudication) -> Fix:
    """Return what becomes of annotations; those that were one side themselves keep their comments."""
    fix = _change(root, path, text)
    if state.passes["a"] != ITSELF or not fix.before:
        return fix
    wanted = shape("inventory" if path.endswith(f"/{INVENTORY}.yaml") else "source")
    return fix._replace(after=keep_comments(fix.before.decode(), text, wanted).encode())


def _annotations(path: str, name: str) -> str:
    """Return the path of the annotations that a file of decisions is about."""
    stem = path.removeprefix(f"{HOME}/").removesuffix(".yaml")
    return f"annotations/{stem.removesuffix(f'.{name}') if name else stem}.yaml"


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _change(root: Path, path: str, text: str) -> Fix:
    before = (root / path).read_bytes() if (root / path).exists() else b""
    return Fix(path, before, text.encode())


def _written(root: Path, fix: Fix) -> str:
    try:
        (root / fix.path).parent.mkdir(parents=True, exist_ok=True)
        put_file(root / fix.path, fix.after)
    except OSError as error:
        raise CorpusError(f"{fix.path} cannot be written: {error.strerror or error}") from error
    return fix.path
