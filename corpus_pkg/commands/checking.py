"""Commands that check and explain: `validate`, `explain`, `resolve`, `schema`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from corpus_pkg.commands.arguments import count_of, root_argument
from corpus_pkg.commands.output import (
    FORMATS,
    OK,
    WRONG,
    more_lines,
    print_json,
    print_lines,
    print_text,
    show_progress,
)
from corpus_pkg.commands.reading import resolved_documents
from corpus_pkg.errors import CorpusError, UnknownNameError


def validate_arguments(parser: argparse.ArgumentParser) -> None:
    """Let `corpus validate` take its arguments."""
    root_argument(parser)
    parser.add_argument("--format", choices=FORMATS, help="how findings are printed (default: text)")
    parser.add_argument(
        "--select",
        metavar="WHAT",
        action="append",
        help="only these findings: codes, words that codes begin with, levels, severities; with commas or given again",
    )
    parser.add_argument("--ignore", metavar="WHAT", action="append", help="all findings but these")
    about = "check the annotation passes too; without it they are not checked, while a build always checks them"
    parser.add_argument("--passes", action="store_true", help=about)
    parser.add_argument(
        "--max-per-code",
        metavar="N",
        type=count_of,
        help="print at most N findings of a code (default: 20 as text and for github; 0: all)",
    )


def run_validate(options: argparse.Namespace) -> int:
    """Run `corpus validate`; return its exit status."""
    from corpus_pkg.corpus import read_corpus
    from corpus_pkg.findings import has_errors, sort_findings
    from corpus_pkg.validate import Validation

    if options.json and options.format not in (None, "json"):
        raise CorpusError(f"--json is --format json, and --format {options.format} is asked for too")
    choose = _selection(options)
    corpus = read_corpus(options.root)
    check = Validation(corpus)
    findings = [*check.settings()]
    with show_progress(options, "checking") as progress:
        for done, checked in enumerate(check.documents(), 1):
            findings += checked.findings
            progress(done, len(corpus.entries))
    findings += check.whole()
    if options.passes:
        from corpus_pkg.consistency import Passes

        findings += Passes(corpus).findings()
    elif not options.quiet and not (options.json or options.format in ("json", "jsonl")):
        print_lines(_unchecked(options.root), sys.stderr)
    findings = sort_findings(findings)
    wanted = choose(findings)
    _print_findings(wanted, options, len(corpus.entries), len(findings) - len(wanted))
    return WRONG if has_errors(wanted) else OK


def _unchecked(root: Path) -> Iterator[str]:
    """Yield that there are passes and that they were not checked."""
    from corpus_pkg.passes import pass_names

    if names := pass_names(root):
        several = "1 pass was" if len(names) == 1 else f"{len(names)} passes were"
        yield f"{several} not checked; --passes checks them too, as a build does"


def _selection(options: argparse.Namespace) -> Callable[[list[Any]], list[Any]]:
    """Return what chooses among findings; a word that names nothing is refused before anything is checked."""
    select, ignore = _words(options.select), _words(options.ignore)
    if not select and not ignore:
        return lambda findings: findings
    from corpus_pkg.codes import known_codes
    from corpus_pkg.select import check_selectors, select_findings

    codes = known_codes()
    check_selectors((*select, *ignore), codes)
    return lambda findings: select_findings(findings, select, ignore, codes)


def _words(given: Sequence[str] | None) -> list[str]:
    """Return the words of an option that may be given again and holds words with commas between."""
    return [word for words in given or () for word in words.split(",") if word]


def _print_findings(findings: Sequence[Any], options: argparse.Namespace, documents: int, unselected: int) -> None:
    """Print the findings of a check in the format asked for, and for people what is left out and how many there are."""
    from corpus_pkg.report import cap_findings, summary

    form = "json" if options.json else options.format or "text"
    limit = FORMATS[form] if options.max_per_code is None else options.max_per_code
    shown, hidden = cap_findings(findings, limit)
    _PRINTERS[form](shown, options.root)
    is_json = form in ("json", "jsonl")
    print_lines(more_lines(hidden, "--max-per-code 0"), sys.stderr if is_json else sys.stdout)
    if not is_json and not options.quiet:
        print(summary(findings, documents, unselected))


def _print_github(findings: Sequence[Any], root: Path) -> None:
    from corpus_pkg.report import as_github

    # A job may have gone into a folder of the repository; paths count from the top.
    print_lines(as_github(findings, root, Path(os.environ.get("GITHUB_WORKSPACE") or ".")))


def _print_records(findings: Sequence[Any], root: Path) -> None:
    print_json([finding.as_dict() for finding in findings])


def _print_record_lines(findings: Sequence[Any], root: Path) -> None:
    for finding in findings:
        print_json(finding.as_dict(), indent=None)


_PRINTERS: dict[str, Callable[[Sequence[Any], Path], None]] = {
    "text": print_text,
    "json": _print_records,
    "jsonl": _print_record_lines,
    "github": _print_github,
}


def explain_arguments(parser: argparse.ArgumentParser) -> None:
    """Let `corpus explain` take its arguments."""
    parser.add_argument("code", metavar="CODE", nargs="?", help="code of a finding (default: a line on each)")


def run_explain(options: argparse.Namespace) -> int:
    """Run `corpus explain`; return its exit status."""
    from corpus_pkg.codes import catalogue, explain

    entries = catalogue()
    if options.code and options.code not in entries:
        raise UnknownNameError("finding", options.code, entries)
    wanted = [entries[options.code]] if options.code else [*entries.values()]
    if options.json:
        print_json([entry._asdict() for entry in wanted])
    elif options.code:
        print_lines(explain(wanted[0]))
    else:
        width = max(map(len, entries))
        print_lines(f"{entry.code:<{width}}  {entry.what}" for entry in wanted)
    return OK


def resolve_arguments(parser: argparse.ArgumentParser) -> None:
    """Let `corpus resolve` take its arguments."""
    root_argument(parser)
    parser.add_argument("--id", metavar="ID", action="append", help="only this document; may be given again")


def run_resolve(options: argparse.Namespace) -> int:
    """Run `corpus resolve`; return its exit status."""
    from corpus_pkg.corpus import read_corpus

    corpus = read_corpus(options.root)
    ids = options.id or [entry.doc_id for entry in corpus.entries]
    done = 0
    for document in resolved_documents(corpus, ids, options):
        print_json(document, indent=None)
        done += 1
    return OK if done == len(ids) else WRONG


def schema_arguments(parser: argparse.ArgumentParser) -> None:
    """Let `corpus schema` take its arguments."""
    names = "canonical, inventory, corpus, vocabulary, annotators, hardcases, explained, reviews or decisions"
    parser.add_argument("name", metavar="NAME", nargs="?", help=f"source, which is a document (default), {names}")
    root_argument(parser)
    parser.add_argument("--write", metavar="DIR", type=Path, help="write all of them into this folder, as NAME.json")


def run_schema(options: argparse.Namespace) -> int:
    """Run `corpus schema`; return its exit status."""
    from corpus_pkg.corpus import read_corpus
    from corpus_pkg.editor import editor_schema, write_schemas

    name, root = _name_and_root(options)
    corpus = read_corpus(root)
    if "vocabulary" in corpus.broken:
        path = corpus.folder.settings["vocabulary"]
        print_text([finding for finding in corpus.findings if finding.path == path], root, sys.stderr)
        return WRONG
    if options.write is None:
        print_json(editor_schema(name, corpus.vocabulary))
        return OK
    written = [str(path) for path in write_schemas(options.write, corpus.vocabulary)]
    if options.json:
        print_json({"files": written})
    elif not options.quiet:
        print_lines(written)
    return OK


def _name_and_root(options: argparse.Namespace) -> tuple[str, Path]:
    """Return the schema asked for and the corpus; with `--write` all are asked for, and a word is the corpus."""
    from corpus_pkg.schema import ROOTS

    if options.write is None:
        if options.name not in (None, *ROOTS):
            raise UnknownNameError("schema", options.name, ROOTS)
        return options.name or ROOTS[0], options.root
    if options.name is not None and options.root != Path("."):
        raise CorpusError("--write writes all schemas, so there is no NAME to give")
    return ROOTS[0], Path(options.name or ".")
