"""From the source form to the canonical form: passages to bounds, quotes to offsets, what is left out spelt out."""

from __future__ import annotations

import json
import re

import pytest
from hostile import FEW, NAMES, documents, notes, read_source, write_folder
from hypothesis import given
from hypothesis import strategies as st

from corpus_pkg import resolve as module
from corpus_pkg.conform import check_schema
from corpus_pkg.resolve import complete, origins_before
from corpus_pkg.validate import validate_corpus

HEAD = "document: d\nlanguage: en\nannotated: []\n"
TEXT = "Arden said it.\nBelmar did it, Ardenians say.\nArden left #2 ... <b> x\\y\n"
BODY = "passages:\n- {at: Arden said, zone: body}\n"


def resolved(passages, text=TEXT, more=""):
    """Return the document of these passages, which must be right."""
    found = read_source(f"{HEAD}passages:\n{passages}{more}", text)
    assert found.problems == []
    return found.document


def pieces(document):
    """Return the words of the passages."""
    return [document["text"][passage["start"] : passage["end"]] for passage in document["passages"]]


# Passages


def test_a_passage_runs_to_the_next_without_the_white_space_between():
    """The first begins at the first character that is not white space."""
    text = "\ufeff\u2028 One two.\x0b\r\n\x85Three.  "
    document = resolved("- {at: One, zone: title}\n- {at: Three., zone: body}\n", text)
    assert pieces(document) == ["One two.", "Three."]


def test_a_line_may_be_cut_and_a_word_where_a_page_has_glued_two():
    """Whatever stands between the zones."""
    document = resolved("- {at: Share, zone: site_chrome}\n- {at: Arden, zone: dateline}\n", "ShareArden - 3 May")
    assert pieces(document) == ["Share", "Arden - 3 May"]


def test_a_passage_begins_at_the_nearest_match_behind_the_one_before():
    """So a line that comes again needs no longer quote when another passage lies between."""
    document = resolved(
        "- {at: Title, zone: title}\n- {at: Body, zone: body}\n- {at: Title, zone: title}\n", "Title Body Title"
    )
    assert [passage["start"] for passage in document["passages"]] == [0, 6, 11]


def test_a_passage_that_repeats_another_names_its_first_words():
    """Published as its offset."""
    lines = "- {at: Title, zone: title}\n- {at: Body, zone: body}\n- {at: Title, zone: title, duplicate_of: Title}\n"
    assert [p["duplicate_of"] for p in resolved(lines, " Title Body Title")["passages"]] == [None, None, 1]


@pytest.mark.parametrize("yaml", ["", "passages: []\n"])
def test_a_document_has_passages_even_when_nothing_else_is_annotated(yaml):
    """The hint has the first words of the text."""
    (problem,) = read_source(HEAD + yaml, TEXT).problems
    assert (problem.code, problem.suggestion) == (
        "passage-gap",
        "begin a passage with its first words: 'Arden said it. Belmar did'",
    )


# Anchors in their passages


def test_an_end_may_stand_in_a_later_passage_of_the_same_zone():
    """A caption between does not end a span, and its words are none of the zone."""
    text = "He said the\nPhoto: plan X\nplan was X."
    document = resolved(
        "- {at: He said, zone: body, attributions: [{cue: said, sources: [arden], content: [the ... X]}]}\n"
        "- {at: Photo, zone: caption}\n"
        "- {at: plan was, zone: body}\n",
        text,
    )
    assert document["attributions"][0]["content"][0]["text"] == text[8:-1]


def test_only_because_reaches_out_of_its_passage():
    """The words on which a date rests may stand anywhere in the document."""
    document = resolved(
        "- {at: One, zone: body, times: [{q: Monday, text: 2021, because: [2021]}]}\n- {at: Stamp, zone: byline}\n",
        "One Monday\nStamp 2021",
        "date: {text: 2021, because: [Stamp <2021>, Monday]}\n",
    )
    assert [span["start"] for span in (*document["times"][0]["because"], *document["date"]["because"])] == [17, 17, 4]


def test_what_no_passage_holds_is_looked_for_in_the_whole_document():
    """Relations and claims below the passages."""
    events = (
        "events: [{id: a, type: CONSULT}]\nclaims: [{q: did, event: a, attribute: label, value: x, sources: [arden]}]\n"
    )
    assert resolved("- {at: Arden said, zone: body}\n", more=events)["claims"][0]["q"]["start"] == TEXT.index("did")


def test_items_stand_in_the_order_of_the_text():
    """Whatever the order in which they are written; without words, behind the others."""
    document = resolved(
        "- at: Arden said\n  zone: body\n  mentions:\n"
        "  - {q: Ardenians, actors: [arden]}\n"
        "  - {q: <Arden> said, actors: [arden]}\n  - {q: said it, actors: [arden]}\n"
        "  relations:\n  - {from: a, type: BEFORE, to: a}\n  - {q: did, from: a, type: BEFORE, to: a}\n",
        more="events: [{id: a, type: CONSULT}]\n",
    )
    assert [item["q"]["text"] for item in document["mentions"]] == ["Arden", "said it", "Ardenians"]
    assert [item["q"] and item["q"]["text"] for item in document["relations"]] == ["did", None]


def test_origins_lead_from_the_canonical_form_to_the_source():
    """For each item, in the order of the canonical form."""
    yaml = f"{HEAD}passages:\n- at: Arden said\n  zone: body\n  mentions:\n  - {{q: did, actors: [arden]}}\n"
    found = read_source(yaml + "  - {q: said, actors: [arden]}\n", TEXT)
    assert found.origins["mentions", 0] == ("passages", 0, "mentions", 1)
    assert found.origins["passages", 0] == ("passages", 0)


# What is refused


def item(*anchors):
    """Return a passage with these mentions."""
    return BODY[:-2] + ", mentions: [" + ", ".join(f"{{q: {anchor}, actors: [a]}}" for anchor in anchors) + "]}\n"


BAD = {
    # YAML values
    "passages:\n": [("wrong-type", 4, 10)],
    "passages: words\n": [("wrong-type", 4, 11)],
    "passages: [words, null]\n": [("wrong-type", 4, 12), ("wrong-type", 4, 19)],
    BODY + "  mentions: []\n": [("yaml-syntax", 6, 3)],
    "passages:\n- at: Arden said\n  zone: body\n  mentions:\n": [("wrong-type", 7, 12)],
    "passages:\n- at: Arden said\n  zone: body\n  triggers: ~\n": [("wrong-type", 7, 13)],
    "passages:\n- at:\n  zone: body\n": [("wrong-type", 5, 6)],
    "passages:\n- {at: Arden said, zone: }\n": [("wrong-type", 5, 26)],
    "passages:\n- zone: body\n": [("missing-key", 5, 3)],
    "passages:\n- {at: Arden said, zone: body, zones: x}\n": [("unknown-key", 5, 32)],
    BODY + "cases: [010, 0, -1, 1.5, x]\n": [
        *(
            ("wrong-type", 6, 9),
            ("bad-number", 6, 14),
            ("bad-number", 6, 17),
            ("wrong-type", 6, 21),
            ("wrong-type", 6, 26),
        )
    ],
    BODY + f"cases: [{'9' * 5000}]\n": [("wrong-type", 6, 9)],
    BODY + "draft: yes\n": [("wrong-type", 6, 8)],
    BODY + "source: {redistribution: off}\n": [("unknown-value", 6, 26)],
    BODY + "date: 2021\n": [("wrong-type", 6, 7)],
    BODY + "note: ''\n": [("bad-form", 6, 7)],
    BODY + "events:\n": [("wrong-type", 6, 8)],
    # Anchors
    item("missing"): [("anchor-not-found", 5, 47)],
    item("it"): [("anchor-ambiguous", 5, 47)],
    **{
        item(anchor): [("anchor-marks", 5, 47)]
        for anchor in ("'<it'", "it>", "<>", "'< >'", "a ... b ... c", "'< ... it>'")
    },
    item("'left ... said'"): [("anchor-not-found", 5, 47)],
    item("'" + "x" * 5000 + "'"): [("anchor-not-found", 5, 47)],
    item("'" + "x" * 5001 + "'"): [("bad-form", 5, 47)],
    BODY[:-2] + ", mentions: [{q: left #2, actors: [a]}]}\n": [("value-cut", 5, 52)],
    "passages:\n- at: Arden said\n  zone: body\n  mentions:\n  - q: left #2\n    actors: [a]\n": [("anchor-cut", 8, 8)],
    "passages:\n- at: Arden said #2\n  zone: body\n": [("anchor-cut", 5, 7)],
    "passages:\n- at: Arden left  #2\n  zone: body\n": [("anchor-cut", 5, 7)],
    # Passages
    "passages: []\n": [("passage-gap", 1, 11)],
    "passages:\n- {at: Nothing, zone: body}\n": [("passage-not-found", 5, 8)],
    "passages:\n- {at: Arden, zone: body}\n": [("passage-ambiguous", 5, 8)],
    "passages:\n- {at: said, zone: body}\n": [("passage-gap", 5, 8)],
    "passages:\n- {at: Arden said, zone: body}\n- {at: Arden said, zone: body}\n": [("passage-order", 6, 8)],
    "passages:\n- {at: <Arden> said, zone: body}\n": [("anchor-marks", 5, 8)],
    "passages:\n- {at: Arden ... it, zone: body}\n": [("anchor-marks", 5, 8)],
    "passages:\n- {at: Arden said, zone: body, duplicate_of: Title}\n": [("duplicate-of-unknown", 5, 46)],
    "passages:\n- {at: Arden said, zone: body, duplicate_of: Arden said}\n": [("duplicate-of-unknown", 5, 46)],
}


@pytest.mark.parametrize("yaml", BAD)
def test_each_thing_that_is_wrong_is_one_finding_where_it_stands(tmp_path, yaml):
    """Code, line and column, through all levels; never an exception."""
    findings = validate_corpus(write_folder(tmp_path, {"d": HEAD + yaml}, {"d": TEXT}))
    found = [(finding.code, finding.line, finding.column) for finding in findings if finding.code != "actor-unknown"]
    assert found == BAD[yaml]


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        ("- a\n", [("wrong-type", 1, 1)]),
        ("words\n", [("wrong-type", 1, 1)]),
        ("null\n", [("wrong-type", 1, 1)]),
        ("# words\n", [("file-empty", None, None)]),
        ("", [("file-empty", None, None)]),
        ("{}\n", [("missing-key", 1, 1)] * 3),
        ("language: en\nannotated: []\n", [("missing-key", 1, 1)]),
        ("document:\nlanguage: en\nannotated: []\n", [("wrong-type", 1, 10)]),
        ("document: [d]\nlanguage: en\nannotated: []\n", [("wrong-type", 1, 11)]),
        ("document: e\nlanguage: en\nannotated: []\n", [("document-misnamed", 1, 11)]),
        ("document: d\nlanguage: 12:30\nannotated: []\n", [("bad-form", 2, 11)]),
        (HEAD + "1: x\nnull: y\n", [("unknown-key", 4, 1), ("unknown-key", 5, 1)]),
    ],
)
def test_a_file_that_is_no_document_is_refused(tmp_path, yaml, expected):
    """A list, a scalar, nothing; keys that are missing or unknown."""
    findings = validate_corpus(write_folder(tmp_path, {"d": yaml}, {"d": TEXT}))
    assert [(finding.code, finding.line, finding.column) for finding in findings] == expected


@pytest.mark.parametrize(
    ("anchor", "suggestion"),
    [
        ("it", 'write  "<it>."   or   "<it>,"'),
        ("Arden", 'write  "<Arden> said"   or   "<Arden> left"'),
        ("'Arden ... it'", 'write  "<Arden> said"   or   "<Arden> left"'),
        ("'Arden ... say'", 'write  "Arden said it. Belmar did it, Ardenians say"'),
        ("'said ... it'", 'write  "said it"   or   "said it. Belmar did it"'),
        ("'left ... said'", "'said' stands before it"),
        ("'left ... Belmer'", "the nearest words are 'Belmar'"),
        ("Belmer", "the nearest words are 'Belmar'"),
        ("Zzz", None),
    ],
)
def test_a_refused_anchor_comes_with_a_hint(anchor, suggestion):
    """Longer anchors to paste, or the nearest words."""
    (problem,) = read_source(HEAD + item(anchor), TEXT).problems
    assert problem.suggestion == suggestion


@pytest.mark.parametrize(
    "text", ["x\\y a, z a", 'say "a", or a', "می\u200cخواهد a, x a", "<b> a, ... a", "\x07 a, x a"]
)
def test_what_is_offered_to_be_pasted_is_yaml_and_means_what_it_says(text):
    """Between double quotes, invisible characters and marks escaped."""
    head = f"{HEAD}passages:\n- at: {json.dumps(text)}\n  zone: body\n  mentions:\n".replace("<b>", "\\\\<b\\\\>")
    head = head.replace("...", "\\\\...")
    (problem,) = read_source(head + "  - {q: a, actors: [arden]}\n", text).problems
    offered = problem.suggestion.removeprefix("write  ").split("   or   ")
    yaml = head + "".join(f"  - {{q: {anchor}, actors: [arden]}}\n" for anchor in offered)
    starts = [mention["q"]["start"] for mention in read_source(yaml, text).document["mentions"]]
    assert starts == [match.start() for match in re.finditer(r"\ba\b", text)]


def test_words_of_another_passage_are_told_as_such():
    """They are to be moved there."""
    (problem,) = read_source(HEAD + item("left") + "- {at: Arden left, zone: body}\n", TEXT).problems
    assert (problem.code, problem.suggestion) == ("anchor-elsewhere", "move the item there")
    assert "'Arden left'" in problem.message


def test_hints_are_given_for_a_hundred_problems(monkeypatch):
    """Each takes some milliseconds, and nobody reads more."""
    asked = []
    monkeypatch.setattr(module, "nearest_text", lambda text, literal: asked.append(literal))
    monkeypatch.setattr(module, "shortest_anchor", lambda folded, scopes, span, tries: asked.append(span) or "x")
    found = read_source(HEAD + item(*["missing"] * 150), TEXT)
    assert (len(found.problems), len(asked)) == (150, 100)
    asked.clear()
    found = read_source(HEAD + item(*["it"] * 150), TEXT)
    assert (len(found.problems), len(asked)) == (150, 200)
    asked.clear()
    found = read_source(HEAD + "passages:\n" + "- {at: missing, zone: body}\n" * 150, TEXT)
    assert (len(found.problems), len(asked)) == (150, 100)


def test_a_quote_that_a_text_of_two_megabytes_lacks_is_refused():
    """With the nearest words of its beginning."""
    text = "Start here. " + "the word again and " * 110_000
    (problem,) = read_source(
        f"{HEAD}passages:\n- {{at: Start, zone: body, mentions: [{{q: Stort her, actors: [a]}}]}}\n", text
    ).problems
    assert (problem.code, problem.suggestion) == ("anchor-not-found", "the nearest words are 'Start here'")


# Properties


@FEW
@given(documents())
def test_completing_twice_changes_nothing(document):
    """And what is complete satisfies the schema."""
    once, order = complete(document, NAMES)
    twice, _ = complete(once, NAMES)
    assert twice == once
    assert [*map(list, twice)] == [*map(list, once)]
    assert [*check_schema("canonical", once)] == []
    before = origins_before(once, order)
    mentions = [document["mentions"][before["mentions", new][1]]["q"] for new in range(len(once["mentions"]))]
    assert mentions == [mention["q"] for mention in once["mentions"]]


@FEW
@given(st.lists(notes(), min_size=1, max_size=6))
def test_whatever_anchors_people_write_is_resolved_or_a_problem(anchors):
    """Never an exception."""
    mentions = [{"q": anchor, "actors": ["arden"]} for anchor in anchors]
    source = {"document": "d", "language": "en", "annotated": [], "date": {"because": anchors}}
    for at in ("Arden said", anchors[0]):
        passages = [{"at": at, "zone": "body", "mentions": mentions}]
        found = module.resolve_document({**source, "passages": passages}, TEXT, NAMES)
        assert (found.document is None) == bool(found.problems)
