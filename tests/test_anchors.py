"""Anchors: one string that means exactly one stretch of a text, or is refused."""

from __future__ import annotations

import re

import pytest
from hostile import MANY, WORDS, anchored_spans, divisions, is_inside_word, scopes, texts
from hypothesis import assume, given
from hypothesis import strategies as st

from corpus_pkg import anchors
from corpus_pkg.anchors import (
    LIMIT,
    AnchorError,
    Folded,
    escape,
    find_anchor,
    fold_space,
    nearest_text,
    parse_anchor,
    shortest_anchor,
)


def find(anchor, text, *bounds):
    """Return what an anchor means in a text, or in stretches of it."""
    start, end = find_anchor(parse_anchor(anchor), Folded(text), bounds or [(0, len(text))])
    return text[start:end]


def refusal(anchor, text, *bounds):
    """Return why an anchor is refused, and what it could mean."""
    with pytest.raises(AnchorError) as caught:
        find(anchor, text, *bounds)
    return caught.value.reason, [text[start:end] for start, end in caught.value.candidates]


# What an anchor means


@pytest.mark.parametrize(
    ("anchor", "text", "expected"),
    [
        ("Arden", "In Arden now", "Arden"),
        ("Arden", "Ardenians of Arden", "Arden"),
        ("rden", "In Arden now", "rden"),
        ("پل", "می\u200cپل پل", "پل"),
        ("cafe", "cafe\u0301 cafe", "cafe"),
        ("a b", "x a\u00a0\r\n\u2028b", "a\u00a0\r\n\u2028b"),
        ("a \n b", "a\x0bb", "a\x0bb"),
        ("to <the region>", "the region to the region", "the region"),
        ("<Bakı>da", "Bakı, Bakıda, Bakı", "Bakı"),
        ("Lun <körpüsü>ndə", "Lun körpüsündə", "körpüsü"),
        ("of< Arden >now", "of Arden now", "Arden"),
        ("A ... B", "x A y B z", "A y B"),
        ("A\u00a0...\nB", "x A y B z", "A y B"),
        ("x <A ... B> z", "A x A y B z B", "A y B"),
        ("A <b ... c> d", "A b . c d", "b . c"),
        (r"a \< b", "a < b", "a < b"),
        (r"a \<b\>", "a <b>", "a <b>"),
        (r"<\<\>>", "a <>", "<>"),
        (r"a \... b", "a ... b", "a ... b"),
        (r"a\... b", "a... b", "a... b"),
        (r"\...", "a ... b", "..."),
        ("a... b", "a... b", "a... b"),
        ("...", "a ... b", "..."),
        (" ... ", "a ... b", "..."),
        ("... b", "a ... b", "... b"),
        ("a ...", "a ... b", "a ..."),
        (r"a ... \... ... b", "x", None),
        (r"a \\ b", "a \\ b", "a \\ b"),
        (r"a \ b", "a \\ b", "a \\ b"),
        (r"a\\<b>", "a\\b b", "b"),
        (r"\\...", r"\... ", r"\..."),
        ("\ufeffa", "x\ufeffa a", "\ufeffa"),
        ("a", "\ufeffa", "a"),
        ("👩\u200d🚒", "👩👩\u200d🚒", "👩\u200d🚒"),
    ],
)
def test_an_anchor_means_one_stretch(anchor, text, expected):
    """Whole words first, any white space for any, marks for the span within its context."""
    if expected is None:
        assert "more than once" in refusal(anchor, text)[0]
    else:
        assert find(anchor, text) == expected


@pytest.mark.parametrize(
    ("anchor", "text", "reason", "candidates"),
    [
        ("Arden", "Arden, Arden", "it stands 2 times", ["Arden", "Arden"]),
        ("rden", "Arden, Arden", "it stands 2 times", ["rden", "rden"]),
        ("aa", "aaa", "it stands 2 times", ["aa", "aa"]),
        ("arden", "Arden", "it does not stand", []),
        ("Zo\u00e9", "Zoe\u0301", "it does not stand", []),
        ("A ... B", "B x A", "its end does not stand behind its beginning", []),
        ("A B ... B", "A B", "its end does not stand behind its beginning", []),
        ("A ... B", "A B B", "its end stands 2 times behind its beginning", ["A B", "A B B"]),
        ("A ... B", "A A B", "it stands 2 times", ["A A B", "A B"]),
        ("A ... C", "A A B", "it stands 2 times", ["A", "A"]),
    ],
)
def test_an_anchor_that_means_nothing_or_two_things_is_refused(anchor, text, reason, candidates):
    """With what it could mean; nothing is like enough."""
    assert refusal(anchor, text) == (reason, candidates)


@pytest.mark.parametrize(
    "anchor", ["<a", "a>", ">a<", "<<a>>", "<a> <b>", "a ... <b>", "<a> ... b", "a> ... <b", "a>b<c"]
)
def test_marks_that_do_not_pair_are_refused(anchor):
    """Those of the text are escaped."""
    assert "do not pair" in refusal(anchor, "a b")[0]


@pytest.mark.parametrize(
    ("anchor", "reason"),
    [
        *((anchor, "it has no words") for anchor in ("", " ", "<>", "< >", "\u2028")),
        *((anchor, "nothing stands between its marks") for anchor in ("a<>", "<>a", "a < > b", "a <\n> b")),
        *((anchor, "no words stand beside one of its marks") for anchor in ("a< ... b>", "<a ... > b", "a < ... > b")),
    ],
)
def test_anchors_without_words_are_refused(anchor, reason):
    """A span is never empty, and never begins or ends on white space."""
    assert reason in refusal(anchor, "a b")[0]


def test_a_far_end_may_stand_in_a_later_scope_and_the_nearest_that_has_it_counts():
    """Passages of another zone are no scopes: they do not end a span, and their words are not looked at."""
    text = "A one. B caption. B two. B three."
    first, caption, second, third = (0, 6), (7, 17), (18, 24), (25, 33)
    assert find("A ... B", text, first, second, third) == text[:19]
    assert find("A ... B three", text, first, second, third) == text[:32]
    assert find("A ... B", text, first, third) == text[:26]
    assert find("A ... caption", text, first, caption, second) == text[:16]
    assert refusal("A ... caption", text, first, second)[0] == "its end does not stand behind its beginning"


def test_what_stands_in_the_first_scope_is_nearer_than_what_follows():
    """So it must stand there once behind the beginning."""
    text = "A B B. B"
    assert refusal("A ... B", text, (0, 6), (7, 8))[0] == "its end stands 2 times behind its beginning"


def test_the_beginning_stands_in_the_first_scope():
    """Only the end may be elsewhere."""
    assert refusal("B", "A. B", (0, 2), (3, 4))[0] == "it does not stand"


def test_a_span_does_not_leave_its_scope():
    """Words that are cut by its end do not stand in it."""
    assert refusal("a b", "a b", (0, 1))[0] == "it does not stand"


# What is written


@pytest.mark.parametrize(
    ("text", "quote", "expected"),
    [
        ("In Arden now", "Arden", "Arden"),
        ("Arden met Arden", "Arden", "<Arden> met"),
        ("a < b", "< b", r"\< b"),
        ("a ... b", "... b", r"\... b"),
        (r"a\b", r"a\b", r"a\\b"),
        ("Ardenin", "Arden", "Arden"),
        ("x one " + "two three " * 8 + "end y", "one " + "two three " * 8 + "end", "one ... end"),
        ("one one " + "two three " * 8 + "end", "one " + "two three " * 8 + "end", "one two ... end"),
    ],
)
def test_the_writer_takes_the_shortest_anchor(text, quote, expected):
    """Long spans are written by their ends."""
    start = text.index(quote)
    found = shortest_anchor(Folded(text), [(0, len(text))], (start, start + len(quote)))
    assert (found, find(found, text)) == (expected, quote)


@pytest.mark.parametrize("span", [(0, 2), (1, 4), (1, 2), (3, 3), (2, 6)])
def test_a_span_on_white_space_or_outside_its_scope_has_no_anchor(span):
    """The refusal says where it is."""
    with pytest.raises(AnchorError, match=f"{span[0]}-{span[1]}"):
        shortest_anchor(Folded("a  b c"), [(0, 4)], span)


@MANY
@given(texts(80), st.data())
def test_what_the_writer_writes_is_what_it_means(text, data):
    """In one passage, and in several of the same zone; on hostile words."""
    passages = data.draw(divisions(text))
    within = scopes(passages, data.draw(st.integers(0, len(passages) - 1)))
    span = data.draw(anchored_spans(text, within))
    folded = Folded(text)
    assert find_anchor(parse_anchor(shortest_anchor(folded, within, span)), folded, within) == span


@MANY
@given(texts(60), st.data())
def test_an_anchor_finds_what_a_regular_expression_finds(text, data):
    """Exactly one match as whole words, or else exactly one at all."""
    assume(not text.startswith("\ufeff"))
    start = data.draw(st.integers(0, len(text) - 1))
    words = text[start : data.draw(st.integers(start + 1, len(text)))].split()
    assume(words)
    pattern = re.compile("(?=(" + r"\s+".join(map(re.escape, words)) + "))")
    found = [match.span(1) for match in pattern.finditer(text)]
    whole = [span for span in found if not any(is_inside_word(text, offset) for offset in span)]
    anchor = escape(" ".join(words))
    if len(wanted := whole or found) == 1:
        assert find_anchor(parse_anchor(anchor), Folded(text), [(0, len(text))]) == wanted[0]
    else:
        assert refusal(anchor, text) == (f"it stands {len(wanted)} times", [text[slice(*span)] for span in wanted[:4]])


@MANY
@given(st.lists(st.sampled_from(WORDS)).map(" ".join).filter(str.strip))
def test_escaped_words_mean_themselves(words):
    """Whatever marks they have."""
    parsed = parse_anchor(escape(fold_space(words)))
    assert (parsed.head, parsed.tail, parsed.start, parsed.end) == (fold_space(words), None, 0, len(fold_space(words)))


@MANY
@given(st.text("ab \n\t\ufeff\u00a0\u2028", max_size=12))
def test_each_character_of_a_folded_text_leads_to_the_one_that_it_was(text):
    """Reckoned one by one: of a run of white space the first is kept, as a blank; a byte-order mark may open the text.

    An offset of what was left out leads to what stands behind it.
    """
    is_space = [char.isspace() or (char == "\ufeff" and index == 0) for index, char in enumerate(text)]
    kept = [index for index, space in enumerate(is_space) if not space or index == 0 or not is_space[index - 1]]
    folded = Folded(text)
    assert folded.text == "".join(" " if is_space[index] else text[index] for index in kept)
    assert [folded.to_raw((index, index + 1))[0] for index in range(len(kept))] == kept
    for offset in range(len(text)):
        start = sum(index < offset for index in kept)
        if start < len(kept) and folded.text[start] != " ":
            assert folded.to_folded((offset, len(text)))[0] == start


@MANY
@given(texts(), st.data())
def test_folding_leads_there_and_back(text, data):
    """A span without white space at its ends has one place in the folded text."""
    folded = Folded(text)
    start = data.draw(st.integers(0, len(folded.text) - 1))
    end = data.draw(st.integers(start + 1, len(folded.text)))
    assume(folded.text[start] != " " != folded.text[end - 1])
    assert folded.to_folded(folded.to_raw((start, end))) == (start, end)


# Work


@pytest.fixture
def looks(monkeypatch):
    """A list with an entry for each match that is looked at."""
    seen = []
    original = anchors.iter_matches

    def watched(*arguments):
        for match in original(*arguments):
            seen.append(match)
            yield match

    monkeypatch.setattr(anchors, "iter_matches", watched)
    return seen


REPEATED = "the word again and " * 110_000
"""A passage of two megabytes that repeats itself."""


def test_of_very_many_matches_a_thousand_are_looked_at(looks):
    """Then the anchor is refused, and some of its meanings told."""
    reason, candidates = refusal("word", REPEATED)
    assert (reason, candidates) == ("it stands 1000 times or more", ["word"] * 4)
    assert len(looks) == anchors.MANY


def test_far_anchors_look_at_the_ends_of_a_few_beginnings(looks):
    """Not of all."""
    refusal("word ... again", REPEATED)
    assert len(looks) <= 6 * anchors.MANY


def test_writing_an_anchor_in_a_text_that_repeats_itself_ends(looks):
    """With one that leads to the edge of the text, or none."""
    text = "Start. " + REPEATED[:2_000_000]
    span = (text.index("word"), text.index("word") + 4)
    assert find(shortest_anchor(Folded(text), [(0, len(text))], span), text) == "word"
    with pytest.raises(AnchorError):
        shortest_anchor(Folded(text), [(0, len(text))], (1_000_000 + text[1_000_000:].index("word"), 1_000_500))
    assert len(looks) <= 400 * anchors.MANY


def test_the_nearest_words_are_looked_for_in_the_beginning_alone(monkeypatch):
    """6,000 characters of the passage and 120 of the quote."""
    lengths = []
    original = anchors.SequenceMatcher

    def watched(junk, text, quote, **options):
        lengths.append((len(text), len(quote)))
        return original(junk, text, quote, **options)

    monkeypatch.setattr(anchors, "SequenceMatcher", watched)
    assert nearest_text("The minister said it. " + REPEATED, "The ministry" + " and so on" * 1000).startswith("The min")
    assert lengths == [(6000, 120)]


def test_the_nearest_words_are_shown_where_they_stand():
    """`İ` has two small letters; the places of what follows do not move by them."""
    assert nearest_text("İ" * 40 + " Bakıda görüşdülər axşam", "görüşdüler") == "görüşdülər"
    assert nearest_text("nothing like it", "شهر") is None


@pytest.mark.parametrize(
    ("text", "quote", "near"),
    [
        ("met Belmar, then left", "Belmer", "Belmar"),
        ("met (“Belmar”). Then", "Belmer", "Belmar"),
        ("met Belmar, then left", "Belmer,", "Belmar,"),
        ("met “Belmar” then left", "“Belmer”", "“Belmar”"),
        ("Arden's minister", "Ardens", "Arden's"),
        ("in Baki\u0301, then", "Bakie", "Baki\u0301"),
    ],
)
def test_the_nearest_words_end_where_the_quote_would(text, quote, near):
    """Without the stops and quote marks beside them, but where the quote has some itself; accents stay."""
    assert nearest_text(text, quote) == near


def test_an_anchor_of_the_longest_length_is_found():
    """5,000 characters."""
    text = " ".join(map(str, range(3000)))
    assert find(text[:LIMIT].strip(), text) == text[:LIMIT].strip()
