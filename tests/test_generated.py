"""Corpora of thousands of documents: made by a program, checked and built in seconds."""

from __future__ import annotations

from statistics import mean

from generated import generate_documents, write_generated_corpus

from corpus_pkg.build import build_dataset
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


def test_generated_documents_have_no_finding(tmp_path):
    """Neither errors nor warnings."""
    assert validate_corpus(write_generated_corpus(tmp_path, 50)) == []


def test_two_thousand_documents_are_checked_and_built(tmp_path):
    """What has an error is not built."""
    root = write_generated_corpus(tmp_path, 2_000)
    manifest = build_dataset(root, tmp_path / "dataset")
    rows = {name: sum(part["rows"] for part in splits.values()) for name, splits in manifest["tables"].items()}
    assert (rows["documents"], rows["event_mentions"]) == (2_000, 16_000)
