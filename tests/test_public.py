"""What is made for the public holds no withheld words: wheels, sdist, deposit; all else says that it is private."""

from __future__ import annotations

import email
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from conftest import SETTINGS, TOP, plain_document, write_corpus
from test_editions import leaks
from test_wheel import copy_sources, run

from corpus_pkg.errors import CorpusError
from corpus_pkg.init import init_corpus
from corpus_pkg.manifest import FULL, STANDOFF
from corpus_pkg.release.deposit import make_deposit
from corpus_pkg.release.rehydrate import rehydrate_release
from corpus_pkg.release.verify import verify_release
from corpus_pkg.release.wheel import make_wheel

PRIVATE = "Private :: Do Not Upload"
pytestmark = pytest.mark.skipif(not (TOP / ".git").exists(), reason="git says what the sources are")


def package(sources: Path, target: str, edition: str | None, folder: Path) -> Path:
    """Make the sdist or the wheel of this package."""
    settings = {"CORPUS_PKG_EDITION": edition} if edition else {}
    command = (sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", folder)
    run(*command, folder=sources, **settings)
    (made,) = folder.iterdir()
    return made


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The folder of everything that is made of this checkout, by edition and kind."""
    top = tmp_path_factory.mktemp("public")
    sources = copy_sources(top / "sources")
    for edition in (FULL, STANDOFF):
        for target in ("sdist", "wheel"):
            package(sources, target, edition, top / edition / target)
        make_wheel(TOP, top / edition / "corpus", edition=edition)
        make_deposit(TOP, top / edition / "deposit.zip", edition=edition)
    return top


def unpacked(path: Path, folder: Path) -> Path:
    """Return the folder into which an archive is unpacked."""
    with tarfile.open(path) if path.name.endswith(".tar.gz") else zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    return folder


def archives(made: Path, edition: str) -> list[Path]:
    found = sorted(path for path in (made / edition).rglob("*") if path.is_file())
    assert [path.parent.name for path in found] == ["corpus", edition, "sdist", "wheel"]
    return found


def classifiers(path: Path) -> list[str]:
    """Return the classifiers of a wheel or sdist."""
    if path.name.endswith(".tar.gz"):
        with tarfile.open(path) as archive:
            name = next(name for name in archive.getnames() if name.endswith("/PKG-INFO") and name.count("/") == 1)
            return email.message_from_binary_file(archive.extractfile(name)).get_all("Classifier", [])
    with zipfile.ZipFile(path) as archive:
        name = next(name for name in archive.namelist() if name.endswith("/METADATA"))
        return email.message_from_bytes(archive.read(name)).get_all("Classifier", [])


def test_no_withheld_words_are_in_what_is_for_the_public(made, tmp_path):
    """In no file of it; in all of what is not for the public."""
    texts = [path.read_text("utf-8") for path in (TOP / "raw").glob("*.txt")]
    for number, path in enumerate(archives(made, STANDOFF)):
        assert leaks(unpacked(path, tmp_path / f"{number}"), texts, []) == set(), path
    for number, path in enumerate(archives(made, FULL)):
        assert leaks(unpacked(path, tmp_path / f"full{number}"), texts, []), path


def test_package_indexes_are_told_what_is_private(made):
    """By a classifier that they refuse."""
    for edition in (FULL, STANDOFF):
        for path in archives(made, edition):
            if path.suffix != ".zip":
                assert (PRIVATE in classifiers(path)) is (edition == FULL), path


def test_a_wheel_of_the_public_sdist_is_the_public_wheel(made, tmp_path):
    """It has nothing to build a dataset of, and takes the one that it holds."""
    (sdist,) = (made / STANDOFF / "sdist").iterdir()
    (sources,) = unpacked(sdist, tmp_path / "sources").iterdir()
    assert not (sources / "annotations").exists()
    assert [*(sources / "raw").iterdir()] == [sources / "raw/README.md"]
    wheel = package(sources, "wheel", None, tmp_path / "wheel")
    (public,) = (made / STANDOFF / "wheel").iterdir()
    assert wheel.read_bytes() == public.read_bytes()


def test_the_public_wheels_are_whole_and_give_all_back(made, tmp_path):
    """To whoever has the texts."""
    for kind in ("wheel", "corpus"):
        (wheel,) = (made / STANDOFF / kind).iterdir()
        assert not verify_release(wheel).discrepancies
        result = rehydrate_release(wheel, TOP / "raw", tmp_path / kind)
        assert (result.is_complete, result.manifest["edition"]) == (True, FULL)
        assert not verify_release(tmp_path / kind, content=True).discrepancies


def test_a_wheel_of_cleared_texts_is_not_private(tmp_path):
    """The corpus of `corpus init` has one text, which may be passed on."""
    init_corpus(tmp_path / "harbour")
    assert PRIVATE not in classifiers(make_wheel(tmp_path / "harbour", tmp_path)[0])


def test_another_edition_than_is_built_is_refused(made, tmp_path):
    """A wheel of a built dataset has the edition of that."""
    with pytest.raises(CorpusError, match="is the edition full, and standoff is asked for"):
        make_wheel(TOP / "corpus_pkg/dataset", tmp_path, edition=STANDOFF)
    assert not [*tmp_path.iterdir()]


def test_guidelines_that_quote_a_withheld_text_are_not_deposited(tmp_path):
    """They are no part of a build, but of a deposit."""
    text = "The harbour of Arden was shut by its own minister on Monday."
    root = write_corpus(tmp_path / "root", [plain_document("closed", text)], SETTINGS | {"date": "2026-01-02"})
    (root / "annotations/GUIDELINES.md").write_text(f"As in: {text}\n", "utf-8")
    with pytest.raises(CorpusError, match=r"annotations/GUIDELINES\.md quotes closed, whose text is withheld"):
        make_deposit(root, tmp_path / "out.zip", edition=STANDOFF)
    assert not (tmp_path / "out.zip").exists()
    (root / "annotations/GUIDELINES.md").unlink()
    assert [make_deposit(root, tmp_path / "out.zip", edition=e).uncleared for e in (FULL, STANDOFF)] == [1, 0]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git here")
def test_a_whole_release(tmp_path):
    """`scripts/release`, without a network and the checks that CI runs: what is public lies apart from what is not."""
    sources = copy_sources(tmp_path / "checkout")
    git = ["git", "-c", "user.name=n", "-c", "user.email=e"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "All"], ["tag", "v0.0.1"]):
        subprocess.run([*git, *words], cwd=sources, check=True)
    offline = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), "http://127.0.0.1:9")
    options = ["--quick", "--python", sys.executable, "--repo", "nobody/baku-tehran", "--edition", STANDOFF]
    said = run(
        "bash", "scripts/release", *options, "--against", "git:v0.0.1", folder=sources, HF_HUB_OFFLINE="1", **offline
    )
    folder = sources / "dist/release"
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    kinds = {"corpus_pkg-*.tar.gz", "corpus_pkg-*.whl", "corpus_data_*.whl", "*-deposit.zip"}
    for place, edition in (("public", STANDOFF), ("private", FULL)):
        assert all([*(folder / place).glob(kind)] for kind in kinds), names
        notes = (folder / "NOTES.md").read_text("utf-8")
        assert f"Edition {edition}\n" in notes
    assert {"NOTES.md", "CHANGES.txt", "SHA256SUMS"} <= names
    assert "nothing was sent" in said
    run("sha256sum", "--check", "--quiet", "SHA256SUMS", folder=folder)
