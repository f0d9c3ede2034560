"""Patterns that mean places in plain data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_pkg.countries import COUNTRIES, PAST, PRESENT
from corpus_pkg.paths import Indexed, all_spans, gathered, iter_at, key_patterns, span_patterns, strays, values_at

DATA = {
    "mentions": [{"q": 1, "actors": ["a", "b"]}, {"q": 2, "actors": []}, {"q": None}],
    "source": {"holder": None, "parties": [{"actor": "c"}]},
}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("mentions.*.actors.*", [(("mentions", 0, "actors", 0), "a"), (("mentions", 0, "actors", 1), "b")]),
        ("mentions.*.q", [(("mentions", 0, "q"), 1), (("mentions", 1, "q"), 2)]),
        ("source.holder", []),
        ("source.parties.*.actor", [(("source", "parties", 0, "actor"), "c")]),
        ("nothing.*.at.all", []),
    ],
)
def test_a_pattern_means_every_place_of_its_form(pattern, expected):
    """What is missing or null on the way is passed over; with and without paths the values are the same."""
    assert [*iter_at(DATA, pattern)] == expected
    assert values_at(DATA, pattern) == [value for _, value in expected]


@given(st.lists(st.sampled_from("abc")), st.sets(st.sampled_from("abc")))
def test_strays_are_what_is_not_known(names, known):
    found = [*strays({"x": names}, "x.*", known)]
    assert found == [(("x", i), name) for i, name in enumerate(names) if name not in known]


def test_patterns_come_from_the_schema():
    """Every span of a document, and every list of cases, is found; none twice."""
    assert {"mentions.*.q", "triggers.*.when.*", "attributions.*.content.*", "date.because.*"} <= set(span_patterns())
    assert {"cases.*", "mentions.*.cases.*", "events.*.time.cases.*"} <= set(key_patterns("cases"))
    assert "actors.*.offices.*.cite.*" in key_patterns("cite", "inventory")
    assert "draft" in key_patterns("draft")
    assert len(set(span_patterns())) == len(span_patterns())


def test_all_spans_of_a_document():
    """Null ones are none."""
    one, two = {"start": 0, "end": 1, "text": "a"}, {"start": 2, "end": 3, "text": "b"}
    document = {"mentions": [{"q": one}], "attributions": [{"cue": None, "content": [two, one]}], "times": []}
    assert all_spans(document) == [one, two, one]


def test_what_is_gathered_from_an_indexed_document_is_gathered_once():
    """And from any other value each time, so that one that has changed is seen as it is."""

    @gathered
    def count(value, key):
        asked.append(key)
        return len(value[key])

    asked, plain = [], {"a": [1, 2], "b": [3]}
    indexed = Indexed(plain)
    assert indexed == plain
    assert [count(indexed, key) for key in "aab"] == [2, 2, 1]
    assert asked == ["a", "b"]
    assert values_at(indexed, "a.*") is values_at(indexed, "a.*")
    plain["a"] = []
    assert (count(plain, "a"), values_at(plain, "a.*")) == (0, [])
    assert asked == ["a", "b", "a"]


def test_codes_of_countries():
    """249 of today; those of the past are others."""
    assert (len(PRESENT), PRESENT & PAST) == (249, frozenset())
    assert {"AZE", "IRN", "XKX", "SUN"} <= COUNTRIES
    assert all(len(code) == 3 and code.isascii() and code.isupper() for code in COUNTRIES)
