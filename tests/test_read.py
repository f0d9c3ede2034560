"""Reading: bytes to text, YAML to a tree that knows where everything stands, and refusals that say where and why."""

from __future__ import annotations

import os
import unicodedata
from typing import Any

import pytest
from hostile import MANY, WORDS, notes, read_source, write_folder
from hypothesis import given
from hypothesis import strategies as st

from corpus_pkg.read import DEPTH_LIMIT, FAULT_LIMIT, YAML_LIMIT, FaultError, decode, read_bytes, read_yaml
from corpus_pkg.schema import shape
from corpus_pkg.validate import validate_corpus
from corpus_pkg.write import _scalar, flow

STRING = {"type": "string"}


def faults(yaml: str) -> list[tuple[str, int, int]]:
    """Return the faults of a YAML text: code, line, column."""
    tree = read_yaml(yaml)
    return [(fault.code, *tree.line(fault.offset)) for fault in tree.faults]


def plain(yaml: str, wanted: Any = None) -> Any:
    """Return a YAML text as plain data."""
    tree = read_yaml(yaml)
    assert tree.faults == []
    return tree.plain(wanted or {})[0]


# Files


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda path: None, "file-missing"),
        (lambda path: path.mkdir(), "file-not-regular"),
        (os.mkfifo, "file-not-regular"),
        (lambda path: path.write_bytes(b"12345678901"), "file-too-large"),
    ],
)
def test_what_is_no_file_to_be_read_is_refused(tmp_path, make, code):
    """A named pipe too, without waiting for a writer."""
    make(tmp_path / "file")
    with pytest.raises(FaultError) as caught:
        read_bytes(tmp_path / "file", limit=10)
    assert caught.value.fault.code == code


def test_a_file_as_large_as_the_limit_is_read(tmp_path):
    """The limit itself is allowed."""
    (tmp_path / "file").write_bytes(b"1234567890")
    assert read_bytes(tmp_path / "file", limit=10) == b"1234567890"


def test_annotations_of_more_than_ten_megabytes_are_refused_unread(tmp_path):
    """One finding, which says what to do instead."""
    root = write_folder(tmp_path, {"d": b"#" * (YAML_LIMIT + 1)}, {"d": "Words"})
    (finding,) = validate_corpus(root)
    assert (finding.code, finding.suggestion) == ("file-too-large", "write canonical JSON Lines instead")


@pytest.mark.parametrize("data", [b"", b" \r\n\t"])
def test_an_empty_file_is_refused(data):
    """White space alone counts as nothing."""
    with pytest.raises(FaultError, match="empty"):
        decode(data)


def test_bytes_that_are_not_utf8_are_refused_where_they_stand():
    """The offset counts code points."""
    with pytest.raises(FaultError, match="0xff") as caught:
        decode("é🤝".encode() + b"\xff")
    assert (caught.value.fault.offset, caught.value.text) == (2, "é🤝")


# What YAML would change


@pytest.mark.parametrize(
    "text",
    [
        *(
            "yes",
            "no",
            "NO",
            "on",
            "y",
            "true",
            "12:30",
            "1_000",
            "0x1f",
            "010",
            "1e3",
            ".inf",
            "2021-05-03",
            "=",
            "<<",
        ),
        *("null", "~", "''", '"null"'),
    ],
)
def test_scalars_stay_the_strings_that_they_are(text):
    """Plain YAML makes `NO` a boolean and 12:30 a number; only an unquoted null is null, as people expect."""
    expected = None if text in ("null", "~") else text.strip("'\"")
    assert plain(f"a: {text}\nb: [{text}]\n", {"additionalProperties": STRING}) == {"a": expected, "b": [expected]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(("7", 7), ("0", 0), ("-7", -7), ("999999999999999999", 999999999999999999)),
        *(("010", "010"), ("0x10", "0x10"), ("1_0", "1_0"), ("1.0", "1.0"), ("+7", "+7"), ("٧", "٧")),
        *(("1" + "0" * 18, "1" + "0" * 18), ("9" * 10_000, "9" * 10_000), ("'7'", "7")),
    ],
)
def test_a_number_is_one_where_a_number_is_wanted_and_nobody_can_misread_it(text, expected):
    """010 is eight to some and ten to others; what does not fit into 64 bits is no number either."""
    assert plain(f"a: {text}\n", {"additionalProperties": {"type": "integer"}}) == {"a": expected}


@pytest.mark.parametrize("text", ["yes", "True", "TRUE", "on", "1", "'true'"])
def test_only_true_and_false_are_booleans(text):
    """And only where the schema wants one."""
    wanted = {"additionalProperties": {"type": "boolean"}}
    assert plain("a: true\nb: false\n", wanted) == {"a": True, "b": False}
    assert plain(f"a: {text}\n", wanted) == {"a": text.strip("'")}


def test_keys_are_strings():
    """Whatever YAML would make of them."""
    assert plain("1: a\nnull: b\nno: c\n2021-05-03: d\n") == {"1": "a", "null": "b", "no": "c", "2021-05-03": "d"}


# What is refused


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        ("a: 1\nb: 2\na: 3\n", ("repeated-key", 3, 1)),
        ("{a: 1, 'a': 2}\n", ("repeated-key", 1, 8)),
        ("a: &b c\n", ("yaml-anchor", 1, 4)),
        ("a: *b\n", ("yaml-alias", 1, 4)),
        ("a: !!str b\n", ("yaml-tag", 1, 4)),
        ("? [a]\n: b\n", ("yaml-key", 1, 3)),
        ("{{a: b}: c}\n", ("yaml-key", 1, 2)),
        ("a: b\n---\nc: d\n", ("yaml-documents", 2, 1)),
        ("a:\tb\n", ("yaml-tab", 1, 3)),
        ("# é🤝\n🤝 \t\t: b\n", ("yaml-tab", 2, 3)),
        ("a: x\u2028y\n", ("yaml-line-end", 1, 5)),
        ("# x\x85b: c\n", ("yaml-line-end", 1, 4)),
        ("é: '🤝\x07'\n", ("yaml-character", 1, 6)),
        ("\ufeffé: 🤝\ufeff\n", ("yaml-character", 1, 5)),
        ("a: b\nc: [d\n", ("yaml-syntax", 3, 1)),
        ("a: @b\n", ("yaml-syntax", 1, 4)),
        ("a: b: c\n", ("yaml-syntax", 1, 5)),
        (": b\n", ("yaml-syntax", 1, 1)),
        ('a: "\\<b"\n', ("yaml-syntax", 1, 5)),
        ("a: [b, foo #bar]\n", ("value-cut", 1, 12)),
        ("é: {q: 🤝 foo #bar, c: d}\n", ("value-cut", 1, 14)),
    ],
)
def test_what_people_would_misread_is_refused_where_it_stands(yaml, expected):
    """Line and column count code points, from 1, without a byte-order mark at the beginning."""
    assert faults(yaml) == [expected]


def test_several_faults_of_one_file_are_told_together():
    """As long as the file can be parsed."""
    found = faults("a: *b\nc: &d e\nc: !f g\n")
    assert found == [("yaml-alias", 1, 4), ("yaml-anchor", 2, 4), ("yaml-tag", 3, 4), ("repeated-key", 3, 1)]


@pytest.mark.parametrize("yaml", ["[" + "*a," * 100_000 + "]", "\t\n" * 100_000, "{" + "a: b," * 100_000 + "}"])
def test_reading_stops_after_a_hundred_faults(yaml):
    """Nobody reads more, and each takes memory."""
    assert len(read_yaml(yaml).faults) == FAULT_LIMIT


@pytest.mark.parametrize("opening", ["[", "{", "- ", "? ", "a: [", "{a: "])
def test_deep_nesting_is_refused_and_not_followed(opening):
    """200,000 levels would exhaust the stack of a reader that recurses."""
    (fault,) = read_yaml(opening * 200_000).faults
    assert fault.code == "yaml-depth"
    assert fault.offset <= DEPTH_LIMIT * len(opening)


def test_nesting_up_to_the_limit_is_read():
    """64 levels."""
    assert read_yaml("[" * DEPTH_LIMIT + "]" * DEPTH_LIMIT).faults == []


@pytest.mark.parametrize("yaml", ["", "# nothing\n", "---\n...\n"])
def test_a_text_without_a_value_has_no_root(yaml):
    """Comments are no value; the empty document of `---` is null."""
    tree = read_yaml(yaml)
    assert tree.faults == []
    assert tree.plain({})[0] is None


def test_the_words_of_a_comment_are_kept_beside_an_anchor():
    """Whoever knows the text can tell whether they belong to it."""
    _, comments = read_yaml("passages:\n- at: a b   # c d\n  zone: body # no anchor\n").plain(shape("source"))
    assert comments == {("passages", 0, "at"): "   # c d"}


@pytest.mark.parametrize(
    ("line", "cut"),
    [
        *(("at: one #four", True), ("at: one  # two", True), ("at: one # two three", True), ("at: one   #  two", True)),
        *(("at: one   # three", False), ("at: one # a comment", False), ("at: 'one' #two", False)),
        *(("at: 'one # two'", False), ("at: one#two", None)),
    ],
)
def test_an_anchor_that_yaml_has_cut_is_refused(line, cut):
    """Where what was taken for a comment looks like text, or stands in the text behind the anchor."""
    yaml = f"document: d\nlanguage: en\nannotated: []\npassages:\n- {line}\n  zone: body\n"
    found = read_source(yaml, "one # two\n three")
    codes = [problem.code for problem in found.problems]
    assert codes == (["anchor-cut"] if cut else ["passage-not-found"] if cut is None else [])


# Properties


def test_every_character_is_kept_or_refused():
    """No character is changed, and none is an error of the parser."""
    characters = [chr(code) for code in [*range(0x3000), *range(0xD7F0, 0xE010), *range(0xFEF0, 0x10020), 0x10FFFF]]
    single = [char for char in characters if char not in "'\n\r"]
    kept = [char for char in single if not read_yaml(f"'{char}'").faults]
    assert plain("[" + ", ".join(f"'a{char}b'" for char in kept) + "]") == [f"a{char}b" for char in kept]
    refused = {unicodedata.category(char) for char in single if char not in kept}
    assert refused <= {"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"}


@MANY
@given(st.lists(notes(), min_size=1, max_size=4))
def test_any_text_that_the_writer_writes_comes_back_unchanged(values):
    """On a line of its own, inside brackets, and as a key."""
    wanted = {"additionalProperties": STRING}
    for value in values:
        assert plain(f"a: {_scalar(value, False)}\nb:\n- {_scalar(value, False)}\n", wanted) == {
            "a": value,
            "b": [value],
        }
    nested = {"a": values, "b": {"c": values, values[0]: values[-1]}}
    assert plain(f"x: {flow(nested, inside=True)}\n", wanted) == {"x": nested}


LINES = {
    "@": [()],
    "[@, @]": [(0,), (1,)],
    "{a: @,  é: @}": [("a",), ("é",)],
    "\n- {a: @, é: [@]} # 🤝 @\n\n- @": [(0, "a"), (0, "é", 0), (), (1,)],
    "[@,\n  @]  # é": [(0,), (1,)],
}
"""What may stand behind a key, scalars as `@`, and the path of each scalar (one in a comment has none of its own)."""
SCALARS = ["plain words", "🤝", "'quoted 🤝 '''", '"e\u0301 \\u2028"', "می\u200cخواهند", "''", "10"]


@st.composite
def yaml_files(draw):
    """A YAML file, with the offset at which each of its scalars stands, by path."""
    text, places = draw(st.sampled_from(["", "# é🤝\n", "---\n"])), {}
    for number in range(draw(st.integers(1, 4))):
        key = draw(st.sampled_from(["k", "é", "🤝 "])) + str(number)
        line = draw(st.sampled_from([*LINES]))
        pieces = f"{key}: {line}\n".split("@")
        for path, piece in zip(LINES[line], pieces, strict=False):
            text += piece
            places[key, *path] = len(text)
            text += draw(st.sampled_from(SCALARS))
        text += pieces[-1]
        places.pop((key,) if len(pieces) > 2 else None, None)
    return text, places


@MANY
@given(yaml_files(), st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from(["", "\ufeff"]))
def test_every_scalar_stands_where_its_place_says(file, end, mark):
    """As an editor counts: lines end with LF, CR LF or CR, columns are code points, a byte-order mark has no width."""
    text, places = file
    tree = read_yaml(mark + text.replace("\n", end))
    assert tree.faults == []
    for path, offset in places.items():
        before = text[:offset].split("\n")
        assert tree.place(path) == (len(before), len(before[-1]) + 1)


@MANY
@given(
    st.lists(st.one_of(st.sampled_from(WORDS), st.sampled_from([": ", "\n", "\n- ", "{", "}", "[", "]", ", ", " #"])))
)
def test_any_text_is_read_or_refused(pieces):
    """Never anything else, and every fault has a place in the text."""
    text = "".join(pieces)
    tree = read_yaml(text)
    tree.plain(shape("source"))
    assert all(fault.offset is not None and 0 <= fault.offset <= len(text) for fault in tree.faults)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("at: Arden and: Belmar\n", "put a value with a colon in it in quotes"),
        ("a:\r- {q: b, c: d\r\n- {q: e}\n", "close the bracket that begins in line 2"),
        ("a: [b, c\nd: e\n", "close the bracket that begins in line 1"),
        ("a: b\nq: 'Belmar\n", "close the quote that begins here"),
        ('q: "\\<b>"\n', "write single quotes"),
        ("a: @b\n", "put the value in quotes"),
        ("a: `b`\n", "put the value in quotes"),
        ("a: b\nc\nd: e\n", "write `key: value`"),
        ("- a: b\n   c: d\n", "put a value with a colon in it in quotes"),
        ("a:\n   b: c\n  d: e\n", "begin keys that belong together in the same column"),
    ],
)
def test_what_is_no_yaml_comes_with_advice(text, advice):
    """On what is mostly behind the words of the parser."""
    (fault,) = read_yaml(text).faults
    assert fault.code == "yaml-syntax"
    assert fault.suggestion.startswith(advice)
