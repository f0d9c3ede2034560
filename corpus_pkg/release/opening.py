"""Opening a release wherever it is: a folder, an archive, an installed corpus, a hub, the history of its source."""

from __future__ import annotations

import os
import re
import shutil
import struct
import subprocess
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any, NamedTuple, cast

from corpus_pkg.build import build_dataset, default_out
from corpus_pkg.changelog import NAME as CHANGELOG
from corpus_pkg.errors import CorpusError, UnknownNameError, refuse_unnamed
from corpus_pkg.findings import clip
from corpus_pkg.installed import find_installed, list_installed
from corpus_pkg.manifest import NAME as MANIFEST
from corpus_pkg.manifest import SUMS, is_inside, read_manifest

ARCHIVES = (".whl", ".zip")
ARCHIVE_ERRORS = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError)
"""What the standard library raises for an archive that is damaged; a method it does not know is a RuntimeError."""
_HUB = re.compile(r"(?P<repo>[\w.-]+/[\w.-]+)@(?P<revision>.+)")
_HUB_WITHOUT_REVISION = re.compile(r"[\w-][\w.-]*/[\w.-]+")
_GIT = "git:"


class Release(NamedTuple):
    """A release that is open: its folder, its manifest, and what it was called."""

    folder: Path
    manifest: dict[str, Any]
    name: str


class Place(NamedTuple):
    """Where a release is, whole or not: its folder, and the archive or distribution that it came in.

    `unreadable` are the files that the archive does not give, by their path in the folder, each with the reason; it may
    be the archive itself, by its name.
    """

    folder: Path
    name: str
    archive: Path | None = None
    distribution: Distribution | None = None
    unreadable: Mapping[str, str] = {}


@contextmanager
def open_release(where: str | Path, root: Path | str = ".") -> Iterator[Release]:
    """Open a release; what was unpacked or built for it goes at the end.

    `where` is a folder (a built dataset, or a corpus that has one), a `.whl` or `.zip` file, the name of an installed
    corpus, `OWNER/NAME@REVISION` on a hub, or `git:REVISION`: the source of the corpus in `root` at that revision,
    built. Raises CorpusError when there is none or it cannot be read; `verify` says what of it is damaged.
    """
    with open_place(where, root) as place:
        if place.unreadable:
            path, reason = next(iter(place.unreadable.items()))
            raise CorpusError(f"{place.name}: {path} cannot be read: {reason}")
        refuse_unnamed(place.folder)
        yield Release(place.folder, read_manifest(place.folder), place.name)


@contextmanager
def open_place(where: str | Path, root: Path | str = ".") -> Iterator[Place]:
    """Open the folder of a release, whether it is sound or not; `where` as in `open_release`."""
    with ExitStack() as stack:
        yield _place(str(where), Path(root), stack)


def _place(where: str, root: Path, stack: ExitStack) -> Place:
    path = Path(where)
    if where.startswith(_GIT):
        return Place(_built_of_git(where.removeprefix(_GIT), root, _temporary(stack)), where)
    if path.is_dir():
        return Place(_folder_of(path), where)
    if path.suffix in ARCHIVES:
        if not path.exists():
            raise CorpusError(f"there is no file {where}")
        return _unpacked(path, _temporary(stack))
    if path.is_file():
        raise CorpusError(f"{where} is no release: that is a folder, or a file whose name ends in .whl or .zip")
    if match := _HUB.fullmatch(where):
        return Place(_snapshot(match["repo"], match["revision"]), where)
    if _HUB_WITHOUT_REVISION.fullmatch(where):
        raise CorpusError(f"there is no folder {where}; if it is on a hub, say which revision: {where}@v1.0.0")
    return _installed(where)


def _temporary(stack: ExitStack) -> Path:
    return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="corpus-release-")))


def _folder_of(path: Path) -> Path:
    """Return the folder of the release in a folder: itself, or where a corpus has its dataset."""
    for folder in (path, path / "dataset", default_out(path)):
        if (folder / MANIFEST).is_file() or (folder / SUMS).is_file():
            return folder
    raise CorpusError(f"{path} holds no release: there is neither {MANIFEST} nor {SUMS}; `corpus build` makes one")


def _installed(name: str) -> Place:
    """Return the corpus of that name which is installed."""
    known = {corpus.name for corpus in list_installed()}
    if name not in known:
        raise UnknownNameError("folder, file or installed corpus", name, known)
    folder = find_installed(name).folder
    return Place(folder, name, distribution=_owner(folder))


def _owner(folder: Path) -> Distribution | None:
    """Return the installed distribution that brought a folder; none for a checkout."""
    end = f"{folder.parent.name}/{folder.name}/{MANIFEST}"
    for distribution in distributions():
        listed = end in (distribution.read_text("RECORD") or "")
        if listed and Path(str(distribution.locate_file(end))).resolve() == (folder / MANIFEST).resolve():
            return distribution
    return None


# --- archives ---


def _unpacked(archive: Path, target: Path) -> Place:
    """Unpack the release in an archive, and nothing else of it."""
    unreadable = {}
    try:
        with zipfile.ZipFile(archive) as file:
            names = file.namelist()
            prefix = release_prefix(archive, names)
            for name in dict.fromkeys(names):
                path = name.removeprefix(prefix)
                if name.startswith(prefix) and not name.endswith("/") and is_inside(path):
                    unreadable.update(_unpack(file, name, target / path, path))
    except ARCHIVE_ERRORS as error:
        unreadable = {archive.name: reason_of(error)}
    return Place(target, str(archive), archive, unreadable=unreadable)


def release_prefix(archive: Path, names: Iterable[str]) -> str:
    """Return the folder of the release in an archive, with a slash at its end. Raises CorpusError when it has none."""
    for mark in (MANIFEST, SUMS):
        found = {name.removesuffix(mark) for name in names if name.rpartition("/")[2] == mark}
        # A wheel may hold other folders with checksums, such as those of raw texts.
        found = {prefix for prefix in found if prefix.endswith("dataset/")} or found
        if len(found) == 1:
            return found.pop()
        if found:
            raise CorpusError(f"{archive} holds several releases: {', '.join(sorted(found))}")
    raise CorpusError(f"{archive} holds no release: there is no {MANIFEST} in it")


def _unpack(file: zipfile.ZipFile, name: str, target: Path, path: str) -> dict[str, str]:
    """Unpack one file; return the reason why that is not possible, by its path."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with file.open(name) as source, target.open("wb") as out:
            shutil.copyfileobj(source, out)
    except ARCHIVE_ERRORS as error:
        return {path: reason_of(error)}
    return {}


def reason_of(error: BaseException) -> str:
    """Return why something cannot be read, in the words of the error, or else its name."""
    return str(getattr(error, "strerror", None) or error or type(error).__name__)


# --- the hub ---


def _snapshot(repo: str, revision: str) -> Path:
    """Return the files of a revision on the hub, fetched or from the cache."""
    from huggingface_hub import errors, snapshot_download

    place = f"{repo}@{revision}"
    # What its HTTP library raises, whichever that is, and OSError.
    network = cast("tuple[type[Exception], ...]", errors.HfHubHTTPError.__bases__)
    try:
        return Path(snapshot_download(repo, repo_type="dataset", revision=revision))
    except errors.GatedRepoError as error:
        raise CorpusError(f"{place}: the hub asks for its terms to be accepted first, on its page") from error
    except errors.RepositoryNotFoundError as error:
        raise CorpusError(f"{place}: the hub has no such dataset, or none that this token may read") from error
    except errors.RevisionNotFoundError as error:
        raise CorpusError(f"{place}: the dataset has no such revision") from error
    except errors.HFValidationError as error:
        raise CorpusError(f"{place} is no name of a dataset on a hub: {error}") from error
    except errors.LocalEntryNotFoundError as error:
        raise CorpusError(f"{place}: the hub is not reached, and the cache does not hold this revision") from error
    except network as error:
        raise CorpusError(f"{place} cannot be fetched: {error}") from error


# --- git ---


def _built_of_git(revision: str, root: Path, target: Path) -> Path:
    """Build the corpus in `root` as it was at a revision of its repository."""
    _check_out(revision, root, target)
    try:
        build_dataset(target / "source", target / "dataset")
    except CorpusError as error:
        raise CorpusError(f"the corpus at revision {revision} cannot be built: {error}") from error
    return target / "dataset"


def _check_out(revision: str, root: Path, target: Path) -> None:
    """Write the sources of a build as they were at a revision to target/source; the repository is left as it is."""
    _git(root, "rev-parse", "--git-dir", otherwise=f"{root} is in no git repository")
    unknown = f"the repository of {root} has no revision {clip(revision)}"
    asked = ("--verify", "--quiet", "--end-of-options", revision + "^{commit}")
    commit = _git(root, "rev-parse", *asked, otherwise=unknown)
    folder, prefix = (_git(root, "rev-parse", f"--{what}") for what in ("absolute-git-dir", "show-prefix"))
    wanted = [f"{prefix}{name}" for name in ("raw", "annotations")]
    index = {"GIT_DIR": folder, "GIT_INDEX_FILE": str(target / "index"), "GIT_WORK_TREE": str(target / "tree")}
    (target / "tree").mkdir()
    # An index of its own, and not `git archive`, which leaves out what is marked `export-ignore`.
    _git(target / "tree", "read-tree", commit, **index)
    listed = _git(target / "tree", "ls-files", "-z", "--", *wanted, **index)
    if not listed:
        raise CorpusError(f"there is no corpus in {root} at revision {clip(revision)}")
    listed += _git(target / "tree", "ls-files", "-z", "--", f"{prefix}{CHANGELOG}", **index)
    _git(target / "tree", "checkout-index", "-z", "--stdin", given=listed, **index)
    (target / "tree" / prefix).rename(target / "source")


def _git(folder: Path, *words: str, otherwise: str | None = None, given: str = "", **settings: str) -> str:
    # Without the settings that git gives to its hooks, which would lead to another repository.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        run = subprocess.run(
            ["git", "-C", str(folder), *words],
            input=given,
            env={**kept, **settings},
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
        )
    except FileNotFoundError as error:
        raise CorpusError("git is needed for this and not installed") from error
    if run.returncode:
        raise CorpusError(otherwise or f"git {words[0]}: {run.stderr.strip()}")
    return run.stdout.removesuffix("\n")
