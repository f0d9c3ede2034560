"""A corpus of any size that a program made: canonical JSON Lines, the same for the same seed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

Data = dict[str, Any]

SETTINGS = """name: generated
title: Generated
version: 0.1.0
description: Texts and annotations that a program made up.
licences: {annotations: CC0-1.0, texts: CC0-1.0}
authors: [{name: Nobody}]
"""
LANDS = ["Arden", "Belmar", "Corvia", "Dorne", "Əlvan", "Fars\u200cabad"]
PEOPLE = ["Ana Dell", "Omid Raz", "Zoe\u0301 Marn", "Əli Həsənov", "Ivo Brandt", "امید راز"]
EVENTS = [("met", "CONSULT"), ("called", "CONSULT/phone"), ("accused", "ACCUSE/allege"), ("thanked", "SUPPORT")]
FILLER = [
    "while",
    "the",
    "old",
    "bridge",
    "over",
    "river",
    "stays",
    "shut",
    "and",
    "markets",
    "of",
    "town",
    "open",
    "late",
]
MONTHS = ["January", "March", "May", "July", "August", "October", "December"]


def write_generated_corpus(folder: Path, n: int, seed: int = 0) -> Path:
    """Write a corpus of `n` documents with their texts; return its folder."""
    annotations = folder / "annotations"
    annotations.mkdir(parents=True, exist_ok=True)
    (annotations / "corpus.yaml").write_text(SETTINGS, "utf-8")
    (annotations / "inventory.yaml").write_text("actors:\n" + "".join(_actors()), "utf-8")
    lines = (
        json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"
        for document in generate_documents(n, seed)
    )
    with (annotations / "documents.jsonl").open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(lines)
    return folder


def _actors() -> Iterator[str]:
    for number, name in enumerate(LANDS):
        yield f"- {{id: land{number}, type: GPE, name: '{name}'}}\n"
    for number, name in enumerate(PEOPLE):
        yield f"- {{id: person{number}, type: PER, name: '{name}', sectors: [GOV]}}\n"


def generate_documents(n: int, seed: int = 0) -> Iterator[Data]:
    """Yield documents in canonical form, defaults left out: some 1,500 characters, 30 mentions, 8 triggers each."""
    random = Random(seed)
    for number in range(n):
        yield _Generator(random, f"g{number:06}").document()


class _Generator:
    """Makes one document, sentence by sentence, and notes where everything stands."""

    def __init__(self, random: Random, doc_id: str) -> None:
        self._random, self._doc_id = random, doc_id
        self._text = ""
        self._year = 0
        self._layers: dict[str, list[Data]] = {
            layer: [] for layer in ("passages", "mentions", "triggers", "times", "attributions", "events")
        }

    def document(self) -> Data:
        """Return the document."""
        self._year = self._random.randint(2000, 2024)
        day = f"{self._year}-{self._random.randint(1, 12):02}-{self._random.randint(1, 28):02}"
        self._passage("title", self._headline)
        stamp = self._passage("publication_date", lambda: self._write(day))
        for _ in range(8):
            self._passage("body", self._sentence)
        candidate = {"q": self._span(stamp), "kind": "publication", "value": day, "verdict": "accepted"}
        plain = {
            "document": self._doc_id,
            "language": "en",
            "annotated": ["date", "actors", "events"],
            "text": self._text,
        }
        return (
            plain | self._layers | {"date": {"text": day, "because": [candidate["q"]]}, "date_candidates": [candidate]}
        )

    def _passage(self, zone: str, fill: Any) -> int:
        start = len(self._text)
        fill()
        self._layers["passages"].append({"start": start, "end": len(self._text), "zone": zone})
        self._write(self._random.choice(["\n", "\r\n", "\n\n", " "]))
        return start

    def _write(self, words: str) -> int:
        """Write words; return where they begin."""
        start = len(self._text)
        self._text += words
        return start

    def _span(self, start: int, end: int | None = None) -> Data:
        end = end if end is not None else len(self._text[start:].split(maxsplit=1)[0]) + start
        return {"start": start, "end": end, "text": self._text[start:end]}

    def _here(self, start: int) -> Data:
        return self._span(start, len(self._text))

    def _actor(self, kind: str, names: list[str]) -> str:
        """Write the name of an actor as a mention; return the actor."""
        number = self._random.randrange(len(names))
        start = self._write(names[number])
        self._layers["mentions"].append({"q": self._here(start), "actors": [f"{kind}{number}"]})
        return f"{kind}{number}"

    def _headline(self) -> None:
        self._actor("land", LANDS)
        self._write(" and ")
        self._actor("land", LANDS)
        self._write(" in the news 🗞️")

    def _sentence(self) -> None:
        source = self._actor("person", PEOPLE)
        self._write(" of ")
        self._actor("land", LANDS)
        self._write(" ")
        cue = self._here(self._write("said"))
        self._write(" that ")
        content = self._content()
        attribution = {"cue": cue, "sources": [source], "content": [content]}
        if self._random.random() < 0.5:
            self._layers["attributions"].append(attribution)
        self._write(".")

    def _content(self) -> Data:
        start = len(self._text)
        actor = self._actor("land", LANDS)
        self._write(" ")
        words, label = self._random.choice(EVENTS)
        trigger = self._here(self._write(words))
        self._write(" ")
        recipient = self._actor("person", PEOPLE)
        self._write(" in ")
        year = str(self._random.randint(1990, self._year))
        when = self._here(self._write(f"{self._random.choice(MONTHS)} {year}"))
        self._write(" ")
        self._add_event(label, [actor], [recipient], trigger, when, year)
        self._write(" ".join(self._random.choices(FILLER, k=self._random.randint(15, 30))))
        return self._here(start)

    def _add_event(
        self, label: str, actor: list[str], recipient: list[str], trigger: Data, when: Data, year: str
    ) -> None:
        kind, _, mode = label.partition("/")
        name = f"event{len(self._layers['events'])}"
        time = {"text": year, "because": [when]}
        event = {"id": name, "type": kind, "mode": mode or None, "actor": actor, "recipient": recipient, "time": time}
        self._layers["events"].append(event)
        self._layers["triggers"].append({"q": trigger, "event": name, "when": [when]})
        self._layers["times"].append({"q": when, "text": year})
