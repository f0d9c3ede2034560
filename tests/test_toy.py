"""The toy corpus: small enough to hold in the head, and hard in every way that texts and annotations are."""

from __future__ import annotations

import hashlib
import json
import shutil
import unicodedata
from pathlib import Path

import pytest

from corpus_pkg.corpus import read_corpus
from corpus_pkg.documents import iter_documents
from corpus_pkg.paths import span_patterns, values_at
from corpus_pkg.show import show_document
from corpus_pkg.validate import validate_corpus
from corpus_pkg.write import write_source

TOY = Path(__file__).parent / "toy"
DOCUMENTS = ["bridge_az", "bridge_fa", "call", "call_copy", "notice"]


def canonical(root=TOY):
    """Return the documents of a corpus in canonical form, by id."""
    return {checked.entry.doc_id: checked.document for checked in iter_documents(read_corpus(root))}


@pytest.fixture(scope="module")
def documents():
    """The documents of the toy corpus in canonical form, by id."""
    return canonical()


def test_nothing_is_found_but_two_odd_files():
    """Carriage returns and a byte-order mark are kept, and said."""
    found = [(finding.severity, finding.code, finding.path) for finding in validate_corpus(TOY)]
    assert found == [("warning", "raw-line-ends", "raw/call.txt"), ("warning", "raw-bom", "raw/notice.txt")]


def test_the_raw_texts_are_as_they_were_made():
    """Byte by byte: a tool that changed line ends would show here."""
    sums = dict(line.split("  ")[::-1] for line in (TOY / "raw/SHA256SUMS").read_text().splitlines())
    made = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (TOY / "raw").glob("*.txt")}
    assert made == sums
    assert sorted(made) == [f"{name}.txt" for name in DOCUMENTS]


def test_it_has_what_is_hard_in_texts(documents):
    """Whoever takes something out learns what it was there for."""
    text = "".join(document["text"] for document in documents.values())
    hard = [
        "\r\n",
        "\x0b",
        "\x85",
        "\u2028",
        "\u00a0",
        "\t",
        "\u200c",
        "e\u0301",
        "👩\u200d🚒",
        "\ufeff",
        "<",
        "\\",
        " ...",
    ]
    assert [piece for piece in hard if piece not in text] == []
    assert {document["language"] for document in documents.values()} == {"az-Latn", "en", "fa"}


def test_every_span_is_its_words_and_cuts_no_character(documents):
    """Offsets are code points; a character of several is taken whole."""
    for document in documents.values():
        text = document["text"]
        for span in (span for pattern in span_patterns() for span in values_at(document, pattern)):
            assert text[span["start"] : span["end"]] == span["text"] == span["text"].strip()
            behind = text[span["end"] : span["end"] + 1]
            assert behind != "\u200d"
            assert not behind or unicodedata.category(behind)[0] != "M"


def test_spans_nest_cross_and_coincide(documents):
    """Of one layer they nest; of two, all is possible."""
    mentions = [(item["q"]["start"], item["q"]["end"]) for item in documents["bridge_az"]["mentions"]]
    triggers = [(item["q"]["start"], item["q"]["end"]) for item in documents["bridge_az"]["triggers"]]
    pairs = [(one, other) for one in mentions for other in triggers]
    assert any(one == other for one, other in pairs)
    assert any(one[0] < other[0] < one[1] < other[1] for one, other in pairs)
    nested = [(item["q"]["start"], item["q"]["end"]) for item in documents["call"]["mentions"]]
    assert any(one != other and one[0] <= other[0] and other[1] <= one[1] for one in nested for other in nested)


def test_an_attribution_runs_across_a_caption(documents):
    """From one passage of the body into the next; the copy has no caption there."""
    spans = {name: documents[name]["attributions"][1]["content"][0]["text"] for name in ("call", "call_copy")}
    assert "Photo: Corvia Wire" in spans["call"]
    assert (
        spans["call_copy"] == "Arden had called the fire\nan act of “sabotage” to justify the expulsion of two envoys"
    )


def test_sources_contradict_each_other(documents):
    """What one tells another denies; neither is the author."""
    values = {
        (item["q"]["text"], each["source"]): each["value"]
        for item in documents["call"]["triggers"]
        if item["event"] == "blast"
        for each in item["factuality"]
    }
    assert values == {
        ("blast", "AUTHOR"): "Uu",
        ("blast", "marn"): "CT+",
        ("one", "AUTHOR"): "Uu",
        ("one", "police"): "CT-",
    }


def test_forms_of_quotation_follow_from_the_marks(documents):
    """Of three alphabets."""
    forms = [item["form"] for name in ("call", "bridge_fa") for item in documents[name]["attributions"]]
    assert forms == ["direct", "mixed", "mixed", "indirect", "indirect", "scare_quote", "direct"]


def test_levels_of_mentions_follow_from_the_names(documents):
    """Inside words too, and with combining marks."""
    levels = {item["q"]["text"]: item["level"] for name in DOCUMENTS for item in documents[name]["mentions"]}
    assert [levels[name] for name in ("Lun körpüsü", "پل لون", "Zoe\u0301 Marn", "Arden polisi")] == ["NAM"] * 4
    assert (levels["We"], levels["او"], levels["Yandıranlar"], levels["two envoys"]) == ("PRO", "PRO", "NOM", "NOM")


def test_the_copy_has_what_the_original_has_but_for_the_caption(documents):
    """And a passage of its own."""
    zones = {name: [passage["zone"] for passage in documents[name]["passages"]] for name in ("call", "call_copy")}
    assert [zone for zone in zones["call"] if zone != "caption"] == [
        zone for zone in zones["call_copy"] if zone != "promo"
    ]
    mentions = {name: sorted(item["actors"] for item in documents[name]["mentions"]) for name in ("call", "call_copy")}
    mentions["call"].remove(["lune_bridge"])
    assert mentions["call_copy"] == mentions["call"]
    assert [event["id"] for event in documents["call_copy"]["events"]] == [e["id"] for e in documents["call"]["events"]]


@pytest.mark.parametrize("doc_id", DOCUMENTS)
def test_each_document_can_be_written_and_read_again(tmp_path, documents, doc_id):
    """As YAML in place of the file by hand."""
    shutil.copytree(TOY, tmp_path / "toy")
    corpus = read_corpus(TOY)
    original = documents.get(documents[doc_id]["copy_of"])
    yaml = write_source(documents[doc_id], corpus.names, original=original)
    (tmp_path / f"toy/annotations/{doc_id}.yaml").write_bytes(yaml.encode())
    assert canonical(tmp_path / "toy") == documents


def test_all_documents_can_be_given_as_canonical_json(tmp_path, documents):
    """One a line, with their texts."""
    shutil.copytree(TOY, tmp_path / "toy")
    for doc_id in DOCUMENTS:
        (tmp_path / f"toy/annotations/{doc_id}.yaml").unlink()
    lines = "".join(json.dumps(documents[doc_id], ensure_ascii=False) + "\n" for doc_id in DOCUMENTS)
    (tmp_path / "toy/annotations/toy.jsonl").write_bytes(lines.encode())
    assert canonical(tmp_path / "toy") == documents


@pytest.mark.parametrize("doc_id", ["bridge_az", "bridge_fa", "notice"])
def test_a_document_is_shown_with_marks_around_what_is_annotated(file_regression, documents, doc_id):
    """Joiners as they are; brackets of mentions and triggers on the same words do not cross."""
    file_regression.check("\n".join(show_document(documents[doc_id])) + "\n", encoding="utf-8")


def test_what_could_steer_a_terminal_is_shown_as_it_is_written(documents):
    """Colours apart, which are asked for."""
    document = documents["bridge_fa"] | {"text": documents["bridge_fa"]["text"].replace("گفت", "\x1b[2", 1)}
    shown = "\n".join(show_document(document))
    assert "\x1b" not in shown
    assert "\\x1b[2" in shown
    assert "\x1b[36m[" in "\n".join(show_document(document, colour=True))
