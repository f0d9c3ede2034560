"""Agreement of two passes on the labels of the same units: raw, and corrected for chance.

All take the counts of units by the label in each pass (`counts.count_labels`).
"""

from __future__ import annotations

from collections import defaultdict
from math import fsum

from corpus_pkg.agreement.counts import Counts, Figure, undefined

_NO_UNITS = "no unit has a label in both passes"


def raw_agreement(counts: Counts) -> Figure:
    """Return the share of units with the same label in both passes."""
    units = sum(counts.values())
    if not units:
        return undefined(_NO_UNITS)
    return Figure(sum(number for (one, other), number in counts.items() if one == other) / units)


def specific_agreement(counts: Counts, label: str) -> Figure:
    """Return the agreement on one label: of its uses in either pass, the share that meets it in the other.

    The proportion of specific agreement of Spitzer and Fleiss (1974), which is the F1 score of that label.
    """
    uses = _uses(counts).get(label, 0)
    return Figure(2 * counts.get((label, label), 0) / uses) if uses else undefined("neither pass has this label")


def krippendorff_alpha(counts: Counts) -> Figure:
    """Return Krippendorff's alpha for nominal labels, two coders and no missing values (Krippendorff 2018, ch. 12).

    It compares the disagreement that is seen with that of labels drawn by chance from those that both passes use. With
    a single label none could be expected, so alpha is not defined.
    """
    uses = _uses(counts)
    values = sum(uses.values())
    if not values:
        return undefined(_NO_UNITS)
    if len(uses) == 1:
        return undefined(f"the only label in both passes is {next(iter(uses))}")
    expected = 1 - sum(number * (number - 1) for number in uses.values()) / (values * (values - 1))
    seen = sum(number for (one, other), number in counts.items() if one != other) / (values / 2)
    return Figure(1 - seen / expected)


def alpha_of_label(counts: Counts, label: str) -> Figure:
    """Return alpha for one label against all others taken together."""
    binary: dict[tuple[str, str], float] = defaultdict(float)
    for pair, number in counts.items():
        one, other = (each if each == label else "other" for each in pair)
        binary[one, other] += number
    return krippendorff_alpha(binary)


def gwet_ac1(counts: Counts, labels: int) -> Figure:
    """Return Gwet's AC1 (2008) over a scale of so many labels, used or not.

    Chance agreement is that of units that are hard to label, so AC1 does not collapse where one label is very common.
    """
    agreement, reason = raw_agreement(counts)
    if agreement is None:
        return Figure(None, reason)
    if labels < 2:
        return undefined("the scale has a single label, so nothing is expected by chance")
    uses = _uses(counts)
    shares = [number / sum(uses.values()) for number in uses.values()]
    chance = fsum(share * (1 - share) for share in shares) / (labels - 1)
    return Figure((agreement - chance) / (1 - chance))


def _uses(counts: Counts) -> dict[str, float]:
    """Return how often each label is used, in both passes together."""
    uses: dict[str, float] = defaultdict(float)
    for labels, number in counts.items():
        for label in labels if number else ():
            uses[label] += number
    return uses
