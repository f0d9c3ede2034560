"""Adjudication: what two passes share goes through, what they differ in is decided, and nothing else happens."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from corpus_pkg import CorpusError, validate_corpus
from corpus_pkg.adjudication import inventories
from corpus_pkg.adjudication.adjudicate import Adjudication, adjudicate_passes
from corpus_pkg.adjudication.differences import FREE, FREE_OF, compare_documents, with_free
from corpus_pkg.adjudication.files import write_registers, write_settled
from corpus_pkg.agreement.passes import agree_passes
from corpus_pkg.cli import main
from corpus_pkg.corpus import read_corpus
from corpus_pkg.passes import read_pass
from corpus_pkg.schema import shape

Data = dict[str, Any]
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
    return small_corpus(tmp_path / "small")


def small_corpus(folder: Path) -> Path:
    """Make a corpus with one text, not annotated, and two passes over it, each with names of its own."""
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
    assert talk["at"].startswith("The envoy ▸met Holm in Strelsau"), "where the event is first told"


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


@pytest.mark.parametrize(
    ("choose", "only", "status", "said"),
    [
        ("other", "d_text_events_47", 1, "decision-unfounded: 'other' is chosen, and 'value' is missing"),
        ("both", "d_text_events_talk", 2, "events/2/id: 'talk' is given a second time"),
        ("neither", "d_text_events_talk", 2, "no event of this document is called 'talk'"),
    ],
)
def test_what_was_decided_and_leaves_a_name_without_a_thing_is_not_written(root, capsys, choose, only, status, said):
    adjudicate(root)
    decide(root, choose, only)
    decide(root, "a")
    assert main(["adjudicate", "r/one", "r/two", str(root), "--yes"]) == status
    assert said in capsys.readouterr().err
    assert not (root / "annotations/text.yaml").exists()


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
    for words in ((), ("--yes",)):
        assert main(["adjudicate", "r/one", "r/two", str(root), *words]) == 1
        assert "annotations/decisions/text.yaml:35:3: error unknown-key:" in capsys.readouterr().err
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


def whole(wanted: Data, name: str = "") -> Any:
    """Return a value with every key of a schema in it, and one item in every list."""
    if "properties" in wanted:
        return {key: whole(inner, key) for key, inner in wanted["properties"].items()}
    if "items" in wanted:
        return [whole(wanted["items"], name)]
    kinds = wanted.get("type", "string")
    first = kinds if isinstance(kinds, str) else kinds[0]
    return {"integer": 20 if name == "end" else 10, "boolean": False, "object": {"killed": 1}}.get(first, name or "x")


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the path of every value that holds no other."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from leaves(each, (*path, key))
    if not isinstance(value, (dict, list)):
        yield path


def changed(value: Any, path: tuple[str | int, ...]) -> Any:
    """Return the value with another one at the end of a path."""
    if not path:
        return not value if isinstance(value, bool) else value + 1 if isinstance(value, int) else f"{value}2"
    copied = dict(value) if isinstance(value, dict) else [*value]
    copied[path[0]] = changed(value[path[0]], path[1:])
    return copied


DOCUMENT = whole(shape("canonical"))
OF_NO_SIDE = {("document",), ("text",), ("actors", 0, "id")}
"""Passes have the first two alike, or are not compared; an actor that one alone has goes through when it is used."""


def is_free(path: tuple[str | int, ...], free: Data, free_of: Data) -> bool:
    own = free_of.get(str(path[0]), ())
    return path[-1] in free or "cases" in path or (len(path) > 2 and path[2] in own)


@pytest.mark.parametrize("path", [*leaves(DOCUMENT)], ids=lambda path: ".".join(map(str, path)))
def test_every_part_of_a_document_is_compared_or_listed_with_what_then_stands(path):
    if path in OF_NO_SIDE:
        return
    found = compare_documents(DOCUMENT, changed(DOCUMENT, path)).differences
    assert bool(found) != is_free(path, FREE, FREE_OF)


INVENTORIES = whole(shape("inventory"))


@pytest.mark.parametrize("path", [*leaves(INVENTORIES)], ids=lambda path: ".".join(map(str, path)))
def test_every_part_of_the_inventory_is_compared_or_listed_with_what_then_stands(path, root):
    if path[-1] in ("id", "from", "to") or (path[0] == "relations" and path[-1] == "type"):
        return  # by these two records are told to be of one thing
    first = {**INVENTORIES, "events": [{**INVENTORIES["events"][0], "mode": "phone"}]}
    first["relations"] = [{**INVENTORIES["relations"][0], "mode": "answer"}]
    vocabulary = read_corpus(root).vocabulary
    found = [*inventories.compare_inventories(first, changed(first, path), vocabulary)]
    assert bool(found) != is_free(path, FREE, inventories.FREE)


def test_the_documentation_names_all_that_is_not_compared():
    text = (TOP / "docs/adjudication.md").read_text("utf-8")
    listed = {*FREE, *(key for table in (FREE_OF, inventories.FREE) for keys in table.values() for key in keys)}
    assert [key for key in sorted(listed) if f"`{key}`" not in text] == []


def test_words_that_support_a_date_are_decided(root):
    """The date is the same, what it rests on is not."""
    for name, words in (("one", "Tuesday"), ("two", "on Tuesday")):
        path = root / f"annotations/passes/r/{name}/text.yaml"
        path.write_text(path.read_text() + f"date: {{text: 2019-05, because: [{words}], note: {name}}}\n")
    found = {each["id"]: each for each in adjudicate(root).open}
    assert found["d_text_date_"]["a"] == "date: {text: 2019-05, because: [Tuesday], note: one}"
    assert found["d_text_date_"]["b"] == "date: {text: 2019-05, because: [on Tuesday], note: two}"


def test_what_is_not_compared_is_kept_of_both_passes():
    one = {"note": None, "cases": [1], "draft": False, "time": {"note": None, "text": "2019"}, "id": "a"}
    other = {"note": "B.", "cases": [2, 1], "draft": True, "time": {"note": "Inside.", "text": "2019"}, "id": "a"}
    kept = with_free(one, other)
    assert kept == {**other, "cases": [1, 2]}
    assert with_free({**one, "note": "A."}, other)["note"] == "A."


def test_offices_are_decided_and_a_name_that_the_text_has_is_not_lost(root):
    for name, actor in (("one", "name: Holm, offices: [{title: minister}]"), ("two", "name: met Holm")):
        path = root / f"annotations/passes/r/{name}/inventory.yaml"
        path.write_text(path.read_text().replace("name: Holm", actor))
    found = {each["id"]: each for each in adjudicate(root).open}
    assert found["d_inventory_actors_holm"]["a"].endswith("offices: [{title: minister}]}")
    assert found["d_inventory_actors_holm"]["b"].endswith("offices: []}")
    decide(root, "b")
    settled = adjudicate(root).files["annotations/decisions/inventory.yaml"]
    assert "{id: holm, type: PER, name: Holm, aliases: [met Holm]}" in settled


def test_a_relation_of_the_world_that_one_pass_has_is_decided(root):
    """Not when the other does not know one of its events."""
    events = "events:\n- {id: war, type: 'x:COMPLEX/war', name: w}\n- {id: talk, type: CONSULT, name: t}\n"
    for name, more in (("one", "relations:\n- {from: talk, type: SUBEVENT_OF, to: war}\n"), ("two", "")):
        path = root / f"annotations/passes/r/{name}/inventory.yaml"
        path.write_text(path.read_text() + events + more)
    assert "d_inventory_relations_SUBEVENT_OF_talk_war" in ids(adjudicate(root))
    for choose, stands in (("b", False), ("a", True)):
        shutil.rmtree(root / "annotations/decisions")
        adjudicate(root)
        decide(root, choose)
        assert ("SUBEVENT_OF" in adjudicate(root).files["annotations/decisions/inventory.yaml"]) is stands


def test_what_a_copy_adds_to_its_original_is_compared_too(root):
    """A paragraph with an event and an actor of its own."""
    (root / "raw/again.txt").write_text(TEXT + "\nA porter laughed.\n")
    for name, word in (("one", "laughed"), ("two", "porter")):
        own = (
            "document: again\nlanguage: en\nannotated: [date, source, actors, events]\ncopy_of: text\npassages:\n"
            "- at: A porter\n  zone: body\n  mentions:\n  - {q: A porter, actors: [porter]}\n"
            f"  triggers:\n  - {{q: {word}, event: laugh}}\nactors:\n- {{id: porter, type: PER, name: a porter}}\n"
            "events:\n- {id: laugh, type: ACCUSE, actor: [porter]}\n"
        )
        (root / f"annotations/passes/r/{name}/again.yaml").write_text(own)
    own = [each for each in ids(adjudicate(root)) if "_again_" in each]
    assert own == ["d_again_events_92", "d_again_events_99"]
    decide(root, "a")
    settled = adjudicate(root).files["annotations/decisions/again.yaml"]
    assert "{id: laugh, type: ACCUSE, actor: [porter]}" in settled
    assert "{q: laughed, event: laugh}" in settled


def test_passes_over_different_texts_are_refused(root, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(root, other)
    shutil.copy(other / "annotations/passes/r/two/text.yaml", other / "annotations/text.yaml")
    shutil.copy(other / "annotations/passes/r/two/inventory.yaml", other / "annotations/inventory.yaml")
    (other / "raw/text.txt").write_text(f" {TEXT}")
    with pytest.raises(CorpusError, match="different texts of text"):
        adjudicate(root, "r/one", str(other))


def test_the_inventory_is_not_written_over_either_when_nothing_in_it_was_decided(root, capsys):
    adjudicate(root)
    decide(root, "a")
    assert main(["adjudicate", "r/one", "r/two", str(root), "--yes"]) == 0
    path = root / "annotations/inventory.yaml"
    path.write_text(path.read_text().replace("name: Holm", "name: Anna Holm"))
    assert main(["adjudicate", "r/one", "r/two", str(root), "--yes"]) == 2
    assert "has been changed since it was settled" in capsys.readouterr().err
    assert "Anna Holm" in path.read_text()


def test_what_other_documents_use_in_the_inventory_stands(root):
    """They were annotated before, and nobody looked at them now."""
    (root / "raw/more.txt").write_text("Brandt and Holm waited.\n")
    mentions = "  - {q: Brandt, actors: [brandt]}\n  - {q: Holm, actors: [holm]}\n"
    more = "document: more\nlanguage: en\nannotated: [actors]\npassages:\n- at: Brandt\n  zone: body\n  mentions:\n"
    (root / "annotations/more.yaml").write_text(more + mentions)
    actors = "- {id: guard, type: ORG, name: Guard}\n- {id: gone, type: PER, name: Gone}\n"
    brandt = "- {id: brandt, type: PER, name: Brandt, offices: [{title: guard, body: guard}]}\n"
    holm = "- {id: holm, type: PER, name: Holm, wikidata: Q42}\n"
    (root / "annotations/inventory.yaml").write_text(f"actors:\n{actors}{brandt}{holm}")
    adjudicate(root)
    decide(root, "a")
    settled = adjudicate(root).files["annotations/decisions/inventory.yaml"]
    assert "wikidata: Q42" in settled
    assert "id: guard" in settled
    assert "id: strelsau" in settled
    assert "id: gone" not in settled
    write_settled(root, adjudicate(root), write=True)
    errors = [finding.code for finding in validate_corpus(root) if finding.severity == "error"]
    assert errors == ["file-missing"]  # the sums of the texts


def test_a_pass_is_not_settled_with_itself(root, capsys):
    assert main(["adjudicate", "r/one", "annotations/passes/r/one", str(root)]) == 2
    assert main(["adjudicate", "r/one", str(root / "annotations/passes/r/one"), str(root)]) == 2
    assert "both sides are r/one" in capsys.readouterr().err


def test_a_document_in_which_no_layer_is_finished_can_be_settled(root):
    (root / "raw/more.txt").write_text("Brandt waited.\n")
    for name in ("one", "two"):
        more = "document: more\nlanguage: en\nannotated: []\npassages:\n- {at: Brandt, zone: body}\n"
        (root / f"annotations/passes/r/{name}/more.yaml").write_text(more)
    adjudicate(root)
    decide(root, "a")
    assert "annotated: []" in adjudicate(root).files["annotations/decisions/more.yaml"]
