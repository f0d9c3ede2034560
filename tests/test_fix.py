"""Canonical order and form: nothing that is said changes, no comment is lost, and doing it twice changes nothing."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
from collections import Counter
from pathlib import Path
from random import Random
from textwrap import indent

import pytest
from conftest import TOP, TOY, full_documents, write_full
from generated import write_generated_corpus
from hostile import MANY, NAMES, documents, read_source, texts, write_folder
from hypothesis import given, settings
from hypothesis import strategies as st
from messy import Scribe

from corpus_pkg.cli import main
from corpus_pkg.comments import read_comments
from corpus_pkg.corpus import read_corpus
from corpus_pkg.documents import iter_documents
from corpus_pkg.errors import CorpusError, UnknownNameError
from corpus_pkg.fix import Fix, fix_corpus, rewrite_source, write_fix
from corpus_pkg.init import init_corpus
from corpus_pkg.read import read_yaml
from corpus_pkg.resolve import complete
from corpus_pkg.schema import shape
from corpus_pkg.validate import validate_corpus
from corpus_pkg.write import UnwritableError, write_source

INVALID = sorted(path for path in (TOY.parent / "invalid").iterdir() if path.is_dir())


def canonical(root):
    """Return the documents of a corpus in canonical form, key for key."""
    return {checked.entry.doc_id: json.dumps(checked.document) for checked in iter_documents(read_corpus(root))}


def comments(root):
    """Return the comments of each YAML file of a corpus."""
    paths = (root / "annotations").glob("*.yaml")
    return {path.name: Counter(c.text for c in read_comments(path.read_text("utf-8")) if c.text) for path in paths}


def files(root):
    """Return every file under a folder, byte by byte."""
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def fixes(root, ids=None):
    """Return what becomes of the files of a corpus, by path."""
    return {fix.path: fix for fix in fix_corpus(read_corpus(root), ids)}


def write_all(root):
    """Bring a corpus into canonical form."""
    for fix in fixes(root).values():
        if fix.changed:
            write_fix(root, fix)


def corpus(*words):
    """Return the exit status of `corpus fix`."""
    return main(["fix", *map(str, words)])


@pytest.fixture
def toy(tmp_path):
    """A copy of the toy corpus."""
    return shutil.copytree(TOY, tmp_path / "toy")


@pytest.fixture
def harbour(tmp_path):
    """A corpus that `corpus init` has made."""
    init_corpus(tmp_path / "harbour")
    return tmp_path / "harbour"


@pytest.fixture
def example(harbour):
    """The path of its document."""
    return harbour / "annotations/example.yaml"


def edit(path, old, new):
    """Replace words that stand in a file."""
    text = path.read_bytes().decode()
    assert old in text
    path.write_bytes(text.replace(old, new).encode())


# What is written.


MESSY = """\
# Two ministers, one meeting.

language: "en"   # as the guidelines ask
document: example
annotated: [date, source,
  actors, events]
passages:
  - zone: title
    mentions:
      # the land comes first
      - {actors: [corvia], q: '<Corvia> '}
      - q: "Arden"  # a land
        actors: [arden]
        level: NAM
        # said twice
      - {q: Ministers of Arden and Belmar, actors: [dell, colleague], cases: []}
      - {q: Arden and <Belmar>, actors: [belmar]} # another
      # - {q: meet, actors: [nobody]}
    triggers: [{event: meeting, q: Belmar <meet>}]
    note: null  # nothing to add
    at: Ministers

  - {at: 'Corvia, 3',
     zone: dateline, # not the title
     date_candidates: [
       # the only one
       {q: 3 May 2021, kind: publication, value: 2021-05-03, verdict: accepted, reason: It stands in the dateline.}]}
"""
CLEAN = """\
# Two ministers, one meeting.

document: example
language: en  # as the guidelines ask
annotated: [date, source, actors, events]
passages:
# nothing to add
- at: Ministers of Arden
  zone: title
  mentions:
  - {q: Ministers of Arden and Belmar, actors: [dell, colleague]}
  - {q: Arden, actors: [arden]}  # a land
    # said twice
  - {q: Belmar, actors: [belmar]}  # another
  # the land comes first
  - {q: Corvia, actors: [corvia]}
  # - {q: meet, actors: [nobody]}
  triggers:
  - {q: meet, event: meeting}

- at: 'Corvia, 3 May'
  zone: dateline  # not the title
  date_candidates:
  # the only one
  - {q: 3 May 2021, kind: publication, value: 2021-05-03, verdict: accepted, reason: It stands in the dateline.}
"""


def test_order_form_quotes_defaults_and_comments(harbour, example):
    """All that is not canonical is mended, nothing else is, and comments go with what they are about."""
    clean = example.read_text("utf-8")
    rest = clean[clean.index("- at: Arden's") :]
    passages, facts = rest.split("date:")
    example.write_text(f"{MESSY}{indent(passages, '  ')}date:{facts}", "utf-8")
    said = canonical(harbour)
    write_all(harbour)
    assert example.read_text("utf-8") == CLEAN + rest
    assert canonical(harbour) == said


def test_what_init_makes_is_canonical(harbour):
    """So is what the writer writes."""
    (fix,) = fixes(harbour).values()
    assert (fix.changed, fix.reason, fix.diff()) == (False, None, "")


@pytest.mark.parametrize("source", [TOY, TOP], ids=["toy", "own"])
def test_whole_corpora(source, tmp_path):
    """The toy corpus and our own: the same documents and comments, once and for all."""
    for folder in ("annotations", "raw"):
        shutil.copytree(source / folder, tmp_path / folder)
    old, said, remarks = files(tmp_path), canonical(tmp_path), comments(tmp_path)
    assert any(remarks.values()) or source == TOP
    write_all(tmp_path)
    assert canonical(tmp_path) == said
    assert comments(tmp_path) == remarks
    new = files(tmp_path)
    assert not any(fix.changed or fix.reason for fix in fixes(tmp_path).values())
    changed = {path for path in old if new[path] != old[path]}
    documents = {f"annotations/{doc_id}.yaml" for doc_id in said}
    assert changed == documents if source == TOY else changed <= documents
    assert old.keys() == new.keys()


@settings(MANY, max_examples=25)
@given(documents(), st.integers(0, 1 << 32))
def test_documents_written_as_nobody_would(plain, seed):
    """Whatever their style, and wherever comments stand: said is the same, each comment stands there once."""
    document, _ = complete(plain, NAMES)
    data, _ = read_yaml(write_source(document, NAMES)).plain(shape("source"))
    scribe = Scribe(Random(seed))
    text = scribe.write(data)
    read = read_source(text, document["text"])
    assert read.problems == []
    fixed = rewrite_source(text, read.document, read.origins, NAMES)
    again = read_source(fixed, document["text"])
    assert json.dumps(again.document) == json.dumps(read.document)
    assert Counter(c.text for c in read_comments(fixed) if c.text) == Counter(scribe.comments)
    assert rewrite_source(fixed, again.document, again.origins, NAMES) == fixed
    assert not re.search(r"\r|\A\ufeff|[^\n]\Z| \n|\n\n\n", fixed)


COPY = """\
document: c
language: az
annotated: [date]
copy_of: d
passages:
- at: Qwerty zzza
  zone: body
  mentions:
  - {q: Qwerty, actors: [local], level: PRO}
  - {q: zzzb, actors: [arden]}
  relations:
  - {q: zzza, from: new, type: CAUSES, to: e1}
- at: Uiop yyya yyyb
  zone: byline
  note: x
  triggers:
  - {q: yyya ... Qwerty, event: e1, factuality: [{source: AUTHOR, value: CT+}, {source: arden, value: CT-}]}
  - {q: yyyb, event: new}
source:
  parties:
  - {role: publisher, actor: arden, cite: [page]}
events:
- {id: new, type: AGREE}
relations:
- {from: e1, type: CAUSES, to: new}
claims:
- {event: new, attribute: label, value: v, sources: [arden]}
"""


@settings(MANY, max_examples=15)
@given(documents(), st.integers(0, 1 << 32))
def test_copies_written_as_nobody_would(plain, seed):
    """Whatever they take over, it is not written into them."""
    original, _ = complete(plain, NAMES)
    text = f"{original['text']}\n Qwerty zzza zzzb. Uiop yyya\tyyyb, Qwerty."
    data, _ = read_yaml(COPY).plain(shape("source"))
    scribe = Scribe(Random(seed))
    written = scribe.write(data)
    read = read_source(written, text, original=original)
    assert read.problems == []
    fixed = rewrite_source(written, read.document, read.origins, NAMES, original=original)
    again = read_source(fixed, text, original=original)
    assert json.dumps(again.document) == json.dumps(read.document)
    assert Counter(c.text for c in read_comments(fixed) if c.text) == Counter(scribe.comments)
    assert rewrite_source(fixed, again.document, again.origins, NAMES, original=original) == fixed


def test_a_comment_that_could_be_taken_for_words_gets_a_line_of_its_own():
    """Unquoted, `at: Arden  # met` would look as if YAML had cut it."""
    text = "Arden met Belmar # said."
    source = "document: d\nlanguage: en\nannotated: []\npassages:\n- at: 'Arden met Belmar' # said\n  zone: title # b\n"
    read = read_source(source, text)
    fixed = rewrite_source(source, read.document, read.origins, NAMES)
    assert fixed.endswith("\n# said\n- at: Arden met Belmar\n  # b\n  zone: title\n")
    assert read_source(fixed, text).document == read.document


@pytest.mark.parametrize(("name", "at"), [("call", "Café owner Zoé"), ("call_copy", "Get the Belmar")])
def test_comments_of_a_copy_and_its_original(toy, name, at):
    """What a copy takes over is not written into it, and its comments stay."""
    path = toy / f"annotations/{name}.yaml"
    path.write_text(path.read_text("utf-8").replace("\n- at", "\n# on a passage\n- at") + "# the end\n", "utf-8")
    said, remarks = canonical(toy), comments(toy)
    write_all(toy)
    assert (canonical(toy), comments(toy)) == (said, remarks)
    written = path.read_text("utf-8").replace("e\u0301", "é").replace("'", "")
    assert f"# on a passage\n- at: {at}\n" in written
    assert written.endswith("\n# the end\n")


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_and_byte_order_mark(harbour, example, end):
    """LF and none is the canonical form; that the raw text has others is no matter."""
    clean = example.read_bytes()
    example.write_bytes(b"\xef\xbb\xbf" + clean.replace(b"\n", end.encode()))
    (fix,) = fixes(harbour).values()
    assert fix.changed
    write_all(harbour)
    assert example.read_bytes() == clean


# Canonical JSON.


def test_json_lines(tmp_path):
    """One document a line, compact, complete, in normal form; no blank lines."""
    root = write_full(tmp_path)
    path = root / "annotations/documents.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n\n"))
    said = canonical(root)
    write_all(root)
    lines = path.read_text("utf-8").splitlines()
    assert [json.loads(line)["document"] for line in lines] == [document["document"] for document in full_documents()]
    assert lines == [
        json.dumps(json.loads(said[json.loads(line)["document"]]), ensure_ascii=False, separators=(",", ":"))
        for line in lines
    ]
    assert canonical(root) == said
    assert not any(fix.changed for fix in fixes(root).values())


def test_a_json_file_is_one_document_in_lines(tmp_path):
    """With two blanks a level, and a line end at its end."""
    root = write_full(tmp_path)
    (root / "annotations/documents.jsonl").unlink()
    for document in full_documents():
        (root / f"annotations/{document['document']}.json").write_text(json.dumps(document))
    said = canonical(root)
    write_all(root)
    text = (root / "annotations/b1.json").read_text("utf-8")
    assert text == json.dumps(json.loads(said["b1"]), ensure_ascii=False, indent=2) + "\n"
    assert canonical(root) == said
    assert not any(fix.changed for fix in fixes(root).values())


def test_lines_with_errors_stay_byte_by_byte(tmp_path):
    """Those that are no JSON, that break a rule, and that repeat a document; the others are mended."""
    root = write_full(tmp_path)
    path = root / "annotations/documents.jsonl"
    a1, a2, b1, c1 = path.read_bytes().splitlines()
    bad = [b1.replace(b'"wire"', b'"nobody"'), b'{"document": "x", ', b"\xff", c1 + b" \r"]
    path.write_bytes(b"\n".join([c1, bad[0], b"", *bad[1:], a2, a1]))
    fix = fixes(root)["annotations/documents.jsonl"]
    *lines, last = fix.after.split(b"\n")
    assert lines[:5] == [c1, *bad]
    assert [json.loads(line)["document"] for line in lines[5:]] == ["a2", "a1"]
    assert lines[6].startswith(b'{"document":"a1","language":"en",')
    assert last == b""
    assert fix.reason == "documents in it have errors, or would not stay the same"
    assert {finding.code for finding in fix.findings} >= {"json-syntax", "actor-unknown", "document-repeated"}


# What is left as it is.


def test_documents_with_errors_are_left_alone(toy):
    """Their findings are told, and the others are mended; a copy is no better than its original."""
    path = toy / "annotations/call.yaml"
    edit(path, "{q: spoke, event: talk", "{q: spoke, event: tolk")
    told = fixes(toy)
    assert {name: fix.reason for name, fix in told.items() if fix.reason} == {
        "annotations/call.yaml": "it has errors",
        "annotations/call_copy.yaml": "the document that it copies has errors, or is repeated in it",
    }
    assert [finding.code for finding in told["annotations/call.yaml"].findings if finding.severity == "error"] == [
        "event-unknown"
    ]
    assert {name for name, fix in told.items() if not fix.changed} == {
        "annotations/call.yaml",
        "annotations/call_copy.yaml",
    }


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("q: meet", "q: mead", "anchor-not-found"),
        ("q: Ministers of Arden and Belmar", "q: e", "anchor-ambiguous"),
        ("language: en", "language: en\nlanguage: en", "repeated-key"),
        ("zone: title", "zone: titel", "label-unknown"),
        ("passages:", "passages: [", "yaml-syntax"),
        ("language: en", "languages: en", "unknown-key"),
        ("document: example", "document: exmple", "document-misnamed"),
    ],
)
def test_nothing_wrong_is_touched(harbour, example, capsys, old, new, code):
    """Ambiguous, unresolvable, no YAML: with --yes too, and the exit status is 1."""
    edit(example, old, new)
    before = files(harbour)
    assert corpus(harbour, "--yes") == 1
    assert files(harbour) == before
    output = capsys.readouterr()
    assert output.out == "0 of 1 file written\n"
    assert f"error {code}: " in output.err
    assert output.err.endswith("corpus fix: annotations/example.yaml is left as it is: it has errors\n")


@pytest.mark.parametrize("example", INVALID, ids=[path.name for path in INVALID])
def test_no_file_with_an_error_is_touched(example):
    """In every broken corpus that we have: what is wrong in a document stays, and stops nothing else."""
    told = fixes(example)
    for finding in validate_corpus(example):
        fix = told.get(finding.path)
        if fix and finding.severity == "error":
            assert fix.reason
            lines = fix.before.split(b"\n")
            wrong = lines[finding.line - 1] if finding.line and finding.path.endswith(".jsonl") else fix.before
            assert wrong in fix.after


@pytest.mark.parametrize("name", ["inventory", "vocabulary"])
def test_with_broken_settings_nothing_is_fixed(toy, capsys, name):
    """What level a mention has by default, say, depends on the inventory's names."""
    (toy / f"annotations/{name}.yaml").write_text("actors: [{id: a}]\n")
    before = files(toy)
    assert corpus(toy, "--yes") == 1
    assert files(toy) == before
    assert f"annotations/{name}.yaml is left as it is: it has errors, and every document" in capsys.readouterr().err


def test_other_settings_do_not_matter_and_are_never_touched(toy):
    """Nor are files that are read for other things."""
    (toy / "annotations/corpus.yaml").write_text("nothing: [right\n")
    (toy / "annotations/notes.txt").write_text("\t")
    before = files(toy)
    write_all(toy)
    changed = {name for name, data in files(toy).items() if data != before.get(name)}
    assert changed == {f"annotations/{name}.yaml" for name in ("bridge_az", "bridge_fa", "call", "call_copy", "notice")}


def test_files_whose_documents_cannot_be_told(harbour):
    """A name that no document can have, and a file that is no JSON."""
    (harbour / "annotations/a b\x01.yaml").write_text("document: a\n")
    (harbour / "annotations/empty.json").write_text("")
    reasons = {name: (fix.changed, fix.reason) for name, fix in fixes(harbour).items()}
    assert reasons.pop("annotations/example.yaml") == (False, None)
    assert set(reasons.values()) == {(False, "it has errors")}
    assert len(reasons) == 2


def test_no_folder_of_annotations(tmp_path, capsys):
    """There is nothing to be fixed, and that is wrong."""
    assert corpus(tmp_path) == 1
    assert "this folder is missing" in capsys.readouterr().err


def test_a_symbolic_link_is_not_replaced_by_a_file(harbour, example, capsys):
    """It may lead to a store that others use as well."""
    edit(example, "language: en", "language: 'en'")
    example.rename(harbour / "elsewhere.yaml")
    example.symlink_to(harbour / "elsewhere.yaml")
    assert corpus(harbour, "--yes") == 1
    assert example.is_symlink()
    assert "is left as it is: it is a symbolic link" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "result", "reason"),
    [
        ("write_source", lambda *_, **__: "document: example\n", "written anew, it would not be the same document"),
        ("put_comments", lambda text, comments: text, "written anew, it would lose or repeat a comment"),
        ("put_comments", lambda text, comments: f"{text}{comments[0].text}\n" * 2, "written anew, it would not be"),
        ("YAML_LIMIT", 1000, "written anew, it would be larger than 10,000,000 bytes"),
    ],
)
def test_a_new_text_is_read_again_before_it_counts(harbour, example, monkeypatch, name, result, reason):
    """Were the writer to fail, or the comments to get lost, the file would stay as it is."""
    edit(example, "language: en", "language: 'en' # English")
    monkeypatch.setattr(f"corpus_pkg.fix.{name}", result)
    (fix,) = fixes(harbour).values()
    assert not fix.changed
    assert fix.reason is not None
    assert fix.reason.startswith(reason)


def test_json_that_would_not_stay_the_same_is_left_alone(tmp_path, monkeypatch):
    """The new line is read again too."""
    root = write_full(tmp_path)
    monkeypatch.setattr("corpus_pkg.fix.complete", lambda document, names, roles: ({**document, "note": "else"}, {}))
    (fix,) = fixes(root).values()
    assert (fix.changed, fix.reason) == (False, "written anew, it would not be the same document")


def test_what_the_writer_cannot_say_is_left_alone(harbour, monkeypatch):
    """With its own words for it."""

    def refuse(*_, **__):
        raise UnwritableError("no words tell it")

    monkeypatch.setattr("corpus_pkg.fix.write_source", refuse)
    (fix,) = fixes(harbour).values()
    assert (fix.changed, fix.reason) == (False, "no words tell it")


# Writing.


def test_writing_keeps_the_mode_and_leaves_nothing_behind(harbour, example):
    edit(example, "language: en", "language: 'en'")
    example.chmod(0o640)
    names = {path.name for path in example.parent.iterdir()}
    assert corpus(harbour, "--yes", "--quiet") == 0
    assert stat.S_IMODE(example.stat().st_mode) == 0o640
    assert {path.name for path in example.parent.iterdir()} == names


def test_a_file_that_has_changed_meanwhile_is_left_as_it_is(harbour, example):
    """Nobody's work is overwritten."""
    edit(example, "language: en", "language: 'en'")
    (fix,) = fixes(harbour).values()
    edit(example, "document: example", "document: 'example'")
    before = example.read_bytes()
    with pytest.raises(CorpusError, match=r"example\.yaml has changed meanwhile"):
        write_fix(harbour, fix)
    assert example.read_bytes() == before


@pytest.mark.parametrize("step", ["tempfile.mkstemp", "os.fsync", "os.replace", "shutil.copymode"])
def test_a_disk_that_refuses(toy, capsys, monkeypatch, step):
    """A folder that cannot be written, a disk that is full: each file is as it was, and nothing is left behind."""
    before = files(toy)

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(step, refuse)
    assert corpus(toy, "--yes", "--quiet") == 1
    assert files(toy) == before
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "corpus fix: annotations/bridge_az.yaml cannot be written: Permission denied"
    assert len(said) == 5


def test_one_file_that_cannot_be_written_does_not_stop_the_others(toy, capsys, monkeypatch):
    """Of the five, four are written."""
    replace = os.replace

    def refuse(old, new):
        if Path(new).name == "call.yaml":
            raise OSError(28, "No space left on device")
        replace(old, new)

    monkeypatch.setattr("os.replace", refuse)
    assert corpus(toy, "--yes", "--json") == 1
    output = capsys.readouterr()
    written = {record["path"]: record["written"] for record in json.loads(output.out)}
    assert [path for path, done in written.items() if not done] == ["annotations/call.yaml"]
    assert output.err == "corpus fix: annotations/call.yaml cannot be written: No space left on device\n"


# The command.


def test_without_yes_nothing_is_written(toy, capsys):
    """The change is shown; 1 when there is one."""
    before = files(toy)
    assert corpus(toy, "--id", "notice") == 1
    assert files(toy) == before
    output = capsys.readouterr()
    assert output.err == ""
    assert output.out.startswith("--- annotations/notice.yaml\n+++ annotations/notice.yaml\n@@ ")
    assert "\n-- {at: No news today, zone: title}\n+- at: No news today\n+  zone: title\n" in output.out
    assert output.out.endswith("\n1 of 1 file would change; --yes writes what is shown\n")


def test_with_yes_the_change_is_shown_and_made(toy, capsys):
    """And the next time there is none; the status is 0 both times."""
    assert corpus(toy, "--yes") == 0
    assert capsys.readouterr().out.endswith("\n5 of 5 files written\n")
    assert corpus(toy) == 0
    assert capsys.readouterr() == ("0 of 5 files would change\n", "")


def test_only_some_documents(toy, capsys):
    """Those asked for, in YAML and in lines of JSON; others are not read, and their errors are not told."""
    write_all(toy)
    edit(toy / "annotations/notice.yaml", "zone: title", "zone:  title")
    edit(toy / "annotations/bridge_fa.yaml", "language: fa", "language: [fa")
    assert corpus(toy, "--id", "call_copy", "--id", "notice", "--yes", "--quiet") == 0
    assert capsys.readouterr() == ("", "")
    assert "zone: title" in (toy / "annotations/notice.yaml").read_text("utf-8")
    with pytest.raises(UnknownNameError, match="did you mean notice"):
        fixes(toy, ["notic"])
    assert corpus(toy, "--id", "notic") == 2


def test_one_line_of_many(tmp_path):
    """The others stay byte by byte."""
    root = write_generated_corpus(tmp_path, 3)
    lines = (root / "annotations/documents.jsonl").read_bytes().splitlines()
    (fix,) = fixes(root, ["g000001"]).values()
    after = fix.after.splitlines()
    assert (after[0], after[2]) == (lines[0], lines[2])
    assert after[1] != lines[1]


def test_quiet_and_json(toy, capsys):
    """Quiet: the change and no more, or nothing when it is made. JSON: one record a file, letter by letter."""
    assert corpus(toy, "--quiet", "--id", "notice") == 1
    shown = capsys.readouterr().out
    assert shown.splitlines()[-1].startswith(" date:")
    assert corpus(toy, "--json", "--id", "notice") == 1
    (record,) = json.loads(capsys.readouterr().out)
    diff = record.pop("diff")
    assert record == {
        "path": "annotations/notice.yaml",
        "changed": True,
        "reason": None,
        "findings": [],
        "written": False,
    }
    assert diff == shown
    assert corpus(toy, "--json", "--yes", "--id", "notice") == 0
    assert [record["written"] for record in json.loads(capsys.readouterr().out)] == [True]
    assert corpus(toy, "--yes", "--quiet") == 0
    assert capsys.readouterr() == ("", "")


@MANY
@given(texts(8), texts(8))
def test_the_diff_is_one_that_patch_takes(before, after):
    """Lines end with LF alone, and a last one without it is said to have none."""
    diff = Fix("f", before.encode(), after.encode()).diff()
    sides = {"-": "", "+": ""}
    mark = ""
    for line in diff.split("\n")[2:-1]:
        if line == "\\ No newline at end of file":
            sides = {side: text[:-1] if mark in (side, " ") else text for side, text in sides.items()}
        mark = line[0]
        sides = {side: text + line[1:] + "\n" if mark in (side, " ") else text for side, text in sides.items()}
    assert sides == ({"-": before, "+": after} if before != after else {"-": "", "+": ""})


def test_the_diff_cannot_steer_a_terminal(harbour, example, capsys):
    """Nor can the words of a comment."""
    edit(example, "language: en", "language: 'en' # \u202e\u00a0\u2066")
    assert corpus(harbour) == 1
    shown = capsys.readouterr().out
    assert r"-language: 'en' # \u202e\xa0\u2066" in shown
    assert shown.isascii()


def test_ten_thousand_items(tmp_path):
    """With a comment each, in the wrong order, in some seconds."""
    words = [f"word{number}" for number in range(20)]
    items = "".join(f"  - actors: [a] # {word}\n    q: {word}\n" for word in reversed(words))
    numbers = range(500)
    passages = "".join(f"- at: Line{number} word0\n  mentions:\n{items}  zone: body\n" for number in numbers)
    source = f"document: d\nlanguage: en\nannotated: [actors]\npassages:\n{passages}"
    root = write_folder(
        tmp_path, {"d": source}, {"d": "\n".join(" ".join([f"Line{number}", *words]) for number in numbers)}
    )
    (root / "annotations/inventory.yaml").write_text("actors: [{id: a, type: PER, name: A}]\n")
    (fix,) = fixes(root).values()
    items = "".join(f"  - {{q: {word}, actors: [a]}}  # {word}\n" for word in words)
    assert fix.after.decode().count(f"  mentions:\n{items}- at: Line") == 499


def test_many_documents_in_lines(tmp_path):
    """Each is put into normal form, and once."""
    root = write_generated_corpus(tmp_path, 100)
    write_all(root)
    (fix,) = fixes(root).values()
    assert (fix.changed, fix.reason, fix.before.count(b"\n")) == (False, None, 100)
