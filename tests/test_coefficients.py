"""Agreement on labels: figures worked out by hand or published, and those of nltk and irrCAC."""

from __future__ import annotations

import pytest
from hostile import MANY
from hypothesis import assume, given
from hypothesis import strategies as st
from nltk.metrics.agreement import AnnotationTask

from corpus_pkg.agreement.coefficients import (
    alpha_of_label,
    gwet_ac1,
    krippendorff_alpha,
    raw_agreement,
    specific_agreement,
)
from corpus_pkg.agreement.counts import (
    Counts,
    add_counts,
    count_common,
    count_labels,
    count_shared,
    count_values,
    f1,
    in_other,
)

units = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd")), min_size=1, max_size=40)


def coded(a: str, b: str) -> Counts:
    """Return the counts of units whose labels are the letters of two strings."""
    return count_labels(zip(a, b, strict=True))


@pytest.mark.parametrize(
    ("a", "b", "alpha"),
    [
        # Krippendorff, Computing Krippendorff's alpha-reliability (2011), examples A and B.
        ("0100000010", "1110010000", 0.095),
        ("aabbdcccedda", "babbbccceddd", 0.692),
    ],
)
def test_alpha_as_published(a, b, alpha):
    assert krippendorff_alpha(coded(a, b)).value == pytest.approx(alpha, abs=0.0005)


def test_alpha_by_hand():
    """Three units, one of them apart: seen 1/3, expected 1 - (4·3 + 2·1)/(6·5) = 16/30, so 1 - (1/3)/(16/30)."""
    assert krippendorff_alpha(coded("aab", "aaa")).value == pytest.approx(1 - (1 / 3) / (1 - 20 / 30))
    assert krippendorff_alpha(coded("aabb", "aaba")).value == pytest.approx(1 - (1 / 4) / (1 - 26 / 56))


@MANY
@given(units)
def test_alpha_is_that_of_nltk(pairs):
    """Wherever more than one label is used; elsewhere nltk has another opinion."""
    assume(len({label for pair in pairs for label in pair}) > 1)
    data = [(coder, unit, pair[side]) for side, coder in enumerate("AB") for unit, pair in enumerate(pairs)]
    assert krippendorff_alpha(count_labels(pairs)).value == pytest.approx(AnnotationTask(data).alpha(), abs=1e-9)


@pytest.mark.parametrize(
    ("a", "b", "labels", "ac1", "alpha"),
    [
        # As irrCAC 0.4.4 gives them, to five digits (it cannot be installed beside the newest pandas).
        ("babaaabaaa", "babaaaaaaa", 2, 0.84, 0.74667),
        ("abbaabaaabaaaabbbbbbbaaaa", "abbaabaabbabaababbbbbaaaa", 2, 0.76153, 0.76329),
        ("bbacabaaba", "bbacabaabb", 3, 0.85866, 0.83761),
        ("cbaaaaaacaabcabbaabcbccba", "cbaaacbacaabbabbaabcbccbc", 3, 0.76233, 0.7601),
        ("cdaaddddca", "ccaaddcdca", 4, 0.74359, 0.71212),
        ("caccbcbcbbbdbbdcaacdcbcdc", "caccbcacbaabbbccdaababbdc", 4, 0.47516, 0.45067),
        ("aaaabbbb", "aaabbbba", 8, 0.73077, None),
    ],
)
def test_ac1_and_alpha_are_those_of_irrcac(a, b, labels, ac1, alpha):
    assert gwet_ac1(coded(a, b), labels).value == pytest.approx(ac1, abs=1e-5)
    assert alpha is None or krippendorff_alpha(coded(a, b)).value == pytest.approx(alpha, abs=1e-5)


def test_ac1_does_not_collapse_where_one_label_is_common():
    """The paradox of Gwet (2008): 118 of 125 agree, kappa is negative, AC1 0.9408."""
    counts = {("yes", "yes"): 118, ("yes", "no"): 5, ("no", "yes"): 2, ("no", "no"): 0}
    assert gwet_ac1(counts, 2).value == pytest.approx(0.9408, abs=0.00005)
    alpha = krippendorff_alpha(counts).value
    assert alpha is not None
    assert alpha < 0


def test_agreement_on_one_label():
    """Of ten uses of `a`, six meet: three units have it twice, four once."""
    counts = coded("aaaaabb", "aaabbaa")
    assert specific_agreement(counts, "a").value == 0.6
    assert specific_agreement(counts, "b").value == 0
    assert specific_agreement(counts, "c") == (None, "neither pass has this label")


def test_alpha_of_one_label_takes_the_others_together():
    assert alpha_of_label(coded("abcab", "acbab"), "a").value == 1
    assert alpha_of_label(coded("abca", "abcb"), "c").value == 1


def test_what_is_not_defined_has_a_reason_and_no_value():
    """Never 1: not without units, nor where only one label is ever used."""
    for coefficient in (raw_agreement, krippendorff_alpha):
        assert coefficient({}) == (None, "no unit has a label in both passes")
    assert gwet_ac1({}, 8) == (None, "no unit has a label in both passes")
    assert krippendorff_alpha(coded("aaa", "aaa")) == (None, "the only label in both passes is a")
    assert gwet_ac1(coded("aaa", "aaa"), 1).value is None


def test_ac1_is_defined_where_one_label_of_a_scale_is_used():
    """Unlike alpha it asks how hard units are to label, not how much the labels vary."""
    assert gwet_ac1(coded("aaa", "aaa"), 8) == (1.0, None)


@MANY
@given(units)
def test_bounds_and_symmetry(pairs):
    """No coefficient exceeds 1 or depends on which pass is first; all are 1 where all labels are the same."""
    counts = count_labels(pairs)
    turned = count_labels((other, one) for one, other in pairs)
    same = count_labels((one, one) for one, _ in pairs)
    for coefficient in (raw_agreement, krippendorff_alpha, lambda counts: gwet_ac1(counts, 4)):
        value = coefficient(counts).value
        assert value is None or -1 <= value <= 1 + 1e-9
        assert value == pytest.approx(coefficient(turned).value)
        assert coefficient(same).value in (None, pytest.approx(1))


def test_counts_add_up():
    """The label of a document is nothing to the sum."""
    assert add_counts([coded("ab", "aa"), coded("b", "b")]) == coded("abb", "aab")
    assert add_counts([]) == {}


def test_nothing_is_a_label_too():
    assert count_labels([(None, "x"), (True, False)]) == {("none", "x"): 1, ("true", "false"): 1}


def test_items_that_both_have():
    """Two of three and two of two: F1 is 4/5, and of the label `x` 2/3."""
    counts = count_common({1: "x", 2: "x", 3: "y"}, {1: "x", 3: "y"})
    assert f1(counts).value == pytest.approx(4 / 5)
    assert f1(counts, "x").value == pytest.approx(2 / 3)
    assert (in_other(counts, "a").value, in_other(counts, "b").value) == (pytest.approx(2 / 3), 1)
    assert f1({}) == (None, "neither pass has any")
    assert in_other({}, "a").value is None


def test_an_item_with_two_labels_is_shared_as_a_whole_only():
    """Both passes have it, and neither label has it twice."""
    counts = count_common({1: "x"}, {1: "y"})
    assert [f1(counts).value, f1(counts, "x").value, f1(counts, "y").value] == [1, 0, 0]


@MANY
@given(st.lists(st.floats(0, 1), max_size=20), st.randoms())
def test_the_order_of_what_is_shared_makes_no_difference(amounts, random):
    """Not even in the last digit."""
    shared = [("x", "x", amount) for amount in amounts]
    turned = random.sample(shared, len(shared))
    labels = "x" * len(shared)
    assert count_shared(labels, labels, shared) == count_shared(labels, labels, turned)


def test_values_that_are_the_same():
    """Three of four units; those without a value are told apart from those with one."""
    counts = count_values([("2021", "2021"), (None, None), ("2021", "2020"), (None, None)])
    assert f1(counts).value == 3 / 4
    assert (f1(counts, "given").value, f1(counts, "none").value) == (1 / 2, 1)
    assert (counts["units", "given"], counts["units", "none"]) == (2, 2)
