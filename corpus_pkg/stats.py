"""Counts of a corpus: over all its documents, and with each text counted once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from corpus_pkg.rows import group_of
from corpus_pkg.vocabulary import Vocabulary, default_vocabulary

TOKEN = re.compile(r"\w+|[^\w\s]")
"""A token, for counting: a run of letters and digits, or one other character that is no white space."""
_LAYERS = (
    "passages",
    "mentions",
    "triggers",
    "times",
    "attributions",
    "events",
    "relations",
    "claims",
    "date_candidates",
)
_NAMES = (
    "documents",
    "characters",
    "tokens",
    "passages",
    "actors",
    "mentions",
    "actor_clusters",
    "events",
    "triggers",
    "event_clusters",
    "arguments",
    "times",
    "attributions",
    "relations",
    "claims",
    "date_candidates",
)


class _Counted(NamedTuple):
    """The counts of one document, and the actors that it mentions."""

    is_copy: bool
    numbers: Counter[str]
    actors: frozenset[str]


def count_documents(
    documents: Iterable[Mapping[str, Any]], groups: Mapping[str, str], vocabulary: Vocabulary | None = None
) -> dict[str, Any]:
    """Return the counts over documents in canonical form.

    `all` counts every document; `once` counts one of each group (`groups` by document; the first that is no copy), so
    that a text that stands in the corpus twice is not counted twice. An actor is counted once, in however many
    documents it is mentioned; a cluster is an actor, or event, with two mentions or more in one document. `roles` of
    the `vocabulary` (default: PLOVER's) tell what is an argument.
    """
    roles = (vocabulary or default_vocabulary()).labels("roles")
    every: list[_Counted] = []
    firsts: dict[str, _Counted] = {}
    annotated = Counter[str]()
    for document in documents:
        counted, group = _counted(document, [*roles]), group_of(document, groups)
        every.append(counted)
        annotated.update(document["annotated"])
        if group not in firsts or (firsts[group].is_copy and not counted.is_copy):
            firsts[group] = counted
    return {"all": _sum(every), "once": _sum(firsts.values()), "annotated": dict(sorted(annotated.items()))}


def _sum(counted: Iterable[_Counted]) -> dict[str, int]:
    numbers, actors = Counter[str](), set[str]()
    for each in counted:
        numbers += each.numbers
        actors |= each.actors
    numbers["actors"] = len(actors)
    return {name: numbers[name] for name in _NAMES}


def _counted(document: Mapping[str, Any], roles: list[str]) -> _Counted:
    text = document["text"]
    actors, events = Counter(_mentioned(document)), Counter(trigger["event"] for trigger in document["triggers"])
    numbers = Counter({layer: len(document[layer]) for layer in _LAYERS})
    numbers += Counter(
        documents=1,
        characters=len(text),
        tokens=sum(1 for _ in TOKEN.finditer(text)),
        arguments=sum(len(event.get(role) or ()) for event in document["events"] for role in roles),
        actor_clusters=_clusters(actors),
        event_clusters=_clusters(events),
    )
    return _Counted(document["copy_of"] is not None, numbers, frozenset(actors))


def _mentioned(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield the actors of the mentions of a document; those of its own are called by their home too."""
    home = document["copy_of"] or document["document"]
    own = {actor["id"] for actor in document["actors"]}
    for mention in document["mentions"]:
        yield from (f"{home}#{actor}" if actor in own else actor for actor in mention["actors"])


def _clusters(mentions: Counter[str]) -> int:
    return sum(number > 1 for number in mentions.values())
