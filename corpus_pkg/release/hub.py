"""Publishing a built dataset on a hub: shown first, sent as one commit, read back, and tagged once and for all."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from corpus_pkg.errors import CorpusError, HubError, refuse_unnamed
from corpus_pkg.load import dataset_path
from corpus_pkg.manifest import NAME as MANIFEST
from corpus_pkg.manifest import SUMS, file_record, parse_manifest, read_manifest
from corpus_pkg.release.remote import Tell, ask, check_repo, endpoint, quiet
from corpus_pkg.release.verify import refuse_altered

_BRANCH = "main"
_BATCH = 64
"""Documents that are read at a time."""
_FOREIGN = (".gitattributes", ".cache", ".git")
"""What a hub or its client puts into a folder; it is no part of a release."""


class Rights(NamedTuple):
    """Rights of a document's text, as the dataset states them; `characters` of it are in this edition."""

    document: str
    licence: str
    holder: str | None
    redistribution: str
    characters: int


class Change(NamedTuple):
    """A file that publishing would add, change or delete; sizes in bytes and rows, null where there are none."""

    path: str
    kind: str
    size: int | None
    before: int | None
    rows: int | None
    rows_before: int | None


@dataclass(frozen=True)
class Release:
    """A built dataset that can be published: its folder, its manifest, and SHA-256 and size of every file."""

    folder: Path
    manifest: dict[str, Any]
    files: dict[str, dict[str, Any]]

    @property
    def tag(self) -> str:
        """The tag of this version."""
        return f"v{self.manifest['version']}"

    def title(self) -> str:
        """Return name, version and edition in words."""
        return f"{self.manifest['name']} {self.manifest['version']}, edition {self.manifest['edition']}"


@dataclass(frozen=True)
class Remote:
    """What a dataset on the hub holds: `commit` of a revision, its files, and the manifest where it is a release.

    `commit` is null where there is no such dataset, `known` false where the hub could not be asked.
    """

    commit: str | None
    files: Mapping[str, Any]
    manifest: dict[str, Any] | None
    known: bool = True


@dataclass(frozen=True)
class Plan:
    """What publishing would do.

    `done` is the commit where this very release is tagged already; `why_unknown` says why the hub could not be asked.
    """

    repo: str
    release: Release
    remote: Remote
    changes: list[Change]
    kept: int
    tables: dict[str, tuple[int, int]]
    rights: list[Rights]
    done: str | None = None
    why_unknown: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the plan as plain data."""
        manifest, before = self.release.manifest, self.remote.manifest or {}
        return {
            "repo": self.repo,
            "endpoint": endpoint(),
            **{key: manifest[key] for key in ("name", "version", "edition")},
            "tag": self.release.tag,
            "digest": self.release.files[MANIFEST]["sha256"],
            "before": {
                "known": self.remote.known,
                "commit": self.remote.commit,
                **{key: before.get(key) for key in ("name", "version", "edition")},
            },
            "files": [change._asdict() for change in self.changes],
            "unchanged": self.kept,
            "tables": {name: {"before": rows[0], "after": rows[1]} for name, rows in self.tables.items()},
            "rights": [each._asdict() for each in self.rights],
        }


def read_release(folder: Path | str, edition: str) -> Release:
    """Return a built dataset after comparing every file with its manifest.

    Raises DatasetMissingError, and CorpusError when the folder holds another edition, or not what its manifest says.
    """
    folder = dataset_path(folder)
    refuse_unnamed(folder)
    manifest = read_manifest(folder)
    if manifest["edition"] != edition:
        raise CorpusError(
            f"{folder} is the edition {manifest['edition']}, and {edition} is asked for; build that one, or name this"
        )
    refuse_altered(folder)
    beside = {path: file_record(folder / path) for path in (MANIFEST, SUMS)}
    return Release(folder, manifest, {**manifest["files"], **beside})


def read_rights(release: Release) -> list[Rights]:
    """Return the rights of every text, in the order of the documents."""
    import pyarrow.parquet as pq

    rights = []
    for part in release.manifest["tables"].get("documents", {}).values():
        file = pq.ParquetFile(release.folder / part["file"])
        for batch in file.iter_batches(_BATCH, columns=["doc_id", "text", "source"]):
            rights += [_rights(row) for row in batch.to_pylist()]
    return rights


def _rights(row: Mapping[str, Any]) -> Rights:
    source = row["source"]
    known = (source["licence"], source["holder"], source["redistribution"])
    return Rights(row["doc_id"], *known, len(row["text"] or ""))


# --- what would change ---


def plan_publication(repo: str, release: Release, tell: Tell | None = None, *, offline: bool = False) -> Plan:
    """Return what publishing a release would change on the hub, which is only looked at.

    With `offline` a hub that cannot be reached is no error: the plan then says so, and shows every file as new. Raises
    HubError, also when this version is published already with other bytes, or the dataset there is another one.
    """
    check_repo(repo)
    why = None
    with quiet():
        try:
            remote, tagged = _look(repo, _BRANCH, tell), _look(repo, release.tag, tell)
        except HubError as error:
            if not offline or error.status is not None:
                raise
            remote = tagged = Remote(None, {}, None, known=False)
            why = str(error)
    done = _published(release, tagged)
    if done is None:
        _check_predecessor(release, remote)
    changes, kept = _changes(release, remote)
    return Plan(repo, release, remote, changes, kept, _tables(release, remote), read_rights(release), done, why)


def _look(repo: str, revision: str, tell: Tell | None) -> Remote:
    """Return what is on the hub at a revision; nothing, where there is no such dataset or revision."""
    from huggingface_hub import HfApi
    from huggingface_hub.hf_api import RepoFile

    api, what = HfApi(), f"looking at {repo}"
    try:
        commit = ask(what, partial(api.dataset_info, repo, revision=revision), tell, patient=False).sha
    except HubError as error:
        if error.code in ("RepoNotFound", "RevisionNotFound"):
            return Remote(None, {}, None)
        raise
    listing = partial(api.list_repo_tree, repo, recursive=True, revision=commit, repo_type="dataset")
    entries = ask(what, lambda: list(listing()), tell)
    files = {entry.path: entry for entry in entries if isinstance(entry, RepoFile)}
    return Remote(commit, files, _remote_manifest(repo, commit, files, tell))


def _remote_manifest(
    repo: str, commit: str | None, files: Mapping[str, Any], tell: Tell | None
) -> dict[str, Any] | None:
    """Return the manifest that is on the hub; null when there is none, or none that can be read."""
    from huggingface_hub import hf_hub_download

    if MANIFEST not in files:
        return None
    load = partial(hf_hub_download, repo, MANIFEST, repo_type="dataset", revision=commit)
    data = Path(ask(f"looking at {repo}", load, tell)).read_bytes()
    try:
        return parse_manifest(data)
    except CorpusError:
        return None


def _published(release: Release, tagged: Remote) -> str | None:
    """Return the commit at which this very release is tagged already. Raises HubError when the tag has other bytes."""
    if tagged.commit is None:
        return None
    others = sorted(_differing(release, tagged))
    if others:
        raise HubError(
            f"{release.tag} is published already, with other bytes ({_few(others)}), and a tag never moves; "
            "give the release another version"
        )
    return tagged.commit


def _check_predecessor(release: Release, remote: Remote) -> None:
    """Raise HubError when what is there is another dataset, or a later version of this one."""
    before = remote.manifest or release.manifest
    if before.get("name") != release.manifest["name"]:
        raise HubError(f"the dataset there is {before.get('name')}, and this is {release.manifest['name']}")
    if _version(before) > _version(release.manifest):
        raise HubError(
            f"version {before['version']} is there already, which is later than {release.manifest['version']}"
        )


def _version(manifest: Mapping[str, Any]) -> tuple[int, ...]:
    parts = str(manifest.get("version", "0")).split(".")
    return tuple(int(part) if re.fullmatch("[0-9]{1,18}", part) else 0 for part in parts)


def _differing(release: Release, remote: Remote) -> Iterator[str]:
    """Yield the files that are not the same here and there."""
    for path in {*release.files, *_own(remote)}:
        if path not in remote.files or path not in release.files or not _same(release, path, remote.files[path]):
            yield path


def _own(remote: Remote) -> Iterator[str]:
    """Yield the files that are there, without those of the hub itself."""
    return (path for path in remote.files if path.split("/")[0] not in _FOREIGN)


def _same(release: Release, path: str, there: Any) -> bool:
    """Return whether a file has the same bytes here and there, by the hash that the hub keeps it under."""
    if there.size != release.files[path]["size"]:
        return False
    if there.lfs is not None:
        return bool(there.lfs.sha256 == release.files[path]["sha256"])
    data = (release.folder / path).read_bytes()
    return bool(there.blob_id == hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest())


def _changes(release: Release, remote: Remote) -> tuple[list[Change], int]:
    """Return what would change, and how many files would not."""
    paths = sorted(_differing(release, remote))
    rows, before = (_rows(manifest) for manifest in (release.manifest, remote.manifest or {}))
    changes = []
    for path in paths:
        here, there = release.files.get(path), remote.files.get(path)
        kind = "added" if there is None else "deleted" if here is None else "changed"
        sizes = (here["size"] if here else None, there.size if there else None)
        changes.append(Change(path, kind, *sizes, rows.get(path), before.get(path)))
    return changes, len({*release.files, *_own(remote)}) - len(paths)


def _rows(manifest: Mapping[str, Any]) -> dict[str, int]:
    """Return the number of rows of every file that has some."""
    return {path: record["rows"] for path, record in manifest.get("files", {}).items() if "rows" in record}


def _tables(release: Release, remote: Remote) -> dict[str, tuple[int, int]]:
    """Return the rows of every table, there and here."""
    here, there = release.manifest["tables"], (remote.manifest or {}).get("tables", {})
    return {name: (_sum(there.get(name, {})), _sum(here.get(name, {}))) for name in {**here, **there}}


def _sum(splits: Mapping[str, Any]) -> int:
    return sum(part["rows"] for part in splits.values())


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


# --- sending ---


def publish_release(plan: Plan, tell: Tell | None = None, *, private: bool = False) -> str:
    """Send what a plan shows as one commit, read its hashes back, and tag it; return the commit.

    What was sent before a connection broke is not sent again, whether in this call or the next. `private` says how a
    dataset that is not there yet is made. Raises CorpusError without a token, HubError.
    """
    check_token()
    if plan.done is not None:
        return plan.done
    with quiet():
        parent = plan.remote.commit or _create(plan, private, tell)
        commit = _commit(plan, parent, tell) if plan.changes else parent
        _read_back(plan, commit, tell)
        _tag(plan, commit, tell)
    return commit


def check_token() -> None:
    """Raise CorpusError when there is no token to publish with."""
    from huggingface_hub import get_token

    if get_token() is None:
        raise CorpusError("there is no token to publish with; set HF_TOKEN, or run `hf auth login`")


def _create(plan: Plan, private: bool, tell: Tell | None) -> str:
    """Make the dataset on the hub; return its first commit. Raises HubError when it was not new after all."""
    from huggingface_hub import HfApi

    make = partial(HfApi().create_repo, plan.repo, repo_type="dataset", exist_ok=True, private=private or None)
    ask(f"making {plan.repo}", make, tell)
    made = _look(plan.repo, _BRANCH, tell)
    if made.commit is None or [*_own(made)]:
        raise HubError(
            f"{plan.repo} is there after all, and not empty, or may not be seen; look at it, then publish again"
        )
    return made.commit


def _commit(plan: Plan, parent: str, tell: Tell | None) -> str:
    """Send the changes as one commit on top of `parent`; return its hash."""
    from huggingface_hub import HfApi

    def send() -> str:
        info = HfApi().create_commit(
            plan.repo,
            [*_operations(plan)],
            commit_message=plan.release.title(),
            commit_description=_description(plan.release),
            repo_type="dataset",
            revision=_BRANCH,
            parent_commit=parent,
        )
        return str(info.oid)

    try:
        return ask(f"sending the files to {plan.repo}", send, tell)
    except HubError as error:
        # The answer to a commit may have been lost on its way: then the branch has moved, and to what was sent.
        landed = _look(plan.repo, _BRANCH, tell) if error.status == 412 else None
        if landed is None or landed.commit is None or [*_differing(plan.release, landed)]:
            raise
        return landed.commit


def _operations(plan: Plan) -> Iterator[Any]:
    """Yield what a commit does; made anew for every try, since the client writes into them."""
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete

    for change in plan.changes:
        if change.kind == "deleted":
            yield CommitOperationDelete(change.path, is_folder=False)
        else:
            yield CommitOperationAdd(change.path, str(plan.release.folder / change.path))


def _description(release: Release) -> str:
    return f"{MANIFEST} has the SHA-256 {release.files[MANIFEST]['sha256']}"


def _read_back(plan: Plan, commit: str, tell: Tell | None) -> None:
    """Raise HubError when what is on the hub is not what is here."""
    others = sorted(_differing(plan.release, _look(plan.repo, commit, tell)))
    if others:
        raise HubError(f"at {commit} the hub holds other bytes than were sent ({_few(others)}); no tag was set")


def _tag(plan: Plan, commit: str, tell: Tell | None) -> None:
    """Tag a commit, and read the tag back."""
    from huggingface_hub import HfApi

    api, tag, title = HfApi(), plan.release.tag, plan.release.title()
    message = f"{title}\n\n{_description(plan.release)}"
    point = partial(api.create_tag, plan.repo, tag=tag, tag_message=message, revision=commit, repo_type="dataset")
    ask(f"tagging {plan.repo}", partial(point, exist_ok=True), tell)
    tagged = ask(f"reading the tag of {plan.repo} back", partial(api.dataset_info, plan.repo, revision=tag), tell).sha
    if tagged != commit:
        raise HubError(f"the tag {tag} was set by somebody else, on {tagged}; this release is at {commit}")


# --- in words ---

_SIGNS = {"added": "+", "changed": "~", "deleted": "-"}
_SHOWN = 50
"""Documents whose rights are shown one by one; a larger corpus is shown in sums, and whole as JSON."""


def plan_lines(plan: Plan) -> Iterator[str]:
    """Yield what a plan says, for people."""
    yield f"{plan.release.title()}, to {plan.repo} at {endpoint()}"
    yield f"manifest SHA-256 {plan.release.files[MANIFEST]['sha256']}"
    yield _before(plan)
    if plan.done is None:
        yield ""
        yield from _change_lines(plan)
        yield ""
        yield from _table_lines(plan)
    yield ""
    yield from _rights_lines(plan.rights)
    yield ""
    yield f"the tag {plan.release.tag} {'is set' if plan.done else 'will be set on the new commit, and never moved'}"


def _before(plan: Plan) -> str:
    if plan.done is not None:
        return f"published already, at {plan.done}"
    if plan.why_unknown is not None:
        return f"what is there is not known: {plan.why_unknown}"
    if plan.remote.commit is None:
        return "there is no such dataset yet, or none that may be seen"
    before = plan.remote.manifest
    what = f"{before.get('version')}, edition {before.get('edition')}" if before else "no release"
    return f"there now: {what}, at {plan.remote.commit}"


def _change_lines(plan: Plan) -> Iterator[str]:
    yield f"  {'file':<58}{'bytes':>22}{'rows':>16}"
    for change in plan.changes:
        sizes, rows = _step(change.before, change.size), _step(change.rows_before, change.rows)
        yield f"{_SIGNS[change.kind]} {change.path:<58}{sizes:>22}{rows:>16}"
    counts = {kind: sum(change.kind == kind for change in plan.changes) for kind in _SIGNS}
    told = ", ".join(f"{number} {kind}" for kind, number in counts.items())
    yield f"files: {told}, {plan.kept} the same"


def _step(before: int | None, after: int | None) -> str:
    if before is None or after is None or before == after:
        return "" if before is None and after is None else str(before if after is None else after)
    return f"{before} -> {after}"


def _table_lines(plan: Plan) -> Iterator[str]:
    yield f"{'table':<26}{'rows there':>12}{'rows here':>12}"
    for name, (before, after) in plan.tables.items():
        yield f"{name:<26}{before:>12}{after:>12}"


def _rights_lines(rights: Sequence[Rights]) -> Iterator[str]:
    if len(rights) <= _SHOWN:
        yield f"{'document':<26}{'licence of the text':<24}{'holder':<24}{'may be passed on':<18}characters"
        for each in rights:
            holder = each.holder or "unknown"
            yield f"{each.document:<26}{each.licence:<24}{holder:<24}{each.redistribution:<18}{each.characters:>10}"
    for kind in sorted({(each.licence, each.redistribution) for each in rights}):
        same = [each for each in rights if (each.licence, each.redistribution) == kind]
        held = sum(each.characters > 0 for each in same)
        yield f"licence {kind[0]}, may be passed on: {kind[1]}: {len(same)} texts, {held} of them in this edition"
    if open_ := sum(each.redistribution != "yes" and each.characters > 0 for each in rights):
        yield f"warning: {open_} of {len(rights)} texts would be published without being cleared for it"
