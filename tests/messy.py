"""YAML as no tool would write it: every style that says the same data, with comments wherever one may stand."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from random import Random
from typing import Any

TAILS = [
    "",
    " a",
    " é 🤝 \u00a0.",
    " '",
    ' "',
    " [{",
    " }]",
    " - {q: x}",
    " # #",
    ": x",
    " key: |",
    " ...",
    "---",
    "\\",
    "   ",
]
"""What may follow the number of a comment."""
Item = tuple[str, Any]
_WORD = re.compile(r"(?!(?:null|true|false)$)[A-Za-z_]+")
_LINES = re.compile(r"[A-Za-zé](?:[\w .,]*[\w.,])?(?:\n+[A-Za-zé](?:[\w .,]*[\w.,])?)*")
_DEFAULTS = ({"draft": False}, {"cases": []}, {"note": None})


class Scribe:
    """Writes data as YAML, in whatever style is drawn; `comments` are those it has put in, trailing blanks cut off."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._limit = 7  # of the indentation of lines on their own: further in, they would be text behind `|-`
        self.comments: list[str] = []

    def write(self, data: Mapping[str, Any]) -> str:
        """Return the document."""
        indent = self._random.choice([0, 0, 0, 1, 3])
        lines = [*self._alone(), *self._mapping(data, indent), *self._alone()]
        text = "\n".join(lines) + self._random.choice(["", "\n", "\n\n", "\n...\n", "\n# end"])
        if text.endswith("# end"):
            self.comments.append("# end")
        if self._flip():
            text = f"---{self._beside()}\n{text}"
        return self._random.choice(["", "", "\ufeff"]) + text.replace("\n", self._random.choice(["\n", "\r\n", "\r"]))

    def _flip(self) -> bool:
        return self._random.random() < 0.25

    def _shuffled(self, items: Iterable[Item]) -> list[Item]:
        listed = [*items]
        self._random.shuffle(listed)
        return listed

    def _comment(self) -> str:
        mark = self._random.choice(["# ", "#", "## "])
        comment = f"{mark}{len(self.comments)};{self._random.choice(TAILS)}"
        self.comments.append(comment.rstrip(" "))
        return comment

    def _beside(self) -> str:
        return f"{self._random.choice(['  ', '     '])}{self._comment()}" if self._flip() else ""

    def _alone(self) -> list[str]:
        """Return lines that hold nothing, or a comment."""
        lines = []
        while self._flip():
            lead = " " * self._random.randint(0, self._limit)
            if self._flip():
                lines.append(lead)
            else:
                lines.append(lead + self._comment())
                self._limit = 7
        return lines

    def _mapping(self, data: Mapping[str, Any], indent: int) -> list[str]:
        lines: list[str] = []
        for key, value in self._shuffled(data.items()):
            lines += [*(self._alone() if lines else []), *self._entry(f"{' ' * indent}{key}:", value, indent, key)]
        return lines

    def _entry(self, lead: str, value: Any, indent: int, key: str) -> list[str]:
        """Return a key with its value, which begins on the same line or on the next."""
        if isinstance(value, (dict, list)) and value and (key == "passages" or not self._flip()):
            inner = indent + self._random.randint(0 if isinstance(value, list) else 1, 4)
            return [lead + self._beside(), *self._alone(), *self._block(value, inner)]
        self._limit = 7
        if isinstance(value, str) and _LINES.fullmatch(value) and self._flip():
            blank = " " * (indent + 2)
            lines = [f"{blank}{line}" if line else "" for line in value.split("\n")]
            header = f"{lead} |-{self._beside()}"
            self._limit = indent
            return [header, *lines]
        between = [""] if not self._flip() else [self._beside(), *self._alone(), " " * indent]
        first, *rest = self._flow(value, indent + 1).split("\n")
        between[-1] += f" {first}"
        if not rest:
            between[-1] += self._beside()
            return [lead + between[0], *between[1:]]
        return [lead + between[0], *between[1:], *rest[:-1], rest[-1] + self._beside()]

    def _block(self, value: Any, indent: int) -> list[str]:
        if isinstance(value, dict):
            return self._mapping(self._with_defaults(value), indent)
        lines: list[str] = []
        for item in value:
            lines += [*(self._alone() if lines else []), *self._item(item, indent)]
        return lines

    def _item(self, item: Any, indent: int) -> list[str]:
        self._limit = 7
        lead = f"{' ' * indent}-"
        if not isinstance(item, dict) or not item or self._flip():
            first, *rest = self._flow(item, indent + 2).split("\n")
            lines = [f"{lead} {first}", *rest]
            return [*lines[:-1], lines[-1] + self._beside()]
        wide = indent + self._random.randint(2, 4)
        alone = [lead + self._beside(), *self._alone()] if self._flip() else []
        first, *rest = self._mapping(self._with_defaults(item), wide)
        return [*alone, first, *rest] if alone else [lead + first[len(lead) :], *rest]

    def _with_defaults(self, item: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return an item with what follows from the schema anyhow written out, now and then."""
        if not item.keys() & {"q", "zone", "id"} or not self._flip():
            return item
        return {**self._random.choice(_DEFAULTS), **item}

    def _flow(self, value: Any, indent: int) -> str:
        """Return a value between brackets, or a scalar."""
        if isinstance(value, dict):
            pairs = [*self._with_defaults(value).items()]
            parts = [f"{key}: {self._flow(inner, indent + 1)}" for key, inner in self._shuffled(pairs)]
            return self._brackets("{", parts, "}", indent)
        if isinstance(value, list):
            return self._brackets("[", [self._flow(inner, indent + 1) for inner in value], "]", indent)
        return self._scalar(value)

    def _brackets(self, opening: str, parts: list[str], closing: str, indent: int) -> str:
        broken = self._flip()
        text = opening
        for number, part in enumerate(parts):
            text += (self._break(indent) if broken else " " * self._flip()) + part
            text += "," if number + 1 < len(parts) or (self._flip() and broken) else ""
        return text + (self._break(indent) if broken else "") + closing

    def _break(self, indent: int) -> str:
        """Return the end of a line between brackets, and the beginning of another."""
        lines = [self._beside(), *self._alone(), " " * (indent + self._random.randint(0, 3))]
        return "\n".join(lines)

    def _scalar(self, value: Any) -> str:
        if not isinstance(value, str):
            return json.dumps(value)
        if _WORD.fullmatch(value) and not self._flip():
            return value
        if value.isprintable() and not self._flip():
            return "'" + value.replace("'", "''") + "'"
        return (
            '"'
            + "".join(char if char.isprintable() and char not in '\\"' else f"\\U{ord(char):08x}" for char in value)
            + '"'
        )
