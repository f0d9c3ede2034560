"""Spans of two passes, paired by how far they overlap."""

from __future__ import annotations

import numpy
import pytest
from hostile import MANY
from hypothesis import given
from hypothesis import strategies as st
from nltk.metrics.scores import f_measure
from scipy.optimize import linear_sum_assignment

from corpus_pkg.agreement.spans import Item, characters, dice, overlap, pair_equal, pair_overlapping

spans = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 12)).map(lambda p: (p[0], p[0] + p[1])), max_size=8)


def pairs(a, b, pair=pair_overlapping):
    """Return the pairs of plain spans."""
    return [(a[i], b[j]) for i, j, _ in pair([Item(span) for span in a], [Item(span) for span in b])]


@pytest.mark.parametrize(
    ("one", "other", "shared", "coefficient"),
    [
        ((0, 4), (0, 4), 4, 1),
        ((0, 4), (2, 6), 2, 1 / 2),
        ((0, 10), (4, 6), 2, 4 / 12),
        ((0, 4), (4, 8), 0, 0),
    ],
)
def test_overlap_in_characters(one, other, shared, coefficient):
    assert (overlap(one, other), dice(one, other)) == (shared, pytest.approx(coefficient))
    assert dice(other, one) == dice(one, other)


def test_a_name_within_a_longer_mention_meets_its_like():
    """`Arden` in `Arden's ministry` is paired with `Arden`, not with the whole."""
    assert pairs([(0, 5), (0, 16)], [(0, 16), (0, 5)]) == [((0, 5), (0, 5)), ((0, 16), (0, 16))]


def test_the_sum_decides():
    """A span that would fit best goes to another where both together fit better so."""
    a, b = [(0, 10), (5, 15)], [(2, 12)]
    assert pairs(a, b) == [((0, 10), (2, 12))]
    assert pairs(a, [(2, 12), (0, 4)]) == [((0, 10), (0, 4)), ((5, 15), (2, 12))]


def test_what_only_touches_is_no_pair():
    assert pairs([(0, 4)], [(4, 8)]) == []


def test_where_one_word_reports_two_events_their_type_decides():
    """The weightier trait first: here the type, then the name."""
    a = [Item((0, 5), ("ACCUSE", "x")), Item((0, 5), ("REJECT", "y"))]
    b = [Item((0, 5), ("REJECT", "x")), Item((0, 5), ("ACCUSE", "z"))]
    for pair in (pair_overlapping, pair_equal):
        assert [found[:2] for found in pair(a, b)] == [(0, 1), (1, 0)]


def test_ties_never_outweigh_characters():
    """However many traits are the same, the longer overlap wins."""
    a = [Item((0, 1000), ("x", "y", "z"))]
    b = [Item((0, 999), ("x", "y", "z")), Item((0, 1000), ("a", "b", "c"))]
    assert [found[:2] for found in pair_overlapping(a, b)] == [(0, 1)]


def test_characters_count_once():
    assert characters([{"start": 1, "end": 3}, {"start": 2, "end": 4}]) == {1, 2, 3}


@MANY
@given(spans, spans)
def test_the_sum_is_that_of_scipy(a, b):
    matrix = numpy.array([[dice(one, other) for other in b] for one in a]).reshape(len(a), len(b))
    best = matrix[linear_sum_assignment(matrix, maximize=True)].sum() if a and b else 0
    found = pair_overlapping([Item(span) for span in a], [Item(span) for span in b])
    assert sum(pair.dice for pair in found) == pytest.approx(best, abs=1e-9)


@MANY
@given(spans, spans)
def test_equal_spans_are_those_of_nltk(a, b):
    """Where no span stands twice, F1 of equal spans is the F-measure of sets."""
    a, b = [*dict.fromkeys(a)], [*dict.fromkeys(b)]
    found = len(pairs(a, b, pair_equal))
    if a and b:
        assert 2 * found / (len(a) + len(b)) == pytest.approx(f_measure(set(a), set(b)) or 0)


@MANY
@given(spans, spans)
def test_pairs_are_the_same_from_either_side(a, b):
    assert sorted(pairs(a, b)) == sorted((one, other) for other, one in pairs(b, a))


@MANY
@given(spans)
def test_the_same_spans_meet_themselves(a):
    assert pairs(a, a) == [(span, span) for span in a]
