"""The command `corpus`. What its exit status means stands in its help (`EXIT_STATUS`)."""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from corpus_pkg import __version__
from corpus_pkg.errors import CorpusError, InvalidCorpusError, UnknownNameError, closest, near_matches
from corpus_pkg.findings import clip

OK, WRONG, MISUSE = 0, 1, 2
INTERRUPTED, UNREAD = 130, 141  # as a shell tells of a process that SIGINT or SIGPIPE has ended
EXIT_STATUS = """\
Exit status: 0 all is well (warnings are no errors), 1 the data have errors or the disk refuses, 2 the command cannot be
run so."""
_COLOUR = re.compile("(\x1b\\[(?:0|32|36|1;33)m)")
"""The colours of `show`, which go to a terminal as they are."""
_ESCAPES = {code: f"\\u{code:04x}" for code in (*range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A))}
"""What JSON may hold as it is and a terminal obeys: control characters beyond ASCII, and what turns the writing."""


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
        return _failed(options, error, WRONG if isinstance(error.__cause__, OSError) else MISUSE)
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
    """Let nothing that stands in a text or a file's name stop the output; JSON is UTF-8 wherever it is printed."""
    is_json = options.json or options.command == "resolve" or getattr(options, "format", None) == "json"
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8" if is_json else None, errors="backslashreplace")


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
    if unknown:
        known = [word for action in commands[options.command]._actions for word in action.option_strings]
        commands[options.command].error(f"there is no {unknown[0]!r} here{_meant(unknown[0], known)}")
    return options


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
    _command(commands, "validate", _validate, "check every file and report every finding", _validate_arguments)
    _command(commands, "build", _build, "check, then build the dataset", _build_arguments)
    _command(commands, "show", _show, "show a document with its annotations", _show_arguments)
    _command(commands, "stats", _stats, "count what is annotated", _root)
    _command(commands, "agree", _agree, "tell how far two annotation passes agree, layer by layer", _agree_arguments)
    _command(commands, "resolve", _resolve, "print documents as canonical JSON, one a line", _resolve_arguments)
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
        "root", metavar="ROOT", nargs="?", default=".", type=Path, help="folder of the corpus (default: here)"
    )


def _init_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("root", metavar="DIR", nargs="?", default=".", type=Path, help="folder to make (default: here)")
    parser.add_argument(
        "--layers", nargs="+", metavar="LAYER", help="finished layers: date, source, actors, events (default: all)"
    )


def _validate_arguments(parser: argparse.ArgumentParser) -> None:
    _root(parser)
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="how findings are printed (default: text)"
    )


def _build_arguments(parser: argparse.ArgumentParser) -> None:
    _root(parser)
    parser.add_argument("--out", metavar="DIR", type=Path, help="folder of the dataset (default: ROOT/dataset)")


def _show_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="document to show")
    _root(parser)


def _agree_arguments(parser: argparse.ArgumentParser) -> None:
    for name, which in (("a", "first"), ("b", "second")):
        about = f"{which} pass: its name in ROOT/annotations/passes/, or its folder, or that of a whole corpus"
        parser.add_argument(name, metavar=name.upper(), help=about)
    _root(parser)
    parser.add_argument("--labels", action="store_true", help="show the agreement on single labels too")


def _resolve_arguments(parser: argparse.ArgumentParser) -> None:
    _root(parser)
    parser.add_argument("--id", metavar="ID", action="append", help="only this document; may be given again")


def _init(options: argparse.Namespace) -> int:
    from corpus_pkg.init import LAYERS, init_corpus

    layers = [layer for word in options.layers or [*LAYERS] for layer in word.split(",") if layer]
    written = init_corpus(options.root, layers)
    if options.json:
        _print_json({"root": str(options.root), "files": written})
    elif not options.quiet:
        _print_lines(str(options.root / name) for name in written)
        _print_lines([f"Now: corpus validate {options.root}"])
    return OK


def _validate(options: argparse.Namespace) -> int:
    from corpus_pkg.corpus import read_corpus
    from corpus_pkg.findings import has_errors, sort_findings
    from corpus_pkg.report import as_text, summary
    from corpus_pkg.validate import check_documents, check_settings

    corpus = read_corpus(options.root)
    findings = [*check_settings(corpus)]
    with _progress(options, "checking") as progress:
        for done, checked in enumerate(check_documents(corpus), 1):
            findings += checked.findings
            progress(done, len(corpus.entries))
    findings = sort_findings(findings)
    if options.json or options.format == "json":
        _print_json([finding.as_dict() for finding in findings])
    else:
        _print_lines(as_text(findings, options.root))
        if not options.quiet:
            print(summary(findings, len(corpus.entries)))
    return WRONG if has_errors(findings) else OK


def _build(options: argparse.Namespace) -> int:
    from corpus_pkg.build import build_dataset
    from corpus_pkg.report import as_text

    out = options.out or default_out(options.root)
    try:
        with _progress(options, "building") as progress:
            manifest = build_dataset(options.root, out, progress=progress)
    except InvalidCorpusError as error:
        if options.json:
            _print_json([finding.as_dict() for finding in error.findings])
        else:
            _print_lines(as_text(error.findings, options.root), sys.stderr)
            _print_lines([f"corpus build: not built; {out} is as it was"], sys.stderr)
        return WRONG
    if options.json:
        _print_json(manifest)
    elif not options.quiet:
        _print_lines(_built(manifest, out))
    return OK


def default_out(root: Path) -> Path:
    """Return where the dataset of a corpus is built: in the package when the corpus is that of its own checkout."""
    package = Path(__file__).resolve().parent
    return package / "dataset" if root.resolve() == package.parent else root / "dataset"


def _built(manifest: dict[str, Any], out: Path) -> Iterator[str]:
    yield f"{manifest['name']} {manifest['version']} is in {out}"
    yield f"content digest {manifest['digest']}"
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
    from corpus_pkg.report import as_text

    entries = {entry.doc_id: entry for entry in corpus.entries}
    for doc_id in ids or ():
        if doc_id not in entries:
            raise UnknownNameError("document", doc_id, entries)
    settings = [finding for finding in corpus.findings if finding.severity == "error" and finding.document is None]
    _print_lines(as_text(sort_findings(settings), options.root), sys.stderr)
    for doc_id in ids or entries:
        checked = read_document(corpus, entries[doc_id])
        if checked.document is not None and not has_errors(checked.findings):
            yield checked.document
        else:
            _print_lines(as_text(sort_findings(checked.findings), options.root), sys.stderr)


def _stats(options: argparse.Namespace) -> int:
    from corpus_pkg.corpus import read_corpus
    from corpus_pkg.stats import count_documents
    from corpus_pkg.world import read_world

    corpus = read_corpus(options.root)
    with _progress(options, "counting") as progress:
        documents = _counted(_resolved(corpus, None, options), progress, len(corpus.entries))
        counts = count_documents(documents, read_world(corpus).groups)
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


def _agree(options: argparse.Namespace) -> int:
    from corpus_pkg.agreement.passes import agree_passes, read_pass
    from corpus_pkg.agreement.table import as_table
    from corpus_pkg.findings import has_errors
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


def _resolve(options: argparse.Namespace) -> int:
    from corpus_pkg.corpus import read_corpus

    corpus = read_corpus(options.root)
    ids = options.id or [entry.doc_id for entry in corpus.entries]
    done = 0
    for document in _resolved(corpus, ids, options):
        _print_json(document, indent=None)
        done += 1
    return OK if done == len(ids) else WRONG


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
