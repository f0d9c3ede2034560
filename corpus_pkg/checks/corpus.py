"""Rules about a corpus as a whole: what its settings say of its documents, and what only all documents together show.

They take a `Survey`, which passes over the documents once and keeps of each what these rules ask about.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from corpus_pkg.anchors import Folded
from corpus_pkg.checks.rule import Data, Known, Rule
from corpus_pkg.findings import Path, Problem, clip
from corpus_pkg.licences import is_licence, nearest_licence
from corpus_pkg.paths import iter_at, key_patterns, values_at
from corpus_pkg.project import project_layers, shared_text
from corpus_pkg.similar import NEAR, Sketches, similarity


@dataclass
class Survey:
    """What the rules for the whole corpus know: its settings, and what its documents have in common.

    `complete` is false once a document could not be read, or has an unfinished layer: then nobody can say what no
    document uses.
    `names` are those of the documents that were taken in; `text_of` gives the text of one again, null for any other.
    """

    settings: Data
    inventory: Data
    hardcases: Data
    documents: Collection[str]
    text_of: Callable[[str], str | None]
    complete: bool = True
    actors: set[str] = field(default_factory=set)
    events: set[str] = field(default_factory=set)
    pages: set[str] = field(default_factory=set)
    cases: set[int] = field(default_factory=set)
    copies: dict[str, str] = field(default_factory=dict)
    redistribution: dict[str, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    sketches: Sketches = field(default_factory=Sketches)

    def add(self, document: Data) -> None:
        """Take in a document in canonical form."""
        doc_id = document["document"]
        self.names.add(doc_id)
        self.complete = self.complete and set(document["annotated"]) >= _LAYERS
        if self.complete:
            self._add_uses(document)
        if document["copy_of"]:
            self.copies[doc_id] = document["copy_of"]
        if "source" in document["annotated"]:
            self.redistribution[doc_id] = document["source"]["redistribution"]
        self.sketches.add(doc_id, document["text"])

    def _add_uses(self, document: Data) -> None:
        """Take in the names that a document uses, as long as some are waited for."""
        if not self.actors >= self._all_actors:
            for pattern in _ACTORS:
                self.actors.update(values_at(document, pattern))
            for event in document["events"]:
                roles = (filled for key, filled in event.items() if isinstance(filled, list) and key not in _NO_ROLES)
                self.actors.update(name for filled in roles for name in filled)
        self.events.update(values_at(document, "events.*.corpus_event"))
        for pattern in () if self.pages >= self._all_pages else key_patterns("cite"):
            self.pages.update(values_at(document, pattern))
        for pattern in () if self.cases >= self._all_cases else key_patterns("cases"):
            self.cases.update(values_at(document, pattern))

    @cached_property
    def _all_actors(self) -> frozenset[str]:
        return frozenset(values_at(self.inventory, "actors.*.id"))

    @cached_property
    def _all_pages(self) -> frozenset[str]:
        return frozenset(values_at(self.inventory, "pages.*.id"))

    @cached_property
    def _all_cases(self) -> frozenset[int]:
        return frozenset(values_at(self.hardcases, "cases.*.id"))

    def are_grouped(self, one: str, other: str) -> bool:
        """Return whether the settings put two documents into one group."""
        return not self._groups.get(one, set()).isdisjoint(self._groups.get(other, ()))

    def are_apart(self, one: str, other: str) -> bool:
        """Return whether two documents are in no group together, and neither is a copy of the other."""
        return self._counted_as(one).isdisjoint(self._counted_as(other))

    def _counted_as(self, doc_id: str) -> set[str]:
        """Return the groups that a document is in, or those of its original, or the name of that, or its own."""
        home = self.copies.get(doc_id, doc_id)
        return self._groups.get(doc_id) or self._groups.get(home) or {home}

    @cached_property
    def _groups(self) -> Mapping[str, set[str]]:
        groups: dict[str, set[str]] = {}
        for group, names in self.settings["groups"].items():
            for name in names:
                groups.setdefault(name, set()).add(group)
        return groups


def document_divided(survey: Survey, known: Known) -> Iterator[Problem]:
    """A document is in one split and in one group.

    What is in two is counted twice, and learnt from before it is tested on.

    Take it out of one of them.
    """
    for key in ("splits", "groups"):
        homes: dict[str, str] = {}
        for where, name in _members(survey.settings, key):
            home = homes.setdefault(name, str(where[1]))
            if home != where[1]:
                message = f"{clip(name)!r} is in {home!r} too"
                yield Problem("document-divided", where, message, clip(name), f"each document once in `{key}`")


def group_divided(survey: Survey, known: Known) -> Iterator[Problem]:
    """The documents of a group are in one split, and so are a copy and its original.

    A system that has seen one of two near-duplicates knows the other.

    Move them into the same split.
    """
    settings = survey.settings
    splits = dict.fromkeys(survey.documents, settings["split"])
    splits |= {name: str(where[1]) for where, name in reversed([*_members(settings, "splits")]) if name in splits}
    for group, names in settings["groups"].items():
        for place, name in enumerate(names):
            split, first = splits.get(name), splits.get(names[0])
            if split and first and split != first:
                message = f"{clip(name)!r} is in the split {split!r}, and {clip(names[0])!r} of its group in {first!r}"
                yield Problem("group-divided", ("groups", group, place), message, split, first)
    listed = {name: where for where, name in _members(settings, "splits")}
    for name, original in survey.copies.items():
        split, first = splits.get(name), splits.get(original)
        where = listed.get(name) or listed.get(original)
        if split and first and split != first and where and not survey.are_grouped(name, original):
            message = (
                f"{clip(name)!r} is in the split {split!r}, and {clip(original)!r}, of which it is a copy, in {first!r}"
            )
            yield Problem("group-divided", where, message, split, first)


def group_misnamed(survey: Survey, known: Known) -> Iterator[Problem]:
    """A group does not have the name of a document outside it, which is a group of its own under that name.

    Two groups of one name would be one.

    Rename the group.
    """
    for group, names in survey.settings["groups"].items():
        if group in survey.documents and group not in names:
            message = f"{clip(group)!r} is the name of a document that is not in this group"
            yield Problem("group-misnamed", ("groups", group), message, clip(group), "another name", on_key=True)


def relation_repeated(survey: Survey, known: Known) -> Iterator[Problem]:
    """Two documents are related once.

    One row of the published table is one pair.

    Take one of the relations away.
    """
    seen: set[frozenset[str]] = set()
    for index, relation in enumerate(survey.settings["relations"]):
        pair = frozenset(relation["documents"])
        if pair in seen:
            message = f"{' and '.join(map(clip, relation['documents']))} are related above already"
            yield Problem("relation-repeated", ("relations", index), message, None, "each pair once")
        seen.add(pair)


def relation_unlike(survey: Survey, known: Known) -> Iterator[Problem]:
    """Two documents that are called one text are near-duplicates by measure.

    They count once, so that the word has to be true.

    Correct the relation: `revision` and `rewrite` ask for no likeness.
    """
    for index, relation in enumerate(survey.settings["relations"]):
        if relation["type"] == "same_text":
            texts = [survey.text_of(name) for name in relation["documents"]]
            if all(texts) and (alike := similarity(str(texts[0]), str(texts[1]))) < NEAR:
                message = f"the two are called one text, and their similarity is {alike:.2f}"
                wanted = f"a similarity of at least {NEAR}"
                yield Problem("relation-unlike", ("relations", index), message, f"{alike:.4f}", wanted)


def near_duplicate_apart(survey: Survey, known: Known) -> Iterator[Problem]:
    """Near-duplicates are in one group, so that they stay in one split and count once.

    Similarity is the Jaccard index of the sets of three successive words; from 0.8 on, two texts are near-duplicates.

    Put both into a group of `groups`; where one is a copy up to white space, say `copy_of`.
    """
    for one, other, alike in survey.sketches.pairs(survey.text_of, survey.are_apart):
        message = f"{clip(one)!r} and {clip(other)!r} are near-duplicates ({alike:.2f}) and in no group together"
        hint = f"write under `groups`:  a_name: [{one}, {other}]"
        yield Problem("near-duplicate-apart", ("groups",), message, f"{alike:.4f}", f"below {NEAR}, or one group", hint)


def rights_divided(survey: Survey, known: Known) -> Iterator[Problem]:
    """Documents that share one text have one decision on whether it may be passed on.

    Withholding one copy and publishing the other withholds nothing.

    Decide for all of them at once.
    """
    pairs: list[tuple[Path, Collection[str]]] = [(("name",), pair) for pair in survey.copies.items()]
    relations = enumerate(survey.settings["relations"])
    pairs += [(("relations", index), r["documents"]) for index, r in relations if r["type"] == "same_text"]
    for where, (one, other) in pairs:
        first, second = survey.redistribution.get(one), survey.redistribution.get(other)
        if first and second and first != second:
            message = f"{clip(one)!r} says `redistribution: {first}`, and {clip(other)!r}, which is one text, {second}"
            yield Problem("rights-divided", where, message, f"{first}, {second}", "one decision for one text")


def actor_orphan(survey: Survey, known: Known) -> Iterator[Problem]:
    """Every actor of the inventory is used: in a mention, a role, an attribution, a party, or as the body of an office.

    What nobody names does not belong to the corpus; often its mentions were given to another.

    Use it, or take it away.
    """
    bodies = {*values_at(survey.inventory, "actors.*.offices.*.body")}
    yield from _orphans("actor-orphan", "actor", survey, "actors", survey.actors | bodies)


def corpus_event_orphan(survey: Survey, known: Known) -> Iterator[Problem]:
    """Every event of the inventory is reported by a document.

    A corpus event is an identity between reports; one that nobody reports is none.

    Name it in a document's `corpus_event`, or take it away.
    """
    yield from _orphans("corpus-event-orphan", "event", survey, "events", survey.events)


def page_orphan(survey: Survey, known: Known) -> Iterator[Problem]:
    """Every page of the inventory is cited.

    A page that supports nothing looks like evidence.

    Cite it where it was used, or take it away.
    """
    cited = {page for key in key_patterns("cite", "inventory") for page in values_at(survey.inventory, key)}
    yield from _orphans("page-orphan", "page", survey, "pages", survey.pages | cited)


def case_orphan(survey: Survey, known: Known) -> Iterator[Problem]:
    """Every hard case is pointed to from the data.

    A decision that no item follows is not one.

    Write its number under `cases` of the items that are instances of it.
    """
    used = survey.cases.union(*(values_at(survey.inventory, key) for key in key_patterns("cases", "inventory")))
    used.update(values_at(survey.settings, "relations.*.cases.*"))
    for index, case in enumerate(survey.hardcases["cases"] if survey.complete else ()):
        if case["id"] not in used:
            message = f"no item points to the hard case {case['id']}"
            yield Problem("case-orphan", ("cases", index, "id"), message, str(case["id"]), "an item with it in `cases`")


def copy_incomplete(document: Data, original: Any) -> Iterator[Problem]:
    """A copy carries its original's annotations: in the source form they are projected, canonical JSON must have them.

    Two documents of one text with different annotations contradict each other.

    Add what is missing, or take `copy_of` away.
    """
    for layer, item in _lacking(document, original):
        words = clip(_words(item), 60)
        message = f"{words!r} ({layer}) is annotated in {clip(original['document'])!r}, and not in this copy"
        hint = "annotate it here too, or take `copy_of` away"
        yield Problem("copy-incomplete", ("copy_of",), message, None, "what the original has", hint)


def terms_unsound(survey: Survey, known: Known) -> Iterator[Problem]:
    """The licences of the corpus are SPDX expressions, or statements of rightsstatements.org.

    The hub, archives and package indexes read them as such. `texts` may also be `unknown`, `mixed`, or `none` where a
    corpus has no texts of others.

    Write the identifier of https://spdx.org/licenses/, such as `CC-BY-4.0`.
    """
    for key, more in (("annotations", ()), ("texts", ("mixed", "none"))):
        name = survey.settings["licences"][key]
        if name not in more and not is_licence(name):
            near = nearest_licence(name)
            message = f"{clip(name)!r} is no SPDX expression and no statement of rightsstatements.org"
            wanted = " or ".join(("an SPDX expression, the address of a statement, `unknown`", *more))
            hint = f"write {near}" if near else None
            yield Problem("terms-unsound", ("licences", key), message, clip(name), wanted, hint)


def release_day_unsound(survey: Survey, known: Known) -> Iterator[Problem]:
    """The days that the settings give are days of the calendar.

    They go into what others read: the citation, the metadata of archives, the tombstones of what was withdrawn.

    Write a day that there is.
    """
    days = (found for pattern in ("date", "withdrawn.*.date") for found in iter_at(survey.settings, pattern))
    for where, day in days:
        if day is not None and not _is_day(day):
            yield Problem("release-day-unsound", where, f"there is no day {day}", day, "a day of the calendar")


def _is_day(day: str) -> bool:
    with suppress(ValueError):
        return bool(date.fromisoformat(day))
    return False


def copy_unlike(document: Data, original: Any) -> Iterator[Problem]:
    """A copy has the text of its original: whole passages of it make up half of one of the two texts, or more.

    From passages that are not there word by word nothing is taken over, so that a document would count as the copy of
    another with which it has nothing in common. Either may have more than the article: a title, a notice, links.

    Take `copy_of` away. What was worked over is no copy: say `revision` or `rewrite` under `relations` of the corpus.
    """
    if _begins_alike(document, original):
        return
    shared, length, other = shared_text(original, document["text"])
    if shared < _HALF * min(length, other):
        name = clip(original["document"])
        message = (
            f"of the {length:,} characters of this text {shared:,} stand in passages of {name!r}, which has {other:,}"
        )
        wanted = "whole passages of the original, half of one of the two texts at least"
        hint = "take `copy_of` away; say `revision` or `rewrite` under `relations` in annotations/corpus.yaml"
        yield Problem("copy-unlike", ("copy_of",), message, f"{shared} characters", wanted, hint)


RULES = (
    Rule(document_divided, "corpus", home="corpus"),
    Rule(group_divided, "corpus", home="corpus"),
    Rule(group_misnamed, "corpus", needs=("documents",), home="corpus"),
    Rule(relation_repeated, "corpus", home="corpus"),
    Rule(relation_unlike, "corpus", home="corpus"),
    Rule(near_duplicate_apart, "corpus", home="corpus"),
    Rule(actor_orphan, "corpus", home="inventory", severity="warning"),
    Rule(corpus_event_orphan, "corpus", home="inventory", severity="warning"),
    Rule(page_orphan, "corpus", home="inventory", severity="warning"),
    Rule(case_orphan, "corpus", home="hardcases", severity="warning"),
    Rule(rights_divided, "release", home="corpus"),
    Rule(terms_unsound, "release", needs=("corpus",), home="corpus"),
    Rule(release_day_unsound, "release", needs=("corpus",), home="corpus"),
)
"""The rules for the whole corpus, each with the file in which it is shown and what it relies on."""
COPY_RULES = (Rule(copy_unlike, "corpus"), Rule(copy_incomplete, "corpus"))
"""The rules for a copy beside its original, which they take in the place of what is known."""


_ACTORS = (
    "mentions.*.actors.*",
    "attributions.*.sources.*",
    "relations.*.sources.*",
    "claims.*.sources.*",
    "triggers.*.factuality.*.source",
    "parties.*.actor",
    "source.parties.*.actor",
    "source.holder",
    "rights.*.holder",
    "actors.*.offices.*.body",
)
_HALF = 0.5
"""So much of the shorter of two texts a copy must have in common with its original."""
_NO_ROLES = ("contexts", "cases")
"""Lists of an event that name no actors: a context may be called as an actor is."""
_LAYERS = frozenset(("date", "source", "actors", "events"))


def _orphans(code: str, kind: str, survey: Survey, layer: str, used: Collection[str]) -> Iterator[Problem]:
    for where, name in iter_at(survey.inventory, f"{layer}.*.id") if survey.complete else ():
        if name not in used:
            message = f"nothing uses the {kind} {clip(name)!r}"
            yield Problem(code, where, message, clip(name), "a document that names it", "use it, or take it away")


def _lacking(document: Data, original: Any) -> list[tuple[str, Data]]:
    """Return the items of its original that a copy has not, as they would be in the copy, each with its layer."""
    if _begins_alike(document, original) and not _missing(document, original, original):
        return []
    return _missing(document, original, project_layers(original, Folded(document["text"])).layers)


def _begins_alike(document: Data, original: Any) -> bool:
    """Return whether a copy begins with all passages of its original, as most do: it has all, and nothing moves."""
    end = original["passages"][-1]["end"]
    return bool(document["text"][:end] == original["text"][:end])


def _missing(document: Data, original: Any, layers: Mapping[str, Sequence[Data]]) -> list[tuple[str, Data]]:
    missing: list[tuple[str, Data]] = []
    for layer, (finished, name_of) in _TAKEN_OVER.items():
        here = {name_of(item) for item in document[layer]}
        both = finished in document["annotated"] and finished in original["annotated"]
        missing += [(layer, item) for item in layers[layer] if name_of(item) not in here] if both else []
    return missing


def _spans(item: Data) -> tuple[Any, ...]:
    return tuple((span["start"], span["end"]) for span in ([item["q"]] if "q" in item else item["content"]))


def _words(item: Data) -> str:
    """Return what an item is told by: its words, its name, or the events that it ties."""
    if "id" in item:
        return str(item["id"])
    if item.get("content"):
        return str(item["content"][0]["text"])
    return str(item["q"]["text"]) if item.get("q") else " ".join(str(item[key]) for key in ("from", "type", "to"))


_TAKEN_OVER: Mapping[str, tuple[str, Callable[[Data], tuple[Any, ...]]]] = {
    "mentions": ("actors", lambda item: (*_spans(item), *sorted(item["actors"]))),
    "triggers": ("events", lambda item: (*_spans(item), item["event"])),
    "times": ("events", _spans),
    "attributions": ("events", lambda item: (*_spans(item), *sorted(item["sources"]))),
    "events": ("events", lambda item: (item["id"], item["type"], item["mode"], item["modality"])),
    "relations": ("events", lambda item: (item["from"], item["type"], item["to"])),
}
"""What a copy takes over, with the layer that must be finished in both, and what an item is known by."""


def _members(settings: Data, key: str) -> Iterator[tuple[Path, str]]:
    for home, names in settings[key].items():
        for place, name in enumerate(names):
            yield (key, home, place), name
