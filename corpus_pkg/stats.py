"""Counts of a corpus: over all its documents, and with each text counted once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

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


class Counting:
    """Counts documents one by one; what it keeps grows with the number of actors and of copies only.

    `all` counts every document; `once` counts one of each group (`groups` by document; the first that is no copy), so
    that a text that stands in the corpus twice is not counted twice. An actor is counted once, in however many
    documents it is mentioned; a cluster is an actor, or event, with two mentions or more in one document. The roles of
    the `vocabulary` (default: PLOVER's) tell what is an argument.
    """

    def __init__(self, groups: Mapping[str, str], vocabulary: Vocabulary | None = None) -> None:
        self._groups = groups
        self._roles = [*(vocabulary or default_vocabulary()).labels("roles")]
        self._all, self._once, self._annotated = Counter[str](), Counter[str](), Counter[str]()
        self._actors: set[str] = set()
        self._counted: dict[str, Counter[str] | None] = {}
        """By group the counts of a copy that stands for it, or null when an original does."""

    def add(self, document: Mapping[str, Any]) -> None:
        """Count a document in canonical form."""
        counts, group = self._counts(document), group_of(document, self._groups)
        self._all += counts
        self._annotated.update(document["annotated"])
        is_copy = document["copy_of"] is not None
        if group in self._counted and (is_copy or self._counted[group] is None):
            return
        self._once += counts
        self._once -= self._counted.get(group) or Counter()
        self._counted[group] = counts if is_copy else None

    def as_dict(self) -> dict[str, Any]:
        """Return the counts as plain data."""
        actors = Counter(actors=len(self._actors))
        every, once = ({name: (counts + actors)[name] for name in _NAMES} for counts in (self._all, self._once))
        return {"all": every, "once": once, "annotated": dict(sorted(self._annotated.items()))}

    def _counts(self, document: Mapping[str, Any]) -> Counter[str]:
        text = document["text"]
        actors, events = Counter(_mentioned(document)), Counter(trigger["event"] for trigger in document["triggers"])
        self._actors |= actors.keys()
        return Counter({layer: len(document[layer]) for layer in _LAYERS}) + Counter(
            documents=1,
            characters=len(text),
            tokens=sum(1 for _ in TOKEN.finditer(text)),
            arguments=sum(len(event.get(role) or ()) for event in document["events"] for role in self._roles),
            actor_clusters=_clusters(actors),
            event_clusters=_clusters(events),
        )


def count_documents(
    documents: Iterable[Mapping[str, Any]], groups: Mapping[str, str], vocabulary: Vocabulary | None = None
) -> dict[str, Any]:
    """Return the counts over documents in canonical form, as `Counting` makes them."""
    counting = Counting(groups, vocabulary)
    for document in documents:
        counting.add(document)
    return counting.as_dict()


def _mentioned(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield the actors of the mentions of a document; those of its own are called by their home too."""
    home = document["copy_of"] or document["document"]
    own = {actor["id"] for actor in document["actors"]}
    for mention in document["mentions"]:
        yield from (f"{home}#{actor}" if actor in own else actor for actor in mention["actors"])


def _clusters(mentions: Counter[str]) -> int:
    return sum(number > 1 for number in mentions.values())


def counts_table(counts: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    """Yield the lines of a Markdown table of the counts."""
    yield "| | all | each text once |"
    yield "|---|---:|---:|"
    for name, number in counts["all"].items():
        yield f"| {name.replace('_', ' ')} | {number:,} | {counts['once'][name]:,} |"
