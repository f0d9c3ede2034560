"""Which actor of one pass is which of the other.

Each pass has an inventory of its own, so names tell little: actors are paired by the words that mention them. Where
those leave a choice, or are missing (a publisher that no words name), a shared identifier decides, then shared names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from corpus_pkg.agreement.assignment import best_matching
from corpus_pkg.agreement.pairing import Annotation, Pairing, Side
from corpus_pkg.anchors import fold_space

Inventory = Mapping[str, Any]
_BY_MENTION, _BY_IDENTIFIER, _BY_NAME, _BY_KEY = 10**18, 10**9, 10**3, 1
"""What an aligned mention, a shared identifier, a shared form of the name and the same key weigh: so far apart that
the lesser only break the ties of the greater."""


def align_actors(pairings: Sequence[Pairing], a: Inventory, b: Inventory) -> dict[str, str]:
    """Return the actor of B for each actor of A that has one; no actor of B is that of two.

    `a` and `b` are the inventories of the passes. A document's own actors are called `doc_id#name`.
    """
    weights: dict[tuple[str, str], int] = defaultdict(int)
    for pairing in pairings:
        for pair, share in _mentioned(pairing):
            weights[pair] += round(share * _BY_MENTION)
    for pair, weight in _alike(_actors(a, (p.a for p in pairings)), _actors(b, (p.b for p in pairings))):
        weights[pair] += weight
    for one, other in weights:
        weights[one, other] += _BY_KEY * (one == other)
    return dict(best_matching(weights))


def _mentioned(pairing: Pairing) -> Iterator[tuple[tuple[str, str], float]]:
    """Yield pairs of actors that aligned words name; words for several actors are shared out among their pairs."""
    for one, other in pairing.mentions.items:
        share = 1 / (len(one["actors"]) * len(other["actors"]))
        for name in one["actors"]:
            for match in other["actors"]:
                yield (pairing.a.actor(name), pairing.b.actor(match)), share
    for one, other in pairing.parties.items:
        yield (pairing.a.actor(one["actor"]), pairing.b.actor(other["actor"])), 1


def _actors(inventory: Inventory, sides: Iterable[Side]) -> dict[str, Annotation]:
    actors = {actor["id"]: actor for actor in inventory["actors"]}
    for side in sides:
        actors |= {side.actor(actor["id"]): actor for actor in side.layer("actors")}
    return actors


def _alike(a: Mapping[str, Annotation], b: Mapping[str, Annotation]) -> Iterator[tuple[tuple[str, str], int]]:
    """Yield pairs of actors for each sign that they share, with what it weighs.

    What one document has to itself is never what another has to itself.
    """
    bearers: dict[object, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for key, actor in b.items():
        for sign in _signs(actor):
            bearers[sign][_home(key)].append(key)
    for key, actor in a.items():
        for sign, weight in _signs(actor).items():
            homes = bearers.get(sign, {})
            for home in {"", _home(key)} & homes.keys() if _home(key) else homes:
                yield from (((key, match), weight) for match in homes[home])


def _signs(actor: Annotation) -> dict[object, int]:
    """Return by what one may know an actor again, with what it weighs."""
    registers = [(register, actor[register]) for register in ("wikidata", "geonames") if actor[register]]
    forms = {fold_space(form).casefold() for form in (actor["name"], *actor["aliases"])}
    return dict.fromkeys(registers, _BY_IDENTIFIER) | dict.fromkeys(forms, _BY_NAME)


def _home(key: str) -> str:
    """Return the document that has an actor to itself; of the inventory's actors nothing."""
    return key.rpartition("#")[0]
