"""Canonical JSON and JSON Lines: reading one document, and finding line and column of a value afterwards.

`orjson` reads; it refuses NaN and bad UTF-8, but keeps the last of two equal keys. A document that it writes back byte
for byte cannot have had any; all others are read a second time with an eye on the keys.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from json.decoder import scanstring  # type: ignore[attr-defined]  # of the standard library, untyped
from typing import Any, NamedTuple

from corpus_pkg.findings import Path, clip
from corpus_pkg.read import Fault, FaultError, Lines, decode

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


class Stretch(NamedTuple):
    """Where a document stands in its file: bytes from `start` to `end`, its first line counted from 1."""

    start: int
    end: int
    line: int


def stretches(data: bytes, *, lines: bool) -> Iterator[Stretch]:
    """Yield where the documents of a file stand: one a line that is not blank, or the whole."""
    if not lines:
        yield Stretch(0, len(data), 1)
        return
    start = 0
    for number, line in enumerate(data.split(b"\n"), 1):
        if line.strip():
            yield Stretch(start, start + len(line), number)
        start += len(line) + 1


def read_json(data: bytes) -> Any:
    """Return the value of a JSON text. Raises FaultError for what is not JSON, or has a key twice."""
    import orjson

    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        text = decode(data)
        reason = clip(error.msg, 200)
        raise FaultError(
            Fault("json-syntax", min(error.pos, len(text)), f"this is not JSON: {reason}", expected="JSON"), text
        ) from error
    if orjson.dumps(value) != data.rstrip():
        _refuse_repeated_keys(decode(data))
    return value


def _refuse_repeated_keys(text: str) -> None:
    repeated: list[str] = []

    def watch(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        seen = dict(pairs)
        if len(seen) < len(pairs):
            keys = [key for key, _ in pairs]
            repeated.extend(key for key in seen if keys.count(key) > 1)
        return seen

    try:
        json.loads(text, object_pairs_hook=watch)
    except RecursionError as error:
        raise FaultError(Fault("json-syntax", None, "this JSON is nested too deeply"), text) from error
    if repeated:
        key = clip(repeated[0])
        places = [
            match.end() for match in re.finditer(re.escape(json.dumps(repeated[0], ensure_ascii=False)) + r"\s*:", text)
        ]
        offset = places[1] if len(places) > 1 else None
        raise FaultError(
            Fault("repeated-key", offset, f"the key {key!r} stands twice in one object", key, "each key once"), text
        )


class JsonPlaces:
    """Finds values of a JSON text by their path, by scanning it again: only documents with problems pay for it."""

    def __init__(self, text: str, first_line: int = 1) -> None:
        self._text, self._first_line = text.removeprefix("\ufeff"), first_line
        self._lines = Lines(self._text)

    def line(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset."""
        line, column = self._lines.place(offset)
        return line + self._first_line - 1, column

    def place(self, where: Path, on_key: bool = False) -> tuple[int, int]:
        """Return line and column of the value (or key) at a path, or of the last thing on the way that exists."""
        offset = self._skip_space(0)
        for depth, step in enumerate(where):
            found = self._child(offset, step)
            if found is None:
                break
            key, offset = found
            if on_key and depth == len(where) - 1:
                offset = key
        return self.line(offset)

    def _skip_space(self, offset: int) -> int:
        match = _SPACE.match(self._text, offset)
        return match.end() if match else offset

    def _child(self, offset: int, step: str | int) -> tuple[int, int] | None:
        """Return the offsets of a child and of its key (the same in a list)."""
        opening = self._text[offset : offset + 1]
        if opening not in ("{", "["):
            return None
        offset, index = self._skip_space(offset + 1), 0
        while self._text[offset : offset + 1] not in ("]", "}", ""):
            key, name = offset, index
            if opening == "{":
                name, offset = scanstring(self._text, offset + 1)
                offset = self._skip_space(self._skip_space(offset) + 1)
            if name == step:
                return key, offset
            _, offset = _DECODER.raw_decode(self._text, offset)
            offset = self._skip_space(offset)
            offset = self._skip_space(offset + (self._text[offset : offset + 1] == ","))
            index += 1
        return None


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
