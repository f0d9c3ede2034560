"""Reviewing a layer of a document item by item, and recording what came of it.

What is answered is kept at once in a hidden file beside the reviews, so that a closed terminal loses nothing; an item
that has changed meanwhile is asked anew. When every item has been answered or skipped, one review is added to
`annotations/reviews/<doc_id>.yaml`, all of which else stays as it is, letter by letter.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from corpus_pkg.anchors import fold_space
from corpus_pkg.comments import put_comments, read_comments
from corpus_pkg.corpus import Corpus, read_file
from corpus_pkg.defaults import fill
from corpus_pkg.errors import CorpusError, InvalidCorpusError, UnknownNameError
from corpus_pkg.findings import clip, has_errors
from corpus_pkg.items import LAYERS, Item, layer_digest, layer_items
from corpus_pkg.write import write_mapping

Data = Mapping[str, Any]
CONFIRMED, WRONG, SKIPPED = "c", "x", "s"
BACK, QUIT = "b", "q"
HELP = "c confirm, x and a few words: wrong, s skip, b back, q quit"
_LIMIT = 2_000
"""Longest note on an item, in characters; what is longer is cut."""


class Answer(NamedTuple):
    """What a reviewer says of an item: one of the letters, and why it is wrong."""

    letter: str
    why: str = ""


def read_answer(line: str) -> Answer:
    """Return the answer that a line gives: a letter, and behind `x` a note. Raises CorpusError."""
    letter, _, why = line.strip().partition(" ")
    if letter.lower() not in (CONFIRMED, WRONG, SKIPPED, BACK, QUIT):
        raise CorpusError(f"{clip(letter)!r} is no answer: {HELP}")
    if letter.lower() == WRONG and not why.strip():
        raise CorpusError("say in a few words what is wrong, behind the x")
    return Answer(letter.lower(), fold_space(why)[:_LIMIT] if letter.lower() == WRONG else "")


def check_reviewer(corpus: Corpus, name: str) -> None:
    """Raise UnknownNameError, which says how to add oneself, for one who is not among the annotators."""
    known = [annotator["id"] for annotator in corpus.annotators["annotators"]]
    if name not in known:
        raise _UnknownReviewerError(name, known)


class _UnknownReviewerError(UnknownNameError):
    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__("annotator", name, known)
        line = "- {id: SHORT_NAME, kind: human, name: YOUR NAME, orcid: 0000-0000-0000-0000}"
        self.args = (f"{self}; to add yourself, write under `annotators:` in annotations/annotators.yaml  {line}",)


def reviewed_items(document: Data, layer: str) -> list[Item]:
    """Return the items of a layer. Raises UnknownNameError for no layer, CorpusError for one that is not finished."""
    if layer not in LAYERS:
        raise UnknownNameError("layer", layer, LAYERS)
    if layer not in document["annotated"]:
        finished = ", ".join(document["annotated"]) or "none"
        name = clip(document["document"])
        raise CorpusError(f"the layer {layer} of {name} is not finished and cannot be reviewed; finished: {finished}")
    return layer_items(document, layer)


class Session:
    """A review under way: of one layer of one document, by one reviewer."""

    def __init__(self, corpus: Corpus, document: Data, layer: str, reviewer: str) -> None:
        check_reviewer(corpus, reviewer)
        self._corpus, self._document, self._layer, self._reviewer = corpus, document, layer, reviewer
        self.items = reviewed_items(document, layer)
        folder = corpus.folder.root / "annotations/reviews"
        self._kept = folder / f".{document['document']}.{layer}.{reviewer}.json"
        self.path = f"annotations/reviews/{document['document']}.yaml"
        self._before()  # refuses a broken file before anything is asked
        self._answers = self._read_kept()
        self._refuse_repeated(self._new_review())

    @property
    def answered(self) -> int:
        """How many of the items have an answer."""
        return sum(item.key in self._answers for item in self.items)

    def run(self, ask: Callable[[int, Item], Answer | None]) -> bool:
        """Ask about each item that has no answer; return whether all have one.

        `ask` is given the number of the item, from 0; it returns null when nobody answers any more.
        """
        place = self._next(-1)
        while place is not None:
            answer = ask(place, self.items[place])
            if answer is None or answer.letter == QUIT:
                return False
            if answer.letter == BACK:
                place = max(0, place - 1)
                continue
            self._answers[self.items[place].key] = answer
            self._keep()
            place = self._next(place)
        return True

    def _next(self, place: int) -> int | None:
        """Return the first item behind a place without an answer, or else before it; null when there is none."""
        order = (*range(place + 1, len(self.items)), *range(place + 1))
        return next((i for i in order if self.items[i].key not in self._answers), None)

    def record(self, note: str | None = None) -> Data:
        """Add the review to its file and return it. Raises CorpusError when all was skipped, or the disk refuses.

        The verdict is `disputed` where an item is wrong; else `corrected` when the same reviewer had disputed an
        earlier state of the layer, and `confirmed` when not.
        """
        review = {**self._new_review(), **({"note": note} if note else {})}
        if review["total"] and not review["items"]:
            raise CorpusError("nothing was looked at, so there is no review to record")
        text, reviews = self._before()
        written = _added(text, reviews, review)
        _replace(self._corpus.folder.root / self.path, written.encode("utf-8"))
        with suppress(FileNotFoundError):
            self._kept.unlink()
        return review

    def _new_review(self) -> dict[str, Any]:
        doc_id = self._document["document"]
        review: dict[str, Any] = {
            "document": doc_id,
            "layer": self._layer,
            "reviewer": self._reviewer,
            "date": date.today().isoformat(),
            "items": sum(answer.letter != SKIPPED for answer in self._answers.values()),
            "total": len(self.items),
            "verdict": "confirmed",
            "digest": layer_digest(self._document, self._layer),
        }
        if disputed := [*self._disputed()]:
            return {**review, "verdict": "disputed", "disputed": disputed}
        # Of those of one day the one that stands last in its file is the latest.
        latest = max(reversed(self._earlier(review)), key=lambda each: str(each["date"]), default=None)
        return {**review, "verdict": "corrected"} if latest and latest["verdict"] == "disputed" else review

    def _earlier(self, review: Data) -> list[Data]:
        return [each for each in self._corpus.reviews if all(each[key] == review[key] for key in _WHO)]

    def _refuse_repeated(self, review: Data) -> None:
        earlier = self._earlier(review)
        if any(each["date"] == review["date"] and each["digest"] == review["digest"] for each in earlier):
            what = f"the layer {self._layer} of {clip(review['document'])}"
            told = f"{self._reviewer} has reviewed {what} today, and it has not changed"
            raise CorpusError(f"{told}; to do it again, take that review out of {self.path}")

    def _disputed(self) -> Iterator[dict[str, str]]:
        for item in self.items:
            answer = self._answers.get(item.key)
            if answer and answer.letter == WRONG:
                quote = {"quote": fold_space(item.span["text"])[:_LIMIT]} if item.span else {}
                yield {"item": item.key, **quote, "why": answer.why}

    def _before(self) -> tuple[str, list[Data]]:
        """Return the file of reviews and the reviews in it. Raises InvalidCorpusError when it has errors."""
        path = self._corpus.folder.root / self.path
        if not os.path.lexists(path):
            return "", []
        data, findings, _ = read_file(self._corpus.folder, self.path, "reviews")
        if has_errors(findings):
            raise InvalidCorpusError(findings)
        return path.read_bytes().decode("utf-8"), fill("reviews", data)["reviews"]

    def _read_kept(self) -> dict[str, Answer]:
        """Return the answers of an earlier sitting; what was skipped, or has changed since, is asked again."""
        try:
            kept = json.loads(self._kept.read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            return {}
        except ValueError as error:
            raise CorpusError(f"{self._kept} cannot be read; take it away to begin this review anew") from error
        now = {item.digest: item.key for item in self.items}
        try:
            answers = {digest: Answer(*map(str, answer)) for digest, answer in kept.items() if digest in now}
            return {now[digest]: answer for digest, answer in answers.items() if answer.letter in (CONFIRMED, WRONG)}
        except (AttributeError, TypeError) as error:
            raise CorpusError(f"{self._kept} is no list of answers; take it away to begin this review anew") from error

    def _keep(self) -> None:
        digests = {item.key: item.digest for item in self.items}
        kept = {digests[key]: answer for key, answer in self._answers.items()}
        _replace(self._kept, json.dumps(kept, ensure_ascii=False, indent=0).encode("utf-8", "backslashreplace"))


_WHO = ("document", "layer", "reviewer")


def _added(text: str, reviews: Sequence[Data], review: Data) -> str:
    """Return the text of a file of reviews with one more at its end, all else as it was.

    Where the list does not stand in lines of its own, the file is written anew, with its comments.
    """
    wanted = [*reviews, fill("reviews", {"reviews": [review]})["reviews"][0]]
    whole = write_mapping("reviews", {"reviews": wanted})
    line = write_mapping("reviews", {"reviews": [review]}).split("\n", 1)[1]
    end = "\r\n" if "\r\n" in text else "\n"
    start = text if text.endswith("\n") or not text else text + end
    for indent in ("", "  ", "    "):
        candidate = start + indent + line.replace("\n", end)
        if text and _reviews_in(candidate) == wanted:
            return candidate
    return put_comments(whole, read_comments(text)) if text else whole


def _reviews_in(text: str) -> list[Data] | None:
    """Return the reviews that a text holds; null when it is no sound file of reviews."""
    from corpus_pkg.conform import is_valid
    from corpus_pkg.read import FaultError, read_yaml
    from corpus_pkg.schema import shape

    with suppress(FaultError):
        tree = read_yaml(text)
        data = tree.plain(shape("reviews"))[0] if tree.root and not tree.faults else None
        if data is not None and is_valid("reviews", data):
            found: list[Data] = fill("reviews", data)["reviews"]
            return found
    return None


def _replace(path: Path, data: bytes) -> None:
    """Put a file in its place, all of it or nothing. Raises CorpusError when the disk refuses."""
    name = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".review-", dir=path.parent)
        with open(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, path.stat().st_mode & 0o777 if path.exists() else 0o644)
        os.replace(name, path)
    except OSError as error:
        if name is not None:
            with suppress(OSError):
                os.unlink(name)
        raise CorpusError(f"{path} cannot be written: {error.strerror or error}") from error
