"""Writers of YAML and JSON in styles that nobody would choose, which know where they have put every value and key.

The same data can be written in blocks or in brackets, plain, quoted or as block scalars, over one line or many, with
comments, blank lines and line ends of three kinds; a test that knows where everything stands can ask whether a reader
knows it too.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Steps = tuple[str | int, ...]
COMMENTS = ["# 🤝 é", "#  e\u0301: [not, read]", "# 'neither'  \"this\"", "#", "# می\u200cخواهند {", "# " + "x" * 300]
_PLAIN = re.compile(r"[^\W_](?:[^\W_]|[ .’'/+()_\u200c-](?=[^\W_]))*")
_RESERVED = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


@dataclass
class Spoilt:
    """What a writer is to do wrong at the value of one path, and what it notes: the offset of the fault."""

    where: Steps
    how: str
    offset: int = -1


@dataclass
class Written:
    """A text, and the offsets at which the values (and the keys) of each path begin in it."""

    text: str = ""
    values: dict[Steps, int] = field(default_factory=dict)
    keys: dict[Steps, int] = field(default_factory=dict)


def place(text: str, offset: int) -> tuple[int, int]:
    """Return line and column of an offset as an editor counts them."""
    lines = re.split(r"\r\n|\r|\n", text[:offset])
    return len(lines), len(lines[-1]) + 1


def write_yaml(data: Mapping[str, Any], rng: random.Random, spoilt: Spoilt | None = None) -> Written:
    """Return the data as YAML in a random style; lines end with LF, and nothing stands before the text."""
    writer = _YamlWriter(rng, spoilt)
    writer.document(data)
    return Written("".join(writer.pieces), writer.values, writer.keys)


def write_json(data: Any, rng: random.Random, spaces: Sequence[str], spoilt: Spoilt | None = None) -> Written:
    """Return the data as JSON with random white space and escapes."""
    writer = _JsonWriter(rng, spaces, spoilt)
    writer.value(data, ())
    return Written("".join(writer.pieces), writer.values, writer.keys)


class _Writer:
    """Collects pieces of text and notes where values and keys begin."""

    def __init__(self, rng: random.Random, spoilt: Spoilt | None) -> None:
        self.rng, self.spoilt = rng, spoilt
        self.pieces: list[str] = []
        self.values: dict[Steps, int] = {}
        self.keys: dict[Steps, int] = {}
        self.length = 0

    def put(self, text: str) -> None:
        self.pieces.append(text)
        self.length += len(text)

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def is_spoilt(self, where: Steps, how: str) -> bool:
        """Return whether this fault is wanted here, and note the place."""
        if self.spoilt is None or (self.spoilt.where, self.spoilt.how) != (where, how):
            return False
        self.spoilt.offset = self.length
        return True


class _YamlWriter(_Writer):
    def document(self, data: Mapping[str, Any]) -> None:
        """Write a whole document: a mapping in block style, or now and then in brackets."""
        self.filler(0)
        if self.chance(0.3):
            self.put("---" + self.rng.choice([" # é🤝\n", "\n"]))
            self.filler(0)
        if self.chance(0.1):
            self.flow(data, (), 1)
            self.put("\n")
        else:
            indent = self.rng.choice([0, 0, 0, 2])
            self.put(" " * indent)
            self.block_mapping(data, (), indent)
        if self.chance(0.1):
            self.put("...\n")
        self.filler(0)

    def filler(self, indent: int) -> None:
        """Write blank lines and comments, or nothing."""
        while self.chance(0.15):
            blank = " " * self.rng.randint(0, indent)
            self.put(self.rng.choice([blank, " " * indent + self.rng.choice(COMMENTS)]) + "\n")

    def line_end(self) -> None:
        self.put(self.rng.choice(["", "", "", "  ", "  " + self.rng.choice(COMMENTS)]) + "\n")

    # Blocks. The indentation of the first line has been written.

    def block(self, value: Any, where: Steps, indent: int) -> None:
        if isinstance(value, dict):
            self.block_mapping(value, where, indent)
        else:
            self.block_sequence(value, where, indent)

    def block_mapping(self, value: Mapping[str, Any], where: Steps, indent: int) -> None:
        self.values[where] = self.length
        for number, (key, inner) in enumerate(value.items()):
            if number:
                self.filler(indent)
                self.put(" " * indent)
            explicit = self.chance(0.05)
            self.put("? " if explicit else "")
            self.key(key, (*where, key))
            if explicit:
                self.line_end()
                self.put(" " * indent)
            self.put(":")
            self.block_value(inner, (*where, key), indent, in_mapping=True)
            if self.spoilt and (self.spoilt.where, self.spoilt.how) == ((*where, key), "repeated-key"):
                self.put(" " * indent)
                self.spoilt.offset = self.length
                self.put(self.quoted_key(key) + ": again\n")

    def block_sequence(self, value: Sequence[Any], where: Steps, indent: int) -> None:
        self.values[where] = self.length
        for number, inner in enumerate(value):
            if number:
                self.filler(indent)
                self.put(" " * indent)
            self.put("-")
            self.block_value(inner, (*where, number), indent, in_mapping=False)

    def block_value(self, value: Any, where: Steps, indent: int, *, in_mapping: bool) -> None:
        """Write what stands behind a colon or a dash, and the end of its line."""
        bare = isinstance(value, (dict, list)) and value and not (self.spoilt and self.spoilt.where == where)
        if not bare or self.chance(0.35):
            self.put(" " * self.rng.choice([1, 1, 1, 3]))
            if isinstance(value, str) and self.chance(0.25):
                self.block_scalar(value, where, indent)
            else:
                self.flow(value, where, indent + 1)
                self.line_end()
            return
        if not in_mapping and self.chance(0.7):
            gap = self.rng.choice([1, 1, 3])
            self.put(" " * gap)
            self.block(value, where, indent + 1 + gap)
            return
        self.line_end()
        self.filler(indent)
        deeper = 0 if in_mapping and isinstance(value, list) and self.chance(0.5) else self.rng.choice([1, 2, 4])
        self.put(" " * (indent + deeper))
        self.block(value, where, indent + deeper)

    def block_scalar(self, value: str, where: Steps, indent: int) -> None:
        """Write a block scalar where the value allows one, else a quoted one."""
        self.decorations(where)
        lines = value.split("\n")
        odd = _UNPRINTABLE.search(value.replace("\n", "")) or not all(lines) or any(line[0] == " " for line in lines)
        self.values[where] = self.length
        if odd or "\r" in value:
            self.put(self.double_quoted(value, indent + 1))
            self.line_end()
            return
        folded = len(lines) == 1 and self.chance(0.5)
        deeper = self.rng.choice([1, 2, 5])
        marks = [self.rng.choice(["", str(deeper)]), "-"]
        self.rng.shuffle(marks)
        self.put((">" if folded else "|") + "".join(marks))
        self.line_end()
        if folded:
            lines = re.split(r"(?<=[^ ]) (?=[^ ])", value, maxsplit=self.rng.randint(0, 3))
        self.put("".join(" " * (indent + deeper) + line + "\n" for line in lines))

    # Brackets and scalars, at least `indent` deep where they run over lines.

    def flow(self, value: Any, where: Steps, indent: int) -> None:
        self.decorations(where)
        self.values.setdefault(where, self.length)
        if isinstance(value, dict):
            self.flow_mapping(value, where, indent)
        elif isinstance(value, list):
            self.flow_sequence(value, where, indent)
        else:
            self.put(self.scalar(value, indent))

    def flow_mapping(self, value: Mapping[str, Any], where: Steps, indent: int) -> None:
        self.put("{")
        for number, (key, inner) in enumerate(value.items()):
            self.put("," if number else "")
            self.break_line(indent)
            self.key(key, (*where, key))
            self.put(":" + " " * self.rng.choice([1, 1, 2]))
            self.break_line(indent)
            self.flow(inner, (*where, key), indent)
            if self.spoilt and (self.spoilt.where, self.spoilt.how) == ((*where, key), "repeated-key"):
                self.put(",")
                self.break_line(indent)
                self.put(" ")
                self.spoilt.offset = self.length
                self.put(self.quoted_key(key) + ": again")
        self.break_line(indent)
        self.put("}")

    def flow_sequence(self, value: Sequence[Any], where: Steps, indent: int) -> None:
        self.put("[")
        for number, inner in enumerate(value):
            self.put("," if number else "")
            self.break_line(indent)
            self.flow(inner, (*where, number), indent)
        if value and self.chance(0.1):
            self.put(" ,")
        self.break_line(indent)
        self.put("]")

    def break_line(self, indent: int) -> None:
        """Write white space as it may stand inside brackets."""
        if self.chance(0.12):
            self.line_end()
            self.filler(indent)
            self.put(" " * (indent + self.rng.randint(0, 4)))
        else:
            self.put(self.rng.choice(["", " ", " ", "  "]))

    def decorations(self, where: Steps) -> None:
        """Write what is wanted before a value and has no place there; its own place is then that of the fault."""
        for how, mark in (("yaml-anchor", "&a_1 "), ("yaml-tag", "!!str ")):
            if self.is_spoilt(where, how):
                self.put(mark)
        if self.is_spoilt(where, "yaml-tab"):
            self.put("\t ")

    def key(self, key: str, where: Steps) -> None:
        self.keys[where] = self.length
        self.put(self.quoted_key(key))

    def quoted_key(self, key: str) -> str:
        if _is_plain(key) and self.chance(0.8):
            return key
        return self.rng.choice([json.dumps(key, ensure_ascii=False), "'" + key.replace("'", "''") + "'"])

    def scalar(self, value: Any, indent: int) -> str:
        if value is None:
            return self.rng.choice(["null", "~"])
        if isinstance(value, (bool, int)):
            return json.dumps(value)
        if _UNPRINTABLE.search(value) or (style := self.rng.randrange(3)) == 0:
            return self.double_quoted(value, indent)
        if style == 1 and _is_plain(value):
            return self.folded(value, indent)
        return "'" + self.folded(value.replace("'", "''"), indent) + "'"

    def double_quoted(self, value: str, indent: int) -> str:
        """Return the value between double quotes, escaped where it must be and here and there besides."""
        pieces = []
        for number, char in enumerate(value):
            if char in '"\\' or _UNPRINTABLE.match(char) or self.chance(0.05):
                short = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}.get(char, f"\\U{ord(char):08x}")
                pieces.append(short if ord(char) > 0xFFFF or self.chance(0.5) else f"\\u{ord(char):04x}")
            elif char != " " and 0 < number < len(value) - 1 and value[number - 1] != " " and self.chance(0.01):
                pieces.append("\\\n" + " " * (indent + 1) + char)  # a line end that does not count
            else:
                pieces.append(char)
        return '"' + self.folded("".join(pieces), indent) + '"'

    def folded(self, text: str, indent: int) -> str:
        """Return the text with line ends in the place of single blanks between words, which read the same."""
        if not self.chance(0.2):
            return text
        return re.sub(
            r"(?<=[^\W_]) (?=[^\W_])",
            lambda _: "\n" + " " * (indent + self.rng.randint(0, 3)) if self.chance(0.3) else " ",
            text,
        )


def _is_plain(text: str) -> bool:
    return bool(_PLAIN.fullmatch(text)) and text.lower() not in _RESERVED and not text[0].isdigit()


class _JsonWriter(_Writer):
    def __init__(self, rng: random.Random, spaces: Sequence[str], spoilt: Spoilt | None) -> None:
        super().__init__(rng, spoilt)
        self.spaces = spaces

    def space(self) -> None:
        self.put(self.rng.choice(self.spaces))

    def value(self, value: Any, where: Steps) -> None:
        self.space()
        self.values[where] = self.length
        wrong = next((text for how, text in _WRONG_JSON.items() if self.is_spoilt(where, how)), None)
        if wrong:
            self.put(wrong)
        elif isinstance(value, dict):
            self.mapping(value, where)
        elif isinstance(value, list):
            self.put("[")
            for number, inner in enumerate(value):
                self.put("," if number else "")
                self.value(inner, (*where, number))
            self.put("]")
        else:
            self.put(self.string(value) if isinstance(value, str) else json.dumps(value))
        self.space()

    def mapping(self, value: Mapping[str, Any], where: Steps) -> None:
        self.put("{")
        for number, (key, inner) in enumerate(value.items()):
            self.put("," if number else "")
            self.member(key, inner, (*where, key))
            if self.spoilt and (self.spoilt.where, self.spoilt.how) == ((*where, key), "repeated-key"):
                self.put(",")
                self.space()
                self.spoilt.offset = self.length
                self.put(self.string(key) + ":[]")
        self.space()
        self.put("}")

    def member(self, key: str, inner: Any, where: Steps) -> None:
        self.space()
        self.keys[where] = self.length
        self.put(self.string(key))
        self.space()
        self.put(":")
        self.value(inner, where)

    def string(self, value: str) -> str:
        """Return the string between quotes, with escapes here and there, of pairs of surrogates too."""
        written = (json.dumps(char, ensure_ascii=self.chance(0.3))[1:-1] for char in value)
        odd = (
            f"\\u{ord(char):04x}" if ord(char) < 0x10000 and self.chance(0.02) else one
            for char, one in zip(value, written, strict=True)
        )
        return '"' + "".join(odd) + '"'


_WRONG_JSON = {"json-number": "1.5", "json-syntax": "NaN"}
