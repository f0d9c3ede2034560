"""The annotations of this corpus: what no rule can ask of every corpus, and what these five are held to."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from corpus_pkg.corpus import Corpus, read_corpus
from corpus_pkg.documents import Checked
from corpus_pkg.fix import fix_corpus
from corpus_pkg.paths import key_patterns, values_at
from corpus_pkg.validate import Validation

TOP = Path(__file__).resolve().parent.parent


@cache
def corpus() -> Corpus:
    return read_corpus(TOP)


@cache
def checked() -> list[Checked]:
    return [*Validation(corpus()).documents()]


@cache
def documents() -> dict[str, Any]:
    return {each.entry.doc_id: each.document for each in checked() if each.document is not None}


def test_no_text_date_says_more_than_its_words():
    """Nothing of it is known from elsewhere, and no warning tells that it might be."""
    assert len([date for document in documents().values() for date in text_dates(document)]) > 30
    assert [finding for each in checked() for finding in each.findings if finding.code == "date-beyond-words"] == []


def text_dates(document: dict[str, Any]) -> list[str]:
    dated = [document["date"], *document["times"], *(event["time"] for event in document["events"])]
    return [value["text"] for value in dated if value["text"] is not None]


def test_all_five_are_finished():
    assert len(documents()) == 5
    assert {tuple(document["annotated"]) for document in documents().values()} == {
        ("date", "source", "actors", "events")
    }


def test_every_stamp_has_a_verdict_and_every_date_three_bases():
    for document in documents().values():
        assert all(candidate["verdict"] and candidate["reason"] for candidate in document["date_candidates"])
        assert {"text", "known", "external"} <= document["date"].keys()


def test_external_dates_that_say_more_cite_a_page():
    pages = {page["id"] for page in corpus().inventory["pages"]}
    for document in documents().values():
        for value in (document["date"], *document["times"], *(event["time"] for event in document["events"])):
            assert value["external"] == value["known"] or {*value["cite"]} & pages


def test_every_hard_case_is_pointed_to_and_every_pointer_leads_to_one():
    registered = {case["id"] for case in corpus().hardcases["cases"]}
    pointing = [*documents().values(), corpus().inventory, corpus().settings]
    roots = ["canonical"] * len(documents()) + ["inventory", "corpus"]
    used = {
        case
        for data, root in zip(pointing, roots, strict=True)
        for pattern in key_patterns("cases", root)
        for case in values_at(data, pattern)
    }
    assert used | {c for d in corpus().decisions for c in d["cases"]} == registered
    assert used == registered
    assert registered >= set(range(1, 34))


def test_a_hard_case_and_its_documents_name_each_other():
    """What a case calls its documents, and the documents that point to it, are the same; a copy has what it took over.

    A case that the inventory or the settings point to may name a document that does not.
    """
    shared = {*cases_of(corpus().inventory, "inventory"), *cases_of(corpus().settings, "corpus")}
    pointing = {doc_id: {*cases_of(document, "canonical")} for doc_id, document in documents().items()}
    for case in corpus().hardcases["cases"]:
        found = {doc_id for doc_id, cases in pointing.items() if case["id"] in cases}
        assert found <= {*case["documents"]}, case["id"]
        assert found == {*case["documents"]} or case["id"] in shared, case["id"]


def cases_of(data: Any, root: str) -> list[int]:
    return [case for pattern in key_patterns("cases", root) for case in values_at(data, pattern)]


def test_the_annotations_stand_in_canonical_form():
    assert [fix.path for fix in fix_corpus(corpus()) if fix.changed or fix.reason] == []


def test_every_hard_case_has_options_and_a_rule():
    numbers = set(re.findall(r"(?m)^(?:- )?(\d+\.\d+) |^### \d+[a-z]\.|^\| .* \|$", guidelines()))
    for case in corpus().hardcases["cases"]:
        assert len(case["options"]) >= 2 or case["note"], case["id"]
        assert case["rule"], case["id"]
        assert {*re.findall(r"\d+\.\d+", case["rule"])} <= numbers, case["id"]


def guidelines() -> str:
    return (TOP / "annotations/GUIDELINES.md").read_text("utf-8")


def test_the_guidelines_have_no_example_from_the_texts():
    """The passes are blind to decisions already taken: no name of the five texts, and no run of six of their words."""
    text = guidelines().partition("## Canary")[0].casefold()  # which has the name of the corpus
    names = {name for actor in corpus().inventory["actors"] for name in (actor["name"], *actor["aliases"])}
    proper = {
        name
        for name in names
        if (name[:1].isupper() and " " in name) or name in ("Iran", "Azerbaijan", "Tehran", "Baku")
    }
    assert [name for name in sorted(proper) if re.search(rf"\b{re.escape(name.casefold())}\b", text)] == []
    words = re.findall(r"\w+", text)
    own = {tuple(words[i : i + 6]) for i in range(len(words) - 5)}
    for document in documents().values():
        theirs = re.findall(r"\w+", document["text"].casefold())
        assert not [run for i in range(len(theirs) - 5) if (run := tuple(theirs[i : i + 6])) in own]


@pytest.mark.parametrize("name", ["round-1/a", "round-1/b", "round-2/a", "round-2/b", "third/c"])
def test_every_pass_has_its_annotator(name):
    """Who made it and under which instructions is said, and that nobody has looked at it."""
    annotators = corpus().annotators["annotators"]
    made = [each for each in annotators if each["part"] and f"annotations/passes/{name}" in each["part"]]
    assert len(made) == 1
    assert made[0]["kind"] == "language-model"
    assert len(made[0]["instructions"]) > 200
    assert "no human has reviewed" in corpus().annotators["statement"]


def test_the_two_passes_kept_apart_used_names_of_their_own():
    """What agrees in them does so by the words, not by names that one has from the other."""
    found = {}
    for side in "ab":
        path = TOP / f"annotations/passes/round-2/{side}/inventory.yaml"
        found[side] = set(re.findall(r"\{id: ([\w-]+)", path.read_text("utf-8")))
    assert found["a"] != found["b"]


def test_each_decision_is_taken_with_a_reason_of_its_own():
    reasons = [decision["why"] for decision in corpus().decisions]
    assert len(reasons) > 150
    assert min(map(len, reasons)) >= 15
    assert len(set(reasons)) > 0.7 * len(reasons)
