"""What follows from relations."""

from __future__ import annotations

from itertools import product

from hostile import MANY
from hypothesis import given
from hypothesis import strategies as st

from corpus_pkg.agreement.closure import close_relations
from corpus_pkg.vocabulary import default_vocabulary

events = st.sampled_from("abcdef")
relations_of = st.sets(
    st.tuples(events, st.sampled_from(["BEFORE", "SUBEVENT_OF", "OVERLAP", "CAUSES"]), events), max_size=12
)


def closed(*relations: str) -> set[str]:
    """Return the closure of relations that are written `a BEFORE b`."""
    found = close_relations({tuple(line.split()) for line in relations}, default_vocabulary().is_symmetric)
    return {" ".join(relation) for relation in found}


def test_order_is_carried_on():
    assert closed("a BEFORE b", "b BEFORE c") == {"a BEFORE b", "b BEFORE c", "a BEFORE c"}


def test_a_part_of_a_part_is_a_part():
    assert "a SUBEVENT_OF c" in closed("a SUBEVENT_OF b", "b SUBEVENT_OF c")


def test_parts_keep_the_order_of_their_wholes():
    """A battle of the first war is before one of the second."""
    found = closed("battle SUBEVENT_OF first", "raid SUBEVENT_OF second", "first BEFORE second")
    assert {"battle BEFORE second", "first BEFORE raid", "battle BEFORE raid"} <= found
    assert "raid BEFORE battle" not in found


def test_causes_and_responses_are_not_carried_on():
    assert closed("a CAUSES b", "b CAUSES c") == {"a CAUSES b", "b CAUSES c"}


def test_symmetric_relations_have_one_direction():
    assert closed("b OVERLAP a") == closed("a OVERLAP b") == {"a OVERLAP b"}


def test_a_circle_relates_nothing_to_itself():
    """Data with a circle are wrong, and closing them ends all the same."""
    assert closed("a BEFORE b", "b BEFORE a") == {"a BEFORE b", "b BEFORE a"}


@MANY
@given(relations_of)
def test_closure_is_that_of_plain_rules(relations):
    """The rules, applied one by one until nothing new follows, give the same."""
    symmetric = default_vocabulary().is_symmetric
    known = {(min(s, e), k, max(s, e)) if symmetric(k) else (s, k, e) for s, k, e in relations}
    while True:
        new = set()
        for (start, kind, middle), (again, other, end) in product(known, known):
            if middle == again and (kind, other) in {("BEFORE", "BEFORE"), ("SUBEVENT_OF", "BEFORE")}:
                new.add((start, "BEFORE", end))
            if middle == again and kind == other == "SUBEVENT_OF":
                new.add((start, "SUBEVENT_OF", end))
            if (kind, other) == ("BEFORE", "SUBEVENT_OF") and middle == end:
                new.add((start, "BEFORE", again))
        if new <= known:
            break
        known |= new
    assert close_relations(relations, symmetric) == {(s, k, e) for s, k, e in known if s != e}


@MANY
@given(relations_of)
def test_closing_twice_adds_nothing(relations):
    symmetric = default_vocabulary().is_symmetric
    once = close_relations(relations, symmetric)
    if all((end, kind, start) not in once for start, kind, end in once if start != end):
        assert close_relations(once, symmetric) == once
