"""The validator's mutation score: what it catches of what is broken on purpose, and what it cannot."""

from __future__ import annotations

import pytest
from mutants import TOP, Score, Victim, as_written, edited, score_page, score_ways, untrue
from ways import DROP, WAYS

from corpus_pkg import validate
from corpus_pkg.codes import all_rules
from corpus_pkg.corpus import read_corpus
from corpus_pkg.findings import Finding
from corpus_pkg.resolve import complete
from corpus_pkg.validate import DOCUMENT_RULES, Validation

NOT_MET = {
    "terms-unsound",
    "release-day-unsound",
    "reviewer-unknown",
    "decision-unfounded",
    "decision-open",
    "review-repeated",
    "review-stale",
    "licence-unsound",
}
"""No corpus here has reviews, few have decisions, and no way changes a licence."""


def test_what_is_caught_stays_caught_and_what_is_unseen_is_known(tmp_path):
    """All that is structural, of the rest no less than before, and nothing of what no rule is said to see.

    When a page or a floor is not true any more, look at what changed, then run `scripts/score`.
    """
    scores = score_ways(tmp_path)
    assert [*untrue(scores)] == []
    assert len(scores) >= 200
    assert sum(score.mutants for score in scores) >= 3_500
    met = {code for score in scores for code in score.codes}
    assert {rule.code for rule in all_rules()} - met == NOT_MET
    assert (TOP / "docs/mutation.md").read_text("utf-8") == score_page(scores)


def test_a_rule_that_is_taken_away_is_missed(tmp_path, monkeypatch):
    """The floor of a way is not reached any more."""
    ways = [way for way in WAYS if way.name == "cue is dropped"]
    rules = [rule for rule in DOCUMENT_RULES if rule.code != "attribution-bare"]
    monkeypatch.setattr(validate, "DOCUMENT_RULES", rules)
    sentences = [*untrue(score_ways(tmp_path, ways))]
    assert len(sentences) == 1
    assert "cue is dropped: 0 of " in sentences[0]


def test_what_is_called_unseen_and_caught_is_told():
    """Then the table says too little of the rules."""
    score = Score(next(way for way in WAYS if way.kind == "unseen"))
    score.add("a mutant", [Finding("new-rule", "warning", "layers", "x.yaml", 1, 1, "", None, "Found.")])
    assert [*untrue([score])] == [f"{score.way.name}: 1 of 1 caught, by new-rule; it is called unseen"]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_a_way_says_what_it_does(way):
    """And of what no rule sees, why; all of what is structural is caught."""
    assert way.says.endswith(".")
    assert ("No rule" in way.says) == (way.kind == "unseen")
    assert way.kind != "structural" or way.floor == 100


def test_ways_have_names_of_their_own():
    """A name tells a way."""
    assert len({way.name for way in WAYS}) == len(WAYS)


@pytest.mark.parametrize("root", [TOP, TOP / "tests/toy"], ids=["checkout", "toy"])
def test_what_is_written_says_all(root):
    """What was taken away as derived follows again, so that one edit is one decision."""
    corpus = read_corpus(root)
    for checked in Validation(corpus).documents():
        assert complete(as_written(checked.document, corpus), corpus.names)[0] == checked.document


def test_a_mutant_that_differs_in_nothing_does_not_count(tmp_path):
    """A default that is spelt out changes no meaning."""
    way = WAYS[0]._replace(make=lambda base: iter([{("note",): None}, {("cases",): []}]))
    assert [*Victim("toy", TOP / "tests/toy", tmp_path).mutants(way)] == []


def test_an_edit_changes_adds_and_takes_away():
    """And leaves the sound value as it was."""
    value = {"a": [1, 2, 3], "b": {"c": 4}}
    edit = {("a", 0): DROP, ("a", 2): DROP, ("a", 3): 5, ("b", "c"): 6, ("b", "d"): 7}
    assert edited(value, edit) == {"a": [2, 5], "b": {"c": 6, "d": 7}}
    assert value == {"a": [1, 2, 3], "b": {"c": 4}}
