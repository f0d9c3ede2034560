"""Commands that make something of a corpus: `build`, `deposit`, `wheel`; and of editions: `rehydrate`, `withdraw`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from corpus_pkg.commands.arguments import edition_argument, root_argument
from corpus_pkg.commands.output import OK, WRONG, print_json, print_lines, show_progress, tell_refusal
from corpus_pkg.errors import InvalidCorpusError


def build_arguments(parser: argparse.ArgumentParser) -> None:
    """Let `corpus build` take its arguments."""
    root_argument(parser)
    parser.add_argument("--out", metavar="DIR", type=Path, help="folder of the dataset (default: ROOT/dataset)")
    edition_argument(parser)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the folder is not up to date")


def run_build(options: argparse.Namespace) -> int:
    """Run `corpus build`; return its exit status."""
    from corpus_pkg.build import build_dataset, check_dataset, default_out

    out = options.out or default_out(options.root)
    try:
        with show_progress(options, "building") as progress:
            if options.check:
                stale = check_dataset(options.root, out, edition=options.edition, progress=progress)
                return _checked(options, stale, out)
            manifest = build_dataset(options.root, out, edition=options.edition, progress=progress)
    except InvalidCorpusError as error:
        return tell_refusal(error, options, f"not built; {out} is as it was" if out.exists() else "not built")
    if options.json:
        print_json(manifest)
    elif not options.quiet:
        print_lines(_built(manifest, out))
    return OK


def _checked(options: argparse.Namespace, stale: Sequence[str], out: Path) -> int:
    if options.json:
        print_json(stale)
    else:
        print_lines(f"{out / line}" for line in stale)
        if stale:
            print_lines(["corpus build: not up to date; build it anew"], sys.stderr)
    return WRONG if stale else OK


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
    here = out == default_out(Path(__file__).resolve().parents[2])
    yield ""
    yield "To load it:"
    yield "    import corpus_pkg"
    yield f"    documents = corpus_pkg.load_documents({'' if here else repr(str(out))})"
    table = "event_mentions" if "event_mentions" in manifest["tables"] else "documents"
    yield f'    {table} = corpus_pkg.load_dataset("{table}"{"" if here else ", " + repr(str(out))})'


def rehydrate_arguments(parser: argparse.ArgumentParser) -> None:
    """Let `corpus rehydrate` take its arguments."""
    parser.description = """\
        Restore the texts that a dataset of the edition standoff withholds, zone by zone, from copies of them. A copy
        may lack parts or hold more, and its white space may be another, which is said. The result has the rows of the
        edition full when nothing is lacking; else the exit status is 1, and the pages are named that bear the texts."""
    parser.add_argument("which", metavar="WHICH", help="a folder, a wheel, an installed corpus, OWNER/NAME@REVISION")
    parser.add_argument("--texts", metavar="DIR", type=Path, required=True, help="copies of the texts, <doc_id>.txt")
    parser.add_argument("--out", metavar="DIR", type=Path, required=True, help="new folder for the result")


def run_rehydrate(options: argparse.Namespace) -> int:
    """Run `corpus rehydrate`; return its exit status."""
    from corpus_pkg.release.rehydrate import rehydrate_release

    result = rehydrate_release(options.which, options.texts, options.out)
    if options.json:
        print_json(result.as_dict())
    else:
        print_lines(result.lines(whole=not options.quiet))
    return OK if result.is_complete else WRONG


def withdraw_arguments(parser: argparse.ArgumentParser) -> None:
    """Let `corpus withdraw` take its arguments."""
    parser.description = """\
        Show what the withdrawal of a document changes, or with --yes do it: its text and annotations go, with those of
        all documents that share the text, and every quote of it in annotations/; its id, hash and the reason stay in
        annotations/corpus.yaml. What has been published is not reached: docs/rights.md says what to do there."""
    parser.add_argument("id", metavar="ID", help="document to withdraw")
    root_argument(parser)
    parser.add_argument("--reason", metavar="WORDS", required=True, help="why, for all readers to come")
    parser.add_argument("--date", metavar="DAY", help="day of the withdrawal, YYYY-MM-DD (default: today)")
    parser.add_argument("--yes", action="store_true", help="do it; without, nothing is changed")


def run_withdraw(options: argparse.Namespace) -> int:
    """Run `corpus withdraw`; return its exit status."""
    from datetime import date

    from corpus_pkg.release.withdraw import carry_out, plan_withdrawal

    plan = plan_withdrawal(options.root, options.id, options.reason, options.date or date.today().isoformat())
    if options.yes:
        carry_out(options.root, plan)
    if options.json:
        print_json(plan.as_dict())
    elif not options.quiet:
        print_lines(plan.lines(done=options.yes))
    return OK if options.yes and not plan.left else WRONG


def deposit_arguments(parser: argparse.ArgumentParser) -> None:
    """Let `corpus deposit` take its arguments."""
    parser.description = """\
        Check and build the dataset, and put it into one zip for an archive: JSON Lines, CSV, codebook, schemas,
        guidelines, card, metadata for DataCite, checksums. The same sources give the same bytes."""
    root_argument(parser)
    parser.add_argument("--out", metavar="FILE", type=Path, required=True, help="the zip to write")
    edition_argument(parser)


def run_deposit(options: argparse.Namespace) -> int:
    """Run `corpus deposit`; return its exit status."""
    from corpus_pkg.release.deposit import make_deposit

    try:
        with show_progress(options, "building") as progress:
            made = make_deposit(options.root, options.out, edition=options.edition, progress=progress)
    except InvalidCorpusError as error:
        return tell_refusal(error, options, f"{options.out} is not written")
    if options.json:
        print_json({**made._asdict(), "path": str(made.path)})
    elif not options.quiet:
        print_lines([f"{made.path}: {made.members} files, {made.size:,} bytes", f"sha256 {made.sha256}"])
    if made.uncleared:
        words = f"{made.uncleared} of its {made.documents} texts may not, or not surely, be passed on"
        print_lines([f"corpus deposit: {words}: think before it leaves the house"], sys.stderr)
    return OK


def wheel_arguments(parser: argparse.ArgumentParser) -> None:
    """Let `corpus wheel` take its arguments."""
    parser.description = """\
        Make a wheel of a corpus: data, card, manifest, rights. It depends on corpus-pkg; once it is installed,
        load_documents(corpus="its-name") finds it. The same dataset gives the same bytes. ROOT is a corpus, which is
        built for it, or a built dataset, which is taken as it is."""
    root_argument(parser)
    parser.add_argument("--out", metavar="DIR", default="dist", type=Path, help="folder of the wheel (default: dist)")
    edition_argument(parser, default=None)  # that of a built dataset


def run_wheel(options: argparse.Namespace) -> int:
    """Run `corpus wheel`; return its exit status."""
    from corpus_pkg.release.wheel import make_wheel

    try:
        wheel, digest = make_wheel(options.root, options.out, edition=options.edition)
    except InvalidCorpusError as error:
        return tell_refusal(error, options, "no wheel is made, since the corpus cannot be built")
    if options.json:
        print_json({"wheel": str(wheel), "sha256": digest})
    elif not options.quiet:
        print_lines([str(wheel), f"sha256 {digest}"])
    return OK
