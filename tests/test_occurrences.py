"""Many strings in one text: found as one by one, and in time that grows with the text and not with its square."""

from __future__ import annotations

import itertools
from random import Random
from time import process_time

import pytest
from hostile import MANY, texts
from hypothesis import given
from hypothesis import strategies as st

from corpus_pkg import anchors, occurrences
from corpus_pkg.anchors import AnchorError, Folded, find_anchor, parse_anchor
from corpus_pkg.occurrences import Occurrences, iter_matches
from corpus_pkg.resolve import resolve_document

repeating = st.lists(st.sampled_from(["a", "ab", "aab", " ", "b a"]), min_size=1, max_size=40).map("".join)
stretch = st.tuples(st.integers(0, 60), st.integers(1, 20))


def one_by_one(text, string, low, high):
    """Every offset, each looked at: what the others must find."""
    ends = range(max(low, 0), min(high, len(text)) - len(string) + 1)
    return [start for start in ends if text[start : start + len(string)] == string]


@MANY
@given(st.one_of(repeating, texts()), stretch, st.integers(0, 60), st.integers(0, 80))
def test_matches_that_overlap_are_all_found(text, place, low, high):
    """In a text that repeats itself above all, where the next match is looked for at a distance."""
    string = text[place[0] : sum(place)] or "ab"
    assert [*iter_matches(text, string, low, high)] == one_by_one(text, string, low, high)


@MANY
@given(st.one_of(repeating, texts()), st.lists(stretch), st.lists(st.text("ab ", min_size=1)), st.data())
def test_what_is_expected_is_found_as_one_by_one(text, places, others, data):
    """Strings of the text, others, and one that was not expected; rare pieces or not."""
    strings = [string for start, length in places if (string := text[start : start + length])] + others
    known = Occurrences(text, strings[1:])
    low, high = data.draw(st.integers(0, len(text))), data.draw(st.integers(0, len(text)))
    for string in strings:
        found = known.within(string, low, high)
        assert found is None or found == one_by_one(text, string, low, high)
        assert found is not None or string not in strings[1:]  # so short a text leaves nothing to `find`


@MANY
@given(texts(60), st.lists(stretch, min_size=1, max_size=6), st.data())
def test_anchors_mean_the_same_with_and_without_preparation(text, places, data):
    """Also what they refuse, and the words of the refusal."""
    folded, prepared = Folded(text), Folded(text)
    quotes = [quote for start, length in places if (quote := folded.text[start : start + length].strip())]
    strings = [anchors.escape(quote) for quote in quotes]
    strings += [f"{one} ... {other}" for one, other in itertools.pairwise(strings)]
    parsed = [parse_anchor(string) for string in strings]
    prepared._occurrences = Occurrences(prepared.text, [p for each in parsed for p in (each.head, each.tail) if p])
    cut = data.draw(st.integers(1, len(text)))
    scopes = [span for span in ((0, cut), (cut, len(text))) if text[slice(*span)].strip()]
    for anchor in parsed:
        assert outcome(anchor, prepared, scopes) == outcome(anchor, folded, scopes)


def outcome(anchor, folded, scopes):
    try:
        return find_anchor(anchor, folded, scopes)
    except AnchorError as error:
        return error.reason, error.candidates, error.many


def words(count: int, rng: Random) -> list[str]:
    made = {"".join(rng.choices("abcdefghijklmnop", k=rng.randint(5, 9))) for _ in range(2 * count)}
    return sorted(made, key=lambda word: rng.random())[:count]


def adversary(kind: str, count: int) -> tuple[str, list[str]]:
    """Return one passage of a text, and so many anchors in it."""
    rng = Random(count)
    text = words(count, rng)
    if kind == "words":
        return " ".join(text), text
    if kind == "far":
        return " ".join(text), [f"{text[i]} ... {text[i + 7]}" for i in range(count - 7)]
    if kind == "marked":
        return " ".join(text), [f"{text[i]} <{text[i + 1]}> {text[i + 2]}" for i in range(count - 2)]
    if kind == "repeated":  # each anchor could mean all the places of `ab`
        return f"start {'ab ' * count}end", ["ab " * (i % 400) + "ab" for i in range(count)]
    if kind == "rare end":
        return f"start {'ab ' * count}end", ["ab " * (i % 400) + "end" for i in range(count)]
    letters = "".join(rng.choices("ab", k=6 * count))  # of which every short piece stands everywhere
    return letters, [letters[place : place + 30] for place in (rng.randrange(6 * count - 30) for _ in range(count))]


def seconds(kind: str, count: int) -> float:
    text, quotes = adversary(kind, count)
    mentions = [{"q": quote, "actors": ["arden"]} for quote in quotes]
    passage = {"at": text[:20].rsplit(" ", 1)[0], "zone": "body", "mentions": mentions}
    begun = process_time()
    resolve_document({"document": "a", "language": "en", "passages": [passage]}, text, {})
    return process_time() - begun


@pytest.mark.parametrize("kind", ["words", "far", "marked", "repeated", "rare end", "letters"])
def test_the_time_of_anchors_grows_with_their_number(kind):
    """Four times as many in a text four times as long take some four times as long: sixteen would be the square."""
    # CPU time, and the best of several: what else runs makes one slower, and not all of them.
    assert any(seconds(kind, 8_000) < 9 * max(seconds(kind, 2_000), 0.05) for _ in range(6))


def test_pieces_of_a_string_are_parts_of_it():
    for length in range(1, 200):
        size, offsets = occurrences._size("a" * length), occurrences._offsets("a" * length)
        assert size <= length
        assert {0, length - size} <= {*offsets}
        assert max(offsets) + size <= length
