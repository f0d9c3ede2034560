"""Rules about the record of the work: reviews, and decisions between two passes."""

from __future__ import annotations

from collections.abc import Iterator

from corpus_pkg.checks.references import document_unknown
from corpus_pkg.checks.rule import Data, Known, Rule
from corpus_pkg.errors import closest
from corpus_pkg.findings import Problem, clip
from corpus_pkg.paths import iter_at


def reviewer_unknown(register: Data, known: Known) -> Iterator[Problem]:
    """Whoever reviewed is among the annotators.

    A review counts for what its reviewer is: a person, a model, a program.

    Write the name of an annotator of `annotations/annotators.yaml`, or add the reviewer there.
    """
    for where, name in iter_at(register, "reviews.*.reviewer"):
        if name not in known.annotators:
            near = closest(name, known.annotators)
            hint, home = f"write {near[0]}" if near else None, "one of annotations/annotators.yaml"
            yield Problem("reviewer-unknown", where, f"no annotator is called {clip(name)!r}", clip(name), home, hint)


def decision_unfounded(register: Data, known: Known) -> Iterator[Problem]:
    """What is chosen between two passes comes from one of them, or has a note.

    An adjudicated value that neither pass had is a third annotation, and the reader is told where it comes from.

    Choose a version that is there, or write `choose: other` with a `note`.
    """
    for index, decision in enumerate(register["decisions"]):
        missing = [key for key in _NEEDED[decision["choose"]] if decision[key] is None]
        if missing:
            message = f"{decision['choose']!r} is chosen, and {' and '.join(map(repr, missing))} is missing"
            wanted = " and ".join(_NEEDED[decision["choose"]])
            yield Problem("decision-unfounded", ("decisions", index, "choose"), message, decision["choose"], wanted)


RULES = (
    Rule(reviewer_unknown, "references", needs=("annotators",), home="reviews"),
    Rule(decision_unfounded, "corpus", home="decisions"),
    Rule(document_unknown, "corpus", needs=("documents",), home="reviews"),
    Rule(document_unknown, "corpus", needs=("documents",), home="decisions"),
)


_NEEDED = {"a": ("a",), "b": ("b",), "both": ("a", "b"), "neither": (), "other": ("note",)}
"""What a decision must have, by what it chooses."""
