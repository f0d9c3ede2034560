"""Reading files without trusting them: bytes to text, YAML to a tree that knows where everything stands, JSON to data.

YAML is read from the events of the parser, never by its constructors: every scalar stays a string until the schema says
what it is, so that `NO` is no boolean and 12:30 no number, and a repeated key, an anchor or a tag can be refused.
Nesting is refused at the 65th level while parsing, where `yaml.compose` would exhaust the interpreter's stack.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path as FilePath
from typing import Any, BinaryIO, NamedTuple, Union

from corpus_pkg.findings import Path, clip
from corpus_pkg.schema import Schema, property_shape

YAML_LIMIT = 10_000_000
"""Largest file of annotations, in bytes (10 MB); larger corpora come as canonical JSON Lines."""
TEXT_LIMIT = 16_000_000
"""Largest raw text, in bytes (16 MB): the longest novels have 7 MB. In memory a text takes up to 20 times as much."""
DOCUMENT_LIMIT = 32_000_000
"""Largest canonical document, in bytes (32 MB): twice the largest text, since annotations stand beside it."""
VALUE_LIMIT = 500_000
"""So many values, with keys and brackets, a file of YAML or a canonical document has; each takes up to 250 bytes of
memory however short it is, so that a limit on bytes is none: 10 MB of `{},` took 800 MB and 20 seconds."""
_SMALLER = {
    YAML_LIMIT: "write canonical JSON Lines instead",
    TEXT_LIMIT: "make several texts of it",
    DOCUMENT_LIMIT: "make several documents of it",
}
"""What to do with a file over a limit."""
DEPTH_LIMIT = 64
"""Deepest nesting of YAML."""
FAULT_LIMIT = 100
"""So many faults are told of one file, then reading stops."""


class Fault(NamedTuple):
    """What is wrong in a file, at an offset in its text (code points), or in all of it (null)."""

    code: str
    offset: int | None
    message: str
    found: str | None = None
    expected: str | None = None
    suggestion: str | None = None


class FaultError(Exception):
    """A file that cannot be read at all. `fault` says why; `line` is that of a document in a file of many."""

    def __init__(self, fault: Fault, text: str = "", line: int | None = None) -> None:
        super().__init__(fault.message)
        self.fault, self.text, self.line = fault, text, line


def read_bytes(path: FilePath, limit: int | None = None) -> bytes:
    """Return the bytes of a regular file.

    Raises FaultError for what is missing, no regular file, unreadable, or larger than `limit` bytes.
    """
    with open_file(path, limit) as file:
        size = os.fstat(file.fileno()).st_size
        data = file.read(size + 1)
        if len(data) != size:
            raise FaultError(_unreadable("it changes while it is read"))
        return data


@contextmanager
def open_file(path: FilePath, limit: int | None = None) -> Iterator[BinaryIO]:
    """Open a regular file. Raises FaultError as `read_bytes` does, and for what is refused inside the block."""
    try:
        # Not blocking, so that a named pipe cannot hold the reader up.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        try:
            _check_status(os.fstat(handle), limit)
            with open(handle, "rb", closefd=False, buffering=_BUFFER) as file:
                yield file
        finally:
            os.close(handle)
    except OSError as error:
        raise FaultError(_os_fault(error)) from error


_BUFFER = 1 << 18
"""Bytes of a file that are read at once: with fewer, a line that holds a document is put together of many parts."""


def read_part(file: BinaryIO, start: int, end: int) -> bytes:
    """Return the bytes of an open file between two offsets. Raises FaultError when it cannot be read."""
    try:
        file.seek(start)
        return file.read(end - start)
    except OSError as error:
        raise FaultError(_os_fault(error)) from error


def place_inside(root: FilePath, path: str) -> FilePath:
    """Return where a path of a corpus leads, all links followed.

    Raises FaultError where that is outside the corpus; of an absolute path, outside the folder in which it stands.
    What the folder of the corpus is itself reached by does not matter.
    """
    home = os.path.realpath(os.path.dirname(path) if os.path.isabs(path) else root)
    place = os.path.realpath(os.path.join(home, path))
    if not FilePath(place).is_relative_to(home):
        message = "this leads out of the corpus: it is a symbolic link, or stands behind one"
        hint = "put the file itself in the place of the link"
        raise FaultError(Fault("file-outside", None, message, None, "a file inside the folder of the corpus", hint))
    return FilePath(place)


def _check_status(status: os.stat_result, limit: int | None) -> None:
    if not stat.S_ISREG(status.st_mode):
        folder = stat.S_ISDIR(status.st_mode)
        raise FaultError(_not_a_file("a folder" if folder else "no regular file"))
    if limit is not None and status.st_size > limit:
        raise FaultError(_too_large(status.st_size, limit))


def _os_fault(error: OSError) -> Fault:
    if error.errno == errno.ENOENT:
        return Fault("file-missing", None, "this file is missing", expected="a file", suggestion="add it")
    if error.errno == errno.EISDIR:
        return _not_a_file("a folder")
    return _unreadable(error.strerror or "unknown reason")


def _unreadable(reason: str) -> Fault:
    return Fault("file-unreadable", None, f"this file cannot be read: {reason}", expected="a readable file")


def _not_a_file(found: str) -> Fault:
    return Fault("file-not-regular", None, f"this is {found}", found, "a file", "move it away")


def _too_large(size: int, limit: int) -> Fault:
    message = f"this file has {size:,} bytes; the limit is {limit:,}"
    return Fault("file-too-large", None, message, f"{size} bytes", f"at most {limit} bytes", _SMALLER.get(limit))


def too_many_values(offset: int | None = None) -> Fault:
    """Return the fault of a file with more values than `VALUE_LIMIT`."""
    message = f"there are more than {VALUE_LIMIT:,} values in this; that is the limit"
    return Fault("file-too-large", offset, message, None, f"at most {VALUE_LIMIT} values", "make several of it")


def decode(data: bytes) -> str:
    """Return the bytes as text, unchanged. Raises FaultError for what is empty or not UTF-8."""
    if not data.strip():
        raise FaultError(Fault("file-empty", None, "this file is empty", expected="some text"))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        byte = f"byte 0x{data[error.start]:02x}"
        fault = Fault("file-not-utf8", len(before), f"{byte} is not UTF-8", byte, "UTF-8", "save the file as UTF-8")
        raise FaultError(fault, before) from error


class Lines:
    """Lines of a text as editors count them: ended by LF, CR LF or CR, and by nothing else."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text))]

    def place(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset, both from 1, in code points."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def split(self) -> list[str]:
        """Return the lines without their ends."""
        ends = [*self._starts[1:], len(self._text)]
        return [self._text[start:end].rstrip("\r\n") for start, end in zip(self._starts, ends, strict=True)]


class Node:
    """A value of a YAML file with the offset at which it begins.

    `comment` is what follows a plain scalar on its line behind ` #`: the author may have meant it as text.
    """

    __slots__ = ("comment", "offset", "plain", "value")

    def __init__(self, value: Value, offset: int, plain: bool = False, comment: str | None = None) -> None:
        self.value, self.offset, self.plain, self.comment = value, offset, plain, comment


Value = Union[str, list[Node], dict[str, tuple[Node, Node]]]  # noqa: UP007 - `|` cannot name a class that is not made yet
_COMMENT = re.compile(r" +#([^\r\n]*)")


class Tree:
    """A YAML file, read: its root, or none where it could not be read, and the faults found on the way."""

    def __init__(self, text: str, root: Node | None, faults: list[Fault], *, may_be_cut: bool = True) -> None:
        self.root, self.faults = root, faults
        self._may_be_cut = may_be_cut
        self._lines = Lines(text)
        self._comments: tuple[Schema | None, dict[Path, str]] = None, {}

    def place(self, where: Path, on_key: bool = False) -> tuple[int, int]:
        """Return line and column of the value (or key) at a path, or of the last thing on the way that exists."""
        node = self.root
        offset = node.offset if node else 0
        for depth, step in enumerate(where, 1):
            inner = _step(node, step) if node else None
            if inner is None:
                break
            key, node = inner
            offset = key.offset if on_key and depth == len(where) else node.offset
        return self._lines.place(offset)

    def line(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset."""
        return self._lines.place(offset)

    def cut_values(self, shape: Schema) -> Iterator[Fault]:
        """Yield a fault for each unquoted value, anchors excepted, that YAML has probably cut: `note: see #12`."""
        return _cut_values(self.root, shape) if self.root and self._may_be_cut else iter(())

    def plain(self, shape: Schema) -> tuple[Any, dict[Path, str]]:
        """Return the tree as plain data, typed by the schema, with the comments that follow unquoted anchors."""
        comments: dict[Path, str] = {}
        value = _plain(self.root, shape, (), comments) if self.root else None
        self._comments = shape, comments
        return value, comments

    def comments(self, shape: Schema) -> dict[Path, str]:
        """Return the comments that follow unquoted anchors, as `plain` does."""
        asked, comments = self._comments
        return comments if asked is shape else self.plain(shape)[1]


def looks_cut(comment: str) -> bool:
    """Return whether what YAML takes for a comment was rather meant as text: ` #12`, not `  # a comment`."""
    return comment[:2] == " #" and comment[2:3].strip() != ""


def _cut_values(node: Node, shape: Schema) -> Iterator[Fault]:
    if isinstance(node.value, dict):
        for key, (_, inner) in node.value.items():
            yield from _cut_values(inner, property_shape(shape, key))
    elif isinstance(node.value, list):
        for inner in node.value:
            yield from _cut_values(inner, shape.get("items", {}))
    elif node.comment and looks_cut(node.comment) and not shape.get("span"):
        found = clip(node.comment.strip())
        hint = "put the value in quotes, or write the comment as `  # comment`"
        yield Fault("value-cut", node.offset, f"YAML takes {found!r} for a comment", found, "a quoted value", hint)


def _step(node: Node, step: str | int) -> tuple[Node, Node] | None:
    if isinstance(node.value, dict):
        return node.value.get(str(step))
    if isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    return None


def _plain(node: Node, shape: Schema, path: Path, comments: dict[Path, str]) -> Any:
    if isinstance(node.value, dict):
        return {k: _plain(n, property_shape(shape, k), (*path, k), comments) for k, (_, n) in node.value.items()}
    if isinstance(node.value, list):
        items = shape.get("items", {})
        return [_plain(item, items, (*path, i), comments) for i, item in enumerate(node.value)]
    if node.comment is not None and shape.get("span"):
        comments[path] = node.comment
    return _typed(node.value, shape) if node.plain else node.value


def _typed(text: str, shape: Schema) -> Any:
    """Return an unquoted scalar as what the schema wants there; as it stands where it is not that."""
    if text in ("", "~", "null"):
        return None
    types = shape.get("type", ())
    if text in ("true", "false") and "boolean" in types:
        return text == "true"
    if "integer" in types and re.fullmatch(r"-?(?:0|[1-9][0-9]{0,17})", text):  # 010 is eight to some and ten to others
        return int(text)
    return text


def read_yaml(text: str) -> Tree:
    """Return the tree of a YAML text. A text that is no YAML gives a tree without root and the fault."""
    text = text.removeprefix("\ufeff")
    faults = [*islice(_characters(text), FAULT_LIMIT)]
    if faults:
        return Tree(text, None, faults)
    import yaml

    builder = _Builder(text)
    try:
        parser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
        for event in iter(parser.get_event, None):
            builder.take(event)
            if len(builder.faults) >= FAULT_LIMIT:
                break
    except yaml.MarkedYAMLError as error:
        builder.fail(_syntax_fault(text, error))
    except FaultError as error:
        builder.fail(error.fault)
    return Tree(text, builder.root, builder.faults, may_be_cut=builder.may_be_cut)


def _syntax_fault(text: str, error: Any) -> Fault:
    # A quote that is never closed runs to the end of the file; where it begins is what helps.
    unclosed = error.context == "while scanning a quoted scalar"
    mark = error.context_mark if unclosed else error.problem_mark or error.context_mark
    offset = mark.index if mark else 0
    start = error.context_mark.index if error.context_mark else offset
    if cut := _cut_in_flow(text[start:offset]) if str(error.context).startswith("while parsing a flow") else None:
        # The commonest reason: the rest of the line, closing bracket and all, has become a comment.
        found = clip(cut[0].strip())
        message = f"YAML takes {found!r} for a comment, and what follows on the line with it"
        return Fault("value-cut", start + cut.start() + 1, message, found, "a quoted value", "put the value in quotes")
    message = "this is not YAML: " + ", ".join(part for part in (error.context, error.problem) if part)
    hint = next((advice for words, advice in _ADVICE.items() if words in message), None)
    return Fault("yaml-syntax", offset, message, None, "YAML", hint and hint.format(line=Lines(text).place(start)[0]))


_ADVICE = {
    "mapping values are not allowed": "put a value with a colon in it in quotes",
    "while parsing a flow": "close the bracket that begins in line {line}; put a value with commas in it in quotes",
    "quoted scalar, found unexpected end": "close the quote that begins here; between single quotes, '' stands for '",
    "unknown escape character": "write single quotes, between which a backslash is a backslash",
    "cannot start any token": "put the value in quotes",
    "could not find expected ':'": "write `key: value`, or put all of a longer value in quotes",
    "while parsing a block": "begin keys that belong together in the same column",
}
"""What is mostly behind the words of the parser."""


def _cut_in_flow(text: str) -> re.Match[str] | None:
    """Return the first number sign that was probably meant as text: not between quotes, nor of a comment."""
    return next((match for match in _QUOTED_OR_CUT.finditer(text) if match[0][:2] == " #"), None)


def _characters(text: str) -> Iterator[Fault]:
    """Yield the first tab of each line, what only YAML takes for a line end, and what it does not allow."""
    for match in _REFUSED.finditer(text):
        at, char = match.start(), match[0][0]
        name = f"U+{ord(char):04X}"
        if char == "\t":
            yield Fault("yaml-tab", at, "a tab stands here", "a tab", "spaces", "write spaces instead")
        elif char in "\x85\u2028\u2029":
            message = f"{name} stands here, which ends a line for YAML and for few editors"
            yield Fault("yaml-line-end", at, message, name, "a space or a line end", "in an anchor a space will do")
        else:
            message = f"{name} stands here, which YAML does not allow"
            hint = f'write it as "\\u{ord(char):04x}", between double quotes'
            yield Fault("yaml-character", at, message, name, "a character that can be seen", hint)


_QUOTED_OR_CUT = re.compile(
    r"""(?<=[\s\[{,])(?:'[^']*+(?:''[^']*+)*+'|"[^"\\]*+(?:\\[\s\S][^"\\]*+)*+")|(?<=\S) #(?=\S)[^ \r\n]+"""
)
_REFUSED = re.compile("\t[^\r\n]*|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


class _Builder:
    """Makes the tree out of the parser's events, with a stack of its own instead of recursion."""

    def __init__(self, text: str) -> None:
        import yaml

        self.root: Node | None = None
        self.faults: list[Fault] = []
        self._text, self._has_comments = text, " #" in text
        self._stack: list[tuple[Node, list[Node]]] = []  # an open node and, of a mapping, the key that waits
        self.may_be_cut = False
        self._documents = 0
        self._values = 0
        self._handlers: Mapping[type, Callable[[Any], None]] = {
            yaml.DocumentStartEvent: self._documentstart,
            yaml.AliasEvent: self._alias,
            yaml.ScalarEvent: self._scalar,
            yaml.SequenceStartEvent: self._sequencestart,
            yaml.SequenceEndEvent: self._end,
            yaml.MappingStartEvent: self._mappingstart,
            yaml.MappingEndEvent: self._end,
        }

    def fail(self, fault: Fault) -> None:
        self.faults.append(fault)
        self.root = None

    def take(self, event: Any) -> None:
        if handler := self._handlers.get(type(event)):
            handler(event)

    def _documentstart(self, event: Any) -> None:
        self._documents += 1
        if self._documents > 1:
            raise FaultError(
                Fault(
                    "yaml-documents",
                    event.start_mark.index,
                    "a second document begins here",
                    "---",
                    "one document a file",
                )
            )

    def _alias(self, event: Any) -> None:
        self._refuse("yaml-alias", event, f"the alias *{event.anchor} stands here", "write the value out, or quote it")
        self._add(Node("", event.start_mark.index, plain=True))

    def _scalar(self, event: Any) -> None:
        if event.anchor or event.tag:
            self._decorations(event)
        plain = not event.style
        self._add(
            Node(
                event.value,
                event.start_mark.index,
                plain,
                self._comment(event) if plain and self._has_comments else None,
            )
        )

    def _comment(self, event: Any) -> str | None:
        end = event.end_mark.index
        if self._text[end : end + 1] != " ":
            return None
        match = _COMMENT.match(self._text, end)
        self.may_be_cut |= bool(match and looks_cut(match[0]))
        return match[0] if match else None

    def _sequencestart(self, event: Any) -> None:
        self._open(event, [])

    def _mappingstart(self, event: Any) -> None:
        self._open(event, {})

    def _open(self, event: Any, value: Value) -> None:
        self._decorations(event)
        if len(self._stack) >= DEPTH_LIMIT:
            message = f"nesting is deeper than {DEPTH_LIMIT} levels"
            raise FaultError(
                Fault("yaml-depth", event.start_mark.index, message, None, f"at most {DEPTH_LIMIT} levels")
            )
        node = Node(value, event.start_mark.index)
        self._add(node)
        self._stack.append((node, []))

    def _end(self, _: Any) -> None:
        self._stack.pop()

    def _decorations(self, event: Any) -> None:
        if event.anchor:
            self._refuse(
                "yaml-anchor",
                event,
                f"the anchor &{clip(event.anchor)} stands here",
                "take it away, or quote the value",
            )
        if event.tag:
            self._refuse(
                "yaml-tag", event, f"the tag {clip(event.tag)} stands here", "take it away, or quote the value"
            )

    def _refuse(self, code: str, event: Any, message: str, suggestion: str) -> None:
        self.faults.append(Fault(code, event.start_mark.index, message, None, "plain values", suggestion))

    def _add(self, node: Node) -> None:
        self._values += 1
        if self._values > VALUE_LIMIT:
            raise FaultError(too_many_values(node.offset))
        if not self._stack:
            self.root = node
            return
        parent, key = self._stack[-1]
        if isinstance(parent.value, list):
            parent.value.append(node)
        elif not key:
            key.append(node)
        else:
            self._put(parent.value, key.pop(), node)  # type: ignore[arg-type]

    def _put(self, mapping: dict[str, tuple[Node, Node]], key: Node, node: Node) -> None:
        if not isinstance(key.value, str):
            self.faults.append(Fault("yaml-key", key.offset, "a list or mapping stands here as a key", None, "a word"))
        elif key.value in mapping:
            message = f"the key {clip(key.value)!r} stands here a second time"
            self.faults.append(
                Fault("repeated-key", key.offset, message, clip(key.value), "each key once", "put both together")
            )
        else:
            mapping[key.value] = (key, node)
