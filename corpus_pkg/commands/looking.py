"""Commands that look at annotations: `show`, `stats`, `review`, `audit`, `sample`."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from corpus_pkg.commands.arguments import count_of, root_argument
from corpus_pkg.commands.output import OK, WRONG, print_json, print_lines, print_text, show_progress
from corpus_pkg.commands.reading import counted, ids_and_root, one_document, resolved_documents
from corpus_pkg.errors import CorpusError, InvalidCorpusError


def show_arguments(parser: argparse.ArgumentParser) -> None:
    """Let `corpus show` take its arguments."""
    parser.add_argument("id", metavar="ID", help="document to show")
    root_argument(parser)


def run_show(options: argparse.Namespace) -> int:
    """Run `corpus show`; return its exit status."""
    from corpus_pkg.show import show_document

    document = one_document(options)
    if document is None:
        return WRONG
    if options.json:
        print_json(document)
        return OK
    width = min(shutil.get_terminal_size((100, 24)).columns, 120)
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    print_lines(show_document(document, width=width, colour=colour), colour=colour)
    return OK


def run_stats(options: argparse.Namespace) -> int:
    """Run `corpus stats`; return its exit status."""
    from corpus_pkg.corpus import read_corpus
    from corpus_pkg.stats import count_documents
    from corpus_pkg.world import read_world

    corpus = read_corpus(options.root)
    with show_progress(options, "counting") as progress:
        documents = counted(resolved_documents(corpus, None, options), progress, len(corpus.entries))
        counts = count_documents(documents, read_world(corpus).groups, corpus.vocabulary)
    if options.json:
        print_json(counts)
    else:
        print_lines(_stats_lines(counts))
    return OK if counts["all"]["documents"] == len(corpus.entries) else WRONG


def _stats_lines(counts: dict[str, Any]) -> Iterator[str]:
    yield f"{'':<18}{'all':>10}{'each text once':>18}"
    for name, number in counts["all"].items():
        yield f"{name.replace('_', ' '):<18}{number:>10}{counts['once'][name]:>18}"
    finished = ", ".join(f"{layer} in {number}" for layer, number in counts["annotated"].items())
    yield f"finished layers: {finished or 'none'}"


def review_arguments(parser: argparse.ArgumentParser) -> None:
    """Let `corpus review` take its arguments."""
    from corpus_pkg.items import LAYERS

    parser.description = """\
        Look at each annotation of a layer of a document, and say of each whether it is right. One review is then
        recorded in annotations/reviews/ID.yaml. Each answer is kept at once: the same command goes on where it was
        left. Answers: c confirm, x and a few words: wrong, s skip, b back, q quit."""
    parser.add_argument("id", metavar="ID", help="document to review")
    root_argument(parser)
    parser.add_argument("--layer", required=True, choices=LAYERS, help="layer to review")
    parser.add_argument("--as", dest="reviewer", metavar="NAME", help="who reviews: a name of annotators.yaml")
    parser.add_argument("--list", action="store_true", help="only print the items, and ask nothing")
    parser.add_argument("--answers", metavar="FILE", help="take the answers from the lines of a file; - is stdin")
    parser.add_argument("--note", metavar="WORDS", help="a note on the review")


def run_review(options: argparse.Namespace) -> int:
    """Run `corpus review`; return its exit status."""
    from corpus_pkg.corpus import read_corpus
    from corpus_pkg.items import layer_digest
    from corpus_pkg.review import reviewed_items

    only_look = options.list or (options.json and options.answers is None)
    if not only_look:
        _check_answering(options)
    corpus = read_corpus(options.root)
    document = next(iter([*resolved_documents(corpus, [options.id], options)]), None)
    if document is None:
        return WRONG
    if not only_look:
        return _recorded(corpus, document, options)
    describe, items = _describing(corpus, document), reviewed_items(document, options.layer)
    if options.json:
        about = {"document": options.id, "layer": options.layer, "digest": layer_digest(document, options.layer)}
        print_json({**about, "items": [describe.as_dict(item) for item in items]})
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
    print_lines([*item_lines(describe, item, f"{place + 1} of {total}", wrapper.wrap), ""])


def _recorded(corpus: Any, document: Any, options: argparse.Namespace) -> int:
    """Ask about the items that have no answer yet and, when all have one, record the review."""
    from corpus_pkg.review import Session

    try:
        session = Session(corpus, document, options.layer, options.reviewer)
        by_hand = options.answers is None
        ask = _asked(_describing(corpus, document), len(session.items)) if by_hand else _read_out(options.answers)
        if not session.run(ask):
            left = f"{session.answered} of {len(session.items)} items are answered and kept; the same command goes on"
            print_lines([left], sys.stderr)
            return OK if by_hand else WRONG
        review = session.record(options.note)
    except InvalidCorpusError as error:
        print_text(error.findings, options.root, sys.stderr)
        return WRONG
    if options.json:
        print_json(review)
    elif not options.quiet:
        disputed = len(review.get("disputed", ()))
        counted = f"{review['items']} of {review['total']} items looked at, {disputed} wrong"
        print_lines([f"{review['verdict']}: {counted}; recorded in {session.path}"])
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
                print_lines([str(error)])

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


def audit_arguments(parser: argparse.ArgumentParser) -> None:
    """Let `corpus audit` take its arguments."""
    parser.description = """\
        List names, words with a capital, reporting verbs and words of time that lie under no annotation of the fitting
        kind, in finished layers. What rightly has none is explained in annotations/explained.yaml. The exit status is 1
        when a word is left unexplained, or an explanation fits no more."""
    about = "documents to look at (default: all), then the folder of the corpus (default: here)"
    parser.add_argument("words", metavar="ID ... ROOT", nargs="*", help=about)


def run_audit(options: argparse.Namespace) -> int:
    """Run `corpus audit`; return its exit status."""
    from corpus_pkg.audit import Audit, audit_lines
    from corpus_pkg.corpus import read_corpus

    ids, options.root = ids_and_root(options.words)
    corpus = read_corpus(options.root)
    audit, total = Audit(corpus), len(ids or corpus.entries)
    with show_progress(options, "looking") as progress:
        audits = [audit.document(each) for each in counted(resolved_documents(corpus, ids, options), progress, total)]
    unexplained = sum(len(each["unexplained"]) for each in audits)
    unfit = audit.unfit()
    if options.json:
        print_json({"unexplained": unexplained, "documents": audits, "unfit": [each.as_dict() for each in unfit]})
    else:
        print_lines(audit_lines(audits))
        print_text(unfit, options.root)
        if not options.quiet:
            print(f"{unexplained} unexplained in {len(audits)} document{'' if len(audits) == 1 else 's'}")
    return WRONG if unexplained or unfit or len(audits) < total else OK


def sample_arguments(parser: argparse.ArgumentParser) -> None:
    """Let `corpus sample` take its arguments."""
    parser.description = """\
        Draw annotations for a first review by people: spread over kinds of annotation and documents in proportion,
        copies counted once, the same with the same seed. The columns `verdict` and `comment` are to be filled in."""
    root_argument(parser)
    parser.add_argument("--n", metavar="N", type=count_of, default=100, help="how many (default: 100)")
    parser.add_argument("--seed", metavar="S", default="0", help="any word; another one draws others (default: 0)")
    parser.add_argument("--format", choices=("csv", "markdown", "json"), help="form of the sheet (default: csv)")
    about = "draw nothing, and record the verdicts of a sheet (csv) that has been filled in: c, x with a comment, or s"
    parser.add_argument("--record", metavar="SHEET", type=Path, help=about)
    parser.add_argument("--as", dest="reviewer", metavar="NAME", help="who filled it in: a name of annotators.yaml")


def run_sample(options: argparse.Namespace) -> int:
    """Run `corpus sample`; return its exit status."""
    from corpus_pkg.corpus import read_corpus
    from corpus_pkg.sample import as_csv, as_markdown, candidates, draw_sample, sheet

    if options.json and options.format not in (None, "json"):
        raise CorpusError(f"--json is --format json, and --format {options.format} is asked for too")
    if options.record and not options.reviewer:
        raise CorpusError("say who filled it in: --as NAME, a name of annotations/annotators.yaml")
    corpus = read_corpus(options.root)
    with show_progress(options, "reading") as progress:
        every = counted(resolved_documents(corpus, None, options), progress, len(corpus.entries))
        documents = {document["document"]: document for document in every}
    if options.record:
        return _recorded_sheet(corpus, documents, options)
    found = (each for document in documents.values() for each in candidates(document))
    drawn = draw_sample(found, options.n, options.seed)
    if options.n and not drawn:
        told = "no layer is finished, so that there is nothing to draw from"
        print_lines([f"corpus sample: {told}"], sys.stderr)
    rows = [*sheet(corpus, drawn, documents)]
    if options.json or options.format == "json":
        print_json(rows)
    elif options.format == "markdown":
        print_lines(as_markdown(rows))
    else:
        print_lines(as_csv(rows).splitlines())
    return OK if len(documents) == len(corpus.entries) else WRONG


def _recorded_sheet(corpus: Any, documents: dict[str, Any], options: argparse.Namespace) -> int:
    from corpus_pkg.sheet import record_sheet

    try:
        taken = record_sheet(corpus, documents, options.record, options.reviewer)
    except InvalidCorpusError as error:
        print_text(error.findings, options.root, sys.stderr)
        return WRONG
    print_text(taken.findings, Path(), sys.stderr)
    if options.json:
        print_json([*taken.reviews])
    elif not options.quiet:
        print_lines(
            f"{review['document']}, {review['layer']}: {review['verdict']}, {review['items']} of {review['total']}"
            f" items looked at, {len(review.get('disputed', ()))} wrong"
            for review in taken.reviews
        )
    return WRONG if taken.findings or len(documents) < len(corpus.entries) else OK
