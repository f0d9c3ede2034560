"""The command `corpus`. What its exit status means stands in its help (`EXIT_STATUS`)."""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import shlex
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from corpus_pkg import __version__
from corpus_pkg.errors import CorpusError, HubError, InvalidCorpusError, UnknownNameError, closest, near_matches
from corpus_pkg.findings import clip

OK, WRONG, MISUSE = 0, 1, 2
INTERRUPTED, UNREAD = 130, 141  # as a shell tells of a process that SIGINT or SIGPIPE has ended
EXIT_STATUS = """\
Exit status: 0 all is well (warnings are no errors), 1 the data have errors or the disk refuses, 2 the command cannot be
run so."""
_HERE = Path(".")
"""The corpus where none is named; one that is named is another object."""
_COLOUR = re.compile("(\x1b\\[(?:0|32|36|1;33)m)")
"""The colours of `show`, which go to a terminal as they are."""
_ESCAPES = {code: f"\\u{code:04x}" for code in (*range(0x7F, 0xA0), *range(0x2028, 0x202F), *range(0x2066, 0x206A))}
"""What JSON may hold as it is and others obey: control characters, ends of lines, and what turns the writing."""
FORMATS = {"text": 20, "json": 0, "jsonl": 0, "github": 20}
"""The formats of findings, each with how many of one code are printed unless something else is asked for; 0 is all."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with these arguments (default: those of the process); return its exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    parser = make_parser()
    options = _parse(parser, arguments)
    _prepare_output(options)
    try:
        status: int = options.run(options)
        sys.stdout.flush()
        return status
    except CorpusError as error:
        refused = isinstance(error, HubError) or isinstance(error.__cause__, OSError)
        return _failed(options, error, WRONG if refused else MISUSE)
    except BrokenPipeError:
        _drop_output()
        return UNREAD
    except OSError as error:
        _drop_output()
        place = f"{error.filename}: " if error.filename is not None else ""
        return _failed(options, f"{place}{error.strerror or error}", WRONG)
    except KeyboardInterrupt:
        return _failed(options, "interrupted", INTERRUPTED)


def _prepare_output(options: argparse.Namespace) -> None:
    """Let nothing that stands in a text or a file's name stop the output; what machines read is UTF-8 everywhere."""
    is_text = getattr(options, "format", None) in (None, "text") and options.command not in ("resolve", "schema")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            encoding = None if is_text and not options.json else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace")


def _drop_output() -> None:
    """Let what is left of the output go nowhere: its reader has gone, or its disk is full."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _failed(options: argparse.Namespace, error: object, status: int) -> int:
    print(f"corpus {options.command}: {clip(error, 10_000)}", file=sys.stderr)
    return status


class _Parser(argparse.ArgumentParser):
    """A parser that says what a mistyped word may have been meant for."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        print(f"{self.prog}: {message}", file=sys.stderr)
        raise SystemExit(MISUSE)


def _parse(parser: argparse.ArgumentParser, arguments: list[str]) -> argparse.Namespace:
    commands = _subparsers(parser)
    first = next((word for word in arguments if not word.startswith("-")), None)
    if first is not None and first not in commands:
        parser.error(f"there is no command {first!r}{near_matches(first, commands, all_if_few=True)}")
    options, unknown = parser.parse_known_args(arguments)
    unknown = _behind_options(options, unknown)
    if unknown:
        known = [word for action in commands[options.command]._actions for word in action.option_strings]
        commands[options.command].error(f"there is no {unknown[0]!r} here{_meant(unknown[0], known)}")
    return options


def _behind_options(options: argparse.Namespace, unknown: list[str]) -> list[str]:
    """Take as ROOT, or as one of many words, what argparse leaves over since it stands behind options."""
    plain = not any(word.startswith("-") for word in unknown)
    if plain and hasattr(options, "words"):
        options.words = [*options.words, *unknown]
    elif plain and len(unknown) == 1 and getattr(options, "root", None) is _HERE:
        options.root = Path(unknown[0])
    else:
        return unknown
    return []


def _subparsers(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    action = next(action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    return dict(action.choices)


def _meant(word: str, known: Any) -> str:
    near = closest(word.partition("=")[0], known)
    return f"; did you mean {near[0]}?" if near else ""


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    about = "Annotated corpora: check, build, look at."
    parser = _Parser(prog="corpus", description=about, epilog=EXIT_STATUS, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"corpus_pkg {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=_Parser)
    _command(commands, "init", _init, "make a corpus that validates and builds at once", _init_arguments)
    _command(commands, "add", _add, "take texts into a corpus, each with annotations to begin with", _add_arguments)
    _command(commands, "prefill", _prefill, "propose passages, dates and known names as drafts", _prefill_arguments)
    _command(commands, "validate", _validate, "check every file and report every finding", _validate_arguments)
    _command(commands, "explain", _explain, "say what a finding means and how to mend it", _explain_arguments)
    _command(commands, "build", _build, "check, then build the dataset", _build_arguments)
    _command(commands, "rehydrate", _rehydrate, "restore withheld texts from copies of them", _rehydrate_arguments)
    _command(commands, "withdraw", _withdraw, "take a document out, and leave a tombstone", _withdraw_arguments)
    _command(commands, "deposit", _deposit, "put the dataset into one zip for an archive", _deposit_arguments)
    _command(commands, "show", _show, "show a document with its annotations", _show_arguments)
    _command(commands, "stats", _stats, "count what is annotated", _root)
    _command(commands, "review", _review, "look at a layer item by item, and record the review", _review_arguments)
    _command(commands, "audit", _audit, "list words that look as if an annotation were missing", _audit_arguments)
    _command(commands, "sample", _sample, "draw a sample of annotations for a first review", _sample_arguments)
    _command(commands, "agree", _agree, "tell how far two annotation passes agree, layer by layer", _agree_arguments)
    _command(commands, "adjudicate", _adjudicate, "settle the differences of two passes", _adjudicate_arguments)
    _command(commands, "resolve", _resolve, "print documents as canonical JSON, one a line", _resolve_arguments)
    _command(commands, "publish", _publish, "publish a built dataset on a hub", _publish_arguments)
    _command(commands, "fix", _fix, "bring documents into canonical order and form", _fix_arguments)
    _command(commands, "list", _list, "list the corpora that are installed", lambda parser: None)
    _command(commands, "cite", _cite, "say how a corpus is cited", _cite_arguments)
    _command(commands, "license", _license, "say what may be done with a corpus and its texts", _which)
    _command(commands, "wheel", _wheel, "make a wheel of a corpus, for pip", _wheel_arguments)
    _command(commands, "schema", _schema, "print the JSON Schema of a file, for editors", _schema_arguments)
    _command(commands, "verify", _verify, "compare every byte of a release with its manifest", _verify_arguments)
    _command(
        commands, "diff", _diff, "tell what differs between two releases, and what version it asks for", _diff_arguments
    )
    return parser


def _command(
    commands: Any,
    name: str,
    run: Callable[[argparse.Namespace], int],
    help_: str,
    arguments: Callable[[argparse.ArgumentParser], None],
) -> None:
    about = f"{help_[0].upper()}{help_[1:]}."
    parser = commands.add_parser(name, help=help_, description=about, epilog=EXIT_STATUS, allow_abbrev=False)
    arguments(parser)
    parser.add_argument("--json", action="store_true", help="print JSON, for machines")
    parser.add_argument("--quiet", action="store_true", help="print nothing but what was asked for")
    parser.set_defaults(run=run)


def _root(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "root", metavar="ROOT", nargs="?", default=_HERE, type=Path, help="folder of the corpus (default: here)"
    )


def _init_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("root", metavar="DIR", nargs="?", default=".", type=Path, help="folder to make (default: here)")
    parser.add_argument(
        "--layers", nargs="+", metavar="LAYER", help="finished layers: date, source, actors, events (default: all)"
    )


def _validate_arguments(parser: argparse.ArgumentParser) -> None:
    _root(parser)
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
        type=_count,
        help="print at most N findings of a code (default: 20 as text and for github; 0: all)",
    )


def _count(word: str) -> int:
    if not re.fullmatch("[0-9]{1,9}", word):
        raise argparse.ArgumentTypeError(f"{clip(word)!r} is no whole number from 0 on")
    return int(word)


def _explain_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("code", metavar="CODE", nargs="?", help="code of a finding (default: a line on each)")


def _build_arguments(parser: argparse.ArgumentParser) -> None:
    _root(parser)
    parser.add_argument("--out", metavar="DIR", type=Path, help="folder of the dataset (default: ROOT/dataset)")
    _edition_argument(parser)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the folder is not up to date")


def _rehydrate_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = """\
        Restore the texts that a dataset of the edition standoff withholds, zone by zone, from copies of them. A copy
        may lack parts or hold more, and its white space may be another, which is said. The result has the rows of the
        edition full when nothing is lacking; else the exit status is 1, and the pages are named that bear the texts."""
    parser.add_argument("which", metavar="WHICH", help="a folder, a wheel, an installed corpus, OWNER/NAME@REVISION")
    parser.add_argument("--texts", metavar="DIR", type=Path, required=True, help="copies of the texts, <doc_id>.txt")
    parser.add_argument("--out", metavar="DIR", type=Path, required=True, help="new folder for the result")


def _withdraw_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = """\
        Show what the withdrawal of a document changes, or with --yes do it: its text and annotations go, with those of
        all documents that share the text, and every quote of it in annotations/; its id, hash and the reason stay in
        annotations/corpus.yaml. What has been published is not reached: docs/rights.md says what to do there."""
    parser.add_argument("id", metavar="ID", help="document to withdraw")
    _root(parser)
    parser.add_argument("--reason", metavar="WORDS", required=True, help="why, for all readers to come")
    parser.add_argument("--date", metavar="DAY", help="day of the withdrawal, YYYY-MM-DD (default: today)")
    parser.add_argument("--yes", action="store_true", help="do it; without, nothing is changed")


def _deposit_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = """\
        Check and build the dataset, and put it into one zip for an archive: JSON Lines, CSV, codebook, schemas,
        guidelines, card, metadata for DataCite, checksums. The same sources give the same bytes."""
    _root(parser)
    parser.add_argument("--out", metavar="FILE", type=Path, required=True, help="the zip to write")
    _edition_argument(parser)


def _edition_argument(parser: argparse.ArgumentParser, default: str | None = "full") -> None:
    parser.add_argument(
        "--edition",
        choices=("full", "standoff"),
        default=default,
        help="full (default), or standoff: texts that are not cleared for redistribution are withheld",
    )


def _show_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="document to show")
    _root(parser)


def _review_arguments(parser: argparse.ArgumentParser) -> None:
    from corpus_pkg.items import LAYERS

    parser.description = """\
        Look at each annotation of a layer of a document, and say of each whether it is right. One review is then
        recorded in annotations/reviews/ID.yaml. Each answer is kept at once: the same command goes on where it was
        left. Answers: c confirm, x and a few words: wrong, s skip, b back, q quit."""
    parser.add_argument("id", metavar="ID", help="document to review")
    _root(parser)
    parser.add_argument("--layer", required=True, choices=LAYERS, help="layer to review")
    parser.add_argument("--as", dest="reviewer", metavar="NAME", help="who reviews: a name of annotators.yaml")
    parser.add_argument("--list", action="store_true", help="only print the items, and ask nothing")
    parser.add_argument("--answers", metavar="FILE", help="take the answers from the lines of a file; - is stdin")
    parser.add_argument("--note", metavar="WORDS", help="a note on the review")


def _audit_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = """\
        List names, words with a capital, reporting verbs and words of time that lie under no annotation of the fitting
        kind, in finished layers. What rightly has none is explained in annotations/explained.yaml. The exit status is 1
        when a word is left unexplained, or an explanation fits no more."""
    about = "documents to look at (default: all), then the folder of the corpus (default: here)"
    parser.add_argument("words", metavar="ID ... ROOT", nargs="*", help=about)


def _sample_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = """\
        Draw annotations for a first review by people: spread over kinds of annotation and documents in proportion,
        copies counted once, the same with the same seed. The columns `verdict` and `comment` are to be filled in."""
    _root(parser)
    parser.add_argument("--n", metavar="N", type=_count, default=100, help="how many (default: 100)")
    parser.add_argument("--seed", metavar="S", default="0", help="any word; another one draws others (default: 0)")
    parser.add_argument("--format", choices=("csv", "markdown", "json"), help="form of the sheet (default: csv)")


def _two_passes(parser: argparse.ArgumentParser) -> None:
    for name, which in (("a", "first"), ("b", "second")):
        about = f"{which} pass: its name in ROOT/annotations/passes/, or its folder, or that of a whole corpus"
        parser.add_argument(name, metavar=name.upper(), help=about)
    _root(parser)


def _adjudicate_arguments(parser: argparse.ArgumentParser) -> None:
    _two_passes(parser)
    about = "a word that tells this adjudication from others of the corpus, such as `third`"
    parser.add_argument("--name", metavar="NAME", type=_name, help=about)
    parser.add_argument("--yes", action="store_true", help="write the annotations once all is decided")


def _name(word: str) -> str:
    if not re.fullmatch("[A-Za-z][A-Za-z0-9]{0,30}", word):
        raise argparse.ArgumentTypeError(f"{clip(word)!r} is no word of letters and digits")
    return word


def _agree_arguments(parser: argparse.ArgumentParser) -> None:
    _two_passes(parser)
    parser.add_argument("--labels", action="store_true", help="show the agreement on single labels too")


def _resolve_arguments(parser: argparse.ArgumentParser) -> None:
    _root(parser)
    parser.add_argument("--id", metavar="ID", action="append", help="only this document; may be given again")


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = """\
        Take texts into a corpus: check each, copy its bytes as they are to raw/ID.txt, list its SHA-256 in
        raw/SHA256SUMS, and write annotations/ID.yaml with its passages as drafts and no finished layer. What is wrong
        is told, and of that file nothing is written. A file whose adding was broken off is finished by adding it again;
        so is one that stands in raw/ already."""
    parser.add_argument("files", metavar="FILE", nargs="+", type=Path, help="a text in UTF-8")
    parser.add_argument("--root", metavar="ROOT", default=".", type=Path, help="folder of the corpus (default: here)")
    parser.add_argument("--id", metavar="ID", help="name of the document (default: that of the file); for one FILE")
    parser.add_argument("--language", metavar="TAG", default="en", help="language of the texts, BCP 47 (default: en)")


def _prefill_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = """\
        Propose what a program can tell of a document: passages with their zones where there are none, dates, and
        mentions of the actors of the inventory. Every proposal is a draft, which `corpus build` refuses until somebody
        has looked at it. What stands in the file stays, and in a finished layer nothing is proposed. The change is
        shown, in canonical form as `corpus fix` writes it; without --yes nothing is written, and the exit status is 1
        if there is any."""
    parser.add_argument("id", metavar="ID", help="document to fill")
    _root(parser)
    parser.add_argument("--yes", action="store_true", help="write the file; otherwise the change is only shown")


def _publish_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = """\
        Publish a built dataset on a hub. What would change is shown: files, rows, and the rights of each text; nothing
        is sent without --yes. Then it is sent as one commit, its hashes are read back, and it is tagged vX.Y.Z, a tag
        that never moves. Run it again after a broken connection: what has arrived is not sent again. The hub and the
        token are those of the hub's own clients: HF_ENDPOINT, and HF_TOKEN or `hf auth login`."""
    parser.add_argument("repo", metavar="OWNER/NAME", help="dataset on the hub; it is made when it is not there")
    _root(parser)
    parser.add_argument("--dataset", metavar="DIR", type=Path, help="folder of the dataset (default: ROOT/dataset)")
    parser.add_argument("--edition", choices=("full", "standoff"), required=True, help="edition that is to be there")
    parser.add_argument("--private", action="store_true", help="make a new dataset that only its owners see")
    parser.add_argument("--yes", action="store_true", help="send it; otherwise what would change is only shown")


def _which(parser: argparse.ArgumentParser) -> None:
    about = (
        "name of an installed corpus, or a folder: a corpus or a built dataset (default: the corpus of this package)"
    )
    parser.add_argument("which", metavar="CORPUS", nargs="?", help=about)


def _cite_arguments(parser: argparse.ArgumentParser) -> None:
    _which(parser)
    parser.add_argument("--format", choices=("text", "bibtex"), default="text", help="form (default: text)")


def _wheel_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = """\
        Make a wheel of a corpus: data, card, manifest, rights. It depends on corpus-pkg; once it is installed,
        load_documents(corpus="its-name") finds it. The same dataset gives the same bytes. ROOT is a corpus, which is
        built for it, or a built dataset, which is taken as it is."""
    _root(parser)
    parser.add_argument("--out", metavar="DIR", default="dist", type=Path, help="folder of the wheel (default: dist)")
    _edition_argument(parser, default=None)  # that of a built dataset


def _schema_arguments(parser: argparse.ArgumentParser) -> None:
    names = "canonical, inventory, corpus, vocabulary, annotators, hardcases, explained, reviews or decisions"
    parser.add_argument("name", metavar="NAME", nargs="?", help=f"source, which is a document (default), {names}")
    _root(parser)
    parser.add_argument("--write", metavar="DIR", type=Path, help="write all of them into this folder, as NAME.json")


def _init(options: argparse.Namespace) -> int:
    from corpus_pkg.editor import FOLDER
    from corpus_pkg.init import LAYERS, init_corpus

    layers = [layer for word in options.layers or [*LAYERS] for layer in word.split(",") if layer]
    written = init_corpus(options.root, layers)
    if options.json:
        _print_json({"root": str(options.root), "files": written})
    elif not options.quiet:
        # The schemas, nine of them, are told by their folder.
        told = {str(Path(name).parent if f"/{FOLDER}/" in name else name): None for name in written}
        _print_lines(str(options.root / name) for name in told)
        _print_lines([f"Now: {shlex.join(['corpus', 'validate', str(options.root)])}"])
    return OK


def _add(options: argparse.Namespace) -> int:
    from corpus_pkg.add import add_texts
    from corpus_pkg.corpus import read_corpus

    found = []
    for added in add_texts(read_corpus(options.root), options.files, doc_id=options.id, language=options.language):
        found.append(added)
        if not options.json:
            _show_added(added, options)
    if options.json:
        _print_json([added.as_dict() for added in found])
    return OK if all(added.written for added in found) else WRONG


def _show_added(added: Any, options: argparse.Namespace) -> None:
    _print_text(added.findings, Path(), sys.stderr)
    if added.written and not options.quiet:
        _print_lines(str(options.root / name) for name in added.written)
        _print_lines([f"Now: {shlex.join(['corpus', 'prefill', added.doc_id, str(options.root)])}"])
    elif not added.written:
        _print_lines([f"corpus add: {added.path} is not added"], sys.stderr)


def _prefill(options: argparse.Namespace) -> int:
    from corpus_pkg.corpus import read_corpus
    from corpus_pkg.prefill import prefill_document

    proposal = prefill_document(read_corpus(options.root), options.id)
    fix = proposal.fix
    if not options.json:
        _show_fixes([fix], options)
    failed = _write_fixes([fix], options.root) if options.yes else {}
    if options.json:
        _print_json({**proposal.as_dict(), "written": bool(options.yes and fix.changed and not failed)})
    elif not options.quiet and not failed:
        _print_lines(_proposed(proposal, options))
    _print_lines((f"corpus prefill: {error}" for error in failed.values()), sys.stderr)
    return WRONG if failed or fix.reason or (fix.changed and not options.yes) else OK


def _proposed(proposal: Any, options: argparse.Namespace) -> Iterator[str]:
    """Yield what is proposed, in a line, and which names are left to a person."""
    counted = ", ".join(f"{name.replace('_', ' ')} {number}" for name, number in proposal.added.items() if number)
    more = "" if options.yes or not proposal.fix.changed else "; --yes writes what is shown"
    yield f"drafts {'added' if options.yes else 'to add'}: {counted or 'none'}{more}"
    if proposal.shared:
        yield f"names of several actors, left to you: {', '.join(proposal.shared)}"


def _validate(options: argparse.Namespace) -> int:
    from corpus_pkg.corpus import read_corpus
    from corpus_pkg.findings import has_errors, sort_findings
    from corpus_pkg.validate import Validation

    if options.json and options.format not in (None, "json"):
        raise CorpusError(f"--json is --format json, and --format {options.format} is asked for too")
    choose = _selection(options)
    corpus = read_corpus(options.root)
    check = Validation(corpus)
    findings = [*check.settings()]
    with _progress(options, "checking") as progress:
        for done, checked in enumerate(check.documents(), 1):
            findings += checked.findings
            progress(done, len(corpus.entries))
    findings += check.whole()
    if options.passes:
        from corpus_pkg.consistency import Passes

        findings += Passes(corpus).findings()
    elif not options.quiet and not (options.json or options.format in ("json", "jsonl")):
        _print_lines(_unchecked(options.root), sys.stderr)
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
    _print_lines(_more(hidden, "--max-per-code 0"), sys.stderr if is_json else sys.stdout)
    if not is_json and not options.quiet:
        print(summary(findings, documents, unselected))


def _more(hidden: Mapping[str, int], what: str) -> Iterator[str]:
    return (f"... {number} more of {code}; {what} shows all" for code, number in hidden.items())


def _print_text(findings: Sequence[Any], root: Path, file: Any = None) -> None:
    from corpus_pkg.report import WIDTH, as_text

    columns = shutil.get_terminal_size((WIDTH, 24)).columns
    _print_lines(as_text(findings, root, max(40, min(columns, WIDTH))), file)


def _print_github(findings: Sequence[Any], root: Path) -> None:
    from corpus_pkg.report import as_github

    # A job may have gone into a folder of the repository; paths count from the top.
    _print_lines(as_github(findings, root, Path(os.environ.get("GITHUB_WORKSPACE") or ".")))


def _print_records(findings: Sequence[Any], root: Path) -> None:
    _print_json([finding.as_dict() for finding in findings])


def _print_record_lines(findings: Sequence[Any], root: Path) -> None:
    for finding in findings:
        _print_json(finding.as_dict(), indent=None)


_PRINTERS: dict[str, Callable[[Sequence[Any], Path], None]] = {
    "text": _print_text,
    "json": _print_records,
    "jsonl": _print_record_lines,
    "github": _print_github,
}


def _explain(options: argparse.Namespace) -> int:
    from corpus_pkg.codes import catalogue, explain

    entries = catalogue()
    if options.code and options.code not in entries:
        raise UnknownNameError("finding", options.code, entries)
    wanted = [entries[options.code]] if options.code else [*entries.values()]
    if options.json:
        _print_json([entry._asdict() for entry in wanted])
    elif options.code:
        _print_lines(explain(wanted[0]))
    else:
        width = max(map(len, entries))
        _print_lines(f"{entry.code:<{width}}  {entry.what}" for entry in wanted)
    return OK


def _build(options: argparse.Namespace) -> int:
    from corpus_pkg.build import build_dataset, check_dataset, default_out

    out = options.out or default_out(options.root)
    try:
        with _progress(options, "building") as progress:
            if options.check:
                stale = check_dataset(options.root, out, edition=options.edition, progress=progress)
                return _checked(options, stale, out)
            manifest = build_dataset(options.root, out, edition=options.edition, progress=progress)
    except InvalidCorpusError as error:
        return _refused(error, options, f"not built; {out} is as it was")
    if options.json:
        _print_json(manifest)
    elif not options.quiet:
        _print_lines(_built(manifest, out))
    return OK


def _refused(error: InvalidCorpusError, options: argparse.Namespace, outcome: str) -> int:
    """Show why a corpus is not built."""
    from corpus_pkg.report import cap_findings

    if options.json:
        _print_json([finding.as_dict() for finding in error.findings])
    else:
        shown, hidden = cap_findings(error.findings, FORMATS["text"])
        _print_text(shown, options.root, sys.stderr)
        _print_lines(_more(hidden, "corpus validate --max-per-code 0"), sys.stderr)
        _print_lines([f"corpus {options.command}: {outcome}"], sys.stderr)
    return WRONG


def _checked(options: argparse.Namespace, stale: Sequence[str], out: Path) -> int:
    if options.json:
        _print_json(stale)
    else:
        _print_lines(f"{out / line}" for line in stale)
        if stale:
            _print_lines(["corpus build: not up to date; build it anew"], sys.stderr)
    return WRONG if stale else OK


def _rehydrate(options: argparse.Namespace) -> int:
    from corpus_pkg.release.rehydrate import rehydrate_release

    result = rehydrate_release(options.which, options.texts, options.out)
    if options.json:
        _print_json(result.as_dict())
    else:
        _print_lines(result.lines(whole=not options.quiet))
    return OK if result.is_complete else WRONG


def _withdraw(options: argparse.Namespace) -> int:
    from datetime import date

    from corpus_pkg.release.withdraw import carry_out, plan_withdrawal

    plan = plan_withdrawal(options.root, options.id, options.reason, options.date or date.today().isoformat())
    if options.yes:
        carry_out(options.root, plan)
    if options.json:
        _print_json(plan.as_dict())
    elif not options.quiet:
        _print_lines(plan.lines(done=options.yes))
    return OK if options.yes and not plan.left else WRONG


def _deposit(options: argparse.Namespace) -> int:
    from corpus_pkg.release.deposit import make_deposit

    try:
        with _progress(options, "building") as progress:
            made = make_deposit(options.root, options.out, edition=options.edition, progress=progress)
    except InvalidCorpusError as error:
        return _refused(error, options, f"{options.out} is not written")
    if options.json:
        _print_json({**made._asdict(), "path": str(made.path)})
    elif not options.quiet:
        _print_lines([f"{made.path}: {made.members} files, {made.size:,} bytes", f"sha256 {made.sha256}"])
    if made.uncleared:
        words = f"{made.uncleared} of its {made.documents} texts may not, or not surely, be passed on"
        _print_lines([f"corpus deposit: {words}: think before it leaves the house"], sys.stderr)
    return OK


def _built(manifest: dict[str, Any], out: Path) -> Iterator[str]:
    from corpus_pkg.build import default_out
    from corpus_pkg.manifest import manifest_digest, manifest_text

    yield f"{manifest['name']} {manifest['version']} is in {out}"
    yield f"content digest {manifest['digest']}"
    yield f"manifest sha256 {manifest_digest(manifest_text(manifest))}"
    yield ""
    yield f"{'table':<24}{'split':<8}{'rows':>8}  content digest"
    for table, splits in manifest["tables"].items():
        for split, part in splits.items():
            yield f"{table:<24}{split:<8}{part['rows']:>8}  {part['digest'][:16]}"
    here = out == default_out(Path(__file__).resolve().parent.parent)
    yield ""
    yield "To load it:"
    yield "    import corpus_pkg"
    yield f"    documents = corpus_pkg.load_documents({'' if here else repr(str(out))})"
    table = "event_mentions" if "event_mentions" in manifest["tables"] else "documents"
    yield f'    {table} = corpus_pkg.load_dataset("{table}"{"" if here else ", " + repr(str(out))})'


def _show(options: argparse.Namespace) -> int:
    from corpus_pkg.show import show_document

    document = _one(options)
    if document is None:
        return WRONG
    if options.json:
        _print_json(document)
        return OK
    width = min(shutil.get_terminal_size((100, 24)).columns, 120)
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    _print_lines(show_document(document, width=width, colour=colour), colour=colour)
    return OK


def _one(options: argparse.Namespace) -> Any:
    """Return the document asked for, in canonical form; null, with its findings shown, when it has errors."""
    from corpus_pkg.corpus import read_corpus

    corpus = read_corpus(options.root)
    found = [*_resolved(corpus, [options.id], options)]
    return found[0] if found else None


def _resolved(corpus: Any, ids: Sequence[str] | None, options: argparse.Namespace) -> Iterator[Any]:
    """Yield documents in canonical form; of those with errors the findings are shown instead."""
    from corpus_pkg.documents import read_document
    from corpus_pkg.findings import has_errors, sort_findings

    entries = {entry.doc_id: entry for entry in corpus.entries}
    for doc_id in ids or ():
        if doc_id not in entries:
            raise UnknownNameError("document", doc_id, entries)
    settings = [finding for finding in corpus.findings if finding.severity == "error" and finding.document is None]
    _print_text(sort_findings(settings), options.root, sys.stderr)
    for doc_id in ids or entries:
        checked = read_document(corpus, entries[doc_id])
        if checked.document is not None and not has_errors(checked.findings):
            yield checked.document
        else:
            _print_text(sort_findings(checked.findings), options.root, sys.stderr)


def _stats(options: argparse.Namespace) -> int:
    from corpus_pkg.corpus import read_corpus
    from corpus_pkg.stats import count_documents
    from corpus_pkg.world import read_world

    corpus = read_corpus(options.root)
    with _progress(options, "counting") as progress:
        documents = _counted(_resolved(corpus, None, options), progress, len(corpus.entries))
        counts = count_documents(documents, read_world(corpus).groups, corpus.vocabulary)
    if options.json:
        _print_json(counts)
    else:
        _print_lines(_stats_lines(counts))
    return OK if counts["all"]["documents"] == len(corpus.entries) else WRONG


def _counted(documents: Iterator[Any], progress: Callable[[int, int], None], total: int) -> Iterator[Any]:
    for done, document in enumerate(documents, 1):
        yield document
        progress(done, total)


def _stats_lines(counts: dict[str, Any]) -> Iterator[str]:
    yield f"{'':<18}{'all':>10}{'each text once':>18}"
    for name, number in counts["all"].items():
        yield f"{name.replace('_', ' '):<18}{number:>10}{counts['once'][name]:>18}"
    finished = ", ".join(f"{layer} in {number}" for layer, number in counts["annotated"].items())
    yield f"finished layers: {finished or 'none'}"


def _review(options: argparse.Namespace) -> int:
    from corpus_pkg.corpus import read_corpus
    from corpus_pkg.items import layer_digest
    from corpus_pkg.review import reviewed_items

    only_look = options.list or (options.json and options.answers is None)
    if not only_look:
        _check_answering(options)
    corpus = read_corpus(options.root)
    document = next(iter([*_resolved(corpus, [options.id], options)]), None)
    if document is None:
        return WRONG
    if not only_look:
        return _recorded(corpus, document, options)
    describe, items = _describing(corpus, document), reviewed_items(document, options.layer)
    if options.json:
        about = {"document": options.id, "layer": options.layer, "digest": layer_digest(document, options.layer)}
        _print_json({**about, "items": [describe.as_dict(item) for item in items]})
    else:
        for place, item in enumerate(items):
            _print_block(describe, place, item, len(items))
    return OK


def _check_answering(options: argparse.Namespace) -> None:
    """Raise CorpusError when nobody is there to answer, or nobody has said who answers."""
    if options.answers is None and not sys.stdin.isatty():
        told = "answers are typed on a terminal, and this is none"
        raise CorpusError(f"{told}; look with --list or --json, or give answers with --answers FILE (- for stdin)")
    if options.reviewer is None:
        raise CorpusError("say who reviews: --as NAME, a name of annotations/annotators.yaml")


def _describing(corpus: Any, document: Any) -> Any:
    from corpus_pkg.describe import Description

    return Description(corpus, document)


def _print_block(describe: Any, place: int, item: Any, total: int) -> None:
    import textwrap

    from corpus_pkg.describe import item_lines

    width = max(40, min(shutil.get_terminal_size((100, 24)).columns, 120)) - 20
    wrapper = textwrap.TextWrapper(width, break_on_hyphens=False)
    _print_lines([*item_lines(describe, item, f"{place + 1} of {total}", wrapper.wrap), ""])


def _recorded(corpus: Any, document: Any, options: argparse.Namespace) -> int:
    """Ask about the items that have no answer yet and, when all have one, record the review."""
    from corpus_pkg.review import Session

    try:
        session = Session(corpus, document, options.layer, options.reviewer)
        by_hand = options.answers is None
        ask = _asked(_describing(corpus, document), len(session.items)) if by_hand else _read_out(options.answers)
        if not session.run(ask):
            left = f"{session.answered} of {len(session.items)} items are answered and kept; the same command goes on"
            _print_lines([left], sys.stderr)
            return OK if by_hand else WRONG
        review = session.record(options.note)
    except InvalidCorpusError as error:
        _print_text(error.findings, options.root, sys.stderr)
        return WRONG
    if options.json:
        _print_json(review)
    elif not options.quiet:
        disputed = len(review.get("disputed", ()))
        counted = f"{review['items']} of {review['total']} items looked at, {disputed} wrong"
        _print_lines([f"{review['verdict']}: {counted}; recorded in {session.path}"])
    return OK


def _asked(describe: Any, total: int) -> Callable[[int, Any], Any]:
    """Return what shows an item on the terminal and reads the answer, until it is one; null at the end of input."""
    from corpus_pkg.review import HELP, read_answer

    def ask(place: int, item: Any) -> Any:
        _print_block(describe, place, item, total)
        while True:
            print(f"({HELP}) ", end="", flush=True)
            line = sys.stdin.readline()
            if not line:
                return None
            try:
                return read_answer(line)
            except CorpusError as error:
                _print_lines([str(error)])

    return ask


def _read_out(path: str) -> Callable[[int, Any], Any]:
    """Return what reads the answers from the lines of a file, blank ones apart; null at its end."""
    from corpus_pkg.review import read_answer

    try:
        data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as error:
        raise CorpusError(f"{path} cannot be read: {error.strerror or error}") from error
    lines = enumerate(data.decode("utf-8", "replace").removeprefix("\ufeff").splitlines(), 1)
    answers = iter([(number, line) for number, line in lines if line.strip()])

    def ask(place: int, item: Any) -> Any:
        number, line = next(answers, (0, None))
        try:
            return None if line is None else read_answer(line)
        except CorpusError as error:
            raise CorpusError(f"line {number} of the answers: {error}") from error

    return ask


def _audit(options: argparse.Namespace) -> int:
    from corpus_pkg.audit import Audit, audit_lines
    from corpus_pkg.corpus import read_corpus

    ids, options.root = _ids_and_root(options.words)
    corpus = read_corpus(options.root)
    audit, total = Audit(corpus), len(ids or corpus.entries)
    with _progress(options, "looking") as progress:
        audits = [audit.document(each) for each in _counted(_resolved(corpus, ids, options), progress, total)]
    unexplained = sum(len(each["unexplained"]) for each in audits)
    unfit = audit.unfit()
    if options.json:
        _print_json({"unexplained": unexplained, "documents": audits, "unfit": [each.as_dict() for each in unfit]})
    else:
        _print_lines(audit_lines(audits))
        _print_text(unfit, options.root)
        if not options.quiet:
            print(f"{unexplained} unexplained in {len(audits)} document{'' if len(audits) == 1 else 's'}")
    return WRONG if unexplained or unfit or len(audits) < total else OK


def _ids_and_root(words: Sequence[str]) -> tuple[list[str], Path]:
    """Return the documents asked for and the corpus: the last word is the corpus when it is a folder, or looks so."""
    if words and (Path(words[-1]).is_dir() or "/" in words[-1]):
        return [*words[:-1]], Path(words[-1])
    return [*words], Path(".")


def _sample(options: argparse.Namespace) -> int:
    from corpus_pkg.corpus import read_corpus
    from corpus_pkg.sample import as_csv, as_markdown, candidates, draw_sample, sheet

    if options.json and options.format not in (None, "json"):
        raise CorpusError(f"--json is --format json, and --format {options.format} is asked for too")
    corpus = read_corpus(options.root)
    with _progress(options, "reading") as progress:
        every = _counted(_resolved(corpus, None, options), progress, len(corpus.entries))
        documents = {document["document"]: document for document in every}
    found = (each for document in documents.values() for each in candidates(document))
    drawn = draw_sample(found, options.n, options.seed)
    rows = [*sheet(corpus, drawn, documents)]
    if options.json or options.format == "json":
        _print_json(rows)
    elif options.format == "markdown":
        _print_lines(as_markdown(rows))
    else:
        _print_lines(as_csv(rows).splitlines())
    return OK if len(documents) == len(corpus.entries) else WRONG


def _agree(options: argparse.Namespace) -> int:
    from corpus_pkg.agreement.passes import agree_passes
    from corpus_pkg.agreement.table import as_table
    from corpus_pkg.findings import has_errors
    from corpus_pkg.passes import read_pass
    from corpus_pkg.report import as_text

    first, second = (read_pass(options.root, name) for name in (options.a, options.b))
    for each in (first, second):
        _print_lines(as_text([f for f in each.findings if f.severity == "error"], each.root), sys.stderr)
    agreement = agree_passes(first, second)
    if options.json:
        _print_json(agreement)
    else:
        _print_lines(as_table(agreement, labels=options.labels))
    return WRONG if has_errors([*first.findings, *second.findings]) else OK


def _adjudicate(options: argparse.Namespace) -> int:
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
        _print_json({"agreed": state.agreed, "open": [d["id"] for d in state.open], "files": diffs})
    elif not options.quiet:
        _print_lines(_adjudicated(state, registers, changes, options))
    return WRONG if state.open else OK


def _adjudicated(
    state: Any, registers: Sequence[str], changes: Sequence[Any], options: argparse.Namespace
) -> Iterator[str]:
    for path, found in state.decisions.items():
        yield f"{path}: {len(found)} differences, {sum(each in state.open for each in found)} open"
    yield f"{state.agreed} items are alike in both passes"
    yield from (f"written: {path}" for path in registers)
    if state.open:
        yield f"{len(state.open)} decisions are open: write `choose` and `why` there, then run this again"
    for fix in changes:
        yield from fix.diff().splitlines()
    if changes:
        written = f"{len(changes)} files written" if options.yes else f"{len(changes)} files would change; --yes writes"
        yield f"all is decided; {written}"
    elif not state.open:
        yield "all is decided, and the annotations say so"


def _resolve(options: argparse.Namespace) -> int:
    from corpus_pkg.corpus import read_corpus

    corpus = read_corpus(options.root)
    ids = options.id or [entry.doc_id for entry in corpus.entries]
    done = 0
    for document in _resolved(corpus, ids, options):
        _print_json(document, indent=None)
        done += 1
    return OK if done == len(ids) else WRONG


def _fix_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = """\
        Bring documents into canonical order and form, and change nothing that they say. In YAML: keys in the order of
        the schema, items in that of the text, one a line, defaults left out, quotes no longer than they must be;
        comments stay at what they are about. In canonical JSON: defaults spelt out. Lines end with LF, without a
        byte-order mark. Settings, such as inventory.yaml, stay as people wrote them, and so does every document with
        errors. The change is shown; without --yes nothing is written, and the exit status is 1 if there is any."""
    _root(parser)
    parser.add_argument("--id", metavar="ID", action="append", help="only this document; may be given again")
    parser.add_argument("--yes", action="store_true", help="write the files; otherwise the change is only shown")


def _fix(options: argparse.Namespace) -> int:
    from corpus_pkg.corpus import read_corpus
    from corpus_pkg.fix import fix_corpus

    corpus = read_corpus(options.root)
    with _progress(options, "reading") as progress:
        fixes = [*_counted(fix_corpus(corpus, options.id), progress, len(options.id or corpus.entries))]
    if not options.json:
        _show_fixes(fixes, options)
    failed = _write_fixes(fixes, options.root) if options.yes else {}
    changed = sum(fix.changed for fix in fixes)
    if options.json:
        written = {fix.path for fix in fixes if options.yes and fix.changed} - failed.keys()
        _print_json([{**fix.as_dict(), "written": fix.path in written} for fix in fixes])
    elif not options.quiet:
        print(_fixed(changed - len(failed), len(fixes), options))
    _print_lines((f"corpus fix: {error}" for error in failed.values()), sys.stderr)
    left = any(fix.reason for fix in fixes) or bool(changed and not options.yes)
    return WRONG if left or failed else OK


def _show_fixes(fixes: Sequence[Any], options: argparse.Namespace) -> None:
    """Show the change, where it is asked for, and what is left as it is."""
    from corpus_pkg.findings import sort_findings
    from corpus_pkg.report import as_text

    _print_lines(as_text(sort_findings(f for fix in fixes for f in fix.findings), options.root), sys.stderr)
    for fix in fixes:
        if fix.reason:
            part = " in part" if fix.changed else ""
            _print_lines([f"corpus {options.command}: {fix.path} is left as it is{part}: {fix.reason}"], sys.stderr)
        if fix.changed and not (options.yes and options.quiet):
            _print_lines(fix.diff().removesuffix("\n").split("\n"))


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


def _fixed(changed: int, files: int, options: argparse.Namespace) -> str:
    """Return one line that says what was done, or would be."""
    counted = f"{changed} of {files} file{'' if files == 1 else 's'}"
    if options.yes:
        return f"{counted} written"
    return f"{counted} would change{'; --yes writes what is shown' if changed else ''}"


def _publish(options: argparse.Namespace) -> int:
    from corpus_pkg.build import default_out
    from corpus_pkg.release.hub import check_token, plan_lines, plan_publication, publish_release, read_release

    if options.yes:
        check_token()
    release = read_release(options.dataset or default_out(options.root), options.edition)
    plan = plan_publication(options.repo, release, _tell(options), offline=not options.yes)
    if not options.json and not options.quiet:
        _print_lines(plan_lines(plan))
    commit = publish_release(plan, _tell(options), private=options.private) if options.yes else plan.done
    if options.json:
        _print_json({**plan.as_dict(), "published": commit})
    elif not options.quiet:
        _print_lines([f"published: {commit}" if commit else "nothing was sent; --yes sends it"])
    return OK


def _tell(options: argparse.Namespace) -> Callable[[str], None]:
    """Return what tells people of a wait while they wait."""
    return lambda text: _print_lines([f"corpus {options.command}: {text}"], sys.stderr)


def _list(options: argparse.Namespace) -> int:
    from corpus_pkg.installed import list_installed

    found = [(corpus, corpus.manifest()) for corpus in list_installed()]
    if options.json:
        keys = ("version", "edition", "digest")
        _print_json([{**corpus.as_dict(), **{key: manifest[key] for key in keys}} for corpus, manifest in found])
        return OK
    rows = [
        (corpus.name, manifest["version"], manifest["edition"], f"{len(manifest['documents']):,}", corpus.distribution)
        for corpus, manifest in found
    ]
    _print_lines(_columns([("corpus", "version", "edition", "documents", "from"), *rows]))
    return OK


def _columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ("  ".join(f"{value:<{width}}" for value, width in zip(row, widths, strict=True)).rstrip() for row in rows)


def _cite(options: argparse.Namespace) -> int:
    from corpus_pkg.terms import bibtex_entry, citing_lines, find_dataset, read_terms

    terms = read_terms(find_dataset(options.which))
    if options.json:
        _print_json({key: terms.manifest[key] for key in ("name", "version", "edition", "digest", "about")})
    else:
        _print_lines([bibtex_entry(terms)] if options.format == "bibtex" else citing_lines(terms))
    return OK


def _license(options: argparse.Namespace) -> int:
    from corpus_pkg.terms import find_dataset, licence_lines, read_terms

    terms = read_terms(find_dataset(options.which))
    if options.json:
        _print_json({**terms.about["licences"], "documents": [*terms.documents()]})
    else:
        _print_lines(licence_lines(terms))
    return OK


def _wheel(options: argparse.Namespace) -> int:
    from corpus_pkg.release.wheel import make_wheel

    try:
        wheel, digest = make_wheel(options.root, options.out, edition=options.edition)
    except InvalidCorpusError as error:
        return _refused(error, options, "no wheel is made, since the corpus cannot be built")
    if options.json:
        _print_json({"wheel": str(wheel), "sha256": digest})
    elif not options.quiet:
        _print_lines([str(wheel), f"sha256 {digest}"])
    return OK


def _schema(options: argparse.Namespace) -> int:
    from corpus_pkg.corpus import read_corpus
    from corpus_pkg.editor import editor_schema, write_schemas

    name, root = _name_and_root(options)
    corpus = read_corpus(root)
    if "vocabulary" in corpus.broken:
        path = corpus.folder.settings["vocabulary"]
        _print_text([finding for finding in corpus.findings if finding.path == path], root, sys.stderr)
        return WRONG
    if options.write is None:
        _print_json(editor_schema(name, corpus.vocabulary))
        return OK
    written = [str(path) for path in write_schemas(options.write, corpus.vocabulary)]
    if options.json:
        _print_json({"files": written})
    elif not options.quiet:
        _print_lines(written)
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


_WHERE = """\
    a folder (a built dataset, or a corpus that has one), a .whl or .zip file, the name of an installed corpus,
    OWNER/NAME@REVISION on a hub"""


def _verify_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("where", metavar="WHERE", help=_WHERE)
    about = "SHA-256 that the manifest must have, or the .whl or .zip file: as its release notes say"
    parser.add_argument("--digest", metavar="HEX", help=about)
    parser.add_argument("--content", action="store_true", help="read every row too, and compute all digests again")


def _verify(options: argparse.Namespace) -> int:
    from corpus_pkg.release.verify import verified_lines, verify_release

    found = verify_release(options.where, digest=options.digest, content=options.content)
    if options.json:
        _print_json(found.as_dict())
    elif found.discrepancies or not options.quiet:
        _print_lines(verified_lines(found))
    return WRONG if found.discrepancies else OK


def _diff_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("a", metavar="A", help=f"the earlier release: {_WHERE}, or git:REVISION")
    parser.add_argument("b", metavar="B", help="the later release, likewise")
    parser.add_argument(
        "root", metavar="ROOT", nargs="?", default=".", type=Path, help="corpus that git:REVISION is of (default: here)"
    )
    about = "as text (default), JSON with every item, or lines for a changelog"
    parser.add_argument("--format", choices=("text", "json", "changelog"), help=about)


def _diff(options: argparse.Namespace) -> int:
    from corpus_pkg.release.diff import diff_releases
    from corpus_pkg.release.opening import open_release
    from corpus_pkg.release.summary import changelog_lines, difference_lines
    from corpus_pkg.release.versions import smallest_version, version_problems

    form = "json" if options.json else options.format or "text"
    with open_release(options.a, options.root) as before, open_release(options.b, options.root) as after:
        difference = diff_releases(before, after)
    problems = version_problems(difference)
    if form == "json":
        _print_json({**difference.as_dict(), "smallest": smallest_version(difference), "problems": problems})
    else:
        _print_lines((changelog_lines if form == "changelog" else difference_lines)(difference))
        _print_lines((f"corpus diff: {problem}" for problem in problems), sys.stderr)
    return WRONG if problems else OK


def _print_lines(lines: Iterable[str], file: Any = None, *, colour: bool = False) -> None:
    """Print lines for people; nothing that stands in a text, a label or a name can steer their terminal."""
    for line in lines:
        parts = _COLOUR.split(line) if colour else [line]
        inert = (part if index % 2 else clip(part, 10 * len(part)) for index, part in enumerate(parts))
        print("".join(inert), file=file or sys.stdout)


def _print_json(value: Any, indent: int | None = 1) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=indent).translate(_ESCAPES))


@contextmanager
def _progress(options: argparse.Namespace, what: str) -> Iterator[Callable[[int, int], None]]:
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
