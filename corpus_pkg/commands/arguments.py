"""Arguments that several commands have."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from corpus_pkg.findings import clip

HERE = Path(".")
"""The corpus where none is named; one that is named is another object."""


def root_argument(parser: argparse.ArgumentParser) -> None:
    """Let the command take the folder of a corpus."""
    parser.add_argument(
        "root", metavar="ROOT", nargs="?", default=HERE, type=Path, help="folder of the corpus (default: here)"
    )


def count_of(word: str) -> int:
    """Return the number that a word of the command line says."""
    if not re.fullmatch("[0-9]{1,9}", word):
        raise argparse.ArgumentTypeError(f"{clip(word)!r} is no whole number from 0 on")
    return int(word)


def edition_argument(parser: argparse.ArgumentParser, default: str | None = "full") -> None:
    """Let the command take the name of an edition."""
    parser.add_argument(
        "--edition",
        choices=("full", "standoff"),
        default=default,
        help="full (default), or standoff: texts that are not cleared for redistribution are withheld",
    )


def two_passes(parser: argparse.ArgumentParser) -> None:
    """Let the command take two passes."""
    for name, which in (("a", "first"), ("b", "second")):
        about = f"{which} pass: its name in ROOT/annotations/passes/, or its folder, or that of a whole corpus"
        parser.add_argument(name, metavar=name.upper(), help=about)
    root_argument(parser)


def name_of(word: str) -> str:
    """Return a word of the command line that may be part of the name of a file."""
    if not re.fullmatch("[A-Za-z][A-Za-z0-9]{0,30}", word):
        raise argparse.ArgumentTypeError(f"{clip(word)!r} is no word of letters and digits")
    return word


def which_argument(parser: argparse.ArgumentParser) -> None:
    """Let the command take a corpus: an installed one by its name, or a folder."""
    about = (
        "name of an installed corpus, or a folder: a corpus or a built dataset (default: the corpus of this package)"
    )
    parser.add_argument("which", metavar="CORPUS", nargs="?", help=about)
