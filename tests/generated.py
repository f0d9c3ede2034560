"""A corpus of any size that a program made: canonical JSON Lines, the same for the same seed.

Each document has a bit of all that the rules look at, and nothing that they find fault with: weekdays counted from the
stamp, dates on three bases, relations in the order of their dates, quotations within quotations, offices in their
years, events that many documents report. Of 32 documents one is a copy and one a revision of the one before it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from corpus_pkg.calendar_words import MONTHS, WEEKDAYS

Data = dict[str, Any]

SETTINGS: Data = {
    "name": "generated",
    "title": "Generated",
    "version": "0.1.0",
    "description": "Texts and annotations that a program made up.",
    "licences": {"annotations": "CC0-1.0", "texts": "CC0-1.0"},
    "authors": [{"name": "Nobody"}],
    "split": "train",
}
LANDS = ["Arden", "Belmar", "Corvia", "Dorne", "Əlvan", "Fars\u200cabad"]
PEOPLE = ["Ana Dell", "Omid Raz", "Zoe\u0301 Marn", "Əli Həsənov", "Ivo Brandt", "امید راز"]
TITLES = [
    ("President", "1999-03", "2012-06"),
    ("Chancellor", "2012-01-01", None),
    ("Speaker", "1998", "2006"),
    ("Marshal", "2005-05", None),
    ("Governor", "1995", "2016-11-30"),
    ("Consul", None, None),
]
"""The title of each of the people, its first and its last day. Each year has several who hold one."""
DEEDS = [
    ("phoned", "CONSULT/phone"),
    ("accused", "ACCUSE/allege"),
    ("thanked", "SUPPORT"),
    ("helped", "AID"),
    ("searched", "COERCE/seize"),
]
ATTACKS = [("bombed", "ASSAULT/aerial"), ("shelled", "ASSAULT/heavy-weapons"), ("raided", "ASSAULT/firearms")]
FILLER = ["while", "the", "old", "bridge", "over", "river", "stays", "shut", "and", "markets", "of", "town", "open"]
MONTH_NAMES = [name.title() for name in MONTHS["en"]]
DAY_NAMES = [name.title() for name in WEEKDAYS["en"]]
NUMBERS = {"two": 2, "three": 3, "four": 4}


class War(NamedTuple):
    """A war that many documents tell of: its name, its years in words, and its dates on the three bases."""

    id: str
    words: str
    text: str
    known: str
    external: str


WARS = [
    War("lune_war", "1994 and 1995", "1994/1995", "1994-03/1995-11", "1994-03-24/1995-11-02"),
    War("reed_war", "1997 to 1999", "1997/1999", "1997-05/1999-02", "1997-05-09/1999-02-15"),
]
_CYCLE = 32
"""Of so many documents one is a copy and one a revision."""
_COPY, _REVISION = 9, 13
"""Their places among them; what they copy or revise is the document before."""
_SPLITS = {"dev": (2, 3), "test": (_COPY - 1, _COPY, _REVISION - 1, _REVISION)}
"""The other places in the splits; all else is for training."""


def write_generated_corpus(folder: Path, n: int, seed: int = 0, rounds: int = 1) -> Path:
    """Write a corpus of `n` documents with their texts; return its folder. For `rounds` see `generate_documents`."""
    annotations = folder / "annotations"
    annotations.mkdir(parents=True, exist_ok=True)
    settings = {"corpus": {**SETTINGS, **_division(n)}, "inventory": _inventory(), "hardcases": _hard_cases()}
    for name, data in settings.items():
        (annotations / f"{name}.json").write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    lines = (
        json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"
        for document in generate_documents(n, seed, rounds)
    )
    with (annotations / "documents.jsonl").open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(lines)
    return folder


def generate_documents(n: int, seed: int = 0, rounds: int = 1) -> Iterator[Data]:
    """Yield documents in canonical form, defaults left out: some 1,500 characters, 30 mentions, 8 triggers each.

    With three rounds a document tells three times as much, and is about as deep as those of this corpus.
    """
    random = Random(seed)
    document: Data = {}
    for number in range(n):
        place = number % _CYCLE
        if place == _COPY:
            document = _again(document, number, "Now on your phone.", copy_of=document["document"])
        elif place == _REVISION:
            document = _again(document, number, "More follows.")
        else:
            document = _Generator(random, number).document(rounds)
        yield document


def _name(number: int) -> str:
    return f"g{number:06}"


def _again(document: Data, number: int, words: str, **more: Any) -> Data:
    """Return a document once more under another name, with some words behind it."""
    text = document["text"].rstrip() + "\n" + words
    end = {"start": len(text) - len(words), "end": len(text), "zone": "promo"}
    return {**document, "document": _name(number), "text": text, "passages": [*document["passages"], end], **more}


def _division(n: int) -> Data:
    """Return the splits, and the groups of what is no copy and nearly the same."""
    splits = {
        split: [_name(number) for number in range(n) if number % _CYCLE in places] for split, places in _SPLITS.items()
    }
    pairs = [[_name(number), _name(number - 1)] for number in range(n) if number % _CYCLE == _REVISION]
    relations = [{"documents": pair, "type": "revision", "directed": True} for pair in pairs]
    groups = {f"revised_{pair[1]}": pair for pair in pairs}
    return {"splits": {key: names for key, names in splits.items() if names}, "groups": groups, "relations": relations}


def _inventory() -> Data:
    lands = [{"id": f"land{number}", "type": "GPE", "name": name} for number, name in enumerate(LANDS)]
    people = [
        {
            "id": f"person{number}",
            "type": "PER",
            "name": name,
            "sectors": ["GOV"],
            "wikidata": f"Q{number + 1}",
            "offices": [{"title": title, "body": f"land{number}", "from": first, "to": last}],
        }
        for number, (name, (title, first, last)) in enumerate(zip(PEOPLE, TITLES, strict=True))
    ]
    press = [
        {"id": name, "type": "ORG", "name": f"The {name.title()}", "sectors": ["JRN"]} for name in ("wire", "post")
    ]
    wars = [{"id": war.id, "type": "x:COMPLEX/war", "name": f"War of {war.words}", "cite": ["annals"]} for war in WARS]
    pages = [
        {"id": "annals", "url": "https://example.org/annals", "says": "When the wars were."},
        {"id": "post", "url": "https://example.org/post", "date": "2025", "says": "Has these texts."},
    ]
    alike = {"from": WARS[0].id, "type": "LOOKS_LIKE", "to": WARS[1].id}
    return {"actors": [*lands, *people, *press], "events": wars, "relations": [alike], "pages": pages}


def _hard_cases() -> Data:
    title, decision = "Is what somebody denies an event?", "It is, and the denial is a commitment."
    return {"cases": [{"id": 1, "title": title, "options": [decision], "decision": decision}]}


class _Generator:
    """Makes one document, sentence by sentence, and notes where everything stands."""

    def __init__(self, random: Random, number: int) -> None:
        self._random, self._number = random, number
        self._text = ""
        self._day = date(random.randint(2000, 2024), 1, 1) + timedelta(random.randrange(365))
        self._is_free = random.random() < 0.5
        self._stamp: Data = {}
        self._layers: dict[str, list[Data]] = {
            layer: []
            for layer in (
                *("passages", "mentions", "triggers", "times", "attributions", "parties", "date_candidates", "rights"),
                *("actors", "events", "relations", "claims"),
            )
        }

    def document(self, rounds: int) -> Data:
        """Return the document."""
        self._head()
        units = [self._blow, self._war, self._meeting, self._quotation, self._denial, self._plan] * rounds
        self._random.shuffle(units)
        for unit in units:
            unit()
        self._foot()
        plain = {
            "document": _name(self._number),
            "language": "en",
            "annotated": ["date", "source", "actors", "events"],
            "text": self._text,
            "date": {"text": str(self._day), "because": [self._stamp]},
            "source": self._source(),
        }
        return plain | self._layers

    def _head(self) -> None:
        with self._passage("title"):
            self._actor("land")
            self._write(" and ")
            self._actor("land")
            self._write(" in the news 🗞️")
        with self._passage("byline"):
            self._write("By ")
            self._party("author", "reporter", self._write("R. Porter"))
            self._add("actors", id="reporter", type="PER", name="R. Porter", sectors=["JRN"])
        with self._passage("publication_date"):
            self._stamp = self._candidate("publication", self._day, "accepted")
        with self._passage("update_stamp"):
            self._write("Last update: ")
            later = self._day + timedelta(self._random.randint(30, 400))
            self._candidate("modification", later, "rejected", reason="A clock of the site.")

    def _foot(self) -> None:
        with self._passage("related_links"):
            self._write(f"Read more: {self._random.choice(LANDS)} accused {self._random.choice(PEOPLE)} on Monday")
        with self._passage("source_line"):
            self._write("Source: ")
            self._party("wire_agency", "wire", self._write("The Wire"))
        with self._passage("licence_notice"):
            self._write("Text: ")
            licence = {"licence": "CC0-1.0"} if self._is_free else {}
            words = "CC0-1.0" if self._is_free else "all rights reserved"
            self._add("rights", q=self._write(words), holder="wire", **licence)

    def _source(self) -> Data:
        """Return who published the text, and what may be done with it."""
        return {
            "licence": "CC0-1.0" if self._is_free else "unknown",
            "holder": "wire",
            "redistribution": "yes" if self._is_free else "no",
            "parties": [{"role": "republisher", "actor": "post", "cite": ["post"]}],
        }

    def _blow(self) -> None:
        """Write two sentences: one land does harm to another, which pays it back."""
        month = self._month_before(self._day.replace(day=1))
        with self._sentence():
            one = self._actor("land")
            self._write(" ")
            words, label = self._random.choice(ATTACKS)
            toll = self._random.choice([*NUMBERS])
            blow = self._event(words, label, actor=[one], counts={"killed": NUMBERS[toll]})
            self._write(" ")
            other = self._actor("land", but=one)
            blow["victim"] = [other]
            self._when(blow, " in ", _in_words(month), text=month.isoformat()[:7])
            self._write(f" and killed {toll}")
        after = (month + timedelta(31)).replace(day=1)
        day = after + timedelta(self._random.randrange((self._day - after).days + 1))
        with self._sentence():
            marker = self._write("In return")
            self._write(", ")
            self._mention(self._write(LANDS[int(other[-1])]), other)
            self._write(" ")
            number = self._random.choice([*NUMBERS])
            counts = {"expelled": NUMBERS[number]}
            envoys = f"envoys{len(self._layers['events'])}"
            answer = self._event("expelled", "SANCTION/expel", actor=[other], recipient=[envoys], counts=counts)
            self._write(" ")
            self._mention(self._write(f"{number} envoys"), envoys)
            self._add("actors", id=envoys, type="PER", name=f"Envoys expelled by {other}", sectors=["GOV"])
            self._write(" of ")
            self._mention(self._write(LANDS[int(one[-1])]), one)
            self._when(answer, " on ", _in_words(day, days=True), text=str(day))
        self._relate(answer, "RESPONDS_TO", blow, mode="retaliation", q=marker)
        self._relate(blow, "CAUSES", answer)

    def _war(self) -> None:
        """Write two sentences: a war that others tell of too, and a battle of it."""
        war = WARS[self._number % len(WARS)]
        with self._sentence():
            self._write("The ")
            whole = self._event("war", "x:COMPLEX/war", corpus_event=war.id)
            bases = {"text": war.text, "known": war.known, "external": war.external}
            self._when(whole, " of ", war.words, **bases, note="The months are known.", cite=["annals"])
            self._write(" between ")
            one = self._actor("land")
            self._write(" and ")
            whole["actor"] = [one, self._actor("land", but=one)]
            self._write(" cast a shadow")
        with self._sentence():
            part = self._write("It was then that")
            self._write(" ")
            actor = self._actor("land")
            self._write(" ")
            battle = self._event("took", "x:TERRITORY/gain", actor=[actor])
            self._write(" ")
            battle["place"] = [self._actor("land", but=actor)]
            year = int(war.text[:4])
            month = date(year, self._random.randint(6, 12), 1)
            self._when(battle, " in ", _in_words(month), text=month.isoformat()[:7])
        self._relate(battle, "SUBEVENT_OF", whole, q=part)

    def _meeting(self) -> None:
        """Write that one who holds an office met somebody, on a weekday counted from the stamp."""
        with self._sentence():
            number = self._random.choice([n for n, title in enumerate(TITLES) if _holds(title, self._day)])
            self._write(f"{TITLES[number][0]} ")
            host = self._actor("person", number)
            self._write(" of ")
            self._actor("land", number)
            self._write(" ")
            meeting = self._event("met", "CONSULT", contexts=["diplomatic"])
            self._write(" ")
            meeting["actor"] = [host, self._actor("person", but=host)]
            day = self._day - timedelta(self._random.randrange(7))
            self._write(" in ")
            meeting["place"] = [self._actor("land")]
            weekday = DAY_NAMES[day.weekday()]
            self._when(meeting, " on ", weekday, because=self._stamp, text=str(day))

    def _quotation(self) -> None:
        """Write what somebody said, in quote marks or not."""
        direct = self._random.random() < 0.5
        with self._sentence():
            start = self._write("“" if direct else "That ")["end"]
            self._deed()
            content = self._here(start)
            self._write(",” " if direct else ", ")
            cue = self._write("said" if direct else "according to")
            self._write(" ")
            self._add("attributions", cue=cue, sources=[self._actor("person")], content=[content])
            self._write(" of ")
            self._actor("land")

    def _denial(self) -> None:
        """Write that somebody reports what somebody else denies."""
        with self._sentence():
            one = self._actor("person")
            self._write(" ")
            cue = self._write("reported")
            outer = self._write(" that ")["end"]
            other = self._actor("person", but=one)
            self._write(" ")
            denied = self._write("denied")
            inner = self._write(" that ")["end"]
            event = self._deed()
            self._layers["triggers"][-1] |= {"factuality": [{"source": other, "value": "CT-"}], "cases": [1]}
            self._add("attributions", cue=cue, sources=[one], content=[self._here(outer)])
            self._add("attributions", cue=denied, sources=[other], content=[self._here(inner)])
            claim = {"event": event["id"], "attribute": "perpetrator", "value": "somebody else", "sources": [other]}
            self._add("claims", q=denied, **claim)

    def _plan(self) -> None:
        """Write of something that is still to come."""
        with self._sentence():
            guest = self._actor("person")
            self._write(" will ")
            plan = self._event("visit", "CONSULT/visit", actor=[guest], modality="future")
            self._write(" ")
            plan["recipient"] = [self._actor("land")]
            month = date(self._day.year + 1, self._random.randint(1, 12), 1)
            self._when(plan, " in ", _in_words(month), text=month.isoformat()[:7])
        earlier = [event for event in self._layers["events"] if event.get("modality") != "future"]
        if earlier:
            self._relate(earlier[0], "BEFORE", plan)

    def _deed(self) -> Data:
        """Write that a land did something to somebody some month before the stamp; return the event."""
        actor = self._actor("land")
        self._write(" ")
        words, label = self._random.choice(DEEDS)
        deed = self._event(words, label, actor=[actor])
        self._write(" ")
        deed["recipient"] = [self._actor("person")]
        month = self._month_before(self._day)
        self._when(deed, " in ", _in_words(month), text=month.isoformat()[:7])
        return deed

    def _month_before(self, day: date) -> date:
        """Return the first day of a month from 1990 on that begins before a day."""
        months = (day.year - 1990) * 12 + day.month - 1
        number = self._random.randrange(months)
        return date(1990 + number // 12, number % 12 + 1, 1)

    @contextmanager
    def _passage(self, zone: str) -> Iterator[None]:
        start = len(self._text)
        yield
        self._add("passages", start=start, end=len(self._text), zone=zone)
        self._write(self._random.choice(["\n", "\r\n", "\n\n", " "]))

    @contextmanager
    def _sentence(self) -> Iterator[None]:
        with self._passage("body"):
            yield
            if self._random.random() < 0.6:
                self._write(" near ")
                self._actor("land")
            words = self._random.choices(FILLER, k=self._random.randint(12, 22))
            self._write(f" {' '.join(words)}.")

    def _add(self, layer: str, **item: Any) -> None:
        self._layers[layer].append(item)

    def _write(self, words: str) -> Data:
        """Write words; return their span."""
        self._text += words
        return self._here(len(self._text) - len(words))

    def _here(self, start: int) -> Data:
        """Return the span from an offset to the end of what is written."""
        return {"start": start, "end": len(self._text), "text": self._text[start:]}

    def _actor(self, kind: str, number: int | None = None, but: str | None = None) -> str:
        """Write the name of an actor as a mention; return the actor."""
        names = {"land": LANDS, "person": PEOPLE}[kind]
        others = [other for other in range(len(names)) if f"{kind}{other}" != but]
        number = self._random.choice(others) if number is None else number
        self._mention(self._write(names[number]), f"{kind}{number}")
        return f"{kind}{number}"

    def _mention(self, span: Data, actor: str) -> None:
        self._add("mentions", q=span, actors=[actor])

    def _event(self, words: str, label: str, **values: Any) -> Data:
        """Write the trigger of a new event; return the event."""
        kind, _, mode = label.partition("/")
        name = f"event{len(self._layers['events'])}"
        self._add("events", id=name, type=kind, mode=mode or None, **values)
        self._add("triggers", q=self._write(words), event=name)
        return self._layers["events"][-1]

    def _when(self, event: Data, before: str, words: str, because: Data | None = None, **value: Any) -> None:
        """Write when an event was, the one last told of; `because` is what the words count from."""
        self._write(before)
        span = self._write(words)
        counted = {"because": [because], "anchored": "document_date"} if because else {}
        self._add("times", q=span, **value, **counted)
        self._layers["triggers"][-1]["when"] = [span]
        event["time"] = {**value, "because": [span, *([because] if because else [])]}

    def _candidate(self, kind: str, day: date, verdict: str, **more: Any) -> Data:
        span = self._write(_in_words(day, days=True))
        self._add("date_candidates", q=span, kind=kind, value=str(day), verdict=verdict, **more)
        return span

    def _party(self, role: str, actor: str, span: Data) -> None:
        self._add("parties", q=span, role=role, actor=actor)

    def _relate(self, one: Data, label: str, other: Data, **values: Any) -> None:
        self._layers["relations"].append({"from": one["id"], "type": label, "to": other["id"], **values})


def _in_words(day: date, *, days: bool = False) -> str:
    """Return a month, or a day, as a text has it."""
    return f"{day.day} " * days + f"{MONTH_NAMES[day.month - 1]} {day.year}"


def _holds(title: tuple[str, str | None, str | None], day: date) -> bool:
    """Return whether an office with this title is held all through the year of a day."""
    _, first, last = title
    return (first or "0000")[:4] < str(day.year) < (last or "9999")[:4]
