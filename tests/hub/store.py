"""Repositories in memory: commits, branches, tags and files, named by hashes as git and the Hub name them."""

from __future__ import annotations

import fnmatch
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

ATTRIBUTES = b"*.parquet filter=lfs diff=lfs merge=lfs -text\n*.zip filter=lfs diff=lfs merge=lfs -text\n"
"""What stands in `.gitattributes` of a new repository; the Hub puts one into each."""
_SAMPLE = 512
_REGULAR = 10_000_000


class Refused(Exception):
    """A request that is answered with an error: HTTP status, the Hub's own code for it, and a message."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


@dataclass(frozen=True)
class File:
    """A file: its bytes, and whether they are kept as a large file, that is, under their SHA-256."""

    data: bytes
    large: bool

    @property
    def sha256(self) -> str:
        """SHA-256 of the bytes."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def pointer(self) -> bytes:
        """What git holds in the place of a large file."""
        lines = f"version https://git-lfs.github.com/spec/v1\noid sha256:{self.sha256}\nsize {len(self.data)}\n"
        return lines.encode()

    @property
    def blob(self) -> str:
        """Git's name for it."""
        held = self.pointer if self.large else self.data
        return hashlib.sha1(b"blob %d\0" % len(held) + held).hexdigest()

    @property
    def etag(self) -> str:
        """The hash that clients keep it under."""
        return self.sha256 if self.large else self.blob


@dataclass(frozen=True)
class Commit:
    """A state of a repository, by path, and how it came about."""

    oid: str
    files: Mapping[str, File]
    title: str
    message: str
    author: str
    date: str
    parent: Commit | None


@dataclass
class Repository:
    """Branches and tags with their commits; `writers` are the accounts that may change it."""

    kind: str
    name: str
    visibility: str
    writers: set[str]
    branches: dict[str, Commit] = field(default_factory=dict)
    tags: dict[str, Commit] = field(default_factory=dict)
    messages: dict[str, str] = field(default_factory=dict)
    commits: dict[str, Commit] = field(default_factory=dict)

    def commit(self, branch: str, files: Mapping[str, File], title: str, message: str, author: str) -> Commit:
        """Put a new commit on a branch."""
        parent = self.branches.get(branch)
        date = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        tree = "".join(f"{path} {files[path].blob}\n" for path in sorted(files))
        seed = f"{tree}{parent.oid if parent else ''}{title}{message}{len(self.commits)}"
        oid = hashlib.sha1(seed.encode()).hexdigest()
        self.branches[branch] = self.commits[oid] = Commit(oid, dict(files), title, message, author, date, parent)
        return self.branches[branch]

    def at(self, revision: str) -> Commit:
        """Return the commit that a branch, a tag or a hash (seven digits at least) names."""
        revision = revision.removeprefix("refs/heads/").removeprefix("refs/tags/")
        for known in (self.branches, self.tags):
            if revision in known:
                return known[revision]
        found = [oid for oid in self.commits if len(revision) >= 7 and oid.startswith(revision)]
        if len(found) != 1:
            raise Refused(404, "RevisionNotFound", f"Invalid rev id: {revision}")
        return self.commits[found[0]]

    def apply(self, branch: str, lines: list[dict[str, Any]], objects: Mapping[str, bytes], author: str) -> Commit:
        """Make a commit of what a client sends: a header, then files and what is to be deleted."""
        if branch not in self.branches:
            raise Refused(404, "RevisionNotFound", f"Invalid rev id: {branch}")
        head, header = self.branches[branch], lines[0]["value"]
        if header.get("parentCommit", head.oid) != head.oid:
            raise Refused(412, "PreconditionFailed", "A commit has happened since. Please refresh and try again.")
        files = dict(head.files)
        for line in lines[1:]:
            _change(files, line["key"], line["value"], objects)
        return self.commit(branch, files, header["summary"], header.get("description", ""), author)


def _change(files: dict[str, File], key: str, value: Mapping[str, Any], objects: Mapping[str, bytes]) -> None:
    import base64

    path = value["path"]
    if key == "file":
        files[path] = File(base64.b64decode(value["content"]), large=False)
    elif key == "lfsFile":
        if value["oid"] not in objects:
            raise Refused(400, "BadRequest", f"{path}: the large file {value['oid']} was not uploaded")
        files[path] = File(objects[value["oid"]], large=True)
    elif key == "deletedFile":
        if path not in files:
            raise Refused(404, "EntryNotFound", f"A file with this name doesn't exist: {path}")
        del files[path]
    elif key == "deletedFolder":
        for inside in [name for name in files if name.startswith(path.rstrip("/") + "/")]:
            del files[inside]
    else:
        raise Refused(400, "BadRequest", f"there is no operation {key}")


def is_large(commit: Commit, path: str, sample: bytes, size: int) -> bool:
    """Return whether a file is to be kept as a large one: by `.gitattributes`, or binary, or big."""
    attributes = commit.files.get(".gitattributes", File(b"", large=False)).data.decode()
    patterns = [line.split()[0] for line in attributes.splitlines() if "filter=lfs" in line]
    by_name = any(fnmatch.fnmatch(name, pattern) for pattern in patterns for name in (path, path.rsplit("/")[-1]))
    return size > 0 and (by_name or b"\0" in sample[:_SAMPLE] or size > _REGULAR)


def entries(commit: Commit, folder: str, *, recursive: bool, expand: bool) -> list[dict[str, Any]]:
    """Return what a folder holds, as the Hub lists it; raises EntryNotFound where there is none."""
    prefix = f"{folder.strip('/')}/" if folder.strip("/") else ""
    inside = [path for path in sorted(commit.files) if path.startswith(prefix)]
    if not inside and prefix:
        raise Refused(404, "EntryNotFound", f"{folder} does not exist on {commit.oid}")
    listed: dict[str, dict[str, Any]] = {}
    for path in inside:
        steps = path[len(prefix) :].split("/")
        for depth in range(1, len(steps) if recursive else min(2, len(steps))):
            parent = prefix + "/".join(steps[:depth])
            listed.setdefault(parent, folder_entry(parent, commit, expand=expand))
        if recursive or len(steps) == 1:
            listed[path] = file_entry(path, commit, expand=expand)
    return [*listed.values()]


def file_entry(path: str, commit: Commit, *, expand: bool) -> dict[str, Any]:
    """Return what the Hub tells of a file."""
    file = commit.files[path]
    entry: dict[str, Any] = {"type": "file", "oid": file.blob, "size": len(file.data), "path": path}
    if file.large:
        entry["lfs"] = {"oid": file.sha256, "size": len(file.data), "pointerSize": len(file.pointer)}
    return entry | (_last(commit) if expand else {})


def folder_entry(path: str, commit: Commit, *, expand: bool) -> dict[str, Any]:
    """Return what the Hub tells of a folder."""
    oid = hashlib.sha1(f"tree {commit.oid} {path}".encode()).hexdigest()
    entry = {"type": "directory", "oid": oid, "size": 0, "path": path}
    return entry | (_last(commit) if expand else {})


def _last(commit: Commit) -> dict[str, Any]:
    return {"lastCommit": {"id": commit.oid, "title": commit.title, "date": commit.date}}
