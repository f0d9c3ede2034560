"""Opening a release wherever it is: its source at a git revision, a hub; folders and archives are in `test_verify`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from conftest import TOP, plain_document, rewrite, write_full

from corpus_pkg.cli import main
from corpus_pkg.errors import CorpusError, UnknownNameError
from corpus_pkg.installed import Installed
from corpus_pkg.release import opening
from corpus_pkg.release.opening import open_release


def git(folder: Path, *words: str) -> str:
    settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    names = ("-c", "user.name=n", "-c", "user.email=e@example.org", "-c", "init.defaultBranch=main")
    run = subprocess.run(
        ["git", "-C", str(folder), *names, *words], env={**os.environ, **settings}, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a corpus in a folder of it; its second revision, v2, has a document more."""
    top = tmp_path / "repository"
    root = write_full(top / "corpora/small")
    (top / ".gitattributes").write_text("corpora/** export-ignore\n")
    git(top, "init", "--quiet")
    git(top, "add", ".")
    git(top, "commit", "--quiet", "--message", "First")
    git(top, "tag", "v1")
    more = (root / "annotations/documents.jsonl").read_text("utf-8")
    rewrite(root, [plain_document("e1", "More.")])
    (root / "annotations/documents.jsonl").write_text(
        more + (root / "annotations/documents.jsonl").read_text("utf-8"), "utf-8"
    )
    git(top, "commit", "--quiet", "--all", "--message", "Second")
    git(top, "tag", "v2")
    return top


# --- git ---


def test_the_source_at_a_revision(repository, full_dataset):
    """It is built as it was then; what an archive would leave out is there, and the repository stays as it is."""
    root = repository / "corpora/small"
    before = git(repository, "status", "--porcelain"), (repository / ".git/index").read_bytes()
    with open_release("git:v1", root) as first, open_release("git:HEAD", root) as second:
        assert [*first.manifest["documents"]] == ["a1", "a2", "b1", "c1"]
        assert [*second.manifest["documents"]] == ["a1", "a2", "b1", "c1", "e1"]
        assert (first.folder / "MANIFEST.json").read_bytes() == (full_dataset / "MANIFEST.json").read_bytes()
    assert not first.folder.exists()
    assert (git(repository, "status", "--porcelain"), (repository / ".git/index").read_bytes()) == before


def test_settings_of_a_hook_lead_nowhere_else(repository, monkeypatch):
    """Git sets them for what it calls."""
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere/index")
    with open_release("git:v2~1", repository / "corpora/small") as release:
        assert release.manifest["name"] == "small"


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("git:v3", "has no revision v3"),
        ("git:--help", "has no revision --help"),
        ("git:", "has no revision"),
    ],
)
def test_a_revision_that_is_not_there(where, said, repository):
    with pytest.raises(CorpusError, match=said), open_release(where, repository / "corpora/small"):
        pass


def test_a_folder_that_was_no_corpus(repository, tmp_path, monkeypatch):
    """Nor in a repository, nor on a machine without git."""
    with pytest.raises(CorpusError, match="there is no corpus in"), open_release("git:v1", repository / "corpora"):
        pass
    with pytest.raises(CorpusError, match="is in no git repository"), open_release("git:v1", tmp_path):
        pass
    monkeypatch.setenv("PATH", "")
    with pytest.raises(CorpusError, match="git is needed"), open_release("git:v1", repository):
        pass


def test_a_revision_with_errors(repository):
    """It is said which."""
    root = repository / "corpora/small"
    (root / "annotations/inventory.json").write_text("{}")
    git(repository, "commit", "--quiet", "--all", "--message", "Broken")
    with pytest.raises(CorpusError, match=r"at revision HEAD cannot be built: [0-9]+ errors"):
        open_release("git:HEAD", root).__enter__()


def test_diff_of_revisions(repository, capsys):
    """The corpus is that of ROOT; the same version is declared for more data."""
    root = repository / "corpora/small"
    assert main(["diff", "git:v1", "git:v2", str(root)]) == 1
    output = capsys.readouterr()
    assert "+ e1" in output.out
    assert "version 1.2.3 is declared, and the smallest legal one is 1.3.0" in output.err


# --- a hub ---


def test_a_revision_on_a_hub(full_dataset, tmp_path, monkeypatch):
    """As its client gives it: the revision is passed on, and what is there is read."""
    asked = []
    shutil.copytree(full_dataset, tmp_path / "snapshot")
    (tmp_path / "snapshot/.gitattributes").write_text("*.parquet filter=lfs\n")

    def snapshot_download(repo: str, **options: str) -> str:
        asked.append((repo, options))
        return str(tmp_path / "snapshot")

    monkeypatch.setattr("huggingface_hub.snapshot_download", snapshot_download)
    monkeypatch.chdir(tmp_path)
    with open_release("owner/name@v1.0.0") as release:
        assert (release.manifest["name"], release.name) == ("small", "owner/name@v1.0.0")
    assert asked == [("owner/name", {"repo_type": "dataset", "revision": "v1.0.0"})]
    assert main(["verify", "owner/name@v1.0.0"]) == 0


@pytest.mark.parametrize(
    ("where", "environment", "said"),
    [
        ("owner/name@v1", {"HF_HUB_OFFLINE": "1"}, "the cache does not hold this revision"),
        ("owner/name@v1", {"HF_HUB_OFFLINE": "0"}, "the hub is not reached"),
        ("owner/na--me@v1", {"HF_HUB_OFFLINE": "0"}, "owner/na--me@v1 is no name of a dataset on a hub"),
    ],
)
def test_a_hub_that_is_not_reached(where, environment, said, tmp_path):
    """In a word, and without a traceback; a disk or network that refuses is 1, a name that is none is 2."""
    settings = {"HF_ENDPOINT": "http://127.0.0.1:9", "HF_HOME": str(tmp_path), "PYTHONPATH": str(TOP), **environment}
    run = subprocess.run(
        [sys.executable, "-m", "corpus_pkg", "verify", where],
        env={**os.environ, **settings},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert (run.returncode, run.stdout) == (2 if "no name" in said else 1, "")
    assert said in run.stderr
    assert len(run.stderr.splitlines()) == 1


# --- installed corpora, archives ---


def test_the_corpus_of_this_package_by_its_name(full_dataset, monkeypatch, tmp_path):
    """A name that is near to it is told."""
    held = Installed("small", full_dataset, "small")
    monkeypatch.setattr(opening, "list_installed", lambda: [held])
    monkeypatch.setattr(opening, "find_installed", {"small": held}.__getitem__)
    monkeypatch.chdir(tmp_path)
    with open_release("small") as release:
        assert release.folder == full_dataset
    with pytest.raises(UnknownNameError, match="did you mean small"), open_release("smal"):
        pass


def test_archives_that_are_no_release(full_dataset, tmp_path):
    """None, several, or one that is damaged: `diff` refuses it."""
    for name, held in (("none", {"x": b""}), ("several", {"a/MANIFEST.json": b"", "b/MANIFEST.json": b""})):
        with zipfile.ZipFile(tmp_path / f"{name}.zip", "w") as file:
            for path, data in held.items():
                file.writestr(path, data)
        with pytest.raises(CorpusError, match=r"holds no release|holds several releases: a/, b/"):
            open_release(tmp_path / f"{name}.zip").__enter__()
    (tmp_path / "spoilt.zip").write_bytes(b"PK")
    with pytest.raises(CorpusError, match=r"spoilt\.zip cannot be read: File is not a zip file"):
        open_release(tmp_path / "spoilt.zip").__enter__()
