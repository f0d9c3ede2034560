"""Values that follow from others: written out in the canonical form, left out by people.

Each has one function that says what it is; `add_derived` puts it where it is missing, `is_derived` tells whether a
value that stands there is just that, so that the writer may leave it out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Any, NamedTuple

from corpus_pkg.anchors import fold_space
from corpus_pkg.defaults import FOLLOWS

Data = dict[str, Any]
Content = tuple[int, int, Iterable[str]]
"""A stretch of what somebody is said to have said: where it begins and ends, and who said it."""
QUOTE_MARKS = '"“”„‟«»‹›‘’「」『』'
_STOPS = ".,;:!?…،؛؟"
_OPENING, _CLOSING = "'\"“„‟«‹‘「『", "'\"”“»›’」』"
_DASH = re.compile(r"(?:^|\s)[-–—―]\s?\Z", re.MULTILINE)
"""A dash, as it stands before what somebody says in many languages."""


class NameForms(NamedTuple):
    """The names of an actor and the adjectives made from them, white space folded."""

    names: frozenset[str]
    adjectives: frozenset[str]


Names = Mapping[str, NameForms]
"""The forms of each actor's name, by the name of the actor."""


def name_forms(actors: Iterable[Mapping[str, Any]]) -> dict[str, NameForms]:
    """Return the forms of the actors of an inventory, or of those of a document."""
    return {
        actor["id"]: NameForms(
            frozenset(map(fold_space, (actor["name"], *actor.get("aliases", ())))),
            frozenset(map(fold_space, actor.get("adjectives", ()))),
        )
        for actor in actors
    }


def add_derived(document: Data, names: Names) -> None:
    """Write into a document (spans resolved, defaults filled) what follows from other values; what is given is kept."""
    if document["actors"]:
        names = {**names, **name_forms(document["actors"])}
    document["date"] = with_bases(document["date"])
    document["times"] = [with_bases(time) for time in document["times"]]
    document["events"] = [{**split_mode(event), "time": with_bases(event["time"])} for event in document["events"]]
    document["relations"] = [split_mode(item) for item in document["relations"]]
    for mention in document["mentions"]:
        if mention["level"] is FOLLOWS:
            mention["level"] = level(mention, names)
    for attribution in document["attributions"]:
        if attribution["form"] is FOLLOWS:
            attribution["form"] = form(attribution, document["text"])
    document["triggers"] = with_commitments(document)


def with_commitments(document: Data) -> list[Data]:
    """Return the triggers of a document with a commitment of each source that has one."""
    modality = {event["id"]: event["modality"] for event in document["events"]}
    contents = _contents(document["attributions"])
    return [_committed(trigger, contents, modality.get(trigger["event"], "actual")) for trigger in document["triggers"]]


def with_bases(value: Data) -> Data:
    """Return a date with its three bases: `known` left out is `text`, `external` left out is `known`."""
    known = value["text"] if value["known"] is FOLLOWS else value["known"]
    return {**value, "known": known, "external": known if value["external"] is FOLLOWS else value["external"]}


def split_mode(item: Data) -> Data:
    """Return an event or relation whose `TYPE/mode` is two keys."""
    label, slash, mode = item["type"].partition("/")
    return {**item, "type": label, "mode": mode if slash else item.get("mode")}


def join_mode(item: Mapping[str, Any]) -> Data:
    """Return an event or relation whose type and mode are one key, `TYPE/mode`."""
    label = f"{item['type']}/{item['mode']}" if item["mode"] else item["type"]
    return {**{key: value for key, value in item.items() if key != "mode"}, "type": label}


def level(mention: Mapping[str, Any], names: Names) -> str:
    """Return the level that the actors' names give: NAM, ADJ, or else NOM.

    By metonymy the name of another actor names this one: "Strelsau" said of a government is NAM.
    """
    forms = [names[actor] for actor in mention["actors"] if actor in names]
    naming = names.values() if mention.get("metonymy") else forms
    quote = mention["q"]["text"]
    for form in naming:
        if quote in form.names:
            return "NAM"
    quote = fold_space(quote)
    if any(quote in form.names for form in naming):
        return "NAM"
    return "ADJ" if any(quote in form.adjectives for form in forms) else "NOM"


def form(attribution: Mapping[str, Any], text: str) -> str:
    """Return the form that the quote marks give: direct, mixed, or else indirect.

    Direct when every stretch of the content stands in quote marks (just inside or just outside its ends, a comma or
    full stop between), mixed when some of it does.
    """
    spans = attribution["content"]
    if all(is_quoted(span, text) for span in spans):
        return "direct"
    return "mixed" if any(_has_quotation(text[span["start"] : span["end"]]) for span in spans) else "indirect"


def is_quoted(span: Mapping[str, Any], text: str) -> bool:
    """Return whether a stretch stands in quote marks, just inside or just outside its ends."""
    start, end = span["start"], span["end"]
    behind = end + len(text[end : end + 10]) - len(text[end : end + 10].lstrip(_STOPS))  # “We agree,” he said.
    closes = text[end - 1] in _CLOSING or text[behind : behind + 1] in tuple(_CLOSING)
    inner = text[start + 1 : end - 1]
    # A mark that closes inside ends the quotation before the content does.
    return _opens(start, text) and closes and not any(mark in inner for mark in '"”»')


def begins_speech(span: Mapping[str, Any], text: str) -> bool:
    """Return whether a mark or a dash opens a stretch: what follows may quote others, or be closed much later."""
    start = span["start"]
    return _opens(start, text) or _DASH.search(text, max(start - 10, 0), start) is not None


def _opens(start: int, text: str) -> bool:
    return text[start] in _OPENING or text[max(start - 1, 0)] in _OPENING


def _has_quotation(content: str) -> bool:
    # A single closing mark alone is an apostrophe.
    return any(mark in content for mark in '"“”„«»‹›「」『』‘')


def commitments(trigger: Mapping[str, Any], attributions: Iterable[Mapping[str, Any]], modality: str) -> list[Data]:
    """Return the commitments that attribution and modality give an event at a trigger (after FactBank).

    Outside attributions the author is certain. Inside, the innermost sources are certain, those around them and the
    author uncommitted. An event that is not actual leaves all uncommitted. Scare quotes ascribe words, not events.
    """
    return _derived(trigger, _contents(attributions), modality)


def _contents(attributions: Iterable[Mapping[str, Any]]) -> list[Content]:
    return [
        (part["start"], part["end"], attribution["sources"])
        for attribution in attributions
        if attribution["form"] != "scare_quote"
        for part in attribution["content"]
    ]


def _derived(trigger: Mapping[str, Any], contents: Iterable[Content], modality: str) -> list[Data]:
    start, end = trigger["q"]["start"], trigger["q"]["end"]
    around = [(high - low, sources) for low, high, sources in contents if low <= start and end <= high]
    if not around:
        return [{"source": "AUTHOR", "value": "CT+" if modality == "actual" else "Uu"}]
    values: dict[str, str] = {}
    around.sort(key=itemgetter(0))
    for width, sources in around:
        for source in sources:
            values.setdefault(source, "CT+" if width == around[0][0] and modality == "actual" else "Uu")
    values["AUTHOR"] = "Uu"
    return [{"source": source, "value": value} for source, value in sorted(values.items())]


def _committed(trigger: Data, contents: Iterable[Content], modality: str) -> Data:
    """Return a trigger with the commitments that are written, and for all other sources those that follow."""
    derived = _derived(trigger, contents, modality)
    if derived == trigger["factuality"]:
        return trigger
    values = {item["source"]: item["value"] for item in (*derived, *trigger["factuality"])}
    return {**trigger, "factuality": [{"source": source, "value": values[source]} for source in sorted(values)]}
