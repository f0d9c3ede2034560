"""Invented documents in canonical form, as many as wanted and always the same; about as dense as a news report."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Data = dict[str, Any]
PLACES = ("Arden", "Belmar", "Corvia", "Dorun", "Elvan", "Faron")
NAMES = ("Əli Həsənov", "Ana Dell", "Rəna Quliyeva", "Omar Senn", "Lale Kurt", "Ivo Marn")
VERBS = ("met", "accused", "visited", "warned", "thanked", "called")
TYPES = ("CONSULT", "ACCUSE", "CONSULT", "THREATEN", "SUPPORT", "CONSULT")
SENTENCES = (
    "On Monday {name} of {place} {verb} {other}, the Herald reports, while talks on the border went on.",
    "“We have agreed on most points”, said {name}, who {verb} {other} in {place} — a first since the war 🤝.",
    "In {place}, {name} {verb} {other} and spoke of what the two sides had done in the months before.",
)


def actor_id(name: str) -> str:
    """Return the name under which an actor stands in the inventory."""
    return "actor_" + "".join(char for char in name.lower() if char.isascii() and char.isalpha())


def inventory() -> Data:
    """Return the inventory to which the documents refer."""
    people = [{"id": actor_id(name), "type": "PER", "name": name, "sectors": ["GOV"]} for name in NAMES]
    places = [{"id": actor_id(name), "type": "GPE", "name": name, "country": "AZE"} for name in PLACES]
    return {"actors": [*people, *places]}


def settings() -> Data:
    """Return the settings of the corpus."""
    return {
        "name": "generated",
        "title": "Generated",
        "version": "0.0.0",
        "description": "Invented documents.",
        "licences": {"annotations": "CC0-1.0", "texts": "CC0-1.0"},
        "authors": [{"name": "A program", "kind": "organisation"}],
    }


def iter_documents(count: int, seed: int = 1) -> Iterator[Data]:
    """Yield documents of twelve to twenty sentences, each a passage with its mentions, triggers and events."""
    for number in range(count):
        choose = random.Random(seed * 1_000_003 + number)
        yield _document(f"doc_{number:06}", choose)


def _document(doc_id: str, choose: random.Random) -> Data:
    text, passages = "", []
    layers: dict[str, list[Data]] = {"mentions": [], "triggers": [], "attributions": [], "times": [], "events": []}
    for number in range(choose.randrange(12, 20)):
        if text:
            text += "\n"
        start = len(text)
        sentence = _sentence(number, start, choose, layers)
        text += sentence
        passages.append({"start": start, "end": len(text), "zone": "body" if number else "title"})
    head = {"document": doc_id, "language": "en", "annotated": ["actors", "events"], "text": text, "passages": passages}
    return {**head, **layers}


def _sentence(number: int, start: int, choose: random.Random, layers: dict[str, list[Data]]) -> str:
    """Return a sentence, and put what is annotated in it into the layers."""
    name, other = choose.sample(NAMES, 2)
    place, kind = choose.choice(PLACES), choose.randrange(len(VERBS))
    sentence = choose.choice(SENTENCES).format(name=name, other=other, place=place, verb=VERBS[kind])

    def span(words: str) -> Data:
        begin = start + sentence.index(words)
        return {"start": begin, "end": begin + len(words), "text": words}

    layers["mentions"] += [{"q": span(words), "actors": [actor_id(words)]} for words in (name, other, place)]
    roles = {"actor": [actor_id(name)], "recipient": [actor_id(other)], "place": [actor_id(place)]}
    layers["events"].append({"id": f"e{number}", "type": TYPES[kind], **roles, "time": {"text": "2021-05-03"}})
    layers["triggers"].append({"q": span(VERBS[kind]), "event": f"e{number}"})
    if "Monday" in sentence:
        layers["times"].append({"q": span("Monday"), "text": "2021-05-03", "anchored": "document_date"})
    if "said" in sentence:
        content = [span("We have agreed on most points")]
        layers["attributions"].append({"cue": span("said"), "sources": [actor_id(name)], "content": content})
    return sentence


def write_corpus(root: Path, count: int) -> Path:
    """Write a corpus of that many documents; return the file that holds them."""
    folder = root / "annotations"
    folder.mkdir(parents=True)
    for name, data in (("corpus", settings()), ("inventory", inventory())):
        (folder / f"{name}.json").write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    path = folder / "documents.jsonl"
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for document in iter_documents(count):
            file.write(json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n")
    return path
