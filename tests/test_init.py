"""`corpus init`: what it makes validates, builds and shows at once."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from corpus_pkg import CorpusError, UnknownNameError, build_dataset, load_documents, validate_corpus
from corpus_pkg.corpus import read_corpus
from corpus_pkg.init import LAYERS, init_corpus
from corpus_pkg.schema import ROOTS

FILES = [
    "raw/example.txt",
    "raw/SHA256SUMS",
    "annotations/corpus.yaml",
    "annotations/inventory.yaml",
    "annotations/example.yaml",
    *(f"annotations/.schema/{name}.json" for name in ROOTS),
]
CHOICES = [chosen for count in range(len(LAYERS) + 1) for chosen in combinations(LAYERS, count)]


@pytest.mark.parametrize("layers", CHOICES, ids="-".join)
def test_what_is_made_is_sound(tmp_path, layers):
    """With any choice of layers, in any order; what is not chosen is not there."""
    root = tmp_path / "corpus"
    assert init_corpus(root, layers[::-1]) == FILES
    assert sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()) == sorted(FILES)
    assert validate_corpus(root) == []
    build_dataset(root, tmp_path / "out")
    (document,) = load_documents(tmp_path / "out")
    assert document.annotated == layers
    assert bool(document.actor_mentions) is ("actors" in layers)
    assert bool(document.event_mentions) is ("events" in layers)
    assert (document.date.text is not None) is ("date" in layers)
    used = {actor["id"] for actor in read_corpus(root).inventory["actors"]}
    assert used == {actor.actor_id for actor in document.actors}


@pytest.mark.parametrize(
    ("folder", "name", "title"),
    [
        ("harbour", "harbour", "harbour"),
        ("My Texts (2021)", "my-texts-2021", "My Texts (2021)"),
        ("it's", "it-s", "it's"),
        ("متن", "corpus", "متن"),
        ("a: b #c", "a-b-c", "a: b #c"),
        ("a\nb\x1b", "a-b", "ab"),
        ("---", "corpus", "---"),
        ("true", "true", "true"),
    ],
)
def test_the_corpus_is_called_as_its_folder(tmp_path, folder, name, title):
    """Whatever the folder is called, the settings are sound."""
    init_corpus(tmp_path / folder)
    settings = read_corpus(tmp_path / folder).settings
    assert (settings["name"], settings["title"]) == (name, title)
    assert validate_corpus(tmp_path / folder) == []


def test_it_is_made_here(tmp_path, monkeypatch):
    """`.` is called as the folder it stands for; what else is in it stays."""
    (tmp_path / "notes.txt").write_text("mine")
    monkeypatch.chdir(tmp_path)
    init_corpus(Path())
    assert read_corpus(tmp_path).settings["title"] == tmp_path.name
    assert (tmp_path / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("name", ["raw", "annotations"])
def test_nothing_is_overwritten(tmp_path, name):
    """Where there is a corpus already, or the beginning of one, nothing is written."""
    (tmp_path / name).mkdir()
    (tmp_path / name / "mine.txt").write_text("mine")
    with pytest.raises(CorpusError, match=f"{name} is there already, so nothing is written"):
        init_corpus(tmp_path)
    assert [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.*")] == [f"{name}/mine.txt"]


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CorpusError, match="cannot be written: Not a directory"):
        init_corpus(tmp_path / "file/corpus")


def test_a_layer_that_there_is_not(tmp_path):
    """With what may have been meant, before anything is written."""
    with pytest.raises(UnknownNameError, match=r"no layer is called 'event'; did you mean events\?"):
        init_corpus(tmp_path / "corpus", ["event"])
    assert not (tmp_path / "corpus").exists()
