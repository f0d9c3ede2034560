"""Rules about dates: their form, how their three bases lie to one another, and what the words of the text say."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import NamedTuple

from corpus_pkg.calendar_words import (
    MONTHS,
    SPELT,
    CalendarWords,
    SpeltParts,
    is_weekday,
    read_calendar_words,
    read_parts,
)
from corpus_pkg.checks.rule import Data, Known, Rule, event_times
from corpus_pkg.edtf import (
    BASES,
    QUALIFIERS,
    Edtf,
    contradict,
    is_later,
    lies_within,
    parse_edtf,
    read_edtf,
)
from corpus_pkg.findings import Path, Problem, clip
from corpus_pkg.paths import gathered, iter_at, values_at

PROFILE = "2021-10-13, 2021-10, 2021, a/b, ../b, a/.., [a..b], [..b], [a..], [a,b], with ?, ~ or % at the end"


def date_not_edtf(holder: Data, known: Known) -> Iterator[Problem]:
    """Every date is in the profile of EDTF, in the calendar, and does not end before it begins.

    Dates are compared and reckoned with; what looks like a date and is none is lost without a word.

    Write it in one of the forms that the guidelines give.
    """
    for where, value in _dates(holder) if not all(map(read_edtf, _written(holder))) else ():
        try:
            parse_edtf(value)
        except ValueError as error:
            message = f"{clip(value)!r} cannot be read as a date: {error}"
            yield Problem("date-not-edtf", where, message, clip(value), PROFILE)


def date_unfounded(document: Data, known: Known) -> Iterator[Problem]:
    """A date on the basis `text` names the words on which it rests.

    Without them nobody can check it, and what a reader happens to know slips in.

    Give the words under `because`, or move the date to `known` or `external`.
    """
    for where, value in _values(document):
        if value["text"] is not None and not value["because"] and where[0] != "times":
            message = f"{value['text']!r} rests on no words: `because` is empty"
            hint = "quote the words, or write the date under `known` or `external`"
            yield Problem("date-unfounded", (*where, "text"), message, value["text"], "words under `because`", hint)


def date_beyond_words(document: Data, known: Known) -> Iterator[Problem]:
    """A date on the basis `text` says no more than the words on which it rests.

    What only an informed reader or a page knows would pass for what the text says. The words are those of the time
    expression and of `because`, and those of what it counts from. A year is named there, or the next to one that is,
    or counted from it; where a month or a day is not named, the `note` says how it was reckoned. Words in languages
    whose months the package cannot tell are left alone, and so is what cannot be read, so this is a warning.

    Cite the words that name it, write the reckoning into `note`, or give the date under `known` or `external`.
    """
    tongue = _tongue(document["language"])
    for where, value in _founded(document):
        own = tuple([span["text"] for span in _own_spans(value)])
        is_reckoned = value["note"] is not None or _counts(value)
        fault = None if _is_said(value["text"], own, tongue, is_reckoned) else _beyond_all(document, where, value)
        if fault and read_edtf(value["text"]) and not _is_contradicted(document, (*where, "text")):
            words = _words(document, _reached(document, where))
            cited = clip(" ".join(text for text, _ in words))
            message = (
                f"the {fault[0]} of {clip(value['text'])!r}, {fault[1]}, is neither in the words {cited!r} nor reckoned"
            )
            wanted = f"words that name the {fault[0]}, or a `note` with the reckoning"
            hint = "cite more words under `because`, or write the date under `known` or `external`"
            yield Problem("date-beyond-words", (*where, "text"), message, value["text"], wanted, hint)


def date_known_unsaid(document: Data, known: Known) -> Iterator[Problem]:
    """A date on the basis `known` that the text does not give names the fact in its note.

    What an informed reader adds can be checked only when it is said.

    Write the fact into `note`.
    """
    for where, value in _differing(document):
        if value["known"] != value["text"] and value["known"] is not None and not value["note"]:
            message = f"{value['known']!r} is not what the text says, and no note tells what is known"
            yield Problem("date-known-unsaid", (*where, "known"), message, value["known"], "a `note` with the fact")


def date_uncited(document: Data, known: Known) -> Iterator[Problem]:
    """A date on the basis `external` cites the pages that give it.

    It is a fact from outside, and a fact without a place is a rumour.

    Name the pages under `cite`, or leave `external` out.
    """
    for where, value in _differing(document):
        if value["external"] not in (None, value["known"]) and not value["cite"]:
            message = f"{value['external']!r} comes from outside and cites no page"
            yield Problem("date-uncited", (*where, "external"), message, value["external"], "pages under `cite`")


def date_known_outside(document: Data, known: Known) -> Iterator[Problem]:
    """What is known lies within what the text says.

    An informed reader narrows a date; one who contradicts the text has another basis.

    Correct one of the two, or write the date under `external` with the page that gives it.
    """
    for where, value in _differing(document):
        text, inner = read_edtf(value["text"]), read_edtf(value["known"])
        if text and inner and value["known"] != value["text"] and not lies_within(inner, text):
            message = f"{value['known']!r} does not lie within {value['text']!r}, which the text says"
            yield Problem("date-known-outside", (*where, "known"), message, value["known"], f"within {value['text']}")


def date_external_contradicts(document: Data, known: Known) -> Iterator[Problem]:
    """What pages outside say does not contradict what the text says.

    Texts and pages do err, so this is a warning: it asks for a second look.

    Correct what is wrong in the annotation; where text and page differ in truth, say so in the note and leave it.
    """
    for where, value in _differing(document):
        if value["external"] != value["known"] and contradict(value["text"], value["external"]):
            message = f"{value['external']!r} contradicts {value['text']!r}, which the text says"
            wanted = f"a date that can be that of {value['text']}"
            yield Problem("date-external-contradicts", (*where, "external"), message, value["external"], wanted)


def weekday_differs(document: Data, known: Known) -> Iterator[Problem]:
    """A weekday that the words name is that of the date.

    It is the commonest slip in reckoning: 2021-10-13 is a Wednesday.

    Correct the date; when the text itself is wrong, leave `text` null and say so in the note.
    """
    for where, words, value, found in _dated_words(document):
        if words.weekday and found.first == found.last and found.first and found.first.isoweekday() != words.weekday:
            day = found.first.strftime("%A")
            message = f"{value} is a {day}, and the words say otherwise"
            near = _nearest_weekday(found.first, words.weekday)
            hint = f"{' and '.join(map(str, near))} are such days"
            yield Problem("weekday-differs", where, message, f"{value}, a {day}", "a date of that weekday", hint)


def date_words_differ(document: Data, known: Known) -> Iterator[Problem]:
    """A day, month or year that the words name is that of the date.

    "December 7, 2023" is no other day, whatever the page says elsewhere.

    Correct the date, or the words that are quoted; what counts from an event is `anchored: event`.
    """
    for where, words, value, found in _dated_words(document):
        if fault := _disagreement(words, found):
            message = f"{clip(value)!r} is not what the words say: {fault}"
            yield Problem("date-words-differ", where, message, clip(value), fault)


def weekday_far(document: Data, known: Known) -> Iterator[Problem]:
    """A bare weekday lies within seven days of what it is counted from.

    "On Wednesday" means the nearest one; a week off is a slip that the weekday does not show.

    Correct the date, or what the expression is anchored to.
    """
    events, foreign = event_times(document), _foreign_passages(document)
    for index, time in enumerate(document["times"]):
        origin = document["date"] if time["anchored"] == "document_date" else events.get(time["event"])
        language = (_language(foreign, time["q"]) if foreign else None) or document["language"]
        if origin and is_weekday(time["q"]["text"], language):
            yield from _far(("times", index), time, origin)


def stamp_accepted(document: Data, known: Known) -> Iterator[Problem]:
    """A stamp of change does not date the document while a rival exists.

    Sites renew such stamps for all their pages at once; "last update" tells when the page was shown.

    Reject it and accept the rival.
    """
    candidates, traits = document["date_candidates"], known.vocabulary.traits
    changes = traits["stamp_of_change"]
    rivals = [c for c in candidates if c["value"] and c["kind"] not in changes | traits["bound"]]
    for index, candidate in enumerate(candidates):
        if candidate["verdict"] == "accepted" and candidate["kind"] in changes and rivals:
            rival = clip(rivals[0]["q"]["text"], 60)
            message = f"a stamp of change is accepted as the date, while {rival!r} could date the text"
            hint = "reject this one, and look at the other"
            place = ("date_candidates", index, "verdict")
            yield Problem("stamp-accepted", place, message, "accepted", "rejected", hint)


def date_not_accepted(document: Data, known: Known) -> Iterator[Problem]:
    """The date that the text gives is that of the accepted candidate.

    The verdicts and the date are one decision, written in two places.

    Correct the date, or the verdict.
    """
    text, candidates = document["date"]["text"], document["date_candidates"]
    accepted = [(i, c["value"]) for i, c in enumerate(candidates) if c["verdict"] == "accepted" and c["value"]]
    for index, value in accepted:
        if value.rstrip(QUALIFIERS) != (text or "").rstrip(QUALIFIERS):  # how sure it is, the stamp does not say
            message = f"the candidate {value} is accepted, and the date of the text is {text or 'null'}"
            yield Problem("date-not-accepted", ("date_candidates", index, "verdict"), message, "accepted", text)
    found = read_edtf(text)
    if found and found.kind == "point" and candidates and not accepted:
        message = f"the date is {text}, and no candidate is accepted"
        yield Problem("date-not-accepted", ("date", "text"), message, text, "an accepted candidate with this date")


def event_time_differs(document: Data, known: Known) -> Iterator[Problem]:
    """The time of an event is compatible with the words that say when.

    A trigger's `when` dates its event: the two are one fact, written in two places.

    Correct the time of the event, that of the expression, or the `when`.
    """
    times = {((span := time["q"])["start"], span["end"]): time for time in document["times"]}
    events = event_times(document)
    for index, trigger in enumerate(document["triggers"]):
        for place, span in enumerate(trigger["when"]):
            time, value = times.get((span["start"], span["end"])), events.get(trigger["event"])
            if time and value and (basis := _apart_basis(time, value)):
                message = f"{clip(span['text'])!r} is {time[basis]}, and the event is of {value[basis]} (`{basis}`)"
                where = ("triggers", index, "when", place)
                yield Problem(
                    "event-time-differs", where, message, value[basis], f"a time compatible with {time[basis]}"
                )


def event_after_publication(document: Data, known: Known) -> Iterator[Problem]:
    """What the author asserts as past is not later than the text.

    One of the two dates is wrong, or the event has not happened yet.

    Correct the date, or the modality of the event.
    """
    published = document["date"]
    late = [(i, event, basis) for i, event in enumerate(document["events"]) if (basis := _late_basis(event, published))]
    asserted = {trigger["event"] for trigger in document["triggers"] if late and _CERTAIN in trigger["factuality"]}
    for index, event, basis in late:
        time = event["time"]
        if event["id"] in asserted:
            message = f"it happened on {time[basis]}, and the text is of {published[basis]} (`{basis}`)"
            where, wanted = ("events", index, "time", basis), f"a time not after {published[basis]}"
            yield Problem("event-after-publication", where, message, time[basis], wanted)


def event_lasts(document: Data, known: Known) -> Iterator[Problem]:
    """What happens at once takes no duration: `[a..b]` is once within, `a/b` lasts from a to b.

    A call that was made some day in May did not go on through May; calls every week (`generic`) may have.

    Write brackets, or another type.
    """
    durations = {value for value in _written(document) if "/" in value and _is_lasting(value)}
    for index, event in enumerate(document["events"] if durations else ()):
        lasting = [basis for basis in BASES if event["time"][basis] in durations]
        if lasting and event["modality"] != "generic" and known.vocabulary.event_has("momentary", event):
            value = event["time"][lasting[0]]
            label = f"{event['type']}/{event['mode']}" if event["mode"] else event["type"]
            message = f"{value} lasts, and an event of type {label} happens at once"
            hint = f"write {_once(value)}"
            yield Problem("event-lasts", ("events", index, "time", lasting[0]), message, value, _once(value), hint)


def time_unanchored(document: Data, known: Known) -> Iterator[Problem]:
    """A time expression names an event just when it counts from one.

    "Two days later" counts from something; without it the value cannot be checked.

    Name the event, or write from what it counts.
    """
    for index, time in enumerate(document["times"]):
        if (time["anchored"] == "event") != (time["event"] is not None):
            message = f"it is anchored to {time['anchored']!r}, and the event is {time['event'] or 'null'}"
            wanted = "`anchored: event` with the `event`, or neither"
            yield Problem("time-unanchored", ("times", index, "anchored"), message, time["anchored"], wanted)


RULES = (
    Rule(date_not_edtf, "layers"),
    Rule(date_unfounded, "layers"),
    Rule(date_beyond_words, "layers", severity="warning"),
    Rule(date_known_unsaid, "layers"),
    Rule(date_uncited, "layers"),
    Rule(date_known_outside, "layers"),
    Rule(date_external_contradicts, "layers", severity="warning"),
    Rule(weekday_differs, "layers"),
    Rule(date_words_differ, "layers"),
    Rule(weekday_far, "layers", "events"),
    Rule(stamp_accepted, "layers", "date", needs=("vocabulary",)),
    Rule(date_not_accepted, "layers", "date"),
    Rule(event_time_differs, "layers", "events"),
    Rule(event_after_publication, "layers", "events"),
    Rule(event_lasts, "layers", "events", needs=("vocabulary",)),
    Rule(time_unanchored, "layers", "events"),
)
INVENTORY_RULES = (Rule(date_not_edtf, "layers", home="inventory"),)


_YEAR = re.compile(r"[0-9]{4}")
_NO_WORDS = frozenset(["\n"])  # which is no word of any text
_DATE_PARTS = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")
_ON_BASES: Callable[[Data], tuple[str | None, ...]] = itemgetter(*BASES)
_CERTAIN = {"source": "AUTHOR", "value": "CT+"}
_DATED_LAYERS = ("date", "events")


def _is_lasting(value: str) -> bool:
    found = read_edtf(value)
    return found is not None and found.kind == "lasting"


@gathered
def _written(holder: Data) -> set[str]:
    """Return every date of a document or inventory."""
    dates = {page["date"] for page in holder.get("pages", ())}
    if "document" in holder:
        dates |= {*chain.from_iterable(map(_ON_BASES, _based(holder)))}
        dates |= {candidate["value"] for candidate in holder["date_candidates"]}
    dates |= {office[key] for office in values_at(holder, "actors.*.offices.*") for key in ("from", "to")}
    return dates - {None}


@gathered
def _based(document: Data) -> list[Data]:
    """Return what has three bases, in all layers."""
    return [document["date"], *document["times"], *[event["time"] for event in document["events"]]]


def _dates(holder: Data) -> Iterator[tuple[Path, str]]:
    """Yield every date of a document or inventory with its path."""
    for where, value, keys in _date_holders(holder):
        before = None
        for key in keys:
            # A base that is left out equals the one before; a date is found fault with where it is written.
            if value.get(key) not in (None, before):
                yield (*where, key), value[key]
            before = value.get(key)


def _date_holders(holder: Data) -> Iterator[tuple[Path, Data, tuple[str, ...]]]:
    if "document" in holder:
        for where, value in _values({**holder, "annotated": _DATED_LAYERS}):
            yield where, value, BASES
        for index, candidate in enumerate(holder["date_candidates"]):
            yield ("date_candidates", index), candidate, ("value",)
    for index, page in enumerate(holder.get("pages", ())):
        yield ("pages", index), page, ("date",)
    for where, office in iter_at(holder, "actors.*.offices.*"):
        yield where, office, ("from", "to")


@gathered
def _values(document: Data) -> list[tuple[Path, Data]]:
    """Return what has three bases, in the layers that are finished, each with its path."""
    finished = document["annotated"]
    date: list[tuple[Path, Data]] = [(("date",), document["date"])] if "date" in finished else []
    if "events" not in finished:
        return date
    times: list[tuple[Path, Data]] = [(("times", index), time) for index, time in enumerate(document["times"])]
    return [*date, *times, *[(("events", index, "time"), e["time"]) for index, e in enumerate(document["events"])]]


@gathered
def _differing(document: Data) -> list[tuple[Path, Data]]:
    """Return what has bases that are not all the same."""
    if any(map(_differs, _based(document))):
        return [(where, value) for where, value in _values(document) if _differs(value)]
    return []


def _differs(value: Data) -> bool:
    text: str | None = value["text"]
    return not text == value["known"] == value["external"]


@gathered
def _dated_words(document: Data) -> list[tuple[Path, CalendarWords, str, Edtf]]:
    """Return path and value of the expressions of time and stamps that have one, with what their words name.

    What readers know does not change the words; pages outside may contradict them. In what counts from an event
    ("the first anniversary of the war of 2020") the date is that event's, and only a weekday is its own.
    """
    foreign, language = _foreign_passages(document), document["language"]
    dated: list[tuple[Path, CalendarWords, str, Edtf]] = []
    for finished, layer, keys in (("events", "times", ("text", "known")), ("date", "date_candidates", ("value",))):
        for index, item in enumerate(document[layer] if finished in document["annotated"] else ()):
            own = _language(foreign, item["q"]) if foreign else None
            words = read_calendar_words(item["q"]["text"], own or language)
            if item.get("anchored") == "event":
                words = CalendarWords(words.weekday)
            for key in keys if item[keys[0]] != item[keys[-1]] else keys[:1]:
                if any(words) and (found := read_edtf(item[key])):
                    dated.append(((layer, index, key), words, item[key], found))
    return dated


_Words = tuple[tuple[str, str], ...]
"""Words with their languages."""


class _Reckoned(NamedTuple):
    """What of a date may be reckoned, since a note or what it counts from says how."""

    day: bool
    year: bool
    given: str
    """Months and days of the dates on which it rests."""


class _Ground(NamedTuple):
    """A date, the spans of the text on which it rests, and the paths of other dates on which it does."""

    value: Data
    spans: list[Data]
    links: list[Path]


def _founded(document: Data) -> list[tuple[Path, Data]]:
    """Return path and value of each date on the basis `text`.

    What a copy takes over rests on the words of its original, of which it may lack some.
    """
    if document["copy_of"]:
        return [each for each in _values(document) if each[0] == ("date",) and each[1]["text"]]
    return [each for each in _values(document) if each[1]["text"] is not None]


def _plain_words(value: str, tongue: str) -> frozenset[str]:
    """Return the words of a date as most texts write it, "3", "August", "2012": where they stand it is said."""
    found = _DATE_PARTS.fullmatch(value)
    if found is None or (found[2] and tongue not in SPELT):
        return _NO_WORDS
    month = [MONTHS[tongue][int(found[2]) - 1]] if found[2] and 1 <= int(found[2]) <= 12 else []
    if tongue in ("en", "de"):
        month = [name.title() for name in month]
    return frozenset([found[1], *month, *([str(int(found[3]))] if found[3] else [])])


@lru_cache(maxsize=10_000)
def _is_said(value: str, words: tuple[str, ...], tongue: str, is_reckoned: bool) -> bool:
    """Return whether the own words of a date give it, as those of most do: then nothing else is looked at."""
    if words and _plain_words(value, tongue).issubset(words[0].split()):
        return True
    return _beyond(value, tuple((text, tongue) for text in words), _Reckoned(is_reckoned, is_reckoned, "")) is None


def _beyond_all(document: Data, where: Path, value: Data) -> tuple[str, str] | None:
    """Return what of a date neither its words nor those on which they rest give; null for unknown languages."""
    reached = _reached(document, where)
    words = _words(document, reached)
    if not words or not all(tongue in SPELT for _, tongue in words):
        return None
    day = bool(value["note"]) or _counts(value)
    given = " ".join(_YEAR.sub("", each.value["text"] or "") for each in reached[1:])
    return _beyond(value["text"], words, _Reckoned(day, day or any(_counts(each.value) for each in reached), given))


def _words(document: Data, grounds: Sequence[_Ground]) -> _Words:
    """Return the words of some dates, each with its language."""
    foreign, own = _foreign_passages(document), str(document["language"])
    spans = [span for each in grounds for span in each.spans]
    return tuple(dict.fromkeys((s["text"], _tongue(_language(foreign, s) or own if foreign else own)) for s in spans))


def _tongue(language: str) -> str:
    return language.partition("-")[0].lower()


def _own_spans(value: Data) -> list[Data]:
    return [value["q"], *value["because"]] if "q" in value else value["because"]


def _counts(value: Data) -> bool:
    """Return whether it is an expression that counts from another date."""
    return "anchored" in value and value["anchored"] != "none"


def _is_contradicted(document: Data, where: Path) -> bool:
    """Return whether another rule tells of it: its own words say otherwise."""
    return any(where == at and _disagreement(words, found) for at, words, _, found in _dated_words(document))


def _ground(document: Data, where: Path) -> _Ground:
    """Return what the date at a path rests on."""
    if where[0] == "date":
        return _Ground(document["date"], document["date"]["because"], [])
    item = document[str(where[0])][where[1]]
    value = item["time"] if where[0] == "events" else item
    links = [*_origin(document, value), *(_citing(document).by(value["because"]) if value["because"] else ())]
    return _Ground(value, _own_spans(value), [link for link in links if link != where])


def _origin(document: Data, time: Data) -> Iterator[Path]:
    """Yield the path of the date from which an expression counts."""
    if time.get("anchored") == "document_date":
        yield ("date",)
    elif time.get("anchored") == "event":
        numbers = enumerate(event["id"] for event in document["events"])
        yield from (("events", number, "time") for number, name in numbers if name == time["event"])


@gathered
def _citing(document: Data) -> _Citing:
    return _Citing(document["times"])


class _Citing:
    """Finds the expressions of time that lie in words which are cited."""

    def __init__(self, times: Sequence[Data]) -> None:
        ordered = sorted((time["q"]["start"], time["q"]["end"], index) for index, time in enumerate(times))
        self._ordered, self._starts = ordered, [start for start, _, _ in ordered]
        self._longest = max((end - start for start, end, _ in ordered), default=0)

    def by(self, spans: Sequence[Data]) -> Iterator[Path]:
        """Yield the paths of the expressions that share characters with one of the spans."""
        for span in spans:
            low = bisect_left(self._starts, span["start"] - self._longest)
            high = bisect_left(self._starts, span["end"])
            yield from (("times", index) for _, end, index in self._ordered[low:high] if end > span["start"])


def _reached(document: Data, where: Path) -> list[_Ground]:
    """Return a date and all on which it rests, near or far; a circle is gone round once."""
    places, found = [where], list[_Ground]()
    for place in places:
        found.append(_ground(document, place))
        places += [link for link in found[-1].links if link not in places]
    return found


@lru_cache(maxsize=10_000)
def _beyond(value: str, words: _Words, reckoned: _Reckoned) -> tuple[str, str] | None:
    """Return the first part of a date that words do not give, as unit and number."""
    parts = [read_parts(*each) for each in words]
    given = read_parts(reckoned.given, "en")
    months = {month for each in (*parts, given) for month in each.months}
    days = {day for each in (*parts, given) for day in each.days}
    if _DATE_PARTS.fullmatch(value) is None:  # a stretch has the edges of the month or year that is named
        months, days = months | {1, 12}, days | {1, 28, 29, 30, 31}
    for year, month, day in _DATE_PARTS.findall(value):
        if not _is_year_given(int(year), parts, may_count=reckoned.year):
            return "year", year
        if month and not reckoned.day and int(month) not in months:
            return "month", month
        if day and not reckoned.day and int(day) not in days:
            return "day", day
    return None


def _is_year_given(number: int, parts: Sequence[SpeltParts], *, may_count: bool) -> bool:
    years = {year for each in parts for year in each.years}
    is_far = any(each.counts for each in parts)
    return number in years or bool(may_count and years and (is_far or {number - 1, number + 1} & years))


def _language(foreign: list[Data], span: Data) -> str | None:
    """Return the language of the passage in which a span begins, if it has one of its own."""
    for passage in foreign:
        if passage["start"] <= span["start"] < passage["end"]:
            language: str = passage["language"]
            return language
    return None


@gathered
def _foreign_passages(document: Data) -> list[Data]:
    """Return the passages that have a language of their own."""
    return [passage for passage in document["passages"] if passage["language"]]


def _nearest_weekday(day: date, weekday: int) -> list[date]:
    back = (day.isoweekday() - weekday) % 7
    return [day - timedelta(back), day + timedelta(7 - back)]


@lru_cache(maxsize=10_000)
def _disagreement(words: CalendarWords, found: Edtf) -> str | None:
    """Return what words say of a date that is not so."""
    if found.kind == "point" and found.first and found.last:
        return words.disagree(found.first, found.last)
    return _year_outside(words, found)


def _year_outside(words: CalendarWords, found: Edtf) -> str | None:
    first, last = found.first, found.last
    if words.year and ((first and words.year < first.year) or (last and words.year > last.year)):
        return f"the year is {words.year}"
    return None


def _far(where: Path, time: Data, origin: Data) -> Iterator[Problem]:
    for basis in BASES:
        found, start = read_edtf(time[basis]), read_edtf(origin[basis])
        if found and start and _is_day(found) and _is_day(start) and found.first and start.first:
            days = abs((found.first - start.first).days)
            if days > 7:
                message = f"{time[basis]} lies {days} days from {origin[basis]}, from which it is counted"
                wanted = f"a day within 7 of {origin[basis]}"
                yield Problem("weekday-far", (*where, basis), message, time[basis], wanted)
                return


def _is_day(found: Edtf) -> bool:
    return found.kind == "point" and found.precision == "day"


def _apart_basis(one: Data, other: Data) -> str | None:
    """Return the first basis on which two dates cannot be the same time."""
    for basis in BASES:
        if one[basis] != other[basis] and contradict(one[basis], other[basis]):
            return basis
    return None


def _late_basis(event: Data, published: Data) -> str | None:
    """Return the first basis on which an actual event is later than the text."""
    for basis in BASES if event["modality"] == "actual" else ():
        if is_later(event["time"][basis], published[basis]):
            return basis
    return None


def _once(value: str) -> str:
    bare = value.rstrip("?~%")
    first, _, last = bare.partition("/")
    return f"[{first.strip('.')}..{last.strip('.')}]{value[len(bare) :]}"
