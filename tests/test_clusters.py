"""Coreference metrics: the examples of the papers, and independent scorers."""

from __future__ import annotations

import pytest
from corefeval.document import Document
from corefeval.metrics import lea as their_lea
from hostile import MANY
from hypothesis import assume, given
from hypothesis import strategies as st
from scorch import scores as scorch

from corpus_pkg.agreement.clusters import METRICS, Clusters, b_cubed, ceaf_e, group_mentions, lea, muc

partitions = st.dictionaries(st.integers(0, 15), st.integers(0, 5), min_size=1).map(
    lambda entities: group_mentions(entities.items())
)


def clusters(words: str) -> Clusters:
    """Return clusters of letters, written one a word."""
    return [frozenset(word) for word in words.split()]


KEY, RESPONSE = clusters("abc defg"), clusters("ab cd fghi")
"""The example of Pradhan et al. (2014), which Moosavi and Strube (2016) take too."""


def shares(metric, key, response):
    """Return recall and precision."""
    found = metric(key, response)
    return found.a_part / found.a_whole, found.b_part / found.b_whole


def f_score(pair):
    return 2 * pair[0] * pair[1] / sum(pair) if sum(pair) else 0.0


@pytest.mark.parametrize(
    ("metric", "recall", "precision"),
    [
        (muc, 2 / 5, 2 / 5),
        (b_cubed, 35 / 12 / 7, 4 / 8),
        (ceaf_e, 1.3 / 2, 1.3 / 3),
        (lea, (3 * 1 / 3 + 4 * 1 / 6) / 7, (2 * 1 + 2 * 0 + 4 * 1 / 6) / 8),
    ],
)
def test_the_example_of_the_reference_scorer(metric, recall, precision):
    """CEAFe pairs abc with ab (4/5) and defg with fghi (4/8)."""
    assert shares(metric, KEY, RESPONSE) == (pytest.approx(recall), pytest.approx(precision))


def test_a_link_that_is_missing():
    """Vilain et al. (1995): one chain of four, found as two of two, lacks one of three links."""
    assert shares(muc, clusters("abcd"), clusters("ab cd")) == (pytest.approx(2 / 3), 1)


@pytest.mark.parametrize(("response", "precision"), [("12345 6789ABC", 9 / 12 + 1 / 84), ("1234589ABC 67", 7 / 12)])
def test_links_that_are_wrong(response, precision):
    """Bagga and Baldwin (1998): MUC sees no difference between the two, B3 does: 76 % and 58 %."""
    key = clusters("12345 67 89ABC")
    assert shares(muc, key, clusters(response)) == (1, pytest.approx(9 / 10))
    assert shares(b_cubed, key, clusters(response)) == (1, pytest.approx(precision))


def test_mentions_alone():
    """MUC does not see them; LEA finds those that are alone in both, with their weight of 1."""
    key, response = clusters("a b cd"), clusters("a bc d")
    assert muc(key, response)[:2] == (0, 1)
    assert shares(lea, key, response) == (1 / 4, 1 / 4)
    assert shares(b_cubed, key, response) == (3 / 4, 3 / 4)


def test_one_cluster_of_all():
    """Everything in one cluster has all the links, and many that are wrong."""
    key, response = clusters("ab cd ef"), clusters("abcdef")
    assert shares(muc, key, response) == (1, 3 / 5)
    assert shares(lea, key, response) == (1, pytest.approx(3 / 15))
    assert shares(ceaf_e, key, response) == (pytest.approx(1 / 2 / 3), 1 / 2)


def test_nothing_in_common():
    """Other mentions share nothing, whatever their clusters."""
    for metric in METRICS.values():
        assert metric(clusters("ab c"), clusters("xy z"))[::2] == (0, 0)


def test_no_clusters():
    for metric in METRICS.values():
        assert metric([], []) == (0, 0, 0, 0)
        assert metric(clusters("ab"), [])[0] == 0


@MANY
@given(partitions, partitions)
def test_muc_b3_and_ceafe_are_those_of_scorch(key, response):
    """Where a mention is shared and, for MUC, both have links: elsewhere scorch divides by zero, or calls it 0."""
    assume(any(one & other for one in key for other in response))
    for metric, theirs in ((b_cubed, scorch.b_cubed), (ceaf_e, scorch.ceaf_e)):
        assert (*shares(metric, key, response),) == pytest.approx(theirs(key, response)[:2], abs=1e-9)
    if any(len(cluster) > 1 for cluster in key) and any(len(cluster) > 1 for cluster in response):
        pair = shares(muc, key, response)
        assert (*pair, f_score(pair)) == pytest.approx(scorch.muc(key, response), abs=1e-9)


@MANY
@given(partitions, partitions)
def test_lea_is_that_of_coreference_eval(key, response):
    """It leaves out mentions that are alone, so they are kept out of the comparison."""
    key, response = ([cluster for cluster in side if len(cluster) > 1] for side in (key, response))
    document = Document([[(m,) for m in sorted(c)] for c in response], [[(m,) for m in sorted(c)] for c in key])
    found = lea(key, response)
    assert found[:2] == pytest.approx(their_lea(document.gold, document.pred_mentions))
    assert found[2:] == pytest.approx(their_lea(document.pred, document.gold_mentions))


@MANY
@given(partitions, partitions)
def test_bounds_symmetry_and_identity(a, b):
    """The figures are the same from either side to the last digit: rounding must not tell the passes apart."""
    for metric in METRICS.values():
        found = metric(a, b)
        assert -1e-9 <= found.a_part <= found.a_whole + 1e-9
        turned = metric(b, a)
        assert found == (turned.b_part, turned.b_whole, turned.a_part, turned.a_whole)
        same = metric(a, a)
        assert same.a_part == pytest.approx(same.a_whole)
