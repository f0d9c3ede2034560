"""Corpora of thousands of documents: made by a program, checked and built in seconds."""

from __future__ import annotations

from statistics import mean

from conftest import TOP
from generated import generate_documents, write_generated_corpus

from corpus_pkg.build import build_dataset
from corpus_pkg.corpus import read_corpus
from corpus_pkg.documents import iter_documents
from corpus_pkg.paths import values_at
from corpus_pkg.validate import validate_corpus


def test_the_same_seed_gives_the_same_documents():
    """And another seed others; a longer corpus begins with a shorter one."""
    assert [*generate_documents(5, 7)] == [*generate_documents(9, 7)][:5]
    assert [*generate_documents(5, 7)] != [*generate_documents(5, 8)]


def test_documents_have_the_size_of_news():
    """Some 1,500 characters, 30 mentions, 8 triggers."""
    documents = [*generate_documents(100)]
    assert 1200 <= mean(len(document["text"]) for document in documents) <= 1800
    assert 25 <= mean(len(document["mentions"]) for document in documents) <= 35
    assert {len(document["triggers"]) for document in documents} == {8}


def test_three_rounds_are_as_deep_as_this_corpus(tmp_path):
    """As long in canonical JSON, as many mentions, triggers and events, by a third: what benchmarks rest on."""
    made, own = [*documents_of(write_generated_corpus(tmp_path, 60, rounds=3))], [*documents_of(TOP)]
    assert 2 / 3 < mean(len(str(d)) for d in made) / mean(len(str(d)) for d in own) < 3 / 2
    for layer in ("mentions", "triggers", "events"):
        assert 2 / 3 < mean(len(d[layer]) for d in made) / mean(len(d[layer]) for d in own) < 3 / 2
    assert validate_corpus(tmp_path) == []


def documents_of(root):
    """Yield the documents of a corpus in canonical form."""
    return (checked.document for checked in iter_documents(read_corpus(root)))


def test_documents_have_what_the_rules_look_at():
    """In all of them: relations, claims, commitments, stamps, weekdays, dates on three bases, rights and parties."""
    for document in generate_documents(40):
        assert {"CAUSES", "RESPONDS_TO", "SUBEVENT_OF"} <= {*values_at(document, "relations.*.type")}
        assert {*values_at(document, "date_candidates.*.verdict")} == {"accepted", "rejected"}
        assert {*values_at(document, "times.*.anchored")} == {"document_date"}
        assert {*values_at(document, "parties.*.role")} == {"author", "wire_agency"}
        layers = ("claims.*", "triggers.*.factuality.*", "events.*.corpus_event", "times.*.known", "events.*.counts")
        assert all(values_at(document, pattern) for pattern in (*layers, "rights.*", "source.parties.*"))
        assert {"byline", "update_stamp", "related_links", "licence_notice"} <= {
            *values_at(document, "passages.*.zone")
        }


def test_attributions_are_nested_and_some_direct():
    """One says that another says; quote marks make direct speech."""
    documents = [*generate_documents(40)]
    quoted = [document for document in documents if "“" in document["text"]]
    assert 10 <= len(quoted) <= 30
    for document in documents:
        spans = [attribution["content"][0] for attribution in document["attributions"]]
        assert any(a["start"] < b["start"] and b["end"] == a["end"] for a in spans for b in spans)


def test_some_documents_are_copies_and_some_in_groups(tmp_path):
    """One of 32 each, in the split of the one before it; there are three splits."""
    settings = read_corpus(write_generated_corpus(tmp_path, 64)).settings
    copies = {d["document"]: d["copy_of"] for d in generate_documents(64) if "copy_of" in d}
    assert copies == {"g000009": "g000008", "g000041": "g000040"}
    assert settings["groups"] == {f"revised_{one}": [other, one] for one, other in REVISED.items()}
    assert settings["split"] == "train"
    homes = {name: split for split, names in settings["splits"].items() for name in names}
    assert {*homes.values()} == {"dev", "test"}
    assert all(homes[one] == homes[other] for one, other in (*copies.items(), *REVISED.items()))


REVISED = {"g000012": "g000013", "g000044": "g000045"}


def test_five_thousand_documents_have_no_finding(tmp_path):
    """Neither errors nor warnings."""
    assert validate_corpus(write_generated_corpus(tmp_path, 5_000)) == []


def test_two_thousand_documents_are_checked_and_built(tmp_path):
    """What has an error is not built."""
    root = write_generated_corpus(tmp_path, 2_000)
    manifest = build_dataset(root, tmp_path / "dataset")
    rows = {name: sum(part["rows"] for part in splits.values()) for name, splits in manifest["tables"].items()}
    assert (rows["documents"], rows["event_mentions"]) == (2_000, 16_000)
