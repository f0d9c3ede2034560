"""Annotation passes on disk: a folder with documents and an inventory of its own, over the raw texts of a corpus."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path as FilePath
from typing import Any

from corpus_pkg.corpus import Corpus, Entry, read_corpus, read_file
from corpus_pkg.defaults import fill
from corpus_pkg.derive import split_mode
from corpus_pkg.errors import CorpusError
from corpus_pkg.findings import Finding, has_errors, sort_findings
from corpus_pkg.folder import REQUIRED, SETTINGS, SUMS, Folder
from corpus_pkg.locate import Reporter
from corpus_pkg.read import FaultError, place_inside
from corpus_pkg.resolve import Document
from corpus_pkg.validate import Validation
from corpus_pkg.vocabulary import Vocabulary

HOME = "annotations/passes"
"""Where the passes of a corpus lie."""
ITSELF = "."
"""The name of the annotations of a corpus among its passes."""


def shown_name(name: str) -> str:
    """Return the name of a pass as people read it: the annotations of the corpus itself are `published`."""
    return "published" if name == ITSELF else name


@dataclass(frozen=True)
class Pass:
    """One annotation pass: its documents without errors, in canonical form, and all that is wrong with the others.

    `groups` gives the group of each document that is in one. Paths of findings are relative to `root`.
    """

    name: str
    root: FilePath
    documents: Mapping[str, Document]
    inventory: Mapping[str, Any]
    vocabulary: Vocabulary
    groups: Mapping[str, str]
    unsound: frozenset[str] = frozenset()
    """Documents with errors."""
    findings: list[Finding] = field(default_factory=list)


def read_pass(root: FilePath, name: str) -> Pass:
    """Return a pass: the one of that name in `root`, or the pass or the corpus in the folder `name`.

    `.` is the corpus in `root` itself, and so is its folder. A pass is a folder with `<doc_id>.yaml` for each document
    that it annotates, and its `inventory.yaml`; without one it has the inventory of `root`. Texts and all other
    settings are those of the corpus in `root`. Raises CorpusError when there is no such folder; what is wrong in it is
    a finding.
    """
    folder = _find(root, name)
    corpus = read_corpus(folder) if (folder / "annotations").is_dir() else _pass_corpus(read_corpus(root), folder)
    check = Validation(corpus)
    checked = list(check.documents())
    findings = [*check.settings(), *(finding for each in checked for finding in each.findings)]
    return Pass(
        name=_name(root, folder, name),
        root=corpus.folder.root,
        documents={each.entry.doc_id: each.document for each in checked if each.document is not None},
        inventory=corpus.inventory,
        vocabulary=corpus.vocabulary,
        groups={doc_id: group for group, doc_ids in corpus.settings["groups"].items() for doc_id in doc_ids},
        unsound=frozenset(each.entry.doc_id for each in checked if each.document is None),
        findings=sort_findings(findings),
    )


def pass_names(root: FilePath) -> list[str]:
    """Return the names of the passes of a corpus: the folders in `annotations/passes/` that hold documents."""
    home = root / HOME
    folders = {path.parent for path in home.rglob("*.yaml") if path.stem not in SETTINGS}
    return sorted(folder.relative_to(home).as_posix() for folder in folders if folder != home)


def _name(root: FilePath, folder: FilePath, name: str) -> str:
    """Return the name by which a corpus knows a folder: files of decisions keep it, and travel."""
    place, home = folder.resolve(), (root / HOME).resolve()
    if place == root.resolve():
        return ITSELF
    return place.relative_to(home).as_posix() if place.is_relative_to(home) and place != home else name


def _find(root: FilePath, name: str) -> FilePath:
    if name == ITSELF:
        return root
    if not name.startswith((".", "/")) and (root / HOME / name).is_dir():
        try:
            return place_inside(root, f"{HOME}/{name}")
        except FaultError as error:
            raise CorpusError(f"{root / HOME / name} cannot be read: {error.fault.message}") from error
    if FilePath(name).is_dir():
        return FilePath(name)
    raise CorpusError(f"there is no folder {name}, and no pass {name} in {root / HOME}")


def _pass_corpus(home: Corpus, folder: FilePath) -> Corpus:
    """Return a corpus of the documents and the inventory of a pass, with the texts and the settings of its home."""
    paths = _paths(folder, home.folder.root)
    source = {stem: path for stem, path in paths.items() if stem not in SETTINGS}
    raw = home.folder.raw
    own = {home.folder.settings.get("inventory")} if "inventory" in paths else set()
    shared = {*home.folder.settings.values(), *(f"annotations/{name}.yaml" for name in REQUIRED), SUMS} - own
    corpus = replace(
        home,
        folder=Folder(home.folder.root, raw=raw, source=source, sums=home.folder.sums, listed=home.folder.listed),
        entries=[Entry(doc_id, path, raw.get(doc_id)) for doc_id, path in source.items()],
        findings=[finding for finding in home.findings if finding.path in shared],
        collections=[],
        reporters={name: reporter for name, reporter in home.reporters.items() if name == "inventory"},
        originals={},
        passed=None,
        broken=home.broken - {"documents"},
        nameless=set(),
    )
    return _with_inventory(corpus, paths["inventory"]) if "inventory" in paths else corpus


def _paths(folder: FilePath, root: FilePath) -> dict[str, str]:
    """Return the YAML files of a pass by their stems: their paths, relative to the root when they lie in it."""
    names = sorted(os.listdir(folder))
    canonical = [name for name in names if name.endswith((".json", ".jsonl"))]
    if canonical:
        hint = "canonical JSON belongs into annotations/ of a corpus of its own"
        raise CorpusError(f"{folder / canonical[0]} cannot be read as part of a pass: {hint}")
    stems = [name.removesuffix(".yaml") for name in names if name.endswith(".yaml")]
    if not {*stems} - {*SETTINGS}:
        raise CorpusError(f"{folder} is no corpus and no pass: it has neither annotations/ nor any <doc_id>.yaml")
    whole, top = folder.resolve(), root.resolve()
    place = whole.relative_to(top).as_posix() if whole.is_relative_to(top) else str(whole)
    return {stem: f"{place}/{stem}.yaml" for stem in stems}


def _with_inventory(corpus: Corpus, path: str) -> Corpus:
    data, findings, reporter = read_file(corpus.folder, path, "inventory")
    sound = data is not None and not has_errors(findings)
    inventory = fill("inventory", data if sound else {})
    for layer in ("events", "relations"):
        inventory[layer] = [split_mode(item) for item in inventory[layer]]
    broken = corpus.broken - {"inventory"} | (set() if sound else {"inventory"})
    reporters: dict[str, Reporter] = {"inventory": reporter}
    findings = [*corpus.findings, *findings]
    return replace(corpus, inventory=inventory, findings=findings, reporters=reporters, broken=broken)
