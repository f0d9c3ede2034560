"""Canonical JSON and JSON Lines: reading one document, and finding line and column of a value afterwards.

`orjson` reads; it refuses NaN and bad UTF-8, but keeps the last of two equal keys. A document that it writes back byte
for byte cannot have had any; all others are read a second time with an eye on the keys. Numbers are whole and have at
most 18 digits: to JSON Schema 1.0 is an integer, to Python it is no offset.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from json.decoder import scanstring  # type: ignore[attr-defined]  # of the standard library, untyped
from typing import Any, BinaryIO, NamedTuple

from corpus_pkg.findings import Path, clip
from corpus_pkg.read import DOCUMENT_LIMIT, VALUE_LIMIT, Fault, FaultError, Lines, decode, too_many_values

_SPACE = re.compile(r"[ \t\r\n]*")
_BLANKS = re.compile(rb"[ \t\r\n]*+")
_MARK = b"\xef\xbb\xbf"
_DECODER = json.JSONDecoder()
_STRING = r'"[^"\\]*+(?:\\[\s\S]?[^"\\]*+)*+"?'
"""A string, one that is never closed too: were that none, each quote in it would be tried as a beginning."""
_TOKEN = re.compile(_STRING + r"|[{}\[\]:]|-?[0-9][0-9.eE+-]*+")
"""What a JSON text is scanned for: strings, brackets, the colon behind a key, numbers."""
_PART = re.compile(rb"[\[{,]|" + _STRING.encode())
_DEPTH = 254  # what orjson writes; it reads 1,024 levels
DIGITS = 18
"""So many digits a number may have."""
_ODD_NUMBERS = tuple(re.compile(mark + rb"-?[0-9]+(?:[.eE]|[0-9]{%d})" % DIGITS) for mark in (b":", b",", rb"\["))
"""What an odd number looks like in compact JSON; so do some words in strings, which is found out by scanning.

Three patterns that begin with a letter each take a third of the time of one that begins with any of them.
"""


class Stretch(NamedTuple):
    """Where a document stands in its file: bytes from `start` to `end`, its first line counted from 1."""

    start: int
    end: int
    line: int


def stretches(file: BinaryIO, *, lines: bool) -> Iterator[tuple[Stretch, bytes]]:
    """Yield where the documents of a file stand, and their bytes: one a line that is not blank, or the whole.

    A line feed ends a document. For the number of its line a carriage return ends one too, as for an editor. No more
    than one document is held in memory; raises FaultError, with its line, for one of more than `DOCUMENT_LIMIT` bytes.
    """
    if not lines:
        data = file.read()
        whole = data.removeprefix(_MARK)
        yield Stretch(len(data) - len(whole), len(data), 1), whole
        return
    behind, line = 0, 1
    while data := file.readline(DOCUMENT_LIMIT + 1):
        if len(data) > DOCUMENT_LIMIT:
            raise FaultError(_TOO_LONG, line=line)
        mark = len(_MARK) if behind == 0 and data.startswith(_MARK) else 0
        first = _BLANKS.match(data, mark).end()  # type: ignore[union-attr]  # which matches everywhere
        if first < len(data):
            start = max(mark, data.rfind(b"\r", mark, first) + 1)
            document = data[start:].removesuffix(b"\n")
            yield Stretch(behind + start, behind + start + len(document), line + _line_ends(data[:start])), document
        line += _line_ends(data)
        behind += len(data)


_TOO_LONG = Fault(
    "file-too-large",
    None,
    f"this line has more bytes than the limit of {DOCUMENT_LIMIT:,}",
    expected=f"at most {DOCUMENT_LIMIT} bytes",
    suggestion="make several documents of it",
)


def _line_ends(data: bytes) -> int:
    """Return how many lines end in bytes of which none but the last is a line feed, as `Lines` counts them."""
    ends = int(data.endswith(b"\n"))
    return ends + data.count(b"\r") - data.endswith(b"\r\n") if b"\r" in data else ends


def read_json(data: bytes) -> Any:
    """Return the value of a file of JSON, which may begin with a byte-order mark; see `read_value`."""
    return read_value(data.removeprefix(_MARK))


def read_value(data: bytes) -> Any:
    """Return the value of a JSON text. Raises FaultError for what is not JSON, has a key twice or an odd number."""
    value = parse_json(data)
    refuse_odd_numbers(data, value)
    return value


def parse_json(data: bytes) -> Any:
    """Return the value of a JSON text, with whatever numbers. Raises FaultError for the rest, as `read_value` does."""
    import orjson

    if len(data) > VALUE_LIMIT and _counts_many(data):
        raise FaultError(too_many_values())
    try:
        value = orjson.loads(data)
        written = orjson.dumps(value)
    except (orjson.JSONDecodeError, orjson.JSONEncodeError) as error:
        text = decode(data)
        raise FaultError(_depth_fault(text) or _syntax_fault(text, error), text) from error
    if written != data.rstrip():
        _refuse_repeated_keys(decode(data))
    return value


def _counts_many(data: bytes) -> bool:
    """Return whether a JSON text has more values than the limit, by what opens or parts them; strings do not count."""
    if sum(data.count(mark) for mark in (b"[", b"{", b",")) <= VALUE_LIMIT:
        return False
    marks = (match for match in _PART.finditer(data) if data[match.start()] != ord('"'))
    return next(islice(marks, VALUE_LIMIT, None), None) is not None


def refuse_odd_numbers(data: bytes, value: Any) -> None:
    """Raise FaultError when a JSON text, which has this value, has a number that is not whole, or is too long.

    It takes longer than the parsing. A document that is whole by the schema of its corpus need not be asked.
    """
    import orjson

    written = orjson.dumps(value)
    if any(pattern.search(written) for pattern in _ODD_NUMBERS):
        _refuse_odd_numbers(decode(data))


def _syntax_fault(text: str, error: Any) -> Fault:
    if text.startswith("\ufeff"):
        message = "a byte-order mark stands here; a file may have one, at its very beginning"
        return Fault("json-syntax", 0, message, "U+FEFF", "JSON", "take it away, or save the file without such marks")
    offset, reason = min(getattr(error, "pos", 0), len(text)), clip(getattr(error, "msg", error), 200)
    return Fault("json-syntax", offset, f"this is not JSON: {reason}", expected="JSON")


def _depth_fault(text: str) -> Fault | None:
    depth = 0
    for token in _TOKEN.finditer(text):
        depth += (token[0] in ("{", "[")) - (token[0] in ("}", "]"))
        if depth > _DEPTH:
            message = f"nesting is deeper than {_DEPTH} levels"
            return Fault("json-depth", token.start(), message, None, f"at most {_DEPTH} levels")
    return None


def _refuse_repeated_keys(text: str) -> None:
    repeated: list[object] = []

    def watch(pairs: list[tuple[str, Any]]) -> None:
        if len(dict(pairs)) < len(pairs):
            repeated.append(pairs)

    json.loads(text, object_pairs_hook=watch, parse_int=len, parse_float=len)
    if repeated:
        offset, key = next(_repeated_keys(text))
        message = f"the key {clip(key)!r} stands here a second time"
        raise FaultError(Fault("repeated-key", offset, message, clip(key), "each key once", "put both together"), text)


def _repeated_keys(text: str) -> Iterator[tuple[int, str]]:
    """Yield offset and name of each key that stands in its object a second time."""
    names: list[set[str]] = []
    before = None
    for token in _TOKEN.finditer(text):
        if token[0] in ("{", "["):
            names.append(set())
        elif token[0] in ("}", "]"):
            names.pop()
        elif token[0] == ":" and before:
            key = json.loads(before[0])
            if key in names[-1]:
                yield before.start(), key
            names[-1].add(key)
        before = token


def _refuse_odd_numbers(text: str) -> None:
    for token in _TOKEN.finditer(text):
        number = token[0]
        if number[0] in "-0123456789" and (not number.lstrip("-").isdigit() or len(number.lstrip("-")) > DIGITS):
            message = f"{clip(number)} is no whole number of at most {DIGITS} digits"
            raise FaultError(Fault("json-number", token.start(), message, clip(number), "a whole number"), text)


class JsonPlaces:
    """Finds values of a JSON text by their path, by scanning it again: only documents with problems pay for it."""

    def __init__(self, text: str, first_line: int = 1) -> None:
        self._text, self._first_line = text.removeprefix("\ufeff"), first_line
        self._lines = Lines(self._text)
        self._scanned: dict[int, dict[str | int, tuple[int, int]]] = {}

    def line(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset."""
        line, column = self._lines.place(offset)
        return line + self._first_line - 1, column

    def place(self, where: Path, on_key: bool = False) -> tuple[int, int]:
        """Return line and column of the value (or key) at a path, or of the last thing on the way that exists."""
        offset = self._skip_space(0)
        for depth, step in enumerate(where):
            found = self._children(offset).get(step)
            if found is None:
                break
            key, offset = found
            if on_key and depth == len(where) - 1:
                offset = key
        return self.line(offset)

    def _children(self, offset: int) -> dict[str | int, tuple[int, int]]:
        """Return the children of what begins at an offset: by name or index, the offsets of key and value."""
        if offset not in self._scanned:
            self._scanned[offset] = {name: (key, value) for name, key, value in self._scan(offset)}
        return self._scanned[offset]

    def _scan(self, offset: int) -> Iterator[tuple[str | int, int, int]]:
        opening = self._text[offset : offset + 1]
        if opening not in ("{", "["):
            return
        offset, index = self._skip_space(offset + 1), 0
        while self._text[offset : offset + 1] not in ("]", "}", ""):
            name: str | int = index
            key = offset
            if opening == "{":
                name, offset = scanstring(self._text, offset + 1)
                offset = self._skip_space(self._skip_space(offset) + 1)
            yield name, key, offset
            _, offset = _DECODER.raw_decode(self._text, offset)
            offset = self._skip_space(offset)
            offset = self._skip_space(offset + (self._text[offset : offset + 1] == ","))
            index += 1

    def _skip_space(self, offset: int) -> int:
        match = _SPACE.match(self._text, offset)
        return match.end() if match else offset


class LazyJsonPlaces:
    """`JsonPlaces` that are made when first asked: most documents never ask."""

    def __init__(self, data: bytes, first_line: int) -> None:
        self._data, self._first_line = data, first_line
        self._made: JsonPlaces | None = None

    def _places(self) -> JsonPlaces:
        if self._made is None:
            self._made = JsonPlaces(decode(self._data), self._first_line)
        return self._made

    def place(self, where: Path, on_key: bool = False) -> tuple[int, int]:
        """Return line and column of the value, or key, at a path."""
        return self._places().place(where, on_key)

    def line(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset."""
        return self._places().line(offset)
