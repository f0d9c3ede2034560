"""Findings as data, how they are sorted and shown, and the near matches that they offer."""

from __future__ import annotations

import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_pkg.errors import InvalidCorpusError, UnknownNameError, closest, near_matches
from corpus_pkg.findings import Finding, clip, has_errors, pointer, sort_findings
from corpus_pkg.report import WIDTH, as_github, as_text, cap_findings, summary


def finding(
    path: str = "annotations/a.yaml", line: int | None = 1, column: int | None = 1, **about: str | None
) -> Finding:
    values = {"code": "bad-form", "severity": "error", "message": "this is wrong"} | about
    code, severity, message = values.pop("code"), values.pop("severity"), values.pop("message")
    return Finding(code, severity, "schema", path, line, column, "", None, message, **values)


def test_a_finding_says_its_place_first():
    """As compilers do, so that editors can jump there; what is not known is left out."""
    assert str(finding()) == "annotations/a.yaml:1:1: error bad-form: this is wrong"
    assert str(finding(column=None)) == "annotations/a.yaml:1: error bad-form: this is wrong"
    assert (
        str(finding(line=None, column=None, severity="warning"))
        == "annotations/a.yaml: warning bad-form: this is wrong"
    )


def test_findings_are_sorted_by_file_and_place_and_stand_once():
    wanted = [
        finding(line=None, column=None),
        finding(line=2, column=9),
        finding(line=2, column=10),
        finding(line=2, column=10, code="unknown-key"),
        finding(line=10),
        finding("raw/a.txt"),
    ]
    assert sort_findings([*reversed(wanted), *wanted]) == wanted
    assert all(str(one) != str(other) for one, other in pairwise(wanted))


@given(st.permutations([(level, found) for level in ("error", "warning") for found in (None, "a", "b")]))
def test_findings_that_differ_in_anything_keep_their_order(order):
    """However they were found: no two change places from run to run."""
    findings = [finding(severity=severity, found=found) for severity, found in order]
    assert sort_findings(findings) == [
        finding(severity=s, found=f) for s in ("error", "warning") for f in (None, "a", "b")
    ]


def test_warnings_are_no_errors():
    assert not has_errors([finding(severity="warning")])
    assert has_errors([finding(severity="warning"), finding()])


def test_a_pointer_escapes_what_rfc_6901_wants_escaped():
    assert pointer(()) == ""
    assert pointer(("events", 0, "a/b~c", "")) == "/events/0/a~1b~0c/"


@given(st.text())
def test_clip_gives_one_line_that_steers_nothing(text):
    """Nothing but what is seen, and the joiners of Persian; short, and the same when done twice."""
    shown = clip(text)
    assert len(shown) <= 80
    assert all(char.isprintable() or char in "\u200c\u200d" for char in shown)
    assert clip(shown) == shown
    if text.isprintable() and len(text) <= 80:
        assert shown == text


def test_clip_cuts_and_escapes():
    assert clip("a" * 81) == "a" * 79 + "…"
    assert clip("a\n\x1b[31m\u202e\x9b\udcff", 100) == r"a\n\x1b[31m\u202e\x9b\udcff"
    assert clip("می\u200cخواهند") == "می\u200cخواهند"
    assert clip([1, "a"]) == "[1, 'a']"


# As text.


def shown(root: Path, *findings: Finding) -> list[str]:
    return list(as_text(findings, root))


def write(root: Path, text: str) -> Path:
    (root / "annotations").mkdir(exist_ok=True)
    (root / "annotations/a.yaml").write_bytes(text.encode())
    return root


def test_the_line_is_shown_with_a_caret(tmp_path):
    root = write(tmp_path, "\ufefffirst: line\r\nzone: bdy # here\r\n")
    assert shown(root, finding(line=2, column=7)) == [
        "annotations/a.yaml:2:7: error bad-form: this is wrong",
        "    zone: bdy # here",
        "          ^",
    ]
    assert shown(root, finding(line=1, column=8))[1:] == ["    first: line", "           ^"]


def test_what_to_do_is_told_or_else_what_was_expected(tmp_path):
    root = write(tmp_path, "")
    told = finding(line=None, column=None, expected="a list", suggestion="write a list")
    assert shown(root, told)[1:] == ["    write a list"]
    assert shown(root, finding(line=None, column=None, expected="a list"))[1:] == ["    expected: a list"]
    assert shown(root, finding(line=None, column=None, expected="wrong"))[1:] == []


def columns(text: str) -> int:
    """Return how wide a terminal shows a text."""
    marks = sum(unicodedata.category(char) in ("Mn", "Cf") for char in text)
    return len(text) - marks + sum(unicodedata.east_asian_width(char) in "WF" for char in text)


LEADS = ["", "plain ", "🤝 ", "e\u0301 ", "漢字", "می\u200cخواهند ", "𝒳 Ə ", "a\tb ", "\x1b[2J ", "\xa0", "x" * 300]
LEADS += ["🤝" * 300, "漢" * 49, "\u0301" * 3000, "👩\u200d👧 🏽 🇦🇿 "]


@pytest.mark.parametrize("lead", LEADS)
@pytest.mark.parametrize("rest", ["", " and more", "." * 300, "漢" * 300, "\u0301" * 3000])
@pytest.mark.parametrize("width", [40, 79, WIDTH])
def test_the_caret_stands_under_the_place(tmp_path, lead, rest, width):
    """Also behind what is wide, what has no width and what is escaped, far to the right, and in a narrow terminal."""
    root = write(tmp_path, f"{lead}HERE{rest}\n")
    _, line, caret = as_text([finding(line=1, column=len(lead) + 1)], root, width)
    place = line.index("HERE")
    assert columns(line[:place]) == columns(caret) - 1
    assert caret.strip() == "^"
    assert columns(line) <= width
    assert len(line) <= 17 * width  # marks take no column, but they take memory


def test_a_line_is_cut_where_it_does_not_fit(tmp_path):
    """A line that fits is shown whole; where something is left out, dots stand."""
    root = write(tmp_path, f"{'a' * 60}HERE{'b' * 36}\n{'a' * 61}HERE{'b' * 36}\n{'a' * 30}HERE{'b' * 90}\n")
    lines = [shown(root, finding(line=number, column=column))[1] for number, column in ((1, 61), (2, 62), (3, 31))]
    assert lines[0] == f"    {'a' * 60}HERE{'b' * 36}"
    assert lines[1] == f"    …{'a' * 59}HERE{'b' * 36}"
    assert lines[2] == f"    {'a' * 30}HERE{'b' * 65}…"


def test_a_line_that_is_no_more_there(tmp_path):
    """The file may have changed since, or may not be readable."""
    assert shown(write(tmp_path, "one\n"), finding(line=9, column=1))[1:] == []
    assert shown(tmp_path, finding("annotations/gone.yaml"))[1:] == []
    (tmp_path / "annotations/a.yaml").write_bytes(b"one \xff")
    assert shown(tmp_path, finding(line=1, column=5))[1:] == ["    one ", "        ^"]


def test_a_file_that_was_mended_is_read_again(tmp_path):
    """Nothing is kept from one report to the next."""
    assert shown(write(tmp_path, "before\n"), finding())[1] == "    before"
    assert shown(write(tmp_path, "after\n"), finding())[1] == "    after"


def test_what_is_shown_is_inert(tmp_path):
    root = write(tmp_path, "note: \x1b[2J\u202e\n")
    hostile = finding("annotations/a.yaml", 1, 7, message="\x1b[2J", suggestion="\x9b", found="\x1b")
    assert all(line.isprintable() for line in shown(root, hostile))


@pytest.mark.parametrize(
    ("errors", "warnings", "documents", "words"),
    [
        (0, 0, 0, "0 errors, 0 warnings in 0 documents"),
        (1, 1, 1, "1 error, 1 warning in 1 document"),
        (2, 0, 5, "2 errors, 0 warnings in 5 documents"),
    ],
)
def test_the_summary_counts(errors, warnings, documents, words):
    findings = [finding()] * errors + [finding(severity="warning")] * warnings
    assert summary(findings, documents) == words
    assert summary(findings, documents, 1) == f"{words}; 1 finding not selected"


def test_findings_are_capped_by_code():
    """The first of each code are left, in their order; the others are counted."""
    findings = [finding(line=line, code=code) for line in range(1, 6) for code in ("bad-form", "a-code")][:-1]
    shown, hidden = cap_findings(findings, 2)
    assert shown == findings[:4]
    assert [*hidden.items()] == [("a-code", 2), ("bad-form", 3)]
    assert cap_findings(findings, 5) == (findings, {})
    assert cap_findings(findings, 0) == (findings, {})
    assert cap_findings([], 2) == ([], {})


# As workflow commands.


def unescaped(word: str, *codes: str) -> str:
    """Undo the escapes as the runner does, `%25` last."""
    for code in (*codes, "25"):
        word = word.replace(f"%{code}", chr(int(code, 16)))
    return word


def parsed(command: str) -> tuple[str, dict[str, str], str]:
    """Return the parts of a workflow command: its name, its properties, its message."""
    head, message = command.removeprefix("::").split("::", 1)
    name, _, rest = head.partition(" ")
    properties = dict(part.split("=", 1) for part in rest.split(","))
    return (
        name,
        {key: unescaped(value, "0D", "0A", "3A", "2C") for key, value in properties.items()},
        unescaped(message, "0D", "0A"),
    )


def test_a_finding_is_a_workflow_command(tmp_path):
    """Severity, place, code and message; what to do on a line of its own."""
    error = finding(line=2, column=7, suggestion="write title: 100 %")
    warning = finding("raw", None, None, severity="warning", expected="a folder")
    assert list(as_github([error, warning], tmp_path / "here", tmp_path)) == [
        "::error file=here/annotations/a.yaml,line=2,col=7,title=bad-form::this is wrong%0Awrite title: 100 %25",
        "::warning file=here/raw,title=bad-form::this is wrong%0Aexpected: a folder",
    ]


@given(st.text(), st.text(), st.text())
def test_nothing_in_a_finding_can_end_a_command_early(path, message, suggestion):
    """Whatever stands in it, what the runner reads is one command with the same words, and no terminal is steered."""
    told = finding(f"raw/{path.strip('/') or 'x'}", 3, 4, message=message, suggestion=suggestion or "x")
    (command,) = as_github([told], Path("/top/a: b, 100 %"), Path("/top"))
    assert "\n" not in command
    assert "\r" not in command
    name, properties, said = parsed(command)
    assert (name, properties["line"], properties["col"], properties["title"]) == ("error", "3", "4", "bad-form")
    kept = "".join(char if char in "\r\n" else clip(char) for char in told.path)
    assert properties["file"] == (Path("a: b, 100 %") / kept).as_posix()
    assert said.split("\n") == [word for word in (clip(message, 99_999), clip(suggestion or "x", 99_999)) if word]


def test_a_path_counts_from_the_checkout(tmp_path):
    """Where the corpus is given from a folder within, through a link, or lies outside."""
    corpus = tmp_path / "top/corpora/one"
    corpus.mkdir(parents=True)
    (tmp_path / "link").symlink_to(corpus)
    for root in (corpus, tmp_path / "link", corpus / ".." / "one"):
        (command,) = as_github([finding()], root, tmp_path / "top")
        assert parsed(command)[1]["file"] == "corpora/one/annotations/a.yaml"
    (command,) = as_github([finding()], tmp_path, tmp_path / "top")
    assert parsed(command)[1]["file"] == f"{tmp_path}/annotations/a.yaml"


# Near matches.


@pytest.mark.parametrize(
    ("name", "known", "near"),
    [
        ("titel", ["body", "title"], ["title"]),
        ("TITLE", ["title"], ["title"]),
        ("bay", ["bayramov", "baku"], ["bayramov"]),
        ("002", ["002_9fcec8b06110fe55", "001_77d3a4423bd2f980"], ["002_9fcec8b06110fe55"]),
        ("xyz", ["title", "body"], []),
        ("", ["title"], []),
        ("t", ["title"], []),
        ("name", [], []),
    ],
)
def test_near_matches(name, known, near):
    """The likeliest first; nothing far-fetched."""
    assert closest(name, known) == near


def test_an_unknown_name_says_what_there_is():
    assert near_matches("titel", ["title"]) == "; did you mean title?"
    assert near_matches("xyz", ["b", "a"]) == ""
    assert str(UnknownNameError("zone", "xyz", ["b", "a"])) == "no zone is called 'xyz'; there are a, b"
    assert str(UnknownNameError("zone", "xyz", map(str, range(31)))) == "no zone is called 'xyz'"


def test_an_invalid_corpus_counts_its_errors():
    """The message is one sentence; all findings are with it."""
    warning = finding(severity="warning")
    assert str(InvalidCorpusError([warning, finding()])) == f"1 error: {finding()}"
    error = InvalidCorpusError([warning, finding(line=3), finding(line=4)])
    assert str(error) == f"2 errors; the first is {finding(line=3)}"
    assert len(error.findings) == 3
