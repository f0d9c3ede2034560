"""Texts, spans and documents that are hard to quote, for tests of properties.

The texts are made of words that repeat, that lie in each other, that are written with marks of anchors, combining
marks, joiners and emoji, and of every sort of white space.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from corpus_pkg.anchors import fold_space
from corpus_pkg.conform import check_schema
from corpus_pkg.derive import NameForms
from corpus_pkg.read import read_yaml
from corpus_pkg.resolve import Resolved, resolve_document
from corpus_pkg.schema import shape

Data = dict[str, Any]
Span = tuple[int, int]
Draw = Callable[[st.SearchStrategy[Any]], Any]

MANY = settings(
    max_examples=100,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
"""So many examples for each property."""
FEW = settings(MANY, max_examples=50)
"""So many where an example is a whole document."""

WORDS = [
    *("Arden", "ard", "Ardenin", "a", "the", "The", "the_", "Bakı", "İ", "Əli's", "e\u0301", "\u0301", "é", "x."),
    *("می\u200cخواهند", "\u200c", "خواهند", "🤝", "👩\u200d👩\u200d👧", "🇦🇿", "\U000e0001", "\u200b", "\ufeff"),
    *("<", ">", "<a>", "\\", "\\<", "\\...", "...", "....", "…", "'", '"', "“", "”", "’", "#", "#a", ": ", "-", "- a"),
    *("null", "12:30", "010", "{", "]", ",", "&a", "*a", "!a", "%", "@", "`", "|", "\x00", "\x1b"),
]
SPACES = [
    *(" ", " ", " ", "  ", "\n", "\r\n", "\r", "\t", "\x0b", "\x0c", "\x1c", "\x85", "\u00a0", "\u2028", "\u2029"),
    *("\u3000", " \n "),
]
SETTINGS = """name: hostile
title: Hostile
version: 0.1.0
description: Invented.
licences: {annotations: CC0-1.0}
authors: [{name: Nobody}]
"""
ZONES = ["title", "body", "caption", "byline"]
NAMES = {
    "arden": NameForms(frozenset({"Arden", "the a"}), frozenset({"Ardenin"})),
    "bakı_": NameForms(frozenset({"Bakı"}), frozenset()),
}
ACTORS = ["arden", "ali", "local"]
EVENTS = ["e1", "e2", "e3"]


def texts(max_size: int = 40) -> st.SearchStrategy[str]:
    """Texts with at least one character that is not white space."""
    pieces = st.one_of(st.sampled_from(WORDS), st.sampled_from(SPACES), st.sampled_from(WORDS[:6]))
    joined = st.lists(pieces, min_size=1, max_size=max_size).map("".join)
    return joined.filter(lambda text: trimmed(text, (0, len(text))) is not None)


def notes() -> st.SearchStrategy[str]:
    """Strings of any characters at all."""
    return st.one_of(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20), texts(6))


def trimmed(text: str, span: Span) -> Span | None:
    """Return the span without white space at its ends, null when nothing is left; a first byte-order mark is space."""
    start, end = span
    start = max(start, 1) if text.startswith("\ufeff") else start
    words = text[start:end]
    if not words.strip():
        return None
    return start + len(words) - len(words.lstrip()), start + len(words.rstrip())


def is_inside_word(text: str, offset: int) -> bool:
    """Return whether letters, digits, joiners or combining marks stand on both sides."""
    return bool(re.fullmatch(r"[\w\u0301\u200c\u200d]{2}", text[max(offset - 1, 0) : offset + 1]))


@st.composite
def spans(draw: Draw, text: str, within: Span) -> Span:
    """A span of the text within another, trimmed; the whole of the other now and then."""
    low, high = within
    start, end = sorted((draw(st.integers(low, high)), draw(st.integers(low, high))))
    return trimmed(text, (start, end)) or within


@st.composite
def divisions(draw: Draw, text: str) -> list[tuple[str, Span]]:
    """A division of the text into passages, each with a zone, trimmed; white space belongs to none.

    None begins inside a word: a later one that begins with the same letters as a whole word would be nearer.
    """
    offsets = [offset for offset in range(len(text) + 1) if not is_inside_word(text, offset)]
    cuts = draw(st.lists(st.sampled_from(offsets), max_size=6, unique=True))
    edges = [0, *sorted(cuts), len(text)]
    bounds = [trimmed(text, pair) for pair in pairwise(edges)]
    return [(draw(st.sampled_from(ZONES)), span) for span in bounds if span]


def scopes(passages: Sequence[tuple[str, Span]], index: int) -> list[Span]:
    """Return the passage and the later ones of the same zone: where its anchors may end."""
    return [span for zone, span in passages[index:] if zone == passages[index][0]]


@st.composite
def anchored_spans(draw: Draw, text: str, within: Sequence[Span]) -> Span:
    """A span that begins in the first of the scopes and ends in any whose words an earlier one does not have.

    `A ... B` ends in the nearest passage that has B, so there is no anchor for the end of one that only repeats others.
    """
    start = draw(spans(text, within[0]))[0]
    words = [fold_space(text[low:high]) for low, high in within]
    own = [i for i in range(len(words)) if i == 0 or not any(words[i] in before for before in words[:i])]
    last = within[draw(st.sampled_from(own))]
    return start, draw(spans(text, (max(start, last[0]), last[1])))[1]


@st.composite
def documents(draw: Draw) -> Data:
    """A document in canonical form, defaults left out, over a hostile text."""
    text = draw(texts())
    passages = draw(divisions(text))
    maker = _Maker(draw, text, passages)
    layers = {layer: draw_items() for layer, draw_items in maker.layers().items()}
    return {
        "document": "d",
        "language": "az",
        "annotated": draw(st.lists(st.sampled_from(["date", "source", "actors", "events"]), unique=True)),
        "text": text,
        "passages": maker.passages(),
        "date": maker.date(),
        "source": {"basis": draw(notes()), "parties": [maker.party()], **maker.remarks()},
        "events": [maker.event(name) for name in EVENTS],
        "actors": [{"id": "local", "type": "PER", "name": draw(notes()), "aliases": [draw(notes())]}],
        **layers,
        **maker.remarks(),
    }


class _Maker:
    """Makes the parts of one document."""

    def __init__(self, draw: Draw, text: str, passages: Sequence[tuple[str, Span]]) -> None:
        self._draw, self._text, self._passages = draw, text, passages

    def layers(self) -> dict[str, Callable[[], list[Data]]]:
        """Return for each layer what makes its items."""
        makers = {
            "mentions": self._mention,
            "triggers": self._trigger,
            "times": self._time,
            "attributions": self._attribution,
            "parties": lambda span: {"q": span(), **self._part(), "cite": self._some(["page"])},
            "date_candidates": lambda span: {"q": span(), "kind": "publication", "verdict": "rejected"},
            "rights": lambda span: {"q": span(), "licence": self._draw(notes())},
            "relations": self._relation,
            "claims": self._claim,
        }
        return {layer: lambda make=make: self._items(make) for layer, make in makers.items()}

    def passages(self) -> list[Data]:
        """Return the passages; one may repeat an earlier one that is not like one before that."""
        made: list[Data] = []
        known: dict[str, int] = {}
        for zone, (start, end) in self._passages:
            passage = {"start": start, "end": end, "zone": zone, **self.remarks()}
            if made and self._flip():
                passage["duplicate_of"] = self._draw(st.sampled_from([*known.values()]))
            known.setdefault(fold_space(self._text[start:end]), start)
            made.append(passage)
        return made

    def date(self) -> Data:
        """Return a date with any of its bases, and the words for it anywhere in the text."""
        bases = {
            key: self._draw(st.sampled_from([None, "2021-05", "[..2021]"])) for key in ("text", "known", "external")
        }
        kept = {key: value for key, value in bases.items() if key == "text" or self._flip()}
        whole = trimmed(self._text, (0, len(self._text)))
        because = [self._quoted(self._draw(spans(self._text, whole))) for _ in range(self._draw(st.integers(0, 2)))]
        return {**kept, "because": because}

    def event(self, name: str) -> Data:
        """Return an event."""
        modality = self._draw(st.sampled_from(["actual", "future"]))
        counts = {"killed": self._draw(st.integers(0, 10**18 - 1))} if self._flip() else {}
        roles = {"actor": self._some(ACTORS), "time": self.date(), "counts": counts, "modality": modality}
        mode = self._draw(st.sampled_from([None, "phone"]))
        return {"id": name, "type": "CONSULT", "mode": mode, **roles, **self.remarks()}

    def party(self) -> Data:
        """Return a part in publishing that no words of the text say."""
        return {**self._part(), "cite": ["page"]}

    def remarks(self) -> Data:
        """Return what any item may carry."""
        kept: Data = {"note": self._draw(notes())} if self._flip() else {}
        return kept | ({"cases": [3, 1], "draft": True} if self._flip() else {})

    def _part(self) -> Data:
        return {"role": "publisher", "actor": self._draw(st.sampled_from(ACTORS))}

    def _flip(self) -> bool:
        return bool(self._draw(st.booleans()))

    def _some(self, names: Sequence[str], least: int = 0) -> list[str]:
        return list(self._draw(st.lists(st.sampled_from(names), min_size=least, unique=True)))

    def _quoted(self, span: Span) -> Data:
        return {"start": span[0], "end": span[1], "text": self._text[span[0] : span[1]]}

    def _items(self, make: Callable[[Callable[[], Data]], Data]) -> list[Data]:
        """Return up to three items; all spans of one begin in one passage."""
        items = []
        for _ in range(self._draw(st.integers(0, 3))):
            home = scopes(self._passages, self._draw(st.integers(0, len(self._passages) - 1)))
            items.append({**make(self._span_maker(home)), **self.remarks()})
        return items

    def _span_maker(self, home: Sequence[Span]) -> Callable[[], Data]:
        return lambda: self._quoted(self._draw(anchored_spans(self._text, home)))

    def _spans(self, span: Callable[[], Data], least: int = 0) -> list[Data]:
        return [span() for _ in range(self._draw(st.integers(least, 2)))]

    def _mention(self, span: Callable[[], Data]) -> Data:
        level = {"level": self._draw(st.sampled_from(["NAM", "NOM", "PRO", "ADJ"]))} if self._flip() else {}
        return {"q": span(), "actors": self._some(ACTORS, 1), **level, "metonymy": self._flip()}

    def _trigger(self, span: Callable[[], Data]) -> Data:
        sources = self._some(["AUTHOR", "ANONYMOUS", *ACTORS])
        values = st.sampled_from(["CT+", "PS-", "Uu", "CTu"])
        factuality = [{"source": source, "value": self._draw(values)} for source in sources]
        arguments = {role: self._spans(span) for role in ("topic", "object", "instrument", "when")}
        return {"q": span(), "event": self._draw(st.sampled_from(EVENTS)), **arguments, "factuality": factuality}

    def _time(self, span: Callable[[], Data]) -> Data:
        return {"q": span(), **self.date(), "anchored": "event", "event": self._draw(st.sampled_from(EVENTS))}

    def _attribution(self, span: Callable[[], Data]) -> Data:
        optional = {key: span() if self._flip() else None for key in ("cue", "medium", "when")}
        form = {"form": self._draw(st.sampled_from(["direct", "scare_quote"]))} if self._flip() else {}
        return {"sources": self._some(["ANONYMOUS", *ACTORS]), "content": self._spans(span, 1), **optional, **form}

    def _relation(self, span: Callable[[], Data]) -> Data:
        ends = {"from": self._draw(st.sampled_from(EVENTS)), "to": self._draw(st.sampled_from(EVENTS))}
        labels = {"type": "RESPONDS_TO", "mode": self._draw(st.sampled_from([None, "answer"]))}
        return {**self._maybe_quoted(span), **ends, **labels, "sources": self._some(ACTORS)}

    def _claim(self, span: Callable[[], Data]) -> Data:
        about = {"event": self._draw(st.sampled_from(EVENTS)), "attribute": "label"}
        return {**self._maybe_quoted(span), **about, "value": self._draw(notes()), "sources": self._some(ACTORS, 1)}

    def _maybe_quoted(self, span: Callable[[], Data]) -> Data:
        return {"q": span()} if self._flip() else {}


def read_source(yaml: str, text: str, **options: Any) -> Resolved:
    """Return the canonical form of a document in the source form, whose YAML and schema must be right."""
    tree = read_yaml(yaml)
    assert tree.faults == []
    source, comments = tree.plain(shape("source"))
    assert [*check_schema("source", source)] == []
    return resolve_document(source, text, NAMES, comments=comments, **options)


def write_folder(root: Path, documents: Mapping[str, str | bytes], texts: Mapping[str, str]) -> Path:
    """Write a corpus of these source documents and raw texts; return its folder."""
    files = {f"annotations/{doc_id}.yaml": yaml for doc_id, yaml in documents.items()}
    files |= {f"raw/{doc_id}.txt": text for doc_id, text in texts.items()}
    for name, content in ({"annotations/corpus.yaml": SETTINGS} | files).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    sums = [f"{sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in sorted((root / "raw").iterdir())]
    (root / "raw/SHA256SUMS").write_text("".join(sums))
    return root
