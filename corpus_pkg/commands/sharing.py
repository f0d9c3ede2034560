"""Commands about releases, wherever they are: `publish`, `verify`, `diff`, `list`, `cite`, `license`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from corpus_pkg.commands.arguments import root_argument, which_argument
from corpus_pkg.commands.output import OK, WRONG, in_columns, print_json, print_lines, tell_wait

_WHERE = """\
    a folder (a built dataset, or a corpus that has one), a .whl or .zip file, the name of an installed corpus,
    OWNER/NAME@REVISION on a hub"""


def publish_arguments(parser: argparse.ArgumentParser) -> None:
    """Let `corpus publish` take its arguments."""
    parser.description = """\
        Publish a built dataset on a hub. What would change is shown: files, rows, and the rights of each text; nothing
        is sent without --yes. Then it is sent as one commit, its hashes are read back, and it is tagged vX.Y.Z, a tag
        that never moves. Run it again after a broken connection: what has arrived is not sent again. The hub and the
        token are those of the hub's own clients: HF_ENDPOINT, and HF_TOKEN or `hf auth login`."""
    parser.add_argument("repo", metavar="OWNER/NAME", help="dataset on the hub; it is made when it is not there")
    root_argument(parser)
    parser.add_argument("--dataset", metavar="DIR", type=Path, help="folder of the dataset (default: ROOT/dataset)")
    parser.add_argument("--edition", choices=("full", "standoff"), required=True, help="edition that is to be there")
    parser.add_argument("--private", action="store_true", help="make a new dataset that only its owners see")
    parser.add_argument("--yes", action="store_true", help="send it; otherwise what would change is only shown")


def run_publish(options: argparse.Namespace) -> int:
    """Run `corpus publish`; return its exit status."""
    from corpus_pkg.build import default_out
    from corpus_pkg.release.hub import check_token, plan_lines, plan_publication, publish_release, read_release

    if options.yes:
        check_token()
    release = read_release(options.dataset or default_out(options.root), options.edition)
    plan = plan_publication(options.repo, release, tell_wait(options), offline=not options.yes)
    if not options.json and not options.quiet:
        print_lines(plan_lines(plan))
    commit = publish_release(plan, tell_wait(options), private=options.private) if options.yes else plan.done
    if options.json:
        print_json({**plan.as_dict(), "published": commit})
    elif not options.quiet:
        print_lines([f"published: {commit}" if commit else "nothing was sent; --yes sends it"])
    return OK


def verify_arguments(parser: argparse.ArgumentParser) -> None:
    """Let `corpus verify` take its arguments."""
    parser.add_argument("where", metavar="WHERE", help=_WHERE)
    about = "SHA-256 that the manifest must have, or the .whl or .zip file: as its release notes say"
    parser.add_argument("--digest", metavar="HEX", help=about)
    parser.add_argument("--content", action="store_true", help="read every row too, and compute all digests again")


def run_verify(options: argparse.Namespace) -> int:
    """Run `corpus verify`; return its exit status."""
    from corpus_pkg.release.verify import verified_lines, verify_release

    found = verify_release(options.where, digest=options.digest, content=options.content)
    if options.json:
        print_json(found.as_dict())
    elif found.discrepancies or not options.quiet:
        print_lines(verified_lines(found))
    return WRONG if found.discrepancies else OK


def diff_arguments(parser: argparse.ArgumentParser) -> None:
    """Let `corpus diff` take its arguments."""
    parser.add_argument("a", metavar="A", help=f"the earlier release: {_WHERE}, or git:REVISION")
    parser.add_argument("b", metavar="B", help="the later release, likewise")
    parser.add_argument(
        "root", metavar="ROOT", nargs="?", default=".", type=Path, help="corpus that git:REVISION is of (default: here)"
    )
    about = "as text (default), JSON with every item, or lines for a changelog"
    parser.add_argument("--format", choices=("text", "json", "changelog"), help=about)


def run_diff(options: argparse.Namespace) -> int:
    """Run `corpus diff`; return its exit status."""
    from corpus_pkg.release.diff import diff_releases
    from corpus_pkg.release.opening import open_release
    from corpus_pkg.release.summary import changelog_lines, difference_lines
    from corpus_pkg.release.versions import smallest_version, version_problems

    form = "json" if options.json else options.format or "text"
    with open_release(options.a, options.root) as before, open_release(options.b, options.root) as after:
        difference = diff_releases(before, after)
    problems = version_problems(difference)
    if form == "json":
        print_json({**difference.as_dict(), "smallest": smallest_version(difference), "problems": problems})
    else:
        print_lines((changelog_lines if form == "changelog" else difference_lines)(difference))
        print_lines((f"corpus diff: {problem}" for problem in problems), sys.stderr)
    return WRONG if problems else OK


def run_list(options: argparse.Namespace) -> int:
    """Run `corpus list`; return its exit status."""
    from corpus_pkg.installed import list_installed

    found = [(corpus, corpus.manifest()) for corpus in list_installed()]
    if options.json:
        keys = ("version", "edition", "digest")
        print_json([{**corpus.as_dict(), **{key: manifest[key] for key in keys}} for corpus, manifest in found])
        return OK
    rows = [
        (corpus.name, manifest["version"], manifest["edition"], f"{len(manifest['documents']):,}", corpus.distribution)
        for corpus, manifest in found
    ]
    print_lines(in_columns([("corpus", "version", "edition", "documents", "from"), *rows]))
    return OK


def cite_arguments(parser: argparse.ArgumentParser) -> None:
    """Let `corpus cite` take its arguments."""
    which_argument(parser)
    parser.add_argument("--format", choices=("text", "bibtex"), default="text", help="form (default: text)")


def run_cite(options: argparse.Namespace) -> int:
    """Run `corpus cite`; return its exit status."""
    from corpus_pkg.terms import bibtex_entry, citing_lines, find_dataset, read_terms

    terms = read_terms(find_dataset(options.which))
    if options.json:
        print_json({key: terms.manifest[key] for key in ("name", "version", "edition", "digest", "about")})
    else:
        print_lines([bibtex_entry(terms)] if options.format == "bibtex" else citing_lines(terms))
    return OK


def run_license(options: argparse.Namespace) -> int:
    """Run `corpus license`; return its exit status."""
    from corpus_pkg.terms import find_dataset, licence_lines, read_terms

    terms = read_terms(find_dataset(options.which))
    if options.json:
        print_json({**terms.about["licences"], "documents": [*terms.documents()]})
    else:
        print_lines(licence_lines(terms))
    return OK
