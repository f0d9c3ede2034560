"""The folder of a corpus: which files are what, and which names are sound."""

from __future__ import annotations

import hashlib
from pathlib import Path

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_pkg.folder import SETTINGS, is_document_id, scan_folder
from corpus_pkg.init import init_corpus
from corpus_pkg.schema import read_schema
from corpus_pkg.validate import validate_corpus

TEXT = b"Hello\n"
DIGEST = hashlib.sha256(TEXT).hexdigest()


def make(root: Path, *names: str, **contents: str) -> Path:
    for folder in ("raw", "annotations"):
        (root / folder).mkdir(exist_ok=True)
    for name in names:
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(TEXT)
    for name, text in contents.items():
        (root / "raw" / name).write_text(text, "utf-8")
    return root


def test_what_each_file_is(tmp_path):
    """By place, name and ending; nothing is opened but the sums."""
    root = make(
        tmp_path,
        *(f"annotations/{name}.yaml" for name in SETTINGS),
        *("annotations/a.yaml", "annotations/b.json", "annotations/all.jsonl", "raw/a.txt", "raw/b.txt"),
        *("annotations/reviews/one.yaml", "annotations/reviews/two.yaml", "annotations/decisions/x.yaml"),
        *("annotations/reviews/notes.md", "annotations/pass_a/a.yaml", "annotations/GUIDELINES.md", "raw/README.md"),
        *("annotations/.a.yaml.swp", "raw/.DS_Store", "raw/LICENSE"),
        SHA256SUMS=f"{DIGEST}  a.txt\n{DIGEST} *b.txt\n",
    )
    folder = scan_folder(root)
    assert folder.faults == []
    assert folder.settings == {name: f"annotations/{name}.yaml" for name in SETTINGS}
    assert folder.source == {"a": "annotations/a.yaml"}
    assert folder.canonical == ["annotations/all.jsonl", "annotations/b.json"]
    assert folder.raw == {"a": "raw/a.txt", "b": "raw/b.txt"}
    assert folder.collections == {
        "decisions": ["annotations/decisions/x.yaml"],
        "reviews": ["annotations/reviews/one.yaml", "annotations/reviews/two.yaml"],
    }
    assert folder.sums == {"a.txt": DIGEST, "b.txt": DIGEST}


def test_texts_with_their_annotations_need_no_raw_folder(tmp_path):
    """Canonical JSON carries its text."""
    make(tmp_path, "annotations/corpus.yaml", "annotations/all.jsonl")
    (tmp_path / "raw").rmdir()
    assert scan_folder(tmp_path).faults == []
    (tmp_path / "annotations/a.yaml").write_bytes(TEXT)
    assert [(path, fault.code) for path, fault, _ in scan_folder(tmp_path).faults] == [("raw", "file-missing")]


@pytest.mark.parametrize(
    "line",
    [
        f"{DIGEST}  a.txt",
        f"{DIGEST} *a.txt",
        f"{DIGEST.upper()}  a.txt",
        f"{DIGEST}  a.txt\r",
        f"\ufeff{DIGEST}  a.txt",
        f"\n\n{DIGEST}  a.txt\n\n",
    ],
)
def test_lines_of_sums(tmp_path, line):
    """As `sha256sum` writes them, and as other systems and editors leave them."""
    root = make(tmp_path, "annotations/corpus.yaml", "raw/a.txt", SHA256SUMS=line)
    folder = scan_folder(root)
    assert (folder.sums, folder.faults) == ({"a.txt": DIGEST}, [])


@pytest.mark.parametrize("line", [DIGEST, f"{DIGEST[1:]}  a.txt", f"{DIGEST} a.txt", f"a.txt  {DIGEST}", f"{DIGEST}  "])
def test_lines_that_are_no_sums(tmp_path, line):
    """None is passed over in silence."""
    root = make(tmp_path, "annotations/corpus.yaml", "raw/a.txt", SHA256SUMS=f"{line}\n")
    ((path, fault, _),) = scan_folder(root).faults
    assert (path, fault.code, fault.offset) == ("raw/SHA256SUMS", "sums-form", 0)


def test_sums_of_other_files_are_nobodys_business(tmp_path):
    names = f"{DIGEST}  README.md\n{DIGEST}  a.txt\n{DIGEST}  sub/b.md\n"
    root = make(tmp_path, "annotations/corpus.yaml", "raw/a.txt", SHA256SUMS=names)
    assert scan_folder(root).faults == []


@pytest.mark.parametrize(
    "name", ["a", "002_9fcec8b06110fe55", "a b", "ə", "متن", "𝒳", "a.b", "-", "a" * 200, "a\u200cb"]
)
def test_sound_names(name):
    assert is_document_id(name)


@pytest.mark.parametrize(
    "name",
    ["", ".", ".a", "a/b", "a\\b", "a#b", "a:b", "a\n", "\ta", "a\x85", "a\u2028b", " a", "a ", "a" * 201, "\udcff"],
)
def test_unsound_names(name):
    assert not is_document_id(name)


@given(st.text(st.characters(codec="utf-8"), max_size=5))
def test_names_are_judged_as_the_schema_judges_them(name):
    """Python reads its pattern as other engines do."""
    schema = read_schema("definitions")["$defs"]["document_id"]
    assert is_document_id(name) is jsonschema_rs.Draft202012Validator(schema).is_valid(name)


def test_no_sound_name_leaves_its_folder():
    """Whatever is a name is the name of one file."""
    for name in ("..", "../a", "/etc/passwd", "a/../b", "C:a", "..\\a"):
        assert not is_document_id(name)


def test_checksums_may_be_written_in_capitals(tmp_path):
    """Some tools do so; a changed text is found all the same."""
    init_corpus(tmp_path)
    sums = tmp_path / "raw/SHA256SUMS"
    digest, name = sums.read_text("utf-8").split()
    sums.write_text(f"{digest.upper()}  {name}\n", "utf-8")
    assert validate_corpus(tmp_path) == []
    (tmp_path / "raw/example.txt").write_text("Something else.", "utf-8")
    assert "raw-changed" in {finding.code for finding in validate_corpus(tmp_path)}


def test_a_text_of_one_character_is_a_document(tmp_path):
    """It has one passage, and its only character may be a mention."""
    init_corpus(tmp_path)
    (tmp_path / "raw/example.txt").write_text("x", "utf-8")
    (tmp_path / "raw/SHA256SUMS").write_text(f"{hashlib.sha256(b'x').hexdigest()}  example.txt\n", "utf-8")
    passage = "{at: x, zone: title, mentions: [{q: x, actors: [herald]}]}"
    lines = ["document: example", "language: en", "annotated: [actors]", "passages:", f"- {passage}", ""]
    (tmp_path / "annotations/example.yaml").write_text("\n".join(lines), "utf-8")
    assert validate_corpus(tmp_path) == []
