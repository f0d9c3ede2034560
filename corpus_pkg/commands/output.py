"""What commands print: lines and JSON that steer no terminal, findings, progress."""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from corpus_pkg.errors import InvalidCorpusError
from corpus_pkg.findings import clip

OK, WRONG, MISUSE = 0, 1, 2
_COLOUR = re.compile("(\x1b\\[(?:0|32|36|1;33)m)")
"""The colours of `show`, which go to a terminal as they are."""
_ESCAPES = {code: f"\\u{code:04x}" for code in (*range(0x7F, 0xA0), *range(0x2028, 0x202F), *range(0x2066, 0x206A))}
"""What JSON may hold as it is and others obey: control characters, ends of lines, and what turns the writing."""
FORMATS = {"text": 20, "json": 0, "jsonl": 0, "github": 20}
"""The formats of findings, each with how many of one code are printed unless something else is asked for; 0 is all."""


def more_lines(hidden: Mapping[str, int], what: str) -> Iterator[str]:
    """Yield how many findings of each code are not shown, and what shows them."""
    return (f"... {number} more of {code}; {what} shows all" for code, number in hidden.items())


def print_text(findings: Sequence[Any], root: Path, file: Any = None) -> None:
    """Print findings for people, as wide as the terminal."""
    from corpus_pkg.report import WIDTH, as_text

    columns = shutil.get_terminal_size((WIDTH, 24)).columns
    print_lines(as_text(findings, root, max(40, min(columns, WIDTH))), file)


def tell_refusal(error: InvalidCorpusError, options: argparse.Namespace, outcome: str) -> int:
    """Show why a corpus is not built."""
    from corpus_pkg.report import cap_findings

    if options.json:
        print_json([finding.as_dict() for finding in error.findings])
    else:
        shown, hidden = cap_findings(error.findings, FORMATS["text"])
        print_text(shown, options.root, sys.stderr)
        print_lines(more_lines(hidden, "corpus validate --max-per-code 0"), sys.stderr)
        print_lines([f"corpus {options.command}: {outcome}"], sys.stderr)
    return WRONG


def tell_wait(options: argparse.Namespace) -> Callable[[str], None]:
    """Return what tells people of a wait while they wait."""
    return lambda text: print_lines([f"corpus {options.command}: {text}"], sys.stderr)


def in_columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Return rows as lines, each column as wide as its widest cell."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ("  ".join(f"{value:<{width}}" for value, width in zip(row, widths, strict=True)).rstrip() for row in rows)


def print_lines(lines: Iterable[str], file: Any = None, *, colour: bool = False) -> None:
    """Print lines for people; nothing that stands in a text, a label or a name can steer their terminal."""
    for line in lines:
        parts = _COLOUR.split(line) if colour else [line]
        inert = (part if index % 2 else clip(part, 10 * len(part)) for index, part in enumerate(parts))
        print("".join(inert), file=file or sys.stdout)


def print_json(value: Any, indent: int | None = 1) -> None:
    """Print a value as JSON; nothing in it can steer a terminal."""
    print(json.dumps(value, ensure_ascii=False, indent=indent).translate(_ESCAPES))


@contextmanager
def show_progress(options: argparse.Namespace, what: str) -> Iterator[Callable[[int, int], None]]:
    """Give a function that shows progress: on a terminal, and only of what takes more than a second."""
    if options.quiet or options.json or not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from tqdm import tqdm

    with tqdm(desc=what, unit=" documents", delay=1, leave=False, file=sys.stderr) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield show
