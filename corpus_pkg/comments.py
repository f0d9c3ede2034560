"""Comments of a YAML file: at what each stands, and putting them back when the file is written anew.

The parser drops comments, but its events say where every scalar begins and ends: a `#` between two of them begins a
comment, and one inside never does. A blank line counts as a comment without words, so that blocks stay apart.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from corpus_pkg.findings import Path
from corpus_pkg.read import read_yaml
from corpus_pkg.schema import Schema

Side = Literal["above", "beside", "below"]


class Comment(NamedTuple):
    """A comment with its `#`, and the path of the value or key at which it stands; a blank line has no text."""

    text: str
    where: Path
    side: Side


def read_comments(text: str) -> list[Comment]:
    """Return the comments of a YAML text that `read_yaml` reads without faults, in their order.

    What follows something on its line stands beside it. What has a line of its own stands above what comes next or,
    when it is indented further than that, below what comes before.
    """
    text = re.sub("\r\n?", "\n", text.removeprefix("\ufeff"))
    tokens = [*_tokens(text)]
    return [comment for pair in pairwise([None, *tokens, None]) for comment in _between(text, *pair)]


def put_comments(text: str, comments: Sequence[Comment]) -> str:
    """Return the YAML text, which has no comments of its own, with these, each at the value or key it names.

    Where that is no more, the comment stands at what held it. Several beside one line stand above it instead. There is
    one blank line at most in a row, and none at the beginning.
    """
    if not comments:
        return text
    layout = _Layout(text)
    spots = [layout.spot(comment) for comment in comments]
    beside = Counter(spot.line for spot in spots if spot.side == "beside")
    lines = {(number, 1, 0, 0): line for number, line in enumerate(layout.lines)}
    for order, spot in enumerate(spots):
        if spot.side == "beside" and beside[spot.line] == 1:
            lines[spot.line, 1, 0, 0] += f"  {spot.text}"
        elif spot.side == "below":
            lines[spot.line, 2, -spot.depth, order] = " " * spot.column + spot.text
        else:
            lines[spot.line, 0, 0, order] = " " * spot.column + spot.text if spot.text else ""
    written = [lines[place] for place in sorted(lines)]
    return "".join(f"{line}\n" for before, line in pairwise(["", *written]) if line or before)


def keep_comments(before: str, after: str, wanted: Schema) -> str:
    """Return a YAML text, which has no comments, with those of the text before it, each at the same thing.

    Things are the same when they have the same name, or quote the same words. Where one is no more, its comments stand
    at what held it.
    """
    comments = read_comments(before)
    old, new = (read_yaml(text).plain(wanted)[0] for text in (before, after))
    moved = [comment._replace(where=_again(comment.where, old, new)) for comment in comments]
    kept = put_comments(after, moved)
    if _is_cut(kept, wanted):  # beside unquoted words a comment can look like more of them
        kept = put_comments(after, [c._replace(side="above") if c.side == "beside" else c for c in moved])
    return kept


def _is_cut(text: str, wanted: Schema) -> bool:
    tree = read_yaml(text)
    return bool(tree.faults) or any(tree.cut_values(wanted))


def _again(where: Path, old: Any, new: Any) -> Path:
    """Return where in a new value stands what stood at a path of an old one; as much of the path as leads somewhere."""
    place: Path = ()
    for step in where:
        now = step if isinstance(step, str) else _same(old[step], new)
        if now is None or now not in _inner(new):
            break
        old, new, place = old[step], _inner(new)[now], (*place, now)
    return place


def _inner(value: Any) -> dict[str | int, Any]:
    """Return what is in a value by its key or index."""
    return dict(enumerate(value)) if isinstance(value, list) else value if isinstance(value, dict) else {}


def _same(item: Any, others: Any) -> str | int | None:
    return next((place for place, other in _inner(others).items() if _names(other) == _names(item)), None)


def _names(item: Any) -> Any:
    return [item[key] for key in _NAMING if key in item] if isinstance(item, dict) else item


_NAMING = ("id", "at", "q", "cue", "content", "role", "actor", "from", "type", "to", "attribute", "source")
"""Keys that tell the items of a list apart."""


class _Frame:
    """A mapping or list, and how far it has been read.

    `column` is where its parts begin in their lines, from 0; null between brackets. `count` is null for a mapping.
    """

    __slots__ = ("_key", "column", "count", "outer", "path")

    def __init__(self, path: Path, column: int | None, outer: _Frame | None, count: int | None) -> None:
        self.path, self.column, self.outer, self.count = path, column, outer, count
        self._key: str | None = None

    def take(self, value: str) -> Path:
        """Return the path of the part that comes next; that of a key is the path of its value."""
        if self.count is not None:
            self.count += 1
            return (*self.path, self.count - 1)
        key, self._key = (value, value) if self._key is None else (self._key, None)
        return (*self.path, key)


class _Token(NamedTuple):
    """A key, a value, or a bracket of one, with its bounds in the text, and the mapping or list in which it stands."""

    start: int
    end: int
    path: Path
    frame: _Frame


def _tokens(text: str) -> Iterator[_Token]:
    """Yield what stands between the comments.

    Of a mapping in lines, its beginning is a token too where a list or nothing holds it: a comment above its first key
    is one on the whole.
    """
    import yaml

    frame = top = _Frame((), 0, None, None)
    event: Any
    for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        start, end, column = event.start_mark.index, event.end_mark.index, event.start_mark.column
        if isinstance(event, yaml.ScalarEvent):
            yield from _scalar(text, event, frame)
        elif isinstance(event, yaml.CollectionStartEvent):
            path = () if frame is top else frame.take("")
            count = 0 if isinstance(event, yaml.SequenceStartEvent) else None
            if event.flow_style or (count is None and (frame is top or frame.count is not None)):
                yield _Token(start, end, path, frame)
            frame = _Frame(path, None if event.flow_style else column, frame, count)
        elif isinstance(event, yaml.CollectionEndEvent):
            assert frame.outer is not None
            if frame.column is None:
                yield _Token(start, end, frame.path, frame)
            frame = frame.outer


def _scalar(text: str, event: Any, frame: _Frame) -> Iterator[_Token]:
    start, end, path = event.start_mark.index, event.end_mark.index, frame.take(event.value)
    if event.style in ("|", ">"):
        # A comment may follow the indicator on its line, where the text has not begun yet.
        yield _Token(start, start + 1, path, frame)
        start = min(_line_end(text, start), end)
    yield _Token(start, end, path, frame)


_COMMENT = re.compile(r"#[^\n]*|(?<=\n) *(?=\n)")


def _between(text: str, before: _Token | None, after: _Token | None) -> Iterator[Comment]:
    """Yield the comments between two tokens."""
    low, high = before.end if before else 0, after.start if after else len(text)
    column = len(text)
    for match in _COMMENT.finditer(text, low, high):
        line = text.rfind("\n", 0, match.start()) + 1
        words = match[0].strip(" ")
        if not words:
            if after and after.frame.column is not None:
                yield Comment("", after.path, "above")
        elif before and before.end > line:
            yield Comment(words, before.path, "beside")
        else:
            # Of several lines, none can belong further in than the one above it.
            column = min(column, _indentation(text, line))
            yield _alone(text, words, column, before, after)


def _alone(text: str, words: str, column: int, before: _Token | None, after: _Token | None) -> Comment:
    """Return a comment that has a line of its own."""
    if before is None or (after and _is_above(text, column, before, after)):
        return Comment(words, after.path if after else (), "above")
    frame = before.frame
    while frame.outer and (frame.column is None or frame.column > column):
        frame = frame.outer
    depth = len(frame.path) + (frame.column != column)
    return Comment(words, before.path[:depth], "below")


def _is_above(text: str, column: int, before: _Token, after: _Token) -> bool:
    if after.frame.column is None or after.path[: len(before.path)] == before.path:
        return True  # between brackets, or between a key and its value
    return column <= _indentation(text, text.rfind("\n", 0, after.start) + 1)


def _indentation(text: str, line: int) -> int:
    """Return how many blanks begin the line at an offset."""
    words = text[line : _line_end(text, line)]
    return len(words) - len(words.lstrip(" "))


def _line_end(text: str, offset: int) -> int:
    end = text.find("\n", offset)
    return end if end >= 0 else len(text)


class _Spot(NamedTuple):
    """Where a comment goes: at which line, from 0, and at which column; below, the deeper ones come first."""

    line: int
    side: Side
    column: int
    depth: int
    text: str


class _Layout:
    """Where everything stands in a YAML text without comments."""

    def __init__(self, text: str) -> None:
        self.lines = text.removesuffix("\n").split("\n")
        starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._first: dict[Path, tuple[int, int | None]] = {}
        self._last: dict[Path, int] = {}
        self._columns: dict[Path, int] = {}
        for token in _tokens(text):
            line = bisect_right(starts, token.start) - 1
            column = None if token.frame.column is None else token.start - starts[line]
            self._first.setdefault(token.path, (line, column))
            for depth in range(len(token.path) + 1):
                self._last[token.path[:depth]] = line
            if token.frame.column is not None:
                self._columns.setdefault(token.frame.path, token.frame.column)

    def spot(self, comment: Comment) -> _Spot:
        """Return where a comment goes."""
        path = comment.where
        while path not in self._first or (comment.side == "below" and self._first[path][1] is None):
            path = path[:-1]
        line, column = self._first[path]
        if comment.side == "below":
            return _Spot(self._last[path], "below", self._columns.get(path, column or 0), len(path), comment.text)
        # Beside the first line of what held it, a comment on what is no more would seem to be about that line.
        side: Side = "above" if path != comment.where and path in self._columns else comment.side
        return _Spot(line, side, _indentation(self.lines[line], 0), 0, comment.text)
