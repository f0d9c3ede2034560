"""Commands that write sources: `init`, `add`, `prefill`, `fix`."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from corpus_pkg.commands.arguments import root_argument
from corpus_pkg.commands.output import OK, WRONG, print_json, print_lines, print_text, show_progress
from corpus_pkg.commands.reading import counted
from corpus_pkg.errors import CorpusError


def init_arguments(parser: argparse.ArgumentParser) -> None:
    """Let `corpus init` take its arguments."""
    parser.add_argument("root", metavar="DIR", nargs="?", default=".", type=Path, help="folder to make (default: here)")
    parser.add_argument(
        "--layers", nargs="+", metavar="LAYER", help="finished layers: date, source, actors, events (default: all)"
    )


def run_init(options: argparse.Namespace) -> int:
    """Run `corpus init`; return its exit status."""
    from corpus_pkg.editor import FOLDER
    from corpus_pkg.init import LAYERS, init_corpus

    layers = [layer for word in options.layers or [*LAYERS] for layer in word.split(",") if layer]
    written = init_corpus(options.root, layers)
    if options.json:
        print_json({"root": str(options.root), "files": written})
    elif not options.quiet:
        # The schemas, nine of them, are told by their folder.
        told = {str(Path(name).parent if f"/{FOLDER}/" in name else name): None for name in written}
        print_lines(str(options.root / name) for name in told)
        print_lines([f"Now: {shlex.join(['corpus', 'validate', str(options.root)])}"])
    return OK


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Let `corpus add` take its arguments."""
    parser.description = """\
        Take texts into a corpus: check each, copy its bytes as they are to raw/ID.txt, list its SHA-256 in
        raw/SHA256SUMS, and write annotations/ID.yaml with its passages as drafts and no finished layer. What is wrong
        is told, and of that file nothing is written. A file whose adding was broken off is finished by adding it again;
        so is one that stands in raw/ already."""
    parser.add_argument("files", metavar="FILE", nargs="+", type=Path, help="a text in UTF-8")
    parser.add_argument("--root", metavar="ROOT", default=".", type=Path, help="folder of the corpus (default: here)")
    parser.add_argument("--id", metavar="ID", help="name of the document (default: that of the file); for one FILE")
    parser.add_argument("--language", metavar="TAG", default="en", help="language of the texts, BCP 47 (default: en)")


def run_add(options: argparse.Namespace) -> int:
    """Run `corpus add`; return its exit status."""
    from corpus_pkg.add import add_texts
    from corpus_pkg.corpus import read_corpus

    found = []
    for added in add_texts(read_corpus(options.root), options.files, doc_id=options.id, language=options.language):
        found.append(added)
        if not options.json:
            _show_added(added, options)
    if options.json:
        print_json([added.as_dict() for added in found])
    return OK if all(added.written for added in found) else WRONG


def _show_added(added: Any, options: argparse.Namespace) -> None:
    print_text(added.findings, Path(), sys.stderr)
    if added.written and not options.quiet:
        print_lines(str(options.root / name) for name in added.written)
        print_lines([f"Now: {shlex.join(['corpus', 'prefill', added.doc_id, str(options.root)])}"])
    elif not added.written:
        print_lines([f"corpus add: {added.path} is not added"], sys.stderr)


def prefill_arguments(parser: argparse.ArgumentParser) -> None:
    """Let `corpus prefill` take its arguments."""
    parser.description = """\
        Propose what a program can tell of a document: passages with their zones where there are none, dates, and
        mentions of the actors of the inventory. Every proposal is a draft, which `corpus build` refuses until somebody
        has looked at it. What stands in the file stays, and in a finished layer nothing is proposed. The change is
        shown, in canonical form as `corpus fix` writes it; without --yes nothing is written, and the exit status is 1
        if there is any."""
    parser.add_argument("id", metavar="ID", help="document to fill")
    root_argument(parser)
    parser.add_argument("--yes", action="store_true", help="write the file; otherwise the change is only shown")


def run_prefill(options: argparse.Namespace) -> int:
    """Run `corpus prefill`; return its exit status."""
    from corpus_pkg.corpus import read_corpus
    from corpus_pkg.prefill import prefill_document

    proposal = prefill_document(read_corpus(options.root), options.id)
    fix = proposal.fix
    if not options.json:
        _show_fixes([fix], options)
    failed = _write_fixes([fix], options.root) if options.yes else {}
    if options.json:
        print_json({**proposal.as_dict(), "written": bool(options.yes and fix.changed and not failed)})
    elif not options.quiet and not failed:
        print_lines(_proposed(proposal, options))
    print_lines((f"corpus prefill: {error}" for error in failed.values()), sys.stderr)
    return WRONG if failed or fix.reason or (fix.changed and not options.yes) else OK


def _proposed(proposal: Any, options: argparse.Namespace) -> Iterator[str]:
    """Yield what is proposed, in a line, and which names are left to a person."""
    counted = ", ".join(f"{name.replace('_', ' ')} {number}" for name, number in proposal.added.items() if number)
    more = "" if options.yes or not proposal.fix.changed else "; --yes writes what is shown"
    yield f"drafts {'added' if options.yes else 'to add'}: {counted or 'none'}{more}"
    if proposal.shared:
        yield f"names of several actors, left to you: {', '.join(proposal.shared)}"


def _show_fixes(fixes: Sequence[Any], options: argparse.Namespace) -> None:
    """Show the change, where it is asked for, and what is left as it is."""
    from corpus_pkg.findings import sort_findings
    from corpus_pkg.report import as_text

    print_lines(as_text(sort_findings(f for fix in fixes for f in fix.findings), options.root), sys.stderr)
    for fix in fixes:
        if fix.reason:
            part = " in part" if fix.changed else ""
            print_lines([f"corpus {options.command}: {fix.path} is left as it is{part}: {fix.reason}"], sys.stderr)
        if fix.changed and not (options.yes and options.quiet):
            print_lines(fix.diff().removesuffix("\n").split("\n"))


def _write_fixes(fixes: Sequence[Any], root: Path) -> dict[str, CorpusError]:
    """Write what has changed; return what could not be written, with the reason."""
    from corpus_pkg.fix import write_fix

    failed: dict[str, CorpusError] = {}
    for fix in fixes:
        if fix.changed:
            try:
                write_fix(root, fix)
            except CorpusError as error:
                failed[fix.path] = error
    return failed


def fix_arguments(parser: argparse.ArgumentParser) -> None:
    """Let `corpus fix` take its arguments."""
    parser.description = """\
        Bring documents into canonical order and form, and change nothing that they say. In YAML: keys in the order of
        the schema, items in that of the text, one a line, defaults left out, quotes no longer than they must be;
        comments stay at what they are about. In canonical JSON: defaults spelt out. Lines end with LF, without a
        byte-order mark. Settings, such as inventory.yaml, stay as people wrote them, and so does every document with
        errors. The change is shown; without --yes nothing is written, and the exit status is 1 if there is any."""
    root_argument(parser)
    parser.add_argument("--id", metavar="ID", action="append", help="only this document; may be given again")
    parser.add_argument("--yes", action="store_true", help="write the files; otherwise the change is only shown")


def run_fix(options: argparse.Namespace) -> int:
    """Run `corpus fix`; return its exit status."""
    from corpus_pkg.corpus import read_corpus
    from corpus_pkg.fix import fix_corpus

    corpus = read_corpus(options.root)
    with show_progress(options, "reading") as progress:
        fixes = [*counted(fix_corpus(corpus, options.id), progress, len(options.id or corpus.entries))]
    if not options.json:
        _show_fixes(fixes, options)
    failed = _write_fixes(fixes, options.root) if options.yes else {}
    changed = sum(fix.changed for fix in fixes)
    if options.json:
        written = {fix.path for fix in fixes if options.yes and fix.changed} - failed.keys()
        print_json([{**fix.as_dict(), "written": fix.path in written} for fix in fixes])
    elif not options.quiet:
        print(_fixed(changed - len(failed), len(fixes), options))
    print_lines((f"corpus fix: {error}" for error in failed.values()), sys.stderr)
    left = any(fix.reason for fix in fixes) or bool(changed and not options.yes)
    return WRONG if left or failed else OK


def _fixed(changed: int, files: int, options: argparse.Namespace) -> str:
    """Return one line that says what was done, or would be."""
    counted = f"{changed} of {files} file{'' if files == 1 else 's'}"
    if options.yes:
        return f"{counted} written"
    return f"{counted} would change{'; --yes writes what is shown' if changed else ''}"
