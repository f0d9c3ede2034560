"""The sample for a first review: reproducible, spread as it says, each text counted once."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from conftest import TOP, TOY, plain_document, span, write_corpus
from hypothesis import given
from hypothesis import strategies as st

from corpus_pkg.cli import main
from corpus_pkg.corpus import read_corpus
from corpus_pkg.documents import iter_documents
from corpus_pkg.init import init_corpus
from corpus_pkg.items import Item
from corpus_pkg.sample import COLUMNS, Candidate, candidates, draw_sample


def sheet(capsys: Any, *words: str | Path) -> list[dict[str, str]]:
    assert main(["sample", *map(str, words)]) == 0
    return [*csv.DictReader(io.StringIO(capsys.readouterr().out))]


def every(root: Path) -> list[Candidate]:
    return [each for checked in iter_documents(read_corpus(root)) for each in candidates(checked.document)]


def test_a_sheet_of_the_toy_corpus(capsys, file_regression):
    """One row an item; two columns are for the reader."""
    assert main(["sample", str(TOY), "--n", "12", "--seed", "7"]) == 0
    file_regression.check(capsys.readouterr().out, extension=".csv", encoding="utf-8")


def test_the_columns(capsys):
    rows = sheet(capsys, TOY, "--n", "30")
    assert len(rows) == 30
    assert tuple(rows[0]) == COLUMNS
    assert {row["verdict"] for row in rows} == {row["comment"] for row in rows} == {""}
    assert all(row["question"].endswith("?") and row["value"] for row in rows)
    assert len({row["id"] for row in rows}) == 30


def test_the_same_seed_gives_the_same_sample(capsys):
    """And another seed another one."""
    assert sheet(capsys, TOY, "--n", "20", "--seed", "a") == sheet(capsys, TOY, "--seed", "a", "--n", "20")
    assert sheet(capsys, TOY, "--n", "20", "--seed", "a") != sheet(capsys, TOY, "--n", "20", "--seed", "b")


def test_the_order_of_reading_does_not_matter():
    found = every(TOY)
    assert draw_sample(found, 25, "1") == draw_sample(reversed(found), 25, "1")


@pytest.mark.parametrize("root", [TOP, TOY])
@pytest.mark.parametrize("n", [0, 1, 5, 13, 40, 100, 10_000])
def test_so_many_as_asked_for(root, n):
    """Or all that there are; none twice."""
    found = every(root)
    drawn = draw_sample(found, n, "0")
    assert len(drawn) == min(n, len(found)) == len({each.id for each in drawn})


def test_every_kind_is_there_in_proportion():
    """One of each at the least, and no kind further from its share than that and rounding."""
    found = every(TOY)
    drawn = Counter(each.item.kind for each in draw_sample(found, 40, "0"))
    sizes = Counter(each.item.kind for each in found)
    assert set(drawn) == set(sizes)
    for kind, size in sizes.items():
        assert abs(drawn[kind] - 40 * size / len(found)) < 2, kind


@given(
    st.lists(st.tuples(st.sampled_from(["mentions", "times", "events"]), st.integers(0, 4)), max_size=60),
    st.integers(0, 70),
)
def test_any_corpus_can_be_drawn_from(found, n):
    """None is drawn twice, none is made up, and no document is further from its share than rounding."""
    items = [Candidate(f"d{doc}", Item(f"{kind}/{i}", "events", kind, {}, None)) for i, (kind, doc) in enumerate(found)]
    drawn = draw_sample(items, n, "s")
    assert len(drawn) == min(n, len(items))
    assert {each.id for each in drawn} <= {each.id for each in items}
    sizes = Counter((each.item.kind, each.doc_id) for each in items)
    by_kind, drawn_kind = Counter(each.item.kind for each in items), Counter(each.item.kind for each in drawn)
    for (kind, doc), number in Counter((each.item.kind, each.doc_id) for each in drawn).items():
        assert abs(number - drawn_kind[kind] * sizes[kind, doc] / by_kind[kind]) <= 1


def test_a_copy_is_counted_once():
    """Its own date and source apart."""
    kinds = {each.item.layer for each in every(TOY) if each.doc_id == "call_copy"}
    assert kinds <= {"date", "source"}
    assert {each.item.layer for each in every(TOY) if each.doc_id == "call"} == {"date", "source", "actors", "events"}


def test_only_finished_layers_are_drawn_from(tmp_path):
    path = tmp_path / "harbour"
    init_corpus(path, ["date", "source"])
    assert {each.item.layer for each in every(path)} == {"date", "source"}


def test_other_forms(capsys):
    """Markdown and JSON of the same rows."""
    rows = sheet(capsys, TOY, "--n", "5")
    assert main(["sample", str(TOY), "--n", "5", "--json"]) == 0
    assert [row["id"] for row in json.loads(capsys.readouterr().out)] == [row["id"] for row in rows]
    assert main(["sample", str(TOY), "--n", "5", "--format", "markdown"]) == 0
    table = capsys.readouterr().out.splitlines()
    assert len(table) == 7
    assert main(["sample", str(TOY), "--json", "--format", "csv"]) == 2


def test_what_stands_in_a_text_is_only_text(tmp_path, capsys):
    """No formula for a spreadsheet, no cell or line more, nothing for a terminal."""
    text = '=cmd|"x",\t@y \x1b[31m <b>'
    document = plain_document("a", text, annotated=["actors"], actors=[{"id": "x", "type": "PER", "name": "|X"}])
    document["mentions"] = [
        {"q": span(text, '=cmd|"x",\t@y'), "actors": ["x"]},
        {"q": span(text, "@y"), "actors": ["x"]},
    ]
    write_corpus(tmp_path, [document])
    rows = sheet(capsys, tmp_path)
    assert {row["quote"] for row in rows} >= {'\'=cmd|"x", @y', "'@y"}
    assert "\x1b" not in json.dumps(rows, ensure_ascii=False)
    assert main(["sample", str(tmp_path), "--format", "markdown"]) == 0
    table = capsys.readouterr().out.replace("\\|", "")
    assert len({line.count("|") for line in table.splitlines()}) == 1
    assert "\x1b" not in table


def test_an_empty_corpus(tmp_path, capsys):
    """A sheet with nothing but its head."""
    write_corpus(tmp_path, [])
    assert main(["sample", str(tmp_path)]) == 0
    output = capsys.readouterr()
    assert output.out == ",".join(COLUMNS) + "\n"
    assert "no layer is finished" in output.err


def test_a_document_with_errors_is_left_out_and_told(tmp_path, capsys):
    broken = plain_document("b", "Text.", mentions=[{"q": {"start": 0, "end": 9, "text": "x"}, "actors": ["x"]}])
    write_corpus(tmp_path, [plain_document("a", "Text.", annotated=["date"]), broken])
    assert main(["sample", str(tmp_path)]) == 1
    output = capsys.readouterr()
    assert "span-text-mismatch" in output.err
    assert output.out.count("\n") == 2


@pytest.mark.parametrize("n", ["-1", "many", "1.5"])
def test_a_number_is_wanted(n, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["sample", str(TOY), "--n", n])
    assert "is no whole number from 0 on" in capsys.readouterr().err


def test_the_sample_for_a_first_review_is_the_one_that_is_drawn(capsys):
    """A hundred annotations of this corpus, ready for whoever takes them up."""
    kept = (TOP / "annotations/reviews/first-sample.csv").read_text("utf-8")
    assert main(["sample", str(TOP), "--n", "100", "--seed", "1"]) == 0
    assert capsys.readouterr().out == kept


def filled(rows: list[dict[str, str]], path: Path, delimiter: str = ",") -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture
def harbour(tmp_path: Path, capsys: Any) -> tuple[Path, list[dict[str, str]]]:
    """A corpus with a reader, and a sheet of all its annotations."""
    root = tmp_path / "harbour"
    init_corpus(root)
    (root / "annotations/annotators.yaml").write_text("annotators:\n- {id: ana, kind: human, name: Ana Dell}\n")
    return root, sheet(capsys, root, "--n", "1000")


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_sheet_that_was_filled_in_is_recorded_as_reviews(harbour, capsys, delimiter):
    """As spreadsheets save it: with a mark at its beginning, CRLF, and sometimes semicolons."""
    root, rows = harbour
    mentions = [row for row in rows if "/mentions/" in row["id"]]
    mentions[0] |= {"verdict": "x", "comment": "the state, not the town"}
    mentions[1] |= {"verdict": "C", "comment": "just so"}
    mentions[2] |= {"verdict": "s"}
    next(row for row in rows if "/date" in row["id"])["verdict"] = "c"
    sheet_file = filled(rows, root.parent / "filled.csv", delimiter)
    assert main(["sample", str(root), "--record", str(sheet_file), "--as", "ana"]) == 0
    told = capsys.readouterr().out
    assert "actors: disputed, 2 of" in told
    assert "date: confirmed, 1 of" in told
    corpus = read_corpus(root)
    reviews = {review["layer"]: review for review in corpus.reviews}
    assert sorted(reviews) == ["actors", "date"]
    assert [each["why"] for each in reviews["actors"]["disputed"]] == ["the state, not the town"]
    assert reviews["actors"]["note"].endswith(": just so")
    assert [*root.glob("annotations/reviews/.*")] == []


def test_a_row_that_does_not_fit_is_told_and_nothing_is_recorded(harbour, capsys):
    root, rows = harbour
    for row, cells in zip(rows, ({"verdict": "maybe"}, {"verdict": "x"}, {"verdict": "q"}, {}), strict=False):
        row |= cells
    rows[4] |= {"verdict": "c", "value": "kind: another"}
    rows[5] |= {"verdict": "c", "id": "harbour/mentions/0-1"}
    rows[6]["verdict"] = "c"
    path = filled(rows, root.parent / "filled.csv")
    assert main(["sample", str(root), "--record", str(path), "--as", "ana"]) == 1
    told = capsys.readouterr().err
    found = [line.split("filled.csv:")[1] for line in told.splitlines() if "sheet-unfit" in line]
    assert [line.partition(":")[0] for line in found] == ["2", "3", "4", "6", "7"]
    assert "'maybe' is no answer" in found[0]
    assert "say in a few words what is wrong in `comment`" in found[1]
    assert "has changed since the sheet was drawn" in found[3]
    assert "there is no item harbour/mentions/0-1" in found[4]
    assert not (root / "annotations/reviews").exists()


def test_what_is_no_sheet_is_refused(harbour, capsys, tmp_path):
    root, rows = harbour
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    (tmp_path / "odd.csv").write_bytes(b"\xff\xfe")
    empty = filled(rows, tmp_path / "empty.csv")
    for path, who, said in (
        (tmp_path / "none.csv", "ana", "this file is missing"),
        (tmp_path / "other.csv", "ana", "is no sheet of `corpus sample`"),
        (tmp_path / "odd.csv", "ana", "is not UTF-8"),
        (empty, "ana", "no row of the sheet has a verdict"),
    ):
        assert main(["sample", str(root), "--record", str(path), "--as", who]) == 2
        assert said in capsys.readouterr().err
    rows[0]["verdict"] = "c"
    assert main(["sample", str(root), "--record", str(filled(rows, empty)), "--as", "bob"]) == 2
    assert "no annotator is called 'bob'" in capsys.readouterr().err
    assert main(["sample", str(root), "--record", str(empty)]) == 2
    assert "--as NAME" in capsys.readouterr().err


def test_two_verdicts_on_one_item_are_told_and_neither_is_recorded(harbour, capsys):
    """Of two sheets put together, or a row pasted twice, nobody can say which is meant."""
    root, rows = harbour
    first = rows[0] | {"verdict": "c"}
    again = rows[0] | {"verdict": "x", "comment": "somebody else"}
    path = filled([first, rows[0], again], root.parent / "filled.csv")
    assert main(["sample", str(root), "--record", str(path), "--as", "ana"]) == 1
    told = capsys.readouterr().err
    assert "filled.csv:4:1: error sheet-unfit" in told
    assert "has a verdict on line 2 already" in told
    assert not (root / "annotations/reviews").exists()
