"""Adjudication: what two passes share goes through, what they differ in is decided, and nothing else happens."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from corpus_pkg import CorpusError, validate_corpus
from corpus_pkg.adjudication.adjudicate import Adjudication, adjudicate_passes
from corpus_pkg.adjudication.files import write_registers, write_settled
from corpus_pkg.agreement.passes import agree_passes
from corpus_pkg.cli import main
from corpus_pkg.corpus import read_corpus
from corpus_pkg.passes import read_pass

TOP = Path(__file__).resolve().parent.parent
ROUNDS = [name for name in ("round-1", "round-2") if (TOP / "annotations/passes" / name).is_dir()]
TEXT = "The envoy met Holm in Strelsau on Tuesday.\n\nHe called the levy unjust and left the hall.\n"
SETTINGS = """name: small
title: Small
version: 0.1.0
description: Invented texts.
licences: {annotations: CC0-1.0, texts: CC0-1.0}
authors: [{name: Nobody}]
"""
INVENTORY = """actors:
- {id: holm, type: PER, name: Holm}
- {id: strelsau, type: LOC, name: Strelsau}
"""
FIRST = """document: text
language: en
annotated: [date, source, actors, events]
passages:
- at: The envoy met
  zone: body
  mentions:
  - {q: The envoy, actors: [envoy]}
  - {q: Holm, actors: [holm]}
  - {q: Strelsau, actors: [strelsau]}
  triggers:
  - {q: met, event: talk, when: [Tuesday]}
  times:
  - {q: Tuesday, anchored: document_date}
- at: He called
  zone: body
  mentions:
  - {q: He, actors: [envoy], level: PRO}
  triggers:
  - {q: called, event: blame}
actors:
- {id: envoy, type: PER, name: the envoy}
events:
- {id: talk, type: CONSULT, actor: [envoy, holm], place: [strelsau]}
- {id: blame, type: ACCUSE/disapprove, actor: [envoy]}
"""
SECOND = """document: text
language: en
annotated: [date, source, actors, events]
passages:
- at: The envoy met
  zone: body
  mentions:
  - {q: The envoy, actors: [visitor]}
  - {q: Holm, actors: [anna_holm]}
  - {q: Strelsau, actors: [town]}
  triggers:
  - {q: met, event: meeting, when: [Tuesday]}
  times:
  - {q: Tuesday, anchored: document_date, note: A weekday.}
- at: He called
  zone: body
  mentions:
  - {q: He, actors: [visitor], level: PRO}
  - {q: the hall, actors: [hall]}
actors:
- {id: visitor, type: PER, name: an envoy}
- {id: hall, type: FAC, name: the hall}
events:
- {id: meeting, type: CONSULT/visit, actor: [visitor], recipient: [anna_holm], place: [town]}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A corpus with one text, not annotated, and two passes over it, each with names of its own."""
    folder = tmp_path / "small"
    for name, document, inventory in (
        ("one", FIRST, INVENTORY),
        ("two", SECOND, INVENTORY.replace("id: holm", "id: anna_holm").replace("id: strelsau", "id: town")),
    ):
        home = folder / "annotations/passes/r" / name
        home.mkdir(parents=True)
        (home / "text.yaml").write_text(document)
        (home / "inventory.yaml").write_text(inventory)
    (folder / "annotations/corpus.yaml").write_text(SETTINGS)
    (folder / "raw").mkdir()
    (folder / "raw/text.txt").write_text(TEXT)
    return folder


def adjudicate(root: Path, a: str = "r/one", b: str = "r/two", name: str = "") -> Adjudication:
    state = adjudicate_passes(read_corpus(root), read_pass(root, a), read_pass(root, b), name)
    write_registers(root, state)
    return state


def decide(root: Path, choose: str, only: str = ".*", *, why: str = "So it stands in the text.") -> None:
    """Fill in the open decisions whose name matches."""
    for path in (root / "annotations/decisions").glob("*.yaml"):
        parts = re.split("(?m)^(?=- id: )", path.read_text())
        for index, part in enumerate(parts):
            if re.match(f"- id: {only}\n", part):
                part = part.replace("choose: null", f"choose: {choose}").replace("why: null", f"why: {why}")
                parts[index] = part
        path.write_text("".join(parts))


def ids(state: Adjudication) -> list[str]:
    return [each["id"] for found in state.decisions.values() for each in found]


def test_what_both_have_needs_no_decision(root):
    """Whatever each calls its actors and events."""
    state = adjudicate(root)
    assert ids(state) == ["d_text_events_47", "d_text_mentions_79", "d_text_events_talk"]
    assert [each["kind"] for each in state.open] == ["events", "mentions", "events"]
    assert not state.files


def test_a_difference_shows_both_versions_under_the_names_of_the_first(root):
    found = {each["id"]: each for each in adjudicate(root).open}
    talk = found["d_text_events_talk"]
    assert talk["a"] == "events: {id: talk, type: CONSULT, actor: [envoy, holm], place: [strelsau]}"
    assert talk["b"] == "events: {id: talk, type: CONSULT/visit, actor: [envoy], recipient: [holm], place: [strelsau]}"
    assert found["d_text_mentions_79"]["at"].endswith("and left ▸the hall.")


def test_what_hangs_on_an_event_goes_with_it(root):
    blame = next(each for each in adjudicate(root).open if each["id"] == "d_text_events_47")
    assert blame["a"].splitlines()[1] == "triggers: {q: called, event: blame}"
    assert blame["b"] is None


@pytest.mark.parametrize("side", ["a", "b"])
def test_choosing_one_side_throughout_gives_that_pass(root, side):
    adjudicate(root)
    decide(root, side)
    write_settled(root, adjudicate(root), write=True)
    assert [f for f in validate_corpus(root) if f.severity == "error" and f.code != "file-missing"] == []
    agreement = agree_passes(read_pass(root, str(root)), read_pass(root, {"a": "r/one", "b": "r/two"}[side]))
    values = {(m["measure"], m["statistic"]): m["value"] for m in agreement["measures"]}
    assert {value for value in values.values() if value is not None} == {1.0}


def test_a_note_of_the_second_is_kept_where_the_first_has_none(root):
    adjudicate(root)
    decide(root, "a")
    state = adjudicate(root)
    assert "note: A weekday." in state.files["annotations/decisions/text.yaml"]


def test_both_and_neither(root):
    adjudicate(root)
    decide(root, "a", "d_text_events_talk")
    decide(root, "neither", "d_text_events_47")
    decide(root, "b", "d_text_mentions_79")
    text = adjudicate(root).files["annotations/decisions/text.yaml"]
    assert "the hall" in text
    assert "blame" not in text
    assert "type: CONSULT," in text


def test_a_value_of_ones_own_is_put_into_its_passage(root):
    adjudicate(root)
    decide(root, "a")
    path = root / "annotations/decisions/text.yaml"
    lines = (
        "value: |-",
        "events: {id: blame, type: ACCUSE/allege, actor: [envoy]}",
        "triggers: {q: called, event: blame}",
    )
    value = "\n    ".join(lines)
    head, rest = path.read_text().split("- id: d_text_events_47\n")
    path.write_text(head + "- id: d_text_events_47\n" + rest.replace("choose: a", f"choose: other\n  {value}", 1))
    text = adjudicate(root).files["annotations/decisions/text.yaml"]
    assert "ACCUSE/allege" in text
    assert "{q: called, event: blame}" in text.split("He called")[1]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("triggers: {q: nowhere, event: talk}", "not sound"),
        ("verbs: {q: met}", "no part of a document is called 'verbs'"),
        ("events: {id: blame, colour: red}", "not sound"),
        ("events: [", "d_text_events_47"),
    ],
)
def test_a_value_that_does_not_fit_is_told(root, value, said):
    adjudicate(root)
    decide(root, "a")
    path = root / "annotations/decisions/text.yaml"
    head, rest = path.read_text().split("- id: d_text_events_47\n")
    rest = rest.replace("choose: a", f"choose: other\n  value: '{value}'", 1)
    path.write_text(f"{head}- id: d_text_events_47\n{rest}")
    with pytest.raises(CorpusError, match=said):
        adjudicate(root)


def test_nothing_is_finished_while_one_is_open(root, capsys):
    adjudicate(root)
    decide(root, "a", "d_text_events_.*")
    assert main(["adjudicate", "r/one", "r/two", str(root), "--yes"]) == 1
    assert "1 decisions are open" in capsys.readouterr().out
    assert not (root / "annotations/text.yaml").exists()


def test_without_a_reason_it_is_open(root):
    adjudicate(root)
    decide(root, "a", why="null")
    assert len(adjudicate(root).open) == 3
    assert {finding.code for finding in validate_corpus(root)} >= {"decision-open"}


def test_what_was_decided_is_kept(root):
    adjudicate(root)
    decide(root, "b", "d_text_events_talk", why="It was at his house.")
    before = (root / "annotations/decisions/text.yaml").read_text()
    adjudicate(root)
    assert (root / "annotations/decisions/text.yaml").read_text() == before
    assert "why: It was at his house." in before


def test_nothing_is_written_without_yes(root, capsys):
    adjudicate(root)
    decide(root, "a")
    assert main(["adjudicate", "r/one", "r/two", str(root)]) == 0
    assert "+document: text" in capsys.readouterr().out
    assert not (root / "annotations/text.yaml").exists()
    assert main(["adjudicate", "r/one", "r/two", str(root), "--yes"]) == 0
    assert (root / "annotations/text.yaml").exists()
    capsys.readouterr()
    assert main(["adjudicate", "r/one", "r/two", str(root), "--yes"]) == 0
    assert "all is decided, and the annotations say so" in capsys.readouterr().out


def test_what_people_changed_afterwards_is_not_written_over(root, capsys):
    adjudicate(root)
    decide(root, "a")
    assert main(["adjudicate", "r/one", "r/two", str(root), "--yes"]) == 0
    path = root / "annotations/text.yaml"
    path.write_text(path.read_text().replace("type: CONSULT,", "type: CONSULT/visit,"))
    changed = path.read_text()
    assert main(["adjudicate", "r/one", "r/two", str(root), "--yes"]) == 2
    assert "has been changed since it was settled" in capsys.readouterr().err
    assert path.read_text() == changed


def test_the_corpus_itself_can_be_one_side(root):
    """So is a third reading answered."""
    adjudicate(root)
    decide(root, "a")
    write_settled(root, adjudicate(root), write=True)
    state = adjudicate(root, str(root), "r/two", "third")
    assert {each["id"].partition("_")[0] for each in state.open} == {"third"}
    assert (root / "annotations/decisions/text.third.yaml").exists()


def test_a_pass_with_errors_is_refused(root, capsys):
    path = root / "annotations/passes/r/two/text.yaml"
    path.write_text(path.read_text().replace("q: Holm", "q: Helm"))
    assert main(["adjudicate", "r/one", "r/two", str(root)]) == 2
    assert "r/two has errors in text" in capsys.readouterr().err


def test_decisions_with_errors_are_not_touched(root, capsys):
    adjudicate(root)
    path = root / "annotations/decisions/text.yaml"
    path.write_text(path.read_text() + "  colour: red\n")
    broken = path.read_text()
    assert main(["adjudicate", "r/one", "r/two", str(root)]) == 2
    assert "annotations/decisions/text.yaml has errors" in capsys.readouterr().err
    assert path.read_text() == broken


@pytest.mark.parametrize("name", ROUNDS)
@pytest.mark.parametrize("side", ["a", "b"])
def test_the_passes_of_this_corpus_come_back_whole(tmp_path, name, side):
    """Five real documents, one a copy of another (and in one round, the other way round in each pass)."""
    root = tmp_path / "own"
    for folder in ("raw", f"annotations/passes/{name}"):
        shutil.copytree(TOP / folder, root / folder)
    shutil.copy(TOP / "annotations/corpus.yaml", root / "annotations/corpus.yaml")
    for _ in range(3):  # which text is the copy is decided before what it holds
        state = adjudicate(root, f"{name}/a", f"{name}/b")
        decide(root, side)
    write_settled(root, adjudicate(root, f"{name}/a", f"{name}/b"), write=True)
    assert not state.open
    assert [finding for finding in validate_corpus(root) if finding.severity == "error"] == []
    agreement = agree_passes(read_pass(root, str(root)), read_pass(root, f"{name}/{side}"))
    values = {m["measure"]: m["value"] for m in agreement["measures"] if m["value"] is not None}
    levels = values.pop("mentions.level")  # the aliases of both passes are put together, and levels follow from them
    assert levels > 0.95
    assert set(values.values()) == {1.0}


def test_a_decision_on_what_was_mended_is_kept(root):
    """The annotations that a third reading was held against change because of it."""
    adjudicate(root)
    decide(root, "a")
    write_settled(root, adjudicate(root), write=True)
    before = ids(adjudicate(root, str(root), "r/two", "third"))
    decide(root, "b")
    path = root / "annotations/text.yaml"
    path.write_text(path.read_text().replace("  triggers:\n  - {q: called, event: blame}\n", ""))
    path.write_text(path.read_text().replace("- {id: blame, type: ACCUSE/disapprove, actor: [envoy]}\n", ""))
    state = adjudicate(root, str(root), "r/two", "third")
    assert sorted(ids(state)) == sorted(before)
    assert not state.open


def test_actors_of_documents_that_are_not_compared_stay(root):
    """A third reading of some documents takes nothing from the others."""
    inventory = root / "annotations/passes/r/one/inventory.yaml"
    inventory.write_text(INVENTORY + "- {id: brandt, type: PER, name: Brandt}\n")
    other = "document: more\nlanguage: en\nannotated: [actors]\npassages:\n- at: Brandt\n  zone: body\n  mentions:\n"
    (root / "annotations/passes/r/one/more.yaml").write_text(other + "  - {q: Brandt, actors: [brandt]}\n")
    (root / "raw/more.txt").write_text("Brandt waited.\n")
    adjudicate(root)
    decide(root, "a")
    assert "brandt" in adjudicate(root).files["annotations/decisions/inventory.yaml"]
