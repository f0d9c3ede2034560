"""How far two passes cluster the same mentions alike: MUC, B3, CEAFe and LEA.

Each function takes the clusters of both passes, every one a set of mentions, and returns their `Shares`. A mention that
only one pass has is kept and counts against it, as in the reference scorer (Pradhan et al. 2014); a mention alone in
its cluster is a cluster. Recall and precision are what is in the other pass, of the key and of the response.
Fractions are added up exactly, so that the figures are the same from either side to the last digit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from math import fsum
from typing import NamedTuple

from corpus_pkg.agreement.assignment import best_matching

Cluster = frozenset[Hashable]
Clusters = Sequence[Cluster]


class Shares(NamedTuple):
    """How much of each pass is found in the other: the part found and the whole. May be added up over documents."""

    a_part: float
    a_whole: float
    b_part: float
    b_whole: float


def muc(a: Clusters, b: Clusters) -> Shares:
    """Count links (Vilain et al. 1995): a cluster of n mentions has n - 1, and lacks one for each further cluster.

    Clusters of a single mention have no links and are not seen.
    """
    return _both(a, b, _muc_links)


def _muc_links(clusters: Clusters, others: Clusters) -> tuple[float, float]:
    home = _homes(others)
    found = sum(
        len(cluster) - len({home.get(mention, ("alone", mention)) for mention in cluster}) for cluster in clusters
    )
    return found, sum(len(cluster) - 1 for cluster in clusters)


def b_cubed(a: Clusters, b: Clusters) -> Shares:
    """Count for each mention the share of its cluster that is with it in the other pass (Bagga and Baldwin 1998)."""
    return _both(a, b, _b_cubed_mentions)


def _b_cubed_mentions(clusters: Clusters, others: Clusters) -> tuple[float, float]:
    home = _homes(others)
    found = fsum(sum(n * n for n in _met(cluster, home).values()) / len(cluster) for cluster in clusters)
    return found, sum(map(len, clusters))


def ceaf_e(a: Clusters, b: Clusters) -> Shares:
    """Pair clusters one to one and add up the Dice coefficients of the pairs (Luo 2005, similarity phi 4)."""
    home = _homes(b)
    weights = {
        (i, j): 2 * n / (len(cluster) + len(b[j]))
        for i, cluster in enumerate(a)
        for j, n in _met(cluster, home).items()
    }
    similar = fsum(weights[pair] for pair in best_matching(weights))
    return Shares(similar, len(a), similar, len(b))


def lea(a: Clusters, b: Clusters) -> Shares:
    """Count clusters by their size, each with the share of its links that the other pass has (Moosavi and Strube 2016).

    A cluster of n mentions has n (n - 1) / 2 links; one of a single mention has a link to itself, which is found when
    the mention is alone in the other pass too.
    """
    return _both(a, b, _lea_clusters)


def _lea_clusters(clusters: Clusters, others: Clusters) -> tuple[float, float]:
    home = _homes(others)
    found = fsum(_lea_links(_met(cluster, home), len(cluster), others) for cluster in clusters)
    return found, sum(map(len, clusters))


def _lea_links(met: Counter[int], size: int, others: Clusters) -> float:
    """Return the share of the links of a cluster that the other pass has, times its size."""
    if size == 1:
        return sum(len(others[other]) == 1 for other in met)
    return sum(n * (n - 1) for n in met.values()) / (size - 1)


METRICS: Mapping[str, Callable[[Clusters, Clusters], Shares]] = {
    "muc": muc,
    "b3": b_cubed,
    "ceafe": ceaf_e,
    "lea": lea,
}
CONLL = ("muc", "b3", "ceafe")
"""The metrics whose mean is the score of the CoNLL shared tasks of 2011 and 2012."""


def _both(a: Clusters, b: Clusters, count: Callable[[Clusters, Clusters], tuple[float, float]]) -> Shares:
    return Shares(*count(a, b), *count(b, a))


def _homes(clusters: Clusters) -> dict[Hashable, int]:
    """Return in which cluster each mention is."""
    return {mention: number for number, cluster in enumerate(clusters) for mention in cluster}


def _met(cluster: Cluster, home: Mapping[Hashable, int]) -> Counter[int]:
    """Return how many mentions of a cluster are in each cluster of the other pass."""
    return Counter(home[mention] for mention in cluster if mention in home)


def group_mentions(entities: Iterable[tuple[Hashable, Hashable]]) -> list[Cluster]:
    """Return the clusters of mentions, each given with its entity."""
    clusters: dict[Hashable, set[Hashable]] = {}
    for mention, entity in entities:
        clusters.setdefault(entity, set()).add(mention)
    return [frozenset(cluster) for cluster in clusters.values()]
