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


def review_repeated(register: Data, known: Known) -> Iterator[Problem]:
    """A review stands once: by one reviewer, on one day, of one state of a layer.

    Whoever counts reviews would count it twice.

    Take one of them away; a second look on the same day is told in the note.
    """
    seen = set()
    for index, review in enumerate(register["reviews"]):
        key = tuple(review[name] for name in ("document", "layer", "reviewer", "date", "digest"))
        if key in seen:
            message = f"{review['reviewer']} has reviewed {review['layer']} of this document on this day already"
            yield Problem("review-repeated", ("reviews", index, "date"), message, review["date"], "each review once")
        seen.add(key)


def review_stale(register: Data, known: Known) -> Iterator[Problem]:
    """What was reviewed has not been changed since.

    An edit of a layer voids its reviews, since nobody has looked at what is there now; they stay as a record, and the
    column `holds` of the table `reviews` says so.

    Review the layer again with `corpus review`; the old review may stay.
    """
    for index, holds in enumerate(register["holds"]):
        if holds is False:
            review = register["reviews"][index]
            message = f"the layer {review['layer']} of {clip(review['document'])!r} has changed since this review"
            hint = f"corpus review {review['document']} --layer {review['layer']} --as NAME"
            yield Problem("review-stale", ("reviews", index, "digest"), message, review["digest"], None, hint)


def explanation_unfit(register: Data, known: Known) -> Iterator[Problem]:
    """What is explained to `corpus audit` stands in its document as often as it says, without an annotation.

    An explanation that fits nothing any more hides nothing today, and may hide a real gap tomorrow.

    Take it away, mend its quote or its kind, or write how often it fits in `times`.
    """
    for index, fits in enumerate(register["fits"]):
        explanation = register["explained"][index]
        if isinstance(fits, str):
            message, where = f"the quote cannot be read: {fits}", ("explained", index, "q")
            yield Problem("explanation-unfit", where, message, clip(explanation["q"]), "words of the document")
        elif fits is not None and fits != explanation["times"]:
            told = "nowhere" if fits == 0 else "once" if fits == 1 else f"{fits} times"
            what = f"words without an annotation, taken for {explanation['kind']!r}"
            message = f"this explanation fits {told}, and `times` is {explanation['times']}; it is for {what}"
            hint = f"write times: {fits}" if fits else "take it away, or mend the quote"
            yield Problem("explanation-unfit", ("explained", index, "q"), message, str(fits), None, hint)


RULES = (
    Rule(reviewer_unknown, "references", needs=("annotators",), home="reviews"),
    Rule(decision_open, "corpus", home="decisions"),
    Rule(review_repeated, "references", home="reviews"),
    Rule(decision_unfounded, "corpus", home="decisions"),
    Rule(document_unknown, "corpus", needs=("documents",), home="reviews"),
    Rule(document_unknown, "corpus", needs=("documents",), home="decisions"),
)
REVIEW_RULES = (Rule(review_stale, "corpus", severity="warning", home="reviews"),)
"""Rules for a file of reviews with `holds`, what `items.Reviewed` says of each."""
EXPLANATION_RULES = (
    Rule(explanation_unfit, "corpus", needs=("inventory", "vocabulary"), severity="warning", home="explained"),
)
"""Rules for the explanations with `fits`, what `uncovered.explain_uncovered` says of each; null for those not asked."""


_NEEDED = {"both": ("a", "b"), "other": ("value",)}
"""What a decision must have, by what it chooses."""
_GIVEN = {"choose": "a, b, both, neither or other", "why": "the reason"}
"""What is written into a decision when it is taken."""
