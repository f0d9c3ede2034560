"""Commands that compare passes: `agree`, `adjudicate`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from corpus_pkg.commands.arguments import name_of, two_passes
from corpus_pkg.commands.output import OK, WRONG, print_json, print_lines, print_text


def agree_arguments(parser: argparse.ArgumentParser) -> None:
    """Let `corpus agree` take its arguments."""
    two_passes(parser)
    parser.add_argument("--labels", action="store_true", help="show the agreement on single labels too")


def run_agree(options: argparse.Namespace) -> int:
    """Run `corpus agree`; return its exit status."""
    from corpus_pkg.agreement.passes import agree_passes
    from corpus_pkg.agreement.table import as_table
    from corpus_pkg.findings import has_errors
    from corpus_pkg.passes import read_pass
    from corpus_pkg.report import as_text

    first, second = (read_pass(options.root, name) for name in (options.a, options.b))
    for each in (first, second):
        print_lines(as_text([f for f in each.findings if f.severity == "error"], each.root), sys.stderr)
    agreement = agree_passes(first, second)
    if options.json:
        print_json(agreement)
    else:
        print_lines(as_table(agreement, labels=options.labels))
    return WRONG if has_errors([*first.findings, *second.findings]) else OK


def adjudicate_arguments(parser: argparse.ArgumentParser) -> None:
    """Let `corpus adjudicate` take its arguments."""
    two_passes(parser)
    about = "a word that tells this adjudication from others of the corpus, such as `third`"
    parser.add_argument("--name", metavar="NAME", type=name_of, help=about)
    parser.add_argument("--yes", action="store_true", help="write the annotations once all is decided")


def run_adjudicate(options: argparse.Namespace) -> int:
    """Run `corpus adjudicate`; return its exit status."""
    from corpus_pkg.adjudication.adjudicate import adjudicate_passes
    from corpus_pkg.adjudication.files import write_registers, write_settled
    from corpus_pkg.corpus import read_corpus
    from corpus_pkg.passes import read_pass

    corpus = read_corpus(options.root)
    state = adjudicate_passes(
        corpus, read_pass(options.root, options.a), read_pass(options.root, options.b), options.name or ""
    )
    registers = write_registers(options.root, state)
    changes = write_settled(options.root, state, write=options.yes)
    if options.json:
        diffs = [fix.as_dict() for fix in changes]
        about = {"agreed": state.agreed, "open": [d["id"] for d in state.open], "files": diffs}
        print_json({**about, "findings": [finding.as_dict() for finding in state.findings]})
    else:
        print_text(state.findings, options.root, sys.stderr)
        print_lines([] if options.quiet else _adjudicated(state, registers, changes, options))
    return WRONG if state.open or state.findings else OK


def _adjudicated(
    state: Any, registers: Sequence[str], changes: Sequence[Any], options: argparse.Namespace
) -> Iterator[str]:
    for path, found in state.decisions.items():
        yield f"{path}: {len(found)} differences, {sum(each in state.open for each in found)} open"
    yield f"{state.agreed} items are alike in both passes"
    yield from (f"written: {path}" for path in registers)
    if state.findings:
        yield f"{len(state.findings)} decisions or files of them do not fit: nothing is written"
        return
    if state.open:
        yield f"{len(state.open)} decisions are open: write `choose` and `why` there, then run this again"
    for fix in changes:
        yield from fix.diff().splitlines()
    if changes:
        written = f"{len(changes)} files written" if options.yes else f"{len(changes)} files would change; --yes writes"
        yield f"all is decided; {written}"
    elif not state.open:
        yield "all is decided, and the annotations say so"
