"""The folder of a corpus: which files there are and what they are for. Nothing is opened here but `SHA256SUMS`."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from corpus_pkg.findings import clip
from corpus_pkg.read import DOCUMENT_LIMIT, Fault, FaultError, decode, place_inside, read_bytes
from corpus_pkg.schema import read_schema

SETTINGS = ("corpus", "inventory", "vocabulary", "annotators", "hardcases", "explained")
"""Files of `annotations/` that describe the corpus and not a document; their names are reserved."""
REQUIRED = ("corpus",)
COLLECTIONS = ("reviews", "decisions")
"""Folders of `annotations/` whose YAML files belong together."""
SUMS = "raw/SHA256SUMS"
_SUM = re.compile(r"([0-9a-fA-F]{64}) [ *](.+)")
_SUM_FORM = "a line as `sha256sum` writes it: 64 digits, two blanks, the name of a text"
_IGNORED = re.compile(r".*\.md$|SHA256SUMS$|LICENSE", re.IGNORECASE)


@dataclass
class Folder:
    """A corpus on disk. All paths are relative to `root`, with `/`.

    `faults` are those of the folder itself: the path, the fault, and the text that its offset counts in.
    """

    root: Path
    raw: dict[str, str] = field(default_factory=dict)
    source: dict[str, str] = field(default_factory=dict)
    canonical: list[str] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)
    collections: dict[str, list[str]] = field(default_factory=dict)
    sums: dict[str, str] = field(default_factory=dict)
    faults: list[tuple[str, Fault, str]] = field(default_factory=list)
    listed: set[str] = field(default_factory=set)
    """The folders in it that are there and could be read."""
    _places: dict[str, Path] = field(default_factory=dict, repr=False)

    def place(self, path: str) -> Path:
        """Return where a path leads (`place_inside`), asked once: a file of many documents is opened for each."""
        if path not in self._places:
            self._places[path] = place_inside(self.root, path)
        return self._places[path]

    def read(self, path: str, limit: int) -> bytes:
        """Return the bytes of a file. Raises FaultError as `read_bytes` does, and for what leads out of the corpus."""
        return read_bytes(self.place(path), limit)

    def add_fault(self, path: str, fault: Fault, text: str = "") -> None:
        """Take note of a fault."""
        self.faults.append((path, fault, text))

    @property
    def has_raw(self) -> bool:
        """Return whether there is a folder of raw texts."""
        return "raw" in self.listed


def scan_folder(root: Path) -> Folder:
    """Return what stands in `raw/` and `annotations/` of a corpus."""
    folder = Folder(root)
    _scan_annotations(folder)
    _scan_raw(folder)
    for name in REQUIRED if "annotations" in folder.listed else ():
        if name not in folder.settings:
            hint = "write it, or make a corpus with `corpus init`"
            fault = Fault("file-missing", None, "this file is missing", None, "the settings of the corpus", hint)
            folder.add_fault(f"annotations/{name}.yaml", fault)
    return folder


def _scan_annotations(folder: Folder) -> None:
    for name in _names(folder, "annotations"):
        stem, suffix = os.path.splitext(name)
        path = f"annotations/{name}"
        if suffix in (".yaml", ".json") and stem in SETTINGS:
            _add_settings(folder, path, stem)
        elif suffix == ".yaml" and _is_sound(folder, path, stem):
            folder.source[stem] = path
        elif suffix in (".json", ".jsonl"):
            folder.canonical.append(path)
        elif name in COLLECTIONS:
            inner = _names(folder, path)
            folder.collections[name] = [f"{path}/{file}" for file in inner if file.endswith(".yaml")]
        elif suffix != ".yaml" and not os.path.isdir(folder.root / path):
            _ignore(folder, path, "`.yaml`, `.json` or `.jsonl`")


def _add_settings(folder: Folder, path: str, stem: str) -> None:
    if stem in folder.settings:
        message = f"{folder.settings[stem]} says the same things, and only one file may"
        folder.add_fault(path, Fault("settings-repeated", None, message, None, "one file", "take one of them away"))
    else:
        folder.settings[stem] = path


def _scan_raw(folder: Folder) -> None:
    for name in _names(folder, "raw") if folder.source or os.path.lexists(folder.root / "raw") else ():
        stem, suffix = os.path.splitext(name)
        path = f"raw/{name}"
        if suffix != ".txt":
            _ignore(folder, path, "`.txt`")
        elif stem in SETTINGS:
            message = f"a text cannot be called {stem!r}: annotations/{stem}.yaml describes the corpus"
            folder.add_fault(path, Fault("name-reserved", None, message, stem, "another name", "rename the text"))
        elif _is_sound(folder, path, stem):
            folder.raw[stem] = path
    if folder.raw:
        _read_sums(folder)


def _names(folder: Folder, inside: str) -> list[str]:
    """Return the names in a folder but the hidden ones, which editors and systems put there for themselves."""
    try:
        names = sorted(name for name in os.listdir(folder.place(inside)) if not name.startswith("."))
        folder.listed.add(inside)
        return names
    except FaultError as error:
        folder.add_fault(inside, error.fault)
        return []
    except OSError as error:
        missing = isinstance(error, FileNotFoundError)
        reason = "this folder is missing" if missing else f"this folder cannot be read: {error.strerror}"
        code = "file-missing" if missing else "file-unreadable"
        hint = "go to the folder of the corpus, name it, or make one with `corpus init`" if missing else None
        folder.add_fault(inside, Fault(code, None, reason, None, "a folder", hint))
        return []


def _is_sound(folder: Folder, path: str, stem: str) -> bool:
    """Return whether a stem may be the name of a document; if not, say so."""
    if is_document_id(stem):
        return True
    expected = str(read_schema("definitions")["$defs"]["document_id"]["description"])
    message = f"{clip(stem)!r} cannot be the name of a document"
    rule = expected.partition(". ")[2]
    hint = f"rename the file; in a name there is {rule[:1].lower()}{rule[1:].rstrip('.')}"
    folder.add_fault(path, Fault("name-unsound", None, message, clip(stem), expected, hint))
    return False


def is_document_id(name: str) -> bool:
    """Return whether a document may have this name."""
    wanted = read_schema("definitions")["$defs"]["document_id"]
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return re.search(wanted["pattern"], name) is not None


def _ignore(folder: Folder, path: str, expected: str) -> None:
    if not _IGNORED.match(path.rsplit("/", 1)[-1]):
        message = f"this file is not read: its name does not end in {expected}"
        folder.add_fault(path, Fault("file-ignored", None, message, None, expected))


def _read_sums(folder: Folder) -> None:
    try:
        text = decode(folder.read(SUMS, DOCUMENT_LIMIT)).removeprefix("\ufeff")
    except FaultError as error:
        hint = "make it once, when the texts are right: cd raw && sha256sum *.txt > SHA256SUMS"
        outside = error.fault.code == "file-outside"
        folder.add_fault(SUMS, error.fault if outside else error.fault._replace(suggestion=hint), error.text)
        return
    places: dict[str, int] = {}
    for line in re.finditer(r"[^\r\n]+", text):
        match = _SUM.fullmatch(line[0])
        if not match:
            fault = Fault("sums-form", line.start(), "this line is no checksum with a name", clip(line[0]), _SUM_FORM)
            folder.add_fault(SUMS, fault, text)
        elif match[2] in places:
            message = f"{clip(match[2])!r} is listed a second time"
            fault = Fault("sums-repeated", line.start(), message, clip(match[2]), "each text once")
            folder.add_fault(SUMS, fault, text)
        else:
            folder.sums[match[2]], places[match[2]] = match[1].lower(), line.start()
    _check_listed(folder, places, text)


def _check_listed(folder: Folder, places: Mapping[str, int], text: str) -> None:
    """Find listed texts that are not there; where annotations ask for one, they say so themselves."""
    for name, offset in places.items():
        stem, suffix = os.path.splitext(name)
        if suffix == ".txt" and not os.path.lexists(folder.root / "raw" / name) and stem not in folder.source:
            message = f"{clip(name)!r} is listed here and is not in raw/"
            folder.add_fault(SUMS, Fault("file-missing", offset, message, clip(name), "a file of raw/"), text)
