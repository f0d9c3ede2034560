"""Checking a whole corpus: every file, every finding, in one run."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path as FilePath
from typing import Any, TypeVar

from corpus_pkg.checks import corpus as corpus_rules
from corpus_pkg.checks import dates, references, text
from corpus_pkg.corpus import Corpus, read_corpus
from corpus_pkg.documents import Checked, iter_documents
from corpus_pkg.findings import Finding, Path, Problem, sort_findings

R = TypeVar("R")


def validate_corpus(root: FilePath | str) -> list[Finding]:
    """Return all findings of a corpus, sorted. Raises CorpusError when `root` is no folder."""
    corpus = read_corpus(FilePath(root))
    findings = [*check_settings(corpus)]
    for checked in check_documents(corpus):
        findings += checked.findings
    return sort_findings(findings)


def check_settings(corpus: Corpus) -> Iterator[Finding]:
    """Yield what is wrong with the folder, its settings and its inventory."""
    yield from corpus.findings
    known = known_names(corpus)
    for rule in _runnable(references.INVENTORY_RULES, corpus):
        yield from _settings_findings(corpus, "inventory", rule(corpus.inventory, known), "references")
    yield from _settings_findings(corpus, "inventory", dates.date_not_edtf(corpus.inventory), "layers")
    for name, register, layer in (
        ("hardcases", corpus.hardcases, "cases"),
        ("annotators", corpus.annotators, "annotators"),
    ):
        yield from _settings_findings(corpus, name, references.register_repeated(register, layer), "references")
    documents = {entry.doc_id for entry in corpus.entries}
    for corpus_rule in _runnable(corpus_rules.RULES, corpus):
        yield from _settings_findings(corpus, "corpus", corpus_rule(corpus.settings, documents), "corpus")


def _runnable(rules: Mapping[R, Collection[str]], corpus: Corpus) -> Iterator[R]:
    """Yield the rules that rely on nothing that is broken: one fault would be told once for each use of it."""
    return (rule for rule, needs in rules.items() if corpus.broken.isdisjoint(needs))


def _settings_findings(corpus: Corpus, name: str, problems: Iterator[Problem], level: str) -> Iterator[Finding]:
    reporter = corpus.reporters.get(name)
    return (reporter.problem(problem, level) for problem in problems) if reporter else iter(())


def check_documents(corpus: Corpus) -> Iterator[Checked]:
    """Yield every document with all its findings; those without errors have a canonical form."""
    known = known_names(corpus)
    rules = [*_runnable(references.RULES, corpus)]
    for checked in iter_documents(corpus):
        if checked.document is None:
            yield checked
            continue
        problems = [*_document_problems(checked.document, known, rules)]
        # A copy is no better than its original, but faults that it takes over are told there alone.
        here = [(level, problem) for level, problem in problems if checked.reporter.is_written(problem.where)]
        findings = checked.findings + [checked.reporter.problem(problem, level) for level, problem in here]
        unsound = any(problem.severity == "error" for _, problem in problems)
        yield checked._replace(document=None if unsound else checked.document, findings=findings)


def known_names(corpus: Corpus) -> references.Known:
    """Return the names that the documents of a corpus may use."""
    inventory = corpus.inventory
    return references.Known(
        corpus.vocabulary,
        frozenset(corpus.names),
        frozenset(event["id"] for event in inventory["events"]),
        frozenset(page["id"] for page in inventory["pages"]),
        frozenset(case["id"] for case in corpus.hardcases["cases"]),
    )


def _document_problems(
    document: Mapping[str, Any], known: references.Known, rules: Iterable[references.Rule]
) -> Iterator[tuple[str, Problem]]:
    """Yield the problems of a document, each with its level."""
    for rule in rules:
        for problem in rule(document, known):
            yield "references", problem
    for problem in (*text.item_repeated(document), *dates.date_not_edtf(document), *_drafts(document)):
        yield "layers", problem


def _drafts(value: Any, where: Path = ()) -> Iterator[Problem]:
    """Yield a warning for each item that nobody has looked at yet; a build refuses them."""
    if isinstance(value, dict):
        if value.get("draft") is True:
            hint = "look at it, then take `draft: true` away"
            message = "this item is a draft: `corpus build` refuses it"
            yield Problem("draft", (*where, "draft"), message, "true", None, hint, on_key=True, severity="warning")
        for key, inner in value.items():
            if isinstance(inner, (dict, list)):
                yield from _drafts(inner, (*where, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            if isinstance(inner, (dict, list)):
                yield from _drafts(inner, (*where, index))
