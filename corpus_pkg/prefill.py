"""What a program can propose of the annotations of a text: passages with their zones, dates, and names that are known.

Every proposal is a draft, which `corpus build` refuses until somebody has looked at it. What a person wrote stays: a
proposal is made only in a layer that is not finished (`annotated`), and only where no item of that layer stands, not
even in part. So doing it twice adds nothing. The file comes out in canonical form, with its comments, by the code of
`fix`, which reads the new text again and takes it only when it says the same and the proposals.

Proposed are: passages where there are none, of all or of the beginning (`layout`); names, aliases and adjectives of
known actors as mentions, but none that several actors share (`gazetteer`); dates that name a year and a month as time
expressions, and whole dates as candidates for the day of publication (`calendar_words`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from corpus_pkg.anchors import AnchorError, Folded, Span, shortest_anchor
from corpus_pkg.calendar_words import find_dates
from corpus_pkg.checks.text import cuts_cluster
from corpus_pkg.corpus import Corpus, Entry
from corpus_pkg.derive import Names, name_forms
from corpus_pkg.documents import Checked, read_document, read_original
from corpus_pkg.errors import CorpusError, UnknownNameError
from corpus_pkg.findings import Path
from corpus_pkg.fix import Fix, broken_settings, is_said, rewrite_source, source_bytes, unless_linked
from corpus_pkg.gazetteer import Gazetteer, is_free, merge_spans
from corpus_pkg.layout import guess_passages
from corpus_pkg.locate import complete_origins
from corpus_pkg.read import FaultError, Tree, decode, read_bytes, read_yaml
from corpus_pkg.resolve import Document, Origins, Zones, complete, cut_passages, origins_before, resolve_document
from corpus_pkg.schema import Roles, shape
from corpus_pkg.vocabulary import Vocabulary
from corpus_pkg.write import UnwritableError, write_source

Data = dict[str, Any]

LAYER_OF = {"mentions": "actors", "times": "events", "date_candidates": "date"}
"""The lists that are filled, each with the layer that must not be finished."""
LONGEST = 100_000
"""In a longer passage, in characters, nothing is proposed: there words are no longer told from the same words."""
_ERRORS = "it has errors; mend them first"
_CANONICAL = "it is canonical JSON, and proposals go into YAML"
_UNCUT = "no words tell its passages apart; cut them by hand"
_CUES = (
    ("modification", re.compile(r"(?:updated?|modified|changed|edited)\W{0,3}(?:on |at )?$", re.IGNORECASE)),
    ("publication", re.compile(r"(?:published|posted|publication date)\W{0,3}(?:on |at )?$", re.IGNORECASE)),
)
"""Words just before a date that say what it is of, whatever the zone."""
_KINDS = {
    "update_stamp": "modification",
    "publication_date": "publication",
    "byline": "publication",
    "dateline": "publication",
    "injected_metadata": "injected",
    "title": "event_day",
    "body": "event_day",
    "caption": "event_day",
}
"""What a date is of, by the zone in which it stands; in all others it is none of the text."""
_VERDICTS = {"publication": "accepted", "modification": "rejected", "injected": "supporting", "event_day": "supporting"}


class Proposal(NamedTuple):
    """What becomes of a file, how many items are added by layer, and the names that several actors share."""

    fix: Fix
    added: Mapping[str, int]
    shared: Sequence[str] = ()

    def as_dict(self) -> Data:
        """Return the record as plain data, with the diff."""
        return {**self.fix.as_dict(), "added": dict(self.added), "shared": [*self.shared]}


def prefill_document(corpus: Corpus, doc_id: str) -> Proposal:
    """Return what would be added to the annotations of a document; nothing is written.

    Raises UnknownNameError for an id that no document has, CorpusError for a text that has no annotations yet.
    """
    if broken := next(iter(broken_settings(corpus)), None):
        return Proposal(broken, {})
    entry = _entry(corpus, doc_id)
    if entry.stretch is not None:
        return _left(entry, b"", _CANONICAL)
    before = source_bytes(corpus, entry.path)
    checked = read_document(corpus, entry)
    if _is_unsound(checked):
        return _left(entry, before, _ERRORS, checked)
    try:
        return _Prefill(corpus, checked, decode(before)).proposal(before)
    except (FaultError, UnwritableError) as error:
        return _left(entry, before, str(error))


def _entry(corpus: Corpus, doc_id: str) -> Entry:
    if doc_id in corpus.homes:
        return corpus.homes[doc_id]
    if path := corpus.folder.raw.get(doc_id):
        raise CorpusError(f"{path} has no annotations yet; `corpus add` with this file makes them")
    raise UnknownNameError("document", doc_id, corpus.homes)


def _left(entry: Entry, before: bytes, reason: str, checked: Checked | None = None) -> Proposal:
    return Proposal(Fix(entry.path, before, before, reason, tuple(checked.findings) if checked else ()), {})


def _is_unsound(checked: Checked) -> bool:
    """Return whether a document cannot be filled; that passages are missing is what can be helped."""
    errors = {finding.code for finding in checked.findings if finding.severity == "error"}
    return bool(errors - {"passage-gap"}) or (checked.document is None and not errors)


def skeleton(doc_id: str, text: str, language: str, vocabulary: Vocabulary) -> str:
    """Return annotations of a text in the source form: its passages, all drafts, and no finished layer.

    Where the passages cannot be told by their words all of the text is one. Raises UnwritableError when that cannot be.
    """
    zones = vocabulary.labels("zones")
    passages = guess_passages(text, language, zones)
    whole = {**passages[0], "end": passages[-1]["end"], "zone": passages[-1]["zone"]}
    for cut in (passages, [whole]):
        plain = {"document": doc_id, "language": language, "annotated": [], "text": text}
        drafts = [{**passage, "draft": True} for passage in cut]
        document, _ = complete({**plain, "passages": drafts}, {})
        with suppress(UnwritableError):
            written = write_source(document, {})
            if is_said(document, written, {}, None, ()):
                return written
    raise UnwritableError("no words tell where its passages begin")


class _Prefill:
    """The filling of one document whose file could be read."""

    def __init__(self, corpus: Corpus, checked: Checked, before: str) -> None:
        assert isinstance(checked.reporter.places, Tree)
        assert checked.entry.raw is not None
        self._corpus, self._path, self._before = corpus, checked.entry.path, before
        self._roles: Roles = corpus.roles
        self._text = decode(read_bytes(corpus.folder.root / checked.entry.raw))
        self._source, self._comments = checked.reporter.places.plain(shape("source", self._roles))
        copied = self._source.get("copy_of")
        self._original = read_original(corpus, copied) if copied else None
        self._folded = Folded(self._text)

    def proposal(self, before: bytes) -> Proposal:
        """Return what is added to the file."""
        new = self._missing_passages()
        document, origins = self._resolved(new)
        names: Names = {**self._corpus.names, **name_forms(document["actors"])}
        finder = _Finder(document, self._folded, origins, names, self._corpus.vocabulary)
        items = finder.items()
        added = {"passages": len(new), **{layer: len(found) for layer, found in items.items()}}
        fix = Fix(self._path, before, before)
        if any(added.values()):
            after = self._written(document, origins, items)
            fix = unless_linked(self._corpus, fix._replace(after=after.encode()))
        return Proposal(fix, added, finder.shared)

    def _missing_passages(self) -> list[Data]:
        """Return passages, as the source form writes them, for the text before the first that a person has made."""
        written = self._source.get("passages", [])
        if self._original is not None:
            return []  # what a copy has beside its original is cut by hand
        bounds, _ = cut_passages(written, self._folded, (), self._comments)
        first = bounds[0][0] if bounds and bounds[0] else len(self._text)
        language = self._source["language"]
        guessed = guess_passages(self._text[:first], language, self._corpus.vocabulary.labels("zones"))
        if not guessed:
            return []
        kept = [{"start": b[0], "end": b[1], "zone": p["zone"]} for b, p in zip(bounds, written, strict=True) if b]
        plain = {"document": "d", "language": language, "annotated": [], "text": self._text}
        drafts = [{**passage, "draft": True} for passage in guessed]
        whole, _ = complete({**plain, "passages": [*drafts, *kept]}, {})
        entries: list[Data] = read_yaml(write_source(whole, {})).plain(shape("source"))[0]["passages"]
        return entries[: len(guessed)]

    def _resolved(self, new: Sequence[Data]) -> tuple[Document, Origins]:
        """Return the canonical form with the new passages, and where its items stand in the file as it is."""
        source = {**self._source, "passages": [*new, *self._source.get("passages", [])]}
        comments = {_shifted(where, len(new)): comment for where, comment in self._comments.items()}
        names, roles = self._corpus.names, self._roles
        resolved = resolve_document(source, self._text, names, original=self._original, comments=comments, roles=roles)
        if resolved.document is None:
            raise UnwritableError(_UNCUT)
        origins = complete_origins(resolved.origins, resolved.document, source)
        return resolved.document, {item: _shifted(where, -len(new)) for item, where in origins.items()}

    def _written(self, document: Document, origins: Origins, items: Mapping[str, Sequence[Data]]) -> str:
        merged = {**document, **{layer: [*document[layer], *found] for layer, found in items.items()}}
        names, roles = self._corpus.names, self._roles
        whole, order = complete(merged, names, roles)
        moved: Origins = {}
        for place, before in origins_before(whole, order).items():
            if before in origins:
                moved[place] = origins[before]
            elif before[0] in items and int(before[1]) >= len(document[str(before[0])]):
                moved[place] = ()  # it comes from nowhere, and takes a place in its layer
        return rewrite_source(self._before, whole, moved, names, original=self._original, roles=roles)


def _shifted(where: Path, by: int) -> Path:
    """Return the path of a passage, or within one, so many passages further on; of a new passage that of nothing."""
    if len(where) < 2 or where[0] != "passages":
        return where
    index = int(where[1]) + by
    return ("passages", index, *where[2:]) if index >= 0 else ()


class _Finder:
    """Finds in a document what can be proposed."""

    def __init__(
        self, document: Document, folded: Folded, origins: Origins, names: Names, vocabulary: Vocabulary
    ) -> None:
        self._document, self._folded, self._vocabulary = document, folded, vocabulary
        self._gazetteer = Gazetteer(names)
        passages = document["passages"]
        self._zones = Zones((passage["zone"], (passage["start"], passage["end"])) for passage in passages)
        own = [passage for index, passage in enumerate(passages) if ("passages", index) in origins]
        self._own = [passage for passage in own if passage["end"] - passage["start"] <= LONGEST]
        self._shared: Counter[str] = Counter()

    @property
    def shared(self) -> list[str]:
        """Return the names that several actors have, each once."""
        return sorted(self._shared)

    def items(self) -> dict[str, list[Data]]:
        """Return what is proposed, by layer."""
        makers = {"mentions": self._mentions, "times": self._times, "date_candidates": self._candidates}
        finished = self._document["annotated"]
        found = {layer: make for layer, make in makers.items() if LAYER_OF[layer] not in finished}
        items = {layer: [*self._free(layer, make)] for layer, make in found.items()}
        if "date_candidates" in items:
            _accept_one(self._document["date_candidates"], items["date_candidates"])
        return items

    def _free(self, layer: str, make: Any) -> Iterator[Data]:
        """Yield what a maker finds where no item of the layer stands."""
        taken = merge_spans((item["q"]["start"], item["q"]["end"]) for item in self._document[layer] if item["q"])
        for passage in self._own:
            scopes = self._zones.scopes(passage["zone"], (passage["start"], passage["end"]))[:1]
            low, high = self._folded.to_folded(scopes[0])
            for start, end, about in make(passage, low, high):
                span = self._folded.to_raw((start, end))
                if is_free(taken, *span) and _can_stand(self._folded, scopes, span):
                    quote = {"start": span[0], "end": span[1], "text": self._folded.raw[span[0] : span[1]]}
                    yield {"q": quote, **about, "draft": True}

    def _is_open(self, passage: Data) -> bool:
        """Return whether a passage is of a zone that is annotated, and repeats none."""
        zone = self._vocabulary.tables["zones"].get(passage["zone"], {})
        return bool(zone.get("annotatable")) and passage["duplicate_of"] is None

    def _mentions(self, passage: Data, low: int, high: int) -> Iterator[tuple[int, int, Data]]:
        for start, end, actors in self._gazetteer.find(self._folded.text, low, high) if self._is_open(passage) else ():
            if len(actors) == 1:
                yield start, end, {"actors": [*actors]}
            else:
                self._shared[self._folded.text[start:end]] += 1

    def _times(self, passage: Data, low: int, high: int) -> Iterator[tuple[int, int, Data]]:
        for start, end, value in self._dates(passage, low, high) if self._is_open(passage) else ():
            yield start, end, {"text": value}

    def _candidates(self, passage: Data, low: int, high: int) -> Iterator[tuple[int, int, Data]]:
        for start, end, value in self._dates(passage, low, high) if passage["duplicate_of"] is None else ():
            kind = self._kind(passage["zone"], self._folded.text[max(low, start - 40) : start])
            if len(value) == len("2021-05-03") and kind in self._vocabulary.labels("date_kinds"):
                yield start, end, {"kind": kind, "value": value, "verdict": _VERDICTS[kind]}

    def _dates(self, passage: Data, low: int, high: int) -> Iterator[tuple[int, int, str]]:
        language = passage["language"] or self._document["language"]
        for start, end, value in find_dates(self._folded.text[low:high], language):
            yield low + start, low + end, value

    def _kind(self, zone: str, before: str) -> str:
        cued = next((kind for kind, cue in _CUES if cue.search(before)), "")
        return (cued or _KINDS[zone]) if zone in _KINDS else ""


def _can_stand(folded: Folded, scopes: Sequence[Span], span: Span) -> bool:
    """Return whether a stretch can be anchored, and cuts no character at its ends."""
    if any(cuts_cluster(folded.raw, offset) for offset in span):
        return False
    with suppress(AnchorError):
        return bool(shortest_anchor(folded, scopes, span))
    return False


def _accept_one(known: Iterable[Data], found: Iterable[Data]) -> None:
    """Let one candidate at most be accepted: the first, where a person has accepted none."""
    is_dated = any(item["verdict"] == "accepted" for item in known)
    for item in found:
        if item["verdict"] == "accepted":
            item["verdict"] = "supporting" if is_dated else "accepted"
            is_dated = True
