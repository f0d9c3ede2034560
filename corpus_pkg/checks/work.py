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
    """What is chosen between two passes comes from one of them, or is written out.

    An adjudicated value that neither pass had is a third annotation, and the reader is told where it comes from.

    Choose a version that is there, or write `choose: other` with a `value`.
    """
    for index, decision in enumerate(register["decisions"]):
        missing = [key for key in _NEEDED.get(decision["choose"], ()) if decision[key] is None]
        if missing:
            message = f"{decision['choose']!r} is chosen, and {' and '.join(map(repr, missing))} is missing"
            wanted = " and ".join(_NEEDED[decision["choose"]])
            yield Problem("decision-unfounded", ("decisions", index, "choose"), message, decision["choose"], wanted)


def decision_open(register: Data, known: Known) -> Iterator[Problem]:
    """Every decision has been taken and has its reason.

    What is open is neither of the two versions, and nothing can be built on it.

    Write `choose` (a, b, both, neither, or other with a `value`) and `why`.
    """
    for index, decision in enumerate(register["decisions"]):
        for key, wanted in _GIVEN.items():
            if decision[key] is None:
                yield Problem(
                    "decision-open", ("decisions", index, key), f"{key!r} is still to be written", None, wanted
                )
                break


RULES = (
    Rule(reviewer_unknown, "references", needs=("annotators",), home="reviews"),
    Rule(decision_open, "corpus", home="decisions"),
    Rule(decision_unfounded, "corpus", home="decisions"),
    Rule(document_unknown, "corpus", needs=("documents",), home="reviews"),
    Rule(document_unknown, "corpus", needs=("documents",), home="decisions"),
)


_NEEDED = {"both": ("a", "b"), "other": ("value",)}
"""What a decision must have, by what it chooses."""
_GIVEN = {"choose": "a, b, both, neither or other", "why": "the reason"}
"""What is written into a decision when it is taken."""
