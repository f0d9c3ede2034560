"""The assignment problem: the greatest total weight, checked against scipy."""

from __future__ import annotations

import numpy
from hostile import MANY
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from corpus_pkg.agreement.assignment import best_matching

# Whole and broken weights, with many that are equal, on pairs that leave gaps.
members = st.integers(0, 7)
weights_of = st.dictionaries(
    st.tuples(members, members), st.one_of(st.integers(1, 3), st.floats(0.001, 1)), max_size=40
)


def test_the_best_total_is_not_the_greedy_one():
    """The heaviest pair is given up where two others weigh more together."""
    weights = {("a", "x"): 5, ("a", "y"): 4, ("b", "x"): 4}
    assert best_matching(weights) == [("a", "y"), ("b", "x")]


def test_members_may_stay_alone():
    """There need not be as many on both sides, and what has no weight is not paired."""
    assert best_matching({("a", "x"): 1, ("b", "x"): 2, ("c", "x"): 1}) == [("b", "x")]
    assert best_matching({}) == []


def test_a_pair_is_given_up_where_that_weighs_more():
    """One heavy pair goes before two light ones."""
    assert best_matching({("a", "x"): 10, ("a", "y"): 1, ("b", "x"): 1}) == [("a", "x")]


def test_great_whole_numbers_are_exact():
    """What breaks a tie may be far smaller than what ties."""
    great = 10**30
    weights = {("a", "x"): great, ("a", "y"): great + 1, ("b", "x"): great + 1, ("b", "y"): great}
    assert best_matching(weights) == [("a", "y"), ("b", "x")]


@MANY
@given(weights_of)
def test_the_total_is_that_of_scipy(weights):
    """An independent implementation finds no pairs that weigh more."""
    dense = numpy.zeros((8, 8))
    for pair, weight in weights.items():
        dense[pair] = weight
    pairs = best_matching(weights)
    assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == len(pairs)
    best = dense[linear_sum_assignment(dense, maximize=True)].sum()
    assert abs(sum(weights[pair] for pair in pairs) - best) < 1e-9


@MANY
@given(weights_of)
def test_the_sides_are_interchangeable(weights):
    """The same pairs are chosen from either side, among several that are best too."""
    named = {(f"a{row}", f"b{column}"): weight for (row, column), weight in weights.items()}
    turned = {(column, row): weight for (row, column), weight in named.items()}
    assert best_matching(named) == sorted((row, column) for column, row in best_matching(turned))
