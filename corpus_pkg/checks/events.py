"""Rules about events, attributions and relations: what their types ask for, and how they may hang together."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import product
from operator import itemgetter

from corpus_pkg.checks.rule import Data, Known, Rule, fillers_of, own_actors
from corpus_pkg.derive import begins_speech
from corpus_pkg.edtf import BASES, contradict, is_later, lies_outside
from corpus_pkg.findings import Problem, clip
from corpus_pkg.paths import iter_at

Graph = Mapping[str, set[str]]
"""Which events are directly behind which."""
Step = tuple[int, str, str]
Dates = tuple[str | None, ...]
"""A date on each of its bases."""
Times = Mapping[str, list[Dates]]
"""The dates of each event."""


def recipient_missing(document: Data, known: Known) -> Iterator[Problem]:
    """An event whose type asks for a recipient has one, unless it is a joint act of two actors or more.

    Who sanctions, or helps, does it to somebody; without a recipient the event table has half a row.

    Name the recipient; an actor of the document may be unnamed.
    """
    for index, event in enumerate(document["events"]):
        needed = known.vocabulary.needs_recipient(event["type"])
        if needed and not event.get("recipient") and len(event.get("actor", ())) < 2:
            message = f"an event of type {event['type']} needs a recipient, or two actors who act jointly"
            yield Problem("recipient-missing", ("events", index, "type"), message, event["type"], "a `recipient`")


def event_placeless(document: Data, known: Known) -> Iterator[Problem]:
    """What happens over a distance has no place and no host.

    The place of a phone call is nowhere; that of its parties is theirs.

    Take the place away, or write another mode.
    """
    events = enumerate(document["events"])
    for index, event in [(i, each) for i, each in events if known.vocabulary.event_has("placeless", each)]:
        for role in ("place", "host"):
            if event.get(role):
                message = f"an event of type {_label(event)} has no {role}"
                found = clip(", ".join(event[role]))
                yield Problem("event-placeless", ("events", index, role), message, found, f"no `{role}`")


def filler_misfit(document: Data, known: Known) -> Iterator[Problem]:
    """What fills a role is of a type that can.

    Things happen in places and are done by people, bodies and states; an exchange of the two is easily made.

    Name another actor, or put it into another role.
    """
    own, filled = own_actors(document), fillers_of(document, known)
    for role, types in known.vocabulary.fillers.items():
        actors = {name: own.get(name) or known.actors.get(name) for name in filled.get(role, ())}
        misfits = {name: actor["type"] for name, actor in actors.items() if actor and actor["type"] not in types}
        for where, name in iter_at(document, f"events.*.{role}.*") if misfits else ():
            if name in misfits:
                kind, wanted = misfits[name], ", ".join(sorted(types))
                message = f"{name!r} is of type {kind}, which cannot be `{role}`"
                yield Problem("filler-misfit", where, message, f"{name} ({kind})", f"an actor of type {wanted}")


def corpus_event_misfit(document: Data, known: Known) -> Iterator[Problem]:
    """An event of a document has the type of the corpus event that it is; its mode does not contradict it.

    Type belongs to what happened and not to how it is told.

    Correct one of the types, or the identity.
    """
    for index, event in enumerate(document["events"]):
        whole = known.events.get(event["corpus_event"])
        if whole and (event["type"] != whole["type"] or len({event["mode"], whole["mode"]} - {None}) > 1):
            one, other = _label(event), _label(whole)
            message = f"it is {one}, and the corpus event {whole['id']!r} is {other}"
            yield Problem("corpus-event-misfit", ("events", index, "type"), message, one, other)


def event_untold(document: Data, known: Known) -> Iterator[Problem]:
    """Every event of a document has a trigger.

    An event that no word tells comes from outside, or is left from an earlier version.

    Add its triggers, or take it away.
    """
    told = {trigger["event"] for trigger in document["triggers"]}
    for index, event in enumerate(document["events"]):
        if event["id"] not in told:
            message = f"no trigger tells of the event {event['id']!r}"
            yield Problem("event-untold", ("events", index, "id"), message, event["id"], "a trigger, at least one")


def attribution_bare(document: Data, known: Known) -> Iterator[Problem]:
    """An attribution has a cue and a source; only scare quotes may lack them.

    What nobody is said to have said is the author's.

    Add the words that ascribe and who is meant (ANONYMOUS where the text hides it), or take the attribution away.
    """
    for index, attribution in enumerate(document["attributions"]):
        lacking = [
            key for key, value in (("cue", attribution["cue"]), ("sources", attribution["sources"])) if not value
        ]
        if lacking and attribution["form"] != "scare_quote":
            message = f"this attribution has no {' and no '.join(lacking)}, and is no scare quote"
            yield Problem("attribution-bare", ("attributions", index), message, None, "a `cue` and `sources`")


def cue_in_content(document: Data, known: Known) -> Iterator[Problem]:
    """The cue of an attribution stands outside its content.

    "We," he said, "agree": the content is in two parts, and what stands between is the author's.

    Give the content as two anchors, before and behind the cue.
    """
    for index, attribution in enumerate(document["attributions"]):
        cue = attribution["cue"]
        for place, span in enumerate(attribution["content"] if cue else ()):
            if span["start"] < cue["end"] and cue["start"] < span["end"]:
                message = f"the cue {clip(cue['text'])!r} stands within the content"
                where = ("attributions", index, "content", place)
                yield Problem("cue-in-content", where, message, clip(span["text"]), "content without the cue")


def direct_unquoted(document: Data, known: Known) -> Iterator[Problem]:
    """Direct speech stands between quote marks, or behind a dash.

    What has none is in the words of the author, and quoting it as the source's would be wrong. Where the speech ends
    is not looked at: it may quote others, or go on in the next paragraph.

    Write another form, or leave it out: it follows from the marks.
    """
    for index, attribution in enumerate(document["attributions"]):
        if attribution["form"] == "direct":
            for place, span in enumerate(attribution["content"]):
                if not begins_speech(span, document["text"]):
                    message = f"{clip(span['text'], 60)!r} is called direct and no quote mark or dash opens it"
                    where = ("attributions", index, "content", place)
                    yield Problem("direct-unquoted", where, message, "direct", "indirect, mixed, or no `form` at all")


def relation_cycle(document: Data, known: Known) -> Iterator[Problem]:
    """Relations do not run in a circle: nothing causes, answers or contains itself.

    Relations that order in time are followed together, those of each other type alone.

    Turn one of them round, or take it away.
    """
    turned, relations = known.vocabulary.traits["after"], document["relations"]
    for types in _circles(known, {relation["type"] for relation in relations}):
        steps = _steps(relations, types, turned)
        if _is_acyclic(_graph(steps)):
            continue
        graph: dict[str, set[str]] = defaultdict(set)
        for index, first, then in steps:
            relation = relations[index]
            if first in _reached(graph, then):
                way = f"{relation['from']} -> {relation['to']}"
                message = f"{relation['type']} from {way} closes a circle"
                yield Problem("relation-cycle", ("relations", index), message, way, "relations without a circle")
            elif not known.vocabulary.is_symmetric(relation["type"]):
                graph[first].add(then)


def relation_time(document: Data, known: Known) -> Iterator[Problem]:
    """No relation contradicts the dates, also over several steps: no effect before its cause, no answer before
    what it answers, no part outside the time of its whole; nor are two that overlap apart.

    Of a wrong date and a wrong relation one at least is there.

    Correct the date, or the relation.
    """
    traits, times = known.vocabulary.traits, _times(document)
    orders = (
        (traits["before"] | traits["after"], is_later, "comes before {} by this relation, and its date is later"),
        (traits["within"], lies_outside, "is a part of {} by this relation, and does not lie within its time"),
    )
    used = {relation["type"] for relation in document["relations"]}
    for types, is_wrong, fault in (order for order in orders if not used.isdisjoint(order[0])):
        steps = _steps(document["relations"], types, traits["after"])
        graph = _graph(steps)
        for index, first, then in steps:
            behind = sorted(_reached(graph, then, _FAR)) if then in graph else [then]
            if late := [event for event in behind if _clash(times, first, event, is_wrong)]:
                message = f"{first!r} {fault.format(repr(late[0]))}"
                kind, wanted = document["relations"][index]["type"], "dates that agree with the relation"
                yield Problem("relation-time", ("relations", index), message, kind, wanted)
    for index, relation in enumerate(document["relations"] if not used.isdisjoint(traits["overlap"]) else ()):
        if relation["type"] in traits["overlap"] and _clash(times, relation["from"], relation["to"], contradict):
            message = f"{relation['from']!r} overlaps {relation['to']!r} by this relation, and their dates are apart"
            wanted = "dates that agree with the relation"
            yield Problem("relation-time", ("relations", index), message, relation["type"], wanted)


RULES = (
    Rule(recipient_missing, "layers", "events", needs=("vocabulary",)),
    Rule(event_placeless, "layers", "events", needs=("vocabulary",)),
    Rule(filler_misfit, "layers", "events", needs=("inventory", "vocabulary")),
    Rule(corpus_event_misfit, "layers", "events", needs=("inventory",)),
    Rule(event_untold, "layers", "events", severity="warning"),
    Rule(attribution_bare, "layers", "events"),
    Rule(cue_in_content, "layers", "events"),
    Rule(direct_unquoted, "layers", "events"),
    Rule(relation_cycle, "layers", "events", needs=("vocabulary",)),
    Rule(relation_time, "layers", "events", needs=("vocabulary",)),
)
INVENTORY_RULES = (Rule(relation_cycle, "layers", needs=("vocabulary",), home="inventory"),)


_DATES: Callable[[Data], Dates] = itemgetter(*BASES)
_FAR = 64
"""How many events a date is compared with along relations: without a bound long chains would take forever."""


def _label(item: Data) -> str:
    return f"{item['type']}/{item['mode']}" if item["mode"] else str(item["type"])


def _circles(known: Known, used: set[str]) -> Iterator[frozenset[str]]:
    """Yield the types, of those used, that may have no circle together; what holds both ways may not hold of itself."""
    traits = known.vocabulary.traits
    ordering = traits["before"] | traits["after"]
    if not ordering.isdisjoint(used):
        yield ordering
    yield from (frozenset((label,)) for label in known.vocabulary.labels("relation_types").keys() & used - ordering)


def _steps(relations: Iterable[Data], types: frozenset[str], turned: frozenset[str]) -> list[Step]:
    """Return the relations of these types: the index of each and the two events.

    The earlier comes first where a type orders them, `turned` being those that run back.
    """
    return [
        (index, each["to"], each["from"]) if each["type"] in turned else (index, each["from"], each["to"])
        for index, each in enumerate(relations)
        if each["type"] in types
    ]


def _graph(steps: Iterable[Step]) -> Graph:
    """Return which event comes directly before which."""
    graph: dict[str, set[str]] = defaultdict(set)
    for _, first, then in steps:
        graph[first].add(then)
    return graph


def _is_acyclic(graph: Graph) -> bool:
    if {then for after in graph.values() for then in after}.isdisjoint(graph):
        return True  # none goes on where another ends, as in most documents
    try:
        TopologicalSorter(graph).prepare()
    except CycleError:
        return False
    return True


def _reached(graph: Graph, start: str, most: int | None = None) -> set[str]:
    """Return what can be reached from an event, itself included: all, or about so many of the nearest."""
    reached, waiting = {start}, deque([start])
    while waiting and (most is None or len(reached) < most):
        new = graph.get(waiting.popleft(), set()) - reached
        reached |= new
        waiting.extend(new)
    return reached


def _times(document: Data) -> Times:
    """Return the dates of each event; those of all that share a name."""
    times: dict[str, list[Dates]] = defaultdict(list)
    for event in document["events"]:
        times[event["id"]].append(_DATES(event["time"]))
    return times


def _clash(times: Times, one: str, other: str, is_wrong: Callable[[str | None, str | None], bool]) -> bool:
    """Return whether two events have dates on one basis that contradict an order."""
    pairs = product(times.get(one, ()), times.get(other, ()))
    return any(any(map(is_wrong, first, second)) for first, second in pairs)
