"""A document that is a copy of another takes over its annotations, passage by passage.

Two texts that are equal up to white space have the same folded text, so each passage of the original is looked for in
the folded copy; what the copy lacks is skipped. Date, source, parties and rights stay the copy's own.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from corpus_pkg.anchors import Folded, Span, first_match

Data = dict[str, Any]

SPAN_LAYERS = ("mentions", "triggers", "times", "attributions")
"""Layers that are projected with the passages in which they stand."""


class Projection(NamedTuple):
    """What a copy takes over: items by layer, with offsets of the copy, and the stretches they cover in it."""

    layers: dict[str, list[Data]]
    spans: list[Span]

    @classmethod
    def empty(cls) -> Projection:
        """Return the projection of nothing."""
        return cls({}, [])


class _Shift(NamedTuple):
    """A passage of the original in folded offsets, and how far it lies from its place in the copy."""

    start: int
    end: int
    by: int


def project_layers(original: Mapping[str, Any], folded: Folded) -> Projection:
    """Return what a copy with this text takes over from the canonical form of its original."""
    source = Folded(original["text"])
    shifts = _shifts(original["passages"], source, folded)
    mapper = _Mapper(source, folded, [shift for shift in shifts if shift])
    layers: dict[str, list[Data]] = {"passages": mapper.passages(original["passages"], shifts)}
    for layer in SPAN_LAYERS:
        layers[layer] = [item for item in map(mapper.item, original[layer]) if item]
    kept = _kept_events(original, layers["triggers"])
    layers["events"] = [mapper.spans(event) for event in original["events"] if event["id"] in kept]
    layers["times"] = [_known_event(time, kept) for time in layers["times"]]
    layers["relations"] = [mapper.spans(r) for r in original["relations"] if {r["from"], r["to"]} <= kept]
    layers["claims"] = [mapper.spans(claim) for claim in original["claims"] if claim["event"] in kept]
    layers["actors"] = list(original["actors"])
    spans = [(passage["start"], passage["end"]) for passage in layers["passages"]]
    return Projection(layers, spans)


def shared_text(original: Mapping[str, Any], text: str) -> tuple[int, int, int]:
    """Return how many characters a copy with this text takes over, how many it has, and how many its original has.

    Runs of white space count as one character; what is taken over are whole passages of the original.
    """
    source, folded = Folded(original["text"]), Folded(text)
    shared = sum(shift.end - shift.start for shift in _shifts(original["passages"], source, folded) if shift)
    return shared, len(folded.text), len(source.text)


def _shifts(passages: Sequence[Mapping[str, Any]], source: Folded, folded: Folded) -> list[_Shift | None]:
    """Return the place of each passage in the copy, null where the copy lacks it.

    Where it lacks some, the longest are placed first and the others between them: a short one that is lacking may
    stand in a longer one by chance.
    """
    spans = [source.to_folded((passage["start"], passage["end"])) for passage in passages]
    whole = folded.text.find(source.text[spans[0][0] : spans[-1][1]])
    if whole >= 0:
        return [_Shift(*span, whole - spans[0][0]) for span in spans]
    placed: list[tuple[int, int, int]] = []  # in the order of passages: number, start and end in the copy
    for index in sorted(range(len(spans)), key=lambda index: spans[index][0] - spans[index][1]):
        start, end = spans[index]
        at = bisect_right(placed, (index, 0, 0))
        low = placed[at - 1][2] if at else 0
        high = placed[at][1] if at < len(placed) else len(folded.text)
        found = first_match(folded.text, source.text[start:end], low, high)
        if found is not None:
            placed.insert(at, (index, found, found + end - start))
    by = {index: found - spans[index][0] for index, found, _ in placed}
    return [_Shift(*span, by[index]) if index in by else None for index, span in enumerate(spans)]


def _kept_events(original: Mapping[str, Any], triggers: Sequence[Mapping[str, Any]]) -> set[str]:
    """Return the events that the copy reports: those with a trigger in it, and those that have none anywhere."""
    lost = {trigger["event"] for trigger in original["triggers"]} - {trigger["event"] for trigger in triggers}
    return {event["id"] for event in original["events"]} - lost


def _known_event(time: Data, kept: set[str]) -> Data:
    lost = time["event"] is not None and time["event"] not in kept
    return {**time, "event": None, "anchored": "none"} if lost else time


class _Mapper:
    """Moves spans from the original to the copy."""

    def __init__(self, source: Folded, folded: Folded, shifts: Sequence[_Shift]) -> None:
        self._source, self._folded, self._shifts = source, folded, shifts
        self._starts = [shift.start for shift in shifts]

    def passages(self, passages: Sequence[Mapping[str, Any]], shifts: Sequence[_Shift | None]) -> list[Data]:
        """Return the passages that the copy has."""
        moved = []
        starts: dict[int, int] = {}
        for passage, shift in zip(passages, shifts, strict=True):
            if shift:
                start, end = self._folded.to_raw((shift.start + shift.by, shift.end + shift.by))
                starts[passage["start"]] = start
                duplicate_of = starts.get(passage["duplicate_of"])
                moved.append({**passage, "start": start, "end": end, "duplicate_of": duplicate_of})
        return moved

    def item(self, item: Mapping[str, Any]) -> Data | None:
        """Return the item in the copy; null where its own words, or its cue, stand in a passage that the copy lacks."""
        moved: Data = self.spans(item)
        lost = any(item.get(key) and not moved[key] for key in ("q", "cue", "content"))
        return None if lost else moved

    def spans(self, value: Any) -> Any:
        """Return the value with its spans moved; those that the copy lacks are null, or left out of lists."""
        if isinstance(value, dict):
            if value.keys() == {"start", "end", "text"}:
                return self._span(value)
            return {key: self.spans(inner) for key, inner in value.items()}
        if isinstance(value, list):
            moved = [self.spans(inner) for inner in value]
            return [inner for inner in moved if inner is not None]
        return value

    def _span(self, span: Mapping[str, Any]) -> Data | None:
        start, end = self._source.to_folded((span["start"], span["end"]))
        first, last = self._shift(start), self._shift(end - 1)
        if first is None or last is None:
            return None
        low, high = self._folded.to_raw((start + first.by, end + last.by))
        return {"start": low, "end": high, "text": self._folded.raw[low:high]}

    def _shift(self, offset: int) -> _Shift | None:
        index = bisect_right(self._starts, offset) - 1
        return self._shifts[index] if index >= 0 and offset < self._shifts[index].end else None
