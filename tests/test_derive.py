"""Values that follow from others: levels of mentions, forms of quotation, commitments, the bases of dates."""

from __future__ import annotations

import pytest

from corpus_pkg.defaults import FOLLOWS, fill
from corpus_pkg.derive import NameForms, add_derived, commitments, form, level, name_forms, split_mode, with_bases

NAMES = {
    "arden": NameForms(frozenset({"Arden", "Land of Arden"}), frozenset({"Ardenian"})),
    "belmar": NameForms(frozenset({"Belmar"}), frozenset()),
}


def spans(text, *quotes):
    """Return the first stretch of the text for each quote."""
    return [{"start": text.index(q), "end": text.index(q) + len(q), "text": q} for q in quotes]


@pytest.mark.parametrize(
    ("quote", "actors", "expected"),
    [
        ("Arden", ["arden"], "NAM"),
        ("Land\u00a0of\r\n Arden", ["arden"], "NAM"),
        ("Ardenian", ["arden"], "ADJ"),
        ("arden", ["arden"], "NOM"),
        ("the land", ["arden"], "NOM"),
        ("Belmar", ["arden"], "NOM"),
        ("Belmar", ["arden", "belmar"], "NAM"),
        ("Arden", ["nobody"], "NOM"),
    ],
)
def test_the_level_of_a_mention_follows_from_the_names_of_its_actors(quote, actors, expected):
    """Letter by letter, but for white space; of several actors one is enough."""
    assert level({"q": {"start": 0, "end": 1, "text": quote}, "actors": actors}, NAMES) == expected


def test_names_are_the_name_the_aliases_and_the_adjectives():
    """White space folded."""
    forms = name_forms([{"id": "a", "name": "Land  of\nArden", "aliases": ["Arden"], "adjectives": ["Ardenian"]}])
    assert forms == {"a": NameForms(frozenset({"Land of Arden", "Arden"}), frozenset({"Ardenian"}))}


@pytest.mark.parametrize(
    ("text", "quotes", "expected"),
    [
        ("“We agree” he said", ["We agree"], "direct"),
        ("“We agree,” he said", ["We agree"], "direct"),
        ('"We agree?!" he said', ["We agree"], "direct"),
        ("«ما پل را نسوزاندیم»، گفت", ["ما پل را نسوزاندیم"], "direct"),
        ("“We agree” he said", ["“We agree”"], "direct"),
        ("‘We agree’, he said", ["We agree"], "direct"),
        ("'We agree,' he said", ["We agree"], "direct"),
        ("The ministers' plan and the delegates' vote", ["plan and the delegates"], "indirect"),
        ("„Wir wollen“, sagte er", ["Wir wollen"], "direct"),
        ("“We”, he said, “agree.”", ["We", "agree"], "direct"),
        ("“We”, he said, agree", ["We", "agree"], "indirect"),
        ("He said that “we” agree", ["that “we” agree"], "mixed"),
        ("“We” agree, he “said”", ["“We” agree, he “said”"], "mixed"),
        ("He said that the minister’s car", ["that the minister’s car"], "indirect"),
        ("He said that we agree", ["that we agree"], "indirect"),
        ("We agree", ["We agree"], "indirect"),
    ],
)
def test_the_form_of_a_quotation_follows_from_its_marks(text, quotes, expected):
    """Just inside or just outside its ends, a comma or full stop between; a lone ’ or ' is an apostrophe."""
    assert form({"content": spans(text, *quotes)}, text) == expected


TEXT = "Dell said that Raz, who said that they had met, lied; they had met again."
OUTER = {"sources": ["dell"], "content": spans(TEXT, "Raz, who said that they had met, lied"), "form": "indirect"}
INNER = {"sources": ["raz"], "content": spans(TEXT, "they had met"), "form": "indirect"}


def commit(trigger, attributions, modality="actual"):
    """Return the derived commitments at the first place of a trigger, by source."""
    derived = commitments({"q": spans(TEXT, trigger)[0]}, attributions, modality)
    return {item["source"]: item["value"] for item in derived}


def test_the_author_is_certain_outside_attributions():
    """What nobody else is made to say, the author says."""
    assert commit("again", [OUTER, INNER]) == {"AUTHOR": "CT+"}


def test_inside_an_attribution_its_source_is_certain_and_the_author_is_not_committed():
    """After FactBank."""
    assert commit("lied", [OUTER, INNER]) == {"AUTHOR": "Uu", "dell": "CT+"}


def test_the_innermost_source_is_certain_and_those_around_it_are_not_committed():
    """Whatever the order in which they stand."""
    expected = {"AUTHOR": "Uu", "dell": "Uu", "raz": "CT+"}
    assert commit("met", [OUTER, INNER]) == commit("met", [INNER, OUTER]) == expected


def test_two_sources_of_the_same_words_are_both_certain():
    """Neither stands around the other."""
    other = {**INNER, "sources": ["marn"]}
    expected = {"AUTHOR": "Uu", "dell": "Uu", "raz": "CT+", "marn": "CT+"}
    assert commit("met", [OUTER, INNER, other]) == commit("met", [other, OUTER, INNER]) == expected


def test_the_stretch_around_the_trigger_decides_who_is_innermost():
    """Not a shorter stretch of the same content that lies elsewhere."""
    split = {**OUTER, "content": [*OUTER["content"], *spans(TEXT, "again")]}
    assert commit("met", [split, INNER]) == {"AUTHOR": "Uu", "dell": "Uu", "raz": "CT+"}


def test_who_says_it_inside_and_outside_is_certain():
    """The inner saying counts."""
    assert commit("met", [OUTER, {**INNER, "sources": ["dell"]}]) == {"AUTHOR": "Uu", "dell": "CT+"}


@pytest.mark.parametrize("modality", ["future", "desired", "hypothetical", "generic"])
def test_nobody_is_committed_to_what_is_not_actual(modality):
    """Neither the author nor a source."""
    assert commit("again", [], modality) == {"AUTHOR": "Uu"}
    assert commit("met", [INNER], modality) == {"AUTHOR": "Uu", "raz": "Uu"}


def test_scare_quotes_commit_nobody():
    """They ascribe words, not events."""
    assert commit("met", [{**INNER, "form": "scare_quote"}]) == {"AUTHOR": "CT+"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, (None, None, None)),
        ({"text": "2021"}, ("2021", "2021", "2021")),
        ({"text": "2021", "known": "2021-05"}, ("2021", "2021-05", "2021-05")),
        ({"text": "2021", "external": "2021-05"}, ("2021", "2021", "2021-05")),
        ({"text": "2021", "known": None}, ("2021", None, None)),
        ({"external": "2021"}, (None, None, "2021")),
    ],
)
def test_a_basis_that_is_left_out_takes_the_value_of_the_one_before(given, expected):
    """One that is null stays null."""
    dated = with_bases({"text": None, "known": FOLLOWS, "external": FOLLOWS, **given})
    assert (dated["text"], dated["known"], dated["external"]) == expected


@pytest.mark.parametrize(
    ("label", "expected"),
    [("CONSULT/phone", ("CONSULT", "phone")), ("CONSULT", ("CONSULT", None)), ("x:COMPLEX/war", ("x:COMPLEX", "war"))],
)
def test_type_and_mode_are_two_keys(label, expected):
    """A mode of its own stays."""
    assert tuple(split_mode({"type": label}).values()) == expected
    assert split_mode({"type": "CONSULT", "mode": "visit"})["mode"] == "visit"


def test_what_is_written_is_kept():
    """Derived values stand only where none is written."""
    given = {
        "text": TEXT,
        "events": [{"id": "met", "type": "CONSULT"}],
        "mentions": [{"q": spans(TEXT, "Raz")[0], "actors": ["arden"], "level": "PRO"}],
        "attributions": [{**INNER, "form": "mixed"}],
        "triggers": [{"q": spans(TEXT, "met")[0], "event": "met", "factuality": [{"source": "raz", "value": "PS-"}]}],
    }
    derived = fill("canonical", given)
    add_derived(derived, NAMES)
    assert derived["mentions"][0]["level"] == "PRO"
    assert derived["attributions"][0]["form"] == "mixed"
    values = [{"source": "AUTHOR", "value": "Uu"}, {"source": "raz", "value": "PS-"}]
    assert derived["triggers"][0]["factuality"] == values


def test_by_metonymy_the_name_of_a_place_names_its_government():
    names = name_forms([{"id": "town", "name": "Arden"}, {"id": "state", "name": "Ruritania"}])
    mention = {"q": {"text": "Arden"}, "actors": ["state"], "metonymy": True}
    assert level(mention, names) == "NAM"
    assert level({**mention, "metonymy": False}, names) == "NOM"
