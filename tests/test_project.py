"""A copy takes over the annotations of its original, passage by passage, equal up to white space."""

from __future__ import annotations

import re

import pytest
from hostile import FEW, NAMES, documents, read_source, write_folder
from hypothesis import given
from hypothesis import strategies as st

from corpus_pkg.anchors import Folded, fold_space
from corpus_pkg.project import project_layers
from corpus_pkg.resolve import complete
from corpus_pkg.validate import validate_corpus
from corpus_pkg.write import write_source

TEXT = "Title\nAFP\nThe envoy met Dell.\nPhoto: a boat\nThe envoy left on Monday, Dell said.\n"
ORIGINAL = r"""document: o
language: en
annotated: []
passages:
- at: Title
  zone: title
- at: AFP
  zone: byline
- at: The envoy met
  zone: body
  mentions:
  - {q: The envoy ... on Monday, actors: [local]}
  triggers:
  - {q: met, event: met}
- at: 'Photo: a'
  zone: caption
  mentions:
  - {q: boat, actors: [local]}
  triggers:
  - {q: Photo, event: photo, object: [a boat]}
- at: The envoy left
  zone: body
  triggers:
  - {q: left, event: left, when: [Monday]}
  times:
  - {q: Monday, text: 2021-05-03, because: [Photo], anchored: event, event: photo}
  attributions:
  - {cue: said, sources: [arden], content: [The envoy ... Monday]}
  relations:
  - {q: on, from: left, type: BEFORE, to: met}
  - {q: left, from: left, type: BEFORE, to: photo}
  claims:
  - {q: left on, event: left, attribute: date, value: Monday, sources: [arden]}
actors:
- {id: local, type: PER, name: envoy}
events:
- {id: met, type: CONSULT}
- {id: photo, type: CONSULT}
- {id: left, type: CONSULT}
- {id: untold, type: CONSULT, time: {text: 2021, because: [Photo, Monday]}}
date: {text: 2021}
source: {basis: The original}
"""
COPY = "document: c\nlanguage: en\nannotated: []\ncopy_of: o\n"


@pytest.fixture
def original():
    """The canonical form of the original."""
    return read_source(ORIGINAL, TEXT).document


def copied(original, text, own=""):
    """Return a copy with this text and these passages of its own, and its problems."""
    return read_source(COPY + own, text, original=original)


def quotes(document, layer):
    """Return the words of each item of a layer."""
    return [fold_space(item["q"]["text"]) for item in document[layer]]


def test_a_copy_that_differs_in_white_space_has_all_annotations(original):
    """A byte-order mark counts as white space."""
    text = "\ufeff\r\n" + TEXT.replace("\n", "\r\n").replace(" ", "\u00a0\u2028")
    copy = copied(original, text).document
    for layer in ("mentions", "triggers", "times", "relations", "claims"):
        assert quotes(copy, layer) == quotes(original, layer)
    assert (
        copy["attributions"][0]["content"][0]["text"]
        == "The\u00a0\u2028envoy\u00a0\u2028left\u00a0\u2028on\u00a0\u2028Monday"
    )
    spans = [item["q"] for item in copy["mentions"]] + [passage | {"text": None} for passage in copy["passages"]]
    assert all(
        text[span["start"] : span["end"]] == (span["text"] or text[span["start"] : span["end"]]) for span in spans
    )


def test_date_and_source_stay_its_own(original):
    """They are facts about a publication, not about the words."""
    copy = copied(original, TEXT).document
    assert (copy["date"]["text"], copy["source"]["basis"]) == (None, None)
    assert (copy["copy_of"], copy["document"]) == ("o", "c")


def test_what_stands_in_a_passage_that_the_copy_lacks_is_left_out(original):
    """Its mentions and triggers; the events that nothing else reports; what is said of those."""
    copy = copied(original, TEXT.replace("Photo: a boat\n", "")).document
    assert quotes(copy, "mentions") == ["The envoy met Dell. The envoy left on Monday"]
    assert quotes(copy, "triggers") == ["met", "left"]
    assert [event["id"] for event in copy["events"]] == ["met", "left", "untold"]
    assert [span["text"] for span in copy["events"][2]["time"]["because"]] == ["Monday"]
    assert [relation["to"] for relation in copy["relations"]] == ["met"]
    assert (copy["times"][0]["event"], copy["times"][0]["anchored"], copy["times"][0]["because"]) == (None, "none", [])
    assert [actor["id"] for actor in copy["actors"]] == ["local"]


def test_an_attribution_whose_cue_is_lacking_is_left_out(original):
    """Nobody would be its source."""
    original["attributions"][0]["cue"] = {"start": 6, "end": 9, "text": "AFP"}
    copy = copied(original, TEXT.replace("AFP\n", "")).document
    assert copy["attributions"] == []


def test_a_short_passage_that_the_copy_lacks_is_not_found_in_a_longer_one(original):
    """AFP as byline, and AFP somewhere in the words of the copy: the longest passages are placed first."""
    original["text"] = TEXT.replace("left", "AFP!")
    text = original["text"].replace("AFP\n", "")
    projected = project_layers(original, Folded(text))
    assert [text[start:end].split()[0] for start, end in projected.spans] == ["Title", "The", "Photo:", "The"]


def test_a_copy_may_have_passages_of_its_own(original):
    """Before, between and behind those of the original, in order."""
    own = "passages:\n" + "".join(f"- {{at: {words}, zone: promo}}\n" for words in ("First", "Boat", "Last"))
    copy = copied(original, "First. " + TEXT.replace("AFP\n", "Boat trips\nAFP\n") + "Last.", own).document
    zones = [passage["zone"] for passage in copy["passages"]]
    assert zones == ["promo", "title", "promo", "byline", "body", "caption", "body", "promo"]


@pytest.mark.parametrize(
    ("own", "text", "code"),
    [
        ("passages:\n- {at: The envoy met, zone: body}\n", TEXT, "passage-projected"),
        ("passages:\n- {at: Title, zone: title}\n", TEXT, "passage-projected"),
        ("", TEXT + "More.", "passage-gap"),
        ("", "Quite another text.", "passage-gap"),
        ("passages:\n- {at: More, zone: body}\n", TEXT, "passage-not-found"),
    ],
)
def test_what_the_copy_says_of_its_passages_must_fit(original, own, text, code):
    """What is taken over is not written again; what is not, is."""
    assert [problem.code for problem in copied(original, text, own).problems] == [code]


@pytest.mark.parametrize(
    ("copies", "code"),
    [
        ({"a": "a"}, "original-unknown"),
        ({"a": "nowhere"}, "original-unknown"),
        ({"a": "corpus"}, "original-unknown"),
        ({"a": "b", "b": "a"}, "original-is-copy"),
        ({"a": "b", "b": "c", "c": "a"}, "original-is-copy"),
        ({f"a{number}": f"a{number + 1 if number < 500 else 0}" for number in range(501)}, "original-is-copy"),
    ],
)
def test_a_copy_of_itself_of_a_circle_or_of_nothing_is_one_finding_each(tmp_path, copies, code):
    """And an end of the search."""
    yaml = "document: {}\nlanguage: en\nannotated: []\ncopy_of: {}\n"
    root = write_folder(tmp_path, {a: yaml.format(a, b) for a, b in copies.items()}, dict.fromkeys(copies, "Words"))
    assert [(finding.code, finding.line) for finding in validate_corpus(root)] == [(code, 4)] * len(copies)


def test_a_copy_of_a_copy_is_refused(tmp_path):
    """It is a copy of the original itself."""
    yaml = "document: {}\nlanguage: en\nannotated: []\n"
    documents = {
        "a": yaml + "passages:\n- {{at: Words, zone: body}}\n",
        "b": yaml + "copy_of: a\n",
        "c": yaml + "copy_of: b\n",
    }
    root = write_folder(
        tmp_path, {name: text.format(name) for name, text in documents.items()}, dict.fromkeys(documents, "Words")
    )
    assert [(finding.code, finding.document) for finding in validate_corpus(root)] == [("original-is-copy", "c")]


@FEW
@given(documents(), st.sampled_from([" ", "\r\n", "\u00a0\t"]))
def test_the_copy_of_any_document_that_differs_in_white_space_is_that_document(document, space):
    """All layers, and the writer leaves all of them out again."""
    original, _ = complete({**document, "document": "o"}, NAMES)
    text = re.sub(r"\s+", space, original["text"])
    copy = read_source(COPY, text, original=original).document
    for layer in ("passages", "mentions", "triggers", "times", "attributions", "events", "relations", "claims"):
        assert [without_offsets(item) for item in copy[layer]] == [without_offsets(item) for item in original[layer]]
    assert write_source(copy, NAMES, original=original) == COPY


def without_offsets(value):
    """Return a value with spans as their words, white space folded."""
    if isinstance(value, dict):
        kept = {
            key: without_offsets(inner) for key, inner in value.items() if key not in ("start", "end", "duplicate_of")
        }
        return {**kept, "text": fold_space(kept["text"])} if "start" in value and "text" in value else kept
    return [without_offsets(inner) for inner in value] if isinstance(value, list) else value
