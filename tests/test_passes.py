"""Passes on disk: a folder of annotations over the texts of a corpus, and the command that compares two."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from conftest import TOP, write_full

from corpus_pkg.agreement.agree import agree_documents
from corpus_pkg.agreement.passes import agree_passes
from corpus_pkg.cli import main
from corpus_pkg.errors import CorpusError
from corpus_pkg.passes import read_pass

TOY = TOP / "tests/toy"
DOCUMENTS = ("bridge_az", "bridge_fa", "call", "call_copy", "notice")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The toy corpus with two passes that are as its annotations; in the second an actor has another name."""
    folder = tmp_path / "toy"
    shutil.copytree(TOY, folder)
    for name in ("first", "second"):
        home = folder / "annotations/passes" / name
        home.mkdir(parents=True)
        for stem in (*DOCUMENTS, "inventory"):
            shutil.copy(TOY / f"annotations/{stem}.yaml", home)
    for path in (folder / "annotations/passes/second").iterdir():
        path.write_text(re.sub(r"\braz\b", "omid", path.read_text("utf-8")), "utf-8")
    return folder


def edit(root: Path, name: str, stem: str, old: str, new: str) -> None:
    """Change the words of a file of a pass, wherever they stand."""
    path = root / f"annotations/passes/{name}/{stem}.yaml"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


def test_a_pass_has_texts_and_settings_of_its_corpus(root):
    """And documents and an inventory of its own."""
    found = read_pass(root, "second")
    assert [finding for finding in found.findings if finding.severity == "error"] == []
    assert sorted(found.documents) == [*DOCUMENTS]
    assert found.documents["call"]["text"] == (root / "raw/call.txt").read_bytes().decode()
    assert found.groups == {"call": "call", "call_copy": "call"}
    ids = {actor["id"] for actor in found.inventory["actors"]}
    assert "omid" in ids
    assert "raz" not in ids


def test_a_pass_is_read_as_the_corpus_is(root):
    """The same files give the same canonical documents, copies too."""
    assert read_pass(root, "first").documents == read_pass(root, str(TOY)).documents


def test_a_pass_may_be_named_by_its_folder(root, tmp_path, monkeypatch):
    """By a path from where one is, or one that lies elsewhere altogether; its own corpus knows it by its name."""
    elsewhere = tmp_path / "elsewhere"
    shutil.move(root / "annotations/passes/first", elsewhere)
    monkeypatch.chdir(root)
    home = "annotations/passes/second"
    for folder, name in ((home, "second"), (str(root / home), "second"), (str(elsewhere), str(elsewhere))):
        found = read_pass(Path("."), folder)
        assert (found.name, sorted(found.documents)) == (name, [*DOCUMENTS])


def test_a_dot_is_the_corpus_itself_from_wherever_one_looks(root, tmp_path, monkeypatch):
    """And what lies where one is does not hide a pass of the corpus."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "first").mkdir()
    assert sorted(read_pass(root, ".").documents) == sorted(read_pass(root, str(root)).documents)
    assert read_pass(root, str(root)).name == "."
    assert sorted(read_pass(root, "first").documents) == [*DOCUMENTS]


def test_decisions_on_other_documents_are_no_fault_of_a_pass(root):
    """A pass over some of the texts can be compared."""
    (root / "annotations/decisions").mkdir()
    decision = "{id: d, document: notice, layer: date, kind: date, a: null, b: null, choose: a, why: So it is.}"
    (root / "annotations/decisions/notice.yaml").write_text(f"decisions:\n- {decision}\n")
    (root / "annotations/passes/first/notice.yaml").unlink()
    assert [finding for finding in read_pass(root, "first").findings if finding.severity == "error"] == []


def test_it_is_said_when_passes_are_not_checked(root, capsys):
    """To people, on the standard error."""
    line = "2 passes were not checked; --passes checks them too, as a build does\n"
    for more, said in (
        ([], line),
        (["--passes"], ""),
        (["--quiet"], ""),
        (["--json"], ""),
        (["--format", "jsonl"], ""),
    ):
        main(["validate", str(root), *more])
        assert capsys.readouterr().err == said


def test_a_pass_without_an_inventory_has_that_of_its_corpus(root):
    (root / "annotations/passes/first/inventory.yaml").unlink()
    assert read_pass(root, "first").documents == read_pass(root, str(TOY)).documents


def test_what_is_not_annotated_in_a_pass_is_no_error(root):
    """A pass may be over some of the texts, and the annotations of the corpus itself are none of its business."""
    (root / "annotations/passes/first/notice.yaml").unlink()
    (root / "annotations/notice.yaml").write_text("nonsense: [")
    found = read_pass(root, "first")
    assert "notice" not in found.documents
    assert {finding.severity for finding in found.findings} == {"warning"}


def test_errors_are_findings_with_their_place(root):
    """The other documents are read all the same."""
    edit(root, "first", "bridge_az", "q: Arden polisi", "q: Ardem polisi")
    edit(root, "first", "bridge_fa", "actors: [raz]", "actors: [nobody]")
    found = read_pass(root, "first")
    places = {(finding.path, finding.code) for finding in found.findings if finding.severity == "error"}
    assert places == {
        ("annotations/passes/first/bridge_az.yaml", "anchor-not-found"),
        ("annotations/passes/first/bridge_fa.yaml", "actor-unknown"),
    }
    assert found.unsound == {"bridge_az", "bridge_fa"}
    assert sorted(found.documents) == ["call", "call_copy", "notice"]


def test_an_inventory_with_errors(root):
    """Is a finding once, and not once more for every name that it should have held."""
    edit(root, "first", "inventory", "type: FAC", "tpye: FAC")
    found = read_pass(root, "first")
    errors = {(finding.path, finding.code) for finding in found.findings if finding.severity == "error"}
    assert {path for path, _ in errors} == {"annotations/passes/first/inventory.yaml"}
    assert found.inventory["actors"] == []


def test_settings_of_the_corpus_with_errors(root):
    """Are told, since the pass relies on them; the corpus's inventory is not one of these."""
    (root / "annotations/hardcases.yaml").write_text("cases: [{}]\n")
    (root / "annotations/inventory.yaml").write_text("actors: [{}]\n")
    found = read_pass(root, "first")
    paths = {finding.path for finding in found.findings if finding.severity == "error"}
    assert paths == {"annotations/hardcases.yaml"}
    (root / "annotations/passes/first/inventory.yaml").unlink()
    paths = {finding.path for finding in read_pass(root, "first").findings if finding.severity == "error"}
    assert paths == {"annotations/hardcases.yaml", "annotations/inventory.yaml"}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("third", "there is no folder third, and no pass third in"),
        ("raw", "raw is no corpus and no pass: it has neither annotations/ nor any <doc_id>.yaml"),
    ],
)
def test_what_is_no_pass(name, said, root, monkeypatch):
    monkeypatch.chdir(root)
    with pytest.raises(CorpusError, match=said):
        read_pass(Path("."), name)


def test_canonical_json_is_no_part_of_a_pass(root):
    """It is refused, rather than left out without a word."""
    (root / "annotations/passes/first/more.jsonl").write_text("{}\n")
    with pytest.raises(CorpusError, match=r"more\.jsonl cannot be read as part of a pass"):
        read_pass(root, "first")


def test_a_whole_corpus_is_a_pass(tmp_path):
    """In canonical JSON too, with groups and inventory of its own."""
    folder = write_full(tmp_path / "full")
    found = read_pass(Path("."), str(folder))
    assert sorted(found.documents) == ["a1", "a2", "b1", "c1"]
    assert found.groups == {"a1": "pair", "a2": "pair"}


def test_two_passes_that_differ_in_names_alone(root):
    """Agree in all that is defined; one text of two counts."""
    found = agree_passes(read_pass(root, "first"), read_pass(root, "second"))
    assert found["passes"] == ["first", "second"]
    assert found["actors"]["raz"] == "omid"
    assert found["groups"] == {"call": ["call_copy"]}
    assert {record["value"] for record in found["measures"]} == {1, None}


def test_documents_with_errors_are_left_out_of_both(root):
    """And said: they are neither missing in the one nor found in the other alone."""
    edit(root, "second", "bridge_az", "q: Arden polisi", "q: Ardem polisi")
    found = agree_passes(read_pass(root, "first"), read_pass(root, "second"))["documents"]
    assert found["with_errors"] == {"bridge_az": ["second"]}
    assert (found["compared"], found["only_a"]) == (["bridge_fa", "call", "notice"], [])


def test_different_vocabularies_cannot_be_compared(root, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(TOY, other)
    (other / "annotations/vocabulary.yaml").write_text("actor_types: {PER: a person}\n")
    with pytest.raises(CorpusError, match="have different vocabularies"):
        agree_passes(read_pass(root, "first"), read_pass(root, str(other)))


# The command.


def run(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str, str]:
    """Return exit status, output and errors of `corpus agree`."""
    try:
        status = main(["agree", *map(str, words)])
    except SystemExit as ended:
        status = int(ended.code or 0)
    output = capsys.readouterr()
    return status, output.out, output.err


def test_the_command(root, capsys, monkeypatch):
    """A table, with ROOT given or here; nothing but it."""
    status, given, errors = run(capsys, "first", "second", root)
    assert (status, errors) == (0, "")
    assert given.startswith("A is first, B is second\n")
    assert "mentions.exact                             66  f1 1.000   A in B 1.000   B in A 1.000\n" in given
    monkeypatch.chdir(root)
    assert run(capsys, "first", "second") == (0, given, "")
    assert "\n  NAM  " in run(capsys, "first", "second", "--labels")[1]


def test_the_command_as_json(root, capsys):
    """The same as the function gives."""
    status, output, _ = run(capsys, "first", "second", root, "--json")
    assert status == 0
    found: dict[str, Any] = json.loads(output)
    assert found == agree_passes(read_pass(root, "first"), read_pass(root, "second"))
    assert list(found) == ["signature", "passes", "documents", "groups", "left_out", "actors", "measures"]


def test_errors_are_shown_and_the_rest_is_compared(root, capsys):
    edit(root, "second", "bridge_az", "q: Arden polisi", "q: Ardem polisi")
    status, output, errors = run(capsys, "first", "second", root)
    assert status == 1
    assert errors.startswith("annotations/passes/second/bridge_az.yaml:15:9: error anchor-not-found: ")
    assert "left out: 1 document (bridge_az), with errors in second\n" in output


def test_misuse_of_the_command(root, capsys):
    assert run(capsys, "first", "third", root)[::2] == (
        2,
        f"corpus agree: there is no folder third, and no pass third in {root / 'annotations/passes'}\n",
    )
    status, _, errors = run(capsys, "first")
    assert (status, "the following arguments are required: B" in errors) == (2, True)


def test_agreement_needs_no_files(root):
    """What was read from disk is plain data."""
    first = read_pass(root, "first")
    found = agree_documents(first.documents, first.documents, first.inventory, first.inventory, groups=first.groups)
    assert found["passes"] == ["A", "B"]
