"""The quick questions stand for the rules: they say yes just when all the rules behind them have nothing to say."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hostile import MANY, texts
from hypothesis import given
from hypothesis import strategies as st

from corpus_pkg.checks.rule import Known
from corpus_pkg.checks.text import PASSAGE_RULES, SPAN_RULES, is_anchored, is_divided
from corpus_pkg.vocabulary import default_vocabulary

NOTHING = Known(default_vocabulary(), {}, {})
offsets = st.integers(0, 30)


def is_sound(rules, document):
    return not [problem for rule in rules for problem in rule.check(document, NOTHING)]


@MANY
@given(texts(12), st.lists(offsets, max_size=8), st.sampled_from([None, None, None, 0]), st.booleans())
def test_a_text_that_is_divided_has_sound_passages(text, cuts, duplicate, in_order):
    """Also where passages overlap, are empty, lie behind the text, begin on white space, or repeat another."""
    ends = [0, *(sorted(cuts) if in_order else cuts), len(text)]
    bounds = [(start, end) for start, end in pairwise(ends) if start < end or not in_order]
    trimmed = [(end - len(text[start:end].lstrip()), start + len(text[start:end].rstrip())) for start, end in bounds]
    for spans in (bounds, trimmed):
        passages = [{"start": start, "end": end, "duplicate_of": duplicate} for start, end in spans if start >= 0]
        document = {"text": text, "passages": passages}
        if is_divided(document):
            assert is_sound(PASSAGE_RULES, document)
        elif duplicate is None and not text.startswith("\ufeff"):  # of which the rules are asked
            assert not is_sound(PASSAGE_RULES, document)


@MANY
@given(texts(12), st.lists(st.tuples(offsets, offsets), max_size=6), st.sampled_from(["", "", "", "x"]))
def test_a_document_that_is_anchored_has_sound_spans(text, places, drift):
    """Also where spans lie behind the text, begin on white space, or cut a character."""
    spans = [(start, end) for start, end in places if text[start:end]]
    mentions = [{"q": {"start": start, "end": end, "text": text[start:end] + drift}} for start, end in spans]
    document = {"text": text, "mentions": mentions, "triggers": [], "times": []}
    assert is_anchored(document) == is_sound(SPAN_RULES, document)


@MANY
@given(texts(12), st.integers(0, 11), st.integers(1, 5))
def test_a_span_that_leads_beyond_the_text_is_not_anchored(text, start, more):
    """Python cuts such a slice at the end, so that its words would seem to stand there."""
    words = text[min(start, len(text) - 1) :]
    span = {"start": len(text) - len(words), "end": len(text) + more, "text": words}
    document = {"text": text, "mentions": [{"q": span}], "triggers": [], "times": []}
    assert not is_anchored(document)
    assert "span-text-mismatch" in [problem.code for rule in SPAN_RULES for problem in rule.check(document, NOTHING)]


@pytest.mark.parametrize(
    ("text", "end", "words"),
    [
        ("ends", 10**17, "ends"),
        ("ends\r", 6, "ends\r"),
        ("ends", 5, "ends\r"),
        ("\U0001f469\U0001f3fd\u200d\U0001f680", 5, "\U0001f469\U0001f3fd\u200d\U0001f680"),
    ],
)
def test_a_far_end_a_carriage_return_and_an_emoji_do_not_hide_it(text, end, words):
    """What `is_anchored` puts behind the text is no part of it."""
    document = {"text": text, "mentions": [{"q": {"start": 0, "end": end, "text": words}}], "triggers": [], "times": []}
    assert not is_anchored(document)
    assert not is_sound(SPAN_RULES[:1], document)
