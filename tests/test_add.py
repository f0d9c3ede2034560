"""Taking texts into a corpus: bytes stay as they are, what is wrong is told, and nothing is half done."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import TOP, write_full
from hostile import texts
from hypothesis import HealthCheck, given, settings

from corpus_pkg.add import add_sum, add_texts
from corpus_pkg.cli import main
from corpus_pkg.corpus import read_corpus
from corpus_pkg.errors import CorpusError
from corpus_pkg.findings import has_errors
from corpus_pkg.init import init_corpus
from corpus_pkg.validate import validate_corpus

WIRE = "Arden and Belmar sign a treaty\nCORVIA - They signed it on 3 May 2021.\n"
WORDS = " ".join(f"word{number} goes" for number in range(60))


@pytest.fixture
def root(tmp_path):
    """A corpus that `corpus init` has made."""
    init_corpus(tmp_path / "harbour")
    return tmp_path / "harbour"


def put(folder: Path, name: str, content: str | bytes = WIRE) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def add(root, *paths, **options):
    """Add files; return what became of each."""
    return [*add_texts(read_corpus(root), paths, **options)]


def codes(added):
    return [finding.code for finding in added.findings]


def files(root):
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def errors(root):
    return [str(finding) for finding in validate_corpus(root) if finding.severity == "error"]


def sums_agree(root):
    """Return whether `sha256sum -c` is content with all it lists, and lists all."""
    run = subprocess.run(
        ["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=root / "raw", capture_output=True, check=False
    )
    listed = {line.split(b" ", 1)[1][1:].decode() for line in (root / "raw/SHA256SUMS").read_bytes().splitlines()}
    return run.returncode == 0 and listed == {path.name for path in (root / "raw").glob("*.txt")}


def test_a_text_is_taken_in(root, tmp_path):
    """With its bytes, its sum and annotations that validate at once."""
    (added,) = add(root, put(tmp_path, "wire.txt"))
    assert added.written == ("raw/wire.txt", "raw/SHA256SUMS", "annotations/wire.yaml")
    assert (added.findings, added.split) == ((), "test")
    assert (root / "raw/wire.txt").read_bytes() == WIRE.encode()
    assert "annotated: []" in (root / "annotations/wire.yaml").read_text()
    assert sums_agree(root)
    assert {finding.code for finding in validate_corpus(root)} == {"draft"}


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("bom.txt", b"\xef\xbb\xbfArden reports.\n", "raw-bom"),
        ("crlf.txt", b"Arden\r\nreports.\r\n", "raw-line-ends"),
        ("nul.txt", b"Arden\x00reports \x1b[31m.\n", "raw-control"),
        ("nbsp.txt", "Arden\u00a0reports\u200b.\n".encode(), "raw-odd-space"),
        ("bare.txt", b"no line end", None),
    ],
)
def test_odd_bytes_are_told_and_kept(root, tmp_path, name, content, code):
    (added,) = add(root, put(tmp_path, name, content))
    assert codes(added) == ([code] if code else [])
    assert (root / "raw" / name).read_bytes() == content
    assert sums_agree(root)
    assert errors(root) == []


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=texts())
def test_whatever_the_text_it_validates_at_once(tmp_path, text):
    """Hostile texts with joiners, marks, odd spaces and what looks like YAML; or else it is told why not."""
    folder = tmp_path / "any"
    shutil.rmtree(folder, ignore_errors=True)
    init_corpus(folder)
    before = files(folder)
    (added,) = add(folder, put(tmp_path, "any.txt", text))
    if added.written:
        assert errors(folder) == []
        assert (folder / "raw/any.txt").read_bytes() == text.encode()
    else:
        assert has_errors(added.findings)
        assert files(folder) == before


def hostile(folder):
    """Return files that cannot be added, by the code of the finding."""
    os.mkfifo(folder / "pipe.txt")
    (folder / "folder.txt").mkdir()
    (folder / "nowhere.txt").symlink_to("gone")
    (folder / "around.txt").symlink_to("around.txt")
    with (folder / "large.txt").open("wb") as file:
        file.truncate(16_000_001)
    return {
        folder / "pipe.txt": "file-not-regular",
        folder / "folder.txt": "file-not-regular",
        folder / "nowhere.txt": "file-missing",
        folder / "around.txt": "file-unreadable",
        folder / "missing.txt": "file-missing",
        folder / "large.txt": "file-too-large",
        put(folder, "latin.txt", b"Stra\xdfe"): "file-not-utf8",
        put(folder, "empty.txt", b""): "file-empty",
        put(folder, "blank.txt", b" \n\t"): "file-empty",
        put(folder, "blanker.txt", "\ufeff\u00a0\u3000".encode()): "file-empty",
        put(folder, "two\nlines.txt", "One.\n"): "name-unsound",
        put(folder, ".hidden.", "Two.\n"): "name-unsound",
        put(folder, "corpus.txt", "Three.\n"): "name-reserved",
        put(folder, "Inventory.txt", "Four.\n"): "name-reserved",
        put(folder, "ə" * 124 + ".txt", "Five.\n"): None,
        put(folder, "EXAMPLE.txt", "Six.\n"): "name-taken",
    }


def test_of_a_bad_file_nothing_is_written(root, tmp_path):
    """One clear finding each; the good ones beside them are taken in."""
    (tmp_path / "in").mkdir()
    wanted = hostile(tmp_path / "in")
    bad = {path: code for path, code in wanted.items() if code}
    before = files(root)
    added = add(root, *bad)
    assert {Path(one.path): codes(one) for one in added} == {path: [code] for path, code in bad.items()}
    assert files(root) == before
    assert [bool(one.written) for one in add(root, *wanted)] == [code is None for code in wanted.values()]
    assert errors(root) == []


def test_bad_files_show_no_traceback(root, tmp_path, capsys):
    """The command ends with 1, and each finding names its file."""
    (tmp_path / "in").mkdir()
    paths = [*hostile(tmp_path / "in")]
    assert main(["add", *map(str, paths), "--root", str(root)]) == 1
    told = capsys.readouterr().err
    assert told.count("is not added") == len(paths) - 1
    assert "two\\nlines.txt: error name-unsound" in told
    assert "latin.txt:1:5: error file-not-utf8: byte 0xdf" in told


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_file(root, tmp_path):
    path = put(tmp_path, "secret.txt")
    path.chmod(0)
    assert codes(add(root, path)[0]) == ["file-unreadable"]


def test_a_file_that_cannot_be_opened(root, tmp_path, monkeypatch):
    """As for a reader without the right to it, or when it vanishes between."""

    def refuse(path, *_):
        raise PermissionError(13, "Permission denied")

    path, corpus = put(tmp_path, "secret.txt"), read_corpus(root)
    todo = add_texts(corpus, [put(tmp_path, "one.txt"), path])
    assert next(todo).written
    with monkeypatch.context() as patch:
        patch.setattr("os.open", refuse)
        assert codes(next(todo)) == ["file-unreadable"]
    later = add_texts(read_corpus(root), [put(tmp_path, "two.txt", "Two.\n"), path])
    next(later)
    path.unlink()
    assert codes(next(later)) == ["file-missing"]


def test_a_link_is_read_and_its_text_copied(root, tmp_path):
    (tmp_path / "link.txt").symlink_to(put(tmp_path, "wire.txt"))
    assert add(root, tmp_path / "link.txt")[0].written
    assert not (root / "raw/link.txt").is_symlink()


def test_the_same_bytes_are_not_taken_twice(root, tmp_path):
    """Whatever their name; the document is named."""
    first, second = add(root, put(tmp_path, "a.txt"), put(tmp_path, "b.txt"))
    assert codes(first) == []
    assert codes(second) == ["text-known"]
    assert "'a'" in second.findings[0].message
    assert codes(add(root, tmp_path / "a.txt")[0]) == ["text-known"]


def test_the_same_bytes_in_canonical_json(tmp_path):
    write_full(tmp_path / "full")
    known = json.loads((tmp_path / "full/annotations/documents.jsonl").read_text("utf-8").splitlines()[0])
    (added,) = add(tmp_path / "full", put(tmp_path, "new.txt", known["text"]))
    assert codes(added) == ["text-known"]


def test_a_near_duplicate_is_named(root, tmp_path):
    """With how alike it is, and what to write."""
    add(root, put(tmp_path, "a.txt", WORDS))
    same, other = add(root, put(tmp_path, "b.txt", WORDS + "\n"), put(tmp_path, "c.txt", f"{WORDS} and one."))
    assert [codes(same), codes(other)] == [["raw-near-duplicate"], ["raw-near-duplicate"] * 2]
    assert same.written
    assert "`copy_of: a`" in same.findings[0].suggestion
    assert "`groups`:  a_name: [a, c]" in other.findings[0].suggestion
    assert "copy_of" not in other.findings[0].suggestion


def test_names_that_a_disk_cannot_tell_apart(root, tmp_path):
    """Capitals, and accents in two codings."""
    add(root, put(tmp_path, "\u00e9.txt"))
    for name in ("\u00c9", "e\u0301"):
        (added,) = add(root, put(tmp_path, "new.txt", "New.\n"), doc_id=name)
        assert codes(added) == ["name-taken"]


def test_what_stands_in_the_way(root, tmp_path):
    (root / "raw/new.txt").symlink_to("nowhere")
    assert codes(add(root, put(tmp_path, "new.txt"))[0]) == ["name-taken"]


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_killed_between_the_files(root, tmp_path, steps):
    """What is there is whole; `validate` notices, and adding it again does the rest."""
    put(tmp_path, "wire.txt")
    code = f"""
import itertools, os, sys
import corpus_pkg.add as add
from corpus_pkg.cli import main
put, count = add.put_file, itertools.count()
add.put_file = lambda *given: os._exit(9) if next(count) == {steps} else put(*given)
main(["add", "wire.txt", "--root", "harbour"])
"""
    environment = {**os.environ, "PYTHONPATH": str(TOP)}
    assert subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, check=False).returncode == 9
    assert bool(errors(root)) == (steps > 0)
    (added,) = add(root, tmp_path / "wire.txt")
    assert len(added.written) == 3 - steps
    assert errors(root) == []
    assert sums_agree(root)


@pytest.mark.parametrize("step", ["tempfile.mkstemp", "os.fsync", "os.replace", "os.chmod"])
@pytest.mark.parametrize("when", [0, 1, 2])
def test_a_disk_that_refuses(root, tmp_path, monkeypatch, capsys, step, when):
    """Nothing of the text is left, and what was there is as it was."""
    path, before = put(tmp_path, "wire.txt"), files(root)
    module, name = step.split(".")
    real, calls = getattr(sys.modules[module], name), []

    def refuse(*given, **options):
        calls.append(given)
        if len(calls) == when + 1:
            raise OSError(28, "No space left on device")
        return real(*given, **options)

    monkeypatch.setattr(step, refuse)
    ended = main(["add", str(path), "--root", str(root)])
    assert len(calls) <= when or ended == 1
    assert files(root) == before or ended == 0


def test_a_text_that_stands_in_raw_already(root):
    """It gets what it lacks: so a folder of texts becomes a corpus."""
    put(root / "raw", "wire.txt")
    (added,) = add(root, root / "raw/wire.txt")
    assert added.written == ("raw/SHA256SUMS", "annotations/wire.yaml")
    assert errors(root) == []


def test_the_list_of_sums_is_made_where_there_is_none(root, tmp_path):
    """With all texts that are there, which would be unlisted else."""
    (root / "raw/SHA256SUMS").unlink()
    add(root, put(tmp_path, "wire.txt"))
    assert sums_agree(root)
    assert errors(root) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", b"{m}  m.txt\n"),
        (b"{a}  a.txt\n{z}  z.txt\n", b"{a}  a.txt\n{m}  m.txt\n{z}  z.txt\n"),
        (b"{z}  z.txt\n{a}  a.txt\n", b"{z}  z.txt\n{a}  a.txt\n{m}  m.txt\n"),
        (b"{a} *a.txt\r\n", b"{a} *a.txt\r\n{m} *m.txt\r\n"),
        (b"{a}  a.txt", b"{a}  a.txt\n{m}  m.txt\n"),
        (b"# mine\n{z}  z.txt\n", b"# mine\n{m}  m.txt\n{z}  z.txt\n"),
        (b"{z}  m.txt\n", None),
    ],
)
def test_the_list_of_sums_keeps_its_form_and_order(before, after):
    digests = {name: hashlib.sha256(name.encode()).hexdigest() for name in "amz"}

    def filled(line):
        for name, digest in digests.items():
            line = line and line.replace(b"{%s}" % name.encode(), digest.encode())
        return line

    assert add_sum(filled(before), "m.txt", digests["m"]) == filled(after)


def test_the_split_is_that_of_the_settings(root, tmp_path):
    """`splits` is made by people: what it does not name is in `split`."""
    path = root / "annotations/corpus.yaml"
    path.write_text(path.read_text() + "splits: {train: [a]}\n")
    added = add(root, put(tmp_path, "a.txt"), put(tmp_path, "b.txt", "Else.\n"))
    assert [one.split for one in added] == ["train", "test"]
    assert errors(root) == []


def test_what_cannot_be_run_so(root, tmp_path, capsys):
    """2: several files with one id, no language tag, no corpus."""
    one, two = put(tmp_path, "a.txt"), put(tmp_path, "b.txt", "Else.\n")
    with pytest.raises(CorpusError, match="one file"):
        add(root, one, two, doc_id="x")
    with pytest.raises(CorpusError, match="language tag"):
        add(root, one, language="english!")
    with pytest.raises(CorpusError, match="corpus init"):
        add(tmp_path, one)
    assert main(["add", str(one), "--root", str(tmp_path / "nowhere")]) == 2


def test_as_json(root, tmp_path, capsys):
    """A record a file, good or bad."""
    paths = [put(tmp_path, "a.txt"), tmp_path / "gone.txt"]
    assert main(["add", *map(str, paths), "--root", str(root), "--json", "--language", "en"]) == 1
    good, bad = json.loads(capsys.readouterr().out)
    assert (good["document"], good["written"][0], good["findings"]) == ("a", "raw/a.txt", [])
    assert (bad["written"], bad["findings"][0]["code"]) == ([], "file-missing")


def test_words_that_repeat_without_end(root, tmp_path):
    """They are told by more words, or refused with a finding of their own."""
    (some,) = add(root, put(tmp_path, "some.txt", "ha ha\nha ha\n" * 200))
    assert some.written
    (many,) = add(root, put(tmp_path, "many.txt", "ha " * 20_000))
    assert codes(many) == ["text-uncut"]
    assert errors(root) == []


def test_what_is_to_be_done_next_can_be_pasted(root, capsys):
    """Whatever a document is called."""
    path = put(root.parent, "we ird (1).txt")
    assert main(["add", str(path), "--root", str(root)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"Now: corpus prefill 'we ird (1)' {root}"


def test_a_text_that_repeats_itself_takes_no_hours(root):
    """One word, or one line, again and again: passages that no words tell are refused, in seconds."""
    begin = time.monotonic()
    for name, text in (("word", "word " * 100_000), ("line", "The same line again.\n" * 10_000)):
        [*add_texts(read_corpus(root), [put(root.parent, f"{name}.txt", text)])]
    assert time.monotonic() - begin < 60
