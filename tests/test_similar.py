"""Which texts are near-duplicates: measured exactly, found without comparing all with all."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_pkg.checks.corpus import Survey
from corpus_pkg.similar import LEAST, NEAR, Sketches, similarity

WORDS = [
    f"{first}{second}{third}" for first in "bdgk" for second in ("arden", "el", "oru") for third in ("a", "mar", "")
]


def text_of(rng: Random, length: int) -> list[str]:
    return [rng.choice(WORDS) for _ in range(length)]


def pairs(texts: dict[str, str]) -> set[tuple[str, str]]:
    sketches = Sketches()
    for name, text in texts.items():
        sketches.add(name, text)
    return {(one, other) for one, other, _ in sketches.pairs(texts.get)}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("a b c d", "a b c d", 1.0),
        ("a b c d", "A  B\nc\u00a0d", 1.0),
        ("a b c d", "a b c e", 0.3333),
        ("a b c", "x y z", 0.0),
        ("a b", "a b", 1.0),
        ("", "", 1.0),
    ],
)
def test_the_measure(one, other, expected):
    """The Jaccard index of the sets of three successive words; case and white space do not count."""
    assert similarity(one, other) == expected


@given(st.text(), st.text())
def test_the_measure_is_symmetric_and_bounded(one, other):
    assert 0 <= similarity(one, other) == similarity(other, one) <= 1
    assert similarity(one, one) == 1


def test_every_pair_of_near_duplicates_is_found_among_many():
    """Among 400 texts of the same few words, the 40 that were copied with small changes, and no others."""
    rng = Random(7)
    texts, expected = {}, set()
    for number in range(400):
        words = text_of(rng, 200)
        texts[f"a{number:03}"] = " ".join(words)
        if number % 10 == 0:
            words[rng.randrange(200)] = "another"
            texts[f"b{number:03}"] = "\n".join(words[rng.randrange(8) :])
            expected.add((f"a{number:03}", f"b{number:03}"))
    assert pairs(texts) == expected
    assert all(similarity(texts[one], texts[other]) >= NEAR for one, other in expected)


def test_short_texts_are_not_compared():
    """Two greetings are no duplicates."""
    words = " ".join(text_of(Random(1), LEAST))
    assert pairs({"one": words, "two": words}) == set()
    words = " ".join(text_of(Random(1), 2 * LEAST))
    assert pairs({"one": words, "two": words}) == {("one", "two")}


def test_what_a_thousand_texts_share_is_boilerplate():
    """Nobody compares each with each for the sake of a common footer."""
    footer = " ".join(f"{word}ing {word}ed {word}er" for word in WORDS)
    sketches = Sketches()
    for number in range(1_000):
        sketches.add(str(number), f"{number} {footer}")
    asked: list[str] = []
    assert list(sketches.pairs(lambda name: asked.append(name))) == []
    assert len(asked) <= 8 * 1_000


@pytest.mark.parametrize("text", ["a" * 1_000_000, "ab " * 300_000, "\u0301" * 100_000, "١" * 100_000, "-" * 100_000])
def test_no_text_makes_it_slow(text):
    """These took minutes with a pattern that backtracks."""
    sketches = Sketches()
    sketches.add("one", text)
    assert list(sketches.pairs(lambda name: text)) == []


def test_pairs_that_are_not_asked_for_are_not_read():
    """Nobody is told of near-duplicates that are in one group, so their texts need not be measured."""
    text, asked = " ".join(f"word{number}" for number in range(200)), []
    sketches = Sketches()
    for name in ("one", "other", "third"):
        sketches.add(name, text)

    def text_of(name):
        asked.append(name)
        return text

    found = [*sketches.pairs(text_of, lambda one, other: "third" in (one, other))]
    assert [(one, other) for one, other, _ in found] == [("one", "third"), ("other", "third")]
    assert [*sketches.pairs(asked.append, lambda one, other: False)] == []
    assert {*asked} == {"one", "other", "third"}


def test_a_document_in_two_groups_is_apart_from_neither():
    """That it is in two is told elsewhere; a copy is with its original, and where that is."""
    groups = {"first": ["one", "other"], "second": ["one", "third"]}
    survey = Survey({"groups": groups}, {}, {}, (), lambda name: None, copies={"copy": "other", "twin": "lone"})
    together = [("one", "other"), ("one", "third"), ("one", "copy"), ("lone", "twin")]
    assert [pair for pair in together if survey.are_apart(*pair)] == []
    assert survey.are_apart("other", "third")
    assert survey.are_apart("lone", "one")
    assert survey.are_grouped("third", "one")
    assert not survey.are_grouped("lone", "twin")
