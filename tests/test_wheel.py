"""The wheel: made of the sources alone, the same bytes every time, and whole where nothing else is."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from conftest import TOP

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (TOP / ".git").exists(), reason="git says what the sources are"),
]

LOAD = """
import corpus_pkg, sys
documents = corpus_pkg.load_documents()
assert len(documents) >= 5 and "site-packages" in str(corpus_pkg.dataset_path()), corpus_pkg.dataset_path()
assert all(d.text[m.start:m.end] == m.text for d in documents for m in d.actor_mentions)
rows = corpus_pkg.load_dataset("zones", split="test")
assert rows["text"][:3] == [zone.text for zone in documents[0].zones[:3]]
"""


def clean_environment(home: Path) -> dict[str, str]:
    """Return the environment without what leads back to the checkout, and with a home of its own."""
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    return {**kept, "HF_HOME": str(home), "HF_HUB_OFFLINE": "1"}


def run(*command: Path | str, folder: Path, **environment: str) -> str:
    settings = {**clean_environment(folder), **environment}
    done = subprocess.run([*map(str, command)], cwd=folder, env=settings, capture_output=True, text=True)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def pip(*arguments: Path | str, folder: Path) -> None:
    python = sys.executable if importlib.util.find_spec("pip") else sys._base_executable
    run(python, "-m", "pip", "--disable-pip-version-check", *arguments, folder=folder)


def copy_sources(target: Path) -> Path:
    """Copy what git tracks, or would: no built dataset is among it."""
    listed = run("git", "-C", TOP, "ls-files", "-z", "--cached", "--others", "--exclude-standard", folder=TOP)
    for name in filter(None, listed.split("\0")):
        if (TOP / name).is_file() or (TOP / name).is_symlink():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(TOP / name, target / name, follow_symlinks=False)
    assert not (target / "corpus_pkg/dataset").exists(), "git tracks the built dataset"
    return target


def make_wheel(sources: Path, folder: Path) -> Path:
    pip("wheel", "--quiet", "--no-deps", "--no-cache-dir", "--wheel-dir", folder / "wheels", sources, folder=folder)
    (wheel,) = (folder / "wheels").iterdir()
    return wheel


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    return copy_sources(tmp_path_factory.mktemp("sources"))


@pytest.fixture(scope="module")
def wheel(sources, tmp_path_factory):
    return make_wheel(sources, tmp_path_factory.mktemp("first"))


def test_a_wheel_is_whole_and_always_the_same(sources, wheel, tmp_path):
    """From other copies of the sources, older and with other rights too."""
    other = copy_sources(tmp_path / "other copy")
    for path in other.rglob("*.*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
        path.chmod(path.stat().st_mode & 0o700)
    assert make_wheel(other, tmp_path).read_bytes() == wheel.read_bytes()
    with zipfile.ZipFile(wheel) as file:
        held = {name: file.read(name) for name in file.namelist()}
    package = {p.relative_to(sources).as_posix() for p in (sources / "corpus_pkg").rglob("*") if p.is_file()}
    package = {name for name in package if "__pycache__" not in name}
    assert {name for name in held if name.startswith("corpus_pkg/")} == package
    expected = (
        "py.typed",
        "plover.yaml",
        "schema/source.json",
        "schema/bundled/source.json",
        "template/raw/example.txt",
    )
    assert {f"corpus_pkg/{name}" for name in expected} <= {*held}
    manifest = json.loads(held["corpus_pkg/dataset/MANIFEST.json"])
    assert manifest["name"] == "baku-tehran"
    for name, record in manifest["files"].items():
        assert hashlib.sha256(held[f"corpus_pkg/dataset/{name}"]).hexdigest() == record["sha256"]


def test_an_installed_wheel_needs_nothing_else(wheel, tmp_path):
    """It loads its corpus, and checks and builds another, far from the checkout and without a network."""
    venv = tmp_path / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", venv, folder=tmp_path)
    pip("--python", venv / "bin/python", "install", "--quiet", wheel, folder=tmp_path)
    offline = {"HTTP_PROXY": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9"}
    run(venv / "bin/python", "-I", "-c", LOAD, folder=tmp_path, **offline)
    corpus = venv / "bin/corpus"
    assert run(corpus, "--version", folder=tmp_path).startswith("corpus_pkg ")
    run(corpus, "init", "harbour", folder=tmp_path)
    assert run(corpus, "validate", "harbour", folder=tmp_path) == "0 errors, 0 warnings in 1 document\n"
    run(corpus, "build", "harbour", folder=tmp_path)
    code = "import corpus_pkg; print(corpus_pkg.load_documents('harbour/dataset')[0].doc_id)"
    assert run(venv / "bin/python", "-I", "-c", code, folder=tmp_path) == "example\n"
