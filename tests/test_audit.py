"""The completeness audit: what it asks about, what it does not, and how its questions are answered."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from conftest import TOP, TOY, lines, plain_document, span, write_corpus

from corpus_pkg.cli import main
from corpus_pkg.corpus import read_corpus
from corpus_pkg.documents import iter_documents
from corpus_pkg.findings import Finding
from corpus_pkg.uncovered import Search, explain_uncovered, find_uncovered, quoted_spans
from corpus_pkg.validate import validate_corpus
from corpus_pkg.vocabulary import default_vocabulary

ARDEN = {"id": "arden", "type": "GPE", "name": "Arden", "aliases": ["the Free City"], "adjectives": ["Ardenian"]}


def searched(text: str, root: Path, **layers: Any) -> Search:
    """Return what is found in a document of one passage a line, both layers finished unless given."""
    document = plain_document("a", text, **{"annotated": ["actors", "events"], **layers})
    write_corpus(root, [document], inventory={"actors": [ARDEN]})
    corpus = read_corpus(root)
    (checked,) = iter_documents(corpus)
    assert checked.document is not None, checked.findings
    return find_uncovered(checked.document, corpus.names, corpus.vocabulary)


def found(text: str, root: Path, kind: str, **layers: Any) -> list[str]:
    return [each.word for each in searched(text, root, **layers).uncovered if each.kind == kind]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Nobody met Ana Dell in Corvia.", ["Ana", "Dell", "Corvia"]),
        ("It is shut. Nobody met anyone! Why? So: Here", []),
        ("UN envoys and NATO met.", ["UN", "NATO"]),
        ("He said, “We will,” and left.", []),
        ("The “Iranian establishment” met.", ["Iranian"]),
        ("“Nobody” met. (They left.)", []),
        ("Mr. Dell and J. K. Marn met.", ["Dell", "J", "K", "Marn"]),
        ("I know that I left on Monday in May.", []),
        ("The McDonald-Marn talks; the O’Brien talks.", ["McDonald", "Marn", "O", "Brien"]),
        ("an iPhone of Zoe\u0301 Marn 🤝 Here", ["Zoe\u0301", "Marn"]),
        ("Bakıda Əli ilə görüşdü.", ["Əli"]),
    ],
)
def test_words_with_a_capital(tmp_path, text, words):
    """Inside a sentence, or in capitals; a quotation after a comma is a sentence too."""
    assert found(text, tmp_path, "name") == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Arden spoke. Ardenian envoys left the  Free\tCity.", ["Arden", "Ardenian", "the Free City"]),
        ("It is Ardens, pre-Arden, arden", ["Ardens", "Arden"]),
    ],
)
def test_names_of_the_inventory(tmp_path, text, words):
    """At the beginning of a sentence too, as whole words, white space folded."""
    assert found(text, tmp_path, "name") == words


def test_a_mention_covers_a_name(tmp_path):
    """A name within it; a trigger or a time covers a word with a capital, and no name of the inventory."""
    text = "In the Arden War of Arden they met Ana Dell on Black Friday."
    events = [{"id": "war", "type": "ASSAULT"}]
    layers: dict[str, Any] = {
        "mentions": [{"q": span(text, "Ana Dell"), "actors": ["arden"]}],
        "triggers": [{"q": span(text, "Arden War"), "event": "war"}],
        "times": [{"q": span(text, "Black Friday")}],
    }
    assert found(text, tmp_path, "name", events=events, **layers) == ["Arden", "Arden"]
    layers["mentions"] += [{"q": span(text, "Arden"), "actors": ["arden"]}]
    assert found(text, tmp_path, "name", events=events, **layers) == ["Arden"]


def test_reporting_words(tmp_path):
    """All forms, in either case; a cue or a trigger covers them."""
    text = "He said so. According  to him they denied it; she tells all. DENIED. The underlined word. A saying: unsaid."
    assert found(text, tmp_path, "reporting") == [
        "said",
        "According to",
        "denied",
        "tells",
        "DENIED",
        "underlined",
        "saying",
    ]
    layers: dict[str, Any] = {
        "attributions": [
            {"cue": span(text, "According  to"), "sources": ["ANONYMOUS"], "content": [span(text, "they denied it")]}
        ],
        "triggers": [{"q": span(text, "denied"), "event": "denial"}],
        "events": [{"id": "denial", "type": "REJECT"}],
    }
    assert found(text, tmp_path, "reporting", **layers) == ["said", "tells", "DENIED", "underlined", "saying"]


def test_a_reporting_word_in_a_name_is_none(tmp_path):
    text = "It was the State Council that left."
    actor = {"id": "council", "type": "ORG", "name": "State Council"}
    mentions = [{"q": span(text, "State Council"), "actors": ["council"]}]
    assert found(text, tmp_path, "reporting", actors=[actor], mentions=mentions) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("On Monday and in May they may march.", ["Monday", "May"]),
        ("Two years ago, in 1991 and not 19911 or 3999.", ["years", "ago", "1991"]),
        ("Yesterday, last week, next month, this   year, earlier this year.", None),
        ("It was recently shut, since dawn: a decades-long row.", ["recently", "since", "dawn", "decades-long"]),
        ("a six-week war", ["week"]),
    ],
)
def test_words_of_time(tmp_path, text, words):
    """Days and months with their capital, years, and what the list has; the longest group of words is told."""
    expected = ["Yesterday", "last week", "next month", "this year", "earlier", "this year"] if words is None else words
    assert found(text, tmp_path, "time") == expected


def test_what_covers_words_of_time(tmp_path):
    """An expression of time, a `when`, and a mention or trigger that they lie in."""
    text = "Since Monday the 2020 war, the May Day Group, today, tonight."
    layers = {
        "times": [{"q": span(text, "Since Monday")}],
        "triggers": [{"q": span(text, "2020 war"), "event": "war", "when": [span(text, "today")]}],
        "mentions": [{"q": span(text, "May Day Group"), "actors": ["group"]}],
        "actors": [{"id": "group", "type": "ORG", "name": "May Day Group"}],
        "events": [{"id": "war", "type": "ASSAULT"}],
    }
    assert found(text, tmp_path, "time", **layers) == ["tonight"]


def test_only_annotated_zones_are_looked_at(tmp_path):
    """And no passage that repeats an earlier one."""
    text = "A tour of Corvia\nBy Ana Dell\nA tour of Corvia\nThey left Belmar"
    passages = lines(text, ("title", "byline", "title", "body"))
    passages[2]["duplicate_of"] = 0
    assert found(text, tmp_path, "name", passages=passages) == ["Corvia", "Belmar"]


def test_only_finished_layers_are_looked_at(tmp_path):
    """And it is said what was not looked for."""
    text = "He said on Monday that Ana left."
    search = searched(text, tmp_path, annotated=["actors"])
    assert [each.word for each in search.uncovered] == ["Ana"]
    assert search.omitted == ["reporting verbs and time words: the layer events is not finished"]
    assert searched(text, tmp_path, annotated=[]).uncovered == []


def test_other_languages(tmp_path):
    """What there is no list for, and where a script has no case, is said."""
    search = searched("او در تهران گفت ۱۴۰۰ Tehran", tmp_path, language="fa")
    assert [(each.kind, each.word) for each in search.uncovered] == [("time", "۱۴۰۰"), ("name", "Tehran")]
    search = searched("او در تهران گفت", tmp_path, language="fa-IR")
    assert search.omitted == [
        "words with a capital: the script of fa-IR has no case",
        "reporting verbs: there is no list of them for fa",
        "time words, but for years and the names of days and months: there is no list of them for fa",
    ]
    search = searched("Ən çərşənbə axşamı Əli dedi", tmp_path, language="az-Latn")
    assert [(each.kind, each.word) for each in search.uncovered] == [("time", "çərşənbə axşamı"), ("name", "Əli")]


def test_a_corpus_may_bring_its_words(tmp_path):
    """By language: its own stand in place of the shipped ones, and those of other languages stay."""
    document = plain_document("a", "Əli dedi ki, dünən gəlib.", annotated=["events"], language="az")
    words = {"words": {"az": {"reporting": ["dedi"], "time": ["dünən"]}}}
    write_corpus(tmp_path, [document], vocabulary=words)
    assert validate_corpus(tmp_path) == []
    assert told(tmp_path)["documents"][0]["not_looked_for"] == ["names: the layer actors is not finished"]
    assert [each["word"] for each in told(tmp_path)["documents"][0]["unexplained"]] == ["dedi", "dünən"]
    assert read_corpus(tmp_path).vocabulary.words("en") == default_vocabulary().words("en-GB")


def told(root: Path, *words: str) -> Any:
    """Return what the command says as JSON."""
    import contextlib
    import io

    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        status = main(["audit", *words, str(root), "--json"])
    value = json.loads(out.getvalue())
    assert status == (1 if value["unexplained"] or value["unfit"] else 0)
    return value


def test_the_shipped_words_are_sound():
    """Each once, with nothing around it, in small letters; forms of one verb stand together."""
    words = default_vocabulary().words("en")
    assert words is not None
    for name in ("reporting", "time", "pointers", "units"):
        assert all(word == word.strip().lower() and word for word in words[name]), name
    wanted = {"said", "says", "told", "stated", "underlined", "emphasized", "according to", "accused", "denied"}
    assert wanted <= set(words["reporting"])


# The corpora of this checkout.


def test_the_toy_corpus(capsys, file_regression):
    """As people see it: a place, a kind, the word, its context."""
    assert main(["audit", str(TOY)]) == 1
    file_regression.check(capsys.readouterr().out, encoding="utf-8")


def test_nothing_is_left_unexplained_in_this_corpus(capsys):
    """Every name, reporting verb and word of time is annotated, or has a reason why not."""
    assert main(["audit", str(TOP)]) == 0
    assert "0 unexplained in 5 documents" in capsys.readouterr().out


def test_places_are_those_of_the_text():
    """Line and column as editors count them; offsets in code points."""
    for root in (TOP, TOY):
        texts = {checked.entry.doc_id: checked.document["text"] for checked in iter_documents(read_corpus(root))}
        for audit in told(root)["documents"]:
            text = texts[audit["document"]]
            for each in audit["unexplained"]:
                assert " ".join(text[each["start"] : each["end"]].split()) == each["word"]
                assert f"[{each['word']}]" in each["context"]
                before = text[: each["start"]].replace("\r\n", "\n")
                assert each["line"] == before.count("\n") + 1


def test_a_copy_is_looked_at_once():
    """Through its original, but for what the original lacks."""
    audits = {audit["document"]: audit for audit in told(TOY)["documents"]}
    assert audits["call"]["unexplained"]
    assert audits["call_copy"]["unexplained"] == []
    assert audits["call_copy"]["copy_of"] == "call"


def test_what_only_a_copy_has_is_looked_at(tmp_path):
    text = "Nobody left."
    original = plain_document("a", text, annotated=["actors"])
    copy = plain_document("b", f"{text}\nThey met Ana.", annotated=["actors"], copy_of="a")
    write_corpus(tmp_path, [original, copy])
    (finding,) = [finding for finding in validate_corpus(tmp_path) if finding.severity == "error"] or [None]
    assert finding is None
    assert [[each["word"] for each in audit["unexplained"]] for audit in told(tmp_path)["documents"]] == [[], ["Ana"]]


# The command.


def test_documents_and_root_may_be_given(capsys, monkeypatch):
    """In this order; the last word is the corpus when it is a folder."""
    assert main(["audit", "call", "notice", str(TOY), "--quiet"]) == 1
    assert [line for line in capsys.readouterr().out.splitlines() if line[0] != " "] == [
        "call: 1 unexplained, 0 explained",
        "notice: 0 unexplained, 0 explained",
    ]
    monkeypatch.chdir(TOY)
    assert main(["audit", "notice"]) == 0
    assert main(["audit", "notice", "--json", "."]) == 0
    assert main(["audit", "notise"]) == 2
    assert "did you mean notice?" in capsys.readouterr().err
    assert main(["audit", "no/such"]) == 2


def test_an_empty_corpus(tmp_path):
    write_corpus(tmp_path, [])
    assert told(tmp_path) == {"unexplained": 0, "documents": [], "unfit": []}


def test_a_document_with_errors(tmp_path, capsys):
    """Its findings are shown, the others are looked at, and the status is 1."""
    broken = plain_document("b", "Text.", mentions=[{"q": {"start": 0, "end": 9, "text": "x"}, "actors": ["x"]}])
    write_corpus(tmp_path, [plain_document("a", "Nobody left."), broken])
    assert main(["audit", str(tmp_path)]) == 1
    output = capsys.readouterr()
    assert "span-text-mismatch" in output.err
    assert "a: 0 unexplained" in output.out


def test_a_huge_document_and_many_names(tmp_path):
    """A million characters and ten thousand names take seconds."""
    text = "\n".join(
        "Nobody said on Monday that Ana Dell had met Omid Raz in Corvia since 1991." for _ in range(13_000)
    )
    document = plain_document(
        "a", text, annotated=["actors", "events"], passages=[{"start": 0, "end": len(text), "zone": "body"}]
    )
    actors = [{"id": f"a{n}", "type": "PER", "name": f"Ana Name {n}"} for n in range(10_000)]
    write_corpus(tmp_path, [document], inventory={"actors": actors})
    began = time.perf_counter()
    assert told(tmp_path)["unexplained"] == 13_000 * 9
    assert time.perf_counter() - began < 60


# Explanations.


def explained(root: Path, *explanations: dict[str, Any]) -> list[Finding]:
    text = "They said that Ana said so on Monday."
    write_corpus(
        root,
        [plain_document("a", text, annotated=["actors", "events"]), plain_document("b", text, annotated=[])],
        explained={"explained": [{"document": "a", "reason": "So.", **each} for each in explanations]},
    )
    return validate_corpus(root)


ALL = (
    {"q": "said", "kind": "reporting", "times": 2},
    {"q": "<Ana> said", "kind": "name"},
    {"q": "on Monday", "kind": "time"},
)


def test_what_is_explained_is_not_asked_about(tmp_path):
    """Each occurrence that the quote means, of its kind."""
    assert explained(tmp_path, *ALL) == []
    value = told(tmp_path)
    assert (value["unexplained"], value["documents"][0]["explained"]) == (0, 4)


@pytest.mark.parametrize(
    ("explanation", "said"),
    [
        ({"q": "said", "kind": "reporting"}, "fits 2 times, and `times` is 1"),
        ({"q": "said", "kind": "time"}, "fits nowhere, and `times` is 1"),
        ({"q": "gone", "kind": "name"}, "fits nowhere"),
        ({"q": "An", "kind": "name"}, "fits nowhere"),
        ({"q": "so", "kind": "name"}, "fits nowhere"),
        ({"q": "<Ana", "kind": "name"}, "the quote cannot be read: its marks"),
        ({"q": "Ana ... so", "kind": "name"}, "the quote cannot be read: it has ` ... `"),
    ],
)
def test_an_explanation_that_does_not_fit_is_found(tmp_path, explanation, said):
    """By `validate` as a warning, and by the audit, which then fails."""
    (finding,) = explained(tmp_path, explanation)
    assert (finding.code, finding.severity) == ("explanation-unfit", "warning")
    assert said in finding.message
    assert [each["code"] for each in told(tmp_path)["unfit"]] == ["explanation-unfit"]


def test_an_explanation_for_an_unfinished_layer_waits(tmp_path):
    """Nothing is looked for there, so nothing can be found unfit."""
    assert explained(tmp_path, *ALL, {"document": "b", "q": "gone", "kind": "name"}) == []


def test_an_explanation_for_no_document_is_found(tmp_path):
    (finding,) = explained(tmp_path, *ALL, {"document": "c", "q": "gone", "kind": "name"})
    assert finding.code == "document-unknown"


def test_a_document_that_is_not_asked_about_makes_no_explanation_unfit(tmp_path):
    explained(tmp_path, {"q": "gone", "kind": "name"})
    assert told(tmp_path, "b")["unfit"] == []


def test_what_is_near_a_quote_is_found_as_in_the_whole():
    """An explanation is held against the passages in which its quote stands: it fits there as often as in all."""
    corpus = read_corpus(TOP)
    asked = corpus.explained["explained"]
    for checked in iter_documents(corpus):
        document = checked.document
        assert document is not None
        explanations = [each for each in asked if each["document"] == document["document"]]
        whole, near = (
            find_uncovered(document, corpus.names, corpus.vocabulary, near=spans).uncovered
            for spans in (None, quoted_spans(document, explanations))
        )
        assert set(near) <= set(whole)
        assert explain_uncovered(document, near, explanations)[1] == explain_uncovered(document, whole, explanations)[1]
