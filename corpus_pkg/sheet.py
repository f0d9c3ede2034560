"""A sheet of a sample that a reader has filled in, taken back: its verdicts become reviews of documents and layers.

`verdict` holds what is answered in a review (`c`, `x`, `s`), or nothing; `comment` says what is wrong, and what is said
of an item that is right goes into the note of the review. What has changed since the sheet was drawn is refused: nobody
has looked at what is there now. All rows are checked before anything is recorded.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from corpus_pkg.corpus import Corpus
from corpus_pkg.errors import CorpusError
from corpus_pkg.findings import Finding, clip
from corpus_pkg.items import Item
from corpus_pkg.read import YAML_LIMIT, FaultError, decode, read_bytes
from corpus_pkg.review import CONFIRMED, SKIPPED, WRONG, Answer, Session, read_answer
from corpus_pkg.sample import Candidate, candidates, inert, sheet

Data = Mapping[str, Any]
NEEDED = ("id", "value", "verdict", "comment")
"""The columns that are read; the others are for the reader's eye, and spreadsheets may have put them otherwise."""
_AGAIN = "draw the sheet anew, or empty the verdict"


class Row(NamedTuple):
    """A row of a sheet, with the line on which it begins."""

    line: int
    cells: Mapping[str, str]


class Taken(NamedTuple):
    """What became of a sheet: the reviews that were recorded, or what is wrong with its rows."""

    reviews: list[Data]
    findings: list[Finding]


def record_sheet(corpus: Corpus, documents: Mapping[str, Data], path: Path, reviewer: str) -> Taken:
    """Record what a filled-in sheet says; `documents` in canonical form, by id.

    Raises CorpusError for a file that is no sheet, one without any verdict, an unknown reviewer, or a disk that
    refuses.
    """
    known = {each.id: each for document in documents.values() for each in candidates(document)}
    answers: dict[tuple[str, str], dict[str, tuple[Answer, str]]] = {}
    findings = []
    lines: dict[str, int] = {}
    for row in read_rows(path):
        if problem := _problem(corpus, documents, known, row) or _repeated(row, lines):
            findings.append(_finding(path, row, *problem))
        elif row.cells["verdict"].strip():
            doc_id, item = known[row.cells["id"]]
            lines[row.cells["id"]] = row.line
            answers.setdefault((doc_id, item.layer), {})[item.key] = (_answer(row), row.cells["comment"].strip())
    if findings:
        return Taken([], findings)
    return Taken([*_recorded(corpus, documents, answers, reviewer)], [])


def read_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of a sheet, as this package or a spreadsheet writes it. Raises CorpusError for no sheet."""
    try:
        text = decode(read_bytes(path, YAML_LIMIT)).removeprefix("\ufeff")
    except FaultError as error:
        raise CorpusError(f"{path}: {error.fault.message}") from error
    head = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count))
    columns = next(reader, [])
    if missing := [name for name in NEEDED if name not in columns]:
        raise CorpusError(f"{path} is no sheet of `corpus sample`: it has no column {', '.join(missing)}")
    line = reader.line_num + 1
    for cells in reader:
        if cells:
            yield Row(line, dict.fromkeys(columns, "") | dict(zip(columns, cells, strict=False)))
        line = reader.line_num + 1


def _problem(
    corpus: Corpus, documents: Mapping[str, Data], known: Mapping[str, Candidate], row: Row
) -> tuple[str, str, str | None, str | None] | None:
    """Return column, message, expectation and advice for a row that cannot be taken."""
    if not row.cells["verdict"].strip():
        return None
    candidate = known.get(row.cells["id"])
    if candidate is None:
        return "id", f"there is no item {clip(row.cells['id'])}", None, _AGAIN
    now = inert(next(sheet(corpus, [candidate], documents))["value"])
    if row.cells["value"] != now:
        return "value", f"{clip(row.cells['id'])} has changed since the sheet was drawn", clip(now, 200), _AGAIN
    try:
        _answer(row)
    except CorpusError as error:
        return "verdict", str(error).replace(", behind the x", " in `comment`"), "c, x, s or nothing", None
    return None


def _repeated(row: Row, lines: Mapping[str, int]) -> tuple[str, str, str, str] | None:
    """Return what is wrong with a row on an item that has a verdict already, on one of these `lines`."""
    if not row.cells["verdict"].strip() or row.cells["id"] not in lines:
        return None
    message = f"{clip(row.cells['id'])} has a verdict on line {lines[row.cells['id']]} already"
    return "verdict", message, "one verdict an item", "empty one of the two"


def _answer(row: Row) -> Answer:
    answer = read_answer(f"{row.cells['verdict'].strip()} {row.cells['comment']}")
    if answer.letter not in (CONFIRMED, WRONG, SKIPPED):
        raise CorpusError(f"{answer.letter!r} is no verdict: c confirm, x wrong, s skip")
    return answer


def _finding(path: Path, row: Row, column: str, message: str, expected: str | None, hint: str | None) -> Finding:
    found = clip(row.cells[column], 200)
    place = (path.as_posix(), row.line, 1, "", None)
    return Finding("sheet-unfit", "error", "corpus", *place, message, found, expected, hint)


def _recorded(
    corpus: Corpus,
    documents: Mapping[str, Data],
    answers: Mapping[tuple[str, str], Mapping[str, tuple[Answer, str]]],
    reviewer: str,
) -> Iterator[Data]:
    looked = {place: given for place, given in answers.items() if any(a.letter != SKIPPED for a, _ in given.values())}
    if not looked:
        raise CorpusError("no row of the sheet has a verdict")
    sessions = {place: Session(corpus, documents[place[0]], place[1], reviewer) for place in looked}  # or all refuse
    for place, session in sessions.items():
        given = looked[place]
        session.run(_answering(given))
        notes = [f"{key}: {comment}" for key, (answer, comment) in given.items() if comment and answer.letter != WRONG]
        yield session.record("; ".join(["From a sample.", *notes] if notes else ["From a sample."]))


def _answering(given: Mapping[str, tuple[Answer, str]]) -> Callable[[int, Item], Answer]:
    return lambda _, item: given.get(item.key, (Answer(SKIPPED), ""))[0]
