"""Canonical JSON: what is read, what is refused, and where in the file it stands."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_invalid import canonical  # noqa: F401 - a fixture

from corpus_pkg.cli import main
from corpus_pkg.corpus import read_corpus
from corpus_pkg.documents import iter_documents
from corpus_pkg.findings import Path as Steps
from corpus_pkg.init import init_corpus
from corpus_pkg.jsonfile import JsonPlaces, read_json, stretches
from corpus_pkg.read import _BUFFER, FaultError
from corpus_pkg.validate import validate_corpus

SPACES = ["", " ", "  ", "\n", "\r\n", "\t", "\n\t "]
scalars = st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.text(st.characters(codec="utf-8"), max_size=6)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text('ab🤝"\\\n:{', max_size=3), inner, max_size=4),
    max_leaves=20,
)
Offsets = dict[tuple[Steps, bool], int]


def written(value: Any, rng: random.Random) -> tuple[str, Offsets]:
    """Return the value as JSON with white space of any kind, and where each value and each key begins."""
    pieces: list[str] = []
    offsets: Offsets = {}

    def put(text: str) -> None:
        pieces.append(text)

    def here() -> int:
        return sum(map(len, pieces))

    def write(part: Any, where: Steps) -> None:
        put(rng.choice(SPACES))
        offsets[where, False] = here()
        if isinstance(part, dict):
            put("{")
            for number, (key, inner) in enumerate(part.items()):
                put("," if number else "")
                put(rng.choice(SPACES))
                offsets[(*where, key), True] = here()
                put(json.dumps(key, ensure_ascii=rng.random() < 0.5) + rng.choice(SPACES) + ":")
                write(inner, (*where, key))
            put(rng.choice(SPACES) + "}")
        elif isinstance(part, list):
            put("[")
            for number, inner in enumerate(part):
                put("," if number else "")
                write(inner, (*where, number))
            put("]")
        else:
            put(json.dumps(part, ensure_ascii=rng.random() < 0.5))
        put(rng.choice(SPACES))

    write(value, ())
    return "".join(pieces), offsets


@settings(deadline=None)
@given(values, st.randoms(use_true_random=False))
def test_every_value_and_key_is_found_where_it_was_written(value, rng):
    """Whatever stands before it: emoji, escapes, line ends of any kind, brackets in strings."""
    text, offsets = written(value, rng)
    found = JsonPlaces(text)
    for (where, on_key), offset in offsets.items():
        assert found.place(where, on_key) == found.line(offset)


def test_lines_and_columns():
    """Both count from 1, columns in code points; a mark at the beginning of the file does not count."""
    text = '\ufeff{"🤝": [1,\r\n "e\u0301", {"x": \n2}]}'
    found = JsonPlaces(text)
    assert found.place(()) == (1, 1)
    assert found.place(("🤝",), on_key=True) == (1, 2)
    assert found.place(("🤝",)) == (1, 7)
    assert found.place(("🤝", 1)) == (2, 2)
    assert found.place(("🤝", 2, "x"), on_key=True) == (2, 9)
    assert found.place(("🤝", 2, "x")) == (3, 1)
    assert JsonPlaces(text, first_line=10).place(("🤝", 1)) == (11, 2)


def test_what_is_not_there_is_shown_where_it_should_be():
    """The place of a missing key is that of its object."""
    assert JsonPlaces('{"a": {"b": 1}}').place(("a", "c")) == (1, 7)
    assert JsonPlaces("[1, 2]").place((7, "x")) == (1, 1)
    assert JsonPlaces("").place(("a",)) == (1, 1)


@settings(deadline=None)
@given(values, st.randoms(use_true_random=False))
def test_what_is_sound_is_read_as_it_is(value, rng):
    """However it is written; the same as the standard library reads."""
    text, _ = written(value, rng)
    assert read_json(text.encode()) == json.loads(text) == value
    assert read_json(b"\xef\xbb\xbf" + text.encode()) == value


MARK = b"\xef\xbb\xbf"


@pytest.mark.parametrize(
    ("name", "data", "line"),
    [
        ("a.json", b"%(mark)b%(mark)b%(one)b", 1),
        ("a.jsonl", b"%(mark)b%(mark)b%(one)b", 1),
        ("a.jsonl", b"%(mark)b%(one)b\n%(mark)b%(two)b\n", 2),
        ("a.jsonl", b"%(mark)b\n%(mark)b%(one)b\n", 2),
        ("corpus.json", b"%(mark)b%(mark)b{}", 1),
    ],
)
def test_a_file_begins_with_one_byte_order_mark_at_most(tmp_path, name, data, line):
    """Files that were put together have one in their middle: one finding, which says what stands there."""
    init_corpus(tmp_path)
    if name == "corpus.json":
        (tmp_path / "annotations/corpus.yaml").unlink()
    documents = {key.encode(): b'{"document":"%s"}' % key.encode() for key in ("one", "two")}
    (tmp_path / "annotations" / name).write_bytes(data % {b"mark": MARK, **documents})
    findings = [each for each in validate_corpus(tmp_path) if each.code == "json-syntax"]
    assert [(each.path, each.line, each.column) for each in findings] == [(f"annotations/{name}", line, 1)]
    assert "a byte-order mark stands here" in findings[0].message


def test_one_byte_order_mark_is_passed_over(tmp_path, canonical):  # noqa: F811 - the fixture
    """At the very beginning of a file, of one document and of many."""
    init_corpus(tmp_path)
    for name, document in (("a.jsonl", "x"), ("b.json", "b")):
        data = json.dumps({**canonical, "document": document}).encode()
        (tmp_path / "annotations" / name).write_bytes(MARK + data)
    assert [each for each in validate_corpus(tmp_path) if each.level == "file"] == []


def fault(text: str | bytes) -> tuple[str, int | None]:
    with pytest.raises(FaultError) as caught:
        read_json(text if isinstance(text, bytes) else text.encode())
    return caught.value.fault.code, caught.value.fault.offset


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"a": 1, §"a": 2}', "repeated-key"),
        ('{"🤝": {"x": "\\"", "b": []}, "c": [{"x": 1, "y": {"x": 1}, §"x": 1}]}', "repeated-key"),
        ('{"a": ":", "b": "a", §"\\u0061": 2}', "repeated-key"),
        ('{\n "": 1,\n §"": 2}', "repeated-key"),
        ('["1.5, 2e3", §1.5]', "json-number"),
        ('{"🤝": §1.0}', "json-number"),
        ("[§-2e3]", "json-number"),
        ("[§-0.0]", "json-number"),
        ("[123456789012345678, §1234567890123456789]", "json-number"),
        ("[§-1234567890123456789]", "json-number"),
        ("[1, §NaN]", "json-syntax"),
        ('{"🤝": §Infinity}', "json-syntax"),
        ("[1 §2]", "json-syntax"),
        ('{"🤝": "🤝" §"b"}', "json-syntax"),
        ("[§'a']", "json-syntax"),
        ("[1] §// comment", "json-syntax"),
        ("[" * 254 + "§[" + "]" * 255, "json-depth"),
        ('{"a":' * 254 + "§{}" + "}" * 254, "json-depth"),
    ],
)
def test_what_is_refused(text, code):
    """With the offset of what is meant, in code points."""
    assert fault(text.replace("§", "")) == (code, text.index("§"))


@pytest.mark.parametrize("text", ["", " \n", "\ufeff"])
def test_nothing_is_no_json(text):
    code, _ = fault(text)
    assert code in ("file-empty", "json-syntax")


def test_bytes_that_are_no_utf8():
    assert fault('{"🤝": "'.encode() + b'\xff"}') == ("file-not-utf8", 7)
    assert fault('{"a": "\ud800"}'.encode("utf-8", "surrogatepass")) == ("file-not-utf8", 7)
    assert fault('{"a": "\\ud800"}')[0] == "json-syntax"


@pytest.mark.parametrize(
    "text", ["[0, -1, 123456789012345678]", '["1.0", "NaN", " 1e5"]', "[" * 254 + "]" * 254, '{"a": {"a": 1}}']
)
def test_what_only_looks_odd_is_read(text):
    assert read_json(text.encode()) == json.loads(text)


def lines(data: bytes) -> Iterator[tuple[bytes, int]]:
    return ((document, each.line) for each, document in stretches(BytesIO(data), lines=True))


def test_stretches():
    """A document a line; blank lines are none, and count."""
    data = b'{"a": 1}\r\n\n  \n{"b": 2}\n\r\n{"c": 3}'
    assert list(lines(data)) == [(b'{"a": 1}\r', 1), (b'{"b": 2}', 4), (b'{"c": 3}', 6)]
    assert list(lines(b"")) == list(lines(b"\xef\xbb\xbf \r\n\n")) == []
    assert list(lines(b"\xef\xbb\xbf\n[1,\r2]\r\n\r\r[3]")) == [(b"[1,\r2]\r", 2), (b"[3]", 6)]
    assert [*stretches(BytesIO(data), lines=False)] == [((0, len(data), 1), data)]


def test_one_bad_line_does_not_hide_the_good_ones(capsys):
    """The documents before and behind it are read."""
    root = Path(__file__).resolve().parent / "invalid/jsonl-lines"
    main(["resolve", str(root)])
    assert [json.loads(line)["document"] for line in capsys.readouterr().out.splitlines()] == [
        "four",
        "one",
        "six",
        "sound",
    ]


def test_json_lines_may_end_as_on_windows(tmp_path):
    """A carriage return before the line feed is white space of JSON, and the document is whole."""
    init_corpus(tmp_path)
    document = next(iter_documents(read_corpus(tmp_path))).document
    (tmp_path / "annotations/example.yaml").unlink()
    (tmp_path / "annotations/all.jsonl").write_bytes(json.dumps(document).encode() + b"\r\n\r\n")
    checked = [*iter_documents(read_corpus(tmp_path))]
    assert [(each.document, each.findings) for each in checked] == [(document, [])]


@pytest.mark.parametrize("by", [-2, -1, 0, 1, 2])
def test_documents_across_the_edge_of_what_is_read_at_once(tmp_path, by):
    """Each is what it would be alone, and a finding stands on its line."""
    init_corpus(tmp_path)
    (tmp_path / "annotations/example.yaml").unlink()
    texts = ["é" * (_BUFFER // 2 - 200) + "x" * (200 + by), "ends", "y" * _BUFFER]
    rows = [
        {
            "document": f"d{number}",
            "language": "en",
            "annotated": [],
            "text": text,
            "passages": [{"start": 0, "end": len(text), "zone": "body" if number != 1 else "bodi"}],
        }
        for number, text in enumerate(texts)
    ]
    data = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    (tmp_path / "annotations/all.jsonl").write_text(data, encoding="utf-8", newline="\n")
    checked = [*iter_documents(read_corpus(tmp_path))]
    assert [each.document and each.document["text"] for each in checked] == [texts[0], "ends", texts[2]]
    (found,) = (finding for finding in validate_corpus(tmp_path) if finding.code == "label-unknown")
    assert (found.line, found.document) == (2, "d1")
