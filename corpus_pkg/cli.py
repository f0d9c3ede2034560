"""The command `corpus`. What its exit status means stands in its help (`EXIT_STATUS`)."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from corpus_pkg import __version__
from corpus_pkg.commands import arguments, building, checking, editing, judging, looking, sharing
from corpus_pkg.commands.arguments import HERE
from corpus_pkg.commands.output import MISUSE, WRONG
from corpus_pkg.errors import CorpusError, HubError, closest, near_matches
from corpus_pkg.findings import clip

INTERRUPTED, UNREAD = 130, 141  # as a shell tells of a process that SIGINT or SIGPIPE has ended
EXIT_STATUS = """\
Exit status: 0 all is well (warnings are no errors), 1 the data have errors or the disk refuses, 2 the command cannot be
run so."""
Run = Callable[[argparse.Namespace], int]
Arguments = Callable[[argparse.ArgumentParser], None]
COMMANDS: Sequence[tuple[str, str, Run, Arguments | None]] = (
    ("init", "make a corpus that validates and builds at once", editing.run_init, editing.init_arguments),
    ("add", "take texts into a corpus, each with annotations to begin with", editing.run_add, editing.add_arguments),
    ("prefill", "propose passages, dates and known names as drafts", editing.run_prefill, editing.prefill_arguments),
    ("validate", "check every file and report every finding", checking.run_validate, checking.validate_arguments),
    ("explain", "say what a finding means and how to mend it", checking.run_explain, checking.explain_arguments),
    ("fix", "bring documents into canonical order and form", editing.run_fix, editing.fix_arguments),
    ("show", "show a document with its annotations", looking.run_show, looking.show_arguments),
    ("stats", "count what is annotated", looking.run_stats, arguments.root_argument),
    ("review", "look at a layer item by item, and record the review", looking.run_review, looking.review_arguments),
    ("audit", "list words that look as if an annotation were missing", looking.run_audit, looking.audit_arguments),
    ("sample", "draw a sample of annotations for a first review", looking.run_sample, looking.sample_arguments),
    ("agree", "tell how far two annotation passes agree, layer by layer", judging.run_agree, judging.agree_arguments),
    ("adjudicate", "settle the differences of two passes", judging.run_adjudicate, judging.adjudicate_arguments),
    ("resolve", "print documents as canonical JSON, one a line", checking.run_resolve, checking.resolve_arguments),
    ("schema", "print the JSON Schema of a file, for editors", checking.run_schema, checking.schema_arguments),
    ("build", "check, then build the dataset", building.run_build, building.build_arguments),
    ("wheel", "make a wheel of a corpus, for pip", building.run_wheel, building.wheel_arguments),
    ("deposit", "put the dataset into one zip for an archive", building.run_deposit, building.deposit_arguments),
    ("rehydrate", "restore withheld texts from copies of them", building.run_rehydrate, building.rehydrate_arguments),
    ("withdraw", "take a document out, and leave a tombstone", building.run_withdraw, building.withdraw_arguments),
    ("publish", "publish a built dataset on a hub", sharing.run_publish, sharing.publish_arguments),
    ("verify", "compare every byte of a release with its manifest", sharing.run_verify, sharing.verify_arguments),
    ("diff", "tell what differs between two releases", sharing.run_diff, sharing.diff_arguments),
    ("list", "list the corpora that are installed", sharing.run_list, None),
    ("cite", "say how a corpus is cited", sharing.run_cite, sharing.cite_arguments),
    ("license", "say what may be done with a corpus and its texts", sharing.run_license, arguments.which_argument),
)
"""The commands: name, help, what is run, and what gives the parser its arguments."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with these arguments (default: those of the process); return its exit status."""
    options = _parse(make_parser(), list(sys.argv[1:] if argv is None else argv))
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
    elif plain and len(unknown) == 1 and getattr(options, "root", None) is HERE:
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
    for command in COMMANDS:
        _add_command(commands, *command)
    return parser


def _add_command(commands: Any, name: str, help_: str, run: Run, give_arguments: Arguments | None) -> None:
    about = f"{help_[0].upper()}{help_[1:]}."
    parser = commands.add_parser(name, help=help_, description=about, epilog=EXIT_STATUS, allow_abbrev=False)
    if give_arguments:
        give_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print JSON, for machines")
    parser.add_argument("--quiet", action="store_true", help="print nothing but what was asked for")
    parser.set_defaults(run=run)
