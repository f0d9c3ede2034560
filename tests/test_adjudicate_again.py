"""Adjudication a second time: what was decided is applied to what it was decided on, and to nothing else."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from test_adjudicate import TEXT, adjudicate, decide, ids, small_corpus

from corpus_pkg import CorpusError
from corpus_pkg.adjudication.adjudicate import Adjudication
from corpus_pkg.adjudication.files import write_settled
from corpus_pkg.cli import main

DECISIONS = "annotations/decisions/text.yaml"
THIRD = "annotations/decisions/text.third.yaml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return small_corpus(tmp_path / "small")


def edit(path: Path, old: str, new: str) -> None:
    before = path.read_text()
    assert old in before
    path.write_text(before.replace(old, new, 1))


def contents(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def settle(root: Path, a: str = "r/one", b: str = "r/two", name: str = "", choose: str = "a") -> Adjudication:
    """Decide all in one way and write what comes of it."""
    adjudicate(root, a, b, name)
    decide(root, choose)
    state = adjudicate(root, a, b, name)
    write_settled(root, state, write=True)
    return state


@pytest.fixture
def third(root: Path) -> Path:
    """The corpus as its first pass has it, and the second pass as a third reading, answered so that nothing changes."""
    settle(root)
    adjudicate(root, ".", "r/two", "third")
    decide(root, "a")
    return root


def test_a_decision_on_another_version_is_stale_and_nothing_is_written(root, capsys):
    adjudicate(root)
    decide(root, "b")
    edit(root / "annotations/passes/r/two/text.yaml", "CONSULT/visit", "CONSULT/third-party")
    before = contents(root)
    assert main(["adjudicate", "r/one", "r/two", str(root), "--yes"]) == 1
    told = capsys.readouterr()
    lines = (root / DECISIONS).read_text().splitlines()
    at = next(i for i, line in enumerate(lines, 1) if "d_text_events_talk" in line)
    at = next(i for i, line in enumerate(lines[at:], at + 1) if line.startswith("  b: "))
    assert f"{DECISIONS}:{at}:6: error decision-stale: d_text_events_talk was taken on another b than" in told.err
    assert "r/two now has: events: {id: talk, type: CONSULT/third-party" in told.err
    assert "take this decision away to have it asked anew" in " ".join(told.err.split())
    assert "nothing is written" in told.out
    assert contents(root) == before


def test_taken_away_it_is_asked_anew(root):
    adjudicate(root)
    decide(root, "b")
    edit(root / "annotations/passes/r/two/text.yaml", "CONSULT/visit", "CONSULT/third-party")
    path = root / DECISIONS
    path.write_text(path.read_text().partition("- id: d_text_events_talk")[0])
    state = adjudicate(root)
    assert [(each["id"], "third-party" in each["b"]) for each in state.open] == [("d_text_events_talk", True)]
    assert state.findings == []


def test_other_words_of_ones_own_make_no_decision_stale(root):
    """Nor do they rewrite the record."""
    adjudicate(root)
    decide(root, "b")
    before = (root / DECISIONS).read_bytes()
    edit(root / "annotations/passes/r/two/text.yaml", "place: [town]}", "place: [town], note: By the harbour.}")
    state = adjudicate(root)
    assert (state.open, state.findings) == ([], [])
    assert (root / DECISIONS).read_bytes() == before


def test_an_answer_to_what_was_changed_since_writes_nothing_over(third, capsys):
    """Answers to a third reading without `settled`: only their versions tell that the annotations went on."""
    edit(third / "annotations/text.yaml", "type: CONSULT,", "type: CONSULT/multilateral,")
    before = contents(third)
    for words in ((), ("--yes",), ("--json",)):
        assert main(["adjudicate", ".", "r/two", str(third), "--name", "third", *words]) == 1
        told = capsys.readouterr()
        assert contents(third) == before
    found = json.loads(told.out)["findings"]
    assert [(each["code"], each["path"], each["pointer"]) for each in found] == [
        ("decision-stale", THIRD, "/decisions/2/a")
    ]
    assert "CONSULT/multilateral" in found[0]["expected"]
    assert "published now has" in found[0]["message"]


def test_what_was_carried_out_by_hand_is_not_stale(third, capsys):
    """The annotations say what was chosen, so that nothing is left to do."""
    value = "events: {id: talk, type: CONSULT/third-party, actor: [holm, envoy], place: [strelsau]}"
    head, rest = (third / THIRD).read_text().split("- id: third_text_events_talk\n")
    rest = rest.replace("choose: a", f"choose: other\n  value: '{value}'", 1)
    (third / THIRD).write_text(f"{head}- id: third_text_events_talk\n{rest}")
    edit(third / "annotations/text.yaml", "type: CONSULT,", "type: CONSULT/third-party,")
    record = (third / THIRD).read_bytes()
    assert main(["adjudicate", ".", "r/two", str(third), "--name", "third"]) == 0
    assert (third / THIRD).read_bytes() == record
    assert "CONSULT/third-party" not in "".join(
        line for line in capsys.readouterr().out.splitlines() if line.startswith(("+", "-"))
    )


@pytest.mark.parametrize("choose", ["a", "b"])
def test_what_the_tool_has_carried_out_is_done(root, choose, capsys):
    settle(root)
    settle(root, ".", "r/two", "third", choose)
    before = contents(root)
    assert main(["adjudicate", ".", "r/two", str(root), "--name", "third", "--yes"]) == 0
    assert "all is decided, and the annotations say so" in capsys.readouterr().out
    assert contents(root) == before


def test_a_value_of_ones_own_is_carried_out_whatever_its_quotes(root, capsys):
    """The tool shows the shortest anchors, people write longer ones."""
    settle(root)
    adjudicate(root, ".", "r/two", "third")
    decide(root, "a")
    head, rest = (root / THIRD).read_text().split("- id: third_text_mentions_79\n")
    rest = rest.replace("choose: a", "choose: other\n  value: 'mentions: {q: left <the hall>, actors: [hall]}'", 1)
    (root / THIRD).write_text(f"{head}- id: third_text_mentions_79\n{rest}")
    edit(root / "annotations/text.yaml", "- {id: envoy,", "- {id: hall, type: FAC, name: the hall}\n- {id: envoy,")
    assert main(["adjudicate", ".", "r/two", str(root), "--name", "third", "--yes"]) == 0
    before = contents(root)
    assert b"the hall, actors: [hall]" in before["annotations/text.yaml"]
    capsys.readouterr()
    assert main(["adjudicate", ".", "r/two", str(root), "--name", "third", "--yes"]) == 0
    assert "all is decided, and the annotations say so" in capsys.readouterr().out
    assert contents(root) == before


def test_decisions_between_other_passes_are_not_applied(root, capsys):
    """A second round asks about the same places."""
    settle(root)
    shutil.copytree(root / "annotations/passes/r/two", root / "annotations/passes/s/two")
    before = contents(root)
    assert main(["adjudicate", "r/one", "s/two", str(root), "--yes"]) == 1
    told = capsys.readouterr().err
    assert f"{DECISIONS}:1:9: error decision-of-others: these decisions are between r/one and r/two" in told
    assert "annotations/decisions/inventory.yaml:1:9: error decision-of-others" in told
    assert "--name" in told
    assert contents(root) == before
    assert len(adjudicate(root, "r/one", "s/two", "again").open) == 3


def test_two_adjudications_do_not_share_a_file(root, capsys):
    """`text` as `third` and the document `text.third` would both be decided on in `text.third.yaml`."""
    (root / "raw/text.third.txt").write_text(TEXT)
    assert main(["adjudicate", "r/one", "r/two", str(root), "--name", "third"]) == 2
    told = capsys.readouterr().err
    assert "annotations/decisions/text.third.yaml is for the decisions on text.third, not for those on text" in told
    with pytest.raises(CorpusError, match="take another --name"):
        adjudicate(root, name="Third")
    assert not (root / "annotations/decisions").exists()
    assert adjudicate(root, name="second").open


def test_a_document_that_came_later_does_not_take_the_decisions_on_another(root):
    adjudicate(root, name="third")
    (root / "raw/text.third.txt").write_text(TEXT)
    for name in ("one", "two"):
        later = (root / f"annotations/passes/r/{name}/text.yaml").read_text()
        later = later.replace("document: text\n", "document: text.third\n")
        (root / f"annotations/passes/r/{name}/text.third.yaml").write_text(later)
    before = contents(root)
    state = adjudicate(root)
    assert [(each.code, each.path, each.line) for each in state.findings] == [("decision-of-others", THIRD, 4)]
    assert "this decision is on text, not on text.third" in state.findings[0].message
    assert contents(root) == before


def test_a_file_that_names_no_passes_is_not_taken_for_one_of_them(root):
    """People keep decisions of their own beside, such as those of the adjudicator."""
    adjudicate(root)
    edit(root / DECISIONS, "passes: {a: r/one, b: r/two}\n", "")
    state = adjudicate(root)
    assert [(each.code, each.path, each.message) for each in state.findings] == [
        ("decision-of-others", DECISIONS, "these decisions do not say between which passes they are")
    ]
    assert ids(state)


def test_the_annotations_keep_their_comments(root):
    """Those of what is no more stand at what held it."""
    settle(root)
    path = root / "annotations/text.yaml"
    edit(path, "  - {q: Holm, actors: [holm]}", "  # who else\n  - {q: Holm, actors: [holm]}  # the host")
    edit(path, "- {id: blame,", "# of the levy\n- {id: blame,")
    edit(path, "events:", "# what happened\nevents:")
    edit(root / "annotations/inventory.yaml", "- {id: strelsau", "# a town\n- {id: strelsau")
    settle(root, ".", "r/two", "third", "b")
    text = path.read_text()
    assert "  # who else\n  - {q: Holm, actors: [holm]}  # the host\n" in text
    assert "# what happened\n" in text
    assert text.count("# of the levy\n") == 1
    assert "blame" not in text
    assert "# a town\n- {id: strelsau" in (root / "annotations/inventory.yaml").read_text()


def test_nothing_is_written_beside_canonical_json(root, capsys):
    """Two files would describe one document: this is said before anybody decides anything."""
    text, passages = (root / "raw/text.txt").read_text(), []
    document = {"document": "text", "language": "en", "annotated": [], "text": text, "passages": passages}
    passages.append({"start": 0, "end": len(text.rstrip()), "zone": "body"})
    (root / "annotations/text.yaml").unlink(missing_ok=True)
    (root / "annotations/all.jsonl").write_text(json.dumps(document) + "\n")
    before = contents(root)
    assert main(["adjudicate", "r/one", "r/two", str(root), "--yes"]) == 2
    assert "annotations/all.jsonl:1 holds text, and annotations/text.yaml would be" in capsys.readouterr().err
    assert contents(root) == before
