"""Pulling a release from a hub: pinned to a commit, kept in the clients' cache, and then at hand without a network."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from corpus_pkg.errors import CorpusError, HubError, UnknownNameError, near_matches
from corpus_pkg.manifest import CARD, read_manifest
from corpus_pkg.manifest import NAME as MANIFEST
from corpus_pkg.release.remote import ask, check_repo, check_revision, endpoint, quiet
from corpus_pkg.release.stream import RemoteFile, Source


class Pinned(NamedTuple):
    """A release on a hub at a commit: `revision` is what was asked for, `commit` the hash that it named."""

    repo: str
    revision: str
    commit: str
    manifest: dict[str, Any]

    def source(self, path: str) -> Source:
        """Return a file of the release: from the cache when it is there, else on the hub."""
        from huggingface_hub import hf_hub_url, try_to_load_from_cache

        held = try_to_load_from_cache(self.repo, path, revision=self.commit, repo_type="dataset")
        if isinstance(held, str):
            return Path(held)
        url = hf_hub_url(self.repo, path, repo_type="dataset", revision=self.commit)
        return RemoteFile(url, self.manifest["files"][path]["size"])


def pull_release(repo: str, revision: str | None = None, tables: Iterable[str] | None = None) -> Path:
    """Return the folder of a release that was pulled from a hub, with these tables (default: all of it).

    `revision` is a tag, a branch or a commit, by default the default branch. What has been pulled once is at hand
    without a network; a revision that has not been is refused then, and never replaced by another. Raises HubError,
    UnknownNameError for a revision or table that the hub does not have, CorpusError for what is no release.
    """
    return pull_pinned(pin_release(repo, revision), tables)


def pull_pinned(pinned: Pinned, tables: Iterable[str] | None = None) -> Path:
    """Return the folder of a release at the commit that was pinned. Raises as `pull_release` does."""
    patterns = None if tables is None else _patterns(pinned, tables)
    with quiet():
        folder = _snapshot(pinned.repo, pinned.revision, pinned.commit, patterns)
    return Path(folder)


def pin_release(repo: str, revision: str | None = None) -> Pinned:
    """Return the commit that a revision names, with the manifest of the release. Raises as `pull_release` does."""
    repo, revision = check_repo(repo), check_revision(revision or "main")
    with quiet():
        # The revision is asked for once; all else goes by the commit.
        folder = Path(_snapshot(repo, revision, revision, [MANIFEST, CARD]))
    if not (folder / MANIFEST).is_file():
        raise CorpusError(f"{repo} at {revision} holds no release: there is no {MANIFEST}")
    return Pinned(repo, revision, folder.name, read_manifest(folder))


def _patterns(pinned: Pinned, tables: Iterable[str]) -> list[str]:
    wanted = list(tables)
    for table in wanted:
        if table not in pinned.manifest["tables"]:
            raise UnknownNameError("table", table, pinned.manifest["tables"])
    return [MANIFEST, CARD, *(f"{table}/*" for table in wanted)]


def _snapshot(repo: str, asked: str, revision: str, patterns: Sequence[str] | None) -> str:
    """Return the folder of a snapshot; the client turns to its cache when the hub cannot be reached."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    def download() -> str:
        wanted = None if patterns is None else [*patterns]
        try:
            return str(snapshot_download(repo, repo_type="dataset", revision=revision, allow_patterns=wanted))
        except LocalEntryNotFoundError as error:
            # The client has looked into its cache since the hub had no good answer, which may pass.
            raise error.__cause__ if isinstance(error.__cause__, HfHubHTTPError) else error from None

    try:
        return ask(f"pulling {repo} at {asked}", download, patient=False)
    except LocalEntryNotFoundError as error:
        raise HubError(_not_at_hand(repo, asked, error)) from error
    except HubError as error:
        if error.code == "RevisionNotFound":
            raise UnknownNameError(f"revision of {repo}", asked, _published(repo)) from error
        raise


def _published(repo: str) -> list[str]:
    """Return the tags and branches of a dataset on the hub."""
    from huggingface_hub import list_repo_refs

    refs = ask(f"asking for the revisions of {repo}", partial(list_repo_refs, repo, repo_type="dataset"))
    return [ref.name for ref in (*refs.tags, *refs.branches)]


def _not_at_hand(repo: str, revision: str, error: Exception) -> str:
    """Say that a revision cannot be had, why, and which are at hand."""
    from huggingface_hub import is_offline_mode

    why = "HF_HUB_OFFLINE is set" if is_offline_mode() else f"{endpoint()} cannot be reached"
    held = cached_revisions(repo)
    near = near_matches(revision, held, all_if_few=True)
    return f"{repo} at {revision} was not pulled before, or not all that is asked for, and {why}{near}"


def cached_revisions(repo: str) -> list[str]:
    """Return the revisions of a dataset that the cache knows by name."""
    from huggingface_hub.constants import HF_HUB_CACHE

    refs = Path(HF_HUB_CACHE) / f"datasets--{repo.replace('/', '--')}" / "refs"
    return sorted(path.relative_to(refs).as_posix() for path in refs.rglob("*") if path.is_file())
