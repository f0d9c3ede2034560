"""Agreement of two passes: alignment of actors and events, each measure by hand, and what must always hold."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from conftest import TOP, Data, full_documents, plain_document, span
from generated import LANDS, PEOPLE, generate_documents
from hostile import MANY
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_pkg import __version__
from corpus_pkg.agreement.agree import MEASURES, SIGNATURE, agree_documents
from corpus_pkg.agreement.coefficients import raw_agreement
from corpus_pkg.agreement.counts import Figure, add_counts, count_labels
from corpus_pkg.agreement.interval import SAMPLES, bootstrap
from corpus_pkg.agreement.table import as_table
from corpus_pkg.defaults import fill
from corpus_pkg.derive import name_forms
from corpus_pkg.passes import read_pass
from corpus_pkg.resolve import complete

ALL = ["date", "source", "actors", "events"]
TEXT = (
    "Arden's envoy Ana Dell met Omid Raz of Belmar on Monday. "
    "Raz said that Arden had attacked and burnt Belmar's bridge."
)


def inventory_of(*actors: str | Data) -> Data:
    """Return an inventory of actors, given by their id or whole."""
    whole = [actor if isinstance(actor, dict) else {"id": actor, "type": "ORG", "name": actor} for actor in actors]
    return fill("inventory", {"actors": whole})


A = inventory_of("arden", "belmar", "dell", "raz")
B = inventory_of("land1", "land2", "person1", "person2")
RENAMED = dict(zip(("arden", "belmar", "dell", "raz"), ("land1", "land2", "person1", "person2"), strict=True))


def completed(document: Data, inventory: Data = A) -> Data:
    return complete(document, name_forms(inventory["actors"]))[0]


def first_pass(**changes: Any) -> Data:
    """Return the annotations of the first pass, before defaults, with some layers changed."""
    text = TEXT
    layers = {
        "annotated": ALL,
        "mentions": [
            {"q": span(text, "Arden"), "actors": ["arden"]},
            {"q": span(text, "Ana Dell"), "actors": ["dell"]},
            {"q": span(text, "Omid Raz"), "actors": ["raz"]},
            {"q": span(text, "Belmar"), "actors": ["belmar"]},
            {"q": span(text, "Raz", "Monday"), "actors": ["raz"]},
            {"q": span(text, "Arden", "Monday"), "actors": ["arden"]},
            {"q": span(text, "Belmar", "burnt"), "actors": ["belmar"], "metonymy": True},
        ],
        "triggers": [
            {"q": span(text, "met"), "event": "meeting", "when": [span(text, "Monday")]},
            {"q": span(text, "attacked"), "event": "attack"},
            {"q": span(text, "burnt"), "event": "attack", "factuality": [{"source": "arden", "value": "CT-"}]},
        ],
        "times": [{"q": span(text, "Monday"), "text": "2021-05-03", "anchored": "document_date"}],
        "attributions": [
            {
                "cue": span(text, "said"),
                "sources": ["raz"],
                "content": [span(text, "Arden had attacked and burnt Belmar's bridge")],
            }
        ],
        "events": [
            {"id": "meeting", "type": "CONSULT", "mode": "visit", "actor": ["dell"], "recipient": ["raz"]},
            {"id": "attack", "type": "ASSAULT", "mode": "destroy", "actor": ["arden"], "recipient": ["belmar"]},
        ],
    }
    return plain_document("d", text, **layers | changes)


def renamed(document: Data) -> Data:
    """Return a document with the actors of the other inventory, and other names for its events."""
    whole = json.dumps(document)
    for old, new in {**RENAMED, "meeting": "talk", "attack": "raid"}.items():
        whole = whole.replace(f'"{old}"', f'"{new}"')
    found: Data = json.loads(whole)
    return found


def agree(a: Data | list[Data], b: Data | list[Data], **options: Any) -> Data:
    """Return the agreement of two passes with the two inventories."""
    first, second = ({d["document"]: d for d in (side if isinstance(side, list) else [side])} for side in (a, b))
    return agree_documents(first, second, options.pop("of_a", A), options.pop("of_b", B), **options)


def compare(a: Data, b: Data, **options: Any) -> Data:
    """Return the agreement of two documents that are not yet in canonical form, the second under its own names."""
    return agree(completed(a), completed(renamed(b), B), **options)


def values(agreement: Data, *measures: str) -> Data:
    """Return the values of an agreement, by measure and statistic."""
    return {
        f"{record['measure']} {record['statistic']}": record["value"]
        for record in agreement["measures"]
        if not measures or record["measure"] in measures
    }


def record(agreement: Data, measure: str, statistic: str) -> Data:
    (found,) = (r for r in agreement["measures"] if (r["measure"], r["statistic"]) == (measure, statistic))
    return found


def value(agreement: Data, measure: str, statistic: str = "f1") -> Any:
    return record(agreement, measure, statistic)["value"]


def without(document: Data, layer: str, *places: int) -> Data:
    """Return the document without some items of a layer."""
    return {**document, layer: [item for place, item in enumerate(document[layer]) if place not in places]}


def changed(document: Data, layer: str, place: int, **keys: Any) -> Data:
    """Return the document with an item changed."""
    items = [{**item, **keys} if number == place else item for number, item in enumerate(document[layer])]
    return {**document, layer: items}


# Who is who.


def test_actors_are_aligned_by_their_mentions():
    """Names of the inventories play no part: these have none in common."""
    assert compare(first_pass(), first_pass())["actors"] == RENAMED


def test_names_that_are_exchanged_do_not_mislead():
    """What B calls `arden` is what A calls `belmar`."""
    swapped = {"arden": "belmar", "belmar": "arden"}
    other = json.loads(re.sub('"(arden|belmar)"', lambda m: f'"{swapped[m[1]]}"', json.dumps(first_pass())))
    found = agree(completed(first_pass()), completed(other), of_b=A)
    assert found["actors"] == {**swapped, "dell": "dell", "raz": "raz"}
    assert value(found, "arguments.actors") == 1


def test_one_actor_of_b_is_never_two_of_a():
    """Whom A splits, one half finds nobody."""
    split = changed(first_pass(), "mentions", 5, actors=["arden_army"])
    a = inventory_of("arden", "arden_army", "belmar", "dell", "raz")
    found = agree(completed(split, a), completed(renamed(first_pass()), B), of_a=a)
    assert sorted(found["actors"].values()) == sorted(set(found["actors"].values()))
    assert {found["actors"].get("arden"), found["actors"].get("arden_army")} == {"land1", None}


def test_actors_without_mentions_are_known_by_identifiers_then_by_names():
    """A publisher that no words name; the same name in another case will do, an identifier goes before it."""
    a = inventory_of({"id": "h", "type": "ORG", "name": "The  Herald"}, {"id": "w", "type": "ORG", "name": "Wire"})
    b = inventory_of(
        {"id": "x", "type": "ORG", "name": "the herald", "wikidata": "Q1"},
        {"id": "y", "type": "ORG", "name": "Wire Agency", "aliases": ["WIRE"]},
    )
    empty = completed(plain_document("d", TEXT, annotated=ALL))
    assert agree(empty, empty, of_a=a, of_b=b)["actors"] == {"h": "x", "w": "y"}
    a["actors"][1]["wikidata"] = "Q1"
    assert agree(empty, empty, of_a=a, of_b=b)["actors"] == {"w": "x"}


def test_words_for_several_actors_are_shared_out():
    """`the envoys` names two in both passes: one mention of one of them decides for both."""
    text = "The envoys met. Dell spoke."
    layers = {"annotated": ALL, "events": []}
    mentions = [
        {"q": span(text, "The envoys"), "actors": ["dell", "raz"]},
        {"q": span(text, "Dell"), "actors": ["raz"]},
    ]
    a = plain_document("d", text, mentions=mentions, **layers)
    b = plain_document("d", text, mentions=deepcopy(mentions), **layers)
    b["mentions"][1]["actors"] = ["dell"]
    assert agree(completed(a), completed(b), of_b=A)["actors"] == {
        "arden": "arden",
        "belmar": "belmar",
        "raz": "dell",
        "dell": "raz",
    }


def test_a_mention_of_one_weighs_more_than_one_of_several():
    """`The envoys` could be any two of them; `Dell` is one, though B calls another by A's name for her."""
    text = "The envoys met. Dell spoke."

    def told(several: list[str], one: str) -> Data:
        mentions = [{"q": span(text, "The envoys"), "actors": several}, {"q": span(text, "Dell"), "actors": [one]}]
        return completed(plain_document("d", text, annotated=ALL, mentions=mentions))

    found = agree(told(["dell", "raz"], "dell"), told(["dell", "arden"], "belmar"), of_b=A)
    assert found["actors"]["dell"] == "belmar"


def test_actors_of_different_documents_are_not_the_same():
    """An unnamed minister of one text is not that of another, though both are called so; in one text they may be."""
    own = {"actors": [{"id": "minister", "type": "PER", "name": "minister"}]}
    bare, named = ([plain_document(name, TEXT, annotated=ALL) | layers for name in "de"] for layers in ({}, own))
    a = [completed(named[0]), completed(bare[1])]
    assert agree(a, [completed(bare[0]), completed(named[1])])["actors"] == {}
    assert agree(a, [completed(named[0]), completed(named[1])])["actors"] == {"d#minister": "d#minister"}


def test_an_actor_of_the_document_may_be_one_of_the_inventory():
    """What one pass keeps in the document, the other has in its inventory."""
    own = {"actors": [{"id": "envoy", "type": "PER", "name": "envoy"}]}
    a = changed(first_pass(), "mentions", 1, actors=["envoy"]) | own
    assert compare(a, first_pass())["actors"]["d#envoy"] == "person1"


def test_events_are_aligned_by_their_triggers():
    """Type and name play no part where triggers decide: B calls the attack a meeting, and the meeting an attack."""
    other = first_pass()
    other["events"] = [
        {**event, "id": {"meeting": "attack", "attack": "meeting"}[event["id"]]} for event in other["events"]
    ]
    other["triggers"] = [
        {**trigger, "event": {"meeting": "attack", "attack": "meeting"}[trigger["event"]]}
        for trigger in other["triggers"]
    ]
    found = agree(completed(first_pass()), completed(other), of_b=A)
    assert value(found, "events") == 1
    assert value(found, "arguments.actors") == 1


def test_of_two_events_with_as_many_triggers_the_one_of_the_same_type():
    """What A tells as a meeting and an attack, B tells as one attack, without mode or parties."""
    other = changed(without(first_pass(), "triggers", 2), "triggers", 0, event="attack")
    other = changed(other, "events", 1, actor=[], recipient=[], mode=None)
    mine = without(first_pass(), "triggers", 2)
    for events in (mine["events"], mine["events"][::-1]):
        found = compare(mine | {"events": events}, without(other, "events", 0))
        assert record(found, "events", "f1")["labels"]["ASSAULT"]["value"] == 1
        assert value(found, "events") == pytest.approx(2 / 3, abs=1e-6)


def test_events_without_triggers_are_known_by_type_and_parties():
    bare = [
        {"id": "one", "type": "ACCUSE", "actor": ["arden"]},
        {"id": "two", "type": "ACCUSE", "actor": ["belmar"]},
        {"id": "three", "type": "REJECT", "actor": ["belmar"]},
    ]
    a = {**first_pass(), "events": first_pass()["events"] + bare}
    b = {**first_pass(), "events": first_pass()["events"] + [bare[1], bare[0] | {"id": "four"}]}
    found = compare(a, b)
    assert value(found, "arguments.actors") == 1
    assert value(found, "events") == pytest.approx(2 * 4 / 9, abs=1e-6)


# Each measure by hand.


def test_zones_by_characters():
    """Of 19 characters that both have in a passage 17 agree; the blank that only A has in one is not counted."""
    text = "Titles, by\nBody or so"
    a = plain_document(
        "d", text, passages=[{"start": 0, "end": 10, "zone": "title"}, {"start": 11, "end": 21, "zone": "body"}]
    )
    b = plain_document(
        "d",
        text,
        passages=[
            {"start": 0, "end": 7, "zone": "title"},
            {"start": 8, "end": 10, "zone": "byline"},
            {"start": 11, "end": 21, "zone": "body"},
        ],
    )
    found = agree(completed(a), completed(b))
    zones = record(found, "zones", "alpha")
    # 19 characters, 2 apart; labels used: title 9 + 7, byline 2, body 20.
    expected = 1 - (16 * 15 + 2 * 1 + 20 * 19) / (38 * 37)
    assert (zones["n"], zones["value"]) == (19, pytest.approx(1 - (2 / 19) / expected, abs=1e-6))
    assert value(found, "zones", "agreement") == pytest.approx(17 / 19, abs=1e-6)
    assert zones["labels"]["body"]["value"] == 1
    assert value(found, "passages") == pytest.approx(2 / 5)


def test_extents_of_mentions():
    """One of seven is longer, one is missing: 5 are equal; `Ana Dell` is 8 of 14 characters of `envoy Ana Dell`."""
    other = changed(without(first_pass(), "mentions", 6), "mentions", 1, q=span(TEXT, "envoy Ana Dell"))
    found = compare(first_pass(), other)
    exact, over = record(found, "mentions.exact", "f1"), record(found, "mentions.overlap", "f1")
    assert (exact["n_a"], exact["n_b"]) == (7, 6)
    assert exact["value"] == pytest.approx(2 * 5 / 13, abs=1e-6)
    assert (exact["a_in_b"], exact["b_in_a"]) == (pytest.approx(5 / 7, abs=1e-6), pytest.approx(5 / 6, abs=1e-6))
    assert over["value"] == pytest.approx(2 * (5 + 16 / 22) / 13, abs=1e-6)


def test_labels_of_aligned_mentions():
    """Seven pairs, one of another level, one that is a metonym in A alone."""
    other = changed(first_pass(), "mentions", 4, level="PRO")
    other = changed(other, "mentions", 6, metonymy=False)
    found = compare(first_pass(), other)
    assert value(found, "mentions.level", "agreement") == pytest.approx(6 / 7, abs=1e-6)
    metonymy = record(found, "mentions.metonymy", "alpha")
    assert (metonymy["n"], metonymy["value"]) == (7, pytest.approx(1 - (1 / 7) / (1 - (13 * 12) / (14 * 13)), abs=1e-6))


def test_words_that_share_less_than_half_are_no_pair():
    """They overlap, and count so; but what labels they have is no disagreement."""
    other = changed(first_pass(), "mentions", 0, q=span(TEXT, "Arden's envoy Ana"))
    found = compare(first_pass(), other)
    assert record(found, "mentions.level", "agreement")["n"] == 6
    assert value(found, "mentions.overlap") > value(found, "mentions.exact")


def test_types_and_modes_of_aligned_triggers():
    """Three triggers; the attack is of another mode in B (two triggers), the meeting of another type."""
    other = changed(changed(first_pass(), "events", 1, mode="beat"), "events", 0, type="SUPPORT", mode=None)
    found = compare(first_pass(), other)
    assert value(found, "triggers.type", "agreement") == pytest.approx(2 / 3, abs=1e-6)
    mode = record(found, "triggers.mode", "agreement")
    assert (mode["n"], mode["value"]) == (2, 0)
    assert set(mode["labels"]) == {"ASSAULT/destroy", "ASSAULT/beat"}
    assert record(found, "triggers.exact", "f1")["labels"]["CONSULT"]["value"] == 0


def test_types_without_modes_say_nothing_of_modes():
    other = changed(first_pass(), "events", 0, type="AGREE", mode=None)
    found = compare(other, other)
    assert record(found, "triggers.mode", "agreement")["n"] == 2


def test_one_word_that_reports_two_events():
    """Type says which trigger is which; if a type is missing, one trigger is."""
    both = first_pass()
    both["events"].append({"id": "third", "type": "ACCUSE", "actor": ["raz"]})
    both["triggers"].append({"q": span(TEXT, "attacked"), "event": "third"})
    found = compare(both, {**both, "triggers": both["triggers"][::-1]})
    assert value(found, "triggers.type", "agreement") == 1
    found = compare(both, without(both, "triggers", 1))
    assert record(found, "triggers.exact", "f1")["labels"]["ASSAULT"]["value"] == pytest.approx(2 / 3, abs=1e-6)


def test_roles_of_aligned_events():
    """Four fillers in A; in B one is another actor and one has another role: two of four are the same."""
    other = changed(first_pass(), "events", 1, actor=["dell"])
    other = changed(other, "events", 0, recipient=[], host=["raz"])
    found = record(compare(first_pass(), other), "arguments.actors", "f1")
    assert (found["n_a"], found["n_b"], found["value"]) == (4, 4, 0.5)
    assert {label: figure["value"] for label, figure in found["labels"].items()} == {
        "actor": 0.5,
        "host": 0,
        "recipient": pytest.approx(2 / 3, abs=1e-6),
    }


def test_words_at_aligned_triggers():
    """`Monday` is 6 of the 9 characters of `on Monday`."""
    other = changed(first_pass(), "triggers", 0, when=[span(TEXT, "on Monday")])
    found = record(compare(first_pass(), other), "arguments.words", "f1")
    assert (found["n"], found["value"]) == (2, pytest.approx(2 * 6 / 15))


def test_coreference_of_mentions_and_triggers():
    """B takes the second Raz for Dell: of clusters 2 2 2 1 one link is lost and one is new."""
    other = changed(first_pass(), "mentions", 4, actors=["dell"])
    found = compare(first_pass(), other)
    place = "coreference.actors.document.exact"
    assert value(found, place, "muc") == pytest.approx(2 / 3, abs=1e-6)
    # arden and belmar are whole; {raz raz} falls apart, {dell} gains one.
    assert value(found, place, "b3") == pytest.approx((2 + 2 + 1 / 2 * 2 + 1) / 7, abs=1e-6)
    assert value(found, place, "ceafe") == pytest.approx((1 + 1 + 2 / 3 + 2 / 3) / 4, abs=1e-6)
    assert value(found, place, "lea") == pytest.approx(4 / 7, abs=1e-6)
    mean = sum(value(found, place, metric) for metric in ("muc", "b3", "ceafe")) / 3
    assert value(found, place, "conll") == pytest.approx(mean, abs=1e-6)
    assert value(found, "coreference.events.document.exact", "conll") == 1


def test_coreference_with_other_extents():
    """A mention that is one character longer is another mention, or the same, as one asks."""
    other = changed(first_pass(), "mentions", 2, q=span(TEXT, "Omid Raz of"))
    found = compare(first_pass(), other)
    assert value(found, "coreference.actors.document.exact", "b3") < 1
    assert value(found, "coreference.actors.document.aligned", "b3") == 1


def test_a_group_is_an_entity_of_its_own():
    """A mention of two actors is of neither of them."""
    text = "Dell met Raz. They spoke. Both left."
    words = [("Dell", ["dell"]), ("Raz", ["raz"]), ("They", ["dell", "raz"]), ("Both", ["raz", "dell"])]
    mentions = [{"q": span(text, word), "actors": actors} for word, actors in words]
    document = completed(plain_document("d", text, annotated=ALL, mentions=mentions))
    apart = completed(
        plain_document("d", text, annotated=ALL, mentions=[*mentions[:3], mentions[3] | {"actors": ["raz"]}])
    )
    assert value(agree(document, document, of_b=A), "coreference.actors.document.exact", "muc") == 1
    assert value(agree(document, apart, of_b=A), "coreference.actors.document.exact", "muc") == 0


def test_coreference_across_documents():
    """Within documents all agree; across them B has two events where A has one, and the other way round for actors."""

    def one(name: str, event: str | None) -> Data:
        return changed(first_pass() | {"document": name}, "events", 0, corpus_event=event)

    a = [completed(one(name, "m")) for name in "de"]
    b = [completed(renamed(one(name, None)), B) for name in "de"]
    found = agree(a, b)
    for layer in ("actors", "events"):
        assert value(found, f"coreference.{layer}.document.exact", "conll") == 1
    assert value(found, "coreference.actors.corpus.exact", "conll") == 1
    events = record(found, "coreference.events.corpus.exact", "b3")
    # Six triggers: the meeting's cluster of 2 is split, those of the attacks (2 and 2) are whole.
    assert (events["a_in_b"], events["b_in_a"]) == (pytest.approx((2 * 1 / 2 + 4) / 6, abs=1e-6), 1)
    assert (events["by_document"], events["interval"]) == ({}, None)
    assert "across documents" in events["interval_reason"]


def test_factuality_with_defaults_and_exceptions():
    """At three triggers: AUTHOR 3, raz 2, arden 1; B has arden's denial milder, and one exception more."""
    other = changed(first_pass(), "triggers", 2, factuality=[{"source": "arden", "value": "PR-"}])
    other = changed(other, "triggers", 1, factuality=[{"source": "AUTHOR", "value": "CT+"}])
    found = compare(first_pass(), other)
    whole = record(found, "factuality.values", "agreement")
    assert (whole["n"], whole["value"]) == (6, pytest.approx(4 / 6, abs=1e-6))
    assert whole["labels"]["CT+"]["value"] == pytest.approx(2 * 3 / 7, abs=1e-6)
    # Labels used: CT+ 3 + 4, Uu 2 + 1, CT- 1, PR- 1.
    shares = [7 / 12, 3 / 12, 1 / 12, 1 / 12]
    chance = sum(share * (1 - share) for share in shares) / 7
    assert value(found, "factuality.values", "ac1") == pytest.approx((4 / 6 - chance) / (1 - chance), abs=1e-6)
    exceptions = record(found, "factuality.exceptions", "agreement")
    assert (exceptions["n"], exceptions["value"]) == (2, 0)
    marked = record(found, "factuality.marked", "f1")
    assert (marked["n_a"], marked["n_b"], marked["value"]) == (1, 2, 0)


def test_a_source_that_one_pass_lacks_is_no_unit():
    """It is missing from the sources, and has no degree to compare."""
    other = changed(first_pass(), "triggers", 2, factuality=[])
    found = compare(first_pass(), other)
    assert record(found, "factuality.values", "agreement")["n"] == 5
    assert value(found, "factuality.sources") == pytest.approx(2 * 5 / 11, abs=1e-6)
    assert record(found, "factuality.marked", "f1")["a_in_b"] == 0


def test_attributions_in_both_directions():
    """B's content is a part of A's, its cue another word, its source another too."""
    part = span(TEXT, "attacked and burnt Belmar's bridge")
    other = changed(first_pass(), "attributions", 0, content=[part], cue=span(TEXT, "that"), sources=["raz", "dell"])
    found = compare(first_pass(), other)
    content = record(found, "attributions.content", "f1")
    assert (content["n_a"], content["n_b"]) == (len("Arden had attacked and burnt Belmar's bridge"), len(part["text"]))
    assert (content["a_in_b"], content["b_in_a"]) == (pytest.approx(34 / 44, abs=1e-6), 1)
    assert value(found, "attributions.cue") == 0
    sources = record(found, "attributions.sources", "f1")
    assert (sources["a_in_b"], sources["b_in_a"]) == (1, 0.5)
    assert value(found, "attributions") == 1


def test_attributions_with_little_in_common_are_not_the_same():
    """Some characters are in both; no attribution is, and there is no form to compare."""
    other = changed(first_pass(), "attributions", 0, content=[span(TEXT, "Arden had", "that")])
    found = compare(first_pass(), other)
    assert value(found, "attributions.content") > 0
    assert (value(found, "attributions"), record(found, "attributions.form", "agreement")["n"]) == (0, 0)


def test_one_content_of_two_attributions():
    """The cue says which is which, in whatever order they are written."""
    first = first_pass()["attributions"][0]
    both = [first, first | {"cue": span(TEXT, "met"), "sources": ["dell"]}]
    found = compare(first_pass(attributions=both), first_pass(attributions=both[::-1]))
    assert (value(found, "attributions.cue"), value(found, "attributions.sources")) == (1, 1)


def test_an_attribution_that_one_pass_lacks():
    """None of it is in the other pass, and there is nothing of the other to be in it."""
    found = compare(first_pass(), {**first_pass(), "attributions": []})
    content = record(found, "attributions.content", "f1")
    assert (content["value"], content["a_in_b"], content["b_in_a"]) == (0, 0, None)


def test_time_expressions():
    """The same words, one basis of three apart."""
    other = changed(first_pass(), "times", 0, external="2021-05-10", anchored="none")
    found = compare(first_pass(), other)
    bases = {basis: value(found, f"times.{basis}", "agreement") for basis in ("text", "known", "external")}
    assert bases == {"text": 1, "known": 1, "external": 0}
    assert (value(found, "times.exact"), value(found, "times.anchored", "agreement")) == (1, 0)


def test_relations_after_closure():
    """A writes three, from which a fourth follows; B writes that and one of the three."""
    events = [*first_pass()["events"], {"id": "end", "type": "AGREE", "actor": ["raz"]}]
    text = {**first_pass(), "events": events}
    text["triggers"] = [*text["triggers"], {"q": span(TEXT, "bridge"), "event": "end"}]
    a = text | {
        "relations": [
            {"from": "attack", "type": "BEFORE", "to": "meeting"},
            {"from": "meeting", "type": "BEFORE", "to": "end"},
            {"from": "end", "type": "RESPONDS_TO", "mode": "answer", "to": "attack"},
        ]
    }
    b = text | {
        "relations": [
            {"from": "attack", "type": "BEFORE", "to": "end"},
            {"from": "end", "type": "RESPONDS_TO", "mode": "retaliation", "to": "attack"},
        ]
    }
    found = compare(a, b)
    relations = record(found, "relations", "f1")
    assert (relations["n_a"], relations["n_b"], relations["value"]) == (4, 2, pytest.approx(2 * 2 / 6, abs=1e-6))
    assert relations["labels"]["BEFORE"]["value"] == 0.5
    assert value(found, "relations.mode") == 0


def test_symmetric_relations_have_no_direction():
    a = first_pass() | {"relations": [{"from": "attack", "type": "LOOKS_LIKE", "to": "meeting"}]}
    b = first_pass() | {"relations": [{"from": "meeting", "type": "LOOKS_LIKE", "to": "attack"}]}
    assert value(compare(a, b), "relations") == 1


def test_claims():
    """The same attribute of the same event, by one source of two."""
    claim = {"event": "attack", "attribute": "label", "value": "an attack", "sources": ["raz", "belmar"]}
    a = first_pass() | {"claims": [claim]}
    b = first_pass() | {"claims": [claim | {"sources": ["raz"], "value": "a raid"}]}
    assert value(compare(a, b), "claims") == pytest.approx(2 / 3, abs=1e-6)


def test_date_source_and_rights():
    """Two of three documents have the same date; roles are compared by aligned actors."""

    def one(name: str, **keys: Any) -> Data:
        cite = {"cite": ["page"]}
        roles = [{"role": "publisher", "actor": "arden"} | cite, {"role": "author", "actor": "dell"} | cite]
        source = {"licence": "CC0-1.0", "parties": roles, "holder": "arden"}
        return first_pass(date={"text": "2021"}, source=source) | {"document": name} | keys

    a = [one("d"), one("e"), one("f")]
    b = [one("d"), one("e", date={"text": "2020"}), one("f")]
    b[2]["source"] = {**b[2]["source"], "parties": b[2]["source"]["parties"][:1], "licence": "unknown", "holder": None}
    found = agree([completed(d) for d in a], [completed(renamed(d), B) for d in b])
    assert value(found, "date.text", "agreement") == pytest.approx(2 / 3, abs=1e-6)
    roles = record(found, "source.roles", "f1")
    assert (roles["n_a"], roles["n_b"], roles["a_in_b"], roles["b_in_a"]) == (6, 5, pytest.approx(5 / 6, abs=1e-6), 1)
    for measure in ("source.all_roles", "source.licence", "source.holder"):
        assert value(found, measure, "agreement") == pytest.approx(2 / 3, abs=1e-6)


def test_what_aligned_events_say():
    """Modality, contexts, numbers and times."""
    told = {"contexts": ["military", "crime"], "counts": {"killed": 2, "injured": 1}, "time": {"text": "2021"}}
    a = changed(first_pass(), "events", 1, **told)
    b = changed(
        first_pass(), "events", 1, **told | {"contexts": ["military"], "counts": {"killed": 3}, "modality": "future"}
    )
    found = compare(a, b)
    assert value(found, "events.modality", "agreement") == 0.5
    assert value(found, "events.contexts") == pytest.approx(2 / 3, abs=1e-6)
    assert value(found, "events.counts") == 0
    assert value(found, "events.text", "agreement") == 1


def test_stamps_that_could_date_the_document():
    stamp = {"q": span(TEXT, "Monday"), "kind": "event_day", "value": "2021-05-03", "verdict": "supporting"}
    found = compare(
        first_pass(date_candidates=[stamp]),
        first_pass(date_candidates=[stamp | {"verdict": "accepted", "value": None}]),
    )
    assert value(found, "date_candidates.exact") == 1
    assert value(found, "date_candidates.kind", "agreement") == 1
    assert value(found, "date_candidates.verdict", "agreement") == 0
    assert value(found, "date_candidates.value", "agreement") == 0


# What is compared.


def test_a_text_that_stands_twice_counts_once():
    """One document stands for the group, which is said: the original before its copy, the first of equals."""
    a = [completed(first_pass() | {"document": name}) for name in ("d", "e", "f")]
    once = agree(a[:1], a[:1], of_b=A)
    found = agree(a[:2], a[:2], of_b=A, groups={"d": "g", "e": "g"})
    assert found["groups"] == {"d": ["e"]}
    assert values(found) == values(once)
    assert [r["n"] for r in found["measures"]] == [r["n"] for r in once["measures"]]
    a[0]["copy_of"] = "f"
    assert agree(a, a, of_b=A)["groups"] == {"f": ["d"]}


def test_the_document_that_stands_has_most_layers():
    """An unfinished one does not stand for one that is finished."""
    a = [completed(first_pass(annotated=layers) | {"document": name}) for name, layers in (("d", ["date"]), ("e", ALL))]
    assert agree(a, a, of_b=A, groups={"d": "g", "e": "g"})["groups"] == {"e": ["d"]}


def test_layers_that_are_not_finished_in_both_are_left_out():
    """And said: which layer, which document, in which pass."""
    a = [completed(first_pass(annotated=["date", "events"])), completed(first_pass() | {"document": "e"})]
    b = [completed(first_pass(annotated=["date", "actors"])), completed(first_pass() | {"document": "e"})]
    found = agree(a, b, of_b=A, names=("one", "two"))
    assert found["left_out"] == {
        "date": {},
        "source": {"d": ["one", "two"]},
        "actors": {"d": ["one"]},
        "events": {"d": ["two"]},
    }
    groups = {r["measure"]: r["groups"] for r in found["measures"]}
    assert (groups["zones"], groups["date.text"], groups["mentions.exact"], groups["arguments.actors"]) == (2, 2, 1, 1)
    alone = agree(a[:1], b[:1], of_b=A)
    missing = record(alone, "arguments.actors", "f1")
    assert (missing["value"], missing["n"]) == (None, 0)
    assert missing["reason"] == "no document has actors and events finished in both passes"


def test_documents_of_one_pass_are_not_compared():
    a, b = completed(first_pass()), completed(first_pass() | {"document": "e"})
    found = agree(a, b)
    assert found["documents"] == {
        "compared": [],
        "only_a": ["d"],
        "only_b": ["e"],
        "texts_differ": [],
        "with_errors": {},
    }
    assert {r["value"] for r in found["measures"]} == {None}
    assert record(found, "zones", "alpha")["reason"] == "no document is in both passes"


def test_documents_with_different_texts_are_not_compared():
    """Their offsets mean different words."""
    other = completed(first_pass())
    other["text"] += "\n"
    found = agree(completed(first_pass()), other)
    assert (found["documents"]["texts_differ"], found["documents"]["compared"]) == (["d"], [])


# What must always hold.


@cache
def toy() -> Any:
    return read_pass(Path("."), str(TOP / "tests/toy"))


def perturbed(document: Data, flips: list[int]) -> Data:
    """Return canonical annotations with items taken away, made shorter or labelled anew, as the numbers say."""
    document = deepcopy(document)
    numbers = iter(flips * 1000)
    for layer in ("mentions", "triggers", "times", "attributions", "relations", "claims"):
        document[layer] = [item for item in document[layer] if next(numbers) != 1]
    for item in [*document["mentions"], *document["triggers"]]:
        if next(numbers) == 2 and item["q"]["end"] - item["q"]["start"] > 1:
            item["q"] = {**item["q"], "end": item["q"]["end"] - 1, "text": item["q"]["text"][:-1]}
    for item in document["mentions"]:
        if next(numbers) == 3:
            item["actors"], item["level"] = ["arden"], "NOM"
    for event in document["events"]:
        if next(numbers) == 4:
            event["type"], event["mode"], event["actor"] = "SUPPORT", None, ["belmar"]
    for trigger in document["triggers"]:
        if next(numbers) == 5:
            trigger["event"] = document["events"][0]["id"]
            trigger["factuality"] = [{"source": "AUTHOR", "value": "PS+"}]
    return document


flips = st.lists(st.integers(0, 5), min_size=1, max_size=30)


def toy_agreement(first: list[int], second: list[int]) -> tuple[Data, Data]:
    a, b = ({name: perturbed(d, how) for name, d in toy().documents.items()} for how in (first, second))
    inventory = toy().inventory
    options = {"groups": toy().groups}
    return agree_documents(a, b, inventory, inventory, **options), agree_documents(
        b, a, inventory, inventory, **options
    )


@settings(MANY, max_examples=20)
@given(flips, flips)
def test_agreement_is_symmetric_and_bounded(first, second):
    """Whichever pass is called A; no value is beyond 1, and what is null has a reason."""
    forth, back = toy_agreement(first, second)
    assert values(forth) == values(back)
    for one, other in zip(forth["measures"], back["measures"], strict=True):
        assert (one.get("a_in_b"), one.get("b_in_a")) == (other.get("b_in_a"), other.get("a_in_b"))
        assert one["labels"] == other["labels"]
        assert (one["value"] is None) == (one["reason"] is not None)
        low = 0 if one["statistic"] not in ("alpha", "ac1") else -1
        assert one["value"] is None or low <= one["value"] <= 1
    assert json.loads(json.dumps(forth)) == forth


@settings(MANY, max_examples=20)
@given(flips)
def test_a_pass_agrees_with_itself(how):
    """Every value is 1, or null with a reason."""
    for found in values(toy_agreement(how, how)[0]).values():
        assert found in (1, None)


def test_names_make_no_difference():
    """A pass with other names for all its actors and events agrees with it in everything."""
    found = compare(first_pass(), first_pass())
    assert set(values(found).values()) == {1, None}
    assert values(found) == values(agree(completed(first_pass()), completed(first_pass()), of_b=A))


def test_nothing_in_common_is_nothing():
    """Every score of what both have is 0; labels of pairs that there are none of are null."""
    other = first_pass(
        mentions=[{"q": span(TEXT, "envoy"), "actors": ["dell"]}, {"q": span(TEXT, "bridge"), "actors": ["raz"]}],
        triggers=[{"q": span(TEXT, "said"), "event": "meeting"}, {"q": span(TEXT, "had"), "event": "attack"}],
        attributions=[{"cue": span(TEXT, "met"), "sources": ["dell"], "content": [span(TEXT, "on Monday")]}],
        times=[{"q": span(TEXT, "that")}],
    )
    found = compare(first_pass(), other)
    for measure in (
        "mentions.exact",
        "mentions.overlap",
        "triggers.exact",
        "triggers.overlap",
        "times.overlap",
        "events",
    ):
        assert value(found, measure) == 0
    for measure in ("attributions", "attributions.content", "attributions.cue", "attributions.sources"):
        assert value(found, measure) == 0
    for metric in ("b3", "ceafe", "lea"):
        assert value(found, "coreference.actors.document.aligned", metric) == 0
    for measure in ("mentions.level", "triggers.type", "factuality.values", "times.anchored"):
        assert value(found, measure, "alpha") is None


def test_one_pass_without_units():
    """It has marked nothing in a finished layer: a score of 0, and no labels to compare."""
    empty = first_pass(mentions=[], triggers=[], times=[], attributions=[], events=[])
    found = compare(first_pass(), empty)
    mentions = record(found, "mentions.exact", "f1")
    assert (mentions["value"], mentions["a_in_b"], mentions["b_in_a"]) == (0, 0, None)
    assert record(found, "mentions.level", "alpha")["reason"] == "no unit has a label in both passes"
    assert value(found, "coreference.actors.document.exact", "conll") == 0
    both = compare(empty, empty)
    assert record(both, "mentions.exact", "f1")["reason"] == "neither pass has any"
    assert record(both, "coreference.actors.document.exact", "conll")["value"] is None


def test_only_mentions_alone():
    """Without a link in either pass MUC is not defined, and so is no mean with it."""
    lone = without(first_pass(), "mentions", 4, 5, 6)
    found = compare(lone, lone)
    place = "coreference.actors.document.exact"
    assert record(found, place, "muc")["reason"] == "neither pass has two mentions of one entity"
    assert record(found, place, "conll")["reason"].startswith("muc is not defined")
    assert (value(found, place, "b3"), value(found, place, "lea")) == (1, 1)


# Intervals.


@cache
def made(n: int) -> tuple[dict[str, Data], dict[str, Data], Data]:
    """Return two passes over generated documents, the second without the first mentions, and their inventory."""
    actors = [{"id": f"land{i}", "type": "GPE", "name": name} for i, name in enumerate(LANDS)]
    actors += [{"id": f"person{i}", "type": "PER", "name": name} for i, name in enumerate(PEOPLE)]
    inventory = inventory_of(*actors)
    originals = islice((document for document in generate_documents(2 * n) if not document.get("copy_of")), n)
    a = {document["document"]: completed(document, inventory) for document in originals}
    b = {name: without(d, "mentions", *range(i % 7)) for i, (name, d) in enumerate(a.items())}
    return a, b, inventory


def test_intervals_come_with_twenty_groups():
    a, b, inventory = made(20)
    found = record(agree_documents(a, b, inventory, inventory), "mentions.exact", "f1")
    low, high = found["interval"]
    assert low < found["value"] < high
    assert (found["interval_reason"], found["groups"]) == (None, 20)
    assert high - low < 0.05


def test_without_twenty_groups_there_is_no_interval():
    """Twenty documents, two of which share a text, are nineteen groups."""
    a, b, inventory = made(20)
    groups = dict.fromkeys([*a][:2], "same")
    found = record(agree_documents(a, b, inventory, inventory, groups=groups), "mentions.exact", "f1")
    assert found["interval"] is None
    assert found["interval_reason"] == "an interval needs 20 independent groups, and there are 19"


def test_the_interval_is_the_same_in_every_run():
    a, b, inventory = made(20)
    assert agree_documents(a, b, inventory, inventory) == agree_documents(a, b, inventory, inventory)


def test_the_interval_is_that_of_a_plain_bootstrap():
    """Of thirty groups with 0 to 4 of 4 units: some 95 % of the samples lie within, as drawn by another generator."""
    import numpy

    groups = [count_labels([("x", "x")] * (i % 5) + [("x", "y")] * (4 - i % 5)) for i in range(30)]
    shares = numpy.array([(i % 5) / 4 for i in range(30)])
    generator = numpy.random.default_rng(5)
    means = generator.choice(shares, size=(20_000, 30)).mean(axis=1)
    low, high, reason = bootstrap(groups, raw_agreement)
    assert (low, high) == (
        pytest.approx(numpy.quantile(means, 0.025), abs=0.01),
        pytest.approx(numpy.quantile(means, 0.975), abs=0.01),
    )
    assert reason is None
    assert raw_agreement(add_counts(groups)).value == pytest.approx(shares.mean())


def test_what_is_seldom_defined_has_no_interval():
    """Alpha is not defined in samples that lack the one group where labels vary."""
    calls = iter(range(10**6))
    groups = [count_labels([("x", "x")]) for _ in range(20)]
    found = bootstrap(groups, lambda counts: Figure(1.0 if next(calls) % 2 else None))
    assert (found.low, found.reason) == (None, f"not defined in 500 of {SAMPLES:,} samples")


# What is given.


def test_the_record_of_a_measure():
    """Plain data: value and reason, n, unit, directions, interval, labels and documents."""
    found = record(compare(first_pass(), without(first_pass(), "times", 0)), "times.exact", "f1")
    assert found == {
        "measure": "times.exact",
        "statistic": "f1",
        "value": 0.0,
        "reason": None,
        "n": 1,
        "n_a": 1,
        "n_b": 0,
        "unit": "times",
        "layers": ["events"],
        "groups": 1,
        "a_in_b": 0.0,
        "b_in_a": None,
        "interval": None,
        "interval_reason": "an interval needs 20 independent groups, and there are 1",
        "labels": {"document_date": {"value": 0.0, "reason": None, "n": 1}},
        "by_document": {"d": {"value": 0.0, "reason": None, "n": 1}},
    }


def test_documents_are_told_one_by_one():
    a = [completed(first_pass() | {"document": name}) for name in "de"]
    b = [a[0], without(a[1], "mentions", 0)]
    found = record(agree(a, b, of_b=A), "mentions.exact", "f1")["by_document"]
    assert {name: figure["value"] for name, figure in found.items()} == {"d": 1, "e": pytest.approx(12 / 13, abs=1e-6)}


def test_the_signature_says_how():
    """Versions, alignment, coefficients and intervals, in one line."""
    assert agree([], [])["signature"] == SIGNATURE
    for word in (__version__, "aligned>=0.5", "krippendorff", "labels=8", "BEFORE,SUBEVENT_OF", "samples=1000,seed=0"):
        assert word in SIGNATURE
    assert "\n" not in SIGNATURE


def test_every_measure_has_its_name_and_its_place_in_the_docs():
    """The page on agreement tells of each measure and statistic."""
    names = [measure.name for measure in MEASURES]
    assert len(names) == len(set(names))
    page = (TOP / "docs/agreement.md").read_text("utf-8")
    told = {*re.findall(r"`([a-z0-9_.]+)`", page)}
    assert {*names, *(statistic for measure in MEASURES for statistic in measure.kind.statistics)} <= told


def test_as_a_table(file_regression):
    """A line a measure, with what is not defined and why; labels when asked for."""
    other = changed(
        without(first_pass(), "mentions", 6), "triggers", 2, factuality=[{"source": "arden", "value": "PR-"}]
    )
    a = [completed(first_pass()), completed(first_pass(annotated=["date"]) | {"document": "e"})]
    b = [completed(other), completed(first_pass(annotated=["date"]) | {"document": "e"})]
    a.append(completed(first_pass() | {"document": "f"}))
    found = agree(a, b, of_b=A, names=("first", "second"))
    text = "\n".join([*as_table(found), "", *as_table(found, labels=True)])
    file_regression.check(text.replace(__version__, "VERSION") + "\n")


def test_a_full_document_agrees_with_itself():
    """One with items in every layer, so that no measure is without units."""
    document = full_documents()[0]
    inventory = inventory_of("arden", "belmar", "corvia", "hasanov", "herald", "wire")
    whole = completed(document, inventory)
    found = agree(whole, whole, of_a=inventory, of_b=inventory)
    assert all(record["n"] for record in found["measures"])
    undefined = {record["statistic"] for record in found["measures"] if record["value"] is None}
    assert undefined == {"alpha", "muc", "conll"}  # no variation in some labels, and no actor is mentioned twice
    assert {*values(found).values()} == {1, None}
