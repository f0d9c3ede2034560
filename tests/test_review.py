"""Reviewing a layer: what is shown, what is kept, what is recorded, and what voids it."""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from conftest import TOP, TOY, lines, plain_document, span, write_corpus

from corpus_pkg import build_dataset, validate_corpus
from corpus_pkg.cli import main
from corpus_pkg.corpus import read_corpus
from corpus_pkg.describe import QUESTIONS
from corpus_pkg.documents import iter_documents
from corpus_pkg.errors import CorpusError, InvalidCorpusError, UnknownNameError
from corpus_pkg.items import LAYERS, layer_digest, layer_items
from corpus_pkg.review import Answer, Session, read_answer
from corpus_pkg.schema import shape

REVIEWS = "annotations/reviews/call.yaml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the toy corpus."""
    shutil.copytree(TOY, tmp_path / "toy")
    return tmp_path / "toy"


def documents(root: Path) -> dict[str, Any]:
    return {checked.entry.doc_id: checked.document for checked in iter_documents(read_corpus(root))}


def review(root: Path, answers: str, *words: str, layer: str = "date", doc_id: str = "call") -> int:
    """Run the command with these answers; return its exit status."""
    path = root / "answers.txt"
    path.write_text(answers, "utf-8")
    return main(["review", doc_id, "--layer", layer, "--as", "nobody", "--answers", str(path), *words, str(root)])


def recorded(root: Path) -> list[dict[str, Any]]:
    return read_corpus(root).reviews


def session(root: Path, layer: str = "date", reviewer: str = "nobody") -> Session:
    corpus = read_corpus(root)
    return Session(corpus, documents(root)["call"], layer, reviewer)


# Items and digests.


def test_every_layer_has_its_keys_and_every_kind_its_question():
    """All keys of the canonical form that annotate belong to one layer."""
    apart = {"document", "language", "annotated", "copy_of", "text", "passages", "draft", "cases", "note"}
    kinds = [kind for kinds in LAYERS.values() for kind in kinds]
    assert sorted(kinds) == sorted(set(shape("canonical")["properties"]) - apart)
    assert set(QUESTIONS) == set(kinds)


def test_every_item_has_a_name_of_its_own():
    """In every document of every corpus here."""
    for corpus in (TOP, TOY):
        for document in documents(corpus).values():
            items = [item for layer in LAYERS for item in layer_items(document, layer)]
            assert len({item.key for item in items}) == len(items)
            assert len({item.digest for item in items}) == len(items)


def test_the_digest_is_of_the_layer_alone():
    """An edit of one layer voids no review of another, nor does a key that says nothing; that of the text voids all."""
    document = documents(TOY)["call"]
    digests = {layer: layer_digest(document, layer) for layer in LAYERS}
    assert len(set(digests.values())) == len(LAYERS)
    mentions = [{**mention, "new": None, "more": []} for mention in document["mentions"]]
    assert layer_digest({**document, "mentions": mentions}, "actors") == digests["actors"]
    fewer = {**document, "mentions": document["mentions"][1:]}
    assert layer_digest(fewer, "actors") != digests["actors"]
    assert layer_digest(fewer, "events") == digests["events"]
    for layer, digest in digests.items():
        assert layer_digest({**document, "text": document["text"] + " "}, layer) != digest


def test_zero_and_false_are_not_one_another():
    """A count of nothing says something; a flag that is not set does not."""
    document = documents(TOY)["call"]
    none = {**document, "events": [{**document["events"][0], "counts": {}}]}
    zero = {**document, "events": [{**document["events"][0], "counts": {"killed": 0}}]}
    assert layer_digest(none, "events") != layer_digest(zero, "events")


# Looking.


def test_a_layer_is_shown_item_by_item(capsys, file_regression, monkeypatch):
    """Quote in its context, the question, what is said, what labels mean."""
    monkeypatch.setenv("COLUMNS", "100")
    for layer in LAYERS:
        assert main(["review", "bridge_az", "--layer", layer, "--list", str(TOY)]) == 0
    file_regression.check(capsys.readouterr().out, encoding="utf-8")


def test_machines_get_the_items(capsys):
    """With the digest that a review of them would bear."""
    assert main(["review", "call", "--layer", "events", str(TOY), "--json"]) == 0
    given = json.loads(capsys.readouterr().out)
    document = documents(TOY)["call"]
    assert given["digest"] == layer_digest(document, "events")
    assert [item["item"] for item in given["items"]] == [item.key for item in layer_items(document, "events")]
    assert all(
        item["quote"] == document["text"][item["start"] : item["end"]] for item in given["items"] if item["quote"]
    )
    blast = next(item for item in given["items"] if item["item"] == "events/blast")
    assert any(remark["of"] == "hard case 1" for remark in blast["remarks"])


@pytest.mark.parametrize("corpus", [TOP, TOY])
def test_every_layer_of_every_document_can_be_shown(corpus, capsys):
    for doc_id, document in documents(corpus).items():
        for layer in document["annotated"]:
            assert main(["review", doc_id, "--layer", layer, "--list", str(corpus)]) == 0
            assert capsys.readouterr().err == ""


def test_all_kinds_of_items_can_be_shown(full, capsys):
    """Own actors with offices, claims that no words make, counts."""
    for layer in LAYERS:
        assert main(["review", "a1", "--layer", layer, "--list", str(full)]) == 0
    told = capsys.readouterr().out
    assert {kind for kind in QUESTIONS if QUESTIONS[kind] in told} == set(QUESTIONS)
    assert "ministry" in told


def test_a_text_cannot_steer_the_terminal(tmp_path, capsys):
    """Control characters are shown as they are written."""
    text = "A \x1b[31mred\x1b[0m word."
    document = plain_document("a", text, mentions=[{"q": span(text, "red"), "actors": ["x"], "note": "\x1b]0;t\x07"}])
    document |= {"annotated": ["actors"], "actors": [{"id": "x", "type": "PER", "name": "\x9bX"}]}
    write_corpus(tmp_path, [document])
    assert main(["review", "a", "--layer", "actors", "--list", str(tmp_path)]) == 0
    told = capsys.readouterr().out
    assert "red" in told
    assert not {"\x1b", "\x07", "\x9b"} & set(told)


# Misuse.


def test_without_a_terminal_it_says_what_to_do(capsys, monkeypatch):
    with open(os.devnull) as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        assert main(["review", "call", "--layer", "date", "--as", "nobody", str(TOY)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "look with --list or --json, or give answers with --answers FILE" in told.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--as", "nobdy"], "no annotator is called 'nobdy'; did you mean nobody?; to add yourself, write under"),
        (["--as", "mern"], "- {id: SHORT_NAME, kind: human, name: YOUR NAME, orcid: 0000-0000-0000-0000}"),
        ([], "say who reviews: --as NAME"),
    ],
)
def test_who_reviews_must_be_known(root, words, said, capsys):
    (root / "answers.txt").write_text("c\nc\n")
    assert main(["review", "call", "--layer", "date", "--answers", str(root / "answers.txt"), *words, str(root)]) == 2
    assert said in capsys.readouterr().err
    assert not (root / "annotations/reviews").exists()


def test_a_layer_that_is_not_finished_is_not_reviewed(capsys):
    assert main(["review", "notice", "--layer", "events", "--list", str(TOY)]) == 2
    assert "the layer events of notice is not finished and cannot be reviewed" in capsys.readouterr().err


def test_unknown_documents_and_layers(root, capsys):
    assert main(["review", "cal", "--layer", "date", "--list", str(TOY)]) == 2
    assert "no document is called 'cal'; did you mean call" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="2"):
        main(["review", "call", "--layer", "dates", "--list", str(TOY)])
    with pytest.raises(UnknownNameError, match="did you mean date"):
        session(root, "dates")


def test_a_document_with_errors_is_not_reviewed(root, capsys):
    """Its findings are shown instead."""
    path = root / "annotations/call.yaml"
    path.write_text(path.read_text("utf-8").replace("q: speak", "q: speek"), "utf-8")
    assert review(root, "c\n") == 1
    assert "anchor-not-found" in capsys.readouterr().err


def test_an_empty_corpus(tmp_path, capsys):
    write_corpus(tmp_path, [])
    assert main(["review", "a", "--layer", "date", "--list", str(tmp_path)]) == 2
    assert "no document is called 'a'" in capsys.readouterr().err


@pytest.mark.parametrize("line", ["", "y", "cc", "x", "x  ", "confirm", "\x1b[A"])
def test_what_is_no_answer(line):
    with pytest.raises(CorpusError):
        read_answer(line)


def test_answers():
    """Letters of either case; what is written behind a letter that needs no note is passed over."""
    assert read_answer(" C \n") == Answer("c")
    assert read_answer("x  the wrong\tday ") == Answer("x", "the wrong day")
    assert read_answer("s later") == Answer("s")


def test_an_answer_that_is_none_is_told_with_its_line(root, capsys):
    assert review(root, "\nc\nyes\n") == 2
    assert "line 3 of the answers: 'yes' is no answer" in capsys.readouterr().err


# Recording.


def test_all_is_confirmed(root, capsys):
    """One review, which holds, in the file of its document."""
    assert review(root, "c\nc\n", "--note", "By day.") == 0
    assert (
        "confirmed: 2 of 2 items looked at, 0 wrong; recorded in annotations/reviews/call.yaml"
        in capsys.readouterr().out
    )
    (found,) = recorded(root)
    assert found == {
        **{"document": "call", "layer": "date", "reviewer": "nobody", "date": date.today().isoformat()},
        **{"items": 2, "total": 2, "verdict": "confirmed", "disputed": [], "note": "By day."},
        "digest": layer_digest(documents(root)["call"], "date"),
    }
    assert [finding for finding in validate_corpus(root) if finding.path == REVIEWS] == []
    assert sorted(path.name for path in (root / "annotations/reviews").iterdir()) == ["call.yaml"]


def test_what_is_wrong_is_kept(root, capsys):
    assert review(root, "s\nx the 4th is: [a, 'Tuesday'] # no\n", "--json") == 0
    assert json.loads(capsys.readouterr().out)["verdict"] == "disputed"
    (found,) = recorded(root)
    assert (found["verdict"], found["items"], found["total"]) == ("disputed", 1, 2)
    why = "the 4th is: [a, 'Tuesday'] # no"
    assert found["disputed"] == [{"item": "date_candidates/71-82", "quote": "May 4, 2021", "why": why}]


def test_what_was_disputed_and_is_mended_is_corrected(root):
    """By the same reviewer; the void review is a warning and stays as a record."""
    assert review(root, "c\nx wrong\n") == 0
    path = root / "annotations/call.yaml"
    path.write_text(path.read_text("utf-8").replace("verdict: accepted}", "verdict: accepted, note: Mended.}"), "utf-8")
    stale = [finding for finding in validate_corpus(root) if finding.code == "review-stale"]
    assert [(finding.path, finding.severity) for finding in stale] == [(REVIEWS, "warning")]
    assert review(root, "c\nc\n") == 0
    assert [each["verdict"] for each in recorded(root)] == ["disputed", "corrected"]
    build_dataset(root, root / "out")
    (table,) = (root / "out/reviews").glob("*.parquet")
    rows = {row["verdict"]: row for row in pq.ParquetFile(table).read().to_pylist()}
    assert {name: (row["holds"], len(row["disputed"])) for name, row in rows.items()} == {
        "disputed": (False, 1),
        "corrected": (True, 0),
    }


def test_the_same_is_not_reviewed_twice_a_day(root, capsys):
    assert review(root, "c\nc\n") == 0
    assert review(root, "c\nc\n") == 2
    assert "today, and it has not changed; to do it again, take that review out of" in capsys.readouterr().err
    assert len(recorded(root)) == 1


def test_nothing_looked_at_is_no_review(root, capsys):
    assert review(root, "s\ns\n") == 2
    assert "nothing was looked at" in capsys.readouterr().err
    assert recorded(root) == []


OLD = "{document: call, layer: events, reviewer: nobody, date: 2021, items: 1, verdict: confirmed, digest: %s}" % (
    "a" * 64
)


@pytest.mark.parametrize(
    "text",
    [
        f"# Mine.\nreviews:\n- {OLD}  # the first\n# The end.\n",
        f"reviews:\n  - {OLD}\n",
        f"reviews:\n- {OLD}",
        f"reviews:\r\n- {OLD}\r\n",
        f"\ufeffreviews:\n- {OLD}\n",
        f"# Mine.\nreviews: [{OLD}]  # in one line\n",
        "reviews: []  # none yet\n",
        "{}\n",
        "reviews:\n- document: call\n  layer: events\n  reviewer: nobody\n  date: 2021\n  items: 1\n"
        f"  verdict: confirmed\n  digest: {'a' * 64}  # by hand\n  note: |\n    A.\n    B.\n",
    ],
)
def test_what_is_there_stays(root, text):
    """Other reviews and all comments; where the list stands in lines, every letter."""
    (root / "annotations/reviews").mkdir()
    (root / REVIEWS).write_bytes(text.encode())
    before = recorded(root)
    assert review(root, "c\nc\n") == 0
    after = (root / REVIEWS).read_bytes().decode()
    assert recorded(root)[:-1] == before
    assert recorded(root)[-1]["layer"] == "date"
    assert after.startswith(text) or "[" in text or "{}" in text
    assert after.count("#") == text.count("#")
    assert ("\r\n" in after) == ("\r\n" in text)


@pytest.mark.parametrize(
    "text", ["reviews: {}\n", "- a\n", "reviews:\n- {document: call}\n", "a: [", "", "\x00", "# Mine.\n"]
)
def test_a_broken_file_of_reviews_is_left_as_it_is(root, text, capsys):
    """Its findings are shown before anything is asked."""
    (root / "annotations/reviews").mkdir()
    (root / REVIEWS).write_bytes(text.encode())
    assert review(root, "c\nc\n") == 1
    assert f"{REVIEWS}" in capsys.readouterr().err
    assert (root / REVIEWS).read_bytes() == text.encode()
    with pytest.raises(InvalidCorpusError):
        session(root)


def test_a_place_that_cannot_be_written(root, capsys):
    """A file stands where the folder should be: nothing is lost, and it is said."""
    (root / "annotations/reviews").write_text("x")
    assert review(root, "c\nc\n") == 1
    assert "annotations/reviews" in capsys.readouterr().err


# Going on.


def test_it_goes_on_where_it_was_left(root, capsys):
    """What was answered is kept, what was skipped is asked again."""
    total = len(layer_items(documents(root)["call"], "actors"))
    assert review(root, "c\ns\nx wrong\n", layer="actors") == 1
    assert f"3 of {total} items are answered and kept" in capsys.readouterr().err
    assert recorded(root) == []
    asked: list[int] = []
    again = session(root, "actors")
    assert again.answered == 2
    assert again.run(lambda place, item: asked.append(place) or Answer("c"))
    assert asked == [1, *range(3, total)]
    again.record()
    (found,) = recorded(root)
    assert (found["items"], [each["why"] for each in found["disputed"]]) == (total, ["wrong"])


def test_an_item_that_has_changed_is_asked_again(root):
    """And those that have not are not."""
    assert review(root, "c\nq\n") == 1
    path = root / "annotations/call.yaml"
    path.write_text(path.read_text("utf-8").replace("date: {text: 2021", "date: {note: New., text: 2021"), "utf-8")
    asked: list[str] = []
    assert session(root).answered == 0
    session(root).run(lambda place, item: asked.append(item.key) or Answer("q"))
    assert asked == ["date"]


def test_back_asks_again(root):
    """The first has none before it."""
    asked: list[int] = []
    answers = iter([Answer("b"), Answer("c"), Answer("b"), Answer("x", "No."), Answer("c")])
    under_way = session(root)
    assert under_way.run(lambda place, item: asked.append(place) or next(answers))
    assert asked == [0, 0, 1, 0, 1]
    assert under_way.record()["disputed"] == [{"item": "date", "quote": "May 4, 2021", "why": "No."}]


@pytest.mark.parametrize("kept", ["", "[", "[1]", '{"a": 1}', '{"DIGEST": [1, 2, 3]}', "\xff"])
def test_kept_answers_that_cannot_be_read(root, kept):
    """Told, or passed over; never a traceback."""
    assert review(root, "c\nq\n") == 1
    (path,) = (root / "annotations/reviews").glob(".*.json")
    digest = layer_items(documents(root)["call"], "date")[0].digest
    path.write_bytes(kept.replace("DIGEST", digest).encode("latin-1"))
    assert review(root, "c\nc\n") in (0, 2)


def test_on_a_terminal(root):
    """A block, a question; what is no answer is asked again; quitting keeps what was answered."""
    master, slave = pty.openpty()
    words = [sys.executable, "-m", "corpus_pkg", "review", "call", "--layer", "date", "--as", "nobody", str(root)]
    environment = {**os.environ, "PYTHONPATH": str(TOP)}
    run = subprocess.Popen(words, stdin=slave, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
    os.close(slave)
    os.write(master, b"maybe\nc\nq\n")
    out, err = run.communicate(timeout=60)
    os.close(master)
    assert run.returncode == 0
    assert b"1 of 2  date  line 3" in out
    assert b"'maybe' is no answer" in out
    assert b"2 of 2  date_candidates/71-82" in out
    assert b"1 of 2 items are answered and kept" in err


def test_the_terminal_is_closed_in_between(root):
    """What was answered is kept, and the file of reviews is not touched."""
    master, slave = pty.openpty()
    words = [sys.executable, "-m", "corpus_pkg", "review", "call", "--layer", "date", "--as", "nobody", str(root)]
    environment = {**os.environ, "PYTHONPATH": str(TOP)}
    run = subprocess.Popen(words, stdin=slave, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
    os.close(slave)
    os.write(master, b"c\n")
    kept = root / "annotations/reviews/.call.date.nobody.json"
    for _ in range(300):
        if kept.exists():
            break
        time.sleep(0.1)
    os.close(master)
    _, err = run.communicate(timeout=60)
    assert b"Traceback" not in err
    assert session(root).answered == 1
    assert recorded(root) == []


def test_a_huge_document(tmp_path):
    """Thousands of items are listed and recorded in seconds."""
    text = "\n".join(f"Word {number} of Arden." for number in range(3_000))
    found = []
    for line in lines(text):
        start = text.index("Arden", line["start"])
        found.append({"q": {"start": start, "end": start + 5, "text": "Arden"}, "actors": ["arden"]})
    document = plain_document("a", text, annotated=["actors"], mentions=found)
    document["actors"] = [{"id": "arden", "type": "GPE", "name": "Arden"}]
    annotators = {"annotators": [{"id": "nobody", "kind": "human", "name": "Nobody"}]}
    write_corpus(tmp_path, [document], annotators=annotators)
    corpus = read_corpus(tmp_path)
    (checked,) = iter_documents(corpus)
    assert checked.document is not None
    began = time.perf_counter()
    under_way = Session(corpus, checked.document, "actors", "nobody")
    assert not under_way.run(lambda place, item: Answer("c") if place < 20 else None)
    assert main(["review", "a", "--layer", "actors", "--list", str(tmp_path)]) == 0
    assert time.perf_counter() - began < 20
    assert under_way.answered == 20


def test_a_copy_is_reviewed_as_its_own(root):
    """With offsets of its own, and so a digest of its own."""
    found = documents(root)
    assert layer_digest(found["call"], "actors") != layer_digest(found["call_copy"], "actors")
