"""Withdrawing a document: its text and every quote of it leave the source tree, and a tombstone stays.

A document goes with all that share its text: its copies, its original, and what `relations` call the same text. Its
files are deleted; items about it are cut out of settings, decisions and reviews; stretches of `quotes.LIMIT` words
and more that no other text of the corpus has are taken out of what is left in `annotations/` and `raw/`. In other files
people must do that: they are named. Nothing here reaches what has been published or is in the history of git.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date as Date
from pathlib import Path as FilePath
from typing import Any

from corpus_pkg.corpus import Corpus, read_corpus
from corpus_pkg.documents import copied, text_again
from corpus_pkg.errors import CorpusError, UnknownNameError
from corpus_pkg.fix import put_file
from corpus_pkg.folder import SUMS
from corpus_pkg.passes import HOME as PASSES
from corpus_pkg.release.quotes import POINTER, Masker, index_quotes, shingles, split_words
from corpus_pkg.release.units import sha256

STOOD_IN = "(withdrawn)"
"""Stands where a quote was."""
SURVIVORS = (
    "the history of git, and every clone and fork of it",
    "datasets that were built before: folders, wheels, sdists, archives",
    "revisions and tags on a hub, and the caches of who has loaded them",
    "versions in a package index, mirrors of it, and deposits in an archive",
)
"""Where the old bytes may still be; `docs/rights.md` says what to do in each place."""
_READ = (".md", ".yaml", ".yml", ".json", ".jsonl", ".txt", ".csv", ".py", ".toml", ".cff", ".html")
_CLEANED = ("annotations", "raw")
_SKIPPED = ("dataset", "__pycache__", "node_modules")


@dataclass
class Withdrawal:
    """What a withdrawal does. `changes` holds the new text of each file by its path in the corpus; null deletes it."""

    documents: list[str]
    changes: dict[str, str | None] = field(default_factory=dict)
    left: list[tuple[str, int]] = field(default_factory=list)
    """Files and lines that quote the text and that people must edit."""
    version: str = ""
    """The data version that must be the next."""

    def as_dict(self) -> dict[str, Any]:
        """Return the record as plain data."""
        deleted = [path for path, text in self.changes.items() if text is None]
        changed = [path for path, text in self.changes.items() if text is not None]
        left = [{"path": path, "line": line} for path, line in self.left]
        about = {"documents": self.documents, "deleted": deleted, "changed": changed, "left": left}
        return {**about, "next_version": self.version, "survivors": SURVIVORS}

    def lines(self, *, done: bool) -> Iterator[str]:
        """Yield what is done, or would be, for people."""
        yield f"withdrawn: {', '.join(self.documents)}" if done else f"would withdraw {', '.join(self.documents)}"
        for path, text in self.changes.items():
            yield f"  {'delete' if text is None else 'change'} {path}"
        yield from (f"  edit by hand: {path}:{line} quotes the text" for path, line in self.left)
        yield f"Now: set `version: {self.version}` in annotations/corpus.yaml, since what is taken away asks for a new"
        yield "major version; then build and publish it. The old bytes may still be in"
        yield from (f"- {place}" for place in SURVIVORS)
        yield "docs/rights.md says what to do in each place." if done else "Nothing is changed yet: --yes does it."


def plan_withdrawal(root: FilePath | str, doc_id: str, reason: str, day: str) -> Withdrawal:
    """Return what the withdrawal of a document on a day (`YYYY-MM-DD`) changes; nothing is written.

    Raises UnknownNameError for an unknown document; CorpusError when there is no reason, the day is none, or the
    settings of the corpus cannot be read.
    """
    root = FilePath(root)
    _check_words(reason, day)
    corpus = read_corpus(root)
    if "corpus" in corpus.broken or doc_id in (each["document"] for each in corpus.settings["withdrawn"]):
        raise CorpusError(
            "annotations/corpus.yaml has errors" if "corpus" in corpus.broken else f"{doc_id} is withdrawn already"
        )
    if doc_id not in corpus.homes:
        raise UnknownNameError("document", doc_id, corpus.homes)
    return _Plan(corpus, root, [*_sharing(corpus, doc_id)]).plan(reason, day)


def carry_out(root: FilePath | str, withdrawal: Withdrawal) -> None:
    """Write what a withdrawal changes. Raises CorpusError when the disk refuses."""
    for path, text in withdrawal.changes.items():
        try:
            if text is None:
                (FilePath(root) / path).unlink(missing_ok=True)
            else:
                put_file(FilePath(root) / path, text.encode())
        except OSError as error:
            raise CorpusError(f"{path} cannot be written: {error.strerror or error}") from error


def _check_words(reason: str, day: str) -> None:
    if not reason.strip() or "\n" in reason:
        raise CorpusError("a withdrawal has a reason, on one line: it is all that readers will find")
    try:
        sound = Date.fromisoformat(day).isoformat() == day
    except ValueError:
        sound = False
    if not sound:
        raise CorpusError(f"{day} is no day; write YYYY-MM-DD")


def _sharing(corpus: Corpus, doc_id: str) -> Iterator[str]:
    """Yield a document and all that share its text, in the order of the ids."""
    pairs = [(name, original) for name, entry in corpus.homes.items() if (original := copied(corpus, entry))]
    pairs += [each["documents"] for each in corpus.settings["relations"] if each["type"] == "same_text"]
    found, size = {doc_id}, 0
    while len(found) > size:
        size = len(found)
        found |= {name for pair in pairs if found.intersection(pair) for name in pair}
    return (name for name in corpus.homes if name in found)


class _Plan:
    """Finds what a withdrawal changes."""

    def __init__(self, corpus: Corpus, root: FilePath, doc_ids: Sequence[str]) -> None:
        self._corpus, self._root, self._gone = corpus, root, doc_ids
        self._texts = {doc_id: text_again(corpus, doc_id) or "" for doc_id in doc_ids}
        self._new: dict[str, str | None] = {}

    def plan(self, reason: str, day: str) -> Withdrawal:
        """Return all of it."""
        for doc_id in self._gone:
            self._delete(doc_id)
        for path in self._settings():
            self._prune(path)
        self._sums()
        left = [*self._unquote()]
        self._bury(reason, day)
        major = int(self._corpus.settings["version"].split(".")[0])
        return Withdrawal([*self._gone], self._new, left, f"{major + 1}.0.0")

    def _delete(self, doc_id: str) -> None:
        entry = self._corpus.homes[doc_id]
        if entry.raw:
            self._new[entry.raw] = None
        if entry.stretch and entry.path.endswith(".jsonl"):
            data = (self._root / entry.path).read_bytes()
            stretch = data[entry.stretch.start : entry.stretch.end].decode()
            self._new[entry.path] = self._text(entry.path).replace(f"{stretch.rstrip()}\n", "", 1)
        else:
            self._new[entry.path] = None
        # Its decisions are pruned as items; a file of them that holds none bears its name all the same.
        empty = [path for path in self._corpus.folder.collections.get("decisions", ()) if FilePath(path).stem == doc_id]
        passes = [path.relative_to(self._root) for path in (self._root / PASSES).rglob(f"{doc_id}.yaml")]
        self._new |= dict.fromkeys([path.as_posix() for path in passes])
        self._new |= dict.fromkeys(path for path in empty if "\n- " not in self._text(path))

    def _text(self, path: str) -> str:
        """Return the text of a file as it will be."""
        return self._new.get(path) or (self._root / path).read_bytes().decode("utf-8", "replace")

    def _settings(self) -> Iterator[str]:
        folder = self._corpus.folder
        yield from folder.settings.values()
        for paths in folder.collections.values():
            yield from paths
        for path in (self._root / PASSES).rglob("corpus.yaml"):
            yield path.relative_to(self._root).as_posix()

    def _prune(self, path: str) -> None:
        before = self._text(path)
        after = pruned(before, set(self._gone))
        if after != before:
            self._new[path] = after or None

    def _sums(self) -> None:
        names = {f"{doc_id}.txt" for doc_id in self._gone}
        if (self._root / SUMS).is_file():
            lines = self._text(SUMS).splitlines(keepends=True)
            self._new[SUMS] = "".join(line for line in lines if line.rstrip()[66:] not in names)

    def _bury(self, reason: str, day: str) -> None:
        path = self._corpus.folder.settings["corpus"]
        stones = [
            {"document": doc_id, "sha256": sha256(text), "reason": reason, "date": day}
            for doc_id, text in self._texts.items()
        ]
        text = self._text(path)
        self._new[path] = _with_stones(text, stones, as_json=path.endswith(".json"))

    def _unquote(self) -> Iterator[tuple[str, int]]:
        """Take quotes out of what is left; yield the places where people must do it."""
        texts = {path: self._text(path) for path in self._files() if self._new.get(path, "") is not None}
        keys = {key for text in texts.values() for key in shingles(split_words(text))}
        index = index_quotes(keys, self._texts.items())
        for doc_id in self._corpus.homes if index else ():
            if doc_id not in self._texts:
                for key in shingles(split_words(text_again(self._corpus, doc_id) or "")):
                    index.pop(key, None)
        masker = Masker(index, self._texts.__getitem__)
        for path, before in texts.items() if index else ():
            after = masker.masked(before)
            if after != before:
                yield from self._cleaned(path, before, after)

    def _cleaned(self, path: str, before: str, after: str) -> Iterator[tuple[str, int]]:
        new = POINTER.sub(STOOD_IN, after)
        if path.split("/")[0] in _CLEANED and _is_as_sound(path, before, new):
            self._new[path] = new
        else:
            first = next(n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b)
            yield path, before.count("\n", 0, first) + 1

    def _files(self) -> Iterator[str]:
        """Yield the paths of all files of the corpus that hold text, but raw texts and built datasets."""
        raw = set(self._corpus.folder.raw.values())
        for folder, inner, names in os.walk(self._root):
            inner[:] = sorted(name for name in inner if not name.startswith(".") and name not in _SKIPPED)
            for name in sorted(names):
                path = (FilePath(folder) / name).relative_to(self._root).as_posix()
                if name.endswith(_READ) and path not in raw:
                    yield path


def _is_as_sound(path: str, before: str, after: str) -> bool:
    """Return whether a file has the same keys and items as before, so that only words have changed."""
    read = _READERS.get(FilePath(path).suffix)
    if read is None:
        return True
    try:
        return bool(_shape(read(before)) == _shape(read(after)))
    except ValueError:
        return False


def _read_yaml(text: str) -> Any:
    import yaml

    try:
        return yaml.load(text, Loader=yaml.BaseLoader)  # makes nothing but strings, lists and dicts
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error


_READERS: Mapping[str, Callable[[str], Any]] = {
    ".yaml": _read_yaml,
    ".yml": _read_yaml,
    ".json": json.loads,
    ".jsonl": lambda text: [json.loads(line) for line in text.splitlines() if line],
}


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shape(inner) for key, inner in value.items()}
    return [_shape(inner) for inner in value] if isinstance(value, list) else None


def _with_stones(text: str, stones: Sequence[Mapping[str, str]], *, as_json: bool) -> str:
    """Return the settings with tombstones, and all else as it stood."""
    if as_json:
        settings = json.loads(text)
        settings["withdrawn"] = [*settings.get("withdrawn", []), *stones]
        return json.dumps(settings, ensure_ascii=False, indent=2) + "\n"
    lines = "".join(
        f"- {{{', '.join(f'{key}: {_quoted(value)}' for key, value in each.items())}}}\n" for each in stones
    )
    import yaml

    root: Any = yaml.compose(text)
    old = next((value for key, value in root.value if key.value == "withdrawn"), None)
    if old is None:
        return f"{text.rstrip()}\nwithdrawn:\n{lines}"
    if old.flow_style:
        raise CorpusError("annotations/corpus.yaml has `withdrawn` in brackets; write it as a list with dashes")
    column = " " * (old.start_mark.column if old.value else 0)
    at = _line_start(text, old.end_mark.index)
    return f"{text[:at].rstrip()}\n{''.join(column + line for line in lines.splitlines(keepends=True))}{text[at:]}"


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


# Cutting items out of YAML, which keeps the author's comments and order.


def pruned(text: str, gone: set[str]) -> str:
    """Return a YAML or JSON file of settings without what is about some documents; empty when nothing is left."""
    import yaml

    root = yaml.compose(text)
    cuts: list[tuple[int, int]] = []
    if root is not None and _cut(root, gone, text, cuts, ()):
        return ""
    for start, end in sorted(cuts, reverse=True):
        text = text[:start] + text[end:]
    return text


def _cut(node: Any, gone: set[str], text: str, cuts: list[tuple[int, int]], where: tuple[str, ...]) -> bool:
    """Collect what must be cut out of a node; return whether the node itself must go."""
    import yaml

    if isinstance(node, yaml.ScalarNode):
        return False
    is_list = isinstance(node, yaml.SequenceNode)
    if not is_list and _is_about(node, gone, where):
        return True
    parts = node.value if is_list else [value for _, value in node.value]
    inner: list[list[tuple[int, int]]] = [[] for _ in parts]
    names = [""] * len(parts) if is_list else [key.value for key, _ in node.value]
    doomed = [
        (is_list and _lists_documents(where) and _is_one_of(part, gone))
        or _cut(part, gone, text, found, (*where, name))
        for part, found, name in zip(parts, inner, names, strict=True)
    ]
    kept = [name for name, goes in zip(names, doomed, strict=True) if not goes]
    if any(doomed) and (len(kept) < _least(where) or (not where and _HEADS.issuperset(kept))):
        return True
    for number, goes in enumerate(doomed):
        cuts += [_bounds(node, number, text)] if goes else inner[number]
    return False


_HEADS = frozenset(("passes", "settled"))
"""Keys that say nothing without the decisions below them."""


def _least(where: tuple[str, ...]) -> int:
    """Return how many parts make a node worth keeping: a group has two documents."""
    return 2 if where[:1] == ("groups",) and len(where) == 2 else 1


def _is_one_of(node: Any, gone: set[str]) -> bool:
    return isinstance(node.value, str) and node.value in gone


def _lists_documents(where: tuple[str, ...]) -> bool:
    return where[:1] in (("groups",), ("splits",)) or where[-1:] == ("documents",)


def _is_about(node: Any, gone: set[str], where: tuple[str, ...]) -> bool:
    """Return whether a mapping is about one of the documents: a decision, a review, a relation, an explanation."""
    if where[:1] == ("withdrawn",):
        return False
    found = {key.value: value.value for key, value in node.value}
    pair = found.get("documents", []) if where[:1] == ("relations",) else []
    return str(found.get("document")) in gone or any(_is_one_of(each, gone) for each in pair)


def _bounds(node: Any, number: int, text: str) -> tuple[int, int]:
    """Return the stretch of the file that an item of a list, or an entry of a mapping, takes."""
    starts = [(part[0] if isinstance(part, tuple) else part).start_mark.index for part in node.value]
    ends = [(part[1] if isinstance(part, tuple) else part).end_mark.index for part in node.value]
    if not node.flow_style:
        end = starts[number + 1] if number + 1 < len(starts) else ends[number]
        last = len(text) if number + 1 == len(starts) and text[end:].strip() == "" else _line_start(text, end)
        return _line_start(text, starts[number]), max(last, _line_start(text, starts[number]))
    if number + 1 < len(starts):
        return starts[number], starts[number + 1]
    return (ends[number - 1] if number else starts[number]), ends[number]


def _line_start(text: str, index: int) -> int:
    return text.rfind("\n", 0, index) + 1
