"""Selecting findings: by code, by the beginning of codes, by level, by severity."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_pkg.errors import UnknownNameError
from corpus_pkg.findings import LEVELS, Finding
from corpus_pkg.select import SEVERITIES, select_findings

CODES = ("anchor-ambiguous", "anchor-not-found", "anchor-end", "file-empty", "draft", "actor-clash")
KINDS = [
    ("anchor-ambiguous", "error", "anchors"),
    ("anchor-not-found", "error", "anchors"),
    ("anchor-end", "error", "file"),
    ("file-empty", "error", "file"),
    ("draft", "warning", "layers"),
    ("actor-clash", "error", "references"),
]
FINDINGS = [
    Finding(code, severity, level, "annotations/a.yaml", line, 1, "", None, "this is wrong")
    for line, (code, severity, level) in enumerate(KINDS, 1)
]


def chosen(select: list[str], ignore: list[str]) -> list[str]:
    """Return the codes of the findings that are left."""
    return [finding.code for finding in select_findings(FINDINGS, select, ignore, CODES)]


@pytest.mark.parametrize(
    ("select", "ignore", "left"),
    [
        ([], [], [*CODES]),
        (["draft"], [], ["draft"]),
        (["anchor"], [], ["anchor-ambiguous", "anchor-not-found", "anchor-end"]),
        (["anchor-"], [], ["anchor-ambiguous", "anchor-not-found", "anchor-end"]),
        (["anchor-not"], [], ["anchor-not-found"]),
        (["anchor-end"], [], ["anchor-end"]),
        (["file"], [], ["anchor-end", "file-empty"]),
        (["file-"], [], ["file-empty"]),
        (["anchors"], [], ["anchor-ambiguous", "anchor-not-found"]),
        (["warning"], [], ["draft"]),
        (["draft", "references"], [], ["draft", "actor-clash"]),
        ([], ["error"], ["draft"]),
        ([], ["anchor", "draft"], ["file-empty", "actor-clash"]),
        (["error"], ["anchor", "file"], ["actor-clash"]),
        (["draft"], ["draft"], []),
        (["release"], [], []),
    ],
)
def test_what_is_left(select, ignore, left):
    """What is ignored goes before what is selected; a level goes before codes that begin with the same word."""
    assert chosen(select, ignore) == left


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("anchor-ambigous", "no kind of finding is called 'anchor-ambigous'; did you mean anchor-ambiguous"),
        ("anchr", "no kind of finding is called 'anchr'; did you mean anchors"),
        ("act", "no kind of finding is called 'act'; did you mean actor-clash?"),
        ("warnings", "no kind of finding is called 'warnings'; did you mean warning?"),
        ("Draft", "no kind of finding is called 'Draft'; did you mean draft?"),
        ("-", "no kind of finding is called '-'"),
        ("", "no kind of finding is called ''"),
    ],
)
def test_a_word_that_names_nothing_is_refused(word, said):
    """With what may have been meant, to select or to ignore, and before anything is looked at."""
    for select, ignore in (([word], []), ([], ["draft", word])):
        with pytest.raises(UnknownNameError) as refused:
            select_findings([], select, ignore, CODES)
        assert str(refused.value).startswith(said)


WORDS = st.lists(st.sampled_from([*CODES, *LEVELS, *SEVERITIES, "anchor", "file-"]), max_size=3)


@given(WORDS, WORDS)
def test_selecting_and_ignoring_divide_the_findings(select, ignore):
    """In their order: each is left or taken away, and what one word selects the same word ignores."""
    left = select_findings(FINDINGS, select, ignore, CODES)
    assert left == [finding for finding in FINDINGS if finding in left]
    for word in {*select, *ignore}:
        halves = (select_findings(FINDINGS, [word], [], CODES), select_findings(FINDINGS, [], [word], CODES))
        assert sorted((*halves[0], *halves[1]), key=str) == sorted(FINDINGS, key=str)
    assert {*left}.isdisjoint(select_findings(FINDINGS, ignore, [], CODES) if ignore else [])
