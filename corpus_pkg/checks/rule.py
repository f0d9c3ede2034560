"""What a rule is, and what it may ask about the corpus."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from corpus_pkg.findings import Problem, Severity
from corpus_pkg.paths import gathered
from corpus_pkg.vocabulary import Vocabulary

Data = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Known:
    """What a corpus knows beyond one document: its labels, and what its settings name, by name."""

    vocabulary: Vocabulary
    actors: Mapping[str, Data]
    events: Mapping[str, Data]
    pages: frozenset[str] = frozenset()
    cases: frozenset[int] = frozenset()
    annotators: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()

    @cached_property
    def offices(self) -> Mapping[str, Sequence[Data]]:
        """The offices of the actors of the inventory that hold some, by the actor."""
        return {name: actor["offices"] for name, actor in self.actors.items() if actor["offices"]}

    @cached_property
    def identifiers(self) -> Mapping[str, Mapping[Any, str]]:
        """The actors of the inventory by their identifiers, those of Wikidata and those of GeoNames."""
        actors = [*self.actors.values()][::-1]  # so that the first of two is told
        keys = ("wikidata", "geonames")
        return {key: {actor[key]: actor["id"] for actor in actors if actor[key] is not None} for key in keys}


Check = Callable[[Any, Known], Iterator[Problem]]
"""A generator of problems. Its name is the code, with `_` for `-`; its docstring says what, why, and how to mend."""


class Rule(NamedTuple):
    """A check and when it is run.

    `layer` must be finished in the document, if one is named; of the settings that it `needs` none may be broken, since
    one fault would then be told once for each use of it. `home` is the file of settings that it looks at, if any.
    """

    check: Check
    level: str
    layer: str | None = None
    needs: tuple[str, ...] = ()
    severity: Severity = "error"
    home: str = "document"

    @property
    def code(self) -> str:
        """The code of its findings."""
        return self.check.__name__.replace("_", "-")


@gathered
def own_actors(document: Data) -> Mapping[str, Data]:
    """Return the actors of a document itself, by their names."""
    return {actor["id"]: actor for actor in document["actors"]}


@gathered
def actors_of(document: Data, known: Known) -> Mapping[str, Data]:
    """Return the actors that a document may name: those of the inventory, of which there may be many, and its own."""
    own = own_actors(document)
    return {**known.actors, **own} if own else known.actors


@gathered
def fillers_of(document: Data, known: Known) -> Mapping[str, set[str]]:
    """Return who fills each role of the vocabulary in the events of a document."""
    events = document["events"]
    return {
        role: {name for event in events if (names := event.get(role)) for name in names}
        for role in known.vocabulary.tables["roles"]
    }


@gathered
def event_times(document: Data) -> dict[str, Data]:
    """Return the time of each event of a document."""
    return {event["id"]: event["time"] for event in document["events"]}
