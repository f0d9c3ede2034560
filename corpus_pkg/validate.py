"""Checking a whole corpus: every file, every finding, in one run."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path as FilePath
from typing import Any

from corpus_pkg.checks import actors, dates, events, references, release, text, work
from corpus_pkg.checks import corpus as corpus_rules
from corpus_pkg.checks.rule import Known, Rule
from corpus_pkg.corpus import Corpus, read_corpus
from corpus_pkg.documents import Checked, iter_documents, read_original, text_again
from corpus_pkg.findings import Finding, Problem, clip, has_errors, sort_findings
from corpus_pkg.items import Reviewed
from corpus_pkg.paths import Indexed
from corpus_pkg.resolve import Document
from corpus_pkg.uncovered import Search, Uncovered, explain_uncovered, find_uncovered, quoted_spans

DOCUMENT_RULES: tuple[Rule, ...] = (
    *references.RULES,
    *text.RULES,
    *dates.RULES,
    *release.RULES,
    *actors.RULES,
    *events.RULES,
)
"""The rules for a document in canonical form, after those that hold it to its text."""
NAMING_CHECKS = (
    references.actor_unknown,
    references.corpus_event_unknown,
    references.page_unknown,
    references.case_unknown,
    references.label_unknown,
    release.draft,
    events.filler_misfit,
)
"""The checks that have nothing to say of a document that satisfies the schema of its corpus (`named`)."""
OWN_CHECKS = (references.actor_unknown, events.filler_misfit)
"""Those of them that a document with actors of its own needs all the same."""
SETTINGS_RULES: tuple[Rule, ...] = (
    *references.INVENTORY_RULES,
    *dates.INVENTORY_RULES,
    *actors.INVENTORY_RULES,
    *events.INVENTORY_RULES,
    *references.REGISTER_RULES,
)
"""The rules for one file of settings."""


def validate_corpus(root: FilePath | str) -> list[Finding]:
    """Return all findings of a corpus, sorted. Raises CorpusError when `root` is no folder."""
    with _without_collection():
        check = Validation(read_corpus(FilePath(root)))
    findings = [*check.settings()]
    for checked in check.documents():
        findings += checked.findings
    return sort_findings([*findings, *check.whole()])


class Validation:
    """The checking of one corpus in three steps: its settings, its documents one by one, and then the whole.

    The last step needs the others: what the documents have in common is gathered in `survey` as they pass.
    """

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._known = known_names(corpus)
        self._rules = [*self._runnable(DOCUMENT_RULES)]
        self._other_rules = [rule for rule in self._rules if rule.check not in NAMING_CHECKS]
        self._own_rules = [rule for rule in self._rules if rule in self._other_rules or rule.check in OWN_CHECKS]
        self.survey = corpus_rules.Survey(
            corpus.settings,
            corpus.inventory,
            corpus.hardcases,
            {entry.doc_id for entry in corpus.entries},
            lambda doc_id: text_again(corpus, doc_id) if doc_id in self.survey.names else None,
            complete="documents" not in corpus.broken,
        )

        self._reviewed = Reviewed(corpus.reviews)
        self._explanations = Explanations(corpus)

    def settings(self) -> Iterator[Finding]:
        """Yield what is wrong with the folder, its settings, its inventory and the record of the work."""
        corpus = self._corpus
        yield from corpus.findings
        files = {name: getattr(corpus, name) for name in ("inventory", "hardcases", "annotators", "explained")}
        files["corpus"] = corpus.settings
        for rule in self._runnable(SETTINGS_RULES):
            yield from self._settings_findings(rule, rule.check(files[rule.home], self._known))
        for collection in corpus.collections:
            for rule in self._runnable(work.RULES):
                for problem in rule.check(collection.data, self._known) if rule.home == collection.name else ():
                    yield collection.reporter.problem(problem._replace(severity=rule.severity), rule.level)

    def documents(self) -> Iterator[Checked]:
        """Yield every document with all its findings; those without errors have a canonical form."""
        with _without_collection():
            yield from map(self.document, iter_documents(self._corpus))

    def document(self, checked: Checked) -> Checked:
        """Return a document that was read with all its findings, and take it into the survey."""
        if checked.document is None:
            self.survey.complete = False
            return checked
        document = Indexed(checked.document)
        self.survey.add(document)
        self._reviewed.add(checked.document)
        self._explanations.add(checked.document)
        fewer = self._own_rules if document["actors"] else self._other_rules
        rules = fewer if checked.named else self._rules
        problems = [*document_problems(document, self._known, rules)]
        return self._with_problems(checked, checked.document, problems) if problems else checked

    def whole(self) -> Iterator[Finding]:
        """Yield what only all documents together show; asked for when they have passed."""
        for rule in self._runnable(corpus_rules.RULES):
            yield from self._settings_findings(rule, rule.check(self.survey, self._known))
        yield from self._explanations.findings()
        yield from self._stale_reviews()

    def _stale_reviews(self) -> Iterator[Finding]:
        for collection in self._corpus.collections:
            if collection.name == "reviews":
                holds = [self._reviewed.holds(review) for review in collection.data["reviews"]]
                for rule in work.REVIEW_RULES:
                    for problem in rule.check({**collection.data, "holds": holds}, self._known):
                        yield collection.reporter.problem(problem._replace(severity=rule.severity), rule.level)

    def _with_problems(self, checked: Checked, document: Document, problems: list[tuple[str, Problem]]) -> Checked:
        reporter = checked.reporter
        here = [(level, problem) for level, problem in problems if reporter.is_written(problem.where)]
        here += self._made_by_copying(document, [(lv, p) for lv, p in problems if not reporter.is_written(p.where)])
        findings = checked.findings + [reporter.problem(problem, level) for level, problem in here]
        unsound = has_errors(checked.findings) or any(problem.severity == "error" for _, problem in problems)
        return checked._replace(document=None if unsound else document, findings=findings)

    def _made_by_copying(self, copy: Document, taken: list[tuple[str, Problem]]) -> Iterator[tuple[str, Problem]]:
        """Yield the problems of what a copy takes over that its original has not, as those of its `copy_of`.

        A copy is no better than its original, and the faults of that are told there alone. But the copy has a date and
        finished layers of its own.
        """
        original = read_original(self._corpus, copy["copy_of"]) if taken and copy["copy_of"] else None
        told = (
            {problem.code for _, problem in document_problems(original, self._known, self._rules)} if original else ()
        )
        for level, problem in taken if original else ():
            if problem.code not in told:
                message = f"with what is taken over from {clip(copy['copy_of'])!r}: {problem.message}"
                yield level, problem._replace(where=("copy_of",), message=message, on_key=False)

    def _runnable(self, rules: Iterable[Rule]) -> Iterator[Rule]:
        """Yield the rules that rely on nothing that is broken: one fault would be told once for each use of it."""
        return (rule for rule in rules if self._corpus.broken.isdisjoint(rule.needs))

    def _settings_findings(self, rule: Rule, problems: Iterator[Problem]) -> Iterator[Finding]:
        if reporter := self._corpus.reporters.get(rule.home):
            for problem in problems:
                yield reporter.problem(problem._replace(severity=rule.severity), rule.level)


class Explanations:
    """What is explained to a completeness audit, held against the documents as they pass."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._fits: dict[int, int | str] = {}
        self._by_document: dict[str, list[int]] = {}
        for index, explanation in enumerate(corpus.explained["explained"]):
            self._by_document.setdefault(explanation["document"], []).append(index)

    def add(self, document: Document) -> None:
        """Take in a document; one of which nothing is explained costs nothing."""
        if indices := self._by_document.get(document["document"]):
            quoted = quoted_spans(document, [self._corpus.explained["explained"][index] for index in indices])
            self.left(document, self.search(document, quoted).uncovered, indices)

    def search(self, document: Mapping[str, Any], near: Sequence[tuple[int, int]] | None = None) -> Search:
        """Return what no annotation of a document covers; with `near` in passages with one of these spans alone."""
        original = read_original(self._corpus, document["copy_of"]) if document["copy_of"] else None
        return find_uncovered(document, self._corpus.names, self._corpus.vocabulary, original, near=near)

    def left(
        self, document: Mapping[str, Any], uncovered: Sequence[Uncovered], indices: Sequence[int] = ()
    ) -> list[Uncovered]:
        """Return what of the uncovered words is not explained.

        In a layer that is not finished nothing is looked for, so no explanation can be found unfit.
        """
        indices = indices or self._by_document.get(document["document"], [])
        explanations = [self._corpus.explained["explained"][index] for index in indices]
        left, fits = explain_uncovered(document, uncovered, explanations)
        for index, explanation, number in zip(indices, explanations, fits, strict=True):
            if _LAYER[explanation["kind"]] in document["annotated"]:
                self._fits[index] = number
        return left

    def findings(self) -> Iterator[Finding]:
        """Yield what is wrong with the explanations of documents that have passed."""
        corpus = self._corpus
        if self._fits:
            explained = corpus.explained["explained"]
            register = {"explained": explained, "fits": [self._fits.get(index) for index in range(len(explained))]}
            for rule in work.EXPLANATION_RULES if corpus.broken.isdisjoint(("inventory", "vocabulary")) else ():
                for problem in rule.check(register, known_names(corpus)):
                    yield corpus.reporters["explained"].problem(problem._replace(severity=rule.severity), rule.level)


_LAYER = {"name": "actors", "reporting": "events", "time": "events"}
"""The layer that must be finished, by the kind of words looked for."""


@contextmanager
def _without_collection() -> Iterator[None]:
    """Stop the garbage collector, which finds nothing among documents and takes a fifth of the time to do so."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def document_problems(
    document: Mapping[str, Any], known: Known, rules: Iterable[Rule] = DOCUMENT_RULES
) -> Iterator[tuple[str, Problem]]:
    """Yield the problems of a document in canonical form, each with its level; of the layers that are finished."""
    finished = document["annotated"]
    for rule in rules:
        if rule.layer is None or rule.layer in finished:
            for problem in rule.check(document, known):
                yield rule.level, problem._replace(severity=rule.severity)


def known_names(corpus: Corpus) -> Known:
    """Return what the documents of a corpus may use, and what is known of it."""
    inventory = corpus.inventory
    return Known(
        corpus.vocabulary,
        {actor["id"]: actor for actor in inventory["actors"]},
        {event["id"]: event for event in inventory["events"]},
        frozenset(page["id"] for page in inventory["pages"]),
        frozenset(case["id"] for case in corpus.hardcases["cases"]),
        frozenset(annotator["id"] for annotator in corpus.annotators["annotators"]),
        frozenset(entry.doc_id for entry in corpus.entries),
    )
