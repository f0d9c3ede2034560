"""`corpus withdraw`: a document and every quote of it leave the source tree, and a tombstone stays."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml
from conftest import TOP, write_corpus
from test_editions import CLOSED, OPEN, QUOTE, corpus, runs

from corpus_pkg.build import build_dataset
from corpus_pkg.cli import main
from corpus_pkg.errors import CorpusError, UnknownNameError
from corpus_pkg.load import load_dataset
from corpus_pkg.release.units import sha256
from corpus_pkg.release.withdraw import carry_out, plan_withdrawal, pruned
from corpus_pkg.validate import validate_corpus

FIRST, COPY = "001_77d3a4423bd2f980", "000_e52b1e2cf3562a80"
WHY = ("--reason", "The holder's wish.", "--date", "2026-11-24")


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """A copy of this corpus, with a page of its own."""
    root = tmp_path / "root"
    for name in ("raw", "annotations"):
        shutil.copytree(TOP / name, root / name)
    return root


def files(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_nothing_is_changed_without_yes(ours, capsys):
    before = files(ours)
    assert main(["withdraw", FIRST, str(ours), *WHY]) == 1
    assert files(ours) == before
    output = capsys.readouterr().out
    assert f"would withdraw {COPY}, {FIRST}" in output
    assert "Nothing is changed yet: --yes does it." in output


def test_the_text_and_every_quote_are_gone(ours):
    """Of this corpus, in which two documents share one text: six successive words of it stand nowhere any more."""
    texts = {name: (ours / f"raw/{name}.txt").read_text("utf-8") for name in (FIRST, COPY)}
    others = [path.read_text("utf-8") for path in (ours / "raw").glob("*.txt") if path.stem not in texts]
    assert main(["withdraw", FIRST, str(ours), *WHY, "--yes"]) == 0
    secret = {run for text in texts.values() for run in runs(text)} - {run for text in others for run in runs(text)}
    for path, data in files(ours).items():
        assert not any(name in path for name in texts)
        assert secret.isdisjoint(runs(data.decode())), path


def test_what_is_left_is_sound_and_has_tombstones(ours, tmp_path):
    """It can be built, and the tombstones are a table of it."""
    text = (ours / f"raw/{FIRST}.txt").read_bytes().decode()
    comment = "# A comment of the authors.\n"
    path = ours / "annotations/corpus.yaml"
    path.write_text(comment + path.read_text("utf-8"), "utf-8")
    assert main(["withdraw", FIRST, str(ours), *WHY, "--yes"]) == 0
    assert path.read_text("utf-8").startswith(comment)
    assert [f for f in validate_corpus(ours) if f.severity == "error"] == []
    assert len(build_dataset(ours, tmp_path / "out")["documents"]) == 3
    stones = load_dataset("withdrawn", tmp_path / "out", split="test")
    assert [stone["doc_id"] for stone in stones] == [COPY, FIRST]
    assert stones[1] == {"doc_id": FIRST, "sha256": sha256(text), "reason": "The holder's wish.", "date": "2026-11-24"}
    assert "groups" not in yaml.safe_load(path.read_text("utf-8"))


def test_a_second_withdrawal_adds_a_tombstone(ours):
    for name in (FIRST, "003_5a7af26aed64e574"):
        assert main(["withdraw", name, str(ours), *WHY, "--yes"]) == 0
    settings = yaml.safe_load((ours / "annotations/corpus.yaml").read_text("utf-8"))
    assert [stone["document"][:3] for stone in settings["withdrawn"]] == ["000", "001", "003"]
    assert [f for f in validate_corpus(ours) if f.severity == "error"] == []


def test_a_major_version_is_asked_for_and_survivors_are_named(ours, capsys):
    assert main(["withdraw", FIRST, str(ours), *WHY, "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["next_version"] == "1.0.0"
    assert f"raw/{FIRST}.txt" in told["deleted"]
    assert f"annotations/passes/round-1/a/{FIRST}.yaml" in told["deleted"]
    assert any("history of git" in place for place in told["survivors"])


def test_a_corpus_of_canonical_json_loses_its_line(tmp_path):
    root = corpus(tmp_path / "root")
    carry_out(root, plan_withdrawal(root, "closed", "A wish.", "2026-11-24"))
    assert [f for f in validate_corpus(root) if f.severity == "error"] == []
    for path, data in files(root).items():
        assert QUOTE not in data.decode(), path
    assert build_dataset(root, tmp_path / "out")["documents"].keys() == {"open"}
    # The sentence that the open text has too is its own.
    assert OPEN.split("\n")[0] in CLOSED


def test_prose_elsewhere_is_named_for_people(ours):
    (ours / "PAPER.md").write_text(
        "A line.\nIt says: in a phone conversation on Thursday, foreign ministers.\n", "utf-8"
    )
    plan = plan_withdrawal(ours, FIRST, "A wish.", "2026-11-24")
    assert ("PAPER.md", 2) in plan.left
    assert "PAPER.md" not in plan.changes


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("none", "A wish.", "2026-11-24"), "no document is called 'none'"),
        ((FIRST, " ", "2026-11-24"), "a withdrawal has a reason"),
        ((FIRST, "A wish.", "yesterday"), "yesterday is no day"),
    ],
)
def test_a_withdrawal_needs_a_document_a_reason_and_a_day(arguments, message):
    with pytest.raises(CorpusError, match=message):
        plan_withdrawal(TOP, *arguments)
    assert issubclass(UnknownNameError, CorpusError)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("# c\nname: n\ngroups:\n  g: [a, b]\n", "# c\nname: n\n"),
        ("name: n\ngroups:\n  g: [a, b, c]\n  h: [x, y]\n", "name: n\ngroups:\n  g: [b, c]\n  h: [x, y]\n"),
        ("name: n\ngroups: {g: [b, c, a]}\n", "name: n\ngroups: {g: [b, c]}\n"),
        ("decisions:\n- document: a\n  why: x\n- document: b\n", "decisions:\n- document: b\n"),
        ("decisions:\n- document: b\n- document: a\n  why: |-\n    x\n", "decisions:\n- document: b\n"),
        ("passes: {a: x, b: y}\ndecisions:\n- document: a\n", ""),
        ("cases:\n- id: 1\n  documents: [b, a]\n  title: t\n", "cases:\n- id: 1\n  documents: [b]\n  title: t\n"),
        ("relations:\n- {documents: [a, b], type: rewrite}\nname: a\n", "name: a\n"),
        ("withdrawn:\n- {document: a}\n", "withdrawn:\n- {document: a}\n"),
        ('{"splits": {"dev": ["a", "b"]}}', '{"splits": {"dev": ["b"]}}'),
    ],
)
def test_items_about_a_document_are_cut_out(text, left):
    """Comments, order and all other items stay as they are."""
    assert pruned(text, {"a"}) == left


def test_a_text_withdrawn_is_not_withdrawn_again(tmp_path):
    settings = yaml.safe_load((TOP / "annotations/corpus.yaml").read_text("utf-8")) | {"groups": {}}
    stone = {"document": "gone", "reason": "A wish.", "date": "2026-11-24"}
    root = write_corpus(tmp_path, [], {**settings, "withdrawn": [stone]})
    with pytest.raises(CorpusError, match="gone is withdrawn already"):
        plan_withdrawal(root, "gone", "A wish.", "2026-11-24")
