"""The schema of one corpus says of a document what schema and rules say, neither more nor less."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from conftest import Data, write_full
from generated import write_generated_corpus
from test_schema import ODD, steps

from corpus_pkg.checks.references import actor_unknown
from corpus_pkg.conform import is_valid
from corpus_pkg.corpus import Corpus, read_corpus
from corpus_pkg.documents import iter_documents
from corpus_pkg.resolve import complete, complete_whole
from corpus_pkg.validate import NAMING_CHECKS, OWN_CHECKS, known_names

NAMES = ["land0", "nobody", "AUTHOR", "meeting", "page", 1, 99, "CONSULT", "phone", "title", "nowhere", "publisher"]
NAMES += ["wire", "hasanov", "ACCUSE", "allege", "diplomatic", "CAUSES", "label", "publication", None, True]


def corpora(folder: Path) -> list[Corpus]:
    write_generated_corpus(folder / "generated", 8)
    return [read_corpus(folder / "generated"), read_corpus(write_full(folder / "full"))]


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Corpus, Data]]:
    """Documents with actors of their own, and without, each with its corpus."""
    found = []
    for corpus in corpora(tmp_path_factory.mktemp("named")):
        for checked in iter_documents(corpus):
            assert checked.document is not None
            found += [(corpus, checked.document), (corpus, without_own_actors(checked.document))]
    return found


def without_own_actors(document: Data) -> Data:
    """Return the document with an actor of the inventory in the place of each of its own."""
    text = json.dumps({**document, "actors": []})
    for actor in document["actors"]:
        text = text.replace(f'"{actor["id"]}"', '"wire"')
    return dict(json.loads(text))


def is_well_named(corpus: Corpus, document: Data) -> bool:
    """Return what schema and rules say of a document."""
    if not is_valid("canonical", document, corpus.roles):
        return False
    known, completed = known_names(corpus), complete(document, corpus.names)[0]
    checks = [check for check in NAMING_CHECKS if not document.get("actors") or check not in OWN_CHECKS]
    return not any(problem for check in checks for problem in check(completed, known))


def changed(document: Data, rng: Random) -> Data:
    """Return the document with another value, of the right sort as often as not, at some place."""
    document = json.loads(json.dumps(document))
    *above, last = rng.choice([where for where in steps(document) if where[0] != "text"])
    parent: Any = document
    for step in above:
        parent = parent[step]
    parent[last] = rng.choice(NAMES if rng.random() < 0.7 else ODD)
    return document


def test_one_look_says_the_same(samples):
    """On 3,000 documents that are changed in one place each; both verdicts come often."""
    rng = Random(3)
    verdicts = []
    for number in range(3_000):
        corpus, document = samples[number % len(samples)]
        mutant = changed(document, rng)
        verdicts.append(corpus.named.of(mutant).is_named(mutant))
        assert verdicts[-1] == is_well_named(corpus, mutant)
    assert 100 < verdicts.count(True) < 2_900


def test_a_whole_document_is_complete_but_for_the_order_of_keys(samples):
    """Of 2,000 documents that lack something at some place, those that are called whole lack nothing that counts."""
    rng = Random(5)
    verdicts = []
    for number in range(2_000):
        corpus, document = samples[number % len(samples)]
        mutant = lacking(document, rng)
        verdicts.append(corpus.named.of(mutant).is_whole(mutant))
        if verdicts[-1]:
            assert corpus.named.of(mutant).is_named(mutant)
            assert complete_whole(mutant) == complete(mutant, corpus.names, corpus.roles)
    assert 100 < verdicts.count(True) < 1_900


@pytest.mark.parametrize("number", [1.0, 1.5, 10**18, 2**70])
def test_a_document_with_an_odd_number_is_not_whole(samples, number):
    """Whatever number of it is written so: to the schema 1.0 is whole, to Python it is no offset."""
    whole = [(corpus, document) for corpus, document in samples if corpus.named.of(document).is_whole(document)]
    assert whole
    for corpus, document in whole:
        document = json.loads(json.dumps(document))
        for *above, last in [where for where in steps(document) if isinstance(at(document, where), int)]:
            parent = at(document, above)
            if not isinstance(parent[last], bool):
                before, parent[last] = parent[last], number
                assert not corpus.named.of(document).is_whole(document)
                parent[last] = before


def at(value: Any, where: Any) -> Any:
    """Return the value at a place."""
    for step in where:
        value = value[step]
    return value


def lacking(document: Data, rng: Random) -> Data:
    """Return the document without a key or an entry, or with the entries of a list in another order."""
    document = json.loads(json.dumps(document))
    *above, last = rng.choice([where for where in steps(document) if where[0] != "text"])
    parent: Any = document
    for step in above:
        parent = parent[step]
    if isinstance(parent, list):
        rng.shuffle(parent)
    if rng.random() < 0.5:
        del parent[last]
    return document


def test_names_of_actors_are_left_to_the_rules_where_a_document_has_its_own(samples):
    """No schema can say that a name is one of these."""
    corpus, document = next(
        (c, d) for c, d in samples if d["mentions"] and not d["actors"] and c.named.of(d).is_named(d)
    )
    wrong = json.loads(json.dumps(document))
    wrong["mentions"][0]["actors"] = ["nobody"]
    assert not corpus.named.of(wrong).is_named(wrong)
    wrong["actors"] = [{"id": "own", "type": "PER", "name": "Own"}]
    assert corpus.named.of(wrong).is_named(wrong)
    assert [*actor_unknown(complete(wrong, corpus.names)[0], known_names(corpus))]


def test_broken_settings_are_left_to_the_rules(tmp_path):
    """What cannot be known cannot be asked."""
    root = write_generated_corpus(tmp_path, 1)
    (root / "annotations/inventory.json").write_text('{"actors": 1}')
    corpus = read_corpus(root)
    assert [checked.named for checked in iter_documents(corpus)] == [False]
